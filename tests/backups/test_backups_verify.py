"""A damaged copy is never called good."""

import hashlib
import random
import zipfile
from pathlib import Path

import pytest

from sync_service.backups.manifest import Manifest, sidecar_of, sidecar_text
from sync_service.backups.verify import verify, verify_places
from tests.backups.small_school import School


@pytest.fixture
def archive(school: School) -> Path:
    school.back_up()
    return school.places[0] / school.archives(0)[0]


def rewritten(archive: Path, change: dict[str, bytes | None]) -> None:
    """The archive with members replaced, added or left out (None), and a right sum beside it."""
    with zipfile.ZipFile(archive) as old:
        members = {name: old.read(name) for name in old.namelist()} | change
    with zipfile.ZipFile(archive, "w") as new:
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    sidecar_of(archive).write_bytes(sidecar_text(archive.name, digest))


def test_one_flipped_byte_anywhere_in_archive_or_sum_is_detected(archive: Path) -> None:
    chance = random.Random(2026)
    sidecar = sidecar_of(archive)
    size, sum_size = archive.stat().st_size, sidecar.stat().st_size
    places = [(archive, chance.randrange(size)) for _ in range(200)]
    places += [(archive, 0), (archive, size - 1), *((sidecar, offset) for offset in range(sum_size))]
    for file, offset in places:
        content = file.read_bytes()
        flipped = bytes([content[offset] ^ chance.choice([1, 2, 4, 8, 16, 32, 64, 128, 255])])
        file.write_bytes(content[:offset] + flipped + content[offset + 1 :])
        assert not verify(archive).ok, (file.name, offset)
        file.write_bytes(content)
    assert verify(archive).ok


def test_a_cut_or_lengthened_or_empty_archive_is_detected(archive: Path) -> None:
    whole = archive.read_bytes()
    for content in (whole[:-1], whole + b"\0", b""):
        archive.write_bytes(content)
        assert not verify(archive).ok


def test_a_copy_without_its_sum_or_under_another_name_is_not_good(archive: Path) -> None:
    renamed = archive.rename(archive.with_name("journal-klyuchi-weekly-20261009-2300.zip"))
    assert "рядом нет файла" in str(verify(renamed))
    sidecar_of(archive).rename(sidecar_of(renamed))
    assert "имя" in str(verify(renamed))


def test_with_a_right_sum_the_inside_is_still_checked(archive: Path) -> None:
    good = archive.read_bytes(), sidecar_of(archive).read_bytes()
    with zipfile.ZipFile(archive) as inside:
        manifest = Manifest.model_validate_json(inside.read("manifest.json"))
    recounted = manifest.model_copy(update={"counts": manifest.counts | {"ledger": 51}})
    outside = manifest.model_dump_json().replace("books/9А", "../9А")
    for change, told in [
        ({"books/9А Журнал.xlsx": b"other"}, "файл books/9А Журнал.xlsx внутри архива повреждён"),
        ({"books/9А Журнал.xlsx": None}, "не хватает файлов"),
        ({"books/лишняя.xlsx": b"other"}, "лишние файлы"),
        ({"manifest.json": recounted.model_dump_json().encode()}, "число строк в базе не то"),
        ({"manifest.json": outside.encode()}, "не по форме"),
        ({"manifest.json": b"{}"}, "не по форме"),
        ({"manifest.json": None}, "нет описания"),
    ]:
        rewritten(archive, change)
        assert told in str(verify(archive))
        archive.write_bytes(good[0])
        sidecar_of(archive).write_bytes(good[1])
    assert verify(archive).ok


def test_a_database_that_sqlite_finds_damaged_is_not_good(archive: Path) -> None:
    with zipfile.ZipFile(archive) as inside:
        manifest = Manifest.model_validate_json(inside.read("manifest.json"))
        database = bytearray(inside.read("journal.sqlite3"))
    database[4096:4200] = bytes(104)  # the second page: the ledger's rows
    members = tuple(
        member.model_copy(update={"sha256": hashlib.sha256(database).hexdigest()})
        if member.path == "journal.sqlite3"
        else member
        for member in manifest.files
    )
    told = manifest.model_copy(update={"files": members})
    rewritten(archive, {"journal.sqlite3": bytes(database), "manifest.json": told.model_dump_json().encode()})
    assert "база внутри архива" in str(verify(archive))


def test_places_are_verified_one_by_one_and_a_missing_or_empty_one_is_told(school: School, tmp_path: Path) -> None:
    school.back_up()
    (tmp_path / "empty").mkdir()
    bad = next(school.places[0].glob("*.zip"))
    bad.write_bytes(bad.read_bytes()[:-1])
    found = verify_places([*school.places, tmp_path / "absent", tmp_path / "empty"])
    assert [result.ok for result in found] == [False, True, False, False]
    assert "подключите диск" in str(found[2])
    assert "нет ни одной копии" in str(found[3])
    assert not (tmp_path / "absent").exists()
