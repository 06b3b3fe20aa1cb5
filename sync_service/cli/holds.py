"""`journal hold`: what waits for a human, and letting it through by name."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, AsJson, ConfigPath, as_json, errors, group, say, table

command = group("hold", "Задержанные вкладки и книги: посмотреть и снять задержку.")

Number = Annotated[int, typer.Argument(help="Номер из списка.")]


@command("list")
def list_holds(
    every: Annotated[bool, typer.Option("--all", help="И те, что уже сняты или исправлены.")] = False,
    config: ConfigPath = HERE,
    json: AsJson = False,
) -> int:
    """Что ждёт решения человека."""
    workspace = open_school(config)
    from sync_service.records import sync_state
    from sync_service.usecases import holds

    found = sync_state.holds(open_only=not every)
    code = 1 if any(hold.closed_at is None for hold in found) else 0
    if json:
        as_json(
            [
                {
                    "id": hold.id,
                    "book": hold.book,
                    "tab": hold.title,
                    "why": holds.sentence(hold),
                    "since": hold.opened_at,
                    "closed": hold.closed_at,
                    "how": hold.how,
                    "by": hold.by,
                    "reason": hold.reason,
                }
                for hold in found
            ]
        )
        return code
    if not found:
        say("Ничего не задержано.")
        return code
    rows = [
        (
            hold.id,
            holds.book_name(hold.book),
            hold.title if hold.tab else "вся книга",
            f"{hold.opened_at.astimezone(workspace.zone):%d.%m %H:%M}",
            holds.sentence(hold),
            *([holds.ending(hold)] if every else []),
        )
        for hold in found
    ]
    headings = ("№", "Книга", "Вкладка", "С", "Почему", *(["Чем кончилось"] if every else []))
    table("Задержано", headings, rows, right=(0,))
    say("Подробно: journal hold show №   Снять: journal hold release № --by «Кто» --reason «Почему»")
    return code


@command("show")
def show(number: Number, config: ConfigPath = HERE) -> int:
    """Что изменится в базе, если снять задержку: чьи записи, за какой день."""
    workspace = open_school(config)
    from sync_service.usecases import holds

    try:
        hold = holds.find(number)
    except holds.Unknown as error:
        say(str(error), label="Ошибка:", to=errors)
        return 2
    plan = holds.would_change(workspace, hold)
    say(holds.sentence(hold))
    say(f"Книга «{holds.book_name(hold.book)}», ждёт с {hold.opened_at.astimezone(workspace.zone):%d.%m.%Y %H:%M}.")
    if plan.withheld is not None and plan.withheld.digest == hold.digest:
        say("Снимать нечего: вкладку нужно восстановить в самой книге (журнал версий или резервная копия).")
        return 1
    if plan.withheld is not None:
        say("С тех пор вкладку изменили. Выполните «journal sync» и посмотрите задержку заново.")
        return 1
    rows = [
        (line.tab, line.a1, line.who, line.day, line.old or "—", line.new or "(пусто)") for line in holds.lines(plan)
    ]
    if rows:
        table("Если снять", ("Вкладка", "Ячейка", "Чьё", "День", "В базе", "Станет"), rows)
    else:
        say("Записей в базе снятие не изменит: они останутся, а вкладка снова будет приниматься.")
    say(f"Снять: journal hold release {number} --by «Фамилия И. О.» --reason «Почему»")
    say("Не снимать: верните прежнее в книге («Отменить» или журнал версий), и задержка закроется сама.")
    return 1


@command("release")
def release(
    number: Number,
    by: Annotated[str, typer.Option("--by", help="Кто решил: фамилия и инициалы.")],
    reason: Annotated[str, typer.Option("--reason", help="Почему это правильно.")],
    config: ConfigPath = HERE,
) -> int:
    """Снять задержку: принять вкладку или книгу такой, какая она есть."""
    workspace = open_school(config)
    from sync_service.usecases import holds

    try:
        hold = holds.find(number)
    except holds.Unknown as error:
        say(str(error), label="Ошибка:", to=errors)
        return 2
    holds.release(workspace, hold, by=by, reason=reason)
    say(f"Задержка № {number} снята. Изменения будут приняты при ближайшей сверке (journal sync).")
    return 0
