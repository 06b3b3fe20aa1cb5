"""A journal as the record had it at a moment: a copy beside the books, and, on an order, in the book itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.source import SourceError
from sync_service.domain.slots import LessonField, Slot, entry_slot, final_slot, lesson_slot
from sync_service.records import queries, sync_state
from sync_service.usecases.correcting import correct_entry
from sync_service.usecases.demo_hands import cell_of
from sync_service.usecases.meant import Unclear
from sync_service.usecases.restoring import copy_as_of, put_back
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import SchoolOnDisk, build
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
LEV, NINA, YANA, PETR = "P0001", "P0002", "P0003", "P0004"
FIRST, SECOND = "c001.001", "c001.002"
SLOT = entry_slot(LEV, FIRST)
TOPIC, DATE, WORK = (
    lesson_slot(FIRST, field) for field in (LessonField.TOPIC, LessonField.DATE, LessonField.WORK_TYPE)
)
ORDER = {"by": "Белова Т. С.", "reason": "вставили не туда"}
GOOD = "2026-09-16T18:00"  # when everything was right


@pytest.fixture
def spoilt(tmp_path: Path, drawn: Path, database: str) -> SchoolOnDisk:
    """At GOOD marks, a topic, a moved lesson and a reason were right; an hour later much of it is something else."""
    return build(tmp_path, drawn / "spoilt", story=spoil)


def spoil(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {SLOT: "5", entry_slot(NINA, FIRST): "Н", entry_slot(YANA, FIRST): "4/5",
                             final_slot(LEV, "c001", "Q1"): "5"})  # fmt: skip
    school.type(BOOK, LOG, {TOPIC: "Дроби", lesson_slot(FIRST, LessonField.HELD): "да",
                            lesson_slot(SECOND, LessonField.DATE): "08.09.2026",
                            lesson_slot(SECOND, LessonField.MINUTES): 20})  # fmt: skip
    school.sync()
    explain(school, "б")
    school.sync()
    school.now[0] += timedelta(hours=1)
    school.type(BOOK, GRID, {SLOT: "2", entry_slot(YANA, FIRST): None, entry_slot(PETR, FIRST): "3",
                             entry_slot(PETR, SECOND): "45"})  # fmt: skip
    school.type(BOOK, LOG, {TOPIC: "=опечатка", WORK: "КР", DATE: "03.09.2026",
                            lesson_slot(SECOND, LessonField.DATE): "09.09.2026",
                            lesson_slot(SECOND, LessonField.MINUTES): None})  # fmt: skip
    explain(school, "ув")
    school.sync()
    school.now[0] += timedelta(hours=1)


def explain(school: SchoolOnDisk, code: str) -> None:
    def change(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        assert sheet.cell(3, 1).value == f"{NINA} 2026-09-02"
        sheet.cell(3, headings["code"]).value = code

    school.edit(BOOK, "Пропуски", change)


def cell(path: Path, tab: str, slot: Slot) -> object:
    sheet = load_workbook(path)[tab]
    return sheet.cell(*cell_of(sheet, slot)).value


def record() -> dict[Slot, str]:
    return queries.slot_values("c001") | queries.reason_values("9А")


def test_a_copy_shows_the_record_of_the_moment_and_the_book_stays_as_it_is(spoilt: SchoolOnDisk) -> None:
    before = (spoilt.books / f"{BOOK}.xlsx").read_bytes()
    copy = copy_as_of(spoilt.workspace, "9А", GOOD)
    assert copy.path == spoilt.workspace.config.home / "restored" / "9А Журнал на 2026-09-16 18-00.xlsx"
    assert copy.values == 9
    assert [cell(copy.path, GRID, slot) for slot in (SLOT, entry_slot(NINA, FIRST), entry_slot(YANA, FIRST))] == [
        "5", "н", "4/5",
    ]  # fmt: skip
    assert cell(copy.path, GRID, entry_slot(PETR, FIRST)) is None
    assert (cell(copy.path, LOG, TOPIC), cell(copy.path, LOG, WORK)) == ("Дроби", None)
    assert f"{cell(copy.path, LOG, DATE):%d.%m}" == "02.09"
    assert f"{cell(copy.path, LOG, lesson_slot(SECOND, LessonField.DATE)):%d.%m}" == "08.09"
    assert load_workbook(copy.path)["Пропуски"]["F3"].value == "б"
    assert (spoilt.books / f"{BOOK}.xlsx").read_bytes() == before
    assert not spoilt.sync().books  # no pass looks into the folder of copies
    assert copy_as_of(spoilt.workspace, "9А", GOOD).path == copy.path


def test_a_copy_needs_nothing_of_the_book(spoilt: SchoolOnDisk) -> None:
    (spoilt.books / f"{BOOK}.xlsx").unlink()
    copy = copy_as_of(spoilt.workspace, "9А", GOOD, tab="математика")
    assert cell(copy.path, GRID, SLOT) == "5"
    assert load_workbook(copy.path).sheetnames[:3] == ["Содержание", GRID, LOG]
    assert "Пропуски" not in load_workbook(copy.path).sheetnames


def test_what_is_put_back_is_what_was_right_and_the_record_follows(spoilt: SchoolOnDisk) -> None:
    right = queries.texts_at("c001", spoilt.now[0] - timedelta(hours=2)) | queries.reasons_at(spoilt.now[0])
    done = put_back(spoilt.workspace, "9А", GOOD, **ORDER)
    # PETR's «45» was never accepted, and goes too
    assert dict(done.cells) == {GRID: 4, LOG: 5, "Пропуски": 1}
    assert (done.name, done.unplaced, done.corrected) == (BOOK, 0, 0)
    report = spoilt.sync()
    assert not report.needs_human
    shown = record()
    assert {slot: shown.get(slot, "") for slot in right if slot.kind != "reason"} == {
        slot: text for slot, text in right.items() if slot.kind != "reason"
    }
    assert queries.reason_values("9А") == {Slot.parse(f"reason:{NINA}:2026-09-02 code"): "б"}
    assert entry_slot(PETR, FIRST) not in shown
    assert (shown.get(WORK, ""), shown[DATE]) == ("", "2026-09-02")
    again = put_back(spoilt.workspace, "9А", GOOD, **ORDER)
    assert dict(again.cells) == {}


def test_the_order_stands_in_the_ledger_and_the_previous_version_is_kept(spoilt: SchoolOnDisk) -> None:
    before = (spoilt.books / f"{BOOK}.xlsx").read_bytes()
    put_back(spoilt.workspace, "9А", GOOD, tab=GRID, **ORDER)
    ((order, told),) = queries.decisions("book.rewound")
    assert (order.actor, order.reason, order.book, order.at) == (*ORDER.values(), "journal-9А-2026", spoilt.now[0])
    assert told == {"at": "2026-09-16T18:00:00+03:00", "cells": {GRID: 4}}
    kept = sorted((spoilt.workspace.config.books.versions / BOOK).glob("*.xlsx"))
    assert kept[-1].read_bytes() == before
    assert spoilt.value(BOOK, LOG, TOPIC) == "=опечатка"  # another tab


def test_torn_and_renamed_tabs_are_found_by_their_keys_and_what_is_gone_is_counted(spoilt: SchoolOnDisk) -> None:
    def tear(sheet: Worksheet) -> None:
        sheet.delete_rows(cell_of(sheet, entry_slot(YANA, FIRST))[0])
        sheet.insert_rows(6)
        sheet.title = "Алгебра"

    spoilt.edit(BOOK, GRID, tear)
    done = put_back(spoilt.workspace, "9А", GOOD, tab=GRID, **ORDER)
    assert (done.unplaced, dict(done.cells)) == (1, {"Алгебра": 3})
    assert spoilt.value(BOOK, "Алгебра", SLOT) == "5"


def test_an_office_correction_made_since_is_counted_and_the_order_outweighs_it(spoilt: SchoolOnDisk) -> None:
    lev = {"pupil": "Абрамов Лев", "course": "Математика", "date": "03.09", **ORDER}
    correct_entry(spoilt.workspace, "4", **lev)
    spoilt.type(BOOK, GRID, {SLOT: "4"})
    spoilt.sync()
    assert put_back(spoilt.workspace, "9А", GOOD, tab=GRID, **ORDER).corrected == 1
    spoilt.sync()
    assert [row.new for row in queries.history(SLOT)] == ["5", "2", "4", "5"]


def test_guards_still_look_at_what_was_put_back(spoilt: SchoolOnDisk) -> None:
    many = {entry_slot(pupil, lesson): "3" for pupil in (LEV, NINA, YANA, PETR) for lesson in (SECOND, "c001.003")}
    spoilt.type(BOOK, GRID, many)
    spoilt.sync()
    put_back(spoilt.workspace, "9А", GOOD, tab=GRID, **ORDER)
    assert spoilt.sync().needs_human
    assert [hold.code for hold in sync_state.holds()] == ["tab.mass_clear"]
    assert record()[entry_slot(PETR, SECOND)] == "3"


def test_a_book_that_somebody_has_open_stays_as_it_is_and_the_ledger_says_so(spoilt: SchoolOnDisk) -> None:
    (spoilt.books / f"~${BOOK}.xlsx").write_bytes(b"")
    before = (spoilt.books / f"{BOOK}.xlsx").read_bytes()
    with pytest.raises(SourceError, match="открыта"):
        put_back(spoilt.workspace, "9А", GOOD, **ORDER)
    assert (spoilt.books / f"{BOOK}.xlsx").read_bytes() == before
    ((_, told),) = queries.decisions("book.rewind_failed")
    assert told["trouble"] == "busy"


def test_a_tab_without_its_keys_is_not_written_by_position(spoilt: SchoolOnDisk) -> None:
    spoilt.edit(BOOK, GRID, lambda sheet: sheet.delete_cols(1))
    with pytest.raises(NeedsHuman, match="Вкладку «Математика» в книге не найти"):
        put_back(spoilt.workspace, "9А", GOOD, **ORDER)
    assert not queries.decisions("book.rewound")


@pytest.mark.parametrize(
    ("words", "error", "sentence"),
    [
        ({"at": "вчера"}, Unclear, "не момент"),
        ({"at": "2026-09-17T10:00"}, Unclear, "17.09.2026 10:00 ещё не наступило"),
        ({"at": "2026-09-01T10:00"}, NeedsHuman, "На 01.09.2026 10:00 в базе ещё ничего нет"),
        ({"tab": "Физика"}, Unclear, "вкладки «Физика» нет. Есть: Математика, Математика · уроки, Англ"),
        ({"book": "11Я"}, NeedsHuman, "11Я"),
        ({"by": ""}, NeedsHuman, "кто решил"),
    ],
)
def test_what_cannot_be_restored_is_told_in_a_sentence(
    school: SchoolOnDisk, words: dict[str, str], error: type[Exception], sentence: str
) -> None:
    school.type(BOOK, GRID, {SLOT: "5"})
    school.sync()
    with pytest.raises(error, match=sentence):
        put_back(school.workspace, **{"book": "9А", "at": GOOD, **ORDER, **words})
    assert school.value(BOOK, GRID, SLOT) == "5"


def test_a_book_in_google_is_put_back_in_one_write(in_google: SchoolInGoogle) -> None:
    in_google.type(BOOK, GRID, {SLOT: "5", entry_slot(NINA, FIRST): "н"})
    in_google.type(BOOK, LOG, {lesson_slot(FIRST, LessonField.HOMEWORK_DUE): "09.09.2026"})
    in_google.sync()
    in_google.now[0] += timedelta(hours=1)
    in_google.type(BOOK, GRID, {SLOT: "2", entry_slot(NINA, FIRST): ""})
    in_google.type(BOOK, LOG, {lesson_slot(FIRST, LessonField.HOMEWORK_DUE): "10.09.2026"})
    in_google.sync()
    copy = copy_as_of(in_google.workspace, "9А", GOOD)
    assert cell(copy.path, GRID, SLOT) == "5"
    done = put_back(in_google.workspace, "9А", GOOD, **ORDER)
    assert dict(done.cells) == {GRID: 2, LOG: 1}
    assert in_google.value(BOOK, GRID, SLOT) == "5"
    assert not in_google.sync().needs_human
    shown = record()
    assert (shown[SLOT], shown[entry_slot(NINA, FIRST)]) == ("5", "н")
    assert shown[lesson_slot(FIRST, LessonField.HOMEWORK_DUE)] == "2026-09-09"
