"""Drawing a grid tab, the page of a paper journal: pupils down, lessons across, periods that end in a mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render import formulas
from sync_service.books.render.columns import YEAR_TERMS, Block, Columns, columns_of
from sync_service.books.render.dressing import add_hints, add_tints, set_widths
from sync_service.books.render.lists import Range
from sync_service.books.render.page import set_page, set_window
from sync_service.books.render.pen import Formula, put
from sync_service.books.render.styles import HEADING, MUTED, SERVICE, TEXT, Ink, Look
from sync_service.books.render.tables import dated
from sync_service.domain.formulas import EXAM_GRADE
from sync_service.domain.policy import Policy
from sync_service.domain.school import Course, CourseKind, Marking, Period, ScheduledLesson, Term
from sync_service.domain.slots import LessonField, Slot, entry_slot, final_slot, grounds_slot
from sync_service.reconcile.layout import (
    GRID_FIRST_LESSON_COLUMN,
    GRID_FIRST_PUPIL_ROW,
    GROUNDS_HEADING,
    HALF_YEAR,
    SPARE_ROW,
    SPARE_ROWS,
    GridColumn,
    GridRow,
    TabKind,
    log_of,
    tab_key,
    tells_about,
)

HEADING_HEIGHTS = (16, 18, 18, 12)  # month, date, work, weight
PUPIL_HEIGHT = 16
ABOUT_WIDTH = 12  # characters: «с 01.10 по 15.10» takes two lines
TERM_HEADINGS = {
    Term.Q1: "I", Term.Q2: "II", Term.Q3: "III", Term.Q4: "IV",
    Term.YEAR: "Год", Term.EXAM: "Экзамен", Term.FINAL: "Итог",
}  # fmt: skip
HALF_YEAR_HEADING = "I полуг."
END_HEADINGS = {
    GridColumn.PERIOD_MEAN: "Ср. балл", GridColumn.PERIOD_WEIGHTED: "Ср. взв.", GridColumn.SUGGESTED: "Предл.",
    GridColumn.GROUNDS: GROUNDS_HEADING,
}  # fmt: skip
TEACHERS = {GridColumn.FINAL: final_slot, GridColumn.GROUNDS: grounds_slot}


@dataclass(frozen=True)
class GridLists:
    """What the formulas of a grid look up on «_lists»."""

    works: Range
    weights: Range
    thresholds: Range
    months: Range
    absences: Range


@dataclass(frozen=True)
class GridSheet:
    """One grid tab as it is to be drawn. `pupils` are (code, name as shown, whether the pupil has left)."""

    course: Course
    pupils: tuple[tuple[str, str, bool], ...]
    lessons: tuple[ScheduledLesson, ...]
    periods: tuple[Period, ...]  # in order of time
    log_title: str  # quoted, as formulas write it
    policy: Policy
    today: date
    page: tuple[str, str]
    spares: tuple[tuple[Term, str], ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)  # by pupil, where the grid tells it

    @property
    def left(self) -> dict[GridColumn, str]:
        """Headings of the frozen columns: № and name, what stands beside the name, misses."""
        beside = {GridColumn.ABOUT: "В группе"} if tells_about(self.course) else {GridColumn.MEAN: "Ср. балл"}
        missed = {GridColumn.MISSED: "Пропуски"}
        return {GridColumn.NUMBER: "№", GridColumn.NAME: "Фамилия, имя", **beside, **missed}

    @property
    def digits(self) -> tuple[int, ...]:
        """Marks that count in a mean."""
        return (1, 2, 3, 4, 5) if self.policy.mark_one else (2, 3, 4, 5)

    @property
    def current(self) -> Term:
        """The last period that has begun by today; before the year, the first."""
        begun = [period.term for period in self.periods if period.start <= self.today]
        return begun[-1] if begun else Term.Q1


def draw_grid(sheet: Worksheet, grid: GridSheet, lists: GridLists, typed: Mapping[Slot, object], ink: Ink) -> None:
    """Draw `grid` on an empty sheet; `typed` gives what stands in the teacher's cells, raw."""
    columns = columns_of(grid.course, grid.lessons, grid.periods, grid.spares)
    drawing = _Drawing(sheet, grid, columns, lists, ink)
    drawing.keys()
    drawing.lesson_headings()
    drawing.tall_headings()
    drawing.people()
    drawing.entries(typed)
    drawing.period_ends(typed)
    set_widths(sheet, columns, grid.current)
    add_tints(sheet, columns, drawing.last_row)
    add_hints(sheet, columns, grid.policy, grid.course.grade)
    set_window(sheet, frozen_row=GRID_FIRST_PUPIL_ROW, frozen_column=GRID_FIRST_LESSON_COLUMN)
    sheet.row_dimensions[formulas.WEIGHT_ROW].hidden = True
    if tells_about(grid.course):
        sheet.column_dimensions["D"].width = ABOUT_WIDTH
    else:
        sheet.column_dimensions["D"].hidden = grid.course.marking is not Marking.POINTS
    set_page(sheet, left=grid.page[0], right=grid.page[1], wide=True)
    sheet.print_title_rows, sheet.print_title_cols = "2:4", "B:E"


