"""The pictures of a template (a school's logo). openpyxl keeps them only with Pillow; copying bytes needs no Pillow."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile

from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.workbook import Workbook
from openpyxl.xml.constants import IMAGE_NS
from openpyxl.xml.functions import fromstring

KEPT_FORMATS = ("png", "jpg", "jpeg", "gif")


class Picture(Image):
    """A picture as it stands in the package: bytes and anchor."""

    def __init__(self, data: bytes, kind: str, anchor: Any) -> None:
        self.bytes, self.format, self.anchor = data, kind, anchor

    def _data(self) -> bytes:
        return self.bytes


def keep_pictures(template: bytes, book: Workbook) -> None:
    """Give the sheets of `book`, just loaded from `template`, the template's own pictures."""
    with ZipFile(BytesIO(template)) as archive:
        for sheet in book.worksheets:
            drawings = [rel.target for rel in sheet._rels if rel.Type == SpreadsheetDrawing._rel_type]
            sheet._images = [picture for drawing in drawings for picture in _pictures(archive, drawing)]


def _pictures(archive: ZipFile, drawing: str) -> list[Picture]:
    if get_rels_path(drawing) not in archive.namelist():
        return []
    media = get_dependents(archive, get_rels_path(drawing))
    found = []
    for blip in SpreadsheetDrawing.from_tree(fromstring(archive.read(drawing)))._blip_rels:
        image = media.get(blip.embed)
        kind = PurePosixPath(image.target).suffix.lstrip(".").lower()
        if image.Type == IMAGE_NS and kind in KEPT_FORMATS:
            found.append(Picture(archive.read(image.target), kind, blip.anchor))
    return found
