"""Lessons of a course: where the timetable puts them, and keys that never move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from sync_service.domain.calendar import period_of
from sync_service.domain.scheduling import Had, planned_hours, schedule_course, spares, weekday_name, weekday_number
from sync_service.domain.school import Holiday, HolidayKind, ScheduledLesson, Term
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


def places(lessons: Iterable[ScheduledLesson]) -> dict[str, tuple[date, int]]:
    return {lesson.key: (lesson.date, lesson.slot) for lesson in lessons}


def test_scheduling_again_changes_nothing() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    assert schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR, Had(once)) == once
    assert schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR, Had(tuple(reversed(once)))) == once


def test_an_added_hour_takes_the_spare_columns_of_its_quarter_and_then_new_numbers() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    again = schedule_course(ALGEBRA, (*MONDAY_AND_FRIDAY, hour(3, 4)), YEAR, Had(once))
    assert places(again).items() >= places(once).items()
    added = [lesson.key for lesson in again if lesson.slot == 4]
    assert added[:6] == ["c017.Q1-1", "c017.Q1-2", "c017.Q1-3", "c017.Q1-4", f"c017.{len(once) + 1:03d}", added[5]]
    assert [lesson.seq for lesson in again] == list(range(1, len(again) + 1))


def test_lessons_of_a_moved_hour_move_and_none_crosses_into_another_quarter() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, YEAR)
    since = date(2026, 9, 21)
    again = schedule_course(
        ALGEBRA, (*MONDAY_AND_FRIDAY, hour(2, 5, since=since), hour(5, 3, since=since)), YEAR, Had(once)
    )
    assert sum(1 for key in places(again) if "-" in key) <= 4
    before, after = places(once), places(again)
    for key in before.keys() & after.keys():
        moved = before[key] != after[key]
        assert moved == (before[key][0] >= since and before[key][1] == 2), key
        assert period_of(YEAR, before[key][0], 7) == period_of(YEAR, after[key][0], 7)
        assert not moved or abs(after[key][0] - before[key][0]).days <= 7


def test_what_holds_marks_stays_on_its_day_whatever_the_timetable_says() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    tuesdays = (hour(2, 5, since=date(2026, 9, 7)),)
    again = schedule_course(ALGEBRA, tuesdays, SEPTEMBER, Had(once, fixed={"c017.001", "c017.003"}))
    assert places(again)["c017.001"] == (date(2026, 9, 4), 3)
    assert places(again)["c017.003"] == (date(2026, 9, 11), 3)
    assert [hour for key, hour in places(again).items() if key not in ("c017.001", "c017.003")] == [
        (date(2026, 9, 8), 5), (date(2026, 9, 15), 5),
    ]  # fmt: skip


def test_of_lessons_without_an_hour_those_with_a_prepared_topic_never_vanish() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    tuesdays = (hour(2, 5, since=date(2026, 9, 7)),)
    again = schedule_course(ALGEBRA, tuesdays, SEPTEMBER, Had(once, prepared={"c017.004", "c017.005"}))
    assert places(again) == {"c017.004": (date(2026, 9, 8), 5), "c017.005": (date(2026, 9, 15), 5)}
    none = schedule_course(
        ALGEBRA, (hour(2, 5, since=date(2027, 1, 1)),), SEPTEMBER, Had(once, prepared={"c017.005"})
    )
    assert places(none) == {"c017.005": (date(2026, 9, 18), 3)}


def test_a_lesson_withdrawn_for_a_quarantine_comes_back_under_its_key() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    closed = Holiday(
        kind=HolidayKind.QUARANTINE, title="Карантин", start=date(2026, 9, 7), end=date(2026, 9, 11)
    )
    ill = SEPTEMBER.model_copy(update={"holidays": (*SEPTEMBER.holidays, closed)})
    fewer = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, ill, Had(once))
    assert places(fewer).keys() == {"c017.001", "c017.004", "c017.005"}
    gone = tuple(lesson for lesson in once if lesson.key not in places(fewer))
    assert schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER, Had(fewer, gone)) == once


def test_a_withdrawn_lesson_is_used_again_before_a_spare_one() -> None:
    once = schedule_course(ALGEBRA, MONDAY_AND_FRIDAY, SEPTEMBER)
    fewer, gone = once[:3], once[3:]
    again = schedule_course(ALGEBRA, (hour(5, 3), hour(2, 1)), SEPTEMBER, Had(fewer, gone))
    assert set(places(again)) >= {"c017.001", "c017.002", "c017.003", "c017.005"}


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


def test_the_thousandth_lesson_has_a_key_too() -> None:
    last = ScheduledLesson(key="c017.999", course="c017", seq=1, date=date(2026, 9, 1), slot=1)
    rows = (hour(1, 2), hour(2, 2), hour(3, 2), hour(4, 2), hour(5, 2))
    again = schedule_course(ALGEBRA, rows, SEPTEMBER, Had((last,), fixed={"c017.999"}))
    assert "c017.1000" in places(again)


def test_weekdays_have_short_names() -> None:
    assert [weekday_name(number) for number in range(1, 8)] == ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]
    assert all(weekday_number(weekday_name(number)) == number for number in range(1, 8))
    with pytest.raises(ValueError):
        weekday_number("понедельник")
