"""Who may edit what in Google today: the school's directory as rights of its books there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from sync_service.books.google.anchors import NOTHING, Known
from sync_service.books.google.closing import close
from sync_service.books.google.credentials import who
from sync_service.books.google.rights import Rights
from sync_service.books.google.source import GOOGLE
from sync_service.books.google.upkeep import repair, settle_rights
from sync_service.books.source import BookIdentity, SourceError
from sync_service.domain.calendar import closed_for, term_title
from sync_service.domain.journal import LessonFact
from sync_service.domain.privacy import Names, shown_name
from sync_service.domain.scheduling import NOTHING_YET, spares
from sync_service.domain.school import Course, Directory, ScheduledLesson, Term
from sync_service.domain.slots import LessonField
from sync_service.domain.substitutions import tab_editors
from sync_service.reconcile.layout import (
    LAYOUT_VERSION,
    SPARE_ROW,
    SPARE_ROWS,
    BookKind,
    GridColumn,
    GridRow,
    TabKind,
    final_key,
    grounds_key,
    tab_key,
)
from sync_service.reconcile.regime import has_regime, regime_lines
from sync_service.reconcile.sheet import RawCell
from sync_service.records import queries, sync_state
from sync_service.records.sync_state import BookState
from sync_service.usecases import composition
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.privacy import google_mask
from sync_service.usecases.workspace import Workspace

OWED = "rights"  # bookmark: books whose rights could not be settled when they changed
TO_CLOSE = "closing"  # bookmark: books of a year that is over in which people may still write

Settled = dict[str, list[str] | SourceError]


def wanted_rights(directory: Directory, spec: BookSpec, today: date, administrators: Iterable[str]) -> Rights:
    """Each course's tabs for its teacher and for whoever substitutes today; «Пропуски» for the class teacher."""
    emails = {one.code: email for one in directory.employees if (email := one.email.strip().lower())}
    editors: dict[str, frozenset[str]] = {}
    for course in spec.courses:
        people = frozenset(emails[code] for code in tab_editors(directory, course, today) if code in emails)
        editors[tab_key(TabKind.GRID, course.code)] = editors[tab_key(TabKind.LOG, course.code)] = people
        if has_regime(course):
            editors[tab_key(TabKind.REGIME, course.code)] = people
    leads = {one.code: one.teacher for one in directory.classes}
    for school_class in spec.classes:
        leader = emails.get(leads.get(school_class, ""))
        editors[tab_key(TabKind.ABSENCES, school_class)] = frozenset([leader] if leader else [])
    return Rights(
        editors,
        frozenset(email.strip().lower() for email in administrators),
        queries.staff_emails() | frozenset(emails.values()),
        _closed(directory, spec),
    )


def _closed(directory: Directory, spec: BookSpec) -> Mapping[str, frozenset[str]]:
    """Keys of the lessons and final marks of periods that the deputy has closed."""
    terms = queries.closed_terms(directory.year.title)
    keys: dict[str, frozenset[str]] = {}
    for course in spec.courses:
        closed = closed_for(course.classes, terms)
        if closed:
            lessons = frozenset(_lessons_in(directory, course, closed))
            keys[tab_key(TabKind.LOG, course.code)] = lessons
            if has_regime(course):
                lines = regime_lines(course, directory.year).items()
                keys[tab_key(TabKind.REGIME, course.code)] = frozenset(key for key, one in lines if one.term in closed)
            keys[tab_key(TabKind.GRID, course.code)] = lessons | {
                key(term) for term in closed for key in (final_key, grounds_key)
            }
    return keys


def _lessons_in(directory: Directory, course: Course, terms: frozenset[Term]) -> Iterable[str]:
    spans = [
        (period.start, period.end)
        for period in directory.year.periods
        if period.term in terms and (not period.grades or course.grade in period.grades)
    ]
    for lesson in queries.lesson_facts(course.code):
        if any(start <= lesson.date <= end for start, end in spans):
            yield lesson.key


def known_keys(directory: Directory, spec: BookSpec, names: Names) -> Known:
    """Every key that may stand in the hidden row or column of a journal book, with what stands beside it: a pupil's
    name as the book shows it, a lesson's day and hour."""
    keys: dict[str, Mapping[str, RawCell]] = {
        pupil.code: {GridColumn.NAME.value: shown_name(pupil, names)} for pupil in queries.pupils()
    }
    had = queries.had_lessons([course.code for course in spec.courses])
    for course in spec.courses:
        empty = (key for _, key in spares(course, directory.year, had.get(course.code, NOTHING_YET)))
        keys |= {key: {LessonField.DATE.value: "", LessonField.SLOT.value: ""} for key in empty}
        placed: list[ScheduledLesson | LessonFact] = [*queries.scheduled(course.code)]
        placed += queries.lesson_facts(course.code)  # as the teacher has moved them
        keys |= {one.key: {LessonField.DATE.value: one.date, LessonField.SLOT.value: one.slot} for one in placed}
        if has_regime(course):
            lines = regime_lines(course, directory.year).items()
            keys |= {key: {"term": term_title(one.term), "no": one.number} for key, one in lines}
    for number in range(1, SPARE_ROWS + 1):
        keys[f"{SPARE_ROW} {number}"] = {GridColumn.NAME.value: ""}
    headings = [*GridRow, *GridColumn, *(f"{column.value} {term.value}" for column in GridColumn for term in Term)]
    return {**dict.fromkeys(map(str, headings), NOTHING), **keys}


