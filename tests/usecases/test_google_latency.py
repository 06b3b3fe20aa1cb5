"""From a teacher's key to the record, in a time of its own: Google tells of an edit only after minutes, and allows one
account sixty readings and sixty writings a minute."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from sync_service.books.google.credentials import load_credentials
from sync_service.books.google.quota import Quota
from sync_service.books.google.source import GoogleSource, Settings, number_of
from sync_service.books.places import Places
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, lesson_slot
from sync_service.reconcile.layout import BookKind, TabKind, tab_key
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At
from sync_service.records import models, sync_state
from sync_service.usecases.provision import provision
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import Workspace
from tests.google_emulator.quota import MINUTE
from tests.google_emulator.server import Emulator
from tests.google_emulator.state import State
from tests.usecases.in_google import prepared
from tests.usecases.many_classes import lesson_key, many_classes, pupil_code
from tests.usecases.virtual_time import DistantClient, VirtualTime

DAY = date(2026, 9, 16)  # a Wednesday
BOOKS, PUPILS = 11, 3
TICK = 10.0  # seconds between two passes
FEED_DELAY = (180.0, 600.0)
IN_LESSON, AT_OTHER_TIMES = timedelta(seconds=60), timedelta(minutes=12)


def moscow(clock: str) -> datetime:
    return datetime.fromisoformat(f"{DAY} {clock}+03:00").astimezone(UTC)


@dataclass(frozen=True)
class Cell:
    number: str  # of the spreadsheet
    tab: str
    a1: str
    slot: Slot


@dataclass
class Day:
    """A school day: cells that teachers have not touched yet, and what they typed when."""

    google: Emulator
    workspace: Workspace
    time: VirtualTime
    chance: Random
    blank: dict[str, list[Cell]] = field(default_factory=dict)  # by course
    typed: dict[Slot, tuple[datetime, str]] = field(default_factory=dict)

    def look_around(self) -> None:
        for number, course in enumerate(self.courses):
            book = sync_state.book_states()[f"journal-{course.school_class}-2026"]
            self.blank[course.code] = list(self._cells(number, course.code, book.ref))
            self.chance.shuffle(self.blank[course.code])

    @property
    def courses(self) -> tuple:
        return many_classes(BOOKS, 1, PUPILS).directory.courses

    def _cells(self, number: int, course: str, ref: str) -> Iterator[Cell]:
        assert self.workspace.google is not None
        last = int(lesson_key(course, DAY).partition(".")[2])
        lessons = [f"{course}.{seq:03}" for seq in range(last - 7, last + 1)]
        entries = [entry_slot(pupil_code(number, place), lesson) for place in range(PUPILS) for lesson in lessons]
        topics = [lesson_slot(lesson, what) for lesson in lessons for what in (LessonField.TOPIC, LessonField.HOMEWORK)]
        for tab in self.workspace.google.fetch(ref).tabs:
            slots = {tab_key(TabKind.GRID, course): entries, tab_key(TabKind.LOG, course): topics}
            key = key_of(tab)
            for slot in slots.get(key[0], ()) if key else ():
                rows = {value: at.row for at, value in tab.cells.items() if at.column == 1}
                columns = {value: at.column for at, value in tab.cells.items() if at.row == 1}
                yield Cell(number_of(ref), tab.title, At(rows[slot.subject], columns[slot.field]).a1, slot)

    def plan(self, course: str, at: datetime) -> None:
        """The teacher of a course will type into a cell of theirs that is still blank."""
        cell = self.blank[course].pop()
        text = self.chance.choice("2345") if cell.slot.kind is SlotKind.ENTRY else f"Тема {len(self.blank[course])}"
        teacher = f"e{course[2:]}@school.example"
        self.time.plan(at, lambda: self.google.type(cell.number, cell.tab, cell.a1, text, by=teacher))
        self.typed[cell.slot] = at, text

    def work(self, until: datetime) -> None:
        """Pass after pass, as the daemon makes them."""
        while self.time.now() < until:
            began = self.time.now()
            assert sync(self.workspace).troubles == []
            self.time.until(max(self.time.now(), began + timedelta(seconds=TICK)))

    def delays(self) -> dict[Slot, timedelta]:
        """From each edit to its record. Every edit is there, once, as it was typed."""
        rows = list(models.LedgerRow.objects.filter(kind__in=("entry", "lesson")))
        recorded = {Slot(SlotKind(row.kind), *row.key.split("|", 1)): row for row in rows}
        assert len(rows) == len(recorded)
        assert {slot: json.loads(row.new)["text"] for slot, row in recorded.items()} == {
            slot: text for slot, (_, text) in self.typed.items()
        }
        return {slot: row.at - self.typed[slot][0] for slot, row in recorded.items()}

    def slowest(self, during: Callable[[Slot, datetime], bool]) -> timedelta:
        """Nineteen of twenty edits of this time are recorded sooner."""
        delays = sorted(delay for slot, delay in self.delays().items() if during(slot, self.typed[slot][0]))
        return delays[int(len(delays) * 0.95)]

    def busiest(self, kind: str) -> int:
        """The most calls of ours in any minute."""
        moments = [call.at for call in self.google.calls if call.kind == kind]
        return max(sum(start <= at < start + MINUTE for at in moments[place : place + 200])
                   for place, start in enumerate(moments))  # fmt: skip


@pytest.fixture(scope="session")
def drawn_in_google(tmp_path_factory: pytest.TempPathFactory) -> dict[int, bytes]:
    """The emulator's state after provisioning, by `slots`: drawing eleven books takes seconds."""
    return {}


