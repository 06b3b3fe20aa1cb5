"""The year turns: 6Б becomes 7Б, 9А leaves, and what was is still there to read."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.accounts import issuing
from sync_service.accounts.models import Account, Role
from sync_service.books.source import Trouble
from sync_service.books.xlsx import XlsxSource
from sync_service.domain.problems import Code
from sync_service.domain.school import Term
from sync_service.domain.slots import entry_slot, final_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases.periods import close
from sync_service.usecases.provision import provision
from sync_service.usecases.reporting import write_report
from sync_service.usecases.status import status
from sync_service.usecases.timesheet import write_timesheet
from sync_service.usecases.trail import history
from sync_service.usecases.workspace import NeedsHuman
from sync_service.usecases.year_open import Opened, open_year
from tests.usecases.conftest import SchoolOnDisk
from tests.usecases.in_google import SchoolInGoogle

JUNE = datetime(2027, 6, 20, 9, 0, tzinfo=UTC)
SEPTEMBER = datetime(2027, 9, 8, 9, 0, tzinfo=UTC)  # a Wednesday
EVA, MARK, LEV = "P0005", "P0006", "P0001"
OLD = ["6Б Журнал.xlsx", "6Б Список.xlsx", "9А Журнал.xlsx", "9А Список.xlsx", "Школа.xlsx"]


def closed(school: SchoolOnDisk) -> SchoolOnDisk:
    """A year with marks, at its end: every quarter is closed."""
    lesson = school.said.lesson("c004", date(2026, 9, 7))
    school.type("6Б Журнал", "Математика", {entry_slot(EVA, lesson): "5", final_slot(EVA, "c004", Term.Q1): "4"})
    school.sync()
    school.now[0] = JUNE
    for term in ("I", "II", "III", "IV"):
        close(school.workspace, term, by="Белова Т. С.", reason="приказ № 90")
    return school


def open_next(school: SchoolOnDisk, **how: Any) -> Opened:
    return open_year(school.workspace, "2027", **how)


def type_next_year(school: SchoolOnDisk | SchoolInGoogle, of: str) -> None:
    """What the office types into the new school book: quarters and a lesson of mathematics for a class."""

    def calendar(sheet: Worksheet) -> None:
        spans = (((2027, 9, 1), (2027, 10, 22)), ((2027, 11, 1), (2027, 12, 28)),
                 ((2028, 1, 10), (2028, 3, 24)), ((2028, 4, 3), (2028, 5, 26)))  # fmt: skip
        for row, (start, end) in enumerate(spans, 3):
            sheet.cell(row, 4).value, sheet.cell(row, 5).value = date(*start), date(*end)

    def timetable(sheet: Worksheet) -> None:
        for column, value in enumerate((date(2027, 9, 1), "пн", 1, of, "Математика", None, "Громова О. И."), 2):
            sheet.cell(3, column).value = value  # type: ignore[assignment]

    school.edit("Школа", "Календарь", calendar)
    school.edit("Школа", "Расписание", timetable)
    assert {problem.code for book in school.sync().books for problem in book.problems} == set()


def fill_in(school: SchoolOnDisk) -> None:
    """The next year is typed, and its journals are there."""
    type_next_year(school, "7Б")
    provision(school.workspace)


def marks_of(pupil: str, monday: date, today: date) -> list[tuple[str, ...]]:
    week = queries.diary_week(pupil, monday, today)
    return [line.marks for day in week.days for line in day.lessons if line.marks]


def test_last_years_6b_is_7b_and_its_marks_are_still_in_the_diary(school_on_both: SchoolOnDisk) -> None:
    school = closed(school_on_both)
    done = open_next(school)
    assert done.created == ["Школа", "7Б Список"]
    assert [(pupil.code, pupil.school_class) for pupil in queries.pupils(date(2027, 9, 8))] == [
        (EVA, "7Б"), (MARK, "7Б"),
    ]  # fmt: skip
    assert [course.code for course in queries.directory().courses] == ["c005"]  # c001-c004 are of the year before
    fill_in(school)
    names = sorted(path.name for path in school.books.glob("*.xlsx"))
    assert names == ["7Б Журнал.xlsx", "7Б Список.xlsx", "Школа.xlsx"]

    school.now[0] = SEPTEMBER
    today = SEPTEMBER.date()
    school.type("7Б Журнал", "Математика", {entry_slot(EVA, "c005.001"): "3"})
    assert [book.problems for book in school.sync().books] == [()]
    assert marks_of(EVA, date(2027, 9, 6), today) == [("3",)]
    assert marks_of(EVA, date(2026, 9, 7), today) == [("5",)]
    assert queries.diary_week(EVA, date(2026, 9, 7), today).school_class == "6Б"
    assert queries.diary_subjects(EVA, today)[0].finals == ()
    assert queries.diary_subjects(EVA, date(2027, 5, 26))[0].finals == ((Term.Q1, "4"),)


def test_the_books_of_the_old_year_are_kept_where_nobody_writes_them(school: SchoolOnDisk) -> None:
    done = open_next(closed(school))
    kept = school.books / "2026-2027"
    assert (sorted(done.put_away), sorted(path.name for path in kept.iterdir())) == (OLD, OLD)
    assert not any(path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP) for path in kept.iterdir())
    assert XlsxSource(kept).fetch("6Б Журнал.xlsx").identity.book == "journal-6Б-2026"
    assert [line.name for line in status(school.workspace).books] == ["7Б Список.xlsx", "Школа.xlsx"]


def test_an_old_journal_that_comes_back_into_the_folder_is_refused(school: SchoolOnDisk) -> None:
    open_next(closed(school))
    before = ledger.digest()
    (school.books / "6Б Журнал.xlsx").write_bytes((school.books / "2026-2027" / "6Б Журнал.xlsx").read_bytes())
    lesson = school.said.lesson("c004", date(2026, 9, 14))
    school.type("6Б Журнал", "Математика", {entry_slot(EVA, lesson): "5"})
    assert [trouble.trouble for trouble in school.sync().troubles] == [Trouble.PAST_YEAR]
    assert ledger.digest() == before


def test_reports_timesheet_and_history_of_the_old_year_still_say_what_they_said(school: SchoolOnDisk) -> None:
    closed(school)
    school.sync(everything=True)
    before = cells(write_report(school.workspace, "2026-09"))
    hours = cells(write_timesheet(school.workspace, "2027-05"))
    open_next(school)
    fill_in(school)
    assert cells(write_report(school.workspace, "2026-09")) == before
    assert cells(write_timesheet(school.workspace, "2027-05")) == hours
    school.now[0] = SEPTEMBER
    steps = history(school.workspace, pupil=EVA).steps
    assert [(step.what, step.new) for step in steps] == [
        ("Математика (6Б), 07.09, 1-й урок", "5"), ("Математика (6Б), I четверть", "4"),
    ]  # fmt: skip
    assert "7Б" in str(cells(write_report(school.workspace, "2027-09")))
    assert "9А" not in str(cells(write_report(school.workspace, "2027-09")))


def cells(path: Any) -> list[tuple[str, str, object]]:
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def test_summer_has_a_timesheet_too(school: SchoolOnDisk) -> None:
    closed(school)
    assert write_timesheet(school.workspace, "2027-06").exists()
    open_next(school)
    assert write_timesheet(school.workspace, "2027-06").exists()
    with pytest.raises(NeedsHuman, match="вне учебного года"):
        write_report(school.workspace, "2027-07")


def test_the_ninth_grade_leaves_and_its_logins_close_before_the_new_year(school: SchoolOnDisk) -> None:
    closed(school)
    for person, role in ((LEV, Role.PUPIL), ("P0001-1", Role.GUARDIAN), ("P0002-1", Role.GUARDIAN), (EVA, Role.PUPIL)):
        issuing.issue(person, role, person, by="Лебедев А. Н.", at=JUNE)
    done = open_next(school, on=date(2027, 6, 25))
    assert (done.finished, done.logins_close) == (4, date(2027, 9, 1))
    lev = next(pupil for pupil in queries.pupils() if pupil.code == LEV)
    assert (lev.left, lev.school_class) == (date(2027, 6, 25), "9А")
    closing = dict(Account.objects.values_list("person", "closes_on"))
    # the mother of Lev has Eva in 7Б: her login goes on
    assert closing == {LEV: date(2027, 9, 1), "P0001-1": None, "P0002-1": date(2027, 9, 1), EVA: None}


def test_everything_that_is_missing_is_said_at_once_and_may_be_overlooked_by_name(school: SchoolOnDisk) -> None:
    school.sync()
    with pytest.raises(NeedsHuman, match="идёт до 26"):
        open_next(school)
    school.now[0] = JUNE
    close(school.workspace, "I", by="Белова Т. С.", reason="приказ", school_class="9А")

    def lose(sheet: Worksheet) -> None:
        for column in range(1, 13):
            sheet.cell(4, column).value = None

    school.edit("6Б Список", "Список", lose)
    with pytest.raises(NeedsHuman) as told:
        open_next(school)
    said = str(told.value)
    assert "«I четверть» не закрыта для 6Б" in said
    assert "«IV четверть» не закрыта: journal" in said
    assert "Щукин Марк (6Б)" in said
    with pytest.raises(NeedsHuman, match="кто решил и почему"):
        open_next(school, force=True)
    assert queries.directory().year.title == "2026/2027"
    open_next(school, force=True, by="Белова Т. С.", reason="приказ № 91")
    (_, decision) = queries.decisions("year.opened")[-1]
    assert "Щукин Марк" in str(decision)
    assert [pupil.code for pupil in queries.pupils(JUNE.date())] == [EVA]


def test_twice_is_once(school: SchoolOnDisk) -> None:
    open_next(closed(school))
    before = ledger.digest(), sorted(path.name for path in school.books.rglob("*.xlsx"))
    assert open_next(school).nothing_new
    assert (ledger.digest(), sorted(path.name for path in school.books.rglob("*.xlsx"))) == before
    with pytest.raises(NeedsHuman, match="journal year open 2028"):
        open_year(school.workspace, "2029")


@pytest.mark.parametrize("breaks_at", range(1, 8))
def test_whoever_is_killed_in_between_repeats_the_command(
    school: SchoolOnDisk, monkeypatch: pytest.MonkeyPatch, breaks_at: int
) -> None:
    """At each of the five moves and the two new books."""
    closed(school)
    left = [breaks_at]

    def fragile(real: Any) -> Any:
        def once(self: Any, *arguments: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return real(self, *arguments)

        return once

    with monkeypatch.context() as patched:
        for name in ("put_away", "create"):
            patched.setattr(XlsxSource, name, fragile(getattr(XlsxSource, name)))
        with pytest.raises(KeyboardInterrupt):
            open_next(school)
    if breaks_at == 3:
        school.sync()  # the daemon passes by before somebody repeats it
    open_next(school)
    assert sorted(path.name for path in (school.books / "2026-2027").iterdir()) == OLD
    assert sorted(path.name for path in school.books.glob("*.xlsx")) == ["7Б Список.xlsx", "Школа.xlsx"]
    assert [pupil.school_class for pupil in queries.pupils(SEPTEMBER.date())] == ["7Б", "7Б"]
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def test_a_year_opened_late_holds_from_its_first_day(school: SchoolOnDisk) -> None:
    closed(school)
    school.now[0] = SEPTEMBER
    open_next(school, on=date(2027, 6, 25))
    fill_in(school)
    course = queries.directory().courses[0]
    assert [pupil.code for pupil in queries.course_pupils(course, date(2027, 9, 1))] == [EVA, MARK]


def test_a_book_that_somebody_has_open_is_waited_for(school: SchoolOnDisk) -> None:
    closed(school)
    lock = school.books / "~$9А Журнал.xlsx"
    lock.touch()
    with pytest.raises(NeedsHuman, match=r"сейчас открыта.*повторите эту команду"):
        open_next(school)
    lock.unlink()
    assert open_next(school).created == ["Школа", "7Б Список"]


def test_journals_wait_for_the_quarters(school: SchoolOnDisk) -> None:
    done = open_next(closed(school))
    assert Code.TABLE_REQUIRED in {problem.code for _, problem in done.problems}
    assert provision(school.workspace).without_quarters == ["7Б Журнал"]
    assert not (school.books / "7Б Журнал.xlsx").exists()
    assert sync_state.holds() == []


def test_the_family_turns_the_pages_back_over_the_summer(school: SchoolOnDisk) -> None:
    open_next(closed(school))
    fill_in(school)
    school.now[0] = SEPTEMBER
    issuing.issue(EVA, Role.PUPIL, "Абрамова Ева", by="Лебедев А. Н.", at=JUNE)
    Account.objects.update(must_change=False)
    with time_machine.travel(SEPTEMBER, tick=False):
        client = Client()
        client.force_login(Account.objects.get(person=EVA))
        pages = {
            address: client.get(address).content.decode()
            for address in ("/", "/week/2027-08-30/", "/week/2027-05-24/", "/week/2026-09-07/", "/marks/2026/")
        }
        for outside in ("/week/2027-07-05/", "/marks/2025/"):
            assert client.get(outside).status_code == 404
    assert 'href="/week/2027-05-24/"' in pages["/week/2027-08-30/"]
    assert 'href="/week/2027-08-30/"' in pages["/week/2027-05-24/"]
    assert "7Б" in pages["/"]
    assert ">5</li>" in pages["/week/2026-09-07/"]
    assert "IV четверть, 2026/2027" in pages["/marks/2026/"]
    assert "<dt>I четверть</dt><dd>4</dd>" in pages["/marks/2026/"]
