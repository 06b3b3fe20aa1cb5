"""Who we are to Google: one JSON file, of a person who consented once or of a service account, and how to get it.

Nothing of its content ever reaches a message or a log.
"""

from __future__ import annotations

import json
import os
import secrets
import time
import webbrowser
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from google.auth.credentials import Credentials
from google.oauth2 import credentials as of_person
from google.oauth2 import service_account
from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2 import OAuth2Error

from sync_service.books.google import diagnosis
from sync_service.books.google.client import GoogleClient
from sync_service.books.google.quota import Quota
from sync_service.books.source import SourceError, Trouble
from sync_service.config import ConfigError

# A person lets the program at the files it has made itself and at no other of theirs.
PERSON_SCOPES = ("https://www.googleapis.com/auth/drive.file",)
# A service account has no files: it sees exactly what people share with it.
SERVICE_SCOPES = ("https://www.googleapis.com/auth/drive", "https://www.googleapis.com/auth/spreadsheets")
PERSON, SERVICE_ACCOUNT = "authorized_user", "service_account"
_NEEDED = {
    PERSON: ("client_id", "client_secret", "refresh_token"),
    SERVICE_ACCOUNT: ("client_email", "private_key", "token_uri"),
}
_TOKEN_URI = "https://oauth2.googleapis.com/token"
_ABOUT = "https://www.googleapis.com/drive/v3/about"
_CONSENT_WITHIN = 600  # seconds
_EMAIL_WITHIN = 10.0


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """Under whose name the program works. `limit` and `used` are bytes of Drive; None: no limit is told."""

    email: str
    name: str
    kind: str  # PERSON or SERVICE_ACCOUNT
    limit: int | None
    used: int


def load_credentials(path: Path, *, api: str = "") -> Credentials:
    """The credentials of a file, told apart by its "type". No call is made.

    Raises SourceError WRONG_KEY_FILE that says what the file is instead."""
    info = _read(path)
    match info.get("type"):
        case str(kind) if kind in _NEEDED:
            pass
        case None if {"installed", "web"} & info.keys():
            raise _wrong(path, "это файл приложения, client_secret: с ним вход только начинается")
        case None:
            raise _wrong(path, "это не файл входа: в нём нет поля type")
        case kind:
            raise _wrong(path, f"вход вида «{str(kind)[:40]}» программа не знает")
    if missing := [key for key in _NEEDED[kind] if not (isinstance(info.get(key), str) and info[key])]:
        raise _wrong(path, f"в нём нет {', '.join(missing)}: возможно, он сохранён не целиком")
    token_uri = info.get("token_uri") or _TOKEN_URI
    if not _private(token_uri):
        raise _wrong(path, "адрес token_uri в нём не защищён: нужен https")
    if kind == PERSON:
        return of_person.Credentials(
            token=None,
            refresh_token=info["refresh_token"],
            token_uri=token_uri,
            client_id=info["client_id"],
            client_secret=info["client_secret"],
            scopes=PERSON_SCOPES,
            account=str(info.get("account", "")),
        )
    of_service = _ServiceElsewhere if api else service_account.Credentials
    try:
        return of_service.from_service_account_info(info, scopes=SERVICE_SCOPES)
    except ValueError as error:
        raise _wrong(path, "закрытый ключ в нём испорчен") from error


def kind_of(credentials: Credentials) -> str:
    """PERSON or SERVICE_ACCOUNT."""
    return SERVICE_ACCOUNT if isinstance(credentials, service_account.Credentials) else PERSON


def signed_in_as(path: Path) -> str:
    """The e-mail of the person whose consent a file keeps; "" if it keeps none or does not tell."""
    with suppress(SourceError):
        return str(getattr(load_credentials(path), "account", ""))
    return ""


def open_client(
    credentials_path: Path,
    *,
    quota: Quota,
    api: str = "",
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    **settings: Any,
) -> GoogleClient:
    """A client for the account of this file; no call is made yet. `settings` are further ones of GoogleClient.

    The file is read again after Google has refused its account, so that signing in anew needs no restart.
    Raises SourceError WRONG_KEY_FILE."""

    def load() -> Credentials:
        return load_credentials(credentials_path, api=api)

    return GoogleClient(load(), quota=quota, api=api, clock=clock, sleep=sleep, reload=load, **settings)


