"""Deadlines of lessons, works and substitutions: who is late, from which minute on, and who is not."""

from __future__ import annotations

from datetime import date

import pytest

from sync_service.domain.policy import Rule
from sync_service.domain.problems import Code, message
from sync_service.domain.school import (
    AbsenceCode,
    CourseKind,
    Marking,
    PlanItem,
    StaffAbsence,
    Substitution,
    SubstitutionKind,
    Term,
    WorkType,
)
from sync_service.reconcile.rules import remarks
from sync_service.reconcile.rules.lessons import no_homework, no_topic, topic_differs, topic_elsewhere, unfilled
from sync_service.reconcile.rules.night import Addressee
from sync_service.reconcile.rules.substituted import given_although_away, left_open, not_given, unlogged
from sync_service.reconcile.rules.works import (
    at_an_edge,
    missed_works,
    too_close,
    too_many,
    two_a_day,
    without_marks,
)
from tests.reconcile.night_world import ALGEBRA, ANNA, BORIS, ENGLISH_1, ENGLISH_2, entry, fact, lesson, night, told

MONDAY = lesson(1, "10-05")


def silent(**changes: object):
    return lesson(1, "10-05", held=None, topic="", homework="", **changes)


@pytest.mark.parametrize(("now", "late"), [("10-05 18:00", False), ("10-05 18:01", True), ("10-04 23:00", False)])
def test_a_lesson_must_be_told_by_the_evening_of_its_day(now: str, late: bool) -> None:
    found = list(unfilled(night(now, [silent()])))
    assert bool(found) is late
    if late:
        (remark,) = found
        assert (remark.about, remark.to, remark.person) == ("c1", Addressee.TEACHER, "e01")
        assert remark.due is not None
        assert message(remark.problem) == (
            "Алгебра, урок 05.10: Урок не отмечен, срок 05.10 18:00. "
            "Поставьте «Проведён» да или нет, отметьте отсутствующих."
        )


def test_the_hour_is_that_of_the_rules_on_the_day_of_the_lesson() -> None:
    rules = (Rule("lesson_by", "23:00:00"), Rule("lesson_by", "12:00:00", since=date(2026, 10, 6)))
    lessons = [silent(), lesson(2, "10-06", held=None)]
    assert told(unfilled(night("10-05 22:00", lessons, rules=rules))) == []
    assert told(unfilled(night("10-06 13:00", lessons, rules=rules))) == [
        ("урок 05.10", "срок 05.10 23:00"), ("урок 06.10", "срок 06.10 12:00"),
    ]  # fmt: skip


def test_a_closed_quarter_asks_for_nothing() -> None:
    assert list(remarks(night("12-01 03:00", [silent()], closed={"9А": frozenset({Term.Q1})}))) == []
    assert list(unfilled(night("12-01 03:00", [silent()], closed={"8А": frozenset({Term.Q1})})))


def test_a_lesson_that_was_not_held_or_is_whole_asks_for_nothing() -> None:
    lessons = [MONDAY, lesson(2, "10-06", held=False, topic="", homework="")]
    assert remarks(night("10-07 03:00", lessons)) == ()


def test_a_held_lesson_without_topic_or_homework_is_late_by_the_evening() -> None:
    bare = lesson(1, "10-05", topic="", planned_topic="", homework="", planned_homework="")
    assert told(no_topic(night(lessons=[bare]))) == [("урок 05.10", "срок 05.10 18:00")]
    assert told(no_topic(night("10-05 17:00", lessons=[bare]))) == []
    # the last lesson of the class ends at 10:15, one hour more
    assert told(no_homework(night("10-05 11:16", [bare]))) == [("урок 05.10", "срок 05.10 11:15")]
    assert told(no_homework(night("10-05 11:15", [bare]))) == []
    odd = lesson(1, "10-05", slot=11, homework="")
    assert told(no_homework(night("10-05 17:01", [odd]))) == [("урок 05.10", "срок 05.10 17:00")]


