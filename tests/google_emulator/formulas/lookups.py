"""Functions that find and point: INDEX, MATCH, VLOOKUP, OFFSET, ROW and COLUMN."""

from __future__ import annotations

from typing import Any

from tests.google_emulator.areas import Area
from tests.google_emulator.formulas.arrays import (
    LOST,
    Block,
    Error,
    Scalar,
    Value,
    comparable,
    ordered,
    spread,
    text_of,
)
from tests.google_emulator.formulas.numbers import wildcard
from tests.google_emulator.formulas.registry import (
    Compiled,
    Context,
    Fault,
    compiled_reference,
    number,
    single,
    special,
)


@special("INDEX", 1, 3)
def _index(compile: Any, nodes: Any, array: bool) -> Any:
    block, *places = [compile(node, array) for node in nodes]

    def run(context: Context) -> Value:
        given = block(context)
        if type(given) is Error:
            return given
        within = given if type(given) is Block else Block(1, 1, [given])
        asked = [place(context) for place in places]
        if not array:
            asked = [single(context, value) for value in asked]
        return spread(lambda *numbers: _item(context, within, numbers), *asked) if asked else given

    return run


def _item(context: Context, block: Block, places: tuple[Scalar, ...]) -> Value:
    """One cell; or a whole row or column where a place is 0."""
    try:
        row, *rest = [int(number(context, place, "INDEX", 2)) for place in places]
    except Fault as fault:
        return fault.error
    height = block.area.height if block.area else block.height
    column = rest[0] if rest else 0
    if not rest and height == 1:
        row, column = 1, row
    elif not rest and block.width == 1:
        column = 1
    if row < 0 or column < 0 or row > height or column > block.width:
        return Error("NUM", "outside", ("INDEX",))
    if row and column:
        place = (row - 1) * block.width + column - 1
        return block.flat[place] if place < len(block.flat) else None
    rows = range(block.height) if not row else range(row - 1, row)
    columns = range(block.width) if not column else range(column - 1, column)
    flat = [block.flat[r * block.width + c] if r < block.height else None for r in rows for c in columns]
    return Block(len(rows), len(columns), flat)


@special("MATCH", 2, 3)
def _match(compile: Any, nodes: Any, array: bool) -> Any:
    wanted, within, *rest = [compile(node, array) for node in nodes]
    kind = rest[0] if rest else lambda _context: 1

    def run(context: Context) -> Value:
        given = within(context)
        if type(given) is Error:
            return given
        block = given if type(given) is Block else Block(1, 1, [given])
        try:
            how = number(context, single(context, kind(context)), "MATCH", 3)
        except Fault as fault:
            return fault.error
        asked = wanted(context)
        asked = asked if array else single(context, asked)
        return spread(lambda value: _place(block, value, how, "MATCH"), asked)

    return run


def _place(block: Block, wanted: Scalar, how: float, name: str) -> Scalar:
    """The place of a value, counted from 1: 0 exact, 1 the last not above it, -1 the last not below it."""
    if type(wanted) is Error:
        return wanted
    missing = Error("N_A", "not found", (text_of(wanted), name))
    if how == 0:
        if type(wanted) is str and any(sign in wanted for sign in "*?~"):
            pattern = wildcard(wanted)
            return next(
                (n for n, cell in enumerate(block.flat, 1) if type(cell) is str and pattern.fullmatch(cell)), missing
            )
        if wanted is None:
            return missing
        place = block.places.get(comparable(wanted))
        return missing if place is None else place + 1
    found = 0
    for number_, cell in enumerate(block.flat, 1):
        if cell is None or type(cell) is Error or (type(cell) is str) != (type(wanted) is str):
            continue
        if ordered(cell, wanted) * how > 0:
            break
        found = number_
    return found or missing


@special("VLOOKUP", 3, 4)
def _vlookup(compile: Any, nodes: Any, array: bool) -> Any:
    wanted, within, column, *rest = [compile(node, array) for node in nodes]
    sorted_ = rest[0] if rest else lambda _context: True

    def run(context: Context) -> Value:
        block = within(context)
        if type(block) is Error:
            return block
        block = block if type(block) is Block else Block(1, 1, [block])
        try:
            number_ = int(number(context, single(context, column(context)), "VLOOKUP", 3))
            how = int(bool(number(context, single(context, sorted_(context)), "VLOOKUP", 4)))
        except Fault as fault:
            return fault.error
        if not 1 <= number_ <= block.width:
            return Error("REF", "outside", ("VLOOKUP",))
        first = Block(block.height, 1, block.flat[:: block.width])

        def found(value: Scalar) -> Scalar:
            place = _place(first, value, how, "VLOOKUP")
            return place if type(place) is Error else block.flat[(place - 1) * block.width + number_ - 1]  # type: ignore[operator]

        asked = wanted(context)
        return spread(found, asked if array else single(context, asked))

    return run


@special("OFFSET", 3, 5, steady=False)
def _offset(compile: Any, nodes: Any, array: bool) -> Any:
    base = compiled_reference(nodes[0])
    moves = [compile(node, array) for node in nodes[1:]]

    def run(context: Context) -> Value:
        area = base(context) if base else Error("VALUE", "domain", ("OFFSET",))
        if type(area) is Error:
            return area
        try:
            steps = [int(number(context, single(context, move(context)), "OFFSET", 2)) for move in moves]
        except Fault as fault:
            return fault.error
        top, left = area.top + steps[0], area.left + steps[1]
        height = steps[2] if len(steps) > 2 else area.height
        width = steps[3] if len(steps) > 3 else area.width
        if top < 0 or left < 0 or height < 1 or width < 1:
            return Error("REF", "outside", ("OFFSET",))
        return context.engine.area_value(Area(area.sheet, top, left, top + height, left + width))

    return run


@special("INDIRECT", 1, 2, steady=False)
def _indirect(compile: Any, nodes: Any, array: bool) -> Any:
    text = compile(nodes[0], array)

    def run(context: Context) -> Value:
        value = single(context, text(context))
        return value if type(value) is Error else context.engine.named(context, text_of(value))

    return run


def _position(name: str, start: Any, count: Any) -> None:
    """ROW and COLUMN: of the formula itself, of a cell, or of every cell of a range."""

    @special(name, 0, 1, steady=False)
    def run(_compile: Any, nodes: Any, array: bool) -> Any:
        if not nodes:
            return lambda context: context.host[1 if name == "ROW" else 2] + 1
        base = compiled_reference(nodes[0])

        def place(context: Context) -> Value:
            area = base(context) if base else LOST
            if type(area) is Error:
                return area
            size = count(area)
            if not array or size == 1:
                return start(area) + 1
            numbers: list[Scalar] = [start(area) + 1 + step for step in range(min(size, context.engine.most_rows))]
            return Block(*((len(numbers), 1) if name == "ROW" else (1, len(numbers))), numbers, True)

        return place


_position("ROW", lambda area: area.top, lambda area: area.height)
_position("COLUMN", lambda area: area.left, lambda area: area.width)


def _extent(name: str, side: str) -> None:
    @special(name, 1, steady=False)
    def run(compile: Any, nodes: Any, array: bool) -> Any:
        base: Compiled | None = compiled_reference(nodes[0])
        if base is not None:
            return lambda context: area if type(area := base(context)) is Error else getattr(area, side)
        block = compile(nodes[0], array)
        return lambda context: getattr(value, side) if type(value := block(context)) is Block else 1


_extent("ROWS", "height")
_extent("COLUMNS", "width")
