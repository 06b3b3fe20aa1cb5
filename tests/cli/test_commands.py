"""The commands as an administrator runs them: a process, its words, its exit code. No traceback reaches a person."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from sync_service.domain.slots import entry_slot
from sync_service.usecases.demo_hands import cell_of
from tests.cli.process import book, in_order, journal

KEPT = Path(__file__).parent / "kept"
LEV, NINA, FIRST = "P0001", "P0002", "c001.001"
SHEETS = Path(__file__).parents[1] / "sheets"
def type_in(settings: Path, cells: dict[tuple[str, str], object]) -> None:
    """Type into cells (pupil, lesson) of mathematics of 9А."""
    workbook = load_workbook(book(settings))
    sheet = workbook["Математика"]
    for (pupil, lesson), raw in cells.items():
        sheet.cell(*cell_of(sheet, entry_slot(pupil, lesson))).value = raw  # type: ignore[assignment]
    workbook.save(book(settings))


def recorded(settings: Path) -> dict[str, int]:
    return dict(json.loads(journal("status", "--json", "--config", settings).stdout)["counts"])


# --- the main job -----------------------------------------------------------------------------------------------------


def test_from_an_edit_to_a_restored_backup(school: Path, tmp_path: Path) -> None:
    type_in(school, {(LEV, FIRST): "5", (NINA, FIRST): "45"})
    rehearsal = in_order(journal("sync", "--dry-run", "--config", school))
    assert "вкладка «Математика»" in rehearsal
    assert "(пусто)" not in rehearsal
    assert recorded(school)["entry"] == 0
    said = in_order(journal("sync", "--config", school))
    assert "«45»" in said
    assert recorded(school)["entry"] == 1
    assert "Без изменений: 5." in in_order(journal("sync", "--config", school))
    assert "Отчёт 2026-09.xlsx" in in_order(journal("report", "2026-09", "--config", school))
    assert in_order(journal("backup", "--config", school)).count("записано и перечитано") == 2
    assert in_order(journal("verify", "--config", school)).count("исправна") == 2
    (copy,) = (school.parent / "media-a").glob("*.zip")
    said = in_order(journal("restore", copy, tmp_path / "back"))
    assert "Содержимое базы совпадает с описью копии." in said
    # the line about the backup itself was added after the copy was made
    assert recorded(tmp_path / "back" / "school.toml") == recorded(school) | {"backuprun": 0}
    data = bytearray(copy.read_bytes())
    data[len(data) // 2] ^= 1
    copy.write_bytes(data)
    assert "НЕЛЬЗЯ ВЕРИТЬ" in in_order(journal("verify", "--config", school), 1)
    assert "Восстанавливать нельзя" in in_order(journal("restore", copy, tmp_path / "again"), 1)
    assert not (tmp_path / "again").exists()


def test_a_copy_made_by_an_earlier_version_comes_back_and_goes_on(tmp_path: Path) -> None:
    """`kept` holds a copy of an invented school from before pupils could change class: five migrations ago and more."""
    said = in_order(journal("restore", KEPT / "before-roster-life.zip", tmp_path / "back"))
    assert "Копия сделана прежней версией программы" in said
    settings = tmp_path / "back" / "school.toml"
    assert (recorded(settings)["entry"], recorded(settings)["ledgerrow"]) == (2, 310)
    assert "Без изменений: 5." in in_order(journal("sync", "--config", settings))
    assert "перерисован" in in_order(journal("provision", "--config", settings))
    type_in(settings, {(LEV, FIRST): "4"})
    in_order(journal("sync", "--config", settings))
    assert recorded(settings)["entry"] == 3


def test_a_hold_is_listed_shown_and_released_by_name(school: Path) -> None:
    places = [(pupil, lesson) for pupil in (LEV, NINA, "P0003", "P0004") for lesson in (FIRST, "c001.002")]
    type_in(school, dict.fromkeys(places, "4"))
    in_order(journal("sync", "--config", school))
    type_in(school, dict.fromkeys(places))
    assert "Задержано" in in_order(journal("sync", "--config", school), 1)
    assert "Математика" in in_order(journal("hold", "list", "--config", school), 1)
    assert in_order(journal("hold", "show", "1", "--config", school), 1).count("(пусто)") == 8
    assert "не указано: --by" in in_order(journal("hold", "release", "1", "--config", school), 2)
    in_order(journal("hold", "release", "1", "--by", "Белова Т. С.", "--reason", "начат заново", "--config", school))
    in_order(journal("sync", "--config", school))
    assert recorded(school)["entry"] == 0


def test_logins_are_issued_once_and_their_slips_are_private(school: Path) -> None:
    said = in_order(journal("accounts", "issue", "--class", "9А", "--config", school))
    slips = school.parent / "памятки-9А.html"
    assert str(slips) in said
    assert slips.stat().st_mode & 0o077 == 0
    assert "У всех уже есть логины" in in_order(journal("accounts", "issue", "--class", "9А", "--config", school))
    assert "Новый пароль для Абрамов Лев, 9А: " in in_order(journal("accounts", "reset", LEV, "--config", school))


# --- bad input: one clear sentence each, all other classes synced, nothing lost ---------------------------------------


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:3000])


def not_a_workbook(path: Path) -> None:
    path.write_text("<html>вход в сеть школы</html>", encoding="utf-8")


def with_password(path: Path) -> None:
    shutil.copy(SHEETS / "password_protected.xlsx", path)


def somebody_elses(path: Path) -> None:
    workbook = Workbook()
    workbook.save(path)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def a_zip_of_something(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "не книга")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (truncated, "повреждена"),
        (not_a_workbook, "не книга Excel"),
        (with_password, "паролем"),
        (somebody_elses, "_journal"),
        (empty, "в файле ничего нет"),
        (a_zip_of_something, "Excel"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_and_the_other_class_is_synced(
    known: Path, spoil: Callable[[Path], None], words: str
) -> None:
    type_in(known, {(LEV, FIRST): "5"})
    spoil(book(known, "6Б Журнал"))
    said = in_order(journal("sync", "--config", known), 1)
    (sentence,) = (line for line in said.splitlines() if "Не прочитано" in line)
    assert "6Б Журнал.xlsx" in sentence
    assert words in sentence
    counts = json.loads(in_order(journal("status", "--json", "--config", known), 1))["counts"]
    assert counts["entry"] == 1


def test_a_missing_folder_of_books_is_told(school: Path) -> None:
    (school.parent / "books").rename(school.parent / "elsewhere")
    said = in_order(journal("sync", "--config", school), 1)
    assert "недоступна: проверьте, подключён ли диск" in said


def test_unknown_and_wrong_settings_are_told_all_at_once(school: Path) -> None:
    text = school.read_text(encoding="utf-8")
    school.write_text(text + '\n[sync]\nevery_second = 5\nannotate_every_minutes = "часто"\n', encoding="utf-8")
    said = in_order(journal("sync", "--config", school), 2)
    assert "sync.every_second — такой настройки нет" in said
    assert "sync.annotate_every_minutes — нужно целое число" in said


def test_settings_that_are_not_there_are_told(tmp_path: Path) -> None:
    said = in_order(journal("sync", cwd=tmp_path), 2)
    assert "Нет файла настроек" in said
    assert "journal init" in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("report", "2026-13"), "Месяц «2026-13» не понят"),
        (("report", "2019-10"), "вне учебного года 2026/2027"),
        (("report", "2026-09", "--class", "12Ы"), "Класса «12Ы» в школе нет. Есть: 6Б, 9А."),
        (("sync", "--book", "12Ы"), "Книги «12Ы» среди известных нет"),
        (("accounts", "issue", "--class", "12Ы"), "Класса «12Ы» в школе нет"),
        (("accounts", "block", "никто"), "Нет учётной записи"),
        (("period", "close", "V", "--by", "Белова", "--reason", "конец"), "В календаре нет четверти «V»"),
        (("period", "open", "I", "--by", "Белова", "--reason", "ошибка"), "«I четверть» и так открыта: вся школа"),
        (("year", "open", "2029"), "следующий — journal year open 2027"),
        (("year", "open", "следующий"), "Год «следующий» не понят"),
    ],
)
def test_a_wrong_month_class_or_name_is_told(known: Path, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in in_order(journal(*words, "--config", known), 1)


@pytest.mark.parametrize("words", [("show", "77"), ("release", "77", "--by", "Белова", "--reason", "так надо")])
def test_a_number_that_no_hold_has_is_wrong_use(known: Path, words: tuple[str, ...]) -> None:
    assert "Задержки № 77 среди открытых нет" in in_order(journal("hold", *words, "--config", known), 2)


def test_a_quarter_is_closed_and_opened_by_name_and_what_waited_is_taken(known: Path) -> None:
    decision = ("--class", "9А", "--by", "Белова Т. С.", "--reason", "приказ № 12", "--config", known)
    assert "«I четверть» закрыта: 9А" in in_order(journal("period", "close", "I", *decision))
    type_in(known, {(LEV, FIRST): "5"})
    assert "период закрыт (I четверть)" in in_order(journal("sync", "--config", known), 1)
    assert "Период закрыт (I четверть, ячеек: 1)" in in_order(journal("hold", "list", "--config", known), 1)
    listed = in_order(journal("period", "list", "--config", known))
    assert "Белова Т. С." in listed
    assert "приказ № 12" in listed
    first, second = json.loads(in_order(journal("period", "list", "--json", "--config", known)))[:2]
    assert (first["closed"], first["classes"], second["closed"]) == (True, "9А", False)
    assert "«I четверть» открыта: 9А" in in_order(journal("period", "open", "I", *decision))
    in_order(journal("sync", "--config", known))
    assert recorded(known)["entry"] == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("synk",), "команды synk нет"),
        (("sync", "--quick"), "ключа --quick нет"),
        (("report",), "не указано: month"),
        (("hold", "show", "первая"), "не подходит"),
    ],
)
def test_wrong_use_is_told_with_exit_code_two(words: tuple[str, ...], sentence: str) -> None:
    assert sentence in in_order(journal(*words), 2)


def test_an_impossible_date_in_the_calendar_is_told_and_the_rest_is_taken(known: Path) -> None:
    workbook = load_workbook(book(known, "Школа"))
    sheet = workbook["Календарь"]
    sheet.cell(3, 5).value = "32.13.2026"
    workbook.save(book(known, "Школа"))
    said = in_order(journal("sync", "--config", known))
    assert "32.13.2026" in said
    assert recorded(known)["pupil"] == 6


@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ('["media-a", "media-a"]', "одна и та же папка"),
        ('["media-a", "нет-диска"]', "нет-диска"),
        ('["media-a"]', "два"),
    ],
)
def test_backup_places_that_protect_nothing_are_refused(school: Path, places: str, sentence: str) -> None:
    text = school.read_text(encoding="utf-8").replace('["media-a", "media-b"]', places)
    school.write_text(text, encoding="utf-8")
    assert sentence in in_order(journal("backup", "--config", school), 1)


def test_an_existing_school_is_never_overwritten_by_init(school: Path) -> None:
    before = school.read_bytes()
    assert "уже есть и не тронут" in in_order(journal("init", school.parent), 1)
    assert school.read_bytes() == before


def test_a_demo_never_clears_a_folder_it_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "важное.txt").write_text("не терять", encoding="utf-8")
    assert "не пуста" in in_order(journal("demo", "--folder", tmp_path), 1)
    assert (tmp_path / "важное.txt").exists()


def test_terminal_markup_in_a_cell_is_only_text(school: Path) -> None:
    type_in(school, {(LEV, FIRST): "[/red][bold]5"})
    assert "[/red][bold]5" in in_order(journal("sync", "--config", school))
