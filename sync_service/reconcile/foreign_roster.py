"""An existing list of a class as rows of the tabs «Список» and «Семьи»: who is new, who is there already, what cannot
be read. A pupil is told by the name; a parent by the pupil and the name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sync_service.domain.entries import Refusal
from sync_service.domain.fields import plain, read_text
from sync_service.domain.problems import Code, Problem, as_seen
from sync_service.domain.spelling import folded, one_line
from sync_service.reconcile.foreign import Form, FoundRow, FoundTable, Heading, unused
from sync_service.reconcile.layout import FAMILIES, ROSTER
from sync_service.reconcile.sheet import CellError, RawCell
from sync_service.reconcile.tables import read_cell

_PARENT = r"(родител\w*|законн\w+представител\w*|опекун\w*)"
_PHONE = r"(контактны[ей]|сотовы[ей]|моб\w*)?(телефоны?|тел)(номер)?|номер(телефона|тел)"
_MAIL = r"email|почта|электронн\w+(почт\w+|адрес)|элпочта|эладрес"
_NAME = r"(фио|фамилияимяотчество|фамилияиимя|фамилияимя)"
FORM = Form(
    (
        Heading("number", "№", r"(№|n|no|номер)(пп|п)?"),
        *(
            heading
            for who, title, words in (
                ("mother", "матери", r"(матери|мать|мамы|мама)"), ("father", "отца", r"(отца|отец|папы|папа)"),
            )
            for heading in (
                Heading(f"{who}.phone", f"Телефон {title}", rf"({_PHONE}){words}|{words}({_PHONE})"),
                Heading(f"{who}.email", f"E-mail {title}", rf"({_MAIL}){words}|{words}({_MAIL})"),
                Heading(f"{who}.name", f"Ф.И.О. {title}", rf"{_NAME}?{words}{_NAME}?"),
            )
        ),
        Heading("parent.phone", "Телефон", rf"({_PHONE}){_PARENT}?|{_PARENT}({_PHONE})"),
        Heading("parent.email", "E-mail", rf"({_MAIL}){_PARENT}?|{_PARENT}({_MAIL})"),
        Heading("parent.relation", "Кем приходится", r"кемприходится(ребенку)?|степеньродства|родство"),
        Heading("parent.consent", "Согласие (дата)", r"(дата)?согласи[ея]\w*"),
        Heading("parent.name", "Ф.И.О. родителя", rf"{_NAME}?{_PARENT}{_NAME}?"),
        Heading("name", "Ф.И.О.", rf"{_NAME}(учени\w+|учащ\w+|обучающ\w+|ребенка)?|учени[кц]\w?|обучающи[йе]ся"),
        Heading("last", "Фамилия", r"фамилия(учени\w+|обучающ\w+|ребенка)?"),
        Heading("first", "Имя", r"имя(учени\w+|обучающ\w+|ребенка)?"),
        Heading("patronymic", "Отчество", r"отчество(учени\w+|обучающ\w+|ребенка)?(приналичии)?"),
        Heading("birth_date", "Дата рождения", r"датарожд\w*|деньрождения|др|(число|день)месяцгодрождения"),
        Heading("sex", "Пол", r"пол"),
        Heading("file_no", "№ личного дела", r"(№|n|номер)?(личногодела|личноедело|лд)(№|номер)?"),
        Heading("enrolled_order", "Приказ о зачислении", r"(датаи?)?(№|n|номер)?приказа?(о?(зачислени|прием)\w*)?"),
        Heading("enrolled", "Зачислен с", r"зачислена?с?|дата(зачисления|приема|поступления|прибытия)\w*"),
        Heading("left_order", "Приказ о выбытии", r"(датаи?)?(№|n|номер)?приказа?о(выбытии|отчислении)"),
        Heading("left", "Выбыл с", r"выбыла?с?|дата(выбытия|отчисления)"),
        Heading("status", "Статус", r"статус"),
    ),
    needs=(frozenset({"name"}), frozenset({"last", "first"})),
)  # fmt: skip

_SEXES = dict.fromkeys(("м", "муж", "мужской", "мальчик", "юноша"), "м") | dict.fromkeys(
    ("ж", "жен", "женский", "девочка", "девушка"), "ж"
)
_RELATIONS = dict.fromkeys(("мать", "мама"), "мать") | dict.fromkeys(("отец", "папа"), "отец") | dict.fromkeys(
    ("бабушка", "дедушка", "тётя", "тетя", "дядя", "брат", "сестра"), "другое"
)  # fmt: skip
_PARENTS = (("mother", "мать"), ("father", "отец"), ("parent", ""))
_LAST_WORDS = ("оглы", "оглу", "кызы", "гызы", "улы", "уулу")  # of a patronymic of two words
COMPARED = ("patronymic", "birth_date", "sex", "file_no")
PER_PUPIL = [key for key in (column.key for column in ROSTER.columns) if key not in ("last", "first", "patronymic")]


@dataclass(frozen=True)
class NewPupil:
    """Values by column key of layout.ROSTER, canonical."""

    values: Mapping[str, str]
    row: int  # of the file

    @property
    def list_name(self) -> str:
        return f"{self.values['last']} {self.values['first']}".strip()


@dataclass(frozen=True)
class RosterFile:
    """`families` are rows of layout.FAMILIES; `listed` counts pupils who are on the list already."""

    pupils: tuple[NewPupil, ...]
    families: tuple[Mapping[str, str], ...]
    listed: int
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    unused: tuple[str, ...]


@dataclass
class _Reading:
    listed: Sequence[Mapping[str, str]]
    enrolled: date | None
    pupils: list[NewPupil] = field(default_factory=list)
    known: int = 0
    parents: list[tuple[str, dict[str, str], Problem]] = field(default_factory=list)  # of whom, values, if they must go
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    last: str = ""  # the pupil of the row above, "" if not taken


def read_list(
    tables: Sequence[FoundTable],
    listed: Sequence[Mapping[str, str]],
    families: Iterable[Mapping[str, str]],
    enrolled: date | None = None,
) -> RosterFile:
    """What the tables add to the tabs. `listed` and `families` are the rows that stand there; `enrolled` is for those
    of whom the file does not tell it."""
    reading = _Reading(listed, enrolled)
    for table in tables:
        for row in table.rows:
            _take(reading, table, row)
    return RosterFile(
        tuple(reading.pupils), tuple(_new_families(reading, families)), reading.known, tuple(reading.problems),
        tuple(reading.notes), unused(tables, FORM),
    )  # fmt: skip


def _take(reading: _Reading, table: FoundTable, row: FoundRow) -> None:
    own = row.values.keys() - row.inherited
    if own <= {"number"}:
        if row.words:
            reading.notes.append(Problem(Code.FILE_ROW, table.place(row), row.words))
        return  # a number waits for a pupil
    if row.inherited & {"name", "last"}:
        _families(reading, table, row)  # another parent of the same child
        return
    if len(row.own) == 1 and (row.own[0].width > 1 or not own & {"name", "last"} or _looks_like_no_name(row.words)):
        reading.notes.append(Problem(Code.FILE_ROW, table.place(row), row.words))
        return
    reading.last = ""
    values, wrong = _pupil(reading, table, row)
    if not wrong:
        wrong = _already(reading, table, row, values)
    reading.problems += wrong
    if not wrong:
        reading.last = f"{values['last']} {values['first']}".strip()
        _families(reading, table, row)


def _looks_like_no_name(words: str) -> bool:
    """A signature or a total below the list, which happens to stand in the column of names."""
    return ":" in words or bool(re.match(r"(итого|всего|классный|директор)\b", words, re.IGNORECASE))


def _pupil(reading: _Reading, table: FoundTable, row: FoundRow) -> tuple[dict[str, str], list[Problem]]:
    values, wrong = _name(table, row)
    for key in PER_PUPIL:
        raw = row.values.get(key)
        if raw is None:
            values[key] = ""
            continue
        if key == "sex" and isinstance(raw, str):
            raw = _SEXES.get(raw.strip().strip(".").casefold(), raw)
        read = read_cell(raw, ROSTER.column(key))
        if isinstance(read, Refusal):
            detail = {"sex": "м или ж", "birth_date": "нужна дата", "enrolled": "нужна дата"}.get(key, read.detail)
            wrong.append(Problem(Code.FILE_VALUE, table.place(row, key), _shown(raw), detail=detail))
        values[key] = "" if isinstance(read, Refusal) else read
    return values, wrong


def _name(table: FoundTable, row: FoundRow) -> tuple[dict[str, str], list[Problem]]:
    """The name in three columns, or in one: «Фамилия Имя Отчество»."""
    values = dict.fromkeys(("last", "first", "patronymic"), "")
    for key in (*values, "name"):
        if (raw := row.values.get(key)) is None:
            continue
        read = read_text(raw)
        if isinstance(read, Refusal) or any(letter.isdigit() for letter in read):
            return values, [Problem(Code.FILE_VALUE, table.place(row, key), _shown(raw), detail="это не имя")]
        text = one_line(read, 400)
        if key != "name":
            values[key] = text
            continue
        parts = text.split()
        if len(parts) == 4 and parts[3].casefold() in _LAST_WORDS:
            parts = [*parts[:2], " ".join(parts[2:])]
        if len(parts) > 3:
            detail = "что здесь фамилия? Нужны три столбца"
            return values, [Problem(Code.FILE_VALUE, table.place(row, key), text, detail=detail)]
        values |= dict(zip(values, parts, strict=False))
    for key, title in (("last", "фамилия"), ("first", "имя")):
        if not values[key]:
            at = key if key in table.told else "name"
            return values, [Problem(Code.FILE_EMPTY, table.place(row, at), _name_of(values), detail=title)]
    return values, []


def _already(reading: _Reading, table: FoundTable, row: FoundRow, values: dict[str, str]) -> list[Problem]:
    """Counts or adds the pupil; what speaks against it otherwise."""
    for other in reading.listed:
        if _same_name(other, values) and not _is_namesake(other, values):
            if differing := _differing(other, values):
                told = as_seen(other[differing])
                detail = f"{ROSTER.column(differing).heading.lower()} там {told}"
                return [Problem(Code.FILE_LISTED, table.place(row), _name_of(values), detail=detail)]
            reading.known += 1
            values |= {"last": other["last"], "first": other["first"]}
            return []
    for earlier in reading.pupils:
        if _same_name(earlier.values, values) and not _is_namesake(earlier.values, values):
            detail = f"строка {earlier.row}"
            return [Problem(Code.FILE_DUPLICATE, table.place(row), _name_of(values), detail=detail)]
    if not values["enrolled"]:
        if reading.enrolled is None:
            detail = "с какого дня зачислен"
            return [Problem(Code.FILE_EMPTY, table.place(row, "enrolled"), _name_of(values), detail=detail)]
        values["enrolled"] = reading.enrolled.isoformat()
    reading.pupils.append(NewPupil(values, row.number))
    return []


def _same_name(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(folded(one[key]) == folded(other[key]) for key in ("last", "first"))


def _is_namesake(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Patronymic and day of birth are both told and both different: another child."""
    return all(one[key] and other[key] and folded(one[key]) != folded(other[key]) for key in COMPARED[:2])


