"""The thematic plan (КТП) of every course: the topics of topics/*.txt spread over the lessons that the year really has.

A topics file is read as it looks: «= subject», «# grades», then «section | topic; topic ×3; …», where ×3 means that
the topic takes three times the usual lessons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from sync_service.domain.school import Course, PlanItem
from sync_service.usecases.demo_school.homework import planned_homework


class Topic(NamedTuple):
    section: str
    title: str
    weight: int = 1


class _Row(NamedTuple):
    section: str
    topic: str
    control: str = ""


FORMS = {  # what the second, third, … lesson of one topic is called
    "Русский язык": ("Упражнения", "Закрепление", "Работа с текстом", "Практикум", "Проверка знаний", "Обобщение"),
    "Литературное чтение": (
        "Работа с текстом", "Герои и события", "Выразительное чтение", "Обобщение", "Внеклассное чтение",
        "Чтение по ролям", "Составление плана", "Пересказ",
    ),
    "Литература": (
        "Герои и события", "Анализ эпизода", "Язык произведения", "Смысл произведения", "Сочинение-миниатюра",
        "Главные герои", "Второстепенные герои", "Авторская позиция", "Отзывы читателей", "Композиция",
        "Сюжет и конфликт",
    ),
    "Английский язык": ("Лексика", "Грамматика", "Чтение", "Аудирование и говорение", "Письмо", "Обобщение"),
    "Информатика": ("Практическая работа", "Обобщение"),
    "Физическая культура": ("Совершенствование", "Учёт", "Развитие выносливости", "Подвижные игры", "Эстафеты"),
    "Труд (технология)": ("Работа над изделием", "Завершение работы", "Оценка изделия", "Итоги работы"),
    "Изобразительное искусство": ("Работа в цвете", "Завершение работы"),
    "Музыка": ("Слушание и разучивание", "Обобщение"),
    "Математика": ("Решение задач", "Закрепление", "Решение примеров", "Самостоятельная работа", "Обобщение"),
    "Алгебра": ("Решение упражнений", "Закрепление", "Самостоятельная работа", "Обобщение"),
    "Геометрия": ("Решение задач", "Закрепление", "Самостоятельная работа", "Обобщение"),
    "Физика": ("Решение задач", "Закрепление", "Лабораторная работа"),
    "Химия": ("Упражнения", "Практическая работа", "Обобщение"),
    "Разговоры о важном": ("Продолжение разговора",),
    "Робототехника": ("Сборка модели", "Испытания", "Доработка", "Показ"),
    "Волейбол": ("Отработка", "Учебная игра", "Развитие ловкости", "Разбор игры"),
}  # fmt: skip
FIRST_GRADE_FORMS = (
    "Упражнения", "Закрепление", "Повторение", "Работа в парах", "Урок-игра", "Проверяем себя", "Обобщение",
)  # fmt: skip
USUAL_FORMS = ("Закрепление", "Работа с источниками", "Обобщение")
CONTROLS = {  # work type and sentence of the control lesson that closes a section
    "Русский язык": ("Дикт", "Контрольный диктант по теме «{section}»"),
    "Литература": ("Соч", "Сочинение по разделу «{section}»"),
    "Литературное чтение": ("Тест", "Проверочный тест по разделу «{section}»"),
    "Английский язык": ("КР", "Контрольная работа по теме «{section}»"),
    "Математика": ("КР", "Контрольная работа по теме «{section}»"),
    "Алгебра": ("КР", "Контрольная работа по теме «{section}»"),
    "Геометрия": ("КР", "Контрольная работа по теме «{section}»"),
    "Физика": ("КР", "Контрольная работа по теме «{section}»"),
    "Химия": ("КР", "Контрольная работа по теме «{section}»"),
    "Окружающий мир": ("Тест", "Проверочная работа по разделу «{section}»"),
    "История": ("Тест", "Тест по разделу «{section}»"),
    "Обществознание": ("Тест", "Тест по разделу «{section}»"),
    "География": ("Тест", "Тест по разделу «{section}»"),
    "Биология": ("Тест", "Тест по разделу «{section}»"),
    "Информатика": ("ПР", "Итоговая практическая работа по разделу «{section}»"),
    "Вероятность и статистика": ("КР", "Контрольная работа по теме «{section}»"),
}
SPEECH = {"Изл": "Изложение", "Соч": "Сочинение"}  # lessons of Russian in the middle of a section
SPEECH_LESSON = "Развитие речи."
WORK_OF_WORD = {  # a lesson that its topic calls so is a work of that type
    "Самостоятельная работа": "СР", "Лабораторная работа": "ПР", "Практическая работа": "ПР", "Учёт": "Норм",
    "Оценка изделия": "ПР", "Проверка знаний": "СР", "Защита проекта": "Проект",
}  # fmt: skip


_KNOWN_FORMS = {form for forms in (*FORMS.values(), FIRST_GRADE_FORMS, USUAL_FORMS) for form in forms}
_LAST_SENTENCE = re.compile(r"(.*?)(?:([.!?]) ([^.!?]*))?")
_WEIGHTED = re.compile(r"(.+?)(?: ×(\d))?")


def plan(course: Course, lessons: int) -> tuple[PlanItem, ...]:
    """A row for each of the year's `lessons` lessons of the course."""
    rows = _rows(course, lessons)
    items, paragraph, last = [], 1, without_form(rows[0].topic)
    for seq, row in enumerate(rows, 1):
        if (head := without_form(row.topic)) != last:
            paragraph, last = paragraph + 1, head
        homework, minutes = "", None
        if not row.control:
            homework, minutes = planned_homework(course.subject, course.grade, seq, paragraph)
        items.append(
            PlanItem(
                course=course.code, seq=seq, section=row.section, topic=row.topic, homework=homework, minutes=minutes,
                control=row.control,
            )
        )  # fmt: skip
    return tuple(items)


