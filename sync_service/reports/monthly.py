"""The deputy director's workbook of a month: facts and rules in, a filled template out."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from sync_service.domain.calendar import term_title
from sync_service.domain.journal import SpanFacts
from sync_service.domain.policy import Policy
from sync_service.reports import attendance, filling, frames, method, performance, summary
from sync_service.reports.cells import Value
from sync_service.reports.errors import TemplateError
from sync_service.reports.fill import fill
from sync_service.reports.layout import Layout, Row, check
from sync_service.reports.pictures import keep_pictures
from sync_service.reports.sheets import copy_sheet
from sync_service.reports.texts import class_list, day, span

LAYOUTS: dict[str, Layout] = {
    "Сводка": summary.LAYOUT,
    "R01": filling.LAYOUT,
    "Успеваемость": performance.LAYOUT,
    "R05": attendance.LAYOUT,
    "Методика": method.LAYOUT,
}
COMMON = ("школа", "месяц", "составлен", "охват", "учтено", "завуч", "директор")


class Page(NamedTuple):
    """A sheet to be made: the sheet of the template it comes from, its name, its own single values, its lines."""

    source: str
    title: str
    singles: dict[str, Value]
    rows: Sequence[Row]


def build_monthly(facts: SpanFacts, policy: Policy, template: Path | bytes) -> bytes:
    """The filled workbook (.xlsx): Сводка, R01, Успеваемость (and each quarter that ended), R05 per class, Методика.

    `template`: templates_xlsx/monthly.xlsx, or the school's restyled copy of it, or the bytes of one.
    Raises TemplateError with all mistakes of the template at once."""
    book = _open(template)
    common = _common(facts)
    for page in _pages(facts, policy):
        sheet = copy_sheet(book, book[_sample(page.source)], page.title)
        fill(sheet, LAYOUTS[page.source], common | page.singles, page.rows)
    for source in LAYOUTS:
        book.remove(book[_sample(source)])
    _drop_lost_names(book)
    book.active = 0
    book.properties.title = f"Отчёт по электронному журналу за {common['месяц']}"
    book.properties.creator = book.properties.lastModifiedBy = facts.school
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _pages(facts: SpanFacts, policy: Policy) -> Iterator[Page]:
    lessons = filling.judged(facts, policy)
    absences = attendance.by_pupil(frames.presence(facts), policy)
    marks = frames.marks(facts)
    bare: dict[str, Value] = {"без_отметок": performance.unmarked_note(facts)}

    numbers = summary.rows(facts, policy, lessons, absences, marks)
    yield Page("Сводка", "Сводка", {"пояснение": summary.note(facts)}, numbers)
    yield Page("R01", "R01", {}, filling.rows(lessons, policy))
    yield Page(
        "Успеваемость",
        "Успеваемость",
        bare | {"заглавие": f"Успеваемость за {span(facts.start, facts.end)}", "пояснение": "По текущим отметкам."},
        performance.rows(facts, marks, performance.CURRENT),
    )
    for term, ends in frames.ended_terms(facts).items():
        yield Page(
            "Успеваемость",
            term_title(term),
            bare | {"заглавие": f"Успеваемость за период: {term_title(term)}", "пояснение": "По итоговым отметкам."},
            performance.rows(facts, frames.finals(facts, term, ends), performance.FINAL),
        )
    for code, _, teacher in facts.classes:
        singles: dict[str, Value] = {
            "класс": code,
            "руководитель": teacher,
            "примечание": attendance.note(code, absences),
            "правило": method.full_day(policy),
        }
        yield Page("R05", f"R05 {code}", singles, attendance.rows(facts, code, absences))
    yield Page("Методика", "Методика", {}, method.rows(policy))


def _open(template: Path | bytes) -> Workbook:
    """The template with its sample sheets renamed out of the way of the sheets that come of them."""
    try:
        content = template if isinstance(template, bytes) else template.read_bytes()
        book = load_workbook(BytesIO(content))
        keep_pictures(content, book)
    except OSError as error:
        raise TemplateError([f"Файл шаблона не читается: {template!s}. Проверьте папку шаблонов."]) from error
    except (BadZipFile, zlib.error, EOFError, SyntaxError, KeyError, ValueError) as error:  # a torn file, broken XML
        raise TemplateError(
            ["Файл шаблона не является книгой .xlsx. Сохраните его в Excel как «Книга Excel»."]
        ) from error
    mistakes = []
    for title, layout in LAYOUTS.items():
        if title in book.sheetnames:
            mistakes += check(book[title], layout, COMMON)
        else:
            mistakes.append(f"Нет листа «{title}». Верните его имя или возьмите исходный шаблон.")
    if mistakes:
        raise TemplateError(mistakes)
    for title in LAYOUTS:
        book[title].title = _sample(title)
    return book


def _drop_lost_names(book: Workbook) -> None:
    """Names given in the template to ranges of sheets that are no more: Excel would call the file damaged."""
    for name, defined in list(book.defined_names.items()):
        if any(title not in book.sheetnames for title, _ in defined.destinations):
            del book.defined_names[name]


def _sample(title: str) -> str:
    return f"образец {title}"


def _common(facts: SpanFacts) -> dict[str, Value]:
    """Values that every sheet may show."""
    pupils = sum(p.enrolled <= facts.end and (p.left is None or p.left > facts.end) for p in facts.pupils)
    unfinished = facts.today <= facts.end
    return {
        "школа": facts.school,
        "месяц": span(facts.start, facts.end),
        "составлен": day(facts.today),
        "охват": f"{class_list([code for code, _, _ in facts.classes])}; обучающихся на конец периода: {pupils}",
        "учтено": f"Период не окончен, учтены уроки по {day(facts.today)}." if unfinished else "",
        "завуч": facts.deputy,
        "директор": facts.director,
    }
