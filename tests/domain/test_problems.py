"""Every code has a sentence that fits, names the place and helps; and a line in the guide."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.problems import CATALOGUE, MESSAGE_LIMIT, Code, Place, Problem, Step, message, step

GUIDE = Path(__file__).parents[2] / "docs" / "ru" / "problems.md"
HELD = {
    Step.NOTE: "ничего",
    Step.CELL: "ячейка",
    Step.ROW: "строка",
    Step.COLUMN: "столбец",
    Step.TAB: "вкладка",
    Step.BOOK: "книга",
    Step.FILE: "строка файла",
}
LONG_NAMES = Place("Английский язык 1 гр. · уроки", "AB28", "Константинопольская Александра, 12.10")


def plain(template: str) -> str:
    """A sentence of the catalogue as the guide prints it: the optional parts dropped."""
    return re.sub(r"\[[^\]]*\]", "", template)


def test_every_code_has_a_kind() -> None:
    assert set(CATALOGUE) == set(Code)


@pytest.mark.parametrize("code", Code)
def test_every_kind_is_written_out(code: Code) -> None:
    kind = CATALOGUE[code]
    assert kind.rule
    assert kind.example
    assert kind.remedy[0].isupper()
    assert kind.remedy.endswith(".")
    assert kind.sentence[0].islower()
    assert kind.sentence[-1] in ".?"
    assert step(code) is kind.step


@pytest.mark.parametrize("code", Code)
def test_every_message_names_the_place_what_was_read_what_is_kept_and_what_to_do(code: Code) -> None:
    kind = CATALOGUE[code]
    problem = Problem(code, Place("Химия", "F12", "Иванов Пётр, 12.10"), "ъ", "4", "4/5")
    text = message(problem)
    read = "«ъ»: " if problem.seen else ""  # a hidden key says nothing to people
    assert text.startswith(f"Химия, F12, Иванов Пётр, 12.10: {read}")
    assert "«4»" in text or "Прежние данные в силе." in text or "Строка не берётся." in text
    assert kind.remedy.split("[")[0] in text
    assert text[-1] == "."
    assert not re.search(r"[\[\]{}]|\.\.|  ", text)


@pytest.mark.parametrize("code", Code)
def test_a_message_without_reading_and_detail_is_a_whole_sentence_too(code: Code) -> None:
    text = message(Problem(code, Place("Химия")))
    assert re.match(r"Химия: [А-Я]", text)
    assert not re.search(r"[\[\]{}]|\.\.|  |«»|\(\)| [.,:]", text)


@pytest.mark.parametrize("code", Code)
def test_usual_names_are_shortened_little_if_at_all(code: Code) -> None:
    text = message(Problem(code, LONG_NAMES, CATALOGUE[code].example[:10], "4", "4/5"))
    assert text.count("…") <= 2
    assert "Английский" in text
    assert "Константиноп" in text


@given(
    st.sampled_from(Code),
    *[st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("[]{}«» ")), max_size=5000)] * 6,
)
def test_no_message_is_longer_than_the_limit_or_cannot_be_written(
    code: Code, tab: str, a1: str, who: str, read: str, kept: str, detail: str
) -> None:
    text = message(Problem(code, Place(tab, a1, who), read, kept, detail))
    assert len(text) <= MESSAGE_LIMIT
    text.encode()


@pytest.mark.parametrize("code", Code)
def test_the_longest_message_keeps_all_that_is_ours(code: Code) -> None:
    text = message(Problem(code, Place("т" * 99, "A" * 99, "ф" * 99), "\u0665\u00b2" * 99, "к" * 5000, "д" * 999))
    assert len(text) <= MESSAGE_LIMIT
    assert CATALOGUE[code].remedy.split("[")[0].strip() in text


def test_messages_read_like_this() -> None:
    place = Place("Математика", "F12", "Иванов Пётр, 12.10")
    assert message(Problem(Code.ENTRY_TWO_DIGITS, place, "45", "", "4/5")) == (
        "Математика, F12, Иванов Пётр, 12.10: «45»: похоже на две отметки. Пока не записано. "
        "Напишите «4/5» или одну отметку."
    )
    assert message(Problem(Code.ENTRY_FOREIGN_DIGIT, place, "\u0665", "4")) == (
        "Математика, F12, Иванов Пётр, 12.10: «\u0665 U+0665»: это не обычная цифра. Пока действует «4». "
        "Наберите цифру на клавиатуре."
    )
    assert message(Problem(Code.CELL_OFFICE, place, "4", "5")) == (
        "Математика, F12, Иванов Пётр, 12.10: «4»: значение исправили в базе школы, минуя таблицу. "
        "Действует «5». Впишите его и сюда."
    )
    assert message(Problem(Code.TAB_EMPTIED, Place("Математика"), detail="120")) == (
        "Математика: Стёрты все записи вкладки (было 120). Прежние данные в силе. "
        "Верните их или попросите заместителя подтвердить."
    )
    assert message(Problem(Code.LESSON_DATE, Place("Химия", "C9", "урок 29.09"), "32.13.2026", "2026-09-29")) == (
        "Химия, C9, урок 29.09: «32.13.2026»: это не дата. Пока действует «29.09.2026». "
        "Напишите дату так: 12.10 или 12.10.2026."
    )
    assert message(Problem(Code.ENTRY_BOOLEAN, place, "True")).startswith(
        "Математика, F12, Иванов Пётр, 12.10: «ИСТИНА»: здесь флажок, а не запись."
    )
    assert message(Problem(Code.LESSON_TOPIC_SHORT, Place("Химия", "F3", "урок 12.10"), "ур")) == (
        "Химия, F3, урок 12.10: «ур»: тема слишком короткая. Напишите, о чём был урок."
    )


def test_the_guide_has_a_true_row_for_each_code() -> None:
    rows = [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    expected = [
        f"| `{code.value}` | {kind.example.replace('|', chr(92) + '|')} | {plain(kind.sentence)} | {HELD[kind.step]} "
        f"| {plain(kind.remedy)} | {kind.rule} |"
        for code, kind in CATALOGUE.items()
    ]
    assert rows == expected
