"""Typing into a workbook on disk as a spreadsheet program saves it: of the tab only the cells change. Written without
the service's own reader and writer, and much faster than opening the whole book in openpyxl.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def type_into(path: Path, title: str, cells: Mapping[tuple[str, str], str | float | None]) -> None:
    """Put values into the cells in the row and the column of these hidden keys. None empties a cell, a text that begins
    with «=» is a formula."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.infolist()}
    content = {entry.filename: data for entry, data in parts.items()}
    name = _part(content, title)
    sheet = _parsed(content[name])
    stand = {cell.get("r"): cell for cell in sheet.iter(f"{MAIN}c")}
    rows, columns = _keys(stand, content)
    for (row, column), value in cells.items():
        _put(stand[columns[column] + rows[row]], value)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in parts.items():
            archive.writestr(entry, ET.tostring(sheet, "utf-8") if entry.filename == name else data)


def _parsed(xml: bytes) -> ET.Element:
    """With the prefixes that the file has chosen, so that it is written as it was read."""
    for _, (prefix, address) in ET.iterparse(io.BytesIO(xml), ["start-ns"]):
        if not re.fullmatch(r"ns\d+", prefix):
            ET.register_namespace(prefix, address)
    return ET.fromstring(xml)


def _part(content: Mapping[str, bytes], title: str) -> str:
    links = {one.get("Id"): one.get("Target", "") for one in ET.fromstring(content["xl/_rels/workbook.xml.rels"])}
    sheets = ET.fromstring(content["xl/workbook.xml"]).iter(f"{MAIN}sheet")
    (target,) = (links[sheet.get(LINK)] for sheet in sheets if sheet.get("name") == title)
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _keys(
    stand: Mapping[str | None, ET.Element], content: Mapping[str, bytes]
) -> tuple[dict[str, str], dict[str, str]]:
    """Numbers of rows and letters of columns by the hidden keys in column A and row 1."""
    shared = ET.fromstring(content["xl/sharedStrings.xml"]) if "xl/sharedStrings.xml" in content else ()
    texts = ["".join(one.itertext()) for one in shared]
    rows, columns = {}, {}
    for place, cell in stand.items():
        letters, number = re.fullmatch(r"([A-Z]+)(\d+)", place or "").groups()  # type: ignore[union-attr]
        if letters == "A" or number == "1":
            said = "".join(cell.itertext())
            key = texts[int(said)] if cell.get("t") == "s" else said
            rows |= {key: number} if letters == "A" else {}
            columns |= {key: letters} if number == "1" else {}
    return rows, columns


def _put(cell: ET.Element, value: str | float | None) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(value, str) and value.startswith("="):
        ET.SubElement(cell, f"{MAIN}f").text = value[1:]
    elif isinstance(value, str):
        cell.set("t", "inlineStr")
        text = ET.SubElement(ET.SubElement(cell, f"{MAIN}is"), f"{MAIN}t", {SPACE: "preserve"})
        text.text = value
    elif value is not None:
        cell.set("t", "b" if isinstance(value, bool) else "n")
        ET.SubElement(cell, f"{MAIN}v").text = str(int(value) if isinstance(value, bool) else value)
