"""Opening the next school year: the old one is closed in the record and its books are put away, then the office's new
books are made from them.

The record goes first, in one transaction; everything after it is healed by repeating the command, and repeating it once
more does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from sync_service.accounts import issuing
from sync_service.books.google.source import GOOGLE
from sync_service.books.source import SourceError
from sync_service.books.xlsx import XlsxSource
from sync_service.domain.next_year import LAST_GRADE, NOBODY, next_classes, next_school_year
from sync_service.domain.problems import Problem
from sync_service.domain.school import Directory, Pupil, PupilStatus, SchoolYear
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from sync_service.records.sync_state import BookState
from sync_service.usecases.books import Progress, take_stock
from sync_service.usecases.keeping import books_in_google
from sync_service.usecases.next_books import OfficeBooks, file_name, files_of, next_books, read_office
from sync_service.usecases.rights import close_owed, owe_closing
from sync_service.usecases.syncing import sync
from sync_service.usecases.workspace import NeedsHuman, Workspace

SHOWN = 5  # names in one sentence
FINISHED = f"окончил(а) {LAST_GRADE} класс"


@dataclass
class Opened:
    """What was done this time; nothing at all where the year has been opened before."""

    year: str
    folder: str  # of the old year's books, within the folder of books
    put_away: list[str] = field(default_factory=list)
    closed: dict[str, list[str]] = field(default_factory=dict)  # what was done to a book in Google, by its name
    copied: list[str] = field(default_factory=list)  # journals in Google of which a file was kept
    created: list[str] = field(default_factory=list)
    finished: int = 0  # pupils of the last grade
    logins_close: date | None = None
    problems: list[tuple[str, Problem]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def nothing_new(self) -> bool:
        return not (self.put_away or self.closed or self.copied or self.created or self.finished)


def open_year(
    workspace: Workspace,
    wanted: str,
    *,
    on: date | None = None,
    force: bool = False,
    by: str = "",
    reason: str = "",
    progress: Progress = lambda _: None,
) -> Opened:
    """Open the school year that begins in the year `wanted`, «2027».

    `on`: the day from which the last grade is no longer on the lists, today if not told. Raises NeedsHuman with
    everything that is missing at once; what can be overlooked is with `force`, by whom and why goes into the ledger."""
    start = _start_year(wanted)
    directory = _directory()
    if directory.year.start.year == start - 1:
        on = on or workspace.today
        done = _close_the_old(workspace, on, force=force, by=by.strip(), reason=reason.strip(), progress=progress)
    elif directory.year.start.year == start and sync_state.past_states():
        done = Opened(directory.year.title, _folder(directory.year))
    else:
        raise NeedsHuman(
            f"Открыть {start}/{start + 1} год нельзя: сейчас в базе {directory.year.title}, следующий — "
            f"journal year open {directory.year.start.year + 1}."
        )
    _close_in_google(workspace, done, progress)
    _put_away(workspace, done, progress)
    _copy_from_google(workspace, done)
    _make(workspace, done, on or workspace.today, progress)
    report = sync(workspace, progress=progress)
    done.problems = [(book.name, problem) for book in report.books for problem in book.problems]
    done.troubles += [said for trouble in report.troubles if (said := str(trouble)) not in done.troubles]
    return done


def _start_year(wanted: str) -> int:
    told = re.fullmatch(r"(20\d\d)(?:[/-](20)?\d\d)?", wanted.strip())
    if told is None:
        raise NeedsHuman(f"Год «{wanted}» не понят. Напишите, в каком он начинается: journal year open 2027.")
    return int(told[1])


def _directory() -> Directory:
    directory = queries.directory()
    if directory is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    return directory


def _folder(new: SchoolYear) -> str:
    """«2026-2027»: where the books of the year before are kept."""
    return f"{new.start.year - 1}-{new.start.year}"


# --- what is missing --------------------------------------------------------------------------------------------------


def _close_the_old(
    workspace: Workspace, on: date, *, force: bool, by: str, reason: str, progress: Progress
) -> Opened:
    year = _directory().year
    if workspace.today <= year.end:
        raise NeedsHuman(
            f"{year.title} учебный год идёт до {year.end:%d.%m.%Y}: следующий открывают после него. "
            "Если конец года в книге «Школа» неверен, исправьте его там."
        )
    if not year.end < on < next_school_year(year).start:
        raise NeedsHuman(
            f"День {on:%d.%m.%Y} не между двумя учебными годами. Укажите --on с {year.end:%d.%m.%Y} до "
            f"{next_school_year(year).start:%d.%m.%Y}."
        )
    if force and not (by and reason):
        raise NeedsHuman("С --force укажите, кто решил и почему: --by «Иванова А. П.» --reason «…».")
    report = sync(workspace, everything=True, progress=progress)  # whatever was typed is in the record from here on
    directory = _directory()
    old = read_office(workspace, sync_state.book_states().values())
    unlisted = _unlisted(directory, old)
    serious = [str(trouble) for trouble in old.troubles]
    if not old.troubles and old.directory is None:
        serious.append("Книга «Школа» не прочитана: верните её в папку книг и повторите.")
    lesser = [] if serious else [*_open_quarters(), *_holds(), *_rows(old), *_names(unlisted)]
    lesser += [str(trouble) for trouble in report.troubles if str(trouble) not in serious]
    if serious or (lesser and not force):
        lines = "\n".join(f"— {sentence}" for sentence in (*serious, *lesser))
        remedy = "" if serious else "\nОткрыть всё равно: --force --by «Иванова А. П.» --reason «…»."
        raise NeedsHuman(f"Открыть следующий год пока нельзя:\n{lines}{remedy}")
    return _record(workspace, directory, old, unlisted, on, by=by, reason=reason, overlooked=lesser)


def _open_quarters() -> Iterator[str]:
    """Quarters that are not closed for some class."""
    directory = _directory()
    closed = queries.closed_terms(directory.year.title)
    for period in directory.year.periods:
        ours = [one.code for one in directory.classes if not period.grades or one.grade in period.grades]
        if left := [code for code in ours if period.term not in closed.get(code, ())]:
            whose = "" if left == ours else f" для {', '.join(left)}"
            yield f"«{period.title}» не закрыта{whose}: journal period close."


def _holds() -> Iterator[str]:
    if holds := sync_state.holds():
        yield f"Ждут решения изменения на вкладках, всего {len(holds)}: journal hold list."


def _rows(old: OfficeBooks) -> Iterator[str]:
    names = sorted({name.removesuffix(".xlsx") for name, _ in old.problems})
    for name in names:
        count = sum(book.removesuffix(".xlsx") == name for book, _ in old.problems)
        yield f"В книге «{name}» не поняты строки, они не перейдут в новый год, замечаний {count}: journal check."


def _unlisted(directory: Directory, old: OfficeBooks) -> list[Pupil]:
    """Pupils of the record who are on no list and have not left."""
    listed = {pupil.code for pupil in old.pupils}
    classes = {one.code for one in directory.classes}
    return [
        pupil
        for pupil in queries.pupils()
        if pupil.left is None and pupil.code not in listed and pupil.school_class in classes
    ]


def _names(unlisted: list[Pupil]) -> Iterator[str]:
    if unlisted:
        shown = ", ".join(f"{pupil.list_name} ({pupil.school_class})" for pupil in unlisted[:SHOWN])
        more = f" и ещё {len(unlisted) - SHOWN}" if len(unlisted) > SHOWN else ""
        yield f"Нет в списках и не выбыли: {shown}{more}. Верните их строки и впишите «Выбыл с»."


# --- what is done -----------------------------------------------------------------------------------------------------


@transaction.atomic
def _record(
    workspace: Workspace,
    directory: Directory,
    old: OfficeBooks,
    unlisted: list[Pupil],
    on: date,
    *,
    by: str,
    reason: str,
    overlooked: list[str],
) -> Opened:
    """The old year ends: its courses, its last grade, the classes that nobody leads yet, its books."""
    at, actor = workspace.clock(), by or "journal year open"
    year = next_school_year(directory.year)
    going_on = {one.code for one in next_classes(directory.classes) if one.teacher != NOBODY}
    last = {one.code for one in directory.classes if one.grade == LAST_GRADE}
    finished = [pupil for pupil in old.pupils if pupil.school_class in last and pupil.attends(on)]
    gone = [(pupil, FINISHED) for pupil in finished]
    gone += [(pupil, f"нет в списках при открытии {year.title} года") for pupil in unlisted]
    facts = [ledger.fact_of(year)]  # first: what stood before it is how the old year is remembered
    facts += [
        ledger.fact_of(course.model_copy(update={"until": directory.year.end}))
        for course in directory.courses
        if course.until is None or course.until > directory.year.end
    ]
    facts += [Fact("class", one.code, None) for one in directory.classes if one.code not in going_on]
    facts += [
        ledger.fact_of(pupil.model_copy(update={"left": on, "left_order": why, "status": PupilStatus.LEFT}))
        for pupil, why in gone
    ]
    details: dict[str, object] = {"year": year.title, "on": on.isoformat(), "overlooked": overlooked}
    facts.append(Fact("decision", "year.opened", details, reason=reason))
    ledger.append(facts, actor=actor, channel="command", at=at)
    sync_state.close_past_books(at)
    leaving = {pupil.code for pupil, _ in gone}
    families = {
        one.code for one in queries.guardians()
        if one.pupil in leaving and all(child.code in leaving for child in queries.children(one.code))
    }  # fmt: skip
    issuing.close_on(leaving | families, year.start, by=actor, at=at)
    return Opened(year.title, _folder(year), finished=len(finished), logins_close=year.start if leaving else None)


def _books_of(done: Opened) -> list[BookState]:
    """The books of the year that has been closed."""
    return [state for state in sync_state.past_states().values() if state.book.endswith(f"-{done.folder[:4]}")]


def _put_away(workspace: Workspace, done: Opened, progress: Progress) -> None:
    """The files of the old year go into a folder of their own. Raises SourceError for one that somebody has open."""
    for state in _books_of(done):
        if state.ref.startswith(GOOGLE) or "/" in state.ref:
            continue
        progress(state.name)
        try:
            files_of(workspace).put_away(state.ref, done.folder)
        except SourceError as error:
            raise NeedsHuman(
                f"Книги прошлого года переносятся в папку «{done.folder}». {error} Потом повторите эту команду."
            ) from error
        sync_state.put_book_away(state.book, f"{done.folder}/{state.ref}")
        done.put_away.append(state.name)


def _close_in_google(workspace: Workspace, done: Opened, progress: Progress) -> None:
    """What stays in Google is read there and written no more; what cannot be had now is closed by the passes."""
    owe_closing(_books_of(done))
    for name, result in close_owed(workspace, progress).items():
        if isinstance(result, SourceError):
            done.troubles.append(str(result))
        elif result:
            done.closed[name] = result


def _copy_from_google(workspace: Workspace, done: Opened) -> None:
    """Of each journal that stays in Google a file among those of its year, which nobody changes any more."""
    states = [state for state in _books_of(done) if state.ref.startswith(GOOGLE)]
    if not states:
        return
    folder = files_of(workspace).folder / done.folder
    folder.mkdir(parents=True, exist_ok=True)
    for carried in books_in_google(workspace, states):
        path = folder / carried.name
        if path.exists():
            continue
        if carried.why:
            done.troubles.append(f"«{carried.name}»: {carried.why}. Повторите команду.")
            continue
        XlsxSource(folder).create(carried.name, carried.content)
        path.chmod(path.stat().st_mode & ~0o222)
        done.copied.append(carried.name)


def _make(workspace: Workspace, done: Opened, on: date, progress: Progress) -> None:
    shelf = take_stock(workspace, sync_state.book_states(), everything=True)
    old = read_office(workspace, _books_of(done))
    if old.troubles or old.directory is None:
        raise NeedsHuman(
            f"Книги прошлого года в папке «{done.folder}» не прочитаны: {' '.join(map(str, old.troubles))} "
            "Верните «Школу» и списки на место и повторите команду."
        )
    for new in next_books(workspace, old, on):
        if new.book not in shelf.fetched and new.book not in shelf.troubles:
            progress(new.title)
            workspace.source.create(file_name(new.title), new.content)
            done.created.append(new.title)
