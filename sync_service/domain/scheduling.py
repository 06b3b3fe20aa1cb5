"""From timetable and calendar to the lessons of a course, each with a key that it keeps for ever."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date
from itertools import count, islice

from sync_service.domain.calendar import days_between, period_of, taught_on
from sync_service.domain.school import Course, ScheduledLesson, SchoolYear, Term, TimetableRow

SPARE_LESSONS = 4  # empty columns of a period in a journal, for lessons added to the timetable, moved or made up
Hour = tuple[date, int]  # a day and the number of the lesson on it
_WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


def weekday_name(weekday: int) -> str:
    """«пн» for 1 … «вс» for 7."""
    return _WEEKDAYS[weekday - 1]


def weekday_number(name: str) -> int:
    """1 for «пн» … 7 for «вс». Raises ValueError for anything else."""
    return _WEEKDAYS.index(name) + 1


def planned_hours(course: Course, timetable: Iterable[TimetableRow], year: SchoolYear) -> tuple[Hour, ...]:
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
    for day in days_between(max(year.start, course.since), min(year.end, course.until or year.end)):
        version = next((start for start in starts if start <= day), None)
        if version is not None and (taught := taught_on(year, day, course)) is not None:
            hours += [(day, slot) for weekday, slot in sorted(versions[version]) if weekday == taught]
    return tuple(hours)


def slots_on(course: Course, timetable: Iterable[TimetableRow], year: SchoolYear, day: date) -> frozenset[int]:
    """Numbers of the lessons that the timetable gives the course on a day."""
    if not course.since <= day <= (course.until or year.end):
        return frozenset()
    only = course.model_copy(update={"since": day, "until": day})
    return frozenset(slot for _, slot in planned_hours(only, timetable, year))


@dataclass(frozen=True)
class Had:
    """What a course has had so far: `lessons` stand, `withdrawn` ones are in no timetable any more (nothing was ever
    in them). Keys of lessons: `fixed` ones hold what teachers gave them (entries, «Проведён», a date of their own) and
    stay where they are, `prepared` ones (topic or homework typed ahead) may get another hour but never vanish. In the
    `closed` quarters nothing changes at all."""

    lessons: tuple[ScheduledLesson, ...] = ()
    withdrawn: tuple[ScheduledLesson, ...] = ()
    fixed: Set[str] = frozenset()
    prepared: Set[str] = frozenset()
    closed: Set[Term] = frozenset()


NOTHING_YET = Had()


def spare_keys(course: str, term: Term, used: Container[str]) -> Iterator[str]:
    """Keys for the lessons that the timetable brings to a period later; a journal has columns for the first few."""
    keys = (f"{course}.{term.value}-{number}" for number in count(1))
    return (key for key in keys if key not in used)


def column_order(key: str) -> tuple[int, int]:
    """Where a lesson stands among those of its period in a journal: spare columns last."""
    tail = key.rpartition(".")[2]
    return (0, int(tail)) if tail.isdigit() else (1, int(tail.rpartition("-")[2]))


def spares(course: Course, year: SchoolYear, had: Had) -> tuple[tuple[Term, str], ...]:
    """Of each period the keys that a journal keeps empty: lessons withdrawn from it, and spare ones not used yet."""
    used = {lesson.key for lesson in (*had.lessons, *had.withdrawn)}
    found: list[tuple[Term, str]] = []
    for period in year.periods:
        if period.grades and course.grade not in period.grades:
            continue
        gone = (one.key for one in had.withdrawn if period_of(year, one.date, course.grade) == period)
        fresh = islice(spare_keys(course.code, period.term, used), SPARE_LESSONS)
        found += [(period.term, key) for key in (*gone, *fresh)]
    return tuple(found)


def schedule_course(
    course: Course, timetable: Iterable[TimetableRow], year: SchoolYear, had: Had = NOTHING_YET, first: int = 1
) -> tuple[ScheduledLesson, ...]:
    """All lessons of the course as the timetable and the calendar have them now, `seq` counted by date and slot from
    `first`: a teacher who takes a course over goes on in its plan.
    Those of `had.lessons` that are not among them are to be withdrawn.

    In each period the hours are given, in order of time, to the lessons that hold nothing, in the order of their
    columns in the journal: so the columns stay in order of time whatever the timetable does. When hours are added,
    withdrawn lessons and then spare keys take them; when there are fewer, the last columns fall empty. A lesson never
    crosses into another period, whose columns are elsewhere; what was prepared for a lesson goes with it. A course
    without any row of the timetable keeps what it has: it ends by its `until`, not by silence."""
    rows = [row for row in timetable if row.course == course.code]
    if not rows and had.lessons:
        return had.lessons

    def term(day: date) -> Term | None:
        period = period_of(year, day, course.grade)
        return period.term if period is not None else None

    def stays(lesson: ScheduledLesson) -> bool:
        return lesson.key in had.fixed or term(lesson.date) in had.closed

    places = {lesson.key: _hour(lesson) for lesson in had.lessons if stays(lesson)}
    hours = [hour for hour in planned_hours(course, rows, year) if term(hour[0]) not in had.closed]
    wanting = [hour for hour in hours if hour not in places.values()]
    loose = [lesson for lesson in had.lessons if lesson.key not in places]
    used = {lesson.key for lesson in (*had.lessons, *had.withdrawn)}
    new: list[Hour] = []
    for one in dict.fromkeys(term(day) for day in (*(day for day, _ in wanting), *(lesson.date for lesson in loose))):
        mine = [hour for hour in wanting if term(hour[0]) is one]
        keys = [lesson.key for lesson in (*loose, *had.withdrawn) if term(lesson.date) is one]
        if one is not None and used:
            keys += islice(spare_keys(course.code, one, used), max(0, len(mine) - len(keys)))
        # what was prepared goes first: it must not vanish
        going = sorted(keys, key=lambda key: (key not in had.prepared, column_order(key)))
        going = sorted(going[: len(mine)], key=column_order)
        places |= zip(going, mine, strict=False)
        new += mine[len(going) :]
        places |= {
            lesson.key: _hour(lesson)
            for lesson in loose
            if lesson.key in had.prepared and term(lesson.date) is one and lesson.key not in going
        }
    placed = [*((hour, key) for key, hour in places.items()), *((hour, "") for hour in new)]
    return _numbered(course.code, placed, had, first)


def _hour(lesson: ScheduledLesson) -> Hour:
    return lesson.date, lesson.slot


def _numbered(course: str, places: Iterable[tuple[Hour, str]], had: Had, first: int) -> tuple[ScheduledLesson, ...]:
    """In order of time; a lesson without a key gets a number that none ever had."""
    tails = (lesson.key.rpartition(".")[2] for lesson in (*had.lessons, *had.withdrawn))
    number = max((int(tail) for tail in tails if tail.isdigit()), default=0)
    lessons = []
    for seq, ((day, slot), key) in enumerate(sorted(places), first):
        if not key:
            number += 1
        lessons.append(
            ScheduledLesson(key=key or f"{course}.{number:03d}", course=course, seq=seq, date=day, slot=slot)
        )
    return tuple(lessons)
