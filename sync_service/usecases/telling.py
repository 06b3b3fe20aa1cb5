"""What stands beside a pupil's name in a grid: came on a day, has left, and the marks that came along.

A pupil who changes class or subgroup leaves his marks where they were given. The teacher who has him now is told them,
and what they suggest together with those given here, because the columns of the sheet know only their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sync_service.domain.calendar import period_of
from sync_service.domain.formulas import round_half_up, suggest_mark, weighted_mean
from sync_service.domain.school import Course, Marking, Period, Pupil, Term, WorkType
from sync_service.reconcile.context import CourseContext, Weighed
from sync_service.records import queries
from sync_service.records.queries import Rolls

NO_MORE = "Записи с этого дня не принимаются, прежние в силе."


def movers(course: Course, pupils: Mapping[str, Pupil], rolls: Rolls) -> list[str]:
    """Pupils of the course who may have marks in its subject elsewhere."""
    return [
        code
        for code in pupils
        if len(rolls.classes.get(code, ())) > 1 or len(rolls.groups.get((code, course.subject), ())) > 1
    ]


def brought_along(context: CourseContext, rolls: Rolls) -> dict[tuple[str, Term], list[Weighed]]:
    """By pupil and quarter: marks in the subject of the course from other courses, as they count in a mean."""
    found: dict[tuple[str, Term], list[Weighed]] = {}
    course, year = context.course, context.year
    if course.marking is not Marking.POINTS:
        return found
    codes = movers(course, context.pupils, rolls)
    for one in queries.subject_marks(course, codes, year.start, min(year.end, context.today)):
        period = period_of(year, one.date, course.grade)
        weight = _weight(context, one.work_type)
        if one.course != course.code and period is not None and weight:
            found.setdefault((one.pupil, period.term), []).append((one.mark, weight))
    return found


def _weight(context: CourseContext, work_type: str) -> int:
    """0: the work does not count."""
    work: WorkType | None = context.work_types.get(work_type)
    if work is None:
        return 1
    return (work.weight if context.policy.weighted else 1) if work.counts else 0


def told_beside_names(context: CourseContext) -> dict[str, str]:
    """By pupil: what the teacher of the course should know of his coming and going; nothing of most."""
    begun = max(context.course.since, context.year.start)
    spans = {code: of_pupil[-1] for code, of_pupil in (context.spans or {}).items() if of_pupil}
    gone = {code for code, (_, until) in spans.items() if until <= context.course.own_day(context.today)}
    came = {code for code, (since, _) in spans.items() if since > begun} - gone
    if not gone | came:
        return {}
    rolls = Rolls.load(gone | came)
    finals = queries.subject_finals(context.course, came)
    left = {code: f"{_gone(context, context.pupils[code], spans[code][1], rolls)} {NO_MORE}" for code in gone}
    return left | {
        code: " ".join([_came(context, code, spans[code][0], rolls), *_marks(context, code, finals)]) for code in came
    }


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


def _marks(context: CourseContext, code: str, finals: Mapping[tuple[str, Term], str]) -> list[str]:
    """Marks that came along, quarter by quarter, and what the running one suggests with them."""
    periods = [one for one in context.year.periods if not one.grades or context.course.grade in one.grades]
    parts = []
    for period in sorted(periods, key=lambda one: one.start):
        brought = context.brought.get((code, period.term), ())
        final = finals.get((code, period.term), "")
        if final:
            parts.append(f"{period.title} там: {final}.")
        elif brought:
            parts.append(f"{period.title}, отметки оттуда: {' '.join(str(mark) for mark, _ in brought)}.")
        if brought and not final and period.start <= context.today:
            parts += _together(context, code, period, brought)
    return parts


def _together(
    context: CourseContext, code: str, period: Period, brought: Sequence[Weighed]
) -> list[str]:
    here = queries.subject_marks(context.course, [code], period.start, min(period.end, context.today))
    own = [
        (one.mark, weight)
        for one in here
        if one.course == context.course.code and (weight := _weight(context, one.work_type))
    ]
    pairs = [*brought, *own]
    mean = weighted_mean(pairs)
    if mean is None:
        return []
    suggested = suggest_mark(mean, context.policy, (mark for mark, _ in pairs))
    shown = str(round_half_up(mean, 2)).replace(".", ",")
    return [f"Вместе со здешними: ср. балл {shown}, предлагается {suggested}."]
