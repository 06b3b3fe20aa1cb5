"""What is wrong on purpose, and what will be corrected later: each disease once, in a book and a cell of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from random import Random
from typing import NamedTuple

from sync_service.domain.entries import Raw
from sync_service.domain.problems import Code
from sync_service.domain.school import Course, Directory, ScheduledLesson
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, lesson_slot
from sync_service.usecases.demo_school.curriculum import SUBJECT
from sync_service.usecases.demo_school.seed import stream
from sync_service.usecases.demo_school.typed import Correction, Planted

Cells = dict[str, dict[Slot, Raw]]
Lessons = Mapping[str, Sequence[ScheduledLesson]]
MARKS, ABSENCES = ("2", "3", "4", "5"), ("н", "Н", "б")


class _Desk(NamedTuple):
    """Where one disease may be put: the course's cells and lessons, and the cells that are spoken for."""

    cells: dict[Slot, Raw]
    lessons: Sequence[ScheduledLesson]
    taken: set[Slot]
    today: date
    rng: Random

    def one_of(self, slots: list[Slot]) -> Slot:
        """A free one, chosen by the stream; cells stand in the order in which they were typed."""
        slot = self.rng.choice([slot for slot in slots if slot not in self.taken])
        self.taken.add(slot)
        return slot


def _over_a_mark(desk: _Desk) -> Slot:
    """Where a plain mark stands."""
    return desk.one_of([slot for slot, raw in desk.cells.items() if slot.kind is SlotKind.ENTRY and raw in MARKS])


def _over_an_absence(desk: _Desk) -> Slot:
    """Where a plain absence stands."""
    return desk.one_of([slot for slot, raw in desk.cells.items() if slot.kind is SlotKind.ENTRY and raw in ABSENCES])


def _over_a_debt(desk: _Desk) -> Slot:
    """Where a pupil owes a work."""
    return desk.one_of([slot for slot, raw in desk.cells.items() if slot.kind is SlotKind.ENTRY and raw == "."])


def _over_nothing(desk: _Desk) -> Slot:
    """A blank cell of a pupil and a lesson that both have entries elsewhere, so that both were there that day."""
    typed = [slot for slot in desk.cells if slot.kind is SlotKind.ENTRY]
    pupils, lessons = dict.fromkeys(slot.subject for slot in typed), dict.fromkeys(slot.field for slot in typed)
    return desk.one_of([s for pupil in pupils for key in lessons if (s := entry_slot(pupil, key)) not in desk.cells])


def _in_the_future(desk: _Desk) -> Slot:
    pupil = next(slot.subject for slot in desk.cells if slot.kind is SlotKind.ENTRY)
    return desk.one_of([entry_slot(pupil, next(les.key for les in desk.lessons if les.date > desk.today))])


def _over_a_final(desk: _Desk) -> Slot:
    return desk.one_of([slot for slot in desk.cells if slot.kind is SlotKind.FINAL])


def _in_the_log(field: LessonField) -> Callable[[_Desk], Slot]:
    def somewhere(desk: _Desk) -> Slot:
        held = [s.subject for s in desk.cells if s.kind is SlotKind.LESSON and s.field == LessonField.HELD]
        return desk.one_of([lesson_slot(key, field) for key in held])

    return somewhere


def _held_tomorrow(desk: _Desk) -> Slot:
    return desk.one_of([lesson_slot(next(les.key for les in desk.lessons if les.date > desk.today), LessonField.HELD)])


