"""What the emulator answers: each path to the side that knows it, faults and quota on the way, errors as Google's.

No path leads to an exception: what is not understood is an error of the caller, 400, in JSON."""

from __future__ import annotations

import base64
import json
import re
import threading
import traceback
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.google_emulator import drive, oauth
from tests.google_emulator.clock import Clock
from tests.google_emulator.faults import ERRORS, Fault, Faults
from tests.google_emulator.quota import Quota
from tests.google_emulator.state import ApiError, Call, Json, State
from tests.google_emulator.wire import Answer, Request

VERBS = frozenset(
    ("append", "clear", "batchGet", "batchUpdate", "batchClear", "batchGetByDataFilter", "batchUpdateByDataFilter",
     "batchClearByDataFilter", "getByDataFilter", "search", "copyTo")
)  # fmt: skip
READING_VERBS = frozenset(["getByDataFilter", "batchGetByDataFilter", "search"])  # they come by POST all the same
CONSENT_PAGE = "/o/oauth2/auth"
CAPTIVE_PORTAL = (
    b"<!DOCTYPE html><html><head><title>Welcome to the network</title></head>"
    b"<body><form action='/login'>Sign in to use the internet</form></body></html>"
)


@dataclass(frozen=True)
class Logged:
    """A call that was answered; status 0 is a connection that was reset."""

    at: datetime
    kind: str  # drive, sheets-read, sheets-write, token
    method: str
    path: str
    status: int
    caller: str


class Api:
    """The API side of one emulator: Sheets, Drive, tokens, consent. Tests reach its parts through the Emulator."""

    def __init__(self, state: State, clock: Clock, owner: str) -> None:
        self.state, self.clock = state, clock
        self.faults, self.quota = Faults(clock), Quota()
        self.calls: list[Logged] = []
        self.owner = owner  # whom the consent page takes its visitor for, unless login_hint names somebody
        self.consents = True  # what a person says there
        self.stopped = threading.Event()

    @staticmethod
    def knows(path: str) -> bool:
        return path.startswith(("/v4/spreadsheets", "/drive/", "/upload/drive/")) or path in ("/token", CONSENT_PAGE)

    def answer(self, request: Request) -> Answer:
        """Answer a request whose path is known here; never an exception for what a caller may send."""
        if request.target.path == CONSENT_PAGE:
            return self._consent(request)
        return self._logged(request)

    def _logged(self, request: Request) -> Answer:
        call, kind = _taken_apart(request, self.clock.now())
        with self.state.lock:
            caller = oauth.caller(self.state, request.headers.get("Authorization", ""), call.now)
        call = replace(call, caller=caller)
        fault = self.faults.take(kind, _file_of(call), caller)
        answer = self._with_fault(request, call, kind, fault)
        status = 0 if answer.broken == "reset" else answer.status
        self.calls.append(Logged(call.now, kind, call.method, request.target.path, status, caller))
        return answer

    def _with_fault(self, request: Request, call: Call, kind: str, fault: Fault | None) -> Answer:
        if fault is None:
            return self._carried_out(request, call, kind)
        if fault.seconds:
            self.stopped.wait(fault.seconds)
        if fault.after or fault.what in ("slow", "half", "fewer"):
            answer = self._carried_out(request, call, kind, fewer=fault.what == "fewer")
            if fault.what in ("slow", "fewer"):
                return answer
            if fault.what == "half":
                return Answer(answer.status, answer.body, answer.content_type, answer.headers, "half")
        if fault.what == "reset":
            return Answer(broken="reset")
        if fault.what == "captive":
            return Answer(200, CAPTIVE_PORTAL, "text/html; charset=utf-8")
        if fault.what == "token-revoked":
            return _refusal(oauth.Refused("invalid_grant", "Token has been expired or revoked."))
        return error_answer(ERRORS[fault.what], kind, html=fault.html)

    def _carried_out(self, request: Request, call: Call, kind: str, *, fewer: bool = False) -> Answer:
        try:
            with self.state.lock:
                if kind == "token":
                    return self._token(request, call.now)
                if not call.caller:
                    raise ERRORS["token-expired"]
                self.quota.take(kind, call.caller, call.now)
                told = self._told(request, call, kind)
                if isinstance(told, drive.Media):
                    return Answer(200, told.content, told.mime_type)
                if told is None:
                    return Answer(204)
                return json_answer(_with_fewer(told) if fewer else told, request)
        except ApiError as error:
            return error_answer(error, kind)
        except Exception as error:
            return error_answer(not_understood(error), kind)

    def _told(self, request: Request, call: Call, kind: str) -> Json | drive.Media | None:
        media = None
        if kind == "drive" and call.path[0] == "upload":
            said, media = _upload(request)
        else:
            said = json_of(request.body) if request.body else None
        call = replace(call, body=said)
        if kind == "drive":
            return drive.answer(self.state, call, media)
        from tests.google_emulator import sheets  # noqa: PLC0415 - the two sides know each other

        return sheets.answer(self.state, call)

    def _token(self, request: Request, now: datetime) -> Answer:
        try:
            form = dict(parse_qsl(request.body.decode()))
            scheme, _, packed = request.headers.get("Authorization", "").partition(" ")
            if scheme == "Basic":  # how oauthlib says which client it is
                form["client_id"], _, form["client_secret"] = base64.b64decode(packed).decode().partition(":")
            return json_answer(oauth.token(self.state, form, now, self.clock.google()), request)
        except oauth.Refused as refused:
            return _refusal(refused)

    def _consent(self, request: Request) -> Answer:
        query = {name: values[-1] for name, values in request.query.items()}
        try:
            with self.state.lock:
                location = oauth.consent(self.state, query, self.owner, self.consents)
        except oauth.Refused as refused:
            return Answer(400, f"<h1>400</h1><p>{refused.error}: {refused}</p>".encode(), "text/html; charset=utf-8")
        return Answer(302, headers={"Location": location})


