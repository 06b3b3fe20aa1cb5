"""How often Google may be asked: buckets of tokens that all books of a process share."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0

# Google allows 60 reads and 60 writes a minute to one account; the rest is left to its clock, which is not ours.
READS = WRITES = 55
DRIVE = 300


class QuotaSpent(Exception):
    """No token came free within the patience of the caller; `wait` seconds until the next one."""

    def __init__(self, wait: float) -> None:
        self.wait = wait
        super().__init__(f"the next call is allowed in {wait:.1f} s")


class TokenBucket:
    """At most `per_minute` tokens in any 60 seconds, wherever they begin: it remembers the moments of the last calls,
    since a bucket that refills steadily would let twice as many through. Threads may share it."""

    def __init__(
        self,
        per_minute: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.per_minute = per_minute
        self._clock, self._sleep = clock, sleep
        self._moments: deque[float] = deque()
        self._lock = threading.Lock()

    def take(self, patience: float) -> float:
        """Take a token, waiting for it up to `patience` seconds; returns how long that took.

        Raises QuotaSpent, without waiting, if it would take longer."""
        start = self._clock()
        while True:
            with self._lock:
                now = self._clock()
                self._forget(now)
                if len(self._moments) < self.per_minute:
                    self._moments.append(now)
                    return now - start
                wait = self._moments[0] + MINUTE - now
            if now + wait > start + patience:
                raise QuotaSpent(wait)
            self._sleep(wait)

    def spare(self) -> int:
        """Tokens that can be had now without waiting."""
        with self._lock:
            self._forget(self._clock())
            return self.per_minute - len(self._moments)

    def _forget(self, now: float) -> None:
        while self._moments and self._moments[0] + MINUTE <= now:
            self._moments.popleft()


class Quota:
    """One account's share of Google: reads and writes of Sheets are counted apart, Drive is generous."""

    def __init__(
        self,
        reads_per_minute: int = READS,
        writes_per_minute: int = WRITES,
        drive_per_minute: int = DRIVE,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.reads = TokenBucket(reads_per_minute, clock=clock, sleep=sleep)
        self.writes = TokenBucket(writes_per_minute, clock=clock, sleep=sleep)
        self.drive = TokenBucket(drive_per_minute, clock=clock, sleep=sleep)
