"""gspread's client with one method of its own: every call to Google is counted, bounded in time, repeated where that
is harmless, and comes back as a whole answer or as a SourceError.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import gspread.http_client
import requests
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession, Request

from sync_service.books.google import diagnosis
from sync_service.books.google.diagnosis import Diagnosis, NotAnAnswer, Repeat
from sync_service.books.google.quota import Quota, QuotaSpent
from sync_service.books.google.retrying import Circuit, Kind, kind_of, next_wait, repeatable
from sync_service.books.source import SourceError, Trouble

TIMEOUT = (5.0, 60.0)  # seconds to connect, and between two pieces of an answer
PATIENCE = 90.0
SHORTEST_READ = 1.0
OK = "ok"
GOOGLE = "Google"  # whom an error is about: callers know which book they asked for

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counted:
    """What has been asked of Google so far. Keys are (Kind, outcome); an outcome is "ok" or a Trouble."""

    calls: Mapping[tuple[str, str], int]
    seconds: Mapping[tuple[str, str], float]
    waited: float  # seconds, for the quota and between repetitions

    def total(self, kind: Kind) -> int:
        """Calls of this kind, whatever became of them."""
        return sum(number for (of_kind, _), number in self.calls.items() if of_kind == kind)


@dataclass
class Metrics:
    """Counts every call, each repetition too; threads may share it."""

    _calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    _seconds: defaultdict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    _waited: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def called(self, kind: Kind, outcome: str, seconds: float) -> None:
        with self._lock:
            self._calls[kind, outcome] += 1
            self._seconds[kind, outcome] += seconds

    def waited(self, seconds: float) -> None:
        with self._lock:
            self._waited += seconds

    def snapshot(self) -> Counted:
        with self._lock:
            return Counted(dict(self._calls), dict(self._seconds), self._waited)


class _Failed(Exception):
    """One try came to nothing."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        self.diagnosis = diagnosis
        super().__init__(diagnosis.trouble)


