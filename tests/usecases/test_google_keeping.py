"""Backups of a school whose journals are in Google: each comes along as a workbook, or is told to be missing."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync_service.backups import sqlite
from sync_service.backups.manifest import Kind
from sync_service.backups.restore import restore
from sync_service.backups.run import Outcome
from sync_service.backups.verify import verify
from sync_service.books.google.source import number_of
from sync_service.books.xlsx import XlsxSource
from sync_service.domain.slots import entry_slot
from sync_service.records import queries, sync_state
from sync_service.usecases import keeping
from sync_service.usecases.demo_hands import cell_of
from sync_service.usecases.keeping import books_in_google, make_backup
from sync_service.usecases.syncing import sync
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, GRID, LEV, FIRST = "9А Журнал", "Математика", "P0001", "c001.001"
INSIDE = "google-books/9А Журнал.xlsx"


@pytest.fixture
def typed(in_google: SchoolInGoogle) -> SchoolInGoogle:
    """Lev has a 5, and the record knows it."""
    in_google.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    in_google.sync()
    return in_google


def back_up(school: SchoolInGoogle) -> Outcome:
    """The file of the database is a stand-in: the test's own is in memory."""
    file = Path(school.workspace.config.database.url.removeprefix("sqlite:"))
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY)")
    return make_backup(school.workspace, Kind.WEEKLY)


def members(outcome: Outcome) -> dict[str, bytes]:
    path = outcome.published[0].path
    assert path is not None
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_backup_holds_the_journals_of_google_as_workbooks(typed: SchoolInGoogle) -> None:
    outcome = back_up(typed)
    held = members(outcome)
    assert {INSIDE, "google-books/6Б Журнал.xlsx", "books/9А Список.xlsx"} <= set(held)
    sheet = load_workbook(BytesIO(held[INSIDE]))[GRID]
    assert str(sheet.cell(*cell_of(sheet, entry_slot(LEV, FIRST))).value) == "5"
    assert outcome.published[0].path is not None
    assert verify(outcome.published[0].path).ok


def test_a_journal_that_google_does_not_give_is_told_and_the_rest_is_copied(typed: SchoolInGoogle) -> None:
    typed.google.faults.add("403", file_id=number_of(typed.ref(BOOK)))
    outcome = back_up(typed)
    assert outcome.complete
    assert "google-books/6Б Журнал.xlsx" in members(outcome)
    (told,) = [warning for warning in outcome.warnings if INSIDE in warning]
    assert told.startswith(f"Не вошло в копию: {INSIDE} — Программе закрыт доступ к «9А Журнал» в Google")


def test_what_is_no_workbook_is_not_taken_for_a_copy(typed: SchoolInGoogle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed.place, "export", lambda _: b"<!DOCTYPE html>")
    assert {book.content for book in books_in_google(typed.workspace)} == {b""}
    assert all(book.why for book in books_in_google(typed.workspace))


def test_without_the_key_the_books_of_google_are_told_to_be_missing(typed: SchoolInGoogle) -> None:
    config = typed.workspace.config
    without = replace(typed.workspace, source=XlsxSource(config.books.folder))
    assert [book.name for book in books_in_google(without)] == ["6Б Журнал.xlsx", "9А Журнал.xlsx"]
    assert all("google.credentials" in book.why for book in books_in_google(without))


def test_names_that_no_file_may_have_become_names_of_files(typed: SchoolInGoogle) -> None:
    for state in sync_state.book_states().values():
        if state.book.startswith("journal"):
            sync_state.save_book(replace(state, name="2026/2027: журнал?"))
    names = sorted(book.name for book in books_in_google(typed.workspace))
    assert names == ["2026_2027_ журнал_ (journal-9А-2026).xlsx", "2026_2027_ журнал_.xlsx"]


def test_a_restored_copy_of_a_journal_can_take_the_place_of_the_one_in_google(
    typed: SchoolInGoogle, tmp_path: Path
) -> None:
    """As docs/ru/google.md tells: without the key, the workbooks laid into the folder of books."""
    outcome = back_up(typed)
    assert outcome.published[0].path is not None
    restored = restore(outcome.published[0].path, tmp_path / "restored").target
    assert sorted(path.name for path in (restored / "google-books").iterdir()) == ["6Б Журнал.xlsx", "9А Журнал.xlsx"]
    for book in (restored / "google-books").iterdir():
        book.rename(restored / "books" / book.name)
    here = replace(typed.workspace, source=XlsxSource(restored / "books", versions_folder=restored / "versions"))
    report = sync(here, everything=True)
    assert report.troubles == []
    assert [book.held for book in report.books if book.held] == []
    assert queries.slot_values("c001")[entry_slot(LEV, FIRST)] == "5"


def test_the_books_are_asked_for_after_the_database(typed: SchoolInGoogle, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed in between is in the book, for the next sync to find; the other way round it would be undone."""
    order: list[str] = []
    bring = keeping.books_in_google

    def watched(workspace: object) -> object:
        order.append("books")
        return bring(workspace)  # type: ignore[arg-type]

    copy = sqlite.copy_database
    monkeypatch.setattr(sqlite, "copy_database", lambda *paths: (order.append("database"), copy(*paths))[1])
    monkeypatch.setattr(keeping, "books_in_google", watched)
    back_up(typed)
    assert order == ["database", "books"]
