"""The tables of a .docx text as tabs «Таблица 1», «Таблица 2» … with their merged cells.

Read by a walk of our own, on defusedxml: python-docx passes over rows inside content controls and over words that wait
as tracked insertions, and a lesson that is passed over in silence is a lesson lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from defusedxml import ElementTree  # type: ignore[import-untyped]

from sync_service.books.markup import MarkupError
from sync_service.reconcile.sheet import At, Tab

MOST_COLUMNS = 200
_AROUND = {"sdt", "sdtContent", "customXml", "AlternateContent", "Choice"}  # rows, cells and paragraphs
_GONE = {"del", "moveFrom", "Fallback", "tbl"}  # a table inside a cell is a table of its own


def read_tables(document: bytes) -> list[Tab]:
    """Every table of the main part of a document, also those inside of others. Raises MarkupError."""
    try:
        root = ElementTree.fromstring(document, forbid_dtd=True)
    except (ElementTree.ParseError, ValueError) as error:
        raise MarkupError("not the text of a document") from error
    tables = (element for element in root.iter() if _name(element) == "tbl")
    return [_tab(f"Таблица {number}", table) for number, table in enumerate(tables, 1)]


def _tab(title: str, table: Any) -> Tab:
    cells: dict[At, str] = {}
    spans: dict[At, At] = {}
    above: dict[int, At] = {}  # by column: where the cell began that goes on downwards
    number = 0
    for row in _children(table, "tr"):
        if _property(row, "trPr", "del") is not None:
            continue
        number += 1
        column = 1 + _number(row, "trPr", "gridBefore", 0)
        for cell in _children(row, "tc"):
            width = _number(cell, "tcPr", "gridSpan", 1)
            merge = _property(cell, "tcPr", "vMerge")
            last = column + width - 1
            if last > MOST_COLUMNS:
                raise MarkupError("too many columns")
            goes_on = merge is not None and _value(merge, "continue") != "restart"
            if goes_on and column in above:
                spans[above[column]] = At(number, spans[above[column]].column)
            else:
                at = At(number, column)
                spans[at] = At(number, last)
                above.pop(column, None)
                if merge is not None:
                    above[column] = at
                if text := _text(cell):
                    cells[at] = text
            column = last + 1
    return Tab(title, cells, merged=tuple((first, last) for first, last in spans.items() if first != last))


def _children(element: Any, name: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, through whatever stands around them."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) in _AROUND:
            yield from _children(child, name)


def _text(cell: Any) -> str:
    lines = ("".join(_words(paragraph)).strip() for paragraph in _children(cell, "p"))
    return "\n".join(line for line in lines if line)


def _words(element: Any) -> Iterator[str]:
    for child in element:
        match _name(child):
            case "t":
                yield child.text or ""
            case "tab":
                yield " "
            case "br" | "cr":
                yield "\n"
            case "noBreakHyphen":
                yield "-"
            case name if name not in _GONE and not name.endswith("Pr"):
                yield from _words(child)


def _property(element: Any, group: str, name: str) -> Any:
    properties = next((child for child in element if _name(child) == group), ())
    return next((child for child in properties if _name(child) == name), None)


def _number(element: Any, group: str, name: str, usual: int) -> int:
    found = _property(element, group, name)
    text = _value(found, "") if found is not None else ""
    return min(int(text), MOST_COLUMNS + 1) if text.isdigit() and len(text) < 6 else usual


def _value(element: Any, usual: str) -> str:
    return next((value for key, value in element.attrib.items() if _local(key) == "val"), usual)


def _name(element: Any) -> str:
    return _local(element.tag) if isinstance(element.tag, str) else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]
