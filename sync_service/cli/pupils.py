"""`journal pupil`: what the administrator does with a pupil."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.corrections import words_meant
from sync_service.cli.opening import open_school
from sync_service.cli.terminal import GREEN, HERE, ConfigPath, group, say

command = group("pupil", "Ученик: перевести в другой класс.")


@command()
def move(
    pupil: Annotated[str, typer.Argument(help="Ученик: код, «Абрамов Лев» или фамилия.")],
    to: Annotated[str, typer.Option("--to", help="В какой класс, например 7Б.")],
    on: Annotated[str, typer.Option("--on", help="С какого дня: 2026-11-12 или 12.11.")],
    order: Annotated[str, typer.Option("--order", help="Приказ, например «№ 5 от 11.11.2026».")] = "",
    config: ConfigPath = HERE,
) -> None:
    """Перевести ученика в другой класс: записать день и приказ в оба списка. Отметки, история и логины идут за ним."""
    workspace = open_school(config)
    from sync_service.jobs.lock import single_instance
    from sync_service.usecases.pupil_moving import move_pupil

    with single_instance(workspace.config.home, "journal pupil move"), words_meant():
        moved = move_pupil(workspace, pupil, to=to, on=on, order=order)
    who, target = moved.pupil.list_name, moved.pupil.school_class
    say(f"{who} — из {moved.old_class} в {target} с {moved.day:%d.%m.%Y}.", label="Переведён:", style=GREEN)
    say(f"Записано в «{moved.old_class} Список» и «{target} Список»; строк на «Семьи»: {moved.parents}.")
    say(f"Классному руководителю {target}: впишите его подгруппы на вкладку «Группы» с {moved.day:%d.%m.%Y}.")
