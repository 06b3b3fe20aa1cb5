"""Pupils, and the history of their classes that follows from the facts about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import count, pairwise

from django.utils import timezone

from sync_service.domain import school
from sync_service.records.kinds.directory import People
from sync_service.records.models import ClassMembership, Pupil, SchoolYear
from sync_service.records.tables import Tables


class PupilFacts(People):
    def __init__(self) -> None:
        super().__init__("pupil", school.Pupil, Pupil, lambda pupil: pupil.code, {"code": "key"})
        self.models = (Pupil, ClassMembership)

    def load(self, tables: Tables, keys: Iterable[str]) -> None:
        keys = list(keys)
        super().load(tables, keys)
        tables.load_all(ClassMembership.objects.filter(pupil__in=keys))
        tables.load_all(SchoolYear.objects.all())

    def put(self, tables: Tables, key: str, new: str | None, at: datetime) -> None:
        super().put(tables, key, new, at)
        pupil = tables.get(Pupil, key)
        if new is None or pupil is None:
            return
        last = _last(tables, key)
        if last is None:
            last = _membership(pupil, 1, pupil.enrolled, at)
        elif last.school_class_id != pupil.school_class_id:
            # a new list tells the day by «Зачислен с»; without it the move is dated by its record
            moved = pupil.enrolled if pupil.enrolled > last.since else _day_of_move(tables, last.since, at)
            if moved > last.since:
                last.until, last.changed_at = moved, at
                tables.put(last)
                last = _membership(pupil, last.number + 1, moved, at)
            else:
                last.school_class_id = pupil.school_class_id  # he was never really in the other class
        elif last.number == 1:
            last.since = pupil.enrolled
        last.until, last.changed_at = pupil.left, at
        tables.put(last)


def _last(tables: Tables, pupil: str) -> ClassMembership | None:
    last = None
    for number in count(1):
        row = tables.get(ClassMembership, f"{pupil} {number}")
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


def _membership(pupil: Pupil, number: int, since: object, at: datetime) -> ClassMembership:
    return ClassMembership(
        key=f"{pupil.key} {number}",
        pupil_id=pupil.key,
        number=number,
        school_class_id=pupil.school_class_id,
        since=since,
        recorded_at=at,
    )
