"""formattedValue: what a person sees of a value under a number format, in the language of the spreadsheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from tests.google_emulator.state import Json

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers know no zone
MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"],
    "ru": ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября",
           "ноября", "декабря"],
}  # fmt: skip
DAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "ru": ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"],
}
USUAL = {
    "en": {"DATE": "M/d/yyyy", "TIME": "h:mm:ss am/pm", "DATE_TIME": "M/d/yyyy H:mm:ss", "CURRENCY": '"$"#,##0.00'},
    "ru": {"DATE": "dd.MM.yyyy", "TIME": "H:mm:ss", "DATE_TIME": "dd.MM.yyyy H:mm:ss", "CURRENCY": "#,##0.00 [$₽]"},
}
ANYWHERE = {"NUMBER": "#,##0.00", "PERCENT": "0.00%", "SCIENTIFIC": "0.00E+00"}
_MARK = re.compile(
    r'"[^"]*"|\\.|\[\$[^\]]*\]|\[[hms]+\]|\[[^\]]*\]|(?i:am/pm|a/p)|y+|M+|m+|d+|h+|H+|s+|E[+-]|[0#?]|_.|\*.|.',
    re.DOTALL,
)


def language(locale: str) -> str:
    return "ru" if locale.startswith("ru") else "en"


def decimal_comma(locale: str) -> bool:
    return language(locale) == "ru"


def pattern_of(number_format: Json | None, locale: str) -> str:
    """The pattern of a numberFormat, "" for none."""
    if not number_format:
        return ""
    kind = number_format.get("type", "")
    if pattern := number_format.get("pattern"):
        return "" if pattern == "General" else str(pattern)
    return USUAL[language(locale)].get(kind) or ANYWHERE.get(kind, "")


def shown(value: Any, number_format: Json | None, locale: str) -> str:
    """A value that is no error, as a person sees it; "" for a blank."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is bool:
        return (("ЛОЖЬ", "ИСТИНА") if language(locale) == "ru" else ("FALSE", "TRUE"))[value]
    pattern = pattern_of(number_format, locale)
    return by_pattern(value, pattern, locale) if pattern and pattern != "@" else automatic(value, locale)


def automatic(value: float, locale: str) -> str:
    """A number without a format: up to ten digits."""
    if value == int(value) and abs(value) < 1e15:
        text = str(int(value))
    else:
        digits = max(10, len(str(int(abs(value)))))
        text = f"{value:.{min(digits, 15)}g}".replace("e+", "E+").replace("e-", "E-")
    return text.replace(".", ",") if decimal_comma(locale) else text


@lru_cache(maxsize=20_000)
def by_pattern(value: float, pattern: str, locale: str) -> str:
    """A number under a pattern such as «0.00», «dd.MM.yyyy», «0;-0;»."""
    sections = _sections(pattern)
    if len(sections) == 1:
        section = sections[0]
        if value < 0 and not section.is_date:
            return "-" + _number(-value, section, locale)
    elif value < 0:
        section, value = sections[1], -value
    else:
        section = sections[2] if value == 0 and len(sections) > 2 else sections[0]
    if section.is_date:
        return _date(value, section, language(locale))
    return _number(value, section, locale)


@dataclass(frozen=True)
class Section:
    marks: tuple[str, ...]
    is_date: bool


@lru_cache(maxsize=2_000)
def _sections(pattern: str) -> tuple[Section, ...]:
    parts: list[list[str]] = [[]]
    for mark in _MARK.findall(pattern):
        if mark == ";":
            parts.append([])
        else:
            parts[-1].append(mark)
    return tuple(Section(tuple(marks), any(_is_date_mark(mark) for mark in marks)) for marks in parts)


def _is_date_mark(mark: str) -> bool:
    return mark[0] in "yMmdhHs" or mark.lower() in ("am/pm", "a/p") or re.fullmatch(r"\[[hms]+\]", mark) is not None


