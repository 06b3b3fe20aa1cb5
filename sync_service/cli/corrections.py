"""Commands of correcting: `correct`, late requests, the history of a value, a journal as it was at a moment."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, YELLOW, AsJson, ConfigPath, as_json, command, group, say, table

if TYPE_CHECKING:
    from sync_service.usecases.correcting import Corrected
    from sync_service.usecases.requests import Request
    from sync_service.usecases.trail import Step

request = group("request", "Заявки на исправление в закрытой четверти: посмотреть, одобрить, отклонить.")

Pupil = Annotated[str, typer.Option("--pupil", help="Ученик: «Абрамов Лев», фамилия или код.")]
Course = Annotated[str, typer.Option("--course", help="Предмет, как в нагрузке, или код курса.")]
SchoolClass = Annotated[str, typer.Option("--class", help="Класс, например 9А.")]
By = Annotated[str, typer.Option("--by", help="Кто решил: фамилия и инициалы.")]
Reason = Annotated[str, typer.Option("--reason", help="Основание: служебная записка, приказ.")]


@contextmanager
def words_meant() -> Iterator[None]:
    """Words of a command that mean nothing are wrong use of it."""
    from sync_service.usecases.meant import Unclear

    try:
        yield
    except Unclear as error:
        raise typer.BadParameter(str(error), param_hint=error.option) from error


@command("correct")
def correct(
    course: Course,
    by: By,
    reason: Reason,
    pupil: Pupil = "",
    school_class: SchoolClass = "",
    date: Annotated[str, typer.Option("--date", help="День урока: 2026-09-02 или 02.09.")] = "",
    slot: Annotated[int | None, typer.Option("--slot", help="Который урок, если в этот день их несколько.")] = None,
    final: Annotated[str, typer.Option("--final", help="Вместо дня: I, II, III, IV, Год, Экзамен, Итог.")] = "",
    value: Annotated[str | None, typer.Option("--value", help="Как верно, например 4; «» — убрать запись.")] = None,
    held: Annotated[str | None, typer.Option("--held", help="Урок проведён: да или нет.")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="Тема урока.")] = None,
    homework: Annotated[str | None, typer.Option("--homework", help="Домашнее задание; «—» — не задано.")] = None,
    due: Annotated[str | None, typer.Option("--due", help="Срок домашнего задания.")] = None,
    minutes: Annotated[str | None, typer.Option("--minutes", help="Сколько минут займёт задание.")] = None,
    work: Annotated[str | None, typer.Option("--work", help="Вид работы, как на вкладке «Виды работ».")] = None,
    form: Annotated[str | None, typer.Option("--form", help="Форма занятия внеурочной деятельности.")] = None,
    hours: Annotated[str | None, typer.Option("--hours", help="Сколько часов шло занятие, работала группа.")] = None,
    config: ConfigPath = HERE,
) -> int:
    """Исправить запись в базе, в том числе в закрытой четверти: отметку ученика, итоговую или сведения об уроке."""
    said = (
        ("--held", held), ("--topic", topic), ("--homework", homework), ("--due", due), ("--minutes", minutes),
        ("--work", work), ("--form", form), ("--hours", hours),
    )  # fmt: skip
    fields = {option: words for option, words in said if words is not None}
    _refuse_mixtures(pupil, date, final, value, fields)
    workspace = open_school(config)
    from sync_service.usecases import correcting

    with words_meant():
        if fields:
            done = correcting.correct_lesson(
                workspace, fields, course=course, school_class=school_class, date=date, number=slot, by=by,
                reason=reason,
            )  # fmt: skip
        elif final:
            one = correcting.correct_final(
                workspace, value or "", pupil=pupil, course=course, school_class=school_class, final=final, by=by,
                reason=reason,
            )  # fmt: skip
            done = [one]
        else:
            one = correcting.correct_entry(
                workspace, value or "", pupil=pupil, course=course, school_class=school_class, date=date, number=slot,
                by=by, reason=reason,
            )  # fmt: skip
            done = [one]
    for one in done:
        _tell(one)
    say("Учитель увидит примечание в ячейке после ближайшей сверки (journal sync); впишет то же — оно уйдёт.")
    return 0


@command("explain")
def explain(
    course: Course,
    date: Annotated[str, typer.Option("--date", help="День урока: 2026-09-02 или 02.09.")],
    by: By,
    reason: Reason,
    pupil: Pupil = "",
    school_class: SchoolClass = "",
    slot: Annotated[int | None, typer.Option("--slot", help="Который урок, если в этот день их несколько.")] = None,
    config: ConfigPath = HERE,
) -> int:
    """Записать, почему учитель исправил отметку (без --pupil — ДЗ): замечание уйдёт, причина останется в истории."""
    workspace = open_school(config)
    from sync_service.usecases import explaining

    with words_meant():
        done = explaining.explain(
            workspace, course=course, date=date, number=slot, pupil=pupil, school_class=school_class, by=by,
            reason=reason,
        )  # fmt: skip
    for one in done:
        say(f"{one.what}: {one.at:%d.%m %H:%M} было {one.old}, стало {one.new or '(пусто)'}.", label="Объяснено:")
    return 0


def _refuse_mixtures(pupil: str, date: str, final: str, value: str | None, fields: dict[str, str]) -> None:
    """What must and what must not be said together; raises BadParameter."""

    def wrong(option: str, sentence: str) -> None:
        raise typer.BadParameter(sentence, param_hint=option)

    if fields and (pupil or final or value is not None):
        wrong(next(iter(fields)), "сведения об уроке исправляют отдельной командой, без --pupil, --final и --value.")
    if not fields and value is None:
        wrong("--value", "укажите, как верно: --value, или для урока --held, --topic, --homework и другие.")
    if not fields and not pupil:
        wrong("--pupil", "укажите ученика.")
    if bool(date) == bool(final):
        wrong("--date", "укажите день урока (--date) или итоговую отметку (--final), что-то одно.")


def _tell(one: Corrected) -> None:
    say(f"{one.what}: было {one.old or '(пусто)'}, стало {one.new or '(пусто)'}.")
    if one.closed:
        say(f"{one.closed} закрыта: приложите служебную записку к журналу исправлений.", label="!", style=YELLOW)


@request("list")
def list_requests(config: ConfigPath = HERE, json: AsJson = False) -> int:
    """Что учителя изменили в закрытых четвертях и что ждёт решения."""
    workspace = open_school(config)
    from sync_service.usecases import requests

    waiting = requests.waiting()
    if json:
        as_json(
            [
                {
                    "number": one.number,
                    "book": one.book,
                    "tab": one.tab,
                    "cell": one.a1,
                    "who": one.who,
                    "period": one.period,
                    "old": one.old,
                    "new": one.new,
                    "since": one.since.astimezone(workspace.zone).isoformat(),
                    "refused": one.refused,
                }
                for one in waiting
            ]
        )
        return 1 if waiting else 0
    if not waiting:
        say("Заявок нет.")
        return 0
    rows = [
        (
            one.number,
            f"{one.book}, {one.tab}!{one.a1}\n{one.who}",
            f"{one.old or '(пусто)'} → {one.new or '(пусто)'}",
            f"{one.since.astimezone(workspace.zone):%d.%m %H:%M}",
            one.period + (f"\nотклонена: {one.refused}" if one.refused else ""),
        )
        for one in waiting
    ]
    table("Заявки", ("№", "Где", "Изменить", "С", "Закрыта"), rows, right=(0,))
    say("Решить: journal request approve № --by «Кто» --reason «Основание», или refuse")
    return 1


Numbers = Annotated[list[int], typer.Argument(metavar="НОМЕРА", help="Номера из списка, через пробел.")]


@request("approve")
def approve(
    numbers: Numbers,
    by: By,
    reason: Reason,
    value: Annotated[str | None, typer.Option("--value", help="Только если заявка просит именно это.")] = None,
    config: ConfigPath = HERE,
) -> int:
    """Одобрить: записать в базу то, что просит заявка. Остальные заявки вкладки ждут дальше."""
    workspace = open_school(config)
    from sync_service.usecases import requests

    with words_meant():
        done = requests.approve(workspace, numbers, by=by, reason=reason, value=value)
    for one in done:
        say(f"{_named(one)}: было {one.old or '(пусто)'}, стало {one.new or '(пусто)'}.", label=f"№ {one.number}")
    say("Примечания уйдут после ближайшей сверки (journal sync).")
    return 0


@request("refuse")
def refuse(numbers: Numbers, by: By, reason: Reason, config: ConfigPath = HERE) -> int:
    """Отклонить: решение останется в летописи, а учителю нужно вернуть прежнее."""
    workspace = open_school(config)
    from sync_service.usecases import requests

    with words_meant():
        done = requests.refuse(workspace, numbers, by=by, reason=reason)
    for one in done:
        say(f"{_named(one)}: остаётся {one.old or '(пусто)'}.", label=f"№ {one.number}")
    say("Скажите учителю вернуть прежнее значение: заявка уйдёт при ближайшей сверке.")
    return 0


def _named(one: Request) -> str:
    return f"{one.book}, {one.tab}!{one.a1}, {one.who}"


@command("history")
def history(
    pupil: Pupil = "",
    course: Course = "",
    school_class: SchoolClass = "",
    date: Annotated[str, typer.Option("--date", help="Только этот день: 2026-09-02 или 02.09.")] = "",
    config: ConfigPath = HERE,
    json: AsJson = False,
) -> int:
    """Все значения: отметок ученика, а без --pupil — уроков курса; когда, откуда, кто и почему."""
    workspace = open_school(config)
    from sync_service.usecases.trail import history as told

    with words_meant():
        found = told(workspace, pupil=pupil, course=course, school_class=school_class, day=date)
    if json:
        as_json([_as_data(step) for step in found.steps])
        return 0
    if not found.steps:
        say(f"{found.title}: в базе ничего не записано.")
        return 0
    rows, before = [], None
    for step in found.steps:
        rows.append(
            (
                f"{step.at:%d.%m.%Y}\n{step.at:%H:%M:%S}",
                step.what if step.slot != before else "",
                f"{step.old or '(пусто)'} → {step.new or '(пусто)'}",
                _from(step),
            )
        )
        before = step.slot
    table(found.title, ("Когда", "Что", "Было → стало", "Откуда; кто и почему"), rows)
    return 0


def _from(step: Step) -> str:
    where = f"команда: {step.who}" if step.channel == "command" else step.where
    return f"{where}\n{step.why}" if step.why else where


def _as_data(step: Step) -> dict[str, str]:
    return {
        "at": step.at.isoformat(),
        "key": str(step.slot),
        "what": step.what,
        "old": step.old,
        "new": step.new,
        "channel": step.channel,
        "where": step.where,
        "by": step.who,
        "reason": step.why,
    }


@command("rewind")
def rewind(
    book: Annotated[str, typer.Option("--book", help="Журнал: 7А или название книги.")],
    at: Annotated[str, typer.Option("--at", help="Момент по школьному времени: 2026-11-03T10:00.")],
    tab: Annotated[str, typer.Option("--tab", help="Только эта вкладка.")] = "",
    into_book: Annotated[
        bool, typer.Option("--into-book", help="Записать в саму книгу; без ключа — копия рядом.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Для --into-book: кто решил.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Для --into-book: почему.")] = "",
    config: ConfigPath = HERE,
) -> int:
    """Журнал таким, каким он был записан в базе в этот момент: копией рядом или в саму книгу."""
    workspace = open_school(config)
    from sync_service.usecases import restoring

    with words_meant():
        if not into_book:
            copied = restoring.copy_as_of(workspace, book, at, tab=tab)
            say(f"{copied.path}", label="Копия:")
            say(f"Записей в ней: {copied.values}. Сама книга не тронута. Не кладите копию в папку книг.")
            return 0
        done = restoring.put_back(workspace, book, at, by=by, reason=reason, tab=tab)
    if done.unplaced:
        say(f"{done.unplaced} — их строк или столбцов в книге больше нет.", label="Не вписано:", style=YELLOW)
    if not done.cells:
        say(f"В книге «{done.name}» и так всё, как было.")
        return 0
    for title, cells in done.cells.items():
        say(f"{title}: ячеек {cells}", label="Вписано:")
    if done.corrected:
        since = f"{done.corrected} из них с тех пор исправляли в базе: проверьте их (journal history)."
        say(since, label="!", style=YELLOW)
    say("В базу это попадёт при ближайшей сверке (journal sync); прежний вид книги сохранён. Если сверка задержит")
    say("вкладку (стирается много, четверть закрыта), её снимают, как любую: journal hold list.")
    return 0
