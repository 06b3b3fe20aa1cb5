"""Every threshold that the school's local act may set: the tab «Правила», drawn from here and read back
losslessly.

Each rule has a default, a Russian title and its source in DOMAIN.md. Values are texts that a deputy can type:
«18:00», «7», «4,5», «да». A value that cannot be read leaves the former one in force and gives a sentence. A rule
may change within the year: `Rules` keeps every value with the day from which it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import EnumType, StrEnum
from typing import Any, NamedTuple

from pydantic import Field
from pydantic.fields import FieldInfo

from sync_service.domain.entries import Refusal
from sync_service.domain.fields import (
    NO,
    YES,
    decimal_text,
    read_choice,
    read_decimal,
    read_flag,
    read_integer,
    read_time,
)
from sync_service.domain.problems import Code
from sync_service.domain.school import Value


class Scale(StrEnum):
    """Presets of the thresholds from which a mean becomes a mark (DOMAIN 2.8)."""

    HALF_UP = "от 0,50"
    SIX = "от 0,60"
    PUPILS_FAVOUR = "от 0,65"
    STRICT = "от 0,70"
    OWN = "свои"


_FRACTIONS = {
    Scale.HALF_UP: Decimal("0.50"),
    Scale.SIX: Decimal("0.60"),
    Scale.PUPILS_FAVOUR: Decimal("0.65"),
    Scale.STRICT: Decimal("0.70"),
}


class Weekday(StrEnum):
    MONDAY = "пн"
    TUESDAY = "вт"
    WEDNESDAY = "ср"
    THURSDAY = "чт"
    FRIDAY = "пт"
    SATURDAY = "сб"


def _rule(default: object, source: str, title: str, low: object = None, high: object = None) -> Any:
    """A field of the policy. Numbers have limits, both included: whatever lies outside is a typing error."""
    extra: dict[str, Any] = {"source": source, "low": str(low), "high": str(high)}
    limits: dict[str, Any] = {} if low is None else {"ge": low, "le": high}
    return Field(default, title=title, json_schema_extra=extra, **limits)


class PolicyRow(NamedTuple):
    """A row of the tab «Правила»."""

    name: str
    title: str
    value: str
    source: str


class Mistake(NamedTuple):
    """What is wrong with a row of the tab; `message` is a Russian sentence."""

    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of «Правила» as understood: `value` as the field is written in JSON, `since` the first day on which it
    holds, None for always."""

    name: str
    value: str | int | bool
    act: str = ""
    since: date | None = None


