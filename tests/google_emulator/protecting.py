"""Protected ranges: who may edit what, and the requests that add, change and remove them."""

from __future__ import annotations

from tests.google_emulator.areas import OPEN, Area, as_range, of_range
from tests.google_emulator.editing import Edit, bad
from tests.google_emulator.masks import fields_of, leaves
from tests.google_emulator.state import ApiError, Json, Sheet, Spreadsheet

REFUSED = (
    "You are trying to edit a protected cell or object. "
    "Please contact the spreadsheet owner to remove protection if you need to edit."
)


def refused() -> ApiError:
    return bad(REFUSED)


def binds(protection: Json, caller: str, owner: str) -> bool:
    """Whether a protection keeps the caller out: never the owner, an editor, or anybody if it only warns."""
    if caller == owner or protection.get("warningOnly"):
        return False
    return caller.lower() not in [user.lower() for user in protection.get("editors", {}).get("users", [])]


def place_of(book: Spreadsheet, protection: Json) -> Area:
    """What a protection covers, open sides included."""
    if name := protection.get("namedRangeId"):
        named = next((named for named in book.named_ranges if named["namedRangeId"] == name), None)
        return of_range(named["range"]) if named else Area(-1, 0, 0, 0, 0)
    return of_range(protection.get("range", {}))


def is_whole_sheet(area: Area) -> bool:
    return (area.top, area.left, area.bottom, area.right) == (0, 0, OPEN, OPEN)


def guard(edit: Edit, area: Area) -> None:
    """Raise ApiError 400 if a protection keeps the caller out of any cell of the area."""
    for protection in edit.sheet(area.sheet).protections:
        if binds(protection, edit.caller, edit.owner) and _reaches(edit.book, protection, area):
            raise refused()


def _reaches(book: Spreadsheet, protection: Json, area: Area) -> bool:
    common = place_of(book, protection).common(area)
    left = [common] if common else []
    for open_range in protection.get("unprotectedRanges", []):
        hole = of_range(open_range)
        left = [piece for whole in left for piece in whole.without(hole)]
    return bool(left)


def guard_sheet(edit: Edit, sheet: Sheet, *, partly: bool = False) -> None:
    """Raise ApiError 400 if the sheet is protected as a whole; with `partly` if anything on it is."""
    for protection in sheet.protections:
        if binds(protection, edit.caller, edit.owner) and (partly or is_whole_sheet(place_of(edit.book, protection))):
            raise refused()


def guard_insert(edit: Edit, sheet: Sheet, rows: bool, at: int) -> None:
    """Raise ApiError 400 if new rows (columns) before `at` would widen a protection or stand in a protected sheet."""
    for protection in sheet.protections:
        area = place_of(edit.book, protection)
        start, end = (area.top, area.bottom) if rows else (area.left, area.right)
        inside = start < at < end or (start == 0 and end == OPEN)
        if inside and binds(protection, edit.caller, edit.owner):
            raise refused()


def shown_to(protection: Json, caller: str, owner: str) -> Json:
    """A protection as Google tells it: who may edit is told only to those who may."""
    told = {key: value for key, value in protection.items() if key != "editors" and value not in (False, "", [])}
    if "range" in told:
        told["range"] = as_range(of_range(told["range"]))
    if "unprotectedRanges" in told:
        told["unprotectedRanges"] = [as_range(of_range(one)) for one in told["unprotectedRanges"]]
    if caller == owner or caller.lower() in [u.lower() for u in protection.get("editors", {}).get("users", [])]:
        told["requestingUserCanEdit"] = True
        told["editors"] = protection.get("editors", {})
    elif protection.get("warningOnly"):
        told["requestingUserCanEdit"] = True
    return told


# Requests

_FIELDS = ("range", "namedRangeId", "description", "warningOnly", "editors", "unprotectedRanges")


def add(edit: Edit, request: Json) -> Json:
    given = request.get("protectedRange") or {}
    number = given.get("protectedRangeId") or edit.new_id()
    if any(old["protectedRangeId"] == number for sheet in edit.book.sheets for old in sheet.protections):
        raise bad(f"There is already a protected range with id: {number}")
    protection = _checked(edit, {"protectedRangeId": number} | {key: given[key] for key in _FIELDS if key in given})
    sheet = edit.sheet(place_of(edit.book, protection).sheet)
    guard(edit, place_of(edit.book, protection))
    sheet.protections.append(protection)
    return {"addProtectedRange": {"protectedRange": shown_to(protection, edit.caller, edit.owner)}}


def update(edit: Edit, request: Json) -> Json:
    given, mask = request.get("protectedRange") or {}, fields_of(request)
    sheet, old = _found(edit, given.get("protectedRangeId"))
    names = {path[0] for path in leaves(mask)} or set(_FIELDS)
    changed = {key: value for key, value in old.items() if key not in names or key == "protectedRangeId"}
    for name in names.intersection(_FIELDS):
        inner = mask.get(name) if mask else None
        if name in given:
            changed[name] = {**old.get(name, {}), **given[name]} if inner else given[name]
    changed = _checked(edit, changed)
    sheet.protections.remove(old)
    edit.sheet(place_of(edit.book, changed).sheet).protections.append(changed)
    return {}


def delete(edit: Edit, request: Json) -> Json:
    sheet, old = _found(edit, request.get("protectedRangeId"))
    sheet.protections.remove(old)
    return {}


def _found(edit: Edit, number: object) -> tuple[Sheet, Json]:
    """Raises ApiError 400 for an unknown protection and for one that keeps the caller out."""
    for sheet in edit.book.sheets:
        for protection in sheet.protections:
            if protection["protectedRangeId"] == number:
                if edit.caller != edit.owner and binds({**protection, "warningOnly": False}, edit.caller, edit.owner):
                    raise refused()
                return sheet, protection
    raise bad(f"No protected range with id: {number}")


def _checked(edit: Edit, protection: Json) -> Json:
    """As it is kept: on its sheet, and open to whoever made it."""
    if ("range" in protection) == ("namedRangeId" in protection):
        raise bad("Exactly one of range or namedRangeId must be set.")
    if "range" in protection:
        edit.area(protection["range"])
    for free in protection.get("unprotectedRanges", []):
        edit.area(free)
    if protection.get("unprotectedRanges") and not is_whole_sheet(place_of(edit.book, protection)):
        raise bad("unprotectedRanges can only be set on protected sheets.")
    if protection.get("warningOnly") and protection.get("editors", {}).get("users"):
        raise bad("Warning only protected ranges can not have editors.")
    editors = dict(protection.get("editors") or {})
    users = list(editors.get("users") or [])
    if edit.caller != edit.owner and not protection.get("warningOnly") and edit.caller not in users:
        users.append(edit.caller)
    editors = {key: value for key, value in editors.items() if value} | ({"users": users} if users else {})
    return {**protection, "editors": editors}
