"""What happens to everything on a tab when rows and columns come, go and move."""

from __future__ import annotations

import pytest

from tests.google_emulator.following import deleted, inserted, moved
from tests.google_emulator.state import Cell, Json
from tests.google_emulator_tests.sheets_calls import Book, cells, lines


def dressed() -> Book:
    """A tab with one of everything around row 5, and a second tab that looks at it."""
    book = Book()
    book.batch({"addSheet": {"properties": {"title": "Второй лист", "sheetId": 7}}})
    book.put("A5", [1, "=A5*2", "=SUM(A$4:A$6)"])
    book.put("'Второй лист'!A1", ["=Sheet1!A5", "=SUM(Sheet1!A5:B5)", "=SUM(Sheet1!A:A)", "=A5"])
    book.tab().cells[4, 3] = Cell(note="заметка", validation={"condition": {"type": "ONE_OF_RANGE", "values": [
        {"userEnteredValue": "=Sheet1!$A$5:$A$9"}]}})  # fmt: skip
    location = {"dimensionRange": lines("ROWS", 4, 5)}
    column = {"dimensionRange": lines("COLUMNS", 3, 4)}
    rule = {
        "ranges": [cells(3, 0, 6, 2)],
        "booleanRule": {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$A4=$A$5"}]}},
    }
    book.batch(
        {"createDeveloperMetadata": {"developerMetadata": {
            "metadataKey": "pupil", "metadataValue": "P0001", "visibility": "DOCUMENT", "location": location}}},
        {"createDeveloperMetadata": {"developerMetadata": {
            "metadataKey": "lesson", "visibility": "DOCUMENT", "location": column}}},
        {"addProtectedRange": {"protectedRange": {"range": cells(4, 0, 5, 1)}}},
        {"mergeCells": {"range": cells(4, 5, 6, 7)}},
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"setBasicFilter": {"filter": {"range": cells(3, 0, 8, 3)}}},
        {"addNamedRange": {"namedRange": {"name": "ряд", "range": cells(4, 0, 5, 3)}}},
        {"addDimensionGroup": {"range": lines("ROWS", 4, 6)}},
    )  # fmt: skip
    return book


def places(book: Book) -> Json:
    """Where everything is now; None for what is gone."""

    def rows(found: Json | None) -> tuple[int, int] | None:
        return (found["startRowIndex"], found["endRowIndex"]) if found else None

    def first(found: list[Json], name: str = "range") -> Json | None:
        return found[0].get(name) if found else None

    sheet, marks = book.tab(), {one["metadataKey"]: one["location"] for one in book.spreadsheet.metadata}
    rule = sheet.conditional[0] if sheet.conditional else None
    return {
        "pupil": marks["pupil"]["dimensionRange"]["startIndex"] if "pupil" in marks else None,
        "lesson": marks["lesson"]["dimensionRange"]["startIndex"] if "lesson" in marks else None,
        "protected": rows(first(sheet.protections)),
        "merged": rows(sheet.merges[0] if sheet.merges else None),
        "rule": rows(rule["ranges"][0]) if rule else None,
        "rule's formula": rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"] if rule else None,
        "filter": rows(sheet.basic_filter["range"]) if sheet.basic_filter else None,
        "named": rows(first(book.spreadsheet.named_ranges)),
        "group": (span["startIndex"], span["endIndex"]) if (span := first(sheet.groups["rowGroups"])) else None,
        "note": next((place for place, cell in sheet.cells.items() if cell.note), None),
        "list": next(
            (
                cell.validation["condition"]["values"][0]["userEnteredValue"]
                for cell in sheet.cells.values()
                if cell.validation
            ),
            None,
        ),
        "elsewhere": [cell.entered for _, cell in sorted(book.tab(7).cells.items())],
    }  # fmt: skip


def test_everything_goes_down_with_rows_inserted_above():
    book = dressed()
    book.batch({"insertDimension": {"range": lines("ROWS", 1, 3)}})
    assert book.tab().rows == 1002
    assert places(book) == {
        "pupil": 6, "lesson": 3, "protected": (6, 7), "merged": (6, 8), "rule": (5, 8), "rule's formula": "=$A6=$A$7",
        "filter": (5, 10), "named": (6, 7), "group": (6, 8), "note": (6, 3), "list": "=Sheet1!$A$7:$A$11",
        "elsewhere": ["=Sheet1!A7", "=SUM(Sheet1!A7:B7)", "=SUM(Sheet1!A:A)", "=A5"],
    }  # fmt: skip
    assert [book.value(a1, "FORMULA") for a1 in ("B7", "C7")] == ["=A7*2", "=SUM(A$6:A$8)"]
    assert book.value("B7") == 2


