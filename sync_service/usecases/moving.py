"""Moving a class from the school's folder to Google and back. Keys, entries and history stay: the record knows books by
identity, and where one lies is only its ref.

First the old book is synced, then the copy is made and read back; only when it says the same is the old book put away,
where a person can still find it. From then on there is one book of this identity, and whoever is killed before that is
recorded is healed by the next pass, which finds the copy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from django.db import transaction

from sync_service.books.google.source import GOOGLE, GoogleSource
from sync_service.books.places import Places
from sync_service.books.rewriting import rewrite
from sync_service.books.source import BookSource, Fetched, Look, SourceError, Trouble
from sync_service.books.xlsx import BOOK, FetchedFile
from sync_service.domain.school import Directory
from sync_service.reconcile.layout import BookKind, TabKind
from sync_service.reconcile.locate import find_tabs
from sync_service.reconcile.typed import own_notes, place_of, typed_cells
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from sync_service.records.sync_state import BookState
from sync_service.usecases import composition
from sync_service.usecases.annotating import project_book
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.rights import repair_book
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import NeedsHuman, Workspace

Target = Literal["google", "files"]
SHOWN = 5  # places that differ, in a refusal


@dataclass(frozen=True)
class Moved:
    """What became of a book: its name, how many cells of teachers came along, what was set up there, for people."""

    name: str
    cells: int
    settled: list[str]


def move_book(workspace: Workspace, book: str, target: Target, *, by: str) -> Moved:
    """Move a journal book, by identity. Raises NeedsHuman if it cannot be done without loss, SourceError if a place
    does not answer; the old book then stays where it is."""
    places, google = workspace.source, workspace.google
    if not isinstance(places, Places) or google is None:
        raise NeedsHuman("Google не настроен: укажите google.credentials в school.toml (docs/ru/google.md).")
    directory = queries.directory()
    books = composition.books_of(directory, workspace.config) if directory is not None else ()
    spec = next((one for one in books if one.book == book), None)
    if directory is None or spec is None:
        raise NeedsHuman(f"Книга «{book}» — не журнал: переносятся только журналы.")
    there: BookSource = google if target == "google" else places.files
    state = sync_state.book_states().get(book)
    if state is not None and state.ref.startswith(GOOGLE) == (target == "google"):
        raise NeedsHuman(f"Книга «{state.name}» уже там.")
    if spec.kind is BookKind.REASONS:
        raise NeedsHuman(f"Книга «{spec.title}» остаётся в школе: в ней причины пропусков.")
    _refuse_twin(there, spec)
    state = _synced(workspace, book)
    fetched = places.fetch(state.ref)
    if target == "google":
        _refuse_reasons(spec, state, fetched)
    ref = there.create(f"{spec.title}{BOOK}", _content(workspace, directory, spec, google, fetched))
    try:
        copy = there.fetch(ref)
        cells = _compared(fetched, copy)
        if places.fetch(state.ref, fetched.tab_versions).tab_versions != fetched.tab_versions:
            raise SourceError(Trouble.CHANGED, state.name, ref=state.ref)
        places.discard(state.ref)
    except (SourceError, NeedsHuman):
        if _is_there(places, state.ref):  # else it was put away though the answer is lost, and the copy is the book
            there.discard(ref)
        raise
    _record(workspace, state, copy, by)
    return Moved(spec.title, cells, _opened(workspace, directory, spec, ref) if target == "google" else [])


def _refuse_reasons(spec: BookSpec, state: BookState, fetched: Fetched) -> None:
    """Reasons of absences that stand in a book of their own from now on do not leave the school with the old one."""
    keys = find_tabs(fetched.sheets, state.titles).tabs
    if any(key.startswith(f"{TabKind.ABSENCES.value} ") for key in keys) and not spec.classes:
        raise NeedsHuman(
            f"В книге «{spec.title}» ещё стоят причины пропусков, а они не должны покидать школу. Выполните «journal "
            "provision»: она перенесёт их в отдельную книгу. Потом повторите."
        )


def _synced(workspace: Workspace, book: str) -> BookState:
    """The book's state after one more pass over it: whatever was typed is in the record before anything moves."""
    sync(workspace, only=lambda one: one == book)
    state = sync_state.book_states().get(book)
    if state is None or state.trouble:
        raise NeedsHuman(state.trouble if state is not None else f"Книга «{book}» ещё ни разу не читалась.")
    return state


def _is_there(places: Places, ref: str) -> bool:
    try:
        places.fetch(ref)
    except SourceError as error:
        return error.trouble not in (Trouble.MISSING, Trouble.TRASHED)
    return True


def _refuse_twin(there: BookSource, spec: BookSpec) -> None:
    """A copy left behind by a move that was cut short would claim the same identity."""
    if any(isinstance(look, Look) and look.name.removesuffix(BOOK) == spec.title for look in there.looks()):
        raise NeedsHuman(
            f"Книга «{spec.title}» уже есть там, куда её переносят. Если это остаток прерванного переноса, удалите её "
            "там (в Google — в корзину) и повторите: прежняя книга цела и действует."
        )


def _opened(workspace: Workspace, directory: Directory, spec: BookSpec, ref: str) -> list[str]:
    """The teachers' rights in the new book. It is the book already: a trouble is told, and the nightly job ends it."""
    try:
        return repair_book(workspace, directory, spec, ref, spec.title)
    except SourceError as error:
        return [f"Права учителей ещё не выставлены, повторите «journal provision --repair». {error}"]


def _content(
    workspace: Workspace, directory: Directory, spec: BookSpec, google: GoogleSource, fetched: Fetched
) -> bytes:
    """The workbook to be put in the new place. On the way to Google names are shown as the settings say; on the way
    back the next pass writes them out again."""
    if not isinstance(fetched, FetchedFile):
        return google.export(fetched.look.ref)
    there = replace(fetched, look=replace(fetched.look, ref=GOOGLE))
    writes = project_book(workspace, directory, spec, there)
    return rewrite(fetched.content, writes, fetched.look.name) if writes else fetched.content


def _compared(old: Fetched, new: Fetched) -> int:
    """How many teachers' cells both say alike. Raises NeedsHuman that names the first places that differ."""
    try:
        before, after = typed_cells(old.sheets.tabs), typed_cells(new.sheets.tabs)
    except ValueError as error:
        raise NeedsHuman(
            f"В книге «{old.look.name}» повторяются скрытые ключи: уберите копии вкладок, строк и столбцов и повторите."
        ) from error
    words = own_notes(new.sheets.tabs)
    differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    differing |= {key for key, own in own_notes(old.sheets.tabs).items() if own not in words.get(key, "")}
    if old.identity.book != new.identity.book or differing:
        named = [" ".join(place_of(old.sheets.tabs, key)) for key in sorted(differing)[:SHOWN]]
        raise NeedsHuman(
            f"Копия книги «{old.look.name}» не совпала с ней, перенос отменён: {', '.join(named)}"
            f"{' и ещё ' + str(len(differing) - SHOWN) if len(differing) > SHOWN else ''}."
        )
    return len(before)


@transaction.atomic
def _record(workspace: Workspace, state: BookState, copy: Fetched, by: str) -> None:
    """From here on the book is the copy. Its tabs count as unread: the next pass finds them saying the same."""
    at = workspace.clock()
    fact = Fact("decision", "book.moved", {"from": state.ref, "to": copy.look.ref}, book=state.book)
    ledger.append([fact], actor=by, channel="command", at=at)
    sync_state.save_book(
        replace(state, ref=copy.look.ref, name=copy.look.name, version="", tab_versions={}, waiting=True)
    )
