"""The file that lets us in: told apart, told what is wrong with it, made by signing in, kept from others."""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from google.oauth2 import credentials as of_person
from google.oauth2 import service_account

from sync_service.books.google.credentials import PERSON, SERVICE_ACCOUNT, load_credentials, open_client, sign_in, who
from sync_service.books.google.quota import Quota
from sync_service.books.source import SourceError, Trouble
from sync_service.config import ConfigError
from tests.google_emulator.server import Emulator

OWNER, ROBOT = "owner@school.example", "robot@journal.example"


@pytest.fixture
def google() -> Iterator[Emulator]:
    with Emulator(owner=OWNER) as running:
        yield running


def put(path: Path, info: object) -> Path:
    path.write_text(info if isinstance(info, str) else json.dumps(info), encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", [PERSON, SERVICE_ACCOUNT])
def test_an_account_is_known_by_its_file(google: Emulator, tmp_path: Path, kind: str) -> None:
    email, info = (
        (OWNER, google.authorized_user(OWNER)) if kind == PERSON else (ROBOT, google.service_account(ROBOT))
    )
    client = open_client(put(tmp_path / "google.json", info), api=google.url, quota=Quota())
    account = who(client)
    client.close()
    assert (account.email, account.kind, account.used) == (email, kind, 0)
    assert account.limit == (15 * 1024**3 if kind == PERSON else 0)
    assert google.count("token") == 1  # the file's token_uri was asked


def test_a_person_lets_the_program_at_its_own_files_only(google: Emulator, tmp_path: Path) -> None:
    person = load_credentials(put(tmp_path / "person.json", google.authorized_user(OWNER)))
    assert isinstance(person, of_person.Credentials)
    assert list(person.scopes or ()) == ["https://www.googleapis.com/auth/drive.file"]
    robot = load_credentials(put(tmp_path / "robot.json", google.service_account(ROBOT)))
    assert isinstance(robot, service_account.Credentials)
    assert {scope.rpartition("/")[2] for scope in robot._scopes} == {"drive", "spreadsheets"}


def test_a_file_saved_by_windows_notepad_is_read(google: Emulator, tmp_path: Path) -> None:
    path = tmp_path / "google.json"
    path.write_text(json.dumps(google.authorized_user(OWNER)), encoding="utf-8-sig")
    assert load_credentials(path)


PEOPLE = {"type": "authorized_user", "client_id": "id", "client_secret": "s3cret", "refresh_token": "1//r3fresh"}
ROBOTS = {"type": "service_account", "client_email": ROBOT, "private_key": "s3cret", "token_uri": "https://t.example"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "он пуст"),
        ("  \n", "он пуст"),
        ("s3cret: {", "не текст JSON"),
        ("[]", "нет поля type"),
        ({"a": 1}, "нет поля type"),
        ({"installed": {"client_secret": "s3cret"}}, "client_secret: с ним вход только начинается"),
        ({"web": {"client_secret": "s3cret"}}, "client_secret: с ним вход только начинается"),
        ({"type": "external_account"}, "вход вида «external_account» программа не знает"),
        ({**PEOPLE, "refresh_token": ""}, "нет refresh_token"),
        ({"type": "service_account", "client_email": ROBOT}, "нет private_key, token_uri"),
        ({**PEOPLE, "token_uri": "http://thief.example/token"}, "нужен https"),
        (ROBOTS, "закрытый ключ в нём испорчен"),
    ],
)
def test_a_wrong_file_is_told_for_what_it_is(tmp_path: Path, content: object, words: str) -> None:
    path = put(tmp_path / "google.json", content)
    with pytest.raises(SourceError) as wrong:
        load_credentials(path)
    assert wrong.value.trouble is Trouble.WRONG_KEY_FILE
    assert words in str(wrong.value)
    assert str(path) in str(wrong.value)
    assert "journal google login" in str(wrong.value)
    assert "s3cret" not in str(wrong.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="такого файла нет"):
        load_credentials(tmp_path / "nowhere.json")
    with pytest.raises(SourceError, match="он не читается"):
        load_credentials(tmp_path)
    (tmp_path / "latin.json").write_bytes(b"\xff\xfe{}\xd0")
    with pytest.raises(SourceError, match="не текст JSON"):
        load_credentials(tmp_path / "latin.json")

    def refuse(*_: Any, **__: Any) -> str:
        raise PermissionError

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(SourceError, match="нет права его прочитать"):
        load_credentials(tmp_path / "latin.json")


class Browser:
    """Opens an address as a person would, in its own time; the consent page of the emulator answers for them."""

    def open(self, address: str, **_: Any) -> bool:
        self.address = address
        self.visit = threading.Thread(target=lambda: requests.get(address, timeout=10).close())
        self.visit.start()
        return True


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    visitor = Browser()
    monkeypatch.setattr(webbrowser, "get", lambda *_: visitor)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the emulator has no certificate
    return visitor


def test_signing_in_leaves_a_file_for_this_account_that_only_its_owner_may_read(
    google: Emulator, tmp_path: Path, browser: Browser
) -> None:
    secrets = put(tmp_path / "client_secret.json", google.client_secrets())
    target = tmp_path / "new" / "google.json"
    assert sign_in(secrets, target, api=google.url) == OWNER
    browser.visit.join()
    assert "access_type=offline" in browser.address
    assert "drive.file" in browser.address
    assert [path.name for path in target.parent.iterdir()] == ["google.json"]
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600
    kept = json.loads(target.read_text(encoding="utf-8"))
    assert (kept["type"], kept["account"], kept["token_uri"]) == (PERSON, OWNER, f"{google.url}/token")
    assert "token" not in kept
    client = open_client(target, api=google.url, quota=Quota())
    assert who(client).email == OWNER
    client.close()


def test_signing_in_again_replaces_the_file_whole(google: Emulator, tmp_path: Path, browser: Browser) -> None:
    secrets = put(tmp_path / "client_secret.json", google.client_secrets())
    target = put(tmp_path / "google.json", "an old one, longer than the new one " * 100)
    target.chmod(0o644)
    google.faults.add("403", kinds="drive")  # it cannot be told whose account it is
    assert sign_in(secrets, target, api=google.url) == ""
    browser.visit.join()
    assert load_credentials(target)
    if os.name == "posix":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_who_refuses_in_the_browser_is_not_signed_in(google: Emulator, tmp_path: Path, browser: Browser) -> None:
    google.consents = False
    secrets = put(tmp_path / "client_secret.json", google.client_secrets())
    with pytest.raises(SourceError, match="в браузере отказали программе") as refused:
        sign_in(secrets, tmp_path / "google.json", api=google.url)
    browser.visit.join()
    assert refused.value.trouble is Trouble.NOT_SIGNED_IN
    assert not (tmp_path / "google.json").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PEOPLE, "это уже готовый файл входа"),
        ({"web": {"client_id": "id"}}, "вида «Веб-приложение»"),
        ({"installed": {"client_id": "id"}}, "не всё, что нужно"),
        ({"a": 1}, "это другой файл"),
        ("", "он пуст"),
    ],
)
def test_signing_in_begins_with_the_file_of_a_desktop_application(tmp_path: Path, content: object, words: str) -> None:
    path = put(tmp_path / "client_secret.json", content)
    with pytest.raises(ConfigError) as wrong:
        sign_in(path, tmp_path / "google.json")
    assert words in str(wrong.value)
    assert "Desktop app" in str(wrong.value)
    assert "s3cret" not in str(wrong.value)
