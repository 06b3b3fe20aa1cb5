"""What a person sees in the terminal: the app, tables, a progress bar that only a terminal gets, JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from sync_service.cli.words import RussianCommand, RussianGroup, set_help_words

set_help_words()
app = typer.Typer(
    name="journal",
    cls=RussianGroup,
    help="Служба школьного журнала: проверяет книги учителей, ведёт базу, дневник, отчёты и резервные копии.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)
command = partial(app.command, cls=RussianCommand)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

RED, YELLOW, GREEN = "bold red", "yellow", "green"

ConfigPath = Annotated[
    Path,
    typer.Option("--config", envvar="JOURNAL_CONFIG", help="Файл настроек school.toml.", show_default=True),
]
AsJson = Annotated[bool, typer.Option("--json", help="Вывести данные для программ.")]
HERE = Path("school.toml")


def group(name: str, words: str) -> Callable[..., Any]:
    """A command with commands of its own; returns what makes them."""
    inner = typer.Typer(help=words, no_args_is_help=True, cls=RussianGroup)
    app.add_typer(inner, name=name)
    return partial(inner.command, cls=RussianCommand)


def say(words: str = "", *, label: str = "", style: str = RED, to: Console = console) -> None:
    """A line for a person. Only `label` is coloured: `words` may be anybody's and mean nothing to the terminal."""
    to.print(Text.assemble((label, style), " " if label and words else "", words), soft_wrap=not to.is_terminal)


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *, right: Iterable[int] = ()) -> None:
    """Print a table; `right` are the numbers of columns aligned to the right."""
    say(label=title, style="bold")  # not the table's own title: that one wraps at the width of the table
    drawn = Table(header_style="bold", expand=False)
    numbers = set(right)
    for number, heading in enumerate(headings):
        drawn.add_column(heading, justify="right" if number in numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    console.print(drawn)


def as_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))  # noqa: T201 - machines read plain output


@contextmanager
def progress(words: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """A function to be told each step's name; draws a bar on a terminal and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
    )
    with bar:
        task = bar.add_task(words, total=total)

        def step(name: str) -> None:
            bar.update(task, advance=1, description=f"{words}: {name}")

        yield step
