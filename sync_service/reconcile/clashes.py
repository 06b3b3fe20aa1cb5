"""Rows of the office's books that are each right and cannot be right together: two places at one time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from sync_service.domain.problems import Code, Problem
from sync_service.domain.school import Course, CourseKind, GroupMember, Pupil, TimetableRow
from sync_service.reconcile import layout
from sync_service.reconcile.tables import Row

DAY = timedelta(days=1)
Lesson = tuple[Row, TimetableRow]
Span = tuple[date, date]


def timetable_clashes(lessons: Sequence[Lesson], courses: Iterable[Course]) -> Iterator[Problem]:
    """Hours at which a teacher has to be in two rooms, or a room has two lessons of two teachers. Both rows stay: which
    one is wrong only the office knows.

    A course's rows of a later day replace all its earlier ones, so two rows meet only while both are in force."""
    by_code = {course.code: course for course in courses}
    at: dict[tuple[int, int], list[Lesson]] = defaultdict(list)
    for row, lesson in lessons:
        at[lesson.weekday, lesson.slot].append((row, lesson))
    starts: dict[str, list[date]] = defaultdict(list)
    for _, lesson in lessons:
        starts[lesson.course].append(lesson.since)

    def force(lesson: TimetableRow) -> Span:
        course = by_code[lesson.course]
        until = min((day for day in starts[lesson.course] if day > lesson.since), default=date.max)
        return max(lesson.since, course.since), min(until, course.until or date.max)

    for hour in at.values():
        for (_, one), (row, two) in combinations(hour, 2):
            if one.course == two.course or not _meet(force(one), force(two)):
                continue
            first, second = by_code[one.course], by_code[two.course]
            rooms = one.room != two.room if one.room and two.room else False
            if first.teacher == second.teacher and rooms:
                what = f"в это время у учителя «{first.title}» {first.class_names} в кабинете {one.room}"
            elif first.teacher != second.teacher and one.room and one.room == two.room:
                what = f"в кабинете {one.room} в это время «{first.title}» {first.class_names}"
            else:
                continue
            yield row.problem(Code.TABLE_CLASH, "room", layout.TIMETABLE, what)


def handed_over(members: Iterable[tuple[Row, GroupMember]]) -> Iterator[tuple[Row, GroupMember]]:
    """«По какой день» is the last day in a group; where the next group begins on that very day, the day is the next
    group's: of a change on the twelfth people write either the eleventh or the twelfth."""
    known = list(members)
    starts = {(one.pupil, one.subject, one.since) for _, one in known}
    for row, member in known:
        last = member.until - DAY if member.until is not None else None
        taken = last is not None and last > member.since and (member.pupil, member.subject, last) in starts
        yield row, member.model_copy(update={"until": last}) if taken else member


def double_members(members: Sequence[tuple[Row, GroupMember]]) -> tuple[tuple[GroupMember, ...], tuple[Problem, ...]]:
    """The rows of «Группы» without those that put a pupil into a second subgroup of a subject while he is still in the
    first; and those told."""
    good: list[GroupMember] = []
    problems: list[Problem] = []
    for row, member in members:
        clash = next((known for known in good if _both(known, member)), None)
        if clash is None:
            good.append(member)
            continue
        what = f"ещё в группе {clash.group} с {clash.since:%d.%m.%Y}: впишите там «По какой день»"
        problems.append(row.problem(Code.TABLE_CLASH, "group", layout.GROUPS, what))
    return tuple(good), tuple(problems)


def together_alone(
    members: Iterable[tuple[Row, GroupMember]], individual: Collection[tuple[str, str]], pupils: Mapping[str, Pupil]
) -> Iterator[Problem]:
    """Rows that put a second pupil into a group of `individual` teaching, each a subject and a group, while another is
    in it. Both rows stay: which one is wrong only the office knows."""
    alone = [(row, one) for row, one in members if (one.subject, one.group) in individual]
    for number, (row, one) in enumerate(alone):
        before = (other for _, other in alone[:number] if _is_beside(other, one))
        if (other := next(before, None)) is not None:
            name = pupils[other.pupil].list_name
            what = f"«{CourseKind.INDIVIDUAL.value}» — на одного ученика, а в группе уже {name}"
            yield row.problem(Code.TABLE_CLASH, "group", layout.GROUPS, what)


def _is_beside(one: GroupMember, two: GroupMember) -> bool:
    same = (one.subject, one.group) == (two.subject, two.group) and one.pupil != two.pupil
    return same and _meet(_span(one), _span(two))


def _span(member: GroupMember) -> Span:
    return member.since, member.until or date.max


def _both(one: GroupMember, two: GroupMember) -> bool:
    same = (one.pupil, one.subject) == (two.pupil, two.subject) and one.group != two.group
    return same and _meet(_span(one), _span(two))


def _meet(one: Span, two: Span) -> bool:
    return one[0] < two[1] and two[0] < one[1]
