"""Which days are school days, in which period, and counting along them (DOMAIN 2.7, V01). Pure functions of a
SchoolYear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from itertools import combinations, product
from typing import NamedTuple

from sync_service.domain.school import Bell, Course, Holiday, HolidayKind, Period, SchoolYear, Term, WorkingDay

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


Span = Period | Holiday | WorkingDay


class Mistake(NamedTuple):
    """What is wrong with a calendar, a Russian sentence, and the parts of it that it is about, if any."""

    spans: tuple[Span, ...]
    sentence: str


def term_title(term: Term) -> str:
    return _TERM_TITLES[term]


def week_monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def year_of_course(years: Sequence[SchoolYear], since: date) -> SchoolYear:
    """The school year that a course which begins on a day belongs to; in summer the one to come. `years`: oldest
    first, at least one."""
    return next((year for year in years if since <= year.end), years[-1])


def holiday_on(year: SchoolYear, day: date, grade: int, school_class: str = "") -> Holiday | None:
    """The holiday that this grade (and class, if told) has on this day; its own goes before one of the whole school."""
    found = [one for one in year.holidays if one.start <= day <= one.end and _of(one, grade, school_class)]
    return max(found, key=_own, default=None)


def working_day_on(year: SchoolYear, day: date, grade: int, school_class: str = "") -> WorkingDay | None:
    """By whose timetable this grade (and class, if told) is taught on this day, where that is not its own."""
    found = [one for one in year.working_days if one.day == day and _of(one, grade, school_class)]
    return max(found, key=_own, default=None)


def weekday_taught(year: SchoolYear, day: date, grade: int, school_class: str = "") -> int:
    """Of which weekday the timetable holds on a day, Monday is 1."""
    working = working_day_on(year, day, grade, school_class)
    return day.isoweekday() if working is None else working.weekday


def bells_on(bells: Iterable[Bell], day: date) -> dict[int, Bell]:
    """The bells of a day by number of the lesson. What was said for fewer days goes before the usual: the later
    beginning, then the sooner end."""
    there = [one for one in bells if (one.since or date.min) <= day <= (one.until or date.max)]
    there.sort(key=lambda one: (one.since or date.min, -(one.until or date.max).toordinal()))
    return {one.slot: one for one in there}


def period_of(year: SchoolYear, day: date, grade: int) -> Period | None:
    """The quarter of this grade that holds the day; one of the grade's own goes before one of the whole
    school."""
    found = [period for period in year.periods if period.start <= day <= period.end and _of(period, grade)]
    return max(found, key=lambda period: bool(period.grades), default=None)


def closed_period(year: SchoolYear, day: date, grade: int, closed: Set[Term]) -> Period | None:
    """The quarter of the day if its term is closed for the class (V30)."""
    period = period_of(year, day, grade)
    return period if period is not None and period.term in closed else None


def closed_for(classes: Iterable[str], closed: Mapping[str, Set[Term]]) -> frozenset[Term]:
    """The terms that are closed for a course: for any of its classes. `closed`: by class."""
    return frozenset(term for one in classes for term in closed.get(one, ()))


def is_school_day(year: SchoolYear, day: date, grade: int, school_class: str = "") -> bool:
    """V01: inside the year and a period, no Sunday, no holiday; Saturday only in a six-day week, or if the calendar
    makes it a working day."""
    return (
        year.start <= day <= year.end
        and (
            day.isoweekday() <= (SATURDAY if year.six_day_week else SATURDAY - 1)
            or working_day_on(year, day, grade, school_class) is not None
        )
        and holiday_on(year, day, grade, school_class) is None
        and period_of(year, day, grade) is not None
    )


def taught_on(year: SchoolYear, day: date, course: Course) -> int | None:
    """Of which weekday the timetable holds for a course on a day: of the first of its classes that has school, since
    the others go on without one that is on holiday. None if none has."""
    at_school = (of for of in course.audiences if is_school_day(year, day, *of))
    first = next(at_school, None)
    return None if first is None else weekday_taught(year, day, *first)


def school_days(year: SchoolYear, start: date, end: date, grade: int, school_class: str = "") -> tuple[date, ...]:
    """The school days from `start` to `end`, both included."""
    days = days_between(max(start, year.start), min(end, year.end))
    return tuple(day for day in days if is_school_day(year, day, grade, school_class))


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
    for day in days_between(start, end - _DAY):
        holiday = holiday_on(year, day, grade)
        if period_of(year, day, grade) is None or (holiday is not None and holiday.kind in resting):
            return True
    return False


def validate(year: SchoolYear) -> tuple[Mistake, ...]:
    """Everything that is wrong with a calendar; empty if nothing is."""
    return tuple(_mistakes(year))


def _mistakes(year: SchoolYear) -> Iterator[Mistake]:
    if year.end <= year.start:
        told = f"Учебный год кончается ({year.end:%d.%m.%Y}) не позже, чем начинается ({year.start:%d.%m.%Y})."
        yield Mistake((), told)
        return
    if not year.periods:
        yield Mistake((), "В календаре нет ни одной четверти.")
    spans: tuple[Span, ...] = (*year.periods, *year.holidays, *year.working_days)
    for span in spans:
        start, end = _ends(span)
        if end < start:
            yield Mistake((span,), f"{_named(span)}: конец раньше начала.")
        elif start < year.start or end > year.end:
            outside = f"выходит за учебный год ({year.start:%d.%m.%Y}–{year.end:%d.%m.%Y})."
            yield Mistake((span,), f"{_named(span)}: {outside}")
    yield from _contradictions(year)


def _contradictions(year: SchoolYear) -> Iterator[Mistake]:
    """Of two parts of a calendar that are right by themselves."""
    for one, two in combinations(year.periods, 2):
        if _for_same_pupils(one, two):
            if one.term == two.term:
                yield Mistake((one, two), f"{_named(one)} и {_named(two)}: одна и та же четверть дважды.")
            if _meet(one, two):
                yield Mistake((one, two), f"{_named(one)} и {_named(two)} пересекаются.")
    for first, second in combinations(year.holidays, 2):
        # a public holiday or a quarantine within the vacations is no mistake, twice the same kind is
        if first.kind == second.kind and _for_same_pupils(first, second) and _meet(first, second):
            yield Mistake((first, second), f"{_named(first)} и {_named(second)} пересекаются.")
    for working in year.working_days:
        if not any(period.start <= working.day <= period.end for period in year.periods):
            yield Mistake((working,), f"{_named(working)} не входит ни в одну четверть: уроков не будет.")
    for working, other in combinations(year.working_days, 2):
        if _for_same_pupils(working, other) and _meet(working, other):
            yield Mistake((working, other), f"{_named(working)} и {_named(other)} пересекаются.")
    for working, holiday in product(year.working_days, year.holidays):
        if _meet(working, holiday) and not (_own(working) and _own(holiday) and not _for_same_pupils(working, holiday)):
            told = f"{_named(working)} приходится на «{holiday.title}»: уроков не будет."
            yield Mistake((working, holiday), told)


def _ends(span: Span) -> tuple[date, date]:
    return (span.day, span.day) if isinstance(span, WorkingDay) else (span.start, span.end)


def _meet(one: Span, two: Span) -> bool:
    (start, end), (other_start, other_end) = _ends(one), _ends(two)
    return start <= other_end and other_start <= end


def _for_same_pupils(one: Span, two: Span) -> bool:
    """Both for everybody, or both for one grade or class. A grade's own span may well lie within everybody's: it goes
    first."""
    common = (set(one.grades) & set(two.grades)) | (set(_classes(one)) & set(_classes(two)))
    return bool(common) or not (_own(one) or _own(two))


def _named(span: Span) -> str:
    start, end = _ends(span)
    days = f"{start:%d.%m.%Y}" if isinstance(span, WorkingDay) else f"{start:%d.%m.%Y}–{end:%d.%m.%Y}"
    return f"«{span.title}» ({days})"


def _classes(span: Span) -> tuple[str, ...]:
    return () if isinstance(span, Period) else span.classes


def _own(span: Span) -> int:
    """2 for a class's own, 1 for a grade's own, 0 for everybody's: the greater goes first."""
    return 2 if _classes(span) else bool(span.grades)


def _of(span: Span, grade: int, school_class: str = "") -> bool:
    return not _own(span) or grade in span.grades or school_class in _classes(span)


def days_between(start: date, end: date) -> Iterator[date]:
    while start <= end:
        yield start
        start += _DAY
