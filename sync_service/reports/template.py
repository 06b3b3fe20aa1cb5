"""Makes the shipped templates_xlsx/monthly.xlsx: `python -m sync_service.reports.template templates_xlsx/monthly.xlsx`.

Only looks and markers live here; what the markers mean is said in layout.py and in the layouts of the sheets. A school
restyles its own copy of the file in Excel and never needs this module.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.reports import activities, attendance, filling, performance, substitutions
from sync_service.reports.lights import ALARM, ATTENTION, GOOD, SIGNS

FONT = "Arial"
INK, QUIET = "1F2A37", "5B6775"
HEAD, BAND, TOTAL = "DCE6F1", "EEF3F8", "F3F4F6"
LINE = Side(style="thin", color="B8C2CC")
BOX = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
LIGHTS = {GOOD: ("D5EBDD", "1D5B37"), ATTENTION: ("FFF0C2", "7A5200"), ALARM: ("F9D6D5", "8E1F1B")}
WHOLE, TENTHS, HUNDREDTHS = "#,##0", "0.0", "0.00"
CENTER = Alignment(horizontal="center", vertical="center")
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
WRAPPED = Alignment(horizontal="left", vertical="center", wrap_text=True)
HEADING = Alignment(horizontal="center", vertical="center", wrap_text=True)
UPRIGHT = Alignment(horizontal="center", vertical="bottom", text_rotation=90, wrap_text=True)


def make_template() -> Workbook:
    """The workbook with a sheet per report, ready to be saved."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _summary(book.create_sheet("Сводка"))
    _filling(book.create_sheet("R01"))
    _performance(book.create_sheet("Успеваемость"))
    _attendance(book.create_sheet("R05"))
    _substitutions(book.create_sheet("R12"))
    _substitutions_summary(book.create_sheet("R12 свод"))
    _activities(book.create_sheet("R17"))
    _method(book.create_sheet("Методика"))
    return book


def _cells(
    sheet: Worksheet,
    row: int,
    values: Sequence[object],
    *,
    first: int = 1,
    bold: bool = False,
    fill: str = "",
    formats: Sequence[str] = (),
    align: Sequence[Alignment] = (),
    height: float | None = None,
    size: float = 10,
) -> None:
    """A row of boxed cells. `formats` and `align` go by column; the last one holds for the rest."""
    for index, value in enumerate(values):
        cell = sheet.cell(row, first + index, value)
        cell.font = Font(name=FONT, size=size, bold=bold, color=INK)
        cell.border = BOX
        cell.alignment = align[min(index, len(align) - 1)] if align else CENTER
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        if formats:
            cell.number_format = formats[min(index, len(formats) - 1)]
    if height:
        sheet.row_dimensions[row].height = height


def _text(
    sheet: Worksheet,
    row: int,
    text: str,
    *,
    size: float = 10,
    bold: bool = False,
    color: str = INK,
    column: int = 1,
    indent: int = 0,
) -> None:
    """A line of text that runs over the empty cells to its right."""
    cell = sheet.cell(row, column, text)
    cell.font = Font(name=FONT, size=size, bold=bold, color=color)
    cell.alignment = Alignment(horizontal="left", vertical="center", indent=indent)


def _top(sheet: Worksheet, title: str, note: str) -> None:
    """Rows 1-4: school, title, note, a narrow gap."""
    _text(sheet, 1, "{{школа}}", color=QUIET)
    _text(sheet, 2, title, size=15, bold=True)
    _text(sheet, 3, note, color=QUIET)
    for row, height in ((1, 18), (2, 26), (3, 18), (4, 6)):
        sheet.row_dimensions[row].height = height


def _legend(sheet: Worksheet, row: int, column: int, words: dict[str, str]) -> None:
    """One line per traffic light: the cell that shows how it looks, and what it means."""
    for index, (light, meaning) in enumerate(words.items()):
        cell = sheet.cell(row + index, column, f"{{{{{light}}}}}")
        back, ink = LIGHTS[light]
        cell.fill, cell.font = PatternFill("solid", fgColor=back), Font(name=FONT, size=10, bold=True, color=ink)
        cell.border, cell.alignment = BOX, CENTER
        _text(sheet, row + index, meaning, column=column + 1, size=9, color=QUIET, indent=1)


def _signature(sheet: Worksheet, row: int, lines: Sequence[str]) -> None:
    for index, line in enumerate(lines):
        sheet.row_dimensions[row + 2 * index].height = 10
        _text(sheet, row + 2 * index + 1, line)


