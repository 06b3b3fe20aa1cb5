"""`journal hold`: what waits for a human, and letting it through by name."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, AsJson, ConfigPath, as_json, group, say, table

command = group("hold", "Задержанные вкладки: посмотреть и снять задержку.")


@command("list")
def list_holds(config: ConfigPath = HERE, json: AsJson = False) -> int:
    """Что ждёт решения человека."""
    workspace = open_school(config)
    from sync_service.records import sync_state
    from sync_service.usecases import holds

    waiting = sync_state.holds()
    books = sync_state.book_states()
    if json:
        as_json(
            [{"id": hold.id, "book": hold.book, "tab": hold.title, "why": holds.sentence(hold)} for hold in waiting]
        )
        return 1 if waiting else 0
    if not waiting:
        say("Ничего не задержано.")
        return 0
    rows = [
        (
            hold.id,
            books[hold.book].name,
            hold.title,
            f"{hold.opened_at.astimezone(workspace.zone):%d.%m %H:%M}",
            holds.sentence(hold),
        )
        for hold in waiting
    ]
    table("Задержано", ("№", "Книга", "Вкладка", "С", "Почему"), rows, right=(0,))
    say("Подробно: journal hold show №   Снять: journal hold release № --by «Кто» --reason «Почему»")
    return 1


@command("show")
def show(number: Annotated[int, typer.Argument(help="Номер из списка.")], config: ConfigPath = HERE) -> int:
    """Что изменится в базе, если снять задержку."""
    workspace = open_school(config)
    from sync_service.usecases import holds

    hold = holds.find(number)
    plan = holds.would_change(workspace, hold)
    say(holds.sentence(hold))
    if not plan.changes:
        say("Снимать нечего: вкладку нужно восстановить в самой книге (журнал версий или резервная копия).")
        return 1
    rows = [(change.a1, change.old or "—", change.new or "(пусто)") for change in plan.changes]
    table(f"Вкладка «{plan.title}»", ("Ячейка", "В базе", "Станет"), rows)
    return 1


@command("release")
def release(
    number: Annotated[int, typer.Argument(help="Номер из списка.")],
    by: Annotated[str, typer.Option("--by", help="Кто решил: фамилия и инициалы.")],
    reason: Annotated[str, typer.Option("--reason", help="Почему это правильно.")],
    config: ConfigPath = HERE,
) -> int:
    """Снять задержку: принять вкладку такой, какая она есть."""
    workspace = open_school(config)
    from sync_service.usecases import holds

    hold = holds.find(number)
    holds.release(workspace, hold, by=by, reason=reason)
    say(f"Задержка № {number} снята. Изменения будут приняты при ближайшей сверке (journal sync).")
    return 0
