"""The demo, played once for the whole run by the real command: what it says must agree with an independent count."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync_service.domain.problems import Code, Step, step
from sync_service.domain.scheduling import schedule_course
from sync_service.domain.school import SubstitutionKind
from sync_service.usecases.demo_school import demo_directory, demo_rosters
from sync_service.usecases.demo_school.quarter import first_quarter
from sync_service.usecases.demo_school.typed import Typed
from tests.usecases.played import journal, played, rows

__all__ = ["played"]

@pytest.fixture(scope="session")
def typed() -> Typed:
    """What the demo's teachers typed, made again from the same seed."""
    directory = demo_directory()
    rows, year = directory.timetable, directory.year
    lessons = {course.code: schedule_course(course, rows, year) for course in directory.courses}
    return first_quarter(directory, demo_rosters(), lessons)


def test_every_entry_of_the_books_is_in_the_database_but_for_the_bad_ones(played: Path) -> None:
    """Counted by openpyxl over the books, with no code of ours: cells where a pupil's row meets a lesson's column."""
    stand = 0
    for book in played.glob("books/* Журнал.xlsx"):
        with closing(load_workbook(book, read_only=True)) as workbook:
            tabs = [list(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets]
        for lines in tabs:
            if lines and str(lines[0][0]).startswith("grid "):
                lessons = [column for column, key in enumerate(lines[0]) if key and "." in str(key)]
                pupils = [line for line in lines[1:] if str(line[0]).startswith("P")]
                stand += sum(line[column] not in (None, "") for line in pupils for column in lessons)
    (entries,) = rows(played, "select count(*) from records_entry where text <> ''")[0]
    held = rows(played, "select code from records_standingproblem where closed_at is null and slot like 'entry:%'")
    bad = sum(step(Code(str(code))) is Step.CELL for (code,) in held)
    assert bad > 5
    assert stand - bad == entries


def test_each_refused_cell_is_one_that_was_planted(played: Path, typed: Typed) -> None:
    found = rows(played, "select code, slot from records_standingproblem")
    refused = sorted((str(code), str(slot)) for code, slot in found if step(Code(str(code))) is not Step.NOTE)
    assert refused == sorted((planted.code.value, str(planted.slot)) for planted in typed.planted)


def test_corrections_are_in_the_record_with_their_history(played: Path, typed: Typed) -> None:
    moved = [change for change in typed.later if change.slot.kind == "entry"]
    assert moved
    for change in moved:
        key = f"{change.slot.subject}|{change.slot.field}"
        history = rows(played, f"select new from records_ledgerrow where key = '{key}' order by seq")
        assert history


def test_the_substitutions_are_in_the_record_and_in_the_logs(played: Path) -> None:
    said = demo_directory().substitutions
    assert {one.kind for one in said} == set(SubstitutionKind)
    found = rows(played, "select date, slot, school_class_id, kind from records_substitution order by 1, 2, 3")
    assert found == [(one.date.isoformat(), one.slot, one.school_class, one.kind.value) for one in said]
    shown = 0
    for book in played.glob("books/* Журнал.xlsx"):
        with closing(load_workbook(book, read_only=True)) as workbook:
            for sheet in workbook.worksheets:
                lines = list(sheet.iter_rows(values_only=True))
                if lines and str(lines[0][0]).startswith("log "):
                    shown += sum(bool(line[lines[0].index("substitute")]) for line in lines[2:])
    assert shown == len(said)


def test_another_sync_writes_nothing_to_any_file_or_table(played: Path, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    shutil.copytree(played, home, ignore=shutil.ignore_patterns("*.lock*"))
    settings = home / "school.toml"
    assert "Без изменений" in journal("sync", "--config", settings).stdout  # the copies are new files: looked at once

    def everything() -> dict[str, str]:
        dump = sqlite3.connect(home / "journal.sqlite3")
        content = "\n".join(dump.iterdump())
        dump.close()
        files = {
            str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
            for folder in ("books", "reports", "media-a", "media-b", "versions")
            for path in (home / folder).rglob("*")
            if path.is_file()
        }
        return files | {"database": hashlib.sha256(content.encode()).hexdigest()}

    before = everything()
    run = journal("sync", "--config", settings)
    assert "Без изменений: 19." in run.stdout
    assert everything() == before


def test_the_summary_names_every_place_and_gives_logins(played: Path) -> None:
    said = (played / "said.txt").read_text(encoding="utf-8")
    for words in ("books", "journal.sqlite3", "Отчёт 2026-10.xlsx", "media-a", "media-b", "Пароль", "journal serve"):
        assert words in said
    assert len(list((played / "books").glob("*.xlsx"))) == 19
    assert len(list((played / "media-a").glob("*.zip"))) == len(list((played / "media-b").glob("*.zip"))) == 1
