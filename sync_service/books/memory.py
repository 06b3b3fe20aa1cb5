"""Books in memory: the protocol with nothing in the way, for tests of everything above it and as its plainest reading.

The methods after `create` are a person's hands: what they type, rename and delete.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sync_service.books.effect import written
from sync_service.books.reading import read_book
from sync_service.books.source import BookIdentity, Fetched, Look, SourceError, Trouble, write_each
from sync_service.reconcile.sheet import At, RawCell, Sheets, Tab, TabWrite


@dataclass
class _Page:
    """A tab that can be written on. `edition` is a number no other state of any tab has had."""

    title: str
    edition: int
    cells: dict[At, RawCell]
    notes: dict[At, str]
    merged: tuple[tuple[At, At], ...]

    def frozen(self) -> Tab:
        return Tab(self.title, dict(self.cells), dict(self.notes), self.merged)


@dataclass
class _Book:
    identity: BookIdentity
    edition: int
    pages: list[_Page]
    open_by_somebody: bool = False

    def page(self, title: str) -> _Page | None:
        return next((page for page in self.pages if page.title == title), None)


class MemorySource:
    """source.BookSource over books in memory."""

    def __init__(self) -> None:
        self.available = True  # False: the place of the books is away
        self._books: dict[str, _Book] = {}
        self._editions = 0

    def looks(self) -> Sequence[Look | SourceError]:
        self._refuse_if_away()
        return [Look(ref, ref, str(book.edition)) for ref, book in sorted(self._books.items())]

    def resume(self, bookmark: str) -> None:
        """A look sees everything each time."""

    def bookmark(self) -> str:
        return ""

    def suspects(self, refs: Sequence[str]) -> Sequence[str]:
        return ()

    def fetch(self, ref: str, known: Mapping[str, str] | None = None) -> Fetched:
        book = self._book(ref)
        versions = {page.title: str(page.edition) for page in book.pages}
        tabs = () if versions == known else tuple(page.frozen() for page in book.pages)
        return Fetched(Look(ref, ref, str(book.edition)), book.identity, Sheets(ref, tabs), versions)

    def write(self, fetched: Fetched, writes: Sequence[TabWrite]) -> Fetched:
        if not any(writes):
            return fetched
        ref = fetched.look.ref
        book = self._book(ref)
        if book.open_by_somebody:
            raise SourceError(Trouble.BUSY, ref)
        if fetched.look.version != str(book.edition):
            raise SourceError(Trouble.CHANGED, ref)
        pages = {page.title: page for page in book.pages}
        if missing := {write.title for write in writes} - pages.keys():
            raise SourceError(Trouble.CHANGED, ref, f"нет вкладки «{min(missing)}»")
        for write in writes:
            if write:
                page = pages[write.title]
                after = written(page.frozen(), write)
                page.cells, page.notes = dict(after.cells), dict(after.notes)
                self._changed(book, page)
        return replace(self.fetch(ref), sheets=Sheets(ref, ()))

    def write_many(self, items: Sequence[tuple[Fetched, Sequence[TabWrite]]]) -> list[Fetched | SourceError]:
        return write_each(self.write, items)

    def create(self, name: str, content: bytes) -> str:
        read = read_book(content, name)
        return self.put(name, read.identity, read.sheets.tabs)

    def replace(self, fetched: Fetched, content: bytes) -> Fetched:
        ref = fetched.look.ref
        book = self._book(ref)
        if book.open_by_somebody:
            raise SourceError(Trouble.BUSY, ref)
        if fetched.look.version != str(book.edition):
            raise SourceError(Trouble.CHANGED, ref)
        read = read_book(content, ref)
        del self._books[ref]
        return self.fetch(self.put(ref, read.identity, read.sheets.tabs))

    def discard(self, ref: str) -> None:
        self._book(ref)
        del self._books[ref]

    # --- a person's hands ---------------------------------------------------------------------------------------------

    def put(self, name: str, identity: BookIdentity, tabs: Iterable[Tab]) -> str:
        """A new book with these tabs; returns its ref."""
        self._refuse_if_away()
        if name in self._books:
            raise SourceError(Trouble.DUPLICATE, name, "файл с таким названием уже есть")
        pages = [
            _Page(tab.title, self._next_edition(), dict(tab.cells), dict(tab.notes), tab.merged) for tab in tabs
        ]
        self._books[name] = _Book(identity, self._next_edition(), pages)
        return name

    def hold_open(self, ref: str, *, by_somebody: bool = True) -> None:
        self._book(ref).open_by_somebody = by_somebody

    def type(self, ref: str, title: str, at: At, value: RawCell | None) -> None:
        """Set a cell; None deletes what stands there."""
        page = self._edit(ref, title)
        if value is None or value == "":
            page.cells.pop(at, None)
        else:
            page.cells[at] = value

    def note(self, ref: str, title: str, at: At, said: str | None) -> None:
        page = self._edit(ref, title)
        if said:
            page.notes[at] = said
        else:
            page.notes.pop(at, None)

    def rename(self, ref: str, title: str, new: str) -> None:
        self._edit(ref, title).title = new

    # --- inside -------------------------------------------------------------------------------------------------------

    def _edit(self, ref: str, title: str) -> _Page:
        book = self._book(ref)
        page = book.page(title)
        if page is None:
            raise KeyError(title)
        self._changed(book, page)
        return page

    def _changed(self, book: _Book, page: _Page) -> None:
        page.edition, book.edition = self._next_edition(), self._next_edition()

    def _next_edition(self) -> int:
        self._editions += 1
        return self._editions

    def _book(self, ref: str) -> _Book:
        self._refuse_if_away()
        if ref not in self._books:
            raise SourceError(Trouble.MISSING, ref)
        return self._books[ref]

    def _refuse_if_away(self) -> None:
        if not self.available:
            raise SourceError(Trouble.MISSING_FOLDER, "память")
