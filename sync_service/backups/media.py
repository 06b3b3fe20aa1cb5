"""media: archives on their two disks. A place is a configured folder that stands for one external disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from uuid import uuid4

from sync_service.backups.files import chunks, create_private, settle, settle_folder, sha256_of, stale
from sync_service.backups.manifest import SIDECAR, ArchiveName, Kind, sidecar_of, sidecar_text
from sync_service.backups.refusal import BackupRefused, speaking
from sync_service.backups.snapshot import Sources
from sync_service.backups.verify import archives_in, verify

SPARE = 1 << 20  # bytes left free on a disk besides the archive itself
DRAFT = ".part"


@dataclass(frozen=True, slots=True)
class Published:
    """What came of one place: the archive as it lies there, or a Russian sentence why not."""

    place: Path
    path: Path | None = None
    problem: str = ""

    @property
    def ok(self) -> bool:
        return self.path is not None


def check_places(places: Sequence[Path], sources: Sources) -> tuple[str, ...]:
    """Raise BackupRefused if the places cannot stand for two disks; returns warnings, Russian sentences.

    A place that is missing is no mistake of the config (a disk not plugged in): publishing tells it."""
    if len(places) < 2:
        raise BackupRefused(
            "Нужны два места для копий, на двух разных дисках"
            + (", а задано одно" if places else ", а не задано ни одного")
            + f'. Впишите их в {sources.config.name}: [backup] places = ["…", "…"].'
        )
    for one, other in combinations(places, 2):
        if _same(one, other):
            raise BackupRefused(
                f"Места для копий {one} и {other} — одна и та же папка. Укажите папки на двух разных дисках."
            )
        if _inside(one, other) or _inside(other, one):
            raise BackupRefused(
                f"Места для копий {one} и {other} лежат одно в другом. Укажите папки на двух разных дисках."
            )
    for place in places:
        for folder in (sources.books, sources.reports):
            if _same(place, folder) or _inside(place, folder):
                raise BackupRefused(f"Место для копий {place} лежит в копируемой папке {folder}. Укажите другое.")
    warnings = []
    present = [place for place in places if is_there(place)]
    for one, other in combinations(present, 2):
        if one.stat().st_dev == other.stat().st_dev:
            warnings.append(f"Места для копий {one} и {other} — на одном диске: если он сломается, пропадут обе копии.")
    for place in present:
        if place.stat().st_dev == sources.home.stat().st_dev:
            warnings.append(f"Место для копий {place} — на том же диске, что и школа. Нужен внешний диск.")
    return tuple(warnings)


def publish(archive: Path, places: Iterable[Path]) -> list[Published]:
    """Put a verified archive in every place and read it back; a failing place never hides another."""
    results = []
    for place in places:
        try:
            with speaking(place):
                results.append(Published(place, _publish(archive, place)))
        except BackupRefused as error:
            results.append(Published(place, problem=str(error)))
    return results


def rotate(place: Path, school: str, keep_weeks: int, verified: Path) -> list[Path]:
    """Delete weekly backups of a place beyond the newest `keep_weeks`, now that `verified` is good there.

    Monthly archives and manual backups are never deleted, nor is `verified`, whatever the clock said
    when it was made. Returns what was deleted. Raises BackupRefused."""
    if verified.parent != place or not verified.is_file():
        raise ValueError("only a place that holds the new backup may be cleaned")
    kept = {verified}
    deleted = []
    with speaking(place):
        for file in archives_in(place, school):
            name = ArchiveName.of(file.name)
            if name is None or name.kind is not Kind.WEEKLY:
                continue
            if file in kept or len(kept) < keep_weeks:
                kept.add(file)
            else:
                file.unlink()  # the archive first: a sum left alone by a power cut is swept some day
                sidecar_of(file).unlink(missing_ok=True)
                deleted.append(file)
        settle_folder(place)
    return deleted


def is_there(place: Path) -> bool:
    """Is the disk plugged in? A place is never created: the copy would then lie on the wrong disk."""
    with suppress(OSError):
        return place.is_dir()
    return False


def missing(place: Path) -> BackupRefused:
    return BackupRefused(f"Папки {place} нет: подключите диск (или исправьте «backup.places») и повторите.")


def _publish(archive: Path, place: Path) -> Path:
    if not is_there(place):
        raise missing(place)
    final = place / archive.name
    digest = sha256_of(archive)
    if final.exists():
        if sha256_of(final) == digest and verify(final).ok:
            return final
        raise BackupRefused(f"В папке {place} уже есть другой файл {archive.name}. Повторите через минуту.")
    _sweep(place)
    free, need = shutil.disk_usage(place).free, archive.stat().st_size + SPARE
    if free < need:
        raise BackupRefused(
            f"В папке {place} мало места: нужно {_megabytes(need)}, свободно {_megabytes(free)}. "
            "Освободите место или замените диск; прежние копии не тронуты."
        )
    mark = uuid4().hex[:8]
    drafts = tuple(final.with_name(f".{final.name}{end}.{mark}{DRAFT}") for end in ("", SIDECAR))
    try:
        with create_private(drafts[0]) as target, archive.open("rb") as source:
            for block in chunks(source):
                target.write(block)
            settle(target)
        with create_private(drafts[1]) as target:
            target.write(sidecar_text(final.name, digest))
            settle(target)
        # The sum first: whoever sees the archive finds its sum beside it.
        drafts[1].replace(sidecar_of(final))
        drafts[0].replace(final)
        settle_folder(place)
        _require_readable(final)
    except BaseException:
        # Nothing of a failed copy stays: all of these are files of this very call.
        for leftover in (*drafts, final, sidecar_of(final)):
            with suppress(OSError):
                leftover.unlink()
        raise
    return final


def _require_readable(final: Path) -> None:
    found = verify(final)
    if not found.ok:
        raise BackupRefused(f"Записанная копия прочиталась с диска неверно: замените диск. {found}")


def _sweep(place: Path) -> None:
    """Remove what killed backups left: drafts, and sums without an archive."""
    for file in place.iterdir():
        draft = file.name.startswith(".journal-") and file.suffix == DRAFT
        lone = file.suffix == SIDECAR and ArchiveName.of(file.stem) and not file.with_suffix("").exists()
        if (draft or lone) and stale(file):
            file.unlink(missing_ok=True)


def _same(one: Path, other: Path) -> bool:
    """The same folder, also through a link or a second mount."""
    with suppress(OSError):
        return one.samefile(other)
    return one.resolve() == other.resolve()


def _inside(one: Path, other: Path) -> bool:
    return one.resolve().is_relative_to(other.resolve()) and not _same(one, other)


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / 1e6))} МБ"
