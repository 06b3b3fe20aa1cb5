"""The process that parses workbooks for `confined.py`: it can reach nothing, keep nothing and take only so much.

It begins with its limits and lives on its two pipes: an order comes in, an answer goes out, the end of the orders is
its own end. On POSIX the system holds the limits: memory, processor time, no file and no socket can be opened, nothing
can be written but the answer, no image of the memory is left behind. On Windows the limits of package.py and the clock
(here and in the process that asks) hold; memory is bounded by what these let in.
"""

from __future__ import annotations

import codecs
import faulthandler
import pickle
import signal
import struct
import sys
from contextlib import suppress
from typing import BinaryIO

from sync_service.books.foreign import read_file
from sync_service.books.reading import NO_MEMORY, Book, read_book
from sync_service.books.source import SourceError, Trouble
from sync_service.reconcile.sheet import Sheets

MEMORY = 512 * 2**20  # bytes of address space, the interpreter included
PROCESSOR = 15  # seconds of it for one book
ALONE = 30.0  # seconds after which nobody is waiting any more: whoever asked has been killed
LENGTH = struct.Struct(">Q")  # stands before each message
READY = b"ready"
# loaded while files can still be opened: of markup, and of names in archives; a book in any other counts as damaged
_ENCODINGS = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "ascii", "cp437", "cp866", "cp1251", "cp1252",
)  # fmt: skip

# of a book: content, name, known; of a file that is none of ours: content, name
Order = tuple[bytes, str, dict[str, str] | None] | tuple[bytes, str]
Answer = Book | Sheets | tuple[str, str]  # what was read, or the trouble and its detail


def main() -> None:
    orders, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program that asks
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    confine()
    send(answers, READY)
    while order := receive(orders):
        faulthandler.dump_traceback_later(ALONE, exit=True)
        allow_processor_time(PROCESSOR)
        send(answers, answer(pickle.loads(order)))
        faulthandler.cancel_dump_traceback_later()


def answer(order: Order) -> bytes:
    """An Answer, pickled."""
    try:
        return pickle.dumps(read_book(*order) if len(order) == 3 else read_file(*order), protocol=5)
    except SourceError as error:
        said = error.trouble.value, error.detail
    except MemoryError:
        said = Trouble.TOO_LARGE.value, NO_MEMORY
    except BaseException:  # a panic inside calamine is no Exception
        said = Trouble.TRUNCATED.value, ""
    return pickle.dumps(said, protocol=5)


def confine() -> None:
    """Give up, for good, whatever reading does not need."""
    try:
        import resource  # noqa: PLC0415 - only POSIX has it
    except ImportError:
        return
    limits = {
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_DATA: MEMORY,
        resource.RLIMIT_NOFILE: 3,  # those that are open already
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        getattr(resource, "RLIMIT_NPROC", resource.RLIMIT_CORE): 0,
    }
    for limit, most in limits.items():
        with suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(limit, (most, most))


def allow_processor_time(seconds: int) -> None:
    """From now on; whoever takes more is ended by the system."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415

        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + 1 + seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def send(pipe: BinaryIO, message: bytes) -> None:
    pipe.write(LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def receive(pipe: BinaryIO, most: int | None = None) -> bytes | None:
    """The next message, None at the end of them. Raises OverflowError if it is longer than `most` bytes."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if most is not None and length > most:
        raise OverflowError(length)
    message = pipe.read(length)
    return message if len(message) == length else None


if __name__ == "__main__":
    main()
