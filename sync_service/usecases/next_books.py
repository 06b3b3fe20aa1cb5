"""The office's books of the next school year, drawn from those of this one as the office has filled them in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sync_service.books.google.source import GOOGLE
from sync_service.books.places import Places
from sync_service.books.render.roster import render_roster
from sync_service.books.render.school import dated_policy, empty_calendar, render_school
from sync_service.books.source import Fetched, SourceError
from sync_service.books.xlsx import BOOK, XlsxSource
from sync_service.domain.next_year import next_class, next_classes, next_courses, next_roster, next_school_year
from sync_service.domain.policy import Rules
from sync_service.domain.problems import Problem
from sync_service.domain.school import Directory, Pupil, Roster
from sync_service.reconcile import layout
from sync_service.reconcile.layout import TabKind
from sync_service.reconcile.office import SchoolRead, read_roster, read_school
from sync_service.records import queries
from sync_service.records.sync_state import BookState
from sync_service.usecases.composition import roster_book_id, school_book_id
from sync_service.usecases.provision import new_pupil_code
from sync_service.usecases.workspace import Workspace

CARRIED = frozenset(
    table.title
    for table in (
        layout.SCHOOL, layout.BELLS, layout.STAFF, layout.SUBJECTS, layout.CLASSES, layout.LOAD, layout.WORK_TYPES,
        layout.POLICY,
    )
)  # fmt: skip
CALENDAR_HINT = "впишите сроки по приказу школы"


@dataclass(frozen=True)
class OfficeBooks:
    """Of one year, read. `problems`: rows that would not be carried over, with the name of their book; `troubles`:
    books that cannot be had."""

    school: SchoolRead | None
    rosters: tuple[Roster, ...]
    problems: tuple[tuple[str, Problem], ...]
    troubles: tuple[SourceError, ...]

    @property
    def directory(self) -> Directory | None:
        return self.school.directory if self.school is not None else None

    @property
    def pupils(self) -> tuple[Pupil, ...]:
        return tuple(pupil for roster in self.rosters for pupil in roster.pupils)


@dataclass(frozen=True)
class NextBook:
    """A book to be made, unless there is one of its identity."""

    book: str
    title: str
    content: bytes


def files_of(workspace: Workspace) -> XlsxSource:
    """The school's own folder of books."""
    place = workspace.source.files if isinstance(workspace.source, Places) else workspace.source
    assert isinstance(place, XlsxSource)
    return place


def read_office(workspace: Workspace, states: Iterable[BookState]) -> OfficeBooks:
    """The school book and the rosters among these books, wherever they lie by now."""
    problems: list[tuple[str, Problem]] = []
    troubles: list[SourceError] = []
    read, rosters = None, []
    subjects: list[str] = []
    for state in sorted(states, key=lambda state: not state.book.startswith("school-")):
        kind, _, rest = state.book.partition("-")
        if kind not in (layout.BookKind.SCHOOL, layout.BookKind.ROSTER):
            continue
        try:
            fetched = _fetch(workspace, state)
        except SourceError as error:
            troubles.append(error)
            continue
        if kind == layout.BookKind.SCHOOL:
            read = read_school(fetched.sheets)
            problems += [(state.name, problem) for problem in read.problems if problem.place.tab in CARRIED]
            subjects = [subject.title for subject in read.directory.subjects] if read.directory is not None else []
        else:
            of_class = read_roster(fetched.sheets, rest.partition("-")[0], subjects)
            rosters.append(of_class.roster)
            problems += [(state.name, problem) for problem in of_class.problems]
    return OfficeBooks(read, tuple(rosters), tuple(problems), tuple(troubles))


def _fetch(workspace: Workspace, state: BookState) -> Fetched:
    folder, _, name = state.ref.rpartition("/")
    if state.ref.startswith(GOOGLE) or not folder:
        return workspace.source.fetch(state.ref)
    return XlsxSource(files_of(workspace).folder / folder).fetch(name)


def next_books(workspace: Workspace, old: OfficeBooks, on: date) -> list[NextBook]:
    """The school book, then a roster for every class that goes on."""
    assert old.school is not None
    directory, rules = old.directory, old.school.rules
    assert directory is not None
    following = directory.model_copy(
        update={
            "year": next_school_year(directory.year),
            "classes": next_classes(directory.classes),
            "courses": next_courses(directory, queries.course_codes()),
            "timetable": (), "plan": (), "substitutions": (), "absences": (),
        }
    )  # fmt: skip
    year = following.year
    policy = Rules(rules).on(year.start)
    content = render_school(
        school_book_id(year.title),
        following,
        policy,
        kept={TabKind.POLICY: dated_policy(policy, rules), TabKind.CALENDAR: empty_calendar(CALENDAR_HINT)},
        used_courses=queries.course_codes(),
    )
    books = [NextBook(school_book_id(year.title), "Школа", content)]
    taken = {pupil.code for pupil in queries.everybody()[0]} | {pupil.code for pupil in old.pupils}
    for roster in old.rosters:
        if next_class(roster.school_class) is None:
            continue
        new = next_roster(roster, following.courses, on)
        book, title = roster_book_id(new.school_class, year.title), f"{new.school_class} Список"
        drawn = render_roster(
            book, title, following.school, year, new, following.subjects, lambda: new_pupil_code(taken)
        )
        books.append(NextBook(book, title, drawn))
    return books


def file_name(title: str) -> str:
    return f"{title}{BOOK}"
