"""A running emulator for tests, and the real clients pointed at it: google-auth's session and gspread's client.

    from tests.google_emulator.fixture import google  # in a conftest.py
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import gspread
import pytest
from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import credentials, service_account

from tests.google_emulator.server import Emulator

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive")
ROBOT = "robot@journal-test.iam.gserviceaccount.com"


@pytest.fixture
def google() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


class Robot(service_account.Credentials):
    """Of a service account, without the look-up of regional access boundaries at Google in a thread of its own."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def session_of(google: Emulator, email: str) -> AuthorizedSession:
    """An authorized session of a person, or of a service account for an address that is one's."""
    if email.endswith("gserviceaccount.com"):
        return AuthorizedSession(Robot.from_service_account_info(google.service_account(email), scopes=SCOPES))
    kept = google.authorized_user(email)
    person = credentials.Credentials(  # from_authorized_user_info would call Google, whatever token_uri says
        None, kept["refresh_token"], None, kept["token_uri"], kept["client_id"], kept["client_secret"]
    )
    return AuthorizedSession(person)


def gspread_of(google: Emulator, email: str) -> gspread.Client:
    """gspread as it is, its calls sent to the emulator."""

    class Routed(gspread.HTTPClient):
        def request(self, method: str, endpoint: str, *arguments: Any, **named: Any) -> Any:
            return super().request(method, google.url + urlsplit(endpoint).path, *arguments, **named)

    client = gspread.Client(auth=None, session=session_of(google, email), http_client=Routed)
    client.set_timeout((5, 60))
    return client
