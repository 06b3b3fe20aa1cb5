"""Names over whole tabs: changes are masked, breaches are told with their place, and it costs next to nothing."""

from __future__ import annotations

import time
from datetime import date

import pytest

from sync_service.domain.privacy import HIDDEN, Mask, Names
from sync_service.domain.problems import Code, Place, Problem, message
from sync_service.domain.school import Guardian, Pupil
from sync_service.reconcile.annotate import NOTE_MARK
from sync_service.reconcile.privacy import Exposure, exposures, masked_problem, masked_write
from sync_service.reconcile.sheet import At, Tab, TabWrite

SEPTEMBER = date(2026, 9, 1)
PETR = Pupil(code="P7K3M", last="Снегирёв", first="Пётр", enrolled=SEPTEMBER, school_class="7А")
MOTHER = Guardian(code="P7K3M-1", pupil="P7K3M", name="Снегирёва Вера", phone="+7 900 000-00-01")
CODED = Mask(Names.CODE, (PETR,), (MOTHER,))
FULL = Mask(Names.FULL, (PETR,), (MOTHER,))
LINK = {At(3, 3): "'Математика'!F6"}


def test_names_in_changes_are_shown_as_allowed_and_everything_else_stays() -> None:
    write = TabWrite(
        "Пропуски",
        {At(3, 2): SEPTEMBER, At(3, 3): "Снегирёв Пётр", At(3, 4): 2, At(4, 3): None},
        {At(3, 3): f"{NOTE_MARK}Снегирёв Пётр, «Снегирёву 5»: нет такой записи.", At(9, 9): None},
        LINK,
    )
    assert masked_write(CODED, write) == TabWrite(
        "Пропуски",
        {At(3, 2): SEPTEMBER, At(3, 3): "P7K3M", At(3, 4): 2, At(4, 3): None},
        {At(3, 3): f"{NOTE_MARK}P7K3M, «{HIDDEN} 5»: нет такой записи.", At(9, 9): None},
        LINK,
    )
    assert masked_write(FULL, write) == write


def test_a_teachers_own_words_in_a_note_are_neither_changed_nor_a_breach() -> None:
    note = f"Снегирёв Пётр пересдаёт\n{NOTE_MARK}Снегирёв Пётр: нет такой записи."
    write = masked_write(CODED, TabWrite("Математика", {}, {At(6, 6): note}))
    assert write.notes == {At(6, 6): f"Снегирёв Пётр пересдаёт\n{NOTE_MARK}P7K3M: нет такой записи."}
    assert exposures(CODED, [write]) == []


@pytest.mark.parametrize("names", [Names.INITIALS, Names.CODE])
def test_a_long_name_cannot_hide_in_a_shortened_message(names: Names) -> None:
    long = PETR.model_copy(update={"last": "Константинопольский-Переяславский", "first": "Александр"})
    problem = Problem(
        Code.ENTRY_UNKNOWN, Place("Практикум по решению задач", "ZZ99", f"{long.list_name}, 12.10"),
        read=f"{long.list_name} отвечал у доски", kept="5", detail=f"{long.first} {long.last}",
    )  # fmt: skip
    told = masked_problem(Mask(names, (long,)), problem)
    assert told.place.tab == problem.place.tab
    assert "Александр" not in message(told)
    assert ("Константин" in message(told)) == (names is Names.INITIALS)
    assert masked_problem(FULL, problem) == problem


def test_everything_in_a_tab_that_must_not_leave_is_told_with_its_place() -> None:
    tab = Tab(
        "Занятия со Снегирёвым",
        {At(1, 1): "P7K3M", At(3, 6): "Снегирёву §5", At(4, 6): 89000000001, At(5, 6): 89000000001.0, At(6, 6): 5},
        {At(3, 6): "спросить Снегирёва"},
    )
    assert exposures(CODED, [tab]) == [
        Exposure("Занятия со Снегирёвым", "", "Снегирёвым"),
        Exposure("Занятия со Снегирёвым", "F3", "Снегирёву"),
        Exposure("Занятия со Снегирёвым", "F4", "89000000001"),
        Exposure("Занятия со Снегирёвым", "F5", "89000000001"),
        Exposure("Занятия со Снегирёвым", "F3", "Снегирёва"),
    ]
    assert exposures(FULL, [tab]) == []


def test_a_whole_class_book_is_looked_through_in_no_time() -> None:
    """36 000 cells, nearly all of one character, and the names of a school of 500."""
    letters = "бвгджклмнп"
    names = [f"Сне{a}и{b}е{c}ов" for a in letters for b in letters for c in "бвгдж"]
    pupils = [
        Pupil(code=f"P{n:04}", last=last, first="Пётр", enrolled=SEPTEMBER, school_class="7А")
        for n, last in enumerate(names)
    ]
    cells: dict[At, str | int | float | date] = {
        At(row, column): "5н"[(row + column) % 2] for row in range(200) for column in range(180)
    }
    cells |= {At(row, 200): f"Тема урока номер {row}: повторение пройденного материала" for row in range(1500)}
    guard = Mask(Names.CODE, pupils)
    started = time.process_time()
    assert exposures(guard, [Tab("Математика", cells)]) == []
    assert time.process_time() - started < 0.2


def test_a_note_that_is_blank_tells_nothing() -> None:
    assert exposures(CODED, [Tab("Математика", {}, notes={At(3, 3): ""})]) == []
