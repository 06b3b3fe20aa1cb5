"""Exact numbers as a sheet shows them: rounded once, half up; «-» where there is nothing to divide by (DOMAIN 2.8)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sync_service.domain.formulas import Performance, round_half_up

NOTHING = "-"
_FIELDS = {"5": "n5", "4": "n4", "3": "n3", "2": "n2", "1": "n1", "н/а": "na", "осв": "exempt", "": "no_mark"}


def tenths(value: Decimal | None) -> Decimal | str:
    """A percentage or hours, one decimal."""
    return NOTHING if value is None else round_half_up(value, 1)


def hundredths(value: Decimal | None) -> Decimal | str:
    """A mean mark, two decimals."""
    return NOTHING if value is None else round_half_up(value, 2)


def count_marks(marks: Iterable[str]) -> Performance:
    """Marks as texts: «5»…«1», «н/а», «осв», "" (none yet). Verdicts («зач») are no points and are left out."""
    counts = dict.fromkeys(_FIELDS.values(), 0)
    for mark in marks:
        if mark in _FIELDS:
            counts[_FIELDS[mark]] += 1
    return Performance(**counts)


def together(parts: Iterable[Performance]) -> Performance:
    """Several counts as one."""
    parts = list(parts)
    return Performance(**{name: sum(getattr(part, name) for part in parts) for name in _FIELDS.values()})
