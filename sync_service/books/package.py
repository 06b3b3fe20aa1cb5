"""The zip archive that an .xlsx file is: opened with suspicion, its parts found by their relations, closed again.

The limits are those of CASES "Untrusted workbook in": they bound what a hostile or broken file can cost before any
parser of its content sees it.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sync_service.books.markup import MarkupError, Splice, appended, elements, prefix, root, spliced, tag
from sync_service.books.source import SourceError, Trouble

MAX_FILE = 10 * 2**20
MAX_MEMBERS = 200
MAX_MEMBER = 32 * 2**20
MAX_TOGETHER = 64 * 2**20
CHUNK = 2**20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
CONTENT_TYPES = "[Content_Types].xml"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NO_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'


class Relation(NamedTuple):
    id: str
    kind: str  # the last word of its type: worksheet, comments, vmlDrawing
    target: str  # a part's name


class SheetPart(NamedTuple):
    title: str
    part: str


@dataclass
class Package:
    """A workbook's parts by name, in the archive's order. A part is replaced whole."""

    parts: dict[str, bytes]

    @cached_property
    def workbook(self) -> str:
        """Name of the workbook part. Raises MarkupError if there is none."""
        found = next((r.target for r in self.relations("") if r.kind == "officeDocument"), "xl/workbook.xml")
        if found not in self.parts:
            raise MarkupError("no workbook part")
        return found

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """Worksheets in the workbook's order; a sheet that is one chart has no cells and is left out.

        Raises MarkupError if one of them is not there: a tab lost on the way is not a tab that somebody deleted."""
        relations = {r.id: r for r in self.relations(self.workbook)}
        found = []
        for sheet in elements(self.parts[self.workbook], {"sheet"}):
            link = next((value for key, value in sheet.attributes.items() if key.endswith(":id")), "")
            if link not in relations or "name" not in sheet.attributes:
                raise MarkupError("a sheet that leads nowhere")
            if relations[link].kind == "worksheet":
                found.append(SheetPart(sheet.attributes["name"], self._there(relations[link].target)))
        if len({sheet.title.casefold() for sheet in found}) < len(found):
            raise MarkupError("two tabs of one name")
        return tuple(found)

    def related(self, part: str, kind: str) -> str | None:
        """The part to which `part` has a relation of this kind, if it has one. Raises MarkupError."""
        return next((self._there(r.target) for r in self.relations(part) if r.kind == kind), None)

    def _there(self, part: str) -> str:
        if part not in self.parts:
            raise MarkupError(f"{part} is missing")
        return part

    def relations(self, part: str) -> Iterator[Relation]:
        for found in elements(self.parts.get(_relations_of(part), NO_RELATIONS), {"Relationship"}):
            said = found.attributes
            if said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), said.get("Target", "")))
                yield Relation(said.get("Id", ""), said.get("Type", "").rpartition("/")[2], target.lstrip("/"))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation from `part` to `target`; returns its id."""
        name = _relations_of(part)
        used = {relation.id for relation in self.relations(part)}
        fresh = next(f"rId{n}" for n in range(1, len(used) + 2) if f"rId{n}" not in used)
        said = {"Id": fresh, "Type": f"{OFFICE_RELATIONS}/{kind}", "Target": f"/{target}"}
        self.parts[name] = _with_line(self.parts.get(name, NO_RELATIONS), "Relationship", said)
        return fresh

    def declare(self, element: str, attributes: dict[str, str]) -> None:
        """Add a content type; `attributes` begin with the name or ending of the part it is for."""
        key, value = next(iter(attributes.items()))
        known = elements(self.parts[CONTENT_TYPES], {element})
        if not any(line.attributes.get(key) == value for line in known):
            self.parts[CONTENT_TYPES] = _with_line(self.parts[CONTENT_TYPES], element, attributes)

    def fresh(self, pattern: str) -> str:
        """A part name that is free: `pattern` with a number in place of {}."""
        return next(name for n in range(1, len(self.parts) + 2) if (name := pattern.format(n)) not in self.parts)

    def remove(self, part: str) -> None:
        """Take out a part that only the workbook refers to."""
        del self.parts[part]
        ending = posixpath.basename(part)
        self._drop(_relations_of(self.workbook), "Relationship", lambda said: said["Target"].endswith(ending))
        self._drop(CONTENT_TYPES, "Override", lambda said: said["PartName"] == f"/{part}")

    def _drop(self, name: str, element: str, which: Callable[[dict[str, str]], bool]) -> None:
        lines = [line for line in elements(self.parts[name], {element}) if which(line.attributes)]
        self.parts[name] = spliced(self.parts[name], [Splice(line.start, line.end, b"") for line in lines])

    def packed(self) -> bytes:
        """The archive. Equal parts give equal bytes: no clock is asked."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name, content in self.parts.items():
                member = zipfile.ZipInfo(name)
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, content)
        return target.getvalue()


def open_package(data: bytes, name: str) -> Package:
    """The parts of the workbook in `data`; `name` is for the message. Raises SourceError and nothing else."""
    package = open_archive(data, name)
    try:
        if not package.sheets:
            raise SourceError(Trouble.NOT_WORKBOOK, name)
    except MarkupError as error:
        raise SourceError(Trouble.TRUNCATED, name) from error
    return package


def open_archive(data: bytes, name: str) -> Package:
    """The parts of the workbook or text document in `data`, which has a main part. Raises SourceError and nothing
    else."""
    if len(data) > MAX_FILE:
        raise SourceError(Trouble.TOO_LARGE, name, f"больше {MAX_FILE // 2**20} МБ")
    if data.startswith(OLE):
        raise SourceError(Trouble.ENCRYPTED if ENCRYPTED_STREAM in data else Trouble.UNSUPPORTED, name)
    if not data:
        raise SourceError(Trouble.TRUNCATED, name, "в файле ничего нет")
    if not data.startswith(b"PK"):
        raise SourceError(Trouble.NOT_WORKBOOK, name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = _inflate(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError, RuntimeError) as error:
        raise SourceError(Trouble.TRUNCATED, name) from error
    if CONTENT_TYPES not in parts:
        # a document of another office program is a zip archive too
        raise SourceError(Trouble.UNSUPPORTED if "mimetype" in parts else Trouble.NOT_WORKBOOK, name)
    if any(part.lower().endswith(("vbaproject.bin", "workbook.bin")) for part in parts):
        raise SourceError(Trouble.UNSUPPORTED, name, "в книге есть макросы или она двоичная")
    for part, content in parts.items():
        if part.lower().endswith((".xml", ".rels", ".vml")) and (b"<!DOCTYPE" in content or b"\x00" in content[:4]):
            raise SourceError(Trouble.NOT_WORKBOOK, name, "внутри разметка, которой в книге не бывает")
    package = Package(parts)
    try:
        _ = package.workbook
    except MarkupError as error:
        raise SourceError(Trouble.NOT_WORKBOOK, name) from error
    return package


def _inflate(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    """Every member, counted as it really comes out: the size that the directory declares can lie."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MAX_MEMBERS:
        raise SourceError(Trouble.TOO_LARGE, name, f"внутри больше {MAX_MEMBERS} частей")
    if len({member.filename.casefold() for member in members}) < len(members):
        raise SourceError(Trouble.NOT_WORKBOOK, name, "внутри недопустимые имена")  # which of the two would be read?
    parts: dict[str, bytes] = {}
    together = 0
    for member in members:
        if member.flag_bits & 1:
            raise SourceError(Trouble.ENCRYPTED, name)
        path = member.filename
        if path.startswith("/") or "\\" in path or ".." in path.split("/"):
            raise SourceError(Trouble.NOT_WORKBOOK, name, "внутри недопустимые имена")
        pieces, size = [], 0
        with archive.open(member) as stream:
            while piece := stream.read(CHUNK):
                size, together = size + len(piece), together + len(piece)
                if size > MAX_MEMBER or together > MAX_TOGETHER:
                    raise SourceError(Trouble.TOO_LARGE, name, "в распакованном виде")
                pieces.append(piece)
        parts[path] = b"".join(pieces)
    return parts


def _relations_of(part: str) -> str:
    return posixpath.join(posixpath.dirname(part), "_rels", f"{posixpath.basename(part)}.rels")


def _with_line(xml: bytes, name: str, attributes: dict[str, str]) -> bytes:
    return spliced(xml, [appended(xml, root(xml), tag(prefix(xml) + name, attributes))])
