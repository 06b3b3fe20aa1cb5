"""The deputy director's workbook of a month: facts and rules in, a filled template out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sync_service.domain.calendar import term_title
from sync_service.domain.journal import SpanFacts
from sync_service.domain.policy import Policy
from sync_service.reports import activities, attendance, filling, frames, method, performance, substitutions, summary
from sync_service.reports.cells import Value
from sync_service.reports.layout import Layout
from sync_service.reports.texts import class_list, day, span
from sync_service.reports.workbook import Page, fill_book

LAYOUTS: dict[str, Layout] = {
    "Сводка": summary.LAYOUT,
    "R01": filling.LAYOUT,
    "Успеваемость": performance.LAYOUT,
    "R05": attendance.LAYOUT,
    "R12": substitutions.LAYOUT,
    "R12 свод": substitutions.SUMMARY_LAYOUT,
    "R17": activities.LAYOUT,
    "Методика": method.LAYOUT,
}
def build_monthly(facts: SpanFacts, policy: Policy, template: Path | bytes) -> bytes:
    """The filled workbook (.xlsx): Сводка, R01, Успеваемость (and each quarter that ended), R05 per class, R12
    with its summary, R17, Методика.

    `template`: templates_xlsx/monthly.xlsx, or the school's restyled copy of it, or the bytes of one.
    Raises TemplateError with all mistakes of the template at once."""
    common = _common(facts)
    title = f"Отчёт по электронному журналу за {common['месяц']}"
    return fill_book(template, LAYOUTS, common, _pages(facts, policy), title=title, author=facts.school)


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
    yield Page("R12", "R12", substitutions.counts(facts), substitutions.rows(facts))
    yield Page("R12 свод", "R12 свод", {}, substitutions.summary(facts))
    yield Page("R17", "R17", {}, activities.rows(facts))
    yield Page("Методика", "Методика", {}, method.rows(policy))


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
