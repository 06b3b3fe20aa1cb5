"""The migrations give exactly the tables that the models ask for."""

from __future__ import annotations

import pytest
from django.core.management import call_command


def test_no_migration_is_missing(database: str) -> None:
    try:
        call_command("makemigrations", "records", check=True, dry_run=True, verbosity=0, skip_checks=True)
    except SystemExit:
        pytest.fail("the models have changed: write a migration for records")
