"""What a journal book has for an extended-day group beside the two tabs of every course: its regime, who is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Border, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render.styles import HEADING, LINE, PAPER, RULE, Ink, tinted
from sync_service.books.render.tables import Row, draw_table
from sync_service.domain.calendar import term_title
from sync_service.domain.school import Course, SchoolYear
from sync_service.domain.slots import RegimeField, Slot, regime_slot
from sync_service.reconcile.layout import COMPOSITION, FIRST_TABLE_ROW, HEADING_ROW, REGIME, TabKind, tab_key
from sync_service.reconcile.regime import regime_lines

DRESSED = 40  # rows of a composition: as many pupils as a group may have, those who left, the staff


def draw_regime(
    sheet: Worksheet, course: Course, year: SchoolYear, typed: Mapping[Slot, object], ink: Ink, page: tuple[str, str]
) -> None:
    """A block of lines for each quarter, parted by a line that also stays where rows are sorted."""
    lines = regime_lines(course, year)
    rows = [
        Row(
            key,
            {"term": term_title(line.term), "no": line.number}
            | {field.value: typed[slot] for field in RegimeField if (slot := regime_slot(key, field)) in typed},
        )
        for key, line in lines.items()
    ]
    last = draw_table(sheet, REGIME, rows, ink, key=tab_key(TabKind.REGIME, course.code), page=page)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "portrait", 1
    thin = Side("thin", LINE)  # what a rule leaves out some programs take away
    line_above = DifferentialStyle(border=Border(left=thin, right=thin, top=Side("thin", RULE), bottom=thin))
    begins = Rule("expression", formula=[f"$B{FIRST_TABLE_ROW}<>$B{HEADING_ROW}"], dxf=line_above)
    sheet.conditional_formatting.add(f"B{FIRST_TABLE_ROW}:F{last}", begins)


def draw_composition(
    sheet: Worksheet, course: Course, lines: Sequence[Sequence[object]], ink: Ink, page: tuple[str, str]
) -> None:
    """`lines` have a value for each column of COMPOSITION; those that only head others have no number."""
    rows = [
        Row("", {column.key: value for column, value in zip(COMPOSITION.columns, line, strict=True)}) for line in lines
    ]
    spare = max(0, DRESSED - len(rows))
    key = tab_key(TabKind.COMPOSITION, course.code)
    last = draw_table(sheet, COMPOSITION, rows, ink, key=key, unkeyed=spare, page=page)
    heads = tinted(f'AND($B{FIRST_TABLE_ROW}="",$C{FIRST_TABLE_ROW}<>"")', HEADING)
    by_hand = tinted(f'$B{FIRST_TABLE_ROW}<>""', PAPER)
    sheet.conditional_formatting.add(f"B{FIRST_TABLE_ROW}:J{last}", heads)
    sheet.conditional_formatting.add(f"J{FIRST_TABLE_ROW}:J{last}", by_hand)
