"""Google's answers as tabs: what is a date and what a number, what a book is known by, what is not a whole answer."""

from __future__ import annotations

import copy
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.books.google.reading import Read, read_spreadsheet, version_of
from sync_service.books.source import SourceError, Trouble
from sync_service.reconcile.sheet import At, CellError, RawCell, Tab
from tests.google_emulator.showing import by_pattern

A1, B1, A2, B2 = (At.parse(a1) for a1 in ("A1", "B1", "A2", "B2"))
BOOK = "journal-9А-2026"
IDENTITY = {"book": BOOK, "kind": "journal", "school": "Школа", "year": "2026/2027", "layout": 1, "generation": 1}
Json = dict[str, Any]


def number(value: float, shown: str) -> Json:
    return {"effectiveValue": {"numberValue": value}, "formattedValue": shown}


def text(value: str) -> Json:
    return {"effectiveValue": {"stringValue": value}, "formattedValue": value}


def sheet(index: int, title: str, rows: list[list[Json]], **more: Any) -> Json:
    data = [{"rowData": [{"values": row} if row else {} for row in rows]}] if rows else [{}]
    size = {"rowCount": 20, "columnCount": 10}
    told = {"sheetId": 7 * index, "title": title, "index": index, "sheetType": "GRID", "gridProperties": size}
    return {"properties": told, "data": data, **more}


def identity_tab(index: int, **other: object) -> Json:
    said = {**IDENTITY, **other}
    rows = [[text(key), number(value, str(value)) if isinstance(value, int) else text(str(value))]
            for key, value in said.items()]  # fmt: skip
    return sheet(index, "_journal", rows)


def answer(*sheets: Json, witness: str = BOOK) -> Json:
    marks = {"developerMetadata": [{"metadataKey": "journal-book", "metadataValue": witness}]} if witness else {}
    return {"spreadsheetId": "1a", "properties": {"title": "9А Журнал"}, "sheets": list(sheets), **marks}


def book(rows: list[list[Json]], **more: Any) -> Json:
    return answer(sheet(0, "Математика", rows, **more), sheet(1, "Пропуски", []), identity_tab(2))


def read(said: Json) -> Read:
    return read_spreadsheet(said, "9А Журнал")


def trouble(said: Json) -> Trouble:
    with pytest.raises(SourceError) as refused:
        read(said)
    return refused.value.trouble


def value(cell: Json) -> RawCell | None:
    return read(book([[cell]])).tabs[0].cells.get(A1)


def at(moment: str) -> datetime:
    """A moment as a sheet knows it: of no zone."""
    return datetime.fromisoformat(moment)


def serial(moment: datetime) -> float:
    return (moment - at("1899-12-30")) / timedelta(days=1)


# --- dates and numbers ------------------------------------------------------------------------------------------------

APRIL = 46117  # 5 April 2026


@pytest.mark.parametrize(
    ("given", "shown", "meant"),
    [
        (5, "5", 5),
        (5.0, "5,0", 5),
        (4.333333, "4,3", 4.333333),
        (4.333333, "4.33", 4.333333),
        (4.5, "5", 4.5),
        (4.5, "4", 4.5),  # a sheet that cuts off instead of rounding is not believed to show a date
        (4.5, "4 1/2", 4.5),
        (0, "", 0),
        (5, "", 5),
        (0, "0 б.", 0),
        (5, "5 б.", 5),
        (5, "№ 5", 5),
        (5, "+5", 5),
        (5, "5,00 ₽", 5),
        (5, "004.5", 5),
        (5, "зачёт", 5),
        (0.05, "5%", 0.05),
        (4, "400%", 4),
        (46117, "4,61E+04", 46117),
        (1234, "1 234", 1234),
        (1234, "1\u00a0234", 1234),
        (1234.5, "1\u202f234,50", 1234.5),
        (1234, "1,234", 1234),
        (1234.5, "1,234.50", 1234.5),
        (46117, "46 117", 46117),
        (46117, "46 117 ₽", 46117),
        (1905, "1905 г.", 1905),
        (-5, "-5", -5),
        (-5, "(5)", -5),
        (-0.5, "−0,5", -0.5),
        (-46117, "05.04.2026", -46117),
        (89001234567, "8 (900) 123-45-67", 89001234567),
        (1e20, "1E+20", 10**20),
        (1.0625, "25:30:00", 1.0625),
        (5, "04.01.1900", 5),
        (4.5, "03.01.1900 12:00:00", 4.5),
        (0.5, "1/2", 0.5),
    ],
)  # fmt: skip
def test_a_number_is_a_number_however_it_is_shown(given: float, shown: str, meant: float) -> None:
    found = value(number(given, shown))
    assert (found, type(found)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("given", "shown", "meant"),
    [
        (APRIL, "05.04.2026", date(2026, 4, 5)),
        (APRIL, "5.4", date(2026, 4, 5)),
        (APRIL, "05.04", date(2026, 4, 5)),
        (APRIL, "4/5/2026", date(2026, 4, 5)),
        (APRIL, "2026-04-05", date(2026, 4, 5)),
        (APRIL, "5", date(2026, 4, 5)),
        (APRIL, "05", date(2026, 4, 5)),
        (APRIL, "5 апреля", date(2026, 4, 5)),
        (APRIL, "вс, 5 апр. 26", date(2026, 4, 5)),
        (APRIL, "04.2026", date(2026, 4, 5)),
        (APRIL, "05 04", date(2026, 4, 5)),
        (APRIL + 8.5 / 24, "05.04.2026 8:30:00", at("2026-04-05 08:30")),
        (APRIL + 20.5 / 24, "4/5/2026 8:30 PM", at("2026-04-05 20:30")),
        (APRIL + 20.5 / 24, "20:30", at("2026-04-05 20:30")),
        (8.5 / 24, "8:30", time(8, 30)),
        (0.0, "0:00", time(0, 0)),
        (20.5 / 24, "8:30:00 PM", time(20, 30)),
    ],
)  # fmt: skip
def test_a_moment_is_a_moment_however_it_is_shown(given: float, shown: str, meant: object) -> None:
    found = value(number(given, shown))
    assert (found, type(found)) == (meant, type(meant))


