"""A class moves from Google to the school's folder and back: nothing that a teacher has typed is lost, nothing is news
afterwards, and whatever cuts a move short leaves one book that is in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.google.source import GOOGLE, GoogleSource
from sync_service.books.places import Places
from sync_service.books.source import SourceError, Trouble
from sync_service.books.xlsx import XlsxSource
from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.jobs.work import actions
from sync_service.reconcile.sheet import At
from sync_service.reconcile.typed import own_notes, typed_cells
from sync_service.records import queries, sync_state
from sync_service.usecases import holds, moving, periods
from sync_service.usecases.composition import reasons_apart
from sync_service.usecases.moving import Moved, Target, move_book
from sync_service.usecases.provision import provision
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.google_school import (
    FIRST,
    GRID,
    GROMOVA,
    LEV,
    LOG,
    NINA,
    NINE,
    NINE_ID,
    PETR,
    SECOND,
    SIX,
    YANA,
    PatientSchool,
    school,
    school_at,
)

__all__ = ["school"]

OWNER = "owner@school.example"
DEPUTY = "Белова Т. С."
MARKS = {
    entry_slot(LEV, FIRST): "5", entry_slot(NINA, FIRST): "н", entry_slot(YANA, FIRST): "4/5",
    entry_slot(PETR, FIRST): "45", entry_slot(LEV, SECOND): "4", final_slot(LEV, "c001", "Q1"): "5",
}  # fmt: skip
LESSON = {
    lesson_slot(FIRST, LessonField.HELD): "да", lesson_slot(FIRST, LessonField.TOPIC): "=Дроби, часть 1",
    lesson_slot(FIRST, LessonField.HOMEWORK): "§ 5 № 1–4", lesson_slot(FIRST, LessonField.DATE): "03.09.2026",
    lesson_slot(FIRST, LessonField.MINUTES): "30", lesson_slot(FIRST, LessonField.HOMEWORK_DUE): "07.09.2026",
}  # fmt: skip
OWN_WORDS = "Переспросить у врача"


def fill(school: PatientSchool) -> None:
    """Good marks and a bad one, lessons, a reason of absence, a note of the teacher's own, and a hold."""
    school.type(NINE, GRID, MARKS, by=GROMOVA)
    typed = {slot: text for slot, text in LESSON.items() if not text.startswith("=")}
    school.type(NINE, LOG, typed, by=GROMOVA)
    topic = school.at(NINE, LOG, lesson_slot(FIRST, LessonField.TOPIC))
    place = school.at(NINE, GRID, entry_slot(NINA, FIRST))
    with school.google.state.lock:
        sheet = school.google.tab(school.number(NINE), LOG)
        sheet.cells[topic.row - 1, topic.column - 1].entered = "=Дроби, часть 1"  # as text, after an apostrophe
        school.google.tab(school.number(NINE), GRID).cells[place.row - 1, place.column - 1].note = OWN_WORDS
    school.sync()
    if not reasons_apart(school.workspace.config):
        school.google.type(school.number(NINE), "Пропуски", "F3", "б", by=GROMOVA)
        school.google.type(school.number(NINE), "Пропуски", "G3", "справка № 7", by=GROMOVA)
        school.sync()
    school.now[0] += timedelta(days=60)
    periods.close(school.workspace, "I", by=DEPUTY, reason="приказ № 12")
    school.type(NINE, GRID, {entry_slot(LEV, SECOND): "2"})
    school.sync()


@pytest.fixture
def filled(tmp_path: Path, drawn: Path, db: None) -> Iterator[PatientSchool]:
    with school_at(tmp_path, drawn, story=fill) as made:
        (hold,) = sync_state.holds()
        assert hold.code == Code.PERIOD_CLOSED
        yield made


