"""Files of Drive over HTTP, called by google-auth's session."""

from __future__ import annotations

import json

import pytest

from tests.google_emulator.drive import XLSX
from tests.google_emulator.driveaccess import FOLDER, SPREADSHEET
from tests.google_emulator.fixture import ROBOT, gspread_of
from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.conftest import OWNER, TEACHER, Caller, Session


def made(caller: Caller, name: str, mime_type: str = FOLDER, **more: object) -> str:
    answer = caller.post("/files", {"name": name, "mimeType": mime_type, **more}, supportsAllDrives="true")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def uploaded(google: Emulator, caller: Caller, name: str, content: bytes, kind: str = XLSX, **more: object) -> str:
    said = json.dumps({"name": name, "mimeType": SPREADSHEET, **more}).encode()
    body = (
        b"--cut\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n" + said
        + b"\r\n--cut\r\nContent-Type: " + kind.encode() + b"\r\n\r\n" + content + b"\r\n--cut--\r\n"
    )  # fmt: skip
    answer = caller.session.post(
        f"{google.url}/upload/drive/v3/files?uploadType=multipart&supportsAllDrives=true", data=body,
        headers={"Content-Type": "multipart/related; boundary=cut"}, timeout=20,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def names(caller: Caller, q: str = "", **query: object) -> list[str]:
    return [each["name"] for each in caller.get("/files", q=q, **query).json()["files"]]


def test_an_answer_without_fields_tells_only_kind_id_name_and_type(owner: Caller) -> None:
    file_id = made(owner, "9А Журнал")

    told = owner.get(f"/files/{file_id}").json()

    assert told == {"kind": "drive#file", "id": file_id, "name": "9А Журнал", "mimeType": FOLDER}


def test_version_is_text_and_moves_with_every_change(owner: Caller) -> None:
    file_id = made(owner, "9А")
    before = owner.get(f"/files/{file_id}", fields="version").json()["version"]

    owner.patch(f"/files/{file_id}", {"name": "9Б"})

    after = owner.get(f"/files/{file_id}", fields="version,modifiedTime,lastModifyingUser(emailAddress,me)").json()
    assert isinstance(before, str)
    assert int(after["version"]) > int(before)
    assert after["lastModifyingUser"] == {"emailAddress": OWNER, "me": True}
    assert after["modifiedTime"].endswith("Z")
    assert after["modifiedTime"][-5] == "."


def test_a_spreadsheet_has_no_head_revision_and_no_checksum(owner: Caller) -> None:
    told = owner.get(f"/files/{made(owner, '9А', SPREADSHEET)}", fields="*").json()

    assert not {"headRevisionId", "md5Checksum", "size"} & told.keys()


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("name = '9А Журнал'", ["9А Журнал"]),
        ('name = "9А Журнал" and parents in "{folder}"', ["9А Журнал"]),
        ("'{folder}' in parents and trashed = false", ["9А Журнал"]),
        ("'root' in parents and trashed = false", ["Журналы", "Отчёт 'о разном'"]),
        ("name = 'Отчёт \\'о разном\\''", ["Отчёт 'о разном'"]),
        ("trashed = true", ["Старый"]),
        ("mimeType = '" + FOLDER + "' and not trashed = true", ["Журналы"]),
        ("appProperties has {{ key='book' and value='journal-9А' }}", ["9А Журнал"]),
        ("appProperties has {{ key='book' and value='journal-9Б' }}", []),
        ("modifiedTime > '2020-01-01T00:00:00' and name contains 'журнал'", ["Журналы", "9А Журнал"]),
        ("modifiedTime > '2100-01-01T00:00:00Z'", []),
        ("(name = 'Старый' or name = 'Журналы') and 'me' in owners", ["Журналы", "Старый"]),
    ],
)
def test_a_search_finds_what_it_asks_for(owner: Caller, q: str, found: list[str]) -> None:
    folder = made(owner, "Журналы")
    made(owner, "9А Журнал", SPREADSHEET, parents=[folder], appProperties={"book": "journal-9А"})
    made(owner, "Отчёт 'о разном'", "text/plain")
    owner.patch(f"/files/{made(owner, 'Старый', 'text/plain')}", {"trashed": True})

    assert names(owner, q.format(folder=folder)) == found


@pytest.mark.parametrize("q", ["name =", "name ~ 'x'", "colour = 'red'", "name = 'x' and", "trashed = maybe"])
def test_a_search_that_cannot_be_read_is_refused(owner: Caller, q: str) -> None:
    answer = owner.get("/files", q=q)

    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (400, "invalid")


