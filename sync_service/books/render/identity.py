"""The hidden tab that says which book this is, however its file is called."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from sync_service.books.source import BookIdentity
from sync_service.reconcile.layout import IDENTITY_TAB


def draw_identity(book: Workbook, identity: BookIdentity) -> None:
    """Add the tab «_journal»: names in column A, values in column B. Kept out of every list of sheets to unhide."""
    sheet = book.create_sheet(IDENTITY_TAB)
    for row in (
        ("book", identity.book), ("kind", identity.kind), ("school", identity.school), ("year", identity.year),
        ("layout", identity.layout), ("generation", identity.generation),
    ):  # fmt: skip
        sheet.append(row)
    sheet.sheet_state = "veryHidden"
