"""What becomes of a tab of lessons: dates, topics, homework; and of the class teacher's reasons of absence."""

from __future__ import annotations

from datetime import date

import pytest

from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code
from sync_service.domain.school import Holiday, HolidayKind
from sync_service.domain.slots import LessonField, Slot, SlotKind, lesson_slot
from sync_service.reconcile.layout import ABSENCES, LOG, TabKind, tab_key
from sync_service.reconcile.locate import locate_table
from sync_service.reconcile.parse import parse_absences
from sync_service.reconcile.plan import plan_absences, plan_log, plan_lost_tab
from sync_service.reconcile.planned import TabPlan
from sync_service.reconcile.sheet import At, CellError, RawCell, Sheets, Tab
from sync_service.reconcile.timetabled import outdated_days
from tests.reconcile.world import FUTURE, L1, L2, L3, PUPILS, YEAR, changed, context, log

ORIGIN = At(1, 1)


def plan(tab: Tab, known: dict[Slot, str] | None = None, **facts: object) -> TabPlan:
    """A pass over a log whose baseline and record say `known` besides what the timetable says."""
    return plan_log(tab, ORIGIN, context(**facts), known or {}, known or {})


def texts(result: TabPlan) -> dict[Slot, str]:
    return {change.slot: change.new for change in result.changes}


def test_a_filled_lesson_is_recorded_field_by_field() -> None:
    typed: dict[tuple[str, LessonField], RawCell] = {
        (L1, LessonField.HELD): "Да",
        (L1, LessonField.TOPIC): "Степень с натуральным показателем",
        (L1, LessonField.HOMEWORK): "не задано",
        (L2, LessonField.HOMEWORK_DUE): "21.09",
        (L2, LessonField.MINUTES): 20.0,
        (L2, LessonField.WORK_TYPE): "кр",
    }
    assert texts(plan(log(typed))) == {
        lesson_slot(L1, LessonField.HELD): "да",
        lesson_slot(L1, LessonField.TOPIC): "Степень с натуральным показателем",
        lesson_slot(L1, LessonField.HOMEWORK): "—",
        lesson_slot(L2, LessonField.HOMEWORK_DUE): "2026-09-21",
        lesson_slot(L2, LessonField.MINUTES): "20",
        lesson_slot(L2, LessonField.WORK_TYPE): "КР",
    }


def test_dates_that_the_renderer_filled_in_are_not_news() -> None:
    assert (plan(log()).changes, plan(log()).problems) == ((), ())


def test_an_emptied_date_of_the_timetable_says_nothing() -> None:
    result = plan(changed(log(), {At(4, LOG.index("date")): None}))
    assert (result.changes, result.problems) == ((), ())


def test_an_emptied_date_that_the_teacher_had_given_is_refused() -> None:
    given = {lesson_slot(L2, LessonField.DATE): "2026-09-15"}
    result = plan(changed(log(), {At(4, LOG.index("date")): None}), given)
    (problem,) = result.problems
    assert (result.changes, problem.code, problem.kept) == ((), Code.LESSON_DATE, "2026-09-15")


def test_a_lesson_may_be_moved_to_another_school_day() -> None:
    moved = plan(log({(L2, LessonField.DATE): date(2026, 9, 15)}))
    assert texts(moved) == {lesson_slot(L2, LessonField.DATE): "2026-09-15"}


@pytest.mark.parametrize(
    ("typed", "code", "why"),
    [
        (date(2026, 9, 13), Code.LESSON_OUTSIDE, "воскресенье"),
        (date(2026, 8, 31), Code.LESSON_OUTSIDE, "вне учебного года"),
        (date(2026, 9, 9), Code.LESSON_OUTSIDE, "День города"),
        ("32.13.2026", Code.LESSON_DATE, ""),
        ("завтра", Code.LESSON_DATE, ""),
    ],
)
def test_a_date_without_lessons_is_refused_and_the_old_one_stays(typed: RawCell, code: Code, why: str) -> None:
    day = date(2026, 9, 9)
    year = YEAR.model_copy(
        update={"holidays": (Holiday(start=day, end=day, kind=HolidayKind.PUBLIC, title="День города"),)}
    )
    result = plan(log({(L2, LessonField.DATE): typed, (L2, LessonField.TOPIC): "Корни"}), year=year)
    assert texts(result) == {lesson_slot(L2, LessonField.TOPIC): "Корни"}
    (problem,) = result.problems
    assert (problem.code, problem.kept, problem.detail) == (code, "2026-09-14", why)


