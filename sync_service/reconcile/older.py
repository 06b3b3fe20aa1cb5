"""A book replaced by its own older copy: all that was accepted since some moment is gone at once. It is held whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot
from sync_service.reconcile.guards import changes_digest
from sync_service.reconcile.planned import Action, Change, TabPlan, Withheld

FEW = 10  # so many changes are no copy of a book
SHARE = 0.8  # of what changed, and of what was accepted since then: the copy may have been worked in
TABS = 3  # a teacher who takes back what was typed today does it in the two tabs of a course
LONG = timedelta(hours=24)  # … and not what was typed before


class Step(NamedTuple):
    """What the record once learnt from the book about a slot."""

    at: datetime
    old: str
    new: str


def overwritten(changes: Sequence[Change]) -> list[Change]:
    """The changes of what had been said before: only these can take anything back."""
    return [change for change in changes if change.old and change.action is not Action.ACKNOWLEDGE]


def older_copy(
    changes: Mapping[str, Sequence[Change]], trail: Mapping[Slot, Sequence[Step]], now: datetime
) -> datetime | None:
    """The moment as of which the book's changes (by tab) take it back, None if they do not.

    `trail`: the steps of each slot that was written lately, oldest first. All steps since that moment, but for a few,
    are undone, and hardly anything else is changed."""
    said = {change.slot: change.new for of_tab in changes.values() for change in overwritten(of_tab)}
    left: list[datetime] = []  # when the record left the values that stand there again
    for slot, text in said.items():
        left += [step.at for step in trail.get(slot, ()) if step.old == text][-1:]
    if len(left) <= FEW:
        return None
    since = sorted(left)[len(left) // 10]  # a stray change of something very old must not hide the copy
    then = {slot: steps[0].old for slot, all_of in trail.items() if (steps := [s for s in all_of if s.at >= since])}
    news = {slot for slot, text in then.items() if text != trail[slot][-1].new}
    undone = {slot for slot in news if said.get(slot) == then[slot]}
    tabs = sum(any(change.slot in undone for change in of_tab) for of_tab in changes.values())
    if len(undone) < SHARE * max(len(news), len(said)) or (now - since < LONG and tabs < TABS):
        return None
    return since


def hold_together(
    plans: Sequence[TabPlan], detail: str, released: frozenset[str]
) -> tuple[tuple[TabPlan, ...], Withheld | None]:
    """The plans of a book that must wait whole because of `detail` ("" = it need not), and its hold, None if a human
    has released just these changes. It stands for the holds of its tabs, and its release lets them through as well;
    only a tab that cannot be read stays as it is."""
    if not detail:
        return tuple(plans), None
    changes = {plan.tab: tuple(sorted((*plan.changes, *plan.waiting))) for plan in plans}
    digest = changes_digest(
        change for of_tab in changes.values() for change in of_tab if change.action is not Action.ACKNOWLEDGE
    )
    through = digest in released

    def of_the_book(plan: TabPlan) -> TabPlan:
        if plan.withheld is not None and not plan.waiting:
            return plan
        if through:
            names = {change.slot: digest for change in changes[plan.tab]}
            return replace(plan, changes=changes[plan.tab], waiting=(), withheld=None, released=names)
        return replace(plan, changes=(), waiting=changes[plan.tab], withheld=None, released={})

    together = tuple(of_the_book(plan) for plan in plans)
    return together, None if through else Withheld(Code.BOOK_OLDER.value, detail, digest)
