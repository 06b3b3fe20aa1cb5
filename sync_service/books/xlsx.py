"""Books in one folder of .xlsx files, usually a share: looked at cheaply, read as a private copy, replaced whole.

Somebody may have any of these files open at any time. So nothing is read while it changes, nothing is written while it
is open or after it has changed, and what is written appears complete or not at all.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sync_service.books import confined
from sync_service.books.package import MAX_FILE, open_package
from sync_service.books.reading import read_book, tab_versions
from sync_service.books.rewriting import rewrite
from sync_service.books.source import Fetched, Look, SourceError, Trouble, write_each
from sync_service.reconcile.sheet import Sheets, TabWrite

BOOK = ".xlsx"
OTHER_SPREADSHEETS = frozenset(
    {".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".fods", ".ots", ".csv", ".tsv", ".numbers"}
)
HIDDEN = (".", "~$")  # locks of LibreOffice and Excel, our own unfinished files, the system's own
UNFINISHED = ".unfinished"
LEFT_BEHIND = 60.0  # seconds after which an unfinished file belongs to a run that was killed
VERSIONS = ".versions"
KEEP_VERSIONS = 20
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_IN_USE_ON_WINDOWS = (32, 33)  # sharing and lock violations


@dataclass(frozen=True)
class FetchedFile(Fetched):
    """With the bytes that were read: a write is made from exactly these."""

    content: bytes = b""


class XlsxSource:
    """source.BookSource over the .xlsx files of one folder, not of folders inside it."""

    def __init__(self, folder: Path, *, versions_folder: Path | None = None, settle_seconds: float = 0.0) -> None:
        """`versions_folder` keeps what was there before each write (default: a hidden folder inside `folder`).

        A file that changed less than `settle_seconds` ago counts as still being saved."""
        self.folder = folder
        self.versions_folder = versions_folder or folder / VERSIONS
        self.settle_seconds = settle_seconds

    def looks(self) -> Sequence[Look | SourceError]:
        with _told(str(self.folder), missing=Trouble.MISSING_FOLDER):
            names = sorted(entry.name for entry in self.folder.iterdir())
        self._sweep(name for name in names if name.endswith(UNFINISHED))
        found = (self._look(name) for name in names if not name.startswith(HIDDEN))
        return [look for look in found if look is not None]

    def resume(self, bookmark: str) -> None:
        """A look sees everything each time."""

    def bookmark(self) -> str:
        return ""

    def suspects(self, refs: Sequence[str]) -> Sequence[str]:
        return ()

    def fetch(self, ref: str, known: Mapping[str, str] | None = None) -> FetchedFile:
        content, version = self._stable_copy(ref)
        try:
            book = confined.read_book(content, ref, known)
        except SourceError as error:
            if error.trouble is Trouble.TRUNCATED:
                self._refuse_if_open(ref)  # damaged because it is being saved at this moment
            raise
        look = Look(ref, ref, version)
        return FetchedFile(look, book.identity, book.sheets, book.tab_versions, content)

    def write(self, fetched: Fetched, writes: Sequence[TabWrite]) -> Fetched:
        if not isinstance(fetched, FetchedFile):
            raise TypeError("only a book that this source has fetched can be written")
        if not any(writes):
            return fetched
        ref = fetched.look.ref
        self._refuse_if_open(ref)
        content = rewrite(fetched.content, writes, ref)
        version = self._publish(fetched, content)
        versions = tab_versions(open_package(content, ref))
        look = Look(ref, fetched.look.name, version)
        return FetchedFile(look, fetched.identity, Sheets(ref, ()), versions, content)

    def write_many(self, items: Sequence[tuple[Fetched, Sequence[TabWrite]]]) -> list[Fetched | SourceError]:
        return write_each(self.write, items)

    def create(self, name: str, content: bytes) -> str:
        ref = name if name.lower().endswith(BOOK) else f"{name}{BOOK}"
        path = self._path(ref)
        read_book(content, ref)
        with _told(ref, missing=Trouble.MISSING_FOLDER):
            unfinished = self._unfinished(ref)
            try:
                _write_through(unfinished, content)
                _publish_new(unfinished, path)
            except FileExistsError as error:
                raise SourceError(Trouble.DUPLICATE, ref, "файл с таким названием уже есть") from error
            finally:
                unfinished.unlink(missing_ok=True)
            _settle_folder(self.folder)
        return ref

    def replace(self, fetched: Fetched, content: bytes) -> Fetched:
        if not isinstance(fetched, FetchedFile):
            raise TypeError("only a book that this source has fetched can be replaced")
        self._refuse_if_open(fetched.look.ref)
        self._publish(fetched, content)
        return self.fetch(fetched.look.ref)

    def discard(self, ref: str) -> None:
        """Its last version stays among the previous versions."""
        self._refuse_if_open(ref)
        content, _ = self._stable_copy(ref)
        with self._told(ref):
            self._keep_version(ref, content)
            self._path(ref).unlink()
            _settle_folder(self.folder)

    def put_away(self, ref: str, folder: str) -> None:
        """Move a book for good into a folder inside this one, where nothing is looked for, and let nobody write it.

        Doing it again changes nothing."""
        target = self.folder / folder / ref
        with self._told(ref):
            if not _is_there(target):
                self._refuse_if_open(ref)
                target.parent.mkdir(exist_ok=True)
                self._path(ref).rename(target)
                _settle_folder(self.folder)
            target.chmod(target.stat().st_mode & ~0o222)

    # --- looking and reading ------------------------------------------------------------------------------------------

    def _look(self, name: str) -> Look | SourceError | None:
        ending = Path(name).suffix.lower()
        if ending in OTHER_SPREADSHEETS:
            return SourceError(Trouble.UNSUPPORTED, name)
        if ending != BOOK:
            return None
        try:
            return Look(name, name, _version(self._stat(name)))
        except SourceError as error:
            return None if error.trouble is Trouble.MISSING else error  # gone since the folder was listed

    def _stat(self, ref: str) -> os.stat_result:
        """Of a regular file. Raises SourceError."""
        path = self._path(ref)
        with self._told(ref):
            found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            raise SourceError(Trouble.UNSUPPORTED, ref, "это ссылка, а нужен сам файл")
        if not stat.S_ISREG(found.st_mode):
            raise SourceError(Trouble.NOT_WORKBOOK, ref, "это не файл")
        return found

    def _stable_copy(self, ref: str) -> tuple[bytes, str]:
        """The file's bytes and version, read in one piece while nobody changed it."""
        before = self._stat(ref)
        if before.st_size > MAX_FILE:
            raise SourceError(Trouble.TOO_LARGE, ref, f"больше {MAX_FILE // 2**20} МБ")
        if 0 <= time.time() - before.st_mtime < self.settle_seconds:
            raise SourceError(Trouble.BUSY, ref)
        with self._told(ref), self._path(ref).open("rb") as file:
            if not os.path.samestat(before, os.fstat(file.fileno())):
                raise SourceError(Trouble.BUSY, ref)  # another file, or a link to one, was put there in between
            content = file.read(MAX_FILE + 1)
        after = self._stat(ref)
        if _version(before) != _version(after) or len(content) != after.st_size:
            raise SourceError(Trouble.BUSY, ref)
        return content, _version(after)

    def _path(self, ref: str) -> Path:
        if not ref or ref == ".." or Path(ref).name != ref:
            raise SourceError(Trouble.MISSING, ref)
        return self.folder / ref

    @contextmanager
    def _told(self, ref: str) -> Iterator[None]:
        with _told(ref, missing=Trouble.MISSING):
            try:
                yield
            except FileNotFoundError as error:
                if not self.folder.is_dir():
                    raise SourceError(Trouble.MISSING_FOLDER, str(self.folder)) from error
                raise

    # --- writing ------------------------------------------------------------------------------------------------------

    def _publish(self, fetched: FetchedFile, content: bytes) -> str:
        """Put `content` in the place of the file that was fetched; returns the version it has there."""
        ref = fetched.look.ref
        path, unfinished = self._path(ref), self._unfinished(ref)
        with self._told(ref):
            try:
                _write_through(unfinished, content)
                _take_over_rights(path, unfinished)
                self._keep_version(ref, fetched.content)
                version = _version(unfinished.lstat())
                self._refuse_if_open(ref)
                if self._stable_copy_or_changed(ref) != (fetched.content, fetched.look.version):
                    raise SourceError(Trouble.CHANGED, ref)
                unfinished.replace(path)
            finally:
                unfinished.unlink(missing_ok=True)
            _settle_folder(self.folder)
        return version

    def _stable_copy_or_changed(self, ref: str) -> tuple[bytes, str]:
        try:
            return self._stable_copy(ref)
        except SourceError as error:
            if error.trouble is Trouble.MISSING_FOLDER:
                raise
            raise SourceError(Trouble.CHANGED, ref) from error

    def _refuse_if_open(self, ref: str) -> None:
        with self._told(ref):
            is_open = any(_is_there(self.folder / lock) for lock in (f"~${ref}", f".~lock.{ref}#"))
        if is_open:
            raise SourceError(Trouble.BUSY, ref)

    def _unfinished(self, ref: str) -> Path:
        return self.folder / f".{hashlib.sha256(ref.encode()).hexdigest()[:16]}{UNFINISHED}"

    def _keep_version(self, ref: str, content: bytes) -> None:
        folder = self.versions_folder / ref.removesuffix(BOOK)
        folder.mkdir(parents=True, exist_ok=True)
        for left_behind in folder.glob(f".*{UNFINISHED}"):
            left_behind.unlink(missing_ok=True)
        moment = datetime.now(UTC).strftime("%Y-%m-%d_%H-%M-%S_%f")
        unfinished = folder / f".{moment}{UNFINISHED}"
        try:
            _write_through(unfinished, content)
            unfinished.replace(folder / f"{moment}{BOOK}")
        finally:
            unfinished.unlink(missing_ok=True)
        for old in sorted(folder.glob(f"[!.]*{BOOK}"))[:-KEEP_VERSIONS]:
            old.unlink(missing_ok=True)

    def _sweep(self, unfinished: Iterator[str]) -> None:
        """Remove what a killed run left behind."""
        for name in unfinished:
            path = self.folder / name
            with suppress(OSError):
                if time.time() - path.lstat().st_mtime > LEFT_BEHIND:
                    path.unlink()


