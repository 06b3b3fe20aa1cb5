"""Workbooks damaged in every way that a disk, a network or a bad program knows, made anew from a number.

Two families. Of the first, the archive's own bytes are hurt: its checksums tell. Of the second, the archive is sound
and a part inside is hurt, as by a program that wrote it wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from openpyxl import Workbook

from tests.books.small_book import GRID, small_book, with_parts

GRID_PART, LOG_PART = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
LISTS_PART, IDENTITY_PART = "xl/worksheets/sheet3.xml", "xl/worksheets/sheet4.xml"
STRINGS, STYLES, COMMENTS = "xl/sharedStrings.xml", "xl/styles.xml", "xl/comments/comment1.xml"
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
UNREAD = ("docProps/app.xml", "xl/theme/theme1.xml", "xl/drawings/commentsDrawing1.vml", LISTS_PART)
READ = (GRID_PART, LOG_PART, IDENTITY_PART, STRINGS, STYLES, COMMENTS, WORKBOOK, RELATIONS)

_INLINE = re.compile(rb'(<c [^>]*?)t="inlineStr"([^>]*)><is><t[^>]*>([^<]*)</t></is></c>')
Parts = dict[str, bytes]
ArchiveChange = Callable[[bytearray, Random], object]
PartChange = Callable[[Parts, str, Random], object]


@cache
def whole() -> bytes:
    """The small book, with marks, dates and a formula, its texts kept in one place as Excel keeps them."""

    def fill(book: Workbook) -> None:
        sheet = book[GRID]
        for row in range(6, 30):
            for column in range(6, 16):
                sheet.cell(row, column, (5, 4.5, "н", "4/5", True, date(2026, 10, row - 5))[(row * column) % 6])
        sheet.merge_cells("A31:C31")

    return with_parts(small_book(fill), shared_texts)


def shared_texts(parts: Parts) -> None:
    texts: list[bytes] = []

    def share(match: re.Match[bytes]) -> bytes:
        texts.append(match[3])
        return b'%st="s"%s><v>%d</v></c>' % (match[1], match[2], len(texts) - 1)

    for part in [part for part in parts if part.startswith("xl/worksheets/sheet")]:
        parts[part] = _INLINE.sub(share, parts[part])
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    items = b"".join(b'<si><t xml:space="preserve">%s</t></si>' % text for text in texts)
    parts[STRINGS] = b"<sst %s>%s</sst>" % (main, items)
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    said = b'<Relationship Type="%s" Target="/%s" Id="rIdTexts"/></Relationships>' % (kind, STRINGS.encode())
    parts[RELATIONS] = parts[RELATIONS].replace(b"</Relationships>", said)


@dataclass(frozen=True)
class Damaged:
    how: str
    part: str  # that is hurt; "" the archive itself
    content: bytes
    must_be_refused: bool = False


def damaged(number: int) -> Damaged:
    """The same for the same number. Every kind comes in turns."""
    dice = Random(number)
    kinds = (*_OF_THE_ARCHIVE, *_OF_A_PART)
    return kinds[number % len(kinds)](dice)


# --- the archive ------------------------------------------------------------------------------------------------------


def _hurt(how: str) -> Callable[[ArchiveChange], ArchiveChange]:
    def of(change: ArchiveChange) -> ArchiveChange:
        def make(dice: Random) -> Damaged:
            content = bytearray(whole())
            change(content, dice)
            return Damaged(how, "", bytes(content))

        _OF_THE_ARCHIVE.append(make)
        return change

    return of


_OF_THE_ARCHIVE: list[Callable[[Random], Damaged]] = []


@_hurt("one bit")
def _one_bit(content: bytearray, dice: Random) -> None:
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)


@_hurt("many bits")
def _many_bits(content: bytearray, dice: Random) -> None:
    for _ in range(dice.randint(2, 40)):
        _one_bit(content, dice)


@_hurt("cut off")
def _cut_off(content: bytearray, dice: Random) -> None:
    del content[dice.randrange(2, len(content) - 1) :]


@_hurt("a lost sector")
def _lost_sector(content: bytearray, dice: Random) -> None:
    start = dice.randrange(0, len(content) - 512, 512)
    content[start : start + 512] = bytes(512)


@_hurt("sectors in each other's place")
def _swapped_sectors(content: bytearray, dice: Random) -> None:
    one, two = (start * 512 for start in dice.sample(range(len(content) // 512), 2))
    content[one : one + 512], content[two : two + 512] = content[two : two + 512], content[one : one + 512]


@_hurt("a hole")
def _hole(content: bytearray, dice: Random) -> None:
    start = dice.randrange(len(content))
    del content[start : start + dice.randint(1, 2000)]


@_hurt("noise in between")
def _noise(content: bytearray, dice: Random) -> None:
    start = dice.randrange(len(content))
    content[start:start] = dice.randbytes(dice.randint(1, 2000))


# --- a part inside ----------------------------------------------------------------------------------------------------


def _wrong(
    how: str, among: tuple[str, ...] = READ, *, refused: bool = False
) -> Callable[[PartChange], PartChange]:
    def of(change: PartChange) -> PartChange:
        def make(dice: Random) -> Damaged:
            part = dice.choice(among)
            content = with_parts(whole(), lambda parts: change(parts, part, dice))
            return Damaged(how, part, content, refused)

        _OF_A_PART.append(make)
        return change

    return of


_OF_A_PART: list[Callable[[Random], Damaged]] = []


@_wrong("a part cut off", refused=True)
def _part_cut_off(parts: Parts, part: str, dice: Random) -> None:
    parts[part] = parts[part][: dice.randrange(len(parts[part].rstrip()) - 1)]


@_wrong("a part nobody reads cut off", UNREAD)
def _unread_part_cut_off(parts: Parts, part: str, dice: Random) -> None:
    _part_cut_off(parts, part, dice)


@_wrong("a part lost", refused=True)
def _part_lost(parts: Parts, part: str, dice: Random) -> None:
    del parts[part]


@_wrong("a part filled with zeros", refused=True)
def _part_zeroed(parts: Parts, part: str, dice: Random) -> None:
    parts[part] = bytes(len(parts[part]))


@_wrong("parts in each other's place", (STRINGS, STYLES, COMMENTS, WORKBOOK, RELATIONS), refused=True)
def _parts_swapped(parts: Parts, part: str, dice: Random) -> None:
    other = dice.choice((GRID_PART, LOG_PART))
    parts[part], parts[other] = parts[other], parts[part]


@_wrong("a byte garbled")
def _byte_garbled(parts: Parts, part: str, dice: Random) -> None:
    content = bytearray(parts[part])
    content[dice.randrange(len(content))] = dice.randrange(256)
    parts[part] = bytes(content)


@_wrong("bytes garbled")
def _bytes_garbled(parts: Parts, part: str, dice: Random) -> None:
    for _ in range(dice.randint(2, 20)):
        _byte_garbled(parts, part, dice)


@_wrong("a piece twice")
def _piece_twice(parts: Parts, part: str, dice: Random) -> None:
    content = parts[part]
    start = dice.randrange(len(content))
    parts[part] = content[: start + dice.randint(1, 300)] + content[start:]


@_wrong("a tag without its other half", refused=True)
def _tag_lost(parts: Parts, part: str, dice: Random) -> None:
    closing = list(re.finditer(rb"</[^>]+>", parts[part]))
    lost = dice.choice(closing)
    parts[part] = parts[part][: lost.start()] + parts[part][lost.end() :]


@_wrong("a text that is not there", (GRID_PART, LOG_PART, IDENTITY_PART), refused=True)
def _wrong_text(parts: Parts, part: str, dice: Random) -> None:
    cells = list(re.finditer(rb't="s"[^>]*><v>(\d+)</v>', parts[part]))
    wrong = dice.choice(cells)
    number = dice.choice([b"99999", b"-1", b"4294967296", b"18446744073709551616", b"1.5", b"x", b""])
    parts[part] = parts[part][: wrong.start(1)] + number + parts[part][wrong.end(1) :]


@_wrong("a number that is none", (GRID_PART,), refused=True)
def _wrong_number(parts: Parts, part: str, dice: Random) -> None:
    number = dice.choice([b"five", b"5,5", b"--5", b"0x5", b"5 5"])
    parts[part] = parts[part].replace(b"<v>4.5</v>", b"<v>%s</v>" % number, 1)


@_wrong("a cell with two values", (GRID_PART,), refused=True)
def _cell_twice(parts: Parts, part: str, dice: Random) -> None:
    parts[part] = parts[part].replace(b"<v>4.5</v></c>", b'<v>4.5</v></c><c r="F6"><v>2</v></c>', 1)
    parts[part] = re.sub(rb'<c r="F6"', b'<c  r="F6"', parts[part], count=1)


@_wrong("a dimension that lies", (GRID_PART, LOG_PART))
def _wrong_dimension(parts: Parts, part: str, dice: Random) -> None:
    lie = dice.choice([b"A1:XFD1048576", b"A1", b"XFD1048576", b"B2:A1", b"A0:ZZZZZZ99999999999", b"", b"A1:A1048576"])
    parts[part] = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="%s"' % lie, parts[part])


@_wrong("tags without end", (GRID_PART, STRINGS, COMMENTS, STYLES, WORKBOOK))
def _nested(parts: Parts, part: str, dice: Random) -> None:
    depth = dice.choice([1_000, 100_000])
    name = dice.choice([b"c", b"row", b"t", b"x"])
    end = parts[part].rindex(b"</")
    deep = b"<%s>" % name * depth + b"</%s>" % name * depth
    parts[part] = parts[part][:end] + deep + parts[part][end:]


@_wrong("merged over the whole sheet", (GRID_PART,))
def _merged(parts: Parts, part: str, dice: Random) -> None:
    area = dice.choice([b"A1:XFD1048576", b"B2", b"B2:A1", b"A1:A1:A1"])
    parts[part] = parts[part].replace(b'"A31:C31"', b'"%s"' % area)


@_wrong("a part too many")
def _more(parts: Parts, part: str, dice: Random) -> None:
    parts["xl/media/noise.bin"] = dice.randbytes(1000)
