"""Two services never work on one school, and a dead one holds nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sync_service.jobs.lock import AlreadyRunning, single_instance

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from sync_service.jobs.lock import single_instance
with single_instance(Path(sys.argv[1]), "journal run"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_instance_is_told_who_holds_the_school_and_a_killed_holder_frees_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning) as refused, single_instance(tmp_path, "journal sync"):
            pass
        assert f"процесс {holder.pid} («journal run»)" in str(refused.value)
        holder.kill()
        holder.wait()
    with single_instance(tmp_path, "journal sync"):
        assert str(os.getpid()) in (tmp_path / "journal.lock.json").read_text(encoding="utf-8")


def test_another_school_is_not_locked_and_the_lock_is_free_after_use(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with single_instance(tmp_path / "a", "journal run"), single_instance(tmp_path / "b", "journal run"):
        pass
    with single_instance(tmp_path / "a", "journal run"):
        pass


def test_a_holder_that_has_not_told_its_name_is_still_a_holder(tmp_path: Path) -> None:
    with single_instance(tmp_path, "journal run"):
        (tmp_path / "journal.lock.json").write_text("{", encoding="utf-8")
        with pytest.raises(AlreadyRunning, match="другой процесс"), single_instance(tmp_path, "journal sync"):
            pass