def _differing(one: Mapping[str, str], other: Mapping[str, str]) -> str:
    differing = (key for key in COMPARED if one[key] and other[key] and folded(one[key]) != folded(other[key]))
    return next(differing, "")


def _families(reading: _Reading, table: FoundTable, row: FoundRow) -> None:
    for group, relation in _PARENTS:
        said = {key: row.values.get(f"{group}.{key}") for key in ("name", "phone", "email", "relation", "consent")}
        if all(raw is None for raw in said.values()) or row.inherited >= {
            f"{group}.{key}" for key, raw in said.items() if raw is not None
        }:
            continue
        place = table.place(row, f"{group}.name" if f"{group}.name" in table.told else "")
        problem = Problem(Code.FILE_FAMILY, place, _shown(said["name"]))
        if not reading.last:
            continue  # of a child who is not taken
        told = {key: _parts(raw) for key, raw in said.items()}
        many = len(told["name"])
        if not many:
            reading.notes.append(_because(problem, "нет Ф.И.О."))
        elif any(len(parts) not in (0, many) for parts in told.values()):
            reading.notes.append(_because(problem, "в ячейке двое, а остальное одно"))
        else:
            for number in range(many):
                one = {key: parts[number] for key, parts in told.items() if parts}
                _parent(reading, problem, {"relation": relation, **one})


