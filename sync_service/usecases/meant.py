"""Which pupil, course, lesson, day or final mark a person means by words of a command. Nothing is guessed: words that
fit more than one thing are answered with the candidates, words that fit nothing with what there is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from difflib import get_close_matches

from sync_service.domain.calendar import term_title
from sync_service.domain.fields import read_date
from sync_service.domain.journal import LessonFact
from sync_service.domain.problems import Code
from sync_service.domain.school import Course, Directory, Pupil, SchoolYear, Term
from sync_service.reconcile.calendar import QUARTERS
from sync_service.records import queries
from sync_service.usecases.workspace import NeedsHuman

SHOWN = 12  # candidates in one answer
NEAR = timedelta(days=14)  # lessons named where none is on the day that was said


class Unclear(Exception):
    """Words of a command that name nothing, or several things; str(error) is a Russian sentence with the candidates."""

    def __init__(self, option: str, sentence: str) -> None:
        self.option = option
        super().__init__(sentence)


def school(on: date | None = None) -> Directory:
    """Of this school year, or of that of a day. Raises NeedsHuman before the school book was first read."""
    directory = queries.directory(on)
    if directory is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    return directory


def class_meant(words: str, directory: Directory) -> str:
    """The code of a class, "" for no words. Raises Unclear."""
    wanted = words.replace(" ", "").upper()
    known = [one.code for one in directory.classes]
    if wanted and wanted not in known:
        raise Unclear("--class", f"класса «{words}» нет. Есть: {_listed(known)}.")
    return wanted


def pupil_meant(words: str, school_class: str = "") -> Pupil:
    """By code, «Абрамов Лев», «Абрамов Л.» or «Абрамов», those who have left too. Raises Unclear."""
    everybody = queries.everybody()[0]
    said = _words(words)
    names = {pupil: _words(f"{pupil.last} {pupil.first} {pupil.patronymic}") for pupil in everybody}
    exact = [pupil for pupil, name in names.items() if said and name[: len(said)] == said]
    begun = [pupil for pupil, name in names.items() if said and _begins(name, said)]
    found = [pupil for pupil in everybody if pupil.code == words.strip().upper()] or exact or begun
    found = [pupil for pupil in found if pupil.school_class == school_class] or found
    if len(found) == 1:
        return found[0]
    shown = {f"{pupil.list_name} ({pupil.school_class}, {pupil.code})": pupil for pupil in found or everybody}
    if found:
        raise Unclear("--pupil", f"«{words}» — не один ученик: {_listed(shown)}. Укажите имя, класс или код.")
    close = get_close_matches(words, [pupil.list_name for pupil in everybody], SHOWN, 0.5)
    near = [line for line, pupil in shown.items() if pupil.list_name in close or pupil.school_class == school_class]
    raise Unclear("--pupil", f"ученика «{words}» нет." + (f" Похожие: {_listed(near)}." if near else ""))


def course_meant(words: str, directory: Directory, school_class: str = "", pupil: Pupil | None = None) -> Course:
    """By code, title or subject, the beginning will do; of the pupil's courses if a pupil is known. Raises Unclear."""
    within = [
        course
        for course in directory.courses
        if school_class in ("", *course.classes)
        and (pupil is None or any(one.code == pupil.code for one in queries.course_pupils(course, None)))
    ]
    said = words.strip().casefold()
    titles = {course: (course.code.casefold(), course.title.casefold(), course.subject.casefold()) for course in within}
    exact = [course for course, known in titles.items() if said in known]
    found = exact or [course for course, known in titles.items() if said and any(one.startswith(said) for one in known)]
    if len(found) == 1:
        return found[0]
    shown = _listed(f"{course.title} ({course.class_names}, {course.code})" for course in found or within)
    if found:
        raise Unclear("--course", f"«{words}» — не один курс: {shown}. Укажите класс или код.")
    of_class = f" в классе {school_class}" if school_class else ""
    whose = f" у ученика {pupil.list_name}" if pupil is not None else of_class
    raise Unclear("--course", f"курса «{words}»{whose} нет. Есть: {shown}.")


def day_meant(words: str, year: SchoolYear, option: str = "--date") -> date:
    """«2026-09-02», «02.09.2026» or «02.09». Raises Unclear."""
    text = read_date(words, Code.LESSON_DATE, (year.start, year.end))
    if not isinstance(text, str) or not text:
        raise Unclear(option, f"«{words}» — не дата. Пишите 2026-09-02 или 02.09.")
    return date.fromisoformat(text)


def lesson_meant(course: Course, day: date, number: int | None = None) -> LessonFact:
    """The lesson of a course on a day. Raises Unclear."""
    lessons = queries.lesson_facts(course.code)
    found = [one for one in lessons if one.date == day and number in (None, one.slot)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Unclear("--slot", f"{day:%d.%m.%Y} уроков несколько: {_listed(map(lesson_label, found))}.")
    near = [one for one in lessons if abs(one.date - day) <= NEAR]
    known = f" Рядом: {_listed(map(lesson_label, near))}." if near else ""
    which = "" if number is None else f" {number}-го"
    raise Unclear("--date", f"{day:%d.%m.%Y}{which} урока «{course.title}» ({course.class_names}) нет.{known}")


def term_meant(words: str) -> Term:
    """A column of final marks: «I» … «IV», «Год», «Экзамен», «Итог». Raises Unclear."""
    said = words.strip().casefold()
    titles = {term_title(term).casefold(): term for term in Term}
    term = titles.get(said) or QUARTERS.get(said.partition(" ")[0].upper())
    if term is None:
        raise Unclear("--final", f"«{words}» нет. Есть: I, II, III, IV, Год, Экзамен, Итог.")
    return term


def lesson_label(lesson: LessonFact) -> str:
    """«02.09.2026, 1-й урок»."""
    return f"{lesson.date:%d.%m.%Y}, {lesson.slot}-й урок"


def _words(text: str) -> list[str]:
    return re.findall(r"[\w-]+", text.casefold().replace("ё", "е"))


def _begins(name: Sequence[str], said: Sequence[str]) -> bool:
    return len(said) <= len(name) and all(whole.startswith(part) for whole, part in zip(name, said, strict=False))


def _listed(lines: Iterable[str]) -> str:
    every = list(lines)
    more = f" и ещё {len(every) - SHOWN}" if len(every) > SHOWN else ""
    return "; ".join(every[:SHOWN]) + more