def record() -> object:
    """Everything that the record knows of the class, its history and what waits."""
    slots = {slot: text for course in ("c001", "c002", "c003") for slot, text in queries.slot_values(course).items()}
    return (
        slots,
        queries.reason_values("9А"),
        {str(slot): queries.history(slot) for slot in slots},
        sorted((tab, str(problem.code), problem.read, problem.kept, since) for tab, problem, since in
               sync_state.standing_problems(NINE_ID)),
        sync_state.holds(),
        {tab: sync_state.baseline(tab) for tab in ("grid c001", "log c001", "absences 9А")},
    )  # fmt: skip


def move(school: PatientSchool, target: Target) -> Moved:
    return move_book(school.workspace, NINE_ID, target, by=DEPUTY)


def ref() -> str:
    return sync_state.book_states()[NINE_ID].ref


def file_of(school: PatientSchool) -> Path:
    return school.workspace.config.books.folder / f"{NINE}.xlsx"


def versions(school: PatientSchool) -> list[Path]:
    return sorted((school.workspace.config.books.versions / NINE).glob("*.xlsx"))


def typed(school: PatientSchool) -> object:
    tabs = school.workspace.source.fetch(ref()).sheets.tabs
    return typed_cells(tabs), own_notes(tabs)


def in_bin(school: PatientSchool) -> list[str]:
    return [file.name for file in school.google.state.files.values() if file.trashed]


def nothing_is_news(school: PatientSchool) -> None:
    """A pass over everything records nothing, loses no remark, and a second one writes nothing either."""
    before = record()
    report = school.sync(everything=True)
    assert report.troubles == []
    assert sum(book.recorded + book.retracted for book in report.books) == 0
    assert record() == before
    again = school.sync(everything=True)
    assert sum(book.recorded + book.written for book in again.books) == 0


def test_to_the_folder_to_google_and_back_nothing_is_lost(filled: PatientSchool) -> None:
    school = filled
    at_first, said = record(), typed(school)
    first = ref()
    assert first.startswith(GOOGLE)

    moved = move(school, "files")
    assert (moved.name, moved.settled, ref()) == (NINE, [], f"{NINE}.xlsx")
    assert moved.cells > 30
    assert in_bin(school) == [NINE]
    nothing_is_news(school)
    assert (record(), typed(school)) == (at_first, said)

    def marked(sheet: Worksheet) -> None:
        place = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "4/5")
        assert sheet.cell(place.row, place.column).value == "4/5"
        place.comment = Comment("Устно", "Громова")

    school.edit(NINE, GRID, marked)
    school.sync()
    said = typed(school)

    moved = move(school, "google")
    assert ref().startswith(GOOGLE)
    assert ref() != first
    assert not file_of(school).exists()
    assert versions(school)
    assert any("открыта для" in line for line in moved.settled)
    nothing_is_news(school)
    assert (record(), typed(school)) == (at_first, said)

    move(school, "files")
    nothing_is_news(school)
    assert (record(), typed(school)) == (at_first, said)
    assert in_bin(school) == [NINE, NINE]
    assert school.troubles() == {}
    # and life goes on: the hold is released in the new place
    (hold,) = sync_state.holds()
    holds.release(school.workspace, hold, by=DEPUTY, reason="служебная записка")
    school.sync()
    assert queries.slot_values("c001")[entry_slot(LEV, SECOND)] == "2"


def test_who_moved_a_class_and_from_where_stands_in_the_ledger(filled: PatientSchool) -> None:
    from sync_service.records.models import LedgerRow  # noqa: PLC0415 - Django must be ready first

    before = ref()
    move(filled, "files")
    row = LedgerRow.objects.get(kind="decision", key="book.moved")
    assert (row.actor, row.book) == (DEPUTY, NINE_ID)
    assert before in (row.new or "")
    assert f"{NINE}.xlsx" in (row.new or "")


