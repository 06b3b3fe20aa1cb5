"""batchUpdate kinds about tabs and the file: adding, removing, copying, renaming, hiding, moving; and copyTo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.google_emulator.dimensions import delete_lines
from tests.google_emulator.editing import Edit, bad, check_size
from tests.google_emulator.following import rewrite_formulas
from tests.google_emulator.formulas.references import Reference, rewritten
from tests.google_emulator.masks import Mask, fields_of, leaves
from tests.google_emulator.protecting import guard_sheet
from tests.google_emulator.resource import properties_of
from tests.google_emulator.state import Json, Sheet, Spreadsheet

ROWS, COLUMNS = 1000, 26
_GRID = {"rowCount": ROWS, "columnCount": COLUMNS, "frozenRowCount": 0, "frozenColumnCount": 0}


def add_sheet(edit: Edit, request: Json) -> Json:
    given = request.get("properties") or {}
    number = _free_id(edit, given.get("sheetId"))
    sheet = Sheet(number, _free_title(edit.book, given.get("title")), hidden=bool(given.get("hidden")))
    _set_grid(edit, sheet, {**_GRID, **(given.get("gridProperties") or {})})
    index = int(given["index"]) if "index" in given else len(edit.book.sheets)
    edit.book.sheets.insert(min(index, len(edit.book.sheets)), sheet)
    check_size(edit.book)
    return {"addSheet": {"properties": properties_of(edit.book.sheets.index(sheet), sheet)}}


def _free_id(edit: Edit, wanted: object) -> int:
    taken = {sheet.id for sheet in edit.book.sheets}
    if wanted is None:
        return next(number for _ in range(1000) if (number := edit.chance.randrange(1, 2**31)) not in taken)
    if wanted in taken:
        raise bad(f"Sheet with id {wanted} already exists.")
    if not isinstance(wanted, int) or wanted < 0:
        raise bad("sheetId must be a non-negative number.")
    return wanted


def _free_title(book: Spreadsheet, wanted: str | None) -> str:
    taken = {sheet.title.lower() for sheet in book.sheets}
    if wanted:
        if wanted.lower() in taken:
            raise bad(f'A sheet with the name "{wanted}" already exists. Please enter another name.')
        if len(wanted) > 100:
            raise bad("Sheet names cannot be longer than 100 characters.")
        return wanted
    word = "Лист" if book.locale.startswith("ru") else "Sheet"
    number = len(book.sheets) + 1
    while f"{word}{number}".lower() in taken:
        number += 1
    return f"{word}{number}"


def delete_sheet(edit: Edit, request: Json) -> Json:
    sheet = edit.sheet(request.get("sheetId"))
    guard_sheet(edit, sheet, partly=True)
    rest = [other for other in edit.book.sheets if other is not sheet]
    if not rest:
        raise bad("You can't remove all the sheets in a document.")
    if all(other.hidden for other in rest):
        raise bad("You can't remove all the visible sheets in a document.")
    edit.book.sheets = rest
    edit.book.named_ranges = [
        one for one in edit.book.named_ranges if int(one["range"].get("sheetId") or 0) != sheet.id
    ]
    edit.book.metadata = [entry for entry in edit.book.metadata if _sheet_id(entry["location"]) != sheet.id]
    _retitle(edit.book, sheet.title, None)
    return {}


def _sheet_id(location: Json) -> int | None:
    if "dimensionRange" in location:
        return int(location["dimensionRange"].get("sheetId") or 0)
    return int(location["sheetId"]) if "sheetId" in location else None


def _retitle(book: Spreadsheet, old: str, new: str | None) -> None:
    """Formulas say the new title; none makes what pointed there «#REF!»."""

    def change(reference: Reference) -> Reference | None:
        if reference.tab is None or reference.tab.lower() != old.lower():
            return reference
        return None if new is None else replace(reference, tab=new)

    rewrite: Callable[[str], str] = lambda text: rewritten(text, change)  # noqa: E731
    for sheet in book.sheets:
        rewrite_formulas(sheet, rewrite, old)


def duplicate_sheet(edit: Edit, request: Json) -> Json:
    source = edit.sheet(request.get("sourceSheetId"))
    word = "(копия)" if edit.book.locale.startswith("ru") else "Copy of"
    title = f"{source.title} {word}" if edit.book.locale.startswith("ru") else f"{word} {source.title}"
    number = _free_id(edit, request.get("newSheetId"))
    title = _free_title(edit.book, request.get("newSheetName") or _unused(edit.book, title))
    copy = copied(edit, source, number, title)
    index = int(request.get("insertSheetIndex") or 0)
    edit.book.sheets.insert(min(index, len(edit.book.sheets)), copy)
    check_size(edit.book)
    return {"duplicateSheet": {"properties": properties_of(edit.book.sheets.index(copy), copy)}}


def _unused(book: Spreadsheet, title: str) -> str:
    taken, number, tried = {sheet.title.lower() for sheet in book.sheets}, 1, title
    while tried.lower() in taken:
        number += 1
        tried = f"{title} {number}"
    return tried


