"""The words that answer for a final mark: why it is not the suggested one (V16), by which order it is «осв» (V17)."""

from __future__ import annotations

import re

from sync_service.domain.entries import Raw, Refusal
from sync_service.domain.fields import read_text

LIMIT = 200  # characters: a short reason (DOMAIN 2.8)
LETTERS = 3  # fewer say nothing: «-», «да»

_ORDER = re.compile(r"\b(?:приказ(?:а|у|ом|е)?|распоряжени(?:е|я|ю|ем|и))\b.*?\d[^;\n]*", re.IGNORECASE)


def read_grounds(raw: Raw) -> str | Refusal:
    """The text of a cell «Причина», or why it is none."""
    return read_text(raw, LIMIT)


def explains(text: str) -> bool:
    """Whether a reason is given at all."""
    return sum(character.isalpha() for character in text) >= LETTERS


def order_in(text: str) -> str:
    """The order that a text names, «приказ № 12 от 01.09.2026», "" if none: an order has a number."""
    found = _ORDER.search(text)
    return found[0].strip() if found else ""
