"""What a folder of workbooks may do to a reader: every disease has a name, and none looks like an empty book."""

from __future__ import annotations

import io
import os
import shutil
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books import package
from sync_service.books.reading import read_book
from sync_service.books.source import Look, SourceError, Trouble
from sync_service.books.xlsx import XlsxSource
from sync_service.reconcile.sheet import At, CellError, RawCell, Tab
from tests.books.small_book import GRID, IDENTITY, LOG, small_book, with_parts

SHEETS = Path(__file__).parents[1] / "sheets"
NAME = "9А Журнал.xlsx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "books").mkdir()
    return tmp_path / "books"


@pytest.fixture
def source(folder: Path) -> XlsxSource:
    return XlsxSource(folder)


def trouble_of(ask: Callable[[], object]) -> Trouble:
    with pytest.raises(SourceError) as refused:
        ask()
    assert str(refused.value).endswith(".")
    return refused.value.trouble


def with_rows(rows: bytes) -> Tab:
    """The grid tab with these rows at its end, read."""
    sheet = "xl/worksheets/sheet1.xml"

    def add(parts: dict[str, bytes]) -> None:
        parts[sheet] = parts[sheet].replace(b"</sheetData>", rows + b"</sheetData>")

    return read_book(with_parts(small_book(), add), NAME).sheets.tabs[0]


# --- which files are books --------------------------------------------------------------------------------------------


def test_locks_hidden_and_unfinished_files_are_no_books(source: XlsxSource, folder: Path) -> None:
    for name in (f"~${NAME}", f".~lock.{NAME}#", ".hidden.xlsx", "readme.txt", "picture.png", ".1234.unfinished"):
        (folder / name).write_bytes(b"?")
    (folder / "архив").mkdir()
    assert source.looks() == []


def test_a_conflict_copy_is_shown_so_that_somebody_may_decide(source: XlsxSource, folder: Path) -> None:
    names = ["9А Журнал (копия).xlsx", "9А Журнал-PC7.xlsx", NAME, "ЖУРНАЛ.XLSX"]
    for name in names:
        (folder / name).write_bytes(small_book())
    assert sorted(look.name for look in source.looks()) == sorted(names)


@pytest.mark.parametrize("ending", ["xls", "ods", "csv", "xlsm", "numbers", "XLS"])
def test_other_spreadsheets_are_named_and_hide_no_book(source: XlsxSource, folder: Path, ending: str) -> None:
    (folder / f"9Б Журнал.{ending}").write_bytes(b"?")
    (folder / NAME).write_bytes(small_book())
    good, bad = sorted(source.looks(), key=lambda look: look.name)
    assert isinstance(good, Look)
    assert isinstance(bad, SourceError)
    assert bad.trouble is Trouble.UNSUPPORTED
    assert "9Б Журнал" in str(bad)
    assert "сохраните как «Книга Excel (.xlsx)»" in str(bad)


def test_a_link_is_not_followed(source: XlsxSource, folder: Path) -> None:
    (folder.parent / "real.xlsx").write_bytes(small_book())
    (folder / NAME).symlink_to(folder.parent / "real.xlsx")
    (look,) = source.looks()
    assert isinstance(look, SourceError)
    assert look.trouble is Trouble.UNSUPPORTED
    assert trouble_of(lambda: source.fetch(NAME)) is Trouble.UNSUPPORTED


def test_a_folder_or_a_pipe_with_the_name_of_a_book_is_no_book(source: XlsxSource, folder: Path) -> None:
    (folder / NAME).mkdir()
    os.mkfifo(folder / "9Б Журнал.xlsx")
    assert [look.trouble for look in source.looks() if isinstance(look, SourceError)] == [Trouble.NOT_WORKBOOK] * 2
    assert trouble_of(lambda: source.fetch("9Б Журнал.xlsx")) is Trouble.NOT_WORKBOOK


@pytest.mark.parametrize("ref", ["../secret.xlsx", "/etc/passwd", "", "a/b.xlsx", ".."])
def test_nothing_outside_of_the_folder_is_read(source: XlsxSource, folder: Path, ref: str) -> None:
    (folder.parent / "secret.xlsx").write_bytes(small_book())
    assert trouble_of(lambda: source.fetch(ref)) is Trouble.MISSING


