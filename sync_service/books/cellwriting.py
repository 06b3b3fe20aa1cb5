"""Cells of one sheet part, set by splicing. A cell that is made takes the look that a person's new cell would take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from xml.sax.saxutils import escape

from sync_service.books.cellstyles import CellStyles
from sync_service.books.markup import Element, MarkupError, Splice, elements, inside, prefix, spliced, tag, writable
from sync_service.reconcile.sheet import At

Written = str | int | float | date | None

NO_HEIGHTS: Mapping[int, float] = MappingProxyType({})
MAX_TEXT = 32_767  # what a cell of Excel holds
LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # and their wide twins
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads «_x0041_» as «A»
_SHARED_FORMULA = re.compile(rb"<(?:\w+:)?f\s[^>]*\b(?:ref=|t=\"(?:shared|array|dataTable)\")")
_SPANS = re.compile(rb"\sspans=\"[^\"]*\"")
_HEIGHT = re.compile(rb"\sht=\"[^\"]*\"")
_END_OF_TAG = re.compile(rb"\s*/?>$")
_FIRST_DAY = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


def as_written(value: Written) -> Written:
    """The value as it will be read back: "" is a blank, a line's end is one character, whole numbers are integers."""
    if isinstance(value, str):
        return writable(value)[:MAX_TEXT] or None
    if isinstance(value, datetime):
        raise MarkupError("a moment is written as text or as a day")
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True)
class _Row:
    element: Element
    cells: dict[int, Element]  # by column

    @property
    def looks(self) -> dict[int, int]:
        return {column: int(cell.attributes.get("s", 0)) for column, cell in self.cells.items()}


