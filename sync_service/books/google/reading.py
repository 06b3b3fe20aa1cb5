"""A spreadsheet's answer into tabs of raw cells. Everything that a book says is asked for at once: one call of the
read quota tells values, notes, merged cells, titles, ids and the witness of identity.

Google tells a date as a number and how it is shown; what is shown decides, so that «4/5» which became a date is seen as
a date, and a mean of 4.33 shown as «4,3» as a number. A number is taken for a moment only if every digit shown belongs
to that moment, and what is too small to be a day of any year never is: a mark stays a mark under every format.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sync_service.books.reading import SERVICE_TABS, identity_of
from sync_service.books.source import BookIdentity, SourceError, Trouble
from sync_service.reconcile.layout import IDENTITY_TAB
from sync_service.reconcile.sheet import At, CellError, RawCell, Tab

Json = dict[str, Any]

MASK = (
    "spreadsheetId,properties(title,locale,timeZone),developerMetadata,"
    "sheets(properties(sheetId,title,index,sheetType,hidden,gridProperties(rowCount,columnCount)),merges,"
    "data(startRow,startColumn,rowData(values(effectiveValue,formattedValue,note))))"
)
WITNESS = "journal-book"  # developer metadata of the whole spreadsheet: which book it is, beside the hidden tab

GRID = "GRID"  # other sheets, a chart that somebody gave a tab of its own, have no cells

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's moments have no zone
_FIRST_DAY, _LAST_SERIAL = 367, 2_958_466  # 1.1.1901 and 31.12.9999
_ONE_NUMBER = re.compile(r"\D*?(\d+)(?:[.,](\d+))?\D*")
_NEVER_IN_DATES = re.compile(r"%|\d[EeЕе][+-]")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)\s(?=\d)")


@dataclass(frozen=True)
class Grid:
    """How large a tab is, and by what number Google knows it."""

    sheet_id: int
    rows: int
    columns: int


@dataclass(frozen=True)
class Read:
    """An answer, read. `tabs` are those that people see, in order; `grids` of all tabs by title."""

    title: str
    identity: BookIdentity
    tabs: tuple[Tab, ...]
    grids: Mapping[str, Grid]
    versions: Mapping[str, str]  # of `tabs`, by title


def read_spreadsheet(answer: Json, name: str) -> Read:
    """Raises SourceError: NO_IDENTITY if it is not one of our books, TOO_FEW if the answer is not whole."""
    told = answer.get("sheets") or []
    sheets = [sheet for sheet in told if sheet["properties"].get("sheetType", GRID) == GRID]
    places = [sheet["properties"].get("index", 0) for sheet in told]
    if not sheets or places != [*range(len(told))] or any("data" not in sheet for sheet in sheets):
        raise SourceError(Trouble.TOO_FEW, name)
    tabs = {tab.title: tab for tab in map(tab_of, sheets)}
    marks = {item["metadataKey"]: item.get("metadataValue", "") for item in answer.get("developerMetadata", ())}
    witness = marks.get(WITNESS, "")
    hidden = tabs.get(IDENTITY_TAB)
    if hidden is None or not hidden.cells:
        if witness:
            # deleted, or left out of the answer: nobody can tell the two apart from here
            detail = "если скрытую вкладку «_journal» удалили, верните её командой «journal provision --repair»"
            raise SourceError(Trouble.TOO_FEW, name, detail)
        raise SourceError(Trouble.NO_IDENTITY, name)
    identity = identity_of(hidden, name)
    if witness and witness != identity.book:
        raise SourceError(
            Trouble.NO_IDENTITY, name, f"вкладка говорит «{identity.book}», а сама таблица — «{witness}»"
        )
    shown = tuple(tab for title, tab in tabs.items() if title not in SERVICE_TABS)
    return Read(
        answer.get("properties", {}).get("title", name),
        identity,
        shown,
        grids_of(answer),
        {tab.title: version_of(tab) for tab in shown},
    )


def version_of(tab: Tab) -> str:
    """Changes with anything that is read from the tab, and with nothing else."""
    said = [
        sorted((*at, repr(value)) for at, value in tab.cells.items()),
        sorted((*at, note) for at, note in tab.notes.items()),
        tab.merged,
    ]
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=12).hexdigest()


def grids_of(answer: Json) -> dict[str, Grid]:
    """By tab title."""
    grids = {}
    for sheet in answer["sheets"]:
        said = sheet["properties"]
        size = said.get("gridProperties", {})
        grids[said["title"]] = Grid(said.get("sheetId", 0), size.get("rowCount", 0), size.get("columnCount", 0))
    return grids


def tab_of(sheet: Json) -> Tab:
    """A sheet of an answer as any reader sees it."""
    cells: dict[At, RawCell] = {}
    notes: dict[At, str] = {}
    for at, cell in cells_of(sheet):
        if (value := _value(cell)) is not None:
            cells[at] = value
        if note := cell.get("note"):
            notes[at] = note
    merged = tuple(sorted(_corners(area) for area in sheet.get("merges", ())))
    return Tab(sheet["properties"]["title"], cells, notes, merged)


def cells_of(sheet: Json) -> Iterator[tuple[At, Json]]:
    """The cells of an answer that say anything."""
    for block in sheet.get("data", ()):
        top, left = block.get("startRow", 0) + 1, block.get("startColumn", 0) + 1
        for row, line in enumerate(block.get("rowData", ()), top):
            for column, cell in enumerate(line.get("values", ()), left):
                if cell:
                    yield At(row, column), cell


def _corners(area: Json) -> tuple[At, At]:
    return (
        At(area.get("startRowIndex", 0) + 1, area.get("startColumnIndex", 0) + 1),
        At(area["endRowIndex"], area["endColumnIndex"]),
    )


def _value(cell: Json) -> RawCell | None:
    value, shown = cell.get("effectiveValue"), cell.get("formattedValue", "")
    if not value:
        return None
    if "numberValue" in value:
        return _number(value["numberValue"], shown)
    if "stringValue" in value:
        return value["stringValue"].replace("\r\n", "\n") or None
    if "boolValue" in value:
        return bool(value["boolValue"])
    error = value.get("errorValue", {})
    return CellError(shown or f"#{error.get('type', 'ERROR')}")


def _number(number: float, shown: str) -> RawCell:
    if _is_time(number, shown) or (_is_date(number, shown) and not _shows(number, shown)):
        return _moment(number)
    return int(number) if float(number).is_integer() else float(number)


def _is_time(number: float, shown: str) -> bool:
    return 0 <= number < 1 and ":" in shown and _digits(shown) <= _parts(number)


def _is_date(number: float, shown: str) -> bool:
    """Whether what is shown is the day, or a part of it. A cell that once held a date shows a mark as «04.01.1900»:
    no day so long ago is one."""
    return _FIRST_DAY <= number < _LAST_SERIAL and set() < _digits(shown) <= _parts(number)


def _shows(number: float, shown: str) -> bool:
    """Whether the text is this number, rounded as it may be, with or without words beside it."""
    if _NEVER_IN_DATES.search(shown):
        return True
    match = _ONE_NUMBER.fullmatch(_BETWEEN_DIGITS.sub("", shown))
    if match is None:
        return False
    whole, decimals = match.group(1), match.group(2) or ""
    return abs(float(f"{whole}.{decimals}") - number) <= 0.5 * 10.0 ** -len(decimals) * (1 + 1e-9)


def _digits(shown: str) -> set[int]:
    return {int(group) for group in re.findall(r"\d+", shown)}


def _parts(serial: float) -> set[int]:
    """Every number that a clock or a calendar may show of a moment."""
    moment = _exact(serial)
    clock = {moment.hour, moment.hour % 12 or 12, moment.minute, moment.second}
    return clock if serial < 1 else clock | {moment.day, moment.month, moment.year, moment.year % 100}


def _moment(serial: float) -> date | datetime | time:
    """A day, a time of day, or both, to the second."""
    moment = _exact(serial)
    if serial < 1:
        return moment.time()
    return moment.date() if moment.time() == time() else moment


def _exact(serial: float) -> datetime:
    return _EPOCH + timedelta(seconds=round(serial * 86_400))
