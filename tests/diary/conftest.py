"""The cast of the diary's tests, logged in nowhere yet; see made_up.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.diary.made_up import NOW, Cast, play


@pytest.fixture
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def cast(db: None, today: None) -> Cast:
    return play()
