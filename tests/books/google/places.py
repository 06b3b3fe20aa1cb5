"""A place of books at an emulator of Google, as the service opens it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sync_service.books.google.credentials import open_client
from sync_service.books.google.quota import Quota
from sync_service.books.google.source import GoogleSource, Settings, number_of
from sync_service.reconcile.sheet import At
from tests.google_emulator.server import Emulator

SCHOOL = Settings("school", "Школа № 0", "Europe/Moscow")
PATIENCE = 2.0  # seconds for one call with its repetitions: a test that takes Google away does not wait for long


def key_file(google: Emulator, folder: Path, email: str = "") -> Path:
    """A key of a person (of the emulator's owner, unless another is named) as a file."""
    path = folder / "google.json"
    path.write_text(json.dumps(google.authorized_user(email or google.owner)), encoding="utf-8")
    return path


def google_source(
    google: Emulator,
    folder: Path,
    *,
    settings: Settings = SCHOOL,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], datetime] | None = None,
    patience: float = PATIENCE,
) -> GoogleSource:
    """The books of the emulator's owner."""
    path = key_file(google, folder)
    quota = Quota(clock=clock, sleep=sleep)
    told: dict[str, Any] = {} if now is None else {"now": now}
    return GoogleSource(
        lambda: open_client(
            path, quota=quota, api=google.url, clock=clock, sleep=sleep, patience=patience, **told
        ),
        settings,
        clock=clock,
    )


def start_of(google: Emulator, ref: str, title: str, at: At) -> dict[str, int]:
    """A cell as Google's requests name it."""
    return {"sheetId": google.tab(number_of(ref), title).id, "rowIndex": at.row - 1, "columnIndex": at.column - 1}
