"""What readers get of the record: lists, slots, lessons, a span for the reports."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Course, Guardian, Term
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from tests.school import START, TODAY, SmallSchool, hold_lesson, marks, small_school, store, type_in

MONDAY, TUESDAY = datetime(2026, 9, 7, 10, tzinfo=UTC), datetime(2026, 9, 8, 10, tzinfo=UTC)
END = date(2026, 9, 30)


@pytest.fixture
def school(database: str) -> SmallSchool:
    made = small_school()
    store(made)
    return made


def tell(*facts: Fact, at: datetime = MONDAY) -> None:
    with transaction.atomic():
        ledger.append(facts, actor="Список.xlsx", channel="sheet", at=at)


def the_course(code: str) -> Course:
    found = queries.course(code)
    assert found is not None
    return found


def names(course: str, on: date | None = TODAY) -> list[str]:
    return [pupil.last for pupil in queries.course_pupils(the_course(course), on)]


def reason(pupil: str, day: date, code: str) -> Slot:
    return Slot(SlotKind.REASON, pupil, f"{day.isoformat()} {code}")


# --- before anything was read -----------------------------------------------------------------------------------------


def test_an_empty_record_has_no_directory_and_default_rules(database: str) -> None:
    assert queries.directory() is None
    assert queries.policy() == small_school().policy
    assert queries.pupils() == ()
    assert queries.course("c001") is None
    assert queries.counts()["pupil"] == 0


# --- lists ------------------------------------------------------------------------------------------------------------


def test_a_class_list_is_in_russian_order_with_yo_beside_ye(school: SmallSchool) -> None:
    assert names("c001") == ["Абрамов", "Быкова", "Ёлкина", "Жуков"]


def test_a_subgroup_has_its_own_list(school: SmallSchool) -> None:
    assert names("c002") == ["Абрамов", "Быкова"]
    assert names("c003") == ["Ёлкина", "Жуков"]


def test_who_changes_the_subgroup_is_on_either_list_on_its_days_and_on_both_ever(school: SmallSchool) -> None:
    was = school.rosters[0].groups[1]
    day = date(2026, 9, 10)
    tell(
        ledger.fact_of(was.model_copy(update={"until": day})),
        ledger.fact_of(was.model_copy(update={"group": "2", "since": day})),
    )
    assert (names("c002", date(2026, 9, 9)), names("c002", day)) == (["Абрамов", "Быкова"], ["Абрамов"])
    assert names("c003", day) == ["Быкова", "Ёлкина", "Жуков"]
    assert names("c002", None) == ["Абрамов", "Быкова"]


def test_a_pupil_who_moved_stays_on_the_old_list_for_those_who_ask_about_ever(school: SmallSchool) -> None:
    lev = school.rosters[0].pupils[0]
    tell(ledger.fact_of(lev.model_copy(update={"school_class": "6Б", "enrolled": date(2026, 9, 14)})))
    assert names("c001", date(2026, 9, 13))[0] == "Абрамов"
    assert names("c001") == ["Быкова", "Ёлкина", "Жуков"]
    assert names("c004") == ["Абрамов", "Абрамова", "Щукин"]
    assert names("c001", None) == ["Абрамов", "Быкова", "Ёлкина", "Жуков"]
    assert [pupil.code for pupil in queries.pupils(on=START)] == ["P0005", "P0002", "P0003", "P0004", "P0006"]


def test_a_pupil_taken_off_the_list_by_mistake_is_still_found_for_his_marks(school: SmallSchool) -> None:
    tell(Fact("pupil", "P0002", None))
    assert names("c001") == ["Абрамов", "Ёлкина", "Жуков"]
    assert names("c001", None) == ["Абрамов", "Быкова", "Ёлкина", "Жуков"]
    assert "P0002" not in {pupil.code for pupil in queries.pupils()}


def test_a_course_that_is_over_has_nobody_on_its_list(school: SmallSchool) -> None:
    over = school.directory.courses[0].model_copy(update={"until": date(2026, 9, 10)})
    tell(ledger.fact_of(over))
    assert len(names("c001", date(2026, 9, 10))) == 4, "the last day is still a day of the course"
    assert names("c001", date(2026, 9, 11)) == []


def test_a_parent_of_two_sees_both_however_the_phone_is_written(school: SmallSchool) -> None:
    assert [pupil.code for pupil in queries.children("P0001-1")] == ["P0001", "P0005"]
    assert [pupil.code for pupil in queries.children("P0002-1")] == ["P0002"]
    assert queries.children("P0001-9") == ()


@pytest.mark.parametrize("phone", ["", "+7 900 000-00-77"])
def test_a_namesake_is_a_stranger(school: SmallSchool, phone: str) -> None:
    tell(ledger.fact_of(Guardian(code="P0006-1", pupil="P0006", name="Абрамова Вера Юрьевна", phone=phone)))
    assert [pupil.code for pupil in queries.children("P0006-1")] == ["P0006"]
    assert "P0006" not in {pupil.code for pupil in queries.children("P0001-1")}


def test_two_namesakes_without_a_phone_are_two_people(school: SmallSchool) -> None:
    for pupil in ("P0003", "P0004"):
        tell(ledger.fact_of(Guardian(code=f"{pupil}-1", pupil=pupil, name="Иванова Анна")))
    assert [pupil.code for pupil in queries.children("P0003-1")] == ["P0003"]


# --- slots ------------------------------------------------------------------------------------------------------------


def test_slots_of_a_course_are_what_teachers_typed_for_it_and_nothing_else(school: SmallSchool) -> None:
    mine = {
        entry_slot("P0001", "c001.001"): "5",
        entry_slot("P0002", "c001.002"): "н",
        final_slot("P0001", "c001", "Q1"): "5",
        lesson_slot("c001.001", LessonField.HELD): "да",
        lesson_slot("c001.001", LessonField.TOPIC): "Дроби",
    }
    theirs = {
        entry_slot("P0005", "c004.001"): "4",
        final_slot("P0005", "c004", "Q1"): "4",
        lesson_slot("c004.001", LessonField.HELD): "да",
    }
    type_in(mine | theirs)
    assert queries.slot_values("c001") == mine
    assert queries.slot_values("c004") == theirs


def test_reasons_are_those_of_the_class(school: SmallSchool) -> None:
    mine = {reason("P0001", START, "code"): "б", reason("P0001", START, "document"): "справка № 3"}
    type_in(mine | {reason("P0005", START, "code"): "ув"})
    assert queries.reason_values("9А") == mine


def test_typed_absences_are_told_as_the_subject_teachers_typed_them(school: SmallSchool) -> None:
    type_in(marks("c001.001", P0001="н", P0002="5", P0003="оп") | marks("c004.001", P0005="н"))
    type_in({reason("P0001", date(2026, 9, 2), "code"): "б"})
    assert [(f.pupil, f.absence, f.date) for f in queries.typed_absences("9А")] == [
        ("P0001", "н", date(2026, 9, 2)),
        ("P0003", "оп", date(2026, 9, 2)),
    ]


# --- lessons ----------------------------------------------------------------------------------------------------------


def test_a_planned_topic_counts_as_taught_once_the_lesson_is_held(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.001"), MONDAY)
    first, second, *_ = queries.lesson_facts("c001")
    assert (first.topic, first.topic_at, first.held_at) == ("Математика, тема 1", MONDAY, MONDAY)
    assert (second.topic, second.topic_at, second.planned_topic) == ("", None, "Математика, тема 2")


def test_a_topic_typed_before_the_lesson_was_known_then(school: SmallSchool) -> None:
    type_in({lesson_slot("c001.001", LessonField.TOPIC): "Повторение"}, MONDAY)
    type_in(hold_lesson("c001.001"), TUESDAY)
    fact = queries.lesson_facts("c001")[0]
    assert (fact.topic, fact.topic_at, fact.held_at) == ("Повторение", MONDAY, TUESDAY)


def test_lessons_are_in_order_of_the_date_that_holds(school: SmallSchool) -> None:
    type_in({lesson_slot("c001.001", LessonField.DATE): "2026-09-11"})
    facts = queries.lesson_facts("c001", date(2026, 9, 7), date(2026, 9, 11))
    assert [fact.key for fact in facts] == ["c001.002", "c001.003", "c001.001"]


def test_a_lesson_struck_from_the_timetable_is_no_fact_any_more(school: SmallSchool) -> None:
    tell(Fact("scheduled", "c001.006", None))
    assert "c001.006" not in {fact.key for fact in queries.lesson_facts("c001")}
    assert "c001.006" not in {lesson.key for lesson in queries.scheduled("c001")}


def test_who_moves_leaves_his_absences_and_their_reasons_with_the_old_class(school: SmallSchool) -> None:
    wednesday, monday = date(2026, 9, 2), date(2026, 9, 14)
    type_in(marks("c001.001", P0001="н"))
    before = {reason("P0001", wednesday, "code"): "б"}
    type_in(before)
    lev = school.rosters[0].pupils[0]
    tell(ledger.fact_of(lev.model_copy(update={"school_class": "6Б", "enrolled": monday})))
    after = {reason("P0001", monday, "code"): "ув"}
    type_in(after | marks(school.lesson("c004", monday), P0001="н"))
    assert (queries.reason_values("9А"), queries.reason_values("6Б")) == (before, after)
    assert [fact.date for fact in queries.typed_absences("9А")] == [wednesday]
    assert [fact.date for fact in queries.typed_absences("6Б")] == [monday]


# --- a span -----------------------------------------------------------------------------------------------------------


def test_a_span_holds_the_days_asked_for_and_nothing_beyond(school: SmallSchool) -> None:
    type_in(marks("c001.001", P0001="5") | marks("c001.002", P0001="4") | marks("c001.003", P0001="3"))
    span = queries.span_facts(date(2026, 9, 7), date(2026, 9, 8), TODAY)
    assert [fact.key for fact in span.lessons] == ["c001.002", "c004.001"]
    assert [(fact.lesson, fact.marks) for fact in span.entries] == [("c001.002", (4,))]
    assert (span.school, span.director, span.deputy) == ("Школа № 0", "Смирнова О. В.", "Белова Т. С.")
    assert span.classes == (("6Б", 6, "Ясенев И. П."), ("9А", 9, "Громова О. И."))
    assert span.year == school.directory.year
    assert span.bells == school.directory.bells  # the last one tells when homework is due


def test_the_class_teachers_reason_wins_but_only_over_a_missed_lesson(school: SmallSchool) -> None:
    day = date(2026, 9, 2)
    type_in(marks("c001.001", P0001="н", P0002="нп", P0003="оп", P0004="5"))
    type_in({reason(pupil, day, "code"): "б" for pupil in ("P0001", "P0002", "P0003", "P0004")})
    entries = queries.span_facts(START, END, TODAY).entries
    assert [fact.absence for fact in entries] == ["б", "б", "оп", ""]


def test_a_span_of_a_class_tells_of_that_class_only(school: SmallSchool) -> None:
    type_in(marks("c001.001", P0001="5") | marks("c004.001", P0005="4"))
    type_in({final_slot("P0005", "c004", "Q1"): "4", final_slot("P0001", "c001", "Q1"): "5"})
    span = queries.span_facts(START, END, TODAY, ["6Б"])
    assert [course.code for course in span.courses] == ["c004"]
    assert [pupil.code for pupil in span.pupils] == ["P0005", "P0006"]
    assert {fact.course for fact in span.lessons} == {"c004"}
    assert [fact.pupil for fact in span.entries] == ["P0005"]
    assert [(fact.pupil, fact.term, fact.value) for fact in span.finals] == [("P0005", Term.Q1, "4")]
    assert [name for name, _, _ in span.classes] == ["6Б"]


def test_a_pupil_of_a_span_tells_which_courses_when(school: SmallSchool) -> None:
    lev = school.rosters[0].pupils[0]
    moved = date(2026, 9, 14)
    tell(ledger.fact_of(lev.model_copy(update={"school_class": "6Б", "enrolled": moved})))
    fact = next(pupil for pupil in queries.span_facts(START, END, TODAY).pupils if pupil.code == "P0001")
    assert (fact.school_class, fact.courses) == ("6Б", ("c004",))
    assert set(fact.spans) == {("c001", START, moved), ("c002", START, moved), ("c004", moved, None)}
    before = next(pupil for pupil in queries.span_facts(START, END, TODAY, ["9А"]).pupils if pupil.code == "P0001")
    assert (before.school_class, before.courses) == ("9А", ())


def test_open_problems_of_a_span_name_their_course(school: SmallSchool) -> None:
    bad = Problem(Code.ENTRY_UNKNOWN, Place("Математика", "F6", "Абрамов Лев"), read="хор")
    sync_state.replace_problems("journal-9А-2026", "grid c001", [bad], MONDAY)
    sync_state.replace_problems("roster-6Б-2026", "", [Problem(Code.TABLE_REQUIRED, Place("Список", "B4"))], MONDAY)
    found = queries.span_facts(START, END, TODAY).problems
    assert [(one.code, one.course, one.a1, one.since) for one in found] == [
        ("entry.unknown", "c001", "F6", MONDAY),
        ("table.required", "", "B4", MONDAY),
    ]
    assert "хор" in found[0].message
    assert queries.span_facts(START, END, TODAY, ["6Б"]).problems == ()


def test_a_span_costs_as_many_queries_for_a_full_school_as_for_an_empty_one(school: SmallSchool) -> None:
    with CaptureQueriesContext(connection) as few:
        queries.span_facts(START, END, TODAY)
    for lesson in school.lessons:
        pupils = ["P0005", "P0006"] if lesson.course == "c004" else ["P0001", "P0002"]
        type_in(marks(lesson.key, **dict.fromkeys(pupils, "4")) | hold_lesson(lesson.key))
    with CaptureQueriesContext(connection) as many:
        queries.span_facts(START, END, TODAY)
    assert len(many) == len(few) <= 24


def test_a_span_of_an_unknown_school_is_refused(database: str) -> None:
    with pytest.raises(LookupError):
        queries.span_facts(START, END, TODAY)


def test_counts_are_of_rows_and_skip_what_was_retracted(school: SmallSchool) -> None:
    type_in(marks("c001.001", P0001="5", P0002="4") | {reason("P0001", START, "code"): "б"})
    type_in(marks("c001.001", P0002="") | {reason("P0001", START, "code"): ""})
    counts = queries.counts()
    assert (counts["pupil"], counts["lesson"], counts["entry"], counts["absencereason"]) == (
        6,
        len(school.lessons),
        1,
        0,
    )
    assert counts["ledgerrow"] == len(school.facts()) + 5
