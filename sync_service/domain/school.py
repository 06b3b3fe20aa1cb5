"""What a school consists of: people, classes, courses, calendar. Frozen values, no behaviour beyond naming.

Codes are the identity of everything and never change; titles and names may. A code is ASCII, so it survives
every spreadsheet program.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Marking(StrEnum):
    """How a subject is marked (DOMAIN 2.2)."""

    POINTS = "балл"
    PASS_FAIL = "зачёт"
    UNMARKED = "безотметочно"


class CourseKind(StrEnum):
    """What a course is (DOMAIN 2.11)."""

    LESSON = "урок"
    ACTIVITY = "внеурочная"
    CLUB = "кружок"
    SUPPLEMENTARY = "ДО"
    EXTENDED_DAY = "ГПД"
    INDIVIDUAL = "индивидуальное"


# what the reports and the rules call a lesson: the rest is counted apart (R17)
TAUGHT = (CourseKind.LESSON, CourseKind.INDIVIDUAL)
NAMED_GROUP = 3  # letters of a group's name from which it is a name and no number

# classes, subject and group: how the office's tabs name a course
CoursePlace = tuple[frozenset[str], str, str]


class _Taught(Protocol):
    @property
    def school_class(self) -> str: ...
    @property
    def other_classes(self) -> tuple[str, ...]: ...
    @property
    def subject(self) -> str: ...
    @property
    def group(self) -> str: ...


class OfClasses:
    """What has a subject, a group, a class named first and maybe others."""

    __slots__ = ()

    @property
    def classes(self: _Taught) -> tuple[str, ...]:
        return self.school_class, *self.other_classes

    @property
    def class_names(self: _Taught) -> str:
        """«5А, 5Б»: as the office's tabs and the reports name them."""
        return ", ".join((self.school_class, *self.other_classes))

    @property
    def place(self: _Taught) -> CoursePlace:
        return frozenset((self.school_class, *self.other_classes)), self.subject, self.group


class HolidayKind(StrEnum):
    VACATION = "каникулы"
    PUBLIC = "праздник"
    MOVED = "перенос"
    QUARANTINE = "карантин"
    CANCELLED = "отмена"


class SubstitutionKind(StrEnum):
    """What became of a lesson whose teacher was away (DOMAIN 2.9)."""

    REPLACED = "замещён"
    MISSED = "пропущен"
    MOVED = "перенесён"
    MERGED = "объединение групп"

    @property
    def has_substitute(self) -> bool:
        return self in (SubstitutionKind.REPLACED, SubstitutionKind.MERGED)


class AbsenceCode(StrEnum):
    """Why an employee was away, as the timesheet says it (DOMAIN 2.9, 2.10)."""

    ILLNESS = "Б"
    TRIP = "К"
    LEAVE = "О"
    STATE_DUTY = "Г"
    TRAINING = "ПК"
    PERMITTED = "А"
    UNKNOWN = "НН"
    TRUANCY = "П"


class PupilStatus(StrEnum):
    STUDYING = "обучается"
    LEFT = "выбыл"
    LONG_ILLNESS = "длит. лечение"
    HOME_TEACHING = "домашнее обучение"
    FAMILY_FORM = "семейная форма"

    @property
    def outside_lessons(self) -> bool:
        """Whether the lessons of the class are not for the pupil: taught at home by a timetable of his own, or by the
        family."""
        return self in (PupilStatus.HOME_TEACHING, PupilStatus.FAMILY_FORM)


class Term(StrEnum):
    """The columns of final marks; also the suffix of their column keys."""

    Q1 = "Q1"
    Q2 = "Q2"
    Q3 = "Q3"
    Q4 = "Q4"
    YEAR = "Y"
    EXAM = "E"
    FINAL = "F"


class Period(Value):
    """A quarter. `grades` empty means every grade."""

    term: Term
    title: str
    start: date
    end: date
    grades: tuple[int, ...] = ()


class Holiday(Value):
    """Days without lessons, both ends included, for these grades and classes; neither means for everybody."""

    start: date
    end: date
    kind: HolidayKind
    title: str
    grades: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()


