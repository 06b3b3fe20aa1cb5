"""Reading all books of the place at once: which there are, which changed, which cannot be had and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sync_service.books.google.source import GOOGLE
from sync_service.books.source import Fetched, Look, SourceError, Trouble
from sync_service.records import sync_state
from sync_service.records.sync_state import BookState
from sync_service.usecases.workspace import Workspace

Progress = Callable[[str], None]
# what the record does not know and nobody can read is nobody's trouble: a class that moved leaves its book in the bin
PUT_AWAY = frozenset({Trouble.TRASHED, Trouble.NOT_SHARED})


@dataclass
class Shelf:
    """What a look at the place of the books gave. Every book is in exactly one of these."""

    fetched: dict[str, Fetched] = field(default_factory=dict)  # by book identity: changed, or asked for
    unchanged: dict[str, Look] = field(default_factory=dict)
    troubles: dict[str, SourceError] = field(default_factory=dict)  # by book identity, or file name if unknown


def take_stock(
    workspace: Workspace,
    states: Mapping[str, BookState],
    *,
    wanted: Callable[[str], bool] = lambda _: True,
    everything: bool = False,
    retry_waiting: Callable[[str], bool] = lambda _: True,
    unsettled: Callable[[BookState], bool] = lambda _: False,
    suspected: Sequence[str] = (),
    progress: Progress = lambda _: None,
) -> Shelf:
    """Look at all books and read those that changed (`everything`: all of them) and are `wanted` by identity.

    `retry_waiting` (by ref) reads also books that did not change but still wait for the service's remarks, `unsettled`
    those in which something was still being typed; of the others `suspected` (by ref) those are read that their place
    can spare a reading for.

    Books of a year that is over are not looked at; one that lies among the others all the same is a trouble.
    Two files that claim one identity are both left alone (CASES T-B9); a known book that is gone is a trouble, and so
    is a file that cannot be read; none of it hides the other books. Raises SourceError if the place itself is gone."""
    shelf = Shelf()
    looks = workspace.source.looks()
    known = {state.ref: state for state in states.values()}

    def due(state: BookState) -> bool:
        return unsettled(state) or (state.waiting and retry_waiting(state.ref))

    past = {state.ref for state in sync_state.past_states().values()}
    claims: dict[str, list[str]] = defaultdict(list)
    put_away: dict[str, list[str]] = defaultdict(list)  # in the bin a book disputes its identity with no other
    for look in looks:
        if look.ref in past:
            continue
        if isinstance(look, SourceError):
            state = known.get(look.ref)
            if state is None and look.trouble in PUT_AWAY:
                continue
            shelf.troubles[state.book if state is not None else look.name] = look
            if state is not None:
                (put_away if look.trouble in PUT_AWAY else claims)[state.book].append(look.name)
            continue
        state = known.get(look.ref)
        if state is not None and not everything and state.version == look.version and not due(state):
            claims[state.book].append(look.name)
            shelf.unchanged[state.book] = look
        elif state is not None and not wanted(state.book):
            claims[state.book].append(look.name)
        else:
            progress(look.name)
            as_recorded = None
            if state is not None and not everything and not due(state):
                as_recorded = state.tab_versions
            _read(workspace, shelf, look, state, as_recorded, wanted, claims)
    for ref in workspace.source.suspects([ref for ref in suspected if ref in known and wanted(known[ref].book)]):
        suspect = known[ref]
        if (seen := shelf.unchanged.pop(suspect.book, None)) is not None:
            claims[suspect.book].remove(seen.name)
            _read(workspace, shelf, seen, suspect, suspect.tab_versions, wanted, claims)
    _give_way(shelf, claims, put_away)
    _set_duplicates_aside(shelf, claims)
    away = [look for look in looks if isinstance(look, SourceError) and look.trouble is Trouble.MISSING_FOLDER]
    _tell_missing(shelf, states.values(), claims, wanted, away)
    return shelf


def read_the_rest(workspace: Workspace, shelf: Shelf, progress: Progress) -> None:
    """Read also the books that a look found unchanged: what the office changed may make them wrong."""
    for book, look in list(shelf.unchanged.items()):
        progress(look.name)
        read_one(workspace, shelf, book)


def read_one(workspace: Workspace, shelf: Shelf, book: str) -> None:
    """Read a book that a look found unchanged; of any other nothing more is to be had now."""
    look = shelf.unchanged.pop(book, None)
    if look is None:
        return
    try:
        shelf.fetched[book] = workspace.source.fetch(look.ref)
    except SourceError as error:
        shelf.troubles[book] = error


def _read(
    workspace: Workspace,
    shelf: Shelf,
    look: Look,
    state: BookState | None,
    known: Mapping[str, str] | None,
    wanted: Callable[[str], bool],
    claims: dict[str, list[str]],
) -> None:
    """Put one book where it belongs. One whose tabs are all as `known` counts as unchanged, whatever moved its
    version."""
    try:
        fetched = workspace.source.fetch(look.ref, known)
    except SourceError as error:
        shelf.troubles[state.book if state is not None else look.name] = error
        if state is not None:
            claims[state.book].append(look.name)
        return
    book = fetched.identity.book
    if sync_state.is_past(book):
        shelf.troubles[look.name] = SourceError(Trouble.PAST_YEAR, look.name)
        return
    claims[book].append(look.name)
    if not wanted(book):
        return
    if known is not None and fetched.tab_versions == known:
        shelf.unchanged[book] = fetched.look
    else:
        shelf.fetched[book] = fetched


def _give_way(shelf: Shelf, claims: dict[str, list[str]], put_away: Mapping[str, list[str]]) -> None:
    """A book in the bin is no trouble where another of its identity stands: a move that was cut short left it there."""
    for book, names in put_away.items():
        if book in claims:
            shelf.troubles.pop(book, None)
        else:
            claims[book] += names


def _set_duplicates_aside(shelf: Shelf, claims: Mapping[str, list[str]]) -> None:
    for book, names in claims.items():
        if len(names) > 1:
            shelf.fetched.pop(book, None)
            shelf.unchanged.pop(book, None)
            shelf.troubles[book] = SourceError(Trouble.DUPLICATE, names[0], ", ".join(sorted(names)[1:]))


def _tell_missing(
    shelf: Shelf,
    states: Iterable[BookState],
    claims: Mapping[str, list[str]],
    wanted: Callable[[str], bool],
    away: Sequence[SourceError],
) -> None:
    """`away`: the folder of the books, if it is not there; that is no news of any book that was in it."""
    for state in states:
        if state.book not in claims and wanted(state.book):
            missing = SourceError(Trouble.MISSING, state.name)
            shelf.troubles[state.book] = away[0] if away and not state.ref.startswith(GOOGLE) else missing
