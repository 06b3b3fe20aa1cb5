"""What goes into a copy, and when there is none."""

import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from sync_service.backups import files, sqlite
from sync_service.backups.manifest import Kind
from sync_service.backups.refusal import BackupRefused
from sync_service.backups.snapshot import snapshot
from sync_service.backups.verify import read_manifest, verify
from tests.backups.small_school import FRIDAY, School


def taken(school: School, workdir: Path, kind: Kind = Kind.WEEKLY) -> Path:
    workdir.mkdir(exist_ok=True)
    return snapshot(school.sources, workdir, kind=kind, made_at=FRIDAY, digest="a" * 64)


def test_a_copy_holds_database_books_settings_and_key_and_says_what_it_is(school: School, tmp_path: Path) -> None:
    archive = taken(school, tmp_path / "work")
    assert archive.name == "journal-klyuchi-weekly-20261002-2300.zip"
    manifest = verify(archive).manifest
    assert manifest is not None
    assert {member.path for member in manifest.files} == {
        "school.toml",
        "secret.key",
        "journal.sqlite3",
        "books/9А Журнал.xlsx",
        "books/архив/8Б Журнал.xlsx",
    }
    assert manifest.counts == {"ledger": 50, "django_migrations": 1}
    assert manifest.migrations == ("records.0001_initial",)
    assert (manifest.kind, manifest.digest, manifest.made_at) == (Kind.WEEKLY, "a" * 64, FRIDAY)
    assert "секретный ключ" in manifest.note


def test_a_monthly_archive_holds_the_reports_too(school: School, tmp_path: Path) -> None:
    manifest = read_manifest(taken(school, tmp_path / "work", Kind.ARCHIVE))
    assert manifest is not None
    assert "reports/2026-09.xlsx" in {member.path for member in manifest.files}


def test_nothing_but_the_archive_and_its_sum_stays_in_the_work_folder(school: School, tmp_path: Path) -> None:
    archive = taken(school, tmp_path / "work")
    assert sorted(p.name for p in (tmp_path / "work").iterdir()) == [archive.name, f"{archive.name}.sha256"]


def test_the_copied_database_holds_whole_transactions_while_somebody_writes(school: School, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(school.database, timeout=30)) as database:
            while not stop.is_set():
                with database:  # always by pairs
                    database.executemany("INSERT INTO ledger (text) VALUES (?)", [("раз",), ("два",)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [tmp_path / f"copy{n}" for n in range(15)]
        for copy in copies:
            sqlite.copy_database(school.database, copy)
    finally:
        stop.set()
        writer.join()
    counts = [sqlite.counts(copy)["ledger"] for copy in copies]
    assert all(count % 2 == 0 for count in counts)
    assert counts[-1] > counts[0]
    assert not any(sqlite.faults(copy) for copy in copies)


def test_a_book_that_is_being_saved_is_read_again_until_it_is_whole(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = school.home / "books" / "9А Журнал.xlsx"
    monkeypatch.setattr(files, "PAUSE", 0)
    whole, looks = files.chunks, []

    def interrupted(file):
        yield from whole(file)
        if not looks and file.name == str(book):
            looks.append(file.name)
            book.write_bytes(b"PK saved anew" * 500)

    monkeypatch.setattr(files, "chunks", interrupted)
    with zipfile.ZipFile(taken(school, tmp_path / "work")) as archive:
        assert archive.read("books/9А Журнал.xlsx") == b"PK saved anew" * 500
    assert looks


def test_a_book_that_never_rests_is_told_and_left_out_and_the_others_are_copied(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = school.home / "books" / "9А Журнал.xlsx"
    monkeypatch.setattr(files, "PAUSE", 0)
    whole = files.chunks

    def restless(file):
        yield from whole(file)
        if file.name == str(book):
            book.write_bytes(book.read_bytes() + b".")

    monkeypatch.setattr(files, "chunks", restless)
    manifest = verify(taken(school, tmp_path / "work")).manifest
    assert manifest is not None
    assert [missed.path for missed in manifest.omitted] == ["books/9А Журнал.xlsx"]
    assert "books/архив/8Б Журнал.xlsx" in {member.path for member in manifest.files}


def test_no_books_no_copy(school: School, tmp_path: Path) -> None:
    for book in (school.home / "books").rglob("*.xlsx"):
        book.unlink()
    with pytest.raises(BackupRefused, match="нечего копировать"):
        taken(school, tmp_path / "work")
    assert list((tmp_path / "work").iterdir()) == []


def test_no_database_or_no_tables_or_no_database_at_all_no_copy(school: School, tmp_path: Path) -> None:
    school.database.unlink()
    with pytest.raises(BackupRefused, match="Нет файла базы"):
        taken(school, tmp_path / "work")
    assert not school.database.exists()
    school.database.write_bytes(b"")
    with pytest.raises(BackupRefused, match="нет ни одной таблицы"):
        taken(school, tmp_path / "work")
    school.database.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(BackupRefused, match="не читается"):
        taken(school, tmp_path / "work")
    assert list((tmp_path / "work").iterdir()) == []


def test_a_record_that_vanished_since_the_last_copy_is_not_copied_over_it(school: School) -> None:
    school.back_up()
    with closing(sqlite3.connect(school.database)) as database, database:
        database.execute("DELETE FROM ledger WHERE id > 2")
    with pytest.raises(BackupRefused, match=r"В базе 2 записей, а в прошлой копии от 02\.10\.2026 их 50"):
        school.back_up(at=FRIDAY.replace(day=9))
    assert school.archives(0) == ["journal-klyuchi-weekly-20261002-2300.zip"]
