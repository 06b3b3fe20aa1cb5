"""batchUpdate kinds about rows and columns: inserting, deleting, moving, sizes, groups."""

from __future__ import annotations

from typing import Any

from tests.google_emulator.areas import Area
from tests.google_emulator.editing import MOST_COLUMNS, Edit, bad, check_size, is_blank, put
from tests.google_emulator.following import deleted, follow, inserted, moved
from tests.google_emulator.masks import fields_of, leaves
from tests.google_emulator.protecting import guard, guard_insert, guard_sheet
from tests.google_emulator.state import Cell, Json, Sheet


def _dimension(given: Json) -> str:
    dimension = given.get("dimension")
    if dimension not in ("ROWS", "COLUMNS"):
        raise bad("No dimension specified.")
    return str(dimension)


def _span(edit: Edit, given: Json | None, *, beyond: bool = False) -> tuple[Sheet, str, int, int]:
    """Sheet, dimension and a half-open span. Raises ApiError 400 for one that leaves the grid."""
    if not given:
        raise bad("No range specified.")
    sheet, dimension = edit.sheet(given.get("sheetId")), _dimension(given)
    count = sheet.rows if dimension == "ROWS" else sheet.columns
    start, end = int(given.get("startIndex") or 0), int(given.get("endIndex", count))
    if start >= end:
        raise bad("range.startIndex must be less than range.endIndex.")
    if start > count or (not beyond and end > count):
        word = "row" if dimension == "ROWS" else "column"
        raise bad(f"range.endIndex[{end}] is after last {word} in grid[{count}]")
    return sheet, dimension, start, end


def _resize(edit: Edit, sheet: Sheet, dimension: str, by: int) -> None:
    if dimension == "ROWS":
        sheet.rows += by
    else:
        sheet.columns += by
        if sheet.columns > MOST_COLUMNS:
            raise bad(f"This action would increase the number of columns above the limit of {MOST_COLUMNS} columns.")
    check_size(edit.book)


def insert(edit: Edit, request: Json) -> Json:
    sheet, dimension, start, end = _span(edit, request.get("range"), beyond=True)
    before = bool(request.get("inheritFromBefore"))
    if before and start == 0:
        raise bad("inheritFromBefore cannot be true when inserting at the first row or column.")
    insert_lines(edit, sheet, dimension, start, end - start, before=before)
    return {}


def insert_lines(edit: Edit, sheet: Sheet, dimension: str, at: int, count: int, *, before: bool) -> None:
    """New rows or columns look like their neighbour, above (left) if `before`."""
    rows = dimension == "ROWS"
    guard_insert(edit, sheet, rows, at)
    neighbour = at - 1 if before else at
    pattern = {
        (column if rows else row): _dress_of(cell)
        for (row, column), cell in sheet.cells.items()
        if (row if rows else column) == neighbour
    }
    frozen = sheet.frozen_rows if rows else sheet.frozen_columns
    _resize(edit, sheet, dimension, count)
    follow(edit, sheet, inserted(dimension, at, count))
    if at < frozen:
        if rows:
            sheet.frozen_rows += count
        else:
            sheet.frozen_columns += count
    for across, cell in pattern.items():
        for line in range(at, at + count):
            if not is_blank(cell):
                put(sheet, *((line, across) if rows else (across, line)), cell)


def _dress_of(cell: Cell) -> Cell:
    return Cell(format=cell.format, validation=cell.validation)


def delete(edit: Edit, request: Json) -> Json:
    delete_lines(edit, *_span(edit, request.get("range")))
    return {}


