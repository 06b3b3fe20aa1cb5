"""`journal names`: the printed key to the codes that stand for names in Google."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, ConfigPath, command, say


@command()
def names(
    school_class: Annotated[str, typer.Option("--class", help="Класс, например 7А.")],
    config: ConfigPath = HERE,
) -> None:
    """Сделать для печати ключ класса: какой код в журнале чей."""
    workspace = open_school(config)
    from sync_service.usecases.names import write_key

    path = write_key(workspace, school_class)
    say(f"Ключ для печати: {path}")
    say("По нему узнают учеников: напечатайте, уберите лист под замок и удалите файл.")
