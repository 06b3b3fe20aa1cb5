"""How fast the service is, as ratios: every measure stands beside another one of the same run on the same data.

    python -m tests.bench        about two minutes, on the school of `journal demo` and an SQLite file

Nothing here passes or fails: machines differ and so do days. A ratio that moves between two versions is news.
"""
# ruff: noqa: PLC0415 - Django must know its settings first

from __future__ import annotations

import gc
import hashlib
import io
import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from openpyxl import load_workbook
from openpyxl.comments import Comment
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sync_service.usecases.workspace import Workspace

EVENING = datetime.fromisoformat("2026-10-30T18:40:00+03:00")
CLASS, PUPIL_OF = "9А Журнал.xlsx", "9А"
WEEK = "/week/2026-10-12/"
CELLS, FACTS = 50_000, 10_000
console = Console()
Work = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    what: str
    beside: str
    ours: list[float]  # seconds
    theirs: list[float]

    @property
    def times(self) -> float:
        """How many times as long ours takes."""
        return median(self.ours) / median(self.theirs)


def compare(what: str, ours: Work, beside: str, theirs: Work, runs: int) -> Ratio:
    """Medians of `runs` runs of each, in turns, after one of each that does not count."""
    ours(), theirs()
    taken = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    return Ratio(what, beside, *(list(column) for column in zip(*taken, strict=True)))


def seconds(work: Work) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# --- the school -------------------------------------------------------------------------------------------------------


def open_demo(folder: Path) -> Workspace:
    """The demo's books as its teachers have filled them in by the autumn holidays, provisioned and not yet synced."""
    from sync_service.usecases.setup import write_settings

    settings = folder / "school.toml"
    write_settings(settings, title="Школа для замеров")
    from sync_service.cli.opening import open_school

    config = open_school(settings).config
    from sync_service.books.render.roster import render_roster
    from sync_service.books.render.school import render_school
    from sync_service.domain.policy import Policy
    from sync_service.domain.scheduling import schedule_course
    from sync_service.usecases.composition import roster_book_id, school_book_id
    from sync_service.usecases.demo_school import demo_directory, demo_rosters, first_quarter
    from sync_service.usecases.opening import open_workspace
    from sync_service.usecases.provision import new_pupil_code, provision

    workspace = open_workspace(config, clock=lambda: EVENING.astimezone(UTC))
    config.books.folder.mkdir()
    directory, rosters = demo_directory(), demo_rosters()
    year = directory.year
    workspace.source.create("Школа.xlsx", render_school(school_book_id(year.title), directory, Policy()))
    taken = {pupil.code for roster in rosters for pupil in roster.pupils}
    for roster in rosters:
        title = f"{roster.school_class} Список"
        content = render_roster(
            roster_book_id(roster.school_class, year.title), title, directory.school, year, roster,
            directory.subjects, lambda: new_pupil_code(taken),
        )  # fmt: skip
        workspace.source.create(f"{title}.xlsx", content)
    lessons = {course.code: schedule_course(course, directory.timetable, year) for course in directory.courses}
    typed = first_quarter(directory, rosters, lessons, EVENING.date())
    provision(workspace, typed={**typed.cells, **typed.reasons})
    return workspace


# --- what is measured -------------------------------------------------------------------------------------------------


def passes(workspace: Workspace, runs: int) -> Ratio:
    """The first pass records the whole quarter and writes every remark; it can be had only once."""
    from sync_service.usecases.syncing import sync

    first = [seconds(lambda: sync(workspace))]
    sync(workspace)
    again = [seconds(lambda: sync(workspace)) for _ in range(runs)]
    return Ratio("сверка без изменений", "первая сверка четверти", again, first)


def looking(workspace: Workspace, runs: int) -> Ratio:
    books = sorted(workspace.config.books.folder.glob("*.xlsx"))
    return compare(
        f"взгляд на {len(books)} книг", workspace.source.looks,
        "контрольные суммы", lambda: [hashlib.sha256(book.read_bytes()).digest() for book in books], runs,
    )  # fmt: skip


def reading(workspace: Workspace, runs: int) -> Ratio:
    path = workspace.config.books.folder / CLASS
    return compare(
        "чтение книги класса", lambda: workspace.source.fetch(CLASS),
        "openpyxl", lambda: load_workbook(path, rich_text=True), runs,
    )  # fmt: skip


def noting(workspace: Workspace, runs: int) -> Ratio:
    from sync_service.books.rewriting import rewrite
    from sync_service.reconcile.sheet import At, TabWrite

    content = (workspace.config.books.folder / CLASS).read_bytes()
    title = load_workbook(io.BytesIO(content), read_only=True).sheetnames[2]

    def by_openpyxl() -> None:
        workbook = load_workbook(io.BytesIO(content), rich_text=True)
        workbook[title]["H8"].comment = Comment("Не понято «45»", "Журнал")
        workbook.save(io.BytesIO())

    write = TabWrite(title, notes={At.parse("H8"): "Не понято «45»"})
    return compare(
        "одно примечание в книгу", lambda: rewrite(content, [write], CLASS),
        "openpyxl", by_openpyxl, runs,
    )  # fmt: skip


