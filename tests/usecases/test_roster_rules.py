"""Statuses, consents, reviews and orders of a class list: what each changes in remarks, reports, diary and logins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sync_service.accounts import issuing
from sync_service.accounts.slips import slips
from sync_service.domain.problems import Code
from sync_service.domain.school import PupilStatus
from sync_service.domain.slots import LessonField, lesson_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.reports import frames
from sync_service.usecases.logins import idle_logins, issue_for_class, reset
from sync_service.usecases.pupil_moving import move_pupil
from sync_service.usecases.remarks import late
from sync_service.usecases.status import status
from tests.usecases.class_teacher import clear, entry, put, told
from tests.usecases.conftest import SchoolOnDisk

A, MATHS, LEV, NINA = "7А Журнал", "Математика", "P0001", "P0002"
NOV = [date(2026, 11, day) for day in (2, 4, 9, 11, 16)]  # lessons of mathematics
DAY = date(2026, 11, 9)
NIGHT = {"everything": True, "nightly": True}


def standing(code: Code) -> list[str]:
    found = sync_state.standing_problems("journal-7А-2026")
    return [problem.place.who for _, problem, _ in found if problem.code is code]


def miss(school: SchoolOnDisk, *pupils: str) -> None:
    """«н» at every lesson of mathematics in November, and the lessons held."""
    school.type(A, MATHS, {entry(pupil, "c001", day): "н" for pupil in pupils for day in NOV})
    lessons = [entry(LEV, "c001", day).field for day in NOV]
    school.type(A, f"{MATHS} · уроки", {lesson_slot(one, LessonField.HELD): "да" for one in lessons})


def presence(pupil: str) -> list[str]:
    facts = queries.span_facts(date(2026, 11, 1), date(2026, 11, 30), NOV[-1])
    frame = frames.presence(facts)
    return list(frame[frame["pupil"] == pupil].sort_values("date")["absence"])


def test_of_a_pupil_who_is_treated_for_long_nobody_asks_the_reasons(sevens: SchoolOnDisk) -> None:
    put(sevens, "7А", "Список", "Абрамов Лев", status="длит. лечение", status_since=DAY)
    sevens.now[0] = datetime(2026, 12, 2, 15, tzinfo=UTC)
    sevens.sync()
    miss(sevens, LEV, NINA)
    sevens.sync(**NIGHT)
    assert presence(LEV) == ["н", "н", "б", "б", "б"]
    assert {who for who in standing(Code.REASON_MISSING) if who.startswith("Абрамов")} == {
        "Абрамов Лев, 02.11", "Абрамов Лев, 04.11",
    }  # fmt: skip
    assert len([who for who in standing(Code.REASON_MISSING) if who.startswith("Быкова")]) == 5
    assert standing(Code.PUPIL_MISSES) == ["Быкова Нина, Математика"]
    ill = [lesson.absence for day in queries.diary_week(LEV, DAY, NOV[-1]).days for lesson in day.lessons]
    assert "б" in ill


def test_the_lessons_of_the_class_are_not_for_a_pupil_taught_at_home(sevens: SchoolOnDisk) -> None:
    put(sevens, "7А", "Список", "Абрамов Лев", status="домашнее обучение", status_since=DAY)
    put(sevens, "7А", "Список", "Быкова Нина", status="семейная форма")  # no day: from that of the record
    sevens.now[0] = datetime(2026, 12, 2, 15, tzinfo=UTC)
    sevens.sync()
    miss(sevens, LEV, NINA)
    sevens.sync(**NIGHT)
    assert (presence(LEV), presence(NINA)) == (["н", "н"], ["н"] * 5)
    assert {who[:7] for who in standing(Code.REASON_MISSING)} == {"Абрамов", "Быкова "}
    assert standing(Code.PUPIL_MISSES) == []  # today neither is awaited
    put(sevens, "7А", "Список", "Абрамов Лев", status="обучается", status_since=NOV[-1])
    sevens.sync(**NIGHT)
    assert presence(LEV) == ["н", "н", "н"]
    facts = queries.span_facts(date(2026, 11, 1), date(2026, 12, 31), NOV[-1])
    (fact,) = [one for one in facts.pupils if one.code == LEV]
    assert fact.states == ((PupilStatus.HOME_TEACHING, DAY, NOV[-1]),)
    digest = ledger.digest()
    ledger.replay()
    assert ledger.digest() == digest


def test_a_mother_withdraws_her_consent_and_the_diary_closes_that_day(sevens: SchoolOnDisk) -> None:
    issued = issue_for_class(sevens.workspace, "7А", by="Лебедев А. Н.")
    mother = next(one for one in issued if one.name == "Абрамова Вера Юрьевна")
    tomorrow = sevens.workspace.today + timedelta(days=1)
    put(sevens, "7А", "Семьи", "Абрамова Вера Юрьевна", withdrawn=tomorrow)
    sevens.sync()
    assert [pupil.code for pupil in queries.children("P0001-1", sevens.workspace.today)] == [LEV]
    assert idle_logins(sevens.workspace) == ()
    sevens.now[0] += timedelta(days=1)
    assert queries.children("P0001-1", tomorrow) == ()
    assert queries.closed_by_families(tomorrow) == {LEV}  # nobody else has consented for him
    assert [(one.name, one.why) for one in idle_logins(sevens.workspace)] == [
        ("Абрамов Лев", "согласие отозвано"), ("Абрамова Вера Юрьевна", "согласие отозвано"),
    ]  # fmt: skip
    issuing.block(mother.login, by="Лебедев А. Н.", at=sevens.now[0])
    assert [one.name for one in status(sevens.workspace).idle_logins] == ["Абрамов Лев"]


def test_who_refuses_in_writing_gets_no_login_and_the_child_does(one_school: SchoolOnDisk) -> None:
    put(one_school, "7А", "Семьи", "Абрамова Вера Юрьевна", consent=None, withdrawn=date(2026, 9, 1))
    one_school.sync()
    names = [one.name for one in issue_for_class(one_school.workspace, "7А", by="Лебедев А. Н.")]
    assert ("Абрамов Лев" in names, "Абрамова Вера Юрьевна" in names, "Быков Олег Ильич" in names) == (
        True, False, True,
    )  # fmt: skip


def test_the_administrator_is_told_whose_logins_are_left_over(sevens: SchoolOnDisk) -> None:
    issue_for_class(sevens.workspace, "7А", by="Лебедев А. Н.")
    put(sevens, "7А", "Список", "Абрамов Лев", left=DAY, left_order="№ 6")
    sevens.sync()
    assert [(one.name, one.why) for one in idle_logins(sevens.workspace)] == [
        ("Абрамов Лев", "выбытие 09.11.2026"), ("Абрамова Вера Юрьевна", "выбытие 09.11.2026"),
    ]  # fmt: skip
    assert [pupil.code for pupil in queries.children("P0001-1", NOV[-1])] == [LEV]  # what was may still be read


def test_a_new_slip_is_made_out_to_the_name_and_class_of_today(sevens: SchoolOnDisk) -> None:
    issued = issue_for_class(sevens.workspace, "7А", by="Лебедев А. Н.")
    old = next(one for one in issued if one.name == "Быкова Нина")
    put(sevens, "7А", "Список", "Быкова Нина", last="Соколова")
    put(sevens, "7А", "Группы", "Быкова Нина Английский язык 1", pupil="Соколова Нина")
    put(sevens, "7А", "Семьи", "Быков Олег Ильич", pupil="Соколова Нина", name="Соколов Олег Ильич")
    sevens.sync()
    move_pupil(sevens.workspace, NINA, to="7Б", on="12.11")
    new = reset(sevens.workspace, old.login, by="Лебедев А. Н.")
    assert (new.login, new.name, new.school_class) == (old.login, "Соколова Нина", "7Б")
    page = slips([new], school="Школа № 0", address="http://127.0.0.1/").decode()
    assert "Соколова Нина<small>ученик, 7Б" in page
    assert "Быкова" not in page
    assert reset(sevens.workspace, "P0002-1", by="Лебедев А. Н.").name == "Соколов Олег Ильич"
    put(sevens, "7Б", "Список", "Соколова Нина", last="Гончарова", left=NOV[-1])
    sevens.now[0] = datetime(2026, 12, 2, 15, tzinfo=UTC)
    sevens.sync()
    assert "Гончарова Нина" in {one.name for one in idle_logins(sevens.workspace)}


def test_a_review_of_personal_data_is_asked_for_twice_a_year_until_it_is_entered(sevens: SchoolOnDisk) -> None:
    sevens.sync(**NIGHT)
    assert standing(Code.ROSTER_REVIEW) == []
    sevens.now[0] = datetime(2027, 3, 4, 15, tzinfo=UTC)
    sevens.sync(**NIGHT)
    assert standing(Code.ROSTER_REVIEW) == [""]
    assert any("пора сверить" in words.lower() for one in late(sevens.workspace) for _, words in one.overdue)
    put(sevens, "7А", "Проверка данных", "", date=date(2027, 3, 4), who="Громова О. И.", what="новый телефон")
    sevens.sync()
    assert standing(Code.ROSTER_REVIEW) == []
    (review,) = queries.reviews("7А")
    assert (review.date, review.who, review.what) == (date(2027, 3, 4), "Громова О. И.", "новый телефон")
    clear(sevens, "7А", "Проверка данных", "2027-03-04 00:00:00 Громова О. И.")
    sevens.sync(**NIGHT)
    assert (queries.reviews("7А"), standing(Code.ROSTER_REVIEW)) == ((), [""])


def test_an_order_entered_late_is_noted_for_a_week(sevens: SchoolOnDisk) -> None:
    put(sevens, "7А", "Список", "Абрамов Лев", left=DAY)  # entered on the 16th
    put(sevens, "7А", "Список", "", last="Новиков", first="Фёдор", enrolled=date(2026, 11, 13))
    sevens.sync(**NIGHT)
    assert standing(Code.ROSTER_LATE) == ["Абрамов Лев, выбытие 09.11"]
    assert (
        "7А, Абрамов Лев, выбытие 09.11: Перемена внесена в список поздно: через 7 дн., по правилам 3. "
        "Вносите её в срок после приказа."
    ) in told("7А", "journal")
    sevens.now[0] += timedelta(days=8)
    sevens.sync(**NIGHT)
    assert standing(Code.ROSTER_LATE) == []


def test_a_list_drawn_before_the_new_columns_came_is_read_as_before(one_school: SchoolOnDisk) -> None:
    for tab, key in (("Список", "status_since"), ("Семьи", "withdrawn")):
        one_school.edit(
            "7А Список", tab, lambda sheet, key=key: sheet.delete_cols(
                next(cell.column for cell in sheet[1] if cell.value == key)
            ),
        )  # fmt: skip
    put(one_school, "7А", "Список", "Абрамов Лев", last="Абрамцев")
    put(one_school, "7А", "Семьи", "Абрамова Вера Юрьевна", pupil="Абрамцев Лев")
    put(one_school, "7А", "Группы", "Абрамов Лев Английский язык 1", pupil="Абрамцев Лев")
    one_school.sync()
    assert told("7А") == []
    assert queries.known_pupils()[LEV].pupil.last == "Абрамцев"
