"""«Сводка»: twelve numbers of the whole report and of each grade, with traffic lights by the school's rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from sync_service.domain import formulas
from sync_service.domain.journal import SpanFacts
from sync_service.domain.policy import Policy
from sync_service.reports import attendance, filling
from sync_service.reports.cells import Lit, Plain
from sync_service.reports.layout import Layout, Row
from sync_service.reports.lights import LIGHTS, by_count, by_percent, lit
from sync_service.reports.numbers import count_marks, hundredths, tenths
from sync_service.reports.texts import day

LINE = ("номер", "показатель", "всего", "норма", "оценка", "параллель")
LAYOUT = Layout(
    rows={"шапка": ("параллель",), "число": LINE, "доля": LINE, "балл": LINE}
    | {"изних": ("показатель", "всего", "параллель")},
    singles=("пояснение",),
    repeated="параллель",
    legend=LIGHTS,
)
NOTE = "Строки 6–9: по текущим отметкам за период, не по четвертным."
READ = "Своевременность: по времени, когда программа прочла запись (лист «Методика»)."
READ_AT_ONCE = "Своевременность не показательна: все записи за период программа прочла в один день, {day}."


@dataclass(frozen=True)
class Group:
    """The school or a grade: everything counted that the twelve numbers need."""

    lessons: pd.Series  # sums of filling.SUMMED
    absences: pd.Series  # sums of attendance.SUMMED
    marks: formulas.Performance
    problems: int


class Indicator(NamedTuple):
    """A line. `light`: how a shown value is judged; `norm`: the same in words."""

    kind: str
    title: str
    number: Callable[[Group], Plain]
    norm: str = ""
    light: Callable[[Plain], str] = lambda shown: ""


def note(facts: SpanFacts) -> str:
    """What a reader of the numbers must know before blaming anybody."""
    zone = ZoneInfo(facts.time_zone)
    told = [at for fact in facts.lessons for at in (fact.held_at, fact.topic_at, fact.homework_at) if at is not None]
    days = {at.astimezone(zone).date() for at in told}
    taught = {fact.date for fact in facts.lessons if fact.held_at is not None}
    at_once = len(days) == 1 < len(taught)
    return f"{NOTE} {READ_AT_ONCE.format(day=day(days.pop())) if at_once else READ}"


def rows(
    facts: SpanFacts, policy: Policy, lessons: pd.DataFrame, absences: pd.DataFrame, marks: pd.DataFrame
) -> list[Row]:
    """Heading and lines. `lessons`: filling.judged; `absences`: attendance.by_pupil; `marks`: frames.marks."""
    grades = list(dict.fromkeys(grade for _, grade, _ in facts.classes))
    grade_of = {course.code: course.grade for course in facts.courses}

    def group(grade: int | None) -> Group:
        def own(frame: pd.DataFrame) -> pd.DataFrame:
            return frame if grade is None else frame[frame["grade"] == grade]

        return Group(
            own(lessons)[filling.SUMMED].sum(),
            own(absences)[attendance.SUMMED].sum(),
            count_marks(own(marks)["mark"]),
            sum(grade is None or grade_of.get(problem.course) == grade for problem in facts.problems),
        )

    whole = group(None)
    parts = [group(grade) for grade in grades] if len(grades) > 1 else []
    lines = [Row("шапка", {"параллель": [f"{grade} кл." for grade in grades][: len(parts)]})]
    number = 0
    for one in _indicators(policy):
        total = one.number(whole)
        light = one.light(total)
        by_grade = [lit(shown, one.light(shown)) for shown in (one.number(part) for part in parts)]
        values = {"показатель": one.title, "всего": total, "параллель": by_grade}
        if one.kind != "изних":
            number += 1
            values |= {"номер": number, "норма": one.norm or "—", "оценка": Lit(light, light) if light else "—"}
        lines.append(Row(one.kind, values))
    return lines


def _indicators(policy: Policy) -> tuple[Indicator, ...]:
    good = f"от {policy.good_percent} %"

    def by_rule(shown: Plain) -> str:
        return by_percent(shown, policy)

    def filled(name: str) -> Callable[[Group], Plain]:
        return lambda group: int(group.lessons[name])

    def missed(name: str) -> Callable[[Group], Plain]:
        return lambda group: int(group.absences[name])

    return (
        Indicator("число", "Уроков и занятий по расписанию", filled("по_расписанию")),
        Indicator("число", "Проведено", filled("проведено")),
        Indicator("доля", "Заполненность журнала, %", lambda g: tenths(filling.fullness(g.lessons)), good, by_rule),
        Indicator(
            "доля", "Своевременность заполнения, %", lambda g: tenths(filling.timeliness(g.lessons)), good, by_rule
        ),
        Indicator("доля", "Домашнее задание выдано, %", _homework, good, by_rule),
        Indicator("число", "Выставлено отметок", lambda g: g.marks.counted),
        Indicator("балл", "Средний балл", lambda g: hundredths(g.marks.mean)),
        Indicator("доля", "Успеваемость по текущим отметкам, %", lambda g: tenths(g.marks.success), good, by_rule),
        Indicator("доля", "Качество знаний по текущим отметкам, %", lambda g: tenths(g.marks.quality)),
        Indicator("доля", "Посещаемость, %", lambda g: tenths(attendance.percent(g.absences)), good, by_rule),
        Indicator("число", "Пропущено уроков", missed("уроков")),
        Indicator("изних", "из них по болезни", missed("уроков_болезнь")),
        Indicator("изних", "по уважительной причине", missed("уважительных")),
        Indicator("изних", "без уважительной причины", missed("неуважительных")),
        Indicator("изних", "причина ещё не указана", missed("без_причины")),
        Indicator("число", "Открытых замечаний по ведению журнала", lambda g: g.problems, "0", by_count),
    )


def _homework(group: Group) -> Plain:
    return tenths(formulas.percent(int(group.lessons["дз_есть"]), int(group.lessons["дз_ждали"])))
