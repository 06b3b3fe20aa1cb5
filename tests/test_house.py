"""The rules of the house are tests: layers, types of the core, style."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
