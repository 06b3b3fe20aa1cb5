"""The golden scenarios: what people do to a book, each as a change of the base workbook. The names are those of the
workbooks beside this file; what the service must make of each stands in the text beside it.

The grid of mathematics: pupils in rows 6–9, lessons 1 … 15 in columns F–T (today's is the 13th, R), «I четверть» in X.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests import libreoffice as calc
from tests.sheets.played import ABSENCES, BASE, GRID, LOG, NAME, Base, InFolder

Change = Callable[[Workbook], None]
FIRST_ROW, FIRST_COLUMN, LAST_COLUMN = 6, 6, 40
LEV, NINA, YANA, PETR = range(6, 10)
TODAY = 13  # the lesson of today
ALL = ("memory", "file", "google")
FILES = ("file",)


def at(row: int, lesson: int) -> str:
    return f"{get_column_letter(FIRST_COLUMN - 1 + lesson)}{row}"


@dataclass(frozen=True)
class Sheet:
    """A workbook: the base, changed by openpyxl, then opened, changed and saved by a real LibreOffice if there are
    `office` steps, and cut to `part` of its bytes at last."""

    change: Change | None = None
    office: tuple[calc.Step, ...] = ()
    ending: str = "xlsx"
    part: float = 1.0


@dataclass(frozen=True)
class InPlace:
    """Something done to the folder of the books; gets the folder and the workbook of the step, b"" if it has none."""

    do: Callable[[Path, bytes], None]
    sheet: Sheet | None = None


@dataclass(frozen=True)
class Undone:
    """The base book is back."""


@dataclass(frozen=True)
class Later:
    """Time goes by."""

    days: int


Step = Sheet | InPlace | Undone | Later


@dataclass(frozen=True)
class Case:
    """What happens to a filled book, step by step, and in which sources it can happen."""

    name: str
    happens: str
    steps: tuple[Step, ...]
    sources: tuple[str, ...] = ALL

    def files(self) -> list[tuple[str, Sheet]]:
        """The workbooks of the case with their file names."""
        sheets = [(number, _sheet_of(step)) for number, step in enumerate(self.steps, 1)]
        mine = [(number, sheet) for number, sheet in sheets if sheet is not None]
        return [(f"{self.name}{f'.{number}' if len(mine) > 1 else ''}.{sheet.ending}", sheet) for number, sheet in mine]


def _sheet_of(step: Step) -> Sheet | None:
    return step if isinstance(step, Sheet) else step.sheet if isinstance(step, InPlace) else None


def steps_of(case: Case, folder: Path) -> list[Callable[[Base], None]]:
    """The steps as `played.play` takes them."""
    files = {id(sheet): (folder / name).read_bytes() for name, sheet in case.files()}
    done: list[Callable[[Base], None]] = []
    for step in case.steps:
        sheet = _sheet_of(step)
        done.append(_carrying_out(step, files[id(sheet)] if sheet is not None else b"", first=not done))
    return done


def _carrying_out(step: Step, content: bytes, *, first: bool) -> Callable[[Base], None]:
    def carry_out(base: Base) -> None:
        match step:
            case Sheet():
                base.place.put(content)
            case Undone():
                base.place.put(BASE.read_bytes())
            case Later(days):
                base.now[0] += timedelta(days=days)
            case InPlace(do):
                assert isinstance(base.place, InFolder)
                if first:
                    base.place.put(BASE.read_bytes())
                do(base.place.folder, content)

    return carry_out


# --- hands ------------------------------------------------------------------------------------------------------------


def on(tab: str, *changes: Callable[[Worksheet], None]) -> Sheet:
    def change(book: Workbook) -> None:
        for one in changes:
            one(book[tab])

    return Sheet(change)


def put(cells: dict[str, object], number_format: str = "") -> Callable[[Worksheet], None]:
    """Type into cells; None empties them."""

    def change(sheet: Worksheet) -> None:
        for a1, raw in cells.items():
            sheet[a1].value = raw
            if number_format:
                sheet[a1].number_format = number_format

    return change


def typed(raw: object, number_format: str = "") -> Sheet:
    """Into today's cell of Абрамов Лев, while Быкова Нина gets a sound «4»."""
    return on(GRID, put({at(LEV, TODAY): raw}, number_format), put({at(NINA, TODAY): "4"}))


