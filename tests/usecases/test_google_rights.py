"""Who may type where in a school's spreadsheets: through provision, passes, the nightly job and the deputy's closing of
a quarter, tried by typing as each person.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync_service.books.source import SourceError, Trouble
from sync_service.domain.slots import LessonField, Slot, entry_slot, final_slot, lesson_slot
from sync_service.jobs.work import actions
from sync_service.reconcile.locate import key_of
from sync_service.usecases import periods
from sync_service.usecases.provision import provision
from sync_service.usecases.rights import settle_all_rights
from tests.google_emulator.protecting import REFUSED
from tests.google_emulator.state import ApiError
from tests.usecases.google_school import (
    FIRST,
    GRID,
    GROMOVA,
    LEV,
    LOG,
    NINA,
    NINE,
    PETR,
    SECOND,
    SIX,
    SIXTH_FIRST,
    YASENEV,
    YORSHOVA,
    PatientSchool,
    school,
    sign_in,
    tomorrow,
)

__all__ = ["school"]

OWNER = "owner@school.example"
STRANGER = "inspector@elsewhere.example"
ENGLISH, OTHER_ENGLISH = "Английский язык 1 гр.", "Английский язык 2 гр."
EVERYBODY = (OWNER, GROMOVA, YASENEV, YORSHOVA)
DEPUTY = {"by": "Белова Т. С.", "reason": "отметки проверены, приказ № 12"}


def may_type(school: PatientSchool, book: str, title: str, a1: str, by: str) -> bool:
    """Whether a person gets a cell changed; the owner puts it back. Any other refusal than Google's is an error."""
    number = school.number(book)
    before = school.google.shown(number, title, a1)
    try:
        school.google.type(number, title, a1, "да" if before != "да" else "нет", by=by)
    except ApiError as error:
        assert (error.status, str(error)) in ((400, REFUSED), (403, "The caller does not have permission"))  # noqa: PT017
        return False
    school.google.type(number, title, a1, before, by=OWNER)
    return True


def who_may_type(school: PatientSchool, book: str, title: str, a1: str) -> set[str]:
    return {person for person in EVERYBODY if may_type(school, book, title, a1, person)}


def may_mark(school: PatientSchool, by: str, slot: Slot = entry_slot(LEV, FIRST), book: str = NINE) -> bool:  # noqa: B008
    tab = LOG if slot.subject.startswith("c0") else GRID
    return may_type(school, book, tab, school.at(book, tab, slot).a1, by)


def may_open(school: PatientSchool, book: str = NINE) -> set[str]:
    with school.google.state.lock:
        number = school.number(book)
        return {
            email for email in (*EVERYBODY, STRANGER)
            if school.google.state.role(number, email) in ("owner", "writer")
        }  # fmt: skip


def substitute_in_six(school: PatientSchool) -> None:
    """It is Monday, and Ёршова, who teaches nobody else in 6Б, gives the lesson there."""
    school.now[0] += timedelta(days=5)
    school.substitute(**{"class": "6Б", "date": school.now[0].date()})


def test_each_tab_is_typed_into_by_its_teacher_and_the_owner_alone(school: PatientSchool) -> None:
    expected = {
        (NINE, GRID, "F6"): {OWNER, GROMOVA}, (NINE, LOG, "F3"): {OWNER, GROMOVA},
        (NINE, ENGLISH, "F6"): {OWNER, YASENEV}, (NINE, f"{ENGLISH} · уроки", "F3"): {OWNER, YASENEV},
        (NINE, OTHER_ENGLISH, "F6"): {OWNER, YORSHOVA}, (NINE, f"{OTHER_ENGLISH} · уроки", "F3"): {OWNER, YORSHOVA},
        (NINE, "Пропуски", "G3"): {OWNER, GROMOVA},  # who leads 9А
        (NINE, "Содержание", "B3"): {OWNER}, (NINE, "Замечания", "F3"): {OWNER}, (NINE, "_journal", "B1"): {OWNER},
        (NINE, "_lists", "A3"): {OWNER},
        (SIX, GRID, "F6"): {OWNER, GROMOVA}, (SIX, "Пропуски", "G3"): {OWNER, YASENEV},
    }  # fmt: skip
    found = {place: who_may_type(school, *place) for place in expected}
    assert found == expected
    titles = [sheet.title for sheet in school.google.spreadsheet(school.number(NINE)).sheets]
    assert {title for book, title, _ in expected if book == NINE} == set(titles)
    assert (may_open(school), may_open(school, SIX)) == (set(EVERYBODY), {OWNER, GROMOVA, YASENEV})


