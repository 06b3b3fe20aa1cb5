"""Finding one's way in a tab by keys alone: where each pupil and each lesson stands, and what stands there unasked.

Nothing is ever found by position. What cannot be found is reported, never assumed; a place that two things claim is
given to neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Term
from sync_service.reconcile.layout import (
    KEY_SEARCH_ROWS,
    SPARE_ROW,
    GridColumn,
    GridRow,
    TabKind,
    Table,
)
from sync_service.reconcile.sheet import At, RawCell, Sheets, Tab

KEY_SEARCH_COLUMNS = 4
SUBTOTAL = re.compile(r"^\s*(итого|всего|средн|ср\.)", re.IGNORECASE)
SEPARATOR = re.compile(r"[\s\-–—_=*·]*")  # a line drawn of signs
KINDS = {kind.value for kind in TabKind}


@dataclass(frozen=True)
class Found:
    """The tabs of a workbook by key. `origins` say where each tab's key stands (A1 unless something was inserted)."""

    tabs: Mapping[str, Tab]
    origins: Mapping[str, At]
    problems: tuple[Problem, ...]
    claimed_twice: frozenset[str]  # no tab can be told to be the original


def key_of(tab: Tab) -> tuple[str, At] | None:
    """The tab's key and where it stands, searched in the top left corner: a title row above must not hide it."""
    for row in range(1, KEY_SEARCH_ROWS + 1):
        for column in range(1, KEY_SEARCH_COLUMNS + 1):
            text = tab.cells.get(At(row, column))
            if isinstance(text, str) and text.split(" ")[0] in KINDS:
                return text, At(row, column)
    return None


def find_tabs(sheets: Sheets, titles: Mapping[str, str]) -> Found:
    """Tell the tabs apart by key; `titles` are those of the last good pass.

    Of several tabs with one key the one that still has the known title is the original and the others are copies
    (CASES T-B2, T-B3); without it nobody can tell, and none is read."""
    claims: dict[str, list[tuple[Tab, At]]] = defaultdict(list)
    for tab in sheets.tabs:
        if (known := key_of(tab)) is not None:
            claims[known[0]].append((tab, known[1]))
    tabs: dict[str, Tab] = {}
    origins: dict[str, At] = {}
    problems: list[Problem] = []
    torn: set[str] = set()
    for key, claimants in claims.items():
        originals = [claim for claim in claimants if claim[0].title == titles.get(key)]
        chosen = claimants if len(claimants) == 1 else originals
        if len(chosen) == 1:
            tabs[key], origins[key] = chosen[0]
        else:
            torn.add(key)
        if len(claimants) > 1:
            known_title = titles.get(key, "")
            problems += [
                Problem(Code.TAB_DUPLICATE, Place(tab.title), detail=known_title)
                for tab, _ in claimants
                if tab.title != known_title
            ]
    return Found(tabs, origins, tuple(problems), frozenset(torn))


@dataclass(frozen=True)
class Grid:
    """Where everything of a grid stands. Rows and columns that cannot be told are absent from the maps."""

    tab: Tab
    key_row: int
    key_column: int
    pupils: Mapping[str, int]
    lessons: Mapping[str, int]
    finals: Mapping[Term, int]
    service_columns: Mapping[str, int]
    spare_rows: tuple[int, ...]
    doubtful: frozenset[str]  # pupils of whom two different rows speak
    lost_lessons: frozenset[str]  # known to the record, not to be found here
    problems: tuple[Problem, ...]
    grounds: Mapping[Term, int] = field(default_factory=dict)

    @property
    def name_column(self) -> int:
        return self.service_columns.get(GridColumn.NAME.value, self.key_column + 2)


