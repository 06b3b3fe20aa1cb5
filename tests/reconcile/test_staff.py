"""«Отсутствия»: good rows are kept; a row about nobody, backwards, or about a day told twice is not."""

from __future__ import annotations

from datetime import date

import pytest

from sync_service.domain.problems import Code
from sync_service.domain.school import AbsenceCode, StaffAbsence
from sync_service.reconcile.office import SchoolRead, read_school
from sync_service.reconcile.sheet import RawCell
from tests.reconcile.test_office import Line, school_book
from tests.reconcile.test_substitutions import LOAD, STAFF, SUBJECTS, TIMETABLE
from tests.reconcile.test_substitutions import row as substitution


def row(**cells: RawCell) -> Line:
    said: dict[str, RawCell] = {
        "employee": "Громова О. И.", "start": date(2026, 9, 7), "end": date(2026, 9, 11), "code": "Б",
        "document": "листок",
    }  # fmt: skip
    return "", said | cells


GOOD = row(employee="Ясенев И.", code="к", document="")


def read(*rows: Line, **tabs: list[Line]) -> SchoolRead:
    lines = [(f"a{number:02}", cells) for number, (_, cells) in enumerate(rows, 1)]
    return read_school(school_book(staff=STAFF, staffabsences=lines, **tabs))


def known(reading: SchoolRead) -> list[tuple[str, AbsenceCode]]:
    assert reading.directory is not None
    return [(one.employee, one.code) for one in reading.directory.absences]


def test_good_rows_become_absences() -> None:
    reading = read(row(), GOOD)
    assert (reading.problems, reading.absences_whole) == ((), True)
    assert reading.directory is not None
    assert reading.directory.absences[0] == StaffAbsence(
        employee="e01", start=date(2026, 9, 7), end=date(2026, 9, 11), code=AbsenceCode.ILLNESS, document="листок"
    )
    assert known(reading) == [("e01", AbsenceCode.ILLNESS), ("e02", AbsenceCode.TRIP)]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        pytest.param(row(employee="Нездешний Н."), Code.TABLE_UNKNOWN_REFERENCE, id="nobody"),
        pytest.param(row(end=date(2026, 9, 6)), Code.TABLE_VALUE, id="ends before it starts"),
        pytest.param(row(code="Ы"), Code.TABLE_CHOICE, id="no such code"),
        pytest.param(row(end=None), Code.TABLE_REQUIRED, id="no end"),
        pytest.param(row(start="вчера"), Code.TABLE_VALUE, id="no date"),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_and_its_neighbours_are_kept(wrong: Line, code: Code) -> None:
    reading = read(wrong, GOOD)
    (problem,) = reading.problems
    assert (problem.code, problem.place.tab) == (code, "Отсутствия")
    assert known(reading) == [("e02", AbsenceCode.TRIP)]
    assert not reading.absences_whole


def test_of_two_rows_that_share_a_day_of_one_person_neither_is_believed() -> None:
    reading = read(row(), row(start=date(2026, 9, 11), end=date(2026, 9, 12), code="А"), GOOD)
    assert [problem.code for problem in reading.problems] == [Code.TABLE_OVERLAP] * 2
    assert known(reading) == [("e02", AbsenceCode.TRIP)]
    assert known(read(row(), row(start=date(2026, 9, 12), end=date(2026, 9, 12)))) == [("e01", AbsenceCode.ILLNESS)] * 2


def test_nobody_substitutes_while_away() -> None:
    tabs: dict[str, list[Line]] = {
        "subjects": SUBJECTS, "load": LOAD, "timetable": TIMETABLE, "substitutions": [("z01", substitution()[1])],
    }  # fmt: skip
    reading = read(row(employee="Ёршова А. Л."), **tabs)
    (problem,) = reading.problems
    assert (problem.code, problem.detail) == (Code.SUBSTITUTION_BUSY, "Ёршова А. Л., 07.09, Б")
    assert read(row(), **tabs).problems == ()
