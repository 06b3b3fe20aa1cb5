"""What a pass did, for people and for the job table."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync_service.books.source import SourceError
from sync_service.domain.problems import Problem
from sync_service.reconcile.planned import TabPlan


@dataclass
class BookOutcome:
    """What a pass did to one book."""

    name: str
    recorded: int = 0
    retracted: int = 0
    problems: tuple[Problem, ...] = ()
    held: tuple[TabPlan, ...] = ()
    written: bool = False
    waiting: str = ""  # why the service's remarks could not be written yet
    plans: tuple[TabPlan, ...] = ()


@dataclass
class SyncReport:
    books: list[BookOutcome] = field(default_factory=list)
    unchanged: int = 0
    troubles: list[SourceError] = field(default_factory=list)

    @property
    def needs_human(self) -> bool:
        return bool(self.troubles) or any(book.held for book in self.books)
