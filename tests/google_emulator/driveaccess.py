"""Who may do what to a file of Drive, where it lies, and who loses it when sharing or folders change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from tests.google_emulator.faults import ERRORS
from tests.google_emulator.state import ROLES, ApiError, Call, Change, File, State

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
FOLDER = "application/vnd.google-apps.folder"


def flag(call: Call, name: str, otherwise: bool = False) -> bool:
    """A boolean parameter, however a client spells it."""
    return {"true": True, "false": False, "1": True, "0": False}.get(
        call.query.get(name, [""])[-1].lower(), otherwise
    )


def not_found(file_id: str) -> ApiError:
    return ApiError(404, f"File not found: {file_id}.", "NOT_FOUND", "notFound")


def forbidden(message: str = "", reason: str = "insufficientFilePermissions") -> ApiError:
    message = message or "The user does not have sufficient permissions for this file."
    return ApiError(403, message, "PERMISSION_DENIED", reason)


def at_least(role: str, least: str) -> bool:
    return bool(role) and ROLES.index(role) >= ROLES.index(least)


def reach(state: State, call: Call, file_id: str, least: str = "reader") -> File:
    """The file, if the caller has at least this role to it. Raises ApiError 404, or 403 when only the role is short.
    What lies in a shared drive is not found by callers that do not say supportsAllDrives."""
    role = state.role(file_id, call.caller)
    if not role or (drive_of(state, file_id) and not flag(call, "supportsAllDrives")):
        raise not_found(file_id)
    if not at_least(role, least):
        raise forbidden()
    return state.files[file_id]


def drive_of(state: State, file_id: str) -> str:
    """The id of the shared drive in which a file lies, "" for none."""
    file = state.files.get(file_id)
    if file is None:
        return ""
    if file.shared_drive:
        return file_id
    return next((drive for parent in file.parents if (drive := drive_of(state, parent))), "")


def owner_for(state: State, email: str, parents: list[str]) -> str:
    """Who will own what this person makes there: "" in a shared drive, which owns it itself. Raises ApiError 404 for a
    folder out of reach and 403 storageQuotaExceeded for who has no room: a service account never has any."""
    for parent in parents:
        if parent != root_of(email) and not state.role(parent, email):
            raise not_found(parent)
        if parent != root_of(email) and not at_least(state.role(parent, email), "writer"):
            raise forbidden("Insufficient permissions for the specified parent.", "insufficientParentPermissions")
    if any(drive_of(state, parent) for parent in parents):
        return ""
    person = state.people.get(email)
    if state.storage_full or (person and person.service_account and not state.service_accounts_may_own):
        raise ERRORS["403-storage"]
    return email


def root_of(email: str) -> str:
    """The id of a person's «My Drive»."""
    return "0A" + hashlib.sha1(email.encode()).hexdigest()[:17]


def permission_id(email: str) -> str:
    return str(int(hashlib.sha1(email.encode()).hexdigest()[:17], 16)).zfill(20)[:20]


def is_trashed(state: State, file_id: str) -> bool:
    """Trashed itself or with a folder above it."""
    file = state.files.get(file_id)
    return file is not None and (file.trashed or any(is_trashed(state, parent) for parent in file.parents))


def below(state: State, file_id: str) -> list[str]:
    """The file and everything that lies in it."""
    inner = [each.id for each in state.files.values() if file_id in each.parents]
    return [file_id, *(deeper for each in inner for deeper in below(state, each))]


@contextmanager
def losing(state: State, call: Call, file_id: str) -> Iterator[None]:
    """While sharing or place of a file change: whoever could reach it, or what lies in it, before and not after is told
    so by the feed."""
    concerned = below(state, file_id)
    everybody = {*state.people, call.caller}
    before = {(each, email) for each in concerned for email in everybody if state.role(each, email)}
    yield
    lost: dict[str, set[str]] = {}
    for each, email in sorted(before):
        if not state.role(each, email):
            lost.setdefault(each, set()).add(email)
    for each, people in lost.items():
        visible_from = call.now + timedelta(seconds=state.chance.uniform(*state.feed_delay))
        state.removals.append(Change(state.next_change, each, call.now, visible_from, call.caller, people))
        state.next_change += 1
