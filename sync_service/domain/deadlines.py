"""When what a teacher enters is due (DOMAIN 2.6): aware moments in the school's zone. A thing done at the
moment is in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sync_service.domain.calendar import add_school_days, week_monday
from sync_service.domain.policy import Policy, Weekday
from sync_service.domain.school import Period, SchoolYear, WorkType


def lesson_due(day: date, policy: Policy, zone: str) -> datetime:
    """Topic and absences of a lesson: the same day."""
    return _at(day, policy.lesson_by, zone)


def homework_due(day: date, ends: Iterable[time], policy: Policy, zone: str) -> datetime:
    """Homework given on a day: some time after the class's last lesson, at latest `homework_by`.

    `ends` are the ends by the bells of the class's lessons of that day; without any only the latest hour
    counts."""
    latest = _at(day, policy.homework_by, zone)
    last = max(ends, default=None)
    return latest if last is None else min(latest, _at(day, last, zone) + timedelta(hours=policy.homework_hours))


def marks_due(
    day: date,
    work: WorkType,
    next_lesson: date | None,
    *,
    grade: int,
    year: SchoolYear,
    policy: Policy,
    zone: str,
) -> datetime:
    """Marks of a written work done on `day`.

    A control work, dictation or test: by the course's next lesson, not later than the work type's school
    days. A long one (its school days reach `long_work_days`) has those days whole, and more of them in grade
    9."""
    if work.mark_days >= policy.long_work_days:
        days = max(work.mark_days, policy.long_work_days_9) if grade == 9 else work.mark_days
        return _at(add_school_days(year, day, days, grade), policy.lesson_by, zone)
    last = add_school_days(year, day, work.mark_days, grade)
    return _at(min(last, next_lesson or last), policy.lesson_by, zone)


def reasons_due(day: date, policy: Policy, zone: str) -> datetime:
    """Reason of an absence on `day`, by the class teacher: that week's Friday evening; the next one for a
    Saturday."""
    due = week_monday(day) + timedelta(days=list(Weekday).index(policy.reasons_day))
    return _at(due if due >= day else due + timedelta(days=7), policy.reasons_by, zone)


def finals_due(period: Period, grade: int, year: SchoolYear, policy: Policy, zone: str) -> datetime:
    """Quarter marks: some school days before the last day of the quarter."""
    last = add_school_days(year, period.end + timedelta(days=1), -1, grade)
    return _at(add_school_days(year, last, -policy.final_days, grade), policy.lesson_by, zone)


def review_due(last: date, policy: Policy, zone: str) -> datetime:
    """The next comparing of a class's personal data after the one on `last`."""
    return _at(last + timedelta(days=policy.review_days), policy.lesson_by, zone)


def order_due(day: date, policy: Policy, zone: str) -> datetime:
    """What an order says of a pupil from a day on: some days after it."""
    return _at(day + timedelta(days=policy.roster_days), policy.lesson_by, zone)


def editable_until(day: date, policy: Policy, zone: str) -> datetime:
    """V19: the first moment when a mark or absence of a lesson on `day` is locked."""
    return _at(day + timedelta(days=policy.edit_days + 1), time(), zone)


def homework_editable_until(day: date, policy: Policy, zone: str) -> datetime:
    """The same for homework set on `day`."""
    return _at(day + timedelta(days=policy.homework_edit_days + 1), time(), zone)


def _at(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone))
