"""Whether a value satisfies a cell's validation rule. People who type are held to strict rules, programs are not."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from tests.google_emulator.entering import parsed
from tests.google_emulator.formulas.arrays import Block, Error, Scalar
from tests.google_emulator.formulas.engine import Engine
from tests.google_emulator.resource import formatted
from tests.google_emulator.state import Cell, Json

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "GREATER": operator.gt, "GREATER_THAN_EQ": operator.ge, "LESS": operator.lt, "LESS_THAN_EQ": operator.le,
    "EQ": operator.eq, "NOT_EQ": operator.ne, "AFTER": operator.gt, "ON_OR_AFTER": operator.ge, "BEFORE": operator.lt,
    "ON_OR_BEFORE": operator.le,
}  # fmt: skip


def satisfies(engine: Engine, rule: Json, cell: Cell, sheet: int, row: int, column: int) -> bool:
    """Whether the cell, as the engine sees it at its place, satisfies the rule. A blank satisfies nearly any."""
    condition = rule["condition"]
    kind, value = condition["type"], engine.value(sheet, row, column)
    if value is None or value == "":
        return bool(kind != "NOT_BLANK")
    texts = [str(one.get("userEnteredValue") or one.get("relativeDate", "")) for one in condition.get("values") or []]
    if type(value) is Error:
        return False
    shown = formatted(cell, value, engine.locale)
    match kind:
        case "ONE_OF_LIST":
            return any(shown.lower() == text.strip().lower() for text in texts)
        case "ONE_OF_RANGE":
            return _is_among(engine, texts[0], value, sheet, row, column)
        case "CUSTOM_FORMULA":
            return engine.calculate(texts[0], sheet, row, column) not in (False, 0, "", None)
        case "BOOLEAN":
            return value in texts if texts else type(value) is bool
        case "BLANK" | "NOT_BLANK":
            return bool(kind == "NOT_BLANK")
    if kind.startswith("TEXT_"):
        return _text(kind, shown, texts)
    return _number(engine, kind, value, texts, sheet, row, column)


def _is_among(engine: Engine, source: str, value: Scalar, sheet: int, row: int, column: int) -> bool:
    found = engine.calculate(source if source.startswith("=") else "=" + source, sheet, row, column, whole=True)
    among = found.flat if type(found) is Block else [found]
    wanted = value.lower() if type(value) is str else value
    return any((one.lower() if type(one) is str else one) == wanted for one in among if one is not None)


def _text(kind: str, shown: str, texts: list[str]) -> bool:
    low, part = shown.lower(), texts[0].lower() if texts else ""
    match kind:
        case "TEXT_CONTAINS":
            return part in low
        case "TEXT_NOT_CONTAINS":
            return part not in low
        case "TEXT_STARTS_WITH":
            return low.startswith(part)
        case "TEXT_ENDS_WITH":
            return low.endswith(part)
        case "TEXT_EQ":
            return low == part
        case "TEXT_IS_EMAIL":
            return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", shown) is not None
        case "TEXT_IS_URL":
            return re.match(r"https?://\S+$|\S+\.\S+$", shown) is not None
    return True


def _number(engine: Engine, kind: str, value: Scalar, texts: list[str], sheet: int, row: int, column: int) -> bool:
    if type(value) not in (int, float):
        return False
    if kind == "DATE_IS_VALID":
        return True
    limits = [_limit(engine, text, sheet, row, column) for text in texts]
    name = kind.partition("_")[2]
    if name in ("BETWEEN", "NOT_BETWEEN"):
        return bool((limits[0] <= value <= limits[1]) == (name == "BETWEEN"))  # type: ignore[operator]
    return _ORDER[name](value, limits[0]) if name in _ORDER else True


def _limit(engine: Engine, text: str, sheet: int, row: int, column: int) -> Any:
    if text.startswith("="):
        return engine.calculate(text, sheet, row, column)
    found = parsed(text, engine.locale, engine.year).value
    return found if isinstance(found, int | float) else float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else 0
