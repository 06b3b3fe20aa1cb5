"""What stands in the cells of a spreadsheet once its formulas are computed, and what is remembered of it.

The engine looks at a spreadsheet before it answers: cells that are other objects than last time have changed, and what
depends on them is computed anew when somebody asks for it. So whoever edits need not tell the engine anything.
Results are remembered by template and values too: most rows of a journal are blank and alike.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from tests.google_emulator.areas import OPEN, Area, of_range
from tests.google_emulator.editing import local
from tests.google_emulator.entering import parsed
from tests.google_emulator.formulas.arrays import CIRCLE, LOST, Block, Error, Scalar, Value
from tests.google_emulator.formulas.compiling import Program, program
from tests.google_emulator.formulas.references import CLOSING, OPENING, Reference, split
from tests.google_emulator.formulas.registry import Context
from tests.google_emulator.state import Cell, Sheet, Spreadsheet

Key = tuple[int, int, int]  # sheet, row, column
SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers know no zone
DEEPEST = 20  # formulas inside formulas before the chain is taken up from its other end
MANY_CHANGES = 3_000  # cells of one tab; beyond that, everything that looks at the tab is taken as changed
LARGEST_KEY, MOST_RESULTS = 400, 200_000

_results: dict[tuple[object, ...], Value] = {}
_engines: dict[int, tuple[weakref.ref[Spreadsheet], Engine]] = {}


def engine_of(book: Spreadsheet) -> Engine:
    """The engine of a spreadsheet; it lives as long as the spreadsheet does and is not pickled with it."""
    known = _engines.get(id(book))
    if known is not None and known[0]() is book:
        return known[1]
    number = id(book)
    engine = Engine()
    _engines[number] = (weakref.ref(book, lambda _gone: _engines.pop(number, None)), engine)
    return engine


class _Deep(Exception):
    """A chain of formulas too long to follow at once; `key` is where it was left."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


class _Formula:
    """A formula of the spreadsheet: its program and where it looks."""

    def __init__(self, text: str, work: Program, areas: tuple[Area | Error, ...]) -> None:
        self.text, self.work, self.areas = text, work, areas
        self.template = split(text)[0]


