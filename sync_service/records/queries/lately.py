"""What a book has said lately, as the guards ask: what was cleared in it, and how its values came to be."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import QuerySet

from sync_service.domain.slots import Slot, SlotKind
from sync_service.reconcile.guards import Cleared
from sync_service.reconcile.older import Step
from sync_service.records import models
from sync_service.records.canonical import canonical

_DAY, _WEEK = timedelta(hours=24), timedelta(days=7)


def cleared_lately(book: str, now: datetime) -> Cleared:
    """Slots that the book has cleared in the last 24 hours and 7 days. What a human let through has a reason in the
    ledger and is not counted."""
    rows = _typed(book, now - _WEEK).filter(new=canonical({"text": ""}), reason="")
    found = [(_slot(kind, key), at) for kind, key, at in rows.values_list("kind", "key", "at")]
    return Cleared(frozenset(slot for slot, at in found if at > now - _DAY), frozenset(slot for slot, _ in found))


def steps_since(book: str, moment: datetime) -> dict[Slot, list[Step]]:
    """The steps of each slot that the book has written after a moment, oldest first."""
    steps: dict[Slot, list[Step]] = defaultdict(list)
    for kind, key, at, old, new in _typed(book, moment).values_list("kind", "key", "at", "old", "new"):
        steps[_slot(kind, key)].append(Step(at, _text(old), _text(new)))
    return dict(steps)


def _typed(book: str, moment: datetime) -> QuerySet[models.LedgerRow]:
    rows = models.LedgerRow.objects.filter(at__gt=moment, book=book, channel="sheet", kind__in=list(SlotKind))
    return rows.order_by("seq")


def _slot(kind: str, key: str) -> Slot:
    subject, _, field = key.partition("|")
    return Slot(SlotKind(kind), subject, field)


def _text(stored: str | None) -> str:
    return str(json.loads(stored)["text"]) if stored else ""
