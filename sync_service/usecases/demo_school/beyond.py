"""What the demo school has beside the lessons of its classes: a club and supplementary education of several classes, an
extended-day group, one pupil taught individually, a subject that ends in «зачёт». Who goes there, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from sync_service.domain.school import (
    Course,
    CourseKind,
    GroupMember,
    Marking,
    Pupil,
    Subject,
    TimetableRow,
    course_title,
)
from sync_service.usecases.demo_school.calendar import YEAR

ETHICS = Subject(title="Духовно-нравственная культура народов России", short="ОДНКНР", marking=Marking.PASS_FAIL)
SUBJECTS = (
    ETHICS,
    Subject(title="Робототехника", short="Робот", marking=Marking.UNMARKED),
    Subject(title="Волейбол", short="Волейб", marking=Marking.PASS_FAIL),
    Subject(title="Группа продлённого дня", short="ГПД", marking=Marking.UNMARKED),
)


class _Group(NamedTuple):
    """`hours`: weekday and number of the lesson; `members`: places in the list of each class; `length`: hours of the
    load that one of `hours` is."""

    kind: CourseKind
    classes: tuple[str, ...]
    subject: str
    group: str
    teacher: str
    marking: Marking
    hours: tuple[tuple[int, int], ...]
    room: str
    members: Mapping[str, tuple[int, ...]] = {}
    length: int = 1


GROUPS = (
    _Group(CourseKind.LESSON, ("5А",), ETHICS.title, "", "e01", Marking.PASS_FAIL, ((1, 7),), "205"),
    _Group(
        CourseKind.CLUB, ("5А", "6А"), "Робототехника", "Старт", "e03", Marking.UNMARKED, ((5, 7),), "208",
        {"5А": (0, 2, 4, 6, 8, 10), "6А": (1, 3, 5, 7)},
    ),
    _Group(
        CourseKind.SUPPLEMENTARY, ("7А", "8А", "9А"), "Волейбол", "Олимп", "e08", Marking.PASS_FAIL, ((5, 7),),
        "спортзал", {"7А": (0, 1, 2, 5, 8), "8А": (0, 4, 6), "9А": (2, 3, 7, 9)},
    ),
    _Group(
        CourseKind.EXTENDED_DAY, ("1А", "2А"), "Группа продлённого дня", "1", "e12", Marking.UNMARKED,
        tuple((weekday, 6) for weekday in range(1, 6)), "104", {"1А": (0, 1, 2, 3, 5, 6, 8), "2А": (1, 3, 4, 6, 7)}, 3,
    ),
    _Group(
        CourseKind.INDIVIDUAL, ("6А",), "Математика", "инд.", "e04", Marking.POINTS, ((1, 7), (2, 7)), "203",
        {"6А": (4,)},
    ),
)  # fmt: skip
RELEASED = {  # by order, till the quarter's end: class, place in its list, subject; since when
    ("6А", 10, "Физическая культура"): (date(2026, 10, 12), "Освобождена: приказ № 70-у от 12.10.2026"),
}
DAYS: Mapping[tuple[str, int], tuple[date | None, date | None]] = {  # of the extended-day group: came later, left
    ("1А", 3): (date(2026, 10, 5), None),
    ("2А", 1): (None, date(2026, 10, 1)),
}
ENROLLED, LATER, LEFT = "№ 87 от 31.08.2026", "№ 104 от 02.10.2026", "№ 101 от 30.09.2026"
REGIME = (
    (time(12, 30), time(13, 10), "Приём детей, обед"),
    (time(13, 10), time(14, 20), "Прогулка, подвижные игры"),
    (time(14, 20), time(15, 10), "Самоподготовка (2 класс), развивающие игры (1 класс)"),
    (time(15, 10), time(15, 30), "Полдник, уход домой"),
)


def courses(first: int, grades: Mapping[str, int]) -> tuple[Course, ...]:
    """The courses, numbered on from `first`; `grades` by class."""
    return tuple(
        Course(
            code=f"c{number:03d}", title=course_title(one.subject, one.group), kind=one.kind,
            school_class=one.classes[0], other_classes=one.classes[1:], grade=grades[one.classes[0]],
            subject=one.subject, group=one.group, teacher=one.teacher, marking=one.marking,
            hours_per_week=Decimal(len(one.hours) * one.length), since=YEAR.start,
        )
        for number, one in enumerate(GROUPS, first)
    )  # fmt: skip


def timetable(courses: Sequence[Course], since: date) -> tuple[TimetableRow, ...]:
    """The hours of those of `courses` that are told here."""
    codes = {course.place: course.code for course in courses}
    return tuple(
        TimetableRow(
            since=since, weekday=weekday, slot=slot, room=one.room,
            course=codes[frozenset(one.classes), one.subject, one.group],
        )
        for one in GROUPS
        for weekday, slot in one.hours
    )  # fmt: skip


def members(school_class: str, pupils: Sequence[Pupil]) -> tuple[GroupMember, ...]:
    """Who of a class, given in the order of its list, is in which group."""
    found = []
    for one in GROUPS:
        for place in one.members.get(school_class, ()):
            extended = one.kind is CourseKind.EXTENDED_DAY
            came, gone = DAYS.get((school_class, place), (None, None)) if extended else (None, None)
            order = (LATER if came else ENROLLED) if extended else ""
            pupil = pupils[place]
            found.append(
                GroupMember(
                    pupil=pupil.code, subject=one.subject, group=one.group,
                    since=came or max(pupil.enrolled, YEAR.start), until=gone or pupil.left,
                    enrolled_order=order, left_order=LEFT if gone else "",
                )
            )  # fmt: skip
    return tuple(found)
