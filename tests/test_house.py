"""The rules of the house are tests: layers, types of the core, style."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.mutants import MUTANTS

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        pytest.param("lint-imports", ["--no-cache"], id="imports point down only"),
        pytest.param("mypy", [], id="the core is strictly typed"),
        pytest.param("ruff", ["check", "."], id="the style is kept"),
    ],
)
def test_the_house_is_in_order(tool: str, words: list[str]) -> None:
    program = Path(sys.executable).with_name(tool)
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_mutant_changes_a_piece_of_the_code_that_stands_there_once() -> None:
    texts = {one.file: (ROOT / "sync_service" / one.file).read_text(encoding="utf-8") for one in MUTANTS}
    assert [one for one in MUTANTS if texts[one.file].count(one.old) != 1] == []


def test_no_file_speaks_of_the_machine_it_was_written_on() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    told = [
        name
        for name in listed.stdout.splitlines()
        if name.endswith((".py", ".md", ".toml", ".lock", ".service", ".txt", "Makefile", "run"))
        and any(
            word in (ROOT / name).read_text(encoding="utf-8")
            for word in ("/" + "work/", "/" + "root/", "pypi" + ".org")
        )
    ]
    assert told == []


def test_the_lock_names_the_extras_that_packages_ask_of_each_other() -> None:
    """Where it does not, pip before 23.3 takes the newest release with the extra and refuses it for want of a hash."""
    lines = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").splitlines()
    locked = {canonicalize_name(one.name): one for one in (_requirement(line) for line in lines) if one is not None}
    lacking = []
    for name in locked:
        with suppress(PackageNotFoundError):  # of another system
            for wanted in map(Requirement, distribution(name).requires or ()):
                known = locked.get(canonicalize_name(wanted.name))
                if known is not None and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
                    lacking += [f"{name}: {wanted}"] if wanted.extras - known.extras else []
    assert len(locked) > 50
    assert lacking == []


def _requirement(line: str) -> Requirement | None:
    return Requirement(line.removesuffix(" \\")) if line[:1].isalpha() else None
