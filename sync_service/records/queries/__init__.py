"""The only reader of the record for everybody else: values of the domain, never rows.

Withdrawn things are left out, blank entries do not exist, people stand in the order of a class list.
"""

from sync_service.records.queries.diary import diary_week
from sync_service.records.queries.diary_marks import diary_subjects
from sync_service.records.queries.journal import (
    lesson_facts,
    reason_values,
    scheduled,
    slot_values,
    typed_absences,
)
from sync_service.records.queries.office import (
    closed_terms,
    closings,
    course,
    courses,
    directory,
    employees,
    policy,
    substitutions,
    year_at,
)
from sync_service.records.queries.people import (
    children,
    course_pupils,
    everybody,
    group_members,
    guardians,
    pupils,
)
from sync_service.records.queries.span import span_facts
from sync_service.records.queries.trail import LedgerEntry, counts, history

__all__ = [
    "LedgerEntry",
    "children",
    "closed_terms",
    "closings",
    "counts",
    "course",
    "course_pupils",
    "courses",
    "diary_subjects",
    "diary_week",
    "directory",
    "employees",
    "everybody",
    "group_members",
    "guardians",
    "history",
    "lesson_facts",
    "policy",
    "pupils",
    "reason_values",
    "scheduled",
    "slot_values",
    "span_facts",
    "substitutions",
    "typed_absences",
    "year_at",
]
