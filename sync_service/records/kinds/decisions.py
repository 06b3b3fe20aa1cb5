"""Decisions of people that are no values: a hold released, a login issued. Kept, not projected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sync_service.records.canonical import canonical
from sync_service.records.kinds.base import Kind
from sync_service.records.tables import Tables


class Decision(Kind):
    name = "decision"
    models = ()

    def canonical(self, key: str, new: dict[str, object] | None) -> str | None:
        return canonical(new or {})

    def load(self, tables: Tables, keys: Iterable[str]) -> None:
        pass

    def current(self, tables: Tables, key: str) -> str | None:
        return None  # an event holds nothing: the same again is a new one

    def put(self, tables: Tables, key: str, new: str | None, at: datetime) -> None:
        pass
