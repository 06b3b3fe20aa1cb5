"""One cell of a report: numbers as numbers, people's words as plain text, never as a formula.

A value is text, a whole number, a Decimal, hours as a Fraction, a date or None (an empty cell). `Lit` adds a traffic
light.
"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell

from sync_service.domain.formulas import round_half_up

Plain = str | int | Decimal | Fraction | date | None
LONGEST_TEXT = 32_000  # a cell of Excel holds 32 767 characters
HOURS_PLACES = 2
LAST_ZERO = re.compile(r"0(?=;|$)")  # of each part of a format of whole numbers
LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LOOKS_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads «_x0041_» as «A»


@dataclass(frozen=True, slots=True)
class Lit:
    """A value under a traffic light: it takes fill and font of the legend cell `{{light}}` of its sheet.

    `sign` stands after the number («!»), because a black-and-white print has no colours."""

    value: Plain
    light: str
    sign: str = ""


Value = Plain | Lit


def write(cell: Cell, value: Value, legend: dict[str, Any]) -> None:
    """Put `value` into a cell that already has the style of its sample. `legend`: light → cell to look like."""
    if isinstance(value, Lit):
        if (like := legend.get(value.light)) is not None:
            cell.fill, cell.font = copy(like.fill), copy(like.font)
        if value.sign and isinstance(value.value, int | Decimal):
            cell.number_format += f'" {value.sign}"'
        value = value.value
    if isinstance(value, str):
        write_text(cell, value)
    elif isinstance(value, Fraction):
        _write_hours(cell, value)
    else:
        cell.value = value


def hours_text(value: Fraction) -> str:
    """«3», «2,5», «3,33»."""
    return str(_rounded(value)).replace(".", ",")


def _rounded(value: Fraction) -> int | Decimal:
    """Half an hour is not lost in a column of whole ones; a third has an end."""
    shown = round_half_up(value, HOURS_PLACES)
    return int(shown) if shown == int(shown) else shown.normalize()


def _write_hours(cell: Cell, value: Fraction) -> None:
    """A format of whole numbers, which would show «3» for 2,5, gets places."""
    cell.value = shown = _rounded(value)
    if isinstance(shown, Decimal) and "." not in cell.number_format:
        cell.number_format = LAST_ZERO.sub("0.##", cell.number_format)


def write_text(cell: Cell, text: str) -> None:
    """Text stays text (CASES: no formula injection), also after somebody edits the cell in Excel."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_TEXT]
    cell.value = LOOKS_LIKE_ESCAPE.sub("_x005F_", text)
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(LOOKS_LIKE_FORMULA)
