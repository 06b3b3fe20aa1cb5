"""A restored school is the school that was copied, whole or not at all."""

import hashlib
import os
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

from sync_service.backups import sqlite
from sync_service.backups.manifest import Kind, Manifest, sidecar_of, sidecar_text
from sync_service.backups.refusal import BackupRefused
from sync_service.backups.restore import restore
from sync_service.config import load
from tests.backups.small_school import School, tree


def backed_up(school: School, kind: Kind = Kind.ARCHIVE) -> Path:
    outcome = school.back_up(kind)
    return school.places[0] / outcome.name


def test_a_restored_school_has_the_same_files_rows_and_working_settings(school: School, tmp_path: Path) -> None:
    restored = restore(backed_up(school), tmp_path / "new" / "school")
    for same in ("school.toml", "secret.key", "books/9А Журнал.xlsx", "books/архив/8Б Журнал.xlsx"):
        assert tree(restored.target)[same] == tree(school.home)[same]
    assert tree(restored.target)["reports/2026-09.xlsx"] == b"PK report"
    assert sqlite.counts(restored.target / "journal.sqlite3") == sqlite.counts(school.database)
    config = load(restored.config)
    assert config.books.folder == restored.target / "books"
    assert config.database.url == f"sqlite:{restored.target / 'journal.sqlite3'}"
    assert restored.manifest.digest == "0" * 64
    assert restored.notes == ()
    if os.name == "posix":
        assert [(restored.target / name).stat().st_mode & 0o077 for name in ("secret.key", "journal.sqlite3")] == [0, 0]
        assert (restored.target / "books" / "9А Журнал.xlsx").stat().st_mode & 0o044
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["school"]


def test_an_empty_folder_is_filled_and_one_with_anything_in_it_is_refused(school: School, tmp_path: Path) -> None:
    archive = backed_up(school)
    target = tmp_path / "target"
    target.mkdir()
    restore(archive, target)
    before = tree(target)
    with pytest.raises(BackupRefused, match="не пуста"):
        restore(archive, target)
    assert tree(target) == before
    (tmp_path / "file").write_text("занято")
    with pytest.raises(BackupRefused, match="не папка"):
        restore(archive, tmp_path / "file")


def test_a_damaged_copy_is_not_restored_and_leaves_nothing(school: School, tmp_path: Path) -> None:
    archive = backed_up(school)
    archive.write_bytes(archive.read_bytes()[:-1])
    with pytest.raises(BackupRefused, match="Восстанавливать нельзя"):
        restore(archive, tmp_path / "new" / "school")
    assert not (tmp_path / "new").exists()


def test_places_outside_the_school_come_back_inside_and_the_settings_say_so(school: School, tmp_path: Path) -> None:
    share = tmp_path / "share"
    (school.home / "books").rename(share)
    school.database.rename(tmp_path / "elsewhere.sqlite3")
    school.settings(lambda text: text.replace('folder = "books"', f'folder = "{share.as_posix()}"'))
    school.settings(lambda text: f'{text}\n[database]\n# сервер\nurl = "sqlite:../elsewhere.sqlite3"\n')
    restored = restore(backed_up(school), tmp_path / "new")
    config = load(restored.config)
    assert config.books.folder == tmp_path / "new" / "books"
    assert (config.books.folder / "9А Журнал.xlsx").is_file()
    assert sqlite.counts(tmp_path / "new" / "journal.sqlite3")["ledger"] == 50
    assert config.database.url == f"sqlite:{tmp_path / 'new' / 'journal.sqlite3'}"
    assert len(restored.notes) == 2
    text = restored.config.read_text(encoding="utf-8")
    assert "# Школа для проверок" in text
    assert tomllib.loads(text)["backup"]["places"] == ["media-a", "media-b"]


def test_a_member_that_points_outside_is_never_written(school: School, tmp_path: Path) -> None:
    archive = backed_up(school)
    with zipfile.ZipFile(archive) as old:
        members = {name: old.read(name) for name in old.namelist()}
    manifest = Manifest.model_validate_json(members.pop("manifest.json"))
    evil = [member.model_copy(update={"path": "../evil.txt"}) for member in manifest.files[:1]]
    told = manifest.model_copy(update={"files": (*evil, *manifest.files[1:])}).model_dump_json()
    with zipfile.ZipFile(archive, "w") as new:
        for name, content in members.items():
            new.writestr("../evil.txt" if name == manifest.files[0].path else name, content)
        new.writestr("manifest.json", told)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    sidecar_of(archive).write_bytes(sidecar_text(archive.name, digest))
    with pytest.raises(BackupRefused):
        restore(archive, tmp_path / "new" / "school")
    assert not list(tmp_path.rglob("evil.txt"))


def test_a_full_disk_ends_with_a_sentence_and_no_half_school(school: School, tmp_path: Path) -> None:
    disk = tmp_path / "small"
    disk.mkdir()
    if os.name != "posix" or subprocess.call(["mount", "-t", "tmpfs", "-o", "size=32k", "none", disk]):
        pytest.skip("needs the right to mount")
    try:
        (school.home / "books" / "7В Журнал.xlsx").write_bytes(os.urandom(100_000))
        with pytest.raises(BackupRefused, match="кончилось место"):
            restore(backed_up(school), disk / "school")
        assert list(disk.iterdir()) == []
    finally:
        subprocess.check_call(["umount", disk])


def test_a_sqlite_copy_takes_no_database_url(school: School, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="уберите --database"):
        restore(backed_up(school), tmp_path / "new", database="postgresql://localhost/other")
