"""Developer metadata: what programs note on rows, columns, tabs and files; and the filters that find by it."""

from __future__ import annotations

from collections import Counter

from tests.google_emulator import a1
from tests.google_emulator.areas import OPEN, Area, of_range
from tests.google_emulator.editing import Edit, bad, sheet_of
from tests.google_emulator.masks import fields_of, leaves
from tests.google_emulator.state import ApiError, Json, Spreadsheet

MOST = 30_000  # characters of keys and values in one place: the file, or one tab

# Filters


def matching(book: Spreadsheet, lookup: Json) -> list[Json]:
    """The metadata that a developerMetadataLookup finds."""
    return [entry for entry in book.metadata if _fits(entry, lookup)]


def _fits(entry: Json, lookup: Json) -> bool:
    for name in ("metadataId", "metadataKey", "metadataValue", "visibility"):
        if lookup.get(name) and lookup[name] != entry.get(name):
            return False
    location, kind = entry["location"], lookup.get("locationType")
    if kind and kind != "DEVELOPER_METADATA_LOCATION_TYPE_UNSPECIFIED" and location["locationType"] != kind:
        return False
    wanted = lookup.get("metadataLocation")
    if not wanted:
        return True
    if lookup.get("locationMatchingStrategy") == "INTERSECTING_LOCATION":
        here, there = area_of(location), area_of(wanted)
        return here is None or there is None or here.common(there) is not None
    return _same_place(location, wanted)


def _same_place(location: Json, wanted: Json) -> bool:
    if wanted.get("spreadsheet"):
        return bool(location.get("spreadsheet"))
    if "dimensionRange" in wanted:
        return "dimensionRange" in location and area_of(location) == area_of(wanted)
    return "sheetId" in location and int(location["sheetId"]) == int(wanted.get("sheetId") or 0)


def area_of(location: Json) -> Area | None:
    """The cells a location means, open sides included; None for the whole file."""
    if location.get("spreadsheet"):
        return None
    if span := location.get("dimensionRange"):
        start, end = int(span.get("startIndex") or 0), int(span.get("endIndex", OPEN))
        sheet = int(span.get("sheetId") or 0)
        return Area(sheet, 0, start, OPEN, end) if span["dimension"] == "COLUMNS" else Area(sheet, start, 0, end, OPEN)
    return Area(int(location.get("sheetId") or 0), 0, 0, OPEN, OPEN)


def areas(book: Spreadsheet, data_filter: Json) -> list[Area]:
    """The areas a DataFilter names, closed to the grid. Raises ApiError 400 for one that says nothing."""
    if "a1Range" in data_filter:
        return [a1.read(book, data_filter["a1Range"])]
    if "gridRange" in data_filter:
        area = of_range(data_filter["gridRange"])
        return [area.clipped(sheet_of(book, area.sheet))]
    if "developerMetadataLookup" in data_filter:
        found = [area_of(entry["location"]) for entry in matching(book, data_filter["developerMetadataLookup"])]
        places = [area for area in found if area is not None]
        if len(places) < len(found):
            places += [Area(sheet.id, 0, 0, OPEN, OPEN) for sheet in book.sheets]
        return [area.clipped(sheet_of(book, area.sheet)) for area in dict.fromkeys(places)]
    raise bad("Must specify exactly one of developerMetadataLookup, a1Range or gridRange in a data filter.")


# Methods


def get(book: Spreadsheet, number: str) -> Json:
    found = next((entry for entry in book.metadata if str(entry["metadataId"]) == number), None)
    if found is None:
        raise ApiError(404, f"No developer metadata with id {number}", "NOT_FOUND")
    return found


def search(book: Spreadsheet, body: Json) -> Json:
    filters = body.get("dataFilters") or []
    if not filters:
        raise bad("Must specify at least one data filter.")
    matched = []
    for entry in book.metadata:
        by = [one for one in filters if _found_by(book, entry, one)]
        if by:
            matched.append({"developerMetadata": entry, "dataFilters": by})
    return {"matchedDeveloperMetadata": matched} if matched else {}