NUMBERS = ("0", "0.0", "0.00", "#,##0.00", "0%", "0.00E+00", "#,##0.00 [$₽]", '0" б."', "+0", "0;(0);", '"№ "0')
DAYS = ("dd.MM.yyyy", "d.M", "dd", "d", "M/d/yyyy", "yyyy-mm-dd", "d MMMM", "dd MM", "yyyy", "dd.MM.yyyy H:mm:ss")


MARKS = st.integers(4, 400).map(lambda quarters: quarters / 4)
LOCALES = st.sampled_from(["ru_RU", "en_US"])


@given(MARKS, st.sampled_from(NUMBERS + DAYS), LOCALES)
def test_no_format_turns_a_mark_into_a_date(mark: float, pattern: str, locale: str) -> None:
    assert value(number(mark, by_pattern(mark, pattern, locale))) == mark


@given(st.integers(101, 30_000), st.sampled_from(NUMBERS), LOCALES)
def test_no_format_of_numbers_turns_a_number_into_a_date(given: int, pattern: str, locale: str) -> None:
    assert value(number(given, by_pattern(given, pattern, locale))) == given


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.sampled_from(DAYS), LOCALES)
def test_no_format_of_dates_turns_a_date_into_a_number(day: date, pattern: str, locale: str) -> None:
    days = (day - date(1899, 12, 30)).days
    assert value(number(days, by_pattern(days, pattern, locale))) == day


@given(st.datetimes(at("2000-01-01"), at("2100-12-31")))
def test_a_moment_is_read_to_the_second(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, hour=moment.hour or 1)
    given = serial(moment)
    assert value(number(given, by_pattern(given, "dd.MM.yyyy H:mm:ss", "ru_RU"))) == moment


# --- other values -----------------------------------------------------------------------------------------------------


def test_texts_truths_and_errors_are_told_apart() -> None:
    error = {"effectiveValue": {"errorValue": {"type": "REF", "message": "Ссылка"}}, "formattedValue": "#REF!"}
    silent = {"effectiveValue": {"errorValue": {"type": "N_A"}}}
    assert value(text("5")) == "5"
    assert value(text("#REF!")) == "#REF!"
    assert value(text("а\r\nб")) == "а\nб"
    assert value(text("")) is None
    assert value({"effectiveValue": {"boolValue": True}, "formattedValue": "ИСТИНА"}) is True
    assert value({"effectiveValue": {"boolValue": False}, "formattedValue": "ЛОЖЬ"}) is False
    assert value(error) == CellError("#REF!")
    assert value(silent) == CellError("#N_A")
    assert value({}) is None


def test_ragged_rows_notes_merges_and_blocks_keep_their_places() -> None:
    rows = [[], [{}, {"note": "Пересдать"}], [text("а"), {}, text("в")], []]
    merges = [
        {"startRowIndex": 4, "endRowIndex": 6, "startColumnIndex": 1, "endColumnIndex": 3},
        {"endRowIndex": 1, "endColumnIndex": 2},
    ]
    said = book(rows, merges=merges)
    said["sheets"][0]["data"].append({"startRow": 9, "startColumn": 2, "rowData": [{"values": [text("далеко")]}]})
    tab = read(said).tabs[0]
    assert tab.cells == {At(3, 1): "а", At(3, 3): "в", At(10, 3): "далеко"}
    assert tab.notes == {B2: "Пересдать"}
    assert tab.merged == ((At(1, 1), At(1, 2)), (At(5, 2), At(6, 3)))


def test_only_tabs_for_people_are_shown_and_every_grid_is_known() -> None:
    lists = sheet(3, "_lists", [[text("к/р")]])
    found = read(answer(sheet(0, "Математика", []), sheet(1, "Пропуски", []), identity_tab(2), lists))
    assert [tab.title for tab in found.tabs] == ["Математика", "Пропуски"] == list(found.versions)
    assert found.grids["_lists"].sheet_id == 21
    assert (found.identity.book, found.identity.layout) == (BOOK, 1)


