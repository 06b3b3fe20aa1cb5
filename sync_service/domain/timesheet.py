"""The timesheet of teachers, form 0504421 (DOMAIN 2.10): hours of a day by load and timetable, less those not given,
plus lessons given for others.

An hour is a lesson of the timetable; a day of an extended-day group is as many hours as its educator has written in
the log, and until then its share of the hours of the load (15 a week on 5 days: 3). In the vacations of the pupils a
teacher works the hours of the same weekday. A substitution counts only if «Замены» and the journal both say that the
lesson was given (V25).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from sync_service.domain.calendar import SATURDAY, taught_on
from sync_service.domain.journal import LessonFact
from sync_service.domain.school import (
    AbsenceCode,
    Course,
    CourseKind,
    Directory,
    HolidayKind,
    StaffAbsence,
    Substitution,
    SubstitutionKind,
    TimetableRow,
)

WORKED, DAY_OFF, PRESENT = "Ф", "В", "Я"
PRIMARY, SECONDARY, EXTENDED_DAY = "ЗН", "ЗС", "ЗП"
SUBSTITUTED = (PRIMARY, SECONDARY, EXTENDED_DAY)
LAST_PRIMARY_GRADE = 3  # of the old form: «ЗН» in grades 1-3, «ЗС» in 4-11
MEANINGS = {
    WORKED: "фактически отработанные часы",
    DAY_OFF: "выходные и праздничные дни",
    PRIMARY: "замещение в 1-3 классах",
    SECONDARY: "замещение в 4-11 классах",
    EXTENDED_DAY: "замещение в группах продлённого дня",
    AbsenceCode.ILLNESS.value: "временная нетрудоспособность",
    AbsenceCode.TRIP.value: "служебная командировка",
    AbsenceCode.LEAVE.value: "отпуск",
    AbsenceCode.STATE_DUTY.value: "государственные обязанности",
    AbsenceCode.TRAINING.value: "повышение квалификации",
    AbsenceCode.PERMITTED.value: "неявка с разрешения администрации",
    AbsenceCode.UNKNOWN.value: "неявка по невыясненной причине",
    AbsenceCode.TRUANCY.value: "прогул",
}  # fmt: skip
WHOLE_WEEKS = (AbsenceCode.ILLNESS, AbsenceCode.LEAVE)  # are counted in calendar days, weekends among them
_DAY = timedelta(days=1)

Lesson = tuple[str, date, int]  # course code, day, number: how the journal names it


class Hours(NamedTuple):
    """A code of a day and its hours: worked, or not given."""

    code: str
    hours: Fraction


@dataclass(frozen=True, slots=True)
class Day:
    """What stands for a day: nothing for a working day on which the timetable has no lesson. `norm`: hours by load and
    timetable."""

    date: date
    norm: Fraction
    marks: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """Days and hours of work and, of the hours, those given for others; days and hours of absence by code."""

    days: int
    hours: Fraction
    substituted: dict[str, Fraction]
    days_away: int
    hours_away: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """An employee's days in order."""

    employee: str
    days: tuple[Day, ...]

    def total(self, start: date, end: date) -> Total:
        """From `start` to `end`, both included. A day off within an illness is a day of absence without hours."""
        days = [day for day in self.days if start <= day.date <= end]
        at_work = [[mark for mark in day.marks if mark.code in (WORKED, *SUBSTITUTED) and mark.hours] for day in days]
        away = [mark for day in days for mark in day.marks if mark.code not in (WORKED, DAY_OFF, *SUBSTITUTED)]
        given: dict[str, Fraction] = defaultdict(Fraction)
        for mark in (mark for marks in at_work for mark in marks):
            given[mark.code] += mark.hours
        return Total(
            days=sum(bool(marks) for marks in at_work),
            hours=_sum(given.values()),
            substituted={code: given[code] for code in SUBSTITUTED},
            days_away=len(away),
            hours_away=_sum(mark.hours for mark in away),
        )


def timesheet(
    directory: Directory, lessons: Iterable[LessonFact], start: date, end: date, *, employees: Collection[str] = ()
) -> tuple[Line, ...]:
    """A line for each employee who has a course, an absence or a substitution from `start` to `end`, both included, in
    the order of the directory; `employees`: only these. `lessons`: what the journal says of at least these days."""
    lessons = tuple(lessons)
    made = _Timesheet(directory, held_lessons(lessons), written_hours(lessons))
    days = tuple(_days(start, end))
    return tuple(
        Line(employee.code, tuple(made.day(employee.code, day) for day in days))
        for employee in directory.employees
        if (not employees or employee.code in employees) and made.concerned(employee.code, start, end)
    )