def test_rows_inserted_inside_widen_what_spans_them():
    book = dressed()
    book.batch({"insertDimension": {"range": lines("ROWS", 5, 6), "inheritFromBefore": True}})
    found = places(book)
    assert (found["merged"], found["rule"], found["filter"], found["group"]) == ((4, 7), (3, 7), (3, 9), (4, 7))
    assert (found["pupil"], found["protected"], found["named"]) == (4, (4, 5), (4, 5))
    assert found["list"] == "=Sheet1!$A$5:$A$10"
    assert book.value("C5", "FORMULA") == "=SUM(A$4:A$7)"
    assert book.tab().cells[5, 3].validation is not None  # the new row looks like the one above
    assert not book.tab().cells[5, 3].note


def test_what_stood_in_a_deleted_row_is_gone_and_the_rest_shrinks():
    book = dressed()
    book.batch({"deleteDimension": {"range": lines("ROWS", 4, 5)}})
    assert book.tab().rows == 999
    assert places(book) == {
        "pupil": None, "lesson": 3, "protected": None, "merged": (4, 5), "rule": (3, 5), "rule's formula": "=$A4=#REF!",
        "filter": (3, 7), "named": None, "group": (4, 5), "note": None, "list": None,
        "elsewhere": ["=#REF!", "=SUM(#REF!)", "=SUM(Sheet1!A:A)", "=A5"],
    }  # fmt: skip
    assert book.effective(0, 0, 7)["errorValue"]["type"] == "REF"


def test_a_moved_row_takes_its_own_along():
    book = dressed()
    book.batch({"moveDimension": {"source": lines("ROWS", 4, 5), "destinationIndex": 10}})
    found = places(book)
    assert (found["pupil"], found["protected"], found["named"], found["note"]) == (9, (9, 10), (9, 10), (9, 3))
    assert found["elsewhere"][0] == "=Sheet1!A10"
    assert book.value("B10", "FORMULA") == "=A10*2"
    assert book.value("A10") == 1


def test_columns_follow_as_rows_do():
    book = dressed()
    book.batch({"insertDimension": {"range": lines("COLUMNS", 0, 1)}})
    found = places(book)
    assert (found["lesson"], found["pupil"], found["note"]) == (4, 4, (4, 4))
    assert found["elsewhere"] == ["=Sheet1!B5", "=SUM(Sheet1!B5:C5)", "=SUM(Sheet1!B:B)", "=A5"]
    book.batch({"deleteDimension": {"range": lines("COLUMNS", 4, 5)}})
    assert (places(book)["lesson"], places(book)["note"]) == (None, None)


def test_frozen_rows_and_hidden_lines_follow():
    book = Book()
    frozen = {"gridProperties": {"frozenRowCount": 2}}
    hidden = {"range": lines("ROWS", 5, 6), "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
    book.batch(
        {"updateSheetProperties": {"properties": frozen, "fields": "gridProperties.frozenRowCount"}},
        {"updateDimensionProperties": hidden}, {"insertDimension": {"range": lines("ROWS", 1, 2)}},
    )  # fmt: skip
    assert (book.tab().frozen_rows, list(book.tab().row_metadata)) == (3, [6])


@pytest.mark.parametrize(("first", "last", "to"), [(0, 1, 5), (4, 6, 1), (2, 3, 9), (7, 9, 0)])
def test_moving_is_a_permutation_and_ranges_around_it_stay(first, last, to):
    shift = moved("ROWS", first, last, to)
    order = [*range(10)]
    block = order[first:last]
    rest = [place for place in order if place not in block]
    at = to if to <= first else to - len(block)
    wanted = rest[:at] + block + rest[at:]
    assert [wanted.index(place) for place in order] == [shift.point(place) for place in order]
    assert shift.span(0, 10) == (0, 10)
    assert shift.span(first, last) == (at, at + len(block))


def test_whole_columns_stay_whole_whatever_happens_to_rows():
    for shift in (inserted("ROWS", 0, 3), deleted("ROWS", 0, 3), moved("ROWS", 0, 3, 8)):
        assert shift.span(0, 10_000_000) == (0, 10_000_000)
