"""A workbook's bytes into tabs of raw cells. Values come from calamine; what it hides or chokes on is seen to here:

* an error (#N/A) and a formula that nobody has computed come out of it as blanks: here they are CellError;
* one stray cell at XFD1048576 makes it lay out seventeen thousand million cells: such cells are moved near for the
  parser and put back where they stand afterwards;
* a parser's failure means that the book is damaged, never that it is empty.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from html import unescape
from math import isfinite

from python_calamine import CalamineWorkbook

from sync_service.books.markup import MarkupError, check
from sync_service.books.notes import read_notes
from sync_service.books.package import Package, SheetPart, open_package
from sync_service.books.source import BookIdentity, SourceError, Trouble
from sync_service.reconcile.layout import IDENTITY_TAB, LISTS_TAB
from sync_service.reconcile.sheet import At, CellError, RawCell, Sheets, Tab

SERVICE_TABS = frozenset({IDENTITY_TAB, LISTS_TAB})
BOXES = ((2_000, 1_000), (20_000, 100))  # rows × columns laid out at most: a wide grid or a long table
MAX_STRAYS = 500
MAX_CELLS = 500_000  # of a book, with something in them; a class journal has some fifty thousand
NO_MEMORY = "для чтения не хватает памяти"
UNCOMPUTED = CellError("?")

_CELL = re.compile(rb"<((?:\w+:)?)c\s([^>]*)(?<!/)>(.*?)</\1c>", re.DOTALL)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]+[0-9]+)["']""")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_TEXT_RESULT = re.compile(rb"""\bt=["']str["']""")
_SHARED_TEXT = re.compile(rb"""\bt=["']s["']""")
_TEXT_ITEM = re.compile(rb"<(?:\w+:)?si[\s/>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?(?:/>|>(.*?)</)", re.DOTALL)
_END_OF_ROWS = re.compile(rb"</((?:\w+:)?)sheetData>")


@dataclass(frozen=True)
class Book:
    """A workbook, read. The fields are those of source.Fetched."""

    identity: BookIdentity
    sheets: Sheets
    tab_versions: Mapping[str, str]


def read_book(content: bytes, name: str, known: Mapping[str, str] | None = None) -> Book:
    """The tabs that people see, none if all versions are `known`, and the identity. Raises SourceError and nothing
    else."""
    package = open_package(content, name)
    try:
        versions = tab_versions(package)
    except MarkupError as error:
        raise SourceError(Trouble.TRUNCATED, name) from error
    tabs = read_tabs(package, content, name, {IDENTITY_TAB} if versions == known else {IDENTITY_TAB, *versions})
    if IDENTITY_TAB not in tabs:
        raise SourceError(Trouble.NO_IDENTITY, name)
    identity = identity_of(tabs.pop(IDENTITY_TAB), name)
    if sum(len(tab.cells) + len(tab.notes) + len(tab.merged) for tab in tabs.values()) > MAX_CELLS:
        raise SourceError(Trouble.TOO_LARGE, name, f"больше {MAX_CELLS} заполненных ячеек")
    return Book(identity, Sheets(name, tuple(tabs.values())), versions)


def read_identity(content: bytes, name: str) -> BookIdentity:
    """Only the identity, without the tabs that people see. Raises SourceError."""
    tabs = read_tabs(open_package(content, name), content, name, {IDENTITY_TAB})
    if IDENTITY_TAB not in tabs:
        raise SourceError(Trouble.NO_IDENTITY, name)
    return identity_of(tabs[IDENTITY_TAB], name)


def read_tabs(package: Package, content: bytes, name: str, titles: Collection[str]) -> dict[str, Tab]:
    """These tabs by title, in the workbook's order. `content` are the bytes of `package`. Raises SourceError."""
    try:
        for kind, root_name in (("sharedStrings", "sst"), ("styles", "styleSheet")):
            if part := package.related(package.workbook, kind):
                check(package.parts[part], root_name)
        texts = _count_texts(package)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            sheets = (sheet for sheet in package.sheets if sheet.title in titles)
            return {sheet.title: _read_tab(package, sheet, workbook, name, texts) for sheet in sheets}
    except (KeyboardInterrupt, SystemExit, SourceError):
        raise
    except MemoryError as error:
        raise SourceError(Trouble.TOO_LARGE, name, NO_MEMORY) from error
    except BaseException as error:  # a panic inside calamine is no Exception
        raise SourceError(Trouble.TRUNCATED, name) from error


def tab_versions(package: Package) -> dict[str, str]:
    """Versions of the tabs that people see, by title."""
    return {sheet.title: _version(package, sheet) for sheet in package.sheets if sheet.title not in SERVICE_TABS}


def _version(package: Package, sheet: SheetPart) -> str:
    """Changes with anything that can change what is read from the tab: its cells, its notes, the texts and the formats
    (a number is a date by its format) that are kept elsewhere."""
    xml = package.parts[sheet.part]
    parts = [sheet.part, package.related(sheet.part, "comments"), package.related(package.workbook, "styles")]
    if _SHARED_TEXT.search(xml):
        parts.append(package.related(package.workbook, "sharedStrings"))
    return ".".join(f"{zlib.crc32(package.parts[part]):08x}" if part else "-" for part in parts)


