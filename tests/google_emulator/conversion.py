"""A workbook's bytes into a spreadsheet and back, as Google converts on upload and export; CSV too.

Kept: values, formulas, number formats, looks, notes, validation, merges, what is hidden, frozen or grouped, widths,
conditional formats by formula, links inside the book. Very hidden becomes hidden; the locale is en_US, as with Google.
"""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell as XlsxCell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from tests.google_emulator.state import Cell, Json, Sheet, Spreadsheet
from tests.google_emulator.xlsxrules import conditional_of, validation_of
from tests.google_emulator.xlsxstyles import format_of
from tests.google_emulator.xlsxwriting import to_xlsx

__all__ = ["from_csv", "from_xlsx", "to_csv", "to_xlsx"]

LEAST_ROWS, LEAST_COLUMNS = 1000, 26  # what Google gives a tab, if its content needs no more
_NEWER = re.compile(r"_xlfn\.(?:_xlws\.)?")
_LINK = re.compile(r"^'?(?P<tab>.*?)'?!\$?(?P<range>[A-Z]+\$?\d+.*)$")


def from_xlsx(content: bytes, file_id: str, title: str) -> Spreadsheet:
    """Raises whatever the parser raises for what is no workbook."""
    workbook = load_workbook(io.BytesIO(content), rich_text=True)
    try:
        ids = random.Random(file_id)
        sheets = [Sheet(id=ids.randrange(1, 2**31), title=tab.title) for tab in workbook.worksheets]
        by_title = {sheet.title: sheet for sheet in sheets}
        for tab, sheet in zip(workbook.worksheets, sheets, strict=True):
            _read(tab, sheet, by_title)
        return Spreadsheet(file_id, title, sheets=sheets)
    finally:
        workbook.close()


def _read(tab: Worksheet, sheet: Sheet, tabs: dict[str, Sheet]) -> None:
    sheet.rows, sheet.columns = max(tab.max_row, LEAST_ROWS), max(tab.max_column, LEAST_COLUMNS)
    sheet.hidden = tab.sheet_state != "visible"
    if tab.freeze_panes:
        pane = tab.sheet_view.pane
        sheet.frozen_rows, sheet.frozen_columns = int(pane.ySplit or 0), int(pane.xSplit or 0)
    sheet.merges = [
        _range(sheet, each.min_row, each.min_col, each.max_row, each.max_col) for each in tab.merged_cells.ranges
    ]
    _read_cells(tab, sheet, tabs)
    _read_sizes(tab, sheet)
    if tab.auto_filter.ref:
        sheet.basic_filter = {"range": _ranges(sheet, tab.auto_filter.ref)[0]}
    rules = [(rule, str(each.sqref)) for each in tab.conditional_formatting for rule in each.rules]
    for rule, where in sorted(rules, key=lambda each: each[0].priority):
        if (said := conditional_of(rule)) is not None:
            sheet.conditional.append({"ranges": _ranges(sheet, where), "booleanRule": said})


def _read_cells(tab: Worksheet, sheet: Sheet, tabs: dict[str, Sheet]) -> None:
    """Looks are shared by cells that look alike, and cells with nothing in them by all of one look: nobody changes
    them in place."""
    rules = _validations(tab)
    looks: dict[tuple[int, ...], Json] = {}
    blanks: dict[tuple[int, int], Cell] = {}
    usual = tab.parent._fonts[0]
    for (row, column), source in tab._cells.items():
        at = (row - 1, column - 1)
        style = tuple(source._style)
        if (look := looks.get(style)) is None:
            look = looks[style] = format_of(source, usual)
        rule = rules.pop(at, None)
        if source._value is None and source._comment is None:
            if look or rule:
                blank = blanks.setdefault((id(look), id(rule)), Cell(format=look, validation=rule))
                sheet.cells[at] = blank
            continue
        entered, is_formula = _entered(source)
        if source._hyperlink is not None:
            look = _with_link(look, source._hyperlink, tabs)
        note = source._comment.text if source._comment else ""
        sheet.cells[at] = Cell(entered, is_formula, look, note, rule)
    for at, rule in rules.items():
        sheet.cells[at] = blanks.setdefault((0, id(rule)), Cell(validation=rule))


def _entered(source: XlsxCell) -> tuple[str | int | float | bool | None, bool]:
    """What is in a cell, and whether it is a formula."""
    value: Any = source._value
    match value:
        case bool() | None:
            return value, False
        case CellRichText():
            return str(value), False
        case str():
            return (_NEWER.sub("", value), True) if source.data_type == "f" else (value, False)
        case ArrayFormula():
            return f"=ARRAYFORMULA({_NEWER.sub('', str(value.text).removeprefix('='))})", True
        case DataTableFormula():
            return None, False
        case datetime() | date() | time() | timedelta():
            return _plain(float(to_excel(value))), False
    return _plain(value), False


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def _validations(tab: Worksheet) -> dict[tuple[int, int], Json]:
    found: dict[tuple[int, int], Json] = {}
    for rule in tab.data_validations.dataValidation:
        if (said := validation_of(rule)) is None:
            continue
        for area in rule.sqref.ranges:
            last = min(area.max_row, max(tab.max_row, LEAST_ROWS))
            for row in range(area.min_row - 1, last):
                for column in range(area.min_col - 1, area.max_col):
                    found[row, column] = said
    return found


