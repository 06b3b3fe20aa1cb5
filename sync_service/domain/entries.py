"""What may stand in a cell of the grid: the closed table of spellings, and nothing else.

Every spelling that is accepted, and every one that is refused for a reason of its own, is a key of one dict,
built once (DOMAIN 2.3 and "Settled where the sources leave a choice"; CASES T-C1..T-C20). Text that is no key
is refused; the patterns below the table only find the best sentence for the refusal, they never accept
anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from sync_service.domain.problems import Code
from sync_service.domain.spelling import cell_text, cyrillic, digit_twins, has_foreign_digit

Raw = str | int | float | bool | date | datetime | time | timedelta | None

ABSENT, DEBT, EXEMPT, NOT_ATTESTED, PASSED, FAILED = "н", ".", "осв", "н/а", "зач", "нез"
ILL = "б"
ABSENCES = (ABSENT, ILL, "ув", "нп", "оп", EXEMPT)
MISSED = frozenset(ABSENCES) - {"оп", EXEMPT}  # the pupil was away: «оп» is late, «осв» is released
REASONS = MISSED - {ABSENT}  # why: what the class teacher knows
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050  # 2000..2099 as day numbers of a spreadsheet: no mark is so large
EPOCH = date(1899, 12, 30)  # day 0 of Excel, LibreOffice and Google
LONGEST = 64  # characters; the cache must not keep pasted novels


class Refusal(NamedTuple):
    """A cell that is not understood. `detail`: a suggestion («4/5»), both readings of a date, or a limit."""

    code: Code
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One understood cell. A blank one is present without a mark.

    `tails` are what the teacher wrote after each mark: "", "+", "-" or ",5"; kept as written, the mark counts
    whole. An empty tuple means no tails at all."""

    marks: tuple[int, ...] = ()
    absence: str = ""
    verdict: str = ""
    debt: bool = False
    tails: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The canonical text: «5», «4/5», «н», «н5», «н4/5», «.», «н/.», «зач», «нез», "" blank."""
        tails = self.tails or ("",) * len(self.marks)
        marks = "/".join(f"{mark}{tail}" for mark, tail in zip(self.marks, tails, strict=True))
        debt = f"{'/' if self.absence else ''}{DEBT}" if self.debt else ""
        return f"{self.absence}{marks}{self.verdict}{debt}"


@dataclass(frozen=True, slots=True)
class EntryRules:
    """What the course, the work and the school's policy allow (DOMAIN 2.3, 2.4)."""

    points: bool = True
    verdicts: bool = False
    two_marks: bool = True
    signs: bool = False
    fractions: bool = False
    mark_one: bool = False
    reasons: bool = True  # «б», «ув», «нп»; else they are left to the class teacher (V05)


def read_entry(raw: Raw, rules: EntryRules) -> Entry | Refusal:
    """What a cell of the grid says, or why it says nothing. Never raises, never guesses."""
    found = _classify(raw)
    refusal = found if isinstance(found, Refusal) else _forbidden(found, rules)
    if refusal is None:
        return found
    if refusal.code is Code.ENTRY_FRACTION and rules.fractions:
        return Refusal(Code.ENTRY_OUT_OF_SCALE)  # «5,5»: whatever may be accepted is in the table
    return _suggesting_only_what_is_allowed(refusal, rules)


def read_final(raw: Raw, rules: EntryRules) -> str | Refusal:
    """The canonical text of a final mark: a mark, н/а, осв, зач, нез or "" (DOMAIN 2.3, V17)."""
    found = _classify(raw)
    if isinstance(found, Refusal):
        return NOT_ATTESTED if found.code is Code.ENTRY_NOT_ATTESTED else Refusal(Code.FINAL_UNKNOWN)
    if len(found.marks) == 1 and not found.absence and not found.tails:
        if not rules.points:
            return Refusal(Code.FINAL_NO_POINTS)
        return Refusal(Code.FINAL_UNKNOWN) if found.marks == (1,) and not rules.mark_one else found.text
    if found == Entry() or found == Entry(absence=EXEMPT) or (found.verdict and rules.verdicts):
        return found.text
    return Refusal(Code.FINAL_UNKNOWN)