def _count_texts(package: Package) -> int:
    """How many texts the workbook keeps for its cells to point to."""
    part = package.related(package.workbook, "sharedStrings")
    return len(_TEXT_ITEM.findall(package.parts[part])) if part else 0


def _read_tab(package: Package, sheet: SheetPart, workbook: CalamineWorkbook, name: str, texts: int) -> Tab:
    xml = package.parts[sheet.part]
    check(xml, "worksheet")
    places, odd = _survey(xml, texts)
    if len(set(places)) < len(places):
        raise MarkupError("a cell has two values")
    home: dict[At, At] = {}
    if strays := _strays(places):
        if len(strays) > MAX_STRAYS:
            raise SourceError(Trouble.TOO_LARGE, name, f"вкладка «{sheet.title}», ячейка {max(strays).a1}")
        trimmed, home = _gathered(xml, strays, below=max((at.row for at in places if at not in strays), default=0))
        near = Package({**package.parts, sheet.part: trimmed})
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(near.packed()))
    parsed = workbook.get_sheet_by_name(sheet.title)
    cells: dict[At, RawCell] = {}
    for row, values in enumerate(parsed.to_python(skip_empty_area=False), 1):
        for column, value in enumerate(values, 1):
            if value != "":
                cells[At(row, column)] = _plain(value)
    for near_by, real in home.items():
        moved = cells.pop(near_by, "")
        if not isinstance(moved, str) or moved.strip():
            cells[real] = moved
    comments = package.related(sheet.part, "comments")
    if comments:
        check(package.parts[comments], "comments")
    notes = read_notes(package.parts[comments]) if comments else {}
    merged = ((_from_zero(*first), _from_zero(*last)) for first, last in parsed.merged_cell_ranges or ())
    return Tab(sheet.title, {**cells, **odd}, notes, tuple(merged))


def _from_zero(row: int, column: int) -> At:
    return At(row + 1, column + 1)


def _survey(xml: bytes, texts: int) -> tuple[list[At], dict[At, RawCell]]:
    """Where cells with content stand, and those whose content calamine would hide. Raises MarkupError for a cell that
    points past the `texts` of the workbook: calamine would say that it is blank."""
    places: list[At] = []
    odd: dict[At, RawCell] = {}
    for cell in _CELL.finditer(xml):
        _, attributes, content = cell.groups()
        if (reference := _REFERENCE.search(attributes)) is None:
            raise MarkupError("a cell does not say where it stands")
        at = At.parse(reference.group(1).decode())
        places.append(at)
        if _SHARED_TEXT.search(attributes):
            value = _VALUE.search(content)
            if value is None or not (value[1] or b"").isdigit() or int(value[1]) >= texts:
                raise MarkupError(f"{at.a1} holds a text that is not there")
        elif _ERROR.search(attributes):
            value = _VALUE.search(content)
            odd[at] = CellError(unescape(value[1].decode()) if value and value[1] else UNCOMPUTED.text)
        elif _FORMULA.search(content):
            value = _VALUE.search(content)
            if value is None or not (value.group(1) or _TEXT_RESULT.search(attributes)):
                odd[at] = UNCOMPUTED
    return places, odd


def _strays(places: list[At]) -> set[At]:
    """Cells that stand outside of what is laid out."""
    return min(
        ({at for at in places if at.row > rows or at.column > columns} for rows, columns in BOXES), key=len
    )


def _gathered(xml: bytes, strays: set[At], below: int) -> tuple[bytes, dict[At, At]]:
    """The tab with its stray cells in column A of the rows after `below`; where each of them really stands."""
    home: dict[At, At] = {}
    moved: list[bytes] = []

    def take(match: re.Match[bytes]) -> bytes:
        reference = _REFERENCE.search(match.group(2))
        at = At.parse(reference.group(1).decode()) if reference else None
        if reference is None or at is None or at not in strays:
            return match.group()
        below_all = At(below + len(home) + 1, 1)
        home[below_all] = at
        row = match.group(1) + b"row"
        cell = match.group().replace(reference.group(), b'r="%s"' % below_all.a1.encode(), 1)
        moved.append(b'<%s r="%d">%s</%s>' % (row, below_all.row, cell, row))
        return b""

    trimmed = _CELL.sub(take, xml)
    return _END_OF_ROWS.sub(lambda end: b"".join(moved) + end.group(), trimmed, count=1), home


def _plain(value: object) -> RawCell:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, float) and not isfinite(value):
        return CellError("#NUM!")  # no program writes it; what is compared must be equal to itself
    assert isinstance(value, str | int | float | bool | date | datetime | time | timedelta)  # what calamine gives
    return value


def identity_of(tab: Tab, name: str) -> BookIdentity:
    """What the hidden tab says the book is. Raises SourceError."""
    said = {str(value): tab.cells.get(At(at.row, 2), "") for at, value in tab.cells.items() if at.column == 1}
    try:
        book, kind, school, year = (str(said[key]) for key in ("book", "kind", "school", "year"))
        layout, generation = (int(str(said[key])) for key in ("layout", "generation"))
    except (KeyError, ValueError) as error:
        raise SourceError(Trouble.NO_IDENTITY, name, f"вкладка «{IDENTITY_TAB}» испорчена") from error
    return BookIdentity(book, kind, school, year, layout, generation)
