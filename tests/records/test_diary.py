"""What a family reads of its child: all of its own, nothing of others, nothing of tomorrow but lessons and homework."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sync_service.domain.journal import DiaryDay, DiaryLesson
from sync_service.domain.school import Term
from sync_service.domain.slots import Slot, SlotKind, final_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.records.sync_state import BookState
from tests.school import TODAY, SmallSchool, hold_lesson, marks, small_school, store, type_in

MONDAY = date(2026, 9, 14)  # of the week of TODAY, a Wednesday
NEXT_MONDAY = date(2026, 9, 21)
# математика 9А: 2, 7, 9, 14, 16, 21 September are c001.001 … c001.006


@pytest.fixture
def school(database: str) -> SmallSchool:
    made = small_school()
    store(made)
    return made


def day(pupil: str, on: date, today: date = TODAY) -> DiaryDay:
    monday = date.fromordinal(on.toordinal() - on.weekday())
    return next(one for one in queries.diary_week(pupil, monday, today).days if one.date == on)


def lesson(pupil: str, on: date, today: date = TODAY) -> DiaryLesson:
    (found,) = day(pupil, on, today).lessons
    return found


def test_a_week_shows_each_days_lessons_with_bells_and_teachers(school: SmallSchool) -> None:
    week = queries.diary_week("P0001", MONDAY, TODAY)
    assert (week.pupil_name, week.school_class) == ("Абрамов Лев", "9А")
    assert [one.date.day for one in week.days] == [14, 15, 16, 17, 18]
    told = [(one.date.day, x.slot, x.start, x.subject, x.teacher) for one in week.days for x in one.lessons]
    assert told == [
        (14, 1, time(8, 30), "Математика", "Громова О. И."),
        (16, 1, time(8, 30), "Математика", "Громова О. И."),
        (17, 2, time(9, 30), "Английский язык", "Ясенев И. П."),
    ]


def test_a_pupil_of_the_other_subgroup_has_the_other_teacher(school: SmallSchool) -> None:
    assert lesson("P0003", date(2026, 9, 17)).teacher == "Ершова А. Л.".replace("Е", "Ё", 1)


def test_a_holiday_is_named(school: SmallSchool) -> None:
    assert [one.holiday for one in queries.diary_week("P0001", MONDAY, TODAY).days] == ["", "", "", "", "День здоровья"]


def test_marks_are_read_as_families_read_them(school: SmallSchool) -> None:
    type_in(marks("c001.004", P0001="н4/5", P0002="."))
    type_in({Slot(SlotKind.REASON, "P0001", "2026-09-14 code"): "б"})
    first, second = lesson("P0001", MONDAY), lesson("P0002", MONDAY)
    assert (first.marks, first.absence, first.debt) == (("4", "5"), "б", False)
    assert (second.marks, second.absence, second.debt) == ((), "", True)


def test_a_pupil_never_sees_another_childs_marks(school: SmallSchool) -> None:
    type_in(marks("c001.004", P0002="2") | marks("c004.002", P0005="3"))
    assert [x.marks for one in queries.diary_week("P0001", MONDAY, TODAY).days for x in one.lessons] == [(), (), ()]
    assert all(not subject.marks for subject in queries.diary_subjects("P0001", TODAY))


def test_a_topic_is_told_once_the_lesson_is_over(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.004") | hold_lesson("c001.006", topic="Новая тема", held=""))
    type_in(hold_lesson("c001.005", topic="Сегодняшняя тема", held=""))
    assert lesson("P0001", MONDAY).topic == "Математика, тема 4"
    assert lesson("P0001", TODAY).topic == "", "not held yet"
    assert lesson("P0001", TODAY, today=date(2026, 9, 17)).topic == "Сегодняшняя тема"
    assert lesson("P0001", NEXT_MONDAY).topic == ""
    type_in(hold_lesson("c001.005"))
    assert lesson("P0001", TODAY).topic == "Сегодняшняя тема"


def test_homework_without_a_day_is_due_at_the_next_lesson(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.004", homework="§ 7, № 12"))
    assert lesson("P0001", TODAY).homework == "§ 7, № 12"
    told = lesson("P0001", MONDAY)
    assert (told.homework_set, told.homework_due) == ("§ 7, № 12", TODAY)


def test_homework_with_a_day_is_due_on_that_day_also_in_another_week(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.004", homework="Проект", due=NEXT_MONDAY.isoformat()))
    type_in(hold_lesson("c001.005", homework="§ 8"))
    assert lesson("P0001", TODAY).homework == ""
    assert lesson("P0001", NEXT_MONDAY).homework == "Проект; § 8"
    assert lesson("P0001", MONDAY).homework_due == NEXT_MONDAY


def test_no_homework_is_said_only_where_nothing_else_was_set(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.004", homework="—"))
    assert lesson("P0001", TODAY).homework == "—"
    assert lesson("P0001", MONDAY).homework_due is None
    type_in(hold_lesson("c001.003", homework="Сочинение", due=TODAY.isoformat()))
    assert lesson("P0001", TODAY).homework == "Сочинение"


def test_homework_skips_a_lesson_that_did_not_take_place(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.004", homework="§ 7") | hold_lesson("c001.005", held="нет"))
    assert day("P0001", TODAY).lessons == ()
    assert lesson("P0001", NEXT_MONDAY).homework == "§ 7"


def test_homework_typed_ahead_is_not_told_before_its_lesson(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.005", homework="Задано вперёд", held=""))
    assert lesson("P0001", NEXT_MONDAY, today=date(2026, 9, 15)).homework == ""
    assert lesson("P0001", NEXT_MONDAY, today=TODAY).homework == "Задано вперёд"


def test_nothing_of_a_day_to_come_is_told_but_lessons_and_homework(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.005", homework="§ 8"))
    type_in(hold_lesson("c001.006", topic="Секрет", homework="Задано вперёд", work="КР"))
    type_in(marks("c001.006", P0001="5"))
    told = lesson("P0001", NEXT_MONDAY)
    assert told.homework == "§ 8"
    assert (told.topic, told.homework_set, told.work, told.marks) == ("", "", "", ())
    later = lesson("P0001", NEXT_MONDAY, today=NEXT_MONDAY)
    assert (later.topic, later.homework_set, later.work, later.marks) == (
        "Секрет",
        "Задано вперёд",
        "Контрольная работа",
        ("5",),
    )


def test_a_week_from_before_the_pupil_moved_shows_the_old_class(school: SmallSchool) -> None:
    lev = school.rosters[0].pupils[0].model_copy(update={"school_class": "6Б", "enrolled": date(2026, 9, 16)})
    type_in(marks("c001.002", P0001="5"))
    with transaction.atomic():
        ledger.append([ledger.fact_of(lev)], actor="a", channel="sheet", at=datetime(2026, 9, 16, tzinfo=UTC))
    assert lesson("P0001", date(2026, 9, 7)).marks == ("5",)
    assert day("P0001", TODAY).lessons == ()
    assert lesson("P0001", NEXT_MONDAY).subject == "Математика"
    assert lesson("P0001", NEXT_MONDAY).slot == 1


def test_a_six_day_week_ends_on_saturday(school: SmallSchool) -> None:
    year = school.directory.year.model_copy(update={"six_day_week": True})
    with transaction.atomic():
        ledger.append([ledger.fact_of(year)], actor="a", channel="sheet", at=datetime(2026, 9, 1, tzinfo=UTC))
    assert queries.diary_week("P0001", MONDAY, TODAY).days[-1].date == date(2026, 9, 19)


def test_a_week_tells_when_the_childs_own_book_was_read(school: SmallSchool) -> None:
    assert queries.diary_week("P0001", MONDAY, TODAY).as_of is None
    early, late = datetime(2026, 9, 14, 8, tzinfo=UTC), datetime(2026, 9, 14, 9, tzinfo=UTC)
    for book, course, read_at in (("journal-9А-2026", "c001", early), ("journal-6Б-2026", "c004", late)):
        sync_state.save_book(BookState(book, f"{book}.xlsx", book, "v1", {}, {f"grid {course}": "М"}, read_at))
    assert queries.diary_week("P0001", MONDAY, TODAY).as_of == early
    assert queries.diary_week("P0005", MONDAY, TODAY).as_of == late


def test_a_code_that_nobody_has_is_refused(school: SmallSchool) -> None:
    with pytest.raises(LookupError):
        queries.diary_week("P9999", MONDAY, TODAY)
    with pytest.raises(LookupError):
        queries.diary_subjects("P9999", TODAY)


def test_a_week_costs_few_queries(school: SmallSchool) -> None:
    with CaptureQueriesContext(connection) as asked:
        queries.diary_week("P0001", MONDAY, TODAY)
    assert len(asked) <= 21


# --- subjects ---------------------------------------------------------------------------------------------------------


def test_a_subject_shows_the_marks_of_the_current_quarter_with_what_they_were_for(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.001", topic="Дроби", work="КР") | marks("c001.001", P0001="5"))
    type_in(marks("c001.002", P0001="4/4") | marks("c001.003", P0001="н") | marks("c001.006", P0001="2"))
    type_in({final_slot("P0001", "c001", "Q1"): "5", final_slot("P0001", "c001", "Y"): "4"})
    english, maths = queries.diary_subjects("P0001", TODAY)
    assert (english.subject, english.marks, english.mean) == ("Английский язык", (), None)
    assert [(mark.date.day, mark.value, mark.work, mark.topic) for mark in maths.marks] == [
        (2, "5", "Контрольная работа", "Дроби"),
        (7, "4", "", ""),
        (7, "4", "", ""),
    ]
    assert (maths.mean, maths.missed) == (Decimal("4.33"), 1)
    assert maths.finals == ((Term.Q1, "5"), (Term.YEAR, "4"))


def test_debts_are_listed_until_a_mark_stands_in_their_place_whatever_quarter_it_is(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.001", topic="Дроби", work="КР") | marks("c001.001", P0001=".", P0002="."))
    type_in(marks("c001.002", P0001=".") | marks("c001.003", P0001="."))
    type_in(marks("c001.002", P0001="4") | marks("c001.003", P0001="н5"))
    owed = queries.diary_debts("P0001", TODAY)
    assert [(debt.date.day, debt.subject, debt.work, debt.topic) for debt in owed] == [
        (2, "Математика", "Контрольная работа", "Дроби")
    ]
    assert queries.diary_debts("P0001", date(2027, 2, 1)) == owed
    assert queries.diary_debts("P0001", date(2026, 8, 30)) == ()
    type_in(marks("c001.001", P0001="3"))
    assert queries.diary_debts("P0001", TODAY) == ()
    assert len(queries.diary_debts("P0002", TODAY)) == 1
    with pytest.raises(LookupError):
        queries.diary_debts("PNONE", TODAY)


def test_between_two_quarters_the_one_that_is_over_is_shown(school: SmallSchool) -> None:
    type_in(marks("c001.001", P0001="5"))
    assert queries.diary_subjects("P0001", date(2026, 10, 28))[1].mean == Decimal("5.00")
    assert queries.diary_subjects("P0001", date(2026, 11, 9))[1].mean is None


def test_before_the_school_year_there_is_nothing_to_show(school: SmallSchool) -> None:
    assert [subject.marks for subject in queries.diary_subjects("P0001", date(2026, 8, 30))] == []


def test_a_work_that_does_not_count_is_shown_and_left_out_of_the_mean(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.001", work="Тетр") | hold_lesson("c001.002", work="КР"))
    type_in(marks("c001.001", P0001="2") | marks("c001.002", P0001="5"))
    (maths,) = (one for one in queries.diary_subjects("P0001", TODAY) if one.subject == "Математика")
    assert [mark.value for mark in maths.marks] == ["2", "5"]
    assert maths.mean == Decimal("5.00")
