"""The command line `journal`: a thin skin over the use cases.

Exit codes: 0 done; 1 something needs a human, printed; 2 wrong use or wrong settings. A traceback goes to the log
file only.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from sync_service.cli import (  # noqa: F401 - each adds its commands
    accounts,
    corrections,
    demo,
    finals,
    google,
    holds,
    imports,
    keeping,
    late,
    main_job,
    moving,
    names,
    office,
    periods,
    pupils,
    timesheet,
    years,
)
from sync_service.cli.opening import log_crash
from sync_service.cli.terminal import app, errors, say
from sync_service.cli.words import in_russian
from sync_service.config import ConfigError

OS_TROUBLES = {
    errno.EADDRINUSE: "Порт дневника уже занят другой программой: остановите её или смените diary.port в school.toml",
    errno.EACCES: "Нет прав на файл или папку: дайте их учётной записи, под которой работает служба",
    errno.EROFS: "Диск открыт только для чтения",
    errno.ENOSPC: "На диске кончилось место: освободите его и повторите",
}
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
        say(in_russian(error), label="Ошибка:", to=errors)
        say("Подсказка: добавьте --help к команде.", to=errors)
        return WRONG_USE
    except typer.Exit as error:
        return error.exit_code
    except (typer.Abort, KeyboardInterrupt):
        say("Прервано. Ничего не потеряно: повторите команду, когда будет удобно.", to=errors)
        return NEEDS_HUMAN
    except ConfigError as error:
        for mistake in error.mistakes:
            say(mistake, label="Настройки:", to=errors)
        return WRONG_USE
    except Exception as error:
        if (sentence := known_trouble(error)) is not None:
            say(sentence, label="Нужно вмешательство:", to=errors)
            return NEEDS_HUMAN
        say(str(error) or type(error).__name__, label="Ошибка программы:", to=errors)
        say(f"Подробности записаны в {log_crash(error)}. Данные не пострадали: команду можно повторить.", to=errors)
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
    if isinstance(error, OSError) and error.errno in OS_TROUBLES:
        return f"{OS_TROUBLES[error.errno]} ({error.filename or error})."
    if isinstance(error, OperationalError):
        return f"База данных недоступна или не заведена: {error}. Выполните «journal doctor»."
    return None
