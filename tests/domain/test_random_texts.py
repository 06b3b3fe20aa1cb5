"""Anything at all in any cell: an answer or a problem, never an exception, and an answer reads as itself.

Texts are made from a number, out of alphabets that have deceived readers before. Fifty thousand of them always, a
million behind `make test-long`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import inf, nan
from random import Random
from time import process_time

import pytest

from sync_service.domain import fields
from sync_service.domain.entries import Entry, EntryRules, Refusal, entry_of, read_entry, read_final
from sync_service.domain.problems import CATALOGUE, Code
from sync_service.domain.spelling import cell_text, normalise, show

EVERY_CHARACTER = [chr(code) for code in range(0x110000)]
DIGITS = [c for c in EVERY_CHARACTER if c.isnumeric()]
MARKS = [c for c in EVERY_CHARACTER if unicodedata.combining(c)]
HIDDEN = [c for c in EVERY_CHARACTER if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp")]
ALPHABETS = (
    "12345", "12345+-/,. нН", "0123456789.,:/-+ eE", "нбувпослзачёНБУВПОС./ 12345",
    "HbyBnocABCEKMTXaeopxyЗОб3|Il1",
    "=+-@\t'\"<>{}&;|%$#!()*,", "дайнетДАНЕТyesnotrue+-v✓✔☑✅", "—–-−‐не заданоНЕ ЗАДАНО.",
    "\n\r\v\f\x85\u2028\u2029 \t а",
    "йиё\u0306\u0308\u0301еИЕ", "5️⃣①Ⅴ⁵٥५五", DIGITS, MARKS, HIDDEN, EVERY_CHARACTER,
)  # fmt: skip
PIECES = (
    "5", "4/5", "н", "н5", "осв", "н/а", "зач", "5-", "4,5", "4.5", "45", "46146", "04.05", "4.05.2026", "2026-05-04",
    "8:30", "да", "нет", "—", "=1+1",
    "=cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "＝1+1", "{{7*7}}", "<script>", '"; DROP TABLE',
    "\u202e", "\u200d", "\ufeff", "#REF!", "Loading...", "'5", "1e308", "9" * 400, "data:image/png;base64,iVBOR",
    "👨‍👩‍👧", "\ud800",
)  # fmt: skip
NO_TEXTS = (
    nan, inf, -inf, 1e308, -0.0, 5e-324, 10**400, -(10**400), 2**63, True, False, None, date.min, date.max,
    datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59), time.max, timedelta.min, timedelta.max,  # noqa: DTZ001
    timedelta(microseconds=-1), 0.999999, 1.0, 36525.5, 73051,
)  # fmt: skip

ALL = (False, True)
RULES = [
    EntryRules(points=p, verdicts=v, two_marks=t, signs=s, fractions=f, mark_one=o)
    for p in ALL for v in ALL for t in ALL for s in ALL for f in ALL for o in ALL
]  # fmt: skip
ENTRY = re.compile(
    r"(?:(?:н|)(?:[1-5](?:[+-]|,[0-9])?)(?:/[1-5](?:[+-]|,[0-9])?)?|н|н/\.|б|ув|нп|оп|осв|зач|нез|\.|)", re.ASCII
)
FINAL = re.compile(r"(?:[1-5]|н/а|осв|зач|нез|)", re.ASCII)
YEAR = (date(2026, 9, 1), date(2027, 5, 31))
UNSEEN = set("\r\t\x00\x1b\u202e")
CHOICES = ("Контрольная работа", "Тест", "5")
READERS: dict[str, tuple[Callable[[object], str | Refusal], Callable[[str], bool]]] = {
    "date": (lambda raw: fields.read_date(raw, Code.LESSON_TEXT, YEAR), lambda said: bool(date.fromisoformat(said))),
    "integer": (lambda raw: fields.read_integer(raw, -5, 40, Code.LESSON_TEXT), lambda said: -5 <= int(said) <= 40),
    "decimal": (
        lambda raw: fields.read_decimal(raw, Decimal(0), Decimal(40), Code.LESSON_TEXT),
        lambda said: 0 <= Decimal(said.replace(",", ".")) <= 40 and "." not in said,
    ),
    "time": (
        lambda raw: fields.read_time(raw, Code.LESSON_TEXT),
        lambda said: bool(re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", said, re.ASCII)),
    ),
    "flag": (lambda raw: fields.read_flag(raw, Code.LESSON_TEXT), lambda said: said in (fields.YES, fields.NO)),
    "choice": (lambda raw: fields.read_choice(raw, CHOICES, Code.LESSON_TEXT), lambda said: said in CHOICES),
    "text": (fields.read_text, lambda said: len(said) <= fields.TEXT_LIMIT and not UNSEEN & set(said)),
    "homework": (fields.read_homework, lambda said: len(said) <= fields.TEXT_LIMIT),
}


def random_text(dice: Random) -> str:
    """Mostly short, as a cell is; one in four hundred a novel of up to fifty thousand characters."""
    kind = dice.randrange(400)
    if kind == 0:
        return "".join(dice.choices(dice.choice(ALPHABETS), k=50)) * dice.choice([10, 80, 81, 1000])
    if kind < 40:
        return "".join(dice.choice(PIECES) for _ in range(dice.randint(1, 3)))
    text = "".join(dice.choices(dice.choice(ALPHABETS), k=dice.choice([1, 1, 2, 2, 3, 4, 5, 8, 13])))
    if kind < 100:  # something good with one thing in it that should not be there
        good = dice.choice(PIECES)
        at = dice.randint(0, len(good))
        return good[:at] + text[:1] + good[at:]
    return text


def examine(raw: object, rules: EntryRules) -> str:
    """Put it into every kind of cell; returns what an entry became, for the counters."""
    entry = read_entry(raw, rules)  # type: ignore[arg-type]
    if isinstance(entry, Entry):
        assert ENTRY.fullmatch(entry.text)
        assert entry_of(entry.text) == entry
        assert read_entry(entry.text, rules) == entry
    else:
        _is_a_problem(entry)
    final = read_final(raw, rules)  # type: ignore[arg-type]
    if isinstance(final, str):
        assert FINAL.fullmatch(final)
        assert read_final(final, rules) == final
    else:
        _is_a_problem(final)
    for name, (read, is_one) in READERS.items():
        said = read(raw)
        if isinstance(said, Refusal):
            _is_a_problem(said)
        else:
            assert said == "" or is_one(said), name
            assert read(said) == said, name
    if isinstance(raw, str):
        shown = show(raw)
        assert len(shown) <= 40
        assert shown.isprintable()
        for spelled in (normalise, cell_text):
            assert len(spelled(raw)) <= 3 * len(raw)  # one character at most becomes three when composed
        assert normalise(normalise(raw)) == normalise(raw)
    return entry.code.value if isinstance(entry, Refusal) else "entry" if entry.text else "blank"


def _is_a_problem(refusal: Refusal) -> None:
    assert refusal.code in CATALOGUE
    assert isinstance(refusal.detail, str)


def examined(seed: int, count: int) -> Counter[str]:
    dice = Random(seed)
    told: Counter[str] = Counter()
    for number in range(count):
        text = random_text(dice)
        try:
            told[examine(text, RULES[number % len(RULES)])] += 1
        except Exception as error:
            raise AssertionError(f"text {number} of seed {seed}: {text[:200]!a}") from error
    return told


@pytest.mark.parametrize("seed", range(5))
def test_ten_thousand_random_texts(seed: int) -> None:
    told = examined(seed, 10_000)
    assert told["entry"] > 200  # they are read …
    assert told["blank"] > 100
    assert len([code for code in told if code.startswith("entry.")]) >= 10  # … and refused, for every kind of reason


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5, 105))
def test_a_million_random_texts(seed: int) -> None:
    examined(seed, 10_000)


def test_a_tower_of_marks_takes_no_time() -> None:
    tower = "".join(Random(1).choices(MARKS, k=32_000))
    began = process_time()
    examine("е" + tower, RULES[0])
    assert process_time() - began < 2
    assert normalise("е\u0308" + "й") == "ёй"


@pytest.mark.parametrize("rules", RULES[::9])
def test_what_is_no_text_is_read_as_carefully(rules: EntryRules) -> None:
    for raw in NO_TEXTS:
        examine(raw, rules)
