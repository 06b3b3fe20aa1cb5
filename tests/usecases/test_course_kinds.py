"""A club of two classes, a group for both, an extended-day group, one pupil taught alone: as teachers keep them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync_service.domain.problems import Code
from sync_service.domain.school import (
    Course,
    CourseKind,
    GroupMember,
    Marking,
    ScheduledLesson,
    Subject,
    TimetableRow,
    course_title,
)
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, lesson_slot
from sync_service.records import ledger, queries, sync_state
from sync_service.reports import frames
from sync_service.usecases.composition import journal_books
from sync_service.usecases.plan_import import carry_out, prepare
from sync_service.usecases.reporting import write_report
from sync_service.usecases.timesheet import write_timesheet
from tests.school import START, SmallSchool, small_school
from tests.usecases.class_teacher import copy_whole_row, put
from tests.usecases.conftest import SchoolOnDisk, build
from tests.usecases.test_substitutions import write_row

CLUB, GROUP, DAY, ALONE = "c005", "c006", "c007", "c008"
JOIN = date(2026, 9, 14)
CHESS, MIXED, LONG_DAY, HOME = "Шахматы (Ладья)", "Информатика (сборная)", "Продлённый день 1 гр.", "Математика (дома)"


def mixed_school() -> SmallSchool:
    """The small school with a club and a group of both classes, an extended-day group of 6Б, one pupil taught alone."""
    made = small_school()
    rows = (  # code, kind, classes, subject, group, teacher, marking, weekday and slot
        (CLUB, CourseKind.CLUB, ("9А", "6Б"), "Шахматы", "Ладья", "e03", Marking.UNMARKED, (5, 7)),
        (GROUP, CourseKind.LESSON, ("9А", "6Б"), "Информатика", "сборная", "e02", Marking.POINTS, (2, 2)),
        (DAY, CourseKind.EXTENDED_DAY, ("6Б",), "Продлённый день", "1", "e02", Marking.UNMARKED, (1, 6)),
        (ALONE, CourseKind.INDIVIDUAL, ("9А",), "Математика", "дома", "e03", Marking.POINTS, (2, 6)),
    )
    courses = tuple(
        Course(
            code=code, title=course_title(subject, group), kind=kind, school_class=classes[0],
            other_classes=classes[1:], grade=int(classes[0][0]), subject=subject, group=group, teacher=teacher,
            marking=marking, since=START,
            hours_per_week=Decimal("2.5") if kind is CourseKind.EXTENDED_DAY else Decimal(1),
        )
        for code, kind, classes, subject, group, teacher, marking, _ in rows
    )  # fmt: skip
    said = made.directory
    titles = {one.title for one in said.subjects}
    subjects = [
        Subject(title=title, short=title[:5], marking=marking)
        for title, marking in {subject: marking for _, _, _, subject, _, _, marking, _ in rows}.items()
        if title not in titles
    ]
    directory = said.model_copy(update={
        "subjects": (*said.subjects, *subjects),
        "courses": (*said.courses, *courses),
        "timetable": (*said.timetable, *(
            TimetableRow(since=START, weekday=weekday, slot=slot, course=code)
            for code, *_, (weekday, slot) in rows
        )),
    })  # fmt: skip
    members = {
        "9А": [("P0001", "Шахматы", "Ладья", START), ("P0001", "Информатика", "сборная", START),
               ("P0004", "Математика", "дома", START)],
        "6Б": [("P0005", "Шахматы", "Ладья", START), ("P0005", "Информатика", "сборная", START),
               ("P0005", "Продлённый день", "1", JOIN), ("P0006", "Продлённый день", "1", START)],
    }  # fmt: skip
    rosters = tuple(
        roster.model_copy(update={"groups": (*roster.groups, *(
            GroupMember(pupil=pupil, subject=subject, group=group, since=since)
            for pupil, subject, group, since in members[roster.school_class]
        ))})
        for roster in made.rosters
    )  # fmt: skip
    return SmallSchool(directory, rosters, made.lessons, made.policy)


@pytest.fixture(scope="session")
def mixed_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mixed")


@pytest.fixture
def mixed(tmp_path: Path, mixed_books: Path, database: str) -> SchoolOnDisk:
    """On SQLite and on PostgreSQL."""
    return build(tmp_path, mixed_books, mixed_school())


def lesson(course: str, day: date) -> ScheduledLesson:
    return next(one for one in queries.scheduled(course) if one.date == day)


def away(pupil: str, course: str, day: date) -> dict[Slot, object]:
    return {entry_slot(pupil, lesson(course, day).key): "н"}


def absences_of(school: SchoolOnDisk, book: str) -> dict[str, tuple[object, object]]:
    """What «Пропуски» shows: row key → (lessons missed, what was typed)."""
    sheet = load_workbook(school.books / f"{book}.xlsx")["Пропуски"]
    lines = list(sheet.iter_rows(min_row=3, values_only=True))
    return {str(line[0]): (line[3], line[4]) for line in lines if line[0]}


def names_in(school: SchoolOnDisk, tab: str, book: str = "9А Журнал") -> list[tuple[object, object]]:
    """Names in a grid from the top down, with what stands beside them."""
    sheet = load_workbook(school.books / f"{book}.xlsx")[tab]
    lines = sheet.iter_rows(min_row=6, max_row=12, values_only=True)
    return [(line[2], line[3]) for line in lines if str(line[0]).startswith("P")]


def headings(school: SchoolOnDisk, tab: str, book: str = "9А Журнал") -> set[object]:
    return {cell.value for cell in load_workbook(school.books / f"{book}.xlsx")[tab][2]}


def test_a_club_of_two_classes_is_kept_by_one_teacher_on_one_tab(mixed: SchoolOnDisk) -> None:
    assert names_in(mixed, CHESS) == [("Абрамов Лев", "9А"), (_name("P0005"), "6Б")]
    assert CHESS not in load_workbook(mixed.books / "6Б Журнал.xlsx").sheetnames
    told = headings(mixed, f"{CHESS} · занятия")
    assert {"Тема занятия", "Форма"} <= told
    assert not {"ДЗ", "Срок ДЗ", "Мин", "Вид работы"} & told
    friday = date(2026, 9, 11)
    mixed.type("9А Журнал", CHESS, {**away("P0005", CLUB, friday), entry_slot("P0001", lesson(CLUB, friday).key): "5"})
    mixed.type("9А Журнал", f"{CHESS} · занятия", {
        lesson_slot(lesson(CLUB, friday).key, LessonField.HELD): "да",
        lesson_slot(lesson(CLUB, friday).key, LessonField.TOPIC): "Дебюты",
        lesson_slot(lesson(CLUB, friday).key, LessonField.FORM): "турнир",
    })  # fmt: skip
    mixed.sync(everything=True, nightly=True)
    standing = [problem for _, problem, _ in sync_state.standing_problems("journal-9А-2026")]
    (refused,) = (problem for problem in standing if problem.code is Code.ENTRY_NO_POINTS)
    assert refused.place.tab == CHESS
    (line,) = queries.diary_week("P0005", date(2026, 9, 7), date(2026, 9, 16)).days[4].lessons
    assert (line.subject, line.topic, line.work, line.absence) == ("Шахматы", "Дебюты", "турнир", "н")
    assert absences_of(mixed, "6Б Журнал") == {"P0005 2026-09-11": (0, "н")}
    assert absences_of(mixed, "9А Журнал") == {}
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def _name(code: str) -> str:
    return next(pupil.list_name for pupil in queries.pupils() if pupil.code == code)


def test_a_lesson_missed_in_a_group_of_both_classes_is_excused_by_the_pupils_own_class_teacher(
    mixed: SchoolOnDisk,
) -> None:
    tuesday = date(2026, 9, 8)
    marked = entry_slot("P0001", lesson(GROUP, tuesday).key)
    mixed.type("9А Журнал", MIXED, {**away("P0005", GROUP, tuesday), marked: "4"})
    mixed.sync()
    assert absences_of(mixed, "6Б Журнал") == {"P0005 2026-09-08": (1, "н")}

    def excuse(sheet: object) -> None:
        sheet.cell(3, 6).value = "б"  # type: ignore[attr-defined]

    mixed.edit("6Б Журнал", "Пропуски", excuse)
    mixed.sync()
    assert queries.reason_values("6Б") == {Slot(SlotKind.REASON, "P0005", "2026-09-08 code"): "б"}
    (entry,) = [one for one in queries.span_facts(START, tuesday, tuesday).entries if one.pupil == "P0005"]
    assert (entry.course, entry.absence) == (GROUP, "б")
    book = load_workbook(write_report(mixed.workspace, "2026-09"))
    told = {line[1]: line for line in book["R05 6Б"].iter_rows(values_only=True)}
    assert told[_name("P0005")][4:6] == (1, 1)
    assert _name("P0005") not in {line[1] for line in book["R05 9А"].iter_rows(values_only=True)}
    named = {line[2] for line in book["R01"].iter_rows(values_only=True) if line[3] == MIXED}
    assert named == {"9А, 6Б"}


def test_a_lesson_of_a_group_of_both_classes_counts_in_the_class_of_its_day(mixed: SchoolOnDisk) -> None:
    before, after = date(2026, 9, 8), date(2026, 9, 15)
    mixed.type("9А Журнал", MIXED, {**away("P0005", GROUP, before), **away("P0001", GROUP, after)})
    mixed.sync()
    copy_whole_row(mixed, _name("P0005"), old="6Б", new="9А")
    put(mixed, "9А", "Список", _name("P0005"), enrolled=JOIN)
    put(mixed, "6Б", "Список", _name("P0005"), left=JOIN)
    put(mixed, "9А", "Группы", "", pupil=_name("P0005"), subject="Информатика", group="сборная", since=JOIN)
    mixed.sync()
    presence = frames.presence(queries.span_facts(START, after, after))
    own = presence[(presence["pupil"] == "P0005") & (presence["course"] == GROUP)].sort_values("date")
    assert list(zip(own["date"], own["school_class"], own["grade"], own["absence"], strict=True)) == [
        (before, "6Б", 6, "н"), (after, "9А", 9, ""),
    ]  # fmt: skip


def test_a_day_missed_in_the_extended_day_group_asks_for_no_reason(mixed: SchoolOnDisk) -> None:
    assert names_in(mixed, LONG_DAY, "6Б Журнал") == [(_name("P0006"), "6Б"), (_name("P0005"), "6Б с 14.09")]
    told = headings(mixed, f"{LONG_DAY} · дни", "6Б Журнал")
    assert {"Отработано часов", "Содержание работы"} <= told
    monday = date(2026, 9, 7)
    key = lesson(DAY, monday).key
    mixed.type("6Б Журнал", LONG_DAY, away("P0006", DAY, monday))
    mixed.type("6Б Журнал", f"{LONG_DAY} · дни", {
        lesson_slot(key, LessonField.HELD): "да", lesson_slot(key, LessonField.HOURS): "2,5",
        lesson_slot(key, LessonField.TOPIC): "Прогулка, самоподготовка",
    })  # fmt: skip
    mixed.sync()
    mixed.now[0] += timedelta(days=14)
    mixed.sync(everything=True, nightly=True)
    assert absences_of(mixed, "6Б Журнал") == {}
    standing = [problem for _, problem, _ in sync_state.standing_problems("journal-6Б-2026")]
    assert not [one for one in standing if one.code in (Code.REASON_MISSING, Code.LESSON_NO_HOMEWORK)]
    (fact,) = [one for one in queries.lesson_facts(DAY) if one.key == key]
    assert (fact.hours, fact.topic) == (Decimal("2.5"), "Прогулка, самоподготовка")
    lines = load_workbook(write_report(mixed.workspace, "2026-09"))["R17"].iter_rows(values_only=True)
    (row,) = [line for line in lines if line[0] == "Продлённый день"]
    # 7, 14, 21, 28 September; P0006 was not there on the one that took place, P0005 came to the group later
    assert row[1:9] == ("Ясенев И. П.", "6Б 1 гр.", 4, 1, 2, 0, 0, 0)


def test_a_day_given_for_the_teacher_of_the_extended_day_group_is_paid_by_the_hours_of_the_load(
    mixed: SchoolOnDisk,
) -> None:
    monday = date(2026, 9, 7)
    given = {"class": "6Б", "subject": "Продлённый день", "group": "1", "slot": 6, "absent": "Ясенев И. П."}
    write_row(mixed, date=monday, **given)
    mixed.type("6Б Журнал", f"{LONG_DAY} · дни", {lesson_slot(lesson(DAY, monday).key, LessonField.HELD): "да"})
    mixed.sync()
    lines = load_workbook(write_report(mixed.workspace, "2026-09"))["R12"].iter_rows(values_only=True)
    assert [line[11:13] for line in lines if line[8] == "Ёршова А. Л."] == [(2.5, "ЗП")]
    sheet = load_workbook(write_timesheet(mixed.workspace, "2026-09"))["Табель"]
    (total,) = (line[-1] for line in sheet.iter_rows(values_only=True) if str(line[1]).startswith("Ёршова"))
    assert total == 2.5


def test_a_second_pupil_in_a_group_of_one_is_told_and_written_down(mixed: SchoolOnDisk) -> None:
    put(mixed, "9А", "Группы", "", pupil="Ёлкина Яна", subject="Математика", group="дома", since=JOIN)
    mixed.sync()
    told = [problem for _, problem, _ in sync_state.standing_problems("roster-9А-2026")]
    assert [(one.code, one.place.tab) for one in told] == [(Code.TABLE_CLASH, "Группы")]
    assert "на одного ученика, а в группе уже Жуков Пётр" in told[0].detail
    assert {name for name, _ in names_in(mixed, HOME)} == {"Жуков Пётр", "Ёлкина Яна"}


def test_who_is_taught_alone_has_a_tab_of_his_own_and_leaves_the_list_of_the_class(mixed: SchoolOnDisk) -> None:
    assert [name for name, _ in names_in(mixed, HOME)] == ["Жуков Пётр"]
    assert "Жуков Пётр" not in [name for name, _ in names_in(mixed, "Математика")]
    mixed.type("9А Журнал", HOME, {entry_slot("P0004", lesson(ALONE, date(2026, 9, 8)).key): "5"})
    mixed.sync()
    (subject,) = [one for one in queries.diary_subjects("P0004", date(2026, 9, 16)) if one.subject == "Математика"]
    assert [mark.value for mark in subject.marks] == ["5"]


def test_in_a_book_per_teacher_a_group_of_two_classes_stands_once_with_its_teacher() -> None:
    books = journal_books(mixed_school().directory, "teacher")
    with_club = [one for one in books if CLUB in {course.code for course in one.courses}]
    assert [one.title for one in with_club] == ["Ёршова А. Л Журнал"]


def test_a_plan_for_a_group_of_two_classes_is_brought_along_under_the_name_of_either(mixed: SchoolOnDisk) -> None:
    file = Path(__file__).parents[1] / "foreign" / "plan_plain.xlsx"
    plan = prepare(mixed.workspace, file, school_class="6Б", subject="Шахматы", group="Ладья")
    carry_out(mixed.workspace, plan, file=file.name)
    mixed.sync()
    said = queries.directory()
    assert said is not None
    topics = [item.topic for item in said.plan if item.course == CLUB]
    assert len(topics) == len(plan.read.lessons) > 0
    again = prepare(mixed.workspace, file, school_class="9А", subject="Шахматы", group="Ладья")
    assert (again.changes, again.same) == ((), len(topics))
