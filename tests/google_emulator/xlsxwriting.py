"""A spreadsheet into the bytes of a workbook, computed values beside their formulas, as Google exports it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from copy import copy
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.cell import Cell as XlsxCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from tests.google_emulator.a1 import quoted
from tests.google_emulator.state import Cell, Json, Sheet, Spreadsheet
from tests.google_emulator.xlsxrules import conditional_into, validation_into
from tests.google_emulator.xlsxstyles import dress

_FORMULA = re.compile(r'<c r="([A-Z]+\d+)"([^>]*)>(<f[^>]*>.*?</f>)<v ?/></c>', re.DOTALL)
_KIND = re.compile(r' t="\w+"')


def to_xlsx(spreadsheet: Spreadsheet) -> bytes:
    workbook = Workbook()
    del workbook[workbook.active.title]  # type: ignore[union-attr]
    titles = {sheet.id: sheet.title for sheet in spreadsheet.sheets}
    for sheet in spreadsheet.sheets:
        tab = workbook.create_sheet(sheet.title)
        _write(tab, sheet, titles)
    workbook.active = next(number for number, sheet in enumerate(spreadsheet.sheets) if not sheet.hidden)
    out = io.BytesIO()
    workbook.save(out)
    return _with_computed(out.getvalue(), spreadsheet)


def _write(tab: Worksheet, sheet: Sheet, titles: Mapping[int, str]) -> None:
    tab.sheet_state = "hidden" if sheet.hidden else "visible"
    if sheet.frozen_rows or sheet.frozen_columns:
        tab.freeze_panes = f"{get_column_letter(sheet.frozen_columns + 1)}{sheet.frozen_rows + 1}"
    _write_cells(tab, sheet, titles)
    for merge in sheet.merges:
        tab.merged_cells.add(_cell_range(merge, sheet).coord)
    _write_sizes(tab, sheet)
    if sheet.basic_filter and "range" in sheet.basic_filter:
        tab.auto_filter.ref = _cell_range(sheet.basic_filter["range"], sheet).coord
    for rule in sheet.conditional:
        if (said := conditional_into(rule)) is not None:
            tab.conditional_formatting.add(" ".join(_cell_range(each, sheet).coord for each in rule["ranges"]), said)


def _write_cells(tab: Worksheet, sheet: Sheet, titles: Mapping[int, str]) -> None:
    styles: dict[int, StyleArray] = {}
    rules: dict[int, tuple[Json, list[tuple[int, int]]]] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.validation is not None:
            rules.setdefault(id(cell.validation), (cell.validation, []))[1].append((row, column))
        if (style := styles.get(id(cell.format))) is None:
            model = XlsxCell(tab)
            dress(model, cell.format)
            style = styles[id(cell.format)] = model._style
        made = XlsxCell(tab, row=row + 1, column=column + 1, style_array=copy(style))
        _fill(made, cell)
        if cell.note:
            made.comment = Comment(ILLEGAL_CHARACTERS_RE.sub("", cell.note), "")
        if uri := cell.format.get("textFormat", {}).get("link", {}).get("uri"):
            made._hyperlink = _link(made.coordinate, uri, titles)
            tab._hyperlinks.append(made._hyperlink)
        tab._cells[row + 1, column + 1] = made
    alike: dict[str, tuple[Json, list[tuple[int, int]]]] = {}
    for rule, places in rules.values():
        alike.setdefault(json.dumps(rule, sort_keys=True), (rule, []))[1].extend(places)
    for rule, places in alike.values():
        if (said := validation_into(rule)) is not None:
            for area in _rectangles(places):
                said.add(area)
            tab.add_data_validation(said)


def _fill(made: XlsxCell, cell: Cell) -> None:
    """Past openpyxl's setter, which would take a text that begins with «=» for a formula."""
    value = cell.entered
    if value is None:
        return
    if isinstance(value, str) and cell.is_formula:
        inner = re.fullmatch(r"=ARRAYFORMULA\((.*)\)", value, re.DOTALL | re.IGNORECASE)
        made._value = ArrayFormula(made.coordinate, f"={inner[1]}") if inner else value
        made.data_type = "f"
    elif isinstance(value, str):
        made._value = ILLEGAL_CHARACTERS_RE.sub("", value)
        made.data_type = "e" if value in ERROR_CODES else "s"
    else:
        made._value = value
        made.data_type = "b" if isinstance(value, bool) else "n"


