"""The demo, played once for the whole run by the real command: on files and, once more, on Google."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.conftest import SHARED

SCRIPT = Path(sys.executable).with_name("journal")


def journal(*words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JOURNAL", "DJANGO"))}
    return subprocess.run(
        [str(SCRIPT), *map(str, words)], capture_output=True, text=True, timeout=600, check=False,
        env=environment | {"PYTHONWARNINGS": "ignore", "COLUMNS": "200"},
    )  # fmt: skip


@pytest.fixture(scope="session")
def played(request: pytest.FixtureRequest) -> Path:
    """The folder of the demo, played by whichever worker comes first. Nobody changes it."""
    return _played(request.config.stash[SHARED] / "demo")


@pytest.fixture(scope="session")
def played_in_google(request: pytest.FixtureRequest) -> Path:
    """The same with the journals in Google. Its emulator is gone by now; its state is kept in the folder."""
    return _played(request.config.stash[SHARED] / "demo-google", "--google")


def _played(home: Path, *words: str) -> Path:
    with FileLock(home.with_suffix(".lock")):
        if not (home / "said.txt").exists():
            run = journal("demo", *words, "--folder", home)
            assert run.returncode == 0, run.stdout + run.stderr
            (home / "said.txt").write_text(run.stdout, encoding="utf-8")
    return home


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"file:{home / 'journal.sqlite3'}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
