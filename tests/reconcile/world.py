"""A small world for the core: one course, three pupils, four lessons, and tabs built by hand as the layout says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sync_service.domain.policy import Policy
from sync_service.domain.school import Course, Marking, Period, Pupil, SchoolYear, Term, WorkType
from sync_service.domain.slots import LessonField
from sync_service.reconcile.context import CourseContext, LessonView
from sync_service.reconcile.layout import LOG, GridColumn, GridRow, TabKind, final_key, tab_key
from sync_service.reconcile.sheet import At, RawCell, Tab

TODAY = date(2026, 9, 25)
YEAR = SchoolYear(
    title="2026/2027",
    start=date(2026, 9, 1),
    end=date(2027, 5, 26),
    periods=(Period(term=Term.Q1, title="I четверть", start=date(2026, 9, 1), end=date(2026, 10, 23)),),
)
COURSE = Course(
    code="c001",
    title="Математика",
    school_class="7А",
    grade=7,
    subject="Математика",
    teacher="e01",
    marking=Marking.POINTS,
    hours_per_week=Decimal(4),
    since=YEAR.start,
)
ANNA, BORIS, VERA = "PANNA", "PBORS", "PVERA"
PUPILS = {
    code: Pupil(code=code, last=last, first=first, enrolled=YEAR.start, school_class="7А")
    for code, last, first in ((ANNA, "Аистова", "Анна"), (BORIS, "Бобров", "Борис"), (VERA, "Вишнева", "Вера"))
}
LESSONS = {
    f"c001.00{number}": LessonView(f"c001.00{number}", day, 2)
    for number, day in enumerate((date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21), date(2026, 9, 28)), 1)
}
L1, L2, L3, FUTURE = LESSONS
WORKS = {"КР": WorkType(short="КР", title="Контрольная работа", weight=3)}
GRID, LOG_KEY = tab_key(TabKind.GRID, "c001"), tab_key(TabKind.LOG, "c001")
FIRST_COLUMN, FIRST_ROW = 6, 6


def context(**changes: object) -> CourseContext:
    base = CourseContext(COURSE, YEAR, Policy(), TODAY, PUPILS, LESSONS, WORKS)
    return replace(base, **changes)  # type: ignore[arg-type]


def grid(
    entries: Mapping[tuple[str, str], RawCell] | None = None,
    *,
    pupils: tuple[str, ...] = (ANNA, BORIS, VERA),
    lessons: tuple[str, ...] = (L1, L2, L3, FUTURE),
    finals: Mapping[str, RawCell] | None = None,
    title: str = "Математика",
) -> Tab:
    """A grid as the renderer draws it: keys in row 1 and column A, names in column C, entries by (pupil, lesson)."""
    cells: dict[At, RawCell] = {At(1, 1): GRID, At(1, 2): GridColumn.NUMBER.value, At(1, 3): GridColumn.NAME.value}
    for row, key in enumerate((GridRow.MONTH, GridRow.DATE, GridRow.WORK, GridRow.WEIGHT), 2):
        cells[At(row, 1)] = key.value
    columns = {lesson: FIRST_COLUMN + number for number, lesson in enumerate(lessons)}
    rows = {pupil: FIRST_ROW + number for number, pupil in enumerate(pupils)}
    for lesson, column in columns.items():
        cells[At(1, column)] = lesson
    final_column = FIRST_COLUMN + len(lessons)
    cells[At(1, final_column)] = final_key(Term.Q1)
    for pupil, row in rows.items():
        cells[At(row, 1)] = pupil
        cells[At(row, 3)] = PUPILS[pupil].list_name if pupil in PUPILS else pupil
    for spare in range(1, 3):
        cells[At(FIRST_ROW + len(pupils) + spare - 1, 1)] = f"#spare {spare}"
    for (pupil, lesson), raw in (entries or {}).items():
        cells[At(rows[pupil], columns[lesson])] = raw
    for pupil, raw in (finals or {}).items():
        cells[At(rows[pupil], final_column)] = raw
    return Tab(title, cells)


def log(
    fields: Mapping[tuple[str, LessonField], RawCell] | None = None, *, lessons: tuple[str, ...] = tuple(LESSONS)
) -> Tab:
    """A log as the renderer draws it: keys in row 1 and column A, headings in row 2, dates and slots filled in."""
    cells: dict[At, RawCell] = {At(1, 1): LOG_KEY}
    for column in LOG.columns:
        cells[At(1, LOG.index(column.key))] = column.key
        cells[At(2, LOG.index(column.key))] = column.heading
    for row, lesson in enumerate(lessons, 3):
        cells[At(row, 1)] = lesson
        cells[At(row, LOG.index("date"))] = LESSONS[lesson].date
        cells[At(row, LOG.index("slot"))] = LESSONS[lesson].slot
    rows = {lesson: row for row, lesson in enumerate(lessons, 3)}
    for (lesson, field), raw in (fields or {}).items():
        cells[At(rows[lesson], LOG.index(field.value))] = raw
    return Tab("Математика · уроки", cells)


def changed(tab: Tab, cells: Mapping[At, RawCell | None]) -> Tab:
    """The tab with some cells as somebody has left them; None empties a cell."""
    merged = {**tab.cells, **cells}
    return replace(tab, cells={at: raw for at, raw in merged.items() if raw is not None})
