"""The commands about Google as an administrator sees them: what they say and their exit codes."""

from __future__ import annotations

import json
import os
import stat
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from sync_service.books.google.source import number_of
from sync_service.cli import run
from sync_service.cli.moving import _summed
from sync_service.domain.slots import entry_slot
from sync_service.jobs.lock import single_instance
from sync_service.records import queries
from tests.google_emulator.server import Emulator
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, GRID, LEV, FIRST = "9А Журнал", "Математика", "P0001", "c001.001"
BY = ("--by", "Лебедев А. Н.")
Journal = Callable[..., tuple[int, str]]


@pytest.fixture
def journal(capsys: pytest.CaptureFixture[str]) -> Journal:
    """Run a command on the school of a settings file; its exit code and all it printed, in one line."""

    def call(settings: Path, *words: str) -> tuple[int, str]:
        capsys.readouterr()
        code = run([*words, "--config", str(settings)])
        said = capsys.readouterr()
        return code, " ".join((said.out + said.err).split())

    return call


def settings_of(school: SchoolInGoogle) -> Path:
    return school.workspace.config.path


# --- signing in -------------------------------------------------------------------------------------------------------


class Browser:
    """Opens an address as a person would, in its own time; the consent page of the emulator answers for them."""

    def open(self, address: str, **_: Any) -> bool:
        self.visit = threading.Thread(target=lambda: requests.get(address, timeout=10).close())
        self.visit.start()
        return True


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    visitor = Browser()
    monkeypatch.setattr(webbrowser, "get", lambda *_: visitor)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the emulator has no certificate
    return visitor


def new_school(folder: Path, google: Emulator, *, set_up: bool = True) -> Path:
    path = folder / "school.toml"
    lines = f'[google]\ncredentials = "google.json"\napi = "{google.url}"\n' if set_up else ""
    path.write_text(f'[school]\ntitle = "Школа № 0"\n{lines}', encoding="utf-8")
    (folder / "client_secret.json").write_text(json.dumps(google.client_secrets()), encoding="utf-8")
    return path


def test_signing_in_tells_whose_account_it_is_and_keeps_it(tmp_path: Path, journal: Journal, browser: Browser) -> None:
    with Emulator(owner="owner@school.example") as google:
        code, said = journal(new_school(tmp_path, google), "google", "login")
    browser.visit.join()
    assert code == 0
    assert "Вход выполнен: owner@school.example." in said
    assert "client_secret" not in said
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "google.json").stat().st_mode) == 0o600


def test_signing_in_as_somebody_else_is_told_to_lose_the_books(
    tmp_path: Path, journal: Journal, browser: Browser
) -> None:
    with Emulator(owner="new@school.example") as google:
        settings = new_school(tmp_path, google)
        old = {**google.authorized_user("old@school.example"), "account": "old@school.example"}
        (tmp_path / "google.json").write_text(json.dumps(old), encoding="utf-8")
        _, said = journal(settings, "google", "login", "--client", str(tmp_path / "client_secret.json"))
    browser.visit.join()
    assert "раньше программа входила как old@school.example" in said


def test_what_hinders_signing_in_is_told_with_what_to_do(tmp_path: Path, journal: Journal, browser: Browser) -> None:
    with Emulator() as google:
        code, said = journal(new_school(tmp_path, google, set_up=False), "google", "login")
        assert (code, 'credentials = "google.json"' in said) == (1, True)
        settings = new_school(tmp_path, google)
        google.consents = False
        code, said = journal(settings, "google", "login")
        browser.visit.join()
        assert (code, "в браузере отказали программе" in said) == (1, True)
        (tmp_path / "client_secret.json").unlink()
        code, said = journal(settings, "google", "login")
        assert (code, "Компьютерное приложение" in said) == (2, True)
    assert not (tmp_path / "google.json").exists()


# --- looking ----------------------------------------------------------------------------------------------------------


