"""What is due when: pure, computed from the due moments already done, never from what happened to be running.

A school PC sleeps at night, so a missed moment is made up for at the next look: once, however many they were.
A job is due when its latest moment not after now lies after the last moment done. So a moment done is never
done again: not by a clock set back, nor by one that jumps ahead and returns, nor by summer time (moments are
compared as points of time). A job without any moment done is new and not due: its count begins with `begun`;
a fresh installation does not fire everything at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sync_service.config import Config

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again, so many seconds after the last time."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Daily:
    at: time

    def latest(self, now: datetime) -> datetime:
        """The latest moment not after `now`; both are in the school's zone."""
        return _latest(now, (now.date() - timedelta(days=back) for back in range(2)), self.at)


@dataclass(frozen=True, slots=True)
class Weekly:
    weekday: int  # Monday is 0
    at: time

    def latest(self, now: datetime) -> datetime:
        day = now.date() - timedelta(days=(now.weekday() - self.weekday) % 7)
        return _latest(now, (day, day - timedelta(days=7)), self.at)


@dataclass(frozen=True, slots=True)
class Monthly:
    day: int  # 1..28, which every month has
    at: time

    def latest(self, now: datetime) -> datetime:
        first = now.date().replace(day=1)
        months = (first, (first - timedelta(days=1)).replace(day=1))
        return _latest(now, (month.replace(day=self.day) for month in months), self.at)


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    title: str  # for people
    when: Every | Daily | Weekly | Monthly


@dataclass(frozen=True, slots=True)
class Due:
    name: str
    due_at: datetime  # in the school's zone


def job_table(config: Config) -> tuple[Job, ...]:
    """The jobs of a school, in the order in which they are done when several are due.

    The report of the past month comes before the monthly archive, which holds it (DOMAIN 2.15)."""
    weekday, weekly = config.backup.weekly_at.split()
    day, monthly = config.backup.monthly_at.split()
    return (
        Job("sync", "сверка книг", Every(config.sync.every_seconds)),
        Job("report", "отчёт за прошлый месяц", Monthly(1, time(1))),
        Job("archive", "месячный архив", Monthly(int(day), time.fromisoformat(monthly))),
        Job("backup", "недельная копия", Weekly(WEEKDAYS.index(weekday), time.fromisoformat(weekly))),
        Job("check", "ночная полная проверка", Daily(time(3))),
        # after the check of the night from Sunday to Monday (DOMAIN 2.6)
        Job("late", "кто просрочил за неделю", Weekly(WEEKDAYS.index("Mon"), time(4))),
        # soon after midnight: whoever substituted yesterday loses the tab, whoever does today gets it
        *([Job("rights", "права в таблицах Google", Daily(time(0, 5)))] if config.google.credentials else []),
    )


def due(jobs: Iterable[Job], last_done: Mapping[str, datetime], now: datetime, zone: ZoneInfo) -> list[Due]:
    """What is to be done now, in the order of the jobs.

    last_done: by job name, the greatest moment done that is not after now; for Every, when it last ran. (A moment
    done under a clock that ran ahead counts when its time comes: till then it neither blocks its job nor repeats.)
    A job that is absent is due only if it is an Every. All moments are aware."""
    found = []
    local = now.astimezone(zone)
    for job in jobs:
        last = last_done.get(job.name)
        if isinstance(job.when, Every):
            # a distance either way: a clock set back must not stop the work until it has caught up
            if last is None or abs(now - last) >= timedelta(seconds=job.when.seconds):
                found.append(Due(job.name, local))
        elif last is not None:
            moment = job.when.latest(local)
            # compared in UTC: two moments of one zone are else compared by their wall clocks
            if last.astimezone(UTC) < moment.astimezone(UTC):
                found.append(Due(job.name, moment))
    return found


def begun(jobs: Iterable[Job], last_done: Mapping[str, datetime], now: datetime, zone: ZoneInfo) -> list[Due]:
    """The moments to note as done for jobs that have none yet: their count begins now."""
    local = now.astimezone(zone)
    return [
        Due(job.name, job.when.latest(local))
        for job in jobs
        if job.name not in last_done and not isinstance(job.when, Every)
    ]


def _latest(now: datetime, days: Iterable[date], at: time) -> datetime:
    """The first of `days` (newest first) whose moment is not after now.

    A wall-clock time that summer time skips or repeats still names one point of time (PEP 495, fold 0)."""
    for day in days:
        moment = datetime.combine(day, at, now.tzinfo)
        if moment.astimezone(UTC) <= now.astimezone(UTC):
            return moment
    raise AssertionError("the last of the days lies a whole period back")
