"""The values methods: plain rows of values in and out. Formats, notes and the like are other modules' business."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.google_emulator import a1, metadata
from tests.google_emulator.areas import Area
from tests.google_emulator.editing import BLANK, Edit, bad, beyond, check_size, check_text, covered, local, put
from tests.google_emulator.entering import enter
from tests.google_emulator.formulas.arrays import Error
from tests.google_emulator.formulas.engine import Engine
from tests.google_emulator.protecting import guard
from tests.google_emulator.resource import formatted, number_format, plain
from tests.google_emulator.state import Cell, Json, Sheet, Spreadsheet

MOMENTS = ("DATE", "TIME", "DATE_TIME")


@dataclass(frozen=True)
class Render:
    """How values are told."""

    values: str = "FORMATTED_VALUE"
    dates: str = "SERIAL_NUMBER"
    columns: bool = False

    def __post_init__(self) -> None:
        if self.values not in ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"):
            raise bad(f"Invalid value at 'value_render_option' (ValueRenderOption), \"{self.values}\"")
        if self.dates not in ("SERIAL_NUMBER", "FORMATTED_STRING"):
            raise bad(f"Invalid value at 'date_time_render_option' (DateTimeRenderOption), \"{self.dates}\"")


def major(name: str | None) -> bool:
    """Whether columns come first. Raises ApiError 400 for an unknown dimension."""
    if name not in (None, "", "ROWS", "COLUMNS", "DIMENSION_UNSPECIFIED"):
        raise bad(f"Invalid value at 'major_dimension' (Dimension), \"{name}\"")
    return name == "COLUMNS"


# Reading


def value_range(book: Spreadsheet, engine: Engine, area: Area, render: Render) -> Json:
    """A ValueRange: trailing blanks dropped, `values` absent if nothing is left."""
    sheet = next(sheet for sheet in book.sheets if sheet.id == area.sheet)
    told: Json = {"range": a1.written(sheet, area), "majorDimension": "COLUMNS" if render.columns else "ROWS"}
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.entered is None or not area.holds(row, column):
            continue
        value = _told(cell, engine.value(sheet.id, row, column), render, book.locale)
        place = (column - area.left, row - area.top) if render.columns else (row - area.top, column - area.left)
        rows.setdefault(place[0], {})[place[1]] = value
    if rows:
        told["values"] = [
            [rows[row].get(column, "") for column in range(max(rows[row]) + 1)] if row in rows else []
            for row in range(max(rows) + 1)
        ]
    return told


def _told(cell: Cell, value: Any, render: Render, locale: str) -> Any:
    if render.values == "FORMULA" and cell.is_formula:
        return cell.entered
    if render.values == "FORMATTED_VALUE" or type(value) is Error:
        return formatted(cell, value, locale)
    if type(value) in (int, float):
        kind = (number_format(cell) or {}).get("type")
        if render.dates == "FORMATTED_STRING" and kind in MOMENTS:
            return formatted(cell, value, locale)
        return plain(value)
    return "" if value is None else value


# Writing


@dataclass
class Written:
    """What one ValueRange has changed."""

    area: Area
    cells: set[tuple[int, int]] = field(default_factory=set)

    def told(self, book: str, sheet: Sheet) -> Json:
        """An UpdateValuesResponse."""
        rows, columns = {row for row, _ in self.cells}, {column for _, column in self.cells}
        counts = {"updatedRows": len(rows), "updatedColumns": len(columns), "updatedCells": len(self.cells)}
        return {
            "spreadsheetId": book,
            "updatedRange": a1.written(sheet, self.area),
            **{name: count for name, count in counts.items() if count},
        }


def totals(book: str, written: Sequence[Written], responses: list[Json]) -> Json:
    """A BatchUpdateValuesResponse; rows and columns that were written twice count once."""
    rows = {(one.area.sheet, row) for one in written for row, _ in one.cells}
    columns = {(one.area.sheet, column) for one in written for _, column in one.cells}
    cells = {(one.area.sheet, *place) for one in written for place in one.cells}
    return {
        "spreadsheetId": book,
        "totalUpdatedRows": len(rows),
        "totalUpdatedColumns": len(columns),
        "totalUpdatedCells": len(cells),
        "totalUpdatedSheets": len({one.area.sheet for one in written}),
        "responses": responses,
    }


def rows_of(given: Json, where: str = "data") -> list[list[Any]]:
    """The values of a ValueRange, rows first. Raises ApiError 400 for what is no list of lists of plain values."""
    values = given.get("values") or []
    if not isinstance(values, list):
        raise bad(f"Invalid value at '{where}.values' (type.googleapis.com/google.protobuf.ListValue), \"{values}\"")
    for number, row in enumerate(values):
        if not isinstance(row, list):
            kind = "type.googleapis.com/google.protobuf.ListValue"
            raise bad(f"Invalid value at '{where}.values[{number}]' ({kind}), \"{row}\"")
        for place, value in enumerate(row):
            if isinstance(value, list | dict):
                kind = "list_value" if isinstance(value, list) else "struct_value"
                raise bad(f"Invalid {where}: Invalid values[{number}][{place}]: {kind} {{}}")
    if major(given.get("majorDimension")):
        height = max(map(len, values), default=0)
        values = [[column[row] if row < len(column) else None for column in values] for row in range(height)]
    return values


def input_option(name: object) -> bool:
    """Whether values are taken as typed."""
    if name not in ("RAW", "USER_ENTERED"):
        missing = "'valueInputOption' is required but not specified"
        raise bad(f"Invalid valueInputOption: {name}" if name else missing)
    return name == "USER_ENTERED"


def write(edit: Edit, area: Area, values: list[list[Any]], *, typed: bool) -> Written:
    """Put values into the top left of an area; null leaves a cell, "" empties it. Raises ApiError 400."""
    sheet = edit.sheet(area.sheet)
    height, width = len(values), max(map(len, values), default=0)
    whole = area._replace(bottom=area.top + height, right=area.left + width)
    if (area.height, area.width) == (1, 1):  # one cell says only where to begin
        area = area._replace(bottom=sheet.rows, right=sheet.columns)
        if whole.bottom > sheet.rows or whole.right > sheet.columns:
            raise beyond(sheet, whole)
    if height > area.height or width > area.width:
        asked = a1.written(sheet, area)
        place = f"row [{area.bottom + 1}]" if height > area.height else f"column [{a1.letters(area.right)}]"
        raise bad(f"Requested writing within range [{asked}], but tried writing to {place}")
    written = Written(whole if height and width else area._replace(bottom=area.top + 1, right=area.left + 1))
    guard(edit, written.area)
    year = local(edit.book, edit.now).year
    for row, line in enumerate(values, area.top):
        for column, value in enumerate(line, area.left):
            if value is not None:
                written.cells.add((row, column))
                set_value(edit, sheet, row, column, value, typed=typed, year=year)
    return written


def set_value(edit: Edit, sheet: Sheet, row: int, column: int, value: Any, *, typed: bool, year: int) -> None:
    check_text(value)
    if sheet.merges and covered(sheet, row, column):
        return
    cell = sheet.cells.get((row, column), BLANK)
    if value == "":
        changed = replace(cell, entered=None, is_formula=False, runs=[])
    elif typed:
        changed = enter(cell, value, edit.book.locale, year)
    else:
        changed = replace(cell, entered=value, is_formula=False, runs=[])
    put(sheet, row, column, changed)


def clear(edit: Edit, area: Area) -> Area:
    """Empty the cells; notes, formats and validation stay."""
    guard(edit, area)
    sheet = edit.sheet(area.sheet)
    for row, column in [place for place, cell in sheet.cells.items() if cell.entered is not None]:
        if area.holds(row, column):
            cell = sheet.cells[row, column]
            put(sheet, row, column, replace(cell, entered=None, is_formula=False, runs=[]))
    return area


def append(
    edit: Edit, area: Area, values: list[list[Any]], *, typed: bool, insert: bool
) -> tuple[Area | None, Written]:
    """Put rows below the table found in an area. Returns the table (None if there is none) and what was written.

    The table is detected, as Google does: the last filled cell of the area with everything that touches it."""
    sheet = edit.sheet(area.sheet)
    table = _table(sheet, area)
    row, column = (table.bottom, table.left) if table else (area.top, area.left)
    height, width = len(values), max(map(len, values), default=0)
    if insert and table and height:
        from tests.google_emulator.dimensions import insert_lines  # noqa: PLC0415 - dimensions write values too

        insert_lines(edit, sheet, "ROWS", row, height, before=True)
    sheet.rows, sheet.columns = max(sheet.rows, row + height), max(sheet.columns, column + width)
    check_size(edit.book)
    target = Area(sheet.id, row, column, row + max(height, 1), column + max(width, 1))
    return table, write(edit, target, values, typed=typed)


def _table(sheet: Sheet, area: Area) -> Area | None:
    filled = {place for place, cell in sheet.cells.items() if cell.entered is not None}
    inside = [place for place in filled if area.holds(*place)]
    if not inside:
        return None
    last = max(inside)
    table = Area(sheet.id, last[0], last[1], last[0] + 1, last[1] + 1)
    while True:
        touching = [
            (row, column)
            for row, column in filled
            if table.top - 1 <= row <= table.bottom and table.left - 1 <= column <= table.right
        ]
        grown = Area(
            sheet.id,
            min([table.top, *(row for row, _ in touching)]),
            min([table.left, *(column for _, column in touching)]),
            max([table.bottom - 1, *(row for row, _ in touching)]) + 1,
            max([table.right - 1, *(column for _, column in touching)]) + 1,
        )
        if grown == table:
            return table
        table = grown


def filtered(book: Spreadsheet, data_filter: Json) -> Area:
    """The one area of a DataFilter that is written to."""
    found = metadata.areas(book, data_filter)
    if len(found) != 1:
        raise bad("The data filter must match exactly one range.")
    return found[0]
