"""Days that the school moves: a Saturday worked by the timetable of another weekday, a class in quarantine."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.slots import LessonField, entry_slot, lesson_slot
from sync_service.domain.timesheet import timesheet
from sync_service.records import queries
from tests.usecases.class_teacher import columns
from tests.usecases.conftest import SchoolOnDisk
from tests.usecases.test_timetable_changes import BOOK, GRID, LOG, add_row, day_of, nothing_to_do

SATURDAY = date(2026, 9, 26)
ANNA, EVA = "P0001", "P0005"


def moved_day(school: SchoolOnDisk, kind: str, title: str, start: date, end: date, grades: str = "") -> None:
    def change(sheet: Worksheet) -> None:
        add_row(sheet, kind=kind, title=title, start=start, end=end, grades=grades or None)

    school.edit("Школа", "Календарь", change)


def days_of(course: str) -> list[date]:
    return [fact.date for fact in queries.lesson_facts(course, date(2026, 9, 14), date(2026, 9, 30))]


def test_a_saturday_is_worked_by_the_timetable_of_wednesday(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    marked = school.said.lesson("c001", date(2026, 9, 16))
    school.type(BOOK, GRID, {entry_slot(ANNA, marked): "5"})
    school.sync()
    moved_day(school, "рабочий день", "Рабочая суббота, по расписанию среды", SATURDAY, SATURDAY)
    report = school.sync()
    assert [problem for book in report.books for problem in book.problems] == []
    assert days_of("c001") == [date(2026, 9, day) for day in (14, 16, 21, 23, 26, 28, 30)]
    assert SATURDAY not in days_of("c004")  # 6Б has mathematics on Mondays
    assert day_of(school, marked) == date(2026, 9, 16)
    nothing_to_do(school)

    (extra,) = (fact.key for fact in queries.lesson_facts("c001", SATURDAY, SATURDAY))
    school.now[0] = datetime(2026, 9, 26, 15, 0, tzinfo=UTC)
    school.type(BOOK, GRID, {entry_slot(ANNA, extra): "4"})
    school.type(BOOK, LOG, {lesson_slot(extra, LessonField.HELD): "да"})
    assert [problem for book in school.sync().books for problem in book.problems] == []
    assert queries.slot_values("c001")[entry_slot(ANNA, marked)] == "5"
    week = queries.diary_week(ANNA, date(2026, 9, 21), SATURDAY)
    assert [(line.subject, line.marks) for line in week.days[-1].lessons] == [("Математика", ("4",))]
    (line,) = timesheet(queries.directory(), queries.lesson_facts(), SATURDAY, SATURDAY, employees=["e01"])
    assert [tuple(mark) for mark in line.days[0].marks] == [("Ф", 1)]


def test_a_lesson_may_be_moved_to_a_working_saturday_and_to_no_other(school: SchoolOnDisk) -> None:
    moved_day(school, "рабочий день", "по расписанию пт", SATURDAY, SATURDAY)
    school.sync()
    lesson = school.said.lesson("c001", date(2026, 9, 14))
    for day, accepted in ((date(2026, 9, 19), False), (SATURDAY, True)):
        school.type(BOOK, LOG, {lesson_slot(lesson, LessonField.DATE): day})
        problems = [problem.code.value for book in school.sync().books for problem in book.problems]
        assert ("lesson.outside" not in problems) is accepted


def test_one_class_in_quarantine_loses_its_lessons_and_no_mark(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    marked = school.said.lesson("c001", date(2026, 9, 16))
    school.type(BOOK, GRID, {entry_slot(ANNA, marked): "5"})
    school.sync()
    moved_day(school, "карантин", "ОРВИ", date(2026, 9, 14), date(2026, 9, 22), "9А")
    assert [problem for book in school.sync().books for problem in book.problems] == []
    # what already holds a mark stays where it is
    assert days_of("c001") == [date(2026, 9, day) for day in (16, 23, 28, 30)]
    assert days_of("c004") == [date(2026, 9, day) for day in (14, 21, 28)]
    assert queries.slot_values("c001") == {entry_slot(ANNA, marked): "5"}
    assert queries.diary_week(ANNA, date(2026, 9, 21), date(2026, 9, 21)).days[0].holiday == "ОРВИ"
    assert queries.diary_week(EVA, date(2026, 9, 21), date(2026, 9, 21)).days[0].holiday == ""
    nothing_to_do(school)


def test_on_a_day_of_shortened_lessons_the_diary_shows_other_bells(school_on_both: SchoolOnDisk) -> None:
    school, (monday, wednesday) = school_on_both, (date(2026, 9, 14), date(2026, 9, 16))

    def rows(sheet: Worksheet) -> list[int]:
        return [row for row in range(3, sheet.max_row + 1) if sheet.cell(row, columns(sheet)["slot"]).value is not None]

    def shorten(sheet: Worksheet) -> None:
        at, empty = columns(sheet), rows(sheet)[-1] + 1
        for key, value in {"slot": 1, "start": "8:30", "end": "9:00", "since": monday, "until": monday}.items():
            sheet.cell(empty, at[key]).value = value

    def as_usual(sheet: Worksheet) -> None:
        for column in columns(sheet).values():
            sheet.cell(rows(sheet)[-1], column).value = None

    def ends() -> list[time | None]:
        week = queries.diary_week(ANNA, monday, wednesday)
        return [lesson.end for day in week.days if day.date in (monday, wednesday) for lesson in day.lessons]

    usual = ends()
    school.edit("Школа", "Звонки", shorten)
    report = school.sync()
    assert [problem for book in report.books for problem in book.problems] == []
    assert ends() == [time(9, 0), usual[1]]
    nothing_to_do(school)
    school.edit("Школа", "Звонки", as_usual)
    school.sync()
    assert ends() == usual
