"""The timetable or the calendar changes in the middle of the year: lessons come, go and move in the journals that
teachers already fill, and no mark ever finds itself under another lesson."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, entry_slot, final_slot, lesson_slot
from sync_service.domain.timesheet import timesheet
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases.provision import provision
from tests.simulation.hands import OpenBook
from tests.usecases.class_teacher import entry, line_of, put
from tests.usecases.conftest import SchoolOnDisk
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
MONDAY_14, WEDNESDAY_16, MONDAY_21 = "c001.004", "c001.005", "c001.006"
SINCE = date(2026, 9, 21)
ANNA = "P0001"
MATHS = {"class": "9А", "subject": "Математика", "teacher": "Громова О. И."}


def add_row(sheet: Worksheet, **cells: object) -> None:
    """Fill the first empty row of a tab of the school book."""
    headings = {sheet.cell(1, column).value: column for column in range(2, sheet.max_column + 1)}
    empty = headings["since" if "since" in cells else "kind"]
    row = next(row for row in range(3, 500) if sheet.cell(row, empty).value is None)
    for key, value in cells.items():
        sheet.cell(row, headings[key]).value = value  # type: ignore[assignment]


def new_timetable(school: SchoolOnDisk | SchoolInGoogle, *days: tuple[str, int], since: date = SINCE) -> None:
    """From 21 September, or another day, mathematics of 9А is at these hours."""

    def change(sheet: Worksheet) -> None:
        for day, slot in days:
            add_row(sheet, since=since, weekday=day, slot=slot, **MATHS)

    school.edit("Школа", "Расписание", change)


def day_of(school: SchoolOnDisk, lesson: str) -> object:
    shown = school.value(BOOK, LOG, lesson_slot(lesson, LessonField.DATE))
    return shown.date() if isinstance(shown, datetime) else shown


def nothing_to_do(school: SchoolOnDisk | SchoolInGoogle) -> None:
    """Another pass over everything has nothing to record or write, and the ledger tells the same story."""
    report = school.sync(everything=True)
    assert [book for book in report.books if book.recorded or book.retracted or book.written] == []
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def problems_of(book: str = "journal-9А-2026") -> list[str]:
    return [problem.code.value for _, problem, _ in sync_state.standing_problems(book)]


def test_from_21_september_mathematics_is_on_tuesday_instead_of_monday(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.type(BOOK, GRID, {entry_slot(ANNA, MONDAY_14): "5"})
    school.sync()
    new_timetable(school, ("вт", 3), ("ср", 1))
    report = school.sync()
    assert [problem for book in report.books for problem in book.problems] == []
    assert day_of(school, MONDAY_14) == date(2026, 9, 14)
    assert day_of(school, WEDNESDAY_16) == date(2026, 9, 16)
    assert day_of(school, MONDAY_21) == date(2026, 9, 22)
    assert school.value(BOOK, LOG, lesson_slot(MONDAY_21, LessonField.SLOT)) == 3
    nothing_to_do(school)
    school.now[0] = datetime(2026, 9, 22, 15, 0, tzinfo=UTC)
    school.type(BOOK, GRID, {entry_slot(ANNA, MONDAY_21): "4"})
    school.sync(everything=True)
    marked = {fact.key: fact.date for fact in queries.lesson_facts("c001")}
    record = queries.slot_values("c001")
    assert (record[entry_slot(ANNA, MONDAY_21)], marked[MONDAY_21]) == ("4", date(2026, 9, 22))
    assert (record[entry_slot(ANNA, MONDAY_14)], marked[MONDAY_14]) == ("5", date(2026, 9, 14))
    nothing_to_do(school)


def test_a_third_hour_appears_in_the_journal_by_itself(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.sync()
    new_timetable(school, ("пн", 1), ("ср", 1), ("пт", 5))
    school.sync()
    days = {fact.key: fact.date for fact in queries.lesson_facts("c001")}
    assert (days["c001.008"], days["c001.Q1-1"]) == (date(2026, 9, 25), date(2026, 10, 14))
    assert day_of(school, "c001.Q1-1") == date(2026, 10, 14)
    school.now[0] = datetime(2026, 10, 14, 15, 0, tzinfo=UTC)
    school.type(BOOK, GRID, {entry_slot(ANNA, "c001.Q1-1"): "н"})
    school.type(BOOK, LOG, {lesson_slot("c001.Q1-1", LessonField.HELD): "да"})
    school.sync(everything=True)
    assert queries.slot_values("c001")[entry_slot(ANNA, "c001.Q1-1")] == "н"
    assert problems_of() == [Code.BOOK_NARROW]  # the longer quarters want more columns than a journal has to spare
    nothing_to_do(school)


def test_lessons_without_a_row_are_told_and_when_they_get_another_day_no_tab_waits(school: SchoolOnDisk) -> None:
    school.sync()
    new_timetable(school, ("пн", 1), ("ср", 1), ("пт", 5))
    school.sync()
    assert problems_of() == [Code.BOOK_NARROW]
    new_timetable(school, ("пн", 1), ("ср", 1), ("чт", 5), since=date(2026, 9, 28))
    assert not any(book.held for book in school.sync().books)
    done = provision(school.workspace)
    assert list(done.redrawn) == [BOOK]
    school.sync(everything=True)
    assert problems_of() == []
    nothing_to_do(school)


def test_lessons_of_a_quarantine_go_and_come_back(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.sync()
    school.edit("Школа", "Календарь", lambda sheet: add_row(
        sheet, kind="карантин", title="Карантин 9А", start=date(2026, 9, 21), end=date(2026, 9, 25), grades="9",
    ))  # fmt: skip
    school.sync()
    assert day_of(school, MONDAY_21) == date(2026, 9, 28)
    last = "c001.015"
    assert day_of(school, last) is None
    assert last not in {fact.key for fact in queries.lesson_facts("c001")}
    nothing_to_do(school)
    school.type(BOOK, GRID, {entry_slot(ANNA, last): "5"})
    school.sync()
    assert problems_of() == [Code.LESSON_UNSCHEDULED.value]

    def over(sheet: Worksheet) -> None:
        row = next(row for row in range(3, 100) if sheet.cell(row, 3).value == "Карантин 9А")
        for column in range(2, 8):
            sheet.cell(row, column).value = None

    school.edit("Школа", "Календарь", over)
    school.now[0] = datetime(2026, 10, 21, 15, 0, tzinfo=UTC)
    school.sync()
    assert (day_of(school, MONDAY_21), day_of(school, last)) == (date(2026, 9, 21), date(2026, 10, 21))
    assert queries.slot_values("c001")[entry_slot(ANNA, last)] == "5"
    nothing_to_do(school)


def test_a_mark_typed_before_the_quarantine_was_entered_stays_on_its_day(school: SchoolOnDisk) -> None:
    school.sync()
    school.now[0] = datetime(2026, 9, 21, 15, 0, tzinfo=UTC)
    school.type(BOOK, GRID, {entry_slot(ANNA, MONDAY_21): "5"})
    school.edit("Школа", "Календарь", lambda sheet: add_row(
        sheet, kind="карантин", title="Карантин 9А", start=date(2026, 9, 21), end=date(2026, 9, 25), grades="9",
    ))  # fmt: skip
    school.sync()
    assert day_of(school, MONDAY_21) == date(2026, 9, 21)
    assert queries.slot_values("c001")[entry_slot(ANNA, MONDAY_21)] == "5"


def test_a_day_that_the_teacher_gave_a_lesson_outlives_the_timetable(school: SchoolOnDisk) -> None:
    school.type(BOOK, LOG, {lesson_slot(MONDAY_21, LessonField.DATE): date(2026, 9, 24)})
    school.sync()
    new_timetable(school, ("вт", 3), ("ср", 1))
    school.sync()
    assert day_of(school, MONDAY_21) == date(2026, 9, 24)
    nothing_to_do(school)


def test_what_is_typed_into_a_spare_row_is_told_and_stays(school: SchoolOnDisk) -> None:
    school.type(BOOK, LOG, {lesson_slot("c001.Q1-1", LessonField.TOPIC): "Повторение"})
    school.sync()
    assert problems_of() == [Code.LESSON_UNSCHEDULED.value]
    assert school.value(BOOK, LOG, lesson_slot("c001.Q1-1", LessonField.TOPIC)) == "Повторение"


def test_a_teacher_who_hands_a_course_over_keeps_the_hours_that_he_gave(school: SchoolOnDisk) -> None:
    school.type(BOOK, LOG, {lesson_slot(MONDAY_14, LessonField.HELD): "да"})
    school.sync()

    def september() -> tuple[int, str]:
        directory = queries.directory()
        assert directory is not None
        facts = queries.lesson_facts()
        (line,) = timesheet(directory, facts, date(2026, 9, 1), date(2026, 9, 30), employees=["e01"])
        topic = next(fact.topic for fact in facts if fact.key == MONDAY_14)
        return line.total(date(2026, 9, 1), date(2026, 9, 30)).hours, topic

    before = september()
    book = OpenBook(school.books / "Школа.xlsx")
    book.change_rows("load", {"class": "9А", "subject": "Математика"}, {"until": date(2026, 10, 11)})
    taken_over = book.add_row("load", "teacher", {
        "teacher": "Ясенев И. П.", "class": "9А", "subject": "Математика", "kind": "урок", "hours": 2,
        "since": date(2026, 10, 12),
    })  # fmt: skip
    book.save()
    school.sync()
    assert september() == before
    assert max(fact.date for fact in queries.lesson_facts("c001")) == date(2026, 10, 7)
    assert [fact.date for fact in queries.lesson_facts(taken_over)][:2] == [date(2026, 10, 12), date(2026, 10, 14)]


def hand_over(school: SchoolOnDisk, since: date) -> str:
    """Громова gives mathematics of 9А to Ясенев from a day on; the code of his course. His tabs are drawn."""
    book = OpenBook(school.books / "Школа.xlsx")
    where = {"class": "9А", "subject": "Математика"}
    book.change_rows("load", where, {"until": since - timedelta(days=1)})
    row = {"teacher": "Ясенев И. П.", "kind": "урок", "hours": 2, "since": since}
    code = book.add_row("load", "teacher", where | row)
    book.save()
    school.sync()
    assert provision(school.workspace).redrawn
    school.sync()
    return code


def test_in_the_tab_of_whoever_handed_a_course_over_the_pupils_stay_as_they_were(school: SchoolOnDisk) -> None:
    left = date(2026, 9, 30)
    put(school, "9А", "Список", "Жуков Пётр", left=left, left_order="№ 6", status="выбыл")
    school.sync()
    school.now[0] = datetime(2026, 10, 16, 15, tzinfo=UTC)
    hand_over(school, date(2026, 10, 12))
    assert [line_of(school, BOOK, GRID, pupil)[::2] for pupil in ("P0001", "P0002", "P0003")] == [
        (1, ""), (2, ""), (3, ""),
    ]  # fmt: skip
    number, _, note = line_of(school, BOOK, GRID, "P0004")  # he left before
    assert (number, note.startswith("Журнал: Выбытие 30.09.2026, № 6.")) == (None, True)
    put(school, "9А", "Список", "Ёлкина Яна", left=date(2026, 10, 14), left_order="№ 7", status="выбыл")
    school.sync()
    assert line_of(school, BOOK, GRID, "P0003")[::2] == (3, "")
    nothing_to_do(school)


def test_whoever_takes_a_course_over_is_told_what_was_given_before_and_judged_by_all(school: SchoolOnDisk) -> None:
    """A quarter mark is of the quarter and a year mark of the year, whoever taught."""
    school.now[0] = datetime(2027, 1, 20, 15, tzinfo=UTC)
    school.sync()
    early = [entry(ANNA, "c001", date(2027, 1, day)) for day in (11, 13)]
    school.type(BOOK, GRID, dict.fromkeys(early, "5") | {final_slot(ANNA, "c001", term): "5" for term in ("Q1", "Q2")})
    school.sync()
    new, tab = hand_over(school, date(2027, 1, 18)), f"{GRID} (2)"
    school.type(BOOK, tab, {entry(ANNA, new, date(2027, 1, 18)): "2", final_slot(ANNA, new, "Q3"): "4"})
    school.sync()
    before = "Журнал: До 18.01.2027 предмет был на другой вкладке. I четверть там: 5. II четверть там: 5. "
    quarter = "III четверть, отметки оттуда: 5 5. Вместе со здешними: ср. балл 4,00, предлагается 4."
    assert line_of(school, BOOK, tab, ANNA) == (1, "Абрамов Лев", before + quarter)
    assert line_of(school, BOOK, tab, "P0002")[2] == ""
    assert problems_of() == []
    school.now[0] = datetime(2027, 5, 25, 15, tzinfo=UTC)
    school.type(BOOK, tab, {final_slot(ANNA, new, "Q4"): "4", final_slot(ANNA, new, "Y"): "5"})
    school.sync(everything=True)
    year = " Год: среднее четвертных 4,50, предлагается 5."
    assert line_of(school, BOOK, tab, ANNA)[2] == before + quarter + year
    assert problems_of() == []
    nothing_to_do(school)


def test_in_google_too_the_moved_lessons_get_their_days(in_google: SchoolInGoogle) -> None:
    school = in_google
    school.sync()
    new_timetable(school, ("вт", 3), ("ср", 1), ("пт", 5))
    school.sync()
    days = {fact.key: fact.date for fact in queries.lesson_facts("c001")}
    assert (days[MONDAY_21], days["c001.Q1-1"]) == (date(2026, 9, 22), date(2026, 10, 14))
    for lesson in (MONDAY_21, "c001.Q1-1"):
        assert school.value(BOOK, LOG, lesson_slot(lesson, LessonField.DATE)) == days[lesson]
    nothing_to_do(school)