def test_a_missing_folder_is_named_with_its_path(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"disk.*недоступна") as refused:
        XlsxSource(folder / "disk").looks()
    assert refused.value.trouble is Trouble.MISSING_FOLDER


def test_a_file_that_may_not_be_read_is_denied(
    source: XlsxSource, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / NAME).write_bytes(small_book())

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # an administrator running the tests may read everything
    assert trouble_of(lambda: source.fetch(NAME)) is Trouble.DENIED


# --- what is no workbook ----------------------------------------------------------------------------------------------


def and_part(name: str, content: bytes) -> bytes:
    return and_parts({name: content})


def and_parts(more: dict[str, bytes]) -> bytes:
    return with_parts(small_book(), lambda parts: parts.update(more))


def without_part(name: str) -> bytes:
    return with_parts(small_book(), lambda parts: parts.pop(name))


ENTITY = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
DISEASES = {
    "password": ((SHEETS / "password_protected.xlsx").read_bytes, Trouble.ENCRYPTED),
    "old-excel": ((SHEETS / "old_excel_renamed.xlsx").read_bytes, Trouble.UNSUPPORTED),
    "open-document": ((SHEETS / "open_document_renamed.xlsx").read_bytes, Trouble.UNSUPPORTED),
    "html": (lambda: b"<html><body><table><tr><td>5</td></tr></table></body></html>", Trouble.NOT_WORKBOOK),
    "nothing": (lambda: b"", Trouble.TRUNCATED),
    "four-bytes": (lambda: b"PK\x03\x04", Trouble.TRUNCATED),
    "zeros": (lambda: b"\x00" * 4096, Trouble.NOT_WORKBOOK),
    "large-file": (lambda: b"PK" + b"\x00" * package.MAX_FILE, Trouble.TOO_LARGE),
    "no-types": (lambda: without_part("[Content_Types].xml"), Trouble.NOT_WORKBOOK),
    "no-workbook": (lambda: without_part("xl/workbook.xml"), Trouble.NOT_WORKBOOK),
    "path-outside": (lambda: and_part("../evil.xml", b"<a/>"), Trouble.NOT_WORKBOOK),
    "macros": (lambda: and_part("xl/vbaProject.bin", b"?"), Trouble.UNSUPPORTED),
    "document-type": (lambda: and_part("xl/comments9.xml", ENTITY), Trouble.NOT_WORKBOOK),
    "half-a-sheet": (lambda: and_part("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"), Trouble.TRUNCATED),
    "many-members": (lambda: and_parts({f"x{n}.xml": b"" for n in range(200)}), Trouble.TOO_LARGE),
    "bomb": (lambda: and_part("bomb", b"0" * (package.MAX_MEMBER + 1)), Trouble.TOO_LARGE),
    "bombs": (lambda: and_parts({f"bomb{n}": b"0" * (23 << 20) for n in range(3)}), Trouble.TOO_LARGE),
    "no-identity": (lambda: small_book(lambda book: book.remove(book["_journal"])), Trouble.NO_IDENTITY),
    "identity-incomplete": (lambda: small_book(lambda book: book["_journal"].delete_rows(3)), Trouble.NO_IDENTITY),
    "identity-spoilt": (lambda: small_book(lambda book: book["_journal"].cell(6, 2, "шесть")), Trouble.NO_IDENTITY),
}


@pytest.mark.parametrize(("content", "trouble"), DISEASES.values(), ids=DISEASES)
def test_each_disease_has_its_name(
    source: XlsxSource, folder: Path, content: Callable[[], bytes], trouble: Trouble
) -> None:
    (folder / NAME).write_bytes(content())
    assert trouble_of(lambda: source.fetch(NAME)) is trouble


def test_a_book_cut_off_anywhere_is_damaged_and_never_smaller(source: XlsxSource, folder: Path) -> None:
    whole = small_book()
    for length in range(2, len(whole), 97):
        (folder / NAME).write_bytes(whole[:length])
        assert trouble_of(lambda: source.fetch(NAME)) is Trouble.TRUNCATED


def test_a_book_with_one_flipped_byte_is_read_right_or_refused() -> None:
    whole = small_book()
    right = read_book(whole, NAME).sheets
    for place in range(0, len(whole), 61):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0x10
        try:
            found = read_book(bytes(spoilt), NAME).sheets
        except SourceError:
            continue
        assert found == right


