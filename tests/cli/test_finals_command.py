"""`journal finals`: reasons of final marks, as words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook

from sync_service.domain.slots import entry_slot, final_slot, grounds_slot
from sync_service.usecases.demo_hands import cell_of
from tests.cli.process import in_order, journal

LEV, NINA = "P0001", "P0002"


def test_reasons_are_shown_and_their_absence_is_told(known: Path) -> None:
    assert "Все итоговые отметки — предложенные" in in_order(journal("finals", "--config", known))
    path = known.parent / "books" / "9А Журнал.xlsx"
    book = load_workbook(path)
    for pupil in (LEV, NINA):
        for slot in (entry_slot(pupil, "c001.002"), final_slot(pupil, "c001", "Q1")):
            book["Математика"].cell(*cell_of(book["Математика"], slot)).value = str(4 + (slot.kind.value == "final"))
    book["Математика"].cell(*cell_of(book["Математика"], grounds_slot(LEV, "c001", "Q1"))).value = "призёр олимпиады"
    book.save(path)
    in_order(journal("sync", "--config", known))
    said = in_order(journal("finals", "--class", "9А", "--config", known))
    assert "призёр олимпиады" in said
    assert "нет причины: 4,00 → 4" in said
    found = json.loads(in_order(journal("finals", "--json", "--config", known)))
    assert [(one["pupil"], one["mark"], one["grounds"]) for one in found] == [
        ("Абрамов Лев", "5", "призёр олимпиады"), ("Быкова Нина", "5", ""),
    ]  # fmt: skip
    assert "--final" in in_order(journal("finals", "--final", "пятая", "--config", known), 2)
