"""`journal late`: only those who are late, as words, as JSON, as a page; and the night's remarks by `sync --all`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.process import in_order, journal


def test_who_is_late_is_named_and_the_page_of_the_week_is_made(known: Path) -> None:
    said = in_order(journal("late", "--config", known))
    assert "Громова О. И.:" in said
    assert "9А Математика, урок 02.09: Урок не отмечен, срок 02.09 18:00." in said
    told = json.loads(in_order(journal("late", "--week", "--json", "--config", known)))
    assert all(one["overdue"] for one in told)
    assert [path.name[:10] for path in (known.parent / "reports").iterdir()] == ["Просрочено"]


def test_a_whole_sync_opens_the_remarks_of_the_night(known: Path) -> None:
    before = json.loads(in_order(journal("status", "--json", "--config", known)))["books"]
    in_order(journal("sync", "--all", "--config", known))
    after = json.loads(in_order(journal("status", "--json", "--config", known)))["books"]
    assert sum(line["problems"] for line in before) == 0
    assert sum(line["problems"] for line in after) > 0