def held_lessons(lessons: Iterable[LessonFact]) -> frozenset[Lesson]:
    """Lessons that the journal says were held."""
    return frozenset((lesson.course, lesson.date, lesson.slot) for lesson in lessons if lesson.held)


def written_hours(lessons: Iterable[LessonFact]) -> Mapping[Lesson, Fraction]:
    """Hours that logs tell of meetings that were held, by their place in the timetable and, of those that their teacher
    has moved, also by the place where they are, unless the timetable has another meeting there."""
    told = [lesson for lesson in lessons if lesson.held and lesson.hours is not None]
    moved = {(lesson.course, lesson.date, lesson.slot): Fraction(lesson.hours or 0) for lesson in told}
    return moved | {
        (lesson.course, *(lesson.timetabled or (lesson.date, lesson.slot))): Fraction(lesson.hours or 0)
        for lesson in told
    }


def is_confirmed(substitution: Substitution, course: Course, held: Set[Lesson]) -> bool:
    """V25: somebody gave the lesson, and the journal says so too."""
    return substitution.kind.has_substitute and (course.code, substitution.date, substitution.slot) in held


def is_lost(substitution: Substitution, course: Course, held: Set[Lesson]) -> bool:
    """Whether the lesson is none of its teacher's hours. One that is «пропущен» and yet held in the journal stays his
    until the deputy has decided; one that he moves to another day he gives himself."""
    if substitution.kind is SubstitutionKind.MISSED:
        return (course.code, substitution.date, substitution.slot) not in held
    return substitution.kind.has_substitute


def substitution_code(course: Course) -> str:
    """Under which code somebody is paid for giving a lesson of this course."""
    if course.kind is CourseKind.EXTENDED_DAY:
        return EXTENDED_DAY
    return PRIMARY if course.grade <= LAST_PRIMARY_GRADE else SECONDARY


def course_of(substitution: Substitution, courses: Iterable[Course]) -> Course | None:
    """The course of the lesson; of several teachers one after another, the one of that day."""
    here = [course for course in courses if substitution.concerns(course)]
    then = (course for course in here if course.since <= substitution.date <= (course.until or date.max))
    return next(then, here[0] if here else None)


def rows_by_course(timetable: Iterable[TimetableRow]) -> Mapping[str, Sequence[TimetableRow]]:
    """The rows of the timetable by the code of their course; a course without rows has none."""
    found: dict[str, list[TimetableRow]] = defaultdict(list)
    for row in timetable:
        found[row.course].append(row)
    return found


def lesson_hours(course: Course, rows: Iterable[TimetableRow], day: date) -> Fraction:
    """How many hours one of the `rows` of a course is on a day. A lesson is one; a day of an extended-day group is an
    equal share of the hours that the load gives it a week, or one where the timetable does not tell its week."""
    week = _in_force(rows, day)
    if course.kind is not CourseKind.EXTENDED_DAY or not week:
        return Fraction(1)
    return Fraction(course.hours_per_week) / len(week)


def worked_hours(
    course: Course, rows: Iterable[TimetableRow], day: date, slot: int, written: Mapping[Lesson, Fraction]
) -> Fraction:
    """The same as far as it is known what was worked: hours `written` of a day of an extended-day group count instead
    of the load's."""
    told = written.get((course.code, day, slot)) if course.kind is CourseKind.EXTENDED_DAY else None
    return lesson_hours(course, rows, day) if told is None else told


def _in_force(rows: Iterable[TimetableRow], day: date) -> list[TimetableRow]:
    """The week of a course as it is on a day: its rows of a later day replace all the earlier ones."""
    known = [row for row in rows if row.since <= day]
    version = max((row.since for row in known), default=None)
    return [row for row in known if row.since == version]


def absence_on(absences: Iterable[StaffAbsence], employee: str, day: date) -> StaffAbsence | None:
    """Why somebody was away on a day, if «Отсутствия» say."""
    return next((absence for absence in absences if absence.covers(employee, day)), None)


class _Slot(NamedTuple):
    """Hours at one number of a day: by load and timetable, and as far as logs tell what was worked."""

    planned: Fraction
    worked: Fraction


