"""What the demo school teaches: employees, subjects, the load of each class, work types, courses."""

from __future__ import annotations

from decimal import Decimal

from sync_service.domain.school import (
    Course,
    CourseKind,
    Employee,
    Marking,
    School,
    SchoolClass,
    Subject,
    WorkType,
)
from sync_service.usecases.demo_school import beyond
from sync_service.usecases.demo_school.calendar import YEAR

SCHOOL = School(title="Ольховская основная школа", director="Громов А. В.", deputy="Соколова И. П.")


def _employee(code: str, name: str, position: str, staff_no: str, rate: str, login: str) -> Employee:
    last, first, patronymic = name.split()
    return Employee(
        code=code, last=last, first=first, patronymic=patronymic, position=position, staff_no=staff_no,
        rate=Decimal(rate), email=f"{login}@olhovka.example",
    )  # fmt: skip


EMPLOYEES = (
    _employee("e01", "Громов Алексей Викторович", "директор, учитель истории", "0001", "0.75", "gromov"),
    _employee(
        "e02", "Соколова Ирина Павловна", "заместитель директора по УВР, учитель биологии, химии и географии", "0004",
        "1", "sokolova",
    ),
    _employee(
        "e03", "Лебедев Артём Николаевич", "учитель информатики и физики, администратор журнала", "0017", "1", "lebedev"
    ),
    _employee("e04", "Беляева Наталья Фёдоровна", "учитель математики", "0006", "1.5", "belyaeva"),
    _employee("e05", "Королёва Татьяна Игоревна", "учитель русского языка и литературы", "0009", "1.25", "koroleva"),
    _employee("e06", "Ким Елена Робертовна", "учитель английского языка", "0021", "1.25", "kim"),
    _employee(
        "e07", "Шевчук Оксана Дмитриевна", "учитель русского языка, литературы и английского языка", "0012", "1.25",
        "shevchuk",
    ),
    _employee(
        "e08", "Ёлкин Сергей Михайлович", "учитель физической культуры, ОБЗР и труда", "0014", "1", "yolkin"
    ),
    _employee("e09", "Миронова Галина Семёновна", "учитель начальных классов, ИЗО", "0003", "1.25", "mironova"),
    _employee("e10", "Кузьмина Юлия Андреевна", "учитель начальных классов, музыки", "0023", "1.25", "kuzmina"),
    _employee("e11", "Хасанова Гульнара Ринатовна", "учитель начальных классов", "0011", "1.25", "hasanova"),
    _employee("e12", "Щербакова Валентина Петровна", "учитель начальных классов", "0002", "1.25", "scherbakova"),
)  # fmt: skip

CLASSES = tuple(
    SchoolClass(code=f"{grade}А", grade=grade, teacher=teacher)
    for grade, teacher in enumerate(("e09", "e10", "e11", "e12", "e05", "e06", "e04", "e03", "e07"), 1)
)

SUBJECTS = (
    Subject(title="Русский язык", short="Рус.яз"),
    Subject(title="Литературное чтение", short="Лит.чт"),
    Subject(title="Литература", short="Лит"),
    Subject(title="Английский язык", short="Англ.яз"),
    Subject(title="Математика", short="Матем"),
    Subject(title="Алгебра", short="Алгебра"),
    Subject(title="Геометрия", short="Геометрия"),
    Subject(title="Вероятность и статистика", short="ВиС"),
    Subject(title="Информатика", short="Информ"),
    Subject(title="Окружающий мир", short="Окр.мир"),
    Subject(title="История", short="История"),
    Subject(title="Обществознание", short="Общество"),
    Subject(title="География", short="География"),
    Subject(title="Физика", short="Физика"),
    Subject(title="Химия", short="Химия"),
    Subject(title="Биология", short="Биология"),
    Subject(title="Основы религиозных культур и светской этики", short="ОРКСЭ", marking=Marking.UNMARKED),
    Subject(title="Изобразительное искусство", short="ИЗО"),
    Subject(title="Музыка", short="Музыка"),
    Subject(title="Труд (технология)", short="Труд"),
    Subject(title="Физическая культура", short="Физ-ра"),
    Subject(title="Основы безопасности и защиты Родины", short="ОБЗР"),
    Subject(title="Разговоры о важном", short="РОВ", marking=Marking.UNMARKED),
    *beyond.SUBJECTS,
)
SUBJECT = {subject.short: subject for subject in SUBJECTS}

