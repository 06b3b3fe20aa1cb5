"""What people changed in cells that had been accepted before, and why, if the office has taken it down: the rules of
V19 and V20 judge it."""

from __future__ import annotations

import json
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from sync_service.domain.slots import Slot, SlotKind
from sync_service.reconcile.rules.cells import HOMEWORK
from sync_service.reconcile.rules.night import Correction
from sync_service.records import models
from sync_service.records.queries.trail import LedgerEntry, decisions

EXPLAINED = "change.explained"  # a decision: {"slot", "old", "new"}; its reason is why that change was made


def replaced(since: datetime) -> tuple[Correction, ...]:
    """Entries and homework that people replaced or cleared in books since then, oldest first."""
    homework = Q(kind=SlotKind.LESSON.value)
    homework &= Q(*(Q(key__endswith=f"|{field}") for field in HOMEWORK), _connector=Q.OR)
    before = models.LedgerRow.objects.filter(kind=OuterRef("kind"), key=OuterRef("key"), seq__lt=OuterRef("seq"))
    rows = (
        models.LedgerRow.objects.filter(Q(kind=SlotKind.ENTRY.value) | homework, channel="sheet", at__gte=since)
        .annotate(accepted=Subquery(before.order_by("-seq").values("at")[:1]))
        .order_by("seq")
    )
    explained = explanations()
    found = []
    for kind, key, old, new, at, accepted in rows.values_list("kind", "key", "old", "new", "at", "accepted"):
        slot = Slot(SlotKind(kind), *key.split("|", 1))
        if (text := _text(old)) and accepted is not None:
            why = explained.get((slot, text, _text(new)))
            found.append(Correction(slot, text, _text(new), at, accepted, why is not None and why.at >= at))
    return tuple(found)


def explanations() -> dict[tuple[Slot, str, str], LedgerEntry]:
    """The latest explanation of each change: of which slot, from what, to what."""
    return {(Slot.parse(told["slot"]), told["old"], told["new"]): entry for entry, told in decisions(EXPLAINED)}


def _text(stored: str | None) -> str:
    return json.loads(stored)["text"] if stored else ""
