"""Formulas: what they compute, that LibreOffice computes the same of a journal, and when they are computed anew."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync_service.books.render import render_journal, render_school
from sync_service.domain.policy import Policy
from tests.books.render_sample import DIRECTORY, journal
from tests.books.test_render_formulas import POLICIES, typed_by_chance
from tests.google_emulator.formulas.engine import Engine, engine_of
from tests.google_emulator.formulas.references import rewritten, shifted, split
from tests.google_emulator.state import Cell, Sheet, Spreadsheet
from tests.google_emulator_tests.sheets_calls import Book, cells, lines
from tests.libreoffice import Office, libreoffice

__all__ = ["libreoffice"]

ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers know no zone


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=1+2*3", 7), ("=(1+2)*3", 9), ("=2^3^2", 64), ("=-2^2", 4), ("=50%*4", 2), ("=10/4", 2.5), ("=1=1", True),
        ('="a"&1&TRUE', "a1TRUE"), ('="A"="a"', True), ('=1<"a"', True), ('="5"+1', 6), ("=A9=0", True),
        ('=A9=""', True),
        ("=SUM(A1:A3)", 6), ("=SUM(A:A)", 6), ("=AVERAGE(A1:A3)", 2), ("=COUNT(A1:B3)", 3), ("=COUNTA(A1:C3)", 6),
        ("=MIN(A1:A3)", 1), ("=MAX(A1:A3,9)", 9), ("=ROUND(2.345,2)", 2.35), ("=ROUND(-2.5,0)", -3), ("=MOD(-1,3)", 2),
        ('=IF(A1>0,"да","нет")', "да"), ("=IF(FALSE,1)", False), ('=IFERROR(1/0,"x")', "x"), ("=IFERROR(5,0)", 5),
        ("=AND(A1=1,A2=2)", True), ("=OR(A1=9,A2=9)", False), ("=NOT(A1=9)", True), ("=CHOOSE(2,5,6)", 6),
        ('=LEN("пять")', 4), ('=LEFT("пять",2)', "пя"), ('=RIGHT("пять")', "ь"), ('=MID("пять",2,2)', "ят"),
        ('=FIND("т","пять")', 3), ('=SEARCH("Т","пять")', 3), ('=SUBSTITUTE("а-б-в","-","+",2)', "а-б+в"),
        ('=TRIM("  а   б ")', "а б"), ('=UPPER("да")', "ДА"), ("=ISTEXT(B1)", True), ("=ISNUMBER(B1)", False),
        ("=ISBLANK(A9)", True), ("=DATE(2026,14,1)", 46419), ("=MONTH(46117)", 4), ("=YEAR(46117)", 2026),
        ("=WEEKDAY(46117,2)", 7), ("=TODAY()", 46350), ("=ROW(C7)", 7), ("=ROW()", 20), ("=COLUMN(C7)", 3),
        ("=ROWS(A1:A3)", 3), ('=INDEX(A1:B3,2,2)', "два"), ("=INDEX(A:A,3)", 3), ('=MATCH("ДВА",B:B,0)', 2),
        ("=MATCH(2.5,A1:A3)", 2), ('=VLOOKUP(2,A1:B3,2,FALSE)', "два"), ("=SUM(OFFSET(A1,1,0,2,1))", 5),
        ('=COUNTIF(A1:A3,">1")', 2), ('=COUNTIF(B1:B3,"Д*")', 1), ("=COUNTIF(A1:A3,2)", 1), ('=SUMIF(A1:A3,"<3")', 3),
        ("=SUMPRODUCT(A1:A3*{1;2;3})", 14), ("=SUMPRODUCT(A1:A3,A1:A3)", 14),
        ('=SUMPRODUCT(LEN(B1:B3)-LEN(SUBSTITUTE(B1:B3,"а","")))', 2), ("=SUMPRODUCT(MAX((A1:A3>1)*(ROW(A1:A3)-0)))", 3),
        ('=HYPERLINK("https://example.org","сайт")', "сайт"), ('=TEXT(46117,"dd.mm.yyyy")', "05.04.2026"),
        ("=Sheet1!A2", 2), ("='Sheet1'!A2", 2), ("=SUM({1,2;3,4})", 10), ("=A1:A3", 1), ("=+A2", 2), ("=IF(1;2;3)", 2),
        ('=SUBSTITUTE("а-б-в","-","")', "абв"),
    ],
)  # fmt: skip
def test_formulas_compute(formula, value):
    book = Book()
    book.put("A1", [1, "один"], [2, "два"], [3, ""])
    book.put("B3", ["ра"])
    book.put("E20", [formula])
    found = book.value("E20")
    assert found == (pytest.approx(value) if isinstance(value, float) else value)
    assert isinstance(found, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("formula", "kind"),
    [
        ("=1/0", "DIVIDE_BY_ZERO"), ('="a"+1', "VALUE"), ("=NOSUCH(1)", "NAME"), ("=nosuch", "NAME"), ("=1+", "ERROR"),
        ("=Нет!A1", "REF"), ("=E20", "REF"), ('=MATCH("x",A:A,0)', "N_A"), ("=SQRT(-1)", "NUM"), ("=#REF!+1", "REF"),
        ("=INDEX(A1:A3,9)", "NUM"), ("=NA()", "N_A"), ("=SUM(A1:A2,1/0)", "DIVIDE_BY_ZERO"), ("=LEN()", "N_A"),
        ("=AVERAGE(D1:D3)", "DIVIDE_BY_ZERO"),
    ],
)  # fmt: skip
def test_formulas_fail_by_name(formula, kind):
    book = Book()
    book.put("E20", [formula])
    error = book.effective(19, 4)["errorValue"]
    assert error["type"] == kind
    assert error["message"]


def test_numbers_become_texts_in_the_language_of_the_file():
    book = Book("ru_RU")
    book.put("A1", [4.5], ["=A1&\"\""], ['="4,5"*2'], ["=LEN(A1)"])
    assert book.values("A2:A4") == [["4,5"], ["9"], ["3"]]


def test_a_circle_is_an_error_and_not_the_end():
    book = Book()
    book.put("A1", ["=B1", "=C1", "=A1"])
    assert [book.effective(0, column)["errorValue"]["type"] for column in range(3)] == ["REF"] * 3


def test_a_long_chain_is_followed_to_its_end():
    book = Book()
    book.put("A1", [1], *[[f"=A{row}+1"] for row in range(1, 900)])
    assert book.value("A900") == 900


# When formulas are computed anew


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """The places of formulas, as they are computed."""
    places: list[tuple[int, int, int]] = []
    run = Engine._run

    def told(self: Engine, formula: object, host: tuple[int, int, int]) -> object:
        places.append(host)
        return run(self, formula, host)  # type: ignore[arg-type]

    monkeypatch.setattr(Engine, "_run", told)
    return places


def test_only_what_depends_on_a_changed_cell_is_computed_anew(computed):
    book = Book()
    book.put("A1", [1, "=A1+1", "=B1+1"], [2, "=A2+1", "=SUM(B:B)"])
    assert book.values("B1:C2") == [["2", "3"], ["3", "5"]]
    computed.clear()
    assert book.values("B1:C2") == [["2", "3"], ["3", "5"]]
    assert computed == []
    book.put("A2", [5])
    assert book.values("B1:C2") == [["2", "3"], ["6", "8"]]
    assert sorted(computed) == [(0, 1, 1), (0, 1, 2)]


def test_a_new_day_moves_what_asks_for_it_and_nothing_else(computed):
    book = Book()
    book.put("A1", ["=TODAY()", "=A1+1", "=1+1"])
    before = book.values(valueRenderOption="UNFORMATTED_VALUE")[0]
    computed.clear()
    book.now += timedelta(days=1)
    assert book.values(valueRenderOption="UNFORMATTED_VALUE") == [[before[0] + 1, before[1] + 1, 2]]
    assert len(computed) == 2


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ({"updateCells": {"start": {"columnIndex": 0}, "rows": [{"values": [
            {"userEnteredValue": {"boolValue": True}}]}], "fields": "userEnteredValue"}}, 12),
        ({"deleteDimension": {"range": lines("ROWS", 1, 2)}}, 1),
        ({"insertDimension": {"range": lines("ROWS", 0, 1)}}, 13),
        ({"repeatCell": {"range": cells(0, 0, 3, 1), "cell": {}, "fields": "userEnteredValue"}}, 0),
    ],
)  # fmt: skip
def test_sums_follow_every_kind_of_change(change, value):
    book = Book()
    book.put("A1", [1], [12], ["x"])
    book.batch({"addSheet": {"properties": {"sheetId": 7, "title": "Итог"}}})
    book.put("'Итог'!A1", ["=SUM(Sheet1!A1:A9)"])
    assert book.value("'Итог'!A1") == 13
    book.batch(change)
    assert book.value("'Итог'!A1") == value


def test_a_place_found_by_computing_is_looked_at_anew():
    book = Book()
    book.put("A1", [1, 2, "=OFFSET(A1,0,1)", '=INDIRECT("B1")'])
    assert book.values("C1:D1") == [["2", "2"]]
    book.put("B1", [5])
    assert book.values("C1:D1") == [["5", "5"]]


# References


def test_references_are_found_outside_of_texts_and_names():
    template, found = split('=SUM(A1:B$2,\'Лист 1\'!$C:$C,"A1",LOG10(5),A1:B$2)+A1x+1:3')
    assert [str(one) for one in found] == ["A1:B$2", "'Лист 1'!$C:$C", "1:3"]
    assert template.count("\x01") == 4
    assert '"A1"' in template


def test_copying_moves_what_has_no_dollar():
    assert shifted("=A1+$A1+A$1+$A$1&\"A1\"", 1, 1) == '=B2+$A2+B$1+$A$1&"A1"'
    assert shifted("=A2", -2, 0) == "=#REF!"
    assert shifted("=SUM(A:A,B2:B)", 1, 1) == "=SUM(B:B,C3:C)"
    assert rewritten("=A1", lambda _old: None) == "=#REF!"


# LibreOffice as the judge


def spreadsheet(content: bytes) -> Spreadsheet:
    """A rendered book, values and formulas only; Russian, as the office that computes it."""
    made = Spreadsheet("b", "b", "ru_RU", "Etc/GMT")
    for number, tab in enumerate(load_workbook(BytesIO(content)).worksheets):
        sheet = Sheet(number, tab.title, max(tab.max_row, 1000), max(tab.max_column, 26))
        for row in tab.iter_rows():
            for cell in row:
                if cell.value is not None:
                    entered = plain(cell.value)
                    is_formula = isinstance(entered, str) and entered.startswith("=")
                    sheet.cells[cell.row - 1, cell.column - 1] = Cell(entered, is_formula)
        made.sheets.append(sheet)
    return made


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return (value - ZERO).total_seconds() / 86400
    if isinstance(value, date):
        return (value - ZERO.date()).days
    return (value.hour * 60 + value.minute) / 1440 if isinstance(value, time) else value


def differences(ours: Spreadsheet, computed: Path) -> Iterator[str]:
    engine = engine_of(ours).look_at(ours, datetime.now().astimezone())
    theirs = load_workbook(computed, data_only=True)
    for sheet in ours.sheets:
        for (row, column), cell in sheet.cells.items():
            if cell.is_formula:
                value = engine.value(sheet.id, row, column)
                wanted = plain(theirs[sheet.title].cell(row + 1, column + 1).value)
                if not same("" if value is None else value, "" if wanted is None else wanted):
                    yield f"{sheet.title} {row + 1}:{column + 1} {value!r}, not {wanted!r}: {cell.entered}"


def same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=0, abs_tol=1e-9)
    return one == other


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", [*POLICIES, "school"])
def test_every_formula_of_a_book_gives_what_libreoffice_gives(name, tmp_path, libreoffice: Office):
    if name == "school":
        content = render_school("school-2026", DIRECTORY, Policy())
    else:
        today = datetime.now().date()  # noqa: DTZ005 - the program that computes TODAY() reads the same clock
        content = render_journal(journal(today, POLICIES[name]), typed_by_chance(random.Random(name), POLICIES[name]))
    path, out = tmp_path / "book.xlsx", tmp_path / "out"
    path.write_bytes(content)
    out.mkdir()
    ours = spreadsheet(content)
    assert list(differences(ours, libreoffice.convert(path, "xlsx", out))) == []
    assert sum(cell.is_formula for sheet in ours.sheets for cell in sheet.cells.values()) > 100
