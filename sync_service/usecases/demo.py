"""The whole main job on an invented school: books are made, filled, synced, corrected, shown, reported and kept.

Nothing here is special: the demo calls the same use cases as the commands do. Only the people are invented, and the
clock, which stands on the last evening of the first quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sync_service.accounts.issuing import Issued
from sync_service.backups.manifest import Kind
from sync_service.backups.run import Outcome
from sync_service.backups.verify import Verification
from sync_service.books.render.roster import render_roster
from sync_service.books.render.school import render_school
from sync_service.config import Config
from sync_service.domain.entries import Raw
from sync_service.domain.policy import Policy
from sync_service.domain.scheduling import schedule_course
from sync_service.domain.slots import Slot, SlotKind
from sync_service.reconcile.layout import TabKind, tab_key
from sync_service.usecases import logins
from sync_service.usecases.composition import roster_book_id, school_book_id
from sync_service.usecases.demo_hands import AtFiles, AtGoogle, Hands, fill_rows
from sync_service.usecases.demo_school import demo_directory, demo_rosters, november
from sync_service.usecases.demo_school.quarter import first_quarter
from sync_service.usecases.demo_school.typed import Correction, Typed
from sync_service.usecases.keeping import check_backups, make_backup
from sync_service.usecases.opening import open_workspace
from sync_service.usecases.outcome import SyncReport
from sync_service.usecases.provision import Provisioned, new_pupil_code, provision
from sync_service.usecases.pupil_moving import MovedPupil, move_pupil
from sync_service.usecases.reporting import write_report
from sync_service.usecases.setup import make_places
from sync_service.usecases.syncing import sync
from sync_service.usecases.timesheet import write_timesheet
from sync_service.usecases.workspace import Workspace

EVENING = datetime.fromisoformat("2026-10-30T18:40:00+03:00")
REPORTED = ("2026-09", "2026-10")
LOGINS_FOR = "7А"

Say = Callable[[str], None]


@dataclass
class DemoSchool:
    """What the demo made, for the summary."""

    typed: Typed
    provisioned: Provisioned
    first: SyncReport
    corrected: int
    second: SyncReport
    third: SyncReport
    redrawn: Provisioned
    moved: MovedPupil
    logins: list[Issued]
    slips: Path
    reports: list[Path]
    backup: Outcome
    verified: list[Verification]

    @property
    def samples(self) -> list[Issued]:
        """One login of each kind, to try."""
        return list({one.role: one for one in reversed(self.logins)}.values())[::-1]


def play_first_quarter(config: Config, say: Say) -> tuple[Workspace, DemoSchool]:
    """Play the story in an empty folder whose database is ready and empty."""
    config.books.folder.mkdir(parents=True, exist_ok=True)
    workspace = open_workspace(config, clock=lambda: EVENING.astimezone(UTC))
    make_places(workspace)
    directory = demo_directory()
    rows, year = directory.timetable, directory.year
    lessons = {course.code: schedule_course(course, rows, year) for course in directory.courses}
    typed = first_quarter(directory, demo_rosters(), lessons, EVENING.date())
    return workspace, play(workspace, typed, say)


def play(workspace: Workspace, typed: Typed, say: Say) -> DemoSchool:
    """The whole story, step by step; `say` is told what happens. The database is ready and empty."""
    say("Канцелярия заполняет книгу «Школа» и девять книг «Список»")
    _fill_office_books(workspace)
    say("Служба читает их и создаёт девять журналов; учителя ведут их первую четверть")
    provisioned = provision(workspace, typed={**typed.cells, **typed.reasons})
    hands = AtFiles(workspace.config.books.folder) if workspace.google is None else AtGoogle(workspace.google)
    title = _course_title("1А")
    hands.rearrange("1А Журнал", title, f"{title[:20]} (мой)")
    say("Первая сверка: всё введённое принимается, испорченные ячейки получают примечания")
    first = sync(workspace)
    say("Учителя исправляют отметки и испорченные ячейки; вторая сверка")
    corrected = type_corrections(hands, typed.later)
    second = sync(workspace)
    say("Третья сверка: с прошлой никто ничего не менял")
    third = sync(workspace)
    say("Со II четверти: другой час у музыки 6А и кружок «Шахматы» в 5А; журналы меняются вслед за книгой «Школа»")
    fill_rows(workspace.config.books.folder / "Школа.xlsx", november.ROWS)
    redrawn = provision(workspace)
    say(f"Ученик {november.AHEAD_FROM} переходит в {november.AHEAD_TO}: отметки и логины семьи переходят с ним")
    moved = move_pupil(
        workspace, _ahead(), to=november.AHEAD_TO, on=f"{november.AHEAD_SINCE:%d.%m.%Y}", order=november.AHEAD_ORDER
    )
    say(f"Логины: семьям {LOGINS_FOR} и сотрудникам")
    issued = logins.issue_for_class(workspace, LOGINS_FOR, by="администратор")
    issued += logins.issue_for_staff(workspace, by="администратор")
    slips = logins.save_slips(workspace, issued, "памятки-показ")
    say("Отчёты для заместителя директора и табель для бухгалтерии")
    reports = [write_report(workspace, month) for month in REPORTED]
    reports.append(write_timesheet(workspace, REPORTED[-1]))
    say("Резервная копия на два носителя и её проверка")
    backup = make_backup(workspace, Kind.MANUAL)
    verified = check_backups(workspace)
    return DemoSchool(
        typed, provisioned, first, corrected, second, third, redrawn, moved, issued, slips, reports, backup, verified
    )


def _fill_office_books(workspace: Workspace) -> None:
    directory = demo_directory()
    year = directory.year.title
    workspace.source.create("Школа.xlsx", render_school(school_book_id(year), directory, Policy()))
    taken = {pupil.code for roster in demo_rosters() for pupil in roster.pupils}
    for roster in demo_rosters():
        title = f"{roster.school_class} Список"
        content = render_roster(
            roster_book_id(roster.school_class, year),
            title,
            directory.school,
            directory.year,
            roster,
            directory.subjects,
            lambda: new_pupil_code(taken),
        )
        workspace.source.create(f"{title}.xlsx", content)


def _ahead() -> str:
    """Code of the pupil who goes on in the next class."""
    roster = next(one for one in demo_rosters() if one.school_class == november.AHEAD_FROM)
    return roster.pupils[november.AHEAD_PLACE].code


def _course_title(school_class: str) -> str:
    """The course whose tab somebody renames."""
    return next(course.title for course in demo_directory().courses if course.school_class == school_class)


def type_corrections(hands: Hands, corrections: Iterable[Correction]) -> int:
    """Type later changes as teachers do: into the cell that the keys point to. Returns how many."""
    classes = {course.code: course.school_class for course in demo_directory().courses}
    by_book: dict[str, dict[tuple[str, Slot], Raw]] = {}
    for change in corrections:
        kind = TabKind.LOG if change.slot.kind is SlotKind.LESSON else TabKind.GRID
        cells = by_book.setdefault(f"{classes[change.course]} Журнал", {})
        cells[tab_key(kind, change.course), change.slot] = change.new
    for book, typed in by_book.items():
        hands.type(book, typed)
    return sum(map(len, by_book.values()))
