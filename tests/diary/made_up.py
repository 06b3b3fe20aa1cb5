"""A small school in the record and its cast: Варвара and her brother, their mother, a stranger, the staff.

Today is Wednesday, 14 October 2026, noon in Moscow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.test import Client

from sync_service.accounts import issuing
from sync_service.accounts.models import Role
from sync_service.domain.school import (
    Bell,
    Course,
    Employee,
    Guardian,
    Holiday,
    HolidayKind,
    Marking,
    Period,
    Pupil,
    ScheduledLesson,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    Term,
    WorkType,
)
from sync_service.domain.slots import LessonField, entry_slot, final_slot, lesson_slot
from sync_service.records import ledger, sync_state
from sync_service.records.sync_state import BookState

NOW = datetime(2026, 10, 14, 9, 0, tzinfo=UTC)
TODAY = date(2026, 10, 14)
MONDAY = date(2026, 10, 12)
SECRET = "три весёлых кота"

VARVARA, TIMOFEY, STRANGER = "P7K3M", "P4D8W", "PX2FN"
HOMEWORK = "§ 14, упр. 112\nразбор: https://example.org/algebra?part=2&full=1. <b>Всё</b>"
STRANGERS_MARK_TOPIC = "Тема, которую видит только третий класс"

YEAR = SchoolYear(
    title="2026/2027",
    start=date(2026, 9, 1),
    end=date(2027, 5, 26),
    periods=(
        Period(term=Term.Q1, title="1 четверть", start=date(2026, 9, 1), end=date(2026, 10, 23)),
        Period(term=Term.Q2, title="2 четверть", start=date(2026, 11, 2), end=date(2026, 12, 30)),
    ),
    holidays=(
        Holiday(
            start=date(2026, 10, 26), end=date(2026, 11, 1), kind=HolidayKind.VACATION, title="Осенние каникулы"
        ),
    ),
)
PEOPLE = (
    Employee(code="e01", last="Кузнецова", first="Ольга", patronymic="Павловна"),
    Employee(code="e02", last="Громов", first="Илья", patronymic="Сергеевич"),
    Employee(code="e03", last="Зайцева", first="Нина", patronymic="Ивановна", position="заместитель директора"),
)
DIRECTORY = (
    School(title="Школа № 7", director="Орлов П. П.", deputy="Зайцева Н. И."),
    YEAR,
    Bell(slot=1, start=time(8, 30), end=time(9, 15)),
    Bell(slot=2, start=time(9, 30), end=time(10, 15)),
    *PEOPLE,
    Subject(title="Математика", short="мат"),
    Subject(title="Литература", short="лит"),
    SchoolClass(code="9А", grade=9, teacher="e02"),
    SchoolClass(code="3Б", grade=3, teacher="e01"),
    WorkType(short="КР", title="Контрольная работа", weight=3),
)


def course(code: str, school_class: str, subject: str, teacher: str) -> Course:
    return Course(
        code=code,
        title=subject,
        school_class=school_class,
        grade=int(school_class[0]),
        subject=subject,
        teacher=teacher,
        marking=Marking.POINTS,
        hours_per_week=2,
        since=YEAR.start,
    )


COURSES = (
    course("c001", "9А", "Математика", "e01"),
    course("c002", "9А", "Литература", "e02"),
    course("c003", "3Б", "Математика", "e01"),
)
LESSONS = (
    ScheduledLesson(key="c001.001", course="c001", seq=1, date=MONDAY, slot=1),
    ScheduledLesson(key="c001.002", course="c001", seq=2, date=TODAY, slot=2),
    ScheduledLesson(key="c001.003", course="c001", seq=3, date=date(2026, 10, 19), slot=1),
    ScheduledLesson(key="c002.001", course="c002", seq=1, date=MONDAY, slot=2),
    ScheduledLesson(key="c002.002", course="c002", seq=2, date=TODAY, slot=1),
    ScheduledLesson(key="c003.001", course="c003", seq=1, date=MONDAY, slot=1),
)


def pupil(code: str, last: str, first: str, school_class: str) -> Pupil:
    return Pupil(code=code, last=last, first=first, enrolled=date(2020, 9, 1), school_class=school_class)


FAMILIES = (
    pupil(VARVARA, "Берёзкина", "Варвара", "9А"),
    pupil(TIMOFEY, "Берёзкин", "Тимофей", "3Б"),
    pupil(STRANGER, "Чужов", "Олег", "9А"),
    Guardian(code=f"{VARVARA}-1", pupil=VARVARA, name="Берёзкина Мария", phone="+7 900 000-00-01"),
    Guardian(code=f"{TIMOFEY}-1", pupil=TIMOFEY, name="Берёзкина Мария", phone="+7 900 000-00-01"),
    Guardian(code=f"{STRANGER}-1", pupil=STRANGER, name="Чужов Глеб", phone="+7 900 000-00-02"),
)


def told(lesson: str, **fields: str) -> Iterator[ledger.Fact]:
    for name, text in fields.items():
        yield ledger.slot_fact(lesson_slot(lesson, LessonField[name.upper()]), text)


def taught() -> Iterator[ledger.Fact]:
    """What the teachers have typed."""
    yield from told("c001.001", held="да", topic="Квадратный трёхчлен", homework=HOMEWORK, work_type="КР")
    yield from told("c001.002", held="да", topic="Корни трёхчлена")
    yield from told("c002.001", held="да", topic="«Слово о полку Игореве»")
    yield from told("c003.001", held="да", topic=STRANGERS_MARK_TOPIC)
    yield ledger.slot_fact(entry_slot(VARVARA, "c001.001"), "5")
    yield ledger.slot_fact(entry_slot(VARVARA, "c001.002"), ".")
    yield ledger.slot_fact(entry_slot(VARVARA, "c002.001"), "н")
    yield ledger.slot_fact(entry_slot(STRANGER, "c001.001"), "2")
    yield ledger.slot_fact(entry_slot(TIMOFEY, "c003.001"), "4")
    yield ledger.slot_fact(final_slot(VARVARA, "c001", Term.Q1), "5")


@dataclass(frozen=True)
class Cast:
    """Logins by name; everybody has the password SECRET, but the newcomer has only a slip."""

    logins: dict[str, str]
    newcomer_password: str

    def client(self, who: str) -> Client:
        client = Client()
        assert client.post("/login/", {"login": self.logins[who], "password": SECRET}).status_code == 302
        return client


CAST = {
    "pupil": (VARVARA, Role.PUPIL, "Берёзкина Варвара"),
    "mother": (f"{VARVARA}-1", Role.GUARDIAN, "Берёзкина Мария"),
    "stranger": (STRANGER, Role.PUPIL, "Чужов Олег"),
    "strangers_father": (f"{STRANGER}-1", Role.GUARDIAN, "Чужов Глеб"),
    "teacher": ("e01", Role.TEACHER, "Кузнецова О. П."),
    "class_teacher": ("e02", Role.CLASS_TEACHER, "Громов И. С."),
    "deputy": ("e03", Role.DEPUTY, "Зайцева Н. И."),
    "admin": ("e04", Role.ADMIN, "Белкин А. А."),
    "newcomer": (TIMOFEY, Role.PUPIL, "Берёзкин Тимофей"),
}


def play() -> Cast:
    """Write the school into the record and let its people choose their passwords."""
    with transaction.atomic():
        facts = [ledger.fact_of(value) for value in (*DIRECTORY, *COURSES, *LESSONS, *FAMILIES)]
        ledger.append([*facts, *taught()], actor="test", channel="test", at=NOW)
    for school_class in ("9А", "3Б"):
        book = f"journal-{school_class}-2026"
        name = f"{school_class} Журнал.xlsx"
        titles = {f"grid {one.code}": one.title for one in COURSES if one.school_class == school_class}
        read_at = NOW - timedelta(minutes=3)
        sync_state.save_book(BookState(book, name, name, "1", titles=titles, read_at=read_at))
    logins = {}
    for who, (person, role, name) in CAST.items():
        issued = issuing.issue(person, role, name, by="test", at=NOW)
        logins[who] = issued.login
        if who != "newcomer":
            issuing.change_own(issuing.find(issued.login), SECRET, at=NOW)
    return Cast(logins, issued.password)
