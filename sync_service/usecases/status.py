"""What the administrator wants to know at a glance: is everything read, what waits, when was the last backup."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync_service.records import queries, sync_state
from sync_service.usecases.logins import Idle, idle_logins
from sync_service.usecases.workspace import Workspace


@dataclass(frozen=True)
class BookLine:
    name: str
    read_at: datetime | None
    problems: int
    holds: int
    waiting: bool
    trouble: str
    trouble_since: datetime | None


@dataclass(frozen=True)
class Status:
    books: tuple[BookLine, ...]
    counts: dict[str, int]
    jobs: dict[str, datetime | None]  # last moment that was done
    idle_logins: tuple[Idle, ...]  # that may be blocked


def status(workspace: Workspace) -> Status:
    """The state of every known book, row counts and the jobs."""
    holds = sync_state.holds()
    lines = tuple(
        BookLine(
            state.name,
            state.read_at,
            len(sync_state.standing_problems(state.book)),
            sum(hold.book == state.book for hold in holds),
            state.waiting,
            state.trouble,
            state.trouble_since,
        )
        for state in sorted(sync_state.book_states().values(), key=lambda state: state.name)
    )
    jobs = {name: sync_state.last_due(name) for name in ("backup", "archive", "report", "check")}
    return Status(lines, queries.counts(), jobs, idle_logins(workspace))
