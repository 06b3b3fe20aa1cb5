"""What the record knows of a course, put together for the core."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sync_service.domain.calendar import closed_for, closed_period
from sync_service.domain.policy import Rules
from sync_service.domain.school import Course, Directory, WorkType
from sync_service.domain.substitutions import of_course
from sync_service.reconcile.context import CourseContext, LessonView
from sync_service.records import queries
from sync_service.usecases.telling import with_marks_elsewhere


def course_context(
    course: Course, directory: Directory, rules: Rules, work_types: Mapping[str, WorkType], today: date
) -> CourseContext:
    """Everything that planning and showing the tabs of a course needs to know."""
    pupils, rolls = queries.course_roll(course)
    context = CourseContext(
        course=course,
        year=directory.year,
        policy=rules.on(today),
        today=today,
        pupils={pupil.code: pupil for pupil in pupils},
        lessons={
            fact.key: LessonView(fact.key, fact.date, fact.slot, fact.held, fact.work_type)
            for fact in queries.lesson_facts(course.code)
        },
        work_types=work_types,
        closed=closed_for(course.classes, queries.closed_terms(directory.year.title)),
        rules=rules,
        spans={pupil.code: sorted(rolls.spans(pupil.code, course)) for pupil in pupils},
        class_teacher=next((one.teacher for one in directory.classes if one.code == course.school_class), ""),
        absences=tuple(one for one in directory.absences if one.employee == course.teacher),
        substitutions=of_course(directory, course),
    )
    return with_marks_elsewhere(context, directory, rolls)


def closed_on(directory: Directory, classes: Sequence[str]) -> Callable[[date], str]:
    """The title of the closed quarter of a day in a class, "" where none is closed; of several classes, in any."""
    terms = closed_for(classes, queries.closed_terms(directory.year.title))
    grade = next((known.grade for known in directory.classes if known.code == classes[0]), 0)

    def title(day: date) -> str:
        period = closed_period(directory.year, day, grade, terms)
        return period.title if period is not None else ""

    return title
