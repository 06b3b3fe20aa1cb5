"""The record in the words of a family: dates, absences, homework with its links. Text in, text out."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from markupsafe import Markup, escape

from sync_service.domain.school import SchoolYear, Term

WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip

# DOMAIN 2.3, spelt out: a family does not read codes
ABSENCES = {
    "н": "не был(а)",
    "б": "болезнь",
    "ув": "уважительная причина",
    "нп": "без уважительной причины",
    "оп": "опоздание",
    "осв": "освобождение",
}
DEBT = "долг"
FINALS = {"н/а": "не аттестован(а)", "осв": "освобождение", "зач": "зачёт", "нез": "незачёт"}
NO_HOMEWORK = "—"

_TERMS = {
    Term.Q1: "I четверть", Term.Q2: "II четверть", Term.Q3: "III четверть", Term.Q4: "IV четверть",
    Term.YEAR: "год", Term.EXAM: "экзамен", Term.FINAL: "итог",
}  # fmt: skip

_LINK = re.compile(r"https?://[^\s<>\"'«»]+", re.IGNORECASE)
_NOT_OF_A_LINK = ".,;:!?…)]}"


def absence(code: str) -> str:
    """A code nobody has explained here yet is better read as it stands than not at all."""
    return ABSENCES.get(code, code)


def final(value: str) -> str:
    return FINALS.get(value, value)


def weekday(day: date) -> str:
    return WEEKDAYS[day.weekday()]


def day_month(day: date) -> str:
    """«12 октября»"""
    return f"{day.day} {MONTHS[day.month - 1]}"


def short_day(day: date) -> str:
    """«12.10»"""
    return f"{day:%d.%m}"


def span(start: date, end: date) -> str:
    """«12–16 октября», «28 сентября – 2 октября»"""
    if start.month == end.month:
        return f"{start.day}–{day_month(end)}"
    return f"{day_month(start)} – {day_month(end)}"


def moment(at: datetime) -> str:
    """«05.11, 18:02» in the school's zone"""
    return f"{timezone.localtime(at):%d.%m, %H:%M}"


def moment_of_day(at: datetime) -> str:
    """«18:02» in the school's zone"""
    return f"{timezone.localtime(at):%H:%M}"


def clock(at: time) -> str:
    """«8:30»"""
    return f"{at.hour}:{at:%M}"


def decimal(value: Decimal) -> str:
    return f"{value:.2f}".replace(".", ",")


def term(value: Term) -> str:
    return _TERMS[value]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def current_period(year: SchoolYear, today: date) -> str:
    """The title of the period of `today`, or of the last one begun: between two quarters families still look
    at the one that has just ended. "" before the first."""
    begun = [period for period in year.periods if period.start <= today]
    return max(begun, key=lambda period: period.start).title if begun else ""


def teacher_text(text: str) -> Markup:
    """What a teacher typed, safe to show: escaped, line breaks kept, http and https addresses made links."""
    parts, at = [], 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(_NOT_OF_A_LINK)
        parts += [escape(text[at : found.start()]), _link(address)]
        at = found.start() + len(address)
    parts.append(escape(text[at:]))
    return Markup("<br>\n").join(Markup("").join(parts).splitlines())


def _link(address: str) -> Markup:
    return Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(address)
