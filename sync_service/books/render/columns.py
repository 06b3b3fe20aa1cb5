"""Which columns a grid tab has, from left to right: each period's lessons and what ends it, then the year. No looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from openpyxl.utils import get_column_letter

from sync_service.domain.scheduling import column_order
from sync_service.domain.school import Course, CourseKind, Marking, Period, ScheduledLesson, Term
from sync_service.reconcile.layout import GRID_FIRST_LESSON_COLUMN, HALF_YEAR, GridColumn

YEAR_TERMS = (Term.YEAR, Term.EXAM, Term.FINAL)
MARK = (GridColumn.GROUNDS, GridColumn.FINAL)  # the mark is last: a folded period still shows it
PERIOD_ENDS = {
    Marking.POINTS: (GridColumn.PERIOD_MEAN, GridColumn.PERIOD_WEIGHTED, GridColumn.SUGGESTED, *MARK),
    Marking.PASS_FAIL: MARK,
    Marking.UNMARKED: (GridColumn.PERIOD_MISSED,),
}


@dataclass(frozen=True)
class LessonColumn:
    number: int
    key: str  # of the lesson
    before: str = ""  # letter of the lesson column on the left in the same period

    @property
    def letter(self) -> str:
        return get_column_letter(self.number)


@dataclass(frozen=True)
class EndColumn:
    """What stands after the lessons of a period or at the end of the year."""

    number: int
    kind: GridColumn
    term: Term

    @property
    def letter(self) -> str:
        return get_column_letter(self.number)

    @property
    def key(self) -> str:
        return f"{self.kind.value} {self.term.value}"


@dataclass(frozen=True)
class Block:
    """A period: its lessons, then what the service says about it, then its mark (if the course has one)."""

    term: Term
    lessons: tuple[LessonColumn, ...]
    ends: tuple[EndColumn, ...]

    def end(self, kind: GridColumn) -> EndColumn | None:
        return next((column for column in self.ends if column.kind is kind), None)

    def lesson_cells(self, first_row: int, last_row: int) -> str:
        return f"{self.lessons[0].letter}{first_row}:{self.lessons[-1].letter}{last_row}"


@dataclass(frozen=True)
class Columns:
    blocks: tuple[Block, ...]
    year: tuple[EndColumn, ...]

    @property
    def ends(self) -> Iterator[EndColumn]:
        for block in self.blocks:
            yield from block.ends
        yield from self.year

    @property
    def finals(self) -> dict[Term, EndColumn]:
        return {column.term: column for column in self.ends if column.kind is GridColumn.FINAL}

    def __iter__(self) -> Iterator[LessonColumn | EndColumn]:
        for block in self.blocks:
            yield from block.lessons
            yield from block.ends
        yield from self.year


def period_ends(course: Course, term: Term) -> tuple[GridColumn, ...]:
    """What ends a period of a course."""
    if course.kind is CourseKind.SUPPLEMENTARY:  # «зачёт» of the half-year and of the year (DOMAIN 2.11)
        return (GridColumn.PERIOD_MISSED, *MARK) if term is HALF_YEAR else (GridColumn.PERIOD_MISSED,)
    return PERIOD_ENDS[course.marking]


def year_ends(course: Course) -> Iterator[tuple[GridColumn, Term]]:
    """What ends the year of a course."""
    if course.kind is CourseKind.SUPPLEMENTARY:
        yield from ((kind, Term.FINAL) for kind in MARK)
    elif course.marking is not Marking.UNMARKED:
        for term in YEAR_TERMS:
            if course.marking is Marking.POINTS and term is not Term.EXAM:
                yield GridColumn.SUGGESTED, term
            yield from ((kind, term) for kind in MARK)


def columns_of(
    course: Course,
    lessons: Sequence[ScheduledLesson],
    periods: Sequence[Period],
    spares: Sequence[tuple[Term, str]] = (),
) -> Columns:
    """The columns of a year; `periods` in order of time. `spares`: keys of columns that no lesson has yet."""
    blocks, number = [], GRID_FIRST_LESSON_COLUMN
    for term, own in lessons_by_period(lessons, periods):
        keys = [*(lesson.key for lesson in own), *(key for period, key in spares if period is term)]
        taught = tuple(
            LessonColumn(number + index, key, get_column_letter(number + index - 1) if index else "")
            for index, key in enumerate(sorted(keys, key=column_order))
        )
        number += len(taught)
        ends = tuple(EndColumn(number + index, kind, term) for index, kind in enumerate(period_ends(course, term)))
        number += len(ends)
        blocks.append(Block(term, taught, ends))
    year = tuple(EndColumn(number + index, kind, term) for index, (kind, term) in enumerate(year_ends(course)))
    return Columns(tuple(blocks), year)


def lessons_by_period(
    lessons: Sequence[ScheduledLesson], periods: Sequence[Period]
) -> Iterator[tuple[Term, list[ScheduledLesson]]]:
    """Lessons by period; one outside every period joins the period before it, or the first."""
    for index, period in enumerate(periods):
        first = date.min if index == 0 else period.start
        after = periods[index + 1].start if index + 1 < len(periods) else date.max
        yield period.term, [lesson for lesson in lessons if first <= lesson.date < after]
