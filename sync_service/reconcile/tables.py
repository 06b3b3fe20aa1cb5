"""Rows of an office tab (school and roster books) as checked texts.

A bad row is told and left out; its neighbours go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sync_service.domain import fields
from sync_service.domain.entries import Refusal
from sync_service.domain.problems import Code, Place, Problem
from sync_service.reconcile.layout import Cell, Column, Table
from sync_service.reconcile.locate import TableRows, locate_table
from sync_service.reconcile.sheet import At, CellError, RawCell, Tab

ANY_DAY = (date(1930, 1, 1), date(2099, 12, 31))


@dataclass(frozen=True)
class Row:
    """One row: its key ("" where somebody added it by hand) and the canonical text of each column, blanks as ""."""

    key: str
    place: Place
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def day(self, column: str) -> date | None:
        return date.fromisoformat(self[column]) if self[column] else None

    def number(self, column: str) -> int | None:
        return int(self[column]) if self[column] else None

    def problem(self, code: Code, column: str, table: Table, detail: str = "") -> Problem:
        """A problem of this row that only its neighbours reveal."""
        return Problem(code, self.place, self[column], "", detail or table.column(column).heading)


def read_table(tab: Tab, origin: At, table: Table, *, keyed: bool) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """The good rows of a tab in their order, and what is wrong with the others.

    `keyed`: a row without its hidden key is refused, because the key is the identity of what stands in it."""
    rows = locate_table(tab, origin, table)
    if rows.missing_columns:
        headings = ", ".join(table.column(key).heading for key in rows.missing_columns)
        return (), (Problem(Code.TAB_DAMAGED, Place(tab.title), detail=headings),)
    good: list[tuple[int, Row]] = []
    problems: list[Problem] = []
    numbered = {row: key for key, row in rows.rows.items()}
    numbered |= dict.fromkeys(rows.unkeyed, "")
    numbered |= {row: "" if not keyed else key for key, places in rows.twins.items() for row in places}
    for number, key in sorted(numbered.items()):
        if not any(rows.raw(number, column.key) is not None for column in table.columns if column.required):
            continue
        first = At(number, rows.columns[table.columns[0].key]).a1
        if keyed and (not key or key in rows.twins):
            code = Code.ROW_DUPLICATE if key else Code.ROW_NO_CODE
            problems.append(Problem(code, Place(tab.title, first), detail=key))
            continue
        values, wrong = _values(rows, number, table)
        problems += wrong
        if not wrong:
            who = " ".join(values[column.key] for column in table.columns[:2] if values[column.key])
            good.append((number, Row(key, Place(tab.title, first, who), values)))
    return tuple(row for _, row in good), tuple(problems)


def _values(rows: TableRows, number: int, table: Table) -> tuple[dict[str, str], list[Problem]]:
    values: dict[str, str] = {}
    wrong: list[Problem] = []
    for column in table.columns:
        if column.key not in rows.columns:
            continue
        raw = rows.raw(number, column.key)
        result = "" if raw is None else read_cell(raw, column)
        place = Place(rows.tab.title, At(number, rows.columns[column.key]).a1)
        if isinstance(result, Refusal):
            wrong.append(Problem(result.code, place, str(raw), "", result.detail or column.heading))
        elif column.required and not result:
            wrong.append(Problem(Code.TABLE_REQUIRED, place, "", "", column.heading))
        else:
            values[column.key] = result
    return values, wrong


def read_cell(raw: RawCell, column: Column) -> str | Refusal:
    """One office cell as canonical text: ISO dates, «08:30», plain numbers, choices in their own spelling."""
    if isinstance(raw, CellError):
        return Refusal(Code.TABLE_VALUE, raw.text)
    match column.cell:
        case Cell.DATE:
            return fields.read_date(raw, Code.TABLE_VALUE, ANY_DAY)
        case Cell.INTEGER:
            return fields.read_integer(raw, 0, 100_000, Code.TABLE_VALUE)
        case Cell.DECIMAL:
            text = fields.read_decimal(raw, Decimal(0), Decimal(10_000), Code.TABLE_VALUE)
            return text if isinstance(text, Refusal) else text.replace(",", ".")
        case Cell.TIME:
            return fields.read_time(raw, Code.TABLE_VALUE)
        case Cell.CHOICE if column.choices:
            return fields.read_choice(raw, column.choices, Code.TABLE_CHOICE)
        case _:
            return fields.read_text(raw, code=Code.TABLE_VALUE)
