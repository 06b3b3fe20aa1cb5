"""«Правила»: every rule drawn, read back, and refused in a sentence where it cannot be read."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sync_service.domain.policy import Mistake, Policy, Rule, Rules, Scale, Weekday, read_rule, rows


def test_the_drawn_tab_reads_back_as_the_same_policy() -> None:
    assert Policy.parse({row.name: row.value for row in rows(Policy())}) == (Policy(), ())


def test_every_rule_has_a_title_a_value_and_a_source() -> None:
    drawn = rows(Policy())
    assert [row.name for row in drawn] == list(Policy.model_fields)
    assert all(row.title and row.value and row.source.startswith(("DOMAIN", "DESIGN", "CASES", "V")) for row in drawn)
    assert len({row.title for row in drawn}) == len(drawn)


@given(
    st.builds(
        Policy,
        lesson_by=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        reasons_day=st.sampled_from(Weekday),
        edit_days=st.integers(0, 366),
        weighted=st.booleans(),
        scale=st.sampled_from(Scale),
        mark_4_from=st.decimals(3, 4, places=2),
        guard_clear_percent=st.integers(0, 100),
    )
)
def test_any_policy_survives_the_tab(policy: Policy) -> None:
    assert Policy.parse({row.name: row.value for row in rows(policy)}) == (policy, ())


def test_values_are_typed_as_a_deputy_types_them() -> None:
    policy, mistakes = Policy.parse(
        {
            "lesson_by": "19.30", "homework_by": time(16), "edit_days": 14.0, "weighted": "ДА", "signs": True,
            "scale": "Свои", "mark_5_from": "4,75", "mark_4_from": 3.6, "reasons_day": "ЧТ", "full_day_lessons": "3",
        }
    )  # fmt: skip
    assert mistakes == ()
    assert policy == Policy(
        lesson_by=time(19, 30), homework_by=time(16), edit_days=14, weighted=True, signs=True, scale=Scale.OWN,
        mark_5_from=Decimal("4.75"), mark_4_from=Decimal("3.6"), reasons_day=Weekday.THURSDAY, full_day_lessons=3,
    )  # fmt: skip
    assert policy.thresholds == (Decimal("4.75"), Decimal("3.6"), Decimal("2.5"))


@pytest.mark.parametrize(
    ("name", "cell", "message"),
    [
        ("edit_days", "неделя", "«Сколько дней после урока можно исправлять отметки»: «неделя» не подходит. "
         "Можно: от 0 до 366."),
        ("edit_days", "", "«Сколько дней после урока можно исправлять отметки»: значение не указано."),
        ("edit_days", None, "«Сколько дней после урока можно исправлять отметки»: значение не указано."),
        ("edit_days", "-1", "«Сколько дней после урока можно исправлять отметки»: «-1» не подходит. "
         "Можно: от 0 до 366."),
        ("mark_one", "иногда", "«Отметка «1»»: «иногда» не подходит. Можно: да или нет."),
        ("homework_by", "25:00", "«ДЗ: не позже какого часа»: «25:00» не подходит. Можно: например, 08:30."),
        ("mark_5_from", "5,1", "«Своя шкала: «5» от среднего балла»: «5,1» не подходит. Можно: от 4 до 5."),
        ("reasons_day", "вс", "«Причины пропусков: до какого дня недели»: «вс» не подходит. "
         "Можно: пн, вт, ср, чт, пт, сб."),
        ("colour", "да", "Правила «colour» программа не знает. Удалите строку."),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_leaves_the_default_and_a_sentence(name: str, cell: object, message: str) -> None:
    assert Policy.parse({name: cell, "programme_lag": "5"}) == (Policy(programme_lag=5), (Mistake(name, message),))


def test_nobody_can_build_a_policy_out_of_limits() -> None:
    with pytest.raises(ValidationError):
        Policy(edit_days=-1)
    with pytest.raises(ValidationError):
        Policy(edit_days=367)
    with pytest.raises(ValidationError):
        Policy(mark_5_from=Decimal(3))


@pytest.mark.parametrize(
    ("scale", "least"),
    [
        (Scale.HALF_UP, ("4.50", "3.50", "2.50")),
        (Scale.SIX, ("4.60", "3.60", "2.60")),
        (Scale.PUPILS_FAVOUR, ("4.65", "3.65", "2.65")),
        (Scale.STRICT, ("4.70", "3.70", "2.70")),
        (Scale.OWN, ("4.5", "3.5", "2.5")),
    ],
)
def test_each_preset_has_its_thresholds(scale: Scale, least: tuple[str, ...]) -> None:
    assert Policy(scale=scale).thresholds == tuple(map(Decimal, least))


def test_homework_limits_go_by_grade() -> None:
    policy = Policy()
    assert [policy.homework_minutes(grade) for grade in range(1, 10)] == [0, 90, 90, 120, 120, 150, 150, 150, 210]
    assert Policy(grade1_homework=True).homework_minutes(1) == 60


def test_weekly_hours_go_by_grade_and_week() -> None:
    policy = Policy()
    assert [policy.week_hours(grade, six_day=False) for grade in range(1, 10)] == [21, 23, 23, 23, 29, 30, 32, 33, 33]
    assert [policy.week_hours(grade, six_day=True) for grade in range(1, 10)] == [21, 26, 26, 26, 32, 33, 35, 36, 36]


@pytest.mark.parametrize(
    ("hours", "needed"), [("0.5", 3), ("1", 3), ("1.5", 3), ("2", 5), ("2.5", 5), ("3", 7), ("6", 7)]
)
def test_marks_needed_go_by_hours(hours: str, needed: int) -> None:
    assert Policy().marks_needed(Decimal(hours)) == needed


def test_a_rule_holds_from_its_day_until_the_next_value() -> None:
    rules = Rules(
        [
            Rule("edit_days", 10, since=date(2026, 12, 1)),
            Rule("edit_days", 14, "приказ № 7", date(2026, 9, 14)),
            Rule("edit_days", 5),
            Rule("lesson_by", "20:00:00", since=date(2026, 10, 1)),
            Rule("colour", 1),
        ]
    )
    days = (date(2026, 9, 13), date(2026, 9, 14), date(2026, 11, 30), date(2026, 12, 1))
    assert [rules.on(day).edit_days for day in days] == [5, 14, 14, 10]
    assert (rules.on(date(2026, 9, 30)).lesson_by, rules.on(date(2026, 10, 1)).lesson_by) == (time(18), time(20))
    assert Rules().on(date(2026, 9, 1)) == Policy()


def test_a_row_is_understood_as_it_is_kept() -> None:
    since = date(2026, 9, 14)
    assert read_rule("lesson_by", "19.30", "приказ", since) == Rule("lesson_by", "19:30:00", "приказ", since)
    assert read_rule("mark_5_from", "4,75") == Rule("mark_5_from", "4.75")
    assert isinstance(read_rule("edit_days", "неделя"), Mistake)
