"""Rectangles of a grid and what can be done with them. Half-open, counted from 0; nothing of A1 notation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.google_emulator.state import Json, Sheet

OPEN = 10_000_000  # an end that is not given: as far as the grid goes


class Area(NamedTuple):
    sheet: int
    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    def holds(self, row: int, column: int) -> bool:
        return self.top <= row < self.bottom and self.left <= column < self.right

    def cells(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row in range(self.top, self.bottom) for column in range(self.left, self.right))

    def common(self, other: Area) -> Area | None:
        """What both cover, None if nothing."""
        if self.sheet != other.sheet:
            return None
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom, right = min(self.bottom, other.bottom), min(self.right, other.right)
        return Area(self.sheet, top, left, bottom, right) if top < bottom and left < right else None

    def covers(self, other: Area) -> bool:
        return self.common(other) == other

    def without(self, other: Area) -> list[Area]:
        """What is left of this area when `other` is cut out of it."""
        hole = self.common(other)
        if hole is None:
            return [self]
        around = [
            self._replace(bottom=hole.top),
            self._replace(top=hole.bottom),
            Area(self.sheet, hole.top, self.left, hole.bottom, hole.left),
            Area(self.sheet, hole.top, hole.right, hole.bottom, self.right),
        ]
        return [piece for piece in around if piece.top < piece.bottom and piece.left < piece.right]

    def clipped(self, sheet: Sheet) -> Area:
        """The part that lies on the grid of the sheet; empty areas are possible."""
        return self._replace(bottom=min(self.bottom, sheet.rows), right=min(self.right, sheet.columns))


def of_range(given: Json) -> Area:
    """The area of a GridRange; its ends may be OPEN."""
    return Area(
        int(given.get("sheetId") or 0),
        int(given.get("startRowIndex") or 0),
        int(given.get("startColumnIndex") or 0),
        int(given.get("endRowIndex", OPEN)),
        int(given.get("endColumnIndex", OPEN)),
    )


def as_range(area: Area) -> Json:
    """A GridRange as Google writes one: a sheetId of 0 is left out, open sides are."""
    given: Json = {"sheetId": area.sheet} if area.sheet else {}
    if area.top or area.bottom != OPEN:
        given["startRowIndex"] = area.top
    if area.bottom != OPEN:
        given["endRowIndex"] = area.bottom
    if area.left or area.right != OPEN:
        given["startColumnIndex"] = area.left
    if area.right != OPEN:
        given["endColumnIndex"] = area.right
    return given
