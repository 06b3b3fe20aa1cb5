"""A small invented school for tests: two classes, six pupils, subgroups in one subject, three weeks of lessons.

    school = small_school()
    store(school)                                  # the office's side of the record
    type_in({school.entry("P0001", "c001.001"): "5"})   # what teachers typed

9А: P0001 Абрамов Лев, P0002 Быкова Нина (1 гр.), P0003 Ёлкина Яна, P0004 Жуков Пётр (2 гр.); 6Б: P0005, P0006.
Lessons are c001.001 … of Monday and Wednesday from 2 September 2026 (математика 9А, slot 1), c002/c003 of Thursday
(английский, groups 1 and 2, slot 2), c004 of Monday (математика 6Б, slot 1). Today is usually 16 September.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction

from sync_service.domain.policy import Policy
from sync_service.domain.school import (
    Bell,
    Course,
    Directory,
    Employee,
    GroupMember,
    Guardian,
    Holiday,
    HolidayKind,
    Marking,
    Period,
    PlanItem,
    Pupil,
    Roster,
    ScheduledLesson,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    Term,
    TimetableRow,
    WorkType,
)
from sync_service.domain.slots import LessonField, Slot, entry_slot, lesson_slot
from sync_service.records import ledger
from sync_service.records.ledger import Fact

START = date(2026, 9, 1)  # a Tuesday
TODAY = date(2026, 9, 16)  # a Wednesday
STORED_AT = datetime(2026, 8, 31, 9, 0, tzinfo=UTC)
WEEKS = 3


@dataclass(frozen=True)
class SmallSchool:
    directory: Directory
    rosters: tuple[Roster, ...]
    lessons: tuple[ScheduledLesson, ...]
    policy: Policy

    def lesson(self, course: str, day: date) -> str:
        """Key of the lesson of a course on a day."""
        return next(one.key for one in self.lessons if one.course == course and one.date == day)

    def facts(self) -> list[Fact]:
        """Everything the office and the class teachers keep, as facts for the ledger."""
        said = self.directory
        values = [
            said.school, said.year, *said.bells, *said.employees, *said.subjects, *said.classes, *said.work_types,
            *said.courses, *said.timetable, *said.plan, *said.substitutions, *said.absences,
        ]  # fmt: skip
        for roster in self.rosters:
            values += [*roster.pupils, *roster.guardians, *roster.groups]
        rules = [ledger.policy_fact(name, value) for name, value in self.policy.model_dump(mode="json").items()]
        return [*(ledger.fact_of(value) for value in (*values, *self.lessons)), *rules]


def small_school() -> SmallSchool:
    directory = _directory()
    return SmallSchool(directory, (_roster_9a(), _roster_6b()), tuple(_lessons(directory)), Policy())


def two_sevens() -> SmallSchool:
    """7А as 9А of the small school, and 7Б beside it: c011 математика, c012 and c013 английский by groups, an hour
    later; P0011 Яшин Глеб (1 гр.), P0012 Эрн Ада (2 гр.). Everybody has a birthday."""
    small = small_school()
    said = small.directory
    a = [one.model_copy(update={"school_class": "7А", "grade": 7}) for one in said.courses if one.school_class == "9А"]
    b = [one.model_copy(update={"school_class": "7Б", "code": f"c01{one.code[-1]}"}) for one in a]
    hours = [row for row in said.timetable if row.course != "c004"]
    later = [row.model_copy(update={"course": f"c01{row.course[-1]}", "slot": row.slot + 1}) for row in hours]
    directory = said.model_copy(
        update={
            "classes": tuple(
                SchoolClass(code=code, grade=7, teacher=teacher) for code, teacher in (("7А", "e01"), ("7Б", "e02"))
            ),
            "courses": (*a, *b),
            "timetable": (*hours, *later),
            "plan": (),
        }
    )
    first = small.rosters[0]
    pupils = (*first.pupils, _pupil(11, "Яшин", "Глеб", "7Б"), _pupil(12, "Эрн", "Ада", "7Б"))
    born = {one.code: date(2013, 1, number) for number, one in enumerate(pupils, 1)}
    known = [
        one.model_copy(update={"birth_date": born[one.code], "patronymic": "Ильич"})
        for one in pupils
    ]
    groups = (("P0011", "1"), ("P0012", "2"))
    rosters = (
        first.model_copy(
            update={
                "school_class": "7А",
                "pupils": tuple(one.model_copy(update={"school_class": "7А"}) for one in known[:4]),
                "guardians": tuple(one.model_copy(update={"consent": START}) for one in first.guardians),
            }
        ),
        Roster(
            school_class="7Б",
            pupils=tuple(known[4:]),
            groups=tuple(GroupMember(pupil=p, subject="Английский язык", group=g, since=START) for p, g in groups),
        ),
    )
    return SmallSchool(directory, rosters, (), small.policy)


def five_and_six() -> SmallSchool:
    """9А of the small school as 5А, 6Б as 6А: next year 5А takes the name of the other."""
    small = small_school()
    codes, grades = {"9А": "5А", "6Б": "6А"}, {"9А": 5, "6Б": 6}

    directory = small.directory.model_copy(
        update={
            "classes": tuple(
                one.model_copy(update={"code": codes[one.code], "grade": grades[one.code]})
                for one in reversed(small.directory.classes)
            ),
            "courses": tuple(
                one.model_copy(update={"school_class": codes[one.school_class], "grade": grades[one.school_class]})
                for one in small.directory.courses
            ),
            "plan": (),
        }
    )
    rosters = tuple(
        one.model_copy(
            update={
                "school_class": codes[one.school_class],
                "pupils": tuple(p.model_copy(update={"school_class": codes[p.school_class]}) for p in one.pupils),
            }
        )
        for one in small.rosters
    )
    return SmallSchool(directory, rosters, small.lessons, small.policy)


def store(school: SmallSchool, at: datetime = STORED_AT) -> int:
    """Record the school in the test's database; returns ledger rows."""
    with transaction.atomic():
        return ledger.append(school.facts(), actor="Школа.xlsx", channel="sheet", at=at)