@pytest.mark.parametrize(
    ("changes", "of"),
    [
        ({"homework": "—"}, {}),
        ({"planned_homework": ""}, {}),
        ({"held": None}, {}),
        ({}, {"grade": 1}),
        ({}, {"kind": CourseKind.CLUB}),
    ],
)
def test_homework_is_not_missed_where_none_is_expected(changes: dict[str, object], of: dict[str, object]) -> None:
    told_none = lesson(1, "10-05", **{"homework": "", **changes})
    assert list(no_homework(night(lessons=[told_none], courses=(fact(**of),)))) == []


def test_another_topic_than_the_plans_is_told_only_where_the_school_wants_it() -> None:
    other, same = lesson(1, "10-05", topic="Дроби"), lesson(2, "10-06", topic="«КОРНИ».")
    assert list(topic_differs(night("10-07 03:00", [other, same]))) == []
    (remark,) = topic_differs(night("10-07 03:00", [other, same], rules=(Rule("topic_as_planned", True),)))
    assert (remark.problem.read, remark.problem.detail, remark.due) == ("Дроби", "Корни", None)


def test_a_topic_of_another_classes_plan_that_is_in_no_row_of_the_own_is_told() -> None:
    theirs = fact("c9", school_class="8А")
    plan = tuple(
        PlanItem(course=course, seq=seq, topic=topic)
        for seq, (course, topic) in enumerate(
            [("c1", "Корни"), ("c1", "Повторение"), ("c9", "Проценты"), ("c9", "Повторение"), ("c7", "Степени")], 1
        )
    )
    strayed = lesson(1, "10-05", topic="Проценты.")
    own = lesson(2, "10-06", topic="Повторение")
    nowhere = lesson(3, "10-07", topic="Степени")  # in a plan of no course that is known
    told_not = lesson(4, "10-07", topic="Проценты", held=False)

    def found(courses=(ALGEBRA, theirs), *rules: Rule, rows=plan):
        lessons = [strayed, own, nowhere, told_not]
        return list(topic_elsewhere(night("10-08 03:00", lessons, courses=courses, rules=rules, office={"plan": rows})))

    (remark,) = found()
    assert (remark.problem.code, remark.problem.read, remark.problem.detail) == (
        Code.LESSON_TOPIC_ELSEWHERE, "Проценты.", "8А",
    )  # fmt: skip
    assert remark.person == "e01"
    assert found((ALGEBRA, fact("c9", "Геометрия", school_class="8А"))) == []  # another subject
    assert found((ALGEBRA, fact("c9"))) == []  # a group of the same class
    assert found((ALGEBRA, theirs), Rule("topic_as_planned", True)) == []  # asked already
    assert found(rows=tuple(item for item in plan if item.course != "c1")) == []  # without a plan nothing is wrong


def test_beside_holidays_homework_is_missed_as_the_school_has_it() -> None:
    before, after = lesson(1, "10-23", homework=""), lesson(2, "11-02", homework="")
    usual = lesson(3, "11-03", homework="")

    def missed(*rules: Rule) -> list[str]:
        office = night("11-03 18:00", [before, after, usual], rules=rules)
        return [who for who, _ in told(no_homework(office))]

    assert missed() == ["урок 23.10", "урок 02.11", "урок 03.11"]
    assert missed(Rule("homework_before_holidays", False)) == ["урок 02.11"]  # the 4th is a public holiday
    assert missed(Rule("homework_after_holidays", False)) == ["урок 23.10", "урок 03.11"]


# --- works ---


def test_a_work_has_marks_by_the_next_lesson_or_its_days() -> None:
    work, after = lesson(1, "10-05", work_type="КР"), lesson(2, "10-07")
    assert told(without_marks(night("10-07 18:00", [work, after]))) == []
    (remark,) = without_marks(night("10-07 18:01", [work, after]))
    assert (remark.problem.read, remark.problem.detail) == ("КР", "срок 07.10 18:00")
    assert told(without_marks(night("10-08 18:01", [work]))) == [("урок 05.10", "срок 08.10 18:00")]
    assert list(without_marks(night("10-09 18:01", [work, after], [entry(ANNA, work, 4)]))) == []
    assert list(without_marks(night("10-09 18:01", [lesson(1, "10-05", work_type="КР", held=None)]))) == []
    unmarked = (fact(marking=Marking.UNMARKED),)
    assert list(without_marks(night("10-09 18:01", [work], courses=unmarked))) == []
    essay = lesson(1, "10-05", work_type="Соч")
    assert told(without_marks(night("10-19 18:01", [essay, after]))) == [("урок 05.10", "срок 19.10 18:00")]


