"""A teacher brings her plan along: shown first, put into the tab «КТП», taken by a pass, seen beside the lesson."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import message
from sync_service.records import ledger, queries
from sync_service.usecases import plan_import, roster_import
from sync_service.usecases.meant import Unclear
from sync_service.usecases.plan_import import PlanImport
from sync_service.usecases.workspace import NeedsHuman
from tests.google_emulator.server import Emulator
from tests.usecases.conftest import SchoolOnDisk
from tests.usecases.in_google import SchoolInGoogle, build

FILES = Path(__file__).parents[1] / "foreign"
BOOK = "Школа.xlsx"


def prepared(school: SchoolOnDisk, file: str | Path = "plan_plain.xlsx", **how: object) -> PlanImport:
    words = {"school_class": "9А", "subject": "Математика", **how}
    return plan_import.prepare(school.workspace, FILES / file, **words)  # type: ignore[arg-type]


def imported(school: SchoolOnDisk, file: str | Path = "plan_plain.xlsx", **how: object) -> PlanImport:
    plan = prepared(school, file, **how)
    plan_import.carry_out(school.workspace, plan, file=str(file))
    return plan


def tab(school: SchoolOnDisk) -> Worksheet:
    return load_workbook(school.books / BOOK)["КТП"]


def rows(school: SchoolOnDisk, school_class: str = "9А", subject: str = "Математика") -> dict[int, tuple[object, ...]]:
    """(key, section, topic, homework, minutes, control) by number, as they stand in the tab."""
    found = {}
    for key, where, title, group, seq, *said in tab(school).iter_rows(min_row=3, max_col=10, values_only=True):
        if (where, title, group) == (school_class, subject, None):
            assert isinstance(seq, int)
            found[seq] = (key, *said)
    return found


def topics(school: SchoolOnDisk | SchoolInGoogle, course: str = "c001") -> dict[int, str]:
    directory = queries.directory()
    assert directory is not None
    return {item.seq: item.topic for item in directory.plan if item.course == course}


def beside_the_lesson(school: SchoolOnDisk, lesson: str) -> dict[str, object]:
    sheet = load_workbook(school.books / "9А Журнал.xlsx")["Математика · уроки"]
    keys = [cell.value for cell in sheet[1]]
    return next(
        dict(zip(keys, row, strict=True))
        for row in sheet.iter_rows(min_row=3, values_only=True) if row[0] == lesson
    )  # fmt: skip


def own_plan(folder: Path, lessons: int) -> Path:
    """A file with so many lessons."""
    workbook = Workbook()
    assert isinstance(workbook.active, Worksheet)
    workbook.active.append(["№ урока", "Тема урока"])
    for number in range(1, lessons + 1):
        workbook.active.append([number, f"Тема {number} " + "о дробях и корнях " * (number % 3 * 3)])
    workbook.save(folder / "свой план.xlsx")
    return folder / "свой план.xlsx"


def test_the_plan_is_seen_beside_the_lesson_after_the_next_pass(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.sync()
    others = rows(school, "6Б")
    plan = imported(school)
    assert [(change.seq, change.new is not None) for change in plan.changes] == [
        (1, True), (2, True), (3, True), (4, False), (5, False), (6, False),
    ]  # fmt: skip
    report = school.sync()
    assert [problem for book in report.books for problem in book.problems] == []
    assert topics(school) == {1: "Степень", 2: "Корень", 3: "Проверка"}
    assert beside_the_lesson(school, "c001.003") | {"planned_topic": "Проверка", "planned_homework": "§ 3"} == (
        beside_the_lesson(school, "c001.003")
    )
    assert beside_the_lesson(school, "c001.005")["planned_topic"] is None
    assert rows(school, "6Б") == others
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def test_the_rows_of_the_course_keep_their_keys_and_the_version_before_is_kept(school: SchoolOnDisk) -> None:
    before = rows(school)
    content = (school.books / BOOK).read_bytes()
    imported(school)
    assert rows(school) == {
        1: (before[1][0], "Числа", "Степень", "§ 1", 20, None),
        2: (before[2][0], "Числа", "Корень", "§ 2", 20, None),
        3: (before[3][0], "Числа", "Проверка", "§ 3", 20, "КР"),
    }
    (kept,) = (school.workspace.config.books.versions / "Школа").iterdir()
    assert kept.read_bytes() == content


def test_nothing_is_written_before_somebody_says_so_and_the_same_again_changes_nothing(school: SchoolOnDisk) -> None:
    content = (school.books / BOOK).read_bytes()
    assert prepared(school).changes
    assert (school.books / BOOK).read_bytes() == content
    imported(school)
    again = imported(school)
    assert (again.changes, again.same) == ((), 3)
    assert len(list((school.workspace.config.books.versions / "Школа").iterdir())) == 1


def test_merged_cells_and_wrong_totals_are_told_and_the_good_rows_go_in(school: SchoolOnDisk) -> None:
    school.sync()
    plan = imported(school, "plan_merged_and_wrong_totals.xlsx")
    assert [message(problem).split(": ")[0] for problem in plan.read.problems] == [
        "Sheet, строка 14, «Кол-во часов»", "Sheet, строка 15, «Тема»",
    ]  # fmt: skip
    assert [message(note).split("строк: ")[-1].split(". ")[0] for note in plan.read.notes] == [
        "сказано 7, по строкам 6", "сказано 10, по строкам 9",
    ]  # fmt: skip
    school.sync()
    assert topics(school) == {
        1: "Степень с целым показателем", 2: "Степень с целым показателем", 3: "Свойства степени",
        4: "Свойства степени", 5: "Корень n-й степени", 6: "Корень n-й степени", 9: "Контрольная работа № 1",
    }  # fmt: skip
    assert rows(school)[9][1:3] == ("Раздел 2. Уравнения", "Контрольная работа № 1")


def test_a_row_that_cannot_be_read_leaves_what_the_tab_says_of_its_lesson(school: SchoolOnDisk) -> None:
    before = rows(school)
    imported(school, "plan_wrong_rows_everywhere.xlsx")
    assert {seq: row for seq, row in rows(school).items() if seq in (2, 3, 4, 5, 6)} == {
        seq: row for seq, row in before.items() if seq in (2, 3, 4, 5, 6)
    }
    assert rows(school)[8][2] == "Системы"


def test_a_text_of_the_federal_constructor_is_taken(school: SchoolOnDisk) -> None:
    plan = imported(school, "plan_of_the_federal_constructor.docx")
    assert {seq: row[2] for seq, row in rows(school).items()} == {
        1: "Степень", 2: "Корень", 3: "Уравнения и неравенства", 4: "Системы",
    }  # fmt: skip
    assert "сказано 5, по строкам 4" in message(plan.read.notes[0])
    assert "Дата изучения" in plan.read.unused


def test_homework_that_the_file_does_not_speak_of_stays_with_its_topic(school: SchoolOnDisk, tmp_path: Path) -> None:
    imported(school)  # with homework
    file = tmp_path / "без ДЗ.xlsx"
    workbook = Workbook()
    assert isinstance(workbook.active, Worksheet)
    for line in (("№ урока", "Тема урока"), (1, "Степень"), (2, "Другое"), (3, "Проверка")):
        workbook.active.append(line)
    workbook.save(file)
    imported(school, file)
    assert [rows(school)[seq][2:4] for seq in (1, 2, 3)] == [("Степень", "§ 1"), ("Другое", None), ("Проверка", "§ 3")]


def test_a_part_of_the_year_leaves_the_other_lessons_alone(school: SchoolOnDisk) -> None:
    with pytest.raises(NeedsHuman, match=r"начинаются с 5.*--part"):
        prepared(school, "plan_second_half.xlsx")
    before = rows(school)
    imported(school, "plan_second_half.xlsx", part=True)
    after = rows(school)
    assert [after[seq] for seq in range(1, 5)] == [before[seq] for seq in range(1, 5)]
    assert [after[seq][2] for seq in (5, 6, 7)] == ["Прогрессия", "Сумма прогрессии", "Проценты"]


def test_lessons_beyond_the_prepared_rows_get_rows_and_keys_of_their_own(school: SchoolOnDisk, tmp_path: Path) -> None:
    school.sync()
    was = tab(school)
    last = int(str(was.print_area).rpartition("$")[2])
    plan = imported(school, own_plan(tmp_path, 70))
    assert (plan.topics, plan.hours) == (70, 70)
    keys = [row[0] for row in tab(school).iter_rows(min_row=3, max_col=1, values_only=True)]
    assert len(keys) == len(set(keys)) == 6 * 3 + 70
    assert keys == [f"q{number:02d}" for number in range(1, len(keys) + 1)]
    assert last < tab(school).max_row == int(str(tab(school).print_area).rpartition("$")[2])
    sheet = tab(school)
    assert sheet.row_dimensions[sheet.max_row].height > sheet.row_dimensions[sheet.max_row - 1].height  # type: ignore[operator]
    assert sheet.cell(sheet.max_row, 7).alignment.wrap_text
    report = school.sync()
    assert [problem for book in report.books for problem in book.problems] == []
    assert len(topics(school)) == 70


def test_a_much_shorter_plan_is_shorter_in_the_record_too(school: SchoolOnDisk, tmp_path: Path) -> None:
    """A pass takes so many rows gone for a wiped tab; here a person has said it."""
    school.sync()
    imported(school, own_plan(tmp_path, 70))
    school.sync()
    imported(school, own_plan(tmp_path, 5))
    school.sync()
    assert list(topics(school)) == [1, 2, 3, 4, 5]
    assert len(topics(school, "c004")) == 6


def test_a_book_that_somebody_has_open_is_left_alone(school: SchoolOnDisk) -> None:
    content = (school.books / BOOK).read_bytes()
    plan = prepared(school)
    (school.books / f"~${BOOK}").touch()
    with pytest.raises(NeedsHuman, match=r"«Школа\.xlsx» у кого-то открыта, ничего не записано"):
        plan_import.carry_out(school.workspace, plan, file="план.xlsx")
    assert (school.books / BOOK).read_bytes() == content


def test_a_book_that_was_saved_between_the_question_and_the_answer_is_not_overwritten(school: SchoolOnDisk) -> None:
    plan = prepared(school)
    school.edit("Школа", "КТП", lambda sheet: sheet.cell(3, 7, "Иначе"))
    with pytest.raises(NeedsHuman, match="изменилась перед самой записью"):
        plan_import.carry_out(school.workspace, plan, file="план.xlsx")
    assert rows(school)[1][2] == "Иначе"


def test_words_that_name_nothing_are_answered_with_what_there_is(school: SchoolOnDisk) -> None:
    for how, option, words in (
        ({"school_class": "9Я"}, "--class", "Есть: 6Б; 9А"),
        ({"subject": "Химия"}, "--subject", "Есть: Английский язык; Математика"),
        ({"subject": "Английский язык"}, "--group", "Группы: 1, 2"),
        ({"subject": "англ", "group": "3"}, "--group", "Группы: 1, 2"),
        ({"tables": ("9В",)}, "--table", "Есть: «Sheet»"),
    ):
        with pytest.raises(Unclear, match=words) as error:
            prepared(school, **how)
        assert error.value.option == option


def test_a_group_has_a_plan_of_its_own(school: SchoolOnDisk) -> None:
    school.sync()
    imported(school, subject="английский", group="2")
    school.sync()
    assert list(topics(school, "c003").values()) == ["Степень", "Корень", "Проверка"]
    assert len(topics(school, "c002")) == 6


def test_a_file_that_cannot_be_taken_is_told_and_nothing_changes(school: SchoolOnDisk) -> None:
    content = (school.books / BOOK).read_bytes()
    for file, sentence in {
        "plan_two_tabs.xlsx": "несколько: «9А» .*--table",
        "plan_two_different_tables.docx": "несколько: «Таблица 1» .*--table",
        "plan_without_a_table.docx": "нет таблицы со столбцом «Тема урока»",
        "list_in_cp1251.csv": "нет таблицы со столбцом «Тема урока»",
        "plan_damaged.xlsx": "повреждён",
        "plan_picture_renamed.docx": "не таблица Excel, не текст Word",
        "нет такого.xlsx": "нет: проверьте путь",
    }.items():
        with pytest.raises(NeedsHuman, match=sentence):
            prepared(school, file)
    assert (school.books / BOOK).read_bytes() == content


def test_of_several_tabs_the_one_that_is_named_is_taken(school: SchoolOnDisk) -> None:
    imported(school, "plan_two_tabs.xlsx", tables=("9Б",))
    assert [row[2] for row in rows(school).values()] == ["Степень. 9Б", "Корень. 9Б"]


def test_words_that_look_like_a_formula_stay_words(school: SchoolOnDisk, tmp_path: Path) -> None:
    file = tmp_path / "план.xlsx"
    workbook = Workbook()
    assert isinstance(workbook.active, Worksheet)
    workbook.active.append(["№ урока", "Тема урока", "ДЗ"])
    workbook.active.append([1, "+7 и −7", "@все"])
    workbook.save(file)
    imported(school, file)
    cell = next(cell for (cell,) in tab(school).iter_rows(min_row=3, min_col=7, max_col=7) if cell.value == "+7 и −7")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_a_school_book_in_google_takes_a_plan_and_a_list_too(tmp_path: Path, db: None) -> None:
    with Emulator() as google:
        school = build(google, tmp_path, settings='books = "all"\n')
        school.sync()
        plan = plan_import.prepare(
            school.workspace, own_plan(tmp_path, 70), school_class="9А", subject="Математика"
        )  # fmt: skip
        plan_import.carry_out(school.workspace, plan, file="план.xlsx")
        pupils = roster_import.prepare(
            school.workspace, FILES / "list_in_cp1251.csv", school_class="9А", enrolled=date(2026, 9, 1)
        )
        roster_import.carry_out(school.workspace, pupils, file="список.csv")
        report = school.sync()
        assert [problem for book in report.books for problem in book.problems] == []
        assert len(topics(school)) == 70
        assert {"Зимин Олег", "Ильина Ася"} <= {pupil.list_name for pupil in queries.pupils()}
