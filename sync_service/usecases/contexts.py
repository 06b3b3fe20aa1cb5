"""What the record knows of a course, put together for the core."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sync_service.domain.policy import Policy
from sync_service.domain.school import Course, Directory, WorkType
from sync_service.reconcile.context import CourseContext, LessonView
from sync_service.records import queries


def course_context(
    course: Course, directory: Directory, policy: Policy, work_types: Mapping[str, WorkType], today: date
) -> CourseContext:
    """Everything that planning and showing the tabs of a course needs to know."""
    return CourseContext(
        course=course,
        year=directory.year,
        policy=policy,
        today=today,
        pupils={pupil.code: pupil for pupil in queries.course_pupils(course, None)},
        lessons={
            fact.key: LessonView(fact.key, fact.date, fact.slot, fact.held, fact.work_type)
            for fact in queries.lesson_facts(course.code)
        },
        work_types=work_types,
    )
