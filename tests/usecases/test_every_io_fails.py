"""The Nth read, write, fsync, rename, database statement or commit of a pass fails, for every N; the next pass makes
everything as if nothing had happened.

A school with planted edits is copied for each N. The failure comes once, or for good until the pass ends: a broken
disk, a full one, one that has become read-only. At no moment may half of a book be recorded.
"""

from __future__ import annotations

import errno
import io
import os
import shutil
import sqlite3
import sys
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError, connection, connections, transaction

from sync_service.records import ledger, models, sync_state
from tests.usecases.test_killed import content, finished, in_child, ready, sync_all, use  # noqa: F401 - ready

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")

PATH_CALLS = ("stat", "lstat", "listdir", "scandir", "mkdir", "unlink", "replace", "rename", "chmod", "chown", "open")
WRITING = {"mkdir", "unlink", "replace", "rename", "chmod", "chown", "fsync", "write", "open to write", "commit"}
CHANGES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Fault:
    """What goes wrong from the Nth call on. A full or read-only disk refuses only what writes."""

    name: str
    number: int  # errno
    sentence: str  # of the database
    for_good: bool
    reads_too: bool


FAULTS = (
    Fault("fails once", errno.EIO, "disk I/O error", for_good=False, reads_too=True),
    Fault("is broken", errno.EIO, "disk I/O error", for_good=True, reads_too=True),
    Fault("is full", errno.ENOSPC, "database or disk is full", for_good=True, reads_too=False),
    Fault("is read-only", errno.EROFS, "attempt to write a readonly database", for_good=True, reads_too=False),
)


