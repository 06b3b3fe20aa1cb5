"""The daemon: does what is due, one job at a time, and serves the diary beside it until a signal stops it.

`schedule` is only the ticker. What is due comes from the job table, so nothing is lost by being switched off;
a job that was killed midway is simply due again, for jobs are safe to repeat.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType
from typing import Protocol
from zoneinfo import ZoneInfo

import schedule

from sync_service.config import Config
from sync_service.jobs.due import Due, Every, begun, due, job_table

logger = logging.getLogger(__name__)

TICK = 1  # seconds between two looks at what is due
GRACE = 6  # seconds that a running job gets after a signal, of the ten in all
SOONEST, LONGEST = 60, 3600  # seconds between two attempts at a job that fails, doubled each time
LONGEST_OFTEN = 300  # … at one that is done every few seconds
DONE, FAILED, BEGUN = "done", "failed", "begun"  # outcomes; begun: nothing was done, the count starts here

Action = Callable[[datetime], str]  # the due moment, in the school's zone → what was done, for people


class JobStore(Protocol):
    """The job table. Moments are aware."""

    def last_due(self, name: str, until: datetime) -> datetime | None:
        """The greatest due moment, not after `until`, of the job's runs that are DONE or BEGUN."""

    def start(self, name: str, due: datetime, at: datetime) -> int:
        """Note the beginning of a run; returns its id."""

    def finish(self, run: int, at: datetime, outcome: str, detail: str) -> None: ...


class Server(Protocol):
    def start(self) -> None:
        """Begin to serve in threads of its own and return."""

    def stop(self) -> None: ...


def utc_now() -> datetime:
    return datetime.now(UTC)


class Daemon:
    """Runs until SIGTERM, SIGINT or (Windows) SIGBREAK, or until `stopping` is set.

    actions: by job name; a job without an action is left out. Each raises whatever it likes: that is its
    failure, told to the job table and the log, and tried again later. A long one may look at `stopping`, and
    raises if it leaves its work unfinished.
    disconnect: drops this thread's database connections, called after a failure and at the end.
    """

    def __init__(
        self,
        config: Config,
        actions: Mapping[str, Action],
        store: JobStore,
        *,
        clock: Callable[[], datetime] = utc_now,
        server_factory: Callable[[], Server] | None = None,
        stopping: threading.Event | None = None,
        disconnect: Callable[[], None] = lambda: None,
    ) -> None:
        self.jobs = tuple(job for job in job_table(config) if job.name in actions)
        self.zone = ZoneInfo(config.school.time_zone)
        self.actions, self.store, self.clock = actions, store, clock
        self.server_factory, self.disconnect = server_factory, disconnect
        self.stopping = stopping or threading.Event()
        # Jobs done every few seconds are too many for the job table: only a change of outcome is worth a row.
        self._often = {job.name: job.when.seconds for job in self.jobs if isinstance(job.when, Every)}
        self._last_run: dict[str, datetime] = {}
        self._said: dict[str, str] = {}
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}  # by the monotonic clock, which nobody sets
        self._running = ""
        self._told_to_stop = False

    def run(self) -> int:
        """Work until told to stop; returns the exit code. Raises only what the server raises at its start."""
        server = self.server_factory() if self.server_factory else None
        # The work has a thread of its own: a job which hangs cannot keep the process from stopping.
        worker = threading.Thread(target=self._work, name="jobs", daemon=True)
        with _signals(self._heard):
            if server:
                server.start()
            worker.start()
            while worker.is_alive() and not (self._told_to_stop or self.stopping.is_set()):
                time.sleep(TICK / 4)
            asked = time.monotonic()
            in_order = worker.is_alive() or self.stopping.is_set()
            self.stopping.set()
            if server:
                server.stop()
            worker.join(max(1, GRACE - (time.monotonic() - asked)))
            if worker.is_alive():
                logger.warning("job %s did not stop in time and will be repeated", self._running)
        return 0 if in_order else 1

    def _heard(self, number: int, frame: FrameType | None) -> None:
        # no more than this: to set an event inside a handler may wait for a lock that this very thread holds
        self._told_to_stop = True

    def tick(self) -> None:
        """Do everything that is due now."""
        for task in self._due():
            if self.stopping.is_set():
                return
            if time.monotonic() >= self._not_before.get(task.name, 0):
                self._run_one(task)

    def _work(self) -> None:
        ticker = schedule.Scheduler()
        ticker.every(TICK).seconds.do(self._guarded_tick)
        while not self.stopping.is_set():
            # schedule waits by the wall clock: after a clock set back it would sleep for as long as that
            if (ticker.idle_seconds or 0) > 2 * TICK:
                ticker.clear()
                ticker.every(TICK).seconds.do(self._guarded_tick)
            ticker.run_pending()
            self.stopping.wait(TICK / 4)
        self.disconnect()

    def _guarded_tick(self) -> None:
        """The boundary of the daemon: a job table that cannot be read now must not end it."""
        try:
            self.tick()
        except Exception:
            logger.exception("the job table is not available")
            self.disconnect()
            self.stopping.wait(10 * TICK)

    def _due(self) -> list[Due]:
        now = self.clock()
        done = dict(self._last_run)
        for job in self.jobs:
            if job.name not in self._often and (last := self.store.last_due(job.name, now)):
                done[job.name] = last
        for task in begun(self.jobs, done, now, self.zone):
            run = self.store.start(task.name, task.due_at, now)
            self.store.finish(run, now, BEGUN, "отсчёт начат")
            done[task.name] = task.due_at
        return due(self.jobs, done, now, self.zone)

    def _run_one(self, task: Due) -> None:
        often = task.name in self._often
        started = self.clock()
        run = None if often else self.store.start(task.name, task.due_at, started)
        outcome, detail = self._act(task)
        self._back_off(task.name, outcome)
        finished = self.clock()
        if run is None:
            self._last_run[task.name] = finished
            if self._said.get(task.name) == outcome:
                return
            self._said[task.name] = outcome
            run = self.store.start(task.name, task.due_at, started)
        self.store.finish(run, finished, outcome, detail)

    def _act(self, task: Due) -> tuple[str, str]:
        self._running = task.name
        try:
            return DONE, self.actions[task.name](task.due_at)
        except Exception as error:  # the boundary of a job: whatever it is, the other jobs go on
            logger.exception("job %s failed", task.name)
            self.disconnect()
            return FAILED, str(error).strip() or type(error).__name__
        finally:
            self._running = ""

    def _back_off(self, name: str, outcome: str) -> None:
        if outcome == DONE:
            self._failures.pop(name, None)
            self._not_before.pop(name, None)
            return
        self._failures[name] = failures = self._failures.get(name, 0) + 1
        first, longest = self._often.get(name, SOONEST), LONGEST_OFTEN if name in self._often else LONGEST
        self._not_before[name] = time.monotonic() + min(first * 2 ** min(failures - 1, 20), longest)


@contextmanager
def _signals(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Send the signals that ask a process to stop to `handler`, where the system has them and lets us."""
    previous = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if number := getattr(signal, name, None):
                previous[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, before in previous.items():
            signal.signal(number, before)
