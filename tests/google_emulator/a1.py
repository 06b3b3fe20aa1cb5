"""A1 notation: the only module that knows letters of columns and quoted titles."""

from __future__ import annotations

import re
from functools import lru_cache

from tests.google_emulator.areas import OPEN, Area, of_range
from tests.google_emulator.editing import bad, beyond
from tests.google_emulator.state import Sheet, Spreadsheet

_CELLS = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?(:\$?([A-Za-z]{1,3})?\$?([0-9]+)?)?")
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")


@lru_cache(maxsize=20_000)
def letters(column: int) -> str:
    """0 → «A», 26 → «AA»."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@lru_cache(maxsize=20_000)
def number(text: str) -> int:
    """«A» → 0, «AA» → 26."""
    total = 0
    for letter in text.upper():
        total = total * 26 + ord(letter) - 64
    return total - 1


def quoted(title: str) -> str:
    """A title as Google writes it before «!»: in quotes unless simple."""
    if _SIMPLE.fullmatch(title) and not _LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def written(sheet: Sheet, area: Area) -> str:
    """«'Лист 1'!A1:B2»; open sides are closed to the grid."""
    bottom = sheet.rows if area.bottom == OPEN else area.bottom
    right = sheet.columns if area.right == OPEN else area.right
    first = f"{letters(area.left)}{area.top + 1}"
    last = f"{letters(max(right, area.left + 1) - 1)}{max(bottom, area.top + 1)}"
    return f"{quoted(sheet.title)}!{first}" + (f":{last}" if last != first else "")


def read(book: Spreadsheet, text: str) -> Area:
    """The area a text names, closed to the grid: «Лист1», «A1:B2», «'Лист 1'!B:B», a named range.

    Raises ApiError 400 for what names nothing and for a place outside the grid."""
    title, cells = _parts(text)
    if title is None:
        named = next((named for named in book.named_ranges if named.get("name") == text), None)
        if named is not None:
            area = of_range(named["range"])
            return area.clipped(_by_id(book, area.sheet))
        title, cells = _title_or_cells(book, text)
    sheet = _first_visible(book) if title is None else _by_title(book, title, text)
    area = _area(sheet, cells, text)
    if area.top >= sheet.rows or area.left >= sheet.columns:
        raise beyond(sheet, area)
    return area.clipped(sheet)


def _parts(text: str) -> tuple[str | None, str]:
    """Title and cells; the title is None where the text has no «!» and no quotes."""
    if text.startswith("'"):
        match = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if match is None:
            raise bad(f"Unable to parse range: {text}")
        return match[1].replace("''", "'"), match[2] or ""
    title, mark, cells = text.rpartition("!")
    return (title, cells) if mark else (None, "")


def _title_or_cells(book: Spreadsheet, text: str) -> tuple[str | None, str]:
    match = _CELLS.fullmatch(text)
    if text and match and (match[3] or (match[1] and match[2])):
        return None, text
    if any(sheet.title == text for sheet in book.sheets):
        return text, ""
    if match is None or not text:
        raise bad(f"Unable to parse range: {text}")
    return None, text


def _area(sheet: Sheet, cells: str, text: str) -> Area:
    if not cells:
        return Area(sheet.id, 0, 0, OPEN, OPEN)
    match = _CELLS.fullmatch(cells)
    if match is None or (match[3] is None and not (match[1] and match[2])) or match[3] == ":":
        raise bad(f"Unable to parse range: {text}")
    left, top = (number(match[1]) if match[1] else None), (int(match[2]) - 1 if match[2] else None)
    if top == -1:
        raise bad(f"Unable to parse range: {text}")
    if match[3] is None:
        return Area(sheet.id, top or 0, left or 0, (top or 0) + 1, (left or 0) + 1)
    right, bottom = (number(match[4]) if match[4] else None), (int(match[5]) - 1 if match[5] else None)
    rows, columns = _span(top, bottom), _span(left, right)
    if rows[0] < 0:
        raise bad(f"Unable to parse range: {text}")
    return Area(sheet.id, rows[0], columns[0], rows[1], columns[1])


def _span(first: int | None, last: int | None) -> tuple[int, int]:
    if first is not None and last is not None:
        return min(first, last), max(first, last) + 1
    if first is None and last is not None:
        return 0, last + 1
    return first or 0, OPEN


def _first_visible(book: Spreadsheet) -> Sheet:
    return next((sheet for sheet in book.sheets if not sheet.hidden), book.sheets[0])


def _by_title(book: Spreadsheet, title: str, text: str) -> Sheet:
    found = next((sheet for sheet in book.sheets if sheet.title == title), None)
    found = found or next((sheet for sheet in book.sheets if sheet.title.lower() == title.lower()), None)
    if found is None:
        raise bad(f"Unable to parse range: {text}")
    return found


def _by_id(book: Spreadsheet, sheet_id: int) -> Sheet:
    return next(sheet for sheet in book.sheets if sheet.id == sheet_id)
