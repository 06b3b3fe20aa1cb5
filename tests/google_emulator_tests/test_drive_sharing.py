"""Permissions and revisions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.conftest import OWNER, TEACHER, Caller, Session
from tests.google_emulator_tests.test_drive_files import made, names

DEPUTY = "gromova@school.example"


def shared(caller: Caller, file_id: str, email: str, role: str = "writer", **query: object) -> dict[str, str]:
    body = {"type": "user", "role": role, "emailAddress": email}
    return caller.post(f"/files/{file_id}/permissions", body, sendNotificationEmail="false", **query).json()


def test_a_permission_is_given_changed_and_taken_away(owner: Caller, teacher: Caller) -> None:
    file_id = made(owner, "9А")
    given = shared(owner, file_id, TEACHER)
    assert given == {"kind": "drive#permission", "id": given["id"], "type": "user", "role": "writer"}
    assert names(teacher) == ["9А"]

    owner.patch(f"/files/{file_id}/permissions/{given['id']}", {"role": "reader"})
    assert teacher.patch(f"/files/{file_id}", {"name": "моё"}).status_code == 403

    assert owner.delete(f"/files/{file_id}/permissions/{given['id']}").status_code == 204
    assert teacher.get(f"/files/{file_id}").status_code == 404


def test_a_list_of_permissions_needs_fields_to_tell_addresses(owner: Caller) -> None:
    file_id = made(owner, "9А")
    shared(owner, file_id, TEACHER)

    bare = owner.get(f"/files/{file_id}/permissions").json()["permissions"]
    full = owner.get(f"/files/{file_id}/permissions", fields="permissions(emailAddress,role)").json()["permissions"]

    assert all("emailAddress" not in each for each in bare)
    assert full == [{"emailAddress": OWNER, "role": "owner"}, {"emailAddress": TEACHER, "role": "writer"}]


def test_sharing_twice_changes_the_role_and_makes_no_second_permission(owner: Caller) -> None:
    file_id = made(owner, "9А")

    first, second = shared(owner, file_id, TEACHER, "reader"), shared(owner, file_id, TEACHER, "writer")

    assert first["id"] == second["id"]
    assert len(owner.get(f"/files/{file_id}/permissions").json()["permissions"]) == 2


def test_what_lies_in_a_shared_folder_is_shared(owner: Caller, teacher: Caller) -> None:
    folder = made(owner, "Журналы")
    file_id = made(owner, "9А", parents=[folder])

    shared(owner, folder, TEACHER, "reader")

    assert teacher.get(f"/files/{file_id}", fields="parents,capabilities(canEdit)").json() == {
        "parents": [folder], "capabilities": {"canEdit": False},
    }  # fmt: skip


def test_the_stronger_of_two_roles_holds(google: Emulator, owner: Caller) -> None:
    folder = made(owner, "Журналы")
    file_id = made(owner, "9А", parents=[folder])

    shared(owner, folder, TEACHER, "writer")
    shared(owner, file_id, TEACHER, "reader")

    assert google.state.role(file_id, TEACHER) == "writer"


def test_everybody_with_the_link_means_everybody(owner: Caller, calling: Session) -> None:
    file_id = made(owner, "9А")

    owner.post(f"/files/{file_id}/permissions", {"type": "anyone", "role": "reader"})

    assert calling("stranger@elsewhere.example").get(f"/files/{file_id}").status_code == 200


def test_a_domain_means_its_people_only(google: Emulator, owner: Caller) -> None:
    file_id = made(owner, "9А")

    owner.post(f"/files/{file_id}/permissions", {"type": "domain", "role": "writer", "domain": "school.example"})

    assert google.state.role(file_id, TEACHER) == "writer"
    assert google.state.role(file_id, "someone@elsewhere.example") == ""


@pytest.mark.parametrize("address", ["ivanova", "", "@school.example", "a@b@c.example"])
def test_a_wrong_address_is_refused(owner: Caller, address: str) -> None:
    refused = shared(owner, made(owner, "9А"), address)

    assert "emailAddress is invalid" in refused["error"]["message"]  # type: ignore[index]


def test_an_address_without_an_account_needs_a_notification(google: Emulator, owner: Caller) -> None:
    google.no_account("petrova@post.example")
    file_id = made(owner, "9А")

    refused = shared(owner, file_id, "petrova@post.example")
    body = {"type": "user", "role": "writer", "emailAddress": "petrova@post.example"}
    given = owner.post(f"/files/{file_id}/permissions", body)

    assert refused["error"]["errors"][0]["reason"] == "invalidSharingRequest"  # type: ignore[index]
    assert given.status_code == 200


def test_a_file_changes_its_owner_only_when_that_is_said(google: Emulator, owner: Caller, teacher: Caller) -> None:
    file_id = made(owner, "9А")

    assert shared(owner, file_id, TEACHER, "owner")["error"]["errors"][0]["reason"] == "forbidden"  # type: ignore[index]
    shared(owner, file_id, TEACHER, "owner", transferOwnership="true")

    assert google.state.role(file_id, TEACHER) == "owner"
    assert google.state.role(file_id, OWNER) == "writer"
    assert teacher.delete(f"/files/{file_id}").status_code == 204


def test_the_owner_is_not_removed(owner: Caller) -> None:
    file_id = made(owner, "9А")
    own = owner.get(f"/files/{file_id}/permissions").json()["permissions"][0]["id"]

    assert owner.delete(f"/files/{file_id}/permissions/{own}").status_code == 403


def test_neighbouring_edits_of_one_person_are_one_revision(google: Emulator, owner: Caller) -> None:
    google.quota.on = False
    file_id = made(owner, "9А")
    now = google.clock.now()
    google.share(file_id, TEACHER)
    for seconds, who in ((1, OWNER), (2, TEACHER), (30, TEACHER), (900, TEACHER)):
        google.state.touch(file_id, who, now + timedelta(seconds=seconds))

    told = owner.get(f"/files/{file_id}/revisions", fields="revisions(lastModifyingUser(emailAddress))").json()

    assert [each["lastModifyingUser"]["emailAddress"] for each in told["revisions"]] == [OWNER, TEACHER, TEACHER]


def test_a_stranger_changes_no_permissions(google: Emulator, owner: Caller, calling: Session) -> None:
    file_id = made(owner, "9А")
    google.share(file_id, DEPUTY, "reader")

    assert calling(DEPUTY).get(f"/files/{file_id}/permissions").status_code == 403
    assert shared(calling(DEPUTY), file_id, TEACHER)["error"]["code"] == 403  # type: ignore[index]
    assert shared(calling("stranger@elsewhere.example"), file_id, TEACHER)["error"]["code"] == 404  # type: ignore[index]
