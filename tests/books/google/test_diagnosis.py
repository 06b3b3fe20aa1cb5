"""What people are told when Google, the network or the clock fails: pure functions, no network."""

from __future__ import annotations

import json
import ssl
from datetime import timedelta
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError, TransportError
from urllib3.exceptions import (
    ConnectTimeoutError,
    IncompleteRead,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
)

from sync_service.books.google.diagnosis import NotAnAnswer, Repeat, in_words, of_exception, of_response
from sync_service.books.google.retrying import Kind, kind_of, next_wait, repeatable
from sync_service.books.source import Trouble

JSON = "application/json; charset=UTF-8"
BOOK = "/v4/spreadsheets/1abc"
SECRET = "ya29.secret"


def response(status: int, body: Any = None, kind: str = JSON, **headers: str) -> requests.Response:
    told = requests.Response()
    told.status_code = status
    told.url = f"https://sheets.googleapis.com/v4/spreadsheets/1abc?access_token={SECRET}"
    told._content = body if isinstance(body, bytes) else json.dumps(body).encode()
    told.headers.update({"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}})
    return told


def sheets(status: int, word: str, message: str, **details: Any) -> requests.Response:
    told = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", **details}] if details else []
    return response(status, {"error": {"code": status, "message": message, "status": word, "details": told}})


def drive(status: int, reason: str, message: str, domain: str = "usageLimits") -> requests.Response:
    errors = [{"domain": domain, "reason": reason, "message": message}]
    return response(status, {"error": {"code": status, "message": message, "errors": errors}})


ANSWERS = [
    (sheets(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric"), Trouble.RATE_LIMITED, Repeat.ALWAYS, True),
    (drive(403, "userRateLimitExceeded", "User Rate Limit Exceeded"), Trouble.RATE_LIMITED, Repeat.ALWAYS, True),
    (sheets(403, "PERMISSION_DENIED", "User Rate Limit Exceeded"), Trouble.RATE_LIMITED, Repeat.ALWAYS, True),
    (drive(403, "sharingRateLimitExceeded", "Sharing limit"), Trouble.RATE_LIMITED, Repeat.NEVER, False),
    (drive(403, "storageQuotaExceeded", "The user's Drive storage quota"), Trouble.NO_STORAGE, Repeat.NEVER, False),
    (drive(403, "insufficientFilePermissions", "No", "global"), Trouble.NOT_SHARED, Repeat.NEVER, False),
    (drive(403, "appNotAuthorizedToFile", "No", "global"), Trouble.NOT_SHARED, Repeat.NEVER, False),
    (sheets(403, "PERMISSION_DENIED", "The caller does not have permission"), Trouble.NOT_SHARED, Repeat.NEVER, False),
    (drive(403, "accessNotConfigured", "Drive API has not been used"), Trouble.API_OFF, Repeat.NEVER, True),
    (sheets(403, "PERMISSION_DENIED", "Sheets", reason="SERVICE_DISABLED"), Trouble.API_OFF, Repeat.NEVER, True),
    (
        sheets(403, "PERMISSION_DENIED", "Scopes", reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        Trouble.NOT_SIGNED_IN, Repeat.NEVER, True,
    ),
    (sheets(401, "UNAUTHENTICATED", "Invalid credentials"), Trouble.NOT_SIGNED_IN, Repeat.NEVER, True),
    (sheets(404, "NOT_FOUND", "Requested entity was not found."), Trouble.MISSING, Repeat.NEVER, False),
    (sheets(400, "INVALID_ARGUMENT", "Invalid requests[0]"), Trouble.REFUSED, Repeat.NEVER, False),
    (sheets(500, "INTERNAL", "Internal error"), Trouble.UNAVAILABLE, Repeat.IF_HARMLESS, False),
    (response(502, b"<html>Bad gateway", "text/html"), Trouble.UNAVAILABLE, Repeat.IF_HARMLESS, False),
    (sheets(503, "UNAVAILABLE", "Unavailable"), Trouble.UNAVAILABLE, Repeat.IF_HARMLESS, False),
    (response(200, b'{"values": [[1, 2', JSON), Trouble.UNAVAILABLE, Repeat.IF_HARMLESS, False),
    (response(200, [1], JSON), Trouble.UNAVAILABLE, Repeat.IF_HARMLESS, False),
    (response(200, b"<html>Wi-Fi", "text/html"), Trouble.OFFLINE, Repeat.ALWAYS, True),
    (response(403, b"<html>Filter", "text/html"), Trouble.OFFLINE, Repeat.ALWAYS, True),
    (response(302, b"", Location="http://wifi.example/?token=" + SECRET), Trouble.OFFLINE, Repeat.ALWAYS, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "trouble", "repeat", "everybody"), ANSWERS, ids=[f"{each[0].status_code}-{each[1]}" for each in ANSWERS]
)
def test_an_answer_is_told_for_what_it_is(
    answer: requests.Response, trouble: Trouble, repeat: Repeat, everybody: bool
) -> None:
    found = of_response(answer)
    assert found is not None
    assert (found.trouble, found.repeat, found.everybody) == (trouble, repeat, everybody)
    assert SECRET not in str(found.error("9А"))


def test_whole_answers_are_good() -> None:
    assert of_response(response(200, {"values": []})) is None
    assert of_response(response(204, b"", "")) is None
    assert of_response(response(200, b"PK", "application/vnd.ms-excel"), media=True) is None
    page = of_response(response(200, b"<html>", "text/html"), media=True)
    assert page is not None
    assert page.trouble is Trouble.OFFLINE


def test_googles_own_words_stand_in_brackets_and_not_too_many_of_them() -> None:
    text = "You are trying to edit a protected cell or object. Please contact the spreadsheet owner. "
    found = of_response(sheets(400, "INVALID_ARGUMENT", f"Invalid requests[0].updateCells: {text}" + "x" * 500))
    assert found is not None
    assert found.trouble is Trouble.PROTECTED
    sentence = str(found.error("9А Журнал"))
    assert "«9А Журнал»" in sentence
    assert "(Invalid requests[0].updateCells: You are trying to edit" in sentence
    assert len(found.detail) == 200


def connection(reason: Exception) -> requests.RequestException:
    return requests.ConnectionError(MaxRetryError(None, f"/v4?access_token={SECRET}", reason))  # type: ignore[arg-type]


def certificate(why: str) -> requests.RequestException:
    text = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {why} (_ssl.c:1006)"
    return requests.exceptions.SSLError(MaxRetryError(None, "/", ssl.SSLCertVerificationError(1, text)))  # type: ignore[arg-type]


HOST: Any = None
EXCEPTIONS = [
    (connection(NameResolutionError("sheets.googleapis.com", HOST, OSError())), Trouble.OFFLINE, "DNS"),
    (connection(NewConnectionError(HOST, "refused")), Trouble.OFFLINE, "соединение"),
    (requests.ConnectTimeout(ConnectTimeoutError()), Trouble.OFFLINE, "не откликается"),
    (requests.exceptions.ProxyError(MaxRetryError(HOST, "/", ProxyError("no", OSError()))), Trouble.OFFLINE, "прокси"),
    (certificate("certificate is not yet valid"), Trouble.WRONG_CLOCK, "не начал действовать"),
    (certificate("certificate has expired"), Trouble.OFFLINE, "часы"),
    (certificate("self-signed certificate in certificate chain"), Trouble.OFFLINE, "подменяет"),
    (requests.exceptions.SSLError("WRONG_VERSION_NUMBER"), Trouble.OFFLINE, "TLS"),
    (requests.exceptions.SSLError("EOF occurred in violation of protocol"), Trouble.UNAVAILABLE, "оборвалась"),
    (OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /x"), Trouble.OFFLINE, "корневых"),
    (requests.ConnectionError(ProtocolError("No", ConnectionResetError(104, "reset"))), Trouble.UNAVAILABLE, "оборв"),
    (requests.ReadTimeout(ReadTimeoutError(HOST, "/", "slow")), Trouble.UNAVAILABLE, "слишком долго"),
    (requests.exceptions.ChunkedEncodingError(IncompleteRead(1, 2)), Trouble.UNAVAILABLE, "не целиком"),
]  # fmt: skip


@pytest.mark.parametrize(("error", "trouble", "words"), EXCEPTIONS, ids=[each[2] for each in EXCEPTIONS])
def test_an_exception_of_a_library_is_told_for_what_it_is(error: Exception, trouble: Trouble, words: str) -> None:
    found = of_exception(error)
    assert (found.trouble, words in found.detail) == (trouble, True)
    assert SECRET not in str(found.error("9А"))
    on_the_way_to_a_token = of_exception(TransportError(error))
    assert on_the_way_to_a_token.trouble is trouble
    assert on_the_way_to_a_token.repeat is not Repeat.IF_HARMLESS  # the call itself has not left


def test_a_failing_token_endpoint_may_always_be_asked_again() -> None:
    found = of_exception(TransportError(NotAnAnswer(response=response(502, b"<html>", "text/html"))))
    assert (found.trouble, found.repeat) == (Trouble.UNAVAILABLE, Repeat.ALWAYS)
    found = of_exception(TransportError(NotAnAnswer(response=response(200, b"<html>", "text/html"))))
    assert found.trouble is Trouble.OFFLINE


def refused(description: str, error: str = "invalid_grant") -> RefreshError:
    return RefreshError(f"{error}: {description}", {"error": error, "error_description": description})


TIMEFRAME = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp "
    "values in the JWT claim."
)


@pytest.mark.parametrize(
    ("error", "skew", "trouble", "words"),
    [
        (refused("Token has been expired or revoked."), 0, Trouble.NOT_SIGNED_IN, "revoked"),
        (refused("Token has been expired or revoked."), 90, Trouble.NOT_SIGNED_IN, "revoked"),
        (refused("Invalid JWT Signature."), 90, Trouble.NOT_SIGNED_IN, "Signature"),
        (refused("Invalid grant: account not found"), 0, Trouble.NOT_SIGNED_IN, "not found"),
        (refused("Unauthorized", "invalid_client"), 90, Trouble.NOT_SIGNED_IN, "invalid_client"),
        (refused(TIMEFRAME), 7, Trouble.WRONG_CLOCK, "часы спешат на 7 мин"),
        (refused(TIMEFRAME), -185, Trouble.WRONG_CLOCK, "часы отстают на 3 ч"),
        (refused(TIMEFRAME), None, Trouble.WRONG_CLOCK, "iat"),
        (refused("Bad Request"), -9, Trouble.WRONG_CLOCK, "отстают на 9 мин"),
        (refused("Bad Request"), 4, Trouble.NOT_SIGNED_IN, "Bad Request"),
        (RefreshError("Not all scopes were granted"), 0, Trouble.NOT_SIGNED_IN, ""),
    ],
)
def test_a_refused_token_is_the_clocks_fault_or_the_accounts(
    error: RefreshError, skew: int | None, trouble: Trouble, words: str
) -> None:
    found = of_exception(error, skew=None if skew is None else timedelta(minutes=skew))
    assert (found.trouble, found.repeat, found.everybody) == (trouble, Repeat.NEVER, True)
    assert words in found.detail


def test_a_wrong_clock_is_told_in_the_unit_that_fits() -> None:
    assert in_words(timedelta(minutes=119)) == "спешат на 119 мин"
    assert in_words(timedelta(hours=-20)) == "отстают на 20 ч"
    assert in_words(timedelta(days=-5844)) == "отстают на 5844 дн."


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ({"Retry_After": "17"}, 17),
        ({"Retry_After": "soon"}, 0),
        ({}, 0),
        ({"Retry_After": "Mon, 05 Oct 2026 08:00:30 GMT", "Date": "Mon, 05 Oct 2026 08:00:00 GMT"}, 30),
        ({"Retry_After": "Mon, 05 Oct 2026 07:00:00 GMT", "Date": "Mon, 05 Oct 2026 08:00:00 GMT"}, 0),
    ],
)
def test_google_may_ask_for_a_wait(asked: dict[str, str], seconds: float) -> None:
    found = of_response(response(503, {}, **asked))
    assert found is not None
    assert found.retry_after == seconds
    wait = next_wait(found, 1, harmless=True, spent=0, patience=40)
    assert wait is not None
    assert wait >= seconds
    assert next_wait(found, 1, harmless=True, spent=40, patience=40) is None
    assert next_wait(found, 1, harmless=False, spent=0, patience=40) is None


READING = [
    ("GET", f"{BOOK}"), ("GET", f"{BOOK}/values/A1%3AD4"), ("GET", f"{BOOK}/values:batchGet"),
    ("POST", f"{BOOK}:getByDataFilter"), ("POST", f"{BOOK}/values:batchGetByDataFilter"),
    ("POST", f"{BOOK}/developerMetadata:search"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), READING)
def test_what_reads_is_counted_as_reading_and_may_be_repeated(method: str, path: str) -> None:
    assert kind_of(method, path) is Kind.READ
    assert repeatable(method, path, {"dataFilters": []})


@pytest.mark.parametrize(
    ("method", "path", "requests", "again"),
    [
        ("POST", f"{BOOK}:batchUpdate", ["updateCells", "setDataValidation"], True),
        ("POST", f"{BOOK}:batchUpdate", ["updateCells", "addSheet"], False),
        ("POST", f"{BOOK}:batchUpdate", ["createDeveloperMetadata"], False),
        ("POST", f"{BOOK}:batchUpdate", ["insertDimension"], False),
        ("POST", f"{BOOK}:batchUpdate", ["deleteProtectedRange"], False),
        ("POST", f"{BOOK}:batchUpdate", ["somethingNew"], False),
        ("POST", f"{BOOK}:batchUpdate", [], False),
        ("PUT", f"{BOOK}/values/A1", [], True),
        ("POST", f"{BOOK}/values:batchUpdate", [], True),
        ("POST", f"{BOOK}/values/A1:clear", [], True),
        ("POST", f"{BOOK}/values/A1:append", [], False),
        ("POST", "/v4/spreadsheets", [], False),
        ("POST", f"{BOOK}/sheets/0:copyTo", [], False),
    ],
)
def test_only_what_sets_may_be_written_twice(method: str, path: str, requests: list[str], again: bool) -> None:
    assert kind_of(method, path) is Kind.WRITE
    assert repeatable(method, path, {"requests": [{name: {}} for name in requests]}) is again


@pytest.mark.parametrize(
    ("method", "path", "again"),
    [
        ("GET", "/drive/v3/changes", True),
        ("PATCH", "/drive/v3/files/1abc", True),
        ("POST", "/drive/v3/files", False),
        ("POST", "/drive/v3/files/1abc/permissions", False),
        ("DELETE", "/drive/v3/files/1abc/permissions/2", False),
        ("POST", "/upload/drive/v3/files", False),
        ("PATCH", "/upload/drive/v3/files/1abc", False),
    ],
)
def test_nothing_is_created_or_shared_twice_on_the_disk(method: str, path: str, again: bool) -> None:
    assert kind_of(method, path) is Kind.DRIVE
    assert repeatable(method, path, None) is again


def test_nobody_waits_long_for_a_network_that_is_not_there() -> None:
    found = of_exception(EXCEPTIONS[0][0])
    assert next_wait(found, 1, harmless=False, spent=0, patience=90) is not None
    assert next_wait(found, 1, harmless=True, spent=10, patience=90) is None
