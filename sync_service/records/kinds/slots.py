"""What people type into the journal apart from the lessons' log: entries, final marks, reasons (domain/slots.py).

A fact is {"text": canonical}; its key is «subject|field» of the slot. A row that was never written reads as blank, and
a retraction leaves a row with a blank: nothing is physically deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from sync_service.domain.entries import entry_of
from sync_service.domain.grounds import order_in
from sync_service.domain.slots import RegimeField, SlotKind
from sync_service.records.canonical import canonical
from sync_service.records.kinds.base import Kind
from sync_service.records.models import AbsenceReason, Entry, FinalMark, Projected, RegimeLine
from sync_service.records.tables import Tables


class SlotFacts(Kind):
    """Rows are found by `row_key`; the rest is reading and writing one text."""

    model: type[Projected]

    def __init__(self, kind: SlotKind) -> None:
        self.name = kind.value

    @property
    def models(self) -> tuple[type[Projected], ...]:
        return (self.model,)

    def row_key(self, key: str) -> str:
        return key

    def canonical(self, key: str, new: dict[str, object] | None) -> str | None:
        if new is None or set(new) != {"text"} or not isinstance(new["text"], str):
            raise ValueError(f"a fact about {self.name} {key} must be a text, not {new!r}")
        return canonical(new)

    def load(self, tables: Tables, keys: Iterable[str]) -> None:
        tables.load(self.model, (self.row_key(key) for key in keys))

    def current(self, tables: Tables, key: str) -> str | None:
        row: Any = tables.get(self.model, self.row_key(key))
        return canonical({"text": self.text(row, key) if row else ""})

    def put(self, tables: Tables, key: str, new: str | None, at: datetime) -> None:
        row: Any = tables.get(self.model, self.row_key(key)) or self.blank(key, at)
        self.write(row, key, json.loads(new or "")["text"], at)
        row.changed_at = at
        tables.put(row)

    def text(self, row: Any, key: str) -> str:
        return row.text

    def blank(self, key: str, at: datetime) -> Projected:
        raise NotImplementedError

    def write(self, row: Any, key: str, text: str, at: datetime) -> None:
        raise NotImplementedError


class EntryFacts(SlotFacts):
    model = Entry

    def blank(self, key: str, at: datetime) -> Entry:
        pupil, lesson = key.split("|")
        return Entry(key=key, pupil_id=pupil, lesson_id=lesson, recorded_at=at)

    def write(self, row: Entry, key: str, text: str, at: datetime) -> None:
        entry = entry_of(text)
        row.text, row.marks, row.absence = text, list(entry.marks), entry.absence
        row.verdict, row.debt = entry.verdict, entry.debt


class FinalFacts(SlotFacts):
    model = FinalMark

    def blank(self, key: str, at: datetime) -> FinalMark:
        pupil, field = key.split("|")
        course, term = field.split(" ")
        return FinalMark(
            key=key, pupil_id=pupil, course_id=course, term=term, text="", grounds="", order_ref="", recorded_at=at
        )

    def write(self, row: FinalMark, key: str, text: str, at: datetime) -> None:
        row.text = text


class GroundsFacts(FinalFacts):
    """The words for a final mark share its row."""

    def text(self, row: Any, key: str) -> str:
        return row.grounds

    def write(self, row: FinalMark, key: str, text: str, at: datetime) -> None:
        row.grounds, row.order_ref = text, order_in(text)


class ReasonFacts(SlotFacts):
    """Code and document of one pupil's day share a row."""

    model = AbsenceReason

    def row_key(self, key: str) -> str:
        return key.rsplit(" ", 1)[0]

    def text(self, row: Any, key: str) -> str:
        return getattr(row, self._column(key))

    def blank(self, key: str, at: datetime) -> AbsenceReason:
        pupil, day = self.row_key(key).split("|")
        return AbsenceReason(
            key=self.row_key(key), pupil_id=pupil, date=date.fromisoformat(day), code="", document="", recorded_at=at
        )

    def write(self, row: Any, key: str, text: str, at: datetime) -> None:
        setattr(row, self._column(key), text)

    def _column(self, key: str) -> str:
        column = key.rsplit(" ", 1)[1]
        if column not in {"code", "document"}:
            raise ValueError(f"a reason has a code and a document, not {column!r}")
        return column


class RegimeFacts(SlotFacts):
    """Two times and what is done between them share a line."""

    model = RegimeLine

    def row_key(self, key: str) -> str:
        return key.partition("|")[0]

    def text(self, row: Any, key: str) -> str:
        value = getattr(row, RegimeField(key.partition("|")[2]))
        return f"{value:%H:%M}" if isinstance(value, time) else value or ""

    def blank(self, key: str, at: datetime) -> RegimeLine:
        course, term, _ = self.row_key(key).split(" ")
        return RegimeLine(key=self.row_key(key), course_id=course, term=term, what="", recorded_at=at)

    def write(self, row: Any, key: str, text: str, at: datetime) -> None:
        field = RegimeField(key.partition("|")[2])
        setattr(row, field, text if field is RegimeField.WHAT else time.fromisoformat(text) if text else None)
