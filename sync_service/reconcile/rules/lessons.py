"""What every lesson needs by its deadline: told to be held (then absences are checked), a topic, homework."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, time

from sync_service.domain.calendar import after_holidays, before_holidays, bells_on
from sync_service.domain.deadlines import homework_due, lesson_due
from sync_service.domain.journal import CourseFact, LessonFact
from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code
from sync_service.domain.school import TAUGHT, Course, CourseKind, SchoolYear
from sync_service.domain.slots import LessonField, lesson_slot
from sync_service.reconcile.rules.night import Night, Remark, named


def unfilled(night: Night) -> Iterator[Remark]:
    """V04: a lesson of the timetable of which nobody has said anything by the deadline. One that «Замены» speak of is
    asked about by `substituted.not_given`."""
    for course, lesson in night.past():
        due = lesson_due(lesson.date, night.rules.on(lesson.date), night.facts.time_zone)
        if lesson.held is None and night.overdue(due) and night.substitution(lesson) is None:
            slot = lesson_slot(lesson.key, LessonField.HELD)
            yield night.to_teacher(Code.LESSON_UNFILLED, course, named(lesson), due=due, slot=slot)


def no_topic(night: Night) -> Iterator[Remark]:
    """V04, V07: a lesson that was held, without a topic and without a plan to take it from."""
    for course, lesson in night.past():
        due = lesson_due(lesson.date, night.rules.on(lesson.date), night.facts.time_zone)
        if lesson.held and not lesson.topic and night.overdue(due):
            slot = lesson_slot(lesson.key, LessonField.TOPIC)
            yield night.to_teacher(
                Code.LESSON_NO_TOPIC, course, named(lesson), due=due, slot=slot, person=giver(night, lesson)
            )


def topic_differs(night: Night) -> Iterator[Remark]:
    """V07, where the school wants it: the topic is not that of the plan."""
    for course, lesson in night.past():
        planned = lesson.planned_topic
        if not (lesson.held and lesson.topic and planned and night.rules.on(lesson.date).topic_as_planned):
            continue
        if _letters(lesson.topic) != _letters(planned):
            slot = lesson_slot(lesson.key, LessonField.TOPIC)
            yield night.to_teacher(
                Code.LESSON_TOPIC_DIFFERS, course, named(lesson), planned, read=lesson.topic, slot=slot
            )


def topic_elsewhere(night: Night) -> Iterator[Remark]:
    """V07: the topic is in no row of the course's plan, but in that of another class in the subject: typed into a
    wrong tab. Where `topic_differs` asks about any other topic, once is enough."""
    own: dict[str, set[str]] = defaultdict(set)
    subjects: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    courses = {course.code: course for course in night.directory.courses}
    for item in night.directory.plan:
        said = _letters(item.topic)
        own[item.course].add(said)
        if (of := courses.get(item.course)) is not None:
            subjects[of.subject, said][of.class_names] = None
    for course, lesson in night.past():
        said = _letters(lesson.topic)
        if not lesson.held or not own[course.code] or said in own[course.code]:
            continue
        others = [one for one in subjects.get((course.subject, said), ()) if one != course.class_names]
        if others and not night.rules.on(lesson.date).topic_as_planned:
            slot = lesson_slot(lesson.key, LessonField.TOPIC)
            yield night.to_teacher(
                Code.LESSON_TOPIC_ELSEWHERE, course, named(lesson), ", ".join(others), read=lesson.topic, slot=slot,
                person=giver(night, lesson),
            )  # fmt: skip


def no_homework(night: Night) -> Iterator[Remark]:
    """V08: homework is expected, nothing is set, not even «—», and its hour is over."""
    ends: dict[tuple[str, date], list[time]] = defaultdict(list)
    taught = [course for course in night.facts.courses if course.kind in TAUGHT]
    days = {lesson.date for course in taught for lesson in night.lessons[course.code]}
    bells = {day: bells_on(night.directory.bells, day) for day in days}
    for course in taught:
        for lesson in night.lessons[course.code]:
            if (bell := bells[lesson.date].get(lesson.slot)) is not None:
                for school_class in course.classes:
                    ends[school_class, lesson.date].append(bell.end)
    for course, lesson in night.past():
        policy = night.rules.on(lesson.date)
        if not lesson.held or lesson.homework or not expects_homework(lesson, course, policy, night.facts.year):
            continue
        last = [end for school_class in course.classes for end in ends[school_class, lesson.date]]
        due = homework_due(lesson.date, last, policy, night.facts.time_zone)
        if night.overdue(due):
            slot = lesson_slot(lesson.key, LessonField.HOMEWORK)
            yield night.to_teacher(
                Code.LESSON_NO_HOMEWORK, course, named(lesson), due=due, slot=slot, person=giver(night, lesson)
            )


def expects_homework(lesson: LessonFact, course: Course | CourseFact, policy: Policy, year: SchoolYear) -> bool:
    """V08: where the grade has any and the plan of the lesson asks for it, or there is no plan; before and after
    holidays as the school has it."""
    planned = bool(lesson.planned_homework) or not lesson.planned_topic
    if course.kind is not CourseKind.LESSON or not policy.homework_minutes(course.grade) or not planned:
        return False
    if not policy.homework_before_holidays and before_holidays(year, lesson.date, course.grade):
        return False
    return policy.homework_after_holidays or not after_holidays(year, lesson.date, course.grade)


def giver(night: Night, lesson: LessonFact) -> str:
    """Who gave the lesson if not its teacher, "" if the teacher did."""
    known = night.substitution(lesson)
    return (known.substitute or "") if known is not None else ""


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold().replace("ё", "е") if character.isalnum())
