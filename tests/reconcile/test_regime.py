"""The regime of an extended-day group from its tab to a plan: times, words, lines that move, closed quarters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from sync_service.domain.problems import Code
from sync_service.domain.school import CourseKind, Period, Term
from sync_service.domain.slots import RegimeField, Slot, SlotKind, regime_line, regime_slot
from sync_service.reconcile import annotate
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.layout import COMPOSITION, REGIME, REGIME_LINES, TabKind, Table, tab_key
from sync_service.reconcile.locate import locate_table
from sync_service.reconcile.parse import parse_regime
from sync_service.reconcile.plan import plan_regime
from sync_service.reconcile.planned import TabPlan
from sync_service.reconcile.regime import has_regime, regime_lines
from sync_service.reconcile.sheet import At, RawCell, Tab
from sync_service.reconcile.typed import slot_of, typed_cells
from tests.reconcile.world import COURSE, YEAR, changed, context

ORIGIN = At(1, 1)
START, END, WHAT = RegimeField
GROUP = COURSE.model_copy(update={"kind": CourseKind.EXTENDED_DAY})
SECOND = Period(term=Term.Q2, title="II четверть", start=date(2026, 11, 2), end=date(2026, 12, 29))
ELSEWHERE = SECOND.model_copy(update={"term": Term.Q3, "grades": (1,)})
TWO_QUARTERS = YEAR.model_copy(update={"periods": (SECOND, ELSEWHERE, *YEAR.periods)})
LUNCH = {START: time(12, 30), END: "13.10", WHAT: "Обед"}


def of_group(**changes: object) -> CourseContext:
    return context(course=GROUP, year=TWO_QUARTERS, **changes)


def key(number: int, term: Term = Term.Q1) -> str:
    return regime_line("c001", term.value, number)


def blank(table: Table, kind: TabKind) -> dict[At, RawCell]:
    cells: dict[At, RawCell] = {ORIGIN: tab_key(kind, "c001")}
    for column in table.columns:
        cells |= {At(1, table.index(column.key)): column.key, At(2, table.index(column.key)): column.heading}
    return cells


def tab(lines: Mapping[str, Mapping[RegimeField, RawCell]]) -> Tab:
    cells = blank(REGIME, TabKind.REGIME)
    for row, line in enumerate(regime_lines(GROUP, TWO_QUARTERS), 3):
        cells[At(row, 1)] = line
        cells |= {At(row, REGIME.index(field)): raw for field, raw in lines.get(line, {}).items()}
    return Tab("ГПД · режим", cells)


def plan(of: Tab, baseline: Mapping[Slot, str] | None = None, **changes: object) -> TabPlan:
    before = baseline or {}
    return plan_regime(of, ORIGIN, of_group(**changes), before, before)


def texts(result: TabPlan) -> dict[Slot, str]:
    return {change.slot: change.new for change in result.changes}


def at(number: int, field: RegimeField, term: Term = Term.Q1) -> Slot:
    return regime_slot(key(number, term), field)


def codes(result: TabPlan) -> list[Code]:
    return [problem.code for problem in result.problems]


def test_a_group_has_as_many_lines_for_each_quarter_of_its_grade_in_order_of_time() -> None:
    lines = list(regime_lines(GROUP, TWO_QUARTERS).values())
    assert [str(lines[0]), str(lines[-1])] == ["I четверть, строка 1", f"II четверть, строка {REGIME_LINES}"]
    assert len(lines) == 2 * REGIME_LINES
    assert (has_regime(GROUP), has_regime(COURSE)) == (True, False)


def test_times_and_words_are_read_whichever_way_they_were_typed() -> None:
    result = plan(tab({key(1): LUNCH, key(2, Term.Q2): {START: 0.5, WHAT: "Сон"}}))
    assert texts(result) == {
        at(1, START): "12:30", at(1, END): "13:10", at(1, WHAT): "Обед",
        at(2, START, Term.Q2): "12:00", at(2, WHAT, Term.Q2): "Сон",
    }  # fmt: skip
    assert result.problems == ()


def test_what_is_no_time_is_told_in_its_cell_and_the_rest_of_the_line_is_taken() -> None:
    result = plan(tab({key(1): LUNCH | {START: "днём"}}))
    (problem,) = result.problems
    assert (problem.code, problem.place.a1, problem.place.who) == (Code.REGIME_TIME, "D3", "I четверть, строка 1")
    assert set(texts(result)) == {at(1, END), at(1, WHAT)}


def test_a_line_that_ends_before_it_begins_is_taken_and_told() -> None:
    result = plan(tab({key(1): LUNCH | {END: "12:30"}, key(2): {END: "09:00"}, key(3): LUNCH}))
    assert [(one.code, one.detail) for one in result.problems] == [(Code.REGIME_SPAN, "начало 12:30")]
    assert texts(result)[at(1, END)] == "12:30"


def told(count: int) -> dict[Slot, str]:
    return {
        at(number, field): text
        for number in range(1, count + 1)
        for field, text in ((START, f"{10 + number}:00"), (END, f"{11 + number}:00"), (WHAT, f"Дело {number}"))
    }


def as_lines(values: Mapping[Slot, str]) -> dict[str, dict[RegimeField, RawCell]]:
    lines: dict[str, dict[RegimeField, RawCell]] = {}
    for slot, text in values.items():
        lines.setdefault(slot.subject, {})[RegimeField(slot.field)] = text
    return lines


def test_lines_may_move_up_and_most_of_them_change_at_once() -> None:
    before = told(9)
    after = {at(int(slot.subject[-2:]) - 1, RegimeField(slot.field)): text for slot, text in before.items()
             if slot.subject != key(1)}  # fmt: skip
    result = plan(tab(as_lines(after)), before)
    assert result.withheld is None
    assert {slot: text for slot, text in texts(result).items() if text} == after
    assert {slot for slot, text in texts(result).items() if not text} == {at(9, field) for field in RegimeField}


def test_a_wiped_page_and_deleted_lines_wait_for_a_person() -> None:
    wiped = plan(tab({}), told(3))
    assert (wiped.withheld and wiped.withheld.code, wiped.changes) == (Code.TAB_EMPTIED, ())
    without = changed(tab(as_lines(told(3))), {At(3, 1): None})
    gone = plan(without, told(3))
    assert gone.withheld is not None
    assert (gone.withheld.code, gone.withheld.detail) == (Code.COLUMN_MISSING, "3")
    assert codes(gone) == [Code.ROW_NO_CODE]


def test_a_page_without_its_keys_is_damaged() -> None:
    for spoilt in (
        changed(tab({}), {At(1, REGIME.index("what")): None}), Tab("ГПД · режим", blank(REGIME, TabKind.REGIME)),
    ):  # fmt: skip
        result = plan(spoilt)
        assert result.withheld is not None
        assert result.withheld.code == Code.TAB_DAMAGED


def test_a_line_of_a_closed_quarter_waits_and_the_others_are_taken() -> None:
    closed = frozenset({Term.Q1})
    result = plan(tab({key(1): LUNCH, key(1, Term.Q2): LUNCH}), closed=closed)
    assert {slot.subject for slot in texts(result)} == {key(1, Term.Q2)}
    assert result.withheld is not None
    assert (result.withheld.code, result.withheld.detail) == (Code.PERIOD_CLOSED, "I четверть, ячеек: 3")


def test_what_the_educator_typed_is_known_by_its_keys_and_the_rest_is_ours() -> None:
    cells = {cell: raw for cell, raw in typed_cells([tab({key(1): LUNCH})]).items() if cell[1] and cell[2]}
    page = tab_key(TabKind.REGIME, "c001")
    assert cells == {(page, key(1), field.value): raw for field, raw in LUNCH.items()}
    assert {slot_of(cell) for cell in cells} == {at(1, field) for field in RegimeField}
    assert at(1, START) == Slot(SlotKind.REGIME, "c001 Q1 01", "start")


def test_a_line_is_read_though_another_column_is_gone() -> None:
    page = changed(tab({key(1): LUNCH}), {At(1, REGIME.index("end")): None, At(3, REGIME.index("end")): None})
    lines = regime_lines(GROUP, TWO_QUARTERS)
    readings = parse_regime(locate_table(page, ORIGIN, REGIME), lines)
    assert {one.slot: one.value for one in readings if one.value} == {at(1, START): "12:30", at(1, WHAT): "Обед"}


def test_notes_of_a_regime_come_and_go_and_nothing_else_is_written() -> None:
    page = tab({key(1): LUNCH | {START: "днём"}})
    located = locate_table(page, ORIGIN, REGIME)
    write = annotate.project_regime(located, plan(page).problems)
    assert (set(write.notes), write.cells) == ({At(3, REGIME.index("start"))}, {})
    assert not annotate.project_regime(located, ())


def test_the_composition_says_exactly_who_is_in_the_group() -> None:
    page = Tab("ГПД · состав", blank(COMPOSITION, TabKind.COMPOSITION) | {At(4, COMPOSITION.index("who")): "Кто-то"})
    line = (1, "Аистова Анна", "7А", date(2026, 9, 1), "№ 5", None, None, None, None)
    write = annotate.project_composition(locate_table(page, ORIGIN, COMPOSITION), [line])
    assert write.cells == {
        At(3, COMPOSITION.index("no")): 1, At(3, COMPOSITION.index("who")): "Аистова Анна",
        At(3, COMPOSITION.index("from")): "7А", At(3, COMPOSITION.index("since")): date(2026, 9, 1),
        At(3, COMPOSITION.index("enrolled_order")): "№ 5", At(4, COMPOSITION.index("who")): None,
    }  # fmt: skip
