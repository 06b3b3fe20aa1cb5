"""Values that left their keys: what a sort of some columns, or a paste one line off, looks like in a tab.

Identity is by key, so a sort of whole rows changes nothing and is never seen here. What is seen are the same values at
other pupils or lessons. One mark in the wrong place, put right, looks alike in small: hence the thresholds, which are
of this module and not of the school's local act.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync_service.domain.slots import Slot
from sync_service.reconcile.parse import Reading
from sync_service.reconcile.sheet import At

LANDED = 5  # so many values may stand elsewhere than before: two marks swapped, a row of one lesson put right
LINES = 3  # fewer rows (or columns) than this are no block
STRAYS = 1  # cells of a shifted line that do not fit: the first one, which nothing was moved into
DIRECTIONS = ((1, 0, "на строку вниз"), (-1, 0, "на строку вверх"), (0, 1, "на столбец вправо"),
              (0, -1, "на столбец влево"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """`old`: what it said when last accepted; `new`: what it says now, None = not understood; `moved`: a change."""

    at: At
    old: str
    new: str | None
    moved: bool


def cells_of(readings: Iterable[Reading], baseline: Mapping[Slot, str], moved: Collection[Slot]) -> tuple[Cell, ...]:
    return tuple(
        Cell(reading.at, baseline.get(reading.slot, ""), reading.value, reading.slot in moved) for reading in readings
    )


def sorted_in_part(cells: Sequence[Cell]) -> str:
    """Where it looks like a sort without the keys, «строк 5–28», "" = nowhere (CASES T-A2).

    In each column concerned the same values stand as before, in other rows. Other columns may have got whatever a
    teacher typed meanwhile. A cell that is not understood may hold any of the values that are missed."""
    found: list[Cell] = []
    for column in _lines(cells, along_rows=False):
        old, new = Counter(cell.old for cell in column if cell.old), Counter(cell.new for cell in column if cell.new)
        unread = sum(cell.new is None for cell in column)
        if new <= old and (old - new).total() <= unread:
            found += [cell for cell in column if cell.moved]
    landed = sum(bool(cell.new) for cell in found)
    if landed <= LANDED or len({cell.at.row for cell in found}) < LINES:
        return ""
    columns = {cell.at.column for cell in found}
    alone = f"столбца {At(1, min(columns)).a1[:-1]}, " if len(columns) == 1 else ""
    return f"{alone}строк {_span(cell.at.row for cell in found)}"


def shifted(cells: Sequence[Cell]) -> str:
    """How it looks like a paste one row or one column off, «на строку вниз, строки 5–28», "" = it does not.

    Each line concerned says what its neighbour said, all along; one pupil's row or one lesson's column that was put
    where it belongs is no such block."""
    for down, right, words in DIRECTIONS:
        found: list[Cell] = []
        for line in _lines(cells, along_rows=bool(right)):
            found += _moved_by_one(line if down + right > 0 else line[::-1])
        landed, displaced = sum(bool(cell.new) for cell in found), sum(bool(cell.old) for cell in found)
        if min(landed, displaced) > LANDED:
            return f"{words}, строки {_span(cell.at.row for cell in found)}"
    return ""


def _moved_by_one(line: Sequence[Cell]) -> list[Cell]:
    """The changes of a line if each of them is what the cell before it said, else none."""
    before = [None, *(cell.old for cell in line)]
    moved = [(cell, cell.new == old) for cell, old in zip(line, before, strict=False) if cell.moved]
    if len(moved) < LINES or sum(not fits for _, fits in moved) > STRAYS:
        return []
    return [cell for cell, _ in moved]


def _lines(cells: Iterable[Cell], *, along_rows: bool) -> list[list[Cell]]:
    """Rows from left to right, or columns from top to bottom."""
    lines: dict[int, list[Cell]] = defaultdict(list)
    for cell in sorted(cells, key=lambda cell: cell.at):
        lines[cell.at.row if along_rows else cell.at.column].append(cell)
    return list(lines.values())


def _span(numbers: Iterable[int]) -> str:
    known = set(numbers)
    return f"{min(known)}–{max(known)}" if len(known) > 1 else str(min(known))
