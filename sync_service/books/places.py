"""A school whose books lie in two places: some in its own folder, some in Google. To everybody above they are one.

Which place a book lies in is told by its ref alone. A place that is away makes trouble for its own books only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sync_service.books.google.source import GOOGLE, GoogleSource
from sync_service.books.reading import read_identity
from sync_service.books.source import BookSource, Fetched, Look, SourceError
from sync_service.books.xlsx import XlsxSource
from sync_service.reconcile.layout import BookKind
from sync_service.reconcile.sheet import TabWrite


class Places:
    """source.BookSource over a folder and Google. `kinds_in_google`: of which kinds new books are made there."""

    def __init__(self, files: XlsxSource, google: GoogleSource, kinds_in_google: frozenset[BookKind]) -> None:
        self.files, self.google, self.kinds_in_google = files, google, kinds_in_google

    def looks(self) -> Sequence[Look | SourceError]:
        try:
            looks = list(self.files.looks())
        except SourceError as error:
            if not self.google.known():
                raise  # nothing else is left to look at
            looks = [error]
        try:
            return [*looks, *self.google.looks()]
        except SourceError as error:
            return [*looks, *([error.about(ref) for ref in self.google.known()] or [error])]

    def resume(self, bookmark: str) -> None:
        kept = json.loads(bookmark) if bookmark else {}
        self.files.resume(kept.get("files", ""))
        self.google.resume(kept.get("google", ""))

    def bookmark(self) -> str:
        return json.dumps({"files": self.files.bookmark(), "google": self.google.bookmark()}, ensure_ascii=False)

    def suspects(self, refs: Sequence[str]) -> Sequence[str]:
        return self.google.suspects([ref for ref in refs if ref.startswith(GOOGLE)])

    def fetch(self, ref: str, known: Mapping[str, str] | None = None) -> Fetched:
        return self._place(ref).fetch(ref, known)

    def write(self, fetched: Fetched, writes: Sequence[TabWrite]) -> Fetched:
        return self._place(fetched.look.ref).write(fetched, writes)

    def write_many(self, items: Sequence[tuple[Fetched, Sequence[TabWrite]]]) -> list[Fetched | SourceError]:
        done: dict[int, Fetched | SourceError] = {}
        for place in (self.files, self.google):
            mine = [number for number, (fetched, _) in enumerate(items) if self._place(fetched.look.ref) is place]
            done.update(zip(mine, place.write_many([items[number] for number in mine]), strict=True))
        return [done[number] for number in range(len(items))]

    def create(self, name: str, content: bytes) -> str:
        kind = BookKind(read_identity(content, name).kind)
        return (self.google if kind in self.kinds_in_google else self.files).create(name, content)

    def replace(self, fetched: Fetched, content: bytes) -> Fetched:
        return self._place(fetched.look.ref).replace(fetched, content)

    def discard(self, ref: str) -> None:
        self._place(ref).discard(ref)

    def _place(self, ref: str) -> BookSource:
        return self.google if ref.startswith(GOOGLE) else self.files
