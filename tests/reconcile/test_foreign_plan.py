"""A plan as teachers write it: what is a lesson, how many hours it is, what is a section, a total or nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.problems import message
from sync_service.domain.school import WorkType
from sync_service.reconcile import foreign_roster
from sync_service.reconcile.foreign import Unclear, chosen, find_tables
from sync_service.reconcile.foreign_plan import FORM, PlanRead, read_plan
from sync_service.reconcile.sheet import At, CellError, RawCell, Tab

Line = Sequence[object]
WORKS = (WorkType(short="КР", title="Контрольная работа"), WorkType(short="Дикт", title="Диктант"))
HEAD = ("№ урока", "Тема урока", "Кол-во часов", "Домашнее задание")


def tab(*lines: Line, merged: Sequence[str] = (), title: str = "КТП") -> Tab:
    cells: dict[At, RawCell] = {
        At(row, column): value  # type: ignore[misc]
        for row, line in enumerate(lines, 1)
        for column, value in enumerate(line, 1)
        if value not in ("", None)
    }
    spans = [tuple(At.parse(corner) for corner in span.split(":")) for span in merged]
    return Tab(title, cells, merged=tuple((first, last) for first, last in spans))


def read(*tabs: Tab, part: bool = False) -> PlanRead:
    return read_plan(find_tables(tabs, FORM), WORKS, part=part)


def topics(plan: PlanRead) -> dict[int, object]:
    return {lesson.seq: lesson.values["topic"] for lesson in plan.lessons}


def said(problems: Sequence[object]) -> list[str]:
    return [message(problem) for problem in problems]  # type: ignore[arg-type]


def test_the_headings_are_found_wherever_they_stand_and_whatever_their_order() -> None:
    plan = read(tab(
        ("Утверждаю",), ("Тема: планирование по алгебре",), (),
        ("", "Дом.\nзадание", "Время на ДЗ,\nмин", "Тема\nурока", "№\nп/п", "Вид контроля", "Раздел"),
        ("", "§ 1", "20 мин", "Степень", 1, "контрольная работа", "Числа"),
        ("", "", "", "Корень", 2, "ДИКТ.", ""),
    ))  # fmt: skip
    assert [dict(lesson.values) for lesson in plan.lessons] == [
        {"section": "Числа", "topic": "Степень", "homework": "§ 1", "minutes": 20, "control": "КР"},
        {"section": "Числа", "topic": "Корень", "homework": "", "minutes": "", "control": "Дикт"},
    ]
    assert (plan.problems, plan.notes, plan.unused) == ((), (), ())


@pytest.mark.parametrize(
    ("number", "hours", "lessons"),
    [
        ("1-2", "", 2),
        ("1–2", "", 2),
        ("1, 2", "", 2),
        ("1,2", "2", 2),
        (1, "2 ч.", 2),
        (1, "3 часа", 3),
        ("1.", 1, 1),
        ("1.1", "", 1),
        ("", 2, 2),
        ("", "", 1),
        (1.2, "", 2),  # «1,2» typed into a cell for numbers
        ("1-2", 2.0, 2),
        (date(2026, 2, 1), 2, 2),  # «1-2» that became a date: the hours tell
        (True, 1, 1),
        (1.5, "", 1),
    ],
)
def test_a_row_is_as_many_lessons_as_its_hours_or_numbers_say(number: object, hours: object, lessons: int) -> None:
    plan = read(tab(HEAD, (number, "Степень", hours, "§ 1"), ("", "Корень", 1, "§ 2")))
    assert topics(plan) == {**dict.fromkeys(range(1, lessons + 1), "Степень"), lessons + 1: "Корень"}
    assert plan.problems == ()


@pytest.mark.parametrize(
    ("number", "hours", "words"),
    [
        (1, "полтора", "«Кол-во часов»: «полтора»: не прочесть"),
        (1, 0.5, "«Кол-во часов»: «0,5»"),
        (1, 0, "от 1 до 40"),
        (1, 400, "от 1 до 40"),
        ("1-2", 1, "по номеру уроков 2"),
        ("2-1", "", "номера должны расти"),
        (date(2026, 2, 1), "", "«01.02.2026»: не прочесть: номер стал датой: впишите его текстом"),
        (True, "", "это не номер"),
        (CellError("#REF!"), "", "«#REF!»: не прочесть: это не номер"),
        (1, date(2026, 2, 1), "«Кол-во часов»: «01.02.2026»"),
        (1, CellError("#NAME?"), "«#NAME?»: не прочесть: сколько уроков? Нужно целое число"),
    ],
)
def test_hours_that_can_be_read_in_two_ways_leave_the_row_out(number: object, hours: object, words: str) -> None:
    plan = read(tab(HEAD, (number, "Степень", hours, "§ 1"), ("", "Корень", 1, "§ 2")))
    assert topics(plan) == {2: "Корень"}
    (sentence,) = said(plan.problems)
    assert sentence.startswith("КТП, строка 2, ")
    assert words in sentence
    assert plan.gaps == {1}


@pytest.mark.parametrize(
    ("topic", "minutes", "words"),
    [
        (True, 20, "«Тема урока»: «ИСТИНА»: не прочесть: нужен текст"),
        (CellError("#REF!"), 20, "«Тема урока»: «#REF!»: не прочесть: нужен текст"),
        ("Степень", "сколько успеют", "«Время на ДЗ, мин»: «сколько успеют»: не прочесть: нужно целое число"),
        ("\u200b", 20, "«Тема урока»"),  # looks blank and is blank
    ],
)
def test_a_cell_that_is_no_text_or_no_number_leaves_its_row_out(topic: object, minutes: object, words: str) -> None:
    head = ("№ урока", "Тема урока", "Время на ДЗ, мин")
    plan = read(tab(head, (1, topic, minutes), (2, "Корень", 20)))
    assert topics(plan) == {2: "Корень"}
    (sentence,) = said(plan.problems)
    assert words in sentence
    assert plan.gaps == {1}


def test_empty_rows_and_rows_of_noughts_and_dashes_say_nothing() -> None:
    plan = read(tab(HEAD, (1, "Степень", 1), (), ("", "", 0, "—"), ("-", "", "0"), (2, "Корень", 1)))
    assert topics(plan) == {1: "Степень", 2: "Корень"}
    assert (plan.problems, plan.notes) == ((), ())


def test_homework_before_the_topic_makes_no_section() -> None:
    plan = read(tab(("Домашнее задание", "Тема урока"), ("Читать § 1", "Степень"), ("Глава 2", "Раздел 2. Корни")))
    assert topics(plan) == {1: "Степень", 2: "Раздел 2. Корни"}
    assert [(lesson.values["homework"], lesson.values["section"]) for lesson in plan.lessons] == [
        ("Читать § 1", ""), ("Глава 2", ""),
    ]  # fmt: skip


def test_what_a_merge_hides_is_not_read() -> None:
    plan = read(tab(HEAD, (1, "Степень", "пять", "§ 1"), (2, "Корень", 1), merged=("B2:C2",)))
    assert topics(plan) == {1: "Степень", 2: "Корень"}
    assert plan.problems == ()


def test_headings_of_two_lines_are_read_together() -> None:
    plan = read(tab(
        ("№", "Тема урока", "Количество часов", "", "Домашнее задание"), ("", "", "всего", "контрольные"),
        (1, "Степень", 2, "", "§ 1"), (3, "Проверь себя", 1, 1),
        merged=("A1:A2", "B1:B2", "C1:D1", "E1:E2"),
    ))  # fmt: skip
    assert topics(plan) == {1: "Степень", 2: "Степень", 3: "Проверь себя"}
    assert plan.lessons[0].values["homework"] == "§ 1"
    assert plan.unused == ("Количество часов, контрольные",)
    assert (plan.problems, plan.notes) == ((), ())


def test_a_row_of_words_below_a_wide_heading_is_no_second_line_of_headings() -> None:
    head = ("№ урока", "Тема урока", "Домашнее задание")
    plan = read(tab(head, ("", "", "Раздел 1. Числа"), (1, "Степень", "§ 1"), merged=("C1:D1",)))
    assert [dict(lesson.values) for lesson in plan.lessons] == [
        {"section": "Раздел 1. Числа", "topic": "Степень", "homework": "§ 1", "minutes": "", "control": ""}
    ]


def test_tables_of_one_tab_with_different_columns_follow_each_other() -> None:
    plan = read(tab(
        ("№", "Тема урока", "Домашнее задание"), (1, "Степень", "§ 1"), (2, "Корень", "§ 2"), (),
        ("II полугодие",), ("№", "Домашнее задание", "Тема урока"), (3, "§ 3", "Дроби"),
    ))  # fmt: skip
    assert [(lesson.seq, lesson.values["topic"], lesson.values["homework"]) for lesson in plan.lessons] == [
        (1, "Степень", "§ 1"), (2, "Корень", "§ 2"), (3, "Дроби", "§ 3"),
    ]  # fmt: skip


def test_the_lessons_after_a_row_that_is_left_out_stay_where_they_belong() -> None:
    plan = read(tab(HEAD, (1, "Степень"), ("2-3", "", 2, "§ 2"), (4, "Корень"), ("5+6", "?", "?"), (7, "Дроби")))
    assert topics(plan) == {1: "Степень", 4: "Корень", 7: "Дроби"}
    assert plan.gaps == {2, 3, 5, 6}


def test_a_row_across_the_width_is_the_section_of_the_rows_below() -> None:
    plan = read(tab(
        HEAD, ("Раздел 1. Числа (2 часа)",), (1, "Степень", 1), (2, "Корень", 1), ("Уравнения",), (3, "Линейные", 1),
        ("", "Глава III. Дроби", 1), (4, "Сложение", 1),
        merged=("A2:D2", "A5:D5"),
    ))  # fmt: skip
    assert [lesson.values["section"] for lesson in plan.lessons] == [
        "Раздел 1. Числа", "Раздел 1. Числа", "Уравнения", "Глава III. Дроби",
    ]  # fmt: skip
    assert plan.notes == ()


def test_a_row_without_what_the_others_have_is_asked_about_and_the_next_number_tells_its_place() -> None:
    plan = read(tab(
        HEAD, (1, "Степень", 1), ("", "Повторение"), (2, "Корень", 1), ("", "Дроби", "", "§ 3"), (4, "Ряды", 1),
    ))  # fmt: skip
    assert topics(plan) == {1: "Степень", 2: "Корень", 4: "Ряды"}
    assert ["раздел или урок?" in sentence for sentence in said(plan.problems)] == [True, True]
    assert plan.gaps == {3}


def test_a_topic_that_calls_itself_a_topic_is_a_lesson_where_lessons_have_no_numbers() -> None:
    plan = read(tab(("Тема", "Часы"), ("Тема 1. Степень", 1), ("Тема 2. Корень", 2)))
    assert topics(plan) == {1: "Тема 1. Степень", 2: "Тема 2. Корень", 3: "Тема 2. Корень"}
    lessons = [(number, f"Урок {number}", 1) for number in range(1, 5)]
    plan = read(tab(HEAD, ("", "Тема 1. Степень", 4), *lessons, ("", "Тема 2. Корень")))
    assert {lesson.values["section"] for lesson in plan.lessons} == {"Тема 1. Степень"}
    assert said(plan.notes) == [
        "КТП, строка 7: «Тема 2. Корень»: строка не берётся: под ней нет уроков. Проверьте, не нужна ли она."
    ]


def test_cells_merged_downwards_hold_for_every_lesson_they_reach() -> None:
    plan = read(tab(
        HEAD, (1, "Степень", 2, "§ 1"), (2, "", "", ""), (3, "Корень", 5), (4, "Дроби"),
        merged=("B2:B3", "C2:C3", "D2:D3", "C4:C5"),
    ))  # fmt: skip
    assert topics(plan) == {1: "Степень", 2: "Степень"}
    assert [lesson.values["homework"] for lesson in plan.lessons] == ["§ 1", "§ 1"]
    assert ["одно число на 2 строки" in sentence for sentence in said(plan.problems)] == [True, True]


def test_lines_of_one_lesson_are_one_lesson_and_of_two_are_two() -> None:
    lines = (HEAD, ("1", "Степень", 1, "§ 1"), ("", "", "", "№ 5"), ("2-3", "Корень", 2, "§ 2"), ("", "", "", "§ 3"))
    plan = read(tab(*lines, merged=("A2:A3", "B2:B3", "C2:C3", "A4:A5", "B4:B5", "C4:C5")))
    assert [(lesson.seq, lesson.values["topic"], lesson.values["homework"]) for lesson in plan.lessons] == [
        (1, "Степень", "§ 1"), (2, "Корень", "§ 2"), (3, "Корень", "§ 3"),
    ]  # fmt: skip
    assert said(plan.notes) == [
        "КТП, строка 3: «№ 5»: строка не берётся: продолжение урока выше. Проверьте, не нужна ли она."
    ]


def test_lines_of_one_lesson_are_told_by_its_number_where_there_are_no_hours() -> None:
    head = ("№ урока", "Тема урока", "Домашнее задание")
    lines = (head, ("1", "Степень", "§ 1"), ("", "", "№ 5"), ("2-3", "Корень", "§ 2"), ("", "", "§ 3"))
    plan = read(tab(*lines, merged=("A2:A3", "B2:B3", "A4:A5", "B4:B5")))
    assert [(lesson.seq, lesson.values["topic"], lesson.values["homework"]) for lesson in plan.lessons] == [
        (1, "Степень", "§ 1"), (2, "Корень", "§ 2"), (3, "Корень", "§ 3"),
    ]  # fmt: skip
    assert ["продолжение урока выше" in sentence for sentence in said(plan.notes)] == [True]


def test_one_number_for_two_topics_is_asked_about() -> None:
    plan = read(tab(HEAD, ("1", "Степень"), ("", "Корень"), ("2-3", "Дроби"), ("", "Ряды"), merged=("A2:A3", "A4:A5")))
    assert topics(plan) == {3: "Дроби", 4: "Ряды"}
    assert ["один на две строки" in sentence for sentence in said(plan.problems)] == [True, True]


def test_a_lesson_with_a_number_is_one_whatever_its_topic_begins_with() -> None:
    plan = read(tab(HEAD, (1, "Итог четверти", 1), (2, "Раздел 2 учебника", 1), (3, "I четверть позади", 1)))
    assert topics(plan) == {1: "Итог четверти", 2: "Раздел 2 учебника", 3: "I четверть позади"}


def test_headings_again_on_the_next_page_and_numbers_of_columns_are_no_lessons() -> None:
    plan = read(tab(HEAD, (1, 2, 3, 4), (1, "Степень", 1, "§ 1"), HEAD, (1, 2, 3, 4), (2, "Корень", 1, "§ 2")))
    assert topics(plan) == {1: "Степень", 2: "Корень"}


@pytest.mark.parametrize(
    ("words", "told", "wrong"),
    [
        ("Итого", 2, ""),
        ("Итого", 3, "сказано 3, по строкам 2"),
        ("Всего за год", 3, "сказано 3, по строкам 2"),
        ("Всего за I четверть", 1, "сказано 1, по строкам 2"),
        ("Итого по разделу", 2, ""),
        ("ОБЩЕЕ КОЛИЧЕСТВО ЧАСОВ ПО ПРОГРАММЕ", 34, "сказано 34, по строкам 2"),
        ("Итого: 2 часа", "", ""),
        ("Итого: 5 ч", "", "сказано 5, по строкам 2"),
    ],
)
def test_a_total_is_no_lesson_and_is_compared_with_what_it_counts(words: str, told: object, wrong: str) -> None:
    plan = read(tab(HEAD, (1, "Степень", 1), (2, "Корень", 1), ("", words, told)))
    assert topics(plan) == {1: "Степень", 2: "Корень"}
    assert [wrong in sentence for sentence in said(plan.notes)] == ([True] if wrong else [])


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (("", "Итого", "", 2), ""),
        (("", "Итого", "", 3), "сказано 3, по строкам 2"),
        (("", "Итого уроков 3"), "сказано 3, по строкам 2"),
        (("", "Итого"), ""),
        (("", "Итого", 2, 1), ""),  # two figures: nobody knows which is meant
    ],
)
def test_a_total_of_a_plan_without_hours_is_the_only_figure_of_its_row(line: Line, wrong: str) -> None:
    plan = read(tab(("№ урока", "Тема урока", "Дата", "Примечание"), (1, "Степень"), (2, "Корень"), line))
    assert topics(plan) == {1: "Степень", 2: "Корень"}
    assert [wrong in sentence for sentence in said(plan.notes)] == ([True] if wrong else [])


def test_hours_of_a_section_and_of_a_quarter_are_compared_with_their_rows() -> None:
    plan = read(tab(
        HEAD, ("I четверть (3 ч)",), ("Раздел 1. Числа (2 ч)",), (1, "Степень", 1), ("Раздел 2. Дроби (1 ч)",),
        (2, "Сложение", 1), merged=("A2:D2", "A3:D3", "A5:D5"),
    ))  # fmt: skip
    assert [sentence.partition("»: ")[0] for sentence in said(plan.notes)] == [
        "КТП, строка 3: «Раздел 1. Числа (2 ч)", "КТП, строка 2: «I четверть (3 ч)",
    ]  # fmt: skip
    assert {lesson.values["section"] for lesson in plan.lessons} == {"Раздел 1. Числа", "Раздел 2. Дроби"}


def test_a_number_that_is_skipped_is_told_and_one_that_begins_anew_is_not() -> None:
    plan = read(tab(HEAD, (1, "а б"), (2, "в г"), (4, "д е"), (1, "ж з"), (2, "и к")))
    assert topics(plan) == {1: "а б", 2: "в г", 3: "д е", 4: "ж з", 5: "и к"}
    assert said(plan.notes) == [
        "КТП, строка 4, «№ урока»: «4»: нумерация идёт не подряд: перед ним 2. Проверьте, не пропущен ли урок."
    ]


def test_a_type_of_control_that_the_school_does_not_have_is_told_once_with_its_rows() -> None:
    head = ("№", "Тема урока", "Вид контроля")
    plan = read(tab(head, (1, "Степень", "устный опрос"), (2, "Корень", "—"), (3, "Дроби", "Устный опрос")))
    assert [lesson.values["control"] for lesson in plan.lessons] == ["", "", ""]
    (sentence,) = said(plan.notes)
    assert "«устный опрос»: такого вида работы нет, он не взят; строк: 2." in sentence


def test_a_part_of_the_year_begins_at_its_own_number() -> None:
    half = tab(HEAD, (35, "Прогрессия", 1), ("36-37", "Проценты", 2))
    assert topics(read(half, part=True)) == {35: "Прогрессия", 36: "Проценты", 37: "Проценты"}
    assert read(half).starts_at == 35


def test_a_table_of_sections_beside_that_of_lessons_is_passed_over() -> None:
    summary = tab(("№", "Наименование разделов и тем", "Всего часов"), (1, "Числа", 34), title="Таблица 1")
    lessons = tab(HEAD, (1, "Степень", 1), title="Таблица 2")
    assert topics(read(summary, lessons)) == {1: "Степень"}
    assert topics(read(summary)) == dict.fromkeys(range(1, 35), "Числа")  # where there is nothing better


def test_several_tables_are_a_question_unless_they_are_pages_of_one_text() -> None:
    tables = find_tables([tab(HEAD, (1, "Степень"), title="9А"), tab(HEAD, (1, "Корень"), title="9Б")], FORM)
    with pytest.raises(Unclear, match=r"«9А» .*«9Б»"):
        chosen(tables, (), joined=False)
    assert [table.title for table in chosen(tables, (), joined=True)] == ["9А", "9Б"]
    assert [table.title for table in chosen(tables, ("9б",), joined=False)] == ["9Б"]
    with pytest.raises(Unclear, match="таблицы «9В»"):
        chosen(tables, ("9В",), joined=False)


def test_a_merge_to_the_end_of_the_sheet_costs_nothing() -> None:
    huge = tab(HEAD, (1, "Степень", 1), merged=("A3:XFD1048576", "D1:XFD1048576"))
    began = time.process_time()
    assert topics(read(huge)) == {1: "Степень"}
    assert time.process_time() - began < 1


@pytest.mark.parametrize("form", [FORM, foreign_roster.FORM])
@pytest.mark.parametrize("words", ["п", "родител", "телефон родител", "№п", "тема ", "раздел и тем", "изних", "план"])
def test_a_heading_made_to_be_slow_is_not(form: object, words: str) -> None:
    began = time.process_time()
    find_tables([tab((words * 100 + "№", "х", words * 40 + "№"))], form)  # type: ignore[arg-type]
    assert time.process_time() - began < 1


CELLS = st.one_of(
    st.none(), st.integers(-5, 400), st.floats(), st.text(max_size=12), st.booleans(), st.dates(),
    st.sampled_from(["1-2", "3,4", "Итого", "Раздел 1", "I четверть", "Степень", "2 ч", *HEAD]),
)  # fmt: skip


MERGES = st.lists(st.sampled_from(["A2:A3", "A2:A4", "B2:B3", "B3:B5", "C2:C4", "D2:D3", "A3:D3", "A4:C4", "B2:D2"]))


@given(st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=8), MERGES, st.booleans())
def test_every_row_is_a_lesson_once_or_told_and_no_two_lessons_share_a_place(
    rows: list[Line], merged: list[str], part: bool
) -> None:
    found = find_tables([tab(HEAD, *rows, merged=merged)], FORM)
    plan = read_plan(found, WORKS, part=part) if found else None
    if plan is not None:
        places = [lesson.seq for lesson in plan.lessons]
        assert places == sorted(set(places))
        assert not plan.gaps & set(places)
        assert all(lesson.values["topic"] for lesson in plan.lessons)
        assert all(len(sentence) <= 200 for sentence in said((*plan.problems, *plan.notes)))