class WorkingDay(Value):
    """A day, Saturday or another, on which lessons are given by the timetable of `weekday` (Monday is 1), to these
    grades and classes; neither means to everybody."""

    day: date
    weekday: int
    title: str
    grades: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()


class SchoolYear(Value):
    title: str  # "2026/2027"
    start: date
    end: date
    periods: tuple[Period, ...]
    holidays: tuple[Holiday, ...] = ()
    working_days: tuple[WorkingDay, ...] = ()
    six_day_week: bool = False


class School(Value):
    title: str
    director: str
    deputy: str
    time_zone: str = "Europe/Moscow"


class Bell(Value):
    """When a lesson is, on the days from `since` to `until`, both included; None on either side is without end."""

    slot: int
    start: time
    end: time
    since: date | None = None
    until: date | None = None


class Employee(Value):
    code: str  # "e07"
    last: str
    first: str
    patronymic: str = ""
    position: str = "учитель"
    staff_no: str = ""
    rate: Decimal = Decimal(1)
    email: str = ""

    @property
    def short_name(self) -> str:
        """«Иванова А. П.»: how the books, the timetable and the reports name a person."""
        initials = " ".join(f"{part[0]}." for part in (self.first, self.patronymic) if part)
        return f"{self.last} {initials}".strip()

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last, self.first, self.patronymic) if part)


class Subject(Value):
    title: str  # identity within a school
    short: str
    marking: Marking = Marking.POINTS
    marked_from_grade: int = 2


class SchoolClass(Value):
    code: str  # "9А": identity within a year
    grade: int
    teacher: str  # employee code


class Pupil(Value):
    code: str  # "P7K3M", opaque, safe to send anywhere
    last: str
    first: str
    patronymic: str = ""
    birth_date: date | None = None
    sex: str = ""
    file_no: str = ""
    enrolled: date
    enrolled_order: str = ""
    left: date | None = None
    left_order: str = ""
    status: PupilStatus = PupilStatus.STUDYING
    status_since: date | None = None  # None: as long as he is in the class
    school_class: str

    @property
    def list_name(self) -> str:
        """«Иванов Пётр»: as in the list of a journal page."""
        return f"{self.last} {self.first}".strip()

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last, self.first, self.patronymic) if part)

    def attends(self, on: date) -> bool:
        return self.enrolled <= on and (self.left is None or on < self.left)


class Guardian(Value):
    code: str  # "P7K3M-1": the pupil and a number
    pupil: str
    name: str
    relation: str = ""
    phone: str = ""
    email: str = ""
    consent: date | None = None
    withdrawn: date | None = None  # from this day on the parent sees nothing, whether consent was given before or not

    def may_read(self, on: date) -> bool:
        """Whether the parent has not refused (152-ФЗ; DOMAIN 2.14: a withdrawal stops the publication)."""
        return self.withdrawn is None or on < self.withdrawn


class Review(Value):
    """A line of «Проверка данных»: somebody has compared the list and the contacts of a class with the papers."""

    school_class: str
    date: date
    who: str
    what: str = ""


class GroupMember(Value):
    """A pupil in a subgroup of a subject from a day on (`until` excluded, None means still)."""

    pupil: str
    subject: str
    group: str  # "1", "2"
    since: date
    until: date | None = None
    enrolled_order: str = ""  # of a group that is joined and left by order (DOMAIN 2.11)
    left_order: str = ""


class WorkType(Value):
    short: str  # "КР": identity; what the log tab's drop-down shows
    title: str
    weight: int = 1
    counts: bool = True
    mark_days: int = 3  # school days until the marks must stand (DOMAIN 2.6)
    two_marks: bool = False  # two marks for one work are usual (диктант, изложение, сочинение)
    assessment: bool | None = None  # оценочная процедура (V14); None: its minutes decide
    minutes: int | None = None  # how long such a work usually takes the whole class

    def is_assessment(self, least_minutes: int) -> bool:
        """V14: a work of the whole class that takes at least so long, unless the school has said yes or no itself."""
        if self.assessment is not None:
            return self.assessment
        return self.minutes is not None and self.minutes >= least_minutes


