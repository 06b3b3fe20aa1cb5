"""Rows of the office that are each right and cannot be right together are told; their neighbours are taken."""

from __future__ import annotations

from datetime import date

import pytest

from sync_service.domain.problems import Code
from sync_service.reconcile.layout import TabKind
from sync_service.reconcile.office import RosterRead, read_roster, read_school
from tests.reconcile.test_office import NINA, SCHOOL, Line, roster_book, school_book

AUTUMN, NOVEMBER = date(2026, 9, 1), date(2026, 11, 9)
LOAD: list[Line] = [
    *SCHOOL[TabKind.LOAD],
    ("c004", {"teacher": "Громова О. И.", "class": "1А", "subject": "Шахматы", "kind": "кружок", "hours": 1}),
]


def hour(school_class: str, subject: str, teacher: str, room: str, since: date = AUTUMN) -> Line:
    return ("", {"since": since, "weekday": "пн", "slot": 1, "class": school_class, "subject": subject,
                 "teacher": teacher, "room": room})  # fmt: skip


MATHS = hour("9А", "Математика", "Громова О. И.", "12")


@pytest.mark.parametrize(("other", "what"), [
    (hour("1А", "Шахматы", "Громова О. И.", "3"), "у учителя «Математика» 9А в кабинете 12"),
    (hour("1А", "Математика", "Ясенев И.", "12"), "в кабинете 12 в это время «Математика» 9А"),
])  # fmt: skip
def test_a_teacher_in_two_rooms_or_two_teachers_in_one_are_told_and_both_rows_stay(other: Line, what: str) -> None:
    read = read_school(school_book(load=LOAD, timetable=[MATHS, other]))
    assert [problem.code for problem in read.problems] == [Code.TABLE_CLASH]
    assert what in read.problems[0].detail
    assert read.directory is not None
    assert len(read.directory.timetable) == 2


@pytest.mark.parametrize("other", [
    hour("1А", "Шахматы", "Громова О. И.", "12"),  # two classes together in one room
    hour("1А", "Шахматы", "Громова О. И.", ""),  # nobody says where
    hour("1А", "Математика", "Ясенев И.", "13"),
])  # fmt: skip
def test_lessons_that_can_be_at_once_are_no_clash(other: Line) -> None:
    assert read_school(school_book(load=LOAD, timetable=[MATHS, other])).problems == ()


def test_a_timetable_that_is_over_clashes_with_nothing() -> None:
    teacher = "Громова О. И."
    later = [
        MATHS, hour("9А", "Математика", teacher, "12", NOVEMBER), hour("1А", "Шахматы", teacher, "3", NOVEMBER),
    ]  # fmt: skip
    moved = [MATHS, ("", dict(later[1][1], weekday="вт")), later[2]]
    assert [p.code for p in read_school(school_book(load=LOAD, timetable=later)).problems] == [Code.TABLE_CLASH]
    assert read_school(school_book(load=LOAD, timetable=moved)).problems == ()


def test_a_pupil_in_two_subgroups_of_a_subject_is_told_and_stays_in_the_first() -> None:
    one = {"pupil": "Быкова Нина", "subject": "Английский язык", "group": "1", "since": AUTUMN}
    two = one | {"group": "2", "since": NOVEMBER}
    read = read_roster(roster_book([NINA], groups=[("g1", one), ("g2", two)]), "9А", ["Английский язык"])
    assert [(p.code, p.read) for p in read.problems] == [(Code.TABLE_CLASH, "2")]
    assert [member.group for member in read.roster.groups] == ["1"]
    closed = one | {"until": NOVEMBER}
    read = read_roster(roster_book([NINA], groups=[("g1", closed), ("g2", two)]), "9А", ["Английский язык"])
    assert (read.problems, [member.group for member in read.roster.groups]) == ((), ["1", "2"])


def test_two_pupils_in_one_group_of_individual_teaching_are_told_and_both_stay() -> None:
    oleg = ("P0002", NINA[1] | {"last": "Дятлов", "first": "Олег"})
    alone = {"pupil": "Быкова Нина", "subject": "Математика", "group": "дома", "since": AUTUMN}
    beside = alone | {"pupil": "Дятлов Олег", "since": NOVEMBER}

    def read(*rows: dict, individual: set[tuple[str, str]]) -> RosterRead:
        groups = [(f"g{number}", row) for number, row in enumerate(rows)]
        return read_roster(roster_book([NINA, oleg], groups=groups), "9А", ["Математика"], individual)

    both = read(alone, beside, individual={("Математика", "дома")})
    assert [(p.code, p.read, "уже Быкова Нина" in p.detail) for p in both.problems] == [
        (Code.TABLE_CLASH, "дома", True),
    ]  # fmt: skip
    assert (len(both.roster.groups), both.groups_whole) == (2, True)
    until = alone | {"until": date(2026, 11, 8)}
    assert read(until, beside, individual={("Математика", "дома")}).problems == ()
    assert read(alone, beside, individual={("Математика", "1")}).problems == ()
