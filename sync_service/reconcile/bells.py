"""The tab «Звонки»: when each lesson is, on usual days and on those for which the school says otherwise.

A row that cannot be right is told and left out; so is one that repeats another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sync_service.domain.problems import Code, Problem
from sync_service.domain.school import Bell
from sync_service.reconcile.layout import BELLS as TAB
from sync_service.reconcile.tables import Row


@dataclass(frozen=True)
class Bells:
    """The good rows, and what is wrong with the others."""

    good: tuple[Bell, ...]
    problems: tuple[Problem, ...]


def read_bells(rows: Sequence[Row]) -> Bells:
    """`rows` as the table gives them."""
    problems: list[Problem] = []
    good: dict[tuple[int, date | None, date | None], Bell] = {}
    for row in rows:
        bell = Bell(
            slot=int(row["slot"]), start=time.fromisoformat(row["start"]), end=time.fromisoformat(row["end"]),
            since=row.day("since"), until=row.day("until"),
        )  # fmt: skip
        when = (bell.slot, bell.since, bell.until)
        if bell.end <= bell.start:
            problems.append(row.problem(Code.TABLE_VALUE, "end", TAB, "конец не позже начала"))
        elif bell.since and bell.until and bell.until < bell.since:
            problems.append(row.problem(Code.TABLE_VALUE, "until", TAB, "последний день раньше первого"))
        elif when in good:
            problems.append(row.problem(Code.TABLE_DUPLICATE, "slot", TAB, f"{bell.slot}-й урок на те же дни"))
        else:
            good[when] = bell
    return Bells(tuple(good.values()), tuple(problems))