def locate_grid(
    tab: Tab, origin: At, names: Mapping[str, str], expected: Iterable[str], lessons: Iterable[str]
) -> Grid:
    """Find pupils and lessons.

    `names` are all pupils who may stand here, by code; `expected` those who must; `lessons` those the record knows."""
    expected_lessons = set(lessons)
    columns, column_twins = _keyed_line(tab, origin, along_row=True)
    rows, row_twins = _keyed_line(tab, origin, along_row=False)
    problems: list[Problem] = []

    lesson_columns = {key: column for key, column in columns.items() if key in expected_lessons}
    finals, grounds = (_by_term(columns, kind) for kind in (GridColumn.FINAL, GridColumn.GROUNDS))
    service = {key: column for key, column in columns.items() if key.startswith("#")}
    spare = tuple(sorted(row for key, row in rows.items() if key.startswith(SPARE_ROW)))
    pupil_rows = {key: row for key, row in rows.items() if key in names}

    data_columns = {*lesson_columns.values(), *finals.values(), *grounds.values()}
    problems += _row_problems(tab, origin, rows, row_twins, pupil_rows, data_columns, names, service)
    problems += _column_problems(tab, origin, columns, column_twins, expected_lessons, pupil_rows)
    problems += [
        Problem(Code.ROW_MISSING, Place(tab.title, who=names.get(code, code)), read=code)
        for code in sorted(set(expected) - set(pupil_rows) - set(row_twins))
    ]
    lost = frozenset(expected_lessons - set(lesson_columns) - set(column_twins))
    return Grid(
        tab,
        origin.row,
        origin.column,
        pupil_rows,
        lesson_columns,
        finals,
        service,
        spare,
        frozenset(row_twins) - set(pupil_rows),
        lost,
        tuple(problems),
        grounds,
    )


def _by_term(columns: Mapping[str, int], kind: GridColumn) -> dict[Term, int]:
    keys = {f"{kind.value} {term.value}": term for term in Term}
    return {keys[key]: column for key, column in columns.items() if key in keys}