def _is_there(path: Path) -> bool:
    """Raises OSError where that cannot be told: not to know is not to be free."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def _version(found: os.stat_result) -> str:
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ino}"


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _take_over_rights(old: Path, new: Path) -> None:
    """Whoever might open the old file may open the new one."""
    shutil.copymode(old, new)
    if hasattr(os, "chown"):
        owner = old.stat()
        with suppress(PermissionError):
            os.chown(new, owner.st_uid, owner.st_gid)


def _publish_new(unfinished: Path, path: Path) -> None:
    """Raises FileExistsError rather than replace anything."""
    if os.name == "nt":
        unfinished.rename(path)
        return
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        raise
    except OSError:  # a share without hard links: claim the name, then put the book there
        path.open("xb").close()
        unfinished.replace(path)


def _settle_folder(folder: Path) -> None:
    """Make the new name of a file outlive a power cut, where the system can."""
    if os.name != "nt":
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


@contextmanager
def _told(name: str, *, missing: Trouble) -> Iterator[None]:
    """What the system refuses, as a SourceError about `name`."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceError(missing, name) from error
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise SourceError(Trouble.NO_SPACE, name) from error
        if getattr(error, "winerror", None) in _IN_USE_ON_WINDOWS:
            raise SourceError(Trouble.BUSY, name) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise SourceError(Trouble.DENIED, name) from error
        if missing is Trouble.MISSING_FOLDER:
            raise SourceError(missing, name, error.strerror or "") from error
        raise SourceError(Trouble.BUSY, name, error.strerror or "") from error
