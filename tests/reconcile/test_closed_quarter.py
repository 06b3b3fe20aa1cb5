"""A closed quarter (V30): what is changed in it waits, told at its cell; the open quarters go on beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code, message
from sync_service.domain.school import Period, Term
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.reconcile import layout
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.plan import plan_absences, plan_grid, plan_log
from sync_service.reconcile.planned import TabPlan
from sync_service.reconcile.sheet import At, RawCell, Tab
from tests.reconcile.world import ANNA, BORIS, FUTURE, L1, L2, L3, LESSONS, VERA, YEAR, context, grid, log

TOP = At(1, 1)
SECOND = Period(term=Term.Q2, title="II четверть", start=date(2026, 9, 19), end=date(2026, 12, 29))
FIRST = YEAR.periods[0].model_copy(update={"end": date(2026, 9, 18)})  # with L1 and L2; L3 is of the second
SPLIT = YEAR.model_copy(update={"periods": (FIRST, SECOND)})


def closed(*terms: Term) -> CourseContext:
    return context(year=SPLIT, closed=frozenset(terms))


def slots(plan: TabPlan) -> list[Slot]:
    return [change.slot for change in plan.changes]


def told(plan: TabPlan) -> list[Slot | None]:
    return [problem.slot for problem in plan.problems if problem.code is Code.PERIOD_CLOSED]


def test_an_entry_of_the_closed_quarter_waits_and_one_of_the_open_is_recorded() -> None:
    tab = grid({(ANNA, L1): "5", (ANNA, L3): "4"}, finals={ANNA: "5"})
    plan = plan_grid(tab, TOP, closed(Term.Q1), {}, {})
    assert slots(plan) == [entry_slot(ANNA, L3)]
    assert set(told(plan)) == {entry_slot(ANNA, L1), final_slot(ANNA, "c001", "Q1")}
    assert plan.withheld is not None
    assert (plan.withheld.code, plan.withheld.detail) == ("period.closed", "I четверть, ячеек: 2")


def test_the_note_at_the_cell_says_what_stays_and_whom_to_ask() -> None:
    slot = entry_slot(ANNA, L1)
    plan = plan_grid(grid({(ANNA, L1): "5"}), TOP, closed(Term.Q1), {slot: "4"}, {slot: "4"})
    (problem,) = plan.problems
    assert (problem.place.a1, problem.read, problem.kept) == ("F6", "5", "4")
    assert "период закрыт (I четверть)" in message(problem)
    assert "Пока действует «4»" in message(problem)
    assert "заместителя" in message(problem)


def test_clearing_a_cell_of_the_closed_quarter_waits_too() -> None:
    slot = entry_slot(ANNA, L1)
    plan = plan_grid(grid(), TOP, closed(Term.Q1), {slot: "4"}, {slot: "4"})
    assert (plan.changes, told(plan)) == ((), [slot])


def test_what_both_sides_agree_on_is_no_change() -> None:
    slot = entry_slot(ANNA, L1)
    plan = plan_grid(grid({(ANNA, L1): "5"}), TOP, closed(Term.Q1), {}, {slot: "5"})
    assert slots(plan) == [slot]
    assert plan.withheld is None


def test_nothing_waits_while_nothing_is_changed_or_nothing_is_closed() -> None:
    slot = entry_slot(ANNA, L1)
    assert plan_grid(grid({(ANNA, L1): "5"}), TOP, closed(Term.Q1), {slot: "5"}, {slot: "5"}).withheld is None
    assert plan_grid(grid({(ANNA, L1): "5"}), TOP, closed(), {}, {}).withheld is None
    assert plan_grid(grid({(ANNA, L1): "5"}), TOP, closed(Term.Q2), {}, {}).withheld is None


def test_a_release_lets_through_these_changes_and_no_others() -> None:
    first = plan_grid(grid({(ANNA, L1): "5"}), TOP, closed(Term.Q1), {}, {})
    assert first.withheld is not None
    released = frozenset({first.withheld.digest})
    # the teacher has gone on in the open quarter meanwhile: the release is still good
    worked_on = grid({(ANNA, L1): "5", (BORIS, L3): "3"})
    through = plan_grid(worked_on, TOP, closed(Term.Q1), {}, {}, released)
    assert slots(through) == [entry_slot(ANNA, L1), entry_slot(BORIS, L3)]
    assert (through.withheld, told(through)) == (None, [])
    other = plan_grid(grid({(ANNA, L1): "4"}), TOP, closed(Term.Q1), {}, {}, released)
    assert (other.changes, told(other)) == ((), [entry_slot(ANNA, L1)])


def test_a_released_clearing_is_not_stopped_again_for_its_size() -> None:
    many = {entry_slot(pupil, lesson): "4" for pupil in (ANNA, BORIS, VERA) for lesson in (L1, L2)}
    kept = {(VERA, L3): "5"}
    standing = many | {entry_slot(VERA, L3): "5"}
    held = plan_grid(grid(kept), TOP, closed(Term.Q1), standing, standing)
    assert held.withheld is not None
    assert held.withheld.code == "period.closed"
    through = plan_grid(grid(kept), TOP, closed(Term.Q1), standing, standing, frozenset({held.withheld.digest}))
    assert (set(slots(through)), through.withheld) == (set(many), None)


def test_an_emptied_tab_is_held_whole_whatever_is_closed() -> None:
    standing = {entry_slot(pupil, lesson): "4" for pupil in (ANNA, BORIS, VERA) for lesson in (L1, L3)}
    plan = plan_grid(grid(), TOP, closed(Term.Q1), standing, standing)
    assert plan.withheld is not None
    assert (plan.withheld.code, plan.changes) == ("tab.emptied", ())
    assert len(told(plan)) == 3
    # who releases the whole tab has seen all of it
    through = plan_grid(grid(), TOP, closed(Term.Q1), standing, standing, frozenset({plan.withheld.digest}))
    assert (set(slots(through)), through.withheld) == (set(standing), None)


def test_fields_of_a_closed_lesson_wait_and_those_of_an_open_one_do_not() -> None:
    tab = log({(L1, LessonField.TOPIC): "Дроби", (L1, LessonField.HELD): "да", (L3, LessonField.TOPIC): "Степень"})
    plan = plan_log(tab, TOP, closed(Term.Q1), {}, {})
    assert slots(plan) == [lesson_slot(L3, LessonField.TOPIC)]
    assert set(told(plan)) == {lesson_slot(L1, LessonField.TOPIC), lesson_slot(L1, LessonField.HELD)}


def test_a_lesson_moves_neither_out_of_a_closed_quarter_nor_into_it() -> None:
    out = log({(L1, LessonField.DATE): date(2026, 9, 22)})
    into = log({(L3, LessonField.DATE): date(2026, 9, 15)})
    within = log({(L3, LessonField.DATE): date(2026, 9, 22)})
    assert told(plan_log(out, TOP, closed(Term.Q1), {}, {})) == [lesson_slot(L1, LessonField.DATE)]
    assert told(plan_log(into, TOP, closed(Term.Q1), {}, {})) == [lesson_slot(L3, LessonField.DATE)]
    assert slots(plan_log(within, TOP, closed(Term.Q1), {}, {})) == [lesson_slot(L3, LessonField.DATE)]


def test_a_lesson_outside_every_quarter_is_not_closed() -> None:
    moved = {**LESSONS, FUTURE: replace(LESSONS[FUTURE], date=date(2027, 1, 2))}
    tab = log({(FUTURE, LessonField.TOPIC): "Степень"})
    plan = plan_log(tab, TOP, replace(closed(Term.Q1, Term.Q2), lessons=moved), {}, {})
    assert slots(plan) == [lesson_slot(FUTURE, LessonField.TOPIC)]


def absences(*lines: tuple[str, str]) -> Tab:
    cells: dict[At, RawCell] = {At(1, 1): "absences 7А"}
    for column in layout.ABSENCES.columns:
        cells[At(1, layout.ABSENCES.index(column.key))] = column.key
        cells[At(2, layout.ABSENCES.index(column.key))] = column.heading
    for row, (key, code) in enumerate(lines, 3):
        cells |= {At(row, 1): key, At(row, layout.ABSENCES.index("code")): code}
    return Tab("Пропуски", cells)


def test_a_reason_of_a_closed_day_waits() -> None:
    tab = absences((f"{ANNA} 2026-09-07", "б"), (f"{ANNA} 2026-09-21", "ув"))
    plan = plan_absences(
        tab, TOP, "7А", {ANNA: "Аистова Анна"}, Policy(), {}, {},
        closed_on=lambda day: "I четверть" if day <= FIRST.end else "",
    )  # fmt: skip
    assert slots(plan) == [Slot(SlotKind.REASON, ANNA, "2026-09-21 code")]
    assert told(plan) == [Slot(SlotKind.REASON, ANNA, "2026-09-07 code")]
