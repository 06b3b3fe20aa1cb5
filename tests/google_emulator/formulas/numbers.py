"""Functions that count and reckon: sums, means, rounding, SUMPRODUCT, COUNTIF and its kin."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Any

from tests.google_emulator.formulas.arrays import (
    COMPARE,
    DIVISION,
    Block,
    Error,
    Scalar,
    Value,
    comparable,
    first_error,
    ordered,
    text_of,
)
from tests.google_emulator.formulas.registry import MANY, Context, Fault, cells, number, scalar, special, whole


def _numbers(context: Context, values: tuple[Value, ...], name: str) -> list[float]:
    """Numbers of blocks and of single arguments; texts and flags count only as single arguments."""
    found: list[float] = []
    for place, value in enumerate(values, 1):
        if type(value) is Block:
            if value.numeric and not any(type(item) is bool for item in value.flat):
                found += value.flat  # type: ignore[arg-type]
                continue
            if error := first_error(value.flat):
                raise Fault(error)
            found += [item for item in value.flat if type(item) in (int, float)]  # type: ignore[misc]
        elif value is not None:
            found.append(number(context, value, name, place))
    return found


@whole("SUM", 1, MANY)
def _sum(context: Context, *values: Value) -> Scalar:
    return _total(_numbers(context, values, "SUM"))


def _total(found: list[float]) -> float:
    return sum(found) if all(type(item) is int for item in found) else math.fsum(found)


@whole("PRODUCT", 1, MANY)
def _product(context: Context, *values: Value) -> Scalar:
    return math.prod(_numbers(context, values, "PRODUCT"))


@whole("AVERAGE", 1, MANY)
def _average(context: Context, *values: Value) -> Scalar:
    found = _numbers(context, values, "AVERAGE")
    return _total(found) / len(found) if found else DIVISION


@whole("MEDIAN", 1, MANY)
def _median(context: Context, *values: Value) -> Scalar:
    found = sorted(_numbers(context, values, "MEDIAN"))
    if not found:
        return Error("NUM", "domain", ("MEDIAN",))
    half = len(found) // 2
    return found[half] if len(found) % 2 else (found[half - 1] + found[half]) / 2


@whole("MAX", 1, MANY)
def _max(context: Context, *values: Value) -> Scalar:
    return max(_numbers(context, values, "MAX"), default=0)


@whole("MIN", 1, MANY)
def _min(context: Context, *values: Value) -> Scalar:
    return min(_numbers(context, values, "MIN"), default=0)


@whole("COUNT", 1, MANY)
def _count(_context: Context, *values: Value) -> Scalar:
    return sum(type(value) in (int, float) for value in cells(values))


@whole("COUNTA", 1, MANY)
def _counta(_context: Context, *values: Value) -> Scalar:
    return sum(value is not None for value in cells(values))


@whole("COUNTBLANK", 1, MANY)
def _countblank(_context: Context, *values: Value) -> Scalar:
    areas = [(value, value.area) for value in values if type(value) is Block and value.area]
    unused = sum(area.height * area.width - len(block.flat) for block, area in areas)
    return unused + sum(value is None or value == "" for value in cells(values))


@whole("SUMPRODUCT", 1, MANY, arrays=True)
def _sumproduct(_context: Context, *values: Value) -> Scalar:
    blocks = [value if type(value) is Block else Block(1, 1, [value]) for value in values]
    if len({(block.height, block.width) for block in blocks}) != 1:
        return Error("VALUE", "size", ("SUMPRODUCT",))
    product: list[Any] = _plain(blocks[0], alone=len(blocks) == 1)
    for block in blocks[1:]:
        product = list(map(operator.mul, product, _plain(block, alone=False)))
    return _total(product)


def _plain(block: Block, *, alone: bool) -> list[Any]:
    """Its numbers, 0 for the rest; flags count where the block is a computed one."""
    if block.numeric:
        return block.flat
    if error := first_error(block.flat):
        raise Fault(error)
    kinds = (int, float, bool) if alone and block.area is None else (int, float)
    return [value if type(value) in kinds else 0 for value in block.flat]


@scalar("ABS", 1)
def _abs(context: Context, value: Scalar) -> Scalar:
    return abs(number(context, value, "ABS"))


@scalar("SQRT", 1)
def _sqrt(context: Context, value: Scalar) -> Scalar:
    given = number(context, value, "SQRT")
    return Error("NUM", "domain", ("SQRT",)) if given < 0 else math.sqrt(given)


@scalar("POWER", 2)
def _power(context: Context, value: Scalar, power: Scalar) -> Scalar:
    try:
        result = number(context, value, "POWER") ** number(context, power, "POWER", 2)
    except (ZeroDivisionError, OverflowError):
        return Error("NUM", "domain", ("POWER",))
    return Error("NUM", "domain", ("POWER",)) if isinstance(result, complex) else result


@scalar("MOD", 2)
def _mod(context: Context, value: Scalar, by: Scalar) -> Scalar:
    divisor = number(context, by, "MOD", 2)
    return number(context, value, "MOD") % divisor if divisor else Error("DIVIDE_BY_ZERO", "zero")


@scalar("INT", 1)
def _int(context: Context, value: Scalar) -> Scalar:
    return math.floor(number(context, value, "INT"))


def _rounding(name: str, how: str) -> None:
    @scalar(name, 1, 2)
    def run(context: Context, value: Scalar, places: Scalar = 0) -> Scalar:
        unit = Decimal(1).scaleb(-int(number(context, places, name, 2)))
        exact = Decimal(repr(number(context, value, name)))
        result = (exact / unit).quantize(Decimal(1), how) * unit
        return int(result) if result == result.to_integral_value() else float(result)


for _name, _how in (("ROUND", ROUND_HALF_UP), ("ROUNDUP", ROUND_UP), ("ROUNDDOWN", ROUND_DOWN), ("TRUNC", ROUND_DOWN)):
    _rounding(_name, _how)


def _to_multiple(name: str, how: str) -> None:
    @scalar(name, 1, 2)
    def run(context: Context, value: Scalar, step: Scalar = 1) -> Scalar:
        unit = Decimal(repr(number(context, step, name, 2)))
        if not unit:
            return 0
        result = (Decimal(repr(number(context, value, name))) / unit).quantize(Decimal(1), how) * unit
        return int(result) if result == result.to_integral_value() else float(result)


_to_multiple("CEILING", ROUND_CEILING)
_to_multiple("FLOOR", ROUND_FLOOR)


@special("PI", 0)
def _pi(_compile: Any, _nodes: Any, _array: bool) -> Any:
    return lambda _context: math.pi


# Criteria

Test = Callable[[Scalar], bool]


def _criterion(context: Context, wanted: Scalar) -> tuple[Test | None, object]:
    """A test of a cell; or None and what it must be equal to, as arrays.comparable gives it."""
    if type(wanted) is not str:
        return None, 0 if wanted is None else comparable(wanted)
    match = re.fullmatch(r"(<>|<=|>=|=|<|>)?(.*)", wanted, re.DOTALL)
    assert match
    sign, text = match[1] or "=", match[2]
    given = context.engine.number_of(text) if text else None
    if given is not None:
        _, judge = COMPARE[sign]
        if sign in ("=", "<>"):
            return lambda cell: judge(0 if _as_number(context, cell) == given else 1), None
        return lambda cell: type(cell) in (int, float) and judge(ordered(cell, given)), None
    if sign in ("=", "<>"):
        if "*" in text or "?" in text:
            pattern = wildcard(text)
            return lambda cell: (type(cell) is str and bool(pattern.fullmatch(cell))) == (sign == "="), None
        low = text.lower()
        if sign == "<>":
            return lambda cell: text_of(cell).lower() != low if type(cell) is not Error else True, None
        return (None, low) if text else (lambda cell: cell is None or (not match[1] and cell == ""), None)
    _, judge = COMPARE[sign]
    return lambda cell: type(cell) is str and judge(ordered(cell, text)), None


def _as_number(context: Context, cell: Scalar) -> float | None:
    if type(cell) is str:
        return context.engine.number_of(cell)  # type: ignore[no-any-return]
    return cell if type(cell) in (int, float) else None  # type: ignore[return-value]


def wildcard(text: str) -> re.Pattern[str]:
    """«?» is one sign, «*» any number, a tilde before one of them takes it literally."""
    parts = re.findall(r"~[*?~]|.", text, re.DOTALL)
    signs = {"*": ".*", "?": "."}
    return re.compile(
        "".join(re.escape(part[1:]) if len(part) == 2 else signs.get(part, re.escape(part)) for part in parts),
        re.IGNORECASE | re.DOTALL,
    )


def _block(value: Value) -> Block:
    return value if type(value) is Block else Block(1, 1, [value])


def _each(wanted: Value, function: Callable[[Scalar], Scalar]) -> Value:
    if type(wanted) is Block:
        return Block(wanted.height, wanted.width, [function(value) for value in wanted.flat])
    return function(wanted)


@special("COUNTIF", 2)
def _countif(compile: Any, nodes: Any, array: bool) -> Any:
    within, criteria = compile(nodes[0], array), compile(nodes[1], array)

    def run(context: Context) -> Value:
        block = _block(within(context))

        def count(wanted: Scalar) -> Scalar:
            if type(wanted) is Error:
                return wanted
            test, equal = _criterion(context, wanted)
            return block.counts.get(equal, 0) if test is None else sum(map(test, block.flat))

        return _each(criteria(context), count)

    return run


@special("COUNTIFS", 2, MANY)
def _countifs(compile: Any, nodes: Any, array: bool) -> Any:
    parts = [compile(node, array) for node in nodes]
    return lambda context: sum(_chosen(context, [part(context) for part in parts]))


def _chosen(context: Context, pairs: list[Value]) -> list[bool]:
    """For every cell whether all conditions hold."""
    tests = []
    for block, wanted in zip(pairs[::2], pairs[1::2], strict=True):
        test, equal = _criterion(context, wanted)
        flat = _block(block).flat
        tests.append([comparable(cell) == equal if test is None else test(cell) for cell in flat])
    return [all(flags) for flags in zip(*tests, strict=False)]


def _conditional(name: str, finish: Callable[[list[float]], Scalar]) -> None:
    @special(name, 2, 3)
    def run(compile: Any, nodes: Any, array: bool) -> Any:
        within, criteria = compile(nodes[0], array), compile(nodes[1], array)
        summed = compile(nodes[2], array) if len(nodes) == 3 else within

        def compute(context: Context) -> Value:
            block, other = _block(within(context)), _block(summed(context))

            def one(wanted: Scalar) -> Scalar:
                flags = _chosen(context, [block, wanted])
                chosen = [value for value, flag in zip(other.flat, flags, strict=False) if flag]
                return finish([value for value in chosen if type(value) in (int, float)])  # type: ignore[misc]

            return _each(criteria(context), one)

        return compute


_conditional("SUMIF", _total)
_conditional("AVERAGEIF", lambda found: _total(found) / len(found) if found else DIVISION)
