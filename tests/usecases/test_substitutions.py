"""A row of «Замены» on its way: from the school book into the record, the journal's log and the rights of a day."""

from __future__ import annotations

from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, Slot, SlotKind, lesson_slot
from sync_service.domain.substitutions import tab_editors
from sync_service.records import ledger, queries, sync_state
from tests.usecases.conftest import SchoolOnDisk

BOOK, LOG = "9А Журнал", "Математика · уроки"
FIRST, SECOND, THIRD = "c001.001", "c001.002", "c001.003"  # 2, 7 and 9 September
DAY = date(2026, 9, 7)
ROW: dict[str, object] = {
    "date": DAY, "slot": 1, "class": "9А", "subject": "Математика", "absent": "Громова О. И.", "kind": "замещён",
    "substitute": "Ёршова А. Л.", "order": "пр. № 5",
}  # fmt: skip


def write_row(school: SchoolOnDisk, line: int = 1, **cells: object) -> None:
    """Fill a line of the tab as the deputy does; None empties a cell."""

    def change(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        for key, value in (ROW | cells).items():
            sheet.cell(2 + line, headings[key]).value = value  # type: ignore[assignment]

    school.edit("Школа", "Замены", change)


def clear_row(school: SchoolOnDisk, line: int = 1) -> None:
    write_row(school, line, **dict.fromkeys(ROW))


def shown(school: SchoolOnDisk, lesson: str) -> object:
    """What «Замена» says beside a lesson."""
    return school.value(BOOK, LOG, Slot(SlotKind.LESSON, lesson, "substitute"))


def recorded() -> list[tuple[date, str, str | None]]:
    directory = queries.directory()
    assert directory is not None
    return [(one.date, one.kind.value, one.substitute) for one in directory.substitutions]


def test_a_substitution_reaches_the_record_the_log_and_the_rights_of_the_day(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.sync()
    write_row(school)
    school.sync()
    assert recorded() == [(DAY, "замещён", "e03")]
    assert (shown(school, FIRST), shown(school, SECOND)) == (None, "Ёршова А. Л.")
    directory = queries.directory()
    assert directory is not None
    maths = directory.courses[0]
    assert tab_editors(directory, maths, DAY) == ("e01", "e03")
    assert tab_editors(directory, maths, date(2026, 9, 9)) == ("e01",)
    again = school.sync(everything=True)
    assert sum(book.recorded + book.written for book in again.books) == 0
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def test_a_missed_and_a_moved_lesson_are_named_so(school: SchoolOnDisk) -> None:
    write_row(school, kind="пропущен", substitute=None)
    write_row(school, 2, date=date(2026, 9, 9), kind="перенесён", substitute=None)
    school.type(BOOK, LOG, {lesson_slot(THIRD, LessonField.DATE): date(2026, 9, 11)})  # where the teacher has put it
    school.sync()
    assert (shown(school, SECOND), shown(school, THIRD)) == ("пропущен", "перенесён")


def test_a_row_changed_or_taken_away_is_taken_back_everywhere(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    write_row(school)
    school.sync()
    write_row(school, substitute="Ясенев И. П.")
    school.sync()
    assert (recorded(), shown(school, SECOND)) == ([(DAY, "замещён", "e02")], "Ясенев И. П.")
    write_row(school, date=date(2026, 9, 9))
    school.sync()
    assert recorded() == [(date(2026, 9, 9), "замещён", "e03")]
    assert (shown(school, SECOND), shown(school, THIRD)) == (None, "Ёршова А. Л.")
    clear_row(school)
    school.sync()
    assert (recorded(), shown(school, THIRD)) == ([], None)
    assert queries.counts()["substitution"] == 2  # withdrawn, never deleted


def test_a_bad_row_is_told_its_neighbour_kept_and_nothing_taken_back_meanwhile(school: SchoolOnDisk) -> None:
    write_row(school)
    school.sync()
    write_row(school, substitute="Ершова")  # as somebody mistyped it later
    write_row(school, 2, date=date(2026, 9, 9))
    report = school.sync()
    (book,) = (book for book in report.books if book.name.startswith("Школа"))
    assert [problem.code for problem in book.problems] == [Code.TABLE_UNKNOWN_REFERENCE]
    assert [problem.code for _, problem, _ in sync_state.standing_problems("school-2026")] == [
        Code.TABLE_UNKNOWN_REFERENCE
    ]
    assert recorded() == [(DAY, "замещён", "e03"), (date(2026, 9, 9), "замещён", "e03")]
    assert shown(school, SECOND) == "Ёршова А. Л."
