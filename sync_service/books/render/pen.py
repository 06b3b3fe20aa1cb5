"""Putting one value into one cell. A text is a text whatever it begins with; only `Formula` is ever computed."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime, time, timedelta

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.cellwriting import ESCAPE_LIKE, LIKE_FORMULA, MAX_TEXT


class Formula(str):
    """A formula that the renderer wrote, beginning with «=». What people typed is never one of these."""

    __slots__ = ()


def put(sheet: Worksheet, row: int, column: int, value: object, style: StyleArray) -> None:
    """Write `value` (str, int, float, bool, date, time, Formula; None or "" leaves the cell blank) with `style`.

    A date in a cell whose style is no date format keeps that style; give it one that is."""
    cell = sheet.cell(row, column)
    if value is not None and value != "":
        if isinstance(value, Formula):
            cell._value, cell.data_type = str(value), "f"
        elif isinstance(value, str):
            said = ESCAPE_LIKE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_TEXT])
            cell._value, cell.data_type = said, "s"
            if said.startswith(LIKE_FORMULA):  # edited by hand, it stays a text
                style = copy(style)
                style.quotePrefix = 1
        elif isinstance(value, bool):
            cell._value, cell.data_type = value, "b"
        elif isinstance(value, date | datetime | time | timedelta):
            cell._value, cell.data_type = value, "d"
        else:
            cell.value = value
    cell._style = style
