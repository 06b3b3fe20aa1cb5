"""Rows that a command puts into a tab of the office for the person who gave it: into the rows that are its own, then
into prepared ones that are still free, then below. The hidden keys of rows that are there stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.domain.entries import Refusal
from sync_service.reconcile.layout import Column, Table
from sync_service.reconcile.locate import TableRows
from sync_service.reconcile.sheet import At, RawCell, TabWrite
from sync_service.reconcile.tables import read_cell

Value = str | int | date | None
Values = Mapping[str, Value]  # of a row, by column key; a column that is not named is cleared


@dataclass(frozen=True)
class Filling:
    """`write` without heights; `placed` says which row each of the values got, `added` how many rows are new."""

    write: TabWrite
    placed: tuple[int, ...]
    added: int


def text_of(rows: TableRows, row: int, column: Column) -> str:
    """What stands in a cell, as `read_cell` understands it, else as it is."""
    raw = rows.raw(row, column.key)
    read = "" if raw is None else read_cell(raw, column)
    return str(raw) if isinstance(read, Refusal) else read


def filled_rows(rows: TableRows, table: Table) -> list[int]:
    """Rows below the headings with anything in the columns of the table."""
    numbers = {*rows.rows.values(), *(row for twins in rows.twins.values() for row in twins), *rows.unkeyed}
    return sorted(row for row in numbers if row > rows.heading_row and not _is_free(rows, row, table))


def free_rows(rows: TableRows, table: Table) -> list[int]:
    """Prepared rows, with a key of their own, in which nothing stands."""
    return sorted(row for row in rows.rows.values() if _is_free(rows, row, table))


def fill(
    rows: TableRows, table: Table, own: Sequence[int], values: Sequence[Values], new_key: Callable[[], str]
) -> Filling:
    """Put `values`, one a row, into the `own` rows, then into free ones, then below; `own` rows that are left over
    become free. Only cells that differ are written."""
    bottom = max([rows.heading_row, *rows.rows.values(), *filled_rows(rows, table)])
    rooms = [*sorted(own), *free_rows(rows, table)]
    missing = max(0, len(values) - len(rooms))
    below = list(range(bottom + 1, bottom + 1 + missing))
    cells: dict[At, Value] = {At(row, rows.key_column): new_key() for row in below}
    placed = (*rooms, *below)[: len(values)]
    emptied: list[tuple[int, Values]] = [(row, {}) for row in own if row not in placed]
    for row, wanted in (*zip(placed, values, strict=True), *emptied):
        for column in table.columns:
            value = wanted.get(column.key)
            at = rows.columns.get(column.key)  # a tab drawn before the column came has no place for it
            if at is not None and text_of(rows, row, column) != _text(value):
                cells[At(row, at)] = None if value == "" else value
    return Filling(TabWrite(rows.tab.title, cells), placed, missing)


def _is_free(rows: TableRows, row: int, table: Table) -> bool:
    return all(_is_blank(rows.raw(row, column.key)) for column in table.columns)


def _is_blank(raw: RawCell | None) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _text(value: Value) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