def test_who_was_away_from_an_assessment_owes_a_mark_or_a_point() -> None:
    work = lesson(1, "10-05", work_type="КР")
    away = [entry(ANNA, work, absence="б"), entry(BORIS, work, 4)]
    (remark,) = missed_works(night("10-09 03:00", [work], away))
    assert (remark.problem.place.who, remark.problem.read) == ("Аистова Анна, 05.10", "КР")
    assert list(missed_works(night("10-07 03:00", [work], away))) == []
    owed = entry(ANNA, work, absence="н", debt=True)
    for paid in (entry(ANNA, work, 3, absence="н"), owed, entry(ANNA, work, absence="оп")):
        assert list(missed_works(night("10-09 03:00", [work], [paid]))) == []
    essay = lesson(1, "10-05", work_type="Соч")
    assert list(missed_works(night("11-09 03:00", [essay], [entry(ANNA, essay, absence="б")]))) == []


def of_minutes(**minutes: int | None) -> dict[str, object]:
    """Kinds of works that the school calls neither yes nor no, by their usual minutes."""
    return {"work_types": tuple(WorkType(short=short, title=short, minutes=n) for short, n in minutes.items())}


def test_a_work_of_any_kind_is_an_assessment_from_the_minutes_that_the_rules_name() -> None:
    one_hour, works = (fact(hours_per_week=1),), [lesson(n, f"09-{n:02}", work_type="СР") for n in (1, 2, 3, 4)]
    for minutes, found in ((30, [("", "4, можно 3")]), (29, []), (None, [])):
        kinds = of_minutes(СР=minutes)
        assert told(too_many(night(lessons=works, courses=one_hour, facts=kinds))) == found
    stricter = (Rule("assessment_minutes", 20),)
    kinds = of_minutes(СР=29)
    assert told(too_many(night(lessons=works, courses=one_hour, facts=kinds, rules=stricter))) == [("", "4, можно 3")]
    for said, found in ((False, []), (True, [("", "4, можно 3")])):
        kinds = {"work_types": (WorkType(short="СР", title="СР", minutes=29 if said else 45, assessment=said),)}
        assert told(too_many(night(lessons=works, courses=one_hour, facts=kinds))) == found


def test_who_was_away_from_a_long_work_of_any_kind_owes_it_after_its_term() -> None:
    work = lesson(1, "10-05", work_type="СР")
    away = [entry(ANNA, work, absence="н")]
    assert list(missed_works(night("10-09 03:00", [work], away, facts=of_minutes(СР=20)))) == []
    (remark,) = missed_works(night("10-09 03:00", [work], away, facts=of_minutes(СР=40)))
    assert told([remark]) == [("Аистова Анна, 05.10", "срок 08.10 18:00")]


def test_works_to_come_count_as_the_plan_has_them_while_they_can_still_be_moved() -> None:
    courses = (ALGEBRA, ENGLISH_1)
    coming = [lesson(7, "10-12", held=None), lesson(3, "10-12", "c2", slot=3, held=None)]
    plan = (
        PlanItem(course="c1", seq=7, topic="Итоги", control="КР"),
        PlanItem(course="c2", seq=3, topic="Итоги", control="КР"),
    )
    before = lesson(1, "10-01", work_type="КР")
    there = night(lessons=[before, *coming], courses=courses, office={"plan": plan})
    assert told(two_a_day(there)) == [("12.10", "Алгебра, Английский")]
    assert told(too_close(there)) == [("урок 12.10", "01.10, прошло 11")]
    assert told(at_an_edge(there))[1:] == [("урок 12.10", "2-й урок"), ("урок 12.10", "3-й урок")]
    other = [coming[0], lesson(3, "10-12", "c2", slot=3, held=None, work_type="Соч")]  # the teacher has said otherwise
    assert told(two_a_day(night(lessons=other, courses=courses, office={"plan": plan}))) == []
    over = night("10-13 03:00", lessons=coming, courses=courses, office={"plan": plan})
    assert told(two_a_day(over)) == []  # of a lesson that is over only its teacher can tell


