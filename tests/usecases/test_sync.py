"""One edit's way: a cell in a book becomes record, note and remark; and everything that must not stop it."""

from __future__ import annotations

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render.roster import render_roster
from sync_service.books.source import SourceError
from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, entry_slot, lesson_slot
from sync_service.reconcile.annotate import NOTE_MARK
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases import holds
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import SchoolOnDisk

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
LEV, NINA, YANA, PETR = "P0001", "P0002", "P0003", "P0004"
FIRST, SECOND, THIRD = "c001.001", "c001.002", "c001.003"


def state_of(school: SchoolOnDisk) -> tuple[dict[str, int], dict[str, str], str]:
    """Row counts, bytes of every file, content of the record."""
    home = school.workspace.config.home
    files = {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file()
    }
    return queries.counts(), files, ledger.digest()


def test_what_a_teacher_types_becomes_the_record(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5", entry_slot(NINA, FIRST): "H", entry_slot(YANA, SECOND): 4})
    school.type(BOOK, LOG, {lesson_slot(FIRST, LessonField.HELD): "да", lesson_slot(FIRST, LessonField.TOPIC): "Дроби"})
    report = school.sync()
    assert not report.needs_human
    values = queries.slot_values("c001")
    assert values[entry_slot(LEV, FIRST)] == "5"
    assert values[entry_slot(NINA, FIRST)] == "н"
    assert values[entry_slot(YANA, SECOND)] == "4"
    assert values[lesson_slot(FIRST, LessonField.TOPIC)] == "Дроби"
    assert queries.counts()["entry"] == 3


def test_a_second_pass_writes_nothing_to_any_file_or_table(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5", entry_slot(NINA, FIRST): "45", entry_slot(YANA, FIRST): "н"})
    school.sync()
    before = state_of(school)
    school.now[0] += timedelta(minutes=1)
    report = school.sync()
    assert (report.books, report.unchanged) == ([], 5)
    assert state_of(school) == before
    again = school.sync(everything=True)
    assert sum(book.recorded + book.retracted + book.written for book in again.books) == 0
    assert state_of(school) == before


def test_dates_that_the_timetable_gave_are_not_news(school: SchoolOnDisk) -> None:
    report = school.sync()
    assert sum(book.recorded for book in report.books) == 0


def test_a_bad_cell_gets_a_note_and_a_remark_and_its_neighbour_goes_through(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "45", entry_slot(NINA, FIRST): "4"})
    school.sync()
    assert queries.slot_values("c001").get(entry_slot(LEV, FIRST)) is None
    assert queries.slot_values("c001")[entry_slot(NINA, FIRST)] == "4"
    note = school.note(BOOK, GRID, entry_slot(LEV, FIRST))
    assert note.startswith(NOTE_MARK)
    assert "«45»" in note
    assert "4/5" in note
    assert school.value(BOOK, GRID, entry_slot(LEV, FIRST)) == "45"  # a teacher's cell is never written
    found = [problem.code for tab, problem, _ in sync_state.standing_problems("journal-9А-2026")]
    assert found == [Code.ENTRY_TWO_DIGITS]


def test_a_mended_cell_is_recorded_and_loses_its_note(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "45"})
    school.sync()
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "4/5"})
    school.sync()
    assert queries.slot_values("c001")[entry_slot(LEV, FIRST)] == "4/5"
    assert school.note(BOOK, GRID, entry_slot(LEV, FIRST)) == ""
    assert sync_state.standing_problems("journal-9А-2026") == []


