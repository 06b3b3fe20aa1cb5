"""Final marks as people tell of them: the exam of the ninth grade, a 5 that its teacher explains, a release by order,
a debt that is paid."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import Code, message
from sync_service.domain.slots import LessonField, entry_slot, final_slot, grounds_slot, lesson_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.records.models import FinalMark
from sync_service.usecases.correcting import correct_final
from sync_service.usecases.demo_hands import cell_of
from sync_service.usecases.explained import explained
from sync_service.usecases.meant import Unclear
from sync_service.usecases.provision import provision
from sync_service.usecases.trail import history
from tests.usecases.conftest import SchoolOnDisk
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
LEV, NINA = "P0001", "P0002"
TERMS = ("Q1", "Q2", "Q3", "Q4", "Y", "E", "F")
DEPUTY = {"by": "Белова Т. С.", "pupil": "Абрамов Лев", "course": "Математика"}


def finals(pupil: str, **marks: str | None) -> dict:
    return {final_slot(pupil, "c001", term): mark for term, mark in marks.items()}


def standing() -> list[tuple[Code, str]]:
    return [(one.code, one.detail) for _, one, _ in sync_state.standing_problems("journal-9А-2026")]


def value(pupil: str, term: str) -> str:
    return queries.slot_values("c001").get(final_slot(pupil, "c001", term), "")


def of_lev_4_4(school: SchoolOnDisk | SchoolInGoogle) -> None:
    marks = {"c001.001": "5", "c001.002": "4/4", "c001.003": "5", "c001.004": "4"}
    school.type(BOOK, GRID, {entry_slot(LEV, lesson): text for lesson, text in marks.items()})


def test_the_teacher_gave_a_5_at_a_mean_of_4_4_and_said_why_and_the_remark_went(
    school_on_both: SchoolOnDisk,
) -> None:
    school = school_on_both
    of_lev_4_4(school)
    school.type(BOOK, GRID, finals(LEV, Q1="5"))
    school.sync()
    assert value(LEV, "Q1") == "5"
    assert standing() == [(Code.FINAL_DIFFERS, "4,40 → 4")]
    assert "впишите рядом причину" in school.note(BOOK, GRID, final_slot(LEV, "c001", "Q1"))
    why = grounds_slot(LEV, "c001", "Q1")
    school.type(BOOK, GRID, {why: " призёр  олимпиады "})
    school.sync()
    assert standing() == []
    assert school.note(BOOK, GRID, final_slot(LEV, "c001", "Q1")) == ""
    steps = history(school.workspace, pupil=LEV, course="Математика").steps
    assert [(step.what, step.new) for step in steps[-2:]] == [
        ("Математика, I четверть", "5"), ("Математика, I четверть, причина", "призёр олимпиады"),
    ]  # fmt: skip
    assert "олимпиад" not in str(queries.diary_subjects(LEV, school.workspace.today))
    school.type(BOOK, GRID, {why: None})
    school.sync()
    assert standing() == [(Code.FINAL_DIFFERS, "4,40 → 4")]
    school.type(BOOK, GRID, finals(LEV, Q1="4"))
    school.sync()
    assert standing() == []
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def test_a_ninth_grader_passed_the_exam_and_the_final_mark_is_the_mean_of_year_and_exam(
    school_on_both: SchoolOnDisk,
) -> None:
    school = school_on_both
    school.type(BOOK, GRID, finals(LEV, Q1="4", Q2="4", Q3="5", Q4="5", Y="4", E="5", F="4"))
    school.type(BOOK, GRID, finals(NINA, Q1="3", Q2="3", Q3="3", Q4="4", Y="3", F="4"))
    school.sync()
    assert [value(LEV, term) for term in TERMS] == ["4", "4", "5", "5", "4", "5", "4"]  # the teacher decides
    assert sorted(standing()) == [
        (Code.FINAL_DIFFERS, "год и экзамен 4,50 → 5"),
        (Code.FINAL_DIFFERS, "по годовой → 3"),  # Nina took no exam: her year mark is the final one
        (Code.FINAL_DIFFERS, "среднее четвертных 4,50 → 5"),
    ]
    for _, problem, _ in sync_state.standing_problems("journal-9А-2026"):
        assert problem.detail in message(problem)  # not shortened
    school.type(BOOK, GRID, finals(LEV, Y="5", F="5") | finals(NINA, F="3"))
    school.sync()
    assert standing() == []


def test_an_exam_below_the_ninth_grade_leaves_the_year_mark_as_the_final_one(school: SchoolOnDisk) -> None:
    marks = {"Q1": "4", "Y": "4", "E": "5", "F": "5"}
    school.type("6Б Журнал", GRID, {final_slot("P0005", "c004", term): mark for term, mark in marks.items()})
    school.sync()
    (problem,) = (one for _, one, _ in sync_state.standing_problems("journal-6Б-2026"))
    assert (problem.code, problem.detail) == (Code.FINAL_DIFFERS, "по годовой → 4")


def test_a_pupil_is_released_by_an_order_and_by_nothing_else(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    why = grounds_slot(LEV, "c001", "Q1")
    school.type(BOOK, GRID, finals(LEV, Q1="осв") | {why: "болеет"} | finals(NINA, Q1="4"))
    school.sync()
    assert (value(LEV, "Q1"), value(NINA, "Q1")) == ("", "4")  # the neighbour goes through
    assert standing() == [(Code.FINAL_NO_ORDER, "")]
    assert "приказ № 12" in school.note(BOOK, GRID, final_slot(LEV, "c001", "Q1"))
    school.type(BOOK, GRID, {why: "медсправка, приказ № 12 от 01.09.2026"})
    school.sync()
    assert (value(LEV, "Q1"), standing()) == ("осв", [])
    (row,) = FinalMark.objects.filter(pupil=LEV)
    assert (row.text, row.order_ref) == ("осв", "приказ № 12 от 01.09.2026")
    assert row.grounds == "медсправка, приказ № 12 от 01.09.2026"


def test_the_office_releases_a_pupil_only_by_an_order_too(school: SchoolOnDisk) -> None:
    school.sync()
    with pytest.raises(Unclear, match="приказом"):
        correct_final(school.workspace, "осв", final="I", reason="болеет", **DEPUTY)
    assert correct_final(school.workspace, "осв", final="I", reason="приказ № 5", **DEPUTY).new == "осв"
    assert FinalMark.objects.get(pupil=LEV).order_ref == "приказ № 5"
    school.type(BOOK, GRID, finals(LEV, Q1="осв"))
    school.sync()
    assert [code for code, _ in standing()] == [Code.CELL_OFFICE]  # the words are still to be copied
    school.type(BOOK, GRID, {grounds_slot(LEV, "c001", "Q1"): "приказ № 5"})
    school.sync()
    assert standing() == []


def test_a_sort_of_whole_rows_takes_the_reasons_along(school: SchoolOnDisk) -> None:
    of_lev_4_4(school)
    school.type(BOOK, GRID, finals(LEV, Q1="5") | {grounds_slot(LEV, "c001", "Q1"): "призёр олимпиады"})
    school.sync()
    record = queries.slot_values("c001")

    def swap(sheet: Worksheet) -> None:
        first, second = ([cell.value for cell in sheet[row]] for row in (6, 7))
        for row, values in ((6, second), (7, first)):
            for column, raw in enumerate(values, 1):
                if not (isinstance(raw, str) and raw.startswith("=")):
                    sheet.cell(row, column).value = raw

    school.edit(BOOK, GRID, swap)
    report = school.sync()
    assert [book.recorded + book.retracted for book in report.books if book.name == f"{BOOK}.xlsx"] == [0]
    assert (queries.slot_values("c001"), standing()) == (record, [])


def test_a_journal_from_before_the_reasons_gets_their_columns_and_keeps_every_mark(school: SchoolOnDisk) -> None:
    of_lev_4_4(school)
    school.type(BOOK, GRID, finals(LEV, Q1="5"))

    def without_grounds(sheet: Worksheet) -> None:
        for cell in sheet[1]:
            if str(cell.value).startswith("grounds"):
                cell.value = None

    for title in ("Математика", "Английский язык 1 гр.", "Английский язык 2 гр."):
        school.edit(BOOK, title, without_grounds)
    school.sync()
    record = queries.slot_values("c001")
    assert provision(school.workspace).redrawn[BOOK][0] == "«Математика»: столбцов «Причина»"
    school.type(BOOK, GRID, {grounds_slot(LEV, "c001", "Q1"): "призёр олимпиады"})
    school.sync()
    assert queries.slot_values("c001") == record | {grounds_slot(LEV, "c001", "Q1"): "призёр олимпиады"}
    assert standing() == []


def test_a_reason_in_google_clears_the_remark_too(in_google: SchoolInGoogle) -> None:
    school = in_google
    of_lev_4_4(school)
    school.type(BOOK, GRID, finals(LEV, Q1="5") | {grounds_slot(LEV, "c001", "Q1"): "призёр олимпиады"})
    school.sync()
    assert (value(LEV, "Q1"), standing()) == ("5", [])


def test_a_debt_is_paid_in_the_same_cell_and_the_family_sees_it_go(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.type(BOOK, LOG, {
        lesson_slot("c001.001", LessonField.HELD): "да", lesson_slot("c001.001", LessonField.WORK_TYPE): "КР",
    })  # fmt: skip
    school.type(BOOK, GRID, {entry_slot(LEV, "c001.001"): ".", entry_slot(NINA, "c001.001"): "."})
    school.sync()
    (owed,) = queries.diary_debts(LEV, school.workspace.today)
    assert (owed.date, owed.subject, owed.work) == (date(2026, 9, 2), "Математика", "Контрольная работа")
    school.now[0] = school.now[0].replace(day=17)
    school.sync(everything=True, nightly=True)
    debts = [one for _, one, _ in sync_state.standing_problems("journal-9А-2026") if one.code is Code.ENTRY_DEBT]
    assert [one.place.who for one in debts] == ["Абрамов Лев, 02.09", "Быкова Нина, 02.09"]
    assert "Задолженность не закрыта" in str([*load_workbook(school.books / f"{BOOK}.xlsx")["Замечания"].values])
    school.type(BOOK, GRID, {entry_slot(LEV, "c001.001"): "4", entry_slot(NINA, "c001.001"): "н5"})
    school.sync()
    assert queries.diary_debts(LEV, school.workspace.today) == queries.diary_debts(NINA, school.workspace.today) == ()
    assert Code.ENTRY_DEBT not in [code for code, _ in standing()]
    assert queries.slot_values("c001")[entry_slot(LEV, "c001.001")] == "4"


def test_who_was_away_from_a_work_and_owes_it_is_both_until_it_is_written(school: SchoolOnDisk) -> None:
    cell = entry_slot(LEV, "c001.001")
    school.type(BOOK, GRID, {cell: "Н/•"})
    school.sync()
    assert queries.slot_values("c001")[cell] == "н/."
    (entry,) = queries.typed_absences("9А")
    assert (entry.absence, entry.debt) == ("н", True)
    assert len(queries.diary_debts(LEV, school.workspace.today)) == 1
    assert queries.diary_week(LEV, date(2026, 8, 31), school.workspace.today).days[2].lessons[0].absence == "н"
    school.type(BOOK, GRID, {cell: "н4"})
    school.sync()
    (entry,) = queries.typed_absences("9А")
    assert (entry.absence, entry.debt, entry.marks) == ("н", False, (4,))


def test_the_place_of_a_reason_is_found_by_its_key(school: SchoolOnDisk) -> None:
    sheet = load_workbook(school.books / f"{BOOK}.xlsx")[GRID]
    row, column = cell_of(sheet, grounds_slot(LEV, "c001", "Q1"))
    assert (row, sheet.cell(2, column).value, sheet.cell(2, column + 1).value) == (6, "Причина", "I")


def test_the_deputy_sees_what_is_explained_and_what_is_not_yet(school: SchoolOnDisk) -> None:
    of_lev_4_4(school)
    marks = {"c001.001": "3", "c001.002": "3"}
    school.type(BOOK, GRID, {entry_slot(NINA, lesson): text for lesson, text in marks.items()})
    school.type(BOOK, GRID, finals(LEV, Q1="5", Q2="4") | finals(NINA, Q1="4") | finals("P0003", Q1="осв"))
    school.type(BOOK, GRID, {
        grounds_slot(LEV, "c001", "Q1"): "призёр олимпиады", grounds_slot("P0003", "c001", "Q1"): "приказ № 7",
    })  # fmt: skip
    school.sync()
    assert [(one.pupil, one.mark, one.grounds, one.differs) for one in explained()] == [
        ("Абрамов Лев", "5", "призёр олимпиады", ""),
        ("Быкова Нина", "4", "", "3,00 → 3"),
        ("Ёлкина Яна", "осв", "приказ № 7", ""),
    ]
    assert {(one.school_class, one.course, one.teacher, one.term) for one in explained(final="I")} == {
        ("9А", "Математика", "Громова О. И.", "I четверть")
    }
    assert explained("6Б") == explained(final="II") == ()
    with pytest.raises(Unclear, match="7Ю"):
        explained("7Ю")
