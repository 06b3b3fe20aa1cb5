"""Functions of texts and of what a value is."""

from __future__ import annotations

import re
from typing import Any

from tests.google_emulator.formulas.arrays import Block, Error, Scalar, Value, text_of
from tests.google_emulator.formulas.numbers import wildcard
from tests.google_emulator.formulas.registry import (
    MANY,
    Context,
    Fault,
    cells,
    number,
    scalar,
    single,
    special,
    whole,
)


def _text(context: Context, value: Scalar) -> str:
    return value if type(value) is str else text_of(value, context.comma)


@scalar("LEN", 1)
def _len(context: Context, value: Scalar) -> Scalar:
    return len(value) if type(value) is str else len(text_of(value, context.comma))


@scalar("SUBSTITUTE", 3, 4)
def _substitute(context: Context, value: Scalar, old: Scalar, new: Scalar, which: Scalar = None) -> Scalar:
    text, old, new = _text(context, value), _text(context, old), _text(context, new)
    if not old or old not in text:
        return text
    if which is None:
        return text.replace(old, new)
    parts, place = text.split(old), int(number(context, which, "SUBSTITUTE", 4))
    if not 0 < place < len(parts):
        return text
    return old.join(parts[:place]) + new + old.join(parts[place:])


def _length(context: Context, given: Scalar, name: str) -> int:
    length = int(number(context, given, name, 2))
    if length < 0:
        raise Fault(Error("VALUE", "domain", (name,)))
    return length


@scalar("LEFT", 1, 2)
def _left(context: Context, value: Scalar, length: Scalar = 1) -> Scalar:
    return _text(context, value)[: _length(context, length, "LEFT")]


@scalar("RIGHT", 1, 2)
def _right(context: Context, value: Scalar, length: Scalar = 1) -> Scalar:
    size = _length(context, length, "RIGHT")
    return _text(context, value)[-size:] if size else ""


@scalar("MID", 3)
def _mid(context: Context, value: Scalar, start: Scalar, length: Scalar) -> Scalar:
    first = _length(context, start, "MID") - 1
    if first < 0:
        return Error("VALUE", "domain", ("MID",))
    return _text(context, value)[first : first + _length(context, length, "MID")]


@scalar("FIND", 2, 3)
def _find(context: Context, wanted: Scalar, within: Scalar, start: Scalar = 1) -> Scalar:
    part, text = _text(context, wanted), _text(context, within)
    place = text.find(part, int(number(context, start, "FIND", 3)) - 1)
    return place + 1 if place >= 0 else Error("VALUE", "not inside", ("FIND", part, text))


@scalar("SEARCH", 2, 3)
def _search(context: Context, wanted: Scalar, within: Scalar, start: Scalar = 1) -> Scalar:
    part, text = _text(context, wanted), _text(context, within)
    match = wildcard(part).search(text, int(number(context, start, "SEARCH", 3)) - 1)
    return match.start() + 1 if match else Error("VALUE", "not inside", ("SEARCH", part, text))


@scalar("TRIM", 1)
def _trim(context: Context, value: Scalar) -> Scalar:
    return re.sub(" +", " ", _text(context, value).strip(" "))


@scalar("UPPER", 1)
def _upper(context: Context, value: Scalar) -> Scalar:
    return _text(context, value).upper()


@scalar("LOWER", 1)
def _lower(context: Context, value: Scalar) -> Scalar:
    return _text(context, value).lower()


@scalar("PROPER", 1)
def _proper(context: Context, value: Scalar) -> Scalar:
    return _text(context, value).title()


@scalar("REPT", 2)
def _rept(context: Context, value: Scalar, times: Scalar) -> Scalar:
    return _text(context, value) * _length(context, times, "REPT")


@scalar("CHAR", 1)
def _char(context: Context, value: Scalar) -> Scalar:
    return chr(int(number(context, value, "CHAR")))


@scalar("EXACT", 2)
def _exact(context: Context, one: Scalar, other: Scalar) -> Scalar:
    return _text(context, one) == _text(context, other)


@scalar("VALUE", 1)
def _value(context: Context, value: Scalar) -> Scalar:
    return number(context, value, "VALUE")


@scalar("TEXT", 2)
def _formatted(context: Context, value: Scalar, pattern: Scalar) -> Scalar:
    from tests.google_emulator.showing import by_pattern  # noqa: PLC0415 - only this function shows values

    if type(value) is str or value is None:
        return value or ""
    return by_pattern(number(context, value, "TEXT"), _text(context, pattern), context.locale)


@whole("CONCATENATE", 1, MANY)
def _concatenate(context: Context, *values: Value) -> Scalar:
    return _joined(context, "", values, skip=False)


@whole("TEXTJOIN", 3, MANY)
def _textjoin(context: Context, between: Scalar, skip: Scalar, *values: Value) -> Scalar:
    return _joined(context, _text(context, between), values, skip=bool(skip))


@whole("JOIN", 2, MANY)
def _join(context: Context, between: Scalar, *values: Value) -> Scalar:
    return _joined(context, _text(context, between), values, skip=False)


def _joined(context: Context, between: str, values: tuple[Value, ...], *, skip: bool) -> str:
    texts = []
    for value in cells(values):
        if type(value) is Error:
            raise Fault(value)
        texts.append(_text(context, value))
    return between.join(text for text in texts if text or not skip)


@whole("HYPERLINK", 1, 2)
def _hyperlink(_context: Context, address: Scalar, shown: Scalar = None) -> Scalar:
    return address if shown is None else shown


def _about(name: str, holds: Any) -> None:
    """A question that even an error answers."""

    @special(name, 1)
    def run(compile: Any, nodes: Any, array: bool) -> Any:
        argument = compile(nodes[0], array)

        def ask(context: Context) -> Value:
            value = argument(context)
            if array and type(value) is Block:
                return Block(value.height, value.width, [holds(item) for item in value.flat], True)
            return holds(single(context, value))

        return ask


_about("ISTEXT", lambda value: type(value) is str)
_about("ISNUMBER", lambda value: type(value) in (int, float))
_about("ISLOGICAL", lambda value: type(value) is bool)
_about("ISBLANK", lambda value: value is None)
_about("ISERROR", lambda value: type(value) is Error)
_about("ISNA", lambda value: type(value) is Error and value.type == "N_A")
_about("ISNONTEXT", lambda value: type(value) is not str)


@scalar("N", 1)
def _n(_context: Context, value: Scalar) -> Scalar:
    return int(value) if type(value) is bool else value if type(value) in (int, float) else 0


@scalar("T", 1)
def _t(_context: Context, value: Scalar) -> Scalar:
    return value if type(value) is str else ""
