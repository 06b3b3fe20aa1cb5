"""verify: is this backup good? Every byte of the archive and of its .sha256 is covered; it only reads."""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from sync_service.backups import postgres, sqlite
from sync_service.backups.files import chunks, sha256_of
from sync_service.backups.manifest import MANIFEST, ArchiveName, Manifest, sidecar_of, sidecar_text
from sync_service.backups.refusal import BackupRefused, speaking

BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. `problems` are Russian sentences; none means that the backup can be restored."""

    path: Path
    problems: tuple[str, ...] = ()
    manifest: Manifest | None = None

    @property
    def ok(self) -> bool:
        return not self.problems

    def __str__(self) -> str:
        return " ".join(self.problems) if self.problems else f"{self.path.name}: копия исправна."


def verify(path: Path) -> Verification:
    """Check one archive wholly. Raises nothing: a missing file or a dead disk is a problem too."""
    try:
        with speaking(path):
            return Verification(path, (), _checked(path))
    except (BackupRefused, _Bad) as error:
        return Verification(path, (f"{path.name}: {error}" if isinstance(error, _Bad) else str(error),))


def verify_places(places: Iterable[Path]) -> list[Verification]:
    """Every archive of every place, newest first; a missing or empty place is a problem itself."""
    found: list[Verification] = []
    for place in places:
        try:
            archives = archives_in(place)
        except OSError:
            found.append(Verification(place, (f"Папка {place} не открывается: подключите диск и повторите.",)))
            continue
        if not archives:
            found.append(Verification(place, (f"В папке {place} нет ни одной копии.",)))
        found += [verify(archive) for archive in archives]
    return found


def archives_in(place: Path, school: str | None = None) -> list[Path]:
    """Archives lying in a place by their names, newest first. Raises OSError."""
    named = [(name, file) for file in place.iterdir() if (name := ArchiveName.of(file.name))]
    named = [(name, file) for name, file in named if school in (None, name.school)]
    return [file for name, file in sorted(named, key=lambda pair: (pair[0].at, pair[1].name), reverse=True)]


def read_manifest(path: Path) -> Manifest | None:
    """What an archive says of itself, unverified; None if it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return Manifest.model_validate_json(archive.read(MANIFEST))
    except (OSError, KeyError, *BROKEN_ZIP):
        return None


class _Bad(Exception):
    """What is wrong with the archive; verify puts its name before the sentence."""


def _checked(path: Path) -> Manifest:
    if not path.is_file():
        raise _Bad(f"такого файла нет в {path.parent}.")
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        raise _Bad(f"рядом нет файла {sidecar.name} с контрольной суммой.")
    # The whole text, not only the sum in it: a changed byte anywhere in the sidecar is found as well.
    if sidecar.read_bytes() != sidecar_text(path.name, sha256_of(path)):
        raise _Bad(
            "не сходится с контрольной суммой: архив, его имя или файл .sha256 изменены или повреждены. "
            "Возьмите копию с другого диска."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            return _checked_content(archive)
    except ValidationError as error:
        raise _Bad(f"описание {MANIFEST} внутри архива не по форме.") from error
    except BROKEN_ZIP as error:
        raise _Bad("архив повреждён и не открывается.") from error


def _checked_content(archive: zipfile.ZipFile) -> Manifest:
    names = archive.namelist()
    if MANIFEST not in names:
        raise _Bad(f"внутри нет описания {MANIFEST}: это не копия журнала.")
    manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    listed = [MANIFEST, *(member.path for member in manifest.files)]
    if missing := set(listed) - set(names):
        raise _Bad(f"в архиве не хватает файлов: {', '.join(sorted(missing)[:5])}.")
    if set(names) - set(listed) or len(names) != len(listed):
        raise _Bad("в архиве есть лишние файлы.")
    with tempfile.TemporaryDirectory(prefix="journal-verify-") as folder, speaking(Path(folder)):
        for member in manifest.files:
            size, digest = 0, hashlib.sha256()
            for block in member_blocks(archive, member.path):
                size += len(block)
                digest.update(block)
            if (size, digest.hexdigest()) != (member.size, member.sha256):
                raise _Bad(f"файл {member.path} внутри архива повреждён.")
        _check_database(archive, manifest, Path(folder))
    return manifest


def member_blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        yield from chunks(file)


def _check_database(archive: zipfile.ZipFile, manifest: Manifest, folder: Path) -> None:
    part = manifest.parts.get("database", "")
    if manifest.database == "sqlite":
        copy = folder / "database.sqlite3"
        with copy.open("wb") as file:
            for block in member_blocks(archive, part):
                file.write(block)
        try:
            faults, counts = sqlite.faults(copy), sqlite.counts(copy)
        except sqlite3.Error as error:
            raise _Bad(f"база внутри архива не открывается ({error}).") from error
        if faults:
            raise _Bad(f"база внутри архива повреждена ({faults[0]}).")
    else:
        counts = {}
        for member in manifest.files:
            if member.path.startswith(f"{part}/") and member.path.endswith(postgres.SUFFIX):
                table = member.path.removeprefix(f"{part}/").removesuffix(postgres.SUFFIX)
                counts[table] = postgres.rows_in(member_blocks(archive, member.path))
    if counts != manifest.counts:
        told = manifest.counts
        different = sorted(table for table in counts | told if counts.get(table) != told.get(table))
        raise _Bad(f"число строк в базе не то, что в описании: {', '.join(different[:5])}.")
