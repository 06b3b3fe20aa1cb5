"""Closing and opening a quarter (DOMAIN 2.15): the deputy decides, the ledger remembers who, when and why.

A closed quarter changes nothing in the books: what teachers change in it afterwards waits as a hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from sync_service.domain.problems import Code
from sync_service.domain.school import ClosedTerm, Directory, Period, Term
from sync_service.reconcile.calendar import QUARTERS
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from sync_service.usecases.workspace import NeedsHuman, Workspace

EVERYBODY = "вся школа"


@dataclass(frozen=True)
class Decided:
    """What was closed or opened: the title of the quarter and the classes, «вся школа» or «6Б, 9А»."""

    title: str
    classes: str


@dataclass(frozen=True)
class Line:
    """A quarter of the calendar, and one closing of it; `at` None: it is open for every class."""

    period: Period
    classes: str = ""
    by: str = ""
    at: datetime | None = None
    reason: str = ""


@transaction.atomic
def close(workspace: Workspace, name: str, *, by: str, reason: str, school_class: str = "") -> Decided:
    """Close a quarter («I», «1», «I четверть») for a class or for the whole school.

    Raises NeedsHuman for a quarter or class that there is not, one that has not begun, or one already closed."""
    directory = _directory()
    period, classes = _meant(directory, name, school_class)
    _need_words(by, reason)
    if workspace.today < period.start:
        raise NeedsHuman(f"«{period.title}» начнётся {period.start:%d.%m.%Y}: закрывать ещё нечего.")
    wanted = [code for code in classes if period.term not in _closed(directory).get(code, frozenset())]
    if not wanted:
        raise NeedsHuman(f"«{period.title}» уже закрыта: {_named(classes, directory)}. Смотрите «journal period list».")
    facts = [
        ledger.fact_of(
            ClosedTerm(year=directory.year.title, term=period.term, school_class=code, by=by.strip(), reason=reason)
        )
        for code in wanted
    ]
    _decide(workspace, facts, by=by, reason=reason)
    return Decided(period.title, _named(wanted, directory))


@transaction.atomic
def reopen(workspace: Workspace, name: str, *, by: str, reason: str, school_class: str = "") -> Decided:
    """Open a closed quarter again; what waited because it was closed is accepted at the next pass.

    Raises NeedsHuman for a quarter or class that there is not, or one that is not closed."""
    directory = _directory()
    period, classes = _meant(directory, name, school_class)
    _need_words(by, reason)
    wanted = [code for code in classes if period.term in _closed(directory).get(code, frozenset())]
    if not wanted:
        raise NeedsHuman(f"«{period.title}» и так открыта: {_named(classes, directory)}.")
    kind, keys = "closedterm", [f"{directory.year.title} {period.term} {code}" for code in wanted]
    _decide(workspace, [Fact(kind, key, None) for key in keys], by=by, reason=reason)
    for hold in sync_state.holds():
        if hold.code == Code.PERIOD_CLOSED:  # nobody will touch the book for the next pass to look at it
            state = sync_state.book_states()[hold.book]
            sync_state.save_book(replace(state, version="", tab_versions={}))
    return Decided(period.title, _named(wanted, directory))


def lines() -> list[Line]:
    """Every quarter of the calendar, once for each closing of it that stands."""
    directory = _directory()
    together: dict[tuple[Term, str, datetime, str], list[str]] = defaultdict(list)
    for closed, at in queries.closings(directory.year.title):
        together[closed.term, closed.by, at, closed.reason].append(closed.school_class)
    found: list[Line] = []
    for period in directory.year.periods:
        ours = [code for code, grade in _classes(directory) if not period.grades or grade in period.grades]
        of_period = [
            Line(period, _named(theirs, directory), by, at, reason)
            for (term, by, at, reason), classes in sorted(together.items(), key=lambda item: item[0][2])
            if term is period.term and (theirs := [code for code in classes if code in ours])
        ]
        found += of_period or [Line(period)]
    return found


def _directory() -> Directory:
    directory = queries.directory()
    if directory is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    return directory


def _meant(directory: Directory, name: str, school_class: str) -> tuple[Period, list[str]]:
    """The quarter of the calendar that people call so, and the classes it is meant for."""
    words = name.strip().casefold()
    term = QUARTERS.get(words.partition(" ")[0].upper())
    periods = directory.year.periods
    named = [one for one in periods if one.title.casefold() == words] or [one for one in periods if one.term is term]
    if not named:
        titles = ", ".join(dict.fromkeys(f"«{one.title}»" for one in periods))
        raise NeedsHuman(f"В календаре нет четверти «{name}». Есть: {titles}.")
    wanted = school_class.replace(" ", "").upper()
    if wanted and wanted not in (code for code, _ in _classes(directory)):
        raise NeedsHuman(f"Класса «{school_class}» в книге «Школа» нет.")
    theirs = {
        code: one
        for code, grade in _classes(directory)
        for one in named
        if wanted in ("", code) and (not one.grades or grade in one.grades)
    }
    if not theirs:
        raise NeedsHuman(f"У класса «{school_class}» четверти «{name}» в календаре нет.")
    return next(iter(theirs.values())), list(theirs)


def _classes(directory: Directory) -> list[tuple[str, int]]:
    return [(known.code, known.grade) for known in directory.classes]


def _closed(directory: Directory) -> dict[str, frozenset[Term]]:
    return queries.closed_terms(directory.year.title)


def _named(classes: Sequence[str], directory: Directory) -> str:
    return EVERYBODY if set(classes) == {code for code, _ in _classes(directory)} else ", ".join(classes)


def _need_words(by: str, reason: str) -> None:
    if not by.strip() or not reason.strip():
        raise NeedsHuman("Укажите, кто решил и почему: --by «Иванова А. П.» --reason «…».")


def _decide(workspace: Workspace, facts: Sequence[Fact], *, by: str, reason: str) -> None:
    told = [replace(fact, reason=reason.strip()) for fact in facts]
    ledger.append(told, actor=by.strip(), channel="command", at=workspace.clock())
