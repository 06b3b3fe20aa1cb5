"""One number for the whole record: equal numbers mean equal records, on any database and at any time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from sync_service.records.canonical import canonical
from sync_service.records.models import Baseline, LedgerRow, Projected


def digest() -> str:
    """SHA-256 over the current tables, the ledger and the baseline, without row numbers, order of rows or moments of
    time: of a moment only whether there is one. A replay and a restored backup keep it."""
    projections = [model for model in apps.get_app_config("records").get_models() if issubclass(model, Projected)]
    total = hashlib.sha256()
    for model in sorted([*projections, LedgerRow, Baseline], key=lambda model: model.__name__):
        total.update(f"{model.__name__}\n".encode())
        for line in sorted(_lines(model)):
            total.update(line.encode())
            total.update(b"\n")
    return total.hexdigest()


def _lines(model: type[models.Model]) -> Iterator[str]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    moments = [isinstance(field, models.DateTimeField) for field in fields]
    for row in model._default_manager.values_list(*(field.attname for field in fields)).iterator(chunk_size=2000):
        yield canonical([value is not None if moment else value for value, moment in zip(row, moments, strict=True)])
