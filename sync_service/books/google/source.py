"""Books that are Google spreadsheets: looked at through Drive's change feed, read in one call, written in one call.

There is no compare-and-swap in Sheets. So a book is written only while Drive still tells the version that was read, or
a second reading shows that all the write touches is as it was; the answer to the write shows the whole book as it is
afterwards, and what a write fell upon by mischance (a row was inserted in that instant) gets back what was read there.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from sync_service.books.effect import written
from sync_service.books.google.reading import MASK, WITNESS, Grid, Json, Read, read_spreadsheet, version_of
from sync_service.books.google.strays import Seen, as_it_was, strayed
from sync_service.books.google.writing import requests_for
from sync_service.books.reading import read_book, read_identity
from sync_service.books.source import BookIdentity, Fetched, Look, SourceError, Trouble, write_each
from sync_service.books.xlsx import BOOK
from sync_service.reconcile.sheet import Sheets, Tab, TabWrite

if TYPE_CHECKING:
    from sync_service.books.google.client import GoogleClient

logger = logging.getLogger(__name__)

GOOGLE = "google:"  # refs of these books begin so
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEETS = "https://sheets.googleapis.com/v4/spreadsheets"
DRIVE = "https://www.googleapis.com/drive/v3"
UPLOAD = "https://www.googleapis.com/upload/drive/v3/files"
OURS = "journalSchool"  # Drive property of our files: the code of the school
UPLOADED_AS = "journalUpload"
FILE_FIELDS = "id,name,mimeType,trashed,version,parents,appProperties,lastModifyingUser(me)"
IN_RESERVE = 8  # readings a minute that suspicion leaves to books known to have changed
AGAIN_AFTER = 20.0  # seconds until suspicion alone is a reason to read a book again
EVERYWHERE = {"supportsAllDrives": "true"}
LISTED = {**EVERYWHERE, "includeItemsFromAllDrives": "true"}


class Guard(Protocol):
    """Raises SourceError if any of these tabs or writes says what may not leave the school."""

    def __call__(self, name: str, said: Iterable[Tab | TabWrite]) -> None: ...


@dataclass(frozen=True)
class Settings:
    """What the place needs to know of the school. `folder`: id of a Drive folder or shared drive, "" = our own."""

    school: str  # code, marks our files
    title: str  # for people: the name of the folder
    time_zone: str
    folder: str = ""


@dataclass(frozen=True)
class FetchedSpreadsheet(Fetched):
    """With all tabs as they were read, also when `sheets` is empty: a write is compared with exactly these."""

    tabs: tuple[Tab, ...] = ()  # none where nothing differs from what was known: such a book is not written
    grids: Mapping[str, Grid] = field(default_factory=dict)


@dataclass
class _File:
    """What Drive last told of a file. `gone`: it was trashed, or we lost it."""

    name: str
    version: int
    gone: str = ""  # a Trouble


class GoogleSource:
    """source.BookSource over the spreadsheets of one account. `connect` is called at the first need."""

    def __init__(
        self,
        connect: Callable[[], GoogleClient],
        settings: Settings,
        *,
        guard: Guard | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect, self.settings, self._guard, self._clock = connect, settings, guard, clock
        self._opened: GoogleClient | None = None
        self._token = ""  # of Drive's change feed
        self._files: dict[str, _File] = {}
        self._just_told: set[str] = set()  # files whose version the last look has told, so that it need not be asked
        self._seen: dict[str, int] = {}  # the newest version that this process has itself met, by file
        self._read_at: dict[str, float] = {}
        self._strange: dict[str, tuple[int, SourceError]] = {}  # since which version a file is no book of ours
        self._bodies: dict[str, tuple[str, FetchedSpreadsheet]] = {}
        self._folder = settings.folder

    @property
    def client(self) -> GoogleClient:
        if self._opened is None:
            self._opened = self._connect()
        return self._opened

    # --- looking ------------------------------------------------------------------------------------------------------

    def resume(self, bookmark: str) -> None:
        kept = json.loads(bookmark) if bookmark else {}
        self._token = kept.get("token", "")
        self._files = {ref: _File(*said) for ref, said in kept.get("files", {}).items()}

    def bookmark(self) -> str:
        files = {
            number: [file.name, self._newest(number, file), file.gone] for number, file in sorted(self._files.items())
        }
        return json.dumps({"token": self._token, "files": files}, ensure_ascii=False) if self._token else ""

    def known(self) -> list[str]:
        """Refs of the books that were there at the last look."""
        return [f"{GOOGLE}{number}" for number in self._files]

    def looks(self) -> Sequence[Look | SourceError]:
        self._just_told = set()
        try:
            if self._token:
                self._follow()
        except SourceError as error:
            if error.trouble is not Trouble.REFUSED:
                raise
            self._token = ""  # it was another account's
        if not self._token:
            self._list()
        return [self._look(number, file) for number, file in self._files.items()]

    def suspects(self, refs: Sequence[str]) -> Sequence[str]:
        if self._opened is None:
            return ()  # nobody was asked yet, or nobody can be
        now, unread = self._clock(), {ref: self._read_at.get(number_of(ref), float("-inf")) for ref in refs}
        longest_unread = sorted((ref for ref in refs if now - unread[ref] >= AGAIN_AFTER), key=unread.__getitem__)
        return longest_unread[: max(0, self.client.quota.reads.spare() - IN_RESERVE)]

    def _look(self, number: str, file: _File) -> Look | SourceError:
        ref = f"{GOOGLE}{number}"
        if file.gone:
            return SourceError(Trouble(file.gone), file.name, ref=ref)
        since, strange = self._strange.get(number, (0, None))
        if strange is not None and since >= file.version:
            return strange  # to read it again would cost a call at every look
        return Look(ref, file.name, str(self._newest(number, file)))

    def _newest(self, number: str, file: _File) -> int:
        """The feed tells of our own writes only minutes later."""
        return max(file.version, self._seen.get(number, 0))

    def _list(self) -> None:
        """Every book of ours, and where the feed stands: asked first, so that nothing falls between."""
        token = self.drive("changes/startPageToken", EVERYWHERE)["startPageToken"]
        files: dict[str, _File] = {}
        page = ""
        while True:
            answer = self.drive(
                "files",
                {
                    **LISTED,
                    "q": f"mimeType = '{SPREADSHEET}'",
                    "pageSize": "1000",
                    "fields": f"nextPageToken,files({FILE_FIELDS})",
                    **({"pageToken": page} if page else {}),
                },
            )
            for said in answer.get("files", ()):
                if self._is_ours(said):
                    files[said["id"]] = _told(said)
            page = answer.get("nextPageToken", "")
            if not page:
                break
        self._token, self._files, self._just_told = token, files, set(files)

    def _follow(self) -> None:
        """Take over what the feed tells since the token. The token moves only with the last page."""
        page, files, told = self._token, dict(self._files), set()
        while True:
            answer = self.drive(
                "changes",
                {
                    **LISTED,
                    "pageToken": page,
                    "pageSize": "1000",
                    "includeRemoved": "true",
                    "fields": f"nextPageToken,newStartPageToken,changes(fileId,removed,file({FILE_FIELDS}))",
                },
            )
            for change in answer.get("changes", ()):
                number = change["fileId"]
                if change.get("removed") or "file" not in change:
                    if number in files:
                        files[number] = replace(files[number], gone=Trouble.NOT_SHARED.value)
                elif number in files or self._is_ours(change["file"]):
                    files[number] = _told(change["file"])
                    told.add(number)
            if token := answer.get("newStartPageToken"):
                self._token, self._files, self._just_told = token, files, told
                return
            page = answer["nextPageToken"]

    def _is_ours(self, file: Json) -> bool:
        if file.get("mimeType") != SPREADSHEET:
            return False
        marked = (file.get("appProperties") or {}).get(OURS) == self.settings.school
        return marked or (bool(self.settings.folder) and self.settings.folder in file.get("parents", ()))

    # --- reading ------------------------------------------------------------------------------------------------------

    def fetch(self, ref: str, known: Mapping[str, str] | None = None) -> FetchedSpreadsheet:
        number = number_of(ref)
        name = self._name(number)
        version = self._version_before(number, ref)  # an edit in between makes the book look older than it is
        content = self.ask("get", f"{SHEETS}/{number}", name, ref, params={"fields": MASK}).content
        self._read_at[number] = self._clock()
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        before, body = self._bodies.get(number, ("", None))
        if body is None or digest != before or body.tab_versions != known:
            body = self._parsed(number, version, json.loads(content), name)
            self._bodies[number] = digest, _without_tabs(body)
        self._saw(number, version)
        body = replace(body, look=replace(body.look, version=str(version)))
        return replace(body, sheets=replace(body.sheets, tabs=())) if body.tab_versions == known else body

    def export(self, ref: str) -> bytes:
        """The book as .xlsx, as Google makes it."""
        number = number_of(ref)
        return self.ask(
            "get", f"{DRIVE}/files/{number}/export", self._name(number), ref, params={"mimeType": XLSX}
        ).content

    def _parsed(self, number: str, version: int, answer: Json, name: str) -> FetchedSpreadsheet:
        ref = f"{GOOGLE}{number}"
        try:
            return self._fetched(ref, read_spreadsheet(answer, name))
        except SourceError as error:
            if error.trouble is Trouble.NO_IDENTITY:
                self._strange[number] = version, error.about(ref)
            raise

    def _fetched(self, ref: str, read: Read) -> FetchedSpreadsheet:
        look = Look(ref, read.title, "")
        return FetchedSpreadsheet(
            look, read.identity, Sheets(read.title, read.tabs), dict(read.versions), read.tabs, read.grids
        )

    def _version(self, number: str, ref: str, *, ours: bool = False) -> int:
        """The file's version as Drive tells it now. `ours`: 0 unless we were the last to change it."""
        said = self.drive(f"files/{number}", {**EVERYWHERE, "fields": FILE_FIELDS}, self._name(number), ref)
        if said.get("trashed"):
            raise SourceError(Trouble.TRASHED, said["name"], ref=ref)
        if ours and not said.get("lastModifyingUser", {}).get("me"):
            return 0
        return int(said["version"])

    def _version_before(self, number: str, ref: str) -> int:
        """The version as told by the look a moment ago, else as told now."""
        if number not in self._just_told or self._files[number].gone:
            return self._version(number, ref)
        self._just_told.discard(number)
        return self._files[number].version

    def _saw(self, number: str, version: int) -> None:
        self._seen[number] = max(version, self._seen.get(number, 0))

    def _name(self, number: str) -> str:
        return self._files[number].name if number in self._files else number

    # --- writing ------------------------------------------------------------------------------------------------------

    def write(self, fetched: Fetched, writes: Sequence[TabWrite]) -> FetchedSpreadsheet:
        if not isinstance(fetched, FetchedSpreadsheet):
            raise TypeError("only a book that this source has fetched can be written")
        writes = [write for write in writes if write]
        if not writes:
            return fetched
        ref, name = fetched.look.ref, fetched.look.name
        number = number_of(ref)
        if missing := {write.title for write in writes} - {tab.title for tab in fetched.tabs}:
            raise SourceError(Trouble.CHANGED, name, f"нет вкладки «{min(missing)}»", ref=ref)
        if self._guard is not None:
            self._guard(name, writes)
        current = fetched
        if str(self._version(number, ref)) != fetched.look.version:
            current = self._read_again(fetched, writes)
        shown = {tab.title: tab.cells for tab in current.tabs}
        requests = [line for write in writes for line in requests_for(write, current.grids, shown[write.title])]
        after = self._fetched(ref, self._batch(ref, name, requests))
        wanted = _all_written(fetched.tabs, writes)
        self._read_at[number] = self._clock()
        version = 0
        if after.tabs == wanted:
            version = self._version(number, ref, ours=True)
        elif beside := list(strayed(Seen(current.tabs, current.grids), Seen(after.tabs, after.grids), writes)):
            self._put_back(ref, name, beside, after)
            return replace(_without_tabs(after), tab_versions={})
        self._saw(number, version)
        # without a version, and with those of the tabs as meant, the next pass reads what somebody typed meanwhile
        return replace(
            after,
            look=replace(after.look, version=str(version) if version else ""),
            sheets=replace(after.sheets, tabs=()),
            tab_versions={tab.title: version_of(tab) for tab in wanted},
        )

    def write_many(self, items: Sequence[tuple[Fetched, Sequence[TabWrite]]]) -> list[Fetched | SourceError]:
        return write_each(self.write, items)

    def _read_again(self, fetched: FetchedSpreadsheet, writes: Sequence[TabWrite]) -> FetchedSpreadsheet:
        """The book as it is now, for a write that nothing new concerns: in a busy lesson it would else wait for ever.

        Raises SourceError CHANGED if anything does, or if no reading can be spared."""
        ref, name = fetched.look.ref, fetched.look.name
        if self.client.quota.reads.spare() > IN_RESERVE:
            current = self.fetch(ref)
            if as_it_was(fetched.tabs, current.tabs, writes):
                return current
        raise SourceError(Trouble.CHANGED, name, ref=ref)

    def _batch(self, ref: str, name: str, requests: Sequence[Json]) -> Read:
        """Carry out all or nothing; the whole book as it stands afterwards, from the same answer."""
        body = {"requests": list(requests), "includeSpreadsheetInResponse": True, "responseIncludeGridData": True}
        answer = self.ask(
            "post",
            f"{SHEETS}/{number_of(ref)}:batchUpdate",
            name,
            ref,
            params={"fields": f"spreadsheetId,updatedSpreadsheet({MASK})"},
            json=body,
        ).json()
        return read_spreadsheet(answer["updatedSpreadsheet"], name)

    def _put_back(self, ref: str, name: str, beside: Sequence[TabWrite], after: FetchedSpreadsheet) -> None:
        logger.warning("a write to %s fell beside its place in %d tabs and is undone", name, len(beside))
        shown = {tab.title: tab.cells for tab in after.tabs}
        self._batch(
            ref, name, [line for write in beside for line in requests_for(write, after.grids, shown[write.title])]
        )

    # --- making -------------------------------------------------------------------------------------------------------

    def create(self, name: str, content: bytes) -> str:
        title = name.removesuffix(BOOK)
        if self._named(title, self.folder()):
            raise SourceError(Trouble.DUPLICATE, title, "таблица с таким названием уже есть")
        return self._made(title, content)

    def replace(self, fetched: Fetched, content: bytes) -> Fetched:
        """A new spreadsheet: the old one goes into the bin once the new one has been read back."""
        old = fetched.look
        if self.fetch(old.ref).look.version != old.version:
            raise SourceError(Trouble.CHANGED, old.name, ref=old.ref)
        new = self.fetch(self._made(old.name, content))
        self.discard(old.ref)
        return new

    def _made(self, title: str, content: bytes) -> str:
        identity = read_identity(content, title)
        if self._guard is not None:
            self._guard(title, read_book(content, title).sheets.tabs)
        said = self._upload(title, self.folder(), content)
        number = said["id"]
        self._files[number] = _told(said)
        self._settle(f"{GOOGLE}{number}", title, identity)
        return f"{GOOGLE}{number}"

    def discard(self, ref: str) -> None:
        """Put a book into Drive's bin, from where its owner can take it back for thirty days."""
        number = number_of(ref)
        self.ask("patch", f"{DRIVE}/files/{number}", self._name(number), ref, params=EVERYWHERE, json={"trashed": True})
        self._files.pop(number, None)

    def folder(self) -> str:
        """The id of the folder of the books; made once if the settings name none."""
        if not self._folder:
            self._folder = self.find_folder() or self._new_folder()
        return self._folder

    def find_folder(self) -> str:
        """The id of the folder of the books, "" before there is one."""
        if self._folder:
            return self._folder
        ours = f"appProperties has {{ key='{OURS}' and value='{self.settings.school}' }}"
        q = f"mimeType = '{FOLDER}' and trashed = false and {ours}"
        found = self.drive("files", {**LISTED, "q": q, "fields": "files(id)"}).get("files", ())
        return str(found[0]["id"]) if found else ""

    def _new_folder(self) -> str:
        body = {
            "name": f"Журналы. {self.settings.title}",
            "mimeType": FOLDER,
            "appProperties": {OURS: self.settings.school},
        }
        params = {**EVERYWHERE, "fields": "id"}
        made = self.ask("post", f"{DRIVE}/files", body["name"], "", params=params, json=body).json()
        return str(made["id"])

    def _named(self, title: str, folder: str) -> bool:
        quoted = title.replace("\\", "\\\\").replace("'", "\\'")
        q = f"name = '{quoted}' and '{folder}' in parents and mimeType = '{SPREADSHEET}' and trashed = false"
        return bool(self.drive("files", {**LISTED, "q": q, "fields": "files(id)"}).get("files"))

    def _upload(self, title: str, folder: str, content: bytes) -> Json:
        """A new spreadsheet made of the workbook. An upload whose answer was lost is looked for, never repeated."""
        mark = uuid.uuid4().hex
        about = {
            "name": title,
            "mimeType": SPREADSHEET,
            "parents": [folder],
            "appProperties": {OURS: self.settings.school, UPLOADED_AS: mark},
        }
        boundary = f"journal-{mark}"
        body = b"".join(
            (
                f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n".encode(),
                json.dumps(about).encode(),
                f"\r\n--{boundary}\r\nContent-Type: {XLSX}\r\n\r\n".encode(),
                content,
                f"\r\n--{boundary}--\r\n".encode(),
            )
        )
        params = {**EVERYWHERE, "uploadType": "multipart", "fields": FILE_FIELDS}
        headers = {"Content-Type": f"multipart/related; boundary={boundary}"}
        try:
            return self.ask("post", UPLOAD, title, "", params=params, data=body, headers=headers).json()
        except SourceError as error:
            if error.permanent:
                raise
            q = f"appProperties has {{ key='{UPLOADED_AS}' and value='{mark}' }}"
            found = self.drive("files", {**LISTED, "q": q, "fields": f"files({FILE_FIELDS})"}).get("files", ())
            if not found:
                raise
            return dict(found[0])

    def _settle(self, ref: str, title: str, identity: BookIdentity) -> None:
        """What a conversion leaves to be said: language, time zone, the second witness of identity."""
        properties = {"locale": "ru_RU", "timeZone": self.settings.time_zone}
        witness = {
            "metadataKey": WITNESS,
            "metadataValue": identity.book,
            "location": {"spreadsheet": True},
            "visibility": "DOCUMENT",
        }
        body = {
            "requests": [
                {"updateSpreadsheetProperties": {"properties": properties, "fields": "locale,timeZone"}},
                {"createDeveloperMetadata": {"developerMetadata": witness}},
            ]
        }
        params = {"fields": "spreadsheetId"}
        self.ask("post", f"{SHEETS}/{number_of(ref)}:batchUpdate", title, ref, params=params, json=body)

    # --- asking -------------------------------------------------------------------------------------------------------

    def drive(self, path: str, params: Mapping[str, str], name: str = "Google Диск", ref: str = "") -> Json:
        return dict(self.ask("get", f"{DRIVE}/{path}", name, ref, params=params).json())

    def ask(self, method: str, address: str, name: str, ref: str, **how: Any) -> Any:
        """An answer of Google; a trouble is told of the book that it concerns."""
        try:
            return self.client.request(method, address, **how)
        except SourceError as error:
            about = error.name if error.trouble is Trouble.WRONG_KEY_FILE else name
            raise SourceError(error.trouble, about, error.detail, permanent=error.permanent, ref=ref) from error


def number_of(ref: str) -> str:
    """Google's id of a book."""
    return ref.removeprefix(GOOGLE)


def _told(file: Json) -> _File:
    return _File(file["name"], int(file["version"]), Trouble.TRASHED.value if file.get("trashed") else "")


def _without_tabs(fetched: FetchedSpreadsheet) -> FetchedSpreadsheet:
    return replace(fetched, sheets=replace(fetched.sheets, tabs=()), tabs=())


def _all_written(tabs: Iterable[Tab], writes: Iterable[TabWrite]) -> tuple[Tab, ...]:
    by_title = {tab.title: tab for tab in tabs}
    for write in writes:
        by_title[write.title] = written(by_title[write.title], write)
    return tuple(by_title.values())
