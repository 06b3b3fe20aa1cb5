"""`journal year`: the next school year is opened, the one that is over is closed and kept."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, ConfigPath, group, progress, say

command = group("year", "Учебный год: открыть следующий.")


@command("open")
def open_(
    year: Annotated[str, typer.Argument(help="В каком году он начинается: 2027.")],
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="С какого дня 9-х классов нет в списках; обычно сегодня."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Открыть, хотя чего-то не хватает.")] = False,
    by: Annotated[str, typer.Option("--by", help="Кто решил: фамилия и инициалы.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Основание: приказ.")] = "",
    config: ConfigPath = HERE,
) -> int:
    """Открыть следующий учебный год: новые книги на класс старше, прежние — в свою папку и закрыты."""
    workspace = open_school(config)
    from sync_service.cli.main_job import show_problems, show_troubles
    from sync_service.jobs.lock import single_instance
    from sync_service.usecases.year_open import open_year

    day = on.date() if on is not None else None
    with single_instance(workspace.config.home, "journal year open"), progress("Книги") as step:
        done = open_year(workspace, year, on=day, force=force, by=by, reason=reason, progress=step)
    for name in done.put_away:
        say(f"убрана    {name} → {done.folder}, только для чтения")
    for name, lines in done.closed.items():
        say(f"закрыта   {name} в Google: {'; '.join(lines)}")
    for name in done.copied:
        say(f"сохранена {name} из Google → {done.folder}")
    for name in done.created:
        say(f"создана   {name}")
    if done.finished:
        say(f"Окончили 9 класс: {done.finished}. Записи о них остаются в базе и в отчётах прошлого года.")
    if done.logins_close is not None:
        say(f"Логины тех, кто ушёл из школы, закроются {done.logins_close:%d.%m.%Y}.")
    if done.nothing_new:
        say(f"{done.year} учебный год уже открыт, всё на месте.")
    show_troubles(done.troubles)
    show_problems(list(done.problems))
    if done.problems:
        say("Заполните «Школу»: календарь, нагрузку, расписание. Потом журналы создаст «journal provision».")
    return 1 if done.troubles else 0
