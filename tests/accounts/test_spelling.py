"""Logins and passwords are for people: to be read aloud, typed on a phone, and never mistaken."""

import pytest

from sync_service.accounts import spelling

LOOK_ALIKE = set("0oO1lIi2zZ5sS8bBgq")


@pytest.mark.parametrize("make", [spelling.new_login, spelling.new_password])
def test_what_is_issued_has_no_look_alike_characters(make):
    for _ in range(300):
        made = make()
        assert made.isascii()
        assert made == made.lower()
        assert not LOOK_ALIKE & set(made)


def test_a_password_is_long_enough_and_never_the_same_again():
    made = {spelling.new_password() for _ in range(2000)}
    assert len(made) == 2000
    assert {len(password) for password in made} == {14}


def test_no_rude_word_is_issued(monkeypatch):
    letters = iter("mudak" + "tafun")
    monkeypatch.setattr(spelling.secrets, "choice", lambda alphabet: next(letters))
    assert spelling._word(spelling.CONSONANTS, "cvcvc") == "tafun"


@pytest.mark.parametrize(
    "typed", ["kafu3947", " KAFU3947 ", "kafu 3947", "kafu-3947", "кафу3947", "Кафу 3947", "kаfu3947"]
)
def test_a_login_is_understood_however_it_is_typed(typed):
    assert spelling.read_login(typed) == "kafu3947"


def test_every_letter_of_a_login_has_one_counterpart_on_a_russian_keyboard():
    russian = dict(zip("dfkmntvaeu", "дфкмнтваеу", strict=True))
    assert set(russian) == set(spelling.LOGIN_CONSONANTS + spelling.VOWELS)
    for latin, cyrillic in russian.items():
        assert spelling.read_login(cyrillic) == latin
