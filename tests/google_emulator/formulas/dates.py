"""Functions of dates and times: days since 1899-12-30, the time of day as a fraction."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.google_emulator.formulas.arrays import Error, Scalar, Value
from tests.google_emulator.formulas.registry import Context, number, scalar, special

ZERO = date(1899, 12, 30)


def _day(context: Context, value: Scalar, name: str) -> date | Error:
    serial = number(context, value, name)
    try:
        return ZERO + timedelta(days=int(serial // 1))
    except OverflowError:
        return Error("NUM", "domain", (name,))


@scalar("DATE", 3)
def _date(context: Context, year: Scalar, month: Scalar, day: Scalar) -> Scalar:
    years, months = int(number(context, year, "DATE")), int(number(context, month, "DATE", 2)) - 1
    years += 1900 if years < 1900 else 0
    try:
        first = date(years + months // 12, months % 12 + 1, 1)
    except (ValueError, OverflowError):
        return Error("NUM", "domain", ("DATE",))
    return (first - ZERO).days + int(number(context, day, "DATE", 3)) - 1


def _part(name: str, take: Any) -> None:
    @scalar(name, 1)
    def run(context: Context, value: Scalar) -> Scalar:
        day = _day(context, value, name)
        return day if isinstance(day, Error) else take(day)


_part("YEAR", lambda day: day.year)
_part("MONTH", lambda day: day.month)
_part("DAY", lambda day: day.day)


@scalar("WEEKDAY", 1, 2)
def _weekday(context: Context, value: Scalar, kind: Scalar = 1) -> Scalar:
    day = _day(context, value, "WEEKDAY")
    if isinstance(day, Error):
        return day
    first = int(number(context, kind, "WEEKDAY", 2))
    return {1: (day.weekday() + 1) % 7 + 1, 2: day.weekday() + 1, 3: day.weekday()}.get(
        first, Error("NUM", "domain", ("WEEKDAY",))
    )


def _clock(name: str, take: Any) -> None:
    @scalar(name, 1)
    def run(context: Context, value: Scalar) -> Scalar:
        return take(round(number(context, value, name) % 1 * 86400) % 86400)


_clock("HOUR", lambda seconds: seconds // 3600)
_clock("MINUTE", lambda seconds: seconds // 60 % 60)
_clock("SECOND", lambda seconds: seconds % 60)


@scalar("TIME", 3)
def _time(context: Context, hour: Scalar, minute: Scalar, second: Scalar) -> Scalar:
    hours, minutes, seconds = (number(context, value, "TIME") for value in (hour, minute, second))
    return (hours * 3600 + minutes * 60 + seconds) % 86400 / 86400


@special("TODAY", 0, steady=False)
def _today(_compile: Any, _nodes: Any, _array: bool) -> Any:
    def run(context: Context) -> Value:
        return int(context.engine.moment // 1)

    return run


@special("NOW", 0, steady=False)
def _now(_compile: Any, _nodes: Any, _array: bool) -> Any:
    def run(context: Context) -> Value:
        return context.engine.moment

    return run
