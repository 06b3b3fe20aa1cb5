"""An existing list of a class into the tabs «Список» and «Семьи» of its roster book: shown first, written when a person
says so. Rows that are filled are never touched; a pupil gets the code that waits in a free row, or a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction

from sync_service.books.source import Fetched
from sync_service.reconcile.filling import Filling, Value, Values, fill, filled_rows, text_of
from sync_service.reconcile.foreign_roster import FORM, RosterFile, read_list
from sync_service.reconcile.layout import FAMILIES, ROSTER, BookKind, Cell, Table
from sync_service.reconcile.locate import TableRows
from sync_service.records import ledger, queries
from sync_service.records.ledger import Fact
from sync_service.usecases import composition
from sync_service.usecases.books import Shelf
from sync_service.usecases.importing import as_write, next_keys, office_shelf, put, roster_book, rows_of, tables_of
from sync_service.usecases.meant import class_meant, school
from sync_service.usecases.provision import new_pupil_code
from sync_service.usecases.workspace import NeedsHuman, Workspace


@dataclass(frozen=True)
class RosterImport:
    """What an import would do. `new_rows` are pupils for whom no prepared row is left."""

    title: str
    read: RosterFile
    new_rows: int
    fetched: Fetched
    fillings: tuple[tuple[Table, Filling, tuple[Values, ...]], ...]


def prepare(
    workspace: Workspace,
    path: Path,
    *,
    school_class: str,
    enrolled: date | None = None,
    tables: Sequence[str] = (),
) -> RosterImport:
    """Read the file and compare it with the list; nothing is written. `enrolled`: since when those are in the class of
    whom the file does not say it. Raises NeedsHuman, and Unclear for words of the command that mean nothing."""
    found = tables_of(path, FORM, tables)
    directory = school()
    code = class_meant(school_class, directory)
    if enrolled is None and not any("enrolled" in table.columns for table in found):
        raise NeedsHuman(
            f"В файле «{path.name}» нет столбца «Зачислен с»: скажите день для всех, например --enrolled 01.09.2026."
        )
    shelf = office_shelf(workspace, BookKind.ROSTER)
    title = f"{code} Список"
    fetched = roster_book(shelf, composition.roster_book_id(code, directory.year.title), title)
    roster, families = rows_of(fetched, ROSTER), rows_of(fetched, FAMILIES)
    read = read_list(found, _texts(roster, ROSTER), _texts(families, FAMILIES), enrolled)
    taken = _codes(shelf)
    pupils = tuple(_typed(ROSTER, pupil.values) for pupil in read.pupils)
    parents = tuple(_typed(FAMILIES, one) for one in read.families)
    listed = fill(roster, ROSTER, (), pupils, lambda: new_pupil_code(taken))
    related = fill(families, FAMILIES, (), parents, next_keys(families, FAMILIES))
    fillings = ((ROSTER, listed, pupils), (FAMILIES, related, parents))
    return RosterImport(title, read, listed.added, fetched, fillings)


def carry_out(workspace: Workspace, plan: RosterImport, *, file: str) -> None:
    """Write the rows of a prepared import; the next pass takes them. Raises NeedsHuman while somebody has the book
    open, SourceError if its place does not let us."""
    put(workspace, plan.fetched, [as_write(table, filling, values) for table, filling, values in plan.fillings])
    told: dict[str, object] = {"file": file, "pupils": len(plan.read.pupils), "parents": len(plan.read.families)}
    with transaction.atomic():
        decision = Fact("decision", "roster.imported", told, book=plan.fetched.identity.book)
        ledger.append([decision], actor="journal roster import", channel="command", at=workspace.clock())


def _texts(rows: TableRows, table: Table) -> list[Mapping[str, str]]:
    return [{column.key: text_of(rows, row, column) for column in table.columns} for row in filled_rows(rows, table)]


def _codes(shelf: Shelf) -> set[str]:
    """Pupil codes that are taken: in the record, and waiting in the prepared rows of any class."""
    codes = {pupil.code for pupil in queries.everybody()[0]}
    for fetched in shelf.fetched.values():
        if fetched.identity.kind == BookKind.ROSTER:
            with suppress(NeedsHuman):  # a list that is damaged has its own trouble
                codes |= rows_of(fetched, ROSTER).rows.keys()
    return codes


def _typed(table: Table, values: Mapping[str, str]) -> Values:
    """Canonical texts as they stand in cells: days as days."""
    typed: dict[str, Value] = {}
    for key, text in values.items():
        is_day = table.column(key).cell is Cell.DATE and text
        typed[key] = date.fromisoformat(text) if is_day else text
    return typed
