"""What every place of books promises: the same suite on each of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

import openpyxl
import pytest
from openpyxl.comments import Comment

from sync_service.books.google.source import number_of
from sync_service.books.memory import MemorySource
from sync_service.books.source import BookSource, Look, SourceError, Trouble
from sync_service.books.xlsx import XlsxSource
from sync_service.reconcile.sheet import At, Tab, TabWrite
from tests.books.google.places import google_source, start_of
from tests.books.small_book import GRID, IDENTITY, LOG, TEACHERS_NOTE, small_book
from tests.google_emulator.fixture import gspread_of, session_of
from tests.google_emulator.server import Emulator

F6, G6, G7, G8, D6 = (At.parse(a1) for a1 in ("F6", "G6", "G7", "G8", "D6"))


class Place(Protocol):
    """A place of books and a person at it."""

    source: BookSource
    away: Trouble  # what is said when the place cannot be reached

    def type(self, ref: str, title: str, at: At, value: str) -> None: ...
    def note(self, ref: str, title: str, at: At, said: str) -> None: ...
    def rename(self, ref: str, title: str, new: str) -> None: ...
    def open(self, ref: str) -> None: ...
    def remove(self, ref: str) -> None: ...
    def take_away(self) -> None: ...


class InMemory:
    away = Trouble.MISSING_FOLDER

    def __init__(self) -> None:
        self.source = MemorySource()
        self.type, self.note, self.rename = self.source.type, self.source.note, self.source.rename
        self.open, self.remove = self.source.hold_open, self.source.discard

    def take_away(self) -> None:
        self.source.available = False


class InFolder:
    """A person with a program that writes the whole file anew."""

    away = Trouble.MISSING_FOLDER

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = XlsxSource(folder)

    def type(self, ref: str, title: str, at: At, value: str) -> None:
        book = openpyxl.load_workbook(self.folder / ref)
        book[title][at.a1] = value
        self._save(ref, book)

    def note(self, ref: str, title: str, at: At, said: str) -> None:
        book = openpyxl.load_workbook(self.folder / ref)
        book[title][at.a1].comment = Comment(said, "Учитель")
        self._save(ref, book)

    def rename(self, ref: str, title: str, new: str) -> None:
        book = openpyxl.load_workbook(self.folder / ref)
        book[title].title = new
        self._save(ref, book)

    def open(self, ref: str) -> None:
        (self.folder / f".~lock.{ref}#").write_text(",Учитель,school,01.09.2026 08:00;")

    def remove(self, ref: str) -> None:
        (self.folder / ref).unlink()

    def take_away(self) -> None:
        self.folder.rename(self.folder.with_name("elsewhere"))

    def _save(self, ref: str, book: openpyxl.Workbook) -> None:
        target = io.BytesIO()
        book.save(target)
        (self.folder / ref).write_bytes(target.getvalue())


class InGoogle:
    """A person with a browser, at an emulator of Google."""

    away = Trouble.OFFLINE

    def __init__(self, folder: Path) -> None:
        self.google = Emulator().start()
        self.source = google_source(self.google, folder)

    def type(self, ref: str, title: str, at: At, value: str) -> None:
        self.google.type(number_of(ref), title, at.a1, value, by=self.google.owner)

    def note(self, ref: str, title: str, at: At, said: str) -> None:
        rows = [{"values": [{"note": said}]}]
        place = start_of(self.google, ref, title, at)
        self._change(ref, {"updateCells": {"start": place, "rows": rows, "fields": "note"}})

    def rename(self, ref: str, title: str, new: str) -> None:
        sheet = self.google.tab(number_of(ref), title).id
        named = {"properties": {"sheetId": sheet, "title": new}, "fields": "title"}
        self._change(ref, {"updateSheetProperties": named})

    def open(self, ref: str) -> None:
        pytest.skip("nobody can be in the way in Google")

    def remove(self, ref: str) -> None:
        session_of(self.google, self.google.owner).delete(f"{self.google.url}/drive/v3/files/{number_of(ref)}")

    def take_away(self) -> None:
        self.google.stop()

    def _change(self, ref: str, request: dict[str, object]) -> None:
        client = gspread_of(self.google, self.google.owner)
        client.http_client.batch_update(number_of(ref), {"requests": [request]})


@pytest.fixture(params=["memory", "xlsx", "google"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "memory":
        yield InMemory()
    elif request.param == "xlsx":
        folder = tmp_path / "books"
        folder.mkdir()
        yield InFolder(folder)
    else:
        place = InGoogle(tmp_path)
        yield place
        place.google.stop()


@pytest.fixture
def ref(place: Place) -> str:
    return place.source.create("9А Журнал.xlsx", small_book())


def the_look(place: Place) -> Look:
    (look,) = place.source.looks()
    assert isinstance(look, Look)
    return look


def tab(place: Place, ref: str, title: str) -> Tab:
    return next(tab for tab in place.source.fetch(ref).sheets.tabs if tab.title == title)


def test_a_created_book_is_found_and_read_back(place: Place, ref: str) -> None:
    look = the_look(place)
    fetched = place.source.fetch(look.ref)
    assert (look.ref, look.name.removesuffix(".xlsx")) == (ref, "9А Журнал")
    assert fetched.look == look
    assert fetched.identity == IDENTITY
    assert [tab.title for tab in fetched.sheets.tabs] == [GRID, LOG] == list(fetched.tab_versions)
    assert fetched.sheets.tabs[0].cells[F6] == "5"
    assert fetched.sheets.tabs[0].notes == {G7: TEACHERS_NOTE}
    assert fetched.sheets.tabs[1].cells[At.parse("C4")] == date(2026, 9, 2)
    assert "" not in fetched.sheets.tabs[0].cells.values()


def test_creating_never_replaces_a_book(place: Place, ref: str) -> None:
    before = the_look(place)
    with pytest.raises(SourceError) as refused:
        place.source.create("9А Журнал.xlsx", small_book())
    assert refused.value.trouble is Trouble.DUPLICATE
    assert the_look(place) == before


def test_only_a_book_of_ours_is_created(place: Place) -> None:
    with pytest.raises(SourceError) as refused:
        place.source.create("9А Журнал.xlsx", b"<html></html>")
    assert refused.value.trouble is Trouble.NOT_WORKBOOK
    with pytest.raises(SourceError) as refused:
        place.source.create("9А Журнал.xlsx", small_book(lambda book: book.remove(book["_journal"])))
    assert refused.value.trouble is Trouble.NO_IDENTITY
    assert place.source.looks() == []


def test_versions_say_whether_anything_changed(place: Place, ref: str) -> None:
    first = the_look(place)
    assert the_look(place) == first
    place.type(ref, GRID, G6, "4")
    assert the_look(place).version != first.version


def test_a_book_that_is_still_as_known_comes_without_tabs(place: Place, ref: str) -> None:
    known = place.source.fetch(ref).tab_versions
    again = place.source.fetch(ref, known)
    assert again.sheets.tabs == ()
    assert again.tab_versions == known
    assert again.identity == IDENTITY


def test_one_changed_tab_brings_the_whole_book(place: Place, ref: str) -> None:
    known = place.source.fetch(ref).tab_versions
    place.type(ref, GRID, G6, "4")
    again = place.source.fetch(ref, known)
    assert again.sheets.tabs[0].cells[G6] == "4"
    assert [tab.title for tab in again.sheets.tabs] == [GRID, LOG]
    assert again.tab_versions[GRID] != known[GRID]


def test_a_note_is_a_change(place: Place, ref: str) -> None:
    known = place.source.fetch(ref).tab_versions
    place.note(ref, GRID, F6, "Молодец")
    (changed,) = (tab for tab in place.source.fetch(ref, known).sheets.tabs if tab.title == GRID)
    assert changed.notes == {F6: "Молодец", G7: TEACHERS_NOTE}


def test_a_renamed_tab_is_read_under_its_new_name(place: Place, ref: str) -> None:
    known = place.source.fetch(ref).tab_versions
    place.rename(ref, GRID, "Алгебра")
    again = place.source.fetch(ref, known)
    assert GRID not in again.tab_versions
    assert again.sheets.tabs[0].title == "Алгебра"


def test_a_write_sets_the_given_cells_and_nothing_else(place: Place, ref: str) -> None:
    fetched = place.source.fetch(ref)
    before = {tab.title: dict(tab.cells) for tab in fetched.sheets.tabs}
    cells = {G8: "осв", F6: None, At.parse("C4"): date(2026, 9, 3), At.parse("B4"): 7, At.parse("E9"): 4.25}
    place.source.write(fetched, [TabWrite(GRID, {G8: "осв", F6: None}), TabWrite(LOG, dict(list(cells.items())[2:]))])
    assert tab(place, ref, GRID).cells == {at: v for at, v in {**before[GRID], G8: "осв"}.items() if at != F6}
    assert tab(place, ref, LOG).cells == {
        **before[LOG], At.parse("C4"): date(2026, 9, 3), At.parse("B4"): 7, At.parse("E9"): 4.25,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+5", "-", "@имя", '=HYPERLINK("http://example.org")', "  два  ", "<b>&amp;</b>", "а\nб", "_x0041_",
        "🙂", "005", "\u0301й", "1.10.2026",
    ],
)  # fmt: skip
def test_a_text_stays_the_text_it_is(place: Place, ref: str, text: str) -> None:
    place.source.write(place.source.fetch(ref), [TabWrite(GRID, {G6: text})])
    assert tab(place, ref, GRID).cells[G6] == text


def test_after_a_write_nothing_counts_as_changed(place: Place, ref: str) -> None:
    written = place.source.write(place.source.fetch(ref), [TabWrite(GRID, {G6: "4"}, {G6: "Журнал: нота"})])
    assert the_look(place) == written.look
    assert written.identity == IDENTITY
    again = place.source.fetch(ref, written.tab_versions)
    assert again.sheets.tabs == ()


def test_one_write_may_follow_another_without_reading(place: Place, ref: str) -> None:
    written = place.source.write(place.source.fetch(ref), [TabWrite(GRID, {G6: "4"})])
    place.source.write(written, [TabWrite(GRID, {G8: "3"})])
    cells = tab(place, ref, GRID).cells
    assert (cells[G6], cells[G8]) == ("4", "3")


def test_nothing_to_write_is_no_write(place: Place, ref: str) -> None:
    before = the_look(place)
    fetched = place.source.fetch(ref)
    place.open(ref)
    assert place.source.write(fetched, [TabWrite(GRID)]).look == before
    assert the_look(place) == before


def test_notes_are_set_changed_and_removed_and_those_of_teachers_stay(place: Place, ref: str) -> None:
    first = place.source.write(place.source.fetch(ref), [TabWrite(GRID, {}, {F6: "Журнал: раз", G8: "Журнал: <два>"})])
    assert tab(place, ref, GRID).notes == {F6: "Журнал: раз", G7: TEACHERS_NOTE, G8: "Журнал: <два>"}
    second = place.source.write(first, [TabWrite(GRID, {}, {F6: "Журнал: три\nчетыре", G8: None})])
    assert tab(place, ref, GRID).notes == {F6: "Журнал: три\nчетыре", G7: TEACHERS_NOTE}
    place.source.write(second, [TabWrite(GRID, {}, {F6: None, At.parse("A99"): None})])
    assert tab(place, ref, GRID).notes == {G7: TEACHERS_NOTE}


def test_the_first_note_of_a_tab(place: Place, ref: str) -> None:
    place.source.write(place.source.fetch(ref), [TabWrite(LOG, {}, {At.parse("C3"): "Журнал: дата?"})])
    assert tab(place, ref, LOG).notes == {At.parse("C3"): "Журнал: дата?"}
    assert tab(place, ref, GRID).notes == {G7: TEACHERS_NOTE}


def test_a_book_changed_since_it_was_read_is_not_written(place: Place, ref: str) -> None:
    fetched = place.source.fetch(ref)
    place.type(ref, GRID, G6, "4")
    changed = the_look(place)
    with pytest.raises(SourceError) as refused:
        place.source.write(fetched, [TabWrite(GRID, {G6: "2"})])
    assert refused.value.trouble is Trouble.CHANGED
    assert not refused.value.permanent
    assert the_look(place) == changed
    assert tab(place, ref, GRID).cells[G6] == "4"


def test_a_book_that_somebody_has_open_is_read_and_not_written(place: Place, ref: str) -> None:
    before = the_look(place)
    place.open(ref)
    fetched = place.source.fetch(ref)
    with pytest.raises(SourceError) as refused:
        place.source.write(fetched, [TabWrite(GRID, {G6: "2"})])
    assert refused.value.trouble is Trouble.BUSY
    assert not refused.value.permanent
    assert the_look(place) == before


def test_a_tab_that_is_not_there_is_not_written(place: Place, ref: str) -> None:
    before = the_look(place)
    with pytest.raises(SourceError) as refused:
        place.source.write(place.source.fetch(ref), [TabWrite(GRID, {G6: "2"}), TabWrite("Физика", {G6: "2"})])
    assert refused.value.trouble is Trouble.CHANGED
    assert the_look(place) == before


def test_of_many_writes_one_that_fails_hinders_no_other(place: Place, ref: str) -> None:
    other = place.source.create("9Б Журнал.xlsx", small_book())
    first, second = place.source.fetch(ref), place.source.fetch(other)
    place.type(ref, GRID, G6, "3")
    results = place.source.write_many([(first, [TabWrite(GRID, {G6: "4"})]), (second, [TabWrite(GRID, {G6: "4"})])])
    assert isinstance(results[0], SourceError)
    assert results[0].trouble is Trouble.CHANGED
    assert not isinstance(results[1], SourceError)
    assert tab(place, other, GRID).cells[G6] == "4"


def test_a_book_drawn_anew_takes_the_place_of_the_old_one(place: Place, ref: str) -> None:
    new = place.source.replace(place.source.fetch(ref), small_book())
    (look,) = (look for look in place.source.looks() if isinstance(look, Look))
    assert look.ref == new.look.ref
    assert tab(place, look.ref, GRID) in new.sheets.tabs


def test_a_book_changed_since_it_was_read_is_not_replaced(place: Place, ref: str) -> None:
    fetched = place.source.fetch(ref)
    place.type(ref, GRID, G8, "3")
    with pytest.raises(SourceError) as refused:
        place.source.replace(fetched, small_book())
    assert refused.value.trouble is Trouble.CHANGED
    assert tab(place, ref, GRID).cells[G8] == "3"


def test_a_book_that_is_gone_is_missing(place: Place, ref: str) -> None:
    fetched = place.source.fetch(ref)
    place.remove(ref)
    assert not any(isinstance(look, Look) for look in place.source.looks())
    with pytest.raises(SourceError) as refused:
        place.source.fetch(ref)
    assert refused.value.trouble is Trouble.MISSING
    with pytest.raises(SourceError):
        place.source.write(fetched, [TabWrite(GRID, {G6: "2"})])
    assert not any(isinstance(look, Look) for look in place.source.looks())


def test_a_place_that_is_away_is_not_an_empty_place(place: Place, ref: str) -> None:
    fetched = place.source.fetch(ref)
    place.take_away()
    for ask in (
        place.source.looks,
        lambda: place.source.fetch(ref),
        lambda: place.source.write(fetched, [TabWrite(GRID, {G6: "2"})]),
        lambda: place.source.create("9Б Журнал.xlsx", small_book()),
    ):
        with pytest.raises(SourceError) as refused:
            ask()
        assert refused.value.trouble is place.away
        assert not refused.value.permanent
