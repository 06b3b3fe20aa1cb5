"""Backups as the administrator asks for them: make, check, compare. The act of each goes into the record (R19)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sync_service.backups.manifest import Kind, Manifest
from sync_service.backups.run import Outcome, back_up
from sync_service.backups.snapshot import Carried, Sources
from sync_service.backups.verify import Verification, verify, verify_places
from sync_service.books.google.source import GOOGLE
from sync_service.books.package import open_package
from sync_service.books.source import SourceError
from sync_service.books.xlsx import BOOK
from sync_service.records import ledger, sync_state
from sync_service.records.backup_log import note_backup
from sync_service.records.sync_state import BookState
from sync_service.usecases.database import follows_its_ledger, has_tables_of
from sync_service.usecases.workspace import Workspace

WORK_FOLDER = ".work"  # inside the school's folder, so that a large copy never fills the system disk
NO_FILE_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]')  # people may call a spreadsheet anything


def make_backup(workspace: Workspace, kind: Kind, *, due_at: datetime | None = None) -> Outcome:
    """One backup of everything to all places, read back. Raises BackupRefused if there is no copy at all."""
    config = workspace.config
    started = workspace.clock()
    outcome = back_up(
        Sources.of(config),
        kind=kind,
        made_at=started.astimezone(workspace.zone),
        digest=ledger.digest(),
        places=config.backup.places,
        keep_weeks=config.backup.keep_weeks,
        workdir=config.home / WORK_FOLDER,
        due_at=due_at,
        bring=lambda: books_in_google(workspace),
    )
    note_backup(
        kind=kind.value,
        name=outcome.name,
        started=started,
        finished=workspace.clock(),
        size=outcome.size,
        sha256=outcome.sha256,
        media=[str(result.place) if result.ok else "" for result in outcome.published],
        trouble=" ".join(outcome.problems),
    )
    return outcome


def books_in_google(workspace: Workspace, states: Iterable[BookState] | None = None) -> Iterator[Carried]:
    """Every known book (or those of `states`) that lies in Google, as Google makes a workbook of it; one Drive call
    each."""
    taken: set[str] = set()
    for state in sync_state.book_states().values() if states is None else states:
        if not state.ref.startswith(GOOGLE):
            continue
        title = NO_FILE_NAME.sub("_", state.name).strip(" .") or state.book
        name = f"{title}{BOOK}" if title.casefold() not in taken else f"{title} ({state.book}){BOOK}"
        taken.add(title.casefold())
        if workspace.google is None:
            yield Carried(name, why="книга лежит в Google, а google.credentials в настройках нет")
            continue
        try:
            content = workspace.google.export(state.ref)
            open_package(content, state.name)
        except SourceError as error:
            yield Carried(name, why=str(SourceError(error.trouble, state.name, error.detail)).removesuffix("."))
        else:
            yield Carried(name, content)


def check_backups(workspace: Workspace, paths: Iterable[Path] = ()) -> list[Verification]:
    """Verify these archives, or every archive of every place."""
    named = list(paths)
    return [verify(path) for path in named] if named else verify_places(workspace.config.backup.places)


def holds_what_was_copied(manifest: Manifest) -> bool:
    """Whether the record that is open now, freshly restored, says exactly what the copied one said.

    Tables of an earlier version have been brought up to date, and no digest of today is theirs. The archive's files
    have been proved one by one, so there it is enough that the tables follow from the ledger."""
    return ledger.digest() == manifest.digest if has_tables_of(manifest.migrations) else follows_its_ledger()
