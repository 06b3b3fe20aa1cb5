"""The tables of the record: brought up to date where they are not."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from sync_service.records import ledger

RECORD = "records"  # the app whose tables a digest is of


def is_up_to_date() -> bool:
    """Whether every migration has been applied. Raises django.db.DatabaseError if the database does not answer."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def has_tables_of(migrations: Iterable[str]) -> bool:
    """Whether the record's tables are as these migrations, «app.name», leave them."""
    applied = {name for app, name in MigrationRecorder(connection).applied_migrations() if app == RECORD}
    return applied == {name for app, _, name in (one.partition(".") for one in migrations) if app == RECORD}


def follows_its_ledger() -> bool:
    """Whether the tables are those that the ledger makes; they are afterwards, whatever they were."""
    before = ledger.digest()
    ledger.replay()
    return ledger.digest() == before


def migrate_database() -> None:
    """Bring the tables up to date; does nothing, and writes nothing, where they are."""
    if not is_up_to_date():
        call_command("migrate", verbosity=0, interactive=False)
