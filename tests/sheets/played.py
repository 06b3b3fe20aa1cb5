"""Golden scenarios: a filled and synced book becomes the workbook of a case, one pass is made, and what the service
decided and says is told as a text. The same text must come of a book in memory, in a file and in Google.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from sync_service.books.google.quota import Quota
from sync_service.books.memory import MemorySource
from sync_service.books.places import Places
from sync_service.books.reading import read_book
from sync_service.domain.problems import Code, Place, Problem, message
from sync_service.domain.school import Holiday, HolidayKind, Period, Term
from sync_service.domain.slots import LessonField, Slot, entry_slot, lesson_slot
from sync_service.records import queries, sync_state
from sync_service.usecases.opening import google_place
from sync_service.usecases.outcome import SyncReport
from sync_service.usecases.provision import provision
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import NeedsHuman, Workspace
from tests.google_emulator import conversion
from tests.google_emulator.server import Emulator
from tests.school import SmallSchool, small_school
from tests.usecases import in_google
from tests.usecases.conftest import SchoolOnDisk, empty_school, office_books

FOLDER = Path(__file__).parent
BASE = FOLDER / "base.xlsx"
OTHER = FOLDER / "other.xlsx"
NAME, OTHER_NAME = "9А Журнал", "6Б Журнал"
BOOK = "journal-9А-2026"
OTHERS = "c004"  # the course of 6Б, whose book nobody touches
COURSES = ("c001",)
GRID, LOG, ABSENCES = "Математика", "Математика · уроки", "Пропуски"
EVENING = datetime(2026, 10, 14, 15, 0, tzinfo=UTC)  # 18:00 in Moscow, a Wednesday
BETWEEN = timedelta(minutes=10)  # from one pass to the next

MARKS = {  # of lessons 1 … 12 of mathematics, from 2 September to 12 October; «.» is a blank
    "P0001": "5 4 . 5 н 4 5 . 4 5 4/5 3",
    "P0002": "4 . 3 4 4 н 5 4 . 4 5 4",
    "P0003": "3 3 4 . 5 4 н н 5 . 4 4",
    "P0004": ". 5 5 3 . 3 4 5 4 4 . 5",
}


def school() -> SmallSchool:
    """The small school with a short year and nothing but mathematics: small workbooks."""
    said = small_school()
    periods = (
        Period(term=Term.Q1, title="I четверть", start=date(2026, 9, 1), end=date(2026, 10, 23)),
        Period(term=Term.Q2, title="II четверть", start=date(2026, 11, 2), end=date(2026, 11, 20)),
    )
    autumn = Holiday(
        start=date(2026, 10, 24), end=date(2026, 11, 1), kind=HolidayKind.VACATION, title="Осенние каникулы"
    )
    year = said.directory.year.model_copy(update={"end": date(2026, 11, 20), "periods": periods, "holidays": (autumn,)})
    courses = tuple(one for one in said.directory.courses if one.code in (*COURSES, OTHERS))
    plan, timetable = (
        tuple(row for row in rows if row.course in (*COURSES, OTHERS))
        for rows in (said.directory.plan, said.directory.timetable)
    )
    parts = {"year": year, "courses": courses, "plan": plan, "timetable": timetable}
    return replace(said, directory=said.directory.model_copy(update=parts))


def typed() -> dict[str, dict[Slot, str]]:
    """What teachers have typed into the base book, by tab."""
    marks = {
        entry_slot(pupil, f"c001.{number:03}"): text
        for pupil, line in MARKS.items()
        for number, text in enumerate(line.split(), 1)
        if text != "."
    }
    lessons: dict[Slot, str] = {}
    for number in range(1, 13):
        key = f"c001.{number:03}"
        lessons[lesson_slot(key, LessonField.HELD)] = "да"
        lessons[lesson_slot(key, LessonField.TOPIC)] = f"Уравнения, часть {number}"
        lessons[lesson_slot(key, LessonField.HOMEWORK)] = f"§ {number}, № {10 * number}"
    return {GRID: marks, LOG: lessons}


class Content(Protocol):
    """Where the book lies."""

    def put(self, content: bytes) -> None:
        """From now on the book is this workbook."""


@dataclass
class Base:
    """A school at its evening: the base book is filled and synced. `now` is the service's clock."""

    workspace: Workspace
    now: list[datetime]
    place: Content
    problems: frozenset[Problem] = frozenset()  # that stand before a case begins
    record: dict[Slot, str] = field(default_factory=dict)
    rows: list[Model] = field(default_factory=list)

    def settle(self) -> Base:
        """Take over the base workbook and remember the database as it is then."""
        for name, content in ((NAME, BASE), (OTHER_NAME, OTHER)):
            self.workspace.source.create(f"{name}.xlsx", content.read_bytes())
        _begin(self.workspace)
        self.place.put(BASE.read_bytes())
        for _ in range(2):
            self.now[0] += BETWEEN
            sync(self.workspace)
        self.problems, self.record = standing(), recorded()
        assert len(self.record) > 60, "the base book was not taken over"
        self.rows = [row for model in _models() for row in model._base_manager.all()]
        return self

    def restore(self) -> None:
        """Into an empty database, as it was after `settle`."""
        for model in _models():
            model._base_manager.bulk_create(row for row in self.rows if type(row) is model)
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            with connection.cursor() as cursor:
                cursor.execute(statement)

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """Whatever is recorded inside is undone afterwards; the next case brings its own book."""
        moment = self.now[0]
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            self.now[0] = moment


