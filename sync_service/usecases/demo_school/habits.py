"""How each teacher keeps the journal: spelling, how often marks are given, what is left for later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Habit(NamedTuple):
    """Shares are of lessons, unless said otherwise. `behind` counts the last school days left unfilled."""

    absent: str = "н"  # how an absence is written
    marks: float = 1.0  # how much more or less often than usual somebody is marked
    severity: float = 0.0  # points taken from a usual mark
    homework: float = 0.7  # written at all
    nothing_set: float = 0.08  # written as «—»
    minutes: float = 0.1
    own_topic: float = 0.08  # typed in own words, else blank: as planned
    behind: int = 0
    numbers: float = 0.04  # of marks, arriving as numbers from a phone or a paste
    reasons: float = 0.85  # of days, as class teacher
    finals: float = 0.98  # of quarter marks, set by today


HABITS = {
    "e01": Habit(severity=0.1, homework=0.7, own_topic=0.15, marks=1.1),
    "e02": Habit(absent="Н", homework=0.85, own_topic=0.1, finals=1.0),
    "e03": Habit(homework=0.85, minutes=0.4, numbers=0.2, finals=1.0),
    "e04": Habit(severity=0.25, homework=0.95, nothing_set=0.02, minutes=0.25),
    "e05": Habit(homework=0.9, own_topic=0.2, reasons=1.0, finals=1.0),
    "e06": Habit(absent="H", homework=0.8),  # a Latin letter: the keyboard stays English after the lesson
    "e07": Habit(homework=0.55, behind=6, severity=0.1, finals=0.8, reasons=0.6),  # always late
    "e08": Habit(severity=-0.5, homework=0.0, marks=1.3, absent="нб"),  # never sets any homework
    "e09": Habit(homework=0.6, own_topic=0.05, severity=-0.2),
    "e10": Habit(severity=-0.1, homework=0.8, reasons=0.95),
    "e11": Habit(severity=-0.1, homework=0.7, nothing_set=0.12, behind=2),
    "e12": Habit(homework=0.9, minutes=0.1, own_topic=0.02, reasons=1.0),
}


@dataclass(frozen=True)
class Ability:
    """A pupil as a marker sees one: the usual mark, and how far each subject lies from it."""

    level: float
    subjects: dict[str, float] = field(default_factory=dict)

    def usual(self, subject: str) -> float:
        return self.level + self.subjects.get(subject, 0.0)
