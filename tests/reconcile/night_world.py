"""One class on one evening: 9А, algebra and English in two groups; each test says what is different."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sync_service.domain.journal import CourseFact, EntryFact, LessonFact, PupilFact, SpanFacts
from sync_service.domain.policy import Rule, Rules
from sync_service.domain.school import (
    Bell,
    Course,
    CourseKind,
    Directory,
    Employee,
    Marking,
    School,
    SchoolClass,
    WorkType,
)
from sync_service.reconcile.rules.night import Night, Remark
from tests.domain.samples import YEAR

ZONE = ZoneInfo("Europe/Moscow")
ANNA = PupilFact("PANNA", "Аистова Анна", "9А", YEAR.start, None, ("c1", "c2"))
BORIS = PupilFact("PBORS", "Бобров Борис", "9А", YEAR.start, None, ("c1", "c3"))
WORKS = (
    WorkType(short="КР", title="Контрольная работа", assessment=True),
    WorkType(short="Соч", title="Сочинение", mark_days=7),
)


def fact(code: str = "c1", title: str = "Алгебра", group: str = "", **changes: object) -> CourseFact:
    course = CourseFact(
        code=code, title=title, kind=CourseKind.LESSON, school_class="9А", grade=9, subject=title.partition(" ")[0],
        group=group, teacher="e01", teacher_name="Громова О. И.", marking=Marking.POINTS, hours_per_week=Decimal(3),
    )  # fmt: skip
    return replace(course, **changes)  # type: ignore[arg-type]


ALGEBRA, ENGLISH_1, ENGLISH_2 = (
    fact(), fact("c2", "Английский 1 гр.", "1", teacher="e02"), fact("c3", "Английский 2 гр.", "2", teacher="e03"),
)  # fmt: skip


def lesson(number: int, day: str, course: str = "c1", **changes: object) -> LessonFact:
    """A lesson that was held and has everything, on a day of 2026 like «10-05»."""
    made = LessonFact(
        key=f"{course}.{number:03}", course=course, seq=number, date=date.fromisoformat(f"2026-{day}"), slot=2,
        held=True, topic="Корни", homework="№ 5", homework_due=None, minutes=None, work_type="", planned_topic="Корни",
        planned_homework="№ 5", held_at=None, topic_at=None, homework_at=None,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def entry(pupil: PupilFact, of: LessonFact, *marks: int, absence: str = "", debt: bool = False) -> EntryFact:
    at = datetime(2026, 10, 1, tzinfo=ZONE)
    return EntryFact(pupil.code, of.key, of.course, of.date, marks, "", absence, debt, at)


def night(
    now: str = "10-06 03:00",
    lessons: Iterable[LessonFact] = (),
    entries: Iterable[EntryFact] = (),
    *,
    courses: tuple[CourseFact, ...] = (ALGEBRA,),
    pupils: tuple[PupilFact, ...] = (ANNA, BORIS),
    rules: tuple[Rule, ...] = (),
    office: dict[str, object] | None = None,
    facts: dict[str, object] | None = None,
    **more: object,
) -> Night:
    moment = datetime.fromisoformat(f"2026-{now}").replace(tzinfo=ZONE)
    directory = Directory(
        school=School(title="Школа", director="", deputy=""),
        year=YEAR,
        bells=tuple(Bell(slot=n, start=time(7 + n, 30), end=time(8 + n, 15)) for n in range(1, 9)),
        employees=tuple(Employee(code=f"e0{n}", last="Громова", first="Ольга") for n in (1, 2, 3)),
        subjects=(),
        classes=(SchoolClass(code="9А", grade=9, teacher="e09"),),
        courses=tuple(
            Course(
                code=one.code, title=one.title, kind=one.kind, school_class=one.school_class, grade=one.grade,
                subject=one.subject, group=one.group, teacher=one.teacher, marking=one.marking,
                hours_per_week=one.hours_per_week, since=YEAR.start,
            )
            for one in courses
        ),
        timetable=(),
        plan=(),
        work_types=WORKS,
    )  # fmt: skip
    known = SpanFacts(
        school="Школа", year=YEAR, start=YEAR.start, end=date(2026, 12, 31), today=moment.date(),
        time_zone="Europe/Moscow", classes=(("9А", 9, "Классная Р. И."),), courses=courses, pupils=pupils,
        lessons=tuple(lessons), entries=tuple(entries), finals=(), work_types=WORKS, problems=(),
    )  # fmt: skip
    return Night(
        directory.model_copy(update=office or {}), Rules(rules), moment, replace(known, **(facts or {})), **more  # type: ignore[arg-type]
    )


def told(found: Iterable[Remark]) -> list[tuple[str, str]]:
    """(who, detail) of remarks."""
    return [(remark.problem.place.who, remark.problem.detail) for remark in found]
