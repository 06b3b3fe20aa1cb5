"""One spreadsheet, the people around it, and short ways to ask the Sheets side without a server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.google_emulator import sheets
from tests.google_emulator.state import ApiError, Call, File, Json, Person, Sheet, Spreadsheet, State

OWNER, TEACHER, READER = "owner@school.example", "ivanova@school.example", "deputy@school.example"
STRANGER, ROBOT = "x@elsewhere.example", "robot@project.example"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
BOOK = "book"


class Book:
    """The spreadsheet «book»: its owner, a teacher and a service account who write, a deputy who reads."""

    def __init__(self, locale: str = "en_US") -> None:
        self.state = State()
        for email in (OWNER, TEACHER, READER, STRANGER):
            self.state.people[email] = Person(email)
        self.state.people[ROBOT] = Person(ROBOT, service_account=True)
        roles = ((OWNER, "owner"), (TEACHER, "writer"), (ROBOT, "writer"), (READER, "reader"))
        permissions = [{"id": mail, "type": "user", "role": role, "emailAddress": mail} for mail, role in roles]
        made = sheets.new_spreadsheet(BOOK, "9А")
        made.locale, made.time_zone = locale, "Europe/Moscow"
        self.state.files[BOOK] = File(
            BOOK, "9А", "application/vnd.google-apps.spreadsheet", OWNER, NOW, NOW, OWNER,
            permissions=permissions, spreadsheet=made,
        )  # fmt: skip
        self.now = NOW

    @property
    def spreadsheet(self) -> Spreadsheet:
        found = self.state.files[BOOK].spreadsheet
        assert found is not None
        return found

    @property
    def file(self) -> File:
        return self.state.files[BOOK]

    def tab(self, sheet_id: int = 0) -> Sheet:
        return next(sheet for sheet in self.spreadsheet.sheets if sheet.id == sheet_id)

    def call(self, method: str, *path: str, verb: str = "", body: Any = None, by: str = OWNER, **query: Any) -> Json:
        """Any request; `path` follows /v4/spreadsheets."""
        said = {name: value if isinstance(value, list) else [str(value)] for name, value in query.items()}
        return sheets.answer(
            self.state, Call(method, ("v4", "spreadsheets", *path), verb, said, body, by, self.now)
        )

    def get(self, by: str = OWNER, **query: Any) -> Json:
        return self.call("GET", BOOK, by=by, **query)

    def batch(self, *requests: Json, by: str = OWNER, query: Json | None = None, **body: Any) -> Json:
        said = {"requests": list(requests), **body}
        return self.call("POST", BOOK, verb="batchUpdate", body=said, by=by, **(query or {}))

    def put(self, a1: str, *rows: list[Any], by: str = OWNER, option: str = "USER_ENTERED") -> Json:
        return self.call("PUT", BOOK, "values", a1, body={"values": list(rows)}, by=by, valueInputOption=option)

    def values(self, a1: str = "Sheet1", **query: Any) -> list[list[Any]]:
        return self.call("GET", BOOK, "values", a1, **query).get("values", [])

    def value(self, a1: str, option: str = "UNFORMATTED_VALUE") -> Any:
        found = self.values(a1, valueRenderOption=option)
        return found[0][0] if found else ""

    def type_in(self, row: int, column: int, text: str, by: str = TEACHER, sheet_id: int = 0) -> str:
        """What a person sees after typing."""
        sheets.type_into(self.state, BOOK, sheet_id, row, column, text, by, self.now)
        return self.shown(row, column, sheet_id)

    def shown(self, row: int, column: int, sheet_id: int = 0) -> str:
        return sheets.shown(self.spreadsheet, self.tab(sheet_id), row, column)[1]

    def effective(self, row: int, column: int, sheet_id: int = 0) -> Json:
        return sheets.shown(self.spreadsheet, self.tab(sheet_id), row, column)[0]


def cells(top: int, left: int, bottom: int, right: int, sheet_id: int = 0) -> Json:
    """A GridRange."""
    return {
        "sheetId": sheet_id, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left,
        "endColumnIndex": right,
    }  # fmt: skip


def lines(dimension: str, start: int, end: int, sheet_id: int = 0) -> Json:
    """A DimensionRange."""
    return {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}


@contextmanager
def refused(status: int, words: str) -> Iterator[None]:
    """The call inside must fail with that status and these words."""
    with pytest.raises(ApiError) as caught:
        yield
    assert caught.value.status == status
    assert words in caught.value.message


PROTECTED = "You are trying to edit a protected cell or object."
