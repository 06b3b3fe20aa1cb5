"""From the office's books to the teachers' books: read the school and the rosters, make what is missing.

What exists stays: a second run makes only what the first one could not, or what has come since. Only a journal without
a place for what has come is drawn anew, with all that is in it (usecases.redrawing).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from sync_service.books.google.source import GOOGLE
from sync_service.books.render.parallel import render_journals
from sync_service.books.render.roster import render_roster
from sync_service.books.source import Fetched, SourceError
from sync_service.domain.problems import Problem
from sync_service.domain.school import Directory
from sync_service.domain.slots import Slot
from sync_service.reconcile.layout import BookKind
from sync_service.reconcile.office import read_school
from sync_service.records import queries, sync_state
from sync_service.usecases import composition
from sync_service.usecases.books import Progress, Shelf, take_stock
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.drawing import journal_book
from sync_service.usecases.office import import_school, schedule_lessons
from sync_service.usecases.redrawing import reasons_of, redraw, without_place
from sync_service.usecases.rights import close_owed, owe_closing, repair_book, without_email
from sync_service.usecases.rosters import import_roster, import_rosters
from sync_service.usecases.workspace import NeedsHuman, Workspace

# letters and digits that nobody confuses when reading them aloud or in print
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass
class Provisioned:
    created: list[str] = field(default_factory=list)
    existed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # journals of classes whose list is still empty
    without_quarters: list[str] = field(default_factory=list)  # journals, while the calendar has no quarter yet
    mended: dict[str, list[str]] = field(default_factory=dict)  # what of a book in Google was put right, by its name
    redrawn: dict[str, list[str]] = field(default_factory=dict)  # what a journal had no place for, by its name
    refused: list[str] = field(default_factory=list)  # journals that could not be drawn anew, and what to do
    without_email: list[str] = field(default_factory=list)  # teachers whom no tab in Google can be given to
    problems: list[tuple[str, Problem]] = field(default_factory=list)  # (book name, problem)
    troubles: list[SourceError] = field(default_factory=list)
    lessons: int = 0


def new_pupil_code(taken: set[str]) -> str:
    """A code that says nothing about the child and was never used before."""
    while True:
        code = "P" + "".join(secrets.choice(CODE_LETTERS) for _ in range(4))
        if code not in taken:
            taken.add(code)
            return code


def provision(
    workspace: Workspace,
    *,
    typed: Mapping[str, Mapping[Slot, object]] | None = None,
    repair: bool = False,
    progress: Progress = lambda _: None,
) -> Provisioned:
    """Make roster books and journal books for the school that the book «Школа» describes.

    `repair` also puts right what of the books in Google is not as it was made: protection, sharing, hidden keys …

    `typed` fills teachers' cells of the new journal books by course or class, raw, as typed: for a class that moves
    from elsewhere. Raises NeedsHuman if there is no school book or it does not tell the year."""
    done = Provisioned()
    if repair:
        owe_closing(sync_state.past_states().values())
    _close_the_past(workspace, done, progress)  # it has the names that new books want
    # with what is known: a book that is in trouble now must not be taken for one that there never was
    shelf = take_stock(workspace, sync_state.book_states(), everything=True, progress=progress)
    done.troubles += shelf.troubles.values()
    directory = _read_school_book(workspace, shelf, done)
    shelf = _make_rosters(workspace, directory, shelf, done)
    with transaction.atomic():
        books = _of_kind(shelf, BookKind.ROSTER)
        taken = import_rosters(books, lambda fetched: import_roster(fetched, directory, at=workspace.clock()))
        for number, imported in taken.items():
            done.problems += [(books[number].look.name, problem) for problem in imported.problems]
        done.lessons = schedule_lessons(directory, at=workspace.clock())
    _make_journals(workspace, directory, shelf, typed or {}, done, progress)
    _redraw_the_narrow(workspace, directory, shelf, done, progress)
    if repair:
        _mend_existing(workspace, directory, shelf, done, progress)
    return done


def _close_the_past(workspace: Workspace, done: Provisioned, progress: Progress) -> None:
    for name, result in close_owed(workspace, progress).items():
        if isinstance(result, SourceError):
            done.troubles.append(result)
        elif result:
            done.mended[name] = result


def _of_kind(shelf: Shelf, kind: BookKind) -> list[Fetched]:
    return [fetched for fetched in shelf.fetched.values() if fetched.identity.kind == kind]


def _read_school_book(workspace: Workspace, shelf: Shelf, done: Provisioned) -> Directory:
    books = _of_kind(shelf, BookKind.SCHOOL)
    if not books:
        raise NeedsHuman(
            f"В папке {workspace.config.books.folder} нет книги «Школа». "
            "Создайте её командой «journal init» и заполните."
        )
    newest = max(books, key=lambda fetched: fetched.identity.year)
    read = read_school(newest.sheets)
    with transaction.atomic():
        imported = import_school(read, actor=newest.look.name, at=workspace.clock())
    done.problems += [(newest.look.name, problem) for problem in imported.problems]
    directory = queries.directory()
    if directory is None or read.directory is None:
        raise NeedsHuman(
            f"Книга «{newest.look.name}» ещё не заполнена: "
            "нужны название школы, начало и конец учебного года на вкладке «Школа»."
        )
    return directory


def _make_rosters(workspace: Workspace, directory: Directory, shelf: Shelf, done: Provisioned) -> Shelf:
    """A roster book for each class that has none; the shelf with the new ones on it."""
    taken = {pupil.code for pupil in queries.pupils()}
    for school_class in directory.classes:
        book = composition.roster_book_id(school_class.code, directory.year.title)
        title = f"{school_class.code} Список"
        if book in shelf.fetched or book in shelf.troubles:
            done.existed.append(title)
            continue
        content = render_roster(
            book,
            title,
            directory.school,
            directory.year,
            None,
            directory.subjects,
            lambda: new_pupil_code(taken),
        )
        ref = workspace.source.create(f"{title}.xlsx", content)
        shelf.fetched[book] = workspace.source.fetch(ref)
        done.created.append(title)
    return shelf


def _make_journals(
    workspace: Workspace,
    directory: Directory,
    shelf: Shelf,
    typed: Mapping[str, Mapping[Slot, object]],
    done: Provisioned,
    progress: Progress,
) -> None:
    wanted = []
    for spec in composition.books_of(directory, workspace.config):
        if spec.book in shelf.fetched or spec.book in shelf.troubles:
            done.existed.append(spec.title)
        elif not directory.year.periods:  # a journal is drawn by its quarters
            done.without_quarters.append(spec.title)
        elif _has_pupils(spec):
            wanted.append(spec)
        else:
            done.waiting.append(spec.title)
    books = [journal_book(workspace, directory, spec) for spec in wanted]
    cells = [
        {
            slot: raw
            for part in (*(course.code for course in spec.courses), *spec.classes)
            for slot, raw in typed.get(part, {}).items()
        }
        | reasons_of(directory, spec.classes)
        for spec in wanted
    ]
    for spec, content in zip(wanted, render_journals(books, cells), strict=True):
        progress(spec.title)
        try:
            ref = workspace.source.create(f"{spec.title}.xlsx", content)
            done.created.append(spec.title)
            if ref.startswith(GOOGLE):
                repair_book(workspace, directory, spec, ref, spec.title)
                done.without_email = without_email(directory)
        except SourceError as error:
            done.troubles.append(error)


def _has_pupils(spec: BookSpec) -> bool:
    in_class = any(pupil.school_class in spec.classes for pupil in queries.pupils())
    return in_class or any(queries.course_pupils(course, None) for course in spec.courses)


def _redraw_the_narrow(
    workspace: Workspace, directory: Directory, shelf: Shelf, done: Provisioned, progress: Progress
) -> None:
    """Journals that have no place for what has come since they were drawn."""
    for spec in composition.books_of(directory, workspace.config):
        fetched = shelf.fetched.get(spec.book)
        lacking = without_place(workspace, directory, spec, fetched) if fetched is not None else []
        if not lacking:
            continue
        progress(spec.title)
        try:
            ref = redraw(workspace, directory, spec)
            done.redrawn[spec.title] = lacking
            if ref.startswith(GOOGLE):
                repair_book(workspace, directory, spec, ref, spec.title)
        except NeedsHuman as error:
            done.refused.append(str(error))
        except SourceError as error:
            done.troubles.append(error)


def _mend_existing(
    workspace: Workspace, directory: Directory, shelf: Shelf, done: Provisioned, progress: Progress
) -> None:
    """Whatever is there is also what may be broken: books whose identity is lost are found by their state."""
    states = sync_state.book_states()
    for spec in composition.books_of(directory, workspace.config):
        fetched, state = shelf.fetched.get(spec.book), states.get(spec.book)
        ref = fetched.look.ref if fetched is not None else state.ref if state is not None else ""
        if not ref.startswith(GOOGLE):
            continue
        progress(spec.title)
        try:
            if mended := repair_book(workspace, directory, spec, ref, spec.title):
                done.mended[spec.title] = mended
        except SourceError as error:
            done.troubles.append(error)
    done.without_email = without_email(directory)