def test_a_lying_directory_does_not_open_the_gate_to_a_bomb() -> None:
    """The size that the archive declares is not what is counted."""
    content = with_parts(small_book(), lambda parts: parts.update({"bomb": b"0" * 100_000}))
    small = content.replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert small != content
    assert trouble_of(lambda: read_book(small, NAME)) is Trouble.TRUNCATED


# --- a book that is being saved ---------------------------------------------------------------------------------------


def test_a_file_that_changes_while_it_is_read_is_busy(
    source: XlsxSource, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / NAME).write_bytes(small_book())
    open_file = Path.open

    def open_and_save(path: Path, *mode: str) -> io.IOBase:
        with open_file(path, "ab") as file:
            file.write(b"more")
        return open_file(path, *mode)

    monkeypatch.setattr(Path, "open", open_and_save)
    assert trouble_of(lambda: source.fetch(NAME)) is Trouble.BUSY


def test_a_file_saved_a_moment_ago_is_given_time(folder: Path) -> None:
    source = XlsxSource(folder, settle_seconds=30)
    (folder / NAME).write_bytes(small_book())
    assert trouble_of(lambda: source.fetch(NAME)) is Trouble.BUSY
    minute_ago = time.time() - 60
    os.utime(folder / NAME, (minute_ago, minute_ago))
    assert source.fetch(NAME).identity == IDENTITY


def test_an_open_book_is_read(source: XlsxSource, folder: Path) -> None:
    (folder / NAME).write_bytes(small_book())
    (folder / f"~${NAME}").write_bytes(b"\x07teacher")
    assert source.fetch(NAME).identity == IDENTITY


def test_a_damaged_book_that_is_open_is_being_saved(source: XlsxSource, folder: Path) -> None:
    (folder / NAME).write_bytes(small_book()[:2000])
    (folder / f".~lock.{NAME}#").touch()
    assert trouble_of(lambda: source.fetch(NAME)) is Trouble.BUSY


def test_what_a_killed_run_left_behind_is_removed(source: XlsxSource, folder: Path) -> None:
    old, fresh = folder / ".0123456789abcdef.unfinished", folder / ".fedcba9876543210.unfinished"
    old.write_bytes(b"half a bo")
    fresh.write_bytes(b"half a bo")
    hour_ago = time.time() - 3600
    os.utime(old, (hour_ago, hour_ago))
    assert source.looks() == []
    assert not old.exists()
    assert fresh.exists()  # somebody may be writing it now


# --- cells ------------------------------------------------------------------------------------------------------------


def read_cells(fill: Callable[[Worksheet], None]) -> dict[str, RawCell]:
    """What is read in rows below the grid's own."""
    tab = read_book(small_book(lambda book: fill(book[GRID])), NAME).sheets.tabs[0]
    return {at.a1: value for at, value in tab.cells.items() if at.row > 10}


def test_values_come_with_their_kinds() -> None:
    def fill(sheet: Worksheet) -> None:
        moment = datetime(2026, 10, 1, 8, 30)  # noqa: DTZ001 - a cell knows no time zone
        values = (5, 5.0, 4.5, -5, True, "5", date(2026, 10, 1), moment, clock(8, 30), timedelta(hours=30))
        for column, value in enumerate(values, 1):
            sheet.cell(11, column, value)
        sheet["A12"], sheet["A12"].number_format = 46146, "d.mm"  # «4.5», typed

    cells = read_cells(fill)
    assert list(cells.values()) == [
        5, 5, 4.5, -5, True, "5", date(2026, 10, 1), datetime(2026, 10, 1, 8, 30), clock(8, 30), timedelta(hours=30),  # noqa: DTZ001
        date(2026, 5, 4),
    ]  # fmt: skip
    assert [type(cells[a1]) for a1 in ("A11", "B11", "E11")] == [int, int, bool]


def test_errors_are_never_blanks() -> None:
    def fill(sheet: Worksheet) -> None:
        for column, error in enumerate(("#N/A", "#REF!", "#NAME?", "#DIV/0!"), 1):
            sheet.cell(11, column, error)

    assert list(read_cells(fill).values()) == [CellError(e) for e in ("#N/A", "#REF!", "#NAME?", "#DIV/0!")]


