"""A time that passes only when somebody waits: whole school days in minutes, the same for Google and the service."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import requests

from sync_service.books.google.client import GoogleClient
from tests.google_emulator.clock import Clock


class VirtualTime:
    """`now` and `seconds` for whoever asks, `sleep` for whoever waits; what was planned happens at its moment."""

    def __init__(self, at: datetime) -> None:
        self.google = Clock(at)
        self._start = at
        self._planned: list[tuple[datetime, int, Callable[[], object]]] = []
        self._number = count()

    def now(self) -> datetime:
        return self.google.now()

    def seconds(self) -> float:
        return (self.now() - self._start).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.until(self.now() + timedelta(seconds=seconds))

    def until(self, moment: datetime) -> None:
        while self._planned and self._planned[0][0] <= moment:
            at, _, deed = heapq.heappop(self._planned)
            self.google.stand(max(at, self.now()))
            deed()
        self.google.stand(max(moment, self.now()))

    def plan(self, at: datetime, deed: Callable[[], object]) -> None:
        heapq.heappush(self._planned, (at, next(self._number), deed))


class DistantClient(GoogleClient):
    """Every call takes its time, as calls over the internet do."""

    def __init__(self, *said: Any, time: VirtualTime, chance: Random, **more: Any) -> None:
        super().__init__(*said, clock=time.seconds, sleep=time.sleep, now=time.now, **more)
        self._time, self._chance = time, chance

    def request(self, *said: Any, **more: Any) -> requests.Response:
        self._time.sleep(self._chance.uniform(0.1, 0.5))
        response = super().request(*said, **more)
        self._time.sleep(self._chance.uniform(0.1, 0.5))
        return response
