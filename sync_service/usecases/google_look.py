"""What the school has in Google, for a person who is waiting: the account, the folder, the books. Nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sync_service.books.google.credentials import AccountInfo, who
from sync_service.books.google.source import EVERYWHERE, GOOGLE, SHEETS, GoogleSource, number_of
from sync_service.books.source import SourceError, Trouble
from sync_service.config import Config
from sync_service.records import sync_state
from sync_service.records.sync_state import BookState
from sync_service.usecases.books import PUT_AWAY
from sync_service.usecases.opening import google_place
from sync_service.usecases.workspace import NeedsHuman, Workspace

PATIENCE = 8.0  # seconds for one call with its repetitions
NOT_SET_UP = (
    "Google не настроен. Впишите в school.toml раздел [google] со строкой credentials = \"google.json\" и повторите; "
    "подробно — docs/ru/google.md."
)


@dataclass(frozen=True)
class Folder:
    name: str
    address: str
    trashed: bool


@dataclass(frozen=True)
class BookThere:
    """A book as Drive tells of it now. `trouble`: a sentence, "" = it is there and was read well."""

    name: str
    address: str
    read_at: datetime | None
    trouble: str
    trouble_since: datetime | None


@dataclass(frozen=True)
class GoogleStatus:
    """`folder` None: not made yet. `calls`: what this look has cost."""

    account: AccountInfo
    folder: Folder | None
    books: tuple[BookThere, ...]
    calls: int


def google_status(workspace: Workspace) -> GoogleStatus:
    """Four Drive calls for any number of books. Raises NeedsHuman without [google], SourceError if Google cannot be
    asked."""
    place = impatient(workspace.config)
    account = account_of(place)
    folder = folder_of(place)
    books = books_there(place, {**sync_state.past_states(), **sync_state.book_states()})
    return GoogleStatus(account, folder, books, sum(place.client.metrics.snapshot().calls.values()))


def impatient(config: Config) -> GoogleSource:
    """The place of the books with a client that gives up soon. Raises NeedsHuman without [google]."""
    if config.google.credentials is None:
        raise NeedsHuman(NOT_SET_UP)
    return google_place(config, patience=PATIENCE, timeout=(PATIENCE / 2, PATIENCE))


def account_of(place: GoogleSource) -> AccountInfo:
    """Whom Google takes us for: the first call, which tells whether it can be reached at all. Raises SourceError."""
    try:
        return who(place.client)
    except SourceError as error:
        if error.trouble is Trouble.WRONG_KEY_FILE:
            raise
        raise SourceError(error.trouble, "Google Диск", error.detail) from error


def folder_of(place: GoogleSource) -> Folder | None:
    """The folder of the books; None: the first provision will make it. Raises SourceError."""
    number = place.find_folder()
    if not number:
        return None
    said = place.drive(f"files/{number}", {**EVERYWHERE, "fields": "name,trashed"}, "папка книг")
    return Folder(said["name"], f"https://drive.google.com/drive/folders/{number}", bool(said.get("trashed")))


def books_there(place: GoogleSource, states: Mapping[str, BookState]) -> tuple[BookThere, ...]:
    """The known books of Google as they are now, and those that nobody has read yet. Raises SourceError."""
    known = {state.ref: state for state in states.values() if state.ref.startswith(GOOGLE)}
    looks = {
        look.ref: look
        for look in place.looks()
        if look.ref in known or not (isinstance(look, SourceError) and look.trouble in PUT_AWAY)
    }
    found = []
    for ref in dict.fromkeys((*known, *looks)):
        state = known.get(ref)
        look = looks.get(ref) or SourceError(Trouble.NOT_SHARED, known[ref].name)
        standing = state.trouble if state is not None else ""
        found.append(
            BookThere(
                look.name,
                f"https://docs.google.com/spreadsheets/d/{number_of(ref)}/edit",
                state.read_at if state is not None else None,
                str(look) if isinstance(look, SourceError) else standing,
                state.trouble_since if state is not None else None,
            )
        )
    return tuple(sorted(found, key=lambda book: book.name))


def sheets_answer(place: GoogleSource) -> None:
    """Raise SourceError if Google Sheets, unlike Drive, does not answer: it is enabled by itself. One read."""
    try:
        place.ask("get", f"{SHEETS}/{'0' * 44}", "Google Таблицы", "", params={"fields": "spreadsheetId"})
    except SourceError as error:
        if error.trouble not in (Trouble.MISSING, Trouble.NOT_SHARED, Trouble.REFUSED):  # it answered: no such book
            raise


def is_in_use(workspace: Workspace, states: Mapping[str, BookState]) -> bool:
    """Whether any journal is, or will be, in Google."""
    new_ones = workspace.config.books.backend == "google"
    return new_ones or any(state.ref.startswith(GOOGLE) for state in states.values())

