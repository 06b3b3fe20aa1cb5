"""Showing the record in the books: notes, remarks, states, names. The core says what differs; here it is written.

Writing a workbook is dear and impossible while somebody has it open, so everything of one book goes in one write, and
a book that cannot be written now waits for a later pass with all its data already safe in the record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from sync_service.books.source import Fetched, SourceError
from sync_service.domain.journal import EntryFact, LessonFact
from sync_service.domain.policy import Policy
from sync_service.domain.privacy import Mask, Names, shown_name
from sync_service.domain.problems import Problem
from sync_service.domain.school import TAUGHT, Course, CourseKind, Directory, SchoolYear
from sync_service.domain.substitutions import log_text, of_course
from sync_service.reconcile import annotate as projection
from sync_service.reconcile.annotate import CourseShown, LessonShown
from sync_service.reconcile.layout import (
    ABSENCES,
    COMPOSITION,
    CONTENTS,
    REGIME,
    REMARKS,
    TabKind,
    log_of,
    tab_key,
    tells_about,
)
from sync_service.reconcile.locate import Found, find_tabs, locate_table
from sync_service.reconcile.plan import locate_course_grid
from sync_service.reconcile.privacy import masked_problem
from sync_service.reconcile.rules.lessons import expects_homework
from sync_service.reconcile.sheet import TabWrite
from sync_service.reconcile.timetabled import outdated_days
from sync_service.records import queries, sync_state
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.contexts import course_context
from sync_service.usecases.extended_day import composition
from sync_service.usecases.outcome import BookOutcome
from sync_service.usecases.privacy import mask_for
from sync_service.usecases.remarks import due_key
from sync_service.usecases.telling import told_beside_names
from sync_service.usecases.workspace import Workspace

ABSENT = frozenset({"н", "б", "ув", "нп"})


def annotate(
    workspace: Workspace, directory: Directory, books: Sequence[tuple[BookSpec, Fetched, BookOutcome]]
) -> None:
    """Write into each book what differs from the record; tells each outcome whether it was written or why it waits."""
    projected = [
        (spec, fetched, outcome, project_book(workspace, directory, spec, fetched)) for spec, fetched, outcome in books
    ]
    pending = [item for item in projected if item[3]]
    for spec, _, _, writes in projected:
        if not writes:
            _save(spec, None, waiting=False)
    results = workspace.source.write_many([(fetched, writes) for _, fetched, _, writes in pending])
    for (spec, _, outcome, _), result in zip(pending, results, strict=True):
        if isinstance(result, SourceError):
            outcome.waiting = str(result)
            _save(spec, None, waiting=True)
        else:
            outcome.written = True
            _save(spec, result, waiting=False)


@transaction.atomic
def _save(spec: BookSpec, written: Fetched | None, *, waiting: bool) -> None:
    state = sync_state.book_states()[spec.book]
    if written is not None and state.version:  # without one somebody wants it read anew, whatever was written meanwhile
        state = replace(state, version=written.look.version, tab_versions=dict(written.tab_versions))
    sync_state.save_book(replace(state, waiting=waiting))


def project_book(workspace: Workspace, directory: Directory, spec: BookSpec, fetched: Fetched) -> list[TabWrite]:
    """Everything of one journal book that does not yet say what the record says. Empty: nothing to write."""
    state = sync_state.book_states()[spec.book]
    found = find_tabs(fetched.sheets, state.titles)
    mask = mask_for(workspace.config, fetched.look.ref)
    standing = [
        (tab, masked_problem(mask, problem), since)
        for tab, problem, since in sync_state.standing_problems(spec.book)
    ]
    by_tab: dict[str, list[Problem]] = defaultdict(list)
    for tab, problem, _ in standing:
        by_tab[tab].append(problem)
    writes: list[TabWrite] = []
    shown: dict[str, CourseShown] = {}
    touched: list[str] = []
    held = {hold.tab for hold in sync_state.holds() if hold.book == spec.book}
    rules = queries.rules()
    work_types = {work.short: work for work in directory.work_types}
    for course in spec.courses:
        grid_key, log_key = tab_key(TabKind.GRID, course.code), tab_key(TabKind.LOG, course.code)
        facts = queries.lesson_facts(course.code)
        about_it = (grid_key, log_key, tab_key(TabKind.REGIME, course.code), due_key(course.code))
        remarks = sum(len(by_tab[key]) for key in about_it)
        shown[course.code] = CourseShown(sum(fact.held is True for fact in facts), remarks)
        course_writes: list[TabWrite] = []
        context = course_context(course, directory, rules, work_types, workspace.today)
        if grid_key in found.tabs:
            grid = locate_course_grid(found.tabs[grid_key], found.origins[grid_key], context)
            pupils = _list_of(course, workspace.today, mask)
            names = {code: shown_name(pupil, mask.names) for code, pupil in context.pupils.items()}
            told = {code: mask.hidden(text) for code, text in told_beside_names(context).items()}
            about = about_pupils(course) if tells_about(course) else {}
            course_writes.append(projection.project_grid(grid, pupils, by_tab[grid_key], names, told, about))
        if log_key in found.tabs:
            rows = locate_table(found.tabs[log_key], found.origins[log_key], log_of(course.kind))
            substitutes = substitutes_shown(course, directory, facts)
            lessons = {
                fact.key: _lesson_shown(
                    fact,
                    course,
                    rules.on(fact.date),
                    directory.year,
                    workspace.today,
                    substitutes.get(fact.key, ""),
                    mask,
                )
                for fact in facts
            }
            days = {} if log_key in held else outdated_days(
                rows, context, queries.typed_days(course.code), sync_state.baseline(log_key)
            )
            course_writes.append(projection.project_log(rows, lessons, by_tab[log_key], days))
        course_writes += _group_tabs(course, directory, found, by_tab, mask)
        if any(course_writes):
            touched.append(course.code)
        writes += course_writes
    writes += _class_tabs(spec, found, by_tab, mask, directory.year.start)
    writes += _remarks(found, standing, workspace)
    contents = TabKind.CONTENTS.value
    if contents in found.tabs:
        rows = locate_table(found.tabs[contents], found.origins[contents], CONTENTS)
        write = projection.project_contents(rows, shown)
        if touched or write:
            moment = f"{workspace.clock().astimezone(workspace.zone):%d.%m.%Y %H:%M}"
            write = projection.stamped(write, rows, touched, moment)
        writes.append(write)
    return [write for write in writes if write]


def _group_tabs(
    course: Course, directory: Directory, found: Found, by_tab: Mapping[str, list[Problem]], mask: Mask
) -> Iterable[TabWrite]:
    """Of an extended-day group: notes on the regime, and who is in the group."""
    key = tab_key(TabKind.REGIME, course.code)
    if key in found.tabs:
        yield projection.project_regime(locate_table(found.tabs[key], found.origins[key], REGIME), by_tab[key])
    key = tab_key(TabKind.COMPOSITION, course.code)
    if key in found.tabs:
        rows = locate_table(found.tabs[key], found.origins[key], COMPOSITION)
        yield projection.project_composition(rows, composition(course, directory, mask))


def _list_of(course: Course, today: date, mask: Mask) -> list[tuple[str, str]]:
    """Of a course that has not begun, those who will be on it then; of one that is over, those who were on it last."""
    pupils = queries.course_pupils(course, course.own_day(today))
    return [(pupil.code, shown_name(pupil, mask.names)) for pupil in pupils]


def about_pupils(course: Course) -> dict[str, str]:
    """Of everybody who ever was in a group: «5А», «2А с 12.10», «1А по 30.09»; days only where they are not the
    course's own."""
    said = {}
    for pupil, (school_class, (since, until)) in queries.in_group(course).items():
        came = f" с {since:%d.%m}" if since > course.since else ""
        last = until - timedelta(days=1) if until != date.max else date.max
        left = f" по {last:%d.%m}" if last < (course.until or date.max) else ""
        said[pupil] = f"{school_class}{came}{left}"
    return said


