"""References inside the text of a formula: found, taken apart, rewritten. Nothing is computed here.

A formula is split into a template, in which numbered marks stand for the references, and the references themselves:
rows of a table then share one template, which is parsed once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from tests.google_emulator.a1 import letters, number, quoted
from tests.google_emulator.areas import OPEN, Area

_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]+"
_REFERENCE = re.compile(
    rf"""
    "(?:[^"]|"")*"                                               # a text: not looked into
    | (?<![\w.\#])(?P<tab>'(?:[^']|'')+'!|[^\W\d][\w.]*!)?
      (?P<cells>{_CELL}:{_CELL}|{_CELL}:\$?[A-Za-z]{{1,3}}|{_CELL}
        |\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}|\$?[0-9]+:\$?[0-9]+)
      (?![\w(.!])
    """,
    re.VERBOSE,
)
_END = re.compile(r"(\$?)([A-Za-z]{1,3})?(\$?)([0-9]+)?")
OPENING, CLOSING = "\x01", "\x02"  # around the number of a reference in a template


@dataclass(frozen=True)
class Reference:
    """`rows` and `columns` are half-open; OPEN where the text gives no end. `fixed` tells for top, left, bottom and
    right whether there is a dollar before it."""

    tab: str | None
    rows: tuple[int, int]
    columns: tuple[int, int]
    fixed: tuple[bool, bool, bool, bool] = (False, False, False, False)
    single: bool = False

    def area(self, sheet: int) -> Area:
        return Area(sheet, self.rows[0], self.columns[0], self.rows[1], self.columns[1])

    def __str__(self) -> str:
        tab = "" if self.tab is None else f"{quoted(self.tab)}!"
        top, left, bottom, right = ("$" if fixed else "" for fixed in self.fixed)
        rows = (f"{top}{self.rows[0] + 1}", f"{bottom}{self.rows[1]}" if self.rows[1] != OPEN else "")
        columns = (
            f"{left}{letters(self.columns[0])}",
            f"{right}{letters(self.columns[1] - 1)}" if self.columns[1] != OPEN else "",
        )
        if self.single:
            return f"{tab}{columns[0]}{rows[0]}"
        if self.rows == (0, OPEN):
            return f"{tab}{columns[0]}:{columns[1]}"
        if self.columns == (0, OPEN):
            return f"{tab}{rows[0]}:{rows[1]}"
        return f"{tab}{columns[0]}{rows[0]}:{columns[1]}{rows[1]}"


@lru_cache(maxsize=200_000)
def reference(tab: str, cells: str) -> Reference:
    """`tab` is as written, with its quotes and «!», or empty."""
    title = None
    if tab:
        title = tab[:-1]
        title = title[1:-1].replace("''", "'") if title.startswith("'") else title
    first, _, last = cells.partition(":")
    left, top = _end(first)
    if not last:
        assert left
        assert top
        fixed = (top[1], left[1], top[1], left[1])
        return Reference(title, (top[0], top[0] + 1), (left[0], left[0] + 1), fixed, single=True)
    right, bottom = _end(last)
    rows, row_marks = _span(top, bottom)
    columns, column_marks = _span(left, right)
    return Reference(title, rows, columns, (row_marks[0], column_marks[0], row_marks[1], column_marks[1]))


End = tuple[int, bool] | None


def _end(text: str) -> tuple[End, End]:
    """Column and row, counted from 0, each with whether it is fixed."""
    if text.lstrip("$").isdigit():
        return None, (int(text.lstrip("$")) - 1, text.startswith("$"))
    match = _END.fullmatch(text)
    assert match
    column = (number(match[2]), bool(match[1])) if match[2] else None
    return column, ((int(match[4]) - 1, bool(match[3])) if match[4] else None)


def _span(first: End, last: End) -> tuple[tuple[int, int], tuple[bool, bool]]:
    if first is None and last is None:
        return (0, OPEN), (False, False)
    if first is None or last is None:
        start = first or last
        assert start
        return (start[0], OPEN), (start[1], False)
    if first[0] > last[0]:
        first, last = last, first
    return (first[0], last[0] + 1), (first[1], last[1])


@lru_cache(maxsize=100_000)
def split(formula: str) -> tuple[str, tuple[Reference, ...]]:
    """Template and references, each of them once."""
    found: dict[Reference, int] = {}

    def mark(match: re.Match[str]) -> str:
        if match["cells"] is None:
            return match[0]
        known = reference(match["tab"] or "", match["cells"])
        return f"{OPENING}{found.setdefault(known, len(found))}{CLOSING}"

    template = _REFERENCE.sub(mark, formula)
    return template, tuple(found)


def rewritten(formula: str, change: Callable[[Reference], Reference | None]) -> str:
    """The formula with every reference changed; None makes it «#REF!»."""

    def replaced(match: re.Match[str]) -> str:
        if match["cells"] is None:
            return match[0]
        old = reference(match["tab"] or "", match["cells"])
        new = change(old)
        if new is None:
            return "#REF!"
        return match[0] if new is old or new == old else str(new)

    return _REFERENCE.sub(replaced, formula)


def shifted(formula: str, down: int, right: int) -> str:
    """The formula as copying moves it: what has no dollar goes along, what leaves the grid becomes «#REF!»."""
    if not down and not right:
        return formula

    def change(old: Reference) -> Reference | None:
        top, left, bottom, side = old.fixed
        rows = _moved(old.rows, down, top, bottom)
        columns = _moved(old.columns, right, left, side)
        if rows is None or columns is None:
            return None
        return replace(old, rows=rows, columns=columns)

    return rewritten(formula, change)


def _moved(span: tuple[int, int], by: int, first_fixed: bool, last_fixed: bool) -> tuple[int, int] | None:
    if span == (0, OPEN):
        return span
    start = span[0] if first_fixed else span[0] + by
    end = span[1] if last_fixed or span[1] == OPEN else span[1] + by
    if start >= end:
        start, end = end - 1, start + 1
    return (start, end) if start >= 0 else None
