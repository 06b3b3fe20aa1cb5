"""«Просрочено»: a page for the deputy on Mondays, only those who are late, each with what and since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.reports.template import BAND, BOX, FONT, HEAD, INK, QUIET

HEADINGS = ("Кто", "Срок", "Что не сделано")
WIDTHS = (22, 12, 92)
LETTERS_A_LINE = 90
Late = tuple[str, Sequence[tuple[datetime, str]]]  # somebody's name; (due, sentence), the oldest first


def build_late(school: str, day: date, people: Iterable[Late]) -> bytes:
    """The page as .xlsx: people in the given order. Moments are shown as they come, in the school's zone."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Просрочено"
    people = list(people)
    number = sum(len(things) for _, things in people)
    _line(sheet, 1, f"Просрочено на {day:%d.%m.%Y}", Font(name=FONT, size=14, bold=True, color=INK))
    _line(sheet, 2, f"{school}. Людей: {len(people)}, замечаний: {number}.", Font(name=FONT, size=9, color=QUIET))
    _row(sheet, 4, HEADINGS, Font(name=FONT, size=10, bold=True, color=INK), HEAD)
    row = 4
    for person, things in people:
        row += 1
        _row(sheet, row, (person, len(things), ""), Font(name=FONT, size=10, bold=True, color=INK), BAND)
        for due, words in things:
            row += 1
            _row(sheet, row, ("", f"{due:%d.%m %H:%M}", words), Font(name=FONT, size=10, color=INK))
            sheet.row_dimensions[row].height = 14 * (1 + len(words) // LETTERS_A_LINE)
    if not people:
        _line(sheet, 5, "Никто не опаздывает.", Font(name=FONT, size=10, color=INK))
    for letter, width in zip("ABC", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A5"
    sheet.print_title_rows = "4:4"
    sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = sheet.PAPERSIZE_A4, 0
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    content = BytesIO()
    workbook.save(content)
    return content.getvalue()


def _line(sheet: Worksheet, row: int, words: str, font: Font) -> None:
    sheet.cell(row, 1, words).font = font


def _row(sheet: Worksheet, row: int, values: Sequence[str | int], font: Font, fill: str = "") -> None:
    for column, value in enumerate(values, 1):
        cell = sheet.cell(row, column)
        cell.value, cell.font, cell.border = value, font, BOX
        if isinstance(value, str) and value:
            cell.data_type = "s"  # words of people are never a formula
        cell.alignment = Alignment(
            horizontal="center" if column == 2 else "left", vertical="center", wrap_text=column == 3
        )
        if fill:
            cell.fill = PatternFill("solid", start_color=fill)
