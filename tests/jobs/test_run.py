"""The service at work: its real process over a school on disk, teachers in a real LibreOffice, weekends and months."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from sync_service.backups.manifest import Kind
from sync_service.backups.verify import verify_places
from sync_service.domain.slots import Slot, SlotKind
from sync_service.jobs.daemon import BEGUN, DONE
from sync_service.jobs.lock import single_instance
from tests.jobs.running_school import SETTINGS, set_clock
from tests.jobs.teachers import Teachers
from tests.libreoffice import Office, libreoffice  # noqa: F401 - the fixture is used by name

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs process groups and SIGTERM")
ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Europe/Moscow")
SCHOOL = [sys.executable, "-m", "tests.jobs.running_school"]
JOURNAL = [str(Path(sys.executable).with_name("journal"))]
STOP_WITHIN = 10.0


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@dataclass(frozen=True)
class Leap:
    """The clock is set to `to`; `off`: meanwhile the computer was switched off. `due`: by job, moments passed."""

    to: str
    due: dict[str, str]
    off: bool = False


BEGINNING = "2026-09-25 15:00"  # a Friday; its copy is made at 23:00
WEEKEND = (
    Leap("2026-09-25 22:50", {}),
    Leap(
        "2026-09-28 07:00",
        {"backup": "2026-09-25 23:00", "check": "2026-09-28 03:00", "late": "2026-09-28 04:00"},
        off=True,
    ),
)
END_OF_MONTH = Leap(
    "2026-10-01 08:00",
    {"report": "2026-10-01 01:00", "archive": "2026-10-01 02:00", "check": "2026-10-01 03:00"},
)
MORE = (  # a weekend without a night's sleep; then a month that ends while the school is closed
    Leap("2026-10-09 22:50", {"backup": "2026-10-02 23:00", "check": "2026-10-09 03:00", "late": "2026-10-05 04:00"}),
    Leap("2026-10-12 07:00", {"backup": "2026-10-09 23:00", "check": "2026-10-12 03:00", "late": "2026-10-12 04:00"}),
    Leap(
        "2026-11-02 08:00",
        {
            "backup": "2026-10-30 23:00",
            "report": "2026-11-01 01:00",
            "archive": "2026-11-01 02:00",
            "check": "2026-11-02 03:00",
            "late": "2026-11-02 04:00",
        },
        off=True,
    ),
)


# --- a school and its process -----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "school"
    subprocess.run([*SCHOOL, "make", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture
def school(built: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "school"
    shutil.copytree(built, folder)
    return folder


@dataclass
class Service:
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """Ask it to stop and see that it does, in time and wholly."""
        asked = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_WITHIN + 20)
        assert time.monotonic() - asked < STOP_WITHIN
        assert code == 0
        assert alone(self.process.pid)


@contextmanager
def started(command: list[str], told: Path) -> Iterator[Service]:
    """A process in a group of its own; what it complains of goes into the file `told`."""
    with told.open("a") as complaints:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=complaints, text=True, start_new_session=True
        )
    try:
        yield Service(process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def get(address: str, path: str) -> tuple[int, str]:
    place = urlsplit(address)
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=10)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def until(holds: Callable[[], bool], what: str, within: float = 60, every: float = 0.1) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, f"not within {within:.0f} s: {what}"
        time.sleep(every)


# --- what the record says, read by nothing of ours --------------------------------------------------------------------


@dataclass(frozen=True)
class Record:
    file: Path

    def rows(self, query: str) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    def texts(self) -> dict[Slot, list[str]]:
        """By slot, the texts that were accepted, in their order."""
        found: dict[Slot, list[str]] = defaultdict(list)
        for kind, key, text in self.rows(
            "SELECT kind, key, json_extract(new, '$.text') FROM records_ledgerrow"
            " WHERE kind IN ('entry', 'final', 'lesson', 'reason') ORDER BY seq"
        ):
            found[Slot(SlotKind(kind), *key.split("|", 1))].append(text)
        return dict(found)

    def complaints(self) -> list[str]:
        """Of cells that were refused or noted; what is past its deadline stands under «due …»."""
        query = "SELECT slot FROM records_standingproblem WHERE closed_at IS NULL AND tab NOT LIKE 'due %'"
        return [slot for (slot,) in self.rows(query)]

    def unwritten(self) -> list[str]:
        return [name for (name,) in self.rows("SELECT name FROM records_bookstate WHERE waiting")]

    def jobs(self, outcome: str) -> dict[str, list[datetime]]:
        """By job, the moments for which it ended so."""
        found: dict[str, list[datetime]] = defaultdict(list)
        query = f"SELECT name, due FROM records_jobrun WHERE outcome = '{outcome}' AND name != 'sync' ORDER BY due"
        for name, due in self.rows(query):
            found[name].append(datetime.fromisoformat(due).replace(tzinfo=UTC).astimezone(ZONE))
        return dict(found)


# --- tests ------------------------------------------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    ("seconds", "leaps"),
    [
        pytest.param(8, (*WEEKEND, END_OF_MONTH), id="a_moment"),
        pytest.param(120, (*WEEKEND, END_OF_MONTH, *MORE), id="two_minutes", marks=pytest.mark.long),
    ],
)
def test_everything_typed_is_recorded_once_and_every_due_job_is_done_once(
    school: Path,
    tmp_path: Path,
    libreoffice: Office,  # noqa: F811
    seconds: float,
    leaps: tuple[Leap, ...],
) -> None:
    record, told = Record(school / "journal.sqlite3"), tmp_path / "complaints.txt"
    teachers = Teachers(libreoffice, school / "books", record.texts, Random(seconds))
    pace = seconds / (len(leaps) + 1)
    due: dict[str, list[datetime]] = defaultdict(list)

    def running() -> Iterator[Service]:
        with started([*SCHOOL, "run", str(school)], told) as service:
            assert service.process.stdout is not None
            address = service.process.stdout.readline().strip()
            assert get(address, "/login/")[0] == 200
            yield service

    def all_done() -> bool:
        return record.jobs(DONE) == due

    set_clock(school, at(BEGINNING))
    runs = running()
    service = next(runs)
    until(lambda: len(record.jobs(BEGUN)) == 5, "the count of every job begins")
    spoilt = next(cell for cell in teachers.cells if cell.slot.kind is SlotKind.ENTRY)
    teachers.spoil(spoilt)
    until(lambda: str(spoilt.slot) in record.complaints(), "the bad cell is noticed")
    teachers.work(pace)
    for leap in leaps:
        if leap.off:
            service.stop()
            runs.close()
            teachers.edit()
        set_clock(school, at(leap.to))
        if leap.off:
            runs = running()
            service = next(runs)
        for name, moment in leap.due.items():
            due[name].append(at(moment))
        teachers.work(pace)
        until(all_done, f"the jobs that are due by {leap.to}: {record.jobs(DONE)} instead of {dict(due)}")
    teachers.repair()
    until(lambda: record.texts() == teachers.expected, "everything typed is recorded")
    until(lambda: not record.complaints() and not record.unwritten(), "the books say that all is well")
    time.sleep(3)  # whatever it may do besides, once more or too often, shows
    service.stop()
    runs.close()
    check_nothing_left(school)  # before anything else: whoever only reads the database leaves its journal open

    assert teachers.edits >= seconds / 2
    assert record.texts() == teachers.expected
    assert record.jobs(DONE) == due
    assert set(record.jobs(BEGUN)) == {"report", "archive", "backup", "check", "late"}
    assert (record.jobs("failed"), record.jobs("")) == ({}, {})
    check_copies(school, due)
    months = [f"Отчёт {moment.year}-{moment.month - 1:02}.xlsx" for moment in due["report"]]
    weeks = [f"Просрочено {moment:%Y-%m-%d}.xlsx" for moment in due["late"]]
    assert sorted(path.name for path in (school / "reports").iterdir()) == sorted([*months, *weeks])
    assert all(load_workbook(school / "reports" / name).sheetnames for name in months)
    assert told.read_text() == ""
    log = (school / "logs" / "journal.log").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if " WARNING " in line or " ERROR " in line] == []


def check_copies(school: Path, due: dict[str, list[datetime]]) -> None:
    """Both media hold one good copy for every moment, and nothing else."""
    wanted = sorted((kind, moment) for kind, job in COPIES for moment in due[job])
    for place in (school / "media-a", school / "media-b"):
        found = verify_places([place])
        assert [str(copy) for copy in found if not copy.ok] == []
        manifests = [copy.manifest for copy in found if copy.manifest is not None]
        assert sorted((manifest.kind, manifest.due_at) for manifest in manifests) == wanted
        assert len(list(place.iterdir())) == 2 * len(wanted)  # each with its checksum


COPIES = ((Kind.WEEKLY, "backup"), (Kind.ARCHIVE, "archive"))


def check_nothing_left(school: Path) -> None:
    """No unfinished file and no lock of a process that is gone; locking it again is possible."""
    everything = {path.name for path in school.rglob("*")}
    passing = (".unfinished", ".part", ".tmp", "-wal", "-shm", ".lock.json")
    assert [name for name in everything if name.endswith(passing) or name.startswith((".~lock", ".backup-"))] == []
    with single_instance(school, "journal sync"):
        pass


def test_the_command_run_serves_the_diary_alone_and_stops_when_asked(school: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = school / SETTINGS
    settings.write_text(settings.read_text(encoding="utf-8") + f"\n[diary]\nport = {port}\n", encoding="utf-8")
    command = [*JOURNAL, "run", "--config", str(settings)]
    with started(command, tmp_path / "complaints.txt") as service:
        assert service.process.stdout is not None
        assert f"http://127.0.0.1:{port}/" in service.process.stdout.readline()
        address = f"http://127.0.0.1:{port}"
        until(lambda: answers(address), "the diary answers", within=20)
        status, page = get(address, "/login/")
        assert (status, "Пароль" in page) == (200, True)
        second = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=30)
        assert second.returncode == 1
        refused = " ".join(second.stderr.split())
        assert f"уже работает процесс {service.process.pid} («journal run»)" in refused
        assert "Traceback" not in refused
        assert get(address, "/login/")[0] == 200
        service.stop()
        assert "Служба остановлена." in service.process.stdout.read()
    assert (tmp_path / "complaints.txt").read_text() == ""
    check_nothing_left(school)


def answers(address: str) -> bool:
    try:
        return get(address, "/login/")[0] == 200
    except ConnectionRefusedError:
        return False


def test_a_killed_provisioning_leaves_no_worker_behind(tmp_path: Path) -> None:
    folder = tmp_path / "school"
    with started([*SCHOOL, "make", str(folder)], tmp_path / "complaints.txt") as service:
        first = folder / "books" / "6Б Журнал.xlsx"
        until(first.exists, "the first book that the workers have drawn", every=0.002)
        service.process.kill()
        assert service.process.wait() == -signal.SIGKILL  # it had not ended by itself
        until(lambda: alone(service.process.pid), "the workers are gone", within=15)


def alone(group: int) -> bool:
    """Whether nobody is left in a process group."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
