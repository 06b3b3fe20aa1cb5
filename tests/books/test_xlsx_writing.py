"""Writing into teachers' workbooks: what was asked for is there, and everything else is as it was."""

from __future__ import annotations

import errno
import io
import os
import pickle
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books import xlsx
from sync_service.books.cellwriting import SheetCells
from sync_service.books.reading import read_book
from sync_service.books.rewriting import rewrite
from sync_service.books.source import SourceError, Trouble
from sync_service.books.xlsx import FetchedFile, XlsxSource
from sync_service.reconcile.sheet import At, TabWrite
from tests.books.small_book import GRID, LOG, TEACHERS_NOTE, parts_of, small_book, with_parts

NAME = "9А Журнал.xlsx"
GRID_PART, LOG_PART = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"


def at(a1: str) -> At:
    return At.parse(a1)


def opened(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def boxes_of(content: bytes) -> dict[str, tuple[float, float]]:
    """Width and height, in points, of the notes' boxes in the grid."""
    found = {}
    for shape in ElementTree.fromstring(parts_of(content)["xl/drawings/commentsDrawing1.vml"]).iterfind("{*}shape"):
        row, column = (int(shape.findtext(f"{{*}}ClientData/{{*}}{key}", "")) for key in ("Row", "Column"))
        size = dict(re.findall(r"(width|height):([0-9.]+)", shape.get("style", "")))
        found[At(row + 1, column + 1).a1] = (float(size["width"]), float(size["height"]))
    return found


def grid_after(content: bytes, write: TabWrite) -> Worksheet:
    return opened(rewrite(content, [write]))[GRID]


# --- what survives ----------------------------------------------------------------------------------------------------


def test_formats_widths_panes_groups_rules_and_drop_downs_survive() -> None:
    content = small_book()
    write = TabWrite(GRID, {at("F6"): "4", at("G8"): "н"}, {at("F6"): "Журнал: нота"}, {at("G8"): f"'{LOG}'!E3"})
    result = opened(rewrite(content, [write, TabWrite(LOG, {at("E4"): "Дроби"})]))
    was, now = opened(content)[GRID], result[GRID]
    assert (now.freeze_panes, now.column_dimensions["C"].width) == ("F6", 31.5)
    assert now.column_dimensions["F"].outlineLevel == 1
    assert [rule.formula for found in now.conditional_formatting for rule in found.rules] == [['"2"']]
    assert result[LOG].data_validations.dataValidation[0].formula1 == '"да,нет"'
    for row in was.iter_rows():
        for cell in row:
            assert now[cell.coordinate]._style == cell._style
    assert (result["_journal"].sheet_state, result["_lists"].sheet_state) == ("veryHidden", "hidden")


def test_a_chart_a_picture_and_what_only_excel_knows_survive_byte_for_byte() -> None:
    extension = (
        b'<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        b'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="0"/></ext></extLst></worksheet>'
    )

    def draw(book: Workbook) -> None:
        chart = BarChart()
        chart.add_data(Reference(book[GRID], min_col=4, min_row=6, max_row=8))
        book[GRID].add_chart(chart, "J2")

    def extend(parts: dict[str, bytes]) -> None:
        parts[GRID_PART] = parts[GRID_PART].replace(b"</worksheet>", extension)
        parts["xl/media/image1.png"] = b"picture"

    content = with_parts(small_book(draw), extend)
    result = rewrite(content, [TabWrite(GRID, {at("F6"): "4"}, {at("F7"): "Журнал: нота"})])
    was, now = parts_of(content), parts_of(result)
    changed = {name for name in was if now.get(name) != was[name]}
    assert changed == {
        GRID_PART, "xl/workbook.xml", "xl/comments/comment1.xml", "xl/drawings/commentsDrawing1.vml",
    }  # fmt: skip
    assert now.keys() == was.keys()
    assert now[GRID_PART].endswith(extension)
    with pytest.warns(UserWarning, match="will be removed"):  # by that reader: why it is not our writer
        assert len(opened(result)[GRID]._charts) == 1


def test_a_teachers_note_keeps_its_author_and_its_size() -> None:
    content = small_book()
    result = rewrite(content, [TabWrite(GRID, {}, {at("F6"): "Журнал: нота"})])
    note = opened(result)[GRID]["G7"].comment
    assert (note.text, note.author) == (TEACHERS_NOTE, "Учитель")
    assert boxes_of(result)["G7"] == boxes_of(content)["G7"] == (300, 50)


def test_words_of_ours_below_a_teachers_note_keep_the_teacher_as_author_and_show_whole() -> None:
    said = f"{TEACHERS_NOTE}\nЖурнал: " + "что-то не так " * 20
    result = rewrite(small_book(), [TabWrite(GRID, {}, {at("G7"): said})])
    note = opened(result)[GRID]["G7"].comment
    assert (note.text, note.author) == (said, "Учитель")
    assert boxes_of(result)["G7"][1] > 100


def test_our_notes_are_signed_and_as_large_as_their_text() -> None:
    short, long = "Журнал: да", "Журнал: " + "слово " * 60
    result = rewrite(small_book(), [TabWrite(GRID, {}, {at("F6"): short, at("F7"): long})])
    boxes = boxes_of(result)
    assert opened(result)[GRID]["F6"].comment.author == "Журнал"
    assert boxes["F6"][1] < 40
    assert boxes["F7"][1] > 100
    again = rewrite(result, [TabWrite(GRID, {}, {at("F7"): short, at("F6"): None})])
    assert boxes_of(again) == {"F7": boxes["F6"], "G7": (300, 50)}


def test_a_note_opens_right_of_its_cell_over_columns_as_wide_as_they_are() -> None:
    def widths(book: Workbook) -> None:
        book[GRID].column_dimensions["H"].hidden = True
        book[GRID].column_dimensions["I"].width = 5  # 40 pixels
        book[GRID].row_dimensions[5].height = 21  # 28 pixels

    result = rewrite(small_book(widths), [TabWrite(GRID, {}, {at("G6"): "Журнал: да"})])
    drawing = parts_of(result)["xl/drawings/commentsDrawing1.vml"].decode()
    # from H, row 5: 300 pixels are I, four columns of 64 and 4 of N; 40 are row 5 and 12 of row 6
    assert re.findall("<x:Anchor>(.*?)</x:Anchor>", drawing) == ["7, 12, 4, 6, 13, 4, 5, 12"]


def test_formulas_stay_formulas_and_are_computed_anew() -> None:
    def computed(parts: dict[str, bytes]) -> None:
        parts[GRID_PART] = parts[GRID_PART].replace(b"<v />", b"<v>5</v>").replace(b"<v></v>", b"<v>5</v>")

    content = with_parts(small_book(), computed)
    result = rewrite(content, [TabWrite(GRID, {at("F6"): "4"})])
    assert opened(result)[GRID]["D6"].value == '=IFERROR(AVERAGE(F6:G6),"")'
    assert read_book(result, NAME).sheets.tabs[0].cells[at("D7")] == 5  # what the teacher's program computed
    assert opened(result).calculation.fullCalcOnLoad


def test_the_same_write_gives_the_same_bytes() -> None:
    content, write = small_book(), [TabWrite(GRID, {at("F6"): "4"}, {at("F6"): "Журнал: нота"})]
    assert rewrite(content, write) == rewrite(content, write)


# --- what is written --------------------------------------------------------------------------------------------------


def test_a_text_like_a_formula_stays_a_text_when_it_is_edited_by_hand() -> None:
    sheet = grid_after(small_book(), TabWrite(GRID, {at("F6"): "=1+1", at("F7"): "просто"}))
    assert (sheet["F6"].data_type, sheet["F6"].value, sheet["F6"].quotePrefix) == ("s", "=1+1", True)
    assert not sheet["F7"].quotePrefix
    assert sheet["F6"].border.left.style == "thin"
    assert not sheet["F8"].quotePrefix


def test_a_date_shows_as_a_date_wherever_it_is_written() -> None:
    write = TabWrite(LOG, {at("C3"): date(2026, 10, 1), at("B3"): date(2026, 10, 2)})
    sheet = opened(rewrite(small_book(), [write]))[LOG]
    assert (sheet["C3"].number_format, sheet["C3"].value.date()) == ("dd.mm.yyyy", date(2026, 10, 1))
    assert sheet["B3"].is_date
    assert sheet["B3"].fill.fgColor.rgb == "00E2EFDA"


def test_dates_of_a_book_that_counts_from_1904() -> None:
    def older(book: Workbook) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    result = rewrite(small_book(older), [TabWrite(LOG, {at("C3"): date(2026, 10, 1)})])
    assert read_book(result, NAME).sheets.tabs[1].cells[at("C3")] == date(2026, 10, 1)


def test_a_cleared_cell_keeps_its_look_and_loses_its_link() -> None:
    first = rewrite(small_book(), [TabWrite(GRID, {at("F6"): "→"}, {}, {at("F6"): f"'{LOG}'!E3"})])
    assert opened(first)[GRID]["F6"].hyperlink.location == f"'{LOG}'!E3"
    second = rewrite(first, [TabWrite(GRID, {at("F6"): None})])
    sheet = opened(second)[GRID]
    assert (sheet["F6"].value, sheet["F6"].hyperlink) == (None, None)
    assert sheet["F6"].border.left.style == "thin"
    assert b"hyperlinks" not in parts_of(second)[GRID_PART]


def test_a_link_leads_elsewhere_after_a_second_write() -> None:
    first = rewrite(small_book(), [TabWrite(GRID, {}, {}, {at("F6"): "'A'!B1", at("F7"): "'A'!B2"})])
    sheet = opened(rewrite(first, [TabWrite(GRID, {}, {}, {at("F6"): "'A'!B3"})]))[GRID]
    assert [sheet[a1].hyperlink.location for a1 in ("F6", "F7")] == ["'A'!B3", "'A'!B2"]


def test_new_rows_look_like_the_row_above() -> None:
    write = TabWrite(LOG, {at("A5"): "l003", at("C5"): date(2026, 9, 3), at("A6"): "l004", at("E6"): "Тема 4"})
    sheet = opened(rewrite(small_book(), [write]))[LOG]
    assert {cell.fill.fgColor.rgb for row in sheet["A5:E6"] for cell in row} == {"00E2EFDA"}
    assert sheet["C6"].number_format == "dd.mm.yyyy"
    assert [cell.value for cell in sheet["A"][4:]] == ["l003", "l004"]
    assert sheet.dimensions == "A1:E6"


def test_cells_are_put_in_order_between_others() -> None:
    write = TabWrite(GRID, {at(a1): a1 for a1 in ("B2", "AA2", "Z6", "B6", "E6", "A3", "XFD40", "H1", "A40")})
    sheet = grid_after(small_book(), write)
    assert all(sheet[cell.a1].value == cell.a1 for cell in write.cells)
    assert sheet["F6"].value == "5"


def test_blanks_far_away_make_no_cells() -> None:
    content = small_book()
    result = rewrite(content, [TabWrite(GRID, {at("C99"): None, at("Z6"): ""})])
    was, now = (parts_of(book)[GRID_PART] for book in (content, result))
    assert now.count(b"<row") == was.count(b"<row")
    assert now.count(b"<c ") == was.count(b"<c ")


def test_a_workbook_whose_tags_have_prefixes() -> None:
    """Some programs write <x:c> where most write <c>."""

    def prefixed(parts: dict[str, bytes]) -> None:
        xml = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", parts[GRID_PART])
        parts[GRID_PART] = xml.replace(b'xmlns="', b'xmlns:x="', 1)

    content = with_parts(small_book(lambda book: setattr(book[GRID]["G7"], "comment", None)), prefixed)
    write = TabWrite(GRID, {at("F6"): "4", at("A20"): "=x"}, {at("F6"): "Журнал"}, {at("A20"): "'A'!B1"})
    tab = read_book(rewrite(content, [write]), NAME).sheets.tabs[0]
    assert (tab.cells[at("F6")], tab.cells[at("A20")], tab.notes) == ("4", "=x", {at("F6"): "Журнал"})


# --- what is refused --------------------------------------------------------------------------------------------------


def shared_formula(parts: dict[str, bytes]) -> None:
    shared = b'<c r="B6"><f t="shared" ref="B6:B8" si="0">A6</f><v>1</v></c><c r="C6"'
    parts[GRID_PART] = parts[GRID_PART].replace(b'<c r="C6"', shared)


def strict(parts: dict[str, bytes]) -> None:
    sign = b'<conformance xmlns="http://purl.oclc.org/ooxml/"/></workbook>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</workbook>", sign)


def signed(parts: dict[str, bytes]) -> None:
    parts["_xmlsignatures/sig1.xml"] = b"<Signature/>"


def odd_drawing(parts: dict[str, bytes]) -> None:
    parts["xl/drawings/commentsDrawing1.vml"] = b"<xml><br></xml>"


@pytest.mark.parametrize("change", [shared_formula, signed, strict, odd_drawing])
def test_what_a_write_would_break_is_read_and_not_written(change: Callable[[dict[str, bytes]], object]) -> None:
    content = with_parts(small_book(), change)
    read_book(content, NAME)
    with pytest.raises(SourceError) as refused:
        rewrite(content, [TabWrite(GRID, {at("B6"): "4"}, {at("B6"): "Журнал"})], NAME)
    assert refused.value.trouble is Trouble.WOULD_LOSE


def test_a_result_that_is_not_what_was_asked_for_is_never_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    real = SheetCells.with_cells
    for wrong in (
        lambda self, cells, _: real(self, cells).replace(b">5<", b">4<"),
        lambda self, cells, _: real(self, cells).replace(b"AVERAGE", b"SUM"),
        lambda self, cells, _: real(self, cells).replace(b">\xd0\xbd<", b"><"),
        lambda self, cells, _: real(self, cells)[:-20],
        lambda self, cells, _: self._xml,
    ):
        monkeypatch.setattr(SheetCells, "with_cells", wrong)
        with pytest.raises(SourceError) as refused:
            rewrite(small_book(), [TabWrite(GRID, {at("G8"): "3"})], NAME)
        assert refused.value.trouble in (Trouble.WOULD_LOSE, Trouble.TRUNCATED)


def test_a_refusal_travels_between_processes() -> None:
    error = SourceError(Trouble.BUSY, NAME, "подробность", permanent=True)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.trouble, copy.name, copy.detail, copy.permanent) == (Trouble.BUSY, NAME, "подробность", True)
    assert str(copy) == str(error)


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "books").mkdir()
    return tmp_path / "books"


