"""What any source of books hands over: tabs as sparse maps of raw cells, and what it takes back.

Rows and columns count from 1, as people count them. A1 notation is made here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class CellError:
    """A formula's error («#REF!», «#N/A») or a formula whose value nobody has computed («?»)."""

    text: str

    def __str__(self) -> str:
        return self.text


RawCell = str | int | float | bool | date | datetime | time | timedelta | CellError


class At(NamedTuple):
    row: int
    column: int

    @property
    def a1(self) -> str:
        letters, column = "", self.column
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row}"

    @staticmethod
    @lru_cache(maxsize=2**15)  # every tab of every book has the same first few thousand cells
    def parse(a1: str) -> At:
        letters = a1.rstrip("0123456789")
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        return At(int(a1[len(letters) :]), column)


@dataclass(frozen=True)
class Tab:
    """One sheet as it was read.

    `cells` holds no blanks; `notes` are cell comments; `merged` are (top-left, bottom-right)."""

    title: str
    cells: Mapping[At, RawCell]
    notes: Mapping[At, str] = field(default_factory=dict)
    merged: tuple[tuple[At, At], ...] = ()


@dataclass(frozen=True)
class Sheets:
    """One workbook as it was read. `path` names it for people; `tabs` stand in the workbook's order."""

    path: str
    tabs: tuple[Tab, ...]


@dataclass(frozen=True)
class TabWrite:
    """Changes to one tab: only cells and notes that the layout gives to the service, or those of people that a person's
    command fills for them. None clears."""

    title: str
    cells: Mapping[At, str | int | float | date | None] = field(default_factory=dict)
    notes: Mapping[At, str | None] = field(default_factory=dict)
    links: Mapping[At, str] = field(default_factory=dict)  # cell → "'Tab title'!F12"
    heights: Mapping[int, float] = field(default_factory=dict)  # points, of rows that wrap; a program may measure anew

    def __bool__(self) -> bool:
        return bool(self.cells or self.notes or self.links)
