"""Teachers who edit books in a real LibreOffice, one after the other, and remember what the record must say of it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from openpyxl import load_workbook

from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, lesson_slot
from sync_service.reconcile.layout import TabKind, tab_key
from sync_service.reconcile.sheet import At
from tests.libreoffice import Office, Step, type_in

MARKS = ("5", "4", "3", "2", "н", "4/5", ".")
BAD = ("45", "6", "пять", "5.5.")
LESSONS = {"c001": 7, "c002": 4, "c003": 4, "c004": 3}  # that have taken place by 25 September
PUPILS = {
    "c001": ("P0001", "P0002", "P0003", "P0004"),
    "c002": ("P0001", "P0002"),
    "c003": ("P0003", "P0004"),
    "c004": ("P0005", "P0006"),
}


@dataclass(frozen=True)
class Cell:
    book: Path
    tab: str
    a1: str
    slot: Slot


@dataclass
class Teachers:
    """`recorded` gives what the ledger says: the texts of each slot in the order in which they were accepted."""

    office: Office
    books: Path
    recorded: Callable[[], dict[Slot, list[str]]]
    chance: Random
    expected: dict[Slot, list[str]] = field(default_factory=lambda: defaultdict(list))
    spoilt: dict[Slot, Cell] = field(default_factory=dict)
    edits: int = 0

    def __post_init__(self) -> None:
        self.cells = cells_of(self.books)

    def work(self, seconds: float) -> None:
        """Edit without a pause."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.edit()

    def edit(self) -> None:
        """Open a book and type into one to four cells. A cell whose last text is not recorded yet is left alone: of
        two texts between two looks nobody could see the first."""
        recorded = self.recorded()
        settled = [cell for cell in self.cells if recorded.get(cell.slot, []) == self.expected.get(cell.slot, [])]
        if not settled:
            time.sleep(0.1)
            return
        book = self.chance.choice(settled).book
        free = [cell for cell in settled if cell.book == book]
        self._type(self.chance.sample(free, min(len(free), self.chance.randint(1, 4))))

    def repair(self) -> None:
        """Put something right into every cell that holds nonsense."""
        for cell in list(self.spoilt.values()):
            self._enter([(cell, self._other(cell))])

    def spoil(self, cell: Cell) -> None:
        self._enter([(cell, self.chance.choice(BAD))])

    def _type(self, cells: list[Cell]) -> None:
        texts = []
        for cell in cells:
            dice = self.chance.random()
            if cell.slot.kind is SlotKind.ENTRY and dice < 0.15 and cell.slot not in self.spoilt:
                texts.append((cell, self.chance.choice(BAD)))
            elif dice > 0.95 and self.expected[cell.slot]:
                texts.append((cell, ""))
            else:
                texts.append((cell, self._other(cell)))
        self._enter(texts)

    def _other(self, cell: Cell) -> str:
        """A good text that the cell does not hold yet."""
        if cell.slot.kind is SlotKind.LESSON:
            return f"Занятие {self.edits}, записано вручную"
        now = (self.expected[cell.slot] or [""])[-1]
        return self.chance.choice([mark for mark in MARKS if mark != now])

    def _enter(self, texts: list[tuple[Cell, str]]) -> None:
        steps: list[Step] = [type_in(cell.tab, cell.a1, text) for cell, text in texts]
        try:
            self.office.edit(texts[0][0].book, steps)
        except RuntimeError as refused:
            if "storeSelf" not in str(refused):
                raise
            # the service wrote its remarks while the book was being opened: a person is told so and does it again
            self.office.edit(texts[0][0].book, steps)
        for cell, text in texts:
            self.edits += 1
            if text in BAD:
                self.spoilt[cell.slot] = cell
                continue
            self.spoilt.pop(cell.slot, None)
            if text != (self.expected[cell.slot] or [""])[-1]:
                self.expected[cell.slot].append(text)


def cells_of(books: Path) -> list[Cell]:
    """Cells that a teacher may fill by 25 September: entries, topics and homework."""
    found = []
    for book in sorted(books.glob("* Журнал.xlsx")):
        tabs = {sheet.cell(1, 1).value: sheet for sheet in load_workbook(book).worksheets}
        for course, count in LESSONS.items():
            lessons = [f"{course}.{number:03}" for number in range(1, count + 1)]
            told = {
                TabKind.GRID: [entry_slot(pupil, lesson) for pupil in PUPILS[course] for lesson in lessons],
                TabKind.LOG: [
                    lesson_slot(lesson, what)
                    for lesson in lessons
                    for what in (LessonField.TOPIC, LessonField.HOMEWORK)
                ],
            }
            for kind, slots in told.items():
                if (sheet := tabs.get(tab_key(kind, course))) is None:
                    continue
                rows = {row[0].value: row[0].row for row in sheet.iter_rows(max_col=1)}
                columns = {column[0].value: column[0].column for column in sheet.iter_cols(max_row=1)}
                found += [
                    Cell(book, sheet.title, At(rows[slot.subject], columns[slot.field]).a1, slot) for slot in slots
                ]
    return found
