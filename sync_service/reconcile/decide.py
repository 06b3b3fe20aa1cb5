"""The decision table, as data. It exists once: here; docs/decisions.md shows it and each row has a test by its name.

For one cell three things are known: what the sheet says now, what it said when last accepted (the baseline), and what
the record says. The baseline makes the difference three-way: it tells who moved.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Outcome(StrEnum):
    HOLD = "hold"  # the cell waits; the record keeps the last good value
    NOTHING = "nothing"
    RECORD = "record"
    RETRACT = "retract"  # a blank where an entry was: recorded, and counted by the guards
    ACKNOWLEDGE = "acknowledge"  # both sides already agree: the baseline follows
    CONFLICT = "conflict"  # both moved, apart: a human decides
    OFFICE = "office"  # the office corrected the record; the teacher's cell is told, not rewritten


class Seen(NamedTuple):
    """What can be told about one understood cell."""

    sheet_moved: bool
    record_moved: bool
    equal: bool


DECISIONS: dict[Seen, Outcome] = {
    Seen(sheet_moved=False, record_moved=False, equal=True): Outcome.NOTHING,
    Seen(sheet_moved=True, record_moved=False, equal=False): Outcome.RECORD,
    Seen(sheet_moved=True, record_moved=True, equal=True): Outcome.ACKNOWLEDGE,
    Seen(sheet_moved=True, record_moved=True, equal=False): Outcome.CONFLICT,
    Seen(sheet_moved=False, record_moved=True, equal=False): Outcome.OFFICE,
}


def decide(sheet: str | None, baseline: str, record: str) -> Outcome:
    """What to do about one cell. `sheet` None: not understood. All texts canonical, "" = blank."""
    if sheet is None:
        return Outcome.HOLD
    outcome = DECISIONS[Seen(sheet != baseline, record != baseline, sheet == record)]
    if outcome is Outcome.RECORD and not sheet:
        return Outcome.RETRACT
    return outcome
