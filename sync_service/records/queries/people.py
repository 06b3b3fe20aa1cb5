"""Pupils, their families and who was in which class and subgroup when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from sync_service.domain.school import Course, CourseKind, GroupMember, Guardian, Pupil, PupilStatus, Review
from sync_service.domain.spelling import folded
from sync_service.reconcile.claims import Known, Stay
from sync_service.reconcile.rules import Order
from sync_service.records import kinds, models

Span = tuple[date, date]  # first day, and first day no more; date.max where no end is known


def pupils(on: date | None = None) -> tuple[Pupil, ...]:
    """All pupils, those who left included, or those who attend on a day."""
    rows = in_list_order(models.Pupil.objects.filter(withdrawn_at=None))
    found = (kinds.PUPIL.value_of(row) for row in rows)
    return tuple(pupil for pupil in found if on is None or pupil.attends(on))


def guardians() -> tuple[Guardian, ...]:
    rows = models.Guardian.objects.filter(withdrawn_at=None).order_by("key")
    return tuple(kinds.GUARDIAN.value_of(row) for row in rows)


def everybody() -> tuple[tuple[Pupil, ...], tuple[Guardian, ...]]:
    """Whoever has ever been on a list, withdrawn ones too, because their names still stand in old books and words."""
    pupils_ever, guardians_ever = models.Pupil.objects.order_by("key"), models.Guardian.objects.order_by("key")
    return (
        tuple(kinds.PUPIL.value_of(row) for row in pupils_ever),
        tuple(kinds.GUARDIAN.value_of(row) for row in guardians_ever),
    )


def group_members() -> tuple[GroupMember, ...]:
    rows = models.GroupMember.objects.filter(withdrawn_at=None).order_by("key")
    return tuple(kinds.GROUP_MEMBER.value_of(row) for row in rows)


def former_people() -> tuple[tuple[Pupil, ...], tuple[Guardian, ...]]:
    """People as they were called before: a name that was changed still stands in old words."""
    told = models.LedgerRow.objects.filter(kind__in=(kinds.PUPIL.name, kinds.GUARDIAN.name), old__isnull=False)
    pupils_then, guardians_then = {}, {}
    for kind, key, old in told.order_by("seq").values_list("kind", "key", "old"):
        if kind == kinds.PUPIL.name:
            pupil = Pupil.model_validate_json(old)
            pupils_then[key, pupil.full_name] = pupil
        else:
            guardian = Guardian.model_validate_json(old)
            guardians_then[key, guardian.name] = guardian
    return tuple(pupils_then.values()), tuple(guardians_then.values())


def known_pupils() -> dict[str, Known]:
    """All pupils by code, with the list that spoke for each the last time and the classes they were in."""
    stays: dict[str, list[Stay]] = defaultdict(list)
    for row in models.ClassMembership.objects.order_by("pupil", "number"):
        stays[row.pupil_id].append(Stay(row.key, row.school_class_id, row.since, row.until))
    told = models.LedgerRow.objects.filter(kind=kinds.PUPIL.name).order_by("seq").values_list("key", "book")
    books = dict(told)
    rows = models.Pupil.objects.filter(withdrawn_at=None)
    return {
        row.key: Known(kinds.PUPIL.value_of(row), books.get(row.key, ""), tuple(stays[row.key])) for row in rows
    }


def reviews(school_class: str | None = None, since: date | None = None) -> tuple[Review, ...]:
    """Lines of «Проверка данных» in order of time, from a day on."""
    rows = models.Review.objects.filter(withdrawn_at=None, date__gte=since or date.min)
    found = (kinds.REVIEW.value_of(row) for row in rows.order_by("date", "key"))
    return tuple(one for one in found if school_class in (None, one.school_class))


def orders_entered(since: datetime, year_start: date) -> tuple[Order, ...]:
    """Comings and leavings of the year that the record has learnt of from a moment on. The first list of a class is no
    order: whoever stands in it was there before the program."""
    first: dict[str, datetime] = {}
    rows = list(models.ClassMembership.objects.order_by("recorded_at", "key"))
    for row in rows:
        first.setdefault(row.school_class_id, row.recorded_at)
    came = [
        Order(row.pupil_id, row.school_class_id, False, row.since, row.recorded_at)
        for row in rows
        if row.since > year_start and since <= row.recorded_at > first[row.school_class_id]
    ]
    left = [
        Order(row.pupil_id, row.school_class_id, True, row.until, row.until_at)
        for row in rows
        if row.until is not None and row.until_at is not None and row.until > year_start
        and since <= row.until_at > first[row.school_class_id]
    ]  # fmt: skip
    return (*came, *left)


def course_pupils(course: Course, on: date | None) -> tuple[Pupil, ...]:
    """The list of a course on a day, class or subgroup; `on` None: everybody who ever was on it, withdrawn ones too,
    because their marks still stand in the book."""
    return course_roll(course, on)[0]


def course_roll(course: Course, on: date | None = None) -> tuple[tuple[Pupil, ...], Rolls]:
    """The list of a course and the rolls that it follows from."""
    members = models.ClassMembership.objects.filter(school_class__in=course.classes).values_list("pupil", flat=True)
    rows = {row.key: row for row in models.Pupil.objects.filter(key__in=set(members))}
    rolls = Rolls.load(rows)

    def listed(row: models.Pupil) -> bool:
        if on is None:
            return bool(rolls.spans(row.key, course))
        return row.withdrawn_at is None and rolls.attends(row.key, course, on)

    found = [kinds.PUPIL.value_of(row) for row in in_list_order(rows.values()) if listed(row)]
    if course.kind is CourseKind.EXTENDED_DAY:  # who comes later stands at the end of the list (DOMAIN 2.11)
        found.sort(key=lambda pupil: rolls.spans(pupil.code, course)[0][0])
    return tuple(found), rolls


def in_group(course: Course) -> dict[str, tuple[str, Span]]:
    """Of everybody who ever was on a course: his class, the last of the course's that he was in, and his days on it,
    from the first to the last."""
    pupils, rolls = course_roll(course)
    return {
        pupil.code: (
            [name for name, _ in rolls.classes[pupil.code] if name in course.classes][-1],
            (rolls.spans(pupil.code, course)[0][0], rolls.spans(pupil.code, course)[-1][1]),
        )
        for pupil in pupils
    }


@dataclass(frozen=True, slots=True)
class GroupStay:
    """A pupil in a group from a day on, `until` excluded, with the class he was in and the orders."""

    pupil: Pupil
    school_class: str
    since: date
    until: date  # date.max where no end is known
    enrolled_order: str
    left_order: str


def group_stays(course: Course) -> tuple[GroupStay, ...]:
    """Everybody who ever was on a course, in order of coming, then of the list. Whoever leaves it because he leaves the
    school does so by that order."""
    pupils_ever = course_pupils(course, None)
    rolls = Rolls.load(pupil.code for pupil in pupils_ever)
    members: dict[str, list[GroupMember]] = defaultdict(list)
    for one in group_members():
        if (one.subject, one.group) == (course.subject, course.group):
            members[one.pupil].append(one)
    found = []
    for pupil in pupils_ever:
        for since, until in rolls.spans(pupil.code, course):
            member = next((one for one in members[pupil.code] if one.since <= since < (one.until or date.max)), None)
            came, left = (member.enrolled_order, member.left_order) if member is not None else ("", "")
            left = left or (pupil.left_order if pupil.left == until else "")
            found.append(GroupStay(pupil, rolls.class_on(pupil.code, since), since, until, came, left))
    return tuple(sorted(found, key=lambda stay: stay.since))


def gone_from(course: Course, today: date) -> frozenset[str]:
    """Codes of pupils who were on the course and are not any more; of one that is over, who had gone before its end."""
    pupils, rolls = course_roll(course)
    day = course.own_day(today)
    codes = (pupil.code for pupil in pupils)
    return frozenset(code for code in codes if all(until <= day for _, until in rolls.spans(code, course)))


def classes_of_pupils(classes: Collection[str], since: date) -> frozenset[str]:
    """These classes and every class that their pupils, those who have gone included, were in from a day on."""
    stays = models.ClassMembership.objects.exclude(until__lte=since)
    here = set(stays.filter(school_class__in=classes).values_list("pupil", flat=True))
    return frozenset(classes).union(stays.filter(pupil__in=here).values_list("school_class", flat=True))


def class_days(school_class: str) -> dict[str, list[Span]]:
    """When each pupil was in the class."""
    found: dict[str, list[Span]] = defaultdict(list)
    rows = models.ClassMembership.objects.filter(school_class=school_class).order_by("number")
    for pupil, since, until in rows.values_list("pupil_id", "since", "until"):
        found[pupil].append((since, until or date.max))
    return dict(found)


def children(guardian: str, on: date | None = None) -> tuple[Pupil, ...]:
    """The children of the person behind a guardian's code whose diaries he may read on a day, by default today: not
    where the consent was withdrawn.

    A parent of two stands in two rows of the lists: rows are of one person if the name and the phone are the same; a
    namesake without a phone is a stranger."""
    known = {one.code: one for one in guardians()}
    if guardian not in known:
        return ()
    person, day = _person(known[guardian]), on or timezone.localdate()
    same = [one for one in known.values() if one.code == guardian or (person is not None and _person(one) == person)]
    theirs = {one.pupil for one in same} - {one.pupil for one in same if not one.may_read(day)}
    return tuple(pupil for pupil in pupils() if pupil.code in theirs)


def closed_by_families(on: date) -> frozenset[str]:
    """Codes of pupils whose own diary is closed too: every parent who had consented has withdrawn it."""
    consented: dict[str, list[Guardian]] = defaultdict(list)
    for one in guardians():
        if one.consent is not None:
            consented[one.pupil].append(one)
    return frozenset(pupil for pupil, theirs in consented.items() if not any(one.may_read(on) for one in theirs))


def _person(one: Guardian) -> tuple[str, str] | None:
    digits = "".join(filter(str.isdigit, one.phone))[-10:]  # +7 900 … and 8 (900) … are one number
    return (folded(one.name), digits) if len(digits) == 10 else None


def in_list_order(rows: Iterable[models.Pupil]) -> list[models.Pupil]:
    """By stored sort key; not in SQL, where the order of letters depends on the server."""
    return sorted(rows, key=lambda row: (row.sort_key, row.key))


States = dict[str, list[tuple[PupilStatus, Span]]]


def states(pupils: Iterable[str]) -> States:
    """Days on which pupils did not study as usual, in order of time."""
    found: States = defaultdict(list)
    rows = models.PupilState.objects.filter(pupil__in=list(pupils)).order_by("number")
    for pupil, status, since, until in rows.values_list("pupil_id", "status", "since", "until"):
        found[pupil].append((PupilStatus(status), (since, until or date.max)))
    return dict(found)


@dataclass(frozen=True)
class Rolls:
    """Who is on which course when: membership in a class cut by membership in a subgroup and by the course's own days.
    Who is taught a subject individually is meanwhile not on his class's list of it.

    `classes` by pupil: (class, span); `groups` by (pupil, subject): (group, span); `individual`: (class, subject,
    group) of individual teaching."""

    classes: dict[str, list[tuple[str, Span]]]
    groups: dict[tuple[str, str], list[tuple[str, Span]]]
    individual: frozenset[tuple[str, str, str]] = frozenset()

    @classmethod
    def load(cls, pupils: Iterable[str]) -> Rolls:
        """Three queries for any number of pupils."""
        wanted = list(pupils)
        classes: dict[str, list[tuple[str, Span]]] = defaultdict(list)
        groups: dict[tuple[str, str], list[tuple[str, Span]]] = defaultdict(list)
        memberships = models.ClassMembership.objects.filter(pupil__in=wanted).order_by("number")
        for pupil, school_class, since, until in memberships.values_list(
            "pupil_id", "school_class_id", "since", "until"
        ):
            classes[pupil].append((school_class, (since, until or date.max)))
        members = models.GroupMember.objects.filter(pupil__in=wanted, withdrawn_at=None).order_by("since")
        for pupil, subject, group, since, until in members.values_list(
            "pupil_id", "subject_id", "group", "since", "until"
        ):
            groups[pupil, subject].append((group, (since, until or date.max)))
        alone = models.Course.objects.filter(kind=CourseKind.INDIVIDUAL.value, withdrawn_at=None)
        individual = frozenset(alone.values_list("school_class_id", "subject_id", "group"))
        return cls(dict(classes), dict(groups), individual)

    def spans(self, pupil: str, course: Course) -> list[Span]:
        """When the pupil is on the course; empty: never."""
        of_course = (course.since, course.until + timedelta(days=1) if course.until else date.max)
        found = [_cut(span, of_course) for name, span in self.classes.get(pupil, []) if name in course.classes]
        in_groups = self.groups.get((pupil, course.subject), [])
        if course.group:
            found = [_cut(one, other) for one in found for name, other in in_groups if name == course.group]
        elif course.kind is CourseKind.LESSON:
            for name, span in in_groups:
                if any((one, course.subject, name) in self.individual for one in course.classes):
                    found = [part for one in found for part in _without(one, span)]
        return sorted(span for span in found if span[0] < span[1])

    def attends(self, pupil: str, course: Course, on: date) -> bool:
        return within(self.spans(pupil, course), on)

    def class_on(self, pupil: str, day: date) -> str:
        """The class of a pupil on a day, "" for none."""
        return next((name for name, span in self.classes.get(pupil, []) if within([span], day)), "")

    def classes_between(self, pupil: str, start: date, end: date) -> list[str]:
        """Classes the pupil was in on any of the days, both included, in order of time."""
        return [name for name, span in self.classes.get(pupil, []) if span[0] <= end and start < span[1] > span[0]]


def within(spans: Iterable[Span], day: date) -> bool:
    return any(since <= day < until for since, until in spans)


def _without(one: Span, other: Span) -> tuple[Span, Span]:
    return (one[0], min(one[1], other[0])), (max(one[0], other[1]), one[1])


def _cut(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])