class Policy(Value):
    """The rules in force. Percentages are whole numbers, days are calendar days unless the title says
    otherwise."""

    # deadlines
    lesson_by: time = _rule(time(18), "DOMAIN 2.6", "Тема и отсутствующие: до какого часа в день урока")
    homework_hours: int = _rule(1, "DOMAIN 2.6", "ДЗ: через сколько часов после последнего урока класса", 0, 12)
    homework_by: time = _rule(time(17), "DOMAIN 2.6", "ДЗ: не позже какого часа")
    long_work_days: int = _rule(
        7,
        "DOMAIN 2.6",
        "Долгая работа (изложение, сочинение, проект): от скольких учебных дней на проверку",
        1,
        60,
    )
    long_work_days_9: int = _rule(10, "DOMAIN 2.6", "Долгая работа в 9 классе: учебных дней на проверку", 1, 60)
    reasons_day: Weekday = _rule(Weekday.FRIDAY, "DOMAIN 2.6", "Причины пропусков: до какого дня недели")
    reasons_by: time = _rule(time(18), "DOMAIN 2.6", "Причины пропусков: до какого часа в этот день")
    edit_days: int = _rule(7, "DOMAIN 2.6, V19", "Сколько дней после урока можно исправлять отметки", 0, 366)
    late_edits_wait: bool = _rule(
        False, "V19", "Исправление отметки или ДЗ после срока не принимается (нет: принимается с замечанием)"
    )
    homework_edit_days: int = _rule(7, "DOMAIN 2.6, V19", "Сколько дней после урока можно исправлять ДЗ", 0, 366)
    final_days: int = _rule(2, "DOMAIN 2.6", "Четвертные отметки: за сколько учебных дней до конца четверти", 0, 30)
    roster_days: int = _rule(3, "DOMAIN 2.6", "Список класса: за сколько дней после приказа вносят перемены", 0, 60)
    review_days: int = _rule(
        183, "DOMAIN 2.14", "Список класса: раз в сколько дней сверяют личные данные (0: не напоминать)", 0, 366
    )
    debt_days: int = _rule(14, "DOMAIN 2.3, 2.6", "Задолженность (точка): через сколько дней напоминать", 0, 366)
    forecast_days: int = _rule(14, "DOMAIN 3, R08", "Предварительный отчёт: за сколько дней до конца четверти", 1, 60)
    journal_years: int = _rule(5, "DOMAIN 2.6", "Сколько лет хранят журнал", 1, 100)
    summary_years: int = _rule(25, "DOMAIN 2.6", "Сколько лет хранят сводные ведомости", 1, 100)

    # what may stand in a cell
    two_marks_everywhere: bool = _rule(
        True, "DOMAIN 2.3", "Две отметки «4/5» за любой урок (нет: только за виды работ, где это указано)"
    )
    signs: bool = _rule(False, "DOMAIN 2.3", "Отметки со знаком «5-», «4+»: хранятся как есть, считается целая отметка")
    fractions: bool = _rule(False, "CASES T-C3", "Дробные отметки «4,5»: хранятся как есть, считается целая часть")
    mark_one: bool = _rule(False, "DOMAIN 2.3", "Отметка «1»")
    grade1_homework: bool = _rule(False, "DOMAIN 2.4", "Домашние задания в 1 классе")
    topic_letters: int = _rule(3, "V07", "Тема: не короче скольких букв", 0, 100)
    topic_as_planned: bool = _rule(False, "V07", "Напоминать, если тема урока не та, что в КТП")
    reason_points: int = _rule(1, "V20", "Исправление отметки больше чем на столько баллов требует причины", 0, 4)
    reason_next_day: bool = _rule(
        True, "V20", "Исправление отметки, которая уже простояла в дневнике вечер, требует причины"
    )
    class_teacher_reasons: bool = _rule(
        False, "V05", "«б», «ув», «нп» ставит только классный руководитель (учителю остаются «н», «оп», «осв»)"
    )
    homework_before_holidays: bool = _rule(
        True, "V08", "Напоминать о ДЗ в последний день перед каникулами или праздником"
    )
    homework_after_holidays: bool = _rule(True, "V08", "Напоминать о ДЗ в первый день после каникул или праздника")
    equal_marks: int = _rule(20, "CASES T-D6", "Замечание: одинаковых отметок в одной линии за один раз", 2, 1000)

    # the mark that a mean suggests
    weighted: bool = _rule(
        False, "DOMAIN 2.8", "Предлагать отметку по средневзвешенному (веса на вкладке «Виды работ»)"
    )
    scale: Scale = _rule(
        Scale.HALF_UP,
        "DOMAIN 2.8, V16",
        "С какой дроби средний балл округляют вверх («свои»: по трём строкам ниже)",
    )
    mark_5_from: Decimal = _rule(
        Decimal("4.5"), "DOMAIN 2.8", "Своя шкала: «5» от среднего балла", Decimal(4), Decimal(5)
    )
    mark_4_from: Decimal = _rule(
        Decimal("3.5"), "DOMAIN 2.8", "Своя шкала: «4» от среднего балла", Decimal(3), Decimal(4)
    )
    mark_3_from: Decimal = _rule(
        Decimal("2.5"), "DOMAIN 2.8", "Своя шкала: «3» от среднего балла", Decimal(2), Decimal(3)
    )
    two_forbids_five: bool = _rule(False, "DOMAIN 2.8", "Двойка за четверть не даёт поставить «5»")
    marks_at_1_hour: int = _rule(3, "V15", "Отметок за четверть не меньше: 1 час в неделю", 0, 60)
    marks_at_2_hours: int = _rule(5, "V15", "Отметок за четверть не меньше: 2 часа в неделю", 0, 60)
    marks_at_3_hours: int = _rule(7, "V15", "Отметок за четверть не меньше: 3 часа в неделю и больше", 0, 60)

    # attendance
    full_day_lessons: int = _rule(
        0, "DOMAIN 2.3", "Пропущен полный день: сколько уроков пропущено (0: все уроки дня)", 0, 12
    )
    bad_marks_in_row: int = _rule(3, "V21", "Сообщать классному руководителю: двоек подряд", 1, 20)
    misses_in_row: int = _rule(3, "V21", "Сообщать классному руководителю: пропусков подряд", 1, 60)
    missed_month_percent: int = _rule(30, "V22", "Сообщать заместителю: пропущено уроков за месяц, %", 1, 100)
    missed_term_percent: int = _rule(
        50, "V23", "Предлагать «н/а»: пропущено больше такой доли уроков четверти, %", 1, 100
    )

    # load of the pupils
    homework_minutes_1: int = _rule(60, "V09", "ДЗ в день, минут не больше: 1 класс", 0, 600)
    homework_minutes_2_3: int = _rule(90, "V09", "ДЗ в день, минут не больше: 2-3 классы", 0, 600)
    homework_minutes_4_5: int = _rule(120, "V09", "ДЗ в день, минут не больше: 4-5 классы", 0, 600)
    homework_minutes_6_8: int = _rule(150, "V09", "ДЗ в день, минут не больше: 6-8 классы", 0, 600)
    homework_minutes_9: int = _rule(210, "V09", "ДЗ в день, минут не больше: 9 класс", 0, 600)
    assessment_percent: int = _rule(
        10, "V10", "Оценочные процедуры: не больше такой доли часов предмета за год, %", 0, 100
    )
    assessment_gap_days: int = _rule(
        18, "V11", "Оценочные процедуры по одному предмету: не чаще чем раз в столько дней", 0, 366
    )
    assessments_a_day: int = _rule(1, "V12", "Оценочные процедуры: не больше в день у класса", 0, 12)
    assessment_minutes: int = _rule(30, "V14", "Оценочной процедурой считается работа от стольких минут", 0, 600)
    week_hours_1: int = _rule(21, "V27", "Часов в неделю не больше: 1 класс", 1, 60)
    week_hours_2_4_five: int = _rule(23, "V27", "Часов в неделю не больше: 2-4 классы, пятидневка", 1, 60)
    week_hours_2_4_six: int = _rule(26, "V27", "Часов в неделю не больше: 2-4 классы, шестидневка", 1, 60)
    week_hours_5_five: int = _rule(29, "V27", "Часов в неделю не больше: 5 класс, пятидневка", 1, 60)
    week_hours_5_six: int = _rule(32, "V27", "Часов в неделю не больше: 5 класс, шестидневка", 1, 60)
    week_hours_6_five: int = _rule(30, "V27", "Часов в неделю не больше: 6 класс, пятидневка", 1, 60)
    week_hours_6_six: int = _rule(33, "V27", "Часов в неделю не больше: 6 класс, шестидневка", 1, 60)
    week_hours_7_five: int = _rule(32, "V27", "Часов в неделю не больше: 7 класс, пятидневка", 1, 60)
    week_hours_7_six: int = _rule(35, "V27", "Часов в неделю не больше: 7 класс, шестидневка", 1, 60)
    week_hours_8_9_five: int = _rule(33, "V27", "Часов в неделю не больше: 8-9 классы, пятидневка", 1, 60)
    week_hours_8_9_six: int = _rule(36, "V27", "Часов в неделю не больше: 8-9 классы, шестидневка", 1, 60)
    programme_lag: int = _rule(2, "V28", "Отставание от КТП к концу месяца: не больше скольких уроков", 0, 100)

    # guards: how much at once is taken for an accident
    guard_clear_cells: int = _rule(5, "DESIGN 4", "Стирание за один раз: столько записей можно всегда", 0, 1000)
    guard_clear_percent: int = _rule(
        10, "DESIGN 4", "Стирание за один раз: не больше такой доли записей вкладки, %", 0, 100
    )
    guard_clear_percent_day: int = _rule(15, "DESIGN 4", "Стирание за сутки: не больше такой доли, %", 0, 100)
    guard_clear_percent_week: int = _rule(25, "DESIGN 4", "Стирание за 7 дней: не больше такой доли, %", 0, 100)
    guard_old_days: int = _rule(14, "DESIGN 4", "Старыми считаются записи старше скольких дней", 1, 366)
    guard_old_entries: int = _rule(10, "DESIGN 4", "Изменение за один раз: не больше скольких старых записей", 0, 1000)
    guard_changed_percent: int = _rule(60, "DESIGN 4", "Изменение за один раз: не больше такой доли записей, %", 0, 100)

    # reports
    absences_at_least: int = _rule(
        1, "DOMAIN 3, R06", "Отчёт о посещаемости: от скольких пропусков называть ученика", 1, 1000
    )
    timesheet_actual: bool = _rule(
        True, "DOMAIN 2.10", "Табель: все фактически отработанные часы (нет: только отклонения от нормы)"
    )
    good_percent: int = _rule(95, "DOMAIN 3", "Сводка: зелёный цвет от, %", 0, 100)
    fair_percent: int = _rule(80, "DOMAIN 3", "Сводка: жёлтый цвет от, %", 0, 100)

    @classmethod
    def parse(cls, cells: Mapping[str, object]) -> tuple[Policy, tuple[Mistake, ...]]:
        """The policy that the cells of «Правила» say, by name of rule, and what is wrong with them.

        A missing rule has its default; so has one whose cell is blank, cannot be read, or is out of limits. Dates do
        not count here: `Rules` go by them."""
        values: dict[str, object] = {}
        mistakes: list[Mistake] = []
        for name, raw in cells.items():
            read = _understood(name, raw)
            if isinstance(read, Mistake):
                mistakes.append(read)
            else:
                values[name] = read
        return cls.model_validate(values), tuple(mistakes)

    @property
    def thresholds(self) -> tuple[Decimal, Decimal, Decimal]:
        """The least means that give a 5, a 4 and a 3."""
        if self.scale is Scale.OWN:
            return self.mark_5_from, self.mark_4_from, self.mark_3_from
        fraction = _FRACTIONS[self.scale]
        return 4 + fraction, 3 + fraction, 2 + fraction

    def homework_minutes(self, grade: int) -> int:
        """V09: the most minutes of homework for one day; 0 where none may be set at all (DOMAIN 2.4)."""
        if grade == 1:
            return self.homework_minutes_1 if self.grade1_homework else 0
        limits = (
            (3, self.homework_minutes_2_3), (5, self.homework_minutes_4_5), (8, self.homework_minutes_6_8),
        )  # fmt: skip
        return next((minutes for last, minutes in limits if grade <= last), self.homework_minutes_9)

    def week_hours(self, grade: int, *, six_day: bool) -> int:
        """V27: the most lessons of a class in a week."""
        five_and_six = (
            (1, self.week_hours_1, self.week_hours_1),
            (4, self.week_hours_2_4_five, self.week_hours_2_4_six),
            (5, self.week_hours_5_five, self.week_hours_5_six),
            (6, self.week_hours_6_five, self.week_hours_6_six),
            (7, self.week_hours_7_five, self.week_hours_7_six),
        )
        last = (self.week_hours_8_9_five, self.week_hours_8_9_six)
        return next(((five, six) for top, five, six in five_and_six if grade <= top), last)[six_day]

    def marks_needed(self, hours_per_week: Decimal) -> int:
        """V15: the fewest current marks that carry a quarter mark."""
        if hours_per_week >= 3:
            return self.marks_at_3_hours
        return self.marks_at_2_hours if hours_per_week >= 2 else self.marks_at_1_hour


