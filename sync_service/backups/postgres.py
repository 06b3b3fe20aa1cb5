"""The PostgreSQL database as rows: a logical dump that needs no client programs, and the way back.

Dump: COPY of every table of the schema to text, one file per table and columns.json, in one REPEATABLE
READ transaction. Restore: migrate an empty database to the recorded migrations, COPY the rows in, migrate on.
Raises psycopg.Error and OSError.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from sync_service.backups.files import chunks
from sync_service.backups.refusal import BackupRefused

MIGRATIONS = "django_migrations"
SUFFIX = ".copy"
COLUMN_FILE = "columns.json"
ALIAS = "restore"

# fixed formats: what is written must be read back the same whatever the server's defaults are
FORMATS = "SET LOCAL datestyle TO 'ISO'; SET LOCAL intervalstyle TO 'postgres'"
COLUMNS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
    ORDER BY c.table_name, c.ordinal_position
"""
SEQUENCES = """
    SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)
    FROM information_schema.columns WHERE table_schema = current_schema()
    AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""


def dump(url: str, folder: Path) -> tuple[dict[str, int], tuple[str, ...]]:
    """Write <table>.copy for every table into the folder; returns rows per table and migrations."""
    with _connect(url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        connection.execute(FORMATS)
        counts = {}
        tables = _tables(connection)
        (folder / COLUMN_FILE).write_text(json.dumps(tables, indent=1), encoding="utf-8")
        for table, columns in tables.items():
            copy = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), _list(columns))
            with (folder / f"{table}{SUFFIX}").open("wb") as file, connection.cursor() as cursor:
                with cursor.copy(copy) as rows:
                    for block in rows:
                        file.write(block)
                counts[table] = cursor.rowcount
        applied: tuple[str, ...] = ()
        if MIGRATIONS in counts:
            found = connection.execute(f"SELECT app, name FROM {MIGRATIONS} ORDER BY id")
            applied = tuple(f"{app}.{name}" for app, name in found)
    return counts, applied


def rows_in(blocks: Iterable[bytes]) -> int:
    """Rows in a dumped table: COPY's text format escapes line feeds in values, so a line is a row."""
    return sum(block.count(b"\n") for block in blocks)


def fill(url: str, folder: Path, migrations: Sequence[str]) -> dict[str, int]:
    """Load a dump into an empty database; returns the rows per table as loaded. Django must be set up.

    Raises BackupRefused if the database is not empty or if the dump was made by a newer service."""
    with _connect(url) as connection:
        if _tables(connection):
            raise BackupRefused(
                f"База {described(url)} не пуста. Восстановление ничего не перезаписывает: "
                "создайте новую пустую базу и укажите её."
            )
    with _django(url) as django:
        _migrate_to(django, migrations)
        with _connect(url) as connection:
            _load(connection, folder)
            counts = {table: _count(connection, table) for table in _tables(connection)}
        _migrate_on()
    return counts


def described(url: str) -> str:
    """The database for people: host and name, without the password."""
    parts = conninfo_to_dict(url)
    return f"{parts.get('dbname', '')} на {parts.get('host', 'localhost')}"


def _connect(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url, client_encoding="utf8", connect_timeout=10)


def _tables(connection: psycopg.Connection[Any]) -> dict[str, list[str]]:
    tables: dict[str, list[str]] = {}
    for table, column in connection.execute(COLUMNS):
        tables.setdefault(table, []).append(column)
    return tables


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(row[0]) if row else 0


def _list(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _load(connection: psycopg.Connection[Any], folder: Path) -> None:
    """All rows in one transaction; Django's foreign keys are deferred, so the order of tables is free."""
    connection.execute(FORMATS)
    connection.execute("SET CONSTRAINTS ALL DEFERRED")
    dumped: dict[str, list[str]] = json.loads((folder / COLUMN_FILE).read_text(encoding="utf-8"))
    dumped.pop(MIGRATIONS, None)  # the migrations just applied have written their own
    for table, columns in dumped.items():
        if _count(connection, table):  # rows that a migration seeds; the ledger has none and forbids DELETE
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        copy = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _list(columns))
        source = folder / f"{table}{SUFFIX}"
        with connection.cursor() as cursor, cursor.copy(copy) as rows, source.open("rb") as file:
            for block in chunks(file):
                rows.write(block)
    for table, column, sequence in connection.execute(SEQUENCES).fetchall():
        connection.execute(
            sql.SQL("SELECT setval(%s, coalesce(max({}), 1), max({}) IS NOT NULL) FROM {}").format(
                sql.Identifier(column), sql.Identifier(column), sql.Identifier(table)
            ),
            [sequence],
        )


@contextmanager
def _django(url: str) -> Iterator[Any]:
    """The empty database as one more of Django's connections, for as long as the restore lasts."""
    from django.db import Error, connections  # noqa: PLC0415  usable only where Django is set up

    parts: Mapping[str, Any] = conninfo_to_dict(url)
    plain = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    connections.databases[ALIAS] = {
        "ENGINE": "django.db.backends.postgresql",
        **{plain[key]: str(value) for key, value in parts.items() if key in plain},
        "OPTIONS": {key: value for key, value in parts.items() if key not in plain},
    }
    connections.configure_settings(connections.databases)
    try:
        yield connections[ALIAS]
    except Error as error:
        raise BackupRefused(f"База {described(url)} не приняла копию: {error}. Создайте пустую заново.") from error
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.databases[ALIAS]


def _migrate_to(connection: Any, migrations: Sequence[str]) -> None:
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    wanted = {(app, name) for app, name in (migration.split(".", 1) for migration in migrations)}
    graph = executor.loader.graph
    if unknown := sorted(".".join(key) for key in wanted - graph.nodes.keys()):
        raise BackupRefused(
            f"Копия сделана более новой версией службы (в этой нет {', '.join(unknown)}). Обновите службу и повторите."
        )
    # only the last ones of each app: naming an earlier one would migrate back to it
    followed = {parent.key for key in wanted for parent in graph.node_map[key].parents if parent.key[0] == key[0]}
    executor.migrate(sorted(wanted - followed))


def _migrate_on() -> None:
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", database=ALIAS, verbosity=0, interactive=False)
