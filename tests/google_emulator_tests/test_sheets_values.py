"""Writing plain values: update, append, clear, in batches and by filter."""

from __future__ import annotations

from tests.google_emulator.state import Cell
from tests.google_emulator_tests.sheets_calls import BOOK, TEACHER, Book, refused


def test_an_update_tells_what_it_wrote_and_moves_the_version():
    book = Book()
    version = book.file.version
    told = book.put("A1:C2", ["a", ""], ["b", None], by=TEACHER)
    assert told == {
        "spreadsheetId": BOOK, "updatedRange": "Sheet1!A1:B2", "updatedRows": 2, "updatedColumns": 2, "updatedCells": 3,
    }  # fmt: skip
    assert (book.file.version, book.file.modified_by) == (version + 1, TEACHER)


def test_null_leaves_a_cell_and_an_empty_text_clears_it():
    book = Book()
    book.put("A1", ["a", "b", "c"])
    book.put("A1", [None, "", "d"])
    assert book.values() == [["a", "", "d"]]


def test_raw_is_literal_and_typed_is_not():
    book = Book()
    book.put("A1", ["=1+1", "4/5", "007", True, 4.0], option="RAW")
    assert book.values(valueRenderOption="UNFORMATTED_VALUE") == [["=1+1", "4/5", "007", True, 4]]
    book.put("A2", ["=1+1", "007", "'5", True])
    assert book.values("2:2", valueRenderOption="UNFORMATTED_VALUE") == [[2, 7, "5", True]]


def test_values_keep_note_format_and_validation():
    book = Book()
    book.tab().cells[0, 0] = Cell("x", format={"textFormat": {"bold": True}}, note="n", validation={"condition": {}})
    book.put("A1", ["y"])
    cell = book.tab().cells[0, 0]
    assert (cell.entered, cell.note, cell.format, cell.validation) == (
        "y", "n", {"textFormat": {"bold": True}}, {"condition": {}},
    )  # fmt: skip
    cleared = book.call("POST", BOOK, "values", "A1:B2", verb="clear", body={})
    assert cleared == {"spreadsheetId": BOOK, "clearedRange": "Sheet1!A1:B2"}
    assert (book.tab().cells[0, 0].entered, book.tab().cells[0, 0].note) == (None, "n")


def test_more_than_the_range_holds_is_refused():
    book = Book()
    with refused(400, "Requested writing within range [Sheet1!A1:B1], but tried writing to row [2]"):
        book.put("A1:B1", ["a"], ["b"])
    with refused(400, "but tried writing to column [C]"):
        book.put("A1:B1", ["a", "b", "c"])
    with refused(400, "Range (Sheet1!Z1:AA1) exceeds grid limits. Max rows: 1000, max columns: 26"):
        book.put("Z1", ["a", "b"])
    assert book.values() == []


def test_what_is_no_list_of_lists_is_refused():
    with refused(400, "Invalid value at 'data.values[0]' (type.googleapis.com/google.protobuf.ListValue), \"X\""):
        Book().call("PUT", BOOK, "values", "A1", body={"values": ["X"]}, valueInputOption="RAW")
    with refused(400, "'valueInputOption' is required"):
        Book().call("PUT", BOOK, "values", "A1", body={"values": [["X"]]})


def test_a_batch_counts_rows_and_columns_once_and_is_all_or_nothing():
    book = Book()
    data = [{"range": "A1:D1", "values": [list("abcd")]}, {"range": "A2:D2", "values": [list("efgh")]}]
    told = book.call(
        "POST", BOOK, "values", verb="batchUpdate", body={"valueInputOption": "RAW", "data": data}
    )  # fmt: skip
    assert (told["totalUpdatedRows"], told["totalUpdatedColumns"], told["totalUpdatedCells"]) == (2, 4, 8)
    assert told["totalUpdatedSheets"] == 1
    assert [one["updatedRange"] for one in told["responses"]] == ["Sheet1!A1:D1", "Sheet1!A2:D2"]
    wrong = [{"range": "A1", "values": [["z"]]}, {"range": "Нет!A1", "values": [["z"]]}]
    with refused(400, "Unable to parse range"):
        book.call("POST", BOOK, "values", verb="batchUpdate", body={"valueInputOption": "RAW", "data": wrong})
    assert book.value("A1") == "a"


