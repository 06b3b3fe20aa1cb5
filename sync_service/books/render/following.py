"""Lists for drop-downs that follow another tab of the same book: staff, classes, subjects, work types, pupils."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

from sync_service.books.render import formulas
from sync_service.books.render.lists import Lists, Range
from sync_service.books.render.pen import Formula
from sync_service.books.render.titles import quoted
from sync_service.reconcile.layout import CLASSES, FIRST_TABLE_ROW, ROSTER, STAFF, SUBJECTS, WORK_TYPES, Table

ROWS_AHEAD = 40  # the list reaches this far below the prepared rows, for rows added by hand


def staff_list(lists: Lists, rows: int) -> Range:
    """Short names from «Сотрудники», which has `rows` prepared rows."""
    last, first, patronymic = (_letter(STAFF, key) for key in ("last", "first", "patronymic"))
    tab = quoted(STAFF.title)
    return lists.add("Сотрудник", [formulas.short_name(tab, row, last, first, patronymic) for row in _rows(rows)])


def pupil_list(lists: Lists, rows: int) -> Range:
    """«Фамилия Имя» from «Список»."""
    last, first = _letter(ROSTER, "last"), _letter(ROSTER, "first")
    return lists.add("Ученик", [formulas.list_name(quoted(ROSTER.title), row, last, first) for row in _rows(rows)])


def class_list(lists: Lists, rows: int) -> Range:
    return lists.add("Класс", _column(CLASSES, "code", rows))


def subject_list(lists: Lists, rows: int) -> Range:
    return lists.add("Предмет", _column(SUBJECTS, "title", rows))


def work_list(lists: Lists, rows: int) -> Range:
    return lists.add("Вид работы", _column(WORK_TYPES, "short", rows))


def _column(table: Table, key: str, rows: int) -> list[Formula]:
    return [formulas.copied(quoted(table.title), row, _letter(table, key)) for row in _rows(rows)]


def _letter(table: Table, key: str) -> str:
    return get_column_letter(table.index(key))


def _rows(count: int) -> range:
    return range(FIRST_TABLE_ROW, FIRST_TABLE_ROW + count + ROWS_AHEAD)
