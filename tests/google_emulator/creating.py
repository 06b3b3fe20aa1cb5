"""New spreadsheets: a fresh one as Google makes it, and spreadsheets.create with whatever its body asks for."""

from __future__ import annotations

from tests.google_emulator import batch, tabs
from tests.google_emulator.editing import Edit, bad
from tests.google_emulator.formulas.engine import engine_of
from tests.google_emulator.state import ApiError, Call, Json, Sheet, Spreadsheet, State

MIME_TYPE = "application/vnd.google-apps.spreadsheet"


def new_spreadsheet(file_id: str, title: str) -> Spreadsheet:
    """One empty tab, American, in Greenwich: whoever wants it otherwise must say so."""
    return Spreadsheet(file_id, title, sheets=[Sheet(0, "Sheet1")])


def create(state: State, call: Call, body: Json) -> Spreadsheet:
    """A new file of the caller's. Raises ApiError 403 for a service account, which may own nothing, and for a person
    whose storage is full; 400 for a body that makes no sense, and then there is no file."""
    from tests.google_emulator import drive  # noqa: PLC0415 - the two sides know each other

    person = state.people.get(call.caller)
    if person and person.service_account and not state.service_accounts_may_own:
        raise ApiError(403, "The caller does not have permission", "PERMISSION_DENIED")
    properties = body.get("properties") or {}
    book = new_spreadsheet(drive.new_id(state), str(properties.get("title") or "Untitled spreadsheet"))
    edit = Edit(book, call.caller, call.caller, call.now, state.chance, engine_of(book))
    _furnish(edit, body)
    drive.add_file(state, call, book.title, MIME_TYPE, [], book, book.id)
    return book


def _furnish(edit: Edit, body: Json) -> None:
    properties = {key: value for key, value in (body.get("properties") or {}).items() if key in ("locale", "timeZone")}
    if properties:
        tabs.update_spreadsheet(edit, {"properties": properties, "fields": ",".join(properties)})
    given = body.get("sheets") or []
    if given:
        edit.book.sheets = []
    for number, sheet in enumerate(given):
        said = dict(sheet.get("properties") or {})
        said.setdefault("sheetId", 0 if number == 0 else None)
        added = tabs.add_sheet(edit, {"properties": {key: value for key, value in said.items() if value is not None}})
        _fill(edit, sheet, added["addSheet"]["properties"]["sheetId"])
    if not any(not sheet.hidden for sheet in edit.book.sheets):
        raise bad("You can't hide all the sheets in a document.")
    requests: list[Json] = [{"addNamedRange": {"namedRange": one}} for one in body.get("namedRanges") or []]
    requests += [
        {"createDeveloperMetadata": {"developerMetadata": one}} for one in body.get("developerMetadata") or []
    ]
    if requests:
        batch.carried_out(edit, requests)


def _fill(edit: Edit, sheet: Json, number: int) -> None:
    """Cells, merges, protections and conditional formats of a tab, as the requests that would make them."""
    requests: list[Json] = []
    for data in sheet.get("data") or []:
        start = {"sheetId": number, "rowIndex": data.get("startRow", 0), "columnIndex": data.get("startColumn", 0)}
        if data.get("rowData"):
            requests.append({"updateCells": {"start": start, "rows": data["rowData"], "fields": "*"}})
    requests += [{"mergeCells": {"range": {**one, "sheetId": number}}} for one in sheet.get("merges") or []]
    for one in sheet.get("protectedRanges") or []:
        place = {**(one.get("range") or {}), "sheetId": number}
        requests.append({"addProtectedRange": {"protectedRange": {**one, "range": place}}})
    for place_, rule in enumerate(sheet.get("conditionalFormats") or []):
        ranges = [{**one, "sheetId": number} for one in rule.get("ranges") or []]
        requests.append({"addConditionalFormatRule": {"rule": {**rule, "ranges": ranges}, "index": place_}})
    if sheet.get("basicFilter"):
        place = {**(sheet["basicFilter"].get("range") or {}), "sheetId": number}
        requests.append({"setBasicFilter": {"filter": {**sheet["basicFilter"], "range": place}}})
    if requests:
        batch.carried_out(edit, requests)