@pytest.fixture
def source(folder: Path, tmp_path: Path) -> XlsxSource:
    source = XlsxSource(folder, versions_folder=tmp_path / "versions")
    source.create(NAME, small_book())
    return source


def four(fetched: FetchedFile, source: XlsxSource) -> FetchedFile:
    written = source.write(fetched, [TabWrite(GRID, {at("G6"): "4"})])
    assert isinstance(written, FetchedFile)
    return written


def test_the_previous_version_is_kept_and_the_oldest_go(
    source: XlsxSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "KEEP_VERSIONS", 3)
    written = source.fetch(NAME)
    contents = []
    for number in range(5):
        contents.append(written.content)
        written = source.write(written, [TabWrite(GRID, {at("G6"): str(number)})])
    kept = sorted((tmp_path / "versions" / "9А Журнал").iterdir())
    assert [file.read_bytes() for file in kept] == contents[-3:]
    assert all(file.suffix == ".xlsx" for file in kept)


def test_versions_kept_inside_the_folder_are_no_books(folder: Path) -> None:
    source = XlsxSource(folder)
    source.create(NAME, small_book())
    four(source.fetch(NAME), source)
    assert len(source.looks()) == 1
    assert sorted(entry.name for entry in folder.iterdir()) == [".versions", NAME]


