"""Settings of the tests: SQLite in memory, or PostgreSQL throughout if JOURNAL_TEST_DB=postgres.

Records tests run on both in the same run either way (see conftest.database). Nothing here writes a file.
"""

import os
from pathlib import Path
from unittest import mock

with mock.patch.dict(os.environ, JOURNAL_CONFIG=str(Path(__file__).with_name("school.toml"))):
    from sync_service.settings import *  # noqa: F403
    from sync_service.settings import database

SECRET_KEY = "only for tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast, and nothing here is secret

POSTGRES = os.environ.get("JOURNAL_TEST_DB", "sqlite") == "postgres"
if POSTGRES:
    # HOST is filled in by conftest once the server runs
    DATABASES = {"default": database("postgresql://postgres@/journal")}
else:
    DATABASES = {"default": database("sqlite::memory:")}
