"""Remarks of the night: what is past its deadline and what a class or a month tells (DOMAIN 2.5, 2.6).

They are found by the nightly pass, stand among the other remarks of their book, and go as soon as a pass finds them put
right. A remark lives under the key «due <course or class>», which is no tab, so no cell gets a note for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction

from sync_service.domain.problems import Problem, message
from sync_service.domain.school import Directory
from sync_service.reconcile.rules import Night, Remark, remarks
from sync_service.reconcile.rules.corrections import REMEMBERED
from sync_service.records import queries, sync_state
from sync_service.usecases.composition import BookSpec, books_of
from sync_service.usecases.workspace import NeedsHuman, Workspace

SUMMER = timedelta(days=60)  # personal data compared before the year count for it
AHEAD = timedelta(days=14)  # homework and works to come are looked at so far


def due_key(about: str) -> str:
    """The key under which remarks about a course or class are kept."""
    return f"due {about}"


def look(workspace: Workspace, directory: Directory, classes: Collection[str] | None = None) -> tuple[Remark, ...]:
    """Everything that stands now in the school, or at least in some classes; nothing outside the school year. What
    stands in a class depends on others too, from where its pupils came or to where they went."""
    now, year = workspace.clock().astimezone(workspace.zone), directory.year
    if now.date() < year.start:
        return ()
    return remarks(Night(
        directory=directory,
        rules=queries.rules(),
        now=now,
        facts=queries.span_facts(
            year.start, min(now.date() + AHEAD, year.end), now.date(),
            None if classes is None else queries.classes_of_pupils(classes, year.start),
        ),
        closed=queries.closed_terms(year.title),
        corrections=queries.replaced(now - REMEMBERED),
        reviews=queries.reviews(since=year.start - SUMMER),
        orders=queries.orders_entered(now - REMEMBERED, year.start),
        groups=queries.group_members(),
        regimes=queries.regimes_told(),
    ))  # fmt: skip


def open_and_close(workspace: Workspace, directory: Directory) -> int:
    """The nightly pass: every book has exactly the remarks that stand now. Returns how many there are."""
    found = look(workspace, directory)
    by_about = _by_about(found)
    states = sync_state.book_states()
    for spec in books_of(directory, workspace.config):
        if spec.book in states:
            _settle(spec, by_about, workspace.clock())
    return len(found)


def close_mended(workspace: Workspace, directory: Directory, specs: Iterable[BookSpec]) -> None:
    """An ordinary pass: of the remarks in books that have just been read those go that do not stand any more; new
    ones wait for the night. Costs nothing where none stands."""
    standing = {spec.book: (spec, before) for spec in specs if (before := _standing(spec.book))}
    if not standing:
        return
    courses = [course for spec, _ in standing.values() for course in spec.courses]
    classes = {one for spec, _ in standing.values() for one in spec.classes}
    found = look(workspace, directory, classes.union(*(course.classes for course in courses)))
    for spec, before in standing.values():
        still = [remark for remark in found if _identity(remark.problem) in before.get(remark.about, ())]
        _settle(spec, _by_about(still), workspace.clock())


def _by_about(found: Iterable[Remark]) -> dict[str, list[Problem]]:
    by_about: dict[str, list[Problem]] = defaultdict(list)
    for remark in found:
        by_about[remark.about].append(remark.problem)
    return by_about


def _standing(book: str) -> dict[str, set[str]]:
    """Identities of the standing remarks of a book, by what they are about."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, problem, _ in sync_state.standing_problems(book):
        kind, _, about = key.partition(" ")
        if kind == "due":
            found[about].add(_identity(problem))
    return found


def _identity(problem: Problem) -> str:
    return f"{problem.code.value} {problem.slot or problem.place.who}"


@transaction.atomic
def _settle(spec: BookSpec, by_about: dict[str, list[Problem]], at: datetime) -> None:
    mine = {*spec.classes, *(course.code for course in spec.courses)}
    for about in sorted((mine & set(by_about)) | set(_standing(spec.book))):
        sync_state.replace_problems(spec.book, due_key(about), by_about.get(about, ()) if about in mine else (), at)


@dataclass(frozen=True)
class Late:
    """Somebody's overdue things, the oldest first: (due, sentence)."""

    person: str  # «Громова О. И.», «Заместитель директора»
    overdue: tuple[tuple[datetime, str], ...]


def late(workspace: Workspace, *, week: bool = False) -> tuple[Late, ...]:
    """Who is late now and with what, those with most first; whoever is not late is not named.

    `week`: only what became overdue since the Monday before, as the weekly run tells it. Raises NeedsHuman before the
    school is set up."""
    directory = queries.directory()
    if directory is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    names = {employee.code: employee.short_name for employee in directory.employees}
    today = workspace.today
    monday = today - timedelta(days=today.weekday() + 7)
    since = datetime.combine(monday, time(), workspace.zone)
    overdue: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    class_names = {course.code: course.class_names for course in directory.courses}
    for remark in look(workspace, directory):
        if remark.due is not None and (not week or remark.due >= since):
            said = f"{class_names.get(remark.about, '')} {message(remark.problem)}".strip()
            overdue[names.get(remark.person, "Без учителя")].append((remark.due, said))
    found = (Late(person, tuple(sorted(things))) for person, things in overdue.items())
    return tuple(sorted(found, key=lambda one: (-len(one.overdue), one.person)))


def write_late(workspace: Workspace, people: Iterable[Late], day: date | None = None) -> Path:
    """The page in the folder of reports, «Просрочено 2026-11-23.xlsx», named after the Monday of the weekly run or
    after today; returns its path."""
    # pandas comes with these, and no pass needs it
    from sync_service.reports.late import build_late  # noqa: PLC0415
    from sync_service.usecases.reporting import publish  # noqa: PLC0415

    day = day or workspace.today
    directory = queries.directory()
    school = directory.school.title if directory is not None else ""
    content = build_late(school, day, [(one.person, one.overdue) for one in people])
    return publish(workspace.config.reports.folder / f"Просрочено {day:%Y-%m-%d}.xlsx", content)
