"""Identity of everything that a person can type into a journal book, apart from where it stands.

A slot is (kind, subject, field). Its value travels through baseline, record and ledger as one canonical text, so
"moved" and "equal" are comparisons of strings and a plan can be printed.

| kind   | subject    | field                                     | canonical text             |
|--------|------------|-------------------------------------------|----------------------------|
| ENTRY  | pupil code | lesson key                                | «5», «4/5», «н», «н5», «.» |
| FINAL  | pupil code | course code + " " + Term                  | «4», «н/а», «зач», «осв»   |
| GROUNDS | pupil code | course code + " " + Term                 | text: why the final mark is so |
| LESSON | lesson key | LessonField                               | ISO date, integer, text    |
| REASON | pupil code | ISO date + " code", ISO date + " document" | «б», «ув», «нп»; text      |
| REGIME | course code + " " + Term + " " + number of the line | RegimeField | «12:30», text     |

A blank is the empty string, everywhere.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class SlotKind(StrEnum):
    ENTRY = "entry"
    FINAL = "final"
    LESSON = "lesson"
    REASON = "reason"  # of an absence
    REGIME = "regime"  # of the day of an extended-day group
    GROUNDS = "grounds"  # of a final mark


class LessonField(StrEnum):
    """Teacher's columns of a log tab. `held` is «да» / «нет»; homework «—» means that none was set."""

    DATE = "date"
    SLOT = "slot"
    HELD = "held"
    TOPIC = "topic"
    HOMEWORK = "homework"
    HOMEWORK_DUE = "due"
    MINUTES = "minutes"
    WORK_TYPE = "work"
    FORM = "form"
    HOURS = "hours"


class RegimeField(StrEnum):
    START = "start"
    END = "end"
    WHAT = "what"


class Slot(NamedTuple):
    kind: SlotKind
    subject: str
    field: str

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.subject}:{self.field}"

    @classmethod
    def parse(cls, text: str) -> Slot:
        kind, subject, field = text.split(":", 2)
        return cls(SlotKind(kind), subject, field)


def entry_slot(pupil: str, lesson: str) -> Slot:
    return Slot(SlotKind.ENTRY, pupil, lesson)


def final_slot(pupil: str, course: str, term: str) -> Slot:
    return Slot(SlotKind.FINAL, pupil, f"{course} {term}")


def grounds_slot(pupil: str, course: str, term: str) -> Slot:
    return Slot(SlotKind.GROUNDS, pupil, f"{course} {term}")


def lesson_slot(lesson: str, field: LessonField) -> Slot:
    return Slot(SlotKind.LESSON, lesson, field.value)


def regime_line(course: str, term: str, number: int) -> str:
    """The identity of a line of the regime, counted from 1 in each quarter."""
    return f"{course} {term} {number:02d}"


def regime_slot(line: str, field: RegimeField) -> Slot:
    return Slot(SlotKind.REGIME, line, field.value)


def term_of_regime(slot: Slot) -> str:
    return slot.subject.split(" ")[1]


def day_of_reason(slot: Slot) -> date:
    """The day of absence that a slot of a reason is about."""
    return date.fromisoformat(slot.field.partition(" ")[0])
