"""Drawing a journal anew when something has come that the book has no place for: a course added to the load, more
lessons than spare columns, more pupils than spare rows.

Whatever teachers typed comes along under its keys, understood or not, and their own words in notes; colours and widths
do not. The book is synced first and compared afterwards, its previous version can be got back, and a book in which
something stands outside the keys is left alone: a person moves that first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from django.db import transaction

from sync_service.books.reading import read_book
from sync_service.books.render.journal import render_journal
from sync_service.books.rewriting import rewrite
from sync_service.books.source import Fetched
from sync_service.domain.problems import Code
from sync_service.domain.school import CourseKind, Directory
from sync_service.domain.slots import LessonField, Slot, SlotKind, lesson_slot
from sync_service.reconcile.layout import (
    ABSENCES,
    COMPOSITION,
    GROUNDS_HEADING,
    HALF_YEAR,
    IDENTITY_TAB,
    LISTS_TAB,
    REGIME,
    TabKind,
    log_of,
    tab_key,
)
from sync_service.reconcile.locate import Found, find_tabs, key_of, locate_table
from sync_service.reconcile.plan import locate_course_grid
from sync_service.reconcile.regime import has_regime
from sync_service.reconcile.sheet import At, CellError, TabWrite
from sync_service.reconcile.timetabled import typed_lessons
from sync_service.reconcile.typed import Typed, own_notes, place_of, places, slot_of, typed_cells
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from sync_service.records.sync_state import BookState
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.contexts import course_context
from sync_service.usecases.drawing import journal_book
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import NeedsHuman, Workspace

# cells of people that have no key: nobody can tell where they belong in another drawing
OUTSIDE = frozenset({Code.COLUMN_UNKNOWN, Code.COLUMN_DUPLICATE, Code.ROW_UNKNOWN, Code.ROW_NO_CODE, Code.ROW_DUPLICATE,
                     Code.TAB_DUPLICATE})  # fmt: skip
SHOWN = 5


def without_place(workspace: Workspace, directory: Directory, spec: BookSpec, fetched: Fetched) -> list[str]:
    """What the record has for a book and the book has no place for, for people; nothing of what people have deleted."""
    state = sync_state.book_states().get(spec.book)
    if state is None or not state.titles:
        return []  # never read: it was drawn a moment ago
    found = find_tabs(fetched.sheets, state.titles)
    works = {work.short: work for work in directory.work_types}
    lacking = []
    for course in spec.courses:
        grid_key, log_key = tab_key(TabKind.GRID, course.code), tab_key(TabKind.LOG, course.code)
        if grid_key not in state.titles and log_key not in state.titles:
            lacking.append(f"предмет «{course.title}»")
            continue
        if has_regime(course) and tab_key(TabKind.REGIME, course.code) not in state.titles:
            lacking.append(f"«{course.title}»: вкладок «{REGIME.title}» и «{COMPOSITION.title}»")
        if grid_key not in found.tabs or log_key not in found.tabs:
            continue
        context = course_context(course, directory, queries.rules(), works, workspace.today)
        grid = locate_course_grid(found.tabs[grid_key], found.origins[grid_key], context)
        pupils = {pupil.code for pupil in queries.course_pupils(course, course.own_day(workspace.today))}
        if (more := len(pupils - grid.pupils.keys() - grid.doubtful) - len(grid.spare_rows)) > 0:
            lacking.append(f"«{course.title}»: строк для новых учеников {more}")
        if grid.finals and not grid.grounds:
            lacking.append(f"«{course.title}»: столбцов «{GROUNDS_HEADING}»")
        halves = any(period.term is HALF_YEAR for period in directory.year.periods)
        if course.kind is CourseKind.SUPPLEMENTARY and halves and HALF_YEAR not in grid.finals:
            lacking.append(f"«{course.title}»: столбца полугодия")
        ever = typed_lessons(sync_state.baseline(log_key), queries.typed_days(course.code))
        rows = locate_table(found.tabs[log_key], found.origins[log_key], log_of(course.kind))
        if new := context.lessons.keys() - rows.rows.keys() - rows.twins.keys() - ever:
            lacking.append(f"«{course.title}»: столбцов для новых уроков {len(new)}")
    shown = {key for key in found.tabs if key.startswith(f"{TabKind.ABSENCES.value} ")}
    wanted = {tab_key(TabKind.ABSENCES, one) for one in spec.classes}
    lacking += [f"«{found.tabs[key].title}» теперь в отдельной книге" for key in sorted(shown - wanted)]
    if wanted - {*shown, *state.titles}:
        lacking.append(f"вкладка «{ABSENCES.title}»")
    return lacking


def reasons_of(directory: Directory, classes: Iterable[str]) -> dict[Slot, str]:
    """What the record knows of the class teachers' reasons, for a book that shall show them from now on."""
    found: dict[Slot, str] = {}
    for school_class in classes:
        found |= queries.reason_values(school_class, directory.year.start)
    return found


