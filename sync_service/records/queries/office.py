"""What the office keeps, as the values it was read from."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from sync_service.domain.calendar import year_of_course
from sync_service.domain.policy import Policy, Rule, Rules
from sync_service.domain.school import (
    ClosedTerm,
    Course,
    Directory,
    Employee,
    SchoolClass,
    SchoolYear,
    StaffAbsence,
    Substitution,
    Term,
    TimetableRow,
)
from sync_service.records import kinds, models
from sync_service.records.kinds.directory import DirectoryFacts
from sync_service.records.kinds.year import PARTS, year_of


def directory(on: date | None = None) -> Directory | None:
    """Everything the office keeps, of the newest year; None before the school book was first read.

    Of the year of the day `on`, if that is over: as it stood when the next one was opened."""
    years = school_years()
    if not years or not _values(kinds.SCHOOL, "key"):
        return None
    year = years[-1] if on is None else year_in(years, on)
    moment = _opened_after(year, years)
    own = courses_of(year, years)
    codes = {course.code for course in own}
    return Directory(
        school=_values(kinds.SCHOOL, "key", at=moment)[0],
        year=year,
        bells=_values(kinds.BELL, "slot", "key", at=moment),
        employees=_values(kinds.EMPLOYEE, "key", at=moment),
        subjects=_values(kinds.SUBJECT, "key", at=moment),
        classes=classes_of(year, years),
        courses=own,
        # rows of courses of other years stand too: they tell what was planned for the lessons of then
        timetable=timetable(codes),
        plan=tuple(item for item in _values(kinds.PLAN, "course_id", "seq") if item.course in codes),
        work_types=_values(kinds.WORK_TYPE, "key", at=moment),
        substitutions=substitutions(year.start, year.end),
        absences=absences(year.start, _summer_end(year)),
    )


def _opened_after(year: SchoolYear, years: Sequence[SchoolYear]) -> int | None:
    """The number of the ledger row that began the next year, None for the newest one."""
    later = next((one.title for one in years if one.start > year.start), None)
    rows = models.LedgerRow.objects.filter(kind=kinds.YEAR.name, key=later).order_by("seq")
    return None if later is None else rows.values_list("seq", flat=True).first()


def classes_of(year: SchoolYear, years: Sequence[SchoolYear]) -> tuple[SchoolClass, ...]:
    """The classes of one of the `years` and who led them then, by grade and letter."""
    return _values(kinds.CLASS, "grade", "key", at=_opened_after(year, years))


def courses_of(year: SchoolYear, years: Sequence[SchoolYear]) -> tuple[Course, ...]:
    """The courses of one of the `years`, in the order of their codes, as they were in it: in the summer after it
    teachers still have its load."""
    every = _in_order(_values(kinds.COURSE, "key", at=_opened_after(year, years)))
    return tuple(course for course in every if year_of_course(years, course.since).start == year.start)


def _summer_end(year: SchoolYear) -> date:
    """The timesheet goes on after the lessons have ended."""
    return year.start.replace(year=year.start.year + 1) - timedelta(days=1)


def timetable(courses: Collection[str]) -> tuple[TimetableRow, ...]:
    """The rows of these courses, every version of them."""
    return tuple(
        row for row in _values(kinds.TIMETABLE, "course_id", "since", "weekday", "slot") if row.course in courses
    )


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
    """Every course of every year, in the order of their codes: after c999 comes c1000."""
    return _in_order(_values(kinds.COURSE, "key"))


def _in_order(found: Iterable[Course]) -> tuple[Course, ...]:
    return tuple(sorted(found, key=lambda course: (len(course.code), course.code)))


def course_codes() -> frozenset[str]:
    """Codes of all courses that there ever were: none of them may be given to another one."""
    return frozenset(models.Course.objects.values_list("key", flat=True))


def course(code: str) -> Course | None:
    row = models.Course.objects.filter(key=code, withdrawn_at=None).first()
    return kinds.COURSE.value_of(row) if row else None


def school_years() -> tuple[SchoolYear, ...]:
    """Oldest first."""
    rows = models.SchoolYear.objects.filter(withdrawn_at=None).order_by("start")
    parts = [list(model._default_manager.all()) for model, _, _ in PARTS]
    return tuple(year_of(row, *parts) for row in rows)


def year_in(years: Sequence[SchoolYear], day: date) -> SchoolYear:
    """The school year of a day, of `years`, oldest first and at least one; in summer the one that is over."""
    return next((year for year in reversed(years) if year.start <= day), years[0])


def rules() -> Rules:
    """Every value of the rules of «Правила», with the day from which it holds."""
    return Rules(Rule(row.name, row.value, row.act, row.since) for row in _values(kinds.POLICY, "key"))


def policy(day: date | None = None) -> Policy:
    """The rules in force on a day, by default today; a rule that nobody set is at its default."""
    return rules().on(day or timezone.localdate())


def _values(kind: DirectoryFacts, *order: str, at: int | None = None) -> tuple[Any, ...]:
    """What stands now, or what stood before the ledger row `at`."""
    if at is None:
        rows = kind.model._default_manager.filter(withdrawn_at=None)
        in_order = sorted(rows, key=lambda row: [getattr(row, name) for name in order])
        return tuple(kind.value_of(row) for row in in_order)
    told = models.LedgerRow.objects.filter(kind=kind.name, seq__lt=at).order_by("seq").values_list("key", "new")
    stood = [(key, kind.value.model_validate_json(new)) for key, new in dict(told).items() if new is not None]
    stood.sort(key=lambda item: [item[0] if name == "key" else getattr(item[1], name) for name in order])
    return tuple(value for _, value in stood)
