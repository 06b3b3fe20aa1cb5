"""Keeping a spreadsheet as it was made: protection, sharing, drop-downs, hidden keys, text format. Only what differs is
put right, so that doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from sync_service.books.google import anchors, rights
from sync_service.books.google.anchors import NOTHING, Known
from sync_service.books.google.reading import Grid, Json, cells_of, grids_of, tab_of
from sync_service.books.google.rights import Rights
from sync_service.books.google.source import DRIVE, EVERYWHERE, SHEETS, GoogleSource, number_of
from sync_service.books.reading import SERVICE_TABS
from sync_service.books.source import BookIdentity, SourceError, Trouble
from sync_service.reconcile.layout import (
    ABSENCES,
    ANY_LOG,
    COMPOSITION,
    CONTENTS,
    IDENTITY_TAB,
    LISTS_TAB,
    REGIME,
    REMARKS,
    Cell,
    Column,
    GridColumn,
    Owner,
    TabKind,
    Table,
)
from sync_service.reconcile.locate import TableRows, key_of, locate_table
from sync_service.reconcile.sheet import At, Tab

MASK = (
    "spreadsheetId,properties(title,locale,timeZone),developerMetadata,"
    "sheets(properties(sheetId,title,index,hidden,gridProperties(rowCount,columnCount)),protectedRanges,"
    "data(startRow,startColumn,rowData(values(effectiveValue,formattedValue{details}))))"
)
PERMISSIONS = "permissions(id,type,role,emailAddress,permissionDetails(inherited))"
DETAILS = ",dataValidation,userEnteredFormat(numberFormat)"
TABLES = (ANY_LOG, ABSENCES, REGIME)  # with columns of teachers
IDENTITY_ROWS = ("book", "kind", "school", "year", "layout", "generation")
WORKS = "Виды работ"  # heading of the list of work types on «_lists»
BATCH = 2_000  # requests in one call: an answer must come within a minute
TEXT = {"numberFormat": {"type": "TEXT", "pattern": "@"}}


def settle_rights(source: GoogleSource, ref: str, name: str, wanted: Rights) -> list[str]:
    """Who may edit what, as wanted today; returns what had to be changed, for people. Two reads, at most one write of
    the spreadsheet. Whoever goes loses the file before, whoever comes gets it after the tabs are protected.

    Raises SourceError, NO_ACCOUNT once everything else is done."""
    answer = spreadsheet(source, ref, name)
    tabs = {tab.title: tab for tab in map(tab_of, answer["sheets"])}
    requests, told = rights.protections(answer["sheets"], tabs, wanted)
    return _settle(source, ref, name, wanted, requests, told)


def repair(
    source: GoogleSource, ref: str, name: str, identity: BookIdentity, wanted: Rights, known: Known
) -> list[str]:
    """Everything of `settle_rights`, and drop-downs, text format, hidden keys and tabs. Returns what had to be put
    right, for people."""
    answer = spreadsheet(source, ref, name, DETAILS)
    sheets: list[Json] = list(answer["sheets"])
    grids = grids_of(answer)
    tabs, requests, told = _keys(source, ref, name, {tab.title: tab for tab in map(tab_of, sheets)}, grids, known)
    if IDENTITY_TAB not in tabs:
        sheets.append({"properties": {"sheetId": _free_number(grids), "title": IDENTITY_TAB, "hidden": True}})
    for mended, said in (
        _identity(tabs, grids, identity),
        rights.protections(sheets, tabs, wanted),
        _hidden(sheets),
        _drop_downs(answer["sheets"], tabs, grids),
        _text_formats(answer["sheets"], tabs, grids),
    ):
        requests += mended
        told += said
    return _settle(source, ref, name, wanted, requests, told)


def spreadsheet(source: GoogleSource, ref: str, name: str, details: str = "") -> Json:
    params = {"fields": MASK.replace("{details}", details)}
    return dict(source.ask("get", f"{SHEETS}/{number_of(ref)}", name, ref, params=params).json())


def carry_out(source: GoogleSource, ref: str, name: str, requests: Sequence[Json]) -> None:
    for first in range(0, len(requests), BATCH):
        body = {"requests": list(requests[first : first + BATCH])}
        params = {"fields": "spreadsheetId"}
        source.ask("post", f"{SHEETS}/{number_of(ref)}:batchUpdate", name, ref, params=params, json=body)


# --- rights -----------------------------------------------------------------------------------------------------------


def _settle(
    source: GoogleSource, ref: str, name: str, wanted: Rights, requests: Sequence[Json], told: Sequence[str]
) -> list[str]:
    address = permissions_at(ref)
    change = rights.sharing(permissions(source, ref, name), wanted)
    gone = [email for number, email in change.remove if _take_away(source, f"{address}/{number}", name, ref)]
    carry_out(source, ref, name, requests)
    unknown = [email for email in change.add if not _give(source, address, name, ref, email)]
    if unknown:
        raise SourceError(Trouble.NO_ACCOUNT, name, ", ".join(unknown), ref=ref)
    return [
        *told,
        *(f"открыта для {email}" for email in change.add),
        *(f"закрыта для {email}" for email in gone),
    ]


def permissions_at(ref: str) -> str:
    return f"{DRIVE}/files/{number_of(ref)}/permissions"


def permissions(source: GoogleSource, ref: str, name: str) -> list[Json]:
    params = {**EVERYWHERE, "fields": PERMISSIONS, "pageSize": "100"}
    return list(source.ask("get", permissions_at(ref), name, ref, params=params).json().get("permissions", ()))


def _give(source: GoogleSource, address: str, name: str, ref: str, email: str) -> bool:
    """False for an address that Google does not know: it must not keep the others out. Nobody is written to: what
    stands in the staff list may be another person's address."""
    params = {**EVERYWHERE, "sendNotificationEmail": "false", "fields": "id"}
    body = {"type": "user", "role": "writer", "emailAddress": email}
    try:
        source.ask("post", address, name, ref, params=params, json=body)
    except SourceError as error:
        if error.trouble is Trouble.REFUSED:
            return False
        raise
    return True


