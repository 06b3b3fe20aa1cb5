"""The emulator of Google that the demo plays against: it comes with the sources only, for it is a tool of the tests."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sync_service

SOURCES = Path(sync_service.__file__).parents[1]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@contextmanager
def google_emulator(folder: Path, key_file: Path, port: int = 0) -> Iterator[str]:
    """Run it while the block lasts; gives its address. `folder` keeps its books, `key_file` gets a key to them.

    Raises NeedsHuman if it is not there or does not start."""
    from sync_service.usecases.workspace import NeedsHuman  # noqa: PLC0415 - other commands need none of it

    if not (SOURCES / "tests" / "google_emulator" / "__main__.py").exists():
        raise NeedsHuman("Показ с Google возможен только из исходных текстов программы: в них учебный сервер Google.")
    folder.mkdir(parents=True, exist_ok=True)
    order = [sys.executable, "-m", "tests.google_emulator", "--port", str(port), "--folder", str(folder.absolute())]
    order += ["--key-file", str(key_file.absolute()), "--no-quota"]
    process = subprocess.Popen(order, cwd=SOURCES, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        address = ADDRESS.search(process.stdout.readline())
        if address is None:
            raise NeedsHuman(f"Учебный сервер Google не запустился: возможно, порт {port} занят.")
        yield address.group()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
