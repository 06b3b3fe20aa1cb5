"""What the documentation says is what the code does, as far as a program can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic import BaseModel

import sync_service.cli  # noqa: F401 - each of its modules adds its commands to the app
from sync_service.cli.terminal import app
from sync_service.config import Config
from sync_service.domain.entries import EntryRules, Refusal, read_entry
from sync_service.reconcile.decide import DECISIONS, Outcome, Seen

ROOT = Path(__file__).parents[1]
ADMINISTRATOR = ROOT / "docs" / "ru" / "administrator.md"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVERYWHERE = {"--config", "--help"}  # said once, above the table of commands


def table(page: Path, *headings: str) -> list[list[str]]:
    """The cells of the one table of the page with these headings."""
    lines = page.read_text(encoding="utf-8").splitlines()
    (start,) = [number for number, line in enumerate(lines) if cells(line) == list(headings)]
    rows = []
    for line in lines[start + 2 :]:
        if not line.strip().startswith("|"):
            break
        rows.append(cells(line))
    return rows


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def commands(group: Any, path: str = "journal") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def options(command: Any) -> set[str]:
    """The long names of the options of a command, as typed."""
    named = (param.opts for param in command.params if param.param_type_name == "option")
    return {option for opts in named for option in opts if option.startswith("--")}


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_the_decision_table_of_the_page_is_the_one_of_the_code() -> None:
    told = {
        Seen(*(answer == "yes" for answer in answers)): Outcome(outcome)
        for *answers, outcome in table(
            ROOT / "docs" / "decisions.md", "sheet moved", "record moved", "sheet equals record", "outcome"
        )
    }
    assert told == DECISIONS


def test_the_administrators_table_names_every_command_and_no_other() -> None:
    told = [row[0].strip("`") for row in table(ADMINISTRATOR, "команда", "ключи", "что делает")]
    assert sorted(told) == sorted(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_administrators_table_names_every_option_of_a_command_and_no_other(name: str) -> None:
    (told,) = [row[1] for row in table(ADMINISTRATOR, "команда", "ключи", "что делает") if row[0] == f"`{name}`"]
    assert set(re.findall(r"--[a-z-]+", told)) == options(COMMANDS[name]) - EVERYWHERE


def test_the_options_that_all_commands_have_are_told_truly() -> None:
    without_config = {name for name, command in COMMANDS.items() if "--config" not in options(command)}
    assert without_config == {"journal init", "journal demo", "journal restore"}
    assert "У всех, кроме `init`, `demo` и `restore`, есть `--config`" in ADMINISTRATOR.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_that_a_page_shows_exists_with_these_options(page: Path) -> None:
    shown = re.findall(r"\bjournal(?:\.exe)? ([^\n`»|;#]+)", page.read_text(encoding="utf-8"))
    for words in shown:
        name = next((known for known in COMMANDS if f"journal {words} ".startswith(f"{known} ")), None)
        if name is None:
            assert not re.match(r"(hold|accounts) ", words), f"journal {words}"
            continue
        unknown = set(re.findall(r"--[a-z-]+", words)) - options(COMMANDS[name]) - EVERYWHERE
        assert not unknown, f"journal {words}"


def test_the_administrators_table_names_every_setting_and_no_other() -> None:
    told = [row[0].strip("`") for row in table(ADMINISTRATOR, "ключ", "обычно", "что это")]
    known = [
        f"{section}.{key}"
        for section, field in Config.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for key in field.annotation.model_fields
    ]
    assert told == known


def test_every_sign_that_the_teachers_page_offers_is_read_by_the_program() -> None:
    rows = table(ROOT / "docs" / "ru" / "teacher.md", "пишем", "что это значит")
    signs = [sign for row in rows for sign in re.findall(r"`([^`]+)`", row[0])]
    refused = [sign for sign in signs if isinstance(read_entry(sign, EntryRules(verdicts=True)), Refusal)]
    assert (len(signs), refused) == (16, [])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_to_files_and_headings_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if heading:
            assert heading in anchors(file), target


def anchors(page: Path) -> set[str]:
    """The names that a page's headings have in links."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_make_target_that_a_page_shows_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        shown = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert shown
        assert shown <= targets
