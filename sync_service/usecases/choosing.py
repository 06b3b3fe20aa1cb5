"""Which books a person means by «9А» or by the name of a file."""

from __future__ import annotations

from collections.abc import Callable

from sync_service.reconcile.layout import BookKind
from sync_service.records import sync_state
from sync_service.usecases.workspace import NeedsHuman, Workspace

JOURNAL, REASONS = f"{BookKind.JOURNAL.value}-", f"{BookKind.REASONS.value}-"  # identities begin so


def chooser(workspace: Workspace, words: str) -> Callable[[str], bool]:
    """A predicate over book identities; no words mean all. Raises NeedsHuman for words that name no known book."""
    if not words:
        return lambda _: True
    wanted = words.strip().removesuffix(".xlsx").upper()
    states = sync_state.book_states().values()
    named = {
        state.book
        for state in states
        if wanted in (state.book.split("-")[1].upper(), state.name.removesuffix(".xlsx").upper(), state.book.upper())
    }
    if not named:
        known = ", ".join(sorted(state.name.removesuffix(".xlsx") for state in states)) or "пока ни одной"
        raise NeedsHuman(f"Книги «{words}» среди известных нет. Известны: {known}.")
    return named.__contains__


def choose_journal(workspace: Workspace, words: str) -> str:
    """The identity of the one journal that a person means; of reasons kept apart only by its own name. Raises
    NeedsHuman."""
    fits = chooser(workspace, words)
    states = [state for state in sync_state.book_states().values() if state.book.startswith((JOURNAL, REASONS))]
    named = [state for state in states if words and fits(state.book)]
    named = [state for state in named if state.book.startswith(JOURNAL)] or named
    if len(named) == 1:
        return named[0].book
    known = ", ".join(sorted(state.name.removesuffix(".xlsx") for state in states)) or "пока ни одного"
    raise NeedsHuman(f"«{words}» — не один журнал. Журналы: {known}.")
