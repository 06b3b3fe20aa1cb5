"""batchUpdate kinds that write cells: values, formats, notes, validation by request, row by row or all alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.google_emulator.areas import Area
from tests.google_emulator.editing import BLANK, Edit, bad, check_size, check_text, covered, put
from tests.google_emulator.formulas.references import shifted
from tests.google_emulator.masks import Mask, fields_of, leaves
from tests.google_emulator.protecting import guard
from tests.google_emulator.resource import plain
from tests.google_emulator.state import Cell, Json, Sheet

_WRITABLE = ("userEnteredValue", "userEnteredFormat", "note", "textFormatRuns", "dataValidation")
_READ_ONLY = ("effectiveValue", "formattedValue", "effectiveFormat", "hyperlink", "pivotTable")
Paths = tuple[tuple[str, ...], ...]


def _paths(mask: Mask) -> Paths:
    """What an update touches. Raises ApiError 400 for what cannot be written."""
    paths = tuple(leaves(mask)) or tuple((name,) for name in _WRITABLE)
    for path in paths:
        if path[0] in _READ_ONLY or path[0] not in _WRITABLE:
            raise bad(f"Invalid field: {'.'.join(path)}")
    return paths


def _with(cell: Cell, data: Json, paths: Paths) -> Cell:
    """The cell with the named fields of a CellData; fields that the data does not have are cleared."""
    cell = replace(cell)
    for path in paths:
        match path[0]:
            case "userEnteredValue":
                cell.entered, cell.is_formula = _entered(data.get("userEnteredValue") or {})
            case "note":
                cell.note = str(data.get("note") or "")
            case "dataValidation":
                cell.validation = data.get("dataValidation") or None
            case "textFormatRuns":
                cell.runs = list(data.get("textFormatRuns") or [])
            case "userEnteredFormat":
                cell.format = _set(cell.format, data.get("userEnteredFormat") or {}, path[1:])
    return cell


def _set(old: Json, given: Json, path: tuple[str, ...]) -> Json:
    """`old` with the value at a path taken from `given`, gone if it is not there."""
    if not path:
        return dict(given)
    rest = {key: value for key, value in old.items() if key != path[0]}
    if path[0] not in given:
        return rest if len(path) == 1 else _kept(rest, path[0], _set(old.get(path[0], {}), {}, path[1:]))
    if len(path) == 1:
        return rest | {path[0]: given[path[0]]}
    return _kept(rest, path[0], _set(old.get(path[0], {}), given[path[0]] or {}, path[1:]))


def _kept(rest: Json, name: str, value: Json) -> Json:
    return rest | {name: value} if value else rest


def _entered(value: Json) -> tuple[Any, bool]:
    """What an ExtendedValue puts in; a stringValue is literal whatever it begins with."""
    if len(value) > 1:
        raise bad("Only one value of ExtendedValue can be set.")
    match value:
        case {"formulaValue": formula}:
            if not str(formula).startswith("="):
                raise bad("formulaValue must begin with '='.")
            return formula, True
        case {"stringValue": text}:
            check_text(text)
            return (str(text), False) if text != "" else (None, False)
        case {"numberValue": number}:
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise bad(f"Invalid value at 'user_entered_value.number_value' (TYPE_DOUBLE), \"{number}\"")
            return plain(number), False
        case {"boolValue": flag}:
            return bool(flag), False
        case {}:
            if value:
                raise bad("errorValue cannot be set.")
    return None, False


def _put(edit: Edit, sheet: Sheet, row: int, column: int, cell: Cell) -> None:
    if cell.entered is not None and sheet.merges and covered(sheet, row, column):
        cell = replace(cell, entered=None, is_formula=False)
    put(sheet, row, column, cell)


def update_cells(edit: Edit, request: Json) -> Json:
    paths, rows = _paths(fields_of(request)), request.get("rows") or []
    if "range" in request:
        area = edit.area(request["range"])
    else:
        start = request.get("start")
        if start is None:
            raise bad("Must specify either start or range.")
        top, left = int(start.get("rowIndex") or 0), int(start.get("columnIndex") or 0)
        width = max((len(row.get("values") or []) for row in rows), default=0)
        sheet = edit.sheet(start.get("sheetId"))
        area = Area(sheet.id, top, left, top + len(rows), left + width)
        if area.bottom > sheet.rows or top >= sheet.rows:
            raise bad(f"Attempting to write row: {sheet.rows}, beyond the last requested row of: {sheet.rows - 1}")
        if area.right > sheet.columns or left >= sheet.columns:
            last = sheet.columns - 1
            raise bad(f"Attempting to write column: {sheet.columns}, beyond the last requested column of: {last}")
    _fill(edit, area, rows, paths, whole="range" in request)
    return {}


def _fill(edit: Edit, area: Area, rows: list[Json], paths: Paths, *, whole: bool) -> None:
    """Write rows from the top left of the area; with `whole`, clear the fields of the cells no row covers."""
    sheet = edit.sheet(area.sheet)
    for number, row in enumerate(rows):
        if number >= area.height:
            last = area.bottom - 1
            raise bad(f"Attempting to write row: {area.bottom}, beyond the last requested row of: {last}")
        if len(row.get("values") or []) > area.width:
            last = area.right - 1
            raise bad(f"Attempting to write column: {area.right}, beyond the last requested column of: {last}")
    guard(edit, area)
    given = {
        (area.top + number, area.left + place): data or {}
        for number, row in enumerate(rows)
        for place, data in enumerate(row.get("values") or [])
    }
    if whole:
        for place in [place for place in sheet.cells if area.holds(*place) and place not in given]:
            put(sheet, *place, _with(sheet.cells[place], {}, paths))
    for (row_, column), data in given.items():
        _put(edit, sheet, row_, column, _with(sheet.cells.get((row_, column), BLANK), data, paths))


def repeat_cell(edit: Edit, request: Json) -> Json:
    paths, area, data = _paths(fields_of(request)), edit.area(request.get("range")), request.get("cell") or {}
    guard(edit, area)
    sheet = edit.sheet(area.sheet)
    formula = (data.get("userEnteredValue") or {}).get("formulaValue")
    for row, column in area.cells():
        here = data
        if formula:
            here = {**data, "userEnteredValue": {"formulaValue": shifted(formula, row - area.top, column - area.left)}}
        _put(edit, sheet, row, column, _with(sheet.cells.get((row, column), BLANK), here, paths))
    return {}


def append_cells(edit: Edit, request: Json) -> Json:
    paths, rows, sheet = _paths(fields_of(request)), request.get("rows") or [], edit.sheet(request.get("sheetId"))
    top = max((row for (row, _), cell in sheet.cells.items() if cell.entered is not None), default=-1) + 1
    width = max((len(row.get("values") or []) for row in rows), default=0)
    sheet.rows, sheet.columns = max(sheet.rows, top + len(rows)), max(sheet.columns, width)
    check_size(edit.book)
    if rows and width:
        _fill(edit, Area(sheet.id, top, 0, top + len(rows), width), rows, paths, whole=False)
    return {}


def set_data_validation(edit: Edit, request: Json) -> Json:
    """Relative references of a formula are those of the top left cell, and go along."""
    area, rule = edit.area(request.get("range")), request.get("rule")
    guard(edit, area)
    if rule and not (rule.get("condition") or {}).get("type"):
        raise bad("Data validation rule must have a condition.")
    sheet = edit.sheet(area.sheet)
    texts = [str(value.get("userEnteredValue", "")) for value in (rule or {}).get("condition", {}).get("values", [])]
    moves = (rule or {}).get("condition", {}).get("type") == "CUSTOM_FORMULA" and any(
        shifted(text, 1, 1) != text for text in texts
    )
    for row, column in area.cells():
        here = _shifted_rule(rule, row - area.top, column - area.left) if rule and moves else rule
        put(sheet, row, column, replace(sheet.cells.get((row, column), BLANK), validation=here or None))
    return {}


def _shifted_rule(rule: Json, down: int, right: int) -> Json:
    values = [
        {**value, "userEnteredValue": shifted(str(value["userEnteredValue"]), down, right)}
        for value in rule["condition"]["values"]
    ]
    return {**rule, "condition": {**rule["condition"], "values": values}}