def begin(at: datetime, folder: Path, drawn: dict[int, bytes], slots: int) -> Iterator[Day]:
    time = VirtualTime(at)
    state: State | None = pickle.loads(drawn[slots]) if slots in drawn else None
    said = many_classes(BOOKS, 1, PUPILS, slots)
    with Emulator(state, clock=time.google) as google:
        google.quota.on = False
        workspace = prepared(google, folder, clock=time.now, said=said)
        done = provision(workspace)
        assert (done.problems, done.troubles) == ([], [])
        drawn.setdefault(slots, pickle.dumps(google.state))
        quota = Quota(clock=time.seconds, sleep=time.sleep)
        chance = Random(f"{slots}")
        credentials = load_credentials(workspace.config.home / "google.json", api=google.url)
        client = DistantClient(credentials, quota=quota, api=google.url, time=time, chance=chance)
        source = GoogleSource(
            lambda: client, Settings("school", "Школа № 0", "Europe/Moscow"), clock=time.seconds
        )
        assert isinstance(workspace.source, Places)
        places = Places(workspace.source.files, source, frozenset(BookKind))
        google.quota.on = True
        google.calls.clear()
        day = Day(google, Workspace(workspace.config, places, time.now), time, chance)
        google.state.feed_delay = FEED_DELAY
        yield day


@pytest.fixture
def day(tmp_path: Path, db: None, drawn_in_google: dict[int, bytes]) -> Iterator[Day]:
    """All eleven classes have their lesson at 8:30; it is 8:40."""
    yield from begin(moscow("08:40"), tmp_path, drawn_in_google, 1)


@pytest.fixture
def whole_day(tmp_path: Path, db: None, drawn_in_google: dict[int, bytes]) -> Iterator[Day]:
    """Lessons from 8:30 to 14:15; it is 8:00."""
    yield from begin(moscow("08:00"), tmp_path, drawn_in_google, 6)


def test_the_first_reading_of_a_school_costs_at_most_two_calls_a_book(day: Day) -> None:
    assert sync(day.workspace, annotate_files=False).troubles == []
    reading = [call for call in day.google.calls if call.kind == "sheets-read"]
    until = day.google.calls.index(reading[-1]) + 1
    assert len(reading) == BOOKS
    assert sum(call.kind in ("drive", "sheets-read") for call in day.google.calls[:until]) <= 2 * BOOKS


def test_marks_are_in_the_record_within_a_minute_of_the_lesson_and_within_minutes_at_other_times(day: Day) -> None:
    assert sync(day.workspace).troubles == []
    day.look_around()
    lesson = moscow("08:45"), moscow("08:51")
    later = moscow("15:00"), moscow("15:05")
    for course in day.courses:
        for _ in range(6):
            day.plan(course.code, lesson[0] + (lesson[1] - lesson[0]) * day.chance.random())
    day.time.until(lesson[0])
    day.work(lesson[1] + timedelta(minutes=2))
    for course in day.courses[::2]:
        for _ in range(3):
            day.plan(course.code, later[0] + (later[1] - later[0]) * day.chance.random())
    day.time.until(later[0])
    day.work(later[1] + timedelta(minutes=11))

    assert len(day.delays()) == 66 + 18
    assert day.slowest(lambda _, at: at < later[0]) <= IN_LESSON
    assert day.slowest(lambda _, at: at >= later[0]) <= AT_OTHER_TIMES
    assert 0 < day.busiest("sheets-write") <= day.busiest("sheets-read") <= 60


@pytest.mark.long
def test_a_whole_school_day_keeps_to_both_limits_and_to_the_quota(whole_day: Day) -> None:
    day = whole_day
    assert sync(day.workspace).troubles == []
    day.look_around()
    evening, lessons = moscow("18:00"), {}
    for course in day.courses:
        begins = moscow(f"{8 + int(course.code[1:]) % 6:02}:30")
        lessons[course.code] = begins, begins + timedelta(minutes=65)
        for _ in range(20):
            day.plan(course.code, begins + timedelta(minutes=65) * day.chance.random())
        for _ in range(15):
            at = moscow("08:05") + timedelta(hours=9) * day.chance.random()
            day.plan(course.code, at)
    day.work(evening)

    def during_lesson(slot: Slot, at: datetime) -> bool:
        start, end = lessons[(slot.field if slot.kind is SlotKind.ENTRY else slot.subject).partition(".")[0]]
        return start <= at <= end

    assert len(day.delays()) == 35 * BOOKS
    assert day.slowest(during_lesson) <= IN_LESSON
    assert day.slowest(lambda slot, at: not during_lesson(slot, at)) <= AT_OTHER_TIMES
    assert 0 < day.busiest("sheets-write") <= day.busiest("sheets-read") <= 60
