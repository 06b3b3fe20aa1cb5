"""What a write meets: what a person did between our reading and our writing, and rows or columns that they moved.

A place is known by the keys of its row and column. What was written under other keys than meant is given back what was
read there, new keys included: a new key that fell upon a pupil's row would give the row to somebody else."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sync_service.books.google.reading import Grid
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, RawCell, Tab, TabWrite


@dataclass(frozen=True)
class Seen:
    """A book at one moment; `grids` by tab title."""

    tabs: Sequence[Tab]
    grids: Mapping[str, Grid]


def as_it_was(before: Iterable[Tab], now: Iterable[Tab], writes: Iterable[TabWrite]) -> bool:
    """Whether all that `writes` touch stands where it stood and says what it said, whatever else has changed."""
    old, new = ({tab.title: tab for tab in tabs} for tabs in (before, now))
    return all(write.title in new and _untouched(old[write.title], new[write.title], write) for write in writes)


def _untouched(was: Tab, now: Tab, write: TabWrite) -> bool:
    found = key_of(was)
    if found != key_of(now):
        return False
    origin = found[1] if found else At(1, 1)
    touched = {at for tab in (was, now) for at in tab.cells if at.row == origin.row or at.column == origin.column}
    touched |= {*write.cells, *write.notes, *write.links}
    return all((was.cells.get(at), was.notes.get(at)) == (now.cells.get(at), now.notes.get(at)) for at in touched)


def strayed(before: Seen, after: Seen, writes: Iterable[TabWrite]) -> Iterator[TabWrite]:
    """What puts right again what `writes`, meant for the book as it was `before`, did beside their places in it."""
    old, new = ({tab.title: tab for tab in seen.tabs} for seen in (before, after))
    for write in writes:
        if write.title not in new:
            continue
        was, now = old[write.title], new[write.title]
        rows, columns = _moves(was, now, before.grids[write.title], after.grids[write.title], write)
        cells: dict[At, Any] = {}
        notes: dict[At, str | None] = {}
        for at in {*write.cells, *write.notes}:
            row, column = rows.before(at.row), columns.before(at.column)
            if (row, column) == at:
                continue
            source = At(row, column) if row and column else None
            if at in write.cells:
                cells[at] = _as_read(was.cells.get(source)) if source else None
            if at in write.notes:
                notes[at] = was.notes.get(source) if source else None
        if cells or notes:
            yield TabWrite(write.title, cells, notes)


def _moves(was: Tab, now: Tab, grid_was: Grid, grid: Grid, write: TabWrite) -> tuple[_Moves, _Moves]:
    """Of the rows and of the columns."""
    found, found_now = key_of(was), key_of(now)
    origin = found[1] if found else At(1, 1)
    origin_now = found_now[1] if found_now else origin
    places = [*write.cells, *write.notes]
    rows = grid.rows - max((grid_was.rows, *(at.row for at in places)))
    columns = grid.columns - max((grid_was.columns, *(at.column for at in places)))
    return (
        _Moves(_Lines(was.cells), origin.column, _Lines(now.cells), origin_now.column, _Lines(write.cells), rows),
        _Moves(
            _Lines(was.cells, columns=True), origin.row, _Lines(now.cells, columns=True), origin_now.row,
            _Lines(write.cells, columns=True), columns,
        ),
    )  # fmt: skip


class _Lines(defaultdict[int, dict[int, Any]]):
    """The cells of each row of a tab, or of each column."""

    def __init__(self, cells: Mapping[At, Any], *, columns: bool = False) -> None:
        super().__init__(dict)
        for at, value in cells.items():
            line, place = (at.column, at.row) if columns else at
            self[line][place] = value

    def keys_at(self, origin: int) -> dict[int, RawCell]:
        """By line, those that stand there once."""
        found = {line: cells[origin] for line, cells in self.items() if origin in cells}
        count = Counter(found.values())
        return {line: key for line, key in found.items() if count[key] == 1}


class _Moves:
    """Where the lines of a tab, rows or columns, stood before.

    `ours` are the cells that were written now, `added`: how many more lines there are than we know of."""

    def __init__(self, old: _Lines, origin: int, new: _Lines, origin_now: int, ours: _Lines, added: int) -> None:
        self._old, self._now, self._ours = old, new, ours
        written = {line for line, cells in ours.items() if origin_now in cells}
        keys = old.keys_at(origin)
        now = {key: line for line, key in new.keys_at(origin_now).items() if line not in written}
        self._of = {now[key]: line for line, key in keys.items() if key in now}
        came = {line: at for at, line in self._of.items()}
        gone = [line for line, key in keys.items() if key not in now and line + added in written] if added > 0 else []
        for line in gone:
            # its key was pushed under one that we wrote, unless we wrote over it as we meant
            above = max((other for other in came if other < line), default=None)
            if line not in written or (above is not None and came[above] - above == added):
                self._of[line + added] = line
        self._new = sorted(self._of)

    def before(self, line: int) -> int | None:
        """None: nothing stood at this place, it is new."""
        if line in self._of:
            return self._of[line]
        at = bisect_left(self._new, line)
        first = self._of[self._new[at - 1]] if at else 0
        last = self._of[self._new[at]] if at < len(self._new) else math.inf
        for neighbour in self._new[max(0, at - 1) : at + 1]:
            source = line - (neighbour - self._of[neighbour])
            if first < source < last and (source == line or not self._stayed(source)):
                return source
        return None if self._of else line

    def _stayed(self, line: int) -> bool:
        """Whether a line without a key is still where it was, by the cells that we did not write."""
        ours = self._ours.get(line, {})
        was, now = (
            {place: value for place, value in lines.get(line, {}).items() if place not in ours}
            for lines in (self._old, self._now)
        )
        return bool(was) and was == now


def _as_read(value: RawCell | None) -> str | int | float | date | None:
    if value is None or (isinstance(value, str | int | float | date) and not isinstance(value, datetime)):
        return value
    return str(value)
