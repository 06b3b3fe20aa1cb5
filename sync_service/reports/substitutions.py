"""R12 «Учёт пропущенных и замещённых уроков»: the log of the month and its summary by teachers (DOMAIN 2.9).

A lesson that its teacher moves is in the log and in no number. A lesson given for somebody counts for payment only if
the journal says that it was held (V25): then it is in the timesheet too, with the same hours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from sync_service.domain.journal import LessonFact, SpanFacts
from sync_service.domain.school import AbsenceCode, Course, Substitution, SubstitutionKind, course_title
from sync_service.domain.timesheet import (
    EXTENDED_DAY,
    PRIMARY,
    SECONDARY,
    absence_on,
    course_of,
    held_lessons,
    is_confirmed,
    lesson_hours,
    rows_by_course,
    substitution_code,
    worked_hours,
    written_hours,
)
from sync_service.reports.cells import Value
from sync_service.reports.layout import Layout, Row
from sync_service.reports.texts import alphabetical, counted

HEADINGS = (
    "№ п/п", "Дата", "№ урока", "Класс (группа)", "Предмет по расписанию", "Ф.И.О. отсутствующего учителя",
    "Причина отсутствия (код, документ)", "Вид (замещён / пропущен / перенесён / объединение групп)",
    "Ф.И.О. замещающего учителя", "Предмет проведённого урока", "Тема по КТП", "Кол-во часов",
    "Код табеля (ЗН/ЗС/ЗП)", "Основание (приказ №, дата)", "Подпись замещавшего", "Подпись зам. директора",
    "Примечание (оплата)",
)  # fmt: skip
FIELDS = (
    "номер", "дата", "урок", "класс", "предмет", "отсутствовал", "причина", "вид", "замещал", "проведён", "тема",
    "часов", "код", "основание", "примечание",
)  # fmt: skip
SIGNED = ("Подпись замещавшего", "Подпись зам. директора")  # columns that a pen fills
SUMMARY_HEADINGS = (
    "Ф.И.О.", "Пропущено часов: всего", "Пропущено часов: по болезни", "Пропущено часов: по др. причинам",
    "Замещено другими", "Не замещено", "Замещал(а) сам(а): 1-3", "Замещал(а) сам(а): 4-9", "Замещал(а) сам(а): ГПД",
    "Итого к оплате",
)  # fmt: skip
NUMBERS = ("пропущено", "болезнь", "другие", "замещено", "не_замещено", "в_1_3", "в_4_9", "в_гпд", "к_оплате")
LAYOUT = Layout(rows={"строка": FIELDS, "пусто": ("текст",)}, singles=("пропущено", "замещено", "чаще", "не_сошлось"))
SUMMARY_LAYOUT = Layout(rows={"учитель": ("название", *NUMBERS), "итог": ("название", *NUMBERS)})
OWN = {PRIMARY: "в_1_3", SECONDARY: "в_4_9", EXTENDED_DAY: "в_гпд"}
MOST = 3  # subjects named in the head
UNCONFIRMED = "журнал не подтверждает, в табель не вошло"


class _Line(NamedTuple):
    """A row of «Замены» with what the record knows of its lesson."""

    said: Substitution
    course: Course
    hours: Fraction  # worked, as far as logs tell
    planned: Fraction
    lesson: LessonFact | None
    illness: bool
    reason: str
    confirmed: bool


def counts(facts: SpanFacts) -> dict[str, Value]:
    """The sentences above the log."""
    lines = _lines(facts)
    missed = sum(line.said.kind is SubstitutionKind.MISSED for line in lines)
    replaced = Counter(line.said.subject for line in lines if line.said.kind.has_substitute)
    most = [subject for subject, number in sorted(replaced.items()) if number == max(replaced.values())]
    doubtful = sum(line.said.kind.has_substitute and not line.confirmed for line in lines)
    return {
        "пропущено": f"Пропущено: {counted(missed, 'урок', 'урока', 'уроков')}",
        "замещено": f"Замещено: {counted(replaced.total(), 'урок', 'урока', 'уроков')}",
        "чаще": f"Больше всего замещено уроков по предмету {_subjects(most)}" if most else "",
        "не_сошлось": f"Из замещённых журнал не подтверждает: {doubtful}. Они не вошли ни в сводную, ни в табель."
        if doubtful else "",
    }  # fmt: skip


def _subjects(titles: list[str]) -> str:
    """«Химия», or the few that share the first place."""
    named = ", ".join(f"«{title}»" for title in titles[:MOST])
    return f"{named} и ещё {len(titles) - MOST} — поровну" if len(titles) > MOST else named


def rows(facts: SpanFacts) -> list[Row]:
    """The log: a line per row of «Замены» up to today, in order of time."""
    names = _names(facts)
    found = [
        Row("строка", {"номер": number, **_log_line(line, names)}) for number, line in enumerate(_lines(facts), start=1)
    ]
    return found or [Row("пусто", {"текст": "Пропущенных и замещённых уроков нет."})]


def summary(facts: SpanFacts) -> list[Row]:
    """A line per teacher whose lessons were not given or who gave others' lessons, and the total, in hours."""
    names = _names(facts)
    sums: dict[str, dict[str, Fraction]] = {}
    for line in _lines(facts):
        said = line.said
        if said.kind is not SubstitutionKind.MOVED:
            names_of_sum = [
                "пропущено",
                "болезнь" if line.illness else "другие",
                "замещено" if said.kind.has_substitute else "не_замещено",
            ]
            _add(sums, said.absent, names_of_sum, line.planned)
        if line.confirmed and said.substitute is not None:
            _add(sums, said.substitute, [OWN[substitution_code(line.course)], "к_оплате"], line.hours)
    total = {name: sum((one[name] for one in sums.values()), Fraction()) for name in NUMBERS}
    people = sorted(sums, key=lambda code: (alphabetical(names.get(code, code)), code))
    found = [Row("учитель", {"название": names.get(code, code), **_numbers(sums[code])}) for code in people]
    return [*found, Row("итог", {"название": "Всего", **_numbers(total)})]


