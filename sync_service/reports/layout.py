"""What a sheet of a template says: its markers, its sample rows, and what is wrong with them.

Markers, anywhere in a text cell:
  {{месяц}}             one value, replaced where it stands (also in the page header and footer);
  {{строка.проведено}}  a sample row: it is repeated for every `Row` of the kind «строка», each time with its style.
Rows above the first sample stay on top, rows below the last one follow the table; a plain row between samples belongs
to the sample above it. A field that the report calls repeated («предмет») stands in one column, which is repeated as
often as there are values. Neighbouring rows of one kind are
one sample, and may have cells merged across them. The deputy may restyle, widen, rename, move columns and add rows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.reports.cells import Value

MARKER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
CellSample = tuple[object, StyleArray]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. A repeated field holds a sequence, all of the same length in a sheet."""

    kind: str
    values: Mapping[str, Value | Sequence[Value]]
    new_page: bool = False  # in print, this line begins a page


@dataclass(frozen=True, slots=True)
class Layout:
    """What a sheet of the template must contain: kinds of sample rows with their fields, and single values."""

    rows: Mapping[str, tuple[str, ...]]
    singles: tuple[str, ...] = ()
    repeated: str = ""  # name of the field that is repeated to the right
    legend: tuple[str, ...] = ()  # singles whose cells show how a traffic light looks


@dataclass
class Line:
    """A row of the template. `kind`: the sample it belongs to, "" above and below the table."""

    number: int
    kind: str
    height: float | None
    cells: dict[int, CellSample]
    merges: list[CellRange] = field(default_factory=list)


def check(sheet: Worksheet, layout: Layout, known: Collection[str]) -> list[str]:
    """Mistakes of a template's sheet as Russian sentences; none: it can be filled.

    `known`: names of the single values that every sheet may show."""
    found: dict[str, list[Cell]] = {}
    for row in sheet.iter_rows():
        for cell in row:
            for name in markers(cell):
                found.setdefault(name, []).append(cell)
    wanted = {f"{kind}.{name}" for kind, names in layout.rows.items() for name in names}
    singles = {*layout.singles, *layout.legend}
    title = sheet.title
    mistakes = [
        f"Лист «{title}»: нет метки {{{{{name}}}}}. Верните её на место или возьмите исходный шаблон."
        for name in sorted(wanted | singles)
        if name not in found
    ]
    mistakes += [
        f"Лист «{title}», ячейка {cell.coordinate}: незнакомая метка {{{{{name}}}}}. Проверьте, как она написана."
        for name, cells in sorted(found.items())
        for cell in cells
        if name not in wanted | singles | set(known)
    ]
    mistakes += [
        f"Лист «{title}», строка {number}: в одной строке метки разных строк-образцов ({', '.join(sorted(kinds))})."
        for number, kinds in _kinds(sheet).items()
        if len(kinds) > 1
    ]
    columns = {c.column for name, cells in found.items() for c in cells if name.endswith(f".{layout.repeated}")}
    if layout.repeated and len(columns) > 1:
        mistakes.append(f"Лист «{title}»: все метки «….{layout.repeated}» должны стоять в одном столбце.")
    kinds = _kinds(sheet)
    mistakes += [
        f"Лист «{title}»: объединённые ячейки {area.coord} задевают строку-образец. Объединяйте внутри одной строки."
        for area in sheet.merged_cells.ranges
        if len({frozenset(kinds.get(number, ())) for number in range(area.min_row, area.max_row + 1)}) > 1
    ]
    return mistakes


def markers(cell: Cell | MergedCell) -> list[str]:
    """Names of the markers in a cell."""
    return MARKER.findall(cell.value) if isinstance(cell.value, str) else []


def _kinds(sheet: Worksheet) -> dict[int, set[str]]:
    """Row number → kinds of samples whose markers stand in it."""
    return {
        row[0].row: {name.split(".")[0] for cell in row for name in markers(cell) if "." in name}
        for row in sheet.iter_rows()
        if row
    }


def read(sheet: Worksheet) -> tuple[list[Line], dict[str, list[Line]], list[Line]]:
    """Rows above the samples, the samples (with the plain rows that follow each of them), rows below."""
    kinds = _kinds(sheet)
    sampled = [number for number, names in kinds.items() if names]
    first, last = (min(sampled), max(sampled)) if sampled else (sheet.max_row + 1, sheet.max_row)
    head: list[Line] = []
    foot: list[Line] = []
    samples: dict[str, list[Line]] = {}
    kind = ""
    for number in range(1, sheet.max_row + 1):
        kind = next(iter(kinds.get(number, ())), kind) if first <= number <= last else ""
        cells = {
            cell.column: (cell.value, copy(cell._style))
            for cell in sheet[number]
            if cell.has_style or cell.value is not None
        }
        merges = [copy(area) for area in sheet.merged_cells.ranges if area.min_row == number]
        line = Line(number, kind, sheet.row_dimensions[number].height, cells, merges)
        (head if number < first else foot if number > last else samples.setdefault(kind, [])).append(line)
    return head, samples, foot
