"""One spelling of every value as JSON text, so that "equal" is a comparison of strings on any database."""

from __future__ import annotations

import json
from datetime import date, time
from decimal import Decimal


def canonical(content: object) -> str:
    """Sorted keys, no spaces, dates and times in ISO form, decimals without needless zeros."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def tidy(number: Decimal) -> Decimal:
    """2.500 → 2.5, 10.000 → 10: a column of fixed scale gives back zeros that nobody wrote."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _plain(thing: object) -> str:
    if isinstance(thing, Decimal):
        return str(tidy(thing))
    if isinstance(thing, date | time):
        return thing.isoformat()
    raise TypeError(f"no canonical form for {thing!r}")
