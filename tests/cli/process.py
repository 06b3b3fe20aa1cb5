"""The console script as a process of its own, run as a person would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def journal(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the console script as a person would."""
    script = Path(sys.executable).with_name("journal")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JOURNAL", "DJANGO"))}
    return subprocess.run(
        [str(script), *map(str, words)], capture_output=True, text=True, timeout=120, check=False, cwd=cwd,
        env=environment | {"PYTHONWARNINGS": "ignore", "COLUMNS": "200"},
    )  # fmt: skip


def in_order(run: subprocess.CompletedProcess[str], code: int = 0) -> str:
    """Everything it said, after checking its exit code and that no traceback is in it."""
    said = run.stdout + run.stderr
    assert "Traceback" not in said, said
    assert run.returncode == code, said
    return said


def book(settings: Path, name: str = "9А Журнал") -> Path:
    return settings.parent / "books" / f"{name}.xlsx"
