"""Rows that a command puts into a tab: its own first, then prepared ones, then below; nobody else's are touched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import count

from sync_service.reconcile.filling import Filling, Values, fill, filled_rows, free_rows
from sync_service.reconcile.layout import FAMILIES, Table
from sync_service.reconcile.locate import TableRows, locate_table
from sync_service.reconcile.sheet import At, RawCell, Tab
from tests.reconcile.test_office import Line, tab

OWN, OTHER = {"pupil": "Быкова Нина", "name": "Быкова О. И."}, {"pupil": "Абрамов Лев", "name": "Абрамов П. П."}
LINES: list[Line] = [("f1", OWN), ("f2", OTHER), ("f3", {}), ("", {"name": "дописано без кода"}), ("f4", {"name": " "})]


def rows(lines: Iterable[Line] = LINES, table: Table = FAMILIES) -> TableRows:
    made = tab(table, lines)
    return locate_table(made, At(1, 1), table)


def filled(values: list[Values], own: tuple[int, ...] = (3,), found: TableRows | None = None) -> Filling:
    numbers = count(5)
    return fill(found or rows(), FAMILIES, own, values, lambda: f"f{next(numbers)}")


def cells(done: Filling, column: str) -> dict[int, RawCell | None]:
    return {at.row: raw for at, raw in done.write.cells.items() if at.column == FAMILIES.index(column)}


def test_rows_with_anything_are_filled_and_prepared_ones_are_free() -> None:
    assert filled_rows(rows(), FAMILIES) == [3, 4, 6]
    assert free_rows(rows(), FAMILIES) == [5, 7]


def test_values_go_into_own_rows_then_free_ones_then_below_with_keys_of_their_own() -> None:
    values: list[Values] = [OWN | {"name": name} for name in ("Быкова О. И.", "Быков И. И.", "Быкова М.", "Быкова Т.")]
    done = filled(values)
    assert (done.placed, done.added) == ((3, 5, 7, 8), 1)
    assert cells(done, "name") == {5: "Быков И. И.", 7: "Быкова М.", 8: "Быкова Т."}  # row 3 says it already
    assert {at.row: key for at, key in done.write.cells.items() if at.column == 1} == {8: "f5"}


def test_own_rows_that_are_left_over_become_free_and_equal_ones_are_not_written() -> None:
    assert filled([OWN]).write.cells == {}
    gone = filled([])
    assert (cells(gone, "name"), cells(gone, "pupil")) == ({3: None}, {3: None})


def test_a_day_is_compared_as_a_day_and_a_cell_that_cannot_be_read_is_written_anew() -> None:
    lines: list[Line] = [("f1", OWN | {"consent": date(2026, 9, 1)}), ("f2", OTHER | {"consent": "вчера"})]
    wanted: list[Values] = [OWN | {"consent": date(2026, 9, 1)}, OTHER | {"consent": date(2026, 9, 1), "phone": ""}]
    done = filled(wanted, (3, 4), rows(lines))
    assert done.write.cells == {At(4, FAMILIES.index("consent")): date(2026, 9, 1)}


def test_a_tab_drawn_before_a_column_came_is_filled_without_it() -> None:
    newest = FAMILIES.index("withdrawn")
    made = tab(FAMILIES, LINES)
    older = Tab(made.title, {at: raw for at, raw in made.cells.items() if at.column != newest})
    done = filled([OWN | {"name": "Быкова О. П.", "withdrawn": date(2026, 9, 1)}], (3,),
                  locate_table(older, At(1, 1), FAMILIES))  # fmt: skip
    assert done.write.cells == {At(3, FAMILIES.index("name")): "Быкова О. П."}
