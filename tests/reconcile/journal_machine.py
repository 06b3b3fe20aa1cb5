"""A journal tab in the hands of many: teachers type, sort, insert, delete, paste, copy, rename and undo; the office
corrects, closes and releases; the service syncs and sometimes dies in between. The record is a dictionary here, so that
thousands of such days are played in seconds; everything that decides is the real thing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from sync_service.books.effect import written
from sync_service.domain.problems import Step, step
from sync_service.domain.school import Pupil, Term
from sync_service.domain.slots import Slot, SlotKind, entry_slot
from sync_service.reconcile.annotate import project_grid
from sync_service.reconcile.layout import GridColumn
from sync_service.reconcile.locate import find_tabs, key_of
from sync_service.reconcile.plan import locate_course_grid, plan_grid, plan_lost_tab
from sync_service.reconcile.planned import Action, TabPlan
from sync_service.reconcile.sheet import At, RawCell, Sheets, Tab
from tests.reconcile.world import FIRST_COLUMN, FIRST_ROW, GRID, LESSONS, YEAR, context, grid

PEOPLE = ("PAAAA", "PBBBB", "PCCCC", "PDDDD", "PEEEE", "PFFFF", "PGGGG")
PUPILS = {
    code: Pupil(code=code, last=f"{last}ова", first="Анна", enrolled=YEAR.start, school_class="7А")
    for code, last in zip(PEOPLE, ("Ан", "Бобр", "Ворон", "Голуб", "Дрозд", "Ерш", "Жук"), strict=True)
}
TAUGHT = tuple(LESSONS)[:3]
GOOD = {"5": "5", "4": "4", " 3": "3", "2": "2", "4/5": "4/5", "н": "н", "H": "н", "5н": "н5", "б": "б", ".": "."}
BAD: tuple[RawCell, ...] = ("45", "7", "З", "٥", True, 46147, "пять", "5-")
PLACES = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(TAUGHT))
REACHED: Counter[str] = Counter()


class JournalMachine(RuleBasedStateMachine):
    """One grid of seven pupils and three lessons, filled and synced at the start."""

    def __init__(self) -> None:
        super().__init__()
        self.tab = Tab("Математика", {})
        self.before: list[Tab] = []  # for undo
        self.titles = {GRID: "Математика"}
        self.baseline: dict[Slot, str] = {}
        self.record: dict[Slot, str] = {}
        self.ledger: list[tuple[Slot, str]] = []
        self.seen: dict[Slot, set[str]] = {}  # what ever stood under these keys, or was said by the office
        self.released: set[str] = set()
        self.closed: frozenset[Term] = frozenset()
        self.last: TabPlan | None = None

    @initialize(values=st.lists(st.sampled_from([*GOOD, ""]), min_size=21, max_size=21))
    def filled_and_synced(self, values: list[str]) -> None:
        places = [(pupil, lesson) for pupil in PEOPLE for lesson in TAUGHT]
        entries = {place: value for place, value in zip(places, values, strict=True) if value}
        self.tab = _with_names(grid(entries, pupils=PEOPLE))  # type: ignore[arg-type]
        self.sync()

    # --- teachers -----------------------------------------------------------------------------------------------------

    def _edit(self, tab: Tab) -> None:
        self.before.append(self.tab)
        self.tab = tab

    def _put(self, place: tuple[str, str], value: RawCell | None) -> None:
        at = _at(self.tab, *place)
        if at is not None:
            cells = {**self.tab.cells, at: value}
            self._edit(replace(self.tab, cells={at: raw for at, raw in cells.items() if raw is not None}))

    @rule(place=PLACES, value=st.sampled_from(list(GOOD)))
    def type_an_entry(self, place: tuple[str, str], value: str) -> None:
        self._put(place, value)

    @rule(place=PLACES, value=st.sampled_from(BAD))
    def type_nonsense(self, place: tuple[str, str], value: RawCell) -> None:
        self._put(place, value)

    @rule(place=PLACES)
    def clear_a_cell(self, place: tuple[str, str]) -> None:
        self._put(place, None)

    @rule(lines=st.permutations(range(len(PEOPLE))))
    def sort_whole_rows(self, lines: list[int]) -> None:
        self._edit(_rearranged(self.tab, lines, columns=None))

    @rule(lines=st.permutations(range(len(PEOPLE))), columns=st.sets(st.sampled_from(range(3)), min_size=1))
    def sort_some_columns_only(self, lines: list[int], columns: set[int]) -> None:
        self._edit(_rearranged(self.tab, lines, columns={FIRST_COLUMN + column for column in columns}))

    @rule(row=st.integers(FIRST_ROW, FIRST_ROW + 8))
    def insert_a_row(self, row: int) -> None:
        self._edit(_shifted(self.tab, rows_from=row))

    @rule(column=st.integers(FIRST_COLUMN, FIRST_COLUMN + 4))
    def insert_a_column(self, column: int) -> None:
        self._edit(_shifted(self.tab, columns_from=column))

    @rule(pupil=st.sampled_from(PEOPLE))
    def delete_a_row(self, pupil: str) -> None:
        row = next((at.row for at, value in self.tab.cells.items() if value == pupil), None)
        if row is not None:
            self._edit(replace(self.tab, cells={at: raw for at, raw in self.tab.cells.items() if at.row != row}))

    @rule(lesson=st.sampled_from(TAUGHT))
    def delete_a_column(self, lesson: str) -> None:
        column = next((at.column for at, value in self.tab.cells.items() if value == lesson), None)
        if column is not None:
            self._edit(replace(self.tab, cells={at: raw for at, raw in self.tab.cells.items() if at.column != column}))

    @rule(by=st.sampled_from([At(1, 0), At(0, 1), At(-1, 0)]))
    def paste_the_marks_a_little_off(self, by: At) -> None:
        marks = {at: raw for at, raw in self.tab.cells.items() if _is_entry(at)}
        rest = {at: raw for at, raw in self.tab.cells.items() if not _is_entry(at)}
        moved = {At(at.row + by.row, at.column + by.column): raw for at, raw in marks.items()}
        self._edit(replace(self.tab, cells={**rest, **{at: raw for at, raw in moved.items() if _is_entry(at)}}))

    @rule(pupil=st.sampled_from(PEOPLE))
    def copy_a_row_below(self, pupil: str) -> None:
        row = next((at.row for at, value in self.tab.cells.items() if value == pupil and at.column == 1), None)
        if row is not None:
            last = max(at.row for at in self.tab.cells) + 1
            copy = {At(last, at.column): raw for at, raw in self.tab.cells.items() if at.row == row}
            self._edit(replace(self.tab, cells={**self.tab.cells, **copy}))

    @rule()
    def wipe_everything_but_the_keys(self) -> None:
        self._edit(replace(self.tab, cells={at: raw for at, raw in self.tab.cells.items() if not _is_entry(at)}))

    @rule()
    def wipe_the_whole_tab(self) -> None:
        self._edit(replace(self.tab, cells={}))

    @rule(title=st.sampled_from(["Математика", "Матем.", "мой класс"]))
    def rename_the_tab(self, title: str) -> None:
        self._edit(replace(self.tab, title=title))

    @rule()
    def undo(self) -> None:
        if self.before:
            self.tab = self.before.pop()
            REACHED["undone"] += 1

    # --- the office ---------------------------------------------------------------------------------------------------

    @rule(place=PLACES, value=st.sampled_from(["5", "3", "н", ""]))
    def correct_in_the_office(self, place: tuple[str, str], value: str) -> None:
        self._accept(entry_slot(*place), value)

    @rule(closed=st.booleans())
    def close_or_open_the_quarter(self, closed: bool) -> None:
        self.closed = frozenset({Term.Q1} if closed else ())

    @rule()
    def release_what_is_held(self) -> None:
        if self.last is not None and self.last.withheld is not None:
            self.released.add(self.last.withheld.digest)
            REACHED["released"] += 1

    # --- the service --------------------------------------------------------------------------------------------------

    @rule()
    def die_before_recording(self) -> None:
        self._plan()

    @rule()
    def die_before_annotating(self) -> None:
        self._record_plan()

    @rule()
    def sync(self) -> None:
        plan = self._record_plan()
        self._second_pass_is_empty(plan)
        self._annotate(plan)

    def _plan(self) -> TabPlan:
        found = find_tabs(Sheets("Журнал", (self.tab,)), self.titles)
        if GRID not in found.tabs:
            return plan_lost_tab(GRID, self.titles[GRID], Sheets("Журнал", (self.tab,)), claimed_twice=False)
        facts = context(pupils=PUPILS, closed=self.closed)
        return plan_grid(
            self.tab, found.origins[GRID], facts, self.baseline, self.record, frozenset(self.released)
        )

    def _record_plan(self) -> TabPlan:
        record, baseline = dict(self.record), dict(self.baseline)
        plan = self.last = self._plan()
        self._note_what_stands()
        for change in plan.changes:
            REACHED[change.action.value] += 1
            assert record.get(change.slot, "") == change.old
            if change.action is not Action.ACKNOWLEDGE:
                self._accept(change.slot, change.new)
            self.baseline[change.slot] = change.new
        self._office_is_never_overwritten(record, baseline)
        self._what_is_not_understood_alters_nothing(plan, record)
        self._nothing_is_invented()
        if plan.withheld is not None:
            REACHED[plan.withheld.code] += 1
        if key_of(self.tab) is not None:
            self.titles[GRID] = self.tab.title
        assert _replayed(self.ledger) == {slot: text for slot, text in self.record.items() if text}
        return plan

    def _accept(self, slot: Slot, text: str) -> None:
        self.record[slot] = text
        self.ledger.append((slot, text))
        self.seen.setdefault(slot, set()).add(text)

    def _note_what_stands(self) -> None:
        """An independent reading of the sheet: whatever is written under the keys of a pupil and a lesson."""
        rows = [(at.row, value) for at, value in self.tab.cells.items() if at.column == 1 and value in PUPILS]
        columns = [(at.column, value) for at, value in self.tab.cells.items() if at.row == 1 and value in TAUGHT]
        for row, pupil in rows:
            for column, lesson in columns:
                raw = self.tab.cells.get(At(row, column), "")
                said = GOOD.get(raw, raw.strip()) if isinstance(raw, str) else str(raw)
                self.seen.setdefault(entry_slot(str(pupil), str(lesson)), set()).add(said)

    # --- what must hold -----------------------------------------------------------------------------------------------

    def _second_pass_is_empty(self, plan: TabPlan) -> None:
        again = self._plan()
        assert again.changes == ()
        assert again.withheld == plan.withheld
        assert again.problems == plan.problems or plan.changes

    def _office_is_never_overwritten(self, record: dict[Slot, str], baseline: dict[Slot, str]) -> None:
        for slot, text in record.items():
            if text != baseline.get(slot, ""):
                assert self.record[slot] == text
                REACHED["office stands"] += 1

    def _what_is_not_understood_alters_nothing(self, plan: TabPlan, record: dict[Slot, str]) -> None:
        for problem in plan.problems:
            REACHED[problem.code.value] += 1
            if problem.slot is not None and step(problem.code) is Step.CELL:
                assert self.record.get(problem.slot, "") == record.get(problem.slot, "")

    def _nothing_is_invented(self) -> None:
        for slot, text in self.record.items():
            if slot.kind is SlotKind.ENTRY and text:
                assert text in self.seen[slot], (slot, text)

    def _annotate(self, plan: TabPlan) -> None:
        """Our write touches no cell that a teacher owns, and is needed only once."""
        found = key_of(self.tab)
        if found is None or plan.withheld is not None:
            return
        located = locate_course_grid(self.tab, found[1], context(pupils=PUPILS))
        people = [(code, pupil.list_name) for code, pupil in PUPILS.items()]
        write = project_grid(located, people, plan.problems)
        ours = {located.key_column, located.name_column}
        ours |= {located.service_columns[key] for key in (GridColumn.NUMBER.value,) if key in located.service_columns}
        assert {at.column for at in write.cells} <= ours
        self.tab = written(self.tab, write)
        located = locate_course_grid(self.tab, found[1], context(pupils=PUPILS))
        assert not project_grid(located, people, plan.problems)


def _with_names(tab: Tab) -> Tab:
    names = {row: PUPILS[code].list_name for row, code in enumerate(PEOPLE, FIRST_ROW)}
    return replace(tab, cells={**tab.cells, **{At(row, 3): name for row, name in names.items()}})


def _at(tab: Tab, pupil: str, lesson: str) -> At | None:
    row = next((at.row for at, value in tab.cells.items() if at.column == 1 and value == pupil), None)
    column = next((at.column for at, value in tab.cells.items() if at.row == 1 and value == lesson), None)
    return At(row, column) if row and column else None


def _is_entry(at: At) -> bool:
    return FIRST_ROW <= at.row < FIRST_ROW + len(PEOPLE) and FIRST_COLUMN <= at.column < FIRST_COLUMN + len(TAUGHT)


def _rearranged(tab: Tab, lines: list[int], columns: set[int] | None) -> Tab:
    """The pupils' rows in another order, whole or in some columns only."""
    order = {FIRST_ROW + line: FIRST_ROW + number for number, line in enumerate(lines)}
    cells = {
        At(order[at.row], at.column) if at.row in order and (columns is None or at.column in columns) else at: raw
        for at, raw in tab.cells.items()
    }
    return replace(tab, cells=cells)


def _shifted(tab: Tab, *, rows_from: int = 1_000, columns_from: int = 1_000) -> Tab:
    """A blank row or column inserted."""
    cells = {
        At(at.row + (at.row >= rows_from), at.column + (at.column >= columns_from)): raw
        for at, raw in tab.cells.items()
    }
    return replace(tab, cells=cells)


def _replayed(ledger: list[tuple[Slot, str]]) -> dict[Slot, str]:
    current: dict[Slot, str] = {}
    for slot, text in ledger:
        current[slot] = text
    return {slot: text for slot, text in current.items() if text}
