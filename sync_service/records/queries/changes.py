"""What people changed in cells that had been accepted before: the rules of V19 and V20 judge it."""

from __future__ import annotations

import json
from datetime import datetime

from sync_service.domain.slots import SlotKind
from sync_service.reconcile.rules.night import Correction
from sync_service.records import models


def replaced_entries(since: datetime) -> tuple[Correction, ...]:
    """Entries that people replaced or cleared in books since then, oldest first."""
    rows = models.LedgerRow.objects.filter(kind=SlotKind.ENTRY.value, channel="sheet", at__gte=since)
    found = []
    for key, old, new, at in rows.order_by("seq").values_list("key", "old", "new", "at"):
        pupil, _, lesson = key.partition("|")
        if old and (before := json.loads(old)["text"]):
            found.append(Correction(pupil, lesson, before, json.loads(new)["text"] if new else "", at))
    return tuple(found)
