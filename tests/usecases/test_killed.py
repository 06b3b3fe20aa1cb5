"""`kill -9` in the middle of a sync: the next pass makes everything as if nothing had happened.

A school with planted edits is copied again and again; a forked child syncs it and is killed at a random moment; then
another child syncs to the end. Record and books must equal those of an undisturbed run.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from sync_service.config import load
from sync_service.domain.slots import LessonField, entry_slot, lesson_slot
from sync_service.records import ledger, queries
from sync_service.settings import database
from sync_service.usecases.database import migrate_database
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.provision import provision
from sync_service.usecases.syncing import sync
from tests.school import small_school
from tests.usecases.conftest import EVENING, SchoolOnDisk, empty_school, office_books

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
PUPILS = ("P0001", "P0002", "P0003", "P0004")
LESSONS = ("c001.001", "c001.002", "c001.003", "c001.004")


def in_child(work: Callable[[], None]) -> int:
    """Fork, do the work with connections of its own, leave without the parent's clean-up; returns the pid."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def finished(pid: int) -> bool:
    _, status = os.waitpid(pid, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def use(home: Path) -> None:
    """Point Django at the SQLite file of a school; only in a child, where nobody else is hurt."""
    own = database(f"sqlite:{home / 'journal.sqlite3'}")
    connections.close_all()
    connections.settings["default"] = {**connections.settings["default"], **own}
    del connections["default"]


def sync_all(home: Path) -> None:
    use(home)
    later = datetime(2026, 9, 16, 15, 30, tzinfo=UTC)
    sync(open_workspace(load(home / "school.toml"), clock=lambda: later))


def content(home: Path, told: Path) -> None:
    """Write what the record and the books say into a file."""
    use(home)
    books = open_workspace(load(home / "school.toml")).source
    cells = [repr(books.fetch(look.ref).sheets) for look in books.looks()]  # type: ignore[union-attr]
    moments = sorted(line for sheet in cells for line in sheet.split(", ") if "16.09.2026" not in line)
    told.write_text("\n".join([ledger.digest(), str(queries.counts()["ledgerrow"]), *moments]), encoding="utf-8")


def prepare(home: Path) -> None:
    use(home)
    migrate_database()
    workspace, _ = open_workspace(load(home / "school.toml"), clock=lambda: EVENING), None
    office_books(workspace, small_school())
    provision(workspace)
    school = SchoolOnDisk(workspace, [EVENING])
    sync(workspace)
    for number, lesson in enumerate(LESSONS):
        cells: dict[object, object] = {entry_slot(pupil, lesson): "5432"[number] for pupil in PUPILS}
        school.type("9А Журнал", "Математика", cells | {entry_slot(PUPILS[number], lesson): "45"})  # type: ignore[arg-type]
    school.type("9А Журнал", "Математика · уроки", {lesson_slot(LESSONS[0], LessonField.HELD): "да"})
    school.type("6Б Журнал", "Математика", {entry_slot("P0005", "c004.001"): "н"})


@pytest.fixture
def ready(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    """A school on disk with edits that nobody has synced yet. Only children open its database."""
    empty_school(tmp_path)
    home = tmp_path / "school"
    with django_db_blocker.unblock():
        assert finished(in_child(lambda: prepare(home)))
        yield home


def check_kills(home: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    undisturbed = home.with_name("undisturbed")
    shutil.copytree(home, undisturbed)
    began = time.monotonic()
    assert finished(in_child(lambda: sync_all(undisturbed)))
    lasts = time.monotonic() - began
    told = home.with_name("told.txt")
    assert finished(in_child(lambda: content(undisturbed, told)))
    expected = told.read_text(encoding="utf-8")
    killed = 0  # kills that came in time; how long a pass takes depends on what else the machine does
    for number in range(3 * kills):
        if killed == kills:
            break
        victim = home.with_name(f"victim-{number}")
        shutil.copytree(home, victim)
        pid = in_child(lambda: sync_all(victim))  # noqa: B023 - the child runs before the next victim
        time.sleep(chance.uniform(0, lasts))
        os.kill(pid, signal.SIGKILL)
        killed += not finished(pid)
        assert finished(in_child(lambda: sync_all(victim))), f"kill {number}: no pass after it"  # noqa: B023
        assert finished(in_child(lambda: content(victim, told)))  # noqa: B023
        assert told.read_text(encoding="utf-8") == expected, f"kill {number}: another result"
        shutil.rmtree(victim)
    assert killed == kills, "most kills came too late to prove anything"


def test_a_killed_sync_is_healed_by_the_next_one(ready: Path) -> None:
    check_kills(ready, kills=15, seed=1)


@pytest.mark.long
def test_two_hundred_killed_syncs_are_healed(ready: Path) -> None:
    check_kills(ready, kills=200, seed=2)