def test_a_chart_in_a_tab_of_its_own_is_no_tab_of_the_journal() -> None:
    chart = {"properties": {"sheetId": 9, "title": "Диаграмма", "index": 1, "sheetType": "OBJECT"}}
    found = read(answer(sheet(0, "Математика", []), chart, identity_tab(2)))
    assert [tab.title for tab in found.tabs] == ["Математика"]


# --- not a whole answer, not our book ---------------------------------------------------------------------------------


def test_an_answer_that_lacks_a_tab_in_the_middle_is_not_read() -> None:
    whole = book([[text("5")]])
    assert trouble({**whole, "sheets": [whole["sheets"][0], whole["sheets"][2]]}) is Trouble.TOO_FEW
    assert trouble({**whole, "sheets": whole["sheets"][1:]}) is Trouble.TOO_FEW


def test_an_answer_without_tabs_or_without_their_cells_is_not_read() -> None:
    whole = book([[text("5")]])
    bare = copy.deepcopy(whole)
    del bare["sheets"][1]["data"]
    assert trouble({**whole, "sheets": []}) is Trouble.TOO_FEW
    assert trouble({"spreadsheetId": "1a"}) is Trouble.TOO_FEW
    assert trouble(bare) is Trouble.TOO_FEW


def test_a_book_whose_hidden_tab_is_gone_is_told_from_a_foreign_one_by_its_witness() -> None:
    tabs = sheet(0, "Математика", []), sheet(1, "Пропуски", [])
    assert trouble(answer(*tabs)) is Trouble.TOO_FEW
    assert trouble(answer(*tabs, sheet(2, "_journal", []))) is Trouble.TOO_FEW
    assert trouble(answer(*tabs, witness="")) is Trouble.NO_IDENTITY
    assert trouble(answer(*tabs, sheet(2, "_journal", [[text("book")]]))) is Trouble.NO_IDENTITY


def test_a_book_whose_tab_and_witness_disagree_is_nobodys() -> None:
    tabs = sheet(0, "Математика", []), identity_tab(1)
    assert trouble(answer(*tabs, witness="journal-9Б-2026")) is Trouble.NO_IDENTITY
    assert read(answer(*tabs, witness="")).identity.book == BOOK


# --- versions ---------------------------------------------------------------------------------------------------------

CELLS = st.one_of(
    st.just({}),
    st.sampled_from(["5", "н", "", "4/5", "True", "5.0", "CellError(text='#REF!')"]).map(text),
    st.sampled_from([(5, "5"), (5.0, "5,0"), (1, "1"), (0, ""), (APRIL, "05.04.2026"), (APRIL, "46117"),
                     (APRIL + 0.5, "5.4 12:00"), (0.5, "12:00"), (0.5, "0,5")]).map(lambda said: number(*said)),
    st.booleans().map(lambda truth: {"effectiveValue": {"boolValue": truth}}),
    st.just({"effectiveValue": {"errorValue": {"type": "REF"}}, "formattedValue": "#REF!"}),
    st.sampled_from(["Пересдать", "5"]).map(lambda note: {"note": note}),
    st.sampled_from(["Пересдать", "5"]).map(lambda note: {**text("5"), "note": note}),
)  # fmt: skip
AREAS = st.builds(
    lambda row, column: {
        "startRowIndex": row, "endRowIndex": row + 1, "startColumnIndex": column, "endColumnIndex": column + 2,
    },
    st.integers(0, 1),
    st.integers(0, 1),
)  # fmt: skip
TABS = st.builds(
    lambda rows, merges: sheet(0, "Математика", rows, merges=merges),
    st.lists(st.lists(CELLS, max_size=2), max_size=2),
    st.lists(AREAS, max_size=2, unique_by=repr),
)


def told(tab: Tab) -> tuple[object, ...]:
    """All that is read of a tab; for Python 1, 1.0 and True are the same."""
    cells = {(at, type(cell), cell) for at, cell in tab.cells.items()}
    return cells, dict(tab.notes), tab.merged


@given(TABS, TABS)
def test_a_version_changes_if_and_only_if_anything_that_is_read_changes(one: Json, other: Json) -> None:
    first, second = (read(answer(tab, identity_tab(1))) for tab in (one, other))
    same = told(first.tabs[0]) == told(second.tabs[0])
    assert (first.versions == second.versions) == same


@given(TABS)
def test_a_version_does_not_depend_on_how_an_answer_is_cut(tab: Json) -> None:
    rows = tab["data"][0].get("rowData", [])
    cut = [{"startRow": number, "rowData": [row]} for number, row in enumerate(rows)]
    blank = {"startRow": 30, "rowData": [{}, {"values": [{}, {}]}]}
    padded = {**tab, "data": [*cut, blank], "merges": tab["merges"][::-1]}
    first, second = (read(answer(each, identity_tab(1))) for each in (tab, padded))
    assert first.tabs == second.tabs
    assert first.versions == second.versions == {"Математика": version_of(first.tabs[0])}
