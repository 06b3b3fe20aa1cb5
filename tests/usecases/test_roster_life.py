"""A class list lives all year: pupils come, leave, change class, name and group. Told as the class teacher tells it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot, SlotKind, final_slot
from sync_service.records import ledger, queries, sync_state
from tests.usecases.class_teacher import clear, code_of, copy_whole_row, entry, line_of, put, told
from tests.usecases.conftest import SchoolOnDisk

A, B, MATHS = "7А Журнал", "7Б Журнал", "Математика"
LEV, GLEB = "P0001", "P0011"
DAY = date(2026, 11, 12)  # Thursday: the day of the order
NIGHT = {"everything": True, "nightly": True}


def refused(book: str) -> list[tuple[Code, str]]:
    standing = sync_state.standing_problems(f"journal-{book}-2026")
    return [(problem.code, problem.place.who) for tab, problem, _ in standing if not tab.startswith("due")]


def replayed() -> None:
    digest = ledger.digest()
    ledger.replay()
    assert ledger.digest() == digest


NOV_2, NOV_9, NOV_11, NOV_16 = (date(2026, 11, day) for day in (2, 9, 11, 16))


def test_a_pupil_came_to_7a_on_the_12th_of_november(sevens: SchoolOnDisk) -> None:
    put(sevens, "7А", "Список", "", last="Новиков", first="Фёдор", enrolled=DAY, enrolled_order="№ 5 от 11.11.2026")
    put(sevens, "7А", "Группы", "", pupil="Новиков Фёдор", subject="Английский язык", group="2", since=DAY)
    sevens.sync()
    code = code_of(sevens, "7А", "Новиков Фёдор")
    number, name, note = line_of(sevens, A, MATHS, code)
    assert (number, name) == (5, "Новиков Фёдор")
    assert note == "Журнал: Здесь с 12.11.2026."
    assert line_of(sevens, A, "Английский язык 2 гр.", code)[1] == "Новиков Фёдор"
    before, after = entry(code, "c001", NOV_11), entry(code, "c001", NOV_16)
    sevens.type(A, MATHS, {before: "5", after: "н"})
    sevens.sync()
    assert "в этот день ученика нет в списке" in sevens.note(A, MATHS, before)
    values = queries.slot_values("c001")
    assert (before in values, values[after]) == (False, "н")
    facts = queries.span_facts(date(2026, 11, 1), date(2026, 11, 30), NOV_16)
    (fact,) = [one for one in facts.pupils if one.code == code]
    assert {since for _, since, _ in fact.spans} == {DAY}


def test_a_pupil_left_on_the_12th_of_november_by_an_order(sevens: SchoolOnDisk) -> None:
    sevens.type(A, MATHS, {entry(LEV, "c001", NOV_9): "4"})
    sevens.sync()
    put(sevens, "7А", "Список", "Абрамов Лев", left=DAY, left_order="приказ № 6", status="выбыл")
    sevens.sync()
    number, name, note = line_of(sevens, A, MATHS, LEV)
    assert (number, name) == (None, "Абрамов Лев")
    assert note == (
        "Журнал: Выбытие 12.11.2026, приказ № 6. Записи с этого дня не принимаются, прежние в силе."
    )
    late, final = entry(LEV, "c001", NOV_16), final_slot(LEV, "c001", "Q3")
    sevens.type(A, MATHS, {late: "5", final: "4"})
    sevens.sync()
    assert "в этот день ученика нет в списке" in sevens.note(A, MATHS, late)
    values = queries.slot_values("c001")
    assert values == {entry(LEV, "c001", NOV_9): "4"}
    assert refused("7А") == [
        (Code.ENTRY_NOT_ON_LIST, "Абрамов Лев, 16.11"), (Code.ENTRY_NOT_ON_LIST, "Абрамов Лев"),
    ]  # fmt: skip
    replayed()


def test_a_status_of_having_left_needs_its_day(one_school: SchoolOnDisk) -> None:
    put(one_school, "7А", "Список", "Абрамов Лев", status="выбыл")
    one_school.sync()
    assert told("7А")[0] == (
        "Список, B3, Абрамов Лев: Не заполнено обязательное поле «Выбыл с». Прежние данные в силе. Заполните его."
    )
    assert queries.pupils()[0].left is None


def test_a_pupil_who_left_and_came_back_keeps_the_marks_of_both_times(one_school: SchoolOnDisk) -> None:
    one_school.type(A, MATHS, {entry(LEV, "c001", NOV_2): "4"})
    put(one_school, "7А", "Список", "Абрамов Лев", left=NOV_9)
    one_school.sync()
    put(one_school, "7А", "Список", "Абрамов Лев", left=None, enrolled=DAY)
    one_school.type(A, MATHS, {entry(LEV, "c001", NOV_16): "5", entry(LEV, "c001", NOV_9): "5"})
    one_school.sync()
    assert queries.slot_values("c001") == {entry(LEV, "c001", NOV_2): "4", entry(LEV, "c001", NOV_16): "5"}
    assert refused("7А") == [(Code.ENTRY_NOT_ON_LIST, "Абрамов Лев, 09.11")]
    replayed()


def move_by_copying(school: SchoolOnDisk) -> None:
    """The row goes over whole, code and all; each list gets its day."""
    copy_whole_row(school, "Абрамов Лев", old="7А", new="7Б")
    put(school, "7Б", "Список", "Абрамов Лев", enrolled=DAY, enrolled_order="№ 5")
    put(school, "7Б", "Группы", "", pupil="Абрамов Лев", subject="Английский язык", group="2", since=DAY)
    put(school, "7А", "Список", "Абрамов Лев", left=DAY, left_order="№ 5")


def test_a_pupil_moved_from_7a_to_7b_on_the_12th_of_november(sevens: SchoolOnDisk) -> None:
    sevens.type(A, MATHS, {entry(LEV, "c001", NOV_2): "3", entry(LEV, "c001", NOV_9): "4",
                           entry(LEV, "c001", NOV_11): "н", final_slot(LEV, "c001", "Q1"): "4"})  # fmt: skip
    sevens.sync()
    move_by_copying(sevens)
    sevens.sync()
    assert (told("7А"), told("7Б")) == ([], [])

    assert line_of(sevens, A, MATHS, LEV)[::2] == (
        None, "Журнал: С 12.11.2026 в 7Б. Записи с этого дня не принимаются, прежние в силе.",
    )  # fmt: skip
    number, name, note = line_of(sevens, B, MATHS, LEV)
    assert (number, name) == (1, "Абрамов Лев")
    assert note == (
        "Журнал: Здесь с 12.11.2026, раньше в 7А. I четверть там: 4. II четверть, отметки оттуда: 3 4. "
        "Вместе со здешними: ср. балл 3,50, предлагается 4."
    )
    assert line_of(sevens, B, "Английский язык 2 гр.", LEV)[1] == name

    here, there = entry(LEV, "c011", NOV_16), entry(LEV, "c001", NOV_16)
    sevens.type(B, MATHS, {here: "2", entry(LEV, "c011", NOV_11): "5"})
    sevens.type(A, MATHS, {there: "5"})
    sevens.sync()
    assert refused("7А") == [(Code.ENTRY_NOT_ON_LIST, "Абрамов Лев, 16.11")]
    assert refused("7Б") == [(Code.ENTRY_NOT_ON_LIST, "Абрамов Лев, 11.11")]
    assert queries.slot_values("c001")[entry(LEV, "c001", NOV_9)] == "4"
    assert line_of(sevens, B, MATHS, LEV)[2].endswith("ср. балл 3,00, предлагается 3.")

    # a quarter mark is judged by all of the quarter's marks
    sevens.type(B, MATHS, {final_slot(LEV, "c011", "Q2"): "3"})
    sevens.sync()
    assert (Code.FINAL_DIFFERS, "Абрамов Лев, II") not in refused("7Б")

    (subject,) = [one for one in queries.diary_subjects(LEV, sevens.workspace.today) if one.subject == MATHS]
    assert ([one.value for one in subject.marks], subject.mean, subject.missed) == (["3", "4", "2"], Decimal("3.00"), 1)
    assert [value for _, value in subject.finals] == ["4", "3"]
    replayed()


def test_absences_and_their_reasons_stay_with_the_class_of_their_day(sevens: SchoolOnDisk) -> None:
    sevens.type(A, MATHS, {entry(LEV, "c001", NOV_11): "н"})
    sevens.sync()
    sevens.reason(A, 3, "б")
    sevens.sync()
    move_by_copying(sevens)
    sevens.sync()
    sevens.type(B, MATHS, {entry(LEV, "c011", NOV_16): "н"})
    sevens.sync()
    sevens.sync()
    assert queries.reason_values("7А") == {Slot(SlotKind.REASON, LEV, "2026-11-11 code"): "б"}
    assert queries.reason_values("7Б") == {}
    assert [(fact.pupil, fact.date) for fact in queries.typed_absences("7А")] == [(LEV, NOV_11)]
    assert [(fact.pupil, fact.date) for fact in queries.typed_absences("7Б")] == [(LEV, NOV_16)]
    assert (refused("7А"), refused("7Б")) == ([], [])


def test_a_rehearsal_sees_both_lists_of_a_move_and_changes_nothing(one_school: SchoolOnDisk) -> None:
    move_by_copying(one_school)
    before = ledger.digest()
    rehearsal = one_school.sync(dry_run=True)
    assert [problem for book in rehearsal.books for problem in book.problems] == []
    assert ledger.digest() == before
    one_school.sync()
    assert (told("7А"), told("7Б")) == ([], [])
    assert ledger.digest() != before


def test_two_lists_that_want_one_pupil_are_told_and_what_was_stays(sevens: SchoolOnDisk) -> None:
    copy_whole_row(sevens, "Абрамов Лев", old="7А", new="7Б")
    put(sevens, "7Б", "Список", "Абрамов Лев", enrolled=DAY)
    sevens.sync()
    assert told("7Б") == [
        "Список, B5, Абрамов Лев: «12.11.2026»: ученик сразу в двух списках: он ещё в списке 7А. "
        "Прежние данные в силе. Исправьте «Выбыл с» или «Зачислен с»."
    ]
    assert next(one.school_class for one in queries.pupils() if one.code == LEV) == "7А"
    put(sevens, "7А", "Список", "Абрамов Лев", left=date(2026, 11, 13))
    sevens.sync()
    assert told("7А") == []
    assert "он ещё в списке 7А" in told("7Б")[0]  # a day later than the new list says
    put(sevens, "7А", "Список", "Абрамов Лев", left=DAY)
    sevens.sync()
    assert (told("7А"), told("7Б")) == ([], [])
    assert next(one.school_class for one in queries.pupils() if one.code == LEV) == "7Б"
    put(sevens, "7А", "Список", "Абрамов Лев", left=None)
    sevens.sync()
    assert "с 12.11.2026 он в списке 7Б" in told("7А")[0]
    assert next(one.school_class for one in queries.pupils() if one.code == LEV) == "7Б"


def test_a_corrected_day_of_the_order_corrects_both_classes(one_school: SchoolOnDisk) -> None:
    move_by_copying(one_school)
    one_school.sync()
    put(one_school, "7Б", "Список", "Абрамов Лев", enrolled=NOV_16)
    put(one_school, "7А", "Список", "Абрамов Лев", left=NOV_16)
    one_school.sync()
    one_school.type(A, MATHS, {entry(LEV, "c001", NOV_11): "4"})
    one_school.type(B, MATHS, {entry(LEV, "c011", NOV_11): "4"})
    one_school.sync()
    assert (refused("7А"), refused("7Б")) == ([], [(Code.ENTRY_NOT_ON_LIST, "Абрамов Лев, 11.11")])
    replayed()


def test_a_moved_pupil_written_as_a_new_one_is_not_taken_for_a_stranger(sevens: SchoolOnDisk) -> None:
    put(sevens, "7А", "Список", "Абрамов Лев", left=DAY)
    put(sevens, "7Б", "Список", "", last="Абрамов", first="Лев", patronymic="Ильич", birth_date=date(2013, 1, 1),
        enrolled=DAY)  # fmt: skip
    sevens.sync()
    (said,) = told("7Б")
    assert "этот ученик уже есть: 7А, код P0001" in said
    assert "journal pupil move" in said
    assert len([one for one in queries.pupils() if one.last == "Абрамов"]) == 1
    put(sevens, "7Б", "Список", "Абрамов Лев", birth_date=date(2013, 5, 5))  # a namesake after all
    sevens.sync()
    assert told("7Б") == []
    assert len([one for one in queries.pupils() if one.last == "Абрамов"]) == 2


def test_a_new_surname_stands_in_every_book_and_the_old_one_is_still_guarded(sevens: SchoolOnDisk) -> None:
    put(sevens, "7А", "Список", "Быкова Нина", last="Соколова")
    put(sevens, "7А", "Группы", "Быкова Нина Английский язык 1", pupil="Соколова Нина")
    put(sevens, "7А", "Семьи", "Быков Олег Ильич", pupil="Соколова Нина")
    sevens.sync()
    for tab in (MATHS, "Английский язык 1 гр."):
        assert line_of(sevens, A, tab, "P0002")[1] == "Соколова Нина"
    assert [one.last for one in queries.former_people()[0]] == ["Быкова"]
    assert queries.diary_week("P0002", NOV_16, NOV_16).pupil_name == "Соколова Нина"


def test_a_pupil_changed_the_english_group_on_the_12th_of_november(sevens: SchoolOnDisk) -> None:
    one, two = "Английский язык 1 гр.", "Английский язык 2 гр."
    nov_5, nov_19 = date(2026, 11, 5), date(2026, 11, 19)
    sevens.type(A, one, {entry(LEV, "c002", nov_5): "5"})
    sevens.sync()
    put(sevens, "7А", "Группы", "Абрамов Лев Английский язык 1", until=DAY)
    put(sevens, "7А", "Группы", "", pupil="Абрамов Лев", subject="Английский язык", group="2", since=DAY)
    sevens.sync()
    assert line_of(sevens, A, one, LEV)[::2] == (
        None, "Журнал: С 12.11.2026 в другой группе. Записи с этого дня не принимаются, прежние в силе.",
    )  # fmt: skip
    assert line_of(sevens, A, two, LEV)[2] == (
        "Журнал: Здесь с 12.11.2026, раньше в другой группе. II четверть, отметки оттуда: 5. "
        "Вместе со здешними: ср. балл 5,00, предлагается 5."
    )
    sevens.now[0] += timedelta(days=4)
    sevens.type(A, one, {entry(LEV, "c002", nov_19): "2"})
    sevens.type(A, two, {entry(LEV, "c003", nov_19): "4"})
    sevens.sync()
    assert refused("7А") == [(Code.ENTRY_NOT_ON_LIST, "Абрамов Лев, 19.11")]
    (subject,) = [s for s in queries.diary_subjects(LEV, nov_19) if s.subject == "Английский язык"]
    assert [mark.value for mark in subject.marks] == ["5", "4"]


def test_the_last_day_in_a_group_may_be_written_or_the_day_of_the_change(one_school: SchoolOnDisk) -> None:
    for who, last in (("Абрамов Лев", date(2026, 11, 11)), ("Быкова Нина", DAY)):
        put(one_school, "7А", "Группы", f"{who} Английский язык 1", until=last)
        put(one_school, "7А", "Группы", "", pupil=who, subject="Английский язык", group="2", since=DAY)
    one_school.sync()
    assert told("7А") == []
    spans = {(one.pupil, one.group): (one.since, one.until) for one in queries.group_members()}
    for code in (LEV, "P0002"):
        assert (spans[code, "1"][1], spans[code, "2"]) == (DAY, (DAY, None))


def test_a_row_of_a_group_that_is_gone_or_has_another_day_leaves_nothing_behind(one_school: SchoolOnDisk) -> None:
    put(one_school, "7А", "Группы", "Абрамов Лев Английский язык 1", since=date(2026, 9, 8))
    clear(one_school, "7А", "Группы", "Быкова Нина Английский язык 1")
    one_school.sync()
    members = {(one.pupil, one.since) for one in queries.group_members() if one.pupil in (LEV, "P0002")}
    assert members == {(LEV, date(2026, 9, 8))}


def test_what_the_night_said_of_a_moved_pupil_still_stands_after_a_usual_pass(one_school: SchoolOnDisk) -> None:
    """His marks and absences were given in another class; a pass by day knows of them as the night did."""
    days = (NOV_2, date(2026, 11, 4), NOV_9, NOV_11)
    typed = zip(days, ("4/5", "5", "3/4", "н"), strict=True)
    one_school.type(A, MATHS, {entry(LEV, "c001", day): raw for day, raw in typed})
    one_school.sync()
    move_by_copying(one_school)
    one_school.now[0] = datetime(2026, 12, 18, 15, tzinfo=UTC)  # the quarter ends: who has few marks is counted
    one_school.sync(**NIGHT)
    said = told("7А", "journal"), told("7Б", "journal")
    assert "Математика, II четверть: Мало отметок для четвертных: учеников: 2, нужно 5. Спросите учеников." in said[1]
    assert "7А, Абрамов Лев, 11.11: Не указана причина пропуска" in said[0][0]  # where the row of the day stands
    report = one_school.sync(everything=True)
    assert (told("7А", "journal"), told("7Б", "journal")) == said
    assert [book.name for book in report.books if book.written] == []
