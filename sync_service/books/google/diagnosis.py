"""What has gone wrong between us and Google: pure functions from an answer or an exception to a SourceError.

Only this is ever quoted: names of hosts, and Google's own sentence from a JSON error. Never an address with its
parameters, a header or a token.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from google.auth.exceptions import GoogleAuthError, RefreshError
from requests import exceptions as failed

from sync_service.books.source import SourceError, Trouble

NO_CONTENT = 204
CLOCK_TOLERANCE = timedelta(minutes=5)
QUOTED = 200  # characters of Google's sentence


class Repeat(Enum):
    """Whether asking again can help, and whether it can harm."""

    NEVER = "never"
    IF_HARMLESS = "if_harmless"  # the call may have had its effect though its answer is lost
    ALWAYS = "always"  # the call was refused, or has not even left


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong. `everybody`: the next book would meet the same. `retry_after`: seconds Google asks us to wait."""

    trouble: Trouble
    detail: str = ""
    repeat: Repeat = Repeat.NEVER
    everybody: bool = False
    retry_after: float = 0.0

    def error(self, name: str) -> SourceError:
        """The same for people, about the book `name`."""
        return SourceError(self.trouble, name, self.detail)


class NotAnAnswer(requests.RequestException):
    """The server spoke, but not as an interface of Google does; carries the response."""


def is_answer(response: requests.Response, *, media: bool = False) -> bool:
    """Whether Google's interface itself said something final: JSON, no failure of the server, no redirection.

    `media`: the content of a file was asked for, which is anything but a page."""
    if response.is_redirect or response.status_code >= 500:
        return False
    if response.status_code == NO_CONTENT:
        return True
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (media and response.ok and kind != "text/html")


def server_time(response: requests.Response) -> datetime | None:
    """What the server's clock says, in UTC."""
    return _http_date(response.headers.get("Date", ""))


def of_response(response: requests.Response, *, media: bool = False) -> Diagnosis | None:
    """What is wrong with an answer; None for a good one: whole, and JSON unless it is the content of a file."""
    if response.ok and is_answer(response, media=media):
        return None if media or response.status_code == NO_CONTENT or _is_object(response) else half_an_answer()
    status, wait = response.status_code, _retry_after(response)
    if status >= 500:
        return Diagnosis(Trouble.UNAVAILABLE, f"ответ {status}", Repeat.IF_HARMLESS, retry_after=wait)
    if status == 429:
        return Diagnosis(Trouble.RATE_LIMITED, "", Repeat.ALWAYS, everybody=True, retry_after=wait)
    if status == 408:
        return Diagnosis(Trouble.UNAVAILABLE, f"ответ {status}", Repeat.IF_HARMLESS)
    if not is_answer(response):
        return _portal(response)
    return _refusal(status, _Refusal.of(response), wait)


def of_exception(error: BaseException, *, skew: timedelta | None = None) -> Diagnosis:
    """What an exception of requests, urllib3 or google-auth means.

    `skew`: our clock minus the server's, if it is known."""
    if isinstance(error, RefreshError):
        return _not_signed_in(error, skew)
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, failed.RequestException) and cause.response is not None:
            found = of_response(cause.response)
            return _before_the_call(found or half_an_answer(), error)
    for told in (_network, _broken):
        for cause in causes:
            if found := told(cause):
                return _before_the_call(found, error)
    return _before_the_call(Diagnosis(Trouble.UNAVAILABLE, type(error).__name__, Repeat.IF_HARMLESS), error)


def half_an_answer() -> Diagnosis:
    return Diagnosis(Trouble.UNAVAILABLE, "ответ пришёл не целиком", Repeat.IF_HARMLESS)


def in_words(skew: timedelta) -> str:
    """«спешат на 7 мин», «отстают на 3 ч»; our clock minus the server's."""
    minutes = round(abs(skew).total_seconds() / 60)
    if minutes < 120:
        amount = f"{minutes} мин"
    elif minutes < 48 * 60:
        amount = f"{round(minutes / 60)} ч"
    else:
        amount = f"{round(minutes / 60 / 24)} дн."
    return f"{'спешат' if skew > timedelta() else 'отстают'} на {amount}"


