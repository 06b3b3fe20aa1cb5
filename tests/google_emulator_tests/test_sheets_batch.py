"""spreadsheets.batchUpdate: one call, many requests, all or nothing."""

from __future__ import annotations

from contextlib import suppress

import pytest

from tests.google_emulator.batch import KINDS
from tests.google_emulator.state import ApiError, Cell
from tests.google_emulator_tests.sheets_calls import BOOK, OWNER, ROBOT, TEACHER, Book, cells, lines, refused


def write(row: int, column: int, *values: object, fields: str = "userEnteredValue"):
    kinds = {str: "stringValue", bool: "boolValue", int: "numberValue", float: "numberValue"}
    said = [{"userEnteredValue": {kinds[type(value)]: value}} if value is not None else {} for value in values]
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"rows": [{"values": said}], "fields": fields, "start": start}}


def test_there_is_one_reply_to_a_request_and_the_version_moves_once():
    book = Book()
    version = book.file.version
    told = book.batch(write(0, 0, "x"), {"addSheet": {"properties": {"title": "Лист"}}}, write(1, 0, 2))
    assert told["spreadsheetId"] == BOOK
    assert [list(reply) for reply in told["replies"]] == [[], ["addSheet"], []]
    assert told["replies"][1]["addSheet"]["properties"]["index"] == 1
    assert book.file.version == version + 1


def test_a_batch_is_applied_whole_or_not_at_all():
    book = Book()
    before = book.file.version
    with refused(400, "Invalid requests[1].updateSheetProperties: No grid with id: 9"):
        book.batch(write(0, 0, "x"), {"updateSheetProperties": {"properties": {"sheetId": 9}, "fields": "title"}})
    assert (book.values(), book.file.version) == ([], before)
    assert book.value("A1") == ""


def test_the_new_spreadsheet_comes_with_the_answer_under_the_mask():
    book = Book()
    book.put("A1", [1], ["=A1+1"])
    mask = "spreadsheetId,updatedSpreadsheet(sheets(data(rowData(values(effectiveValue,note)))))"
    told = book.batch(write(0, 0, 5), query={"fields": mask}, includeSpreadsheetInResponse=True)
    rows = told["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"]
    assert [row["values"][0]["effectiveValue"]["numberValue"] for row in rows] == [5, 6]
    assert "replies" not in told


def test_the_answer_has_cells_and_ranges_as_asked():
    book = Book()
    book.put("A1", ["a", "b"])
    told = book.batch(
        write(1, 0, "c"), includeSpreadsheetInResponse=True, responseRanges=["A2"], responseIncludeGridData=True
    )  # fmt: skip
    assert told["updatedSpreadsheet"]["sheets"][0]["data"][0]["startRow"] == 1
    bare = book.batch(write(1, 0, "c"), includeSpreadsheetInResponse=True)["updatedSpreadsheet"]
    assert "data" not in bare["sheets"][0]
    assert "updatedSpreadsheet" not in book.batch(write(1, 0, "c"))


def test_a_text_is_literal_even_when_it_begins_like_a_formula():
    book = Book()
    book.batch(write(0, 0, "=1+1", True, 4.5, 0))
    assert book.values(valueRenderOption="UNFORMATTED_VALUE") == [["=1+1", True, 4.5, 0]]
    formula = {"userEnteredValue": {"formulaValue": "=1+1"}}
    book.batch(
        {"updateCells": {"rows": [{"values": [formula]}], "fields": "userEnteredValue", "start": {"columnIndex": 5}}}
    )
    assert book.value("F1") == 2
    assert book.get(ranges="A1", includeGridData="true")["sheets"][0]["data"][0]["rowData"][0]["values"][0][
        "userEnteredValue"
    ] == {"stringValue": "=1+1"}


def test_only_the_named_fields_change():
    book = Book()
    book.tab().cells[0, 0] = Cell("x", format={"textFormat": {"bold": True, "italic": True}}, note="n")
    request = {"userEnteredFormat": {"textFormat": {"bold": False}, "numberFormat": {"type": "TEXT", "pattern": "@"}}}
    book.batch(
        {
            "repeatCell": {
                "range": cells(0, 0, 1, 2), "cell": request,
                "fields": "userEnteredFormat.textFormat.bold,userEnteredFormat(numberFormat)",
            }
        }
    )  # fmt: skip
    cell = book.tab().cells[0, 0]
    assert cell.format == {
        "textFormat": {"italic": True, "bold": False}, "numberFormat": {"type": "TEXT", "pattern": "@"},
    }  # fmt: skip
    assert (cell.entered, cell.note) == ("x", "n")
    assert book.tab().cells[0, 1].format["numberFormat"]["type"] == "TEXT"