def test_columns_may_come_first():
    book = Book()
    body = {"values": [["a", "b"], ["c"]], "majorDimension": "COLUMNS"}
    book.call("PUT", BOOK, "values", "A1", body=body, valueInputOption="RAW")
    assert book.values() == [["a", "c"], ["b"]]


def test_written_values_come_back_on_demand():
    told = Book().call(
        "PUT", BOOK, "values", "A1", body={"values": [["=1+1"]]}, valueInputOption="USER_ENTERED",
        includeValuesInResponse="true", responseValueRenderOption="UNFORMATTED_VALUE",
    )  # fmt: skip
    assert told["updatedData"] == {"range": "Sheet1!A1", "majorDimension": "ROWS", "values": [[2]]}


def append(book: Book, *rows: list[object], at: str = "Sheet1", **query: object):
    body = {"values": list(rows)}
    return book.call("POST", BOOK, "values", at, verb="append", body=body, valueInputOption="RAW", **query)


def test_appending_finds_the_table_and_shifts_as_google_does():
    book = Book()
    first = append(book, ["a", "", "c"])
    assert "tableRange" not in first
    assert first["updates"]["updatedRange"] == "Sheet1!A1:C1"
    second = append(book, ["a", "", "c"])
    assert (second["tableRange"], second["updates"]["updatedRange"]) == ("Sheet1!C1", "Sheet1!C2:E2")


def test_appending_grows_the_grid_and_can_push_rows_down():
    book = Book()
    book.put("A1000", ["x"])
    append(book, ["y"])
    assert (book.tab().rows, book.value("A1001")) == (1001, "y")
    other = Book()
    other.put("A1", ["x"], [""], ["below"])
    append(other, ["y"], at="A1", insertDataOption="INSERT_ROWS")
    assert other.values() == [["x"], ["y"], [], ["below"]]


def test_several_ranges_are_cleared_by_name_or_filter():
    book = Book()
    book.put("A1", ["a", "b", "c"])
    told = book.call("POST", BOOK, "values", verb="batchClear", body={"ranges": ["A1", "C1"]})
    assert told["clearedRanges"] == ["Sheet1!A1", "Sheet1!C1"]
    told = book.call(
        "POST", BOOK, "values", verb="batchClearByDataFilter", body={"dataFilters": [{"a1Range": "B1"}]}
    )  # fmt: skip
    assert (told["clearedRanges"], book.values()) == (["Sheet1!B1"], [])


def test_a_filter_says_where_to_write():
    book = Book()
    data = [{"dataFilter": {"a1Range": "B2:C2"}, "values": [["x", "y"]]}]
    body = {"valueInputOption": "RAW", "data": data}
    told = book.call("POST", BOOK, "values", verb="batchUpdateByDataFilter", body=body)
    assert told["responses"][0]["updatedRange"] == "Sheet1!B2:C2"
    assert told["responses"][0]["dataFilter"] == {"a1Range": "B2:C2"}
    assert book.values() == [[], ["", "x", "y"]]


def test_a_cell_under_a_merged_neighbour_takes_nothing():
    book = Book()
    book.batch({"mergeCells": {"range": {"endRowIndex": 1, "startRowIndex": 0, "endColumnIndex": 2}}})
    book.put("A1", ["a", "b"])
    assert book.values() == [["a"]]


def test_a_text_too_long_for_a_cell_is_refused():
    with refused(400, "more than the maximum of 50000 characters"):
        Book().put("A1", ["x" * 50_001])
