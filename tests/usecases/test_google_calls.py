"""What a pass over books in Google costs, and that nothing is lost, whatever happens between two passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest

from sync_service.books.google import source as source_module
from sync_service.books.google.source import GOOGLE, GoogleSource, number_of
from sync_service.books.places import Places
from sync_service.books.source import SourceError, Trouble
from sync_service.domain.slots import LessonField, entry_slot, lesson_slot
from sync_service.reconcile.layout import BookKind
from sync_service.records import queries, sync_state
from sync_service.records.models import BookState as BookRow
from sync_service.records.models import LedgerRow
from sync_service.records.sync_state import BookState
from sync_service.usecases import syncing
from sync_service.usecases.composition import journal_books
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.outcome import SyncReport
from sync_service.usecases.watching import probably_edited
from tests.books.google.interrupted import Interrupted, Person, interrupted_source
from tests.google_emulator.server import Emulator
from tests.usecases.in_google import SchoolInGoogle, build, state_of

BOOK, OTHER, GRID, LOG = "9А Журнал", "6Б Журнал", "Математика", "Математика · уроки"
FIRST, SECOND = "c001.001", "c001.002"
LEV, NINA, YANA = (entry_slot(pupil, FIRST) for pupil in ("P0001", "P0002", "P0003"))
EVA = entry_slot("P0005", "c004.001")
IN_LESSON = datetime(2026, 9, 16, 5, 50, tzinfo=UTC)  # 8:50 in Moscow: mathematics in 9А, nothing in 6Б
HEAD, TEACHER = "head@school.example", "e01@school.example"


@pytest.fixture
def school(tmp_path: Path, drawn: Path, db: None) -> Iterator[SchoolInGoogle]:
    """Everything is read and shown, and nobody is there any more: it is evening."""
    folder = drawn / "synced in google"
    with Emulator(state_of(folder)) as google:
        school = build(google, tmp_path, drawn=folder, story=SchoolInGoogle.sync)
        school.sync()
        an_hour_later(school)
        assert spent(school, school.sync) == {"drive": 1}
        yield school


def an_hour_later(school: SchoolInGoogle) -> None:
    """Nobody is suspected any more because of what was recorded before."""
    school.now[0] += timedelta(hours=1)


def spent(school: SchoolInGoogle, deed: Callable[[], object]) -> dict[str, int]:
    """What a deed asked of Google, by kind of call."""
    since = len(school.google.calls)
    deed()
    kinds = ("drive", "sheets-read", "sheets-write")
    return {kind: count for kind in kinds if (count := school.google.count(kind, since=since))}


def restarted(school: SchoolInGoogle) -> SchoolInGoogle:
    """Another process over the same settings, database and Google."""
    config = school.workspace.config
    return replace(school, workspace=open_workspace(config, clock=lambda: school.now[0]))


def interrupted(school: SchoolInGoogle, folder: Path) -> tuple[SchoolInGoogle, Interrupted]:
    """The same school, its calls heard by a test."""
    folder.mkdir()
    source, client = interrupted_source(school.google, folder)
    assert isinstance(school.workspace.source, Places)
    places = Places(school.workspace.source.files, source, frozenset(BookKind))
    return replace(school, workspace=replace(school.workspace, source=places)), client


def marks() -> dict[str, str]:
    return {slot.subject: text for slot, text in queries.slot_values("c001").items() if slot.field == FIRST}


def troubles(report: SyncReport) -> list[Trouble]:
    return [trouble.trouble for trouble in report.troubles]


# --- calls counted ----------------------------------------------------------------------------------------------------


def test_an_idle_tick_of_220_books_is_one_call_of_drive(school: SchoolInGoogle) -> None:
    for number in range(218):
        title = f"{number} Журнал"
        file = school.google.state.files[school.google.add_book(title)]
        file.app_properties = {"journalSchool": "school"}
        version, at = str(file.version), school.now[0]
        sync_state.save_book(BookState(f"journal-{number}-2026", f"{GOOGLE}{file.id}", title, version, read_at=at))
    assert spent(school, school.sync) == {"drive": 1}
    assert len(school.place.known()) == 220
    assert spent(school, school.sync) == {"drive": 1}
    again = restarted(school)
    assert spent(again, again.sync) == {"drive": 1}


def test_a_changed_book_is_one_reading_and_at_most_one_writing(school: SchoolInGoogle) -> None:
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    school.sync()  # the contents tell of it once more
    school.type(BOOK, GRID, {LEV: "4", NINA: "45"}, by=TEACHER)
    cost = spent(school, school.sync)
    assert (cost["sheets-read"], cost["sheets-write"]) == (1, 1)
    assert cost["drive"] <= 3  # the look, and the version before and after the writing
    assert "45" in school.note(BOOK, GRID, NINA)
    assert marks() == {"P0001": "4"}


def test_the_next_tick_reads_nothing_of_what_we_have_written_ourselves(school: SchoolInGoogle) -> None:
    school.type(BOOK, GRID, {NINA: "45"}, by=TEACHER)
    assert spent(school, school.sync)["sheets-write"] == 1
    assert spent(school, school.sync) == {"drive": 1}
    an_hour_later(school)
    again = restarted(school)
    assert spent(again, again.sync) == {"drive": 1}


def test_a_change_that_says_nothing_is_read_once_and_written_nowhere(school: SchoolInGoogle) -> None:
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    school.type(BOOK, GRID, {LEV: ""}, by=TEACHER)
    assert spent(school, school.sync) == {"drive": 1, "sheets-read": 1}
    assert spent(school, school.sync) == {"drive": 1}


def test_a_book_in_lesson_is_read_on_suspicion_and_others_are_not(school: SchoolInGoogle) -> None:
    school.google.state.feed_delay = (180, 600)
    school.now[0] = IN_LESSON
    again = restarted(school)
    again.place.client  # noqa: B018 - as after the first look
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    school.type(OTHER, GRID, {EVA: "5"}, by=TEACHER)
    assert spent(again, again.sync)["sheets-read"] == 1
    assert marks() == {"P0001": "5"}
    assert queries.slot_values("c004") == {}


def test_an_unchanged_book_read_on_suspicion_is_not_parsed_and_leaves_the_record_alone(
    school: SchoolInGoogle,
) -> None:
    school.now[0] = IN_LESSON
    again = restarted(school)
    assert spent(again, again.sync) == {"drive": 2, "sheets-read": 1}  # parsed once, by a new process
    at_once = mock.patch.object(source_module, "AGAIN_AFTER", 0.0)
    with at_once, mock.patch.object(source_module, "read_spreadsheet") as read:
        rows = list(BookRow.objects.values()), LedgerRow.objects.count(), sync_state.bookmark()
        school.now[0] += timedelta(seconds=30)
        assert spent(again, again.sync) == {"drive": 2, "sheets-read": 1}
        assert (list(BookRow.objects.values()), LedgerRow.objects.count(), sync_state.bookmark()) == rows
    read.assert_not_called()


def test_that_a_book_was_read_is_no_suspicion_that_it_was_changed_is_one(school: SchoolInGoogle) -> None:
    directory = queries.directory()
    assert directory is not None
    books = journal_books(directory, "class")

    def suspected(at: datetime) -> list[str]:
        return probably_edited(directory, books, sync_state.book_states(), at.astimezone(school.workspace.zone))

    school.sync(everything=True)
    assert suspected(school.now[0]) == []
    assert suspected(IN_LESSON) == [school.ref(BOOK)]
    assert suspected(IN_LESSON + timedelta(minutes=44)) == [school.ref(BOOK)]  # until well into the break
    assert suspected(IN_LESSON + timedelta(minutes=46)) == []
    school.type(OTHER, GRID, {EVA: "5"}, by=TEACHER)
    school.sync()
    assert suspected(school.now[0]) == [school.ref(OTHER)]
    assert suspected(school.now[0] + timedelta(minutes=31)) == []


# --- nothing is lost --------------------------------------------------------------------------------------------------


def test_the_nightly_sweep_finds_what_the_feed_never_told(school: SchoolInGoogle) -> None:
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    school.google.state.changes.clear()
    school.sync()
    assert marks() == {}
    assert spent(school, lambda: school.sync(everything=True))["sheets-read"] == 2
    assert marks() == {"P0001": "5"}


def test_a_restart_costs_no_more_than_the_calls_that_are_due(school: SchoolInGoogle) -> None:
    again = restarted(school)
    assert spent(again, again.sync) == {"drive": 1}
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    again = restarted(school)
    assert spent(again, again.sync)["sheets-read"] == 1
    assert marks() == {"P0001": "5"}


def test_a_pass_killed_between_record_and_bookmark_loses_and_repeats_nothing(school: SchoolInGoogle) -> None:
    bookmark = sync_state.bookmark()
    school.type(BOOK, GRID, {LEV: "5", NINA: "45"}, by=TEACHER)
    killed = mock.patch.object(sync_state, "move_bookmark", side_effect=KeyboardInterrupt)
    with killed, pytest.raises(KeyboardInterrupt):
        school.sync()
    assert (sync_state.bookmark(), marks()) == (bookmark, {"P0001": "5"})
    rows = LedgerRow.objects.count()
    again = restarted(school)
    again.sync()
    assert LedgerRow.objects.count() == rows
    assert "45" in school.note(BOOK, GRID, NINA)
    an_hour_later(school)
    assert spent(again, again.sync) == {"drive": 1}


def test_a_pass_killed_between_two_books_goes_on_with_the_second(school: SchoolInGoogle) -> None:
    bookmark = sync_state.bookmark()
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    school.type(OTHER, GRID, {EVA: "4"}, by=TEACHER)
    record, done = syncing._record, []

    def once(*said: object) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(said)
        record(*said)  # type: ignore[arg-type]

    with mock.patch.object(syncing, "_record", once), pytest.raises(KeyboardInterrupt):
        school.sync()
    assert sync_state.bookmark() == bookmark
    assert len(marks()) + len(queries.slot_values("c004")) == 1
    again = restarted(school)
    again.sync()
    assert (marks(), queries.slot_values("c004")) == ({"P0001": "5"}, {EVA: "4"})
    assert LedgerRow.objects.filter(kind="entry").count() == 2


def test_a_book_that_cannot_be_read_now_is_read_at_the_next_pass(school: SchoolInGoogle) -> None:
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    school.google.faults.add("fewer", kinds="sheets-read", times=1)
    assert troubles(school.sync()) == [Trouble.TOO_FEW]
    assert marks() == {}
    assert school.sync().troubles == []
    assert marks() == {"P0001": "5"}


@pytest.mark.parametrize("revoked", [False, True])
def test_a_book_that_is_trashed_or_closed_to_us_keeps_its_record_and_comes_back(
    school: SchoolInGoogle, *, revoked: bool
) -> None:
    google, number = school.google, number_of(school.ref(BOOK))
    google.state.files[number].owner, google.state.files[number].parents = HEAD, []
    google.share(number, google.owner)
    school.type(BOOK, GRID, {LEV: "5"}, by=HEAD)
    assert school.sync().troubles == []
    google.unshare(number, google.owner) if revoked else google.trash(number)
    gone = Trouble.NOT_SHARED if revoked else Trouble.TRASHED
    for _ in range(2):
        assert troubles(school.sync()) == [gone]
    again = restarted(school)
    assert troubles(again.sync()) == [gone]
    assert sync_state.book_states()["journal-9А-2026"].trouble
    assert marks() == {"P0001": "5"}
    school.type(OTHER, GRID, {EVA: "4"}, by=TEACHER)
    school.sync()
    assert queries.slot_values("c004") == {EVA: "4"}
    google.share(number, google.owner) if revoked else google.trash(number, trashed=False)
    school.type(BOOK, GRID, {NINA: "4"}, by=HEAD)
    assert school.sync().troubles == []
    assert marks() == {"P0001": "5", "P0002": "4"}
    assert sync_state.book_states()["journal-9А-2026"].trouble == ""


def test_a_renamed_and_moved_book_stays_the_same_book(school: SchoolInGoogle) -> None:
    google, ref = school.google, school.ref(BOOK)
    file = google.state.files[number_of(ref)]
    google.spreadsheet(file.id).title = file.name = "9А прошлый"
    file.parents = [google.add_folder("Архив")]
    google.state.stir(file.id, TEACHER, google.clock.now())
    assert spent(school, school.sync) == {"drive": 1, "sheets-read": 1}
    assert sync_state.book_states()["journal-9А-2026"].name == "9А прошлый"
    school.type("9А прошлый", GRID, {LEV: "5"}, by=TEACHER)
    assert school.sync().troubles == []
    assert marks() == {"P0001": "5"}


def test_foreign_spreadsheets_in_the_folder_disturb_nobody(tmp_path: Path, db: None) -> None:
    with Emulator() as google:
        folder = google.add_folder("Журналы школы")
        school = build(google, tmp_path, settings=f'folder = "{folder}"\n')
        number = google.add_book("Список кружка")
        google.state.files[number].parents = [folder]
        assert troubles(school.sync()) == [Trouble.NO_IDENTITY]
        an_hour_later(school)
        for _ in range(2):
            assert spent(school, school.sync) == {"drive": 1}
            assert troubles(school.sync()) == [Trouble.NO_IDENTITY]
        school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
        school.sync()
        assert marks() == {"P0001": "5"}


def test_the_folder_that_is_away_hinders_no_book_in_google(school: SchoolInGoogle) -> None:
    folder = school.workspace.config.books.folder
    folder.rename(folder.with_name("elsewhere"))
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    assert set(troubles(school.sync())) == {Trouble.MISSING_FOLDER}
    assert marks() == {"P0001": "5"}
    assert str(folder) in sync_state.book_states()["roster-9А-2026"].trouble
    folder.with_name("elsewhere").rename(folder)
    assert school.sync().troubles == []


def test_a_key_that_is_not_there_hinders_no_book_in_the_folder(school: SchoolInGoogle) -> None:
    key = school.workspace.config.google.credentials
    assert key is not None
    key.unlink()
    school.now[0] = IN_LESSON
    again = restarted(school)
    assert set(troubles(again.sync())) == {Trouble.WRONG_KEY_FILE}


# --- races ------------------------------------------------------------------------------------------------------------


def test_a_row_inserted_in_the_instant_of_a_write_costs_no_teacher_a_word(
    school: SchoolInGoogle, tmp_path: Path
) -> None:
    watched, client = interrupted(school, tmp_path / "key")
    topic = lesson_slot(FIRST, LessonField.TOPIC)
    school.type(BOOK, LOG, {topic: "Дроби"}, by=TEACHER)
    school.type(BOOK, GRID, {LEV: "5", NINA: "45", YANA: "4"}, by=TEACHER)
    owner = Person(school.google, school.google.owner)
    row = school.at(BOOK, GRID, NINA).row
    client.before[":batchUpdate"] = lambda: owner.inserts(school.ref(BOOK), GRID, "ROWS", row)
    before = {slot: school.value(BOOK, GRID, slot) for slot in (LEV, NINA, YANA)}
    assert watched.sync().troubles == []
    assert {slot: school.value(BOOK, GRID, slot) for slot in before} == before
    assert school.at(BOOK, GRID, NINA).row == row + 1
    assert school.note(BOOK, GRID, NINA) == ""
    assert watched.sync().troubles == []
    assert "45" in school.note(BOOK, GRID, NINA)
    assert {slot: school.value(BOOK, GRID, slot) for slot in before} == before
    assert marks() == {"P0001": "5", "P0003": "4"}
    assert queries.slot_values("c001")[topic] == "Дроби"
    an_hour_later(school)
    assert spent(watched, watched.sync) == {"drive": 1}


def test_what_a_teacher_types_in_the_instant_of_a_write_is_recorded_at_the_next_tick(
    school: SchoolInGoogle, tmp_path: Path
) -> None:
    watched, client = interrupted(school, tmp_path / "key")
    school.type(BOOK, GRID, {NINA: "45"}, by=TEACHER)
    client.before[":batchUpdate"] = lambda: school.type(BOOK, GRID, {LEV: "3", NINA: "4"}, by=TEACHER)
    watched.sync()
    assert marks() == {}
    watched.sync()
    assert marks() == {"P0001": "3", "P0002": "4"}
    assert school.note(BOOK, GRID, NINA) == ""


def test_remarks_come_back_while_the_teacher_goes_on_typing(school: SchoolInGoogle, tmp_path: Path) -> None:
    watched, client = interrupted(school, tmp_path / "key")
    school.type(BOOK, GRID, {NINA: "45"}, by=TEACHER)
    client.after["v4/spreadsheets"] = lambda: school.type(BOOK, GRID, {LEV: "3"}, by=TEACHER)
    report = watched.sync()
    assert [book.waiting for book in report.books] == [""]
    assert "45" in school.note(BOOK, GRID, NINA)
    assert marks() == {}
    watched.sync()
    assert marks() == {"P0001": "3"}


def test_a_remark_on_what_was_put_right_meanwhile_is_not_made(school: SchoolInGoogle, tmp_path: Path) -> None:
    watched, client = interrupted(school, tmp_path / "key")
    school.type(BOOK, GRID, {NINA: "45"}, by=TEACHER)
    client.after["v4/spreadsheets"] = lambda: school.type(BOOK, GRID, {NINA: "4"}, by=TEACHER)
    report = watched.sync()
    assert [bool(book.waiting) for book in report.books] == [True]
    assert school.note(BOOK, GRID, NINA) == ""
    watched.sync()
    assert marks() == {"P0002": "4"}
    assert school.note(BOOK, GRID, NINA) == ""


def test_google_alone_is_suspected_and_never_before_it_was_asked(school: SchoolInGoogle) -> None:
    source = school.workspace.source
    assert isinstance(source, Places)
    assert isinstance(source.google, GoogleSource)
    assert list(source.suspects(["9А Журнал.xlsx"])) == []
    again = restarted(school).workspace.source
    assert list(again.suspects([school.ref(BOOK)])) == []


def test_two_spreadsheets_of_one_identity_are_both_left_alone(school: SchoolInGoogle) -> None:
    number = number_of(school.ref(BOOK))
    owner = Person(school.google, school.google.owner)
    copy = owner.copies(number, "Копия 9А Журнал")
    school.google.state.files[copy].app_properties = {"journalSchool": "school"}
    school.google.state.stir(copy, TEACHER, school.google.clock.now())
    school.type(BOOK, GRID, {LEV: "5"}, by=TEACHER)
    assert troubles(school.sync()) == [Trouble.DUPLICATE]
    assert marks() == {}
    school.google.trash(copy)
    report = school.sync()
    assert [trouble for trouble in report.troubles if isinstance(trouble, SourceError)] == []
    assert marks() == {"P0001": "5"}
