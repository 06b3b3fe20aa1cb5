"""The page on which a person plays a teacher: a book's tab as JSON, a typed cell or a button carried out in somebody's
name. How it looks is in page.html; what is allowed is decided where the API decides it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.google_emulator.answering import json_answer, json_of
from tests.google_emulator.driveaccess import SPREADSHEET, at_least, is_trashed
from tests.google_emulator.driveresource import moment, permissions_of
from tests.google_emulator.state import ApiError, Call, File, Json, Sheet
from tests.google_emulator.wire import Answer, Request

if TYPE_CHECKING:
    from tests.google_emulator.server import Emulator

HTML = Path(__file__).with_name("page.html")
SPARE_ROWS, SPARE_COLUMNS = 5, 1  # shown beyond the last cell with something in it
ROLES = {
    "owner": "владелец", "organizer": "менеджер диска", "fileOrganizer": "контент-менеджер", "writer": "редактор",
    "commenter": "комментатор", "reader": "читатель",
}  # fmt: skip
REFUSALS = (  # a part of Google's sentence, what it means
    ("protected", "Этот диапазон защищён: изменять его могут только указанные в защите люди."),
    ("validation", "Такое значение здесь не разрешено: ячейка принимает только то, что задано в её проверке данных."),
    ("does not have permission", "Эта книга открыта вам только для просмотра."),
    ("exceeds grid limits", "Такой ячейки нет: она за краем вкладки."),
    ("already exists", "Вкладка с таким названием уже есть."),
    ("filter", "Мешает включённый фильтр."),
    ("merge", "Мешают объединённые ячейки."),
)


def answer(emulator: Emulator, request: Request) -> Answer:
    """GET / and /books/<id> give the page; /books.json, /books/<id>/grid.json, POST …/type and …/do serve it."""
    path = [unquote(each) for each in request.target.path.strip("/").split("/")]
    with emulator.state.lock:
        match request.method, path:
            case "GET", [""] | ["books", _]:
                return Answer(200, HTML.read_bytes(), "text/html; charset=utf-8")
            case "GET", ["books.json"]:
                return json_answer(_books(emulator))
            case "GET", ["books", file_id, "grid.json"]:
                query = {name: values[-1] for name, values in request.query.items()}
                return json_answer(_grid(emulator, emulator.state.files[file_id], query))
            case "POST", ["books", file_id, ("type" | "do") as what] if request.content_type == "application/json":
                return json_answer(_carried_out(emulator, file_id, what, json_of(request.body)))
    raise ApiError(400, f"The emulator does not know {request.method} {request.target.path}", "INVALID_ARGUMENT")


def _books(emulator: Emulator) -> Json:
    files = [each for each in emulator.state.files.values() if each.mime_type == SPREADSHEET]
    books = [
        {
            "id": each.id, "name": each.name, "owner": each.owner, "modified": moment(each.modified),
            "by": each.modified_by, "trashed": is_trashed(emulator.state, each.id),
        }
        for each in sorted(files, key=lambda each: each.name)
    ]  # fmt: skip
    return {"books": books}


def _people(emulator: Emulator, file: File) -> list[Json]:
    """Those who may open the book; a service account is nobody's face."""
    kept = sorted(permissions_of(emulator.state, file.id), key=lambda each: list(ROLES).index(each["role"]))
    return [
        {"email": email, "role": ROLES[emulator.state.role(file.id, email)]}
        for each in kept
        if (email := each.get("emailAddress")) and not emulator.state.people[email].service_account
    ]


def _grid(emulator: Emulator, file: File, query: dict[str, str]) -> Json:
    """One tab, or only its stamp if nothing has changed since the stamp in the query. A cell is [row, column, what it
    shows, number of its look, note, formula]."""
    assert file.spreadsheet is not None
    sheets, people = file.spreadsheet.sheets, _people(emulator, file)
    caller = query.get("as") or (people[0]["email"] if people else "")
    shown = [each for each in sheets if not each.hidden]
    sheet = next((each for each in sheets if str(each.id) == query.get("tab")), shown[0])
    stamp = f"{file.version}-{sheet.id}-{caller}"
    if query.get("since") == stamp:
        return {"stamp": stamp}
    return {
        "stamp": stamp, "title": file.name, "people": people, "as": caller,
        "trashed": is_trashed(emulator.state, file.id),
        "tabs": [
            {"id": each.id, "title": each.title, "hidden": each.hidden, "closed": _is_closed(each, caller, file)}
            for each in sheets
        ],
        "tab": _tab(emulator, file, sheet),
    }  # fmt: skip


def _is_closed(sheet: Sheet, caller: str, file: File) -> bool:
    """Whether the tab as a whole is protected from this person."""
    return caller != file.owner and any(
        not protection.get("warningOnly")
        and "startRowIndex" not in protection.get("range", {})
        and "startColumnIndex" not in protection.get("range", {})
        and caller not in protection.get("editors", {}).get("users", [])
        for protection in sheet.protections
    )


