"""Two places, and whatever can be wrong with them."""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sync_service.backups import media
from sync_service.backups.manifest import Kind
from sync_service.backups.media import check_places, publish
from sync_service.backups.refusal import BackupRefused
from sync_service.backups.snapshot import snapshot
from sync_service.backups.verify import verify, verify_places
from tests.backups.small_school import FRIDAY, School, tree

WEEK = timedelta(days=7)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB; only root can plug one in."""
    disk = tmp_path / "small"
    disk.mkdir()
    mounted = os.name == "posix" and not subprocess.call(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], stderr=subprocess.DEVNULL
    )
    if not mounted:
        pytest.skip("needs the right to mount")
    yield disk
    subprocess.check_call(["umount", disk])


def taken(school: School, folder: Path) -> Path:
    folder.mkdir()
    return snapshot(school.sources, folder, kind=Kind.MANUAL, made_at=FRIDAY, digest="")


def test_a_backup_lies_verified_in_both_places_and_leaves_nothing_else(school: School) -> None:
    outcome = school.back_up()
    assert outcome.complete
    assert [result.path for result in outcome.published] == [place / outcome.name for place in school.places]
    assert [found.ok for found in verify_places(school.places)] == [True, True]
    assert tree(school.places[0]) == tree(school.places[1])
    assert set(tree(school.places[0])) == {outcome.name, f"{outcome.name}.sha256"}
    assert tree(school.home / "work") == {}
    assert any("на одном диске" in warning for warning in outcome.warnings)


def test_places_that_cannot_stand_for_two_disks_are_refused_each_with_its_reason(school: School) -> None:
    a, b = school.places
    link = school.home / "link"
    link.symlink_to(a)
    books = school.home / "books"
    for places, told in [
        ([], "не задано ни одного"),
        ([a], "задано одно"),
        ([a, a], "одна и та же папка"),
        ([a, link], "одна и та же папка"),
        ([a, school.home / "media-b" / ".." / "media-a"], "одна и та же папка"),
        ([a, a / "inner"], "одно в другом"),
        ([a, books], "копируемой папке"),
        ([a, books / "inner"], "копируемой папке"),
    ]:
        with pytest.raises(BackupRefused, match=told):
            check_places(places, school.sources)
    assert all("на одном диске" in w or "на том же диске" in w for w in check_places([a, b], school.sources))


def test_a_missing_disk_is_told_never_created_and_does_not_hide_the_other(school: School) -> None:
    school.places[0].rmdir()
    outcome = school.back_up()
    assert [result.ok for result in outcome.published] == [False, True]
    assert "подключите диск" in outcome.problems[0]
    assert not school.places[0].exists()
    school.places[1].rename(school.home / "unplugged")
    with pytest.raises(BackupRefused, match="подключите диск"):
        school.back_up()


def test_a_disk_plugged_in_later_gets_the_copy_of_the_same_moment_not_a_new_one(school: School) -> None:
    school.places[0].rmdir()
    first = school.back_up(due_at=FRIDAY)
    school.places[0].mkdir()
    again = school.back_up(at=FRIDAY + timedelta(hours=10), due_at=FRIDAY)
    assert again.complete
    assert again.name == first.name
    assert school.archives(0) == school.archives(1) == [first.name]
    assert school.back_up(at=FRIDAY + timedelta(hours=11), due_at=FRIDAY).name == first.name
    assert school.back_up(at=FRIDAY + WEEK, due_at=FRIDAY + WEEK).name != first.name


def test_a_damaged_copy_of_the_same_moment_is_not_carried_on(school: School) -> None:
    first = school.back_up(due_at=FRIDAY)
    for place in school.places:
        (place / first.name).write_bytes((place / first.name).read_bytes()[:-1])
    again = school.back_up(at=FRIDAY + timedelta(hours=1), due_at=FRIDAY)
    assert again.complete
    assert again.name != first.name


def test_an_existing_file_of_the_same_name_is_never_replaced(school: School) -> None:
    first = school.back_up(Kind.MANUAL)
    before = tree(school.places[0])
    assert first.name in before
    (school.home / "books" / "9А Журнал.xlsx").write_bytes(b"PK changed")
    with pytest.raises(BackupRefused, match="уже есть другой файл"):
        school.back_up(Kind.MANUAL)
    assert tree(school.places[0]) == before


def test_a_small_disk_is_refused_before_anything_is_written(school: School, small_disk: Path, tmp_path: Path) -> None:
    archive = taken(school, tmp_path / "taken")
    results = publish(archive, [small_disk, school.places[1]])
    assert [result.ok for result in results] == [False, True]
    assert "мало места" in results[0].problem
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_fills_up_midway_keeps_no_half_file(
    school: School, small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "SPARE", -(1 << 30))  # somebody else takes the place after the look at it
    (school.home / "books" / "7В Журнал.xlsx").write_bytes(os.urandom(200_000))
    archive = taken(school, tmp_path / "taken")
    results = publish(archive, [small_disk, school.places[1]])
    assert [result.ok for result in results] == [False, True]
    assert "кончилось место" in results[0].problem
    assert list(small_disk.iterdir()) == []


def test_a_work_folder_that_fills_up_ends_with_a_sentence_and_no_half_file(school: School, small_disk: Path) -> None:
    (school.home / "books" / "7В Журнал.xlsx").write_bytes(os.urandom(200_000))
    with pytest.raises(BackupRefused, match="кончилось место"):
        snapshot(school.sources, small_disk, kind=Kind.MANUAL, made_at=FRIDAY, digest="")
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_lies_about_what_it_wrote_is_found_out(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = taken(school, tmp_path / "taken")
    honest = media.chunks

    def lying(file):
        for block in honest(file):
            yield block[:-1] + b"?"

    monkeypatch.setattr(media, "chunks", lying)
    results = publish(archive, school.places)
    assert not any(result.ok for result in results)
    assert "прочиталась с диска неверно" in results[0].problem
    assert tree(school.places[0]) == {}


@pytest.mark.parametrize("call", ["fsync", "rename-sum", "rename-archive"])
def test_a_crash_midway_leaves_the_earlier_copies_whole_and_the_next_backup_works(school: School, call: str) -> None:
    school.back_up()
    before = tree(school.places[0])
    crash = f"""
