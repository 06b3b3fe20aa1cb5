"""One pass: fetch what changed, plan, record, show. Plans are made by the core; here they are only carried out.

Each book is recorded in a transaction of its own, with no reading or writing of books inside it: a crash anywhere is
healed by the next pass, and one book's trouble never stops another's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from sync_service.books.google.source import GOOGLE
from sync_service.books.source import Fetched, SourceError, Trouble
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Directory
from sync_service.reconcile.layout import BookKind
from sync_service.reconcile.office import read_school
from sync_service.reconcile.planned import Action
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from sync_service.records.sync_state import BookState
from sync_service.usecases import composition, remarks
from sync_service.usecases.annotating import annotate
from sync_service.usecases.books import Progress, Shelf, read_one, read_the_rest, take_stock
from sync_service.usecases.composition import BookSpec
from sync_service.usecases.office import Imported, import_school, schedule_lessons
from sync_service.usecases.outcome import BookOutcome, SyncReport
from sync_service.usecases.planning import PlannedBook, plan_book
from sync_service.usecases.rights import close_owed, settle_all_rights, settle_owed_rights
from sync_service.usecases.rosters import import_roster, import_rosters
from sync_service.usecases.watching import probably_edited
from sync_service.usecases.workspace import NeedsHuman, Workspace


def sync(
    workspace: Workspace,
    *,
    only: Callable[[str], bool] = lambda _: True,
    everything: bool = False,
    nightly: bool = False,
    dry_run: bool = False,
    annotate_files: bool = True,
    settle: timedelta = timedelta(0),
    progress: Progress = lambda _: None,
) -> SyncReport:
    """Bring the record in step with the books, then the books' remarks in step with the record.

    `only` chooses books by identity; `everything` reads also those that did not change (rules that depend on the day);
    `nightly` also looks for what is past its deadline (usecases.remarks);
    `dry_run` decides and reports but records and writes nothing; `annotate_files` False leaves files that people may
    want to open alone this time (a book in Google is never in anybody's way); `settle`: how long a teacher's change
    must have stood to be accepted. Raises SourceError if the place of the books is not there, NeedsHuman if it is
    suddenly empty or the school is not set up."""

    def annotated(ref: str) -> bool:
        return annotate_files or ref.startswith(GOOGLE)

    states = sync_state.book_states()
    directory = queries.directory()
    claimed = {book for _, book, _, _ in queries.standing(Code.ROSTER_CLAIMED)}  # waits for what another list says
    workspace.source.resume("" if everything else sync_state.bookmark())
    shelf = take_stock(
        workspace,
        states,
        wanted=only,
        everything=everything,
        retry_waiting=annotated,
        unsettled=lambda state: state.book in claimed or _to_settle(state, workspace.clock(), settle),
        suspected=_suspected(workspace, directory, states),
        progress=progress,
    )
    _refuse_empty_place(workspace, shelf, states)
    told_once = {str(trouble): trouble for trouble in shelf.troubles.values()}
    report = SyncReport(unchanged=len(shelf.unchanged), troubles=list(told_once.values()))
    if not dry_run:
        _remember_looks(workspace, shelf, states)
    before: dict[str, BookOutcome] = {}
    if not dry_run and directory is not None and _timetable_may_move(shelf):
        # what is typed already belongs to the lesson that stood there: it is accepted before lessons get other days
        read_the_rest(workspace, shelf, progress)
        before = _record_journals(workspace, directory, shelf, states, settle)
        states = sync_state.book_states()
    with _undone() if dry_run else nullcontext():  # together: one list answers for what another says
        office_moved = _sync_office(workspace, directory, shelf, report) and not dry_run
    if office_moved and not everything:
        # whoever came, left or got another lesson changes what is right in journals nobody touched
        states = sync_state.book_states()
        read_the_rest(workspace, shelf, progress)
        everything = True
    if not dry_run:
        report.troubles += _settle_rights(workspace, office_moved=office_moved)
    directory = queries.directory() if office_moved else directory
    if directory is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    annotations = []
    news: set[str] = set()  # classes of which something was recorded just now
    for spec in composition.books_of(directory, workspace.config):
        if spec.kind is BookKind.REASONS and not dry_run and news.intersection(spec.classes):
            read_one(workspace, shelf, spec.book)  # it has a line for whoever was marked absent elsewhere
        if (fetched := shelf.fetched.get(spec.book)) is None:
            continue
        progress(fetched.look.name)
        state = states.get(spec.book)
        outcome = _outcome(
            fetched,
            _planned(workspace, directory, spec, fetched, state, everything=everything, wait=settle, dry_run=dry_run),
        )
        if (first := before.get(spec.book)) is not None:
            outcome.recorded += first.recorded
            outcome.retracted += first.retracted
        report.books.append(outcome)
        if outcome.recorded or outcome.retracted:
            news.update(one for course in spec.courses for one in course.classes)
        if not dry_run and annotated(fetched.look.ref):
            annotations.append((spec, fetched, outcome))
    if not dry_run:
        # only now: whoever is killed before this looks again from where the last whole pass ended
        sync_state.move_bookmark(workspace.source.bookmark())
        read = [spec for spec, _, _ in annotations]
        remarks.open_and_close(workspace, directory) if nightly else remarks.close_mended(workspace, directory, read)
        annotate(workspace, directory, annotations)
    return report


def _settle_rights(workspace: Workspace, *, office_moved: bool) -> list[SourceError]:
    """Let into the journals those who keep them now and nobody else; what of it could not be done."""
    changed = settle_all_rights(workspace) if office_moved else settle_owed_rights(workspace)
    settled = [*changed.values(), *close_owed(workspace).values()]
    return [trouble for trouble in settled if isinstance(trouble, SourceError)]


def _timetable_may_move(shelf: Shelf) -> bool:
    return any(fetched.identity.kind == BookKind.SCHOOL for fetched in shelf.fetched.values())


def _record_journals(
    workspace: Workspace, directory: Directory, shelf: Shelf, states: Mapping[str, BookState], settle: timedelta
) -> dict[str, BookOutcome]:
    """Take over what stands in the journals that are at hand, by the directory as it is now; what came of each."""
    outcomes = {}
    for spec in composition.books_of(directory, workspace.config):
        if (fetched := shelf.fetched.get(spec.book)) is not None and spec.book in states:
            planned = _planned(
                workspace, directory, spec, fetched, states[spec.book], everything=False, wait=settle, dry_run=False
            )
            outcomes[spec.book] = _outcome(fetched, planned)
    return outcomes


def _refuse_empty_place(workspace: Workspace, shelf: Shelf, states: Mapping[str, BookState]) -> None:
    """A folder without any of its books is a disk that is not connected, not a school without journals."""
    if len(states) > 1 and all(_is_missing(shelf.troubles.get(book)) for book in states) and not shelf.fetched:
        raise NeedsHuman(
            f"В папке {workspace.config.books.folder} не осталось ни одной книги. Ничего не изменено: "
            "проверьте, подключена ли папка, и повторите."
        )


def _to_settle(state: BookState, now: datetime, settle: timedelta) -> bool:
    """Whether something of a book has waited long enough. A clock set back must not make it wait for longer."""
    return state.settle_at is not None and not now < state.settle_at <= now + settle


def _planned(
    workspace: Workspace,
    directory: Directory,
    spec: BookSpec,
    fetched: Fetched,
    state: BookState | None,
    *,
    everything: bool,
    wait: timedelta,
    dry_run: bool,
) -> PlannedBook:
    """The plans of a book, carried out unless it is a `dry_run`; made anew if the office corrects a value meanwhile."""
    while True:
        corrected = queries.last_correction()
        planned = plan_book(workspace, directory, spec, fetched, state, everything=everything, wait=wait)
        if dry_run or _record(workspace, spec, fetched, planned, state, corrected):
            return planned


def _suspected(
    workspace: Workspace, directory: Directory | None, states: Mapping[str, BookState]
) -> list[str]:
    if directory is None:
        return []
    books = composition.books_of(directory, workspace.config)
    return probably_edited(directory, books, states, workspace.clock().astimezone(workspace.zone))


def _is_missing(trouble: SourceError | None) -> bool:
    return trouble is not None and trouble.trouble is Trouble.MISSING


def _remember_looks(workspace: Workspace, shelf: Shelf, states: Mapping[str, BookState]) -> None:
    """Books that cannot be had now keep their last good data; the status page says since when. A book that only its
    version moved of (somebody opened and saved it) is not read again for that."""
    sentences = {book: str(error) for book, error in shelf.troubles.items() if book in states}
    with transaction.atomic():
        sync_state.settle_troubles(sentences, {*shelf.fetched, *shelf.unchanged}, workspace.clock())
        for book, look in shelf.unchanged.items():
            state = states[book]
            if (state.version, state.name) != (look.version, look.name):
                healthy = replace(state, version=look.version, name=look.name, trouble="", trouble_since=None)
                sync_state.save_book(healthy)


def _sync_office(workspace: Workspace, directory: Directory | None, shelf: Shelf, report: SyncReport) -> bool:
    """Take over the school book, then the roster books by the directory that it has left. Returns whether the record
    moved."""
    moved = 0
    for kind in (BookKind.SCHOOL, BookKind.ROSTER):
        books = [fetched for _, fetched in sorted(shelf.fetched.items()) if fetched.identity.kind == kind]
        directory = queries.directory() if moved else directory
        taken = import_rosters(books, partial(_take, workspace, directory, kind))
        for number, imported in taken.items():
            moved += imported.rows
            name = books[number].look.name
            report.books.append(BookOutcome(name, recorded=imported.rows, problems=imported.problems))
    return moved > 0


@transaction.atomic
def _take(workspace: Workspace, directory: Directory | None, kind: BookKind, fetched: Fetched) -> Imported:
    """One book of the office in a transaction of its own."""
    imported = _import(workspace, directory, kind, fetched)
    _remember_office_book(workspace, fetched.identity.book, fetched, imported)
    return imported


@contextmanager
def _undone() -> Iterator[None]:
    """A rehearsal: nothing of what is recorded inside stays."""
    with suppress(_Undo), transaction.atomic():
        yield
        raise _Undo


class _Undo(Exception):
    """Rolls a rehearsal back."""


def _import(workspace: Workspace, directory: Directory | None, kind: BookKind, fetched: Fetched) -> Imported:
    at = workspace.clock()
    if kind is BookKind.SCHOOL:
        imported = import_school(read_school(fetched.sheets), actor=fetched.look.name, at=at)
        directory = queries.directory() if imported.rows else None
        added = schedule_lessons(directory, at=at) if directory is not None else 0
        return replace(imported, rows=imported.rows + added)
    return Imported(0, ()) if directory is None else import_roster(fetched, directory, at=at)


def _remember_office_book(workspace: Workspace, book: str, fetched: Fetched, imported: Imported) -> None:
    at = workspace.clock()
    sync_state.replace_problems(book, "", imported.problems, at)
    sync_state.save_book(
        BookState(
            book=book,
            ref=fetched.look.ref,
            name=fetched.look.name,
            version=fetched.look.version,
            tab_versions=dict(fetched.tab_versions),
            titles={},
            read_at=at,
        )
    )


def _outcome(fetched: Fetched, planned: PlannedBook) -> BookOutcome:
    changes = [change for plan in planned.plans for change in plan.changes]
    return BookOutcome(
        fetched.look.name,
        recorded=sum(change.action is Action.RECORD for change in changes),
        retracted=sum(change.action is Action.RETRACT for change in changes),
        problems=(*planned.found.problems, *(problem for plan in planned.plans for problem in plan.problems)),
        held=tuple(plan for plan in planned.plans if plan.withheld),
        plans=planned.plans,
    )


@transaction.atomic
def _record(
    workspace: Workspace,
    spec: BookSpec,
    fetched: Fetched,
    planned: PlannedBook,
    state: BookState | None,
    corrected: int,
) -> bool:
    """Carry out the plans of one book: ledger, current values, baseline, problems, holds and what the book was.

    False, and nothing is done, if the office has corrected a value since `corrected`: the plans do not know of it. The
    book waits for its remarks from here on, in the same transaction: whoever is killed before they are written finds
    that out at the next pass."""
    sync_state.lock_book(spec.book)
    if queries.last_correction() != corrected:
        return False
    at = workspace.clock()
    facts: list[Fact] = []
    reasons = _reasons(planned)
    for plan in planned.plans:
        facts += [
            ledger.slot_fact(
                change.slot,
                change.new,
                book=spec.book,
                place=f"{plan.title}!{change.a1}",
                reason=reasons.get(plan.released.get(change.slot, ""), ""),
            )
            for change in plan.changes
            if change.action is not Action.ACKNOWLEDGE
        ]
    ledger.append(facts, actor=fetched.look.name, channel="sheet", at=at)
    for plan in planned.plans:
        sync_state.move_baseline(plan.tab, {change.slot: change.new for change in plan.changes})
        sync_state.replace_problems(spec.book, plan.tab, plan.problems, at)
        sync_state.settle_hold(spec.book, plan.tab, plan.withheld, at)
        sync_state.replace_sightings(spec.book, plan.tab, planned.seen.get(plan.tab, {}))
    sync_state.settle_hold(spec.book, "", planned.withheld, at)
    sync_state.replace_problems(spec.book, "", _of_the_book(fetched, planned), at)
    sync_state.save_book(
        BookState(
            book=spec.book,
            ref=fetched.look.ref,
            name=fetched.look.name,
            version=fetched.look.version,
            tab_versions=dict(fetched.tab_versions),
            titles={**(state.titles if state is not None else {}), **planned.titles},
            read_at=at,
            waiting=True,
            generation=state.generation if planned.withheld and state else fetched.identity.generation,
            settle_at=planned.settle_at,
        )
    )
    return True


def _reasons(planned: PlannedBook) -> dict[str, str]:
    """By digest: why a human has let it through, as the ledger keeps it beside each change."""
    digests = {digest for plan in planned.plans for digest in plan.released.values()}
    if not digests:
        return {}
    released = sync_state.released_by(digests)
    return {digest: f"{reason} (задержку снял(а): {by})" for digest, (by, reason) in released.items()}


def _of_the_book(fetched: Fetched, planned: PlannedBook) -> list[Problem]:
    name = fetched.look.name.removesuffix(".xlsx")
    problems = list(planned.found.problems)
    if planned.undrawn:
        problems.append(Problem(Code.BOOK_NARROW, Place(name), detail=", ".join(planned.undrawn)))
    if planned.withheld is not None:
        problems.append(Problem(Code(planned.withheld.code), Place(name), detail=planned.withheld.detail))
    return problems
