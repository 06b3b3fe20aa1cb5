"""«journal provision --repair»: what people break in a spreadsheet is put back and told, what they only rearrange is
followed, a second time there is nothing to do, and no teacher's cell is ever touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import pytest

from sync_service.books.google.source import SHEETS
from sync_service.domain.slots import LessonField, entry_slot, final_slot, lesson_slot
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At
from sync_service.reconcile.typed import Typed, typed_cells
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases.provision import Provisioned, provision
from tests.google_emulator.state import Cell, Json, Sheet
from tests.usecases.google_school import (
    FIRST,
    GRID,
    GROMOVA,
    LEV,
    LOG,
    NINA,
    NINE,
    PETR,
    SECOND,
    SIX,
    THIRD,
    YANA,
    PatientSchool,
    school,
)

__all__ = ["school"]

PEOPLE = (LEV, NINA, YANA, PETR)  # rows 6 to 9 as they were drawn
MARKS = dict(zip((entry_slot(code, FIRST) for code in PEOPLE), ("5", "4", "3", "н"), strict=True))
WORDS = {lesson_slot(FIRST, LessonField.HELD): "да", lesson_slot(FIRST, LessonField.TOPIC): "Дроби"}
FINAL = final_slot(LEV, "c001", "Q1")


@pytest.fixture
def marked(school: PatientSchool) -> PatientSchool:
    school.type(NINE, GRID, {**MARKS, FINAL: "5"}, by=GROMOVA)
    school.type(NINE, LOG, WORDS, by=GROMOVA)
    assert school.sync().troubles == []
    assert {slot: queries.slot_values("c001").get(slot) for slot in MARKS} == MARKS
    return school


def repaired(school: PatientSchool) -> Provisioned:
    done = provision(school.workspace, repair=True)
    assert (done.created, done.problems) == ([], [])
    return done


def lines(school: PatientSchool) -> list[str]:
    """What the first repair tells of 9А, after a second one had nothing to tell or to write."""
    told = repaired(school).mended
    assert set(told) <= {NINE}
    since = len(school.google.calls)
    again = repaired(school)
    assert (again.mended, again.troubles) == ({}, [])
    assert school.writes(since) == []
    return told.get(NINE, [])


def typed(school: PatientSchool) -> Typed:
    return typed_cells(school.place.fetch(school.ref(NINE)).tabs)  # type: ignore[attr-defined]


def as_asked(school: PatientSchool, *requests: Json) -> None:
    """As somebody does it in the browser who may do anything."""
    number = school.number(NINE)
    school.place.client.request("post", f"{SHEETS}/{number}:batchUpdate", json={"requests": [*requests]})


def number_of_tab(school: PatientSchool, title: str) -> int:
    return school.google.tab(school.number(NINE), title).id


def wipe(school: PatientSchool, title: str, a1: str, text: str = "") -> None:
    school.google.type(school.number(NINE), title, a1, text, by=school.google.owner)


def column_of(school: PatientSchool, lesson: str) -> str:
    return school.at(NINE, GRID, entry_slot(LEV, lesson)).a1.rstrip("0123456789")


def spoil(school: PatientSchool, title: str, places: Iterable[str], change: Callable[[Cell], None]) -> None:
    with school.google.state.lock:
        sheet = school.google.tab(school.number(NINE), title)
        for place in places:
            at = At.parse(place)
            cell = sheet.cells[at.row - 1, at.column - 1]
            sheet.cells[at.row - 1, at.column - 1] = changed = type(cell)(**vars(cell))
            change(changed)


def validation(school: PatientSchool, title: str, a1: str) -> Json | None:
    at = At.parse(a1)
    return school.google.tab(school.number(NINE), title).cells[at.row - 1, at.column - 1].validation


# --- damage -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Damage:
    do: Callable[[PatientSchool], object]
    told: str


def no_rule(cell: Cell) -> None:
    cell.validation = None


def loose_rule(cell: Cell) -> None:
    assert cell.validation is not None
    cell.validation = {**cell.validation, "strict": False}


def other_words(cell: Cell) -> None:
    assert cell.validation is not None
    said = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "может быть"}]}
    cell.validation = {**cell.validation, "condition": said}


def as_number(cell: Cell) -> None:
    cell.format = {**cell.format, "numberFormat": {"type": "NUMBER", "pattern": "0.0"}}


def protections_away(school: PatientSchool) -> None:
    with school.google.state.lock:
        school.google.tab(school.number(NINE), LOG).protections.clear()


def lists_shown(school: PatientSchool) -> None:
    with school.google.state.lock:
        school.google.tab(school.number(NINE), "_lists").hidden = False


def everything_left(school: PatientSchool) -> None:
    """Column A of the grid is selected and cleared."""
    for row in range(1, 15):
        wipe(school, GRID, f"A{row}")


def filled_down(school: PatientSchool) -> None:
    """Лев's key is dragged over Нина's and Яна's."""
    for row in (7, 8):
        wipe(school, GRID, f"A{row}", LEV)


