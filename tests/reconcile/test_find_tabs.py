"""Telling the tabs of a book apart: by key wherever it stands, and the original from its copies."""

from __future__ import annotations

from sync_service.domain.problems import Code
from sync_service.reconcile.locate import find_tabs
from sync_service.reconcile.sheet import At, Sheets, Tab
from tests.reconcile.world import ANNA, GRID, L1, LOG_KEY, grid, log


def book(*tabs: Tab) -> Sheets:
    return Sheets("7А Журнал.xlsx", tabs)


def test_a_renamed_tab_is_the_same_tab() -> None:
    found = find_tabs(book(grid(title="алгебра 1 гр"), log()), {GRID: "Математика"})
    assert set(found.tabs) == {GRID, LOG_KEY}
    assert (found.tabs[GRID].title, found.problems) == ("алгебра 1 гр", ())


def test_a_copy_is_told_and_the_tab_with_the_known_title_counts() -> None:
    original, copy = grid({(ANNA, L1): "5"}), grid({(ANNA, L1): "2"}, title="Копия Математика")
    found = find_tabs(book(copy, original), {GRID: "Математика"})
    assert found.tabs[GRID] is original
    assert [(problem.code, problem.place.tab) for problem in found.problems] == [
        (Code.TAB_DUPLICATE, "Копия Математика")
    ]


def test_of_two_copies_without_the_known_title_none_is_read() -> None:
    found = find_tabs(book(grid(title="А"), grid(title="Б")), {GRID: "Математика"})
    assert (dict(found.tabs), found.claimed_twice) == ({}, {GRID})


def test_a_key_pushed_by_inserted_rows_and_columns_is_found() -> None:
    pushed = Tab("Математика", {At(at.row + 3, at.column + 1): raw for at, raw in grid().cells.items()})
    assert find_tabs(book(pushed), {}).origins[GRID] == At(4, 2)


def test_a_tab_of_the_teachers_own_is_nobodys_business() -> None:
    found = find_tabs(book(Tab("Черновик", {At(1, 1): "план на май"})), {})
    assert (dict(found.tabs), found.problems) == ({}, ())
