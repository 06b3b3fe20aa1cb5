"""Who stands on «состав» of an extended-day group: its staff by the load and its pupils by the lists of their classes
(DOMAIN 2.11). Nothing about anybody's health: the service keeps none."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from sync_service.domain.privacy import Mask, Names, shown_name
from sync_service.domain.school import Course, Directory
from sync_service.reconcile.annotate import Shown
from sync_service.records import queries

STAFF, PUPILS = "Педагоги (по тарификации)", "Воспитанники (по приказам)"

Line = tuple[Shown, ...]  # a value for each column of layout.COMPOSITION


def composition(course: Course, directory: Directory, mask: Mask) -> list[Line]:
    """The lines of the tab: everybody who ever had the group or was in it this year, in order of time."""
    return [_head(STAFF), *_staff(course, directory, mask), _head(PUPILS), *_pupils(course, mask)]


def _head(title: str) -> Line:
    return (None, title, *(None,) * 7)


def _staff(course: Course, directory: Directory, mask: Mask) -> list[Line]:
    people = {employee.code: employee for employee in directory.employees}
    of_group = sorted((one for one in directory.courses if one.place == course.place), key=lambda one: one.since)
    lines: list[Line] = []
    for number, one in enumerate(of_group, 1):
        teacher = people[one.teacher]
        name = teacher.full_name if mask.names is Names.FULL else teacher.short_name
        hours = float(one.hours_per_week)
        shown = int(hours) if hours.is_integer() else hours
        lines.append((number, name, teacher.position, one.since, None, one.until, None, shown, None))
    return lines


def _pupils(course: Course, mask: Mask) -> list[Line]:
    """Whoever comes later stands below; who has left keeps his line, who comes back gets a second one."""
    numbers = count(1)
    return [
        (
            next(numbers), shown_name(stay.pupil, mask.names), stay.school_class, stay.since,
            mask.hidden(stay.enrolled_order), _last(stay.until), mask.hidden(stay.left_order), None, None,
        )
        for stay in queries.group_stays(course)
    ]  # fmt: skip


def _last(until: date) -> date | None:
    return until - timedelta(days=1) if until != date.max else None
