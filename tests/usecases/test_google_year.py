"""The year turns in Google: 5А becomes 6А, the spreadsheets of last year are read by everybody and written by nobody,
those of the new year belong to who teaches in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from sync_service.books.google.source import GoogleSource
from sync_service.domain.slots import entry_slot
from sync_service.records import ledger, queries
from sync_service.usecases.periods import close
from sync_service.usecases.provision import provision
from sync_service.usecases.year_open import Opened, open_year
from tests.school import five_and_six
from tests.usecases.google_school import (
    FIRST,
    GRID,
    GROMOVA,
    LEV,
    YASENEV,
    YORSHOVA,
    PatientSchool,
    school_at,
    sign_in,
)
from tests.usecases.test_google_rights import EVERYBODY, OWNER, STRANGER, may_type, who_may_type
from tests.usecases.test_year_open import type_next_year

JUNE = datetime(2027, 6, 20, 9, 0, tzinfo=UTC)
SEPTEMBER = datetime(2027, 9, 8, 9, 0, tzinfo=UTC)  # a Wednesday
FIVE, SIX = "5А Журнал", "6А Журнал"
OLD_FIVE, OLD_SIX = f"{FIVE} 2026-2027", f"{SIX} 2026-2027"


@pytest.fixture
def june(tmp_path: Path, drawn: Path, db: None) -> Iterator[PatientSchool]:
    """A mark was given; every quarter is closed."""
    with school_at(tmp_path, drawn, said=five_and_six()) as school:
        school.type(FIVE, GRID, {entry_slot(LEV, FIRST): "5"}, by=GROMOVA)
        assert school.sync().troubles == []
        school.now[0] = JUNE
        for term in ("I", "II", "III", "IV"):
            close(school.workspace, term, by="Белова Т. С.", reason="приказ № 90")
        yield school


def opened(school: PatientSchool) -> Opened:
    return open_year(school.workspace, "2027")


def roles(school: PatientSchool, book: str) -> dict[str, str]:
    with school.google.state.lock:
        number = school.number(book)
        return {email: school.google.state.role(number, email) or "" for email in (*EVERYBODY, STRANGER)}


def test_5a_is_6a_and_last_years_spreadsheets_are_read_by_all_and_written_by_none(june: PatientSchool) -> None:
    stood = june.tab(FIVE, GRID)
    done = opened(june)
    assert done.troubles == []
    assert done.closed == {
        FIVE: [
            f"теперь называется «{OLD_FIVE}»", "все вкладки защищены",
            f"теперь только читают: {GROMOVA}, {YASENEV}, {YORSHOVA}",
        ],
        SIX: [f"теперь называется «{OLD_SIX}»", "все вкладки защищены", f"теперь только читают: {GROMOVA}, {YASENEV}"],
    }  # fmt: skip
    assert done.copied == [f"{FIVE}.xlsx", f"{SIX}.xlsx"]
    readers = dict.fromkeys((GROMOVA, YASENEV, YORSHOVA), "reader")
    assert roles(june, OLD_FIVE) == {OWNER: "owner", **readers, STRANGER: ""}
    assert [who_may_type(june, OLD_FIVE, *at) for at in ((GRID, "F6"), ("Пропуски", "G3"))] == [{OWNER}, {OWNER}]
    assert june.tab(OLD_FIVE, GRID).cells == stood.cells
    since = len(june.google.calls)
    assert opened(june).nothing_new
    assert june.writes(since) == []

    type_next_year(june, "6А")
    new = provision(june.workspace)
    assert (new.created, new.troubles) == ([SIX, "7А Журнал"], [])
    june.now[0] = SEPTEMBER
    (course,) = [one for one in queries.directory().courses if one.school_class == "6А" and one.subject == GRID]
    assert who_may_type(june, SIX, GRID, "F6") == {OWNER, GROMOVA}
    june.type(SIX, GRID, {entry_slot(LEV, f"{course.code}.001"): "3"}, by=GROMOVA)
    assert [book.problems for book in june.sync().books] == [(), ()]
    today = SEPTEMBER.date()
    weeks = [queries.diary_week(LEV, monday, today) for monday in (date(2026, 8, 31), date(2027, 9, 6))]
    assert [(week.school_class, [line.marks for day in week.days for line in day.lessons if line.marks])
            for week in weeks] == [("5А", [("5",)]), ("6А", [("3",)])]  # fmt: skip

    before = ledger.digest()
    june.type(OLD_FIVE, GRID, {entry_slot(LEV, FIRST): "2"})  # the owner can
    report = june.sync(everything=True)
    assert (report.troubles, ledger.digest()) == ([], before)


def test_whoever_was_let_in_by_hand_by_a_link_or_by_the_folder_writes_no_more_either(june: PatientSchool) -> None:
    with june.google.state.lock:
        number = june.number(FIVE)
        (folder,) = june.google.state.files[number].parents
        june.google.state.files[number].permissions.append({"id": "anyoneWithLink", "type": "anyone", "role": "writer"})
    june.google.share(number, STRANGER)
    june.google.share(folder, YORSHOVA)
    done = opened(june)
    assert (done.troubles, done.closed[FIVE][-1]) == (
        [], f"теперь только читают: {GROMOVA}, {YASENEV}, {YORSHOVA}, все, у кого есть ссылка, {STRANGER}",
    )  # fmt: skip
    assert (roles(june, OLD_FIVE)[STRANGER], roles(june, OLD_FIVE)[YORSHOVA]) == ("reader", "writer")
    assert [may_type(june, OLD_FIVE, GRID, "F6", by) for by in (STRANGER, YORSHOVA, GROMOVA)] == [False] * 3
    june.google.share(number, GROMOVA)  # somebody opens it again
    assert provision(june.workspace, repair=True).mended == {FIVE: [f"теперь только читают: {GROMOVA}"]}
    assert provision(june.workspace, repair=True).mended == {}


def test_a_service_account_does_not_lock_itself_out(june: PatientSchool) -> None:
    robot = "robot@journal.example"
    for book in (FIVE, SIX):
        with june.google.state.lock:
            for sheet in june.google.spreadsheet(june.number(book)).sheets:
                sheet.protections.clear()
        june.google.share(june.number(book), robot)
    sign_in(june, june.google.service_account(robot))
    june.google.clock.run()
    june.opened()
    assert opened(june).troubles == []
    with june.google.state.lock:
        assert june.google.state.role(june.number(OLD_FIVE), robot) == "writer"
    assert who_may_type(june, OLD_FIVE, GRID, "F6") == {OWNER}
    since = len(june.google.calls)
    assert provision(june.workspace, repair=True).mended == {}
    assert june.writes(since) == []


def test_what_google_could_not_close_then_is_closed_by_a_later_pass(june: PatientSchool) -> None:
    june.google.faults.add("503", kinds="sheets-write")
    done = opened(june)
    assert (done.closed, len(done.troubles)) == ({}, 2)
    june.google.faults.clear()
    june.opened()
    june.wait(60)
    assert june.sync().troubles == []
    assert roles(june, OLD_SIX)[GROMOVA] == "reader"
    since = len(june.google.calls)
    june.sync()
    assert not any(call.path.endswith("/permissions") for call in june.google.calls[since:])


def test_whoever_is_killed_at_any_call_repeats_the_command(
    june: PatientSchool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try comes one call that changes something further."""
    ask, left, tries = GoogleSource.ask, [0], 0

    def fragile(self: Any, method: str, address: str, *arguments: Any, **how: Any) -> Any:
        if method in ("patch", "delete") or address.endswith(":batchUpdate"):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
        return ask(self, method, address, *arguments, **how)

    monkeypatch.setattr(GoogleSource, "ask", fragile)
    while True:
        left[0], tries = 1, tries + 1
        try:
            done = opened(june)
        except KeyboardInterrupt:
            assert tries < 20
            continue
        break
    assert tries > 7
    assert done.troubles == []
    assert [who_may_type(june, book, GRID, "F6") for book in (OLD_FIVE, OLD_SIX)] == [{OWNER}, {OWNER}]
    assert "writer" not in {*roles(june, OLD_FIVE).values(), *roles(june, OLD_SIX).values()}
