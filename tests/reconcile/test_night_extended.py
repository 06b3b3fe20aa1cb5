"""What the night finds in the journal of an extended-day group: no regime, no order, other hours than the load's."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from sync_service.domain.school import CourseKind, GroupMember, Marking, Term
from sync_service.reconcile.rules.extended import hours_differ, regime_missing, without_order
from sync_service.reconcile.rules.night import Addressee, Night
from tests.domain.samples import YEAR, hour
from tests.reconcile.night_world import ANNA, BORIS, ZONE, fact, lesson, night, told

DAY = fact(
    "c1", "Продлёнка 1 гр.", "1", kind=CourseKind.EXTENDED_DAY, marking=Marking.UNMARKED, hours_per_week=Decimal(15)
)
Q1, Q2 = YEAR.periods[0], YEAR.periods[1]
WEEK = tuple(hour(weekday, 2, course="c1") for weekday in range(1, 6))  # three hours a day


def evening(now: str = "10-06 03:00", *lessons: object, **more: object) -> Night:
    return night(now, lessons, courses=(DAY,), **more)  # type: ignore[arg-type]


# --- the regime -------------------------------------------------------------------------------------------------------


def test_a_quarter_that_has_begun_without_a_regime_is_the_educators_and_late_since_its_first_day() -> None:
    (remark,) = regime_missing(evening())
    assert told([remark]) == [(Q1.title, f"срок — до {Q1.start:%d.%m}")]
    assert (remark.about, remark.to, remark.person) == ("c1", Addressee.TEACHER, "e01")
    assert remark.due == datetime.combine(Q1.start, datetime.min.time(), ZONE)


@pytest.mark.parametrize(("now", "quarters"), [
    (f"{Q2.start:%m-%d} 00:00", [Q1.title]), (f"{Q2.start:%m-%d} 00:01", [Q1.title, Q2.title]),
])  # fmt: skip
def test_the_next_quarter_is_asked_about_from_its_first_day_on(now: str, quarters: list[str]) -> None:
    assert [who for who, _ in told(regime_missing(evening(now)))] == quarters


def test_a_regime_that_is_filled_and_one_of_a_closed_quarter_are_not_asked_for() -> None:
    assert not list(regime_missing(evening(regimes=frozenset({("c1", Term.Q1)}))))
    assert list(regime_missing(evening(regimes=frozenset({("c2", Term.Q1), ("c1", Term.Q2)}))))
    assert not list(regime_missing(evening(closed={"9А": frozenset({Term.Q1})})))


def test_only_the_days_on_which_there_is_such_a_group_need_a_regime() -> None:
    (course,) = evening().directory.courses
    later = course.model_copy(update={"since": date(2026, 10, 5)})
    (remark,) = regime_missing(evening(office={"courses": (later,)}))
    assert told([remark]) == [(Q1.title, "срок — до 05.10")]
    gone = course.model_copy(update={"until": date(2026, 8, 31)})
    for office in ({"courses": (gone,)}, {"courses": ()}):
        assert not list(regime_missing(evening(office=office)))
    assert not list(regime_missing(night("10-06 03:00")))  # lessons have none
    of_grade_1 = Q1.model_copy(update={"grades": (1,)})
    year = YEAR.model_copy(update={"periods": (of_grade_1,)})
    assert not list(regime_missing(evening(facts={"year": year})))


# --- hours ------------------------------------------------------------------------------------------------------------


def worked(number: int, day: str, hours: str | None, **more: object) -> object:
    return lesson(number, day, hours=Decimal(hours) if hours is not None else None, **more)


def test_hours_other_than_the_loads_are_summed_up_by_month_for_the_deputy() -> None:
    days = (
        worked(1, "09-30", "4"), worked(2, "10-01", "2.5"), worked(3, "10-02", "3"), worked(4, "10-05", "4"),
        worked(5, "10-05", None), worked(6, "10-06", "7", held=None),
    )  # fmt: skip
    found = list(hours_differ(evening("10-06 03:00", *days, office={"timetable": WEEK})))
    assert told(found) == [
        ("09.2026", "дней 1, часов 4, по нагрузке 3"), ("10.2026", "дней 2, часов 6,5, по нагрузке 6"),
    ]  # fmt: skip
    assert {(one.to, one.about, one.due) for one in found} == {(Addressee.DEPUTY, "c1", None)}


def test_months_before_the_last_are_settled_and_a_day_of_thirds_is_shown_in_hundredths() -> None:
    thirds = {"timetable": WEEK[:4], "courses": tuple(
        one.model_copy(update={"hours_per_week": Decimal(10)}) for one in evening().directory.courses
    )}  # fmt: skip
    days = worked(1, "09-30", "4"), worked(2, "10-01", "4")
    assert told(hours_differ(evening("11-06 03:00", *days, office=thirds))) == [
        ("10.2026", "дней 1, часов 4, по нагрузке 2,5"),
    ]  # fmt: skip
    three = thirds | {"timetable": WEEK[:3]}
    assert told(hours_differ(evening("11-06 03:00", *days, office=three)))[0][1].endswith("по нагрузке 3,33")


def test_a_day_that_was_moved_is_compared_with_the_load_of_its_own_day() -> None:
    later = tuple(hour(weekday, 2, course="c1", since=date(2026, 10, 5)) for weekday in (1, 2))
    moved = worked(1, "10-05", "3", timetabled=(date(2026, 10, 2), 2))
    assert not list(hours_differ(evening("10-06 03:00", moved, office={"timetable": (*WEEK, *later)})))


def test_hours_of_other_courses_and_of_courses_that_the_office_has_dropped_are_not_compared() -> None:
    assert not list(hours_differ(night("10-06 03:00", [worked(1, "10-05", "4")])))  # type: ignore[list-item]
    assert not list(hours_differ(evening("10-06 03:00", worked(1, "10-05", "4"), office={"courses": ()})))


# --- orders -----------------------------------------------------------------------------------------------------------


def member(pupil: str, since: str = "09-01", until: str = "", order: str = "") -> GroupMember:
    return GroupMember(
        pupil=pupil, subject=DAY.subject, group="1", since=date.fromisoformat(f"2026-{since}"),
        until=date.fromisoformat(f"2026-{until}") if until else None, enrolled_order=order,
    )  # fmt: skip


def test_who_is_in_the_group_without_an_order_is_named_to_the_class_teacher_after_the_days_of_the_rule() -> None:
    both = (member(ANNA.code), member(BORIS.code, "09-20"))
    (remark,) = without_order(evening(groups=both))
    assert told([remark]) == [(DAY.title, "2 — Аистова Анна, Бобров Борис")]
    assert (remark.about, remark.to, remark.person) == ("9А", Addressee.CLASS_TEACHER, "e09")
    assert remark.due == datetime(2026, 9, 4, 18, tzinfo=ZONE)
    assert not list(without_order(evening("09-04 18:00", groups=both)))


def test_an_order_or_the_end_of_the_stay_settles_it() -> None:
    by_order, gone, to_come = member(ANNA.code, order="№ 5"), member(BORIS.code, until="10-01"), member("PX", "11-01")
    assert not list(without_order(evening(groups=(by_order, gone, to_come))))
    other = member(ANNA.code).model_copy(update={"group": "2"})
    assert not list(without_order(evening(groups=(other,))))
    assert not list(without_order(night("10-06 03:00", groups=(member(ANNA.code),))))  # a lesson needs none
