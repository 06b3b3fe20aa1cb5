"""What a pupil's line, a class's day and a course's plan tell by night; and changes that come late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from sync_service.domain.journal import FinalFact
from sync_service.domain.policy import Rule
from sync_service.domain.problems import Code
from sync_service.domain.school import CourseKind, Marking, PlanItem, PupilStatus, SchoolClass, Term, TimetableRow
from sync_service.domain.slots import LessonField, Slot, entry_slot, lesson_slot
from sync_service.reconcile.rules import Night
from sync_service.reconcile.rules.corrections import corrected, homework_corrected
from sync_service.reconcile.rules.load import homework_of_a_day, plan_hours, plan_lag, week_hours
from sync_service.reconcile.rules.night import Addressee, Correction
from sync_service.reconcile.rules.pupils import (
    debts,
    few_marks,
    finals_missing,
    missed_month,
    misses_in_row,
    reasons_missing,
    twos_in_row,
)
from tests.domain.samples import YEAR, hour
from tests.reconcile.night_world import (
    ALGEBRA,
    ANNA,
    BORIS,
    ENGLISH_1,
    ENGLISH_2,
    ZONE,
    entry,
    fact,
    lesson,
    night,
    told,
)

MONDAY = lesson(1, "10-05")
WEEK = [lesson(n, f"10-{4 + n:02}") for n in (1, 2, 3, 4, 5)]


def test_the_class_teacher_gives_reasons_by_friday_evening() -> None:
    twice = [MONDAY, lesson(2, "10-05", slot=3)]
    entries = [entry(ANNA, one, absence="н") for one in twice] + [entry(BORIS, MONDAY, absence="б")]
    assert list(reasons_missing(night("10-09 18:00", twice, entries))) == []
    (remark,) = reasons_missing(night("10-09 18:01", twice, entries))
    assert (remark.about, remark.to, remark.person) == ("9А", Addressee.CLASS_TEACHER, "e09")
    assert told([remark]) == [("Аистова Анна, 05.10", "срок 09.10 18:00")]
    assert list(reasons_missing(night("10-10 03:00", twice, entries, courses=(fact(kind=CourseKind.CLUB),)))) == []
    assert list(reasons_missing(night("10-10 03:00", twice, entries, pupils=(BORIS,)))) == []
    in_hospital = replace(ANNA, states=((PupilStatus.LONG_ILLNESS, date(2026, 10, 5), None),))
    assert list(reasons_missing(night("10-10 03:00", twice, entries, pupils=(in_hospital, BORIS)))) == []


def test_the_reason_is_asked_of_the_class_that_the_pupil_was_in_on_the_day() -> None:
    moved = replace(
        ANNA, school_class="9Б", classes=(("9А", YEAR.start, date(2026, 10, 6)), ("9Б", date(2026, 10, 6), None)),
    )  # fmt: skip
    entries = [entry(ANNA, one, absence="н") for one in WEEK[:2]]
    found = reasons_missing(night("10-10 03:00", WEEK, entries, pupils=(moved,)))
    assert [(remark.about, remark.problem.place.who) for remark in found] == [
        ("9А", "Аистова Анна, 05.10"), ("9Б", "Аистова Анна, 06.10"),
    ]  # fmt: skip


def test_a_debt_is_told_when_it_is_old() -> None:
    owed = [entry(ANNA, MONDAY, debt=True), entry(BORIS, MONDAY, 3, debt=True)]
    assert told(debts(night("10-19 03:00", [MONDAY], owed))) == []
    assert told(debts(night("10-20 03:00", [MONDAY], owed))) == [("Аистова Анна, 05.10", "")]
    gone = replace(ANNA, left=date(2026, 10, 10))
    assert told(debts(night("10-20 03:00", [MONDAY], owed, pupils=(gone, BORIS)))) == []


def test_a_debt_is_told_before_the_marks_of_its_quarter_are_due_for_then_it_is_too_late() -> None:
    late = lesson(9, "10-15")
    owed = [entry(ANNA, late, debt=True)]
    assert told(debts(night("10-21 18:00", [late], owed))) == []
    assert told(debts(night("10-21 18:01", [late], owed))) == [("Аистова Анна, 15.10", "")]
    assert told(debts(night("11-09 03:00", [late], owed))) == [("Аистова Анна, 15.10", "")]  # the quarter is over
    closed = {"9А": frozenset({Term.Q1})}
    assert told(debts(night("11-09 03:00", [late], owed, closed=closed))) == []


@pytest.mark.parametrize("paid", [{"marks": (4,)}, {"marks": (5,), "absence": "н"}])
def test_a_debt_is_over_once_a_mark_stands_there(paid: dict) -> None:
    cell = entry(ANNA, MONDAY, *paid["marks"], absence=paid.get("absence", ""))
    assert told(debts(night("10-20 03:00", [MONDAY], [cell]))) == []


def test_twos_in_a_row_are_told_until_a_better_mark() -> None:
    twos = [entry(ANNA, one, 2) for one in WEEK[1:4]]
    before = entry(ANNA, WEEK[0], 4)
    assert told(twos_in_row(night("10-09 03:00", WEEK[:3], [before, *twos]))) == []
    assert told(twos_in_row(night("10-09 03:00", WEEK[:4], [before, *twos]))) == [("Аистова Анна, Алгебра", "3")]
    assert told(twos_in_row(night("10-10 03:00", WEEK, [before, *twos]))) == [("Аистова Анна, Алгебра", "3")]
    assert told(twos_in_row(night("10-10 03:00", WEEK, [before, *twos, entry(ANNA, WEEK[4], 3)]))) == []
    unmarked = (fact(marking=Marking.UNMARKED),)
    assert told(twos_in_row(night("10-09 03:00", WEEK, [*twos], courses=unmarked))) == []


def test_misses_in_a_row_name_the_course_with_the_longest_run_until_the_pupil_comes() -> None:
    english = [lesson(n, f"10-{4 + n:02}", "c2", slot=5) for n in (1, 2, 3, 4)]
    entries = [entry(ANNA, one, absence="н") for one in (*WEEK[1:4], *english)]
    both = (ALGEBRA, ENGLISH_1, fact("c9", "Кружок", kind=CourseKind.CLUB))
    there = night("10-08 20:00", [*WEEK, *english], entries, courses=both)
    assert told(misses_in_row(there)) == [("Аистова Анна, Английский 1 гр.", "4")]
    assert told(misses_in_row(night("10-10 03:00", WEEK, entries))) == []  # came on Friday
    ill = [entry(ANNA, one, absence="б") for one in WEEK]
    assert told(misses_in_row(night("10-10 03:00", WEEK, ill))) == []


def test_a_third_of_last_month_missed_is_told_to_the_deputy() -> None:
    lessons = [lesson(n, f"09-{n:02}") for n in range(1, 11)] + [MONDAY]
    entries = [entry(ANNA, one, absence="б") for one in lessons[:3]]
    entries += [entry(BORIS, one, absence="б") for one in (*lessons[:2], MONDAY)]
    (remark,) = missed_month(night("10-06 03:00", lessons, entries))
    assert told([remark]) == [("Аистова Анна, 09.2026", "30 %")]
    assert (remark.about, remark.to) == ("9А", Addressee.DEPUTY)
    assert list(missed_month(night("09-30 03:00", lessons, entries))) == []
    assert list(missed_month(night("10-06 03:00", lessons, entries, courses=(fact(kind=CourseKind.CLUB),)))) == []


def test_marks_brought_from_another_class_count_for_the_quarter_mark() -> None:
    other = fact("c7", "Алгебра", school_class="9Б")
    elsewhere = [lesson(n, f"09-{n:02}", "c7") for n in (1, 2, 3, 4)]
    entries = [entry(ANNA, one, 4) for one in (*elsewhere, *WEEK[:3])]
    few = night("10-11 03:00", [*WEEK, *elsewhere], entries, courses=(ALGEBRA, other), pupils=(ANNA,))
    assert told(few_marks(few)) == []
    assert told(few_marks(replace(few, facts=replace(few.facts, courses=(ALGEBRA,))))) == [
        ("I четверть", "учеников: 1, нужно 7")
    ]


def final(value: str, pupil: str = "PANNA") -> dict[str, object]:
    return {"finals": (FinalFact(pupil, "c1", Term.Q1, value),)}


def test_as_a_quarter_ends_few_marks_are_told_and_na_is_offered_for_many_misses() -> None:
    entries = [entry(ANNA, WEEK[0], 4, 5)] + [entry(BORIS, one, absence="б") for one in WEEK[:3]]
    assert told(few_marks(night("10-10 03:00", WEEK, entries))) == []  # 25.10 is more than two weeks away
    found = list(few_marks(night("10-11 03:00", WEEK, entries)))
    assert [(remark.problem.code, *told([remark])[0]) for remark in found] == [
        (Code.FINAL_SUGGEST_NA, "Бобров Борис, I четверть", "пропущено 3 из 5"),
        (Code.FINAL_FEW_MARKS, "I четверть", "учеников: 1, нужно 7"),
    ]
    done = night("10-24 03:00", WEEK, entries, facts=final("н/а", "PBORS"))
    assert told(few_marks(done)) == [("I четверть", "учеников: 1, нужно 7")]
    marked = night("10-24 03:00", WEEK, entries, facts=final("3", "PBORS"))
    assert told(few_marks(marked)) == [("I четверть", "учеников: 2, нужно 7")]
    enough = night("10-24 03:00", WEEK, entries, rules=(Rule("marks_at_3_hours", 2),), pupils=(ANNA,))
    assert told(few_marks(enough)) == []
    closed = night("10-24 03:00", WEEK, entries, closed={"9А": frozenset({Term.Q1})})
    assert told(few_marks(closed)) == []


def test_quarter_marks_stand_two_school_days_before_the_end() -> None:
    assert told(finals_missing(night("10-21 18:00", WEEK))) == []
    (remark,) = finals_missing(night("10-21 18:01", WEEK))
    assert told([remark]) == [("I четверть", "учеников: 2, срок 21.10")]
    assert remark.due == datetime(2026, 10, 21, 18, tzinfo=ZONE)
    assert told(finals_missing(night("10-22 03:00", WEEK, facts=final("5"), pupils=(ANNA,)))) == []
    assert told(finals_missing(night("10-22 03:00", WEEK, courses=(fact(marking=Marking.UNMARKED),)))) == []


def test_a_quarter_that_ends_in_a_pass_is_asked_for_too_but_not_of_supplementary_education() -> None:
    passed = fact(marking=Marking.PASS_FAIL)
    assert len(told(finals_missing(night("10-22 03:00", WEEK, courses=(passed,))))) == 1
    assert told(few_marks(night("10-22 03:00", WEEK, courses=(passed,)))) == []
    assert told(finals_missing(night("10-22 03:00", WEEK, facts=final("зач"), courses=(passed,), pupils=(ANNA,)))) == []
    supplementary = fact(marking=Marking.PASS_FAIL, kind=CourseKind.SUPPLEMENTARY)
    assert told(finals_missing(night("10-22 03:00", WEEK, courses=(supplementary,)))) == []


# --- load ---


def test_homework_of_a_day_is_summed_over_subjects_but_not_over_groups() -> None:
    english = [lesson(1, "10-06", code, minutes=40, homework_due=date(2026, 10, 8)) for code in ("c2", "c3")]
    algebra = [lesson(1, "10-06", minutes=180), lesson(2, "10-08", homework="—")]
    courses = (ALGEBRA, ENGLISH_1, ENGLISH_2)
    (remark,) = homework_of_a_day(night("10-07 03:00", [*english, *algebra], courses=courses))
    assert told([remark]) == [("на 08.10", "220 мин, можно 210")]
    assert remark.person == "e09"
    assert told(homework_of_a_day(night("10-09 03:00", [*english, *algebra], courses=courses))) == []  # the day is over
    assert told(homework_of_a_day(night("10-07 03:00", algebra, courses=courses))) == []
    assert told(homework_of_a_day(night("10-07 03:00", algebra, courses=(fact(kind=CourseKind.CLUB),)))) == []


def test_the_first_grade_has_no_homework_at_all() -> None:
    set_it = [lesson(1, "10-06", homework="Прописи"), lesson(2, "10-08", homework="")]
    first = (fact(grade=1),)
    assert told(homework_of_a_day(night("10-07 03:00", set_it, courses=first))) == [("на 08.10", "0 мин, можно 0")]
    allowed = (Rule("grade1_homework", True),)
    assert told(homework_of_a_day(night("10-07 03:00", set_it, courses=first, rules=allowed))) == []


def timetable(hours: int, since: date = date(2026, 9, 1)) -> tuple[TimetableRow, ...]:
    return tuple(hour(1 + n % 5, 1 + n // 5, since, "c1") for n in range(hours))


def test_a_class_has_no_more_hours_a_week_than_its_grade_may() -> None:
    assert told(week_hours(night(office={"timetable": timetable(33)}))) == []
    (remark,) = week_hours(night(office={"timetable": timetable(34)}))
    assert told([remark]) == [("расписание", "34, можно 33")]
    groups = (*timetable(33), *(row.model_copy(update={"course": "c2"}) for row in timetable(33)))
    assert told(week_hours(night(office={"timetable": groups}, courses=(ALGEBRA, ENGLISH_1)))) == []
    later = (*timetable(34), *timetable(10, date(2026, 10, 1)), *timetable(36, date(2026, 11, 1)))
    assert told(week_hours(night(office={"timetable": later}))) == []
    over = night(office={"timetable": timetable(34)})
    (course,) = over.directory.courses
    gone = over.directory.model_copy(update={"courses": (course.model_copy(update={"until": date(2026, 9, 30)}),)})
    assert told(week_hours(replace(over, directory=gone))) == []


def plan(rows: int) -> tuple[PlanItem, ...]:
    return tuple(PlanItem(course="c1", seq=n, topic="Тема") for n in range(1, rows + 1))


def test_lessons_lost_by_the_end_of_a_month_are_a_lag() -> None:
    lost = [lesson(n, f"09-{n:02}", held=False) for n in (1, 2, 3)] + [lesson(4, "10-01", held=False)]
    assert told(plan_lag(night("10-06 03:00", lost, office={"plan": plan(9)}))) == [("на 30.09", "уроков: 3")]
    assert told(plan_lag(night("10-06 03:00", lost[1:], office={"plan": plan(9)}))) == []
    assert told(plan_lag(night("10-06 03:00", lost))) == []  # no plan, no lag


@pytest.mark.parametrize(("rows", "told_as"), [(33, []), (32, [("КТП", "тем 32, уроков 35")]), (0, [])])
def test_a_plan_has_as_many_topics_as_the_year_has_lessons(rows: int, told_as: list[tuple[str, str]]) -> None:
    office: dict[str, object] = {"timetable": timetable(1), "plan": plan(rows)}
    made = night(office=office)
    assert told(plan_hours(made)) == told_as
    assert told(plan_hours(replace(made, directory=made.directory.model_copy(update={"courses": ()})))) == []


@pytest.mark.parametrize(("rows", "told_as"), [(35, []), (32, [("КТП", "тем 32, уроков 35")])])
def test_of_teachers_one_after_another_the_last_is_asked_about_the_whole_plan(
    rows: int, told_as: list[tuple[str, str]]
) -> None:
    made = night(office={"timetable": timetable(1)})
    (course, *_) = made.directory.courses
    until, since = date(2026, 12, 31), date(2027, 1, 1)
    later = course.model_copy(update={"code": "c9", "teacher": "e9", "since": since})
    (known, *_) = made.facts.courses
    both = made.directory.model_copy(update={
        "courses": (course.model_copy(update={"until": until}), later),
        "timetable": tuple(
            row.model_copy(update={"course": code}) for row in made.directory.timetable for code in (course.code, "c9")
        ),
        "plan": tuple(item.model_copy(update={"course": code}) for item in plan(rows) for code in (course.code, "c9")),
    })  # fmt: skip
    facts = replace(made.facts, courses=(known, replace(known, code="c9", teacher="e9")))
    remarks = list(plan_hours(replace(made, directory=both, facts=facts)))
    assert told(remarks) == told_as
    assert {remark.about for remark in remarks} <= {"c9"}


def test_the_deputy_needs_no_class_teacher() -> None:
    nobody = night("10-10 03:00", [MONDAY], [entry(ANNA, MONDAY, absence="н")], office={"classes": ()})
    (remark,) = reasons_missing(nobody)
    assert remark.person == ""
    assert isinstance(nobody, Night)
    assert SchoolClass(code="9А", grade=9, teacher="e09") not in nobody.directory.classes


# --- corrections ---


def change(old: str, new: str, at: str, since: str = "10-05 18:00", slot: Slot | None = None) -> Correction:
    was, became = (datetime.fromisoformat(f"2026-{day}").replace(tzinfo=ZONE) for day in (since, at))
    return Correction(slot or entry_slot("PANNA", "c1.001"), old, new, became, was)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (change("3", "5", "10-12 23:59"), Code.ENTRY_CORRECTED),
        (change("4/2", "4/4", "10-12 12:00"), Code.ENTRY_CORRECTED),
        (change("3", "5", "10-12 12:05", since="10-12 12:00"), Code.ENTRY_CORRECTED),
        (change("4", "5", "10-12 23:59"), Code.ENTRY_CORRECTED_SHOWN),
        (change("4", "", "10-12 12:00"), Code.ENTRY_CORRECTED_SHOWN),
        (change("4", "5", "10-06 23:59", since="10-06 00:01"), None),  # nobody has seen it for an evening
        (change("4", "4/5", "10-12 12:00"), None),  # a second mark takes nothing back
        (change("н", "5", "10-12 12:00"), None),
        (change("4", "5", "10-13 00:00"), Code.ENTRY_LATE_EDIT),
        (change("3", "5", "10-13 00:00"), Code.ENTRY_LATE_EDIT),
        (change("4", "", "10-13 12:00"), Code.ENTRY_LATE_EDIT),
        (change("4", "", "10-06 02:00"), None),  # more than a week ago
        (replace(change("2", "5", "10-12 12:00"), explained=True), None),
        (change("2", "5", "10-12 12:00", slot=entry_slot("PNONE", "c1.001")), None),
        (change("2", "5", "10-12 12:00", slot=entry_slot("PANNA", "c7.001")), None),
    ],
)
def test_a_late_a_large_and_a_seen_change_is_told_for_a_week(change: Correction, code: Code | None) -> None:
    evening = night("10-13 14:00", [MONDAY], corrections=(change,))
    found = list(corrected(evening))
    assert [remark.problem.code for remark in found] == ([] if code is None else [code])
    if found and change.new:
        assert told(found) == [("Аистова Анна, 05.10", f"было «{change.old}», стало «{change.new}»")]
    assert list(homework_corrected(evening)) == []


def test_a_school_may_let_marks_be_changed_that_families_have_seen() -> None:
    asked = night(
        "10-13 14:00", [MONDAY], corrections=(change("4", "5", "10-12 23:59"),), rules=(Rule("reason_next_day", False),)
    )
    assert list(corrected(asked)) == []


def test_homework_changed_after_its_term_is_told() -> None:
    text, due = (lesson_slot("c1.001", field) for field in (LessonField.HOMEWORK, LessonField.HOMEWORK_DUE))
    late = (
        change("№ 5", "№ 7", "10-13 00:00", slot=text),
        change("2026-10-07", "", "10-13 00:00", slot=due),
        change("№ 5", "№ 6", "10-12 23:59", slot=text),
        change("№ 5", "№ 6", "10-13 00:00", slot=lesson_slot("c7.001", LessonField.HOMEWORK)),
    )
    evening = night("10-13 14:00", [MONDAY], corrections=late)
    found = list(homework_corrected(evening))
    assert told(found) == [("урок 05.10", "было «№ 5», стало «№ 7»"), ("урок 05.10", "было «07.10.2026»")]
    assert {(remark.problem.code, remark.person) for remark in found} == {(Code.HOMEWORK_LATE_EDIT, "e01")}
    assert list(corrected(evening)) == []
    longer = night("10-13 14:00", [MONDAY], corrections=late, rules=(Rule("homework_edit_days", 30),))
    assert list(homework_corrected(longer)) == []