def test_a_lesson_cannot_have_been_held_tomorrow() -> None:
    result = plan(log({(FUTURE, LessonField.HELD): "да", (FUTURE, LessonField.HOMEWORK): "№ 5"}))
    assert texts(result) == {lesson_slot(FUTURE, LessonField.HOMEWORK): "№ 5"}
    assert [problem.code for problem in result.problems] == [Code.LESSON_HELD_FUTURE]


def test_a_topic_of_two_letters_is_accepted_and_told() -> None:
    result = plan(log({(L1, LessonField.TOPIC): "12"}))
    assert texts(result) == {lesson_slot(L1, LessonField.TOPIC): "12"}
    assert [problem.code for problem in result.problems] == [Code.LESSON_TOPIC_SHORT]


def test_sorted_rows_are_the_same_tab() -> None:
    assert plan(log(lessons=(L3, L1, FUTURE, L2))).changes == ()


def test_rows_deleted_with_what_was_typed_in_them_hold_the_tab() -> None:
    result = plan(log(lessons=(L1, L3, FUTURE)), {lesson_slot(L2, LessonField.TOPIC): "Корни"})
    assert result.withheld is not None
    assert (result.withheld.code, result.changes) == (Code.COLUMN_MISSING, ())


def test_lessons_that_the_timetable_has_added_are_told_until_the_book_has_rows_for_them() -> None:
    known = {lesson_slot(L1, LessonField.TOPIC): "Степень"}
    result = plan(log({(L1, LessonField.TOPIC): "Степень"}, lessons=(L1, L2)), known)
    assert [(problem.code, problem.detail) for problem in result.problems] == [
        (Code.BOOK_NARROW, "строк для новых уроков 2")
    ]
    assert (result.changes, result.withheld) == ((), None)


def test_a_row_without_a_key_is_told() -> None:
    extra = changed(log(), {At(20, LOG.index("topic")): "Ещё один урок"})
    assert [problem.code for problem in plan(extra).problems] == [Code.ROW_NO_CODE]


def test_a_log_without_keys_is_damaged() -> None:
    keyless = changed(log(), {At(row, 1): None for row in range(3, 8)})
    result = plan(keyless)
    assert result.withheld is not None
    assert result.withheld.code == Code.TAB_DAMAGED


@pytest.mark.parametrize(
    ("tabs", "twice", "code"),
    [
        ((), False, Code.TAB_MISSING),
        ((Tab("Математика", {}),), False, Code.TAB_EMPTIED),
        ((Tab("Математика", {At(4, 4): "что-то"}),), False, Code.TAB_DAMAGED),
        ((), True, Code.TAB_DUPLICATE),
    ],
)
def test_a_tab_that_cannot_be_found_is_held_by_what_happened_to_it(
    tabs: tuple[Tab, ...], twice: bool, code: Code
) -> None:
    result = plan_lost_tab("grid c001", "Математика", Sheets("7А Журнал.xlsx", tabs), twice)
    assert result.withheld is not None
    assert (result.withheld.code, result.changes) == (code, ())


# --- reasons of absence -----------------------------------------------------------------------------------------------


def absences(rows: dict[str, dict[str, RawCell]]) -> Tab:
    cells: dict[At, RawCell] = {At(1, 1): tab_key(TabKind.ABSENCES, "7А")}
    for column in ABSENCES.columns:
        cells[At(1, ABSENCES.index(column.key))] = column.key
        cells[At(2, ABSENCES.index(column.key))] = column.heading
    for number, (key, typed) in enumerate(rows.items(), 3):
        cells[At(number, 1)] = key
        for column_key, raw in typed.items():
            cells[At(number, ABSENCES.index(column_key))] = raw
    return Tab("Пропуски", cells)


