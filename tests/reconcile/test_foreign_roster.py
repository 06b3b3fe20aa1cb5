"""Lists of classes as offices keep them: whose column it is, who is meant, and that no row can do harm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.problems import Problem, message
from sync_service.reconcile.foreign import find_tables
from sync_service.reconcile.foreign_roster import FORM, RosterFile, read_list
from sync_service.reconcile.sheet import CellError
from tests.reconcile.test_foreign_plan import Line, tab

SINCE = date(2026, 9, 1)
HEAD = ("№", "Ф.И.О. ученика", "Дата рождения", "Пол", "Мать", "Телефон матери")


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Ф.И.О.", "name"),
        ("ФИО обучающегося", "name"),
        ("Фамилия, имя, отчество", "name"),
        ("Фамилия Имя", "name"),
        ("Фамилия", "last"),
        ("Отчество (при наличии)", "patronymic"),
        ("Дата\nрожд.", "birth_date"),
        ("№ личного дела", "file_no"),
        ("Дата и № приказа о зачислении", "enrolled_order"),
        ("Дата зачисления", "enrolled"),
        ("Зачислена с", "enrolled"),
        ("ФИО родителей (законных представителей)", "parent.name"),
        ("Родители", "parent.name"),
        ("Ф.И.О. матери", "mother.name"),
        ("Мать (ФИО)", "mother.name"),
        ("Телефон отца", "father.phone"),
        ("Отец, телефон", "father.phone"),
        ("Контактный телефон", "parent.phone"),
        ("Тел. родителей", "parent.phone"),
        ("E-mail", "parent.email"),
        ("Электронная почта", "parent.email"),
        ("Кем приходится", "parent.relation"),
        ("Адрес", ""),
        ("СНИЛС", ""),
        ("Год рождения", ""),
    ],
)
def test_a_heading_says_whose_column_it_is(heading: str, key: str) -> None:
    (table,) = find_tables([tab(("№ п/п", "Имя", heading, "Фамилия"), (1, "Олег", "х", "Зимин"))], FORM)
    assert next((found for found, column in table.columns.items() if column == 3), "") == key


CELLS = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(max_size=20), st.booleans(), st.dates(), st.datetimes(),
    st.sampled_from(["Зимин Олег", "зимин олег", "Ильина Ася Павловна", "м", "14.03.2011", "Зимина А.; Зимин", *HEAD]),
)  # fmt: skip
MERGES = st.lists(st.sampled_from(["B2:B3", "A2:B3", "B3:F3", "E2:E4", "A2:F2"]))


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS, CELLS, CELLS), max_size=8), MERGES)
def test_every_pupil_has_a_name_and_stands_on_the_list_once(rows: list[Line], merged: list[str]) -> None:
    found = find_tables([tab(HEAD, *rows, merged=merged)], FORM)
    if not found:
        return
    read = read_list(found, [], [], SINCE)
    names = [(one.values["last"], one.values["first"]) for one in read.pupils]
    assert all(last and first for last, first in names)
    listed = [dict(pupil.values) for pupil in read.pupils]
    again = read_list(found, listed, [dict(one) for one in read.families], SINCE)
    assert again.pupils == ()
    assert again.families == ()
    assert all(one["pupil"] in {pupil.list_name for pupil in read.pupils} for one in read.families)
    assert all(len(message(problem)) <= 200 for problem in (*read.problems, *read.notes))


WHO = ("Ф.И.О.", "Дата рождения", "Родители", "Телефон родителей", "Кем приходится")
ON_THE_LIST = {"last": "Зимин", "first": "Олег", "patronymic": "Львович", "birth_date": "2011-03-14", "file_no": "",
               "sex": ""}  # fmt: skip


def taken(
    *rows: Line,
    head: Line = WHO,
    enrolled: date | None = SINCE,
    listed: bool = False,
    families: Iterable[Mapping[str, str]] = (),
    merged: Sequence[str] = (),
) -> RosterFile:
    found = find_tables([tab(head, *rows, merged=merged)], FORM)
    return read_list(found, [ON_THE_LIST] if listed else [], families, enrolled)


def why(problems: Iterable[Problem]) -> list[tuple[str, str]]:
    return [(problem.code.value, problem.detail) for problem in problems]


@pytest.mark.parametrize(
    ("name", "code", "detail"),
    [
        ("Зимин 2", "file.value", "это не имя"),
        ("Зимин", "file.empty", "имя"),
        ("Оглы Зимин Олег Львович Младший", "file.value", "что здесь фамилия? Нужны три столбца"),
    ],
)
def test_a_name_that_cannot_be_told_is_asked_about_and_its_neighbour_goes_in(name: str, code: str, detail: str) -> None:
    read = taken((name,), ("Ильина Ася",))
    assert why(read.problems) == [(code, detail)]
    assert [pupil.list_name for pupil in read.pupils] == ["Ильина Ася"]


def test_a_name_of_four_words_may_end_in_a_word_of_the_patronymic() -> None:
    (pupil,) = taken(("Алиев Тимур Рашид оглы",)).pupils
    assert pupil.values["patronymic"] == "Рашид оглы"


def test_a_name_in_three_columns_is_taken_as_it_stands() -> None:
    head = ("№", "Фамилия", "Имя", "Отчество")
    read = taken((1, "Оглы Зимин", "Олег", "Львович"), (2, "Ильина", "Ася"), (3, "Соколов", ""), head=head)
    assert [(one.values["last"], one.values["first"], one.values["patronymic"]) for one in read.pupils] == [
        ("Оглы Зимин", "Олег", "Львович"), ("Ильина", "Ася", ""),
    ]  # fmt: skip
    assert [(problem.place.who, problem.read) for problem in read.problems] == [("«Имя»", "Соколов")]


def test_the_sex_may_be_written_as_people_do_and_what_cannot_be_read_leaves_the_pupil_out() -> None:
    head = ("Ф.И.О.", "Пол", "Дата рождения", "Дата зачисления")
    read = taken(
        ("Ильина Ася", "жен.", "14.03.2011"), ("Зимин Олег", "мальчик"),
        ("Соколов Ян", "?"), ("Лисин Тит", "м", "весной"), ("Рысин Лев", "м", "", CellError("#REF!")),
        head=head,
    )  # fmt: skip
    assert [(one.values["sex"], one.values["birth_date"]) for one in read.pupils] == [("ж", "2011-03-14"), ("м", "")]
    assert [(*problem.place[1:], problem.detail) for problem in read.problems] == [
        ("строка 4", "«Пол»", "м или ж"),
        ("строка 5", "«Дата рождения»", "нужна дата"),
        ("строка 6", "«Дата зачисления»", "нужна дата"),
    ]


def test_a_day_of_enrolment_that_the_file_tells_is_that_of_the_pupil() -> None:
    read = taken(("Ильина Ася", "12.01.2027"), ("Зимин Олег",), head=("Ф.И.О.", "Дата зачисления"))
    assert [pupil.values["enrolled"] for pupil in read.pupils] == ["2027-01-12", "2026-09-01"]


def test_numbers_that_wait_for_a_pupil_are_passed_over_and_words_around_the_list_are_told() -> None:
    head = ("№", "Ф.И.О.", "Адрес")
    read = taken(
        (1, "Ильина Ася"), (2,), ("", "", "выбыла в мае"), ("", "Классный руководитель: Ясенев И."),
        ("Список утверждён",), head=head, merged=("A6:C6",),
    )  # fmt: skip
    assert [pupil.list_name for pupil in read.pupils] == ["Ильина Ася"]
    assert [(problem.code.value, problem.read) for problem in read.notes] == [
        ("file.row", "выбыла в мае"), ("file.row", "Классный руководитель: Ясенев И."),
        ("file.row", "Список утверждён"),
    ]  # fmt: skip
    assert read.problems == ()


def test_whoever_is_on_the_list_is_counted_and_whoever_only_seems_to_be_is_told() -> None:
    assert taken(("Зимин Олег Львович", date(2011, 3, 14)), listed=True).listed == 1
    other_day = taken(("Зимин Олег Львович", date(2011, 3, 15)), listed=True)
    assert [code for code, _ in why(other_day.problems)] == ["file.listed"]
    namesake = taken(("Зимин Олег Петрович", date(2012, 1, 2)), listed=True)
    assert (len(namesake.pupils), namesake.problems) == (1, ())


def test_a_pupil_twice_in_the_file_is_told_and_one_without_a_day_needs_one() -> None:
    twice = taken(("Ильина Ася",), ("Ильина Ася",))
    assert (len(twice.pupils), [code for code, _ in why(twice.problems)]) == (1, ["file.duplicate"])
    assert why(taken(("Ильина Ася",), enrolled=None).problems) == [("file.empty", "с какого дня зачислен")]


def test_parents_of_one_cell_are_parted_and_what_cannot_be_parted_is_told() -> None:
    two = taken(("Ильина Ася", None, "Ильина О. П.; Ильин П. С.", "8 900 1; 8 900 2", "мать; папа"))
    assert [(one["name"], one["phone"], one["relation"]) for one in two.families] == [
        ("Ильина О. П.", "8 900 1", "мать"), ("Ильин П. С.", "8 900 2", "отец"),
    ]  # fmt: skip
    for parents, phone, detail in (
        ("Ильина О. П.; Ильин П. С.", "8 900 1", "в ячейке двое, а остальное одно"),
        (None, "8 900 1", "нет Ф.И.О."),
        ("Ильина О. П., Ильин П. С.", None, "в ячейке, похоже, двое"),
    ):
        told = taken(("Ильина Ася", None, parents, phone))
        assert (told.families, why(told.notes)) == ((), [("file.family", detail)])
    unreadable = taken(("Ильина Ася", None, "Ильина О. П.", None, "соседка тёти"))
    assert [code for code, _ in why(unreadable.notes)] == ["file.family"]


def test_the_parent_of_one_of_two_namesakes_is_left_to_a_person_and_of_a_child_not_taken_is_passed_over() -> None:
    rows: tuple[Line, ...] = (
        ("Ильина Ася Павловна", date(2012, 1, 2), "Ильина О. П."),
        ("Ильина Ася Львовна", date(2011, 1, 2), "Ильина М."),
    )
    assert [detail for _, detail in why(taken(*rows).notes)] == ["в классе не один Ильина Ася"] * 2
    stray = taken(("Зимин 2", None, "Зимина А."))
    assert (stray.families, stray.notes) == ((), ())


def test_a_name_merged_over_two_rows_is_one_child_with_two_parents() -> None:
    rows: tuple[Line, ...] = (
        ("Ильина Ася", None, "Ильина О. П.", "8 900 1", "мать"), ("", None, "Ильин П. С.", "8 900 2", "отец"),
        ("Зимин 2", None, "Зимина А. Л."), ("", None, "Зимин Л. Л."),
    )  # fmt: skip
    read = taken(*rows, merged=("A2:A3", "A4:A5"))
    assert [pupil.list_name for pupil in read.pupils] == ["Ильина Ася"]
    assert [(one["pupil"], one["name"]) for one in read.families] == [
        ("Ильина Ася", "Ильина О. П."), ("Ильина Ася", "Ильин П. С."),
    ]  # fmt: skip
    assert why(read.problems) == [("file.value", "это не имя")]  # and the parents of nobody are passed over


def test_a_parent_who_is_in_the_book_already_is_not_added_again() -> None:
    rows: tuple[Line, ...] = (
        ("Зимин Олег Львович", None, "ЗИМИНА  А. Л."), ("Ильина Ася", None, "Ильина О. П.; Ильина О. П."),
    )  # fmt: skip
    read = taken(*rows, listed=True, families=[{"pupil": "Зимин Олег", "name": "Зимина А. Л."}])
    assert [(one["pupil"], one["name"]) for one in read.families] == [("Ильина Ася", "Ильина О. П.")]
