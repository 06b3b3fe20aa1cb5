"""`journal accounts`: logins for the diary."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from typing import Annotated

import typer

from sync_service.cli.opening import open_school
from sync_service.cli.terminal import HERE, ConfigPath, group, say

command = group("accounts", "Логины дневника: выдать, сменить пароль, заблокировать.")
By = Annotated[str, typer.Option("--by", help="Кто выдаёт.")]
Who = Annotated[str, typer.Argument(help="Логин или код человека.")]


@command()
def issue(
    school_class: Annotated[str, typer.Option("--class", help="Ученикам и родителям этого класса.")] = "",
    staff: Annotated[bool, typer.Option("--staff", help="Сотрудникам.")] = False,
    by: By = "администратор",
    config: ConfigPath = HERE,
) -> int:
    """Выдать логины тем, у кого их ещё нет, и напечатать памятки."""
    workspace = open_school(config)
    from sync_service.usecases import logins
    from sync_service.usecases.workspace import NeedsHuman

    if bool(school_class) == staff:
        raise NeedsHuman("Укажите, кому выдать: --class 9А или --staff.")
    issued = (
        logins.issue_for_staff(workspace, by=by) if staff else logins.issue_for_class(workspace, school_class, by=by)
    )
    if not issued:
        say("У всех уже есть логины. Новый пароль: journal accounts reset ЛОГИН")
        return 0
    path = logins.save_slips(workspace, issued, f"памятки-{'сотрудники' if staff else school_class}")
    say(f"Выдано логинов: {len(issued)}. Памятки для печати: {path}")
    say("В файле пароли: напечатайте, раздайте и удалите его.")
    return 0


@command()
def reset(who: Who, by: By = "администратор", config: ConfigPath = HERE) -> None:
    """Дать новый пароль вместо потерянного."""
    workspace = open_school(config)
    from sync_service.usecases import logins

    issued = logins.reset(workspace, who, by=by)
    path = logins.save_slips(workspace, [issued], f"памятка-{issued.login}")
    whose = f"{issued.name}, {issued.school_class}" if issued.school_class else issued.name
    say(f"Новый пароль для {whose}: памятка {path}. Напечатайте и удалите.")


@command()
def block(who: Who, by: By = "администратор", config: ConfigPath = HERE) -> None:
    """Закрыть вход; открытые сеансы кончаются сразу."""
    workspace = open_school(config)
    from sync_service.accounts import issuing

    account = issuing.block(who, by=by, at=workspace.clock())
    say(f"Вход с логином {account.login} закрыт.")


@command()
def unblock(who: Who, by: By = "администратор", config: ConfigPath = HERE) -> None:
    """Снова открыть вход с прежним паролем."""
    workspace = open_school(config)
    from sync_service.accounts import issuing

    account = issuing.unblock(who, by=by, at=workspace.clock())
    say(f"Вход с логином {account.login} открыт.")
