"""Which days are school days, in which period, and counting along them (DOMAIN 2.7, V01). Pure functions of a
SchoolYear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import date, timedelta
from itertools import combinations

from sync_service.domain.school import Holiday, HolidayKind, Period, SchoolYear, Term

SATURDAY, SUNDAY = 6, 7
_DAY = timedelta(days=1)
_TERM_TITLES = {
    Term.Q1: "I четверть",
    Term.Q2: "II четверть",
    Term.Q3: "III четверть",
    Term.Q4: "IV четверть",
    Term.YEAR: "Год",
    Term.EXAM: "Экзамен",
    Term.FINAL: "Итог",
}


def term_title(term: Term) -> str:
    return _TERM_TITLES[term]


def week_monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def year_of_course(years: Sequence[SchoolYear], since: date) -> SchoolYear:
    """The school year that a course which begins on a day belongs to; in summer the one to come. `years`: oldest
    first, at least one."""
    return next((year for year in years if since <= year.end), years[-1])


def holiday_on(year: SchoolYear, day: date, grade: int) -> Holiday | None:
    """The holiday that this grade has on this day; one of the grade's own goes before one of the whole
    school."""
    found = [holiday for holiday in year.holidays if holiday.start <= day <= holiday.end and _of(holiday, grade)]
    return max(found, key=lambda holiday: bool(holiday.grades), default=None)


def period_of(year: SchoolYear, day: date, grade: int) -> Period | None:
    """The quarter of this grade that holds the day; one of the grade's own goes before one of the whole
    school."""
    found = [period for period in year.periods if period.start <= day <= period.end and _of(period, grade)]
    return max(found, key=lambda period: bool(period.grades), default=None)


def closed_period(year: SchoolYear, day: date, grade: int, closed: Set[Term]) -> Period | None:
    """The quarter of the day if its term is closed for the class (V30)."""
    period = period_of(year, day, grade)
    return period if period is not None and period.term in closed else None


def is_school_day(year: SchoolYear, day: date, grade: int) -> bool:
    """V01: inside the year and a period, no Sunday, no holiday; Saturday only in a six-day week."""
    return (
        year.start <= day <= year.end
        and day.isoweekday() <= (SATURDAY if year.six_day_week else SATURDAY - 1)
        and holiday_on(year, day, grade) is None
        and period_of(year, day, grade) is not None
    )


def school_days(year: SchoolYear, start: date, end: date, grade: int) -> tuple[date, ...]:
    """The school days from `start` to `end`, both included."""
    return tuple(day for day in _days(max(start, year.start), min(end, year.end)) if is_school_day(year, day, grade))


def add_school_days(year: SchoolYear, day: date, count: int, grade: int) -> date:
    """The `count`-th school day after `day`, before it if `count` is negative; `day` itself for 0.

    Where the year has too few days left, its last (first) day."""
    if count > 0:
        days = school_days(year, day + _DAY, year.end, grade)
        return days[count - 1] if len(days) >= count else year.end
    if count < 0:
        days = school_days(year, year.start, day - _DAY, grade)
        return days[count] if len(days) >= -count else year.start
    return day


def before_holidays(year: SchoolYear, day: date, grade: int) -> bool:
    """V08: whether vacations or a public holiday begin before the next school day; an ordinary weekend does not
    count."""
    return _rests(year, day + _DAY, add_school_days(year, day, 1, grade), grade)


def after_holidays(year: SchoolYear, day: date, grade: int) -> bool:
    """V08: whether vacations or a public holiday have ended since the school day before."""
    return _rests(year, add_school_days(year, day, -1, grade) + _DAY, day, grade)


def _rests(year: SchoolYear, start: date, end: date, grade: int) -> bool:
    """Whether a day from `start` to before `end` is one of vacations, also those between two quarters, or a public
    holiday."""
    resting = (HolidayKind.VACATION, HolidayKind.PUBLIC)
    for day in _days(start, end - _DAY):
        holiday = holiday_on(year, day, grade)
        if period_of(year, day, grade) is None or (holiday is not None and holiday.kind in resting):
            return True
    return False


def validate(year: SchoolYear) -> tuple[str, ...]:
    """Everything that is wrong with a calendar, as Russian sentences; empty if nothing is."""
    return tuple(_mistakes(year))


def _mistakes(year: SchoolYear) -> Iterator[str]:
    if year.end <= year.start:
        yield f"Учебный год кончается ({year.end:%d.%m.%Y}) не позже, чем начинается ({year.start:%d.%m.%Y})."
        return
    if not year.periods:
        yield "В календаре нет ни одной четверти."
    spans: tuple[Period | Holiday, ...] = (*year.periods, *year.holidays)
    for span in spans:
        if span.end < span.start:
            yield f"{_named(span)}: конец раньше начала."
        elif span.start < year.start or span.end > year.end:
            yield f"{_named(span)}: выходит за учебный год ({year.start:%d.%m.%Y}–{year.end:%d.%m.%Y})."
    for one, two in combinations(year.periods, 2):
        if _for_same_pupils(one, two):
            if one.term == two.term:
                yield f"{_named(one)} и {_named(two)}: одна и та же четверть дважды."
            if _meet(one, two):
                yield f"{_named(one)} и {_named(two)} пересекаются."
    for first, second in combinations(year.holidays, 2):
        # a public holiday or a quarantine within the vacations is no mistake, twice the same kind is
        if first.kind == second.kind and _for_same_pupils(first, second) and _meet(first, second):
            yield f"{_named(first)} и {_named(second)} пересекаются."


def _meet(one: Period | Holiday, two: Period | Holiday) -> bool:
    return one.start <= two.end and two.start <= one.end


def _for_same_pupils(one: Period | Holiday, two: Period | Holiday) -> bool:
    """Both for everybody, or both for one grade. A grade's own span may well lie within everybody's: it goes
    first."""
    return bool(set(one.grades) & set(two.grades)) or not (one.grades or two.grades)


def _named(span: Period | Holiday) -> str:
    return f"«{span.title}» ({span.start:%d.%m.%Y}–{span.end:%d.%m.%Y})"


def _of(span: Period | Holiday, grade: int) -> bool:
    return not span.grades or grade in span.grades


def _days(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += _DAY
