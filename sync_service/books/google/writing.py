"""The service's cells as requests of one `batchUpdate`. Values go as typed values, never as text to be understood: what
begins with «=» stays the text it is. Each request names the one thing it sets, so nothing else of a cell is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from sync_service.books.cellwriting import Written, as_written
from sync_service.books.google.reading import Grid, Json
from sync_service.books.notes import as_noted
from sync_service.reconcile.sheet import At, RawCell, TabWrite

_FIRST_DAY = date(1899, 12, 30)
_DATE = {"numberFormat": {"type": "DATE", "pattern": "dd.mm.yyyy"}}
VALUE = "userEnteredValue"


def requests_for(write: TabWrite, grids: Mapping[str, Grid], shown: Mapping[At, RawCell]) -> list[Json]:
    """`grids` by tab title; `shown` is what stands in the tab (a link needs the words it lies under)."""
    grid = grids[write.title]
    values = {at: as_written(value) for at, value in write.cells.items()}
    words = {at: text for at in write.links if (text := str(values.get(at, shown.get(at)) or ""))}
    linked = {at: link for at, link in write.links.items() if at in words and title_of(link) in grids}
    days = {at: value for at, value in values.items() if isinstance(value, date)}
    plain = {at: value for at, value in values.items() if at not in linked and at not in days}
    notes = {at: as_noted(said) for at, said in write.notes.items()}
    return [
        *_room(grid, [*values, *notes]),
        *_updates(grid, plain, VALUE, _plain),
        *_updates(grid, days, f"{VALUE},userEnteredFormat.numberFormat", _day),
        *_updates(
            grid,
            {at: (words[at], link) for at, link in linked.items()},
            f"{VALUE},textFormatRuns",
            lambda link: _link(*link, grids),
        ),
        *_updates(grid, notes, "note", lambda said: {"note": said} if said else {}),
    ]


def title_of(link: str) -> str:
    """The tab that «'Математика'!F12» leads to."""
    return link.rpartition("!")[0].removeprefix("'").removesuffix("'").replace("''", "'")


def _room(grid: Grid, places: Iterable[At]) -> Iterator[Json]:
    """More rows and columns where the tab is too small for what is written. They are added to what is there, never
    counted anew: somebody may have added some meanwhile, and a smaller tab loses what stood in the rest."""
    rows = max((at.row for at in places), default=0) - grid.rows
    columns = max((at.column for at in places), default=0) - grid.columns
    for dimension, missing in (("ROWS", rows), ("COLUMNS", columns)):
        if missing > 0:
            yield {"appendDimension": {"sheetId": grid.sheet_id, "dimension": dimension, "length": missing}}


def _updates(grid: Grid, cells: Mapping[At, Any], fields: str, as_cell: Callable[[Any], Json]) -> Iterator[Json]:
    """One request for each block of neighbouring cells: the same columns in rows that follow each other."""
    runs = sorted(_runs(sorted(cells)), key=lambda run: (run[0].column, len(run), run[0].row))
    blocks = groupby(enumerate(runs), key=lambda item: (item[1][0].column, len(item[1]), item[1][0].row - item[0]))
    for _, block in blocks:
        lines = [line for _, line in block]
        yield {
            "updateCells": {
                "start": {
                    "sheetId": grid.sheet_id,
                    "rowIndex": lines[0][0].row - 1,
                    "columnIndex": lines[0][0].column - 1,
                },
                "rows": [{"values": [as_cell(cells[at]) for at in line]} for line in lines],
                "fields": fields,
            }
        }


def _runs(places: list[At]) -> Iterator[list[At]]:
    """Cells of one row that stand side by side."""
    for _, run in groupby(enumerate(places), key=lambda item: (item[1].row, item[1].column - item[0])):
        yield [at for _, at in run]


def _plain(value: Written) -> Json:
    if value is None:
        return {}
    if isinstance(value, bool):
        return {VALUE: {"boolValue": value}}
    if isinstance(value, str):
        return {VALUE: {"stringValue": value}}
    assert isinstance(value, int | float)
    return {VALUE: {"numberValue": value}}


def _day(value: date) -> Json:
    return {VALUE: {"numberValue": (value - _FIRST_DAY).days}, "userEnteredFormat": _DATE}


def _link(words: str, link: str, grids: Mapping[str, Grid]) -> Json:
    address = f"#gid={grids[title_of(link)].sheet_id}&range={link.rpartition('!')[2]}"
    runs = [{"startIndex": 0, "format": {"link": {"uri": address}}}]
    return {VALUE: {"stringValue": words}, "textFormatRuns": runs}