class _Timesheet:
    def __init__(self, directory: Directory, held: frozenset[Lesson], written: Mapping[Lesson, Fraction]) -> None:
        self.directory, self.held, self.written = directory, held, written

    @cached_property
    def courses_of(self) -> dict[str, list[Course]]:
        found: dict[str, list[Course]] = defaultdict(list)
        for course in self.directory.courses:
            found[course.teacher].append(course)
        return found

    @cached_property
    def rows_of(self) -> Mapping[str, Sequence[TimetableRow]]:
        return rows_by_course(self.directory.timetable)

    @cached_property
    def substitutions(self) -> dict[tuple[str, date], list[tuple[Substitution, Course]]]:
        """By employee, absent or substitute, and day; with the course of the lesson."""
        found: dict[tuple[str, date], list[tuple[Substitution, Course]]] = defaultdict(list)
        for one in self.directory.substitutions:
            course = course_of(one, self.directory.courses)
            if course is not None:
                for employee in {one.absent, one.substitute} - {None}:
                    found[str(employee), one.date].append((one, course))
        return found

    def concerned(self, employee: str, start: date, end: date) -> bool:
        return (
            any(course.since <= end and start <= (course.until or end) for course in self.courses_of[employee])
            or any(one.employee == employee and one.start <= end and start <= one.end
                   for one in self.directory.absences)
            or any((employee, day) in self.substitutions for day in _days(start, end))
        )  # fmt: skip

    def day(self, employee: str, day: date) -> Day:
        slots = {} if self._off(day) else self._slots(employee, day)
        norm = _sum(slot.planned for slot in slots.values())
        absence = absence_on(self.directory.absences, employee, day)
        around = self.substitutions.get((employee, day), [])
        given = self._given(employee, around)
        if absence is not None and (not self._off(day) or self._counts_days_off(absence, day)):
            return Day(day, norm, (Hours(absence.code.value, norm), *given))
        if self._off(day):
            return Day(day, norm, (Hours(DAY_OFF, norm), *given))
        lost = {one.slot for one, course in around if one.absent == employee and is_lost(one, course, self.held)}
        if norm and slots.keys() <= lost:
            return Day(day, norm, (Hours(AbsenceCode.UNKNOWN.value, norm), *given))
        worked = _sum(hours.worked for slot, hours in slots.items() if slot not in lost)
        return Day(day, norm, ((Hours(WORKED, worked),) if worked else ()) + given)

    def _given(self, employee: str, around: Iterable[tuple[Substitution, Course]]) -> tuple[Hours, ...]:
        """Hours that he gave for others, by code."""
        given: dict[str, Fraction] = defaultdict(Fraction)
        for one, course in around:
            if one.substitute == employee and is_confirmed(one, course, self.held):
                rows = self.rows_of[course.code]
                given[substitution_code(course)] += worked_hours(course, rows, one.date, one.slot, self.written)
        return tuple(Hours(code, given[code]) for code in SUBSTITUTED if given[code])

    def _slots(self, employee: str, day: date) -> dict[int, _Slot]:
        """Numbers of the lessons that load and timetable give on a day of the week, vacations or not, with their hours;
        of two at one time the longer one's."""
        found: dict[int, _Slot] = defaultdict(lambda: _Slot(Fraction(), Fraction()))
        for course in self.courses_of[employee]:
            if course.since <= day <= (course.until or date.max):
                rows = self.rows_of[course.code]
                weekday = taught_on(self.directory.year, day, course) or day.isoweekday()
                for row in _in_force(rows, day):
                    if row.weekday == weekday:
                        planned = lesson_hours(course, rows, day)
                        worked = worked_hours(course, rows, day, row.slot, self.written)
                        before = found[row.slot]
                        found[row.slot] = _Slot(max(before.planned, planned), max(before.worked, worked))
        return found

    def _off(self, day: date) -> bool:
        return self._weekend(day) or self._public_holiday(day)

    def _weekend(self, day: date) -> bool:
        """A Saturday that the calendar makes a working day is none, even if only a part of the school is taught."""
        if any(one.day == day for one in self.directory.year.working_days):
            return False
        return day.isoweekday() > (SATURDAY if self.directory.year.six_day_week else SATURDAY - 1)

    def _public_holiday(self, day: date) -> bool:
        """A day off for everybody: «праздник» or «перенос». In vacations and quarantine teachers work."""
        return any(
            holiday.start <= day <= holiday.end and not holiday.grades and not holiday.classes
            for holiday in self.directory.year.holidays
            if holiday.kind in (HolidayKind.PUBLIC, HolidayKind.MOVED)
        )

    def _counts_days_off(self, absence: StaffAbsence, day: date) -> bool:
        """Illness and leave are counted in calendar days; a public holiday is no day of a leave."""
        if absence.code is AbsenceCode.LEAVE:
            return not self._public_holiday(day)
        return absence.code in WHOLE_WEEKS


def _sum(hours: Iterable[Fraction]) -> Fraction:
    return sum(hours, Fraction())


def _days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += _DAY
