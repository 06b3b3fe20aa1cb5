"""A small school whose journals are Google spreadsheets: the same office books and passes, teachers in a browser."""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.google.source import GOOGLE, GoogleSource, number_of
from sync_service.books.source import Look
from sync_service.config import load
from sync_service.domain.slots import Slot, SlotKind, entry_slot
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, Tab
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.outcome import SyncReport
from sync_service.usecases.provision import Provisioned, provision
from sync_service.usecases.setup import GoogleSettings, make_places, write_settings
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import Workspace, utc_now
from tests.google_emulator.server import Emulator
from tests.google_emulator.state import State
from tests.kept import keep, put_back
from tests.school import SmallSchool, small_school
from tests.usecases.conftest import EVENING, edit, office_books, recognised, unchanged


@dataclass
class SchoolInGoogle:
    """`now` is the service's clock; `google.clock` the emulator's."""

    google: Emulator
    workspace: Workspace
    now: list[datetime]
    provisioned: Provisioned
    said: SmallSchool = field(default_factory=small_school)

    @property
    def place(self) -> GoogleSource:
        assert self.workspace.google is not None
        return self.workspace.google

    @property
    def books(self) -> Path:
        return self.workspace.config.books.folder

    def sync(self, **how: object) -> SyncReport:
        return sync(self.workspace, **how)  # type: ignore[arg-type]

    def ref(self, book: str) -> str:
        """Of «9А Журнал»."""
        with self.google.state.lock:
            return next(
                f"{GOOGLE}{file.id}" for file in self.google.state.files.values()
                if file.name == book and file.spreadsheet is not None and not file.trashed
            )  # fmt: skip

    def tab(self, book: str, title: str) -> Tab:
        return next(tab for tab in self.place.fetch(self.ref(book)).tabs if tab.title == title)

    def at(self, book: str, title: str, slot: Slot) -> At:
        """Where a slot stands, by the hidden keys."""
        tab = self.tab(book, title)
        found = key_of(tab)
        assert found is not None
        of_term = slot.kind in (SlotKind.FINAL, SlotKind.GROUNDS)
        column_key = f"{slot.kind.value} {slot.field.rsplit(' ', 1)[1]}" if of_term else slot.field
        row = next(at.row for at, value in tab.cells.items() if at.column == found[1].column and value == slot.subject)
        column = next(at.column for at, value in tab.cells.items() if at.row == found[1].row and value == column_key)
        return At(row, column)

    def type(self, book: str, title: str, cells: Mapping[Slot, str], by: str = "") -> None:
        """Type into cells as the owner of the books or as another person. "" empties a cell."""
        number = number_of(self.ref(book))
        for slot, text in cells.items():
            self.google.type(number, title, self.at(book, title, slot).a1, text, by=by or self.google.owner)

    def edit(self, book: str, tab: str, change: Callable[[Worksheet], None]) -> None:
        """Do something to a tab of a book of the office, which lies in the school's folder."""
        edit(self.books, book, tab, change)

    def value(self, book: str, title: str, slot: Slot) -> object:
        return self.tab(book, title).cells.get(self.at(book, title, slot))

    def reason(self, book: str, row: int, code: str) -> None:
        """The class teacher says why, in a row of «Пропуски»."""
        self.google.type(number_of(self.ref(book)), "Пропуски", f"F{row}", code, by=self.google.owner)

    def line(self, book: str, title: str, code: str) -> tuple[object, object, str]:
        """(№, name, note on the name) of a pupil in a grid."""
        tab = self.tab(book, title)
        (row,) = (at.row for at, value in tab.cells.items() if at.column == 1 and value == code)
        return tab.cells.get(At(row, 2)), tab.cells.get(At(row, 3)), tab.notes.get(At(row, 3), "")

    def note(self, book: str, title: str, slot: Slot) -> str:
        return self.tab(book, title).notes.get(self.at(book, title, slot), "")


LEV_IN_MATHS = entry_slot("P0001", "c001.001")


def prepared(
    google: Emulator,
    folder: Path,
    *,
    settings: str = "",
    clock: Callable[[], datetime] = utc_now,
    said: SmallSchool | None = None,
    drawn: Path | None = None,
) -> Workspace:
    """Settings, a key and the office's books (of the small school); no journals yet. `settings` are further lines of
    school.toml; `drawn` is a folder that keeps the office's books for the next test."""
    path = folder / "school" / "school.toml"
    write_settings(path, title="Школа № 0", google=GoogleSettings("google.json", google.url))
    key = path.with_name("google.json")
    key.write_text(json.dumps(google.authorized_user(google.owner)), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8") + settings, encoding="utf-8")
    config = load(path)
    config.books.folder.mkdir()
    workspace = open_workspace(config, clock=clock)
    make_places(workspace)
    if drawn is not None and drawn.exists():
        shutil.copytree(drawn, config.books.folder, dirs_exist_ok=True)
        return workspace
    said = said or small_school()
    staff = [one.model_copy(update={"email": f"{one.code}@school.example"}) for one in said.directory.employees]
    office_books(workspace, replace(said, directory=said.directory.model_copy(update={"employees": tuple(staff)})))
    if drawn is not None:
        shutil.copytree(config.books.folder, drawn)
    return workspace


def build(
    google: Emulator,
    folder: Path,
    *,
    settings: str = "",
    drawn: Path | None = None,
    story: Callable[[SchoolInGoogle], object] = lambda _: None,
    said: SmallSchool | None = None,
) -> SchoolInGoogle:
    """Provisioned, and then whatever `story` tells. `drawn` is a folder that keeps what came of it for the next test,
    whose emulator has begun with `state_of` the folder; `said` is another school than the small one."""
    now, said = [EVENING], said or small_school()
    office = drawn / "office" if drawn is not None else None
    workspace = prepared(google, folder, settings=settings, clock=lambda: now[0], said=said, drawn=office)
    if drawn is not None and (record := drawn / "record.pickle").exists():
        shutil.copytree(drawn / "books", workspace.config.books.folder, dirs_exist_ok=True)
        now[0], done, same = put_back(record)
        recognised(workspace, same)
        return SchoolInGoogle(google, workspace, now, done, said)
    done = provision(workspace)
    assert (done.problems, done.troubles) == ([], [])
    made = SchoolInGoogle(google, workspace, now, done, said)
    story(made)
    if drawn is not None:
        (drawn / "state.pickle").write_bytes(pickle.dumps(google.state))
        shutil.copytree(workspace.config.books.folder, drawn / "books")
        keep(drawn / "record.pickle", now[0], done, unchanged(workspace))
    return made


def state_of(drawn: Path) -> State | None:
    kept = drawn / "state.pickle"
    return pickle.loads(kept.read_bytes()) if kept.exists() else None


@pytest.fixture
def in_google(tmp_path: Path, drawn: Path, db: None) -> Iterator[SchoolInGoogle]:
    folder = drawn / "in google"
    with Emulator(state_of(folder)) as google:
        yield build(google, tmp_path, drawn=folder)


def names(looks: object) -> list[str]:
    return [look.name for look in looks if isinstance(look, Look)]  # type: ignore[attr-defined]
