"""Who gives a lesson instead of its teacher, and who may therefore write in the tab of its course (DOMAIN 2.9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sync_service.domain.school import Course, Directory, Employee, Substitution


def tab_editors(directory: Directory, course: Course, day: date) -> tuple[str, ...]:
    """Codes of the employees who may edit the tabs of a course on a day: its teacher, then whoever substitutes in it
    that day in the order of the lessons. A lesson missed or moved gives nobody a right."""
    substitutes = [
        one.substitute
        for one in sorted(of_course(directory, course), key=lambda one: one.slot)
        if one.date == day and one.kind.has_substitute and one.substitute is not None
    ]
    return tuple(dict.fromkeys([course.teacher, *substitutes]))


def of_course(directory: Directory, course: Course) -> tuple[Substitution, ...]:
    """The substitutions in a course while it was this teacher's."""
    last = course.until or date.max
    return tuple(
        one for one in directory.substitutions if one.concerns(course) and course.since <= one.date <= last
    )


def log_text(substitution: Substitution, employees: Iterable[Employee]) -> str:
    """What stands beside the lesson in the log: «Иванова А. П.», or «пропущен», «перенесён»."""
    if not substitution.kind.has_substitute:
        return substitution.kind.value
    names = (employee.short_name for employee in employees if employee.code == substitution.substitute)
    return next(names, substitution.kind.value)
