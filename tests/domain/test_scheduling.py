"""Lessons of a course: where the timetable puts them, and keys that never move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from sync_service.domain.calendar import period_of
from sync_service.domain.scheduling import (
    Had,
    column_order,
    planned_hours,
    schedule_course,
    slots_on,
    spares,
    weekday_name,
    weekday_number,
)
from sync_service.domain.school import Holiday, HolidayKind, ScheduledLesson, Term, TimetableRow, WorkingDay
from tests.domain.samples import ALGEBRA, YEAR, hour

SEPTEMBER = YEAR.model_copy(update={"end": date(2026, 9, 18)})
MONDAY_AND_FRIDAY = (hour(1, 2), hour(5, 3), hour(3, 1, course="c018"))


def test_lessons_follow_the_timetable_and_the_calendar() -> None:
    assert planned_hours(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER) == (
        (date(2026, 9, 4), 3),
        (date(2026, 9, 7), 2),
        (date(2026, 9, 11), 3),
        (date(2026, 9, 14), 2),
        (date(2026, 9, 18), 3),
    )


def test_a_teacher_who_takes_a_course_over_goes_on_in_its_plan() -> None:
    later = ALGEBRA.model_copy(update={"since": date(2026, 9, 10)})
    lessons = schedule_course(later, MONDAY_AND_FRIDAY, SEPTEMBER, first=3)
    assert [(lesson.key, lesson.seq) for lesson in lessons] == [("c017.001", 3), ("c017.002", 4), ("c017.003", 5)]


def test_a_group_of_two_classes_goes_on_while_one_of_them_has_no_school() -> None:
    def closed(title: str, *classes: str) -> Holiday:
        day = date(2026, 9, 7)
        return Holiday(start=day, end=day, kind=HolidayKind.QUARANTINE, title=title, classes=classes)

    def days(*holidays: Holiday) -> list[date]:
        year = SEPTEMBER.model_copy(update={"holidays": holidays, "working_days": (saturday,)})
        return [day for day, _ in planned_hours(group, (hour(1, 2),), year)]

    saturday = WorkingDay(day=date(2026, 9, 12), weekday=1, title="по расписанию понедельника", classes=("6Б",))
    group = ALGEBRA.model_copy(update={"other_classes": ("6Б",)})
    every = [date(2026, 9, 7), date(2026, 9, 12), date(2026, 9, 14)]
    assert days() == days(closed("Карантин", "9А")) == days(closed("Карантин", "6Б")) == every
    assert days(closed("Карантин", "9А"), closed("Карантин", "6Б")) == days(closed("Морозы")) == every[1:]


def test_two_hours_on_a_day_come_in_order_and_a_repeated_row_gives_one_lesson() -> None:
    rows = (hour(1, 3), hour(1, 2), hour(1, 2))
    assert planned_hours(ALGEBRA, rows, SEPTEMBER)[:2] == ((date(2026, 9, 7), 2), (date(2026, 9, 7), 3))


def test_a_later_timetable_replaces_the_earlier_one_from_its_day_on() -> None:
    rows = (hour(1, 2), hour(2, 5, since=date(2026, 9, 14)))
    assert planned_hours(ALGEBRA, rows, SEPTEMBER) == ((date(2026, 9, 7), 2), (date(2026, 9, 15), 5))


def test_a_course_has_lessons_only_while_it_lasts_and_once_it_has_a_timetable() -> None:
    course = ALGEBRA.model_copy(update={"since": date(2026, 9, 5), "until": date(2026, 9, 14)})
    assert [day for day, _ in planned_hours(course, MONDAY_AND_FRIDAY, SEPTEMBER)] == [
        date(2026, 9, 7), date(2026, 9, 11), date(2026, 9, 14),
    ]  # fmt: skip
    assert planned_hours(ALGEBRA, (hour(1, 2, since=date(2026, 9, 15)),), SEPTEMBER) == ()
    assert planned_hours(ALGEBRA, (), YEAR) == ()


def test_the_first_grade_has_no_lessons_in_its_own_vacations() -> None:
    first = ALGEBRA.model_copy(update={"grade": 1})
    assert len(planned_hours(first, (hour(2, 1),), YEAR)) == len(planned_hours(ALGEBRA, (hour(2, 1),), YEAR)) - 1


def test_lessons_get_keys_and_places_by_date() -> None:
    lessons = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    assert [(lesson.key, lesson.seq, lesson.date) for lesson in lessons[:2]] == [
        ("c017.001", 1, date(2026, 9, 4)),
        ("c017.002", 2, date(2026, 9, 7)),
    ]
    assert {lesson.course for lesson in lessons} == {"c017"}


def places(lessons: Iterable[ScheduledLesson]) -> dict[str, tuple[date, int]]:
    return {lesson.key: (lesson.date, lesson.slot) for lesson in lessons}


def test_scheduling_again_changes_nothing() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    assert schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR, Had(once)) == once
    assert schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR, Had(tuple(reversed(once)))) == once


def test_an_added_hour_takes_the_spare_columns_of_its_quarter_and_more() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    again = schedule_course(ALGEBRA, (*MONDAY_AND_FRIDAY, hour(3, 4)), YEAR, Had(once))
    added = places(again).keys() - places(once).keys()
    assert {"c017.Q1-1", "c017.Q1-2", "c017.Q1-3", "c017.Q1-4", "c017.Q1-5", "c017.Q2-1"} <= added
    assert places(once).keys() <= places(again).keys()
    assert [lesson.seq for lesson in again] == list(range(1, len(again) + 1))


@pytest.mark.parametrize("rows", [
    (hour(2, 5, since=date(2026, 9, 21)), hour(5, 3, since=date(2026, 9, 21))),
    (hour(4, 1, since=date(2026, 9, 8)),),
    (hour(1, 2, since=date(2026, 10, 5)), hour(3, 3, since=date(2026, 10, 5)), hour(5, 1, since=date(2026, 10, 5))),
])  # fmt: skip
def test_columns_stay_in_order_of_time_and_no_lesson_changes_its_quarter(rows: tuple[TimetableRow, ...]) -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    again = schedule_course(ALGEBRA, (*MONDAY_AND_FRIDAY, *rows), YEAR, Had(once))
    assert tuple(places(again).values()) == planned_hours(ALGEBRA, (*MONDAY_AND_FRIDAY, *rows), YEAR)
    before, after = places(once), places(again)
    for key in before.keys() & after.keys():
        assert period_of(YEAR, before[key][0], 7) == period_of(YEAR, after[key][0], 7)
    for period in YEAR.periods:
        within = [key for key, (day, _) in after.items() if period.start <= day <= period.end]
        columns = sorted(within, key=column_order)
        assert [after[key] for key in columns] == sorted(after[key] for key in columns)
    assert schedule_course(ALGEBRA, (*MONDAY_AND_FRIDAY, *rows), YEAR, Had(again)) == again


def test_what_holds_marks_stays_on_its_day_whatever_the_timetable_says() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    tuesdays = (hour(2, 5, since=date(2026, 9, 7)),)
    again = schedule_course(ALGEBRA, tuesdays, SEPTEMBER, Had(once, fixed={"c017.001", "c017.003"}))
    assert places(again) == {
        "c017.001": (date(2026, 9, 4), 3), "c017.003": (date(2026, 9, 11), 3),
        "c017.002": (date(2026, 9, 8), 5), "c017.004": (date(2026, 9, 15), 5),
    }  # fmt: skip


def test_of_lessons_without_an_hour_those_with_a_prepared_topic_never_vanish() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    tuesdays = (hour(2, 5, since=date(2026, 9, 7)),)
    again = schedule_course(ALGEBRA, tuesdays, SEPTEMBER, Had(once, prepared={"c017.004", "c017.005"}))
    assert places(again) == {"c017.004": (date(2026, 9, 8), 5), "c017.005": (date(2026, 9, 15), 5)}
    none = schedule_course(
        ALGEBRA, (hour(2, 5, since=date(2027, 1, 1)),), SEPTEMBER, Had(once, prepared={"c017.005"})
    )
    assert places(none) == {"c017.005": (date(2026, 9, 18), 3)}


def test_lessons_of_a_quarantine_go_from_the_last_columns_and_come_back_under_their_keys() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    closed = Holiday(
        kind=HolidayKind.QUARANTINE, title="Карантин", start=date(2026, 9, 7), end=date(2026, 9, 11)
    )
    ill = SEPTEMBER.model_copy(update={"holidays": (*SEPTEMBER.holidays, closed)})
    fewer = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, ill, Had(once))
    assert places(fewer) == {
        "c017.001": (date(2026, 9, 4), 3), "c017.002": (date(2026, 9, 14), 2), "c017.003": (date(2026, 9, 18), 3),
    }  # fmt: skip
    gone = tuple(lesson for lesson in once if lesson.key not in places(fewer))
    assert schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER, Had(fewer, gone)) == once


def test_in_a_closed_quarter_nothing_changes() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    again = schedule_course(ALGEBRA, (hour(2, 5),), YEAR, Had(once, closed={Term.Q1}))
    end = next(period.end for period in YEAR.periods if period.term is Term.Q1)
    assert [one for one in again if one.date <= end] == [one for one in once if one.date <= end]
    assert {one.slot for one in again if one.date > end} == {5}


def test_a_journal_keeps_spare_keys_and_those_of_withdrawn_lessons_in_each_quarter() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    had = Had(once[1:], once[:1])
    kept = [key for term, key in spares(ALGEBRA, YEAR, had) if term is Term.Q1]
    assert kept == ["c017.001", "c017.Q1-1", "c017.Q1-2", "c017.Q1-3", "c017.Q1-4"]


def test_a_course_that_nobody_put_into_the_timetable_keeps_its_lessons() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    assert schedule_course(ALGEBRA, (), SEPTEMBER, Had(once)) == once


def test_columns_stand_by_number_and_the_spare_ones_after_them() -> None:
    keys = ["c017.Q1-2", "c017.1000", "c017.002", "c017.Q1-10", "c017.999"]
    assert sorted(keys, key=column_order) == ["c017.002", "c017.999", "c017.1000", "c017.Q1-2", "c017.Q1-10"]


def test_weekdays_have_short_names() -> None:
    assert [weekday_name(number) for number in range(1, 8)] == ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]
    assert all(weekday_number(weekday_name(number)) == number for number in range(1, 8))
    with pytest.raises(ValueError):
        weekday_number("понедельник")


def test_a_course_has_no_lesson_on_a_day_when_it_was_not_taught() -> None:
    course = ALGEBRA.model_copy(update={"since": date(2026, 9, 7), "until": date(2026, 9, 11)})
    asked = [date(2026, 9, 4), date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 11), date(2026, 9, 14)]
    found = [slots_on(course, MONDAY_AND_FRIDAY, SEPTEMBER, day) for day in asked]
    assert found == [frozenset(), frozenset({2}), frozenset(), frozenset({3}), frozenset()]


def test_a_quarter_of_other_grades_has_no_spare_columns() -> None:
    first = YEAR.periods[0].model_copy(update={"grades": (1,)})
    year = YEAR.model_copy(update={"periods": (first, *YEAR.periods[1:])})
    assert Term.Q1 not in {term for term, _ in spares(ALGEBRA, year, Had())}
    assert Term.Q1 in {term for term, _ in spares(ALGEBRA.model_copy(update={"grade": 1}), year, Had())}
