"""snapshot: a consistent copy of a school (database, books, configuration, reports) as one archive."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sync_service.backups import postgres, sqlite
from sync_service.backups.files import (
    Unstable,
    chunks,
    create_private,
    settle,
    settle_folder,
    sha256_of,
    stable_copy,
)
from sync_service.backups.manifest import (
    MANIFEST,
    ArchiveName,
    Kind,
    Manifest,
    Member,
    Omitted,
    sidecar_of,
    sidecar_text,
)
from sync_service.backups.refusal import FULL, BackupRefused, reason, speaking
from sync_service.config import Config
from sync_service.reconcile.layout import LAYOUT_VERSION

PACKED = {".xlsx", ".zip", ".pdf", ".png", ".jpg"}  # compressed already: stored as they are
ELSEWHERE = "google-books"  # part of a copy, and folder of a restored school: never read as the books of a school
SHRUNK = 10  # a record that lost nine tenths of its rows since the last copy is not the school's record


@dataclass(frozen=True, slots=True)
class Carried:
    """A book that lies in no folder, brought here as a workbook. `why` it could not be: a sentence, "" = it is here."""

    name: str  # of the file, «9А Журнал.xlsx»
    content: bytes = b""
    why: str = ""


Bring = Callable[[], Iterable[Carried]]


def nothing_elsewhere() -> Iterable[Carried]:
    """Of a school whose books all lie in its folder."""
    return ()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a school's things are. Paths are absolute."""

    school: str
    title: str
    config: Path
    database_url: str
    books: Path
    reports: Path
    templates: Path | None
    secret: Path

    @classmethod
    def of(cls, config: Config) -> Sources:
        return cls(
            school=config.school.code,
            title=config.school.title,
            config=config.path,
            database_url=config.database.url,
            books=config.books.folder,
            reports=config.reports.folder,
            templates=config.reports.templates,
            secret=config.diary.secret_file,
        )

    @property
    def home(self) -> Path:
        return self.config.parent

    @property
    def sqlite(self) -> Path | None:
        """The database file; None means PostgreSQL."""
        url = self.database_url
        return Path(url.removeprefix("sqlite:")) if url.startswith("sqlite:") else None


def snapshot(
    sources: Sources,
    workdir: Path,
    *,
    kind: Kind,
    made_at: datetime,
    digest: str,
    due_at: datetime | None = None,
    previous: Manifest | None = None,
    bring: Bring = nothing_elsewhere,
) -> Path:
    """Write journal-….zip and its .sha256 into `workdir`; returns the archive.

    made_at: aware, in the school's zone (names the file). digest: of the record. due_at: the planned
    moment this copy stands for. previous: the newest earlier copy; a record that has vanished since is
    refused. bring: the books that lie in no folder; one that cannot be had is told and left out. Raises
    BackupRefused; then nothing is left behind."""
    with speaking(workdir), tempfile.TemporaryDirectory(dir=workdir, prefix=".pieces-") as pieces:
        final = workdir / str(ArchiveName.at_moment(sources.school, kind, made_at))
        draft = Path(pieces, final.name)
        with create_private(draft) as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                writer = _Writer(archive, Path(pieces))
                # The database first: what is typed in between is in the book, for the next sync to find.
                counts, migrations, part = _database(sources, writer)
                _refuse_shrunk(counts, previous)
                brought = _brought(bring, writer)
                parts = {"database": part, **_folders(sources, kind, writer, any_books=brought)}
                manifest = Manifest(
                    kind=kind,
                    made_at=made_at,
                    due_at=due_at,
                    school=sources.school,
                    title=sources.title,
                    service=_service_version(),
                    layout=LAYOUT_VERSION,
                    database="sqlite" if sources.sqlite else "postgresql",
                    digest=digest,
                    counts=counts,
                    migrations=migrations,
                    parts=parts,
                    files=tuple(writer.members),
                    omitted=tuple(writer.omitted),
                )
                archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
            settle(file)
        draft_sidecar = sidecar_of(draft)
        with create_private(draft_sidecar) as file:
            file.write(sidecar_text(final.name, sha256_of(draft)))
            settle(file)
        draft_sidecar.replace(sidecar_of(final))
        draft.replace(final)
        settle_folder(workdir)
    return final


class _Writer:
    """Copies files into the archive by way of a private piece, so that what is hashed is what is packed."""

    def __init__(self, archive: zipfile.ZipFile, pieces: Path) -> None:
        self.archive, self.pieces = archive, pieces
        self.members: list[Member] = []
        self.omitted: list[Omitted] = []

    def add(self, source: Path, name: str, *, needed: bool = False) -> None:
        """A file in use. One that cannot be read is told and left out, so that the others get their copy;
        without a needed one there is none."""
        piece = self.pieces / "piece"
        try:
            stable_copy(source, piece)
        except Unstable:
            why = "файл всё время менялся, пока его копировали"
        except OSError as error:
            if error.errno in FULL or str(error.filename) == str(piece):
                raise
            why = reason(error)
        else:
            self.pack(piece, name)
            return
        if needed:
            raise BackupRefused(f"Без файла {source} копия не полна: {why}. Исправьте это и повторите.")
        self.omitted.append(Omitted(path=name, why=why))

    def pack(self, piece: Path, name: str) -> None:
        """A file that nobody else touches."""
        packed = Path(name).suffix.lower() in PACKED
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = 0o100600 << 16
        info.file_size = size = piece.stat().st_size  # tells zipfile when it needs ZIP64
        digest = hashlib.sha256()
        with piece.open("rb") as file, self.archive.open(info, "w") as member:
            for block in chunks(file):
                digest.update(block)
                member.write(block)
        self.members.append(Member(path=name, size=size, sha256=digest.hexdigest()))


