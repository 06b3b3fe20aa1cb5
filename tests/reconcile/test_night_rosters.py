"""What the night finds in the lists of classes: orders entered late, personal data that nobody has compared."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from sync_service.domain.policy import Rule
from sync_service.domain.school import Review
from sync_service.reconcile.rules.night import Addressee, Order
from sync_service.reconcile.rules.rosters import late_orders, reviews_due
from tests.reconcile.night_world import ANNA, ZONE, night, told


def order(entered: str, *, leaving: bool = False, pupil: str = ANNA.code, school_class: str = "9А") -> Order:
    at = datetime.fromisoformat(f"2026-{entered}").replace(tzinfo=ZONE)
    return Order(pupil, school_class, leaving, date(2026, 10, 1), at)


@pytest.mark.parametrize(
    ("entered", "leaving", "what"),
    [
        ("10-05 10:00", False, [("Аистова Анна, зачисление 01.10", "через 4 дн., по правилам 3")]),
        ("10-05 10:00", True, [("Аистова Анна, выбытие 01.10", "через 4 дн., по правилам 3")]),
        ("10-04 23:00", False, []),  # in time
        ("09-28 10:00", False, []),  # beforehand, and said for a week only
    ],
)
def test_an_order_entered_late_is_told_to_the_class_teacher(
    entered: str, leaving: bool, what: list[tuple[str, str]]
) -> None:
    remarks = list(late_orders(night("10-06 03:00", orders=(order(entered, leaving=leaving),))))
    assert told(remarks) == what
    assert {remark.to for remark in remarks} <= {Addressee.CLASS_TEACHER}


def test_orders_of_a_week_ago_of_strangers_and_of_other_classes_are_nobodys_remark() -> None:
    others = order("10-05 10:00", pupil="P0"), order("10-05 10:00", school_class="1А")
    assert told(late_orders(night("10-06 03:00", orders=others))) == []
    assert told(late_orders(night("10-13 03:00", orders=(order("10-05 10:00"),)))) == []


def test_a_class_whose_data_nobody_has_compared_is_reminded_until_a_line_says_so() -> None:
    every_month = (Rule("review_days", 30),)
    never = night("10-06 03:00", rules=every_month)
    assert told(reviews_due(never)) == [("", "в этом году ни разу")]
    (remark,) = reviews_due(never)
    assert (remark.to, remark.due) == (Addressee.CLASS_TEACHER, datetime(2026, 10, 1, 18, tzinfo=ZONE))
    compared = Review(school_class="9А", date=date(2026, 9, 2), who="Громова О. И.")
    assert told(reviews_due(night("10-06 03:00", rules=every_month, reviews=(compared,)))) == [
        ("", "последний раз 02.09.2026"),
    ]  # fmt: skip
    lately = compared.model_copy(update={"date": date(2026, 10, 1)})
    assert told(reviews_due(night("10-06 03:00", rules=every_month, reviews=(lately,)))) == []
    assert told(reviews_due(night("10-06 03:00", rules=(Rule("review_days", 0),)))) == []
