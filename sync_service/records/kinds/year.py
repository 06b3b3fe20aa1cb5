"""A school year is one fact and four tables: the year, its periods, holidays, and days worked instead of others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sync_service.domain import school
from sync_service.records.canonical import canonical
from sync_service.records.kinds.base import Kind
from sync_service.records.models import DirectoryRow, Holiday, Period, SchoolYear, WorkingDay
from sync_service.records.tables import Tables

PARTS: tuple[tuple[type[DirectoryRow], str, tuple[str, ...]], ...] = (
    (Period, "periods", ("term", "title", "start", "end")),
    (Holiday, "holidays", ("kind", "title", "start", "end")),
    (WorkingDay, "working_days", ("day", "weekday", "title")),
)
LISTS = ("grades", "classes")  # for whom; a period knows grades only


class YearFacts(Kind):
    name = "year"
    models = (SchoolYear, Period, Holiday, WorkingDay)

    def canonical(self, key: str, new: dict[str, object] | None) -> str | None:
        """Periods and holidays in order of time: sorting the rows of «Календарь» changes nothing."""
        if new is None:
            return None
        year = school.SchoolYear.model_validate(new)
        if year.title != key:
            raise ValueError(f"year: a fact about {key!r} describes {year.title!r}")
        return canonical(in_order(year).model_dump())

    def load(self, tables: Tables, keys: Iterable[str]) -> None:
        keys = list(keys)
        tables.load(SchoolYear, keys)
        for model, _, _ in PARTS:
            tables.load_all(model._default_manager.filter(year__in=keys))

    def current(self, tables: Tables, key: str) -> str | None:
        row = tables.get(SchoolYear, key)
        if row is None or row.withdrawn_at is not None:
            return None
        return canonical(year_of(row, *(tables.all(model) for model, _, _ in PARTS)).model_dump())

    def put(self, tables: Tables, key: str, new: str | None, at: datetime) -> None:
        row = tables.get(SchoolYear, key)
        if new is None:
            for standing in (row, *self._parts(tables, key)):
                if standing and standing.withdrawn_at is None:
                    standing.withdrawn_at = standing.changed_at = at
                    tables.put(standing)
            return
        year = school.SchoolYear.model_validate_json(new)
        row = row or SchoolYear(key=key, recorded_at=at)
        row.start, row.end, row.six_day_week = year.start, year.end, year.six_day_week
        row.withdrawn_at, row.changed_at = None, at
        tables.put(row)
        stays: set[str] = set()
        for model, field, columns in PARTS:
            for part in getattr(year, field):
                part_key = _part_key(year.title, part)
                stays.add(part_key)
                part_row: Any = tables.get(model, part_key) or model(key=part_key, year_id=key, recorded_at=at)
                for column in columns:
                    setattr(part_row, column, getattr(part, column))
                for whom in LISTS:
                    if whom in type(part).model_fields:
                        setattr(part_row, whom, list(getattr(part, whom)))
                part_row.withdrawn_at, part_row.changed_at = None, at
                tables.put(part_row)
        for gone in self._parts(tables, key):
            if gone.key not in stays and gone.withdrawn_at is None:
                gone.withdrawn_at = gone.changed_at = at
                tables.put(gone)

    def _parts(self, tables: Tables, key: str) -> list[Any]:
        rows: list[Any] = [row for model, _, _ in PARTS for row in tables.all(model)]
        return [row for row in rows if row.year_id == key]


def year_of(row: SchoolYear, *of_parts: Iterable[Any]) -> school.SchoolYear:
    """The value that rows of the year and of its PARTS hold; parts of other years and withdrawn ones are passed
    over."""
    parts: dict[str, tuple[dict[str, Any], ...]] = {}
    for (_, field, columns), rows in zip(PARTS, of_parts, strict=True):
        parts[field] = tuple(
            {column: getattr(part, column) for column in columns}
            | {whom: tuple(getattr(part, whom)) for whom in LISTS if hasattr(part, whom)}
            for part in rows
            if part.year_id == row.key and part.withdrawn_at is None
        )
    year = school.SchoolYear(title=row.key, start=row.start, end=row.end, six_day_week=row.six_day_week, **parts)
    return in_order(year)


def in_order(year: school.SchoolYear) -> school.SchoolYear:
    return year.model_copy(
        update={
            "periods": tuple(sorted(year.periods, key=lambda part: (part.start, part.term, part.grades))),
            "holidays": tuple(
                sorted(year.holidays, key=lambda part: (part.start, part.title, part.grades, part.classes))
            ),
            "working_days": tuple(
                sorted(year.working_days, key=lambda part: (part.day, part.title, part.grades, part.classes))
            ),
        }
    )


def _part_key(year: str, part: school.Period | school.Holiday | school.WorkingDay) -> str:
    whom = [str(grade) for grade in part.grades]
    if isinstance(part, school.Period):
        return " ".join([year, part.term.value, *whom])
    day = part.start if isinstance(part, school.Holiday) else part.day
    return " ".join([year, f"{day} {part.title}", *whom, *part.classes])
