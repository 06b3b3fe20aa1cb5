"""What the ledger asks of a kind of fact."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime

from sync_service.records.models import Projected
from sync_service.records.tables import Tables


class Kind(ABC):
    """`models` are the tables that facts of this kind fill, those that others refer to first."""

    name: str
    models: tuple[type[Projected], ...]

    @abstractmethod
    def canonical(self, key: str, new: dict[str, object] | None) -> str | None:
        """Given a fact as it was offered, its canonical JSON. Raises ValueError if it is none of this kind."""

    @abstractmethod
    def load(self, tables: Tables, keys: Iterable[str]) -> None:
        """Load whatever `current` and `put` of these keys will touch."""

    @abstractmethod
    def current(self, tables: Tables, key: str) -> str | None:
        """What now holds, as canonical JSON; None: there is no such thing, or it was withdrawn. A fact that says the
        same is no news."""

    @abstractmethod
    def put(self, tables: Tables, key: str, new: str | None, at: datetime) -> None:
        """Change the rows so that `current` is `new`."""
