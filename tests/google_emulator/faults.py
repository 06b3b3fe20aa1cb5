"""What the emulator was told to do wrong: which answer, to whom, how often or how long. It decides, others act."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.google_emulator.clock import Clock
from tests.google_emulator.quota import exceeded
from tests.google_emulator.state import ApiError

KINDS = ("drive", "sheets-read", "sheets-write", "token")

ERRORS = {  # answered in the shape of the API that was called
    "429": exceeded(),
    "403-rate": ApiError(403, "User Rate Limit Exceeded", "PERMISSION_DENIED", "userRateLimitExceeded", "usageLimits"),
    "403-storage": ApiError(
        403, "The user's Drive storage quota has been exceeded.", "PERMISSION_DENIED", "storageQuotaExceeded",
        "usageLimits",
    ),
    "403": ApiError(403, "The caller does not have permission", "PERMISSION_DENIED", "insufficientFilePermissions"),
    "500": ApiError(500, "Internal error encountered.", "INTERNAL", "internalError"),
    "502": ApiError(502, "Bad Gateway", "UNAVAILABLE", "badGateway"),
    "503": ApiError(503, "The service is currently unavailable.", "UNAVAILABLE", "backendError"),
    "token-expired": ApiError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        "UNAUTHENTICATED", "authError",
    ),
}  # fmt: skip

OTHERS = {
    "reset": "the connection is reset instead of an answer",
    "half": "the answer breaks off in the middle",
    "slow": "the answer comes after `seconds`",
    "fewer": "the last of the tabs, ranges or files asked for is missing from the answer",
    "captive": "a page of the hotel's network instead of an answer, status 200",
    "token-revoked": "the token endpoint answers invalid_grant",
}

USUAL_KINDS = {  # where a fault strikes unless told otherwise; everywhere for the rest
    "403-rate": ("drive",),
    "403-storage": ("drive",),
    "token-expired": ("drive", "sheets-read", "sheets-write"),
    "token-revoked": ("token",),
    "fewer": ("drive", "sheets-read"),
}


@dataclass
class Fault:
    """`html` turns an error into a page of Google's front end; `after` lets the call be carried out first."""

    what: str
    kinds: Collection[str] = KINDS
    file_id: str = ""  # for all when blank
    caller: str = ""  # for all when blank
    times: int | None = None
    until: datetime | None = None
    seconds: float = 0.0
    html: bool = False
    after: bool = False

    def hits(self, kind: str, file_id: str, caller: str, now: datetime) -> bool:
        return (
            kind in self.kinds
            and self.file_id in ("", file_id)
            and self.caller in ("", caller)
            and (self.times is None or self.times > 0)
            and (self.until is None or now < self.until)
        )


class Faults:
    """The faults in force, oldest first; one call meets at most one of them."""

    def __init__(self, clock: Clock) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        self.active: list[Fault] = []

    def add(
        self, what: str, *, kinds: Collection[str] = (), file_id: str = "", caller: str = "", times: int | None = None,
        lasting: float | None = None, seconds: float = 0.0, html: bool = False, after: bool = False,
    ) -> Fault:  # fmt: skip
        """From now on `what` happens: to the next `times` calls, for `lasting` seconds, or until cleared. Raises
        ValueError for a word that is not in ERRORS or OTHERS or a kind that is not in KINDS."""
        if what not in ERRORS and what not in OTHERS:
            raise ValueError(f"no such fault: {what}; there are {', '.join([*ERRORS, *OTHERS])}")
        kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds) or USUAL_KINDS.get(what, KINDS)
        if not set(kinds) <= set(KINDS):
            raise ValueError(f"no such kind of call among {', '.join(kinds)}; there are {', '.join(KINDS)}")
        until = None if lasting is None else self._clock.now() + timedelta(seconds=lasting)
        fault = Fault(what, kinds, file_id, caller, times, until, seconds, html, after)
        with self._lock:
            self.active.append(fault)
        return fault

    def clear(self) -> None:
        with self._lock:
            self.active.clear()

    def take(self, kind: str, file_id: str, caller: str) -> Fault | None:
        """The fault that this call meets; it is counted off."""
        now = self._clock.now()
        with self._lock:
            for fault in self.active:
                if fault.hits(kind, file_id, caller, now):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None
