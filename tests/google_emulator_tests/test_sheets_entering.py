"""What a text that is typed becomes, by locale and by the format of the cell; and how values are shown."""

from __future__ import annotations

import pytest

from tests.google_emulator.showing import by_pattern
from tests.google_emulator.state import Cell
from tests.google_emulator_tests.sheets_calls import PROTECTED, READER, TEACHER, Book, cells, refused

TEXT = {"numberFormat": {"type": "TEXT", "pattern": "@"}}


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("5", 5, "5"), ("4,5", 4.5, "4,5"), ("-4,5", -4.5, "-4,5"), ("007", 7, "7"), (" 5 ", 5, "5"),
        ("4.5", 46146, "04.05.2026"), ("4/5", 46146, "04.05.2026"), ("1-2", 46054, "01.02.2026"),
        ("05.04.2026", 46117, "05.04.2026"), ("5.4.26", 46117, "05.04.2026"), ("2026-04-05", 46117, "2026-04-05"),
        ("31.4", "31.4", "31.4"), ("1,2,3", "1,2,3", "1,2,3"), ("12,5%", 0.125, "12,50%"), ("50%", 0.5, "50%"),
        ("8:30", 8.5 / 24, "8:30"), ("05.04.2026 12:00", 46117.5, "05.04.2026 12:00:00"), ("4 мая", 46146, "4 мая"),
        ("истина", True, "ИСТИНА"), ("н", "н", "н"), ("н5", "н5", "н5"), ("5-", "5-", "5-"), ("'4/5", "4/5", "4/5"),
        ("1 000", 1000, "1000"), ("5,", 5, "5"), (".", ".", "."), ("1e3", 1000, "1,00E+03"), ("=1,5*2", 3, "3"),
    ],
)  # fmt: skip
def test_a_russian_file_takes_marks_for_dates(typed, value, shown):
    book = Book("ru_RU")
    assert book.type_in(0, 0, typed) == shown
    assert book.value("A1") == (pytest.approx(value) if isinstance(value, float) else value)
    assert type(book.value("A1")) is type(value)


@pytest.mark.parametrize(
    ("typed", "value", "shown"),
    [
        ("4.5", 4.5, "4.5"), ("4,5", "4,5", "4,5"), ("1,234.5", 1234.5, "1234.5"), ("4/5", 46117, "4/5/2026"),
        ("1-2", 46024, "1/2/2026"), ("13/4", "13/4", "13/4"), ("05.04.2026", "05.04.2026", "05.04.2026"),
        ("8:30 PM", 20.5 / 24, "8:30 PM"), ("true", True, "TRUE"), ("$5", 5, "$5.00"),
        ("May 4, 2026", 46146, "4 May 2026"),
        ("3 5", 46086, "3/5/2026"), ("+5", 5, "5"),
    ],
)  # fmt: skip
def test_an_american_file_has_habits_of_its_own(typed, value, shown):
    book = Book()
    assert book.type_in(0, 0, typed) == shown
    assert book.value("A1") == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize("typed", ["5", "4.5", "4/5", "=1+1", "05.04.2026", "истина", "007", "+7 900 000-00-00"])
def test_a_text_cell_keeps_whatever_is_typed_as_text(typed):
    book = Book("ru_RU")
    book.tab().cells[0, 0] = Cell(format=TEXT)
    assert book.type_in(0, 0, typed) == typed
    assert book.value("A1") == typed
    assert book.tab().cells[0, 0].format == TEXT


def test_a_number_written_as_typed_into_a_text_cell_is_text():
    book = Book("ru_RU")
    book.tab().cells[0, 0] = Cell(format=TEXT)
    book.put("A1", [4.5])
    assert book.value("A1") == "4,5"


def test_a_cell_once_a_date_stays_a_date():
    book = Book("ru_RU")
    book.type_in(0, 0, "4/5")
    assert book.tab().cells[0, 0].format["numberFormat"]["type"] == "DATE"
    assert book.type_in(0, 0, "5") == "04.01.1900"


def test_a_phone_number_becomes_a_broken_formula():
    book = Book("ru_RU")
    assert book.type_in(0, 0, "+7 900 000-00-00") == "#ERROR!"


