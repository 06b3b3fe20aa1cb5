"""The decision table, each row by its name, and that there is no hole in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.reconcile.decide import Outcome, decide

CELL = st.sampled_from(["", "4", "5"])


def test_a_cell_that_is_not_understood_is_held_whatever_else_is_true() -> None:
    assert {decide(None, baseline, record) for baseline in ("", "4") for record in ("", "4", "5")} == {Outcome.HOLD}


@pytest.mark.parametrize(
    ("sheet", "baseline", "record", "outcome"),
    [
        pytest.param("5", "5", "5", Outcome.NOTHING, id="nobody moved"),
        pytest.param("5", "4", "4", Outcome.RECORD, id="the teacher changed it"),
        pytest.param("5", "", "", Outcome.RECORD, id="the teacher typed it"),
        pytest.param("", "4", "4", Outcome.RETRACT, id="the teacher cleared it"),
        pytest.param("5", "4", "5", Outcome.ACKNOWLEDGE, id="both moved to the same"),
        pytest.param("", "4", "", Outcome.ACKNOWLEDGE, id="both cleared it"),
        pytest.param("5", "4", "3", Outcome.CONFLICT, id="both moved apart"),
        pytest.param("", "4", "3", Outcome.CONFLICT, id="cleared here and corrected there"),
        pytest.param("4", "4", "3", Outcome.OFFICE, id="the office corrected it"),
        pytest.param("4", "4", "", Outcome.OFFICE, id="the office retracted it"),
    ],
)
def test_each_row_of_the_table(sheet: str, baseline: str, record: str, outcome: Outcome) -> None:
    assert decide(sheet, baseline, record) is outcome


@given(sheet=st.none() | CELL, baseline=CELL, record=CELL)
def test_every_state_of_a_cell_has_an_answer(sheet: str | None, baseline: str, record: str) -> None:
    assert decide(sheet, baseline, record) in set(Outcome)
