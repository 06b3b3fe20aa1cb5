"""The command line speaks Russian: help pages, and what was wrong in the use of a command."""

from __future__ import annotations

import re
from typing import Any

import typer.core
import typer.rich_utils as help_page
from typer.exceptions import TyperException


def set_help_words() -> None:
    """The headings of typer's help pages."""
    help_page.ARGUMENTS_PANEL_TITLE = "Что указать"
    help_page.OPTIONS_PANEL_TITLE = "Ключи"
    help_page.COMMANDS_PANEL_TITLE = "Команды"
    help_page.ERRORS_PANEL_TITLE = "Ошибка"
    help_page.DEFAULT_STRING = "[по умолчанию: {}]"
    help_page.ENVVAR_STRING = "[переменная: {}]"
    help_page.REQUIRED_LONG_STRING = "[обязательно]"


class _Russian:
    """The two phrases of a help page that typer has no setting for."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Показать эту справку."
        return option

    def get_usage(self, ctx: Any) -> str:
        usage = str(super().get_usage(ctx))  # type: ignore[misc]
        for english, russian in (
            ("Usage: ", "Вызов: "),
            ("[OPTIONS]", "[КЛЮЧИ]"),
            ("COMMAND [ARGS]...", "КОМАНДА …"),
        ):
            usage = usage.replace(english, russian)
        return usage


class RussianCommand(_Russian, typer.core.TyperCommand):
    pass


class RussianGroup(_Russian, typer.core.TyperGroup):
    pass


def in_russian(error: TyperException) -> str:
    """What was wrong in the use of a command, one sentence.

    typer keeps the classes of these errors to itself, so they are told apart by name."""
    parameter = getattr(error, "param", None)
    name = (parameter.opts[0] if parameter is not None else getattr(error, "param_hint", "")) or ""
    match type(error).__name__:
        case "NoSuchOption":
            possible = getattr(error, "possibilities", None)
            near = f" Может быть, {' или '.join(possible)}?" if possible else ""
            return f"ключа {getattr(error, 'option_name', '')} нет.{near}"
        case "MissingParameter":
            words = getattr(parameter, "help", "") or ""
            return f"не указано: {name}. {words}".strip()
        case "BadParameter":
            return f"значение {name} не подходит: {error.message}"
        case "BadOptionUsage":
            return f"ключу {getattr(error, 'option_name', '')} нужно значение."
    if unknown := re.match(r"No such command '(.+?)'", error.message):
        return f"команды {unknown[1]} нет. Все команды: journal --help"
    if extra := re.match(r"Got unexpected extra arguments? \((.+)\)", error.message):
        return f"лишнее в команде: {extra[1]}."
    return error.message
