"""Books in Google through real HTTP: what a look tells, what a reading costs, what a write does in a crowd."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from sync_service.books.google import source as module
from sync_service.books.google.reading import Grid
from sync_service.books.google.source import AGAIN_AFTER, GOOGLE, GoogleSource, Settings, number_of
from sync_service.books.google.writing import requests_for
from sync_service.books.source import Look, SourceError, Trouble
from sync_service.reconcile.sheet import At, RawCell, Tab, TabWrite
from tests.books.google.interrupted import Interrupted, Person, interrupted_source
from tests.books.google.places import SCHOOL, google_source
from tests.books.small_book import GRID, LOG, small_book
from tests.google_emulator.server import Emulator

TEACHER, HEAD = "ivanova@school.example", "head@school.example"
D6, F6, G6, G7, G8, C3 = (At.parse(a1) for a1 in ("D6", "F6", "G6", "G7", "G8", "C3"))
MARK = {"journalSchool": SCHOOL.school}


@dataclass
class Place:
    google: Emulator
    source: GoogleSource
    client: Interrupted
    ref: str
    teacher: Person

    @property
    def number(self) -> str:
        return number_of(self.ref)

    def look(self) -> Look:
        (look,) = self.source.looks()
        assert isinstance(look, Look)
        return look

    def trouble(self) -> Trouble:
        (look,) = self.source.looks()
        assert isinstance(look, SourceError)
        assert look.ref == self.ref
        return look.trouble

    def tab(self, title: str = GRID) -> Tab:
        return next(tab for tab in self.source.fetch(self.ref).sheets.tabs if tab.title == title)


@pytest.fixture
def google() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def place(google: Emulator, tmp_path: Path) -> Place:
    source, client = interrupted_source(google, tmp_path)
    ref = source.create("9А Журнал.xlsx", small_book())
    google.share(number_of(ref), TEACHER)
    source.looks()
    return Place(google, source, client, ref, Person(google, TEACHER))


def spent(google: Emulator, deed: Callable[[], object]) -> dict[str, int]:
    """What a deed asked of Google, by kind of call."""
    since = len(google.calls)
    deed()
    kinds = ("drive", "sheets-read", "sheets-write")
    return {kind: count for kind in kinds if (count := google.count(kind, since=since))}


def by_keys(tab: Tab) -> dict[tuple[RawCell | None, RawCell | None], RawCell]:
    """A grid's cells by the keys of their row and column, wherever these stand."""
    origin = next(at for at, value in tab.cells.items() if value == "grid c001")
    rows = {at.row: value for at, value in tab.cells.items() if at.column == origin.column}
    columns = {at.column: value for at, value in tab.cells.items() if at.row == origin.row}
    return {
        (rows.get(at.row), columns.get(at.column)): value
        for at, value in tab.cells.items()
        if at.row in rows and at.column in columns
    }


# --- looking ----------------------------------------------------------------------------------------------------------


def test_a_look_costs_one_call_of_drive_whatever_has_changed(place: Place) -> None:
    place.teacher.types(place.ref, GRID, "G6", "4")
    assert spent(place.google, place.source.looks) == {"drive": 1}
    assert spent(place.google, place.source.looks) == {"drive": 1}


def test_a_renamed_book_is_told_under_its_new_name_and_is_otherwise_as_known(place: Place) -> None:
    known = place.source.fetch(place.ref).tab_versions
    place.google.spreadsheet(place.number).title = place.google.state.files[place.number].name = "9А (старый)"
    place.google.state.stir(place.number, TEACHER, place.google.clock.now())
    assert place.look().name == "9А (старый)"
    assert place.source.fetch(place.ref, known).tab_versions == known


def test_a_book_moved_to_another_folder_stays_ours(place: Place, tmp_path: Path) -> None:
    place.google.state.files[place.number].parents = [place.google.add_folder("Архив")]
    place.google.state.stir(place.number, TEACHER, place.google.clock.now())
    assert place.look().ref == place.ref
    assert [look.ref for look in google_source(place.google, tmp_path).looks()] == [place.ref]


