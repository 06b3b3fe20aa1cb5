"""What a pass over one tab may know besides the tab itself: the course, its people, its lessons, the rules, the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sync_service.domain.entries import EntryRules
from sync_service.domain.policy import Policy, Rules
from sync_service.domain.school import (
    Course,
    Marking,
    Pupil,
    SchoolYear,
    StaffAbsence,
    Substitution,
    Term,
    WorkType,
)
from sync_service.domain.slots import LessonField, Slot, lesson_slot

Span = tuple[date, date]  # first day, and first day no more
Weighed = tuple[int, int]  # a mark and its weight


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson as far as checking an entry needs it. `held` None: nobody has said."""

    key: str
    date: date
    slot: int
    held: bool | None = None
    work_type: str = ""


@dataclass(frozen=True)
class CourseContext:
    """`pupils` are all who ever were on the course this year; `lessons` is the record's view of them; `closed` are the
    quarters that the deputy has closed for the class; `policy` are the rules of today, `rules` those of every day, None
    where they never changed; `spans` are the days on which each pupil is on the course, None: while in the school;
    `brought` are the marks, with their weights, that pupils had in the quarter elsewhere in the same subject, and
    `finals_elsewhere` their final marks there; `taken_over`: somebody else, or another tab, had the course before;
    `class_teacher` is an employee code; `absences` are those of the course's teacher, `substitutions` those in the
    course; `reasons_apart`: nobody gives the reason of an absence in this book."""

    course: Course
    year: SchoolYear
    policy: Policy
    today: date
    pupils: Mapping[str, Pupil]
    lessons: Mapping[str, LessonView]
    work_types: Mapping[str, WorkType] = field(default_factory=dict)
    closed: frozenset[Term] = frozenset()
    rules: Rules | None = None
    spans: Mapping[str, Sequence[Span]] | None = None
    brought: Mapping[tuple[str, Term], Sequence[Weighed]] = field(default_factory=dict)
    finals_elsewhere: Mapping[tuple[str, Term], str] = field(default_factory=dict)
    taken_over: bool = False
    class_teacher: str = ""
    absences: tuple[StaffAbsence, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    reasons_apart: bool = False

    def attends(self, pupil: str, day: date) -> bool:
        """Whether the pupil is on the course on a day: in its class, and in its subgroup if it is one."""
        if self.spans is None:
            return self.pupils[pupil].attends(day)
        return any(since <= day < until for since, until in self.spans.get(pupil, ()))

    def last_day(self, pupil: str) -> date | None:
        """The last day of a pupil on the course, None while no end is known."""
        spans = (self.spans or {}).get(pupil, ())
        until = spans[-1][1] if spans else self.pupils[pupil].left or date.max
        return until - timedelta(days=1) if until < date.max else None

    def policy_on(self, day: date) -> Policy:
        """The rules in force on the day of a lesson."""
        return self.rules.on(day) if self.rules is not None else self.policy

    def entry_rules(self, lesson: str) -> EntryRules:
        """What a cell of this lesson may hold (DOMAIN 2.3, 2.4)."""
        known = self.lessons.get(lesson)
        work = self.work_types.get(known.work_type) if known is not None else None
        policy = self.policy_on(known.date) if known is not None else self.policy
        return EntryRules(
            points=self.course.marking is Marking.POINTS,
            verdicts=self.course.marking is Marking.PASS_FAIL,
            two_marks=policy.two_marks_everywhere or bool(work and work.two_marks),
            signs=policy.signs,
            fractions=policy.fractions,
            mark_one=policy.mark_one,
            reasons=not self.reasons_apart
            and (not policy.class_teacher_reasons or self.course.teacher == self.class_teacher),
        )

    @property
    def final_rules(self) -> EntryRules:
        return EntryRules(
            points=self.course.marking is Marking.POINTS,
            verdicts=self.course.marking is Marking.PASS_FAIL,
            mark_one=self.policy.mark_one,
        )

    def as_scheduled(self) -> dict[Slot, str]:
        """Dates and numbers that hold without anybody having typed them: the timetable's, which every log shows."""
        return {
            lesson_slot(lesson.key, field): text
            for lesson in self.lessons.values()
            for field, text in ((LessonField.DATE, lesson.date.isoformat()), (LessonField.SLOT, str(lesson.slot)))
        }

    def lesson_label(self, lesson: str) -> str:
        known = self.lessons.get(lesson)
        return f"{known.date:%d.%m}" if known else ""

    def pupil_label(self, pupil: str) -> str:
        known = self.pupils.get(pupil)
        return known.list_name if known else pupil
