"""Whose row speaks for a pupil whom the lists of two classes know: every state of the two lists, without books."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sync_service.domain.problems import Code, Place
from sync_service.domain.school import Pupil
from sync_service.reconcile.claims import Known, Settled, Stay, settle_claims
from sync_service.reconcile.tables import Row

OLD, NEW, NEXT_YEAR = "roster-7А-2026", "roster-7Б-2026", "roster-8Б-2027"
SEPTEMBER, MOVED = date(2026, 9, 1), date(2026, 11, 12)
DAY = timedelta(days=1)


def pupil(school_class: str, enrolled: date = SEPTEMBER, left: date | None = None, **more: object) -> Pupil:
    said: dict = {"code": "P1", "last": "Гусева", "first": "Вера", "patronymic": "Львовна"}
    return Pupil(school_class=school_class, enrolled=enrolled, left=left, **(said | more))


def known(standing: Pupil, book: str = OLD, *stays: Stay) -> dict[str, Known]:
    return {standing.code: Known(standing, book, stays)}


def settled(row: Pupil, book: str, record: dict[str, Known]) -> Settled:
    return settle_claims([(Row(row.code, Place("Список", "B6", row.list_name), {}), row)], book, record)


def test_a_pupil_whom_nobody_knows_or_whom_this_list_has_told_of_is_this_lists() -> None:
    vera = pupil("7А")
    for record in ({}, known(vera), known(vera, "")):
        assert settled(vera, OLD, record) == Settled((vera,), (), frozenset(), ())


def test_the_new_list_speaks_once_the_old_one_lets_the_pupil_go() -> None:
    here = pupil("7Б", MOVED)
    assert settled(here, NEW, known(pupil("7А", left=MOVED))).pupils == (here,)
    assert settled(here, NEW, known(pupil("7А", left=SEPTEMBER))).pupils == (here,)  # never was there
    assert settled(pupil("8Б"), NEXT_YEAR, known(pupil("7А"))).pupils == (pupil("8Б"),)


@pytest.mark.parametrize(
    ("row", "book", "standing", "told_by", "why"),
    [
        (pupil("7Б", MOVED), NEW, pupil("7А"), OLD, "он ещё в списке 7А"),
        (pupil("7Б", MOVED), NEW, pupil("7А", left=MOVED + DAY), OLD, "он ещё в списке 7А"),
        (pupil("7А"), OLD, pupil("7Б", MOVED), NEW, "с 12.11.2026 он в списке 7Б"),
        (pupil("7Б"), NEW, pupil("7А"), OLD, "с 01.09.2026 он в списке 7А"),
    ],
)
def test_two_lists_that_want_a_pupil_on_one_day_are_told_and_what_was_known_stays(
    row: Pupil, book: str, standing: Pupil, told_by: str, why: str
) -> None:
    judged = settled(row, book, known(standing, told_by))
    assert [(problem.code, problem.detail) for problem in judged.problems] == [(Code.ROSTER_CLAIMED, why)]
    assert (judged.pupils, judged.silent) == ((), frozenset({"P1"}))


def test_the_old_row_tells_only_when_he_was_there_and_only_if_that_is_news() -> None:
    was, is_now = Stay("P1 1", "7А", SEPTEMBER, MOVED), Stay("P1 2", "7Б", MOVED, None)
    record = known(pupil("7Б", MOVED), NEW, was, is_now)
    assert settled(pupil("7А", left=MOVED), OLD, record) == Settled((), (), frozenset({"P1"}), ())
    earlier = settled(pupil("7А", left=date(2026, 11, 9)), OLD, record)
    assert earlier.stays == (Stay("P1 1", "7А", SEPTEMBER, date(2026, 11, 9)),)
    elsewhere = known(pupil("7Б", MOVED), NEW, is_now)
    assert settled(pupil("7А", left=MOVED), OLD, elsewhere).stays == ()


def test_the_list_of_a_year_that_is_over_says_nothing_new() -> None:
    assert settled(pupil("7А"), OLD, known(pupil("8Б"), NEXT_YEAR)) == Settled((), (), frozenset({"P1"}), ())


BORN = date(2013, 5, 4)


@pytest.mark.parametrize(
    ("new", "there", "same"),
    [
        ({"birth_date": BORN}, {"birth_date": BORN}, True),
        ({"birth_date": BORN}, {"birth_date": date(2013, 5, 5)}, False),
        ({}, {"left": MOVED}, True),  # she has left by the day on which the new row begins
        ({}, {}, False),
        ({"patronymic": ""}, {"patronymic": "", "left": MOVED}, False),  # too little to know a person by
        ({"last": "Гусеева"}, {"left": MOVED}, False),
    ],
)
def test_somebody_who_has_a_code_is_recognised_under_a_new_one(
    new: dict[str, object], there: dict[str, object], same: bool
) -> None:
    judged = settled(pupil("7Б", MOVED, code="P2", **new), NEW, known(pupil("7А", **there)))  # type: ignore[arg-type]
    assert [(problem.code, problem.detail) for problem in judged.problems] == (
        [(Code.ROSTER_SAME, "7А, код P1")] if same else []
    )
    assert ("P2" in judged.silent) is same