def test_a_second_run_of_everything_changes_nothing(school: PatientSchool) -> None:
    school.substitute()
    school.sync()
    since = len(school.google.calls)
    assert settle_all_rights(school.workspace) == {NINE: [], SIX: []}
    again = provision(school.workspace, repair=True)
    assert (again.mended, again.troubles, again.created) == ({}, [], [])
    assert school.writes(since) == []


def test_the_substitute_has_the_tab_for_the_day_and_loses_it_with_the_night(school: PatientSchool) -> None:
    assert not may_mark(school, YASENEV)
    school.substitute(substitute="Ясенев И. П.")
    assert school.sync().troubles == []
    assert may_mark(school, YASENEV)
    assert may_mark(school, YASENEV, lesson_slot(FIRST, LessonField.TOPIC))
    assert may_mark(school, GROMOVA)
    assert not may_mark(school, YORSHOVA)
    tomorrow(school)
    assert "Математика" in actions(school.workspace)["rights"](school.now[0])
    assert not may_mark(school, YASENEV)
    assert may_mark(school, GROMOVA)
    assert YASENEV in may_open(school)  # who teaches in the book keeps it
    assert actions(school.workspace)["rights"](school.now[0]) == "всё на месте"


def test_who_only_substitutes_is_let_into_the_book_and_out_again(school: PatientSchool) -> None:
    slot = entry_slot("P0005", SIXTH_FIRST)
    assert YORSHOVA not in may_open(school, SIX)
    substitute_in_six(school)
    school.sync()
    assert YORSHOVA in may_open(school, SIX)
    assert may_mark(school, YORSHOVA, slot, SIX)
    assert not may_type(school, SIX, "Пропуски", "G3", YORSHOVA)
    tomorrow(school)
    actions(school.workspace)["rights"](school.now[0])
    assert YORSHOVA not in may_open(school, SIX)


def test_a_substitution_named_for_tomorrow_waits_for_tomorrow(school: PatientSchool) -> None:
    day = school.now[0].date() + timedelta(days=5)  # Monday
    school.substitute(substitute="Ясенев И. П.", date=day)
    school.sync()
    assert not may_mark(school, YASENEV)
    school.now[0] += timedelta(days=5)
    actions(school.workspace)["rights"](school.now[0])
    assert may_mark(school, YASENEV)


def test_a_substitute_does_not_wait_until_tomorrow_because_google_was_away(school: PatientSchool) -> None:
    school.google.faults.add("503", kinds=("sheets-read", "sheets-write"))
    school.substitute(substitute="Ясенев И. П.")
    assert Trouble.UNAVAILABLE in {trouble.trouble for trouble in school.sync().troubles}
    school.google.faults.clear()
    school.opened()  # even a new process knows what is owed
    school.wait(60)
    assert school.sync().troubles == []
    assert may_mark(school, YASENEV)
    since = len(school.google.calls)
    school.sync()
    assert not any(call.path.endswith("/permissions") for call in school.google.calls[since:])


def test_what_people_have_let_in_or_protected_by_hand_stays(school: PatientSchool) -> None:
    number = school.number(NINE)
    school.google.share(number, STRANGER)
    with school.google.state.lock:
        sheet = school.google.tab(number, GRID)
        (ours,) = sheet.protections
        ours["editors"]["users"].append(STRANGER)
        by_hand = {
            "protectedRangeId": 990, "description": "Не трогать", "editors": {"users": [YASENEV]},
            "range": {"sheetId": sheet.id, "startRowIndex": 5, "endRowIndex": 6},
        }  # fmt: skip
        sheet.protections.append(by_hand)
    assert settle_all_rights(school.workspace)[NINE] == []
    school.substitute(substitute="Ясенев И. П.")  # our protection changes, with the inspector on it
    school.sync()
    assert STRANGER in may_open(school)
    protections = school.google.tab(number, GRID).protections
    assert by_hand in protections
    assert set(next(one for one in protections if one is not by_hand)["editors"]["users"]) == {
        GROMOVA, YASENEV, STRANGER
    }  # fmt: skip


