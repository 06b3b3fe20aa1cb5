"""`journal move`: a class from the school's folder to Google, and back."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import GREEN, HERE, ConfigPath, command, say


class Target(StrEnum):
    GOOGLE = "google"
    FILES = "files"


@command()
def move(
    book: Annotated[str, typer.Argument(help="Журнал: 7А или его название.")],
    to: Annotated[Target, typer.Option("--to", help="Куда: google или files, в папку школы.")],
    by: Annotated[str, typer.Option("--by", help="Кто решил: фамилия и инициалы.")],
    config: ConfigPath = HERE,
) -> int:
    """Перенести журнал в Google или обратно, не потеряв ни клетки."""
    workspace = open_school(config)
    from sync_service.jobs.lock import single_instance
    from sync_service.usecases.choosing import choose_journal
    from sync_service.usecases.moving import move_book

    with single_instance(workspace.config.home, "journal move"):
        moved = move_book(workspace, choose_journal(workspace, book), to.value, by=by)
    where = "в Google" if to is Target.GOOGLE else f"в папку {workspace.config.books.folder}"
    say(f"«{moved.name}» — {where}.", label="Перенесён:", style=GREEN)
    say(f"Клеток учителей с записями: {moved.cells}; все перечитаны на новом месте и совпали.")
    for line in _summed(moved.settled):
        say(f"  {line}")
    if to is Target.GOOGLE:
        say(f"Прежний файл — в {workspace.config.books.versions}. Адрес таблицы: journal google status --json")
    else:
        say("Прежняя таблица — в корзине Google Диска, 30 дней. Учителям скажите, где теперь журнал.")
    return 0


def _summed(lines: list[str]) -> list[str]:
    """What was done to many tabs alike, said once: there are dozens of tabs."""
    alike = Counter(line.partition("»: ")[2] for line in lines)
    summed = [f"{what}, вкладок: {count}" for what, count in alike.items() if what and count > 1]
    return [*summed, *(line for line in lines if alike[line.partition("»: ")[2]] == 1 or "»: " not in line)]
