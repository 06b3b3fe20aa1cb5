"""What the journal of an extended-day group needs beside its days: a regime, orders, hours that agree with the load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from sync_service.domain.deadlines import order_due
from sync_service.domain.fields import decimal_text
from sync_service.domain.journal import CourseFact
from sync_service.domain.problems import Code
from sync_service.domain.school import CourseKind, GroupMember, Period
from sync_service.domain.timesheet import lesson_hours, rows_by_course
from sync_service.reconcile.rules.night import Night, Remark


def regime_missing(night: Night) -> Iterator[Remark]:
    """DOMAIN 2.11: the regime of a quarter is filled before its first day, or before the group begins."""
    for course in _groups(night):
        for period in night.facts.year.periods:
            first = _first_day(night, course, period)
            if first is None or (course.code, period.term) in night.regimes or night.is_closed(course, period.start):
                continue
            due = datetime.combine(first, time(), night.now.tzinfo)
            if night.overdue(due):
                yield night.to_teacher(
                    Code.REGIME_MISSING, course, period.title, f"срок — до {first:%d.%m}", due=due
                )


def _first_day(night: Night, course: CourseFact, period: Period) -> date | None:
    """The first day of a group in a quarter of its grade; None if there is none."""
    known = next((one for one in night.directory.courses if one.code == course.code), None)
    if known is None or (period.grades and course.grade not in period.grades):
        return None
    first, last = max(period.start, known.since), min(period.end, known.until or period.end)
    return first if first <= last else None


def hours_differ(night: Night) -> Iterator[Remark]:
    """DOMAIN 2.10: of a group whose log tells other hours than the load, the sums of the days that differ, for the
    deputy; of this month and the one before, whose timesheets may still be corrected."""
    since = (night.today.replace(day=1) - timedelta(days=1)).replace(day=1)
    rows = rows_by_course(night.directory.timetable)
    courses = {course.code: course for course in night.directory.courses}
    differing: dict[tuple[str, date], list[tuple[Fraction, Fraction]]] = defaultdict(list)
    for fact, lesson in night.past():
        course = courses.get(fact.code)
        if course is None or fact.kind is not CourseKind.EXTENDED_DAY or not lesson.held or lesson.hours is None:
            continue
        day = lesson.timetabled[0] if lesson.timetabled is not None else lesson.date
        planned = lesson_hours(course, rows.get(course.code, ()), day)
        if lesson.date >= since and planned != lesson.hours:
            differing[course.code, lesson.date.replace(day=1)].append((Fraction(lesson.hours), planned))
    for (code, month), days in differing.items():
        written, planned = (sum(hours, Fraction()) for hours in zip(*days, strict=True))
        detail = f"дней {len(days)}, часов {_shown(written)}, по нагрузке {_shown(planned)}"
        yield night.to_deputy(Code.GROUP_HOURS, code, courses[code].title, f"{month:%m.%Y}", detail)


def without_order(night: Night) -> Iterator[Remark]:
    """DOMAIN 2.11: only pupils enrolled by order. Of those who are in a group now; to the teacher of their class."""
    members: dict[tuple[str, str, str], GroupMember] = {
        (one.pupil, one.subject, one.group): one
        for one in night.groups
        if one.since <= night.today < (one.until or date.max)
    }
    for course in _groups(night):
        lacking: dict[str, list[tuple[date, str]]] = defaultdict(list)
        for pupil in night.pupils(course.code, night.today):
            member = members.get((pupil.code, course.subject, course.group))
            if member is not None and not member.enrolled_order:
                lacking[pupil.school_class].append((max(member.since, night.facts.year.start), pupil.name))
        for school_class, who in lacking.items():
            due = order_due(min(since for since, _ in who), night.policy, night.facts.time_zone)
            if night.overdue(due):
                detail = f"{len(who)} — {', '.join(name for _, name in who)}"
                yield night.to_class_teacher(Code.GROUP_NO_ORDER, school_class, course.title, detail, due=due)


def _groups(night: Night) -> Iterator[CourseFact]:
    return (course for course in night.facts.courses if course.kind is CourseKind.EXTENDED_DAY)


def _shown(hours: Fraction) -> str:
    return decimal_text(round(Decimal(hours.numerator) / hours.denominator, 2))
