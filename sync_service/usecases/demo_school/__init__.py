"""The invented school of `journal demo`: what its office keeps, who goes there, and what its teachers typed.

Everything comes from one seed, so two runs on any two machines give the same school.
"""

from __future__ import annotations

from functools import cache

from sync_service.domain.scheduling import planned_hours
from sync_service.domain.school import CourseKind, Directory, Roster
from sync_service.usecases.demo_school.calendar import BELLS, YEAR
from sync_service.usecases.demo_school.curriculum import (
    CLASSES,
    EMPLOYEES,
    SCHOOL,
    SUBJECT,
    SUBJECTS,
    WORK_TYPES,
    courses,
)
from sync_service.usecases.demo_school.people import rosters
from sync_service.usecases.demo_school.plan import plan
from sync_service.usecases.demo_school.quarter import first_quarter
from sync_service.usecases.demo_school.substitutions import ABSENCES, substitutions
from sync_service.usecases.demo_school.timetable import timetable
from sync_service.usecases.demo_school.typed import Correction, Noted, Planted, Summary, Typed

__all__ = [
    "Correction",
    "Noted",
    "Planted",
    "Summary",
    "Typed",
    "demo_directory",
    "demo_rosters",
    "first_quarter",
]


@cache
def demo_directory() -> Directory:
    """Everything that the demo's school book holds."""
    all_courses = courses()
    rows = timetable(all_courses, {short: subject.title for short, subject in SUBJECT.items()}, YEAR.start)
    return Directory(
        school=SCHOOL,
        year=YEAR,
        bells=BELLS,
        employees=EMPLOYEES,
        subjects=SUBJECTS,
        classes=CLASSES,
        courses=all_courses,
        timetable=rows,
        plan=tuple(
            item
            for course in all_courses
            if course.kind is not CourseKind.EXTENDED_DAY
            for item in plan(course, len(planned_hours(course, rows, YEAR)))
        ),
        work_types=WORK_TYPES,
        substitutions=substitutions(all_courses, rows, YEAR),
        absences=ABSENCES,
    )


@cache
def demo_rosters() -> tuple[Roster, ...]:
    """What the nine roster books hold, by class."""
    return rosters()
