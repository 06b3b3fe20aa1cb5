"""What Google, the network and people do to a school's spreadsheets, through whole passes: every pass ends in time and
says what is wrong, nothing is read as empty, whatever is not concerned goes on, and afterwards all is well by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from sync_service.books.source import Trouble
from sync_service.domain.slots import entry_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases.provision import provision
from tests.google_emulator.clock import Clock
from tests.google_emulator.server import Emulator
from tests.google_emulator.state import State
from tests.usecases.google_school import (
    EVA,
    FIRST,
    GRID,
    LEV,
    NINA,
    NINE,
    NINE_ID,
    PATIENCE,
    SIX,
    SIX_ID,
    SIXTH_FIRST,
    PatientSchool,
    school,
    school_at,
    sign_in,
)
from tests.usecases.in_google import prepared

__all__ = ["school"]

TICK = 10.0  # seconds between two passes of the daemon
OWNER = "owner@school.example"
ROBOT = "robot@journal.example"
BEFORE, MEANWHILE = entry_slot(LEV, FIRST), entry_slot(NINA, FIRST)
ELSEWHERE = entry_slot(EVA, SIXTH_FIRST)


@dataclass(frozen=True)
class Fault:
    begin: Callable[[PatientSchool], object]
    trouble: Trouble
    words: str  # of the sentence
    end: Callable[[PatientSchool], object] = lambda school: school.google.faults.clear()
    lasts: float = 0.0  # seconds after which it is over by itself


def told(what: str, **how: object) -> Callable[[PatientSchool], object]:
    return lambda school: school.google.faults.add(what, **how)  # type: ignore[arg-type]


def told_of_nine(what: str, **how: object) -> Callable[[PatientSchool], object]:
    return lambda school: school.google.faults.add(what, file_id=school.number(NINE), **how)  # type: ignore[arg-type]


def be_slow(school: PatientSchool) -> None:
    school.opened(timeout=(5.0, 0.5))
    school.google.faults.add("slow", seconds=0.8, kinds="drive")


def nothing(_: PatientSchool) -> None:
    """It ends by itself."""


SHEETS = ("sheets-read", "sheets-write")
ALL = {
    "429 for ten minutes": Fault(told("429", kinds=SHEETS, lasting=600), Trouble.RATE_LIMITED, "реже", nothing, 600),
    "403 rate limit": Fault(told("403-rate", lasting=600), Trouble.RATE_LIMITED, "реже", nothing, 600),
    "500": Fault(told("500"), Trouble.UNAVAILABLE, "ответ 500"),
    "500 page": Fault(told("500", html=True), Trouble.UNAVAILABLE, "ответ 500"),
    "502": Fault(told("502"), Trouble.UNAVAILABLE, "ответ 502"),
    "502 page": Fault(told("502", html=True), Trouble.UNAVAILABLE, "ответ 502"),
    "503 of reads": Fault(told("503", kinds=SHEETS), Trouble.UNAVAILABLE, "ответ 503"),
    "503 page": Fault(told("503", html=True, kinds="drive"), Trouble.UNAVAILABLE, "ответ 503"),
    "reset": Fault(told("reset"), Trouble.UNAVAILABLE, "связь оборвалась"),
    "half an answer": Fault(told("half", kinds=SHEETS), Trouble.UNAVAILABLE, "не целиком"),
    "half a look": Fault(told("half", kinds="drive"), Trouble.UNAVAILABLE, "не целиком"),
    "slow": Fault(be_slow, Trouble.UNAVAILABLE, "слишком долго"),
    "portal": Fault(told("captive"), Trouble.OFFLINE, "вход"),
    "401 without end": Fault(told("token-expired"), Trouble.NOT_SIGNED_IN, "journal google login"),
    "consent withdrawn": Fault(
        lambda school: school.google.revoke(OWNER), Trouble.NOT_SIGNED_IN, "journal google login",
        lambda school: sign_in(school, school.google.authorized_user(OWNER)),
    ),
}  # fmt: skip


def lose(school: PatientSchool) -> None:
    """Another person takes the book over and lets the program in no longer."""
    number = school.number(NINE)
    with school.google.state.lock:
        file = school.google.state.files[number]
        file.owner, file.parents = "head@school.example", []
    school.google.unshare(number, OWNER)


def give_back(school: PatientSchool) -> None:
    number = school.number(NINE)
    with school.google.state.lock:
        school.google.state.files[number].owner = OWNER
    school.google.share(number, OWNER)


ONE = {
    "not shared any more": Fault(lose, Trouble.NOT_SHARED, "Редактор", give_back),
    "in the bin": Fault(
        lambda school: school.google.trash(school.number(NINE)), Trouble.TRASHED, "в корзине",
        lambda school: school.google.trash(number_of_trashed(school), trashed=False),
    ),
    "fewer tabs": Fault(told_of_nine("fewer", kinds="sheets-read"), Trouble.TOO_FEW, "не все вкладки"),
    "500 of one": Fault(told_of_nine("500"), Trouble.UNAVAILABLE, "ответ 500"),
    "reset of one": Fault(told_of_nine("reset"), Trouble.UNAVAILABLE, "связь оборвалась"),
    "half of one": Fault(told_of_nine("half"), Trouble.UNAVAILABLE, "не целиком"),
    "403 of one": Fault(told_of_nine("403"), Trouble.NOT_SHARED, "Редактор"),
}  # fmt: skip


def number_of_trashed(school: PatientSchool) -> str:
    return next(file.id for file in school.google.state.files.values() if file.trashed)


def type_meanwhile(school: PatientSchool) -> None:
    school.type(NINE, GRID, {MEANWHILE: "4"})
    school.type(SIX, GRID, {ELSEWHERE: "3"})


def recover(school: PatientSchool, within: float) -> None:
    """Passes of one and the same process until all is well. Fails if that takes longer."""
    waited = 0.0
    while school.sync().troubles:
        assert waited <= within, school.troubles()
        school.wait(TICK)
        waited += TICK
    assert school.troubles() == {}


def values() -> dict[str, str]:
    return {
        str(slot): text for course in ("c001", "c002", "c003", "c004")
        for slot, text in queries.slot_values(course).items()
    }  # fmt: skip


@pytest.fixture
def marked(tmp_path: Path, drawn: Path, db: None) -> Iterator[PatientSchool]:
    """A mark stands in the record."""
    with school_at(tmp_path, drawn, story=mark) as made:
        yield made


def mark(school: PatientSchool) -> None:
    school.type(NINE, GRID, {BEFORE: "5"})
    assert school.sync().troubles == []
    assert values()[str(BEFORE)] == "5"


@pytest.mark.parametrize("fault", ALL.values(), ids=ALL.keys())
def test_when_google_is_away_the_pass_ends_says_so_and_all_comes_back_by_itself(
    marked: PatientSchool, fault: Fault
) -> None:
    school = marked
    type_meanwhile(school)
    before, values_before = ledger.digest(), values()
    fault.begin(school)
    waited = school.waited
    report = school.sync()
    assert school.waited - waited <= 2 * PATIENCE
    assert {trouble.trouble for trouble in report.troubles} == {fault.trouble}
    standing = school.troubles()
    assert set(standing) == {NINE_ID, SIX_ID}
    for book, name in ((NINE_ID, NINE), (SIX_ID, SIX)):
        assert fault.words in standing[book]
        assert f"«{name}»" in standing[book] or "«Google Диск»" in standing[book]
        assert len(standing[book]) < 400
    assert len({str(trouble) for trouble in report.troubles}) == len(report.troubles)
    assert (ledger.digest(), sync_state.holds()) == (before, [])
    # the school's own folder goes on meanwhile
    school.substitute()
    waited = school.waited
    school.sync()
    assert school.waited - waited <= 2 * PATIENCE
    assert len(queries.directory().substitutions) == 1  # type: ignore[union-attr]
    assert values() == values_before
    fault.end(school)
    recover(school, fault.lasts + 60)
    assert (values()[str(BEFORE)], values()[str(MEANWHILE)], values()[str(ELSEWHERE)]) == ("5", "4", "3")


@pytest.mark.parametrize("fault", ONE.values(), ids=ONE.keys())
def test_the_trouble_of_one_book_stops_no_other(marked: PatientSchool, fault: Fault) -> None:
    school = marked
    type_meanwhile(school)
    school.substitute()
    fault.begin(school)
    waited = school.waited
    report = school.sync()
    assert school.waited - waited <= 3 * PATIENCE
    assert {trouble.trouble for trouble in report.troubles} == {fault.trouble}
    standing = school.troubles()
    assert set(standing) == {NINE_ID}
    assert fault.words in standing[NINE_ID]
    assert f"«{NINE}»" in standing[NINE_ID]
    assert len(queries.directory().substitutions) == 1  # type: ignore[union-attr]
    assert (values()[str(BEFORE)], str(MEANWHILE) in values(), values()[str(ELSEWHERE)]) == ("5", False, "3")
    assert sync_state.holds() == []
    fault.end(school)
    recover(school, 60)
    assert values()[str(MEANWHILE)] == "4"


@pytest.mark.parametrize("what", ["500", "502", "503", "reset", "half", "429", "403-rate", "token-expired", "captive"])
def test_a_fault_that_passes_within_a_call_is_not_even_told(marked: PatientSchool, what: str) -> None:
    type_meanwhile(marked)
    marked.google.faults.add(what, times=1, kinds=("drive", *SHEETS))
    assert marked.sync().troubles == []
    assert marked.waited < PATIENCE
    assert values()[str(MEANWHILE)] == "4"


def test_a_token_that_has_run_out_over_night_is_renewed(marked: PatientSchool) -> None:
    type_meanwhile(marked)
    marked.google.clock.advance(timedelta(hours=10))
    assert marked.sync().troubles == []
    assert values()[str(MEANWHILE)] == "4"


def test_a_remark_that_could_not_be_written_waits_and_no_mark_with_it(marked: PatientSchool) -> None:
    marked.type(NINE, GRID, {MEANWHILE: "45", entry_slot("P0003", FIRST): "4"})
    marked.google.faults.add("503", kinds="sheets-write")
    report = marked.sync()
    assert values()[str(entry_slot("P0003", FIRST))] == "4"
    (waiting,) = (book.waiting for book in report.books if book.waiting)
    assert "«9А Журнал»" in waiting
    marked.google.faults.clear()
    marked.wait(60)
    assert marked.sync().troubles == []
    assert "45" in marked.note(NINE, GRID, MEANWHILE)


def test_a_clock_that_is_wrong_is_told_and_set_right_without_a_restart(marked: PatientSchool) -> None:
    school = marked
    type_meanwhile(school)
    for book in (NINE, SIX):
        school.google.share(school.number(book), ROBOT)
    sign_in(school, school.google.service_account(ROBOT))
    school.google.clock.run()
    school.google.clock.skew = timedelta(hours=2)  # Google is ahead of us: our clock is two hours slow
    school.opened()
    before = ledger.digest()
    report = school.sync()
    assert {trouble.trouble for trouble in report.troubles} == {Trouble.WRONG_CLOCK}
    assert "Часы этого компьютера идут неверно" in school.troubles()[NINE_ID]
    assert "отстают на 2 ч" in school.troubles()[NINE_ID]
    assert ledger.digest() == before
    school.google.clock.skew = timedelta()
    recover(school, 60)
    assert values()[str(MEANWHILE)] == "4"


def test_without_room_in_google_the_folder_is_filled_and_the_journals_follow_later(
    tmp_path: Path, db: None
) -> None:
    with Emulator(State(storage_full=True), Clock()) as google:
        workspace = prepared(google, tmp_path)
        done = provision(workspace)
        assert {trouble.trouble for trouble in done.troubles} == {Trouble.NO_STORAGE}
        assert "освободите диск владельца" in str(done.troubles[0])
        assert done.created == []
        google.state.storage_full = False
        again = provision(workspace)
        assert (again.troubles, sorted(again.created)) == ([], [SIX, NINE])
