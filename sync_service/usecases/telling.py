"""What stands beside a pupil's name in a grid: came on a day, has left, and the marks that came along.

A pupil who changes class or subgroup leaves his marks where they were given. The teacher who has him now is told them,
and what they suggest together with those given here, because the columns of the sheet know only their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sync_service.domain.calendar import period_of
from sync_service.domain.formulas import half_up, round_half_up, suggest_mark, weighted_mean, year_mean
from sync_service.domain.school import Directory, Marking, Pupil, Term, WorkType
from sync_service.reconcile.context import CourseContext, Weighed
from sync_service.records import queries
from sync_service.records.queries import Rolls

Marks = dict[tuple[str, Term], list[Weighed]]  # by pupil and quarter, with their weights
NO_MORE = "Записи с этого дня не принимаются, прежние в силе."


def movers(context: CourseContext, rolls: Rolls) -> list[str]:
    """Pupils of the course who may have marks in its subject elsewhere."""
    subject = context.course.subject
    return [
        code
        for code in context.pupils
        if context.taken_over or len(rolls.classes.get(code, ())) > 1 or len(rolls.groups.get((code, subject), ())) > 1
    ]


def with_marks_elsewhere(context: CourseContext, directory: Directory, rolls: Rolls) -> CourseContext:
    """The context with what pupils were given in other courses of the subject this year: before they came, or before
    the course was taken over. Of a course that is over nothing later counts."""
    course = context.course
    others = [one for one in directory.courses if one.code != course.code
              and (one.subject, one.kind) == (course.subject, course.kind)]  # fmt: skip
    if not others or course.marking is not Marking.POINTS:
        return context
    before = any(one.place == course.place and one.since < course.since for one in others)
    context = replace(context, taken_over=before)
    courses, codes = [one.code for one in others], movers(context, rolls)
    finals = queries.subject_finals(courses, codes)
    return replace(context, brought=_weighed(context, courses, codes), finals_elsewhere=finals)


def _weighed(context: CourseContext, courses: Collection[str], pupils: Collection[str]) -> Marks:
    """The marks of pupils in some courses, quarter by quarter, as they count in a mean."""
    year, found = context.year, defaultdict(list)
    for one in queries.subject_marks(courses, pupils, year.start, min(year.end, _day(context))):
        period, weight = period_of(year, one.date, context.course.grade), _weight(context, one.work_type)
        if period is not None and weight:
            found[one.pupil, period.term].append((one.mark, weight))
    return dict(found)


def _day(context: CourseContext) -> date:
    return context.course.own_day(context.today)


def _weight(context: CourseContext, work_type: str) -> int:
    """0: the work does not count."""
    work: WorkType | None = context.work_types.get(work_type)
    if work is None:
        return 1
    return (work.weight if context.policy.weighted else 1) if work.counts else 0


def told_beside_names(context: CourseContext) -> dict[str, str]:
    """By pupil: what the teacher of the course should know of his coming and going; nothing of most. Whoever has taken
    a course over is told of everybody what the marks before were."""
    begun = max(context.course.since, context.year.start)
    spans = {code: of_pupil[-1] for code, of_pupil in (context.spans or {}).items() if of_pupil}
    gone = {code for code, (_, until) in spans.items() if until <= _day(context)}
    came = {code for code, (since, _) in spans.items() if since > begun} - gone
    stayed = spans.keys() - gone - came if context.taken_over else set()
    if not gone | came | stayed:
        return {}
    rolls, here = Rolls.load(gone | came), _here(context, came | stayed)
    told = {code: f"{_gone(context, context.pupils[code], spans[code][1], rolls)} {NO_MORE}" for code in gone}
    for code in came:
        told[code] = " ".join([_came(context, code, spans[code][0], rolls), *_marks(context, code, here)])
    for code in stayed:
        if marks := _marks(context, code, here):
            told[code] = " ".join([f"До {begun:%d.%m.%Y} предмет был на другой вкладке.", *marks])
    return told


@dataclass(frozen=True)
class _Here:
    """What pupils were given in the course itself."""

    marks: Marks
    finals: Mapping[tuple[str, Term], str]


def _here(context: CourseContext, pupils: Collection[str]) -> _Here:
    with_some = {code for code, _ in (*context.brought, *context.finals_elsewhere)} & set(pupils)
    course = [context.course.code]
    return _Here(_weighed(context, course, with_some), queries.subject_finals(course, with_some))


def _gone(context: CourseContext, pupil: Pupil, since: date, rolls: Rolls) -> str:
    day, course = f"{since:%d.%m.%Y}", context.course
    now = rolls.class_on(pupil.code, since)
    if now in course.classes:
        return f"С {day} в другой группе."
    if now:
        return f"С {day} в {now}."
    order = f", {pupil.left_order}" if pupil.left_order and pupil.left == since else ""
    return f"Выбытие {day}{order}."


def _came(context: CourseContext, code: str, since: date, rolls: Rolls) -> str:
    """«Здесь с 12.11.2026, раньше в 7А.»"""
    day_before = date.fromordinal(since.toordinal() - 1)
    before = rolls.class_on(code, day_before)
    where = ""
    if before in context.course.classes:
        where = ", раньше в другой группе"
    elif before:
        where = f", раньше в {before}"
    return f"Здесь с {since:%d.%m.%Y}{where}."


def _marks(context: CourseContext, code: str, here: _Here) -> list[str]:
    """Marks that came along, quarter by quarter, what the running one suggests with them, and the year once its last
    quarter mark stands."""
    periods = [one for one in context.year.periods if not one.grades or context.course.grade in one.grades]
    parts, quarters = [], {}
    for period in sorted(periods, key=lambda one: one.start):
        of = code, period.term
        if period.start > _day(context):
            continue
        if final := context.finals_elsewhere.get(of, ""):
            parts.append(f"{period.title} там: {final}.")
        elif brought := context.brought.get(of, ()):
            parts.append(f"{period.title}, отметки оттуда: {' '.join(str(mark) for mark, _ in brought)}.")
            parts += _together(context, [*brought, *here.marks.get(of, ())])
        quarters[period.term] = here.finals.get(of) or final
    year = year_mean(quarters.values())
    if parts and year is not None and here.finals.get((code, Term.Q4)):
        parts.append(f"Год: среднее четвертных {_shown(year)}, предлагается {half_up(year)}.")
    return parts


def _together(context: CourseContext, pairs: Sequence[Weighed]) -> list[str]:
    mean = weighted_mean(pairs)
    if mean is None:
        return []
    suggested = suggest_mark(mean, context.policy, (mark for mark, _ in pairs))
    return [f"Вместе со здешними: ср. балл {_shown(mean)}, предлагается {suggested}."]


def _shown(mean: Decimal) -> str:
    return str(round_half_up(mean, 2)).replace(".", ",")
