"""The trail: how a value came to be, and how many rows of everything there are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from sync_service.domain.slots import Slot
from sync_service.records import models


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One change of a slot; `old` and `new` are canonical texts."""

    seq: int
    at: datetime
    actor: str
    channel: str
    old: str
    new: str
    book: str
    place: str
    reason: str


def history(slot: Slot) -> list[LedgerEntry]:
    """Everything that was ever accepted for a slot, oldest first."""
    rows = models.LedgerRow.objects.filter(kind=slot.kind.value, key=f"{slot.subject}|{slot.field}")
    return [
        LedgerEntry(
            row.seq, row.at, row.actor, row.channel, _text(row.old), _text(row.new), row.book, row.place, row.reason
        )
        for row in rows.order_by("seq")
    ]


def counts() -> dict[str, int]:
    """Rows by table, for manifests and the status page. Retracted entries, final marks and reasons do not count."""
    filled = {
        models.Entry: models.Entry.objects.exclude(text=""),
        models.FinalMark: models.FinalMark.objects.exclude(text=""),
        models.AbsenceReason: models.AbsenceReason.objects.exclude(code="", document=""),
    }
    tables: dict[str, QuerySet[Any]] = {
        model._meta.model_name or "": filled.get(model, model._default_manager.all())
        for model in apps.get_app_config("records").get_models()
    }
    return {name: rows.count() for name, rows in sorted(tables.items())}


def _text(stored: str | None) -> str:
    return json.loads(stored)["text"] if stored else ""
