"""The tab «Календарь»: quarters, days without lessons, days worked by the timetable of another weekday.

A row that cannot be understood is told and left out. Rows that contradict each other are told, each at its place, and
stand all the same: a quarter that vanished would take its lessons along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.domain.calendar import SUNDAY, Span, validate
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Holiday, HolidayKind, Period, SchoolYear, Term, WorkingDay
from sync_service.reconcile.layout import CALENDAR, QUARTER, WORKING_DAY
from sync_service.reconcile.tables import Row

QUARTERS = {
    "I": Term.Q1,
    "II": Term.Q2,
    "III": Term.Q3,
    "IV": Term.Q4,
    "1": Term.Q1,
    "2": Term.Q2,
    "3": Term.Q3,
    "4": Term.Q4,
}
WEEKDAYS = {
    "понедельника": 1, "вторника": 2, "среды": 3, "четверга": 4, "пятницы": 5, "субботы": 6,
    "пн": 1, "вт": 2, "ср": 3, "чт": 4, "пт": 5, "сб": 6,
}  # fmt: skip
_BY_TIMETABLE = re.compile(r"\bпо расписанию (\w+)", re.IGNORECASE)
_GRADE, _GRADES, _CLASS = re.compile(r"[1-9]"), re.compile(r"([1-9])[-–]([1-9])"), re.compile(r"[1-9][А-ЯЁ]")


@dataclass(frozen=True)
class CalendarRead:
    year: SchoolYear
    problems: tuple[Problem, ...]
    classes: tuple[tuple[Row, str], ...]  # named in rows; whether there are such is known later


def read_calendar(year: SchoolYear, rows: Sequence[Row]) -> CalendarRead:
    """`year` without its parts, with those that `rows` tell, as the table gives them."""
    problems: list[Problem] = []
    read: list[tuple[Row, Span]] = []
    for row in rows:
        made = _span(row, sum(isinstance(span, Period) for _, span in read))
        if isinstance(made, Problem):
            problems.append(made)
        else:
            read.append((row, made))
    spans = [span for _, span in read]
    full = year.model_copy(
        update={
            "periods": tuple(span for span in spans if isinstance(span, Period)),
            "holidays": tuple(span for span in spans if isinstance(span, Holiday)),
            "working_days": tuple(span for span in spans if isinstance(span, WorkingDay)),
        }
    )
    for mistake in validate(full):
        places = [row.place for row, span in read if any(span is one for one in mistake.spans)]
        problems += [
            Problem(Code.TABLE_OVERLAP, place, detail=mistake.sentence.rstrip("."))
            for place in places or [Place(CALENDAR.title)]
        ]
    named = [(row, code) for row, span in read if not isinstance(span, Period) for code in span.classes]
    return CalendarRead(full, tuple(problems), tuple(named))


def unknown_classes(read: CalendarRead, known: Sequence[str]) -> Iterator[Problem]:
    for row, code in read.classes:
        if code not in known:
            yield row.problem(Code.TABLE_UNKNOWN_REFERENCE, "grades", CALENDAR, f"класса {code} нет")


def _span(row: Row, quarters: int) -> Span | Problem:
    start, end, whom = row.day("start"), row.day("end"), _whom(row["grades"])
    assert start is not None  # required columns
    assert end is not None
    if end < start:
        return row.problem(Code.TABLE_VALUE, "end", CALENDAR, "конец раньше начала")
    if whom is None or (row["kind"] == QUARTER and whom[1]):
        wanted = "параллели: 1, 5" if row["kind"] == QUARTER else "параллели и классы: 1, 5А"
        return row.problem(Code.TABLE_VALUE, "grades", CALENDAR, wanted)
    grades, classes = whom
    if row["kind"] == QUARTER:
        return Period(term=_term(row["title"], quarters), title=row["title"], start=start, end=end, grades=grades)
    if row["kind"] == WORKING_DAY:
        return _working_day(row, start, end, grades, classes)
    kind = HolidayKind(row["kind"])
    return Holiday(start=start, end=end, kind=kind, title=row["title"], grades=grades, classes=classes)


def _working_day(
    row: Row, start: date, end: date, grades: tuple[int, ...], classes: tuple[str, ...]
) -> WorkingDay | Problem:
    told = _BY_TIMETABLE.search(row["title"])
    weekday = WEEKDAYS.get(told[1].casefold()) if told else None
    if weekday is None:
        return row.problem(Code.TABLE_VALUE, "title", CALENDAR, "пример: по расписанию пятницы")
    if end != start:
        return row.problem(Code.TABLE_VALUE, "end", CALENDAR, "рабочий день — одна дата, на каждый день своя строка")
    if start.isoweekday() == SUNDAY:
        return row.problem(Code.TABLE_VALUE, "start", CALENDAR, "это воскресенье")
    return WorkingDay(day=start, weekday=weekday, title=row["title"], grades=grades, classes=classes)


def _whom(text: str) -> tuple[tuple[int, ...], tuple[str, ...]] | None:
    """Grades and classes of «1, 5-7, 9А», None if it says anything else."""
    grades: list[int] = []
    classes: list[str] = []
    for word in re.split(r"[\s,;]+", re.sub(r"\s*([-–])\s*", r"\1", text.replace("«", " ").replace("»", " ").strip())):
        if _GRADE.fullmatch(word):
            grades.append(int(word))
        elif span := _GRADES.fullmatch(word):
            grades += range(int(span[1]), int(span[2]) + 1)
        elif _CLASS.fullmatch(word.upper()):
            classes.append(word.upper())
        elif word:
            return None
    return tuple(grades), tuple(classes)


def _term(title: str, place: int) -> Term:
    """«II четверть» is the second wherever it stands; a title without a number counts by its place."""
    number = re.split(r"[\s-]", title.strip(), maxsplit=1)[0].upper()
    return QUARTERS.get(number, list(Term)[min(place, 3)])
