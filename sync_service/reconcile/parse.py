"""From raw cells to readings: each teacher's cell of a located tab as a canonical text or a refusal. Nothing else.

A cell that was not found gives no reading at all, which is not the same as a blank: a blank says "nothing stands
here", silence says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sync_service.domain import fields
from sync_service.domain.entries import EntryRules, Raw, Refusal, read_entry, read_final
from sync_service.domain.grounds import read_grounds
from sync_service.domain.problems import Code
from sync_service.domain.slots import (
    LessonField,
    RegimeField,
    Slot,
    SlotKind,
    entry_slot,
    final_slot,
    grounds_slot,
    lesson_slot,
    regime_slot,
)
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.layout import ABSENCES
from sync_service.reconcile.locate import Grid, TableRows
from sync_service.reconcile.sheet import At, CellError, RawCell, Tab

FORM_LIMIT = 100  # characters
LONGEST_DAY = Decimal(12)  # hours
Reader = Callable[[Raw], str | Refusal]


@dataclass(frozen=True, slots=True)
class Reading:
    """One teacher's cell. Exactly one of `value` (canonical, "" = blank) and `refusal` is set."""

    slot: Slot
    at: At
    raw: RawCell | None
    who: str
    value: str | None
    refusal: Refusal | None = None


def _read(raw: RawCell | None, reader: Reader) -> tuple[str | None, Refusal | None]:
    if raw is None:
        return "", None
    if isinstance(raw, CellError):
        return None, Refusal(Code.ENTRY_FORMULA, raw.text)
    result = reader(raw)
    return (None, result) if isinstance(result, Refusal) else (result, None)


MERGED: tuple[str | None, Refusal | None] = (None, Refusal(Code.ENTRY_MERGED))


def _covered(tab: Tab) -> frozenset[At]:
    """Cells that a merge hides: they read as blank but say nothing."""
    return frozenset(
        At(row, column)
        for top_left, bottom_right in tab.merged
        for row in range(top_left.row, bottom_right.row + 1)
        for column in range(top_left.column, bottom_right.column + 1)
        if At(row, column) != top_left
    )


def parse_grid(grid: Grid, context: CourseContext) -> tuple[Reading, ...]:
    """Every cell pupil x lesson, every final mark and its grounds of a grid."""
    covered = _covered(grid.tab)

    def read(at: At, reader: Reader) -> tuple[RawCell | None, str | None, Refusal | None]:
        raw = grid.tab.cells.get(at)
        return (raw, *(MERGED if at in covered else _read(raw, reader)))

    entry_readers = {lesson: _entry_reader(context.entry_rules(lesson)) for lesson in grid.lessons}
    final_reader = _final_reader(context.final_rules)
    readings: list[Reading] = []
    for pupil, row in grid.pupils.items():
        name = context.pupil_label(pupil)
        for lesson, column in grid.lessons.items():
            at = At(row, column)
            raw, value, refusal = read(at, entry_readers[lesson])
            who = f"{name}, {context.lesson_label(lesson)}"
            readings.append(Reading(entry_slot(pupil, lesson), at, raw, who, value, refusal))
        for term, column in grid.finals.items():
            at = At(row, column)
            raw, value, refusal = read(at, final_reader)
            readings.append(Reading(final_slot(pupil, context.course.code, term), at, raw, name, value, refusal))
        for term, column in grid.grounds.items():
            at = At(row, column)
            raw, value, refusal = read(at, read_grounds)
            readings.append(Reading(grounds_slot(pupil, context.course.code, term), at, raw, name, value, refusal))
    return tuple(readings)


def _entry_reader(rules: EntryRules) -> Reader:
    def reader(raw: Raw) -> str | Refusal:
        result = read_entry(raw, rules)
        return result if isinstance(result, Refusal) else result.text

    return reader


def _final_reader(rules: EntryRules) -> Reader:
    return lambda raw: read_final(raw, rules)


def parse_log(rows: TableRows, context: CourseContext) -> tuple[Reading, ...]:
    """The teacher's cells of each lesson of a log tab that the record knows."""
    readers = log_readers(context)
    named = tuple((field, field.value) for field in readers if field.value in rows.columns)
    keyed = ((lesson, row) for lesson, row in rows.rows.items() if lesson in context.lessons)
    return tuple(
        _table_reading(
            rows,
            row,
            column,
            lesson_slot(lesson, field),
            f"урок {context.lesson_label(lesson)}",
            readers[field],
        )
        for lesson, row in keyed
        for field, column in named
    )


def log_readers(context: CourseContext) -> Mapping[LessonField, Reader]:
    """How each of the teacher's columns of a log is read."""
    span = (context.year.start, context.year.end)
    works = tuple(context.work_types)
    return {
        LessonField.DATE: lambda raw: fields.read_date(raw, Code.LESSON_DATE, span),
        LessonField.SLOT: lambda raw: fields.read_integer(raw, 0, 12, Code.LESSON_SLOT),
        LessonField.HELD: lambda raw: fields.read_flag(raw, Code.LESSON_HELD),
        LessonField.TOPIC: fields.read_text,
        LessonField.HOMEWORK: fields.read_homework,
        LessonField.HOMEWORK_DUE: lambda raw: fields.read_date(raw, Code.LESSON_DUE, span),
        LessonField.MINUTES: lambda raw: fields.read_integer(raw, 0, 600, Code.LESSON_MINUTES),
        LessonField.WORK_TYPE: lambda raw: fields.read_choice(raw, works, Code.LESSON_WORK),
        LessonField.FORM: lambda raw: fields.read_text(raw, FORM_LIMIT),
        LessonField.HOURS: lambda raw: fields.read_decimal(raw, Decimal(0), LONGEST_DAY, Code.LESSON_HOURS),
    }


def parse_regime(rows: TableRows, lines: Mapping[str, object]) -> tuple[Reading, ...]:
    """The regime of a group's day: `lines` are its lines by row key, which name themselves to people."""
    readers: Mapping[RegimeField, Reader] = {
        RegimeField.START: lambda raw: fields.read_time(raw, Code.REGIME_TIME),
        RegimeField.END: lambda raw: fields.read_time(raw, Code.REGIME_TIME),
        RegimeField.WHAT: fields.read_text,
    }
    return tuple(
        _table_reading(rows, rows.rows[line], field.value, regime_slot(line, field), str(who), reader)
        for line, who in lines.items()
        if line in rows.rows
        for field, reader in readers.items()
        if field.value in rows.columns
    )


def parse_absences(rows: TableRows, names: Mapping[str, str]) -> tuple[Reading, ...]:
    """The class teacher's reasons: rows are keyed by pupil code and ISO date."""
    codes = ABSENCES.column("code").choices
    readings: list[Reading] = []
    for key, row in rows.rows.items():
        pupil, _, day = key.partition(" ")
        if pupil not in names or not day:
            continue
        who = f"{names[pupil]}, {day[8:10]}.{day[5:7]}"
        for column, reader in (
            ("code", lambda raw: fields.read_choice(raw, codes, Code.REASON_UNKNOWN)),
            ("document", fields.read_text),
        ):
            if column in rows.columns:
                readings.append(
                    _table_reading(rows, row, column, Slot(SlotKind.REASON, pupil, f"{day} {column}"), who, reader)
                )
    return tuple(readings)


def _table_reading(rows: TableRows, row: int, column: str, slot: Slot, who: str, reader: Reader) -> Reading:
    raw = rows.raw(row, column)
    value, refusal = _read(raw, reader)
    return Reading(slot, At(row, rows.columns[column]), raw, who, value, refusal)