def read_rule(name: str, raw: object, act: str = "", since: date | None = None) -> Rule | Mistake:
    """A row of the tab «Правила», or what is wrong with its value."""
    read = _understood(name, raw)
    if isinstance(read, Mistake):
        return read
    return Rule(name, Policy.model_validate({name: read}).model_dump(mode="json")[name], act, since)


class Rules:
    """Every value that the rules of the school had, have, or will have."""

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        """Rules that the program does not know any more are left out."""
        known = (rule for rule in rules if rule.name in Policy.model_fields)
        self.rules = tuple(sorted(known, key=lambda rule: (rule.name, rule.since or date.min)))
        self._turns = sorted({rule.since for rule in self.rules if rule.since is not None})
        self._known: dict[date, Policy] = {}

    def on(self, day: date) -> Policy:
        """The rules in force on a day: of each the latest value that has begun, its default before the first."""
        turn = max((since for since in self._turns if since <= day), default=date.min)
        if turn not in self._known:
            begun = {rule.name: rule.value for rule in self.rules if (rule.since or date.min) <= turn}
            self._known[turn] = Policy.model_validate(begun)
        return self._known[turn]


def rows(policy: Policy) -> tuple[PolicyRow, ...]:
    """The tab «Правила»: reading it back with `Policy.parse` gives the same policy."""
    return tuple(
        PolicyRow(name, str(field.title), _value_text(getattr(policy, name)), _extra(field, "source"))
        for name, field in Policy.model_fields.items()
    )


