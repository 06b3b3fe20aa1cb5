"""A teacher's own plan (КТП) into the tab «КТП» of the school book: shown first, written when a person says so.

The tab stays what it is: owned by people, read by the service. The rows of the course are replaced, others are never
touched, and a pass takes the tab as if somebody had typed it. Only what the pass would take for a wiped tab, fewer rows
than before, is withdrawn here, because a person has said it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from sync_service.books.source import Fetched
from sync_service.domain.policy import Rules
from sync_service.domain.scheduling import planned_hours
from sync_service.domain.school import Course, CoursePlace, Directory
from sync_service.reconcile.filling import Values, fill, filled_rows, text_of
from sync_service.reconcile.foreign_plan import FORM, PlanRead, read_plan
from sync_service.reconcile.layout import PLAN, BookKind
from sync_service.reconcile.locate import TableRows
from sync_service.reconcile.office import read_school
from sync_service.reconcile.places import named_classes
from sync_service.records import ledger
from sync_service.records.ledger import Fact
from sync_service.usecases.importing import as_write, next_keys, office_shelf, put, rows_of, school_book, tables_of
from sync_service.usecases.meant import Unclear, class_meant
from sync_service.usecases.workspace import NeedsHuman, Workspace

WHERE = ("class", "subject", "group")
TOLD = ("section", "topic", "homework", "minutes", "control")


@dataclass(frozen=True)
class PlanChange:
    """One lesson of the plan before and after, as texts by column key; None where there is none."""

    seq: int
    old: Mapping[str, str] | None
    new: Mapping[str, str] | None


@dataclass(frozen=True)
class PlanImport:
    """What an import would do. `hours` are the lessons that the timetable gives the course in the year, `topics` those
    that the plan would have."""

    course: Course
    read: PlanRead
    changes: tuple[PlanChange, ...]
    same: int
    topics: int
    hours: int
    lag: int  # by how many the two may differ
    fetched: Fetched
    rows: TableRows
    own: tuple[int, ...]  # rows of the course in the tab
    wanted: Mapping[int, Values]


def prepare(
    workspace: Workspace,
    path: Path,
    *,
    school_class: str,
    subject: str,
    group: str = "",
    tables: Sequence[str] = (),
    part: bool = False,
) -> PlanImport:
    """Read the file and compare it with the tab; nothing is written. `part`: the file holds a part of the year, other
    lessons stay. Raises NeedsHuman, and Unclear for words of the command that mean nothing or several things."""
    found = tables_of(path, FORM, tables)
    fetched = school_book(office_shelf(workspace, BookKind.SCHOOL))
    school = read_school(fetched.sheets)
    if school.directory is None:
        raise NeedsHuman(f"Книга «{fetched.look.name}» ещё не заполнена: нужны название школы, начало и конец года.")
    course = course_of(school.directory, school_class, subject, group)
    read = read_plan(found, school.directory.work_types, part=part)
    if read.starts_at > 1 and not part:
        raise NeedsHuman(
            f"Номера в файле «{path.name}» начинаются с {read.starts_at}. Если в нём часть года, добавьте --part: "
            "остальные уроки останутся как есть. Если год целиком — исправьте номера."
        )
    rows = rows_of(fetched, PLAN)
    own = tuple(row for row in filled_rows(rows, PLAN) if _place(rows, row) == course.place)
    old = _standing(rows, own)
    wanted = _wanted(course, read, old, part=part)
    new = {seq: _told(values) for seq, values in wanted.items()}
    changes = [
        PlanChange(seq, old.get(seq), new.get(seq))
        for seq in sorted(old.keys() | new.keys())
        if old.get(seq) != new.get(seq)
    ]
    return PlanImport(
        course, read, tuple(changes), len(wanted) - sum(change.new is not None for change in changes), len(wanted),
        len(planned_hours(course, school.directory.timetable, school.directory.year)),
        Rules(school.rules).on(workspace.today).programme_lag, fetched, rows, own, wanted,
    )  # fmt: skip


def course_of(directory: Directory, school_class: str, subject: str, group: str) -> Course:
    """The row of the load that a plan is for. Raises Unclear."""
    code = class_meant(school_class, directory)
    courses = [course for course in directory.courses if code in course.classes]
    said = subject.strip().casefold()
    exact = [course for course in courses if course.subject.casefold() == said]
    found = exact or [course for course in courses if said and course.subject.casefold().startswith(said)]
    titles = sorted({course.subject for course in found or courses})
    if len({course.subject for course in found}) != 1:
        raise Unclear("--subject", f"у класса {code} не найден предмет «{subject}». Есть: {'; '.join(titles)}.")
    groups = {course.group: course for course in found}  # of two teachers one after another the later one
    if group.strip() not in groups:
        named = ", ".join(sorted(groups)) or "нет"
        raise Unclear("--group", f"у предмета «{titles[0]}» в {code} такой группы нет. Группы: {named}.")
    return groups[group.strip()]


def carry_out(workspace: Workspace, plan: PlanImport, *, file: str) -> None:
    """Write the rows of a prepared import; the next pass takes them. Raises NeedsHuman while somebody has the book
    open, SourceError if its place does not let us."""
    values = [plan.wanted[seq] for seq in sorted(plan.wanted)]
    filling = fill(plan.rows, PLAN, plan.own, values, next_keys(plan.rows, PLAN))
    if filling.write:
        put(workspace, plan.fetched, [as_write(PLAN, filling, values)])
    course = plan.course.code
    lessons = [key.rsplit(" ", 1) for key in ledger.standing("plan")]
    gone = [f"{code} {seq}" for code, seq in lessons if code == course and int(seq) not in plan.wanted]
    told: dict[str, object] = {"course": course, "file": file, "lessons": len(values)}
    facts = [Fact("plan", key, None) for key in sorted(gone)]
    with transaction.atomic():
        decision = Fact("decision", "plan.imported", told, book=plan.fetched.identity.book)
        ledger.append([decision, *facts], actor="journal plan import", channel="command", at=workspace.clock())


def _place(rows: TableRows, row: int) -> CoursePlace:
    classes, subject, group = (text_of(rows, row, PLAN.column(key)) for key in WHERE)
    return frozenset(named_classes(classes)), subject, group


def _standing(rows: TableRows, own: Sequence[int]) -> dict[int, dict[str, str]]:
    """What the tab says of each lesson of the course now; a row without a number is nobody's."""
    found: dict[int, dict[str, str]] = {}
    for row in own:
        seq = text_of(rows, row, PLAN.column("seq"))
        if seq.isdigit() and int(seq) not in found:
            found[int(seq)] = {key: text_of(rows, row, PLAN.column(key)) for key in TOLD}
    return found


def _wanted(course: Course, read: PlanRead, old: Mapping[int, Mapping[str, str]], *, part: bool) -> dict[int, Values]:
    """Rows of the course by lesson. A lesson whose row cannot be read keeps what the tab has; so does, in a column
    that the file does not have, a lesson that keeps its topic."""
    place = dict(zip(WHERE, (course.class_names, course.subject, course.group), strict=True))
    wanted: dict[int, Values] = {
        seq: {**place, "seq": seq, **_typed(told)} for seq, told in old.items() if part or seq in read.gaps
    }
    for lesson in read.lessons:
        before = old.get(lesson.seq, {})
        kept = before if before.get("topic") == lesson.values["topic"] else {}
        told = {key: lesson.values.get(key, "") if key in read.keys else kept.get(key, "") for key in TOLD}
        wanted[lesson.seq] = {**place, "seq": lesson.seq, **_typed(told)}
    return dict(sorted(wanted.items()))


def _typed(told: Mapping[str, str | int]) -> dict[str, str | int]:
    """Whole numbers as numbers."""
    return {key: int(text) if key == "minutes" and str(text).isdigit() else text for key, text in told.items()}


def _told(values: Values) -> dict[str, str]:
    return {key: str(values[key]) for key in TOLD}