def sign_in(
    client_secrets: Path, target: Path, *, open_browser: bool = True, port: int = 0, api: str = ""
) -> str:
    """Ask a person for consent in the browser and keep it in `target`, which only the owner may read. Blocks until
    they have answered, at most ten minutes.

    Returns the e-mail of the account, "" if Google does not tell it. `port` of the loopback that the browser is sent
    back to; 0: any free one. Raises ConfigError for a wrong file or port, SourceError if nothing came of it."""
    flow = _flow(client_secrets)
    if open_browser:
        try:
            webbrowser.get()
        except webbrowser.Error:
            open_browser = False  # the address is printed anyway
    try:
        person = flow.run_local_server(
            host="127.0.0.1",
            port=port,
            open_browser=open_browser,
            timeout_seconds=_CONSENT_WITHIN,
            authorization_prompt_message="Откройте в браузере и войдите под именем владельца книг:\n{url}",
            success_message="Вход выполнен. Эту вкладку можно закрыть.",
            access_type="offline",
            prompt="consent",
        )
    except WSGITimeoutError as error:
        raise SourceError(Trouble.NOT_SIGNED_IN, "Google", "в браузере никто не ответил") from error
    except OAuth2Error as error:
        detail = "в браузере отказали программе" if error.error == "access_denied" else str(error.error)
        raise SourceError(Trouble.NOT_SIGNED_IN, "Google", detail) from error
    except Warning as error:  # how oauthlib says that other rights were granted than asked for
        raise SourceError(Trouble.NOT_SIGNED_IN, "Google", "в браузере отмечены не все права") from error
    except requests.RequestException as error:
        raise diagnosis.of_exception(error).error("Google") from error
    except OSError as error:
        raise ConfigError(target, [f"Порт {port} этого компьютера занят: укажите другой."]) from error
    if not person.refresh_token:
        raise SourceError(Trouble.NOT_SIGNED_IN, "Google", "вход выдан только на час, без обновления")
    email = _email(person, api)
    _keep(target, person, email)
    return email


def who(client: GoogleClient) -> AccountInfo:
    """Ask Google whose account this is: one Drive call. Raises SourceError."""
    asked = {"fields": "user(displayName,emailAddress),storageQuota(limit,usage)"}
    answer = client.request("get", _ABOUT, params=asked).json()
    user, room = answer.get("user", {}), answer.get("storageQuota", {})
    return AccountInfo(
        email=user.get("emailAddress", ""),
        name=user.get("displayName", ""),
        kind=kind_of(client.session.credentials),
        limit=int(room["limit"]) if "limit" in room else None,
        used=int(room.get("usage", 0)),
    )


class _ServiceElsewhere(service_account.Credentials):
    """Against another address than Google's: no thread that asks Google where the account may be used from. At Google
    it is left alone; if its answer does not come, nothing depends on it."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise _wrong(path, "такого файла нет") from None
    except PermissionError:
        raise _wrong(path, "нет права его прочитать") from None
    except UnicodeDecodeError:
        raise _wrong(path, "это не текст JSON") from None
    except OSError as error:
        raise _wrong(path, f"он не читается: {error.strerror}") from None
    if not text.strip():
        raise _wrong(path, "он пуст")
    try:
        info = json.loads(text)
    except ValueError:  # its message would quote the file
        raise _wrong(path, "это не текст JSON") from None
    if not isinstance(info, dict):
        raise _wrong(path, "это не файл входа: в нём нет поля type")
    return info


def _wrong(path: Path, detail: str) -> SourceError:
    return SourceError(Trouble.WRONG_KEY_FILE, str(path), detail)


def _private(address: Any) -> bool:
    """Whether a secret may be sent there: encrypted, or within this computer."""
    parts = urlsplit(str(address))
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"})


def _flow(path: Path) -> InstalledAppFlow:
    try:
        info = _read(path)
    except SourceError as error:
        raise ConfigError(path, [_no_application(path, error.detail)]) from None
    match info:
        case {"installed": Mapping()}:
            pass
        case {"web": _}:
            raise ConfigError(path, [_no_application(path, "это приложение вида «Веб-приложение»")])
        case {"type": kind} if kind in _NEEDED:
            raise ConfigError(path, [_no_application(path, "это уже готовый файл входа")])
        case _:
            raise ConfigError(path, [_no_application(path, "это другой файл")])
    try:
        return InstalledAppFlow.from_client_config(info, PERSON_SCOPES)
    except (ValueError, KeyError):
        raise ConfigError(path, [_no_application(path, "в нём не всё, что нужно")]) from None


def _no_application(path: Path, detail: str) -> str:
    return (
        f"Файл {path} — не файл приложения Google ({detail}): создайте в консоли Google Cloud клиент OAuth вида "
        "«Компьютерное приложение» (Desktop app) и скачайте его файл JSON."
    )


def _email(person: Credentials, api: str) -> str:
    with closing(GoogleClient(person, quota=Quota(), api=api, patience=_EMAIL_WITHIN)) as client, suppress(SourceError):
        return who(client).email
    return ""


def _keep(path: Path, person: of_person.Credentials, email: str) -> None:
    """Complete or not at all, readable by the owner alone from its first byte."""
    info = {
        "type": PERSON,
        "account": email,
        "client_id": person.client_id,
        "client_secret": person.client_secret,
        "refresh_token": person.refresh_token,
        "token_uri": person.token_uri,
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(info, file, ensure_ascii=False, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise ConfigError(path, [f"Вход не сохранить в {path}: {error.strerror}. Укажите другое место."]) from error
