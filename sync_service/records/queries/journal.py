"""The journal as the sync and the reports read it: slots as texts, lessons and absences as facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from sync_service.domain.entries import ABSENT, ILL, MISSED
from sync_service.domain.journal import EntryFact, FinalFact, LessonFact
from sync_service.domain.problems import CATALOGUE, Step
from sync_service.domain.scheduling import Had
from sync_service.domain.school import CourseKind, PupilStatus, ScheduledLesson, Term
from sync_service.domain.slots import LessonField, RegimeField, Slot, SlotKind, entry_slot, lesson_slot, regime_slot
from sync_service.records import kinds, models
from sync_service.records.kinds.lessons import COLUMNS
from sync_service.records.queries.people import Span, States, class_days, within


def scheduled(course: str | None = None) -> tuple[ScheduledLesson, ...]:
    """Lessons as the timetable plans them, in the order of course and seq."""
    rows = models.Lesson.objects.filter(withdrawn_at=None, **({} if course is None else {"course": course}))
    lessons = (kinds.SCHEDULED.value_of(row) for row in rows)
    return tuple(sorted(lessons, key=lambda lesson: (lesson.course, lesson.seq, lesson.key)))


def had_lessons(courses: Collection[str] | None = None) -> dict[str, Had]:
    """By course, of all or of some: its lessons, and what teachers gave them. A cell that is refused or may still be
    half typed counts."""
    rows = models.Lesson.objects.all() if courses is None else models.Lesson.objects.filter(course__in=courses)
    entries = models.Entry.objects.exclude(text="")
    entries = entries if courses is None else entries.filter(lesson__course__in=courses)
    fixed = set(entries.values_list("lesson_id", flat=True))
    unread = [row.slot for row in models.Sighting.objects.all()]
    refused = [code.value for code, kind in CATALOGUE.items() if kind.step is Step.CELL]
    held = models.StandingProblem.objects.filter(closed_at=None, code__in=refused).exclude(slot="")
    unread += held.values_list("slot", flat=True)
    for slot in map(Slot.parse, unread):
        fixed |= {slot.field} if slot.kind is SlotKind.ENTRY else {slot.subject}
    lessons: dict[str, list[ScheduledLesson]] = defaultdict(list)
    withdrawn: dict[str, list[ScheduledLesson]] = defaultdict(list)
    prepared: set[str] = set()
    for row in rows:
        (lessons if row.withdrawn_at is None else withdrawn)[row.course_id].append(kinds.SCHEDULED.value_of(row))
        if row.held is not None or row.typed_date is not None or row.typed_slot is not None:
            fixed.add(row.key)
        ahead = (row.topic, row.homework, row.homework_due, row.form)
        if any(ahead) or row.minutes is not None or row.hours is not None:
            prepared.add(row.key)
    return {
        course: Had(_in_order(lessons[course]), _in_order(withdrawn[course]), fixed, prepared)
        for course in [*lessons, *(course for course in withdrawn if course not in lessons)]
    }


def _in_order(lessons: Iterable[ScheduledLesson]) -> tuple[ScheduledLesson, ...]:
    return tuple(sorted(lessons, key=lambda lesson: (lesson.date, lesson.slot, lesson.key)))


def typed_days(course: str) -> dict[Slot, str]:
    """The dates and numbers of lessons that teachers gave them, instead of the timetable's."""
    rows = models.Lesson.objects.filter(course=course)
    found = {}
    for key, day, number in rows.values_list("key", "typed_date", "typed_slot"):
        if day is not None:
            found[lesson_slot(key, LessonField.DATE)] = day.isoformat()
        if number is not None:
            found[lesson_slot(key, LessonField.SLOT)] = str(number)
    return found


