"""Who was away, and why: illnesses of several days, family days, lessons missed, late mornings. By pupil and day.

A day away is away from every lesson of the day, whichever teacher held it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from sync_service.domain.school import Pupil
from sync_service.usecases.demo_school.seed import stream

ALL_DAY = range(1, 13)
ILLNESS, FAMILY, TRUANCY = "б", "ув", "нп"


@dataclass(frozen=True)
class Away:
    """One pupil's absence on one day. `slots` are the lessons missed; `first` opens a run of days."""

    day: date
    slots: range
    reason: str
    document: str = ""
    first: bool = True

    @property
    def whole_day(self) -> bool:
        return self.slots == ALL_DAY


@dataclass(frozen=True)
class Attendance:
    """`away` by day; `late` are days on which the first lesson began without the pupil; `released` from sport."""

    away: Mapping[date, Away]
    late: frozenset[date]
    released: frozenset[date]


def attendance(pupil: Pupil, school_days: Sequence[date], *, truant: bool) -> Attendance:
    """The quarter of one pupil. `school_days` of the class up to today, in order."""
    rng = stream(f"away {pupil.code}")
    days = [day for day in school_days if pupil.attends(day)]
    away = {spell.day: spell for spell in _spells(rng, days, truant=truant)}
    late = frozenset(day for day in days if day not in away and rng.random() < (0.05 if truant else 0.012))
    ill = [spell.day for spell in away.values() if spell.whole_day and spell.reason == ILLNESS]
    weak_after = bool(ill) and rng.random() < 0.3
    released = frozenset(day for day in days if weak_after and 0 < (day - max(ill)).days <= 12)
    return Attendance(away, late, released - away.keys())


def _spells(rng: Random, days: Sequence[date], *, truant: bool) -> Iterator[Away]:
    if not days:
        return
    for _ in range(rng.choices((0, 1, 2), (58, 36, 6))[0]):
        start, length = rng.randrange(len(days)), rng.choices((1, 2, 3, 4, 5, 7), (14, 20, 28, 20, 12, 6))[0]
        paper = f"справка № {rng.randrange(100, 900)}" if length > 1 else "записка от родителей"
        for place, day in enumerate(days[start : start + length]):
            yield Away(day, ALL_DAY, ILLNESS, paper, first=place == 0)
    if rng.random() < 0.22:
        yield Away(rng.choice(days), ALL_DAY, FAMILY, "заявление родителей")
    if rng.random() < 0.25:
        yield Away(rng.choice(days), range(rng.choice((4, 5)), ALL_DAY.stop), FAMILY, "отпущен классным руководителем")
    for day in rng.sample(list(days), 6 if truant else 0):
        start = rng.choice((1, 5, 6))
        yield Away(day, range(1, 3) if start == 1 else range(start, ALL_DAY.stop), TRUANCY)