def test_a_trashed_book_is_a_trouble_until_it_is_taken_back(place: Place) -> None:
    place.google.trash(place.number)
    assert place.trouble() is Trouble.TRASHED
    with pytest.raises(SourceError) as refused:
        place.source.fetch(place.ref)
    assert refused.value.trouble is Trouble.TRASHED
    place.google.trash(place.number, trashed=False)
    assert place.look().ref == place.ref
    assert place.tab().cells[F6] == "5"


def test_a_book_whose_sharing_is_revoked_is_a_trouble_until_it_is_shared_again(
    google: Emulator, tmp_path: Path
) -> None:
    number = google.add_book("9А Журнал", small_book(), owner=HEAD, writers=[google.owner])
    google.state.files[number].app_properties = dict(MARK)
    source, client = interrupted_source(google, tmp_path)
    place = Place(google, source, client, f"{GOOGLE}{number}", Person(google, HEAD))
    version = place.look().version
    google.unshare(number, google.owner)
    assert place.trouble() is Trouble.NOT_SHARED
    assert place.trouble() is Trouble.NOT_SHARED  # the feed tells it only once
    google.share(number, google.owner)
    assert int(place.look().version) > int(version)
    assert place.tab().cells[F6] == "5"


def test_what_is_not_marked_is_not_seen(place: Place, tmp_path: Path) -> None:
    private = place.google.add_book("Мой список", small_book())
    other = place.google.add_book("Чужой журнал", small_book())
    place.google.state.files[other].app_properties = {"journalSchool": "another"}
    for number in (private, other):
        place.google.state.stir(number, HEAD, place.google.clock.now())
    assert place.look().ref == place.ref
    assert [look.ref for look in google_source(place.google, tmp_path).looks()] == [place.ref]


def test_a_foreign_spreadsheet_in_the_schools_folder_is_read_once_and_again_only_when_it_changes(
    google: Emulator, tmp_path: Path
) -> None:
    folder = google.add_folder("Журналы")
    source, _ = interrupted_source(google, tmp_path, settings=Settings("school", "Школа № 0", "Europe/Moscow", folder))
    number = google.add_book("Список кружка", small_book(lambda book: book.remove(book["_journal"])))
    google.state.files[number].parents = [folder]
    (look,) = source.looks()
    with pytest.raises(SourceError) as refused:
        source.fetch(f"{GOOGLE}{number}")
    assert refused.value.trouble is Trouble.NO_IDENTITY
    for _ in range(2):
        (look,) = source.looks()
        assert isinstance(look, SourceError)
        assert (look.trouble, look.ref) == (Trouble.NO_IDENTITY, f"{GOOGLE}{number}")
    google.type(number, GRID, "G6", "4", by=google.owner)
    (look,) = source.looks()
    assert isinstance(look, Look)


# --- the bookmark -----------------------------------------------------------------------------------------------------


def test_a_bookmark_leads_a_new_process_on_with_one_call(place: Place, tmp_path: Path) -> None:
    place.teacher.types(place.ref, GRID, "G6", "4")
    before, bookmark = place.look(), place.source.bookmark()
    again = google_source(place.google, tmp_path)
    again.resume(bookmark)
    found: list[Look | SourceError] = []
    assert spent(place.google, lambda: found.extend(again.looks())) == {"drive": 1}
    assert found == [before]
    place.teacher.types(place.ref, GRID, "G6", "3")
    assert again.looks() != [before]


def test_a_look_that_was_not_recorded_is_told_again(place: Place) -> None:
    bookmark = place.source.bookmark()
    place.teacher.types(place.ref, GRID, "G6", "4")
    changed = place.look()
    place.source.resume(bookmark)
    assert place.look() == changed
    place.source.resume("")
    assert place.look() == changed


