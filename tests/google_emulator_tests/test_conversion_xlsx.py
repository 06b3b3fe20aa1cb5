"""Books of the service through Google's conversion and back; what else a workbook may hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.reading import UNCOMPUTED, read_book
from sync_service.books.render.roster import render_roster
from sync_service.books.render.school import render_school
from sync_service.domain.policy import Policy
from tests.books.render_sample import DIRECTORY, ROSTER, SCHOOL, untouched
from tests.google_emulator.conversion import from_csv, from_xlsx, to_csv, to_xlsx
from tests.google_emulator.state import Cell, Json, Sheet, Spreadsheet


def school_book() -> bytes:
    return render_school("school-2026", DIRECTORY, Policy())


def roster_book() -> bytes:
    codes = iter(f"P9{number:03}" for number in range(50))
    return render_roster(
        "roster-9А-2026", "9А Список", SCHOOL, DIRECTORY.year, ROSTER, DIRECTORY.subjects, lambda: next(codes)
    )


def with_a_note_and_a_mark() -> bytes:
    workbook = load_workbook(BytesIO(untouched()))
    tab = workbook["Математика"]
    tab["G7"], tab["H7"], tab["I7"] = "4/5", "#N/A", "=не формула"
    tab["I7"].data_type = "s"
    tab["G8"].comment = Comment("Отметка «6»: такой нет.", "журнал")
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize("book", [untouched, school_book, roster_book, with_a_note_and_a_mark])
def test_a_book_is_read_from_its_export_as_from_itself(book: Callable[[], bytes]) -> None:
    original = book()
    spreadsheet = from_xlsx(original, "1abc", "книга")

    before, after = read_book(original, "до"), read_book(to_xlsx(spreadsheet), "после")

    assert after.identity == before.identity
    assert [tab.title for tab in after.sheets.tabs] == [tab.title for tab in before.sheets.tabs]
    for one, other in zip(before.sheets.tabs, after.sheets.tabs, strict=True):
        formulas = {at for at, value in one.cells.items() if value == UNCOMPUTED}
        typed = {at: value for at, value in one.cells.items() if at not in formulas}
        assert {at: value for at, value in other.cells.items() if at not in formulas} == typed
        assert (other.notes, set(other.merged)) == (one.notes, set(one.merged))


def test_the_export_holds_computed_values_beside_formulas() -> None:
    workbook = Workbook()
    workbook.active.append([2, 3, "=A1*B1", '="а"&"<б>"', "=A1>B1", "=1/0"])
    out = BytesIO()
    workbook.save(out)

    exported = to_xlsx(from_xlsx(out.getvalue(), "1abc", "книга"))

    formulas, values = (load_workbook(BytesIO(exported), data_only=only).active[1] for only in (False, True))
    assert [cell.value for cell in formulas[2:]] == ["=A1*B1", '="а"&"<б>"', "=A1>B1", "=1/0"]
    assert [cell.value for cell in values] == [2, 3, 6, "а<б>", False, "#DIV/0!"]


def test_the_reader_of_the_service_takes_computed_values_for_values() -> None:
    spreadsheet = from_xlsx(untouched(), "1abc", "книга")

    tabs = {tab.title: tab for tab in read_book(to_xlsx(spreadsheet), "после").sheets.tabs}

    assert UNCOMPUTED not in tabs["Математика"].cells.values()


def of(change: Callable[[Worksheet], None]) -> Sheet:
    """A workbook of one tab, converted."""
    workbook = Workbook()
    change(workbook.active)
    out = BytesIO()
    workbook.save(out)
    return from_xlsx(out.getvalue(), "1abc", "книга").sheets[0]


@pytest.mark.parametrize(
    ("value", "code", "entered", "kind"),
    [
        (date(2026, 9, 16), "dd.mm.yyyy", 46281, {"type": "DATE", "pattern": "dd.mm.yyyy"}),
        (time(12, 0), "hh:mm", 0.5, {"type": "TIME", "pattern": "hh:mm"}),
        ("4/5", "@", "4/5", {"type": "TEXT", "pattern": "@"}),
        (0.25, "0%", 0.25, {"type": "PERCENT", "pattern": "0%"}),
        (4.5, "0.00", 4.5, {"type": "NUMBER", "pattern": "0.00"}),
        (7, "General", 7, None),
        (True, "General", True, None),
    ],
)
def test_values_and_number_formats(value: object, code: str, entered: object, kind: Json | None) -> None:
    def change(tab: Worksheet) -> None:
        tab["B2"] = value
        tab["B2"].number_format = code

    cell = of(change).cells[1, 1]

    assert (cell.entered, type(cell.entered)) == (entered, type(entered))
    assert cell.format.get("numberFormat") == kind


def test_looks() -> None:
    def change(tab: Worksheet) -> None:
        tab["A1"] = "текст"
        tab["A1"].font = Font(bold=True, color="FFA3262A")
        tab["A1"].fill = PatternFill("solid", fgColor="FF00FF80")
        tab["A1"].alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)

    look = of(change).cells[0, 0].format

    assert look["textFormat"]["bold"] is True
    assert look["backgroundColor"] == {"green": 1.0, "blue": 0.50196078}  # a channel at 0 is left out
    assert (look["horizontalAlignment"], look["verticalAlignment"]) == ("CENTER", "MIDDLE")
    assert look["wrapStrategy"] == "WRAP"


def condition(kind: str, *values: str) -> Json:
    return {"type": kind, "values": [{"userEnteredValue": each} for each in values]}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            DataValidation(type="list", formula1='"да,нет"', showErrorMessage=True, prompt="Да или нет"),
            {
                "condition": condition("ONE_OF_LIST", "да", "нет"),
                "inputMessage": "Да или нет", "strict": True, "showCustomUi": True,
            },
        ),
        (
            DataValidation(type="list", formula1="_lists!$A$1:$A$9", showErrorMessage=True, errorStyle="warning"),
            {
                "condition": condition("ONE_OF_RANGE", "=_lists!$A$1:$A$9"), "showCustomUi": True,
            },
        ),
        (
            DataValidation(type="whole", operator="between", formula1="1", formula2="6", showErrorMessage=True),
            {
                "condition": condition("NUMBER_BETWEEN", "1", "6"), "strict": True,
            },
        ),
        (
            DataValidation(type="date", operator="greaterThan", formula1="A1"),
            {"condition": condition("DATE_AFTER", "=A1")},
        ),
        (DataValidation(type=None, prompt="Только подсказка"), None),
    ],
)  # fmt: skip
def test_data_validation(rule: DataValidation, expected: Json | None) -> None:
    def change(tab: Worksheet) -> None:
        tab["D5"] = "край"
        rule.add("B2:C3")
        tab.add_data_validation(rule)

    sheet = of(change)

    under_rule = {at for at, cell in sheet.cells.items() if cell.validation}
    assert under_rule == ({(1, 1), (1, 2), (2, 1), (2, 2)} if expected else set())
    if expected:
        assert sheet.cells[1, 1].validation == expected
        again = from_xlsx(to_xlsx(Spreadsheet("1abc", "книга", sheets=[sheet])), "1abc", "книга").sheets[0]
        assert again.cells[2, 2].validation == expected


def test_what_is_hidden_frozen_merged_and_grouped_stays_so() -> None:
    spreadsheet = from_xlsx(untouched(), "1abc", "книга")
    again = from_xlsx(to_xlsx(spreadsheet), "1abc", "книга")

    for one, other in zip(spreadsheet.sheets, again.sheets, strict=True):
        for name in set(vars(one)) - {"cells", "merges"}:
            assert getattr(other, name) == getattr(one, name), name
    grid = next(sheet for sheet in spreadsheet.sheets if sheet.title == "Математика")
    assert (grid.frozen_rows, grid.frozen_columns) == (5, 5)
    assert {sheet.title for sheet in spreadsheet.sheets if sheet.hidden} == {"_journal", "_lists"}
    assert grid.groups["columnGroups"][0]["depth"] == 1


def test_a_very_hidden_tab_is_only_hidden() -> None:
    workbook = Workbook()
    workbook.create_sheet("тайная").sheet_state = "veryHidden"
    out = BytesIO()
    workbook.save(out)

    assert [sheet.hidden for sheet in from_xlsx(out.getvalue(), "1abc", "книга").sheets] == [False, True]


def test_links_inside_the_book_lead_to_their_tab() -> None:
    spreadsheet = from_xlsx(untouched(), "1abc", "книга")
    contents, grid = spreadsheet.sheets[0], spreadsheet.sheets[1]
    links = {at: uri for at, cell in contents.cells.items() if (uri := cell.format.get("textFormat", {}).get("link"))}

    assert links[2, 1] == {"uri": f"#gid={grid.id}&range=F6"}
    assert load_workbook(BytesIO(to_xlsx(spreadsheet))).worksheets[0]["B3"].hyperlink.location == "'Математика'!F6"


def test_the_locale_is_american_until_somebody_sets_it() -> None:
    spreadsheet = from_xlsx(untouched(), "1abc", "9А Журнал")

    assert (spreadsheet.id, spreadsheet.title, spreadsheet.locale) == ("1abc", "9А Журнал", "en_US")


def test_a_text_that_begins_with_an_equals_sign_stays_a_text() -> None:
    sheet = Sheet(id=0, title="Лист1", cells={(0, 0): Cell("=1+1"), (0, 1): Cell("тема\x0b\x01")})

    tab = load_workbook(BytesIO(to_xlsx(Spreadsheet("1abc", "книга", sheets=[sheet])))).active

    assert (tab["A1"].data_type, tab["A1"].value) == ("s", "=1+1")
    assert tab["B1"].value == "тема"


def test_csv_there_and_back() -> None:
    spreadsheet = from_csv("Фамилия,Отметка,Дробь\r\n\"Ёлкина, Яна\",5,4/5\r\n007,4.5,\r\n".encode(), "1abc", "Список")

    cells = spreadsheet.sheets[0].cells
    assert (cells[1, 0].entered, cells[1, 1].entered, cells[1, 2].entered) == ("Ёлкина, Яна", 5, "4/5")
    assert (cells[2, 0].entered, cells[2, 1].entered) == ("007", 4.5)
    assert to_csv(spreadsheet).decode() == 'Фамилия,Отметка,Дробь\r\n"Ёлкина, Яна",5,4/5\r\n007,4.5,'
