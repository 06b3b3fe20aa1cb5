"""Every state of a very small world, planned by the program and by a second, naive reading of DESIGN §4.

Two pupils, two lessons, and for each of the four cells what the sheet says, what it said when last accepted, and what
the record says. Which cell is which does not matter to a decision, so states are counted up to the order of the cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import NamedTuple

import pytest

from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot, entry_slot
from sync_service.reconcile.locate import find_tabs
from sync_service.reconcile.plan import plan_grid, plan_lost_tab
from sync_service.reconcile.planned import TabPlan
from sync_service.reconcile.sheet import At, RawCell, Sheets, Tab
from tests.reconcile.world import ANNA, BORIS, FIRST_COLUMN, FIRST_ROW, GRID, L1, L2, LESSONS, PUPILS, context, grid

SHEET = ("", "5", "4", "45")  # the last is not understood
KNOWN = ("", "5", "4")
PLACES = [(pupil, lesson) for pupil in (ANNA, BORIS) for lesson in (L1, L2)]
SLOTS = [entry_slot(pupil, lesson) for pupil, lesson in PLACES]
POLICY = Policy(guard_clear_cells=1, guard_clear_percent=40, guard_old_entries=1, guard_old_days=14)
OLD = L1  # taught eighteen days ago; the other lesson eleven


class Cell(NamedTuple):
    sheet: str
    baseline: str
    record: str


CELLS = [Cell(*said) for said in product(SHEET, KNOWN, KNOWN)]
World = tuple[Cell, Cell, Cell, Cell]
Outcome = tuple[str, frozenset[tuple[Slot, str, str]]]  # what withholds the tab, "" = nothing; (slot, action, value)


def planned(world: World, edit: Callable[[Tab], Tab] = lambda tab: tab) -> Outcome:
    """What the program decides."""
    entries = {place: cell.sheet for place, cell in zip(PLACES, world, strict=True) if cell.sheet}
    tab = edit(grid(entries, pupils=(ANNA, BORIS), lessons=(L1, L2)))
    found = find_tabs(Sheets("x", (tab,)), {GRID: "Математика"})
    if GRID not in found.tabs:
        return told(plan_lost_tab(GRID, "Математика", Sheets("x", (tab,)), claimed_twice=False))
    facts = context(
        policy=POLICY,
        pupils={code: PUPILS[code] for code in (ANNA, BORIS)},
        lessons={key: LESSONS[key] for key in (L1, L2)},
    )
    baseline = {slot: cell.baseline for slot, cell in zip(SLOTS, world, strict=True) if cell.baseline}
    record = {slot: cell.record for slot, cell in zip(SLOTS, world, strict=True) if cell.record}
    return told(plan_grid(tab, found.origins[GRID], facts, baseline, record))


def told(plan: TabPlan) -> Outcome:
    changes = frozenset((change.slot, change.action.value, change.new) for change in plan.changes)
    return (plan.withheld.code if plan.withheld else ""), changes


def expected(world: World, seen: Iterable[Slot] = SLOTS, lost: frozenset[str] = frozenset()) -> Outcome:
    """What DESIGN §4 says, read by somebody who has not seen the program. `seen` are the cells that can be found;
    `lost` the lessons whose column is gone."""
    visible, cells = set(seen), dict(zip(SLOTS, world, strict=True))
    steps: dict[Slot, tuple[str, str]] = {}
    for slot in visible:
        sheet, baseline, record = cells[slot]
        if sheet == "45":
            continue
        if sheet != baseline and record == baseline:
            steps[slot] = ("record" if sheet else "retract", sheet)
        elif sheet != baseline and sheet == record:
            steps[slot] = ("acknowledge", sheet)
    filled = [slot for slot, cell in cells.items() if cell.baseline]
    cleared = [slot for slot, (step, _) in steps.items() if step == "retract"]
    old = [slot for slot, (step, _) in steps.items() if step != "acknowledge" and slot in filled and slot.field == OLD]
    if len(filled) > POLICY.guard_clear_cells and all(cells[slot].sheet == "" for slot in visible):
        return Code.TAB_EMPTIED.value, frozenset()
    if any(cells[slot].baseline for slot in SLOTS if slot.field in lost):
        return Code.COLUMN_MISSING.value, frozenset()
    if len(cleared) > max(POLICY.guard_clear_cells, len(filled) * POLICY.guard_clear_percent / 100):
        return Code.TAB_MASS_CLEAR.value, frozenset()
    if len(old) > POLICY.guard_old_entries:
        return Code.TAB_OLD_CHANGED.value, frozenset()
    return "", frozenset((slot, *step) for slot, step in steps.items())


def test_each_cell_alone_in_every_state_beside_every_other() -> None:
    """Two cells in all 1,296 states each way, the other two at rest."""
    rest = (Cell("5", "5", "5"), Cell("4", "4", "4"))
    for pair in product(CELLS, repeat=2):
        for world in ((*pair, *rest), (*rest, *pair), (pair[0], *rest, pair[1])):
            assert planned(world) == expected(world), world


@pytest.mark.parametrize("part", range(4))
def test_all_four_cells_a_sample_of_every_state(part: int) -> None:
    for world in list(combinations_with_replacement(CELLS, 4))[part::160]:
        assert planned(world) == expected(world), world


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_all_four_cells_in_every_state(part: int) -> None:
    for world in list(combinations_with_replacement(CELLS, 4))[part::8]:
        assert planned(world) == expected(world), world


# --- every single structural edit -------------------------------------------------------------------------------------

ROWS = {ANNA: FIRST_ROW, BORIS: FIRST_ROW + 1}
COLUMNS = {L1: FIRST_COLUMN, L2: FIRST_COLUMN + 1}


def moved(tab: Tab, place: Callable[[At], At | None]) -> Tab:
    cells: dict[At, RawCell] = {}
    for at, raw in tab.cells.items():
        if (new := place(at)) is not None:
            cells[new] = raw
    return replace(tab, cells=cells)


def inserted_row(before: int) -> Callable[[Tab], Tab]:
    return lambda tab: moved(tab, lambda at: At(at.row + (at.row >= before), at.column))


def inserted_column(before: int) -> Callable[[Tab], Tab]:
    return lambda tab: moved(tab, lambda at: At(at.row, at.column + (at.column >= before)))


def deleted_row(row: int) -> Callable[[Tab], Tab]:
    return lambda tab: moved(tab, lambda at: None if at.row == row else At(at.row - (at.row > row), at.column))


def deleted_column(column: int) -> Callable[[Tab], Tab]:
    def place(at: At) -> At | None:
        return None if at.column == column else At(at.row, at.column - (at.column > column))

    return lambda tab: moved(tab, place)


def swapped(one: At, other: At) -> Callable[[Tab], Tab]:
    """Two rows or two columns change places, with their keys."""

    def place(at: At) -> At:
        rows, columns = {one.row: other.row, other.row: one.row}, {one.column: other.column, other.column: one.column}
        return At(rows.get(at.row, at.row), columns.get(at.column, at.column))

    return lambda tab: moved(tab, place)


HARMLESS: Mapping[str, Callable[[Tab], Tab]] = {
    "a title row on top": inserted_row(1),
    "a row above the pupils": inserted_row(FIRST_ROW),
    "a row between the pupils": inserted_row(FIRST_ROW + 1),
    "a column before the lessons": inserted_column(FIRST_COLUMN),
    "a column between the lessons": inserted_column(FIRST_COLUMN + 1),
    "the pupils sorted the other way": swapped(At(ROWS[ANNA], 900), At(ROWS[BORIS], 900)),
    "the lessons in another order": swapped(At(900, COLUMNS[L1]), At(900, COLUMNS[L2])),
    "another title": lambda tab: replace(tab, title="Алгебра"),
    "the names wiped": lambda tab: moved(tab, lambda at: None if at.column == 3 and at.row > 1 else at),
}


@pytest.mark.parametrize("edit", HARMLESS, ids=str)
def test_what_keeps_the_keys_changes_no_decision(edit: str) -> None:
    for pair in combinations_with_replacement(CELLS, 2):
        world = (pair[0], Cell("5", "5", "5"), Cell("4", "4", "4"), pair[1])
        assert planned(world, HARMLESS[edit]) == expected(world), world


def test_a_deleted_row_is_silence_and_no_retraction() -> None:
    for pair in product(CELLS, repeat=2):
        world = (*pair, Cell("5", "5", "5"), Cell("4", "4", "4"))
        boris = [slot for slot in SLOTS if slot.subject == BORIS]
        assert planned(world, deleted_row(ROWS[ANNA])) == expected(world, boris), world


def test_a_deleted_column_holds_the_tab_if_anything_stood_in_it() -> None:
    for pair in product(CELLS, repeat=2):
        world = (pair[0], Cell("5", "5", "5"), pair[1], Cell("4", "4", "4"))
        second = [slot for slot in SLOTS if slot.field == L2]
        outcome = planned(world, deleted_column(COLUMNS[L1]))
        assert outcome == expected(world, second, frozenset({L1})), world


@pytest.mark.parametrize("key", [At(1, 1), At(1, FIRST_COLUMN), At(FIRST_ROW, 1)], ids=["tab", "lesson", "pupil"])
def test_a_wiped_key_is_never_replaced_by_its_position(key: At) -> None:
    for cell in CELLS:
        world = (cell, Cell("5", "5", "5"), Cell("4", "4", "4"), Cell("5", "5", "5"))
        code, changes = planned(world, lambda tab: moved(tab, lambda at: None if at == key else at))
        hidden = {At(1, FIRST_COLUMN): L1, At(FIRST_ROW, 1): ANNA}.get(key)
        touched = {slot for slot, _, _ in changes}
        assert not any(hidden in (slot.subject, slot.field) for slot in touched)
        if key == At(1, 1):
            assert (code, changes) == (Code.TAB_DAMAGED.value, frozenset())