class Engine:
    def __init__(self) -> None:
        self.versions: dict[int, int] = {}  # by sheet: moves with everything that could show there
        self.remembered: dict[object, tuple[int, Any]] = {}  # for those who make something of a sheet's values
        self.moment = 0.0  # the clock, as a serial number in the spreadsheet's time zone
        self.most_rows = 0
        self.locale, self.year = "en_US", 2000
        self._frame: object = None
        self._forget()

    def _forget(self) -> None:
        self._cells: dict[int, dict[tuple[int, int], Cell]] = {}
        self._seen: dict[int, dict[tuple[int, int], tuple[Any, ...]]] = {}
        self._formulas: dict[Key, _Formula] = {}
        self._lookers: dict[int, dict[Area, set[Key]]] = {}  # by sheet: who looks at an area
        self._blocks: dict[Area, Block] = {}
        self._values: dict[Key, Scalar] = {}
        self._used: dict[int, int] = {}  # rows of a sheet up to the last cell
        self._computing: set[Key] = set()
        self._depth = 0
        for sheet in self.versions:
            self.versions[sheet] += 1

    # Looking

    def look_at(self, book: Spreadsheet, now: datetime | None = None) -> Engine:
        """Take in whatever has changed since the last look; `now` moves TODAY()."""
        frame = (
            book.locale,
            tuple((sheet.id, sheet.title) for sheet in book.sheets),
            tuple(str(named) for named in book.named_ranges),
        )
        if frame != self._frame:
            self._frame, self.locale = frame, book.locale
            self._tabs = {sheet.title.lower(): sheet.id for sheet in book.sheets}
            self._named = {str(named.get("name", "")).lower(): named["range"] for named in book.named_ranges}
            self._forget()
        self.most_rows = max((sheet.rows for sheet in book.sheets), default=0)
        changed: list[Key] = []
        for sheet in book.sheets:
            changed += self._look_at_sheet(sheet)
        if now is not None or not self.moment:
            changed += self._tick(local(book, now or datetime.now(UTC)).replace(tzinfo=None))
        if changed:
            changed += self._forgotten(key for key, formula in self._formulas.items() if formula.work.loose)
        self._spread(changed)
        return self

    def is_current(self, sheet: Sheet, row: int, column: int) -> bool:
        """Whether a cell is the one that was last looked at; a cheap sign that no new look is needed."""
        cells = self._cells.get(sheet.id)
        seen = self._seen.get(sheet.id, {}).get((row, column))
        cell = sheet.cells.get((row, column))
        return cells is sheet.cells and (seen is None if cell is None else seen is not None and _same(seen, cell))

    def _look_at_sheet(self, sheet: Sheet) -> list[Key]:
        """Register changed cells; returns those whose value may be another."""
        seen, number = self._seen.setdefault(sheet.id, {}), sheet.id
        cells = self._cells[sheet.id] = sheet.cells
        changed: list[Key] = []
        anything = False
        for place, cell in cells.items():
            known = seen.get(place)
            if known is not None and _same(known, cell):
                continue
            anything = True
            seen[place] = (cell, cell.entered, cell.format, cell.note)
            if known is None or not _equal(known[0], known[1], cell):
                changed.append((number, *place))
        if len(seen) != len(cells):
            anything = True
            for place in [place for place in seen if place not in cells]:
                del seen[place]
                changed.append((number, *place))
        if anything or number not in self.versions:
            self.versions[number] = self.versions.get(number, 0) + 1
            self._used[number] = max((row for row, _ in cells), default=-1) + 1
        for key in changed:
            self._register(key, cells.get((key[1], key[2])))
        return changed

    def _tick(self, now: datetime) -> list[Key]:
        moment = (now - SERIAL_ZERO).total_seconds() / 86400
        self.year = now.year
        if int(moment) == int(self.moment):
            return []
        self.moment = moment
        return self._forgotten(key for key, formula in self._formulas.items() if formula.work.daily)

    def _forgotten(self, keys: Iterable[Key]) -> list[Key]:
        """Formulas to compute anew whatever has changed."""
        found = list(keys)
        for key in found:
            self._values.pop(key, None)
            self.versions[key[0]] = self.versions.get(key[0], 0) + 1
        return found

    def _register(self, key: Key, cell: Cell | None) -> None:
        old = self._formulas.pop(key, None)
        self._values.pop(key, None)
        if old is not None:
            for area in old.areas:
                if type(area) is Area and (lookers := self._lookers.get(area.sheet, {}).get(area)):
                    lookers.discard(key)
        if cell is None or not cell.is_formula:
            return
        text = str(cell.entered)
        template, references = split(text)
        areas = tuple(self._area(reference, key[0]) for reference in references)
        self._formulas[key] = _Formula(text, program(template), areas)
        for area in areas:
            if type(area) is Area:
                self._lookers.setdefault(area.sheet, {}).setdefault(area, set()).add(key)

    def _area(self, reference: Reference, host: int) -> Area | Error:
        if reference.tab is None:
            return reference.area(host)
        sheet = self._tabs.get(reference.tab.lower())
        return Error("REF", "tab", (reference.tab,)) if sheet is None else reference.area(sheet)

    # Forgetting

    def _spread(self, changed: list[Key]) -> None:
        """Forget what depends on the changed cells, and on what depends on them."""
        waiting = list(changed)
        if len(self._values) == 0 and not self._blocks:
            return
        per_sheet: dict[int, int] = {}
        for sheet, _, _ in changed:
            per_sheet[sheet] = per_sheet.get(sheet, 0) + 1
        wholly = {sheet for sheet, count in per_sheet.items() if count > MANY_CHANGES}
        touched: set[Key] = set()
        for sheet in wholly:
            for area in list(self._lookers.get(sheet, {})):
                self._touch_area(area, touched, waiting)
        while waiting:
            sheet, row, column = waiting.pop()
            if sheet in wholly:
                continue
            for area in self._lookers.get(sheet, {}):
                if area.top <= row < area.bottom and area.left <= column < area.right:
                    self._touch_area(area, touched, waiting)

    def _touch_area(self, area: Area, touched: set[Key], waiting: list[Key]) -> None:
        self._blocks.pop(area, None)
        for key in self._lookers[area.sheet][area]:
            if key not in touched:
                touched.add(key)
                self._values.pop(key, None)
                self.versions[key[0]] = self.versions.get(key[0], 0) + 1
                waiting.append(key)

    # Values

    def value(self, sheet: int, row: int, column: int) -> Scalar:
        """What stands in a cell, its formula computed; None for a blank."""
        cell = self._cells.get(sheet, {}).get((row, column))
        if cell is None:
            return None
        if not cell.is_formula:
            return cell.entered
        key = (sheet, row, column)
        if key in self._values:
            return self._values[key]
        if self._depth:
            return self._compute(key)
        return self._from_the_top(key)

    def _from_the_top(self, key: Key) -> Scalar:
        """Compute a formula, a chain of formulas piece by piece."""
        todo = [key]
        while todo:
            try:
                self._compute(todo[-1])
                todo.pop()
            except _Deep as deep:
                if deep.key in todo:
                    self._values[deep.key] = CIRCLE
                else:
                    todo.append(deep.key)
            finally:
                self._computing.clear()
                self._depth = 0
        return self._values[key]

    def _compute(self, key: Key) -> Scalar:
        if key in self._values:
            return self._values[key]
        if key in self._computing:
            return CIRCLE
        if self._depth >= DEEPEST:
            raise _Deep(key)
        self._computing.add(key)
        self._depth += 1
        try:
            result = self._run(self._formulas[key], key)
        finally:
            self._depth -= 1
            self._computing.discard(key)
        if type(result) is Block:
            result = result.flat[0] if result.flat else None
        if type(result) is float and (not math.isfinite(result)):
            result = Error("NUM", "domain", ("",))
        self._values[key] = result
        return result  # type: ignore[no-any-return]

    def _run(self, formula: _Formula, host: Key) -> Value:
        work = formula.work
        values = [
            self._area_value(area) if place in work.used else None for place, area in enumerate(formula.areas)
        ]
        kept = self._result_key(formula, values) if work.steady else None
        if kept is not None and kept in _results:
            return _results[kept]
        context = Context(self, formula.areas, values, host, self.locale)
        result = work.run(context)
        if kept is not None and context.steady:
            if len(_results) > MOST_RESULTS:
                _results.clear()
            _results[kept] = result
        return result

    def _result_key(self, formula: _Formula, values: list[Value]) -> tuple[object, ...] | None:
        parts: list[object] = [formula.template, self.locale]
        for value in values:
            if type(value) is Block:
                if len(value.flat) > LARGEST_KEY or value.key is None:
                    return None
                parts.append(value.key)
            elif value is True or value is False:
                return None
            else:
                parts.append(value)
        return tuple(parts)

    def _area_value(self, area: Area | Error) -> Value:
        if type(area) is Error:
            return area
        if area.bottom - area.top == 1 and area.right - area.left == 1:
            return self.value(area.sheet, area.top, area.left)
        block = self._blocks.get(area)
        if block is None:
            block = self._blocks[area] = self._built(area)
        return block

    def _built(self, area: Area) -> Block:
        cells, sheet = self._cells.get(area.sheet), area.sheet
        if cells is None:
            return Block(1, 1, [LOST])
        bottom = max(min(area.bottom, self._used.get(sheet, 0)), area.top + 1) if area.bottom == OPEN else area.bottom
        right = area.right
        if right == OPEN:
            right = max((column for _, column in cells), default=0) + 1
            right = max(right, area.left + 1)
        flat: list[Scalar] = []
        for row in range(area.top, bottom):
            for column in range(area.left, right):
                cell = cells.get((row, column))
                if cell is None:
                    flat.append(None)
                elif cell.is_formula:
                    flat.append(self.value(sheet, row, column))
                else:
                    flat.append(cell.entered)
        numeric = all(type(value) is int or type(value) is float for value in flat)
        return Block(bottom - area.top, right - area.left, flat, numeric, area)

    def calculate(self, formula: str, sheet: int, row: int, column: int, *, whole: bool = False) -> Value:
        """A formula as if it stood in a cell; with `whole` its array, else one value."""
        template, references = split(formula)
        areas = tuple(self._area(reference, sheet) for reference in references)
        for area in areas:
            if type(area) is Area:
                self._lookers.setdefault(area.sheet, {}).setdefault(area, set())
        result = self._run(_Formula(formula, program(template), areas), (sheet, row, column))
        return result.flat[0] if type(result) is Block and not whole else result

    # What functions ask for

    def area_value(self, area: Area) -> Value:
        """The value of an area found while computing; a formula that does so is computed anew after any change."""
        if area.height == area.width == 1:
            return self.value(area.sheet, area.top, area.left)
        return self._built(area)

    def named(self, context: Context, text: str) -> Value:
        """A named range, or a reference made as text."""
        named = self._named.get(text.lower())
        if named is not None:
            return self.area_value(of_range(named))
        template, references = split("=" + text)
        if template != f"={OPENING}0{CLOSING}":
            return Error("NAME", "range name", (text,))
        area = self._area(references[0], context.host[0])
        return area if type(area) is Error else self.area_value(area)

    def number_of(self, text: str) -> float | None:
        """The number that a text stands for in the spreadsheet's language; dates are numbers."""
        found = parsed(text, self.locale, self.year)
        return None if found.is_formula or isinstance(found.value, str | bool) else found.value


def _same(seen: tuple[Any, ...], cell: Cell) -> bool:
    return seen[0] is cell and seen[1] is cell.entered and seen[2] is cell.format and seen[3] is cell.note


def _equal(old: Cell, entered: object, new: Cell) -> bool:
    """Whether a cell, put anew, still computes to the same."""
    return (
        old.is_formula == new.is_formula and type(entered) is type(new.entered) and entered == new.entered
    )  # fmt: skip

