"""What becomes of a tab of marks: read by keys, checked, decided, guarded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sync_service.domain.problems import Code
from sync_service.domain.school import Marking, Term, WorkType
from sync_service.domain.slots import Slot, entry_slot, final_slot, grounds_slot
from sync_service.reconcile.layout import final_key, grounds_key
from sync_service.reconcile.plan import plan_grid
from sync_service.reconcile.planned import Action, TabPlan
from sync_service.reconcile.sheet import At, CellError, Tab
from tests.reconcile.world import (
    ANNA,
    BORIS,
    COURSE,
    FUTURE,
    GRID,
    L1,
    L2,
    L3,
    LESSONS,
    PUPILS,
    VERA,
    changed,
    context,
    grid,
)

ORIGIN = At(1, 1)
SYNCED = {entry_slot(ANNA, L1): "5", entry_slot(BORIS, L1): "4", entry_slot(VERA, L2): "н"}
SYNCED_CELLS = {(ANNA, L1): "5", (BORIS, L1): "4", (VERA, L2): "н"}


def plan(tab: Tab, known: dict[Slot, str] | None = None, origin: At = ORIGIN, **facts: object) -> TabPlan:
    """A pass over a tab whose baseline and record say `known`."""
    known = known or {}
    return plan_grid(tab, origin, context(**facts), known, known)


def changes(result: TabPlan) -> dict[Slot, tuple[Action, str]]:
    return {change.slot: (change.action, change.new) for change in result.changes}


def codes(result: TabPlan) -> list[Code]:
    return [problem.code for problem in result.problems]


def test_what_was_typed_is_recorded_in_its_canonical_form() -> None:
    result = plan(grid({(ANNA, L1): "5 ", (BORIS, L1): 4, (VERA, L2): "H", (VERA, L3): "4 5"}))
    assert changes(result) == {
        entry_slot(ANNA, L1): (Action.RECORD, "5"),
        entry_slot(BORIS, L1): (Action.RECORD, "4"),
        entry_slot(VERA, L2): (Action.RECORD, "н"),
        entry_slot(VERA, L3): (Action.RECORD, "4/5"),
    }
    assert codes(result) == []


def test_a_second_pass_over_the_same_tab_plans_nothing() -> None:
    result = plan(grid(SYNCED_CELLS), SYNCED)
    assert result.changes == ()
    assert result.problems == ()


def test_rows_sorted_the_other_way_round_are_the_same_tab() -> None:
    assert plan(grid(SYNCED_CELLS, pupils=(VERA, BORIS, ANNA)), SYNCED).changes == ()


def test_columns_in_another_order_are_the_same_tab() -> None:
    assert plan(grid(SYNCED_CELLS, lessons=(L3, FUTURE, L2, L1)), SYNCED).changes == ()


def test_a_title_row_inserted_above_changes_nothing() -> None:
    pushed = Tab("Математика", {At(at.row + 1, at.column): raw for at, raw in grid(SYNCED_CELLS).cells.items()})
    result = plan(changed(pushed, {At(1, 3): "Журнал 7 класса"}), SYNCED, origin=At(2, 1))
    assert (result.changes, result.problems) == ((), ())


def test_a_bad_cell_waits_alone_and_its_neighbours_go_on() -> None:
    cells = {**SYNCED_CELLS, (ANNA, L1): "45", (BORIS, L2): "3"}
    result = plan(grid(cells), SYNCED)
    assert changes(result) == {entry_slot(BORIS, L2): (Action.RECORD, "3")}
    (problem,) = result.problems
    assert (problem.code, problem.read, problem.kept, problem.detail) == (Code.ENTRY_TWO_DIGITS, "45", "5", "4/5")
    assert problem.place.who == "Аистова Анна, 07.09"


def test_a_formula_error_is_never_read_as_a_blank() -> None:
    result = plan(grid({**SYNCED_CELLS, (ANNA, L1): CellError("#REF!")}), SYNCED)
    assert (changes(result), codes(result)) == ({}, [Code.ENTRY_FORMULA])


def test_a_cleared_cell_is_a_retraction() -> None:
    cells = {place: raw for place, raw in SYNCED_CELLS.items() if place != (BORIS, L1)}
    assert changes(plan(grid(cells), SYNCED)) == {entry_slot(BORIS, L1): (Action.RETRACT, "")}


def test_a_mark_in_the_future_waits_for_its_day() -> None:
    result = plan(grid({(ANNA, FUTURE): "5"}))
    assert (changes(result), codes(result)) == ({}, [Code.ENTRY_FUTURE])
    later = plan(grid({(ANNA, FUTURE): "5"}), today=LESSONS[FUTURE].date)
    assert changes(later) == {entry_slot(ANNA, FUTURE): (Action.RECORD, "5")}


def test_a_mark_before_the_pupil_came_is_refused() -> None:
    newcomer = {**PUPILS, ANNA: PUPILS[ANNA].model_copy(update={"enrolled": date(2026, 9, 10)})}
    result = plan(grid({(ANNA, L1): "5", (ANNA, L2): "4"}), pupils=newcomer)
    assert changes(result) == {entry_slot(ANNA, L2): (Action.RECORD, "4")}
    assert codes(result) == [Code.ENTRY_NOT_ON_LIST]


def test_a_first_grader_gets_no_point_marks_but_may_be_absent() -> None:
    unmarked = COURSE.model_copy(update={"marking": Marking.UNMARKED, "grade": 1})
    result = plan(grid({(ANNA, L1): "5", (BORIS, L1): "н"}), course=unmarked)
    assert changes(result) == {entry_slot(BORIS, L1): (Action.RECORD, "н")}
    assert codes(result) == [Code.ENTRY_NO_POINTS]


def test_a_mark_at_a_lesson_that_did_not_take_place_is_accepted_and_told() -> None:
    lessons = {**LESSONS, L1: replace(LESSONS[L1], held=False)}
    result = plan(grid({(ANNA, L1): "5"}), lessons=lessons)
    assert changes(result) == {entry_slot(ANNA, L1): (Action.RECORD, "5")}
    assert codes(result) == [Code.ENTRY_NOT_HELD]


@pytest.mark.parametrize(("final", "told"), [("5", []), ("4", [Code.FINAL_DIFFERS])])
def test_a_period_mark_that_differs_from_its_mean_is_accepted_and_told(final: str, told: list[Code]) -> None:
    result = plan(grid({(ANNA, L1): "5", (ANNA, L2): "5", (ANNA, L3): "4"}, finals={ANNA: final}))
    assert changes(result)[final_slot(ANNA, "c001", Term.Q1)] == (Action.RECORD, final)
    assert codes(result) == told


def test_works_that_do_not_count_and_lines_without_marks_have_no_mean_to_differ_from() -> None:
    lessons = {**LESSONS, L1: replace(LESSONS[L1], work_type="Диагн")}
    works = {"Диагн": WorkType(short="Диагн", title="Диагностическая работа", counts=False)}
    tab = grid({(ANNA, L1): "2", (ANNA, L2): "5"}, finals={ANNA: "5", BORIS: "3"})
    assert codes(plan(tab, lessons=lessons, work_types=works)) == []
    assert codes(plan(tab)) == [Code.FINAL_DIFFERS]


def test_cells_under_a_merge_are_not_blanks() -> None:
    merged = replace(grid({(ANNA, L1): "5"}), merged=((At(6, 6), At(8, 6)),))
    result = plan(merged, SYNCED | {entry_slot(VERA, L2): ""})
    assert changes(result) == {}
    assert codes(result) == [Code.ENTRY_MERGED, Code.ENTRY_MERGED]


# --- rows and columns -------------------------------------------------------------------------------------------------


def test_a_row_without_a_code_is_told_and_the_others_go_through() -> None:
    tab = changed(grid({(ANNA, L1): "5"}), {At(11, 3): "Новенький Глеб", At(11, 6): "4"})
    result = plan(tab)
    assert changes(result) == {entry_slot(ANNA, L1): (Action.RECORD, "5")}
    assert [(problem.code, problem.read) for problem in result.problems] == [(Code.ROW_NO_CODE, "Новенький Глеб")]


def test_a_subtotal_row_is_not_a_pupil() -> None:
    assert codes(plan(changed(grid(), {At(11, 3): "Итого", At(11, 6): "12"}))) == []


def test_two_rows_of_one_pupil_that_differ_are_both_held() -> None:
    twice = changed(grid({(ANNA, L1): "5"}), {At(9, 1): ANNA, At(9, 6): "2"})
    result = plan(twice, {entry_slot(ANNA, L1): "4"})
    assert (changes(result), codes(result)) == ({}, [Code.ROW_DUPLICATE])


def test_two_rows_of_one_pupil_that_agree_are_read_and_told() -> None:
    twice = changed(grid({(ANNA, L1): "5"}), {At(9, 1): ANNA, At(9, 6): "5"})
    result = plan(twice)
    assert changes(result) == {entry_slot(ANNA, L1): (Action.RECORD, "5")}
    assert codes(result) == [Code.ROW_DUPLICATE]


def test_a_deleted_row_keeps_the_pupils_history_and_is_told() -> None:
    result = plan(grid({(ANNA, L1): "5", (VERA, L2): "н"}, pupils=(ANNA, VERA)), SYNCED)
    assert (changes(result), codes(result)) == ({}, [Code.ROW_MISSING])


def test_the_row_of_a_pupil_who_has_left_may_be_deleted() -> None:
    gone = PUPILS | {BORIS: PUPILS[BORIS].model_copy(update={"left": LESSONS[L2].date})}
    result = plan(grid({(ANNA, L1): "5", (VERA, L2): "н"}, pupils=(ANNA, VERA)), SYNCED, pupils=gone)
    assert (changes(result), codes(result)) == ({}, [])


def test_a_deleted_lesson_column_with_marks_holds_the_tab() -> None:
    result = plan(grid({(VERA, L2): "н"}, lessons=(L2, L3, FUTURE)), SYNCED)
    assert result.changes == ()
    assert result.withheld is not None
    assert (result.withheld.code, result.withheld.detail) == (Code.COLUMN_MISSING, "2")


def test_a_deleted_lesson_column_without_marks_is_only_told() -> None:
    result = plan(grid(SYNCED_CELLS, lessons=(L1, L2, FUTURE)), SYNCED)
    assert (result.withheld, codes(result)) == (None, [Code.COLUMN_MISSING])


def test_an_unknown_column_between_the_lessons_is_ignored_and_told() -> None:
    assert codes(plan(changed(grid(), {At(6, 20): "заметка"}))) == [Code.COLUMN_UNKNOWN]


def test_a_copied_lesson_column_gives_its_marks_to_neither() -> None:
    result = plan(changed(grid({(ANNA, L1): "5"}), {At(1, 20): L1, At(6, 20): "2"}), {entry_slot(ANNA, L1): "4"})
    assert (changes(result), codes(result)) == ({}, [Code.COLUMN_DUPLICATE])


def test_a_new_pupil_is_not_missed_before_there_is_a_row() -> None:
    assert codes(plan(grid({(ANNA, L1): "5"}, pupils=(ANNA,)), {entry_slot(ANNA, L1): "5"})) == []


def test_a_group_that_nobody_attends_yet_is_not_damaged() -> None:
    assert plan(grid(pupils=())).withheld is None


def test_a_course_that_the_timetable_does_not_know_yet_is_not_damaged() -> None:
    result = plan_grid(grid(lessons=()), ORIGIN, context(lessons={}), {}, {})
    assert (result.withheld, result.problems) == (None, ())


# --- guards -----------------------------------------------------------------------------------------------------------

MANY = {entry_slot(pupil, lesson): "4" for pupil in PUPILS for lesson in (L1, L2, L3)}
MANY_CELLS = {(slot.subject, slot.field): text for slot, text in MANY.items()}


def test_an_emptied_tab_is_withheld() -> None:
    result = plan(grid(), MANY)
    assert result.changes == ()
    assert result.withheld is not None
    assert (result.withheld.code, result.withheld.detail) == (Code.TAB_EMPTIED, "9")


def test_a_tab_with_a_few_entries_may_be_cleared_for_good() -> None:
    assert len(plan(grid(), SYNCED).changes) == 3


def test_a_few_cleared_cells_go_through_and_many_do_not() -> None:
    five = dict(list(MANY_CELLS.items())[5:])
    assert len(plan(grid(five), MANY).changes) == 5
    six = dict(list(MANY_CELLS.items())[6:])
    result = plan(grid(six), MANY)
    assert result.changes == ()
    assert result.withheld is not None
    assert (result.withheld.code, result.withheld.detail) == (Code.TAB_MASS_CLEAR, "6 из 9")


def test_a_release_lets_exactly_the_refused_content_through() -> None:
    refused = plan(grid(), MANY).withheld
    assert refused is not None
    released = frozenset({refused.digest})
    assert len(plan_grid(grid(), ORIGIN, context(), MANY, MANY, released).changes) == 9
    other = grid({(ANNA, L1): "5"})
    assert plan_grid(other, ORIGIN, context(), MANY, MANY, released).withheld is not None


def test_wiped_keys_hold_the_tab_instead_of_reading_by_position() -> None:
    wiped = changed(grid(SYNCED_CELLS), {At(1, column): None for column in range(2, 20)})
    result = plan(wiped, SYNCED)
    assert result.changes == ()
    assert result.withheld is not None
    assert result.withheld.code == Code.TAB_DAMAGED


def test_the_plan_prints_what_it_would_do() -> None:
    text = str(plan(grid({(ANNA, L1): "5", (BORIS, L1): "45"})))
    assert f"Математика [{GRID}]" in text
    assert "record entry:PANNA:c001.001 '' → '5'" in text
    assert "problem entry.two_digits F7 '45' 4/5" in text


def test_rows_and_columns_that_belong_to_nobody_are_told_and_the_others_are_read() -> None:
    spare = f"{COURSE.code}.Q1-1"
    tab = changed(
        grid({(ANNA, L1): "5"}),
        {At(1, 20): spare, At(6, 20): "4", At(1, 21): "c009.001", At(1, 22): "#mean", At(1, 23): "#mean",
         At(1, 24): f"{COURSE.code}.Q1-2", At(12, 1): "PNONE", At(13, 3): "-----", At(13, 6): "—"},
    )  # fmt: skip
    result = plan(tab)
    assert changes(result) == {entry_slot(ANNA, L1): (Action.RECORD, "5")}
    assert [(problem.code, problem.place.a1) for problem in result.problems] == [
        (Code.COLUMN_UNKNOWN, "U1"), (Code.LESSON_UNSCHEDULED, "T6"), (Code.ROW_UNKNOWN, "A12"),
    ]  # fmt: skip


def test_entries_and_marks_stand_only_for_the_days_on_which_a_pupil_is_on_the_course() -> None:
    spans = {ANNA: [(date(2026, 9, 1), date(2026, 9, 14))], BORIS: [(date(2026, 8, 1), date(2026, 8, 20))]}
    tab = grid({(ANNA, L1): "5", (ANNA, L2): "4"}, finals={ANNA: "5", BORIS: "4"})
    result = plan(tab, spans=spans)
    assert changes(result) == {
        entry_slot(ANNA, L1): (Action.RECORD, "5"), final_slot(ANNA, "c001", Term.Q1): (Action.RECORD, "5"),
    }  # fmt: skip
    assert codes(result) == [Code.ENTRY_NOT_ON_LIST] * 2


def with_reasons(reason: str, **finals: str) -> Tab:
    """The grid with a column «Причина» on the right of everything."""
    return changed(grid({(ANNA, L1): "4"}, finals=finals), {At(1, 11): grounds_key(Term.Q1), At(6, 11): reason})


def test_a_mark_that_is_not_the_suggested_one_is_asked_about_until_its_teacher_says_why() -> None:
    assert codes(plan(with_reasons("", **{ANNA: "5"}))) == [Code.FINAL_DIFFERS]
    said = plan(with_reasons("призёр олимпиады", **{ANNA: "5"}))
    assert codes(said) == []
    assert changes(said)[grounds_slot(ANNA, "c001", Term.Q1)] == (Action.RECORD, "призёр олимпиады")


def test_who_is_released_is_so_by_an_order() -> None:
    assert codes(plan(with_reasons("болел", **{ANNA: "осв"}))) == [Code.FINAL_NO_ORDER]
    assert codes(plan(with_reasons("приказ № 12 от 01.10", **{ANNA: "осв"}))) == []


def test_marks_that_came_along_count_and_works_that_do_not_count_are_left_out() -> None:
    typed = grid({(ANNA, L1): "2"}, finals={ANNA: "5"})
    silent = WorkType(short="Тетр", title="Ведение тетради", counts=False)
    lessons = LESSONS | {L1: replace(LESSONS[L1], work_type="Тетр")}
    facts: dict[str, object] = {"work_types": {"Тетр": silent}, "lessons": lessons}
    assert codes(plan(typed, **facts)) == []  # no mean at all
    assert codes(plan(typed, brought={(ANNA, Term.Q1): [(3, 1)]}, **facts)) == [Code.FINAL_DIFFERS]


def test_year_and_final_marks_are_asked_about_by_what_they_are_made_of() -> None:
    columns = {final_key(term): 11 + number for number, term in enumerate((Term.YEAR, Term.EXAM, Term.FINAL))}
    cells = {At(1, column): key for key, column in columns.items()}
    stands = {At(6, column): text for column, text in zip(columns.values(), ("5", "3", "5"), strict=True)}
    ninth = COURSE.model_copy(update={"grade": 9})
    result = plan(changed(grid(finals={ANNA: "4"}), cells | stands), course=ninth)
    assert [(problem.code, problem.detail) for problem in result.problems] == [
        (Code.FINAL_DIFFERS, "среднее четвертных 4,00 → 4"), (Code.FINAL_DIFFERS, "год и экзамен 4,00 → 4"),
    ]  # fmt: skip
    elsewhere = {(ANNA, Term.Q1): "2", (ANNA, Term.Q2): "5", (ANNA, Term.YEAR): "2"}  # what stands here goes before
    result = plan(changed(grid(finals={ANNA: "4"}), cells | stands), course=ninth, finals_elsewhere=elsewhere)
    assert [problem.detail for problem in result.problems] == ["год и экзамен 4,00 → 4"]
