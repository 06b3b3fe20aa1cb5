"""batchUpdate kinds that rearrange cells: merges, sorting, copying and cutting, finding and replacing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cmp_to_key

from tests.google_emulator.areas import Area, of_range
from tests.google_emulator.editing import BLANK, Edit, bad, covered, local, put
from tests.google_emulator.entering import enter
from tests.google_emulator.formulas.arrays import Error, Scalar, ordered
from tests.google_emulator.formulas.references import Reference, rewritten, shifted
from tests.google_emulator.protecting import guard
from tests.google_emulator.resource import formatted
from tests.google_emulator.state import Cell, Json, Sheet

# Merges


def merge_cells(edit: Edit, request: Json) -> Json:
    area, kind = edit.area(request.get("range")), request.get("mergeType") or "MERGE_ALL"
    guard(edit, area)
    _release(edit, area)
    sheet = edit.sheet(area.sheet)
    if kind == "MERGE_COLUMNS":
        parts = [area._replace(left=column, right=column + 1) for column in range(area.left, area.right)]
    elif kind == "MERGE_ROWS":
        parts = [area._replace(top=row, bottom=row + 1) for row in range(area.top, area.bottom)]
    else:
        parts = [area]
    for part in parts:
        if part.height * part.width > 1:
            sheet.merges.append(_range(part))
    for place in [place for place in sheet.cells if area.holds(*place) and covered(sheet, *place)]:
        put(sheet, *place, replace(sheet.cells[place], entered=None, is_formula=False, note="", runs=[]))
    return {}


def unmerge_cells(edit: Edit, request: Json) -> Json:
    area = edit.area(request.get("range"))
    guard(edit, area)
    _release(edit, area)
    return {}


def _release(edit: Edit, area: Area) -> None:
    sheet = edit.sheet(area.sheet)
    kept = []
    for merge in sheet.merges:
        place = of_range(merge)
        if area.covers(place):
            continue
        if area.common(place):
            raise bad("You must select all cells in a merged range to merge or unmerge them.")
        kept.append(merge)
    sheet.merges = kept


def _range(area: Area) -> Json:
    return {
        "sheetId": area.sheet, "startRowIndex": area.top, "endRowIndex": area.bottom, "startColumnIndex": area.left,
        "endColumnIndex": area.right,
    }  # fmt: skip


# Sorting


def sort_range(edit: Edit, request: Json) -> Json:
    """Rows of the range by their values; blanks come last either way. Formulas go along as if copied."""
    area, specs = edit.area(request.get("range")), request.get("sortSpecs") or []
    guard(edit, area)
    sheet = edit.sheet(area.sheet)
    values = edit.engine.look_at(edit.book, edit.now)
    if not specs:
        raise bad("Must specify at least one sort spec.")
    for spec in specs:
        if not area.left <= int(spec.get("dimensionIndex") or 0) < area.right:
            raise bad("Sort dimension index is outside of the range.")

    def before(one: int, other: int) -> int:
        for spec in specs:
            column = int(spec.get("dimensionIndex") or 0)
            order = _order(values.value(sheet.id, one, column), values.value(sheet.id, other, column), spec)
            if order:
                return order
        return 0

    lines = sorted(range(area.top, area.bottom), key=cmp_to_key(before))
    old = {place: sheet.cells.pop(place) for place in [place for place in sheet.cells if area.holds(*place)]}
    columns: dict[int, list[int]] = {}
    for row, column in old:
        columns.setdefault(row, []).append(column)
    for new, source in enumerate(lines, area.top):
        for column in columns.get(source, ()):
            put(sheet, new, column, _copied(old[source, column], new - source, 0))
    return {}


def _order(one: Scalar, other: Scalar, spec: Json) -> int:
    blanks = one in (None, ""), other in (None, "")
    if any(blanks):
        return blanks[0] - blanks[1]
    errors = type(one) is Error, type(other) is Error
    order = errors[0] - errors[1] if any(errors) else ordered(one, other)
    return -order if spec.get("sortOrder") == "DESCENDING" else order


def _copied(cell: Cell, down: int, right: int) -> Cell:
    if not cell.is_formula or not (down or right):
        return cell
    return replace(cell, entered=shifted(str(cell.entered), down, right))


# Copying


def _pasted(target: Cell, source: Cell, kind: str, down: int, right: int, value: Scalar) -> Cell:
    copied = _copied(source, down, right)
    entered: Json = {"entered": copied.entered, "is_formula": copied.is_formula, "runs": copied.runs}
    match kind:
        case "PASTE_NORMAL" | "PASTE_NO_BORDERS":
            return replace(copied)
        case "PASTE_VALUES":
            shown = value.shown if type(value) is Error else value
            return replace(target, entered=shown if shown != "" else None, is_formula=False, runs=[])
        case "PASTE_FORMULA":
            return replace(target, **entered)
        case "PASTE_FORMAT":
            return replace(target, format=source.format)
        case "PASTE_DATA_VALIDATION":
            return replace(target, validation=source.validation)
        case "PASTE_CONDITIONAL_FORMATTING":
            return target
    raise bad(f"Invalid value at 'paste_type' (PasteType), \"{kind}\"")


def copy_paste(edit: Edit, request: Json) -> Json:
    """The source is repeated as often as the destination has room; it is pasted whole at least once."""
    source, given = edit.area(request.get("source")), edit.area(request.get("destination"))
    kind, turned = request.get("pasteType") or "PASTE_NORMAL", request.get("pasteOrientation") == "TRANSPOSE"
    size = (source.width, source.height) if turned else (source.height, source.width)
    height, width = (max(1, room // part) * part for room, part in zip((given.height, given.width), size, strict=True))
    target = given._replace(bottom=given.top + height, right=given.left + width)
    sheet, origin = edit.sheet(target.sheet), edit.sheet(source.sheet)
    if target.bottom > sheet.rows or target.right > sheet.columns:
        edit.area(_range(target))
    guard(edit, target)
    engine = edit.engine.look_at(edit.book, edit.now)
    old = {place: origin.cells[place] for place in source.cells() if place in origin.cells}
    values = {place: engine.value(origin.id, *place) for place in old}
    for row, column in target.cells():
        step = ((row - target.top) % size[0], (column - target.left) % size[1])
        place = (source.top + step[turned], source.left + step[not turned])
        changed = _pasted(
            sheet.cells.get((row, column), BLANK), old.get(place, BLANK), kind,
            row - place[0], column - place[1], values.get(place),
        )  # fmt: skip
        put(sheet, row, column, changed)
    return {}


def cut_paste(edit: Edit, request: Json) -> Json:
    """The cells move; formulas that look at them look at their new place."""
    source, to = edit.area(request.get("source")), request.get("destination") or {}
    sheet, origin = edit.sheet(to.get("sheetId")), edit.sheet(source.sheet)
    down = int(to.get("rowIndex") or 0) - source.top
    right = int(to.get("columnIndex") or 0) - source.left
    target = Area(sheet.id, source.top + down, source.left + right, source.bottom + down, source.right + right)
    edit.area(_range(target))
    guard(edit, source)
    guard(edit, target)
    kind = request.get("pasteType") or "PASTE_NORMAL"
    engine = edit.engine.look_at(edit.book, edit.now)
    values = {place: engine.value(origin.id, *place) for place in source.cells() if place in origin.cells}
    moved = {place: origin.cells[place] for place in values}
    for place, cell in moved.items():
        rest = replace(cell, entered=None, is_formula=False, runs=[]) if kind != "PASTE_NORMAL" else BLANK
        put(origin, *place, rest)
    for row, column in target.cells():
        place = (row - down, column - right)
        changed = _pasted(
            sheet.cells.get((row, column), BLANK), moved.get(place, BLANK), kind, 0, 0, values.get(place)
        )
        put(sheet, row, column, changed)
    _follow(edit, source, target)
    return {}


def _follow(edit: Edit, source: Area, target: Area) -> None:
    titles = {sheet.id: sheet.title for sheet in edit.book.sheets}
    for sheet in edit.book.sheets:

        def change(old: Reference, sheet: Sheet = sheet) -> Reference:
            tab = sheet.title if old.tab is None else old.tab
            if tab.lower() != titles[source.sheet].lower() or not source.covers(old.area(source.sheet)):
                return old
            area = target._replace(
                top=old.rows[0] + target.top - source.top, left=old.columns[0] + target.left - source.left
            )
            rows = (area.top, area.top + old.rows[1] - old.rows[0])
            columns = (area.left, area.left + old.columns[1] - old.columns[0])
            new_tab = old.tab if target.sheet == source.sheet else titles[target.sheet]
            return replace(old, tab=new_tab, rows=rows, columns=columns)

        for place, cell in _formulas(sheet):
            text = rewritten(str(cell.entered), change)
            if text != cell.entered:
                sheet.cells[place] = replace(cell, entered=text)


def _formulas(sheet: Sheet) -> Iterable[tuple[tuple[int, int], Cell]]:
    return [(place, cell) for place, cell in sheet.cells.items() if cell.is_formula]


# Replacing


def find_replace(edit: Edit, request: Json) -> Json:
    find, new = str(request.get("find") or ""), str(request.get("replacement") or "")
    if not find:
        raise bad("The find string may not be empty.")
    pattern = re.compile(
        find if request.get("searchByRegex") else re.escape(find), 0 if request.get("matchCase") else re.IGNORECASE
    )
    if not request.get("searchByRegex"):
        new = new.replace("\\", "\\\\")
    places = _searched(edit, request)
    counts = {"valuesChanged": 0, "formulasChanged": 0, "rowsChanged": 0, "sheetsChanged": 0, "occurrencesChanged": 0}
    rows, sheets = set(), set()
    year = local(edit.book, edit.now).year
    for area in places:
        sheet = edit.sheet(area.sheet)
        for (row, column), cell in list(sheet.cells.items()):
            if cell.entered is None or not area.holds(row, column) or (
                cell.is_formula and not request.get("includeFormulas")
            ):
                continue
            text = str(cell.entered) if cell.is_formula else formatted(cell, cell.entered, edit.book.locale)
            if request.get("matchEntireCell") and not pattern.fullmatch(text):
                continue
            changed, times = pattern.subn(new, text)
            if not times:
                continue
            guard(edit, Area(sheet.id, row, column, row + 1, column + 1))
            put(sheet, row, column, enter(cell, changed, edit.book.locale, year) if changed else replace(
                cell, entered=None, is_formula=False
            ))  # fmt: skip
            counts["formulasChanged" if cell.is_formula else "valuesChanged"] += 1
            counts["occurrencesChanged"] += times
            rows.add((sheet.id, row))
            sheets.add(sheet.id)
    counts["rowsChanged"], counts["sheetsChanged"] = len(rows), len(sheets)
    return {"findReplace": {name: count for name, count in counts.items() if count}}


def _searched(edit: Edit, request: Json) -> list[Area]:
    if "range" in request:
        return [edit.area(request["range"])]
    if request.get("allSheets"):
        return [Area(sheet.id, 0, 0, sheet.rows, sheet.columns) for sheet in edit.book.sheets]
    if "sheetId" in request:
        sheet = edit.sheet(request["sheetId"])
        return [Area(sheet.id, 0, 0, sheet.rows, sheet.columns)]
    raise bad("Must specify exactly one of range, sheetId or allSheets.")
