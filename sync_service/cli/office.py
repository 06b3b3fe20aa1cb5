"""Commands of the deputy director: report."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, ConfigPath, command, say


@command()
def report(
    month: Annotated[str, typer.Argument(help="Год и месяц: 2026-10.")],
    school_class: Annotated[str, typer.Option("--class", help="Только этот класс, например 9А.")] = "",
    config: ConfigPath = HERE,
) -> None:
    """Сделать отчёт за месяц для заместителя директора."""
    workspace = open_school(config)
    from sync_service.usecases.reporting import write_report

    path = write_report(workspace, month, school_class or None)
    say(f"Отчёт готов: {path}")
