"""A file that the school brings along may be anything: read in the confined process, or refused with a sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from sync_service.books import confined
from sync_service.books.source import SourceError, Trouble, describe_file
from sync_service.reconcile.sheet import At, Sheets

FILES = Path(__file__).parents[1] / "foreign"
MAIN = "word/document.xml"


def read(name: str, content: bytes | None = None) -> Sheets:
    return confined.read_file((FILES / name).read_bytes() if content is None else content, name)


def trouble(name: str, content: bytes | None = None) -> Trouble:
    with pytest.raises(SourceError) as error:
        read(name, content)
    assert describe_file(error.value.trouble, name, error.value.detail).startswith(("Файл ", "К файлу "))
    return error.value.trouble


def text_with(document: str) -> bytes:
    """A .docx whose main part is this."""
    target = io.BytesIO()
    with zipfile.ZipFile(FILES / "plan_without_a_table.docx") as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            new.writestr(part, document if part == MAIN else old.read(part))
    return target.getvalue()


def table(rows: str) -> bytes:
    word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return text_with(f"<w:document {word}><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>")


def controlled(content: str) -> str:
    return f"<w:sdt><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"


def test_tables_of_a_text_are_read_with_what_is_merged_and_what_waits_to_be_accepted() -> None:
    tabs = read("plan_of_the_federal_constructor.docx").tabs
    assert [tab.title for tab in tabs] == ["Таблица 1", "Таблица 2", "Таблица 3", "Таблица 4"]
    assert (At(1, 3), At(1, 5)) in tabs[3].merged  # «Количество часов»
    assert (At(1, 2), At(2, 2)) in tabs[3].merged  # «Тема урока», two lines high
    assert tabs[3].cells[At(3, 2)] == "Уравнения и неравенства"


def test_a_row_inside_a_content_control_is_read_and_a_deleted_one_is_not() -> None:
    row = f"<w:tr>{cell('Степень')}</w:tr>"
    control = controlled(f"<w:tr>{controlled(cell('Корень'))}</w:tr>")
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{cell('Удалён')}</w:tr>"
    (tab,) = read("план.docx", table(row + control + gone)).tabs
    assert dict(tab.cells) == {At(1, 1): "Степень", At(2, 1): "Корень"}


@pytest.mark.parametrize("name", ["list_in_cp1251.csv", "list_in_utf8_with_tabs.csv"])
def test_a_list_is_read_in_any_usual_spelling_of_its_letters_and_columns(name: str) -> None:
    (tab,) = read(name).tabs
    assert tab.title == name.removesuffix(".csv")
    assert tab.cells[At(1, 1)] == "Фамилия"
    assert tab.cells[At(3, 6)] == "Ильин Павел Ильич; Ильина Ида Львовна"


def test_commas_part_the_columns_of_a_list_that_has_nothing_else() -> None:
    (tab,) = read("7А.csv", 'Ф.И.О.,Пол\n"Зимин, Олег",м\nИльина Ася,ж\n'.encode()).tabs
    assert dict(tab.cells) == {
        At(1, 1): "Ф.И.О.", At(1, 2): "Пол", At(2, 1): "Зимин, Олег", At(2, 2): "м",
        At(3, 1): "Ильина Ася", At(3, 2): "ж",
    }  # fmt: skip


def test_a_plan_says_the_same_after_calc_has_saved_it() -> None:
    (ours,), (saved,) = read("plan_merged_and_wrong_totals.xlsx").tabs, read("plan_merged_saved_in_calc.xlsx").tabs
    assert (dict(saved.cells), set(saved.merged)) == (dict(ours.cells), set(ours.merged))


def test_a_text_without_a_table_has_no_tabs() -> None:
    assert read("plan_without_a_table.docx").tabs == ()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("plan_damaged.xlsx", None, Trouble.TRUNCATED),
        ("plan_picture_renamed.docx", None, Trouble.NOT_WORKBOOK),
        ("пусто.xlsx", b"", Trouble.TRUNCATED),
        ("план.pdf", b"%PDF-1.7", Trouble.NOT_WORKBOOK),
        ("план.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), Trouble.UNSUPPORTED),
        ("список.csv", b"\x00\x01\x02\x98", Trouble.NOT_WORKBOOK),
        ("список.csv", b"a;b\n" * 3_000_000, Trouble.TOO_LARGE),
        ("план.docx", text_with("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), Trouble.NOT_WORKBOOK),
        ("план.docx", text_with("<w:document xmlns:w='x'><w:body>"), Trouble.TRUNCATED),
        ("план.docx", table("<w:tr>" + cell("Тема", '<w:gridSpan w:val="99999"/>') + "</w:tr>"), Trouble.TRUNCATED),
        ("план.docx", text_with("<w:document xmlns:w='x'>" + "<w:p>" * 9999 + "</w:p>" * 9999 + "</w:document>"), None),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    name: str, content: bytes | None, expected: Trouble | None
) -> None:
    if expected is None:
        assert read(name, content).tabs == ()
    else:
        assert trouble(name, content) is expected


def test_a_workbook_that_is_called_a_text_is_read_as_what_it_is() -> None:
    (tab,) = read("план.docx", (FILES / "plan_plain.xlsx").read_bytes()).tabs
    assert tab.cells[At(1, 3)] == "Тема урока"
