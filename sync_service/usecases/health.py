"""What an examination finds: one line for a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    GOOD = "хорошо"
    WARNING = "внимание"
    BAD = "плохо"


@dataclass(frozen=True)
class Finding:
    what: str
    health: Health
    words: str
