"""Tokens, as google-auth and the installed-app flow of google-auth-oauthlib ask for them."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google_auth_oauthlib.flow import InstalledAppFlow

from tests.google_emulator import oauth
from tests.google_emulator.fixture import ROBOT, SCOPES, Robot, session_of
from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.conftest import OWNER, TEACHER, Caller, Session

BACK = "http://localhost:1/"


def who(caller: Caller) -> str:
    return str(caller.get("/about", fields="user").json()["user"]["emailAddress"])


def test_a_service_account_and_a_person_are_told_apart(calling: Session) -> None:
    assert who(calling(ROBOT)) == ROBOT
    assert who(calling(OWNER)) == OWNER


def test_a_token_nobody_gave_out_is_401_in_googles_shape(google: Emulator) -> None:
    answer = requests.get(f"{google.url}/drive/v3/files", headers={"Authorization": "Bearer ya29.wrong"}, timeout=5)

    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_an_expired_token_is_renewed_without_a_word(google: Emulator, owner: Caller) -> None:
    who(owner)
    google.clock.advance(timedelta(hours=2))

    assert who(owner) == OWNER
    assert [(each.kind, each.status) for each in google.calls[-3:]] == [("drive", 401), ("token", 200), ("drive", 200)]


@pytest.mark.parametrize("email", [OWNER, ROBOT])
def test_what_was_revoked_is_refused_until_restored(google: Emulator, calling: Session, email: str) -> None:
    caller = calling(email)
    who(caller)

    google.revoke(email)
    with pytest.raises(RefreshError, match="invalid_grant"):
        who(caller)

    google.restore(email)
    session = session_of(google, email)
    assert session.get(f"{google.url}/drive/v3/files", timeout=5).status_code == 200
    session.close()


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_caller_whose_clock_is_wrong_gets_no_token(google: Emulator, calling: Session, hours: int) -> None:
    google.clock.skew = timedelta(hours=hours)

    with pytest.raises(RefreshError, match="short-lived token"):
        who(calling(ROBOT))
    answer = requests.get(f"{google.url}/drive/v3/files", timeout=5)
    assert answer.headers["Date"] == google.clock.told().strftime("%a, %d %b %Y %H:%M:%S GMT")


def test_a_clock_moved_by_a_test_is_no_wrong_clock(google: Emulator, calling: Session) -> None:
    google.clock.stand(google.clock.now() + timedelta(days=300))

    assert who(calling(ROBOT)) == ROBOT


def test_an_assertion_signed_by_another_key_is_refused(google: Emulator) -> None:
    info = google.service_account(ROBOT)
    with google.state.lock:
        google.state.private_key = oauth._new_key.__wrapped__()
    credentials = Robot.from_service_account_info(info, scopes=SCOPES)

    session = requests.Session()
    with pytest.raises(RefreshError, match="Invalid JWT Signature"):
        credentials.refresh(Request(session))
    session.close()


def test_an_account_that_was_never_made_is_refused(google: Emulator) -> None:
    info = {**google.service_account(ROBOT), "client_email": "other@journal-test.iam.gserviceaccount.com"}
    session = requests.Session()
    with pytest.raises(RefreshError, match="account not found"):
        Robot.from_service_account_info(info, scopes=SCOPES).refresh(Request(session))
    session.close()


@pytest.fixture
def flow(google: Emulator, monkeypatch: pytest.MonkeyPatch) -> InstalledAppFlow:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    made = InstalledAppFlow.from_client_config(google.client_secrets(), SCOPES)
    made.redirect_uri = BACK
    return made


def sent_back(flow: InstalledAppFlow, **more: str) -> str:
    """Where the consent page sends the browser."""
    address, _ = flow.authorization_url(access_type="offline", **more)
    answer = requests.get(address, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.parametrize(("hint", "person"), [({}, OWNER), ({"login_hint": TEACHER}, TEACHER)])
def test_a_person_consents_in_the_browser(
    google: Emulator, flow: InstalledAppFlow, hint: dict[str, str], person: str
) -> None:
    flow.fetch_token(authorization_response=sent_back(flow, **hint))

    session = flow.authorized_session()
    told = session.get(f"{google.url}/drive/v3/about?fields=user", timeout=5).json()
    assert told["user"]["emailAddress"] == person
    assert flow.credentials.refresh_token
    session.close()
    flow.oauth2session.close()


def test_a_code_is_good_once(google: Emulator, flow: InstalledAppFlow) -> None:
    location = sent_back(flow)
    flow.fetch_token(authorization_response=location)

    with pytest.raises(Exception, match="Malformed auth code"):
        flow.fetch_token(authorization_response=location)
    flow.oauth2session.close()


def test_a_code_without_its_verifier_is_refused(google: Emulator, flow: InstalledAppFlow) -> None:
    location = sent_back(flow)
    flow.code_verifier = "x" * 64

    with pytest.raises(Exception, match="Invalid code verifier"):
        flow.fetch_token(authorization_response=location)
    flow.oauth2session.close()


def test_a_person_may_say_no(google: Emulator, flow: InstalledAppFlow) -> None:
    google.consents = False

    assert parse_qs(urlsplit(sent_back(flow)).query)["error"] == ["access_denied"]
    flow.oauth2session.close()


def test_a_redirect_to_elsewhere_is_refused(google: Emulator) -> None:
    query = {"client_id": google.client_secrets()["installed"]["client_id"], "redirect_uri": "https://elsewhere.example/"}
    answer = requests.get(f"{google.url}/o/oauth2/auth", params=query, allow_redirects=False, timeout=5)

    assert answer.status_code == 400
    assert "Location" not in answer.headers
