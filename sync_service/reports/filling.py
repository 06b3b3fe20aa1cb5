"""R01 «Отчёт о заполнении электронного журнала»: what each lesson needed and when it was written (DOMAIN 2.6, 2.8)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pandas as pd

from sync_service.domain.calendar import bells_on
from sync_service.domain.deadlines import homework_due, lesson_due
from sync_service.domain.formulas import percent, ratio
from sync_service.domain.journal import LessonFact, SpanFacts
from sync_service.domain.policy import Policy
from sync_service.domain.school import TAUGHT
from sync_service.reports import frames
from sync_service.reports.cells import Value
from sync_service.reports.layout import Layout, Row
from sync_service.reports.lights import LIGHTS, by_percent, lit
from sync_service.reports.numbers import tenths
from sync_service.reports.texts import alphabetical

HEADINGS = (
    "№", "Ф.И.О. учителя", "Класс", "Предмет", "Уроков по расписанию", "Уроков проведено", "Записано уроков",
    "Без темы", "Без отметки об отсутствующих", "Без домашнего задания", "Внесено в срок", "Внесено с опозданием",
    "Не внесено", "Среднее опоздание, ч", "Заполненность, %", "Своевременность, %",
)  # fmt: skip
COUNTS = (
    "по_расписанию", "проведено", "записано", "без_темы", "без_отсутствующих", "без_дз", "в_срок", "с_опозданием",
    "не_внесено",
)  # fmt: skip
NUMBERS = (*COUNTS, "опоздание", "заполненность", "своевременность")
FIELDS = ("номер", "учитель", "класс", "предмет", *NUMBERS)
LAYOUT = Layout(
    rows={
        "строка": FIELDS,
        "итог": ("название", *NUMBERS),
        "раздел": ("название",),
        "учитель": ("название", *NUMBERS),
    },
    legend=LIGHTS,
)
NONE_SET = "—"  # what a teacher writes when there is no homework
SUMMED = [*COUNTS, "опоздание", "дз_ждали", "дз_есть"]


def judged(facts: SpanFacts, policy: Policy) -> pd.DataFrame:
    """frames.lessons with, for each lesson, 0 or 1 in every column of COUNTS, `опоздание` (seconds) and the pair
    `дз_есть` of `дз_ждали`: homework was set where it could have been («—» says that none was)."""
    frame = frames.lessons(facts)
    judge = _Judge(facts, policy, frame)
    rows = [
        judge(row.fact, row.held, row.kind in TAUGHT, row.grade, row.classes) for row in frame.itertuples()
    ]
    return frame.join(pd.DataFrame(rows, columns=SUMMED, index=frame.index, dtype=int))


class _Judge:
    """Deadlines of one school. A lesson of today that is not written yet is not overdue yet."""

    def __init__(self, facts: SpanFacts, policy: Policy, lessons: pd.DataFrame) -> None:
        self.today, self.zone, self.policy = facts.today, facts.time_zone, policy
        bells = {day: bells_on(facts.bells, day) for day in lessons["date"].unique()}
        self.plan_tells = any(fact.planned_homework for fact in facts.lessons)
        self.ends = defaultdict(list)
        for row in lessons[lessons["kind"].isin(TAUGHT)].itertuples():
            if (bell := bells[row.date].get(row.slot)) is not None:
                for school_class in row.classes:
                    self.ends[school_class, row.date].append(bell.end)

    def __call__(self, fact: LessonFact, held: bool, taught: bool, grade: int, classes: tuple[str, ...]) -> list[int]:
        due = lesson_due(fact.date, self.policy, self.zone)
        moments = [(fact.held_at, due), (fact.topic_at or fact.held_at, due)]
        needs_homework = taught and self.policy.homework_minutes(grade) > 0 and self._expected(fact)
        if needs_homework:
            ends = [end for school_class in classes for end in self.ends[school_class, fact.date]]
            moments.append((fact.homework_at, homework_due(fact.date, ends, self.policy, self.zone)))

        no_topic, unchecked = not fact.topic, fact.held_at is None or not held
        no_homework = needs_homework and not fact.homework
        complete = not (no_topic or unchecked or no_homework)
        late = max((at - by for at, by in moments if at is not None), default=timedelta())
        seconds = max(0, int(late.total_seconds())) if complete else 0
        counts = fact.held is not False and (complete or fact.date < self.today)  # must be written by now
        told = any(at is not None for at in (fact.held_at, fact.topic_at, fact.homework_at))
        return [
            1,
            int(held),
            int(told),
            int(counts and no_topic),
            int(counts and unchecked),
            int(counts and no_homework),
            int(counts and complete and not seconds),
            int(counts and complete and seconds > 0),
            int(counts and not complete),
            seconds,
            int(held and needs_homework and fact.homework != NONE_SET),
            int(held and needs_homework and fact.homework not in ("", NONE_SET)),
        ]


    def _expected(self, fact: LessonFact) -> bool:
        """V08: where the plan expects homework. A lesson out of plan, or a plan that never speaks of homework, leaves
        it to the teacher to say «—»; what was set all the same had its deadline."""
        unplanned = not fact.planned_topic or not self.plan_tells
        return unplanned or bool(fact.planned_homework) or fact.homework not in ("", NONE_SET)


def rows(judged: pd.DataFrame, policy: Policy) -> list[Row]:
    """A line per teacher × class × course, the total, then a line per teacher."""
    judged = judged.assign(place=judged["teacher_name"].map(alphabetical))
    teacher = ["place", "teacher_name", "teacher"]
    order = [*teacher, "grade", "class_names", "title", "course"]
    by_course = judged.groupby(order, sort=True)[SUMMED].sum().reset_index()
    lines = [
        Row(
            "строка",
            {"номер": number, "учитель": one["teacher_name"], "класс": one["class_names"], "предмет": one["title"]}
            | numbers(one, policy),
        )
        for number, one in enumerate(by_course.to_dict("records"), start=1)
    ]
    lines.append(Row("итог", {"название": "Всего", **numbers(judged[SUMMED].sum(), policy)}))
    lines.append(Row("раздел", {"название": "По учителям"}))
    by_teacher = by_course.groupby(teacher)[SUMMED].sum().reset_index()
    return lines + [
        Row("учитель", {"название": one["teacher_name"], **numbers(one, policy)})
        for one in by_teacher.to_dict("records")
    ]


def numbers(sums: frames.Sums, policy: Policy) -> dict[str, Value]:
    """NUMBERS of a group of lessons, from its sums."""
    counts = {name: int(sums[name]) for name in COUNTS}
    full, timely = tenths(fullness(sums)), tenths(timeliness(sums))
    late_hours = ratio(int(sums["опоздание"]), 3600 * counts["с_опозданием"])
    return counts | {
        "опоздание": tenths(late_hours),
        "заполненность": lit(full, by_percent(full, policy)),
        "своевременность": lit(timely, by_percent(timely, policy)),
    }


def fullness(sums: frames.Sums) -> Decimal | None:
    """Заполненность журнала, %: written of those that had to be written."""
    written = int(sums["в_срок"]) + int(sums["с_опозданием"])
    return percent(written, written + int(sums["не_внесено"]))


def timeliness(sums: frames.Sums) -> Decimal | None:
    """Своевременность, %: the same, written before the deadline."""
    return percent(int(sums["в_срок"]), sum(int(sums[name]) for name in ("в_срок", "с_опозданием", "не_внесено")))
