"""The roster book of a class: the list, families, subgroups, the class teacher's reviews. Personal data live here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from sync_service.books.render.book import Book
from sync_service.books.render.following import pupil_list
from sync_service.books.render.tables import Row, blank_rows, draw_table
from sync_service.books.source import BookIdentity
from sync_service.domain.school import Roster, School, SchoolYear, Subject
from sync_service.reconcile.layout import (
    FAMILIES,
    GROUPS,
    LAYOUT_VERSION,
    REVIEW,
    ROSTER,
    BookKind,
    TabKind,
    Table,
    tab_key,
)

ONE_DAY = timedelta(days=1)  # «По какой день» is the last one, a value's `until` the first one no more


def render_roster(
    book: str,
    title: str,
    school: School,
    year: SchoolYear,
    roster: Roster | None,
    subjects: Iterable[Subject],
    new_code: Callable[[], str],
    *,
    school_class: str = "",
    generation: int = 1,
) -> bytes:
    """The book as .xlsx; without `roster` an empty one ready to fill, of `school_class`.

    `subjects` feed the drop-down of «Группы»; `new_code` makes a fresh opaque pupil code for each prepared row, so that
    a pupil has an identity from the first letter typed."""
    roster = roster or Roster(school_class=school_class, pupils=())
    out = Book(title, BookIdentity(
        book, BookKind.ROSTER.value, school.title, year.title, LAYOUT_VERSION, generation,
    ))  # fmt: skip
    rows: Mapping[str, list[Row]] = {
        ROSTER.title: _pupils(roster, new_code),
        FAMILIES.title: _with_blank(FAMILIES, _families(roster)),
        GROUPS.title: _with_blank(GROUPS, _groups(roster)),
        REVIEW.title: _with_blank(REVIEW, []),
    }
    lists = {
        "pupils": pupil_list(out.lists, len(rows[ROSTER.title])),
        "subjects": out.lists.add("Предмет", sorted(subject.title for subject in subjects)),
    }
    for table in (ROSTER, FAMILIES, GROUPS, REVIEW):
        key = tab_key(TabKind.ROSTER, roster.school_class) if table is ROSTER else tab_key(table.kind)
        page = (title, f"{school.title}, {year.title}")
        draw_table(out.tab(table.title), table, rows[table.title], out.ink, key=key, lists=lists, page=page)
    return out.to_bytes()


def _with_blank(table: Table, rows: list[Row]) -> list[Row]:
    # the key of a family that has a code is that of its pupil and its own: «P7K3M-f02»
    return [*rows, *blank_rows(table, [row.key.rpartition("-")[2] for row in rows])]


def _pupils(roster: Roster, new_code: Callable[[], str]) -> list[Row]:
    rows = [
        Row(
            pupil.code,
            pupil.model_dump(include={column.key for column in ROSTER.columns}) | {"status": pupil.status.value},
        )
        for pupil in roster.pupils
    ]
    return [*rows, *(Row(new_code()) for _ in range(ROSTER.blank_rows))]


def _families(roster: Roster) -> list[Row]:
    names = {pupil.code: pupil.list_name for pupil in roster.pupils}
    return [
        Row(
            guardian.code,
            guardian.model_dump(include={column.key for column in FAMILIES.columns}) | {"pupil": names[guardian.pupil]},
        )
        for guardian in roster.guardians
    ]


def _groups(roster: Roster) -> list[Row]:
    names = {pupil.code: pupil.list_name for pupil in roster.pupils}
    return [
        Row(
            f"{GROUPS.row_prefix}{number:02d}",
            member.model_dump() | {"pupil": names[member.pupil], "until": member.until and member.until - ONE_DAY},
        )
        for number, member in enumerate(roster.groups, 1)
    ]
