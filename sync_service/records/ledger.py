"""The only writer of the record: what was accepted is appended to the ledger and projected into the current tables.

A fact is (kind, key, new); every current table follows from the facts in their order, so `replay` rebuilds them. The
ledger itself is never changed: the database refuses it (triggers.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from django.db import connection, transaction

from sync_service.domain.school import Value
from sync_service.domain.slots import Slot
from sync_service.records.digest import digest
from sync_service.records.kinds import KINDS, Kind, identify
from sync_service.records.models import LedgerRow
from sync_service.records.tables import Tables

__all__ = ["Fact", "append", "digest", "fact_of", "policy_fact", "replay", "slot_fact", "standing"]

REPLAY_STEP = 20_000  # ledger rows projected at a time: bounded memory, whatever the age of the school


@dataclass(frozen=True)
class Fact:
    """`key`: «subject|field» of a slot, else the natural key; `new`: {"text": canonical} of a slot, else the JSON of
    the value, None = withdrawn. `book` and `place` say where it was read, `reason` why it was changed, if told."""

    kind: str
    key: str
    new: dict[str, object] | None
    book: str = ""
    place: str = ""
    reason: str = ""


def fact_of(value: Value, *, book: str = "", place: str = "") -> Fact:
    """The fact that a thing of the school is as `value` says."""
    kind, key = identify(value)
    return Fact(kind, key, value.model_dump(mode="json"), book, place)


def slot_fact(slot: Slot, text: str, *, book: str = "", place: str = "", reason: str = "") -> Fact:
    """The fact that a slot holds a canonical text; "" is a retraction."""
    return Fact(slot.kind.value, f"{slot.subject}|{slot.field}", {"text": text}, book, place, reason)


def policy_fact(
    name: str, value: object, *, act: str = "", since: date | None = None, book: str = "", place: str = ""
) -> Fact:
    """The fact that a rule of «Правила» has this value from a day on, None for always: `name` is a field of
    domain.policy.Policy, `value` its JSON. Each day has a fact of its own, so the values before it stay."""
    day = since.isoformat() if since is not None else None
    row: dict[str, object] = {"name": name, "value": value, "act": act, "since": day}
    return Fact("policy", f"{name} {day}" if day else name, row, book, place)


def append(facts: Iterable[Fact], *, actor: str, channel: str, at: datetime) -> int:
    """Accept facts inside the caller's transaction; those that already hold leave no row. Returns rows written.

    Raises RuntimeError outside a transaction and ValueError, with nothing written, for a fact that makes no sense: a
    value that does not fit its kind, a text that is not canonical, a lesson that nobody scheduled. References to
    things that do not exist are refused by the database when the transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError("facts are appended inside a transaction of the caller")
    facts = list(facts)
    tables = _loaded((fact.kind, fact.key) for fact in facts)
    rows = []
    for fact in facts:
        kind = _kind(fact.kind)
        old, new = kind.current(tables, fact.key), kind.canonical(fact.key, fact.new)
        if old == new:
            continue
        kind.put(tables, fact.key, new, at)
        rows.append(
            LedgerRow(
                at=at,
                actor=actor,
                channel=channel,
                kind=fact.kind,
                key=fact.key,
                old=old,
                new=new,
                book=fact.book,
                place=fact.place,
                reason=fact.reason,
            )
        )
    LedgerRow.objects.bulk_create(rows)
    tables.flush()
    return len(rows)


def replay() -> None:
    """Wipe the projections and apply the ledger from its start, in one transaction. The ledger stays as it is."""
    with transaction.atomic():
        models = dict.fromkeys(chain.from_iterable(kind.models for kind in KINDS.values()))
        for model in reversed(models):
            # past Django's collector, which would load every row to look for what refers to it
            model._default_manager.all()._raw_delete(using=connection.alias)
        seq = 0
        facts = LedgerRow.objects.order_by("seq").values_list("seq", "kind", "key", "new", "at")
        while step := list(facts.filter(seq__gt=seq)[:REPLAY_STEP]):
            tables = _loaded((kind, key) for _, kind, key, _, _ in step)
            for seq, kind, key, new, at in step:  # noqa: B007 - the last seq is where the next step begins
                _kind(kind).put(tables, key, new, at)
            tables.flush()


def standing(kind: str) -> set[str]:
    """Natural keys of a directory kind that are not withdrawn: what is missing from a book is withdrawn by these."""
    model = _kind(kind).models[0]
    return set(model._default_manager.filter(withdrawn_at=None).values_list("key", flat=True))


def _kind(name: str) -> Kind:
    try:
        return KINDS[name]
    except KeyError:
        raise ValueError(f"no kind of fact is called {name!r}") from None


def _loaded(keys: Iterable[tuple[str, str]]) -> Tables:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in keys:
        by_kind[kind].append(key)
    tables = Tables()
    for name, of_kind in by_kind.items():
        _kind(name).load(tables, of_kind)
    return tables