def without_form(topic: str) -> str:
    """«Стили речи. Закрепление» → «Стили речи»: what the lesson has in common with its neighbours."""
    head, mark, form = _LAST_SENTENCE.fullmatch(topic).groups()  # type: ignore[union-attr]
    return (head + mark).rstrip(".") if form in _KNOWN_FORMS else topic


def _rows(course: Course, lessons: int) -> list[_Row]:
    topics = _fitting(topics_of(course.subject, course.grade), lessons)
    sections = list(dict.fromkeys(topic.section for topic in topics))
    large = [section for section in sections if sum(topic.section == section for topic in topics) > 1]
    closing = _closing_rows(course, large, lessons)
    room = lessons - sum(len(rows) for rows in closing.values())
    counts = _shares([topic.weight for topic in topics], room)
    forms = FORMS.get(course.subject, USUAL_FORMS)
    if course.grade == 1 and course.subject in ("Русский язык", "Литературное чтение", "Математика"):
        forms = FIRST_GRADE_FORMS
    rows: list[_Row] = []
    for section in sections:
        taught = [
            _lesson(topic, place, forms, course.grade)
            for topic, count in zip(topics, counts, strict=True)
            if topic.section == section
            for place in range(count)
        ]
        for row in closing.get(section, []):
            taught.insert(len(taught) // 2 if row.topic.startswith(SPEECH_LESSON) else len(taught), row)
        rows += taught
    return rows


def _lesson(topic: Topic, place: int, forms: Sequence[str], grade: int) -> _Row:
    form = forms[(place - 1) % len(forms)] if place else ""
    title = topic.title if not form else f"{topic.title}{'' if topic.title.endswith(('!', '?')) else '.'} {form}"
    work = next((work for word, work in WORK_OF_WORD.items() if word in (form or title)), "")
    return _Row(topic.section, title, work if grade > 1 else "")


def _closing_rows(course: Course, sections: Sequence[str], lessons: int) -> dict[str, list[_Row]]:
    """Control work for the end of evenly chosen sections, with its discussion where there is time for it.

    Never more than a tenth of the lessons (V10), and none in grade 1 (DOMAIN 2.4)."""
    if course.grade == 1 or course.subject not in CONTROLS:
        return {}
    work, sentence = CONTROLS[course.subject]
    budget = min(len(sections), max(2, lessons // 16))
    chosen = sorted({round((place + 1) * len(sections) / budget) - 1 for place in range(budget)})
    closing = {}
    for number, section in enumerate(sections[index] for index in chosen):
        rows = [_Row(section, sentence.format(section=section), work)]
        if lessons >= 90:
            rows.append(_Row(section, f"Анализ работы по теме «{section}». Работа над ошибками"))
        if course.subject == "Русский язык" and course.grade >= 3:
            short, title = list(SPEECH.items())[number % 2]
            rows.insert(0, _Row(section, f"{SPEECH_LESSON} {title} № {number // 2 + 1}", short))
        closing[section] = rows
    return closing


def _fitting(topics: Sequence[Topic], lessons: int) -> list[Topic]:
    """Neighbours of one section joined until every topic has a lesson even beside the control works."""
    found = list(topics)
    room = lessons - max(3, lessons // 8)
    place = 0
    while len(found) > room:
        place = place % (len(found) - 1)
        one, two = found[place], found[place + 1]
        if one.section == two.section and "; " not in one.title + two.title:
            found[place : place + 2] = [Topic(one.section, f"{one.title}; {two.title}")]
        place += 1
    return found


def _shares(weights: Sequence[int], lessons: int) -> list[int]:
    """`lessons` divided by weight, at least one each, remainders spread evenly."""
    spare = lessons - len(weights)
    edges = [round(spare * sum(weights[:place]) / sum(weights)) for place in range(len(weights) + 1)]
    return [1 + high - low for low, high in pairwise(edges)]


def topics_of(subject: str, grade: int) -> tuple[Topic, ...]:
    return _all_topics()[subject, grade]


@cache
def _all_topics() -> dict[tuple[str, int], tuple[Topic, ...]]:
    found: dict[tuple[str, int], tuple[Topic, ...]] = {}
    for entry in sorted(files(__package__).joinpath("topics").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".txt"):
            subject, grades = "", [""]
            for line in entry.read_text(encoding="utf-8").splitlines():
                if line.startswith("= "):
                    subject = line[2:]
                elif line.startswith("# "):
                    grades = line[2:].split()
                else:
                    for grade in grades:
                        found[subject, int(grade)] = (*found.get((subject, int(grade)), ()), *_topics(line))
    return found


def _topics(line: str) -> Iterator[Topic]:
    section, topics = line.split(" | ", 1)
    for text in topics.split(";"):
        title, weight = _WEIGHTED.fullmatch(text.strip()).groups("1")  # type: ignore[union-attr]
        yield Topic(section, title, int(weight))
