"""A small invented journal, school book and roster for the tests of the renderer, and a way to read what was drawn.

Quarters are laid around `today` so that formulas with TODAY() can be checked by a program that reads the real clock:
the first is over, the second goes on, the others are to come.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from io import BytesIO

from openpyxl import Workbook, load_workbook

from sync_service.books.reading import read_book
from sync_service.books.render import CourseSheet, JournalBook, render_journal
from sync_service.domain.policy import Policy
from sync_service.domain.school import (
    Bell,
    Course,
    CourseKind,
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
from sync_service.reconcile.sheet import Tab

TODAY = date(2026, 11, 18)
SCHOOL = School(title="Школа № 0", director="Белова Н. С.", deputy="Громова Т. И.")
WORKS = (
    WorkType(short="КР", title="Контрольная работа", weight=3),
    WorkType(short="ДЗ", title="Домашняя работа", weight=1),
    WorkType(short="Т", title="Тест", weight=5),
    WorkType(short="Проба", title="Пробная работа", weight=4, counts=False),
)
PUPILS = tuple(
    Pupil(code=f"P000{n}", last=last, first=first, enrolled=date(2026, 9, 1), school_class="9А")
    for n, (last, first) in enumerate((("Абрамов", "Лев"), ("Быкова", "Нина"), ("Ёлкина", "Яна"), ("Жуков", "Пётр")), 1)
)


def year_around(today: date) -> SchoolYear:
    """Four quarters of eight weeks; `today` is in the fourth week of the second."""
    start = today - timedelta(weeks=12)
    terms = (Term.Q1, Term.Q2, Term.Q3, Term.Q4)
    periods = tuple(
        Period(
            term=term,
            title=f"{title} четверть",
            start=start + timedelta(weeks=9 * number),
            end=start + timedelta(weeks=9 * number + 8, days=-1),
        )
        for number, (term, title) in enumerate(zip(terms, ("I", "II", "III", "IV"), strict=True))
    )
    return SchoolYear(title="2026/2027", start=start, end=periods[-1].end, periods=periods)


def course(code: str, title: str, marking: Marking = Marking.POINTS, school_class: str = "9А") -> Course:
    return Course(
        code=code, title=title, school_class=school_class, grade=9, subject=title, teacher="e01", marking=marking,
        hours_per_week=Decimal(2), since=date(2026, 9, 1),
    )  # fmt: skip


def course_sheet(of: Course, year: SchoolYear, planned: Mapping[int, str] | None = None) -> CourseSheet:
    """Two lessons a week on the days of the week on which the quarters begin; `planned` are work types by seq."""
    days = [
        period.start + timedelta(weeks=week, days=day) for period in year.periods for week in range(8) for day in (0, 2)
    ]
    lessons = tuple(
        ScheduledLesson(key=f"{of.code}.{seq:03d}", course=of.code, seq=seq, date=day, slot=2)
        for seq, day in enumerate(days, 1)
    )
    plan = tuple(
        PlanItem(
            course=of.code, seq=seq, topic=f"Тема {seq}", homework=f"§ {seq}", control=(planned or {}).get(seq, "")
        )
        for seq in range(1, 20)
    )
    return CourseSheet(of, "Иванова А. П.", PUPILS, lessons, plan)


COURSES = (
    course("c001", "Математика"),
    course("c002", "Основы духовной культуры", Marking.PASS_FAIL),
    course("c003", "Разговоры о важном", Marking.UNMARKED),
)


def journal(today: date = TODAY, policy: Policy | None = None, **changes: object) -> JournalBook:
    year = year_around(today)
    book = JournalBook(
        book="journal-9А-2026", title="9А Журнал", school=SCHOOL, year=year, generation=3,
        courses=tuple(course_sheet(of, year, {2: "КР", 4: "ДЗ", 6: "Т", 8: "Проба"}) for of in COURSES),
        work_types=WORKS, classes=("9А",), policy=policy or Policy(), today=today,
    )  # fmt: skip
    return replace(book, **changes)  # type: ignore[arg-type]


@cache
def untouched() -> bytes:
    """The sample journal before anybody has typed."""
    return render_journal(journal())


@cache
def drawn() -> Workbook:
    """The same for looking at, never for changing."""
    return load_workbook(BytesIO(untouched()))


def read(content: bytes) -> dict[str, Tab]:
    """The tabs by title, as the service reads them."""
    return {tab.title: tab for tab in read_book(content, "sample.xlsx").sheets.tabs}


EMPLOYEES = (
    Employee(
        code="e01", last="Иванова", first="Анна", patronymic="Петровна", position="учитель", email="a@example.org"
    ),
    Employee(code="e02", last="Ким", first="Олег", staff_no="0017", rate=Decimal("0.5")),
)
DIRECTORY = Directory(
    school=SCHOOL,
    year=SchoolYear(
        title="2026/2027",
        start=date(2026, 9, 1),
        end=date(2027, 5, 28),
        periods=(
            Period(term=Term.Q1, title="I четверть", start=date(2026, 9, 1), end=date(2026, 10, 25)),
            Period(term=Term.Q2, title="II четверть", start=date(2026, 11, 5), end=date(2026, 12, 30)),
        ),
        holidays=(
            Holiday(
                start=date(2027, 2, 15), end=date(2027, 2, 19), kind=HolidayKind.VACATION, title="Каникулы", grades=(1,)
            ),
        ),
        six_day_week=True,
    ),
    bells=(Bell(slot=1, start=time(8, 30), end=time(9, 15)), Bell(slot=2, start=time(9, 25), end=time(10, 10))),
    employees=EMPLOYEES,
    subjects=(
        Subject(title="Математика", short="Мат"),
        Subject(title="Английский язык", short="Англ"),
        Subject(title="Основы духовной культуры", short="ОДНК", marking=Marking.PASS_FAIL),
    ),
    classes=(SchoolClass(code="9А", grade=9, teacher="e02"),),
    courses=(
        course("c001", "Математика"),
        course("c007", "Английский язык 1 гр.").model_copy(
            update={"subject": "Английский язык", "group": "1", "teacher": "e02", "until": date(2027, 1, 1)}
        ),
        course("c012", "Основы духовной культуры", Marking.UNMARKED).model_copy(update={"kind": CourseKind.ACTIVITY}),
    ),
    timetable=(TimetableRow(since=date(2026, 9, 1), weekday=3, slot=2, course="c007", room="21"),),
    plan=(
        PlanItem(course="c001", seq=1, section="Числа", topic="Степень", homework="§ 1", minutes=20, control="КР"),
        PlanItem(course="c007", seq=1, topic="Мой день"),
    ),
    work_types=WORKS,
)
ROSTER = Roster(
    school_class="9А",
    pupils=(
        PUPILS[0].model_copy(update={"birth_date": date(2011, 5, 4), "sex": "м", "file_no": "А-11"}),
        PUPILS[1].model_copy(update={"left": date(2026, 10, 1), "left_order": "№ 7 от 30.09.2026"}),
    ),
    guardians=(
        Guardian(
            code="P0001-1", pupil="P0001", name="Абрамова Ольга Ивановна", relation="мать", phone="+7 900 000-00-00"
        ),
    ),
    groups=(GroupMember(pupil="P0001", subject="Английский язык", group="1", since=date(2026, 9, 1)),),
)