class GoogleClient(gspread.http_client.HTTPClient):
    """All methods of gspread's HTTPClient, each over `request` below. One per thread; the quota may be shared."""

    session: AuthorizedSession

    def __init__(
        self,
        credentials: Credentials,
        *,
        quota: Quota,
        api: str = "",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        timeout: tuple[float, float] = TIMEOUT,
        patience: float = PATIENCE,
        reload: Callable[[], Credentials] | None = None,
    ) -> None:
        """`api`: scheme and host to ask instead of Google's; `patience`: seconds for one call with its repetitions;
        `reload` gives fresh credentials after Google has refused the old ones: somebody may have signed in anew."""
        self._tokens = requests.Session()
        self._tokens.hooks["response"].append(self._hook())
        session = AuthorizedSession(credentials, auth_request=Request(self._tokens))
        session.headers.update({"Accept-Encoding": "gzip", "User-Agent": "journal-service (gzip)"})
        super().__init__(credentials, session)
        self.set_timeout(timeout)
        self.quota, self.metrics = quota, Metrics()
        self.server_time: datetime | None = None  # of the last answer
        self.clock_error: timedelta | None = None  # ours minus the server's, at the last answer
        self._api = urlsplit(api)
        self._clock, self._sleep, self._now = clock, sleep, now
        self._timeout, self._patience, self._reload = timeout, patience, reload
        self._circuit = Circuit(clock)

    def request(
        self,
        method: str,
        endpoint: str,
        params: MutableMapping[str, Any] | None = None,
        data: Any = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> requests.Response:
        """A good answer, whole, its JSON an object; else SourceError, and nothing else, within `patience` and the
        time of one answer."""
        method, path = method.upper(), urlsplit(endpoint).path
        kind, harmless = kind_of(method, path), repeatable(method, path, json)
        media = (params or {}).get("alt") == "media" or path.endswith("/export")
        if not media:
            params = {**(params or {}), "prettyPrint": "false"}
        self._circuit.refuse()
        self._renew_credentials()
        start, patience = self._clock(), 0.0 if self._circuit.doubtful else self._patience
        call = {
            "method": method,
            "url": self._address(endpoint),
            "params": params,
            "data": data,
            "json": json,
            "files": files,
            "headers": headers,
            "allow_redirects": media,  # an interface does not redirect, a portal does
        }
        attempt = 0
        while True:
            attempt += 1
            self._take_token(kind, start)
            timeout = self._timeout_after(self._clock() - start)
            try:
                response = self._ask(kind, media, {**call, "timeout": timeout})
            except _Failed as failed:
                found, cause = failed.diagnosis, failed.__cause__
            else:
                self._circuit.succeeded()
                return response
            wait = next_wait(found, attempt, harmless=harmless, spent=self._clock() - start, patience=patience)
            if wait is None:
                error = found.error(GOOGLE)
                self._circuit.failed(found, error)
                raise error from cause
            _logger.info("%s %s: %s; again in %.1f s", kind, method, found.trouble, wait)
            self.metrics.waited(wait)
            self._sleep(wait)

    def close(self) -> None:
        """Let go of the connections; the next call opens new ones."""
        self.session.close()
        self._tokens.close()

    def _ask(self, kind: Kind, media: bool, call: Mapping[str, Any]) -> requests.Response:
        """One try. Raises _Failed, from the exception that told it, if one did."""
        began, outcome = self._clock(), OK
        try:
            response: requests.Response = self.session.request(**call)
            if diagnosis.is_answer(response, media=media):
                self._look_at_the_clock(response)
            if found := diagnosis.of_response(response, media=media):
                outcome = found.trouble
                raise _Failed(found)
        except (requests.RequestException, GoogleAuthError, OSError) as error:
            found = diagnosis.of_exception(error, skew=self.clock_error)
            outcome = found.trouble
            raise _Failed(found) from error
        finally:
            self.metrics.called(kind, outcome, self._clock() - began)
        return response

    def _take_token(self, kind: Kind, start: float) -> None:
        bucket = {Kind.READ: self.quota.reads, Kind.WRITE: self.quota.writes, Kind.DRIVE: self.quota.drive}[kind]
        try:
            self.metrics.waited(bucket.take(max(0.0, start + self._patience - self._clock())))
        except QuotaSpent as spent:
            raise SourceError(
                Trouble.RATE_LIMITED, GOOGLE, f"свой запас запросов исчерпан, ещё {spent.wait:.0f} с"
            ) from spent

    def _renew_credentials(self) -> None:
        if self._reload and self._circuit.trouble in {Trouble.NOT_SIGNED_IN, Trouble.WRONG_CLOCK}:
            try:
                self.session.credentials = self._reload()
            except SourceError as error:
                raise SourceError(Trouble.NOT_SIGNED_IN, GOOGLE, f"{error.name}: {error.detail}") from error

    def _timeout_after(self, spent: float) -> tuple[float, float]:
        connect, read = self._timeout
        return connect, min(read, max(SHORTEST_READ, self._patience - spent))

    def _address(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        if not self._api.netloc:
            return endpoint
        return urlunsplit((self._api.scheme, self._api.netloc, parts.path, parts.query, ""))

    def _look_at_the_clock(self, response: requests.Response) -> None:
        if told := diagnosis.server_time(response):
            self.server_time, self.clock_error = told, self._now() - told

    def _hook(self) -> Callable[..., None]:
        """What the token's answers pass through: google-auth would take a portal's page for a token, and would sleep
        through failures by itself."""

        # a function, not a method: google-auth copies its session for a thread, and a method would copy the client
        def judge(response: requests.Response, **options: Any) -> None:
            _ = response.content  # read to its end, it gives its connection back
            if (found := diagnosis.of_response(response)) and found.repeat is not Repeat.NEVER:
                raise NotAnAnswer(response=response)
            self._look_at_the_clock(response)

        return judge
