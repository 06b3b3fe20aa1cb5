"""The days of lessons in a log: the timetable's until the teacher types another.

A log is drawn with the timetable's days, and when the timetable changes they are written anew: in the cells that still
say what it said before, or nothing. What a teacher typed stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from sync_service.domain.entries import Refusal
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.slots import LessonField, Slot, lesson_slot
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.locate import TableRows
from sync_service.reconcile.parse import log_readers
from sync_service.reconcile.sheet import At, CellError

DAYS = (LessonField.DATE, LessonField.SLOT)


def outdated_days(
    rows: TableRows, context: CourseContext, typed: Mapping[Slot, str], baseline: Mapping[Slot, str]
) -> dict[At, date | int | None]:
    """Cells of dates and numbers that say what the timetable said once, each with what it says now (None: the row has
    no lesson any more). `typed`: the days that the record has from teachers; `baseline`: what the log said last."""
    readers = log_readers(context)
    found: dict[At, date | int | None] = {}
    for key, row in _rows_of(rows, context):
        lesson = context.lessons.get(key)
        for field in DAYS:
            slot = lesson_slot(key, field)
            if field.value not in rows.columns or slot in typed:
                continue
            now = None if lesson is None else lesson.date if field is LessonField.DATE else lesson.slot
            raw = rows.raw(row, field.value)
            said = "" if raw is None else readers[field](raw) if not isinstance(raw, CellError) else None
            if said == ("" if now is None else str(now)) or not isinstance(said, str) or isinstance(said, Refusal):
                continue
            if not said or said == baseline.get(slot):
                found[At(row, rows.columns[field.value])] = now
    return found


def unscheduled(rows: TableRows, context: CourseContext, outdated: Mapping[At, object]) -> Iterator[Problem]:
    """Rows in which a teacher has written though the timetable has no lesson there."""
    teachers = [rows.columns[field.value] for field in LessonField if field.value in rows.columns]
    for key, row in _rows_of(rows, context):
        if key in context.lessons:
            continue
        written = (At(row, column) for column in teachers)
        if at := next((at for at in written if at in rows.tab.cells and at not in outdated), None):
            yield Problem(Code.LESSON_UNSCHEDULED, Place(rows.tab.title, at.a1))


def typed_lessons(baseline: Mapping[Slot, str], record: Mapping[Slot, str]) -> frozenset[str]:
    """Lessons whose row people have written in. A day that `baseline` has only because the timetable once said it is
    nobody's writing, and the row may never have been drawn."""
    return frozenset(
        slot.subject for slot, text in baseline.items() if text and (slot.field not in DAYS or slot in record)
    )


def _rows_of(rows: TableRows, context: CourseContext) -> Iterator[tuple[str, int]]:
    return ((key, row) for key, row in rows.rows.items() if key.startswith(f"{context.course.code}."))