def test_in_google_the_teachers_have_their_tabs_again_after_the_way_back(filled: PatientSchool) -> None:
    move(filled, "files")
    move(filled, "google")
    periods.reopen(filled.workspace, "I", by=DEPUTY, reason="приказ № 13")
    actions(filled.workspace)["rights"](filled.now[0])
    filled.type(NINE, GRID, {entry_slot(YANA, SECOND): "3"}, by=GROMOVA)
    filled.sync()
    assert queries.slot_values("c001")[entry_slot(YANA, SECOND)] == "3"
    assert provision(filled.workspace, repair=True).mended == {}


@pytest.fixture(params=["initials", "code"])
def hidden(request: pytest.FixtureRequest, tmp_path: Path, drawn: Path, db: None) -> Iterator[PatientSchool]:
    with school_at(tmp_path, drawn, f'\n[privacy]\nnames = "{request.param}"\n', fill) as made:
        yield made


def shown(school: PatientSchool, title: str) -> str:
    tab = next(tab for tab in school.workspace.source.fetch(ref()).sheets.tabs if tab.title == title)
    return " ".join(map(str, [*tab.cells.values(), *tab.notes.values()]))


def test_names_are_whole_in_the_folder_and_hidden_in_google(hidden: PatientSchool) -> None:
    before = record()
    assert "Абрамов Лев" not in shown(hidden, GRID)
    move(hidden, "files")
    hidden.sync()
    names = {GRID: "Абрамов Лев", "Замечания": "Жуков Пётр", "Пропуски": "Быкова Нина"}
    if reasons_apart(hidden.workspace.config):
        del names["Пропуски"]
    for title, name in names.items():
        assert name in shown(hidden, title)
    nothing_is_news(hidden)
    move(hidden, "google")
    for title, name in names.items():
        assert name not in shown(hidden, title)  # from the first moment
    nothing_is_news(hidden)
    assert record() == before


def test_a_name_that_a_teacher_typed_into_the_file_keeps_it_in_the_folder(hidden: PatientSchool) -> None:
    move(hidden, "files")
    hidden.sync()

    def name_somebody(sheet: Worksheet) -> None:
        place = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "§ 5 № 1–4")
        place.value = "§ 5, доклад: Быкова Нина"

    hidden.edit(NINE, LOG, name_somebody)
    with pytest.raises(SourceError) as refused:
        move(hidden, "google")
    assert refused.value.trouble is Trouble.EXPOSED
    assert "Математика · уроки" in str(refused.value)
    assert (ref(), hidden.sync().troubles) == (f"{NINE}.xlsx", [])
    assert [file.name for file in hidden.google.state.files.values() if not file.trashed and file.name == NINE] == []


# --- refused ----------------------------------------------------------------------------------------------------------


def spoiled_copy(monkeypatch: pytest.MonkeyPatch, change: Callable[[Worksheet], None]) -> None:
    """What Google makes of the book differs in one tab."""
    export = GoogleSource.export

    def spoiled(self: GoogleSource, number: str) -> bytes:
        import io  # noqa: PLC0415 - one use

        workbook = load_workbook(io.BytesIO(export(self, number)), rich_text=True)
        change(workbook[GRID])
        content = io.BytesIO()
        workbook.save(content)
        return content.getvalue()

    monkeypatch.setattr(GoogleSource, "export", spoiled)


def another_mark(sheet: Worksheet) -> None:
    next(cell for row in sheet.iter_rows() for cell in row if cell.value == "4/5").value = "4"


def no_mark(sheet: Worksheet) -> None:
    next(cell for row in sheet.iter_rows() for cell in row if cell.value == "4/5").value = None


def no_key(sheet: Worksheet) -> None:
    next(cell for row in sheet.iter_rows() for cell in row if cell.value == YANA).value = None


def no_words(sheet: Worksheet) -> None:
    cells = (cell for row in sheet.iter_rows() for cell in row)
    next(cell for cell in cells if cell.comment and OWN_WORDS in cell.comment.text).comment = None


def more_marks(sheet: Worksheet) -> None:
    sheet.cell(9, 9).value = "2"