def slot_values(course: str) -> dict[Slot, str]:
    """Every non-blank entry, final mark and fact of a lesson that teachers typed for a course, as canonical texts."""
    found: dict[Slot, str] = {}
    columns = [column for column, *_ in COLUMNS.values()]
    for key, *values in models.Lesson.objects.filter(course=course).values_list("key", *columns):
        for (field, (_, _, show, blank, _)), value in zip(COLUMNS.items(), values, strict=True):
            if value != blank:
                found[lesson_slot(key, LessonField(field))] = show(value)
    entries = models.Entry.objects.filter(lesson__course=course).exclude(text="")
    for pupil, lesson, text in entries.values_list("pupil_id", "lesson_id", "text"):
        found[entry_slot(pupil, lesson)] = text
    finals = models.FinalMark.objects.filter(course=course)
    for pupil, term, text, grounds in finals.values_list("pupil_id", "term", "text", "grounds"):
        for kind, said in ((SlotKind.FINAL, text), (SlotKind.GROUNDS, grounds)):
            if said:
                found[Slot(kind, pupil, f"{course} {term}")] = said
    return found


def final_facts(courses: Iterable[str]) -> tuple[FinalFact, ...]:
    """The final marks of these courses, by course, pupil and term."""
    rows = models.FinalMark.objects.filter(course__in=courses).exclude(text="")
    facts = (
        FinalFact(pupil, course, Term(term), *said)
        for pupil, course, term, *said in rows.values_list(
            "pupil_id", "course_id", "term", "text", "grounds", "order_ref"
        )
    )
    return tuple(sorted(facts, key=lambda fact: (fact.course, fact.pupil, fact.term)))


def reason_values(school_class: str, since: date = date.min) -> dict[Slot, str]:
    """What the class teacher typed about absences, from a day on, of pupils on days on which they were in the class."""
    found: dict[Slot, str] = {}
    days = class_days(school_class)
    rows = models.AbsenceReason.objects.filter(pupil__in=days, date__gte=since)
    for pupil, day, code, document in rows.values_list("pupil_id", "date", "code", "document"):
        if not within(days[pupil], day):
            continue
        for field, text in (("code", code), ("document", document)):
            if text:
                found[Slot(SlotKind.REASON, pupil, f"{day.isoformat()} {field}")] = text
    return found


def regime_values(course: str) -> dict[Slot, str]:
    """Every non-blank cell of the regime of an extended-day group."""
    return {
        regime_slot(row.key, field): text
        for row in models.RegimeLine.objects.filter(course=course)
        for field in RegimeField
        if (text := kinds.REGIME.text(row, f"{row.key}|{field}"))
    }


def regimes_told() -> frozenset[tuple[str, Term]]:
    """Courses and quarters of which a regime is filled: at least one thing with its time."""
    rows = models.RegimeLine.objects.filter(start__isnull=False).exclude(what="")
    return frozenset((course, Term(term)) for course, term in rows.values_list("course_id", "term").distinct())


def typed_absences(school_class: str, since: date = date.min) -> tuple[EntryFact, ...]:
    """Entries with an absence as the subject teachers typed them, from a day on, of pupils on days on which they were
    in the class; by day and pupil. Not those of the extended-day group: whoever is fetched earlier has missed nothing
    that a reason is asked for."""
    days = class_days(school_class)
    rows = models.Entry.objects.filter(pupil__in=days, lesson__date__gte=since).exclude(absence="")
    rows = rows.exclude(lesson__course__kind=CourseKind.EXTENDED_DAY.value)
    facts = [fact for fact in entry_facts(rows, UNKNOWN) if within(days[fact.pupil], fact.date)]
    return tuple(sorted(facts, key=lambda fact: (fact.date, fact.pupil, fact.lesson)))


def lesson_facts(
    course: str | None = None, start: date | None = None, end: date | None = None
) -> tuple[LessonFact, ...]:
    """Lessons by the date that holds, `start` and `end` included; all of them without. In order of time."""
    wanted = Q(withdrawn_at=None)
    if course is not None:
        wanted &= Q(course=course)
    if start is not None:
        wanted &= Q(date__gte=start)
    if end is not None:
        wanted &= Q(date__lte=end)
    return lessons_where(wanted)


