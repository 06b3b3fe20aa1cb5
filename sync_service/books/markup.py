"""XML of a workbook as bytes: where each element stands, and splicing there. Nothing is ever written anew as a tree.

A workbook saved by Excel is full of things that a tree writer drops or renames (extension lists, prefixes that other
attributes speak of). Whoever changes only the bytes it means to change cannot lose any of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

_START_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
_FIRST_NAME = re.compile(rb"<((?:[\w.-]+:)?)[A-Za-z]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class MarkupError(Exception):
    """Not the XML that a workbook is made of."""


class Element(NamedTuple):
    """xml[start:inside] is its start tag, xml[inside:close] its content, xml[start:end] all of it."""

    name: str  # without prefix
    attributes: dict[str, str]  # as written, with prefixes
    depth: int  # of the root: 0
    start: int
    inside: int
    close: int
    end: int


class Splice(NamedTuple):
    start: int
    end: int
    new: bytes


def elements(xml: bytes, names: Collection[str] = (), depth: int | None = None) -> list[Element]:
    """Elements with one of `names`, and those at `depth`, in the order in which they end. Raises MarkupError."""
    found: list[Element] = []
    open_now: list[tuple[str, dict[str, str], int] | None] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        wanted = name in names or len(open_now) == depth
        open_now.append((tag, attributes, parser.CurrentByteIndex) if wanted else None)

    def end(tag: str) -> None:
        if (opened := open_now.pop()) is None:
            return
        _, attributes, begin = opened
        at = parser.CurrentByteIndex
        head = _START_TAG.match(xml, begin)
        if head is None:
            raise MarkupError("unreadable tag")
        inside = head.end()
        if head.group().endswith(b"/>"):
            close = finish = inside
        else:
            close, finish = at, xml.index(b">", at) + 1
        found.append(Element(tag.rpartition(":")[2], attributes, len(open_now), begin, inside, close, finish))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise MarkupError(str(error)) from error
    return found


def check(xml: bytes, root_name: str) -> None:
    """Raises MarkupError if the part is cut off, is no XML or is another part: a parser that only looks for the cells
    in it would find none and say that there are none."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse

    def first(tag: str, _: object) -> None:
        parser.StartElementHandler = None
        if tag.rpartition(":")[2] != root_name:
            raise MarkupError(f"{tag} instead of {root_name}")

    parser.StartElementHandler = first
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise MarkupError(str(error)) from error


def _refuse(*_: object) -> None:
    raise MarkupError("a document type is declared")


def root(xml: bytes) -> Element:
    return elements(xml, depth=0)[0]


def prefix(xml: bytes) -> str:
    """The prefix of the root element with its colon, "" in most workbooks."""
    first = _FIRST_NAME.search(xml)
    return first.group(1).decode() if first else ""


def inside(xml: bytes, element: Element) -> bytes:
    """What stands between its tags."""
    return xml[element.inside : element.close]


def spliced(xml: bytes, changes: Iterable[Splice]) -> bytes:
    """`xml` with `changes`, which do not overlap; those at the same place come in the order given."""
    pieces, done = [], 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        pieces += [xml[done : change.start], change.new]
        done = change.end
    return b"".join([*pieces, xml[done:]])


def appended(xml: bytes, element: Element, new: bytes) -> Splice:
    """Puts `new` at the end of the content of `element`, which may be written as an empty tag."""
    if element.close != element.end:
        return Splice(element.close, element.close, new)
    head = xml[element.start : element.inside]
    name = head[1:-2].split(None, 1)[0]
    return Splice(element.start, element.end, head[:-2].rstrip() + b">" + new + b"</" + name + b">")


def writable(value: str) -> str:
    """Without the characters that XML cannot hold, each line's end one character: as it will be read back."""
    return _UNWRITABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))


def tag(name: str, attributes: Mapping[str, str], content: str = "") -> bytes:
    """One element; `content` is markup already."""
    head = "".join(f" {key}={quoteattr(writable(value))}" for key, value in attributes.items())
    return (f"<{name}{head}>{content}</{name}>" if content else f"<{name}{head}/>").encode()
