"""Google's own marks on rows and columns as a second witness of the hidden keys: developer metadata follows its row or
column wherever it is moved and dies with it, and no person sees or types it.

The keys in the cells stay what books are read by. Where one was wiped or typed over, its anchor tells what it was;
where a key stands that the record knows (a pupil was added, rows were sorted), the anchor follows it. Sorting moves
cells, not rows: an anchor that has not followed yet tells of another pupil, so no key is given back to a row that does
not also say itself whose it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sync_service.books.google.reading import Grid, Json
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, RawCell, Tab

KEY = "journal-key"
ROWS, COLUMNS = "ROWS", "COLUMNS"
NOTHING: Mapping[str, RawCell] = MappingProxyType({})

# The keys that the record and the layout know; with each what must stand beside it in its row, by column key ("" is
# blank), before a row without a key is taken for the one that has lost it.
Known = Mapping[str, Mapping[str, RawCell]]


@dataclass(frozen=True)
class Mending:
    """`requests` that set anchors; `keys` that must be written back, and those whose place nobody can tell, by tab
    title."""

    requests: tuple[Json, ...]
    keys: Mapping[str, Mapping[At, str]]
    doubtful: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Anchor:
    number: int  # metadataId
    key: str


@dataclass(frozen=True)
class _Line:
    """The keys along the hidden row or down the hidden column, and the anchors there, by place from 0."""

    sheet: int
    dimension: str
    places: Mapping[int, str]
    anchors: Mapping[int, _Anchor]

    def lost(self, known: Known) -> dict[int, str]:
        """Where a key was wiped or typed over that stands nowhere else. Of two alike at least one was typed over."""
        times = Counter(self.places.values())
        return {
            place: anchor.key
            for place, anchor in self.anchors.items()
            if anchor.key in known
            and anchor.key not in times
            and (self.places.get(place) not in known or times[self.places[place]] > 1)
        }

    @property
    def rearranged(self) -> bool:
        """Whether keys stand elsewhere than they did when the anchors were set or followed."""
        before = {anchor.key: place for place, anchor in self.anchors.items()}
        return any(before.get(key, place) != place for place, key in self.places.items())

    def following(self, known: Known) -> Iterator[Json]:
        """Anchors for the keys that stand, where they are missing or say something else."""
        times = Counter(self.places.values())
        for place, key in self.places.items():
            if key not in known or times[key] > 1:
                continue
            if place not in self.anchors:
                area = {"sheetId": self.sheet, "dimension": self.dimension, "startIndex": place, "endIndex": place + 1}
                yield _created(key, {"dimensionRange": area})
            elif self.anchors[place].key != key:
                yield _renamed(self.anchors[place].number, key)


def mend(found: Iterable[Json], tabs: Iterable[Tab], grids: Mapping[str, Grid], known: Known) -> Mending:
    """`found` is all metadata with our key."""
    lines, sheets = _sorted_out(found)
    tabs = list(tabs)
    standing = {there[0] for tab in tabs if (there := key_of(tab))}
    requests: list[Json] = []
    keys: dict[str, Mapping[At, str]] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    for tab in tabs:
        sheet = grids[tab.title].sheet_id
        given = _tab_key(tab, sheets.get(sheet, ""), standing, known)
        if given is None:
            continue
        key, origin = given
        if sheet not in sheets:
            requests.append(_created(key, {"sheetId": sheet}))
        back = {origin: key} if tab.cells.get(origin) != key else {}
        doubts: list[str] = []
        for dimension, line_of, is_sure in ((COLUMNS, _columns, _is_sure_column), (ROWS, _rows, _is_sure_row)):
            whole = replace(tab, cells={**tab.cells, **back})
            line = _Line(sheet, dimension, line_of(whole, origin), lines[sheet, dimension])
            lost = line.lost(known)
            sure = {place: lost[place] for place in lost if is_sure(whole, origin, line, place, lost, known)}
            back |= {
                At(origin.row, place + 1) if dimension == COLUMNS else At(place + 1, origin.column): key
                for place, key in sure.items()
            }
            doubts += [key for place, key in lost.items() if place not in sure]
            if sure == lost:  # else the anchors of those in doubt are the only witness that is left
                requests += replace(line, places={**line.places, **sure}).following(known)
        if back:
            keys[tab.title] = back
        if doubts:
            doubtful[tab.title] = tuple(sorted(doubts))
    return Mending(tuple(requests), keys, doubtful)


def _sorted_out(found: Iterable[Json]) -> tuple[Mapping[tuple[int, str], Mapping[int, _Anchor]], Mapping[int, str]]:
    """Anchors of rows and columns by sheet and dimension, and the tab keys by sheet."""
    lines: dict[tuple[int, str], dict[int, _Anchor]] = defaultdict(dict)
    sheets: dict[int, str] = {}
    for item in found:
        key, place = item.get("metadataValue", ""), item.get("location", {})
        if area := place.get("dimensionRange"):
            line = lines[area.get("sheetId", 0), area["dimension"]]
            line[area.get("startIndex", 0)] = _Anchor(item["metadataId"], key)
        elif place.get("locationType") == "SHEET":
            sheets[place.get("sheetId", 0)] = key
    return lines, sheets


def _tab_key(tab: Tab, anchored: str, standing: Collection[str], known: Known) -> tuple[str, At] | None:
    """The key that the tab has, or had before it was wiped or something else typed over it; and its place."""
    if anchored and anchored not in standing:
        return anchored, _origin(tab, known)
    return key_of(tab)


def _origin(tab: Tab, known: Known) -> At:
    """Where the row and the column of keys meet: a title row may stand above them. A table whose rows the record does
    not know has its own key left of its columns'."""
    places = [at for at, key in _texts(tab) if key in known]
    if not places:
        return At(1, 1)
    ((row, _),) = Counter(at.row for at in places).most_common(1)
    ((column, times),) = Counter(at.column for at in places if at.row != row).most_common(1) or [(1, 0)]
    return At(row, column if times > 1 else max(1, min(at.column for at in places if at.row == row) - 1))


