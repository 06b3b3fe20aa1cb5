"""How wide the columns and how high the rows of a sheet are on a screen, to place a box of a given size over them."""

from __future__ import annotations

from collections.abc import Callable

from sync_service.books.markup import elements
from sync_service.reconcile.sheet import At

DIGIT, PADDING = 7, 5  # pixels of a digit and beside the text, in the usual font: a column's width counts digits
COLUMN, ROW = 64, 20  # pixels, where the sheet says nothing
LAST = At(1_048_576, 16_384)
GAP = 12  # pixels between a cell and its box


class Measures:
    """Pixels of one sheet part."""

    def __init__(self, sheet: bytes) -> None:
        """Raises MarkupError."""
        self._columns: list[tuple[range, int]] = []
        self._rows: dict[int, int] = {}
        self._column, self._row = COLUMN, ROW
        for found in elements(sheet, {"col", "row", "sheetFormatPr"}):
            said = found.attributes
            hidden = said.get("hidden") in ("1", "true")
            if found.name == "col" and (hidden or "width" in said):
                columns = range(int(said["min"]), int(said["max"]) + 1)
                self._columns.append((columns, 0 if hidden else _wide(said["width"])))
            elif found.name == "row" and (hidden or "ht" in said):
                self._rows[int(said["r"])] = 0 if hidden else _high(said["ht"])
            elif found.name == "sheetFormatPr":
                self._column = _wide(said["defaultColWidth"]) if "defaultColWidth" in said else COLUMN
                self._row = _high(said["defaultRowHeight"]) if "defaultRowHeight" in said else ROW

    def beside(self, at: At, width: int, height: int) -> str:
        """The place of a box of this size right of a cell, as the drawing of notes says it: column, offset, row, offset
        of one corner, then of the other, counted from 0."""
        left, top = at.column + 1, max(at.row - 1, 1)
        right, over = _reach(left, GAP + width, self._width, LAST.column)
        bottom, under = _reach(top, GAP // 2 + height, self._height, LAST.row)
        corners = (left - 1, GAP, top - 1, GAP // 2, right - 1, over, bottom - 1, under)
        return ", ".join(map(str, corners))

    def _width(self, column: int) -> int:
        return next((pixels for columns, pixels in self._columns if column in columns), self._column)

    def _height(self, row: int) -> int:
        return self._rows.get(row, self._row)


def _reach(first: int, pixels: int, size: Callable[[int], int], last: int) -> tuple[int, int]:
    """Where one comes to, going so far from the beginning of `first`: number and pixels within."""
    while pixels > size(first) and first < last:
        pixels -= size(first)
        first += 1
    return first, pixels


def _wide(digits: str) -> int:
    return int(float(digits) * DIGIT) + PADDING


def _high(points: str) -> int:
    return round(float(points) * 96 / 72)
