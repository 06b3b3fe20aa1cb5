"""Settling: what is still being typed, pasted or undone is not accepted yet.

A sighting is a slot with the words it was seen to say. What stands in the same words for long enough is accepted;
what is gone by then was never there: no ledger row, no note.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sync_service.domain.problems import Problem
from sync_service.domain.slots import Slot
from sync_service.reconcile.planned import Action, Change, TabPlan


class Sighting(NamedTuple):
    slot: Slot
    words: str


class Settled(NamedTuple):
    """`plan`: what may be carried out now; `seen`: what to remember till the next pass, with the first moment of each;
    `due`: when to look again although nobody touches the book, None = not for this."""

    plan: TabPlan
    seen: dict[Sighting, datetime]
    due: datetime | None


def settle(
    plan: TabPlan,
    seen: Mapping[Sighting, datetime],
    told: AbstractSet[Sighting],
    now: datetime,
    wait: timedelta,
) -> Settled:
    """Hold back what was not yet seen for `wait`. The guards have looked at everything before.

    `told` are the problems that people have been told already. What both sides agree on, and what is not about one
    cell, does not wait. Withheld changes are remembered, so that a release need not wait again."""
    if not wait:
        return Settled(plan, {}, None)

    def since(sighting: Sighting) -> datetime:
        # a distance either way: a clock set back must not hold anything up until it has caught up
        first = seen.get(sighting, now)
        return first if first <= now + wait else now

    def ripe(sighting: Sighting) -> bool:
        return now - since(sighting) >= wait

    changes = {change: sight_change(change) for change in plan.changes if change.action is not Action.ACKNOWLEDGE}
    problems = {problem: sighting for problem in plan.problems if (sighting := sight_problem(problem)) is not None}
    fresh = {
        *(sighting for sighting in changes.values() if not ripe(sighting)),
        *(sighting for sighting in problems.values() if sighting not in told and not ripe(sighting)),
    }
    kept = fresh | {sight_change(change) for change in plan.waiting}
    return Settled(
        replace(
            plan,
            changes=tuple(change for change in plan.changes if changes.get(change) not in fresh),
            problems=tuple(problem for problem in plan.problems if problems.get(problem) not in fresh),
        ),
        {sighting: since(sighting) for sighting in kept},
        min((since(sighting) for sighting in fresh), default=now) + wait if fresh else None,
    )


def sight_change(change: Change) -> Sighting:
    return Sighting(change.slot, f"= {_storable(change.new)}")


def sight_problem(problem: Problem) -> Sighting | None:
    if problem.slot is None:
        return None
    return Sighting(problem.slot, f"? {problem.code.value} {_storable(problem.read)}")


def _storable(text: str) -> str:
    """As any database gives it back: half a character or a zero byte is a question mark."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