def test_an_empty_text_clears():
    book = Book()
    book.type_in(0, 0, "x")
    assert book.type_in(0, 0, "") == ""
    assert book.effective(0, 0) == {}


def test_only_who_may_write_can_type():
    book = Book()
    with refused(403, "The caller does not have permission"):
        book.type_in(0, 0, "x", by=READER)
    with refused(400, "exceeds grid limits"):
        book.type_in(1000, 0, "x")
    book.batch({"addProtectedRange": {"protectedRange": {"range": cells(0, 0, 1, 1)}}})
    with refused(400, PROTECTED):
        book.type_in(0, 0, "x", by=TEACHER)
    assert book.shown(0, 0) == ""


def rule(kind: str, *values: str, strict: bool = True):
    return {
        "condition": {"type": kind, "values": [{"userEnteredValue": value} for value in values]},
        "strict": strict, "inputMessage": "Только отметки",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "values", "good", "wrong"),
    [
        ("ONE_OF_LIST", ("5", "н", "да"), "Н", "6"), ("NUMBER_BETWEEN", ("2", "5"), "5", "6"),
        ("ONE_OF_RANGE", ("=Sheet1!$D$1:$D$3",), "тест", "опрос"), ("CUSTOM_FORMULA", ("=LEN(A1)<3",), "аб", "абв"),
        ("DATE_IS_VALID", (), "04.05.2026", "завтра"), ("TEXT_CONTAINS", ("а",), "да", "нет"),
        ("DATE_AFTER", ("01.09.2026",), "02.09.2026", "31.08.2026"), ("BOOLEAN", (), "истина", "да"),
    ],
)  # fmt: skip
def test_a_strict_rule_binds_people_and_not_programs(kind, values, good, wrong):
    book = Book("ru_RU")
    book.put("D1", ["кр"], ["тест"])
    book.batch({"setDataValidation": {"range": cells(0, 0, 2, 1), "rule": rule(kind, *values)}})
    assert book.type_in(1, 0, good)
    with refused(400, "violates the data validation rules set on this cell. Только отметки"):
        book.type_in(1, 0, wrong)
    assert book.type_in(1, 0, "") == ""
    book.put("A2", [wrong])
    assert book.shown(1, 0) == wrong
    book.batch({"setDataValidation": {"range": cells(0, 0, 2, 1), "rule": rule(kind, *values, strict=False)}})
    assert book.type_in(0, 0, wrong) == wrong


def test_a_rule_by_formula_goes_along_with_its_cell():
    book = Book()
    book.batch({"setDataValidation": {"range": cells(0, 0, 2, 2), "rule": rule("CUSTOM_FORMULA", "=A1>$A$1")}})
    assert book.tab().cells[1, 1].validation["condition"]["values"] == [{"userEnteredValue": "=B2>$A$1"}]


@pytest.mark.parametrize(
    ("value", "pattern", "shown"),
    [
        (4.333, "0.00", "4,33"), (5, "0.0", "5,0"), (4.5, "0.##", "4,5"), (0, "0;-0;", ""), (3, "0;-0;", "3"),
        (-3, "0;-0;", "-3"), (1234.5, "#,##0.00", "1\u00a0234,50"), (0.125, "0%", "13%"), (2.5, "0", "3"),
        (46117, "dd.MM.yyyy", "05.04.2026"), (46117, "dd.mm.yyyy", "05.04.2026"), (46117, "dd", "05"),
        (46117 + 8.5 / 24, "hh:mm", "08:30"), (46117, "d mmmm", "5 апреля"), (46117, "ddd", "вос"), (-1, "0.0", "-1,0"),
        (7, '"№ "0', "№ 7"), (12345, "0.00E+00", "1,23E+04"),
    ],
)  # fmt: skip
def test_numbers_are_shown_by_their_pattern(value, pattern, shown):
    assert by_pattern(value, pattern, "ru_RU") == shown


def test_dates_by_default_follow_the_locale():
    for locale, shown in (("ru_RU", "05.04.2026"), ("en_US", "4/5/2026")):
        book = Book(locale)
        book.tab().cells[0, 0] = Cell(46117, format={"numberFormat": {"type": "DATE"}})
        assert book.shown(0, 0) == shown
