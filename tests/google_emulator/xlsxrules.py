"""Data validation and conditional formats, between a workbook and Google. What the other has no word for is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from openpyxl.formatting.rule import CellIsRule, FormulaRule, Rule
from openpyxl.worksheet.datavalidation import DataValidation

from tests.google_emulator.state import Json
from tests.google_emulator.xlsxstyles import difference, difference_of

_NUMBERS = {
    "between": "NUMBER_BETWEEN", "notBetween": "NUMBER_NOT_BETWEEN", "equal": "NUMBER_EQ", "notEqual": "NUMBER_NOT_EQ",
    "greaterThan": "NUMBER_GREATER", "lessThan": "NUMBER_LESS", "greaterThanOrEqual": "NUMBER_GREATER_THAN_EQ",
    "lessThanOrEqual": "NUMBER_LESS_THAN_EQ",
}  # fmt: skip
_DATES = {
    "between": "DATE_BETWEEN", "notBetween": "DATE_NOT_BETWEEN", "equal": "DATE_EQ", "greaterThan": "DATE_AFTER",
    "lessThan": "DATE_BEFORE", "greaterThanOrEqual": "DATE_ON_OR_AFTER", "lessThanOrEqual": "DATE_ON_OR_BEFORE",
}  # fmt: skip
_OPERATORS = {kind: ("decimal", operator) for operator, kind in _NUMBERS.items()}
_OPERATORS |= {kind: ("date", operator) for operator, kind in _DATES.items()}


def validation_of(rule: DataValidation) -> Json | None:
    """A DataValidationRule; None for a rule that only shows a message."""
    condition = _condition(rule)
    if condition is None:
        return None
    made: Json = {"condition": condition}
    if rule.prompt:
        made["inputMessage"] = rule.prompt
    if rule.showErrorMessage and rule.errorStyle in (None, "stop"):
        made["strict"] = True
    if rule.type == "list" and not rule.showDropDown:  # the attribute says the opposite of its name
        made["showCustomUi"] = True
    return made


def _condition(rule: DataValidation) -> Json | None:
    given = [each for each in (rule.formula1, rule.formula2) if each not in (None, "")]
    match rule.type:
        case "list" if given and given[0].startswith('"'):
            words = [each.strip() for each in given[0].strip('"').replace('""', '"').split(",")]
            return {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": each} for each in words]}
        case "list" if given:
            return {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": f"={given[0].removeprefix('=')}"}]}
        case "custom" if given:
            return {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": f"={given[0].removeprefix('=')}"}]}
        case "date" | "time" if not given:
            return {"type": "DATE_IS_VALID"}
        case "whole" | "decimal":
            return {"type": _NUMBERS[rule.operator or "between"], "values": _values(given)}
        case "date" if (kind := _DATES.get(rule.operator or "between")):
            return {"type": kind, "values": _values(given)}
    return None


def _values(given: Iterable[str]) -> list[Json]:
    return [{"userEnteredValue": each if re.fullmatch(r"-?[\d.]+", each) else f"={each}"} for each in given]


def validation_into(rule: Json) -> DataValidation | None:
    """A workbook's rule; None for a condition that Excel has no word for."""
    condition = rule["condition"]
    given = [each.get("userEnteredValue", "") for each in condition.get("values", [])]
    said: dict[str, Any]
    match condition["type"]:
        case "ONE_OF_LIST":
            said = {"type": "list", "formula1": f'"{",".join(given)}"'}
        case "ONE_OF_RANGE":
            said = {"type": "list", "formula1": given[0].removeprefix("=")}
        case "CUSTOM_FORMULA":
            said = {"type": "custom", "formula1": given[0].removeprefix("=")}
        case "DATE_IS_VALID":
            said = {"type": "date", "operator": "greaterThanOrEqual", "formula1": "1"}
        case kind if kind in _OPERATORS:
            formulas = dict(zip(("formula1", "formula2"), (each.removeprefix("=") for each in given), strict=False))
            said = {"type": _OPERATORS[kind][0], "operator": _OPERATORS[kind][1], **formulas}
        case _:
            return None
    return DataValidation(
        **said, allow_blank=True, showErrorMessage=True, errorStyle="stop" if rule.get("strict") else "warning",
        prompt=rule.get("inputMessage"), showInputMessage="inputMessage" in rule,
        showDropDown=said["type"] == "list" and not rule.get("showCustomUi"),
    )  # fmt: skip


def conditional_of(rule: Rule) -> Json | None:
    """The booleanRule of a conditional format; None for colour scales, bars and the like."""
    if rule.type == "expression" and rule.formula:
        condition: Json = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": f"={rule.formula[0]}"}]}
    elif rule.type == "cellIs" and rule.operator in _NUMBERS:
        condition = {"type": _NUMBERS[rule.operator], "values": _values(rule.formula)}
    else:
        return None
    return {"condition": condition, "format": difference_of(rule.dxf)}


def conditional_into(rule: Json) -> Rule | None:
    condition = rule.get("booleanRule", {}).get("condition", {})
    given = [str(each.get("userEnteredValue", "")).removeprefix("=") for each in condition.get("values", [])]
    look = difference(rule.get("booleanRule", {}).get("format", {}))
    if condition.get("type") == "CUSTOM_FORMULA" and given:
        return FormulaRule(formula=given, **look)
    if condition.get("type") in _OPERATORS and given:
        return CellIsRule(operator=_OPERATORS[condition["type"]][1], formula=given, **look)
    return None
