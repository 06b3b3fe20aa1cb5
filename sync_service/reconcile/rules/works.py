"""Written works: their marks in time (DOMAIN 2.6) and how many of them a class may bear (V10–V13).

An assessment procedure is a work of a kind that the tab «Виды работ» calls so or that takes long enough (V14). Works
to come count as the log and the plan announce them: a clash is told while it can still be moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from sync_service.domain.deadlines import marks_due
from sync_service.domain.entries import MISSED
from sync_service.domain.formulas import assessment_limit
from sync_service.domain.journal import CourseFact, LessonFact
from sync_service.domain.problems import Code
from sync_service.domain.school import TAUGHT, CourseKind, Marking, WorkType
from sync_service.domain.slots import LessonField, lesson_slot
from sync_service.reconcile.rules.lessons import giver
from sync_service.reconcile.rules.night import Night, Remark, by, named

WEEKS = {1: 33}  # of a school year by grade, DOMAIN 2.7
USUAL_WEEKS = 34


def without_marks(night: Night) -> Iterator[Remark]:
    """V18: a work was held, its term is over, and nobody has a mark for it."""
    for course, lesson in night.past():
        work = night.work_types.get(lesson.work_type)
        if work is None or not lesson.held or course.marking is not Marking.POINTS:
            continue
        due = marks_due(
            lesson.date, work, _next_day(night, lesson), grade=course.grade, year=night.facts.year,
            policy=night.rules.on(lesson.date), zone=night.facts.time_zone,
        )  # fmt: skip
        if night.overdue(due) and not any(entry.marks for entry in night.entries.get(lesson.key, {}).values()):
            slot = lesson_slot(lesson.key, LessonField.WORK_TYPE)
            yield night.to_teacher(
                Code.WORK_NO_MARKS, course, named(lesson), due=due, read=work.short, slot=slot,
                person=giver(night, lesson),
            )  # fmt: skip


def missed_works(night: Night) -> Iterator[Remark]:
    """V18: whoever was away from an assessment has neither a mark nor a point for the debt."""
    for course, lesson in night.past():
        work = _assessment(night, lesson.work_type, lesson.date)
        if work is None or not lesson.held or course.marking is not Marking.POINTS:
            continue
        due = marks_due(
            lesson.date, work, _next_day(night, lesson), grade=course.grade, year=night.facts.year,
            policy=night.rules.on(lesson.date), zone=night.facts.time_zone,
        )  # fmt: skip
        if not night.overdue(due):
            continue
        entries = night.entries.get(lesson.key, {})
        for pupil in night.asked(course.code, lesson.date):
            entry = entries.get(pupil.code)
            if entry is not None and entry.absence in MISSED and not entry.marks and not entry.debt:
                who = f"{pupil.name}, {lesson.date:%d.%m}"
                yield night.to_teacher(Code.WORK_MISSED, course, who, by(due), due=due, read=work.short)


def _next_day(night: Night, lesson: LessonFact) -> date | None:
    later = (one.date for one in night.lessons[lesson.course] if one.date > lesson.date)
    return next(later, None)


def assessments(night: Night) -> Iterator[tuple[CourseFact, LessonFact]]:
    """Assessments held, announced in the log, or to come by the plan of the course; by course and time. The whole class
    takes one at once (V14): what is taught individually has none."""
    for course in night.facts.courses:
        if course.kind is not CourseKind.LESSON:
            continue
        for lesson in night.lessons[course.code]:
            work = _assessment(night, lesson.work_type or _planned(night, lesson), lesson.date)
            if work is not None and lesson.held is not False:
                yield course, lesson


def _planned(night: Night, lesson: LessonFact) -> str:
    """The work that the plan has for a lesson to come; of a lesson that is over only its teacher can tell."""
    return night.controls.get((lesson.course, lesson.seq), "") if lesson.date > night.today else ""


def _assessment(night: Night, short: str, day: date) -> WorkType | None:
    """The kind of work if it is an assessment by the rules of a day (V14)."""
    work = night.work_types.get(short)
    return work if work is not None and work.is_assessment(night.rules.on(day).assessment_minutes) else None


def _open(night: Night) -> Iterator[tuple[CourseFact, LessonFact]]:
    return ((course, one) for course, one in assessments(night) if not night.is_closed(course, one.date))


def two_a_day(night: Night) -> Iterator[Remark]:
    """V12: too many assessments for a class on a day. The groups of a subject count as one."""
    days: dict[tuple[str, date], set[str]] = defaultdict(set)
    for course, lesson in _open(night):
        for school_class in course.classes:
            days[school_class, lesson.date].add(course.subject)
    for (school_class, day), subjects in sorted(days.items()):
        if len(subjects) > night.rules.on(day).assessments_a_day:
            what = ", ".join(sorted(subjects))
            yield night.to_deputy(Code.WORK_SAME_DAY, school_class, school_class, f"{day:%d.%m}", what)


def at_an_edge(night: Night) -> Iterator[Remark]:
    """V13: an assessment at the first or the last lesson of the day, unless the subject has no other lesson."""
    days: dict[tuple[str, date], set[int]] = defaultdict(set)
    for course in night.facts.courses:
        if course.kind in TAUGHT:
            for lesson in night.lessons[course.code]:
                for school_class in course.classes:
                    days[school_class, lesson.date].add(lesson.slot)
    for course, lesson in _open(night):
        of_each = [days.get((school_class, lesson.date), set()) for school_class in course.classes]
        edges = {edge for slots in of_each for edge in (min(slots, default=0), max(slots, default=0))}
        if course.hours_per_week <= 1 or lesson.slot not in edges:
            continue
        slot = lesson_slot(lesson.key, LessonField.WORK_TYPE)
        yield night.to_deputy(
            Code.WORK_EDGE, course.code, course.title, named(lesson), f"{lesson.slot}-й урок", slot=slot
        )


def too_close(night: Night) -> Iterator[Remark]:
    """V11: two assessments of a course closer than the school allows."""
    by_course: dict[str, list[LessonFact]] = defaultdict(list)
    for course, lesson in _open(night):
        by_course[course.code].append(lesson)
    for code, lessons in by_course.items():
        for before, after in pairwise(lessons):
            days = (after.date - before.date) // timedelta(days=1)
            if 0 < days < night.rules.on(after.date).assessment_gap_days:
                slot = lesson_slot(after.key, LessonField.WORK_TYPE)
                title = night.courses[code].title
                detail = f"{before.date:%d.%m}, прошло {days}"
                yield night.to_deputy(Code.WORK_TOO_CLOSE, code, title, named(after), detail, slot=slot)


def too_many(night: Night) -> Iterator[Remark]:
    """V10: more assessments than the share of the year's hours allows: in the log, or already in the plan."""
    held: dict[str, int] = defaultdict(int)
    for course, _ in assessments(night):
        held[course.code] += 1
    planned: dict[str, int] = defaultdict(int)
    for item in night.directory.plan:
        planned[item.course] += _assessment(night, item.control, night.today) is not None
    for course in night.facts.courses:
        hours = int(course.hours_per_week * WEEKS.get(course.grade, USUAL_WEEKS))
        limit = assessment_limit(hours, night.policy.assessment_percent)
        number = max(held[course.code], planned[course.code])
        if number > limit:
            yield night.to_deputy(Code.WORK_TOO_MANY, course.code, course.title, "", f"{number}, можно {limit}")
