"""`journal period`: closing a quarter when its marks are checked, and opening it again."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, AsJson, ConfigPath, as_json, group, say, table

if TYPE_CHECKING:
    from sync_service.usecases.workspace import Workspace

command = group("period", "Четверти: закрыть, открыть снова, посмотреть.")

Name = Annotated[str, typer.Argument(help="Четверть, как в календаре: I, II, III, IV.")]
By = Annotated[str, typer.Option("--by", help="Кто решил: фамилия и инициалы.")]
SchoolClass = Annotated[str, typer.Option("--class", help="Только этот класс, например 9А; без ключа — вся школа.")]


@command("close")
def close(
    name: Name,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Основание: приказ, педсовет.")],
    school_class: SchoolClass = "",
    config: ConfigPath = HERE,
) -> int:
    """Закрыть четверть: изменения в ней будут ждать решения."""
    workspace = open_school(config)
    from sync_service.usecases import periods

    done = periods.close(workspace, name, by=by, reason=reason, school_class=school_class)
    _protect(workspace)
    say(f"«{done.title}» закрыта: {done.classes}. Что в ней изменят, покажет «journal hold list».")
    return 0


@command("open")
def reopen(
    name: Name,
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Почему: приказ, исправление ошибки.")],
    school_class: SchoolClass = "",
    config: ConfigPath = HERE,
) -> int:
    """Открыть закрытую четверть снова."""
    workspace = open_school(config)
    from sync_service.usecases import periods

    done = periods.reopen(workspace, name, by=by, reason=reason, school_class=school_class)
    _protect(workspace)
    say(f"«{done.title}» открыта: {done.classes}. Что ждало, будет принято при ближайшей сверке (journal sync).")
    return 0


@command("list")
def list_periods(config: ConfigPath = HERE, json: AsJson = False) -> int:
    """Какие четверти закрыты, кем и почему."""
    workspace = open_school(config)
    from sync_service.usecases import periods

    lines = periods.lines()
    if json:
        as_json(
            [
                {
                    "title": line.period.title,
                    "start": line.period.start,
                    "end": line.period.end,
                    "closed": line.at is not None,
                    "classes": line.classes,
                    "by": line.by,
                    "at": line.at,
                    "reason": line.reason,
                }
                for line in lines
            ]
        )
        return 0
    rows = [
        (
            line.period.title,
            f"{line.period.start:%d.%m.%Y}–{line.period.end:%d.%m.%Y}",
            line.classes if line.at else "открыта",
            f"{line.by}, {line.at.astimezone(workspace.zone):%d.%m.%Y %H:%M}" if line.at else "",
            line.reason,
        )
        for line in lines
    ]
    table("Четверти", ("Четверть", "Сроки", "Закрыта", "Кто и когда", "Основание"), rows)
    return 0


def _protect(workspace: Workspace) -> None:
    """Closed columns are protected in Google too; where it does not answer, the daemon does it after midnight."""
    from sync_service.cli.main_job import show_troubles
    from sync_service.usecases.rights import settle_all_rights

    show_troubles([result for result in settle_all_rights(workspace).values() if isinstance(result, Exception)])
