"""A job table in memory and a school's settings for the daemon's tests."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync_service.config import BackupSection, BooksSection, Config, SchoolSection
from sync_service.jobs.daemon import BEGUN, DONE


def configured(weekly_at: str = "Fri 23:00", monthly_at: str = "01 02:00") -> Config:
    return Config(
        path=Path("school.toml"),
        school=SchoolSection(title="Школа"),
        books=BooksSection(folder=Path("books")),
        backup=BackupSection(weekly_at=weekly_at, monthly_at=monthly_at),
    )


@dataclass
class Run:
    name: str
    due: datetime
    at: datetime
    outcome: str = ""
    detail: str = ""


class MemoryStore:
    def __init__(self) -> None:
        self.runs: list[Run] = []

    def last_due(self, name: str, until: datetime) -> datetime | None:
        good = (run for run in self.runs if run.name == name and run.outcome in {DONE, BEGUN})
        return max((run.due for run in good if run.due <= until), default=None)

    def start(self, name: str, due: datetime, at: datetime) -> int:
        self.runs.append(Run(name, due, at))
        return len(self.runs) - 1

    def finish(self, run: int, at: datetime, outcome: str, detail: str) -> None:
        self.runs[run].outcome, self.runs[run].detail = outcome, detail
