"""The table of cell styles in a workbook: a style like another one, but for texts or for dates.

Styles are only ever added, at the end, so that whatever the book already says about its cells stays true.
"""

from __future__ import annotations

import re

from sync_service.books.markup import Splice, appended, elements, spliced

SHORT_DATE = "14"  # built in: each program shows it in the order of its country
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_CODES = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


class CellStyles:
    """Wraps a styles part. Styles are numbers, as the `s` of a cell."""

    def __init__(self, xml: bytes) -> None:
        """Raises MarkupError."""
        found = elements(xml, {"cellXfs", "xf", "numFmt"})
        self._xml = xml
        self._table = next(e for e in found if e.name == "cellXfs")
        ours = [e for e in found if e.name == "xf" and self._table.start < e.start < self._table.end]
        self._styles = [xml[e.start : e.end] for e in ours]
        self._known = len(ours)
        self._formats = {
            e.attributes["numFmtId"]: e.attributes.get("formatCode", "") for e in found if e.name == "numFmt"
        }

    @property
    def xml(self) -> bytes:
        """The part with the styles that were added."""
        if len(self._styles) == self._known:
            return self._xml
        table = appended(self._xml, self._table, b"".join(self._styles[self._known :]))
        head = self._xml[self._table.start : self._table.inside]
        counted = re.sub(rb'count="\d+"', b'count="%d"' % len(self._styles), head)
        return spliced(self._xml, [Splice(self._table.start, self._table.inside, counted), table])

    def for_text(self, style: int) -> int:
        """`style` for a text that begins like a formula: edited by hand, it stays a text."""
        return self._with(style, quotePrefix="1")

    def for_date(self, style: int) -> int:
        """`style`, showing a date as a date."""
        number = re.search(rb'numFmtId="(\d+)"', self._styles[style])
        if number and self._shows_date(number[1].decode()):
            return style
        return self._with(style, numFmtId=SHORT_DATE, applyNumberFormat="1")

    def _shows_date(self, number: str) -> bool:
        code = _NOT_CODES.sub("", self._formats.get(number, "")).lower()
        return int(number) in _BUILT_IN_DATES or any(letter in code for letter in "dyдг")

    def _with(self, style: int, **settings: str) -> int:
        xf = self._styles[style]
        for key, value in settings.items():
            said = f'{key}="{value}"'.encode()
            xf, replaced = re.subn(rb"\b%s=\"[^\"]*\"" % key.encode(), said, xf, count=1)
            if not replaced:
                xf = re.sub(rb"^<[^\s/>]+", rb"\g<0> " + said, xf)
        if xf not in self._styles:
            self._styles.append(xf)
        return self._styles.index(xf)
