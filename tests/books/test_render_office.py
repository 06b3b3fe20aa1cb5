"""The school book and the roster books as they are drawn: read back, they say what they were drawn from."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from openpyxl import Workbook, load_workbook

from sync_service.books.reading import read_book
from sync_service.books.render import render_roster, render_school
from sync_service.books.render.defaults import BELLS, WORK_TYPES
from sync_service.books.render.tables import Row
from sync_service.domain.policy import Policy, Rules
from sync_service.domain.school import Roster
from sync_service.reconcile.layout import ROSTER_BOOK, SCHOOL_BOOK, SUBSTITUTIONS, Cell, Owner, TabKind, tab_key
from sync_service.reconcile.locate import locate_table
from sync_service.reconcile.office import read_roster, read_school
from sync_service.reconcile.sheet import At
from tests.books.render_sample import DIRECTORY, ROSTER, SCHOOL, read


def school_content() -> bytes:
    return render_school("school-2026", DIRECTORY, Policy(weighted=True))


def roster_content(roster: Roster | None = ROSTER) -> bytes:
    codes = iter(f"PNEW{number}" for number in range(100))
    return render_roster(
        "roster-9А-2026", "9А Список", SCHOOL, DIRECTORY.year, roster, DIRECTORY.subjects, lambda: next(codes),
        school_class="9А",
    )  # fmt: skip


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def test_the_school_book_says_what_it_was_drawn_from():
    found = read_school(read_book(school_content(), "x").sheets)
    assert found.problems == ()
    assert found.directory == DIRECTORY.model_copy(
        update={"courses": tuple(course.model_copy(update={"title": title_of(course)}) for course in DIRECTORY.courses)}
    )
    assert Rules(found.rules).on(date(2026, 9, 1)) == Policy(weighted=True)


def title_of(course):
    return f"{course.subject} {course.group} гр." if course.group else course.subject


def test_the_roster_book_says_what_it_was_drawn_from():
    found = read_roster(
        read_book(roster_content(), "x").sheets, "9А", [subject.title for subject in DIRECTORY.subjects]
    )
    assert found.problems == ()
    assert found.roster == ROSTER


def test_an_empty_school_book_has_rules_bells_and_work_types_and_asks_for_the_rest():
    found = read_school(read_book(render_school("school-2026", None, Policy()), "x").sheets)
    assert found.directory is None
    assert Rules(found.rules).on(date(2026, 9, 1)) == Policy()
    tabs = read(render_school("school-2026", None, Policy()))
    assert "Контрольная работа" in tabs["Виды работ"].cells.values()
    assert len({work.short for work in WORK_TYPES}) == len(WORK_TYPES)
    assert [(before.end < after.start) for before, after in pairwise(BELLS)] == [True] * 7


@pytest.mark.parametrize("table", SCHOOL_BOOK, ids=lambda table: table.title)
def test_every_tab_of_an_empty_school_book_has_its_keyed_rows_ready(table):
    tab = read(render_school("school-2026", None, Policy()))[table.title]
    rows = locate_table(tab, At(1, 1), table)
    assert rows.missing_columns == ()
    assert rows.unkeyed == ()
    assert rows.twins == {}
    assert len(rows.rows) >= table.blank_rows
    assert all(
        key.startswith(table.row_prefix) for key in rows.rows if table.kind not in (TabKind.SCHOOL, TabKind.POLICY)
    )


def test_new_rows_go_on_from_the_highest_key_so_that_none_is_given_twice():
    tab = read(school_content())["Нагрузка"]
    keys = [str(tab.cells[At(row, 1)]) for row in range(3, 9)]
    assert keys == ["c001", "c007", "c012", "c013", "c014", "c015"]


def test_every_prepared_row_of_a_list_has_a_pupil_code_of_its_own():
    rows = locate_table(read(roster_content(None))["Список"], At(1, 1), ROSTER_BOOK[0])
    assert list(rows.rows) == [f"PNEW{number}" for number in range(15)]
    assert read(roster_content(None))["Список"].cells[At(1, 1)] == tab_key(TabKind.ROSTER, "9А")


def test_tabs_that_no_directory_holds_are_drawn_from_rows_that_were_kept():
    kept = {TabKind.SUBSTITUTIONS: [Row("z07", {"class": "9А", "note": "по приказу"})]}
    tab = read(render_school("school-2026", DIRECTORY, Policy(), kept=kept))[SUBSTITUTIONS.title]
    assert tab.cells[At(3, 1)] == "z07"
    assert tab.cells[At(4, 1)] == "z08"
    assert "по приказу" in tab.cells.values()


@pytest.mark.parametrize("table", [*SCHOOL_BOOK, *ROSTER_BOOK], ids=lambda table: table.title)
def test_columns_offer_what_the_layout_says_and_never_forbid(table):
    sheet = opened(school_content() if table in SCHOOL_BOOK else roster_content())[table.title]
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        assert rule.errorStyle == "warning"
        offered |= {cells.min_col: rule for cells in rule.sqref.ranges if cells.size["rows"] > 1}
    for number, column in enumerate(table.columns, 2):
        if column.owner is Owner.TEACHER and column.cell is Cell.CHOICE:
            wanted = '"' + ",".join(column.choices) + '"' if column.choices else "_lists!"
            assert wanted in offered[number].formula1, column.heading
        elif not column.hint:
            assert number not in offered, column.heading


def test_rules_of_a_few_words_offer_them():
    sheet = opened(school_content())["Правила"]
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    rows = {sheet.cell(row, 1).value: row for row in range(3, sheet.max_row + 1)}
    assert offered[f"C{rows['weighted']}"] == '"да,нет"'
    assert offered[f"C{rows['scale']}"].startswith("_lists!")  # «от 0,50»: a comma would split a fixed list
    assert f"C{rows['edit_days']}" not in offered


def test_a_phone_number_and_a_date_keep_their_kind():
    tab, sheet = read(roster_content())["Семьи"], opened(roster_content())["Список"]
    assert "+7 900 000-00-00" in tab.cells.values()
    assert sheet["E3"].number_format == "dd.mm.yyyy"