def test_a_tab_that_a_teacher_has_added_is_left_to_them(school: PatientSchool) -> None:
    number = school.number(NINE)
    with school.google.state.lock:
        book = school.google.spreadsheet(number)
        book.sheets.append(type(book.sheets[0])(id=4711, title="Черновик"))
    assert provision(school.workspace, repair=True).mended == {}
    assert may_type(school, NINE, "Черновик", "A1", YASENEV)


@pytest.mark.parametrize("change", ["loosened", "widened", "opened", "warning", "removed", "narrowed", "doubled"])
def test_our_protection_is_put_back_whatever_was_done_to_it(school: PatientSchool, change: str) -> None:
    number = school.number(NINE)
    with school.google.state.lock:
        sheet = school.google.tab(number, GRID)
        (ours,) = sheet.protections
        match change:
            case "loosened":
                ours["editors"]["users"].append(YASENEV)
            case "widened":
                ours["editors"]["domainUsersCanEdit"] = True
            case "opened":
                ours["unprotectedRanges"] = [{"sheetId": sheet.id, "startRowIndex": 5}]
            case "warning":
                ours["warningOnly"], ours["editors"] = True, {}
            case "removed":
                sheet.protections.clear()
            case "narrowed":
                ours["range"]["endColumnIndex"] = 3
            case "doubled":
                sheet.protections.append({**ours, "protectedRangeId": 991})
    (line,) = settle_all_rights(school.workspace)[NINE]  # type: ignore[misc]
    assert line.startswith("«Математика»: ")
    assert who_may_type(school, NINE, GRID, "F6") == {OWNER, GROMOVA}
    assert len(school.google.tab(number, GRID).protections) == 1
    assert settle_all_rights(school.workspace)[NINE] == []


def rewrite_staff(school: PatientSchool, last: str, **cells: object) -> None:
    def change(sheet) -> None:  # type: ignore[no-untyped-def]
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        rows = range(3, sheet.max_row + 1)
        row = next(row for row in rows if sheet.cell(row, headings["last"]).value == last)
        for key, value in cells.items():
            sheet.cell(row, headings[key]).value = value

    school.edit("Школа", "Сотрудники", change)


def test_a_teacher_without_an_address_is_named_and_the_tab_waits_for_one(school: PatientSchool) -> None:
    rewrite_staff(school, "Ясенев", email=None)
    assert school.sync().troubles == []
    assert YASENEV not in may_open(school)  # an address taken away opens nothing any more
    assert who_may_type(school, NINE, ENGLISH, "F6") == {OWNER}
    assert provision(school.workspace, repair=True).without_email == ["Ясенев И. П."]
    rewrite_staff(school, "Ясенев", email="  Yasenev@School.example ")
    school.sync()
    assert may_type(school, NINE, ENGLISH, "F6", "yasenev@school.example")


def test_an_old_address_of_a_teacher_opens_nothing_any_more(school: PatientSchool) -> None:
    rewrite_staff(school, "Ёршова", email="new@school.example")
    school.sync()
    assert YORSHOVA not in may_open(school)
    assert may_type(school, NINE, OTHER_ENGLISH, "F6", "new@school.example")
    assert not may_type(school, NINE, OTHER_ENGLISH, "F6", YORSHOVA)


def test_an_address_that_google_does_not_know_keeps_nobody_else_out(school: PatientSchool) -> None:
    school.google.no_account("a-typo@school.example")
    rewrite_staff(school, "Громова", email="a-typo@school.example")
    substitute_in_six(school)
    report = school.sync()
    assert {trouble.trouble for trouble in report.troubles} == {Trouble.NO_ACCOUNT}
    assert all("a-typo@school.example" in str(trouble) for trouble in report.troubles)
    assert YORSHOVA in may_open(school, SIX)
    done = settle_all_rights(school.workspace)
    assert [type(result) for result in done.values()] == [SourceError, SourceError]
    since = len(school.google.calls)
    school.sync()  # nobody asks again every ten seconds
    assert not any(call.path.endswith("/permissions") for call in school.google.calls[since:])


def test_a_trouble_with_one_book_hinders_the_rights_of_no_other(school: PatientSchool) -> None:
    school.google.faults.add("403", file_id=school.number(NINE), kinds="sheets-read")
    substitute_in_six(school)
    school.sync()
    assert YORSHOVA in may_open(school, SIX)
    with pytest.raises(RuntimeError, match="9А Журнал"):
        actions(school.workspace)["rights"](school.now[0])


