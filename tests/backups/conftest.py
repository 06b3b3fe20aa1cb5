"""The school that is copied here."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.backups.small_school import SETTINGS, School


@pytest.fixture
def school(tmp_path: Path) -> School:
    home = tmp_path / "school"
    for folder in ("books/архив", "reports", "media-a", "media-b"):
        (home / folder).mkdir(parents=True)
    (home / "school.toml").write_text(SETTINGS, encoding="utf-8")
    (home / "secret.key").write_text("только для проверок", encoding="utf-8")
    (home / "books" / "9А Журнал.xlsx").write_bytes(b"PK nine" * 300)
    (home / "books" / "архив" / "8Б Журнал.xlsx").write_bytes(b"PK eight" * 300)
    (home / "books" / "~$9А Журнал.xlsx").write_bytes(b"lock")
    (home / "books" / ".unfinished.xlsx").write_bytes(b"half")
    (home / "reports" / "2026-09.xlsx").write_bytes(b"PK report")
    with closing(sqlite3.connect(home / "journal.sqlite3")) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE ledger (id INTEGER PRIMARY KEY, text TEXT)")
        database.execute("CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT, name TEXT)")
        database.execute("INSERT INTO django_migrations (app, name) VALUES ('records', '0001_initial')")
        database.executemany("INSERT INTO ledger (text) VALUES (?)", [(f"запись {n}",) for n in range(50)])
    return School(home)