def _with_link(look: Json, link: Any, tabs: dict[str, Sheet]) -> Json:
    place = _LINK.match(link.location or "")
    if place and (target := tabs.get(place["tab"].replace("''", "'"))):
        uri = f"#gid={target.id}&range={place['range'].replace('$', '')}"
    elif link.target:
        uri = link.target
    else:
        return look
    return {**look, "textFormat": {**look.get("textFormat", {}), "link": {"uri": uri}}}


def _read_sizes(tab: Worksheet, sheet: Sheet) -> None:
    column_levels: dict[int, int] = {}
    for size in tab.column_dimensions.values():
        size.reindex()
        for column in range(size.min - 1, min(size.max, sheet.columns)):
            said: Json = {"pixelSize": round(size.width * 7 + 5)} if size.customWidth else {}
            if size.hidden:
                said["hiddenByUser"] = True
            if said:
                sheet.column_metadata[column] = said
            column_levels[column] = size.outlineLevel or 0
    row_levels: dict[int, int] = {}
    for number, line in tab.row_dimensions.items():
        said = {"pixelSize": round(line.height * 4 / 3)} if line.height else {}
        if line.hidden:
            said["hiddenByUser"] = True
        if said and number <= sheet.rows:
            sheet.row_metadata[number - 1] = said
        row_levels[number - 1] = line.outlineLevel or 0
    sheet.groups["columnGroups"] = _groups(sheet, "COLUMNS", column_levels, sheet.column_metadata)
    sheet.groups["rowGroups"] = _groups(sheet, "ROWS", row_levels, sheet.row_metadata)


def _groups(sheet: Sheet, dimension: str, levels: dict[int, int], sizes: dict[int, Json]) -> list[Json]:
    """Neighbours of a level at least `depth` are a group of that depth; folded if all of them are hidden."""
    made: list[Json] = []
    for depth in range(1, max(levels.values(), default=0) + 1):
        start: int | None = None
        for place in range(max(levels) + 2):
            inside = levels.get(place, 0) >= depth
            if inside and start is None:
                start = place
            elif not inside and start is not None:
                area = {"sheetId": sheet.id, "dimension": dimension, "startIndex": start, "endIndex": place}
                folded = all(sizes.get(each, {}).get("hiddenByUser") for each in range(start, place))
                made.append({"range": area, "depth": depth, **({"collapsed": True} if folded else {})})
                start = None
    return made


def _ranges(sheet: Sheet, text: str) -> list[Json]:
    areas = sorted((each.min_row, each.min_col, each.max_row, each.max_col) for each in MultiCellRange(text).ranges)
    return [_range(sheet, *area) for area in areas]


def _range(sheet: Sheet, top: int, left: int, bottom: int, right: int) -> Json:
    """A GridRange of what a workbook counts from 1, ends included."""
    return {
        "sheetId": sheet.id, "startRowIndex": top - 1, "endRowIndex": bottom, "startColumnIndex": left - 1,
        "endColumnIndex": right,
    }  # fmt: skip


def from_csv(content: bytes, file_id: str, title: str) -> Spreadsheet:
    """One tab; what looks like a number is one."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = Sheet(id=0, title=title or "Sheet1")
    sheet.rows = max(len(rows), LEAST_ROWS)
    sheet.columns = max(*(len(row) for row in rows), LEAST_COLUMNS) if len(rows) > 1 else LEAST_COLUMNS
    for row, values in enumerate(rows):
        for column, text in enumerate(values):
            if text:
                is_number = re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", text)
                sheet.cells[row, column] = Cell(_plain(float(text)) if is_number else text)
    return Spreadsheet(file_id, title, sheets=[sheet])


def to_csv(spreadsheet: Spreadsheet) -> bytes:
    """The first tab that is not hidden, as it is shown."""
    from tests.google_emulator import sheets  # noqa: PLC0415 - the two sides know each other

    sheet = next(each for each in spreadsheet.sheets if not each.hidden)
    filled = [at for at, cell in sheet.cells.items() if cell.entered is not None]
    last_row, last_column = max((at[0] for at in filled), default=-1), max((at[1] for at in filled), default=-1)
    out = io.StringIO()
    writer = csv.writer(out)
    for row in range(last_row + 1):
        writer.writerow([sheets.shown(spreadsheet, sheet, row, column)[1] for column in range(last_column + 1)])
    return out.getvalue().removesuffix("\r\n").encode()