def _database(sources: Sources, writer: _Writer) -> tuple[dict[str, int], tuple[str, ...], str]:
    """Rows per table, applied migrations and the part's place in the archive."""
    file = sources.sqlite
    if file is None:
        part = "database"
        with tempfile.TemporaryDirectory(dir=writer.pieces) as folder, speaking(writer.pieces):
            counts, migrations = postgres.dump(sources.database_url, Path(folder))
            for table in sorted(Path(folder).iterdir()):
                writer.pack(table, f"{part}/{table.name}")
    else:
        if not file.is_file():
            raise BackupRefused(f"Нет файла базы {file}. Проверьте «database.url» в {sources.config.name}.")
        part = _within(file, sources.home, "journal.sqlite3")
        copy = writer.pieces / "database.sqlite3"
        with speaking(file):
            sqlite.copy_database(file, copy)
            counts, migrations = sqlite.counts(copy), sqlite.migrations(copy)
            writer.pack(copy, part)
        copy.unlink()
    if not counts:
        raise BackupRefused("В базе нет ни одной таблицы: копировать нечего. Проверьте настройку «database.url».")
    return counts, migrations, part


def _service_version() -> str:
    try:
        return version("journal-service")
    except PackageNotFoundError:
        return "из исходных файлов"  # run from a folder of sources without being installed


def _refuse_shrunk(counts: dict[str, int], previous: Manifest | None) -> None:
    if previous is None:
        return
    now, before = _own_rows(counts), _own_rows(previous.counts)
    if now * SHRUNK < before:
        raise BackupRefused(
            f"В базе {now} записей, а в прошлой копии от {previous.made_at:%d.%m.%Y} их {before}: похоже, "
            "подключена не та или пустая база. Если база и должна быть новой, перенесите прежние копии "
            "в другую папку."
        )


def _own_rows(counts: dict[str, int]) -> int:
    """Rows of the school; Django fills its own tables even in an empty database."""
    return sum(rows for table, rows in counts.items() if not table.startswith(("django_", "auth_")))


def _brought(bring: Bring, writer: _Writer) -> bool:
    """Whether there was any book from elsewhere, be it one that could not be had."""
    found = False
    for book in bring():
        found, name = True, f"{ELSEWHERE}/{book.name}"
        if book.why:
            writer.omitted.append(Omitted(path=name, why=book.why))
            continue
        piece = writer.pieces / "piece"
        piece.write_bytes(book.content)
        writer.pack(piece, name)
    return found


def _folders(sources: Sources, kind: Kind, writer: _Writer, *, any_books: bool) -> dict[str, str]:
    """Configuration, books and, for an archive, reports; returns where each part lies. `any_books`: some have come
    already, so that the folder may be empty."""
    home = sources.home
    parts = {"config": sources.config.name}
    writer.add(sources.config, parts["config"], needed=True)
    if sources.secret.is_file():
        parts["secret"] = _within(sources.secret, home, "secret.key")
        writer.add(sources.secret, parts["secret"])
    wanted = {"books": (sources.books, "books")}
    if sources.templates:
        wanted["templates"] = (sources.templates, "templates")
    if kind is Kind.ARCHIVE:
        wanted["reports"] = (sources.reports, "reports")
    for part, (folder, fallback) in wanted.items():
        if home.resolve().is_relative_to(folder.resolve()):
            raise BackupRefused(
                f"Папка {folder} ({part}) содержит всю папку школы. Укажите в настройках отдельную папку."
            )
        parts[part] = _within(folder, home, fallback)
        before = len(writer.members)
        for file, inner in _files(folder):
            writer.add(file, f"{parts[part]}/{inner}")
        if part == "books" and len(writer.members) == before and not any_books:
            raise BackupRefused(
                f"В папке книг {folder} нечего копировать: ни одного файла. Проверьте, та ли это папка."
            )
    # A restored school needs its reports folder named even where the copy holds no reports.
    parts.setdefault("reports", _within(sources.reports, home, "reports"))
    return parts


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Regular files and their paths inside the folder; links, hidden and lock files are left out."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(place, name)
            if name.startswith((".", "~$")) or file.is_symlink() or not file.is_file():
                continue
            yield file, file.relative_to(folder).as_posix()


def _within(path: Path, home: Path, fallback: str) -> str:
    """Where a thing lies in the archive: as in the school's folder, or by its usual name."""
    with suppress(ValueError):
        return Path(os.path.normpath(path)).relative_to(os.path.normpath(home)).as_posix()
    return fallback