def _tab(emulator: Emulator, file: File, sheet: Sheet) -> Json:
    from tests.google_emulator import sheets  # noqa: PLC0415 - the two sides know each other

    assert file.spreadsheet is not None
    filled = [at for at, cell in sheet.cells.items() if cell.entered is not None or cell.note]
    rows = min(max((at[0] for at in filled), default=0) + 1 + SPARE_ROWS, sheet.rows)
    columns = min(max((at[1] for at in filled), default=0) + 1 + SPARE_COLUMNS, sheet.columns)
    sheets.shown(file.spreadsheet, sheet, 0, 0, emulator.clock.now())  # formulas learn what day it is
    looks: dict[str, int] = {"": 0}
    cells = []
    for (row, column), cell in sheet.cells.items():
        if row < rows and column < columns:
            blank = cell.entered is None
            effective, text = ({}, "") if blank else sheets.shown(file.spreadsheet, sheet, row, column)
            look = looks.setdefault(_css(cell.format, effective), len(looks))
            cells.append([row, column, text, look, cell.note, cell.entered if cell.is_formula else None])
    return {
        "id": sheet.id, "title": sheet.title, "rows": rows, "columns": columns, "cells": cells, "looks": list(looks),
        "frozenRows": sheet.frozen_rows, "frozenColumns": sheet.frozen_columns,
        "hiddenRows": _hidden(sheet.row_metadata), "hiddenColumns": _hidden(sheet.column_metadata),
        "widths": {at: size["pixelSize"] for at, size in sheet.column_metadata.items() if "pixelSize" in size},
        "merges": sheet.merges,
    }  # fmt: skip


def _hidden(sizes: dict[int, Json]) -> list[int]:
    return [at for at, size in sizes.items() if size.get("hiddenByUser") or size.get("hiddenByFilter")]


def _css(look: Json, effective: Json) -> str:
    text = look.get("textFormat", {})
    side = look.get("horizontalAlignment", "RIGHT" if "numberValue" in effective else "")
    turned = look.get("textRotation", {})
    said = {
        "background": _colour(look.get("backgroundColor")),
        "color": _colour(text.get("foregroundColor")),
        "font-weight": "600" if text.get("bold") else "",
        "font-style": "italic" if text.get("italic") else "",
        "text-decoration": "line-through" if text.get("strikethrough") else "",
        "text-align": side.lower(),
        "white-space": "normal" if look.get("wrapStrategy") == "WRAP" else "",
        "--turned": "1" if turned.get("vertical") or turned.get("angle") else "",
    }
    return ";".join(f"{name}:{value}" for name, value in said.items() if value)


def _colour(colour: Json | None) -> str:
    if colour is None:
        return ""
    return "#" + "".join(f"{round(colour.get(channel, 0) * 255):02x}" for channel in ("red", "green", "blue"))


def _carried_out(emulator: Emulator, file_id: str, what: str, said: Json) -> Json:
    from tests.google_emulator import sheets  # noqa: PLC0415 - the two sides know each other

    state, now, caller = emulator.state, emulator.clock.now(), str(said.get("as", ""))
    try:
        if not at_least(state.role(file_id, caller), "writer"):
            raise ApiError(403, "The caller does not have permission", "PERMISSION_DENIED")
        if what == "type":
            place = (int(said["tab"]), int(said["row"]), int(said["column"]))
            sheets.type_into(state, file_id, *place, str(said["text"]), caller, now)
        else:
            sheet = next(each for each in emulator.spreadsheet(file_id).sheets if each.id == said["tab"])
            body = {"requests": [_REQUESTS[str(said["what"])](sheet, said)]}
            path = ("v4", "spreadsheets", file_id)
            sheets.answer(state, Call("POST", path, "batchUpdate", {}, body, caller, now))
    except ApiError as error:
        russian = next((words for part, words in REFUSALS if part in error.message), "Google отказал.")
        return {"refused": {"google": error.message, "russian": russian}}
    return {"done": True}


def _insert(sheet: Sheet, said: Json, dimension: str, at: int) -> Json:
    span = {"sheetId": sheet.id, "dimension": dimension, "startIndex": at, "endIndex": at + 1}
    return {"insertDimension": {"range": span, "inheritFromBefore": at > 0}}


def _sort(sheet: Sheet, said: Json) -> Json:
    """The rows below the frozen ones, down to the last with something in it, by the chosen column."""
    filled = [at for at, cell in sheet.cells.items() if cell.entered is not None]
    area = {
        "sheetId": sheet.id, "startRowIndex": sheet.frozen_rows, "startColumnIndex": 0,
        "endRowIndex": max((at[0] for at in filled), default=0) + 1, "endColumnIndex": sheet.columns,
    }  # fmt: skip
    order = "DESCENDING" if said.get("descending") else "ASCENDING"
    return {"sortRange": {"range": area, "sortSpecs": [{"dimensionIndex": int(said["column"]), "sortOrder": order}]}}


def _delete_row(sheet: Sheet, said: Json) -> Json:
    row = int(said["row"])
    span = {"sheetId": sheet.id, "dimension": "ROWS", "startIndex": row, "endIndex": row + 1}
    return {"deleteDimension": {"range": span}}


def _rename(sheet: Sheet, said: Json) -> Json:
    properties = {"sheetId": sheet.id, "title": str(said["title"])}
    return {"updateSheetProperties": {"properties": properties, "fields": "title"}}


_REQUESTS: dict[str, Callable[[Sheet, Any], Json]] = {
    "insert-row": lambda sheet, said: _insert(sheet, said, "ROWS", int(said["row"])),
    "insert-column": lambda sheet, said: _insert(sheet, said, "COLUMNS", int(said["column"])),
    "delete-row": _delete_row,
    "sort": _sort,
    "rename": _rename,
}
