"""Commands of the main job: init, provision, check, sync, run, serve, status, doctor, demo."""
# Use cases are imported inside the commands: Django must know its settings first.
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from sync_service.cli.opening import open_school, set_up
from sync_service.cli.terminal import (
    GREEN,
    HERE,
    RED,
    YELLOW,
    AsJson,
    ConfigPath,
    as_json,
    command,
    progress,
    say,
    table,
)

if TYPE_CHECKING:
    from sync_service.usecases.outcome import SyncReport

LISTED = 20  # problems shown by a command; the rest stands in the books
LOGINS_SHOWN = 10  # logins that may be closed; all of them with --json


@command()
def init(
    folder: Annotated[Path, typer.Argument(help="Папка школы; будет создана.")] = Path(),
    title: Annotated[str, typer.Option("--title", help="Название школы.")] = "Наша школа",
    code: Annotated[str, typer.Option("--code", help="Латиницей: войдёт в имена резервных копий.")] = "school",
) -> None:
    """Завести школу: настройки, папка книг и пустая книга «Школа»."""
    from sync_service.usecases.setup import write_school_book, write_settings

    settings = folder / "school.toml"
    write_settings(settings, title=title, code=code)
    workspace = open_school(settings)
    write_school_book(workspace)
    say(f"Заведена школа в папке {folder.absolute()}:")
    say("  school.toml        настройки: укажите в них две папки для резервных копий")
    say("  books/Школа.xlsx   заполните её: сотрудники, классы, нагрузка, расписание, календарь")
    say(f"Затем: journal provision --config {settings}")


@command()
def provision(
    config: ConfigPath = HERE,
    repair: Annotated[
        bool, typer.Option("--repair", help="Ещё и починить книги в Google: защиту, доступ, правила ввода, ключи.")
    ] = False,
) -> int:
    """Создать недостающие книги: списки классов и журналы — по книге «Школа»."""
    workspace = open_school(config)
    from sync_service.jobs.lock import single_instance
    from sync_service.usecases.google_doctor import told_without_email
    from sync_service.usecases.provision import provision as make_books

    with single_instance(workspace.config.home, "journal provision"), progress("Книги") as step:
        done = make_books(workspace, repair=repair, progress=step)
    for name in done.created:
        say(f"создана   {name}")
    for name in done.existed:
        say(f"уже есть  {name}")
    for name in done.waiting:
        say(f"ждёт      {name}: заполните список класса и повторите «journal provision»")
    for name in done.without_quarters:
        say(f"ждёт      {name}: впишите в «Календарь» четверти и повторите «journal provision»")
    for name, lacking in done.redrawn.items():
        say(f"перерисован {name}: {', '.join(lacking)}")
    for sentence in done.refused:
        say(sentence, style=YELLOW)
    for name, lines in done.mended.items():
        say(f"починена  {name}:")
        for line in lines:
            say(f"          {line}")
    if repair and not done.mended:
        say("Чинить нечего." if workspace.google else "Чинят только книги в Google, а он не настроен.")
    show_troubles(done.troubles)
    show_problems([(book, problem) for book, problem in done.problems])
    if done.without_email:
        say(f"{told_without_email(done.without_email)}.", label="Почта учителей:", style=YELLOW)
    say(f"Уроков добавлено: {done.lessons}.")
    return 1 if done.troubles or done.problems or done.refused else 0


@command()
def check(
    config: ConfigPath = HERE,
    book: Annotated[str, typer.Option("--book", help="Только эта книга: 9А или имя файла.")] = "",
    json: AsJson = False,
) -> int:
    """Проверить книги и ничего не записывать."""
    return _pass(config, book, dry_run=True, everything=True, json=json)


