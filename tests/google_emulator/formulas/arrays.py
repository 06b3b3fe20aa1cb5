"""What formulas compute with: scalars, errors, blocks of cells; and how they turn into one another.

A scalar is None (blank), a number, a text, a bool or an Error. Nothing here knows of functions.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from tests.google_emulator.areas import Area

MESSAGES = {
    "zero": ("Function DIVIDE parameter 2 cannot be zero.", "Параметр 2 функции DIVIDE не может быть равен нулю."),
    "name": ("Unknown function: '{}'.", "Неизвестная функция: \"{}\"."),
    "range name": ("Unknown range name: '{}'.", "Неизвестное название диапазона: \"{}\"."),
    "reference": ("Reference does not exist.", "Ссылка не существует."),
    "tab": ("Unresolved sheet name '{}'.", "Не удалось найти лист \"{}\"."),
    "circle": (
        "Circular dependency detected. To resolve with iterative calculation, see File > Settings.",
        "Обнаружена циклическая зависимость.",
    ),
    "outside": ("Function {} evaluates to an out of bounds range.", "Результат функции {} вне диапазона."),
    "not found": (
        "Did not find value '{}' in {} evaluation.",
        "При вычислении {1} не найдено значение \"{0}\".",
    ),
    "size": ("Array arguments to {} are of different size.", "Аргументы-массивы функции {} имеют разный размер."),
    "number": (
        "Function {} parameter {} expects number values. But '{}' is a text and cannot be coerced to a number.",
        "Параметр {1} функции {0} должен быть числом, а \"{2}\" — текст.",
    ),
    "domain": ("Function {} parameter value is out of range.", "Недопустимое значение параметра функции {}."),
    "count": ("Wrong number of arguments to {}.", "Недопустимое количество аргументов функции {}."),
    "intersection": ("An array value could not be found.", "Не удалось найти значение массива."),
    "not inside": (
        "In {} evaluation, cannot find '{}' within '{}'.",
        "При вычислении {} \"{}\" не найдено в \"{}\".",
    ),
    "parse": ("Formula parse error.", "Ошибка анализа формулы."),
    "na": ("Error", "Ошибка"),
}  # fmt: skip
SHOWN = {
    "ERROR": "#ERROR!", "DIVIDE_BY_ZERO": "#DIV/0!", "VALUE": "#VALUE!", "REF": "#REF!", "NAME": "#NAME?",
    "NUM": "#NUM!", "N_A": "#N/A", "NULL_VALUE": "#NULL!",
}  # fmt: skip


@dataclass(frozen=True)
class Error:
    """`type` is Google's word for it; its message comes in the language of the spreadsheet."""

    type: str
    about: str = "na"
    details: tuple[object, ...] = ()

    @property
    def shown(self) -> str:
        return SHOWN[self.type]

    def message(self, locale: str) -> str:
        return MESSAGES[self.about][locale.startswith("ru")].format(*self.details)


DIVISION, CIRCLE, LOST = Error("DIVIDE_BY_ZERO", "zero"), Error("REF", "circle"), Error("REF", "reference")
UNPARSED, MISSING, SHAPE = Error("ERROR", "parse"), Error("N_A"), Error("N_A", "size", ("ARRAY_ROW",))
ALONE = Error("VALUE", "intersection")

Scalar = None | int | float | str | bool | Error
Value = Any  # Scalar | Block


