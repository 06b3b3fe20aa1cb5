"""A school whose journals are Google spreadsheets, through real HTTP: what teachers type, what comes back to them."""

from __future__ import annotations

from sync_service.domain.slots import LessonField, entry_slot, lesson_slot
from sync_service.records import queries
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
LEV, NINA, YANA = "P0001", "P0002", "P0003"
FIRST, SECOND = "c001.001", "c001.002"


def test_what_a_teacher_types_in_google_becomes_the_record(in_google: SchoolInGoogle) -> None:
    school = in_google
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5", entry_slot(NINA, FIRST): "H", entry_slot(YANA, FIRST): "45"})
    school.type(BOOK, LOG, {lesson_slot(FIRST, LessonField.HELD): "да", lesson_slot(FIRST, LessonField.TOPIC): "Дроби"})
    report = school.sync()
    assert report.troubles == []
    values = queries.slot_values("c001")
    assert values[entry_slot(LEV, FIRST)] == "5"
    assert values[entry_slot(NINA, FIRST)] == "н"
    assert values[lesson_slot(FIRST, LessonField.TOPIC)] == "Дроби"
    assert "45" in school.note(BOOK, GRID, entry_slot(YANA, FIRST))
    assert school.value(BOOK, GRID, entry_slot(NINA, FIRST)) == "H"
