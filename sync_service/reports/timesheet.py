"""R13 «Табель учёта использования рабочего времени», form 0504421: two lines per employee (DOMAIN 2.10).

The upper line holds hours of a day, the lower one its codes; of the totals the upper line tells attendance, the lower
one absence. Days that the month does not have are crossed out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sync_service.domain.school import Directory, Employee
from sync_service.domain.timesheet import (
    EXTENDED_DAY,
    MEANINGS,
    PRIMARY,
    SECONDARY,
    WORKED,
    Day,
    Hours,
    Line,
    Total,
)
from sync_service.reports.cells import Value, hours_text
from sync_service.reports.layout import Layout, Row
from sync_service.reports.texts import MONTHS_OF, alphabetical
from sync_service.reports.workbook import Page, fill_book

SHEET = "Табель"
MIDDLE, LONGEST = 15, 31  # the last day of the first half; days of a form
NO_DAY = "Х"
FIRST_PAGE, NEXT_PAGE = 21.0, 27.0  # employees that a page of the shipped template holds
HIGHER = 0.6  # of an employee more for each further code of one day
DAYS = tuple(f"{number:02}" for number in range(1, LONGEST + 1))
TOTALS = ("дней", "часов", "ЗН", "ЗС", "ЗП")
HALF, MONTH = "половина", "месяц"
PERSON = ("номер", "имя", "учётный", "должность")
FIELDS = (
    *PERSON,
    *(f"{line}_{number}" for line in ("ч", "к") for number in DAYS),
    *(f"{span}_{total}" for span in (HALF, MONTH) for total in TOTALS),
    *(f"{span}_неявок_{total}" for span in (HALF, MONTH) for total in TOTALS[:2]),
)
SINGLES = (
    "номер_табеля", "период", "учреждение", "подразделение", "вид", "дата", "окпо", "директор", "завуч", "обозначения",
    "оговорка",
)  # fmt: skip
LAYOUT = Layout(rows={"сотрудник": FIELDS}, singles=SINGLES)


@dataclass(frozen=True, slots=True)
class Form:
    """What the head of a form says. `start`…`end` are its days: a month or a half of it; `correction` 0 is the first
    issue, then 1, 2, …; `codes`: the school's own letters by the usual ones; `actual`: hours worked are shown, else
    only what differs from the norm."""

    start: date
    end: date
    today: date
    correction: int = 0
    unit: str = ""
    okpo: str = ""
    codes: Mapping[str, str] | None = None
    actual: bool = True

    def letter(self, code: str) -> str:
        return (self.codes or {}).get(code, code)


def build_timesheet(directory: Directory, lines: Sequence[Line], form: Form, template: Path | bytes) -> bytes:
    """The filled form (.xlsx). `lines` hold every day of the month of the form.

    `template`: templates_xlsx/timesheet.xlsx, or the school's restyled copy of it, or the bytes of one. Raises
    TemplateError with all mistakes of the template at once."""
    people = {employee.code: employee for employee in directory.employees}
    lines = sorted(lines, key=lambda line: (alphabetical(people[line.employee].full_name), line.employee))
    breaks = _page_breaks(lines, form)
    rows = [
        Row("сотрудник", {"номер": number, **_person(people[line.employee]), **_cells(line, form)}, number in breaks)
        for number, line in enumerate(lines, start=1)
    ]
    page = Page(SHEET, SHEET, _head(directory, lines, form), rows)
    title = f"Табель учёта использования рабочего времени {_period(form)}"
    return fill_book(template, {SHEET: LAYOUT}, {}, [page], title=title, author=directory.school.title)


def _page_breaks(lines: Sequence[Line], form: Form) -> set[int]:
    """Numbers of the employees that begin a page, so that nobody's two lines stand on two pages."""
    breaks: set[int] = set()
    room = FIRST_PAGE
    for number, line in enumerate(lines, start=1):
        height = max((len(_shown(day, form)) for day in line.days if form.start <= day.date <= form.end), default=1)
        needed = 1 + HIGHER * (max(height, 1) - 1)
        if needed > room:
            breaks.add(number)
            room = NEXT_PAGE
        room -= needed
    return breaks


def _head(directory: Directory, lines: Sequence[Line], form: Form) -> dict[str, Value]:
    used = {mark.code for line in lines for day in line.days for mark in _shown(day, form)}
    meanings = [f"{form.letter(code)} — {meaning}" for code, meaning in MEANINGS.items() if code in used]
    school = directory.school
    return {
        "номер_табеля": form.start.month,
        "период": _period(form),
        "учреждение": school.title,
        "подразделение": form.unit,
        "вид": form.correction,
        "дата": form.today,
        "окпо": form.okpo,
        "директор": school.director,
        "завуч": school.deputy,
        "обозначения": f"Обозначения: {'; '.join(meanings)}." if meanings else "",
        "оговорка": f"Дни после {form.today:%d.%m.%Y} — по нагрузке и расписанию." if form.today < form.end else "",
    }


def _period(form: Form) -> str:
    return f"с {form.start.day} по {form.end.day} {MONTHS_OF[form.end.month - 1]} {form.end.year} г."


def _person(employee: Employee) -> dict[str, Value]:
    return {"имя": employee.full_name, "учётный": employee.staff_no, "должность": employee.position}


def _cells(line: Line, form: Form) -> dict[str, Value]:
    days = {f"{day.date.day:02}": day for day in line.days}
    found: dict[str, Value] = {}
    for number in DAYS:
        day = days.get(number)
        if day is None:
            found |= {f"ч_{number}": NO_DAY, f"к_{number}": NO_DAY}
        elif form.start <= day.date <= form.end:
            found |= {f"ч_{number}": _hours(day, form), f"к_{number}": _codes(day, form)}
        else:
            found |= {f"ч_{number}": None, f"к_{number}": None}
    first, last = line.days[0].date, line.days[-1].date
    for span, end in ((HALF, first + timedelta(days=MIDDLE - 1)), (MONTH, last)):
        told = form.start <= first if span == HALF else form.end == last
        found |= dict(_totals(span, line.total(first, end) if told else None))
    return found


def _totals(span: str, total: Total | None) -> Iterator[tuple[str, Value]]:
    worked: tuple[Value, ...] = (None,) * len(TOTALS)
    away: tuple[Value, ...] = (None,) * 2
    if total is not None:
        worked = (total.days, total.hours, *(total.substituted[code] for code in (PRIMARY, SECONDARY, EXTENDED_DAY)))
        away = (total.days_away, total.hours_away)
    yield from ((f"{span}_{name}", value) for name, value in zip(TOTALS, worked, strict=True))
    yield from ((f"{span}_неявок_{name}", value) for name, value in zip(TOTALS[:2], away, strict=True))


def _shown(day: Day, form: Form) -> list[Hours]:
    """What is written for a day: a form of deviations leaves out days worked in full."""
    full = [Hours(WORKED, day.norm)]
    return [mark for mark in day.marks if form.actual or mark not in full]


def _hours(day: Day, form: Form) -> Value:
    """One number, or several under each other."""
    hours = [mark.hours for mark in _shown(day, form)]
    if len(hours) > 1:
        return "\n".join(map(hours_text, hours))
    return hours[0] if hours and hours[0] else None


def _codes(day: Day, form: Form) -> Value:
    return "\n".join(form.letter(mark.code) for mark in _shown(day, form))
