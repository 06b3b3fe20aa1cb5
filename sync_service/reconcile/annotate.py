"""What the service shows in a book, as a projection of the record: notes, remarks, states, rows it owns.

Given what stands in the tab and what ought to stand there, only the difference is written. A second pass over a book
that nobody touched gives nothing to write.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from sync_service.domain.problems import Problem, message
from sync_service.reconcile.layout import COMPOSITION, REMARKS, GridColumn, Table
from sync_service.reconcile.locate import Grid, TableRows
from sync_service.reconcile.sheet import At, RawCell, Tab, TabWrite

NOTE_MARK = "Журнал: "  # begins our part of a note; a teacher's own words stand above it

Shown = str | int | float | date | None
NOTHING: Mapping[str, str] = MappingProxyType({})
NO_DAYS: Mapping[At, date | int | None] = MappingProxyType({})


def our_part(note: str) -> str:
    """What we have written into a note, "" if nothing."""
    return note[note.index(NOTE_MARK) :] if NOTE_MARK in note else ""


def with_our_part(note: str, ours: str) -> str | None:
    """A note that keeps the teacher's words and says `ours`; None if nothing is left to say."""
    own = note[: note.index(NOTE_MARK)].rstrip("\n") if NOTE_MARK in note else note
    return "\n".join(part for part in (own, ours) if part) or None


def notes_of(problems: Iterable[Problem], title: str) -> dict[At, str]:
    """The note of each cell that has a problem; several problems of one cell stand in one note."""
    texts: dict[At, list[str]] = {}
    for problem in problems:
        if problem.place.a1 and problem.place.tab == title:
            texts.setdefault(At.parse(problem.place.a1), []).append(message(problem))
    return {at: NOTE_MARK + "\n".join(dict.fromkeys(lines)) for at, lines in texts.items()}


def note_changes(tab: Tab, wanted: Mapping[At, str]) -> dict[At, str | None]:
    """Notes to write so that exactly `wanted` is said by us, whatever teachers wrote beside it."""
    changes: dict[At, str | None] = {}
    for at in {*wanted, *(at for at, note in tab.notes.items() if NOTE_MARK in note)}:
        note = tab.notes.get(at, "")
        if our_part(note) != wanted.get(at, ""):
            changes[at] = with_our_part(note, wanted.get(at, ""))
    return changes


def cell_changes(tab: Tab, wanted: Mapping[At, Shown]) -> dict[At, Shown]:
    """Service cells whose content differs from what ought to stand there."""
    return {at: value for at, value in wanted.items() if not _same(tab.cells.get(at), value)}


def _same(read: RawCell | None, wanted: Shown) -> bool:
    if isinstance(read, datetime):
        read = read.date()
    return (read if read is not None else "") == (wanted if wanted is not None else "")


@dataclass(frozen=True)
class LessonShown:
    """What the service tells in the log about one lesson."""

    number: int
    planned_topic: str
    planned_homework: str
    substitute: str
    state: str


NO_LESSON = LessonShown(0, "", "", "", "")


def project_grid(
    grid: Grid,
    pupils: Sequence[tuple[str, str]],
    problems: Iterable[Problem],
    names: Mapping[str, str] = NOTHING,
    told: Mapping[str, str] = NOTHING,
    about: Mapping[str, str] = NOTHING,
) -> TabWrite:
    """Names and numbers of the pupils, new pupils into spare rows, notes. `pupils`: (code, name) in list order. By
    code: `names`, also of those who have left; `told`, what stands in a note beside a name; `about`, what a grid with a
    column for it tells of pupils, of those too who are not on the list any more."""
    numbers = grid.service_columns.get(GridColumn.NUMBER.value)
    wanted: dict[At, Shown] = {}
    spare = [row for row in grid.spare_rows if not _row_used(grid, row)]
    if numbers is not None:  # who has left keeps the row and loses the number
        wanted |= {At(row, numbers): None for row in grid.pupils.values()}
    rows = dict(grid.pupils)
    wanted |= {At(row, grid.name_column): names[code] for code, row in rows.items() if code in names}
    for number, (code, name) in enumerate(pupils, 1):
        row = grid.pupils.get(code)
        if row is None:
            if code in grid.doubtful or not spare:
                continue
            row = rows[code] = spare.pop(0)
            wanted[At(row, grid.key_column)] = code
        wanted[At(row, grid.name_column)] = name
        if numbers is not None:
            wanted[At(row, numbers)] = number
    column = grid.service_columns.get(GridColumn.ABOUT.value)
    if column is not None:
        wanted |= {At(row, column): about.get(code) for code, row in rows.items()}
    notes = notes_of(problems, grid.tab.title)
    for code, text in told.items():
        if code in rows:
            at = At(rows[code], grid.name_column)
            notes[at] = f"{notes[at]}\n{text}" if at in notes else NOTE_MARK + text
    return TabWrite(grid.tab.title, cell_changes(grid.tab, wanted), note_changes(grid.tab, notes))


def _row_used(grid: Grid, row: int) -> bool:
    data = {*grid.lessons.values(), *grid.finals.values(), *grid.grounds.values(), grid.name_column}
    return any(At(row, column) in grid.tab.cells for column in data)


