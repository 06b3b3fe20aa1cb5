"""Commands of keeping: backup, archive, verify, restore."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, ConfigPath, command, console

if TYPE_CHECKING:
    from sync_service.backups.run import Outcome


@command()
def backup(config: ConfigPath = HERE) -> int:
    """Сделать резервную копию на оба носителя и перечитать её."""
    workspace = open_school(config)
    from sync_service.backups.manifest import Kind
    from sync_service.usecases.keeping import make_backup

    return show_outcome(make_backup(workspace, Kind.MANUAL))


@command()
def archive(config: ConfigPath = HERE) -> int:
    """Сделать месячный архив: то же и отчёты; служба его никогда не удаляет."""
    workspace = open_school(config)
    from sync_service.backups.manifest import Kind
    from sync_service.usecases.keeping import make_backup

    return show_outcome(make_backup(workspace, Kind.ARCHIVE))


def show_outcome(outcome: Outcome) -> int:
    for result in outcome.published:
        if result.ok:
            console.print(f"[green]записано и перечитано[/]  {result.path}", soft_wrap=True)
        else:
            console.print(f"[bold red]не записано[/]  {result.problem}", soft_wrap=True)
    for warning in outcome.warnings:
        console.print(f"[yellow]Внимание:[/] {warning}", soft_wrap=True)
    return 0 if outcome.complete else 1


@command()
def verify(
    copies: Annotated[list[Path] | None, typer.Argument(help="Файлы копий; без них — все на обоих носителях.")] = None,
    config: ConfigPath = HERE,
) -> int:
    """Проверить копии до последнего байта."""
    workspace = open_school(config)
    from sync_service.usecases.keeping import check_backups

    found = check_backups(workspace, copies or ())
    for verification in found:
        colour = "green" if verification.ok else "bold red"
        console.print(
            f"[{colour}]{'исправна' if verification.ok else 'НЕЛЬЗЯ ВЕРИТЬ'}[/]  {verification.path}",
            soft_wrap=True,
        )
        if not verification.ok:
            console.print(f"    {verification}", soft_wrap=True)
    return 0 if all(verification.ok for verification in found) else 1


@command()
def restore(
    copy: Annotated[Path, typer.Argument(help="Файл копии .zip.")],
    target: Annotated[Path, typer.Argument(help="Пустая или новая папка.")],
    database: Annotated[str, typer.Option("--database", help="Для школы на PostgreSQL: адрес пустой базы.")] = "",
) -> int:
    """Восстановить школу из копии в пустую папку; действующая не затрагивается."""
    from sync_service.usecases.bringing_back import bring_back

    restored = bring_back(copy, target, database or None)
    for note in restored.notes:
        console.print(f"[yellow]Внимание:[/] {note}", soft_wrap=True)
    console.print(f"Восстановлено в [bold]{restored.target}[/].", soft_wrap=True)
    if not restored.same:
        console.print("[bold red]Содержимое базы не совпадает с описью копии.[/] Возьмите другую копию.")
        return 1
    console.print("Содержимое базы совпадает с описью копии.")
    console.print(f"Дальше: journal status --config {restored.config}", soft_wrap=True)
    return 0
