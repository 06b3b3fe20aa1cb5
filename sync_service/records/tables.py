"""The projection rows that a run of facts touches: loaded together, changed in memory, written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from django.db.models import QuerySet

from sync_service.records.models import Projected

Row = TypeVar("Row", bound=Projected)


class Tables:
    """One query per model to load, one upsert per model to write, however many facts there are."""

    def __init__(self) -> None:
        self._rows: dict[type[Projected], dict[str, Projected]] = defaultdict(dict)
        self._touched: dict[type[Projected], dict[str, Projected]] = defaultdict(dict)

    def load(self, model: type[Projected], keys: Iterable[str]) -> None:
        """Rows of these keys; those already here stay as they are, with what was changed in them."""
        known = self._rows[model]
        wanted = [key for key in dict.fromkeys(keys) if key not in known]
        known.update(model._default_manager.in_bulk(wanted))

    def load_all(self, rows: QuerySet[Row]) -> None:
        known = self._rows[rows.model]
        for row in rows:
            known.setdefault(row.key, row)

    def get(self, model: type[Row], key: str) -> Row | None:
        return self._rows[model].get(key)

    def all(self, model: type[Row]) -> list[Row]:
        return list(self._rows[model].values())

    def put(self, row: Projected) -> None:
        """`row` is to be written, whether it is new or was changed."""
        self._rows[type(row)][row.key] = row
        self._touched[type(row)][row.key] = row

    def flush(self) -> None:
        for model, rows in self._touched.items():
            model._default_manager.bulk_create(
                rows.values(),
                update_conflicts=True,
                unique_fields=["key"],
                update_fields=[field.name for field in model._meta.concrete_fields if not field.primary_key],
            )
        self._touched.clear()
