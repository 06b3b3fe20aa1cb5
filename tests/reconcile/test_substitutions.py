"""«Замены»: a row must speak of a lesson that is there and of somebody who can give it; good rows are kept."""

from __future__ import annotations

from datetime import date

import pytest

from sync_service.domain.problems import Code
from sync_service.domain.school import Substitution, SubstitutionKind
from sync_service.domain.substitutions import log_text, tab_editors
from sync_service.reconcile.layout import TabKind
from sync_service.reconcile.office import SchoolRead, read_school
from sync_service.reconcile.sheet import RawCell
from tests.reconcile.test_office import SCHOOL, Line, school_book

MONDAY, NEXT_MONDAY, TUESDAY = date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 8)
STAFF: list[Line] = [
    ("e01", {"last": "Громова", "first": "Ольга", "patronymic": "Ивановна"}),
    ("e02", {"last": "Ясенев", "first": "Игорь"}),
    ("e03", {"last": "Ёршова", "first": "Анна", "patronymic": "Львовна"}),
]
SUBJECTS: list[Line] = [
    *SCHOOL[TabKind.SUBJECTS], ("j3", {"title": "Английский язык", "short": "Англ.", "marking": "балл"}),
]  # fmt: skip
LOAD: list[Line] = [
    *SCHOOL[TabKind.LOAD],
    ("c004", {"teacher": "Ясенев И.", "class": "9А", "subject": "Английский язык", "group": "1", "kind": "урок",
              "hours": 1}),
    ("c005", {"teacher": "Ёршова А. Л.", "class": "9А", "subject": "Английский язык", "group": "2", "kind": "урок",
              "hours": 1}),
]  # fmt: skip


def hour(weekday: str, slot: int, school_class: str, subject: str, teacher: str, group: str = "") -> Line:
    return "", {
        "since": date(2026, 9, 1), "weekday": weekday, "slot": slot, "class": school_class, "subject": subject,
        "group": group, "teacher": teacher,
    }  # fmt: skip


TIMETABLE = [
    hour("пн", 1, "9А", "Математика", "Громова О. И."),
    hour("пн", 1, "1А", "Математика", "Ясенев И."),
    hour("пн", 2, "9А", "Английский язык", "Ясенев И.", "1"),
    hour("пн", 2, "9А", "Английский язык", "Ёршова А. Л.", "2"),
]


def row(**cells: RawCell) -> Line:
    """A good row, told otherwise in some columns: Ёршова gives the first lesson of a Monday."""
    said: dict[str, RawCell] = {
        "date": MONDAY, "slot": 1, "class": "9А", "subject": "Математика", "absent": "Громова О. И.",
        "kind": "замещён", "substitute": "Ёршова А. Л.",
    }  # fmt: skip
    return "", {key: raw for key, raw in (said | cells).items() if raw is not None}


MERGED = row(
    slot=2, subject="Английский язык", group="1", absent="Ясенев И.", kind="объединение групп", order="пр. 5"
)
MISSED = row(date=NEXT_MONDAY, kind="пропущен", substitute="")


def read(*rows: Line) -> SchoolRead:
    lines = [(key or f"z{number:02}", cells) for number, (key, cells) in enumerate(rows, 1)]
    return read_school(
        school_book(staff=STAFF, subjects=SUBJECTS, load=LOAD, timetable=TIMETABLE, substitutions=lines)
    )


def known(reading: SchoolRead) -> tuple[Substitution, ...]:
    assert reading.directory is not None
    return reading.directory.substitutions


def test_good_rows_become_substitutions() -> None:
    reading = read(row(taught="Английский язык", note="КТП своё"), MERGED, MISSED)
    assert reading.problems == ()
    assert reading.substitutions_whole
    assert known(reading) == (
        Substitution(
            date=MONDAY, slot=1, school_class="9А", subject="Математика", absent="e01",
            kind=SubstitutionKind.REPLACED, substitute="e03", taught="Английский язык", note="КТП своё",
        ),
        Substitution(
            date=MONDAY, slot=2, school_class="9А", subject="Английский язык", group="1", absent="e02",
            kind=SubstitutionKind.MERGED, substitute="e03", order="пр. 5",
        ),
        Substitution(
            date=NEXT_MONDAY, slot=1, school_class="9А", subject="Математика", absent="e01",
            kind=SubstitutionKind.MISSED,
        ),
    )  # fmt: skip


def test_a_row_added_by_hand_below_the_prepared_ones_needs_no_key() -> None:
    lines: list[Line] = [row()]
    book = school_book(staff=STAFF, subjects=SUBJECTS, load=LOAD, timetable=TIMETABLE, substitutions=lines)
    assert len(known(read_school(book))) == 1


