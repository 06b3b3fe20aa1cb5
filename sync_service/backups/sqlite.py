"""The SQLite database as bytes and rows: online copy, check, row counts. Raises sqlite3.Error."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def copy_database(source: Path, copy: Path) -> None:
    """A consistent copy of a database in use (online backup API): all or nothing of each transaction."""
    # mode=rw: never creates a database, and a WAL one may need its -shm file written even to be read
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=30)) as live,
        closing(sqlite3.connect(copy)) as target,
    ):
        live.backup(target)


def faults(copy: Path) -> list[str]:
    """What SQLite itself finds wrong in a copy that nobody writes to."""
    with closing(_open(copy)) as database:
        found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(5)")]
    return [] if found == ["ok"] else found


def counts(copy: Path) -> dict[str, int]:
    """Rows per table."""
    with closing(_open(copy)) as database:
        return {
            table: database.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0]
            for table in _tables(database)
        }


def migrations(copy: Path) -> tuple[str, ...]:
    with closing(_open(copy)) as database:
        if "django_migrations" not in _tables(database):
            return ()
        rows = database.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return tuple(f"{app}.{name}" for app, name in rows)


def _open(copy: Path) -> sqlite3.Connection:
    # immutable: reading leaves no -wal and -shm beside the copy
    return sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro&immutable=1", uri=True)


def _tables(database: sqlite3.Connection) -> list[str]:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in names if not name.startswith("sqlite_")]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
