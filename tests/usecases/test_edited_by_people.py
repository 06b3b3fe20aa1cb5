"""A book opened, edited and saved by a real LibreOffice Calc is read back right."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from sync_service.domain.slots import LessonField, entry_slot, lesson_slot
from sync_service.reconcile.sheet import At
from sync_service.records import queries, sync_state
from sync_service.usecases.demo_hands import cell_of
from tests.libreoffice import (  # noqa: F401 - the fixture is used by name
    Office,
    comment,
    insert_row,
    libreoffice,
    rename,
    sort,
    type_in,
)
from tests.usecases.conftest import SchoolOnDisk

pytestmark = pytest.mark.libreoffice
BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
LEV, NINA, YANA, PETR = "P0001", "P0002", "P0003", "P0004"
FIRST, SECOND = "c001.001", "c001.002"


def place(school: SchoolOnDisk, tab: str, slot: object) -> str:
    sheet = load_workbook(school.books / f"{BOOK}.xlsx")[tab]
    return At(*cell_of(sheet, slot)).a1  # type: ignore[arg-type]


def test_marks_typed_in_calc_arrive_as_typed(school: SchoolOnDisk, libreoffice: Office) -> None:  # noqa: F811
    five, two_marks, absent, bad = (entry_slot(pupil, FIRST) for pupil in (LEV, NINA, YANA, PETR))
    typed = {five: "5", two_marks: "4/5", absent: "н", bad: "45"}
    steps = [type_in(GRID, place(school, GRID, slot), text) for slot, text in typed.items()]
    topic = lesson_slot(FIRST, LessonField.TOPIC)
    steps.append(type_in(LOG, place(school, LOG, topic), "Квадратные корни"))
    libreoffice.edit(school.books / f"{BOOK}.xlsx", steps)
    school.sync()
    values = queries.slot_values("c001")
    assert {slot: values.get(slot) for slot in typed} == {five: "5", two_marks: "4/5", absent: "н", bad: None}
    assert values[topic] == "Квадратные корни"
    assert "«45»" in school.note(BOOK, GRID, bad)


def test_what_people_do_to_rows_and_tabs_loses_nothing(school: SchoolOnDisk, libreoffice: Office) -> None:  # noqa: F811
    path = school.books / f"{BOOK}.xlsx"
    cells = {entry_slot(LEV, FIRST): "5", entry_slot(NINA, FIRST): "3", entry_slot(PETR, SECOND): "н"}
    libreoffice.edit(path, [type_in(GRID, place(school, GRID, slot), text) for slot, text in cells.items()])
    school.sync()
    recorded = queries.slot_values("c001")
    last = load_workbook(path)[GRID].max_column
    libreoffice.edit(
        path,
        [
            sort(GRID, f"A6:{At(9, last).a1}", "C", descending=True),
            insert_row(GRID, 8),
            comment(GRID, "C7", "пересадить вперёд"),
            rename(GRID, "Алгебра моя"),
        ],
    )
    report = school.sync()
    assert sum(book.recorded + book.retracted for book in report.books) == 0
    assert queries.slot_values("c001") == recorded
    slot = entry_slot(YANA, FIRST)
    libreoffice.edit(path, [type_in("Алгебра моя", place(school, "Алгебра моя", slot), "2")])
    school.sync()
    assert queries.slot_values("c001") == recorded | {slot: "2"}
    assert sync_state.holds() == []


def test_a_book_that_stands_open_in_calc_is_read_and_not_written(
    school: SchoolOnDisk,
    libreoffice: Office,  # noqa: F811
) -> None:
    path = school.books / f"{BOOK}.xlsx"
    slot = entry_slot(LEV, FIRST)
    libreoffice.edit(path, [type_in(GRID, place(school, GRID, slot), "45")])
    with libreoffice.opened(path):
        report = school.sync()
        (outcome,) = (book for book in report.books if book.name.startswith(BOOK))
        assert outcome.waiting
        assert len(outcome.problems) == 1
    school.sync()
    assert "«45»" in school.note(BOOK, GRID, slot)


def test_averages_that_a_teacher_sees_follow_what_was_typed(school: SchoolOnDisk, libreoffice: Office) -> None:  # noqa: F811
    path = school.books / f"{BOOK}.xlsx"
    cells = {entry_slot(LEV, FIRST): "5", entry_slot(LEV, SECOND): "4/4"}
    libreoffice.edit(path, [type_in(GRID, place(school, GRID, slot), text) for slot, text in cells.items()])
    school.sync()
    sheet = load_workbook(path)[GRID]
    row, _ = cell_of(sheet, entry_slot(LEV, FIRST))
    mean = next(cell.column for cell in sheet[1] if str(cell.value) == "#period-mean Q1")
    assert libreoffice.read(path, GRID, [At(row, mean).a1]) == ["4,33"]
