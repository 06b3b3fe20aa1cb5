"""batchUpdate kinds that lay something over ranges: named ranges, the basic filter, conditional formats."""

from __future__ import annotations

import re

from tests.google_emulator.areas import as_range, of_range
from tests.google_emulator.editing import Edit, bad
from tests.google_emulator.masks import fields_of, leaves
from tests.google_emulator.protecting import guard
from tests.google_emulator.state import Json, Sheet

_NAME = re.compile(r"(?!\d)[\w]{1,250}")

# Named ranges


def add_named(edit: Edit, request: Json) -> Json:
    given = request.get("namedRange") or {}
    number = str(given.get("namedRangeId") or edit.new_id())
    if any(one["namedRangeId"] == number for one in edit.book.named_ranges):
        raise bad(f"There is already a named range with id: {number}")
    one = {"namedRangeId": number, "name": _free_name(edit, given.get("name")), "range": _place(edit, given)}
    edit.book.named_ranges.append(one)
    return {"addNamedRange": {"namedRange": {**one, "range": as_range(of_range(one["range"]))}}}


def _free_name(edit: Edit, name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad(f"Invalid name: {name}")
    if any(one["name"].lower() == name.lower() for one in edit.book.named_ranges):
        raise bad(f'A named range with the name "{name}" already exists.')
    return name


def _place(edit: Edit, given: Json) -> Json:
    edit.area(given.get("range"))
    return dict(given["range"])


def update_named(edit: Edit, request: Json) -> Json:
    given = request.get("namedRange") or {}
    names = {path[0] for path in leaves(fields_of(request))} or {"name", "range"}
    place = _named(edit, given.get("namedRangeId"))
    one = dict(edit.book.named_ranges[place])
    if "name" in names and given.get("name") != one["name"]:
        one["name"] = _free_name(edit, given.get("name"))
    if "range" in names:
        one["range"] = _place(edit, given)
    edit.book.named_ranges[place] = one
    return {}


def delete_named(edit: Edit, request: Json) -> Json:
    del edit.book.named_ranges[_named(edit, request.get("namedRangeId"))]
    return {}


def _named(edit: Edit, number: object) -> int:
    found = [place for place, one in enumerate(edit.book.named_ranges) if one["namedRangeId"] == number]
    if not found:
        raise bad(f"No named range with id: {number}")
    return found[0]


# The basic filter


def set_filter(edit: Edit, request: Json) -> Json:
    given = request.get("filter") or {}
    area = edit.area(given.get("range"))
    edit.sheet(area.sheet).basic_filter = dict(given)
    return {}


def clear_filter(edit: Edit, request: Json) -> Json:
    edit.sheet(request.get("sheetId")).basic_filter = None
    return {}


# Conditional formats


def add_conditional(edit: Edit, request: Json) -> Json:
    rule, sheet = _checked(edit, request)
    index = int(request.get("index") or 0)
    if index > len(sheet.conditional):
        raise bad(f"Conditional format rule index {index} is out of range.")
    sheet.conditional.insert(index, rule)
    return {}


def update_conditional(edit: Edit, request: Json) -> Json:
    index = int(request.get("index") or 0)
    if "rule" in request:
        rule, sheet = _checked(edit, request)
        old = _rule(sheet, index)
        sheet.conditional[index] = rule
        return {"updateConditionalFormatRule": {"newRule": rule, "newIndex": index, "oldRule": old}}
    sheet = edit.sheet(request.get("sheetId"))
    rule, new = _rule(sheet, index), int(request.get("newIndex") or 0)
    _rule(sheet, new)
    sheet.conditional.insert(new, sheet.conditional.pop(index))
    return {"updateConditionalFormatRule": {"newRule": rule, "newIndex": new, "oldIndex": index}}


def delete_conditional(edit: Edit, request: Json) -> Json:
    sheet, index = edit.sheet(request.get("sheetId")), int(request.get("index") or 0)
    rule = _rule(sheet, index)
    del sheet.conditional[index]
    return {"deleteConditionalFormatRule": {"rule": rule}}


def _rule(sheet: Sheet, index: int) -> Json:
    if not 0 <= index < len(sheet.conditional):
        raise bad(f"No conditional format on sheet: {sheet.id} at index: {index}")
    return sheet.conditional[index]


def _checked(edit: Edit, request: Json) -> tuple[Json, Sheet]:
    rule = request.get("rule") or {}
    areas = [edit.area(one) for one in rule.get("ranges") or []]
    if not areas or len({area.sheet for area in areas}) != 1:
        raise bad("A conditional format rule must have ranges, all of one sheet.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise bad("Exactly one of booleanRule or gradientRule must be set.")
    for area in areas:
        guard(edit, area)
    return dict(rule), edit.sheet(areas[0].sheet)