def copied(edit: Edit, source: Sheet, number: int, title: str) -> Sheet:
    """A copy of a tab for the spreadsheet of the edit. Protections keep only their owner as editor."""

    def here(given: Json) -> Json:
        return {**given, "sheetId": number}

    copy = replace(
        source,
        id=number,
        title=title,
        cells=dict(source.cells),
        merges=[here(merge) for merge in source.merges],
        protections=[],
        conditional=[{**rule, "ranges": [here(one) for one in rule.get("ranges", [])]} for rule in source.conditional],
        basic_filter=source.basic_filter and {**source.basic_filter, "range": here(source.basic_filter["range"])},
        groups={
            name: [{**group, "range": here(group["range"])} for group in groups]
            for name, groups in source.groups.items()
        },
        row_metadata=dict(source.row_metadata),
        column_metadata=dict(source.column_metadata),
    )
    for protection in source.protections:
        if "range" not in protection:
            continue
        new = {**protection, "protectedRangeId": edit.new_id(), "range": here(protection["range"])}
        new["editors"] = {} if edit.caller == edit.owner else {"users": [edit.caller]}
        if "unprotectedRanges" in protection:
            new["unprotectedRanges"] = [here(one) for one in protection["unprotectedRanges"]]
        copy.protections.append(new)
    return copy


def copy_to(edit: Edit, source: Sheet) -> Json:
    """A copy of a tab of another spreadsheet, at the end of this one; returns its SheetProperties."""
    russian = edit.book.locale.startswith("ru")
    title = _unused(edit.book, f"{source.title} (копия)" if russian else f"Copy of {source.title}")
    copy = copied(edit, replace(source, hidden=False), _free_id(edit, None), title)
    edit.book.sheets.append(copy)
    check_size(edit.book)
    return properties_of(len(edit.book.sheets) - 1, copy)


def update_sheet(edit: Edit, request: Json) -> Json:
    given, mask = request.get("properties") or {}, fields_of(request)
    sheet = edit.sheet(given.get("sheetId"))
    names = {path[0] for path in leaves(mask)} or {"title", "index", "hidden", "gridProperties"}
    guard_sheet(edit, sheet)
    if "title" in names:
        _rename(edit, sheet, given.get("title"))
    if "hidden" in names:
        sheet.hidden = bool(given.get("hidden"))
        if all(other.hidden for other in edit.book.sheets):
            raise bad("You can't hide all the sheets in a document.")
    if "gridProperties" in names:
        _update_grid(edit, sheet, given.get("gridProperties") or {}, mask.get("gridProperties") or {})
    if "index" in names:
        _move(edit.book, sheet, int(given.get("index") or 0))
    return {}


def _rename(edit: Edit, sheet: Sheet, title: str | None) -> None:
    if not title:
        raise bad("Sheet title cannot be empty.")
    if title == sheet.title:
        return
    if title.lower() != sheet.title.lower():
        _free_title(edit.book, title)
    old, sheet.title = sheet.title, title
    _retitle(edit.book, old, title)


def _move(book: Spreadsheet, sheet: Sheet, index: int) -> None:
    """The index is that of the tab before which it comes, counted before the move."""
    now = book.sheets.index(sheet)
    if index > len(book.sheets):
        raise bad("Sheet index is out of range.")
    if index in (now, now + 1):
        return
    book.sheets.remove(sheet)
    book.sheets.insert(index if index < now else index - 1, sheet)


def _update_grid(edit: Edit, sheet: Sheet, given: Json, mask: Mask) -> None:
    names = set(mask) or set(_GRID)
    wanted = {name: given.get(name, 0) for name in names.intersection(_GRID)}
    _set_grid(edit, sheet, wanted)
    check_size(edit.book)


def _set_grid(edit: Edit, sheet: Sheet, given: Json) -> None:
    """Sizes and frozen lines. A smaller grid loses what stood beyond it."""
    for name, dimension, attribute in (("rowCount", "ROWS", "rows"), ("columnCount", "COLUMNS", "columns")):
        if name not in given:
            continue
        new, old = int(given[name] or 0), getattr(sheet, attribute)
        if new < 1:
            raise bad(f"Invalid {name}: must be at least 1.")
        if new < old and any(sheet is other for other in edit.book.sheets):
            delete_lines(edit, sheet, dimension, new, old)
        else:
            setattr(sheet, attribute, new)
    for name, size, attribute in (
        ("frozenRowCount", sheet.rows, "frozen_rows"), ("frozenColumnCount", sheet.columns, "frozen_columns"),
    ):  # fmt: skip
        if name not in given:
            continue
        new = int(given[name] or 0)
        if new >= size:
            raise bad(f"You can't freeze all visible {'rows' if 'Row' in name else 'columns'} on the sheet.")
        setattr(sheet, attribute, new)


def update_spreadsheet(edit: Edit, request: Json) -> Json:
    given, book = request.get("properties") or {}, edit.book
    names = {path[0] for path in leaves(fields_of(request))} or {"title", "locale", "timeZone"}
    if "title" in names:
        if not given.get("title"):
            raise bad("Spreadsheet title cannot be empty.")
        book.title = str(given["title"])
    if "locale" in names:
        if given.get("locale") not in ("en_US", "ru_RU", "en", "ru"):
            raise bad(f"Unsupported locale: {given.get('locale')}")
        book.locale = {"en": "en_US", "ru": "ru_RU"}.get(given["locale"], given["locale"])
    if "timeZone" in names:
        book.time_zone = str(given.get("timeZone") or "Etc/GMT")
    return {}