def _is_sure_column(
    tab: Tab, origin: At, line: _Line, place: int, lost: Mapping[int, str], known: Known
) -> bool:
    """Columns cannot be sorted, but cut and pasted: then cells stand in one that has neither key nor anchor."""
    filled = {at.column - 1 for at in tab.cells if at.row > origin.row and at.column > origin.column}
    return not line.rearranged and (place in filled or not filled - {*line.places, *line.anchors})


def _is_sure_row(tab: Tab, origin: At, line: _Line, place: int, lost: Mapping[int, str], known: Known) -> bool:
    """A row says itself whose it is, and nobody else who is lost would say the same."""
    said = known[lost[place]]
    if not said:
        return True  # the headings, which nobody sorts
    columns = {key: column for column, key in _columns(tab, origin).items()}
    alike = [key for key in lost.values() if known[key] == said]
    shown = (tab.cells.get(At(place + 1, columns[name] + 1)) for name in said if name in columns)
    return (len(alike) == 1 or not any(said.values())) and said.keys() <= columns.keys() and all(
        map(_same, shown, said.values())
    )


def _same(shown: RawCell | None, wanted: RawCell) -> bool:
    if isinstance(shown, datetime):
        shown = shown.date()
    return (shown.strip() if isinstance(shown, str) else shown or "") == wanted


def _columns(tab: Tab, origin: At) -> dict[int, str]:
    return {at.column - 1: key for at, key in _texts(tab) if at.row == origin.row and at.column > origin.column}


def _rows(tab: Tab, origin: At) -> dict[int, str]:
    return {at.row - 1: key for at, key in _texts(tab) if at.column == origin.column and at.row > origin.row}


def _texts(tab: Tab) -> Iterator[tuple[At, str]]:
    return ((at, value.strip()) for at, value in tab.cells.items() if isinstance(value, str))


def _created(key: str, location: Json) -> Json:
    said = {"metadataKey": KEY, "metadataValue": key, "location": location, "visibility": "DOCUMENT"}
    return {"createDeveloperMetadata": {"developerMetadata": said}}


def _renamed(number: int, key: str) -> Json:
    return {
        "updateDeveloperMetadata": {
            "dataFilters": [{"developerMetadataLookup": {"metadataId": number}}],
            "developerMetadata": {"metadataValue": key},
            "fields": "metadataValue",
        }
    }
