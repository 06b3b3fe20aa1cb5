"""The office's books: good rows become values, a bad row is told by its cell and left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from sync_service.books.reading import read_book
from sync_service.books.render.roster import render_roster
from sync_service.domain.policy import Rule
from sync_service.domain.problems import Code
from sync_service.domain.school import CourseKind, Marking, PupilStatus, School, SchoolYear, Term
from sync_service.reconcile import layout
from sync_service.reconcile.layout import TabKind, Table, tab_key
from sync_service.reconcile.office import read_roster, read_school
from sync_service.reconcile.sheet import At, CellError, RawCell, Sheets, Tab

Line = tuple[str, Mapping[str, RawCell]]  # row key, cells by column key


def tab(table: Table, lines: Iterable[Line], of: str = "") -> Tab:
    cells: dict[At, RawCell] = {At(1, 1): tab_key(table.kind, of)}
    for column in table.columns:
        cells[At(1, table.index(column.key))] = column.key
        cells[At(2, table.index(column.key))] = column.heading
    for row, (key, values) in enumerate(lines, 3):
        if key:
            cells[At(row, 1)] = key
        cells |= {At(row, table.index(column)): raw for column, raw in values.items()}
    return Tab(table.title, cells)


SCHOOL: dict[TabKind, list[Line]] = {
    TabKind.SCHOOL: [
        ("title", {"value": "Школа № 0"}),
        ("director", {"value": "Смирнова О. В."}),
        ("year", {"value": "2026/2027"}),
        ("start", {"value": date(2026, 9, 1)}),
        ("end", {"value": "26.05.2027"}),
        ("six_day_week", {"value": "нет"}),
    ],
    TabKind.CALENDAR: [
        ("d1", {"kind": "четверть", "title": "I четверть", "start": date(2026, 9, 1), "end": date(2026, 10, 23)}),
        ("d2", {"kind": "каникулы", "title": "Осенние", "start": "24.10.2026", "end": "01.11.2026", "grades": "1, 2"}),
    ],
    TabKind.BELLS: [("b1", {"slot": 1, "start": "8:30", "end": time(9, 15)})],
    TabKind.STAFF: [
        ("e01", {"last": "Громова", "first": "Ольга", "patronymic": "Ивановна", "rate": "1,5"}),
        ("e02", {"last": "Ясенев", "first": "Игорь"}),
    ],
    TabKind.SUBJECTS: [
        ("j1", {"title": "Математика", "short": "Матем.", "marking": "балл", "marked_from_grade": 2}),
        ("j2", {"title": "Шахматы", "short": "Шах.", "marking": "балл"}),
    ],
    TabKind.CLASSES: [
        ("k1", {"code": "9а", "teacher": "Громова О. И."}),
        ("k2", {"code": "1А", "teacher": "Ясенев И."}),
    ],
    TabKind.LOAD: [
        ("c001", {"teacher": "Громова О. И.", "class": "9А", "subject": "Математика", "kind": "урок", "hours": 5}),
        ("c002", {"teacher": "Ясенев И.", "class": "1А", "subject": "Математика", "kind": "урок", "hours": "4"}),
        ("c003", {"teacher": "Ясенев И.", "class": "9А", "subject": "Шахматы", "kind": "кружок", "hours": 1}),
    ],
    TabKind.TIMETABLE: [
        ("", {"since": date(2026, 9, 1), "weekday": "ПН", "slot": 1, "class": "9А", "subject": "Математика",
              "teacher": "Громова О. И."}),
    ],
    TabKind.PLAN: [
        ("q1", {"class": "9А", "subject": "Математика", "seq": 1, "topic": "Корни", "homework": "№ 5", "minutes": 20}),
    ],
    TabKind.WORK_TYPES: [("w1", {"short": "КР", "title": "Контрольная работа", "weight": 3, "assessment": "да"})],
}  # fmt: skip


def school_book(**changes: list[Line]) -> Sheets:
    """The good book with some tabs told otherwise, by the kind of the tab."""
    said = SCHOOL | {TabKind(kind): lines for kind, lines in changes.items()}
    return Sheets("Школа.xlsx", tuple(tab(table, said.get(table.kind, [])) for table in layout.SCHOOL_BOOK))


SHORT = {"slot": 1, "start": "8:30", "end": "9:00"}


def told(problems: Iterable[object]) -> list[tuple[Code, str]]:
    return [(problem.code, problem.place.a1) for problem in problems]  # type: ignore[attr-defined]


def test_a_good_school_book_becomes_a_directory() -> None:
    read = read_school(school_book())
    assert read.problems == ()
    directory = read.directory
    assert directory is not None
    assert (directory.school.title, directory.year.start, directory.year.end) == (
        "Школа № 0", date(2026, 9, 1), date(2027, 5, 26),
    )  # fmt: skip
    assert directory.year.periods[0].term is Term.Q1
    assert directory.year.holidays[0].grades == (1, 2)
    assert (directory.bells[0].start, directory.bells[0].end) == (time(8, 30), time(9, 15))
    assert directory.employees[0].rate == Decimal("1.5")
    assert directory.classes[0].teacher == "e01"
    assert [course.marking for course in directory.courses] == [Marking.POINTS, Marking.UNMARKED, Marking.UNMARKED]
    assert directory.courses[2].kind is CourseKind.CLUB
    assert (directory.timetable[0].weekday, directory.timetable[0].course) == (1, "c001")
    assert (directory.plan[0].course, directory.plan[0].minutes) == ("c001", 20)
    assert directory.work_types[0].assessment


def test_a_school_book_from_before_the_minutes_of_works_is_read_all_the_same() -> None:
    older = replace(
        layout.WORK_TYPES, columns=tuple(one for one in layout.WORK_TYPES.columns if one.key != "minutes")
    )
    tabs = [tab(older, SCHOOL[older.kind]) if one.title == older.title else one for one in school_book().tabs]
    read = read_school(Sheets("Школа.xlsx", tuple(tabs)))
    assert (read.problems, [work.short for work in read.directory.work_types]) == ((), ["КР"])


def test_whether_a_work_assesses_is_said_or_left_to_its_minutes() -> None:
    said = [("w01", {"assessment": "нет"}), ("w02", {"assessment": ""}), ("w03", {"assessment": "да"})]
    lines = [(key, {"short": key, "title": key, "weight": 1, "minutes": 45, **one}) for key, one in said]
    works = read_school(school_book(worktypes=lines)).directory.work_types
    assert [(work.assessment, work.minutes, work.is_assessment(45), work.is_assessment(46)) for work in works] == [
        (False, 45, False, False), (None, 45, True, False), (True, 45, True, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "lines", "problem"),
    [
        pytest.param("staff", [("e01", {"last": "Громова"})], (Code.TABLE_REQUIRED, "C3"), id="no first name"),
        pytest.param(
            "staff", [("", {"last": "Громова", "first": "Ольга"})], (Code.ROW_NO_CODE, "B3"), id="a row without a key"
        ),
        pytest.param(
            "calendar",
            [("d1", {"kind": "четверть", "title": "I", "start": "32.13.2026", "end": "01.11.2026"})],
            (Code.TABLE_VALUE, "D3"),
            id="an impossible date",
        ),
        pytest.param(
            "calendar",
            [("d1", {"kind": "праздник", "title": "День", "start": "05.11.2026", "end": "04.11.2026"})],
            (Code.TABLE_VALUE, "B3"),
            id="an end before its start",
        ),
        pytest.param(
            "calendar",
            [("d1", {"kind": "отпуск", "title": "День", "start": "04.11.2026", "end": "04.11.2026"})],
            (Code.TABLE_CHOICE, "B3"),
            id="a kind that there is not",
        ),
        pytest.param(
            "classes", [("k1", {"code": "10 Б", "teacher": "Ясенев И."})], (Code.TABLE_VALUE, "B3"), id="tenth grade"
        ),
        pytest.param(
            "classes",
            [("k1", {"code": "9А", "teacher": "Неизвестный Н."})],
            (Code.TABLE_UNKNOWN_REFERENCE, "B3"),
            id="a class teacher who is not on the staff",
        ),
        pytest.param(
            "bells", [("b1", {"slot": 1, "start": "утром", "end": "9:15"})], (Code.TABLE_VALUE, "C3"), id="no time"
        ),
        pytest.param(
            "bells", [("b1", {"slot": 1, "start": "9:15", "end": "8:30"})], (Code.TABLE_VALUE, "B3"), id="ends first"
        ),
        pytest.param(
            "bells", [("b1", {**SHORT, "since": "30.12.2026", "until": "29.12.2026"})], (Code.TABLE_VALUE, "B3"),
            id="bells of no day",
        ),
        pytest.param(
            "bells", [("b1", {**SHORT, "since": "30.12.2026"}), ("b2", {**SHORT, "since": date(2026, 12, 30)})],
            (Code.TABLE_DUPLICATE, "B4"), id="bells told twice",
        ),
        pytest.param(
            "worktypes", [("w1", {"short": "КР", "title": "Контрольная", "weight": CellError("#REF!")})],
            (Code.TABLE_VALUE, "D3"), id="a formula error",
        ),
    ],
)  # fmt: skip
def test_a_bad_row_is_told_by_its_cell_and_left_out(kind: str, lines: list[Line], problem: tuple[Code, str]) -> None:
    read = read_school(school_book(**{kind: lines}))
    assert problem in told(read.problems)
    assert read.directory is not None
    assert read.directory.school.title == "Школа № 0"


def test_two_people_of_one_name_are_meant_by_nobody() -> None:
    namesakes: list[Line] = [
        ("e01", {"last": "Громова", "first": "Ольга", "patronymic": "Ивановна"}),
        ("e02", {"last": "Громова", "first": "Олеся", "patronymic": "Игоревна"}),
    ]
    read = read_school(school_book(staff=namesakes))
    codes = [code for code, _ in told(read.problems)]
    assert codes.count(Code.TABLE_DUPLICATE) == 2
    assert Code.TABLE_UNKNOWN_REFERENCE in codes
    assert read.directory is not None
    assert read.directory.classes == ()


def test_a_row_copied_with_its_hidden_key_is_refused_twice() -> None:
    twice: list[Line] = [("e01", {"last": "Громова", "first": "Ольга"}), ("e01", {"last": "Ясенев", "first": "Игорь"})]
    read = read_school(school_book(staff=twice))
    assert [code for code, _ in told(read.problems)].count(Code.ROW_DUPLICATE) == 2


def test_quarters_that_overlap_are_told() -> None:
    lines: list[Line] = [
        *SCHOOL[TabKind.CALENDAR],
        ("d3", {"kind": "четверть", "title": "II четверть", "start": "20.10.2026", "end": "29.12.2026"}),
    ]
    assert Code.TABLE_OVERLAP in [code for code, _ in told(read_school(school_book(calendar=lines)).problems)]


def days_off(**second: RawCell) -> list[Line]:
    days = {"kind": "карантин", "title": "ОРВИ", "start": "12.10.2026", "end": "16.10.2026"}
    return [*SCHOOL[TabKind.CALENDAR], ("d3", days), ("d4", days | second)]


def test_days_off_that_overlap_are_told_at_both_rows_and_every_good_row_holds() -> None:
    read = read_school(school_book(calendar=days_off(title="Грипп", start="15.10.2026", end="20.10.2026")))
    assert told(read.problems) == [(Code.TABLE_OVERLAP, "B5"), (Code.TABLE_OVERLAP, "B6")]
    assert read.directory is not None
    assert [period.term for period in read.directory.year.periods] == [Term.Q1]
    assert [day.title for day in read.directory.year.holidays] == ["Осенние", "ОРВИ", "Грипп"]


def test_days_off_of_two_classes_do_not_overlap() -> None:
    read = read_school(school_book(calendar=days_off(title="Грипп", kind="отмена", grades="1-2, 9а")))
    assert read.problems == ()
    assert read.directory is not None
    assert (read.directory.year.holidays[2].grades, read.directory.year.holidays[2].classes) == ((1, 2), ("9А",))


def test_a_working_day_names_the_timetable_in_its_title() -> None:
    row = {"kind": "рабочий день", "title": "Рабочая суббота, по расписанию Пятницы", "start": "26.09.2026",
           "end": "26.09.2026", "grades": "9А"}  # fmt: skip
    read = read_school(school_book(calendar=[SCHOOL[TabKind.CALENDAR][0], ("d3", row)]))
    assert read.problems == ()
    assert read.directory is not None
    (day,) = read.directory.year.working_days
    assert (day.day, day.weekday, day.classes) == (date(2026, 9, 26), 5, ("9А",))


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        ({"title": "Рабочая суббота"}, "по расписанию пятницы"),
        ({"title": "по расписанию воскресенья"}, "по расписанию пятницы"),
        ({"end": "28.09.2026"}, "на каждый день своя строка"),
        ({"start": "27.09.2026", "end": "27.09.2026"}, "это воскресенье"),
        ({"grades": "девятые"}, "параллели и классы: 1, 5А"),
        ({"grades": "9Ж"}, "класса 9Ж нет"),
    ],
)
def test_a_working_day_that_makes_no_sense_is_told(wrong: dict[str, RawCell], detail: str) -> None:
    row = {"kind": "рабочий день", "title": "по расписанию пт", "start": "26.09.2026", "end": "26.09.2026"} | wrong
    read = read_school(school_book(calendar=[SCHOOL[TabKind.CALENDAR][0], ("d3", row)]))
    (problem,) = read.problems
    assert problem.place.a1 == "B4"
    assert detail in problem.detail
    assert read.directory is not None
    assert len(read.directory.year.periods) == 1


def test_a_lesson_that_nobody_is_loaded_with_is_told() -> None:
    lines: list[Line] = [
        ("t1", {"since": "01.09.2026", "weekday": "вт", "slot": 2, "class": "9А", "subject": "Шахматы", "group": "2",
                "teacher": "Ясенев И."}),
    ]  # fmt: skip
    (problem,) = read_school(school_book(timetable=lines)).problems
    assert (problem.code, problem.detail) == (
        Code.TABLE_UNKNOWN_REFERENCE, "в нагрузке нет «9А Шахматы 2», есть «9А Шахматы»"
    )


def test_a_rule_that_cannot_be_read_keeps_its_former_value_and_is_told() -> None:
    lines: list[Line] = [("edit_days", {"value": "неделя"}), ("signs", {"value": "да"})]
    read = read_school(school_book(policy=lines))
    assert read.rules == (Rule("signs", True),)  # the former value of the other stays in force
    assert [code for code, _ in told(read.problems)] == [Code.TABLE_VALUE]


@pytest.mark.parametrize("missing", ["title", "start"])
def test_a_book_that_does_not_tell_the_school_or_its_year_is_no_directory(missing: str) -> None:
    lines = [line for line in SCHOOL[TabKind.SCHOOL] if line[0] != missing]
    read = read_school(school_book(school=lines))
    assert read.directory is None
    assert read.problems


def test_a_tab_that_is_gone_is_told_and_the_others_are_read() -> None:
    sheets = school_book()
    without = Sheets(sheets.path, tuple(one for one in sheets.tabs if one.title != "Звонки"))
    read = read_school(without)
    assert [(problem.code, problem.place.tab) for problem in read.problems] == [(Code.TAB_MISSING, "Звонки")]
    assert read.directory is not None


def test_a_table_without_one_of_its_columns_is_damaged() -> None:
    sheets = school_book()
    spoilt = tuple(
        Tab(one.title, {at: raw for at, raw in one.cells.items() if at != At(1, layout.BELLS.index("start"))})
        if one.title == "Звонки"
        else one
        for one in sheets.tabs
    )
    (problem,) = read_school(Sheets(sheets.path, spoilt)).problems
    assert (problem.code, problem.detail) == (Code.TAB_DAMAGED, "Начало")


# --- rosters ----------------------------------------------------------------------------------------------------------


def roster_book(pupils: list[Line], families: Iterable[Line] = (), groups: Iterable[Line] = ()) -> Sheets:
    return Sheets(
        "9А Список.xlsx",
        (
            tab(layout.ROSTER, pupils, "9А"), tab(layout.FAMILIES, families), tab(layout.GROUPS, groups),
            tab(layout.REVIEW, []),
        ),
    )  # fmt: skip


LEV: Line = ("PLEV1", {"last": "Абрамов", "first": "Лев", "enrolled": "01.09.2026", "birth_date": date(2011, 5, 4)})
NINA: Line = ("PNIN1", {"last": "Быкова", "first": "Нина", "enrolled": "01.09.2026", "status": "Домашнее обучение"})


def test_a_good_roster_becomes_pupils_families_and_subgroups() -> None:
    sheets = roster_book(
        [LEV, NINA, ("PSPARE", {})],
        [("f1", {"pupil": "Абрамов Лев", "name": "Абрамова Вера", "relation": "мать", "consent": "01.09.2026"})],
        [("g1", {"pupil": "Быкова Нина", "subject": "Математика", "group": 2.0, "since": "01.09.2026"})],
    )
    read = read_roster(sheets, "9А", ["Математика"])
    assert read.problems == ()
    assert [pupil.code for pupil in read.roster.pupils] == ["PLEV1", "PNIN1"]
    assert read.roster.pupils[1].status is PupilStatus.HOME_TEACHING
    assert (read.roster.guardians[0].code, read.roster.guardians[0].pupil) == ("PLEV1-f1", "PLEV1")
    assert (read.roster.groups[0].pupil, read.roster.groups[0].group) == ("PNIN1", "2")


def test_the_last_day_in_a_subgroup_is_still_a_day_of_it() -> None:
    row = {"pupil": "Быкова Нина", "subject": "Математика", "group": "1", "since": "01.09.2026", "until": "30.11.2026"}
    next_row = row | {"group": "2", "since": "01.12.2026", "until": ""}
    nina = ("PNIN1", {"last": "Быкова", "first": "Нина", "enrolled": "01.09.2026"})
    read = read_roster(roster_book([nina], [], [("g1", row), ("g2", next_row)]), "9А", ["Математика"])
    assert read.problems == ()
    assert [(one.group, one.since, one.until) for one in read.roster.groups] == [
        ("1", date(2026, 9, 1), date(2026, 12, 1)), ("2", date(2026, 12, 1), None),
    ]  # fmt: skip
    year = SchoolYear(title="2026/2027", start=date(2026, 9, 1), end=date(2027, 5, 26), periods=())
    school = School(title="Школа № 0", director="", deputy="")
    drawn = render_roster("roster-9А-2026", "9А Список", school, year, read.roster, [], lambda: "P0000")
    again = read_roster(read_book(drawn, "9А Список").sheets, "9А", ["Математика"])
    assert again.roster.groups == read.roster.groups


def test_a_family_of_nobody_and_a_group_of_no_subject_are_told() -> None:
    sheets = roster_book(
        [LEV],
        [("f1", {"pupil": "Сидоров Пётр", "name": "Сидорова Вера"})],
        [("g1", {"pupil": "Абрамов Лев", "subject": "Магия", "group": "1", "since": "01.09.2026"})],
    )
    read = read_roster(sheets, "9А", ["Математика"])
    assert [problem.code for problem in read.problems] == [Code.TABLE_UNKNOWN_REFERENCE] * 2
    assert len(read.roster.pupils) == 1


def test_a_pupil_who_left_before_coming_is_told() -> None:
    wrong: Line = ("PLEV1", {**LEV[1], "left": "01.08.2026"})
    read = read_roster(roster_book([wrong, NINA]), "9А", [])
    assert [problem.code for problem in read.problems] == [Code.TABLE_VALUE]
    assert [pupil.code for pupil in read.roster.pupils] == ["PNIN1"]


def test_a_load_told_twice_is_told_and_counted_once() -> None:
    twice: list[Line] = [*SCHOOL[TabKind.LOAD], ("c009", SCHOOL[TabKind.LOAD][0][1])]
    read = read_school(school_book(load=twice))
    assert [problem.code for problem in read.problems] == [Code.TABLE_DUPLICATE]
    assert read.directory is not None
    assert read.directory.timetable[0].course == "c001"


def test_supplementary_education_is_passed_or_failed() -> None:
    circle: list[Line] = [
        ("c001", {"teacher": "Ясенев И.", "class": "9А", "subject": "Шахматы", "kind": "ДО", "hours": 1})
    ]
    read = read_school(school_book(load=circle, timetable=[], plan=[]))
    assert read.directory is not None
    assert read.directory.courses[0].marking is Marking.PASS_FAIL


def shared(**cells: RawCell) -> list[Line]:
    """The good load with one more row, a club of two classes."""
    said = {"teacher": "Громова О. И.", "class": "9А, 1А", "subject": "Шахматы", "group": "Ладья", "kind": "кружок",
            "hours": 1}  # fmt: skip
    return [*SCHOOL[TabKind.LOAD], ("c009", said | cells)]


def test_a_group_may_gather_several_classes_named_in_any_order_elsewhere() -> None:
    hours: list[Line] = [
        ("t9", {"since": date(2026, 9, 1), "weekday": "пт", "slot": 7, "class": "1А,9А", "subject": "Шахматы",
                "group": "Ладья", "teacher": "Громова О. И."}),
    ]  # fmt: skip
    read = read_school(school_book(load=shared(), timetable=hours))
    assert read.problems == ()
    assert read.directory is not None
    club = read.directory.courses[-1]
    assert (club.title, club.school_class, club.other_classes, club.grade) == ("Шахматы (Ладья)", "9А", ("1А",), 9)
    assert [hour.course for hour in read.directory.timetable] == ["c009"]


def test_a_lesson_of_several_classes_has_point_marks_only_if_all_of_them_have() -> None:
    read = read_school(school_book(load=shared(subject="Математика", kind="урок")))
    assert read.directory is not None
    assert read.directory.courses[-1].marking is Marking.UNMARKED


@pytest.mark.parametrize(
    ("cells", "code", "detail"),
    [
        pytest.param({"class": "9А, 9Ю"}, Code.TABLE_UNKNOWN_REFERENCE, "9Ю", id="a class that there is not"),
        pytest.param({"class": "9А, 9А"}, Code.TABLE_VALUE, "один класс назван дважды", id="a class twice"),
        pytest.param(
            {"kind": "ГПД", "group": ""}, Code.TABLE_REQUIRED,
            "«ГПД» — только по списку: назовите группу и внесите учеников на «Группы»", id="an extended day of all",
        ),
    ],
)  # fmt: skip
def test_a_group_that_cannot_be_is_told_and_the_rest_of_the_load_is_kept(
    cells: dict[str, RawCell], code: Code, detail: str
) -> None:
    read = read_school(school_book(load=shared(**cells)))
    (problem,) = read.problems
    assert (problem.code, problem.detail) == (code, detail)
    assert read.directory is not None
    assert len(read.directory.courses) == len(SCHOOL[TabKind.LOAD])


def test_who_has_left_needs_a_day_and_a_review_of_the_list_is_read() -> None:
    gone: Line = ("PNIN1", NINA[1] | {"status": "выбыл"})
    sheets = roster_book([LEV, gone])
    reviewed = tab(layout.REVIEW, [("v1", {"date": date(2026, 10, 1), "who": "Громова О. И.", "what": "телефоны"})])
    read = read_roster(replace(sheets, tabs=(*sheets.tabs[:-1], reviewed)), "9А", [])
    assert [(problem.code, problem.detail) for problem in read.problems] == [(Code.TABLE_REQUIRED, "Выбыл с")]
    assert [pupil.code for pupil in read.roster.pupils] == ["PLEV1"]
    (review,) = read.roster.reviews
    assert (review.school_class, review.date, review.who, review.what) == (
        "9А", date(2026, 10, 1), "Громова О. И.", "телефоны",
    )  # fmt: skip
