"""Whose row speaks for a pupil when lists of two classes know him: he has moved, or one of them is wrong.

A pupil who moves is written into the new list under the code that he has, with «Зачислен с», and gets «Выбыл с» in the
old one. The old row then tells when he was there; everything else about him is told by the new one. Two lists that
want him on the same day are told, and what was known before stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sync_service.domain.problems import Code, Problem
from sync_service.domain.school import Pupil
from sync_service.domain.spelling import folded
from sync_service.reconcile import layout
from sync_service.reconcile.tables import Row


@dataclass(frozen=True, slots=True)
class Stay:
    """Days in a class, `until` excluded. The key is that of the membership in the record."""

    key: str
    school_class: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the record says of a pupil: the value, the book whose row said so ("" unknown), every class in order."""

    pupil: Pupil
    book: str
    stays: tuple[Stay, ...]


@dataclass(frozen=True)
class Settled:
    """`pupils`: rows that speak for their pupils; `stays`: days of classes left behind that this list says otherwise;
    `silent`: pupils for whom another list speaks, or nobody can tell."""

    pupils: tuple[Pupil, ...]
    stays: tuple[Stay, ...]
    silent: frozenset[str]
    problems: tuple[Problem, ...]


def settle_claims(rows: Iterable[tuple[Row, Pupil]], book: str, known: Mapping[str, Known]) -> Settled:
    """Judge each row of the list `book`; `known` are all pupils of the record by code."""
    pupils: list[Pupil] = []
    stays: list[Stay] = []
    problems: list[Problem] = []
    silent: set[str] = set()
    for row, pupil in rows:
        standing = known.get(pupil.code)
        if standing is None:
            same = next((other for other in known.values() if _same_person(pupil, other.pupil)), None)
            if same is not None:
                problems.append(row.problem(Code.ROSTER_SAME, "last", layout.ROSTER, _named(same.pupil)))
                silent.add(pupil.code)
                continue
        elif standing.book not in ("", book):
            judged = _of_another_list(pupil, standing, book)
            if judged != _MINE:
                silent.add(pupil.code)
                if isinstance(judged, Stay):
                    stays.append(judged)
                elif judged:
                    column = "enrolled" if pupil.enrolled > standing.pupil.enrolled else "left"
                    problems.append(row.problem(Code.ROSTER_CLAIMED, column, layout.ROSTER, judged))
                continue
        pupils.append(pupil)
    return Settled(tuple(pupils), tuple(stays), frozenset(silent), tuple(problems))


_MINE, _NOTHING = "mine", ""


def _of_another_list(pupil: Pupil, standing: Known, book: str) -> str | Stay:
    """_MINE: the row speaks from now on; a stay: what it says of days gone by, if that is news; _NOTHING: it says
    nothing new; else why both lists cannot be right."""
    year, other_year = book.rpartition("-")[2], standing.book.rpartition("-")[2]
    if year != other_year:
        return _MINE if year > other_year else _NOTHING
    there = standing.pupil
    never_there = there.left is not None and there.left <= there.enrolled
    if never_there:
        return _MINE
    if pupil.enrolled > there.enrolled:
        if there.left is not None and there.left <= pupil.enrolled:
            return _MINE
        return f"он ещё в списке {there.school_class}"
    if pupil.left is None or pupil.left > there.enrolled:
        return f"с {there.enrolled:%d.%m.%Y} он в списке {there.school_class}"
    was = next((stay for stay in reversed(standing.stays[:-1]) if stay.school_class == pupil.school_class), None)
    if was is None or (was.since, was.until) == (pupil.enrolled, pupil.left):
        return _NOTHING
    return Stay(was.key, was.school_class, pupil.enrolled, pupil.left)


def _same_person(new: Pupil, known: Pupil) -> bool:
    """Whether a row under a new code tells of somebody who has a code: the same birthday, or the same full name of
    somebody who has left by then. Namesakes differ by their birthdays."""
    if folded(new.full_name) != folded(known.full_name):
        return False
    if new.birth_date is not None and known.birth_date is not None:
        return new.birth_date == known.birth_date
    gone = known.left is not None and known.enrolled < known.left <= new.enrolled
    return bool(new.patronymic) and gone


def _named(pupil: Pupil) -> str:
    return f"{pupil.school_class}, код {pupil.code}"
