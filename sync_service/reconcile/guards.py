"""Guards: when a change is too large to be a teacher's intention, the whole tab waits for a human; what touches a
closed quarter waits alone.

A guard looks at the changes a pass would make and says why it stops them, or "". None of them times out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot
from sync_service.reconcile.arrangement import Cell, shifted, sorted_in_part
from sync_service.reconcile.parse import Reading
from sync_service.reconcile.planned import Action, Change, Withheld

FEW = 10  # so many corrections are nobody's accident, however few cells of a tab are filled


def content_digest(readings: Iterable[Reading]) -> str:
    """Names what a tab says now, wherever its rows and columns stand: what a human releases is this and no other."""
    lines = sorted(f"{reading.slot}={reading.raw!r}" for reading in readings if reading.raw is not None)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


Closed = Callable[[Change], str]  # the title of the closed quarter that a change touches, "" = none


def changes_digest(changes: Iterable[Change]) -> str:
    """Names changes that wait while the rest goes on: what touches a closed quarter, or a whole book. A release lets
    through these and no others."""
    lines = sorted(f"{change.slot} {change.old!r} {change.new!r}" for change in changes)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def guard_closed(
    readings: Sequence[Reading], changes: Sequence[Change], closed: Closed, released: frozenset[str]
) -> tuple[frozenset[Change], Withheld | None]:
    """The changes that touch a closed quarter (V30), and the hold that stops them, None if a human has released it.
    What both sides agree on anyway is no change."""
    frozen = {
        change: title for change in changes if change.action is not Action.ACKNOWLEDGE and (title := closed(change))
    }
    digest = changes_digest(frozen)
    if not frozen or digest in released or content_digest(readings) in released:
        return frozenset(frozen), None
    titles = ", ".join(sorted(set(frozen.values())))
    return frozenset(frozen), Withheld(Code.PERIOD_CLOSED.value, f"{titles}, ячеек: {len(frozen)}", digest)


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a sheet has cleared in the last 24 hours and 7 days without a human who let it through. Slots of other tabs
    do no harm."""

    day: frozenset[Slot] = frozenset()
    week: frozenset[Slot] = frozenset()


@dataclass(frozen=True)
class Pass:
    """What a pass would do to a tab, and what the tab was.

    `typed`: what people had typed when it was last accepted, blanks left out; `lost`: how much stood in each line that
    is gone; `cells`: the cells that might be sorted or shifted; `old`: whether a change is of an old entry."""

    readings: Sequence[Reading]
    changes: Sequence[Change]
    typed: Mapping[Slot, str]
    lost: Mapping[str, int]
    policy: Policy
    cells: Sequence[Cell] = ()
    cleared: Cleared = Cleared()
    old: Callable[[Change], bool] = lambda _: False

    @property
    def clears(self) -> set[Slot]:
        return {change.slot for change in self.changes if change.action is Action.RETRACT}

    @property
    def overwrites(self) -> list[Change]:
        """Changes of what somebody had typed: another value or none. A first entry, however late, is no such change:
        filling what was left blank is what a teacher is asked to do."""
        recorded = (Action.RECORD, Action.RETRACT)
        return [change for change in self.changes if change.action in recorded and change.slot in self.typed]


def emptied(seen: Pass) -> str:
    still = any(reading.raw is not None for reading in seen.readings)
    return str(len(seen.typed)) if len(seen.typed) > seen.policy.guard_clear_cells and not still else ""


def lost_lessons(seen: Pass) -> str:
    return str(sum(seen.lost.values()) or "")


def sorted_apart(seen: Pass) -> str:
    return sorted_in_part(seen.cells)


def moved_off(seen: Pass) -> str:
    return shifted(seen.cells)


def mass_clear(seen: Pass) -> str:
    filled = len(seen.typed)
    limit = max(seen.policy.guard_clear_cells, filled * seen.policy.guard_clear_percent / 100)
    return f"{len(seen.clears)} из {filled}" if len(seen.clears) > limit else ""


def slow_clear(seen: Pass) -> str:
    """Many small clearings add up; a cell that was filled again meanwhile is not cleared."""
    blank = {reading.slot for reading in seen.readings if reading.value == ""} - set(seen.typed)
    windows = (
        ("за сутки", seen.cleared.day, seen.policy.guard_clear_percent_day),
        ("за 7 дней", seen.cleared.week, seen.policy.guard_clear_percent_week),
    )
    for words, cleared, percent in windows:
        before = cleared & blank
        filled, gone = len(seen.typed) + len(before), len(before | seen.clears)
        if seen.clears and gone > max(seen.policy.guard_clear_cells, filled * percent / 100):
            return f"{words} {gone} из {filled}"
    return ""


def mostly_changed(seen: Pass) -> str:
    changed, filled = len(seen.overwrites), len(seen.typed)
    limit = max(FEW, filled * seen.policy.guard_changed_percent / 100)
    return f"{changed} из {filled}" if changed > limit else ""


def old_changed(seen: Pass) -> str:
    count = sum(seen.old(change) for change in seen.overwrites)
    days = seen.policy.guard_old_days
    return f"{count}, уроки старше {days} дн." if count > seen.policy.guard_old_entries else ""


Guards = Sequence[tuple[Code, Callable[[Pass], str]]]
# in this order: what tells most about how it happened comes first
GUARDS: Guards = (
    (Code.TAB_EMPTIED, emptied),
    (Code.COLUMN_MISSING, lost_lessons),
    (Code.TAB_SHIFTED, moved_off),  # before the sort: in a small group a shift looks like one by chance
    (Code.TAB_SORTED, sorted_apart),
    (Code.TAB_MASS_CLEAR, mass_clear),
    (Code.TAB_SLOW_CLEAR, slow_clear),
    (Code.TAB_MOSTLY_CHANGED, mostly_changed),
    (Code.TAB_OLD_CHANGED, old_changed),
)
# of a page that its author rewrites at will, where lines move up and down
REWRITTEN = GUARDS[:2]


def guard(seen: Pass, released: frozenset[str], guards: Guards = GUARDS) -> Withheld | None:
    """The first of the guards that stops a pass over a tab, unless a human has released just this content."""
    digest = content_digest(seen.readings)
    if digest in released:
        return None
    for code, why in guards:
        if detail := why(seen):
            return Withheld(code.value, detail, digest)
    return None
