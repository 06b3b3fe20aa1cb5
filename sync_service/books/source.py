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
    """A stable private copy of a book, read. `tab_versions` are per tab title, of the tabs that people see.

    `sheets` holds no tabs after a write, and where nothing of the book differs from what the reader already knew."""

    look: Look
    identity: BookIdentity
    sheets: Sheets
    tab_versions: Mapping[str, str]


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
    PAST_YEAR = "past_year"  # of a school year that is over and closed
    WOULD_LOSE = "would_lose"  # holds what our writer would break (a signature): read, never written
    NO_SPACE = "no_space"
    UNREAD = "unread"  # no process to read it in: the computer has no memory to spare; no fault of the book
    # what only Google does to a book
    OFFLINE = "offline"  # no network, no name, no TLS, a proxy or a portal in between
    RATE_LIMITED = "rate_limited"
    NOT_SIGNED_IN = "not_signed_in"  # the token is revoked, the key deleted, the account gone
    WRONG_CLOCK = "wrong_clock"  # of this computer, so far off that signatures are refused
    WRONG_KEY_FILE = "wrong_key_file"  # the file that should let us in is missing or is another one
    API_OFF = "api_off"  # Sheets or Drive is not enabled in the project
    UNAVAILABLE = "unavailable"  # 5xx, half an answer, a connection that broke
    NO_STORAGE = "no_storage"  # the owner's disk is full, or the owner is a service account, which has none
    NOT_SHARED = "not_shared"
    TRASHED = "trashed"
    TOO_FEW = "too_few"  # fewer tabs were answered than asked for
    PROTECTED = "protected"  # the cell belongs to somebody else
    NO_ACCOUNT = "no_account"  # Google does not know an address that the book is to be shared with
    REFUSED = "refused"  # Google says that the request is wrong
    EXPOSED = "exposed"  # it says a name that may not leave the school


class SourceError(Exception):
    """A book that cannot be had now. `permanent` False means: the next pass may well succeed.

    str(error) is the Russian sentence: what, where, what to do."""

    def __init__(
        self, trouble: Trouble, name: str, detail: str = "", *, permanent: bool | None = None, ref: str = ""
    ) -> None:
        """`permanent`: as the trouble usually is, if not said. `ref`: the book it is about, if its place knows it."""
        self.trouble, self.name, self.detail, self.ref = trouble, name, detail, ref
        self.permanent = trouble not in _PASSING if permanent is None else permanent
        super().__init__(describe(trouble, name, detail))

    def __reduce__(self) -> tuple[object, ...]:
        return partial(SourceError, permanent=self.permanent, ref=self.ref), (self.trouble, self.name, self.detail)

    def about(self, ref: str) -> SourceError:
        """The same trouble, of this book."""
        return SourceError(self.trouble, self.name, self.detail, permanent=self.permanent, ref=ref)


