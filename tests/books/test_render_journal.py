"""A journal book as it is drawn: what the service reads back, what a teacher sees, what it must not give away."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from sync_service.books.reading import read_book
from sync_service.books.render import render_journal
from sync_service.books.render.journal import absence_spellings
from sync_service.books.render.titles import course_titles
from sync_service.domain.entries import MISSED, Entry, EntryRules, read_entry
from sync_service.domain.policy import Policy
from sync_service.domain.problems import MESSAGE_LIMIT
from sync_service.domain.school import Term
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.reconcile.layout import (
    ABSENCES,
    CONTENTS,
    FIRST_TABLE_ROW,
    GRID_FIRST_LESSON_COLUMN,
    GRID_FIRST_PUPIL_ROW,
    LOG,
    REMARKS,
    SPARE_ROWS,
)
from sync_service.reconcile.locate import Grid, find_tabs, locate_grid, locate_table
from sync_service.reconcile.sheet import At, Sheets, Tab
from tests.books.render_sample import (
    COURSES,
    PUPILS,
    SCHOOL,
    TODAY,
    course,
    course_sheet,
    drawn,
    journal,
    read,
    untouched,
    year_around,
)

NAMES = {pupil.code: pupil.list_name for pupil in PUPILS}


def grid_of(content: bytes, code: str) -> Grid:
    """Where everything stands on a grid tab of the sample journal, found as the service finds it."""
    found = find_tabs(Sheets("", tuple(read(content).values())), {})
    lessons = [lesson.key for lesson in next(c for c in journal().courses if c.course.code == code).lessons]
    key = f"grid {code}"
    return locate_grid(found.tabs[key], found.origins[key], names=NAMES, expected=NAMES, lessons=lessons)


def rows_of(tab: Tab, table):
    return locate_table(tab, At(1, 1), table)


def test_tabs_stand_in_the_order_of_a_journal_and_the_hidden_ones_are_last():
    book = drawn()
    assert book.sheetnames == [
        "Содержание",
        "Математика", "Математика · уроки",
        "Основы духовной культуры", "Основы духовной культу… · уроки",
        "Разговоры о важном", "Разговоры о важном · уроки",
        "Пропуски", "Замечания", "_lists", "_journal",
    ]  # fmt: skip
    assert book["_lists"].sheet_state == "hidden"
    assert book["_journal"].sheet_state == "veryHidden"
    assert book.active.title == "Содержание"


def test_the_book_says_who_it_is():
    identity = read_book(untouched(), "x").identity
    assert (identity.book, identity.kind, identity.school) == ("journal-9А-2026", "journal", "Школа № 0")
    assert (identity.year, identity.layout, identity.generation) == ("2026/2027", 1, 3)


def test_every_pupil_lesson_and_final_mark_is_found_by_key_and_nothing_is_odd():
    grid = grid_of(untouched(), "c001")
    assert grid.problems == ()
    assert list(grid.pupils) == [pupil.code for pupil in PUPILS]
    assert list(grid.pupils.values()) == [6, 7, 8, 9]
    assert len(grid.lessons) == 64
    for columns in (grid.finals, grid.grounds):
        assert [term.value for term in columns] == ["Q1", "Q2", "Q3", "Q4", "Y", "E", "F"]
    assert grid.spare_rows == (10, 11, 12, 13, 14)


def test_whatever_was_typed_is_read_back_as_it_was_typed():
    odd = ["5", "4/5", "н5", "=1+1", "#REF!", "-5", " 5 ", "'5", 5, 45, 4.5, True, date(2026, 5, 4), "a" * 5000]
    cells = dict(zip((f"c001.{seq:03d}" for seq in range(1, 64)), odd, strict=False))
    typed: dict[Slot, object] = {entry_slot("P0002", key): raw for key, raw in cells.items()}
    typed |= {lesson_slot(key, LessonField.TOPIC): raw for key, raw in cells.items()}
    typed |= {final_slot(pupil.code, "c001", "Q1"): raw for pupil, raw in zip(PUPILS, odd[3:], strict=False)}
    content = render_journal(journal(), typed)
    grid, log = grid_of(content, "c001"), rows_of(read(content)["Математика · уроки"], LOG)
    for key, raw in cells.items():
        assert grid.tab.cells[At(7, grid.lessons[key])] == raw
        assert log.raw(log.rows[key], "topic") == raw
    assert [grid.tab.cells[At(row, grid.finals[Term.Q1])] for row in (6, 7, 8, 9)] == odd[3:7]


def test_a_moment_and_a_control_character_do_not_stop_the_book():
    moment = datetime(2026, 5, 4, 12)  # noqa: DTZ001 - a spreadsheet's moments have no zone
    typed = {entry_slot("P0001", "c001.001"): moment, entry_slot("P0001", "c001.002"): "5\x00\x1b"}
    grid = grid_of(render_journal(journal(), typed), "c001")
    assert grid.tab.cells[At(6, grid.lessons["c001.001"])] == moment
    assert grid.tab.cells[At(6, grid.lessons["c001.002"])] == "5"


def test_what_belongs_to_other_books_is_left_out():
    typed = {entry_slot("P9999", "c001.001"): "5", entry_slot("P0001", "c999.001"): "5"}
    blank = {name: tab.cells for name, tab in read(untouched()).items()}
    assert {name: tab.cells for name, tab in read(render_journal(journal(), typed)).items()} == blank


def test_every_cell_that_a_teacher_fills_is_text_before_first_use():
    sheet = drawn()["Математика"]
    grid = grid_of(untouched(), "c001")
    for row in range(GRID_FIRST_PUPIL_ROW, GRID_FIRST_PUPIL_ROW + len(PUPILS) + SPARE_ROWS):
        for column in (*grid.lessons.values(), *grid.finals.values(), *grid.grounds.values()):
            assert sheet.cell(row, column).number_format == "@", (row, column)


def test_the_log_holds_timetable_and_plan_and_leaves_the_rest_to_the_teacher():
    log = rows_of(read(untouched())["Математика · уроки"], LOG)
    row = log.rows["c001.002"]
    assert not log.missing_columns
    assert log.raw(row, "date") == year_around(TODAY).start + timedelta(days=2)
    assert [log.raw(row, key) for key in ("no", "slot", "work", "planned_topic")] == [2, 2, "КР", "Тема 2"]
    assert [log.raw(row, key) for key in ("held", "topic", "homework")] == [None, None, None]


def test_what_the_teacher_typed_wins_over_the_timetable_and_a_cleared_cell_stays_clear():
    typed = {lesson_slot("c001.002", LessonField.SLOT): 5, lesson_slot("c001.002", LessonField.WORK_TYPE): ""}
    log = rows_of(read(render_journal(journal(), typed))["Математика · уроки"], LOG)
    row = log.rows["c001.002"]
    assert log.raw(row, "slot") == 5
    assert log.raw(row, "work") is None


def test_reasons_of_absence_come_back_in_their_rows():
    typed = {
        Slot(SlotKind.REASON, "P0002", "2026-09-14 code"): "б",
        Slot(SlotKind.REASON, "P0002", "2026-09-14 document"): "справка",
        Slot(SlotKind.REASON, "P7777", "2026-09-14 code"): "ув",
    }
    rows = rows_of(read(render_journal(journal(), typed))["Пропуски"], ABSENCES)
    assert list(rows.rows) == ["P0002 2026-09-14"]
    row = rows.rows["P0002 2026-09-14"]
    assert [rows.raw(row, key) for key in ("date", "pupil", "code", "document")] == [
        date(2026, 9, 14), "Быкова Нина", "б", "справка",
    ]  # fmt: skip


def test_at_birth_there_are_no_absences_and_no_remarks():
    tabs = read(untouched())
    assert rows_of(tabs["Пропуски"], ABSENCES).rows == {}
    assert rows_of(tabs["Замечания"], REMARKS).rows == {}
    assert rows_of(tabs["Пропуски"], ABSENCES).unkeyed == ()


def test_rows_that_the_service_will_fill_have_room_for_its_longest_message():
    book = drawn()
    remarks = book["Замечания"]
    assert 2 * REMARKS.column("message").width >= MESSAGE_LIMIT
    assert remarks.row_dimensions[FIRST_TABLE_ROW].height is None
    assert remarks.sheet_format.customHeight
    assert remarks.sheet_format.defaultRowHeight == 29.75  # two lines
    assert book["Пропуски"].row_dimensions[FIRST_TABLE_ROW].height > 15
    assert book["Математика · уроки"].row_dimensions[FIRST_TABLE_ROW].height > 15


def test_the_contents_lead_to_both_tabs_of_each_course():
    sheet = drawn()[CONTENTS.title]
    assert sheet["B3"].hyperlink.location == "'Математика'!F6"
    assert sheet["D3"].hyperlink.location == "'Математика · уроки'!C3"
    assert [sheet.cell(row, 1).value for row in range(3, 8)] == ["c001", "c002", "c003", "absences 9А", "remarks"]


@pytest.mark.parametrize(
    ("code", "marks_of_a_period"),
    [
        ("c001", ["#period-mean Q1", "#period-weighted Q1", "#suggested Q1", "grounds Q1", "final Q1"]),
        ("c002", ["grounds Q1", "final Q1"]),
        ("c003", ["#period-missed Q1"]),
    ],
)
def test_a_period_ends_with_what_the_kind_of_marking_has(code, marks_of_a_period):
    tab = grid_of(untouched(), code).tab
    keys = [tab.cells[At(1, column)] for column in range(GRID_FIRST_LESSON_COLUMN + 16, GRID_FIRST_LESSON_COLUMN + 22)]
    assert keys[: len(marks_of_a_period)] == marks_of_a_period
    assert keys[len(marks_of_a_period)] == f"{code}.017"


def test_an_unmarked_course_has_no_final_marks_and_hides_the_mean():
    assert grid_of(untouched(), "c003").finals == {}
    assert drawn()["Разговоры о важном"].column_dimensions["D"].hidden


@pytest.mark.parametrize("title", ["Математика", "Основы духовной культуры", "Разговоры о важном"])
def test_periods_are_folded_but_for_the_current_one_and_their_marks_stay_in_sight(title):
    sheet = drawn()[title]
    hidden = {
        number
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for number in range(dimension.min, dimension.max + 1)
    }
    keys = {sheet.cell(1, number).value: number for number in range(2, sheet.max_column + 1)}
    code = keys_of_course(keys)
    assert {keys[f"{code}.{seq:03d}"] in hidden for seq in range(17, 33)} == {False}
    assert {keys[f"{code}.{seq:03d}"] in hidden for seq in (*range(1, 17), *range(33, 65))} == {True}
    assert not hidden & {number for key, number in keys.items() if key.startswith(("final", "#period-missed"))}


def keys_of_course(keys):
    return next(key for key in keys if "." in key).split(".")[0]


def test_keys_are_out_of_sight_and_names_stay_on_screen():
    sheet = drawn()["Математика"]
    assert sheet.freeze_panes == "F6"
    assert sheet.row_dimensions[1].hidden
    assert sheet.row_dimensions[5].hidden
    assert sheet.column_dimensions["A"].hidden


def test_every_tab_prints_on_landscape_a4_with_its_headings_repeated():
    for sheet in drawn().worksheets[:-2]:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9), sheet.title
        assert sheet.print_title_rows in ("$2:$4", "$2:$2"), sheet.title
        assert "&P" in sheet.oddFooter.right.text, sheet.title
    assert "Математика · Иванова А. П." in drawn()["Математика"].oddHeader.left.text


def test_a_pupil_who_has_left_is_struck_out_from_that_day_on():
    sheet = course_sheet(COURSES[0], year_around(TODAY))
    book = journal(courses=(replace(sheet, pupils=PUPILS[:2], gone=frozenset({PUPILS[1].code})),))
    names = load_workbook(BytesIO(render_journal(book)))["Математика"]
    assert [names.cell(row, 2).value for row in (6, 7)] == [1, None]
    rules = [rule for ranges in names.conditional_formatting for rule in ranges.rules if rule.formula]
    (gone,) = [rule for rule in rules if rule.formula == ['AND($B6="",$C6<>"")']]  # a name without a number
    assert gone.dxf.font.strike


@pytest.mark.parametrize(("names", "shown"), [("full", "Быкова Нина"), ("initials", "Быкова Н."), ("code", "P0002")])
def test_the_school_decides_how_pupils_are_named(names, shown):
    assert grid_of(render_journal(journal(names=names)), "c001").tab.cells[At(7, 3)] == shown


def test_a_book_with_codes_names_no_child_anywhere():
    typed = {Slot(SlotKind.REASON, pupil.code, "2026-09-14 code"): "б" for pupil in PUPILS}
    with zipfile.ZipFile(BytesIO(render_journal(journal(names="code"), typed))) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist())
    assert [pupil.last for pupil in PUPILS if pupil.last in text] == []


def test_a_teachers_book_names_the_class_on_each_tab_and_keeps_the_reasons_of_the_own_class_only():
    year = year_around(TODAY)
    courses = tuple(
        course_sheet(course(code, "Алгебра", school_class=school_class), year)
        for code, school_class in (("c001", "9А"), ("c002", "8Б"))
    )
    titles = [*read(render_journal(journal(courses=courses, classes=())))]
    assert titles[1:6] == ["9А Алгебра", "9А Алгебра · уроки", "8Б Алгебра", "8Б Алгебра · уроки", "Замечания"]


@given(st.lists(st.text("абвАБВ []:*?/\\'·…(2) x", max_size=60), max_size=12))
def test_tab_titles_are_what_spreadsheets_allow(titles):
    taken = {"содержание"}
    made = course_titles([course(f"c{n}", title) for n, title in enumerate(titles)], taken)
    flat = [title for pair in made.values() for title in pair]
    assert len({title.lower() for title in flat} | {"содержание"}) == len(flat) + 1
    for title in flat:
        assert 0 < len(title) <= 31
        assert not set(title) & set("[]:*?/\\")
        assert not title.startswith("'")
        assert not title.endswith("'")


@pytest.mark.parametrize("text", [*absence_spellings()])
def test_what_formulas_count_as_missed_is_missed_for_the_service_too(text):
    entry = read_entry(text, EntryRules(mark_one=True))
    assert isinstance(entry, Entry)
    assert entry.absence in MISSED


@pytest.mark.parametrize("text", ["н", "Н", "нб", "б", "ув", "у", "нп", "нн", "отс", "н5", "5н", "н/4", "4/н"])
def test_formulas_count_the_usual_spellings_of_a_missed_lesson(text):
    assert text.lower() in set(absence_spellings())


@pytest.mark.parametrize("text", ["", "5", "оп", "осв", ".", "зач", "нез", "н/а", "на"])
def test_formulas_do_not_count_what_is_no_missed_lesson(text):
    assert text not in set(absence_spellings())


def test_no_formula_is_an_array_formula_and_every_function_is_known_to_all_three_programs():
    with zipfile.ZipFile(
        BytesIO(render_journal(journal(policy=Policy(fractions=True, two_forbids_five=True))))
    ) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/" in name)
    assert 't="array"' not in text
    assert "TEXT(" not in text.replace("ISTEXT(", "")
    assert "_xlfn" not in text


def test_the_same_book_is_drawn_the_same_twice():
    def parts(content: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(BytesIO(content)) as found:
            return {name: found.read(name) for name in found.namelist() if "docProps" not in name}

    assert parts(render_journal(journal())) == parts(untouched())


def test_a_long_name_of_a_school_does_not_break_the_printed_page():
    school = SCHOOL.model_copy(update={"title": "Муниципальное бюджетное общеобразовательное учреждение & Ко " * 5})
    with zipfile.ZipFile(BytesIO(render_journal(journal(school=school)))) as parts:
        headers = re.findall("<oddHeader>(.*?)</oddHeader>", parts.read("xl/worksheets/sheet2.xml").decode())
    assert [len(unescape(header)) <= 255 for header in headers] == [True]


def test_periods_that_only_other_grades_have_are_not_drawn():
    year = year_around(TODAY)
    other = year.periods[2].model_copy(update={"grades": (1,), "start": year.periods[2].start - timedelta(days=3)})
    book = journal(year=year.model_copy(update={"periods": (*year.periods[:2], other, *year.periods[2:])}))
    assert list(grid_of(render_journal(book), "c001").finals) == list(grid_of(untouched(), "c001").finals)


def test_a_lesson_outside_of_every_period_still_has_its_column():
    sheet = course_sheet(COURSES[0], year_around(TODAY))
    early = sheet.lessons[0].model_copy(update={"key": "c001.900", "date": date(2026, 1, 1)})
    late = sheet.lessons[0].model_copy(update={"key": "c001.901", "date": date(2028, 1, 1)})
    book = journal(courses=(replace(sheet, lessons=(late, *sheet.lessons, early)),))
    tab = read(render_journal(book))["Математика"]
    keys = [tab.cells[At(1, column)] for column in range(6, 90)]
    assert keys[keys.index("#period-mean Q1") - 1] == "c001.900"
    assert keys[keys.index("#period-mean Q4") - 1] == "c001.901"


def test_a_book_without_courses_still_carries_the_reasons_of_the_class():
    typed = {Slot(SlotKind.REASON, "P0002", "2026-09-14 code"): "б"}
    tabs = read(render_journal(journal(courses=(), pupils=PUPILS), typed))
    assert "Быкова Нина" in tabs["Пропуски"].cells.values()
