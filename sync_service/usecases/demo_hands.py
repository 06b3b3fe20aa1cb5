"""The hands of the demo's teachers: what people do to a journal between two passes, in a file or in Google."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Protocol

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.cellwriting import Written
from sync_service.books.google.source import SHEETS, FetchedSpreadsheet, GoogleSource, number_of
from sync_service.books.reading import read_book
from sync_service.books.rewriting import rewrite
from sync_service.books.source import Look
from sync_service.books.xlsx import BOOK
from sync_service.domain.entries import Raw
from sync_service.domain.slots import Slot, SlotKind
from sync_service.reconcile.layout import FIRST_TABLE_ROW, GRID_FIRST_PUPIL_ROW, Table
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, Tab, TabWrite

NAME_COLUMN = 3  # of a grid as it is drawn

Cells = Mapping[tuple[str, Slot], Raw]  # by tab key and slot; None empties a cell
Typing = defaultdict[str, dict[At, Written]]  # by title of the tab


class Hands(Protocol):
    """A person at a journal, which is named as people name it: «7А Журнал»."""

    def type(self, book: str, cells: Cells) -> None:
        """Type into the cells that the keys point to."""

    def rearrange(self, book: str, tab: str, new_title: str) -> None:
        """Sort the pupils of a grid the other way round and rename the tab."""


class AtFiles:
    """Changes cells in the file; what rearranges a tab opens the workbook and saves it whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def type(self, book: str, cells: Cells) -> None:
        path = self._folder / f"{book}{BOOK}"
        tabs = {found[0]: tab for tab in _tabs(path) if (found := key_of(tab))}
        typed: Typing = defaultdict(dict)
        for (key, slot), raw in cells.items():
            typed[tabs[key].title][_at(tabs[key], slot)] = _written(raw)
        _save(path, typed)

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
    tabs = {tab.title: tab for tab in _tabs(path)}
    typed: Typing = defaultdict(dict)
    for table, cells in rows:
        first = table.index(next(column.key for column in table.columns if column.required))
        filled = {at.row for at in (*tabs[table.title].cells, *typed[table.title]) if at.column == first}
        row = next(row for row in count(FIRST_TABLE_ROW) if row not in filled)
        typed[table.title].update({At(row, table.index(key)): _written(value) for key, value in cells.items()})
    _save(path, typed)


def _tabs(path: Path) -> tuple[Tab, ...]:
    return read_book(path.read_bytes(), path.name).sheets.tabs


def _written(raw: Raw) -> Written:
    assert raw is None or isinstance(raw, str | int | float | date), raw  # nobody of the demo types a time of day
    return raw


def _save(path: Path, typed: Typing) -> None:
    writes = [TabWrite(title, cells=cells) for title, cells in typed.items()]
    path.write_bytes(rewrite(path.read_bytes(), writes, path.name))


class AtGoogle:
    """Changes cells through the service's own account, as its owner may by hand."""

    def __init__(self, google: GoogleSource) -> None:
        self._google = google

    def type(self, book: str, cells: Cells) -> None:
        fetched = self._book(book)
        tabs = {found[0]: tab for tab in fetched.tabs if (found := key_of(tab))}
        requests = []
        for (key, slot), raw in cells.items():
            requests.append(_put(fetched, tabs[key], _at(tabs[key], slot), raw))
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


def _at(tab: Tab, slot: Slot) -> At:
    """Where a slot stands in a tab, by the hidden keys."""
    row_key, column_key = keys_of(slot)
    row = next(at.row for at, value in tab.cells.items() if at.column == 1 and value == row_key)
    return At(row, next(at.column for at, value in tab.cells.items() if at.row == 1 and value == column_key))


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
