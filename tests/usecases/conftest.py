"""A school on disk for whole passes: real .xlsx books made by `provision`, a real database, a clock that stands."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.places import Places
from sync_service.books.render.roster import render_roster
from sync_service.books.render.school import render_school
from sync_service.books.source import BookSource
from sync_service.config import load
from sync_service.domain.slots import Slot
from sync_service.records import sync_state
from sync_service.usecases.composition import roster_book_id, school_book_id
from sync_service.usecases.demo_hands import cell_of, keys_of
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.outcome import SyncReport
from sync_service.usecases.provision import provision
from sync_service.usecases.setup import make_places, write_settings
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import Workspace
from tests.kept import keep, put_back
from tests.school import SmallSchool, small_school, two_sevens
from tests.typist import type_into

EVENING = datetime(2026, 9, 16, 15, 0, tzinfo=UTC)  # 18:00 in Moscow, a Wednesday


def edit(folder: Path, book: str, tab: str, change: Callable[[Worksheet], None]) -> None:
    """Do something to a tab of a book with openpyxl and save it."""
    path = folder / f"{book}.xlsx"
    workbook = load_workbook(path, rich_text=True)
    change(workbook[tab])
    workbook.save(path)


@dataclass
class SchoolOnDisk:
    """`now` may be moved by a test; everything else is what an administrator would see."""

    workspace: Workspace
    now: list[datetime]
    said: SmallSchool = field(default_factory=small_school)

    @property
    def books(self) -> Path:
        return self.workspace.config.books.folder

    def sync(self, **how: object) -> SyncReport:
        return sync(self.workspace, **how)  # type: ignore[arg-type]

    def type(self, book: str, tab: str, cells: dict[Slot, object]) -> None:
        """Type into cells of a grid or log as a teacher does, wherever they stand now. None empties a cell."""
        plain = {keys_of(slot): raw for slot, raw in cells.items() if raw is None or isinstance(raw, str | int | float)}
        if len(plain) == len(cells):
            type_into(self.books / f"{book}.xlsx", tab, plain)
            return

        def change(sheet: Worksheet) -> None:
            for slot, raw in cells.items():
                row, column = cell_of(sheet, slot)
                sheet.cell(row, column).value = raw  # type: ignore[assignment]

        self.edit(book, tab, change)

    def edit(self, book: str, tab: str, change: Callable[[Worksheet], None]) -> None:
        edit(self.books, book, tab, change)

    def value(self, book: str, tab: str, slot: Slot) -> object:
        sheet = load_workbook(self.books / f"{book}.xlsx")[tab]
        return sheet.cell(*cell_of(sheet, slot)).value

    def reason(self, book: str, row: int, code: str) -> None:
        """The class teacher says why, in a row of «Пропуски»."""
        self.edit(book, "Пропуски", lambda sheet: sheet.__setitem__(f"F{row}", code))

    def line(self, book: str, tab: str, code: str) -> tuple[object, object, str]:
        """(№, name, note on the name) of a pupil in a grid."""
        sheet = load_workbook(self.books / f"{book}.xlsx")[tab]
        (row,) = (cell.row for cell in sheet["A"] if cell.value == code)
        comment = sheet.cell(row, 3).comment
        return sheet.cell(row, 2).value, sheet.cell(row, 3).value, comment.text if comment else ""

    def note(self, book: str, tab: str, slot: Slot) -> str:
        sheet = load_workbook(self.books / f"{book}.xlsx")[tab]
        comment = sheet.cell(*cell_of(sheet, slot)).comment
        return comment.text if comment is not None else ""


def office_books(workspace: Workspace, said: SmallSchool) -> None:
    """What the office has filled in: the school book and the rosters."""
    year = said.directory.year
    workspace.source.create("Школа.xlsx", render_school(school_book_id(year.title), said.directory, said.policy))
    codes = iter(f"P9{number:03}" for number in range(500))
    for roster in said.rosters:
        title = f"{roster.school_class} Список"
        content = render_roster(
            roster_book_id(roster.school_class, year.title), title, said.directory.school, year, roster,
            said.directory.subjects, lambda: next(codes),
        )  # fmt: skip
        workspace.source.create(f"{title}.xlsx", content)


def empty_school(folder: Path) -> tuple[Workspace, list[datetime]]:
    """Settings and folders, nothing in them."""
    settings = folder / "school" / "school.toml"
    write_settings(settings, title="Школа № 0")
    load(settings).books.folder.mkdir()
    return _opened(settings)


def _opened(settings: Path) -> tuple[Workspace, list[datetime]]:
    now = [EVENING]
    workspace = open_workspace(load(settings), clock=lambda: now[0])
    make_places(workspace)
    return workspace, now


def build(
    folder: Path, drawn: Path, said: SmallSchool | None = None, story: Callable[[SchoolOnDisk], object] | None = None
) -> SchoolOnDisk:
    """Provisioned, and then whatever `story` tells. It all happens once in a run: the folder `drawn` keeps what came of
    it for the next test."""
    kept = drawn / connection.vendor
    if kept.exists():
        shutil.copytree(kept / "school", folder / "school")
        made = SchoolOnDisk(*_opened(folder / "school" / "school.toml"), said or small_school())
        made.now[0], same = put_back(kept / "record.pickle")
        recognised(made.workspace, same)
        return made
    if story is None:
        made = SchoolOnDisk(*empty_school(folder), said or small_school())
        office_books(made.workspace, made.said)
        done = provision(made.workspace)
        assert (done.problems, done.troubles) == ([], [])
    else:
        made = build(folder, drawn.parent, said)
        story(made)
    shutil.copytree(folder / "school", kept / "school")
    keep(kept / "record.pickle", made.now[0], unchanged(made.workspace))
    return made


def files(workspace: Workspace) -> BookSource:
    return workspace.source.files if isinstance(workspace.source, Places) else workspace.source


def unchanged(workspace: Workspace) -> set[str]:
    """Refs of the files that are as they were when they were last read."""
    versions = {state.ref: state.version for state in sync_state.book_states().values()}
    return {look.ref for look in files(workspace).looks() if versions.get(look.ref) == look.version}


def recognised(workspace: Workspace, same: set[str]) -> None:
    """A copy of a file is another file; the record must not take it for one that somebody has changed."""
    states = {state.ref: state for state in sync_state.book_states().values()}
    for look in files(workspace).looks():
        if look.ref in same:
            sync_state.save_book(replace(states[look.ref], version=look.version))


@pytest.fixture
def school(tmp_path: Path, drawn: Path, db: None) -> SchoolOnDisk:
    """On the default database."""
    return build(tmp_path, drawn)


@pytest.fixture
def school_on_both(tmp_path: Path, drawn: Path, database: str) -> SchoolOnDisk:
    """The test runs on SQLite and on PostgreSQL."""
    return build(tmp_path, drawn)


@pytest.fixture(scope="session")
def drawn_sevens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sevens")


def in_november(school: SchoolOnDisk) -> None:
    school.sync()
    school.now[0] = datetime(2026, 11, 16, 15, tzinfo=UTC)


@pytest.fixture
def sevens(tmp_path: Path, drawn_sevens: Path, database: str) -> SchoolOnDisk:
    """7А and 7Б on 16 November, on SQLite and on PostgreSQL."""
    return build(tmp_path, drawn_sevens / "november", two_sevens(), in_november)


@pytest.fixture
def one_school(tmp_path: Path, drawn_sevens: Path, db: None) -> SchoolOnDisk:
    """The same on the default database, for what the kind of database cannot change."""
    return build(tmp_path, drawn_sevens / "november", two_sevens(), in_november)
