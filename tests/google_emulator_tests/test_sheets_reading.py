"""What the Sheets side tells: the resource with its masks, and plain values."""

from __future__ import annotations

import pickle

import pytest

from tests.google_emulator.masks import parsed
from tests.google_emulator.state import Cell
from tests.google_emulator_tests.sheets_calls import BOOK, READER, STRANGER, Book, cells, refused

SERVICE_MASK = (
    "spreadsheetId,properties(title,locale,timeZone),developerMetadata,sheets(properties(sheetId,title,index,hidden,"
    "gridProperties(rowCount,columnCount)),merges,protectedRanges,data(startRow,startColumn,rowData(values("
    "effectiveValue,formattedValue,note))))"
)


def test_a_fresh_file_is_as_google_makes_it():
    told = Book().get()
    assert told["sheets"] == [
        {
            "properties": {
                "sheetId": 0, "title": "Sheet1", "index": 0, "sheetType": "GRID",
                "gridProperties": {"rowCount": 1000, "columnCount": 26},
            }
        }
    ]  # fmt: skip
    assert told["properties"]["autoRecalc"] == "ON_CHANGE"
    assert "namedRanges" not in told


def test_the_whole_book_comes_in_one_call_without_trailing_blanks():
    book = Book("ru_RU")
    book.put("B2", ["5", "", "=1/3"], ["", "да"])
    book.tab().cells[9, 9] = Cell(format={"textFormat": {"bold": True}})
    book.batch({"updateCells": {"rows": [{"values": [{"note": "см."}]}], "fields": "note", "start": {"rowIndex": 4}}})
    told = book.get(fields=SERVICE_MASK)
    assert told == {
        "spreadsheetId": BOOK,
        "properties": {"title": "9А", "locale": "ru_RU", "timeZone": "Europe/Moscow"},
        "sheets": [
            {
                "properties": {
                    "sheetId": 0, "title": "Sheet1", "index": 0,
                    "gridProperties": {"rowCount": 1000, "columnCount": 26},
                },
                "data": [
                    {
                        "rowData": [
                            {},
                            {
                                "values": [
                                    {},
                                    {"effectiveValue": {"numberValue": 5}, "formattedValue": "5"},
                                    {},
                                    {"effectiveValue": {"numberValue": 1 / 3}, "formattedValue": "0,3333333333"},
                                ]
                            },
                            {
                                "values": [
                                    {}, {}, {"effectiveValue": {"stringValue": "да"}, "formattedValue": "да"},
                                ]
                            },
                            {},
                            {"values": [{"note": "см."}]},
                        ]
                    }
                ],
            }
        ],
    }  # fmt: skip


def test_notes_of_an_empty_cell_are_an_empty_skeleton():
    told = Book().get(ranges="A1", fields="sheets/data/rowData/values/note")
    assert told == {"sheets": [{"data": [{}]}]}


@pytest.mark.parametrize(
    "mask",
    [
        "sheets(properties(sheetId,title))",
        "sheets.properties(title,sheetId)",
        "sheets/properties/title,sheets.properties.sheetId",
    ],
)
def test_masks_may_be_written_in_every_way(mask):
    assert Book().get(fields=mask) == {"sheets": [{"properties": {"sheetId": 0, "title": "Sheet1"}}]}


def test_a_star_takes_everything_and_a_wider_mask_wins():
    assert parsed("a.b,a") == {"a": {}}
    assert parsed("a(b.c,*)") == {"a": {}}
    assert parsed("*") == {}


@pytest.mark.parametrize("mask", ["sheets(", "a,,b", "sheets.properties)", "sheets.rows", "spreadsheetID"])
def test_a_mask_that_makes_no_sense_is_refused(mask):
    with refused(400, ""):
        Book().get(fields=mask)


def test_data_comes_by_range_with_its_corner():
    book = Book()
    book.put("C3", ["x"])
    told = book.get(ranges=["C3:D4", "A1"], includeGridData="true")
    first, second = told["sheets"][0]["data"]
    assert (first["startRow"], first["startColumn"]) == (2, 2)
    assert first["rowData"][0]["values"][0]["userEnteredValue"] == {"stringValue": "x"}
    assert len(first["rowMetadata"]) == 2
    assert "startRow" not in second
    assert "data" not in book.get()["sheets"][0]


