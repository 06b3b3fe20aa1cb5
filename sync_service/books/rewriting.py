"""The service's cells, notes and links put into a workbook's bytes; everything else stays as it is, byte for byte.

Only parts that must change are changed, and in them only the elements that must: formats, drop-downs, groups, charts
and whatever else a teacher's program keeps in the book survive because nobody touches them. `rewrite` is a function of
bytes, so that it may run in another process, and proves its result before it hands it over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from sync_service.books.cellstyles import CellStyles
from sync_service.books.cellwriting import SheetCells, as_written
from sync_service.books.markup import MarkupError, Splice, appended, elements, inside, prefix, root, spliced, tag
from sync_service.books.notes import as_noted, set_notes
from sync_service.books.package import OFFICE_RELATIONS, Package, open_package
from sync_service.books.reading import read_tabs
from sync_service.books.source import SourceError, Trouble
from sync_service.reconcile.sheet import At, TabWrite

# elements that stand after the links of a sheet, in the order that the format demands
_AFTER_LINKS = (
    "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties",
    "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "picture",
    "oleObjects", "controls", "webPublishItems", "AlternateContent", "tableParts", "extLst",
)  # fmt: skip
_AFTER_NOTES = _AFTER_LINKS[_AFTER_LINKS.index("legacyDrawingHF") :]
_LAST_ROW = re.compile(rb"^[^,]*:\$[A-Z]+\$([0-9]+)$")
_BEFORE_CALCULATION = ("sheets", "functionGroups", "externalReferences", "definedNames")
_ANY_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*\br=\"([A-Z]+[0-9]+)\"[^>]*(?:(?<=/)>|(?<!/)>.*?</(?:\w+:)?c>)", re.DOTALL)


def rewrite(content: bytes, writes: Sequence[TabWrite], name: str = "") -> bytes:
    """The workbook with `writes`. Raises SourceError: WOULD_LOSE if it cannot be done without breaking something,
    CHANGED if a tab is not there."""
    old, new = open_package(content, name), open_package(content, name)
    if missing := {write.title for write in writes} - {sheet.title for sheet in old.sheets}:
        raise SourceError(Trouble.CHANGED, name, f"нет вкладки «{min(missing)}»")
    try:
        _write(new, [write for write in writes if write])
        result = new.packed()
        _prove((old, content), (open_package(result, name), result), writes, name)
    except (MarkupError, LookupError, StopIteration, ValueError) as error:
        raise SourceError(Trouble.WOULD_LOSE, name) from error
    return result


def _write(package: Package, writes: Iterable[TabWrite]) -> None:
    book = package.parts[package.workbook]
    if any(part.startswith("_xmlsignatures/") for part in package.parts):
        raise MarkupError("signed")
    if b"purl.oclc.org/ooxml" in book:
        raise MarkupError("the strict variety of the format")
    styles_part = package.related(package.workbook, "styles")
    if styles_part is None:
        raise MarkupError("no styles")
    styles = CellStyles(package.parts[styles_part])
    from_1904 = any(e.attributes.get("date1904") in ("1", "true") for e in elements(book, {"workbookPr"}))
    parts = {sheet.title: sheet.part for sheet in package.sheets}
    for write in writes:
        part = parts[write.title]
        if write.cells:
            cells = SheetCells(package.parts[part], styles, from_1904=from_1904)
            package.parts[part] = cells.with_cells(write.cells, write.heights)
        if write.heights:
            _print_down_to(package, write.title, max(write.heights))
        cleared = {at for at, value in write.cells.items() if as_written(value) is None}
        package.parts[part] = _with_links(package.parts[part], write.links, cleared)
        if write.notes and (drawing := set_notes(package, part, write.notes)):
            said = {"xmlns:r": OFFICE_RELATIONS, "r:id": drawing}
            package.parts[part] = _with(package.parts[part], "legacyDrawing", said, before=_AFTER_NOTES)
    package.parts[styles_part] = styles.xml
    _ask_to_calculate(package)


def _with_links(xml: bytes, links: Mapping[At, str], cleared: Collection[At]) -> bytes:
    """The sheet part with `links`; a cell that has become blank leads nowhere any more."""
    found = elements(xml, {"hyperlinks", "hyperlink"})
    touched = {at.a1 for at in (*links, *cleared)}
    old = [e for e in found if e.name == "hyperlink"]
    gone = [Splice(e.start, e.end, b"") for e in old if e.attributes.get("ref") in touched]
    p = prefix(xml)
    new = [tag(f"{p}hyperlink", {"ref": at.a1, "location": place}) for at, place in sorted(links.items())]
    around = next((e for e in found if e.name == "hyperlinks"), None)
    if around is not None and len(gone) == len(old) and not new:
        return spliced(xml, [Splice(around.start, around.end, b"")])
    if around is not None:
        return spliced(xml, [*gone, appended(xml, around, b"".join(new))])
    return _with(xml, "hyperlinks", {}, b"".join(new), before=_AFTER_LINKS) if new else xml


def _with(
    xml: bytes, name: str, attributes: Mapping[str, str], content: bytes = b"", *, before: Collection[str]
) -> bytes:
    """The sheet part with one more child, before the first of those named."""
    later = next((e.start for e in elements(xml, depth=1) if e.name in before), None)
    place = root(xml).close if later is None else later
    return spliced(xml, [Splice(place, place, tag(prefix(xml) + name, attributes, content.decode()))])


def _print_down_to(package: Package, title: str, row: int) -> None:
    """Rows that are added below what is printed are printed too."""
    xml = package.parts[package.workbook]
    titles = [sheet.attributes.get("name") for sheet in elements(xml, {"sheet"})]
    for name in elements(xml, {"definedName"}):
        said = name.attributes
        if said.get("name") != "_xlnm.Print_Area" or said.get("localSheetId") != str(titles.index(title)):
            continue
        area = _LAST_ROW.search(inside(xml, name))
        if area is not None and int(area[1]) < row:
            place = name.inside + area.start(1)
            package.parts[package.workbook] = spliced(xml, [Splice(place, name.inside + area.end(1), b"%d" % row)])
            return


def _ask_to_calculate(package: Package) -> None:
    """Whoever opens the book next computes its formulas anew."""
    xml = package.parts[package.workbook]
    children = elements(xml, depth=1)
    said = next((e for e in children if e.name == "calcPr"), None)
    new = tag(f"{prefix(xml)}calcPr", {**(said.attributes if said else {}), "fullCalcOnLoad": "1"})
    end = (said or [e for e in children if e.name in _BEFORE_CALCULATION][-1]).end
    package.parts[package.workbook] = spliced(xml, [Splice(said.start if said else end, end, new)])
    if chain := package.related(package.workbook, "calcChain"):
        package.remove(chain)


def _prove(was: tuple[Package, bytes], now: tuple[Package, bytes], writes: Sequence[TabWrite], name: str) -> None:
    """Read both and compare: the cells, notes and tabs that nobody asked to change are what they were."""
    titles = {write.title for write in writes}
    old, new = (read_tabs(package, content, name, titles) for package, content in (was, now))
    parts = {sheet.title: sheet.part for sheet in was[0].sheets}
    for write in writes:
        before, after = old[write.title], new[write.title]
        cells = {**before.cells, **{at: as_written(value) for at, value in write.cells.items()}}
        notes = {**before.notes, **{at: as_noted(said) for at, said in write.notes.items()}}
        if after.cells != {at: value for at, value in cells.items() if value is not None}:
            raise MarkupError("cells would not be what was asked for")
        if after.notes != {at: said for at, said in notes.items() if said} or after.merged != before.merged:
            raise MarkupError("notes would not be what was asked for")
        part = parts[write.title]
        raw = _raw_cells(now[0].parts[part])
        untouched = (item for item in _raw_cells(was[0].parts[part]).items() if At.parse(item[0]) not in write.cells)
        if any(raw.get(a1) != cell for a1, cell in untouched):
            raise MarkupError("formulas would change")
    for title, part in parts.items():
        if title not in titles and now[0].parts.get(part) != was[0].parts[part]:
            raise MarkupError("other tabs would change")


def _raw_cells(xml: bytes) -> dict[str, bytes]:
    return {match.group(1).decode(): match.group() for match in _ANY_CELL.finditer(xml)}
