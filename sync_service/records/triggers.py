"""SQL that makes the ledger append-only, in each database's own words. Used by migrations.

SQLite drops the triggers of a table that a later migration rebuilds: such a migration must `install` them again, and
a test over the finished schema sees to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "records_ledgerrow"
REFUSAL = "the ledger is append-only"

_INSTALL = {
    "sqlite": tuple(
        f"CREATE TRIGGER ledger_refuses_{verb.lower()} BEFORE {verb} ON {TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (
        f"CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$",
        # for each statement, so that one which matches no row is refused as well
        f"CREATE TRIGGER ledger_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()",
    ),
}
_REMOVE = {
    "sqlite": ("DROP TRIGGER IF EXISTS ledger_refuses_update", "DROP TRIGGER IF EXISTS ledger_refuses_delete"),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS ledger_refuses ON {TABLE}",
        "DROP FUNCTION IF EXISTS ledger_refuses()",
    ),
}


def install(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Raises KeyError on a database that nobody has thought about: better no ledger than an unguarded one."""
    for statement in _INSTALL[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in _REMOVE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)
