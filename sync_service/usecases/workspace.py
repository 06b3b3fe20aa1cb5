"""What every use case stands on: the settings, the place of the books, and a clock. Nothing is global."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sync_service.books.source import BookSource
from sync_service.books.xlsx import XlsxSource
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
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.school.time_zone)

    @property
    def today(self) -> date:
        return self.clock().astimezone(self.zone).date()


def open_workspace(config: Config, clock: Callable[[], datetime] = utc_now) -> Workspace:
    source = XlsxSource(config.books.folder, versions_folder=config.books.versions)
    return Workspace(config, source, clock)


class NeedsHuman(Exception):
    """Something only a person can mend; str(error) is the Russian sentence that says what and how."""
