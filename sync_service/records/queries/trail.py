"""The trail: how values came to be, what they were at a moment, and how many rows of everything there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Max, Q, QuerySet

from sync_service.domain.problems import Code, Problem
from sync_service.domain.slots import Slot, SlotKind
from sync_service.records import models
from sync_service.records.sync_state import problem_of


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
    return [entry for _, entry in _trail(Q(kind=slot.kind.value, key=f"{slot.subject}|{slot.field}"))]


def pupil_trail(pupil: str) -> list[tuple[Slot, LedgerEntry]]:
    """Everything that was ever accepted of a pupil's entries, final marks with their grounds, and reasons, oldest
    first."""
    kinds = (SlotKind.ENTRY, SlotKind.FINAL, SlotKind.GROUNDS, SlotKind.REASON)
    return _trail(Q(kind__in=kinds, key__startswith=f"{pupil}|"))


def course_trail(course: str) -> list[tuple[Slot, LedgerEntry]]:
    """Everything that was ever accepted of the lessons and the regime of a course, oldest first; not of its pupils."""
    return _trail(_lessons_of(course) | _regime_of(course))


def texts_at(course: str, moment: datetime) -> dict[Slot, str]:
    """What `slot_values` and `regime_values` of a course gave at a moment: the ledger replayed as far as that."""
    entries = Q(kind=SlotKind.ENTRY, key__contains=f"|{course}.")
    finals = Q(kind__in=(SlotKind.FINAL, SlotKind.GROUNDS), key__contains=f"|{course} ")
    return _replayed(_lessons_of(course) | entries | finals | _regime_of(course), moment)


def reasons_at(moment: datetime) -> dict[Slot, str]:
    """The class teachers' reasons of the whole school as they stood at a moment."""
    return _replayed(Q(kind=SlotKind.REASON), moment)


def corrected_since(moment: datetime) -> frozenset[Slot]:
    """What the office has corrected after a moment, past the sheets."""
    rows = models.LedgerRow.objects.filter(_BY_THE_OFFICE, at__gt=moment).values_list("kind", "key")
    return frozenset(_slot(kind, key) for kind, key in rows)


def last_correction() -> int:
    """The number in the ledger of the office's latest correction of a value, 0 before the first."""
    latest: int | None = models.LedgerRow.objects.filter(_BY_THE_OFFICE).aggregate(seq=Max("seq"))["seq"]
    return latest or 0


def decisions(name: str) -> list[tuple[LedgerEntry, dict[str, Any]]]:
    """Decisions of people that are no values («hold.released»), oldest first, with what they were about."""
    rows = models.LedgerRow.objects.filter(kind="decision", key=name).order_by("seq")
    return [(_entry(row, "", ""), json.loads(row.new or "{}")) for row in rows]


def standing(code: Code) -> list[tuple[int, str, Problem, datetime]]:
    """(number, book, problem, since) of every problem with this code that stands, oldest first."""
    rows = models.StandingProblem.objects.filter(code=code.value, closed_at=None).order_by("id")
    return [(row.pk, row.book, problem_of(row), row.since) for row in rows]


_BY_THE_OFFICE = Q(channel="command", kind__in=list(SlotKind))


def _lessons_of(course: str) -> Q:
    return Q(kind=SlotKind.LESSON, key__startswith=f"{course}.")


def _regime_of(course: str) -> Q:
    return Q(kind=SlotKind.REGIME, key__startswith=f"{course} ")


def _trail(wanted: Q) -> list[tuple[Slot, LedgerEntry]]:
    rows = models.LedgerRow.objects.filter(wanted).order_by("seq")
    return [(_slot(row.kind, row.key), _entry(row, _text(row.old), _text(row.new))) for row in rows]


def _replayed(wanted: Q, moment: datetime) -> dict[Slot, str]:
    rows: Iterable[tuple[str, str, str]] = models.LedgerRow.objects.filter(wanted, at__lte=moment).order_by(
        "seq"
    ).values_list("kind", "key", "new")
    latest = {_slot(kind, key): _text(new) for kind, key, new in rows}
    return {slot: text for slot, text in latest.items() if text}


def _slot(kind: str, key: str) -> Slot:
    subject, _, field = key.partition("|")
    return Slot(SlotKind(kind), subject, field)


def _entry(row: models.LedgerRow, old: str, new: str) -> LedgerEntry:
    return LedgerEntry(row.seq, row.at, row.actor, row.channel, old, new, row.book, row.place, row.reason)


def books_changed_since(moment: datetime) -> frozenset[str]:
    """Identities of the books of which anything was accepted since then."""
    rows = models.LedgerRow.objects.filter(at__gte=moment).exclude(book="")
    return frozenset(rows.values_list("book", flat=True).distinct())


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