def test_a_correction_and_a_retraction_keep_their_history(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    slot = entry_slot(LEV, FIRST)
    for raw in ("3", "4", None):
        school.type(BOOK, GRID, {slot: raw})
        school.sync()
    assert queries.slot_values("c001").get(slot) is None
    assert [(row.old, row.new) for row in queries.history(slot)] == [("", "3"), ("3", "4"), ("4", "")]


def test_rows_sorted_and_a_tab_renamed_change_nothing(school: SchoolOnDisk) -> None:
    cells = {entry_slot(LEV, FIRST): "5", entry_slot(NINA, FIRST): "4", entry_slot(PETR, SECOND): "н"}
    school.type(BOOK, GRID, cells)
    school.sync()
    before = queries.slot_values("c001")

    def turn_over(sheet: Worksheet) -> None:
        rows = [row for row in range(6, sheet.max_row + 1) if str(sheet.cell(row, 1).value).startswith("P")]
        lines = [[sheet.cell(row, column).value for column in range(1, sheet.max_column + 1)] for row in rows]
        for row, line in zip(rows, reversed(lines), strict=True):
            for column, value in enumerate(line, 1):
                if not str(value).startswith("="):
                    sheet.cell(row, column).value = value
        sheet.title = "Матем (мой)"

    school.edit(BOOK, GRID, turn_over)
    report = school.sync()
    assert sum(book.recorded + book.retracted for book in report.books) == 0
    assert queries.slot_values("c001") == before


def test_an_emptied_tab_is_held_until_a_human_releases_it_by_name(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    cells = {entry_slot(pupil, lesson): "4" for pupil in (LEV, NINA, YANA, PETR) for lesson in (FIRST, SECOND)}
    school.type(BOOK, GRID, cells)
    school.sync()
    before = queries.slot_values("c001")
    school.type(BOOK, GRID, dict.fromkeys(cells))
    report = school.sync()
    assert report.needs_human
    assert queries.slot_values("c001") == before
    (hold,) = sync_state.holds()
    assert hold.code == Code.TAB_EMPTIED
    assert len(holds.would_change(school.workspace, hold).changes) == 8
    with pytest.raises(NeedsHuman):
        holds.release(school.workspace, hold, by=" ", reason="")
    holds.release(school.workspace, hold, by="Белова Т. С.", reason="журнал начат заново")
    school.sync()
    assert sync_state.holds() == []
    assert not {slot for slot in queries.slot_values("c001") if slot in cells}


def test_a_hold_heals_when_the_teacher_puts_the_tab_back(school: SchoolOnDisk) -> None:
    cells = {entry_slot(pupil, lesson): "4" for pupil in (LEV, NINA, YANA, PETR) for lesson in (FIRST, SECOND)}
    school.type(BOOK, GRID, cells)
    school.sync()
    school.type(BOOK, GRID, dict.fromkeys(cells))
    school.sync()
    school.type(BOOK, GRID, cells)
    report = school.sync()
    assert not report.needs_human
    assert sync_state.holds() == []


def test_one_damaged_book_never_stops_another(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    broken = school.books / "6Б Журнал.xlsx"
    broken.write_bytes(broken.read_bytes()[:2000])
    report = school.sync()
    assert queries.slot_values("c001")[entry_slot(LEV, FIRST)] == "5"
    (trouble,) = report.troubles
    assert "6Б Журнал.xlsx" in str(trouble)


def test_two_books_of_one_identity_are_both_left_alone(school: SchoolOnDisk) -> None:
    school.sync()
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    shutil.copy(school.books / f"{BOOK}.xlsx", school.books / "9А Журнал (копия Иванова).xlsx")
    report = school.sync()
    assert report.needs_human
    assert entry_slot(LEV, FIRST) not in queries.slot_values("c001")
    (school.books / "9А Журнал (копия Иванова).xlsx").unlink()
    school.sync()
    assert queries.slot_values("c001")[entry_slot(LEV, FIRST)] == "5"


def test_a_renamed_file_is_the_same_book(school: SchoolOnDisk) -> None:
    school.sync()
    (school.books / f"{BOOK}.xlsx").rename(school.books / "девятый класс.xlsx")
    report = school.sync()
    assert report.troubles == []


def test_a_missing_book_is_told_and_its_data_stay(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    school.sync()
    (school.books / f"{BOOK}.xlsx").unlink()
    report = school.sync()
    assert [BOOK in str(trouble) for trouble in report.troubles] == [True]
    assert queries.slot_values("c001")[entry_slot(LEV, FIRST)] == "5"


def test_an_emptied_folder_is_not_a_school_without_books(school: SchoolOnDisk) -> None:
    school.sync()
    for book in school.books.glob("*.xlsx"):
        book.unlink()
    with pytest.raises(NeedsHuman, match="не осталось ни одной книги"):
        school.sync()


def test_a_folder_that_is_gone_is_told_and_nothing_else_happens(school: SchoolOnDisk) -> None:
    school.sync()
    school.books.rename(school.books.with_name("elsewhere"))
    with pytest.raises(SourceError, match="недоступна"):
        school.sync()


def test_a_book_that_is_open_is_read_but_written_later(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "45"})
    lock = school.books / f"~${BOOK}.xlsx"
    lock.write_bytes(b"\x0bAnna")
    report = school.sync()
    (outcome,) = (book for book in report.books if book.name.startswith(BOOK))
    assert (outcome.written, bool(outcome.waiting)) == (False, True)
    lock.unlink()
    school.sync()
    assert school.note(BOOK, GRID, entry_slot(LEV, FIRST)).startswith(NOTE_MARK)


def test_a_rehearsal_changes_nothing(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    before = state_of(school)
    report = school.sync(dry_run=True)
    assert sum(book.recorded for book in report.books) == 1
    assert state_of(school) == before


def test_a_pupil_added_to_the_roster_gets_a_row_in_the_journals(school: SchoolOnDisk) -> None:
    school.sync()

    def add(sheet: Worksheet) -> None:
        row = next(row for row in range(3, sheet.max_row) if not sheet.cell(row, 2).value)
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        for key, value in {"last": "Чайкин", "first": "Глеб", "enrolled": "08.09.2026"}.items():
            sheet.cell(row, headings[key]).value = value

    school.edit("9А Список", "Список", add)
    school.sync()
    newcomer = next(pupil for pupil in queries.pupils() if pupil.last == "Чайкин")
    school.type(BOOK, GRID, {entry_slot(newcomer.code, THIRD): "5"})
    school.sync()
    assert queries.slot_values("c001")[entry_slot(newcomer.code, THIRD)] == "5"


def test_the_class_teachers_reason_wins_over_the_subject_teachers_n(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "н"})
    school.sync()

    def explain(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        assert sheet.cell(3, headings["pupil"]).value == "Абрамов Лев"
        sheet.cell(3, headings["code"]).value = "б"

    school.edit(BOOK, "Пропуски", explain)
    school.sync()
    span = queries.span_facts(school.said.directory.year.start, school.workspace.today, school.workspace.today)
    assert [entry.absence for entry in span.entries] == ["б"]


def test_the_books_folder_keeps_the_version_before_each_write(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "45"})
    before = (school.books / f"{BOOK}.xlsx").read_bytes()
    school.sync()
    kept = [path.read_bytes() for path in Path(school.workspace.config.books.versions).rglob("*.xlsx")]
    assert before in kept


def test_a_list_of_a_class_that_the_school_does_not_have_is_told_and_hinders_nobody(school: SchoolOnDisk) -> None:
    school.sync()
    stray = render_roster(
        "roster-8В-2026", "8В Список", school.said.directory.school, school.said.directory.year,
        school.said.rosters[0].model_copy(update={"school_class": "8В"}), school.said.directory.subjects,
        lambda: "P7777",
    )  # fmt: skip
    school.workspace.source.create("8В Список.xlsx", stray)
    school.type("9А Журнал", "Математика", {entry_slot("P0001", "c001.001"): "5"})
    report = school.sync()
    told = [problem for book in report.books for problem in book.problems]
    assert [(problem.code, problem.read) for problem in told] == [(Code.TABLE_UNKNOWN_REFERENCE, "8В")]
    assert queries.slot_values("c001")[entry_slot("P0001", "c001.001")] == "5"
    assert len(queries.pupils()) == 6