@pytest.mark.parametrize(
    ("wrong", "code", "detail"),
    [
        pytest.param(row(absent="Нездешний Н."), Code.TABLE_UNKNOWN_REFERENCE, "Сотрудники", id="nobody is absent"),
        pytest.param(row(substitute="Нездешний Н."), Code.TABLE_UNKNOWN_REFERENCE, "Сотрудники", id="a stranger"),
        pytest.param(row(**{"class": "9Ю"}), Code.TABLE_UNKNOWN_REFERENCE, "Классы", id="no such class"),
        pytest.param(row(subject="Магия"), Code.TABLE_UNKNOWN_REFERENCE, "Предметы", id="no such subject"),
        pytest.param(row(taught="Магия"), Code.TABLE_UNKNOWN_REFERENCE, "Предметы", id="no such subject was taught"),
        pytest.param(
            row(subject="Английский язык"), Code.TABLE_UNKNOWN_REFERENCE,
            "в нагрузке нет «9А Английский язык», есть «9А Английский язык 1», «9А Английский язык 2»",
            id="a group is missing",
        ),
        pytest.param(row(date=TUESDAY), Code.SUBSTITUTION_LESSON, "08.09, урок 1", id="no lesson on that day"),
        pytest.param(row(slot=3), Code.SUBSTITUTION_LESSON, "07.09, урок 3", id="no lesson at that hour"),
        pytest.param(row(date=date(2026, 10, 26)), Code.SUBSTITUTION_LESSON, "26.10, урок 1", id="in the vacations"),
        pytest.param(
            row(absent="Ясенев И."), Code.SUBSTITUTION_LESSON, "урок ведёт Громова О. И.", id="another teacher's lesson"
        ),
        pytest.param(row(substitute=None), Code.SUBSTITUTION_WHO, "не сказано, кто замещает", id="by whom is not said"),
        pytest.param(
            row(substitute="Громова О. И."), Code.SUBSTITUTION_WHO, "тот же, кто отсутствует", id="by the absent one"
        ),
        pytest.param(
            row(kind="пропущен"), Code.SUBSTITUTION_WHO, "«пропущен» — без замещающего", id="missed and yet given"
        ),
        pytest.param(
            row(substitute="Ясенев И."), Code.SUBSTITUTION_BUSY, "Ясенев И., 07.09, урок 1", id="an own lesson then"
        ),
        pytest.param(row(kind="заболел"), Code.TABLE_CHOICE, None, id="a kind that there is not"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_and_its_neighbours_are_kept(wrong: Line, code: Code, detail: str | None) -> None:
    reading = read(wrong, MISSED)
    (problem,) = reading.problems
    assert problem.code is code
    assert problem.place.tab == "Замены"
    assert detail in (None, problem.detail)
    assert [one.kind for one in known(reading)] == [SubstitutionKind.MISSED]
    assert not reading.substitutions_whole


def test_of_two_rows_for_one_lesson_neither_is_believed() -> None:
    reading = read(row(), row(kind="пропущен", substitute=""), MISSED)
    assert [problem.code for problem in reading.problems] == [Code.TABLE_DUPLICATE] * 2
    assert [one.date for one in known(reading)] == [NEXT_MONDAY]


def test_nobody_gives_two_lessons_at_once_unless_groups_are_joined() -> None:
    other = row(**{"class": "1А", "absent": "Ясенев И."})
    reading = read(row(), other)
    assert [problem.code for problem in reading.problems] == [Code.SUBSTITUTION_BUSY] * 2
    joined = row(**{"class": "1А", "absent": "Ясенев И.", "kind": "объединение групп"})
    assert read(row(), joined).problems == ()


def test_who_was_freed_of_an_own_lesson_may_give_anothers() -> None:
    freed = row(**{"class": "1А", "absent": "Ясенев И.", "kind": "пропущен", "substitute": ""})
    assert read(row(substitute="Ясенев И."), freed).problems == ()


def test_the_substitute_edits_the_tab_on_that_day_only() -> None:
    reading = read(row(), MERGED, MISSED)
    assert reading.directory is not None
    maths, _, _, first_group, second_group = reading.directory.courses
    assert tab_editors(reading.directory, maths, MONDAY) == ("e01", "e03")
    assert tab_editors(reading.directory, maths, TUESDAY) == ("e01",)
    assert tab_editors(reading.directory, maths, NEXT_MONDAY) == ("e01",)  # missed: nobody came
    assert tab_editors(reading.directory, first_group, MONDAY) == ("e02", "e03")
    assert tab_editors(reading.directory, second_group, MONDAY) == ("e03",)


def test_a_substitution_of_an_earlier_teachers_lesson_is_not_the_next_ones() -> None:
    reading = read(row())
    assert reading.directory is not None
    later = reading.directory.courses[0].model_copy(update={"since": TUESDAY})
    assert tab_editors(reading.directory, later, MONDAY) == ("e01",)


def test_the_log_names_the_substitute_or_what_became_of_the_lesson() -> None:
    reading = read(row(), MERGED, MISSED)
    assert reading.directory is not None
    texts = [log_text(one, reading.directory.employees) for one in known(reading)]
    assert texts == ["Ёршова А. Л.", "Ёршова А. Л.", "пропущен"]


def test_a_lesson_of_a_group_of_several_classes_is_named_by_all_of_them() -> None:
    load: list[Line] = [
        *LOAD,
        ("c009", {"teacher": "Громова О. И.", "class": "9А, 1А", "subject": "Английский язык", "group": "сборная",
                  "kind": "урок", "hours": 1}),
    ]  # fmt: skip
    hours = [*TIMETABLE, hour("пн", 5, "9А, 1А", "Английский язык", "Громова О. И.", "сборная")]

    def told(classes: str) -> SchoolRead:
        said = row(**{"class": classes}, slot=5, subject="Английский язык", group="сборная")
        return read_school(
            school_book(staff=STAFF, subjects=SUBJECTS, load=load, timetable=hours, substitutions=[said])
        )

    good = told("1А, 9А")
    assert good.problems == ()
    (one,) = known(good)
    assert (one.school_class, one.other_classes, one.class_names) == ("9А", ("1А",), "9А, 1А")
    (problem,) = told("9А").problems
    assert problem.detail.startswith("в нагрузке нет «9А Английский язык сборная», есть «1А, 9А Английский язык")
