"""How logins and issued passwords are spelt: pronounceable, without look-alikes, the same on both keyboards.

Letters and digits that people confuse (0 O, 1 l I, 2 Z, 5 S, 8 B, 9 g) never meet: of each such group at most
one is used. A login has besides only letters with one Russian counterpart, so that «каф» typed on a Russian
keyboard can only mean "kaf". Nothing here is derived from a person.
"""

from __future__ import annotations

import secrets

VOWELS = "aeu"
CONSONANTS = "dfkmnprtv"
LOGIN_CONSONANTS = "dfkmntv"  # without p and r: Cyrillic «р» looks like one and sounds like the other
DIGITS = "34679"
UNWANTED = ("mud", "ped", "dur", "put", "fuk", "fak", "kak", "tup", "pada", "karu", "manda")

_LATIN = str.maketrans("авдекмнтуфэ", "avdekmntufe")


def new_login() -> str:
    """Eight characters such as «kafu3947», a quarter of a million of them; the caller sees to uniqueness."""
    return _word(LOGIN_CONSONANTS, "cvcv") + _number(4)


def new_password() -> str:
    """Fourteen characters such as «tafun3947kemad»: 34 bits of the system's randomness, enough behind a slow
    hash and a lock after five tries until it is changed at the first login."""
    return _word(CONSONANTS, "cvcvc") + _number(4) + _word(CONSONANTS, "cvcvc")


def read_login(typed: str) -> str:
    """A login as somebody typed it, as it is stored: any case, either keyboard, spaces and dashes ignored."""
    kept = "".join(sign for sign in typed.casefold() if sign not in " -–—\t\u00a0")
    return kept.translate(_LATIN)


def _word(consonants: str, pattern: str) -> str:
    while True:
        word = "".join(secrets.choice(VOWELS if sign == "v" else consonants) for sign in pattern)
        if not any(rude in word for rude in UNWANTED):
            return word


def _number(length: int) -> str:
    return "".join(secrets.choice(DIGITS) for _ in range(length))
