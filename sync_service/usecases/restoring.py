"""A journal book as the record had it at a moment: as a copy beside the books, or, on a person's order, in the book.

The values come from the ledger, replayed as far as the moment; the record itself is not turned back. A copy is drawn
anew, so it needs nothing of the book. Into the book one write puts only teachers' cells that differ, under the keys
where they stand now; its previous version is kept, the order stands in the ledger before it is carried out, and the
record follows at the next pass like after any other edit, guards included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from sync_service.books.render.journal import render_journal
from sync_service.books.source import SourceError
from sync_service.domain.problems import Code
from sync_service.domain.school import Course, Directory
from sync_service.domain.slots import LessonField, Slot, SlotKind, day_of_reason, lesson_slot
from sync_service.reconcile.layout import ABSENCES, REGIME, TabKind, log_of, tab_key
from sync_service.reconcile.locate import Found, find_tabs, locate_table
from sync_service.reconcile.parse import Reading, parse_absences, parse_grid, parse_log, parse_regime
from sync_service.reconcile.plan import locate_course_grid
from sync_service.reconcile.regime import has_regime, regime_lines
from sync_service.reconcile.sheet import TabWrite
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from sync_service.records.sync_state import BookState
from sync_service.usecases import composition
from sync_service.usecases.choosing import choose_journal
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.contexts import course_context
from sync_service.usecases.drawing import journal_book
from sync_service.usecases.meant import Unclear, school
from sync_service.usecases.workspace import NeedsHuman, Workspace

FOLDER = "restored"  # beside the folder of books, where no pass looks
ORDERED, FAILED = "book.rewound", "book.rewind_failed"
DAYS = frozenset({LessonField.DATE, LessonField.HOMEWORK_DUE})
NUMBERS = frozenset({LessonField.SLOT, LessonField.MINUTES})
OF_COURSE = (TabKind.GRID, TabKind.LOG, TabKind.REGIME)

Written = str | int | date | None


@dataclass(frozen=True)
class Copied:
    """`values`: how many non-blank values the copy shows."""

    path: Path
    values: int


@dataclass(frozen=True)
class PutBack:
    """`cells` written by tab title; `unplaced` values of the moment whose row or column is gone from the book;
    `corrected`: how many of the cells the office had corrected since: where the teacher had agreed to that, the next
    pass takes the correction back."""

    name: str
    cells: Mapping[str, int]
    unplaced: int
    corrected: int


def moment_meant(workspace: Workspace, words: str) -> datetime:
    """«2026-11-03T10:00», in the school's zone if it names none. Raises Unclear."""
    try:
        said = datetime.fromisoformat(words.strip())
    except ValueError:
        raise Unclear("--at", f"«{words}» — не момент времени. Пишите 2026-11-03T10:00.") from None
    moment = said if said.tzinfo is not None else said.replace(tzinfo=workspace.zone)
    if moment > workspace.clock():
        raise Unclear("--at", f"{moment:%d.%m.%Y %H:%M} ещё не наступило.")
    return moment


def copy_as_of(workspace: Workspace, book: str, at: str, *, tab: str = "") -> Copied:
    """Draw a journal as the record had it into the folder «restored»; `tab` (its title): only that course, or only
    «Пропуски». The same moment again replaces the same copy.

    Raises Unclear for a moment or tab that there is not, NeedsHuman for a book, or if nothing was recorded by then."""
    directory, spec, state = _book(workspace, book)
    moment = moment_meant(workspace, at)
    keys = _tabs(spec, state, tab)
    spec = replace(
        spec,
        courses=tuple(one for one in spec.courses if not _keys_of(one).isdisjoint(keys)),
        classes=tuple(one for one in spec.classes if tab_key(TabKind.ABSENCES, one) in keys),
    )
    texts = _texts(spec, moment, state)
    drawn = replace(journal_book(workspace, directory, spec), today=moment.astimezone(workspace.zone).date())
    # what the plan suggests stands in a new book until somebody clears it
    blank: dict[Slot, object] = {
        lesson_slot(lesson.key, LessonField.WORK_TYPE): None for course in drawn.courses for lesson in course.lessons
    }
    content = render_journal(drawn, blank | {slot: _raw(slot, text) for slot, text in texts.items()})
    folder = workspace.config.home / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"{spec.title} на {moment.astimezone(workspace.zone):%Y-%m-%d %H-%M}.xlsx"
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return Copied(path, len(texts))