def _found_by(book: Spreadsheet, entry: Json, data_filter: Json) -> bool:
    if "developerMetadataLookup" in data_filter:
        return _fits(entry, data_filter["developerMetadataLookup"])
    place = area_of(entry["location"])
    return place is not None and any(place.common(area) is not None for area in areas(book, data_filter))


# Requests


def create(edit: Edit, request: Json) -> Json:
    given = request.get("developerMetadata") or {}
    if not given.get("metadataKey"):
        raise bad("Developer metadata must have a key.")
    number = given.get("metadataId")
    if number and any(entry["metadataId"] == number for entry in edit.book.metadata):
        raise bad(f"Developer metadata with id {number} already exists.")
    entry = {"metadataId": number or edit.new_id(), "metadataKey": given["metadataKey"]}
    if given.get("metadataValue"):
        entry["metadataValue"] = given["metadataValue"]
    entry["location"] = _location(edit, given.get("location") or {})
    entry["visibility"] = _visibility(given)
    edit.book.metadata.append(entry)
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def update(edit: Edit, request: Json) -> Json:
    given, mask = request.get("developerMetadata") or {}, fields_of(request)
    names = {path[0] for path in leaves(mask)} or {"metadataKey", "metadataValue", "visibility", "location"}
    changed = []
    for entry in _selected(edit, request.get("dataFilters") or []):
        new = dict(entry)
        for name in names:
            if name == "location":
                new[name] = _location(edit, given.get(name) or {})
            elif name == "visibility":
                new[name] = _visibility(given)
            elif given.get(name):
                new[name] = given[name]
            else:
                new.pop(name, None)
        edit.book.metadata[edit.book.metadata.index(entry)] = new
        changed.append(new)
    return {"updateDeveloperMetadata": {"developerMetadata": changed}}


def delete(edit: Edit, request: Json) -> Json:
    gone = _selected(edit, [request.get("dataFilter") or {}])
    edit.book.metadata = [entry for entry in edit.book.metadata if entry not in gone]
    return {"deleteDeveloperMetadata": {"deletedDeveloperMetadata": gone} if gone else {}}


def _selected(edit: Edit, filters: list[Json]) -> list[Json]:
    if not filters or not all(filters):
        raise bad("Must specify at least one data filter.")
    return [entry for entry in edit.book.metadata if any(_found_by(edit.book, entry, one) for one in filters)]


def _visibility(given: Json) -> str:
    if given.get("visibility") not in ("DOCUMENT", "PROJECT"):
        raise bad("Developer metadata must have a visibility of DOCUMENT or PROJECT.")
    return str(given["visibility"])


def _location(edit: Edit, given: Json) -> Json:
    """As it is kept: with its locationType. Raises ApiError 400 for more than one row or column."""
    if given.get("spreadsheet"):
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if span := given.get("dimensionRange"):
        sheet, dimension = edit.sheet(span.get("sheetId")), span.get("dimension")
        if dimension not in ("ROWS", "COLUMNS"):
            raise bad("A dimension range must have a dimension.")
        start, end = int(span.get("startIndex") or 0), int(span.get("endIndex", OPEN))
        if end - start != 1:
            raise bad("Developer metadata can only be associated with a single row or column.")
        if end > (sheet.rows if dimension == "ROWS" else sheet.columns):
            raise bad("Developer metadata location is outside of the grid.")
        kept: Json = {"sheetId": sheet.id} if sheet.id else {}
        kept |= {"dimension": dimension, "startIndex": start, "endIndex": end}
        return {"locationType": dimension[:-1], "dimensionRange": kept}
    if "sheetId" in given:
        return {"locationType": "SHEET", "sheetId": edit.sheet(given["sheetId"]).id}
    raise bad("Developer metadata must have a location.")


def check_room(book: Spreadsheet) -> None:
    """Raises ApiError 400 if the file itself or one of its sheets holds more than Google keeps."""
    totals: Counter[int | None] = Counter()
    for entry in book.metadata:
        place = area_of(entry["location"])
        totals[place and place.sheet] += len(entry["metadataKey"]) + len(entry.get("metadataValue", ""))
    if max(totals.values(), default=0) > MOST:
        raise bad("Adding this developer metadata would exceed the storage limit.")