def substitutes_shown(course: Course, directory: Directory, facts: Iterable[LessonFact]) -> dict[str, str]:
    """What «Замена» says, by lesson key: of the lesson that is given at that hour; where the teacher has moved it away,
    of the lesson that the timetable had there."""
    known = of_course(directory, course)
    if not known:
        return {}
    places = {(lesson.date, lesson.slot): lesson.key for lesson in queries.scheduled(course.code)}
    places |= {(fact.date, fact.slot): fact.key for fact in facts}
    return {
        places[one.date, one.slot]: log_text(one, directory.employees)
        for one in known
        if (one.date, one.slot) in places
    }


def _lesson_shown(
    fact: LessonFact, course: Course, policy: Policy, year: SchoolYear, today: date, substitute: str, mask: Mask
) -> LessonShown:
    state = lesson_state(
        fact, today, homework_expected=expects_homework(fact, course, policy, year),
        no_topic="нет содержания" if course.kind is CourseKind.EXTENDED_DAY else "нет темы",
    )  # fmt: skip
    return LessonShown(fact.seq, mask.hidden(fact.planned_topic), mask.hidden(fact.planned_homework), substitute, state)


def lesson_state(fact: LessonFact, today: date, *, homework_expected: bool, no_topic: str = "нет темы") -> str:
    """One or two words that tell the teacher what is still missing; nothing about lessons to come."""
    if fact.date > today:
        return ""
    if fact.held is False:
        return "не проведён"
    missing = [
        word
        for word, absent in (
            ("отметьте «Проведён»", fact.held is None),
            (no_topic, not fact.topic and fact.held is True),
            ("нет ДЗ", homework_expected and not fact.homework and fact.held is True),
        )
        if absent
    ]
    return ", ".join(missing) or "заполнен"


