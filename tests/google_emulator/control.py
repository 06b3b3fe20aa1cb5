"""The emulator told over HTTP what to do: faults, clock, the feed's delay; and what it was asked.

    curl -d '{"what": "503", "times": 3, "kinds": ["sheets-read"]}' http://127.0.0.1:8765/emulator/faults
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.google_emulator.driveresource import moment
from tests.google_emulator.wire import Answer, Request

if TYPE_CHECKING:
    from tests.google_emulator.server import Emulator


def answer(emulator: Emulator, request: Request) -> Answer:
    """POST /emulator/faults {"what", times?, lasting?, kinds?, file_id?, caller?, seconds?, html?, after?}, where
    "what" may also be a word of _carry_out with its arguments; POST /emulator/clock {"advance": s | "stand": time |
    "run": true | "skew": s}; GET /emulator/faults; GET /emulator/calls?since=n."""
    from tests.google_emulator.answering import json_answer, json_of  # noqa: PLC0415 - they call each other

    said = json_of(request.body) if request.body else {}
    match request.method, request.target.path.removeprefix("/emulator/"):
        case "GET", "faults":
            told: Any = {"faults": [_told(asdict(each)) for each in emulator.faults.active]}
        case "POST", "faults":
            told = _carry_out(emulator, said)
        case "POST", "clock":
            told = _set_clock(emulator, said)
        case "GET", "calls":
            since = int(request.query.get("since", ["0"])[-1])
            told = {"calls": [_told(asdict(each)) for each in emulator.calls[since:]], "next": len(emulator.calls)}
        case method, path:
            return json_answer({"error": f"{method} {path} не найдено"}, status=404)
    return json_answer(told, request)


def _carry_out(emulator: Emulator, said: dict[str, Any]) -> Any:
    what = said.pop("what", "")
    simple = {
        "clear": emulator.faults.clear, "unshare": emulator.unshare, "share": emulator.share,
        "revoke": emulator.revoke, "restore": emulator.restore, "no-account": emulator.no_account,
        "trash": emulator.trash, "untrash": lambda file_id: emulator.trash(file_id, trashed=False),
    }  # fmt: skip
    settings = {
        "quota-on": (emulator.quota, "on", True), "quota-off": (emulator.quota, "on", False),
        "storage-full": (emulator.state, "storage_full", True),
        "storage-free": (emulator.state, "storage_full", False),
        "service-accounts-may-own": (emulator.state, "service_accounts_may_own", True),
        "consent": (emulator, "consents", True), "no-consent": (emulator, "consents", False),
    }  # fmt: skip
    if what in simple:
        simple[what](**said)
    elif what in settings:
        setattr(*settings[what])
    elif what == "feed-delay":
        emulator.state.feed_delay = (float(said["least"]), float(said["most"]))
    else:
        return _told(asdict(emulator.faults.add(what, **said)))
    return {"done": what}


def _set_clock(emulator: Emulator, said: dict[str, Any]) -> Any:
    clock = emulator.clock
    if "stand" in said:
        at = datetime.fromisoformat(said["stand"])
        clock.stand(at if at.tzinfo else at.replace(tzinfo=UTC))
    if "advance" in said:
        clock.advance(float(said["advance"]))
    if "skew" in said:
        clock.skew = timedelta(seconds=float(said["skew"]))
    if said.get("run"):
        clock.run()
    return {"now": moment(clock.now()), "skew": clock.skew.total_seconds()}


def _told(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: moment(value) if isinstance(value, datetime) else value for name, value in kept.items()}