def test_the_token_moves_only_when_the_feed_has_been_read_to_its_end(google: Emulator, tmp_path: Path) -> None:
    source, client = interrupted_source(google, tmp_path)
    source.looks()
    bookmark = source.bookmark()
    for number in range(1001):  # one more than a page of the feed holds
        google.state.files[google.add_book(f"Книга {number}")].app_properties = dict(MARK)
    client.after["drive/v3/changes"] = lambda: google.faults.add("503", kinds="drive")
    with pytest.raises(SourceError):
        source.looks()
    assert source.bookmark() == bookmark
    google.faults.clear()
    assert spent(google, source.looks) == {"drive": 2}
    assert len(source.looks()) == len(source.known()) == 1001
    assert source.bookmark() != bookmark


def test_a_bookmark_of_another_account_leads_to_a_new_beginning(place: Place) -> None:
    place.source.resume(json.dumps({"token": "чужой", "files": {}}))
    assert place.look().ref == place.ref
    assert place.look().ref == place.ref
    assert "чужой" not in place.source.bookmark()


def test_our_own_write_is_known_to_the_next_process(place: Place, tmp_path: Path) -> None:
    place.google.state.feed_delay = (600, 600)
    written = place.source.write(place.source.fetch(place.ref), [TabWrite(GRID, {G6: "4"})])
    again = google_source(place.google, tmp_path)
    again.resume(place.source.bookmark())
    assert again.looks() == [written.look]
    place.google.clock.advance(700)
    assert again.looks() == place.source.looks() == [written.look]


# --- suspicion --------------------------------------------------------------------------------------------------------


def test_books_are_suspected_longest_unread_first_and_as_quota_is_left(google: Emulator, tmp_path: Path) -> None:
    now = [1000.0]
    source = google_source(google, tmp_path, clock=lambda: now[0])
    assert source.suspects(["google:1"]) == ()  # nobody has been asked yet
    refs = [source.create(f"{number} Журнал.xlsx", small_book()) for number in range(3)]
    assert source.suspects(refs) == refs
    source.fetch(refs[1])
    now[0] += AGAIN_AFTER / 2
    source.fetch(refs[0])
    assert source.suspects(refs) == [refs[2]]
    now[0] += AGAIN_AFTER
    assert source.suspects(refs) == [refs[2], refs[1], refs[0]]
    while source.client.quota.reads.spare() > module.IN_RESERVE + 1:
        source.client.quota.reads.take(0)
    assert source.suspects(refs) == [refs[2]]
    source.client.quota.reads.take(0)
    assert source.suspects(refs) == []


# --- reading ----------------------------------------------------------------------------------------------------------


def test_a_reading_after_a_look_that_told_of_it_costs_one_call(place: Place) -> None:
    place.teacher.types(place.ref, GRID, "G6", "4")
    look = place.look()
    fetched = []
    assert spent(place.google, lambda: fetched.append(place.source.fetch(place.ref))) == {"sheets-read": 1}
    assert fetched[0].look == look
    place.look()
    assert spent(place.google, lambda: place.source.fetch(place.ref)) == {"drive": 1, "sheets-read": 1}


def test_a_reading_on_suspicion_costs_one_call_of_each_and_what_is_as_known_is_not_even_parsed(place: Place) -> None:
    known = place.source.fetch(place.ref).tab_versions
    with mock.patch.object(module, "read_spreadsheet") as parsed:
        assert spent(place.google, lambda: place.source.fetch(place.ref, known)) == {"drive": 1, "sheets-read": 1}
    parsed.assert_not_called()
    place.teacher.types(place.ref, GRID, "G6", "4")
    place.teacher.types(place.ref, GRID, "G6", "")
    again = place.source.fetch(place.ref, known)
    assert (again.tab_versions, again.sheets.tabs) == (known, ())


@pytest.mark.parametrize("told", [True, False])
def test_an_edit_between_asking_the_version_and_reading_is_read_again_later(place: Place, *, told: bool) -> None:
    if not told:
        place.look()
    place.client.before["v4/spreadsheets"] = lambda: place.teacher.types(place.ref, GRID, "G6", "4")
    fetched = place.source.fetch(place.ref)
    assert fetched.sheets.tabs[0].cells[G6] == "4"
    assert int(place.look().version) > int(fetched.look.version)


