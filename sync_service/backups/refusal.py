"""BackupRefused and the sentences for whatever a disk or a database does to us."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
WHY = {
    errno.EACCES: "нет прав на запись или чтение",
    errno.EPERM: "нет прав на запись или чтение",
    errno.EROFS: "диск открыт только для чтения",
    errno.EIO: "диск отвечает с ошибкой: замените его",
    errno.ENOENT: "файл или папка исчезли: проверьте, подключён ли диск",
    errno.ENOTEMPTY: "папка уже не пуста: укажите новую",
    errno.EBUSY: "папка занята системой (к ней подключён диск?): укажите новую папку внутри неё",
}


class BackupRefused(Exception):
    """No backup, or no restore, and why; str(error) is the Russian sentence: what, where, what to do."""


@contextmanager
def speaking(where: Path) -> Iterator[None]:
    """Turn errors of disk and database into BackupRefused; `where` is what the sentence names."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise _full(where) from error
        place = error.filename or where
        raise BackupRefused(f"Не удалось прочитать или записать {place}: {reason(error)}.") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            raise _full(where) from error
        raise BackupRefused(
            f"База {where} не читается ({error}). Проверьте её командой «journal doctor»; прежние копии целы."
        ) from error
    except psycopg.Error as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise BackupRefused(f"База PostgreSQL не отвечает как надо: {said[0]}.") from error


def reason(error: OSError) -> str:
    """Why the system refused, for people."""
    return WHY.get(error.errno or 0, error.strerror or str(error))


def _full(where: Path) -> BackupRefused:
    return BackupRefused(f"На диске с папкой {where} кончилось место. Освободите его и повторите; прежние копии целы.")
