"""Tab in, plan out: the one place where locating, reading, checking, deciding and guarding meet. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from sync_service.domain.calendar import closed_period, term_title
from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Term
from sync_service.domain.slots import LessonField, Slot, SlotKind, term_of_regime
from sync_service.reconcile.arrangement import cells_of
from sync_service.reconcile.check import check_grid, check_log, grid_notes, log_notes, refusals
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.decide import Outcome, decide
from sync_service.reconcile.guards import (
    GUARDS,
    REWRITTEN,
    Cleared,
    Closed,
    Guards,
    Pass,
    changes_digest,
    content_digest,
    guard,
    guard_closed,
)
from sync_service.reconcile.layout import ABSENCES, REGIME, TabKind, log_of, tab_key
from sync_service.reconcile.locate import Grid, TableRows, locate_grid, locate_table
from sync_service.reconcile.parse import Reading, parse_absences, parse_grid, parse_log, parse_regime
from sync_service.reconcile.planned import Action, Change, TabPlan, Withheld
from sync_service.reconcile.regime import regime_lines, times_turned
from sync_service.reconcile.rules.cells import check_presence, check_window, equal_marks
from sync_service.reconcile.rules.finals import check_finals, grounds_of
from sync_service.reconcile.sheet import At, Sheets, Tab
from sync_service.reconcile.timetabled import outdated_days, typed_lessons, unscheduled

ACTIONS = {
    Outcome.RECORD: Action.RECORD,
    Outcome.RETRACT: Action.RETRACT,
    Outcome.ACKNOWLEDGE: Action.ACKNOWLEDGE,
}
NOTHING: Mapping[Slot, str] = MappingProxyType({})
UNCLEARED = Cleared()
NOTES = {Outcome.CONFLICT: Code.CELL_CONFLICT, Outcome.OFFICE: Code.CELL_OFFICE}


def _open(change: Change) -> str:
    """Nothing is closed."""
    return ""


def plan_grid(
    tab: Tab,
    origin: At,
    context: CourseContext,
    baseline: Mapping[Slot, str],
    record: Mapping[Slot, str],
    released: frozenset[str] = frozenset(),
    cleared: Cleared = UNCLEARED,
) -> TabPlan:
    """Plan for the tab of marks and absences of one course."""
    key = tab_key(TabKind.GRID, context.course.code)
    grid = locate_course_grid(tab, origin, context)
    # a row is missed only if something of it was ever accepted: a new pupil's is yet to be drawn
    known = {slot.subject for slot, text in baseline.items() if text}
    if (context.lessons and not grid.lessons) or not (grid.pupils or (grid.spare_rows and not known)):
        # without any code the rows are not strangers to be taken out: it is the codes that are gone
        return _damaged(key, tab, grid.problems if grid.pupils else ())
    typed = parse_grid(grid, context)
    grounds = grounds_of(typed, baseline, record)
    readings = check_window(check_finals(check_grid(typed, context), grounds), context, baseline, record)
    lost = Counter(
        slot.field
        for slot, text in baseline.items()
        if text and slot.kind is SlotKind.ENTRY and slot.field in grid.lost_lessons
    )
    problems = [p for p in grid.problems if p.code is not Code.ROW_MISSING or p.read in known]
    problems += grid_notes(readings, context, tab.title, grounds)
    problems += [
        Problem(Code.COLUMN_MISSING, Place(tab.title, who=f"урок {context.lesson_label(lesson)}"), read=lesson)
        for lesson in sorted(grid.lost_lessons)
        if context.lessons[lesson].date <= context.today
    ]
    old_before = context.today - timedelta(days=context.policy.guard_old_days)

    def old(change: Change) -> bool:
        slot = change.slot
        return slot.kind is SlotKind.ENTRY and context.lessons[slot.field].date < old_before

    plan = _plan(
        key,
        tab.title,
        readings,
        problems,
        baseline,
        record,
        lost,
        context.policy,
        released,
        _closed_in_course(context),
        cleared,
        old=old,
    )
    return replace(plan, problems=(*plan.problems, *equal_marks(plan.changes, context.policy.equal_marks, tab.title)))


def _closed_in_course(context: CourseContext) -> Closed:
    """By the day that the record gives a lesson; a lesson must not be moved into a closed quarter either."""

    def title(day: date) -> str:
        period = closed_period(context.year, day, context.course.grade, context.closed)
        return period.title if period is not None else ""

    def closed(change: Change) -> str:
        slot = change.slot
        if slot.kind in (SlotKind.FINAL, SlotKind.GROUNDS):
            term = Term(slot.field.rsplit(" ", 1)[1])
            return term_title(term) if term in context.closed else ""
        lesson = slot.field if slot.kind is SlotKind.ENTRY else slot.subject
        moved = date.fromisoformat(change.new) if slot.field == LessonField.DATE and change.new else None
        return title(context.lessons[lesson].date) or (title(moved) if moved is not None else "")

    return closed if context.closed else _open


def locate_course_grid(tab: Tab, origin: At, context: CourseContext) -> Grid:
    """The grid of a course. Pupils who have left may still stand in it; only those who belong now are missed."""
    names = {code: pupil.list_name for code, pupil in context.pupils.items()}
    here = {code for code in context.pupils if context.attends(code, context.today)}
    return locate_grid(tab, origin, names, here, context.lessons)


def plan_log(
    tab: Tab,
    origin: At,
    context: CourseContext,
    baseline: Mapping[Slot, str],
    record: Mapping[Slot, str],
    released: frozenset[str] = frozenset(),
    cleared: Cleared = UNCLEARED,
) -> TabPlan:
    """Plan for the tab of lessons, topics and homework of one course."""
    key = tab_key(TabKind.LOG, context.course.code)
    table = log_of(context.course.kind)
    rows = locate_table(tab, origin, table)
    known = {lesson: row for lesson, row in rows.rows.items() if lesson in context.lessons}
    if context.lessons and not known:
        return _damaged(key, tab, ())
    outdated = outdated_days(rows, context, record, baseline)
    readings = check_log([one for one in parse_log(rows, context) if one.at not in outdated], context)
    readings = check_presence(check_window(readings, context, baseline, record), context, baseline, record)
    problems = [*_table_problems(rows), *unscheduled(rows, context, outdated)]
    problems += log_notes(readings, context, tab.title)
    teachers = {column.key for column in table.columns} - set(rows.missing_columns)
    gone = set(context.lessons) - set(known) - set(rows.twins)
    typed = typed_lessons(baseline, record)
    lost = Counter(
        slot.field if slot.field not in teachers else slot.subject
        for slot, text in baseline.items()
        if text and (slot.field not in teachers or slot.subject in gone & typed)
    )
    if undrawn := gone - typed:
        problems.append(Problem(Code.BOOK_NARROW, Place(tab.title), detail=f"строк для новых уроков {len(undrawn)}"))
    # the renderer wrote the timetable's dates: what stands there unchanged was never news
    scheduled = context.as_scheduled()
    # topics prepared for lessons to come are moved about as the plan moves
    taught = [reading for reading in readings if context.lessons[reading.slot.subject].date <= context.today]
    return _plan(
        key,
        tab.title,
        readings,
        problems,
        {**scheduled, **baseline},
        {**scheduled, **record},
        lost,
        context.policy,
        released,
        _closed_in_course(context),
        cleared,
        unasked=scheduled,
        arranged=taught,
    )


def plan_regime(
    tab: Tab,
    origin: At,
    context: CourseContext,
    baseline: Mapping[Slot, str],
    record: Mapping[Slot, str],
    released: frozenset[str] = frozenset(),
    cleared: Cleared = UNCLEARED,
) -> TabPlan:
    """Plan for the regime of an extended-day group. Its educator may rewrite it: lines move up and down."""
    key = tab_key(TabKind.REGIME, context.course.code)
    lines = regime_lines(context.course, context.year)
    rows = locate_table(tab, origin, REGIME)
    if rows.missing_columns or lines.keys().isdisjoint(rows.rows):
        return _damaged(key, tab, ())
    readings = parse_regime(rows, lines)
    gone = lines.keys() - rows.rows.keys() - rows.twins.keys()

    def closed(change: Change) -> str:
        term = Term(term_of_regime(change.slot))
        return term_title(term) if term in context.closed else ""

    return _plan(
        key,
        tab.title,
        readings,
        [*_table_problems(rows), *times_turned(readings, tab.title)],
        baseline,
        record,
        Counter(slot.subject for slot, text in baseline.items() if text and slot.subject in gone),
        context.policy,
        released,
        closed,
        cleared,
        guards=REWRITTEN,
    )


def plan_absences(
    tab: Tab,
    origin: At,
    school_class: str,
    names: Mapping[str, str],
    policy: Policy,
    baseline: Mapping[Slot, str],
    record: Mapping[Slot, str],
    released: frozenset[str] = frozenset(),
    closed_on: Callable[[date], str] = lambda _: "",
    cleared: Cleared = UNCLEARED,
) -> TabPlan:
    """Plan for the class teacher's reasons of absence. `closed_on`: the title of the closed quarter of a day."""
    key = tab_key(TabKind.ABSENCES, school_class)
    rows = locate_table(tab, origin, ABSENCES)
    if rows.missing_columns:
        return _damaged(key, tab, ())
    return _plan(
        key,
        tab.title,
        parse_absences(rows, names),
        list(_table_problems(rows)),
        baseline,
        record,
        {},
        policy,
        released,
        lambda change: closed_on(date.fromisoformat(change.slot.field.split(" ")[0])),
        cleared,
    )


