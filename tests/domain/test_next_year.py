"""What the next year's books begin with: classes a grade on, the load of that grade, new codes, the same pupils."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sync_service.domain.next_year import next_class, next_classes, next_courses, next_roster, next_school_year
from sync_service.domain.school import (
    Course,
    CourseKind,
    Directory,
    GroupMember,
    Guardian,
    Marking,
    Pupil,
    PupilStatus,
    Roster,
    School,
    SchoolClass,
)
from tests.domain.samples import YEAR

ENDED = date(2027, 6, 20)


def course(code: str, school_class: str, subject: str, teacher: str, **more: object) -> Course:
    said: dict = {
        "code": code, "title": subject, "school_class": school_class, "grade": int(school_class[0]), "subject": subject,
        "teacher": teacher, "marking": Marking.POINTS, "hours_per_week": Decimal(3), "since": YEAR.start,
    }  # fmt: skip
    return Course(**(said | more))


def directory(*courses: Course) -> Directory:
    """1А (Anna), 4А (Dora), 5А (Eva), 6А (Fedor), 9А (Ivan)."""
    led = {"1А": "anna", "4А": "dora", "5А": "eva", "6А": "fedor", "9А": "ivan"}
    return Directory(
        school=School(title="Школа", director="", deputy=""), year=YEAR, bells=(), employees=(), subjects=(),
        classes=tuple(SchoolClass(code=code, grade=int(code[0]), teacher=by) for code, by in led.items()),
        courses=courses, timetable=(), plan=(), work_types=(),
    )  # fmt: skip


def load(*courses: Course) -> list[tuple[str, str, str, str]]:
    used = [one.code for one in courses] + ["c041"]
    return [(one.code, one.school_class, one.subject, one.teacher) for one in next_courses(directory(*courses), used)]


def test_a_class_goes_a_grade_on_and_the_ninth_leaves() -> None:
    assert [next_class(code) for code in ("5А", "8", "9Б")] == ["6А", "9", None]


def test_class_teachers_go_with_their_classes_and_the_new_first_has_none_yet() -> None:
    now = [(one.code, one.teacher) for one in next_classes(directory().classes)]
    assert now == [("1А", ""), ("2А", "anna"), ("5А", "dora"), ("6А", "eva"), ("7А", "fedor")]


def test_the_next_year_has_the_same_days_and_no_quarters() -> None:
    year = next_school_year(YEAR)
    assert (year.title, year.start, year.end) == ("2027/2028", date(2027, 9, 1), date(2028, 5, 26))
    assert (year.periods, year.holidays) == ((), ())


def test_a_class_gets_the_subjects_of_its_next_grade_from_the_teachers_it_has() -> None:
    maths = course("c001", "5А", "Математика", "eva"), course("c002", "6А", "Математика", "fedor")
    history = course("c003", "6А", "История", "ivan")
    now = [row[1:] for row in load(*maths, history)]
    assert [row for row in now if row[0] == "6А"] == [("6А", "Математика", "eva"), ("6А", "История", "ivan")]


def test_a_group_of_several_classes_is_proposed_once_for_those_that_there_are() -> None:
    chess = course("c001", "5А", "Шахматы", "eva", kind=CourseKind.CLUB, other_classes=("6А", "9А"), group="Ладья")
    (now,) = next_courses(directory(chess), ["c001"])
    assert (now.code, now.classes) == ("c002", ("5А", "6А"))
    pupil = Pupil(code="P1", last="Ясенев", first="Лев", enrolled=YEAR.start, school_class="5А")
    member = GroupMember(pupil="P1", subject="Шахматы", group="Ладья", since=YEAR.start)
    assert next_roster(Roster(school_class="5А", pupils=(pupil,), groups=(member,)), (now,), ENDED).groups == (member,)


def test_codes_of_courses_are_new_even_where_the_highest_was_given_long_ago() -> None:
    assert [row[0] for row in load(course("c001", "5А", "Математика", "eva"))] == ["c042"]


def test_the_fifth_is_taught_by_subject_teachers_not_by_the_one_of_the_fourth() -> None:
    rows = load(course("c001", "4А", "Математика", "dora"), course("c002", "5А", "Математика", "eva"))
    assert ("c042", "5А", "Математика", "eva") in rows


def test_the_new_first_class_keeps_its_specialists_and_waits_for_its_own_teacher() -> None:
    rows = load(course("c001", "1А", "Букварь", "anna"), course("c002", "1А", "Музыка", "ivan"))
    assert [(subject, by) for _, code, subject, by in rows if code == "1А"] == [("Букварь", ""), ("Музыка", "ivan")]


def test_what_ended_within_the_year_and_lessons_of_one_pupil_are_not_copied_to_another_class() -> None:
    over = course("c001", "6А", "Шахматы", "fedor", until=date(2026, 12, 29))
    alone = course("c002", "5А", "Математика", "eva", kind=CourseKind.INDIVIDUAL)
    other = course("c003", "6А", "Физика", "fedor", kind=CourseKind.INDIVIDUAL)
    assert [row[1:] for row in load(over, alone, other)] == [("6А", "Математика", "eva"), ("7А", "Физика", "fedor")]


def pupil(code: str, **more: object) -> Pupil:
    return Pupil(code=code, last=code, first="Я", enrolled=YEAR.start, school_class="5А", **more)  # type: ignore[arg-type]


def test_pupils_go_on_under_their_codes_with_their_families_and_the_groups_that_still_are() -> None:
    roster = Roster(
        school_class="5А",
        pupils=(pupil("P1"), pupil("P2", left=date(2027, 1, 15)), pupil("P3", status=PupilStatus.LEFT)),
        guardians=(Guardian(code="P1-1", pupil="P1", name="Мать"), Guardian(code="P2-1", pupil="P2", name="Отец")),
        groups=(
            GroupMember(pupil="P1", subject="Английский язык", group="1", since=YEAR.start),
            GroupMember(pupil="P1", subject="Труд", group="2", since=YEAR.start),
            GroupMember(pupil="P2", subject="Английский язык", group="1", since=YEAR.start),
        ),
    )
    english = course("c050", "6А", "Английский язык", "fedor", group="1")
    new = next_roster(roster, (english, course("c051", "6А", "Труд", "ivan")), ENDED)
    assert [(one.code, one.school_class) for one in new.pupils] == [("P1", "6А")]
    assert [one.code for one in new.guardians] == ["P1-1"]
    assert [(one.pupil, one.subject, one.since) for one in new.groups] == [("P1", "Английский язык", YEAR.start)]
