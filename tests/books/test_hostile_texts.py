"""Texts that would do something if anybody let them: in every book we draw or write into they are words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from sync_service.books.reading import read_book
from sync_service.books.render import render_journal
from sync_service.books.rewriting import rewrite
from sync_service.domain.slots import LessonField, Slot, lesson_slot
from sync_service.reconcile.sheet import At, TabWrite
from tests.books.render_sample import journal
from tests.books.small_book import GRID, PUPILS, parts_of, small_book
from tests.libreoffice import Office

HOSTILE = (
    "=cmd|' /C calc'!A0", "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM",
    "{=1+1}", "{{7*7}}", "<script>alert(1)</script>",
    "</t></is><f>1+1</f>", '"; DROP TABLE', "\u202e=1", "\ufeff=1", "'=1", "_x003D_1+1",
    '=HYPERLINK("http://example.org","5")', "=WEBSERVICE(1)", "&lt;f&gt;", "]]>", "http://example.org/?a=1&b=2",
)  # fmt: skip
KEYS = tuple(f"c001.{number:03d}" for number in range(1, 13))
F6, F8 = At.parse("F6"), At.parse("F8")
ANYTHING = st.one_of(
    st.sampled_from(HOSTILE), st.builds("{}{}".format, st.sampled_from("=+-@\t＝"), st.text(max_size=30)), st.text()
)


def formulas(content: bytes) -> list[str]:
    """Every formula of a book, wherever it stands: in cells, rules, drop-downs and names."""
    found = []
    for part, xml in parts_of(content).items():
        if part.endswith(".xml"):
            found += [f"{part} {match.group()!r}" for match in _FORMULA.finditer(xml)]
    return sorted(found)


_FORMULA = re.compile(rb"<(?:\w+:)?(f|formula|formula1|formula2|definedName)[ >].*?</", re.DOTALL)


def drawn_with(texts: tuple[str, ...]) -> bytes:
    """The sample journal with these texts as homework and topics of its lessons."""
    fields = (LessonField.TOPIC, LessonField.HOMEWORK)
    slots: Iterator[Slot] = (lesson_slot(key, field) for key in KEYS for field in fields)
    return render_journal(journal(), dict(zip(slots, texts, strict=False)))


def test_a_drawn_book_holds_no_formula_but_its_own() -> None:
    harmless = drawn_with(tuple("слово" for _ in HOSTILE))
    hostile = drawn_with(HOSTILE)
    assert len(HOSTILE) >= len(KEYS) * 2
    assert formulas(hostile) == formulas(harmless)
    kept = {value for tab in read_book(hostile, "x").sheets.tabs for value in tab.cells.values()}
    assert kept >= set(HOSTILE[: len(KEYS) * 2])


def test_a_drawn_text_stays_a_text_when_somebody_edits_it() -> None:
    cells = [c for sheet in load_workbook(io.BytesIO(drawn_with(HOSTILE))) for row in sheet.iter_rows() for c in row]
    odd = [cell for cell in cells if cell.data_type == "s" and cell.value in HOSTILE[:11]]
    assert len(odd) == 11
    assert all(cell.quotePrefix for cell in odd)
    assert not any(cell.quotePrefix for cell in cells if cell.value in ("{{7*7}}", "Математика"))


@settings(max_examples=60, deadline=None)
@given(ANYTHING, ANYTHING)
def test_a_text_written_into_a_book_is_a_text(text: str, note: str) -> None:
    before = small_book()
    after = rewrite(before, [TabWrite(GRID, {F6: text}, {F8: note}, {})])
    assert formulas(after) == formulas(before)
    cell = load_workbook(io.BytesIO(after))[GRID]["F6"]
    assert cell.data_type in ("s", "inlineStr", "n")
    assert cell.data_type != "n" or cell.value is None


@pytest.mark.libreoffice
def test_libreoffice_shows_hostile_texts_and_computes_none(libreoffice: Office, tmp_path: Path) -> None:
    shown = [text for text in HOSTILE if text.isprintable()][:20]
    path, written = tmp_path / "drawn.xlsx", tmp_path / "written.xlsx"
    path.write_bytes(drawn_with(tuple(shown)))
    places = {
        value: (tab.title, at.a1)
        for tab in read_book(path.read_bytes(), "x").sheets.tabs
        for at, value in tab.cells.items()
        if value in shown
    }
    assert set(places) == set(shown)
    (title,) = {title for title, _ in places.values()}
    assert libreoffice.read(path, title, [places[text][1] for text in shown]) == shown
    cells = {At(6 + row, 6): text for row, text in enumerate(shown)}
    written.write_bytes(rewrite(small_book(), [TabWrite(GRID, cells)]))
    assert libreoffice.read(written, GRID, [at.a1 for at in cells]) == shown
    saved = parts_of(libreoffice.convert(written, "ods", tmp_path).read_bytes())["content.xml"]
    computed = re.findall(rb'table:formula="[^"]*"', saved)
    assert len(computed) == len(PUPILS)  # the means that the book is drawn with
    assert all(b"AVERAGE" in formula for formula in computed)
