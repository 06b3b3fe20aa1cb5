"""What may be asked twice, how long to wait in between, and when not to ask at all: no network here."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sync_service.books.google.diagnosis import Diagnosis, Repeat
from sync_service.books.source import SourceError, Trouble

LONGEST_WAIT = 64.0
BRIEFLY = 10.0  # seconds spent on reaching a network that is not there: a person may be waiting for the answer
PAUSE = 30.0
LONGEST_PAUSE = 600.0
DOUBTS = 3  # calls in a row that came to nothing: then it is not this book, it is Google


class Kind(StrEnum):
    """Calls that are counted together."""

    READ = "read"
    WRITE = "write"
    DRIVE = "drive"


_POST_THAT_READS = re.compile(r":getByDataFilter$|:batchGetByDataFilter$|/developerMetadata:search$")
_POST_THAT_SETS = re.compile(r"/values:(batchUpdate|batchClear)(ByDataFilter)?$|/values/[^/]+:clear$")
# requests of a batchUpdate that say how a thing shall be, so that saying it twice is saying it once
_SETTING = frozenset(
    {
        "autoResizeDimensions", "clearBasicFilter", "mergeCells", "repeatCell", "setBasicFilter", "setDataValidation",
        "unmergeCells", "updateBorders", "updateCells", "updateDeveloperMetadata", "updateDimensionGroup",
        "updateDimensionProperties", "updateNamedRange", "updateProtectedRange", "updateSheetProperties",
        "updateSpreadsheetProperties",
    }
)  # fmt: skip


def kind_of(method: str, path: str) -> Kind:
    """Whose quota a call is counted to."""
    if not path.startswith("/v4/spreadsheets"):
        return Kind.DRIVE
    return Kind.READ if method == "GET" or _POST_THAT_READS.search(path) else Kind.WRITE


def repeatable(method: str, path: str, body: Mapping[str, Any] | None) -> bool:
    """Whether a call may be made again though it may have had its effect already, unseen.

    Never what creates, adds or inserts: the caller looks what happened. A sequence of settings may be."""
    match method:
        case "GET":
            return True
        case "PUT":
            return path.startswith("/v4/spreadsheets")
        case "PATCH":
            return path.startswith("/drive/")
        case "POST" if path.startswith("/v4/spreadsheets/"):
            if path.endswith(":batchUpdate") and "/values" not in path:
                requests = (body or {}).get("requests", ())
                return bool(requests) and all(_SETTING.issuperset(request) for request in requests)
            return bool(_POST_THAT_READS.search(path) or _POST_THAT_SETS.search(path))
    return False


def next_wait(diagnosis: Diagnosis, attempt: int, *, harmless: bool, spent: float, patience: float) -> float | None:
    """Seconds until the next try after `attempt` (1, 2, …) failed; None: no further one.

    `harmless`: the call may be repeated whatever became of it; `spent`: seconds of the caller's `patience` that are
    over. Full jitter, so that a school's programs do not come back all together; what Google asks for is honoured."""
    if diagnosis.repeat is Repeat.NEVER or (diagnosis.repeat is Repeat.IF_HARMLESS and not harmless):
        return None
    wait = max(random.uniform(0, min(LONGEST_WAIT, 2.0**attempt)), diagnosis.retry_after)
    limit = min(patience, BRIEFLY) if diagnosis.trouble is Trouble.OFFLINE else patience
    return wait if spent + wait <= limit else None


@dataclass
class _Closed:
    until: float
    error: SourceError


class Circuit:
    """Keeps a pass over many books from waiting for each of them when Google fails as a whole.

    After a trouble that concerns every book calls fail at once until a pause is over; then one call tries, and only
    once. After a trouble that may be one book's the next calls go out, but without patience until one succeeds."""

    def __init__(self, clock: Callable[[], float], pause: float = PAUSE) -> None:
        self._clock, self._pause = clock, pause
        self._lock = threading.Lock()
        self._closed: _Closed | None = None
        self._failures = 0

    def refuse(self) -> None:
        """Raise the known trouble while the pause lasts; let one call through after it."""
        with self._lock:
            if not self._closed:
                return
            now, error = self._clock(), self._closed.error
            if now >= self._closed.until:
                self._closed.until = now + self._pause  # the others wait for what this call finds
                return
        raise SourceError(error.trouble, error.name, error.detail, permanent=error.permanent)

    @property
    def doubtful(self) -> bool:
        """Whether the last call came to nothing, so that the next one is a trial."""
        return self._failures > 0

    @property
    def trouble(self) -> Trouble | None:
        """What the calls fail with at present."""
        closed = self._closed
        return closed.error.trouble if closed else None

    def failed(self, diagnosis: Diagnosis, error: SourceError) -> None:
        """A call has come to nothing, its repetitions included."""
        with self._lock:
            if not diagnosis.everybody and diagnosis.trouble is not Trouble.UNAVAILABLE:
                self._open()  # Google answered well; only this book is in trouble
                return
            self._failures += 1
            if diagnosis.everybody or self._failures >= DOUBTS:
                pause = max(self._pause, min(diagnosis.retry_after, LONGEST_PAUSE))
                self._closed = _Closed(self._clock() + pause, error)

    def succeeded(self) -> None:
        with self._lock:
            self._open()

    def _open(self) -> None:
        self._closed, self._failures = None, 0
