"""Guards over whole passes: what adds up over days, and a book replaced by its own older copy."""

from __future__ import annotations

import shutil
from datetime import timedelta
from itertools import product

import pytest
from openpyxl import load_workbook

from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, Slot, entry_slot, lesson_slot
from sync_service.records import models, queries, sync_state
from sync_service.usecases import holds
from tests.usecases.conftest import SchoolOnDisk

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
IDENTITY = "journal-9А-2026"
DEPUTY = {"by": "Белова Т. С.", "reason": "так и задумано"}


@pytest.fixture
def month(school: SchoolOnDisk) -> tuple[SchoolOnDisk, list[Slot]]:
    """A month on; twelve lessons of all pupils of the class are marked: the slots in the order of lessons."""
    school.now[0] += timedelta(days=30)
    pupils = [pupil.code for pupil in queries.pupils() if pupil.school_class == "9А"]
    lessons = [fact.key for fact in queries.lesson_facts("c001") if fact.date <= school.workspace.today][:12]
    slots = [entry_slot(pupil, lesson) for lesson, pupil in product(lessons, pupils)]
    school.type(BOOK, GRID, {slot: "2345"[number % 4] for number, slot in enumerate(slots)})
    school.sync()
    assert len(queries.slot_values("c001")) >= len(slots)
    return school, slots


def test_clearing_a_little_every_hour_is_stopped_in_the_end_and_a_release_starts_anew(
    month: tuple[SchoolOnDisk, list[Slot]],
) -> None:
    school, slots = month
    left = list(slots)
    while not sync_state.holds():
        assert len(left) > len(slots) * 0.7
        school.now[0] += timedelta(hours=1)
        school.type(BOOK, GRID, dict.fromkeys(left[-3:]))
        del left[-3:]
        school.sync()
    (hold,) = sync_state.holds()
    assert hold.code == Code.TAB_SLOW_CLEAR
    assert hold.detail.startswith("за сутки ")
    before = len(queries.slot_values("c001"))
    holds.release(school.workspace, hold, **DEPUTY)
    school.sync()
    assert (sync_state.holds(), before - len(queries.slot_values("c001"))) == ([], 3)
    last = queries.history(slots[len(left)])[-1]
    assert (last.new, last.reason) == ("", "так и задумано (задержку снял(а): Белова Т. С.)")


def test_a_released_clearing_is_not_counted_again(month: tuple[SchoolOnDisk, list[Slot]]) -> None:
    school, slots = month
    school.type(BOOK, GRID, dict.fromkeys(slots[-15:]))
    school.sync()
    (hold,) = sync_state.holds()
    holds.release(school.workspace, hold, **DEPUTY)
    school.sync()
    assert queries.cleared_lately(IDENTITY, school.workspace.clock()).week == frozenset()
    school.type(BOOK, GRID, dict.fromkeys(slots[:3]))
    assert not school.sync().needs_human


def test_cleared_lately_counts_by_windows(month: tuple[SchoolOnDisk, list[Slot]]) -> None:
    school, slots = month
    school.type(BOOK, GRID, dict.fromkeys(slots[:2]))
    school.sync()
    now = school.workspace.clock()
    at = {hours: queries.cleared_lately(IDENTITY, now + timedelta(hours=hours)) for hours in (1, 25, 24 * 7 + 1)}
    assert [(len(found.day), len(found.week)) for found in at.values()] == [(2, 2), (0, 2), (0, 0)]
    assert queries.cleared_lately("journal-6Б-2026", now).week == frozenset()


# --- an older copy ----------------------------------------------------------------------------------------------------


@pytest.fixture
def copied(month: tuple[SchoolOnDisk, list[Slot]]) -> tuple[SchoolOnDisk, dict[Slot, str]]:
    """A copy of the book was kept aside; in the days since then entries and topics came."""
    school, slots = month
    shutil.copy(school.books / f"{BOOK}.xlsx", school.books.parent / "copy.xlsx")
    lessons = [fact.key for fact in queries.lesson_facts("c001")][12:15]
    pupils = dict.fromkeys(slot.subject for slot in slots)
    news = {entry_slot(pupil, lesson): "н" for pupil, lesson in product(pupils, lessons)}
    topics = {lesson_slot(lesson, LessonField.TOPIC): f"Тема {lesson}" for lesson in lessons[:2]}
    assert len(news) > 10
    for day, cells in enumerate((dict(list(news.items())[:6]), dict(list(news.items())[6:]))):
        school.now[0] += timedelta(days=1 + 10 * day)
        school.type(BOOK, GRID, cells)  # type: ignore[arg-type]
        school.type(BOOK, LOG, topics)  # type: ignore[arg-type]
        school.sync()
    assert sync_state.holds() == []
    return school, {**news, **topics}


