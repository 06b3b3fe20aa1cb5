"""What the log tells a teacher about each lesson: only what is really still missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sync_service.domain.journal import LessonFact
from sync_service.domain.policy import Policy
from sync_service.domain.school import CourseKind
from sync_service.reconcile.rules.lessons import expects_homework
from sync_service.usecases.annotating import lesson_state
from tests.reconcile.world import COURSE, YEAR

TODAY = date(2026, 9, 16)
FILLED = LessonFact(
    key="c001.001", course="c001", seq=1, date=date(2026, 9, 14), slot=1, held=True, topic="Дроби", homework="№ 5",
    homework_due=None, minutes=None, work_type="", planned_topic="Дроби", planned_homework="№ 5", held_at=None,
    topic_at=None, homework_at=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "заполнен"),
        ({"date": date(2026, 9, 17)}, ""),
        ({"held": False}, "не проведён"),
        ({"held": None, "topic": ""}, "отметьте «Проведён»"),
        ({"topic": "", "homework": ""}, "нет темы, нет ДЗ"),
        ({"homework": "—"}, "заполнен"),
    ],
)
def test_the_state_names_what_is_missing(changes: dict[str, object], state: str) -> None:
    assert lesson_state(replace(FILLED, **changes), TODAY, homework_expected=True) == state  # type: ignore[arg-type]


def test_homework_is_not_missed_where_none_is_expected() -> None:
    assert lesson_state(replace(FILLED, homework=""), TODAY, homework_expected=False) == "заполнен"


def test_homework_is_expected_by_plan_and_grade_and_never_of_an_activity() -> None:
    rules = Policy()
    none_planned = replace(FILLED, planned_homework="")
    assert expects_homework(FILLED, COURSE, rules, YEAR)
    assert not expects_homework(none_planned, COURSE, rules, YEAR)
    assert expects_homework(replace(none_planned, planned_topic=""), COURSE, rules, YEAR)  # no plan: by policy
    assert not expects_homework(FILLED, COURSE.model_copy(update={"grade": 1}), rules, YEAR)
    assert not expects_homework(FILLED, COURSE.model_copy(update={"kind": CourseKind.ACTIVITY}), rules, YEAR)
