"""The life of a class list with the journals in Google: the same stories, told by the same tests, as of files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.school import two_sevens
from tests.usecases.google_school import PatientSchool, drawn_in_google, school_at
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
    "drawn_in_google",
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
def sevens(tmp_path: Path, drawn_in_google: Path, db: None) -> Iterator[PatientSchool]:
    """7А and 7Б on 16 November, their journals in Google."""
    with school_at(tmp_path, drawn_in_google, said=two_sevens()) as made:
        made.now[0] = datetime(2026, 11, 16, 15, tzinfo=UTC)
        yield made


@pytest.fixture
def one_school(sevens: PatientSchool) -> PatientSchool:
    return sevens