class SheetCells:
    """The cells of a sheet part, ready to be set."""

    def __init__(self, xml: bytes, styles: CellStyles, *, from_1904: bool = False) -> None:
        """Raises MarkupError or LookupError if the part is not as every spreadsheet program writes it."""
        self._xml, self._styles, self._first_day = xml, styles, _FIRST_DAY[from_1904]
        self._prefix = prefix(xml)
        self._rows: dict[int, _Row] = {}
        self._columns: list[tuple[range, int]] = []
        self._dimension: Element | None = None
        cells: dict[int, Element] = {}
        for found in elements(xml, {"c", "row", "col", "sheetData", "dimension"}):
            said = found.attributes
            if found.name == "c":
                cells[At.parse(said["r"]).column] = found
            elif found.name == "row":
                self._rows[int(said["r"])] = _Row(found, cells)
                cells = {}
            elif found.name == "col":
                columns = range(int(said["min"]), int(said["max"]) + 1)
                self._columns.append((columns, int(said.get("style", 0))))
            elif found.name == "sheetData":
                self._data = found
            else:
                self._dimension = found

    def with_cells(self, cells: Mapping[At, Written], heights: Mapping[int, float] = NO_HEIGHTS) -> bytes:
        """The part with these values, and rows as high as said unless a person has set their height. None clears a
        value; its cell stays as it looks.

        Raises MarkupError if a formula that other cells share would be overwritten."""
        self._heights = heights
        wanted: dict[int, dict[int, Written]] = {}
        for at in sorted(cells):
            wanted.setdefault(at.row, {})[at.column] = as_written(cells[at])
        changes: list[Splice] = []
        fresh: dict[int, bytes] = {}
        looks: dict[int, int] = {}
        for number, values in wanted.items():
            if number in self._rows:
                changes += self._changed(number, values)
            elif any(value is not None for value in values.values()):
                above = self._rows.get(number - 1)
                looks = above.looks if above else looks if number - 1 in fresh else {}
                fresh[number] = self._row(number, values, looks)
        return spliced(self._xml, [*self._widened(cells), *changes, *self._placed(fresh)])

    def _changed(self, number: int, values: Mapping[int, Written]) -> Iterator[Splice]:
        """Changes to a row that is there."""
        row = self._rows[number]
        said = row.element.attributes
        own = int(said["s"]) if said.get("customFormat") in ("1", "true") and "s" in said else None
        added: dict[int, bytes] = {}
        for column, value in values.items():
            old = row.cells.get(column)
            if old is not None:
                if _SHARED_FORMULA.search(inside(self._xml, old)):
                    raise MarkupError("a formula that other cells share")
                look = int(old.attributes.get("s", 0))
                yield Splice(old.start, old.end, self._cell(At(number, column), value, look))
            elif value is not None:
                look = self._column_look(column) if own is None else own
                added[column] = self._cell(At(number, column), value, look)
        head = self._xml[row.element.start : row.element.inside]
        new = self._measured(head, number, said)
        if not added:
            if new != head:
                yield Splice(row.element.start, row.element.inside, new)
            return
        if not row.cells:
            content = inside(self._xml, row.element) + b"".join(added.values())
            opened = _SPANS.sub(b"", new).removesuffix(b">").removesuffix(b"/").rstrip() + b">"
            yield Splice(row.element.start, row.element.end, opened + content + self._closing("row"))
            return
        yield Splice(row.element.start, row.element.inside, _SPANS.sub(b"", new))
        for column, cell in added.items():
            after = [there for other, there in row.cells.items() if other > column]
            place = after[0].start if after else row.element.close
            yield Splice(place, place, cell)

    def _row(self, number: int, values: Mapping[int, Written], looks: Mapping[int, int]) -> bytes:
        """A row that was not there. It looks like the row above."""
        cells = b"".join(
            self._cell(At(number, column), values.get(column), looks.get(column, self._column_look(column)))
            for column in sorted({*looks, *(column for column, value in values.items() if value is not None)})
        )
        height = {"ht": f"{self._heights[number]:g}"} if number in self._heights else {}
        return tag(f"{self._prefix}row", {"r": str(number), **height}, cells.decode())

    def _measured(self, head: bytes, number: int, said: Mapping[str, str]) -> bytes:
        """The start tag of a row with its new height; one that a person has given it stays."""
        if number not in self._heights or said.get("customHeight") in ("1", "true"):
            return head
        end = _END_OF_TAG.search(head)
        assert end is not None
        height = f' ht="{self._heights[number]:g}"'.encode()
        return _HEIGHT.sub(b"", head[: end.start()]) + height + end.group()

    def _placed(self, fresh: Mapping[int, bytes]) -> Iterator[Splice]:
        """New rows, each before the first row that stands below it."""
        last: list[bytes] = []
        for number, row in fresh.items():
            below = min((there for there in self._rows if there > number), default=None)
            if below is None:
                last.append(row)
            else:
                place = self._rows[below].element.start
                yield Splice(place, place, row)
        if last:
            data = self._data
            opened = self._xml[data.start : data.inside].removesuffix(b">").removesuffix(b"/").rstrip() + b">"
            if data.close == data.end:
                yield Splice(data.start, data.end, opened + b"".join(last) + self._closing("sheetData"))
            else:
                yield Splice(data.close, data.close, b"".join(last))

    def _widened(self, cells: Iterable[At]) -> Iterator[Splice]:
        """The used range that the part declares, so that it stays true: some readers believe it."""
        if self._dimension is None:
            return
        corners = [At.parse(corner) for corner in self._dimension.attributes["ref"].split(":")]
        rows = [at.row for at in (*corners, *cells)]
        columns = [at.column for at in (*corners, *cells)]
        reach = f"{At(min(rows), min(columns)).a1}:{At(max(rows), max(columns)).a1}"
        new = tag(f"{self._prefix}dimension", {"ref": reach})
        yield Splice(self._dimension.start, self._dimension.end, new)

    def _cell(self, at: At, value: Written, look: int) -> bytes:
        p, kind, content = self._prefix, {}, ""
        if isinstance(value, str):
            kind = {"t": "inlineStr"}
            words = escape(ESCAPE_LIKE.sub("_x005F_", value))
            content = f'<{p}is><{p}t xml:space="preserve">{words}</{p}t></{p}is>'
            if value.startswith(LIKE_FORMULA):
                look = self._styles.for_text(look)
        elif isinstance(value, bool):
            kind, content = {"t": "b"}, f"<{p}v>{value:d}</{p}v>"
        elif isinstance(value, date):
            look = self._styles.for_date(look)
            content = f"<{p}v>{(value - self._first_day) // timedelta(days=1)}</{p}v>"
        elif value is not None:
            content = f"<{p}v>{value!r}</{p}v>"
        return tag(f"{p}c", {"r": at.a1, **({"s": str(look)} if look else {}), **kind}, content)

    def _column_look(self, column: int) -> int:
        return next((look for columns, look in self._columns if column in columns), 0)

    def _closing(self, name: str) -> bytes:
        return f"</{self._prefix}{name}>".encode()
