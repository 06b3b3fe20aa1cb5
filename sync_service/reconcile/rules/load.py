"""The load of a class and a course: homework of a day (V09), hours of a week (V27), the plan against the year (V28)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from sync_service.domain.journal import LessonFact
from sync_service.domain.problems import Code
from sync_service.domain.scheduling import planned_hours
from sync_service.domain.school import CourseKind, CoursePlace
from sync_service.reconcile.rules.night import Night, Remark

NONE_SET = "—"


def homework_of_a_day(night: Night) -> Iterator[Remark]:
    """V09: minutes of homework due for a class today or later, over the limit of its grade; any at all where the grade
    has none (DOMAIN 2.4). Of the groups of a subject the longest counts: a pupil is in one of them."""
    due: dict[tuple[str, int, date], dict[str, int]] = defaultdict(dict)
    grades = {known.code: known.grade for known in night.directory.classes}
    for course in night.facts.courses:
        if course.kind is not CourseKind.LESSON:
            continue
        lessons = night.lessons[course.code]
        for number, lesson in enumerate(lessons):
            if lesson.homework in ("", NONE_SET):
                continue
            day = lesson.homework_due or _day_of(lessons[number + 1 :])
            if day is not None and day >= night.today:
                for school_class in course.classes:
                    first = school_class == course.school_class
                    subjects = due[school_class, course.grade if first else grades[school_class], day]
                    subjects[course.subject] = max(subjects.get(course.subject, 0), lesson.minutes or 0)
    for (school_class, grade, day), subjects in sorted(due.items()):
        limit, minutes = night.rules.on(day).homework_minutes(grade), sum(subjects.values())
        if minutes > limit or not limit:
            detail = f"{minutes} мин, можно {limit}"
            yield night.to_class_teacher(Code.HOMEWORK_TOO_MUCH, school_class, f"на {day:%d.%m}", detail)


def _day_of(later: list[LessonFact]) -> date | None:
    return later[0].date if later else None


def week_hours(night: Night) -> Iterator[Remark]:
    """V27: hours that the timetable in force gives a class in a week. Groups at one hour are one lesson."""
    hours: dict[str, set[tuple[int, int]]] = defaultdict(set)
    versions: dict[str, date] = {}
    for row in night.directory.timetable:
        if row.since <= night.today:
            versions[row.course] = max(versions.get(row.course, row.since), row.since)
    courses = {course.code: course for course in night.directory.courses if course.kind is CourseKind.LESSON}
    for row in night.directory.timetable:
        course = courses.get(row.course)
        if course is None or versions.get(row.course) != row.since:
            continue
        if course.since <= night.today <= (course.until or date.max):
            for school_class in course.classes:
                hours[school_class].add((row.weekday, row.slot))
    for known in night.directory.classes:
        limit = night.policy.week_hours(known.grade, six_day=night.facts.year.six_day_week)
        if len(hours[known.code]) > limit:
            detail = f"{len(hours[known.code])}, можно {limit}"
            yield night.to_deputy(Code.CLASS_HOURS, known.code, known.code, "расписание", detail)


def plan_lag(night: Night) -> Iterator[Remark]:
    """V28: lessons of a course that had not taken place by the end of the month before. A lesson of which nothing is
    said is asked about elsewhere (V04) and no lag yet."""
    end = night.today.replace(day=1) - timedelta(days=1)
    for course in night.facts.courses:
        lost = sum(lesson.held is False for lesson in night.lessons[course.code] if lesson.date <= end)
        if night.plan_rows[course.code] and lost > night.rules.on(end).programme_lag:
            yield night.to_teacher(Code.PLAN_LAG, course, f"на {end:%d.%m}", f"уроков: {lost}")


def plan_hours(night: Night) -> Iterator[Remark]:
    """V28: rows of the plan against the lessons that the timetable gives in the year, apart by more than a lag may
    be; holidays make small differences usual. A course without a plan is not asked for one; of teachers one after
    another the last is asked about the lessons of all."""
    courses = {course.code: course for course in night.directory.courses}
    last = {course.place: course for course in sorted(night.directory.courses, key=lambda one: one.since)}
    hours_of: Counter[CoursePlace] = Counter()
    for course in night.directory.courses:
        hours_of[course.place] += len(planned_hours(course, night.directory.timetable, night.facts.year))
    for fact in night.facts.courses:
        rows = night.plan_rows[fact.code]
        if not rows or fact.code not in courses or last[courses[fact.code].place].code != fact.code:
            continue
        hours = hours_of[courses[fact.code].place]
        if abs(rows - hours) > night.policy.programme_lag:
            yield night.to_teacher(Code.PLAN_HOURS, fact, "КТП", f"тем {rows}, уроков {hours}")