@dataclass(frozen=True)
class _Drawing:
    """The parts of a grid, each drawn by one method."""

    sheet: Worksheet
    grid: GridSheet
    columns: Columns
    lists: GridLists
    ink: Ink

    @property
    def rows(self) -> list[tuple[int, str]]:
        """(row, pupil code), the spare rows with a blank code."""
        codes = [code for code, _, _ in self.grid.pupils] + [""] * SPARE_ROWS
        return list(enumerate(codes, GRID_FIRST_PUPIL_ROW))

    @property
    def last_row(self) -> int:
        return self.rows[-1][0]

    def keys(self) -> None:
        hidden = self.ink(Look(edge="none", format=TEXT))
        put(self.sheet, 1, 1, tab_key(TabKind.GRID, self.grid.course.code), hidden)
        for number, key in enumerate(self.grid.left, 2):
            put(self.sheet, 1, number, key.value, hidden)
        for column in self.columns:
            put(self.sheet, 1, column.number, column.key, hidden)
        for row, (key, height) in enumerate(zip(GridRow, HEADING_HEIGHTS, strict=True), 2):
            put(self.sheet, row, 1, key.value, hidden)
            self.sheet.row_dimensions[row].height = height

    def lesson_headings(self) -> None:
        """Month, date, work and its weight above each lesson: looked up in the log, so a date is typed once."""
        base = Look(fill=HEADING, horizontal="center", size=8)
        months = self.ink(replace(base, horizontal="left", ink=MUTED, bold=True))
        days = self.ink(replace(base, size=9, bold=True, format="dd"))
        works = self.ink(replace(base, size=7, ink=MUTED, shrink=True, edge="heading"))
        hidden = self.ink(Look(edge="none"))
        log, lists = self.grid.log_title, self.lists
        table = log_of(self.grid.course.kind)
        letters = {column.key: get_column_letter(table.index(column.key)) for column in table.columns}
        dates, kinds = letters[LessonField.DATE.value], letters.get(LessonField.WORK_TYPE.value)
        for block in self.columns.blocks:
            for column in block.lessons:
                letter = column.letter
                for row, formula, style in (
                    (2, formulas.month(letter, column.before, lists.months), months),
                    (3, formulas.from_log(letter, log, dates), days),
                    (4, formulas.from_log(letter, log, kinds) if kinds else None, works),
                    (formulas.WEIGHT_ROW, formulas.weight(letter, lists.works, lists.weights), hidden),
                ):
                    put(self.sheet, row, column.number, formula, style)

    def tall_headings(self) -> None:
        """Headings that reach over the rows of month, date and work: on the left, and at the ends of periods."""
        base = Look(fill=HEADING, size=9, bold=True, horizontal="center", wrap=True, edge="heading")
        turned = replace(base, size=8, rotate=90)
        for number, (kind, text) in enumerate(self.grid.left.items(), 2):
            self._merged(number, text, replace(turned, edge="period") if kind is GridColumn.MISSED else base)
        for column in self.columns.ends:
            text = TERM_HEADINGS[column.term]
            if column.kind is GridColumn.FINAL and self.grid.course.kind is CourseKind.SUPPLEMENTARY:
                text = HALF_YEAR_HEADING if column.term is HALF_YEAR else text
            if column.kind is not GridColumn.FINAL:
                text = END_HEADINGS.get(column.kind) or f"Проп. {text}"
                flat = column.kind is GridColumn.GROUNDS
                self._merged(column.number, text, replace(base if flat else turned, size=8, bold=False))
            else:
                look = turned if len(text) > 4 else replace(base, size=10)
                self._merged(column.number, text, replace(look, edge="period"))

    def _merged(self, column: int, text: str, look: Look) -> None:
        style = self.ink(look)
        for row in (2, 3, 4):
            put(self.sheet, row, column, text if row == 2 else None, style)
        # all three have their look: merge_cells would give it to each again, cell by cell
        self.sheet.merged_cells.add(CellRange(min_row=2, max_row=4, min_col=column, max_col=column))

    def people(self) -> None:
        """The frozen left side: code, number, name, mean of the current period, lessons missed in the year."""
        base = Look(fill=SERVICE, ink=MUTED, horizontal="center")
        hidden, numbers = self.ink(Look(edge="none", format=TEXT)), self.ink(replace(base, size=9))
        names = self.ink(replace(base, ink=Look.ink, horizontal="left", indent=1, shrink=True, format=TEXT))
        means = self.ink(replace(base, format="0.00"))
        abouts = self.ink(replace(base, size=8, shrink=True, format=TEXT))
        missed = self.ink(replace(base, format="0;-0;", edge="period"))
        starts = [period.start for period in self.grid.periods]
        mean_letters = [end.letter for block in self.columns.blocks if (end := block.end(GridColumn.PERIOD_MEAN))]
        letters = [column.letter for column in self.columns]
        spare = ((f"{SPARE_ROW} {number}", "", False) for number in range(1, SPARE_ROWS + 1))
        for row, (code, text, left) in enumerate((*self.grid.pupils, *spare), GRID_FIRST_PUPIL_ROW):
            put(self.sheet, row, 1, code, hidden)
            put(self.sheet, row, 2, None if left else row - GRID_FIRST_PUPIL_ROW + 1, numbers)
            put(self.sheet, row, 3, text, names)
            current = [f"{letter}{row}" for letter in mean_letters]
            if tells_about(self.grid.course):
                put(self.sheet, row, 4, self.grid.about.get(code), abouts)
            else:
                put(self.sheet, row, 4, formulas.of_current_period(current, starts) if current else None, means)
            absences = self.lists.absences
            put(
                self.sheet, row, 5, formulas.missed(row, letters[0], letters[-1], absences) if letters else None, missed
            )
            self.sheet.row_dimensions[row].height = PUPIL_HEIGHT

    def entries(self, typed: Mapping[Slot, object]) -> None:
        look = Look(horizontal="center", format=TEXT)
        style = self.ink(look)
        lessons = [column for block in self.columns.blocks for column in block.lessons]
        for row, code in self.rows:
            for column in lessons:
                value = typed.get(entry_slot(code, column.key))
                fitting = style if value is None else self._fitting(value, look)
                put(self.sheet, row, column.number, value, fitting)

    def period_ends(self, typed: Mapping[Slot, object]) -> None:
        """Formulas of the service, marks and words of the teacher after the lessons of each period and of the year."""
        mark = Look(horizontal="center", format=TEXT, bold=True, edge="period")
        service = Look(fill=SERVICE, ink=MUTED, size=9, horizontal="center", format="0.00")
        styles = {
            GridColumn.PERIOD_MEAN: self.ink(service), GridColumn.PERIOD_WEIGHTED: self.ink(service),
            GridColumn.SUGGESTED: self.ink(replace(service, size=10, format="0")),
            GridColumn.PERIOD_MISSED: self.ink(replace(service, format="0;-0;", edge="period")),
        }  # fmt: skip
        looks = {GridColumn.FINAL: mark, GridColumn.GROUNDS: Look(format=TEXT, size=8, indent=1)}
        blocks = {block.term: block for block in self.columns.blocks}
        for row, code in self.rows:
            for column in self.columns.ends:
                if column.kind in TEACHERS:
                    value = typed.get(TEACHERS[column.kind](code, self.grid.course.code, column.term.value))
                    put(self.sheet, row, column.number, value, self._fitting(value, looks[column.kind]))
                else:
                    block = blocks.get(column.term)
                    formula = self._formula(block, column.kind, row) if block else self._of_year(column.term, row)
                    put(self.sheet, row, column.number, formula, styles[column.kind])

    def _fitting(self, value: object, look: Look) -> StyleArray:
        """The style for a teacher's cell, whatever was typed into it."""
        style = self.ink(look)
        return dated(value, look, style, self.ink) if isinstance(value, date | datetime | time) else style

    def _of_year(self, term: Term, row: int) -> Formula:
        """What the marks before it suggest as the year mark or the final one."""
        cells = {term: f"{column.letter}{row}" for term, column in self.columns.finals.items()}
        if term is Term.YEAR:
            quarters = [cell for term, cell in cells.items() if term not in YEAR_TERMS]
            return formulas.year_suggestion(quarters, self.grid.digits)
        exam = cells[Term.EXAM] if self.grid.course.grade == EXAM_GRADE else ""
        return formulas.final_suggestion(cells[Term.YEAR], exam, self.grid.digits)

    def _formula(self, block: Block, kind: GridColumn, row: int) -> Formula | None:
        """What the service says about a pupil's period; nothing for a period without lessons."""
        if not block.lessons:
            return None
        policy, first, last = self.grid.policy, block.lessons[0].letter, block.lessons[-1].letter
        if kind is GridColumn.PERIOD_MISSED:
            return formulas.missed(row, first, last, self.lists.absences)
        entries = formulas.Entries(row, first, last, self.grid.digits, policy.fractions)
        if kind is GridColumn.SUGGESTED:
            source = block.end(GridColumn.PERIOD_WEIGHTED if policy.weighted else GridColumn.PERIOD_MEAN)
            failing = entries.failing() if policy.two_forbids_five else ""
            return formulas.suggestion(f"{source.letter}{row}", self.lists.thresholds, failing) if source else None
        return entries.mean(weighted=kind is GridColumn.PERIOD_WEIGHTED)