class BookSource(Protocol):
    """All methods raise SourceError and nothing else for whatever the place of the books does to us."""

    def looks(self) -> Sequence[Look | SourceError]:
        """Every candidate book with its version, cheaply. Lock and unfinished files are no candidates; a conflict copy
        is one, and whoever fetches finds two books of one identity.

        A file that is no book at all comes back as SourceError in the list: one bad file never hides the others.
        Raises SourceError only if the place itself is unavailable."""

    def resume(self, bookmark: str) -> None:
        """Let the next `looks` go on from where a pass ended whose data are recorded; "": look at everything anew."""

    def bookmark(self) -> str:
        """Where the looks since `resume` have come to, to be kept together with what was read; "" if a place needs
        none."""

    def suspects(self, refs: Sequence[str]) -> Sequence[str]:
        """Of these books, which are probably being edited, those worth reading now though a look saw no change: as
        many as may be read on mere suspicion, the longest unread first. None where a look misses nothing."""

    def fetch(self, ref: str, known: Mapping[str, str] | None = None) -> Fetched:
        """Read a stable copy. `known` are the tab versions of the last read: a book whose tabs all have them still
        comes without tabs."""

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

    def replace(self, fetched: Fetched, content: bytes) -> Fetched:
        """Put a workbook drawn anew in the place of the book exactly as fetched; its previous version can be got back.

        Returns the new book read, perhaps under another ref. Raises like `write`, and the old book is then as it
        was."""

    def discard(self, ref: str) -> None:
        """Take a book away; a person can still get it back."""


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
    Trouble.PAST_YEAR: "Книга «{name}» — прошлого учебного года, он закрыт: изменения в ней не принимаются; уберите её "
    "в папку того года.",
    Trouble.WOULD_LOSE: "В книгу «{name}» нельзя записать, ничего в ней не испортив: программа только читает её; "
    "сохраните книгу заново как «Книга Excel (.xlsx)».",
    Trouble.NO_SPACE: "Не хватило места на диске, чтобы записать «{name}»: освободите место, запись повторится сама.",
    Trouble.UNREAD: "Книгу «{name}» прочесть не удалось, компьютеру не хватило памяти: закройте лишние программы, "
    "чтение повторится само.",
    Trouble.OFFLINE: "До «{name}» не добраться, нет связи с Google: проверьте сеть, работа продолжится сама.",
    Trouble.RATE_LIMITED: "«{name}» подождёт: Google просит обращаться к нему реже, работа продолжится сама.",
    Trouble.NOT_SIGNED_IN: "Google не впускает программу к «{name}»: войдите заново командой «journal google login» "
    "или получите новый ключ сервисного аккаунта.",
    Trouble.WRONG_CLOCK: "Часы этого компьютера идут неверно, и Google не впускает программу к «{name}»: включите в "
    "системе установку времени по сети.",
    Trouble.WRONG_KEY_FILE: "Файл входа в Google «{name}» не подходит: создайте его командой «journal google login» "
    "или положите на его место ключ сервисного аккаунта.",
    Trouble.API_OFF: "Google не отвечает про «{name}», пока в его консоли для проекта не включены «Google Sheets API» "
    "и «Google Drive API»: включите оба.",
    Trouble.UNAVAILABLE: "Google не ответил как следует про «{name}»: программа обратится к нему позже сама.",
    Trouble.NO_STORAGE: "В Google нет места для «{name}»: освободите диск владельца книг; сервисный аккаунт владеть "
    "ими не может, для него нужен общий диск или вход человека.",
    Trouble.NOT_SHARED: "Программе закрыт доступ к «{name}» в Google: откройте его с правом «Редактор» тому, под чьим "
    "именем она работает.",
    Trouble.TRASHED: "Книга «{name}» лежит в корзине Google Диска: восстановите её оттуда, принятые записи целы.",
    Trouble.TOO_FEW: "Google прислал не все вкладки книги «{name}»: из неё ничего не взято, чтение повторится само.",
    Trouble.PROTECTED: "В книге «{name}» программе не дают изменить её собственную ячейку: верните защиту на место "
    "командой «journal provision --repair».",
    Trouble.NO_ACCOUNT: "Книга «{name}» открыта не всем, кому нужна: впишите на вкладку «Сотрудники» книги «Школа» "
    "адреса, у которых есть учётная запись Google.",
    Trouble.EXPOSED: "Книга «{name}» не отправлена в Google, в ней имя, которому нельзя покидать школу: исправьте "
    "его или разрешите слово в privacy.allowed_words.",
    Trouble.REFUSED: "Google не принял запрос о «{name}»: проверьте, не переделана ли книга, и покажите это сообщение "
    "тому, кто ведёт программу.",
}

_PASSING = frozenset(
    {
        Trouble.MISSING_FOLDER,
        Trouble.BUSY,
        Trouble.CHANGED,
        Trouble.NO_SPACE,
        Trouble.UNREAD,
        Trouble.OFFLINE,
        Trouble.RATE_LIMITED,
        Trouble.UNAVAILABLE,
        Trouble.TOO_FEW,
    }
)


def describe(trouble: Trouble, name: str, detail: str = "") -> str:
    """One Russian sentence: what is wrong with `name`, and what to do. `detail` stands behind it in brackets."""
    sentence = _SENTENCES[trouble].format(name=name)
    return f"{sentence.removesuffix('.')} ({detail})." if detail else sentence


# of a file that a person brings along: it lies in no folder of ours, and nothing happens to it by itself
_FILE_SENTENCES = {
    Trouble.MISSING: "Файла «{name}» нет: проверьте путь и название.",
    Trouble.NOT_WORKBOOK: "Файл «{name}» — не таблица Excel, не текст Word и не список .csv: сохраните его как .xlsx.",
    Trouble.UNSUPPORTED: "Файл «{name}» сохранён не в том виде: откройте его и сохраните как .xlsx или .docx.",
    Trouble.TRUNCATED: "Файл «{name}» повреждён: откройте его, проверьте и сохраните ещё раз.",
    Trouble.ENCRYPTED: "Файл «{name}» закрыт паролем: снимите пароль на открытие и сохраните его снова.",
    Trouble.TOO_LARGE: "Файл «{name}» слишком велик: оставьте в нём одну таблицу и сохраните снова.",
    Trouble.DENIED: "К файлу «{name}» нет доступа: дайте программе право его читать.",
    Trouble.UNREAD: "Файл «{name}» прочесть не удалось, компьютеру не хватило памяти: закройте лишние программы.",
}


def describe_file(trouble: Trouble, name: str, detail: str = "") -> str:
    """`describe`, of a file to be brought in."""
    sentence = _FILE_SENTENCES[trouble].format(name=name)
    return f"{sentence.removesuffix('.')} ({detail})." if detail else sentence
