"""Readers of the cells that are not marks: dates, numbers, yes and no, choices, texts. Raw cell in, canonical
text out.

Each returns the canonical text ("" for a blank cell) or a Refusal with the code that the caller's column
deserves. A raw cell is a str, a number, a bool, a date, a time, a timedelta or None; anything else is
refused, never an exception.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sync_service.domain.entries import EPOCH, Refusal
from sync_service.domain.problems import Code
from sync_service.domain.spelling import cell_text, composed

TEXT_LIMIT = 4000  # characters (CASES T-C23)
YES, NO = "да", "нет"
NONE_SET = "—"  # homework: nothing was set
EARLIEST, LATEST = (
    date(1950, 1, 1),
    date(2099, 12, 31),
)  # a date outside is a typing error, or 5 formatted as a date

_YES = ("да", "д", "yes", "y", "true", "истина", "+", "v", "✓", "✔", "☑", "✅")
_NO = ("нет", "no", "false", "ложь", "-")
_FLAGS = dict.fromkeys(_YES, YES) | dict.fromkeys(_NO, NO)
_NO_HOMEWORK = frozenset({"-", "нет", "не задано", "не задано.", "без задания", "не задавать"})

_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d\d)?)?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)(?::00)?", re.ASCII)
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,9}(?:[.,]\d{1,6})?", re.ASCII)


def read_date(raw: object, code: Code, default_year_span: tuple[date, date]) -> str | Refusal:
    """ISO date. A day and month without a year are the one such day within the span (the school year)."""
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        raw = _date_of_serial(raw)
    if isinstance(raw, str):
        text = cell_text(raw)
        if not text:
            return ""
        raw = _date_of_text(text, default_year_span)
    if raw is None:
        return ""
    return raw.isoformat() if isinstance(raw, date) and EARLIEST <= raw <= LATEST else Refusal(code)


def read_integer(raw: object, low: int, high: int, code: Code) -> str | Refusal:
    """A whole number from `low` to `high`; the refusal's detail names both."""
    text = _short(raw)
    if text == "" or (text is not None and _INTEGER.fullmatch(text) and low <= int(text) <= high):
        return str(int(text)) if text else ""
    return Refusal(code, f"от {low} до {high}")


def read_decimal(raw: object, low: Decimal, high: Decimal, code: Code) -> str | Refusal:
    """A decimal fraction from `low` to `high` with a comma and without trailing zeros: «4,5»."""
    text = _short(raw)
    if text == "":
        return ""
    if text is not None and _DECIMAL.fullmatch(text):
        number = Decimal(text.replace(",", "."))
        if low <= number <= high:
            return decimal_text(number)
    return Refusal(code, f"от {decimal_text(low)} до {decimal_text(high)}")


def read_time(raw: object, code: Code) -> str | Refusal:
    """«08:30». A spreadsheet hands over a time, a part of a day as a number, or text («8:30», «8.30»)."""
    if isinstance(raw, datetime):
        raw = raw.time()
    if isinstance(raw, timedelta):
        raw = raw / timedelta(days=1)
    if isinstance(raw, float) and 0 < raw < 1:
        minutes = round(raw * 24 * 60) % (24 * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if isinstance(raw, time):
        return f"{raw:%H:%M}"
    if raw is None:
        return ""
    if isinstance(raw, str):
        text = cell_text(raw)
        if not text:
            return ""
        clock = _CLOCK.fullmatch(text)
        if clock and int(clock[1]) < 24 and int(clock[2]) < 60:
            return f"{int(clock[1]):02d}:{clock[2]}"
    return Refusal(code, "например, 08:30")


def read_flag(raw: object, code: Code) -> str | Refusal:
    """«да» or «нет», from a closed table of the ways people tick a box."""
    if isinstance(raw, bool):
        return YES if raw else NO
    text = _short(raw)
    if text == "":
        return ""
    return _FLAGS.get((text or "").casefold()) or Refusal(code, "да или нет")


def read_choice(raw: object, choices: Iterable[str], code: Code) -> str | Refusal:
    """One of `choices`, spelled as there; the case that was typed does not matter."""
    text = _short(raw)
    if text == "":
        return ""
    allowed = tuple(choices)
    known = {cell_text(choice).casefold(): choice for choice in allowed}
    return known.get((text or "").casefold()) or Refusal(code, ", ".join(allowed))


def read_text(raw: object, limit: int = TEXT_LIMIT, code: Code = Code.LESSON_TEXT) -> str | Refusal:
    """A text for people: composed, line ends kept, runs of spaces collapsed, nothing that cannot be seen.

    Formulas, tags and quotes stay as they are: whoever shows a text makes it inert (CASES T-C25)."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | date | time | None):
        return Refusal(code)
    text = tidy(raw) if isinstance(raw, str) else plain(raw)
    return text if len(text) <= limit else Refusal(code, str(limit))


def read_homework(raw: object, limit: int = TEXT_LIMIT) -> str | Refusal:
    """A text, or «—» for the usual ways to say that nothing was set."""
    text = read_text(raw, limit)
    return NONE_SET if isinstance(text, str) and cell_text(text).casefold() in _NO_HOMEWORK else text


def plain(raw: float | date | time | None) -> str:
    """What a cell with a number, a date or a time shows: 5.0 is «5», 4.5 is «4,5», a date «12.10.2026»."""
    if raw is None:
        return ""
    if isinstance(raw, datetime):
        return f"{raw:%d.%m.%Y}" if raw.time() == time() else f"{raw:%d.%m.%Y %H:%M}"
    if isinstance(raw, date):
        return f"{raw:%d.%m.%Y}"
    if isinstance(raw, time):
        return f"{raw:%H:%M}"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    return str(raw).replace(".", ",")


def decimal_text(number: Decimal) -> str:
    """4.50 as «4,5»: how a decimal stands in a cell and in a message."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def tidy(text: str) -> str:
    """`read_text` for a str, without its limit. Tidying twice changes nothing."""
    text = composed(text.replace("\r\n", "\n"))
    if not text.isprintable():  # else every character stays as it is
        text = "".join(_visible(character) for character in text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip("\n"))
    return composed(text)


def _visible(character: str) -> str:
    if character in "\n\r\v\f\x85\u2028\u2029":
        return "\n"
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    if character == "\u200d":  # joins emoji into one; a text may have them
        return character
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def _short(raw: object) -> str | None:
    """The normalised text of a one-line cell; None if the cell holds something that is no text or number."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        return cell_text(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 1e15:
        return plain(raw)
    return None


def _date_of_serial(number: float) -> date | bool:
    """The day behind a spreadsheet's day number; False if it cannot be one («2026» is a year, not a day)."""
    low, high = (EARLIEST - EPOCH).days, (LATEST - EPOCH).days
    return EPOCH + timedelta(days=int(number)) if low <= number <= high and int(number) == number else False


def _date_of_text(text: str, span: tuple[date, date]) -> date | bool:
    if iso := _ISO.fullmatch(text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3])) or False
    dotted = _DOTTED.fullmatch(text)
    if dotted is None:
        return False
    day, month, year = int(dotted[1]), int(dotted[2]), dotted[3]
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day) or False
    start, end = span
    within = [
        found
        for candidate in range(start.year, end.year + 1)
        if (found := _day(candidate, month, day)) is not None and start <= found <= end
    ]
    return within[0] if len(within) == 1 else False


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