def lessons_where(wanted: Q) -> tuple[LessonFact, ...]:
    """Two queries: the lessons, and the thematic plan of their courses."""
    rows = list(models.Lesson.objects.filter(wanted))
    plan = {
        (course, seq): (topic, homework)
        for course, seq, topic, homework in models.PlanItem.objects.filter(
            withdrawn_at=None, course__in={row.course_id for row in rows}
        ).values_list("course_id", "seq", "topic", "homework")
    }
    facts = [_lesson_fact(row, *plan.get((row.course_id, row.seq), ("", ""))) for row in rows]
    return tuple(sorted(facts, key=lambda fact: (fact.date, fact.slot, fact.key)))


def _lesson_fact(row: models.Lesson, planned_topic: str, planned_homework: str) -> LessonFact:
    """A planned topic counts as taught once the lesson is held: known from that moment, unless typed before."""
    held_at = row.held_at if row.held else None
    by_plan = planned_topic if row.held else ""
    topic_known = [row.topic_at if row.topic else None, held_at if by_plan else None]
    return LessonFact(
        key=row.key,
        course=row.course_id,
        seq=row.seq,
        date=row.date,
        slot=row.slot,
        held=row.held,
        topic=row.topic or by_plan,
        homework=row.homework,
        homework_due=row.homework_due,
        minutes=row.minutes,
        work_type=row.work_type,
        planned_topic=planned_topic,
        planned_homework=planned_homework,
        held_at=held_at,
        topic_at=min((moment for moment in topic_known if moment), default=None),
        homework_at=row.homework_at if row.homework else None,
        form=row.form,
        hours=row.hours,
        timetabled=planned if (planned := (row.planned_date, row.planned_slot)) != (row.date, row.slot) else None,
    )


@dataclass(frozen=True)
class Reasons:
    """Why pupils were absent, as far as it is known: the class teachers' codes by pupil and day, and long illnesses."""

    codes: Mapping[tuple[str, date], str]
    illnesses: Mapping[str, list[Span]]

    def of(self, pupil: str, day: date, typed: str) -> str:
        """The code of an absence that was `typed`. The class teacher's reason wins over any code for a missed lesson
        (DOMAIN, "Settled …"); in a long illness nobody is asked for one."""
        if typed not in MISSED:
            return typed
        if (pupil, day) in self.codes:
            return self.codes[pupil, day]
        return ILL if typed == ABSENT and within(self.illnesses.get(pupil, ()), day) else typed


UNKNOWN = Reasons({}, {})


def reasons(rows: QuerySet[models.AbsenceReason], known: States) -> Reasons:
    """The reasons in `rows`; of the states of the pupils, long illnesses are one."""
    found = rows.exclude(code="").values_list("pupil_id", "date", "code")
    illnesses = {
        pupil: [span for state, span in of_pupil if state is PupilStatus.LONG_ILLNESS]
        for pupil, of_pupil in known.items()
    }
    return Reasons({(code, day): reason for code, day, reason in found}, illnesses)


def entry_facts(rows: QuerySet[models.Entry], known: Reasons) -> list[EntryFact]:
    """Non-blank entries, the known reasons applied to their absences."""
    standing = rows.exclude(text="").filter(lesson__withdrawn_at=None).annotate(
        course=F("lesson__course_id"), day=F("lesson__date")
    )  # fmt: skip
    columns = ("pupil_id", "lesson_id", "course", "day", "marks", "verdict", "absence", "debt", "changed_at")
    return [
        EntryFact(
            pupil=pupil,
            lesson=lesson,
            course=course,
            date=day,
            marks=tuple(marks),
            verdict=verdict,
            absence=known.of(pupil, day, absence),
            debt=debt,
            recorded_at=changed_at,
        )
        for pupil, lesson, course, day, marks, verdict, absence, debt, changed_at in standing.values_list(*columns)
    ]
