"""Every golden scenario of tests/sheets comes out as the text beside its workbook says, whatever the book lies in.

After a change that is meant: `python -m tests.sheets.make --accept`, then read the difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.google_emulator.server import Emulator
from tests.sheets import played
from tests.sheets.cases import CASES, Case, steps_of
from tests.sheets.make import golden

PAIRS = [
    pytest.param(source, case, id=f"{case.name}-{source}")
    for source in ("memory", "file", "google") for case in CASES if source in case.sources
]  # fmt: skip


class Bases:
    """The filled school of each source, built when it is first asked for; each test gets it back as it was."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders, self.open, self._built = folders, ExitStack(), dict[str, played.Base]()

    def of(self, source: str) -> played.Base:
        if source in self._built:
            self._built[source].restore()
        else:
            self._built[source] = self._build(source, self._folders.mktemp(source))
        return self._built[source]

    def _build(self, source: str, folder: Path) -> played.Base:
        match source:
            case "memory":
                return played.in_memory(folder)
            case "file":
                return played.in_folder(folder)
        return played.in_spreadsheets(folder, self.open.enter_context(Emulator()))


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bases]:
    built = Bases(tmp_path_factory)
    with built.open:
        yield built


@pytest.mark.django_db
@pytest.mark.parametrize(("source", "case"), PAIRS)
def test_what_people_do_to_a_book_comes_out_as_written_beside_it(source: str, case: Case, bases: Bases) -> None:
    came = played.play(bases.of(source), steps_of(case, played.FOLDER))
    expected = (played.FOLDER / f"{case.name}.txt").read_text(encoding="utf-8")
    assert golden(case.happens, came.told) == expected
    assert came.again == "", "a second pass over the same content still had something to do"


def test_every_text_belongs_to_a_case() -> None:
    names = {case.name for case in CASES}
    assert {path.stem for path in played.FOLDER.glob("t_*.txt")} == names