def entry_of(canonical: str) -> Entry:
    """The entry that a canonical text names. Raises ValueError for any other: not for people's cells."""
    found = Entry() if canonical == "" else _TABLE.get(canonical)
    if not isinstance(found, Entry) or found.text != canonical:
        raise ValueError(f"not a canonical entry: {canonical!r}")
    return found


def _forbidden(entry: Entry, rules: EntryRules) -> Refusal | None:
    """Why the rules of this very cell forbid an entry that is well written."""
    signed = any(tail in ("+", "-") for tail in entry.tails)
    fractional = any("," in tail for tail in entry.tails)
    broken = (
        (entry.marks and not rules.points, Refusal(Code.ENTRY_NO_POINTS)),
        (entry.verdict and not rules.verdicts, Refusal(Code.ENTRY_UNKNOWN)),
        (entry.absence in REASONS and not rules.reasons, Refusal(Code.ENTRY_REASON)),
        (fractional and not rules.fractions, Refusal(Code.ENTRY_FRACTION, _two_marks_instead(entry))),
        (signed and not rules.signs, Refusal(Code.ENTRY_SIGNED, Entry(entry.marks, entry.absence).text)),
        (1 in entry.marks and not rules.mark_one, Refusal(Code.ENTRY_OUT_OF_SCALE)),
        (len(entry.marks) > 1 and not rules.two_marks, Refusal(Code.ENTRY_TWO_MARKS)),
    )
    return next((refusal for is_broken, refusal in broken if is_broken), None)


def _suggesting_only_what_is_allowed(refusal: Refusal, rules: EntryRules) -> Refusal:
    meant = _TABLE.get(refusal.detail)
    if not isinstance(meant, Entry) or _forbidden(meant, rules) is None:
        return refusal
    whole = Entry(meant.marks, meant.absence)
    return Refusal(refusal.code, whole.text if _forbidden(whole, rules) is None else "")


# --- from raw cells to the table ----------------------------------------------------------------------------


def _classify(raw: Raw) -> Entry | Refusal:
    if isinstance(raw, bool):
        return Refusal(Code.ENTRY_BOOLEAN)
    if isinstance(raw, int | float):
        raw = _number_text(raw)
    if isinstance(raw, str):
        return _remembered(raw) if len(raw) <= LONGEST else _classify_text(raw)
    return Entry() if raw is None else _became_date(*_two_numbers(raw))


