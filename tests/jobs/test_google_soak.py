"""Fifty teachers type into Google at once, by hand and through programs, while the real service keeps up with them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from google.auth.transport.requests import AuthorizedSession

from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, lesson_slot
from sync_service.reconcile.layout import TabKind, tab_key
from sync_service.reconcile.sheet import At
from tests.google_emulator.fixture import session_of
from tests.google_emulator.server import Emulator
from tests.google_emulator.state import Sheet
from tests.jobs.google_school import CLASSES, COURSES, PUPILS
from tests.jobs.running_school import set_clock
from tests.jobs.test_run import ROOT, SCHOOL, Record, at, started, until
from tests.usecases.many_classes import lesson_key, many_classes, pupil_code

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs process groups and SIGTERM")
MAKE = [sys.executable, "-m", "tests.jobs.google_school"]
AFTERNOON = at("2026-09-16 15:00")  # a Wednesday after lessons
MARKS, BAD = ("5", "4", "3", "2", "н"), ("45", "6", "пять")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Cell:
    number: str  # of the spreadsheet
    tab: str
    a1: str
    slot: Slot


@dataclass
class Teacher:
    """Types into cells of one course, into each again only when the record has its last text: of two texts between
    two looks nobody could see the first."""

    google: Emulator
    email: str
    cells: list[Cell]
    recorded: Callable[[Slot], list[str]]
    chance: Random
    session: AuthorizedSession | None  # None: with a browser
    typed: dict[Cell, str] = field(default_factory=dict)
    expected: dict[Slot, list[str]] = field(default_factory=lambda: defaultdict(list))
    refused: list[str] = field(default_factory=list)

    def work(self, done: threading.Event) -> None:
        while not done.wait(self.chance.uniform(1.2, 2.4)):
            free = [cell for cell in self.cells if self.recorded(cell.slot) == self.expected.get(cell.slot, [])]
            if free:
                self.type(self.chance.choice(free))

    def type(self, cell: Cell) -> None:
        before = self.typed.get(cell, "")
        if cell.slot.kind is SlotKind.LESSON:
            text = f"Занятие {len(self.typed)}, {self.chance.random()}"
        elif self.chance.random() < 0.1 and before not in BAD:
            text = self.chance.choice(BAD)
        else:
            text = self.chance.choice([mark for mark in MARKS if mark not in (before, *self.expected[cell.slot][-1:])])
        try:
            self._enter(cell, text)
        except Exception as error:
            self.refused.append(f"{cell}: {error}")
            return
        self.typed[cell] = text
        if text not in BAD:
            self.expected[cell.slot].append(text)

    def _enter(self, cell: Cell, text: str) -> None:
        if self.session is None:
            self.google.type(cell.number, cell.tab, cell.a1, text, by=self.email)
            return
        where, how = f"'{cell.tab}'!{cell.a1}", "USER_ENTERED"
        address = f"{self.google.url}/v4/spreadsheets/{cell.number}/values"
        if self.chance.random() < 0.5:
            said = {"valueInputOption": how, "data": [{"range": where, "values": [[text]]}]}
            answer = self.session.post(f"{address}:batchUpdate", json=said, timeout=30)
        else:
            params = {"valueInputOption": how}
            answer = self.session.put(f"{address}/{where}", json={"values": [[text]]}, params=params, timeout=30)
        answer.raise_for_status()


@dataclass
class Ledger:
    """What the record says, looked up every second by one for all."""

    record: Record
    texts: dict[Slot, list[str]] = field(default_factory=dict)

    def of(self, slot: Slot) -> list[str]:
        return self.texts.get(slot, [])

    def watch(self, done: threading.Event) -> None:
        while not done.wait(1):
            self.texts = self.record.texts()


@pytest.fixture
def google() -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.quota.per_project = 100_000  # teachers' browsers do not count there
        yield emulator


@pytest.fixture
def school(google: Emulator, tmp_path: Path) -> Path:
    folder = tmp_path / "school"
    folder.mkdir()
    (folder / "google.json").write_text(json.dumps(google.authorized_user(google.owner)), encoding="utf-8")
    subprocess.run([*MAKE, str(folder), google.url], cwd=ROOT, check=True)
    return folder


def cells_of(google: Emulator) -> Mapping[str, list[Cell]]:
    """By course: cells of the last twelve lessons."""
    tabs: dict[str, tuple[str, Sheet]] = {}
    for file in google.state.files.values():
        for sheet in file.spreadsheet.sheets if file.spreadsheet else ():
            if (0, 0) in sheet.cells:
                tabs[str(sheet.cells[0, 0].entered)] = file.id, sheet
    found = {}
    for course in many_classes(CLASSES, COURSES, PUPILS).directory.courses:
        last = int(lesson_key(course.code, AFTERNOON.date()).partition(".")[2])
        lessons = [f"{course.code}.{seq:03}" for seq in range(1, last + 1)]
        number = (int(course.code[1:]) - 1) // COURSES
        what = (LessonField.TOPIC, LessonField.HOMEWORK)
        slots = {
            TabKind.GRID: [entry_slot(pupil_code(number, place), key) for place in range(PUPILS) for key in lessons],
            TabKind.LOG: [lesson_slot(key, one) for key in lessons for one in what],
        }
        found[course.code] = [
            Cell(file_id, sheet.title, place_of(sheet, slot), slot)
            for kind, those in slots.items()
            for file_id, sheet in [tabs[tab_key(kind, course.code)]]
            for slot in those
        ]
    return found


def place_of(sheet: Sheet, slot: Slot) -> str:
    row = next(row for (row, column), cell in sheet.cells.items() if column == 0 and cell.entered == slot.subject)
    column = next(column for (row, column), cell in sheet.cells.items() if row == 0 and cell.entered == slot.field)
    return At(row + 1, column + 1).a1


@pytest.mark.parametrize(
    ("seconds", "delay"),
    [
        pytest.param(15, (1, 4), id="a_moment"),
        pytest.param(300, (5, 30), id="five_minutes", marks=pytest.mark.long),
    ],
)
def test_every_edit_of_fifty_teachers_is_recorded_once_and_none_is_overwritten(
    google: Emulator, school: Path, tmp_path: Path, seconds: float, delay: tuple[float, float]
) -> None:
    ledger = Ledger(Record(school / "journal.sqlite3"))
    teachers = [
        Teacher(
            google, email, cells, ledger.of, Random(email), session_of(google, email) if number % 2 else None
        )
        for number, (course, cells) in enumerate(cells_of(google).items())
        for email in [f"e{course[1:].lstrip('0').rjust(2, '0')}@school.example"]
    ]
    assert len(teachers) == 50
    google.state.feed_delay = delay
    google.calls.clear()
    set_clock(school, AFTERNOON)
    with started([*SCHOOL, "run", str(school)], tmp_path / "complaints.txt") as service:
        assert service.process.stdout is not None
        service.process.stdout.readline()
        done = threading.Event()
        threads = [
            threading.Thread(target=deed, args=(done,)) for deed in (ledger.watch, *(one.work for one in teachers))
        ]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        done.set()
        for thread in threads:
            thread.join()

        expected = {slot: texts for one in teachers for slot, texts in one.expected.items() if texts}
        until(lambda: ledger.record.texts() == expected, "everything typed is recorded", within=180, every=1)
        bad = {cell for one in teachers for cell, text in one.typed.items() if text in BAD}
        until(lambda: all(google.note(cell.number, cell.tab, cell.a1) for cell in bad), "bad cells are noted", 180, 1)
        until(lambda: not ledger.record.unwritten(), "every book is written", within=180, every=1)

        set_clock(school, AFTERNOON + timedelta(hours=1))  # nobody is suspected any more
        since = len(google.calls)
        until(lambda: google.count("drive", since=since) > 3, "some more passes", within=180, every=1)
        settled = len(google.calls)
        until(lambda: google.count("drive", since=settled) > 2, "and some more", within=60, every=1)
        assert google.count("sheets-read", "sheets-write", since=settled) == 0
        service.stop()

    assert [words for one in teachers for words in one.refused] == []
    edits = sum(len(one.typed) for one in teachers)
    assert edits >= 50
    assert ledger.record.texts() == expected
    assert {cell: google.shown(cell.number, cell.tab, cell.a1) for one in teachers for cell in one.typed} == {
        cell: text for one in teachers for cell, text in one.typed.items()
    }
    for one in teachers:
        for cell in one.typed:
            assert ("Журнал: " in google.note(cell.number, cell.tab, cell.a1)) == (cell in bad)
    ours = [call for call in google.calls if call.caller == google.owner]
    assert {call.status for call in ours} <= {200, 204}
    for kind in ("sheets-read", "sheets-write"):
        moments = [call.at for call in ours if call.kind == kind]
        busiest = max(sum(start <= other < start + MINUTE for other in moments) for start in moments)
        assert busiest <= 60
    assert (tmp_path / "complaints.txt").read_text() == ""