def test_a_formula_that_nobody_has_computed_is_never_a_blank() -> None:
    assert read_cells(lambda sheet: sheet.__setitem__("B11", "=1+1")) == {"B11": CellError("?")}


def test_a_formula_whose_result_is_nothing_is_a_blank() -> None:
    tab = with_rows(
        b'<row r="11"><c r="A11" t="str"><f>""</f><v></v></c><c r="B11" t="str"><f>A1</f><v>5</v></c>'
        b'<c r="C11"><f>1+1</f><v>2</v></c><c r="D11" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="E11" t="e"/></row>'
    )
    found = {at.a1: value for at, value in tab.cells.items() if at.row == 11}
    assert found == {"B11": "5", "C11": 2, "D11": CellError("#DIV/0!")}


def test_merged_cells_are_told() -> None:
    book = read_book(small_book(lambda book: book[GRID].merge_cells("F6:G8")), NAME)
    assert book.sheets.tabs[0].merged == ((At(6, 6), At(8, 7)),)


def test_hidden_tabs_of_people_are_read_and_those_of_the_service_are_not_shown() -> None:
    def hide(book: Workbook) -> None:
        book[LOG].sheet_state = "hidden"
        book.create_chartsheet("Диаграмма")

    book = read_book(small_book(hide), NAME)
    assert [tab.title for tab in book.sheets.tabs] == [GRID, LOG]


# --- cells far away ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stray",
    [b'<c r="XFD1048576" s="1"/>', b'<c r="XFD1048576" t="inlineStr"><is><t> </t></is></c>'],
    ids=["blank", "space"],
)
def test_a_stray_blank_or_space_costs_nothing_and_is_not_there(stray: bytes) -> None:
    clean = read_book(small_book(), NAME).sheets.tabs[0]
    tab = with_rows(b'<row r="1048576">' + stray + b"</row>")
    assert tab == clean


def test_a_stray_value_stands_where_it_stands_and_costs_nothing() -> None:
    clean = read_book(small_book(), NAME).sheets.tabs[0]
    tab = with_rows(
        b'<row r="500000"><c r="AAA500000"><v>7</v></c></row>'
        b'<row r="1048576"><c r="A1048576" t="e"><v>#REF!</v></c>'
        b'<c r="XFD1048576" t="inlineStr"><is><t>5</t></is></c></row>'
    )
    added = {at.a1: value for at, value in tab.cells.items() if at not in clean.cells}
    assert added == {"AAA500000": 7, "A1048576": CellError("#REF!"), "XFD1048576": "5"}
    assert {at: value for at, value in tab.cells.items() if at in clean.cells} == clean.cells


def test_a_long_table_is_read_whole() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(11, 15_000))
    assert with_rows(rows).cells[At(14_999, 1)] == 14_999


def test_very_many_cells_far_away_are_too_much() -> None:
    cells = b"".join(b'<row r="%d"><c r="ZZZ%d"><v>1</v></c></row>' % (n, n) for n in range(30_000, 31_000))
    with pytest.raises(SourceError, match="вкладка «Математика», ячейка ZZZ30999") as refused:
        with_rows(cells)
    assert refused.value.trouble is Trouble.TOO_LARGE


def test_every_trouble_has_a_sentence_that_says_what_to_do() -> None:
    for trouble in Trouble:
        sentence = str(SourceError(trouble, "9А"))
        assert "«9А»" in sentence
        assert sentence.endswith(".")
        assert 40 < len(sentence) <= 200
        with_detail = str(SourceError(trouble, "9А", "подробность"))
        assert with_detail.endswith("(подробность).")


def test_the_folder_may_be_copied_away_while_it_is_watched(source: XlsxSource, folder: Path, tmp_path: Path) -> None:
    """A version says the same of the same file, however often it is asked, and another of a file put in its place."""
    (folder / NAME).write_bytes(small_book())
    first = source.looks()
    shutil.copy2(folder / NAME, tmp_path / "copy.xlsx")
    assert source.looks() == first
    (tmp_path / "copy.xlsx").replace(folder / NAME)
    assert source.looks() != first