def _page(sheet: Worksheet, *, wide: bool, widths: Sequence[float], head: int, freeze: str) -> None:
    """A4, one page wide, repeated headings, page numbers. `head`: row of the headings."""
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[sheet.cell(1, index).column_letter].width = width
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.2, 0.3
    sheet.print_title_rows = f"{head}:{head}"
    sheet.freeze_panes = freeze
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 100
    sheet.oddFooter.left.text = "{{школа}}"
    sheet.oddFooter.center.text = "{{месяц}}"
    sheet.oddFooter.right.text = "Лист «&A», стр. &P из &N"
    for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
        part.size, part.font = 8, f"{FONT},Regular"


def _summary(sheet: Worksheet) -> None:
    _top(sheet, "Сводка по электронному журналу за {{месяц}}", "Составлена {{составлен}}; {{охват}}. {{учтено}}")
    _cells(
        sheet, 5, ["№", "Показатель", "Всего", "Норма", "Оценка", "{{шапка.параллель}}"],
        bold=True, fill=HEAD, height=24,
    )  # fmt: skip
    for row, kind, number in ((6, "число", WHOLE), (7, "доля", TENTHS), (8, "балл", HUNDREDTHS)):
        values = [f"{{{{{kind}.{name}}}}}" for name in ("номер", "показатель", "всего", "норма", "оценка", "параллель")]
        _cells(
            sheet, row, values, formats=["General", "General", number, "General", "General", number],
            align=[CENTER, LEFT, CENTER], height=24,
        )  # fmt: skip
        sheet.cell(row, 3).font = Font(name=FONT, size=10, bold=True, color=INK)
    values = ["", "{{изних.показатель}}", "{{изних.всего}}", "", "", "{{изних.параллель}}"]
    indent = Alignment(horizontal="left", vertical="center", indent=3)
    _cells(sheet, 9, values, formats=[WHOLE], align=[CENTER, indent, CENTER], height=18, size=9)
    sheet.row_dimensions[10].height = 8
    meanings = {
        GOOD: "порог нормы достигнут",
        ATTENTION: f"ниже нормы; знак «{SIGNS[ATTENTION]}» рядом с числом",
        ALARM: f"нужны меры; знак «{SIGNS[ALARM]}» рядом с числом",
    }
    _legend(sheet, 11, 2, meanings)
    _text(sheet, 14, "{{пояснение}}", size=9, color=QUIET, column=2)
    _signature(
        sheet,
        15,
        ["Заместитель директора ____________________ {{завуч}}", "Директор ____________________ {{директор}}"],
    )
    _page(sheet, wide=True, widths=[4.5, 44, 11, 15, 12, 9], head=5, freeze="C6")


def _filling(sheet: Worksheet) -> None:
    _top(
        sheet,
        "Отчёт о заполнении электронного журнала за {{месяц}}",
        "R01. Составлен {{составлен}}; {{охват}}. {{учтено}}",
    )
    _cells(sheet, 5, filling.HEADINGS, bold=True, fill=HEAD, align=[CENTER] * 4 + [UPRIGHT], height=126, size=9)
    numbers = [WHOLE] * 13 + [TENTHS]
    sides = [CENTER, LEFT, CENTER, LEFT, CENTER]
    _cells(sheet, 6, [f"{{{{строка.{name}}}}}" for name in filling.FIELDS], formats=numbers, align=sides)
    total = ["", "{{итог.название}}", "", "", *(f"{{{{итог.{name}}}}}" for name in filling.NUMBERS)]
    _cells(sheet, 7, total, bold=True, fill=TOTAL, formats=numbers, align=sides, height=20)
    _cells(
        sheet,
        8,
        ["", "{{раздел.название}}", *[""] * (len(total) - 2)],
        bold=True,
        fill=BAND,
        align=[CENTER, Alignment(horizontal="left", vertical="center", indent=1)],
        height=24,
    )
    teacher = ["", "{{учитель.название}}", "", "", *(f"{{{{учитель.{name}}}}}" for name in filling.NUMBERS)]
    _cells(sheet, 9, teacher, formats=numbers, align=sides)
    sheet.row_dimensions[10].height = 8
    _legend(sheet, 11, 2, {GOOD: "порог нормы достигнут", ATTENTION: "ниже нормы", ALARM: "нужны меры"})
    _text(
        sheet, 14, "Что значит «урок заполнен» и «в срок», сказано на листе «Методика».", size=9, color=QUIET, column=2
    )
    _signature(sheet, 15, ["Заместитель директора ____________________ {{завуч}}"])
    sheet.auto_filter.ref = f"A5:{sheet.cell(5, len(filling.FIELDS)).column_letter}6"
    _page(sheet, wide=True, widths=[4.5, 23, 7, 34, *[7] * 12], head=5, freeze="E6")


