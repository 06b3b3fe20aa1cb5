"""A tab as a sheet of paper and as a window: print set-up, headers and footers, frozen panes. A4, landscape."""

from __future__ import annotations

from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render.styles import FONT

LONGEST = 90
SMALL = f'&"{FONT},Regular"&8'


def set_page(sheet: Worksheet, *, left: str, right: str, wide: bool = False) -> None:
    """Landscape A4. One page wide and as long as needed, or (`wide`) one page high and as wide as needed.

    `left` and `right` stand at the top of each page; the bottom has the tab's title and the page number."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = (0, 1) if wide else (1, 0)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom = 0.65, 0.55
    margins.header = margins.footer = 0.3
    sheet.oddHeader.left.text = SMALL + _plain(left)
    sheet.oddHeader.right.text = SMALL + _plain(right)
    sheet.oddFooter.left.text = SMALL + _plain(sheet.title)
    sheet.oddFooter.right.text = SMALL + "Стр. &P из &N"


def set_window(sheet: Worksheet, *, frozen_row: int, frozen_column: int) -> None:
    """Freeze everything above and left of the cell, hide the keys, switch the grid lines of the program off."""
    sheet.freeze_panes = sheet.cell(frozen_row, frozen_column)
    sheet.row_dimensions[1].hidden = True
    sheet.column_dimensions["A"].hidden = True
    sheet.sheet_view.showGridLines = False


def _plain(text: str) -> str:
    """A header in which «&» is a letter and a leading digit does not join the font size before it.

    Clipped: Excel calls a workbook damaged whose whole header is longer than 255 characters."""
    return " " + (text if len(text) <= LONGEST else text[: LONGEST - 1] + "…").replace("&", "&&")
