"""From a template to a tree. Nodes are tuples that begin with their kind, so equal parts of a formula are equal.

    ("value", scalar) · ("ref", number) · ("array", ((scalar, …), …)) · ("name", text) · ("missing",)
    ("call", NAME, (node, …)) · ("unary", sign, node) · ("percent", node) · ("binary", sign, left, right)
"""

from __future__ import annotations

import re
from typing import Any

from tests.google_emulator.formulas.arrays import SHOWN, Error
from tests.google_emulator.formulas.references import CLOSING, OPENING

Node = tuple[Any, ...]

_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<text>"(?:[^"]|"")*")
    | {OPENING}(?P<ref>[0-9]+){CLOSING}
    | (?P<error>\#(?:DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|ERROR!|NULL!))
    | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+)
    | (?P<name>[^\W\d][\w.]*)
    | (?P<sign><>|<=|>=|[-+*/^&=<>%(){{}},;\\])
    )""",
    re.VERBOSE,
)
_BINDING = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 6}
_ERRORS = {shown: kind for kind, shown in SHOWN.items()}


class Unreadable(ValueError):
    """The text is no formula."""


def tree(template: str) -> Node:
    """The tree of a template that begins with «=». Raises Unreadable."""
    reading = _Reading(_tokens(template[1:]))
    node = reading.expression(0)
    if reading.sign() != "end":
        raise Unreadable(template)
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Unreadable(text)
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind]))
        place = match.end()
    return [*tokens, ("sign", "end")]


class _Reading:
    """Tokens and the place in them."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.place = tokens, 0

    def sign(self) -> str:
        kind, text = self.tokens[self.place]
        return text if kind == "sign" else ""

    def take(self, sign: str) -> None:
        if self.sign() != sign:
            raise Unreadable(sign)
        self.place += 1

    def expression(self, least: int) -> Node:
        left = self.operand()
        while True:
            sign = self.sign()
            if sign == "%":
                self.place += 1
                left = ("percent", left)
                continue
            strength = _BINDING.get(sign, 0)
            if strength <= least:
                return left
            self.place += 1
            left = ("binary", sign, left, self.expression(strength))

    def operand(self) -> Node:
        kind, text = self.tokens[self.place]
        self.place += 1
        match kind, text:
            case "text", _:
                return ("value", text[1:-1].replace('""', '"'))
            case "number", _:
                return ("value", _number(text))
            case "ref", _:
                return ("ref", int(text))
            case "error", _:
                return ("value", Error(_ERRORS[text], "reference" if text == "#REF!" else "na"))
            case "name", _:
                return self.named(text)
            case "sign", "-" | "+":
                return ("unary", text, self.expression(6))
            case "sign", "(":
                node = self.expression(0)
                self.take(")")
                return node
            case "sign", "{":
                return self.array()
        raise Unreadable(text)

    def named(self, text: str) -> Node:
        name = text.upper()
        if self.sign() != "(":
            return ("value", name == "TRUE") if name in ("TRUE", "FALSE") else ("name", text)
        self.place += 1
        arguments: list[Node] = []
        if self.sign() == ")":
            self.place += 1
            return ("call", name, ())
        while True:
            arguments.append(("missing",) if self.sign() in (",", ";", ")") else self.expression(0))
            if self.sign() == ")":
                self.place += 1
                return ("call", name, tuple(arguments))
            if self.sign() not in (",", ";"):
                raise Unreadable(text)
            self.place += 1

    def array(self) -> Node:
        rows: list[list[Any]] = [[]]
        while True:
            node = self.expression(0)
            if node[0] == "unary" and node[2][0] == "value":
                node = ("value", -node[2][1] if node[1] == "-" else node[2][1])
            if node[0] != "value":
                raise Unreadable("{")
            rows[-1].append(node[1])
            sign = self.sign()
            self.place += 1
            if sign == "}":
                break
            if sign == ";":
                rows.append([])
            elif sign not in (",", "\\"):
                raise Unreadable(sign)
        if len({len(row) for row in rows}) != 1:
            raise Unreadable("{")
        return ("array", tuple(map(tuple, rows)))


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() else float(text)