def type_in(texts: Mapping[Slot, str], at: datetime = STORED_AT, book: str = "journal-9А-2026") -> int:
    """Record what teachers typed."""
    with transaction.atomic():
        facts = [ledger.slot_fact(slot, text, book=book) for slot, text in texts.items()]
        return ledger.append(facts, actor="9А Журнал.xlsx", channel="sheet", at=at)


def hold_lesson(key: str, topic: str = "", homework: str = "", **fields: str) -> dict[Slot, str]:
    """What a teacher types into the log for a lesson that took place. More fields by the names of LessonField."""
    said = {"held": "да", "topic": topic, "homework": homework, **fields}
    return {lesson_slot(key, LessonField(field)): text for field, text in said.items() if text}


def marks(lesson: str, **texts: str) -> dict[Slot, str]:
    """marks("c001.001", P0001="5", P0002="н"): cells of one column of the grid."""
    return {entry_slot(pupil, lesson): text for pupil, text in texts.items()}


def _directory() -> Directory:
    employees = (
        Employee(code="e01", last="Громова", first="Ольга", patronymic="Ивановна", staff_no="101"),
        Employee(code="e02", last="Ясенев", first="Игорь", patronymic="Павлович", staff_no="102"),
        Employee(code="e03", last="Ёршова", first="Анна", patronymic="Львовна", rate=Decimal("0.5")),
    )
    common = {"school_class": "9А", "grade": 9, "marking": Marking.POINTS, "since": START}
    courses = (
        Course(code="c001", title="Математика", subject="Математика", teacher="e01",
               hours_per_week=Decimal(2), **common),
        Course(code="c002", title="Английский язык 1 гр.", subject="Английский язык", group="1", teacher="e02",
               hours_per_week=Decimal(1), **common),
        Course(code="c003", title="Английский язык 2 гр.", subject="Английский язык", group="2", teacher="e03",
               hours_per_week=Decimal(1), **common),
        Course(code="c004", title="Математика", subject="Математика", teacher="e01", hours_per_week=Decimal(1),
               **common | {"school_class": "6Б", "grade": 6}),
    )  # fmt: skip
    timetable = (("c001", 1, 1), ("c001", 3, 1), ("c002", 4, 2), ("c003", 4, 2), ("c004", 1, 1))
    return Directory(
        school=School(title="Школа № 0", director="Смирнова О. В.", deputy="Белова Т. С."),
        year=SchoolYear(
            title="2026/2027",
            start=START,
            end=date(2027, 5, 26),
            periods=(
                Period(term=Term.Q1, title="I четверть", start=START, end=date(2026, 10, 23)),
                Period(term=Term.Q2, title="II четверть", start=date(2026, 11, 2), end=date(2026, 12, 29)),
                Period(term=Term.Q3, title="III четверть", start=date(2027, 1, 11), end=date(2027, 3, 26)),
                Period(term=Term.Q4, title="IV четверть", start=date(2027, 4, 5), end=date(2027, 5, 26)),
            ),
            holidays=(
                Holiday(
                    start=date(2026, 9, 18), end=date(2026, 9, 18), kind=HolidayKind.CANCELLED, title="День здоровья"
                ),
                Holiday(
                    start=date(2026, 10, 24), end=date(2026, 11, 1), kind=HolidayKind.VACATION, title="Осенние каникулы"
                ),
            ),
        ),
        bells=tuple(Bell(slot=n, start=time(7 + n, 30), end=time(8 + n, 15)) for n in range(1, 8)),
        employees=employees,
        subjects=(
            Subject(title="Английский язык", short="Англ."),
            Subject(title="Математика", short="Матем."),
        ),
        classes=(SchoolClass(code="6Б", grade=6, teacher="e02"), SchoolClass(code="9А", grade=9, teacher="e01")),
        courses=courses,
        timetable=tuple(
            TimetableRow(since=START, weekday=day, slot=slot, course=course) for course, day, slot in timetable
        ),
        plan=tuple(
            PlanItem(course=course.code, seq=seq, topic=f"{course.title}, тема {seq}", homework=f"§ {seq}")
            for course in courses
            for seq in range(1, 7)
        ),
        work_types=(
            WorkType(short="КР", title="Контрольная работа", weight=3, assessment=True),
            WorkType(short="Тетр", title="Ведение тетради", counts=False),
        ),
    )


