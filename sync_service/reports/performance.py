"""«Успеваемость»: class × subject tables of marks: current ones of the span, final ones of a quarter (DOMAIN 2.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import pandas as pd

from sync_service.domain.formulas import Performance, class_sou
from sync_service.domain.journal import SpanFacts
from sync_service.domain.school import Marking
from sync_service.reports.cells import Plain
from sync_service.reports.layout import Layout, Row
from sync_service.reports.numbers import count_marks, hundredths, tenths, together

KINDS = ("отметок", "балл", "процент")
BAND = ("название", "предмет", "всего")
PAGE_LINES = 26  # that fit on a landscape A4 under the headings; a band is not torn if it can be helped
LAYOUT = Layout(
    rows={"шапка": ("предмет",), "раздел": ("название", "предмет")}
    | {f"{kind}{suffix}": BAND for kind in KINDS for suffix in ("", "_итог")},
    singles=("заглавие", "пояснение", "без_отметок"),
    repeated="предмет",
)


class Measure(NamedTuple):
    """A band of the sheet: its heading, the kind of its rows, the number of a cell and of «Все предметы»."""

    title: str
    kind: str
    number: Callable[[Performance], Plain]
    overall: Callable[[list[Performance]], Plain]


def _pooled(title: str, kind: str, number: Callable[[Performance], Plain]) -> Measure:
    return Measure(title, kind, number, lambda subjects: number(together(subjects)))


MEASURES = (
    _pooled("Средний балл", "балл", lambda one: hundredths(one.mean)),
    _pooled("Успеваемость, %", "процент", lambda one: tenths(one.success)),
    _pooled("Качество знаний, %", "процент", lambda one: tenths(one.quality)),
    Measure("СОУ, %", "процент", lambda one: tenths(one.sou), lambda subjects: tenths(class_sou(subjects))),
)
CURRENT = (_pooled("Количество отметок", "отметок", lambda one: one.counted), *MEASURES)
FINAL = (
    _pooled("Учтено отметок, с н/а", "отметок", lambda one: one.counted),
    _pooled("Ещё не выставлено", "отметок", lambda one: one.no_mark),
    *MEASURES,
)


def rows(facts: SpanFacts, marks: pd.DataFrame, measures: tuple[Measure, ...]) -> list[Row]:
    """A band per measure: a line per class, per parallel of several classes, and the total.

    `marks`: one row per mark with school_class, subject, mark (frames.marks, frames.finals)."""
    taught = [course for course in facts.courses if course.marking == Marking.POINTS]
    subjects = list(dict.fromkeys(course.subject for course in taught))
    has = {(school_class, course.subject) for course in taught for school_class in course.classes}
    classes = [(code, grade) for code, grade, _ in facts.classes if code in {own for own, _ in has}]
    parallels = _parallels(classes)
    counted = {key: count_marks(group) for key, group in marks.groupby(["school_class", "subject"])["mark"]}

    def line(measure: Measure, title: str, codes: list[str], suffix: str = "") -> Row:
        given = {
            subject: together(counted.get((code, subject), Performance()) for code in codes if (code, subject) in has)
            for subject in subjects
            if any((code, subject) in has for code in codes)
        }
        cells = [measure.number(given[subject]) if subject in given else None for subject in subjects]
        return Row(
            measure.kind + suffix,
            {"название": title, "предмет": cells, "всего": measure.overall(list(given.values()))},
        )

    lines = [Row("шапка", {"предмет": subjects})]
    height = 1 + len(classes) + len(parallels) + (len(classes) != 1)
    for index, measure in enumerate(measures):
        lines.append(
            Row(
                "раздел",
                {"название": measure.title, "предмет": [None] * len(subjects)},
                new_page=index > 0 and index % max(1, PAGE_LINES // height) == 0,
            )
        )
        for code, grade in classes:
            lines.append(line(measure, code, [code]))
            if parallels.get(grade, [])[-1:] == [code]:
                lines.append(line(measure, f"{grade}-е классы", parallels[grade], "_итог"))
        if len(classes) != 1:
            lines.append(line(measure, "Всего", [code for code, _ in classes], "_итог"))
    return lines


def unmarked_note(facts: SpanFacts) -> str:
    """Classes that have no marks by rule, so that nobody looks for them in the table."""
    marked = {one for course in facts.courses if course.marking == Marking.POINTS for one in course.classes}
    bare = [code for code, _, _ in facts.classes if code not in marked]
    return f"Балльных отметок нет ни по одному предмету: {', '.join(bare)}." if bare else ""


def _parallels(classes: Iterable[tuple[str, int]]) -> dict[int, list[str]]:
    """Grade → its classes, only where there are several: one class is its own parallel."""
    found: dict[int, list[str]] = {}
    for code, grade in classes:
        found.setdefault(grade, []).append(code)
    return {grade: codes for grade, codes in found.items() if len(codes) > 1}
