"""HTTP as such: paths, connections, compression, nonsense, and a state that outlives its process."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.books.render_sample import untouched
from tests.google_emulator.answering import _taken_apart
from tests.google_emulator.fixture import ROBOT, session_of
from tests.google_emulator.server import Emulator
from tests.google_emulator.wire import Request
from tests.google_emulator_tests.conftest import OWNER, Caller
from tests.google_emulator_tests.test_drive_files import made, names


@pytest.mark.parametrize(
    ("path", "parts", "verb"),
    [
        ("", (), ""),
        ("/1a/values/%27%D0%9B%201%27%21A1%3AD4", ("1a", "values", "'Л 1'!A1:D4"), ""),
        ("/1a/values/%D0%9B%2F1%21A1:append", ("1a", "values", "Л/1!A1"), "append"),
        ("/1a/values/A1:B2", ("1a", "values", "A1:B2"), ""),
        ("/1a/values:batchGet", ("1a", "values"), "batchGet"),
        ("/1a:batchUpdate", ("1a",), "batchUpdate"),
        ("/1a/sheets/0:copyTo", ("1a", "sheets", "0"), "copyTo"),
    ],
)
def test_a_path_is_split_before_it_is_decoded(
    google: Emulator, path: str, parts: tuple[str, ...], verb: str
) -> None:
    call, _ = _taken_apart(Request("GET", urlsplit(f"/v4/spreadsheets{path}"), {}, b""), google.clock.now())

    assert (call.path, call.verb) == (("v4", "spreadsheets", *parts), verb)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nothing"), ("GET", "/drive/v3"), ("GET", "/drive/v3/planets"), ("PUT", "/drive/v3/about"),
        ("GET", "/drive/"), ("POST", "/upload/drive/v3/files?uploadType=resumable"), ("GET", "/upload/drive/"),
        ("POST", "/drive/v3/changes/watch"), ("GET", "/drive/v3/files?pageSize=many"), ("DELETE", "/"),
        ("GET", "/drive/v3/files?pageToken=x"), ("GET", "/books/unknown/grid.json"), ("GET", "/emulator/faults/%zz"),
        ("GET", "/v4/spreadsheets/%00:nothing"), ("PROPFIND", "/drive/v3/files"), ("OPTIONS", "/"),
    ],
)  # fmt: skip
def test_nonsense_is_the_callers_mistake(google: Emulator, owner: Caller, method: str, path: str) -> None:
    answer = owner.session.request(method, google.url + path, timeout=5)

    assert 400 <= answer.status_code < 500
    assert "error" in answer.json()


def test_a_body_of_unknown_length_is_the_callers_mistake(google: Emulator, owner: Caller) -> None:
    answer = owner.session.post(f"{google.url}/drive/v3/files", data=iter([b"{}"]), timeout=5)

    assert answer.status_code == 400


def test_a_body_that_is_no_json_is_the_callers_mistake(google: Emulator, owner: Caller) -> None:
    answer = owner.session.post(f"{google.url}/drive/v3/files", data=b"{", timeout=5)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("Invalid JSON payload received.")


def test_a_connection_serves_many_requests(google: Emulator) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(google.url).port, timeout=5)
    connection.request("GET", "/books.json")
    connection.getresponse().read()
    kept = connection.sock
    connection.request("GET", "/books.json")

    assert connection.getresponse().read()
    assert connection.sock is kept
    connection.close()


def test_long_answers_are_zipped_when_asked(google: Emulator, owner: Caller) -> None:
    for number in range(30):
        made(owner, f"Файл {number}")
    plain = owner.session.get(f"{google.url}/drive/v3/files", headers={"Accept-Encoding": "identity"}, timeout=5)
    zipped = owner.session.get(f"{google.url}/drive/v3/files", stream=True, timeout=5)

    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.raw.read()) == plain.content


def test_compact_json_on_request(owner: Caller) -> None:
    made(owner, "9А")

    assert b"\n" in owner.get("/files").content
    assert b"\n" not in owner.get("/files", prettyPrint="false").content


def test_stopping_ends_the_connections_that_clients_keep_open() -> None:
    google = Emulator().start()
    session = requests.Session()
    assert session.get(f"{google.url}/books.json", timeout=5).ok
    google.stop()

    with pytest.raises(requests.ConnectionError):
        session.get(f"{google.url}/books.json", timeout=5)
    session.close()


def test_a_state_outlives_its_process(tmp_path: Path) -> None:
    with Emulator(folder=tmp_path) as google:
        key = google.service_account(ROBOT)
        caller = Caller(google, session_of(google, OWNER))
        file_id = made(caller, "9А")
        book = google.add_book("9А Журнал", untouched(), owner="other@school.example")
        google.type(book, "Математика", "G7", "5", by="other@school.example")
        start = caller.get("/changes/startPageToken").json()["startPageToken"]
        caller.session.close()

    with Emulator(folder=tmp_path) as google:
        assert google.service_account(ROBOT)["private_key"] == key["private_key"]
        caller = Caller(google, session_of(google, OWNER))
        assert names(caller) == ["9А"]
        assert google.shown(book, "Математика", "G7") == "5"
        caller.patch(f"/files/{file_id}", {"name": "9Б"})
        told = caller.get("/changes", pageToken=start).json()
        assert [each["fileId"] for each in told["changes"]] == [file_id]
        caller.session.close()


@pytest.mark.skipif(os.name == "nt", reason="ends the process as POSIX does")
def test_the_command_says_where_it_listens(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.google_emulator", "--port", "0", "--folder", str(tmp_path)]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment) as run:
        assert run.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+/", run.stdout.readline())
        assert address is not None
        assert "Кто вы" in requests.get(address[0], timeout=5).text
        requests.post(f"{address[0]}emulator/faults", json={"what": "storage-full"}, timeout=5)
        run.send_signal(signal.SIGTERM)
        assert run.wait(10) == 0
    with Emulator(folder=tmp_path) as google:
        assert google.state.storage_full
