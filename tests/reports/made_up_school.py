"""A made-up school of nine classes for the tests of looks and speed: seeded, the same on each run."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from sync_service.domain.journal import CourseFact, EntryFact, LessonFact, OpenProblem, PupilFact, SpanFacts
from sync_service.domain.school import CourseKind, Marking, Period, SchoolYear, Term, WorkType

LAST = [
    "Абрикосова",
    "Берёзкин",
    "Вишнякова",
    "Груздев",
    "Дубравина",
    "Ежевикин",
    "Жаворонкова",
    "Зимородок",
    "Ивушкина",
    "Камышов",
    "Ландышева",
    "Медунцов",
]
FIRST = [
    "Аглая",
    "Богдан",
    "Варвара",
    "Глеб",
    "Дарина",
    "Ермолай",
    "Злата",
    "Игнат",
    "Кира",
    "Лука",
    "Мирослава",
    "Назар",
]
TEACHERS = (
    "Яблонская А. П.", "Рябинин К. С.", "Калинина М. О.", "Облепихин В. Д.", "Смородинова Е. Е.", "Крыжовников И. И.",
    "Малинина-Ежевичная О. Л.", "Черёмухин Н. Г.", "Сиренева Т. Ю.", "Жасминов Р. А.", "Липина С. В.", "Кленов П. П.",
)  # fmt: skip
SUBJECTS = {  # title → (first grade, last grade, lessons a week)
    "Русский язык": (1, 9, 4), "Литературное чтение": (1, 4, 3), "Литература": (5, 9, 2),
    "Иностранный язык (английский)": (2, 9, 3), "Математика": (1, 6, 4), "Алгебра": (7, 9, 3), "Геометрия": (7, 9, 2),
    "Окружающий мир": (1, 4, 2), "История": (5, 9, 2), "География": (5, 9, 1), "Биология": (5, 9, 1),
    "Физика": (7, 9, 2), "Химия": (8, 9, 2), "Физическая культура": (1, 9, 2), "Труд (технология)": (1, 9, 1),
    "Основы безопасности и защиты Родины": (8, 9, 1),
}  # fmt: skip
MORNING = datetime(2026, 10, 20, 6, tzinfo=UTC)
YEAR = SchoolYear(
    title="2026/2027", start=date(2026, 9, 1), end=date(2027, 5, 26),
    periods=(Period(term=Term.Q1, title="I четверть", start=date(2026, 9, 1), end=date(2026, 10, 30)),),
)  # fmt: skip


def october(pupils_in_class: int = 11, seed: int = 7) -> SpanFacts:
    """October 2026: about 100 pupils, 700 lessons, 3 000 entries."""
    dice = Random(seed)
    classes = tuple((f"{grade}А", grade, TEACHERS[grade % 12]) for grade in range(1, 10))
    courses = [
        CourseFact(
            code=f"c{grade}{index:02}", title=subject, kind=CourseKind.LESSON, school_class=f"{grade}А", grade=grade,
            subject=subject, group="", teacher=f"e{(index + grade // 3) % 12}",
            teacher_name=TEACHERS[(index + grade // 3) % 12],
            marking=Marking.UNMARKED if grade == 1 else Marking.POINTS, hours_per_week=Decimal(weekly),
        )
        for grade in range(1, 10)
        for index, (subject, (first, last, weekly)) in enumerate(SUBJECTS.items())
        if first <= grade <= last
    ]  # fmt: skip
    pupils = []
    for code, grade, _ in classes:
        for number in range(pupils_in_class):
            pupils.append(
                PupilFact(
                    code=f"P{grade}{number:02}", name=f"{LAST[number % 12]} {FIRST[(number * 5 + grade) % 12]}",
                    school_class=code, enrolled=date(2026, 9, 1),
                    left=date(2026, 10, 15) if (grade, number) == (6, 2) else None,
                    courses=tuple(c.code for c in courses if c.grade == grade),
                )
            )  # fmt: skip
    lessons = [lesson for course in courses for lesson in _lessons(course, dice)]
    return SpanFacts(
        school="МБОУ «Заозёрная основная общеобразовательная школа»", year=YEAR,
        start=date(2026, 10, 1), end=date(2026, 10, 31), today=date(2026, 11, 2), time_zone="Europe/Moscow",
        classes=classes, courses=tuple(courses), pupils=tuple(pupils), lessons=tuple(lessons),
        entries=tuple(_entries(pupils, courses, lessons, dice)), finals=(),
        work_types=(WorkType(short="КР", title="Контрольная работа", weight=3),),
        problems=(OpenProblem("entry.unknown", "9А Журнал", "Алгебра", "F7", "c905", "не понято", MORNING),) * 3,
        director="Черешнева Л. М.", deputy="Ольховская Н. В.",
    )  # fmt: skip


def _lessons(course: CourseFact, dice: Random) -> list[LessonFact]:
    found = []
    days = [date(2026, 10, 1) + timedelta(n) for n in range(30) if (date(2026, 10, 1) + timedelta(n)).weekday() < 5]
    weekdays = dice.sample(range(5), min(5, int(course.hours_per_week)))
    diligence = dice.choice((0.7, 0.9, 0.95, 0.98, 1.0))
    for number, day in enumerate(day for day in days if day.weekday() in weekdays):
        told = dice.random() < diligence + 0.03
        late = timedelta(hours=dice.choice((0, 0, 0, 0, 5, 26)) if dice.random() > diligence - 0.3 else 0)
        at = datetime.combine(day, time(11, 30), UTC) + late if told else None
        homework = told and dice.random() < diligence
        found.append(
            LessonFact(
                key=f"{course.code}.{number:03}", course=course.code, seq=number, date=day,
                slot=1 + (number + int(course.code[2:])) % 6, held=True if told else None,
                topic="Тема урока" if told else "", homework="§ 12, упр. 140" if homework else "", homework_due=None,
                minutes=None, work_type="КР" if number == 4 else "", planned_topic="Тема урока", planned_homework="",
                held_at=at, topic_at=at, homework_at=at if homework else None,
            )
        )  # fmt: skip
    return found


def _entries(
    pupils: list[PupilFact], courses: list[CourseFact], lessons: list[LessonFact], dice: Random
) -> list[EntryFact]:
    grade = {course.code: course for course in courses}
    found = []
    ill = {(pupil.code, day) for pupil in pupils for day in range(1, 31) if dice.random() < 0.03}
    for lesson in lessons:
        course = grade[lesson.course]
        for pupil in pupils:
            if pupil.school_class != course.school_class or not lesson.held:
                continue
            absence, marks = "", ()
            if (pupil.code, lesson.date.day) in ill:
                absence = dice.choice(("б", "б", "б", "ув"))
            elif dice.random() < 0.02:
                absence = dice.choice(("н", "нп", "оп", "осв"))
            elif course.marking == Marking.POINTS and dice.random() < 0.36:
                marks = (dice.choices((5, 4, 3, 2), (9, 11, 6, 1))[0],)
            if absence or marks:
                found.append(
                    EntryFact(
                        pupil.code,
                        lesson.key,
                        lesson.course,
                        lesson.date,
                        marks,
                        "",
                        absence,
                        False,
                        lesson.held_at or MORNING,
                    )
                )
    return found
