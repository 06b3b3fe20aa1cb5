"""The week of a pupil, day by day, as the family reads it (DOMAIN 2.13).

Nothing is told of a day to come but its lessons and the homework that lessons already over set for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sync_service.domain.calendar import bells_on, holiday_on
from sync_service.domain.journal import DiaryDay, DiaryLesson, DiaryWeek, LessonFact
from sync_service.domain.school import Bell, Employee
from sync_service.records import kinds, models
from sync_service.records.queries.child import Cell, Child, cells, child, told_topic, work_titles

NONE_SET = "—"  # the teacher said that there is no homework


def diary_week(pupil: str, monday: date, today: date) -> DiaryWeek:
    """Monday to Friday, or to Saturday in a six-day week and where the calendar makes it a working day. Raises
    LookupError for a code that nobody has."""
    known = child(pupil, monday + timedelta(days=6))  # a year begins in the middle of a week
    saturday = monday + timedelta(days=5)
    has_saturday = known.year is not None and (
        known.year.six_day_week or any(one.day == saturday for one in known.year.working_days)
    )
    dates = [monday + timedelta(days=n) for n in range(6 if has_saturday else 5)]
    lessons = known.lessons()
    grades = dict(models.SchoolClass.objects.values_list("key", "grade"))
    page = _Page(known, lessons, cells(pupil, monday, min(dates[-1], today)), today)
    return DiaryWeek(
        pupil=pupil,
        pupil_name=known.pupil.list_name,
        school_class=_class_on(known, dates[-1]),
        monday=monday,
        days=tuple(
            DiaryDay(day, _holiday(known, day, grades), tuple(page.line(one) for one in lessons if one.date == day))
            for day in dates
        ),
        as_of=_as_of(known.courses),
    )


class _Page:
    """Everything the lines of a week are made of."""

    def __init__(self, known: Child, lessons: Iterable[LessonFact], of_lesson: Mapping[str, Cell], today: date) -> None:
        self.courses, self.cells, self.today = known.courses, of_lesson, today
        self.due, self.homework = _homework(lessons, today)
        self.works = work_titles()
        bells = models.Bell.objects.filter(withdrawn_at=None)
        self.bells: list[Bell] = [kinds.BELL.value_of(row) for row in bells]
        teachers = models.Employee.objects.filter(key__in={course.teacher for course in known.courses.values()})
        self.teachers: dict[str, Employee] = {row.key: kinds.EMPLOYEE.value_of(row) for row in teachers}

    def line(self, lesson: LessonFact) -> DiaryLesson:
        course, bell = self.courses[lesson.course], bells_on(self.bells, lesson.date).get(lesson.slot)
        over = lesson.date <= self.today
        cell = self.cells.get(lesson.key, Cell())
        return DiaryLesson(
            slot=lesson.slot,
            start=bell.start if bell else None,
            end=bell.end if bell else None,
            subject=course.subject,
            teacher=self.teachers[course.teacher].short_name,
            topic=told_topic(lesson, self.today),
            homework=self.homework.get(lesson.key, ""),
            homework_set=lesson.homework if over else "",
            homework_due=self.due.get(lesson.key),
            work=(self.works.get(lesson.work_type, "") or lesson.form) if over else "",
            marks=cell.shown,
            absence=cell.absence,
            debt=cell.debt,
        )


def _homework(lessons: Iterable[LessonFact], today: date) -> tuple[dict[str, date], dict[str, str]]:
    """By lesson key: when what it set is due, and what is to be ready for it.

    Due is the day the teacher typed, else the next lesson of the course. What is due on a day without a lesson of the
    course stands only where it was set. Homework typed ahead into a lesson to come is nobody's business yet."""
    due: dict[str, date] = {}
    ready: dict[str, list[str]] = defaultdict(list)
    by_course: dict[str, list[LessonFact]] = defaultdict(list)
    for lesson in lessons:
        by_course[lesson.course].append(lesson)
    for of_course in by_course.values():
        for place, lesson in enumerate(of_course):
            if not lesson.homework or lesson.date > today:
                continue
            later = of_course[place + 1 :]
            if lesson.homework_due is not None:
                later = [other for other in later if other.date == lesson.homework_due]
            if lesson.homework != NONE_SET and (lesson.homework_due or later):
                due[lesson.key] = lesson.homework_due or later[0].date
            if later:
                ready[later[0].key].append(lesson.homework)
    return due, {key: _joined(texts) for key, texts in ready.items()}


def _joined(texts: list[str]) -> str:
    """«—» only where nothing else was set."""
    return "; ".join(dict.fromkeys(text for text in texts if text != NONE_SET)) or NONE_SET


def _class_on(known: Child, day: date) -> str:
    return (known.rolls.classes_between(known.pupil.code, day, day) or [known.pupil.school_class])[-1]


def _holiday(known: Child, day: date, grades: Mapping[str, int]) -> str:
    of = _class_on(known, day)
    holiday = holiday_on(known.year, day, grades[of], of) if known.year is not None else None
    return holiday.title if holiday else ""


def _as_of(courses: Iterable[str]) -> datetime | None:
    """When the books with the pupil's courses were last read; of several the one that was read longest ago."""
    tabs = {f"grid {course}" for course in courses}
    states = models.BookState.objects.exclude(read_at=None).values_list("titles", "read_at")
    return min((read_at for titles, read_at in states if not tabs.isdisjoint(titles)), default=None)
