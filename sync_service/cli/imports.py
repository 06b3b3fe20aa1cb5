"""`journal plan import` and `journal roster import`: what a school has already, shown first and then taken over."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import (
    GREEN,
    HERE,
    RED,
    YELLOW,
    AsJson,
    ConfigPath,
    as_json,
    console,
    group,
    say,
    table,
)

if TYPE_CHECKING:
    from sync_service.domain.problems import Problem
    from sync_service.usecases.plan_import import PlanChange, PlanImport
    from sync_service.usecases.roster_import import RosterImport

plan = group("plan", "КТП: взять готовый план учителя из Excel или Word.")
roster = group("roster", "Списки классов: взять готовый список из Excel или .csv.")

File = Annotated[Path, typer.Argument(metavar="ФАЙЛ", help="Файл .xlsx, .docx (КТП) или .csv (список).")]
SchoolClass = Annotated[str, typer.Option("--class", help="Класс, например 7А.")]
Tables = Annotated[
    list[str] | None, typer.Option("--table", help="Какую таблицу файла брать, если их несколько: вкладка или номер.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Записать, не спрашивая.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Взять хорошие строки, а строки с ошибками оставить.")]


@contextmanager
def _words() -> Iterator[None]:
    """Words of a command that mean nothing are wrong use of it."""
    from sync_service.usecases.meant import Unclear

    try:
        yield
    except Unclear as error:
        raise typer.BadParameter(str(error), param_hint=error.option) from error


@plan("import")
def import_plan(
    file: File,
    school_class: SchoolClass,
    subject: Annotated[str, typer.Option("--subject", help="Предмет, как на вкладке «Нагрузка».")],
    group_name: Annotated[str, typer.Option("--group", help="Группа, если класс делится.")] = "",
    tables: Tables = None,
    part: Annotated[
        bool, typer.Option("--part", help="В файле часть года: уроки вне её номеров остаются как есть.")
    ] = False,
    skip_bad: SkipBad = False,
    yes: Yes = False,
    config: ConfigPath = HERE,
    json: AsJson = False,
) -> int:
    """Взять КТП из файла учителя: показать, что изменится на вкладке «КТП», и записать."""
    workspace = open_school(config)
    from sync_service.usecases import plan_import

    with _words():
        found = plan_import.prepare(
            workspace, file, school_class=school_class, subject=subject, group=group_name, tables=tables or (),
            part=part,
        )  # fmt: skip
    bad = len(found.read.problems)
    wanted = bool(found.changes) and (skip_bad or not bad)
    if not json:
        _show_plan(found)
    written = wanted and (yes or (not json and _agreed(f"Записать в книгу «{found.fetched.look.name}»?")))
    if written:
        plan_import.carry_out(workspace, found, file=file.name)
    if json:
        as_json({**_plan_data(found), "written": written})
        return 1 if bad else 0
    where = f"Записано на вкладку «КТП» книги «{found.fetched.look.name}»."
    return _told(written=written, bad=bad, skip_bad=skip_bad, changed=bool(found.changes), where=where)


@roster("import")
def import_roster(
    file: File,
    school_class: SchoolClass,
    enrolled: Annotated[
        str, typer.Option("--enrolled", help="С какого дня в классе те, у кого это не сказано: 01.09.2026.")
    ] = "",
    tables: Tables = None,
    skip_bad: SkipBad = False,
    yes: Yes = False,
    config: ConfigPath = HERE,
    json: AsJson = False,
) -> int:
    """Взять список класса из готового файла: показать, кто добавится в «Список» и «Семьи», и записать."""
    workspace = open_school(config)
    from sync_service.usecases import roster_import
    from sync_service.usecases.meant import day_meant, school

    with _words():
        day = day_meant(enrolled, school().year, option="--enrolled") if enrolled else None
        found = roster_import.prepare(workspace, file, school_class=school_class, enrolled=day, tables=tables or ())
    bad, new = len(found.read.problems), bool(found.read.pupils or found.read.families)
    wanted = new and (skip_bad or not bad)
    if not json:
        _show_roster(found)
    written = wanted and (yes or (not json and _agreed(f"Записать в книгу «{found.fetched.look.name}»?")))
    if written:
        roster_import.carry_out(workspace, found, file=file.name)
    if json:
        as_json({**_roster_data(found), "written": written})
        return 1 if bad else 0
    where = f"Записано в книгу «{found.fetched.look.name}», вкладки «Список» и «Семьи»."
    return _told(written=written, bad=bad, skip_bad=skip_bad, changed=new, where=where)


def _agreed(question: str) -> bool:
    """Whether a person at a terminal says yes; elsewhere nobody is asked and nobody agrees."""
    if not (sys.stdin.isatty() and console.is_terminal):
        return False
    say(f"{question} да / нет: ")
    return sys.stdin.readline().strip().casefold() in ("да", "д", "yes", "y")


def _told(*, written: bool, bad: int, skip_bad: bool, changed: bool, where: str) -> int:
    if written:
        say(where, label="Готово.", style=GREEN)
        say("В базу это попадёт при ближайшей сверке (journal sync); прежний вид книги сохранён.")
        return 1 if bad else 0
    if bad and not skip_bad:
        say(
            f"строк с ошибками {bad}. Исправьте их в файле и повторите либо добавьте --skip-bad: взять остальные.",
            label="Ничего не записано:",
        )
        return 1
    if changed:
        say("Ничего не записано. Чтобы записать, добавьте --yes.")
    else:
        say("Записывать нечего: в книге уже так.")
    return 1 if bad else 0


def _show_plan(found: PlanImport) -> None:
    course = found.course
    rows = list(_plan_rows(found.changes))
    if rows:
        headings = ("№", "Что", "Тема урока", "Домашнее задание", "Мин", "Вид")
        table(f"КТП: {course.class_names}, {course.title}", headings, rows, right=(0, 4))
    _show_problems(found.read.problems, found.read.notes, found.read.unused)
    counts = [sum(_kind(change) == kind for change in found.changes) for kind in KINDS]
    words = ", ".join(f"{kind} {count}" for kind, count in zip(KINDS.values(), counts, strict=True))
    say(f"Уроков: {words}, без изменений {found.same}.")
    difference = abs(found.topics - found.hours)
    said = f"тем {found.topics}, уроков по расписанию за год {found.hours}"
    if not found.hours:
        said = f"тем {found.topics}, а в расписании уроков ещё нет"
    style = YELLOW if difference > found.lag else GREEN
    say(said + (f"; разница {difference}." if difference and found.hours else "."), label="В плане", style=style)


KINDS = {"added": "добавится", "changed": "изменится", "withdrawn": "снимется"}


def _kind(change: PlanChange) -> str:
    return "added" if change.old is None else "withdrawn" if change.new is None else "changed"


def _plan_rows(changes: Iterable[PlanChange]) -> Iterator[tuple[object, ...]]:
    """A line for each lesson, and one above the first of each section."""
    signs, before = {"added": "+", "changed": "≠", "withdrawn": "−"}, ""
    for change in changes:
        section = (change.new or change.old or {}).get("section", "")
        if section != before:
            yield ("", "", Text(section or "(без раздела)", "bold"), "", "", "")
        before = section
        cells = (_step(change, key) for key in ("topic", "homework", "minutes", "control"))
        yield (change.seq, signs[_kind(change)], *cells)


def _step(change: PlanChange, key: str) -> str:
    """«было → стало» where both are there and differ."""
    old, new = (change.old or {}).get(key, ""), (change.new or {}).get(key, "")
    if change.old is None or change.new is None or old == new:
        return (new or old).replace("\n", " ")
    return f"{old or '(пусто)'} → {new or '(пусто)'}".replace("\n", " ")


def _show_roster(found: RosterImport) -> None:
    read = found.read
    if read.pupils:
        rows = [
            (
                " ".join(pupil.values[key] for key in ("last", "first", "patronymic")).strip(),
                *(_day(pupil.values[key]) for key in ("birth_date", "sex", "enrolled")),
                "; ".join(one["name"] for one in read.families if one["pupil"] == pupil.list_name),
            )
            for pupil in read.pupils
        ]
        table(f"{found.title}: добавятся", ("Ученик", "Родился", "Пол", "Зачислен", "Родители"), rows)
    there = {pupil.list_name for pupil in read.pupils}
    for one in (one for one in read.families if one["pupil"] not in there):
        say(f"{one['pupil']}: {one['name']}", label="Родитель:", style=GREEN)
    _show_problems(read.problems, read.notes, read.unused)
    say(f"Учеников добавится {len(read.pupils)}, родителей {len(read.families)}; уже в списке {read.listed}.")
    if found.new_rows:
        say(f"Заготовленных строк не хватает, добавятся новые: {found.new_rows}. Коды учеников у них будут.")


def _day(text: str) -> str:
    from sync_service.domain.problems import as_seen

    return as_seen(text)


def _show_problems(problems: Iterable[Problem], notes: Iterable[Problem], unused: Sequence[str]) -> None:
    from sync_service.domain.problems import message

    for problem in problems:
        say(message(problem), label="✗", style=RED)
    for note in notes:
        say(message(note), label="•", style=YELLOW)
    if unused:
        say(f"{', '.join(f'«{words}»' for words in unused)}.", label="Столбцы, которые не берутся:", style=YELLOW)


def _plan_data(found: PlanImport) -> dict[str, Any]:
    return {
        "course": found.course.code,
        "title": found.course.title,
        "class": found.course.class_names,
        "topics": found.topics,
        "lessons": found.hours,
        "same": found.same,
        "changes": [
            {"number": change.seq, "what": _kind(change), "old": change.old, "new": change.new}
            for change in found.changes
        ],
        **_problem_data(found.read.problems, found.read.notes, found.read.unused),
    }


def _roster_data(found: RosterImport) -> dict[str, Any]:
    return {
        "pupils": [dict(pupil.values) for pupil in found.read.pupils],
        "parents": [dict(one) for one in found.read.families],
        "listed": found.read.listed,
        "new_rows": found.new_rows,
        **_problem_data(found.read.problems, found.read.notes, found.read.unused),
    }


def _problem_data(problems: Iterable[Problem], notes: Iterable[Problem], unused: Sequence[str]) -> dict[str, Any]:
    from sync_service.domain.problems import message

    def told(found: Iterable[Problem]) -> list[dict[str, str]]:
        return [
            {"code": one.code.value, "table": one.place.tab, "row": one.place.a1, "text": message(one)} for one in found
        ]

    return {"problems": told(problems), "notes": told(notes), "unused": list(unused)}
