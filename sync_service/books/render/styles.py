"""How the books look: the palette, the looks of cells, and their registration in a workbook. No layout here.

A `Look` is a value; `Ink` turns each look into openpyxl's style array once per workbook, because styling tens of
thousands of cells one property at a time would cost most of the time of drawing a book.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

FONT = "Arial"

INK = "FF1F2933"
MUTED = "FF66727F"
LINK = "FF1F5F8B"
LINE = "FFC9D1D9"
RULE = "FF7B8794"  # under the headings, after a period
PAPER = "FFFFFFFF"
HEADING = "FFE6EDF3"
SERVICE = "FFF5F3EC"  # not the teacher's

BAD_FILL, BAD_INK = "FFF9DCDC", "FFA3262A"
ABSENT_FILL, ABSENT_INK = "FFDDE9F7", "FF24588F"
TODAY_FILL = "FFFFF3C4"
WAITING_FILL = "FFFCE8C8"
GONE_FILL = "FFECEEF0"

TEXT = "@"
DATE = "dd.mm.yyyy"
TIME = "hh:mm"

Edge = Literal["none", "cell", "heading", "period"]


@dataclass(frozen=True)
class Look:
    """Everything that distinguishes one cell from another to the eye, and its number format."""

    fill: str = PAPER
    ink: str = INK
    size: float = 10
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    horizontal: Literal["left", "center", "right"] = "left"
    vertical: Literal["top", "center", "bottom"] = "center"
    wrap: bool = False
    shrink: bool = False
    rotate: int = 0
    indent: int = 0
    edge: Edge = "cell"
    format: str = "General"


@cache
def _border(edge: Edge) -> Border:
    thin, strong = Side("thin", LINE), Side("thin", RULE)
    match edge:
        case "none":
            return Border()
        case "heading":
            return Border(left=thin, right=thin, top=thin, bottom=strong)
        case "period":
            return Border(left=thin, right=Side("medium", RULE), top=thin, bottom=thin)
    return Border(left=thin, right=thin, top=thin, bottom=thin)


class Ink:
    """The looks of one workbook as style arrays. Arrays are shared: a drawn cell is never restyled."""

    def __init__(self, book: Workbook) -> None:
        self._scratch: Worksheet = book.worksheets[0]
        self._styles: dict[Look, StyleArray] = {}
        normal = book._named_styles["Normal"]  # the unit of column widths is a digit of this font
        normal.font = Font(name=FONT, size=10, color=INK)
        book._fonts[0] = normal.font

    def __call__(self, look: Look) -> StyleArray:
        if (style := self._styles.get(look)) is None:
            cell = Cell(self._scratch)
            cell.font = Font(
                name=FONT,
                size=look.size,
                bold=look.bold,
                italic=look.italic,
                strike=look.strike,
                underline="single" if look.underline else None,
                color=look.ink,
            )
            if look.fill != PAPER:
                cell.fill = PatternFill("solid", fgColor=look.fill)
            cell.border = _border(look.edge)
            cell.alignment = Alignment(
                horizontal=look.horizontal,
                vertical=look.vertical,
                wrap_text=look.wrap,
                shrink_to_fit=look.shrink,
                text_rotation=look.rotate,
                indent=look.indent,
            )
            cell.number_format = look.format
            style = self._styles[look] = cell._style
        return style


def tinted(formula: str, fill: str = "", ink: str = "", *, strike: bool = False, stop: bool = False) -> Rule:
    """A conditional format that only tints: it never carries meaning for the service. `stop` keeps later ones off."""
    font = Font(color=Color(ink), strike=strike or None) if ink else None
    style = DifferentialStyle(font=font, fill=PatternFill("solid", start_color=fill, end_color=fill) if fill else None)
    return Rule("expression", formula=[formula], dxf=style, stopIfTrue=stop)
