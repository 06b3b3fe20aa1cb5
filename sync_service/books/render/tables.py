"""Drawing any tab that is a layout.Table: hidden keys, headings, rows, drop-downs, hints. Nothing of one book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time

from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render.lists import Range
from sync_service.books.render.page import set_page, set_window
from sync_service.books.render.pen import put
from sync_service.books.render.styles import DATE, HEADING, LINK, MUTED, SERVICE, TEXT, TIME, Ink, Look
from sync_service.reconcile.layout import FIRST_TABLE_ROW, HEADING_ROW, Cell, Column, Owner, Table, tab_key

ROWS_AHEAD = 500  # drop-downs and hints reach this far below the prepared rows, for rows added by hand

LINE_HEIGHT, ROW_PADDING = 12.75, 4.25  # points
LINES_LATER = 2  # that a message of problems.MESSAGE_LIMIT takes in the column of layout.REMARKS

_FORMATS = {
    Cell.TEXT: TEXT, Cell.LONG: TEXT, Cell.CHOICE: TEXT, Cell.DATE: DATE, Cell.TIME: TIME,
    Cell.INTEGER: "0", Cell.DECIMAL: "General",  # «0.##» shows a whole number as «1,»
}  # fmt: skip
_LEFT = (Cell.TEXT, Cell.LONG)
_WORDS = (Cell.TEXT, Cell.CHOICE)
WRAPS, SERVICE_WRAPS = 24, 40  # characters: texts in columns at least so wide wrap


@dataclass(frozen=True)
class Row:
    """A row of a table: its hidden key, raw values by column key, links («'Tab'!A1») by column key."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


def blank_rows(table: Table, used: Iterable[str]) -> Iterator[Row]:
    """The prepared rows of `table`, keyed on from the highest key in `used` («e12» → «e13»)."""
    numbers = [int(key.removeprefix(table.row_prefix)) for key in used if _numbered(key, table.row_prefix)]
    first = max(numbers, default=0) + 1
    width = 3 if first + table.blank_rows > 99 or table.row_prefix == "c" else 2
    for number in range(first, first + table.blank_rows):
        yield Row(f"{table.row_prefix}{number:0{width}d}")


def _numbered(key: str, prefix: str) -> bool:
    return key.startswith(prefix) and key.removeprefix(prefix).isdigit()


def column_look(column: Column) -> Look:
    """How the cells of a column look when they hold what the column is for."""
    service = column.owner is Owner.SERVICE
    return Look(
        fill=SERVICE if service else "FFFFFFFF",
        ink=MUTED if service else Look.ink,
        horizontal="left" if column.cell in _LEFT or column.width >= 20 else "center",
        indent=1 if column.cell in _LEFT or column.width >= 20 else 0,
        wrap=_wraps(column),
        format=_FORMATS[column.cell],
    )


def _wraps(column: Column) -> bool:
    """Texts of people where there is room for a second line, and whatever the service has to say at length."""
    least = SERVICE_WRAPS if column.owner is Owner.SERVICE else WRAPS
    return column.cell is Cell.LONG or (column.cell in _WORDS and column.width >= least)


def draw_table(
    sheet: Worksheet,
    table: Table,
    rows: Iterable[Row],
    ink: Ink,
    *,
    key: str = "",
    lists: Mapping[str, Range] | None = None,
    unkeyed: int = 0,
    page: tuple[str, str] = ("", ""),
) -> int:
    """Draw `table` on an empty sheet; returns the number of its last drawn row.

    `key` is the tab key (default: the kind alone); `lists` feed drop-downs by Column.list_key; `unkeyed` is a number of
    dressed rows below the others for the service to fill; `page` is what the printed pages say at the top."""
    put(sheet, 1, 1, key or tab_key(table.kind), ink(Look(edge="none")))
    _draw_headings(sheet, table, ink)
    last = _draw_rows(sheet, table, rows, ink, unkeyed)
    _add_validations(sheet, table, lists or {}, last + ROWS_AHEAD)
    set_window(sheet, frozen_row=FIRST_TABLE_ROW, frozen_column=table.frozen_columns + 1)
    set_page(sheet, left=page[0], right=page[1])
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    if last > HEADING_ROW:
        sheet.print_area = f"B{HEADING_ROW}:{get_column_letter(len(table.columns) + 1)}{last}"
    return last


def _draw_headings(sheet: Worksheet, table: Table, ink: Ink) -> None:
    heading = Look(fill=HEADING, size=9, horizontal="center", wrap=True, edge="heading", format=TEXT)
    styles = {flag: ink(replace(heading, bold=flag, ink=heading.ink if flag else MUTED)) for flag in (True, False)}
    hidden = ink(Look(edge="none", format=TEXT))
    lines = 1
    for number, column in enumerate(table.columns, 2):
        put(sheet, 1, number, column.key, hidden)
        put(
            sheet,
            HEADING_ROW,
            number,
            column.heading,
            styles[column.required or column.owner is Owner.SERVICE],
        )
        sheet.column_dimensions[get_column_letter(number)].width = column.width + 1.5
        lines = max(lines, _lines(column.heading, column.width))
    sheet.row_dimensions[HEADING_ROW].height = 10 + 12 * lines


