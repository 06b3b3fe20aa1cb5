"""`journal history`: every value, when, from where, who and why."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.usecases.correcting import correct_entry, correct_lesson
from sync_service.usecases.meant import Unclear
from sync_service.usecases.trail import Step, history
from tests.usecases.conftest import SchoolOnDisk, build

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
LEV, NINA = "P0001", "P0002"
FIRST, ENGLISH = "c001.001", "c002.001"
DEPUTY = {"by": "Белова Т. С.", "reason": "апелляция"}


@pytest.fixture
def lived(tmp_path: Path, drawn: Path, database: str) -> SchoolOnDisk:
    """A mark typed, changed and corrected; others beside it; a topic that was corrected."""
    return build(tmp_path, drawn / "lived", story=live)


def live(school: SchoolOnDisk) -> None:
    english = entry_slot(LEV, ENGLISH)
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "3", entry_slot(LEV, "c001.002"): "н"})
    school.type(BOOK, LOG, {lesson_slot(FIRST, LessonField.TOPIC): "Дроби", lesson_slot(FIRST, LessonField.HELD): "да"})
    school.type(BOOK, "Английский язык 1 гр.", {english: "5"})
    school.sync()
    school.now[0] += timedelta(hours=1, seconds=7)
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): None, final_slot(LEV, "c001", "Q1"): "4"})

    def explain(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        sheet.cell(3, headings["code"]).value = "б"

    school.edit(BOOK, "Пропуски", explain)
    school.sync()
    school.now[0] += timedelta(days=1)
    lev = {"pupil": "Абрамов Лев", "course": "Математика", "date": "02.09", **DEPUTY}
    correct_entry(school.workspace, "4", **lev)
    lesson = {"course": "Математика", "school_class": "9А", "date": "02.09", **DEPUTY}
    correct_lesson(school.workspace, {"--topic": "Степени"}, **lesson)


def told(steps: tuple[Step, ...]) -> list[tuple[str, str, str]]:
    return [(step.what, step.old, step.new) for step in steps]


def test_every_value_of_a_pupil_is_told_course_by_course_in_order_of_time(lived: SchoolOnDisk) -> None:
    found = history(lived.workspace, pupil="Абрамов Лев")
    assert found.title == "Абрамов Лев, 9А"
    assert told(found.steps) == [
        ("Английский язык 1 гр., 03.09, 2-й урок", "", "5"),
        ("Математика, 02.09, 1-й урок", "", "3"),
        ("Математика, 02.09, 1-й урок", "3", ""),
        ("Математика, 02.09, 1-й урок", "", "4"),
        ("Математика, 07.09, 1-й урок", "", "н"),
        ("Математика, I четверть", "", "4"),
        ("07.09, причина пропуска", "", "б"),
    ]


def test_each_step_says_when_in_the_schools_zone_where_who_and_why(lived: SchoolOnDisk) -> None:
    first, emptied, corrected = history(lived.workspace, pupil=LEV, course="Математика", day="02.09").steps
    assert [f"{step.at:%d.%m.%Y %H:%M:%S%z}" for step in (first, emptied, corrected)] == [
        "16.09.2026 18:00:00+0300", "16.09.2026 19:00:07+0300", "17.09.2026 19:00:07+0300",
    ]  # fmt: skip
    assert (first.where, first.who, first.why) == ("9А Журнал, Математика!F6", BOOK, "")
    assert (corrected.channel, corrected.where, corrected.who, corrected.why) == (
        "command", "команда", "Белова Т. С.", "апелляция",
    )  # fmt: skip


def test_a_course_without_a_pupil_tells_its_lessons(lived: SchoolOnDisk) -> None:
    found = history(lived.workspace, course="Математика", school_class="9А", day="2026-09-02")
    assert (found.title, told(found.steps)) == (
        "Математика, 9А",
        [
            ("02.09, 1-й урок: Проведён", "", "да"),
            ("02.09, 1-й урок: Тема", "", "Дроби"),
            ("02.09, 1-й урок: Тема", "Дроби", "Степени"),
        ],
    )


def test_a_narrower_question_gets_only_what_was_asked_for(lived: SchoolOnDisk) -> None:
    def of(**words: str) -> set[Slot]:
        return {step.slot for step in history(lived.workspace, pupil=LEV, **words).steps}

    assert of(course="Английский язык") == {entry_slot(LEV, ENGLISH)}
    assert of(day="07.09") == {entry_slot(LEV, "c001.002"), Slot(SlotKind.REASON, LEV, "2026-09-07 code")}
    assert of(course="c001", day="03.09") == set()
    assert history(lived.workspace, pupil="Быкова").steps == ()


def test_days_are_told_as_people_write_them(lived: SchoolOnDisk) -> None:
    lived.type(BOOK, LOG, {lesson_slot("c001.002", LessonField.HOMEWORK_DUE): "09.09.2026"})
    lived.sync()
    (step,) = history(lived.workspace, course="c001", day="07.09").steps
    assert (step.what, step.new) == ("07.09, 1-й урок: Срок ДЗ", "09.09.2026")


@pytest.mark.parametrize(
    ("words", "option"),
    [({}, "--pupil"), ({"pupil": "Никто"}, "--pupil"), ({"pupil": LEV, "course": "Труд"}, "--course"),
     ({"pupil": LEV, "day": "32.13"}, "--date")],
)  # fmt: skip
def test_a_question_that_cannot_be_understood_names_the_option(
    school: SchoolOnDisk, words: dict[str, str], option: str
) -> None:
    with pytest.raises(Unclear) as unclear:
        history(school.workspace, **words)
    assert unclear.value.option == option