def test_an_answer_with_fewer_tabs_is_no_reading(place: Place) -> None:
    place.google.faults.add("fewer", kinds="sheets-read", times=1)
    with pytest.raises(SourceError) as refused:
        place.source.fetch(place.ref)
    assert (refused.value.trouble, refused.value.permanent) == (Trouble.TOO_FEW, False)
    assert place.tab().cells[F6] == "5"


@pytest.mark.parametrize(
    ("typed", "read"),
    [("5", "5"), ("4/5", "4/5"), ("н", "н"), ("4,5", "4,5"), ("=1+1", "=1+1"), ("1.10.2026", "1.10.2026")],
)
def test_a_text_cell_keeps_what_is_typed_as_it_is(place: Place, typed: str, read: str) -> None:
    place.teacher.types(place.ref, GRID, "G6", typed)
    assert place.tab().cells[G6] == read


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_write_costs_one_call_of_sheets_and_is_known_to_be_ours(place: Place) -> None:
    fetched = place.source.fetch(place.ref)
    done = []
    writes = [TabWrite(GRID, {G6: "4", D6: 4.5}, {G6: "Журнал: нота"}), TabWrite(LOG, {}, {C3: "Журнал: дата?"})]
    cost = spent(place.google, lambda: done.append(place.source.write(fetched, writes)))
    assert cost == {"drive": 2, "sheets-write": 1}
    assert place.look() == done[0].look
    known = done[0].tab_versions
    assert place.source.fetch(place.ref, known).sheets.tabs == ()


PEOPLE: Mapping[str, Callable[[Place], object]] = {
    "a_row_above_the_pupils": lambda place: place.teacher.inserts(place.ref, GRID, "ROWS", 6),
    "two_rows_on_top": lambda place: place.teacher.inserts(place.ref, GRID, "ROWS", 1, 2),
    "a_row_among_the_pupils": lambda place: place.teacher.inserts(place.ref, GRID, "ROWS", 7),
    "a_column_before_the_lessons": lambda place: place.teacher.inserts(place.ref, GRID, "COLUMNS", 6),
    "a_column_on_the_left": lambda place: place.teacher.inserts(place.ref, GRID, "COLUMNS", 1),
    "a_column_among_the_lessons": lambda place: place.teacher.inserts(place.ref, GRID, "COLUMNS", 7),
    "a_lesson_deleted": lambda place: place.teacher.deletes(place.ref, GRID, "COLUMNS", 6),
    "pupils_sorted": lambda place: place.teacher.does(
        place.ref, "sortRange", GRID,
        range={"startRowIndex": 5, "endRowIndex": 8, "startColumnIndex": 0, "endColumnIndex": 8},
        sortSpecs=[{"dimensionIndex": 0, "sortOrder": "DESCENDING"}],
    ),
}  # fmt: skip


MEANT = {("p7", "l001"): "наше", ("p8", "l002"): "наше", ("p10", "l001"): "наше", ("p10", "grid c001"): "p10"}
NOTE = "Журнал: ?"


def places_of(tab: Tab) -> dict[tuple[RawCell, RawCell], At]:
    """Where the cells of pupils and lessons stand, by key; whoever has no row yet stands below the last."""
    origin = next(at for at, value in tab.cells.items() if value == "grid c001")
    rows = {value: at.row for at, value in tab.cells.items() if at.column == origin.column}
    rows.setdefault("p10", max(rows.values()) + 1)
    columns = {value: at.column for at, value in tab.cells.items() if at.row == origin.row}
    return {(row, column): At(rows[row], columns[column]) for row in rows for column in columns}


def our_words(tab: Tab) -> TabWrite:
    places = places_of(tab)
    cells = {places[keys]: word for keys, word in MEANT.items() if keys in places}
    return TabWrite(GRID, cells, {places["p7", "l002"]: NOTE})