def test_two_subjects_may_not_assess_a_class_on_one_day() -> None:
    courses = (ALGEBRA, ENGLISH_1, ENGLISH_2)
    groups = [lesson(1, "10-12", "c2", work_type="КР"), lesson(1, "10-12", "c3", work_type="КР")]
    assert list(two_a_day(night(lessons=groups, courses=courses))) == []
    three = [*groups, lesson(1, "10-12", work_type="КР"), lesson(2, "10-13", work_type="Соч")]
    (remark,) = two_a_day(night(lessons=three, courses=courses))
    assert (remark.about, remark.to, remark.person) == ("9А", Addressee.DEPUTY, "")
    assert told([remark]) == [("12.10", "Алгебра, Английский")]
    allowed = (Rule("assessments_a_day", 2),)
    assert list(two_a_day(night(lessons=three, courses=courses, rules=allowed))) == []


def test_an_assessment_is_neither_first_nor_last_unless_the_subject_has_one_hour() -> None:
    day = [lesson(n, "10-12", slot=n) for n in (1, 2, 3)]
    first, middle, last = (lesson(n, "10-12", slot=n, work_type="КР") for n in (1, 2, 3))
    assert told(at_an_edge(night(lessons=[first, *day[1:]]))) == [("урок 12.10", "1-й урок")]
    assert told(at_an_edge(night(lessons=[*day[:2], last]))) == [("урок 12.10", "3-й урок")]
    assert told(at_an_edge(night(lessons=[day[0], middle, day[2]]))) == []
    assert told(at_an_edge(night(lessons=[first, *day[1:]], courses=(fact(hours_per_week=1),)))) == []
    club = (fact(kind=CourseKind.CLUB),)
    assert told(at_an_edge(night(lessons=[middle], courses=club))) == []


def test_assessments_of_a_course_keep_their_distance() -> None:
    works = [lesson(n, day, work_type="КР") for n, day in ((1, "09-07"), (2, "09-24"), (3, "10-12"), (4, "10-12"))]
    assert told(too_close(night(lessons=works))) == [("урок 24.09", "07.09, прошло 17")]
    assert told(too_close(night(lessons=works, rules=(Rule("assessment_gap_days", 17),)))) == []


def test_a_year_has_no_more_assessments_than_its_share_in_the_log_or_in_the_plan() -> None:
    one_hour = (fact(hours_per_week=1),)
    works = [lesson(n, f"09-{n:02}", work_type="КР") for n in (1, 2, 3, 4)]
    assert told(too_many(night(lessons=works[:3], courses=one_hour))) == []
    assert told(too_many(night(lessons=works, courses=one_hour))) == [("", "4, можно 3")]
    plan = tuple(PlanItem(course="c1", seq=n, topic="Тема", control="КР" if n < 6 else "Соч") for n in range(1, 9))
    assert told(too_many(night(courses=one_hour, office={"plan": plan}))) == [("", "5, можно 3")]


# --- substitutions ---


def away(kind: SubstitutionKind, substitute: str | None = None) -> dict[str, object]:
    one = Substitution(
        date=date(2026, 10, 5), slot=2, school_class="9А", subject="Алгебра", absent="e01", kind=kind,
        substitute=substitute,
    )  # fmt: skip
    return {"substitutions": (one,)}