def delete_lines(edit: Edit, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    rows = dimension == "ROWS"
    count = sheet.rows if rows else sheet.columns
    if end - start >= count:
        raise bad(f"You can't delete all the {'rows' if rows else 'columns'} on the sheet.")
    guard_sheet(edit, sheet)
    guard(edit, _lines_area(sheet, dimension, start, end))
    frozen = sheet.frozen_rows if rows else sheet.frozen_columns
    gone = max(0, min(end, frozen) - start)
    follow(edit, sheet, deleted(dimension, start, end))
    if rows:
        sheet.frozen_rows -= gone
    else:
        sheet.frozen_columns -= gone
    _resize(edit, sheet, dimension, start - end)


def _lines_area(sheet: Sheet, dimension: str, start: int, end: int) -> Area:
    if dimension == "ROWS":
        return Area(sheet.id, start, 0, end, sheet.columns)
    return Area(sheet.id, 0, start, sheet.rows, end)


def move(edit: Edit, request: Json) -> Json:
    sheet, dimension, start, end = _span(edit, request.get("source"))
    to = int(request.get("destinationIndex") or 0)
    if to > (sheet.rows if dimension == "ROWS" else sheet.columns):
        raise bad("destinationIndex is outside of the grid.")
    if start < to < end:
        raise bad("destinationIndex must not be inside of the source.")
    guard_sheet(edit, sheet)
    guard(edit, _lines_area(sheet, dimension, start, end))
    guard_insert(edit, sheet, dimension == "ROWS", to)
    if to not in (start, end):
        follow(edit, sheet, moved(dimension, start, end, to))
    return {}


def append(edit: Edit, request: Json) -> Json:
    sheet, length = edit.sheet(request.get("sheetId")), int(request.get("length") or 0)
    if length < 1:
        raise bad("length must be greater than 0.")
    guard_sheet(edit, sheet)
    _resize(edit, sheet, _dimension(request), length)
    return {}


def update(edit: Edit, request: Json) -> Json:
    sheet, dimension, start, end = _span(edit, request.get("range"))
    names = {path[0] for path in leaves(fields_of(request))} or {"pixelSize", "hiddenByUser"}
    given = request.get("properties") or {}
    guard_sheet(edit, sheet)
    known = sheet.row_metadata if dimension == "ROWS" else sheet.column_metadata
    for line in range(start, end):
        said = {name: value for name, value in known.get(line, {}).items() if name not in names}
        said |= {name: given[name] for name in names if given.get(name)}
        if said:
            known[line] = said
        else:
            known.pop(line, None)
    return {}


def auto_resize(edit: Edit, request: Json) -> Json:
    """Sizes of what is written are guessed: seven pixels to a sign."""
    sheet, dimension, start, end = _span(edit, request.get("dimensions"))
    known = sheet.row_metadata if dimension == "ROWS" else sheet.column_metadata
    longest: dict[int, int] = {}
    for (_row, column), cell in sheet.cells.items():
        if dimension == "COLUMNS" and cell.entered is not None and not cell.is_formula:
            longest[column] = max(longest.get(column, 0), len(str(cell.entered)))
    for line in range(start, end):
        size = 21 if dimension == "ROWS" else max(15, 7 * longest[line] + 10) if line in longest else None
        if size:
            known[line] = {**known.get(line, {}), "pixelSize": size}
    return {}


# Groups


def _group_range(sheet: Sheet, dimension: str, start: int, end: int) -> Json:
    return {"sheetId": sheet.id, "dimension": dimension, "startIndex": start, "endIndex": end}


def _groups(sheet: Sheet, dimension: str) -> str:
    return "rowGroups" if dimension == "ROWS" else "columnGroups"


def _told(sheet: Sheet, dimension: str) -> list[Json]:
    def bare(group: Json) -> Json:
        span = group["range"] if sheet.id else {k: v for k, v in group["range"].items() if k != "sheetId"}
        return {**group, "range": span}

    return [bare(group) for group in sheet.groups[_groups(sheet, dimension)]]


def add_group(edit: Edit, request: Json) -> Json:
    """A group inside another one is a level deeper."""
    sheet, dimension, start, end = _span(edit, request.get("range"))
    groups = sheet.groups[_groups(sheet, dimension)]
    depth = 1 + sum(
        group["range"]["startIndex"] <= start and end <= group["range"]["endIndex"] for group in groups
    )  # fmt: skip
    groups.append({"range": _group_range(sheet, dimension, start, end), "depth": depth})
    groups.sort(key=lambda group: (group["depth"], group["range"]["startIndex"]))
    return {"addDimensionGroup": {"dimensionGroups": _told(sheet, dimension)}}


def delete_group(edit: Edit, request: Json) -> Json:
    sheet, dimension, start, end = _span(edit, request.get("range"))
    name = _groups(sheet, dimension)
    inside = [group for group in sheet.groups[name] if _overlap(group, start, end)]
    if not inside:
        raise bad("There is no group in the given range.")
    deepest = max(group["depth"] for group in inside)
    kept: list[Json] = []
    for group in sheet.groups[name]:
        if group not in inside or group["depth"] != deepest:
            kept.append(group)
            continue
        span = group["range"]
        rests = ((span["startIndex"], min(start, span["endIndex"])), (max(end, span["startIndex"]), span["endIndex"]))
        kept += [
            {**group, "range": _group_range(sheet, dimension, first, last)} for first, last in rests if first < last
        ]
    sheet.groups[name] = kept
    return {"deleteDimensionGroup": {"dimensionGroups": _told(sheet, dimension)} if kept else {}}


def update_group(edit: Edit, request: Json) -> Json:
    given: Any = request.get("dimensionGroup") or {}
    sheet, dimension, start, end = _span(edit, given.get("range"))
    name = _groups(sheet, dimension)
    for number, group in enumerate(sheet.groups[name]):
        span = group["range"]
        if (span["startIndex"], span["endIndex"], group["depth"]) == (start, end, given.get("depth")):
            changed = {key: value for key, value in group.items() if key != "collapsed"}
            sheet.groups[name][number] = changed | ({"collapsed": True} if given.get("collapsed") else {})
            return {}
    raise bad("There is no such group.")


def _overlap(group: Json, start: int, end: int) -> bool:
    return bool(group["range"]["startIndex"] < end and start < group["range"]["endIndex"])

