"""What the page is served: a tab as a grid, typing in a person's name, buttons."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.books.render_sample import untouched
from tests.google_emulator.fixture import ROBOT
from tests.google_emulator.server import Emulator
from tests.google_emulator_tests.conftest import OWNER, TEACHER

READER = "gromova@school.example"


@pytest.fixture
def book(google: Emulator) -> str:
    file_id = google.add_book("9А Журнал", untouched(), owner=OWNER, writers=[TEACHER, ROBOT])
    google.service_account(ROBOT)
    google.share(file_id, READER, "reader")
    return file_id


def grid(google: Emulator, book: str, **query: object) -> Any:
    return requests.get(f"{google.url}/books/{book}/grid.json", params=query, timeout=20).json()


def said(google: Emulator, book: str, where: str, by: str, **more: object) -> Any:
    tab = google.tab(book, "Математика").id
    return requests.post(f"{google.url}/books/{book}/{where}", json={"as": by, "tab": tab, **more}, timeout=20).json()


def test_the_list_names_every_book(google: Emulator, book: str) -> None:
    told = requests.get(f"{google.url}/books.json", timeout=5).json()["books"]

    assert [(each["name"], each["owner"], each["trashed"]) for each in told] == [("9А Журнал", OWNER, False)]


def test_a_tab_is_told_with_its_people_and_its_hidden_parts(google: Emulator, book: str) -> None:
    told = grid(google, book, tab=google.tab(book, "Математика").id)

    assert [(each["email"], each["role"]) for each in told["people"]] == [
        (OWNER, "владелец"), (TEACHER, "редактор"), (READER, "читатель"),
    ]  # fmt: skip
    assert [each["title"] for each in told["tabs"] if each["hidden"]] == ["_lists", "_journal"]
    assert (told["tab"]["frozenRows"], told["tab"]["frozenColumns"]) == (5, 5)
    assert 0 in told["tab"]["hiddenRows"]
    assert 0 in told["tab"]["hiddenColumns"]
    assert "Абрамов Лев" in {each[2] for each in told["tab"]["cells"]}


def test_nothing_is_told_twice(google: Emulator, book: str) -> None:
    stamp = grid(google, book)["stamp"]

    assert grid(google, book, since=stamp) == {"stamp": stamp}
    google.type(book, "Математика", "G7", "5", by=TEACHER)
    assert "tab" in grid(google, book, since=stamp)


def test_a_teacher_types_a_mark(google: Emulator, book: str) -> None:
    assert said(google, book, "type", TEACHER, row=6, column=6, text="5") == {"done": True}

    assert google.shown(book, "Математика", "G7") == "5"
    assert google.state.files[book].modified_by == TEACHER


def test_a_reader_is_refused_in_russian_and_in_googles_words(google: Emulator, book: str) -> None:
    refused = said(google, book, "type", READER, row=6, column=6, text="5")["refused"]

    assert refused == {
        "google": "The caller does not have permission", "russian": "Эта книга открыта вам только для просмотра.",
    }  # fmt: skip
    assert google.shown(book, "Математика", "G7") == ""


def test_a_protected_tab_is_marked_and_closed(google: Emulator, book: str) -> None:
    tab = google.tab(book, "Математика")
    tab.protections.append({"protectedRangeId": 7, "range": {"sheetId": tab.id}, "editors": {"users": [OWNER]}})

    closed = {each["title"] for each in grid(google, book, **{"as": TEACHER})["tabs"] if each["closed"]}
    refused = said(google, book, "type", TEACHER, row=6, column=6, text="5")["refused"]

    assert closed == {"Математика"}
    assert not any(each["closed"] for each in grid(google, book, **{"as": OWNER})["tabs"])
    assert refused["russian"].startswith("Этот диапазон защищён")
    assert "protected" in refused["google"]


def test_buttons_do_what_they_say(google: Emulator, book: str) -> None:
    names = [google.shown(book, "Математика", f"C{row}") for row in (6, 7, 8, 9)]
    assert said(google, book, "do", OWNER, what="insert-row", row=7) == {"done": True}
    assert [google.shown(book, "Математика", f"C{row}") for row in (6, 7, 8, 9)] == [*names[:2], "", names[2]]
    assert said(google, book, "do", OWNER, what="delete-row", row=7) == {"done": True}
    assert said(google, book, "do", OWNER, what="sort", column=2, descending=True) == {"done": True}
    assert google.shown(book, "Математика", "C9") == names[0]
    assert said(google, book, "do", OWNER, what="insert-column", column=6) == {"done": True}
    assert said(google, book, "do", OWNER, what="rename", title="Алгебра") == {"done": True}
    assert google.tab(book, "Алгебра").columns > 80


def test_a_form_of_another_site_cannot_type(google: Emulator, book: str) -> None:
    answer = requests.post(f"{google.url}/books/{book}/type", data='{"as": "x"}', timeout=5)

    assert answer.status_code == 400
