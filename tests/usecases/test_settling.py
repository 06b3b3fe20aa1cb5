"""What a teacher is still typing, pasting or undoing is not accepted yet by the running service."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sync_service.domain.slots import entry_slot
from sync_service.jobs.work import actions
from sync_service.records import models, queries, sync_state
from sync_service.usecases.outcome import SyncReport
from tests.usecases.conftest import SchoolOnDisk, build

BOOK, GRID = "9А Журнал", "Математика"
LEV, NINA, YANA, PETR = "P0001", "P0002", "P0003", "P0004"
FIRST, SECOND = "c001.001", "c001.002"
WAIT = timedelta(seconds=15)


@pytest.fixture
def synced(tmp_path: Path, drawn: Path, db: None) -> SchoolOnDisk:
    """Everything was read once, so that only what a test does is news."""
    return build(tmp_path, drawn / "synced", story=SchoolOnDisk.sync)


def later(school: SchoolOnDisk, seconds: int) -> SyncReport:
    """A pass of the service so many seconds later."""
    school.now[0] += timedelta(seconds=seconds)
    return school.sync(settle=WAIT)


def typed_rows() -> int:
    return models.LedgerRow.objects.filter(kind="entry").count()


def test_a_value_is_accepted_when_it_has_stood_for_the_time_though_nobody_touches_the_book(
    synced: SchoolOnDisk,
) -> None:
    slot = entry_slot(LEV, FIRST)
    synced.type(BOOK, GRID, {slot: "5"})
    assert sum(book.recorded for book in later(synced, 10).books) == 0
    assert later(synced, 10).books == []  # not due: the book is not even read
    (book,) = later(synced, 10).books
    assert book.recorded == 1
    assert queries.slot_values("c001")[slot] == "5"
    assert (models.Sighting.objects.count(), later(synced, 10).books) == (0, [])


def test_a_half_typed_value_is_neither_recorded_nor_remarked_upon(synced: SchoolOnDisk) -> None:
    slot = entry_slot(LEV, FIRST)
    for raw in ("4", "45", "4/5"):
        synced.type(BOOK, GRID, {slot: raw})
        later(synced, 10)
    assert (typed_rows(), models.StandingProblem.objects.count()) == (0, 0)
    later(synced, 15)
    assert [(row.old, row.new) for row in queries.history(slot)] == [("", "4/5")]
    assert models.StandingProblem.objects.count() == 0


def test_a_bad_value_that_stays_is_remarked_upon_and_the_remark_stands(synced: SchoolOnDisk) -> None:
    slot = entry_slot(LEV, FIRST)
    synced.type(BOOK, GRID, {slot: "45"})
    later(synced, 10)
    later(synced, 15)
    assert "4/5" in synced.note(BOOK, GRID, slot)
    synced.type(BOOK, GRID, {entry_slot(NINA, FIRST): "3"})
    later(synced, 10)
    assert "4/5" in synced.note(BOOK, GRID, slot)


def test_an_undo_leaves_no_trace(synced: SchoolOnDisk) -> None:
    synced.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    later(synced, 10)
    assert models.Sighting.objects.count() == 1
    synced.type(BOOK, GRID, {entry_slot(LEV, FIRST): None})
    later(synced, 10)
    later(synced, 30)
    assert (typed_rows(), models.Sighting.objects.count()) == (0, 0)
    assert {state.settle_at for state in sync_state.book_states().values()} == {None}


def test_all_deleted_and_undone_within_seconds_leaves_no_hold_and_no_ledger_row(synced: SchoolOnDisk) -> None:
    cells = {entry_slot(pupil, lesson): "4" for pupil in (LEV, NINA, YANA, PETR) for lesson in (FIRST, SECOND)}
    synced.type(BOOK, GRID, cells)
    synced.sync()
    rows = typed_rows()
    synced.type(BOOK, GRID, dict.fromkeys(cells))
    assert later(synced, 10).needs_human
    synced.type(BOOK, GRID, cells)
    assert not later(synced, 10).needs_human
    assert (sync_state.holds(), typed_rows(), models.Sighting.objects.count()) == ([], rows, 0)
    synced.type(BOOK, GRID, dict.fromkeys(cells))
    for _ in range(4):
        later(synced, 15)
    assert [hold.code for hold in sync_state.holds()] == ["tab.emptied"]
    assert typed_rows() == rows


def test_a_pass_by_hand_accepts_at_once_what_the_service_still_waits_for(synced: SchoolOnDisk) -> None:
    synced.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    later(synced, 1)
    assert typed_rows() == 0
    synced.sync()
    assert (typed_rows(), models.Sighting.objects.count()) == (1, 0)


def test_the_daemon_waits_as_long_as_the_settings_say(synced: SchoolOnDisk) -> None:
    work = actions(synced.workspace)
    synced.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    work["sync"](synced.now[0])
    assert typed_rows() == 0
    synced.now[0] += timedelta(seconds=synced.workspace.config.sync.settle_seconds)
    work["sync"](synced.now[0])
    assert typed_rows() == 1


def test_a_clock_set_back_does_not_keep_a_value_waiting(synced: SchoolOnDisk) -> None:
    synced.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    later(synced, 10)
    later(synced, -12 * 3600)
    later(synced, 15)
    assert typed_rows() == 1
