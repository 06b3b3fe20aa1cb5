"""What people have typed into a book, by the keys of its rows and columns: for telling whether two copies say the
same. Nothing is understood here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time

from sync_service.domain.slots import LessonField, RegimeField, Slot, SlotKind, entry_slot, lesson_slot, regime_slot
from sync_service.reconcile.annotate import our_part
from sync_service.reconcile.layout import ABSENCES, ANY_LOG, REGIME, GridColumn, Owner, TabKind
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, RawCell, Tab

Typed = dict[tuple[str, str, str], RawCell]  # (tab key, row key, column key); keys themselves under a blank other key


def typed_cells(tabs: Iterable[Tab]) -> Typed:
    """Teachers' cells of grids, logs, regimes and «Пропуски», and every hidden key. Raises ValueError if a key stands
    twice."""
    found: Typed = {}
    for tab in tabs:
        for at, key in _keys(tab):
            if at not in tab.cells:
                continue
            _, row, column = key
            if not row or not column:
                _put(found, key, column or row)
            elif _is_typed(*key):
                found[key] = _plain(tab.cells[at])
    return found


def own_notes(tabs: Iterable[Tab]) -> dict[tuple[str, str, str], str]:
    """What people have written into notes of cells that have a key, without our part."""
    found = {}
    for tab in tabs:
        for at, key in _keys(tab):
            note = tab.notes.get(at, "")
            if own := note.removesuffix(our_part(note)).strip():
                found[key] = own
    return found


def places(tabs: Iterable[Tab]) -> dict[tuple[str, str, str], tuple[str, At]]:
    """(tab title, cell) of every pair of a row's and a column's key, whether anything stands there or not."""
    found = {}
    for tab in tabs:
        if (standing := key_of(tab)) is None:
            continue
        tab_key, origin = standing
        rows = [(at.row, str(value)) for at, value in tab.cells.items() if at.column == origin.column]
        columns = [(at.column, str(value)) for at, value in tab.cells.items() if at.row == origin.row]
        for row, row_key in rows:
            for column, column_key in columns:
                if row != origin.row and column != origin.column:
                    found[tab_key, row_key, column_key] = (tab.title, At(row, column))
    return found


def slot_of(key: tuple[str, str, str]) -> Slot | None:
    """The slot of a teacher's cell, as typed_cells names it; None for a hidden key."""
    tab_key, row, column = key
    kind, _, of = tab_key.partition(" ")
    if not row or not column:
        return None
    if kind == TabKind.GRID:
        prefix, _, term = column.partition(" ")
        if prefix in (GridColumn.FINAL, GridColumn.GROUNDS):
            return Slot(SlotKind(prefix), row, f"{of} {term}")
        return entry_slot(row, column)
    if kind == TabKind.LOG:
        return lesson_slot(row, LessonField(column))
    if kind == TabKind.REGIME:
        return regime_slot(row, RegimeField(column))
    pupil, _, day = row.partition(" ")
    return Slot(SlotKind.REASON, pupil, f"{day} {column}")


def _keys(tab: Tab) -> Iterator[tuple[At, tuple[str, str, str]]]:
    """The key of every cell and note that has one; in the hidden row and column the other key is blank."""
    if (standing := key_of(tab)) is None:
        return
    tab_key, origin = standing
    rows = {at.row: str(value) for at, value in tab.cells.items() if at.column == origin.column}
    columns = {at.column: str(value) for at, value in tab.cells.items() if at.row == origin.row}
    for at in {**tab.cells, **tab.notes}:
        row, column = rows.get(at.row, ""), columns.get(at.column, "")
        if at.row == origin.row:
            yield at, (tab_key, "", column)
        elif at.column == origin.column:
            yield at, (tab_key, row, "")
        elif row and column:
            yield at, (tab_key, row, column)


def _put(found: Typed, key: tuple[str, str, str], value: str) -> None:
    if key in found:
        raise ValueError(f"the key {key} stands twice")
    found[key] = value


def _is_typed(tab_key: str, row: str, column: str) -> bool:
    kind = tab_key.split(" ", maxsplit=1)[0]
    if kind == TabKind.GRID:
        return not row.startswith("#") and (not column.startswith("#") or column.startswith(GridColumn.FINAL))
    tables = {TabKind.LOG.value: ANY_LOG, TabKind.ABSENCES.value: ABSENCES, TabKind.REGIME.value: REGIME}
    table = tables.get(kind)
    return table is not None and any(one.key == column and one.owner is Owner.TEACHER for one in table.columns)


def _plain(value: RawCell) -> RawCell:
    """A day is a day, whichever program wrote it down as a moment at midnight."""
    return value.date() if isinstance(value, datetime) and value.time() == time() else value


def place_of(tabs: Iterable[Tab], key: tuple[str, str, str]) -> tuple[str, str]:
    """(tab title, cell) where a key's cell stands, for people; ("", "") if nowhere."""
    tab_key, row, column = key
    for tab in tabs:
        standing = key_of(tab)
        if standing is None or standing[0] != tab_key:
            continue
        origin = standing[1]
        rows = [at.row for at, value in tab.cells.items() if at.column == origin.column and str(value) == row]
        columns = [at.column for at, value in tab.cells.items() if at.row == origin.row and str(value) == column]
        return tab.title, At((rows or [origin.row])[0], (columns or [origin.column])[0]).a1
    return "", ""