def _keyed_line(tab: Tab, origin: At, *, along_row: bool) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Keys along the hidden row or down the hidden column; those that occur once, and the twins apart."""
    seen: dict[str, list[int]] = defaultdict(list)
    for at, raw in tab.cells.items():
        if not isinstance(raw, str) or at == origin:
            continue
        if along_row and at.row == origin.row and at.column > origin.column:
            seen[raw.strip()].append(at.column)
        elif not along_row and at.column == origin.column and at.row > origin.row:
            seen[raw.strip()].append(at.row)
    single = {key: places[0] for key, places in seen.items() if len(places) == 1}
    twins = {key: tuple(sorted(places)) for key, places in seen.items() if len(places) > 1}
    return single, twins


def _row_problems(
    tab: Tab,
    origin: At,
    rows: Mapping[str, int],
    twins: Mapping[str, tuple[int, ...]],
    pupil_rows: dict[str, int],
    data_columns: set[int],
    names: Mapping[str, str],
    service: Mapping[str, int],
) -> Iterable[Problem]:
    header_rows = {row for key, row in rows.items() if key in set(GridRow)}
    first = max(header_rows, default=origin.row) + 1
    keyed = {*rows.values(), *(row for places in twins.values() for row in places)}
    name_column = service.get(GridColumn.NAME.value, origin.column + 2)
    for key, places in sorted(twins.items()):
        contents = {tuple(_text(tab.cells.get(At(row, column))) for column in sorted(data_columns)) for row in places}
        if len(contents) == 1 and key in names:
            pupil_rows[key] = places[0]  # a faithful copy does no harm: either row says the same
        yield Problem(
            Code.ROW_DUPLICATE,
            Place(tab.title, At(places[1], name_column).a1, names.get(key, key)),
            read=", ".join(str(row) for row in places),
            detail="same" if len(contents) == 1 else "",
        )
    for key, row in sorted(rows.items(), key=lambda item: item[1]):
        if row >= first and key not in names and not key.startswith("#"):
            yield Problem(Code.ROW_UNKNOWN, Place(tab.title, At(row, origin.column).a1), read=key)
    filled: dict[int, bool] = defaultdict(bool)
    for at, raw in tab.cells.items():
        if at.row < first or at.row in keyed or not (at.column in data_columns or at.column == name_column):
            continue
        if not SEPARATOR.fullmatch(_text(raw)):
            filled[at.row] |= at.column in data_columns
    for row, has_entries in sorted(filled.items()):
        name = _text(tab.cells.get(At(row, name_column)))
        if SUBTOTAL.match(name) or not (name or has_entries):
            continue
        yield Problem(Code.ROW_NO_CODE, Place(tab.title, At(row, name_column).a1), read=name)


def _column_problems(
    tab: Tab,
    origin: At,
    columns: Mapping[str, int],
    twins: Mapping[str, tuple[int, ...]],
    expected: set[str],
    pupil_rows: Mapping[str, int],
) -> Iterable[Problem]:
    for key, places in sorted(twins.items()):
        if not key.startswith("#"):
            yield Problem(Code.COLUMN_DUPLICATE, Place(tab.title, At(origin.row, places[1]).a1), read=key)
    keyed = {*columns.values(), *(column for places in twins.values() for column in places)}
    people = set(pupil_rows.values())
    for column in sorted({at.column for at in tab.cells if at.row in people} - keyed):
        if column > origin.column:
            yield Problem(Code.COLUMN_UNKNOWN, Place(tab.title, At(origin.row, column).a1))
    course = str(tab.cells[origin]).partition(" ")[2]
    for key, column in sorted(columns.items()):
        if "." not in key or key.startswith("#") or key in expected:
            continue
        if not key.startswith(f"{course}."):
            yield Problem(Code.COLUMN_UNKNOWN, Place(tab.title, At(origin.row, column).a1), read=key)
        elif filled := sorted(row for row in people if At(row, column) in tab.cells):
            # a spare column, or a lesson that the timetable has taken back
            yield Problem(Code.LESSON_UNSCHEDULED, Place(tab.title, At(filled[0], column).a1))


@dataclass(frozen=True)
class TableRows:
    """Where the rows and columns of a table stand, by key."""

    tab: Tab
    key_column: int
    heading_row: int
    columns: Mapping[str, int]
    rows: Mapping[str, int]
    twins: Mapping[str, tuple[int, ...]]
    unkeyed: tuple[int, ...]  # rows below the heading with something in the table's columns but no key
    missing_columns: tuple[str, ...] = field(default=())

    def raw(self, row: int, column_key: str) -> RawCell | None:
        """None too where the tab was drawn before the column came."""
        column = self.columns.get(column_key)
        return None if column is None else self.tab.cells.get(At(row, column))


def locate_table(tab: Tab, origin: At, table: Table) -> TableRows:
    """Find the columns of `table` and its rows. A column that is not there is named in `missing_columns`."""
    columns, column_twins = _keyed_line(tab, origin, along_row=True)
    rows, twins = _keyed_line(tab, origin, along_row=False)
    known = {column.key: columns[column.key] for column in table.columns if column.key in columns}
    taken = {*rows.values(), *(row for places in twins.values() for row in places), origin.row}
    heading = _heading_row(tab, origin, table, known)
    stray = {at.row for at in tab.cells if at.row > heading and at.row not in taken and at.column in known.values()}
    missing = tuple(
        column.key
        for column in table.columns
        if column.key in column_twins or (column.key not in known and not column.later)
    )
    return TableRows(
        tab,
        origin.column,
        heading,
        known,
        {key: row for key, row in rows.items() if row > heading},
        twins,
        tuple(sorted(stray)),
        missing,
    )


def _heading_row(tab: Tab, origin: At, table: Table, columns: Mapping[str, int]) -> int:
    """The row of visible headings: the one below the keys where most headings stand, wherever it was pushed."""
    matches: dict[int, int] = defaultdict(int)
    for column in table.columns:
        if column.key not in columns:
            continue
        for row in range(origin.row + 1, origin.row + 1 + KEY_SEARCH_ROWS):
            if _text(tab.cells.get(At(row, columns[column.key]))) == column.heading:
                matches[row] += 1
    return max(matches, key=lambda row: matches[row], default=origin.row + 1)


def _text(raw: RawCell | None) -> str:
    return "" if raw is None else str(raw).strip()
