"""What counts as a reason for a final mark and as an order."""

from __future__ import annotations

import pytest

from sync_service.domain.entries import Refusal
from sync_service.domain.grounds import explains, order_in, read_grounds
from sync_service.domain.problems import Code


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("приказ № 12 от 01.09.2026", "приказ № 12 от 01.09.2026"),
        ("Освобождён по медсправке, Приказ №12/у", "Приказ №12/у"),
        ("распоряжение 7 директора", "распоряжение 7 директора"),
        ("приказом № 3-ш; справка до мая", "приказом № 3-ш"),
        ("по приказу директора", ""),  # which one?
        ("справка № 12", ""),
        ("не приказали 5 раз", ""),
        ("", ""),
    ],
)
def test_an_order_is_an_order_with_a_number(text: str, order: str) -> None:
    assert order_in(text) == order


@pytest.mark.parametrize(
    ("text", "says"), [("ВПР 5", True), ("олимпиада", True), ("-", False), ("5!", False), ("", False)]
)
def test_a_reason_has_words(text: str, says: bool) -> None:
    assert explains(text) is says


def test_a_reason_is_short() -> None:
    assert read_grounds("  призёр   олимпиады ") == "призёр олимпиады"
    assert read_grounds("а" * 201) == Refusal(Code.LESSON_TEXT, "200")
