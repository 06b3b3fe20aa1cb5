"""Names over whole tabs: what is shown instead of them, and the guard that looks through everything before it leaves.

Mask what goes into a projection (names, problems, topics), not what comes out of it: the projection compares with what
stands in the book, and a masked sheet is compared with masked words only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sync_service.domain.privacy import PHONE, Mask, Names
from sync_service.domain.problems import Place, Problem
from sync_service.reconcile.annotate import our_part
from sync_service.reconcile.sheet import At, Tab, TabWrite


@dataclass(frozen=True, order=True, slots=True)
class Exposure:
    """Something that must not leave, and where: the tab's title, the cell ("" for the title itself)."""

    tab: str
    a1: str
    found: str


def masked_problem(mask: Mask, problem: Problem) -> Problem:
    """The problem as a book may tell it, before its message is composed: a message shortens names past recognition."""
    place = Place(problem.place.tab, problem.place.a1, mask.hidden(problem.place.who))
    read, kept, detail = (mask.hidden(text) for text in (problem.read, problem.kept, problem.detail))
    return replace(problem, place=place, read=read, kept=kept, detail=detail)


def masked_write(mask: Mask, write: TabWrite) -> TabWrite:
    """The same changes with names as they may be shown. Of a note only our part changes: the rest is the teacher's."""
    if mask.names is Names.FULL:
        return write
    cells = {at: mask.text(value) if isinstance(value, str) else value for at, value in write.cells.items()}
    notes = {at: note and _with_our_part_hidden(mask, note) for at, note in write.notes.items()}
    return replace(write, cells=cells, notes=notes)


def exposures(mask: Mask, tabs: Iterable[Tab | TabWrite]) -> list[Exposure]:
    """Everything in tabs or changes that must not leave: titles, cells, notes. Of the notes of changes only our part,
    since a teacher's own words stand in the book already."""
    if mask.names is Names.FULL:
        return []
    judged: dict[str, str | None] = {}
    found = []
    for tab in tabs:
        for at, text in _texts(tab):
            if text not in judged:
                judged[text] = mask.exposed(text)
            if (exposed := judged[text]) is not None:
                found.append(Exposure(tab.title, at.a1 if at else "", exposed))
    return found


def _texts(tab: Tab | TabWrite) -> Iterator[tuple[At | None, str]]:
    yield None, tab.title
    for at, value in tab.cells.items():
        if isinstance(value, str):
            yield at, value
        elif isinstance(value, int | float) and value >= 10 ** (PHONE - 1):
            yield at, f"{value:.0f}"
    for at, note in tab.notes.items():
        if note:
            yield at, our_part(note) if isinstance(tab, TabWrite) else note


def _with_our_part_hidden(mask: Mask, note: str) -> str:
    ours = our_part(note)
    return note.removesuffix(ours) + mask.hidden(ours)
