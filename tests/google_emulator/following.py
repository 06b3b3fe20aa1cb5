"""What follows when rows or columns come, go or move: everything on a tab that has a place, and formulas everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from tests.google_emulator.areas import OPEN
from tests.google_emulator.editing import Edit
from tests.google_emulator.formulas.references import Reference, rewritten
from tests.google_emulator.state import Cell, Json, Sheet

Span = tuple[int, int]


@dataclass(frozen=True)
class Shift:
    """`point` tells where a row (or column) goes, None if it is gone; `span` the same of a half-open span."""

    dimension: str  # ROWS or COLUMNS
    point: Callable[[int], int | None]
    span: Callable[[int, int], Span | None]


def inserted(dimension: str, at: int, count: int) -> Shift:
    def span(start: int, end: int) -> Span:
        if end == OPEN and start == 0:
            return start, end
        return (start + count if start >= at else start), (end if end == OPEN else end + count if end > at else end)

    return Shift(dimension, lambda place: place + count if place >= at else place, span)


def deleted(dimension: str, first: int, last: int) -> Shift:
    """`last` is the first one that stays."""

    def after(place: int) -> int:
        return place if place <= first else max(first, place - (last - first))

    def span(start: int, end: int) -> Span | None:
        new = after(start), (end if end == OPEN else after(end))
        return new if new[0] < new[1] else None

    return Shift(dimension, lambda place: None if first <= place < last else after(place), span)


def moved(dimension: str, first: int, last: int, to: int) -> Shift:
    """`to` is the place before which the moved ones come, counted before the move."""
    count = last - first

    def point(place: int) -> int:
        if first <= place < last:
            return place - first + (to if to <= first else to - count)
        if to <= place < first:
            return place + count
        return place - count if last <= place < to else place

    edges = sorted({first, last, to})

    def span(start: int, end: int) -> Span:
        closed = end if end != OPEN else max(start + 1, last, to)
        cuts = [start, *(edge for edge in edges if start < edge < closed), closed]
        ends = [(point(a), point(b - 1) + 1) for a, b in pairwise(cuts)]
        return min(a for a, _ in ends), (OPEN if end == OPEN else max(b for _, b in ends))

    return Shift(dimension, point, span)


def follow(edit: Edit, sheet: Sheet, shift: Shift) -> None:
    """Take everything on the tab along. The size of the grid is not changed here."""
    rows = shift.dimension == "ROWS"
    moved_cells: dict[tuple[int, int], Cell] = {}
    for (row, column), cell in sheet.cells.items():
        place = shift.point(row if rows else column)
        if place is not None:
            moved_cells[(place, column) if rows else (row, place)] = cell
    sheet.cells = moved_cells
    sheet.merges = [
        new
        for old in sheet.merges
        if (new := _range(old, shift)) and _size(new) > 1
    ]  # fmt: skip
    sheet.protections = [new for old in sheet.protections if (new := _protection(old, shift))]
    sheet.conditional = [new for old in sheet.conditional if (new := _conditional(old, shift))]
    if sheet.basic_filter:
        place_ = _range(sheet.basic_filter["range"], shift)
        sheet.basic_filter = {**sheet.basic_filter, "range": place_} if place_ else None
    name = "rowGroups" if rows else "columnGroups"
    sheet.groups[name] = [
        {**group, "range": new} for group in sheet.groups[name] if (new := _dimension_range(group["range"], shift))
    ]
    known = sheet.row_metadata if rows else sheet.column_metadata
    lines = {place: said for line, said in known.items() if (place := shift.point(line)) is not None}
    if rows:
        sheet.row_metadata = lines
    else:
        sheet.column_metadata = lines
    _follow_in_book(edit, sheet, shift)
    _follow_in_formulas(edit, sheet, shift)


def _follow_in_book(edit: Edit, sheet: Sheet, shift: Shift) -> None:
    """Named ranges and metadata of rows and columns."""
    named = []
    for one in edit.book.named_ranges:
        if int(one["range"].get("sheetId") or 0) != sheet.id:
            named.append(one)
        elif place := _range(one["range"], shift):
            named.append({**one, "range": place})
    edit.book.named_ranges = named
    kept = []
    for entry in edit.book.metadata:
        span = entry["location"].get("dimensionRange")
        if span is None or int(span.get("sheetId") or 0) != sheet.id or span["dimension"] != shift.dimension:
            kept.append(entry)
            continue
        new = _dimension_range(span, shift)
        if new:
            kept.append({**entry, "location": {**entry["location"], "dimensionRange": new}})
    edit.book.metadata = kept


def _follow_in_formulas(edit: Edit, sheet: Sheet, shift: Shift) -> None:
    rows, title = shift.dimension == "ROWS", sheet.title.lower()
    known: dict[Reference, Reference | None] = {}

    def moved_reference(old: Reference) -> Reference | None:
        if old not in known:
            span = shift.span(*(old.rows if rows else old.columns))
            known[old] = None if span is None else replace(old, **{"rows" if rows else "columns": span})
        return known[old]

    for tab in edit.book.sheets:
        here = tab is sheet

        def change(old: Reference, here: bool = here) -> Reference | None:
            concerned = here if old.tab is None else old.tab.lower() == title
            return moved_reference(old) if concerned else old

        quick = None if here else sheet.title
        rewrite_formulas(tab, lambda text, change=change: rewritten(text, change), quick)  # type: ignore[misc]


def rewrite_formulas(tab: Sheet, rewrite: Callable[[str], str], mentioning: str | None = None) -> None:
    """Rewrite every formula of a tab: in cells, in validation, in conditional formats; with `mentioning` only those
    in which the text (a tab's title) occurs."""
    word = None if mentioning is None else mentioning.replace("'", "''").lower()
    rules: dict[int, Json] = {}
    for place, cell in tab.cells.items():
        changed: Json = {}
        if cell.is_formula and (word is None or word in str(cell.entered).lower()):
            text = rewrite(str(cell.entered))
            if text != cell.entered:
                changed["entered"] = text
        if cell.validation is not None:
            number = id(cell.validation)
            if number not in rules:
                rules[number] = _with_formulas(cell.validation, rewrite)
            if rules[number] is not cell.validation:
                changed["validation"] = rules[number]
        if changed:
            tab.cells[place] = replace(cell, **changed)
    tab.conditional = [
        {**rule, "booleanRule": _with_formulas(rule["booleanRule"], rewrite)} if "booleanRule" in rule else rule
        for rule in tab.conditional
    ]


def _with_formulas(rule: Json, rewrite: Callable[[str], str]) -> Json:
    """A rule with a condition, its formulas rewritten; the same object if none changed."""
    condition: Json = rule.get("condition") or {}
    values: list[Any] = condition.get("values") or []
    new = [
        {**value, "userEnteredValue": rewrite(text)}
        if (text := str(value.get("userEnteredValue", ""))).startswith("=")
        else value
        for value in values
    ]
    return rule if new == values else {**rule, "condition": {**condition, "values": new}}


# Ranges


def _range(given: Json, shift: Shift) -> Json | None:
    rows = shift.dimension == "ROWS"
    first, last = ("startRowIndex", "endRowIndex") if rows else ("startColumnIndex", "endColumnIndex")
    if first not in given and last not in given:
        return given
    span = shift.span(int(given.get(first) or 0), int(given.get(last, OPEN)))
    if span is None:
        return None
    new = {**given, first: span[0]}
    if span[1] != OPEN:
        new[last] = span[1]
    return new


def _size(given: Json) -> int:
    height = int(given["endRowIndex"]) - int(given.get("startRowIndex") or 0)
    return height * (int(given["endColumnIndex"]) - int(given.get("startColumnIndex") or 0))


def _dimension_range(given: Json, shift: Shift) -> Json | None:
    span = shift.span(int(given.get("startIndex") or 0), int(given["endIndex"]))
    return {**given, "startIndex": span[0], "endIndex": span[1]} if span else None


def _protection(old: Json, shift: Shift) -> Json | None:
    if "range" not in old:
        return old
    place = _range(old["range"], shift)
    if place is None:
        return None
    new = {**old, "range": place}
    if "unprotectedRanges" in old:
        new["unprotectedRanges"] = [free for one in old["unprotectedRanges"] if (free := _range(one, shift))]
    return new


def _conditional(old: Json, shift: Shift) -> Json | None:
    places = [place for one in old.get("ranges", []) if (place := _range(one, shift))]
    return {**old, "ranges": places} if places else None
