"""Something has come that a journal has no place for: `journal provision` draws the book anew, and nothing that
teachers typed is lost on the way."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, entry_slot, final_slot, lesson_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases.demo_hands import cell_of
from sync_service.usecases.provision import Provisioned, provision
from tests.usecases.conftest import SchoolOnDisk
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
FIRST, SECOND = "c001.001", "c001.002"
ANNA = "P0001"


def add(school: SchoolOnDisk | SchoolInGoogle, book: str, tab: str, by: str, **cells: object) -> None:
    """Fill the first row of an office tab whose column `by` is empty."""

    def change(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(2, sheet.max_column + 1)}
        row = next(row for row in range(3, 500) if sheet.cell(row, headings[by]).value is None)
        for key, value in cells.items():
            sheet.cell(row, headings[key]).value = value  # type: ignore[assignment]

    school.edit(book, tab, change)


def give_chess(school: SchoolOnDisk | SchoolInGoogle) -> None:
    """A circle begins in the middle of September."""
    add(school, "Школа", "Предметы", "title", title="Шахматы", short="Шахм.", marking="безотметочно")
    add(school, "Школа", "Нагрузка", "teacher", teacher="Ясенев И. П.", **{"class": "9А"}, subject="Шахматы",
        kind="кружок", hours=1, since=date(2026, 9, 14))  # fmt: skip
    add(school, "Школа", "Расписание", "since", since=date(2026, 9, 14), weekday="пт", slot=7, **{"class": "9А"},
        subject="Шахматы", teacher="Ясенев И. П.")  # fmt: skip


def redrawn(school: SchoolOnDisk | SchoolInGoogle) -> Provisioned:
    done = provision(school.workspace)
    assert (done.problems, done.troubles) == ([], [])
    return done


def nothing_to_do(school: SchoolOnDisk | SchoolInGoogle) -> None:
    school.sync(everything=True)
    report = school.sync(everything=True)
    assert [book for book in report.books if book.recorded or book.retracted or book.written or book.held] == []
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def test_a_circle_that_begins_in_september_gets_its_tabs_in_the_journal(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.type(BOOK, GRID, {
        entry_slot(ANNA, FIRST): "5", entry_slot("P0002", FIRST): "45", final_slot(ANNA, "c001", "Q1"): "4",
    })  # fmt: skip
    school.type(BOOK, LOG, {
        lesson_slot(FIRST, LessonField.HELD): "да", lesson_slot(FIRST, LessonField.HOMEWORK): "§ 1",
        lesson_slot(SECOND, LessonField.DATE): date(2026, 9, 8),
    })  # fmt: skip

    def whisper(sheet: Worksheet) -> None:
        sheet.cell(*cell_of(sheet, entry_slot("P0003", FIRST))).comment = Comment("Спросить ещё раз", "О. И.")

    school.edit(BOOK, GRID, whisper)
    school.sync()
    record = queries.slot_values("c001")
    give_chess(school)
    report = school.sync()
    assert Code.BOOK_NARROW in [problem.code for _, problem, _ in sync_state.standing_problems("journal-9А-2026")]
    assert not any(book.held for book in report.books)
    done = redrawn(school)
    assert done.redrawn == {BOOK: ["предмет «Шахматы»"]}
    titles = load_workbook(school.books / f"{BOOK}.xlsx").sheetnames
    assert {"Шахматы", "Шахматы · занятия"} <= set(titles)
    assert school.value(BOOK, GRID, entry_slot("P0002", FIRST)) == "45"
    assert "Спросить ещё раз" in school.note(BOOK, GRID, entry_slot("P0003", FIRST))
    nothing_to_do(school)
    assert queries.slot_values("c001") == record
    assert "45" in school.note(BOOK, GRID, entry_slot("P0002", FIRST))
    assert Code.BOOK_NARROW not in [problem.code for _, problem, _ in sync_state.standing_problems("journal-9А-2026")]
    chess = next(course.code for course in queries.courses() if course.subject == "Шахматы")
    school.type(BOOK, "Шахматы", {entry_slot(ANNA, f"{chess}.001"): "н"})
    school.now[0] = school.now[0].replace(day=18)
    school.sync()
    assert provision(school.workspace).redrawn == {}
    assert [one.name for one in (school.workspace.config.books.versions / BOOK).iterdir()]


def test_more_new_pupils_than_spare_rows_get_rows(school: SchoolOnDisk) -> None:
    school.sync()
    for number in range(7):
        add(school, "9А Список", "Список", "last", last=f"Новиков{'абвгдеж'[number]}", first="Егор",
            enrolled=date(2026, 9, 14))  # fmt: skip
    school.sync()
    assert list(redrawn(school).redrawn) == [BOOK]
    nothing_to_do(school)
    sheet = load_workbook(school.books / f"{BOOK}.xlsx")[GRID]
    named = [sheet.cell(row, 3).value for row in range(6, sheet.max_row + 1)]
    assert sum(str(name).startswith("Новиков") for name in named) == 7


@pytest.mark.parametrize("what", ["a tab", "a column", "a hold"])
def test_a_book_with_something_outside_the_keys_is_left_alone_and_told(school: SchoolOnDisk, what: str) -> None:
    path = school.books / f"{BOOK}.xlsx"
    school.type(BOOK, GRID, {entry_slot(f"P000{pupil}", FIRST): "5" for pupil in range(1, 5)})
    school.sync()
    workbook = load_workbook(path)
    if what == "a tab":
        workbook.create_sheet("Черновик")["A5"] = "мои заметки"
    elif what == "a column":
        workbook[GRID].cell(6, workbook[GRID].max_column + 2).value = "заметка"
    else:
        del workbook[GRID]
    workbook.save(path)
    give_chess(school)
    before = path.read_bytes()
    done = redrawn(school)
    assert (done.redrawn, len(done.refused)) == ({}, 1)
    word = {"a tab": "Черновик", "a column": "вне строк и столбцов", "a hold": "journal hold list"}[what]
    assert word in done.refused[0]
    school.sync()
    if what == "a tab":
        assert load_workbook(path)["Черновик"]["A5"].value == "мои заметки"
    assert before == path.read_bytes() or sync_state.standing_problems("journal-9А-2026")


def test_a_circle_gets_its_tabs_in_google_too_and_the_old_book_lies_in_the_bin(in_google: SchoolInGoogle) -> None:
    school = in_google
    school.type(BOOK, GRID, {entry_slot(ANNA, FIRST): "5"})
    school.sync()
    old = school.ref(BOOK)
    give_chess(school)
    assert list(redrawn(school).redrawn) == [BOOK]
    assert school.ref(BOOK) != old
    nothing_to_do(school)
    assert school.value(BOOK, GRID, entry_slot(ANNA, FIRST)) == "5"
    assert sync_state.holds() == []
