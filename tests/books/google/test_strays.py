"""Rows and columns that a person moves at the very moment of a write: everything is put back where it was."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sync_service.books.effect import written
from sync_service.books.google.reading import Grid
from sync_service.books.google.strays import Seen, strayed
from sync_service.reconcile.sheet import At, RawCell, Tab, TabWrite

TITLE = "Пропуски"
OURS = "наше"
FIRST_ROW, FIRST_COLUMN = 3, 3
Place = Callable[[At], At | None]  # where a cell goes, None: it is deleted


def tab_of(rows: list[str], columns: list[str], texts: dict[At, str], notes: dict[At, str]) -> Tab:
    """Keys of rows in column A, keys of columns in row 1, headings in row 2."""
    cells: dict[At, RawCell] = {At(1, 1): "absences 9А", At(2, 3): "Дата"}
    cells |= {At(FIRST_ROW + number, 1): key for number, key in enumerate(rows)}
    cells |= {At(1, FIRST_COLUMN + number): key for number, key in enumerate(columns)}
    return Tab(TITLE, {**cells, **texts}, notes)


def moved(tab: Tab, place: Place) -> Tab:
    cells = {to: value for at, value in tab.cells.items() if (to := place(at))}
    notes = {to: note for at, note in tab.notes.items() if (to := place(at))}
    return Tab(tab.title, cells, notes)


SPARE = "свободно"


@st.composite
def books(draw: st.DrawFn) -> tuple[Tab, TabWrite, int]:
    """A tab, a write that belongs to it, and the last row of the tab. New rows get keys below the last or in spare
    rows, which are the last."""
    people, spare = draw(st.integers(1, 5)), draw(st.integers(0, 2))
    rows = [*(f"P{number}" for number in range(people)), *(f"{SPARE} {number}" for number in range(spare))]
    columns = [f"c{number}" for number in range(draw(st.integers(1, 4)))]
    places = [At(FIRST_ROW + row, FIRST_COLUMN + column) for row in range(people) for column in range(len(columns))]
    texts = {at: f"{at.a1} был" for at in draw(st.sets(st.sampled_from(places)))}
    notes = {at: f"{at.a1} нота" for at in draw(st.sets(st.sampled_from(places)))}
    cells = {at: draw(st.sampled_from([OURS, None])) for at in draw(st.sets(st.sampled_from(places)))}
    said = {at: draw(st.sampled_from(["Журнал: ?", None])) for at in draw(st.sets(st.sampled_from(places)))}
    for number in range(draw(st.integers(0, spare or 3))):
        row = FIRST_ROW + people + number
        cells |= {At(row, 1): f"N{number}", At(row, FIRST_COLUMN): OURS}
    return tab_of(rows, columns, texts, notes), TabWrite(TITLE, cells, said), FIRST_ROW + len(rows) - 1


def put_right(before: Tab, after: Tab, write: TabWrite, rows: tuple[int, int], columns: tuple[int, int]) -> Tab:
    """What is in the tab in the end; `rows` and `columns`: how many it had and has, its new ones for us included."""
    grids = [{TITLE: Grid(0, *size)} for size in zip(rows, columns, strict=True)]
    for back in strayed(Seen([before], grids[0]), Seen([after], grids[1]), [write]):
        after = written(after, back)
    return after


@given(books(), st.data())
def test_whatever_is_inserted_meanwhile_nothing_of_people_is_lost(
    book: tuple[Tab, TabWrite, int], data: st.DataObject
) -> None:
    before, write, last = book
    along_rows = data.draw(st.booleans())
    start, count = data.draw(st.integers(1, last if along_rows else 6)), data.draw(st.integers(1, 3))

    def place(at: At) -> At:
        row, column = at
        return At(row + count * (row >= start), column) if along_rows else At(row, column + count * (column >= start))

    people = moved(before, place)
    room = max([last, *(at.row for at in (*write.cells, *write.notes))])
    rows, columns = (last, room + count * along_rows), (20, 20 + count * (not along_rows))
    end = put_right(before, written(people, write), write, rows, columns)
    for at, value in before.cells.items():
        meant = [write.cells.get(at)] if at in write.cells and place(at) == at else []
        assert str(value).startswith(SPARE) or end.cells.get(place(at)) in (value, *meant)
    for at, note in before.notes.items():
        meant = [write.notes.get(at)] if at in write.notes and place(at) == at else []
        assert end.notes.get(place(at)) in (note, *meant)
    spare = any(str(value).startswith(SPARE) for value in before.cells.values())
    beside = {at for at in (*end.cells, *end.notes) if at not in people.cells and at not in people.notes}
    assert spare or beside <= {at for at in (*write.cells, *write.notes) if place(at) == at}


@given(books(), st.randoms(use_true_random=False))
def test_whatever_is_sorted_meanwhile_everything_is_put_back(book: tuple[Tab, TabWrite, int], chance: Random) -> None:
    before, write, last = book
    order = list(range(FIRST_ROW, last + 1))
    chance.shuffle(order)

    def place(at: At) -> At:
        return At(order[at.row - FIRST_ROW], at.column) if at.row >= FIRST_ROW else at

    there = {at: value for at, value in write.cells.items() if at.row <= last and At(at.row, 1) not in write.cells}
    write = TabWrite(TITLE, there, write.notes)  # a spare row is given away where it is
    people = moved(before, place)
    end = put_right(before, written(people, write), write, (last, last), (20, 20))
    stays = {at for at in (*people.cells, *end.cells, *people.notes, *end.notes) if place(at) == at}
    for at in {*people.cells, *end.cells} - stays:
        assert end.cells.get(at) == people.cells.get(at)
    for at in {*people.notes, *end.notes} - stays:
        assert end.notes.get(at) == people.notes.get(at)


@given(books())
def test_where_nothing_moved_nothing_is_put_back(book: tuple[Tab, TabWrite, int]) -> None:
    before, write, last = book
    room = max([last, *(at.row for at in (*write.cells, *write.notes))])
    after = written(before, write)
    assert put_right(before, after, write, (last, room), (20, 20)) == after
