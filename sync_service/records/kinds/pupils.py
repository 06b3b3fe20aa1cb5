"""Pupils, and the history of their classes and of their status that follows from the facts about them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import count, pairwise
from typing import TypeVar

from django.utils import timezone

from sync_service.domain import school
from sync_service.domain.school import PupilStatus
from sync_service.records.canonical import canonical
from sync_service.records.kinds.base import Kind
from sync_service.records.kinds.directory import People
from sync_service.records.models import ClassMembership, Pupil, PupilState, SchoolYear
from sync_service.records.tables import Tables

Numbered = TypeVar("Numbered", ClassMembership, PupilState)
USUAL = (PupilStatus.STUDYING.value, PupilStatus.LEFT.value)  # who has left is told by the list


class PupilFacts(People):
    def __init__(self) -> None:
        super().__init__("pupil", school.Pupil, Pupil, lambda pupil: pupil.code, {"code": "key"})
        self.models = (Pupil, ClassMembership, PupilState)

    def load(self, tables: Tables, keys: Iterable[str]) -> None:
        keys = list(keys)
        super().load(tables, keys)
        tables.load_all(ClassMembership.objects.filter(pupil__in=keys))
        tables.load_all(SchoolYear.objects.all())
        tables.load_all(PupilState.objects.filter(pupil__in=keys))

    def put(self, tables: Tables, key: str, new: str | None, at: datetime) -> None:
        first = tables.get(Pupil, key) is None
        super().put(tables, key, new, at)
        pupil = tables.get(Pupil, key)
        if new is None or pupil is None:
            return
        _put_membership(tables, pupil, at)
        _put_state(tables, pupil, at, first=first)


def _put_membership(tables: Tables, pupil: Pupil, at: datetime) -> None:
    last = _last(tables, ClassMembership, pupil.key)
    if last is None:
        last = _membership(pupil, 1, pupil.enrolled, at)
    elif last.school_class_id != pupil.school_class_id:
        # a new list tells the day by «Зачислен с»; without it the move is dated by its record
        moved = pupil.enrolled if pupil.enrolled > last.since else _day_of_move(tables, last.since, at)
        never_there = last.until is not None and last.until <= last.since
        if moved > last.since and not never_there:
            _end(last, min(moved, last.until or moved), at)
            tables.put(last)
            last = _membership(pupil, last.number + 1, moved, at)
        else:
            last.school_class_id = pupil.school_class_id  # he was never really in the other class
    elif last.until is not None and last.since < last.until <= pupil.enrolled:
        last = _membership(pupil, last.number + 1, pupil.enrolled, at)  # he had left and has come back
    else:
        before = tables.get(ClassMembership, f"{pupil.key} {last.number - 1}")
        if before is None or pupil.enrolled > before.since:
            last.since = pupil.enrolled
    _end(last, pupil.left, at)
    tables.put(last)


def _end(row: ClassMembership, until: date | None, at: datetime) -> None:
    if row.until != until:
        row.until, row.until_at = until, at if until is not None else None
    row.changed_at = at


def _put_state(tables: Tables, pupil: Pupil, at: datetime, *, first: bool) -> None:
    """A status that is not the usual one begins on its day and ends where the next one begins. Without a day, or with
    the day of the status before it, a change is dated by its record; a pupil who is new has it from his first day."""
    last = _last(tables, PupilState, pupil.key)
    going_on = last if last is not None and last.until is None else None
    if going_on is not None and going_on.status == pupil.status:
        if pupil.status_since is not None and pupil.status_since != going_on.since:
            going_on.since, going_on.changed_at = pupil.status_since, at  # a corrected day
            tables.put(going_on)
        return
    since = pupil.status_since
    if since is None or (going_on is not None and since == going_on.since):
        since = pupil.enrolled if first else timezone.localdate(at)
    usual = pupil.status in USUAL
    if last is not None and (going_on is not None or pupil.status_since is not None):
        ends = max(last.since, since)
        if going_on is not None or usual or ends < (last.until or ends):
            last.until, last.changed_at = ends, at
            tables.put(last)
    if not usual:
        number = last.number + 1 if last is not None else 1
        tables.put(
            PupilState(
                key=f"{pupil.key} {number}",
                pupil_id=pupil.key,
                number=number,
                status=pupil.status,
                since=since,
                recorded_at=at,
                changed_at=at,
            )
        )


def _last(tables: Tables, model: type[Numbered], pupil: str) -> Numbered | None:
    last = None
    for number in count(1):
        row = tables.get(model, f"{pupil} {number}")
        if row is None:
            return last
        last = row
    return None


def _day_of_move(tables: Tables, since: date, at: datetime) -> date:
    """The day of its record; a class that is told only after a new school year has begun holds from its first day."""
    today = timezone.localdate(at)
    years = sorted(tables.all(SchoolYear), key=lambda year: year.start)
    for before, year in pairwise(years):
        if since <= before.end and year.start <= today:
            today = year.start
    return today


def _membership(pupil: Pupil, number: int, since: date, at: datetime) -> ClassMembership:
    return ClassMembership(
        key=f"{pupil.key} {number}",
        pupil_id=pupil.key,
        number=number,
        school_class_id=pupil.school_class_id,
        since=since,
        recorded_at=at,
    )


class MembershipFacts(Kind):
    """A corrected day of a class that a pupil has left for another one: the old list still says when that was. The key
    is that of the membership, which the facts of the pupil have made."""

    name = "membership"
    models = (ClassMembership,)

    def canonical(self, key: str, new: dict[str, object] | None) -> str | None:
        if new is None or set(new) != {"since", "until"}:
            raise ValueError(f"membership {key!r}: {new!r} does not say from which day and until which")
        days = {name: date.fromisoformat(str(day)).isoformat() for name, day in new.items()}
        return canonical(days)

    def load(self, tables: Tables, keys: Iterable[str]) -> None:
        tables.load(ClassMembership, keys)

    def current(self, tables: Tables, key: str) -> str | None:
        row = tables.get(ClassMembership, key)
        if row is None:
            raise ValueError(f"there is no membership {key!r}")
        return canonical({"since": row.since.isoformat(), "until": row.until.isoformat() if row.until else None})

    def put(self, tables: Tables, key: str, new: str | None, at: datetime) -> None:
        row = tables.get(ClassMembership, key)
        if row is None or new is None:
            raise ValueError(f"there is no membership {key!r}")
        said = _days(new)
        row.since = said["since"]
        _end(row, said["until"], at)
        tables.put(row)


def _days(text: str) -> dict[str, date]:
    """The days of a fact about a membership."""
    return {name: date.fromisoformat(day) for name, day in json.loads(text).items()}
