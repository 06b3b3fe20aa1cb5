"""An invented school of many small classes: as many journals, small enough to read one every few milliseconds.

Every class has `courses` subjects, each with a teacher of its own, and a lesson of each on every day of three weeks.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal

from sync_service.domain.policy import Policy
from sync_service.domain.school import (
    Bell,
    Course,
    Directory,
    Employee,
    Marking,
    Period,
    Pupil,
    Roster,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    Term,
    TimetableRow,
)
from tests.school import SmallSchool

START, END = date(2026, 9, 7), date(2026, 9, 25)
SUBJECTS = (
    "Математика", "Физика", "Химия", "География", "История", "Музыка", "Труд", "Физкультура", "Биология", "Информатика",
)  # fmt: skip
SURNAMES = ("Абрамов", "Быков", "Волков", "Громов", "Дёмин")


def many_classes(classes: int = 11, courses: int = 1, pupils: int = 2, slots: int = 6) -> SmallSchool:
    """`slots`: over how many lesson hours of the day the courses are spread; 1: all have their lesson at once."""
    codes = [f"{grade}{letter}" for grade in range(4, 10) for letter in "АБ"][:classes]
    taught = [
        Course(
            code=f"c{number * courses + place + 1:03}", title=SUBJECTS[place], subject=SUBJECTS[place],
            school_class=code, grade=int(code[:-1]), teacher=f"e{number * courses + place + 1:02}",
            marking=Marking.POINTS, since=START, hours_per_week=Decimal(5),
        )
        for number, code in enumerate(codes)
        for place in range(courses)
    ]  # fmt: skip
    staff = [
        Employee(code=f"e{n:02}", last=f"Учителева-{n}", first="Анна", email=f"e{n:02}@school.example")
        for n in range(1, len(taught) + 1)
    ]
    year = SchoolYear(
        title="2026/2027",
        start=START,
        end=END,
        periods=(Period(term=Term.Q1, title="I четверть", start=START, end=END),),
    )
    directory = Directory(
        school=School(title="Школа № 0", director="Смирнова О. В.", deputy="Белова Т. С."),
        year=year,
        bells=tuple(Bell(slot=n, start=time(7 + n, 30), end=time(8 + n, 15)) for n in range(1, 7)),
        employees=tuple(staff),
        subjects=tuple(Subject(title=title, short=title[:5]) for title in SUBJECTS[:courses]),
        classes=tuple(
            SchoolClass(code=code, grade=int(code[:-1]), teacher=f"e{number * courses + 1:02}")
            for number, code in enumerate(codes)
        ),
        courses=tuple(taught),
        timetable=tuple(
            TimetableRow(since=START, weekday=day, slot=int(course.code[1:]) % slots + 1, course=course.code)
            for course in taught
            for day in range(1, 6)
        ),
        plan=(),
        work_types=(),
    )
    rosters = tuple(
        Roster(
            school_class=code,
            pupils=tuple(
                Pupil(
                    code=pupil_code(number, place), last=SURNAMES[place], first="Лев", enrolled=START, school_class=code
                )
                for place in range(pupils)
            ),
        )
        for number, code in enumerate(codes)
    )
    return SmallSchool(directory, rosters, (), Policy())


def pupil_code(school_class: int, place: int) -> str:
    """Of the class of this number, from 0."""
    return f"P{school_class * 100 + place + 1:04}"


def lesson_key(course: str, day: date) -> str:
    """Of the lesson that the course has on a school day."""
    days = [START + timedelta(days=passed) for passed in range((day - START).days + 1)]
    return f"{course}.{sum(each.isoweekday() <= 5 for each in days):03}"
