"""`journal pupil move`: one command writes both class lists, and everything of the pupil goes along."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import load_workbook

from sync_service.records import queries
from sync_service.usecases.meant import Unclear
from sync_service.usecases.pupil_moving import move_pupil
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.class_teacher import code_of, columns, line_of, put, row_of, told
from tests.usecases.conftest import SchoolOnDisk

LEV, DAY, MOVE = "P0001", date(2026, 11, 12), {"to": "7Б", "on": "12.11", "order": "№ 5"}


def line(school: SchoolOnDisk, school_class: str) -> dict[str, object]:
    sheet = load_workbook(school.books / f"{school_class} Список.xlsx")["Список"]
    row = row_of(sheet, "Абрамов Лев")
    return {key: sheet.cell(row, column).value for key, column in columns(sheet).items()}


def classes() -> list[tuple[str, date, date | None]]:
    stays = queries.known_pupils()[LEV].stays
    return [(stay.school_class, stay.since, stay.until) for stay in stays]


def test_the_administrator_moves_a_pupil_from_7a_to_7b_from_the_12th_of_november(sevens: SchoolOnDisk) -> None:
    moved = move_pupil(sevens.workspace, "P0001", **MOVE)
    assert (moved.pupil.school_class, moved.old_class, moved.parents) == ("7Б", "7А", 1)
    assert classes() == [("7А", date(2026, 9, 1), DAY), ("7Б", DAY, None)]
    old, new = line(sevens, "7А"), line(sevens, "7Б")
    assert (old["left"].date(), old["left_order"]) == (DAY, "№ 5")
    assert (new["enrolled"].date(), new["enrolled_order"], new["left"]) == (DAY, "№ 5", None)
    assert new["birth_date"] == old["birth_date"]
    assert [(one.code, one.name) for one in queries.guardians() if one.pupil == LEV] == [
        ("P0001-1", "Абрамова Вера Юрьевна")
    ]
    assert line_of(sevens, "7Б Журнал", "Математика", LEV)[1] == "Абрамов Лев"
    assert (told("7А"), told("7Б")) == ([], [])
    before = (sevens.books / "7Б Список.xlsx").read_bytes()
    with pytest.raises(NeedsHuman, match="уже в списке 7Б"):
        move_pupil(sevens.workspace, "P0001", **MOVE)
    assert (sevens.books / "7Б Список.xlsx").read_bytes() == before


def test_a_command_that_was_cut_short_is_given_again(one_school: SchoolOnDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    write, calls = one_school.workspace.source.write, []

    def killed(fetched: object, writes: object) -> object:
        calls.append(fetched)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return write(fetched, writes)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(one_school.workspace.source, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            move_pupil(one_school.workspace, LEV, **MOVE)
    one_school.sync()
    assert queries.known_pupils()[LEV].pupil.school_class == "7А"  # two lists want him: what was stays
    assert move_pupil(one_school.workspace, LEV, **MOVE).pupil.school_class == "7Б"
    assert len([one for one in queries.guardians() if one.pupil == LEV]) == 1


def test_a_row_that_the_new_class_teacher_has_typed_gets_his_code(one_school: SchoolOnDisk) -> None:
    put(one_school, "7Б", "Список", "", last="Абрамов", first="Лев", patronymic="Ильич",
        birth_date=date(2013, 1, 1), enrolled=DAY, file_no="Л-17")  # fmt: skip
    one_school.sync()
    assert "journal pupil move" in told("7Б")[0]
    move_pupil(one_school.workspace, "Абрамов Лев", **MOVE)
    assert told("7Б") == []
    assert code_of(one_school, "7Б", "Абрамов Лев") == LEV
    assert queries.known_pupils()[LEV].pupil.file_no == "Л-17"


def test_what_cannot_be_is_refused_before_anything_is_written(one_school: SchoolOnDisk) -> None:
    before = [(path, path.read_bytes()) for path in sorted(one_school.books.glob("* Список.xlsx"))]
    for words, change in ((LEV, {"to": "7А"}), (LEV, {"on": "01.09"})):
        with pytest.raises(NeedsHuman):
            move_pupil(one_school.workspace, words, **MOVE | change)
    for words, change in ((LEV, {"to": "8Я"}), ("Никто", {}), (LEV, {"on": "32.13"})):
        with pytest.raises(Unclear):
            move_pupil(one_school.workspace, words, **MOVE | change)
    assert [(path, path.read_bytes()) for path, _ in before] == before
