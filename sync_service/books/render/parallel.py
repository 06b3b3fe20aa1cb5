"""Drawing many journal books at once, on all cores. Knows nothing of a database: its workers have none."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process

from sync_service.books.render.journal import JournalBook, render_journal
from sync_service.domain.slots import Slot

MOST_WORKERS = 4


def render_journals(books: Sequence[JournalBook], typed: Sequence[Mapping[Slot, object]]) -> Iterator[bytes]:
    """`render_journal` for each book and what is typed into it, in their order."""
    workers = min(os.cpu_count() or 1, len(books), MOST_WORKERS)
    if workers < 2:
        yield from map(render_journal, books, typed)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent) as pool:
        yield from pool.map(render_journal, books, typed)


def _end_with_parent() -> None:
    """Of a worker: else it would wait for its next book for ever once the process that gives them has been killed."""
    threading.Thread(target=_end_when_alone, daemon=True).start()


def _end_when_alone() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)
