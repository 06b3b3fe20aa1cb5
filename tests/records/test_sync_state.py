"""The memory of the sync: what it saw, what is wrong, what waits for a human, what is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.slots import Slot, entry_slot
from sync_service.reconcile.planned import Withheld
from sync_service.records import models, sync_state
from sync_service.records.sync_state import BookState

NOON = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
BOOK, GRID = "journal-9А-2026", "grid c001"
CELL = Problem(
    Code.ENTRY_UNKNOWN, Place("Математика", "F6", "Абрамов Лев"), "хор", "4", "5", entry_slot("P0001", "c001.001")
)
HEADING = Problem(Code.COLUMN_UNKNOWN, Place("Математика", "K1"))

pytestmark = pytest.mark.usefixtures("database")


def state(**changes: object) -> BookState:
    given = {
        "book": BOOK, "ref": "9А Журнал.xlsx", "name": "9А Журнал.xlsx", "version": "v1",
        "tab_versions": {"Математика": "crc1"}, "titles": {GRID: "Математика"}, "read_at": NOON,
    }  # fmt: skip
    return BookState(**(given | changes))  # type: ignore[arg-type]


# --- books ------------------------------------------------------------------------------------------------------------


def test_a_book_comes_back_as_it_was_saved() -> None:
    sync_state.save_book(state())
    assert sync_state.book_states() == {BOOK: state()}
    sync_state.save_book(state(version="v2", waiting=True))
    assert sync_state.book_states() == {BOOK: state(version="v2", waiting=True)}


def test_trouble_is_dated_by_its_beginning_and_goes_when_the_book_is_there_again() -> None:
    sync_state.save_book(state())
    sync_state.settle_troubles({BOOK: "Книга открыта"}, set(), NOON)
    sync_state.settle_troubles({BOOK: "Книги нет"}, set(), LATER)
    told = sync_state.book_states()[BOOK]
    assert (told.trouble, told.trouble_since) == ("Книги нет", NOON)
    sync_state.settle_troubles({}, set(), LATER)
    assert sync_state.book_states()[BOOK].trouble, "nothing new is known of a book nobody looked at"
    sync_state.settle_troubles({}, {BOOK}, LATER)
    assert sync_state.book_states()[BOOK] == state()


def test_healthy_books_cost_no_write() -> None:
    sync_state.save_book(state())
    with CaptureQueriesContext(connection) as asked:
        sync_state.settle_troubles({}, {BOOK}, LATER)
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]


# --- baseline ---------------------------------------------------------------------------------------------------------


def test_a_baseline_moves_slot_by_slot_and_a_blank_leaves_it() -> None:
    one, two, three = (entry_slot("P0001", f"c001.00{n}") for n in (1, 2, 3))
    sync_state.move_baseline(GRID, {one: "5", two: "н"})
    sync_state.move_baseline(GRID, {one: "4", two: "", three: "3"})
    assert sync_state.baseline(GRID) == {one: "4", three: "3"}
    assert sync_state.baseline("grid c002") == {}


def test_a_baseline_of_a_whole_term_moves_in_few_queries() -> None:
    texts = {entry_slot(f"P{n:04}", "c001.001"): "5" for n in range(300)}
    sync_state.move_baseline(GRID, texts)
    with CaptureQueriesContext(connection) as asked:
        sync_state.move_baseline(GRID, dict.fromkeys(texts, ""))
    assert len(asked) <= 4
    assert sync_state.baseline(GRID) == {}


# --- problems ---------------------------------------------------------------------------------------------------------


def standing(tab: str = GRID) -> list[tuple[str, datetime, datetime | None]]:
    rows = models.StandingProblem.objects.filter(tab=tab).order_by("id")
    return [(row.code, row.since, row.closed_at) for row in rows]


def test_a_problem_comes_back_as_it_was_found() -> None:
    sync_state.replace_problems(BOOK, GRID, [CELL, HEADING], NOON)
    assert sync_state.problems(GRID) == [CELL, HEADING]
    assert sync_state.standing_problems(BOOK) == [
        (GRID, CELL, date(2026, 9, 7)),
        (GRID, HEADING, date(2026, 9, 7)),
    ]


def test_a_problem_that_stays_keeps_its_day_even_if_the_row_has_moved() -> None:
    sync_state.replace_problems(BOOK, GRID, [CELL], NOON)
    moved = Problem(CELL.code, Place("Математика", "F9", "Абрамов Лев"), "хорошо", "4", "5", CELL.slot)
    sync_state.replace_problems(BOOK, GRID, [moved], LATER)
    assert standing() == [("entry.unknown", NOON, None)]
    assert sync_state.problems(GRID) == [moved]


def test_a_problem_put_right_is_remembered_and_a_new_one_is_new() -> None:
    sync_state.replace_problems(BOOK, GRID, [CELL], NOON)
    sync_state.replace_problems(BOOK, GRID, [], LATER)
    assert sync_state.problems(GRID) == []
    sync_state.replace_problems(BOOK, GRID, [CELL], LATER)
    assert standing() == [("entry.unknown", NOON, LATER), ("entry.unknown", LATER, None)]


def test_two_equal_problems_are_two() -> None:
    twice = [CELL, CELL]
    sync_state.replace_problems(BOOK, GRID, twice, NOON)
    sync_state.replace_problems(BOOK, GRID, twice, LATER)
    assert standing() == [("entry.unknown", NOON, None)] * 2


def test_tabs_of_one_key_in_two_books_do_not_share_problems() -> None:
    sync_state.replace_problems(BOOK, "families", [HEADING], NOON)
    sync_state.replace_problems("journal-6Б-2026", "families", [], NOON)
    assert len(sync_state.standing_problems(BOOK)) == 1


def test_an_unchanged_tab_costs_no_write() -> None:
    sync_state.replace_problems(BOOK, GRID, [CELL, HEADING], NOON)
    with CaptureQueriesContext(connection) as asked:
        sync_state.replace_problems(BOOK, GRID, [CELL, HEADING], LATER)
    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]


def test_a_cell_with_half_a_character_can_be_told_of() -> None:
    odd = Problem(Code.ENTRY_UNKNOWN, Place("Математика", "F6"), read="5\ud83d\x00")
    sync_state.replace_problems(BOOK, GRID, [odd], NOON)
    assert sync_state.problems(GRID)[0].read == "5??"


# --- holds ------------------------------------------------------------------------------------------------------------

CLEARED = Withheld("tab.mass_clear", "30 из 40", "d1")


def test_the_same_content_in_the_next_pass_is_the_same_hold() -> None:
    sync_state.save_book(state())
    sync_state.settle_hold(BOOK, GRID, CLEARED, NOON)
    sync_state.settle_hold(BOOK, GRID, CLEARED, LATER)
    (hold,) = sync_state.holds()
    assert (hold.title, hold.code, hold.detail, hold.opened_at) == ("Математика", "tab.mass_clear", "30 из 40", NOON)


def test_another_refused_content_replaces_the_hold() -> None:
    sync_state.settle_hold(BOOK, GRID, CLEARED, NOON)
    sync_state.settle_hold(BOOK, GRID, Withheld("tab.mass_clear", "35 из 40", "d2"), LATER)
    assert [hold.digest for hold in sync_state.holds()] == ["d2"]
    assert [(hold.digest, hold.how) for hold in sync_state.holds(open_only=False)] == [("d1", "replaced"), ("d2", "")]


def test_a_hold_heals_when_the_teacher_puts_things_back() -> None:
    sync_state.settle_hold(BOOK, GRID, CLEARED, NOON)
    sync_state.settle_hold(BOOK, GRID, None, LATER)
    assert sync_state.holds() == []
    assert sync_state.released_digests(GRID) == set()
    assert sync_state.holds(open_only=False)[0].how == "healed"


def test_a_release_is_good_for_that_content_and_is_history() -> None:
    number = sync_state.open_hold(BOOK, GRID, CLEARED, NOON)
    sync_state.release_hold(number, by="Белова Т. С.", reason="учитель начал заново", at=LATER)
    assert sync_state.released_digests(GRID) == {"d1"}
    assert sync_state.holds() == []
    row = models.LedgerRow.objects.get()
    assert (row.kind, row.key, row.actor, row.reason) == (
        "decision", "hold.released", "Белова Т. С.", "учитель начал заново",
    )  # fmt: skip
    with pytest.raises(LookupError):
        sync_state.release_hold(number, by="Белова Т. С.", reason="ещё раз", at=LATER)


# --- jobs -------------------------------------------------------------------------------------------------------------


def test_a_job_is_done_up_to_the_last_due_moment_it_finished_for() -> None:
    assert sync_state.last_due("backup") is None
    first = sync_state.start("backup", NOON, LATER)
    assert sync_state.last_due("backup") is None, "a run that crashed is to be repeated"
    sync_state.finish(first, LATER, "done", "2 места")
    sync_state.start("backup", NOON + timedelta(days=7), LATER)
    assert sync_state.last_due("backup") == NOON
    assert sync_state.last_due("archive") is None


def test_a_failed_run_does_not_count_and_neither_does_one_of_the_future() -> None:
    for hours, outcome in ((0, "done"), (1, "begun"), (2, "failed"), (5, "done")):
        sync_state.finish(sync_state.start("report", NOON + timedelta(hours=hours), NOON), NOON, outcome)
    assert sync_state.last_due("report") == NOON + timedelta(hours=5)
    assert sync_state.last_due("report", until=NOON + timedelta(hours=4)) == NOON
    assert sync_state.last_due("report", outcomes=("done", "begun"), until=NOON + timedelta(hours=4)) == LATER


def test_slots_survive_the_baseline_whatever_is_in_them() -> None:
    slot = Slot.parse("final:P0001:c001 Q1")
    sync_state.move_baseline(GRID, {slot: "н/а"})
    assert sync_state.baseline(GRID) == {slot: "н/а"}
