"""Reading a workbook that anybody may have put there: parsed in a process of its own with little to lose.

Whatever a book does to that process (it eats the memory, never ends, breaks the parser), the answer is a SourceError
and the next book is read by a fresh process. At most two of them live at a time, each reads many books, and none
outlives this process: its pipe ends with us.
"""

from __future__ import annotations

import atexit
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import BinaryIO, cast

from sync_service.books import reader_process
from sync_service.books.reader_process import receive, send
from sync_service.books.reading import NO_MEMORY, Book
from sync_service.books.source import BookIdentity, SourceError, Trouble
from sync_service.reconcile.sheet import At, CellError, Sheets, Tab

WITHIN = 20.0  # seconds for one book
START_WITHIN = 60.0  # of a process, on a machine that is busy with something else; usually 0.3
AT_ONCE = 2
BOOKS = 200  # after which a process is replaced, whatever it may have collected
LONGEST_ANSWER = 32 * 2**20  # bytes; the largest class journal takes about one million
TOO_LONG = f"чтение заняло больше {WITHIN:.0f} с"
_ANSWERS = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (Book, BookIdentity, Sheets, Tab, At, CellError, date, datetime, time, timedelta)
}
_BEGIN = "import sys; sys.path[:] = sys.argv[1:]; from {module} import main; main()"


def read_book(content: bytes, name: str, known: Mapping[str, str] | None = None) -> Book:
    """reading.read_book, with nothing at stake. Raises SourceError and nothing else; safe to call from any thread."""
    book = _readers.read(pickle.dumps((content, name, None if known is None else dict(known)), protocol=5), name)
    assert isinstance(book, Book)
    return book


def read_file(content: bytes, name: str) -> Sheets:
    """foreign.read_file, with nothing at stake. Raises SourceError and nothing else; safe to call from any thread."""
    sheets = _readers.read(pickle.dumps((content, name), protocol=5), name)
    assert isinstance(sheets, Sheets)
    return sheets


class Readers:
    """A few processes that read, started when first needed."""

    def __init__(self, module: str = reader_process.__name__) -> None:
        """`module` holds the `main` of the process."""
        self._module = module
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._idle: list[_Reader] = []
        atexit.register(self.close)

    def read(self, order: bytes, name: str) -> Book | Sheets:
        """`order` is a pickled reader_process.Order. Raises SourceError."""
        with self._free:
            while True:
                reader = self._take(name)
                try:
                    return self._ask(reader, order, name)
                except _OutOfMemory as error:
                    if reader.books == 1:  # else what filled the memory may have been the books before
                        raise SourceError(Trouble.TOO_LARGE, name, NO_MEMORY) from error
                finally:
                    self._give_back(reader)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    @staticmethod
    def _ask(reader: _Reader, order: bytes, name: str) -> Book | Sheets:
        said = reader.ask(order, name)
        if isinstance(said, Book | Sheets):
            return said
        trouble, detail = said
        if detail == NO_MEMORY:
            reader.close()
            raise _OutOfMemory
        raise SourceError(trouble, name, detail)

    def _take(self, name: str) -> _Reader:
        while True:
            try:
                reader = self._idle.pop()
            except IndexError:
                return _Reader(self._module, name)
            if reader.alive:
                return reader
            reader.close()  # somebody ended it while it had nothing to do

    def _give_back(self, reader: _Reader) -> None:
        if reader.alive and reader.books < BOOKS:
            self._idle.append(reader)
        else:
            reader.close()


class _OutOfMemory(Exception):
    pass


class _Reader:
    """One process. After any failure it is dead."""

    def __init__(self, module: str, name: str) -> None:
        """Started and ready. Raises SourceError UNREAD, which is no fault of the book `name`."""
        self.books = 0
        self._owes_answer = self._overdue = False
        paths = [str(Path(path).absolute()) for path in sys.path]
        command = [sys.executable, "-I", "-c", _BEGIN.format(module=module), *paths]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
        except OSError as error:
            raise SourceError(Trouble.UNREAD, name) from error
        pipes = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._orders, self._answers, self._last_words = (cast(BinaryIO, pipe) for pipe in pipes)
        if self._told(None, START_WITHIN) != reader_process.READY:
            self.close()
            raise SourceError(Trouble.UNREAD, name)

    @property
    def alive(self) -> bool:
        """Whether it may be given another book. One that was interrupted would answer for the book before."""
        return not (self._owes_answer or self._overdue) and self._process.poll() is None

    def ask(self, order: bytes, name: str) -> Book | Sheets | tuple[Trouble, str]:
        """Raises SourceError if no answer comes."""
        self.books += 1
        self._owes_answer = True
        try:
            answer = self._told(order, WITHIN)
        except OverflowError as error:
            self.close()
            raise SourceError(Trouble.TOO_LARGE, name) from error
        if answer is None:
            raise self._why_it_died(name)
        self._owes_answer = False
        try:
            said = _Answers(io.BytesIO(answer)).load()
            return said if isinstance(said, Book | Sheets) else (Trouble(said[0]), str(said[1]))
        except Exception as error:  # an answer that no reader of ours gives
            self.close()
            raise SourceError(Trouble.TRUNCATED, name) from error

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._orders, self._answers, self._last_words):
            with suppress(OSError):  # what could not be sent any more
                pipe.close()

    def _told(self, order: bytes | None, seconds: float) -> bytes | None:
        """The next message, after `order` if there is one; None if the process ended or had to be ended."""
        watch = threading.Timer(seconds, self._end)
        watch.start()
        try:
            if order is not None:
                with suppress(OSError):
                    send(self._orders, order)
            return receive(self._answers, LONGEST_ANSWER)
        finally:
            watch.cancel()

    def _end(self) -> None:
        self._overdue = True
        self._process.kill()

    def _why_it_died(self, name: str) -> Exception:
        code = self._process.wait()
        last_words = self._last_words.read()
        self.close()
        if self._overdue or code == -getattr(signal, "SIGXCPU", 0):
            return SourceError(Trouble.TOO_LARGE, name, TOO_LONG)
        if b"memory allocation" in last_words:  # of a parser that does not ask whether there is any
            return _OutOfMemory()
        if code == -getattr(signal, "SIGKILL", 0):  # by the system, which needed the memory, or by a person
            return SourceError(Trouble.UNREAD, name)
        return SourceError(Trouble.TRUNCATED, name, "разбор книги оборвался")


class _Answers(pickle.Unpickler):
    """Knows the kinds of values that a book is made of: an answer can make nothing else, whoever wrote it."""

    def find_class(self, module: str, name: str) -> type:
        return _ANSWERS[module, name]


def _environment() -> dict[str, str]:
    """Where the system finds its libraries; none of our passwords."""
    return {key: os.environ[key] for key in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if key in os.environ}


def _start_anew() -> None:
    """In a forked process: the readers are those of the process that it was."""
    global _readers  # noqa: PLW0603
    _not_ours.append(_readers)
    _readers = Readers()


_readers = Readers()
_not_ours: list[Readers] = []  # kept, so that nobody ends them
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
