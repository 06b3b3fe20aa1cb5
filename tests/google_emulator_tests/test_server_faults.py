"""What the emulator does wrong when it is told to, and its quota."""

from __future__ import annotations

import time

import pytest
import requests

from tests.google_emulator.fixture import ROBOT
from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.conftest import OWNER, TEACHER, Caller, Session
from tests.google_emulator_tests.test_drive_files import made, names


def refusal(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]


def test_a_fault_strikes_as_often_as_told(google: Emulator, owner: Caller) -> None:
    google.faults.add("503", times=2)
    owner.session.credentials.token = "x"  # the token endpoint is not to be struck first
    google.state.tokens["x"] = OWNER

    assert [owner.get("/files").status_code for _ in range(3)] == [503, 503, 200]


def test_a_fault_lasts_as_long_as_told(google: Emulator, owner: Caller) -> None:
    google.faults.add("500", kinds="drive", lasting=60)

    assert owner.get("/files").status_code == 500
    google.clock.advance(61)
    assert owner.get("/files").status_code == 200


def test_a_fault_stays_until_cleared(google: Emulator, owner: Caller) -> None:
    google.faults.add("502", kinds="drive")

    assert [owner.get("/files").status_code for _ in range(3)] == [502] * 3
    google.faults.clear()
    assert owner.get("/files").status_code == 200


def test_a_fault_can_be_for_one_file_or_one_caller(google: Emulator, owner: Caller, teacher: Caller) -> None:
    first, second = made(owner, "9А"), made(owner, "9Б")
    google.share(first, TEACHER)
    google.faults.add("403", file_id=first, caller=OWNER)

    assert owner.get(f"/files/{first}").status_code == 403
    assert owner.get(f"/files/{second}").status_code == 200
    assert teacher.get(f"/files/{first}").status_code == 200


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("403-rate", (403, "userRateLimitExceeded")),
        ("403-storage", (403, "storageQuotaExceeded")),
        ("429", (429, "rateLimitExceeded")),
        ("500", (500, "internalError")),
        ("503", (503, "backendError")),
    ],
)
def test_errors_of_drive_name_their_reason(
    google: Emulator, owner: Caller, what: str, expected: tuple[int, str]
) -> None:
    google.faults.add(what, kinds="drive")

    assert refusal(owner.get("/files")) == expected


def test_errors_of_sheets_have_a_status_and_no_reasons(google: Emulator, owner: Caller) -> None:
    google.faults.add("429", kinds="sheets-read", times=1)

    answer = owner.session.get(f"{google.url}/v4/spreadsheets/abc/values/A1", timeout=5)

    assert answer.status_code == 429
    assert answer.json()["error"].keys() == {"code", "message", "status"}
    assert answer.json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert answer.json()["error"]["message"].startswith("Quota exceeded for quota metric 'Read requests'")


def test_the_front_end_answers_with_a_page(google: Emulator, owner: Caller) -> None:
    google.faults.add("503", kinds="drive", html=True)

    answer = owner.get("/files")

    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html; charset=UTF-8")


def test_a_captive_portal_says_that_all_is_well(google: Emulator, owner: Caller) -> None:
    google.faults.add("captive", kinds="drive")

    answer = owner.get("/files")

    assert (answer.status_code, answer.text[:9]) == (200, "<!DOCTYPE")


def test_a_connection_is_reset(google: Emulator, owner: Caller) -> None:
    names(owner)
    google.faults.add("reset", times=1)

    with pytest.raises(requests.ConnectionError):
        owner.get("/files")
    assert owner.get("/files").status_code == 200
    assert google.calls[-2].status == 0


def test_an_answer_breaks_off_in_the_middle(google: Emulator, owner: Caller) -> None:
    names(owner)
    google.faults.add("half", times=1)

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        owner.get("/files")


def test_an_answer_takes_its_time(google: Emulator, owner: Caller) -> None:
    names(owner)
    google.faults.add("slow", seconds=0.4, times=1)

    begun = time.monotonic()
    with pytest.raises(requests.Timeout):
        owner.session.get(f"{google.url}/drive/v3/files", timeout=0.1)
    assert owner.get("/files").status_code == 200
    assert time.monotonic() - begun < 2


def test_a_write_is_carried_out_and_then_refused(google: Emulator, owner: Caller) -> None:
    names(owner)
    google.faults.add("503", times=1, after=True)

    assert owner.post("/files", {"name": "9А"}).status_code == 503
    assert names(owner) == ["9А"]


