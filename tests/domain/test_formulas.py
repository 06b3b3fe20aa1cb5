"""DOMAIN 2.8: its test vectors, and the corners where people quarrel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.formulas import (
    Performance,
    Standing,
    assessment_limit,
    attendance_percent,
    class_sou,
    final_mean,
    full_days_missed,
    half_up,
    mean,
    percent,
    ratio,
    round_half_up,
    spoilt_by_one,
    standing,
    suggest_mark,
    weighted_mean,
    year_mean,
)
from sync_service.domain.policy import Policy, Scale


def shown(performance: Performance) -> tuple[Decimal, ...]:
    values = (performance.success, performance.quality, performance.sou, performance.mean)
    return tuple(round_half_up(value, 2) for value in values if value is not None)


def decimals(*texts: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, texts))


@pytest.mark.parametrize(
    ("performance", "expected"),
    [
        (Performance(5, 10, 8, 2), decimals("92.0", "60.0", "58.4", "3.72")),
        (Performance(5, 10, 8, 2, na=1), decimals("88.46", "57.69", "56.42", "3.72")),
        (Performance(3, 3, 4, 0), decimals("100", "60", "63.6", "3.9")),
        (Performance(5, 10, 8, 2, exempt=3, no_mark=4), decimals("92.0", "60.0", "58.4", "3.72")),
        (Performance(n5=1, n1=1), decimals("50", "50", "58", "3")),  # a 1 fails and weighs like a 2
        (Performance(na=2), decimals("0", "0", "7")),  # no numeric mark, no mean
        (Performance(exempt=2, no_mark=3), ()),
    ],
)
def test_performance_of_a_class(performance: Performance, expected: tuple[Decimal, ...]) -> None:
    assert shown(performance) == expected


def test_an_empty_class_has_no_numbers_at_all() -> None:
    empty = Performance()
    assert (empty.counted, empty.success, empty.quality, empty.sou, empty.mean) == (0, None, None, None, None)


def test_weights_count() -> None:
    value = weighted_mean([(5, 3), (5, 1), (4, 5)])
    assert value is not None
    assert round_half_up(value, 2) == Decimal("4.44")
    assert abs(Fraction(value) - Fraction(40, 9)) < Fraction(1, 10**25)
    assert weighted_mean([]) is None
    assert weighted_mean([(5, 0)]) is None


def test_a_mean_of_nothing_is_nothing() -> None:
    assert mean([]) is None
    assert mean([5, 4, 4, 5]) == Decimal("4.5")


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 9)), min_size=1))
def test_a_weighted_mean_lies_between_the_marks_and_equals_the_mean_of_repeated_marks(
    pairs: list[tuple[int, int]],
) -> None:
    value = weighted_mean(pairs)
    assert value is not None
    assert min(pairs)[0] <= value <= max(pairs)[0]
    assert value == mean([mark for mark, weight in pairs for _ in range(weight)])


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Decimal("4.445"), 2, "4.45"),
        (Decimal("4.444"), 2, "4.44"),
        (Decimal("2.5"), 0, "3"),
        (Decimal("3.5"), 0, "4"),
        (Decimal("-0.5"), 0, "-1"),
        (Fraction(1, 3), 1, "0.3"),
        (Fraction(1, 8), 2, "0.13"),
        (7, 2, "7.00"),
    ],
)
def test_half_goes_up(value: Decimal | Fraction | int, places: int, expected: str) -> None:
    assert str(round_half_up(value, places)) == expected


def test_percentages_and_ratios_have_no_value_over_nothing() -> None:
    assert percent(1, 4) == 25
    assert percent(0, 4) == 0
    assert percent(0, 0) is None
    assert ratio(3, 4) == Decimal("0.75")
    assert ratio(3, 0) is None
    assert attendance_percent(200, 15) == Decimal("92.5")
    assert attendance_percent(0, 0) is None


def test_sou_of_a_class_is_the_mean_over_subjects_that_have_one() -> None:
    assert class_sou([Performance(n5=1), Performance(n4=1), Performance(exempt=1)]) == 82
    assert class_sou([Performance()]) is None


@pytest.mark.parametrize(
    ("scale", "value", "mark"),
    [
        (Scale.HALF_UP, "4.50", 5), (Scale.HALF_UP, "4.49", 4), (Scale.HALF_UP, "3.50", 4), (Scale.HALF_UP, "2.50", 3),
        (Scale.HALF_UP, "2.49", 2), (Scale.HALF_UP, "4.499999", 4), (Scale.SIX, "4.59", 4), (Scale.SIX, "4.60", 5),
        (Scale.PUPILS_FAVOUR, "3.65", 4), (Scale.PUPILS_FAVOUR, "3.64", 3), (Scale.STRICT, "2.69", 2),
        (Scale.STRICT, "4.7", 5),
    ],
)  # fmt: skip
def test_a_mean_suggests_a_mark_by_the_schools_scale(scale: Scale, value: str, mark: int) -> None:
    assert suggest_mark(Decimal(value), Policy(scale=scale)) == mark


def test_a_two_may_forbid_the_five_and_nothing_else() -> None:
    strict = Policy(two_forbids_five=True)
    assert suggest_mark(Decimal("4.6"), strict, [5, 5, 5, 5, 5, 2]) == 4
    assert suggest_mark(Decimal("4.6"), strict, [5, 4]) == 5
    assert suggest_mark(Decimal("4.6"), Policy(), [5, 5, 5, 5, 5, 2]) == 5
    assert suggest_mark(Decimal("3.6"), strict, [5, 2]) == 4


@pytest.mark.parametrize(
    ("quarters", "year"),
    [("4 4 5 5", 5), ("4 4 4 5", 4), ("3 4 3 3", 3), ("2 3", 3), ("5", 5), ("н/а 4 5 осв", 5), ("н/а", None),
     ("", None)],
)  # fmt: skip
def test_a_year_mark_is_the_mean_of_the_quarters_half_up(quarters: str, year: int | None) -> None:
    found = year_mean(quarters.split())
    assert (None if found is None else half_up(found)) == year


@pytest.mark.parametrize(
    ("grade", "year", "exam", "final"),
    [
        (9, "4", "5", 5),
        (9, "5", "4", 5),
        (9, "3", "2", 3),
        (9, "4", "3", 4),
        (9, "5", "3", 4),
        (9, "4", "", 4),
        (9, "4", "осв", 4),
        (8, "4", "5", 4),  # exams count in the last grade only
        (9, "", "5", None),
        (9, "н/а", "5", None),
    ],
)
def test_after_the_ninth_grade_an_exam_and_the_year_make_the_final_mark(
    grade: int, year: str, exam: str, final: int | None
) -> None:
    found = final_mean(year, exam, grade)
    assert (None if found is None else half_up(found)) == final


@pytest.mark.parametrize("scale", Scale)
def test_year_and_final_marks_are_rounded_half_up_whatever_the_scale_of_a_quarter(scale: Scale) -> None:
    assert half_up(Decimal("4.5")) == 5
    thresholds = Policy(scale=scale, mark_5_from=Decimal("4.8")).thresholds
    assert [suggest_mark(least, Policy(scale=scale, mark_5_from=Decimal("4.8"))) for least in thresholds] == [5, 4, 3]


@pytest.mark.parametrize(
    ("finals", "group", "spoilt"),
    [
        (["5", "5", "зач"], Standing.EXCELLENT, None),
        (["5", "5", "осв", ""], Standing.EXCELLENT, None),
        (["5", "4", "5"], Standing.GOOD, 4),
        (["5", "4", "4"], Standing.GOOD, None),
        (["4"], Standing.GOOD, 4),
        (["5", "4", "3"], Standing.FAIR, 3),
        (["3", "4", "3"], Standing.FAIR, None),
        (["5", "5", "2"], Standing.FAILING, None),
        (["5", "1"], Standing.FAILING, None),
        (["5", "4", "н/а"], Standing.FAILING, None),
        (["5", "нез"], Standing.FAILING, None),
        (["зач", "осв", ""], Standing.UNKNOWN, None),
        ([], Standing.UNKNOWN, None),
    ],
)
def test_pupils_are_grouped_by_their_finals(finals: list[str], group: Standing, spoilt: int | None) -> None:
    assert standing(finals) is group
    assert spoilt_by_one(iter(finals)) == spoilt


MONDAY, TUESDAY, WEDNESDAY = date(2026, 10, 12), date(2026, 10, 13), date(2026, 10, 14)


@pytest.mark.parametrize(
    ("missed", "rule", "days"),
    [
        ({MONDAY: 6}, 0, 1),
        ({MONDAY: 5}, 0, 0),
        ({MONDAY: 3, TUESDAY: 2}, 3, 2),  # a day of two lessons is missed whole
        ({MONDAY: 2, TUESDAY: 1}, 3, 0),
        ({MONDAY: 6, TUESDAY: 2}, 0, 2),
        ({WEDNESDAY: 1}, 0, 0),  # a day without lessons cannot be missed
        ({}, 0, 0),
    ],
)
def test_full_days_are_counted_by_the_schools_rule(missed: dict[date, int], rule: int, days: int) -> None:
    assert full_days_missed({MONDAY: 6, TUESDAY: 2, WEDNESDAY: 0}, missed, rule) == days


@pytest.mark.parametrize(
    ("hours", "limit"), [(17, 1), (34, 3), (68, 6), (102, 10), (136, 13), (170, 17), (204, 20), (9, 0)]
)
def test_assessment_procedures_have_a_limit(hours: int, limit: int) -> None:
    assert assessment_limit(hours, Policy().assessment_percent) == limit
