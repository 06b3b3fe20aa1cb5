"""What people have typed is told by keys, so two copies of a book can be compared wherever things stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, lesson_slot
from sync_service.reconcile.annotate import NOTE_MARK
from sync_service.reconcile.layout import ABSENCES, LOG, TabKind, final_key, tab_key
from sync_service.reconcile.sheet import At, Tab
from sync_service.reconcile.typed import own_notes, place_of, places, slot_of, typed_cells
from tests.domain.samples import YEAR
from tests.reconcile.world import ANNA, BORIS, GRID, L1, L2, LOG_KEY, changed, grid, log

TERM = YEAR.periods[0].term
FINAL = final_key(TERM)
REASONS = tab_key(TabKind.ABSENCES, "7А")
DRAFT = Tab("Черновик", {At(1, 1): "план на май", At(2, 2): "5"}, notes={At(2, 2): "моё"})


def values(*tabs: Tab) -> dict[tuple[str, str, str], object]:
    """Typed cells without the hidden keys."""
    return {key: value for key, value in typed_cells(tabs).items() if key[1] and key[2]}


def test_teachers_cells_are_told_by_the_keys_of_row_and_column_and_ours_are_not() -> None:
    marks = grid({(ANNA, L1): "5", (BORIS, L2): "н"}, finals={ANNA: "4"})
    noted = replace(marks, notes={At(8, 6): "спросить"})  # a note at a blank cell is nothing typed
    assert values(noted, DRAFT) == {(GRID, ANNA, L1): "5", (GRID, BORIS, L2): "н", (GRID, ANNA, FINAL): "4"}
    lessons = changed(log({(L1, LessonField.TOPIC): "Дроби"}), {At(3, LOG.index("state")): "нет ДЗ"})
    assert values(lessons)[LOG_KEY, L1, "topic"] == "Дроби"
    assert (LOG_KEY, L1, "state") not in values(lessons)
    contents = Tab("Содержание", {At(1, 1): "contents", At(1, 2): "lessons", At(2, 1): "c001", At(2, 2): 3})
    assert values(contents) == {}


def test_rows_sorted_and_columns_moved_say_the_same() -> None:
    one = grid({(ANNA, L1): "5", (BORIS, L2): "4"})
    other = grid({(ANNA, L1): "5", (BORIS, L2): "4"}, pupils=(BORIS, ANNA), lessons=(L2, L1))
    assert values(one) == values(other)
    assert values(one) != values(grid({(ANNA, L1): "4", (BORIS, L2): "4"}))


def test_a_midnight_is_the_day_and_another_moment_is_itself() -> None:
    midnight, nine = (datetime.fromisoformat(f"2026-09-08T{hour}") for hour in ("00:00", "09:00"))
    for written, read in ((midnight, date(2026, 9, 8)), (nine, nine)):
        tab = log({(L1, LessonField.DATE): written})
        assert values(tab)[LOG_KEY, L1, "date"] == read


def test_a_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="stands twice"):
        typed_cells([changed(grid(), {At(9, 1): ANNA})])


def test_of_notes_only_what_people_wrote_is_told() -> None:
    ours = f"{NOTE_MARK}не то"
    notes = {At(6, 6): "спросить", At(7, 6): ours, At(8, 6): f"сам\n{ours}", At(40, 40): "мимо"}
    told = own_notes([replace(grid(), notes=notes), DRAFT])
    assert told == {(GRID, ANNA, L1): "спросить", (GRID, "PVERA", L1): "сам"}


def test_every_pair_of_keys_has_a_place_whether_anything_stands_there_or_not() -> None:
    found = places([grid(), DRAFT])
    assert found[GRID, BORIS, L2] == ("Математика", At(7, 7))
    assert not [key for key in found if not key[1] or not key[2] or key[1] == GRID]


def test_the_place_of_a_key_is_named_for_people() -> None:
    tabs = [DRAFT, log(), grid()]
    assert place_of(tabs, (GRID, BORIS, L2)) == ("Математика", "G7")
    assert place_of(tabs, (GRID, "", L2)) == ("Математика", "G1")
    assert place_of(tabs, ("grid c009", BORIS, L2)) == ("", "")


@pytest.mark.parametrize(
    ("key", "slot"),
    [
        ((GRID, ANNA, L1), entry_slot(ANNA, L1)),
        ((GRID, ANNA, FINAL), Slot(SlotKind.FINAL, ANNA, f"c001 {TERM}")),
        ((LOG_KEY, L1, "topic"), lesson_slot(L1, LessonField.TOPIC)),
        ((REASONS, f"{ANNA} 2026-09-07", "code"), Slot(SlotKind.REASON, ANNA, "2026-09-07 code")),
        ((GRID, "", L1), None),
        ((GRID, ANNA, ""), None),
    ],
)
def test_a_typed_cell_has_its_slot_and_a_hidden_key_none(key: tuple[str, str, str], slot: Slot | None) -> None:
    assert slot_of(key) == slot


def test_reasons_are_typed_by_the_class_teacher_and_the_rest_of_their_row_is_ours() -> None:
    cells: dict[At, object] = {At(1, 1): REASONS, At(3, 1): f"{ANNA} 2026-09-07"}
    cells |= {At(1, ABSENCES.index(column.key)): column.key for column in ABSENCES.columns}
    cells |= {At(3, ABSENCES.index("code")): "б", At(3, ABSENCES.index("missed")): 2}
    assert values(Tab("Пропуски", cells)) == {(REASONS, f"{ANNA} 2026-09-07", "code"): "б"}  # type: ignore[arg-type]
