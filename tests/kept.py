"""The record of a school that one test has built, for the next to begin with: its rows instead of the work that made
them. The rows go in as the database gave them out, past models and ledger, into a record that is still empty."""

from __future__ import annotations

import pickle
from datetime import date, time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

OURS = ("records", "accounts")


def tables() -> list[type[models.Model]]:
    return [model for label in OURS for model in apps.get_app_config(label).get_models(include_auto_created=True)]


def keep(path: Path, *beside: object) -> None:
    """Keep every row, and `beside` them whatever can be pickled."""
    rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}
    with connection.cursor() as cursor:
        for model in tables():
            table = model._meta.db_table
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            if found := cursor.fetchall():
                rows[table] = [column[0] for column in cursor.description], [tuple(map(_written, row)) for row in found]
    path.write_bytes(pickle.dumps((rows, beside)))


def _written(value: object) -> object:
    """Days and hours as both databases read them: not every driver takes the values that it gives."""
    return str(value) if isinstance(value, date | time) else value


def put_back(path: Path) -> tuple[Any, ...]:
    """The rows are in the record again; returns what was kept beside them."""
    rows, beside = pickle.loads(path.read_bytes())
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, of_table) in rows.items():
            into = f"{quote(table)} ({', '.join(map(quote, columns))})"
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})", of_table)
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)
    return beside
