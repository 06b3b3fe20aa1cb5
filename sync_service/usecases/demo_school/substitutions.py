"""Who of the staff was away in the first quarter, and whose lessons somebody else gave, or nobody: the tabs
«Отсутствия» and «Замены» of the demo school."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sync_service.domain.scheduling import planned_hours, slots_on
from sync_service.domain.school import (
    AbsenceCode,
    Course,
    SchoolYear,
    StaffAbsence,
    Substitution,
    SubstitutionKind,
    TimetableRow,
)
from sync_service.usecases.demo_school.events import ILL_DAY, ILL_TEACHER, MOVED_COURSE, MOVED_SEQ

MERGED_DAY, MERGED_CLASS = date(2026, 10, 15), "5А"  # both subgroups of English with one teacher
LEFT_DAY, LEFT_CLASSES, STEPPED_IN = date(2026, 10, 14), {"5А": 4, "6А": 3}, "e07"  # slot of the Russian lesson

TRIP_TEACHER, TRIP_DAY = "e10", date(2026, 10, 21)
TRIP_SUBSTITUTES = {1: "e06", 2: "e06", 3: "e06", 4: "e07", 6: "e11"}  # by slot

ABSENCES = (
    StaffAbsence(
        employee=ILL_TEACHER, start=ILL_DAY, end=ILL_DAY, code=AbsenceCode.ILLNESS, document="листок нетрудоспособности"
    ),
    StaffAbsence(
        employee=TRIP_TEACHER, start=TRIP_DAY, end=TRIP_DAY, code=AbsenceCode.TRIP, document="приказ от 19.10 № 55"
    ),
    StaffAbsence(
        employee="e12", start=date(2026, 10, 26), end=date(2026, 11, 1), code=AbsenceCode.LEAVE,
        document="приказ от 12.10 № 51",
    ),
)  # fmt: skip


def substitutions(
    courses: Sequence[Course], timetable: Sequence[TimetableRow], year: SchoolYear
) -> tuple[Substitution, ...]:
    """One of each kind, in order of time."""
    found = [
        *_moved(courses, timetable, year), *_replaced(courses), *_missed(courses, timetable, year), *_merged(courses),
        *_away_on_a_trip(courses, timetable, year),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.date, one.slot, one.school_class)))


def _of(course: Course, day: date, slot: int, kind: SubstitutionKind, **more: str) -> Substitution:
    return Substitution(
        date=day, slot=slot, school_class=course.school_class, subject=course.subject, group=course.group,
        absent=course.teacher, kind=kind, **more,
    )  # fmt: skip


def _moved(courses: Sequence[Course], timetable: Sequence[TimetableRow], year: SchoolYear) -> Iterator[Substitution]:
    for course in courses:
        if (course.school_class, course.subject) == MOVED_COURSE:
            day, slot = planned_hours(course, timetable, year)[MOVED_SEQ - 1]
            yield _of(course, day, slot, SubstitutionKind.MOVED, note="на следующий день, последним уроком")


def _replaced(courses: Sequence[Course]) -> Iterator[Substitution]:
    for course in courses:
        if course.subject == "Русский язык" and course.school_class in LEFT_CLASSES:
            slot = LEFT_CLASSES[course.school_class]
            yield _of(
                course, LEFT_DAY, slot, SubstitutionKind.REPLACED, substitute=STEPPED_IN, order="приказ от 13.10 № 50"
            )


def _missed(courses: Sequence[Course], timetable: Sequence[TimetableRow], year: SchoolYear) -> Iterator[Substitution]:
    for course in courses:
        if course.teacher == ILL_TEACHER:
            for slot in sorted(slots_on(course, timetable, year, ILL_DAY)):
                yield _of(course, ILL_DAY, slot, SubstitutionKind.MISSED, note="заменить было некем")


def _away_on_a_trip(
    courses: Sequence[Course], timetable: Sequence[TimetableRow], year: SchoolYear
) -> Iterator[Substitution]:
    for course in courses:
        if course.teacher == TRIP_TEACHER:
            for slot in sorted(slots_on(course, timetable, year, TRIP_DAY)):
                yield _of(
                    course, TRIP_DAY, slot, SubstitutionKind.REPLACED, substitute=TRIP_SUBSTITUTES[slot],
                    order="приказ от 19.10 № 55",
                )  # fmt: skip


def _merged(courses: Sequence[Course]) -> Iterator[Substitution]:
    first, second = (
        course for course in courses if (course.school_class, course.subject) == (MERGED_CLASS, "Английский язык")
    )
    order = "приказ от 14.10 № 52"
    yield _of(first, MERGED_DAY, 5, SubstitutionKind.MERGED, substitute=second.teacher, order=order)
