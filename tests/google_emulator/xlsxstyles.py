"""How cells look, between a workbook's styles and Google's CellFormat: basics only (number format, font, fill, borders,
alignment). No cells and no sheets here."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.cell import Cell as XlsxCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.styles.numbers import is_date_format, is_datetime

from tests.google_emulator.state import Json

_THEME = ("FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47")
_HORIZONTAL = {"left": "LEFT", "center": "CENTER", "right": "RIGHT"}
_VERTICAL = {"top": "TOP", "center": "MIDDLE", "bottom": "BOTTOM"}
_LINES = {
    "thin": "SOLID", "hair": "SOLID", "medium": "SOLID_MEDIUM", "thick": "SOLID_THICK", "dashed": "DASHED",
    "dotted": "DOTTED", "double": "DOUBLE",
}  # fmt: skip
_KINDS = {"date": "DATE", "time": "TIME", "datetime": "DATE_TIME"}
_SIDES = ("top", "bottom", "left", "right")


def number_format(code: str) -> Json | None:
    """{type, pattern} of a format code; None for «General»."""
    if code == "General":
        return None
    if code == "@":
        kind = "TEXT"
    elif is_date_format(code):
        kind = _KINDS[is_datetime(code)]
    else:
        bare = re.sub(r'"[^"]*"', "", code)
        kind = "PERCENT" if "%" in bare else "SCIENTIFIC" if "E+" in bare else "NUMBER"
    return {"type": kind, "pattern": code}


def format_of(cell: XlsxCell, usual: Font) -> Json:
    """The userEnteredFormat of a cell; `usual` is the workbook's own font, which goes without saying."""
    made: Json = {}
    if pattern := number_format(cell.number_format):
        made["numberFormat"] = pattern
    if cell.fill.fill_type == "solid" and (colour := _colour(cell.fill.fgColor)) is not None:
        made |= {"backgroundColor": colour, "backgroundColorStyle": {"rgbColor": colour}}
    if borders := {side: line for side in _SIDES if (line := _line(getattr(cell.border, side)))}:
        made["borders"] = borders
    alignment = cell.alignment
    if alignment.horizontal in _HORIZONTAL:
        made["horizontalAlignment"] = _HORIZONTAL[alignment.horizontal]
    if alignment.vertical in _VERTICAL:
        made["verticalAlignment"] = _VERTICAL[alignment.vertical]
    if alignment.wrap_text:
        made["wrapStrategy"] = "WRAP"
    if turned := alignment.textRotation:
        angle = turned if turned <= 90 else 90 - turned
        made["textRotation"] = {"vertical": True} if turned == 255 else {"angle": angle}
    if text := text_format(cell.font, usual):
        made["textFormat"] = text
    return made


def text_format(font: Font, usual: Font) -> Json:
    made: Json = {}
    if font.name and font.name != usual.name:
        made["fontFamily"] = font.name
    if font.sz and font.sz != usual.sz:
        made["fontSize"] = int(font.sz)
    words = (("bold", font.b), ("italic", font.i), ("strikethrough", font.strike), ("underline", font.u))
    made |= {word: True for word, said in words if said}
    if font.color is not None and (colour := _colour(font.color)):
        made |= {"foregroundColor": colour, "foregroundColorStyle": {"rgbColor": colour}}
    return made


def dress(cell: XlsxCell, look: Json) -> None:
    """Give a workbook's cell the look that a CellFormat says."""
    if code := look.get("numberFormat", {}).get("pattern"):
        cell.number_format = code
    elif look.get("numberFormat", {}).get("type") == "TEXT":
        cell.number_format = "@"
    if colour := _rgb(look, "backgroundColor"):
        cell.fill = PatternFill("solid", fgColor=colour)
    if borders := look.get("borders"):
        cell.border = Border(**{side: _side(line) for side, line in borders.items() if side in _SIDES})
    angle = look.get("textRotation", {}).get("angle", 0)
    alignment: dict[str, Any] = {
        "horizontal": look.get("horizontalAlignment", "").lower() or None,
        "vertical": look.get("verticalAlignment", "").lower().replace("middle", "center") or None,
        "wrap_text": look.get("wrapStrategy") == "WRAP" or None,
        "textRotation": 255 if look.get("textRotation", {}).get("vertical") else angle if angle >= 0 else 90 - angle,
    }
    if any(alignment.values()):
        cell.alignment = Alignment(**alignment)
    if text := look.get("textFormat"):
        cell.font = _font(text, name=cell.font.name, sz=cell.font.sz)


def difference(look: Json) -> dict[str, Any]:
    """The same of a conditional format, as keyword arguments of openpyxl's rules."""
    text = look.get("textFormat", {})
    made: dict[str, Any] = {}
    if colour := _rgb(look, "backgroundColor"):
        made["fill"] = PatternFill("solid", fgColor=colour, bgColor=colour)
    if text:
        made["font"] = _font(text)
    return made


def difference_of(style: Any) -> Json:
    """A conditional format's look as BooleanRule.format."""
    made: Json = {}
    if style is None:
        return made
    if style.fill is not None and (colour := _colour(style.fill.bgColor)) is not None:
        made |= {"backgroundColor": colour, "backgroundColorStyle": {"rgbColor": colour}}
    if style.font is not None and (text := text_format(style.font, Font())):
        made["textFormat"] = text
    return made


def _font(text: Json, **usual: Any) -> Font:
    usual |= {word: text[name] for word, name in (("name", "fontFamily"), ("sz", "fontSize")) if name in text}
    return Font(
        **usual, b=text.get("bold"), i=text.get("italic"), strike=text.get("strikethrough"),
        u="single" if text.get("underline") else None, color=_rgb(text, "foregroundColor"),
    )  # fmt: skip


def _colour(colour: Color) -> Json | None:
    """Channels from 0 to 1, those at 0 left out, as Google writes them."""
    if colour.type == "rgb":
        rgb = str(colour.rgb)[-6:]
    elif colour.type == "theme" and colour.theme < len(_THEME):
        rgb = _THEME[colour.theme]
    elif colour.type == "indexed" and colour.indexed < len(COLOR_INDEX):
        rgb = COLOR_INDEX[colour.indexed][-6:]
    else:
        return None
    channels = {name: int(rgb[at : at + 2], 16) / 255 for name, at in (("red", 0), ("green", 2), ("blue", 4))}
    return {name: round(value, 8) for name, value in channels.items() if value}


def _rgb(look: Json, name: str) -> str | None:
    colour = look.get(f"{name}Style", {}).get("rgbColor", look.get(name))
    if colour is None:
        return None
    return "FF" + "".join(f"{round(colour.get(channel, 0) * 255):02X}" for channel in ("red", "green", "blue"))


def _line(side: Side | None) -> Json | None:
    if side is None or not side.style:
        return None
    colour = _colour(side.color) if side.color is not None else {}
    return {"style": _LINES.get(side.style, "SOLID"), "color": colour or {}, "colorStyle": {"rgbColor": colour or {}}}


def _side(line: Json) -> Side:
    style = next((name for name, said in _LINES.items() if said == line.get("style")), None)
    return Side(style=style, color=_rgb(line, "color"))
