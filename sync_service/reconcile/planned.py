"""What a pass over a tab decided: a frozen, printable, comparable value that the shell carries out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sync_service.domain.problems import Problem
from sync_service.domain.slots import Slot


class Action(StrEnum):
    """Steps of the decision table that change something."""

    RECORD = "record"  # ledger row, current value and baseline
    RETRACT = "retract"  # the same with a blank
    ACKNOWLEDGE = "acknowledge"  # baseline moves, nothing else


@dataclass(frozen=True, order=True, slots=True)
class Change:
    slot: Slot
    action: Action
    old: str  # what the record said
    new: str  # what it says afterwards; for ACKNOWLEDGE the value both agree on
    a1: str = ""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A guard's refusal: the tab, or the changes in its closed quarters, wait for a human. `digest` names the content
    that was refused, so that a release is good for that content and no other."""

    code: str  # problems.Code
    detail: str
    digest: str


@dataclass(frozen=True, slots=True)
class TabPlan:
    """`changes` are those to carry out: none if the whole tab is `withheld`, those of the open quarters if only what
    touches a closed one is; `waiting` are the others; `problems` are all problems that stand in the tab now;
    `released` names, by slot, the digest under which a human has let a change through."""

    tab: str  # tab key
    title: str
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    withheld: Withheld | None = None
    waiting: tuple[Change, ...] = ()
    released: Mapping[Slot, str] = field(default_factory=dict)

    def __str__(self) -> str:
        head = f"{self.title} [{self.tab}]"
        lines = [f"  {c.action.value} {c.slot} {c.old!r} → {c.new!r}" for c in self.changes]
        lines += [f"  problem {p.code.value} {p.place.a1} {p.read!r} {p.detail}".rstrip() for p in self.problems]
        if self.withheld:
            lines.append(f"  withheld {self.withheld.code} {self.withheld.detail}")
        lines += [f"  waiting {c.action.value} {c.slot} {c.old!r} → {c.new!r}" for c in self.waiting]
        return "\n".join([head, *lines])
