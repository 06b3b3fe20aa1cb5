"""What the daemon does when something is due: the jobs of `due.job_table` as calls of use cases."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connections

from sync_service.backups.manifest import Kind
from sync_service.books.source import SourceError
from sync_service.jobs.daemon import BEGUN, DONE, Action, Daemon, Server
from sync_service.records import sync_state
from sync_service.usecases.keeping import make_backup
from sync_service.usecases.outcome import SyncReport
from sync_service.usecases.remarks import late, write_late
from sync_service.usecases.reporting import write_report
from sync_service.usecases.rights import settle_all_rights
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import Workspace


class JobTable:
    """The daemon's JobStore over the record's table of runs."""

    def last_due(self, name: str, until: datetime) -> datetime | None:
        return sync_state.last_due(name, outcomes=(DONE, BEGUN), until=until)

    def start(self, name: str, due: datetime, at: datetime) -> int:
        return sync_state.start(name, due, at)

    def finish(self, run: int, at: datetime, outcome: str, detail: str) -> None:
        sync_state.finish(run, at, outcome, detail)


def make_daemon(workspace: Workspace, diary: Callable[[], Server]) -> Daemon:
    """The daemon of a school; `diary` makes the server that it keeps open meanwhile."""
    return Daemon(
        workspace.config,
        actions(workspace),
        JobTable(),
        clock=workspace.clock,
        server_factory=diary,
        disconnect=connections.close_all,
    )


def actions(workspace: Workspace) -> dict[str, Action]:
    """By job name: what to do at a due moment; each returns what was done, for people."""
    pace = _Pace(workspace.config.sync.annotate_every_minutes * 60)
    settle = timedelta(seconds=workspace.config.sync.settle_seconds)
    return {
        "sync": lambda _: _told(sync(workspace, annotate_files=pace.due(), settle=settle)),
        "check": lambda _: _told(sync(workspace, everything=True, nightly=True)),
        "rights": lambda _: _settle_rights(workspace),
        "report": lambda due: str(write_report(workspace, f"{due.replace(day=1) - timedelta(days=1):%Y-%m}")),
        "late": lambda due: str(write_late(workspace, late(workspace, week=True), due.date())),
        "backup": lambda due: _backup(workspace, Kind.WEEKLY, due),
        "archive": lambda due: _backup(workspace, Kind.ARCHIVE, due),
    }


class _Pace:
    """Books in use are written seldom: true once in so many seconds, by the clock that nobody sets."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.last = seconds, float("-inf")

    def due(self) -> bool:
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


def _told(report: SyncReport) -> str:
    recorded = sum(book.recorded + book.retracted for book in report.books)
    troubles = " ".join(str(trouble) for trouble in report.troubles)
    return f"принято {recorded}, без изменений книг {report.unchanged}. {troubles}".strip()


def _settle_rights(workspace: Workspace) -> str:
    done = settle_all_rights(workspace)
    troubles = [str(result) for result in done.values() if isinstance(result, SourceError)]
    if troubles:
        raise RuntimeError(" ".join(troubles))
    changed = [f"{name}: {', '.join(lines)}" for name, lines in done.items() if isinstance(lines, list) and lines]
    return "; ".join(changed) or "всё на месте"


def _backup(workspace: Workspace, kind: Kind, due: datetime) -> str:
    outcome = make_backup(workspace, kind, due_at=due)
    if not outcome.complete:
        raise RuntimeError(" ".join(outcome.problems))
    return " ".join((outcome.name, *outcome.warnings))
