"""What bringing in any file of the school has in common: reading it as a stranger's, finding the office's book and
tab that it goes to, and writing there for the person who gave the command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path

from sync_service.books import confined
from sync_service.books.package import MAX_FILE
from sync_service.books.render.tables import row_height
from sync_service.books.source import Fetched, SourceError, Trouble, describe_file
from sync_service.reconcile.filling import Filling, Values
from sync_service.reconcile.foreign import Form, FoundTable, chosen, find_tables
from sync_service.reconcile.foreign import Unclear as UnclearTable
from sync_service.reconcile.layout import BookKind, Table
from sync_service.reconcile.locate import TableRows, find_tabs, locate_table
from sync_service.reconcile.sheet import TabWrite
from sync_service.records import sync_state
from sync_service.usecases.books import Shelf, take_stock
from sync_service.usecases.meant import Unclear
from sync_service.usecases.workspace import NeedsHuman, Workspace


def tables_of(path: Path, form: Form, wanted: Sequence[str]) -> list[FoundTable]:
    """The tables of a file to be brought in; `wanted` names those that a person means. Raises NeedsHuman if the file
    cannot be read or has none, Unclear if it has several."""
    try:
        sheets = confined.read_file(_content(path), path.name)
    except SourceError as error:
        raise NeedsHuman(describe_file(error.trouble, path.name, error.detail)) from error
    tables = find_tables(sheets.tabs, form)
    if not tables:
        headings = " или ".join(
            ", ".join(f"«{form.heading(key).title}»" for key in sorted(need)) for need in form.needs
        )
        raise NeedsHuman(f"В файле «{path.name}» нет таблицы со столбцом {headings}: назовите так столбцы и повторите.")
    try:
        return chosen(tables, wanted, joined=path.suffix.lower() == ".docx")
    except UnclearTable as error:
        if wanted:
            raise Unclear("--table", str(error)) from error
        raise NeedsHuman(f"В файле «{path.name}» {error}") from error


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise SourceError(Trouble.MISSING, path.name)
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1)
    except OSError as error:
        raise SourceError(Trouble.DENIED, path.name, error.strerror or "") from error


def office_shelf(workspace: Workspace, *kinds: BookKind) -> Shelf:
    """The books of these kinds, read now."""
    states = sync_state.book_states()
    return take_stock(workspace, states, wanted=lambda book: _kind(book) in kinds, everything=True)


def school_book(shelf: Shelf) -> Fetched:
    """The school book of the newest year. Raises NeedsHuman."""
    books = [fetched for fetched in shelf.fetched.values() if fetched.identity.kind == BookKind.SCHOOL]
    if not books:
        raise _missing(shelf, BookKind.SCHOOL, "Книги «Школа» нет: создайте её командой «journal init».")
    return max(books, key=lambda fetched: fetched.identity.year)


def roster_book(shelf: Shelf, book: str, title: str) -> Fetched:
    """Raises NeedsHuman."""
    if book not in shelf.fetched:
        raise _missing(shelf, book, f"Книги «{title}» нет: создайте её командой «journal provision».")
    return shelf.fetched[book]


def _missing(shelf: Shelf, book: str, advice: str) -> NeedsHuman:
    """Why a book, or any whose identity begins so, is not on the shelf; `advice` if no trouble tells it."""
    known = [str(trouble) for name, trouble in shelf.troubles.items() if name.startswith(book)]
    strangers = [str(trouble) for name, trouble in shelf.troubles.items() if _kind(name) not in set(BookKind)]
    return NeedsHuman(known[0] if known else " ".join([advice, *strangers]))


def _kind(book: str) -> str:
    return book.partition("-")[0]


def rows_of(fetched: Fetched, table: Table) -> TableRows:
    """Where the rows of an office tab stand. Raises NeedsHuman if it is not there, or its keys are not."""
    found = find_tabs(fetched.sheets, {})
    key = next((key for key in found.tabs if key.split(" ")[0] == table.kind.value), "")
    rows = locate_table(found.tabs[key], found.origins[key], table) if key else None
    if rows is None or rows.missing_columns:
        raise NeedsHuman(
            f"В книге «{fetched.look.name}» вкладка «{table.title}» пропала или испорчена: верните её («Отменить» или "
            "прежняя версия) и повторите."
        )
    return rows


def next_keys(rows: TableRows, table: Table) -> Callable[[], str]:
    """Keys for rows beyond the prepared ones, counted on from the highest that is there."""
    numbers = [key.removeprefix(table.row_prefix) for key in (*rows.rows, *rows.twins)]
    used = [number for number in numbers if number.isdigit()]
    width = max((len(number) for number in used), default=2)
    fresh = count(max(map(int, used), default=0) + 1)
    return lambda: f"{table.row_prefix}{next(fresh):0{width}d}"


def as_write(table: Table, filling: Filling, values: Sequence[Values]) -> TabWrite:
    """The write with rows high enough for what they will hold."""
    touched = {at.row for at in filling.write.cells}
    heights = {
        row: row_height(table, wanted)
        for row, wanted in zip(filling.placed, values, strict=True)
        if row in touched
    }  # fmt: skip
    return replace(filling.write, heights=heights)


def put(workspace: Workspace, fetched: Fetched, writes: Sequence[TabWrite]) -> None:
    """Write for a person, all or nothing; the version before is kept. Raises NeedsHuman while somebody has the book
    open, SourceError for other troubles."""
    name = fetched.look.name
    try:
        workspace.source.write(fetched, [write for write in writes if write])
    except SourceError as error:
        if error.trouble not in _AGAIN:
            raise
        raise NeedsHuman(f"Книга «{name}» {_AGAIN[error.trouble]}") from error


_AGAIN = {
    Trouble.BUSY: "у кого-то открыта, ничего не записано: пусть её закроют, потом повторите команду.",
    Trouble.CHANGED: "изменилась перед самой записью, ничего не записано: повторите команду.",
}
