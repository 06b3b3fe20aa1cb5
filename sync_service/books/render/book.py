"""What every workbook of ours begins and ends with: fonts, properties, the hidden tabs, and its bytes."""

from __future__ import annotations

from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render.identity import draw_identity
from sync_service.books.render.lists import Lists
from sync_service.books.render.styles import Ink, Look
from sync_service.books.source import BookIdentity


class Book:
    """A workbook that is being drawn: make tabs in the order in which they are to stand, then take the bytes."""

    def __init__(self, title: str, identity: BookIdentity) -> None:
        self.workbook = Workbook()
        self.ink = Ink(self.workbook)
        self.lists = Lists(self.workbook, self.ink(Look(edge="none")))
        self._identity = identity
        self._blank = self.workbook.worksheets[0]
        self.workbook.properties.title = title
        self.workbook.properties.creator = identity.school

    def tab(self, title: str) -> Worksheet:
        return self.workbook.create_sheet(title)

    def to_bytes(self) -> bytes:
        """The .xlsx file. Spreadsheet programs compute every formula when they open it."""
        book = self.workbook
        book.remove(self._blank)
        book.move_sheet(self.lists.sheet, len(book.worksheets))
        draw_identity(book, self._identity)
        book.active = 0
        book.calculation.fullCalcOnLoad = True
        out = BytesIO()
        book.save(out)
        return out.getvalue()
