"""School days, periods and holidays, the first grade's own included."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from sync_service.domain.calendar import (
    add_school_days,
    after_holidays,
    before_holidays,
    bells_on,
    holiday_on,
    is_school_day,
    period_of,
    school_days,
    term_title,
    validate,
    week_monday,
    weekday_taught,
    year_of_course,
)
from sync_service.domain.school import Bell, Holiday, HolidayKind, Period, SchoolYear, Term, WorkingDay
from tests.domain.samples import AUTUMN, FIRST_GRADE, QUARTERS, UNITY, YEAR


@pytest.mark.parametrize(
    ("day", "grade", "expected"),
    [
        (date(2026, 9, 1), 9, True),  # the first day
        (date(2026, 8, 31), 9, False),
        (date(2027, 5, 26), 9, True),  # the last day
        (date(2027, 5, 27), 9, False),
        (date(2026, 9, 5), 9, False),  # Saturday of a five-day week
        (date(2026, 9, 6), 9, False),  # Sunday
        (date(2026, 10, 26), 9, False),  # first day of the vacations
        (date(2026, 11, 1), 9, False),
        (date(2026, 11, 2), 9, True),
        (date(2026, 11, 4), 9, False),  # public holiday
        (date(2027, 2, 16), 1, False),  # the first grade rests
        (date(2027, 2, 16), 2, True),  # the others do not
        (date(2027, 1, 5), 9, False),  # between two quarters, though no holiday is named
    ],
)
def test_a_school_day_is_inside_a_quarter_and_no_day_off(day: date, grade: int, expected: bool) -> None:
    assert is_school_day(YEAR, day, grade) is expected


def test_saturday_counts_in_a_six_day_week_and_sunday_never() -> None:
    six = YEAR.model_copy(update={"six_day_week": True})
    assert is_school_day(six, date(2026, 9, 5), 9)
    assert not is_school_day(six, date(2026, 9, 6), 9)


def test_the_holiday_of_a_day_is_told_and_the_grades_own_goes_first() -> None:
    assert holiday_on(YEAR, date(2026, 11, 4), 9) == UNITY
    assert holiday_on(YEAR, date(2027, 2, 16), 2) is None
    everybody = FIRST_GRADE.model_copy(update={"grades": (), "title": "Карантин"})
    both = YEAR.model_copy(update={"holidays": (everybody, FIRST_GRADE)})
    assert holiday_on(both, date(2027, 2, 16), 1) == FIRST_GRADE
    assert holiday_on(both, date(2027, 2, 16), 2) == everybody


def test_a_grade_may_have_quarters_of_its_own() -> None:
    own = Period(
        term=Term.Q4, title="IV четверть 9 класса", start=date(2027, 3, 29), end=date(2027, 5, 20), grades=(9,)
    )
    year = YEAR.model_copy(update={"periods": (*QUARTERS, own)})
    assert period_of(year, date(2027, 4, 1), 9) == own
    assert period_of(year, date(2027, 4, 1), 8) == QUARTERS[3]
    assert period_of(year, date(2026, 8, 31), 9) is None


def test_school_days_are_listed_with_both_ends_and_never_outside_the_year() -> None:
    assert school_days(YEAR, date(2026, 10, 22), date(2026, 11, 5), 9) == (
        date(2026, 10, 22), date(2026, 10, 23), date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 5),
    )  # fmt: skip
    assert school_days(YEAR, date(2026, 1, 1), date(2026, 9, 2), 9) == (date(2026, 9, 1), date(2026, 9, 2))
    assert school_days(YEAR, date(2026, 9, 2), date(2026, 9, 1), 9) == ()
    assert len(school_days(YEAR, YEAR.start, YEAR.end, 1)) == len(school_days(YEAR, YEAR.start, YEAR.end, 9)) - 5


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 9, 4), 1, date(2026, 9, 7)),  # Friday to Monday
        (date(2026, 10, 22), 3, date(2026, 11, 3)),  # over the vacations
        (date(2026, 11, 1), 0, date(2026, 11, 1)),
        (date(2026, 11, 2), -1, date(2026, 10, 23)),
        (date(2026, 11, 2), -2, date(2026, 10, 22)),
        (date(2027, 5, 25), 1, date(2027, 5, 26)),
        (date(2027, 5, 25), 2, date(2027, 5, 26)),  # the year is over: its last day
        (date(2026, 9, 2), -5, date(2026, 9, 1)),
    ],
)
def test_school_days_are_counted_on_and_back(day: date, count: int, expected: date) -> None:
    assert add_school_days(YEAR, day, count, 9) == expected


def test_weeks_begin_on_monday() -> None:
    assert {week_monday(date(2026, 10, 12) + timedelta(days=n)) for n in range(7)} == {date(2026, 10, 12)}


def test_terms_have_their_titles() -> None:
    assert [term_title(term) for term in Term] == [
        "I четверть", "II четверть", "III четверть", "IV четверть", "Год", "Экзамен", "Итог",
    ]  # fmt: skip


def changed(**update: object) -> SchoolYear:
    return YEAR.model_copy(update=update)


def test_a_good_calendar_has_no_mistakes() -> None:
    assert validate(YEAR) == ()
    quarantine = AUTUMN.model_copy(update={"kind": HolidayKind.QUARANTINE, "title": "Карантин"})
    assert validate(changed(holidays=(AUTUMN, quarantine, FIRST_GRADE))) == ()  # another kind may lie within
    own = QUARTERS[3].model_copy(update={"grades": (9,), "end": date(2027, 5, 20)})
    assert validate(changed(periods=(*QUARTERS, own))) == ()


@pytest.mark.parametrize(
    ("year", "sentence"),
    [
        (changed(end=date(2026, 9, 1)), "Учебный год кончается (01.09.2026) не позже, чем начинается (01.09.2026)."),
        (changed(periods=()), "В календаре нет ни одной четверти."),
        (
            changed(holidays=(AUTUMN.model_copy(update={"end": date(2026, 10, 20)}),)),
            "«Осенние каникулы» (26.10.2026–20.10.2026): конец раньше начала.",
        ),
        (
            changed(periods=(*QUARTERS[:3], QUARTERS[3].model_copy(update={"end": date(2027, 6, 1)}))),
            "«IV четверть» (29.03.2027–01.06.2027): выходит за учебный год (01.09.2026–26.05.2027).",
        ),
        (
            changed(periods=(QUARTERS[0].model_copy(update={"end": date(2026, 11, 2)}), *QUARTERS[1:])),
            "«I четверть» (01.09.2026–02.11.2026) и «II четверть» (02.11.2026–29.12.2026) пересекаются.",
        ),
        (
            changed(periods=(QUARTERS[1], QUARTERS[0].model_copy(update={"end": date(2026, 11, 2)}), *QUARTERS[2:])),
            "«II четверть» (02.11.2026–29.12.2026) и «I четверть» (01.09.2026–02.11.2026) пересекаются.",
        ),
        (
            changed(periods=(*QUARTERS[:2], QUARTERS[2].model_copy(update={"term": Term.Q2}), QUARTERS[3])),
            "«II четверть» (02.11.2026–29.12.2026) и «III четверть» (11.01.2027–21.03.2027): "
            "одна и та же четверть дважды.",
        ),
        (
            changed(holidays=(AUTUMN, AUTUMN.model_copy(update={"title": "Каникулы"}))),
            "«Осенние каникулы» (26.10.2026–01.11.2026) и «Каникулы» (26.10.2026–01.11.2026) пересекаются.",
        ),
    ],
)
def test_each_mistake_of_a_calendar_is_one_sentence(year: SchoolYear, sentence: str) -> None:
    assert [mistake.sentence for mistake in validate(year)] == [sentence]


@pytest.mark.parametrize(
    ("day", "grade", "before", "after"),
    [
        (date(2026, 10, 23), 9, True, False),  # Friday before the vacations
        (date(2026, 11, 2), 9, False, True),  # Monday after them
        (date(2026, 10, 22), 9, False, False),
        (date(2026, 11, 3), 9, True, False),  # tomorrow is a public holiday
        (date(2026, 11, 5), 9, False, True),
        (date(2026, 9, 4), 9, False, False),  # a weekend is no holiday
        (date(2026, 12, 29), 9, True, False),  # between two quarters, though no holiday is named
        (date(2027, 1, 11), 9, False, True),
        (date(2027, 2, 12), 1, True, False),  # the first grade's own
        (date(2027, 2, 12), 2, False, False),
    ],
)
def test_the_days_beside_holidays_are_known(day: date, grade: int, before: bool, after: bool) -> None:
    assert (before_holidays(YEAR, day, grade), after_holidays(YEAR, day, grade)) == (before, after)


def test_a_quarantine_is_no_holiday() -> None:
    ill = YEAR.model_copy(update={"holidays": (UNITY.model_copy(update={"kind": HolidayKind.QUARANTINE}),)})
    assert not before_holidays(ill, date(2026, 11, 3), 9)


SATURDAY = date(2026, 9, 26)


def working(day: date = SATURDAY, **whom: object) -> WorkingDay:
    return WorkingDay(day=day, weekday=5, title="по расписанию пятницы", **whom)  # type: ignore[arg-type]


def test_a_working_saturday_is_taught_by_the_timetable_of_another_weekday() -> None:
    year = changed(working_days=(working(),))
    assert is_school_day(year, SATURDAY, 9)
    assert weekday_taught(year, SATURDAY, 9) == 5
    assert weekday_taught(year, SATURDAY - timedelta(days=1), 9) == 5
    assert not is_school_day(year, SATURDAY + timedelta(days=7), 9)


def test_a_working_day_of_one_class_or_grade_is_nobody_elses() -> None:
    year = changed(working_days=(working(classes=("9А",), grades=(5,)),))
    assert [is_school_day(year, SATURDAY, *of) for of in ((9, "9А"), (5, "5Б"), (9, "9Б"), (9,))] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_quarantine_of_one_class_leaves_the_others_in_school() -> None:
    ill = Holiday(
        start=date(2026, 9, 21), end=date(2026, 9, 25), kind=HolidayKind.QUARANTINE, title="ОРВИ", classes=("5А",)
    )
    year = changed(holidays=(AUTUMN, ill))
    assert [is_school_day(year, date(2026, 9, 21), 5, code) for code in ("5А", "5Б", "")] == [False, True, True]


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ((working(UNITY.start),), "«по расписанию пятницы» (04.11.2026) приходится на «День народного единства»: "
                                  "уроков не будет."),
        ((working(date(2026, 12, 30)),), "«по расписанию пятницы» (30.12.2026) не входит ни в одну четверть: "
                                         "уроков не будет."),
        ((working(), working()), "«по расписанию пятницы» (26.09.2026) и «по расписанию пятницы» (26.09.2026) "
                                 "пересекаются."),
        ((working(classes=("9А",)), working(classes=("9Б",))), ""),
    ],
)  # fmt: skip
def test_a_working_day_that_cannot_be_worked_is_told(days: tuple[WorkingDay, ...], sentence: str) -> None:
    told = [mistake.sentence for mistake in validate(changed(working_days=days))]
    assert told == ([sentence] if sentence else [])


def test_a_course_belongs_to_the_first_year_that_has_not_ended_when_it_begins() -> None:
    later = YEAR.model_copy(update={"start": date(2027, 9, 1), "end": date(2028, 5, 26)})
    years = [YEAR, later]
    days = date(2026, 9, 1), YEAR.end, date(2027, 6, 20), date(2029, 1, 1)
    assert [year_of_course(years, day) for day in days] == [YEAR, YEAR, later, later]


def test_bells_said_for_fewer_days_go_before_the_usual_ones() -> None:
    def bell(minute: int, since: date | None = None, until: date | None = None, slot: int = 1) -> Bell:
        return Bell(slot=slot, start=time(8, minute), end=time(9), since=since, until=until)

    short, winter = date(2026, 12, 30), date(2027, 1, 11)
    usual = [bell(0), bell(0, slot=2)]
    bells = [bell(15, short, short), *usual, bell(20, winter), bell(25, winter, winter), bell(5, None, short)]

    def start(day: date) -> int:
        return bells_on(bells, day)[1].start.minute

    assert [start(day) for day in (date(2026, 12, 29), short, date(2026, 12, 31))] == [5, 15, 0]
    assert [start(day) for day in (winter, date(2027, 1, 12))] == [25, 20]
    assert sorted(bells_on(bells, winter)) == [1, 2]
    assert bells_on((), winter) == {}