def _literal(mark: str) -> str:
    if mark.startswith('"'):
        return mark[1:-1]
    if mark.startswith("\\"):
        return mark[1:]
    if mark.startswith("[$"):
        return mark[2:-1].partition("-")[0]
    if mark.startswith("[") or (len(mark) == 2 and mark[0] == "*"):
        return ""
    return " " if len(mark) == 2 and mark[0] == "_" else mark


def _number(value: float, section: Section, locale: str) -> str:
    marks = section.marks
    places = [place for place, mark in enumerate(marks) if mark in ("0", "#", "?")]
    if "%" in marks:
        value *= 100
    if not places:
        return "".join(automatic(value, locale) if mark in ("@", "General") else _literal(mark) for mark in marks)
    first, last = places[0], places[-1]
    if first and marks[first - 1] == ".":
        first -= 1
    exponent = next((place for place in range(first, last) if marks[place] in ("E+", "E-")), None)
    body = marks[first : exponent if exponent is not None else last + 1]
    before, _, after = "".join(body).partition(".")
    if exponent is not None:
        digits = sum(mark in "0#?" for mark in marks[exponent:])
        text = _scientific(value, after, digits)
    else:
        text = _plain(value, before, after)
    text = text.replace(",", "\u00a0").replace(".", ",") if decimal_comma(locale) else text
    return "".join(map(_literal, marks[:first])) + text + "".join(map(_literal, marks[last + 1 :]))


def _scientific(value: float, after: str, digits: int) -> str:
    mantissa, _, power = f"{value:.{len(after)}e}".partition("e")
    return f"{mantissa}E{power[0]}{int(power[1:]):0{digits}d}"


def _plain(value: float, before: str, after: str) -> str:
    exact = Decimal(repr(float(value))) if not isinstance(value, int) else Decimal(value)
    rounded = exact.quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP)
    whole, _, fraction = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0").rjust(before.count("0"), "0")
    if "," in before:
        whole = f"{int(whole or 0):,}" if whole else whole
    while fraction and after[len(fraction) - 1] in "#?" and fraction.endswith("0"):
        fraction = fraction[:-1]
    return whole + (f".{fraction}" if fraction or after.startswith(("0",)) else "." if after else "")


def _date(value: float, section: Section, words: str) -> str:
    moment = EPOCH + timedelta(days=int(value // 1), seconds=round(value % 1 * 86400))
    marks = section.marks
    noon = any(mark.lower() in ("am/pm", "a/p") for mark in marks)
    text = ""
    for place, mark in enumerate(marks):
        text += _date_part(moment, value, mark, noon, words, minutes=_is_minutes(marks, place))
    return text


def _is_minutes(marks: tuple[str, ...], place: int) -> bool:
    """«m» means minutes after hours and before seconds."""
    if marks[place].strip("m"):
        return False
    before = next((mark for mark in reversed(marks[:place]) if _is_date_mark(mark)), " ")
    after = next((mark for mark in marks[place + 1 :] if _is_date_mark(mark)), " ")
    return before.strip("[]")[0] in "hH" or after[0] == "s"


def _date_part(moment: datetime, value: float, mark: str, noon: bool, words: str, *, minutes: bool) -> str:
    size = len(mark)
    match mark[0]:
        case "y":
            return f"{moment.year % 100:02d}" if size <= 2 else f"{moment.year:04d}"
        case "M" | "m" if minutes:
            return f"{moment.minute:0{min(size, 2)}d}"
        case "M" | "m":
            name = MONTHS[words][moment.month - 1]
            return name if size == 4 else name[:3] if size == 3 else f"{moment.month:0{min(size, 2)}d}"
        case "d":
            name = DAYS[words][moment.weekday()]
            return name if size >= 4 else name[:3] if size == 3 else f"{moment.day:0{min(size, 2)}d}"
        case "h" | "H":
            hour = (moment.hour % 12 or 12) if noon else moment.hour
            return f"{hour:0{min(size, 2)}d}"
        case "s":
            return f"{moment.second:0{min(size, 2)}d}"
    if mark.lower() in ("am/pm", "a/p"):
        return "AM" if moment.hour < 12 else "PM"
    if re.fullmatch(r"\[h+\]", mark):
        return str(round(value * 86400) // 3600)
    return _literal(mark)
