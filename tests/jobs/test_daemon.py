"""The daemon: what is due is done, failures stay with their job, a signal ends it in time."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from sync_service.jobs import daemon as subject
from sync_service.jobs.daemon import BEGUN, DONE, FAILED, Daemon
from tests.jobs.job_table import MemoryStore, configured

ROOT = Path(__file__).parents[2]
THURSDAY = datetime(2026, 10, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = THURSDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets so many seconds pass on the clock that nobody sets."""
    passed = [time.monotonic()]
    monkeypatch.setattr(subject.time, "monotonic", lambda: passed[0])

    def wait(seconds: float) -> None:
        passed[0] += seconds

    return wait


def test_a_weekend_switched_off_is_made_up_for_and_each_job_is_told_its_moment(
    clock: Clock, store: MemoryStore
) -> None:
    told: list[datetime] = []
    daemon = Daemon(configured(), {"backup": lambda due: f"{told.append(due)}"}, store, clock=clock)
    daemon.tick()
    clock.now += timedelta(days=4)
    daemon.tick()
    daemon.tick()
    assert [moment.isoformat() for moment in told] == ["2026-10-02T23:00:00+03:00"]
    assert [run.outcome for run in store.runs] == [BEGUN, DONE]
    assert store.runs[1].at == clock.now


def test_a_failing_job_is_told_and_tried_again_ever_more_seldom_while_the_others_go_on(
    clock: Clock, store: MemoryStore, patience: Callable[[float], None]
) -> None:
    tries: list[datetime] = []
    dropped: list[bool] = []

    def failing(due: datetime) -> str:
        tries.append(due)
        if len(tries) < 4:
            raise OSError("Диск не подключён")
        return "готово"

    actions = {"archive": failing, "backup": lambda _: "копия", "sync": lambda _: "книги"}
    daemon = Daemon(configured(), actions, store, clock=clock, disconnect=lambda: dropped.append(True))
    daemon.tick()
    clock.now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    for wait, tried in [(0, 1), (59, 1), (1, 2), (119, 2), (1, 3), (239, 3), (1, 4), (9999, 4)]:
        patience(wait)
        daemon.tick()
        assert len(tries) == tried
    assert len(set(tries)) == 1
    assert len(dropped) == 3
    archive = [(run.outcome, run.detail) for run in store.runs if run.name == "archive"]
    assert archive == [(BEGUN, "отсчёт начат"), *[(FAILED, "Диск не подключён")] * 3, (DONE, "готово")]
    assert [run.outcome for run in store.runs if run.name == "backup"] == [BEGUN, DONE]


def test_a_job_that_was_killed_midway_is_done_again_after_the_next_start(clock: Clock, store: MemoryStore) -> None:
    class Killed(BaseException):
        pass

    def killed(due: datetime) -> str:
        raise Killed

    Daemon(configured(), {"backup": killed}, store, clock=clock).tick()
    clock.now += timedelta(days=4)
    with pytest.raises(Killed):
        Daemon(configured(), {"backup": killed}, store, clock=clock).tick()
    assert store.runs[-1].outcome == ""
    Daemon(configured(), {"backup": lambda _: "копия"}, store, clock=clock).tick()
    assert store.runs[-1].outcome == DONE
    assert store.runs[-1].due == store.runs[-2].due


def test_a_sync_every_few_seconds_fills_the_job_table_with_changes_only(
    clock: Clock, store: MemoryStore, patience: Callable[[float], None]
) -> None:
    troubles = iter([None, None, None, OSError("Папки нет"), OSError("Папки нет"), None, None])
    runs: list[datetime] = []

    def sync(due: datetime) -> str:
        runs.append(due)
        if trouble := next(troubles):
            raise trouble
        return "ничего нового"

    daemon = Daemon(configured(), {"sync": sync}, store, clock=clock)
    for _ in range(7):
        daemon.tick()
        daemon.tick()  # a moment later: not yet again
        clock.now += timedelta(seconds=10)
        patience(300)
    assert len(runs) == 7
    assert [run.outcome for run in store.runs] == [DONE, FAILED, DONE]


def test_a_job_table_that_is_not_there_for_a_while_does_not_end_the_daemon(
    clock: Clock, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = Daemon(configured(), {"backup": lambda _: "копия"}, store, clock=clock)
    monkeypatch.setattr(store, "last_due", lambda *_: 1 / 0)
    monkeypatch.setattr(daemon.stopping, "wait", lambda *_: False)
    daemon._guarded_tick()
    monkeypatch.undo()
    daemon._guarded_tick()
    assert store.runs


@contextmanager
def running(daemon: Daemon) -> Iterator[None]:
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield
    finally:
        daemon.stopping.set()
        thread.join(20)
        assert not thread.is_alive()


def test_a_clock_set_back_half_a_day_does_not_stop_the_ticker(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "TICK", 0.1)
    seen: list[datetime] = []
    monkeypatch.setattr(Daemon, "tick", lambda self: seen.append(self.clock()))
    with time_machine.travel(THURSDAY, tick=True) as traveller, running(Daemon(configured(), {}, store)):
        _until(lambda: len(seen) >= 2)
        traveller.move_to(THURSDAY - timedelta(hours=12))
        _until(lambda: any(moment < THURSDAY for moment in seen))


def _until(true: Callable[[], bool]) -> None:
    deadline = time.perf_counter() + 20
    while not true():
        assert time.perf_counter() < deadline
        time.sleep(0.02)


def start(tmp_path: Path, action: str) -> subprocess.Popen[bytes]:
    """A real daemon in a process of its own, waited for until its first sync has begun."""
    script = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from sync_service.jobs.daemon import Daemon
        from tests.jobs.job_table import MemoryStore, configured

        home = Path(sys.argv[1])

        class Server:
            def start(self): (home / "served").touch()
            def stop(self): (home / "served").unlink()

        def sync(due):
            (home / "begun").touch()
            {action}
            (home / "finished").touch()
            return ""

        sys.exit(Daemon(configured(), {{"sync": sync}}, MemoryStore(), server_factory=Server).run())
    """)
    process = subprocess.Popen([sys.executable, "-W", "error", "-c", script, str(tmp_path)], cwd=ROOT)
    _until((tmp_path / "begun").exists)
    return process


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_running_step_finish_and_stops_the_diary(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, "time.sleep(1)")
    assert (tmp_path / "served").exists()
    process.send_signal(number)
    assert process.wait(10) == 0
    assert (tmp_path / "finished").exists()
    assert not (tmp_path / "served").exists()


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_step_that_hangs_does_not_hold_the_process_for_more_than_ten_seconds(tmp_path: Path) -> None:
    process = start(tmp_path, "time.sleep(60)")
    process.terminate()
    assert process.wait(10) == 0
    assert not (tmp_path / "finished").exists()
