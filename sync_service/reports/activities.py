"""R17 «Внеурочная деятельность, ДО, ГПД»: what is no lesson, a line per group (DOMAIN 2.11)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sync_service.domain.entries import MISSED
from sync_service.domain.formulas import attendance_percent
from sync_service.domain.journal import SpanFacts
from sync_service.domain.school import CourseKind, course_title
from sync_service.reports import frames
from sync_service.reports.cells import Value
from sync_service.reports.layout import Layout, Row
from sync_service.reports.numbers import tenths

HEADINGS = (
    "Направление / объединение", "Руководитель", "Группа", "Занятий по плану", "Проведено", "Обучающихся", "Посещений",
    "Посещаемость, %", "Без темы",
)  # fmt: skip
NUMBERS = ("по_плану", "проведено", "обучающихся", "посещений", "посещаемость", "без_темы")
LAYOUT = Layout(
    rows={
        "раздел": ("название",),
        "строка": ("объединение", "руководитель", "группа", *NUMBERS),
        "итог": ("название", *NUMBERS),
        "пусто": ("текст",),
    }
)
SECTIONS: Mapping[CourseKind, str] = {
    CourseKind.ACTIVITY: "Внеурочная деятельность",
    CourseKind.CLUB: "Кружки",
    CourseKind.SUPPLEMENTARY: "Дополнительное образование",
    CourseKind.EXTENDED_DAY: "Группы продлённого дня",
}
SUMMED = ["по_плану", "проведено", "без_темы", "обучающихся", "мест", "пропущено"]


def rows(facts: SpanFacts) -> list[Row]:
    """A section per kind with its groups and their total; pupils of several groups are counted in each."""
    table = by_course(facts)
    lines: list[Row] = []
    for kind, title in SECTIONS.items():
        own = table[table["kind"] == kind].sort_values(["subject", "grade", "группа"], kind="stable")
        if own.empty:
            continue
        lines.append(Row("раздел", {"название": title}))
        lines += [
            Row("строка", {
                "объединение": one["subject"], "руководитель": one["teacher_name"], "группа": one["группа"],
            } | numbers(one))
            for one in own.to_dict("records")
        ]  # fmt: skip
        lines.append(Row("итог", {"название": f"Всего: {title.lower()}"} | numbers(own[SUMMED].sum())))
    return lines or [Row("пусто", {"текст": "Внеурочной деятельности, кружков, ДО и ГПД в нагрузке нет."})]


def by_course(facts: SpanFacts) -> pd.DataFrame:
    """One row per course that is no lesson, with `группа` as the report names it and the sums SUMMED.

    A day of an extended-day group is one meeting, whatever hours it took."""
    courses = frames.courses(facts)
    courses = courses[courses["kind"].isin(SECTIONS)].copy()
    names = {course.code: course_title(course.class_names, course.group) for course in facts.courses}
    courses["группа"] = courses["course"].map(names)
    lessons = frames.lessons(facts)
    lessons["без_темы"] = lessons["held"] & ~lessons["fact"].map(lambda fact: bool(fact.topic)).astype(bool)
    places = frames.attended(facts, tuple(SECTIONS))
    last = min(facts.end, facts.today)
    roll = frames.memberships(facts)
    roll = roll[(roll["since"] <= last) & (last < roll["until"])]
    columns = {
        "по_плану": lessons.groupby("course").size(),
        "проведено": lessons.groupby("course")["held"].sum(),
        "без_темы": lessons.groupby("course")["без_темы"].sum(),
        "обучающихся": roll.groupby("course")["pupil"].nunique(),
        "мест": places.groupby("course").size(),
        "пропущено": places["absence"].isin(list(MISSED)).groupby(places["course"]).sum(),
    }
    for name, of_course in columns.items():
        courses[name] = [int(of_course.get(code, 0)) for code in courses["course"]]
    return courses[(courses["по_плану"] > 0) | (courses["обучающихся"] > 0)]  # not one that begins later


def numbers(sums: frames.Sums) -> dict[str, Value]:
    """NUMBERS of a course or a section, from the sums."""
    counts = {name: int(sums[name]) for name in SUMMED}
    return {
        **{name: counts[name] for name in ("по_плану", "проведено", "обучающихся", "без_темы")},
        "посещений": counts["мест"] - counts["пропущено"],
        "посещаемость": tenths(attendance_percent(counts["мест"], counts["пропущено"])),
    }
