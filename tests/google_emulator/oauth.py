"""Tokens: the endpoint for service accounts and for people, and the consent page, which consents at once.

A person's refresh token and a service account's key are made here too: what a client library reads from a file.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.google_emulator.state import Json, Person, State

PROJECT = "journal-test"
CLIENT_ID = "407408718192-journal.apps.googleusercontent.com"
CLIENT_SECRET = "not-a-secret"
LIFETIME = timedelta(hours=1)
LEEWAY = timedelta(minutes=5)  # how far ahead of Google's clock an assertion may be
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Refused(Exception):
    """An OAuth error: `error` is its code, the message its description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


def service_account(state: State, url: str, email: str) -> Json:
    """The JSON key of a service account, as the cloud console gives it, with the token endpoint at `url`."""
    state.people.setdefault(email, Person(email)).service_account = True
    state.private_key = state.private_key or _new_key()
    return {
        "type": "service_account", "project_id": PROJECT,
        "private_key_id": hashlib.sha1(email.encode()).hexdigest(), "private_key": state.private_key,
        "client_email": email, "client_id": _number(email),
        "auth_uri": f"{url}/o/oauth2/auth", "token_uri": f"{url}/token", "universe_domain": "googleapis.com",
    }  # fmt: skip


def authorized_user(state: State, url: str, email: str) -> Json:
    """What a client keeps once this person has consented."""
    return {
        "type": "authorized_user", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        "refresh_token": _refresh_token(state, email), "token_uri": f"{url}/token",
    }  # fmt: skip


def client_secrets(url: str) -> Json:
    """The file of a desktop client, from which an installed application begins."""
    return {
        "installed": {
            "client_id": CLIENT_ID, "project_id": PROJECT, "client_secret": CLIENT_SECRET,
            "auth_uri": f"{url}/o/oauth2/auth", "token_uri": f"{url}/token", "redirect_uris": ["http://localhost"],
        }
    }  # fmt: skip


def consent(state: State, query: dict[str, str], owner: str, granted: bool) -> str:
    """Where the browser is sent from the consent page: back, with a code for the person of login_hint or `owner`, or
    with access_denied. Raises Refused when it cannot be sent anywhere."""
    if query.get("client_id") != CLIENT_ID:
        raise Refused("invalid_client", "The OAuth client was not found.")
    if not query.get("redirect_uri", "").startswith(("http://localhost", "http://127.0.0.1", "http://[::1]")):
        raise Refused("redirect_uri_mismatch", "The redirect URI is not one of a desktop client.")
    answer = {"state": query["state"]} if "state" in query else {}
    if granted:
        code = "4/0" + _random(state, 24)
        state.codes[code] = {"email": query.get("login_hint") or owner, **query}
        answer |= {"code": code, "scope": query.get("scope", "")}
    else:
        answer |= {"error": "access_denied"}
    return f"{query['redirect_uri']}?{urlencode(answer)}"


def token(state: State, form: dict[str, str], now: datetime, google: datetime) -> Json:
    """Answer the token endpoint. `now` is when things happen, `google` what an assertion's times are compared with.
    Raises Refused."""
    grant = form.get("grant_type", "")
    if grant == JWT_BEARER:
        email, more = _of_assertion(state, form.get("assertion", ""), google), {}
    elif grant in ("refresh_token", "authorization_code"):
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refused("invalid_client", "The OAuth client was not found.")
        email, more = _of_refresh(state, form) if grant == "refresh_token" else _of_code(state, form)
    else:
        raise Refused("unsupported_grant_type", f"Invalid grant_type: {grant}")
    access = "ya29." + _random(state, 40)
    state.tokens[access] = email
    state.expires[access] = now + LIFETIME
    for old in [each for each, ends in state.expires.items() if ends + LIFETIME < now]:
        del state.expires[old], state.tokens[old]
    state.people.setdefault(email, Person(email))
    return {"access_token": access, "expires_in": int(LIFETIME.total_seconds()) - 1, "token_type": "Bearer", **more}


def caller(state: State, authorization: str, now: datetime) -> str:
    """The person behind a header «Bearer …», "" for a token that is unknown, expired or revoked."""
    scheme, _, access = authorization.partition(" ")
    email = state.tokens.get(access, "") if scheme.lower() == "bearer" else ""
    person = state.people.get(email)
    good = person and not person.revoked and state.expires.get(access, now + LIFETIME) > now
    return email if good else ""


def revoke(state: State, email: str) -> None:
    """The person withdraws consent, or the key of the service account is deleted: every token of theirs is void."""
    state.people.setdefault(email, Person(email)).revoked = True
    for kept in (state.tokens, state.refresh_tokens):
        for one in [each for each, whose in kept.items() if whose == email]:
            del kept[one]


def restore(state: State, email: str) -> None:
    """The person consents anew: new tokens will be good. A service account's key is good again."""
    state.people.setdefault(email, Person(email)).revoked = False


def _of_assertion(state: State, assertion: str, google: datetime) -> str:
    try:
        signed, _, signature = assertion.rpartition(".")
        claims = json.loads(_unpacked(signed.split(".")[1]))
        issued, expires = int(claims["iat"]), int(claims["exp"])
        person = state.people.get(claims["iss"])
    except (ValueError, LookupError, TypeError) as error:
        raise Refused("invalid_grant", "Bad Request") from error
    if person is None or not person.service_account or person.revoked:
        raise Refused("invalid_grant", "Invalid grant: account not found")
    try:
        key = serialization.load_pem_private_key(state.private_key.encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        key.public_key().verify(_unpacked(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError) as error:
        raise Refused("invalid_grant", "Invalid JWT Signature.") from error
    hour = google.timestamp()
    if expires - issued > LIFETIME.total_seconds() or not issued - LEEWAY.total_seconds() <= hour < expires:
        raise Refused(
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
            "Check your iat and exp values in the JWT claim.",
        )
    return person.email


def _of_refresh(state: State, form: dict[str, str]) -> tuple[str, Json]:
    email = state.refresh_tokens.get(form.get("refresh_token", ""))
    if email is None:
        raise Refused("invalid_grant", "Token has been expired or revoked.")
    return email, {"scope": form["scope"]} if "scope" in form else {}


def _of_code(state: State, form: dict[str, str]) -> tuple[str, Json]:
    asked = state.codes.pop(form.get("code", ""), None)
    if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
        raise Refused("invalid_grant", "Malformed auth code.")
    if "code_challenge" in asked:
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(proof).rstrip(b"=").decode() != asked["code_challenge"]:
            raise Refused("invalid_grant", "Invalid code verifier.")
    return asked["email"], {"scope": asked.get("scope", ""), "refresh_token": _refresh_token(state, asked["email"])}


def _refresh_token(state: State, email: str) -> str:
    restore(state, email)
    refresh = "1//0" + _random(state, 40)
    state.refresh_tokens[refresh] = email
    return refresh


@cache
def _new_key() -> str:
    """One for a process: making it takes a good part of a second."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form, syntax = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(form, syntax, serialization.NoEncryption()).decode()


def _number(email: str) -> str:
    return str(int(hashlib.sha1(email.encode()).hexdigest()[:16], 16))


def _random(state: State, length: int) -> str:
    return "".join(state.chance.choices("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", k=length))


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
