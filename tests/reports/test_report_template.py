"""What a restyled template keeps, what a broken one answers, and that people's words never become formulas."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName

from sync_service.domain.journal import SpanFacts
from sync_service.domain.policy import Policy
from sync_service.reports.errors import TemplateError
from sync_service.reports.monthly import build_monthly
from sync_service.reports.pictures import Picture
from sync_service.reports.template import make_template
from tests.reports.made_up_school import october

TEMPLATE = Path(__file__).parents[2] / "templates_xlsx" / "monthly.xlsx"
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
HOSTILE = (
    '=HYPERLINK("http://example.org")',
    "<script>alert(1)</script>",
    "+7 900",
    "-5",
    "@SUM(A1)",
    "\t=1+1",
    "#REF!",
    "a\x07b",
)


def restyled(change: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(TEMPLATE)
    change(book)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def built(template: Path | bytes, facts: SpanFacts | None = None) -> Workbook:
    return load_workbook(BytesIO(build_monthly(facts or october(), Policy(), template)))


def hostile_school() -> SpanFacts:
    facts = october()
    pupils = tuple(
        replace(pupil, name=name)
        for pupil, name in zip(facts.pupils, [*HOSTILE, *[p.name for p in facts.pupils[8:]]], strict=True)
    )
    first = replace(facts.courses[0], teacher_name="=1+1", title="Очень длинное название " * 40, subject="=2+2")
    return replace(facts, school="@Школа & Ко", pupils=pupils, courses=(first, *facts.courses[1:]))


def test_fonts_widths_colours_and_extra_rows_of_the_deputy_survive() -> None:
    def change(book: Workbook) -> None:
        sheet = book["R01"]
        sheet["B6"].font = Font(name="Georgia", size=12, italic=True)
        sheet["B6"].fill = PatternFill("solid", fgColor="ABCDEF")
        sheet.column_dimensions["B"].width = 41
        sheet["H1"] = "Утверждаю"
        sheet["B18"] = "Приложение к приказу за {{месяц}}"

    sheet = built(restyled(change))["R01"]
    for row in (6, 60):
        assert (sheet.cell(row, 2).font.name, sheet.cell(row, 2).fill.fgColor.rgb) == ("Georgia", "00ABCDEF")
    assert sheet.column_dimensions["B"].width == 41
    assert sheet["H1"].value == "Утверждаю"
    assert "Приложение к приказу за октябрь 2026 г." in [cell.value for cell in sheet["B"]]


def test_columns_may_change_places_and_rows_may_be_added_on_top() -> None:
    def change(book: Workbook) -> None:
        sheet = book["R01"]
        sheet["C5"], sheet["D5"], sheet["C6"], sheet["D6"] = (
            "Предмет",
            "Класс",
            "{{строка.предмет}}",
            "{{строка.класс}}",
        )
        book["R05"].insert_rows(1, 3)

    book = built(restyled(change))
    assert book["R01"]["D6"].value in {code for code, _, _ in october().classes}
    assert book["R05 9А"]["A5"].value == "Посещаемость класса 9А"


def test_filter_and_conditional_formats_stretch_over_the_rows() -> None:
    def change(book: Workbook) -> None:
        rule = CellIsRule(operator="greaterThan", formula=["0"], font=Font(bold=True))
        book["R01"].conditional_formatting.add("M6", rule)
        book.defined_names["Строка"] = DefinedName("Строка", attr_text="R05!$A$6:$J$6")

    book = built(restyled(change))
    sheet = book["R01"]
    last = 5 + len(october().courses)
    assert sheet.auto_filter.ref == f"A5:P{last}"
    assert [str(area.sqref) for area in sheet.conditional_formatting] == [f"M6:M{last}"]
    assert "Строка" not in book.defined_names  # its sheet is no more: Excel would repair the file


def test_the_school_logo_stays_on_every_copy_of_a_sheet() -> None:
    def change(book: Workbook) -> None:
        for title in ("Сводка", "R05"):
            anchor = OneCellAnchor(_from=AnchorMarker(col=8, row=0), ext=XDRPositiveSize2D(300_000, 300_000))
            book[title].add_image(Picture(DOT, "png", anchor))

    content = build_monthly(october(), Policy(), restyled(change))
    with ZipFile(BytesIO(content)) as archive:
        pictures = [name for name in archive.namelist() if name.startswith("xl/media/")]
        assert len(pictures) == 1 + len(october().classes)
        assert {archive.read(name) for name in pictures} == {DOT}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda book: book["R01"].__setitem__("B6", "учитель"), "Лист «R01»: нет метки {{строка.учитель}}"),
        (lambda book: book["R05"].__setitem__("B6", "{{строка.учинек}}"), "B6: незнакомая метка {{строка.учинек}}"),
        (lambda book: book["R05"].__setitem__("B6", "{{итог.ученик}}"), "метки разных строк-образцов (итог, строка)"),
        (lambda book: book["R05"].merge_cells("D5:D6"), "объединённые ячейки D5:D6 задевают строку-образец"),
        (lambda book: book["R12"].merge_cells("B8:B9"), "объединённые ячейки B8:B9 задевают строку-образец"),
        (lambda book: book.remove(book["Методика"]), "Нет листа «Методика»"),
        (lambda book: book["Сводка"].__setitem__("F6", ""), "нет метки {{число.параллель}}"),
    ],
)  # fmt: skip
def test_a_broken_template_is_refused_with_the_place(change: Callable[[Workbook], None], sentence: str) -> None:
    with pytest.raises(TemplateError) as refused:
        built(restyled(change))
    assert sentence in str(refused.value)


def test_all_mistakes_of_a_template_are_told_at_once() -> None:
    def change(book: Workbook) -> None:
        book["R01"]["B6"] = book["R05"]["B6"] = ""

    with pytest.raises(TemplateError) as refused:
        built(restyled(change))
    assert len(refused.value.mistakes) == 2


def torn() -> bytes:
    """A zip with everything in it but a readable sheet."""
    out = BytesIO()
    with ZipFile(TEMPLATE) as source, ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"<sheet" if "sheet1" in name else source.read(name))
    return out.getvalue()


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 torn", torn(), TEMPLATE.read_bytes()[:9000]])
def test_a_file_that_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(TemplateError, match=r"не является книгой \.xlsx"):
        built(content)


def test_a_template_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"missing\.xlsx"):
        built(tmp_path / "missing.xlsx")


def test_the_maintained_command_makes_a_template_that_can_be_filled() -> None:
    assert built(saved(make_template())).sheetnames == built(TEMPLATE).sheetnames


def test_words_of_people_stay_text() -> None:
    book = built(TEMPLATE, hostile_school())
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert book["R01"]["B6"].value == "=1+1"
    assert book["R01"]["B6"].quotePrefix
    assert [book["R05 1А"].cell(row, 2).value for row in range(6, 14)] == [name.replace("\x07", "") for name in HOSTILE]
    assert book["Сводка"]["A1"].value == "@Школа & Ко"
    assert book["Сводка"].oddFooter.left.text == "@Школа && Ко"


@pytest.mark.libreoffice
def test_libreoffice_opens_every_sheet_and_computes_nothing(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        if os.environ.get("CI") == "true":
            pytest.fail("LibreOffice is not installed")
        pytest.skip("LibreOffice is not installed")
    source = tmp_path / "monthly.xlsx"
    source.write_bytes(build_monthly(hostile_school(), Policy(), TEMPLATE))
    command = [
        soffice,
        "--headless",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    before, after = load_workbook(source), load_workbook(tmp_path / "out" / "monthly.xlsx")
    assert after.sheetnames == before.sheetnames
    for sheet in before:
        for row in sheet.iter_rows():
            for cell in row:
                read = after[sheet.title][cell.coordinate]
                assert (read.value, read.data_type == "f") == (cell.value, False)
