"""Tables in a stranger's file, found by their headings wherever they stand: rows of raw cells under known columns.

Nothing here knows what a plan or a list of pupils is: a Form says which headings there may be, and those who read the
rows judge what stands in them. Merged cells hold their value in every place they cover.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sync_service.domain.problems import Place
from sync_service.domain.spelling import normalise, one_line
from sync_service.reconcile.sheet import At, RawCell, Tab

AT_LEAST = 2  # known headings that make a row a row of headings
SHOWN = 12  # parts of an answer
LONGEST = 120  # characters of a heading that are looked at
_NOT_IN_HEADING = re.compile(r"[^\w№]+|_")


@dataclass(frozen=True)
class Heading:
    """A column that a table may have. `spelled` is a regular expression over `squeezed` headings."""

    key: str
    title: str  # for messages
    spelled: str
    taken: bool = True  # False: usual in such files, but nothing of ours keeps it


@dataclass(frozen=True)
class Form:
    """What makes a table one that is wanted. A heading belongs to the first of `headings` that it fits. A table needs
    one of the groups of keys in `needs`; where no table of the file has one, `instead` lets a heading stand for a key
    that usually is called otherwise."""

    headings: tuple[Heading, ...]
    needs: tuple[frozenset[str], ...]
    instead: Heading | None = None

    def heading(self, key: str) -> Heading:
        return next(one for one in self.headings if one.key == key)


@dataclass(frozen=True)
class OwnCell:
    """A cell that begins in its row, and how many columns it covers."""

    column: int
    width: int
    raw: RawCell


@dataclass(frozen=True)
class FoundRow:
    """`values` by column key, blanks left out; `inherited` are keys whose value comes from a row above by a merge, and
    `tall` says over how many rows a merged value reaches."""

    number: int
    values: Mapping[str, RawCell]
    own: tuple[OwnCell, ...]
    inherited: frozenset[str] = frozenset()
    tall: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The first text of the row that is not a number, on one line."""
        texts = (one_line(cell.raw, 400) for cell in self.own if isinstance(cell.raw, str))
        return next((text for text in texts if re.search(r"[^\W\d_]", text)), "")


@dataclass(frozen=True)
class FoundTable:
    """`told` are the headings as they stand in the file, by key; `unknown` those that nobody knows."""

    title: str
    columns: Mapping[str, int]
    told: Mapping[str, str]
    unknown: tuple[str, ...]
    rows: tuple[FoundRow, ...]

    def place(self, row: FoundRow, key: str = "") -> Place:
        who = f"«{one_line(self.told[key])}»" if key in self.told else ""
        return Place(self.title, f"строка {row.number}", who)


def squeezed(raw: RawCell | None) -> str:
    """A heading without anything that people write differently: case, signs, spaces, division of words."""
    return _squeezed(raw) if isinstance(raw, str) else ""


@lru_cache(maxsize=4096)
def _squeezed(text: str) -> str:
    return _NOT_IN_HEADING.sub("", normalise(text[:LONGEST]).casefold().replace("ё", "е"))


def find_tables(tabs: Iterable[Tab], form: Form) -> list[FoundTable]:
    """All tables of these tabs that fit, with a row or more below the headings."""
    read = [_Laid(tab) for tab in tabs]
    found = [table for laid in read for table in _tables_of(laid, form)]
    if not found and form.instead is not None:
        weaker = Form((*form.headings, form.instead), form.needs)
        found = [table for laid in read for table in _tables_of(laid, weaker)]
    return [table for table in found if table.rows]


def unused(tables: Iterable[FoundTable], form: Form) -> tuple[str, ...]:
    """Headings of columns that nothing is taken from."""
    found: dict[str, None] = {}
    for table in tables:
        known = [words for key, words in table.told.items() if not form.heading(key).taken]
        found |= dict.fromkeys(one_line(words) for words in (*known, *table.unknown))
    return tuple(found)