def _take_away(source: GoogleSource, address: str, name: str, ref: str) -> bool:
    """False if there was nothing to take: it is gone already, or it came with the folder."""
    try:
        source.ask("delete", address, name, ref, params=EVERYWHERE)
    except SourceError as error:
        if error.trouble is Trouble.MISSING:
            return False
        raise
    return True


# --- hidden things ----------------------------------------------------------------------------------------------------


def _identity(
    tabs: Mapping[str, Tab], grids: Mapping[str, Grid], identity: BookIdentity
) -> tuple[list[Json], list[str]]:
    """The hidden tab that says which book this is."""
    rows = [(key, getattr(identity, key)) for key in IDENTITY_ROWS]
    tab = tabs.get(IDENTITY_TAB)
    wanted = {At(row, column): value for row, line in enumerate(rows, 1) for column, value in enumerate(line, 1)}
    if tab is not None and all(str(tab.cells.get(at)) == str(value) for at, value in wanted.items()):
        return [], []
    number = grids[IDENTITY_TAB].sheet_id if tab is not None else _free_number(grids)
    size = {"rowCount": len(rows), "columnCount": 2}
    made = {"sheetId": number, "title": IDENTITY_TAB, "hidden": True, "gridProperties": size}
    lines = [{"values": [_value(value) for value in line]} for line in rows]
    update = {"start": {"sheetId": number}, "rows": lines, "fields": "userEnteredValue"}
    new = [] if tab is not None else [{"addSheet": {"properties": made}}]
    return [*new, {"updateCells": update}], [f"восстановлена скрытая вкладка «{IDENTITY_TAB}»"]


def _free_number(grids: Mapping[str, Grid]) -> int:
    """For a tab to be added."""
    taken = {grid.sheet_id for grid in grids.values()}
    return next(number for number in count(1) if number not in taken)


