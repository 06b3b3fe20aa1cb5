"""A pupil's subjects, mark by mark, as the family reads them (DOMAIN 2.13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from sync_service.domain.entries import MISSED
from sync_service.domain.formulas import mean, round_half_up
from sync_service.domain.journal import DiaryDebt, DiaryMark, DiarySubject, LessonFact
from sync_service.domain.school import Term
from sync_service.records import models
from sync_service.records.queries.child import Cell, Child, cells, child, told_topic, work_titles


def diary_subjects(pupil: str, today: date) -> tuple[DiarySubject, ...]:
    """Every subject by title: marks, mean and misses of the current quarter (between two of them, of the one that is
    over), and the final marks. Works that do not count are shown and left out of the mean, as in the book.

    Raises LookupError for a code that nobody has."""
    known = child(pupil, today)
    start, end = _quarter(known, today)
    found = cells(pupil, start, end)
    filled: dict[str, list[tuple[LessonFact, Cell]]] = defaultdict(list)
    for lesson in known.lessons(start, end):
        if lesson.key in found:
            filled[known.courses[lesson.course].subject].append((lesson, found[lesson.key]))
    finals = _finals(known)
    attended = {course.subject for course in known.courses.values() if known.rolls.attends(pupil, course, today)}
    works = work_titles()
    uncounted = set(models.WorkType.objects.filter(counts=False).values_list("key", flat=True))
    return tuple(
        DiarySubject(
            subject=subject,
            marks=tuple(
                DiaryMark(lesson.date, value, works.get(lesson.work_type, ""), told_topic(lesson, today))
                for lesson, cell in filled[subject]
                for value in cell.shown
            ),
            mean=_mean(
                mark for lesson, cell in filled[subject] if lesson.work_type not in uncounted for mark in cell.marks
            ),
            missed=sum(cell.absence in MISSED for _, cell in filled[subject]),
            finals=tuple((term, finals[subject][term]) for term in Term if term in finals[subject]),
        )
        for subject in sorted(attended | set(filled) | set(finals))
    )


def diary_debts(pupil: str, today: date) -> tuple[DiaryDebt, ...]:
    """What the pupil owes, the oldest first: all points of the school year that nobody has turned into marks, however
    long ago their quarter ended. Raises LookupError for a code that nobody has."""
    known = child(pupil, today)
    if known.year is None:
        return ()
    owed = {key for key, cell in cells(pupil, known.year.start, today).items() if cell.debt}
    if not owed:
        return ()
    works = work_titles()
    return tuple(
        DiaryDebt(
            lesson.date,
            known.courses[lesson.course].subject,
            works.get(lesson.work_type, ""),
            told_topic(lesson, today),
        )
        for lesson in known.lessons(known.year.start, today)
        if lesson.key in owed
    )


def _mean(marks: Iterable[int]) -> Decimal | None:
    exact = mean(marks)
    return None if exact is None else round_half_up(exact, 2)


def _quarter(known: Child, today: date) -> tuple[date, date]:
    """First day of the current or latest quarter, and today or its last day."""
    if known.year is None:
        return today, today
    grade = models.SchoolClass.objects.get(key=known.pupil.school_class).grade
    periods = [one for one in known.year.periods if one.start <= today and (not one.grades or grade in one.grades)]
    # a grade's own quarter goes before that of the whole school
    latest = max(periods, key=lambda one: (one.start, bool(one.grades)), default=None)
    return (latest.start, min(latest.end, today)) if latest else (today, today)


def _finals(known: Child) -> dict[str, dict[Term, str]]:
    found: dict[str, dict[Term, str]] = defaultdict(dict)
    rows = models.FinalMark.objects.filter(pupil=known.pupil.code, course__in=known.courses).exclude(text="")
    for course, term, text in rows.order_by("key").values_list("course_id", "term", "text"):
        found[known.courses[course].subject][Term(term)] = text
    return found
