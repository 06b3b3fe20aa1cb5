"""Spelling: what is normalised away, what must stay, and how odd characters are shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.spelling import (
    MOST_MARKS,
    cell_text,
    clip,
    composed,
    cyrillic,
    digit_twins,
    has_foreign_digit,
    normalise,
    one_line,
    show,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("и\u0306", "й"),
        ("и\u200d\u0306", "й"),  # a joiner between the letter and its breve
        ("\ufeffТема\u00ad", "Тема"),
        ("\u2067н\u2069", "н"),
        ("a\u00a0\u2009\u2007\u202f b", "a b"),
        ("  a \t\r\n b  ", "a b"),
        ("\uff21\uff11\uff0f", "A1/"),
        ("5\u2212 5\u2013 5\u2014 5\u2011", "5- 5- 5- 5-"),
        ("5\ufe0f", "5"),
        ("Н", "Н"),  # case is the reader's affair
        ("\u0665 \u00b2 \u2164", "\u0665 \u00b2 \u2164"),
        ("'5", "'5"),
    ],
)
def test_normalisation_changes_only_the_spelling(text: str, plain: str) -> None:
    assert normalise(text) == plain


@given(st.text(st.characters(exclude_categories=())))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(("text", "plain"), [("'5", "5"), ("' 5", "5"), ("5'", "5'"), ("", ""), ("''", "'")])
def test_one_leading_apostrophe_is_the_mark_of_a_text_cell(text: str, plain: str) -> None:
    assert cell_text(text) == plain


def test_latin_letters_become_their_cyrillic_twins_and_b_does_not_become_be() -> None:
    twins = cyrillic("ABCEHKMOPTXaceopxy")
    assert all(unicodedata.name(letter).startswith("CYRILLIC") for letter in twins)
    assert twins == "АВСЕНКМОРТХасеорху"
    assert cyrillic("hnb5") == "hnb5"


def test_letters_that_pass_for_digits_are_told() -> None:
    assert digit_twins("ЗзЧчОоOoбIl|Ss") == "33440000611155"


@pytest.mark.parametrize("digit", ["\u0665", "\u00b2", "\u2460", "\u2164", "5\u20e3", "\u00bd"])
def test_digits_of_other_scripts_are_noticed(digit: str) -> None:
    assert has_foreign_digit(digit)
    assert not has_foreign_digit("0123456789 н/а №")


def test_odd_characters_are_shown_with_their_code_points() -> None:
    assert show("\u0665") == "\u0665 U+0665"
    assert show("5\u20e3") == "5\u20e3 U+20E3"
    assert show("\ud800") == "U+D800"
    assert show("5\u200b\u200b") == "5 U+200B"
    assert show("Тема №1 «Дроби» — ё, 5/4") == "Тема №1 «Дроби» — ё, 5/4"


def test_long_and_broken_texts_are_shown_as_one_short_line() -> None:
    assert show("а\nб\tв\r\nг") == "а б в г"
    assert show("я" * 50) == "я" * 39 + "…"
    assert one_line("а\n\x00б", 10) == "а б"
    assert clip("абв", 3) == "абв"
    assert clip("абвг", 3) == "аб…"


@given(st.text(st.characters(exclude_categories=())), st.integers(1, 60))
def test_what_is_shown_fits_on_the_line_and_can_be_written_anywhere(text: str, limit: int) -> None:
    shown = show(text, limit)
    assert len(shown) <= limit
    assert "\n" not in shown
    shown.encode()


def test_a_letter_under_a_tower_of_marks_keeps_the_first_of_them() -> None:
    assert composed("и" + "\u0306" + "\u0301" * 9 * MOST_MARKS + "ё") == "й" + "\u0301" * (MOST_MARKS - 1) + "ё"
    assert composed("и\u0306" * MOST_MARKS) == "й" * MOST_MARKS
