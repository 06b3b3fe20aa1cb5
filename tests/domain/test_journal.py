"""Facts handed to readers are values: equal by content, never changed by whoever shows them."""

from __future__ import annotations

import inspect
from dataclasses import FrozenInstanceError, is_dataclass
from datetime import UTC, date, datetime

import pytest

from sync_service.domain import journal
from sync_service.domain.journal import EntryFact

FACTS = [thing for _, thing in inspect.getmembers(journal, inspect.isclass) if thing.__module__ == journal.__name__]


def entry() -> EntryFact:
    return EntryFact(
        pupil="P7K3M", lesson="c017.042", course="c017", date=date(2026, 10, 12), marks=(4, 5), verdict="", absence="н",
        debt=False, recorded_at=datetime(2026, 10, 12, 9, tzinfo=UTC),
    )  # fmt: skip


def test_facts_are_equal_by_content_and_cannot_be_changed() -> None:
    fact = entry()
    assert fact == entry()
    with pytest.raises(FrozenInstanceError):
        fact.absence = ""  # type: ignore[misc]


@pytest.mark.parametrize("kind", FACTS)
def test_every_fact_is_a_frozen_value(kind: type) -> None:
    assert is_dataclass(kind)
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
