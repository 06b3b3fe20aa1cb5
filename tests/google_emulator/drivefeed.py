"""The feed of changes: which files changed since a token, as one caller may know it.

An entry gets its place in the feed when it becomes visible, so a change told late still comes after every token given
out before."""

from __future__ import annotations

from datetime import datetime

from tests.google_emulator.driveaccess import drive_of, flag
from tests.google_emulator.drivequery import invalid
from tests.google_emulator.driveresource import moment, resource
from tests.google_emulator.state import Call, Change, Json, State


def start_page_token(state: State, call: Call) -> Json:
    _tell(state, call.now)
    return {"kind": "drive#startPageToken", "startPageToken": str(state.next_told)}


def changes(state: State, call: Call, page_size: int) -> Json:
    """One page: at most one entry for a file, «removed» for what the caller has lost."""
    _tell(state, call.now)
    token = call.query.get("pageToken", [""])[-1]
    if not token.isdecimal():
        raise invalid("pageToken")
    reached = [each for each in state.changes.values() if state.role(each.file_id, call.caller)]
    lost = [
        each for each in state.removals if call.caller in each.removed_for and not state.role(each.file_id, call.caller)
    ]
    after = [each for each in reached + lost if each.told >= int(token)]
    latest = {each.file_id: each for each in sorted(after, key=lambda each: each.told)}
    found = [
        (change.told, entry)
        for change in latest.values()
        if (entry := _entry(state, call, change))
    ]
    found.sort(key=lambda each: each[0])
    answer: Json = {"kind": "drive#changeList", "changes": [entry for _, entry in found[:page_size]]}
    if len(found) > page_size:
        answer["nextPageToken"] = str(found[page_size][0])
    else:
        answer["newStartPageToken"] = str(state.next_told)
    return answer


def _tell(state: State, now: datetime) -> None:
    waiting = [each for each in [*state.changes.values(), *state.removals] if not each.told]
    for change in sorted(waiting, key=lambda each: (each.visible_from, each.number)):
        if change.visible_from <= now:
            change.told = state.next_told
            state.next_told += 1


def _entry(state: State, call: Call, change: Change) -> Json | None:
    entry: Json = {
        "kind": "drive#change", "changeType": "file", "type": "file", "time": moment(change.at),
        "fileId": change.file_id,
    }  # fmt: skip
    if state.role(change.file_id, call.caller):
        in_drive = drive_of(state, change.file_id)
        if in_drive and not (flag(call, "includeItemsFromAllDrives") and flag(call, "supportsAllDrives")):
            return None
        return {**entry, "removed": False, "file": resource(state, state.files[change.file_id], call.caller)}
    return {**entry, "removed": True} if flag(call, "includeRemoved", True) else None