def redraw(workspace: Workspace, directory: Directory, spec: BookSpec) -> str:
    """Draw one book anew; returns its ref. Raises NeedsHuman if not everything would come along, SourceError if its
    place does not let us; the book then stays as it is."""
    sync(workspace, only=lambda book: book == spec.book)
    state = sync_state.book_states()[spec.book]
    if state.trouble:
        raise NeedsHuman(state.trouble)
    if any(hold.book == spec.book for hold in sync_state.holds()):
        raise NeedsHuman(f"Книга «{state.name}» ждёт решения: journal hold list. После него повторите.")
    fetched = workspace.source.fetch(state.ref)
    _refuse_strangers(fetched, spec, find_tabs(fetched.sheets, state.titles))
    before = typed_cells(fetched.sheets.tabs)
    kept = _kept(before, spec, reasons_of(directory, (one.code for one in directory.classes)))
    newly = [one for one in spec.classes if tab_key(TabKind.ABSENCES, one) not in state.titles]
    book = journal_book(workspace, directory, spec, fetched.identity.generation + 1)
    content = _with_notes(fetched, render_journal(book, reasons_of(directory, newly) | _raw(before, kept)), spec.title)
    after = typed_cells(read_book(content, spec.title).sheets.tabs)
    if differing := sorted(key for key in kept if after.get(key) != kept[key]):
        named = [" ".join(place_of(fetched.sheets.tabs, key)) for key in differing[:SHOWN]]
        raise NeedsHuman(f"Книга «{state.name}» не перерисована, не нашлось места для: {', '.join(named)}.")
    new = workspace.source.replace(fetched, content)
    _record(workspace, state, new)
    return new.look.ref


def _refuse_strangers(fetched: Fetched, spec: BookSpec, found: Found) -> None:
    name = fetched.look.name
    own = {IDENTITY_TAB, LISTS_TAB}
    if strange := [tab.title for tab in fetched.sheets.tabs if key_of(tab) is None and tab.title not in own]:
        raise NeedsHuman(
            f"Книга «{name}» не перерисована: перенесите чужую вкладку «{strange[0]}» в отдельный файл и повторите."
        )
    problems = [*found.problems, *(problem for _, problem, _ in sync_state.standing_problems(spec.book))]
    if outside := next((problem for problem in problems if problem.code in OUTSIDE), None):
        raise NeedsHuman(
            f"Книга «{name}» не перерисована: на вкладке «{outside.place.tab}» {outside.place.a1} записи вне строк и "
            "столбцов журнала. Исправьте это замечание и повторите."
        )


def _kept(before: Typed, spec: BookSpec, reasons: Mapping[Slot, str]) -> Typed:
    """The teachers' cells, without the days of lessons that the timetable had put there, and without what the record
    knows of `reasons` that stand in another book from now on."""
    given = {slot for course in spec.courses for slot in queries.typed_days(course.code)}

    def is_timetables(slot: Slot, value: object) -> bool:
        return (
            slot.kind is SlotKind.LESSON
            and slot.field in (LessonField.DATE, LessonField.SLOT)
            and slot not in given
            and isinstance(value, date | int | float)
        )

    slots = {key: slot for key in before if (slot := slot_of(key)) is not None}
    elsewhere = {
        key for key, slot in slots.items()
        if slot.kind is SlotKind.REASON and key[0].partition(" ")[2] not in spec.classes
        and str(before[key]).strip() == reasons.get(slot)
    }  # fmt: skip
    return {
        key: before[key]
        for key, slot in slots.items()
        if key not in elsewhere and not is_timetables(slot, before[key])
    }


def _raw(before: Typed, kept: Typed) -> dict[Slot, object]:
    """What stands in the teacher's cells of the new book. A type of work that the plan suggests stands in new rows
    only: in the others the teacher may have cleared it."""
    known = {row for tab, row, column in before if tab.startswith(TabKind.LOG.value) and row and not column}
    typed: dict[Slot, object] = {lesson_slot(lesson, LessonField.WORK_TYPE): None for lesson in known}
    for key, value in kept.items():
        if (slot := slot_of(key)) is not None:
            typed[slot] = str(value) if isinstance(value, CellError) else value
    return typed


def _with_notes(fetched: Fetched, content: bytes, name: str) -> bytes:
    """The workbook with what people had written into notes; the service's own words follow at the next pass."""
    where = places(read_book(content, name).sheets.tabs)
    notes: dict[str, dict[At, str | None]] = {}
    for key, own in own_notes(fetched.sheets.tabs).items():
        if key in where:
            title, at = where[key]
            notes.setdefault(title, {})[at] = own
    writes = [TabWrite(title, notes=cells) for title, cells in notes.items()]
    return rewrite(content, writes, name) if writes else content


@transaction.atomic
def _record(workspace: Workspace, state: BookState, new: Fetched) -> None:
    fact = Fact("decision", "book.redrawn", {"from": state.ref, "to": new.look.ref}, book=state.book)
    ledger.append([fact], actor="journal provision", channel="command", at=workspace.clock())
    sync_state.save_book(
        replace(
            state, ref=new.look.ref, name=new.look.name, version="", tab_versions={}, waiting=True,
            titles=_titles(new), generation=new.identity.generation,
        )
    )  # fmt: skip


def _titles(book: Fetched) -> Mapping[str, str]:
    return {key: tab.title for key, tab in find_tabs(book.sheets, {}).tabs.items()}
