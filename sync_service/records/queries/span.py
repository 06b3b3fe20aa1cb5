"""Everything a report needs about a span of days, in a number of queries that does not depend on the school's size."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q

from sync_service.domain.journal import CourseFact, OpenProblem, PupilFact, SpanFacts
from sync_service.domain.problems import message
from sync_service.domain.school import Course, Employee, Pupil
from sync_service.records import kinds, models
from sync_service.records.queries.journal import entry_facts, final_facts, lessons_where, reasons
from sync_service.records.queries.office import (
    absences,
    classes_of,
    courses_of,
    school_years,
    substitutions,
    timetable,
    year_in,
)
from sync_service.records.queries.people import Rolls, States, in_list_order, states
from sync_service.records.sync_state import problem_of

COURSE_TABS = ("grid", "log", "due")


def span_facts(start: date, end: date, today: date, wanted: Collection[str] | None = None) -> SpanFacts:
    """The facts from `start` to `end`, both included, of the `wanted` classes or of the whole school, in the school
    year of `end`. Of a group across classes only the pupils of those classes.

    Raises LookupError before the school book was first read."""
    years, school = school_years(), models.School.objects.filter(withdrawn_at=None).first()
    if not years or school is None:
        raise LookupError("nothing is recorded yet")
    year = year_in(years, end)
    of_year = courses_of(year, years)
    in_scope = [course for course in of_year if wanted is None or not set(wanted).isdisjoint(course.classes)]
    codes = [course.code for course in in_scope]
    rows = in_list_order(models.Pupil.objects.filter(withdrawn_at=None))
    rolls = Rolls.load(row.key for row in rows)
    # in the summer after a year pupils are in other classes already; what is told is told of the year
    is_over = year != years[-1]
    first, last = (min(start, year.end), min(end, year.end)) if is_over else (start, end)
    known_states = states(row.key for row in rows)
    everybody = (
        _pupil_fact(kinds.PUPIL.value_of(row), rolls, known_states, in_scope, first, last, wanted) for row in rows
    )
    employees = {row.key: kinds.EMPLOYEE.value_of(row) for row in models.Employee.objects.all()}
    known = reasons(models.AbsenceReason.objects.filter(date__range=(start, end)), known_states)
    days = models.Entry.objects.filter(lesson__date__range=(start, end), lesson__course__in=codes)
    return SpanFacts(
        school=school.title,
        year=year,
        start=start,
        end=end,
        today=today,
        time_zone=settings.TIME_ZONE,
        classes=tuple(
            (one.code, one.grade, employees[one.teacher].short_name)
            for one in classes_of(year, years)
            if _asked(one.code, wanted)
        ),
        courses=tuple(_course_fact(course, employees) for course in in_scope),
        pupils=tuple(fact for fact in everybody if fact is not None),
        lessons=lessons_where(Q(withdrawn_at=None, date__range=(start, end), course__in=codes)),
        entries=tuple(sorted(entry_facts(days, known), key=lambda fact: (fact.date, fact.lesson, fact.pupil))),
        finals=final_facts(codes),
        work_types=tuple(
            kinds.WORK_TYPE.value_of(row) for row in models.WorkType.objects.filter(withdrawn_at=None).order_by("key")
        ),
        problems=tuple(_problems(codes, wanted, year.title[:4])),
        director=school.director,
        deputy=school.deputy,
        bells=tuple(
            kinds.BELL.value_of(row) for row in models.Bell.objects.filter(withdrawn_at=None).order_by("slot", "key")
        ),
        substitutions=tuple(
            one for one in substitutions(start, end) if any(one.concerns(course) for course in in_scope)
        ),
        absences=absences(start, end),
        employees=tuple(employees.values()),
        in_charge=tuple(in_scope),
        timetable=timetable(codes),
    )


def _pupil_fact(
    pupil: Pupil,
    rolls: Rolls,
    known_states: States,
    in_scope: list[Course],
    start: date,
    end: date,
    wanted: Collection[str] | None,
) -> PupilFact | None:
    """None for a pupil who was in none of the classes on any of the days."""
    classes = [name for name in rolls.classes_between(pupil.code, start, end) if _asked(name, wanted)]
    if not classes:
        return None
    day_after = end + timedelta(days=1)
    stays = rolls.classes[pupil.code]
    spans = [
        (course.code, max(since, start), _known(until))
        for course in in_scope
        for since, until in rolls.spans(pupil.code, course)
        if since < day_after and start < until
    ]
    return PupilFact(
        code=pupil.code,
        name=pupil.list_name,
        school_class=classes[-1],
        enrolled=min(since for _, (since, _) in stays),
        left=_known(stays[-1][1][1]),
        courses=tuple(course.code for course in in_scope if rolls.attends(pupil.code, course, end)),
        spans=tuple(spans),
        classes=tuple((name, since, _known(until)) for name, (since, until) in stays),
        states=tuple((state, since, _known(until)) for state, (since, until) in known_states.get(pupil.code, ())),
    )


def _known(until: date) -> date | None:
    return None if until == date.max else until


def _asked(school_class: str, wanted: Collection[str] | None) -> bool:
    return wanted is None or school_class in wanted


def _course_fact(course: Course, employees: dict[str, Employee]) -> CourseFact:
    return CourseFact(
        code=course.code,
        title=course.title,
        kind=course.kind,
        school_class=course.school_class,
        grade=course.grade,
        subject=course.subject,
        group=course.group,
        teacher=course.teacher,
        teacher_name=employees[course.teacher].short_name,
        marking=course.marking,
        hours_per_week=course.hours_per_week,
        other_classes=course.other_classes,
    )


def _problems(codes: Iterable[str], classes: Collection[str] | None, year: str) -> Iterable[OpenProblem]:
    """Problems that stand in the tabs of these courses; of the whole school also those in any other tab of a book of
    the year («2026»)."""
    wanted = set(codes)
    for row in models.StandingProblem.objects.filter(closed_at=None).order_by("book", "tab", "id"):
        of_year = row.book.rpartition("-")[2]
        if of_year.isdigit() and of_year != year:
            continue
        kind, _, of = row.tab.partition(" ")
        course = of if kind in COURSE_TABS and of in wanted else ""
        if course or _asked(of, classes):
            problem = problem_of(row)
            yield OpenProblem(
                problem.code.value, row.book, problem.place.tab, problem.place.a1, course, message(problem), row.since
            )
