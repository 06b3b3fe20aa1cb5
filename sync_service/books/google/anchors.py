"""Google's own marks on rows and columns as a second witness of the hidden keys: developer metadata follows its row or
column wherever it is moved and dies with it, and no person sees or types it.

The keys in the cells stay what books are read by. Where one was wiped or typed over, its anchor tells what it was;
where a key stands that the record knows (a pupil was added, rows were sorted), the anchor follows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync_service.books.google.reading import Grid, Json
from sync_service.reconcile.locate import key_of
from sync_service.reconcile.sheet import At, Tab

KEY = "journal-key"
ROWS, COLUMNS = "ROWS", "COLUMNS"


@dataclass(frozen=True)
class Mending:
    """`requests` that set anchors; `keys` that must be written back, by tab title."""

    requests: tuple[Json, ...]
    keys: Mapping[str, Mapping[At, str]]


@dataclass(frozen=True)
class _Anchor:
    number: int  # metadataId
    key: str


def mend(found: Iterable[Json], tabs: Iterable[Tab], grids: Mapping[str, Grid], known: frozenset[str]) -> Mending:
    """`found` is all metadata with our key; `known` are the keys that the record and the layout know."""
    lines: dict[tuple[int, str], dict[int, _Anchor]] = defaultdict(dict)
    sheets: dict[int, str] = {}
    for item in found:
        key, place = item.get("metadataValue", ""), item.get("location", {})
        if area := place.get("dimensionRange"):
            line = lines[area.get("sheetId", 0), area["dimension"]]
            line[area.get("startIndex", 0)] = _Anchor(item["metadataId"], key)
        elif place.get("locationType") == "SHEET":
            sheets[place.get("sheetId", 0)] = key
    requests: list[Json] = []
    keys: dict[str, dict[At, str]] = defaultdict(dict)
    for tab in tabs:
        sheet = grids[tab.title].sheet_id
        standing = key_of(tab)
        if standing is None:
            if sheet in sheets:
                keys[tab.title][At(1, 1)] = sheets[sheet]
            continue
        tab_key, origin = standing
        if sheet not in sheets:
            requests.append(_created(tab_key, {"sheetId": sheet}))
        for dimension, places in ((COLUMNS, _columns(tab, origin)), (ROWS, _rows(tab, origin))):
            anchors = lines[sheet, dimension]
            requests += _following(sheet, dimension, places, anchors, known)
            for index in _lost(places, anchors, known):
                at = At(origin.row, index + 1) if dimension == COLUMNS else At(index + 1, origin.column)
                keys[tab.title][at] = anchors[index].key
    return Mending(tuple(requests), keys)


def _following(
    sheet: int, dimension: str, places: Mapping[int, str], anchors: Mapping[int, _Anchor], known: frozenset[str]
) -> Iterator[Json]:
    """Anchors for the keys that stand, where they are missing or say something else."""
    for index, key in places.items():
        if key not in known:
            continue
        if index not in anchors:
            area = {"sheetId": sheet, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
            yield _created(key, {"dimensionRange": area})
        elif anchors[index].key != key:
            yield _renamed(anchors[index].number, key)


def _lost(places: Mapping[int, str], anchors: Mapping[int, _Anchor], known: frozenset[str]) -> Iterator[int]:
    """Where a key was wiped or typed over that stands nowhere else."""
    there = set(places.values())
    for index, anchor in anchors.items():
        if places.get(index) not in known and anchor.key in known and anchor.key not in there:
            yield index


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
