"""Notes (comments) of a tab: read, and set without touching the notes of others.

A note is two things: its text in the comments part and its yellow box in a drawing of the old VML kind. Both are
changed by splicing, so that the notes we do not write keep their authors, fonts and sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from defusedxml import ElementTree  # type: ignore[import-untyped]

from sync_service.books.markup import Element, Splice, appended, elements, inside, prefix, root, spliced, tag, writable
from sync_service.books.measures import Measures
from sync_service.books.package import Package
from sync_service.reconcile.sheet import At

AUTHOR = "Журнал"
WIDTH = 216  # points of a note's box
LINE = 40  # characters in a line of it
MAX_LINES = 30
MAX_NOTE = 8_000

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NO_NOTES = f'<comments xmlns="{_MAIN}"><authors/><commentList/></comments>'.encode()
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_VML = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_NO_BOXES = (
    f'<xml {_VML}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
).encode()
_BOX_KIND = "_x0000_t202"
_BOX_TYPE = (
    f'<v:shapetype {_VML} id="{_BOX_KIND}" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
).encode()
_BOX = (
    f'<v:shape {_VML} id="_x0000_s{{number}}" type="#{_BOX_KIND}" fillcolor="#ffffe1" o:insetmode="auto" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;width:{width}pt;height:{height}pt;z-index:1;'
    'visibility:hidden"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"/>'
    '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def read_notes(xml: bytes) -> dict[At, str]:
    """Texts of a comments part by cell. Raises what the parser raises."""
    found = {}
    for comment in ElementTree.fromstring(xml).iterfind(".//{*}comment"):
        runs = (run for said in comment.iterfind("{*}text") for run in said.iterfind(".//{*}t"))
        if said := "".join(run.text or "" for run in runs).replace("\r\n", "\n"):
            found[At.parse(comment.get("ref", ""))] = said
    return found


def as_noted(said: str | None) -> str | None:
    """The note as it will be read back; an empty one is none."""
    return writable(said)[:MAX_NOTE] or None if said else None


def set_notes(package: Package, sheet: str, notes: Mapping[At, str | None]) -> str | None:
    """Set the notes of these cells; None removes. A note that somebody else began keeps its author.

    Returns the id by which the sheet must name its drawing of boxes, None if it names one already. Raises
    MarkupError."""
    wanted = {at: as_noted(said) for at, said in notes.items()}
    comments = package.related(sheet, "comments")
    if comments is None:
        if not any(wanted.values()):
            return None
        comments = package.fresh("xl/comments{}.xml")
        package.parts[comments] = _NO_NOTES
        package.relate(sheet, "comments", comments)
        package.declare("Override", {"PartName": f"/{comments}", "ContentType": _COMMENTS})
    package.parts[comments] = _with_texts(package.parts[comments], wanted)
    drawing, fresh = _drawing_of(package, sheet)
    package.parts[drawing] = _with_boxes(package.parts[drawing], wanted, Measures(package.parts[sheet]))
    return fresh


def _with_texts(xml: bytes, wanted: Mapping[At, str | None]) -> bytes:
    p = prefix(xml)
    found = elements(xml, {"authors", "author", "commentList", "comment", "text"})
    authors = [inside(xml, e).decode() for e in found if e.name == "author"]
    old = {At.parse(e.attributes["ref"]): e for e in found if e.name == "comment"}
    texts = [e for e in found if e.name == "text"]
    changes, new = [], b""
    for at in sorted(wanted):
        said, comment = wanted[at], old.get(at)
        if said is None:
            changes += [Splice(comment.start, comment.end, b"")] if comment else []
            continue
        words = tag(f"{p}text", {}, f'<{p}t xml:space="preserve">{escape(said)}</{p}t>')
        if comment:
            changes += [Splice(e.start, e.end, words) for e in texts if comment.start < e.start < comment.end]
        else:
            if AUTHOR not in authors:
                authors.append(AUTHOR)
                names = next(e for e in found if e.name == "authors")
                changes.append(appended(xml, names, tag(f"{p}author", {}, AUTHOR)))
            author = str(authors.index(AUTHOR))
            new += tag(f"{p}comment", {"ref": at.a1, "authorId": author, "shapeId": "0"}, words.decode())
    if new:
        changes.append(appended(xml, next(e for e in found if e.name == "commentList"), new))
    return spliced(xml, changes)


def _drawing_of(package: Package, sheet: str) -> tuple[str, str | None]:
    """The part with the boxes of the sheet's notes, and its id if it had to be made."""
    for named in elements(package.parts[sheet], {"legacyDrawing"}):
        ids = {value for key, value in named.attributes.items() if key.endswith(":id")}
        for relation in package.relations(sheet):
            if relation.id in ids and relation.target in package.parts:
                return relation.target, None
    drawing = package.fresh("xl/drawings/vmlDrawing{}.vml")
    package.parts[drawing] = _NO_BOXES
    package.declare("Default", {"Extension": "vml", "ContentType": _DRAWING})
    return drawing, package.relate(sheet, "vmlDrawing", drawing)


def _with_boxes(xml: bytes, wanted: Mapping[At, str | None], measures: Measures) -> bytes:
    found = elements(xml, {"shape", "shapetype", "Row", "Column"})
    changes = [Splice(box.start, box.end, b"") for at, box in _boxes(xml, found) if at in wanted]
    ids = {e.attributes.get("id", "") for e in found}
    numbers = [int(id[8:]) for id in ids if id.startswith("_x0000_s") and id[8:].isdigit()]
    new = b"" if _BOX_KIND in ids else _BOX_TYPE
    for number, (at, said) in enumerate(sorted(wanted.items()), max([1024, *numbers]) + 1):
        if said is not None:
            height = _height(said)
            anchor = measures.beside(at, WIDTH * 96 // 72, height * 96 // 72)
            new += _BOX.format(
                number=number, width=WIDTH, height=height, anchor=anchor, row=at.row - 1, column=at.column - 1
            ).encode()
    return spliced(xml, [*changes, appended(xml, root(xml), new)])


def _boxes(xml: bytes, found: list[Element]) -> Iterator[tuple[At, Element]]:
    for box in (e for e in found if e.name == "shape"):
        place = {e.name: int(inside(xml, e)) for e in found if box.start < e.start < box.end and e.name != "shape"}
        if {"Row", "Column"} <= place.keys():
            yield At(place["Row"] + 1, place["Column"] + 1), box


def _height(said: str) -> int:
    """Points that the box needs for its text."""
    lines = sum(1 + max(len(line) - 1, 0) // LINE for line in said.split("\n"))
    return 12 + 14 * min(lines, MAX_LINES)
