"""When things are due (DOMAIN 2.6), over week-ends, vacations and a change to summer time."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from sync_service.domain.deadlines import (
    editable_until,
    finals_due,
    homework_due,
    homework_editable_until,
    lesson_due,
    marks_due,
    reasons_due,
)
from sync_service.domain.policy import Policy, Weekday
from sync_service.domain.school import WorkType
from tests.domain.samples import QUARTERS, YEAR

ZONE = "Europe/Moscow"
POLICY = Policy()
MONDAY = date(2026, 10, 12)
TEST = WorkType(short="КР", title="Контрольная работа")
ESSAY = WorkType(short="СОЧ", title="Сочинение", mark_days=7)


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(ZONE))


def test_topic_and_absences_are_due_the_same_day() -> None:
    assert lesson_due(MONDAY, POLICY, ZONE) == at(10, 12, 18)
    assert lesson_due(MONDAY, Policy(lesson_by=time(20, 30)), ZONE) == at(10, 12, 20, 30)


def test_moments_are_those_of_the_schools_zone() -> None:
    assert lesson_due(MONDAY, POLICY, "Asia/Yekaterinburg") == at(10, 12, 16)
    assert lesson_due(MONDAY, POLICY, ZONE).utcoffset() is not None


@pytest.mark.parametrize(
    ("ends", "due"),
    [
        ([time(9, 15), time(13, 10)], at(10, 12, 14, 10)),
        ([time(16, 30)], at(10, 12, 17)),  # not later than the latest hour
        ([], at(10, 12, 17)),
    ],
)
def test_homework_is_due_soon_after_the_last_lesson(ends: list[time], due: datetime) -> None:
    assert homework_due(MONDAY, iter(ends), POLICY, ZONE) == due


@pytest.mark.parametrize(
    ("day", "next_lesson", "due"),
    [
        (MONDAY, date(2026, 10, 14), at(10, 14, 18)),  # by the next lesson
        (MONDAY, date(2026, 10, 19), at(10, 15, 18)),  # not later than three school days
        (MONDAY, None, at(10, 15, 18)),
        (date(2026, 10, 22), date(2026, 11, 9), at(11, 3, 18)),  # vacations do not count
    ],
)
def test_marks_of_a_test_are_due_by_the_next_lesson(day: date, next_lesson: date | None, due: datetime) -> None:
    assert marks_due(day, TEST, next_lesson, grade=8, year=YEAR, policy=POLICY, zone=ZONE) == due


@pytest.mark.parametrize(("grade", "due"), [(8, at(10, 21, 18)), (9, at(11, 2, 18))])
def test_an_essay_has_its_days_whole_and_more_of_them_in_grade_nine(grade: int, due: datetime) -> None:
    assert marks_due(MONDAY, ESSAY, MONDAY, grade=grade, year=YEAR, policy=POLICY, zone=ZONE) == due


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (MONDAY, at(10, 16, 18)),
        (date(2026, 10, 16), at(10, 16, 18)),
        (date(2026, 10, 17), at(10, 23, 18)),  # a Saturday's reason has the next week
    ],
)
def test_reasons_are_due_by_the_end_of_the_week(day: date, due: datetime) -> None:
    assert reasons_due(day, POLICY, ZONE) == due


def test_the_day_for_reasons_is_the_schools_choice() -> None:
    assert reasons_due(MONDAY, Policy(reasons_day=Weekday.WEDNESDAY, reasons_by=time(12)), ZONE) == at(10, 14, 12)


def test_quarter_marks_are_due_two_school_days_before_the_last_one() -> None:
    assert finals_due(QUARTERS[0], 9, YEAR, POLICY, ZONE) == at(10, 21, 18)  # the quarter ends on a Sunday
    assert finals_due(QUARTERS[3], 9, YEAR, Policy(final_days=0), ZONE) == at(5, 26, 18, year=2027)


def test_the_edit_window_ends_with_its_last_day() -> None:
    assert editable_until(MONDAY, POLICY, ZONE) == at(10, 20, 0)
    assert editable_until(MONDAY, Policy(edit_days=0), ZONE) == at(10, 13, 0)
    assert homework_editable_until(MONDAY, Policy(homework_edit_days=1), ZONE) == at(10, 14, 0)


def test_summer_time_does_not_move_the_hour_on_the_wall() -> None:
    due = homework_due(date(2027, 3, 29), [time(13)], POLICY, "Europe/Berlin")
    assert (due.hour, due.utcoffset()) == (14, ZoneInfo("Europe/Berlin").utcoffset(datetime(2027, 3, 29, 14)))  # noqa: DTZ001
