"""The feed of changes: one entry for a file, late if told so, nothing lost by a token."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.google_emulator.clock import Clock
from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.conftest import OWNER, TEACHER, Caller
from tests.google_emulator_tests.test_drive_files import made

FIELDS = (
    "nextPageToken,newStartPageToken,changes(fileId,removed,time,changeType,"
    "file(name,trashed,version,modifiedTime,parents,lastModifyingUser(emailAddress,me)))"
)


def token(caller: Caller) -> str:
    return str(caller.get("/changes/startPageToken").json()["startPageToken"])


def since(caller: Caller, start: str) -> tuple[list[str], str]:
    """File ids of the entries since a token, «-» before those removed; the next token."""
    told = caller.get("/changes", pageToken=start, pageSize=1000, includeRemoved="true", fields=FIELDS).json()
    return ["-" * each["removed"] + each["fileId"] for each in told["changes"]], told["newStartPageToken"]


@pytest.fixture
def still(google: Emulator) -> Clock:
    """The clock stands, as it does in tests of a whole day."""
    google.clock.stand(datetime(2026, 9, 16, 9, 0, tzinfo=UTC))
    google.quota.on = False
    return google.clock


def test_a_start_token_and_an_empty_feed_have_their_shapes(owner: Caller) -> None:
    start = owner.get("/changes/startPageToken").json()
    changes = owner.get("/changes", pageToken=start["startPageToken"]).json()

    assert start.keys() == {"kind", "startPageToken"}
    assert changes == {
        "kind": "drive#changeList", "changes": [], "newStartPageToken": start["startPageToken"],
    }  # fmt: skip


def test_an_edit_is_told_once(google: Emulator, owner: Caller) -> None:
    file_id = made(owner, "9А")
    start = token(owner)

    owner.patch(f"/files/{file_id}", {"name": "9Б"})

    told = owner.get("/changes", pageToken=start, fields=FIELDS).json()
    (entry,) = told["changes"]
    assert (entry["fileId"], entry["removed"], entry["changeType"]) == (file_id, False, "file")
    assert entry["file"]["name"] == "9Б"
    assert entry["file"]["lastModifyingUser"] == {"emailAddress": OWNER, "me": True}
    assert entry["file"]["version"] == str(google.state.files[file_id].version)
    assert since(owner, told["newStartPageToken"])[0] == []


def test_many_edits_of_a_file_are_one_entry(owner: Caller) -> None:
    first, second = made(owner, "9А"), made(owner, "9Б")
    start = token(owner)

    for file_id in (first, second, first, first):
        owner.patch(f"/files/{file_id}", {"name": "иначе"})

    assert since(owner, start)[0] == [second, first]


def test_only_the_last_page_has_a_new_start_token(owner: Caller) -> None:
    start = token(owner)
    files = [made(owner, f"Файл {number}") for number in range(5)]

    seen, pages = [], 0
    page = {"nextPageToken": start}
    while "nextPageToken" in page:
        page = owner.get("/changes", pageToken=page["nextPageToken"], pageSize=2).json()
        assert ("nextPageToken" in page) != ("newStartPageToken" in page)
        seen += [each["fileId"] for each in page["changes"]]
        pages += 1

    assert (seen, pages) == (files, 3)


def test_a_late_edit_comes_after_every_token_given_out_before(google: Emulator, still: Clock, owner: Caller) -> None:
    slow, quick = made(owner, "медленно"), made(owner, "быстро")
    _, start = since(owner, token(owner))
    google.state.feed_delay = (300.0, 300.0)
    owner.patch(f"/files/{slow}", {"name": "ещё медленнее"})
    google.state.feed_delay = (0.0, 0.0)
    owner.patch(f"/files/{quick}", {"name": "ещё быстрее"})

    seen, later = since(owner, start)
    assert seen == [quick]
    still.advance(299)
    assert since(owner, later)[0] == []
    still.advance(2)
    assert since(owner, later)[0] == [slow]


def test_steady_typing_does_not_put_its_entry_off_for_ever(google: Emulator, still: Clock, owner: Caller) -> None:
    file_id = made(owner, "9А")
    start = token(owner)
    google.state.feed_delay = (180.0, 600.0)

    waited = 0
    while not (seen := since(owner, start)[0]):
        owner.patch(f"/files/{file_id}", {"name": f"правка {waited}"})
        still.advance(30)
        waited += 30
        assert waited < 900

    assert seen == [file_id]
    assert waited >= 180


def test_a_person_who_lost_a_file_is_told_so(google: Emulator, owner: Caller, teacher: Caller) -> None:
    file_id = made(owner, "9А")
    google.share(file_id, TEACHER)
    start = token(teacher)

    google.unshare(file_id, TEACHER)
    owner.patch(f"/files/{file_id}", {"name": "уже без неё"})

    assert since(teacher, start)[0] == [f"-{file_id}"]
    assert since(owner, start)[0] == [file_id]
    told = teacher.get("/changes", pageToken=start, fields="changes").json()["changes"][0]
    assert "file" not in told
    google.share(file_id, TEACHER)
    assert since(teacher, start)[0] == [file_id]


def test_a_deleted_file_is_removed_for_all_who_had_it(google: Emulator, owner: Caller, teacher: Caller) -> None:
    folder = made(owner, "Журналы")
    file_id = made(owner, "9А", parents=[folder])
    google.share(folder, TEACHER)
    start = token(teacher)

    owner.delete(f"/files/{folder}")

    assert set(since(teacher, start)[0]) == {f"-{folder}", f"-{file_id}"}
    assert set(since(owner, start)[0]) == {f"-{folder}", f"-{file_id}"}


def test_trash_is_told_as_trash(google: Emulator, owner: Caller, teacher: Caller) -> None:
    file_id = made(owner, "9А")
    google.share(file_id, TEACHER)
    start = token(teacher)

    google.trash(file_id)

    told = teacher.get("/changes", pageToken=start, fields=FIELDS).json()["changes"]
    assert [(each["removed"], each["file"]["trashed"]) for each in told] == [(False, True)]


@pytest.mark.parametrize("wrong", ["", "завтра", "-1"])
def test_a_token_that_was_never_given_out_is_refused(owner: Caller, wrong: str) -> None:
    assert owner.get("/changes", pageToken=wrong).status_code == 400