def column(*raws: object) -> Sheet:
    """Into today's column, from the first pupil on."""
    return on(GRID, put({at(FIRST_ROW + number, TODAY): raw for number, raw in enumerate(raws)}))


def clear(cells: Iterable[str]) -> Callable[[Worksheet], None]:
    return put(dict.fromkeys(cells))


def lines(sheet: Worksheet, rows: Sequence[int], columns: Iterable[int]) -> list[list[object]]:
    return [[sheet.cell(row, column).value for column in columns] for row in rows]


def reorder(rows: Sequence[int], columns: range) -> Callable[[Worksheet], None]:
    """Rows 6 … become those of `rows`, in these columns; formulas speak of their own row and stay."""

    def change(sheet: Worksheet) -> None:
        for target, line in zip(range(FIRST_ROW, FIRST_ROW + len(rows)), lines(sheet, rows, columns), strict=True):
            for number, value in zip(columns, line, strict=True):
                if not str(sheet.cell(target, number).value or "").startswith("="):
                    sheet.cell(target, number).value = value

    return change


def insert_rows(before: int, amount: int = 1) -> Callable[[Worksheet], None]:
    return lambda sheet: sheet.insert_rows(before, amount)


def marks_of_lessons(first: int, last: int) -> list[str]:
    return [at(row, lesson) for row in (LEV, NINA, YANA, PETR) for lesson in range(first, last + 1)]


def subtotal(sheet: Worksheet) -> None:
    sheet.insert_rows(8, 3)
    sheet["C9"], sheet["F9"] = "Итого", 12


def separator(sheet: Worksheet) -> None:
    sheet.insert_rows(8)
    sheet["C8"] = sheet["F8"] = "—"


def copy_row(source: int, target: int, **other: object) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        for number in range(1, sheet.max_column + 1):
            sheet.cell(target, number).value = sheet.cell(source, number).value
        put(dict(other))(sheet)

    return change


def move_row_below(sheet: Worksheet) -> None:
    """Быкова is cut and pasted below the others."""
    for number in range(1, sheet.max_column + 1):
        if not str(sheet.cell(NINA, number).value or "").startswith("="):
            sheet.cell(20, number).value, sheet.cell(NINA, number).value = sheet.cell(NINA, number).value, None


def swap_columns(first: int, second: int) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        for row in range(1, sheet.max_row + 1):
            one, other = sheet.cell(row, FIRST_COLUMN - 1 + first), sheet.cell(row, FIRST_COLUMN - 1 + second)
            if not str(one.value or "").startswith("="):
                one.value, other.value = other.value, one.value

    return change


def delete_column(lesson: int) -> Callable[[Worksheet], None]:
    return lambda sheet: sheet.delete_cols(FIRST_COLUMN - 1 + lesson)


def insert_column(before: int, heading: str = "", *marks: object) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        place = FIRST_COLUMN - 1 + before
        sheet.insert_cols(place)
        sheet.cell(3, place).value = heading or None
        for row, raw in zip(range(FIRST_ROW, FIRST_ROW + 4), marks, strict=False):
            sheet.cell(row, place).value = raw

    return change


def title_row(sheet: Worksheet) -> None:
    sheet.insert_rows(1)
    sheet["B1"] = "Журнал 9А, первое полугодие"


def hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[NINA].hidden = True
    sheet.column_dimensions["H"].hidden = True
    sheet.column_dimensions.group("I", "J", outline_level=1, hidden=True)
    put({at(NINA, TODAY): "5"})(sheet)


