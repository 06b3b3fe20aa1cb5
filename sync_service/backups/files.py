"""Small durable steps with files: hash, stable copy, fsync. Raises OSError as the system gives it."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

CHUNK = 1 << 20
LOOKS, PAUSE = 5, 0.2  # a workbook is saved within a second
DAY = 24 * 3600


class Unstable(Exception):
    """The file kept changing while it was being read."""


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(CHUNK):
        yield block


def sha256_of(path: Path) -> str:
    """Hash what stands on the disk: cached pages are dropped first, where the system can do that."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        for block in chunks(file):
            digest.update(block)
    return digest.hexdigest()


def stable_copy(source: Path, copy: Path) -> None:
    """Copy a file that people may be saving right now; raises Unstable, or OSError if it cannot be read."""
    for look in range(LOOKS):
        if look:
            time.sleep(PAUSE)
        with source.open("rb") as file, copy.open("wb") as target:
            before = _state(os.fstat(file.fileno()))
            for block in chunks(file):
                target.write(block)
        # by path, not by descriptor: most programs save by putting a new file in place of the old one
        if before == _state(source.stat()) and copy.stat().st_size == before[0]:
            return
    raise Unstable(source)


def _state(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ino


def create_private(path: Path) -> BinaryIO:
    """A new file that only its owner may read: a backup holds personal data and the secret key."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def settle(file: BinaryIO) -> None:
    """Make what was written survive a power cut."""
    file.flush()
    os.fsync(file.fileno())


def settle_folder(folder: Path) -> None:
    """Make renames inside a folder survive a power cut, where the system and the disk's format know how."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(handle)


def stale(path: Path) -> bool:
    """Left by somebody who was killed: what a running backup works on is younger than a day."""
    return abs(time.time() - path.stat().st_mtime) > DAY
