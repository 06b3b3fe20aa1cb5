"""Typing as people type: whoever writes finds the place by what he sees (the day, the number of the lesson, the name of
the pupil, the heading), never by a key. What is typed into one book is saved together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook

from sync_service.books.reading import read_book
from sync_service.books.rewriting import rewrite
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, RawCell, TabWrite

FIRST_ROW, FIRST_PUPIL = 3, 6
Typed = str | int | float | date | None


class NoPlace(Exception):
    """The book has no line or column for what somebody wants to write."""


class OpenBook:
    """A workbook on somebody's screen."""

    def __init__(self, path: Path) -> None:
        self.path, self.content = path, path.read_bytes()
        self.tabs = {found[0]: tab for tab in read_book(self.content, path.name).sheets.tabs if (found := key_of(tab))}
        self.cells: dict[str, dict[At, RawCell]] = {key: dict(tab.cells) for key, tab in self.tabs.items()}
        self.typed: dict[str, dict[At, Typed]] = {}

    def save(self) -> None:
        writes = [TabWrite(self.tabs[key].title, cells) for key, cells in self.typed.items()]
        if writes:
            self.path.write_bytes(rewrite(self.content, writes, self.path.name))

    def put(self, tab: str, at: At, value: Typed) -> None:
        self.typed.setdefault(tab, {})[at] = value
        if value is None:
            self.cells[tab].pop(at, None)
        else:
            self.cells[tab][at] = value

    def _columns(self, tab: str) -> dict[object, int]:
        if tab not in self.cells:
            raise NoPlace(f"{self.path.name}: нет вкладки {tab}")
        return {value: at.column for at, value in self.cells[tab].items() if at.row == 1}

    # --- a journal ---

    def _line_of(self, course: str, day: date, slot: int) -> tuple[int, str]:
        """Row and key of the line of the log that says this day and number."""
        tab = f"log {course}"
        columns, cells = self._columns(tab), self.cells[tab]
        found = [
            at.row
            for at, value in cells.items()
            if at.column == columns["date"] and _day(value) == day and cells.get(At(at.row, columns["slot"])) == slot
        ]
        if len(found) != 1:
            raise NoPlace(f"{self.path.name}, {course}: строк с {day:%d.%m}, урок {slot}: {len(found)}")
        return found[0], str(cells[At(found[0], 1)])

    def lesson(self, course: str, day: date, slot: int, fields: Mapping[str, Typed]) -> None:
        row, _ = self._line_of(course, day, slot)
        columns = self._columns(f"log {course}")
        for name, value in fields.items():
            self.put(f"log {course}", At(row, columns[name]), value)

    def mark(self, course: str, day: date, slot: int, name: str, value: Typed) -> None:
        _, key = self._line_of(course, day, slot)
        columns = self._columns(f"grid {course}")
        if key not in columns:
            raise NoPlace(f"{self.path.name}, {course}: нет столбца {day:%d.%m}, урок {slot}")
        self.put(f"grid {course}", At(self._pupil(course, name), columns[key]), value)

    def final(self, course: str, term: str, name: str, value: Typed) -> None:
        column = self._columns(f"grid {course}")[f"final {term}"]
        self.put(f"grid {course}", At(self._pupil(course, name), column), value)

    def _pupil(self, course: str, name: str) -> int:
        tab = f"grid {course}"
        names = self._columns(tab)["#name"]
        rows = [
            at.row for at, value in self.cells[tab].items()
            if at.column == names and at.row >= FIRST_PUPIL and value == name
        ]  # fmt: skip
        if len(rows) != 1:
            raise NoPlace(f"{self.path.name}, {course}: строк «{name}»: {len(rows)}")
        return rows[0]

    def reason(self, school_class: str, name: str, day: date, code: str, document: str) -> None:
        tab = f"absences {school_class}"
        columns, cells = self._columns(tab), self.cells[tab]
        rows = [
            at.row for at, value in cells.items()
            if at.column == columns["date"] and _day(value) == day and cells.get(At(at.row, columns["pupil"])) == name
        ]  # fmt: skip
        if len(rows) != 1:
            raise NoPlace(f"{self.path.name}, Пропуски: строк {day:%d.%m} «{name}»: {len(rows)}")
        self.put(tab, At(rows[0], columns["code"]), code)
        if document:
            self.put(tab, At(rows[0], columns["document"]), document)

    # --- an office book ---

    def add_row(self, tab: str, required: str, cells: Mapping[str, Typed], key: str = "") -> str:
        """Fill the next free row of a tab; the key that was waiting in it, "" for none. `key` goes in its place."""
        columns = self._columns(tab)
        row = FIRST_ROW
        while At(row, columns[required]) in self.cells[tab]:
            row += 1
        for name, value in cells.items():
            self.put(tab, At(row, columns[name]), value)
        if key:
            self.put(tab, At(row, 1), key)
        return str(self.cells[tab].get(At(row, 1), ""))

    def rows(self, tab: str, where: Mapping[str, Typed]) -> list[int]:
        """Numbers of the rows that say all of `where`."""
        columns, read = self._columns(tab), self.cells[tab]
        return [
            row
            for row in sorted({at.row for at in read if at.row >= FIRST_ROW})
            if all(_plain(read.get(At(row, columns[name]))) == value for name, value in where.items())
        ]

    def change_rows(self, tab: str, where: Mapping[str, Typed], cells: Mapping[str, Typed]) -> None:
        """Change every row that says all of `where`; there must be one."""
        found, columns = self.rows(tab, where), self._columns(tab)
        if not found:
            raise NoPlace(f"{self.path.name}, {tab}: нет строки {dict(where)}")
        for row in found:
            for name, value in cells.items():
                self.put(tab, At(row, columns[name]), value)


def resave(path: Path) -> None:
    """Open and save, as another program would."""
    load_workbook(path, rich_text=True).save(path)


def _day(value: object) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def _plain(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value
