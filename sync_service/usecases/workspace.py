"""What every use case stands on: the settings, the place of the books, and a clock. Nothing is global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sync_service.books.google.source import GoogleSource
from sync_service.books.places import Places
from sync_service.books.source import BookSource
from sync_service.config import Config


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workspace:
    """`clock` gives aware moments in UTC; school days are counted in the school's zone."""

    config: Config
    source: BookSource
    clock: Callable[[], datetime] = utc_now

    @property
    def google(self) -> GoogleSource | None:
        """The part of the books that lies in Google, None if the school has no such place."""
        return self.source.google if isinstance(self.source, Places) else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.school.time_zone)

    @property
    def today(self) -> date:
        return self.clock().astimezone(self.zone).date()


class NeedsHuman(Exception):
    """Something only a person can mend; str(error) is the Russian sentence that says what and how."""
