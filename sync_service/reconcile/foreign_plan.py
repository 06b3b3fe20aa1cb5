"""A teacher's own plan (КТП) as lessons in their order: sections, lessons of several hours, totals that are compared.

Nothing is guessed: a row that can be read in two ways is told and left out, and the place of its lessons in the year
stays free, so that the lessons after it stand where they belong.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sync_service.domain.entries import Refusal
from sync_service.domain.fields import plain
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import WorkType
from sync_service.domain.spelling import cell_text, one_line
from sync_service.reconcile.foreign import Form, FoundRow, FoundTable, Heading, unused
from sync_service.reconcile.layout import PLAN
from sync_service.reconcile.sheet import CellError, RawCell
from sync_service.reconcile.tables import read_cell

MOST_HOURS = 40  # of one row; more is a section's sum that slipped into a lesson
_OF_HOMEWORK = r"(дз|дом\w*)"
FORM = Form(
    (
        Heading("number", "№ урока", r"(№|n|no|номер)(п|урока|уроков|занятия|темы)*"),
        Heading("planned", "Дата по плану", r"(плановая|планируемая|календарн\w+)?(дат[аы]|срок\w*)(проведения|изучения"
                r"|урока|по|плану?|плановая)*|поплану|план", taken=False),
        Heading("actual", "Дата по факту", r"(фактическая)?(дат[аы]|срок\w*)?(проведения|изучения)?(по)?"
                r"факт(у|ическ\w+)?(дата)?", taken=False),
        Heading("control_hours", "Из них контрольных работ", r"(изних|втомчисле)?((количество|колво)часов)?(на)?"
                r"(контрольн\w+(работ\w*)?|кр)", taken=False),
        Heading("practical_hours", "Из них практических работ", r"(изних|втомчисле)?((количество|колво)часов)?(на)?"
                r"(практическ\w+|лабораторн\w+|пр|лр)", taken=False),
        Heading("hours", "Кол-во часов", r"(количество|колич|колво|кво|число|всего)?(учебных)?"
                r"(часов|часы|час|ч|уроков)(всего|натему|поплану|поурокам)?"),
        Heading("minutes", "Время на ДЗ, мин",
                rf"(время|минуты?|мин)(на|выполнения)?{_OF_HOMEWORK}(мин\w*|вминутах)?"),
        Heading("homework", "Домашнее задание", r"(домашнее|дом)(задание|зад)|домашняяработа|дз|задани[ея]надом"),
        Heading("control", "Вид контроля",
                r"(вид|форма)[ыа]?и?(вид|форм)?[ыа]?контроля?(знаний)?|контроль|вид\w?работы?"),
        Heading("resource", "ЭОР", r"(эор|цор|ээр)\w*|\w*(электронн|цифров)\w*ресурс\w*|ресурсы", taken=False),
        Heading("correction", "Корректировка", r"\w*корректировк\w*|коррекция|примечани[ея]", taken=False),
        Heading("section", "Раздел", r"(название|наименование)?(раздела?|разделы|глав[аы]|модул[ья]|блока?)"
                r"(программы|курса)?"),
        Heading("topic", "Тема урока", r"((название|наименование)?тем[аы](учебного)?(урок\w*|заняти\w*)?"
                r"|содержание(урока|занятия))(типурока)?"),
    ),
    needs=(frozenset({"topic"}),),
    instead=Heading("topic", "Тема урока", r"(название|наименование)?(раздел\w*)?и?тем\w*|(учебный)?материал"
                    r"|содержание\w*"),
)  # fmt: skip

_TOTAL = re.compile(r"(итого|итог|всего|общее (кол-во|количество))\b", re.IGNORECASE)
_WHOLE = re.compile(r"год|программ|курс|общее", re.IGNORECASE)
_PERIOD = re.compile(r"четверт|полугоди|триместр", re.IGNORECASE)
_PERIOD_ROW = re.compile(r"((i{1,3}|iv|[1-4])(-?[аяйое]{1,2})?|перв\w+|втор\w+|треть\w+|четв[её]рт\w+) "
                         r"(четверть|полугодие|триместр)\b", re.IGNORECASE)  # fmt: skip
_SECTION = re.compile(r"(раздел|глава|модуль|блок|тема)\s*(№\s*)?[\divxIVX]", re.IGNORECASE)
_TOPIC = re.compile(r"тема", re.IGNORECASE)  # «Тема 3. Дроби» is a section only beside lessons that have numbers
_HOURS_AFTER = re.compile(r"\s*[-–—:,.(]*\s*(\d{1,3})\s*(ч|час|часа|часов)\s*\.?\s*\)?\.?\s*$", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,3})\s*(ч|час|часа|часов|урока?|уроков)?\.?", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,3})\.?\s*[-,;]\s*(\d{1,3})\.?")
_ONE = re.compile(r"(\d{1,3})\.?")
_MINUTES = re.compile(r"(\d{1,3})\s*(мин|минут|минуты)\.?", re.IGNORECASE)


@dataclass(frozen=True)
class PlannedLesson:
    """One hour of the plan: values by column key of layout.PLAN, without class, subject and group."""

    seq: int
    values: Mapping[str, str | int]
    place: Place


@dataclass(frozen=True)
class PlanRead:
    """`problems` are rows left out, `gaps` the places of their lessons; `notes` hold nothing back. `keys` are the
    columns of layout.PLAN that the file has."""

    lessons: tuple[PlannedLesson, ...]
    problems: tuple[Problem, ...]
    gaps: frozenset[int]
    notes: tuple[Problem, ...]
    keys: frozenset[str]
    starts_at: int  # the first number of the file, 1 if it has none
    unused: tuple[str, ...]  # headings of columns that nothing is taken from


@dataclass
class _Sum:
    """Hours since something began, to compare a total with."""

    hours: int = 0
    declared: int | None = None
    row: FoundRow | None = None
    words: str = ""


@dataclass
class _Reading:
    works: Mapping[str, str]  # short title by any way to name it
    seq: int = 0
    lessons: list[PlannedLesson] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    gaps: set[int] = field(default_factory=set)
    no_work: dict[str, list[tuple[Place, str]]] = field(default_factory=lambda: defaultdict(list))
    section: str = ""
    of_section: _Sum = field(default_factory=_Sum)
    of_period: _Sum = field(default_factory=_Sum)
    since_total: int = 0
    all_hours: int = 0
    last: int | None = None  # number told by the last row
    in_step: bool = True  # so far every number is that of the lesson
    unsure: bool = False  # a row was left out of which nobody knows how many lessons it is

    def hold(self, hours: int) -> None:
        self.seq += hours
        self.all_hours += hours
        self.since_total += hours
        self.of_section.hours += hours
        self.of_period.hours += hours


def read_plan(tables: Sequence[FoundTable], works: Iterable[WorkType], *, part: bool = False) -> PlanRead:
    """The lessons of these tables, one after another. `part`: the file holds a part of the year, and its own numbers
    say where it begins."""
    starts_at = _first_number(tables)
    reading = _Reading(_ways_to_name(works), seq=starts_at - 1 if part else 0)
    for table in tables:
        numbered = _usually(table, "number")
        counted = _usually(table, "hours")
        for row in table.rows:
            _take(reading, table, row, numbered=numbered, counted=counted)
    for sum_ in (reading.of_section, reading.of_period):
        _compare(reading, tables[-1], sum_)
    for told in reading.no_work.values():
        place, words = told[0]
        reading.notes.append(Problem(Code.FILE_CONTROL, place, words, detail=str(len(told))))
    keys = frozenset(key for table in tables for key in table.columns) & {column.key for column in PLAN.columns}
    sections = {"section"} if any(lesson.values["section"] for lesson in reading.lessons) else set()
    return PlanRead(
        tuple(reading.lessons), tuple(reading.problems), frozenset(reading.gaps), tuple(dict.fromkeys(reading.notes)),
        keys | sections, starts_at, unused(tables, FORM),
    )  # fmt: skip


def _ways_to_name(works: Iterable[WorkType]) -> dict[str, str]:
    return {name.casefold().replace("ё", "е"): work.short for work in works for name in (work.title, work.short)}


def _usually(table: FoundTable, key: str) -> bool:
    """Whether the rows of the table tell this more often than not: then one that does not says something by it."""
    return 2 * sum(key in row.values for row in table.rows) > len(table.rows)


def _first_number(tables: Sequence[FoundTable]) -> int:
    lessons = (row for table in tables for row in table.rows if row.values.keys() >= {"topic", "number"})
    span = _numbers(first.values["number"]) if (first := next(lessons, None)) is not None else None
    return span[0] if isinstance(span, tuple) else 1


def _take(reading: _Reading, table: FoundTable, row: FoundRow, *, numbered: bool, counted: bool) -> None:
    words, topic = row.words, row.values.get("topic")
    own_topic = "topic" in row.values and "topic" not in row.inherited
    if not own_topic and all(cell.raw in (0, "0", "-", "—") for cell in row.own):
        return
    has_number = isinstance(_numbers(row.values.get("number")), tuple) and "number" not in row.inherited
    if _TOTAL.match(words) and not has_number:
        _total(reading, table, row)
    elif _PERIOD_ROW.match(words) and not has_number and (topic is None or one_line(str(topic), 400) == words):
        _compare(reading, table, reading.of_period)
        reading.of_period = _Sum(0, _declared(row), row, words)
    elif not has_number and (section := _section(row, numbered=numbered, counted=counted)) is not None:
        _compare(reading, table, reading.of_section)
        reading.section = _HOURS_AFTER.sub("", section).strip()
        reading.of_section = _Sum(0, _declared(row), row, section)
    elif own_topic and (numbered or counted) and not row.values.keys() & {"number", "hours"}:
        reading.unsure = True
        said = "раздел или урок? Поставьте номер"
        reading.problems.append(Problem(Code.FILE_VALUE, table.place(row, "topic"), _shown(topic), detail=said))
    elif _is_same_lesson(row):
        said = "продолжение урока выше"
        reading.notes.append(Problem(Code.FILE_ROW, table.place(row), _shown(row.own[0].raw), detail=said))
    else:
        _lesson(reading, table, row)


def _is_same_lesson(row: FoundRow) -> bool:
    """Whether the row is only another line of the lesson above: everything that makes a lesson is merged with it, and
    it is one lesson by its hours or its number."""
    if "topic" not in row.inherited or row.values.keys() & {"number", "hours"} - row.inherited:
        return False
    if "hours" in row.values:
        return _whole(row.values["hours"]) == 1
    numbers = _numbers(row.values.get("number"))
    return isinstance(numbers, tuple) and numbers[0] == numbers[1]


def _section(row: FoundRow, *, numbered: bool, counted: bool) -> str | None:
    """The words of a row that names a section: merged across, alone in its row outside of the topics, or called so."""
    words = row.words
    if not words or row.inherited & {"topic"}:
        return None
    label = next(cell for cell in row.own if isinstance(cell.raw, str) and one_line(cell.raw, 400) == words)
    topic = row.values.get("topic")
    if topic is not None and one_line(str(topic), 400) != words:
        return None
    if [cell for cell in row.own if not _is_number(cell.raw)] != [label]:
        return None
    if label.width > 1 or topic is None or (_SECTION.match(words) and (numbered or not _TOPIC.match(words))):
        return words
    only = len(row.own) == 1 and (numbered or counted)
    return words if only and _HOURS_AFTER.search(words) else None


def _lesson(reading: _Reading, table: FoundTable, row: FoundRow) -> None:
    _catch_up(reading, row)
    hours = _hours_of(reading, row)
    first = reading.seq + 1
    wrong: list[Problem] = []
    if isinstance(hours, _Wrong):
        wrong.append(Problem(Code.FILE_VALUE, table.place(row, hours.key), _shown(row.values.get(hours.key)),
                             detail=hours.detail))  # fmt: skip
        hours, reading.unsure = 1, True
    values, refused = _values(reading, table, row)
    wrong += refused
    reading.hold(hours)
    if wrong:
        reading.problems += wrong
        reading.gaps |= set(range(first, reading.seq + 1))
        numbers = _told_numbers(reading, row)
        reading.last = numbers[1] if isinstance(numbers, tuple) else None
        return
    _tell_gap(reading, table, row)
    for seq in range(first, reading.seq + 1):
        reading.lessons.append(PlannedLesson(seq, values, table.place(row)))


def _catch_up(reading: _Reading, row: FoundRow) -> None:
    """After a row of unknown length a number tells where the plan goes on, if the numbers are those of the lessons."""
    told = _told_numbers(reading, row)
    if not isinstance(told, tuple):
        return
    missing = told[0] - reading.seq - 1
    if reading.unsure and reading.in_step and 0 < missing <= MOST_HOURS:
        reading.gaps |= set(range(reading.seq + 1, told[0]))
        reading.hold(missing)
    reading.unsure = False
    reading.in_step = reading.in_step and told[0] == reading.seq + 1


@dataclass(frozen=True)
class _Wrong:
    key: str
    detail: str


def _hours_of(reading: _Reading, row: FoundRow) -> int | _Wrong:
    """How many lessons a row is: by its hours, else by its numbers («1-2», «3,4»), else one."""
    numbers = _told_numbers(reading, row)
    told = row.values.get("hours")
    tall = row.tall.get("hours", 1)
    hours: int | None = None
    if told is not None and tall > 1:
        if _whole(told) not in (1, tall):
            return _Wrong("hours", f"одно число на {tall} строки")
        hours = 1
    elif told is not None and (hours := _whole(told)) is None:
        return _Wrong("hours", "сколько уроков? Нужно целое число")
    if hours is not None and not 1 <= hours <= MOST_HOURS:
        return _Wrong("hours", f"от 1 до {MOST_HOURS}")
    if (lines := row.tall.get("number", 1)) > 1 and hours is None:
        span = _numbers(row.values["number"])
        many = span[1] - span[0] + 1 if isinstance(span, tuple) else 0
        is_one = many == 1 and row.tall.get("topic", 1) >= lines and not row.inherited & {"number", "topic"}
        return 1 if many == lines or is_one else _Wrong("number", "один на две строки")
    if isinstance(numbers, _Wrong):
        return numbers if hours is None else hours
    if numbers is None:
        return hours or 1
    by_number = numbers[1] - numbers[0] + 1
    if hours is not None and by_number > 1 and hours != by_number:
        return _Wrong("hours", f"по номеру уроков {by_number}")
    return hours or by_number


def _told_numbers(reading: _Reading, row: FoundRow) -> tuple[int, int] | _Wrong | None:
    """Of the row alone, not of several that a merge gives one number."""
    if row.tall.get("number", 1) > 1:
        return None
    return _numbers(row.values.get("number"), after=reading.seq if reading.last is None else reading.last)


def _numbers(raw: RawCell | None, after: int | None = None) -> tuple[int, int] | _Wrong | None:
    """First and last number of a row; None if it tells none («1.2» of a section counts for one lesson, too)."""
    if raw is None:
        return None
    if isinstance(raw, date):
        return _Wrong("number", "номер стал датой: впишите его текстом")
    if isinstance(raw, bool | CellError):
        return _Wrong("number", "это не номер")
    if isinstance(raw, float) and not raw.is_integer():  # «3,4» typed into a cell for numbers
        return (after + 1, after + 2) if after is not None and str(raw) == f"{after + 1}.{after + 2}" else None
    text = cell_text(plain(raw) if not isinstance(raw, str) else raw)  # type: ignore[arg-type]
    if one := _ONE.fullmatch(text):
        return int(one[1]), int(one[1])
    if span := _SPAN.fullmatch(text):
        first, last = int(span[1]), int(span[2])
        if 0 < last - first < MOST_HOURS:
            return first, last
        return _Wrong("number", "номера должны расти")
    return None


def _whole(raw: RawCell) -> int | None:
    """«2», «2 ч», «2 часа»."""
    if isinstance(raw, bool | CellError | date):
        return None
    if isinstance(raw, int | float):
        return int(raw) if float(raw).is_integer() else None
    found = _HOURS.fullmatch(cell_text(raw)) if isinstance(raw, str) else None
    return int(found[1]) if found else None


def _tell_gap(reading: _Reading, table: FoundTable, row: FoundRow) -> None:
    """Numbers that do not go on: they may begin anew with a section or a period, never skip."""
    numbers = _told_numbers(reading, row)
    if not isinstance(numbers, tuple):
        return
    told = reading.last
    if told is not None and numbers[0] not in (told + 1, 1, reading.seq, reading.seq - numbers[1] + numbers[0]):
        read = _shown(row.values["number"])
        note = Problem(Code.FILE_NUMBERS, table.place(row, "number"), read, detail=f"перед ним {told}")
        reading.notes.append(note)
    reading.last = numbers[1]


def _values(reading: _Reading, table: FoundTable, row: FoundRow) -> tuple[dict[str, str | int], list[Problem]]:
    values: dict[str, str | int] = {"section": reading.section}
    wrong: list[Problem] = []
    for key in ("topic", "homework", "minutes", "control", "section"):
        raw = row.values.get(key)
        if raw is None:
            if key == "topic":
                wrong.append(Problem(Code.FILE_EMPTY, table.place(row, key)))
            elif key != "section":
                values[key] = ""
            continue
        if key == "minutes" and isinstance(raw, str) and (minutes := _MINUTES.fullmatch(cell_text(raw))):
            raw = int(minutes[1])
        read = read_cell(raw, PLAN.column(key))
        if isinstance(read, Refusal):
            detail = "нужно целое число" if key == "minutes" else "нужен текст"
            wrong.append(Problem(Code.FILE_VALUE, table.place(row, key), _shown(raw), detail=detail))
        elif key == "topic" and not read:
            wrong.append(Problem(Code.FILE_EMPTY, table.place(row, key)))
        elif key == "section":
            values[key] = reading.section = one_line(read, 400)
        elif key == "minutes":
            values[key] = int(read) if read else ""
        elif key == "control":
            values[key] = _work(reading, table.place(row, key), read)
        else:
            values[key] = read if key == "homework" else " ".join(read.split())
    return values, wrong


def _work(reading: _Reading, place: Place, words: str) -> str:
    """The type of work that is meant, by its short or whole title; "" after telling that the school has none such."""
    text = one_line(words, 400)
    if not text.strip("-—– "):
        return ""
    folded = text.casefold().replace("ё", "е").rstrip(".")
    known = reading.works.get(folded)
    if known is None:
        reading.no_work[folded].append((place, text))
    return known or ""


def _is_number(raw: RawCell) -> bool:
    return _whole(raw) is not None


def _declared(row: FoundRow) -> int | None:
    """The hours that a row of a section or a total names: in the column of hours, else behind its words."""
    told = row.values.get("hours")
    if told is not None and (hours := _whole(told)) is not None:
        return hours
    if found := _HOURS_AFTER.search(row.words):
        return int(found[1])
    figures = [hours for cell in row.own if (hours := _whole(cell.raw)) is not None]
    if len(figures) == 1:
        return figures[0]
    ends = re.search(r"(\d{1,3})\s*$", row.words)
    return int(ends[1]) if ends else None


def _total(reading: _Reading, table: FoundTable, row: FoundRow) -> None:
    """Compare a row of totals with what it counts: its section, its period or all; one that does not say which with
    each of them."""
    told, words = _declared(row), row.words
    if "разд" in words.casefold() or "тем" in words.casefold():
        sums, reading.of_section = [reading.of_section.hours], _Sum()
    elif _PERIOD.search(words):
        sums, reading.of_period = [reading.of_period.hours], _Sum()
    elif _WHOLE.search(words):
        sums = [reading.all_hours]
    else:
        sums = [reading.all_hours, reading.since_total, reading.of_section.hours, reading.of_period.hours]
    reading.since_total = 0
    if told is not None and told not in sums:
        note = Problem(Code.FILE_TOTAL, table.place(row), words, detail=f"сказано {told}, по строкам {sums[0]}")
        reading.notes.append(note)


def _compare(reading: _Reading, table: FoundTable, sum_: _Sum) -> None:
    """The end of a section or a period."""
    if sum_.row is not None and not sum_.hours and sum_.declared is None:
        reading.notes.append(Problem(Code.FILE_ROW, table.place(sum_.row), sum_.words, detail="под ней нет уроков"))
    if sum_.declared is not None and sum_.row is not None and sum_.declared != sum_.hours:
        said = f"сказано {sum_.declared}, по строкам {sum_.hours}"
        reading.notes.append(Problem(Code.FILE_TOTAL, table.place(sum_.row), sum_.words, detail=said))


def _shown(raw: RawCell | None) -> str:
    return "" if raw is None else str(raw) if isinstance(raw, str | bool | CellError) else plain(raw)  # type: ignore[arg-type]