def _two_numbers(moment: date | time | timedelta) -> tuple[int, int]:
    """What was typed before a spreadsheet made a date of it («4/5») or a time («4:05»)."""
    if isinstance(moment, date):  # a datetime too
        return moment.day, moment.month
    if isinstance(moment, time):
        return moment.hour, moment.minute
    return divmod(int(moment.total_seconds()) // 60, 60)


def _number_text(number: float) -> str:
    """A number as a person would have typed it: 5.0 is «5», 4.5 is «4.5»."""
    if abs(number) > 1e15:
        return "9" * 16  # out of any scale; Python refuses to print really long integers
    return str(int(number)) if isinstance(number, int) or number.is_integer() else repr(number)


def _classify_text(raw: str) -> Entry | Refusal:
    text = cell_text(raw)
    if not text:
        return Entry()
    folded = text.casefold()
    return _TABLE.get(folded) or _TABLE.get(cyrillic(text).casefold()) or _why_unknown(text, folded)


_remembered = lru_cache(maxsize=4096)(_classify_text)


# --- the table ----------------------------------------------------------------------------------------------

_SPELLINGS = {
    "н": ("н", "нб", "н/б", "н.", "отс", "отс."),
    "б": ("б", "б.", "нб-б", "бол", "бол."),
    "ув": ("ув", "ув.", "у", "уп"),
    "нп": ("нп", "нп.", "нн"),
    "оп": ("оп", "оп."),
    "осв": ("осв", "осв."),
}
_VERDICTS = {
    PASSED: ("зач", "зач.", "зачёт", "зачет", "+"),
    FAILED: ("нез", "нез.", "незач", "незач.", "незачёт", "незачет", "-"),
}
_DEBTS = (".", "•")
_AWAY_AND_OWES = ("н/.", "н/•", "н .", "н •", "н•")  # «н.» is an abbreviation of «н»
_BETWEEN_MARKS = ("/", " / ", "/ ", " /", " ")
_DIGITS = "12345"


def _build() -> dict[str, Entry | Refusal]:
    table: dict[str, Entry | Refusal] = {}
    for absence, spellings in _SPELLINGS.items():
        table |= dict.fromkeys(spellings, Entry(absence=absence))
    for verdict, spellings in _VERDICTS.items():
        table |= dict.fromkeys(spellings, Entry(verdict=verdict))
    table |= dict.fromkeys(_DEBTS, Entry(debt=True))
    table |= dict.fromkeys(_AWAY_AND_OWES, Entry(absence=ABSENT, debt=True))
    table |= dict.fromkeys(("н/а", "на", "н/а.", "н.а."), Refusal(Code.ENTRY_NOT_ATTESTED))
    table |= dict.fromkeys(("о", "о."), Refusal(Code.ENTRY_AMBIGUOUS_O))
    for text, marks, tails in _mark_spellings():
        entry = Entry(marks, tails=tails if any(tails) else ())
        absent = Entry(marks, ABSENT, tails=entry.tails)
        table[text] = entry
        table |= dict.fromkeys((f"н{text}", f"н/{text}", f"н {text}", f"{text}н", f"{text}/н", f"{text} н"), absent)
    for text, refusal in _known_mistakes():
        table.setdefault(text, refusal)
    return table


def _mark_spellings() -> Iterator[tuple[str, tuple[int, ...], tuple[str, ...]]]:
    """(text, marks, tails) of every way to write one mark or two."""
    signed = [(digit + sign, int(digit), sign) for digit in _DIGITS for sign in ("", "+", "-")]
    for text, mark, tail in signed:
        yield text, (mark,), (tail,)
    for (one, first, tail), (two, second, second_tail) in product(signed, signed):
        for between in _BETWEEN_MARKS:
            yield f"{one}{between}{two}", (first, second), (tail, second_tail)
    for digit in _DIGITS:
        yield f"{digit}.0", (int(digit),), ("",)
        yield f"{digit},0", (int(digit),), (",0",)  # a spreadsheet writes 5.0; «5,0» is a person's fraction
    for digit, fraction, comma in product("1234", "123456789", ",."):
        yield f"{digit}{comma}{fraction}", (int(digit),), (f",{fraction}",)


def _known_mistakes() -> Iterator[tuple[str, Refusal]]:
    """Spellings refused for a reason that the patterns below cannot tell."""
    for one, two in product(_SPELLINGS, repeat=2):
        for between in ("", " ", "/", ",", ", ", ";", "+", "-"):
            if one != two or between:
                yield f"{one}{between}{two}", Refusal(Code.ENTRY_TWO_CODES)
    for one, two in product(_DIGITS, repeat=2):
        for between in ("-", ";", "; ", ", ", "\\", "|", "+", "и", " и "):
            yield f"{one}{between}{two}", Refusal(Code.ENTRY_TWO_DIGITS, f"{one}/{two}")
        if "1" not in (one, two):  # 10, 11, 12 are rather marks of another scale
            yield f"{one}{two}", Refusal(Code.ENTRY_TWO_DIGITS, f"{one}/{two}")
            yield f"н{one}{two}", Refusal(Code.ENTRY_TWO_DIGITS, f"н{one}/{two}")
    for digit in _DIGITS:
        yield f"{digit}.", Refusal(Code.ENTRY_UNKNOWN, digit)
        yield f"{digit},", Refusal(Code.ENTRY_UNKNOWN, digit)
        for code in ("б", "ув", "нп"):
            yield f"{code}{digit}", Refusal(Code.ENTRY_UNKNOWN, f"н{digit}")  # the reason goes to «Пропуски»
            yield f"{digit}{code}", Refusal(Code.ENTRY_UNKNOWN, f"н{digit}")
        for sign in "+-":
            yield f"{sign}{digit}", Refusal(Code.ENTRY_LEADING_SIGN, f"{digit}{sign}")
    for numeral, digit in (("ii", "2"), ("iii", "3"), ("iv", "4"), ("v", "5")):
        yield numeral, Refusal(Code.ENTRY_FOREIGN_DIGIT, digit)
    for word in ("true", "false", "истина", "ложь"):
        yield word, Refusal(Code.ENTRY_BOOLEAN)
    for word in ("loading...", "loading…", "загрузка...", "загрузка…"):
        yield word, Refusal(Code.ENTRY_FORMULA)


_TABLE = _build()


# --- why a text is not in the table -------------------------------------------------------------------------

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?", re.ASCII)
_OUT_OF_SCALE = re.compile(r"(?:н[ /]?)?\d+(?:[ /]\d+)?|\d+(?:[ /]\d+)?[ /]?н", re.ASCII)
_LIKE_DIGITS = re.compile(r"н?[ /]?\d[\d /+,.-]*н?", re.ASCII)
_DAY_MONTH = re.compile(
    r"(?:(?P<day>[0-3]?\d)[./-](?P<month>[01]?\d)[./-](?:\d{4}|\d\d)"  # 04.05.2026
    r"|(?P<day2>[0-3]\d)[./](?P<month2>[01]\d)"  # 04.05
    r"|\d{4}-(?P<month3>\d\d)-(?P<day3>\d\d)(?:[ t]\d\d:\d\d(?::\d\d)?)?)",  # 2026-05-04 00:00:00
    re.ASCII,
)
_NAMED_MONTH = re.compile(
    r"\d{1,2}[ .-]?(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).*"
)


def _why_unknown(text: str, folded: str) -> Refusal:
    """The refusal with the most helpful sentence for a normalised text that is not in the table."""
    if folded.startswith(("#", "=")):
        return Refusal(Code.ENTRY_FORMULA)
    if has_foreign_digit(folded):
        return Refusal(Code.ENTRY_FOREIGN_DIGIT)
    return _as_date(folded) or _as_number(folded) or _as_twins(text, folded) or Refusal(Code.ENTRY_UNKNOWN)


def _as_date(folded: str) -> Refusal | None:
    if (day := _DAY_MONTH.fullmatch(folded)) is not None:
        (_, first), (_, second) = sorted((name, int(part)) for name, part in day.groupdict().items() if part)
        return _became_date(first, second)
    return Refusal(Code.ENTRY_BECAME_DATE) if _NAMED_MONTH.fullmatch(folded) else None


def _as_number(folded: str) -> Refusal | None:
    if not _NUMBER.fullmatch(folded):
        return Refusal(Code.ENTRY_OUT_OF_SCALE) if _OUT_OF_SCALE.fullmatch(folded) else None
    if folded[0] in "+-":
        return Refusal(Code.ENTRY_LEADING_SIGN)
    whole, _, rest = folded.replace(",", ".").partition(".")
    if len(whole) == 5 and whole.isdigit() and FIRST_SERIAL <= int(whole) <= LAST_SERIAL:
        day = EPOCH + timedelta(days=int(whole))
        return _became_date(day.day, day.month)
    return Refusal(Code.ENTRY_FRACTION if rest else Code.ENTRY_OUT_OF_SCALE)


def _as_twins(text: str, folded: str) -> Refusal | None:
    twin = digit_twins(text).casefold()
    if twin in (text, folded) or not _LIKE_DIGITS.fullmatch(twin):
        return None
    meant = _TABLE.get(twin)
    return Refusal(Code.ENTRY_LOOKALIKE_DIGIT, meant.text if isinstance(meant, Entry) else "")


def _two_marks_instead(fraction: Entry) -> str:
    """«4,5» as «4/5», "" if it cannot have been meant as two marks."""
    pair = fraction.text.replace(",", "/")
    meant = _TABLE.get(pair)
    return pair if isinstance(meant, Entry) and 1 not in meant.marks else ""


def _became_date(first: int, second: int) -> Refusal:
    """Both readings, for whichever order of day and month the spreadsheet believed in (CASES T-C7)."""
    if not (1 <= first <= 5 and 1 <= second <= 5):
        return Refusal(Code.ENTRY_BECAME_DATE)
    readings = dict.fromkeys((f"«{first}/{second}»", f"«{second}/{first}»"))
    return Refusal(Code.ENTRY_BECAME_DATE, " или ".join(readings))
