"""What is due when: every moment once, whatever sleeps, jumps or shifts."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_service.jobs.due import Daily, Due, Every, Job, Monthly, Weekly, begun, due, job_table
from tests.jobs.job_table import configured

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
WEEKLY = Job("backup", "", Weekly(4, time(23)))  # Friday 23:00


def moscow(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


class Diary:
    """Looks at what is due and does it, as the daemon does, under whatever clock it is given."""

    def __init__(self, jobs: Iterable[Job], zone: ZoneInfo = MOSCOW) -> None:
        self.jobs, self.zone = tuple(jobs), zone
        self.noted: list[tuple[str, datetime]] = []
        self.done: list[Due] = []

    def look(self, now: datetime) -> list[Due]:
        last = self._last(now)
        for task in begun(self.jobs, last, now, self.zone):
            self.noted.append((task.name, task.due_at))
        found = due(self.jobs, self._last(now), now, self.zone)
        self.noted += [(task.name, task.due_at) for task in found]
        self.done += found
        return found

    def _last(self, now: datetime) -> dict[str, datetime]:
        last: dict[str, datetime] = {}
        for name, moment in self.noted:
            if moment <= now:
                last[name] = max(last.get(name, moment), moment)
        return last


@pytest.mark.parametrize(
    ("when", "now", "latest"),
    [
        (Daily(time(3)), "2026-10-05 03:00", "2026-10-05 03:00"),
        (Daily(time(3)), "2026-10-05 02:59", "2026-10-04 03:00"),
        (Weekly(4, time(23)), "2026-10-02 23:00", "2026-10-02 23:00"),
        (Weekly(4, time(23)), "2026-10-02 22:59", "2026-09-25 23:00"),
        (Weekly(4, time(23)), "2026-10-08 12:00", "2026-10-02 23:00"),
        (Weekly(0, time(0)), "2027-01-03 12:00", "2026-12-28 00:00"),
        (Monthly(1, time(2)), "2026-10-01 02:00", "2026-10-01 02:00"),
        (Monthly(1, time(2)), "2026-10-01 01:59", "2026-09-01 02:00"),
        (Monthly(1, time(2)), "2027-01-01 01:00", "2026-12-01 02:00"),
        (Monthly(28, time(2)), "2027-03-05 12:00", "2027-02-28 02:00"),
    ],
)
def test_the_latest_moment_of_a_plan(when: Daily | Weekly | Monthly, now: str, latest: str) -> None:
    assert when.latest(moscow(now)) == moscow(latest)


def test_a_fresh_installation_syncs_at_once_and_counts_the_rest_from_its_first_start() -> None:
    diary = Diary(job_table(configured()))
    assert [task.name for task in diary.look(moscow("2026-10-07 12:00"))] == ["sync"]
    assert {name for name, _ in diary.noted} == {"sync", "report", "archive", "backup", "check", "late"}
    assert [task.name for task in diary.look(moscow("2026-10-08 03:00"))] == ["sync", "check"]
    found = diary.look(moscow("2026-10-09 23:00"))
    assert [task.name for task in found] == ["sync", "backup", "check"]
    assert found[1].due_at == moscow("2026-10-09 23:00")


def test_a_night_switched_off_is_made_up_for_in_the_morning_once() -> None:
    diary = Diary([WEEKLY])
    diary.look(moscow("2026-10-02 18:00"))
    assert diary.look(moscow("2026-10-05 08:00")) == [Due("backup", moscow("2026-10-02 23:00"))]
    assert diary.look(moscow("2026-10-05 08:01")) == []


def test_a_summer_switched_off_is_one_backup_one_archive_and_one_report() -> None:
    diary = Diary(job for job in job_table(configured()) if job.name in {"backup", "archive", "report"})
    diary.look(moscow("2026-05-28 12:00"))
    assert [(task.name, task.due_at) for task in diary.look(moscow("2026-09-01 08:00"))] == [
        ("report", moscow("2026-09-01 01:00")),
        ("archive", moscow("2026-09-01 02:00")),
        ("backup", moscow("2026-08-28 23:00")),
    ]


def test_the_report_of_a_month_is_made_before_the_archive_that_holds_it_whatever_the_archive_s_hour() -> None:
    names = [job.name for job in job_table(configured(monthly_at="01 00:10"))]
    assert names.index("report") < names.index("archive")


@pytest.mark.parametrize("jump", [timedelta(hours=12), -timedelta(hours=12), timedelta(days=4), timedelta(days=-400)])
@pytest.mark.parametrize("at", ["2026-10-02 11:30", "2026-10-02 22:59", "2026-10-02 23:30", "2026-10-03 10:00"])
def test_a_clock_that_jumps_and_returns_makes_no_moment_twice_and_loses_none(jump: timedelta, at: str) -> None:
    diary = Diary([WEEKLY])
    now, end = moscow("2026-09-28 08:00"), moscow("2026-10-26 08:00")
    while now < end:
        wrong = moscow(at) <= now < moscow(at) + timedelta(hours=5)
        diary.look(now + jump if wrong else now)
        now += timedelta(minutes=30)
    moments = [task.due_at for task in diary.done]
    assert len(moments) == len(set(moments))
    fridays = {moscow(f"2026-10-{day:02} 23:00") for day in (2, 9, 16, 23)}
    assert fridays <= set(moments)
    assert len(set(moments) - fridays) <= (jump <= -timedelta(days=1))


def test_a_clock_years_ahead_blocks_nothing_once_it_is_right_again() -> None:
    diary = Diary([WEEKLY])
    diary.look(moscow("2026-10-01 12:00"))
    assert len(diary.look(moscow("2036-01-01 12:00"))) == 1
    assert diary.look(moscow("2026-10-01 12:10")) == []
    assert diary.look(moscow("2026-10-02 23:00")) == [Due("backup", moscow("2026-10-02 23:00"))]


def test_a_clock_set_back_does_not_stop_the_sync() -> None:
    jobs = [Job("sync", "", Every(10))]
    last = {"sync": moscow("2026-10-01 12:00")}
    assert due(jobs, last, moscow("2026-10-01 00:00"), MOSCOW)
    assert due(jobs, last, moscow("2026-10-01 12:00:10"), MOSCOW)
    assert not due(jobs, last, moscow("2026-10-01 12:00:09"), MOSCOW)


@pytest.mark.parametrize("at", [time(1, 30), time(2, 30), time(3)])
@pytest.mark.parametrize("sunday", ["2026-03-29", "2026-10-25"])
def test_summer_time_makes_a_nightly_job_neither_twice_nor_never(at: time, sunday: str) -> None:
    diary = Diary([Job("check", "", Daily(at))], BERLIN)
    now = datetime.fromisoformat(sunday).replace(tzinfo=UTC) - timedelta(hours=36)
    for _ in range(24 * 4 * 4):
        diary.look(now)
        now += timedelta(minutes=15)
    days = [task.due_at.date() for task in diary.done]
    assert len(days) == len(set(days))
    assert (days[-1] - days[0]).days == len(days) - 1
    assert datetime.fromisoformat(sunday).date() in days


spans = st.lists(st.tuples(st.integers(0, 21 * 24), st.integers(1, 10 * 24)), min_size=1, max_size=8)
plans = st.sampled_from(["Fri 23:00", "Mon 00:00", "Sun 02:30"])


@settings(deadline=None)
@given(spans, plans, st.sampled_from([MOSCOW, BERLIN]))
def test_every_moment_is_made_up_exactly_once_over_any_pattern_of_on_and_off(
    spans: list[tuple[int, int]], weekly_at: str, zone: ZoneInfo
) -> None:
    """Off for so many hours, then on for so many; the oracle lists the moments between two looks."""
    job = next(job for job in job_table(configured(weekly_at)) if job.name == "backup")
    diary = Diary([job], zone)
    now = looked = datetime(2026, 3, 2, 12, tzinfo=UTC)
    diary.look(now)
    first = datetime.combine(now.date() + timedelta(days=(job.when.weekday - now.weekday()) % 7), job.when.at, zone)
    moments = [first + timedelta(weeks=week) for week in range(60)]  # by the wall clock, through both changes
    for off, on in spans:
        now += timedelta(hours=off)
        for _ in range(0, on, 5):
            missed = [moment for moment in moments if looked < moment.astimezone(UTC) <= now]
            assert [task.due_at for task in diary.look(now)] == missed[-1:]
            looked = now
            now += timedelta(hours=5)
    made = [task.due_at for task in diary.done]
    assert len(made) == len(set(made))
