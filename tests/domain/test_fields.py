"""Readers of the other cells: what is accepted, into what, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.entries import Refusal
from sync_service.domain.fields import (
    decimal_text,
    read_choice,
    read_date,
    read_decimal,
    read_flag,
    read_homework,
    read_integer,
    read_text,
    read_time,
    tidy,
)
from sync_service.domain.problems import Code

YEAR = (date(2026, 9, 1), date(2027, 5, 28))
CODE = Code.TABLE_VALUE


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("12.10", "2026-10-12"),
        ("12.10.", "2026-10-12"),
        ("1.9", "2026-09-01"),
        ("12.01", "2027-01-12"),
        ("28.05", "2027-05-28"),
        ("12.10.2026", "2026-10-12"),
        ("12.10.26", "2026-10-12"),
        ("12.10.2027", "2027-10-12"),  # outside the year: the calendar's affair, not the reader's
        ("2026-10-12", "2026-10-12"),
        ("2026-10-12 00:00:00", "2026-10-12"),
        ("2026-10-12T00:00", "2026-10-12"),
        (" 12.10\u00a0", "2026-10-12"),
        ("'12.10", "2026-10-12"),
        (date(2026, 10, 12), "2026-10-12"),
        (datetime(2026, 10, 12, 8, 30), "2026-10-12"),  # noqa: DTZ001 - a spreadsheet's date has no zone
        (46307, "2026-10-12"),
        (46307.0, "2026-10-12"),
        ("", ""),
        (" ", ""),
        (None, ""),
    ],
)
def test_a_date_is_read_in_the_ways_people_write_it(raw: object, iso: str) -> None:
    assert read_date(raw, Code.LESSON_DATE, YEAR) == iso


@pytest.mark.parametrize(
    "raw",
    [
        "32.13.2026", "31.02.2026", "2026-02-30", "завтра", "2026", 2026, 12.1, "12.10.202", "12/10/2026", "12 октября",
        "46307", "15.07", "29.02", True, False, time(8), timedelta(days=1), 46307.5, 5, -1, 1e300, float("nan"),
        float("inf"), date(1900, 1, 4), date(2100, 1, 1), "01.01.1900", object(),
    ],
)  # fmt: skip
def test_what_is_no_date_beyond_doubt_is_refused(raw: object) -> None:
    assert read_date(raw, Code.LESSON_DATE, YEAR) == Refusal(Code.LESSON_DATE)


def test_a_day_that_comes_twice_in_the_span_is_not_guessed() -> None:
    assert read_date("01.09", CODE, (date(2026, 9, 1), date(2027, 9, 1))) == Refusal(CODE)


@pytest.mark.parametrize(
    ("raw", "text"),
    [("40", "40"), (40, "40"), (40.0, "40"), (" 7 ", "7"), ("007", "7"), ("0", "0"), ("", ""), (None, "")],
)
def test_a_whole_number_within_its_limits_is_read(raw: object, text: str) -> None:
    assert read_integer(raw, 0, 600, Code.LESSON_MINUTES) == text


@pytest.mark.parametrize(
    "raw",
    [
        "601",
        "-1",
        "4,5",
        4.5,
        "сорок",
        "40 мин",
        True,
        date(2026, 1, 1),
        "٥",
        "1e3",
        1e300,
        float("nan"),
        pytest.param(10**5000, id="huge"),
    ],
)
def test_other_numbers_are_refused_with_the_limits(raw: object) -> None:
    assert read_integer(raw, 0, 600, Code.LESSON_MINUTES) == Refusal(Code.LESSON_MINUTES, "от 0 до 600")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("4,5", "4,5"),
        ("4.50", "4,5"),
        (4.5, "4,5"),
        ("5", "5"),
        (5.0, "5"),
        ("10", "10"),
        ("0", "0"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_decimal_is_read_with_comma_or_point(raw: object, text: str) -> None:
    assert read_decimal(raw, Decimal(0), Decimal(10), CODE) == text


@pytest.mark.parametrize("raw", ["10,01", "-0,5", "полторы", True, time(8), "1,2,3", 1e-9])
def test_other_decimals_are_refused_with_the_limits(raw: object) -> None:
    assert read_decimal(raw, Decimal(0), Decimal("10.0"), CODE) == Refusal(CODE, "от 0 до 10")


def test_decimals_keep_their_whole_zeros() -> None:
    assert [decimal_text(Decimal(text)) for text in ("100", "1.50", "0.10", "10.0", "1E+2")] == [
        "100",
        "1,5",
        "0,1",
        "10",
        "100",
    ]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("8:30", "08:30"), ("08.30", "08:30"), ("18:00:00", "18:00"), (time(8, 30), "08:30"), (0.75, "18:00"),
        (datetime(1899, 12, 30, 9, 15), "09:15"), (timedelta(hours=8, minutes=30), "08:30"), ("", ""), (None, ""),  # noqa: DTZ001
        ("00:00", "00:00"),
    ],
)  # fmt: skip
def test_a_time_is_read_in_the_ways_spreadsheets_hand_it_over(raw: object, text: str) -> None:
    assert read_time(raw, CODE) == text


@pytest.mark.parametrize("raw", ["25:00", "8:60", "8", 8, 1.5, "утром", True, timedelta(days=2), date(2026, 1, 1)])
def test_other_times_are_refused_with_an_example(raw: object) -> None:
    assert read_time(raw, CODE) == Refusal(CODE, "например, 08:30")


@pytest.mark.parametrize("raw", ["да", "Да", "ДА ", "yes", "+", "✓", "✔", "v", "TRUE", "истина", True])
def test_yes_is_said_in_many_ways(raw: object) -> None:
    assert read_flag(raw, Code.LESSON_HELD) == "да"


@pytest.mark.parametrize("raw", ["нет", "НЕТ", "no", "-", "—", "FALSE", "ложь", False])
def test_no_is_said_in_many_ways(raw: object) -> None:
    assert read_flag(raw, Code.LESSON_HELD) == "нет"


@pytest.mark.parametrize("raw", ["x", "х", "1", 1, 0, "наверное", "дa", date(2026, 1, 1), "?"])
def test_what_may_mean_either_is_refused(raw: object) -> None:
    assert read_flag(raw, Code.LESSON_HELD) == Refusal(Code.LESSON_HELD, "да или нет")


def test_a_blank_flag_says_nothing() -> None:
    assert read_flag("", Code.LESSON_HELD) == read_flag(None, Code.LESSON_HELD) == ""


def test_a_choice_is_spelled_as_in_the_list_whatever_the_case() -> None:
    choices = ("КР", "Лаб. работа", "7")
    assert read_choice(" кр ", choices, Code.LESSON_WORK) == "КР"
    assert read_choice("лаб.  РАБОТА", choices, Code.LESSON_WORK) == "Лаб. работа"
    assert read_choice(7.0, choices, Code.LESSON_WORK) == "7"
    assert read_choice(None, choices, Code.LESSON_WORK) == ""
    assert read_choice("", choices, Code.LESSON_WORK) == ""


@pytest.mark.parametrize("raw", ["контр", "К Р", True, date(2026, 1, 1), 8])
def test_a_choice_outside_the_list_is_refused_with_the_list(raw: object) -> None:
    assert read_choice(raw, ("КР", "СР"), Code.LESSON_WORK) == Refusal(Code.LESSON_WORK, "КР, СР")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Тема", "Тема"),
        ("  Тема  урока \r\n\r\n\r\n\r\n § 5\t, № 12 ", "Тема урока\n\n§ 5 , № 12"),
        ("а\rб\u2028в\vг", "а\nб\nв\nг"),
        ("а\n\nб\n\n\nв", "а\n\nб\n\nв"),
        ("и\u0306", "й"),
        ("а\x00б\x07\u202eв\ufeff\u00ad\ud800", "абв"),
        ("\u00a0Тема\u2009№\u00a05", "Тема № 5"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("<script>alert(1)</script> {{7*7}}", "<script>alert(1)</script> {{7*7}}"),
        ('=HYPERLINK("http://example.org")', '=HYPERLINK("http://example.org")'),
        ("'; DROP TABLE", "'; DROP TABLE"),
        (15, "15"),
        (15.0, "15"),
        (4.5, "4,5"),
        (1e300, "1e+300"),
        (date(2026, 10, 12), "12.10.2026"),
        (datetime(2026, 10, 12), "12.10.2026"),  # noqa: DTZ001
        (datetime(2026, 10, 12, 8, 30), "12.10.2026 08:30"),  # noqa: DTZ001
        (time(8, 30), "08:30"),
        (None, ""),
        (" \n ", ""),
    ],
)
def test_a_text_stays_what_it_says(raw: object, text: str) -> None:
    assert read_text(raw) == text


@pytest.mark.parametrize("raw", [True, False, timedelta(1), object()])
def test_a_tick_is_no_text(raw: object) -> None:
    assert read_text(raw) == Refusal(Code.LESSON_TEXT)


def test_a_text_may_be_long_but_not_endless() -> None:
    assert read_text("я" * 4000) == "я" * 4000
    assert read_text("я" * 4001) == Refusal(Code.LESSON_TEXT, "4000")
    assert read_text(" " * 5000 + "я") == "я"
    assert read_text("яя", 1, Code.TABLE_VALUE) == Refusal(Code.TABLE_VALUE, "1")


@pytest.mark.parametrize("raw", ["-", "–", "—", "\u2212", " нет ", "Нет", "не задано", "Не задано."])
def test_no_homework_is_one_dash(raw: str) -> None:
    assert read_homework(raw) == "—"


@pytest.mark.parametrize(("raw", "text"), [("§ 5, № 12", "§ 5, № 12"), ("", ""), (None, ""), (12, "12"), ("-5", "-5")])
def test_other_homework_is_a_text(raw: object, text: str) -> None:
    assert read_homework(raw) == text


ANYTHING = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.integers(), st.floats(), st.booleans(), st.none(), st.dates(), st.datetimes(), st.times(), st.timedeltas(),
)  # fmt: skip


@given(ANYTHING)
def test_any_cell_gets_a_text_or_a_refusal_and_a_canonical_text_is_read_as_itself(raw: object) -> None:
    readers = (
        lambda cell: read_date(cell, CODE, YEAR),
        lambda cell: read_integer(cell, -5, 10**6, CODE),
        lambda cell: read_decimal(cell, Decimal(-5), Decimal(10**6), CODE),
        lambda cell: read_time(cell, CODE),
        lambda cell: read_flag(cell, CODE),
        lambda cell: read_choice(cell, ("КР", "0", "-"), CODE),
        read_text,
        read_homework,
    )
    for reader in readers:
        found = reader(raw)
        assert isinstance(found, str | Refusal)
        if not isinstance(found, Refusal):
            assert reader(found) == found
            found.encode()


@given(st.text(st.characters(exclude_categories=())))
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