class Course(OfClasses, Value):
    """One row of the load: class or group x subject x teacher. The unit that a journal tab shows.

    A group may gather pupils of several classes: `school_class` is the one named first, in whose journal it stands and
    by whose quarters it goes, `other_classes` are the rest."""

    code: str  # "c017"
    title: str  # tab title: «Английский язык 1 гр.»
    kind: CourseKind = CourseKind.LESSON
    school_class: str  # "9А"
    other_classes: tuple[str, ...] = ()
    grade: int
    subject: str
    group: str = ""  # "" = whole class
    teacher: str  # employee code
    marking: Marking  # already decided for this grade
    hours_per_week: Decimal
    since: date
    until: date | None = None

    @property
    def audiences(self) -> tuple[tuple[int, str], ...]:
        """Grade and code of each class: by them a calendar tells who has school on a day."""
        return (self.grade, self.school_class), *((int(code[0]), code) for code in self.other_classes)

    def own_day(self, today: date) -> date:
        """The day on which its list is looked at: today, before the course begins its first day, after its end its
        last."""
        return min(max(today, self.since), self.until or date.max)


def course_title(subject: str, group: str) -> str:
    """«Алгебра», «Английский язык 1 гр.», «Шахматы (Ладья)»."""
    if not group:
        return subject
    return f"{subject} ({group})" if len(group) >= NAMED_GROUP else f"{subject} {group} гр."


class TimetableRow(Value):
    since: date
    weekday: int  # Monday is 1
    slot: int
    course: str
    room: str = ""


class PlanItem(Value):
    """A row of the thematic plan (КТП) of a course."""

    course: str
    seq: int
    section: str = ""
    topic: str
    homework: str = ""
    minutes: int | None = None
    control: str = ""  # work type, "" for an ordinary lesson


class ScheduledLesson(Value):
    """A lesson as the timetable plans it, before anybody taught it."""

    key: str  # "c017.042": never reused, never moved to another lesson
    course: str
    seq: int  # place in the year, matches the plan item unless moved
    date: date
    slot: int


class Substitution(OfClasses, Value):
    """A lesson of the timetable that its teacher did not give. The lesson is the identity: day, number, course."""

    date: date
    slot: int
    school_class: str
    other_classes: tuple[str, ...] = ()
    subject: str  # by the timetable
    group: str = ""
    absent: str  # employee code
    kind: SubstitutionKind
    substitute: str | None = None  # employee code, of the kinds that have one
    taught: str | None = None  # subject taught instead; None: the same
    order: str = ""
    note: str = ""

    def concerns(self, course: Course) -> bool:
        """Whether the lesson is one of this course."""
        return self.place == course.place


class StaffAbsence(Value):
    """Days on which an employee was away, both included."""

    start: date
    end: date
    employee: str  # employee code
    code: AbsenceCode
    document: str = ""

    def covers(self, employee: str, day: date) -> bool:
        return self.employee == employee and self.start <= day <= self.end


class ClosedTerm(Value):
    """A quarter that the deputy has closed for a class: its entries change only with her consent (V30)."""

    year: str  # SchoolYear.title
    term: Term
    school_class: str
    by: str  # who closed it, as people write a name
    reason: str


class Directory(Value):
    """Everything the office keeps: the school book, read and checked."""

    school: School
    year: SchoolYear
    bells: tuple[Bell, ...]
    employees: tuple[Employee, ...]
    subjects: tuple[Subject, ...]
    classes: tuple[SchoolClass, ...]
    courses: tuple[Course, ...]
    timetable: tuple[TimetableRow, ...]
    plan: tuple[PlanItem, ...]
    work_types: tuple[WorkType, ...]
    substitutions: tuple[Substitution, ...] = ()
    absences: tuple[StaffAbsence, ...] = ()


class Roster(Value):
    """What a class teacher keeps: one class's pupils, families and subgroups."""

    school_class: str
    pupils: tuple[Pupil, ...]
    guardians: tuple[Guardian, ...] = ()
    groups: tuple[GroupMember, ...] = ()
    reviews: tuple[Review, ...] = ()
