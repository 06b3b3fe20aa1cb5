"""Which books are probably being edited now. A place whose looks tell of a change only after minutes reads these on
suspicion: whoever marks during the lesson sees the remarks within the minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sync_service.domain.calendar import bells_on
from sync_service.domain.school import Bell, Directory
from sync_service.records import queries
from sync_service.records.sync_state import BookState
from sync_service.usecases.composition import BookSpec

JUST_OVER = timedelta(minutes=20)  # marks are typed until well into the next break
LATELY = timedelta(minutes=30)  # who has just typed is likely to go on


def probably_edited(
    directory: Directory, books: Sequence[BookSpec], states: Mapping[str, BookState], now: datetime
) -> list[str]:
    """Refs of the journal books with a lesson on or just over, and of those of which something was recorded lately:
    that a book was read, as all are at night, is no sign of anybody. `now` is in the school's zone."""
    taught, lately = _courses_taught(directory, now), queries.books_changed_since(now - LATELY)
    return [
        states[spec.book].ref
        for spec in books
        if spec.book in states
        and (spec.book in lately or any(course.code in taught for course in spec.courses))
    ]


def _courses_taught(directory: Directory, now: datetime) -> frozenset[str]:
    slots = {slot for slot, bell in bells_on(directory.bells, now.date()).items() if _covers(bell, now)}
    if not slots:
        return frozenset()
    today = queries.lesson_facts(start=now.date(), end=now.date())
    return frozenset(lesson.course for lesson in today if lesson.slot in slots)


def _covers(bell: Bell, now: datetime) -> bool:
    start = datetime.combine(now.date(), bell.start, now.tzinfo)
    return start <= now <= datetime.combine(now.date(), bell.end, now.tzinfo) + JUST_OVER
