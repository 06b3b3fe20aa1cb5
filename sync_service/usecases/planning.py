"""Plans for a whole journal book: the core plans a tab, here each tab gets what the record knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sync_service.books.source import Fetched
from sync_service.domain.school import Directory
from sync_service.domain.slots import LessonField, Slot, SlotKind
from sync_service.reconcile.context import LessonView
from sync_service.reconcile.layout import LOG, TabKind, tab_key
from sync_service.reconcile.locate import Found, find_tabs, locate_table
from sync_service.reconcile.plan import plan_absences, plan_grid, plan_log, plan_lost_tab
from sync_service.reconcile.planned import Change, TabPlan
from sync_service.records import queries, sync_state
from sync_service.records.sync_state import BookState
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.contexts import closed_on, course_context
from sync_service.usecases.workspace import Workspace


@dataclass(frozen=True)
class PlannedBook:
    plans: tuple[TabPlan, ...]
    titles: Mapping[str, str]  # tab key → title, of all tabs found
    found: Found


def plan_book(
    workspace: Workspace,
    directory: Directory,
    spec: BookSpec,
    fetched: Fetched,
    state: BookState | None,
    *,
    everything: bool = False,
    released: Mapping[str, str] | None = None,
) -> PlannedBook:
    """Plans for the tabs of a journal book that changed since `state` (all of them without one).

    `released` lets a refused content through by tab, on trial: what would happen if a human released it."""
    on_trial = released or {}

    def digests(key: str) -> frozenset[str]:
        return frozenset({*sync_state.released_digests(key), *([on_trial[key]] if key in on_trial else [])})

    titles = dict(state.titles) if state is not None else {}
    found = find_tabs(fetched.sheets, titles)
    policy = queries.policy()
    work_types = {work.short: work for work in directory.work_types}
    plans: list[TabPlan] = []
    for course in spec.courses:
        grid_key, log_key = tab_key(TabKind.GRID, course.code), tab_key(TabKind.LOG, course.code)
        keys = (log_key, grid_key)
        if not everything and state is not None and not _moved(found, keys, titles, fetched, state):
            continue
        context = course_context(course, directory, policy, work_types, workspace.today)
        record = queries.slot_values(course.code)
        for key in keys:
            if key not in found.tabs and state is not None and key not in titles:
                continue  # a course that came after its book was drawn
            if key not in found.tabs:
                plan = plan_lost_tab(key, titles.get(key, course.title), fetched.sheets, key in found.claimed_twice)
            else:
                planner = plan_log if key == log_key else plan_grid
                tab, origin = found.tabs[key], found.origins[key]
                plan = planner(tab, origin, context, sync_state.baseline(key), record, digests(key))
            plans.append(plan)
            if key == log_key:
                lessons = after_log(context.lessons, plan.changes)
                context = replace(context, lessons=_drawn(lessons, found, log_key, record))
    names = {pupil.code: pupil.list_name for pupil in queries.pupils()}
    for school_class in spec.classes:
        key = tab_key(TabKind.ABSENCES, school_class)
        if key not in found.tabs:
            plans.append(plan_lost_tab(key, titles.get(key, "Пропуски"), fetched.sheets, key in found.claimed_twice))
        elif everything or state is None or _moved(found, (key,), titles, fetched, state):
            plans.append(
                plan_absences(
                    found.tabs[key],
                    found.origins[key],
                    school_class,
                    names,
                    policy,
                    sync_state.baseline(key),
                    queries.reason_values(school_class),
                    digests(key),
                    closed_on(directory, school_class),
                )
            )
    return PlannedBook(tuple(plans), {key: tab.title for key, tab in found.tabs.items()}, found)


def _drawn(
    lessons: Mapping[str, LessonView], found: Found, log_key: str, record: Mapping[Slot, str]
) -> dict[str, LessonView]:
    """Lessons that this book can be asked about: those its log shows, and those with entries. A lesson that the
    timetable has added since is in neither tab, and nobody has deleted it."""
    if log_key not in found.tabs:
        return dict(lessons)
    logged = locate_table(found.tabs[log_key], found.origins[log_key], LOG).rows
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
