"""A whole workbook out of a template: its sheets checked, each page filled, the samples gone."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from sync_service.reports.cells import Value
from sync_service.reports.errors import TemplateError
from sync_service.reports.fill import fill
from sync_service.reports.layout import Layout, Row, check
from sync_service.reports.pictures import keep_pictures
from sync_service.reports.sheets import copy_sheet


class Page(NamedTuple):
    """A sheet to be made: the sheet of the template it comes from, its name, its own single values, its lines."""

    source: str
    title: str
    singles: Mapping[str, Value]
    rows: Sequence[Row]


def fill_book(
    template: Path | bytes,
    layouts: Mapping[str, Layout],
    common: Mapping[str, Value],
    pages: Iterable[Page],
    *,
    title: str,
    author: str,
) -> bytes:
    """The filled workbook (.xlsx). `layouts`: what each sheet of the template must contain; `common`: single values
    that every sheet may show. Raises TemplateError with all mistakes of the template at once."""
    book = _open(template, layouts, tuple(common))
    for page in pages:
        sheet = copy_sheet(book, book[_sample(page.source)], page.title)
        fill(sheet, layouts[page.source], {**common, **page.singles}, page.rows)
    for source in layouts:
        book.remove(book[_sample(source)])
    _drop_lost_names(book)
    book.active = 0
    book.properties.title = title
    book.properties.creator = book.properties.lastModifiedBy = author
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _open(template: Path | bytes, layouts: Mapping[str, Layout], common: Sequence[str]) -> Workbook:
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
    for title, layout in layouts.items():
        if title in book.sheetnames:
            mistakes += check(book[title], layout, common)
        else:
            mistakes.append(f"Нет листа «{title}». Верните его имя или возьмите исходный шаблон.")
    if mistakes:
        raise TemplateError(mistakes)
    for title in layouts:
        book[title].title = _sample(title)
    return book


def _drop_lost_names(book: Workbook) -> None:
    """Names given in the template to ranges of sheets that are no more: Excel would call the file damaged."""
    for name, defined in list(book.defined_names.items()):
        if any(title not in book.sheetnames for title, _ in defined.destinations):
            del book.defined_names[name]


def _sample(title: str) -> str:
    return f"образец {title}"
