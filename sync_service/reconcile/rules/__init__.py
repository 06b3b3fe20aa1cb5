"""The rules of DOMAIN 2.5 and the deadlines of 2.6 that need more than a tab: a day, a class, a month, the clock.

Each module holds rules of one idea; a rule is a generator of remarks over `Night`, the facts of one evening. A remark
has an addressee and, if something should have been done, the moment by which; it is gone as soon as its rule does not
yield it any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sync_service.reconcile.rules.corrections import corrected, homework_corrected
from sync_service.reconcile.rules.extended import hours_differ, regime_missing, without_order
from sync_service.reconcile.rules.lessons import (
    no_homework,
    no_topic,
    topic_differs,
    topic_elsewhere,
    unfilled,
)
from sync_service.reconcile.rules.load import homework_of_a_day, plan_hours, plan_lag, week_hours
from sync_service.reconcile.rules.night import Night, Order, Remark
from sync_service.reconcile.rules.pupils import (
    debts,
    few_marks,
    finals_missing,
    missed_month,
    misses_in_row,
    reasons_missing,
    twos_in_row,
)
from sync_service.reconcile.rules.rosters import late_orders, reviews_due
from sync_service.reconcile.rules.substituted import given_although_away, left_open, not_given, unlogged
from sync_service.reconcile.rules.works import (
    at_an_edge,
    missed_works,
    too_close,
    too_many,
    two_a_day,
    without_marks,
)

__all__ = ["NIGHTLY", "Night", "Order", "Remark", "remarks"]

NIGHTLY: tuple[Callable[[Night], Iterator[Remark]], ...] = (
    unfilled, no_topic, topic_differs, topic_elsewhere, no_homework,
    without_marks, missed_works, two_a_day, at_an_edge, too_close, too_many,
    reasons_missing, debts, twos_in_row, misses_in_row, missed_month, few_marks, finals_missing,
    not_given, given_although_away, unlogged, left_open,
    homework_of_a_day, week_hours, plan_lag, plan_hours,
    corrected, homework_corrected, reviews_due, late_orders,
    regime_missing, hours_differ, without_order,
)  # fmt: skip


def remarks(night: Night) -> tuple[Remark, ...]:
    """Everything that stands this night, in a stable order."""
    return tuple(sorted((remark for rule in NIGHTLY for remark in rule(night)), key=Remark.order))
