"""`journal google`: letting the program in, and what it sees there."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.opening import open_school, set_up
from sync_service.cli.terminal import GREEN, HERE, RED, YELLOW, AsJson, ConfigPath, as_json, group, say, table

if TYPE_CHECKING:
    from sync_service.books.google.credentials import AccountInfo

command = group("google", "Книги в Google: войти, посмотреть, что там.")
CLIENT = "client_secret.json"


@command()
def login(
    client: Annotated[
        Path | None, typer.Option("--client", help=f"Файл приложения из консоли Google; обычно {CLIENT} рядом.")
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Не открывать браузер, а напечатать адрес для него.")
    ] = False,
    port: Annotated[int, typer.Option("--port", help="Порт этого компьютера для ответа браузера; 0 — любой.")] = 0,
    config: ConfigPath = HERE,
) -> None:
    """Впустить программу в Google под именем владельца книг."""
    settings = set_up(config)
    from sync_service.books.google.credentials import sign_in, signed_in_as
    from sync_service.usecases.google_look import NOT_SET_UP
    from sync_service.usecases.workspace import NeedsHuman

    target = settings.google.credentials
    if target is None:
        raise NeedsHuman(NOT_SET_UP)
    before = signed_in_as(target)
    say("Сейчас откроется браузер. Войдите под именем того, кому будут принадлежать книги, и разрешите всё.")
    email = sign_in(
        client or settings.home / CLIENT, target, open_browser=not no_browser, port=port, api=settings.google.api
    )
    say(f"{email or 'чей это аккаунт, Google не сказал'}.", label="Вход выполнен:", style=GREEN)
    say(f"Он сохранён в {target}; прочесть файл может только его владелец.")
    if before and email and before != email:
        say(f"раньше программа входила как {before}: его книг новый аккаунт не видит.", label="Внимание:", style=YELLOW)
    say("Дальше: journal google status")


@command("status")
def show_status(config: ConfigPath = HERE, json: AsJson = False) -> int:
    """Под чьим именем работает программа, где книги и что с ними."""
    workspace = open_school(config)
    from dataclasses import asdict

    from sync_service.usecases.google_look import google_status

    now = google_status(workspace)
    code = 1 if any(book.trouble for book in now.books) else 0
    if json:
        as_json(asdict(now))
        return code
    say(f"Аккаунт:  {_account(now.account)}")
    if now.folder is None:
        say("Папка:    ещё не создана; её создаст «journal provision»")
    else:
        say(f"Папка:    {now.folder.name}{' — В КОРЗИНЕ' if now.folder.trashed else ''}")
        say(f"          {now.folder.address}")
    limits = workspace.config.google
    say(f"Запас:    {limits.reads_per_minute} чтений и {limits.writes_per_minute} записей таблиц в минуту")
    say(f"          полная сверка: чтений {len(now.books)}, обращений к Диску {len(now.books) + 2}")
    say(f"          этот осмотр: обращений к Диску {now.calls}")
    if not now.books:
        say("Книг в Google пока нет.")
        return code
    rows = [
        (book.name, f"{book.read_at.astimezone(workspace.zone):%d.%m %H:%M}" if book.read_at else "ещё не было")
        for book in now.books
    ]
    table("Книги в Google", ("Книга", "Прочитана"), rows)
    for book in now.books:
        if book.trouble:
            since = f"{book.trouble_since.astimezone(workspace.zone):%d.%m %H:%M}: " if book.trouble_since else ""
            say(f"{since}{book.trouble}", label="Не в порядке:", style=RED)
    return code


def _account(account: AccountInfo) -> str:
    from sync_service.books.google.credentials import SERVICE_ACCOUNT
    from sync_service.usecases.google_doctor import gigabytes

    email = account.email or "Google не говорит, чей"
    if account.kind == SERVICE_ACCOUNT:
        return f"{email} (сервисный, своего места на Диске нет)"
    room = f" из {gigabytes(account.limit)}" if account.limit is not None else ""
    return f"{email}, на Диске занято {gigabytes(account.used)}{room}"
