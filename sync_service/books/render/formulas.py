"""The formulas of a grid tab, as text. The same in Excel, LibreOffice and Google Sheets; none is an array formula.

Entries are texts («5», «4/5», «н5»), so a mean counts digits: the length of the text less its length without that
digit. SUMPRODUCT spreads the digits over the rows of a small matrix. What is no entry (a number of several digits is a
date that a spreadsheet made of «4/5») does not count; the service tells the teacher about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.books.render.lists import Range
from sync_service.books.render.pen import Formula

LONGEST_ENTRY = 7  # «н 4 / 5»
WEIGHT_ROW = 5


@dataclass(frozen=True)
class Entries:
    """The entries of a pupil over the lessons of a period, as a range of one row.

    `digits` are the marks that count; with `fractions` a mark ends at its comma: «4,5» counts as 4."""

    row: int
    first: str
    last: str
    digits: tuple[int, ...]
    fractions: bool = False

    @property
    def _weights(self) -> str:
        return f"{self.first}${WEIGHT_ROW}:{self.last}${WEIGHT_ROW}"

    def _counted(self, digits: Sequence[int], factor: str) -> str:
        """How often each digit stands in each cell, times `factor`: an expression for SUMPRODUCT."""
        cells = f"{self.first}{self.row}:{self.last}{self.row}"
        text = f'LEFT({cells},FIND(",",SUBSTITUTE({cells},".",",")&",")-1)' if self.fractions else cells
        entry = f"((ISTEXT({cells})+(LEN({cells})=1))>0)*(LEN({cells})<={LONGEST_ENTRY})"
        return f'{entry}*{factor}*(LEN({text})-LEN(SUBSTITUTE({text},{_matrix(digits)},"")))'

    def mean(self, *, weighted: bool) -> Formula:
        """Mean of the marks, "" where there is none (DOMAIN 2.8). Not rounded.

        Works of weight 0 do not count; `weighted` multiplies by the weights, else they only decide what counts."""
        counted = self._counted(self.digits, self._weights if weighted else f"({self._weights}>0)")
        return Formula(f'=IFERROR(SUMPRODUCT({counted}*{_matrix(self.digits)})/SUMPRODUCT({counted}),"")')

    def failing(self) -> str:
        """The number of twos and worse: an expression."""
        return f"SUMPRODUCT({self._counted([digit for digit in self.digits if digit <= 2], f'({self._weights}>0)')})"


def _matrix(digits: Sequence[int]) -> str:
    return "{" + ";".join(str(digit) for digit in digits) + "}"


def suggestion(mean_cell: str, thresholds: Range, failing: str = "") -> Formula:
    """The mark that the school's thresholds give for a mean; `thresholds` lists the least means of 5, 4 and 3.

    `failing` is the expression whose value above 0 rules a 5 out, "" if the school has no such rule."""
    five, four, three = (thresholds.item(number) for number in range(3))
    best = f"IF({failing}>0,4,5)" if failing else "5"
    steps = f"IF({mean_cell}>={five},{best},IF({mean_cell}>={four},4,IF({mean_cell}>={three},3,2)))"
    return Formula(f'=IF({mean_cell}="","",{steps})')


def year_suggestion(quarters: Sequence[str], digits: Sequence[int]) -> Formula:
    """The mean of the quarter marks in these cells, half up; "" without any (domain.formulas.year_mean)."""
    total, count = _marks(quarters, digits)
    return Formula(f'=IF({count}=0,"",INT(({total})/({count})+1/2))')


def final_suggestion(year: str, exam: str, digits: Sequence[int]) -> Formula:
    """The mean of the year mark and, if there is one, the exam's, half up; "" without a year mark
    (domain.formulas.final_mean). `exam` is "" where the grade has no exams."""
    total, count = _marks([year, *([exam] if exam else [])], digits)
    return Formula(f'=IF({_marks([year], digits)[1]}=0,"",INT(({total})/({count})+1/2))')


def _marks(cells: Sequence[str], digits: Sequence[int]) -> tuple[str, str]:
    """Sum and number of the final marks in single cells, as expressions. Other words are no marks."""
    is_mark = [f'(TRIM({cell})={_matrix(digits)}&"")' for cell in cells]
    total = "+".join(f"SUMPRODUCT({one}*{_matrix(digits)})" for one in is_mark)
    return total, "+".join(f"SUMPRODUCT({one}*1)" for one in is_mark)


def of_current_period(cells: Sequence[str], starts: Sequence[date]) -> Formula:
    """The cell of the last period that has begun by today; before the year, of the first."""
    text = cells[0]
    for cell, start in zip(cells[1:], starts[1:], strict=True):
        text = f"IF(TODAY()>=DATE({start.year},{start.month},{start.day}),{cell},{text})"
    return Formula(f"={text}")


def missed(row: int, first: str, last: str, absences: Range) -> Formula:
    """How many cells of the row tell an absence; `absences` lists every spelling of one."""
    return Formula(f"=SUMPRODUCT(COUNTIF({first}{row}:{last}{row},{absences.cells}))")


def from_log(column: str, log: str, log_column: str) -> Formula:
    """What the log tab says in `log_column` about the lesson whose key stands in row 1 of `column`, "" if nothing."""
    found = f"INDEX({log}!${log_column}:${log_column},MATCH({column}$1,{log}!$A:$A,0))"
    return Formula(f'=IFERROR(IF({found}="","",{found}),"")')


def month(column: str, before: str, names: Range) -> Formula:
    """The month's name above the first lesson of each month. `before` is the lesson column on the left, "" if none."""
    name = f"INDEX({names.cells},MONTH({column}$3))"
    if not before:
        return Formula(f'=IFERROR({name},"")')
    return Formula(f'=IFERROR(IF(MONTH({column}$3)=MONTH({before}$3),"",{name}),"")')


def weight(column: str, works: Range, weights: Range) -> Formula:
    """Weight of the lesson's work type; 1 for an ordinary lesson and for a type that nobody knows."""
    return Formula(f"=IFERROR(INDEX({weights.cells},MATCH({column}$4,{works.cells},0)),1)")


def short_name(tab: str, row: int, last: str, first: str, patronymic: str) -> Formula:
    """«Иванова А. П.» from three columns of a staff tab, "" while the row is empty (Employee.short_name)."""
    surname, *others = (_cell(tab, row, column) for column in (last, first, patronymic))
    initials = "".join(f'&IF({part}="",""," "&LEFT({part},1)&".")' for part in others)
    return Formula(f'=IF({surname}="","",{surname}{initials})')


def list_name(tab: str, row: int, last: str, first: str) -> Formula:
    """«Иванов Пётр» from two columns of a class list, "" while the row is empty (Pupil.list_name)."""
    return Formula(f'=TRIM({_cell(tab, row, last)}&" "&{_cell(tab, row, first)})')


def copied(tab: str, row: int, column: str) -> Formula:
    """The text of another tab's cell, "" if it is blank."""
    return Formula(f'={_cell(tab, row, column)}&""')


def _cell(tab: str, row: int, column: str) -> str:
    """A cell by its place, not by reference: deleting or sorting rows of `tab` must not break the list."""
    return f"INDEX({tab}!${column}:${column},{row})"
