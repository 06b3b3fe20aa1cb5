"""Developer metadata: made, found, changed, read by anchor."""

from __future__ import annotations

import pytest

from tests.google_emulator.state import Json
from tests.google_emulator_tests.sheets_calls import BOOK, Book, cells, lines, refused


def create(book: Book, key: str, location: Json, value: str = "", **said: object) -> Json:
    entry = {"metadataKey": key, "metadataValue": value, "location": location, "visibility": "DOCUMENT", **said}
    told = book.batch({"createDeveloperMetadata": {"developerMetadata": entry}})
    return told["replies"][0]["createDeveloperMetadata"]["developerMetadata"]


def search(book: Book, **lookup: object) -> list[Json]:
    body = {"dataFilters": [{"developerMetadataLookup": lookup}]}
    told = book.call("POST", BOOK, "developerMetadata", verb="search", body=body)
    return [one["developerMetadata"] for one in told.get("matchedDeveloperMetadata", [])]


def filled() -> Book:
    book = Book()
    create(book, "journal-book", {"spreadsheet": True}, "9А-2026")
    create(book, "tab", {"sheetId": 0}, "grid")
    create(book, "pupil", {"dimensionRange": lines("ROWS", 4, 5)}, "P0001")
    create(book, "lesson", {"dimensionRange": lines("COLUMNS", 2, 3)}, "c001.001")
    return book


def test_metadata_get_an_id_and_the_kind_of_their_place():
    made = create(Book(), "pupil", {"dimensionRange": lines("ROWS", 4, 5)}, "P0001")
    assert isinstance(made.pop("metadataId"), int)
    assert made == {
        "metadataKey": "pupil", "metadataValue": "P0001", "visibility": "DOCUMENT",
        "location": {
            "locationType": "ROW", "dimensionRange": {"dimension": "ROWS", "startIndex": 4, "endIndex": 5},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lookup", "found"),
    [
        ({"metadataKey": "pupil"}, ["pupil"]), ({"metadataValue": "9А-2026"}, ["journal-book"]),
        ({"locationType": "COLUMN"}, ["lesson"]), ({"visibility": "PROJECT"}, []),
        ({"metadataKey": "pupil", "metadataValue": "P0002"}, []),
        ({"metadataLocation": {"sheetId": 0}}, ["tab"]),
        ({"metadataLocation": {"spreadsheet": True}}, ["journal-book"]),
        ({"metadataLocation": {"dimensionRange": lines("ROWS", 4, 5)}}, ["pupil"]),
        ({"metadataLocation": {"sheetId": 0}, "locationMatchingStrategy": "INTERSECTING_LOCATION"},
         ["journal-book", "tab", "pupil", "lesson"]),
    ],
)  # fmt: skip
def test_metadata_are_found_by_what_they_say_and_where_they_are(lookup, found):
    assert [one["metadataKey"] for one in search(filled(), **lookup)] == found


def test_each_place_shows_its_own_metadata_in_the_resource():
    told = filled().get(includeGridData="true")
    sheet = told["sheets"][0]
    assert [one["metadataKey"] for one in told["developerMetadata"]] == ["journal-book"]
    assert [one["metadataKey"] for one in sheet["developerMetadata"]] == ["tab"]
    assert sheet["data"][0]["rowMetadata"][4]["developerMetadata"][0]["metadataKey"] == "pupil"
    assert sheet["data"][0]["columnMetadata"][2]["developerMetadata"][0]["metadataKey"] == "lesson"


def test_one_is_fetched_by_its_number():
    book = Book()
    made = create(book, "k", {"spreadsheet": True})
    assert book.call("GET", BOOK, "developerMetadata", str(made["metadataId"])) == made
    with refused(404, "No developer metadata with id 1"):
        book.call("GET", BOOK, "developerMetadata", "1")


def test_values_are_read_and_written_by_anchor_wherever_the_row_has_gone():
    book = filled()
    book.put("A5", ["Абрамов"])
    book.batch({"insertDimension": {"range": lines("ROWS", 0, 2)}})
    anchor = {"developerMetadataLookup": {"metadataKey": "pupil", "metadataValue": "P0001"}}
    told = book.call("POST", BOOK, "values", verb="batchGetByDataFilter", body={"dataFilters": [anchor]})
    assert told["valueRanges"][0]["valueRange"]["range"] == "Sheet1!A7:Z7"
    assert told["valueRanges"][0]["valueRange"]["values"] == [["Абрамов"]]
    body = {"valueInputOption": "RAW", "data": [{"dataFilter": anchor, "values": [[None, "5"]]}]}
    book.call("POST", BOOK, "values", verb="batchUpdateByDataFilter", body=body)
    assert book.values("A7:B7") == [["Абрамов", "5"]]


def test_metadata_are_changed_and_deleted_by_filter():
    book = filled()
    anchor = {"developerMetadataLookup": {"metadataKey": "pupil"}}
    update = {"dataFilters": [anchor], "developerMetadata": {"metadataValue": "P0009"}, "fields": "metadataValue"}
    told = book.batch({"updateDeveloperMetadata": update})
    assert told["replies"][0]["updateDeveloperMetadata"]["developerMetadata"][0]["metadataValue"] == "P0009"
    told = book.batch({"deleteDeveloperMetadata": {"dataFilter": anchor}})
    assert told["replies"][0]["deleteDeveloperMetadata"]["deletedDeveloperMetadata"][0]["metadataValue"] == "P0009"
    assert search(book, metadataKey="pupil") == []
    told = book.batch({"deleteDeveloperMetadata": {"dataFilter": {"gridRange": cells(0, 2, 1, 3)}}})
    gone = told["replies"][0]["deleteDeveloperMetadata"]["deletedDeveloperMetadata"]
    assert {one["metadataKey"] for one in gone} == {"tab", "lesson"}


@pytest.mark.parametrize(
    ("key", "location", "said", "words"),
    [
        ("", {"spreadsheet": True}, {}, "must have a key"), ("k", {}, {}, "must have a location"),
        ("k", {"spreadsheet": True}, {"visibility": None}, "must have a visibility"),
        ("k", {"dimensionRange": lines("ROWS", 1, 3)}, {}, "a single row or column"),
        ("k", {"dimensionRange": lines("ROWS", 1000, 1001)}, {}, "outside of the grid"),
        ("k", {"sheetId": 99}, {}, "No grid with id: 99"),
        ("k", {"spreadsheet": True}, {"metadataValue": "x" * 30_001}, "exceed the storage limit"),
    ],
)  # fmt: skip
def test_metadata_that_make_no_sense_are_refused(key, location, said, words):
    with refused(400, words):
        create(Book(), key, location, **said)


def test_metadata_die_with_their_tab():
    book = Book()
    book.batch({"addSheet": {"properties": {"sheetId": 7, "title": "x"}}})
    create(book, "tab", {"sheetId": 7})
    create(book, "row", {"dimensionRange": lines("ROWS", 0, 1, 7)})
    book.batch({"deleteSheet": {"sheetId": 7}})
    assert book.spreadsheet.metadata == []