def test_only_tabs_with_a_range_are_told():
    book = Book()
    book.batch({"addSheet": {"properties": {"title": "Второй лист", "sheetId": 7}}})
    told = book.get(ranges="'Второй лист'!A1", fields="sheets.properties.title")
    assert told == {"sheets": [{"properties": {"title": "Второй лист"}}]}


def test_false_and_zero_are_left_out_below_but_not_of_the_properties():
    book = Book()
    book.batch({"mergeCells": {"range": cells(0, 0, 1, 2)}})
    told = book.get()["sheets"][0]
    assert told["merges"] == [{"startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 0, "endColumnIndex": 2}]
    assert told["properties"]["index"] == 0
    assert "hidden" not in told["properties"]


def test_values_drop_trailing_blanks_and_keep_leading_ones():
    book = Book()
    book.put("B2", ["x", "", ""], [], ["", "y"])
    told = book.call("GET", BOOK, "values", "Sheet1")
    assert told == {
        "range": "Sheet1!A1:Z1000", "majorDimension": "ROWS", "values": [[], ["", "x"], [], ["", "", "y"]],
    }  # fmt: skip
    columns = book.call("GET", BOOK, "values", "Sheet1!A1:C4", majorDimension="COLUMNS")
    assert columns["values"] == [[], ["", "x"], ["", "", "", "y"]]


def test_an_empty_range_has_no_values_at_all():
    assert Book().call("GET", BOOK, "values", "A1:B2") == {"range": "Sheet1!A1:B2", "majorDimension": "ROWS"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("A1:1", "Sheet1!A1:Z1"), ("Sheet1!B:B", "Sheet1!B1:B1000"), ("Sheet1!A5:A", "Sheet1!A5:A1000"),
        ("2:3", "Sheet1!A2:Z3"), ("B2:A1", "Sheet1!A1:B2"), ("C3", "Sheet1!C3"), ("Sheet1", "Sheet1!A1:Z1000"),
        ("A1:ZZ5000", "Sheet1!A1:Z1000"), ("'Sheet1'!$A$1:$B$2", "Sheet1!A1:B2"),
    ],
)  # fmt: skip
def test_ranges_are_closed_to_the_grid(asked, told):
    assert Book().call("GET", BOOK, "values", asked)["range"] == told


def test_titles_are_quoted_unless_simple():
    book = Book()
    book.batch({"updateSheetProperties": {"properties": {"title": "Д'Артаньян 1"}, "fields": "title"}})
    assert book.call("GET", BOOK, "values", "A1")["range"] == "'Д''Артаньян 1'!A1"
    assert book.call("GET", BOOK, "values", "'Д''Артаньян 1'!B2")["range"] == "'Д''Артаньян 1'!B2"


@pytest.mark.parametrize("asked", ["Нет!A1", "A0", "A1:B0", "Sheet1!?", "", "A1:", "!!"])
def test_what_is_no_range_cannot_be_parsed(asked):
    with refused(400, "Unable to parse range"):
        Book().call("GET", BOOK, "values", asked)


def test_a_place_outside_the_grid_names_the_limits():
    with refused(400, "Range (Sheet1!AA1) exceeds grid limits. Max rows: 1000, max columns: 26"):
        Book().values("AA1")


def test_an_unencoded_colon_is_no_verb():
    book = Book()
    book.put("A1", ["x"])
    assert book.call("GET", BOOK, "values", "A1", verb="B2")["range"] == "Sheet1!A1:B2"


def test_several_ranges_come_in_one_answer():
    book = Book()
    book.put("A1", ["x"])
    told = book.call("GET", BOOK, "values", verb="batchGet", ranges=["A1", "B:B"])
    assert [one["range"] for one in told["valueRanges"]] == ["Sheet1!A1", "Sheet1!B1:B1000"]
    assert told["spreadsheetId"] == BOOK


def test_dates_are_text_serials_or_text_as_asked():
    book = Book()
    book.put("A1", ["2020-01-01"])
    assert book.value("A1", "FORMATTED_VALUE") == "2020-01-01"
    assert book.value("A1", "UNFORMATTED_VALUE") == 43831
    assert book.value("A1", "FORMULA") == 43831
    asked = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "FORMATTED_STRING"}
    assert book.values("A1", **asked) == [["2020-01-01"]]


def test_a_formula_is_told_as_such_only_on_demand():
    book = Book()
    book.put("A1", ["=1+1"])
    assert book.value("A1") == 2
    assert book.value("A1", "FORMULA") == "=1+1"


