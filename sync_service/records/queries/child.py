"""What the pages of one child start from: the child's courses and cells, never anybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from sync_service.domain.calendar import year_of_course
from sync_service.domain.entries import entry_of
from sync_service.domain.journal import LessonFact
from sync_service.domain.school import Course, Pupil, SchoolYear
from sync_service.records import kinds, models
from sync_service.records.queries.journal import lessons_where, reasons
from sync_service.records.queries.office import school_years, year_in
from sync_service.records.queries.people import Rolls, states


@dataclass(frozen=True)
class Child:
    """`courses` are those of the year, of every class the pupil was ever in; `rolls` tells which of them were attended
    when."""

    pupil: Pupil
    year: SchoolYear | None
    courses: dict[str, Course]
    rolls: Rolls

    def lessons(self, start: date | None = None, end: date | None = None) -> list[LessonFact]:
        """Lessons of the pupil's own subgroups while on the list, in order of time; cancelled ones are left out."""
        wanted = Q(withdrawn_at=None, course__in=self.courses)
        if start is not None:
            wanted &= Q(date__gte=start)
        if end is not None:
            wanted &= Q(date__lte=end)
        return [
            lesson
            for lesson in lessons_where(wanted)
            if lesson.held is not False
            and self.rolls.attends(self.pupil.code, self.courses[lesson.course], lesson.date)
        ]


@dataclass(frozen=True)
class Cell:
    """One entry as the family reads it, the class teacher's reason applied."""

    shown: tuple[str, ...] = ()  # «5», «4-», «зач»
    marks: tuple[int, ...] = ()
    absence: str = ""
    debt: bool = False


def child(code: str, day: date) -> Child:
    """The child with the school year of a day. Raises LookupError for a code that nobody has."""
    row = models.Pupil.objects.filter(key=code).first()
    if row is None:
        raise LookupError(f"no pupil {code}")
    rolls = Rolls.load([code])
    classes = {name for name, _ in rolls.classes.get(code, [])}
    rows = models.Course.objects.filter(withdrawn_at=None).order_by("key")
    courses = [kinds.COURSE.value_of(one) for one in rows if classes & {one.school_class_id, *one.other_classes}]
    years = school_years()
    year = year_in(years, day) if years else None
    return Child(
        pupil=kinds.PUPIL.value_of(row),
        year=year,
        courses={course.code: course for course in courses if year_of_course(years, course.since) is year},
        rolls=rolls,
    )


def cells(pupil: str, start: date, end: date) -> dict[str, Cell]:
    """The pupil's entries by lesson key, `start` and `end` included."""
    known = reasons(models.AbsenceReason.objects.filter(pupil=pupil, date__range=(start, end)), states([pupil]))
    rows = models.Entry.objects.filter(pupil=pupil, lesson__date__range=(start, end)).exclude(text="")
    found = {}
    for lesson, day, text in rows.values_list("lesson_id", "lesson__date", "text"):
        entry = entry_of(text)
        tails = entry.tails or ("",) * len(entry.marks)
        shown = [f"{mark}{tail}" for mark, tail in zip(entry.marks, tails, strict=True)]
        found[lesson] = Cell(
            shown=tuple([*shown, entry.verdict] if entry.verdict else shown),
            marks=entry.marks,
            absence=known.of(pupil, day, entry.absence),
            debt=entry.debt,
        )
    return found


def told_topic(lesson: LessonFact, today: date) -> str:
    """A topic is told once its lesson is over: of a day that is past, or held today."""
    return lesson.topic if lesson.date < today or (lesson.held and lesson.date == today) else ""


def work_titles() -> dict[str, str]:
    """«КР» → «Контрольная работа»."""
    return dict(models.WorkType.objects.values_list("key", "title"))
