"""The small school in Google for tests that need many of them: drawn once for a run, with a time that passes only
while somebody waits. The emulator's clock and the service's patience go by the same time, so ten minutes of a fault
take no second.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.google.source import number_of
from sync_service.books.places import Places
from sync_service.records import sync_state
from sync_service.usecases.opening import google_place
from tests.google_emulator.clock import Clock
from tests.google_emulator.server import Emulator
from tests.school import SmallSchool
from tests.usecases.conftest import EVENING
from tests.usecases.in_google import SchoolInGoogle, build, state_of

NINE, SIX = "9А Журнал", "6Б Журнал"
NINE_ID, SIX_ID = "journal-9А-2026", "journal-6Б-2026"
GRID, LOG = "Математика", "Математика · уроки"
LEV, NINA, YANA, PETR = "P0001", "P0002", "P0003", "P0004"
FIRST, SECOND, THIRD = "c001.001", "c001.002", "c001.003"  # 2, 7 and 9 September
SIXTH_FIRST = "c004.001"
EVA = "P0005"
GROMOVA, YASENEV, YORSHOVA = (f"e0{number}@school.example" for number in (1, 2, 3))
PATIENCE = 20.0  # seconds of the time that passes only while somebody waits
TIMEOUT = (5.0, 30.0)  # real ones: the machine may be busy

SUBSTITUTION: dict[str, object] = {
    "date": EVENING.date(), "slot": 1, "class": "9А", "subject": "Математика", "absent": "Громова О. И.",
    "kind": "замещён", "substitute": "Ёршова А. Л.", "order": "пр. № 5",
}  # fmt: skip


@dataclass
class PatientSchool(SchoolInGoogle):
    """`waited`: seconds that the service has spent waiting."""

    waited: float = 0.0

    def seconds(self) -> float:
        return self.waited

    def wait(self, seconds: float) -> None:
        """Time passes, for Google too."""
        self.waited += seconds
        self.google.clock.advance(seconds)

    def opened(self, timeout: tuple[float, float] = TIMEOUT) -> None:
        """From now on it is a new process."""
        place = google_place(
            self.workspace.config, clock=self.seconds, sleep=self.wait, now=self.google.clock.now, patience=PATIENCE,
            timeout=timeout,
        )  # fmt: skip
        source = self.workspace.source
        assert isinstance(source, Places)
        self.workspace = replace(self.workspace, source=Places(source.files, place, source.kinds_in_google))

    def number(self, book: str) -> str:
        return number_of(self.ref(book))

    def substitute(self, line: int = 1, **cells: object) -> None:
        """The deputy fills a line of «Замены»: Ёршова gives today's lesson, unless other cells are named."""

        def change(sheet: Worksheet) -> None:
            headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
            for key, value in (SUBSTITUTION | cells).items():
                sheet.cell(2 + line, headings[key]).value = value  # type: ignore[assignment]

        self.edit("Школа", "Замены", change)

    def troubles(self) -> dict[str, str]:
        """What stands with each book that cannot be had."""
        return {book: state.trouble for book, state in sync_state.book_states().items() if state.trouble}

    def writes(self, since: int) -> list[str]:
        """Calls that change anything in Google, after the first `since` calls."""
        return [
            f"{call.method} {call.path}" for call in self.google.calls[since:]
            if call.kind != "token" and call.method != "GET" and not call.path.endswith(":search")
        ]  # fmt: skip


@contextmanager
def school_at(
    folder: Path,
    drawn: Path,
    settings: str = "",
    story: Callable[[PatientSchool], object] = lambda _: None,
    said: SmallSchool | None = None,
) -> Iterator[PatientSchool]:
    """Provisioned and synced once, and then whatever `story` tells. `drawn` keeps what came of it for the next test;
    `said` is another school than the small one."""
    classes = [one.code for one in said.directory.classes] if said else ""
    drawn /= sha256(f"{settings} {classes} {story.__module__} {story.__qualname__}".encode()).hexdigest()

    def patient(made: SchoolInGoogle) -> PatientSchool:
        school = PatientSchool(made.google, made.workspace, made.now, made.provisioned, made.said)
        school.opened()
        assert school.sync().troubles == []
        return school

    with Emulator(state_of(drawn), Clock(datetime.now(UTC))) as google:
        google.quota.on = False
        made = build(
            google, folder, settings=settings, drawn=drawn, story=lambda made: story(patient(made)), said=said
        )
        yield patient(made)


def sign_in(school: SchoolInGoogle, key: dict[str, object]) -> None:
    """Another key in the place of the one that the settings name."""
    assert school.workspace.config.google.credentials is not None
    school.workspace.config.google.credentials.write_text(json.dumps(key), encoding="utf-8")


@pytest.fixture
def school(tmp_path: Path, drawn: Path, db: None) -> Iterator[PatientSchool]:
    with school_at(tmp_path, drawn) as made:
        yield made


def tomorrow(school: SchoolInGoogle) -> None:
    school.now[0] += timedelta(days=1)