DAMAGES = {
    "protection removed": Damage(protections_away, "«Математика · уроки»: поставлена защита"),
    "drop-down pasted over": Damage(lambda one: spoil(one, LOG, ["E3"], no_rule), "правила ввода — «Проведён»"),
    "drop-down loosened": Damage(lambda one: spoil(one, LOG, ["E4"], loose_rule), "правила ввода — «Проведён»"),
    "drop-down of others": Damage(lambda one: spoil(one, LOG, ["E5"], other_words), "правила ввода — «Проведён»"),
    "list of works": Damage(lambda one: spoil(one, LOG, ["J3"], no_rule), "правила ввода — «Вид работы»"),
    "no date any more": Damage(lambda one: spoil(one, LOG, ["C3"], no_rule), "правила ввода — «Дата»"),
    "reason of absence": Damage(lambda one: spoil(one, "Пропуски", ["F3"], no_rule), "правила ввода — «Причина»"),
    "pupil's key wiped": Damage(lambda one: wipe(one, GRID, "A6"), "«Математика»: скрытых ключей возвращено — 1"),
    "pupil's key overtyped": Damage(lambda one: wipe(one, GRID, "A7", "Нина"), "ключей возвращено — 1"),
    "key filled down": Damage(filled_down, "ключей возвращено — 2"),
    "lesson's key wiped": Damage(lambda one: wipe(one, GRID, f"{column_of(one, FIRST)}1"), "ключей возвращено — 1"),
    "lesson's key overtyped": Damage(
        lambda one: wipe(one, GRID, f"{column_of(one, SECOND)}1", "x"), "ключей возвращено — 1"
    ),
    "lesson's row wiped": Damage(lambda one: wipe(one, LOG, "A3"), "«Математика · уроки»: скрытых ключей"),
    "key of a final mark": Damage(
        lambda one: wipe(one, GRID, f"{one.at(NINE, GRID, FINAL).a1.rstrip('0123456789')}1"), "ключей возвращено — 1"
    ),
    "key of the names": Damage(lambda one: wipe(one, GRID, "C1"), "ключей возвращено — 1"),
    "tab's key wiped": Damage(lambda one: wipe(one, GRID, "A1"), "«Математика»: скрытых ключей возвращено — 1"),
    "tab's key overtyped": Damage(lambda one: wipe(one, GRID, "A1", "привет"), "ключей возвращено — 1"),
    "another tab's key": Damage(lambda one: wipe(one, GRID, "A1", "grid c002"), "ключей возвращено — 1"),
    "contents' key": Damage(lambda one: wipe(one, "Содержание", "A1"), "«Содержание»: скрытых ключей"),
    "whole key column": Damage(everything_left, "«Математика»: скрытых ключей возвращено — 14"),
    "hidden tab deleted": Damage(
        lambda one: as_asked(one, {"deleteSheet": {"sheetId": number_of_tab(one, "_journal")}}),
        "восстановлена скрытая вкладка «_journal»",
    ),
    "identity overtyped": Damage(lambda one: wipe(one, "_journal", "B1", "journal-9Б-2026"), "вкладка «_journal»"),
    "hidden tab shown": Damage(lists_shown, "скрыта вкладка «_lists»"),
    "no text any more": Damage(
        lambda one: spoil(one, GRID, [f"{column_of(one, THIRD)}8"], as_number), "текстовый формат возвращён"
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_what_was_broken_is_put_back_told_once_and_no_mark_is_touched(marked: PatientSchool, damage: Damage) -> None:
    before, digest = typed(marked), ledger.digest()
    tabs = [sheet.title for sheet in marked.google.spreadsheet(marked.number(NINE)).sheets]
    damage.do(marked)
    told = lines(marked)
    assert damage.told in told[0]
    assert len(told) == 1 + ("_journal" in told[0] and len(told) == 2), told
    assert typed(marked) == before
    sheets = marked.google.spreadsheet(marked.number(NINE)).sheets
    assert sorted(sheet.title for sheet in sheets) == sorted(tabs)
    assert {sheet.title for sheet in sheets if sheet.hidden} == {"_journal", "_lists"}
    assert all(sheet.protections for sheet in sheets)
    report = marked.sync(everything=True)
    assert (report.troubles, ledger.digest(), sync_state.holds()) == ([], digest, [])


def test_what_was_broken_is_noticed_before_it_is_repaired_and_read_as_nothing(marked: PatientSchool) -> None:
    """Between the damage and its repair passes go on: what cannot be told is kept."""
    digest = ledger.digest()
    everything_left(marked)
    marked.sync()
    marked.sync(everything=True)
    assert ledger.digest() == digest
    assert lines(marked)
    marked.sync(everything=True)
    assert (ledger.digest(), sync_state.holds()) == (digest, [])


def test_a_key_wiped_under_an_inserted_title_row_goes_back_where_it_stood(marked: PatientSchool) -> None:
    before = typed(marked)
    insert(marked, "ROWS", 0)
    assert key_of(marked.tab(NINE, GRID)) == ("grid c001", At(2, 1))
    wipe(marked, GRID, "A2")
    assert len(lines(marked)) == 1
    assert key_of(marked.tab(NINE, GRID)) == ("grid c001", At(2, 1))
    assert typed(marked) == before


def test_the_rules_put_back_hold(marked: PatientSchool) -> None:
    rules = {place: validation(marked, LOG, place) for place in ("E3", "J3", "C3")}
    spoil(marked, LOG, rules, no_rule)
    lines(marked)
    for place, rule in rules.items():
        found = validation(marked, LOG, place)
        assert found is not None
        assert rule is not None
        assert (found["condition"], found["strict"]) == (rule["condition"], True)


# --- no damage --------------------------------------------------------------------------------------------------------


def insert(school: PatientSchool, dimension: str, at: int, title: str = GRID, count: int = 1) -> None:
    place = {"sheetId": number_of_tab(school, title), "dimension": dimension, "startIndex": at, "endIndex": at + count}
    as_asked(school, {"insertDimension": {"range": place}})


def sort(school: PatientSchool, title: str, first: int, last: int, by: int, order: str = "DESCENDING") -> None:
    """Whole rows, as the teacher does with the menu; rows and columns as people count them."""
    width = school.google.tab(school.number(NINE), title).columns
    place = {
        "sheetId": number_of_tab(school, title), "startRowIndex": first - 1, "endRowIndex": last,
        "startColumnIndex": 0, "endColumnIndex": width,
    }  # fmt: skip
    as_asked(school, {"sortRange": {"range": place, "sortSpecs": [{"dimensionIndex": by - 1, "sortOrder": order}]}})


def move(school: PatientSchool, dimension: str, at: int, to: int) -> None:
    place = {"sheetId": number_of_tab(school, GRID), "dimension": dimension, "startIndex": at, "endIndex": at + 1}
    as_asked(school, {"moveDimension": {"source": place, "destinationIndex": to}})


HARMLESS: dict[str, Callable[[PatientSchool], object]] = {
    "sorted by name backwards": lambda one: sort(one, GRID, 6, 9, 3),
    "log sorted backwards": lambda one: sort(one, LOG, 3, 8, 3),
    "row inserted": lambda one: insert(one, "ROWS", 7),
    "row inserted in the log": lambda one: insert(one, "ROWS", 4, LOG),
    "column inserted": lambda one: insert(one, "COLUMNS", 6),
    "column inserted in the log": lambda one: insert(one, "COLUMNS", 4, LOG),
    "title row above": lambda one: insert(one, "ROWS", 0),
    "columns moved": lambda one: move(one, "COLUMNS", 5, 8),
    "rows moved": lambda one: move(one, "ROWS", 5, 9),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_teachers_rearrange_is_no_damage_and_what_is_lost_afterwards_is_found(
    marked: PatientSchool, change: Callable[[PatientSchool], object]
) -> None:
    before, digest = typed(marked), ledger.digest()
    change(marked)
    assert lines(marked) == []
    assert typed(marked) == before
    # anchors have followed: every key wiped now goes back to its own row or column
    for title in (GRID, LOG):
        tab = marked.tab(NINE, title)
        found = key_of(tab)
        assert found is not None
        for at in list(tab.cells):
            if (at.column == found[1].column or at.row == found[1].row) and at != found[1]:
                wipe(marked, title, at.a1)
    assert len(lines(marked)) == 2
    assert typed(marked) == before
    marked.sync(everything=True)
    assert (ledger.digest(), sync_state.holds()) == (digest, [])


def test_a_new_pupil_in_a_spare_row_is_anchored_and_found_again(marked: PatientSchool) -> None:
    def enrol(sheet) -> None:  # type: ignore[no-untyped-def]
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        row = next(row for row in range(3, 30) if not sheet.cell(row, headings["last"]).value)
        for key, value in {"last": "Зимина", "first": "Ада", "enrolled": date(2026, 9, 1)}.items():
            sheet.cell(row, headings[key]).value = value

    marked.edit("9А Список", "Список", enrol)
    marked.sync()
    (code,) = {pupil.code for pupil in queries.pupils() if pupil.last == "Зимина"}
    marked.type(NINE, GRID, {entry_slot(code, FIRST): "2"}, by=GROMOVA)
    marked.sync()
    before = typed(marked)
    assert lines(marked) == []
    wipe(marked, GRID, marked.at(NINE, GRID, entry_slot(code, FIRST))._replace(column=1).a1)
    assert len(lines(marked)) == 1
    assert typed(marked) == before


# --- in doubt ---------------------------------------------------------------------------------------------------------


def test_keys_wiped_after_a_sort_are_never_given_to_another_pupil(marked: PatientSchool) -> None:
    """The anchors still tell of the order before; the names in the rows contradict them."""
    sort(marked, GRID, 6, 9, 3)
    for row in range(6, 10):
        wipe(marked, GRID, f"A{row}")
    told = repaired(marked).mended[NINE]
    assert len(told) == len(PEOPLE)
    assert sorted(line.split()[3] for line in told) == list(PEOPLE)
    assert all("История версий" in line for line in told)
    assert not any(marked.tab(NINE, GRID).cells.get(At(row, 1)) for row in range(6, 10))
    assert repaired(marked).mended[NINE] == told  # until somebody helps
    digest = ledger.digest()
    marked.sync(everything=True)
    assert ledger.digest() == digest


def test_the_key_of_a_column_that_was_cut_and_pasted_is_not_given_to_the_gap(marked: PatientSchool) -> None:
    sheet: Sheet = marked.google.tab(marked.number(NINE), GRID)
    column = marked.at(NINE, GRID, entry_slot(LEV, FIRST)).column - 1
    source = {"sheetId": sheet.id, "startRowIndex": 0, "endRowIndex": 20, "startColumnIndex": column,
              "endColumnIndex": column + 1}  # fmt: skip
    free = sheet.columns
    as_asked(
        marked,
        {"appendDimension": {"sheetId": sheet.id, "dimension": "COLUMNS", "length": 1}},
        {"cutPaste": {"source": source, "destination": {"sheetId": sheet.id, "rowIndex": 0, "columnIndex": free}}},
    )
    pasted = At(1, free + 1)
    assert marked.tab(NINE, GRID).cells[pasted] == FIRST
    wipe(marked, GRID, pasted.a1)
    told = repaired(marked).mended[NINE]
    assert any(f"скрытый ключ {FIRST} пропал" in line for line in told)
    assert At(1, column + 1) not in marked.tab(NINE, GRID).cells


def test_one_book_that_cannot_be_had_hinders_no_other_repair(marked: PatientSchool) -> None:
    marked.google.faults.add("403", file_id=marked.number(SIX), kinds="sheets-read")
    wipe(marked, GRID, "A6")
    done = provision(marked.workspace, repair=True)
    assert list(done.mended) == [NINE]
    assert all("6Б Журнал" in str(trouble) for trouble in done.troubles)