LOAD = {  # hours per week; every class has «Разговоры о важном» besides, which is no lesson of the plan (V27)
    1: "Рус.яз 5, Лит.чт 4, Матем 4, Окр.мир 2, ИЗО 1, Музыка 1, Труд 1, Физ-ра 2",
    2: "Рус.яз 5, Лит.чт 4, Англ.яз 2, Матем 4, Окр.мир 2, ИЗО 1, Музыка 1, Труд 1, Физ-ра 2",
    3: "Рус.яз 5, Лит.чт 4, Англ.яз 2, Матем 4, Окр.мир 2, ИЗО 1, Музыка 1, Труд 1, Физ-ра 2",
    4: "Рус.яз 5, Лит.чт 4, Англ.яз 2, Матем 4, Окр.мир 2, ОРКСЭ 1, ИЗО 1, Музыка 1, Труд 1, Физ-ра 2",
    5: "Рус.яз 5, Лит 3, Англ.яз 3, Матем 5, Информ 1, История 3, География 1, Биология 1, ИЗО 1, Музыка 1, Труд 2, "
       "Физ-ра 2",
    6: "Рус.яз 6, Лит 3, Англ.яз 3, Матем 5, Информ 1, История 3, География 1, Биология 1, ИЗО 1, Музыка 1, Труд 2, "
       "Физ-ра 2",
    7: "Рус.яз 4, Лит 2, Англ.яз 3, Алгебра 3, Геометрия 2, ВиС 1, Информ 1, История 3, География 2, Физика 2, "
       "Биология 1, ИЗО 1, Музыка 1, Труд 2, Физ-ра 2",
    8: "Рус.яз 3, Лит 2, Англ.яз 3, Алгебра 3, Геометрия 2, ВиС 1, Информ 1, История 3, География 2, Физика 2, "
       "Химия 2, Биология 2, Музыка 1, Труд 1, Физ-ра 2, ОБЗР 1",
    9: "Рус.яз 3, Лит 3, Англ.яз 3, Алгебра 3, Геометрия 2, ВиС 1, Информ 1, История 2, Общество 1, География 2, "
       "Физика 3, Химия 2, Биология 2, Труд 1, Физ-ра 2, ОБЗР 1",
}  # fmt: skip
SPLIT_CLASSES = ("5А", "7А", "9А")  # twelve pupils and more: two subgroups
SPLIT_SUBJECTS = ("Англ.яз", "Информ")

_TEACHES = {  # grades 5-9
    "История": "e01", "Общество": "e01", "Биология": "e02", "Химия": "e02", "География": "e02", "Информ": "e03",
    "Физика": "e03", "ВиС": "e03", "Матем": "e04", "Алгебра": "e04", "Геометрия": "e04", "Физ-ра": "e08",
    "ОБЗР": "e08", "Труд": "e08", "ИЗО": "e09", "Музыка": "e10",
}  # fmt: skip

WORK_TYPES = (
    WorkType(short="КР", title="Контрольная работа", weight=3, assessment=True),
    WorkType(short="Дикт", title="Контрольный диктант", weight=3, two_marks=True, assessment=True),
    WorkType(short="Изл", title="Изложение", weight=3, mark_days=7, two_marks=True),
    WorkType(short="Соч", title="Сочинение", weight=3, mark_days=7, two_marks=True),
    WorkType(short="СР", title="Самостоятельная работа", weight=2),
    WorkType(short="ПР", title="Практическая или лабораторная работа", weight=2),
    WorkType(short="Тест", title="Тест", weight=2),
    WorkType(short="Норм", title="Сдача норматива", weight=2),
    WorkType(short="Проект", title="Проект", weight=2, mark_days=7),
    WorkType(short="ДЗ", title="Проверка домашнего задания", weight=1),
    WorkType(short="Диаг", title="Диагностическая работа", weight=1, counts=False, assessment=True),
)

def courses() -> tuple[Course, ...]:
    """All courses, classes in order, codes c001, c002, …; a subgroup is a course of its own."""
    rows = [
        (school_class, subject, group, hours)
        for school_class in CLASSES
        for subject, hours in _load(school_class.grade)
        for group in (("1", "2") if _is_split(school_class, subject) else ("",))
    ]
    lessons = tuple(
        _course(f"c{number:03d}", school_class, subject, group, hours)
        for number, (school_class, subject, group, hours) in enumerate(rows, 1)
    )
    return lessons + beyond.courses(len(lessons) + 1, {one.code: one.grade for one in CLASSES})


def _load(grade: int) -> list[tuple[Subject, int]]:
    pairs = [item.strip().rsplit(" ", 1) for item in f"{LOAD[grade]}, РОВ 1".split(",")]
    return [(SUBJECT[short], int(hours)) for short, hours in pairs]


def _is_split(school_class: SchoolClass, subject: Subject) -> bool:
    return school_class.code in SPLIT_CLASSES and subject.short in SPLIT_SUBJECTS


def _course(code: str, school_class: SchoolClass, subject: Subject, group: str, hours: int) -> Course:
    points = subject.marking is Marking.POINTS and school_class.grade >= subject.marked_from_grade
    return Course(
        code=code,
        title=f"{subject.title} {group} гр." if group else subject.title,
        kind=CourseKind.ACTIVITY if subject.short == "РОВ" else CourseKind.LESSON,
        school_class=school_class.code,
        grade=school_class.grade,
        subject=subject.title,
        group=group,
        teacher=_teacher(school_class, subject, group),
        marking=Marking.POINTS if points else Marking.UNMARKED,
        hours_per_week=Decimal(hours),
        since=YEAR.start,
    )


def _teacher(school_class: SchoolClass, subject: Subject, group: str) -> str:
    if subject.short == "РОВ":
        return school_class.teacher
    if subject.short == "Англ.яз":
        return "e07" if group == "2" else "e06"
    if school_class.grade <= 4:
        return school_class.teacher
    if subject.short in ("Рус.яз", "Лит"):
        return "e05" if school_class.grade <= 7 else "e07"
    return _TEACHES[subject.short]