# -- answers ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Google's error body, in either of its two shapes."""

    message: str
    reasons: frozenset[str]

    @classmethod
    def of(cls, response: requests.Response) -> _Refusal:
        try:
            body = response.json()
        except ValueError:
            body = None
        error = body.get("error") if isinstance(body, Mapping) else None
        if not isinstance(error, Mapping):
            return cls(error if isinstance(error, str) else "", frozenset())
        told = [*_mappings(error.get("errors")), *_mappings(error.get("details"))]
        reasons = frozenset(str(part["reason"]) for part in told if part.get("reason"))
        message = str(error.get("message") or "")
        if not reasons and "rate limit exceeded" in message.lower():  # Sheets does not always give the reason apart
            reasons = frozenset(["rateLimitExceeded"])
        return cls(message, reasons)

    @property
    def quoted(self) -> str:
        text = " ".join(self.message.split())
        return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"


_TOO_OFTEN = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "quotaExceeded"}
_TOO_MUCH_TODAY = {"dailyLimitExceeded", "sharingRateLimitExceeded"}
_NO_ROOM = {"storageQuotaExceeded", "teamDriveFileLimitExceeded", "numChildrenInNonRootLimitExceeded"}
_OFF = {"accessNotConfigured", "SERVICE_DISABLED", "CONSUMER_INVALID", "BILLING_DISABLED", "USER_PROJECT_DENIED"}
_NARROW = {"insufficientScopes", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}


def _refusal(status: int, refusal: _Refusal, wait: float) -> Diagnosis:
    reasons, quoted = refusal.reasons, refusal.quoted
    match status:
        case 401:
            return Diagnosis(Trouble.NOT_SIGNED_IN, quoted, everybody=True)
        case 403 if reasons & _TOO_OFTEN:
            return Diagnosis(Trouble.RATE_LIMITED, "", Repeat.ALWAYS, everybody=True, retry_after=wait)
        case 403 if reasons & _TOO_MUCH_TODAY:
            return Diagnosis(Trouble.RATE_LIMITED, quoted)
        case 403 if reasons & _NO_ROOM:
            return Diagnosis(Trouble.NO_STORAGE, quoted)
        case 403 if reasons & _OFF:
            return Diagnosis(Trouble.API_OFF, quoted, everybody=True)
        case 403 if reasons & _NARROW:
            return Diagnosis(Trouble.NOT_SIGNED_IN, quoted, everybody=True)
        case 403:
            return Diagnosis(Trouble.NOT_SHARED, quoted)
        case 404 | 410:
            return Diagnosis(Trouble.MISSING, "в Google такого файла нет, или он закрыт для программы")
        case 400 if "protected cell" in refusal.message:
            return Diagnosis(Trouble.PROTECTED, quoted)
    return Diagnosis(Trouble.REFUSED, quoted or f"ответ {status}")


def _is_object(response: requests.Response) -> bool:
    try:
        body = response.json()
    except ValueError:
        return False
    response.json = lambda: body  # type: ignore[method-assign,misc] - a book is megabytes: whoever asked needs no second
    return isinstance(body, dict)


def _portal(response: requests.Response) -> Diagnosis:
    """A page for people where an answer for programs should be: a café's sign-in page, a school's filter."""
    host = urlsplit(response.headers.get("Location", "") if response.is_redirect else response.url).hostname
    where = f"вместо ответа пришла чужая страница с {host}" if host else "вместо ответа пришла чужая страница"
    return Diagnosis(
        Trouble.OFFLINE, f"{where}: сеть требует входа через браузер или закрывает Google", Repeat.ALWAYS, True
    )


def _retry_after(response: requests.Response) -> float:
    """Seconds, from either form of the header; 0.0 if there is none."""
    told = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,6}(\.\d+)?", told):
        return float(told)
    until, now = _http_date(told), server_time(response)
    return max(0.0, (until - now).total_seconds()) if until and now else 0.0


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _mappings(parts: Any) -> list[Mapping[str, Any]]:
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []


# -- exceptions ------------------------------------------------------------------------------------------------------