def test_a_range_clears_the_cells_that_no_row_covers():
    book = Book()
    for row in range(3):
        book.tab().cells[row, 0] = Cell("x", note="n")
    book.batch(
        {"updateCells": {"range": cells(0, 0, 3, 1), "rows": [{"values": [{"note": "neu"}]}], "fields": "note"}}
    )
    assert [(book.tab().cells[row, 0].entered, book.tab().cells[row, 0].note) for row in range(3)] == [
        ("x", "neu"), ("x", ""), ("x", ""),
    ]  # fmt: skip


def test_writing_beyond_the_grid_is_refused():
    with refused(400, "Invalid requests[0].updateCells: Attempting to write column: 26, beyond the last requested"):
        Book().batch(write(0, 26, "x"))
    with refused(400, "Attempting to write row: 2, beyond the last requested row of: 1"):
        Book().batch({"updateCells": {"range": cells(0, 0, 2, 1), "rows": [{}, {}, {}], "fields": "*"}})
    with refused(400, "exceeds grid limits. Max rows: 1000, max columns: 26"):
        Book().batch({"repeatCell": {"range": cells(999, 0, 1001, 1), "cell": {}, "fields": "note"}})


def test_an_update_must_name_known_fields():
    with refused(400, "At least one field must be listed in 'fields'."):
        Book().batch({"repeatCell": {"range": cells(0, 0, 1, 1), "cell": {}}})
    with refused(400, "Invalid field: effectiveValue"):
        Book().batch({"repeatCell": {"range": cells(0, 0, 1, 1), "cell": {}, "fields": "effectiveValue"}})


@pytest.mark.parametrize("request_", [{"flyToTheMoon": {}}, {}, {"addSheet": {}, "deleteSheet": {}}, "x"])
def test_an_unknown_kind_is_the_callers_mistake(request_):
    with refused(400, "requests[0]"):
        Book().batch(request_)


def test_an_empty_batch_is_refused():
    with refused(400, "Must specify at least one request."):
        Book().batch()


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_without_anything_never_breaks_the_emulator(kind):
    with suppress(ApiError):
        told = Book().batch({kind: {}})
        assert len(told["replies"]) == 1


def test_tabs_are_added_renamed_moved_hidden_copied_and_deleted():
    book = Book()
    book.put("A1", ["=Sheet1!B1", "7"])
    book.batch({"addSheet": {"properties": {"title": "Второй", "sheetId": 5, "index": 0}}})
    book.put("'Второй'!A1", ["=Sheet1!B1"])
    titled = {"properties": {"sheetId": 0, "title": "Лист 1"}, "fields": "title"}
    book.batch({"updateSheetProperties": titled})
    assert book.value("'Второй'!A1", "FORMULA") == "='Лист 1'!B1"
    assert book.value("'Второй'!A1") == 7
    copy = {"sourceSheetId": 0, "insertSheetIndex": 2, "newSheetName": "Копия", "newSheetId": 6}
    book.batch({"duplicateSheet": copy})
    assert [sheet.title for sheet in book.spreadsheet.sheets] == ["Второй", "Лист 1", "Копия"]
    assert book.value("'Копия'!B1") == 7
    hidden = {"properties": {"sheetId": 6, "index": 0, "hidden": True}, "fields": "index,hidden"}
    book.batch({"updateSheetProperties": hidden})
    assert next((sheet.title, sheet.hidden) for sheet in book.spreadsheet.sheets) == ("Копия", True)
    book.batch({"deleteSheet": {"sheetId": 0}})
    assert book.value("'Второй'!A1", "FORMATTED_VALUE") == "#REF!"


def test_the_last_visible_tab_stays():
    book = Book()
    with refused(400, "Invalid requests[0].updateSheetProperties: You can't hide all the sheets in a document."):
        book.batch({"updateSheetProperties": {"properties": {"hidden": True}, "fields": "hidden"}})
    with refused(400, "You can't remove all the sheets in a document."):
        book.batch({"deleteSheet": {"sheetId": 0}})
    with refused(400, 'A sheet with the name "sheet1" already exists.'):
        book.batch({"addSheet": {"properties": {"title": "sheet1"}}})


