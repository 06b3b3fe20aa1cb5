"""Commands of keeping: backup, archive, verify, restore."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.opening import open_school, set_up
from sync_service.cli.terminal import GREEN, HERE, RED, YELLOW, ConfigPath, command, say

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
            say(f"{result.path}", label="записано и перечитано", style=GREEN)
        else:
            say(f"{result.problem}", label="не записано", style=RED)
    for warning in outcome.warnings:
        say(f"{warning}", label="Внимание:", style=YELLOW)
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
        if verification.ok:
            say(f"{verification.path}", label="исправна", style=GREEN)
        else:
            say(f"{verification.path}", label="НЕЛЬЗЯ ВЕРИТЬ")
        if not verification.ok:
            say(f"    {verification}")
    return 0 if all(verification.ok for verification in found) else 1


@command()
def restore(
    copy: Annotated[Path, typer.Argument(help="Файл копии .zip.")],
    target: Annotated[Path, typer.Argument(help="Пустая или новая папка.")],
    database: Annotated[str, typer.Option("--database", help="Для школы на PostgreSQL: адрес пустой базы.")] = "",
) -> int:
    """Восстановить школу из копии в пустую папку; действующая не затрагивается."""
    from sync_service.backups.restore import restore as bring_back
    from sync_service.usecases.setup import write_settings

    with TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        if database:  # loading into PostgreSQL needs a configured service before there are restored settings
            settings = Path(scratch) / "school.toml"
            write_settings(settings, title="Восстановление", database=database)
            set_up(settings)
        restored = bring_back(copy, target, database=database or None)
        if not database:
            set_up(restored.config)
        from sync_service.usecases.database import has_tables_of, migrate_database
        from sync_service.usecases.keeping import holds_what_was_copied

        migrate_database()
        same = holds_what_was_copied(restored.manifest)
    for note in restored.notes:
        say(f"{note}", label="Внимание:", style=YELLOW)
    say(f"Восстановлено в {restored.target}.")
    if not same:
        say("Возьмите другую копию.", label="Содержимое базы не совпадает с описью копии.", style=RED)
        return 1
    if has_tables_of(restored.manifest.migrations):
        say("Содержимое базы совпадает с описью копии.")
    else:
        say("Копия сделана прежней версией программы: таблицы приведены к нынешней и совпадают с летописью.")
    say(f"Дальше: journal status --config {restored.config}")
    return 0
