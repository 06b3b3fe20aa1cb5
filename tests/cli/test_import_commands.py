"""`journal plan import` and `journal roster import` as a person runs them: shown, asked, written, taken."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.process import book, in_order, journal

FILES = Path(__file__).parents[1] / "foreign"
OF_9A = ("--class", "9А", "--subject", "Математика")


def test_a_plan_is_shown_then_written_then_taken(known: Path) -> None:
    words = ("plan", "import", FILES / "plan_plain.xlsx", *OF_9A, "--config", known)
    before = book(known, "Школа").read_bytes()
    shown = in_order(journal(*words))
    assert "Математика, тема 1 → Степень" in shown
    assert "изменится 3, снимется 3" in shown
    assert "тем 3, уроков по расписанию за год 70; разница 67." in shown
    assert "Столбцы, которые не берутся: «Из них контрольных работ», «Дата по плану»" in shown
    assert "Ничего не записано. Чтобы записать, добавьте --yes." in shown
    assert book(known, "Школа").read_bytes() == before
    assert "Готово. Записано на вкладку «КТП» книги «Школа.xlsx»." in in_order(journal(*words, "--yes"))
    in_order(journal("sync", "--config", known))
    assert "Записывать нечего: в книге уже так." in in_order(journal(*words, "--yes"))


def test_rows_with_mistakes_stop_the_import_until_a_person_says_to_skip_them(known: Path) -> None:
    words = ("plan", "import", FILES / "plan_merged_and_wrong_totals.xlsx", *OF_9A, "--config", known)
    before = book(known, "Школа").read_bytes()
    said = in_order(journal(*words, "--yes"), 1)
    assert "строка 15, «Тема»: Не заполнено. Строка не берётся." in said
    assert "«Итого за год»: итог не сходится с часами строк: сказано 10, по строкам 9." in said
    assert "Ничего не записано: строк с ошибками 2." in said
    assert book(known, "Школа").read_bytes() == before
    told = json.loads(in_order(journal(*words, "--yes", "--skip-bad", "--json"), 1))
    assert (told["written"], len(told["problems"]), len(told["notes"]), told["topics"]) == (True, 2, 2, 7)
    assert told["changes"][-1] | {"number": 9, "what": "added", "old": None} == told["changes"][-1]
    assert book(known, "Школа").read_bytes() != before


def test_a_list_is_shown_then_written(known: Path) -> None:
    words = ("roster", "import", FILES / "list_in_cp1251.csv", "--class", "9А", "--config", known)
    assert "скажите день для всех, например --enrolled 01.09.2026" in in_order(journal(*words), 1)
    assert "значение --enrolled не подходит: «осенью» — не дата" in in_order(journal(*words, "--enrolled", "осенью"), 2)
    shown = in_order(journal(*words, "--enrolled", "01.09."))
    assert "Ильин Павел Ильич; Ильина Ида Львовна" in shown
    assert "Учеников добавится 2, родителей 3; уже в списке 0." in shown
    told = json.loads(in_order(journal(*words, "--enrolled", "01.09.", "--yes", "--json")))
    assert [pupil["last"] for pupil in told["pupils"]] == ["Зимин", "Ильина"]
    in_order(journal("sync", "--config", known))
    counts = json.loads(in_order(journal("status", "--json", "--config", known)))["counts"]
    assert counts["pupil"] == 8


def test_what_cannot_be_meant_is_wrong_use_and_what_cannot_be_read_needs_a_person(known: Path) -> None:
    plan = ("plan", "import", FILES / "plan_plain.xlsx", "--config", known)
    assert "значение --class не подходит" in in_order(journal(*plan, "--class", "9Я", "--subject", "Математика"), 2)
    assert "не указано: --subject" in in_order(journal(*plan, "--class", "9А"), 2)
    damaged = ("plan", "import", FILES / "plan_damaged.xlsx", *OF_9A, "--config", known)
    assert "Нужно вмешательство: Файл «plan_damaged.xlsx» повреждён" in in_order(journal(*damaged), 1)
