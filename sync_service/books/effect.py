"""What a write does to a tab, wherever the tab lives. Links are left out: no reader sees them."""

from __future__ import annotations

from sync_service.books.cellwriting import as_written
from sync_service.books.notes import as_noted
from sync_service.reconcile.sheet import Tab, TabWrite


def written(tab: Tab, write: TabWrite) -> Tab:
    """The tab as it will be read back if nobody else does anything to it."""
    cells, notes = dict(tab.cells), dict(tab.notes)
    for at, value in write.cells.items():
        if (kept := as_written(value)) is None:
            cells.pop(at, None)
        else:
            cells[at] = kept
    for at, said in write.notes.items():
        if kept_note := as_noted(said):
            notes[at] = kept_note
        else:
            notes.pop(at, None)
    return Tab(tab.title, cells, notes, tab.merged)
