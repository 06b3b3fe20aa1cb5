"""Names that may not leave: shown as allowed, found in any form, told apart from employees and ordinary words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.privacy import HIDDEN, Mask, Names, shown_name
from sync_service.domain.school import Employee, Guardian, Pupil

# him: именительный, родительный, дательный, творительный, предложный; then her forms, then the family's, if they differ
CASES = """
Иванов Иванова Иванову Ивановым Иванове | Иванова Ивановой Иванову Ивановою | Ивановы Ивановых Ивановым Ивановыми
Ковалёв Ковалёва Ковалёву Ковалёвым Ковалёве | Ковалёва Ковалёвой Ковалёву | Ковалёвы Ковалёвых Ковалёвыми
Ершов Ершова Ершову Ершовым Ершове | Ершова Ершовой | Ершовы Ершовых
Снегирёв Снегирёва Снегирёву Снегирёвым Снегирёве | Снегирёвой | Снегирёвы
Лисицын Лисицына Лисицыну Лисицыным Лисицыне | Лисицыной | Лисицыных
Щукин Щукина Щукину Щукиным Щукине | Щукиной Щукиною | Щукины
Грин Грина Грину Грином Грине
Полянский Полянского Полянскому Полянским | Полянская Полянской Полянскую | Полянские Полянских
Вяземская Вяземской Вяземскую Вяземскою | Вяземский Вяземского | Вяземские
Толстой Толстого Толстому Толстым Толстом | Толстая Толстую | Толстые Толстых
Заболотный Заболотного Заболотному Заболотным | Заболотная Заболотную
Горький Горького Горькому Горьким Горьком | Горькая
Крайний Крайнего Крайнему Крайним Крайнем | Крайняя Крайней Крайнюю
Черных Черных
Долгих Долгих
Шевченко Шевченко
Дурново Дурново
Живаго Живаго
Гюго Гюго
Мельник Мельника Мельнику Мельником Мельнике | Мельники Мельникам Мельниками
Шаповал Шаповала Шаповалу Шаповалом Шаповале
Сидорчук Сидорчука Сидорчуку Сидорчуком | Сидорчуки
Стриж Стрижа Стрижу Стрижом Стриже
Мороз Мороза Морозу Морозом Морозе
Коваль Коваля Ковалю Ковалем Ковале | Ковали
Король Короля Королю Королём Короле
Бугай Бугая Бугаю Бугаем Бугае
Соловей Соловья Соловью Соловьём Соловье
Гулий Гулия Гулию Гулием
Кравец Кравца Кравцу Кравцом Кравце
Стрелец Стрельца Стрельцу Стрельцом
Заяц Зайца Зайцу Зайцем
Боец Бойца Бойцу Бойцом
Конёк Конька Коньку Коньком
Орёл Орла Орлу Орлом
Сковорода Сковороды Сковороде Сковороду Сковородой
Груша Груши Груше Грушу Грушей
Гулия Гулии Гулию Гулией
Нгуен Нгуена Нгуену Нгуеном Нгуене
Ким Кима Киму Кимом Киме
Цой Цоя Цою Цоем Цое
Ли Ли
Белов-Истомин Белова-Истомина Белову-Истомину Беловым-Истоминым | Белова-Истомина Беловой-Истоминой | Беловы-Истомины
Гай-Чёрный Гай-Чёрного Гай-Чёрному
Мамедов Мамедова Мамедову Мамедовым | Мамедовой
""".strip().splitlines()
SURNAMES = [line.split()[0] for line in CASES]
FIRST = ("Пётр", "Лев", "Павел", "Илья", "Анна", "Мария", "Любовь", "Дмитрий", "Андрей", "Тимофей", "Юлия", "Нелли")
FIRST_CASES = {
    "Пётр": "Петра Петру Петром Петре", "Лев": "Льва Льву Львом", "Павел": "Павла Павлу Павлом",
    "Илья": "Ильи Илье Илью Ильёй", "Анна": "Анны Анне Анну Анной", "Мария": "Марии Марию Марией",
    "Любовь": "Любви Любовью", "Дмитрий": "Дмитрия Дмитрию Дмитрием", "Андрей": "Андрея Андрею Андреем",
    "Тимофей": "Тимофея Тимофею", "Юлия": "Юлии Юлию", "Нелли": "Нелли",
}  # fmt: skip
PLAIN = (
    "Урок", "12.10", "тема:", "проведён,", "нет", "темы", "«дроби»", "§ 5", "н", "5", "4/5", "Контрольная", "работа",
    "—", "№ 3.", "Впишите", "отметку", "и", "у", "за", "(КР)", "\n",
)  # fmt: skip


def pupil(last: str, first: str = "Пётр", patronymic: str = "", code: str = "P7K3M") -> Pupil:
    return Pupil(
        code=code, last=last, first=first, patronymic=patronymic, enrolled=date(2026, 9, 1), school_class="7А"
    )


def mask(names: Names, *pupils: Pupil, **more: Iterable[object]) -> Mask:
    return Mask(names, pupils, **more)  # type: ignore[arg-type]


PETR = pupil("Иванов", "Пётр", "Ильич")
TEACHER = Employee(code="e01", last="Иванова", first="Анна", patronymic="Петровна", email="anna@school.example")
MOTHER = Guardian(
    code="P7K3M-1", pupil="P7K3M", name="Соколова Вера Юрьевна", phone="+7 900 123-45-67; 8(901)7654321",
    email="Vera.S@mail.example",
)  # fmt: skip
HIDING = [Names.INITIALS, Names.CODE]


@pytest.mark.parametrize(
    ("names", "shown"), [(Names.FULL, "Иванов Пётр"), (Names.INITIALS, "Иванов П."), (Names.CODE, "P7K3M")]
)
def test_each_mode_shows_the_name_its_way(names: Names, shown: str) -> None:
    assert shown_name(PETR, names) == shown
    assert mask(names, PETR).text("7А, Иванов Пётр, 12.10") == f"7А, {shown}, 12.10"


@pytest.mark.parametrize(
    "spelled",
    [
        "Пётр Иванов", "Иванов Пётр Ильич", "Пётр Ильич Иванов", "ИВАНОВ ПЕТР", "иванов  петр", "Иванов\u00a0Пётр",
        "Ива\u0301нов Пётр", "Ива\u00adнов Пё\u200bтр", "Иванoв Пeтр", "Иванов Пе\u0308тр", "Иванов_Пётр",
    ],
)  # fmt: skip
@pytest.mark.parametrize("names", HIDING)
def test_every_spelling_of_a_name_is_replaced_whole(spelled: str, names: Names) -> None:
    assert mask(names, PETR).text(f"({spelled}): нет темы") == f"({shown_name(PETR, names)}): нет темы"


@pytest.mark.parametrize("text", ["Петров Иван", "Ивановский Пётр", "Иванов, Пётр", "Иванов 5 Пётр", "Иванов\nПётр"])
def test_words_that_only_resemble_a_name_stay(text: str) -> None:
    assert mask(Names.INITIALS, PETR).text(text) == text
    assert mask(Names.INITIALS, PETR).exposed(text) is None


def test_hyphens_of_a_double_surname_are_one_whatever_their_kind() -> None:
    double = pupil("Белов-Истомин", "Лев")
    for hyphen in ("-", "\u2010", "\u2011", "–", "−", " - ", " "):
        assert mask(Names.CODE, double).text(f"Белов{hyphen}Истомин Лев.") == "P7K3M."
    assert mask(Names.CODE, double).exposed("Истомину пересдать") == "Истомину"


def test_namesakes_are_shown_as_all_of_them_unless_the_patronymic_tells() -> None:
    other = pupil("Иванов", "Пётр", "Львович", code="P2A4B")
    both = mask(Names.CODE, PETR, other)
    assert both.text("Иванов Пётр") == "P2A4B/P7K3M"
    assert both.text("Иванов Пётр Львович") == "P2A4B"


def test_the_longer_name_wins() -> None:
    long = pupil("Иванов", "Пётр Лев", code="P2A4B")
    assert mask(Names.CODE, PETR, long).text("Иванов Пётр Лев; Иванов Пётр") == "P2A4B; P7K3M"


@pytest.mark.parametrize("line", CASES, ids=SURNAMES)
def test_a_surname_is_found_in_every_case_of_him_of_her_and_of_the_family(line: str) -> None:
    forms = [word for word in line.split() if word != "|"]
    guard = mask(Names.CODE, pupil(forms[0]))
    for form in forms:
        assert guard.exposed(f"спросить {form}.") == form
        assert guard.exposed(f"СПРОСИТЬ {form.upper()}") == form.upper()
        assert guard.exposed(f"5 {form}5".replace("ё", "е")) == form.replace("ё", "е")


@pytest.mark.parametrize(
    ("hers", "his"),
    [("Иванова", "Ивановым"), ("Щукина", "Щукин"), ("Полянская", "Полянского"), ("Крайняя", "Крайнему")],
)
def test_a_daughters_surname_leads_to_the_fathers(hers: str, his: str) -> None:
    assert mask(Names.CODE, pupil(hers)).exposed(f"Говорил с {his}") == his


@pytest.mark.parametrize("first", FIRST)
def test_initials_let_a_surname_pass_but_not_beside_the_first_name_in_any_case(first: str) -> None:
    guard = mask(Names.INITIALS, pupil("Снегирёв", first))
    assert guard.exposed("Снегирёву пересдать; Снегирёв П. болел") is None
    assert guard.exposed(f"{first} и Снегирёв") is None
    for form in (first, *FIRST_CASES[first].split()):
        assert guard.exposed(f"нет {form} Снегирёва, 7А") == f"{form} Снегирёва"
        assert guard.exposed(f"нет Снегирёву {form}") == f"Снегирёву {form}"
        assert guard.exposed(f"нет {form} Ильича Снегирёвым") == f"{form} Ильича Снегирёвым"


def test_an_ordinary_word_is_no_surname_unless_it_begins_like_one() -> None:
    guard = mask(Names.CODE, pupil("Белый"), pupil("Ли"), pupil("О"))
    assert guard.exposed("Рассказ про белого медведя") is None
    assert guard.exposed("Рассказ про Белого") == "Белого"
    assert guard.exposed("белый болеет") == "белый"  # no capital anywhere: nobody troubled about them
    assert guard.exposed("прочитать ли о словах") is None
    assert guard.exposed("О. В. Петрова: о словах") is None
    assert guard.exposed("О Пётр") == "О Пётр"


def test_the_allowed_word_passes_in_every_case_but_not_beside_the_first_name() -> None:
    guard = mask(Names.CODE, pupil("Мороз"), pupil("Пушкин", "Александр"), allowed_words=("Мороз",))
    assert guard.exposed("А. С. Пушкин") == "Пушкин"
    assert guard.exposed("Мороз и солнце; о Морозе, Морозко") is None
    assert guard.exposed("Мороз Пётр") == "Мороз Пётр"


def test_an_allowed_phrase_passes_whole_and_only_whole() -> None:
    guard = mask(Names.CODE, pupil("Пушкин", "Александр"), allowed_words=("Александр Пушкин", "А. С. Пушкин"))
    assert guard.exposed("Стихи Александра Пушкина, А. С. Пушкин «Осень»") is None
    assert guard.exposed("Пушкину пересдать") == "Пушкину"


@pytest.mark.parametrize(
    "text",
    [
        "Иванова А. П.", "Иванова А.П.", "А.П. Иванова", "А. П. Ивановой", "Замена: Ивановой А. П. (9А)",
        "Иванова Анна Петровна", "Анне Петровне Ивановой", "ИВАНОВА А. П.",
    ],
)  # fmt: skip
def test_an_employee_with_a_pupils_surname_passes(text: str) -> None:
    guard = mask(Names.CODE, PETR, employees=(TEACHER,))
    assert guard.exposed(text) is None
    assert guard.text(text) == text


@pytest.mark.parametrize("text", ["Иванов А. П.", "Иванова А.", "Ивановой", "Иванова А. К.", "Пётр Ивановой А. К."])
def test_not_everybody_with_that_surname_is_the_employee(text: str) -> None:
    assert mask(Names.CODE, PETR, employees=(TEACHER,)).exposed(text)


@pytest.mark.parametrize("names", HIDING)
@pytest.mark.parametrize(
    "text",
    ["+7 900 123-45-67", "89001234567", "8 (901) 765-43-21", "9017654321", "т.8-900-123-45-67", "vera.s@MAIL.example"],
)
def test_phones_and_mail_of_guardians_do_not_leave(text: str, names: Names) -> None:
    guard = mask(names, PETR, guardians=(MOTHER,))
    found = guard.exposed(f"мама: {text}.")
    assert found
    assert found in text
    assert guard.hidden(f"мама: {text}.").endswith(f"{HIDDEN}.")


@pytest.mark.parametrize("text", ["89001234568", "12345 67890 12345", "anna@school.example", "4 5 4 5 3 3 5 5 4 2"])
def test_other_numbers_and_addresses_pass(text: str) -> None:
    a_teacher_too = MOTHER.model_copy(update={"email": "Anna@school.example"})
    assert mask(Names.CODE, PETR, guardians=(MOTHER, a_teacher_too), employees=(TEACHER,)).exposed(text) is None


@pytest.mark.parametrize(
    "written", ["Соколова Вера Юрьевна", "Вера Юрьевна Соколова", "Соколова Вера", "соколова  вера (мать)"]
)
def test_a_guardian_is_found_however_the_list_writes_the_name(written: str) -> None:
    mother = MOTHER.model_copy(update={"name": written})
    assert mask(Names.CODE, guardians=(mother,)).exposed("Звонила Соколова") == "Соколова"
    assert mask(Names.INITIALS, guardians=(mother,)).exposed("Звонила Соколова") is None
    assert mask(Names.INITIALS, guardians=(mother,)).exposed("Вере Юрьевне Соколовой") == "Вере Юрьевне Соколовой"


@pytest.mark.parametrize("written", ["Вера", "Вера Юрьевна", "", "—"])
def test_a_guardian_without_a_surname_makes_no_ordinary_word_a_name(written: str) -> None:
    mother = MOTHER.model_copy(update={"name": written})
    assert mask(Names.CODE, guardians=(mother,)).exposed("Вера и Верность") is None


def test_full_names_show_and_let_pass_everything() -> None:
    guard = mask(Names.FULL, PETR, guardians=(MOTHER,))
    text = "Иванов Пётр, 89001234567"
    assert (guard.text(text), guard.hidden(text), guard.exposed(text)) == (text, text, None)


def test_a_pupils_code_is_no_name() -> None:
    assert mask(Names.CODE, pupil("Рак", code="PAK22"), pupil("Ким", code="KIM22")).exposed("PAK22 KIM22") is None


def test_what_others_typed_is_hidden_and_the_rest_stays() -> None:
    guard = mask(Names.CODE, PETR, guardians=(MOTHER,))
    assert guard.exposed(guard.hidden("Иванов и иванов")) is None
    assert guard.hidden("Иванов Пётр: «Иванову 5», Соколова") == f"P7K3M: «{HIDDEN} 5», {HIDDEN}"


people = st.lists(
    st.builds(
        pupil, st.sampled_from(SURNAMES), st.sampled_from(FIRST), st.sampled_from(["", "Ильич", "Петровна"]),
        st.from_regex(r"P[2-9A-HJ-NP-Z]{4}", fullmatch=True),
    ),
    min_size=1, max_size=6, unique_by=lambda one: one.code,
)  # fmt: skip
plain = st.lists(st.sampled_from(PLAIN), max_size=4).map(" ".join)


@st.composite
def told(draw: st.DrawFn) -> tuple[list[Pupil], str]:
    """Pupils, and a text of ours that names them: as lists do, in either order, with and without patronymic."""
    pupils = draw(people)
    parts = [draw(plain)]
    for one in draw(st.lists(st.sampled_from(pupils), max_size=5)):
        spelled = draw(
            st.sampled_from(
                [one.list_name, one.full_name, f"{one.first} {one.last}", f"{one.first} {one.patronymic} {one.last}"]
            )
        )
        spelled = draw(st.sampled_from([str, str.upper, str.lower, lambda text: text.replace("ё", "е")]))(spelled)
        spelled = draw(st.sampled_from([spelled, spelled.replace("-", "–"), spelled.replace(" ", "\u00a0")]))
        parts += [spelled, "," + draw(plain)]
    return pupils, " ".join(parts)


@given(told(), st.sampled_from(HIDING))
def test_masked_text_never_trips_the_guard(case: tuple[list[Pupil], str], names: Names) -> None:
    pupils, text = case
    guard = mask(names, *pupils)
    masked = guard.text(text)
    assert guard.exposed(masked) is None
    assert guard.text(masked) == masked


@given(people, st.sampled_from(HIDING), st.data())
def test_nothing_is_found_in_a_hidden_text_whatever_was_typed(
    pupils: list[Pupil], names: Names, data: st.DataObject
) -> None:
    own = [word for one in pupils for word in (one.last, one.last.lower(), one.first, one.first.lower())]
    words = [*own, *FIRST, *SURNAMES, *(text.lower() for text in PLAIN), ",", "89001234567"]
    text = data.draw(st.lists(st.sampled_from(words) | st.text(max_size=4)).map(" ".join))
    guard = mask(names, *pupils, guardians=(MOTHER,), employees=(TEACHER,))
    hidden = guard.hidden(text)
    assert guard.exposed(hidden) is None
    assert guard.hidden(hidden) == hidden


@pytest.mark.parametrize("last", ["Толстая", "Полянский", "Шевченко"])
def test_an_employees_surname_is_known_in_its_own_cases_whatever_kind_it_is(last: str) -> None:
    cases = {"Толстая": "Толстой Анне", "Полянский": "Полянскому Анне", "Шевченко": "Шевченко Анне"}
    teacher = Employee(code="e01", last=last, first="Анна")
    pupils = (pupil(last, "Анна"),)
    assert mask(Names.CODE, *pupils).exposed(cases[last]) == cases[last]
    assert mask(Names.CODE, *pupils, employees=(teacher,)).exposed(cases[last]) is None


def test_whoever_is_known_by_one_name_only_is_looked_for_by_what_is_known() -> None:
    no_first = mask(Names.CODE, pupil("Снегирёв", ""), employees=(Employee(code="e01", last="Ясенев", first=""),))
    assert no_first.exposed("ответил Снегирёв") == "Снегирёв"
    assert no_first.hidden("Снегирёв, Ясенев") == f"{HIDDEN}, Ясенев"


def test_two_findings_that_overlap_are_hidden_as_one() -> None:
    mother = MOTHER.model_copy(update={"phone": "+7 900 123-45-67; 0123456712"})
    both = mask(Names.CODE, PETR, guardians=(mother,))
    assert both.exposed("тел. 9001234567123") is not None


def test_a_pair_of_words_without_a_capital_is_no_name_in_a_text_that_has_some() -> None:
    assert mask(Names.CODE, pupil("Груша", "Вера")).exposed("Тема: груша вера") is None
