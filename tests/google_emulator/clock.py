"""The emulator's time. It runs with the machine's clock, shifted if somebody moved it, or stands until it is moved."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class Clock:
    """`Clock()` runs, `Clock(at)` stands at that moment. All moments are aware and in UTC."""

    def __init__(self, at: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._stands: datetime | None = at.astimezone(UTC) if at else None
        self._shift = timedelta()
        self.skew = timedelta()  # how wrong the caller's clock is: see `google`

    def now(self) -> datetime:
        """The moment at which things happen: edits, quota, expiry of tokens."""
        with self._lock:
            return self._stands or datetime.now(UTC) + self._shift

    def told(self) -> datetime:
        """What the header Date says: the moment, apart from the caller's clock by the skew."""
        return self.now() + self.skew

    def google(self) -> datetime:
        """The hour by which assertions of callers are checked. Those are signed by the machine's clock, wherever this
        one has been moved; only the skew makes the two differ."""
        return datetime.now(UTC) + self.skew

    def stand(self, at: datetime) -> None:
        with self._lock:
            self._stands = at.astimezone(UTC)

    def advance(self, by: timedelta | float) -> None:
        """By a time or by seconds; a running clock runs on from there."""
        by = by if isinstance(by, timedelta) else timedelta(seconds=by)
        with self._lock:
            if self._stands:
                self._stands += by
            else:
                self._shift += by

    def run(self) -> None:
        """Go on from the moment shown."""
        with self._lock:
            if self._stands:
                self._shift, self._stands = self._stands - datetime.now(UTC), None
