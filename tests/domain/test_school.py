"""Names of people as the books print them, and days on the list."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError

from sync_service.domain.school import Employee, Guardian, Pupil
from sync_service.domain.slots import (
    LessonField,
    Slot,
    SlotKind,
    day_of_reason,
    entry_slot,
    final_slot,
    grounds_slot,
    lesson_slot,
)
from tests.domain.samples import ALGEBRA

PUPIL = Pupil(
    code="P7K3M",
    last="Иванов",
    first="Пётр",
    patronymic="Ильич",
    enrolled=date(2026, 9, 1),
    left=date(2027, 2, 1),
    school_class="9А",
)


def test_employees_are_named_shortly_and_fully() -> None:
    teacher = Employee(code="e07", last="Иванова", first="Анна", patronymic="Петровна")
    assert (teacher.short_name, teacher.full_name) == ("Иванова А. П.", "Иванова Анна Петровна")
    guest = Employee(code="e08", last="Ли", first="Анна")
    assert (guest.short_name, guest.full_name) == ("Ли А.", "Ли Анна")


def test_pupils_are_named_for_the_list_and_fully() -> None:
    assert (PUPIL.list_name, PUPIL.full_name) == ("Иванов Пётр", "Иванов Пётр Ильич")


def test_a_pupil_is_on_the_list_from_the_day_of_arrival_to_the_day_before_leaving() -> None:
    days = [date(2026, 8, 31), date(2026, 9, 1), date(2027, 1, 31), date(2027, 2, 1)]
    assert [PUPIL.attends(day) for day in days] == [False, True, True, False]
    assert PUPIL.model_copy(update={"left": None}).attends(date(2030, 1, 1))


def test_values_never_change_and_refuse_what_they_do_not_know() -> None:
    with pytest.raises(ValidationError):
        PUPIL.last = "Петров"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Employee(code="e1", last="Ли", first="Анна", salary=1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("slot", "text"),
    [
        (entry_slot("P7K3M", "c017.042"), "entry:P7K3M:c017.042"),
        (final_slot("P7K3M", "c017", "Q1"), "final:P7K3M:c017 Q1"),
        (lesson_slot("c017.042", LessonField.TOPIC), "lesson:c017.042:topic"),
        (grounds_slot("P7K3M", "c017", "Q1"), "grounds:P7K3M:c017 Q1"),
        (Slot(SlotKind.REASON, "P7K3M", "2026-10-12 code"), "reason:P7K3M:2026-10-12 code"),
    ],
)
def test_a_slot_has_one_text_that_names_it(slot: Slot, text: str) -> None:
    assert str(slot) == text
    assert Slot.parse(text) == slot


def test_a_reason_is_about_a_day() -> None:
    assert day_of_reason(Slot(SlotKind.REASON, "P7K3M", "2026-10-12 code")) == date(2026, 10, 12)


def test_a_parent_may_read_until_the_day_on_which_consent_was_withdrawn() -> None:
    parent = Guardian(code="P7K3M-1", pupil="P7K3M", name="Иванова О. П.", consent=date(2026, 9, 1))
    assert parent.may_read(date(2027, 5, 1))
    refused = parent.model_copy(update={"withdrawn": date(2026, 11, 2)})
    assert [refused.may_read(day) for day in (date(2026, 11, 1), date(2026, 11, 2))] == [True, False]


def test_the_list_of_a_course_is_looked_at_on_one_of_its_own_days() -> None:
    begins, ends = date(2026, 10, 5), date(2027, 1, 17)
    ended = ALGEBRA.model_copy(update={"since": begins, "until": ends})
    days = (date(2026, 9, 1), begins, date(2026, 12, 1), ends, date(2027, 5, 1))
    assert [ended.own_day(day) for day in days] == [begins, begins, date(2026, 12, 1), ends, ends]
    assert ended.model_copy(update={"until": None}).own_day(date(2027, 5, 1)) == date(2027, 5, 1)
