"""Plans for a whole journal book: the core plans a tab, here each tab gets what the record knows of it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sync_service.books.google.source import GOOGLE
from sync_service.books.source import Fetched
from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Course, Directory
from sync_service.domain.slots import LessonField, Slot, SlotKind
from sync_service.reconcile.context import CourseContext, LessonView
from sync_service.reconcile.guards import Cleared
from sync_service.reconcile.layout import ABSENCES, TabKind, log_of, tab_key
from sync_service.reconcile.locate import Found, find_tabs, locate_table
from sync_service.reconcile.older import FEW, hold_together, older_copy, overwritten
from sync_service.reconcile.plan import plan_absences, plan_grid, plan_log, plan_lost_tab, plan_regime
from sync_service.reconcile.planned import Change, TabPlan, Withheld
from sync_service.reconcile.regime import has_regime
from sync_service.reconcile.settling import Sighting, settle, sight_problem
from sync_service.records import queries, sync_state
from sync_service.records.sync_state import BookState
from sync_service.usecases.composition import BookSpec, reasons_apart
from sync_service.usecases.contexts import closed_on, course_context
from sync_service.usecases.workspace import Workspace

BOOK = ""  # what stands for a tab key where a whole book is held
REMEMBERED = timedelta(days=60)  # an older copy of a book is looked for in what was accepted since


@dataclass(frozen=True)
class PlannedBook:
    """`withheld`: why the whole book waits; `seen`: by tab, what is not accepted yet because it may still be half
    typed, to be looked at again at `settle_at`."""

    plans: tuple[TabPlan, ...]
    titles: Mapping[str, str]  # tab key → title, of all tabs found
    found: Found
    withheld: Withheld | None = None
    seen: Mapping[str, Mapping[Sighting, datetime]] = field(default_factory=dict)
    settle_at: datetime | None = None
    undrawn: tuple[str, ...] = ()  # what has come since the book was drawn, and what stands elsewhere since: for people


def plan_book(
    workspace: Workspace,
    directory: Directory,
    spec: BookSpec,
    fetched: Fetched,
    state: BookState | None,
    *,
    everything: bool = False,
    released: Mapping[str, str] | None = None,
    wait: timedelta = timedelta(0),
) -> PlannedBook:
    """Plans for the tabs of a journal book that changed since `state` (all of them without one).

    `released` lets a refused content through by tab, on trial: what would happen if a human released it. `wait`: how
    long a change must have stood before it is accepted."""
    on_trial = released or {}

    def digests(key: str) -> frozenset[str]:
        book = spec.book if key == BOOK else ""
        return frozenset({*sync_state.released_digests(key, book), *([on_trial[key]] if key in on_trial else [])})

    now = workspace.clock()
    seen = sync_state.sightings(spec.book)
    cleared = queries.cleared_lately(spec.book, now)
    # a book that waits as a whole is looked at as a whole
    everything = everything or any(hold.book == spec.book and hold.tab == BOOK for hold in sync_state.holds())
    titles = dict(state.titles) if state is not None else {}
    found = find_tabs(fetched.sheets, titles)
    rules = queries.rules()
    work_types = {work.short: work for work in directory.work_types}
    plans: list[TabPlan] = []
    apart = reasons_apart(workspace.config)
    for course in spec.courses:
        grid_key, log_key = tab_key(TabKind.GRID, course.code), tab_key(TabKind.LOG, course.code)
        keys = (log_key, grid_key)
        unsettled = any(key in seen for key in keys)
        if not (everything or unsettled or state is None or _moved(found, keys, titles, fetched, state)):
            continue
        context = course_context(course, directory, rules, work_types, workspace.today)
        context = replace(context, reasons_apart=apart and fetched.look.ref.startswith(GOOGLE))
        record = queries.slot_values(course.code)
        for key in keys:
            if key not in found.tabs and state is not None and key not in titles:
                continue  # a course that came after its book was drawn
            if key not in found.tabs:
                plan = plan_lost_tab(key, titles.get(key, course.title), fetched.sheets, key in found.claimed_twice)
            else:
                planner = plan_log if key == log_key else plan_grid
                tab, origin = found.tabs[key], found.origins[key]
                plan = planner(tab, origin, context, sync_state.baseline(key), record, digests(key), cleared)
            plans.append(plan)
            if key == log_key:
                lessons = after_log(context.lessons, plan.changes)
                context = replace(context, lessons=_drawn(lessons, found, course, record))

    def moved(key: str) -> bool:
        return everything or key in seen or state is None or _moved(found, (key,), titles, fetched, state)

    for course in filter(has_regime, spec.courses):
        key = tab_key(TabKind.REGIME, course.code)
        if key in found.tabs and moved(key):
            context = course_context(course, directory, rules, work_types, workspace.today)
            plans.append(_plan_regime(found, context, digests(key), cleared))
    plans += _lost_regimes(spec, fetched, found, titles)
    policy = rules.on(workspace.today)
    for school_class in spec.classes:
        key = tab_key(TabKind.ABSENCES, school_class)
        if key in found.tabs and moved(key):
            plans.append(_plan_absences(found, school_class, directory, policy, digests(key), cleared))
        elif key not in found.tabs and (state is None or key in titles):  # else drawn while reasons stood elsewhere
            plans.append(plan_lost_tab(key, titles.get(key, "Пропуски"), fetched.sheets, key in found.claimed_twice))
    older = _why_older(workspace, spec, fetched, state, plans) if state is not None else ""
    whole, withheld = hold_together(plans, older, digests(BOOK))
    settled = [settle(plan, seen.get(plan.tab, {}), _told(plan.tab), now, wait) for plan in whole]
    return PlannedBook(
        tuple(_with_remark(one.plan) for one in settled),
        {key: tab.title for key, tab in found.tabs.items()},
        found,
        withheld,
        {one.plan.tab: one.seen for one in settled},
        min((one.due for one in settled if one.due is not None), default=None),
        undrawn=(*_undrawn(spec, {*titles, *found.tabs}), *_elsewhere(spec, found)) if state is not None else (),
    )


def _plan_absences(
    found: Found,
    school_class: str,
    directory: Directory,
    policy: Policy,
    released: frozenset[str],
    cleared: Cleared,
) -> TabPlan:
    key = tab_key(TabKind.ABSENCES, school_class)
    names = {pupil.code: pupil.list_name for pupil in queries.pupils()}
    record = queries.reason_values(school_class, directory.year.start)
    closed = closed_on(directory, (school_class,))
    return plan_absences(
        found.tabs[key], found.origins[key], school_class, names, policy, sync_state.baseline(key), record, released,
        closed, cleared,
    )  # fmt: skip


def _plan_regime(found: Found, context: CourseContext, released: frozenset[str], cleared: Cleared) -> TabPlan:
    key = tab_key(TabKind.REGIME, context.course.code)
    record = queries.regime_values(context.course.code)
    return plan_regime(
        found.tabs[key], found.origins[key], context, sync_state.baseline(key), record, released, cleared
    )


def _lost_regimes(
    spec: BookSpec, fetched: Fetched, found: Found, titles: Mapping[str, str]
) -> Iterator[TabPlan]:
    """Of tabs that the book has had; one that came after the book was drawn is not missed."""
    for course in filter(has_regime, spec.courses):
        key = tab_key(TabKind.REGIME, course.code)
        if key not in found.tabs and (key in titles or key in found.claimed_twice):
            yield plan_lost_tab(key, titles.get(key, course.title), fetched.sheets, key in found.claimed_twice)


def _undrawn(spec: BookSpec, drawn: Container[str]) -> tuple[str, ...]:
    courses = (
        course.title
        for course in spec.courses
        if not any(tab_key(kind, course.code) in drawn for kind in (TabKind.GRID, TabKind.LOG))
    )
    return (*courses, *(ABSENCES.title for one in spec.classes if tab_key(TabKind.ABSENCES, one) not in drawn))


def _elsewhere(spec: BookSpec, found: Found) -> Iterator[str]:
    """Tabs of reasons that nobody reads here any more."""
    wanted = {tab_key(TabKind.ABSENCES, one) for one in spec.classes}
    for key, tab in found.tabs.items():
        if key.startswith(f"{TabKind.ABSENCES.value} ") and key not in wanted:
            yield f"«{tab.title}» теперь в отдельной книге"


def _why_older(
    workspace: Workspace, spec: BookSpec, fetched: Fetched, state: BookState, plans: Sequence[TabPlan]
) -> str:
    """Why the book looks like an older copy of itself, "" = it does not."""
    if fetched.identity.generation < state.generation:
        return f"выпуск {fetched.identity.generation} вместо {state.generation}"
    changes = {plan.tab: overwritten((*plan.changes, *plan.waiting)) for plan in plans}
    if sum(map(len, changes.values())) <= FEW:
        return ""
    now = workspace.clock()
    since = older_copy(changes, queries.steps_since(spec.book, now - REMEMBERED), now)
    return f"какой она была {since.astimezone(workspace.zone):%d.%m.%Y %H:%M}" if since is not None else ""


def _told(tab: str) -> frozenset[Sighting]:
    """The problems of a tab that people have been told already."""
    sightings = (sight_problem(problem) for problem in sync_state.problems(tab))
    return frozenset(sighting for sighting in sightings if sighting is not None)


def _with_remark(plan: TabPlan) -> TabPlan:
    """The hold of a tab stands among its remarks, where the teacher looks; cells of a closed quarter have their own."""
    if plan.withheld is None or plan.withheld.code == Code.PERIOD_CLOSED:
        return plan
    remark = Problem(Code(plan.withheld.code), Place(plan.title), detail=plan.withheld.detail)
    return replace(plan, problems=(*plan.problems, remark))


def _drawn(
    lessons: Mapping[str, LessonView], found: Found, course: Course, record: Mapping[Slot, str]
) -> dict[str, LessonView]:
    """Lessons that this book can be asked about: those its log shows, and those with entries. A lesson that the
    timetable has added since is in neither tab, and nobody has deleted it."""
    log_key = tab_key(TabKind.LOG, course.code)
    if log_key not in found.tabs:
        return dict(lessons)
    logged = locate_table(found.tabs[log_key], found.origins[log_key], log_of(course.kind)).rows
    recorded = {slot.field for slot in record if slot.kind is SlotKind.ENTRY}
    return {key: lesson for key, lesson in lessons.items() if key in logged or key in recorded}


def _moved(found: Found, keys: tuple[str, ...], titles: Mapping[str, str], fetched: Fetched, state: BookState) -> bool:
    """Whether any of these tabs is not exactly what it was when it was last recorded."""
    for key in keys:
        tab = found.tabs.get(key)
        if tab is None or titles.get(key) != tab.title:
            return True
        if fetched.tab_versions.get(tab.title) != state.tab_versions.get(tab.title):
            return True
    return False


def after_log(lessons: Mapping[str, LessonView], changes: tuple[Change, ...]) -> dict[str, LessonView]:
    """The lessons as they will be once the log's changes are recorded: the grid is checked against these."""
    views = dict(lessons)
    for change in changes:
        view = views[change.slot.subject]
        match change.slot.field:
            case LessonField.DATE if change.new:
                views[view.key] = replace(view, date=date.fromisoformat(change.new))
            case LessonField.SLOT if change.new:
                views[view.key] = replace(view, slot=int(change.new))
            case LessonField.HELD:
                views[view.key] = replace(view, held={"да": True, "нет": False}.get(change.new))
            case LessonField.WORK_TYPE:
                views[view.key] = replace(view, work_type=change.new)
    return views