def test_a_long_list_comes_in_pages(owner: Caller) -> None:
    for number in range(5):
        made(owner, f"Файл {number}")

    first = owner.get("/files", pageSize=3, orderBy="name desc").json()
    second = owner.get("/files", pageSize=3, orderBy="name desc", pageToken=first["nextPageToken"]).json()

    assert [each["name"][-1] for each in first["files"] + second["files"]] == list("43210")
    assert "nextPageToken" not in second


def test_a_field_that_drive_does_not_have_is_refused(owner: Caller) -> None:
    answer = owner.get("/files", fields="files(id,nmae)")

    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "Invalid field selection nmae"


def test_nobody_sees_a_file_that_was_not_shared(owner: Caller, teacher: Caller) -> None:
    file_id = made(owner, "9А")

    answer = teacher.get(f"/files/{file_id}")

    assert answer.status_code == 404
    assert answer.json()["error"]["errors"][0] == {
        "message": f"File not found: {file_id}.", "domain": "global", "reason": "notFound",
    }  # fmt: skip
    assert names(teacher) == []


def test_a_service_account_owns_nothing(calling: Session) -> None:
    answer = calling(ROBOT).post("/files", {"name": "9А", "mimeType": SPREADSHEET})

    assert answer.status_code == 403
    assert answer.json()["error"]["errors"][0] == {
        "message": "The user's Drive storage quota has been exceeded.", "domain": "usageLimits",
        "reason": "storageQuotaExceeded",
    }  # fmt: skip


def test_a_service_account_with_a_folder_shared_by_a_person_still_owns_nothing(owner: Caller, calling: Session) -> None:
    folder = made(owner, "Журналы")
    owner.post(f"/files/{folder}/permissions", {"type": "user", "role": "writer", "emailAddress": ROBOT})

    answer = calling(ROBOT).post("/files", {"name": "9А", "parents": [folder]})

    assert answer.json()["error"]["errors"][0]["reason"] == "storageQuotaExceeded"


def test_a_service_account_creates_in_a_shared_drive(google: Emulator, calling: Session) -> None:
    drive = google.add_folder("Школа", shared_drive=True)
    google.share(drive, ROBOT, "fileOrganizer")
    robot = calling(ROBOT)

    file_id = made(robot, "9А", SPREADSHEET, parents=[drive])

    told = robot.get(f"/files/{file_id}", fields="driveId,owners,parents", supportsAllDrives="true").json()
    assert told == {"driveId": drive, "parents": [drive]}
    assert robot.get(f"/files/{file_id}").status_code == 404  # without supportsAllDrives
    assert names(robot) == []
    assert names(robot, supportsAllDrives="true", includeItemsFromAllDrives="true") == ["9А"]


def test_a_full_storage_refuses_a_person_too(google: Emulator, owner: Caller) -> None:
    google.state.storage_full = True

    assert owner.post("/files", {"name": "9А"}).json()["error"]["errors"][0]["reason"] == "storageQuotaExceeded"


def test_app_properties_are_merged_and_taken_away_by_null(owner: Caller) -> None:
    file_id = made(owner, "9А", appProperties={"book": "9А", "old": "1"})

    told = owner.patch(f"/files/{file_id}", {"appProperties": {"old": None, "new": "2"}}, fields="appProperties").json()

    assert told == {"appProperties": {"book": "9А", "new": "2"}}


def test_a_file_is_moved_by_parameters_and_not_by_its_parents(owner: Caller) -> None:
    folder, file_id = made(owner, "Журналы"), made(owner, "9А")
    root = owner.get(f"/files/{file_id}", fields="parents").json()["parents"][0]

    refused = owner.patch(f"/files/{file_id}", {"parents": [folder]})
    second = owner.patch(f"/files/{file_id}", addParents=folder)
    moved = owner.patch(f"/files/{file_id}", addParents=folder, removeParents=root, fields="parents")

    assert refused.json()["error"]["errors"][0]["reason"] == "fieldNotWritable"
    assert second.json()["error"]["errors"][0]["reason"] == "cannotAddParent"
    assert moved.json() == {"parents": [folder]}