import os, pathlib
from tests.backups.small_school import FRIDAY, School
from datetime import timedelta
call, renames = {call!r}, []
fsync, replace = os.fsync, pathlib.Path.replace
def dying_fsync(handle):
    if "media" in os.readlink(f"/proc/self/fd/{{handle}}"): os._exit(9)
    fsync(handle)
def dying_replace(self, target):
    if "media" in str(target):
        if renames or call == "rename-sum": os._exit(9)
        renames.append(1)
    return replace(self, target)
if call == "fsync": os.fsync = dying_fsync
else: pathlib.Path.replace = dying_replace
School(pathlib.Path({str(school.home)!r})).back_up(at=FRIDAY + timedelta(days=7))
"""
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", crash], cwd=root, check=False).returncode == 9
    after = tree(school.places[0])
    assert before.items() <= after.items()
    assert school.archives(0) == [name for name in before if name.endswith(".zip")]
    for leftover in [*school.places[0].iterdir(), *(school.home / "work").iterdir()]:
        if leftover.name not in before:  # two days later
            os.utime(leftover, (0, 0))
    assert school.back_up(at=FRIDAY + 2 * WEEK).complete
    assert len(tree(school.places[0])) == 4
    assert tree(school.home / "work") == {}


def test_old_weekly_copies_go_and_archives_and_manual_ones_stay(school: School) -> None:
    school.back_up(Kind.ARCHIVE, FRIDAY - WEEK)
    school.back_up(Kind.MANUAL, FRIDAY - WEEK)
    for week in range(5):
        school.back_up(at=FRIDAY + week * WEEK)
    assert (
        school.archives(0)
        == school.archives(1)
        == [
            "journal-klyuchi-archive-20260925-2300.zip",
            "journal-klyuchi-manual-20260925-2300.zip",
            "journal-klyuchi-weekly-20261016-2300.zip",
            "journal-klyuchi-weekly-20261023-2300.zip",
            "journal-klyuchi-weekly-20261030-2300.zip",
        ]
    )
    assert len(tree(school.places[0])) == 10


def test_the_new_copy_survives_rotation_even_under_a_clock_set_back(school: School) -> None:
    for week in range(1, 5):
        school.back_up(at=FRIDAY + week * WEEK)
    new = school.back_up(at=FRIDAY - 52 * WEEK)
    assert new.name in school.archives(0)
    assert len(school.archives(0)) == 3


def test_nothing_is_deleted_where_the_new_copy_did_not_arrive(school: School) -> None:
    for week in range(3):
        school.back_up(at=FRIDAY + week * WEEK)
    before = school.archives(1)
    school.places[1].rename(school.home / "unplugged")
    school.back_up(at=FRIDAY + 3 * WEEK)
    assert sorted(file.name for file in (school.home / "unplugged").glob("*.zip")) == before


def test_a_dying_disk_is_told_and_the_other_gets_its_copy(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Path.iterdir

    def dying(self: Path):
        if self == school.places[0]:
            raise OSError(errno.EIO, "Input/output error", str(self))
        return whole(self)

    monkeypatch.setattr(Path, "iterdir", dying)
    outcome = school.back_up()
    assert [result.ok for result in outcome.published] == [False, True]
    assert "диск отвечает с ошибкой" in outcome.problems[0]
    assert verify(school.places[1] / outcome.name).ok
