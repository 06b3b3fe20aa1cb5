"""The timesheet, day by day: what is worked, what is off, what was given for others, each counted by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from sync_service.domain.journal import LessonFact
from sync_service.domain.school import (
    AbsenceCode,
    Course,
    CourseKind,
    Directory,
    Employee,
    Marking,
    School,
    StaffAbsence,
    Substitution,
    SubstitutionKind,
    WorkingDay,
)
from sync_service.domain.timesheet import Line, Total, substitution_code, timesheet
from tests.domain.samples import YEAR, hour

ANNA, BORIS = "e01", "e02"
MONDAY = date(2026, 10, 5)


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def course(code: str, teacher: str, grade: int = 9, **more: object) -> Course:
    said: dict = {
        "code": code, "title": code, "school_class": f"{grade}А", "grade": grade, "subject": code, "teacher": teacher,
        "marking": Marking.POINTS, "hours_per_week": Decimal(3), "since": YEAR.start,
    }  # fmt: skip
    return Course(**(said | more))


def directory(**changes: object) -> Directory:
    """Anna has «alg» on Mondays 1, 2 and Wednesdays 1; Boris «abc» in grade 2 on Mondays 3 and «day» on Tuesdays 5."""
    said = Directory(
        school=School(title="Школа", director="", deputy=""), year=YEAR, bells=(),
        employees=(Employee(code=ANNA, last="А", first="А"), Employee(code=BORIS, last="Б", first="Б"),
                   Employee(code="e03", last="В", first="В")),
        subjects=(), classes=(),
        courses=(course("alg", ANNA), course("abc", BORIS, 2), course("day", BORIS, 1, kind=CourseKind.EXTENDED_DAY)),
        timetable=(hour(1, 1, course="alg"), hour(1, 2, course="alg"), hour(3, 1, course="alg"),
                   hour(1, 3, course="abc"), hour(2, 5, course="day")),
        plan=(), work_types=(),
    )  # fmt: skip
    return said.model_copy(update=changes)


def gone(code: str, slot: int, kind: SubstitutionKind, by: str | None = None, on: date = MONDAY) -> Substitution:
    absent, grade = {"alg": (ANNA, 9), "abc": (BORIS, 2), "day": (BORIS, 1)}[code]
    return Substitution(
        date=on, slot=slot, school_class=f"{grade}А", subject=code, absent=absent, kind=kind, substitute=by
    )


def held(code: str, slot: int, on: date = MONDAY, said: bool | None = True, **more: object) -> LessonFact:
    return LessonFact(
        key=f"{code}.{slot}", course=code, seq=1, date=on, slot=slot, held=said, topic="", homework="",
        homework_due=None, minutes=None, work_type="", planned_topic="", planned_homework="", held_at=None,
        topic_at=None, homework_at=None, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def away(code: AbsenceCode, start: str, end: str, employee: str = ANNA) -> StaffAbsence:
    return StaffAbsence(employee=employee, start=day(start), end=day(end), code=code)


def sheet(school: Directory, *lessons: LessonFact, month: int = 10) -> dict[str, Line]:
    start = date(2026, month, 1)
    end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {line.employee: line for line in timesheet(school, lessons, start, end)}


def told(line: Line, on: str) -> list[tuple[str, int]]:
    return [tuple(mark) for mark in next(one for one in line.days if one.date == day(on)).marks]


def test_a_day_has_the_hours_of_load_and_timetable_and_a_weekend_is_off() -> None:
    anna = sheet(directory())[ANNA]
    assert [told(anna, one) for one in ("10-05", "10-06", "10-07", "10-10")] == [
        [("Ф", 2)], [], [("Ф", 1)], [("В", 0)],
    ]  # fmt: skip
    assert len(anna.days) == 31


def test_in_the_vacations_of_the_pupils_a_teacher_works_and_on_a_public_holiday_does_not() -> None:
    assert told(sheet(directory())[ANNA], "10-26") == [("Ф", 2)]
    november = sheet(directory(), month=11)[ANNA]
    assert (told(november, "11-04"), told(november, "11-11")) == ([("В", 0)], [("Ф", 1)])


def test_a_working_saturday_is_a_day_of_work_by_the_timetable_it_names() -> None:
    saturday = WorkingDay(day=day("10-10"), weekday=1, title="по расписанию понедельника")
    year = directory().year.model_copy(update={"working_days": (saturday,)})
    anna = sheet(directory(year=year))[ANNA]
    assert [told(anna, one) for one in ("10-10", "10-17")] == [[("Ф", 2)], [("В", 0)]]


def test_a_new_timetable_and_a_course_that_ends_hold_from_their_day_on() -> None:
    rows = (*directory().timetable, hour(1, 4, since=day("10-12"), course="alg"))
    ends = (course("alg", ANNA, until=day("10-18")),)
    anna = sheet(directory(timetable=rows, courses=ends))[ANNA]
    assert [told(anna, one) for one in ("10-05", "10-12", "10-19")] == [[("Ф", 2)], [("Ф", 1)], []]


def test_an_absence_has_its_code_and_the_hours_that_were_not_given() -> None:
    anna = sheet(directory(absences=(away(AbsenceCode.TRIP, "10-03", "10-05"),)))[ANNA]
    assert [told(anna, one) for one in ("10-03", "10-05", "10-07")] == [[("В", 0)], [("К", 2)], [("Ф", 1)]]


def test_illness_and_leave_are_counted_in_calendar_days_but_a_holiday_is_no_day_of_leave() -> None:
    ill = sheet(directory(absences=(away(AbsenceCode.ILLNESS, "10-30", "11-04"),)), month=11)[ANNA]
    assert [told(ill, one) for one in ("11-01", "11-02", "11-04")] == [[("Б", 0)], [("Б", 2)], [("Б", 0)]]
    leave = sheet(directory(absences=(away(AbsenceCode.LEAVE, "10-30", "11-04"),)), month=11)[ANNA]
    assert [told(leave, one) for one in ("11-01", "11-02", "11-04")] == [[("О", 0)], [("О", 2)], [("В", 0)]]


def test_a_substitution_counts_for_both_when_the_journal_says_so_too() -> None:
    school = directory(substitutions=(gone("alg", 1, SubstitutionKind.REPLACED, BORIS),))
    both = sheet(school, held("alg", 1))
    assert (told(both[ANNA], "10-05"), told(both[BORIS], "10-05")) == ([("Ф", 1)], [("Ф", 1), ("ЗС", 1)])
    for said in (None, False):
        doubted = sheet(school, held("alg", 1, said=said))
        assert (told(doubted[ANNA], "10-05"), told(doubted[BORIS], "10-05")) == ([("Ф", 1)], [("Ф", 1)])
    assert told(sheet(school)[BORIS], "10-05") == [("Ф", 1)]


@pytest.mark.parametrize(("code", "slot", "on", "paid"), [("abc", 3, "10-05", "ЗН"), ("day", 5, "10-06", "ЗП")])
def test_the_code_of_a_substitution_goes_by_grade_and_kind(code: str, slot: int, on: str, paid: str) -> None:
    said = (gone(code, slot, SubstitutionKind.REPLACED, ANNA, day(on)),)
    hours = {"ЗН": 1, "ЗП": 3}[paid]  # «day» has its three hours of the week on one day
    assert (paid, hours) in told(sheet(directory(substitutions=said), held(code, slot, day(on)))[ANNA], on)


def long_day(hours: str, *weekdays: int) -> Directory:
    """Boris has the extended-day group on these weekdays, so many hours a week."""
    week = tuple(hour(weekday, 5, course="day") for weekday in weekdays)
    group = course("day", BORIS, 1, kind=CourseKind.EXTENDED_DAY, hours_per_week=Decimal(hours))
    others = (course("alg", ANNA), course("abc", BORIS, 2))
    return directory(courses=(*others, group), timetable=(*directory().timetable[:-1], *week))


@pytest.mark.parametrize(("hours", "weekdays", "of_a_day"), [
    ("15", (1, 2, 3, 4, 5), 3), ("5", (2, 4), Fraction(5, 2)), ("10", (1, 2, 3), Fraction(10, 3)),
])  # fmt: skip
def test_a_day_of_an_extended_day_group_is_its_share_of_the_load(
    hours: str, weekdays: tuple[int, ...], of_a_day: Fraction
) -> None:
    line = sheet(long_day(hours, *weekdays))[BORIS]
    lesson = {1: 1}  # «abc» on Mondays
    week = [told(line, f"10-{number:02}") for number in range(5, 10)]
    assert week == [
        [("Ф", norm)] if (norm := lesson.get(one, 0) + of_a_day * (one in weekdays)) else [] for one in range(1, 6)
    ]
    assert line.total(day("10-05"), day("10-11")).hours == Decimal(hours) + 1


def test_a_new_week_of_an_extended_day_group_shares_its_hours_anew() -> None:
    school = long_day("15", 1, 2, 3, 4, 5)
    later = tuple(hour(weekday, 5, since=day("10-12"), course="day") for weekday in (2, 4))
    line = sheet(school.model_copy(update={"timetable": (*school.timetable, *later)}))[BORIS]
    assert [told(line, one) for one in ("10-06", "10-13", "10-14")] == [
        [("Ф", 3)], [("Ф", Fraction(15, 2))], [],
    ]  # fmt: skip


def test_a_day_given_for_the_teacher_of_an_extended_day_group_is_as_many_hours_for_both() -> None:
    gave = (gone("day", 5, SubstitutionKind.REPLACED, ANNA, MONDAY),)
    both = sheet(long_day("15", 1, 2, 3, 4, 5).model_copy(update={"substitutions": gave}), held("day", 5))
    assert (told(both[ANNA], "10-05"), told(both[BORIS], "10-05")) == ([("Ф", 2), ("ЗП", 3)], [("Ф", 1)])
    assert both[ANNA].total(day("10-05"), day("10-05")) == Total(1, 5, {"ЗН": 0, "ЗС": 0, "ЗП": 3}, 0, 0)
    ill = (away(AbsenceCode.ILLNESS, "10-06", "10-06", BORIS),)
    assert told(sheet(long_day("15", 1, 2, 3, 4, 5).model_copy(update={"absences": ill}))[BORIS], "10-06") == [("Б", 3)]


def worked(on: str, hours: str, said: bool = True, **more: object) -> LessonFact:
    """A day of the extended-day group as its log tells it."""
    return held("day", 5, day(on), said, hours=Decimal(hours), **more)


def test_a_day_of_an_extended_day_group_is_the_hours_that_its_log_tells() -> None:
    week = long_day("15", 1, 2, 3, 4, 5)
    line = sheet(week, worked("10-06", "2.5"), worked("10-07", "4"), worked("10-08", "4", said=False))[BORIS]
    assert [told(line, f"10-{number:02}") for number in range(6, 10)] == [
        [("Ф", Fraction(5, 2))], [("Ф", 4)], [("Ф", 3)], [("Ф", 3)],
    ]  # fmt: skip
    assert [one.norm for one in line.days if one.date in (day("10-06"), day("10-07"))] == [3, 3]


def test_a_lesson_is_an_hour_whatever_its_log_tells() -> None:
    assert told(sheet(directory(), held("alg", 1, hours=Decimal(2)))[ANNA], "10-05") == [("Ф", 2)]


def test_hours_of_a_day_that_was_moved_count_where_the_timetable_has_it() -> None:
    moved = worked("10-10", "4", timetabled=(day("10-09"), 5))
    line = sheet(long_day("15", 1, 2, 3, 4, 5), moved)[BORIS]
    assert (told(line, "10-09"), told(line, "10-10")) == ([("Ф", 4)], [("В", 0)])


def test_an_extended_day_that_lasted_no_hour_is_no_day_of_absence() -> None:
    assert told(sheet(long_day("15", 1, 2, 3, 4, 5), worked("10-06", "0"))[BORIS], "10-06") == []


def test_whoever_gives_an_extended_day_is_paid_the_written_hours_and_the_absent_one_loses_the_planned() -> None:
    gave = (gone("day", 5, SubstitutionKind.REPLACED, ANNA, day("10-06")),)
    ill = (away(AbsenceCode.ILLNESS, "10-06", "10-06", BORIS),)
    school = long_day("15", 1, 2, 3, 4, 5).model_copy(update={"substitutions": gave, "absences": ill})
    both = sheet(school, worked("10-06", "4"))
    assert (told(both[ANNA], "10-06"), told(both[BORIS], "10-06")) == ([("ЗП", 4)], [("Б", 3)])


def test_grade_four_is_paid_as_the_older_ones() -> None:
    assert [substitution_code(course("x", ANNA, grade)) for grade in (1, 3, 4, 9)] == ["ЗН", "ЗН", "ЗС", "ЗС"]


def test_two_groups_at_one_hour_are_an_own_hour_and_one_for_the_other_group() -> None:
    school = directory(
        substitutions=(gone("alg", 2, SubstitutionKind.MERGED, BORIS),),
        timetable=(*directory().timetable, hour(1, 2, course="abc")),
    )
    assert told(sheet(school, held("alg", 2))[BORIS], "10-05") == [("Ф", 2), ("ЗС", 1)]


def test_a_missed_lesson_is_lost_unless_the_journal_holds_it_and_a_moved_one_is_not() -> None:
    missed = directory(substitutions=(gone("alg", 1, SubstitutionKind.MISSED),))
    assert told(sheet(missed, held("alg", 1, said=False))[ANNA], "10-05") == [("Ф", 1)]
    assert told(sheet(missed, held("alg", 1))[ANNA], "10-05") == [("Ф", 2)]
    moved = directory(substitutions=(gone("alg", 1, SubstitutionKind.MOVED),))
    assert told(sheet(moved)[ANNA], "10-05") == [("Ф", 2)]


def test_a_lesson_is_that_of_the_course_whose_teacher_had_it_that_day() -> None:
    handed = (
        course("old", "e03", school_class="9А", subject="alg", until=day("10-04")),
        course("alg", ANNA, since=day("10-05")),
        course("abc", BORIS, 2),
    )
    school = directory(courses=handed, substitutions=(gone("alg", 1, SubstitutionKind.REPLACED, BORIS),))
    assert told(sheet(school, held("alg", 1))[BORIS], "10-05") == [("Ф", 1), ("ЗС", 1)]
    assert told(sheet(school, held("old", 1))[BORIS], "10-05") == [("Ф", 1)]


def test_nobody_knows_why_a_teacher_gave_none_of_the_lessons_of_a_day() -> None:
    lost = tuple(gone("alg", slot, SubstitutionKind.MISSED) for slot in (1, 2))
    assert told(sheet(directory(substitutions=lost))[ANNA], "10-05") == [("НН", 2)]
    ill = (away(AbsenceCode.ILLNESS, "10-05", "10-05"),)
    assert told(sheet(directory(substitutions=lost, absences=ill))[ANNA], "10-05") == [("Б", 2)]


def test_who_teaches_nothing_and_was_not_away_is_not_in_the_timesheet() -> None:
    assert list(sheet(directory())) == [ANNA, BORIS]
    ill = (away(AbsenceCode.ILLNESS, "10-05", "10-05", "e03"),)
    assert list(sheet(directory(absences=ill))) == [ANNA, BORIS, "e03"]


def test_the_halves_make_the_month() -> None:
    school = directory(
        absences=(away(AbsenceCode.ILLNESS, "10-12", "10-18"),),
        substitutions=(gone("abc", 3, SubstitutionKind.REPLACED, ANNA),),
    )
    anna = sheet(school, held("abc", 3))[ANNA]
    # Mondays 5, 12, 19, 26 of two hours and Wednesdays 7, 14, 21, 28 of one; ill from 12 to 18
    assert anna.total(day("10-01"), day("10-15")) == Total(2, 4, {"ЗН": 1, "ЗС": 0, "ЗП": 0}, 4, 3)
    assert anna.total(day("10-16"), day("10-31")) == Total(4, 6, {"ЗН": 0, "ЗС": 0, "ЗП": 0}, 3, 0)
    assert anna.total(day("10-01"), day("10-31")) == Total(6, 10, {"ЗН": 1, "ЗС": 0, "ЗП": 0}, 7, 3)


def test_a_substitution_in_a_course_that_nobody_has_concerns_nobody() -> None:
    stray = gone("alg", 1, SubstitutionKind.REPLACED, BORIS).model_copy(update={"subject": "магия"})
    assert sheet(directory(substitutions=(stray,)), held("alg", 1)) == sheet(directory(), held("alg", 1))
