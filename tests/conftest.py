"""Databases for tests. `db` of pytest-django gives the default one; `database` gives a test both, SQLite and
PostgreSQL, one after the other in the same run, and `committing_database` both without the surrounding transaction.

PostgreSQL is a real server from the package pgserver: one for all workers of a run, a database for each worker,
started when the first test asks for it, stopped by its handle when the last worker is done.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from django.test import TransactionTestCase

from sync_service.records import triggers
from sync_service.settings import database as entry
from tests.settings import POSTGRES

SHARED = pytest.StashKey[Path]()  # a directory that all workers of a run see

# how long an example takes tells how busy the machine is, not whether the code is right
hypothesis.settings.register_profile("journal", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("journal")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long searches too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="long: run `make test-long`"))


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {}).get("shared")
    config.stash[SHARED] = Path(given or tempfile.mkdtemp(prefix="journal-tests-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["shared"] = str(node.config.stash[SHARED])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and SHARED in config.stash:
        shutil.rmtree(config.stash[SHARED], ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a running server. Counts as a user of it: the last worker to leave stops it."""
    shared = request.config.stash[SHARED]
    (shared / "postgres").mkdir(exist_ok=True)
    (shared / "runtime").mkdir(mode=0o700, exist_ok=True)
    with mock.patch.dict(os.environ, XDG_RUNTIME_DIR=str(shared / "runtime")):  # where its workers' lock lies
        import pgserver  # noqa: PLC0415 - reads the variable when imported
    server = pgserver.get_server(shared / "postgres")
    try:
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server.get_uri()
    finally:
        server.cleanup()
        atexit.unregister(server._cleanup)  # it would make its lock's directory again, after we are gone


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """With JOURNAL_TEST_DB=postgres the default database learns where its server is."""
    if POSTGRES:
        address = entry(request.getfixturevalue("postgres_url"))
        connections.settings["default"].update({key: address[key] for key in ("HOST", "PORT", "USER")})


@pytest.fixture(scope="session")
def other_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[BaseDatabaseWrapper]:
    """A migrated database of the vendor that is not the default one; nothing uses it until it is made the default."""
    if POSTGRES:
        address = entry("sqlite::memory:")
    else:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        address = entry(request.getfixturevalue("postgres_url")) | {"TEST": {"NAME": f"journal_{worker}"}}
    other: Any = ConnectionHandler({"default": address})["default"]
    name = settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock():
        with as_default(other):
            other.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        settings.DATABASES["default"]["NAME"] = name  # create_test_db takes itself for the only one
        yield other
        other.close()


@contextmanager
def as_default(other: BaseDatabaseWrapper) -> Iterator[None]:
    """Let Django's default connection of this thread be `other`."""
    own = connections["default"]
    connections["default"] = other
    try:
        yield
    finally:
        connections["default"] = own


@pytest.fixture(params=["sqlite", "postgresql"])
def vendor(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[str]:
    if request.param == connections["default"].vendor:
        yield request.param
    else:
        with as_default(request.getfixturevalue("other_database")):
            yield request.param


@pytest.fixture
def database(vendor: str, db: None) -> str:
    """The test runs once on each database, in a transaction that is rolled back. Do not mark it `django_db` besides:
    the mark would open the transaction before the database is chosen."""
    return vendor


@pytest.fixture
def committing_database(vendor: str, transactional_db: None) -> str:
    """The same for what must see its own commits; slower, since the tables are emptied afterwards."""
    return vendor


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the schools that tests begin with are kept, once somebody has needed them."""
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture(scope="session", autouse=True)
def _the_ledger_can_be_emptied_between_tests() -> Iterator[None]:
    """A test that commits is cleaned up by emptying all tables, which the triggers of the ledger rightly refuse."""
    empty = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def without_triggers(test: TransactionTestCase) -> None:
        with connections["default"].schema_editor() as editor:
            triggers.remove(None, editor)
        empty(test)
        with connections["default"].schema_editor() as editor:
            triggers.install(None, editor)

    with mock.patch.object(TransactionTestCase, "_fixture_teardown", without_triggers):
        yield