def _pupil(number: int, last: str, first: str, school_class: str) -> Pupil:
    return Pupil(code=f"P{number:04}", last=last, first=first, enrolled=START, school_class=school_class)


def _roster_9a() -> Roster:
    groups = (("P0001", "1"), ("P0002", "1"), ("P0003", "2"), ("P0004", "2"))
    return Roster(
        school_class="9А",
        pupils=(
            _pupil(1, "Абрамов", "Лев", "9А"),
            _pupil(2, "Быкова", "Нина", "9А"),
            _pupil(3, "Ёлкина", "Яна", "9А"),
            _pupil(4, "Жуков", "Пётр", "9А"),
        ),
        guardians=(
            Guardian(
                code="P0001-1", pupil="P0001", name="Абрамова Вера Юрьевна", relation="мать", phone="+7 900 000-00-01"
            ),
            Guardian(code="P0002-1", pupil="P0002", name="Быков Олег Ильич", relation="отец", phone="+7 900 000-00-02"),
        ),
        groups=tuple(GroupMember(pupil=p, subject="Английский язык", group=g, since=START) for p, g in groups),
    )


def _roster_6b() -> Roster:
    return Roster(
        school_class="6Б",
        pupils=(_pupil(5, "Абрамова", "Ева", "6Б"), _pupil(6, "Щукин", "Марк", "6Б")),
        guardians=(
            Guardian(
                code="P0005-1", pupil="P0005", name="Абрамова Вера Юрьевна", relation="мать", phone="8 (900) 000-00-01"
            ),
        ),
    )


def _lessons(directory: Directory) -> Iterable[ScheduledLesson]:
    for course in directory.courses:
        days = {row.weekday: row.slot for row in directory.timetable if row.course == course.code}
        dates = [START + timedelta(days=n) for n in range(7 * WEEKS)]
        for seq, day in enumerate((day for day in dates if day.isoweekday() in days), 1):
            yield ScheduledLesson(
                key=f"{course.code}.{seq:03}", course=course.code, seq=seq, date=day, slot=days[day.isoweekday()]
            )