def plan_lost_tab(key: str, title: str, sheets: Sheets, claimed_twice: bool) -> TabPlan:
    """A tab that the record knows and the book does not show: wiped, copied over, or gone. Always withheld."""
    same_title = next((tab for tab in sheets.tabs if tab.title == title), None)
    if claimed_twice:
        code = Code.TAB_DUPLICATE
    elif same_title is None:
        code = Code.TAB_MISSING
    else:
        code = Code.TAB_DAMAGED if same_title.cells else Code.TAB_EMPTIED
    return TabPlan(key, title, (), (), Withheld(code.value, "", code.value))


def _damaged(key: str, tab: Tab, problems: Iterable[Problem]) -> TabPlan:
    return TabPlan(key, tab.title, (), tuple(problems), Withheld(Code.TAB_DAMAGED.value, "", Code.TAB_DAMAGED.value))


def _table_problems(rows: TableRows) -> Iterable[Problem]:
    title, column = rows.tab.title, min(rows.columns.values(), default=rows.key_column)
    for key, places in sorted(rows.twins.items()):
        at = At(places[1], column).a1
        yield Problem(Code.ROW_DUPLICATE, Place(title, at), read=", ".join(map(str, places)), detail=key)
    for row in rows.unkeyed:
        yield Problem(Code.ROW_NO_CODE, Place(title, At(row, column).a1))


