"""From an empty folder to a school's books: what is made, what waits, what is never touched again."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.config import load
from sync_service.domain.slots import entry_slot
from sync_service.records import queries
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.provision import provision
from sync_service.usecases.setup import write_school_book
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import EVENING, SchoolOnDisk, empty_school, office_books


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.xlsx")}


def test_a_school_book_that_nobody_has_filled_is_told(tmp_path: Path, db: None) -> None:
    workspace, _ = empty_school(tmp_path)
    with pytest.raises(NeedsHuman, match="нет книги «Школа»"):
        provision(workspace)
    write_school_book(workspace)
    with pytest.raises(NeedsHuman, match="ещё не заполнена"):
        provision(workspace)
    assert names(workspace.config.books.folder) == {"Школа"}


def test_journals_wait_until_the_class_list_is_filled(school: SchoolOnDisk) -> None:
    """A new class: its roster book is made at once, its journal when the class teacher has typed the list."""

    def add_class(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        row = next(row for row in range(3, sheet.max_row) if not sheet.cell(row, 2).value)
        sheet.cell(row, headings["code"]).value = "5В"
        sheet.cell(row, headings["teacher"]).value = "Ясенев И. П."

    def add_load(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        row = next(row for row in range(3, sheet.max_row) if not sheet.cell(row, 2).value)
        new = {"teacher": "Ясенев И. П.", "class": "5В", "subject": "Математика", "kind": "урок", "hours": 2}
        for key, value in new.items():
            sheet.cell(row, headings[key]).value = value  # type: ignore[assignment]

    school.edit("Школа", "Классы", add_class)
    school.edit("Школа", "Нагрузка", add_load)
    first = provision(school.workspace)
    assert (first.created, first.waiting) == (["5В Список"], ["5В Журнал"])

    def add_pupil(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        for key, value in {"last": "Ужов", "first": "Тит", "enrolled": "01.09.2026"}.items():
            sheet.cell(3, headings[key]).value = value

    school.edit("5В Список", "Список", add_pupil)
    second = provision(school.workspace)
    assert (second.created, second.waiting) == (["5В Журнал"], [])


def test_a_second_run_makes_nothing_and_touches_nothing(school: SchoolOnDisk) -> None:
    before = {path.name: path.read_bytes() for path in school.books.glob("*.xlsx")}
    counts = queries.counts()
    done = provision(school.workspace)
    assert (done.created, done.lessons) == ([], 0)
    assert {path.name: path.read_bytes() for path in school.books.glob("*.xlsx")} == before
    assert queries.counts() == counts


def test_two_prepared_rows_never_share_a_pupil_code(school: SchoolOnDisk) -> None:
    codes: list[str] = []
    for path in school.books.glob("* Список.xlsx"):
        codes += [str(cell.value) for cell in load_workbook(path)["Список"]["A"] if str(cell.value).startswith("P")]
    assert len(codes) == len(set(codes)) > 30


def test_books_per_teacher_are_the_same_school(tmp_path: Path, db: None) -> None:
    """The other composition: one workbook with all courses of a teacher; everything else is the same."""
    first, now = empty_school(tmp_path)
    text = first.config.path.read_text(encoding="utf-8")
    first.config.path.write_text(text + '\n[books]\nper = "teacher"\n', encoding="utf-8")
    workspace = open_workspace(load(first.config.path), clock=lambda: now[0])
    school = SchoolOnDisk(workspace, now)
    office_books(workspace, school.said)
    provision(workspace)
    assert names(school.books) - {"Школа", "9А Список", "6Б Список"} == {
        "Громова О. И Журнал", "Ёршова А. Л Журнал", "Ясенев И. П Журнал",
    }  # fmt: skip
    nine, six = entry_slot("P0001", "c001.001"), entry_slot("P0005", "c004.001")
    tabs = {sheet["A1"].value: sheet.title for sheet in load_workbook(school.books / "Громова О. И Журнал.xlsx")}
    school.type("Громова О. И Журнал", tabs["grid c001"], {nine: "5"})
    school.type("Громова О. И Журнал", tabs["grid c004"], {six: "5"})
    assert not sync(workspace).needs_human
    assert queries.slot_values("c001")[nine] == queries.slot_values("c004")[six] == "5"
    assert now[0] == EVENING
