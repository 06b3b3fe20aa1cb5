"""`journal history`: every value that a pupil's entry, a final mark, a lesson or a regime ever had, and how it came to
it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sync_service.domain.calendar import term_title
from sync_service.domain.problems import as_seen
from sync_service.domain.school import Course, Directory, Pupil, Term
from sync_service.domain.slots import Slot, SlotKind, term_of_regime
from sync_service.reconcile.layout import GROUNDS_HEADING, REGIME
from sync_service.records import queries, sync_state
from sync_service.records.queries import LedgerEntry
from sync_service.usecases.correcting import HEADINGS
from sync_service.usecases.meant import Unclear, class_meant, course_meant, day_meant, pupil_meant, school
from sync_service.usecases.workspace import Workspace

REASON_FIELDS = {"code": "причина пропуска", "document": "документ"}
LAST = "\U0010ffff"  # stands behind every title and day


@dataclass(frozen=True)
class Step:
    """One change: `at` in the school's zone, `what` the lesson, term or day it belongs to, `old` and `new` as people
    read them, "" = blank. `where` is a cell or «команда», `who` a person or a book, `why` the reason if it was told."""

    slot: Slot
    at: datetime
    what: str
    old: str
    new: str
    channel: str
    where: str
    who: str
    why: str


@dataclass(frozen=True)
class History:
    """Of whom or what, and its steps: those of one value together, oldest first."""

    title: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class _Place:
    """What a slot belongs to; `order` puts the slots of one course together and in order of time."""

    course: str
    day: date | None
    what: str
    order: tuple[str, str, str]


def history(
    workspace: Workspace, *, pupil: str = "", course: str = "", school_class: str = "", day: str = ""
) -> History:
    """Of a pupil: entries, final marks and reasons of absence, of all courses or of one, of all days or of one.
    Without a pupil, of a course: what the log of lessons told.

    Raises Unclear for words that name nothing or several things, NeedsHuman before there is a school."""
    directory = school()
    on = day_meant(day, directory.year) if day else None
    directory = school(on)  # of a day in a year that is over: its classes and courses
    within = class_meant(school_class, directory)
    if pupil:
        whom = pupil_meant(pupil, within)
        of = course_meant(course, directory, within, whom) if course else None
        return _of_pupil(workspace, directory, whom, of, on)
    if not course:
        raise Unclear("--pupil", "укажите ученика, или предмет и класс: тогда видна история уроков, тем и ДЗ.")
    return _of_course(workspace, course_meant(course, directory, within), on)


def _of_pupil(
    workspace: Workspace, directory: Directory, pupil: Pupil, course: Course | None, on: date | None
) -> History:
    of_the_year = {one.code for one in directory.courses}
    titles = {
        one.code: one.title if one.code in of_the_year else f"{one.title} ({one.class_names})"
        for one in queries.courses()
    }
    lessons = {lesson.key: lesson for lesson in queries.lesson_facts()}

    def place(slot: Slot) -> _Place:
        if slot.kind is SlotKind.ENTRY and (lesson := lessons.get(slot.field)) is not None:
            title = titles.get(lesson.course, lesson.course)
            order = (title, lesson.date.isoformat(), lesson.key)
            return _Place(lesson.course, lesson.date, f"{title}, {lesson.date:%d.%m}, {lesson.slot}-й урок", order)
        if slot.kind in (SlotKind.FINAL, SlotKind.GROUNDS):
            code, name = slot.field.rsplit(" ", 1)
            title, term = titles.get(code, code), Term(name)
            why = f", {GROUNDS_HEADING.lower()}" if slot.kind is SlotKind.GROUNDS else ""
            order = (title, LAST, f"{list(Term).index(term)}{why}")
            return _Place(code, None, f"{title}, {term_title(term)}{why}", order)
        if slot.kind is SlotKind.REASON:
            day, field = slot.field.split(" ", 1)
            since = date.fromisoformat(day)
            return _Place("", since, f"{since:%d.%m}, {REASON_FIELDS.get(field, field)}", (LAST, day, field))
        # a lesson that the timetable no longer has
        return _Place(slot.field.rpartition(".")[0], None, f"урок {slot.field}", (LAST, LAST, slot.field))

    rows = queries.pupil_trail(pupil.code)
    title = f"{pupil.list_name}, {pupil.school_class}" + (f", {course.title}" if course is not None else "")
    return History(title, _steps(workspace, rows, place, course.code if course is not None else "", on))


def _of_course(workspace: Workspace, course: Course, on: date | None) -> History:
    lessons = {lesson.key: lesson for lesson in queries.lesson_facts(course.code)}
    fields = list(HEADINGS)

    def place(slot: Slot) -> _Place:
        if slot.kind is SlotKind.REGIME:
            of_line = f"{term_title(Term(term_of_regime(slot)))}, строка {int(slot.subject[-2:])}"
            heading = REGIME.column(slot.field).heading
            return _Place(course.code, None, f"режим, {of_line}: {heading}", (LAST, slot.subject, slot.field))
        heading = HEADINGS.get(slot.field, slot.field)
        if (lesson := lessons.get(slot.subject)) is None:
            return _Place(course.code, None, f"урок {slot.subject}: {heading}", (LAST, slot.subject, slot.field))
        order = (lesson.date.isoformat(), lesson.key, f"{fields.index(slot.field):02}")
        return _Place(course.code, lesson.date, f"{lesson.date:%d.%m}, {lesson.slot}-й урок: {heading}", order)

    rows = queries.course_trail(course.code)
    return History(f"{course.title}, {course.class_names}", _steps(workspace, rows, place, "", on))


def _steps(
    workspace: Workspace,
    rows: list[tuple[Slot, LedgerEntry]],
    place: Callable[[Slot], _Place],
    course: str,
    on: date | None,
) -> tuple[Step, ...]:
    states = {**sync_state.past_states(), **sync_state.book_states()}
    names = {book: state.name.removesuffix(".xlsx") for book, state in states.items()}
    kept = [(slot, entry, place(slot)) for slot, entry in rows]
    ordered = sorted(
        (one for one in kept if course in ("", one[2].course) and on in (None, one[2].day)),
        key=lambda one: (one[2].order, one[1].seq),
    )
    explained = {key: f"{one.reason} ({one.actor})" for key, one in queries.explanations().items()}
    return tuple(
        _step(workspace, slot, entry, where.what, names, explained.get((slot, entry.old, entry.new), ""))
        for slot, entry, where in ordered
    )


def _step(
    workspace: Workspace, slot: Slot, entry: LedgerEntry, what: str, names: Mapping[str, str], why: str
) -> Step:
    book = names.get(entry.book, entry.book)
    return Step(
        slot=slot,
        at=entry.at.astimezone(workspace.zone),
        what=what,
        old=as_seen(entry.old),
        new=as_seen(entry.new),
        channel=entry.channel,
        where=f"{book}, {entry.place}" if entry.place else "команда" if entry.channel == "command" else book,
        who=entry.actor.removesuffix(".xlsx"),
        why=entry.reason or why,
    )
