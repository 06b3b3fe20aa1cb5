"""A reader process under all its limits whose parser does what the book's name says."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from sync_service.books import reader_process
from sync_service.books.reading import Book, read_book
from sync_service.books.source import SourceError, Trouble


def main() -> None:
    reader_process.read_book = _misbehave  # type: ignore[assignment]
    reader_process.answer = _answer  # type: ignore[assignment]
    reader_process.PROCESSOR = 1
    reader_process.main()


def _misbehave(content: bytes, name: str, known: dict[str, str] | None) -> Book:
    return read_book(content, name, known) if name not in _TRICKS else _TRICKS[name]()


def _answer(order: reader_process.Order, honest: Callable[..., bytes] = reader_process.answer) -> bytes:
    if order[1] == "evil":
        return pickle.dumps(_Evil(order[0].decode()))
    return b"." * (33 << 20) if order[1] == "endless answer" else honest(order)


class _Evil:
    """Once unpickled, it makes a folder."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (self.folder,)


def _loop() -> Book:
    while True:
        pass


def _attempts() -> Book:
    """What a parser that somebody has taken over could try."""
    done = []
    for what, attempt in {
        "read": lambda: Path(__file__).read_bytes(), "listen": socket.socket,
        "write": lambda: Path(__file__).with_suffix(".txt").write_text("?"), "password": lambda: os.environ["SECRET"],
    }.items():  # fmt: skip
        try:
            attempt()
        except (OSError, KeyError):
            continue
        done.append(what)
    raise SourceError(Trouble.BUSY, "", ",".join(done))


def _take(size: int) -> Book:
    raise SourceError(Trouble.BUSY, "", str(len(bytearray(size))))


_TRICKS: dict[str, Callable[[], Book]] = {
    "sleep": lambda: time.sleep(60),
    "loop": _loop,
    "abort": os.abort,
    "leave": lambda: os._exit(0),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "hungry": lambda: _take(600 << 20),
    "modest": lambda: _take(200 << 20),
    "attempts": _attempts,
    "pid": lambda: _take(os.getpid()),
}  # type: ignore[dict-item]
