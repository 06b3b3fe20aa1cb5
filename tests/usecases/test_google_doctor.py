"""What the examination and the status say of Google: one clear line each, soon, whatever Google does."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sync_service.books.google.source import number_of
from sync_service.books.source import SourceError, Trouble
from sync_service.config import GoogleSection, load
from sync_service.records import ledger
from sync_service.usecases import google_look
from sync_service.usecases.doctor import doctor
from sync_service.usecases.google_doctor import examine_google
from sync_service.usecases.google_look import google_status
from sync_service.usecases.health import Finding, Health
from sync_service.usecases.moving import move_book
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.provision import provision
from sync_service.usecases.workspace import NeedsHuman, Workspace
from tests.google_emulator.server import Emulator
from tests.school import small_school, store
from tests.usecases.conftest import SchoolOnDisk
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, IDENTITY = "9А Журнал", "journal-9А-2026"
WAIT = 3.0  # seconds that an examination without a network may last in these tests


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(google_look, "PATIENCE", 0.5)


def found(workspace: Workspace, what: str) -> list[Finding]:
    return [finding for finding in examine_google(workspace) if finding.what == what]


def only(workspace: Workspace, what: str) -> Finding:
    (finding,) = found(workspace, what)
    return finding


def with_settings(school: SchoolInGoogle, *changes: tuple[str, str]) -> Workspace:
    """The same school after an edit of its school.toml."""
    path = school.workspace.config.path
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return open_workspace(load(path), clock=school.workspace.clock)


# --- the examination --------------------------------------------------------------------------------------------------


def test_a_school_without_google_hears_nothing_of_it(school: SchoolOnDisk) -> None:
    assert list(examine_google(school.workspace)) == []


def test_a_school_in_good_order_is_told_so(in_google: SchoolInGoogle) -> None:
    in_google.sync()
    told = [finding for finding in doctor(in_google.workspace) if "копи" not in finding.what.lower()]
    good = {finding.what: finding.words for finding in told if finding.health is Health.GOOD}
    assert good["Аккаунт Google"] == "owner@school.example: на Диске занято 0,0 ГБ из 15,0 ГБ"
    assert good["Вход в Google"].endswith("google.json: вход человека")
    assert good["Папка в Google"] == "«Журналы. Школа № 0»"
    assert good["Книги в Google"] == "исправны 2 из 2"
    assert good["Часы компьютера"] == "идут как у Google"
    assert good["Книги"].endswith("книг 3")  # those of the folder only
    assert [finding.health for finding in told].count(Health.BAD) == 0


def test_a_key_that_others_may_read_is_told(in_google: SchoolInGoogle) -> None:
    key = in_google.workspace.config.google.credentials
    assert key is not None
    key.chmod(0o600)
    assert [finding.health for finding in found(in_google.workspace, "Вход в Google")] == [Health.GOOD]
    key.chmod(0o640)
    assert "chmod 600" in found(in_google.workspace, "Вход в Google")[1].words


def test_a_wrong_key_file_is_told_with_what_it_is(in_google: SchoolInGoogle) -> None:
    key = in_google.workspace.config.google.credentials
    assert key is not None
    wrong = {"": "он пуст", '{"installed": {}}': "файл приложения", '{"type": "authorized_user"}': "не целиком"}
    for content, told in wrong.items():
        key.write_text(content, encoding="utf-8")
        finding = only(in_google.workspace, "Google")
        assert finding.health is Health.BAD
        assert told in finding.words
    assert found(in_google.workspace, "Закон")  # what needs no Google is told all the same


def test_without_a_network_one_line_says_so_and_soon(in_google: SchoolInGoogle) -> None:
    silent = {
        "captive": "сеть требует входа через браузер", "503": "не ответил как следует", "reset": "связь оборвалась"
    }  # fmt: skip
    for fault, told in silent.items():
        in_google.google.faults.clear()
        in_google.google.faults.add(fault)
        began = time.monotonic()
        finding = only(in_google.workspace, "Google")
        assert time.monotonic() - began < WAIT
        assert finding.health is Health.BAD
        assert told in finding.words
        assert "«Google Диск»" in finding.words


def test_a_revoked_consent_asks_to_sign_in_again(in_google: SchoolInGoogle) -> None:
    in_google.google.revoke(in_google.google.owner)
    assert "journal google login" in only(in_google.workspace, "Google").words


def test_a_clock_that_is_off_is_told_by_how_much(in_google: SchoolInGoogle) -> None:
    in_google.google.clock.skew = timedelta(minutes=-17)
    finding = only(in_google.workspace, "Часы компьютера")
    assert finding.health is Health.WARNING
    assert finding.words.startswith("спешат на 17 мин")


def test_a_book_in_the_bin_is_told_and_the_others_counted(in_google: SchoolInGoogle) -> None:
    in_google.sync()
    in_google.google.trash(number_of(in_google.ref(BOOK)))
    assert only(in_google.workspace, "Книги в Google") == Finding("Книги в Google", Health.WARNING, "исправны 1 из 2")
    assert "лежит в корзине" in only(in_google.workspace, BOOK).words


def test_a_book_that_was_moved_away_is_nobodys_trouble(in_google: SchoolInGoogle) -> None:
    in_google.sync()
    move_book(in_google.workspace, IDENTITY, "files", by="Лебедев А. Н.")
    assert only(in_google.workspace, "Книги в Google").words == "исправны 1 из 1"
    assert in_google.sync(everything=True).troubles == []
    move_book(in_google.workspace, IDENTITY, "google", by="Лебедев А. Н.")
    assert only(in_google.workspace, "Книги в Google").words == "исправны 2 из 2"


def test_a_service_account_without_a_shared_drive_cannot_own_books(in_google: SchoolInGoogle) -> None:
    key = in_google.workspace.config.google.credentials
    assert key is not None
    key.write_text(json.dumps(in_google.google.service_account("robot@journal.example")), encoding="utf-8")
    finding = only(in_google.workspace, "Аккаунт Google")
    assert finding.health is Health.BAD
    assert "владеть книгами он не может" in finding.words
    drive = in_google.google.add_folder("Журналы", shared_drive=True)
    in_google.google.share(drive, "robot@journal.example", "fileOrganizer")
    workspace = with_settings(in_google, ("[google]", f'[google]\nfolder = "{drive}"'))
    assert only(workspace, "Аккаунт Google").health is Health.GOOD
    assert only(workspace, "Папка в Google") == Finding("Папка в Google", Health.GOOD, "«Журналы»")


def test_a_folder_that_cannot_be_seen_is_told_with_what_may_be_the_reason(in_google: SchoolInGoogle) -> None:
    workspace = with_settings(in_google, ("[google]", '[google]\nfolder = "1nobodysFolder"'))
    finding = only(workspace, "Папка в Google")
    assert finding.health is Health.BAD
    assert "оставьте google.folder пустым" in finding.words


def test_teachers_without_an_address_are_named(in_google: SchoolInGoogle) -> None:
    assert found(in_google.workspace, "Почта учителей") == []
    store(small_school(), at=in_google.now[0])  # nobody has an address here
    finding = only(in_google.workspace, "Почта учителей")
    assert finding.health is Health.WARNING
    assert "Громова О. И." in finding.words


def test_the_law_is_told_as_far_as_it_concerns(in_google: SchoolInGoogle) -> None:
    assert "Имена и фамилии учеников записываются" in only(in_google.workspace, "Закон").words
    coded = with_settings(in_google, ("[google]", '[privacy]\nnames = "code"\n[google]'))
    assert "вместо имён учеников стоят коды" in only(coded, "Закон").words
    abroad = with_settings(in_google, ("[school]", '[school]\nregion = "KZ"'))
    assert found(abroad, "Закон") == []


def test_a_school_that_only_has_a_key_yet_hears_nothing_of_the_law(tmp_path: Path, school: SchoolOnDisk) -> None:
    with Emulator() as google:
        path = school.workspace.config.path
        key = path.with_name("google.json")
        key.write_text(json.dumps(google.authorized_user(google.owner)), encoding="utf-8")
        with path.open("a", encoding="utf-8") as file:
            file.write(f'\n[google]\ncredentials = "google.json"\napi = "{google.url}"\n')
        workspace = open_workspace(load(path), clock=school.workspace.clock)
        told = {finding.what: finding.words for finding in examine_google(workspace)}
    assert told["Папка в Google"] == "появится, когда будет создана первая книга"
    assert not {"Закон", "Почта учителей", "Книги в Google"} & set(told)


# --- the status -------------------------------------------------------------------------------------------------------


def test_the_status_tells_account_folder_books_and_what_it_cost(in_google: SchoolInGoogle) -> None:
    in_google.sync()
    in_google.google.trash(number_of(in_google.ref(BOOK)))
    before = in_google.google.count("drive")
    now = google_status(in_google.workspace)
    assert in_google.google.count("drive") - before == now.calls == 5
    assert now.account.email == in_google.google.owner
    assert now.folder is not None
    assert now.folder.name == "Журналы. Школа № 0"
    six, nine = now.books
    assert (six.name, six.read_at, six.trouble) == ("6Б Журнал", in_google.now[0], "")
    assert six.address == f"https://docs.google.com/spreadsheets/d/{number_of(in_google.ref('6Б Журнал'))}/edit"
    assert nine.trouble.startswith("Книга «9А Журнал» лежит в корзине")


def test_the_status_changes_nothing(in_google: SchoolInGoogle) -> None:
    in_google.sync()
    digest, files = ledger.digest(), set(in_google.google.state.files)
    google_status(in_google.workspace)
    assert (ledger.digest(), set(in_google.google.state.files)) == (digest, files)
    assert in_google.sync().unchanged == 5


def test_the_status_says_what_to_do_where_google_is_not_set_up_or_not_there(in_google: SchoolInGoogle) -> None:
    config = in_google.workspace.config.model_copy(update={"google": GoogleSection()})
    with pytest.raises(NeedsHuman, match="credentials"):
        google_status(replace(in_google.workspace, config=config))
    in_google.google.faults.add("captive")
    with pytest.raises(SourceError) as refused:
        google_status(in_google.workspace)
    assert refused.value.trouble is Trouble.OFFLINE


# --- what provision must not do ---------------------------------------------------------------------------------------


def test_a_journal_in_the_bin_is_not_made_anew_and_empty(in_google: SchoolInGoogle) -> None:
    in_google.sync()
    in_google.google.trash(number_of(in_google.ref(BOOK)))
    done = provision(in_google.workspace)
    assert (done.created, BOOK in done.existed) == ([], True)
    assert [error.trouble for error in done.troubles] == [Trouble.TRASHED]