@pytest.mark.parametrize("change", [another_mark, no_mark, no_key, no_words, more_marks])
def test_a_copy_that_says_anything_else_is_refused_and_the_old_book_stays(
    filled: PatientSchool, monkeypatch: pytest.MonkeyPatch, change: Callable[[Worksheet], None]
) -> None:
    before, first = record(), ref()
    spoiled_copy(monkeypatch, change)
    with pytest.raises(NeedsHuman, match="не совпала с ней, перенос отменён: Математика "):
        move(filled, "files")
    assert (ref(), file_of(filled).exists(), in_bin(filled)) == (first, False, [])
    nothing_is_news(filled)
    assert record() == before


def test_a_mark_typed_while_the_copy_is_made_stops_the_move(
    filled: PatientSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be in the old book alone."""
    fetch, first = XlsxSource.fetch, ref()
    slot = entry_slot(YANA, SECOND)
    place = filled.at(NINE, GRID, slot).a1

    def slowly(self: XlsxSource, name: str, known: object = None) -> object:
        if name == f"{NINE}.xlsx":
            filled.google.type(filled.number(NINE), GRID, place, "3", by=OWNER)
        return fetch(self, name, known)  # type: ignore[arg-type]

    monkeypatch.setattr(XlsxSource, "fetch", slowly)
    with pytest.raises(SourceError, match="изменили перед самой записью"):
        move(filled, "files")
    assert (ref(), file_of(filled).exists(), in_bin(filled)) == (first, False, [])
    filled.sync()
    assert filled.value(NINE, GRID, slot) == "3"


def test_a_file_that_somebody_has_open_is_not_moved(filled: PatientSchool) -> None:
    move(filled, "files")
    filled.sync()
    lock = file_of(filled).with_name(f"~${NINE}.xlsx")
    lock.touch()
    with pytest.raises(SourceError, match="сейчас открыта") as refused:
        move(filled, "google")
    assert refused.value.trouble is Trouble.BUSY
    assert (ref(), file_of(filled).exists()) == (f"{NINE}.xlsx", True)
    lock.unlink()
    nothing_is_news(filled)
    move(filled, "google")
    nothing_is_news(filled)


def test_the_trouble_of_another_book_stops_no_move(filled: PatientSchool) -> None:
    filled.google.trash(filled.number(SIX))
    (filled.workspace.config.books.folder / "Чужое.xls").write_bytes(b"")
    move(filled, "files")
    assert ref() == f"{NINE}.xlsx"


def test_what_is_not_there_or_there_already_is_told(filled: PatientSchool) -> None:
    with pytest.raises(NeedsHuman, match="уже там"):
        move(filled, "google")
    with pytest.raises(NeedsHuman, match="не журнал"):
        move_book(filled.workspace, "roster-9А-2026", "files", by=DEPUTY)
    filled.google.trash(filled.number(NINE))
    with pytest.raises(NeedsHuman, match="в корзине"):
        move(filled, "files")


def test_google_that_does_not_answer_leaves_the_old_book_in_force(filled: PatientSchool) -> None:
    move(filled, "files")
    filled.sync()
    before = record()
    filled.google.faults.add("503", kinds="drive")
    with pytest.raises(SourceError) as refused:
        move(filled, "google")
    assert refused.value.trouble is Trouble.UNAVAILABLE
    assert (ref(), file_of(filled).exists(), record()) == (f"{NINE}.xlsx", True, before)


def test_a_copied_tab_is_named_as_what_stands_in_the_way(filled: PatientSchool) -> None:
    sheet = filled.google.tab(filled.number(NINE), GRID).id
    filled.place.client.request(
        "post", f"https://sheets.googleapis.com/v4/spreadsheets/{filled.number(NINE)}:batchUpdate",
        json={"requests": [{"duplicateSheet": {"sourceSheetId": sheet, "newSheetName": "Копия"}}]},
    )  # fmt: skip
    with pytest.raises(NeedsHuman, match="уберите копии вкладок"):
        move(filled, "files")
    assert not file_of(filled).exists()


# --- cut short --------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


def killed(*_: object, **__: object) -> None:
    raise Killed


def test_killed_before_the_old_book_is_put_away_both_stand_still_until_one_is_removed(
    filled: PatientSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, first = record(), ref()
    with monkeypatch.context() as patch, pytest.raises(Killed):  # noqa: PT012
        patch.setattr(Places, "discard", killed)
        move(filled, "files")
    assert (ref(), file_of(filled).exists()) == (first, True)
    filled.opened()
    filled.type(NINE, GRID, {entry_slot(YANA, SECOND): "3"})
    report = filled.sync()
    assert {trouble.trouble for trouble in report.troubles} == {Trouble.DUPLICATE}
    assert "двойник" in filled.troubles()[NINE_ID]
    assert record() == before
    with pytest.raises(NeedsHuman, match="остаток прерванного переноса"):
        move(filled, "files")
    file_of(filled).unlink()
    assert filled.sync().troubles == []
    assert filled.troubles() == {}


@pytest.mark.parametrize("target", ["files", "google"])
def test_killed_before_the_move_is_recorded_the_next_pass_finds_the_copy(
    filled: PatientSchool, monkeypatch: pytest.MonkeyPatch, target: Target
) -> None:
    if target == "google":
        move(filled, "files")
        filled.sync()
    before, said, first = record(), typed(filled), ref()
    with monkeypatch.context() as patch, pytest.raises(Killed):  # noqa: PT012
        patch.setattr(moving, "_record", killed)
        move(filled, target)
    assert ref() == first
    filled.opened()
    assert filled.sync().troubles == []
    assert ref().startswith(GOOGLE) == (target == "google")
    assert (record(), typed(filled)) == (before, said)
    nothing_is_news(filled)
    if target == "google":  # by the next morning the teachers are in again
        actions(filled.workspace)["rights"](filled.now[0])
        filled.type(NINE, GRID, {entry_slot(YANA, "c001.020"): "3"}, by=GROMOVA)


def test_without_rights_for_the_moment_the_book_is_moved_all_the_same_and_says_so(filled: PatientSchool) -> None:
    move(filled, "files")
    filled.sync()
    repair = moving.repair_book

    def away(*said: object) -> list[str]:
        filled.google.faults.add("503", kinds=("sheets-read", "sheets-write"))
        return repair(*said)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moving, "repair_book", away)
        (line,) = move(filled, "google").settled
    assert "journal provision --repair" in line
    assert (ref().startswith(GOOGLE), file_of(filled).exists()) == (True, False)
    filled.google.faults.clear()
    filled.wait(60)
    assert provision(filled.workspace, repair=True).mended[NINE]
    nothing_is_news(filled)


def test_the_answer_that_is_lost_when_the_old_book_goes_never_costs_both(filled: PatientSchool) -> None:
    before = record()
    discard = GoogleSource.discard

    def lost(self: GoogleSource, number: str) -> None:
        discard(self, number)
        raise SourceError(Trouble.UNAVAILABLE, NINE, ref=number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GoogleSource, "discard", lost)
        with pytest.raises(SourceError):
            move(filled, "files")
    assert file_of(filled).exists()
    assert filled.sync().troubles == []
    assert (ref(), record()) == (f"{NINE}.xlsx", before)


def test_slots_of_reasons_come_along(filled: PatientSchool) -> None:
    slot = Slot(SlotKind.REASON, NINA, "2026-09-03 code")
    assert queries.reason_values("9А")[slot] == "б"
    move(filled, "files")
    sheet = load_workbook(file_of(filled))["Пропуски"]
    assert [sheet.cell(3, column).value for column in (6, 7)] == ["б", "справка № 7"]
    assert At(3, 1).a1 == "A3"
