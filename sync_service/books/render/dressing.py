"""What helps the eye and the hand on a grid tab: widths, folded periods, tints, the hint. Nothing that is ever read."""

from __future__ import annotations

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render.columns import Columns
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
from sync_service.domain.school import Term
from sync_service.reconcile.layout import GRID_FIRST_PUPIL_ROW, GridColumn, GridRow

LEFT_WIDTHS = (10, 4, 26, 7, 4.6)  # key, №, name, mean, missed
LESSON_WIDTH, SERVICE_WIDTH, END_WIDTH = 4.3, 6, 5.3
DATE_ROW = 2 + [*GridRow].index(GridRow.DATE)
ENTRY_HINT = "5 4 3 2 — отметка, 4/5 — две; н б ув нп — не был; н5 — не был, отметка позже; оп — опоздал; . — долг"


def set_widths(sheet: Worksheet, columns: Columns, current: Term) -> None:
    """Widths, and a group for each period: those that are not `current` are folded up to their last column."""
    dimensions = sheet.column_dimensions
    for number, width in enumerate(LEFT_WIDTHS, 1):
        dimensions[get_column_letter(number)].width = width
    for block in columns.blocks:
        folded = block.term is not current
        for column in (*block.lessons[:1], *block.ends[:-1]):
            dimension = dimensions[column.letter]
            dimension.width = SERVICE_WIDTH if column in block.ends else LESSON_WIDTH
            dimension.outline_level, dimension.hidden = 1, folded
        if block.lessons:
            run = dimensions[block.lessons[0].letter]
            run.min, run.max = block.lessons[0].number, block.lessons[-1].number
        for column in block.ends[-1:]:
            dimensions[column.letter].width = END_WIDTH
            dimensions[column.letter].collapsed = folded
    for column in columns.year:
        dimensions[column.letter].width = END_WIDTH
    dimensions.max_outline = 1


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


def add_hint(sheet: Worksheet, columns: Columns) -> None:
    """A short reminder over the first row of entries only: over every cell it would hide the neighbours."""
    rule = DataValidation(showInputMessage=True, promptTitle="Что можно ввести", prompt=ENTRY_HINT)
    for block in columns.blocks:
        if block.lessons:
            rule.add(block.lesson_cells(GRID_FIRST_PUPIL_ROW, GRID_FIRST_PUPIL_ROW))
    if rule.sqref.ranges:
        sheet.add_data_validation(rule)
