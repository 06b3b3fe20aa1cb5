"""What a backup says of itself: its file name and the manifest.json inside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

MANIFEST = "manifest.json"
SIDECAR = ".sha256"
NAME = re.compile(r"journal-(?P<school>[a-z0-9-]+)-(?P<kind>weekly|archive|manual)-(?P<at>\d{8}-\d{4})\.zip", re.ASCII)


class Kind(StrEnum):
    WEEKLY = "weekly"
    ARCHIVE = "archive"  # monthly, with the reports; never deleted by the service
    MANUAL = "manual"


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Member(_Value):
    path: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @field_validator("path")
    @classmethod
    def _inside(cls, path: str) -> str:
        return safe(path)


class Omitted(_Value):
    """A file that could not be copied: the backup is good without it, and a person is told."""

    path: str
    why: str


class Manifest(_Value):
    format: Literal[1] = 1
    note: str = (
        "Копия журнала школы: персональные данные и секретный ключ службы (secret). Храните под замком, "
        "не пересылайте. Восстановить: journal restore ФАЙЛ ПАПКА."
    )
    kind: Kind
    made_at: AwareDatetime
    due_at: AwareDatetime | None  # the planned moment this backup stands for; None: made by hand
    school: str
    title: str
    service: str
    layout: int
    database: Literal["sqlite", "postgresql"]
    digest: str  # of the record, by records.ledger.digest()
    counts: dict[str, int]  # rows per table, counted in the copy
    migrations: tuple[str, ...]  # "app.name", applied when the copy was made
    parts: dict[str, str]  # config, database, books, reports, templates, secret → where it lies in the archive
    files: tuple[Member, ...]
    omitted: tuple[Omitted, ...] = ()

    @field_validator("parts")
    @classmethod
    def _parts_inside(cls, parts: dict[str, str]) -> dict[str, str]:
        return {name: safe(path) for name, path in parts.items()}


@dataclass(frozen=True, slots=True)
class ArchiveName:
    """The parts of journal-<school>-<kind>-<YYYYMMDD-HHMM>.zip; `at` is the school's local time."""

    school: str
    kind: Kind
    at: str

    @classmethod
    def of(cls, name: str) -> ArchiveName | None:
        found = NAME.fullmatch(name)
        return cls(found["school"], Kind(found["kind"]), found["at"]) if found else None

    @classmethod
    def at_moment(cls, school: str, kind: Kind, moment: datetime) -> ArchiveName:
        return cls(school, kind, f"{moment:%Y%m%d-%H%M}")

    def __str__(self) -> str:
        return f"journal-{self.school}-{self.kind}-{self.at}.zip"


def sidecar_of(archive: Path) -> Path:
    return archive.with_name(archive.name + SIDECAR)


def sidecar_text(name: str, sha256: str) -> bytes:
    """As sha256sum writes it, so that `sha256sum -c` reads it too."""
    return f"{sha256}  {name}\n".encode()


def safe(path: str) -> str:
    """The path if it stays inside the folder it is put into, on every system; else ValueError."""
    parts = PurePosixPath(path).parts
    if not parts or "\\" in path or ":" in path or "\0" in path or path.startswith("/") or ".." in parts:
        raise ValueError(f"небезопасный путь в архиве: {path!r}")
    return path
