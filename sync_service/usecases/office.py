"""The school book into the record: what it says becomes directory facts.

Adding and changing is taken at once. A row that is gone is withdrawn only where it had no history of its own
(timetable, plan, bells, work types, substitutions, absences of the staff) and only while most of the tab is still
there; people, classes and courses stay, because marks hang on them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sync_service.domain.calendar import closed_for, year_of_course
from sync_service.domain.policy import Rule
from sync_service.domain.problems import Problem
from sync_service.domain.scheduling import NOTHING_YET, Had, schedule_course
from sync_service.domain.school import Course, CoursePlace, Directory, ScheduledLesson, SchoolYear, TimetableRow
from sync_service.domain.slots import LessonField, lesson_slot
from sync_service.reconcile.layout import TabKind, tab_key
from sync_service.reconcile.office import SchoolRead
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact

WITHDRAWN_AT_MOST = 0.3  # of a kind in one pass; more looks like a wiped tab
WITHDRAWABLE = ("bell", "timetable", "plan", "worktype")
SUBSTITUTION, ABSENCE = "substitution", "staffabsence"  # their keys begin with a day


@dataclass(frozen=True)
class Imported:
    """Ledger rows written, and what was wrong in the books' rows."""

    rows: int
    problems: tuple[Problem, ...]


def import_school(read: SchoolRead, *, actor: str, at: datetime) -> Imported:
    """Record the school book. Caller holds the transaction."""
    if read.directory is None:
        return Imported(0, read.problems)
    today = at.astimezone(ZoneInfo(read.directory.school.time_zone)).date()
    facts = [*directory_facts(read.directory), *policy_facts(read.rules, ledger.standing("policy"), today)]
    facts += [
        fact
        for kind in WITHDRAWABLE
        for fact in withdrawals(kind, _of_its_courses(kind, read.directory.year), facts)
    ]
    if read.substitutions_whole:  # a row with a mistyped name is not a row that is gone
        facts += withdrawals(SUBSTITUTION, _of_year(SUBSTITUTION, read.directory.year), facts)
    if read.absences_whole:
        facts += withdrawals(ABSENCE, _of_year(ABSENCE, read.directory.year), facts)
    return Imported(ledger.append(facts, actor=actor, channel="sheet", at=at), read.problems)


def schedule_lessons(directory: Directory, *, at: datetime) -> int:
    """Give every course the lessons that timetable and calendar have for it now. Returns ledger rows written.

    A lesson keeps its key whatever day it gets, and one with anything in it keeps its day (domain.scheduling)."""
    rows: dict[str, list[TimetableRow]] = defaultdict(list)
    for row in directory.timetable:
        rows[row.course].append(row)
    known = queries.had_lessons()
    closed = queries.closed_terms(directory.year.title)
    facts: list[Fact] = []
    taught: Counter[CoursePlace] = Counter()
    for course in sorted(directory.courses, key=lambda one: one.since):
        had = replace(known.get(course.code, NOTHING_YET), closed=closed_for(course.classes, closed))
        planned = schedule_course(course, rows[course.code], directory.year, had, taught[course.place] + 1)
        taught[course.place] += len(planned)
        before = {lesson.key: lesson for lesson in had.lessons}
        after = {lesson.key: lesson for lesson in planned}
        facts += [ledger.fact_of(lesson) for lesson in planned if before.get(lesson.key) != lesson]
        facts += [Fact("scheduled", key, None) for key in before.keys() - after.keys()]
        _remember_shown(course, had, after)
    return ledger.append(sorted(facts, key=lambda fact: fact.key), actor="расписание", channel="import", at=at)


def _remember_shown(course: Course, had: Had, after: Mapping[str, ScheduledLesson]) -> None:
    """The log goes on showing the old day of a lesson until it is written: what it says is nobody's change."""
    tab = tab_key(TabKind.LOG, course.code)
    shown = {
        lesson_slot(lesson.key, field): str(value)
        for lesson in had.lessons
        for field, value in ((LessonField.DATE, lesson.date), (LessonField.SLOT, lesson.slot))
        if (now := after.get(lesson.key)) is None or (now.date, now.slot) != (lesson.date, lesson.slot)
    }
    if shown:
        told = sync_state.baseline(tab)
        sync_state.move_baseline(tab, {slot: text for slot, text in shown.items() if slot not in told})


def directory_facts(directory: Directory) -> list[Fact]:
    """Everything a school book says, in an order in which nothing refers to what comes later."""
    values = (
        directory.school,
        directory.year,
        *directory.bells,
        *directory.employees,
        *directory.subjects,
        *directory.classes,
        *directory.work_types,
        *directory.courses,
        *directory.timetable,
        *directory.plan,
        *directory.substitutions,
        *directory.absences,
    )
    return [ledger.fact_of(value) for value in values]


def policy_facts(rules: Iterable[Rule], standing: Collection[str], today: date) -> list[Fact]:
    """Every rule of the tab «Правила». The tab shows the last value of a rule only: what the record knows of the days
    before stays, what would begin after it, or was to begin one day and is not planned any more, is withdrawn."""
    facts = []
    for rule in rules:
        fact = ledger.policy_fact(rule.name, rule.value, act=rule.act, since=rule.since)
        facts.append(fact)
        since = fact.key.partition(" ")[2]
        for key in sorted(standing):
            name, _, began = key.partition(" ")
            if name == rule.name and (began > since or (began != since and began > today.isoformat())):
                facts.append(Fact("policy", key, None))
    return facts


def _of_year(kind: str, year: SchoolYear) -> set[str]:
    """Keys that begin with a day of the year or of the summer after it: those of the years before stand in books that
    nobody fills any more."""
    after = year.start.replace(year=year.start.year + 1)
    return {key for key in ledger.standing(kind) if year.start.isoformat() <= key[:10] < after.isoformat()}


def _of_its_courses(kind: str, year: SchoolYear) -> set[str]:
    """Keys of a kind, without what was planned for the courses of other years: their lessons still tell it."""
    standing = ledger.standing(kind)
    if kind not in ("timetable", "plan"):  # keys of the others name no course
        return standing
    years = [known for known in queries.school_years() if known.start != year.start]
    years = sorted([*years, year], key=lambda known: known.start)
    others = {course.code for course in queries.courses() if year_of_course(years, course.since) is not year}
    return {key for key in standing if key.partition(" ")[0] not in others}


def withdrawals(kind: str, had: set[str], facts: Iterable[Fact]) -> list[Fact]:
    """Of the keys that a tab `had` those that no fact speaks of any more; none where so much is missing that the tab
    looks wiped."""
    missing = had - {fact.key for fact in facts if fact.kind == kind}
    if len(missing) > max(5, WITHDRAWN_AT_MOST * len(had)):
        return []
    return [Fact(kind, key, None) for key in sorted(missing)]
