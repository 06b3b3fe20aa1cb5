"""V05–V07, V19, V24 in one tab: a cell beside another, beside the rules, the office, what was accepted before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sync_service.domain.policy import Policy, Rule, Rules
from sync_service.domain.problems import Code
from sync_service.domain.school import AbsenceCode, StaffAbsence, Substitution, SubstitutionKind
from sync_service.domain.slots import LessonField, entry_slot, lesson_slot
from sync_service.reconcile.plan import plan_grid, plan_log
from sync_service.reconcile.planned import TabPlan
from sync_service.reconcile.sheet import At
from tests.reconcile.world import ANNA, BORIS, L1, L2, L3, LESSONS, VERA, context, grid, log

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


# --- homework after its term ---


@pytest.mark.parametrize("typed", ["№ 7", None])
def test_accepted_homework_stays_after_its_term_where_the_school_wants_it(typed: str | None) -> None:
    slot = lesson_slot(L1, LessonField.HOMEWORK)
    cells = {(L1, LessonField.TOPIC): "Дроби"} | ({(L1, LessonField.HOMEWORK): typed} if typed else {})
    known = {slot: "№ 5"}
    plan = plan_log(log(cells), ORIGIN, context(policy=WAIT), known, known)
    (problem,) = plan.problems
    assert (problem.code, problem.kept, problem.detail) == (Code.HOMEWORK_LOCKED, "№ 5", "14.09.2026")
    assert [change.slot.field for change in plan.changes] == [LessonField.TOPIC]  # a topic has no such term
    longer = WAIT.model_copy(update={"homework_edit_days": 18})
    assert codes(plan_log(log(cells), ORIGIN, context(policy=longer), known, known)) == []
    assert codes(plan_log(log(cells), ORIGIN, context(), known, known)) == []  # the default


# --- who gave the lesson ---

ILL = StaffAbsence(start=date(2026, 9, 14), end=date(2026, 9, 15), employee="e01", code=AbsenceCode.ILLNESS)
HELD = lesson_slot(L2, LessonField.HELD)
TOLD = {(L2, LessonField.HELD): "да", (L2, LessonField.TOPIC): "Дроби", (L1, LessonField.HELD): "да"}


def by_another(**changes: object) -> Substitution:
    made = Substitution(
        date=date(2026, 9, 14), slot=2, school_class="7А", subject="Математика", absent="e01",
        kind=SubstitutionKind.REPLACED, substitute="e02",
    )  # fmt: skip
    return made.model_copy(update=changes)


def test_a_lesson_of_an_absent_teacher_without_a_substitution_is_not_held() -> None:
    plan = plan_log(log(TOLD), ORIGIN, context(absences=(ILL,)), {}, {})
    (problem,) = plan.problems
    assert (problem.code, problem.slot, problem.detail) == (Code.LESSON_HELD_AWAY, HELD, "14.09, Б")
    # the topic is kept, and so is the lesson of another day
    assert {change.slot for change in plan.changes} == {
        lesson_slot(L2, LessonField.TOPIC), lesson_slot(L1, LessonField.HELD),
    }  # fmt: skip


def test_a_substitution_of_that_hour_lets_the_lesson_be_held_and_no_other_does() -> None:
    for substitution, wanted in (
        (by_another(), []),
        (by_another(kind=SubstitutionKind.MERGED), []),
        (by_another(slot=3), [Code.LESSON_HELD_AWAY]),
        (by_another(date=date(2026, 9, 15)), [Code.LESSON_HELD_AWAY]),
    ):
        where = context(absences=(ILL,), substitutions=(substitution,))
        assert codes(plan_log(log(TOLD), ORIGIN, where, {}, {})) == wanted


def test_the_day_that_counts_is_the_one_that_stands_in_the_log() -> None:
    moved = {(L2, LessonField.DATE): date(2026, 9, 16), (L2, LessonField.HELD): "да"}
    assert codes(plan_log(log(moved), ORIGIN, context(absences=(ILL,)), {}, {})) == []
    onto = {(L1, LessonField.DATE): date(2026, 9, 15), (L1, LessonField.SLOT): 5, (L1, LessonField.HELD): "да"}
    for slot, wanted in ((5, []), (2, [Code.LESSON_HELD_AWAY])):
        where = context(absences=(ILL,), substitutions=(by_another(date=date(2026, 9, 15), slot=slot),))
        assert codes(plan_log(log(onto), ORIGIN, where, {}, {})) == wanted


def test_what_was_held_before_the_absence_was_known_stays_and_the_office_may_say_so() -> None:
    accepted = {HELD: "да"}
    where = context(absences=(ILL,))
    only = {(L2, LessonField.HELD): "да"}
    assert codes(plan_log(log(only), ORIGIN, where, accepted, accepted)) == []
    by_the_office = plan_log(log(only), ORIGIN, where, {}, accepted)
    assert (by_the_office.problems, len(by_the_office.changes)) == ((), 1)
    assert codes(plan_log(log({(L2, LessonField.HELD): "нет"}), ORIGIN, where, {}, {})) == []


# --- reasons of absence ---


def test_where_only_the_class_teacher_knows_reasons_a_subject_teacher_types_that_a_pupil_was_absent() -> None:
    rules = Rules([Rule("class_teacher_reasons", True, since=date(2026, 9, 14))])
    cells = {(ANNA, L1): "б", (ANNA, L2): "б", (BORIS, L2): "н", (BORIS, L3): "осв"}
    plan = plan_grid(grid(cells), ORIGIN, context(rules=rules), {}, {})
    (problem,) = plan.problems
    assert (problem.code, problem.slot) == (Code.ENTRY_REASON, entry_slot(ANNA, L2))
    assert len(plan.changes) == 3
    own_class = context(rules=rules, class_teacher="e01")
    assert codes(plan_grid(grid(cells), ORIGIN, own_class, {}, {})) == []
    assert codes(plan_grid(grid(cells), ORIGIN, context(), {}, {})) == []  # the default
    apart = context(class_teacher="e01", reasons_apart=True)  # the book lies where no illness may be told
    assert codes(plan_grid(grid(cells), ORIGIN, apart, {}, {})) == [Code.ENTRY_REASON, Code.ENTRY_REASON]


# --- one mark for many ---


def test_many_equal_marks_at_once_in_a_line_are_told() -> None:
    few = Policy(equal_marks=3)
    down = {(pupil, L1): "5" for pupil in (ANNA, BORIS, VERA)}
    plan = plan_grid(grid(down), ORIGIN, context(policy=few), {}, {})
    (problem,) = plan.problems
    assert (problem.code, problem.read, problem.detail) == (Code.TAB_EQUAL_MARKS, "5", "ячеек 3")
    assert (problem.slot, problem.place.a1) == (entry_slot(ANNA, L1), "F6")
    assert len(plan.changes) == 3  # a note holds nothing back
    across = {(ANNA, lesson): "4" for lesson in (L1, L2, L3)}
    assert codes(plan_grid(grid(across), ORIGIN, context(policy=few), {}, {})) == [Code.TAB_EQUAL_MARKS]
    assert codes(plan_grid(grid(down), ORIGIN, context(), {}, {})) == []  # the default is twenty


def test_marks_that_differ_that_were_there_or_that_are_no_marks_are_no_stroke() -> None:
    few = Policy(equal_marks=3)
    for cells, known in (
        ({(ANNA, L1): "5", (BORIS, L1): "5", (VERA, L1): "4"}, {}),
        ({(ANNA, L1): "5", (BORIS, L2): "5", (VERA, L3): "5"}, {}),
        ({(pupil, L1): "н" for pupil in (ANNA, BORIS, VERA)}, {}),
        ({(pupil, L1): "5" for pupil in (ANNA, BORIS, VERA)}, {entry_slot(ANNA, L1): "4"}),
    ):
        assert codes(plan_grid(grid(cells), ORIGIN, context(policy=few), known, known)) == []
