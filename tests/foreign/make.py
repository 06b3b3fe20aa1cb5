"""Makes the files that teachers and the office bring along, each named after what is the matter with it.

python -m tests.foreign.make    # those that are not there yet; needs LibreOffice and python-docx

python-docx is no dependency of ours, and not for an environment that tests run in: with lxml, which it brings along,
openpyxl writes its workbooks otherwise.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from docx import Document
from docx.document import Document as Text
from docx.oxml import OxmlElement
from docx.table import Table
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

FOLDER = Path(__file__).parent
HEADINGS = (
    "№ урока", "Раздел", "Тема урока", "Кол-во часов", "Из них контрольных работ", "Дата по плану", "Дата по факту",
    "Вид контроля", "Домашнее задание", "Время на ДЗ, мин", "ЭОР", "Корректировка",
)  # fmt: skip


def plan_plain(sheet: Worksheet) -> None:
    """The headings of the order, in the first row, one lesson a row."""
    rows(sheet, HEADINGS)
    for number, (topic, control) in enumerate((("Степень", ""), ("Корень", ""), ("Проверка", "КР")), 1):
        rows(sheet, (number, "Числа", topic, 1, "", "", "", control, f"§ {number}", 20, "РЭШ", ""))


def plan_merged_and_wrong_totals(sheet: Worksheet) -> None:
    """Title above, merged sections, a topic over two rows, lines in cells, «1-2», totals that are wrong."""
    rows(sheet, ("Календарно-тематическое планирование",), ("Математика, 9 класс, 2 часа в неделю",), ())
    across(sheet, 1, 5)
    rows(sheet, ("№ п/п", "Тема", "Кол-во\nчасов", "Дом. задание", "Примечание"))
    section(sheet, "Раздел 1. Степень (6 ч)")
    rows(
        sheet,
        ("1-2", "Степень с целым\nпоказателем", 2, "§ 1,\n№ 5", ""),
        (3, "Свойства степени", 1, "§ 2", ""),
        (4, "", 1, "§ 2, № 7", ""),
        ("5, 6", "Корень n-й степени", 2, "", "по 1 ч"),
    )
    sheet.merge_cells("B7:B8")
    rows(sheet, (), ("", "Итого за I четверть", 7))
    section(sheet, "Раздел 2. Уравнения")
    rows(
        sheet,
        ("№ п/п", "Тема", "Кол-во\nчасов", "Дом. задание", "Примечание"),
        (7, "Целое уравнение", "полтора", "§ 5", ""),
        (8, "", 1, "§ 6", ""),
        (9, "Контрольная работа № 1", "1 ч", "—", ""),
        ("", "Итого за год", 10),
    )


def plan_wrong_rows_everywhere(sheet: Worksheet) -> None:
    """Row by row something else that cannot be read, between rows that can."""
    rows(sheet, ("№ урока", "Тема урока", "Вид контроля", "Домашнее задание", "Время на ДЗ, мин"))
    rows(
        sheet,
        (1, "Степень", "Контрольная работа", "§ 1", "20 мин"),
        (2, "Корень", "устный опрос", "§ 2", "полчаса"),
        (3, "=1/0", "", "§ 3", 15),
        (date(2026, 2, 1), "Свойства корня", "", "§ 4", 15),
        ("7-6", "Уравнения", "", "§ 5", 15),
        (8, "Системы", "", "§ 6", 15),
        ("", "Повторение", "", "", ""),
        (9, "Итоговый урок", "фронтальный опрос", "", ""),
        (11, "Резерв", "устный опрос", "", ""),
    )


def plan_second_half(sheet: Worksheet) -> None:
    """A part of the year: the numbers begin at 5."""
    rows(sheet, ("№ урока", "Тема урока"), (5, "Прогрессия"), (6, "Сумма прогрессии"), (7, "Проценты"))


def plan_two_tabs(sheet: Worksheet) -> None:
    """One tab a class: nobody can say which is meant."""
    rows(sheet, ("№ урока", "Тема урока"), (1, "Степень"))
    sheet.title = "9А"
    assert sheet.parent is not None
    other = sheet.parent.create_sheet("9Б")
    rows(other, ("№ урока", "Тема урока"), (1, "Степень. 9Б"), (2, "Корень. 9Б"))


def list_of_a_class(sheet: Worksheet) -> None:
    """The list of the order, a name in one cell, parents beside the child."""
    rows(sheet, ("Список 9А класса",), ())
    rows(
        sheet,
        ("№", "Ф.И.О.", "Дата рождения", "Пол", "№ личного дела", "Дата зачисления", "Приказ о зачислении",
         "Ф.И.О. матери", "Телефон матери", "Ф.И.О. отца", "Телефон отца", "Адрес"),
        (1, "Абрамов Лев", None, "", "", None, "", "Абрамова Вера Юрьевна", "+7 900 000-00-01", "", "", ""),
        (2, "Зимин Олег Петрович", date(2011, 3, 14), "м", "З-12", date(2026, 9, 1), "№ 45", "Зимина Анна Ильинична",
         89000000011, "Зимин Пётр Олегович", "8 900 000-00-12", "ул. Лесная, 5"),
        (3, "Ильина Ася Павловна", "31.02.2011", "ж", "И-3", date(2026, 9, 1), "№ 45", "", "", "", "", ""),
        (4, "Козлова Майя", "05.06.2011", "Ж", "", date(2026, 9, 1), "№ 45", "Козлова Инна Львовна", "", "", "", ""),
        (5, "козлова майя", "05.06.2011", "ж", "", date(2026, 9, 1), "№ 45", "", "", "", "", ""),
        (6, "", date(2011, 7, 1), "м", "", date(2026, 9, 1), "", "", "", "", "", ""),
        (7, None, None, "", "", None, "", "", "", "", "", ""),
        ("Классный руководитель: Громова О. И.",),
    )  # fmt: skip


HOURS = ("Всего", "Контрольные работы", "Практические работы")


def plan_of_the_federal_constructor(text: Text) -> None:
    """A summary of sections, then the lessons in two tables; headings of two lines; a total at the end."""
    text.add_paragraph("РАБОЧАЯ ПРОГРАММА")
    lines(text, 2, ("Рассмотрено", "Утверждено"))
    summary = lines(
        text, 6,
        ("№ п/п", "Наименование разделов и тем программы", "Количество часов", "", "", "ЭОР"),
        ("", "", *HOURS, ""),
        ("Раздел 1. Числа",),
        ("1.1", "Степень", "4"),
        ("Итого по разделу", "", "4"),
    )  # fmt: skip
    two_lines(summary)
    summary.cell(2, 0).merge(summary.cell(2, 5))
    summary.cell(4, 0).merge(summary.cell(4, 1))
    text.add_paragraph("ПОУРОЧНОЕ ПЛАНИРОВАНИЕ")
    head = ("№ п/п", "Тема урока", "Количество часов", "", "", "Дата изучения", "Электронные ресурсы")
    below = ("", "", *HOURS, "", "")
    two_lines(lines(text, 7, head, below, ("1", "Степень", "1"), ("2", "Корень", "1")))
    text.add_paragraph("II четверть")
    total = ("ОБЩЕЕ КОЛИЧЕСТВО ЧАСОВ ПО ПРОГРАММЕ", "", "5", "0", "0")
    last = lines(text, 7, head, below, ("3", "Уравнения", "1"), ("4", "Системы", "1"), total)
    two_lines(last)
    last.cell(4, 0).merge(last.cell(4, 1))
    # an addition that waits to be accepted
    run = last.cell(2, 1).paragraphs[0].add_run(" и неравенства")._r
    inserted = OxmlElement("w:ins")
    run.addprevious(inserted)
    inserted.append(run)


def plan_two_different_tables(text: Text) -> None:
    """Two tables of lessons with different columns: which is meant?"""
    lines(text, 2, ("№", "Тема урока"), ("1", "Степень"))
    text.add_paragraph()
    lines(text, 3, ("№", "Тема урока", "Домашнее задание"), ("1", "Корень", "§ 1"))


def plan_without_a_table(text: Text) -> None:
    text.add_paragraph("1. Степень. 2. Корень.")


def lines(text: Text, columns: int, *said: Sequence[str]) -> Table:
    table = text.add_table(len(said), columns)
    table.style = "Table Grid"
    for number, line in enumerate(said):
        for column, words in enumerate(line):
            table.cell(number, column).text = words
    return table


def two_lines(table: Table) -> None:
    """The headings of the constructor: «Количество часов» divided below, the others two lines high."""
    table.cell(0, 2).merge(table.cell(0, 4))
    for column in (0, 1, *range(5, len(table.columns))):
        table.cell(0, column).merge(table.cell(1, column))


LIST = (
    ("Фамилия", "Имя", "Отчество", "Дата рождения", "Пол", "Ф.И.О. родителя", "Кем приходится", "E-mail"),
    ("Зимин", "Олег", "Петрович", "14.03.2011", "муж", "Зимина Анна Ильинична", "мама", "anna@example.org"),
    ("Ильина", "Ася", "Павловна", "02.02.2011", "жен", '"Ильин Павел Ильич; Ильина Ида Львовна"', "", ""),
)


def rows(sheet: Worksheet, *lines: Sequence[object]) -> None:
    """Below what stands there; a line without anything leaves a row empty."""
    start = 1 if sheet.max_row == 1 and sheet.cell(1, 1).value is None else sheet.max_row + 1
    start = max(start, getattr(sheet, "_next", 1))
    for number, line in enumerate(lines, start):
        for column, value in enumerate(line, 1):
            if value not in ("", None):
                sheet.cell(number, column).value = value  # type: ignore[assignment]
                sheet.cell(number, column).alignment = Alignment(wrap_text=True)
    sheet._next = start + len(lines)  # type: ignore[attr-defined]


def section(sheet: Worksheet, words: str) -> None:
    rows(sheet, (words,))
    across(sheet, sheet.max_row, 5)


def across(sheet: Worksheet, row: int, columns: int) -> None:
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=columns)
    sheet.cell(row, 1).font = Font(bold=True)


WORKBOOKS: tuple[Callable[[Worksheet], None], ...] = (
    plan_plain, plan_merged_and_wrong_totals, plan_wrong_rows_everywhere, plan_second_half, plan_two_tabs,
    list_of_a_class,
)  # fmt: skip
TEXTS: tuple[Callable[[Text], None], ...] = (
    plan_of_the_federal_constructor, plan_two_different_tables, plan_without_a_table,
)  # fmt: skip


def main() -> None:
    for draw in WORKBOOKS:
        path = FOLDER / f"{draw.__name__}.xlsx"
        if not path.exists():
            workbook = Workbook()
            assert isinstance(workbook.active, Worksheet)
            draw(workbook.active)
            workbook.save(path)
    in_calc = FOLDER / "plan_merged_saved_in_calc.xlsx"
    if not in_calc.exists():
        _saved_in_calc(FOLDER / "plan_merged_and_wrong_totals.xlsx", in_calc)
    for write in TEXTS:
        path = FOLDER / f"{write.__name__}.docx"
        if not path.exists():
            text = Document()
            write(text)
            text.save(str(path))
    for name, content in {
        "list_in_cp1251.csv": "\r\n".join(";".join(line) for line in LIST).encode("cp1251"),
        "list_in_utf8_with_tabs.csv": "\n".join("\t".join(line) for line in LIST).encode("utf-8-sig"),
        "plan_damaged.xlsx": (FOLDER / "plan_plain.xlsx").read_bytes()[:3000],
        "plan_picture_renamed.docx": b"\x89PNG\r\n\x1a\n" + bytes(64),
    }.items():
        if not (FOLDER / name).exists():
            (FOLDER / name).write_bytes(content)


def _saved_in_calc(path: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            "soffice", f"-env:UserInstallation=file://{scratch}/profile", "--headless", "--convert-to", "xlsx",
            "--outdir", scratch, str(path),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        target.write_bytes((Path(scratch) / path.name).read_bytes())


if __name__ == "__main__":
    main()
