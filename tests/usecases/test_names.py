"""The printed key of a class and the word on the law: complete, for its owner's eyes, and only where it concerns."""

from __future__ import annotations

import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from sync_service.cli import run
from sync_service.cli.names import names as _names_command  # noqa: F401 - adds the command to the app
from sync_service.usecases.names import law_note, write_key
from sync_service.usecases.workspace import NeedsHuman
from tests.school import store
from tests.usecases.conftest import EVENING, SchoolOnDisk, empty_school


def rows(path: Path) -> list[tuple[str, str]]:
    text = path.read_text(encoding="utf-8")
    return re.findall(r"<td>(P\w+)</td><td>(.+?)</td>", text)


def record_again(school: SchoolOnDisk, changes: dict[str, dict[str, object]]) -> None:
    """Change pupils of 9А in the record, by code."""
    roster = school.said.rosters[0]
    pupils = tuple(pupil.model_copy(update=changes.get(pupil.code, {})) for pupil in roster.pupils)
    store(replace(school.said, rosters=(roster.model_copy(update={"pupils": pupils}),)), at=EVENING)


def test_the_key_tells_every_code_of_the_class_and_no_other(school: SchoolOnDisk) -> None:
    path = write_key(school.workspace, "9А")
    assert path == school.workspace.config.home / "ключ-9А.html"
    assert rows(path) == [
        ("P0001", "Абрамов Лев"), ("P0002", "Быкова Нина"), ("P0003", "Ёлкина Яна"), ("P0004", "Жуков Пётр"),
    ]  # fmt: skip
    text = path.read_text(encoding="utf-8")
    for told in ("9А", "Школа № 0", "2026/2027", "16.09.2026", "под замком", "уничтожьте"):
        assert told in text


def test_the_key_is_for_its_owner_only_even_where_an_older_one_was_not(school: SchoolOnDisk) -> None:
    older = school.workspace.config.home / "ключ-9А.html"
    older.write_text("прежний", encoding="utf-8")
    older.chmod(0o644)
    path = write_key(school.workspace, "9А")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "прежний" not in path.read_text(encoding="utf-8")


def test_the_key_needs_nothing_from_outside_and_no_name_becomes_markup(school: SchoolOnDisk) -> None:
    record_again(school, {"P0001": {"last": "<script>"}})
    text = write_key(school.workspace, "9А").read_text(encoding="utf-8")
    assert "&lt;script&gt; Лев" in text
    assert not re.search(r"<script|(?:src|href|url)\s*[=(]", text)


def test_who_left_stands_in_the_key_because_the_marks_stand_in_the_book(school: SchoolOnDisk) -> None:
    record_again(school, {"P0002": {"left": date(2026, 9, 10)}, "P0004": {"school_class": "6Б"}})
    assert rows(write_key(school.workspace, "9А")) == [
        ("P0001", "Абрамов Лев"),
        ("P0002", "Быкова Нина <small>выбыл(а)</small>"),
        ("P0003", "Ёлкина Яна"),
        ("P0004", "Жуков Пётр <small>выбыл(а)</small>"),
    ]


def test_a_class_that_is_not_there_is_told_with_those_that_are(school: SchoolOnDisk) -> None:
    with pytest.raises(NeedsHuman, match=r"Класса «7Ю» в школе нет\. Есть: .*9А"):
        write_key(school.workspace, "7Ю")


def test_a_school_that_is_not_there_yet_is_told(tmp_path: Path, db: None) -> None:
    workspace, _ = empty_school(tmp_path)
    with pytest.raises(NeedsHuman, match="journal provision"):
        write_key(workspace, "9А")


def test_the_command_tells_where_the_key_lies(
    school: SchoolOnDisk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sync_service.cli.names.open_school", lambda _: school.workspace)
    assert run(["names", "--class", "9А"]) == 0
    said = capsys.readouterr().out
    assert "ключ-9А.html" in said.replace("\n", "")
    assert "под замок" in said


@pytest.mark.parametrize(
    ("region", "names", "google"), [("RU", "full", False), ("RU", "code", False), ("KZ", "full", True)]
)
def test_the_law_has_nothing_to_say_of_files_or_of_other_countries(region: str, names: str, google: bool) -> None:
    assert law_note(region, names, google) is None


@pytest.mark.parametrize(("names", "told"), [("full", "Имена и фамилии"), ("initials", "Фамилии и инициалы")])
def test_names_in_google_are_told_to_be_a_risk_and_what_to_do(names: str, told: str) -> None:
    note = law_note("RU", names, True)
    assert note is not None
    assert note.startswith(told)
    for word in ("152-ФЗ", "23-ФЗ", "1 июля 2025", "13.11 КоАП", "Роскомнадзор", "на сервере школы", "юрист"):
        assert word in note


def test_codes_in_google_are_told_to_be_a_lesser_risk_and_not_none() -> None:
    note = law_note("ru", "code", True)
    assert note is not None
    assert "риск меньше" in note.lower()
    assert "могут считаться персональными" in note