def test_a_teacher_let_in_by_the_folder_stays_and_disturbs_nothing(school: PatientSchool) -> None:
    with school.google.state.lock:
        (folder,) = school.google.state.files[school.number(SIX)].parents
    school.google.share(folder, YORSHOVA)
    assert settle_all_rights(school.workspace) == {NINE: [], SIX: []}
    assert not may_type(school, SIX, GRID, "F6", YORSHOVA)


# --- closed quarters --------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(school: PatientSchool) -> PatientSchool:
    """It is November; the first quarter is closed."""
    school.now[0] += timedelta(days=60)
    periods.close(school.workspace, "I", **DEPUTY)
    settle_all_rights(school.workspace)  # as the command does
    return school


def november(course: str = "c001") -> str:
    from sync_service.records import queries  # noqa: PLC0415 - one use

    return next(fact.key for fact in queries.lesson_facts(course) if fact.date.month == 11)


def test_a_closed_quarter_is_protected_and_the_open_one_goes_on(closed: PatientSchool) -> None:
    shut = [entry_slot(LEV, FIRST), final_slot(NINA, "c001", "Q1"), lesson_slot(SECOND, LessonField.TOPIC)]
    open_ones = [entry_slot(LEV, november()), lesson_slot(november(), LessonField.TOPIC)]
    open_ones.append(final_slot(NINA, "c001", "Q2"))
    assert [may_mark(closed, GROMOVA, slot) for slot in shut] == [False] * 3
    assert [may_mark(closed, GROMOVA, slot) for slot in open_ones] == [True] * 3
    assert may_mark(closed, OWNER, shut[0])
    assert settle_all_rights(closed.workspace) == {NINE: [], SIX: []}


def test_a_quarter_opened_again_is_typed_into_again(closed: PatientSchool) -> None:
    periods.reopen(closed.workspace, "I", school_class="9А", **DEPUTY)
    settle_all_rights(closed.workspace)
    assert may_mark(closed, GROMOVA, entry_slot(LEV, FIRST))
    assert may_mark(closed, GROMOVA, lesson_slot(FIRST, LessonField.TOPIC))
    assert not may_mark(closed, GROMOVA, entry_slot("P0005", SIXTH_FIRST), SIX)
    assert {len(sheet.protections) for sheet in closed.google.spreadsheet(closed.number(NINE)).sheets} == {1}


def test_a_closed_quarter_moves_along_with_what_a_teacher_inserts(closed: PatientSchool) -> None:
    number = closed.number(NINE)
    sheet = closed.google.tab(number, GRID).id
    place = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": 2, "endIndex": 3}
    closed.place.client.request(
        "post", f"https://sheets.googleapis.com/v4/spreadsheets/{number}:batchUpdate",
        json={"requests": [{"insertDimension": {"range": place}}]},
    )  # fmt: skip
    assert settle_all_rights(closed.workspace)[NINE] == []
    assert not may_mark(closed, GROMOVA, entry_slot(PETR, FIRST))
    assert may_mark(closed, GROMOVA, entry_slot(PETR, november()))


def test_a_tab_that_has_lost_its_key_keeps_its_rights(school: PatientSchool) -> None:
    assert key_of(school.tab(NINE, GRID)) is not None
    school.google.type(school.number(NINE), GRID, "A1", "", by=OWNER)
    assert settle_all_rights(school.workspace)[NINE] == []
    assert who_may_type(school, NINE, GRID, "F6") == {OWNER, GROMOVA}


def test_a_service_account_that_owns_nothing_protects_as_well(school: PatientSchool) -> None:
    """It stays among the editors, where Google puts who makes a protection."""
    robot = "robot@journal.example"
    with school.google.state.lock:
        for book in (NINE, SIX):
            for sheet in school.google.spreadsheet(school.number(book)).sheets:
                sheet.protections.clear()
    for book in (NINE, SIX):
        school.google.share(school.number(book), robot)
    sign_in(school, school.google.service_account(robot))
    school.google.clock.run()
    school.opened()
    assert len(settle_all_rights(school.workspace)[NINE]) == 11  # type: ignore[arg-type]
    assert who_may_type(school, NINE, GRID, "F6") == {OWNER, GROMOVA}
    assert robot in school.google.tab(school.number(NINE), GRID).protections[0]["editors"]["users"]
    since = len(school.google.calls)
    assert settle_all_rights(school.workspace) == {NINE: [], SIX: []}
    assert school.writes(since) == []