def test_an_error_has_a_type_and_a_message_in_the_language_of_the_file():
    book = Book("ru_RU")
    book.put("A1", ["=1/0"], ["=NOSUCH(1)"])
    assert book.effective(0, 0)["errorValue"]["type"] == "DIVIDE_BY_ZERO"
    assert "нулю" in book.effective(0, 0)["errorValue"]["message"]
    assert book.effective(1, 0)["errorValue"]["type"] == "NAME"
    assert book.values("A1:A2") == [["#DIV/0!"], ["#NAME?"]]


def test_a_filter_finds_ranges_of_any_kind():
    book = Book()
    book.put("A1", ["a", "b"], ["c"])
    filters = [{"a1Range": "A1"}, {"gridRange": cells(1, 0, 2, 1)}]
    told = book.call("POST", BOOK, "values", verb="batchGetByDataFilter", body={"dataFilters": filters})
    assert [one["valueRange"]["values"] for one in told["valueRanges"]] == [[["a"]], [["c"]]]
    assert told["valueRanges"][0]["dataFilters"] == [{"a1Range": "A1"}]
    body = {"dataFilters": [{"a1Range": "A1:B1"}], "includeGridData": True}
    grid = book.call("POST", BOOK, verb="getByDataFilter", body=body)
    assert [cell["formattedValue"] for cell in grid["sheets"][0]["data"][0]["rowData"][0]["values"]] == ["a", "b"]


def test_strangers_may_not_read_and_readers_may_not_write():
    book = Book()
    assert book.get(by=READER)["spreadsheetId"] == BOOK
    with refused(403, "The caller does not have permission"):
        book.get(by=STRANGER)
    with refused(403, "The caller does not have permission"):
        book.put("A1", ["x"], by=READER)
    with refused(404, "Requested entity was not found."):
        book.call("GET", "nowhere")


@pytest.mark.parametrize(
    ("method", "path", "verb"),
    [("DELETE", (BOOK,), ""), ("POST", (BOOK,), "fly"), ("GET", (BOOK, "charts", "1"), ""), ("GET", (), "")],
)
def test_an_unknown_request_is_the_callers_mistake(method, path, verb):
    with refused(400, "Unknown request"):
        Book().call(method, *path, verb=verb)


def test_a_state_can_be_pickled_after_it_was_read():
    book = Book()
    book.put("A1", ["=1+1"])
    assert book.value("A1") == 2
    again = pickle.loads(pickle.dumps(book.state))
    assert again.files[BOOK].spreadsheet.sheets[0].cells == book.tab().cells


def test_a_cell_changed_behind_its_back_is_seen():
    book = Book()
    book.put("A1", [1], ["=A1+1"])
    assert book.value("A2") == 2
    book.tab().cells[0, 0].entered = 5
    assert book.value("A2") == 6
    assert book.get(fields=SERVICE_MASK)["sheets"][0]["data"][0]["rowData"][1]["values"][0]["formattedValue"] == "6"


def test_a_book_read_again_shows_what_has_changed_on_every_tab():
    book = Book()
    book.batch({"addSheet": {"properties": {"sheetId": 7, "title": "Итог"}}})
    book.put("A1", [1])
    book.put("'Итог'!A1", ["=Sheet1!A1*10"])

    def shown() -> list[str]:
        sheets = book.get(fields=SERVICE_MASK)["sheets"]
        return [sheet["data"][0]["rowData"][0]["values"][0]["formattedValue"] for sheet in sheets]

    assert shown() == ["1", "10"]
    book.put("A1", [2])
    assert shown() == ["2", "20"]
    assert "note" not in book.get(fields=SERVICE_MASK)["sheets"][0]["data"][0]["rowData"][0]["values"][0]
    book.batch(
        {"updateCells": {"range": cells(0, 0, 1, 1), "rows": [{"values": [{"note": "x"}]}], "fields": "note"}}
    )
    assert book.get(fields=SERVICE_MASK)["sheets"][0]["data"][0]["rowData"][0]["values"][0]["note"] == "x"
    look = {"userEnteredFormat": {"numberFormat": {"type": "NUMBER", "pattern": "0.0"}}}
    book.batch({"repeatCell": {"range": cells(0, 0, 1, 1), "cell": look, "fields": "userEnteredFormat"}})
    assert shown() == ["2.0", "20"]
