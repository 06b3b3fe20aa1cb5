"""The database itself refuses to change the ledger, whoever asks and however."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from sync_service.records import ledger
from sync_service.records.ledger import Fact

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
TABLE = "records_ledgerrow"


def row_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE}")
        return int(cursor.fetchone()[0])


def refuse(statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def one_row(database: str) -> str:
    ledger.append([Fact("decision", "hold.released", {"hold": 1})], actor="Иванова", channel="command", at=NOW)
    return database


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET actor = 'кто-то другой'",
        f"UPDATE {TABLE} SET actor = 'кто-то другой' WHERE seq = (SELECT max(seq) FROM {TABLE})",
        f"DELETE FROM {TABLE}",
        f"DELETE FROM {TABLE} WHERE kind = 'decision'",
    ],
)
def test_raw_sql_cannot_change_a_row_of_the_ledger(one_row: str, statement: str) -> None:
    refuse(statement)
    assert row_count() == 1


def test_postgresql_refuses_to_truncate_the_ledger(one_row: str) -> None:
    if one_row == "sqlite":
        refuse(f"DELETE FROM {TABLE}")  # SQLite has no TRUNCATE: deleting everything is its way to say so
    else:
        refuse(f"TRUNCATE {TABLE}")
    assert row_count() == 1


def test_the_orm_cannot_change_the_ledger_either(one_row: str) -> None:
    from sync_service.records.models import LedgerRow  # noqa: PLC0415 - the one test that goes past the writer

    for attempt in (lambda: LedgerRow.objects.update(actor="x"), lambda: LedgerRow.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt()
    assert row_count() == 1


def test_emptying_the_tables_after_a_committing_test_leaves_the_guard_in_place(committing_database: str) -> None:
    with transaction.atomic():
        ledger.append([Fact("decision", "period.closed", {})], actor="a", channel="command", at=NOW)
    refuse(f"UPDATE {TABLE} SET actor = 'x'")
    assert row_count() == 1
