"""What the office and the class teachers keep: each kind is a pydantic value and the table it fills.

The key of a fact is the natural key of the value, made by `key_of` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import JsonValue

from sync_service.domain.school import Bell, Value
from sync_service.records import models
from sync_service.records.canonical import canonical, tidy
from sync_service.records.kinds.base import Kind
from sync_service.records.tables import Tables


class PolicyRow(Value):
    """One rule of «Правила»: the name of a field of domain.policy.Policy and its value."""

    name: str
    value: JsonValue
    act: str = ""
    since: date | None = None


class DirectoryFacts(Kind):
    """A value whose fields are columns of one table, up to renaming."""

    def __init__(
        self,
        name: str,
        value: type[Value],
        model: type[models.DirectoryRow],
        key: Callable[[Any], str],
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        self.name, self.value, self.model, self.key = name, value, model, key
        self.models: tuple[type[models.Projected], ...] = (model,)
        # foreign keys hold natural keys, so the attribute with «_id» is the field itself
        self.columns = {
            field: model._meta.get_field((renamed or {}).get(field, field)).attname for field in value.model_fields
        }

    def canonical(self, key: str, new: dict[str, object] | None) -> str | None:
        if new is None:
            return None
        value = self.value.model_validate(new)
        if self.key(value) != key:
            raise ValueError(f"{self.name}: a fact about {key!r} describes {self.key(value)!r}")
        return canonical(value.model_dump())

    def load(self, tables: Tables, keys: Iterable[str]) -> None:
        tables.load(self.model, keys)

    def current(self, tables: Tables, key: str) -> str | None:
        row = tables.get(self.model, key)
        return canonical(self.value_of(row).model_dump()) if row and row.withdrawn_at is None else None

    def put(self, tables: Tables, key: str, new: str | None, at: datetime) -> None:
        row = tables.get(self.model, key)
        if new is None:
            if row:
                row.withdrawn_at = row.changed_at = at
                tables.put(row)
            return
        value = self.value.model_validate_json(new)
        row = row or self.fresh(key, at)
        for field, column in self.columns.items():
            given = getattr(value, field)
            setattr(row, column, _stored(given))
        row.withdrawn_at, row.changed_at = None, at
        self.complete(row, value)
        tables.put(row)

    def value_of(self, row: Any) -> Any:
        """The value that a row holds."""
        given = {field: getattr(row, column) for field, column in self.columns.items()}
        return self.value(**{f: tidy(v) if isinstance(v, Decimal) else v for f, v in given.items()})

    def fresh(self, key: str, at: datetime) -> models.DirectoryRow:
        return self.model(key=key, recorded_at=at)

    def complete(self, row: Any, value: Any) -> None:
        """Fill columns that follow from the value."""


def _stored(given: object) -> object:
    """As it is read back from the table."""
    if isinstance(given, Enum):
        return given.value
    return list(given) if isinstance(given, tuple) else given


def sort_key(*names: str) -> str:
    """Order of a class list: by last name, first name, patronymic; «ё» stands with «е». SQLite cannot fold Cyrillic."""
    return "\x01".join(names).casefold().replace("ё", "е")


class DatedRules(DirectoryFacts):
    """A rule of «Правила» from a day on: the key is its name and, unless it holds always, that day."""

    def complete(self, row: Any, value: Any) -> None:
        row.key = self.key(value)

    def value_of(self, row: Any) -> PolicyRow:
        return PolicyRow(name=row.key.partition(" ")[0], value=row.value, act=row.act, since=row.since)


def rule_key(rule: PolicyRow) -> str:
    return f"{rule.name} {rule.since}" if rule.since is not None else rule.name


def bell_key(bell: Bell) -> str:
    """Its number, and the days for which it is unless it is the usual one."""
    days = f" {bell.since or ''}..{bell.until or ''}" if bell.since or bell.until else ""
    return f"{bell.slot}{days}"


class People(DirectoryFacts):
    def complete(self, row: Any, value: Any) -> None:
        row.sort_key = sort_key(value.last, value.first, value.patronymic)


def joined(*fields: str) -> Callable[[Any], str]:
    """A natural key of several fields."""
    return lambda value: " ".join(str(getattr(value, field)) for field in fields)
