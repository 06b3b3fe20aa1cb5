"""What the rules of the night look at, put in order once; and what they say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from sync_service.domain.calendar import closed_for, closed_period, period_of
from sync_service.domain.journal import CourseFact, EntryFact, LessonFact, PupilFact, SpanFacts
from sync_service.domain.policy import Policy, Rules
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import (
    CoursePlace,
    Directory,
    GroupMember,
    Period,
    PupilStatus,
    Review,
    Substitution,
    Term,
    WorkType,
)
from sync_service.domain.slots import Slot


class Addressee(StrEnum):
    TEACHER = "учитель"
    CLASS_TEACHER = "классный руководитель"
    DEPUTY = "заместитель директора"


@dataclass(frozen=True, slots=True)
class Remark:
    """`about` is the code of the course or class in whose book it stands; `person` the employee it is for, "" for the
    deputy; `due` the moment by which it should have been done, None where nobody is late."""

    problem: Problem
    about: str
    to: Addressee
    person: str = ""
    due: datetime | None = None

    def order(self) -> tuple[str, str, Place, str]:
        return self.about, self.problem.code.value, self.problem.place, self.problem.detail


@dataclass(frozen=True, slots=True)
class Correction:
    """An accepted entry or homework that was replaced or cleared in a book; canonical texts, aware moments. `since`:
    when the old text was accepted; `explained`: whether the office has taken down why it was changed."""

    slot: Slot
    old: str
    new: str
    at: datetime
    since: datetime
    explained: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A pupil's coming to a class, or leaving it, and the moment when the record learnt of it."""

    pupil: str
    school_class: str
    leaving: bool
    day: date
    at: datetime