def repaint(sheet: Worksheet) -> None:
    sheet.freeze_panes = None
    for a1 in (at(LEV, 1), at(NINA, 2)):
        sheet[a1].fill = PatternFill("solid", fgColor="FFFF00")
    sheet[at(LEV, 1)].comment = Comment("Пересдать до пятницы", "Учитель")


def far_space(sheet: Worksheet) -> None:
    """What Ctrl+End and a stray space leave."""
    sheet["XFD1048576"] = " "
    for row in range(20, 120):
        sheet.cell(row, 3).fill = copy(sheet["C6"].fill)
    put({at(LEV, TODAY): "5"})(sheet)


def many_empty_rows(sheet: Worksheet) -> None:
    fill = PatternFill("solid", fgColor="EEEEEE")
    for row in range(20, 5020):
        sheet.cell(row, 6).fill = fill
    put({at(LEV, TODAY): "5"})(sheet)


def without_drop_downs(sheet: Worksheet) -> None:
    sheet.data_validations.dataValidation = []
    put({"E15": "наверное", "E14": "да"})(sheet)


def rename(tab: str, new: str) -> Change:
    def change(book: Workbook) -> None:
        book[tab].title = new

    return change


def remove(tab: str) -> Change:
    return lambda book: book.remove(book[tab])


def duplicate(*changes: Callable[[Worksheet], None], original: tuple[Callable[[Worksheet], None], ...] = ()) -> Change:
    """The grid is copied; `changes` are made in the copy."""

    def change(book: Workbook) -> None:
        twin = book.copy_worksheet(book[GRID])
        twin.title = f"Копия {GRID}"
        for one in changes:
            one(twin)
        for one in original:
            one(book[GRID])

    return change


def both(*changes: Change) -> Sheet:
    def change(book: Workbook) -> None:
        for one in changes:
            one(book)

    return Sheet(change)


def in_tab(tab: str, *changes: Callable[[Worksheet], None]) -> Change:
    return lambda book: [one(book[tab]) for one in changes] and None


def _turned_over(sheet: Worksheet, first: int, count: int) -> None:
    columns = range(1, 11)
    block = lines(sheet, range(first, first + count), columns)
    for row, line in zip(range(first, first + count), reversed(block), strict=True):
        for number, value in zip(columns, line, strict=True):
            sheet.cell(row, number).value = value