def _hidden(sheets: Iterable[Json]) -> tuple[list[Json], list[str]]:
    """Tabs of the service that somebody has brought to light."""
    shown = [
        sheet["properties"]
        for sheet in sheets
        if sheet["properties"]["title"] in SERVICE_TABS and not sheet["properties"].get("hidden")
    ]
    requests = [
        {
            "updateSheetProperties": {
                "properties": {"sheetId": one.get("sheetId", 0), "hidden": True},
                "fields": "hidden",
            }
        }
        for one in shown
    ]
    return requests, [f"скрыта вкладка «{one['title']}»" for one in shown]


def _keys(
    source: GoogleSource, ref: str, name: str, tabs: Mapping[str, Tab], grids: Mapping[str, Grid], known: Known
) -> tuple[dict[str, Tab], list[Json], list[str]]:
    """The tabs as they will be with their hidden keys written back."""
    address = f"{SHEETS}/{number_of(ref)}/developerMetadata:search"
    lookup = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": anchors.KEY}}]}
    found = source.ask("post", address, name, ref, json=lookup).json().get("matchedDeveloperMetadata", ())
    seen = [tab for title, tab in tabs.items() if title not in SERVICE_TABS]
    known = {**dict.fromkeys(_layout_keys(), NOTHING), **known}
    mending = anchors.mend((item["developerMetadata"] for item in found), seen, grids, known)
    requests = list(mending.requests)
    whole = dict(tabs)
    for title, keys in mending.keys.items():
        whole[title] = replace(tabs[title], cells={**tabs[title].cells, **keys})
        for at, key in keys.items():
            start = {"sheetId": grids[title].sheet_id, "rowIndex": at.row - 1, "columnIndex": at.column - 1}
            rows = [{"values": [_value(key)]}]
            requests.append({"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue"}})
    return whole, requests, [
        *(f"«{title}»: скрытых ключей возвращено — {len(keys)}" for title, keys in mending.keys.items()),
        *(
            f"«{title}»: скрытый ключ {key} пропал, и неясно, где его место: верните его через «Файл → История версий»"
            for title, keys in mending.doubtful.items()
            for key in keys
        ),
    ]


def _layout_keys() -> frozenset[str]:
    return frozenset(column.key for table in (*TABLES, CONTENTS, REMARKS, COMPOSITION) for column in table.columns)


def _value(value: object) -> Json:
    if isinstance(value, int):
        return {"userEnteredValue": {"numberValue": value}}
    return {"userEnteredValue": {"stringValue": str(value)}}


# --- drop-downs and formats -------------------------------------------------------------------------------------------


def _drop_downs(
    sheets: Iterable[Json], tabs: Mapping[str, Tab], grids: Mapping[str, Grid]
) -> tuple[list[Json], list[str]]:
    """Strict rules over the teacher's columns of logs and absences, where any cell has lost its own."""
    requests: list[Json] = []
    told: list[str] = []
    works = _list_of_works(tabs.get(LISTS_TAB))
    for sheet in sheets:
        title = sheet["properties"]["title"]
        table = _table_of(tabs[title])
        if table is None:
            continue
        located = locate_table(tabs[title], table[1], table[0])
        there = {at: cell.get("dataValidation") for at, cell in cells_of(sheet)}
        lost = []
        for column in table[0].columns:
            rule = _rule(column, works)
            rows = _rows_of(located, grids[title])
            if rule is None or column.key not in located.columns or not rows:
                continue
            number = located.columns[column.key]
            keyed = located.rows.values() or rows  # a row that somebody put in between has no rule to lose
            if all(_same(there.get(At(row, number)), rule) for row in keyed):
                continue
            area = {
                "sheetId": grids[title].sheet_id,
                "startRowIndex": rows[0] - 1,
                "endRowIndex": rows[-1],
                "startColumnIndex": number - 1,
                "endColumnIndex": number,
            }
            requests.append({"setDataValidation": {"range": area, "rule": rule}})
            lost.append(f"«{column.heading}»")
        if lost:
            told.append(f"«{title}»: возвращены правила ввода — {', '.join(lost)}")
    return requests, told


def _table_of(tab: Tab) -> tuple[Table, At] | None:
    found = key_of(tab)
    kinds = {table.kind.value: table for table in TABLES}
    table = kinds.get(found[0].split(" ")[0]) if found else None
    return (table, found[1]) if table is not None and found is not None else None


