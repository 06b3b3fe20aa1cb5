"""What the record says, as its readers get it: the diary's week, the month of a report. Plain frozen values.

Dates are school days in the school's zone; moments (`*_at`) are aware datetimes in UTC. Marks are whole numbers 1..5.
Absence codes are the canonical ones of the entries table: н, б, ув, нп, оп, осв; "" means present.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sync_service.domain.school import (
    Bell,
    Course,
    CourseKind,
    Employee,
    Marking,
    OfClasses,
    PupilStatus,
    SchoolYear,
    StaffAbsence,
    Substitution,
    Term,
    TimetableRow,
    WorkType,
)

Day = date  # a field called `date` hides the type from those below it


@dataclass(frozen=True, slots=True)
class LessonFact:
    """One lesson of a course: planned by the timetable, told by the teacher's log."""

    key: str
    course: str
    seq: int
    date: date
    slot: int
    held: bool | None  # None: nobody has said anything yet
    topic: str  # as taught: typed, or the planned one where the lesson is held and nothing was typed
    homework: str  # "" unknown, «—» none was set
    homework_due: Day | None  # None: the next lesson of the course
    minutes: int | None
    work_type: str  # WorkType.short or ""
    planned_topic: str
    planned_homework: str
    held_at: datetime | None  # when the record first learnt that it was held, i.e. that absences were checked
    topic_at: datetime | None
    homework_at: datetime | None
    form: str = ""  # of an activity or a club: «беседа», «экскурсия»
    hours: Decimal | None = None  # worked, where a meeting is not one hour
    timetabled: tuple[Day, int] | None = None  # day and number that the timetable has, where the teacher has moved it


@dataclass(frozen=True, slots=True)
class EntryFact:
    """What stands in one cell of the grid, with the class teacher's reason already applied to `absence`."""

    pupil: str
    lesson: str
    course: str
    date: date
    marks: tuple[int, ...]
    verdict: str  # «зач» / «нез» / ""
    absence: str
    debt: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class FinalFact:
    """`grounds`: what its teacher says for it; `order_ref` the order that they name."""

    pupil: str
    course: str
    term: Term
    value: str
    grounds: str = ""
    order_ref: str = ""


@dataclass(frozen=True, slots=True)
class CourseFact(OfClasses):
    code: str
    title: str
    kind: CourseKind
    school_class: str
    grade: int
    subject: str
    group: str
    teacher: str  # employee code
    teacher_name: str  # «Иванова А. П.»
    marking: Marking
    hours_per_week: Decimal
    other_classes: tuple[str, ...] = ()  # of a group across classes, as in Course


@dataclass(frozen=True, slots=True)
class PupilFact:
    code: str
    name: str  # «Иванов Пётр»
    school_class: str
    enrolled: date
    left: date | None
    courses: tuple[str, ...]  # course codes attended on the last day of the span
    # (course, first day, first day no more or None): who moved or left attended others earlier in the span.
    # Empty: `courses` all the time the pupil is enrolled.
    spans: tuple[tuple[str, date, date | None], ...] = ()
    classes: tuple[tuple[str, date, date | None], ...] = ()  # every class of the pupil, in order of time
    states: tuple[tuple[PupilStatus, date, date | None], ...] = ()  # days of a status that is not the usual one

    def class_on(self, day: date) -> str:
        """His class on a day; where nothing is told of days, the one that he has."""
        return next(
            (name for name, since, until in self.classes if since <= day and (until is None or day < until)),
            self.school_class,
        )

    def state(self, day: date) -> PupilStatus:
        return next(
            (state for state, since, until in self.states if since <= day and (until is None or day < until)),
            PupilStatus.STUDYING,
        )


@dataclass(frozen=True, slots=True)
class OpenProblem:
    code: str
    book: str
    tab: str
    a1: str
    course: str
    message: str
    since: datetime


@dataclass(frozen=True)
class SpanFacts:
    """Everything a report over `start`..`end` (both included) needs. Only classes, courses and pupils in its scope."""

    school: str
    year: SchoolYear
    start: date
    end: date
    today: date
    time_zone: str
    classes: tuple[tuple[str, int, str], ...]  # (code, grade, class teacher's short name), grade then letter
    courses: tuple[CourseFact, ...]
    pupils: tuple[PupilFact, ...]
    lessons: tuple[LessonFact, ...]
    entries: tuple[EntryFact, ...]
    finals: tuple[FinalFact, ...]
    work_types: tuple[WorkType, ...]
    problems: tuple[OpenProblem, ...]
    director: str = ""  # «Смирнова О. В.», for the lines of signature; "" leaves them blank
    deputy: str = ""
    bells: tuple[Bell, ...] = ()  # when the last lesson of a class ends: the deadline of homework
    substitutions: tuple[Substitution, ...] = ()  # of lessons in the scope
    absences: tuple[StaffAbsence, ...] = ()
    employees: tuple[Employee, ...] = ()
    in_charge: tuple[Course, ...] = ()  # the same courses with the days on which their teachers have them
    timetable: tuple[TimetableRow, ...] = ()  # of these courses, every version


@dataclass(frozen=True, slots=True)
class DiaryLesson:
    slot: int
    start: time | None
    end: time | None
    subject: str
    teacher: str
    topic: str
    homework: str  # what was set to be ready for this lesson; "" none
    homework_set: str  # what was set at this lesson; shown once it is known
    homework_due: date | None  # when `homework_set` is due
    work: str  # «Контрольная работа» or ""
    marks: tuple[str, ...]  # as a family reads them: «5», «зач»
    absence: str  # canonical code or ""
    debt: bool


@dataclass(frozen=True, slots=True)
class DiaryDay:
    date: date
    holiday: str  # title of the holiday, "" on a school day
    lessons: tuple[DiaryLesson, ...]


@dataclass(frozen=True, slots=True)
class DiaryWeek:
    pupil: str
    pupil_name: str
    school_class: str
    monday: date
    days: tuple[DiaryDay, ...]  # Monday to Friday or Saturday
    as_of: datetime | None  # last moment the class book was read; None: never


@dataclass(frozen=True, slots=True)
class DiaryMark:
    """One line of the list of marks of a subject."""

    date: date
    value: str
    work: str
    topic: str


@dataclass(frozen=True, slots=True)
class DiaryDebt:
    """A work that the pupil still owes."""

    date: date
    subject: str
    work: str
    topic: str


@dataclass(frozen=True, slots=True)
class DiarySubject:
    """A subject on the page of marks: the current period's marks, their mean, and the final marks."""

    subject: str
    marks: tuple[DiaryMark, ...]
    mean: Decimal | None  # two decimals, half-up
    missed: int
    finals: tuple[tuple[Term, str], ...]