class _Laid:
    """A tab whose merged cells are spread out, within what is filled at all."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        cells = {at: raw for at, raw in tab.cells.items() if not (isinstance(raw, str) and not raw.strip())}
        self.rows = max((at.row for at in cells), default=0)
        self.columns = max((at.column for at in cells), default=0)
        self.home: dict[At, At] = {}
        self.reach: dict[At, At] = {}
        for first, end in tab.merged:
            if first not in cells or first in self.reach:
                continue
            last = self.reach[first] = At(min(end.row, self.rows), min(end.column, self.columns))
            for row in range(first.row, last.row + 1):
                for column in range(first.column, last.column + 1):
                    self.home[At(row, column)] = first
        self.cells = cells

    def raw(self, row: int, column: int) -> RawCell | None:
        at = At(row, column)
        return self.cells.get(self.home.get(at, at))

    @cached_property
    def by_row(self) -> dict[int, list[OwnCell]]:
        found: dict[int, list[OwnCell]] = {}
        for at in sorted(self.cells):
            if self.home.get(at, at) == at:
                width = self.reach.get(at, at).column - at.column + 1
                found.setdefault(at.row, []).append(OwnCell(at.column, width, self.cells[at]))
        return found

    def own(self, row: int) -> list[OwnCell]:
        return self.by_row.get(row, [])


@dataclass(frozen=True)
class _Head:
    columns: Mapping[str, int]
    told: Mapping[str, str]
    unknown: tuple[str, ...]
    rows: int  # that it takes


def _tables_of(laid: _Laid, form: Form) -> Iterator[FoundTable]:
    head: _Head | None = None
    rows: list[FoundRow] = []
    row = 1
    while row <= laid.rows:
        here = _head_at(laid, row, form)
        if here is None:
            if head is not None and (read := _row(laid, row, head)) is not None:
                rows.append(read)
            row += 1
            continue
        if head is not None and here.columns != head.columns:
            yield FoundTable(laid.tab.title, head.columns, head.told, head.unknown, tuple(rows))
            rows = []
        if head is None or here.columns != head.columns:
            head = here  # otherwise the headings again, on the next page
        row += here.rows
    if head is not None:
        yield FoundTable(laid.tab.title, head.columns, head.told, head.unknown, tuple(rows))


def _head_at(laid: _Laid, row: int, form: Form) -> _Head | None:
    """The headings that begin in a row: one line of them, or two where cells of the first are divided below."""
    own = laid.own(row)
    if not own or any(not isinstance(cell.raw, str) for cell in own):
        return None
    two = None
    if _is_divided(laid, row):
        two = _head(laid, row, 2, form)
    one = _head(laid, row, 1, form)
    if two is not None and (one is None or len(two.columns) >= len(one.columns)):
        return two
    return one


def _is_divided(laid: _Laid, row: int) -> bool:
    """Whether the next row is part of the headings: it has words only, below wide cells or beside tall ones."""
    below = laid.own(row + 1)
    if not below or any(not isinstance(cell.raw, str) or re.match(r"\s*\d", cell.raw) for cell in below):
        return False
    above = (cell for cell in laid.own(row) if cell.width > 1)
    wide = {column for cell in above for column in range(cell.column, cell.column + cell.width)}
    return all(cell.column in wide or laid.raw(row, cell.column) is None for cell in below)


def _head(laid: _Laid, row: int, lines: int, form: Form) -> _Head | None:
    columns: dict[str, int] = {}
    told: dict[str, str] = {}
    unknown: list[str] = []
    for column in range(1, laid.columns + 1):
        parts = [laid.raw(line, column) for line in range(row, row + lines)]
        words = list(dict.fromkeys(part.strip() for part in parts if isinstance(part, str)))
        if not words:
            continue
        text = ", ".join(words)
        key = _key(squeezed(" ".join(words)), form.headings)
        if key and key not in columns:
            columns[key], told[key] = column, text
        elif text not in unknown and text not in told.values():
            unknown.append(text)
    if len(columns) < min(AT_LEAST, len(laid.own(row))) or not any(need <= columns.keys() for need in form.needs):
        return None
    return _Head(columns, told, tuple(unknown), lines)


def _key(text: str, headings: tuple[Heading, ...]) -> str:
    return next((one.key for one in headings if text and re.fullmatch(one.spelled, text)), "")


def _row(laid: _Laid, number: int, head: _Head) -> FoundRow | None:
    """None for an empty row, and for the row that only numbers the columns."""
    own = laid.own(number)
    if not own:
        return None
    figures = [str(cell.raw).strip().rstrip(".") for cell in own]
    if len(figures) > 2 and figures == [str(figure) for figure in range(1, len(figures) + 1)]:
        return None
    values: dict[str, RawCell] = {}
    inherited: set[str] = set()
    tall: dict[str, int] = {}
    for key, column in head.columns.items():
        at = At(number, column)
        home = laid.home.get(at, at)
        raw = laid.cells.get(home)
        if raw is None or (home.column != column and home.column in head.columns.values()):
            continue  # a cell that is merged across belongs to its first column
        values[key] = raw
        if home.row < number:
            inherited.add(key)
        if home in laid.reach:
            tall[key] = laid.reach[home].row - home.row + 1
    return FoundRow(number, values, tuple(own), frozenset(inherited), tall)


class Unclear(Exception):
    """Nobody but a person can say which table is meant; str(error) is the Russian sentence."""


def chosen(tables: Sequence[FoundTable], wanted: Collection[str], *, joined: bool) -> list[FoundTable]:
    """The tables to read, all with the same columns. `wanted` are titles that a person gave; without them several
    tabs are a question, and so are tables of one text (`joined`) that have different columns. Raises Unclear."""
    titles = list(dict.fromkeys(table.title for table in tables))
    if wanted:
        names = {title.casefold(): title for title in titles} | {title.split()[-1]: title for title in titles if joined}
        if strange := [word for word in wanted if word.strip().casefold() not in names]:
            raise Unclear(f"таблицы «{strange[0]}» с нужными заголовками в файле нет. Есть: {_named(tables)}.")
        order = [names[word.strip().casefold()] for word in wanted]
        return [table for title in order for table in tables if table.title == title]
    alike = {frozenset(table.columns) for table in tables}
    if len(titles) > 1 and not (joined and len(alike) == 1):
        raise Unclear(f"подходящих таблиц несколько: {_named(tables)}. Скажите, какие брать, по порядку: --table.")
    return list(tables)


def _named(tables: Sequence[FoundTable]) -> str:
    lines = [f"«{table.title}» (строк {len(table.rows)}: {', '.join(table.told.values())})" for table in tables]
    return "; ".join(one_line(line, 120) for line in lines[:SHOWN])
