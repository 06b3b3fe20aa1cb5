"""Thousands of days with one tab: whatever people do to it, the record stays right (the rules stand in the machine)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.reconcile.journal_machine import REACHED, JournalMachine

MUST_BE_REACHED = {
    "record", "retract", "acknowledge", "undone", "released", "office stands", "cell.office", "cell.conflict",
    "entry.two_digits", "entry.out_of_scale", "entry.lookalike_digit", "entry.foreign_digit", "entry.boolean",
    "entry.became_date", "entry.unknown", "entry.signed", "tab.emptied", "tab.mass_clear", "column.missing",
    "period.closed",
}  # fmt: skip


def play(days: int, steps: int, *, same_every_time: bool) -> None:
    run_state_machine_as_test(
        JournalMachine,
        settings=settings(
            max_examples=days, stateful_step_count=steps, deadline=None, database=None,
            derandomize=same_every_time, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def everything_was_reached() -> None:
    assert set(REACHED) >= MUST_BE_REACHED, MUST_BE_REACHED - set(REACHED)


def test_two_thousand_days() -> None:
    REACHED.clear()
    play(2_000, 25, same_every_time=True)
    everything_was_reached()


@pytest.mark.long
def test_a_hundred_thousand_days() -> None:
    REACHED.clear()
    for _ in range(20):  # a search remembers every day that it has seen: one of all days would need 10 GB
        play(5_000, 40, same_every_time=False)
    everything_was_reached()