@dataclass
class Disk:
    """Counts the calls of a pass that touch the school's folder or its database, and refuses some of them."""

    home: Path
    fault: Fault | None = None
    fails_at: int = 0  # counted from 1; 0 = never
    calls: list[str] = field(default_factory=list)

    def call(self, what: str) -> None:
        """Raises what the system or the database would."""
        if self.fault is not None and not self.fault.reads_too and not _writes(what):
            return
        self.calls.append(what)
        here = len(self.calls)
        if self.fault is None or not self.fails_at:
            return
        if here == self.fails_at or (here > self.fails_at and self.fault.for_good):
            if what.startswith("database"):
                raise sqlite3.OperationalError(self.fault.sentence)
            raise OSError(self.fault.number, os.strerror(self.fault.number), what)

    @contextmanager
    def watched(self) -> Iterator[None]:
        with ExitStack() as patches:
            for name in PATH_CALLS:
                patches.enter_context(mock.patch.object(os, name, self._of_a_path(name, getattr(os, name))))
            patches.enter_context(mock.patch.object(os, "fsync", self._always("fsync", os.fsync)))
            patches.enter_context(mock.patch.object(io, "open", self._open(io.open)))
            patches.enter_context(connection.execute_wrapper(self._statement))
            commit = self._always("database commit", connection._commit)
            patches.enter_context(mock.patch.object(connection, "_commit", self._as_django(commit)))
            yield

    def _of_a_path(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(path: Any = ".", *rest: Any, **how: Any) -> Any:
            if self._is_ours(path):
                self.call(name)
            return real(path, *rest, **how)

        return called

    def _always(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*rest: Any) -> Any:
            self.call(name)
            return real(*rest)

        return called

    def _as_django(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called() -> None:
            try:
                real()
            except sqlite3.OperationalError as error:
                raise OperationalError(*error.args) from error

        return called

    def _open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, mode: str = "r", *rest: Any, **how: Any) -> Any:
            if not self._is_ours(path):
                return real(path, mode, *rest, **how)
            self.call("open to read" if mode.startswith("r") else "open to write")
            return _File(real(path, mode, *rest, **how), self)

        return opened

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        try:
            self.call(f"database {sql.split(' ', 1)[0]}")
        except sqlite3.OperationalError as error:
            raise OperationalError(*error.args) from error
        return execute(sql, params, many, context)

    def _is_ours(self, path: Any) -> bool:
        return isinstance(path, str | os.PathLike) and str(path).startswith(str(self.home))


class _File:
    """An open file that asks the disk before each read and write."""

    def __init__(self, file: Any, disk: Disk) -> None:
        self._file, self._disk = file, disk

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def read(self, *size: int) -> Any:
        self._disk.call("read")
        return self._file.read(*size)

    def write(self, data: Any) -> Any:
        self._disk.call("write")
        return self._file.write(data)


def _writes(what: str) -> bool:
    return what in WRITING or (what.startswith("database") and what.split(" ")[1] in (*CHANGES, "commit"))


def ledger_rows() -> Counter[str]:
    return Counter(models.LedgerRow.objects.values_list("book", flat=True))


def check_replay() -> None:
    before = ledger.digest()
    with transaction.atomic():
        ledger.replay()
        assert ledger.digest() == before, "the current tables are not what the ledger says"
        transaction.set_rollback(True)


def told(home: Path) -> str:
    """What the record, the books and the remarks say."""
    target = home.with_name("told.txt")
    content(home, target)
    problems = [repr(line) for book in sorted(sync_state.book_states()) for line in sync_state.standing_problems(book)]
    return "\n".join([target.read_text(encoding="utf-8"), *problems])


def undisturbed(home: Path, fault: Fault) -> tuple[list[str], Counter[str], str]:
    """The calls of an undisturbed pass that the fault could hit, the ledger after it, and what is told."""
    calm = home.with_name("undisturbed")
    shutil.copytree(home, calm)
    use(calm)
    disk = Disk(calm, fault)
    connection.ensure_connection()
    with disk.watched():
        sync_all_with(calm)
    result = disk.calls, ledger_rows(), told(calm)
    connections.close_all()
    shutil.rmtree(calm)
    return result


def sync_all_with(home: Path) -> None:
    """`sync_all` of the kill tests without choosing the database anew."""
    with mock.patch("tests.usecases.test_killed.use"):
        sync_all(home)


def one_of_each(calls: Sequence[str]) -> list[int]:
    """Of each kind of call the one in the middle."""
    places: dict[str, list[int]] = defaultdict(list)
    for number, what in enumerate(calls, 1):
        places[what].append(number)
    return sorted(numbers[len(numbers) // 2] for numbers in places.values())


def two_writes(calls: Sequence[str]) -> list[int]:
    """The first commit and the last write."""
    return [calls.index("database commit") + 1, len(calls) - calls[::-1].index("write")]


def all_of_them(calls: Sequence[str]) -> list[int]:
    return list(range(1, len(calls) + 1))


def check(home: Path, fault: Fault, chosen: Callable[[Sequence[str]], list[int]]) -> None:
    """The chosen calls fail, each in a school of its own. Runs in a child."""
    calls, whole, expected = undisturbed(home, fault)
    kinds = {"database INSERT", "database commit", "fsync", "write", "replace", "unlink"}
    assert kinds | ({"read", "database SELECT"} if fault.reads_too else set()) <= set(calls), Counter(calls)
    use(home)
    none = ledger_rows()
    stopped = 0
    for number in chosen(calls):
        school = home.with_name("victim")
        shutil.copytree(home, school)
        use(school)
        connection.ensure_connection()
        disk = Disk(school, fault, number)
        try:
            with disk.watched():
                sync_all_with(school)
        except Exception as error:
            stopped += 1
            trouble = f"{type(error).__name__}: {error}"
        else:
            trouble = "the pass ended"
        where = f"call {number} of {len(calls)} ({calls[number - 1]}) {fault.name}; {trouble}"
        connections.close_all()
        rows = ledger_rows()
        half = {book for book in whole if rows[book] not in (none[book], whole[book])}
        assert not half, f"{where}: half of {half} is recorded"
        check_replay()
        sync_all_with(school)
        assert told(school) == expected, f"{where}: another result"
        connections.close_all()
        shutil.rmtree(school)
    assert stopped, "no failure was ever noticed"


def checked(home: Path, faults: Sequence[Fault], chosen: Callable[[Sequence[str]], list[int]]) -> str:
    """What went wrong, "" for nothing. In a child, whose database settings are its own."""
    report = home.with_name("report.txt")

    def work() -> None:
        try:
            for fault in faults:
                check(home, fault, chosen)
        except BaseException:
            report.write_text(traceback.format_exc(), encoding="utf-8")
            raise

    in_order = finished(in_child(work))
    return "" if in_order else report.read_text(encoding="utf-8") if report.exists() else "the child ended by itself"


def test_a_pass_on_a_disk_that_fails_is_healed_by_the_next(ready: Path) -> None:  # noqa: F811
    assert checked(ready, FAULTS[:1], one_of_each) == ""
    assert checked(ready, FAULTS[1:], two_writes) == ""


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_whichever_call_fails_the_next_pass_heals_it(ready: Path, fault: Fault) -> None:  # noqa: F811
    assert checked(ready, [fault], all_of_them) == ""