@dataclass(frozen=True)
class Night:
    """`facts` reach from the first day of the year to some days after today, so that homework and works to come are
    seen; `now` is an aware moment in the school's zone; `closed` are the closed quarters by class; `regimes` are the
    courses and quarters that have one."""

    directory: Directory
    rules: Rules
    now: datetime
    facts: SpanFacts
    closed: Mapping[str, frozenset[Term]] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    reviews: tuple[Review, ...] = ()
    orders: tuple[Order, ...] = ()
    groups: tuple[GroupMember, ...] = ()
    regimes: frozenset[tuple[str, Term]] = frozenset()

    @property
    def today(self) -> date:
        return self.now.date()

    @cached_property
    def policy(self) -> Policy:
        return self.rules.on(self.today)

    @cached_property
    def courses(self) -> dict[str, CourseFact]:
        return {course.code: course for course in self.facts.courses}

    @cached_property
    def work_types(self) -> dict[str, WorkType]:
        return {work.short: work for work in self.facts.work_types}

    @cached_property
    def entries(self) -> dict[str, dict[str, EntryFact]]:
        """By lesson and pupil."""
        found: dict[str, dict[str, EntryFact]] = defaultdict(dict)
        for entry in self.facts.entries:
            found[entry.lesson][entry.pupil] = entry
        return found

    @cached_property
    def lessons(self) -> dict[str, list[LessonFact]]:
        """By course, in order of time."""
        found: dict[str, list[LessonFact]] = defaultdict(list)
        for lesson in sorted(self.facts.lessons, key=lambda one: (one.date, one.slot, one.key)):
            if lesson.course in self.courses:
                found[lesson.course].append(lesson)
        return found

    @cached_property
    def plan_rows(self) -> Counter[str]:
        """Rows of the plan by course."""
        return Counter(item.course for item in self.directory.plan)

    @cached_property
    def controls(self) -> dict[tuple[str, int], str]:
        """The kinds of work that the plans have, by course and number of the lesson."""
        return {(item.course, item.seq): item.control for item in self.directory.plan if item.control}

    @cached_property
    def class_teachers(self) -> dict[str, str]:
        return {known.code: known.teacher for known in self.directory.classes}

    @cached_property
    def _members(self) -> dict[str, list[tuple[PupilFact, date, date]]]:
        found: dict[str, list[tuple[PupilFact, date, date]]] = defaultdict(list)
        for pupil in self.facts.pupils:
            spans = pupil.spans or tuple((code, pupil.enrolled, None) for code in pupil.courses)
            for course, since, until in spans:
                last = min(until or date.max, pupil.left or date.max)
                found[course].append((pupil, max(since, pupil.enrolled), last))
        return found

    def pupils(self, course: str, day: date) -> list[PupilFact]:
        """Who belonged to the course on a day, in list order."""
        return [pupil for pupil, since, until in self._members[course] if since <= day < until]

    def asked(self, course: str, day: date) -> list[PupilFact]:
        """Those of them whose misses and missing marks are anybody's business: not who is treated for long, taught at
        home or by the family on that day."""
        return [pupil for pupil in self.pupils(course, day) if pupil.state(day) is PupilStatus.STUDYING]

    @cached_property
    def _away(self) -> dict[tuple[date, int, CoursePlace], Substitution]:
        return {(one.date, one.slot, one.place): one for one in self.directory.substitutions}

    def substitution(self, lesson: LessonFact) -> Substitution | None:
        """What «Замены» say of a lesson."""
        return self._away.get((lesson.date, lesson.slot, self.courses[lesson.course].place))

    def past(self) -> Iterator[tuple[CourseFact, LessonFact]]:
        """Lessons up to today that may still be put right: those of a closed quarter are as they are."""
        for course in self.facts.courses:
            for lesson in self.lessons[course.code]:
                if lesson.date <= self.today and not self.is_closed(course, lesson.date):
                    yield course, lesson

    def is_closed(self, course: CourseFact, day: date) -> bool:
        terms = closed_for(course.classes, self.closed)
        return closed_period(self.facts.year, day, course.grade, terms) is not None

    def period(self, course: CourseFact, day: date) -> Period | None:
        return period_of(self.facts.year, day, course.grade)

    def held_in(self, course: CourseFact, start: date, end: date) -> list[LessonFact]:
        """Lessons of the course that took place from `start` to `end`, both included, up to today: the teacher said
        so, or said nothing but wrote a mark or an absence."""
        last = min(end, self.today)
        return [
            lesson
            for lesson in self.lessons[course.code]
            if start <= lesson.date <= last
            and (lesson.held is True or (lesson.held is None and lesson.key in self.entries))
        ]

    def overdue(self, due: datetime) -> bool:
        """A thing done at the moment is in time."""
        return self.now > due

    def to_teacher(
        self, code: Code, course: CourseFact, who: str, detail: str = "", *, due: datetime | None = None,
        read: str = "", slot: Slot | None = None, person: str = "",
    ) -> Remark:  # fmt: skip
        """A remark for the teacher of a course, or for `person` who gave the lesson."""
        problem = Problem(code, Place(course.title, "", who), read, "", detail or by(due), slot)
        return Remark(problem, course.code, Addressee.TEACHER, person or course.teacher, due)

    def to_class_teacher(
        self, code: Code, school_class: str, who: str, detail: str = "", *, due: datetime | None = None
    ) -> Remark:
        problem = Problem(code, Place(school_class, "", who), detail=detail or by(due))
        return Remark(
            problem, school_class, Addressee.CLASS_TEACHER, self.class_teachers.get(school_class, ""), due
        )

    def to_deputy(
        self, code: Code, about: str, tab: str, who: str, detail: str = "", *, slot: Slot | None = None
    ) -> Remark:
        return Remark(Problem(code, Place(tab, "", who), detail=detail, slot=slot), about, Addressee.DEPUTY)


def by(due: datetime | None) -> str:
    """«срок 12.10 18:00»"""
    return f"срок {due:%d.%m %H:%M}" if due is not None else ""


def named(lesson: LessonFact) -> str:
    return f"урок {lesson.date:%d.%m}"