def put_back(workspace: Workspace, book: str, at: str, *, by: str, reason: str, tab: str = "") -> PutBack:
    """Write the teachers' cells of a journal, or of one tab, as the record had them, in one write.

    Raises as `copy_as_of`, NeedsHuman also if a tab cannot be found in the book or nobody answers for it, SourceError
    if the book cannot be written now: then it is as it was, and the ledger says so."""
    if not by.strip() or not reason.strip():
        raise NeedsHuman("Укажите, кто решил и почему: --by «Иванова А. П.» --reason «…».")
    directory, spec, state = _book(workspace, book)
    moment = moment_meant(workspace, at)
    keys = _tabs(spec, state, tab)
    texts = _texts(spec, moment, state)
    fetched = workspace.source.fetch(state.ref)
    found = find_tabs(fetched.sheets, state.titles)
    if lost := [state.titles[key] for key in keys if key not in found.tabs]:
        raise NeedsHuman(
            f"Вкладку «{lost[0]}» в книге не найти: её скрытых ключей нет. Сделайте копию на этот момент "
            "(без --into-book) и верните вкладку из неё."
        )
    readings = _readings(workspace, directory, spec, found, keys)
    wanted = _scheduled(spec) | texts
    changed = {
        key: {
            one.at: (one.slot, wanted.get(one.slot, ""))
            for one in readings[key]
            if one.value != wanted.get(one.slot, "") and not _covered(one)
        }
        for key in keys
    }
    writes = [
        TabWrite(found.tabs[key].title, {at: _raw(slot, text) for at, (slot, text) in cells.items()})
        for key, cells in changed.items()
    ]
    cells = {write.title: len(write.cells) for write in writes if write}
    placed = {one.slot for key in keys for one in readings[key]}
    rolls = queries.Rolls.load(pupil.code for pupil in queries.everybody()[0])
    touched = {slot for of_tab in changed.values() for slot, _ in of_tab.values()}
    done = PutBack(
        state.name.removesuffix(".xlsx"),
        cells,
        sum(slot not in placed for slot in texts if _tab_of(slot, rolls) in keys),
        len(touched & queries.corrected_since(moment)),
    )
    if cells:
        order: dict[str, object] = {"at": moment.isoformat(), "cells": cells}
        _decide(workspace, ORDERED, order, state.book, by, reason)
        try:
            workspace.source.write(fetched, [write for write in writes if write])
        except SourceError as error:
            _decide(workspace, FAILED, {**order, "trouble": error.trouble.value}, state.book, by, reason)
            raise
    return done


def _book(workspace: Workspace, words: str) -> tuple[Directory, BookSpec, BookState]:
    directory = school()
    book = choose_journal(workspace, words)
    specs = composition.books_of(directory, workspace.config)
    spec = next((one for one in specs if one.book == book), None)
    if spec is None:
        raise NeedsHuman(f"Книга «{words}» — не журнал этого учебного года.")
    return directory, spec, sync_state.book_states()[book]


def _tabs(spec: BookSpec, state: BookState, title: str) -> list[str]:
    """Keys of the tabs with teachers' cells that are meant, in the order of the book. Raises Unclear."""
    ours = [tab_key(kind, course.code) for course in spec.courses for kind in OF_COURSE]
    ours += [tab_key(TabKind.ABSENCES, one) for one in spec.classes]
    known = {key: state.titles[key] for key in ours if key in state.titles}
    meant = [key for key, known_title in known.items() if title.strip().casefold() in ("", known_title.casefold())]
    if not meant:
        raise Unclear("--tab", f"вкладки «{title}» нет. Есть: {', '.join(known.values())}.")
    return meant


def _keys_of(course: Course) -> set[str]:
    return {tab_key(kind, course.code) for kind in OF_COURSE}


