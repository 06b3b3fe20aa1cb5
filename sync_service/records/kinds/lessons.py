"""Lessons: what the timetable plans and what the teacher's log tells, two kinds of facts about the same rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sync_service.domain.fields import decimal_text
from sync_service.domain.slots import LessonField
from sync_service.records.kinds.directory import DirectoryFacts
from sync_service.records.kinds.slots import SlotFacts
from sync_service.records.models import Lesson


def settle(row: Lesson) -> None:
    """The date and slot that hold: typed ones win over planned ones."""
    row.date = row.typed_date or row.planned_date
    row.slot = row.planned_slot if row.typed_slot is None else row.typed_slot


class ScheduledFacts(DirectoryFacts):
    """The timetable's half of a lesson; the teacher's half stays as it is."""

    def fresh(self, key: str, at: datetime) -> Lesson:
        return Lesson(key=key, recorded_at=at, topic="", homework="", work_type="", form="")

    def complete(self, row: Any, value: Any) -> None:
        settle(row)


def _exact(read: Callable[[str], Any], show: Callable[[Any], str]) -> Callable[[str], Any]:
    """A reader that refuses a text which would come back spelled otherwise."""

    def reader(text: str) -> Any:
        thing = read(text)
        if show(thing) != text:
            raise ValueError(f"not a canonical text: {text!r}")
        return thing

    return reader


HELD = {"да": True, "нет": False}
_DATE = (_exact(date.fromisoformat, date.isoformat), date.isoformat)
_NUMBER = (_exact(int, str), str)
_HELD = (HELD.__getitem__, {shown: text for text, shown in HELD.items()}.__getitem__)
_TEXT = (str, str)
_DECIMAL = (_exact(lambda text: Decimal(text.replace(",", ".")), decimal_text), decimal_text)

# field → column, reader, writer, what a blank is, column of the moment it was first filled
COLUMNS: dict[str, tuple[str, Callable[[str], Any], Callable[[Any], str], Any, str]] = {
    LessonField.DATE: ("typed_date", *_DATE, None, ""),
    LessonField.SLOT: ("typed_slot", *_NUMBER, None, ""),
    LessonField.HELD: ("held", *_HELD, None, "held_at"),
    LessonField.TOPIC: ("topic", *_TEXT, "", "topic_at"),
    LessonField.HOMEWORK: ("homework", *_TEXT, "", "homework_at"),
    LessonField.HOMEWORK_DUE: ("homework_due", *_DATE, None, ""),
    LessonField.MINUTES: ("minutes", *_NUMBER, None, ""),
    LessonField.WORK_TYPE: ("work_type", *_TEXT, "", ""),
    LessonField.FORM: ("form", *_TEXT, "", ""),
    LessonField.HOURS: ("hours", *_DECIMAL, None, ""),
}


class LessonFacts(SlotFacts):
    """Several slots share the row of their lesson, which the timetable made (kind «scheduled»)."""

    model = Lesson

    def row_key(self, key: str) -> str:
        return key.partition("|")[0]

    def text(self, row: Any, key: str) -> str:
        column, _, show, blank, _ = COLUMNS[key.partition("|")[2]]
        value = getattr(row, column)
        return "" if value == blank else show(value)

    def blank(self, key: str, at: datetime) -> Lesson:
        raise ValueError(f"a fact about lesson {self.row_key(key)}, which nobody has scheduled")

    def write(self, row: Any, key: str, text: str, at: datetime) -> None:
        column, read, _, blank, moment = COLUMNS[key.partition("|")[2]]
        value = read(text) if text else blank
        setattr(row, column, value)
        if moment and value not in (blank, False) and getattr(row, moment) is None:
            setattr(row, moment, at)
        settle(row)
