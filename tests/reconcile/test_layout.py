"""Which tabs and columns a book has: what depends on the course."""

from __future__ import annotations

import pytest

from sync_service.domain.school import CourseKind, Marking
from sync_service.reconcile.layout import tells_about
from tests.reconcile.world import COURSE


@pytest.mark.parametrize(
    ("kind", "others", "marking", "told"),
    [
        (CourseKind.EXTENDED_DAY, (), Marking.UNMARKED, True),
        (CourseKind.CLUB, ("8А",), Marking.UNMARKED, True),
        (CourseKind.SUPPLEMENTARY, ("8А",), Marking.PASS_FAIL, True),
        (CourseKind.CLUB, (), Marking.UNMARKED, False),  # the list of one class: everybody knows whose
        (CourseKind.LESSON, ("7Б",), Marking.POINTS, False),  # the mean stands in that column
    ],
)
def test_a_list_of_several_classes_without_a_mean_tells_of_each_pupil_where_he_is_from(
    kind: CourseKind, others: tuple[str, ...], marking: Marking, told: bool
) -> None:
    course = COURSE.model_copy(update={"kind": kind, "other_classes": others, "marking": marking})
    assert tells_about(course) is told
