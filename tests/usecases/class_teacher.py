"""The class teacher's hands: rows of the roster book written, changed and copied as in a spreadsheet program."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import message
from sync_service.domain.slots import Slot, entry_slot
from sync_service.records import queries, sync_state
from tests.usecases.conftest import SchoolOnDisk, edit

NAMED_BY = {"Список": ("last", "first"), "Семьи": ("name",), "Группы": ("pupil", "subject", "group"),
            "Проверка данных": ("date", "who")}  # fmt: skip


def columns(sheet: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[1] if cell.value}


def rows(sheet: Worksheet) -> Iterator[tuple[int, str]]:
    """(row, what it is called) of the rows that are filled."""
    at = columns(sheet)
    for row in range(3, sheet.max_row + 1):
        words = [sheet.cell(row, at[key]).value for key in NAMED_BY[sheet.title]]
        if any(words):
            yield row, " ".join(str(word) for word in words if word)


def row_of(sheet: Worksheet, who: str) -> int:
    (found,) = (row for row, name in rows(sheet) if name == who)
    return found


def first_blank(sheet: Worksheet) -> int:
    return max((row for row, _ in rows(sheet)), default=2) + 1


def put(school: SchoolOnDisk, school_class: str, tab: str, who: str, /, **cells: object) -> None:
    """Change cells of the row of `who`; "" is the first blank row."""

    def change(sheet: Worksheet) -> None:
        row = row_of(sheet, who) if who else first_blank(sheet)
        for key, value in cells.items():
            sheet.cell(row, columns(sheet)[key]).value = value  # type: ignore[assignment]

    edit(school.books, f"{school_class} Список", tab, change)


def clear(school: SchoolOnDisk, school_class: str, tab: str, who: str) -> None:
    """Empty a row but for its hidden key, as the key Delete does."""

    def change(sheet: Worksheet) -> None:
        row = row_of(sheet, who)
        for column in columns(sheet).values():
            sheet.cell(row, column).value = None

    edit(school.books, f"{school_class} Список", tab, change)


def copy_whole_row(school: SchoolOnDisk, who: str, *, old: str, new: str, tab: str = "Список") -> None:
    """Copy a row by its number in one book and paste it over a blank one of another: hidden column A comes along."""
    source = load_workbook(school.books / f"{old} Список.xlsx")[tab]
    row = row_of(source, who)
    values = [cell.value for cell in source[row]]

    def change(sheet: Worksheet) -> None:
        target = first_blank(sheet)
        for column, value in enumerate(values, 1):
            sheet.cell(target, column).value = value  # type: ignore[assignment]

    edit(school.books, f"{new} Список", tab, change)


def code_of(school: SchoolOnDisk, school_class: str, who: str) -> str:
    sheet = load_workbook(school.books / f"{school_class} Список.xlsx")["Список"]
    return str(sheet.cell(row_of(sheet, who), 1).value)


def told(school_class: str, kind: str = "roster") -> list[str]:
    """The remarks that stand about a book, as people read them."""
    return [message(problem) for _, problem, _ in sync_state.standing_problems(f"{kind}-{school_class}-2026")]


def line_of(school: SchoolOnDisk, book: str, tab: str, code: str) -> tuple[object, object, str]:
    """(№, name, note on the name) of a pupil in a grid."""
    return school.line(book, tab, code)


def entry(pupil: str, course: str, day: date) -> Slot:
    """The cell of a pupil in the lesson of a course on a day."""
    (lesson,) = (one.key for one in queries.lesson_facts(course) if one.date == day)
    return entry_slot(pupil, lesson)