def _extra(field: FieldInfo, key: str) -> str:
    extra = field.json_schema_extra
    assert isinstance(extra, dict)  # every field is made by _rule
    return str(extra[key])


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return decimal_text(value) if isinstance(value, Decimal) else str(value)


def _read(raw: object, field: FieldInfo) -> str | Refusal:
    kind, code = field.annotation, Code.TABLE_VALUE
    if kind is bool:
        return read_flag(raw, code)
    if kind is time:
        return read_time(raw, code)
    if kind is int:
        return read_integer(raw, int(_extra(field, "low")), int(_extra(field, "high")), code)
    if kind is Decimal:
        return read_decimal(raw, Decimal(_extra(field, "low")), Decimal(_extra(field, "high")), code)
    assert isinstance(kind, EnumType)
    return read_choice(raw, [str(choice) for choice in kind], code)


def _understood(name: str, raw: object) -> object:
    field = Policy.model_fields.get(name)
    if field is None:
        return Mistake(name, f"Правила «{name}» программа не знает. Удалите строку.")
    text = _read(raw, field)
    if isinstance(text, Refusal):
        return Mistake(name, _sentence(field, f"«{raw}» не подходит", text.detail))
    return _value(text, field) if text else Mistake(name, _sentence(field, "значение не указано"))


def _value(text: str, field: FieldInfo) -> object:
    if field.annotation is bool:
        return text == YES
    return text.replace(",", ".") if field.annotation is Decimal else text


def _sentence(field: FieldInfo, read: str, wanted: str = "") -> str:
    hint = f" Можно: {wanted}." if wanted else ""
    return f"«{field.title}»: {read}.{hint}"