def _lines(text: str, width: float) -> int:
    """How many lines a text takes when it wraps at words."""
    lines, room = 1, width
    for word in text.split():
        if len(word) > room and room < width:
            lines, room = lines + 1, width
        room -= len(word) + 1
    return lines


def _draw_rows(sheet: Worksheet, table: Table, rows: Iterable[Row], ink: Ink, unkeyed: int) -> int:
    looks = [column_look(column) for column in table.columns]
    styles = [ink(look) for look in looks]
    hidden = ink(Look(edge="none", format=TEXT))
    if wait_for_words := unkeyed > 0 and _said_later(table):
        sheet.sheet_format.defaultRowHeight = LINES_LATER * LINE_HEIGHT + ROW_PADDING
        sheet.sheet_format.customHeight = True
    number = HEADING_ROW
    for number, row in enumerate([*rows, *(Row("") for _ in range(unkeyed))], FIRST_TABLE_ROW):
        put(sheet, number, 1, row.key, hidden)
        for index, column in enumerate(table.columns):
            value = row.values.get(column.key)
            style = styles[index]
            if column.key in row.links:
                style = ink(replace(looks[index], ink=LINK, underline=True))
            elif isinstance(value, date | time):
                style = dated(value, looks[index], style, ink)
            put(sheet, number, index + 2, value, style)
            if column.key in row.links:
                link(sheet, number, index + 2, row.links[column.key])
        if row.key or not wait_for_words:
            sheet.row_dimensions[number] = AutoHeight(sheet, index=number, ht=row_height(table, row.values))
    return number


def _said_later(table: Table) -> bool:
    """Whether the service writes long texts here. It states no heights, and not every spreadsheet program measures rows
    on opening: the sheet's own height of a row has to leave them room."""
    return any(column.cell is Cell.LONG and column.owner is Owner.SERVICE for column in table.columns)


class AutoHeight(RowDimension):
    """A height to begin with, which the spreadsheet program changes as soon as somebody types a longer text."""

    customHeight = False  # type: ignore[assignment]


def row_height(table: Table, values: Mapping[str, object]) -> float:
    """Points for a row: as many lines as its longest text takes."""
    texts = ((str(values.get(column.key) or ""), column.width) for column in table.columns if _wraps(column))
    return LINE_HEIGHT * max((_lines(text, width) for text, width in texts if text), default=1) + ROW_PADDING


def dated(value: date | time, look: Look, style: StyleArray, ink: Ink) -> StyleArray:
    """The style for a date or time: in a cell that is made for another kind of value it still shows as what it is."""
    wanted = TIME if isinstance(value, time) else DATE
    return style if look.format == wanted else ink(replace(look, format=wanted))


def link(sheet: Worksheet, row: int, column: int, place: str) -> None:
    """Make a cell that holds a text a link to a place of the same workbook."""
    sheet.cell(row, column).hyperlink = Hyperlink(ref="", location=place)


def _add_validations(sheet: Worksheet, table: Table, lists: Mapping[str, Range], last: int) -> None:
    """Drop-downs and hints of the columns that people fill."""
    for number, column in enumerate(table.columns, 2):
        if column.owner is Owner.SERVICE:
            continue
        source = fixed(column.choices) if column.choices else ""
        if column.list_key in lists:
            source = lists[column.list_key].drop_down
        if source or column.hint:
            letter = get_column_letter(number)
            sheet.add_data_validation(drop_down(source, f"{letter}{FIRST_TABLE_ROW}:{letter}{last}", column))


def fixed(words: Iterable[str]) -> str:
    """The source of a drop-down that offers a few words."""
    return '"' + ",".join(words) + '"'


def drop_down(source: str, cells: str, column: Column) -> DataValidation:
    """A drop-down (or, without `source`, only the column's hint). It warns and never forbids: the service judges what
    was typed, and says why."""
    rule = DataValidation(type="list", formula1=source) if source else DataValidation()
    rule.allow_blank, rule.errorStyle = True, "warning"
    rule.showErrorMessage = bool(source) and not column.several  # a list of classes stands in no list
    rule.errorTitle, rule.error = column.heading[:32], "Такого значения нет в списке. Всё равно записать?"
    if column.hint:
        rule.showInputMessage, rule.promptTitle, rule.prompt = True, column.heading[:32], column.hint[:255]
    rule.add(cells)
    return rule
