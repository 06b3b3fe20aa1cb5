"""The week of the demo school as it hangs in the corridor, and its rows.

A line is a day, lessons stand from the first one on. «Англ.яз 1+2»: both subgroups at once, each with its own teacher;
«Англ.яз 1 + Информ 2»: one subgroup has English while the other is in the computer room, as small schools do it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sync_service.domain.school import Course, TimetableRow
from sync_service.usecases.demo_school import beyond

DAYS = ("пн", "вт", "ср", "чт", "пт")

WEEK: Mapping[str, str] = {
    "1А": """
        пн  РОВ | Рус.яз | Физ-ра | Матем | Труд
        вт  Окр.мир | Рус.яз | ИЗО | Лит.чт
        ср  Лит.чт | Рус.яз | Матем | Музыка
        чт  Лит.чт | Матем | Рус.яз | Физ-ра
        пт  Окр.мир | Рус.яз | Матем | Лит.чт
    """,
    "2А": """
        пн  РОВ | Рус.яз | Матем | Физ-ра | Лит.чт
        вт  Окр.мир | Матем | Рус.яз | Музыка
        ср  Лит.чт | Матем | Рус.яз | Физ-ра | Англ.яз
        чт  Окр.мир | Рус.яз | Матем | Лит.чт | Труд
        пт  ИЗО | Рус.яз | Англ.яз | Лит.чт
    """,
    "3А": """
        пн  РОВ | Матем | Рус.яз | Лит.чт | Физ-ра
        вт  Музыка | Англ.яз | Рус.яз | Окр.мир | Лит.чт
        ср  Лит.чт | Матем | Физ-ра | Рус.яз
        чт  Окр.мир | Матем | Рус.яз | Англ.яз | ИЗО
        пт  Лит.чт | Матем | Рус.яз | Труд
    """,
    "4А": """
        пн  РОВ | Рус.яз | Матем | Лит.чт | Окр.мир
        вт  Труд | Рус.яз | Англ.яз | Матем | Лит.чт
        ср  ОРКСЭ | Рус.яз | Матем | Лит.чт | Физ-ра
        чт  Лит.чт | Рус.яз | Матем | Музыка
        пт  ИЗО | Англ.яз | Рус.яз | Окр.мир | Физ-ра
    """,
    "5А": """
        пн  РОВ | Рус.яз | Информ 1 + Англ.яз 2 | Матем | Лит | История
        вт  Труд | Труд | Рус.яз | Физ-ра | Англ.яз 1+2 | Матем
        ср  Лит | Биология | История | Рус.яз | Матем | ИЗО
        чт  Рус.яз | История | География | Матем | Англ.яз 1+2 | Музыка
        пт  Лит | Рус.яз | Матем | Физ-ра | Англ.яз 1 + Информ 2
    """,
    "6А": """
        пн  РОВ | Матем | Англ.яз | Рус.яз | Труд | Труд
        вт  Англ.яз | Матем | Физ-ра | Рус.яз | Лит | История
        ср  География | Рус.яз | Рус.яз | Матем | ИЗО | Музыка
        чт  Матем | Лит | Рус.яз | История | Информ | Англ.яз
        пт  Биология | Матем | Физ-ра | Рус.яз | Лит | История
    """,
    "7А": """
        пн  РОВ | Англ.яз 1+2 | Рус.яз | Физика | Геометрия | Музыка
        вт  Лит | Рус.яз | Алгебра | Англ.яз 1 + Информ 2 | Физ-ра | Биология | ИЗО
        ср  История | Алгебра | Физика | География | Труд | Труд
        чт  История | Геометрия | Англ.яз 1+2 | Рус.яз | Физ-ра | ВиС
        пт  Информ 1 + Англ.яз 2 | География | Рус.яз | Алгебра | История | Лит
    """,
    "8А": """
        пн  РОВ | ВиС | Химия | Рус.яз | Биология | География | Музыка
        вт  Лит | Физика | Рус.яз | Алгебра | История | Физ-ра
        ср  Алгебра | История | Геометрия | Труд | Информ | Англ.яз | ОБЗР
        чт  Англ.яз | Химия | История | Лит | Алгебра | Физ-ра
        пт  Англ.яз | Рус.яз | Физика | География | Геометрия | Биология
    """,
    "9А": """
        пн  РОВ | Химия | Алгебра | География | Информ 1 + Англ.яз 2 | Лит | Физ-ра
        вт  Геометрия | Рус.яз | Физика | Лит | Алгебра | Англ.яз 1+2 | История
        ср  Лит | Рус.яз | Химия | Физика | Биология | География
        чт  Рус.яз | Англ.яз 1+2 | Геометрия | ОБЗР | История | Общество | Физ-ра
        пт  Алгебра | Физика | Биология | Англ.яз 1 + Информ 2 | Труд | ВиС
    """,
}

ROOMS = {  # of a teacher, unless the subject has a room of its own
    "e01": "205", "e02": "206", "e03": "208", "e04": "203", "e05": "202", "e06": "204", "e07": "201", "e08": "107",
    "e09": "101", "e10": "102", "e11": "103", "e12": "104",
}  # fmt: skip
SUBJECT_ROOMS = {"Физическая культура": "спортзал", "Труд (технология)": "мастерская"}
OWN_ROOM_UP_TO_GRADE = 4  # lessons of labour are held in the classroom there


def timetable(courses: Sequence[Course], short: Mapping[str, str], since: date) -> tuple[TimetableRow, ...]:
    """The rows of the week for `courses`; `short` gives a subject's title for the word used in `WEEK`."""
    by_name = {(course.class_names, course.subject, course.group): course for course in courses}
    week = tuple(
        TimetableRow(
            since=since, weekday=weekday, slot=slot, course=course.code, room=_room(course)
        )
        for school_class, week in WEEK.items()
        for weekday, slot, word, group in _lessons(week)
        for course in (by_name[school_class, short[word], group],)
    )
    return week + beyond.timetable(courses, since)


def lessons_per_week(school_class: str) -> dict[tuple[str, str], int]:
    """Hours in the week of `WEEK` by (subject's short title, group)."""
    hours: dict[tuple[str, str], int] = {}
    for _, _, word, group in _lessons(WEEK[school_class]):
        hours[word, group] = hours.get((word, group), 0) + 1
    return hours


def _lessons(week: str) -> Iterator[tuple[int, int, str, str]]:
    """(weekday, slot, short title, group) of each lesson; two of one slot for subgroups."""
    for weekday, line in enumerate(week.split("\n")[1:-1], 1):
        for slot, cell in enumerate(line.split(maxsplit=1)[1].split("|"), 1):
            for word, group in _parts(cell.strip()):
                yield weekday, slot, word, group


def _parts(cell: str) -> list[tuple[str, str]]:
    if cell.endswith("1+2"):
        word = cell.removesuffix("1+2").strip()
        return [(word, "1"), (word, "2")]
    if " + " not in cell:
        return [(cell, "")]
    parts = (part.rsplit(" ", 1) for part in cell.split(" + "))
    return [(word, group) for word, group in parts]


def _room(course: Course) -> str:
    if course.subject == "Физическая культура" or course.grade > OWN_ROOM_UP_TO_GRADE:
        return SUBJECT_ROOMS.get(course.subject, ROOMS[course.teacher])
    return f"10{course.grade}"
