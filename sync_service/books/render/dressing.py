"""What helps the eye and the hand on a grid tab: widths, folded periods, tints, the hint. Nothing that is ever read."""

from __future__ import annotations

from collections import defaultdict

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render import suggestions
from sync_service.books.render.columns import Columns, EndColumn
from sync_service.books.render.styles import (
    ABSENT_FILL,
    ABSENT_INK,
    BAD_FILL,
    BAD_INK,
    GONE_FILL,
    MUTED,
    TODAY_FILL,
    tinted,
)
from sync_service.domain.policy import Policy
from sync_service.domain.school import Term
from sync_service.reconcile.layout import GRID_FIRST_PUPIL_ROW, GROUNDS_HEADING, HEADING_ROW, GridColumn, GridRow

LEFT_WIDTHS = (10, 4, 26, 7, 4.6)  # key, №, name, mean, missed
LESSON_WIDTH, SERVICE_WIDTH, GROUNDS_WIDTH, END_WIDTH = 4.3, 6, 20, 5.3
DATE_ROW = 2 + [*GridRow].index(GridRow.DATE)
ENTRY_HINT = "5 4 3 2 — отметка, 4/5 — две; н б ув нп — не был; н5 — не был, отметка позже; оп — опоздал; . — долг"


def set_widths(sheet: Worksheet, columns: Columns, current: Term) -> None:
    """Widths, and a group for each period: those that are not `current` are folded up to their last column, and so is
    what leads to the year's marks until the last period."""
    dimensions = sheet.column_dimensions
    for number, width in enumerate(LEFT_WIDTHS, 1):
        dimensions[get_column_letter(number)].width = width
    for block in columns.blocks:
        folded = block.term is not current
        for column in (*block.lessons[:1], *block.ends[:-1]):
            width = _end_width(column) if isinstance(column, EndColumn) else LESSON_WIDTH
            _fold(dimensions[column.letter], width, folded=folded)
        if block.lessons:
            run = dimensions[block.lessons[0].letter]
            run.min, run.max = block.lessons[0].number, block.lessons[-1].number
        for column in block.ends[-1:]:
            dimensions[column.letter].width = END_WIDTH
            dimensions[column.letter].collapsed = folded
    ahead = bool(columns.blocks) and current is not columns.blocks[-1].term
    for column in columns.year:
        if column.kind is GridColumn.FINAL:
            dimensions[column.letter].width = END_WIDTH
            dimensions[column.letter].collapsed = ahead
        else:
            _fold(dimensions[column.letter], _end_width(column), folded=ahead)
    dimensions.max_outline = 1


def _end_width(column: EndColumn) -> float:
    return GROUNDS_WIDTH if column.kind is GridColumn.GROUNDS else SERVICE_WIDTH


def _fold(dimension: ColumnDimension, width: float, *, folded: bool) -> None:
    dimension.width, dimension.outline_level, dimension.hidden = width, 1, folded


def add_tints(sheet: Worksheet, columns: Columns, last_row: int) -> None:
    """Today's column, bad marks and absences, and who has left, seen at a glance: he has a name and no number."""
    first = GRID_FIRST_PUPIL_ROW
    row = f"B{first}:{get_column_letter(max(column.number for column in columns))}{last_row}"
    gone = f'AND($B{first}="",$C{first}<>"")'
    sheet.conditional_formatting.add(row, tinted(gone, GONE_FILL, MUTED, strike=True, stop=True))
    taught = [block for block in columns.blocks if block.lessons]
    entries = [block.lesson_cells(first, last_row) for block in taught]
    marks = [
        f"{column.letter}{first}:{column.letter}{last_row}"
        for column in columns.ends
        if column.kind in (GridColumn.FINAL, GridColumn.SUGGESTED)
    ]
    if places := [*entries, *marks]:
        at = places[0].split(":")[0]
        bad = f'OR(ISNUMBER(SEARCH("2",{at})),{at}="н/а",{at}="нез")'
        sheet.conditional_formatting.add(" ".join(places), tinted(bad, BAD_FILL, BAD_INK, stop=True))
    if taught:
        at = entries[0].split(":")[0]
        absent = f'OR({at}="б",{at}="ув",RIGHT({at})="н",AND(LEFT({at})="н",{at}<>"нез",{at}<>"н/а"))'
        sheet.conditional_formatting.add(" ".join(entries), tinted(absent, ABSENT_FILL, ABSENT_INK, stop=True))
        with_headings = " ".join(block.lesson_cells(2, last_row) for block in taught)
        today = f"{taught[0].lessons[0].letter}${DATE_ROW}=TODAY()"
        sheet.conditional_formatting.add(with_headings, tinted(today, TODAY_FILL))


def add_hints(sheet: Worksheet, columns: Columns, policy: Policy, grade: int) -> None:
    """Short reminders over the first row only, over every cell they would hide the neighbours: what may be typed, and
    over the heading of a suggested mark where it comes from."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for block in columns.blocks:
        if block.lessons:
            first_row = block.lesson_cells(GRID_FIRST_PUPIL_ROW, GRID_FIRST_PUPIL_ROW)
            places["Что можно ввести", ENTRY_HINT].append(first_row)
    for column in columns.ends:
        if column.kind is GridColumn.GROUNDS:
            places[GROUNDS_HEADING, suggestions.GROUNDS].append(f"{column.letter}{GRID_FIRST_PUPIL_ROW}")
        if column.kind is GridColumn.SUGGESTED:
            where = suggestions.of_term(column.term, policy, grade)
            places["Предложенная отметка", where].append(f"{column.letter}{HEADING_ROW}")
    for (title, words), cells in places.items():
        rule = DataValidation(showInputMessage=True, promptTitle=title, prompt=words)
        for cell in cells:
            rule.add(cell)
        sheet.add_data_validation(rule)
