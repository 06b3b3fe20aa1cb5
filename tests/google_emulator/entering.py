"""USER_ENTERED: what a spreadsheet makes of a text that is typed, by the file's locale (en_US, ru_RU).

The unpleasant half of the real thing is here on purpose: «4.5», «4/5» and «1-2» typed into a Russian file are dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from tests.google_emulator.showing import MONTHS, USUAL, language
from tests.google_emulator.state import Cell

Plain = str | int | float | bool
ZERO = date(1899, 12, 30)
YES, NO = {"en": "TRUE", "ru": "ИСТИНА"}, {"en": "FALSE", "ru": "ЛОЖЬ"}
_NUMBER = {
    "en": re.compile(r"([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*(%?)"),
    "ru": re.compile(r"([+-]?)((?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:,\d*)?|,\d+)([eE][+-]?\d+)?\s*(%?)"),
}
_MONEY = {"en": re.compile(r"\$\s*(.+)"), "ru": re.compile(r"(.+?)\s*(?:₽|р\.|руб\.)")}
_MONEY_PATTERN = {"en": '"$"#,##0.00', "ru": "#,##0.00 [$₽]"}
_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AaPp])\.?[Mm]\.?)?"
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_SHORT = {
    "en": re.compile(r"(\d{1,2})([-/ ])(\d{1,2})(?:\2(\d{4}|\d{1,2}))?"),
    "ru": re.compile(r"(\d{1,2})([-./ ])(\d{1,2})(?:\2(\d{4}|\d{1,2}))?"),
}
_WORDS = re.compile(r"(\d{1,2})?\s*([^\W\d]{3,})\.?\s*(\d{1,2}(?!\d))?,?\s*(\d{4})?")


@dataclass(frozen=True)
class Entered:
    """A value and the number format that comes with it, "" for none."""

    value: Plain
    type: str = ""
    pattern: str = ""
    is_formula: bool = False


@lru_cache(maxsize=50_000)
def parsed(text: str, locale: str, year: int) -> Entered:
    """What a typed text becomes in a cell without a format; `year` is the current one."""
    words, trimmed = language(locale), text.strip()
    if text.startswith("'"):
        return Entered(text[1:])
    if text.startswith("=") and len(text) > 1:
        return Entered(_canonical(text, words), is_formula=True)
    if trimmed.upper() in (YES[words], NO[words], "TRUE", "FALSE"):
        return Entered(trimmed.upper() in (YES[words], "TRUE"))
    found = _number(trimmed, words) or _moment(trimmed, words, year) or _money(trimmed, words)
    if found is None and text.startswith("+") and len(text) > 1:
        return Entered(_canonical("=" + text, words), is_formula=True)
    return found or Entered(text)


def _canonical(formula: str, words: str) -> str:
    """A formula with a decimal point, whatever sign the locale has."""
    if words != "ru":
        return formula
    parts = re.split(r'("(?:[^"]|"")*")', formula)
    return "".join(
        part if part.startswith('"') else re.sub(r"(?<![\w.$])(\d+),(\d+)(?![\w(:])", r"\1.\2", part) for part in parts
    )


def _number(text: str, words: str) -> Entered | None:
    match = _NUMBER[words].fullmatch(text)
    if match is None:
        return None
    sign, digits, power, percent = match.groups()
    plain = re.sub(r"[,]", "", digits) if words == "en" else re.sub(r"[ \u00a0\u202f]", "", digits).replace(",", ".")
    value = float(f"{sign}{plain}{power or ''}")
    if percent:
        return Entered(_whole(round(value / 100, 15)), "PERCENT", "0.00%" if "." in plain else "0%")
    if power:
        return Entered(_whole(value), "SCIENTIFIC", "0.00E+00")
    return Entered(_whole(value))


def _whole(value: float) -> int | float:
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def _money(text: str, words: str) -> Entered | None:
    match = _MONEY[words].fullmatch(text)
    number = _number(match[1], words) if match else None
    return replace(number, type="CURRENCY", pattern=_MONEY_PATTERN[words]) if number and not number.type else None


def _moment(text: str, words: str, year: int) -> Entered | None:
    """A date, a time of day, or both."""
    match = re.fullmatch(rf"(?:(.+?)[ T])?{_TIME}", text)
    if match is None:
        return _day(text, words, year)
    hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
    if minute > 59 or second > 59 or (match[5] and not 1 <= hour <= 12) or hour > 23:
        return None
    if match[5]:
        hour = hour % 12 + (12 if match[5] in "Pp" else 0)
    fraction = (hour * 3600 + minute * 60 + second) / 86400
    if match[1] is None:
        pattern = ("h" if match[5] or words == "en" else "H") + ":mm" + (":ss" if match[4] else "")
        return Entered(fraction, "TIME", pattern + (" am/pm" if match[5] else ""))
    day = _day(match[1], words, year)
    return Entered(day.value + fraction, "DATE_TIME", USUAL[words]["DATE_TIME"]) if day else None  # type: ignore[operator]


def _day(text: str, words: str, year: int) -> Entered | None:
    usual = USUAL[words]["DATE"]
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3]), "yyyy-mm-dd" if "-" in text else usual)
    if match := _SHORT[words].fullmatch(text):
        one, other = int(match[1]), int(match[3])
        day, month = (one, other) if words == "ru" else (other, one)
        return _date(_year(match[4], year), month, day, usual)
    match = _WORDS.fullmatch(text)
    if match is None or bool(match[1]) == bool(match[3]):
        return None
    month = _month(match[2].lower())
    pattern = "d MMMM" + (" yyyy" if match[4] else "")
    return _date(int(match[4] or year), month, int(match[1] or match[3]), pattern) if month else None


def _year(text: str | None, current: int) -> int:
    if not text:
        return current
    given = int(text)
    return given if len(text) == 4 else given + (2000 if given < 50 else 1900)


def _month(word: str) -> int:
    for names in MONTHS.values():
        for number, name in enumerate(names, 1):
            if word in (name.lower(), name[:3].lower()):
                return number
    return 0


def _date(year: int, month: int, day: int, pattern: str) -> Entered | None:
    try:
        return Entered((date(year, month, day) - ZERO).days, "DATE", pattern)
    except ValueError:
        return None


_MOMENTS = ("DATE", "TIME", "DATE_TIME")


def enter(cell: Cell, given: Plain, locale: str, year: int) -> Cell:
    """The cell after a person has typed `given` into it. A text-formatted cell keeps everything as text, a cell that
    has a format keeps it, unless a number's cell gets a date."""
    known = cell.format.get("numberFormat", {}).get("type", "")
    if known == "TEXT":
        text = given if isinstance(given, str) else _typed(given, locale)
        return replace(cell, entered=text, is_formula=False, runs=[])
    found = parsed(given, locale, year) if isinstance(given, str) else Entered(given)
    value = found.value
    if known == "PERCENT" and not found.type and type(value) in (int, float):
        value = value / 100
    changed = replace(cell, entered=value, is_formula=found.is_formula, runs=[])
    if found.type and (not known or (found.type in _MOMENTS and known not in _MOMENTS)):
        changed.format = {**cell.format, "numberFormat": {"type": found.type, "pattern": found.pattern}}
    return changed


def _typed(given: Plain, locale: str) -> str:
    """A JSON value as it would be typed."""
    if isinstance(given, bool):
        return (YES if given else NO)[language(locale)]
    text = repr(_whole(given)) if isinstance(given, float) else str(given)
    return text.replace(".", ",") if language(locale) == "ru" else text