def test_the_class_teacher_gives_a_reason_and_a_document() -> None:
    names = {code: pupil.list_name for code, pupil in PUPILS.items()}
    tab = absences(
        {
            "PANNA 2026-09-07": {"code": "Б", "document": "справка 17"},
            "PBORS 2026-09-07": {"code": "болел"},
            "PNONE 2026-09-07": {"code": "ув"},
        }
    )
    result = plan_absences(tab, ORIGIN, "7А", names, Policy(), {}, {})
    assert texts(result) == {
        Slot(SlotKind.REASON, "PANNA", "2026-09-07 code"): "б",
        Slot(SlotKind.REASON, "PANNA", "2026-09-07 document"): "справка 17",
    }
    (problem,) = result.problems
    assert (problem.code, problem.place.who) == (Code.REASON_UNKNOWN, "Бобров Борис, 07.09")


def test_a_tab_of_reasons_without_its_columns_is_damaged() -> None:
    tab = changed(absences({}), {At(1, ABSENCES.index("code")): None})
    result = plan_absences(tab, ORIGIN, "7А", {}, Policy(), {}, {})
    assert result.withheld is not None
    assert result.withheld.code == Code.TAB_DAMAGED


def test_a_reason_is_read_though_another_column_is_gone() -> None:
    tab = absences({"PANNA 2026-09-07": {"code": "б", "document": "№ 1"}})
    tab = changed(tab, {At(1, ABSENCES.index("document")): None})
    names = {code: pupil.list_name for code, pupil in PUPILS.items()}
    (reading,) = parse_absences(locate_table(tab, ORIGIN, ABSENCES), names)
    assert (reading.slot.field, reading.value) == ("2026-09-07 code", "б")


# --- days of the timetable --------------------------------------------------------------------------------------------

DATE, NUMBER = LOG.index("date"), LOG.index("slot")


def outdated(tab: Tab, baseline: dict[Slot, str] | None = None, typed: dict[Slot, str] | None = None) -> object:
    return outdated_days(locate_table(tab, ORIGIN, LOG), context(), typed or {}, baseline or {})


def test_a_day_that_the_timetable_gave_once_is_written_anew_and_a_typed_one_stays() -> None:
    day = lesson_slot(L1, LessonField.DATE)
    moved = log({(L1, LessonField.DATE): date(2026, 9, 8)})
    assert outdated(moved) == {}  # nobody knows who wrote it
    assert outdated(moved, {day: "2026-09-08"}) == {At(3, DATE): date(2026, 9, 7)}
    assert outdated(moved, {day: "2026-09-08"}, {day: "2026-09-08"}) == {}
    assert outdated(log({(L1, LessonField.DATE): CellError("#REF!")}), {day: ""}) == {}
    assert outdated(log({(L1, LessonField.SLOT): "третий"})) == {}
    assert outdated(changed(log(), {At(3, NUMBER): None, At(1, DATE): None})) == {At(3, NUMBER): 2}


def test_words_in_the_row_of_a_lesson_that_the_timetable_has_taken_back_are_told() -> None:
    row = {At(9, 1): "c001.009", At(9, LOG.index("topic")): "Дроби"}
    (told,) = plan(changed(log(), row)).problems
    assert (told.code, told.place.a1) == (Code.LESSON_UNSCHEDULED, At(9, LOG.index("topic")).a1)
    assert plan(changed(log(), {At(9, 1): "c001.009"})).problems == ()


def test_a_lesson_copied_with_its_hidden_key_is_told_and_read_nowhere() -> None:
    tab = changed(log({(L1, LessonField.TOPIC): "Дроби"}), {At(9, 1): L1, At(10, LOG.index("topic")): "Корни"})
    result = plan(tab)
    assert lesson_slot(L1, LessonField.TOPIC) not in texts(result)
    assert [(problem.code, problem.place.a1, problem.read) for problem in result.problems] == [
        (Code.ROW_DUPLICATE, "B9", "3, 9"), (Code.ROW_NO_CODE, "B10", ""),
    ]  # fmt: skip


def test_a_log_of_a_course_that_the_timetable_does_not_know_yet_is_not_damaged() -> None:
    result = plan_log(log(lessons=()), ORIGIN, context(lessons={}), {}, {})
    assert (result.withheld, result.problems) == (None, ())


def test_a_log_without_any_known_lesson_is_damaged() -> None:
    result = plan(log(lessons=()))
    assert result.withheld is not None
    assert result.withheld.code == Code.TAB_DAMAGED
