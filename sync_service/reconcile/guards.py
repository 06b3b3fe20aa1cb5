"""Guards: when a change is too large to be a teacher's intention, the whole tab waits for a human; what touches a
closed quarter waits alone.

A guard looks at the changes a pass would make and says why it stops them, or None. None of them times out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot
from sync_service.reconcile.parse import Reading
from sync_service.reconcile.planned import Action, Change, Withheld


def content_digest(readings: Iterable[Reading]) -> str:
    """Names what a tab says now, wherever its rows and columns stand: what a human releases is this and no other."""
    lines = sorted(f"{reading.slot}={reading.raw!r}" for reading in readings if reading.raw is not None)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


Closed = Callable[[Change], str]  # the title of the closed quarter that a change touches, "" = none


def frozen_digest(frozen: Iterable[Change]) -> str:
    """Names changes that wait because their quarter is closed. The rest of the tab has no part in it: work in the open
    quarters goes on beside the hold, and a release lets through these changes and no others."""
    lines = sorted(f"{change.slot} {change.old!r} {change.new!r}" for change in frozen)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def guard_closed(
    readings: Sequence[Reading], changes: Sequence[Change], closed: Closed, released: frozenset[str]
) -> tuple[frozenset[Change], Withheld | None]:
    """The changes that touch a closed quarter (V30), and the hold that stops them, None if a human has released it.
    What both sides agree on anyway is no change."""
    frozen = {
        change: title for change in changes if change.action is not Action.ACKNOWLEDGE and (title := closed(change))
    }
    digest = frozen_digest(frozen)
    if not frozen or digest in released or content_digest(readings) in released:
        return frozenset(frozen), None
    titles = ", ".join(sorted(set(frozen.values())))
    return frozenset(frozen), Withheld(Code.PERIOD_CLOSED.value, f"{titles}, ячеек: {len(frozen)}", digest)


def guard(
    readings: Sequence[Reading],
    changes: Sequence[Change],
    typed: Mapping[Slot, str],
    lost_lessons: Mapping[str, int],
    policy: Policy,
    released: frozenset[str],
) -> Withheld | None:
    """The first guard that stops these changes.

    `typed` is what people had typed into the tab when it was last accepted, blanks left out; `lost_lessons` counts
    what stood in each line that is gone from the tab."""
    digest = content_digest(readings)
    if digest in released:
        return None
    cleared = sum(change.action is Action.RETRACT for change in changes)
    filled = len(typed)
    still = any(reading.raw is not None for reading in readings)
    if filled > policy.guard_clear_cells and not still:
        return Withheld(Code.TAB_EMPTIED.value, str(filled), digest)
    if lost := sum(lost_lessons.values()):
        return Withheld(Code.COLUMN_MISSING.value, str(lost), digest)
    limit = max(policy.guard_clear_cells, filled * policy.guard_clear_percent / 100)
    if cleared > limit:
        return Withheld(Code.TAB_MASS_CLEAR.value, f"{cleared} из {filled}", digest)
    return None
