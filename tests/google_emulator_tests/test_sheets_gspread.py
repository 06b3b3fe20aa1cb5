"""The real gspread against the running emulator: what a client that knows nothing of it makes of its answers."""

from __future__ import annotations

from collections.abc import Iterator

import gspread
import pytest
from gspread.utils import ValidationConditionType

from tests.google_emulator.fixture import gspread_of
from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.conftest import OWNER, TEACHER


@pytest.fixture
def opened(google: Emulator) -> Iterator[gspread.Spreadsheet]:
    """A fresh book of the owner's, shared with the teacher, opened by the owner."""
    number = google.add_book("9А", owner=OWNER, writers=[TEACHER])
    client = gspread_of(google, OWNER)
    yield client.open_by_key(number)
    close(client)


def close(client: gspread.Client) -> None:
    client.http_client.session.close()
    client.http_client.session._auth_request.session.close()


def test_values_go_in_and_come_out(opened):
    sheet = opened.sheet1
    sheet.update([["Абрамов", 5], ["Быкова", "=B1*2"]], "A1:B2", raw=False)
    assert sheet.get_all_values() == [["Абрамов", "5"], ["Быкова", "10"]]
    assert sheet.batch_get(["A1", "B:B"]) == [[["Абрамов"]], [["5"], ["10"]]]
    assert sheet.acell("B2", value_render_option="FORMULA").value == "=B1*2"
    sheet.append_row(["Ёлкина", 4])
    assert sheet.get_values("A3:B3") == [["Ёлкина", "4"]]
    sheet.batch_clear(["A1", "B1"])
    assert sheet.get("A1:B1") == [[]]
    assert sheet.find("Быкова").address == "A2"


def test_dressing_notes_merges_and_validation_are_seen(opened):
    sheet = opened.sheet1
    sheet.format("A1:B2", {"numberFormat": {"type": "TEXT", "pattern": "@"}, "textFormat": {"bold": True}})
    sheet.update_notes({"A1": "заметка", "B2": "ещё"})
    assert sheet.get_note("B2") == "ещё"
    assert sheet.get_notes() == [["заметка"], ["", "ещё"]]
    sheet.merge_cells("C1:D1")
    sheet.add_validation("A5:A9", ValidationConditionType.one_of_list, ["да", "нет"], strict=True, showCustomUi=True)
    told = opened.fetch_sheet_metadata({"includeGridData": "true"})["sheets"][0]
    assert told["merges"] == [{"startRowIndex": 0, "endRowIndex": 1, "startColumnIndex": 2, "endColumnIndex": 4}]
    rows = told["data"][0]["rowData"]
    assert rows[1]["values"][1]["userEnteredFormat"]["textFormat"] == {"bold": True}
    assert rows[4]["values"][0]["dataValidation"]["condition"]["type"] == "ONE_OF_LIST"


def test_rows_columns_and_tabs_obey(opened):
    sheet = opened.sheet1
    sheet.update([["в", 3], ["а", 1], ["б", 2]], "A1")
    sheet.sort((1, "asc"), range="A1:B3")
    assert sheet.col_values(1) == ["а", "б", "в"]
    sheet.insert_row(["новая"], 2)
    sheet.delete_rows(1)
    sheet.freeze(rows=1)
    sheet.add_cols(2)
    sheet.hide_columns(1, 2)
    sheet.add_dimension_group_rows(2, 4)
    assert sheet.get_all_values() == [["новая", ""], ["б", "2"], ["в", "3"]]
    other = opened.add_worksheet("Лист 2", 5, 3)
    copy = opened.duplicate_sheet(sheet.id, new_sheet_name="Копия")
    assert [one.title for one in opened.worksheets()] == ["Копия", "Sheet1", "Лист 2"]
    assert (other.row_count, other.col_count, copy.acell("A1").value) == (5, 3, "новая")
    opened.reorder_worksheets([other, sheet, copy])
    opened.del_worksheet(copy)
    assert [one.title for one in opened.worksheets()] == ["Лист 2", "Sheet1"]
    assert (opened.sheet1.title, opened.worksheet("Sheet1").col_count) == ("Лист 2", 28)
    with pytest.raises(gspread.exceptions.WorksheetNotFound):
        opened.worksheet("Нет")


def test_a_teacher_is_kept_out_of_what_is_protected(google, opened):
    opened.sheet1.add_protected_range("A1:A9", [])
    opened.sheet1.define_named_range("B1:B2", "отметки")
    assert [one["name"] for one in opened.list_named_ranges()] == ["отметки"]
    assert len(opened.list_protected_ranges(0)) == 1
    client = gspread_of(google, TEACHER)
    try:
        sheet = client.open_by_key(opened.id).sheet1
        sheet.update([["5"]], "B1")
        with pytest.raises(gspread.exceptions.APIError) as caught:
            sheet.update([["5"]], "A1")
        assert caught.value.code == 400
        assert "protected cell" in caught.value.error["message"]
    finally:
        close(client)


def test_the_file_says_its_locale_and_can_be_told_another(opened):
    assert (opened.locale, opened.timezone) == ("en_US", "Etc/GMT")
    opened.update_locale("ru_RU")
    opened.update_timezone("Europe/Moscow")
    opened.update_title("9Б")
    assert (opened.locale, opened.timezone, opened.title) == ("ru_RU", "Europe/Moscow", "9Б")
    opened.sheet1.update([["4/5", "4,5"]], "A1", raw=False)
    values = opened.sheet1.get("A1:B1", value_render_option="UNFORMATTED_VALUE")[0]
    assert values[1] == 4.5
    assert values[0] > 40_000