def test_a_smaller_grid_loses_what_stood_beyond_it():
    book = Book()
    book.put("A1", ["a", "b"])
    size = {"gridProperties": {"rowCount": 5, "columnCount": 1}}
    book.batch({"updateSheetProperties": {"properties": size, "fields": "gridProperties(rowCount,columnCount)"}})
    assert (book.tab().rows, book.tab().columns, book.values()) == (5, 1, [["a"]])
    with refused(400, "above the limit of 10000000 cells"):
        book.batch({"addSheet": {"properties": {"gridProperties": {"rowCount": 1_000_000, "columnCount": 11}}}})


def test_the_file_itself_can_be_renamed_and_moved_to_russia():
    book = Book()
    book.batch(
        {
            "updateSpreadsheetProperties": {
                "properties": {"title": "9Б", "locale": "ru_RU", "timeZone": "Asia/Omsk"},
                "fields": "title,locale,timeZone",
            }
        }
    )
    assert (book.file.name, book.spreadsheet.locale, book.spreadsheet.time_zone) == ("9Б", "ru_RU", "Asia/Omsk")


def test_merging_keeps_the_first_cell_only():
    book = Book()
    book.put("A1", ["a", "b"], ["c"])
    book.batch({"mergeCells": {"range": cells(0, 0, 2, 2), "mergeType": "MERGE_ALL"}})
    assert book.values() == [["a"]]
    with refused(400, "You must select all cells in a merged range"):
        book.batch({"unmergeCells": {"range": cells(0, 0, 1, 1)}})
    book.batch({"unmergeCells": {"range": cells(0, 0, 2, 2)}})
    assert book.tab().merges == []


def test_rows_are_sorted_with_blanks_last_and_formulas_going_along():
    book = Book()
    book.put("A1", ["б", "=A1&1"], [3], ["а", "=A3&1"], [""], [2])
    book.tab().cells[2, 0].note = "про а"
    by = [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}]
    book.batch({"sortRange": {"range": cells(0, 0, 5, 2), "sortSpecs": by}})
    assert book.values(valueRenderOption="UNFORMATTED_VALUE") == [[2], [3], ["а", "а1"], ["б", "б1"]]
    assert book.tab().cells[2, 0].note == "про а"
    assert book.value("B4", "FORMULA") == "=A4&1"
    by[0]["sortOrder"] = "DESCENDING"
    book.batch({"sortRange": {"range": cells(0, 0, 5, 2), "sortSpecs": by}})
    assert [row[0] for row in book.values(valueRenderOption="UNFORMATTED_VALUE")] == ["б", "а", 3, 2]


def test_copying_repeats_the_source_and_cutting_takes_formulas_along():
    book = Book()
    book.put("A1", [1, "=A1*2", "=$A$1"])
    book.batch({"copyPaste": {"source": cells(0, 0, 1, 3), "destination": cells(1, 0, 3, 3)}})
    assert book.value("B3", "FORMULA") == "=A3*2"
    assert book.value("C3", "FORMULA") == "=$A$1"
    book.batch(
        {"copyPaste": {"source": cells(0, 1, 1, 2), "destination": cells(5, 5, 6, 6), "pasteType": "PASTE_VALUES"}}
    )
    assert book.value("F6", "FORMULA") == 2
    place = {"sheetId": 0, "rowIndex": 9, "columnIndex": 0}
    book.batch({"cutPaste": {"source": cells(0, 0, 1, 1), "destination": place}})
    assert (book.value("A1"), book.value("A10"), book.value("B1", "FORMULA")) == ("", 1, "=A10*2")


def test_replacing_counts_what_it_changed():
    book = Book()
    book.put("A1", ["кот", "Кот и кот", 5, "=\"кот\""])
    told = book.batch({"findReplace": {"find": "кот", "replacement": "пёс", "allSheets": True}})
    assert told["replies"][0]["findReplace"] == {
        "valuesChanged": 2, "rowsChanged": 1, "sheetsChanged": 1, "occurrencesChanged": 3,
    }  # fmt: skip
    assert book.values() == [["пёс", "пёс и пёс", "5", "кот"]]


def test_rows_can_be_appended_below_everything():
    book = Book()
    book.put("B3", ["x"])
    rows = [{"values": [{"userEnteredValue": {"stringValue": "y"}}]}]
    book.batch({"appendCells": {"sheetId": 0, "rows": rows, "fields": "userEnteredValue"}})
    assert book.value("A4") == "y"


