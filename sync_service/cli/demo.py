"""`journal demo` on the terminal: the story as it happens, then where everything lies and what to try next."""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sync_service.cli.emulator import google_emulator
from sync_service.cli.main_job import serve
from sync_service.cli.opening import set_up
from sync_service.cli.terminal import command, say, table

if TYPE_CHECKING:
    from sync_service.usecases.demo import DemoSchool
    from sync_service.usecases.workspace import Workspace


@command()
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Где построить показательную школу.")] = Path("demo"),
    serve_after: Annotated[bool, typer.Option("--serve", help="В конце оставить дневник открытым.")] = False,
    google: Annotated[
        bool, typer.Option("--google", help="Журналы — в таблицах учебного Google на этом компьютере.")
    ] = False,
) -> int:
    """Показать всё сразу на выдуманной школе: книги, сверка, логины, отчёт, копии."""
    from sync_service.usecases import setup

    setup.clear_demo(folder)
    settings = folder / "school.toml"
    title, code = "Ольховская основная школа", "olkhovka"
    if not google:
        setup.write_settings(settings, title=title, code=code)
        workspace, fine = _play(settings)
        if serve_after:
            serve(settings)
        return 0 if fine else 1
    key = folder / "google.json"
    with google_emulator(folder / "google", key) as address:
        setup.write_settings(settings, title=title, code=code, google=setup.GoogleSettings(key.name, address))
        workspace, fine = _play(settings)
        say(f"Таблицы учителей: {address}/  Их состояние останется в папке {_short(folder / 'google')}.")
        if serve_after:
            _go_on(workspace, address)
    return 0 if fine else 1


def _play(settings: Path) -> tuple[Workspace, bool]:
    """The story, and whether its backup is good."""
    began = time.monotonic()
    config = set_up(settings)
    from sync_service.usecases.database import migrate_database
    from sync_service.usecases.demo import play_first_quarter

    migrate_database()
    workspace, school = play_first_quarter(config, say=lambda step: say(f"{step}", label="»", style="bold cyan"))
    _summary(workspace, school, time.monotonic() - began)
    return workspace, school.backup.complete and all(found.ok for found in school.verified)


def _go_on(workspace: Workspace, address: str) -> None:
    """Work as `journal run` does, on the demo's evening, whose clock goes on from here."""
    from dataclasses import replace
    from datetime import timedelta

    from sync_service.diary.serving import Server
    from sync_service.jobs.work import make_daemon

    evening, began = workspace.clock(), time.monotonic()
    diary = workspace.config.diary
    say(f"Откройте {address}/, выберите книгу и себя, введите в ячейку «45»: примечание появится само.", style="bold")
    say(f"Дневник: http://{diary.host}:{diary.port}/  Остановить: Ctrl+C")
    going = replace(workspace, clock=lambda: evening + timedelta(seconds=time.monotonic() - began))
    make_daemon(going, lambda: Server(diary.host, diary.port)).run()


def _summary(workspace: Workspace, school: DemoSchool, seconds: float) -> None:
    config = workspace.config
    books = school.first.books
    recorded = sum(book.recorded for book in books)
    noticed = sum(len(book.problems) for book in books)
    say()
    table(
        "Что получилось",
        ("Что", "Где", "Сколько"),
        [
            ("Книги", _short(config.books.folder), f"{len(list(config.books.folder.glob('*.xlsx')))} файлов"),
            *([("Журналы", "таблицы Google", f"{len(workspace.google.known())} таблиц")] if workspace.google else []),
            ("База", _short(Path(config.database.url.removeprefix("sqlite:"))), f"принято из книг {recorded}"),
            ("Отчёты", _short(config.reports.folder), ", ".join(path.name for path in school.reports)),
            ("Копии", ", ".join(_short(place) for place in config.backup.places), "записаны и перечитаны"),
            ("Памятки", _short(school.slips), f"логинов {len(school.logins)}"),
        ],
    )
    taken = sum(book.recorded + book.retracted for book in school.second.books)
    say(f"Первая сверка дала замечаний: {noticed}. Исправлено ячеек: {school.corrected}, вторая приняла {taken}.")
    say(f"Третья: книг без изменений {school.third.unchanged}, изменившихся {len(school.third.books)}.")
    for name, what in school.redrawn.redrawn.items():
        say(f"Книга «Школа» поменялась: в «{name}» появился {', '.join(what)}, уроков перенесено или добавлено "
            f"{school.redrawn.lessons}.")  # fmt: skip
    moved = school.moved
    say(f"Переведён из {moved.old_class} в {moved.pupil.school_class} с {moved.day:%d.%m.%Y}: {moved.pupil.list_name}.")
    say()
    table(
        "Войти в дневник (первый вход попросит сменить пароль)",
        ("Кто", "Логин", "Пароль"),
        [(f"{one.name}, {one.role.label}", one.login, one.password) for one in school.samples],
    )
    # where the command is not on the path, show it as it was called
    program = "journal" if shutil.which("journal") else _short(Path(sys.argv[0]))
    say(label="Что попробовать дальше", style="bold")
    for words, order in (
        ("открыть дневник", "serve"),
        ("что прочитано", "status"),
        ("сверить книги", "sync"),
        ("отчёт за октябрь", "report 2026-10"),
        ("табель за октябрь", "timesheet 2026-10"),
        ("проверить копии", "verify"),
    ):
        say(f"{words:17} {program} {order} --config {_short(config.path)}")
    say()
    say(f"Готово за {seconds:.0f} с.")


def _short(path: Path) -> str:
    """The path as one would type it here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
