"""Guards: when a change is too large to be a teacher's intention, the whole tab waits for a human.

A guard looks at the changes a pass would make and says why it stops them, or None. None of them times out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot
from sync_service.reconcile.parse import Reading
from sync_service.reconcile.planned import Action, Change, Withheld


def content_digest(readings: Iterable[Reading]) -> str:
    """Names what a tab says now, wherever its rows and columns stand: what a human releases is this and no other."""
    lines = sorted(f"{reading.slot}={reading.raw!r}" for reading in readings if reading.raw is not None)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


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