def json_answer(told: Any, request: Request | None = None, status: int = 200) -> Answer:
    pretty = request is not None and request.query.get("prettyPrint", ["true"])[-1].lower() != "false"
    layout: dict[str, Any] = {"indent": 2} if pretty else {"separators": (",", ":")}
    return Answer(status, json.dumps(told, ensure_ascii=False, **layout).encode())


def error_answer(error: ApiError, kind: str, *, html: bool = False) -> Answer:
    """An error in the shape of the API that was called, or as a page of the front end."""
    if html:
        page = f"<!DOCTYPE html><html><title>Error {error.status}</title><p>{error.message}</p></html>"
        return Answer(error.status, page.encode(), "text/html; charset=UTF-8")
    said: Json = {"code": error.status, "message": error.message}
    if kind == "drive":
        said["errors"] = [{"message": error.message, "domain": error.domain, "reason": error.reason or "badRequest"}]
    if kind != "drive" or error.status in (401, 429):
        said["status"] = error.code
    headers = {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'}
    body = json.dumps({"error": said}, ensure_ascii=False, indent=2).encode()
    return Answer(error.status, body, headers=headers if error.status == 401 else {})


def not_understood(error: Exception) -> ApiError:
    """What nobody foresaw is the caller's mistake, or ours: then the traceback helps."""
    traceback.print_exception(error)
    message = f"The emulator could not make sense of this request: {type(error).__name__}: {error}"
    return ApiError(400, message, "INVALID_ARGUMENT", "badRequest")


def _refusal(refused: oauth.Refused) -> Answer:
    status = 401 if refused.error == "invalid_client" else 400
    return json_answer({"error": refused.error, "error_description": str(refused)}, status=status)


def _taken_apart(request: Request, now: datetime) -> tuple[Call, str]:
    """The path is split before it is decoded, the verb comes off last; the body is left for later."""
    segments = request.target.path.strip("/").split("/")
    last, colon, verb = segments[-1].rpartition(":")
    if colon and verb in VERBS:
        segments[-1] = last
    else:
        verb = ""
    path = tuple(unquote(each) for each in segments)
    call = Call(request.method, path, verb, request.query, None, "", now)
    if path == ("token",):
        return call, "token"
    if path[0] != "v4":
        return call, "drive"
    return call, "sheets-read" if request.method == "GET" or verb in READING_VERBS else "sheets-write"


def _file_of(call: Call) -> str:
    """The id that a path names, "" for none."""
    at = {"v4": 2, "drive": 3, "upload": 4}.get(call.path[0], 9)
    return call.path[at] if len(call.path) > at else ""


def json_of(content: bytes) -> Any:
    """Raises ApiError 400."""
    try:
        return json.loads(content)
    except ValueError as error:
        message = f"Invalid JSON payload received. {error}"
        raise ApiError(400, message, "INVALID_ARGUMENT", "parseError") from error


def _upload(request: Request) -> tuple[Any, drive.Media]:
    """Metadata and content of an upload: one after the other in «multipart», content alone in «media»."""
    way = request.query.get("uploadType", [""])[-1]
    header = request.headers.get("Content-Type", "")
    if way == "media":
        return None, drive.Media(request.body, header)
    boundary = re.search(r'boundary="?([^";]+)"?', header)
    if way != "multipart" or boundary is None:
        raise ApiError(400, f"The emulator does not know uploadType={way}", "INVALID_ARGUMENT", "badRequest")
    parts = re.split(rb"\r?\n--" + re.escape(boundary[1].encode()), b"\n" + request.body)[1:-1]
    if len(parts) != 2:
        raise ApiError(400, "Missing end boundary in multipart body.", "INVALID_ARGUMENT", "badContent")
    heads, contents = zip(*(re.split(rb"\r?\n\r?\n", part, maxsplit=1) for part in parts), strict=True)
    kind = re.search(rb"content-type:\s*([^\r\n]+)", heads[1], re.IGNORECASE)
    return json_of(contents[0]), drive.Media(contents[1], kind[1].decode() if kind else "application/octet-stream")


def _with_fewer(told: Json) -> Json:
    lists = ("valueRanges", "sheets", "files", "changes", "matchedDeveloperMetadata")
    return {**told, **{name: told[name][:-1] for name in lists if told.get(name)}}
