"""One running instance per school: <home>/journal.lock, which the system frees if its holder dies."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

LOCK = "journal.lock"
HOLDER = "journal.lock.json"  # beside it: on Windows a locked file cannot be read


class AlreadyRunning(Exception):
    """Another process holds the lock; str(error) is the Russian sentence that tells who."""


@contextmanager
def single_instance(home: Path, command: str) -> Iterator[None]:
    """Hold the school's lock; `command` names the holder to others. Raises AlreadyRunning, OSError."""
    lock = FileLock(home / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyRunning(
            f"Со школой в {home} уже работает {_holder(home)}. Дождитесь его или остановите его."
        ) from None
    try:
        _tell(home / HOLDER, command)
        yield
    finally:
        (home / HOLDER).unlink(missing_ok=True)
        lock.release()


def _tell(path: Path, command: str) -> None:
    draft = path.with_suffix(".tmp")
    draft.write_text(
        json.dumps({"pid": os.getpid(), "command": command}, ensure_ascii=False), encoding="utf-8"
    )
    draft.replace(path)


def _holder(home: Path) -> str:
    try:
        told = json.loads((home / HOLDER).read_text(encoding="utf-8"))
        return f"процесс {told['pid']} («{told['command']}»)"
    except (OSError, ValueError, KeyError, TypeError):
        return "другой процесс службы"
