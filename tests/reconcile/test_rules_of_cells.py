"""V06, V07, V19 in one tab: a cell beside another, beside the rules, beside what was accepted before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sync_service.domain.policy import Policy, Rule, Rules
from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, entry_slot
from sync_service.reconcile.plan import plan_grid, plan_log
from sync_service.reconcile.planned import TabPlan
from sync_service.reconcile.sheet import At
from tests.reconcile.world import ANNA, BORIS, L1, L2, L3, LESSONS, context, grid, log

ORIGIN = At(1, 1)
WAIT = Policy(late_edits_wait=True)


def codes(plan: TabPlan) -> list[Code]:
    return [problem.code for problem in plan.problems]


def test_a_mark_and_an_absence_in_two_columns_of_one_lesson_is_told() -> None:
    twin = {**LESSONS, L2: replace(LESSONS[L2], date=LESSONS[L1].date)}
    cells = {(ANNA, L1): "н", (ANNA, L2): "5", (BORIS, L1): "н5", (BORIS, L2): "4", (ANNA, L3): "4"}
    plan = plan_grid(grid(cells), ORIGIN, context(lessons=twin), {}, {})
    (problem,) = plan.problems
    assert (problem.code, problem.slot, problem.read) == (Code.ENTRY_TWO_COLUMNS, entry_slot(ANNA, L2), "5")
    assert len(plan.changes) == 5  # a note holds nothing back
    assert codes(plan_grid(grid(cells), ORIGIN, context(), {}, {})) == []


def test_how_short_a_topic_may_be_stands_in_the_rules_of_its_day() -> None:
    typed = {(L1, LessonField.TOPIC): "Дроби", (L2, LessonField.TOPIC): "Дроби", (L3, LessonField.TOPIC): "12"}
    assert codes(plan_log(log(typed), ORIGIN, context(), {}, {})) == [Code.LESSON_TOPIC_SHORT]
    rules = Rules([Rule("topic_letters", 0), Rule("topic_letters", 6, since=date(2026, 9, 14))])
    plan = plan_log(log(typed), ORIGIN, context(rules=rules), {}, {})
    assert [problem.place.who for problem in plan.problems] == ["урок 14.09", "урок 21.09"]


def test_what_a_cell_may_hold_goes_by_the_day_of_the_lesson() -> None:
    rules = Rules([Rule("signs", True, since=date(2026, 9, 14))])
    plan = plan_grid(grid({(ANNA, L1): "5-", (ANNA, L2): "5-"}), ORIGIN, context(rules=rules), {}, {})
    assert codes(plan) == [Code.ENTRY_SIGNED]
    assert [change.slot.field for change in plan.changes] == [L2]


@pytest.mark.parametrize("typed", ["5", None])
def test_an_accepted_entry_stays_after_its_term_where_the_school_wants_it(typed: str | None) -> None:
    slot = entry_slot(ANNA, L1)  # 7 September, today is the 25th
    cells = {(ANNA, L1): typed, (BORIS, L1): "4"} if typed else {(BORIS, L1): "4"}
    plan = plan_grid(grid(cells), ORIGIN, context(policy=WAIT), {slot: "3"}, {slot: "3"})
    (problem,) = plan.problems
    assert (problem.code, problem.kept, problem.detail) == (Code.ENTRY_LOCKED, "3", "14.09.2026")
    assert [change.slot for change in plan.changes] == [entry_slot(BORIS, L1)]  # never entered: late, but taken
    assert codes(plan_grid(grid(cells), ORIGIN, context(), {slot: "3"}, {slot: "3"})) == []  # the default


def test_within_its_term_an_entry_is_the_teachers() -> None:
    slot = entry_slot(ANNA, L3)  # 21 September
    for today, wanted in ((date(2026, 9, 28), []), (date(2026, 9, 29), [Code.ENTRY_LOCKED])):
        where = context(policy=WAIT, today=today)
        assert codes(plan_grid(grid({(ANNA, L3): "5"}), ORIGIN, where, {slot: "3"}, {slot: "3"})) == wanted


def test_typing_what_the_office_has_corrected_is_no_late_change() -> None:
    slot = entry_slot(ANNA, L1)
    plan = plan_grid(grid({(ANNA, L1): "5"}), ORIGIN, context(policy=WAIT), {slot: "3"}, {slot: "5"})
    assert (plan.problems, len(plan.changes)) == ((), 1)
    untouched = plan_grid(grid({(ANNA, L1): "3"}), ORIGIN, context(policy=WAIT), {slot: "3"}, {slot: "5"})
    assert codes(untouched) == [Code.CELL_OFFICE]


def test_a_cell_that_is_not_understood_is_told_as_such() -> None:
    slot = entry_slot(ANNA, L1)
    plan = plan_grid(grid({(ANNA, L1): "хор"}), ORIGIN, context(policy=WAIT), {slot: "3"}, {slot: "3"})
    assert codes(plan) == [Code.ENTRY_UNKNOWN]
