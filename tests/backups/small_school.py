"""A small invented school on a real disk: SQLite in WAL mode, two books, a report, two places for copies."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sync_service.backups.manifest import Kind
from sync_service.backups.run import Outcome, back_up
from sync_service.backups.snapshot import Sources
from sync_service.config import load

MOSCOW = ZoneInfo("Europe/Moscow")
FRIDAY = datetime(2026, 10, 2, 23, 0, tzinfo=MOSCOW)
SETTINGS = """
# Школа для проверок
[school]
title = "Школа № 7 села Ключи"
code = "klyuchi"

[books]
folder = "books"  # папка учителей

[backup]
places = ["media-a", "media-b"]
"""


@dataclass(frozen=True)
class School:
    home: Path

    @property
    def sources(self) -> Sources:
        return Sources.of(load(self.home / "school.toml"))

    @property
    def places(self) -> list[Path]:
        return [self.home / "media-a", self.home / "media-b"]

    @property
    def database(self) -> Path:
        return self.home / "journal.sqlite3"

    def back_up(self, kind: Kind = Kind.WEEKLY, at: datetime = FRIDAY, due_at: datetime | None = None) -> Outcome:
        return back_up(
            self.sources,
            kind=kind,
            made_at=at,
            digest="0" * 64,
            places=self.places,
            keep_weeks=3,
            workdir=self.home / "work",
            due_at=due_at,
        )

    def archives(self, place: int) -> list[str]:
        return sorted(file.name for file in self.places[place].glob("*.zip"))

    def settings(self, change: Callable[[str], str]) -> None:
        file = self.home / "school.toml"
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