def test_the_file_keeps_its_rights(source: XlsxSource, folder: Path) -> None:
    (folder / NAME).chmod(0o664)
    four(source.fetch(NAME), source)
    assert (folder / NAME).stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize(
    ("number", "trouble"),
    [
        (errno.ENOSPC, Trouble.NO_SPACE),
        (errno.EROFS, Trouble.DENIED),
        (errno.EACCES, Trouble.DENIED),
        (errno.EIO, Trouble.BUSY),
    ],
)
def test_a_disk_that_refuses_leaves_the_book_as_it_was(
    source: XlsxSource, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, trouble: Trouble
) -> None:
    fetched = source.fetch(NAME)

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(SourceError) as refused:
        four(fetched, source)
    assert refused.value.trouble is trouble
    assert (folder / NAME).read_bytes() == fetched.content
    assert [entry.name for entry in folder.iterdir()] == [NAME]
    with pytest.raises(SourceError):
        source.create("9Б Журнал.xlsx", small_book())
    assert [entry.name for entry in folder.iterdir()] == [NAME]


def test_a_book_opened_or_changed_at_the_last_moment_is_not_replaced(
    source: XlsxSource, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = source.fetch(NAME)
    real = xlsx._take_over_rights

    def meanwhile(act: Callable[[], object]) -> Trouble:
        monkeypatch.setattr(xlsx, "_take_over_rights", lambda old, new: (real(old, new), act()))
        with pytest.raises(SourceError) as refused:
            four(fetched, source)
        return refused.value.trouble

    lock = folder / f".~lock.{NAME}#"
    assert meanwhile(lock.touch) is Trouble.BUSY
    lock.unlink()
    assert meanwhile(lambda: os.utime(folder / NAME)) is Trouble.CHANGED
    other = small_book(lambda book: book[GRID].__setitem__("F7", "2"))
    assert meanwhile(lambda: (folder / NAME).write_bytes(other)) is Trouble.CHANGED
    assert (folder / NAME).read_bytes() == other
    assert meanwhile((folder / NAME).unlink) is Trouble.CHANGED
    assert list(folder.iterdir()) == []


def test_a_write_broken_off_at_any_step_leaves_a_whole_book(
    source: XlsxSource, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the computer died there: whatever stands in the folder afterwards is the old book or the new one."""

    class Died(BaseException):
        pass

    fetched = source.fetch(NAME)
    new = rewrite(fetched.content, [TabWrite(GRID, {at("G6"): "4"})])
    for step in ("_write_through", "_take_over_rights", "_version", "_settle_folder"):
        with monkeypatch.context() as patch:

            def die(*_: object) -> None:
                raise Died

            patch.setattr(xlsx, step, die)
            patch.setattr(Path, "unlink", lambda *_, **__: None)  # a dead process cleans nothing up
            with pytest.raises(Died):
                four(fetched, source)
        assert (folder / NAME).read_bytes() in (fetched.content, new)
    again = source.fetch(NAME)
    four(again, source)
    assert [entry.name for entry in folder.iterdir()] == [NAME]


def test_a_share_without_hard_links_gets_its_books_too(
    source: XlsxSource, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    content = small_book()
    ref = source.create("9Б Журнал", content)
    assert source.fetch(ref).content == content
    with pytest.raises(SourceError) as refused:
        source.create("9Б Журнал", small_book())
    assert refused.value.trouble is Trouble.DUPLICATE
    assert sorted(entry.name for entry in folder.iterdir()) == [NAME, "9Б Журнал.xlsx"]