def _link(place: str, uri: str, titles: Mapping[int, str]) -> Hyperlink:
    inner = re.fullmatch(r"#gid=(\d+)(?:&range=(.+))?", uri)
    if inner and int(inner[1]) in titles:
        return Hyperlink(ref=place, location=f"{quoted(titles[int(inner[1])])}!{inner[2] or 'A1'}")
    return Hyperlink(ref=place, target=uri)


def _write_sizes(tab: Worksheet, sheet: Sheet) -> None:
    for column, said in sheet.column_metadata.items():
        size = tab.column_dimensions[get_column_letter(column + 1)]
        if "pixelSize" in said:
            size.width = (said["pixelSize"] - 5) / 7
        size.hidden = bool(said.get("hiddenByUser"))
    for row, said in sheet.row_metadata.items():
        line = tab.row_dimensions[row + 1]
        if "pixelSize" in said:
            line.height = said["pixelSize"] * 3 / 4
        line.hidden = bool(said.get("hiddenByUser"))
    for group in (*sheet.groups.get("columnGroups", []), *sheet.groups.get("rowGroups", [])):
        span = group["range"]
        for place in range(span["startIndex"], span["endIndex"]):
            if span["dimension"] == "COLUMNS":
                tab.column_dimensions[get_column_letter(place + 1)].outlineLevel += 1
            else:
                tab.row_dimensions[place + 1].outlineLevel += 1


def _cell_range(given: Json, sheet: Sheet) -> CellRange:
    return CellRange(
        min_row=given.get("startRowIndex", 0) + 1, max_row=given.get("endRowIndex", sheet.rows),
        min_col=given.get("startColumnIndex", 0) + 1, max_col=given.get("endColumnIndex", sheet.columns),
    )  # fmt: skip


def _rectangles(places: Iterable[tuple[int, int]]) -> list[str]:
    """These cells as few areas: runs down each column, equal runs of neighbouring columns together."""
    columns: dict[int, list[int]] = defaultdict(list)
    for row, column in places:
        columns[column].append(row)
    runs: dict[tuple[int, int], list[int]] = defaultdict(list)
    for column, rows in sorted(columns.items()):
        start = previous = None
        for row in sorted(rows):
            if previous is None or row != previous + 1:
                if start is not None and previous is not None:
                    runs[start, previous].append(column)
                start = row
            previous = row
        if start is not None and previous is not None:
            runs[start, previous].append(column)
    areas: list[str] = []
    for (top, bottom), across in runs.items():
        left = across[0]
        for column, following in zip(across, [*across[1:], None], strict=True):
            if following != column + 1:
                areas.append(f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(column + 1)}{bottom + 1}")
                left = following if following is not None else left
    return areas


def _with_computed(content: bytes, spreadsheet: Spreadsheet) -> bytes:
    """Put the computed values beside the formulas: openpyxl can write only one of the two."""
    out = io.BytesIO()
    tabs = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(spreadsheet.sheets, 1)}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if sheet := tabs.get(part.filename):
                data = _beside_formulas(data.decode(), spreadsheet, sheet).encode()
            new.writestr(part, data)
    return out.getvalue()


def _beside_formulas(xml: str, spreadsheet: Spreadsheet, sheet: Sheet) -> str:
    from tests.google_emulator import sheets  # noqa: PLC0415 - the two sides know each other

    def beside(match: re.Match[str]) -> str:
        row, column = coordinate_to_tuple(match[1])
        kind, value = _result(sheets.shown(spreadsheet, sheet, row - 1, column - 1)[0])
        return f'<c r="{match[1]}"{_KIND.sub("", match[2])}{kind}>{match[3]}{value}</c>'

    return _FORMULA.sub(beside, xml)


def _result(effective: Json) -> tuple[str, str]:
    """The type attribute and the <v> of a computed ExtendedValue."""
    if "errorValue" in effective:
        error = {"DIVIDE_BY_ZERO": "#DIV/0!", "N_A": "#N/A", "REF": "#REF!", "NAME": "#NAME?", "NUM": "#NUM!"}
        return ' t="e"', f"<v>{error.get(effective['errorValue']['type'], '#VALUE!')}</v>"
    if "boolValue" in effective:
        return ' t="b"', f"<v>{int(effective['boolValue'])}</v>"
    if "numberValue" in effective:
        return "", f"<v>{effective['numberValue']!r}</v>"
    return ' t="str"', f"<v>{escape(str(effective.get('stringValue', '')))}</v>"