def test_what_lies_in_a_trashed_folder_is_trashed(owner: Caller) -> None:
    folder = made(owner, "Журналы")
    file_id = made(owner, "9А", parents=[folder])

    owner.patch(f"/files/{folder}", {"trashed": True})

    told = owner.get(f"/files/{file_id}", fields="trashed,explicitlyTrashed").json()
    assert told == {"trashed": True, "explicitlyTrashed": False}


def test_only_the_owner_trashes_and_deletes(google: Emulator, owner: Caller, teacher: Caller) -> None:
    file_id = made(owner, "9А")
    google.share(file_id, TEACHER)

    assert teacher.patch(f"/files/{file_id}", {"trashed": True}).status_code == 403
    assert teacher.delete(f"/files/{file_id}").status_code == 403
    assert owner.delete(f"/files/{file_id}").status_code == 204
    assert owner.get(f"/files/{file_id}").status_code == 404


def test_a_binary_file_comes_back_byte_for_byte(google: Emulator, owner: Caller) -> None:
    content = bytes(range(256)) * 9
    answer = owner.session.post(
        f"{google.url}/upload/drive/v3/files?uploadType=media", data=content,
        headers={"Content-Type": "application/octet-stream"}, timeout=10,
    )  # fmt: skip
    file_id = answer.json()["id"]

    assert owner.get(f"/files/{file_id}", alt="media").content == content
    assert owner.get(f"/files/{file_id}", fields="size").json() == {"size": str(len(content))}


def test_a_csv_becomes_a_spreadsheet_only_when_asked(google: Emulator, owner: Caller) -> None:
    text = "Фамилия,Отметка\r\nЁлкина,5\r\n".encode()
    sheet = uploaded(google, owner, "Список", text, "text/csv")
    plain = uploaded(google, owner, "Список", text, "text/csv", mimeType="text/csv")

    assert google.spreadsheet(sheet).sheets[0].cells[1, 1].entered == 5
    assert owner.get(f"/files/{plain}", alt="media").content == text


def test_what_is_no_workbook_is_not_converted(google: Emulator, owner: Caller) -> None:
    with pytest.raises(AssertionError, match="badContent"):
        uploaded(google, owner, "9А", b"not a workbook")
    assert names(owner) == []


def test_a_copy_has_the_content_and_not_the_sharing(google: Emulator, owner: Caller) -> None:
    file_id = uploaded(google, owner, "9А", "а,б".encode(), "text/csv", appProperties={"book": "9А"})
    google.share(file_id, TEACHER)
    sheet = google.spreadsheet(file_id).sheets[0]
    sheet.protections.append({"protectedRangeId": 1, "range": {"sheetId": 0}, "editors": {"users": [OWNER, TEACHER]}})

    copied = owner.post(f"/files/{file_id}/copy", {"name": "9А копия"}, fields="id,name,appProperties").json()

    assert copied["name"] == "9А копия"
    assert copied["appProperties"] == {"book": "9А"}
    other = google.spreadsheet(copied["id"]).sheets[0]
    assert other.cells[0, 1].entered == "б"
    assert other.protections[0]["editors"] == {"users": [OWNER]}
    assert sheet.protections[0]["editors"] == {"users": [OWNER, TEACHER]}
    assert google.state.role(copied["id"], TEACHER) == ""


def test_who_one_is_and_how_much_room_there_is(google: Emulator, owner: Caller) -> None:
    assert owner.get("/about").status_code == 400

    told = owner.get("/about", fields="user(emailAddress,me),storageQuota(limit)").json()

    assert told == {"user": {"emailAddress": OWNER, "me": True}, "storageQuota": {"limit": str(15 * 1024**3)}}


def test_gspread_finds_creates_shares_and_deletes(google: Emulator) -> None:
    google.add_book("9А Журнал", owner=OWNER)
    client = gspread_of(google, OWNER)
    try:
        assert [each["name"] for each in client.list_spreadsheet_files()] == ["9А Журнал"]
        book = client.create("9Б Журнал")
        book.share(TEACHER, "user", "writer", notify=False)
        roles = {each["emailAddress"]: each["role"] for each in book.list_permissions()}
        assert roles == {OWNER: "owner", TEACHER: "writer"}
        client.import_csv(book.id, "Фамилия,Отметка\nЁлкина,5")
        assert google.spreadsheet(book.id).sheets[0].cells[1, 0].entered == "Ёлкина"
        client.del_spreadsheet(book.id)
        assert [each["name"] for each in client.list_spreadsheet_files()] == ["9А Журнал"]
    finally:
        client.http_client.session.close()