def _class_tabs(
    spec: BookSpec, found: Found, by_tab: Mapping[str, list[Problem]], mask: Mask, since: date
) -> Iterable[TabWrite]:
    for school_class in spec.classes:
        key = tab_key(TabKind.ABSENCES, school_class)
        if key in found.tabs:
            rows = locate_table(found.tabs[key], found.origins[key], ABSENCES)
            if not rows.missing_columns:
                yield projection.project_absences(rows, missed_days(school_class, since, mask.names), by_tab[key])


def missed_days(school_class: str, since: date, shown: Names = Names.FULL) -> dict[str, tuple[date, str, int, str]]:
    """Every day from `since` on which a pupil of the class was away, by row key of the tab «Пропуски»: how many lessons
    were missed, not counting activities and clubs, and what was typed anywhere."""
    kinds = {course.code: course.kind for course in queries.courses()}
    names = {pupil.code: shown_name(pupil, shown) for pupil in queries.pupils()}
    days: dict[tuple[str, date], list[EntryFact]] = defaultdict(list)
    for entry in queries.typed_absences(school_class, since):
        if entry.absence in ABSENT and entry.pupil in names:
            days[entry.pupil, entry.date].append(entry)
    return {
        f"{pupil} {day.isoformat()}": (
            day,
            names[pupil],
            sum(kinds.get(entry.course) in TAUGHT for entry in entries),
            " ".join(sorted({entry.absence for entry in entries})),
        )
        for (pupil, day), entries in days.items()
    }


def _remarks(found: Found, standing: Sequence[tuple[str, Problem, date]], workspace: Workspace) -> Iterable[TabWrite]:
    key = TabKind.REMARKS.value
    if key in found.tabs:
        rows = locate_table(found.tabs[key], found.origins[key], REMARKS)
        ordered = sorted(standing, key=lambda item: (item[1].place, item[1].code))
        yield projection.project_remarks(rows, [(problem, since) for _, problem, since in ordered])
