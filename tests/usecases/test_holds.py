"""Holds as people meet them: who waits, what a release would do, and how each has ended."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.reconcile.planned import Action, Change, TabPlan
from sync_service.records import models, queries, sync_state
from sync_service.usecases import holds
from sync_service.usecases.holds import Line
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import SchoolOnDisk, build

BOOK, GRID = "9А Журнал", "Математика"
PUPILS = ("P0001", "P0002", "P0003", "P0004")
FIRST, SECOND = "c001.001", "c001.002"
CELLS = {entry_slot(pupil, lesson): "4" for pupil in PUPILS for lesson in (FIRST, SECOND)}
DEPUTY = {"by": " Белова Т. С. ", "reason": "журнал начат заново"}


@pytest.fixture
def emptied(tmp_path: Path, drawn: Path, db: None) -> SchoolOnDisk:
    """Two lessons were marked, then the whole tab was emptied."""
    return build(tmp_path, drawn / "emptied", story=empty)


def empty(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, CELLS)
    school.sync()
    school.type(BOOK, GRID, dict.fromkeys(CELLS))
    school.sync()


def test_what_waits_is_told_with_names_and_days(emptied: SchoolOnDisk) -> None:
    (hold,) = sync_state.holds()
    found = holds.lines(holds.would_change(emptied.workspace, hold))
    assert len(found) == 8
    names = {pupil.code: pupil.list_name for pupil in queries.pupils()}
    assert {line.who for line in found} == {names[pupil] for pupil in PUPILS}
    days = [fact.date for fact in queries.lesson_facts("c001")][:2]
    assert {line.day for line in found} == {f"{day:%d.%m.%Y}" for day in days}
    assert {(line.tab, line.old, line.new) for line in found} == {(GRID, "4", "")}


def test_every_kind_of_value_is_told_in_peoples_words(school: SchoolOnDisk) -> None:
    day = next(fact.date for fact in queries.lesson_facts("c001") if fact.key == FIRST)
    lev = next(pupil.list_name for pupil in queries.pupils() if pupil.code == "P0001")
    slots = (
        final_slot("P0001", "c001", "Q1"),
        lesson_slot(FIRST, LessonField.TOPIC),
        Slot(SlotKind.REASON, "P0001", "2026-09-02 code"),
        entry_slot("gone", "c001.999"),
    )
    plan = TabPlan("t", GRID, tuple(Change(slot, Action.RECORD, "", "2026-09-02", "F7") for slot in slots), ())
    told = {(line.who, line.day) for line in holds.lines(plan)}
    assert told == {
        (lev, "I четверть"), ("Тема", f"{day:%d.%m.%Y}"), (f"{lev}, Причина", "02.09.2026"), ("gone", "c001.999"),
    }  # fmt: skip
    assert Line(GRID, "F7", lev, "I четверть", "", "02.09.2026") in holds.lines(plan)


def test_how_a_hold_ended_is_remembered_with_who_and_why(emptied: SchoolOnDisk) -> None:
    (hold,) = sync_state.holds()
    assert holds.ending(hold) == "открыта"
    holds.release(emptied.workspace, hold, **DEPUTY)
    (ended,) = sync_state.holds(open_only=False)
    assert holds.ending(ended) == "сняли (Белова Т. С.: журнал начат заново)"
    with pytest.raises(holds.Unknown, match="среди открытых нет: сняли"):
        holds.find(hold.id)
    with pytest.raises(holds.Unknown, match="№ 99 среди открытых нет"):
        holds.find(99)
    told = models.LedgerRow.objects.get(kind="decision", key="hold.released")
    assert (told.actor, told.reason) == ("Белова Т. С.", "журнал начат заново")


def test_a_hold_that_healed_or_was_replaced_says_so(emptied: SchoolOnDisk) -> None:
    emptied.type(BOOK, GRID, dict(list(CELLS.items())[:1]))
    emptied.sync()
    emptied.type(BOOK, GRID, CELLS)
    emptied.sync()
    ended = [holds.ending(hold) for hold in sync_state.holds(open_only=False)]
    assert ended == ["вкладку изменили, и её задержали заново", "в книге всё исправили"]


def test_a_tab_changed_since_must_be_looked_at_again_before_its_release(emptied: SchoolOnDisk) -> None:
    (hold,) = sync_state.holds()
    emptied.type(BOOK, GRID, dict(list(CELLS.items())[:1]))
    with pytest.raises(NeedsHuman, match="с тех пор изменили"):
        holds.release(emptied.workspace, hold, **DEPUTY)
    assert sync_state.holds() == [hold]


def test_a_tab_that_is_gone_cannot_be_released(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, CELLS)
    school.sync()
    school.edit(BOOK, GRID, lambda sheet: sheet.delete_rows(1))
    school.sync()
    (hold,) = sync_state.holds()
    with pytest.raises(NeedsHuman, match="снимать нечего"):
        holds.release(school.workspace, hold, **DEPUTY)


def test_a_lesson_deleted_on_purpose_can_be_released_and_keeps_its_entries(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, CELLS)
    school.sync()

    def delete_first_lesson(sheet: object) -> None:
        row = [cell.value for cell in sheet[1]]  # type: ignore[index]
        sheet.delete_cols(row.index(FIRST) + 1)  # type: ignore[attr-defined]

    school.edit(BOOK, GRID, delete_first_lesson)
    school.sync()
    (hold,) = sync_state.holds()
    assert hold.code == "column.missing"
    holds.release(school.workspace, hold, **DEPUTY)
    school.now[0] += timedelta(minutes=1)
    school.sync()
    assert sync_state.holds() == []
    assert queries.slot_values("c001")[entry_slot("P0001", FIRST)] == "4"