def _tab_of(slot: Slot, rolls: queries.Rolls) -> str:
    """The key of the tab where a slot is typed."""
    match slot.kind:
        case SlotKind.ENTRY:
            return tab_key(TabKind.GRID, slot.field.rpartition(".")[0])
        case SlotKind.FINAL | SlotKind.GROUNDS:
            return tab_key(TabKind.GRID, slot.field.rsplit(" ", 1)[0])
        case SlotKind.LESSON:
            return tab_key(TabKind.LOG, slot.subject.rpartition(".")[0])
        case SlotKind.REASON:
            return tab_key(TabKind.ABSENCES, rolls.class_on(slot.subject, day_of_reason(slot)))
        case SlotKind.REGIME:
            return tab_key(TabKind.REGIME, slot.subject.partition(" ")[0])


def _covered(reading: Reading) -> bool:
    """Whether a merge hides the cell: what is written there nobody sees."""
    return reading.refusal is not None and reading.refusal.code is Code.ENTRY_MERGED


def _texts(spec: BookSpec, moment: datetime, state: BookState) -> dict[Slot, str]:
    """Everything of the book that the record held at a moment."""
    texts: dict[Slot, str] = {}
    for course in spec.courses:
        texts |= queries.texts_at(course.code, moment)
    rolls = queries.Rolls.load(pupil.code for pupil in queries.everybody()[0])
    reasons = queries.reasons_at(moment).items()
    texts |= {slot: text for slot, text in reasons if rolls.class_on(slot.subject, day_of_reason(slot)) in spec.classes}
    if not texts:
        raise NeedsHuman(f"На {moment:%d.%m.%Y %H:%M} в базе ещё ничего нет о книге «{state.name}».")
    return texts


def _scheduled(spec: BookSpec) -> dict[Slot, str]:
    """The day and number that the log of a lesson shows where nobody has typed another."""
    return {
        lesson_slot(lesson.key, field): text
        for course in spec.courses
        for lesson in queries.scheduled(course.code)
        for field, text in ((LessonField.DATE, lesson.date.isoformat()), (LessonField.SLOT, str(lesson.slot)))
    }


def _readings(
    workspace: Workspace, directory: Directory, spec: BookSpec, found: Found, keys: Sequence[str]
) -> dict[str, Iterable[Reading]]:
    """Every teacher's cell of these tabs that can be told, by tab key."""
    readings: dict[str, Iterable[Reading]] = {}
    works = {work.short: work for work in directory.work_types}
    for course in spec.courses:
        context = course_context(course, directory, queries.rules(), works, workspace.today)
        grid_key, log_key = tab_key(TabKind.GRID, course.code), tab_key(TabKind.LOG, course.code)
        if grid_key in keys:
            grid = locate_course_grid(found.tabs[grid_key], found.origins[grid_key], context)
            readings[grid_key] = parse_grid(grid, context)
        if log_key in keys:
            rows = locate_table(found.tabs[log_key], found.origins[log_key], log_of(course.kind))
            readings[log_key] = parse_log(rows, context)
        regime_key = tab_key(TabKind.REGIME, course.code)
        if has_regime(course) and regime_key in keys:
            rows = locate_table(found.tabs[regime_key], found.origins[regime_key], REGIME)
            readings[regime_key] = parse_regime(rows, regime_lines(course, directory.year))
    names = {pupil.code: pupil.list_name for pupil in queries.everybody()[0]}
    for school_class in spec.classes:
        key = tab_key(TabKind.ABSENCES, school_class)
        if key in keys:
            readings[key] = parse_absences(locate_table(found.tabs[key], found.origins[key], ABSENCES), names)
    return readings


def _raw(slot: Slot, text: str) -> Written:
    """A canonical text as it stands in a cell."""
    if slot.kind is SlotKind.LESSON and text:
        if slot.field in DAYS:
            return date.fromisoformat(text)
        if slot.field in NUMBERS:
            return int(text)
        if slot.field == LessonField.HOURS:
            return int(text) if text.isdigit() else text
    return text or None


@transaction.atomic
def _decide(workspace: Workspace, name: str, details: dict[str, object], book: str, by: str, reason: str) -> None:
    fact = Fact("decision", name, details, book=book, reason=reason.strip())
    ledger.append([fact], actor=by.strip(), channel="command", at=workspace.clock())
