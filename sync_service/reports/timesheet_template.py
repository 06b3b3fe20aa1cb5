"""Makes the shipped templates_xlsx/timesheet.xlsx:
`python -m sync_service.reports.timesheet_template templates_xlsx/timesheet.xlsx`.

Only looks and markers live here, as in template.py.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.reports.template import FONT
from sync_service.reports.timesheet import DAYS, HALF, MIDDLE, MONTH, PERSON, SHEET, TOTALS

THIN, MEDIUM = Side(style="thin"), Side(style="medium")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
UNDER = Border(bottom=THIN)
CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="center")
FREE = Alignment(horizontal="left", vertical="center")  # runs over the empty cells to its right
WIDTHS = {"номер": 4, "имя": 18, "учётный": 8, "должность": 20}
DAY_WIDTH, TOTAL_WIDTH = 3.3, 4.8
NO_ZERO = "0;-0;"
FIRST_DAY = len(PERSON) + 1
HALF_TOTAL = FIRST_DAY + MIDDLE
SECOND_DAY = HALF_TOTAL + len(TOTALS)
MONTH_TOTAL = SECOND_DAY + len(DAYS) - MIDDLE
LAST = MONTH_TOTAL + len(TOTALS) - 1
CODES = LAST - 4  # where the boxes of the codes begin
HEAD, SAMPLE = 11, 13
NAMES = ("№ п/п", "Фамилия, имя, отчество", "Учётный номер", "Должность (профессия)")
LINE = "_" * 20
HALF_HEADING = "Итого дней (часов) явок (неявок) с 1 по 15"
MONTH_HEADING = "Всего дней (часов) явок (неявок) за месяц"


def make_template() -> Workbook:
    """The workbook of one sheet, ready to be saved."""
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(SHEET)
    _top(sheet)
    _heading(sheet)
    _sample(sheet)
    _foot(sheet, SAMPLE + 2)
    _page(sheet)
    return book


def _put(
    sheet: Worksheet, row: int, first: int, value: object, *, last: int = 0, rows: int = 1, size: float = 8,
    bold: bool = False, align: Alignment = CENTER, border: Border | None = None, number: str = "General",
) -> None:  # fmt: skip
    """A cell, merged to `last` and over `rows` where they say so."""
    for line in range(row, row + rows):
        for column in range(first, max(first, last) + 1):
            cell = sheet.cell(line, column)
            cell.font, cell.alignment, cell.number_format = Font(name=FONT, size=size, bold=bold), align, number
            if border is not None:
                cell.border = border
    sheet.cell(row, first, value)
    if last > first or rows > 1:
        sheet.merge_cells(start_row=row, end_row=row + rows - 1, start_column=first, end_column=max(first, last))


def _top(sheet: Worksheet) -> None:
    """Rows 1-10: who approves, the title, the boxes of codes, the institution."""
    approve = SECOND_DAY
    _put(sheet, 1, approve, "УТВЕРЖДАЮ", last=LAST, bold=True, align=LEFT, size=9)
    _put(sheet, 2, approve, "Руководитель учреждения ______________ {{директор}}", last=LAST, align=LEFT, size=9)
    _put(sheet, 3, approve, "«____» ____________________ 20___ г.", last=LAST, align=LEFT, size=9)
    middle = SECOND_DAY + 6
    _put(sheet, 4, 2, "ТАБЕЛЬ № {{номер_табеля}}", last=middle, bold=True, size=13)
    _put(sheet, 5, 2, "учёта использования рабочего времени", last=middle, bold=True, size=11)
    _put(sheet, 6, 2, "за период {{период}}", last=middle, size=10)
    for row, name, value, number in (
        (4, "", "КОДЫ", "General"),
        (5, "Форма по ОКУД", "0504421", "@"),
        (6, "Дата", "{{дата}}", "dd.mm.yyyy"),
        (7, "по ОКПО", "{{окпо}}", "@"),
        (8, "Номер корректировки", "{{вид}}", "0"),
    ):
        if name:
            _put(sheet, row, CODES - 6, name, last=CODES - 1, align=RIGHT)
        _put(sheet, row, CODES, value, last=LAST, border=BOX, number=number, bold=row == 4)
    for row, name, value in (
        (7, "Учреждение", "{{учреждение}}"),
        (8, "Структурное подразделение", "{{подразделение}}"),
        (9, "Вид табеля", "{{вид}}"),
    ):
        _put(sheet, row, 1, name, last=2, align=LEFT, size=9)
        _put(sheet, row, 3, value, last=SECOND_DAY if row < 9 else 3, align=LEFT, size=9, border=UNDER, number="0")
    _put(sheet, 9, 4, "(первичный — 0; корректирующий — 1, 2 и т. д.)", last=HALF_TOTAL, align=LEFT)
    for row in range(1, HEAD):
        sheet.row_dimensions[row].height = 20 if row == 4 else 15
    sheet.row_dimensions[10].height = 6


def _heading(sheet: Worksheet) -> None:
    """Rows 11-12, repeated on every page."""
    for column, name in enumerate(NAMES, start=1):
        _put(sheet, HEAD, column, name, rows=2, border=BOX, bold=True)
    for first, names, words in (
        (FIRST_DAY, DAYS[:MIDDLE], "Числа месяца"),
        (HALF_TOTAL, TOTALS, HALF_HEADING),
        (SECOND_DAY, DAYS[MIDDLE:], "Числа месяца"),
        (MONTH_TOTAL, TOTALS, MONTH_HEADING),
    ):
        _put(sheet, HEAD, first, words, last=first + len(names) - 1, border=BOX, bold=True, size=7)
        for column, name in enumerate(names, start=first):
            _put(sheet, HEAD + 1, column, int(name) if name.isdigit() else name, border=BOX, bold=True, size=7)
    sheet.row_dimensions[HEAD].height, sheet.row_dimensions[HEAD + 1].height = 34, 18


def _sample(sheet: Worksheet) -> None:
    """Two rows of one employee."""
    for column, name in enumerate(PERSON, start=1):
        align = LEFT if name in ("имя", "должность") else CENTER
        _put(sheet, SAMPLE, column, f"{{{{сотрудник.{name}}}}}", rows=2, border=BOX, align=align)
    for row, prefix in ((SAMPLE, "ч"), (SAMPLE + 1, "к")):
        _row(sheet, row, FIRST_DAY, [f"{prefix}_{number}" for number in DAYS[:MIDDLE]])
        _row(sheet, row, SECOND_DAY, [f"{prefix}_{number}" for number in DAYS[MIDDLE:]])
    for first, span in ((HALF_TOTAL, HALF), (MONTH_TOTAL, MONTH)):
        _row(sheet, SAMPLE, first, [f"{span}_{name}" for name in TOTALS], bold=True, number=NO_ZERO)
        absent = [*(f"{span}_неявок_{name}" for name in TOTALS[:2]), "", "", ""]
        _row(sheet, SAMPLE + 1, first, absent, bold=True, number=NO_ZERO)
    for row in (SAMPLE, SAMPLE + 1):
        sheet.row_dimensions[row].height = 16


def _row(
    sheet: Worksheet, row: int, first: int, names: Sequence[str], *, bold: bool = False, number: str = "0"
) -> None:
    for column, name in enumerate(names, start=first):
        marker = f"{{{{сотрудник.{name}}}}}" if name else ""
        _put(sheet, row, column, marker, border=BOX, size=8, bold=bold, number=number)


def _foot(sheet: Worksheet, row: int) -> None:
    lines = (
        "Верхняя строка сотрудника: часы; в итогах — дни и часы явок, из часов — замещение (ЗН, ЗС, ЗП). "
        "Нижняя строка: коды; в итогах — дни и часы неявок.",
        "{{обозначения}} {{оговорка}}",
        "",
        f"Ответственный исполнитель: заместитель директора {LINE} {{{{завуч}}}}",
        "",
        f"Исполнитель: должность {LINE} подпись {LINE} расшифровка подписи {LINE}",
        "",
        f"Отметка бухгалтерии о принятии настоящего табеля: должность {LINE} подпись {LINE} расшифровка подписи {LINE} "
        "«____» ________________ 20___ г.",
    )
    for number, line in enumerate(lines, start=row):
        small = number < row + 2
        _put(sheet, number, 1, line, last=LAST if small else 0, align=LEFT if small else FREE, size=7 if small else 9)
        sheet.row_dimensions[number].height = 12 if line else 8


def _page(sheet: Worksheet) -> None:
    for column, name in enumerate(PERSON, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[name]
    for column in range(FIRST_DAY, LAST + 1):
        is_total = HALF_TOTAL <= column < SECOND_DAY or column >= MONTH_TOTAL
        sheet.column_dimensions[get_column_letter(column)].width = TOTAL_WIDTH if is_total else DAY_WIDTH
    setup = sheet.page_setup
    setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight = "landscape", 9, 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.3
    margins.top, margins.bottom, margins.header, margins.footer = 0.4, 0.5, 0.2, 0.25
    sheet.print_title_rows = f"{HEAD}:{HEAD + 1}"
    sheet.freeze_panes = sheet.cell(SAMPLE, FIRST_DAY).coordinate
    sheet.sheet_view.showGridLines = False
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "Табель {{период}}", "стр. &P из &N"
    for part in (sheet.oddFooter.left, sheet.oddFooter.right):
        part.size, part.font = 8, f"{FONT},Regular"


if __name__ == "__main__":
    make_template().save(Path(sys.argv[1]))
