"""The regime of an extended-day group: which lines its tab has, what each is called, what is wrong with their times.

A page of the journal for each quarter of the group's grade (DOMAIN 2.11); a line is told by its quarter and number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sync_service.domain.calendar import term_title
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Course, CourseKind, SchoolYear, Term
from sync_service.domain.slots import RegimeField, regime_line
from sync_service.reconcile.layout import REGIME_LINES
from sync_service.reconcile.parse import Reading


class Line(NamedTuple):
    term: Term
    number: int

    def __str__(self) -> str:
        return f"{term_title(self.term)}, строка {self.number}"


def has_regime(course: Course) -> bool:
    return course.kind is CourseKind.EXTENDED_DAY


def regime_lines(course: Course, year: SchoolYear) -> dict[str, Line]:
    """The lines of a course's tab by row key, in the order in which they stand."""
    mine = (period for period in year.periods if not period.grades or course.grade in period.grades)
    terms = dict.fromkeys(period.term for period in sorted(mine, key=lambda period: period.start))
    return {
        regime_line(course.code, term.value, number): Line(term, number)
        for term in terms
        for number in range(1, REGIME_LINES + 1)
    }


def times_turned(readings: Iterable[Reading], title: str) -> Iterator[Problem]:
    """Lines that end before they begin: accepted, and told."""
    lines: dict[str, dict[str, Reading]] = defaultdict(dict)
    for reading in readings:
        if reading.value and reading.slot.field != RegimeField.WHAT:
            lines[reading.slot.subject][reading.slot.field] = reading
    for line in lines.values():
        start, end = line.get(RegimeField.START), line.get(RegimeField.END)
        if start is not None and end is not None and (end.value or "") <= (start.value or ""):
            place = Place(title, end.at.a1, end.who)
            yield Problem(Code.REGIME_SPAN, place, end.value or "", "", f"начало {start.value}", end.slot)
