"""back_up: the whole of one backup, safe to repeat: snapshot, verify, publish to every place, rotate."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sync_service.backups.files import sha256_of, stale
from sync_service.backups.manifest import Kind, Manifest
from sync_service.backups.media import Published, check_places, is_there, missing, publish, rotate
from sync_service.backups.refusal import BackupRefused, speaking
from sync_service.backups.snapshot import Bring, Sources, nothing_elsewhere, snapshot
from sync_service.backups.verify import archives_in, read_manifest, verify

LEFTOVER = ".backup-"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a backup; `warnings` and `problems` are Russian sentences."""

    name: str
    size: int  # bytes
    sha256: str
    manifest: Manifest
    published: tuple[Published, ...]
    deleted: tuple[Path, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """It lies, verified, in every place."""
        return all(result.ok for result in self.published)

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(result.problem for result in self.published if not result.ok)


def back_up(
    sources: Sources,
    *,
    kind: Kind,
    made_at: datetime,
    digest: str,
    places: Sequence[Path],
    keep_weeks: int,
    workdir: Path,
    due_at: datetime | None = None,
    bring: Bring = nothing_elsewhere,
) -> Outcome:
    """Make one backup. made_at: aware, in the school's zone; workdir: room for the database and an archive; bring:
    the books that lie in no folder, asked for when the database has been copied.

    For a planned moment (due_at) it is made once: repeated after a crash, or with a missing disk plugged in
    again, the copy that one place holds is carried to the other. Raises BackupRefused if there is no copy."""
    warnings = list(check_places(places, sources))
    present = [place for place in places if is_there(place)]
    if not present:
        raise missing(places[0])
    with speaking(workdir):
        workdir.mkdir(parents=True, exist_ok=True)
        _sweep(workdir)
        with tempfile.TemporaryDirectory(dir=workdir, prefix=LEFTOVER) as folder:
            archive = _made_before(present, sources.school, kind, due_at)
            if archive is None:
                archive = snapshot(
                    sources,
                    Path(folder),
                    kind=kind,
                    made_at=made_at,
                    digest=digest,
                    due_at=due_at,
                    previous=_newest(present, sources.school),
                    bring=bring,
                )
            checked = verify(archive)
            if checked.manifest is None:
                raise BackupRefused(f"Копия не прошла проверку и никуда не записана. {checked}")
            size, sha256 = archive.stat().st_size, sha256_of(archive)
            published = publish(archive, places)
    if not any(result.ok for result in published):
        raise BackupRefused(" ".join(result.problem for result in published))
    warnings += [f"Не вошло в копию: {missed.path} — {missed.why}." for missed in checked.manifest.omitted]
    deleted: list[Path] = []
    for result in published:
        if result.path is not None and kind is Kind.WEEKLY:
            try:
                deleted += rotate(result.place, sources.school, keep_weeks, result.path)
            except BackupRefused as error:
                warnings.append(f"Старые копии не удалены. {error}")
    return Outcome(archive.name, size, sha256, checked.manifest, tuple(published), tuple(deleted), tuple(warnings))


def _made_before(places: Sequence[Path], school: str, kind: Kind, due_at: datetime | None) -> Path | None:
    """A good archive for the same planned moment, wherever it lies."""
    if due_at is None:
        return None
    for place in places:
        for file in _shelf(place, school):
            manifest = read_manifest(file)
            if manifest and (manifest.kind, manifest.due_at) == (kind, due_at) and verify(file).ok:
                return file
    return None


def _newest(places: Sequence[Path], school: str) -> Manifest | None:
    """What the newest readable archive says, over all places."""
    read = (read_manifest(file) for place in places for file in _shelf(place, school)[:3])
    return max(filter(None, read), key=lambda manifest: manifest.made_at, default=None)


def _shelf(place: Path, school: str) -> list[Path]:
    """Archives of a place; a place that cannot be read has none, and publishing tells why."""
    try:
        return archives_in(place, school)
    except OSError:
        return []


def _sweep(workdir: Path) -> None:
    """Remove work folders of backups that were killed."""
    for folder in workdir.glob(f"{LEFTOVER}*"):
        if folder.is_dir() and stale(folder):
            shutil.rmtree(folder, ignore_errors=True)
