"""The search language of files.list: a text into a question to ask of each file. No state here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.google_emulator.state import ApiError

Question = Callable[["Found"], bool]


@dataclass(frozen=True)
class Found:
    """A file as a question sees it."""

    name: str
    mime_type: str
    modified: datetime
    created: datetime
    trashed: bool
    parents: frozenset[str]
    owners: frozenset[str]
    writers: frozenset[str]
    readers: frozenset[str]
    shared_with_me: bool
    app_properties: dict[str, str]


_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<word>[A-Za-z]+)|(?P<sign>!=|<=|>=|[=<>(){}]))"""
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_TEXTS = {"name": "name", "mimeType": "mime_type"}
_TIMES = {"modifiedTime": "modified", "createdTime": "created"}
_FLAGS = {"trashed": "trashed", "sharedWithMe": "shared_with_me"}
_SETS = ("parents", "owners", "writers", "readers")


def parse(text: str, me: str, root: str) -> Question:
    """`me` and `root` are what these words mean to the caller. Raises ApiError 400 «Invalid Value»."""
    return _Reader(text, {"me": me, "root": root}).all()


class _Reader:
    def __init__(self, text: str, words: dict[str, str]) -> None:
        self._words = words
        self._tokens: list[str] = []
        while text.strip():
            match = _TOKEN.match(text)
            if match is None:
                raise invalid("q")
            self._tokens.append(match.group().strip())
            text = text[match.end() :]

    def all(self) -> Question:
        question = self._either()
        if self._tokens:
            raise invalid("q")
        return question

    def _next(self, *expected: str) -> str:
        if not self._tokens or (expected and self._tokens[0] not in expected):
            raise invalid("q")
        return self._tokens.pop(0)

    def _is(self, word: str) -> bool:
        if self._tokens[:1] == [word]:
            self._tokens.pop(0)
            return True
        return False

    def _either(self) -> Question:
        left = self._both()
        while self._is("or"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Question:
        left = self._one()
        while self._is("and"):
            left = _and(left, self._one())
        return left

    def _one(self) -> Question:
        if self._is("not"):
            negated = self._one()
            return lambda file: not negated(file)
        if self._is("("):
            inner = self._either()
            self._next(")")
            return inner
        word = self._next()
        if word[0] in "'\"":
            self._next("in")
            return self._member(self._next(*_SETS), _unquoted(word))
        if word in _SETS:  # «parents in 'id'»: not documented, but gspread asks so and Drive answers
            self._next("in")
            return self._member(word, _unquoted(self._next()))
        if word in _FLAGS:
            sign, flag = self._next("=", "!="), self._next("true", "false") == "true"
            return lambda file: _COMPARISONS[sign](getattr(file, _FLAGS[word]), flag)
        if word == "appProperties":
            return self._has()
        if word in _TIMES:
            sign, moment = self._next(*_COMPARISONS), _moment(_unquoted(self._next()))
            return lambda file: _COMPARISONS[sign](getattr(file, _TIMES[word]), moment)
        if word in _TEXTS:
            sign, sought = self._next("=", "!=", "contains"), _unquoted(self._next())
            if sign == "contains":
                return lambda file: _contains(getattr(file, _TEXTS[word]), sought)
            return lambda file: _COMPARISONS[sign](getattr(file, _TEXTS[word]), sought)
        raise invalid("q")

    def _member(self, of: str, value: str) -> Question:
        value = self._words.get(value, value)
        return lambda file: value in getattr(file, of)

    def _has(self) -> Question:
        self._next("has")
        self._next("{")
        self._next("key")
        self._next("=")
        key = _unquoted(self._next())
        self._next("and")
        self._next("value")
        self._next("=")
        value = _unquoted(self._next())
        self._next("}")
        return lambda file: file.app_properties.get(key) == value


def _and(left: Question, right: Question) -> Question:
    return lambda file: left(file) and right(file)


def _or(left: Question, right: Question) -> Question:
    return lambda file: left(file) or right(file)


def _contains(text: str, sought: str) -> bool:
    """Drive finds beginnings of words, not any part of them."""
    return any(word.startswith(sought.lower()) for word in (text.lower(), *_tails(text.lower())))


def _tails(text: str) -> list[str]:
    return [text[match.start() :] for match in re.finditer(r"\b\w", text)]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid("q") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _unquoted(token: str) -> str:
    if token[0] not in "'\"":
        raise invalid("q")
    return re.sub(r"\\(.)", r"\1", token[1:-1])


def invalid(parameter: str) -> ApiError:
    """Drive's answer to a parameter that it cannot read."""
    return ApiError(400, f"Invalid Value: {parameter}", "INVALID_ARGUMENT", "invalid")
