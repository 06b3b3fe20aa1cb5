"""The first quarter as the teachers have typed it by a day.

The real course of events comes first (events.py); then every teacher writes it down in a manner of her own (pages.py,
habits.py); what is wrong on purpose is put in last (bad_cells.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sync_service.domain.entries import EntryRules, Raw, Refusal, read_entry
from sync_service.domain.problems import Code
from sync_service.domain.school import Directory, Roster, ScheduledLesson
from sync_service.domain.slots import LessonField, Slot, SlotKind, lesson_slot
from sync_service.usecases.demo_school.bad_cells import corrections, plant
from sync_service.usecases.demo_school.events import Events
from sync_service.usecases.demo_school.pages import CoursePages, suggested
from sync_service.usecases.demo_school.typed import Noted, Typed

TODAY = date(2026, 10, 30)


def first_quarter(
    directory: Directory,
    rosters: Sequence[Roster],
    lessons: Mapping[str, Sequence[ScheduledLesson]],
    today: date = TODAY,
) -> Typed:
    """Everything that stands in the teachers' cells on `today`, a day of the autumn holidays or a later one.

    `lessons` are the year's, by course code, in order. Raises ValueError for a day before the quarter's end."""
    events = Events(directory, rosters, lessons)
    if today < events.quarter.end:
        raise ValueError(f"the demo's quarter ends on {events.quarter.end}, nothing is typed as of {today}")
    cells = {course.code: dict(CoursePages(events, course).cells()) for course in directory.courses}
    planted = plant(directory, lessons, cells, today)
    uncounted = {work.short for work in directory.work_types if not work.counts}
    noted = tuple(note for course, typed in cells.items() for note in _notes(course, typed, uncounted))
    reasons = {roster.school_class: dict(events.reasons(roster)) for roster in rosters}
    return Typed(cells, reasons, planted, noted, corrections(directory, lessons, cells, planted, today))


def _notes(course: str, cells: Mapping[Slot, Raw], uncounted: set[str]) -> Iterator[Noted]:
    """Quarter marks that differ from the half-up mean of what can be read, without a reason beside them (V16)."""
    marks: dict[str, list[int]] = {}
    for slot, raw in cells.items():
        work = cells.get(lesson_slot(slot.field, LessonField.WORK_TYPE))
        if slot.kind is SlotKind.ENTRY and work not in uncounted:
            entry = read_entry(raw, EntryRules())
            if not isinstance(entry, Refusal):
                marks.setdefault(slot.subject, []).extend(entry.marks)
    for slot, raw in cells.items():
        theirs = marks.get(slot.subject)
        explained = Slot(SlotKind.GROUNDS, slot.subject, slot.field) in cells
        if slot.kind is not SlotKind.FINAL or not theirs or not str(raw).isdigit() or explained:
            continue
        if suggested(theirs) != int(str(raw)):
            yield Noted(course, slot, raw, Code.FINAL_DIFFERS)
