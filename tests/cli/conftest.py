"""A school on disk that the commands are run on, made once for all their tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import in_order, journal

MAKE_SCHOOL = """
import sys
from pathlib import Path
from sync_service.cli.opening import set_up
config = set_up(Path(sys.argv[1]))
from sync_service.usecases.database import migrate_database
migrate_database()
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.provision import provision
from tests.school import small_school
from tests.usecases.conftest import EVENING, office_books
workspace = open_workspace(config, clock=lambda: EVENING)
office_books(workspace, small_school())
provision(workspace)
"""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A provisioned school of two classes, nothing typed."""
    home = tmp_path_factory.mktemp("made") / "school"
    in_order(journal("init", home, "--title", "Школа № 0"))
    (home / "books" / "Школа.xlsx").unlink()
    for place in ("media-a", "media-b"):
        (home / place).mkdir()
    root = Path(__file__).parents[2]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JOURNAL", "DJANGO"))}
    subprocess.run(
        [sys.executable, "-c", MAKE_SCHOOL, str(home / "school.toml")], check=True, cwd=root,
        env=environment | {"PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    return home


@pytest.fixture(scope="session")
def synced(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, once synced: every book is known."""
    home = tmp_path_factory.mktemp("synced") / "school"
    shutil.copytree(made, home)
    in_order(journal("sync", "--config", home / "school.toml"))
    return home


@pytest.fixture
def known(synced: Path, tmp_path: Path) -> Path:
    """The settings file of a copy of a synced school."""
    shutil.copytree(synced, tmp_path / "school")
    return tmp_path / "school" / "school.toml"


@pytest.fixture
def school(made: Path, tmp_path: Path) -> Path:
    """The settings file of a copy of it."""
    shutil.copytree(made, tmp_path / "school")
    return tmp_path / "school" / "school.toml"
