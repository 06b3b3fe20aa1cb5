"""What a function is, and the table of all. A function is filed under its name by one of three decorators."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.google_emulator.formulas.arrays import Block, Error, Scalar, Value
from tests.google_emulator.formulas.parsing import Node
from tests.google_emulator.showing import decimal_comma


class Fault(Exception):
    """Ends a function with an error as its result."""

    def __init__(self, error: Error) -> None:
        super().__init__(error.shown)
        self.error = error


@dataclass
class Context:
    """One evaluation of one formula. `values` stand for the references, `areas` say where they lie."""

    engine: Any
    areas: tuple[Any, ...]  # Area | Error
    values: list[Value]
    host: tuple[int, int, int]  # sheet, row, column
    locale: str
    comma: bool = field(init=False)
    steady: bool = True  # the result follows from template and values alone
    shared: dict[str, Value] = field(default_factory=dict)  # results of parts that occur twice

    def __post_init__(self) -> None:
        self.comma = decimal_comma(self.locale)


Compiled = Callable[[Context], Value]
Compile = Callable[..., Compiled]  # compile(node, array: bool)


@dataclass(frozen=True)
class Function:
    """`run` takes (context, values …); of a special one (compile, nodes, array) and returns a Compiled."""

    name: str
    run: Callable[..., Any]
    least: int
    most: int
    kind: str  # "scalar", "whole", "special"
    steady: bool = True
    arrays: bool = False  # arguments are computed as arrays, as ARRAYFORMULA does


FUNCTIONS: dict[str, Function] = {}
MANY = 255
Decorated = Callable[[Callable[..., Any]], Callable[..., Any]]


def scalar(name: str, least: int, most: int | None = None) -> Decorated:
    """A function of scalars; errors among them are its result, blocks are gone through cell by cell."""
    return _filed(name, least, most, "scalar")


def whole(name: str, least: int, most: int | None = None, *, arrays: bool = False) -> Decorated:
    """A function that takes blocks as they are."""
    return _filed(name, least, most, "whole", arrays=arrays)


def special(name: str, least: int, most: int | None = None, *, steady: bool = True) -> Decorated:
    """A function that decides itself what of its arguments is computed; not `steady` if the clock or places count."""
    return _filed(name, least, most, "special", steady=steady)


def _filed(name: str, least: int, most: int | None, kind: str, steady: bool = True, arrays: bool = False) -> Decorated:
    def file(run: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Function(name, run, least, least if most is None else most, kind, steady, arrays)
        return run

    return file


def number(context: Context, value: Scalar, name: str = "ADD", place: int = 1) -> int | float:
    """A scalar as a number; `name` and `place` of the parameter are for the message. Raises Fault."""
    kind = type(value)
    if kind is int or kind is float:
        return value  # type: ignore[return-value]
    if value is None:
        return 0
    if kind is bool:
        return int(value)  # type: ignore[arg-type]
    if kind is Error:
        raise Fault(value)  # type: ignore[arg-type]
    found = context.engine.number_of(value) if value else None
    if found is None:
        raise Fault(Error("VALUE", "number", (name, place, value)))
    return found  # type: ignore[no-any-return]


def truth(context: Context, value: Scalar, name: str = "IF") -> bool:
    """A scalar as a condition. Raises Fault."""
    if type(value) is str and value.upper() in ("TRUE", "FALSE"):
        return value.upper() == "TRUE"
    return bool(number(context, value, name))


def cells(values: Iterable[Value]) -> Iterable[Scalar]:
    """All scalars of arguments and blocks, in order."""
    for value in values:
        if type(value) is Block:
            yield from value.flat
        else:
            yield value


def single(context: Context, value: Value) -> Scalar:
    """A block where one value is wanted: the cell of it in the formula's own row or column."""
    if type(value) is not Block:
        return value  # type: ignore[no-any-return]
    if value.height == value.width == 1 and value.area is None:
        return value.flat[0]
    if value.area is None:
        return value.flat[0] if value.flat else None
    context.steady = False
    area, (_, row, column) = value.area, context.host
    if area.width == 1 and area.top <= row < area.bottom:
        place = row - area.top
    elif area.height == 1 and area.left <= column < area.right:
        place = column - area.left
    else:
        return Error("VALUE", "intersection")
    return value.flat[place] if place < len(value.flat) else None


def compiled_reference(node: Node) -> Compiled | None:
    """What gives the Area of a node that is a plain reference."""
    if node[0] != "ref":
        return None
    place = node[1]

    def area(context: Context) -> Value:
        context.steady = False
        return context.areas[place]

    return area
