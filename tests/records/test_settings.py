"""Settings made from the config: the database of a URL, the key that signs sessions."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from sync_service.settings import database, secret_key


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://postgres:@/postgres?host=/run/pg", ("postgres", "postgres", "", "/run/pg", "")),
        ("postgresql://anna:p%40ss%2Fw@db.lan:5433/journal", ("journal", "anna", "p@ss/w", "db.lan", "5433")),
        ("postgresql://db.lan/journal", ("journal", "", "", "db.lan", "")),
    ],
)
def test_a_postgresql_url_becomes_a_database(url: str, expected: tuple[str, ...]) -> None:
    made = database(url)
    assert made["ENGINE"] == "django.db.backends.postgresql"
    assert tuple(made[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected


def test_further_options_of_the_url_reach_the_driver() -> None:
    made = database("postgresql://db.lan/journal?sslmode=require&host=/run/pg")
    assert (made["OPTIONS"], made["HOST"]) == ({"sslmode": "require"}, "/run/pg")


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        database("mysql://db.lan/journal")


def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite3"
    connection = ConnectionHandler({"default": database(f"sqlite:{file}")})["default"]
    raw: sqlite3.Connection = connection.get_new_connection(connection.get_connection_params())
    try:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        assert [raw.execute(f"PRAGMA {name}").fetchone()[0] for name in asked] == ["wal", 2, 1, 30_000]
        assert connection.transaction_mode == "IMMEDIATE"
    finally:
        raw.close()


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "state" / "secret.key"
    made = secret_key(file)
    assert len(made) >= 50
    assert secret_key(file) == made
    assert [path.name for path in file.parent.iterdir()] == ["secret.key"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def run_settings(folder: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = Path(__file__).parents[2]
    known = {key: value for key, value in os.environ.items() if key != "JOURNAL_CONFIG"}
    return subprocess.run(
        [sys.executable, "-c", f"from sync_service import settings as s; {code}"],
        env=known | environment | {"PYTHONPATH": str(root)}, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_importing_the_settings_writes_nothing_and_resolves_the_database_beside_the_config(tmp_path: Path) -> None:
    config = tmp_path / "school.toml"
    config.write_text('[school]\ntitle = "Школа"\ntime_zone = "Asia/Omsk"\n', encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = run_settings(elsewhere, "print(s.DATABASES['default']['NAME'], s.TIME_ZONE)", JOURNAL_CONFIG=str(config))
    assert done.stdout.split() == [str(tmp_path / "journal.sqlite3"), "Asia/Omsk"], done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "school.toml"]


def test_without_a_config_the_operator_is_told_what_to_do(tmp_path: Path) -> None:
    done = run_settings(tmp_path, "")
    assert done.returncode != 0
    assert "JOURNAL_CONFIG" in done.stderr.splitlines()[-1]
