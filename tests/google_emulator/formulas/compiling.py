"""From a tree to a function of a Context. Parts that occur twice in a formula are computed once."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tests.google_emulator.formulas import dates, logic, lookups, numbers, texts  # noqa: F401 - they file functions
from tests.google_emulator.formulas.arrays import (
    COMPARE,
    DIVISION,
    UNPARSED,
    Block,
    Error,
    Scalar,
    Value,
    ordered,
    spread,
    text_of,
)
from tests.google_emulator.formulas.parsing import Node, Unreadable, tree
from tests.google_emulator.formulas.registry import (
    FUNCTIONS,
    Compiled,
    Context,
    Fault,
    Function,
    number,
    single,
)


@dataclass(frozen=True)
class Program:
    """A template, ready to run. `used` are the numbers of references whose values it needs; not `steady` if its result
    depends on more than these values; `daily` if on the day, `loose` if on cells that only computing finds."""

    run: Compiled
    used: frozenset[int]
    steady: bool
    daily: bool
    loose: bool


@lru_cache(maxsize=20_000)
def program(template: str) -> Program:
    try:
        root = tree(template)
    except (Unreadable, RecursionError):
        return Program(lambda _context: UNPARSED, frozenset(), True, False, False)
    compiler = _Compiler(root)
    run = compiler.compile(root, False)
    return Program(run, frozenset(compiler.used), compiler.steady, compiler.daily, compiler.loose)


class _Compiler:
    def __init__(self, root: Node) -> None:
        self.used: set[int] = set()
        self.steady, self.daily, self.loose = True, False, False
        self.repeated = {part for part, times in Counter(_parts(root)).items() if times > 1}

    def compile(self, node: Node, array: bool) -> Compiled:
        made = self._compile(node, array)
        if node[0] in ("call", "binary") and array and (name := repr(node)) in self.repeated:

            def once(context: Context) -> Value:
                if name not in context.shared:
                    context.shared[name] = made(context)
                return context.shared[name]

            return once
        return made

    def _compile(self, node: Node, array: bool) -> Compiled:
        match node:
            case "value", constant:
                return lambda _context: constant
            case ("missing",):
                return lambda _context: None
            case "array", rows:
                flat = [value for row in rows for value in row]
                numeric = all(type(value) in (int, float) for value in flat)
                block = Block(len(rows), len(rows[0]), flat, numeric)
                return lambda _context: block
            case "ref", place:
                self.used.add(place)
                return lambda context: context.values[place]
            case "name", text:
                self.steady, self.loose = False, True
                return lambda context: context.engine.named(context, text)
            case "unary", sign, below:
                return self._unary(sign, self.compile(below, array), array)
            case "percent", below:
                return self._binary("/", self.compile(below, array), lambda _context: 100, array)
            case "binary", sign, left, right:
                return self._binary(sign, self.compile(left, array), self.compile(right, array), array)
        return self._call(node[1], node[2], array)

    def _unary(self, sign: str, below: Compiled, array: bool) -> Compiled:
        if sign == "+":
            return below
        return self._binary("-", lambda _context: 0, below, array)

    def _binary(self, sign: str, left: Compiled, right: Compiled, array: bool) -> Compiled:
        fast, slow = _operator(sign)

        def run(context: Context) -> Value:
            a, b = left(context), right(context)
            if not array:
                a, b = single(context, a), single(context, b)
            if type(a) is not Block and type(b) is not Block:
                return slow(context, a, b)
            return _cell_by_cell(context, fast, slow, a, b)

        return run

    def _call(self, name: str, nodes: tuple[Node, ...], array: bool) -> Compiled:
        function = FUNCTIONS.get(name)
        if function is None:
            unknown = Error("NAME", "name", (name,))
            return lambda _context: unknown
        if not function.least <= len(nodes) <= function.most:
            miscounted = Error("N_A", "count", (name,))
            return lambda _context: miscounted
        self.steady &= function.steady
        self.daily |= name in ("TODAY", "NOW")
        self.loose |= name in ("OFFSET", "INDIRECT")
        if function.kind == "special":
            return function.run(self.compile, nodes, array)  # type: ignore[no-any-return]
        arguments = [self.compile(node, array or function.arrays) for node in nodes]
        return _whole(function, arguments) if function.kind == "whole" else _scalar(function, arguments, array)


def _parts(node: Node) -> list[str]:
    """Every computed part of a tree, as text, the inner ones too."""
    found = [repr(node)] if node[0] in ("call", "binary") else []
    for part in node[1:]:
        if isinstance(part, tuple) and part:
            for below in part if node[0] == "call" else (part,):
                if isinstance(below, tuple):
                    found += _parts(below)
    return found


def _whole(function: Function, arguments: list[Compiled]) -> Compiled:
    def run(context: Context) -> Value:
        try:
            return function.run(context, *[argument(context) for argument in arguments])
        except Fault as fault:
            return fault.error

    return run


def _scalar(function: Function, arguments: list[Compiled], array: bool) -> Compiled:
    body = function.run

    def run(context: Context) -> Value:
        def guarded(*values: Scalar) -> Scalar:
            for value in values:
                if type(value) is Error:
                    return value
            try:
                return body(context, *values)  # type: ignore[no-any-return]
            except Fault as fault:
                return fault.error

        values = [argument(context) for argument in arguments]
        if not array:
            return guarded(*[single(context, value) for value in values])
        return spread(guarded, *values)

    return run


Fast = Callable[[Any, Any], Any] | None
Slow = Callable[[Context, Scalar, Scalar], Scalar]


@lru_cache(maxsize=32)
def _operator(sign: str) -> tuple[Fast, Slow]:
    """What works on numbers alone (None if it can fail on them), and what works on anything."""
    if sign in COMPARE:
        fast, judge = COMPARE[sign]

        def compare(_context: Context, a: Scalar, b: Scalar) -> Scalar:
            if type(a) is Error or type(b) is Error:
                return a if type(a) is Error else b
            return judge(ordered(a, b))

        return fast, compare
    if sign == "&":

        def join(context: Context, a: Scalar, b: Scalar) -> Scalar:
            if type(a) is Error or type(b) is Error:
                return a if type(a) is Error else b
            return text_of(a, context.comma) + text_of(b, context.comma)

        return None, join
    name, plain = _ARITHMETIC[sign]

    def compute(context: Context, a: Scalar, b: Scalar) -> Scalar:
        try:
            return plain(number(context, a, name, 1), number(context, b, name, 2))
        except Fault as fault:
            return fault.error
        except ZeroDivisionError:
            return DIVISION
        except (ArithmeticError, TypeError, ValueError):
            return Error("NUM", "domain", (name,))

    return (None if sign in "/^" else plain), compute


def _power(a: float, b: float) -> float:
    result = a**b
    return float("nan") if isinstance(result, complex) else result


_ARITHMETIC: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "+": ("ADD", operator.add), "-": ("MINUS", operator.sub), "*": ("MULTIPLY", operator.mul),
    "/": ("DIVIDE", operator.truediv), "^": ("POW", _power),
}  # fmt: skip


def _cell_by_cell(context: Context, fast: Fast, slow: Slow, a: Value, b: Value) -> Block:
    first = a if type(a) is Block else Block(1, 1, [a], type(a) in (int, float))
    second = b if type(b) is Block else Block(1, 1, [b], type(b) in (int, float))
    height, width = max(first.height, second.height), max(first.width, second.width)
    left, right = first.spread(height, width), second.spread(height, width)
    if fast is not None and first.numeric and second.numeric and _fit(first, second):
        return Block(height, width, list(map(fast, left, right)), True)
    flat = [slow(context, x, y) for x, y in zip(left, right, strict=True)]
    return Block(height, width, flat, set(map(type, flat)) <= {int, float, bool})


def _fit(first: Block, second: Block) -> bool:
    """Whether nothing is missing on either side (Block.spread fills with errors)."""
    return (first.height == second.height or 1 in (first.height, second.height)) and (
        first.width == second.width or 1 in (first.width, second.width)
    )