def _performance(sheet: Worksheet) -> None:
    _top(sheet, "{{заглавие}}", "Составлено {{составлен}}; {{охват}}. {{пояснение}}")
    _cells(
        sheet,
        5,
        ["Класс", "{{шапка.предмет}}", "Все предметы"],
        bold=True,
        fill=HEAD,
        align=[CENTER, UPRIGHT],
        height=142,
        size=9,
    )
    plain = Alignment(horizontal="left", vertical="center", indent=1)
    _cells(sheet, 6, ["{{раздел.название}}", "{{раздел.предмет}}", ""], bold=True, fill=BAND, align=[plain], height=20)
    row = 7
    for kind, number in zip(performance.KINDS, (WHOLE, HUNDREDTHS, TENTHS), strict=True):
        for suffix, bold, fill in (("", False, ""), ("_итог", True, TOTAL)):
            values = [f"{{{{{kind}{suffix}.{name}}}}}" for name in ("название", "предмет", "всего")]
            _cells(
                sheet,
                row,
                values,
                bold=bold,
                fill=fill,
                formats=["General", number],
                align=[LEFT, CENTER],
                size=9,
                height=16,
            )
            row += 1
    _text(sheet, row, "{{без_отметок}}", size=9, color=QUIET)
    _signature(sheet, row + 1, ["Заместитель директора ____________________ {{завуч}}"])
    _page(sheet, wide=True, widths=[14, 7.2, 9.5], head=5, freeze="B6")


def _attendance(sheet: Worksheet) -> None:
    _top(
        sheet,
        "Посещаемость класса {{класс}}",
        "R05; {{месяц}}; составлено {{составлен}}. {{учтено}} Классный руководитель: {{руководитель}}",
    )
    _cells(sheet, 5, attendance.HEADINGS, bold=True, fill=HEAD, align=[CENTER, CENTER, UPRIGHT], height=132, size=9)
    numbers = [WHOLE] * 9 + [TENTHS]
    _cells(
        sheet,
        6,
        [f"{{{{строка.{name}}}}}" for name in attendance.FIELDS],
        formats=numbers,
        align=[CENTER, LEFT, CENTER],
        height=18,
    )
    total = ["", "{{итог.название}}", *(f"{{{{итог.{name}}}}}" for name in attendance.NUMBERS)]
    _cells(sheet, 7, total, bold=True, fill=TOTAL, formats=numbers, align=[CENTER, LEFT, CENTER], height=20)
    sheet.row_dimensions[8].height = 8
    _text(sheet, 9, "{{примечание}}", size=9, color=QUIET)
    _text(sheet, 10, "{{правило}}", size=9, color=QUIET)
    _signature(
        sheet,
        11,
        [
            "Классный руководитель ____________________ {{руководитель}}",
            "Заместитель директора ____________________ {{завуч}}",
        ],
    )
    _page(sheet, wide=False, widths=[4.5, 37, *[8.2] * 8], head=5, freeze="C6")


def _substitutions(sheet: Worksheet) -> None:
    _top(sheet, "Учёт пропущенных и замещённых уроков", "R12; {{месяц}}; составлен {{составлен}}. {{учтено}}")
    _text(sheet, 5, "{{пропущено}}", bold=True, column=2)
    _text(sheet, 6, "{{замещено}}. {{чаще}}", bold=True, column=2)
    _text(sheet, 7, "{{не_сошлось}}", size=9, color=QUIET, column=2)
    _cells(sheet, 8, substitutions.HEADINGS, bold=True, fill=HEAD, align=[HEADING], height=88, size=9)
    cells = iter(substitutions.FIELDS)
    values = [
        "" if heading in substitutions.SIGNED else f"{{{{строка.{next(cells)}}}}}" for heading in substitutions.HEADINGS
    ]
    sides = [CENTER, CENTER, CENTER, CENTER, WRAPPED, WRAPPED, WRAPPED, WRAPPED, WRAPPED, WRAPPED, WRAPPED, CENTER,
             CENTER, WRAPPED]  # fmt: skip
    dates = ["General", "dd.mm", WHOLE]
    _cells(sheet, 9, values, formats=dates, align=sides, size=9, height=26)
    _cells(sheet, 10, ["", "{{пусто.текст}}", *[""] * (len(values) - 2)], align=[LEFT], height=22)
    sheet.merge_cells(start_row=10, end_row=10, start_column=2, end_column=len(values))
    _signature(sheet, 11, ["Заместитель директора ____________________ {{завуч}}"])
    widths = [4.5, 6.5, 6, 8, 14.5, 13.5, 14.5, 12.5, 13.5, 14.5, 22, 6, 8, 13, 12.5, 12.5, 15]
    _page(sheet, wide=True, widths=widths, head=8, freeze="D9")