DISEASES: tuple[tuple[str, str, Callable[[_Desk], Slot], Raw, Code, str], ...] = (
    ("5А", "Матем", _over_a_mark, 45, Code.ENTRY_TWO_DIGITS, "две отметки без черты"),
    ("5А", "Рус.яз", _over_a_mark, date(2026, 5, 4), Code.ENTRY_BECAME_DATE, "4/5 превратилось в дату"),
    ("5А", "Биология", _in_the_log(LessonField.MINUTES), "полчаса", Code.LESSON_MINUTES, "минуты словом"),
    ("6А", "Матем", _over_a_mark, "4,5", Code.ENTRY_FRACTION, "дробная отметка"),
    ("6А", "География", _over_nothing, "н/а", Code.ENTRY_NOT_ATTESTED, "«не аттестован» в обычной клетке"),
    ("7А", "Алгебра", _over_a_mark, "З", Code.ENTRY_LOOKALIKE_DIGIT, "буква З вместо тройки"),
    ("7А", "История", _over_nothing, "о", Code.ENTRY_AMBIGUOUS_O, "опоздал или освобождён?"),
    ("7А", "Физика", _held_tomorrow, "да", Code.LESSON_HELD_FUTURE, "проведён урок, которого ещё не было"),
    ("8А", "Физика", _over_a_mark, True, Code.ENTRY_BOOLEAN, "вставлена галочка"),
    ("8А", "Биология", _over_a_mark, "5-", Code.ENTRY_SIGNED, "пять с минусом"),
    ("8А", "История", _in_the_log(LessonField.DATE), "32.13.2026", Code.LESSON_DATE, "такой даты нет"),
    ("9А", "Рус.яз", _over_a_mark, "#REF!", Code.ENTRY_FORMULA, "вставлена сломанная формула"),
    ("9А", "История", _over_a_mark, "٥", Code.ENTRY_FOREIGN_DIGIT, "пятёрка арабской цифрой"),
    ("9А", "Алгебра", _over_a_mark, -4, Code.ENTRY_LEADING_SIGN, "минус перед отметкой"),
    ("1А", "Матем", _over_nothing, "5", Code.ENTRY_NO_POINTS, "отметка в первом классе"),
    ("2А", "Окр.мир", _over_an_absence, "н б", Code.ENTRY_TWO_CODES, "два кода сразу"),
    ("2А", "Матем", _in_the_log(LessonField.WORK_TYPE), "проверочная", Code.LESSON_WORK, "такого вида работы нет"),
    ("3А", "Матем", _over_a_mark, 6, Code.ENTRY_OUT_OF_SCALE, "палец соскользнул с пятёрки"),
    ("3А", "Лит.чт", _over_a_final, "хор", Code.FINAL_UNKNOWN, "четвертная отметка словом"),
    ("4А", "Рус.яз", _in_the_future, "4", Code.ENTRY_FUTURE, "отметка в столбце будущего урока"),
)


def plant(directory: Directory, lessons: Lessons, cells: Cells, today: date) -> tuple[Planted, ...]:
    """Put every disease into `cells` and tell where it is."""
    rng = stream("bad cells")
    planted: list[Planted] = []
    taken: set[Slot] = set()
    for school_class, short, place, raw, code, note in DISEASES:
        course = _course(directory, school_class, short)
        slot = place(_Desk(cells[course.code], lessons[course.code], taken, today, rng))
        cells[course.code][slot] = raw
        planted.append(Planted(course.code, slot, raw, code, note))
    return tuple(planted)


def corrections(
    directory: Directory, lessons: Lessons, cells: Cells, planted: Sequence[Planted], today: date
) -> tuple[Correction, ...]:
    """A handful of things put right some days later: two bad cells, marks changed, cleared and given, a work
    handed in, a late lesson."""
    rng = stream("corrections")
    taken = {bad.slot for bad in planted}
    by_code = {bad.code: bad for bad in planted}

    def desk(school_class: str, short: str) -> tuple[str, _Desk]:
        course = _course(directory, school_class, short)
        return course.code, _Desk(cells[course.code], lessons[course.code], taken, today, rng)

    found = [
        Correction(bad.course, bad.slot, bad.raw, new)
        for bad, new in ((by_code[Code.ENTRY_TWO_DIGITS], "4/5"), (by_code[Code.ENTRY_FOREIGN_DIGIT], "5"))
    ]
    for school_class, short, place, new in (
        ("6А", "Рус.яз", _over_a_mark, _one_better),
        ("7А", "География", _over_a_mark, lambda old: None),
        ("8А", "Геометрия", _over_an_absence, lambda old: "н4"),
        ("4А", "Матем", _over_nothing, lambda old: "5"),
        ("9А", "География", _over_a_debt, lambda old: "4"),
        ("9А", "Лит", _last_unfilled, lambda old: "да"),
    ):
        course, at = desk(school_class, short)
        slot = place(at)
        old = at.cells.get(slot)
        found.append(Correction(course, slot, old, new(old)))
    return tuple(found)


def _one_better(old: Raw) -> Raw:
    return str(int(str(old)) + 1) if old != "5" else "4"


def _last_unfilled(desk: _Desk) -> Slot:
    """«Проведён» of the first lesson that its teacher has not got round to."""
    past = (lesson_slot(lesson.key, LessonField.HELD) for lesson in desk.lessons if lesson.date <= desk.today)
    return desk.one_of([next(slot for slot in past if slot not in desk.cells)])


def _course(directory: Directory, school_class: str, short: str) -> Course:
    title = SUBJECT[short].title
    return next(c for c in directory.courses if c.school_class == school_class and c.subject == title)
