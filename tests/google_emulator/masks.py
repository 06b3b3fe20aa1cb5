"""Field masks: «a.b», «a/b», «a(b,c)», «*», commas. A mask is a tree of names; an empty tree takes everything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from tests.google_emulator.editing import bad

Mask = Mapping[str, Any]  # name → Mask
ALL: Mask = {}


@lru_cache(maxsize=512)
def parsed(text: str | None) -> Mask:
    """The tree of a mask; none and «*» take everything. Raises ApiError 400 for what is no mask."""
    tree: dict[str, Any] = {}
    for path in sorted(_paths(_marks(text), text), key=len) if text else ():
        if not path:
            return ALL
        place = tree
        for name in path:
            if place.get(name) == {}:
                break  # a shorter path has taken all of it
            place = place.setdefault(name, {})
    return tree


def _marks(text: str) -> Iterator[str]:
    """Names and signs, an empty mark at the end."""
    word = ""
    for sign in text:
        if sign in "(),./":
            if word:
                yield word
            yield "." if sign == "/" else sign
            word = ""
        elif not sign.isspace():
            word += sign
    if word:
        yield word
    yield ""


def _paths(marks: Iterator[str], text: str, end: str = "") -> list[tuple[str, ...]]:
    """The paths up to `end`, without stars."""
    paths: list[tuple[str, ...]] = []
    while True:
        names, mark = [_name(next(marks), text)], next(marks)
        while mark == ".":
            names.append(_name(next(marks), text))
            mark = next(marks)
        prefix = tuple(name for name in names if name != "*")
        if mark == "(":
            paths += [(*prefix, *path) for path in _paths(marks, text, ")")]
            mark = next(marks)
        else:
            paths.append(prefix)
        if mark == end:
            return paths
        if mark != ",":
            raise _wrong(text)


def _name(mark: str, text: str) -> str:
    if mark in ("", "(", ")", ",", "."):
        raise _wrong(text)
    return mark


def _wrong(text: str) -> Exception:
    return bad(f"Invalid field mask: {text}")


def wants(mask: Mask, name: str) -> bool:
    return not mask or name in mask


def below(mask: Mask, name: str) -> Mask:
    """The mask of what stands under a name that is wanted."""
    return mask.get(name, ALL) if mask else ALL


def pruned(value: Any, mask: Mask) -> Any:
    """What the mask leaves of a JSON value; lists are pruned item by item."""
    if not mask:
        return value
    if isinstance(value, list):
        return [pruned(item, mask) for item in value]
    if isinstance(value, dict):
        return {key: pruned(value[key], inner) for key, inner in mask.items() if key in value}
    return value


def check(mask: Mask, known: Mapping[str, Any], path: str = "") -> None:
    """Raise ApiError 400 for a name that the answer cannot have; `known` is a tree, None where anything goes."""
    for name, inner in mask.items():
        where = f"{path}.{name}" if path else name
        if name not in known:
            raise bad(f"Request contains an invalid argument. Invalid field selection {where}")
        if inner and known[name] is not None:
            check(inner, known[name], where)


def leaves(mask: Mask, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every path of a mask of an update («userEnteredFormat.numberFormat»)."""
    for name, inner in mask.items():
        if inner:
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name)


def fields_of(request: Mapping[str, Any]) -> Mask:
    """The mask that an update has to name."""
    if not request.get("fields"):
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    return parsed(str(request["fields"]))