def _substitutions_summary(sheet: Worksheet) -> None:
    title = "Сводная ведомость пропущенных и замещённых уроков"
    _top(sheet, title, "R12; {{месяц}}; составлена {{составлен}}. {{учтено}}")
    _cells(sheet, 5, substitutions.SUMMARY_HEADINGS, bold=True, fill=HEAD, align=[HEADING], height=48, size=9)
    for row, kind, bold, fill in ((6, "учитель", False, ""), (7, "итог", True, TOTAL)):
        values = [f"{{{{{kind}.{name}}}}}" for name in ("название", *substitutions.NUMBERS)]
        _cells(sheet, row, values, bold=bold, fill=fill, formats=[WHOLE], align=[LEFT, CENTER], height=20)
    _text(sheet, 8, "Один урок — один час. К оплате — замещения, которые подтверждает журнал.", size=9, color=QUIET)
    _signature(
        sheet, 9, ["Заместитель директора ____________________ {{завуч}}", "Директор ____________________ {{директор}}"]
    )
    _page(sheet, wide=True, widths=[30, *[13] * 9], head=5, freeze="B6")


def _activities(sheet: Worksheet) -> None:
    title = "Внеурочная деятельность, ДО, ГПД"
    _top(sheet, title, "R17; {{месяц}}; составлен {{составлен}}; {{охват}}. {{учтено}}")
    _cells(sheet, 5, activities.HEADINGS, bold=True, fill=HEAD, align=[HEADING], height=34, size=9)
    width = len(activities.HEADINGS)
    band = Alignment(horizontal="left", vertical="center", indent=1)
    _cells(sheet, 6, ["{{раздел.название}}", *[""] * (width - 1)], bold=True, fill=BAND, align=[band], height=22)
    formats = ["General"] * 3 + [WHOLE] * 4 + [TENTHS, WHOLE]
    for row, kind, bold, fill in ((7, "строка", False, ""), (8, "итог", True, TOTAL)):
        names = ["{{строка.объединение}}", "{{строка.руководитель}}", "{{строка.группа}}"]
        head = names if kind == "строка" else ["{{итог.название}}", "", ""]
        values = [*head, *(f"{{{{{kind}.{name}}}}}" for name in activities.NUMBERS)]
        _cells(sheet, row, values, bold=bold, fill=fill, formats=formats, align=[LEFT] * 3 + [CENTER], height=20)
    _cells(sheet, 9, ["{{пусто.текст}}", *[""] * (width - 1)], align=[band], height=22)
    _signature(sheet, 10, ["Заместитель директора ____________________ {{завуч}}"])
    _page(sheet, wide=True, widths=[34, 20, 26, *[11.5] * 6], head=5, freeze="B6")


def _method(sheet: Worksheet) -> None:
    _top(
        sheet,
        "Методика",
        "Как получены числа этой книги: формулы, знаменатели, сроки. Отчёт за {{месяц}}, составлен {{составлен}}.",
    )
    wrapped = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    _cells(sheet, 5, ["Что", "Как считается", "Пояснение или основание"], bold=True, fill=HEAD, height=22)
    _cells(
        sheet,
        6,
        ["{{раздел.название}}", "", ""],
        bold=True,
        fill=BAND,
        align=[Alignment(horizontal="left", vertical="center", indent=1)],
        height=22,
    )
    _cells(sheet, 7, ["{{строка.что}}", "{{строка.как}}", "{{строка.почему}}"], align=[wrapped], size=9)
    _page(sheet, wide=False, widths=[27, 45, 42], head=5, freeze="A6")


if __name__ == "__main__":
    make_template().save(Path(sys.argv[1]))
