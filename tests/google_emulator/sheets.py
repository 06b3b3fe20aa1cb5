"""Google Sheets v4: what the server asks of this side. Routes a call, checks rights, puts drafts in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.google_emulator import a1, metadata, tabs, values
from tests.google_emulator.areas import Area
from tests.google_emulator.batch import carried_out
from tests.google_emulator.creating import create, new_spreadsheet
from tests.google_emulator.editing import BLANK, Edit, bad, beyond, draft_of, local, put_in_place, sheet_of
from tests.google_emulator.formulas.engine import engine_of
from tests.google_emulator.masks import Mask, below, check, parsed, pruned, wants
from tests.google_emulator.protecting import guard
from tests.google_emulator.resource import SPREADSHEET, Places, Telling, by_sheet, extended, formatted
from tests.google_emulator.state import ApiError, Call, File, Json, Sheet, Spreadsheet, State
from tests.google_emulator.validating import satisfies

__all__ = ["answer", "new_spreadsheet", "shown", "type_into"]

WRITERS = ("owner", "organizer", "fileOrganizer", "writer")
BATCH_ANSWER = {"spreadsheetId": None, "replies": None, "updatedSpreadsheet": SPREADSHEET}


def answer(state: State, call: Call) -> Json:
    """The JSON of any request to /v4/spreadsheets…; raises ApiError for what fails, 400 for what is not understood."""
    with state.lock:
        request = _Request(state, _mended(call))
        told = request.answer()
        mask = parsed(request.one("fields"))
        return told if request.pruned else pruned(told, mask)


def type_into(
    state: State, file_id: str, sheet_id: int, row: int, column: int, text: str, by: str, now: datetime
) -> None:
    """A person types into a cell. Raises ApiError 400 if the cell is protected against them, outside the grid, or has a
    strict validation rule that the value breaks."""
    with state.lock:
        file, book = _opened(state, file_id, by, writing=True)
        with _edited(state, file, book, by, now) as edit:
            sheet = edit.sheet(sheet_id)
            area = Area(sheet_id, row, column, row + 1, column + 1)
            if not (0 <= row < sheet.rows and 0 <= column < sheet.columns):
                raise beyond(sheet, area)
            guard(edit, area)
            year = local(edit.book, now).year
            values.set_value(edit, sheet, row, column, text, typed=True, year=year)
            cell = sheet.cells.get((row, column), BLANK)
            rule = cell.validation
            if rule and rule.get("strict"):
                engine = edit.engine.look_at(edit.book, now)
                if not satisfies(engine, rule, cell, sheet_id, row, column):
                    place = f"{a1.letters(column)}{row + 1}"
                    raise bad(
                        f"The data you entered in cell {place} violates the data validation rules set on this cell. "
                        f"{rule.get('inputMessage', '')}".strip()
                    )


def shown(
    spreadsheet: Spreadsheet, sheet: Sheet, row: int, column: int, now: datetime | None = None
) -> tuple[Json, str]:
    """effectiveValue ({} if blank) and formattedValue of a cell; `now` moves TODAY(), else it stays as it was."""
    engine = engine_of(spreadsheet)
    if now is not None or not engine.is_current(sheet, row, column):
        engine.look_at(spreadsheet, now)
    cell, value = sheet.cells.get((row, column)), engine.value(sheet.id, row, column)
    return extended(value, spreadsheet.locale), formatted(cell, value, spreadsheet.locale) if value is not None else ""


def _opened(state: State, file_id: str, caller: str, *, writing: bool) -> tuple[File, Spreadsheet]:
    """Raises ApiError 404 for what is not there, 403 for want of rights, 400 for what is no spreadsheet."""
    file = state.files.get(file_id)
    if file is None:
        raise ApiError(404, "Requested entity was not found.", "NOT_FOUND")
    role = state.role(file_id, caller)
    if not role or (writing and role not in WRITERS):
        raise ApiError(403, "The caller does not have permission", "PERMISSION_DENIED")
    if file.spreadsheet is None:
        raise ApiError(400, "This operation is not supported for this document", "FAILED_PRECONDITION")
    return file, file.spreadsheet


@contextmanager
def _edited(state: State, file: File, book: Spreadsheet, caller: str, now: datetime) -> Iterator[Edit]:
    """A draft that takes its place if nothing is raised."""
    title, draft = book.title, draft_of(book)
    edit = Edit(draft, _master(state, file, caller), caller, now, state.chance, engine_of(book))
    yield edit
    put_in_place(book, draft)
    if book.title != title:
        file.name = book.title
    state.touch(file.id, caller, now)


def _master(state: State, file: File, caller: str) -> str:
    """Whom no protection binds: the owner; on a shared drive, which has none, its managers."""
    return caller if not file.owner and state.role(file.id, caller) == "organizer" else file.owner


def _mended(call: Call) -> Call:
    """A range with its colon not encoded has lost its end to the verb."""
    if len(call.path) == 5 and call.path[3] == "values" and call.verb and call.verb not in ("append", "clear"):
        return replace(call, path=(*call.path[:4], f"{call.path[4]}:{call.verb}"), verb="")
    return call


class _Request:
    """A call with its parameters at hand."""

    def __init__(self, state: State, call: Call) -> None:
        self.state, self.call = state, call
        self.body: Json = call.body if isinstance(call.body, dict) else {}
        self.pruned = False  # whether the mask has been applied already

    def one(self, name: str, snake: str = "") -> str | None:
        given = self.call.query.get(name) or self.call.query.get(snake) or []
        return given[-1] if given else None

    def flag(self, name: str) -> bool:
        said = self.body.get(name, self.one(name))
        return said is True or str(said).lower() == "true"

    def said(self, name: str, default: str) -> str:
        """A parameter of the query or the body."""
        return str(self.one(name) or self.body.get(name) or default)

    def answer(self) -> Json:
        path = self.call.path
        if path[:2] != ("v4", "spreadsheets"):
            raise bad("Unknown request.")
        found = _ROUTES.get(self._route())
        if found is None:
            verb = f":{self.call.verb}" if self.call.verb else ""
            raise bad(f"Unknown request: {self.call.method} /{'/'.join(path)}{verb}")
        return found(self)

    def _route(self) -> tuple[str, str, str]:
        """Method, the path with «*» for ids and ranges, verb."""
        words = ["*" if number in (0, 2) else word for number, word in enumerate(self.call.path[2:])]
        return self.call.method, "/".join(words), self.call.verb

    # Files

    def open(self, *, writing: bool = False) -> tuple[File, Spreadsheet]:
        return _opened(self.state, self.call.path[2], self.call.caller, writing=writing)

    def telling(self) -> Telling:
        file, book = self.open()
        engine = engine_of(book).look_at(book, self.call.now)
        return Telling(book, engine, self.call.caller, _master(self.state, file, self.call.caller))

    @contextmanager
    def edit(self) -> Iterator[Edit]:
        file, book = self.open(writing=True)
        with _edited(self.state, file, book, self.call.caller, self.call.now) as edit:
            yield edit

    # Spreadsheets

    def create(self) -> Json:
        book = create(self.state, self.call, self.body)
        file = self.state.files[book.id]
        mask = self._mask(SPREADSHEET)
        engine = engine_of(book).look_at(book, self.call.now)
        return Telling(book, engine, self.call.caller, file.owner).spreadsheet(mask)

    def _mask(self, known: Json) -> Mask:
        mask = parsed(self.one("fields"))
        check(mask, known)
        self.pruned = True
        return mask

    def get(self) -> Json:
        mask, telling = self._mask(SPREADSHEET), self.telling()
        places = by_sheet([a1.read(telling.book, text) for text in self.call.query.get("ranges", [])])
        return telling.spreadsheet(mask, places, data=self.flag("includeGridData"))

    def get_by_filter(self) -> Json:
        mask, telling = self._mask(SPREADSHEET), self.telling()
        filters = self.body.get("dataFilters") or []
        found = [area for one in filters for area in metadata.areas(telling.book, one)]
        places: Places | None = by_sheet(found)
        if filters and not places:
            places = {-1: []}
        return telling.spreadsheet(mask, places, data=self.flag("includeGridData"))

    def batch_update(self) -> Json:
        mask = self._mask(BATCH_ANSWER)
        with self.edit() as edit:
            replies = carried_out(edit, self.body.get("requests"))
        told: Json = {}
        if wants(mask, "spreadsheetId"):
            told["spreadsheetId"] = self.call.path[2]
        if wants(mask, "replies"):
            told["replies"] = pruned(replies, below(mask, "replies"))
        if self.flag("includeSpreadsheetInResponse") and wants(mask, "updatedSpreadsheet"):
            telling = self.telling()
            places = by_sheet([a1.read(telling.book, text) for text in self.body.get("responseRanges") or []])
            told["updatedSpreadsheet"] = telling.spreadsheet(
                below(mask, "updatedSpreadsheet"), places, data=self.flag("responseIncludeGridData")
            )
        return told

    def copy_to(self) -> Json:
        _, book = self.open()
        target = str(self.body.get("destinationSpreadsheetId") or "")
        source = sheet_of(book, self._sheet_id())
        file, other = _opened(self.state, target, self.call.caller, writing=True)
        with _edited(self.state, file, other, self.call.caller, self.call.now) as edit:
            return tabs.copy_to(edit, source)

    def _sheet_id(self) -> int:
        text = self.call.path[4]
        if not re.fullmatch(r"\d+", text):
            raise bad(f"Invalid value at 'sheet_id' (TYPE_INT32), \"{text}\"")
        return int(text)

    # Developer metadata

    def metadata_get(self) -> Json:
        _, book = self.open()
        return metadata.get(book, self.call.path[4])

    def metadata_search(self) -> Json:
        _, book = self.open()
        return metadata.search(book, self.body)

    # Values

    def render(self) -> values.Render:
        return values.Render(
            self.said("valueRenderOption", "FORMATTED_VALUE"),
            self.said("dateTimeRenderOption", "SERIAL_NUMBER"),
            values.major(self.said("majorDimension", "ROWS")),
        )

    def values_get(self) -> Json:
        render, telling = self.render(), self.telling()
        return values.value_range(telling.book, telling.engine, a1.read(telling.book, self.call.path[4]), render)

    def values_batch_get(self) -> Json:
        render, telling = self.render(), self.telling()
        areas = [a1.read(telling.book, text) for text in self.call.query.get("ranges", [])]
        ranges = [values.value_range(telling.book, telling.engine, area, render) for area in areas]
        return {"spreadsheetId": telling.book.id} | ({"valueRanges": ranges} if ranges else {})

    def values_batch_get_by_filter(self) -> Json:
        render, telling = self.render(), self.telling()
        found: dict[Area, list[Json]] = {}
        for one in self.body.get("dataFilters") or []:
            for area in metadata.areas(telling.book, one):
                found.setdefault(area, []).append(one)
        ranges = [
            {"valueRange": values.value_range(telling.book, telling.engine, area, render), "dataFilters": filters}
            for area, filters in found.items()
        ]
        return {"spreadsheetId": telling.book.id} | ({"valueRanges": ranges} if ranges else {})

    def _response_render(self) -> values.Render:
        return values.Render(
            self.said("responseValueRenderOption", "FORMATTED_VALUE"),
            self.said("responseDateTimeRenderOption", "SERIAL_NUMBER"),
        )

    def _with_data(self, told: Json, area: Area) -> Json:
        """`updatedData` is told on demand only, and from the spreadsheet as it has become."""
        if not self.flag("includeValuesInResponse"):
            return told
        telling = self.telling()
        data = values.value_range(telling.book, telling.engine, area, self._response_render())
        return {**told, "updatedData": data}

    def values_update(self) -> Json:
        typed = values.input_option(self.one("valueInputOption", "value_input_option"))
        with self.edit() as edit:
            area = a1.read(edit.book, self.call.path[4])
            written = values.write(edit, area, values.rows_of(self.body), typed=typed)
            told = written.told(edit.book.id, edit.sheet(area.sheet))
        return self._with_data(told, written.area)

    def _values_batch(self, place: Callable[[Edit, Json], Area]) -> tuple[list[values.Written], list[Json]]:
        typed = values.input_option(self.body.get("valueInputOption"))
        given, written = self.body.get("data") or [], []
        with self.edit() as edit:
            for number, one in enumerate(given):
                rows = values.rows_of(one, f"data[{number}]")
                written.append(values.write(edit, place(edit, one), rows, typed=typed))
            told = [one.told(edit.book.id, edit.sheet(one.area.sheet)) for one in written]
        return written, [self._with_data(said, one.area) for said, one in zip(told, written, strict=True)]

    def values_batch_update(self) -> Json:
        written, told = self._values_batch(lambda edit, one: a1.read(edit.book, str(one.get("range") or "")))
        return values.totals(self.call.path[2], written, told)

    def values_batch_update_by_filter(self) -> Json:
        written, told = self._values_batch(lambda edit, one: values.filtered(edit.book, one.get("dataFilter") or {}))
        responses = [
            {key: value for key, value in said.items() if key != "spreadsheetId"} | {"dataFilter": one["dataFilter"]}
            for said, one in zip(told, self.body.get("data") or [], strict=True)
        ]
        return values.totals(self.call.path[2], written, responses)

    def values_append(self) -> Json:
        typed = values.input_option(self.one("valueInputOption", "value_input_option"))
        insert = self.one("insertDataOption", "insert_data_option") == "INSERT_ROWS"
        with self.edit() as edit:
            area = a1.read(edit.book, self.call.path[4])
            table, written = values.append(edit, area, values.rows_of(self.body), typed=typed, insert=insert)
            sheet = edit.sheet(area.sheet)
            updates = written.told(edit.book.id, sheet)
            told: Json = {"spreadsheetId": edit.book.id}
            if table:
                told["tableRange"] = a1.written(sheet, table)
        return {**told, "updates": self._with_data(updates, written.area)}

    def values_clear(self) -> Json:
        with self.edit() as edit:
            area = values.clear(edit, a1.read(edit.book, self.call.path[4]))
            return {"spreadsheetId": edit.book.id, "clearedRange": a1.written(edit.sheet(area.sheet), area)}

    def _cleared(self, find: Callable[[Edit], list[Area]]) -> Json:
        with self.edit() as edit:
            areas = [values.clear(edit, area) for area in find(edit)]
            told = [a1.written(edit.sheet(area.sheet), area) for area in areas]
        return {"spreadsheetId": self.call.path[2]} | ({"clearedRanges": told} if told else {})

    def values_batch_clear(self) -> Json:
        return self._cleared(lambda edit: [a1.read(edit.book, text) for text in self.body.get("ranges") or []])

    def values_batch_clear_by_filter(self) -> Json:
        return self._cleared(
            lambda edit: [a for one in self.body.get("dataFilters") or [] for a in metadata.areas(edit.book, one)]
        )


_ROUTES: dict[tuple[str, str, str], Callable[[_Request], Any]] = {
    ("POST", "", ""): _Request.create,
    ("GET", "*", ""): _Request.get,
    ("POST", "*", "batchUpdate"): _Request.batch_update,
    ("POST", "*", "getByDataFilter"): _Request.get_by_filter,
    ("GET", "*/values/*", ""): _Request.values_get,
    ("PUT", "*/values/*", ""): _Request.values_update,
    ("POST", "*/values/*", "append"): _Request.values_append,
    ("POST", "*/values/*", "clear"): _Request.values_clear,
    ("GET", "*/values", "batchGet"): _Request.values_batch_get,
    ("POST", "*/values", "batchUpdate"): _Request.values_batch_update,
    ("POST", "*/values", "batchClear"): _Request.values_batch_clear,
    ("POST", "*/values", "batchGetByDataFilter"): _Request.values_batch_get_by_filter,
    ("POST", "*/values", "batchUpdateByDataFilter"): _Request.values_batch_update_by_filter,
    ("POST", "*/values", "batchClearByDataFilter"): _Request.values_batch_clear_by_filter,
    ("GET", "*/developerMetadata/*", ""): _Request.metadata_get,
    ("POST", "*/developerMetadata", "search"): _Request.metadata_search,
    ("POST", "*/sheets/*", "copyTo"): _Request.copy_to,
}