def _rows_of(located: TableRows, grid: Grid) -> range:
    """The rows of lessons; of a table that grows, all there are."""
    last = max(located.rows.values(), default=0) if located.rows else grid.rows
    return range(located.heading_row + 1, last + 1)


def _rule(column: Column, works: str) -> Json | None:
    if column.owner is not Owner.TEACHER:
        return None
    if column.choices:
        condition: Json = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": one} for one in column.choices]}
    elif column.list_key == "work" and works:
        condition = {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": works}]}
    elif column.cell is Cell.DATE:
        condition = {"type": "DATE_IS_VALID"}
    else:
        return None
    rule: Json = {"condition": condition, "strict": True, "showCustomUi": True}
    return {**rule, "inputMessage": column.hint} if column.hint else rule


def _same(there: Json | None, rule: Json) -> bool:
    if there is None or not there.get("strict"):
        return False
    said = there.get("condition", {})
    wanted = rule["condition"]
    return (said.get("type"), said.get("values", [])) == (wanted["type"], wanted.get("values", []))


def _list_of_works(lists: Tab | None) -> str:
    """Where the work types stand, as a rule of Google names them; "" if nobody knows."""
    if lists is None:
        return ""
    place = next((at for at, value in lists.cells.items() if at.row == 1 and value == WORKS), None)
    if place is None:
        return ""
    last = max((at.row for at in lists.cells if at.column == place.column), default=0)
    letter = place.a1.rstrip("0123456789")
    return f"={LISTS_TAB}!${letter}$3:${letter}${last}"


def _text_formats(
    sheets: Iterable[Json], tabs: Mapping[str, Tab], grids: Mapping[str, Grid]
) -> tuple[list[Json], list[str]]:
    """Cells for entries are text before anything is typed, else «4/5» becomes a date."""
    requests: list[Json] = []
    told: list[str] = []
    for sheet in sheets:
        title = sheet["properties"]["title"]
        found = key_of(tabs[title])
        if found is None or not found[0].startswith(f"{TabKind.GRID.value} "):
            continue
        tab, origin = tabs[title], found[1]
        texts = {at for at, cell in cells_of(sheet) if _is_text(cell)}
        keys = [(at, value) for at, value in tab.cells.items() if at.column == origin.column]
        people = sorted(at.row for at, value in keys if _person(at, value, origin))
        columns = [at.column for at, value in tab.cells.items() if at.row == origin.row and _typed(at, value, origin)]
        # what has become a date keeps its looks until the teacher has seen to it
        spoilt = [
            at
            for column in columns
            for row in people
            if (at := At(row, column)) not in texts and isinstance(tab.cells.get(at, ""), str)
        ]
        for first, last in _runs(spoilt):
            area = {
                "sheetId": grids[title].sheet_id,
                "startRowIndex": first.row - 1,
                "endRowIndex": last.row,
                "startColumnIndex": first.column - 1,
                "endColumnIndex": first.column,
            }
            fields = "userEnteredFormat.numberFormat"
            requests.append({"repeatCell": {"range": area, "cell": {"userEnteredFormat": TEXT}, "fields": fields}})
        if spoilt:
            told.append(f"«{title}»: текстовый формат возвращён ячейкам — {len(spoilt)}")
    return requests, told


def _runs(places: Iterable[At]) -> Iterator[tuple[At, At]]:
    """First and last of the cells that stand one below the other."""
    run: list[At] = []
    for at in places:
        if run and at != At(run[-1].row + 1, run[-1].column):
            yield run[0], run[-1]
            run = []
        run.append(at)
    if run:
        yield run[0], run[-1]


def _person(at: At, value: object, origin: At) -> bool:
    return at.row > origin.row and isinstance(value, str) and (not value.startswith("#") or value.startswith("#spare"))


def _typed(at: At, value: object, origin: At) -> bool:
    """A column that a teacher types into: a lesson or a final mark."""
    return (
        at.column > origin.column
        and isinstance(value, str)
        and (value.startswith(GridColumn.FINAL.value) or not value.startswith("#"))
    )


def _is_text(cell: Json) -> bool:
    return bool(cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type") == "TEXT")

