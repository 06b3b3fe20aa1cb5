"""One story in a folder and in Google: the same record, the same problems, the same holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection, transaction

from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.records import queries
from tests.google_emulator.server import Emulator
from tests.school import SmallSchool, small_school
from tests.usecases import in_google
from tests.usecases.conftest import SchoolOnDisk, build
from tests.usecases.in_google import SchoolInGoogle

# what must not depend on where the books lie, by what it is called
SAME = {
    # where a book lies is its place's affair
    "everything ever accepted": "select kind, key, old, case key when 'book.redrawn' then book else new end, channel "
    "from records_ledgerrow order by 1, 2, seq",
    "entries": "select pupil_id, lesson_id, text, marks, absence from records_entry order by 1, 2",
    "final marks": "select pupil_id, course_id, term, text from records_finalmark order by 1, 2, 3",
    "lessons": "select key, date, slot, held, topic, homework, minutes, work_type from records_lesson order by 1",
    "reasons": "select pupil_id, date, code, document from records_absencereason order by 1, 2",
    "baselines": "select tab, slot, text from records_baseline order by 1, 2",
    "holds": "select book, tab, code, detail from records_hold order by 1, 2",
    "problems": "select book, tab, code, slot, place_tab, place_who, read, kept, detail, closed_at is null "
    "from records_standingproblem order by 1, 2, 3, 4, 6, 7",
}  # fmt: skip
BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
PUPILS = ("P0001", "P0002", "P0003", "P0004")
TYPED = ("5", "н", "4/5", " 3 ", "45", "З", "5н", "б", ".", "٥", "7", "Н")  # of four pupils in three lessons


def with_addresses() -> SmallSchool:
    """The small school as the one in Google has it: everybody has an e-mail."""
    said = small_school()
    staff = [one.model_copy(update={"email": f"{one.code}@school.example"}) for one in said.directory.employees]
    return replace(said, directory=said.directory.model_copy(update={"employees": tuple(staff)}))


def tell(school: SchoolOnDisk | SchoolInGoogle) -> None:
    """A first pass over marks good and bad, a second after corrections, one after a tab was emptied, and another."""
    lessons = [fact.key for fact in queries.lesson_facts("c001")][:3]
    slots = [entry_slot(pupil, lesson) for lesson in lessons for pupil in PUPILS]
    school.type(BOOK, GRID, dict(zip(slots, TYPED, strict=True)))
    school.type(BOOK, GRID, {final_slot("P0001", "c001", "Q1"): "5", final_slot("P0002", "c001", "Q1"): "н/а"})
    school.type(BOOK, LOG, {
        lesson_slot(lessons[0], LessonField.HELD): "да",
        lesson_slot(lessons[0], LessonField.TOPIC): " Дроби  и проценты",
        lesson_slot(lessons[0], LessonField.HOMEWORK): "—",
        lesson_slot(lessons[1], LessonField.WORK_TYPE): "КР",
        lesson_slot(lessons[1], LessonField.MINUTES): "двадцать",
        lesson_slot(lessons[2], LessonField.DATE): "10.09.2026",
    })  # fmt: skip
    school.type("6Б Журнал", GRID, {entry_slot("P0005", "c004.001"): "н"})
    school.sync()
    school.type(BOOK, "Пропуски", {Slot(SlotKind.REASON, "P0002 2026-09-02", "code"): "ув"})
    school.type(BOOK, GRID, {slots[0]: "4", slots[4]: "4/5", slots[7]: ""})
    school.type(BOOK, LOG, {lesson_slot(lessons[1], LessonField.MINUTES): "20"})
    school.sync()
    school.type("6Б Журнал", GRID, {entry_slot("P0005", "c004.001"): "5"})
    school.type(BOOK, GRID, dict.fromkeys(slots, ""))
    school.sync()
    school.sync()


def rows() -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for what, query in SAME.items():
            cursor.execute(query)
            found[what] = cursor.fetchall()
    return found


@pytest.mark.django_db
def test_the_record_is_the_same_wherever_the_books_lie(tmp_path: Path, drawn: Path) -> None:
    with transaction.atomic():
        tell(build(tmp_path / "files", drawn / "with addresses", with_addresses()))
        in_files = rows()
        transaction.set_rollback(True)
    folder = drawn / "in google"
    with Emulator(in_google.state_of(folder)) as google:
        tell(in_google.build(google, tmp_path / "google", drawn=folder))
        there = rows()
    assert all(in_files.values())
    for what, found in in_files.items():
        assert [pair for pair in zip(found, there[what], strict=True) if pair[0] != pair[1]] == [], what
