"""Damaged workbooks: refused, or read as they were; nothing in between, and never at any price.

What counts as a wrong value. The archive's checksums tell of damage to its bytes, so such a book is refused or gives
exactly what the whole one gives. A part that was written wrong has no checksum: what is no XML, points to what is not
there or says two things at once must be refused; a letter that became another one is an edit like a person's, and of it
can be asked that nothing changes but the cells that part is about.
"""

from __future__ import annotations

import pickle
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync_service.books import reader_process
from sync_service.books.confined import TOO_LONG, WITHIN, Readers
from sync_service.books.reading import NO_MEMORY, Book, read_book
from sync_service.books.source import SourceError, Trouble
from sync_service.reconcile.sheet import At, CellError, RawCell
from tests.books.damage import (
    COMMENTS,
    GRID_PART,
    LOG_PART,
    RELATIONS,
    STRINGS,
    STYLES,
    WORKBOOK,
    Damaged,
    damaged,
    whole,
)
from tests.books.small_book import GRID, LOG, with_parts

NAME = "9А Журнал.xlsx"
FEW, MANY, SHARES = 161, 2_000, 4
HARMLESS = ("a dimension that lies", "merged over the whole sheet", "tags without end", "a part too many")


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    made = Readers()
    yield made
    made.close()


@pytest.fixture(scope="module")
def right() -> Book:
    return read_book(whole(), NAME)


def test_some_damaged_books(readers: Readers, right: Book) -> None:
    told = Counter(examine(readers, right, number) for number in range(FEW))
    assert told["refused"] > FEW / 2  # the damage is real
    assert told["read"] > FEW / 12  # … and some of it harmless


@pytest.mark.long
@pytest.mark.parametrize("share", range(SHARES))
def test_many_damaged_books(readers: Readers, right: Book, share: int) -> None:
    for number in range(FEW + share, FEW + MANY, SHARES):
        examine(readers, right, number)


def examine(readers: Readers, right: Book, number: int) -> str:
    hurt = damaged(number)
    told = f"{number}: {hurt.how} {hurt.part}"
    began = time.monotonic()
    found = read_or_refused(readers, hurt.content)
    assert time.monotonic() - began < WITHIN, told
    assert highest(readers) <= reader_process.MEMORY, told
    if isinstance(found, SourceError):
        assert found.permanent, told
        assert found.detail not in (TOO_LONG, NO_MEMORY), told
        return "refused"
    assert not hurt.must_be_refused, told
    assert unexplained(right, found, hurt) == {}, told
    return "read"


def read_or_refused(readers: Readers, content: bytes) -> Book | SourceError:
    try:
        return readers.read(pickle.dumps((content, NAME, None)), NAME)
    except SourceError as error:
        return error


def highest(readers: Readers) -> int:
    """Bytes of address space that the reader ever had, where the system tells it."""
    if sys.platform != "linux" or not readers._idle:
        return 0
    status = Path(f"/proc/{readers._idle[-1]._process.pid}/status").read_text()
    return int(status.split("VmPeak:")[1].split()[0]) * 1024


def unexplained(right: Book, found: Book, hurt: Damaged) -> dict[tuple[str, At], tuple[object, object]]:
    """Cells that are not as they were although the damage was elsewhere: (before, after) by place."""
    if hurt.part == WORKBOOK:  # where the names of the tabs are
        before, after = ([tab.cells for tab in book.sheets.tabs] for book in (right, found))
        return {("", At(0, 0)): (before, after)} if len(before) != len(after) else {}
    before, after = (
        {(tab.title, at): value for tab in book.sheets.tabs for at, value in tab.cells.items()}
        for book in (right, found)
    )
    differ = {at: (before.get(at), after.get(at)) for at in before | after if before.get(at) != after.get(at)}
    return {at: values for at, values in differ.items() if not _is_about(hurt, at[0], *values)}


def _is_about(hurt: Damaged, title: str, before: RawCell | None, after: RawCell | None) -> bool:
    if hurt.part in (GRID_PART, LOG_PART):
        return hurt.how not in HARMLESS and title == {GRID_PART: GRID, LOG_PART: LOG}[hurt.part]
    if hurt.part == STRINGS:
        return isinstance(before, str) and isinstance(after, str | None)
    if hurt.part == STYLES:  # a number is a date by its format
        return not isinstance(before, str | bool | None) and not isinstance(after, str | bool | None)
    return False


# --- rules that a program must break to be caught by ------------------------------------------------------------------


def read_with(change: Callable[[dict[str, bytes]], object]) -> Book | SourceError:
    try:
        return read_book(with_parts(whole(), change), NAME)
    except SourceError as error:
        return error


def replaced(part: str, old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new, 1)

    return change


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        pytest.param(lambda parts: parts.pop(LOG_PART), Trouble.TRUNCATED, id="a tab lost on the way"),
        pytest.param(lambda parts: parts.pop(COMMENTS), Trouble.TRUNCATED, id="notes lost on the way"),
        pytest.param(
            replaced(WORKBOOK, b'name="_lists"', f'name="{GRID}"'.encode()), Trouble.TRUNCATED,
            id="two tabs of one name",
        ),
        pytest.param(
            lambda parts: parts.update({GRID_PART.replace("sheet", "SHEET"): parts[LOG_PART]}), Trouble.NOT_WORKBOOK,
            id="two parts of one name",
        ),
        pytest.param(
            lambda parts: parts.update({GRID_PART: parts[COMMENTS]}), Trouble.TRUNCATED, id="a tab that is none"
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_whole_is_damaged_and_never_smaller(
    change: Callable[[dict[str, bytes]], object], trouble: Trouble
) -> None:
    refused = read_with(change)
    assert isinstance(refused, SourceError)
    assert refused.trouble is trouble


@pytest.mark.parametrize("number", [b"NaN", b"1e999", b"-inf"])
def test_a_number_beyond_numbers_is_an_error_or_damage(number: bytes) -> None:
    found = read_with(replaced(GRID_PART, b"<v>4.5</v>", b"<v>" + number + b"</v>"))
    assert isinstance(found, SourceError) or CellError("#NUM!") in found.sheets.tabs[0].cells.values()


def test_a_teachers_link_to_another_workbook_is_harmless(right: Book) -> None:
    """The value that is kept in the cell is read, the link is followed by nobody."""

    def link(parts: dict[str, bytes]) -> None:
        replaced(GRID_PART, b"<v>4.5</v>", b"<f>[1]Test!A1</f><v>3</v>")(parts)
        kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink"
        said = b'<Relationship Id="rIdLink" Type="%s" Target="externalLinks/externalLink1.xml"/>' % kind
        replaced(RELATIONS, b"</Relationships>", said + b"</Relationships>")(parts)
        parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
        parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = (
            b'<Relationships><Relationship Id="rId1" TargetMode="External" Target="file:///etc/passwd"/></Relationships>'
        )

    found = read_with(link)
    assert isinstance(found, Book)
    before, after = right.sheets.tabs[0].cells, found.sheets.tabs[0].cells
    assert [after[at] for at in before if before[at] != after[at]] == [3]