def test_fewer_are_answered_than_there_are(google: Emulator, owner: Caller) -> None:
    made(owner, "9А")
    made(owner, "9Б")
    google.faults.add("fewer", times=1)

    assert names(owner) == ["9А"]
    assert names(owner) == ["9А", "9Б"]


def test_an_unknown_fault_is_an_error_of_the_test(google: Emulator) -> None:
    with pytest.raises(ValueError, match="no such fault: 504"):
        google.faults.add("504")
    with pytest.raises(ValueError, match="no such kind"):
        google.faults.add("503", kinds="sheets")


def test_the_sixty_first_read_in_a_minute_is_refused(google: Emulator, calling: Session) -> None:
    address = f"{google.url}/v4/spreadsheets/{google.add_book('9А', owner=OWNER)}/values/A1"
    owner, robot = calling(OWNER), calling(ROBOT)

    statuses = [owner.session.get(address, timeout=5).status_code for _ in range(61)]

    assert statuses == [200] * 60 + [429]
    assert robot.session.get(address, timeout=5).status_code != 429
    google.clock.advance(60)
    assert owner.session.get(address, timeout=5).status_code == 200


def test_reads_and_writes_are_counted_apart_and_drive_not_at_all(google: Emulator, owner: Caller) -> None:
    google.quota.per_person = 1
    book = google.add_book("9А", owner=OWNER)
    address = f"{google.url}/v4/spreadsheets/{book}"

    def statuses(method: str, path: str) -> list[int]:
        return [owner.session.request(method, path, json=None, timeout=5).status_code for _ in range(2)]

    assert statuses("GET", f"{address}/values/A1") == [200, 429]
    assert statuses("POST", f"{address}/values/A1:clear") == [200, 429]
    assert statuses("GET", f"{google.url}/drive/v3/files") == [200, 200]
    google.quota.on = False
    assert statuses("GET", f"{address}/values/A1") == [200, 200]


def test_the_project_has_a_limit_of_its_own(google: Emulator, owner: Caller, teacher: Caller) -> None:
    google.quota.per_project = 1
    book = google.add_book("9А", owner=OWNER, writers=[TEACHER])
    address = f"{google.url}/v4/spreadsheets/{book}/values/A1"

    assert owner.session.get(address, timeout=5).status_code == 200
    answer = teacher.session.get(address, timeout=5)
    assert "'Read requests per minute' of" in answer.json()["error"]["message"]


def test_calls_are_logged_with_their_kinds(google: Emulator, owner: Caller) -> None:
    book = google.add_book("9А", owner=OWNER)
    names(owner)
    owner.session.get(f"{google.url}/v4/spreadsheets/{book}/values/A1", timeout=5)
    owner.session.post(f"{google.url}/v4/spreadsheets/{book}/developerMetadata:search", json={}, timeout=5)
    owner.session.post(f"{google.url}/v4/spreadsheets/{book}:batchUpdate", json={}, timeout=5)

    assert [each.kind for each in google.calls] == ["token", "drive", "sheets-read", "sheets-read", "sheets-write"]
    assert {each.caller for each in google.calls[1:]} == {OWNER}
    assert google.count("sheets-read", since=2) == 2


def test_it_can_be_told_over_http(google: Emulator, owner: Caller) -> None:
    file_id = made(owner, "9А")

    def say(what: str, **more: object) -> dict[str, object]:
        return dict(requests.post(f"{google.url}/emulator/faults", json={"what": what, **more}, timeout=5).json())

    say("503", times=1, kinds=["drive"])
    assert owner.get("/files").status_code == 503
    say("share", file_id=file_id, email=TEACHER)
    assert google.state.role(file_id, TEACHER) == "writer"
    say("trash", file_id=file_id)
    assert google.state.files[file_id].trashed
    say("feed-delay", least=180, most=600)
    assert google.state.feed_delay == (180, 600)
    assert "no such fault" in str(say("nothing"))
    before = google.clock.now()
    told = requests.post(f"{google.url}/emulator/clock", json={"advance": 3600}, timeout=5).json()
    assert (google.clock.now() - before).total_seconds() >= 3600
    assert told["skew"] == 0
    calls = requests.get(f"{google.url}/emulator/calls", timeout=5).json()["calls"]
    assert [each["status"] for each in calls] == [200, 200, 503]