def _models() -> list[type[Model]]:
    return list(apps.get_app_config("records").get_models())


def standing() -> frozenset[Problem]:
    return frozenset(problem for _, problem, _ in sync_state.standing_problems(BOOK))


def recorded() -> dict[Slot, str]:
    values = {slot: text for course in COURSES for slot, text in queries.slot_values(course).items()}
    return values | queries.reason_values("9А")


# --- the three sources ------------------------------------------------------------------------------------------------


@dataclass
class InMemory:
    source: MemorySource

    def put(self, content: bytes) -> None:
        name = f"{NAME}.xlsx"
        read = read_book(content, name)
        self.source.discard(name)
        self.source.put(name, read.identity, read.sheets.tabs)


@dataclass
class InFolder:
    """Also takes away what a case has put beside the books."""

    folder: Path
    others: dict[str, bytes] = field(default_factory=dict)

    def put(self, content: bytes) -> None:
        if not self.others:
            self.others = {path.name: path.read_bytes() for path in self.folder.iterdir() if path.stem != NAME}
        for path in list(self.folder.iterdir()):
            if path.name not in self.others:
                path.unlink()
        for name, kept in self.others.items():
            if not (self.folder / name).exists():
                (self.folder / name).write_bytes(kept)
        (self.folder / f"{NAME}.xlsx").write_bytes(content)


@dataclass
class InGoogle:
    google: Emulator

    def put(self, content: bytes) -> None:
        """The same spreadsheet, with tabs of the same numbers where they are called the same."""
        with self.google.state.lock:
            file = next(one for one in self.google.state.files.values() if one.name == NAME)
            before = file.spreadsheet
            assert before is not None
            after = conversion.from_xlsx(content, file.id, file.name)
            ids = {sheet.title: sheet.id for sheet in before.sheets}
            for sheet in after.sheets:
                sheet.id = ids.get(sheet.title, sheet.id)
            after.locale, after.time_zone = "ru_RU", before.time_zone
            after.metadata = [line for line in before.metadata if line.get("location", {}).get("spreadsheet")]
            after.next_id = before.next_id
            file.spreadsheet = after
            self.google.state.touch(file.id, self.google.owner, self.google.clock.now())


def on_disk(folder: Path) -> SchoolOnDisk:
    """Provisioned, nothing typed yet."""
    workspace, now = empty_school(folder)
    now[0] = EVENING
    made = SchoolOnDisk(workspace, now, school())
    office_books(workspace, made.said)
    _begin(workspace)
    return made


