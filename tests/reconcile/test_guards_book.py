"""An older copy laid over a book, told from a teacher who takes something back; and what is still being typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.slots import Slot, entry_slot
from sync_service.reconcile.older import Step, hold_together, older_copy
from sync_service.reconcile.planned import Action, Change, TabPlan, Withheld
from sync_service.reconcile.settling import Settled, Sighting, settle, sight_change, sight_problem

NOW = datetime(2026, 9, 25, 12, 0, tzinfo=UTC)
LONG_AGO, LAST_WEEK, TODAY = NOW - timedelta(days=30), NOW - timedelta(days=5), NOW - timedelta(hours=1)
TABS = ("grid c001", "grid c002", "grid c003")


def slot(number: int) -> Slot:
    return entry_slot(f"P{number:04}", "c001.001")


def change(number: int, old: str, new: str) -> Change:
    return Change(slot(number), Action.RECORD if new else Action.RETRACT, old, new, "F7")


def written(at: datetime, numbers: range, old: str = "", new: str = "4") -> dict[Slot, list[Step]]:
    return {slot(number): [Step(at, old, new)] for number in numbers}


def spread(changes: list[Change]) -> dict[str, list[Change]]:
    """Over three tabs, as a whole book is."""
    return {tab: changes[number::3] for number, tab in enumerate(TABS)}


def test_everything_since_last_week_taken_back_is_an_older_copy() -> None:
    trail = {**written(LONG_AGO, range(100, 200)), **written(LAST_WEEK, range(8)), **written(TODAY, range(8, 14))}
    copy = [change(number, "4", "") for number in range(14)]
    assert older_copy(spread(copy), trail, NOW) == LAST_WEEK
    assert older_copy({TABS[0]: copy}, trail, NOW) == LAST_WEEK


def test_corrections_taken_back_are_an_older_copy_too() -> None:
    trail = {slot(n): [Step(LONG_AGO, "", "3"), Step(LAST_WEEK, "3", "4")] for n in range(11)}
    assert older_copy({TABS[0]: [change(n, "4", "3") for n in range(11)]}, trail, NOW) == LAST_WEEK


def test_a_copy_that_was_worked_in_is_still_seen() -> None:
    trail = {**written(LONG_AGO, range(100, 200)), **written(LAST_WEEK, range(20)), **written(TODAY, range(20, 24))}
    worked = [change(number, "4", "") for number in range(22)] + [change(100, "4", "5"), change(101, "4", "")]
    assert older_copy({TABS[0]: worked}, trail, NOW) == LAST_WEEK


def test_ten_values_taken_back_are_a_teachers_business() -> None:
    trail = written(LAST_WEEK, range(10))
    assert older_copy({TABS[0]: [change(n, "4", "") for n in range(10)]}, trail, NOW) is None


def test_a_pupils_row_cleared_is_no_older_copy() -> None:
    """Each of its cells was blank once, but what others got since then stands."""
    trail = {**written(LONG_AGO, range(200)), **written(LAST_WEEK, range(200, 300))}
    assert older_copy({TABS[0]: [change(n, "4", "") for n in range(0, 300, 20)]}, trail, NOW) is None


def test_todays_column_taken_back_by_its_teacher_is_no_older_copy_but_todays_work_of_three_tabs_is() -> None:
    trail = written(TODAY, range(20))
    back = [change(n, "4", "") for n in range(20)]
    assert older_copy({TABS[0]: back[:10], "log c001": back[10:]}, trail, NOW) is None
    assert older_copy(spread(back), trail, NOW) == TODAY


def test_other_values_than_before_are_no_older_copy() -> None:
    trail = written(LAST_WEEK, range(30))
    assert older_copy({TABS[0]: [change(n, "4", "5") for n in range(30)]}, trail, NOW) is None
    mixed = [change(n, "4", "" if n < 20 else "5") for n in range(30)]
    assert older_copy({TABS[0]: mixed}, trail, NOW) is None


def test_many_corrections_among_which_something_is_taken_back_are_no_older_copy() -> None:
    trail = {**written(LONG_AGO, range(100, 200)), **written(LAST_WEEK, range(12))}
    back = [change(number, "4", "") for number in range(12)]
    assert older_copy(spread(back), trail, NOW) == LAST_WEEK
    assert older_copy(spread([*back, *(change(n, "4", "5") for n in range(100, 120))]), trail, NOW) is None


def test_what_went_to_and_fro_and_stands_as_it_was_is_not_missed() -> None:
    to_and_fro = {slot(n): [Step(LAST_WEEK, "5", "4"), Step(TODAY, "4", "5")] for n in range(50, 90)}
    trail = {**to_and_fro, **written(LAST_WEEK, range(12))}
    assert older_copy({TABS[0]: [change(n, "4", "") for n in range(12)]}, trail, NOW) == LAST_WEEK


# --- held whole -------------------------------------------------------------------------------------------------------

QUIET = TabPlan(TABS[0], "Математика", (change(1, "4", ""),), ())
STOPPED = TabPlan(TABS[1], "Физика", (), (), Withheld("tab.mass_clear", "9 из 20", "d1"), (change(2, "4", ""),))
DAMAGED = TabPlan(TABS[2], "Химия", (), (), Withheld("tab.damaged", "", "tab.damaged"))


def test_a_book_without_suspicion_is_left_to_the_guards_of_its_tabs() -> None:
    assert hold_together((QUIET, STOPPED), "", frozenset()) == ((QUIET, STOPPED), None)


def test_the_hold_of_a_book_stands_for_those_of_its_tabs_and_its_release_for_theirs() -> None:
    plans, hold = hold_together((QUIET, STOPPED, DAMAGED), "какой она была 20.09", frozenset())
    assert hold is not None
    assert (hold.code, hold.detail) == (Code.BOOK_OLDER, "какой она была 20.09")
    assert [(plan.changes, len(plan.waiting), plan.withheld) for plan in plans] == [
        ((), 1, None), ((), 1, None), ((), 0, DAMAGED.withheld),
    ]  # fmt: skip
    through, none = hold_together((QUIET, STOPPED, DAMAGED), "какой она была 20.09", frozenset({hold.digest}))
    assert none is None
    assert [(len(plan.changes), plan.waiting, plan.withheld) for plan in through] == [
        (1, (), None), (1, (), None), (0, (), DAMAGED.withheld),
    ]  # fmt: skip
    assert through[1].released == {slot(2): hold.digest}
    other = (QUIET, DAMAGED)
    assert hold_together(other, "какой она была 20.09", frozenset({hold.digest}))[1] is not None


# --- settling ---------------------------------------------------------------------------------------------------------

WAIT = timedelta(seconds=15)
TYPED = change(1, "", "5")
BAD = Problem(Code.ENTRY_TWO_DIGITS, Place("Математика", "F8", "Бобров"), "45", slot=slot(2))
STRUCTURE = Problem(Code.ROW_NO_CODE, Place("Математика", "C9"), "Новенький")
PLAN = TabPlan(TABS[0], "Математика", (TYPED,), (STRUCTURE, BAD))


def pass_over(plan: TabPlan, seen: dict[Sighting, datetime] | None = None, *, at: datetime = NOW) -> Settled:
    return settle(plan, seen or {}, frozenset(), at, WAIT)


def test_without_a_wait_everything_is_accepted_at_once() -> None:
    assert settle(PLAN, {}, frozenset(), NOW, timedelta(0)) == (PLAN, {}, None)


def test_what_is_seen_for_the_first_time_waits_and_what_is_about_no_cell_does_not() -> None:
    first = pass_over(PLAN)
    assert (first.plan.changes, first.plan.problems) == ((), (STRUCTURE,))
    assert set(first.seen.values()) == {NOW}
    assert len(first.seen) == 2
    assert first.due == NOW + WAIT


def test_what_still_stands_after_the_wait_is_accepted() -> None:
    seen = pass_over(PLAN).seen
    early = pass_over(PLAN, seen, at=NOW + timedelta(seconds=14))
    assert (early.plan.changes, early.seen, early.due) == ((), seen, NOW + WAIT)
    assert pass_over(PLAN, seen, at=NOW + WAIT) == (PLAN, {}, None)


def test_other_words_wait_anew_and_what_is_undone_is_forgotten() -> None:
    seen = pass_over(PLAN).seen
    later = NOW + timedelta(seconds=14)
    other = TabPlan(TABS[0], "Математика", (change(1, "", "4"),), ())
    assert pass_over(other, seen, at=later).seen == {sight_change(change(1, "", "4")): later}
    assert pass_over(TabPlan(TABS[0], "Математика", (), ()), seen, at=later).seen == {}


def test_what_people_were_told_already_stays_told() -> None:
    sighting = sight_problem(BAD)
    assert sighting is not None
    told = settle(PLAN, {}, frozenset({sighting}), NOW, WAIT)
    assert told.plan.problems == (STRUCTURE, BAD)


def test_what_both_sides_agree_on_does_not_wait() -> None:
    agreed = Change(slot(3), Action.ACKNOWLEDGE, "5", "5", "F9")
    done = pass_over(TabPlan(TABS[0], "Математика", (agreed,), ()))
    assert (done.plan.changes, done.seen, done.due) == ((agreed,), {}, None)


def test_what_is_withheld_is_remembered_but_asks_for_no_other_look() -> None:
    seen = pass_over(STOPPED)
    assert (seen.plan, seen.due) == (STOPPED, None)
    assert seen.seen == {sight_change(change(2, "4", "")): NOW}


@pytest.mark.parametrize("back", [timedelta(hours=12), timedelta(days=400)])
def test_a_clock_set_back_does_not_hold_anything_up(back: timedelta) -> None:
    seen = pass_over(PLAN).seen
    again = pass_over(PLAN, seen, at=NOW - back)
    assert again.due == NOW - back + WAIT
    assert pass_over(PLAN, again.seen, at=NOW - back + WAIT).plan == PLAN


def test_words_that_no_database_keeps_settle_as_well() -> None:
    odd = change(1, "", "тема \ud800\0")
    assert sight_change(odd).words == "= тема ??"