@pytest.mark.parametrize("what", PEOPLE)
def test_what_a_write_fell_upon_while_rows_or_columns_moved_is_put_back(place: Place, what: str) -> None:
    for at, text in {"F6": "5", "F7": "4", "F8": "3", "G6": "2", "G8": "н", "A9": "p9", "F9": "б"}.items():
        place.teacher.types(place.ref, GRID, at, text)
    place.look()
    fetched = place.source.fetch(place.ref)
    place.client.before[":batchUpdate"] = lambda: PEOPLE[what](place)
    written = place.source.write(fetched, [our_words(fetched.tabs[0])])

    tab = place.tab()
    before, after = by_keys(fetched.tabs[0]), by_keys(tab)
    gone = {keys for keys in before if what == "a_lesson_deleted" and keys[1] == "l001"}
    assert {keys: after.get(keys) for keys in before if keys not in gone and after.get(keys) != before[keys]} == {
        keys: MEANT[keys] for keys in before if keys in MEANT and after.get(keys) == MEANT[keys] != before[keys]
    }
    assert {keys for keys, value in after.items() if value in ("наше", "p10")} <= set(MEANT)
    assert {at for at, note in tab.notes.items() if note == NOTE} <= {places_of(tab)["p7", "l002"]}

    again = place.source.fetch(place.ref, written.tab_versions)
    assert again.sheets.tabs != ()  # what was undone is seen at the next look
    place.source.write(again, [our_words(again.tabs[0])])
    tab = place.tab()
    assert by_keys(tab) == {
        **{keys: value for keys, value in before.items() if keys not in gone},
        **{keys: word for keys, word in MEANT.items() if keys[1] != "l001" or not gone},
    }
    assert tab.notes[places_of(tab)["p7", "l002"]] == NOTE


def test_what_a_teacher_types_in_the_instant_of_a_write_stays_and_is_read(place: Place) -> None:
    fetched = place.source.fetch(place.ref)
    place.client.before[":batchUpdate"] = lambda: place.teacher.types(place.ref, GRID, "F7", "3")
    written = place.source.write(fetched, [TabWrite(GRID, {G6: "наше"}, {F6: NOTE})])
    assert place.look().version != written.look.version
    again = place.source.fetch(place.ref, written.tab_versions)
    assert {at: again.sheets.tabs[0].cells[at] for at in (At.parse("F7"), G6)} == {At.parse("F7"): "3", G6: "наше"}


def test_what_a_teacher_types_right_after_a_write_is_read(place: Place) -> None:
    fetched = place.source.fetch(place.ref)
    place.client.after[":batchUpdate"] = lambda: place.teacher.types(place.ref, GRID, "F7", "3")
    written = place.source.write(fetched, [TabWrite(GRID, {G6: "наше"})])
    assert place.look().version != written.look.version
    assert place.source.fetch(place.ref, written.tab_versions).sheets.tabs[0].cells[At.parse("F7")] == "3"


def test_a_teacher_who_types_elsewhere_hinders_no_write_and_is_read_afterwards(place: Place) -> None:
    fetched = place.source.fetch(place.ref)
    place.teacher.types(place.ref, GRID, "F7", "3")
    done = []
    writes = [TabWrite(GRID, {G6: "наше"}, {F6: NOTE})]
    cost = spent(place.google, lambda: done.append(place.source.write(fetched, writes)))
    assert cost == {"drive": 2, "sheets-read": 1, "sheets-write": 1}  # nobody asks whose edit was the last
    assert place.look().version != done[0].look.version
    again = place.source.fetch(place.ref, done[0].tab_versions)
    assert (again.sheets.tabs[0].cells[At.parse("F7")], again.sheets.tabs[0].cells[G6]) == ("3", "наше")


