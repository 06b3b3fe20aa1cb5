"""The ledger as the only way in: what a fact does to the current tables, and that the tables follow from the facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_service.domain.school import Course, Period, Pupil
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.records import ledger, models, queries
from sync_service.records.ledger import Fact
from tests.school import SmallSchool, hold_lesson, marks, small_school, store, type_in

MONDAY, TUESDAY = datetime(2026, 9, 7, 10, tzinfo=UTC), datetime(2026, 9, 8, 10, tzinfo=UTC)


@pytest.fixture
def school(database: str) -> SmallSchool:
    made = small_school()
    store(made)
    return made


def ledger_rows() -> int:
    return models.LedgerRow.objects.count()


def append(*facts: Fact, at: datetime = MONDAY) -> int:
    return ledger.append(facts, actor="Громова", channel="sheet", at=at)


def test_facts_need_a_transaction_of_the_caller(committing_database: str) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        append(Fact("decision", "period.closed", {}))
    assert ledger_rows() == 0


def test_everything_the_office_says_comes_back_as_it_was_said(school: SmallSchool) -> None:
    assert queries.directory() == school.directory
    assert queries.policy() == school.policy
    assert queries.scheduled() == school.lessons
    assert queries.pupils() == tuple(
        sorted((p for roster in school.rosters for p in roster.pupils), key=lambda p: p.last.replace("Ё", "Е"))
    )
    assert set(queries.guardians()) == {g for roster in school.rosters for g in roster.guardians}
    assert set(queries.group_members()) == {g for roster in school.rosters for g in roster.groups}


def test_saying_the_same_again_writes_nothing(school: SmallSchool) -> None:
    before, digest = ledger_rows(), ledger.digest()
    assert store(school, TUESDAY) == 0
    assert (ledger_rows(), ledger.digest()) == (before, digest)


def test_a_rule_that_changes_from_a_day_on_keeps_its_value_for_the_days_before(school: SmallSchool) -> None:
    november = date(2026, 11, 1)
    append(ledger.policy_fact("topic_letters", 3))
    append(ledger.policy_fact("topic_letters", 10, act="Приказ 5", since=november))
    append(ledger.policy_fact("topic_letters", 12, act="Приказ 9", since=date(2026, 12, 1)))
    letters = [queries.policy(date(2026, month, 1)).topic_letters for month in (10, 11, 12)]
    assert letters == [3, 10, 12]
    ledger.replay()
    assert queries.policy(november).topic_letters == 10


def test_the_order_of_holidays_in_the_calendar_is_no_news(school: SmallSchool) -> None:
    year = school.directory.year
    assert append(ledger.fact_of(year.model_copy(update={"holidays": year.holidays[::-1]}))) == 0


def test_a_ledger_row_tells_what_was_and_what_is(school: SmallSchool) -> None:
    slot = entry_slot("P0001", "c001.002")
    type_in({slot: "4"}, MONDAY)
    type_in({slot: "н5"}, TUESDAY)
    type_in({slot: ""}, TUESDAY)
    told = [(row.old, row.new, row.at) for row in queries.history(slot)]
    assert told == [("", "4", MONDAY), ("4", "н5", TUESDAY), ("н5", "", TUESDAY)]


def test_a_retraction_keeps_the_row_with_a_blank(school: SmallSchool) -> None:
    type_in(marks("c001.002", P0001="5"), MONDAY)
    assert queries.counts()["entry"] == 1
    type_in(marks("c001.002", P0001=""), TUESDAY)
    row = models.Entry.objects.get()
    assert (row.text, row.marks, row.recorded_at, row.changed_at) == ("", [], MONDAY, TUESDAY)
    assert queries.counts()["entry"] == 0
    assert queries.slot_values("c001") == {}


def test_a_blank_where_nothing_ever_stood_is_no_fact(school: SmallSchool) -> None:
    assert type_in(marks("c001.001", P0001="")) == 0
    assert models.Entry.objects.count() == 0


def test_an_entry_is_stored_in_parts_that_can_be_counted(school: SmallSchool) -> None:
    type_in(marks("c001.002", P0001="н4/5", P0002="."))
    first, second = models.Entry.objects.order_by("key")
    assert (first.marks, first.absence, first.debt) == ([4, 5], "н", False)
    assert (second.marks, second.absence, second.debt) == ([], "", True)


def test_a_lesson_remembers_when_each_fact_was_first_known(school: SmallSchool) -> None:
    key = "c001.001"
    type_in(hold_lesson(key, topic="Дроби"), MONDAY)
    type_in(hold_lesson(key, topic="Дроби и проценты", homework="§ 5"), TUESDAY)
    fact = next(f for f in queries.lesson_facts("c001") if f.key == key)
    assert (fact.held_at, fact.topic_at, fact.homework_at) == (MONDAY, MONDAY, TUESDAY)
    assert (fact.topic, fact.homework) == ("Дроби и проценты", "§ 5")


def test_a_correction_does_not_make_a_lesson_late(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.001", topic="Дроби", homework="§ 5"), MONDAY)
    type_in(dict.fromkeys(hold_lesson("c001.001", topic="Дроби", homework="§ 5"), ""), TUESDAY)
    type_in(hold_lesson("c001.001", topic="Проценты", homework="§ 6"), TUESDAY)
    row = models.Lesson.objects.get(key="c001.001")
    assert (row.held_at, row.topic_at, row.homework_at) == (MONDAY, MONDAY, MONDAY)


def test_a_lesson_that_after_all_was_not_held_has_no_moment_of_holding(school: SmallSchool) -> None:
    slot = lesson_slot("c001.001", LessonField.HELD)
    type_in({slot: "да"}, MONDAY)
    type_in({slot: "нет"}, TUESDAY)
    fact = queries.lesson_facts("c001")[0]
    assert (fact.held, fact.held_at, fact.topic) == (False, None, "")


def test_no_is_not_yet_held(school: SmallSchool) -> None:
    slot = lesson_slot("c001.001", LessonField.HELD)
    type_in({slot: "нет"}, MONDAY)
    fact = queries.lesson_facts("c001")[0]
    assert (fact.held, fact.held_at) == (False, None)
    type_in({slot: "да"}, TUESDAY)
    fact = queries.lesson_facts("c001")[0]
    assert (fact.held, fact.held_at) == (True, TUESDAY)


def test_the_topic_no_is_a_topic(school: SmallSchool) -> None:
    type_in({lesson_slot("c001.001", LessonField.TOPIC): "нет"}, MONDAY)
    assert models.Lesson.objects.get(key="c001.001").topic_at == MONDAY


def test_every_column_of_the_log_comes_back_as_it_was_typed(school: SmallSchool) -> None:
    typed = {
        LessonField.DATE: "2026-09-09", LessonField.SLOT: "3", LessonField.HELD: "да", LessonField.TOPIC: "Дроби",
        LessonField.HOMEWORK: "—", LessonField.HOMEWORK_DUE: "2026-09-14", LessonField.MINUTES: "0",
        LessonField.WORK_TYPE: "КР",
    }  # fmt: skip
    slots = {lesson_slot("c001.002", field): text for field, text in typed.items()}
    assert type_in(slots) == len(slots)
    assert queries.slot_values("c001") == slots
    fact = next(f for f in queries.lesson_facts("c001") if f.key == "c001.002")
    assert (fact.date, fact.slot, fact.minutes) == (date(2026, 9, 9), 3, 0)
    assert type_in(dict.fromkeys(slots, "")) == len(slots)
    assert queries.slot_values("c001") == {}
    fact = next(f for f in queries.lesson_facts("c001") if f.key == "c001.002")
    assert (fact.date, fact.slot) == (date(2026, 9, 7), 1), "without a typed date the planned one holds again"


def test_a_moved_timetable_keeps_what_the_teacher_typed(school: SmallSchool) -> None:
    type_in(hold_lesson("c001.002", topic="Дроби", date="2026-09-08"))
    lesson = school.lessons[1].model_copy(update={"date": date(2026, 9, 9)})
    append(ledger.fact_of(lesson))
    row = models.Lesson.objects.get(key="c001.002")
    assert (row.topic, row.planned_date, row.date) == ("Дроби", date(2026, 9, 9), date(2026, 9, 8))


def test_what_is_withdrawn_stays_in_the_table_and_can_come_back(school: SmallSchool) -> None:
    row = school.directory.timetable[0]
    fact = ledger.fact_of(row)
    append(Fact(fact.kind, fact.key, None))
    assert fact.key not in ledger.standing("timetable")
    directory = queries.directory()
    assert directory is not None
    assert row not in directory.timetable
    assert models.TimetableRow.objects.filter(key=fact.key).exists()
    assert append(Fact(fact.kind, fact.key, None)) == 0
    assert append(fact) == 1
    assert queries.directory() == school.directory


def test_a_holiday_that_is_gone_from_the_calendar_is_withdrawn(school: SmallSchool) -> None:
    year = school.directory.year.model_copy(update={"holidays": school.directory.year.holidays[1:]})
    append(ledger.fact_of(year))
    directory = queries.directory()
    assert directory is not None
    assert directory.year == year
    assert models.Holiday.objects.count() == 2


def test_a_grade_may_have_a_quarter_of_its_own(school: SmallSchool) -> None:
    year = school.directory.year
    own = Period(term="Q3", title="III четверть", start=date(2027, 1, 11), end=date(2027, 3, 19), grades=(1,))
    year = year.model_copy(update={"periods": (*year.periods, own)})
    append(ledger.fact_of(year))
    directory = queries.directory()
    assert directory is not None
    assert own in directory.year.periods
    assert len(directory.year.periods) == 5


def test_a_number_written_with_more_zeros_is_the_same_number(school: SmallSchool) -> None:
    course = school.directory.courses[0]
    assert append(ledger.fact_of(course.model_copy(update={"hours_per_week": Decimal("2.00")}))) == 0
    assert append(ledger.fact_of(course.model_copy(update={"hours_per_week": Decimal("2.5")}))) == 1
    changed = queries.course("c001")
    assert isinstance(changed, Course)
    assert str(changed.hours_per_week) == "2.5"


def test_decisions_are_events_and_never_skipped(school: SmallSchool) -> None:
    before = ledger_rows()
    fact = Fact("decision", "period.closed", {"term": "Q1"}, reason="приказ № 5")
    assert append(fact) + append(fact) == 2
    assert ledger_rows() == before + 2


@pytest.mark.parametrize(
    "fact",
    [
        Fact("entry", "P0001|c001.001", {"text": "5 с плюсом"}),
        Fact("entry", "P0001|c001.001", {"mark": 5}),
        Fact("entry", "P0001|c001.001", None),
        Fact("lesson", "c001.001|minutes", {"text": "010"}),
        Fact("lesson", "c001.001|due", {"text": "9.9.2026"}),
        Fact("lesson", "c001.777|topic", {"text": "Урок, которого нет"}),
        Fact("reason", "P0001|2026-09-02 colour", {"text": "б"}),
        Fact("course", "c999", {"code": "c001"}),
        Fact("weather", "today", {"text": "дождь"}),
    ],
)
def test_a_fact_that_makes_no_sense_is_refused_whole(school: SmallSchool, fact: Fact) -> None:
    before = ledger.digest()
    with pytest.raises((ValueError, KeyError)), transaction.atomic():
        append(ledger.slot_fact(entry_slot("P0001", "c001.001"), "5"), fact)
    assert ledger.digest() == before


def test_a_fact_about_a_pupil_nobody_knows_is_refused_by_the_database(committing_database: str) -> None:
    store(small_school())
    with pytest.raises(IntegrityError):
        type_in(marks("c001.001", P9999="5"))
    assert queries.counts()["entry"] == 0


def test_facts_of_one_transaction_may_come_in_any_order(committing_database: str) -> None:
    made = small_school()
    with transaction.atomic():
        ledger.append(made.facts()[::-1], actor="a", channel="sheet", at=MONDAY)
    assert queries.directory() == made.directory


def test_the_digest_does_not_depend_on_the_hour_or_on_the_order_of_work(database: str) -> None:
    facts = small_school().facts()
    digests = []
    for order, at in ((facts, MONDAY), (facts[::-1], TUESDAY)):
        with transaction.atomic():
            for fact in order:
                ledger.append([fact], actor="a", channel="sheet", at=at)
            digests.append(ledger.digest())
            transaction.set_rollback(True)
    assert digests[0] == digests[1]


def test_the_digest_notices_one_changed_mark(school: SmallSchool) -> None:
    type_in(marks("c001.001", P0001="5", P0002="4"))
    before = ledger.digest()
    models.Entry.objects.filter(key="P0002|c001.001").update(text="5")
    assert ledger.digest() != before


# --- classes and their history ----------------------------------------------------------------------------------------


def moved(school: SmallSchool, **changes: object) -> Pupil:
    return school.rosters[0].pupils[0].model_copy(update={"school_class": "6Б", **changes})


def classes_of(pupil: str) -> list[tuple[str, date, date | None]]:
    rows = models.ClassMembership.objects.filter(pupil=pupil).order_by("number")
    return [(row.school_class_id, row.since, row.until) for row in rows]


def test_a_pupil_who_moves_is_dated_by_the_new_list(school: SmallSchool) -> None:
    append(ledger.fact_of(moved(school, enrolled=date(2026, 9, 14))), at=TUESDAY)
    assert classes_of("P0001") == [
        ("9А", date(2026, 9, 1), date(2026, 9, 14)),
        ("6Б", date(2026, 9, 14), None),
    ]


def test_without_a_new_date_the_move_is_dated_by_its_record(school: SmallSchool) -> None:
    append(ledger.fact_of(moved(school)), at=TUESDAY)
    assert classes_of("P0001") == [("9А", date(2026, 9, 1), date(2026, 9, 8)), ("6Б", date(2026, 9, 8), None)]


def test_a_class_corrected_before_school_began_leaves_no_trace_in_the_lists(school: SmallSchool) -> None:
    append(ledger.fact_of(moved(school)), at=datetime(2026, 8, 31, 12, tzinfo=UTC))
    assert classes_of("P0001") == [("6Б", date(2026, 9, 1), None)]


def test_a_corrected_day_of_enrolment_corrects_the_list(school: SmallSchool) -> None:
    late = school.rosters[0].pupils[0].model_copy(update={"enrolled": date(2026, 9, 3)})
    append(ledger.fact_of(late))
    assert classes_of("P0001") == [("9А", date(2026, 9, 3), None)]


def test_a_pupil_who_leaves_is_on_the_list_until_that_day(school: SmallSchool) -> None:
    gone = school.rosters[0].pupils[0].model_copy(update={"left": date(2026, 9, 10)})
    append(ledger.fact_of(gone))
    course = school.directory.courses[0]
    assert gone in queries.course_pupils(course, date(2026, 9, 9))
    assert gone not in queries.course_pupils(course, date(2026, 9, 10))
    assert gone in queries.course_pupils(course, None)


# --- replay -----------------------------------------------------------------------------------------------------------

SCHOOL = small_school()
TEXTS = {
    SlotKind.ENTRY: ["", "5", "4", "н", "н5", "4/5", ".", "зач"],
    SlotKind.FINAL: ["", "4", "5", "н/а"],
    LessonField.HELD: ["", "да", "нет"],
    LessonField.TOPIC: ["", "Дроби", "нет"],
    LessonField.HOMEWORK: ["", "—", "§ 3"],
    LessonField.DATE: ["", "2026-09-09", "2026-09-10"],
    "code": ["", "б", "ув"],
}
pupils = st.sampled_from(["P0001", "P0002", "P0005"])
lessons = st.sampled_from(["c001.001", "c001.002"])


def texts(slots: st.SearchStrategy[Slot], key: str) -> st.SearchStrategy[Fact]:
    return st.builds(ledger.slot_fact, slots, st.sampled_from(TEXTS[key]))


def lesson_texts(field: LessonField) -> st.SearchStrategy[Fact]:
    return texts(st.builds(lesson_slot, lessons, st.just(field)), field)


pupil_facts = st.builds(
    lambda pupil, school_class, day: ledger.fact_of(
        pupil.model_copy(update={"school_class": school_class, "enrolled": date(2026, 9, day)})
    ),
    st.sampled_from(SCHOOL.rosters[0].pupils[:2]),
    st.sampled_from(["9А", "6Б"]),
    st.integers(1, 3),
)
year_facts = st.builds(
    lambda count: ledger.fact_of(
        SCHOOL.directory.year.model_copy(update={"holidays": SCHOOL.directory.year.holidays[:count]})
    ),
    st.integers(0, 2),
)
withdrawals = st.sampled_from(
    [Fact(fact.kind, fact.key, None) for fact in SCHOOL.facts() if fact.kind in {"timetable", "plan", "year", "bell"}]
)
returns = st.sampled_from([fact for fact in SCHOOL.facts() if fact.kind in {"timetable", "plan", "bell", "scheduled"}])
facts = st.one_of(
    texts(st.builds(entry_slot, pupils, lessons), SlotKind.ENTRY),
    texts(st.builds(entry_slot, pupils, lessons), SlotKind.ENTRY),
    texts(st.builds(final_slot, pupils, st.just("c001"), st.just("Q1")), SlotKind.FINAL),
    lesson_texts(LessonField.HELD),
    lesson_texts(LessonField.TOPIC),
    lesson_texts(LessonField.HOMEWORK),
    lesson_texts(LessonField.DATE),
    texts(st.builds(Slot, st.just(SlotKind.REASON), pupils, st.just("2026-09-02 code")), "code"),
    pupil_facts,
    year_facts,
    withdrawals,
    returns,
    st.just(Fact("decision", "period.closed", {"term": "Q1"})),
)


def moments() -> dict[str, list[tuple[object, ...]]]:
    """The digest leaves moments out; replay must not."""
    return {
        "lesson": sorted(
            models.Lesson.objects.values_list("key", "held_at", "topic_at", "homework_at", "changed_at"), key=str
        ),
        "entry": sorted(models.Entry.objects.values_list("key", "recorded_at", "changed_at"), key=str),
        "holiday": sorted(models.Holiday.objects.values_list("key", "recorded_at", "withdrawn_at"), key=str),
    }


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(facts, min_size=1, max_size=12), min_size=1, max_size=6))
def test_replaying_the_ledger_gives_the_current_tables(school: SmallSchool, batches: list[list[Fact]]) -> None:
    with transaction.atomic():
        for hour, batch in enumerate(batches):
            append(*batch, at=datetime(2026, 9, 8, hour, tzinfo=UTC))
        digest, known = ledger.digest(), moments()
        ledger.replay()
        connection.check_constraints()
        assert ledger.digest() == digest
        assert moments() == known
        transaction.set_rollback(True)


def test_a_replay_mends_a_table_that_somebody_spoiled(school: SmallSchool) -> None:
    type_in(marks("c001.001", P0001="5"))
    digest = ledger.digest()
    models.Entry.objects.update(text="2", marks=[2])
    models.Pupil.objects.filter(key="P0006").update(last="Неизвестный")
    assert ledger.digest() != digest
    ledger.replay()
    assert ledger.digest() == digest


def test_a_long_ledger_is_replayed_in_steps(school: SmallSchool, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("5", "4", "", "3"):
        type_in(marks("c001.001", P0001=text, P0002=text), MONDAY)
    digest = ledger.digest()
    monkeypatch.setattr(ledger, "REPLAY_STEP", 3)
    ledger.replay()
    assert ledger.digest() == digest
