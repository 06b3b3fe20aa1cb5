"""Functions that decide: only the branch that is taken is computed."""

from __future__ import annotations

from typing import Any

from tests.google_emulator.formulas.arrays import MISSING, Block, Error, Scalar, Value, first_error, spread
from tests.google_emulator.formulas.registry import (
    MANY,
    Context,
    Fault,
    number,
    scalar,
    single,
    special,
    truth,
    whole,
)


@special("IF", 2, 3)
def _if(compile: Any, nodes: Any, array: bool) -> Any:
    condition, *branches = [compile(node, array) for node in nodes]
    yes, no = branches if len(branches) == 2 else (branches[0], lambda _context: False)

    def run(context: Context) -> Value:
        def judged(value: Scalar) -> Scalar:
            try:
                return value if type(value) is Error else truth(context, value)
            except Fault as fault:
                return fault.error

        asked = condition(context)
        if array and type(asked) is Block:
            flags = Block(asked.height, asked.width, [judged(value) for value in asked.flat])
            return spread(
                lambda flag, a, b: flag if type(flag) is Error else a if flag else b, flags, yes(context), no(context)
            )
        flag = judged(single(context, asked))
        return flag if type(flag) is Error else yes(context) if flag else no(context)

    return run


def _instead(name: str, replaces: Any) -> None:
    @special(name, 1, 2)
    def run(compile: Any, nodes: Any, array: bool) -> Any:
        first, *rest = [compile(node, array) for node in nodes]
        other = rest[0] if rest else lambda _context: None

        def choose(context: Context) -> Value:
            value = first(context)
            if type(value) is Block:
                if not array:
                    value = single(context, value)
                elif first_error(value.flat) is None:
                    return value
                else:
                    return spread(lambda a, b: b if replaces(a) else a, value, other(context))
            return other(context) if replaces(value) else value

        return choose


_instead("IFERROR", lambda value: type(value) is Error)
_instead("IFNA", lambda value: type(value) is Error and value.type == "N_A")


def _flags(context: Context, values: tuple[Value, ...], name: str) -> list[bool]:
    """Flags and numbers of all arguments; texts and blanks inside blocks do not count."""
    found: list[bool] = []
    for value in values:
        if type(value) is not Block:
            found.append(truth(context, value, name))
            continue
        found += [truth(context, item, name) for item in value.flat if item is not None and type(item) is not str]
    if not found:
        raise Fault(Error("VALUE", "domain", (name,)))
    return found


@whole("AND", 1, MANY)
def _and(context: Context, *values: Value) -> Scalar:
    return all(_flags(context, values, "AND"))


@whole("OR", 1, MANY)
def _or(context: Context, *values: Value) -> Scalar:
    return any(_flags(context, values, "OR"))


@scalar("NOT", 1)
def _not(context: Context, value: Scalar) -> Scalar:
    return not truth(context, value, "NOT")


@special("CHOOSE", 2, MANY)
def _choose(compile: Any, nodes: Any, array: bool) -> Any:
    which, *branches = [compile(node, array) for node in nodes]

    def run(context: Context) -> Value:
        try:
            place = int(number(context, single(context, which(context)), "CHOOSE"))
        except Fault as fault:
            return fault.error
        if not 1 <= place <= len(branches):
            return Error("NUM", "domain", ("CHOOSE",))
        return branches[place - 1](context)

    return run


@special("NA", 0)
def _na(_compile: Any, _nodes: Any, _array: bool) -> Any:
    return lambda _context: MISSING


@special("TRUE", 0)
def _true(_compile: Any, _nodes: Any, _array: bool) -> Any:
    return lambda _context: True


@special("FALSE", 0)
def _false(_compile: Any, _nodes: Any, _array: bool) -> Any:
    return lambda _context: False


@special("ARRAYFORMULA", 1)
def _arrayformula(compile: Any, nodes: Any, _array: bool) -> Any:
    return compile(nodes[0], True)