def wipe(sheet: Worksheet) -> None:
    """Ctrl+A, Delete."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell):  # not one that a merge covers
                cell.value = None


def everything_in_the_middle(sheet: Worksheet) -> None:
    """Selects what is seen of the marks and presses Delete."""
    clear(marks_of_lessons(1, 15))(sheet)


def fill_down(raw: object) -> Callable[[Worksheet], None]:
    return put(dict.fromkeys(marks_of_lessons(1, 12), raw))


def shifted(sheet: Worksheet, *, down: int = 0, right: int = 0) -> None:
    """The marks are cut out and pasted beside where they were."""
    columns = range(FIRST_COLUMN, FIRST_COLUMN + 12)
    block = lines(sheet, range(FIRST_ROW, FIRST_ROW + 4), columns)
    clear(marks_of_lessons(1, 12))(sheet)
    for row, line in zip(range(FIRST_ROW + down, FIRST_ROW + down + 4), block, strict=True):
        for number, value in zip(columns, line, strict=True):
            if row < FIRST_ROW + 4:
                sheet.cell(row, number + right).value = value


def names_respelled(sheet: Worksheet) -> None:
    """Composed and decomposed letters, Е for Ё, another hyphen."""
    sheet["C8"], sheet["C6"] = "Елкина Яна", "Абрамов\u2011Лев"
    sheet["C9"] = "Жуков Пе\u0308тр"
    put({at(YANA, TODAY): "5"})(sheet)


def _replaced(name: str) -> Callable[[Path, bytes], None]:
    """The book now lies under another name."""

    def do(folder: Path, content: bytes) -> None:
        (folder / f"{NAME}.xlsx").unlink()
        (folder / name).write_bytes(content)

    return do


def _beside(name: str) -> Callable[[Path, bytes], None]:
    def do(folder: Path, content: bytes) -> None:
        (folder / name).write_bytes(content)

    return do


def _edited_under_lock(folder: Path, content: bytes) -> None:
    (folder / f"{NAME}.xlsx").write_bytes(content)
    (folder / f"~${NAME}.xlsx").write_bytes(b"\x0bAnna")


def _closed(folder: Path, _: bytes) -> None:
    (folder / f"~${NAME}.xlsx").unlink()


def _linked(folder: Path, _: bytes) -> None:
    path = folder / f"{NAME}.xlsx"
    outside = folder.parent / "elsewhere.xlsx"
    outside.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(outside)


def _emptied(folder: Path, _: bytes) -> None:
    (folder / f"{NAME}.xlsx").write_bytes(b"")


def _gone(folder: Path, _: bytes) -> None:
    (folder / f"{NAME}.xlsx").unlink()


def _all_gone(folder: Path, _: bytes) -> None:
    for path in folder.iterdir():
        path.unlink()


PASSWORD = Path(__file__).parent / "password_protected.xlsx"


def _encrypted(folder: Path, _: bytes) -> None:
    (folder / f"{NAME}.xlsx").write_bytes(PASSWORD.read_bytes())


NOON = datetime(2026, 2, 3, 12, 30)  # noqa: DTZ001 - a cell has no time zone
PASTED = (
    "• Прочитать § 7\u00a0 \n•\tсделать № 12 (https://example.org/a?b=1&c=2)\n\u200bили [ссылка](javascript:alert(1))"
)
MALICE = ("<script>alert(1)</script>", "{{7*7}}", '=HYPERLINK("http://x.example","жми")', '"; DROP TABLE entry; --')


def malice(sheet: Worksheet) -> None:
    for row, text in zip(range(15, 19), MALICE, strict=True):
        cell = sheet.cell(row, 7)
        cell.value = text
        cell.data_type = "s"  # typed behind an apostrophe


CASES = (
    # A. structure
    Case(
        "t_a01_sorted_by_name", "вся таблица отсортирована по имени", (on(GRID, reorder((9, 8, 7, 6), range(1, 92))),)
    ),
    Case(
        "t_a01_sorted_in_calc",
        "то же в LibreOffice",
        (Sheet(office=(calc.sort(GRID, "A6:AO9", "C", descending=True),)),),
    ),
    Case("t_a02_partial_sort", "отсортированы только отметки", (on(GRID, reorder((9, 6, 8, 7), range(6, 21))),)),
    Case(
        "t_a02_partial_sort_with_names",
        "отсортированы имена и отметки без кодов",
        (on(GRID, reorder((9, 6, 8, 7), range(3, 21))),),
    ),
    Case(
        "t_a03_new_pupil_without_code",
        "вписан новый ученик",
        (on(GRID, insert_rows(8), put({"C8": "Чайкин Глеб", "R8": "5", "R6": "4"})),),
    ),
    Case(
        "t_a03_row_inserted_in_calc",
        "пустая строка вставлена в LibreOffice",
        (Sheet(office=(calc.insert_row(GRID, 8), calc.type_in(GRID, "R6", "4"))),),
    ),
    Case("t_a04_subtotals", "вставлены пустая строка и «Итого»", (on(GRID, subtotal, put({"R6": "4"})),)),
    Case(
        "t_a04_separator",
        "вставлена строка из прочерков",
        (on(GRID, separator, put({"R6": "4"})),),
    ),
    Case("t_a05_pupil_row_deleted", "строка ученика удалена", (on(GRID, lambda sheet: sheet.delete_rows(NINA)),)),
    Case(
        "t_a05_row_deleted_in_calc",
        "строка ученика удалена в LibreOffice",
        (Sheet(office=(calc.delete_row(GRID, NINA),)), Later(3)),
    ),
    Case(
        "t_a06_row_duplicated", "строка ученика скопирована как есть", (on(GRID, copy_row(NINA, 20), put({"R6": "4"})),)
    ),
    Case(
        "t_a06_row_duplicated_and_edited",
        "строка ученика скопирована, копия изменена",
        (on(GRID, copy_row(NINA, 20, F20="2"), put({"R6": "4"})),),
    ),
    Case("t_a07_row_cut_and_pasted", "строка ученика перенесена вниз", (on(GRID, move_row_below, put({"R20": "5"})),)),
    Case(
        "t_a08_column_inserted",
        "вставлен столбец без ключа, в нём отметки",
        (on(GRID, insert_column(6, "", "5", "5")),),
    ),
    Case(
        "t_a08_column_inserted_in_calc",
        "пустой столбец вставлен в LibreOffice",
        (Sheet(office=(calc.insert_column(GRID, "H"), calc.type_in(GRID, "S6", "4"))),),
    ),
    Case("t_a09_column_with_marks_deleted", "удалён столбец урока с отметками", (on(GRID, delete_column(4)),)),
    Case("t_a09_blank_column_deleted", "удалён пустой столбец урока", (on(GRID, delete_column(TODAY)),)),
    Case(
        "t_a10_columns_moved",
        "столбцы двух уроков поменяли местами",
        (on(GRID, swap_columns(2, 5), put({at(PETR, 5): "3"})),),
    ),
    Case("t_a13_title_row", "сверху вставлена строка с названием", (on(GRID, title_row, put({"R7": "5"})),)),
    Case("t_a14_hidden", "строки и столбцы скрыты и сгруппированы", (on(GRID, hide),)),
    Case(
        "t_a14_hidden_in_calc",
        "столбец скрыт в LibreOffice",
        (Sheet(office=(calc.hide_column(GRID, "H"), calc.type_in(GRID, "R7", "5"))),),
    ),
    Case(
        "t_a16_merged_marks",
        "одна отметка на троих: ячейки объединены",
        (on(GRID, put({"R6": "5"}), lambda sheet: sheet.merge_cells("R6:R8"), put({"R9": "4"})),),
    ),
    Case(
        "t_a16_merged_in_calc",
        "то же в LibreOffice, прежние отметки накрыты",
        (Sheet(office=(calc.clear(GRID, "F7:F8"), calc.merge(GRID, "F6:F8"))),),
    ),
    Case("t_a18_repainted", "закрепление, цвета, примечания", (on(GRID, repaint),)),
    Case("t_a20_space_in_the_last_cell", "пробел в XFD1048576", (on(GRID, far_space),), ("memory", "file")),
    Case("t_a20_many_empty_rows", "5000 закрашенных пустых строк", (on(GRID, many_empty_rows),)),
    Case(
        "t_a_keys_of_lessons_wiped",
        "стёрта скрытая строка ключей",
        (on(GRID, lambda sheet: clear([cell.coordinate for cell in sheet[1]])(sheet)),),
    ),
    Case(
        "t_a_codes_wiped",
        "стёрт скрытый столбец кодов",
        (on(GRID, clear(("A6", "A7", "A8", "A9"))),),
    ),
    Case(
        "t_a_row_of_another_class",
        "вставлена строка из другого класса",
        (on(GRID, copy_row(NINA, 20, A20="P0005", C20="Абрамова Ева"), put({"R6": "4"})),),
    ),
    Case(
        "t_a_log_row_deleted",
        "из «уроков» удалена строка проведённого урока",
        (on(LOG, lambda sheet: sheet.delete_rows(6)),),
    ),
    Case(
        "t_a_log_sorted",
        "«уроки» отсортированы наоборот",
        (on(LOG, lambda sheet: _turned_over(sheet, 3, 12), put({"F3": "Дроби"})),),
    ),
    # B. tabs and files
    Case(
        "t_b01_tab_renamed",
        "вкладка переименована",
        (both(rename(GRID, "алгебра 1 гр"), in_tab("алгебра 1 гр", put({"R6": "5"}))),),
    ),
    Case("t_b02_tab_duplicated", "вкладка скопирована", (Sheet(duplicate()),)),
    Case(
        "t_b02_tab_duplicated_in_calc", "то же в LibreOffice", (Sheet(office=(calc.copy_tab(GRID, "Математика_2"),)),)
    ),
    Case(
        "t_b03_copy_edited_too",
        "изменены и вкладка, и её копия",
        (Sheet(duplicate(put({"R6": "2"}), original=(put({"R6": "5"}),))),),
    ),
    Case(
        "t_b03_original_renamed_and_copied",
        "вкладка переименована и скопирована: где она сама?",
        (both(duplicate(), rename(GRID, "Алгебра")),),
    ),
    Case("t_b04_tab_deleted", "вкладка удалена", (Sheet(remove(GRID)),)),
    Case("t_b05_tab_deleted_and_restored", "вкладка удалена и возвращена", (Sheet(remove(GRID)), Undone())),
    Case(
        "t_b08_file_renamed", "файл переименован", (InPlace(_replaced("Алгебра 9А (новая).xlsx"), typed("5")),), FILES
    ),
    Case(
        "t_b09_conflict_copy",
        "рядом копия книги с тем же именем внутри",
        (InPlace(_beside("9А Журнал (конфликт, Анна).xlsx"), typed("5")),),
        FILES,
    ),
    Case(
        "t_b11_saved_as_ods",
        "книга сохранена как .ods",
        (InPlace(_replaced(f"{NAME}.ods"), Sheet(office=(), ending="ods")),),
        FILES,
    ),
    Case("t_b12_password", "книга защищена паролем", (InPlace(_encrypted),), FILES),
    Case(
        "t_b13_open_in_excel",
        "книга открыта и сохранена, потом закрыта",
        (InPlace(_edited_under_lock, typed("45")), InPlace(_closed)),
        FILES,
    ),
    Case("t_b14_truncated", "файл обрывается на половине", (Sheet(in_tab(GRID, put({"R6": "5"})), part=0.5),), FILES),
    Case("t_b14_empty_file", "файл пуст", (InPlace(_emptied),), FILES),
    Case("t_b15_a_link", "вместо файла ссылка", (InPlace(_linked),), FILES),
    Case(
        "t_b15_emoji_in_the_name",
        "в названии файла смайлик",
        (InPlace(_replaced("9А Журнал 🙂.xlsx"), typed("5")),),
        FILES,
    ),
    Case("t_b16_share_gone", "папка с книгами вдруг пуста", (InPlace(_all_gone), Undone()), FILES),
    Case("t_b16_file_gone", "файла нет, потом вернулся", (InPlace(_gone), Undone()), FILES),
    # C. cell values
    Case("t_c01_spaces", "пробелы вокруг отметки", (column("5 ", " 5", "\u00a05\u00a0", "\u20095\u200b"),)),
    Case("t_c02_numbers", "отметка текстом, числом, с точкой", (column("5", 5, 5.0, "5.0"),)),
    Case("t_c03_fractions", "дробные отметки", (column("5,0", "4,5", 4.5, "4.5"),)),
    Case("t_c04_signs_after", "знаки после отметки", (column("5-", "4+", "5\u2212", "5\u2013"),)),
    Case("t_c05_signs_before", "знаки перед отметкой", (column("+5", -5, "-4", "\u22125"),)),
    Case("t_c06_two_digits", "две цифры в ячейке", (column("55", 45, "54", "45 "),)),
    Case("t_c07_became_a_date", "«4/5» стало датой", (typed(date(2026, 5, 4), "DD.MM.YYYY"),)),
    Case(
        "t_c07_became_a_date_in_calc",
        "«4.5» превратил в дату LibreOffice",
        (
            Sheet(
                in_tab(GRID, put({"R6": None}, "General")),
                office=(calc.type_in(GRID, "R6", "04.05.2026"), calc.type_in(GRID, "R7", "4")),
            ),
        ),
    ),
    Case(
        "t_c08_became_a_date_and_time",
        "«1-2» стало датой, «2.3 12:30» временем дня",
        (on(GRID, put({"R6": date(2026, 2, 1)}, "DD.MM"), put({"R7": NOON}, "DD.MM.YYYY HH:MM")),),
    ),
    Case(
        "t_c08_became_a_duration",
        "«3:2» стало временем",
        (typed(timedelta(hours=3, minutes=2), "[H]:MM"),),
        ("memory", "file"),
    ),
    Case(
        "t_c11_foreign_digits",
        "чужие цифры и смайлик",
        (column("٥", "²", "①", "Ⅴ"), column("5\ufe0f\u20e3", "🙂", "５", "五")),
    ),
    Case("t_c12_letters_alike", "похожие буквы вместо кодов", (column("H", "h", "Б", "yв"),)),
    Case("t_c12_letters_for_digits", "буквы вместо цифр", (column("З", "О", "б", "l"),)),
    Case(
        "t_c13_synonyms",
        "разное написание кодов",
        (column("Н", "нб", "н/б", "отс"), column("Н.", "н ", " б.", "опоздал")),
    ),
    Case("t_c14_absent_and_marked", "отсутствовал и получил отметку", (column("н5", "5н", "5 н", "н/5"),)),
    Case("t_c15_out_of_scale", "отметки вне шкалы", (column("0", 6, "10", 100), column("1", "-", "…", "5!"))),
    Case("t_c16_booleans", "вставлены флажки", (column(True, False, "ИСТИНА", "4"),)),
    Case("t_c17_errors", "ошибки вместо значений", (column("#REF!", "#N/A", "#VALUE!", "5"),), ("memory", "file")),
    Case("t_c17_loading", "«Загрузка» и ошибка по-русски", (column("Loading...", "Загрузка...", "#ИМЯ?", "5"),)),
    Case(
        "t_c17_formula_broken_in_calc",
        "формула с ошибкой, посчитана LibreOffice",
        (
            Sheet(
                in_tab(GRID, put({"R6": None}, "General")),
                office=(calc.type_in(GRID, "R6", "=1/0"), calc.type_in(GRID, "R7", "4")),
            ),
        ),
    ),
    Case("t_c20_apostrophe", "апостроф перед отметкой", (column("'5", "4", "5", "5"),)),
    Case(
        "t_c23_huge_homework",
        "задание в 30 000 знаков и картинка в base64",
        (
            on(
                LOG,
                put(
                    {
                        "G14": "очень длинно " * 2400,
                        "G13": "data:image/png;base64," + "iVBORw0KGgo" * 500,
                        "G12": "§ 10",
                    }
                ),
            ),
        ),
    ),
    Case("t_c24_pasted_from_word", "вставлен текст с маркерами и ссылками", (on(LOG, put({"G14": PASTED})),)),
    Case("t_c25_malice", "разметка, шаблон, формула и SQL в задании", (on(LOG, malice),)),
    Case("t_c27_names_respelled", "имена написаны иначе", (on(GRID, names_respelled),)),
    Case(
        "t_c29_dates",
        "нечитаемые сроки задания",
        (
            on(
                LOG,
                put({"H12": "32.13.2026", "H13": "завтра", "H14": "2026", "H11": "21.10", "G12": "завтра доделать"}),
            ),
        ),
    ),
    Case(
        "t_c29_lesson_moved",
        "дата урока исправлена, другая испорчена",
        (on(LOG, put({"C14": date(2026, 10, 13), "C13": "вчера"})),),
    ),
    Case("t_c30_drop_downs_removed", "списки удалены, вписано своё", (on(LOG, without_drop_downs),)),
    Case("t_c_two_codes", "два кода сразу и неясное «о»", (column("н ув", "о", "н б", "нн"),)),
    Case(
        "t_c_future", "отметка за урок, который не наступил", (on(GRID, put({at(LEV, 14): "5", at(NINA, TODAY): "4"})),)
    ),
    Case("t_c_final_mark", "итоговые отметки", (on(GRID, put({"X6": "5", "X7": "хор", "X8": 4, "X9": "н/а"})),)),
    Case(
        "t_c_reasons",
        "причины пропусков",
        (on(ABSENCES, put({"F3": "б", "F4": "грипп", "F5": "ув", "G5": "Заявление"})),),
    ),
    Case("t_c_repaired", "непонятное исправлено", (column("45", "4"), column("4/5", "4"))),
    # D. bulk and destructive
    Case("t_d01_wiped", "Ctrl+A, Delete", (on(GRID, wipe),)),
    Case("t_d01_marks_wiped", "стёрты все отметки", (on(GRID, everything_in_the_middle),)),
    Case("t_d02_wiped_and_undone", "Ctrl+A, Delete, отмена", (on(GRID, wipe), Undone())),
    Case("t_d02_marks_wiped_and_undone", "стёрты все отметки, отмена", (on(GRID, everything_in_the_middle), Undone())),
    Case("t_d03_three_cleared", "стёрты три отметки", (on(GRID, clear((at(LEV, 10), at(NINA, 11), at(YANA, 12)))),)),
    Case("t_d_seven_cleared", "стёрто семь отметок", (on(GRID, clear(marks_of_lessons(10, 11))),)),
    Case("t_d06_filled_down", "всё заполнено пятёрками", (on(GRID, fill_down("5")),)),
    Case(
        "t_d08_old_marks_changed",
        "изменены отметки старше двух недель",
        (on(GRID, put(dict.fromkeys(marks_of_lessons(1, 6), "5"))),),
    ),
    Case(
        "t_d_pasted_one_row_below",
        "отметки вставлены строкой ниже",
        (on(GRID, lambda sheet: shifted(sheet, down=1)),),
    ),
    Case(
        "t_d_pasted_one_column_right",
        "отметки вставлены столбцом правее",
        (on(GRID, lambda sheet: shifted(sheet, right=1)),),
    ),
    Case(
        "t_d_cleared_little_by_little",
        "стирают понемногу, за день набирается много",
        tuple(on(GRID, clear(marks_of_lessons(12 - number, 12))) for number in range(3)),
    ),
    Case(
        "t_d_cleared_day_by_day",
        "стирают понемногу изо дня в день",
        (
            on(GRID, clear(marks_of_lessons(12, 12))),
            Later(2),
            on(GRID, clear(marks_of_lessons(11, 12))),
            Later(2),
            on(GRID, clear(marks_of_lessons(10, 12))),
        ),
    ),
    Case("t_d_one_column_filled_down", "столбец заполнен одинаково", (column("5", "5", "5", "5"),)),
    Case(
        "t_d_homework_wiped",
        "стёрты темы и задания",
        (on(LOG, clear([f"{letter}{row}" for letter in "FG" for row in range(3, 15)])),),
    ),
    # E. time and concurrency, as far as a book shows them
    Case(
        "t_e01_two_cells_by_two_people",
        "двое правят разные ячейки, один за другим",
        (on(GRID, put({"R6": "5"})), on(GRID, put({"R6": "5", "R7": "4"}))),
    ),
    Case("t_e02_one_cell_twice", "одна ячейка исправлена дважды", (column("4"), column("5"))),
    Case(
        "t_e10_lesson_on_a_day_off",
        "урок перенесён на воскресенье и на каникулы",
        (on(LOG, put({"C16": date(2026, 10, 18), "C17": date(2026, 10, 27), "E15": "да"})),),
    ),
)
