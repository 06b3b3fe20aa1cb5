"""Books between a real LibreOffice Calc and us: what people do there is read right, what we write is shown there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from sync_service.books.source import SourceError, Trouble
from sync_service.books.xlsx import XlsxSource
from sync_service.reconcile.sheet import At, RawCell, Tab, TabWrite
from tests.books.small_book import GRID, IDENTITY, LOG, PUPILS, TEACHERS_NOTE, small_book
from tests.libreoffice import (
    Office,
    clear,
    comment,
    copy_tab,
    delete_row,
    delete_tab,
    hide_column,
    insert_column,
    insert_row,
    merge,
    rename,
    sort,
    type_in,
)

pytestmark = pytest.mark.libreoffice
NAME = "9А Журнал.xlsx"


@pytest.fixture
def source(tmp_path: Path) -> XlsxSource:
    source = XlsxSource(tmp_path)
    source.create(NAME, small_book())
    return source


def tab(source: XlsxSource, title: str = GRID) -> Tab:
    return next(tab for tab in source.fetch(NAME).sheets.tabs if tab.title == title)


def by_a1(tab: Tab) -> dict[str, RawCell]:
    return {at.a1: value for at, value in tab.cells.items()}


def test_marks_typed_there_are_read_as_typed(source: XlsxSource, libreoffice: Office) -> None:
    before = source.looks()
    libreoffice.edit(
        source.folder / NAME,
        [
            type_in(GRID, "G6", "4/5"), type_in(GRID, "F7", "4.5"), type_in(GRID, "F8", "н"), clear(GRID, "F6"),
            type_in(LOG, "C3", "15.9.26"), type_in(LOG, "E3", "  Дроби: ½ "), type_in(LOG, "B3", "7"),
            comment(GRID, "F8", "болел\nсправка есть"),
        ],
    )  # fmt: skip
    fetched = source.fetch(NAME)
    assert fetched.identity == IDENTITY
    assert [tab.title for tab in fetched.sheets.tabs] == [GRID, LOG]
    grid, log = map(by_a1, fetched.sheets.tabs)
    assert (grid["G6"], grid["F7"], grid["F8"], "F6" in grid) == ("4/5", "4.5", "н", False)
    assert (log["C3"], log["E3"], log["B3"]) == (date(2026, 9, 15), "  Дроби: ½ ", 7)
    assert fetched.sheets.tabs[0].notes == {At.parse("F8"): "болел\nсправка есть", At.parse("G7"): TEACHERS_NOTE}
    assert "D8" not in grid  # computed there: the mean of «н» is nothing
    assert source.looks() != before


def test_rows_inserted_sorted_and_deleted_keep_their_keys(source: XlsxSource, libreoffice: Office) -> None:
    libreoffice.edit(
        source.folder / NAME,
        [sort(GRID, "A6:G8", "C", descending=True), insert_row(GRID, 7), type_in(GRID, "C7", "Новиков Иван")],
    )
    cells = by_a1(tab(source))
    assert [cells.get(f"A{row}") for row in range(6, 10)] == ["p8", None, "p7", "p6"]
    assert [cells.get(f"C{row}") for row in range(6, 10)] == [PUPILS[2], "Новиков Иван", PUPILS[1], PUPILS[0]]
    assert (cells["G8"], cells["F9"]) == ("н", "5")
    libreoffice.edit(source.folder / NAME, [delete_row(GRID, 8), insert_column(GRID, "F"), hide_column(GRID, "G")])
    cells = by_a1(tab(source))
    assert (cells["A8"], cells["G8"], cells["G1"]) == ("p6", "5", "l001")


def test_tabs_renamed_copied_and_deleted(source: XlsxSource, libreoffice: Office) -> None:
    steps = [rename(GRID, "Алгебра & геометрия"), copy_tab(LOG, "Копия"), delete_tab(LOG)]
    libreoffice.edit(source.folder / NAME, steps)
    fetched = source.fetch(NAME)
    assert [tab.title for tab in fetched.sheets.tabs] == ["Алгебра & геометрия", "Копия"]
    assert fetched.sheets.tabs[0].cells[At(1, 1)] == "grid c001"
    assert fetched.sheets.tabs[1].cells[At(1, 1)] == "log c001"


def test_merged_cells_are_told(source: XlsxSource, libreoffice: Office) -> None:
    libreoffice.edit(source.folder / NAME, [merge(GRID, "F6:G7")])
    assert tab(source).merged == ((At(6, 6), At(7, 7)),)


def test_a_book_open_there_is_read_and_not_written(source: XlsxSource, libreoffice: Office) -> None:
    with libreoffice.opened(source.folder / NAME):
        fetched = source.fetch(NAME)
        assert len(source.looks()) == 1
        with pytest.raises(SourceError) as refused:
            source.write(fetched, [TabWrite(GRID, {At.parse("G6"): "4"})])
        assert refused.value.trouble is Trouble.BUSY
    source.write(fetched, [TabWrite(GRID, {At.parse("G6"): "4"})])
    assert tab(source).cells[At.parse("G6")] == "4"


def test_what_we_write_is_shown_there_and_survives_its_saving(source: XlsxSource, libreoffice: Office) -> None:
    write = TabWrite(
        GRID,
        {At.parse("G6"): "=1+1", At.parse("G8"): "4", At.parse("C9"): "Громов <Яков> & К°"},
        {At.parse("G6"): "Журнал: не понято «=1+1»", At.parse("F8"): "Журнал: раз\nдва"},
        {At.parse("C9"): f"'{LOG}'!E4"},
    )
    source.write(source.fetch(NAME), [write, TabWrite(LOG, {At.parse("A5"): "l003", At.parse("C5"): date(2026, 9, 3)})])
    path = source.folder / NAME
    assert libreoffice.read(path, GRID, ["G6", "G8", "C9", "D8", "D6"]) == ["=1+1", "4", "Громов <Яков> & К°", "", ""]
    assert libreoffice.read(path, LOG, ["C5"]) == ["03.09.2026"]
    ours = source.fetch(NAME)
    libreoffice.edit(path, [type_in(GRID, "F7", "3")])
    theirs = source.fetch(NAME)
    grid = theirs.sheets.tabs[0]
    assert grid.notes == ours.sheets.tabs[0].notes
    assert grid.cells[At.parse("F7")] == "3"
    assert grid.cells[At.parse("G6")] == "=1+1"
    assert theirs.sheets.tabs[1] == ours.sheets.tabs[1]
    assert openpyxl.load_workbook(path)[GRID]["C9"].hyperlink.location.replace("$", "") == f"'{LOG}'!E4"


def test_formats_survive_a_write_after_a_save_there(source: XlsxSource, libreoffice: Office) -> None:
    path = source.folder / NAME
    libreoffice.edit(path, [type_in(GRID, "F7", "3")])
    before = openpyxl.load_workbook(path)
    write = TabWrite(GRID, {At.parse("C7"): "Белова А."}, {At.parse("F6"): "Журнал: нота"})
    source.write(source.fetch(NAME), [write, TabWrite(LOG, {At.parse("E5"): "х"})])
    after = openpyxl.load_workbook(path)
    was, now = before[GRID], after[GRID]
    assert now.freeze_panes == was.freeze_panes == "F6"
    assert {name: d.width for name, d in now.column_dimensions.items()} == {
        name: d.width for name, d in was.column_dimensions.items()
    }
    assert now["F6"].border.left.style == "thin"
    assert now["G7"].fill.fgColor.rgb == was["G7"].fill.fgColor.rgb == "FFFFF2CC"
    assert (now["G7"].comment.text, now["G7"].comment.author) == (TEACHERS_NOTE, was["G7"].comment.author)
    assert len(now.conditional_formatting) == 1
    assert after[LOG].data_validations.dataValidation[0].formula1 == '"да,нет"'
    libreoffice.edit(path, [type_in(GRID, "F8", "2")])
    assert tab(source).cells[At.parse("C7")] == "Белова А."
    assert tab(source).notes[At.parse("F6")] == "Журнал: нота"


def test_both_kinds_of_pictures_can_be_made(source: XlsxSource, libreoffice: Office, tmp_path: Path) -> None:
    assert libreoffice.convert(source.folder / NAME, "pdf", tmp_path).read_bytes().startswith(b"%PDF")
    assert libreoffice.convert(source.folder / NAME, "ods", tmp_path).read_bytes().startswith(b"PK")