def _not_signed_in(error: RefreshError, skew: timedelta | None) -> Diagnosis:
    """The token endpoint's refusal, as OAuth puts it: error and error_description."""
    body = next(iter(_mappings(list(error.args))), {})
    kind, text = str(body.get("error") or ""), " ".join(str(body.get("error_description") or "").split())
    in_time = re.search(r"\b(iat|exp|nbf)\b|timeframe|too early|used too late|short-lived", text)
    about_the_key = re.search(r"revoked|signature|not found|disabled|deleted", text, re.IGNORECASE)
    far_off = skew is not None and abs(skew) > CLOCK_TOLERANCE
    if kind == "invalid_grant" and (in_time or (far_off and not about_the_key)):
        detail = f"часы {in_words(skew)}" if skew is not None and far_off else text[:QUOTED]
        return Diagnosis(Trouble.WRONG_CLOCK, detail, everybody=True)
    detail = f"{kind}: {text}"[:QUOTED] if text else kind
    return Diagnosis(Trouble.NOT_SIGNED_IN, detail, everybody=True)


def _network(cause: BaseException) -> Diagnosis | None:
    """No connection came about: nothing has left."""
    match cause:
        case failed.InvalidProxyURL() | failed.ProxyError() | urllib3.exceptions.ProxyError():
            detail = "прокси не отвечает: проверьте его настройку в системе"
        case urllib3.exceptions.NameResolutionError():
            detail = "имя сервера не находится, DNS"
        case urllib3.exceptions.NewConnectionError():
            detail = "соединение не устанавливается"
        case failed.ConnectTimeout() | urllib3.exceptions.ConnectTimeoutError():
            detail = "сервер не откликается"
        case _ if "CERTIFICATE_VERIFY_FAILED" in str(cause):
            return _certificate(str(cause))
        case failed.SSLError() if "EOF" not in str(cause) and "reset" not in str(cause):
            return Diagnosis(Trouble.OFFLINE, "не удаётся защищённое соединение, TLS", Repeat.ALWAYS, everybody=True)
        case OSError() if "CA certificate bundle" in str(cause):
            return Diagnosis(Trouble.OFFLINE, "в системе не найден файл корневых сертификатов, TLS", everybody=True)
        case _:
            return None
    return Diagnosis(Trouble.OFFLINE, detail, Repeat.ALWAYS, everybody=True)


def _certificate(text: str) -> Diagnosis:
    if "not yet valid" in text:  # the clearest witness of a computer whose battery is empty
        return Diagnosis(Trouble.WRONG_CLOCK, "по ним сертификат Google ещё не начал действовать", everybody=True)
    if "has expired" in text:
        return Diagnosis(Trouble.OFFLINE, "сертификат сервера просрочен, TLS: верны ли часы?", everybody=True)
    return Diagnosis(
        Trouble.OFFLINE, "сертификат сервера чужой, TLS: его подменяет фильтр или антивирус сети", everybody=True
    )


def _broken(cause: BaseException) -> Diagnosis | None:
    """A connection was there; what became of the call nobody knows."""
    match cause:
        case failed.ReadTimeout() | urllib3.exceptions.ReadTimeoutError() | TimeoutError():
            detail = "ответа нет слишком долго"
        case urllib3.exceptions.IncompleteRead() | failed.ChunkedEncodingError() | failed.ContentDecodingError():
            return half_an_answer()
        case failed.ConnectionError() | failed.SSLError() | urllib3.exceptions.ProtocolError() | ConnectionError():
            detail = "связь оборвалась"
        case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH | errno.ENETDOWN):
            return Diagnosis(Trouble.OFFLINE, "сети нет", Repeat.ALWAYS, everybody=True)
        case _:
            return None
    return Diagnosis(Trouble.UNAVAILABLE, detail, Repeat.IF_HARMLESS)


def _before_the_call(found: Diagnosis, error: BaseException) -> Diagnosis:
    """google-auth's own exceptions tell of the token, which is fetched before the call: repeating cannot harm it."""
    if isinstance(error, GoogleAuthError) and found.repeat is Repeat.IF_HARMLESS:
        return Diagnosis(found.trouble, found.detail, Repeat.ALWAYS, found.everybody, found.retry_after)
    return found


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything wrapped in it: the libraries pass the original on as argument, reason or cause."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
