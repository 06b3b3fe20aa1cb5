"""With codes instead of names no reason of an absence leaves the school: the class teacher says it in a book of the
school's own folder, and the journal in Google has no place for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.config import load
from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot, SlotKind, entry_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases.moving import move_book
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.provision import provision
from sync_service.usecases.restoring import copy_as_of
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.google_school import (
    FIRST,
    GRID,
    GROMOVA,
    LEV,
    NINA,
    NINE,
    NINE_ID,
    SECOND,
    PatientSchool,
    school,
    school_at,
)

__all__ = ["school"]

REASONS = "9А Пропуски"
CODED = '\n[privacy]\nnames = "code"\n'
ILL, PAPER = (Slot(SlotKind.REASON, LEV, f"2026-09-02 {field}") for field in ("code", "document"))


@pytest.fixture
def coded(tmp_path: Path, drawn: Path, db: None) -> Iterator[PatientSchool]:
    with school_at(tmp_path, drawn, CODED) as made:
        yield made


def rows(school: PatientSchool) -> list[tuple[object, ...]]:
    """Pupil, lessons missed, what was marked, reason, document: as the class teacher sees them."""
    sheet = load_workbook(school.books / f"{REASONS}.xlsx")["Пропуски"]
    return [tuple(cell.value for cell in row[2:7]) for row in sheet.iter_rows(min_row=3) if row[0].value]


def says(school: PatientSchool, code: str, document: str) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["F3"], sheet["G3"] = code, document

    school.edit(REASONS, "Пропуски", change)


def everything_in_google(school: PatientSchool) -> str:
    """Titles, cells and notes of all spreadsheets, the bin included."""
    with school.google.state.lock:
        books = [file.spreadsheet for file in school.google.state.files.values() if file.spreadsheet]
        sheets = [sheet for book in books for sheet in book.sheets]
        said = [[sheet.title, *(f"{cell.entered} {cell.note}" for cell in sheet.cells.values())] for sheet in sheets]
    return "\n".join(text for lines in said for text in lines)


def test_the_class_teacher_says_in_the_schools_own_folder_why_a_pupil_was_away(coded: PatientSchool) -> None:
    coded.type(NINE, GRID, {entry_slot(LEV, FIRST): "н"}, by=GROMOVA)
    assert coded.sync().troubles == []
    assert rows(coded) == [("Абрамов Лев", 1, "н", None, None)]
    shown = [sheet.title for sheet in load_workbook(coded.books / f"{REASONS}.xlsx") if sheet.sheet_state == "visible"]
    assert shown == ["Пропуски", "Замечания"]
    says(coded, "б", "справка № 7")
    assert coded.sync().troubles == []
    assert queries.reason_values("9А") == {ILL: "б", PAPER: "справка № 7"}
    week = queries.diary_week(LEV, coded.now[0].date().replace(day=1), coded.now[0].date())
    assert "б" in [lesson.absence for day in week.days for lesson in day.lessons]
    coded.sync(everything=True, nightly=True)
    there = everything_in_google(coded)
    assert [word for word in ("справка", "Пропуски\n", "Абрамов", "болезнь —") if word in there] == []
    assert coded.value(NINE, GRID, entry_slot(LEV, FIRST)) == "н"
    again = coded.sync(everything=True).books
    assert [one.name for one in again if one.recorded or one.retracted or one.written or one.problems] == []
    assert copy_as_of(coded.workspace, REASONS, "2026-09-16T18:00").path.exists()


def test_a_reason_typed_into_a_mark_cell_is_asked_back(coded: PatientSchool) -> None:
    slot = entry_slot(NINA, SECOND)
    coded.type(NINE, GRID, {slot: "б"}, by=GROMOVA)  # who leads the class
    coded.sync()
    assert slot not in queries.slot_values("c001")
    assert "причину пропуска ставит классный руководитель" in coded.note(NINE, GRID, slot)


def hides_names(school: PatientSchool) -> None:
    """The administrator decides for codes in the middle of the year."""
    path = school.workspace.config.path
    path.write_text(path.read_text(encoding="utf-8") + CODED, encoding="utf-8")
    school.workspace = open_workspace(load(path), clock=school.workspace.clock)
    school.opened()


@pytest.fixture
def reasoned(school: PatientSchool) -> PatientSchool:
    """Names and a reason stand in Google."""
    school.type(NINE, GRID, {entry_slot(LEV, FIRST): "н"}, by=GROMOVA)
    school.sync()
    school.google.type(school.number(NINE), "Пропуски", "F3", "б", by=GROMOVA)
    school.google.type(school.number(NINE), "Пропуски", "G3", "справка № 7", by=GROMOVA)
    school.sync()
    assert queries.reason_values("9А") == {ILL: "б", PAPER: "справка № 7"}
    return school


def test_a_school_that_turns_to_codes_takes_its_reasons_home(reasoned: PatientSchool) -> None:
    hides_names(reasoned)
    reasoned.sync(everything=True)
    standing = sync_state.standing_problems(NINE_ID)
    assert [problem.detail for _, problem, _ in standing if problem.code is Code.BOOK_NARROW] == [
        "«Пропуски» теперь в отдельной книге"
    ]
    done = provision(reasoned.workspace)
    assert (done.created, done.refused, done.troubles) == (["6Б Пропуски", REASONS], [], [])
    assert done.redrawn == {
        name: ["«Пропуски» теперь в отдельной книге"] for name in (NINE, "6Б Журнал")
    }
    reasoned.sync(everything=True)
    assert rows(reasoned) == [("Абрамов Лев", 1, "н", "б", "справка № 7")]
    assert queries.reason_values("9А") == {ILL: "б", PAPER: "справка № 7"}
    titles = [sheet.title for sheet in reasoned.google.spreadsheet(reasoned.number(NINE)).sheets]
    assert "Пропуски" not in titles
    report = reasoned.sync(everything=True)
    assert [book.name for book in report.books if book.recorded or book.retracted or book.held] == []
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def test_a_reason_that_was_not_taken_over_yet_keeps_its_tab(reasoned: PatientSchool) -> None:
    hides_names(reasoned)
    reasoned.google.type(reasoned.number(NINE), "Пропуски", "G3", "справка № 8", by=GROMOVA)
    done = provision(reasoned.workspace)
    assert list(done.redrawn) == ["6Б Журнал"]
    assert done.refused == ["Книга «9А Журнал» не перерисована, не нашлось места для: Пропуски G3."]
    reasoned.google.type(reasoned.number(NINE), "Пропуски", "G3", "", by=GROMOVA)  # said in the other book
    says(reasoned, "б", "справка № 8")
    assert list(provision(reasoned.workspace).redrawn) == [NINE]
    reasoned.sync()
    assert queries.reason_values("9А")[PAPER] == "справка № 8"


def test_a_school_that_turns_back_has_its_reasons_in_the_journal_again(coded: PatientSchool) -> None:
    coded.type(NINE, GRID, {entry_slot(LEV, FIRST): "н"}, by=GROMOVA)
    coded.sync()
    says(coded, "б", "справка № 7")
    coded.sync()
    path = coded.workspace.config.path
    path.write_text(path.read_text(encoding="utf-8").replace(CODED, ""), encoding="utf-8")
    coded.workspace = open_workspace(load(path), clock=coded.workspace.clock)
    coded.opened()
    assert provision(coded.workspace).redrawn == {name: ["вкладка «Пропуски»"] for name in (NINE, "6Б Журнал")}
    coded.sync(everything=True)
    coded.sync(everything=True)
    assert queries.reason_values("9А") == {ILL: "б", PAPER: "справка № 7"}
    number = coded.number(NINE)
    assert [coded.google.shown(number, "Пропуски", at) for at in ("F3", "G3")] == ["б", "справка № 7"]


def test_reasons_stay_when_a_class_goes_to_google(coded: PatientSchool) -> None:
    move_book(coded.workspace, NINE_ID, "files", by="Белова Т. С.")
    coded.sync()
    path = coded.workspace.config.path
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(CODED, ""), encoding="utf-8")
    coded.workspace = open_workspace(load(path), clock=coded.workspace.clock)
    coded.opened()
    provision(coded.workspace)  # the file has «Пропуски» now
    path.write_text(text, encoding="utf-8")
    coded.workspace = open_workspace(load(path), clock=coded.workspace.clock)
    coded.opened()
    with pytest.raises(NeedsHuman, match="причины пропусков, а они не должны покидать школу"):
        move_book(coded.workspace, NINE_ID, "google", by="Белова Т. С.")
