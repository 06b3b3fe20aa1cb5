"""Is everything in order? Each finding names what was looked at, how it is, and what to do."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from django.db import DatabaseError

from sync_service.backups.media import check_places, is_there
from sync_service.backups.refusal import BackupRefused
from sync_service.backups.snapshot import Sources
from sync_service.books.google.source import GOOGLE
from sync_service.books.places import Places
from sync_service.books.source import SourceError
from sync_service.records import queries, sync_state
from sync_service.usecases.database import follows_its_ledger, is_up_to_date
from sync_service.usecases.google_doctor import examine_google
from sync_service.usecases.health import Finding, Health
from sync_service.usecases.workspace import Workspace

FREE_ENOUGH = 1_000_000_000  # bytes
BACKUP_DAYS = 8


def doctor(workspace: Workspace, *, deep: bool = False) -> list[Finding]:
    """Look at everything the service stands on. `deep` also replays the ledger against the current tables."""
    checks: list[Callable[[Workspace], Iterator[Finding]]] = [
        _python,
        _database,
        _books,
        examine_google,
        _places,
        _space,
        _jobs,
    ]
    if deep:
        checks.append(_ledger)
    return [finding for check in checks for finding in check(workspace)]


def _python(_: Workspace) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", Health.GOOD if sys.version_info >= (3, 11) else Health.BAD, version)


def _database(workspace: Workspace) -> Iterator[Finding]:
    url = workspace.config.database.url.split("@")[-1]
    try:
        ready = is_up_to_date()
    except DatabaseError as error:
        yield Finding("База данных", Health.BAD, f"{url} не отвечает: {error}. Проверьте адрес в school.toml и диск.")
        return
    if not ready:
        yield Finding("База данных", Health.WARNING, "таблицы не заведены или старые: выполните «journal provision».")
        return
    directory = queries.directory()
    if directory is None:
        yield Finding(
            "База данных",
            Health.WARNING,
            "школа ещё не заведена: заполните книгу «Школа» и выполните «journal provision».",
        )
        return
    counts = queries.counts()
    yield Finding(
        "База данных",
        Health.GOOD,
        f"{url}: классов {len(directory.classes)}, строк в летописи {counts.get('ledgerrow', 0)}",
    )


def _books(workspace: Workspace) -> Iterator[Finding]:
    """The books of the school's folder; those in Google are another check's."""
    source = workspace.source.files if isinstance(workspace.source, Places) else workspace.source
    folder = workspace.config.books.folder
    try:
        looks = source.looks()
    except SourceError as error:
        yield Finding("Книги", Health.BAD, str(error))
        return
    good = [look for look in looks if not isinstance(look, SourceError)]
    expected = workspace.config.google.books != "all" or workspace.config.books.backend == "files"
    yield Finding("Книги", Health.GOOD if good or not expected else Health.WARNING, f"{folder}: книг {len(good)}")
    for look in looks:
        if isinstance(look, SourceError):
            yield Finding("Книги", Health.WARNING, str(look))
    try:
        states = sync_state.book_states().values()
    except DatabaseError:
        return
    for state in states:
        if state.trouble and (workspace.google is None or not state.ref.startswith(GOOGLE)):
            yield Finding(state.name, Health.BAD, state.trouble)
    if not os.access(folder, os.W_OK):
        yield Finding(
            "Книги",
            Health.BAD,
            f"в папку {folder} нельзя писать: замечания не появятся в книгах. Дайте службе права.",
        )


def _places(workspace: Workspace) -> Iterator[Finding]:
    places = workspace.config.backup.places
    try:
        warnings = check_places(places, Sources.of(workspace.config))
    except BackupRefused as error:
        yield Finding("Носители копий", Health.BAD, str(error))
        return
    for place in places:
        if is_there(place):
            yield Finding("Носители копий", Health.GOOD, str(place))
        else:
            yield Finding("Носители копий", Health.BAD, f"{place} не подключён. Подключите диск.")
    for warning in warnings:
        yield Finding("Носители копий", Health.WARNING, warning)


def _space(workspace: Workspace) -> Iterator[Finding]:
    for folder in dict.fromkeys([workspace.config.home, *workspace.config.backup.places]):
        if Path(folder).exists():
            free = shutil.disk_usage(folder).free
            health = Health.GOOD if free > FREE_ENOUGH else Health.BAD
            yield Finding("Место на диске", health, f"{folder}: свободно {free // 1_000_000} МБ")


def _jobs(workspace: Workspace) -> Iterator[Finding]:
    try:
        last = sync_state.last_due("backup")
    except DatabaseError:
        return
    if last is None:
        yield Finding("Еженедельная копия", Health.WARNING, "служба «journal run» её ещё не делала")
    elif (workspace.clock() - last).days > BACKUP_DAYS:
        yield Finding(
            "Еженедельная копия",
            Health.BAD,
            f"последняя — за {last:%d.%m.%Y}: проверьте, работает ли «journal run»",
        )
    else:
        yield Finding("Еженедельная копия", Health.GOOD, f"последняя — за {last:%d.%m.%Y}")


def _ledger(_: Workspace) -> Iterator[Finding]:
    same = follows_its_ledger()
    words = (
        "повтор летописи даёт те же таблицы"
        if same
        else "таблицы расходились с летописью и построены заново: сообщите разработчику"
    )
    yield Finding("Летопись", Health.GOOD if same else Health.BAD, words)
