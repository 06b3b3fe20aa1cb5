"""What really happened in the first quarter: lessons held, moved or fallen out, who was there, who is good at what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sync_service.domain.calendar import school_days
from sync_service.domain.entries import Raw
from sync_service.domain.school import Course, CourseKind, Directory, Period, Pupil, Roster, ScheduledLesson, Term
from sync_service.domain.slots import Slot, SlotKind
from sync_service.usecases.demo_school.absences import Attendance, Away, attendance
from sync_service.usecases.demo_school.beyond import RELEASED
from sync_service.usecases.demo_school.habits import HABITS, Ability
from sync_service.usecases.demo_school.seed import stream

WEAK = {("7А", 5), ("9А", 4)}  # class and place in its list
TRUANT = ("9А", 4)
ILL_TEACHER, ILL_DAY = "e06", date(2026, 10, 8)  # nobody could take the lessons
MOVED_COURSE, MOVED_SEQ = ("8А", "Химия"), 10  # to the next day, after the other lessons


@dataclass(frozen=True)
class Held:
    """A lesson as it really was: moved or not, held or not."""

    plan: ScheduledLesson
    date: date
    slot: int
    took_place: bool

    @property
    def key(self) -> str:
        return self.plan.key


class Events:
    """The quarter as it was, before anybody wrote it down."""

    def __init__(
        self,
        directory: Directory,
        rosters: Sequence[Roster],
        lessons: Mapping[str, Sequence[ScheduledLesson]],
    ) -> None:
        self.directory, self.rosters = directory, rosters
        self.quarter: Period = next(period for period in directory.year.periods if period.term is Term.Q1)
        self.pupils = {roster.school_class: roster.pupils for roster in rosters}
        self.groups = {(m.pupil, m.subject): m for roster in rosters for m in roster.groups}
        self.individual = {c.place for c in directory.courses if c.kind is CourseKind.INDIVIDUAL}
        self.class_teacher = {c.code: c.teacher for c in directory.classes}
        self.plan = {(item.course, item.seq): item for item in directory.plan}
        self.days = {
            c.code: school_days(directory.year, self.quarter.start, self.quarter.end, c.grade)
            for c in directory.classes
        }
        self.held = {course.code: tuple(self._held(course, lessons)) for course in directory.courses}
        self.released = {
            (self.pupils[school_class][place].code, subject): order
            for (school_class, place, subject), order in RELEASED.items()
        }
        self.attendance: dict[str, Attendance] = {}
        self.ability: dict[str, Ability] = {}
        for school_class, pupils in self.pupils.items():
            for place, pupil in enumerate(pupils):
                truant = (school_class, place) == TRUANT
                self.attendance[pupil.code] = attendance(pupil, self.days[school_class], truant=truant)
                self.ability[pupil.code] = self._ability(pupil, weak=(school_class, place) in WEAK)

    def on_course(self, course: Course) -> list[Pupil]:
        """The class without those who are taught alone, or the group, by the lists of the classes."""
        return [p for one in course.classes for p in self.pupils[one] if self._listed(p, course)]

    def _listed(self, pupil: Pupil, course: Course) -> bool:
        member = self.groups.get((pupil.code, course.subject))
        if course.group:
            return member is not None and member.group == course.group
        alone = (frozenset(course.classes), course.subject, member.group if member else "")
        return course.kind is not CourseKind.LESSON or alone not in self.individual

    def goes(self, pupil: Pupil, course: Course, day: date) -> bool:
        """Whether a pupil of the course belongs to it on a day."""
        member = self.groups.get((pupil.code, course.subject)) if course.group else None
        began = member is None or (member.since <= day and (member.until is None or day < member.until))
        return began and pupil.attends(day)

    def _held(self, course: Course, lessons: Mapping[str, Sequence[ScheduledLesson]]) -> Iterator[Held]:
        for lesson in lessons[course.code]:
            if lesson.date > self.quarter.end:
                return
            day, slot = lesson.date, lesson.slot
            if (course.school_class, course.subject) == MOVED_COURSE and lesson.seq == MOVED_SEQ:
                day, slot = self._moved(course, lesson, lessons)
            yield Held(lesson, day, slot, (course.teacher, day) != (ILL_TEACHER, ILL_DAY))

    def _moved(
        self, course: Course, lesson: ScheduledLesson, lessons: Mapping[str, Sequence[ScheduledLesson]]
    ) -> tuple[date, int]:
        day = next(day for day in self.days[course.school_class] if day > lesson.date)
        theirs = [c.code for c in self.directory.courses if c.school_class == course.school_class]
        return day, 1 + max(other.slot for code in theirs for other in lessons[code] if other.date == day)

    def _ability(self, pupil: Pupil, *, weak: bool) -> Ability:
        rng = stream(f"ability {pupil.code}")
        level = 2.5 if weak else min(5.0, max(3.0, rng.gauss(4.0, 0.6)))
        return Ability(level, {s.title: rng.gauss(0, 0.22) for s in self.directory.subjects})

    def is_released(self, pupil: Pupil, course: Course, day: date) -> bool:
        """From sport for some days after an illness, from a subject by order."""
        since, _ = self.released.get((pupil.code, course.subject), (date.max, ""))
        spared = day in self.attendance[pupil.code].released and course.subject == "Физическая культура"
        return spared or day >= since

    def missed(self, pupil: Pupil, lesson: Held) -> Away | None:
        away = self.attendance[pupil.code].away.get(lesson.date)
        return away if away and lesson.slot in away.slots else None

    def reasons(self, roster: Roster) -> Iterator[tuple[Slot, Raw]]:
        """What the class teacher has set on «Пропуски»: for most days that were missed, not for all."""
        rng = stream(f"reasons {roster.school_class}")
        habit = HABITS[self.class_teacher[roster.school_class]]
        for pupil in roster.pupils:
            for day, away in sorted(self.attendance[pupil.code].away.items()):
                if self._missed_anything(pupil, day) and rng.random() < habit.reasons:
                    yield Slot(SlotKind.REASON, pupil.code, f"{day.isoformat()} code"), away.reason
                    if away.first and away.document:
                        yield Slot(SlotKind.REASON, pupil.code, f"{day.isoformat()} document"), away.document

    def _missed_anything(self, pupil: Pupil, day: date) -> bool:
        return any(
            self.missed(pupil, lesson)
            for course in self._courses_of[pupil.code]
            if course.kind is not CourseKind.EXTENDED_DAY  # it asks for no reason
            for lesson in self.held[course.code]
            if lesson.date == day and lesson.took_place
        )

    @cached_property
    def _courses_of(self) -> dict[str, list[Course]]:
        found: dict[str, list[Course]] = {code: [] for code in self.attendance}
        for course in self.directory.courses:
            for pupil in self.on_course(course):
                found[pupil.code].append(course)
        return found
