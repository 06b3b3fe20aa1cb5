"""From timetable and calendar to the lessons of a course, each with a key that it keeps for ever."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sync_service.domain.calendar import school_days
from sync_service.domain.school import Course, ScheduledLesson, SchoolYear, TimetableRow

_WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


def weekday_name(weekday: int) -> str:
    """«пн» for 1 … «вс» for 7."""
    return _WEEKDAYS[weekday - 1]


def weekday_number(name: str) -> int:
    """1 for «пн» … 7 for «вс». Raises ValueError for anything else."""
    return _WEEKDAYS.index(name) + 1


def planned_hours(course: Course, timetable: Iterable[TimetableRow], year: SchoolYear) -> tuple[tuple[date, int], ...]:
    """(date, slot) of every lesson that the timetable gives the course on school days between `since` and
    `until` (both included), by date and slot.

    A course's rows with a later `since` replace all its earlier ones from that day on. A course that leaves
    the timetable ends by its `until`, not by silence."""
    versions: dict[date, set[tuple[int, int]]] = {}
    for row in timetable:
        if row.course == course.code:
            versions.setdefault(row.since, set()).add((row.weekday, row.slot))
    starts = sorted(versions, reverse=True)
    hours = []
    for day in school_days(year, course.since, course.until or year.end, course.grade):
        version = next((start for start in starts if start <= day), None)
        if version is not None:
            hours += [(day, slot) for weekday, slot in sorted(versions[version]) if weekday == day.isoweekday()]
    return tuple(hours)


def slots_on(course: Course, timetable: Iterable[TimetableRow], year: SchoolYear, day: date) -> frozenset[int]:
    """Numbers of the lessons that the timetable gives the course on a day."""
    if not course.since <= day <= (course.until or year.end):
        return frozenset()
    only = course.model_copy(update={"since": day, "until": day})
    return frozenset(slot for _, slot in planned_hours(only, timetable, year))


def schedule_course(
    course: Course,
    timetable: Iterable[TimetableRow],
    year: SchoolYear,
    existing: Iterable[ScheduledLesson] = (),
) -> tuple[ScheduledLesson, ...]:
    """All lessons of the course: every existing one under its key, and a new one for each planned hour
    without any.

    Nothing vanishes here: an existing lesson outside `planned_hours` stays, because something may stand in
    it; whoever sees that nothing does may withdraw it. Pass withdrawn lessons too, so that no number ever
    comes back. `seq` counts by date and slot from 1."""
    lessons = [(lesson.date, lesson.slot, lesson.key) for lesson in existing]
    taken = {(day, slot) for day, slot, _ in lessons}
    number = max((int(key.rpartition(".")[2]) for _, _, key in lessons), default=0)
    for day, slot in planned_hours(course, timetable, year):
        if (day, slot) not in taken:
            number += 1
            lessons.append((day, slot, f"{course.code}.{number:03d}"))
    return tuple(
        ScheduledLesson(key=key, course=course.code, seq=seq, date=day, slot=slot)
        for seq, (day, slot, key) in enumerate(sorted(lessons), 1)
    )
