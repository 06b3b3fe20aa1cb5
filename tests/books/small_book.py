"""A journal book of two tabs, small enough to see whole, with the formats a teacher cares about."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation

from sync_service.books.source import BookIdentity

GRID, LOG = "Математика", "Математика · уроки"
IDENTITY = BookIdentity("journal-9А-2026", "journal", "school", "2026/27", 1, 3)
PUPILS = ("Аверин Пётр", "Белова Анна", "Ветров Глеб")
TEACHERS_NOTE = "Пересдать до пятницы"


def small_book(change: Callable[[Workbook], None] | None = None) -> bytes:
    """The book as .xlsx; `change` may do anything to it before it is saved."""
    book = Workbook()
    _grid(book)
    _log(book)
    lists = book.create_sheet("_lists")
    lists.append(["к/р", "с/р"])
    lists.sheet_state = "hidden"
    hidden = book.create_sheet("_journal")
    for key in ("book", "kind", "school", "year", "layout", "generation"):
        hidden.append([key, getattr(IDENTITY, key)])
    hidden.sheet_state = "veryHidden"
    if change:
        change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_parts(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """The workbook with its parts changed as openpyxl never would."""
    parts = parts_of(content)
    change(parts)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def _grid(book: Workbook) -> None:
    sheet = book.active
    sheet.title = GRID
    sheet["A1"], sheet["F1"], sheet["G1"] = "grid c001", "l001", "l002"
    edge = Side(style="thin", color="888888")
    for row, name in enumerate(PUPILS, 6):
        sheet.cell(row, 1, f"p{row}")
        sheet.cell(row, 3, name)
        sheet.cell(row, 4, f'=IFERROR(AVERAGE(F{row}:G{row}),"")')
        for column in (6, 7):
            cell = sheet.cell(row, column)
            cell.number_format, cell.border = "@", Border(edge, edge, edge, edge)
    sheet["F6"], sheet["G7"] = "5", "н"
    sheet["G7"].fill = PatternFill("solid", fgColor="FFF2CC")
    sheet["G7"].comment = Comment(TEACHERS_NOTE, "Учитель", width=300, height=50)
    sheet.column_dimensions["C"].width = 31.5
    sheet.freeze_panes = "F6"
    sheet.conditional_formatting.add("F6:G9", CellIsRule(operator="equal", formula=['"2"'], font=Font(color="FF0000")))
    sheet.column_dimensions.group("F", "G", outline_level=1)


def _log(book: Workbook) -> None:
    sheet = book.create_sheet(LOG)
    sheet["A1"] = "log c001"
    sheet.append(["", "№", "Дата", "Проведён", "Тема"])
    for number in (1, 2):
        sheet.append([f"l00{number}", number, date(2026, 9, number), "да", f"Тема {number}"])
        for cell in sheet[sheet.max_row]:
            cell.fill = PatternFill("solid", fgColor="E2EFDA")
        sheet.cell(sheet.max_row, 3).number_format = "dd.mm.yyyy"
    rule = DataValidation(type="list", formula1='"да,нет"')
    rule.add("D3:D20")
    sheet.add_data_validation(rule)
