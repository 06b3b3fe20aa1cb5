"""Everything the emulator knows, in one place: files, spreadsheets, people, permissions, changes. No HTTP, no JSON.

Rows and columns count from 0, as Google's API counts them. All of it can be pickled: that is how a state outlives its
process. One lock guards it: a request is carried out whole or not at all.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]

ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")  # from the weakest
SAME_REVISION = timedelta(minutes=5)  # edits of one person this near to each other are one revision
MAX_REVISIONS = 100  # older ones are dropped, as Google does


class ApiError(Exception):
    """An answer that is an error: `status` is HTTP, `code` Google's word (INVALID_ARGUMENT), `reason` Drive's."""

    def __init__(self, status: int, message: str, code: str, reason: str = "", domain: str = "global") -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.reason, self.domain = status, message, code, reason, domain


@dataclass(frozen=True)
class Call:
    """A request, taken apart. `path` is decoded after splitting: ("v4", "spreadsheets", "1abc", "values", "'Л 1'!A1");
    a verb behind a colon («:batchUpdate») stands apart. `caller` is an e-mail, `now` the emulator's clock, aware."""

    method: str
    path: tuple[str, ...]
    verb: str
    query: dict[str, list[str]]
    body: Any
    caller: str
    now: datetime


@dataclass
class Cell:
    """`entered` is what was put in: number, text, bool, or, while `is_formula`, a formula as text with its «=»."""

    entered: str | int | float | bool | None = None
    is_formula: bool = False
    format: Json = field(default_factory=dict)  # userEnteredFormat, with numberFormat {type, pattern} where set
    note: str = ""
    validation: Json | None = None
    runs: list[Json] = field(default_factory=list)  # textFormatRuns


@dataclass
class Sheet:
    """One tab. `cells` holds only cells with something in them or on them."""

    id: int
    title: str
    rows: int = 1000
    columns: int = 26
    hidden: bool = False
    frozen_rows: int = 0
    frozen_columns: int = 0
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Json] = field(default_factory=list)  # GridRange
    protections: list[Json] = field(default_factory=list)  # ProtectedRange with protectedRangeId
    conditional: list[Json] = field(default_factory=list)
    basic_filter: Json | None = None
    groups: dict[str, list[Json]] = field(default_factory=lambda: {"rowGroups": [], "columnGroups": []})
    row_metadata: dict[int, Json] = field(default_factory=dict)  # pixelSize, hiddenByUser
    column_metadata: dict[int, Json] = field(default_factory=dict)


@dataclass
class Spreadsheet:
    id: str
    title: str
    locale: str = "en_US"
    time_zone: str = "Etc/GMT"
    sheets: list[Sheet] = field(default_factory=list)
    named_ranges: list[Json] = field(default_factory=list)
    metadata: list[Json] = field(default_factory=list)  # DeveloperMetadata with metadataId and location
    next_id: int = 1  # for metadata, protections, named ranges


@dataclass
class Person:
    """Who calls. A service account owns nothing: its creates are refused until the state says otherwise."""

    email: str
    service_account: bool = False
    revoked: bool = False  # its token is no longer good


@dataclass
class File:
    """A Drive file; `spreadsheet` is set for a Google Sheet, `content` for any other file."""

    id: str
    name: str
    mime_type: str
    owner: str  # e-mail
    created: datetime
    modified: datetime
    modified_by: str
    version: int = 1
    parents: list[str] = field(default_factory=list)
    trashed: bool = False
    permissions: list[Json] = field(default_factory=list)  # id, type, role, emailAddress
    app_properties: dict[str, str] = field(default_factory=dict)
    spreadsheet: Spreadsheet | None = None
    content: bytes = b""
    revisions: list[Json] = field(default_factory=list)  # id, at, by: neighbouring edits merged
    shared_drive: bool = False  # a folder that is the root of a shared drive; what lies in one has no owner


@dataclass
class Change:
    """At most one per file: a later change replaces it. `visible_from` is when the feed begins to tell of it."""

    number: int
    file_id: str
    at: datetime
    visible_from: datetime
    by: str
    removed_for: set[str] = field(default_factory=set)  # people who lost the file
    told: int = 0  # its place in the feed, once the feed tells of it


@dataclass
class State:
    people: dict[str, Person] = field(default_factory=dict)  # by e-mail
    tokens: dict[str, str] = field(default_factory=dict)  # access token → e-mail
    files: dict[str, File] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)  # by file id
    next_change: int = 1
    removals: list[Change] = field(default_factory=list)  # files lost by people: `removed_for`
    next_told: int = 1  # the next place in the feed
    expires: dict[str, datetime] = field(default_factory=dict)  # access token → when it ends
    refresh_tokens: dict[str, str] = field(default_factory=dict)  # refresh token → e-mail
    codes: dict[str, Json] = field(default_factory=dict)  # authorization codes not yet exchanged
    private_key: str = ""  # of all service accounts, PEM
    without_account: set[str] = field(default_factory=set)  # addresses that Google does not know
    storage_full: bool = False
    service_accounts_may_own: bool = False
    feed_delay: tuple[float, float] = (0.0, 0.0)  # seconds between an edit and its entry in the feed: least, most
    chance: random.Random = field(default_factory=lambda: random.Random(20260901))
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def role(self, file_id: str, email: str) -> str:
        """«owner», «writer», «reader» … of a person to a file, of its own or from a folder it lies in; "" for none."""
        file = self.files.get(file_id)
        if file is None:
            return ""
        if file.owner == email:
            return "owner"
        own = [p["role"] for p in file.permissions if _is_for(p, email)]
        above = [self.role(parent, email) for parent in file.parents]
        return max((role for role in own + above if role), key=ROLES.index, default="")

    def touch(self, file_id: str, by: str, now: datetime) -> None:
        """Somebody changed a file: its version moves now, the feed tells of it later."""
        file = self.files[file_id]
        file.modified, file.modified_by = now, by
        last = file.revisions[-1] if file.revisions else None
        if last and last["by"] == by and now - last["at"] < SAME_REVISION:
            last["at"] = now
        else:
            file.revisions = [*file.revisions, {"id": str(file.version + 1), "at": now, "by": by}][-MAX_REVISIONS:]
        self.stir(file_id, by, now)

    def stir(self, file_id: str, by: str, now: datetime) -> None:
        """A change that no reader of the content sees (sharing, moving): only version and feed move. An edit goes along
        with an earlier one that the feed has not told of yet, else steady typing would never be told."""
        self.files[file_id].version += 1
        visible_from = now + timedelta(seconds=self.chance.uniform(*self.feed_delay))
        waiting = self.changes.get(file_id)
        if waiting and not waiting.told and waiting.visible_from > now:
            visible_from = min(visible_from, waiting.visible_from)
        self.changes[file_id] = Change(self.next_change, file_id, now, visible_from, by)
        self.next_change += 1

    def __getstate__(self) -> Json:
        return {key: value for key, value in self.__dict__.items() if key != "lock"}

    def __setstate__(self, kept: Json) -> None:
        self.__dict__.update(kept)
        self.lock = threading.RLock()


def _is_for(permission: Json, email: str) -> bool:
    if permission["type"] == "anyone":
        return True
    if permission["type"] == "domain":
        return email.endswith("@" + permission["domain"])
    return bool(permission.get("emailAddress") == email)