def _plan(
    key: str,
    title: str,
    readings: Sequence[Reading],
    problems: Iterable[Problem],
    baseline: Mapping[Slot, str],
    record: Mapping[Slot, str],
    lost: Mapping[str, int],
    policy: Policy,
    released: frozenset[str],
    closed: Closed,
    cleared: Cleared,
    *,
    unasked: Mapping[Slot, str] = NOTHING,
    arranged: Sequence[Reading] | None = None,
    old: Callable[[Change], bool] = lambda _: False,
    guards: Guards = GUARDS,
) -> TabPlan:
    """Decide each reading by the table, then let the guards look at the whole and at what a closed quarter stops.
    `unasked` is what nobody typed; `arranged` are the readings that must not change places (all, if not said); `old`
    tells a change of an old entry."""
    found = [*problems, *refusals(readings, record, title)]
    changes: list[Change] = []
    for reading in readings:
        said = record.get(reading.slot, "")
        outcome = decide(reading.value, baseline.get(reading.slot, ""), said)
        if outcome in ACTIONS:
            changes.append(Change(reading.slot, ACTIONS[outcome], said, reading.value or "", reading.at.a1))
        elif outcome in NOTES:
            place = Place(title, reading.at.a1, reading.who)
            found.append(Problem(NOTES[outcome], place, reading.value or "", said, "", reading.slot))
    typed = {slot: text for slot, text in baseline.items() if text and text != unasked.get(slot)}
    frozen, waiting = guard_closed(readings, changes, closed, released)
    if waiting:
        found += _frozen_notes(frozen, closed, {reading.slot: reading.who for reading in readings}, title)
    free = [change for change in changes if change not in frozen]
    moved = {change.slot for change in free if change.action is not Action.ACKNOWLEDGE}
    cells = cells_of(readings if arranged is None else arranged, baseline, moved)
    withheld = guard(Pass(readings, free, typed, lost, policy, cells, cleared, old), released, guards)
    held: AbstractSet[Change] = frozenset(changes) if withheld else frozen if waiting else frozenset()
    carried = [change for change in changes if change not in held]
    return TabPlan(
        key,
        title,
        tuple(sorted(carried)),
        tuple(sorted(found, key=lambda problem: (problem.code, problem.place, problem.read, problem.detail))),
        withheld or waiting,
        tuple(sorted(held)),
        _let_through(carried, frozen, content_digest(readings), released),
    )


def _let_through(
    carried: Iterable[Change], frozen: AbstractSet[Change], content: str, released: frozenset[str]
) -> Mapping[Slot, str]:
    """Which changes a human has released, and under which digest: all of a tab, or those in a closed quarter."""
    if content in released:
        return {change.slot: content for change in carried}
    digest = changes_digest(frozen)
    return {change.slot: digest for change in carried if digest in released and change in frozen}


def _frozen_notes(
    frozen: Iterable[Change], closed: Closed, who: Mapping[Slot, str], title: str
) -> Iterator[Problem]:
    """The cells that wait because their quarter is closed, told each in its place."""
    for change in frozen:
        place = Place(title, change.a1, who[change.slot])
        yield Problem(Code.PERIOD_CLOSED, place, change.new, change.old, closed(change), change.slot)
