"""A workbook may do to its reader what it likes: the answer is a sentence, and the next book is read."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from openpyxl import Workbook

from sync_service.books import confined, reading
from sync_service.books.confined import Readers
from sync_service.books.source import SourceError, Trouble
from sync_service.books.xlsx import XlsxSource
from tests.books import misbehaving_reader
from tests.books.damage import GRID_PART, STRINGS, shared_texts
from tests.books.small_book import GRID, small_book, with_parts

NAME = "9А Журнал.xlsx"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


@pytest.fixture
def readers() -> Iterator[Readers]:
    """Whose parser does what the name of the book says."""
    made = Readers(misbehaving_reader.__name__)
    yield made
    made.close()


def read(readers: Readers, name: str, content: bytes = b"") -> reading.Book:
    return readers.read(pickle.dumps((content, name, None)), name)


def refused(ask: Callable[[], object]) -> SourceError:
    with pytest.raises(SourceError) as error:
        ask()
    assert str(error.value).endswith(".")
    return error.value


def reads_on(readers: Readers) -> bool:
    content = small_book()
    return read(readers, NAME, content) == reading.read_book(content, NAME)


def process_of(readers: Readers) -> int:
    return int(refused(lambda: read(readers, "pid")).detail)


def and_rows(rows: bytes, strings: bytes = b"") -> bytes:
    """The small book with these rows, and these shared texts after its own; FIRST: the number of the first of them."""

    def add(parts: dict[str, bytes]) -> None:
        shared_texts(parts)
        first = b"%d" % parts[STRINGS].count(b"<si>")
        more = rows.replace(b"FIRST", first) + b"</sheetData>"
        parts[GRID_PART] = parts[GRID_PART].replace(b"</sheetData>", more)
        parts[STRINGS] = parts[STRINGS].replace(b"</sst>", strings + b"</sst>")

    return with_parts(small_book(), add)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_what_is_read_is_what_would_be_read_without_a_process() -> None:
    def fill(book: Workbook) -> None:
        for column, value in enumerate((5, 4.5, -5, True, "\u202e=1\ud7ff", "#REF!", "=1+1"), 1):
            book[GRID].cell(11, column, value)
        book[GRID].merge_cells("F6:G6")

    content = small_book(fill)
    found = confined.read_book(content, NAME)
    assert found == reading.read_book(content, NAME)
    assert found.sheets.tabs[0].notes
    assert confined.read_book(content, NAME, found.tab_versions) == reading.read_book(
        content, NAME, found.tab_versions
    )


def test_a_refusal_is_the_one_that_would_come_without_a_process() -> None:
    for content in (small_book()[:900], b"", b"<html>", small_book(lambda book: book.remove(book["_journal"]))):
        here, there = (refused(lambda r=r, c=content: r(c, NAME)) for r in (reading.read_book, confined.read_book))
        assert (str(there), there.permanent) == (str(here), here.permanent)


def test_threads_get_each_its_own_book_from_two_processes(readers: Readers) -> None:
    books = [small_book(lambda book, n=n: book[GRID].__setitem__("F9", n)) for n in range(12)]
    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(lambda content: read(readers, NAME, content), books))
    assert found == [reading.read_book(content, NAME) for content in books]
    assert len(readers._idle) <= confined.AT_ONCE


def test_one_process_reads_many_books_and_not_too_many(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "BOOKS", 3)
    processes = [process_of(readers) for _ in range(4)]
    assert len(set(processes[:3])) == 1
    assert processes[3] != processes[0]


def test_a_read_that_was_interrupted_does_not_answer_for_the_next_book(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reads_on(readers)
    with monkeypatch.context() as patched:
        patched.setattr(confined, "receive", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            read(readers, NAME, small_book(lambda book: book[GRID].__setitem__("F9", "other")))
    assert reads_on(readers)


# --- what a book may do -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "trouble", "said"),
    [
        ("sleep", Trouble.TOO_LARGE, "чтение заняло больше"),
        pytest.param("loop", Trouble.TOO_LARGE, "чтение заняло больше", marks=posix),
        pytest.param("hungry", Trouble.TOO_LARGE, "не хватает памяти", marks=posix),
        ("abort", Trouble.TRUNCATED, "разбор книги оборвался"),
        ("leave", Trouble.TRUNCATED, "разбор книги оборвался"),
        ("endless answer", Trouble.TOO_LARGE, "слишком велика"),
        pytest.param("killed", Trouble.UNREAD, "чтение повторится само", marks=posix),
    ],
)
def test_whatever_a_book_does_is_told_and_the_next_one_is_read(
    readers: Readers, monkeypatch: pytest.MonkeyPatch, name: str, trouble: Trouble, said: str
) -> None:
    monkeypatch.setattr(confined, "WITHIN", 1.0 if name == "sleep" else 20.0)
    assert reads_on(readers)
    error = refused(lambda: read(readers, name))
    assert error.trouble is trouble
    assert said in str(error)
    assert error.permanent == (trouble is not Trouble.UNREAD)
    assert reads_on(readers)


def test_an_answer_can_do_nothing_here(readers: Readers, tmp_path: Path) -> None:
    folder = tmp_path / "made by a book"
    assert refused(lambda: read(readers, "evil", str(folder).encode())).trouble is Trouble.TRUNCATED
    assert not folder.exists()
    assert reads_on(readers)


@posix
def test_the_parser_can_open_nothing_and_knows_no_password(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "1234")
    assert refused(lambda: read(readers, "attempts")).detail == ""


@posix
def test_a_book_is_not_blamed_for_the_memory_that_others_took(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that has read before and has no memory left is replaced by a fresh one."""
    first = process_of(readers)
    asked = confined._Reader.ask

    def ask(reader: confined._Reader, order: bytes, name: str) -> object:
        said = asked(reader, order, name)
        return (Trouble.TOO_LARGE, reading.NO_MEMORY) if reader._process.pid == first else said

    monkeypatch.setattr(confined._Reader, "ask", ask)
    assert refused(lambda: read(readers, "modest")).detail == str(200 << 20)


