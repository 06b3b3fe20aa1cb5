"""The tables of the record: brought up to date where they are not."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def is_up_to_date() -> bool:
    """Whether every migration has been applied. Raises django.db.DatabaseError if the database does not answer."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def migrate_database() -> None:
    """Bring the tables up to date; does nothing, and writes nothing, where they are."""
    if not is_up_to_date():
        call_command("migrate", verbosity=0, interactive=False)