def test_an_older_copy_over_a_newer_book_is_held_whole_until_the_newer_is_back(
    copied: tuple[SchoolOnDisk, dict[Slot, str]],
) -> None:
    school, news = copied
    newest = (school.books / f"{BOOK}.xlsx").read_bytes()
    before = queries.slot_values("c001")
    shutil.copy(school.books.parent / "copy.xlsx", school.books / f"{BOOK}.xlsx")
    school.sync()
    (hold,) = sync_state.holds()
    assert (hold.tab, hold.code) == ("", Code.BOOK_OLDER)
    assert holds.sentence(hold).startswith("9А Журнал: Похоже на старую копию книги: какой она была ")
    assert queries.slot_values("c001") == before
    lines = holds.lines(holds.would_change(school.workspace, hold))
    assert {line.tab for line in lines} == {GRID, LOG}
    assert len(lines) == len(news)
    # work in the copy neither slips through nor ends the hold
    school.type(BOOK, GRID, {next(slot for slot in before if slot not in news): "н"})
    school.sync()
    (hold,) = sync_state.holds()
    assert (hold.code, queries.slot_values("c001")) == (Code.BOOK_OLDER, before)
    (school.books / f"{BOOK}.xlsx").write_bytes(newest)
    assert not school.sync().needs_human
    assert (sync_state.holds(), queries.slot_values("c001")) == ([], before)


def test_a_released_copy_is_taken_as_it_is(copied: tuple[SchoolOnDisk, dict[Slot, str]]) -> None:
    school, news = copied
    shutil.copy(school.books.parent / "copy.xlsx", school.books / f"{BOOK}.xlsx")
    school.sync()
    (hold,) = sync_state.holds()
    holds.release(school.workspace, hold, **DEPUTY)
    assert not school.sync().needs_human
    assert not set(news) & set(queries.slot_values("c001"))
    assert {queries.history(slot)[-1].reason for slot in news} == {"так и задумано (задержку снял(а): Белова Т. С.)"}
    assert sync_state.holds() == []


def test_a_book_of_an_earlier_generation_is_held(month: tuple[SchoolOnDisk, list[Slot]]) -> None:
    school, slots = month
    models.BookState.objects.filter(book=IDENTITY).update(generation=2)
    school.type(BOOK, GRID, {slots[0]: "н"})
    school.sync()
    (hold,) = sync_state.holds()
    assert (hold.tab, hold.detail) == ("", "выпуск 1 вместо 2")
    assert sync_state.book_states()[IDENTITY].generation == 2
    remarks = load_workbook(school.books / f"{BOOK}.xlsx")["Замечания"]
    said = [str(cell.value) for row in remarks.iter_rows() for cell in row if cell.value]
    assert any("Похоже на старую копию книги: выпуск 1 вместо 2" in text for text in said)
    holds.release(school.workspace, hold, **DEPUTY)
    school.sync()
    assert (sync_state.holds(), queries.slot_values("c001")[slots[0]]) == ([], "н")
    assert sync_state.book_states()[IDENTITY].generation == 1


def test_a_held_tab_stands_among_the_remarks_of_its_book(month: tuple[SchoolOnDisk, list[Slot]]) -> None:
    school, slots = month
    school.type(BOOK, GRID, dict.fromkeys(slots[-15:]))
    school.sync()
    codes = [problem.code for _, problem, _ in sync_state.standing_problems(IDENTITY)]
    assert Code.TAB_MASS_CLEAR in codes
    school.type(BOOK, GRID, {slot: "2345"[slots.index(slot) % 4] for slot in slots[-15:]})
    school.sync()
    assert Code.TAB_MASS_CLEAR not in [problem.code for _, problem, _ in sync_state.standing_problems(IDENTITY)]
