"""The hidden tab «_lists»: what drop-downs and formulas of the other tabs look up.

A list is a column: heading, number of items (a formula, up to the last one that is not blank), the items. Items may
be formulas over another tab of the same book, so that a drop-down follows what people type there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook

from sync_service.books.render.pen import Formula, put
from sync_service.reconcile.layout import LISTS_TAB

FIRST_ITEM_ROW = 3


@dataclass(frozen=True)
class Range:
    """Where the items of a list stand."""

    column: str
    last_row: int
    follows: bool  # items are formulas, of which the last ones may be blank

    @property
    def cells(self) -> str:
        return f"{LISTS_TAB}!${self.column}${FIRST_ITEM_ROW}:${self.column}${self.last_row}"

    @property
    def drop_down(self) -> str:
        """The items as the source of a drop-down, without the blank ones at the end."""
        if not self.follows:
            return self.cells
        return f"OFFSET({LISTS_TAB}!${self.column}${FIRST_ITEM_ROW},0,0,MAX(1,{LISTS_TAB}!${self.column}$2),1)"

    def item(self, number: int) -> str:
        """The cell of item `number`, counted from 0."""
        return f"{LISTS_TAB}!${self.column}${FIRST_ITEM_ROW + number}"


class Lists:
    """Columns of «_lists», drawn as they are added. Headings are Russian words, so none looks like a tab key."""

    def __init__(self, book: Workbook, style: StyleArray) -> None:
        self.sheet = book.create_sheet(LISTS_TAB)
        self.sheet.sheet_state = "hidden"
        self._style = style
        self._columns = 0

    def add(self, heading: str, items: Sequence[object]) -> Range:
        """Write a column; `items` are texts, numbers, dates or Formula. Empty lists get one blank item."""
        self._columns += 1
        number, letter = self._columns, get_column_letter(self._columns)
        follows = any(isinstance(item, Formula) for item in items)
        placed = Range(letter, FIRST_ITEM_ROW + max(1, len(items)) - 1, follows)
        cells = f"{letter}${FIRST_ITEM_ROW}:{letter}${placed.last_row}"
        put(self.sheet, 1, number, heading, self._style)
        count = f'=SUMPRODUCT(MAX(({cells}<>"")*(ROW({cells})-{FIRST_ITEM_ROW - 1})))'
        put(self.sheet, 2, number, Formula(count), self._style)
        for row, item in enumerate(items, FIRST_ITEM_ROW):
            put(self.sheet, row, number, item, self._style)
        return placed
