"""What a pupil's line tells: reasons of absence, debts, twos and misses in a row, marks that a quarter mark needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sync_service.domain.deadlines import finals_due, reasons_due
from sync_service.domain.entries import ABSENT, MISSED
from sync_service.domain.journal import CourseFact, EntryFact, PupilFact
from sync_service.domain.problems import Code
from sync_service.domain.school import TAUGHT, CourseKind, Marking, Period, PupilStatus
from sync_service.reconcile.rules.night import Night, Remark

UNEXCUSED = (ABSENT, "нп")


def reasons_missing(night: Night) -> Iterator[Remark]:
    """DOMAIN 2.6: an absence whose reason the class teacher has not given in time; one line per pupil and day. Asked of
    the class that the pupil was in on that day: its «Пропуски» have the row."""
    names = {pupil.code: pupil for pupil in night.facts.pupils}
    days: set[tuple[str, date]] = set()
    for course, lesson in night.past():
        for entry in night.entries.get(lesson.key, {}).values():
            if entry.absence != ABSENT or entry.pupil not in names or course.kind not in TAUGHT:
                continue
            if names[entry.pupil].state(lesson.date) is PupilStatus.STUDYING:
                days.add((entry.pupil, lesson.date))
    for code, day in sorted(days):
        due = reasons_due(day, night.rules.on(day), night.facts.time_zone)
        if night.overdue(due):
            pupil = names[code]
            yield night.to_class_teacher(
                Code.REASON_MISSING, pupil.class_on(day), f"{pupil.name}, {day:%d.%m}", due=due
            )


def debts(night: Night) -> Iterator[Remark]:
    """DOMAIN 2.3: a point, work owed, that nobody has turned into a mark for long, or before the quarter's marks are
    due: once the quarter is closed it could not be turned any more."""
    for course, lesson in night.past():
        policy, period = night.rules.on(lesson.date), night.period(course, lesson.date)
        is_old = lesson.date + timedelta(days=policy.debt_days) < night.today
        is_last = period is not None and night.overdue(
            finals_due(period, course.grade, night.facts.year, policy, night.facts.time_zone)
        )
        if not (is_old or is_last):
            continue
        entries = night.entries.get(lesson.key, {})
        for pupil in night.pupils(course.code, night.today):
            entry = entries.get(pupil.code)
            if entry is not None and entry.debt and not entry.marks:
                yield night.to_teacher(Code.ENTRY_DEBT, course, f"{pupil.name}, {lesson.date:%d.%m}")


def twos_in_row(night: Night) -> Iterator[Remark]:
    """V21: the last marks of a pupil in a course are twos; one line per pupil and course, until a better mark."""
    for course in _with_points(night):
        lines = _lines(night, course, night.facts.start)
        for pupil in night.pupils(course.code, night.today):
            marks = [mark for _, entry in lines[pupil.code] if entry is not None for mark in entry.marks]
            run = _run(mark <= 2 for mark in reversed(marks))
            if run >= night.policy.bad_marks_in_row:
                yield night.to_class_teacher(
                    Code.PUPIL_TWOS, _own_class(pupil, course), f"{pupil.name}, {course.title}", str(run)
                )


def misses_in_row(night: Night) -> Iterator[Remark]:
    """V21: a pupil has missed the last lessons of a course without a known good reason; the course with the longest
    run, until the pupil comes."""
    longest: dict[str, tuple[int, CourseFact, PupilFact]] = {}
    for course in night.facts.courses:
        if course.kind not in TAUGHT:
            continue
        lines = _lines(night, course, night.facts.start)
        for pupil in night.asked(course.code, night.today):
            codes = [entry.absence if entry is not None else "" for _, entry in reversed(lines[pupil.code])]
            run = _run(code in UNEXCUSED for code in codes)
            if run >= night.policy.misses_in_row and run > longest.get(pupil.code, (0,))[0]:
                longest[pupil.code] = (run, course, pupil)
    for run, course, pupil in longest.values():
        yield night.to_class_teacher(
            Code.PUPIL_MISSES, _own_class(pupil, course), f"{pupil.name}, {course.title}", str(run)
        )


def _own_class(pupil: PupilFact, course: CourseFact) -> str:
    """Whose class teacher is told of a pupil of a group across classes."""
    return pupil.school_class if pupil.school_class in course.classes else course.school_class


def missed_month(night: Night) -> Iterator[Remark]:
    """V22: the share of lessons that a pupil missed in the month before, for whatever reason."""
    end = night.today.replace(day=1) - timedelta(days=1)
    start = end.replace(day=1)
    was: dict[str, int] = defaultdict(int)
    missed: dict[str, int] = defaultdict(int)
    for course in night.facts.courses:
        if course.kind not in TAUGHT:
            continue
        for lesson in night.held_in(course, start, end):
            entries = night.entries.get(lesson.key, {})
            for pupil in night.asked(course.code, lesson.date):
                was[pupil.code] += 1
                entry = entries.get(pupil.code)
                missed[pupil.code] += entry is not None and entry.absence in MISSED
    limit = night.rules.on(end).missed_month_percent
    for pupil in night.facts.pupils:
        if was[pupil.code] and 100 * missed[pupil.code] >= limit * was[pupil.code]:
            percent = 100 * missed[pupil.code] // was[pupil.code]
            who = f"{pupil.name}, {start:%m.%Y}"
            yield night.to_deputy(Code.PUPIL_MONTH, pupil.school_class, pupil.school_class, who, f"{percent} %")


def few_marks(night: Night) -> Iterator[Remark]:
    """V15, V23, of courses with points: as the quarter ends, how many pupils have too few marks for a quarter mark;
    whoever missed more than half of the lessons besides is named, and «н/а» is offered. Who has «н/а» or «осв» needs
    no marks."""
    for course, period in _ending(night, _with_points(night)):
        finals = _finals(night, course, period)
        lines = _lines(night, course, period.start, period.end)
        needed = night.policy.marks_needed(course.hours_per_week)
        few = 0
        elsewhere = _marks_elsewhere(night, course, period)
        for pupil in night.asked(course.code, min(night.today, period.end)):
            final, line = finals.get(pupil.code, ""), lines[pupil.code]
            marks = elsewhere[pupil.code] + sum(len(entry.marks) for _, entry in line if entry is not None)
            if marks >= needed or (final and not final.isdigit()):
                continue
            missed = sum(entry is not None and entry.absence in MISSED for _, entry in line)
            if not final and 100 * missed > night.policy.missed_term_percent * len(line):
                detail = f"пропущено {missed} из {len(line)}"
                yield night.to_teacher(Code.FINAL_SUGGEST_NA, course, f"{pupil.name}, {period.title}", detail)
            else:
                few += 1
        if few:
            detail = f"учеников: {few}, нужно {needed}"
            yield night.to_teacher(Code.FINAL_FEW_MARKS, course, period.title, detail)


def finals_missing(night: Night) -> Iterator[Remark]:
    """DOMAIN 2.6: quarter marks, «зачёт» among them, that do not stand yet; one line per course and quarter."""
    for course, period in _ending(night, _with_quarter_marks(night)):
        policy = night.rules.on(period.end)
        due = finals_due(period, course.grade, night.facts.year, policy, night.facts.time_zone)
        if night.overdue(due):
            finals = _finals(night, course, period)
            day = min(night.today, period.end)
            without = [
                one
                for one in night.pupils(course.code, day)
                if not finals.get(one.code)
                and (course.kind is CourseKind.INDIVIDUAL or not one.state(day).outside_lessons)
            ]
            if without:
                detail = f"учеников: {len(without)}, срок {due:%d.%m}"
                yield night.to_teacher(Code.FINAL_MISSING, course, period.title, detail, due=due)


def _marks_elsewhere(night: Night, course: CourseFact, period: Period) -> Counter[str]:
    """How many marks of the quarter pupils have brought along from another class or subgroup, in the same subject."""
    found: Counter[str] = Counter()
    for other in night.facts.courses:
        if other.code == course.code or (other.subject, other.kind) != (course.subject, course.kind):
            continue
        for lesson in night.held_in(other, period.start, period.end):
            for entry in night.entries.get(lesson.key, {}).values():
                found[entry.pupil] += len(entry.marks)
    return found


def _with_points(night: Night) -> Iterator[CourseFact]:
    return (course for course in night.facts.courses if course.marking is Marking.POINTS)


def _with_quarter_marks(night: Night) -> Iterator[CourseFact]:
    return (one for one in night.facts.courses if one.kind in TAUGHT and one.marking is not Marking.UNMARKED)


def _ending(night: Night, courses: Iterable[CourseFact]) -> Iterator[tuple[CourseFact, Period]]:
    """Each course with the quarters that end soon or have ended and are not closed."""
    for course in courses:
        for period in night.facts.year.periods:
            near = period.end - timedelta(days=night.policy.forecast_days) <= night.today
            own = night.period(course, period.end) is period
            if near and own and not night.is_closed(course, period.end):
                yield course, period


def _finals(night: Night, course: CourseFact, period: Period) -> dict[str, str]:
    return {
        one.pupil: one.value for one in night.facts.finals if one.course == course.code and one.term == period.term
    }


def _lines(
    night: Night, course: CourseFact, start: date, end: date = date.max
) -> dict[str, list[tuple[date, EntryFact | None]]]:
    """The lessons that took place while each pupil belonged to the course, in order of time, with what stands there."""
    lines: dict[str, list[tuple[date, EntryFact | None]]] = defaultdict(list)
    for lesson in night.held_in(course, start, end):
        entries = night.entries.get(lesson.key, {})
        for pupil in night.pupils(course.code, lesson.date):
            lines[pupil.code].append((lesson.date, entries.get(pupil.code)))
    return lines


def _run(flags: Iterable[bool]) -> int:
    """How many are true before the first that is not."""
    number = 0
    for flag in flags:
        if not flag:
            break
        number += 1
    return number
