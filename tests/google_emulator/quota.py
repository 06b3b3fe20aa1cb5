"""Google's limits of Sheets calls: so many reads and so many writes a minute for a person and for the project."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

from tests.google_emulator.state import ApiError

MINUTE = timedelta(minutes=1)
PROJECT_NUMBER = 712093847561


class Quota:
    """Counts calls in the last minute, stricter than Google's minutes by the clock: what passes here passes there."""

    def __init__(self, per_person: int = 60, per_project: int = 300) -> None:
        self.on = True
        self.per_person, self.per_project = per_person, per_project
        self._taken: dict[tuple[str, str], deque[datetime]] = defaultdict(deque)

    def take(self, kind: str, caller: str, now: datetime) -> None:
        """Count a call of «sheets-read» or «sheets-write»; other kinds are free. Raises ApiError 429."""
        if not self.on or kind not in ("sheets-read", "sheets-write"):
            return
        word = "Read" if kind == "sheets-read" else "Write"
        limits = ((caller, self.per_person, " per user"), ("", self.per_project, ""))
        for whose, limit, words in limits:
            taken = self._taken[kind, whose]
            while taken and now - taken[0] >= MINUTE:
                taken.popleft()
            if len(taken) >= limit:
                raise exceeded(word, words)
        for whose, _, _ in limits:
            self._taken[kind, whose].append(now)


def exceeded(word: str = "Read", words: str = " per user") -> ApiError:
    """Google's answer to one call too many; `word` is «Read» or «Write»."""
    return ApiError(
        429,
        f"Quota exceeded for quota metric '{word} requests' and limit '{word} requests per minute{words}' of service "
        f"'sheets.googleapis.com' for consumer 'project_number:{PROJECT_NUMBER}'.",
        "RESOURCE_EXHAUSTED",
        "rateLimitExceeded",
        "usageLimits",
    )
