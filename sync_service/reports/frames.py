"""Facts of a span as pandas frames: who should have been where, and which marks were given. No rules of counting.

Everything stops at `facts.today`: a lesson still to come is neither filled late nor missed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date

import pandas as pd

from sync_service.domain.calendar import period_of
from sync_service.domain.journal import SpanFacts
from sync_service.domain.school import TAUGHT, CourseKind, Marking, Term

Sums = pd.Series | Mapping[str, int]  # column → total of a group of rows
COURSE_COLUMNS = [
    "course", "school_class", "classes", "class_names", "grade", "subject", "title", "kind", "teacher", "teacher_name",
    "marking",
]  # fmt: skip


def courses(facts: SpanFacts) -> pd.DataFrame:
    """One row per course, columns COURSE_COLUMNS."""
    rows = [
        asdict(course) | {"course": course.code, "classes": course.classes, "class_names": course.class_names}
        for course in facts.courses
    ]
    frame = _frame(rows, COURSE_COLUMNS)
    return frame[COURSE_COLUMNS]


def lessons(facts: SpanFacts) -> pd.DataFrame:
    """One row per lesson of the timetable up to today, with its course; `fact` is the LessonFact itself.

    `held`: it took place: the teacher said so, or said nothing but wrote somebody's absence or mark."""
    written = {entry.lesson for entry in facts.entries}
    last = min(facts.end, facts.today)
    rows = [
        {
            "lesson": fact.key,
            "course": fact.course,
            "date": fact.date,
            "slot": fact.slot,
            "held": fact.held is True or (fact.held is None and fact.key in written),
            "fact": fact,
        }
        for fact in facts.lessons
        if facts.start <= fact.date <= last
    ]
    frame = _frame(rows, ["lesson", "course", "date", "slot", "held", "fact"])
    return frame.merge(courses(facts), on="course").astype({"held": bool})


def memberships(facts: SpanFacts) -> pd.DataFrame:
    """One row per pupil × course × time: pupil, name, course, since, until (excluded), within the enrolment."""
    rows = []
    for pupil in facts.pupils:
        left = pupil.left or date.max
        for course, since, until in pupil.spans or [(code, pupil.enrolled, None) for code in pupil.courses]:
            rows.append(
                {
                    "pupil": pupil.code,
                    "course": course,
                    "since": max(since, pupil.enrolled),
                    "until": min(until or date.max, left),
                }
            )
    return _frame(rows, ["pupil", "course", "since", "until"])


def presence(facts: SpanFacts) -> pd.DataFrame:
    """One row per pupil × lesson: `attended` of what is taught.

    A pupil who by mistake stands in two subgroups at one hour is counted once, as present if present anywhere."""
    frame = attended(facts, TAUGHT)
    return frame.sort_values("absence", kind="stable").drop_duplicates(["pupil", "date", "slot"])


def attended(facts: SpanFacts, kinds: Sequence[CourseKind]) -> pd.DataFrame:
    """One row per pupil × lesson of a course of these kinds that took place while the pupil belonged to it, with
    `absence` ("" = present).

    The lessons of the class are not for a pupil who is taught at home or by the family: there he is neither present nor
    absent."""
    held = lessons(facts).query("held and kind in @kinds", local_dict={"kinds": kinds})
    expected = held.drop(columns=["fact"]).merge(memberships(facts), on="course")
    expected = expected[(expected["since"] <= expected["date"]) & (expected["date"] < expected["until"])]
    elsewhere = {pupil.code: pupil for pupil in facts.pupils if pupil.states}
    if elsewhere and not expected.empty:
        awaited = [
            code not in elsewhere or kind == CourseKind.INDIVIDUAL or not elsewhere[code].state(day).outside_lessons
            for code, kind, day in zip(expected["pupil"], expected["kind"], expected["date"], strict=True)
        ]
        expected = expected[awaited]
    entries = _frame(
        [{"pupil": e.pupil, "lesson": e.lesson, "absence": e.absence} for e in facts.entries],
        ["pupil", "lesson", "absence"],
    )
    frame = _by_own_class(expected.merge(entries, on=["pupil", "lesson"], how="left"), facts)
    frame["absence"] = frame["absence"].fillna("")
    return frame


