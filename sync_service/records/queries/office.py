"""What the office keeps, as the values it was read from."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from sync_service.domain.policy import Policy, Rule, Rules
from sync_service.domain.school import (
    ClosedTerm,
    Course,
    Directory,
    Employee,
    SchoolYear,
    StaffAbsence,
    Substitution,
    Term,
)
from sync_service.records import kinds, models
from sync_service.records.kinds.directory import DirectoryFacts
from sync_service.records.kinds.year import year_of


def directory() -> Directory | None:
    """Everything the office keeps, of the newest year; None before the school book was first read."""
    school = _values(kinds.SCHOOL, "key")
    years = school_years()
    if not school or not years:
        return None
    return Directory(
        school=school[0],
        year=years[-1],
        bells=_values(kinds.BELL, "slot"),
        employees=employees(),
        subjects=_values(kinds.SUBJECT, "key"),
        classes=_values(kinds.CLASS, "grade", "key"),
        courses=courses(),
        timetable=_values(kinds.TIMETABLE, "course_id", "since", "weekday", "slot"),
        plan=_values(kinds.PLAN, "course_id", "seq"),
        work_types=_values(kinds.WORK_TYPE, "key"),
        substitutions=substitutions(years[-1].start, years[-1].end),
        absences=absences(years[-1].start, _summer_end(years[-1])),
    )


def _summer_end(year: SchoolYear) -> date:
    """The timesheet goes on after the lessons have ended."""
    return year.start.replace(year=year.start.year + 1) - timedelta(days=1)


def substitutions(start: date, end: date) -> tuple[Substitution, ...]:
    """Rows of «Замены» from `start` to `end`, both included, in order of time."""
    rows = models.Substitution.objects.filter(withdrawn_at=None, date__range=(start, end))
    in_order = sorted(rows, key=lambda row: (row.date, row.slot, row.key))
    return tuple(kinds.SUBSTITUTION.value_of(row) for row in in_order)


def absences(start: date, end: date) -> tuple[StaffAbsence, ...]:
    """Rows of «Отсутствия» with a day from `start` to `end`, both included, in order of time."""
    rows = models.StaffAbsence.objects.filter(withdrawn_at=None, start__lte=end, end__gte=start)
    return tuple(kinds.STAFF_ABSENCE.value_of(row) for row in sorted(rows, key=lambda row: (row.start, row.key)))


def closings(year: str) -> tuple[tuple[ClosedTerm, datetime], ...]:
    """The quarters of a year that are closed now, with the moment of closing; by term and class."""
    rows = models.ClosedTerm.objects.filter(year=year, withdrawn_at=None).order_by("key")
    return tuple((kinds.CLOSED_TERM.value_of(row), row.changed_at) for row in rows)


def closed_terms(year: str) -> dict[str, frozenset[Term]]:
    """The closed quarters of a year by class; a class with none is left out."""
    found: dict[str, set[Term]] = defaultdict(set)
    for closed, _ in closings(year):
        found[closed.school_class].add(closed.term)
    return {school_class: frozenset(terms) for school_class, terms in found.items()}


def employees() -> tuple[Employee, ...]:
    return _values(kinds.EMPLOYEE, "key")


def staff_emails() -> frozenset[str]:
    """Every address that ever stood beside somebody in the staff list, in lower case: of those who have left too."""
    told = models.LedgerRow.objects.filter(kind=kinds.EMPLOYEE.name, new__isnull=False).values_list("new", flat=True)
    emails = (str(json.loads(text).get("email") or "") for text in told)
    return frozenset(email.strip().lower() for email in emails if email.strip())


def courses() -> tuple[Course, ...]:
    """Every course, in the order of their codes."""
    return _values(kinds.COURSE, "key")


def course(code: str) -> Course | None:
    row = models.Course.objects.filter(key=code, withdrawn_at=None).first()
    return kinds.COURSE.value_of(row) if row else None


def school_years() -> tuple[SchoolYear, ...]:
    """Oldest first."""
    rows = models.SchoolYear.objects.filter(withdrawn_at=None).order_by("start")
    periods, holidays = list(models.Period.objects.all()), list(models.Holiday.objects.all())
    return tuple(year_of(row, periods, holidays) for row in rows)


def year_at(day: date) -> SchoolYear | None:
    """The school year of a day; in summer the one that is over."""
    years = school_years()
    return next((year for year in reversed(years) if year.start <= day), years[0] if years else None)


def rules() -> Rules:
    """Every value of the rules of «Правила», with the day from which it holds."""
    return Rules(Rule(row.name, row.value, row.act, row.since) for row in _values(kinds.POLICY, "key"))


def policy(day: date | None = None) -> Policy:
    """The rules in force on a day, by default today; a rule that nobody set is at its default."""
    return rules().on(day or timezone.localdate())


def _values(kind: DirectoryFacts, *order: str) -> tuple[Any, ...]:
    rows = kind.model._default_manager.filter(withdrawn_at=None)
    return tuple(kind.value_of(row) for row in sorted(rows, key=lambda row: [getattr(row, name) for name in order]))
