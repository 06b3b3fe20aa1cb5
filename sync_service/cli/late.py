"""`journal late`: who is late with the journal, and with what."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, AsJson, ConfigPath, as_json, command, say, table


@command()
def late(
    week: Annotated[
        bool, typer.Option("--week", help="Только просроченное с прошлого понедельника, и сделать страницу Excel.")
    ] = False,
    config: ConfigPath = HERE,
    json: AsJson = False,
) -> None:
    """Показать, кто просрочил и что: только опоздавших."""
    workspace = open_school(config)
    from dataclasses import asdict

    from sync_service.usecases.remarks import late as look
    from sync_service.usecases.remarks import write_late

    found = look(workspace, week=week)
    path = write_late(workspace, found) if week else None
    if json:
        as_json([asdict(one) for one in found])
        return
    if not found:
        say("Никто не опаздывает.")
    for one in found:
        rows = [(f"{due:%d.%m %H:%M}", words) for due, words in one.overdue]
        table(f"{one.person}: {len(rows)}", ("Срок", "Что не сделано"), rows)
    if path is not None:
        say(f"Страница готова: {path}")