def in_folder(folder: Path) -> Base:
    workspace, now = empty_school(folder)
    now[0] = EVENING
    office_books(workspace, school())
    return Base(workspace, now, InFolder(workspace.config.books.folder)).settle()


def in_memory(folder: Path) -> Base:
    files, now = empty_school(folder)
    now[0] = EVENING
    source = MemorySource()
    workspace = replace(files, source=source)
    office_books(workspace, school())
    return Base(workspace, now, InMemory(source)).settle()


def in_spreadsheets(folder: Path, google: Emulator) -> Base:
    now = [EVENING]
    workspace = in_google.prepared(google, folder, clock=lambda: now[0], said=school())
    google.quota.on = False
    freely = google_place(workspace.config, quota=Quota(10**6, 10**6, 10**6))  # cases come faster than teachers type
    assert isinstance(workspace.source, Places)
    workspace = replace(workspace, source=Places(workspace.source.files, freely, workspace.source.kinds_in_google))
    return Base(workspace, now, InGoogle(google)).settle()


def _begin(workspace: Workspace) -> None:
    done = provision(workspace)
    assert (done.problems, done.troubles) == ([], [])


# --- one case ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Played:
    told: str
    again: str  # what a second pass over the same content still did; it should be nothing


def play(base: Base, steps: list[Callable[[Base], None]]) -> Played:
    """Carry out the steps with a pass after each, and tell what came of it."""
    lines: list[str] = []
    again = ""
    others = queries.slot_values(OTHERS)
    with base.scratch():
        before, problems = base.record, base.problems
        for number, step in enumerate(steps, 1):
            if len(steps) > 1:
                lines.append(f"— Проход {number}")
            step(base)
            base.now[0] += BETWEEN
            lines += _pass(base, problems)
            after = recorded()
            lines += _moved(before, after)
            before, problems = after, problems | standing()
            base.now[0] += BETWEEN
            again += _second(base)
        assert queries.slot_values(OTHERS) == others, "another class was touched"
    return Played("\n".join(lines) + "\n", again)


def _pass(base: Base, known: frozenset[Problem]) -> Iterator[str]:
    try:
        report = sync(base.workspace)
    except NeedsHuman as error:
        yield f"Остановлено: {_without_paths(base, str(error))}"
        return
    yield from _told(report, known)


def _told(report: SyncReport, known: frozenset[Problem]) -> Iterator[str]:
    told = False
    for outcome in report.books:
        for plan in outcome.plans:
            new = replace(plan, problems=tuple(problem for problem in plan.problems if problem not in known))
            if new.changes or new.problems or new.withheld:
                told = True
                yield str(new)
        for problem in outcome.problems:
            if problem not in known:
                told = True
                yield f"! {message(problem)}"
    for trouble in report.troubles:
        told = True
        yield f"! {trouble}"
    for hold in sync_state.holds():
        yield f"Задержано: {message(Problem(Code(hold.code), Place(hold.title), detail=hold.detail))}"
    if not told:
        yield "Новостей нет."


def _moved(before: dict[Slot, str], after: dict[Slot, str]) -> list[str]:
    moved = sorted(slot for slot in before.keys() | after.keys() if before.get(slot, "") != after.get(slot, ""))
    lines = [f"В записи: {slot}: {before.get(slot, '')!r} → {after.get(slot, '')!r}" for slot in moved]
    return lines or ["Запись не изменилась."]


def _second(base: Base) -> str:
    try:
        report = sync(base.workspace)
    except NeedsHuman:
        return ""
    return "".join(
        f"{book.name}: {book.recorded} {book.retracted} {book.written}\n"
        for book in report.books
        if book.recorded or book.retracted or book.written
    )


def _without_paths(base: Base, text: str) -> str:
    return text.replace(str(base.workspace.config.books.folder), "books")