@pytest.mark.parametrize("what", ["written", "noted", "moved", "renamed"])
def test_a_teacher_who_touches_what_is_to_be_written_hinders_the_write(place: Place, what: str) -> None:
    fetched = place.source.fetch(place.ref)
    {
        "written": lambda: place.teacher.types(place.ref, GRID, "G6", "2"),
        "noted": lambda: place.teacher.types(place.ref, GRID, "F6", "4"),
        "moved": lambda: place.teacher.inserts(place.ref, GRID, "ROWS", 9),
        "renamed": lambda: place.teacher.types(place.ref, GRID, "A8", "p0"),
    }[what]()
    if what == "moved":
        place.teacher.inserts(place.ref, GRID, "ROWS", 7)
    before = place.tab()
    with pytest.raises(SourceError) as refused:
        place.source.write(fetched, [TabWrite(GRID, {G6: "наше"}, {F6: NOTE})])
    assert refused.value.trouble is Trouble.CHANGED
    assert place.tab() == before


def test_a_write_that_needs_another_reading_waits_if_none_can_be_spared(place: Place) -> None:
    fetched = place.source.fetch(place.ref)
    place.teacher.types(place.ref, GRID, "F7", "3")
    while place.client.quota.reads.spare() > module.IN_RESERVE:
        place.client.quota.reads.take(0)
    with pytest.raises(SourceError) as refused:
        place.source.write(fetched, [TabWrite(GRID, {G6: "наше"})])
    assert refused.value.trouble is Trouble.CHANGED


def test_a_tab_deleted_in_the_instant_of_a_write_hinders_it_as_a_whole(place: Place) -> None:
    fetched = place.source.fetch(place.ref)
    place.client.before[":batchUpdate"] = lambda: place.teacher.does(place.ref, "deleteSheet", LOG)
    with pytest.raises(SourceError):
        place.source.write(fetched, [TabWrite(GRID, {G6: "наше"}), TabWrite(LOG, {C3: 1})])
    assert G6 not in place.tab().cells


def test_room_is_added_to_what_is_there_so_that_nothing_is_cut_off(place: Place) -> None:
    size = place.google.tab(place.number, GRID)
    last = At(size.rows, 6)
    place.teacher.types(place.ref, GRID, last.a1, "внизу")
    place.look()
    fetched = place.source.fetch(place.ref)
    below = At(fetched.grids[GRID].rows + 1, 6)
    place.client.before[":batchUpdate"] = lambda: place.teacher.inserts(place.ref, GRID, "ROWS", 12, 3)
    place.source.write(fetched, [TabWrite(GRID, {below: "наше"})])
    assert "внизу" in place.tab().cells.values()


def test_a_write_asks_for_as_few_things_as_can_be() -> None:
    grids = {GRID: Grid(7, 10, 8), "О'Нил": Grid(9, 10, 8)}
    block = {At(row, column): "н" for row in (2, 3, 4) for column in (3, 4)}
    write = TabWrite(GRID, {**block, At(2, 6): None, At(12, 1): "=1+1"}, {At(2, 3): None}, {At(3, 3): "'О''Нил'!F12"})
    requests = requests_for(write, grids, {})
    kinds = [next(iter(request)) for request in requests]
    assert kinds[0] == "appendDimension"
    assert requests[0]["appendDimension"] == {"sheetId": 7, "dimension": "ROWS", "length": 2}
    assert set(kinds[1:]) == {"updateCells"}
    told = {
        (at["rowIndex"] + 1 + row, at["columnIndex"] + 1 + column, update["fields"]): cell
        for request in requests[1:]
        for update in [request["updateCells"]]
        for at in [update["start"]]
        for row, line in enumerate(update["rows"])
        for column, cell in enumerate(line["values"])
    }
    assert told.pop((2, 3, "note")) == told.pop((2, 6, "userEnteredValue")) == {}
    assert told.pop((12, 1, "userEnteredValue")) == {"userEnteredValue": {"stringValue": "=1+1"}}
    link = told.pop((3, 3, "userEnteredValue,textFormatRuns"))
    assert link["textFormatRuns"][0]["format"] == {"link": {"uri": "#gid=9&range=F12"}}
    plain = {"userEnteredValue": {"stringValue": "н"}}
    assert told == {(*at, "userEnteredValue"): plain for at in block if at != (3, 3)}
    assert len(requests) <= 8