def page(workspace: Workspace, runs: int) -> Ratio:
    import time_machine
    from django.http import HttpResponse
    from django.test import Client, override_settings
    from django.urls import path

    from sync_service.accounts import issuing
    from sync_service.accounts.models import Account, Role
    from sync_service.records import queries
    from sync_service.urls import urlpatterns

    def nothing(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ничего")

    pupil = next(pupil for pupil in queries.pupils() if pupil.school_class == PUPIL_OF)
    issued = issuing.issue(pupil.code, Role.PUPIL, pupil.list_name, by="замер", at=workspace.clock())
    Account.objects.filter(login=issued.login).update(must_change=False)
    with (
        time_machine.travel(EVENING, tick=True),
        override_settings(ROOT_URLCONF=(path("nothing/", nothing), *urlpatterns), ALLOWED_HOSTS=["testserver"]),
    ):
        client = Client(raise_request_exception=True)
        client.force_login(Account.objects.get(login=issued.login), "django.contrib.auth.backends.ModelBackend")
        shown = client.get(WEEK)
        if shown.status_code != 200 or "Алгебра" not in shown.content.decode():
            raise RuntimeError(f"the week does not show: {shown.status_code}")

        def many(address: str) -> Work:
            return lambda: [client.get(address) for _ in range(10)]

        return compare("неделя в дневнике", many(WEEK), "страница из слова", many("/nothing/"), runs)


def parsing(runs: int) -> Ratio:
    from sync_service.domain.entries import EntryRules, read_entry

    rules = EntryRules()
    texts = list(islice(cycle(_typed_texts()), CELLS))
    naive = re.compile(r"(?:(н|б|ув|у|нп|оп|осв)[./ ]?)?(?:([1-5])([+-])?(?:[/ ]([1-5])([+-])?)?)?(\.)?")

    def by_pattern() -> None:
        for text in texts:
            found = naive.fullmatch(str(text).strip().casefold())
            if found is not None:
                found.groups()

    return compare(
        f"разбор {CELLS} ячеек", lambda: [read_entry(text, rules) for text in texts],
        "регулярное выражение", by_pattern, runs,
    )  # fmt: skip


def _typed_texts() -> list[str | int | float]:
    """Entries of the demo's quarter, raw."""
    from sync_service.domain.scheduling import schedule_course
    from sync_service.domain.slots import SlotKind
    from sync_service.usecases.demo_school import demo_directory, demo_rosters, first_quarter

    directory = demo_directory()
    lessons = {c.code: schedule_course(c, directory.timetable, directory.year) for c in directory.courses}
    typed = first_quarter(directory, demo_rosters(), lessons, EVENING.date())
    return [
        raw
        for cells in typed.cells.values()
        for slot, raw in cells.items()
        if slot.kind is SlotKind.ENTRY and isinstance(raw, str | int | float)
    ]


def appending(workspace: Workspace, runs: int) -> Ratio:
    """Facts about lessons to come, so that each is new; every run is rolled back."""
    from django.db import connection, transaction

    from sync_service.domain.slots import entry_slot
    from sync_service.records import ledger, queries

    directory = queries.directory()
    if directory is None:
        raise RuntimeError("no school")
    every = (
        entry_slot(pupil.code, lesson.key)
        for course in directory.courses
        for pupil in queries.course_pupils(course, None)
        for lesson in queries.scheduled(course.code)
        if lesson.date > EVENING.date()
    )
    facts = [ledger.slot_fact(slot, "5", book="journal", place="Алгебра!H8") for slot in islice(every, FACTS)]
    at = workspace.clock()
    text = json.dumps({"text": "5"})
    rows = [
        (at, CLASS, "sheet", fact.kind, fact.key, '{"text": ""}', text, fact.book, fact.place, "") for fact in facts
    ]
    columns = "at, actor, channel, kind, key, old, new, book, place, reason"
    insert = f"INSERT INTO records_ledgerrow ({columns}) VALUES ({', '.join(['%s'] * 10)})"

    def ours() -> None:
        with transaction.atomic():
            written = ledger.append(facts, actor=CLASS, channel="sheet", at=at)
            if written != len(facts):
                raise RuntimeError(f"{written} rows for {len(facts)} facts")
            transaction.set_rollback(True)

    def theirs() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(insert, rows)
            transaction.set_rollback(True)

    return compare(
        f"запись {len(facts)} отметок", ours, "executemany", theirs, runs
    )


# --- the table --------------------------------------------------------------------------------------------------------


def measures(workspace: Workspace) -> Iterator[Ratio]:
    yield passes(workspace, 5)
    yield looking(workspace, 9)
    yield reading(workspace, 5)
    yield noting(workspace, 5)
    yield page(workspace, 9)
    yield parsing(9)
    yield appending(workspace, 5)


def show(found: list[Ratio]) -> None:
    table = Table(title="Замеры", title_justify="left", title_style="bold")
    for heading in ("Что", "Рядом с чем", "Отношение"):
        table.add_column(heading, justify="right" if heading == "Отношение" else "left")
    table.add_column("мс", justify="right", style="dim")
    table.add_column("рядом", justify="right", style="dim")
    for ratio in found:
        table.add_row(
            ratio.what, ratio.beside, _words(ratio.times), _milliseconds(ratio.ours), _milliseconds(ratio.theirs)
        )
    console.print(table)
    console.print("Медианы одного запуска на этой машине. Сравнивайте отношения, а не миллисекунды.", style="dim")


def _words(times: float) -> str:
    if times < 1:
        return f"в {_short(1 / times)} раз быстрее"
    return f"в {_short(times)} раз дольше"


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.1f}".replace(".", ",")


def _milliseconds(taken: list[float]) -> str:
    return f"{median(taken) * 1000:.{0 if median(taken) > 0.1 else 1}f}".replace(".", ",")


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="journal-bench-"))
    try:
        with console.status("Строится показательная школа…"):
            workspace = open_demo(folder)
        found = []
        with console.status("Замеры…"):
            for ratio in measures(workspace):
                found.append(ratio)
        show(found)
    finally:
        from django.db import connections

        connections.close_all()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
