"""One invented school year for the tests of the domain. The real dates of a year come from the school's own order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sync_service.domain.school import Course, Holiday, HolidayKind, Marking, Period, SchoolYear, Term, TimetableRow

QUARTERS = (
    Period(term=Term.Q1, title="I четверть", start=date(2026, 9, 1), end=date(2026, 10, 25)),
    Period(term=Term.Q2, title="II четверть", start=date(2026, 11, 2), end=date(2026, 12, 29)),
    Period(term=Term.Q3, title="III четверть", start=date(2027, 1, 11), end=date(2027, 3, 21)),
    Period(term=Term.Q4, title="IV четверть", start=date(2027, 3, 29), end=date(2027, 5, 26)),
)
AUTUMN = Holiday(start=date(2026, 10, 26), end=date(2026, 11, 1), kind=HolidayKind.VACATION, title="Осенние каникулы")
UNITY = Holiday(
    start=date(2026, 11, 4), end=date(2026, 11, 4), kind=HolidayKind.PUBLIC, title="День народного единства"
)
FIRST_GRADE = Holiday(
    start=date(2027, 2, 15), end=date(2027, 2, 21), kind=HolidayKind.VACATION, title="Каникулы 1 класса", grades=(1,)
)
YEAR = SchoolYear(
    title="2026/2027",
    start=date(2026, 9, 1),
    end=date(2027, 5, 26),
    periods=QUARTERS,
    holidays=(AUTUMN, UNITY, FIRST_GRADE),
)
ALGEBRA = Course(
    code="c017",
    title="Алгебра",
    school_class="9А",
    grade=9,
    subject="Алгебра",
    teacher="e07",
    marking=Marking.POINTS,
    hours_per_week=Decimal(3),
    since=date(2026, 9, 1),
)


def hour(weekday: int, slot: int, since: date = date(2026, 9, 1), course: str = "c017") -> TimetableRow:
    return TimetableRow(since=since, weekday=weekday, slot=slot, course=course)