# --- books that are bombs, through the whole way ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(lambda: and_rows(b"<!--" + b"<c " * 600_000 + b"-->"), id="a quarter of an hour"),
        pytest.param(
            lambda: and_rows(
                b"".join(b'<row r="%d"><c r="A%d" t="s"><v>FIRST</v></c></row>' % (n, n) for n in range(11, 411)),
                b"<si><t>" + b"x" * (20 << 20) + b"</t></si>",
            ),
            id="eight gigabytes of text", marks=posix,
        ),
        pytest.param(
            lambda: and_rows(
                b"".join(
                    b'<row r="%d">%s</row>' % (n, b"".join(b'<c r="%s%d"><v>1</v></c>' % (c, n) for c in COLUMNS))
                    for n in range(11, 20_000)
                )
            ),
            id="half a million cells",
        ),
    ],
)  # fmt: skip
def test_a_bomb_is_too_large_and_nothing_else_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: Callable[[], bytes]
) -> None:
    monkeypatch.setattr(confined, "WITHIN", 5.0)
    source = XlsxSource(tmp_path)
    (tmp_path / NAME).write_bytes(bomb())
    (tmp_path / "9Б Журнал.xlsx").write_bytes(small_book())
    began = time.monotonic()
    assert refused(lambda: source.fetch(NAME)).trouble is Trouble.TOO_LARGE
    assert time.monotonic() - began < 20
    assert source.fetch("9Б Журнал.xlsx").sheets.tabs


COLUMNS = [chr(65 + n).encode() for n in range(26)]


# --- processes that come and go ---------------------------------------------------------------------------------------


@posix
def test_a_process_that_somebody_ended_is_replaced(readers: Readers) -> None:
    os.kill(process_of(readers), signal.SIGKILL)
    assert reads_on(readers)


def test_where_no_process_can_be_started_the_book_is_not_blamed(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    error = refused(lambda: read(readers, NAME))
    assert error.trouble is Trouble.UNREAD
    assert not error.permanent


@posix
@pytest.mark.parametrize("reading_now", [False, True], ids=["idle", "reading"])
def test_no_reader_outlives_a_program_that_was_killed(tmp_path: Path, reading_now: bool) -> None:
    script = """
import pickle, sys, threading
from sync_service.books.confined import Readers
from tests.books import misbehaving_reader
from tests.books.damage import GRID_PART, STRINGS, shared_texts
readers = Readers(misbehaving_reader.__name__)
try:
    readers.read(pickle.dumps((b"", "pid", None)), "")
except Exception as error:
    print(error.detail, flush=True)
if sys.argv[1] == "True":
    readers.read(pickle.dumps((b"", "loop", None)), "")
threading.Event().wait()
"""
    root = Path(__file__).parents[2]
    program = subprocess.Popen(
        [sys.executable, "-c", script, str(reading_now)], stdout=subprocess.PIPE, env=os.environ, cwd=root
    )
    reader = int(program.stdout.readline())
    time.sleep(0.2 if reading_now else 0)
    program.kill()
    program.wait()
    program.stdout.close()
    deadline = time.monotonic() + 15
    while Path(f"/proc/{reader}").exists() and _state(reader) != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@posix
def test_a_forked_process_has_readers_of_its_own() -> None:
    content = small_book()
    book = confined.read_book(content, NAME)
    told, tell = os.pipe()
    if (forked := os.fork()) == 0:
        try:
            os.write(tell, b"1" if confined.read_book(content, NAME) == book and confined._not_ours else b"0")
        finally:
            confined._readers.close()
            os._exit(0)
    os.waitpid(forked, 0)
    assert os.read(told, 1) == b"1"
    assert confined.read_book(content, NAME) == book
    os.close(told)
    os.close(tell)