def _parent(reading: _Reading, problem: Problem, said: Mapping[str, RawCell]) -> None:
    values: dict[str, str] = {}
    for key, raw in said.items():
        if key == "relation" and isinstance(raw, str):
            raw = _RELATIONS.get(raw.casefold(), raw)  # noqa: PLW2901 - the same word, as the tab spells it
        read = read_cell(raw, FAMILIES.column(key))
        if isinstance(read, Refusal):
            reading.notes.append(_because(problem, f"{FAMILIES.column(key).heading}: «{_shown(raw)}» не прочесть"))
            return
        values[key] = one_line(read, 400)
    if "," in values["name"]:
        reading.notes.append(_because(problem, "в ячейке, похоже, двое"))
        return
    reading.parents.append((reading.last, values, problem))


def _new_families(reading: _Reading, families: Iterable[Mapping[str, str]]) -> Iterable[dict[str, str]]:
    names = Counter(f"{one['last']} {one['first']}" for one in (*reading.listed, *(p.values for p in reading.pupils)))
    there = {(one["pupil"], folded(one["name"])) for one in families}
    for pupil, values, problem in reading.parents:
        if names[pupil] > 1:
            reading.notes.append(_because(problem, f"в классе не один {pupil}"))
        elif (pupil, folded(values["name"])) not in there:
            there.add((pupil, folded(values["name"])))
            yield {"pupil": pupil, **values}


def _parts(raw: RawCell | None) -> list[RawCell]:
    """The parents of a cell: one a line, or parted by semicolons."""
    if raw is None:
        return []
    return [part.strip() for part in re.split(r"[\n;]", raw) if part.strip()] if isinstance(raw, str) else [raw]


def _because(problem: Problem, detail: str) -> Problem:
    return Problem(problem.code, problem.place, problem.read, detail=detail)


def _name_of(values: Mapping[str, str]) -> str:
    return " ".join(part for part in (values["last"], values["first"], values["patronymic"]) if part)


def _shown(raw: RawCell | None) -> str:
    return "" if raw is None else str(raw) if isinstance(raw, str | bool | CellError) else plain(raw)  # type: ignore[arg-type]
