"""Drive v3: files, their content, copies and exports. A call comes in taken apart, JSON or bytes go out; no HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.google_emulator import drivefeed, drivefields, drivequery, drivesharing
from tests.google_emulator.driveaccess import (
    FOLDER,
    SPREADSHEET,
    at_least,
    below,
    drive_of,
    flag,
    forbidden,
    is_trashed,
    losing,
    owner_for,
    permission_id,
    reach,
    root_of,
)
from tests.google_emulator.driveresource import permissions_of, person, resource, revision
from tests.google_emulator.editing import draft_of
from tests.google_emulator.state import ApiError, Call, File, Json, Person, Spreadsheet, State

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
_ID = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
USUAL_FIELDS = {  # what is told unless asked otherwise
    "file": "kind,id,name,mimeType",
    "files": "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)",
    "changes": "kind,nextPageToken,newStartPageToken,"
    "changes(kind,type,changeType,time,removed,fileId,file(kind,id,name,mimeType))",
    "permission": "kind,id,type,role",
    "permissions": "kind,nextPageToken,permissions(kind,id,type,role)",
    "revisions": "kind,nextPageToken,revisions(kind,id,mimeType,modifiedTime)",
    "*": "*",
}


@dataclass(frozen=True)
class Media:
    """Content of a file, on its way in or out."""

    content: bytes
    mime_type: str


def answer(state: State, call: Call, media: Media | None = None) -> Json | Media | None:
    """Carry out a call below /drive/v3, or below /upload/drive/v3 with `media`. None is «204, no content». The answer
    holds what the parameter fields asks for. Raises ApiError."""
    fields = _parameter(call, "fields")
    drivefields.check(fields)  # before anything is done
    told, usual = _carried_out(state, call, media)
    return drivefields.chosen(fields or USUAL_FIELDS[usual], told) if isinstance(told, dict) else told


def _carried_out(  # noqa: PLR0912 - a table of paths
    state: State, call: Call, media: Media | None
) -> tuple[Json | Media | None, str]:
    match call.method, call.path[call.path.index("drive") + 2 :]:
        case "GET", ("about",):
            return _about(state, call), "*"
        case "GET", ("changes", "startPageToken"):
            return drivefeed.start_page_token(state, call), "*"
        case "GET", ("changes",):
            return drivefeed.changes(state, call, _page_size(call)), "changes"
        case "GET", ("files",):
            return _list(state, call), "files"
        case "POST", ("files",):
            return _create(state, call, media), "file"
        case "GET", ("files", "generateIds"):
            ids = [new_id(state) for _ in range(int(_parameter(call, "count") or 10))]
            return {"kind": "drive#generatedIds", "space": "drive", "ids": ids}, "*"
        case "GET", ("files", file_id):
            return _get(state, call, file_id), "file"
        case ("PATCH" | "PUT"), ("files", file_id):
            return _update(state, call, file_id, media), "file"
        case "DELETE", ("files", file_id):
            return _delete(state, call, file_id), "*"
        case "POST", ("files", file_id, "copy"):
            return _copy(state, call, file_id), "file"
        case "GET", ("files", file_id, "export"):
            return _export(state, call, file_id), "*"
        case "GET", ("files", file_id, "comments"):
            reach(state, call, file_id)
            return {"kind": "drive#commentList", "comments": []}, "*"
        case "GET", ("files", file_id, "revisions"):
            file = reach(state, call, file_id, "writer")
            kept = [revision(file, each, call.caller) for each in file.revisions]
            return {"kind": "drive#revisionList", "revisions": kept}, "revisions"
        case method, ("files", file_id, "permissions", *rest):
            return drivesharing.answer(state, call, method, file_id, "".join(rest[:1]))
    raise ApiError(400, f"The emulator does not know {call.method} /{'/'.join(call.path)}", "INVALID_ARGUMENT",
                   "badRequest")  # fmt: skip


def add_file(
    state: State, call: Call, name: str, mime_type: str, parents: list[str], spreadsheet: Spreadsheet | None = None,
    file_id: str = "",
) -> File:  # fmt: skip
    """Put a new file where the caller wants it. Raises ApiError who may own nothing or not write there."""
    parents = [root_of(call.caller) if each == "root" else each for each in parents] or [root_of(call.caller)]
    owner = owner_for(state, call.caller, parents)
    file = File(file_id or new_id(state), name, mime_type, owner, call.now, call.now, call.caller, parents=parents)
    state.people.setdefault(call.caller, Person(call.caller))
    if owner:
        file.permissions = [{"id": permission_id(owner), "type": "user", "role": "owner", "emailAddress": owner}]
    if mime_type == SPREADSHEET and spreadsheet is None:
        from tests.google_emulator import sheets  # noqa: PLC0415 - the two sides know each other

        spreadsheet = sheets.new_spreadsheet(file.id, name)
    file.spreadsheet = spreadsheet
    state.files[file.id] = file
    state.touch(file.id, call.caller, call.now)
    return file


def new_id(state: State) -> str:
    return "1" + "".join(state.chance.choices(_ID, k=43))


def _about(state: State, call: Call) -> Json:
    if "fields" not in call.query:
        message = "The 'fields' parameter is required for this method."
        raise ApiError(400, message, "INVALID_ARGUMENT", "required")
    used = str(sum(len(each.content) for each in state.files.values() if each.owner == call.caller))
    owner = state.people.get(call.caller)
    limit = "0" if owner and owner.service_account else used if state.storage_full else str(15 * 1024**3)
    quota = {"limit": limit, "usage": used, "usageInDrive": used, "usageInDriveTrash": "0"}
    return {"kind": "drive#about", "user": person(call.caller, call.caller), "storageQuota": quota}


def _list(state: State, call: Call) -> Json:
    query = _parameter(call, "q")
    asked = drivequery.parse(query, call.caller, root_of(call.caller)) if query else None
    everywhere = flag(call, "includeItemsFromAllDrives") and flag(call, "supportsAllDrives")
    found = [
        file
        for file in state.files.values()
        if state.role(file.id, call.caller)
        and (everywhere or not drive_of(state, file.id))
        and not file.shared_drive
        and (asked is None or asked(_found(state, file, call.caller)))
    ]
    for key in reversed([each.strip() for each in _parameter(call, "orderBy").split(",") if each.strip()]):
        word, _, direction = key.partition(" ")
        if word not in _ORDERS or direction not in ("", "desc"):
            raise drivequery.invalid("orderBy")
        found.sort(key=_ORDERS[word], reverse=direction == "desc")
    begin, size = _page_begin(call), _page_size(call)
    files = [resource(state, each, call.caller) for each in found[begin : begin + size]]
    listed: Json = {"kind": "drive#fileList", "incompleteSearch": False, "files": files}
    return listed | ({"nextPageToken": f"~!!~{begin + size}"} if len(found) > begin + size else {})


_ORDERS: dict[str, Callable[[File], Any]] = {
    "name": lambda file: file.name,
    "name_natural": lambda file: file.name.lower(),
    "createdTime": lambda file: file.created,
    "modifiedTime": lambda file: file.modified,
    "folder": lambda file: file.mime_type != FOLDER,
}


def _found(state: State, file: File, caller: str) -> drivequery.Found:
    kept = permissions_of(state, file.id)
    addresses = {role: {each.get("emailAddress", "") for each in kept if at_least(each["role"], role)} for role in
                 ("writer", "reader")}  # fmt: skip
    return drivequery.Found(
        file.name, file.mime_type, file.modified, file.created, is_trashed(state, file.id), frozenset(file.parents),
        frozenset({file.owner} - {""}), frozenset(addresses["writer"]), frozenset(addresses["reader"]),
        file.owner != caller and not drive_of(state, file.id), file.app_properties,
    )  # fmt: skip


def _get(state: State, call: Call, file_id: str) -> Json | Media:
    if file_id == "root":
        return {"kind": "drive#file", "id": root_of(call.caller), "name": "My Drive", "mimeType": FOLDER}
    file = reach(state, call, file_id)
    if _parameter(call, "alt") != "media":
        return resource(state, file, call.caller)
    if file.mime_type.startswith("application/vnd.google-apps."):
        message = "Only files with binary content can be downloaded. Use Export with Docs Editors files."
        raise forbidden(message, "fileNotDownloadable")
    return Media(file.content, file.mime_type)


def _create(state: State, call: Call, media: Media | None) -> Json:
    said = _body(call)
    mime_type = said.get("mimeType") or (media.mime_type if media else "application/octet-stream")
    name = str(said.get("name") or "Untitled")
    parents = list(said.get("parents") or [])
    owner_for(state, call.caller, [root_of(call.caller) if each == "root" else each for each in parents])
    file_id = str(said.get("id") or new_id(state))
    if file_id in state.files:
        raise ApiError(409, "A file already exists with the provided ID.", "ALREADY_EXISTS", "fileIdInUse")
    spreadsheet = _converted(media, file_id, name) if media and mime_type == SPREADSHEET else None
    file = add_file(state, call, name, mime_type, parents, spreadsheet, file_id)
    file.app_properties = _properties({}, said)
    if media and spreadsheet is None:
        file.content = media.content
    return resource(state, file, call.caller)


def _converted(media: Media, file_id: str, title: str) -> Spreadsheet:
    from tests.google_emulator import conversion  # noqa: PLC0415 - openpyxl is slow to load

    convert = {XLSX: conversion.from_xlsx, CSV: conversion.from_csv}.get(media.mime_type.partition(";")[0].strip())
    if convert is None:
        raise ApiError(400, "Bad Request", "INVALID_ARGUMENT", "badRequest")
    try:
        return convert(media.content, file_id, title)
    except Exception as error:
        raise ApiError(400, "Bad Request", "INVALID_ARGUMENT", "badContent") from error


def _update(state: State, call: Call, file_id: str, media: Media | None) -> Json:
    file = reach(state, call, file_id, "writer")
    said = _body(call)
    if "parents" in said:
        message = (
            "The parents field is not directly writable in update requests. Use the addParents and removeParents "
            "parameters instead."
        )
        raise forbidden(message, "fieldNotWritable")
    if "trashed" in said and not at_least(state.role(file_id, call.caller), _who_trashes(state, file)):
        raise forbidden()
    with losing(state, call, file_id):
        _move(state, call, file)
    if media is not None:
        if file.mime_type == SPREADSHEET:
            file.spreadsheet = _converted(media, file_id, file.name)
        else:
            file.content, file.mime_type = media.content, said.get("mimeType") or media.mime_type
    if "name" in said:
        file.name = str(said["name"])
        if file.spreadsheet:
            file.spreadsheet.title = file.name
    if "trashed" in said:
        file.trashed = bool(said["trashed"])
        for inner in below(state, file_id)[1:]:
            state.stir(inner, call.caller, call.now)
    file.app_properties = _properties(file.app_properties, said)
    if media is not None or "name" in said:
        state.touch(file_id, call.caller, call.now)
    else:
        state.stir(file_id, call.caller, call.now)
    return resource(state, file, call.caller)


def _who_trashes(state: State, file: File) -> str:
    return "fileOrganizer" if drive_of(state, file.id) else "owner"


def _move(state: State, call: Call, file: File) -> None:
    added = [each for each in _parameter(call, "addParents").split(",") if each]
    removed = [each for each in _parameter(call, "removeParents").split(",") if each]
    own = {"root": root_of(call.caller)}
    for parent in added:
        if parent not in (*own, *own.values()):
            reach(state, call, parent, "writer")
    stay = [each for each in file.parents if each not in {own.get(parent, parent) for parent in removed}]
    parents = stay + [own.get(each, each) for each in added]
    if len(parents) > 1:
        message = "Increasing the number of parents is not allowed."
        raise forbidden(message, "cannotAddParent")
    file.parents = parents or file.parents


def _delete(state: State, call: Call, file_id: str) -> None:
    file = reach(state, call, file_id)
    if not at_least(state.role(file_id, call.caller), "organizer" if drive_of(state, file.id) else "owner"):
        raise forbidden()
    with losing(state, call, file_id):
        for each in below(state, file_id):
            state.files.pop(each, None)
            state.changes.pop(each, None)


def _copy(state: State, call: Call, file_id: str) -> Json:
    """The content goes along, the sharing does not; of the editors of protected ranges the copier remains."""
    source = reach(state, call, file_id)
    if source.mime_type == FOLDER:
        raise forbidden("This file cannot be copied by the user.", "cannotCopyFile")
    said = _body(call)
    name = str(said.get("name") or f"Copy of {source.name}")
    parents, spreadsheet = list(said.get("parents") or []), source.spreadsheet and draft_of(source.spreadsheet)
    made = add_file(state, call, name, source.mime_type, parents, spreadsheet)
    made.content = source.content
    made.app_properties = _properties(source.app_properties, said)
    if made.spreadsheet:
        made.spreadsheet.id, made.spreadsheet.title = made.id, name
        for sheet in made.spreadsheet.sheets:
            sheet.protections = [{**each, "editors": {"users": [call.caller]}} for each in sheet.protections]
    return resource(state, made, call.caller)


def _export(state: State, call: Call, file_id: str) -> Media:
    from tests.google_emulator import conversion  # noqa: PLC0415 - openpyxl is slow to load

    file = reach(state, call, file_id)
    if file.spreadsheet is None:
        raise forbidden("Export only supports Docs Editors files.", "fileNotExportable")
    mime_type = _parameter(call, "mimeType")
    if mime_type == XLSX:
        return Media(conversion.to_xlsx(file.spreadsheet), XLSX)
    if mime_type == CSV:
        return Media(conversion.to_csv(file.spreadsheet), CSV)
    raise ApiError(400, "The requested conversion is not supported.", "INVALID_ARGUMENT", "badRequest")


def _properties(kept: dict[str, str], said: Json) -> dict[str, str]:
    """What was kept and what is said now; null takes a property away."""
    merged = {**kept, **(said.get("appProperties") or {})}
    return {key: str(value) for key, value in merged.items() if value is not None}


def _body(call: Call) -> Json:
    if call.body is None:
        return {}
    if not isinstance(call.body, dict):
        raise ApiError(400, "Parse Error", "INVALID_ARGUMENT", "parseError")
    return call.body


def _parameter(call: Call, name: str) -> str:
    return call.query.get(name, [""])[-1]


def _page_size(call: Call) -> int:
    size = _parameter(call, "pageSize") or "100"
    if not size.isdecimal() or not 1 <= int(size) <= 1000:
        raise drivequery.invalid("pageSize")
    return int(size)


def _page_begin(call: Call) -> int:
    token = _parameter(call, "pageToken")
    if token and not token.removeprefix("~!!~").isdecimal():
        raise drivequery.invalid("pageToken")
    return int(token.removeprefix("~!!~")) if token else 0
