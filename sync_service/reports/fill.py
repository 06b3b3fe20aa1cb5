"""Filling one sheet of a template: the template owns the looks, the report owns the numbers (see layout.py)."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.reports.cells import Value, write, write_text
from sync_service.reports.layout import MARKER, Layout, Line, Row, markers, read

DEFAULT_WIDTH = 8.43  # of a column, in characters, when the template does not say
DEFAULT_SIZE = 10.0  # of a font, in points
CHARACTERS = 11.5  # of one point size that fit into a unit of column width; proportional fonts hold a little more
LINE_SPACING, ROW_PADDING = 1.3, 4.0


def fill(sheet: Worksheet, layout: Layout, singles: Mapping[str, Value], rows: Sequence[Row]) -> None:
    """Replace the samples of a checked `sheet` by `rows`, in their order, and the single markers by `singles`."""
    head, samples, foot = read(sheet)
    legend = {name: _legend_cell(sheet, name) for name in layout.legend}
    page = _Page(sheet, layout, singles, legend, _repeats(rows, layout.repeated))
    for line in head:
        page.put(line, {})
    for row in rows:
        if row.new_page:
            sheet.row_breaks.append(Break(id=page.row))
        for line in samples[row.kind]:
            page.put(line, row.values)
    for line in foot:
        page.put(line, {})
    page.finish()


def _legend_cell(sheet: Worksheet, name: str) -> Any:
    """A detached copy of fill and font, because the sheet is wiped before it is filled."""
    cell = next(cell for row in sheet.iter_rows() for cell in row if name in markers(cell))
    return type("Looks", (), {"fill": copy(cell.fill), "font": copy(cell.font)})


def _repeats(rows: Sequence[Row], name: str) -> int:
    lengths = {len(row.values[name]) for row in rows if isinstance(row.values.get(name), list | tuple)}
    if len(lengths) > 1:
        raise ValueError(f"the repeated field {name!r} has different lengths: {sorted(lengths)}")
    return lengths.pop() if lengths else 0


def _repeated_column(sheet: Worksheet, layout: Layout) -> int:
    """Number of the column that is repeated, 0 if none is."""
    cells = (cell for row in sheet.iter_rows() for cell in row if layout.repeated)
    return next((c.column for c in cells if any(n.endswith(f".{layout.repeated}") for n in markers(c))), 0)


class _Page:
    """A sheet being written from the top down."""

    def __init__(
        self,
        sheet: Worksheet,
        layout: Layout,
        singles: Mapping[str, Value],
        legend: dict[str, Any],
        repeats: int,
    ) -> None:
        self.sheet, self.singles, self.legend = sheet, singles, legend
        self.stretch = _repeated_column(sheet, layout)
        self.repeats = repeats if self.stretch else 1
        self.row = 0
        self.rows_of: dict[int, list[int]] = {}  # template row → rows written from it
        self.merges: list[tuple[int, int, int, int]] = []  # made at the end: a merged cell cannot be written
        self.widths = _widths(sheet)
        sheet._cells.clear()
        sheet.row_dimensions.clear()
        sheet.merged_cells.ranges.clear()

    def columns(self, column: int) -> range:
        """Where a column of the template stands now; empty when it is repeated no times."""
        if not self.stretch or column < self.stretch:
            return range(column, column + 1)
        if column == self.stretch:
            return range(column, column + self.repeats)
        return range(column + self.repeats - 1, column + self.repeats)

    def put(self, line: Line, values: Mapping[str, Value | Sequence[Value]]) -> None:
        self.row += 1
        self.rows_of.setdefault(line.number, []).append(self.row)
        for column, (content, style) in line.cells.items():
            for index, target in enumerate(self.columns(column)):
                cell = self.sheet.cell(self.row, target)
                cell._style = copy(style)
                self._value(cell, content, values, index)
        self.sheet.row_dimensions[self.row].height = self._height(line)
        for area in line.merges:
            columns = [*self.columns(area.min_col), *self.columns(area.max_col)]
            if columns and (columns[0] != columns[-1] or area.max_row > area.min_row):
                bottom = self.row + area.max_row - area.min_row
                self.merges.append((self.row, columns[0], bottom, columns[-1]))

    def _value(self, cell: Cell, content: object, values: Mapping[str, Value | Sequence[Value]], index: int) -> None:
        def of(name: str) -> Value:
            if "." not in name:
                return self.singles.get(name, name)  # a light stands for itself
            value = values[name.split(".", 1)[1]]
            return value[index] if isinstance(value, list | tuple) else value  # type: ignore[return-value]

        if not isinstance(content, str):
            cell.value = content
        elif whole := MARKER.fullmatch(content.strip()):
            write(cell, of(whole[1]), self.legend)
        elif content.startswith("=") and not MARKER.search(content):
            cell.value = content  # the deputy's own formula
        else:
            text = MARKER.sub(lambda found: str("" if (value := of(found[1])) is None else value), content)
            write_text(cell, re.sub(" {2,}", " ", text).strip())

    def _height(self, line: Line) -> float | None:
        """The sample's height, more where wrapped text needs it: LibreOffice does not measure rows on opening."""
        needed = 0.0
        merged = {area.min_col: area for area in line.merges}
        for column in line.cells:
            area = merged.get(column)
            if area is not None and area.max_row > area.min_row:
                continue  # it has the height of several rows
            across = range(column, 1 + (area.max_col if area is not None else column))
            width = sum(self.widths.get(one, {}).get("width", DEFAULT_WIDTH) for one in across)
            for target in self.columns(column):
                cell = self.sheet.cell(self.row, target)
                if isinstance(cell.value, str) and cell.alignment.wrap_text and not cell.alignment.text_rotation:
                    size = cell.font.sz or DEFAULT_SIZE
                    room = max(4, int((width - 2 * cell.alignment.indent) * CHARACTERS / size))
                    lines = sum(len(textwrap.wrap(part, room)) or 1 for part in cell.value.splitlines())
                    needed = max(needed, lines * size * LINE_SPACING + ROW_PADDING)
        if line.height is None:
            return needed or None
        return max(line.height, needed)

    def finish(self) -> None:
        """Bring along what belongs to columns and to ranges: widths, filter, conditional formats, header and footer."""
        sheet = self.sheet
        for top, left, bottom, right in self.merges:
            sheet.merge_cells(None, top, left, bottom, right)
        sheet.column_dimensions.clear()
        for column, looks in self.widths.items():
            for target in self.columns(column):
                letter = get_column_letter(target)
                sheet.column_dimensions[letter] = ColumnDimension(sheet, index=letter, **looks)
        if sheet.auto_filter.ref:
            sheet.auto_filter.ref = self._area(CellRange(sheet.auto_filter.ref)).coord
        rules = sheet.conditional_formatting
        sheet.conditional_formatting = ConditionalFormattingList()
        for old in rules:
            areas = " ".join(self._area(area).coord for area in old.sqref.ranges)
            for rule in old.rules:
                sheet.conditional_formatting.add(areas, rule)
        sheet.print_area = None
        for item in (sheet.oddHeader, sheet.oddFooter):
            for part in (item.left, item.center, item.right):
                if part.text:
                    part.text = MARKER.sub(self._in_header, part.text)

    def _in_header(self, found: re.Match[str]) -> str:
        return str(self.singles.get(found[1], "")).replace("&", "&&")

    def _area(self, area: CellRange) -> CellRange:
        """A range of the template, stretched over the rows and columns that came of it."""
        rows = [r for number in range(area.min_row, area.max_row + 1) for r in self.rows_of.get(number, ())]
        columns = [c for number in (area.min_col, area.max_col) for c in self.columns(number)]
        rows, columns = rows or [area.min_row], columns or [area.min_col]
        return CellRange(None, min(columns), min(rows), max(columns), max(rows))


def _widths(sheet: Worksheet) -> dict[int, dict[str, Any]]:
    """Column → width and visibility; a template keeps equal neighbours under one entry."""
    found = {}
    for dimension in sheet.column_dimensions.values():
        dimension.reindex()
        for column in range(dimension.min, dimension.max + 1):
            found[column] = {"width": dimension.width, "hidden": dimension.hidden, "customWidth": True}
    return found
