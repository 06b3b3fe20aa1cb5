"""The only reader of the record for everybody else: values of the domain, never rows.

Withdrawn things are left out, blank entries do not exist, people stand in the order of a class list.
"""

from sync_service.records.queries.changes import replaced_entries
from sync_service.records.queries.diary import diary_week
from sync_service.records.queries.diary_marks import diary_subjects
from sync_service.records.queries.journal import (
    had_lessons,
    lesson_facts,
    reason_values,
    scheduled,
    slot_values,
    typed_absences,
    typed_days,
)
from sync_service.records.queries.lately import cleared_lately, steps_since
from sync_service.records.queries.office import (
    absences,
    closed_terms,
    closings,
    course,
    course_codes,
    courses,
    directory,
    employees,
    policy,
    rules,
    school_years,
    staff_emails,
    substitutions,
    year_at,
    year_in,
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
from sync_service.records.queries.trail import (
    LedgerEntry,
    books_changed_since,
    corrected_since,
    counts,
    course_trail,
    decisions,
    history,
    last_correction,
    pupil_trail,
    reasons_at,
    standing,
    texts_at,
)

__all__ = [
    "LedgerEntry",
    "absences",
    "books_changed_since",
    "children",
    "cleared_lately",
    "closed_terms",
    "closings",
    "corrected_since",
    "counts",
    "course",
    "course_codes",
    "course_pupils",
    "course_trail",
    "courses",
    "decisions",
    "diary_subjects",
    "diary_week",
    "directory",
    "employees",
    "everybody",
    "group_members",
    "guardians",
    "had_lessons",
    "history",
    "last_correction",
    "lesson_facts",
    "policy",
    "pupil_trail",
    "pupils",
    "reason_values",
    "reasons_at",
    "replaced_entries",
    "rules",
    "scheduled",
    "school_years",
    "slot_values",
    "span_facts",
    "staff_emails",
    "standing",
    "steps_since",
    "substitutions",
    "texts_at",
    "typed_absences",
    "typed_days",
    "year_at",
    "year_in",
]
