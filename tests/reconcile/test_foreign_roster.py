"""Lists of classes as offices keep them: whose column it is, who is meant, and that no row can do harm."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.problems import message
from sync_service.reconcile.foreign import find_tables
from sync_service.reconcile.foreign_roster import FORM, read_list
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