class Block:
    """Cells of a range or of an array constant, row after row; of a range it may hold only the rows in use."""

    def __init__(self, height: int, width: int, flat: list[Scalar], numeric: bool = False, area: Area | None = None):
        self.height, self.width, self.flat, self.numeric, self.area = height, width, flat, numeric, area

    @cached_property
    def key(self) -> tuple[object, ...] | None:
        """What tells one content from another; None where Python would take TRUE for 1."""
        if any(value is True or value is False for value in self.flat):
            return None
        return (self.height, self.width, *self.flat)

    @cached_property
    def places(self) -> dict[object, int]:
        """The first place of every value, as MATCH compares values."""
        found: dict[object, int] = {}
        for place, value in enumerate(self.flat):
            found.setdefault(comparable(value), place)
        return found

    @cached_property
    def counts(self) -> dict[object, int]:
        found: dict[object, int] = {}
        for value in self.flat:
            known = comparable(value)
            found[known] = found.get(known, 0) + 1
        return found

    def spread(self, height: int, width: int) -> list[Scalar]:
        """The cells for a block of another shape: one row or column is repeated, what is missing is #N/A."""
        if (self.height, self.width) == (height, width):
            return self.flat
        if self.height == 1 and self.width == width:
            return self.flat * height
        if self.width == 1 and self.height == height:
            return [value for value in self.flat for _ in range(width)]
        if self.height == self.width == 1:
            return self.flat * (height * width)
        return [self._at(row, column) for row in range(height) for column in range(width)]

    def _at(self, row: int, column: int) -> Scalar:
        row = 0 if self.height == 1 else row
        column = 0 if self.width == 1 else column
        return self.flat[row * self.width + column] if row < self.height and column < self.width else SHAPE


def comparable(value: Scalar) -> object:
    """Equal for values that lookups take for equal: letters of either case, 1 and 1.0, but never 1 and TRUE."""
    if type(value) is str:
        return value.lower()
    if type(value) is bool:
        return ("bool", value)
    return value


def spread(function: Callable[..., Scalar], *arguments: Value) -> Value:
    """A function of scalars over blocks, cell by cell."""
    blocks = [argument for argument in arguments if type(argument) is Block]
    if not blocks:
        return function(*arguments)
    if len(blocks) == 1:
        block, *_ = blocks
        place = next(number for number, argument in enumerate(arguments) if argument is block)
        before, after = arguments[:place], arguments[place + 1 :]
        return Block(block.height, block.width, [function(*before, value, *after) for value in block.flat])
    height, width = max(block.height for block in blocks), max(block.width for block in blocks)
    columns = [
        argument.spread(height, width) if type(argument) is Block else [argument] * (height * width)
        for argument in arguments
    ]
    return Block(height, width, list(map(function, *columns)))


def general(value: float) -> str:
    """A number as text when it has no format, with a point."""
    if type(value) is int:
        return str(value) if abs(value) < 10**15 else _general(float(value))
    return _general(float(value))


@lru_cache(maxsize=10_000)
def _general(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    return text.replace("e+", "E+").replace("e-", "E-")


def text_of(value: Scalar, comma: bool = False) -> str:
    """What «&» and text functions see of a scalar that is no error; `comma` is the locale's decimal sign."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    text = general(value)  # type: ignore[arg-type]
    return text.replace(".", ",") if comma else text


RANKS = {int: 0, float: 0, str: 1, bool: 2}


def ordered(left: Scalar, right: Scalar) -> int:
    """-1, 0 or 1: numbers come before texts, texts before FALSE and TRUE; a blank is what it is compared with."""
    left = _filled(left, right)
    right = _filled(right, left)
    ranks = RANKS[type(left)], RANKS[type(right)]
    if ranks[0] != ranks[1]:
        return -1 if ranks[0] < ranks[1] else 1
    if ranks[0] == 1:
        left, right = left.lower(), right.lower()  # type: ignore[union-attr]
    return (left > right) - (left < right)  # type: ignore[operator]


def _filled(value: Scalar, other: Scalar) -> Scalar:
    if value is not None:
        return value
    return "" if type(other) is str else False if type(other) is bool else 0


COMPARE: dict[str, tuple[Callable[[Any, Any], bool], Callable[[int], bool]]] = {
    "=": (operator.eq, lambda order: order == 0), "<>": (operator.ne, lambda order: order != 0),
    "<": (operator.lt, lambda order: order < 0), ">": (operator.gt, lambda order: order > 0),
    "<=": (operator.le, lambda order: order <= 0), ">=": (operator.ge, lambda order: order >= 0),
}  # fmt: skip


def first_error(values: Iterable[Scalar]) -> Error | None:
    return next((value for value in values if type(value) is Error), None)
