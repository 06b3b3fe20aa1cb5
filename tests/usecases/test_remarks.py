"""Remarks of the night in a whole school: they open by themselves, stand in the book, and close by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, entry_slot, lesson_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.records.models import LedgerRow, PolicyValue
from sync_service.usecases.explaining import explain
from sync_service.usecases.remarks import late, write_late
from sync_service.usecases.status import status
from sync_service.usecases.trail import history
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import SchoolOnDisk, empty_school

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
FIRST, SECOND = "c001.001", "c001.002"  # 2 and 7 September


def standing(school: SchoolOnDisk, book: str = "journal-9А-2026") -> list[tuple[str, Code]]:
    return [(tab, problem.code) for tab, problem, _ in sync_state.standing_problems(book)]


def remarks_tab(school: SchoolOnDisk) -> list[tuple[object, ...]]:
    sheet = load_workbook(school.books / f"{BOOK}.xlsx")["Замечания"]
    return [line for line in sheet.iter_rows(values_only=True) if any(line)]


def hold(school: SchoolOnDisk, *lessons: str) -> None:
    for field, raw in ((LessonField.HELD, "да"), (LessonField.HOMEWORK, "№ 5")):
        school.type(BOOK, LOG, {lesson_slot(lesson, field): raw for lesson in lessons})


def test_a_usual_pass_opens_nothing_and_the_night_does(school: SchoolOnDisk) -> None:
    school.sync()
    assert standing(school) == []
    school.sync(everything=True, nightly=True)
    found = standing(school)
    assert ("due c001", Code.LESSON_UNFILLED) in found
    lines = [str(line) for line in remarks_tab(school)]
    assert any("урок 02.09" in line and "срок 02.09 18:00" in line for line in lines)
    assert {line.name: line.problems for line in status(school.workspace).books}["9А Журнал.xlsx"] == len(found)


def test_a_second_night_writes_nothing(school: SchoolOnDisk) -> None:
    school.sync(everything=True, nightly=True)
    before = queries.counts(), ledger.digest(), (school.books / f"{BOOK}.xlsx").read_bytes()
    report = school.sync(everything=True, nightly=True)
    assert not any(book.written for book in report.books)
    assert (queries.counts(), ledger.digest(), (school.books / f"{BOOK}.xlsx").read_bytes()) == before


def test_what_is_mended_goes_at_the_next_usual_pass_and_nothing_new_comes(school: SchoolOnDisk) -> None:
    school.sync(everything=True, nightly=True)
    before = standing(school)
    school.type(BOOK, GRID, {entry_slot("P0001", FIRST): "н"})  # a reason is missing from Friday the 4th on
    hold(school, FIRST, SECOND)
    school.sync()
    after = standing(school)
    assert len(before) - len(after) == 2
    assert Code.REASON_MISSING not in [code for _, code in after]
    assert not any("урок 02.09" in str(line) for line in remarks_tab(school))
    school.sync(everything=True, nightly=True)
    assert ("due 9А", Code.REASON_MISSING) in standing(school)


def test_only_those_who_are_late_are_named_with_most_first(school: SchoolOnDisk) -> None:
    school.sync()
    found = late(school.workspace)
    assert found[0].person == "Громова О. И."
    assert len(found[0].overdue) >= len(found[-1].overdue)
    due, words = found[0].overdue[0]
    assert (f"{due:%d.%m %H:%M}", words[:14]) == ("02.09 18:00", "9А Математика,")
    weekly = late(school.workspace, week=True)
    assert min(due for one in weekly for due, _ in one.overdue).date() == date(2026, 9, 7)
    path = write_late(school.workspace, weekly)
    sheet = load_workbook(path).active
    assert isinstance(sheet, Worksheet)
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert path.name == "Просрочено 2026-09-16.xlsx"
    assert "Громова О. И." in said
    assert f"Школа № 0. Людей: {len(weekly)}, замечаний: {sum(len(one.overdue) for one in weekly)}." in said


def test_before_the_year_nobody_is_late_and_without_a_school_a_human_is_needed(school: SchoolOnDisk) -> None:
    school.now[0] = datetime(2026, 8, 30, 12, tzinfo=UTC)
    assert late(school.workspace) == ()
    path = write_late(school.workspace, ())
    sheet = load_workbook(path)["Просрочено"]
    assert "Никто не опаздывает." in [cell.value for row in sheet.iter_rows() for cell in row]


def test_without_a_school_a_human_is_needed(tmp_path, db: None) -> None:
    workspace, _ = empty_school(tmp_path)
    with pytest.raises(NeedsHuman, match="provision"):
        late(workspace)


def test_a_late_or_large_correction_is_told_to_its_teacher(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot("P0001", FIRST): "3"})
    school.sync()
    school.now[0] += timedelta(minutes=5)
    school.type(BOOK, GRID, {entry_slot("P0001", FIRST): "5"})
    school.sync()
    school.sync(everything=True, nightly=True)
    assert ("due c001", Code.ENTRY_LATE_EDIT) in standing(school)


def test_a_changed_mark_asks_for_a_reason_until_the_deputy_has_taken_it_down(school_on_both: SchoolOnDisk) -> None:
    school, slot = school_on_both, entry_slot("P0001", FIRST)
    for text in ("3", "5"):
        school.type(BOOK, GRID, {slot: text})
        school.sync()
        school.now[0] += timedelta(minutes=5)
    school.sync(everything=True, nightly=True)
    assert ("due c001", Code.ENTRY_LATE_EDIT) in standing(school)
    where = {"pupil": "Абрамов Лев", "course": "Математика", "date": "02.09", "by": "Белова Т. С."}
    with pytest.raises(NeedsHuman, match="кто объяснил"):
        explain(school.workspace, **where, reason=" ")
    (done,) = explain(school.workspace, **where, reason="работа перепроверена")
    assert (done.what, done.old, done.new) == ("Абрамов Лев, Математика, 02.09.2026, 1-й урок", "3", "5")
    school.sync()
    assert Code.ENTRY_LATE_EDIT not in [code for _, code in standing(school)]
    assert queries.slot_values("c001")[slot] == "5"
    first, second = history(school.workspace, pupil="Абрамов Лев", course="Математика").steps
    assert (first.why, second.why) == ("", "работа перепроверена (Белова Т. С.)")
    with pytest.raises(NeedsHuman, match="Объяснять нечего"):
        explain(school.workspace, **where, reason="ещё раз")
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before
    school.type(BOOK, GRID, {slot: "4"})  # another change needs a reason of its own
    school.sync()
    school.sync(everything=True, nightly=True)
    assert ("due c001", Code.ENTRY_LATE_EDIT) in standing(school)


def test_homework_changed_late_is_told_and_explained_by_the_lesson(school: SchoolOnDisk) -> None:
    slot = lesson_slot(FIRST, LessonField.HOMEWORK)
    for text in ("№ 5", "№ 7"):
        school.type(BOOK, LOG, {slot: text})
        school.sync()
        school.now[0] += timedelta(minutes=5)
    school.sync(everything=True, nightly=True)
    assert ("due c001", Code.HOMEWORK_LATE_EDIT) in standing(school)
    (done,) = explain(
        school.workspace, course="Математика", school_class="9А", date="02.09", by="Белова Т. С.", reason="опечатка"
    )
    assert (done.what, done.old, done.new) == ("Математика, 02.09.2026, 1-й урок", "№ 5", "№ 7")
    school.sync()
    assert Code.HOMEWORK_LATE_EDIT not in [code for _, code in standing(school)]


# --- «Правила» ---


def rule(school: SchoolOnDisk, name: str, value: object, since: object = None, act: object = None) -> None:
    def change(sheet: Worksheet) -> None:
        columns = {cell.value: cell.column for cell in sheet[1]}
        (row,) = (cell.row for cell in sheet["A"] if cell.value == name)
        for key, raw in (("value", value), ("since", since), ("act", act)):
            sheet.cell(row, columns[key]).value = raw  # type: ignore[arg-type]

    school.edit("Школа", "Правила", change)
    school.sync()


def test_a_rule_with_a_day_waits_for_it_and_what_was_before_stays_known(school: SchoolOnDisk) -> None:
    rule(school, "edit_days", 14, date(2026, 10, 1), "приказ № 7")
    rules = queries.rules()
    days = (date(2026, 9, 16), date(2026, 9, 30), date(2026, 10, 1))
    assert [rules.on(day).edit_days for day in days] == [7, 7, 14]
    assert queries.policy(date(2026, 10, 1)).edit_days == 14
    (row,) = PolicyValue.objects.filter(key="edit_days 2026-10-01")
    assert (row.act, row.since) == ("приказ № 7", date(2026, 10, 1))
    digest = ledger.digest()
    ledger.replay()
    assert ledger.digest() == digest


def test_a_day_that_is_moved_or_taken_away_leaves_no_rule_behind(school: SchoolOnDisk) -> None:
    rule(school, "edit_days", 14, date(2026, 10, 1))
    rule(school, "edit_days", 14, date(2026, 11, 1))  # the first of October was never reached
    assert [queries.policy(date(2026, month, 2)).edit_days for month in (9, 10, 11)] == [7, 7, 14]
    rule(school, "edit_days", 10, date(2026, 9, 10))
    days = (date(2026, 9, 9), date(2026, 9, 10), date(2026, 12, 1))
    assert [queries.policy(day).edit_days for day in days] == [7, 10, 10]
    rule(school, "edit_days", 5)  # no day: it was always so
    assert [queries.policy(day).edit_days for day in (date(2026, 9, 9), date(2026, 12, 1))] == [5, 5]


def test_a_rule_that_is_not_understood_leaves_the_former_one_in_force(school: SchoolOnDisk) -> None:
    rule(school, "edit_days", 14)
    rows = LedgerRow.objects.count()
    rule(school, "edit_days", "две недели")
    assert queries.policy(date(2026, 9, 16)).edit_days == 14
    assert LedgerRow.objects.count() == rows
    (problem,) = [problem for _, problem, _ in sync_state.standing_problems("school-2026")]
    assert (problem.code, problem.read, problem.detail) == (Code.TABLE_VALUE, "две недели", "от 0 до 366")
    rule(school, "edit_days", 14, "завтра")
    assert queries.policy(date(2026, 9, 16)).edit_days == 14
