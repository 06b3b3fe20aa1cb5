"""Rules of the grid that look at a cell beside another (V06) or beside what was accepted before (V19)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sync_service.domain.entries import MISSED, Refusal, entry_of
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.slots import Slot, SlotKind
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.parse import Reading


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


def check_window(
    readings: Sequence[Reading], context: CourseContext, baseline: Mapping[Slot, str], record: Mapping[Slot, str]
) -> tuple[Reading, ...]:
    """V19, where the school wants it: an accepted entry is not changed or cleared after its term. What was never
    entered may come late, and whoever types what the office has corrected only agrees."""
    return tuple(_within_window(reading, context, baseline, record) for reading in readings)


def _within_window(
    reading: Reading, context: CourseContext, baseline: Mapping[Slot, str], record: Mapping[Slot, str]
) -> Reading:
    old = record.get(reading.slot, "")
    moved = reading.value is not None and reading.value != baseline.get(reading.slot, "") and reading.value != old
    if reading.slot.kind is not SlotKind.ENTRY or not old or not moved:
        return reading
    day = context.lessons[reading.slot.field].date
    policy = context.policy_on(day)
    last = day + timedelta(days=policy.edit_days)
    if not policy.late_edits_wait or context.today <= last:
        return reading
    return replace(reading, value=None, refusal=Refusal(Code.ENTRY_LOCKED, f"{last:%d.%m.%Y}"))