def settle_all_rights(workspace: Workspace, only: Collection[str] = ()) -> Settled:
    """What was changed in each journal in Google (of `only` these, by identity), by the book's name; a trouble with one
    hinders no other. One that will pass leaves a debt for `settle_owed_rights`."""
    if workspace.google is None or (directory := queries.directory()) is None:
        return {}
    done: Settled = {}
    owed = {book for book in _owed() if only and book not in only}
    states = sync_state.book_states()
    for spec in composition.books_of(directory, workspace.config):
        state = states.get(spec.book)
        if state is None or not state.ref.startswith(GOOGLE) or (only and spec.book not in only):
            continue
        wanted = wanted_rights(directory, spec, workspace.today, workspace.config.google.administrators)
        try:
            done[state.name] = settle_rights(workspace.google, state.ref, state.name, wanted)
        except SourceError as error:
            done[state.name] = error
            if not error.permanent:
                owed.add(spec.book)
    sync_state.move_bookmark(" ".join(sorted(owed)), OWED)
    return done


def settle_owed_rights(workspace: Workspace) -> Settled:
    """The same for the books that could not be had when their rights changed: a substitute's lesson does not wait
    until tomorrow."""
    owed = _owed()
    return settle_all_rights(workspace, owed) if owed else {}


def _owed() -> frozenset[str]:
    return frozenset(sync_state.bookmark(OWED).split())


def owe_closing(states: Iterable[BookState]) -> None:
    """From now on these books are to be closed, whatever becomes of the command that wants it."""
    books = {state.book for state in states if state.ref.startswith(GOOGLE)}
    sync_state.move_bookmark(" ".join(sorted(_to_close() | books)), TO_CLOSE)


def close_owed(workspace: Workspace, progress: Callable[[str], None] = lambda _: None) -> Settled:
    """Close the spreadsheets of years that are over; what was done in each, by its name. A trouble with one hinders no
    other; one that will pass is tried again by every pass."""
    owed = _to_close()
    if not owed or workspace.google is None:
        return {}
    states = sync_state.past_states()
    done: Settled = {}
    try:
        own = who(workspace.google.client).email.lower()
    except SourceError as error:
        return {states[book].name: error for book in sorted(owed) if book in states}
    for book in sorted(owed):
        if (state := states.get(book)) is not None:
            progress(state.name)
            try:
                done[state.name] = close(
                    workspace.google, state.ref, state.name, year=_year_of(book), staff=queries.staff_emails(), own=own
                )
            except SourceError as error:
                done[state.name] = error
                if not error.permanent:
                    continue
        sync_state.move_bookmark(" ".join(sorted(_to_close() - {book})), TO_CLOSE)
    return done


def _to_close() -> frozenset[str]:
    return frozenset(sync_state.bookmark(TO_CLOSE).split())


def _year_of(book: str) -> str:
    """«2026-2027» of «journal-9А-2026»."""
    start = int(book.rpartition("-")[2])
    return f"{start}-{start + 1}"


def repair_book(workspace: Workspace, directory: Directory, spec: BookSpec, ref: str, name: str) -> list[str]:
    """Put right whatever of one spreadsheet is not as it was made: rights, hidden keys and tabs, drop-downs, formats.

    Returns what that was, for people. Raises SourceError."""
    assert workspace.google is not None
    state = sync_state.book_states().get(spec.book)
    identity = BookIdentity(
        spec.book,
        BookKind.JOURNAL.value,
        directory.school.title,
        directory.year.title,
        LAYOUT_VERSION,
        state.generation if state is not None else 1,
    )
    wanted = wanted_rights(directory, spec, workspace.today, workspace.config.google.administrators)
    names = google_mask(workspace.config).names
    return repair(workspace.google, ref, name, identity, wanted, known_keys(directory, spec, names))


def without_email(directory: Directory) -> list[str]:
    """Teachers whom no tab in Google can be given to."""
    teaching = {course.teacher for course in directory.courses}
    return [one.short_name for one in directory.employees if one.code in teaching and not one.email.strip()]
