"""A school on PostgreSQL: dumped without client programs, restored into an empty database by migrations and COPY."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.core.management import call_command

from sync_service.backups import postgres
from sync_service.backups.refusal import BackupRefused
from sync_service.backups.restore import restore
from sync_service.backups.verify import verify
from sync_service.config import load
from tests.backups.small_school import School

NASTY = 'таб\tстрока\nобратная\\ кавычка" \\. \\N пусто'


class Server:
    def __init__(self, url: str) -> None:
        self.url = url
        self.made: list[str] = []

    def database(self) -> str:
        """The URL of a new empty database."""
        name = f"backup_{uuid4().hex[:10]}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        self.made.append(name)
        return self.url.replace("/postgres?", f"/{name}?")

    def drop(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name in self.made:
                connection.execute(f"DROP DATABASE {name}")


@pytest.fixture
def server(postgres_url: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[Server]:
    server = Server(postgres_url)
    with django_db_blocker.unblock():
        yield server
    server.drop()


@pytest.fixture
def living(server: Server, school: School) -> str:
    """The school moved to PostgreSQL, with a ledger of 300 rows."""
    url = server.database()
    with postgres._django(url):
        call_command("migrate", database=postgres.ALIAS, verbosity=0)
    with psycopg.connect(url) as connection:
        connection.cursor().executemany(
            "INSERT INTO records_ledgerrow (at, actor, channel, kind, key, old, new, book, place, reason) VALUES "
            "('2026-10-02 21:15:00.123456+03', 'учитель', 'sheet', 'entry', %s, NULL, %s, '', '', %s)",
            [(f"p{n}|l{n}", "" if n % 2 else NASTY, NASTY) for n in range(300)],
        )
    school.settings(lambda text: f'{text}\n[database]\nurl = "{url}"\n')
    return url


def rows(url: str) -> dict[str, list[Any]]:
    """Everything in a database but when it was migrated."""
    with psycopg.connect(url) as connection:
        tables = [t for t in postgres._tables(connection) if t != "django_migrations"]
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}


def test_a_restored_database_equals_the_living_one_and_goes_on_from_there(
    server: Server, living: str, school: School, tmp_path: Path
) -> None:
    outcome = school.back_up()
    archive = school.places[0] / outcome.name
    assert verify(archive).ok
    assert outcome.manifest.counts["records_ledgerrow"] == 300
    empty = server.database()
    restored = restore(archive, tmp_path / "new", database=empty)
    assert rows(empty) == rows(living)
    assert load(restored.config).database.url == empty
    assert not (tmp_path / "new" / "database").exists()
    with psycopg.connect(empty) as connection:
        last = connection.execute(
            "INSERT INTO records_ledgerrow (at, actor, channel, kind, key, book, place, reason) "
            "VALUES (now(), '', '', '', '', '', '', '') RETURNING seq"
        ).fetchone()
    assert last == (301,)
    with psycopg.connect(empty) as connection, pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        connection.execute("DELETE FROM records_ledgerrow")


def test_the_living_database_is_never_the_target(server: Server, living: str, school: School, tmp_path: Path) -> None:
    archive = school.places[0] / school.back_up().name
    before = rows(living)
    with pytest.raises(BackupRefused, match="указывают на действующую базу"):
        restore(archive, tmp_path / "new")
    with pytest.raises(BackupRefused, match="не пуста"):
        restore(archive, tmp_path / "new", database=living)
    assert rows(living) == before
    assert not (tmp_path / "new").exists()


def test_a_copy_of_a_newer_service_is_not_loaded(server: Server, living: str, school: School, tmp_path: Path) -> None:
    with psycopg.connect(living) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999_later', now())")
    archive = school.places[0] / school.back_up().name
    empty = server.database()
    with pytest.raises(BackupRefused, match="более новой версией службы"):
        restore(archive, tmp_path / "new", database=empty)
    assert not (tmp_path / "new").exists()


def test_the_dump_is_of_one_moment(
    server: Server, living: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = postgres._tables

    def and_then_somebody_writes(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
        found = tables(connection)
        with psycopg.connect(living) as other:
            other.execute(
                "INSERT INTO records_accesslog (at, login, role, action, subject, address) "
                "VALUES (now(), '', '', '', '', '')"
            )
        return found

    monkeypatch.setattr(postgres, "_tables", and_then_somebody_writes)
    counts, _ = postgres.dump(living, tmp_path)
    assert counts["records_accesslog"] == 0


def test_a_server_that_does_not_answer_is_one_sentence(school: School, tmp_path: Path) -> None:
    school.settings(lambda text: f'{text}\n[database]\nurl = "postgresql:///x?host={tmp_path.as_posix()}"\n')
    with pytest.raises(BackupRefused, match="PostgreSQL не отвечает"):
        school.back_up()
