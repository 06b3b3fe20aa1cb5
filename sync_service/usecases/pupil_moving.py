"""A pupil goes to another class: both class lists are written at once, as the two class teachers would.

The row goes over under its code, with the families, so that marks, logins and history follow. What is there already
is not written over: a command that was cut short is simply given again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from sync_service.books.source import Fetched
from sync_service.domain.school import Pupil
from sync_service.domain.spelling import folded
from sync_service.reconcile.layout import FAMILIES, ROSTER, TabKind, Table, tab_key
from sync_service.reconcile.locate import TableRows, find_tabs, locate_table
from sync_service.reconcile.sheet import At, TabWrite
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from sync_service.usecases.composition import roster_book_id
from sync_service.usecases.meant import class_meant, day_meant, pupil_meant, school
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import NeedsHuman, Workspace

Cells = dict[At, str | int | float | date | None]


@dataclass(frozen=True)
class MovedPupil:
    pupil: Pupil  # as he is now
    old_class: str
    day: date
    parents: int  # rows of «Семьи» that came along


def move_pupil(workspace: Workspace, words: str, *, to: str, on: str, order: str = "") -> MovedPupil:
    """Write both lists and take them over. Raises Unclear for words that name nothing, NeedsHuman if a list has no
    place or the days cannot be right, SourceError if a book cannot be written; then nothing is half done that the same
    command does not finish."""
    directory = school()
    target, day = class_meant(to, directory), day_meant(on, directory.year)
    year = directory.year.title
    known = queries.known_pupils()
    pupil = pupil_meant(words)
    old_class = pupil.school_class
    if old_class == target:
        raise NeedsHuman(f"{pupil.list_name} уже в списке {target}.")
    if day <= pupil.enrolled:
        raise NeedsHuman(
            f"{pupil.list_name} в {old_class} с {pupil.enrolled:%d.%m.%Y}: день перехода должен быть позже. "
            f"Если в {old_class} его не было вовсе, исправьте «Список» {old_class}."
        )
    old = _List(workspace, old_class, roster_book_id(old_class, year))
    new = _List(workspace, target, roster_book_id(target, year))
    if pupil.code not in old.people.rows:
        raise NeedsHuman(f"В книге «{old.name}» нет строки ученика {pupil.list_name} (код {pupil.code}).")
    row = _coming(old, new, pupil, set(known), day, order)
    parents, families = _parents(old, new, pupil)
    workspace.source.write(new.fetched, [write for write in (row, families) if write])
    workspace.source.write(old.fetched, [_leaving(old, pupil, day, order)])
    with transaction.atomic():
        said: dict[str, object] = {"pupil": pupil.code, "from": old_class, "to": target, "on": day.isoformat()}
        fact = Fact("decision", "pupil.moved", said, reason=order)
        ledger.append([fact], actor="journal pupil move", channel="command", at=workspace.clock())
    sync(workspace)
    now = next(one for one in queries.pupils() if one.code == pupil.code)
    if now.school_class != target:
        raise NeedsHuman(f"Списки записаны, но ещё не приняты. Посмотрите замечания: journal check --book {target}")
    return MovedPupil(now, old_class, day, parents)


class _List:
    """A class list as it stands in its book."""

    def __init__(self, workspace: Workspace, school_class: str, book: str) -> None:
        state = sync_state.book_states().get(book)
        if state is None:
            raise NeedsHuman(f"Книги «{school_class} Список» ещё нет. Выполните «journal provision».")
        self.fetched: Fetched = workspace.source.fetch(state.ref)
        self.name = self.fetched.look.name.removesuffix(".xlsx")
        found = find_tabs(self.fetched.sheets, state.titles)

        def table(kind: Table, key: str) -> TableRows:
            if key not in found.tabs:
                raise NeedsHuman(f"В книге «{self.name}» нет вкладки «{kind.title}»: верните её и повторите.")
            rows = locate_table(found.tabs[key], found.origins[key], kind)
            if rows.missing_columns:
                raise NeedsHuman(f"В книге «{self.name}» вкладка «{kind.title}» повреждена: верните её и повторите.")
            return rows

        self.people = table(ROSTER, tab_key(TabKind.ROSTER, school_class))
        self.families = table(FAMILIES, tab_key(TabKind.FAMILIES))


def _texts(rows: TableRows, row: int) -> dict[str, object]:
    return {key: rows.raw(row, key) for key in rows.columns}


def _blank(rows: TableRows, name: str, taken: set[int]) -> int:
    free = (row for row in sorted(rows.rows.values()) if row not in taken and not any(_texts(rows, row).values()))
    row = next(free, None)
    if row is None:
        raise NeedsHuman(f"В книге «{name}» на вкладке «{rows.tab.title}» не осталось пустых строк.")
    return row


def _name(row: Mapping[str, object]) -> str:
    return folded(f"{row.get('last') or ''} {row.get('first') or ''}")


def _coming(old: _List, new: _List, pupil: Pupil, known: set[str], day: date, order: str) -> TabWrite:
    """The row of the new list: the one he has there, the one that was typed for him under a new code, or a blank one.
    What the new class teacher has typed stays."""
    rows, was = new.people, _texts(old.people, old.people.rows[pupil.code])
    typed = [
        row
        for code, row in rows.rows.items()
        if code == pupil.code or (code not in known and _name(_texts(rows, row)) == _name(was))
    ]
    row = typed[0] if typed else _blank(rows, new.name, set())
    stands = _texts(rows, row)
    said = {**was, "enrolled": day, "enrolled_order": order or None, "left": None, "left_order": None}
    if said.get("status") == "выбыл":
        said["status"] = None
    cells: Cells = {At(row, rows.key_column): pupil.code}
    for key, value in said.items():
        if key in rows.columns and (stands[key] is None or key == "enrolled"):
            cells[At(row, rows.columns[key])] = value  # type: ignore[assignment]
    return TabWrite(rows.tab.title, {at: value for at, value in cells.items() if rows.tab.cells.get(at) != value})


def _parents(old: _List, new: _List, pupil: Pupil) -> tuple[int, TabWrite]:
    """The rows of his parents, each under the code that its login hangs on."""
    rows, there = old.families, new.families
    codes = {one.code: one for one in queries.guardians() if one.pupil == pupil.code}
    known = {" ".join(str(there.raw(row, "name") or "").split()) for row in there.rows.values()}
    cells: Cells = {}
    taken: set[int] = set()
    for key, row in rows.rows.items():
        code = key if key in codes else f"{pupil.code}-{key}"
        said = _texts(rows, row)
        if code not in codes or " ".join(str(said["name"] or "").split()) in known:
            continue
        target = _blank(there, new.name, taken)
        taken.add(target)
        cells[At(target, there.key_column)] = code
        cells |= {
            At(target, there.columns[column]): value  # type: ignore[misc]
            for column, value in said.items()
            if column in there.columns and value is not None
        }
    return len(taken), TabWrite(there.tab.title, cells)


def _leaving(old: _List, pupil: Pupil, day: date, order: str) -> TabWrite:
    rows, row = old.people, old.people.rows[pupil.code]
    cells: Cells = {At(row, rows.columns["left"]): day}
    if order:
        cells[At(row, rows.columns["left_order"])] = order
    return TabWrite(rows.tab.title, cells)
