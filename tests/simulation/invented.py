"""A school small enough to be lived through in half a minute: three classes, six teachers, twelve pupils, and of every
kind of group one. And how any school's office data become the plain books of the simulation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sync_service.domain.scheduling import planned_hours
from sync_service.domain.school import (
    Course,
    CourseKind,
    Directory,
    Employee,
    GroupMember,
    Marking,
    PlanItem,
    Pupil,
    Roster,
    School,
    SchoolClass,
    Subject,
    TimetableRow,
    WorkType,
    course_title,
)
from sync_service.usecases.demo_school.calendar import BELLS, YEAR
from tests.simulation import kept

WEEKDAYS = ("", "пн", "вт", "ср", "чт", "пт")
START = YEAR.start
_STAFF = (
    ("e01", "Громова", "Ольга", "Ивановна"), ("e02", "Ясенев", "Игорь", "Павлович"),
    ("e03", "Ёршова", "Анна", "Львовна"), ("e04", "Белкин", "Олег", "Ильич"), ("e05", "Чижова", "Инна", "Юрьевна"),
    ("e06", "Дубов", "Марк", "Андреевич"),
)  # fmt: skip
_SUBJECTS = ("Английский язык", "Математика", "Физическая культура", "Разговоры о важном")
_LOAD = (  # class, subject, group, teacher, hours: day and number of the lesson
    ("3А", "Математика", "", "e01", ((1, 1), (3, 1))),
    ("3А", "Физическая культура", "", "e04", ((4, 1),)),
    ("7А", "Математика", "", "e02", ((2, 2), (4, 2))),
    ("7А", "Английский язык", "1", "e03", ((1, 2),)),
    ("7А", "Английский язык", "2", "e05", ((1, 2),)),
    ("7А", "Разговоры о важном", "", "e02", ((1, 1),)),
    ("7Б", "Физическая культура", "", "e04", ((5, 2),)),
)
_GROUPS = (  # kind, classes, subject, group, teacher, marking, hours of the load, lessons; members as in _PUPILS
    (CourseKind.LESSON, ("7А", "7Б"), "Информатика", "сборная", "e06", Marking.POINTS, 1, ((3, 3),), (5, 7, 8, 10, 11)),
    (CourseKind.CLUB, ("7А", "3А"), "Театр", "Маска", "e05", Marking.UNMARKED, 1, ((5, 5),), (1, 3, 6, 7)),
    (CourseKind.SUPPLEMENTARY, ("7Б", "7А"), "Волейбол", "Олимп", "e04", Marking.PASS_FAIL, 1, ((3, 6),), (5, 9, 12)),
    (CourseKind.EXTENDED_DAY, ("3А",), "Продлённый день", "1", "e06", Marking.UNMARKED, 5, ((2, 6), (4, 6)), (1, 2, 4)),
    (CourseKind.INDIVIDUAL, ("7Б",), "Физическая культура", "инд.", "e03", Marking.POINTS, 1, ((2, 3),), (12,)),
)
_PUPILS = (
    ("3А", "Абрамов Лев"), ("3А", "Быкова Нина"), ("3А", "Ёлкина Яна"), ("3А", "Жуков Пётр"),
    ("7А", "Власов Илья"), ("7А", "Гусева Вера"), ("7А", "Ежов Тимур"), ("7А", "Зимина Рита"), ("7А", "Ильин Фёдор"),
    ("7Б", "Котова Дина"), ("7Б", "Лосев Артём"), ("7Б", "Мухина Зоя"),
)  # fmt: skip


def directory() -> Directory:
    plain = tuple(
        Course(
            code=f"c{number:03}", title=f"{subject} {group} гр." if group else subject, school_class=school_class,
            grade=int(school_class[0]), subject=subject, group=group, teacher=teacher,
            kind=CourseKind.ACTIVITY if subject == "Разговоры о важном" else CourseKind.LESSON,
            marking=Marking.UNMARKED if subject == "Разговоры о важном" else Marking.POINTS,
            hours_per_week=Decimal(len(hours)), since=START,
        )
        for number, (school_class, subject, group, teacher, hours) in enumerate(_LOAD, 1)
    )  # fmt: skip
    groups = tuple(
        Course(
            code=f"c{number:03}", title=course_title(subject, group), kind=kind, school_class=classes[0],
            other_classes=classes[1:], grade=int(classes[0][0]), subject=subject, group=group, teacher=teacher,
            marking=marking, hours_per_week=Decimal(load), since=START,
        )
        for number, (kind, classes, subject, group, teacher, marking, load, _, _) in enumerate(_GROUPS, len(plain) + 1)
    )  # fmt: skip
    courses = (*plain, *groups)
    timetable = tuple(
        TimetableRow(since=START, weekday=day, slot=slot, course=course.code)
        for course, hours in zip(courses, [hours for *_, hours in _LOAD] + [one[7] for one in _GROUPS], strict=True)
        for day, slot in hours
    )
    return without_events(Directory(
        school=School(title="Школа № 0", director="Смирнова О. В.", deputy="Белова Т. С."),
        year=YEAR,
        bells=BELLS,
        employees=tuple(Employee(code=c, last=last, first=f, patronymic=p) for c, last, f, p in _STAFF),
        subjects=tuple(
            Subject(title=title, short=title[:5],
                    marking=Marking.UNMARKED if title == "Разговоры о важном" else Marking.POINTS)
            for title in _SUBJECTS
        ) + tuple(
            Subject(title=subject, short=subject[:5], marking=marking)
            for _, _, subject, _, _, marking, *_ in _GROUPS if subject not in _SUBJECTS
        ),
        classes=(
            SchoolClass(code="3А", grade=3, teacher="e01"), SchoolClass(code="7А", grade=7, teacher="e02"),
            SchoolClass(code="7Б", grade=7, teacher="e06"),
        ),
        courses=courses,
        timetable=timetable,
        plan=tuple(
            PlanItem(course=course.code, seq=seq, topic=f"Тема {seq}", homework="" if seq % 5 == 0 else f"§ {seq}")
            for course in courses
            for seq in range(1, len(planned_hours(course, timetable, YEAR)) - 2)
        ),
        work_types=(
            WorkType(short="КР", title="Контрольная работа", weight=3, assessment=True),
            WorkType(short="Тетр", title="Ведение тетради", counts=False),
        ),
    ))  # fmt: skip


def without_events(school: Directory) -> Directory:
    """The school before anything has happened: nobody was away yet, of the public holiday in autumn the deputy will
    hear later, and teachers choose the works of the year themselves."""
    holidays = tuple(one for one in school.year.holidays if one.start != date(2026, 11, 4))
    year = school.year.model_copy(update={"holidays": holidays})
    plan = tuple(one.model_copy(update={"control": ""}) for one in school.plan)
    return school.model_copy(update={"year": year, "plan": plan, "substitutions": (), "absences": ()})


def only(school: Directory, classes: Collection[str]) -> Directory:
    """The school as if it had these classes only; the staff stays. Of a group across classes those that are there come
    on."""
    grades = {one.code: one.grade for one in school.classes}
    courses = tuple(
        one.model_copy(update={"school_class": here[0], "other_classes": here[1:], "grade": grades[here[0]]})
        for one in school.courses
        if (here := tuple(name for name in one.classes if name in classes))
    )
    codes = {one.code for one in courses}
    return school.model_copy(update={
        "classes": tuple(one for one in school.classes if one.code in classes),
        "courses": courses,
        "timetable": tuple(one for one in school.timetable if one.course in codes),
        "plan": tuple(one for one in school.plan if one.course in codes),
    })  # fmt: skip


def rosters() -> tuple[Roster, ...]:
    found: dict[str, list[Pupil]] = {}
    for number, (school_class, name) in enumerate(_PUPILS, 1):
        last, first = name.split()
        pupil = Pupil(code=f"P{number:04}", last=last, first=first, enrolled=START, school_class=school_class)
        found.setdefault(school_class, []).append(pupil)
    everybody = [pupil for pupils in found.values() for pupil in pupils]
    members: dict[str, list[GroupMember]] = {school_class: [] for school_class in found}
    for number, pupil in enumerate(found["7А"]):
        members["7А"].append(_member(pupil, "Английский язык", str(number % 2 + 1)))
    for _, _, subject, group, *_, numbers in _GROUPS:
        for pupil in (everybody[number - 1] for number in numbers):
            members[pupil.school_class].append(_member(pupil, subject, group))
    return tuple(
        Roster(school_class=school_class, pupils=tuple(pupils), groups=tuple(members[school_class]))
        for school_class, pupils in found.items()
    )


def _member(pupil: Pupil, subject: str, group: str) -> GroupMember:
    return GroupMember(pupil=pupil.code, subject=subject, group=group, since=START)


def books_of(school: Directory, lists: tuple[Roster, ...]) -> kept.Kept:
    """The plain books on 1 September."""
    year = school.year
    books = kept.Kept(
        start=year.start,
        end=year.end,
        quarters={one.term.value: (one.start, one.end) for one in year.periods},
        bells={bell.slot: bell.end for bell in school.bells},
        off=[(one.start, one.end, one.kind.value, one.grades) for one in year.holidays],
        plan={(one.course, one.seq): (one.topic, one.homework) for one in school.plan},
        uncounted={work.short for work in school.work_types if not work.counts},
        people={one.code: one.short_name for one in school.employees},
        grades={one.code: one.grade for one in school.classes},
    )
    for course in school.courses:
        books.courses[course.code] = kept.Course(
            course.code, course.title, course.school_class, course.grade, course.subject, course.group, course.teacher,
            course.kind.value, course.marking.value, course.since, course.until, others=course.other_classes,
            week=Fraction(course.hours_per_week),
        )  # fmt: skip
    for row in school.timetable:
        books.timetable[row.course].append((row.since, row.weekday, row.slot))
    for roster in lists:
        for pupil in roster.pupils:
            books.names[pupil.code] = (pupil.last, pupil.first)
            books.classes[pupil.code].append((roster.school_class, pupil.enrolled, pupil.left or date.max))
        for one in roster.groups:
            books.groups[one.pupil, one.subject].append((one.group, one.since, one.until or date.max))
    books.away += [(one.employee, one.start, one.end, one.code.value) for one in school.absences]
    return books