def test_the_status_is_short_and_says_where_everything_is(in_google: SchoolInGoogle, journal: Journal) -> None:
    in_google.sync()
    code, said = journal(settings_of(in_google), "google", "status")
    assert code == 0
    for words in (
        "Аккаунт: owner@school.example, на Диске занято",
        "Папка: Журналы. Школа № 0 https://drive.google.com/drive/folders/",
        "300 чтений и 300 записей таблиц в минуту",
        "полная сверка: чтений 2, обращений к Диску 4",
        "9А Журнал",
    ):
        assert words in said
    in_google.google.trash(number_of(in_google.ref(BOOK)))
    code, said = journal(settings_of(in_google), "google", "status")
    assert (code, "Не в порядке: Книга «9А Журнал» лежит в корзине" in said) == (1, True)
    code, said = journal(settings_of(in_google), "google", "status", "--json")
    told = json.loads(said)
    assert told["books"][1]["address"].startswith("https://docs.google.com/spreadsheets/d/")


def test_without_a_network_a_command_ends_with_a_sentence(in_google: SchoolInGoogle, journal: Journal) -> None:
    in_google.google.faults.add("captive")
    code, said = journal(settings_of(in_google), "google", "status")
    assert (code, "нет связи с Google" in said, "Traceback" in said) == (1, True, False)


# --- moving and repairing ---------------------------------------------------------------------------------------------


def test_a_class_goes_to_the_folder_and_back_with_every_cell(in_google: SchoolInGoogle, journal: Journal) -> None:
    in_google.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    in_google.sync()
    settings = settings_of(in_google)
    code, said = journal(settings, "move", "9А", "--to", "files", *BY)
    assert code == 0
    assert "Перенесён: «9А Журнал» — в папку" in said
    assert "все перечитаны на новом месте и совпали" in said
    assert "в корзине Google Диска" in said
    assert in_google.workspace.config.books.folder.joinpath(f"{BOOK}.xlsx").is_file()
    code, said = journal(settings, "move", "9А", "--to", "files", *BY)
    assert (code, "уже там" in said) == (1, True)
    code, said = journal(settings, "move", "9А", "--to", "google", *BY)
    assert code == 0
    assert "Перенесён: «9А Журнал» — в Google" in said
    assert "поставлена защита, вкладок: " in said
    assert queries.slot_values("c001")[entry_slot(LEV, FIRST)] == "5"
    assert in_google.value(BOOK, GRID, entry_slot(LEV, FIRST)) == "5"


def test_a_move_refuses_what_it_cannot_do(in_google: SchoolInGoogle, journal: Journal) -> None:
    in_google.sync()
    settings = settings_of(in_google)
    code, said = journal(settings, "move", "Школа", "--to", "files", *BY)
    assert (code, "Журналы: 6Б Журнал, 9А Журнал." in said) == (1, True)
    code, said = journal(settings, "move", "9А", "--to", "диск", *BY)
    assert (code, "--to не подходит" in said) == (2, True)
    with single_instance(in_google.workspace.config.home, "journal run"):
        code, said = journal(settings, "move", "9А", "--to", "files", *BY)
    assert (code, "«journal run»" in said) == (1, True)


def test_repair_tells_what_it_has_put_right_and_twice_nothing(in_google: SchoolInGoogle, journal: Journal) -> None:
    in_google.sync()
    sheet = in_google.google.tab(number_of(in_google.ref(BOOK)), GRID)
    with in_google.google.state.lock:
        sheet.protections.clear()
    code, said = journal(settings_of(in_google), "provision", "--repair")
    assert (code, "починена 9А Журнал: «Математика»: поставлена защита" in said) == (0, True)
    code, said = journal(settings_of(in_google), "provision", "--repair")
    assert (code, "Чинить нечего." in said) == (0, True)


def test_what_was_done_to_many_tabs_is_said_once() -> None:
    lines = ["«А»: поставлена защита", "«Б»: поставлена защита", "«Б»: скрыта", "открыта для a@b"]
    assert _summed(lines) == ["поставлена защита, вкладок: 2", "«Б»: скрыта", "открыта для a@b"]
