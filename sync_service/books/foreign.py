"""A file that the school brings along (a teacher's plan, a list of a class) as tabs of raw cells: an .xlsx workbook,
the tables of a .docx text, a .csv list. What it is, its content tells, not its name.

Runs in the confined reader (reader_process.py). The limits of package.py hold for all of them.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import PurePath

from sync_service.books.markup import MarkupError, root
from sync_service.books.package import MAX_FILE, OLE, open_archive
from sync_service.books.reading import MAX_CELLS, SERVICE_TABS, read_tabs
from sync_service.books.source import SourceError, Trouble
from sync_service.books.word import read_tables
from sync_service.reconcile.sheet import At, Sheets, Tab

LISTS = {".csv", ".tsv", ".txt"}
DELIMITERS = (";", "\t", ",")
LOOKED_AT = 30  # rows, to tell what parts the cells of a list


def read_file(content: bytes, name: str) -> Sheets:
    """Every table of the file. Raises SourceError and nothing else."""
    if content.startswith((b"PK", OLE)):
        tabs = _office(content, name)
    elif PurePath(name).suffix.lower() in LISTS:
        tabs = [_list(content, name)]
    else:
        raise SourceError(Trouble.TRUNCATED if not content else Trouble.NOT_WORKBOOK, name)
    if sum(len(tab.cells) + len(tab.merged) for tab in tabs) > MAX_CELLS:
        raise SourceError(Trouble.TOO_LARGE, name, f"больше {MAX_CELLS} заполненных ячеек")
    return Sheets(name, tuple(tabs))


def _office(content: bytes, name: str) -> list[Tab]:
    package = open_archive(content, name)
    try:
        kind = root(package.parts[package.workbook]).name
        if kind == "document":
            return read_tables(package.parts[package.workbook])
        if kind != "workbook" or not package.sheets:
            raise SourceError(Trouble.NOT_WORKBOOK, name)
    except MarkupError as error:
        raise SourceError(Trouble.TRUNCATED, name) from error
    titles = [sheet.title for sheet in package.sheets if sheet.title not in SERVICE_TABS]
    return list(read_tabs(package, content, name, titles).values())


def _list(content: bytes, name: str) -> Tab:
    if len(content) > MAX_FILE:
        raise SourceError(Trouble.TOO_LARGE, name, f"больше {MAX_FILE // 2**20} МБ")
    text = _decoded(content, name)
    try:
        rows = max((list(csv.reader(io.StringIO(text), delimiter=one)) for one in DELIMITERS), key=_width)
    except csv.Error as error:
        raise SourceError(Trouble.TRUNCATED, name) from error
    cells = {
        At(row, column): value
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value.strip()
    }
    return Tab(PurePath(name).stem, cells)


def _width(rows: list[list[str]]) -> int:
    """Of the two widest rows the narrower one: a single comma in a name makes no column."""
    widths = sorted((len(row) for row in rows[:LOOKED_AT]), reverse=True)
    return widths[min(1, len(widths) - 1)] if widths else 0


def _decoded(content: bytes, name: str) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else what Excel writes in Russia."""
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1251"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise SourceError(Trouble.NOT_WORKBOOK, name, "это не текст")
