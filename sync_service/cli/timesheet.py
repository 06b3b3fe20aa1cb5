"""`journal timesheet`: the teachers' timesheet for the accountant."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, ConfigPath, command, say


@command()
def timesheet(
    month: Annotated[str, typer.Argument(help="Год и месяц: 2026-10.")],
    half: Annotated[int | None, typer.Option("--half", help="Только половина: 1 (с 1 по 15) или 2 (с 16).")] = None,
    correction: Annotated[int, typer.Option("--correction", help="Корректирующий табель: 1, 2…")] = 0,
    config: ConfigPath = HERE,
) -> None:
    """Сделать табель учёта рабочего времени учителей (форма 0504421)."""
    workspace = open_school(config)
    from sync_service.usecases.timesheet import write_timesheet

    say(f"Табель готов: {write_timesheet(workspace, month, half, correction)}")
