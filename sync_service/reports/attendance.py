"""R05 «Посещаемость класса»: a sheet per class, a row per pupil (DOMAIN 2.3, 2.8)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd

from sync_service.domain.entries import MISSED
from sync_service.domain.formulas import attendance_percent, full_days_missed
from sync_service.domain.journal import PupilFact, SpanFacts
from sync_service.domain.policy import Policy
from sync_service.domain.school import PupilStatus
from sync_service.reports.cells import Value
from sync_service.reports.frames import Sums
from sync_service.reports.layout import Layout, Row
from sync_service.reports.numbers import tenths
from sync_service.reports.texts import day

HEADINGS = (
    "№", "Фамилия, имя", "Полных дней: всего", "Полных дней: по болезни", "Уроков: всего", "Уроков: по болезни",
    "Опоздания", "Уроков: по уважительной причине", "Уроков: без уважительной причины", "Посещаемость, %",
)  # fmt: skip
COUNTS = (
    "дней", "дней_болезнь", "уроков", "уроков_болезнь", "опозданий", "уважительных", "неуважительных",
)  # fmt: skip
NUMBERS = (*COUNTS, "посещаемость")
FIELDS = ("номер", "ученик", *NUMBERS)
LAYOUT = Layout(
    rows={"строка": FIELDS, "итог": ("название", *NUMBERS)}, singles=("класс", "руководитель", "примечание", "правило")
)
CODES = {"уроков_болезнь": "б", "уважительных": "ув", "неуважительных": "нп", "опозданий": "оп", "без_причины": "н"}
SHOWN_STATES = (PupilStatus.LONG_ILLNESS, PupilStatus.HOME_TEACHING, PupilStatus.FAMILY_FORM)
SUMMED = [*COUNTS, "без_причины", "мест"]


def by_pupil(presence: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """One row per class × pupil with the sums SUMMED; `мест` are the pupil's lessons, the denominator.

    `presence`: one row per pupil × lesson (frames.presence)."""
    keys = ["school_class", "grade", "pupil"]
    if presence.empty:
        return pd.DataFrame(columns=[*keys, *SUMMED])
    frame = presence[[*keys, "date"]].copy()
    for name, code in CODES.items():
        frame[name] = (presence["absence"] == code).astype(int)
    frame["уроков"] = presence["absence"].isin(list(MISSED)).astype(int)
    frame["мест"] = 1
    days = frame.groupby([*keys, "date"])[["мест", "уроков", "уроков_болезнь"]].sum()
    sums = frame.groupby(keys)[["уроков", *CODES, "мест"]].sum()
    for pupil, its in days.groupby(level=keys):
        lessons = {moment: int(count) for (*_, moment), count in its["мест"].items()}
        for name, column in (("дней", "уроков"), ("дней_болезнь", "уроков_болезнь")):
            missed = {moment: int(count) for (*_, moment), count in its[column].items()}
            sums.loc[pupil, name] = full_days_missed(lessons, missed, policy.full_day_lessons)
    return sums.reset_index()


def numbers(sums: Sums) -> dict[str, Value]:
    """NUMBERS of a pupil or a group, from the sums."""
    counts: dict[str, Value] = {name: int(sums[name]) for name in COUNTS}
    return counts | {"посещаемость": tenths(percent(sums))}


def percent(sums: Sums) -> Decimal | None:
    """Посещаемость, %."""
    return attendance_percent(int(sums["мест"]), int(sums["уроков"]))


def rows(facts: SpanFacts, school_class: str, table: pd.DataFrame) -> list[Row]:
    """The pupils of a class in the order of its list, and the total. `table`: by_pupil.

    Who changed class stands in both classes, each time with that class's lessons only."""
    own = table[table["school_class"] == school_class]
    sums = {one["pupil"]: one for one in own.to_dict("records")}
    nothing = dict.fromkeys(SUMMED, 0)
    listed = [p for p in facts.pupils if p.code in sums or (p.school_class == school_class and _was_here(p, facts))]
    lines = [
        Row(
            "строка",
            {"номер": number, "ученик": _name(pupil, school_class, facts), **numbers(sums.get(pupil.code, nothing))},
        )
        for number, pupil in enumerate(listed, start=1)
    ]
    return [*lines, Row("итог", {"название": "Всего по классу", **numbers(own[SUMMED].sum())})]


def note(school_class: str, table: pd.DataFrame) -> str:
    """What the columns of R05 do not show: absences whose reason nobody has set yet."""
    unknown = int(table.loc[table["school_class"] == school_class, "без_причины"].sum())
    if not unknown:
        return "Причины всех пропусков указаны."
    return f"Пропусков уроков, у которых причина ещё не указана («н»): {unknown}. Они входят только в «Уроков: всего»."


def _was_here(pupil: PupilFact, facts: SpanFacts) -> bool:
    return pupil.enrolled <= facts.end and (pupil.left is None or pupil.left > facts.start)


def _name(pupil: PupilFact, school_class: str, facts: SpanFacts) -> str:
    """The name, and why the pupil has fewer lessons than the others."""
    parts = [pupil.name]
    stays = pupil.classes or ((school_class, pupil.enrolled, pupil.left),)
    for before, (name, since, until), after in zip((None, *stays), stays, (*stays[1:], None), strict=False):
        if name != school_class:
            continue
        if _inside(since, facts):
            moved = before is not None and before[0] != name and before[2] == since
            parts.append(f"(переход из {before[0]} {day(since)})" if before and moved else f"(прибытие {day(since)})")
        if until is not None and _inside(until, facts):
            moved = after is not None and after[0] != name and after[1] == until
            parts.append(f"(переход в {after[0]} {day(until)})" if after and moved else f"(выбытие {day(until)})")
    state = pupil.state(min(facts.end, facts.today))
    return " ".join([*parts, f"({state})"] if state in SHOWN_STATES else parts)


def _inside(moment: date, facts: SpanFacts) -> bool:
    return facts.start < moment <= facts.end