@command()
def sync(
    config: ConfigPath = HERE,
    book: Annotated[str, typer.Option("--book", help="Только эта книга: 9А или имя файла.")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Показать, что изменилось бы, и ничего не записать.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Перечитать и неизменившиеся книги.")] = False,
    json: AsJson = False,
) -> int:
    """Сверить книги с базой: принять новое, показать замечания."""
    return _pass(config, book, dry_run=dry_run, everything=everything, json=json)


def _pass(config: Path, book: str, *, dry_run: bool, everything: bool, json: bool) -> int:
    workspace = open_school(config)
    from contextlib import nullcontext

    from sync_service.jobs.lock import single_instance
    from sync_service.usecases.choosing import chooser
    from sync_service.usecases.syncing import sync as run_pass

    only = chooser(workspace, book)
    lock = nullcontext() if dry_run else single_instance(workspace.config.home, "journal sync")
    with lock, progress("Сверка") as step:
        report = run_pass(
            workspace, only=only, dry_run=dry_run, everything=everything, nightly=everything, progress=step
        )
    if json:
        as_json(_report_data(report))
    else:
        _show_report(report, dry_run=dry_run)
    return 1 if report.needs_human else 0


def _report_data(report: SyncReport) -> dict[str, object]:
    from sync_service.domain.problems import message

    return {
        "unchanged": report.unchanged,
        "troubles": [str(trouble) for trouble in report.troubles],
        "books": [
            {
                "name": book.name,
                "recorded": book.recorded,
                "retracted": book.retracted,
                "written": book.written,
                "waiting": book.waiting,
                "held": [plan.title for plan in book.held],
                "problems": [
                    {
                        "code": problem.code.value,
                        "cell": problem.place.a1,
                        "tab": problem.place.tab,
                        "text": message(problem),
                    }
                    for problem in book.problems
                ],
            }
            for book in report.books
        ],
    }


def _show_report(report: SyncReport, *, dry_run: bool) -> None:
    if report.books:
        headings = ("Книга", "Принято", "Снято", "Замечаний", "Задержано вкладок", "Записано в книгу")
        rows = [
            (
                book.name,
                book.recorded,
                book.retracted,
                len(book.problems),
                len(book.held),
                "—" if dry_run else "да" if book.written else book.waiting or "нечего",
            )
            for book in report.books
        ]
        table("Было бы принято" if dry_run else "Принято из книг", headings, rows, right=(1, 2, 3, 4))
    say(f"Без изменений: {report.unchanged}.")
    if dry_run:
        for book in report.books:
            for plan in book.plans:
                if plan.changes:
                    rows = [(change.a1, change.old or "—", change.new or "(пусто)") for change in plan.changes]
                    table(f"{book.name}, вкладка «{plan.title}»", ("Ячейка", "В базе", "Станет"), rows)
    show_problems([(book.name, problem) for book in report.books for problem in book.problems])
    for book in report.books:
        for plan in book.held:
            say(f"{book.name}, вкладка «{plan.title}». Смотрите «journal hold list».", label="Задержано:", style=RED)
    show_troubles(report.troubles)


def show_problems(problems: list[tuple[str, object]]) -> None:
    """The first problems as sentences; the books themselves show all of them."""
    from sync_service.domain.problems import Problem, message

    for book, problem in problems[:LISTED]:
        assert isinstance(problem, Problem)
        say(f"{book}: {message(problem)}", label="•", style=YELLOW)
    if len(problems) > LISTED:
        say(f"… и ещё {len(problems) - LISTED}. Все: тот же вызов с --json; в журналах — вкладка «Замечания».")


def show_troubles(troubles: list[Exception] | object) -> None:
    for trouble in troubles:  # type: ignore[attr-defined]
        say(f"{trouble}", label="Не прочитано:", style=RED)


@command()
def status(config: ConfigPath = HERE, json: AsJson = False) -> int:
    """Показать, что прочитано, что ждёт человека и когда делались копии."""
    workspace = open_school(config)
    from dataclasses import asdict

    from sync_service.usecases.status import status as look

    now = look(workspace)
    code = 1 if any(line.trouble or line.holds for line in now.books) else 0
    if json:
        as_json(asdict(now))
        return code
    zone = workspace.zone

    def moment(value: object) -> str:
        return f"{value.astimezone(zone):%d.%m %H:%M}" if value else "ещё не было"  # type: ignore[attr-defined]

    rows = [
        (
            line.name,
            moment(line.read_at),
            line.problems or "",
            line.holds or "",
            line.trouble or ("ждёт записи замечаний" if line.waiting else ""),
        )
        for line in now.books
    ]
    table("Книги", ("Книга", "Прочитана", "Замечаний", "Задержано", "Что не так"), rows, right=(2, 3))
    counts = now.counts
    say(
        f"В базе: отметок и пропусков {counts.get('entry', 0)}, уроков {counts.get('lesson', 0)}, "
        f"учеников {counts.get('pupil', 0)}, строк в летописи {counts.get('ledgerrow', 0)}."
    )
    titles = {
        "backup": "недельная копия",
        "archive": "месячный архив",
        "report": "отчёт",
        "check": "ночная проверка",
    }
    if now.idle_logins:
        shown = "; ".join(f"{one.login} ({one.name}: {one.why})" for one in now.idle_logins[:LOGINS_SHOWN])
        more = f" и ещё {rest}" if (rest := len(now.idle_logins) - LOGINS_SHOWN) > 0 else ""
        say(f"Логины, которые пора закрыть (journal accounts block ЛОГИН): {shown}{more}.")
    say("Последнее: " + ", ".join(f"{titles[name]} — {moment(at)}" for name, at in now.jobs.items()) + ".")
    return code


@command()
def doctor(
    config: ConfigPath = HERE,
    deep: Annotated[
        bool, typer.Option("--deep", help="Ещё и построить таблицы заново по летописи и сравнить.")
    ] = False,
    json: AsJson = False,
) -> int:
    """Проверить, всё ли в порядке: база, книги, носители копий, место на диске."""
    workspace = open_school(config, migrate=False)
    from dataclasses import asdict

    from sync_service.usecases.doctor import doctor as examine
    from sync_service.usecases.health import Health

    findings = examine(workspace, deep=deep)
    if json:
        as_json([asdict(finding) for finding in findings])
    else:
        colours = {Health.GOOD: GREEN, Health.WARNING: YELLOW, Health.BAD: RED}
        rows = [(finding.what, Text(finding.health, colours[finding.health]), finding.words) for finding in findings]
        table("Осмотр", ("Что", "Как", "Подробно"), rows)
    return 1 if any(finding.health is Health.BAD for finding in findings) else 0


@command()
def serve(config: ConfigPath = HERE) -> None:
    """Открыть дневник, ничего не сверяя. Остановить: Ctrl+C."""
    workspace = open_school(config)
    from sync_service.diary.serving import serve as serve_diary

    diary = workspace.config.diary
    server = serve_diary(diary.host, diary.port)
    say(f"Дневник открыт: {server.address}/  Остановить: Ctrl+C")
    try:
        server.wait()
    except KeyboardInterrupt:
        say("Дневник закрыт.")
    finally:
        server.stop()


@command()
def run(config: ConfigPath = HERE) -> int:
    """Работать постоянно: сверять книги, открыть дневник, делать копии и отчёты в срок."""
    workspace = open_school(config)
    from sync_service.diary.serving import Server
    from sync_service.jobs.lock import single_instance
    from sync_service.jobs.work import make_daemon

    diary = workspace.config.diary
    with single_instance(workspace.config.home, "journal run"):
        say(f"Служба работает. Дневник: http://{diary.host}:{diary.port}/  Остановить: Ctrl+C")
        code = make_daemon(workspace, lambda: Server(diary.host, diary.port)).run()
    say("Служба остановлена.")
    return code


@command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context, config: ConfigPath = HERE) -> None:
    """Команды Django, для разработчика: migrate, shell, dbshell …"""
    set_up(config)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["journal manage", *context.args])
