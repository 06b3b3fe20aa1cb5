"""The hands of the demo's teachers: what people do to a journal between two passes, in a file or in Google."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Protocol

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.google.source import SHEETS, FetchedSpreadsheet, GoogleSource, number_of
from sync_service.books.source import Look
from sync_service.books.xlsx import BOOK
from sync_service.domain.entries import Raw
from sync_service.domain.slots import Slot, SlotKind
from sync_service.reconcile.layout import FIRST_TABLE_ROW, GRID_FIRST_PUPIL_ROW, Table
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, Tab

NAME_COLUMN = 3  # of a grid as it is drawn

Cells = Mapping[tuple[str, Slot], Raw]  # by tab key and slot; None empties a cell


class Hands(Protocol):
    """A person at a journal, which is named as people name it: «7А Журнал»."""

    def type(self, book: str, cells: Cells) -> None:
        """Type into the cells that the keys point to."""

    def rearrange(self, book: str, tab: str, new_title: str) -> None:
        """Sort the pupils of a grid the other way round and rename the tab."""


class AtFiles:
    """Opens the workbook, changes it, saves it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def type(self, book: str, cells: Cells) -> None:
        path = self._folder / f"{book}{BOOK}"
        workbook = load_workbook(path, rich_text=True)
        tabs = {sheet.cell(1, 1).value: sheet for sheet in workbook.worksheets}
        for (tab, slot), raw in cells.items():
            row, column = cell_of(tabs[tab], slot)
            tabs[tab].cell(row, column).value = raw
        workbook.save(path)

    def rearrange(self, book: str, tab: str, new_title: str) -> None:
        path = self._folder / f"{book}{BOOK}"
        workbook = load_workbook(path)
        sheet = workbook[tab]
        rows = [
            row for row in range(GRID_FIRST_PUPIL_ROW, sheet.max_row + 1) if _is_pupil(sheet.cell(row, 1).value)
        ]
        columns = range(1, sheet.max_column + 1)
        values = [[sheet.cell(row, column).value for column in columns] for row in rows]
        for row, line in zip(rows, reversed(values), strict=True):
            for column, value in zip(columns, line, strict=True):
                if not str(value or "").startswith("="):  # formulas speak of their own row and stay
                    sheet.cell(row, column).value = value
        sheet.title = new_title
        workbook.save(path)


def fill_rows(path: Path, rows: Iterable[tuple[Table, Mapping[str, Raw]]]) -> None:
    """Fill the next empty rows of an office book's tabs, as the deputy does."""
    workbook = load_workbook(path, rich_text=True)
    for table, cells in rows:
        sheet = workbook[table.title]
        first = table.index(next(column.key for column in table.columns if column.required))
        row = next(row for row in count(FIRST_TABLE_ROW) if sheet.cell(row, first).value is None)
        for key, value in cells.items():
            sheet.cell(row, table.index(key)).value = value
    workbook.save(path)


class AtGoogle:
    """Changes cells through the service's own account, as its owner may by hand."""

    def __init__(self, google: GoogleSource) -> None:
        self._google = google

    def type(self, book: str, cells: Cells) -> None:
        fetched = self._book(book)
        tabs = {found[0]: tab for tab in fetched.tabs if (found := key_of(tab))}
        requests = []
        for (key, slot), raw in cells.items():
            row_key, column_key = keys_of(slot)
            tab = tabs[key]
            rows = {value: at.row for at, value in tab.cells.items() if at.column == 1}
            columns = {value: at.column for at, value in tab.cells.items() if at.row == 1}
            requests.append(_put(fetched, tab, At(rows[row_key], columns[column_key]), raw))
        self._carry_out(fetched, requests)

    def rearrange(self, book: str, tab: str, new_title: str) -> None:
        fetched = self._book(book)
        (grid,) = (one for one in fetched.tabs if one.title == tab)
        number = fetched.grids[tab].sheet_id
        rows = [at.row for at, value in sorted(grid.cells.items()) if at.column == 1 and _is_pupil(value)]
        area = {"sheetId": number, "startRowIndex": rows[0] - 1, "endRowIndex": rows[-1], "startColumnIndex": 0}
        by_name = [{"dimensionIndex": NAME_COLUMN - 1, "sortOrder": "DESCENDING"}]
        renamed = {"properties": {"sheetId": number, "title": new_title}, "fields": "title"}
        self._carry_out(
            fetched, [{"sortRange": {"range": area, "sortSpecs": by_name}}, {"updateSheetProperties": renamed}]
        )

    def _book(self, name: str) -> FetchedSpreadsheet:
        looks = self._google.looks()
        ref = next(look.ref for look in looks if isinstance(look, Look) and look.name == name)
        return self._google.fetch(ref)

    def _carry_out(self, fetched: FetchedSpreadsheet, requests: list[dict[str, object]]) -> None:
        ref, name = fetched.look.ref, fetched.look.name
        address = f"{SHEETS}/{number_of(ref)}:batchUpdate"
        self._google.ask("post", address, name, ref, json={"requests": requests}, params={"fields": "spreadsheetId"})


def _put(fetched: FetchedSpreadsheet, tab: Tab, at: At, raw: Raw) -> dict[str, object]:
    if raw is None:
        cell: dict[str, object] = {}
    elif isinstance(raw, bool):
        cell = {"userEnteredValue": {"boolValue": raw}}
    elif isinstance(raw, date):
        cell = {"userEnteredValue": {"numberValue": (raw - date(1899, 12, 30)).days}}
    elif isinstance(raw, int | float):
        cell = {"userEnteredValue": {"numberValue": raw}}
    else:
        cell = {"userEnteredValue": {"stringValue": str(raw)}}
    start = {"sheetId": fetched.grids[tab.title].sheet_id, "rowIndex": at.row - 1, "columnIndex": at.column - 1}
    return {"updateCells": {"start": start, "rows": [{"values": [cell]}], "fields": "userEnteredValue"}}


def _is_pupil(key: object) -> bool:
    return isinstance(key, str) and key.startswith("P")


def keys_of(slot: Slot) -> tuple[str, str]:
    """Row key and column key of a slot."""
    if slot.kind in (SlotKind.FINAL, SlotKind.GROUNDS):
        return slot.subject, f"{slot.kind.value} {slot.field.rsplit(' ', 1)[1]}"
    return slot.subject, slot.field


def cell_of(sheet: Worksheet, slot: Slot) -> tuple[int, int]:
    """Where a slot stands in a sheet, by the hidden keys."""
    row_key, column_key = keys_of(slot)
    rows: Mapping[object, int] = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    columns: Mapping[object, int] = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
    return rows[row_key], columns[column_key]
