"""Lessons of a course: where the timetable puts them, and keys that never move."""

from __future__ import annotations

from datetime import date

import pytest

from sync_service.domain.scheduling import planned_hours, schedule_course, weekday_name, weekday_number
from sync_service.domain.school import ScheduledLesson
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


def test_scheduling_again_changes_nothing() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    assert schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR, once) == once
    assert schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR, reversed(once)) == once


def test_a_changed_timetable_keeps_every_key_and_adds_only_what_is_missing() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    again = schedule_course(ALGEBRA, (*MONDAY_AND_FRIDAY, hour(3, 4)), SEPTEMBER, once)
    keys = {(lesson.date, lesson.slot): lesson.key for lesson in again}
    assert keys.items() >= {(lesson.date, lesson.slot): lesson.key for lesson in once}.items()
    assert [lesson.key for lesson in again if lesson not in once and lesson.slot == 4] == [
        "c017.006",
        "c017.007",
        "c017.008",
    ]
    assert [lesson.seq for lesson in again] == list(range(1, 9))


def test_an_existing_lesson_outside_the_plan_stays_in_its_place() -> None:
    moved = ScheduledLesson(key="c017.009", course="c017", seq=1, date=date(2026, 9, 8), slot=7)
    lessons = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER, (moved,))
    assert lessons[2] == moved.model_copy(update={"seq": 3})
    assert lessons[0].key == "c017.010"  # no number is used twice


def test_the_thousandth_lesson_has_a_key_too() -> None:
    last = ScheduledLesson(key="c017.999", course="c017", seq=1, date=date(2026, 9, 1), slot=1)
    assert schedule_course(ALGEBRA, (hour(1, 2),), SEPTEMBER, (last,))[1].key == "c017.1000"


def test_weekdays_have_short_names() -> None:
    assert [weekday_name(number) for number in range(1, 8)] == ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]
    assert all(weekday_number(weekday_name(number)) == number for number in range(1, 8))
    with pytest.raises(ValueError):
        weekday_number("понедельник")
