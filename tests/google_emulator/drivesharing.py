"""Permissions of a file: giving, changing, taking away. What folders give is seen here and changed at the folder."""

from __future__ import annotations

from tests.google_emulator.driveaccess import (
    at_least,
    drive_of,
    flag,
    forbidden,
    losing,
    owner_for,
    permission_id,
    reach,
)
from tests.google_emulator.driveresource import permission, permissions_of
from tests.google_emulator.state import ROLES, ApiError, Call, File, Json, Person, State

_IDS = {"anyone": "anyoneWithLink"}


def answer(state: State, call: Call, method: str, file_id: str, which: str) -> tuple[Json | None, str]:
    """A call below /files/{id}/permissions; `which` is a permission's id, "" for all. Raises ApiError."""
    match method, bool(which):
        case "GET", False:
            reach(state, call, file_id, "writer")
            kept = [permission(each) for each in permissions_of(state, file_id)]
            return {"kind": "drive#permissionList", "permissions": kept}, "permissions"
        case "GET", True:
            reach(state, call, file_id, "writer")
            return permission(_one(permissions_of(state, file_id), which)), "permission"
        case "POST", False:
            return permission(_give(state, call, reach(state, call, file_id, "writer"))), "permission"
        case "PATCH", True:
            return permission(_change(state, call, reach(state, call, file_id, "writer"), which)), "permission"
        case "DELETE", True:
            _take(state, call, reach(state, call, file_id), which)
            return None, "*"
    raise ApiError(400, f"The emulator does not know {method} /{'/'.join(call.path)}", "INVALID_ARGUMENT", "badRequest")


def give(state: State, call: Call, file: File, kept: Json) -> Json:
    """Put a permission {type, role, emailAddress or domain} on a file, in the place of the one its person had."""
    address = str(kept.get("emailAddress") or kept.get("domain") or "")
    kept = {"id": _IDS.get(kept["type"]) or permission_id(address), **kept}
    if kept["type"] == "user":
        state.people.setdefault(address, Person(address))
    with losing(state, call, file.id):
        file.permissions = [each for each in file.permissions if each["id"] != kept["id"]] + [kept]
    state.stir(file.id, call.caller, call.now)
    return kept


def _give(state: State, call: Call, file: File) -> Json:
    said = call.body if isinstance(call.body, dict) else {}
    kind, role = said.get("type"), said.get("role")
    address = str(said.get("emailAddress") or "").strip().lower()
    if kind not in ("user", "group", "domain", "anyone"):
        raise ApiError(400, "The permission type field is required.", "INVALID_ARGUMENT", "required")
    _check_role(state, call, file, role)
    if kind == "anyone":
        return give(state, call, file, {"type": kind, "role": role})
    if kind == "domain":
        return give(state, call, file, {"type": kind, "role": role, "domain": str(said.get("domain") or "")})
    if address.count("@") != 1 or address.startswith("@") or "." not in address.partition("@")[2]:
        message = "The specified emailAddress is invalid or not applicable for the given permission type."
        raise ApiError(400, message, "INVALID_ARGUMENT", "invalid")
    if address in state.without_account and not flag(call, "sendNotificationEmail", True):
        raise ApiError(
            400,
            f'Bad Request. User message: "You are trying to invite {address}. Since there is no Google account '
            'associated with this email address, you must check the "Notify people" box to invite this recipient."',
            "INVALID_ARGUMENT", "invalidSharingRequest",
        )  # fmt: skip
    if role == "owner":
        return _hand_over(state, call, file, address)
    if address == file.owner:
        return _one(file.permissions, permission_id(address))
    return give(state, call, file, {"type": kind, "role": role, "emailAddress": address})


def _change(state: State, call: Call, file: File, which: str) -> Json:
    kept = _one(file.permissions, which)
    role = (call.body if isinstance(call.body, dict) else {}).get("role")
    _check_role(state, call, file, role)
    if role == "owner":
        return _hand_over(state, call, file, kept["emailAddress"])
    if kept["role"] == "owner":
        raise forbidden("The owner of a file cannot be removed.", "cannotModifyOwner")
    return give(state, call, file, {**kept, "role": role})


def _take(state: State, call: Call, file: File, which: str) -> None:
    kept = _one(file.permissions, which)
    if kept["role"] == "owner":
        raise forbidden("The owner of a file cannot be removed.", "cannotModifyOwner")
    own = kept.get("emailAddress") == call.caller
    if not own and not at_least(state.role(file.id, call.caller), "writer"):
        raise forbidden()
    with losing(state, call, file.id):
        file.permissions = [each for each in file.permissions if each["id"] != which]
    state.stir(file.id, call.caller, call.now)


def _check_role(state: State, call: Call, file: File, role: object) -> None:
    if role not in ROLES:
        raise ApiError(400, f"Invalid Value: role {role}", "INVALID_ARGUMENT", "invalid")
    in_drive = drive_of(state, file.id)
    if role in ("organizer", "fileOrganizer"):
        if not in_drive:
            message = "The specified role is not valid for the target item."
            raise ApiError(400, message, "INVALID_ARGUMENT", "invalid")
        if not at_least(state.role(file.id, call.caller), "organizer"):
            raise forbidden()
    if role == "owner" and (in_drive or not flag(call, "transferOwnership")):
        message = "The transferOwnership parameter must be enabled when the permission role is 'owner'."
        raise forbidden(message, "forbidden")


def _hand_over(state: State, call: Call, file: File, heir: str) -> Json:
    if call.caller != file.owner:
        raise forbidden()
    owner_for(state, heir, [])
    former = _one(file.permissions, permission_id(file.owner))
    former["role"], file.owner = "writer", heir
    return give(state, call, file, {"type": "user", "role": "owner", "emailAddress": heir})


def _one(kept: list[Json], which: str) -> Json:
    found = next((each for each in kept if each["id"] == which), None)
    if found is None:
        raise ApiError(404, f"Permission not found: {which}.", "NOT_FOUND", "notFound")
    return found
