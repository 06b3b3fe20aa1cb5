"""What pupils who changed class or subgroup had in the same subject elsewhere: marks of the year and final marks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sync_service.domain.school import Course, Term
from sync_service.records import models


@dataclass(frozen=True, slots=True)
class SubjectMark:
    """A current mark of a pupil, wherever it was given."""

    pupil: str
    course: str
    date: date
    mark: int
    work_type: str


def subject_marks(course: Course, pupils: Collection[str], start: date, end: date) -> tuple[SubjectMark, ...]:
    """Every mark in the subject of the course from `start` to `end`, both included, in order of time."""
    if not pupils:
        return ()
    rows = models.Entry.objects.filter(
        pupil__in=pupils,
        lesson__course__subject=course.subject,
        lesson__course__kind=course.kind.value,
        lesson__date__range=(start, end),
        lesson__withdrawn_at=None,
    ).order_by("lesson__date", "lesson__slot", "key")
    columns = ("pupil_id", "lesson__course_id", "lesson__date", "marks", "lesson__work_type")
    return tuple(
        SubjectMark(pupil, code, day, mark, work)
        for pupil, code, day, marks, work in rows.values_list(*columns)
        for mark in marks
    )


def subject_finals(course: Course, pupils: Collection[str]) -> dict[tuple[str, Term], str]:
    """Final marks in the same subject from other courses, the latest given."""
    if not pupils:
        return {}
    rows = models.FinalMark.objects.filter(
        pupil__in=pupils, course__subject=course.subject, course__kind=course.kind.value
    )
    told = rows.exclude(course=course.code).exclude(text="").order_by("changed_at")
    return {(pupil, Term(term)): text for pupil, term, text in told.values_list("pupil_id", "term", "text")}
