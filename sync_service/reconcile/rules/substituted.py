"""V24, V25: «Отсутствия», «Замены» and the journal must agree on a lesson, or the timesheet would be wrong."""

from __future__ import annotations

from collections.abc import Iterator

from sync_service.domain.deadlines import lesson_due
from sync_service.domain.problems import Code
from sync_service.domain.school import SubstitutionKind
from sync_service.domain.slots import LessonField, lesson_slot
from sync_service.domain.timesheet import absence_on
from sync_service.reconcile.rules.night import Night, Remark, named

AWAY = (SubstitutionKind.MISSED, SubstitutionKind.MOVED)


def not_given(night: Night) -> Iterator[Remark]:
    """A lesson that somebody gave instead of its teacher and that is not held in the journal: to the substitute."""
    for course, lesson in night.past():
        known = night.substitution(lesson)
        if known is None or not known.kind.has_substitute or lesson.held:
            continue
        due = lesson_due(lesson.date, night.rules.on(lesson.date), night.facts.time_zone)
        if night.overdue(due):
            slot = lesson_slot(lesson.key, LessonField.HELD)
            yield night.to_teacher(
                Code.SUBSTITUTION_NOT_GIVEN, course, named(lesson), due=due, slot=slot,
                person=known.substitute or "",
            )  # fmt: skip


def given_although_away(night: Night) -> Iterator[Remark]:
    """A lesson that was missed or moved by «Замены» and held by the journal: the deputy decides which is true."""
    for course, lesson in night.past():
        known = night.substitution(lesson)
        if known is not None and known.kind in AWAY and lesson.held:
            slot = lesson_slot(lesson.key, LessonField.HELD)
            yield night.to_deputy(
                Code.SUBSTITUTION_GIVEN, course.code, course.title, named(lesson), known.kind.value, slot=slot
            )


def unlogged(night: Night) -> Iterator[Remark]:
    """A lesson that the journal says was not held and «Замены» do not know. A school that keeps no «Замены» hears
    nothing."""
    if not night.directory.substitutions:
        return
    for course, lesson in night.past():
        if lesson.held is False and night.substitution(lesson) is None:
            slot = lesson_slot(lesson.key, LessonField.HELD)
            yield night.to_deputy(Code.SUBSTITUTION_UNLOGGED, course.code, course.title, named(lesson), slot=slot)


def left_open(night: Night) -> Iterator[Remark]:
    """A lesson past or to come whose teacher is away by «Отсутствия» and of which «Замены» say nothing. V24: one that
    was held all the same has been given by nobody knows whom."""
    if not night.directory.absences:
        return
    names = {employee.code: employee.short_name for employee in night.directory.employees}
    for course in night.facts.courses:
        for lesson in night.lessons[course.code]:
            away = absence_on(night.directory.absences, course.teacher, lesson.date)
            if away is None or night.substitution(lesson) is not None or night.is_closed(course, lesson.date):
                continue
            slot = lesson_slot(lesson.key, LessonField.HELD)
            detail = f"{names.get(course.teacher, course.teacher)}, {away.code.value}"
            code = Code.SUBSTITUTION_NOBODY if lesson.held else Code.SUBSTITUTION_OPEN
            yield night.to_deputy(
                code, course.code, course.title, named(lesson), detail, slot=slot
            )
