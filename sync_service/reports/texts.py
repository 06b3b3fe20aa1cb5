"""Russian words of the reports: months, dates, lists of classes."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip

MONTHS_OF = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def alphabetical(name: str) -> str:
    """A key to sort names by: «Ё» stands with «Е», where people look for it."""
    return name.casefold().replace("ё", "е")


def day(value: date) -> str:
    """«05.10.2026»."""
    return f"{value:%d.%m.%Y}"


def span(start: date, end: date) -> str:
    """«октябрь 2026 г.» for a whole calendar month, else «01.10.2026 – 15.10.2026»."""
    whole = start.day == 1 and end == start.replace(day=monthrange(start.year, start.month)[1])
    return f"{MONTHS[start.month - 1]} {start.year} г." if whole else f"{day(start)} – {day(end)}"


def class_list(codes: Sequence[str]) -> str:
    """«класс 9А» or «классы: 1А, 2А, 3А»."""
    return f"класс {codes[0]}" if len(codes) == 1 else "классы: " + ", ".join(codes)


def counted(number: int, one: str, few: str, many: str) -> str:
    """«1 урок», «3 урока», «11 уроков»."""
    last, tail = number % 10, number % 100
    if last == 1 and tail != 11:
        return f"{number} {one}"
    return f"{number} {few if 2 <= last <= 4 and not 12 <= tail <= 14 else many}"
