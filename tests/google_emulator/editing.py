"""A change of a spreadsheet in the making: a draft that takes its place only when everything has succeeded.

Cells and all the JSON kept in a spreadsheet are never changed in place but replaced, so a draft shares them with its
original, and whoever remembers a cell can tell by identity whether it is still the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.google_emulator.areas import Area, of_range
from tests.google_emulator.state import ApiError, Cell, Json, Sheet, Spreadsheet

MOST_CELLS, LONGEST_TEXT, MOST_COLUMNS = 10_000_000, 50_000, 18_278
BLANK = Cell()


def bad(message: str) -> ApiError:
    return ApiError(400, message, "INVALID_ARGUMENT")


def draft_of(book: Spreadsheet) -> Spreadsheet:
    """A copy to work on. Its cells are the same objects, in dictionaries of their own."""
    sheets = [
        replace(
            sheet,
            cells=dict(sheet.cells),
            merges=list(sheet.merges),
            protections=list(sheet.protections),
            conditional=list(sheet.conditional),
            groups={key: list(groups) for key, groups in sheet.groups.items()},
            row_metadata=dict(sheet.row_metadata),
            column_metadata=dict(sheet.column_metadata),
        )
        for sheet in book.sheets
    ]
    return replace(book, sheets=sheets, named_ranges=list(book.named_ranges), metadata=list(book.metadata))


def put_in_place(book: Spreadsheet, draft: Spreadsheet) -> None:
    book.__dict__.update(draft.__dict__)


def sheet_of(book: Spreadsheet, sheet_id: int) -> Sheet:
    found = next((sheet for sheet in book.sheets if sheet.id == sheet_id), None)
    if found is None:
        raise bad(f"No grid with id: {sheet_id}")
    return found


def local(book: Spreadsheet, now: datetime) -> datetime:
    """The moment as clocks show it in the spreadsheet's time zone."""
    try:
        zone = ZoneInfo(book.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("Etc/GMT")
    return now.astimezone(zone)


def is_blank(cell: Cell) -> bool:
    """Nothing in it and nothing on it."""
    return (
        cell.entered is None and not cell.format and not cell.note and cell.validation is None and not cell.runs
    )  # fmt: skip


def put(sheet: Sheet, row: int, column: int, cell: Cell) -> None:
    """Set a cell; one with nothing in it and nothing on it is forgotten."""
    if is_blank(cell):
        sheet.cells.pop((row, column), None)
    else:
        sheet.cells[row, column] = cell


def covered(sheet: Sheet, row: int, column: int) -> bool:
    """Whether the cell is hidden under a merged neighbour and can hold nothing."""
    return any(
        (area := of_range(merge)).holds(row, column) and (area.top, area.left) != (row, column)
        for merge in sheet.merges
    )


def check_size(book: Spreadsheet) -> None:
    if sum(sheet.rows * sheet.columns for sheet in book.sheets) > MOST_CELLS:
        raise bad(
            f"This action would increase the number of cells in the workbook above the limit of {MOST_CELLS} cells."
        )


def check_text(value: object) -> None:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise bad(f"Your input contains more than the maximum of {LONGEST_TEXT} characters in a single cell.")


@dataclass
class Edit:
    """Who changes what and when; `book` is the draft, `owner` the file's."""

    book: Spreadsheet
    owner: str
    caller: str
    now: datetime
    chance: random.Random
    engine: Any = None  # formulas.engine.Engine of the spreadsheet, for kinds that look at values

    def sheet(self, sheet_id: object) -> Sheet:
        return sheet_of(self.book, int(sheet_id or 0))  # type: ignore[call-overload]

    def area(self, given: Json | None) -> Area:
        """The area of a GridRange of a request, closed to the grid. Raises ApiError 400 if it leaves the grid."""
        if given is None:
            raise bad("No range specified.")
        area = of_range(given)
        sheet = self.sheet(area.sheet)
        closed = area.clipped(sheet)
        ends = [given.get("endRowIndex", 0) > sheet.rows, given.get("endColumnIndex", 0) > sheet.columns]
        if area.top >= sheet.rows or area.left >= sheet.columns or any(ends):
            raise beyond(sheet, area)
        if closed.height <= 0 or closed.width <= 0:
            raise bad("Range is empty.")
        return closed

    def new_id(self) -> int:
        """For protections, named ranges, metadata: never handed out twice in one spreadsheet."""
        self.book.next_id += 1
        return self.book.next_id + self.chance.randrange(1000) * 1_000_000


def beyond(sheet: Sheet, area: Area) -> ApiError:
    """The refusal of a place outside the grid."""
    from tests.google_emulator.a1 import written  # noqa: PLC0415 - a1 reads spreadsheets through this module

    where = written(sheet, area)
    return bad(f"Range ({where}) exceeds grid limits. Max rows: {sheet.rows}, max columns: {sheet.columns}")
