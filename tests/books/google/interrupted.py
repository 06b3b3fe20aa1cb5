"""A client of Google at whose calls other people do things: what happens between two calls of ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from sync_service.books.google.client import GoogleClient
from sync_service.books.google.credentials import load_credentials
from sync_service.books.google.quota import Quota
from sync_service.books.google.source import GoogleSource, Settings, number_of
from tests.books.google.places import PATIENCE, SCHOOL, key_file
from tests.google_emulator.fixture import gspread_of
from tests.google_emulator.server import Emulator

Deed = Callable[[], object]


class Interrupted(GoogleClient):
    """`before` and `after`: by a part of an address, what somebody does once before or after the next such call."""

    before: dict[str, Deed]
    after: dict[str, Deed]

    def request(self, method: str, endpoint: str, *said: Any, **more: Any) -> requests.Response:
        self._happens(self.before, endpoint)
        response = super().request(method, endpoint, *said, **more)
        self._happens(self.after, endpoint)
        return response

    @staticmethod
    def _happens(deeds: dict[str, Deed], endpoint: str) -> None:
        for part in [part for part in deeds if part in endpoint]:
            deeds.pop(part)()


def interrupted_source(
    google: Emulator, folder: Path, *, settings: Settings = SCHOOL, email: str = "", quota: Quota | None = None
) -> tuple[GoogleSource, Interrupted]:
    """The books of the emulator's owner, or of another person, and the client that they are asked through."""
    path = key_file(google, folder, email)
    credentials = load_credentials(path, api=google.url)
    client = Interrupted(credentials, quota=quota or Quota(), api=google.url, patience=PATIENCE)
    client.before, client.after = {}, {}
    source = GoogleSource(lambda: client, settings)
    source.client  # noqa: B018 - asked for at the first need
    return source, client


class Person:
    """Somebody with a browser: what the grid lets one do beside typing."""

    def __init__(self, google: Emulator, email: str) -> None:
        self.google, self.email = google, email
        self._client = gspread_of(google, email).http_client

    def types(self, ref: str, tab: str, a1: str, text: str) -> None:
        self.google.type(number_of(ref), tab, a1, text, by=self.email)

    def does(self, ref: str, what: str, tab: str, **said: Any) -> None:
        """A request of a batchUpdate on one tab, «sheetId» wherever it belongs."""
        number = self.google.tab(number_of(ref), tab).id
        said = {key: {**value, "sheetId": number} if key == "range" else value for key, value in said.items()}
        self._client.batch_update(number_of(ref), {"requests": [{what: said or {"sheetId": number}}]})

    def inserts(self, ref: str, tab: str, dimension: str, at: int, count: int = 1) -> None:
        """Rows or columns before the one that has the number `at`, from 1."""
        where = {"dimension": dimension, "startIndex": at - 1, "endIndex": at - 1 + count}
        self.does(ref, "insertDimension", tab, range=where)

    def deletes(self, ref: str, tab: str, dimension: str, at: int) -> None:
        where = {"dimension": dimension, "startIndex": at - 1, "endIndex": at}
        self.does(ref, "deleteDimension", tab, range=where)

    def copies(self, number: str, title: str) -> str:
        """The id of a copy of a spreadsheet."""
        address = f"{self.google.url}/drive/v3/files/{number}/copy"
        return str(self._client.session.post(address, json={"name": title}, timeout=10).json()["id"])
