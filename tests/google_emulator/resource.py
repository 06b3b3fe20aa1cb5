"""The spreadsheet resource: JSON of a spreadsheet, its tabs and cells, as much of it as a field mask asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from tests.google_emulator.areas import Area, as_range, of_range
from tests.google_emulator.formulas.arrays import Error, Scalar
from tests.google_emulator.formulas.engine import Engine
from tests.google_emulator.masks import ALL, Mask, below, pruned, wants
from tests.google_emulator.metadata import area_of
from tests.google_emulator.protecting import shown_to
from tests.google_emulator.showing import shown
from tests.google_emulator.state import Cell, Json, Sheet, Spreadsheet

WHITE: Json = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: Json = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {}, "fontFamily": "arial,sans,sans-serif", "fontSize": 10, "bold": False, "italic": False,
        "strikethrough": False, "underline": False, "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}  # fmt: skip
CELL = dict.fromkeys(
    ("userEnteredValue", "effectiveValue", "formattedValue", "userEnteredFormat", "effectiveFormat", "hyperlink",
     "note", "textFormatRuns", "dataValidation", "pivotTable", "dataSourceTable", "dataSourceFormula", "chipRuns")
)  # fmt: skip
SPREADSHEET: dict[str, Any] = {
    "spreadsheetId": None, "properties": None, "namedRanges": None, "spreadsheetUrl": None, "developerMetadata": None,
    "dataSources": None, "dataSourceSchedules": None,
    "sheets": {
        "properties": dict.fromkeys(
            ("sheetId", "title", "index", "sheetType", "gridProperties", "hidden", "tabColor", "tabColorStyle",
             "rightToLeft", "dataSourceSheetProperties")
        ),
        "data": {
            "startRow": None, "startColumn": None, "rowData": {"values": CELL}, "rowMetadata": None,
            "columnMetadata": None,
        },
        **dict.fromkeys(
            ("merges", "conditionalFormats", "filterViews", "protectedRanges", "basicFilter", "charts", "bandedRanges",
             "developerMetadata", "rowGroups", "columnGroups", "slicers", "tables")
        ),
    },
}  # fmt: skip
MOST_REMEMBERED = 500  # answers about one spreadsheet
Places = dict[int, list[Area]]  # by sheet, closed to the grid


class Telling:
    """A spreadsheet as one caller sees it. `engine` has looked at it already."""

    def __init__(self, book: Spreadsheet, engine: Engine, caller: str, owner: str) -> None:
        self.book, self.engine, self.caller, self.owner = book, engine, caller, owner

    def spreadsheet(self, mask: Mask = ALL, places: Places | None = None, *, data: bool = False) -> Json:
        """`places` limit sheets and data; `data` tells whether cells are told when the mask takes everything."""
        book, told = self.book, {}
        if wants(mask, "spreadsheetId"):
            told["spreadsheetId"] = book.id
        if wants(mask, "properties"):
            properties = {
                "title": book.title, "locale": book.locale, "autoRecalc": "ON_CHANGE", "timeZone": book.time_zone,
                "defaultFormat": DEFAULT_FORMAT,
                "spreadsheetTheme": {"primaryFontFamily": "Arial", "themeColors": []},
            }  # fmt: skip
            told["properties"] = pruned(properties, below(mask, "properties"))
        if wants(mask, "sheets"):
            inner = below(mask, "sheets")
            told["sheets"] = [
                self.sheet(index, sheet, inner, places.get(sheet.id) if places else None, data=data)
                for index, sheet in enumerate(book.sheets)
                if not places or sheet.id in places
            ]
        if wants(mask, "namedRanges") and book.named_ranges:
            named = [{**one, "range": as_range(of_range(one["range"]))} for one in book.named_ranges]
            told["namedRanges"] = pruned(named, below(mask, "namedRanges"))
        if wants(mask, "spreadsheetUrl"):
            told["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{book.id}/edit"
        if wants(mask, "developerMetadata"):
            own = [entry for entry in book.metadata if entry["location"]["locationType"] == "SPREADSHEET"]
            if own:
                told["developerMetadata"] = pruned(own, below(mask, "developerMetadata"))
        return told

    def sheet(self, index: int, sheet: Sheet, mask: Mask, areas: list[Area] | None, *, data: bool) -> Json:
        told: Json = {}
        if wants(mask, "properties"):
            told["properties"] = pruned(properties_of(index, sheet), below(mask, "properties"))
        if "data" in mask or (not mask and data):
            asked = areas or [Area(sheet.id, 0, 0, sheet.rows, sheet.columns)]
            told["data"] = [self.data(sheet, area, below(mask, "data")) for area in asked]
        for name, value in self._extras(sheet, mask):
            if value:
                told[name] = pruned(value, below(mask, name))
        return told

    def _extras(self, sheet: Sheet, mask: Mask) -> Iterable[tuple[str, Any]]:
        if wants(mask, "merges"):
            yield "merges", [as_range(of_range(merge)) for merge in sheet.merges]
        if wants(mask, "conditionalFormats"):
            yield "conditionalFormats", [
                {**rule, "ranges": [as_range(of_range(one)) for one in rule.get("ranges", [])]}
                for rule in sheet.conditional
            ]
        if wants(mask, "protectedRanges"):
            yield "protectedRanges", [shown_to(one, self.caller, self.owner) for one in sheet.protections]
        if wants(mask, "basicFilter") and sheet.basic_filter:
            yield "basicFilter", {**sheet.basic_filter, "range": as_range(of_range(sheet.basic_filter["range"]))}
        if wants(mask, "developerMetadata"):
            yield "developerMetadata", [
                entry
                for entry in self.book.metadata
                if entry["location"]["locationType"] == "SHEET" and entry["location"]["sheetId"] == sheet.id
            ]
        for name in ("rowGroups", "columnGroups"):
            if wants(mask, name):
                yield name, sheet.groups[name]

    # Cells

    def data(self, sheet: Sheet, area: Area, mask: Mask) -> Json:
        told: Json = {}
        if area.top and wants(mask, "startRow"):
            told["startRow"] = area.top
        if area.left and wants(mask, "startColumn"):
            told["startColumn"] = area.left
        if wants(mask, "rowData") and (rows := self._rows(sheet, area, below(below(mask, "rowData"), "values"))):
            told["rowData"] = rows
        if wants(mask, "rowMetadata"):
            lines = self._lines(sheet, "ROWS", range(area.top, area.bottom))
            told["rowMetadata"] = pruned(lines, below(mask, "rowMetadata"))
        if wants(mask, "columnMetadata"):
            lines = self._lines(sheet, "COLUMNS", range(area.left, area.right))
            told["columnMetadata"] = pruned(lines, below(mask, "columnMetadata"))
        return told

    def _rows(self, sheet: Sheet, area: Area, mask: Mask) -> list[Json]:
        """Remembered until something on the sheet changes; nobody may change the answer."""
        name, version = ("rows", area, repr(mask)), self.engine.versions.get(sheet.id, 0)
        known = self.engine.remembered.get(name)
        if known is not None and known[0] == version:
            return known[1]  # type: ignore[no-any-return]
        rows = self._made_rows(sheet, area, mask)
        if len(self.engine.remembered) >= MOST_REMEMBERED:
            self.engine.remembered.clear()
        self.engine.remembered[name] = (version, rows)
        return rows

    def _made_rows(self, sheet: Sheet, area: Area, mask: Mask) -> list[Json]:
        found: dict[int, dict[int, Json]] = {}
        top, left, bottom, right = area[1:]
        value, light = self.engine.value, bool(mask) and mask.keys() <= {"effectiveValue", "formattedValue", "note"}
        for (row, column), cell in sheet.cells.items():
            if not (top <= row < bottom and left <= column < right) or (
                light and cell.entered is None and not cell.note
            ):
                continue
            told = self.cell(cell, value(sheet.id, row, column) if cell.is_formula else cell.entered, mask)
            if told:
                found.setdefault(row - top, {})[column - left] = told
        rows: list[Json] = [{}] * (max(found, default=-1) + 1)
        for row, cells in found.items():
            rows[row] = {"values": [cells.get(column, {}) for column in range(max(cells) + 1)]}
        return rows

    def cell(self, cell: Cell, value: Scalar, mask: Mask) -> Json:
        """CellData of a cell whose effective value is `value`."""
        told: Json = {}
        locale = self.book.locale
        if cell.entered is not None:
            if wants(mask, "userEnteredValue"):
                told["userEnteredValue"] = (
                    {"formulaValue": cell.entered} if cell.is_formula else extended(cell.entered, locale)
                )
            if value is not None:
                if wants(mask, "effectiveValue"):
                    told["effectiveValue"] = extended(value, locale)
                if wants(mask, "formattedValue") and (text := formatted(cell, value, locale)):
                    told["formattedValue"] = text
        if not mask or mask.keys() - {"userEnteredValue", "effectiveValue", "formattedValue", "note"}:
            self._dress(told, cell, mask)
        if cell.note and wants(mask, "note"):
            told["note"] = cell.note
        return told if not mask else {key: pruned(item, mask[key]) for key, item in told.items()}

    @staticmethod
    def _dress(told: Json, cell: Cell, mask: Mask) -> None:
        if cell.format and wants(mask, "userEnteredFormat"):
            told["userEnteredFormat"] = cell.format
        if wants(mask, "effectiveFormat") and (cell.entered is not None or cell.format):
            told["effectiveFormat"] = {**DEFAULT_FORMAT, **cell.format}
        if wants(mask, "hyperlink") and (link := _link(cell)):
            told["hyperlink"] = link
        if cell.runs and wants(mask, "textFormatRuns"):
            told["textFormatRuns"] = cell.runs
        if cell.validation and wants(mask, "dataValidation"):
            told["dataValidation"] = cell.validation

    def _lines(self, sheet: Sheet, dimension: str, span: range) -> list[Json]:
        """rowMetadata or columnMetadata."""
        rows = dimension == "ROWS"
        known, usual = (sheet.row_metadata, 21) if rows else (sheet.column_metadata, 100)
        marks: dict[int, list[Json]] = {}
        for entry in self.book.metadata:
            if entry["location"]["locationType"] != dimension[:-1]:
                continue
            place = area_of(entry["location"])
            if place is not None and place.sheet == sheet.id:
                marks.setdefault(place.top if rows else place.left, []).append(entry)
        return [
            {"pixelSize": usual} | known.get(line, {}) | ({"developerMetadata": marks[line]} if line in marks else {})
            for line in span
        ]


def properties_of(index: int, sheet: Sheet) -> Json:
    grid = {"rowCount": sheet.rows, "columnCount": sheet.columns}
    if sheet.frozen_rows:
        grid["frozenRowCount"] = sheet.frozen_rows
    if sheet.frozen_columns:
        grid["frozenColumnCount"] = sheet.frozen_columns
    told: Json = {
        "sheetId": sheet.id, "title": sheet.title, "index": index, "sheetType": "GRID", "gridProperties": grid,
    }  # fmt: skip
    return told | {"hidden": True} if sheet.hidden else told


def plain(value: int | float) -> int | float:
    """A number as JSON tells it: 4, not 4.0."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def extended(value: Scalar, locale: str) -> Json:
    """ExtendedValue of a value that is no blank."""
    match value:
        case bool():
            return {"boolValue": value}
        case str():
            return {"stringValue": value}
        case Error():
            return {"errorValue": {"type": value.type, "message": value.message(locale)}}
        case None:
            return {}
    return {"numberValue": plain(value)}


def number_format(cell: Cell) -> Json | None:
    """The format a number is shown by; a formula that makes a date has one of its own."""
    given = cell.format.get("numberFormat")
    if given is None and cell.is_formula and re.match(r"=\s*(TODAY|DATE)\(", str(cell.entered), re.IGNORECASE):
        return {"type": "DATE"}
    return given  # type: ignore[no-any-return]


def formatted(cell: Cell | None, value: Scalar, locale: str) -> str:
    """formattedValue; "" where there is none."""
    if type(value) is str:
        return value
    if type(value) is Error:
        return value.shown
    return shown(value, number_format(cell) if cell else None, locale)


def _link(cell: Cell) -> str:
    link = cell.format.get("textFormat", {}).get("link", {}).get("uri", "")
    if not link and cell.is_formula:
        match = re.match(r'=\s*HYPERLINK\(\s*"((?:[^"]|"")*)"', str(cell.entered), re.IGNORECASE)
        link = match[1].replace('""', '"') if match else ""
    return str(link)


def by_sheet(areas: Sequence[Area]) -> Places:
    found: Places = {}
    for area in areas:
        found.setdefault(area.sheet, []).append(area)
    return found
