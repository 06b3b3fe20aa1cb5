"""The life of a class list with the journals in Google: the same stories, told by the same tests, as of files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sync_service.records import queries
from sync_service.usecases.pupil_moving import move_pupil
from tests.school import two_sevens
from tests.usecases.class_teacher import code_of, line_of, put, told
from tests.usecases.google_school import PatientSchool, school_at
from tests.usecases.test_google_reasons import CODED, everything_in_google
from tests.usecases.test_pupil_moving import (
    test_the_administrator_moves_a_pupil_from_7a_to_7b_from_the_12th_of_november,
)
from tests.usecases.test_roster_life import (
    test_a_new_surname_stands_in_every_book_and_the_old_one_is_still_guarded,
    test_a_pupil_came_to_7a_on_the_12th_of_november,
    test_a_pupil_changed_the_english_group_on_the_12th_of_november,
    test_a_pupil_left_on_the_12th_of_november_by_an_order,
    test_a_pupil_moved_from_7a_to_7b_on_the_12th_of_november,
    test_a_pupil_who_left_and_came_back_keeps_the_marks_of_both_times,
    test_absences_and_their_reasons_stay_with_the_class_of_their_day,
)

__all__ = [
    "test_a_new_surname_stands_in_every_book_and_the_old_one_is_still_guarded",
    "test_a_pupil_came_to_7a_on_the_12th_of_november",
    "test_a_pupil_changed_the_english_group_on_the_12th_of_november",
    "test_a_pupil_left_on_the_12th_of_november_by_an_order",
    "test_a_pupil_moved_from_7a_to_7b_on_the_12th_of_november",
    "test_a_pupil_who_left_and_came_back_keeps_the_marks_of_both_times",
    "test_absences_and_their_reasons_stay_with_the_class_of_their_day",
    "test_the_administrator_moves_a_pupil_from_7a_to_7b_from_the_12th_of_november",
]


@pytest.fixture
def sevens(tmp_path: Path, drawn: Path, db: None) -> Iterator[PatientSchool]:
    """7А and 7Б on 16 November, their journals in Google."""
    with school_at(tmp_path, drawn, said=two_sevens()) as made:
        made.now[0] = datetime(2026, 11, 16, 15, tzinfo=UTC)
        yield made


@pytest.fixture
def one_school(sevens: PatientSchool) -> PatientSchool:
    return sevens


def test_where_the_journals_show_codes_no_name_leaves_with_who_comes_goes_over_or_is_renamed(
    tmp_path: Path, drawn: Path, db: None
) -> None:
    with school_at(tmp_path, drawn, CODED, said=two_sevens()) as sevens:
        sevens.now[0] = datetime(2026, 11, 16, 15, tzinfo=UTC)
        put(sevens, "7А", "Список", "", last="Новиков", first="Фёдор", enrolled=date(2026, 11, 12))
        put(sevens, "7А", "Список", "Быкова Нина", last="Соколова")
        put(sevens, "7А", "Группы", "Быкова Нина Английский язык 1", pupil="Соколова Нина")
        put(sevens, "7А", "Семьи", "Быков Олег Ильич", pupil="Соколова Нина")
        assert sevens.sync().troubles == []
        move_pupil(sevens.workspace, "P0001", to="7Б", on="12.11", order="№ 5")
        assert sevens.sync(everything=True).troubles == []
        assert (told("7А"), told("7Б")) == ([], [])
        new = code_of(sevens, "7А", "Новиков Фёдор")
        assert [line_of(sevens, "7А Журнал", "Математика", code)[1] for code in (new, "P0002")] == [new, "P0002"]
        assert line_of(sevens, "7Б Журнал", "Математика", "P0001")[:2] == (1, "P0001")
        assert {one.last for one in queries.pupils()} >= {"Новиков", "Соколова", "Абрамов"}
        there = everything_in_google(sevens)
        assert [name for name in ("Новиков", "Соколова", "Быкова", "Абрамов", "Лев") if name in there] == []
