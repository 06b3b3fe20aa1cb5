"""The act of backups (R19): one line a run, only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sync_service.records.models import BackupRun


def note_backup(
    *,
    kind: str,
    name: str,
    started: datetime,
    finished: datetime,
    size: int,
    sha256: str,
    media: Sequence[str],
    trouble: str,
) -> None:
    """A backup was made and read back. `media`: where it lies, "" for a place that failed; size in bytes."""
    first, second = (*media, "", "")[:2]
    BackupRun.objects.create(
        kind=kind,
        started_at=started,
        finished_at=finished,
        name=name,
        size=size,
        sha256=sha256,
        medium_1=first,
        medium_2=second,
        verified_at=finished,
        trouble=trouble,
    )
