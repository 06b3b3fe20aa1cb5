"""Rules that look at a cell beside another (V06), beside what was accepted before (V19), or beside what the office
says of the day (V24). What the office itself corrects is not asked for the last two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sync_service.domain.entries import MISSED, Refusal, entry_of
from sync_service.domain.fields import YES
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.slots import LessonField, Slot, SlotKind
from sync_service.domain.timesheet import absence_on
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.parse import Reading
from sync_service.reconcile.planned import Action, Change

HOMEWORK = (LessonField.HOMEWORK, LessonField.HOMEWORK_DUE, LessonField.MINUTES)


def beside_absence(readings: Sequence[Reading], context: CourseContext, title: str) -> Iterator[Problem]:
    """V06: two columns of one lesson say of a pupil both a mark and an absence; «н5» in one of them would be clear."""
    said: dict[tuple[str, date, int], list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.slot.kind is SlotKind.ENTRY and reading.value:
            lesson = context.lessons[reading.slot.field]
            said[reading.slot.subject, lesson.date, lesson.slot].append(reading)
    for there in said.values():
        entries = [entry_of(reading.value or "") for reading in there]
        if not any(entry.absence in MISSED and not entry.marks for entry in entries):
            continue
        for reading, entry in zip(there, entries, strict=True):
            if entry.marks and entry.absence not in MISSED:
                place = Place(title, reading.at.a1, reading.who)
                yield Problem(Code.ENTRY_TWO_COLUMNS, place, reading.value or "", slot=reading.slot)


def equal_marks(changes: Iterable[Change], limit: int, title: str) -> Iterator[Problem]:
    """CASES T-D6: one mark in many new cells of a column or a row at once, as a cell dragged by its corner leaves it.
    Told until the tab is next read."""
    lines: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        if change.action is Action.RECORD and not change.old and change.new[0].isdigit():
            lines[change.slot.field, change.new].append(change)
            lines[change.slot.subject, change.new].append(change)
    for (_, mark), line in lines.items():
        if len(line) >= limit:
            first = min(line)
            yield Problem(
                Code.TAB_EQUAL_MARKS, Place(title, first.a1), mark, detail=f"ячеек {len(line)}", slot=first.slot
            )


def check_window(
    readings: Sequence[Reading], context: CourseContext, baseline: Mapping[Slot, str], record: Mapping[Slot, str]
) -> tuple[Reading, ...]:
    """V19, where the school wants it: an accepted entry or homework is not changed or cleared after its term. What was
    never entered may come late, and whoever types what the office has corrected only agrees."""
    return tuple(_within_window(reading, context, baseline, record) for reading in readings)


def _within_window(
    reading: Reading, context: CourseContext, baseline: Mapping[Slot, str], record: Mapping[Slot, str]
) -> Reading:
    slot = reading.slot
    if slot.kind is SlotKind.ENTRY:
        day, code = context.lessons[slot.field].date, Code.ENTRY_LOCKED
    elif slot.field in HOMEWORK:
        day, code = context.lessons[slot.subject].date, Code.HOMEWORK_LOCKED
    else:
        return reading
    policy = context.policy_on(day)
    last = day + timedelta(days=policy.edit_days if code is Code.ENTRY_LOCKED else policy.homework_edit_days)
    late = policy.late_edits_wait and context.today > last
    if late and record.get(slot) and _moved(reading, baseline, record):
        return replace(reading, value=None, refusal=Refusal(code, f"{last:%d.%m.%Y}"))
    return reading


def check_presence(
    readings: Sequence[Reading], context: CourseContext, baseline: Mapping[Slot, str], record: Mapping[Slot, str]
) -> tuple[Reading, ...]:
    """V24: nobody marks a lesson as held on a day when its teacher is away by «Отсутствия» and «Замены» name no
    other. What was accepted before the absence was known stays, and the night tells the deputy."""
    said = {(reading.slot.subject, reading.slot.field): reading.value for reading in readings if reading.value}
    return tuple(
        _by_somebody(reading, said, context)
        if reading.slot.field == LessonField.HELD and reading.value == YES and _moved(reading, baseline, record)
        else reading
        for reading in readings
    )


def _by_somebody(reading: Reading, said: Mapping[tuple[str, str], str], context: CourseContext) -> Reading:
    lesson = context.lessons[reading.slot.subject]
    day = date.fromisoformat(said.get((lesson.key, LessonField.DATE), lesson.date.isoformat()))
    number = int(said.get((lesson.key, LessonField.SLOT), lesson.slot))
    away = absence_on(context.absences, context.course.teacher, day)
    if away is None or any((one.date, one.slot) == (day, number) for one in context.substitutions):
        return reading
    return replace(reading, value=None, refusal=Refusal(Code.LESSON_HELD_AWAY, f"{day:%d.%m}, {away.code.value}"))


def _moved(reading: Reading, baseline: Mapping[Slot, str], record: Mapping[Slot, str]) -> bool:
    """Whether a teacher has typed something else than was accepted and than the office says."""
    slot = reading.slot
    return reading.value is not None and reading.value not in (baseline.get(slot, ""), record.get(slot, ""))
