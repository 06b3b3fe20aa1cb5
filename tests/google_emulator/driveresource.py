"""A file, a person, a permission, a revision as Drive tells of them: everything there is; the mask chooses later."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from tests.google_emulator.driveaccess import (
    SPREADSHEET,
    at_least,
    drive_of,
    is_trashed,
    permission_id,
    root_of,
)
from tests.google_emulator.state import File, Json, State


def moment(at: datetime) -> str:
    """RFC 3339 with milliseconds, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def person(email: str, caller: str) -> Json:
    return {
        "kind": "drive#user", "displayName": email.partition("@")[0], "me": email == caller,
        "permissionId": permission_id(email), "emailAddress": email,
    }  # fmt: skip


def resource(state: State, file: File, caller: str) -> Json:
    """A File as this caller sees it: no parents that are out of reach, permissions only for those who may share."""
    role = state.role(file.id, caller)
    drive = drive_of(state, file.id)
    may_write = at_least(role, "writer")
    may_trash = at_least(role, "fileOrganizer" if drive else "owner")
    told: Json = {
        "kind": "drive#file", "id": file.id, "name": file.name, "mimeType": file.mime_type, "starred": False,
        "trashed": is_trashed(state, file.id), "explicitlyTrashed": file.trashed, "spaces": ["drive"],
        "version": str(file.version), "createdTime": moment(file.created), "modifiedTime": moment(file.modified),
        "modifiedByMe": any(each["by"] == caller for each in file.revisions),
        "lastModifyingUser": person(file.modified_by, caller),
        "ownedByMe": file.owner == caller, "shared": len(file.permissions) > 1, "writersCanShare": True,
        "capabilities": {
            "canEdit": may_write, "canShare": may_write, "canDownload": True, "canTrash": may_trash,
            "canDelete": at_least(role, "organizer" if drive else "owner"), "canAddChildren": may_write,
        },
    }  # fmt: skip
    if parents := [each for each in file.parents if state.role(each, caller) or each == root_of(caller)]:
        told["parents"] = parents
    if file.app_properties:
        told["appProperties"] = dict(file.app_properties)
    if drive:
        told |= {"driveId": drive, "teamDriveId": drive}
    else:
        told["owners"] = [person(file.owner, caller)]
    if may_write:
        told["permissions"] = [permission(each) for each in permissions_of(state, file.id)]
        told["permissionIds"] = [each["id"] for each in told["permissions"]]
    if file.mime_type == SPREADSHEET:
        told["webViewLink"] = f"https://docs.google.com/spreadsheets/d/{file.id}/edit?usp=drivesdk"
    elif file.content:
        digest = hashlib.md5(file.content).hexdigest()
        told |= {"size": str(len(file.content)), "md5Checksum": digest, "headRevisionId": f"{digest}0"}
    return told


def permissions_of(state: State, file_id: str) -> list[Json]:
    """Its own and those of the folders it lies in; of two for one person the file's own comes first."""
    file = state.files.get(file_id)
    if file is None:
        return []
    found = {each["id"]: each for each in file.permissions}
    for parent in file.parents:
        for each in permissions_of(state, parent):
            found.setdefault(each["id"], each)
    return list(found.values())


def permission(kept: Json) -> Json:
    told = {"kind": "drive#permission", **kept}
    if kept["type"] in ("user", "group"):
        told |= {"displayName": kept["emailAddress"].partition("@")[0], "deleted": False, "pendingOwner": False}
    return told


def revision(file: File, kept: Json, caller: str) -> Json:
    return {
        "kind": "drive#revision", "id": kept["id"], "mimeType": file.mime_type, "modifiedTime": moment(kept["at"]),
        "keepForever": False, "published": False, "lastModifyingUser": person(kept["by"], caller),
    }  # fmt: skip