def _add(sums: dict[str, dict[str, Fraction]], who: str, names: list[str], hours: Fraction) -> None:
    own = sums.setdefault(who, defaultdict(Fraction))
    for name in names:
        own[name] += hours


def _numbers(sums: dict[str, Fraction]) -> dict[str, Value]:
    return {name: sums[name] for name in NUMBERS}


def _log_line(line: _Line, names: dict[str, str]) -> dict[str, Value]:
    said, lesson = line.said, line.lesson
    topic = lesson.planned_topic or lesson.topic if lesson else ""
    if lesson is not None and said.taught is not None:  # by the plan of another subject: only what was written
        topic = lesson.topic if lesson.topic != lesson.planned_topic else ""
    notes = [said.note, UNCONFIRMED if said.kind.has_substitute and not line.confirmed else ""]
    return {
        "дата": said.date,
        "урок": said.slot,
        "класс": course_title(said.class_names, said.group),
        "предмет": said.subject,
        "отсутствовал": names.get(said.absent, said.absent),
        "причина": line.reason,
        "вид": said.kind.value,
        "замещал": names.get(said.substitute or "", ""),
        "проведён": (said.taught or said.subject) if said.kind.has_substitute else "",
        "тема": topic,
        "часов": None if said.kind is SubstitutionKind.MOVED else line.hours,
        "код": substitution_code(line.course) if said.kind.has_substitute else "",
        "основание": said.order,
        "примечание": "; ".join(note for note in notes if note),
    }


def _names(facts: SpanFacts) -> dict[str, str]:
    return {employee.code: employee.short_name for employee in facts.employees}


def _lines(facts: SpanFacts) -> list[_Line]:
    return sorted(_made(facts), key=lambda line: (line.said.date, line.said.slot, line.course.grade, line.course.code))


def _made(facts: SpanFacts) -> Iterator[_Line]:
    lessons = {(lesson.course, lesson.date, lesson.slot): lesson for lesson in facts.lessons}
    held, written = held_lessons(facts.lessons), written_hours(facts.lessons)
    rows_of = rows_by_course(facts.timetable)
    last = min(facts.end, facts.today)
    for said in facts.substitutions:
        course = course_of(said, facts.in_charge)
        if course is None or not facts.start <= said.date <= last:
            continue
        absence = absence_on(facts.absences, said.absent, said.date)
        reason = "" if absence is None else f"{absence.code.value} {absence.document}".strip()
        if absence is None and said.kind is not SubstitutionKind.MOVED:
            reason = "не указана"
        illness = absence is not None and absence.code is AbsenceCode.ILLNESS
        lesson = lessons.get((course.code, said.date, said.slot))
        rows = rows_of[course.code]
        hours = worked_hours(course, rows, said.date, said.slot, written)
        planned = lesson_hours(course, rows, said.date)
        yield _Line(said, course, hours, planned, lesson, illness, reason, is_confirmed(said, course, held))
