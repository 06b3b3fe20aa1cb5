"""The school book and the roster books as directory values: what the office keeps, read and checked row by row.

Rows refer to each other as people write them («Иванова А. П.», «9А», «Математика»); here the words become codes. A
row that refers to nobody, or to two, is told and left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from sync_service.domain import fields
from sync_service.domain.entries import Refusal
from sync_service.domain.policy import Mistake, Rule, read_rule
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import (
    Course,
    CourseKind,
    CoursePlace,
    Directory,
    Employee,
    GroupMember,
    Guardian,
    Marking,
    PlanItem,
    Pupil,
    PupilStatus,
    Review,
    Roster,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    TimetableRow,
    WorkType,
    course_title,
)
from sync_service.reconcile import layout
from sync_service.reconcile.bells import read_bells
from sync_service.reconcile.calendar import CalendarRead, read_calendar, unknown_classes
from sync_service.reconcile.clashes import DAY, double_members, handed_over, timetable_clashes, together_alone
from sync_service.reconcile.layout import Table
from sync_service.reconcile.locate import find_tabs
from sync_service.reconcile.places import named_classes, place_of, unknown
from sync_service.reconcile.sheet import Sheets
from sync_service.reconcile.staff import read_absences
from sync_service.reconcile.substitutions import read_substitutions
from sync_service.reconcile.tables import ANY_DAY, Row, read_table

CLASS_CODE = re.compile(r"^([1-9])([А-ЯЁ]?)$")
WEEKDAYS = {day: number for number, day in enumerate(layout.TIMETABLE.column("weekday").choices, 1)}
BY_ENROLMENT = (CourseKind.EXTENDED_DAY, CourseKind.INDIVIDUAL)  # never a whole class (DOMAIN 2.11)
# tables whose row key is the identity of the thing in the row
KEYED = {
    layout.STAFF.kind,
    layout.LOAD.kind,
    layout.ROSTER.kind,
    layout.FAMILIES.kind,
    layout.SCHOOL.kind,
    layout.POLICY.kind,
}


@dataclass(frozen=True)
class SchoolRead:
    """`directory` is None where the book does not even tell the year. `substitutions_whole`: every row of «Замены» was
    understood, so that one which is not there is really gone; `absences_whole` says the same of «Отсутствия». `rules`
    are the understood rows of «Правила»."""

    directory: Directory | None
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]
    substitutions_whole: bool = False
    absences_whole: bool = False


@dataclass(frozen=True)
class RosterRead:
    """`rows` are those of the list with their pupils. `groups_whole`, `reviews_whole`: every row of the tab was
    understood, so that one which is not there is really gone."""

    roster: Roster
    problems: tuple[Problem, ...]
    rows: tuple[tuple[Row, Pupil], ...]
    groups_whole: bool
    reviews_whole: bool


@dataclass
class _Desk:
    """The rows of each tab, and the list of problems that everything adds to."""

    sheets: Sheets
    tables: Sequence[Table]
    problems: list[Problem] = field(default_factory=list)
    rows: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)  # kinds of the tabs of which every row could be read

    def __post_init__(self) -> None:
        found = find_tabs(self.sheets, {})
        self.problems += found.problems
        tabs = {key.split(" ")[0]: (tab, found.origins[key]) for key, tab in found.tabs.items()}
        for table in self.tables:
            if table.kind.value not in tabs:
                self.problems.append(Problem(Code.TAB_MISSING, Place(table.title)))
                continue
            tab, origin = tabs[table.kind.value]
            rows, wrong = read_table(tab, origin, table, keyed=table.kind in KEYED)
            self.rows[table.kind.value] = rows
            self.problems += wrong
            if not wrong:
                self.whole.add(table.kind.value)

    def of(self, table: Table) -> tuple[Row, ...]:
        return self.rows.get(table.kind.value, ())

    def build(self, table: Table, make: Callable[[Row], Any]) -> tuple[Any, ...]:
        """Make a value of each row; `make` returns None for a row that it has told about."""
        return tuple(value for row in self.of(table) if (value := make(row)) is not None)


def read_school(sheets: Sheets) -> SchoolRead:
    """The whole school book."""
    desk = _Desk(sheets, layout.SCHOOL_BOOK)
    facts = {row.key: row["value"] for row in desk.of(layout.SCHOOL)}
    rules = desk.build(layout.POLICY, lambda row: _rule(row, desk))
    school, calendar = _school(facts, desk), _year(facts, desk)
    if school is None or calendar is None:
        return SchoolRead(None, rules, tuple(desk.problems))
    year = calendar.year
    employees = desk.build(
        layout.STAFF,
        lambda row: Employee(
            code=row.key,
            last=row["last"],
            first=row["first"],
            patronymic=row["patronymic"],
            position=row["position"] or "учитель",
            staff_no=row["staff_no"],
            rate=Decimal(row["rate"] or 1),
            email=row["email"],
        ),
    )
    staff = _by_name(desk, layout.STAFF, "last", {e.code: e.short_name for e in employees})
    subjects = desk.build(layout.SUBJECTS, _subject)
    by_title = {subject.title: subject for subject in subjects}
    classes = desk.build(layout.CLASSES, lambda row: _class(row, staff, desk))
    codes = {school_class.code: school_class for school_class in classes}
    desk.problems += unknown_classes(calendar, list(codes))
    courses = desk.build(layout.LOAD, lambda row: _course(row, staff, codes, by_title, year, desk))
    at = _by_place(courses, desk)
    given = desk.build(layout.TIMETABLE, lambda row: _with_row(row, _timetable_rows(row, at, desk)))
    hours = [(row, lesson) for row, lessons in given for lesson in lessons]
    timetable = tuple(lesson for _, lesson in hours)
    desk.problems += timetable_clashes(hours, courses)
    titles = [subject.title for subject in subjects]
    bells = read_bells(desk.of(layout.BELLS))
    absences = read_absences(desk.of(layout.STAFF_ABSENCES), staff)
    substitutions = read_substitutions(
        desk.of(layout.SUBSTITUTIONS), staff, titles, courses, timetable, year, absences.good
    )
    directory = Directory(
        school=school,
        year=year,
        bells=bells.good,
        employees=employees,
        subjects=subjects,
        classes=classes,
        courses=courses,
        timetable=timetable,
        plan=tuple(chain(*desk.build(layout.PLAN, lambda row: _plan_items(row, at, desk)))),
        work_types=desk.build(layout.WORK_TYPES, _work_type),
        substitutions=substitutions.good,
        absences=absences.good,
    )
    desk.problems += [*bells.problems, *substitutions.problems, *absences.problems]
    return SchoolRead(
        directory,
        rules,
        tuple(desk.problems),
        substitutions_whole=layout.SUBSTITUTIONS.kind.value in desk.whole and not substitutions.problems,
        absences_whole=layout.STAFF_ABSENCES.kind.value in desk.whole and not absences.problems,
    )


def read_roster(
    sheets: Sheets, school_class: str, subjects: Iterable[str], individual: Collection[tuple[str, str]] = ()
) -> RosterRead:
    """One class's roster book. `subjects` are the titles that a subgroup may belong to; `individual` are the groups of
    one pupil each, as subject and group."""
    desk = _Desk(sheets, layout.ROSTER_BOOK)
    rows = desk.build(layout.ROSTER, lambda row: _with_row(row, _pupil(row, school_class, desk)))
    pupils = {pupil.code: pupil for _, pupil in rows}
    names = _by_name(desk, layout.ROSTER, "last", {pupil.code: pupil.list_name for pupil in pupils.values()})
    guardians = desk.build(layout.FAMILIES, lambda row: _guardian(row, names, desk))
    titles = set(subjects)
    before = len(desk.problems)
    members = desk.build(layout.GROUPS, lambda row: _with_row(row, _member(row, names, pupils, titles, desk)))
    handed = tuple(handed_over(members))
    groups, doubled = double_members(handed)
    desk.problems += doubled
    groups_whole = layout.GROUPS.kind.value in desk.whole and len(desk.problems) == before
    desk.problems += together_alone(handed, individual, pupils)
    reviews = desk.build(layout.REVIEW, lambda row: _review(row, school_class))
    roster = Roster(
        school_class=school_class, pupils=tuple(pupils.values()), guardians=guardians, groups=groups, reviews=reviews
    )
    return RosterRead(
        roster, tuple(desk.problems), rows, groups_whole, reviews_whole=layout.REVIEW.kind.value in desk.whole
    )


def _rule(row: Row, desk: _Desk) -> Rule | None:
    """A value that makes no sense leaves the former one in force; the sentence says what may stand there."""
    read = read_rule(row.key, row["value"], row["act"], row.day("since"))
    if isinstance(read, Mistake):
        wanted = read.message.partition("Можно: ")[2].rstrip(".")
        desk.problems.append(row.problem(Code.TABLE_VALUE, "value", layout.POLICY, wanted))
        return None
    return read


def _by_name(desk: _Desk, table: Table, column: str, names: Mapping[str, str]) -> dict[str, str]:
    """Code by the name people write; names that two people share point to nobody."""
    times = Counter(names.values())
    for row in desk.of(table):
        if times[names.get(row.key, "")] > 1:
            desk.problems.append(row.problem(Code.TABLE_DUPLICATE, column, table, names[row.key]))
    return {name: code for code, name in names.items() if times[name] == 1}


def _referred(desk: _Desk, row: Row, table: Table, column: str, known: Mapping[str, Any]) -> Any | None:
    """What a cell refers to, or None after telling that it refers to nothing known."""
    if row[column] in known:
        return known[row[column]]
    desk.problems.append(row.problem(Code.TABLE_UNKNOWN_REFERENCE, column, table))
    return None


def _school(facts: Mapping[str, str], desk: _Desk) -> School | None:
    if not facts.get("title"):
        desk.problems.append(Problem(Code.TABLE_REQUIRED, Place(layout.SCHOOL.title), detail="Название школы"))
        return None
    return School(
        title=facts["title"],
        director=facts.get("director", ""),
        deputy=facts.get("deputy", ""),
        time_zone=facts.get("time_zone") or "Europe/Moscow",
    )


def _year(facts: Mapping[str, str], desk: _Desk) -> CalendarRead | None:
    days: dict[str, date] = {}
    for name, heading in (("start", "Начало учебного года"), ("end", "Конец учебного года")):
        read = fields.read_date(facts.get(name, ""), Code.TABLE_VALUE, ANY_DAY)
        if isinstance(read, Refusal) or not read:
            place = Place(layout.SCHOOL.title, who=heading)
            desk.problems.append(Problem(Code.TABLE_VALUE, place, facts.get(name, ""), "", heading))
        else:
            days[name] = date.fromisoformat(read)
    if len(days) < 2:
        return None
    calendar = read_calendar(
        SchoolYear(
            title=facts.get("year", f"{days['start'].year}/{days['end'].year}"),
            start=days["start"],
            end=days["end"],
            periods=(),
            six_day_week=facts.get("six_day_week", "нет") == "да",
        ),
        desk.of(layout.CALENDAR),
    )
    desk.problems += calendar.problems
    return calendar


def _subject(row: Row) -> Subject:
    return Subject(
        title=row["title"],
        short=row["short"],
        marking=Marking(row["marking"]),
        marked_from_grade=row.number("marked_from_grade") or 2,
    )


def _class(row: Row, staff: Mapping[str, str], desk: _Desk) -> SchoolClass | None:
    code = CLASS_CODE.match(row["code"].replace(" ", "").replace("«", "").replace("»", "").upper())
    if code is None:
        desk.problems.append(row.problem(Code.TABLE_VALUE, "code", layout.CLASSES, "пример: 5А"))
        return None
    teacher = _referred(desk, row, layout.CLASSES, "teacher", staff)
    return None if teacher is None else SchoolClass(code=code[0], grade=int(code[1]), teacher=teacher)


def _course(
    row: Row,
    staff: Mapping[str, str],
    classes: Mapping[str, SchoolClass],
    subjects: Mapping[str, Subject],
    year: SchoolYear,
    desk: _Desk,
) -> Course | None:
    teacher = _referred(desk, row, layout.LOAD, "teacher", staff)
    together = _together(row, classes, desk)
    subject = _referred(desk, row, layout.LOAD, "subject", subjects)
    if teacher is None or not together or subject is None:
        return None
    kind = CourseKind(row["kind"])
    if kind in BY_ENROLMENT and not row["group"]:
        detail = f"«{kind.value}» — только по списку: назовите группу и внесите учеников на «{layout.GROUPS.title}»"
        desk.problems.append(row.problem(Code.TABLE_REQUIRED, "group", layout.LOAD, detail))
        return None
    first, *others = together
    return Course(
        code=row.key,
        title=course_title(subject.title, row["group"]),
        kind=kind,
        school_class=first.code,
        other_classes=tuple(one.code for one in others),
        grade=first.grade,
        subject=subject.title,
        group=row["group"],
        teacher=teacher,
        marking=_marking(kind, subject, min(one.grade for one in together)),
        hours_per_week=Decimal(row["hours"]),
        since=row.day("since") or year.start,
        until=row.day("until"),
    )


def _together(row: Row, classes: Mapping[str, SchoolClass], desk: _Desk) -> list[SchoolClass]:
    """The classes of a course in the order in which they are named; none after telling what is wrong with them."""
    named = named_classes(row["class"])
    strange = [name for name in named if name not in classes]
    if strange or not named:
        desk.problems.append(row.problem(Code.TABLE_UNKNOWN_REFERENCE, "class", layout.LOAD, ", ".join(strange)))
        return []
    if len(set(named)) < len(named):
        desk.problems.append(row.problem(Code.TABLE_VALUE, "class", layout.LOAD, "один класс назван дважды"))
        return []
    return [classes[name] for name in named]


def _marking(kind: CourseKind, subject: Subject, grade: int) -> Marking:
    """Point marks only where the grade has them already (DOMAIN 2.4) and never outside lessons (2.11)."""
    if kind in (CourseKind.ACTIVITY, CourseKind.CLUB, CourseKind.EXTENDED_DAY):
        return Marking.UNMARKED
    if kind is CourseKind.SUPPLEMENTARY:
        return Marking.PASS_FAIL
    return subject.marking if grade >= subject.marked_from_grade else Marking.UNMARKED


Places = Mapping[CoursePlace, Sequence[Course]]


def _by_place(courses: Iterable[Course], desk: _Desk) -> Places:
    """Courses by classes, subject and group, as timetable and plan speak of them: one, or those of teachers who
    followed each other."""
    found: dict[CoursePlace, list[Course]] = {}
    rows = {row.key: row for row in desk.of(layout.LOAD)}
    for course in courses:
        others = found.setdefault(course.place, [])
        if course.until is None and any(other.until is None for other in others):
            desk.problems.append(rows[course.code].problem(Code.TABLE_DUPLICATE, "subject", layout.LOAD))
        else:
            others.append(course)
    return found


def _its_courses(row: Row, at: Places, table: Table, desk: _Desk) -> Sequence[Course]:
    courses = at.get(place_of(row), ())
    if not courses:
        detail = unknown(place_of(row), chain.from_iterable(at.values()))
        desk.problems.append(row.problem(Code.TABLE_UNKNOWN_REFERENCE, "subject", table, detail))
    return courses


def _with_row(row: Row, value: Any) -> tuple[Row, Any] | None:
    """For a check that looks at several rows at once."""
    return None if value is None else (row, value)


def _timetable_rows(row: Row, at: Places, desk: _Desk) -> tuple[TimetableRow, ...]:
    """The hour for every teacher who has the course from its first day on: whoever takes a course over takes its hours,
    and whoever handed it over keeps those that he gave."""
    since = date.fromisoformat(row["since"])
    return tuple(
        TimetableRow(
            since=since,
            weekday=WEEKDAYS[row["weekday"]],
            slot=int(row["slot"]),
            course=course.code,
            room=row["room"],
        )
        for course in _its_courses(row, at, layout.TIMETABLE, desk)
        if since <= (course.until or since)
    )


def _plan_items(row: Row, at: Places, desk: _Desk) -> tuple[PlanItem, ...]:
    return tuple(
        PlanItem(
            course=course.code,
            seq=int(row["seq"]),
            section=row["section"],
            topic=row["topic"],
            homework=row["homework"],
            minutes=row.number("minutes"),
            control=row["control"],
        )
        for course in _its_courses(row, at, layout.PLAN, desk)
    )


def _work_type(row: Row) -> WorkType:
    return WorkType(
        short=row["short"],
        title=row["title"],
        weight=int(row["weight"]),
        counts=row["counts"] != "нет",
        mark_days=row.number("mark_days") or 3,
        two_marks=row["two_marks"] == "да",
        assessment={"да": True, "нет": False}.get(row["assessment"]),
        minutes=row.number("minutes"),
    )


def _pupil(row: Row, school_class: str, desk: _Desk) -> Pupil | None:
    enrolled, left = row.day("enrolled"), row.day("left")
    if enrolled is None or (left is not None and left < enrolled):
        desk.problems.append(row.problem(Code.TABLE_VALUE, "left", layout.ROSTER))
        return None
    if row["status"] == PupilStatus.LEFT and left is None:
        desk.problems.append(row.problem(Code.TABLE_REQUIRED, "left", layout.ROSTER))
        return None
    return Pupil(
        code=row.key,
        last=row["last"],
        first=row["first"],
        patronymic=row["patronymic"],
        birth_date=row.day("birth_date"),
        sex=row["sex"],
        file_no=row["file_no"],
        enrolled=enrolled,
        enrolled_order=row["enrolled_order"],
        left=left,
        left_order=row["left_order"],
        status=PupilStatus(row["status"] or "обучается"),
        status_since=row.day("status_since"),
        school_class=school_class,
    )


def _guardian(row: Row, names: Mapping[str, str], desk: _Desk) -> Guardian | None:
    pupil = _referred(desk, row, layout.FAMILIES, "pupil", names)
    if pupil is None:
        return None
    code = row.key if row.key.startswith(f"{pupil}-") else f"{pupil}-{row.key}"
    return Guardian(
        code=code,
        pupil=pupil,
        name=row["name"],
        relation=row["relation"],
        phone=row["phone"],
        email=row["email"],
        consent=row.day("consent"),
        withdrawn=row.day("withdrawn"),
    )


def _review(row: Row, school_class: str) -> Review:
    return Review(
        school_class=school_class, date=date.fromisoformat(row["date"]), who=row["who"], what=row["what"]
    )


def _member(
    row: Row, names: Mapping[str, str], pupils: Mapping[str, Pupil], subjects: set[str], desk: _Desk
) -> GroupMember | None:
    """A list speaks of the days on which the pupil is in its class: in the next one he may be in another group."""
    pupil = _referred(desk, row, layout.GROUPS, "pupil", names)
    subject = _referred(desk, row, layout.GROUPS, "subject", {title: title for title in subjects})
    since = row.day("since")
    if pupil is None or subject is None or since is None:
        return None
    last, left = row.day("until"), pupils[pupil].left
    ends = [day for day in (last + DAY if last is not None else None, left) if day is not None]
    return GroupMember(
        pupil=pupil,
        subject=subject,
        group=row["group"],
        since=max(since, pupils[pupil].enrolled),
        until=min((day for day in ends if day is not None), default=None),
        enrolled_order=row["enrolled_order"],
        left_order=row["left_order"],
    )
