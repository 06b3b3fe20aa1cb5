"""Whatever Google does to a call: bounded time, the right trouble, and recovery without a restart.

Time is virtual: sleeping moves it, for us and for the emulator alike, and nobody waits."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from google.oauth2 import service_account

from sync_service.books.google.client import GoogleClient
from sync_service.books.google.credentials import open_client
from sync_service.books.google.quota import Quota
from sync_service.books.google.retrying import BRIEFLY, DOUBTS, Kind
from sync_service.books.source import SourceError, Trouble
from tests.google_emulator.server import Emulator

OWNER, ROBOT = "owner@school.example", "robot@journal.example"
FILES = "https://www.googleapis.com/drive/v3/files"
SHEETS = "https://sheets.googleapis.com/v4/spreadsheets"
PATIENCE = 90.0
TEN_MINUTES = 600.0


class VirtualTime:
    """Seconds that pass only by sleeping or when a test says so."""

    def __init__(self, google: Emulator) -> None:
        self.now, self.slept = 1000.0, []  # type: float, list[float]
        self._google = google

    def clock(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        self._google.clock.advance(seconds)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.pass_by(seconds)


Opener = Callable[..., GoogleClient]


@pytest.fixture
def google() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def time(google: Emulator) -> VirtualTime:
    return VirtualTime(google)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "google.json"


@pytest.fixture
def opened(google: Emulator, time: VirtualTime, key: Path) -> Iterator[Opener]:
    """Opens a client for the owner of the books, or for the account whose key is given."""
    clients = []

    def open_one(account: dict[str, Any] | None = None, **settings: Any) -> GoogleClient:
        key.write_text(json.dumps(account or google.authorized_user(OWNER)), encoding="utf-8")
        settings = {"timeout": (2.0, 10.0), "quota": Quota(clock=time.clock, sleep=time.sleep)} | settings
        clients.append(open_client(key, api=google.url, clock=time.clock, sleep=time.sleep, **settings))
        return clients[-1]

    yield open_one
    for client in clients:
        client.close()


@pytest.fixture
def client(opened: Opener) -> GoogleClient:
    return opened()


@pytest.fixture
def book(google: Emulator) -> str:
    return google.add_book("9А Журнал", owner=OWNER)


def read(client: GoogleClient, book: str) -> Any:
    return client.fetch_sheet_metadata(book)


def list_files(client: GoogleClient, _: str = "") -> Any:
    return client.request("get", FILES).json()


def write(client: GoogleClient, book: str, *more: str) -> Any:
    cells = {"rows": [{"values": [{"note": "заметка"}]}], "fields": "note", "start": {"sheetId": 0}}
    return client.batch_update(book, {"requests": [{"updateCells": cells}, *({name: {}} for name in more)]})


def create(client: GoogleClient, _: str = "") -> Any:
    body = {"name": "9Б Журнал", "mimeType": "application/vnd.google-apps.spreadsheet"}
    return client.request("post", FILES, json=body).json()


def refusal(call: Callable[..., Any], *arguments: Any) -> SourceError:
    with pytest.raises(SourceError) as refused:
        call(*arguments)
    return refused.value


# -- what is asked ---------------------------------------------------------------------------------------------------


def test_an_answer_comes_back_and_is_counted(client: GoogleClient, google: Emulator, book: str) -> None:
    assert read(client, book)["properties"]["title"] == "9А Журнал"
    assert write(client, book)["spreadsheetId"] == book
    assert list_files(client)["files"]
    counted = client.metrics.snapshot()
    assert dict(counted.calls) == {(kind, "ok"): 1 for kind in Kind}
    assert [counted.total(kind) for kind in Kind] == [1, 1, 1]
    assert google.count("sheets-read", "sheets-write", "drive") == 3
    assert client.server_time is not None
    assert abs(client.server_time - google.clock.told()) < timedelta(seconds=30)


def test_answers_come_small(client: GoogleClient, google: Emulator) -> None:
    for number in range(20):
        google.add_book(f"Книга {number}", owner=OWNER)
    answer = client.request("get", FILES)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert b"\n" not in answer.content
    assert "gzip" in answer.request.headers["User-Agent"]  # Google's condition besides Accept-Encoding


def test_the_quota_is_kept_before_google_has_to_say_so(
    opened: Opener, google: Emulator, time: VirtualTime, book: str
) -> None:
    quota = Quota(2, 2, clock=time.clock, sleep=time.sleep)
    one, other = opened(quota=quota), opened(quota=quota, patience=20)
    begin = time.now
    read(one, book), read(other, book), read(one, book)
    assert time.now - begin == 60
    write(one, book)
    assert quota.reads.spare() == 1
    read(one, book)
    before = google.count()
    error = refusal(read, other, book)  # 60 s are more than its patience
    assert (error.trouble, error.permanent, google.count()) == (Trouble.RATE_LIMITED, False, before)
    time.pass_by(60)
    read(other, book)


# -- what passes -----------------------------------------------------------------------------------------------------

PASSING = [
    pytest.param(what, html, id=f"{what}{' as a page' * html}")
    for what, html in [
        ("429", False), ("500", False), ("500", True), ("502", False), ("502", True), ("503", False), ("503", True),
        ("reset", False), ("half", False), ("captive", False),
    ]
]  # fmt: skip


@pytest.mark.parametrize(("what", "html"), PASSING)
@pytest.mark.parametrize("call", [read, write, list_files])
def test_what_passes_is_waited_out(
    client: GoogleClient, google: Emulator, time: VirtualTime, book: str, call: Any, what: str, html: bool
) -> None:
    google.faults.add(what, times=2, kinds=("drive", "sheets-read", "sheets-write"), html=html)
    before = google.count("drive", "sheets-read", "sheets-write")
    assert call(client, book)
    assert google.count("drive", "sheets-read", "sheets-write") == before + 3
    assert len(time.slept) == 2
    assert sum(time.slept) <= 2 + 4
    assert client.metrics.snapshot().waited == pytest.approx(sum(time.slept))


def test_a_rate_limit_of_the_disk_is_no_lack_of_rights(
    client: GoogleClient, google: Emulator, time: VirtualTime
) -> None:
    google.faults.add("403-rate", times=3)
    assert list_files(client)
    assert len(time.slept) == 3


def test_a_slow_answer_is_not_waited_for(opened: Opener, google: Emulator, book: str) -> None:
    client = opened(timeout=(2.0, 0.3))
    list_files(client)
    google.faults.add("slow", times=1, seconds=1.5, kinds="sheets-read")
    assert read(client, book)
    assert client.metrics.snapshot().calls[Kind.READ, Trouble.UNAVAILABLE] >= 1


@pytest.mark.parametrize(("what", "times"), [("503", 4), ("429", 4), ("captive", 2), ("reset", 4), ("half", 4)])
def test_a_token_that_does_not_come_at_once_comes_later(
    client: GoogleClient, google: Emulator, what: str, times: int
) -> None:
    google.faults.add(what, times=times, kinds="token")
    assert create(client)  # nothing has been created while there was no token
    assert google.count("token") == times + 1
    assert google.count("drive") == 1


# -- what lasts ------------------------------------------------------------------------------------------------------

LASTING = [
    pytest.param(what, html, trouble, id=f"{what}{' as a page' * html}")
    for what, html, trouble in [
        ("429", False, Trouble.RATE_LIMITED),
        ("403-rate", False, Trouble.RATE_LIMITED),
        ("500", False, Trouble.UNAVAILABLE),
        ("502", True, Trouble.UNAVAILABLE),
        ("503", False, Trouble.UNAVAILABLE),
        ("reset", False, Trouble.UNAVAILABLE),
        ("half", False, Trouble.UNAVAILABLE),
        ("captive", False, Trouble.OFFLINE),
    ]
]


@pytest.mark.parametrize(("what", "html", "trouble"), LASTING)
def test_ten_bad_minutes_cost_a_pass_over_220_books_little_and_end_by_themselves(
    client: GoogleClient, google: Emulator, time: VirtualTime, book: str, what: str, html: bool, trouble: Trouble
) -> None:
    read(client, book)
    google.faults.add(what, lasting=TEN_MINUTES, kinds=("drive", "sheets-read"), html=html)
    calls, begin = google.count(), time.now
    errors = [refusal(read, client, book) for _ in range(220)]
    assert {(error.trouble, error.permanent) for error in errors} == {(trouble, False)}
    assert time.now - begin <= PATIENCE
    assert google.count() - calls <= 60
    for _ in range(10):  # later passes find the circuit closed, and try once in a while
        time.pass_by(40)
        calls, begin = google.count(), time.now
        for _ in range(220):
            refusal(read, client, book)
        assert google.count() - calls <= DOUBTS
        assert time.now - begin == 0
    time.pass_by(TEN_MINUTES)
    assert read(client, book)


def test_one_sick_book_hinders_no_other(client: GoogleClient, google: Emulator, time: VirtualTime, book: str) -> None:
    sick = google.add_book("9Б Журнал", owner=OWNER)
    google.faults.add("500", file_id=sick)
    for _ in range(5):
        assert refusal(read, client, sick).trouble is Trouble.UNAVAILABLE
        assert read(client, book)


def test_no_network_is_told_soon_and_noticed_when_it_is_back(
    opened: Opener, google: Emulator, time: VirtualTime
) -> None:
    client = opened()
    list_files(client)
    port = int(google.url.rpartition(":")[2])
    google.stop()
    begin = time.now
    for _ in range(220):
        assert refusal(list_files, client).trouble is Trouble.OFFLINE
    assert time.now - begin <= BRIEFLY
    back = Emulator(state=google.state, port=port)
    with back:
        time.pass_by(31)
        assert list_files(client)
    google.start()


# -- what must not happen twice --------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["503", "reset", "half"])
def test_a_file_is_never_created_twice(client: GoogleClient, google: Emulator, time: VirtualTime, what: str) -> None:
    list_files(client)
    google.faults.add(what, times=1, kinds="drive", after=True)
    assert refusal(create, client).trouble is Trouble.UNAVAILABLE
    assert time.slept == []
    assert [file["name"] for file in list_files(client)["files"]] in ([], ["9Б Журнал"])
    assert google.count("drive") == 3


def test_a_batch_that_adds_is_not_repeated_and_one_that_sets_is(
    client: GoogleClient, google: Emulator, book: str
) -> None:
    google.faults.add("503", times=1, kinds="sheets-write", after=True)
    assert refusal(write, client, book, "addSheet").trouble is Trouble.UNAVAILABLE
    assert len(read(client, book)["sheets"]) == 2  # it had its effect: the caller looks
    google.faults.add("503", times=1, kinds="sheets-write", after=True)
    write(client, book)
    assert google.count("sheets-write") == 1 + 2


def test_what_was_refused_unseen_may_be_asked_for_again(client: GoogleClient, google: Emulator) -> None:
    google.faults.add("403-rate", times=2)
    assert create(client)["name"] == "9Б Журнал"
    assert len(list_files(client)["files"]) == 1


# -- who we are ------------------------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed_unseen(client: GoogleClient, google: Emulator, time: VirtualTime) -> None:
    list_files(client)
    time.pass_by(2 * 3600)
    assert list_files(client)
    assert google.count("token") == 2
    google.faults.add("token-expired", times=1)
    assert list_files(client)
    assert dict(client.metrics.snapshot().calls) == {(Kind.DRIVE, "ok"): 3}


def test_a_revoked_consent_is_told_at_once_and_signing_in_anew_needs_no_restart(
    client: GoogleClient, google: Emulator, time: VirtualTime, key: Path
) -> None:
    list_files(client)
    google.revoke(OWNER)
    errors = [refusal(list_files, client) for _ in range(220)]
    assert {(error.trouble, error.permanent) for error in errors} == {(Trouble.NOT_SIGNED_IN, True)}
    assert "journal google login" in str(errors[0])
    assert (time.slept, google.count("token")) == ([], 2)
    time.pass_by(31)
    assert refusal(list_files, client).trouble is Trouble.NOT_SIGNED_IN
    key.unlink()
    time.pass_by(31)
    missing = refusal(list_files, client)
    assert missing.trouble is Trouble.NOT_SIGNED_IN
    assert "google.json" in missing.detail
    key.write_text(json.dumps(google.authorized_user(OWNER)), encoding="utf-8")
    time.pass_by(31)
    assert "files" in list_files(client)


def test_a_deleted_key_of_a_service_account_is_told(opened: Opener, google: Emulator) -> None:
    client = opened(google.service_account(ROBOT))
    assert list_files(client) is not None
    google.revoke(ROBOT)
    error = refusal(list_files, client)
    assert (error.trouble, error.detail) == (Trouble.NOT_SIGNED_IN, "invalid_grant: Invalid grant: account not found")


@pytest.mark.parametrize(("minutes", "words"), [(-7, "часы спешат на 7 мин"), (190, "часы отстают на 3 ч")])
def test_a_wrong_clock_is_told_by_how_much(
    opened: Opener, google: Emulator, time: VirtualTime, minutes: int, words: str
) -> None:
    client = opened(google.service_account(ROBOT))
    google.clock.skew = timedelta(minutes=minutes)  # Google's clock against ours
    error = refusal(list_files, client)
    assert (error.trouble, error.detail) == (Trouble.WRONG_CLOCK, words)
    assert time.slept == []
    google.clock.skew = timedelta()
    time.pass_by(31)
    assert list_files(client) is not None


def test_a_service_account_has_no_disk_to_create_on(opened: Opener, google: Emulator) -> None:
    client = opened(google.service_account(ROBOT))
    error = refusal(create, client)
    assert (error.trouble, error.permanent) == (Trouble.NO_STORAGE, True)
    assert "storage quota has been exceeded" in str(error)
    assert list_files(client) == {**list_files(client), "files": []}  # and everything else goes on


def test_a_book_that_is_not_shared_any_more_is_told_and_hinders_no_other(
    opened: Opener, google: Emulator, time: VirtualTime, book: str
) -> None:
    client = opened(google.service_account(ROBOT))
    other = google.add_book("9Б Журнал", owner=OWNER, writers=[ROBOT])
    google.share(book, ROBOT)
    assert read(client, book)
    google.unshare(book, ROBOT)
    error = refusal(read, client, book)
    assert (error.trouble, error.permanent) == (Trouble.NOT_SHARED, True)
    assert refusal(read, client, "1nowhere").trouble is Trouble.MISSING
    assert read(client, other)
    assert time.slept == []


def test_against_another_address_google_itself_is_never_looked_up(
    opened: Opener, google: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []
    monkeypatch.setattr(
        service_account.Credentials, "_lookup_regional_access_boundary", lambda *asked, **_: looked_up.append(asked)
    )
    list_files(opened(google.service_account(ROBOT)))
    assert looked_up == []


@pytest.mark.parametrize(
    ("what", "kinds"),
    [
        ("token-revoked", "token"),
        ("captive", "token"),
        ("503", "drive"),
        ("reset", "drive"),
        ("token-expired", "drive"),
    ],
)
def test_no_secret_is_ever_told(opened: Opener, google: Emulator, what: str, kinds: str) -> None:
    account = google.authorized_user(OWNER)
    client = opened(account)
    google.faults.add(what, kinds=kinds)
    error = refusal(create, client)
    told = "".join(traceback.format_exception(error)) + repr(error)
    secrets = [account["refresh_token"], account["client_secret"], *google.state.tokens, "Bearer"]
    assert [secret for secret in secrets if secret in told] == []