def marks(facts: SpanFacts) -> pd.DataFrame:
    """One row per current mark in a course with points, `mark` 1..5; works that do not count are left out."""
    silent = {work.short for work in facts.work_types if not work.counts}
    uncounted = {lesson.key for lesson in facts.lessons if lesson.work_type in silent}
    last = min(facts.end, facts.today)
    rows = [
        {"course": entry.course, "pupil": entry.pupil, "date": entry.date, "mark": str(mark)}
        for entry in facts.entries
        if facts.start <= entry.date <= last and entry.lesson not in uncounted
        for mark in entry.marks
    ]
    frame = _frame(rows, ["course", "pupil", "date", "mark"])
    return _by_own_class(frame.merge(_with_points(facts), on="course"), facts)


def ended_terms(facts: SpanFacts) -> dict[Term, dict[int, date]]:
    """Quarters that ended in the span, and the year with the fourth: term → grade → its last day."""
    found: dict[Term, dict[int, date]] = {}
    for grade in dict.fromkeys(grade for _, grade, _ in facts.classes):
        for period in facts.year.periods:
            own = period_of(facts.year, period.end, grade) is period
            if own and facts.start <= period.end <= min(facts.end, facts.today):
                for term in (period.term, Term.YEAR)[: 1 + (period.term == Term.Q4)]:
                    found.setdefault(term, {})[grade] = period.end
    return found


def finals(facts: SpanFacts, term: str, ends: dict[int, date]) -> pd.DataFrame:
    """One row per pupil × course with points at the end of the term: `mark` «5»…«2», «н/а», «осв» or "" (none yet).

    `ends`: grade → last day of the term. Who left before it is not counted (DOMAIN 2.8), and of a pupil who is taught
    at home or by the family only the marks that were given."""
    roll = memberships(facts).merge(_with_points(facts), on="course")
    last = roll["grade"].map(ends)
    roll = roll[last.notna()]
    last = last[last.notna()]
    roll = roll.assign(date=last)[(roll["since"] <= last) & (last < roll["until"])]
    values = [{"pupil": f.pupil, "course": f.course, "mark": f.value} for f in facts.finals if f.term == term]
    frame = roll.merge(_frame(values, ["pupil", "course", "mark"]), on=["pupil", "course"], how="left")
    frame["mark"] = frame["mark"].fillna("")
    frame = _by_own_class(frame, facts)
    outside = {
        (pupil.code, grade)
        for pupil in facts.pupils
        for grade, day in ends.items()
        if pupil.state(day).outside_lessons
    }
    if outside and not frame.empty:
        owed = [(code, grade) not in outside for code, grade in zip(frame["pupil"], frame["grade"], strict=True)]
        frame = frame[(frame["mark"] != "") | pd.Series(owed, index=frame.index)]
    return frame


def _by_own_class(frame: pd.DataFrame, facts: SpanFacts) -> pd.DataFrame:
    """The frame with, of a group across classes, the class and grade that each pupil was in on the `date` instead of
    the first class's. A pupil of a class that is not in the scope is left out."""
    shared = frame["classes"].map(len) > 1
    if not shared.any():
        return frame
    pupils = {pupil.code: pupil for pupil in facts.pupils}
    grades = {code: grade for code, grade, _ in facts.classes}
    frame = frame.copy()
    who, when = frame.loc[shared, "pupil"], frame.loc[shared, "date"]
    frame.loc[shared, "school_class"] = [
        pupils[code].class_on(day) if code in pupils else None for code, day in zip(who, when, strict=True)
    ]
    frame.loc[shared, "grade"] = frame.loc[shared, "school_class"].map(grades)
    return frame[frame["grade"].notna()]


def _with_points(facts: SpanFacts) -> pd.DataFrame:
    frame = courses(facts)
    return frame[frame["marking"] == Marking.POINTS]


def _frame(rows: Sequence[Mapping[str, object]], columns: list[str]) -> pd.DataFrame:
    """A frame of Python objects, also when there are no rows."""
    return pd.DataFrame(rows, columns=None if rows else columns, dtype=object)
