"""A class teacher brings the list of the class along: pupils into free rows of «Список», parents into «Семьи»."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import message
from sync_service.records import queries
from sync_service.usecases import roster_import
from sync_service.usecases.roster_import import RosterImport
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import SchoolOnDisk

FILES = Path(__file__).parents[1] / "foreign"
BOOK = "9А Список.xlsx"
SINCE = date(2026, 9, 1)


def prepared(school: SchoolOnDisk, file: str | Path, **how: object) -> RosterImport:
    return roster_import.prepare(school.workspace, FILES / file, **{"school_class": "9А", **how})  # type: ignore[arg-type]


def imported(school: SchoolOnDisk, file: str | Path, **how: object) -> RosterImport:
    plan = prepared(school, file, **how)
    roster_import.carry_out(school.workspace, plan, file=str(file))
    return plan


def rows(school: SchoolOnDisk, tab: str, columns: int = 5) -> list[tuple[object, ...]]:
    """Filled rows of a tab, the hidden key first."""
    sheet = load_workbook(school.books / BOOK)[tab]
    found = sheet.iter_rows(min_row=3, max_col=columns, values_only=True)
    return [tuple(_day(value) for value in row) for row in found if any(row[1:])]


def _day(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def taken() -> list[str]:
    """The class as the record has it."""
    return sorted(pupil.list_name for pupil in queries.pupils() if pupil.school_class == "9А")


def own_list(folder: Path, *lines: Sequence[object]) -> Path:
    workbook = Workbook()
    assert isinstance(workbook.active, Worksheet)
    for line in lines:
        workbook.active.append(line)
    workbook.save(folder / "список.xlsx")
    return folder / "список.xlsx"


def test_pupils_get_the_codes_that_wait_for_them_and_stand_in_the_journal(school_on_both: SchoolOnDisk) -> None:
    school = school_on_both
    school.sync()
    sheet = load_workbook(school.books / BOOK)["Список"]
    listed, waiting = rows(school, "Список"), [cell.value for (cell,) in sheet.iter_rows(min_row=7, max_col=1)]
    plan = imported(school, "list_of_a_class.xlsx")
    assert [message(problem).split(": ")[0] for problem in plan.read.problems] == [
        "Sheet, строка 6, «Дата рождения»", "Sheet, строка 8", "Sheet, строка 9, «Ф.И.О.»",
    ]  # fmt: skip
    assert plan.read.listed == 1
    assert rows(school, "Список") == [
        *listed,
        (waiting[0], "Зимин", "Олег", "Петрович", date(2011, 3, 14)),
        (waiting[1], "Козлова", "Майя", None, date(2011, 6, 5)),
    ]
    assert [row[1:] for row in rows(school, "Семьи")][2:] == [
        ("Зимин Олег", "Зимина Анна Ильинична", "мать", "89000000011"),
        ("Зимин Олег", "Зимин Пётр Олегович", "отец", "8 900 000-00-12"),
        ("Козлова Майя", "Козлова Инна Львовна", "мать", None),
    ]
    report = school.sync()
    assert [problem for book in report.books for problem in book.problems] == []
    assert [name for name in taken() if name in ("Зимин Олег", "Козлова Майя")] == ["Зимин Олег", "Козлова Майя"]
    grid = load_workbook(school.books / "9А Журнал.xlsx")["Математика"]
    names = {cell for row in grid.iter_rows(max_col=4, values_only=True) for cell in row}
    assert {"Зимин Олег", "Козлова Майя"} <= names


def test_the_same_list_again_adds_nobody(school: SchoolOnDisk) -> None:
    imported(school, "list_in_cp1251.csv", enrolled=SINCE)
    before = (rows(school, "Список"), rows(school, "Семьи"))
    again = imported(school, "list_in_cp1251.csv", enrolled=SINCE)
    assert (again.read.pupils, again.read.families, again.read.listed) == ((), (), 2)
    assert (rows(school, "Список"), rows(school, "Семьи")) == before
    assert {row[1:4] for row in before[1]} >= {
        ("Зимин Олег", "Зимина Анна Ильинична", "мать"), ("Ильина Ася", "Ильин Павел Ильич", None),
        ("Ильина Ася", "Ильина Ида Львовна", None),
    }  # fmt: skip


def test_a_list_without_days_of_enrolment_asks_for_one(school: SchoolOnDisk) -> None:
    with pytest.raises(NeedsHuman, match=r"--enrolled 01\.09\.2026"):
        prepared(school, "list_in_cp1251.csv")


def test_a_pupil_who_is_listed_otherwise_is_told_and_the_row_stays(school: SchoolOnDisk, tmp_path: Path) -> None:
    imported(school, "list_in_cp1251.csv", enrolled=SINCE)
    before = rows(school, "Список")
    file = own_list(
        tmp_path, ("Фамилия", "Имя", "Отчество", "Дата рождения"),
        ("Зимин", "Олег", "Петрович", "15.03.2011"),
        ("Зимин", "Олег", "Юрьевич", "01.01.2011"),  # a namesake
        ("ЁЛКИНА", "яна", "", ""),
    )  # fmt: skip
    plan = imported(school, file, enrolled=SINCE)
    (sentence,) = (message(problem) for problem in plan.read.problems)
    assert "«Зимин Олег Петрович»: ученик уже в «Списке», но записан иначе: дата рождения там 14.03.2011." in sentence
    assert rows(school, "Список")[:-1] == before
    assert rows(school, "Список")[-1][1:] == ("Зимин", "Олег", "Юрьевич", date(2011, 1, 1))
    assert plan.read.listed == 1


def test_a_parent_who_cannot_be_told_is_left_out_and_the_child_is_taken(school: SchoolOnDisk, tmp_path: Path) -> None:
    file = own_list(
        tmp_path, ("ФИО ученика", "Мать", "Телефон матери", "Родители", "E-mail родителей"),
        ("Зимин Олег", "", "8 900 000-00-01", "", ""),
        ("Ильина Ася", "", "", "Ильин П. И., Ильина И. Л.", ""),
        ("Котов Ян", "", "", "Котов А. Б.\nКотова В. Г.", "kot@example.org"),
        ("Лисова Ия", "", "", "Лисова А. Б.; Лисов В. Г.", "a@example.org; b@example.org"),
    )  # fmt: skip
    plan = imported(school, file, enrolled=SINCE)
    assert [message(note).split("не взят: ")[1].split(". Впиш")[0] for note in plan.read.notes] == [
        "нет Ф.И.О.", "в ячейке, похоже, двое", "в ячейке двое, а остальное одно",
    ]  # fmt: skip
    assert [row[1] for row in rows(school, "Список")][4:] == ["Зимин", "Ильина", "Котов", "Лисова"]
    assert [(row[2], row[5]) for row in rows(school, "Семьи", 6)][2:] == [
        ("Лисова А. Б.", "a@example.org"), ("Лисов В. Г.", "b@example.org"),
    ]  # fmt: skip


def test_more_pupils_than_prepared_rows_get_rows_and_codes_of_their_own(school: SchoolOnDisk, tmp_path: Path) -> None:
    school.sync()
    file = own_list(tmp_path, ("Фамилия", "Имя"), *((f"Новиков{'а' * n}", "Ян") for n in range(20)))
    plan = imported(school, file, enrolled=SINCE)
    assert plan.new_rows == 5
    keys = [str(row[0]) for row in rows(school, "Список")]
    assert len(keys) == len(set(keys)) == 24
    assert all(len(key) == 5 and key.startswith("P") for key in keys)
    report = school.sync()
    assert [problem for book in report.books if "Список" in book.name for problem in book.problems] == []
    assert len(taken()) == 24


def test_names_that_cannot_be_told_apart_are_asked_about(school: SchoolOnDisk, tmp_path: Path) -> None:
    file = own_list(
        tmp_path, ("№", "Ф.И.О. обучающегося", "Пол"),
        (1, "Ли", "м"), (2, "Мамедов Али Расул оглы", "муж."), (3, "Фон Дер Вейде Ян Карлович", "м"), (4, "Пак 5", "м"),
        (5, "Ким Анна", "девочка"), (6, "Ким Вера", "?"),
    )  # fmt: skip
    plan = imported(school, file, enrolled=SINCE)
    assert [message(problem).partition(", строка ")[2] for problem in plan.read.problems] == [
        "2, «Ф.И.О. обучающегося»: «Ли»: не заполнено: имя. Строка не берётся. Впишите в файле.",
        "4, «Ф.И.О. обучающегося»: «Фон Дер Вейде Ян Карлович»: не прочесть: что здесь фамилия? Нужны три "
        "столбца. Строка не берётся. Исправьте в файле.",
        "5, «Ф.И.О. обучающегося»: «Пак 5»: не прочесть: это не имя. Строка не берётся. Исправьте в файле.",
        "7, «Пол»: «?»: не прочесть: м или ж. Строка не берётся. Исправьте в файле.",
    ]
    assert [row[1:4] for row in rows(school, "Список")][4:] == [("Мамедов", "Али", "Расул оглы"), ("Ким", "Анна", None)]


def test_a_list_that_somebody_has_open_is_left_alone(school: SchoolOnDisk) -> None:
    plan = prepared(school, "list_of_a_class.xlsx")
    (school.books / f".~lock.{BOOK}#").touch()
    with pytest.raises(NeedsHuman, match=r"«9А Список\.xlsx» у кого-то открыта"):
        roster_import.carry_out(school.workspace, plan, file="список.xlsx")
