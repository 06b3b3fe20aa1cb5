"""The command line `journal`: a thin skin over the use cases.

Exit codes: 0 done; 1 something needs a human, printed; 2 wrong use or wrong settings. A traceback goes to the log
file only.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer
from rich.markup import escape
from typer.exceptions import TyperException

from sync_service.cli import accounts, holds, keeping, main_job, office  # noqa: F401 - each adds its commands
from sync_service.cli.opening import log_crash
from sync_service.cli.terminal import app, errors
from sync_service.cli.words import in_russian
from sync_service.config import ConfigError

DONE, NEEDS_HUMAN, WRONG_USE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the console script: run one command and leave with its exit code."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command; the one place where an error becomes a sentence and an exit code."""
    try:
        return int(app(arguments, standalone_mode=False, prog_name="journal") or DONE)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # the help page has been printed
            return WRONG_USE
        errors.print(f"[bold red]Ошибка:[/] {escape(in_russian(error))}")
        errors.print("Подсказка: добавьте --help к команде.")
        return WRONG_USE
    except typer.Exit as error:
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        errors.print("Прервано. Ничего не потеряно: повторите команду, когда будет удобно.")
        return NEEDS_HUMAN
    except ConfigError as error:
        for mistake in error.mistakes:
            errors.print(f"[bold red]Настройки:[/] {escape(mistake)}")
        return WRONG_USE
    except Exception as error:
        if (sentence := known_trouble(error)) is not None:
            errors.print(f"[bold red]Нужно вмешательство:[/] {escape(sentence)}")
            return NEEDS_HUMAN
        errors.print(f"[bold red]Ошибка программы:[/] {escape(str(error) or type(error).__name__)}")
        errors.print(f"Подробности записаны в {log_crash(error)}. Данные не пострадали: команду можно повторить.")
        return NEEDS_HUMAN


def known_trouble(error: Exception) -> str | None:
    """The sentence of an error that was made for people, None for a bug."""
    from django.db import OperationalError  # noqa: PLC0415 - Django is loaded only by commands that need it

    from sync_service.backups.refusal import BackupRefused  # noqa: PLC0415
    from sync_service.books.source import SourceError  # noqa: PLC0415
    from sync_service.jobs.lock import AlreadyRunning  # noqa: PLC0415
    from sync_service.reports.errors import TemplateError  # noqa: PLC0415
    from sync_service.usecases.workspace import NeedsHuman  # noqa: PLC0415

    if isinstance(error, NeedsHuman | SourceError | BackupRefused | TemplateError | AlreadyRunning):
        return str(error)
    if type(error).__name__ == "AccountError":
        return str(error)
    if isinstance(error, OperationalError):
        return f"База данных недоступна или не заведена: {error}. Выполните «journal doctor»."
    return None
