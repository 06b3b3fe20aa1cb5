"""One sheet of a template several times: a class per sheet, a quarter per sheet."""

from __future__ import annotations

import re
from copy import copy, deepcopy

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

FORBIDDEN = re.compile(r"[\[\]:*?/\\']")  # in the name of a sheet
LONGEST_NAME = 31


def copy_sheet(book: Workbook, source: Worksheet, title: str) -> Worksheet:
    """A copy of `source` just before it, with all its looks: Workbook.copy_worksheet forgets half of them."""
    target = book.copy_worksheet(source)
    target.title = FORBIDDEN.sub(" ", title)[:LONGEST_NAME].strip()
    target.views = deepcopy(source.views)
    target.sheet_view.tabSelected = False
    target.oddHeader, target.oddFooter = deepcopy(source.oddHeader), deepcopy(source.oddFooter)
    target.print_title_rows, target.print_title_cols = source.print_title_rows, source.print_title_cols
    target.auto_filter.ref = source.auto_filter.ref
    target.conditional_formatting = deepcopy(source.conditional_formatting)
    target._images = [copy(picture) for picture in source._images]
    book.move_sheet(target, book.index(source) - book.index(target))
    return target
