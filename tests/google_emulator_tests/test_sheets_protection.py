"""Protected ranges: whom they bind and what they bar."""

from __future__ import annotations

import pytest

from tests.google_emulator.state import Json
from tests.google_emulator_tests.sheets_calls import BOOK, OWNER, PROTECTED, ROBOT, TEACHER, Book, cells, lines, refused


def protected(book: Book, place: Json, by: str = OWNER, **said: object) -> int:
    told = book.batch({"addProtectedRange": {"protectedRange": {"range": place, **said}}}, by=by)
    return told["replies"][0]["addProtectedRange"]["protectedRange"]["protectedRangeId"]


ONE_CELL = cells(2, 1, 3, 2)
BARRED: dict[str, Json] = {
    "updateCells": {"range": ONE_CELL, "rows": [], "fields": "note"},
    "repeatCell": {"range": cells(0, 0, 5, 5), "cell": {}, "fields": "userEnteredFormat"},
    "setDataValidation": {"range": ONE_CELL},
    "mergeCells": {"range": cells(2, 0, 3, 3)},
    "sortRange": {"range": cells(0, 0, 5, 5), "sortSpecs": [{"dimensionIndex": 0}]},
    "copyPaste": {"source": cells(0, 0, 1, 1), "destination": ONE_CELL},
    "cutPaste": {"source": ONE_CELL, "destination": {"rowIndex": 8}},
    "deleteDimension": {"range": lines("ROWS", 2, 4)},
    "insertDimension": {"range": lines("COLUMNS", 2, 3)},
    "moveDimension": {"source": lines("ROWS", 2, 3), "destinationIndex": 8},
    "deleteSheet": {"sheetId": 0},
    "addProtectedRange": {"protectedRange": {"range": ONE_CELL}},
}


@pytest.mark.parametrize("kind", BARRED)
def test_nothing_reaches_a_protected_range_but_its_owner(kind):
    book = Book()
    book.batch({"addSheet": {"properties": {"title": "ещё"}}})
    protected(book, cells(2, 1, 4, 3))
    with refused(400, f"Invalid requests[0].{kind}: {PROTECTED}"):
        book.batch({kind: BARRED[kind]}, by=TEACHER)
    book.batch({kind: BARRED[kind]}, by=OWNER)


def test_values_are_barred_too_and_nothing_is_written():
    book = Book()
    protected(book, cells(0, 1, 1, 2))
    for by in (TEACHER, ROBOT):
        with refused(400, PROTECTED):
            book.put("A1", ["a", "b"], by=by)
    with refused(400, PROTECTED):
        book.call("POST", BOOK, "values", "A1:C1", verb="clear", by=TEACHER)
    book.put("A1", ["a"], by=TEACHER)
    book.put("B1", ["b"])
    assert book.values() == [["a", "b"]]


def test_listed_editors_may_and_a_warning_stops_nobody():
    book = Book()
    protected(book, cells(0, 0, 1, 1), editors={"users": [TEACHER]})
    book.put("A1", ["a"], by=TEACHER)
    with refused(400, PROTECTED):
        book.put("A1", ["a"], by=ROBOT)
    protected(book, cells(1, 0, 2, 1), warningOnly=True)
    book.put("A2", ["b"], by=ROBOT)
    assert book.values() == [["a"], ["b"]]


def test_a_protected_tab_lets_people_into_its_open_ranges_only():
    book = Book()
    free = [cells(1, 1, 3, 3), cells(5, 0, 6, 26)]
    protected(book, {"sheetId": 0}, unprotectedRanges=free)
    book.put("B2", ["a", "b"], ["c", "d"], by=TEACHER)
    for a1, row in (("A1", ["x"]), ("C3", ["x", "y"]), ("B4", ["x"])):
        with refused(400, PROTECTED):
            book.put(a1, row, by=TEACHER)
    for request in (
        {"insertDimension": {"range": lines("ROWS", 2, 3)}}, {"deleteDimension": {"range": lines("ROWS", 5, 6)}},
        {"updateSheetProperties": {"properties": {"title": "моё"}, "fields": "title"}},
    ):  # fmt: skip
        with refused(400, PROTECTED):
            book.batch(request, by=TEACHER)
    with refused(400, "unprotectedRanges can only be set on protected sheets."):
        protected(book, cells(0, 0, 2, 2), unprotectedRanges=[cells(0, 0, 1, 1)])


def test_rows_may_come_above_a_protected_range_but_not_through_it_or_a_protected_column():
    book = Book()
    protected(book, cells(4, 0, 6, 26))
    book.batch({"insertDimension": {"range": lines("ROWS", 4, 5)}}, by=TEACHER)
    assert book.tab().protections[0]["range"]["startRowIndex"] == 5
    with refused(400, PROTECTED):
        book.batch({"insertDimension": {"range": lines("ROWS", 6, 7)}}, by=TEACHER)
    other = Book()
    protected(other, {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 1})
    for row in (0, 50):
        with refused(400, PROTECTED):
            other.batch({"insertDimension": {"range": lines("ROWS", row, row + 1)}}, by=TEACHER)


def test_only_editors_change_a_protection_and_learn_who_may_edit():
    book = Book()
    number = protected(book, cells(0, 0, 1, 1), editors={"users": [TEACHER]}, description="шапка")
    changed = {"protectedRange": {"protectedRangeId": number, "editors": {"users": []}}, "fields": "editors.users"}
    for request in ({"updateProtectedRange": changed}, {"deleteProtectedRange": {"protectedRangeId": number}}):
        with refused(400, PROTECTED):
            book.batch(request, by=ROBOT)
    seen = book.get(by=TEACHER)["sheets"][0]["protectedRanges"][0]
    assert (seen["editors"], seen["requestingUserCanEdit"]) == ({"users": [TEACHER]}, True)
    assert set(book.get(by=ROBOT)["sheets"][0]["protectedRanges"][0]) == {"protectedRangeId", "range", "description"}
    book.batch({"updateProtectedRange": changed})
    with refused(400, PROTECTED):
        book.put("A1", ["x"], by=TEACHER)
    book.batch({"deleteProtectedRange": {"protectedRangeId": number}})
    book.put("A1", ["x"], by=TEACHER)
    with refused(400, f"No protected range with id: {number}"):
        book.batch({"deleteProtectedRange": {"protectedRangeId": number}})


def test_the_owner_can_always_edit_whatever_was_asked():
    asked = {"range": cells(0, 0, 1, 1), "requestingUserCanEdit": False, "editors": {}}
    told = Book().batch({"addProtectedRange": {"protectedRange": asked}})
    answer = told["replies"][0]["addProtectedRange"]["protectedRange"]
    assert (answer["requestingUserCanEdit"], answer["editors"]) == (True, {})
    assert "sheetId" not in answer["range"]


def test_who_protects_may_edit():
    book = Book()
    protected(book, cells(0, 0, 1, 1), by=TEACHER)
    book.put("A1", ["x"], by=TEACHER)
    with refused(400, PROTECTED):
        book.put("A1", ["x"], by=ROBOT)


def test_a_named_range_can_be_protected():
    book = Book()
    named = book.batch({"addNamedRange": {"namedRange": {"name": "шапка", "range": cells(0, 0, 1, 3)}}})
    number = named["replies"][0]["addNamedRange"]["namedRange"]["namedRangeId"]
    book.batch({"addProtectedRange": {"protectedRange": {"namedRangeId": number}}})
    with refused(400, PROTECTED):
        book.put("C1", ["x"], by=TEACHER)