def test_a_substitute_is_asked_about_the_lesson_and_its_teacher_is_not() -> None:
    said = away(SubstitutionKind.REPLACED, "e03")
    assert list(unfilled(night(lessons=[silent()], office=said))) == []
    (remark,) = not_given(night(lessons=[silent()], office=said))
    assert (remark.person, remark.problem.detail) == ("e03", "срок 05.10 18:00")
    assert list(not_given(night("10-05 17:00", lessons=[silent()], office=said))) == []
    assert list(not_given(night(lessons=[MONDAY], office=said))) == []
    bare = lesson(1, "10-05", topic="", homework="")
    asked = night(lessons=[bare], office=said)
    assert [remark.person for remark in (*no_topic(asked), *no_homework(asked))] == ["e03", "e03"]


def test_a_lesson_missed_by_the_log_of_substitutions_was_not_held() -> None:
    for kind in (SubstitutionKind.MISSED, SubstitutionKind.MOVED):
        (remark,) = given_although_away(night(lessons=[MONDAY], office=away(kind)))
        assert (remark.to, remark.problem.detail) == (Addressee.DEPUTY, kind.value)
        assert list(given_although_away(night(lessons=[silent()], office=away(kind)))) == []
        assert list(not_given(night(lessons=[silent()], office=away(kind)))) == []
    assert list(given_although_away(night(lessons=[MONDAY], office=away(SubstitutionKind.MERGED, "e02")))) == []


def test_a_lesson_not_held_stands_in_the_log_of_substitutions_where_the_school_keeps_one() -> None:
    dropped = lesson(2, "10-05", slot=4, held=False)
    (remark,) = unlogged(night(lessons=[MONDAY, dropped], office=away(SubstitutionKind.MISSED)))
    assert remark.problem.code is Code.SUBSTITUTION_UNLOGGED
    assert list(unlogged(night(lessons=[dropped]))) == []


def test_a_lesson_of_an_absent_teacher_must_stand_in_the_log_of_substitutions() -> None:
    ill = StaffAbsence(employee="e01", start=date(2026, 10, 5), end=date(2026, 10, 6), code=AbsenceCode.ILLNESS)
    lessons = [silent(), lesson(2, "10-06", held=None), lesson(3, "10-07", held=None)]
    found = list(left_open(night(lessons=lessons, office={"absences": (ill,)})))
    assert told(found) == [("урок 05.10", "Громова О., Б"), ("урок 06.10", "Громова О., Б")]  # also tomorrow's
    assert {remark.to for remark in found} == {Addressee.DEPUTY}
    closed = night(lessons=lessons, office={"absences": (ill,)} | away(SubstitutionKind.MISSED))
    assert told(left_open(closed)) == [("урок 06.10", "Громова О., Б")]
    assert list(left_open(night(lessons=lessons, office=away(SubstitutionKind.MISSED)))) == []


def test_a_lesson_held_while_its_teacher_was_away_was_given_by_nobody_knows_whom() -> None:
    ill = {"absences": (StaffAbsence(employee="e01", start=date(2026, 10, 5), end=date(2026, 10, 6), code="Б"),)}
    (remark,) = left_open(night(lessons=[MONDAY], office=ill))
    assert (remark.problem.code, remark.to) == (Code.SUBSTITUTION_NOBODY, Addressee.DEPUTY)
    assert list(left_open(night(lessons=[MONDAY], office=ill | away(SubstitutionKind.REPLACED, "e02")))) == []


def test_everything_of_a_night_stands_in_one_order_whatever_came_first() -> None:
    lessons = [silent(), lesson(2, "10-06", held=None, homework=""), lesson(3, "10-06", slot=5, topic="", homework="")]
    stray = lesson(1, "10-06", "c8", held=None)  # of a course that is not asked about
    forth, back = (remarks(night("10-07 03:00", there)) for there in ([*lessons, stray], [stray, *lessons[::-1]]))
    assert forth == back
    assert [(remark.problem.code, remark.problem.place.who) for remark in forth] == [
        (Code.LESSON_NO_HOMEWORK, "урок 06.10"), (Code.LESSON_NO_TOPIC, "урок 06.10"),
        (Code.LESSON_UNFILLED, "урок 05.10"), (Code.LESSON_UNFILLED, "урок 06.10"),
    ]  # fmt: skip
