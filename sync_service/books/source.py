"""Where books live: one protocol for files, memory and Google, proved by one contract suite.

A source never interprets a cell. It tells which books there are, whether one has changed, hands over its tabs, and
writes the few cells that the layout gives to the service.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol

from sync_service.reconcile.sheet import Sheets, TabWrite


@dataclass(frozen=True, slots=True)
class BookIdentity:
    """What the hidden tab «_journal» says."""

    book: str  # "journal-9А-2026"
    kind: str  # layout.BookKind
    school: str
    year: str
    layout: int
    generation: int


@dataclass(frozen=True, slots=True)
class Look:
    """A cheap look at a book. `version` changes when anything changed; equal versions mean that nothing did."""

    ref: str  # how the source finds it again: a relative path, a spreadsheet id
    name: str  # for people: «9А Журнал.xlsx»
    version: str


@dataclass(frozen=True)
class Fetched:
    """A stable private copy of a book, read. `tab_versions` are per tab title; `unchanged` are titles whose version
    equals the one in `known` and that were not parsed again: they are absent from `sheets`."""

    look: Look
    identity: BookIdentity
    sheets: Sheets
    tab_versions: Mapping[str, str]
    unchanged: frozenset[str] = frozenset()


class Trouble(StrEnum):
    """Why a book cannot be read or written now. Each has one sentence for people, in one place."""

    MISSING_FOLDER = "missing_folder"  # the folder of books is not there: a share not mounted
    MISSING = "missing"
    BUSY = "busy"  # somebody has it open, or it is being saved
    CHANGED = "changed"  # it changed between reading and writing
    NOT_WORKBOOK = "not_workbook"
    UNSUPPORTED = "unsupported"  # .xls, .ods, .csv, .xlsm …
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    DENIED = "denied"
    NO_IDENTITY = "no_identity"  # a workbook, but not one of ours
    DUPLICATE = "duplicate"  # two books claim the same identity
    WOULD_LOSE = "would_lose"  # holds what our writer would break (a signature): read, never written
    NO_SPACE = "no_space"


class SourceError(Exception):
    """A book that cannot be had now. `permanent` False means: the next pass may well succeed.

    str(error) is the Russian sentence: what, where, what to do."""

    def __init__(self, trouble: Trouble, name: str, detail: str = "", *, permanent: bool | None = None) -> None:
        """`permanent`: as the trouble usually is, if not said."""
        self.trouble, self.name, self.detail = trouble, name, detail
        self.permanent = trouble not in _PASSING if permanent is None else permanent
        super().__init__(describe(trouble, name, detail))

    def __reduce__(self) -> tuple[object, ...]:
        return partial(SourceError, permanent=self.permanent), (self.trouble, self.name, self.detail)


class BookSource(Protocol):
    """All methods raise SourceError and nothing else for whatever the place of the books does to us."""

    def looks(self) -> Sequence[Look | SourceError]:
        """Every candidate book with its version, cheaply. Lock and unfinished files are no candidates; a conflict copy
        is one, and whoever fetches finds two books of one identity.

        A file that is no book at all comes back as SourceError in the list: one bad file never hides the others.
        Raises SourceError only if the place itself is unavailable."""

    def fetch(self, ref: str, known: Mapping[str, str] | None = None) -> Fetched:
        """Read a stable copy. `known` are tab versions of the last read: tabs that still have them are not parsed."""

    def write(self, fetched: Fetched, writes: Sequence[TabWrite]) -> Fetched:
        """Write service cells into the book exactly as fetched; keeps the previous version. Nothing to write is no
        write.

        Returns the book as it is after the write (versions and identity; no tabs parsed). Raises SourceError with
        BUSY, CHANGED or WOULD_LOSE and leaves the book untouched if it cannot be done safely."""

    def write_many(self, items: Sequence[tuple[Fetched, Sequence[TabWrite]]]) -> list[Fetched | SourceError]:
        """`write` for several books, in their order; one that fails hinders no other."""

    def create(self, name: str, content: bytes) -> str:
        """Put a rendered workbook in place under a name for people; returns its ref.

        Never replaces an existing one: raises SourceError DUPLICATE."""


def write_each(
    write: Callable[[Fetched, Sequence[TabWrite]], Fetched], items: Sequence[tuple[Fetched, Sequence[TabWrite]]]
) -> list[Fetched | SourceError]:
    """BookSource.write_many for a place where books are written one by one."""
    results: list[Fetched | SourceError] = []
    for fetched, writes in items:
        try:
            results.append(write(fetched, writes))
        except SourceError as error:
            results.append(error)
    return results


_SENTENCES = {
    Trouble.MISSING_FOLDER: "Папка с книгами «{name}» недоступна: проверьте, подключён ли диск и верна ли настройка.",
    Trouble.MISSING: "Книги «{name}» нет на месте: верните файл в папку с книгами или возьмите его из резервной копии.",
    Trouble.BUSY: "Книга «{name}» сейчас открыта или сохраняется: программа обратится к ней, когда её закроют.",
    Trouble.CHANGED: "Книгу «{name}» изменили перед самой записью: ничего не записано, запись повторится сама.",
    Trouble.NOT_WORKBOOK: "Файл «{name}» — не книга Excel: замените его настоящей книгой или уберите из папки.",
    Trouble.UNSUPPORTED: "Файл «{name}» сохранён не в том виде: откройте его и сохраните как «Книга Excel (.xlsx)».",
    Trouble.TRUNCATED: "Книга «{name}» повреждена: сохраните её ещё раз или верните прежнюю версию.",
    Trouble.ENCRYPTED: "Книга «{name}» закрыта паролем: снимите пароль на открытие и сохраните её снова.",
    Trouble.TOO_LARGE: "Книга «{name}» слишком велика для журнала: уберите из неё всё постороннее и сохраните снова.",
    Trouble.DENIED: "К «{name}» нет доступа: дайте программе право читать и изменять этот файл и его папку.",
    Trouble.NO_IDENTITY: "В книге «{name}» нет скрытой вкладки «_journal»: это не книга журнала, уберите её из папки.",
    Trouble.DUPLICATE: "Книга «{name}» — двойник другой книги: оставьте в папке одну из них, а вторую уберите.",
    Trouble.WOULD_LOSE: "В книгу «{name}» нельзя записать, ничего в ней не испортив: программа только читает её; "
    "сохраните книгу заново как «Книга Excel (.xlsx)».",
    Trouble.NO_SPACE: "Не хватило места на диске, чтобы записать «{name}»: освободите место, запись повторится сама.",
}

_PASSING = frozenset({Trouble.MISSING_FOLDER, Trouble.BUSY, Trouble.CHANGED, Trouble.NO_SPACE})


def describe(trouble: Trouble, name: str, detail: str = "") -> str:
    """One Russian sentence: what is wrong with `name`, and what to do. `detail` stands behind it in brackets."""
    sentence = _SENTENCES[trouble].format(name=name)
    return f"{sentence.removesuffix('.')} ({detail})." if detail else sentence
