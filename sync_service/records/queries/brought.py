"""What pupils were given in some courses: marks of a span of days and final marks. Asked of the other courses of a
subject, where it stands that pupils had before they came or before the course got another teacher."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sync_service.domain.school import Term
from sync_service.records import models


@dataclass(frozen=True, slots=True)
class SubjectMark:
    """A current mark of a pupil, wherever it was given."""

    pupil: str
    course: str
    date: date
    mark: int
    work_type: str


def subject_marks(
    courses: Collection[str], pupils: Collection[str], start: date, end: date
) -> tuple[SubjectMark, ...]:
    """Every mark in the courses from `start` to `end`, both included, in order of time."""
    if not courses or not pupils:
        return ()
    rows = models.Entry.objects.filter(
        pupil__in=pupils,
        lesson__course__in=courses,
        lesson__date__range=(start, end),
        lesson__withdrawn_at=None,
    ).order_by("lesson__date", "lesson__slot", "key")
    columns = ("pupil_id", "lesson__course_id", "lesson__date", "marks", "lesson__work_type")
    return tuple(
        SubjectMark(pupil, code, day, mark, work)
        for pupil, code, day, marks, work in rows.values_list(*columns)
        for mark in marks
    )


def subject_finals(courses: Collection[str], pupils: Collection[str]) -> dict[tuple[str, Term], str]:
    """Final marks in the courses, of several the latest given."""
    if not courses or not pupils:
        return {}
    rows = models.FinalMark.objects.filter(pupil__in=pupils, course__in=courses)
    told = rows.exclude(text="").order_by("changed_at")
    return {(pupil, Term(term)): text for pupil, term, text in told.values_list("pupil_id", "term", "text")}
