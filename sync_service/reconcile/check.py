"""Rules that need more than one cell: the day, the calendar, the class list, the mean. Each names its source.

A rule either refuses a reading (the cell is held, its last good value stays) or only adds a note; which of the two is
the level of the rule in DOMAIN 2.5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sync_service.domain.calendar import holiday_on, taught_on
from sync_service.domain.entries import Refusal
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Marking
from sync_service.domain.slots import LessonField, Slot, SlotKind
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.parse import Reading
from sync_service.reconcile.rules.cells import beside_absence
from sync_service.reconcile.rules.finals import Grounds, marks_against_means


def check_grid(readings: Sequence[Reading], context: CourseContext) -> tuple[Reading, ...]:
    """Refuse entries that cannot be true: in the future (V03), before arrival or after leaving (V26)."""
    return tuple(_checked_entry(reading, context) if reading.value else reading for reading in readings)


def _checked_entry(reading: Reading, context: CourseContext) -> Reading:
    if reading.slot.kind is SlotKind.FINAL:
        return _checked_final(reading, context)
    if reading.slot.kind is not SlotKind.ENTRY:
        return reading
    lesson = context.lessons[reading.slot.field]
    if lesson.date > context.today:
        return _refused(reading, Code.ENTRY_FUTURE, f"{lesson.date:%d.%m.%Y}")
    if not context.attends(reading.slot.subject, lesson.date):
        return _refused(reading, Code.ENTRY_NOT_ON_LIST, f"{lesson.date:%d.%m.%Y}")
    return reading


def _checked_final(reading: Reading, context: CourseContext) -> Reading:
    """V26: no mark of a quarter that began after the pupil had left. One that was over before he came may stand: it was
    given where he came from."""
    last = context.last_day(reading.slot.subject)
    term = reading.slot.field.rsplit(" ", 1)[1]
    periods = [period for period in context.year.periods if period.term == term]
    own = [period for period in periods if not period.grades or context.course.grade in period.grades]
    if last is not None and own and own[-1].start > last:
        return _refused(reading, Code.ENTRY_NOT_ON_LIST, own[-1].title)
    return reading


def _refused(reading: Reading, code: Code, detail: str) -> Reading:
    return replace(reading, value=None, refusal=Refusal(code, detail))


# a lesson always has a day and a number: emptying the cell does not say which
NEEDED = {LessonField.DATE: Code.LESSON_DATE, LessonField.SLOT: Code.LESSON_SLOT}


def check_log(readings: Sequence[Reading], context: CourseContext) -> tuple[Reading, ...]:
    """Refuse dates without lessons (V01) and lessons held in the future (V03)."""
    dates = {
        reading.slot.subject: date.fromisoformat(reading.value)
        for reading in readings
        if reading.slot.field == LessonField.DATE and reading.value
    }
    return tuple(_checked_field(reading, dates, context) for reading in readings)


def _checked_field(reading: Reading, dates: dict[str, date], context: CourseContext) -> Reading:
    lesson = reading.slot.subject
    if reading.value == "" and reading.slot.field in NEEDED:
        return _refused(reading, NEEDED[LessonField(reading.slot.field)], "")
    if not reading.value:
        return reading
    if reading.slot.field == LessonField.DATE:
        day = dates[lesson]
        if day != context.lessons[lesson].date and taught_on(context.year, day, context.course) is None:
            return _refused(reading, Code.LESSON_OUTSIDE, _why_no_lessons(day, context))
    if reading.slot.field == LessonField.HELD and reading.value == "да":
        day = dates.get(lesson, context.lessons[lesson].date)
        if day > context.today:
            return _refused(reading, Code.LESSON_HELD_FUTURE, f"{day:%d.%m.%Y}")
    return reading


def _why_no_lessons(day: date, context: CourseContext) -> str:
    if not context.year.start <= day <= context.year.end:
        return "вне учебного года"
    if (holiday := holiday_on(context.year, day, context.course.grade, context.course.school_class)) is not None:
        return holiday.title
    return "воскресенье" if day.isoweekday() == 7 else "выходной или вне четверти"


def grid_notes(
    readings: Sequence[Reading], context: CourseContext, title: str, grounds: Grounds
) -> Iterator[Problem]:
    """Notes on entries and final marks that are accepted all the same."""
    for reading in readings:
        if reading.value and reading.slot.kind is SlotKind.ENTRY:
            lesson = context.lessons[reading.slot.field]
            if lesson.held is False:
                yield _note(reading, Code.ENTRY_NOT_HELD, title, f"{lesson.date:%d.%m}")
    yield from beside_absence(readings, context, title)
    if context.course.marking is Marking.POINTS:
        yield from marks_against_means(readings, context, title, grounds)


def log_notes(readings: Iterable[Reading], context: CourseContext, title: str) -> Iterator[Problem]:
    """V07, as far as one tab can tell: a topic that says nothing."""
    for reading in readings:
        if reading.slot.field == LessonField.TOPIC and reading.value:
            letters = sum(character.isalpha() for character in reading.value)
            if letters < context.policy_on(context.lessons[reading.slot.subject].date).topic_letters:
                yield _note(reading, Code.LESSON_TOPIC_SHORT, title, "")


def _note(reading: Reading, code: Code, title: str, detail: str) -> Problem:
    return Problem(code, Place(title, reading.at.a1, reading.who), reading.value or "", "", detail, reading.slot)


def refusals(readings: Iterable[Reading], record: Mapping[Slot, str], title: str) -> Iterator[Problem]:
    """A problem for each refused reading; `record` tells what stays published meanwhile."""
    for reading in readings:
        if reading.refusal is not None:
            yield Problem(
                reading.refusal.code,
                Place(title, reading.at.a1, reading.who),
                _shown(reading),
                record.get(reading.slot, ""),
                reading.refusal.detail,
                reading.slot,
            )


def _shown(reading: Reading) -> str:
    return "" if reading.raw is None else str(reading.raw)
