"""A running emulator, a person who owns the journals, a teacher and a service account."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from google.auth.transport.requests import AuthorizedSession

from tests.google_emulator.fixture import google, session_of
from tests.google_emulator.server import Emulator

__all__ = ["google"]

OWNER, TEACHER = "owner@school.example", "ivanova@school.example"
Session = Callable[[str], "Caller"]


class Caller:
    """Somebody who calls Drive: relative addresses, answers as they came."""

    def __init__(self, google: Emulator, session: AuthorizedSession) -> None:
        self.session, self._drive = session, f"{google.url}/drive/v3"

    def get(self, path: str, **query: object):
        return self.session.get(self._drive + path, params=query, timeout=10)

    def post(self, path: str, body: object = None, **query: object):
        return self.session.post(self._drive + path, json=body, params=query, timeout=10)

    def patch(self, path: str, body: object = None, **query: object):
        return self.session.patch(self._drive + path, json=body, params=query, timeout=10)

    def delete(self, path: str, **query: object):
        return self.session.delete(self._drive + path, params=query, timeout=10)


@pytest.fixture
def calling(google: Emulator) -> Iterator[Session]:
    """Sessions by e-mail, closed at the end."""
    open_ones: dict[str, Caller] = {}

    def of(email: str) -> Caller:
        if email not in open_ones:
            open_ones[email] = Caller(google, session_of(google, email))
        return open_ones[email]

    yield of
    for each in open_ones.values():
        each.session.close()


@pytest.fixture
def owner(calling: Session) -> Caller:
    return calling(OWNER)


@pytest.fixture
def teacher(calling: Session) -> Caller:
    return calling(TEACHER)
