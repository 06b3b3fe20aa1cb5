"""The examination of what the school has in Google. What needs no network is told also without one, and soon."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError

from sync_service.books.google.credentials import SERVICE_ACCOUNT, AccountInfo, kind_of, load_credentials
from sync_service.books.google.diagnosis import CLOCK_TOLERANCE, in_words
from sync_service.books.google.source import GoogleSource
from sync_service.books.source import SourceError
from sync_service.records import queries, sync_state
from sync_service.records.sync_state import BookState
from sync_service.usecases.google_look import account_of, books_there, folder_of, impatient, is_in_use, sheets_answer
from sync_service.usecases.health import Finding, Health
from sync_service.usecases.names import law_note
from sync_service.usecases.rights import without_email
from sync_service.usecases.workspace import Workspace

NEARLY_FULL = 0.9
GIGABYTE = 1024**3


def examine_google(workspace: Workspace) -> Iterator[Finding]:
    """Nothing for a school without [google]. Ends within half a minute, whatever the network is like: a call that comes
    to nothing is the last one."""
    if workspace.config.google.credentials is None:
        return
    try:
        states = sync_state.book_states()
    except DatabaseError:
        states = {}
    try:
        yield from _asked(workspace, states)
    except SourceError as error:
        yield Finding("Google", Health.BAD, str(error))
    yield from _people(workspace, states)
    yield from _law(workspace, states)


def _asked(workspace: Workspace, states: Mapping[str, BookState]) -> Iterator[Finding]:
    """Raises SourceError with the first trouble that concerns all that follows."""
    path = workspace.config.google.credentials
    assert path is not None
    yield from _key_file(path, workspace.config.google.api)
    place = impatient(workspace.config)
    account = account_of(place)
    yield from _account(account, folder=place.settings.folder)
    yield from _clock(place.client.clock_error)
    sheets_answer(place)
    yield Finding("Google", Health.GOOD, "Диск и Таблицы отвечают")
    yield from _folder(place, account)
    yield from _books(place, states)


def _key_file(path: Path, api: str) -> Iterator[Finding]:
    service = kind_of(load_credentials(path, api=api)) == SERVICE_ACCOUNT
    kind = "ключ сервисного аккаунта" if service else "вход человека"
    yield Finding("Вход в Google", Health.GOOD, f"{path}: {kind}")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("Вход в Google", Health.WARNING, f"{path} могут прочесть другие: chmod 600 {path.name}")


def _account(account: AccountInfo, folder: str) -> Iterator[Finding]:
    if account.kind == SERVICE_ACCOUNT:
        health, room = Health.GOOD, "своего места на Диске у него нет"
        if not folder:
            health = Health.BAD
            room += ", владеть книгами он не может: укажите в google.folder общий диск или войдите как человек"
    elif account.limit is None:
        health, room = Health.GOOD, f"на Диске занято {gigabytes(account.used)}"
    else:
        health = Health.WARNING if account.used > NEARLY_FULL * account.limit else Health.GOOD
        room = f"на Диске занято {gigabytes(account.used)} из {gigabytes(account.limit)}"
    yield Finding("Аккаунт Google", health, f"{account.email or 'Google не говорит, чей'}: {room}")


def _clock(skew: timedelta | None) -> Iterator[Finding]:
    if skew is not None and abs(skew) > CLOCK_TOLERANCE:
        words = f"{in_words(skew)} против Google: включите в системе установку времени по сети"
        yield Finding("Часы компьютера", Health.WARNING, words)
    elif skew is not None:
        yield Finding("Часы компьютера", Health.GOOD, "идут как у Google")


def _folder(place: GoogleSource, account: AccountInfo) -> Iterator[Finding]:
    try:
        folder = folder_of(place)
    except SourceError as error:
        advice = (
            "поделитесь ею с этим аккаунтом с правом «Редактор»"
            if account.kind == SERVICE_ACCOUNT
            else "вход человека видит только то, что создала программа: оставьте google.folder пустым"
        )
        yield Finding("Папка в Google", Health.BAD, f"google.folder: {error} Если папка есть, {advice}.")
        return
    if folder is None:
        yield Finding("Папка в Google", Health.GOOD, "появится, когда будет создана первая книга")
    elif folder.trashed:
        yield Finding("Папка в Google", Health.BAD, f"«{folder.name}» лежит в корзине: восстановите её на Диске")
    else:
        yield Finding("Папка в Google", Health.GOOD, f"«{folder.name}»")


def _books(place: GoogleSource, states: Mapping[str, BookState]) -> Iterator[Finding]:
    books = books_there(place, states)
    good = sum(not book.trouble for book in books)
    if books:
        health = Health.GOOD if good == len(books) else Health.WARNING
        yield Finding("Книги в Google", health, f"исправны {good} из {len(books)}")
    for book in books:
        if book.trouble:
            yield Finding(book.name, Health.BAD, book.trouble)


def _people(workspace: Workspace, states: Mapping[str, BookState]) -> Iterator[Finding]:
    try:
        directory = queries.directory()
    except DatabaseError:
        return
    if directory is not None and is_in_use(workspace, states) and (missing := without_email(directory)):
        yield Finding("Почта учителей", Health.WARNING, told_without_email(missing))


def told_without_email(names: list[str]) -> str:
    return (
        f"{', '.join(names)} — адреса нет, и своих вкладок в Google им не открыть: впишите адреса на вкладке "
        "«Сотрудники» книги «Школа», затем «journal sync»"
    )


def _law(workspace: Workspace, states: Mapping[str, BookState]) -> Iterator[Finding]:
    config = workspace.config
    if note := law_note(config.school.region, config.privacy.names, google=is_in_use(workspace, states)):
        yield Finding("Закон", Health.WARNING, note)


def gigabytes(size: int) -> str:
    """«1,2 ГБ»."""
    return f"{size / GIGABYTE:.1f} ГБ".replace(".", ",")