def project_log(
    rows: TableRows,
    lessons: Mapping[str, LessonShown],
    problems: Iterable[Problem],
    days: Mapping[At, date | int | None] = NO_DAYS,
) -> TabWrite:
    """Number, plan, substitute and state of each lesson that stands in the log, and notes; nothing in the rows without
    a lesson. `days`: dates and numbers that the timetable has changed (timetabled.outdated_days)."""
    wanted: dict[At, Shown] = dict(days)
    for lesson, row in rows.rows.items():
        shown = lessons.get(lesson, NO_LESSON)
        for key, text in (
            ("no", shown.number),
            ("planned_topic", shown.planned_topic),
            ("planned_homework", shown.planned_homework),
            ("substitute", shown.substitute),
            ("state", shown.state),
        ):
            if key in rows.columns:
                wanted[At(row, rows.columns[key])] = text or None
    return TabWrite(
        rows.tab.title,
        cell_changes(rows.tab, wanted),
        note_changes(rows.tab, notes_of(problems, rows.tab.title)),
    )


def project_absences(
    rows: TableRows, days: Mapping[str, tuple[date, str, int, str]], problems: Iterable[Problem]
) -> TabWrite:
    """A row for each pupil and day with a missed lesson. `days`: row key → (date, pupil, lessons missed, codes typed).

    Rows stay where they are; new ones go below, oldest first. A day that is no longer missed keeps its row with a zero,
    because the class teacher's words stand in it."""
    wanted: dict[At, Shown] = {}
    keyed = {**rows.rows}
    last = max([*keyed.values(), *rows.unkeyed, rows.heading_row])
    for key in sorted(set(days) - set(keyed) - set(rows.twins), key=lambda key: (days[key][0], days[key][1])):
        last += 1
        keyed[key] = last
        wanted[At(last, rows.key_column)] = key
    for key, row in keyed.items():
        day, pupil, missed, marked = days.get(key, (None, "", 0, ""))
        if day is None:
            wanted[At(row, rows.columns["missed"])] = 0
            wanted[At(row, rows.columns["marked"])] = None
            continue
        for column, value in (("date", day), ("pupil", pupil), ("missed", missed), ("marked", marked)):
            wanted[At(row, rows.columns[column])] = value
    return TabWrite(
        rows.tab.title,
        cell_changes(rows.tab, wanted),
        note_changes(rows.tab, notes_of(problems, rows.tab.title)),
    )


def project_regime(rows: TableRows, problems: Iterable[Problem]) -> TabWrite:
    """Nothing but notes: the quarters stand there from the beginning."""
    return TabWrite(rows.tab.title, {}, note_changes(rows.tab, notes_of(problems, rows.tab.title)))


def project_composition(rows: TableRows, lines: Sequence[tuple[Shown, ...]]) -> TabWrite:
    """`lines` have a value for each column."""
    return _replace_lines(COMPOSITION, rows, lines, {}, "")


def project_remarks(rows: TableRows, problems: Sequence[tuple[Problem, date]]) -> TabWrite:
    """The list of everything that stands open in the book, each line with a link to its cell."""
    lines = [
        (problem.place.tab, problem.place.a1, problem.place.who, problem.seen[:40], message(problem), since)
        for problem, since in problems
    ]
    links = {
        number: f"'{problem.place.tab.replace(chr(39), chr(39) * 2)}'!{problem.place.a1}"
        for number, (problem, _) in enumerate(problems)
        if problem.place.a1
    }
    return _replace_lines(REMARKS, rows, lines, links, "cell")


def _replace_lines(
    table: Table,
    rows: TableRows,
    lines: Sequence[tuple[Shown, ...]],
    links: Mapping[int, str],
    link_column: str,
) -> TabWrite:
    """Make the tab say exactly these lines below its heading."""
    first = rows.heading_row + 1
    used = max((at.row for at in rows.tab.cells), default=first - 1)
    wanted: dict[At, Shown] = {}
    for number in range(max(len(lines), used - first + 1)):
        line = lines[number] if number < len(lines) else (None,) * len(table.columns)
        for column, value in zip(table.columns, line, strict=True):
            if column.key in rows.columns:
                wanted[At(first + number, rows.columns[column.key])] = value or None
    changed = cell_changes(rows.tab, wanted)
    linked = {}
    if link_column in rows.columns:
        linked = {
            at: target
            for number, target in links.items()
            if (at := At(first + number, rows.columns[link_column])) in changed
            or any(At(first + number, column) in changed for column in rows.columns.values())
        }
    return TabWrite(rows.tab.title, changed, {}, linked)


@dataclass(frozen=True)
class CourseShown:
    lessons_held: int
    remarks: int


def project_contents(rows: TableRows, courses: Mapping[str, CourseShown]) -> TabWrite:
    """Counts beside each course; rows are keyed by course code. The moment of writing is added by `stamped`."""
    wanted: dict[At, Shown] = {}
    for code, row in rows.rows.items():
        if code in courses:
            wanted[At(row, rows.columns["lessons"])] = courses[code].lessons_held
            wanted[At(row, rows.columns["remarks"])] = courses[code].remarks
    return TabWrite(rows.tab.title, cell_changes(rows.tab, wanted))


def stamped(contents: TabWrite, rows: TableRows, courses: Iterable[str], moment: str) -> TabWrite:
    """The same write with the moment beside the courses that are written to now. Alone it is no reason to write."""
    cells = dict(contents.cells)
    for code in courses:
        if code in rows.rows:
            cells[At(rows.rows[code], rows.columns["written"])] = moment
    return TabWrite(contents.title, cells, contents.notes, contents.links)