def test_named_ranges_conditional_formats_filters_and_groups_come_and_go():
    book = Book()
    told = book.batch({"addNamedRange": {"namedRange": {"name": "отметки", "range": cells(0, 0, 2, 1)}}})
    number = told["replies"][0]["addNamedRange"]["namedRange"]["namedRangeId"]
    book.put("A1", [2], [3])
    book.put("C1", ["=SUM(отметки)"])
    assert (book.value("C1"), book.values("отметки")) == (5, [["2"], ["3"]])
    rule = {"ranges": [cells(0, 0, 9, 1)], "booleanRule": {"condition": {"type": "BLANK"}, "format": {}}}
    book.batch(
        {"addConditionalFormatRule": {"rule": rule, "index": 0}},
        {"setBasicFilter": {"filter": {"range": cells(0, 0, 9, 2)}}},
        {"addDimensionGroup": {"range": lines("ROWS", 2, 5)}},
        {"updateDimensionProperties": {
            "range": lines("COLUMNS", 0, 1), "properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}},
    )  # fmt: skip
    sheet = book.get()["sheets"][0]
    assert sheet["conditionalFormats"][0]["booleanRule"] == rule["booleanRule"]
    assert sheet["basicFilter"]["range"]["endRowIndex"] == 9
    assert sheet["rowGroups"][0]["depth"] == 1
    assert book.get(includeGridData="true")["sheets"][0]["data"][0]["columnMetadata"][0]["hiddenByUser"] is True
    book.batch(
        {"deleteConditionalFormatRule": {"index": 0}}, {"clearBasicFilter": {"sheetId": 0}},
        {"deleteDimensionGroup": {"range": lines("ROWS", 2, 5)}}, {"deleteNamedRange": {"namedRangeId": number}},
    )  # fmt: skip
    assert set(book.get()["sheets"][0]) == {"properties"}
    assert book.value("C1", "FORMATTED_VALUE") == "#NAME?"


def test_a_tab_is_copied_into_another_file():
    book = Book()
    book.put("A1", ["x"])
    other = book.call("POST", body={"properties": {"title": "Другая", "locale": "ru_RU"}})
    told = book.call(
        "POST", BOOK, "sheets", "0", verb="copyTo", body={"destinationSpreadsheetId": other["spreadsheetId"]}
    )
    assert (told["title"], told["index"]) == ("Sheet1 (копия)", 1)
    copy = book.call("GET", other["spreadsheetId"], "values", "'Sheet1 (копия)'!A1")
    assert copy["values"] == [["x"]]
    with refused(403, "The caller does not have permission"):
        book.call(
            "POST", BOOK, "sheets", "0", verb="copyTo", by=TEACHER,
            body={"destinationSpreadsheetId": other["spreadsheetId"]},
        )  # fmt: skip


def test_a_new_file_is_made_with_all_its_body_says():
    book = Book()
    cell = {"userEnteredValue": {"formulaValue": "=1+2"}, "note": "сумма"}
    body = {
        "properties": {"title": "Новая", "locale": "ru_RU", "timeZone": "Europe/Moscow"},
        "sheets": [
            {"properties": {"title": "Первый"}, "data": [{"startRow": 1, "rowData": [{"values": [cell]}]}]},
            {"properties": {"title": "Скрытый", "hidden": True}},
        ],
        "developerMetadata": [
            {"metadataKey": "k", "visibility": "DOCUMENT", "location": {"spreadsheet": True}},
        ],
    }  # fmt: skip
    told = book.call("POST", body=body)
    number = told["spreadsheetId"]
    assert [sheet["properties"]["title"] for sheet in told["sheets"]] == ["Первый", "Скрытый"]
    assert told["developerMetadata"][0]["metadataKey"] == "k"
    assert book.call("GET", number, "values", "A1:A2")["values"] == [[], ["3"]]
    assert (book.state.files[number].name, book.state.files[number].owner) == ("Новая", OWNER)


def test_a_service_account_can_own_nothing_unless_told_so():
    book = Book()
    with refused(403, "The caller does not have permission"):
        book.call("POST", body={}, by=ROBOT)
    assert list(book.state.files) == [BOOK]
    book.state.service_accounts_may_own = True
    assert book.call("POST", body={}, by=ROBOT)["properties"]["title"] == "Untitled spreadsheet"
