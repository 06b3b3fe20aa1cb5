"""«Отсутствия» and the timesheet in a whole school: from the tab into the record, the remarks and the form."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, lesson_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases.correcting import correct_lesson
from sync_service.usecases.timesheet import write_timesheet
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import SchoolOnDisk
from tests.usecases.test_substitutions import write_row

BOOK, LOG = "9А Журнал", "Математика · уроки"
ILL: dict[str, object] = {
    "employee": "Громова О. И.", "start": date(2026, 9, 7), "end": date(2026, 9, 8), "code": "Б", "document": "№ 12",
}  # fmt: skip


def write_absence(school: SchoolOnDisk, line: int = 1, **cells: object) -> None:
    """Fill a line of the tab as the deputy does; None empties a cell."""

    def change(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        for key, value in (ILL | cells).items():
            sheet.cell(2 + line, headings[key]).value = value  # type: ignore[assignment]

    school.edit("Школа", "Отсутствия", change)


def recorded() -> list[tuple[str, date, date, str]]:
    directory = queries.directory()
    assert directory is not None
    return [(one.employee, one.start, one.end, one.code.value) for one in directory.absences]


def left_open(school: SchoolOnDisk) -> list[str]:
    """Lessons whose substitution is not settled, as the night remarks them."""
    standing = sync_state.standing_problems("journal-9А-2026")
    return [problem.place.who for _, problem, _ in standing if problem.code is Code.SUBSTITUTION_OPEN]


def test_an_absence_is_recorded_changed_and_taken_back(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    write_absence(school)
    school.sync()
    assert recorded() == [("e01", date(2026, 9, 7), date(2026, 9, 8), "Б")]
    write_absence(school, end=date(2026, 9, 9), code="А")
    school.sync()
    assert recorded() == [("e01", date(2026, 9, 7), date(2026, 9, 9), "А")]
    write_absence(school, 2, employee="Громова")  # a mistyped row takes nothing back
    write_absence(school, **dict.fromkeys(ILL))
    school.sync()
    assert recorded() == [("e01", date(2026, 9, 7), date(2026, 9, 9), "А")]
    write_absence(school, 2, **dict.fromkeys(ILL))
    school.sync()
    assert recorded() == []
    assert queries.counts()["staffabsence"] == 1  # withdrawn, never deleted
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def test_the_deputy_is_told_of_lessons_that_nobody_has_taken_over(school: SchoolOnDisk) -> None:
    write_absence(school, start=date(2026, 9, 9), end=date(2026, 9, 16))  # Громова: 9, 14 and 16 September in 9А
    school.sync(everything=True, nightly=True)
    assert left_open(school) == ["урок 09.09", "урок 14.09", "урок 16.09"]
    write_row(school, date=date(2026, 9, 14))
    school.sync()
    assert left_open(school) == ["урок 09.09", "урок 16.09"]


def test_the_timesheet_counts_what_both_sides_confirm(school: SchoolOnDisk) -> None:
    school.sync()
    write_absence(school, end=date(2026, 9, 7))
    write_row(school)  # Ёршова gives the lesson of 7 September
    school.type(BOOK, LOG, {lesson_slot("c001.002", LessonField.HELD): "да"})
    school.sync()
    path = write_timesheet(school.workspace, "2026-09")
    assert path.name == "Табель 2026-09.xlsx"
    lines = list(load_workbook(path).active.iter_rows(min_row=13, values_only=True))  # type: ignore[union-attr]
    hours, codes = next((line, lines[n + 1]) for n, line in enumerate(lines) if line[1] == "Ёршова Анна Львовна")
    assert (hours[4 + 6], codes[4 + 6]) == (1, "ЗС")
    hours, codes = next((line, lines[n + 1]) for n, line in enumerate(lines) if line[1] == "Громова Ольга Ивановна")
    assert (hours[4 + 6], codes[4 + 6]) == (1, "Б")


def test_each_issue_is_a_file_of_its_own_and_nonsense_is_refused(school: SchoolOnDisk) -> None:
    school.sync()
    names = [
        write_timesheet(school.workspace, "2026-09", half, correction).name
        for half, correction in ((None, 0), (1, 0), (2, 0), (1, 1))
    ]
    assert names == [
        "Табель 2026-09.xlsx", "Табель 2026-09 1-я половина.xlsx", "Табель 2026-09 2-я половина.xlsx",
        "Табель 2026-09 1-я половина корректировка 1.xlsx",
    ]  # fmt: skip
    with pytest.raises(NeedsHuman, match="1 или 2"):
        write_timesheet(school.workspace, "2026-09", 3)
    with pytest.raises(NeedsHuman, match="корректировки"):
        write_timesheet(school.workspace, "2026-09", None, -1)
    with pytest.raises(NeedsHuman, match="вне учебного года"):
        write_timesheet(school.workspace, "2026-08")
    with pytest.raises(NeedsHuman, match="не понят"):
        write_timesheet(school.workspace, "сентябрь")


def test_a_lesson_nobody_is_known_to_have_given_waits_until_the_deputy_names_somebody(school: SchoolOnDisk) -> None:
    slot = lesson_slot("c001.002", LessonField.HELD)  # 7 September
    write_absence(school)
    school.sync()
    school.type(BOOK, LOG, {slot: "да", lesson_slot("c001.002", LessonField.TOPIC): "Дроби"})
    school.sync()
    assert "отсутствует (07.09, Б), а в «Заменах» урока нет" in school.note(BOOK, LOG, slot)
    values = queries.slot_values("c001")
    assert (values.get(slot), values[lesson_slot("c001.002", LessonField.TOPIC)]) == (None, "Дроби")
    write_row(school)  # Ёршова has given it
    school.sync()
    assert (queries.slot_values("c001")[slot], school.note(BOOK, LOG, slot)) == ("да", "")


def test_the_deputy_may_say_that_the_teacher_gave_a_lesson_before_leaving(school: SchoolOnDisk) -> None:
    slot = lesson_slot("c001.002", LessonField.HELD)
    write_absence(school)
    school.type(BOOK, LOG, {slot: "да"})
    school.sync()
    correct_lesson(
        school.workspace, {"--held": "да"}, course="Математика", school_class="9А", date="07.09", by="Белова Т. С.",
        reason="уехала после первого урока",
    )  # fmt: skip
    school.sync()
    assert (queries.slot_values("c001")[slot], school.note(BOOK, LOG, slot)) == ("да", "")
