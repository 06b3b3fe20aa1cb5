"""R12 and R13 as sheets: exact headings, the sentences of the head, two lines per employee, A4."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.journal import LessonFact, SpanFacts
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
    TimetableRow,
)
from sync_service.domain.timesheet import timesheet
from sync_service.reports import substitutions
from sync_service.reports.timesheet import Form, build_timesheet
from sync_service.reports.timesheet_template import HALF_TOTAL, MONTH_TOTAL, SAMPLE, make_template
from tests.reports.test_monthly_report import YEAR, facts, lesson, report

TEMPLATE = Path(__file__).parents[2] / "templates_xlsx" / "timesheet.xlsx"
START, END = date(2026, 10, 1), date(2026, 10, 31)
R12 = (
    "№ п/п | Дата | № урока | Класс (группа) | Предмет по расписанию | Ф.И.О. отсутствующего учителя | "
    "Причина отсутствия (код, документ) | Вид (замещён / пропущен / перенесён / объединение групп) | "
    "Ф.И.О. замещающего учителя | Предмет проведённого урока | Тема по КТП | Кол-во часов | Код табеля (ЗН/ЗС/ЗП) | "
    "Основание (приказ №, дата) | Подпись замещавшего | Подпись зам. директора | Примечание (оплата)"
)
STAFF = (
    Employee(code="e1", last="Рябинин", first="Кирилл", staff_no="007", position="учитель математики"),
    Employee(code="e2", last="Ёлкина", first="Вера", patronymic="Ильинична"),
)
ALGEBRA = Course(
    code="c1", title="Алгебра", school_class="9А", grade=9, subject="Алгебра", teacher="e1", marking=Marking.POINTS,
    hours_per_week=Decimal(1), since=date(2026, 9, 1),
)  # fmt: skip
LONG_DAY = Course(
    code="c3", title="Группа продлённого дня", kind=CourseKind.EXTENDED_DAY, school_class="2А", grade=2,
    subject="Группа продлённого дня", group="1", teacher="e1", marking=Marking.UNMARKED,
    hours_per_week=Decimal("12.5"), since=date(2026, 9, 1),
)  # fmt: skip
ALL_WEEK = tuple(
    TimetableRow(since=date(2026, 9, 1), weekday=weekday, slot=6, course="c3") for weekday in range(1, 6)
)
ILL = StaffAbsence(
    employee="e1", start=date(2026, 10, 5), end=date(2026, 10, 6), code=AbsenceCode.ILLNESS, document="№ 12"
)


def gone(day: int, kind: SubstitutionKind = SubstitutionKind.REPLACED, by: str | None = "e2") -> Substitution:
    return Substitution(
        date=date(2026, 10, day), slot=1, school_class="9А", subject="Алгебра", absent="e1", kind=kind, substitute=by,
        order="№ 5",
    )  # fmt: skip


SAID = (
    gone(5), gone(12), gone(19, SubstitutionKind.MISSED, None), gone(26, SubstitutionKind.MOVED, None),
)  # fmt: skip
LESSONS = (
    lesson("c1.1", 5, planned_topic="Корни"),
    lesson("c1.2", 12, held=None),
    lesson("c1.3", 19, held=False),
)


def october() -> SpanFacts:
    return facts(lessons=LESSONS, substitutions=SAID, absences=(ILL,), employees=STAFF, in_charge=(ALGEBRA,))


def lines(sheet: Worksheet, first: int) -> list[list[object]]:
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(min_row=first, values_only=True)]


def r12(**changes: object) -> Worksheet:
    known = replace(october(), **changes)  # type: ignore[arg-type]
    return report(**{name: getattr(known, name) for name in SpanFacts.__dataclass_fields__})["R12"]


def test_the_log_has_the_exact_headings_a_line_per_row_and_counts_above() -> None:
    sheet = r12()
    assert " | ".join(cell.value for cell in sheet[8]) == R12
    assert (sheet["B5"].value, sheet["B6"].value, sheet["B7"].value) == (
        "Пропущено: 1 урок", "Замещено: 2 урока. Больше всего замещено уроков по предмету «Алгебра»",
        "Из замещённых журнал не подтверждает: 1. Они не вошли ни в сводную, ни в табель.",
    )  # fmt: skip
    shown = lines(sheet, 9)
    assert [(line[0], line[6 if number < 3 else 5]) for number, line in enumerate(shown[:3])] == [
        (1, "Б № 12"), (2, "не указана"), (3, "не указана"),
    ]  # fmt: skip
    assert [cell for cell in shown[0][7:] if cell] == ["замещён", "Ёлкина В. И.", "Алгебра", "Корни", 1, "ЗС", "№ 5"]
    assert "журнал не подтверждает, в табель не вошло" in shown[1]
    assert "перенесён" in shown[3]


def test_the_log_ends_today_and_says_so_when_it_is_empty() -> None:
    assert r12(today=date(2026, 10, 12))["B6"].value.startswith("Замещено: 2 урока")
    assert r12(today=date(2026, 10, 11))["B6"].value.startswith("Замещено: 1 урок.")
    assert r12(substitutions=())["B9"].value == "Пропущенных и замещённых уроков нет."


def test_the_summary_counts_a_confirmed_substitution_for_its_giver_and_no_moved_lesson() -> None:
    assert [list(row.values.values()) for row in substitutions.summary(october())] == [
        ["Ёлкина В. И.", 0, 0, 0, 0, 0, 0, 1, 0, 1],
        ["Рябинин К.", 3, 1, 2, 2, 1, 0, 0, 0, 0],
        ["Всего", 3, 1, 2, 2, 1, 0, 1, 0, 1],
    ]


def test_a_day_of_an_extended_day_group_is_as_many_hours_in_the_log_and_the_summary_as_in_the_timesheet() -> None:
    given = gone(7).model_copy(
        update={"school_class": "2А", "subject": LONG_DAY.subject, "group": "1", "slot": 6}
    )
    day = lesson("c3.1", 7, slot=6)
    sheet = r12(in_charge=(LONG_DAY,), timetable=ALL_WEEK, substitutions=(given,), lessons=(day,))
    assert sheet["B6"].value.startswith("Замещено: 1 урок.")
    assert (sheet["L9"].value, sheet["M9"].value) == (2.5, "ЗП")
    assert sheet["L9"].number_format == "#,##0.##"  # the column's own would show «3»
    known = replace(october(), in_charge=(LONG_DAY,), timetable=ALL_WEEK, substitutions=(given,), lessons=(day,))
    half = Decimal("2.5")
    assert [list(row.values.values()) for row in substitutions.summary(known)] == [
        ["Ёлкина В. И.", 0, 0, 0, 0, 0, 0, 0, half, half],
        ["Рябинин К.", half, 0, half, half, 0, 0, 0, 0, 0],
        ["Всего", half, 0, half, half, 0, 0, 0, half, half],
    ]


def test_half_hours_are_told_in_cells_of_whole_numbers_too() -> None:
    long = {"courses": (ALGEBRA, LONG_DAY.model_copy(update={"teacher": "e2"})), "timetable": ALL_WEEK}
    missed = gone(7, SubstitutionKind.REPLACED, "e1").model_copy(
        update={"school_class": "2А", "subject": LONG_DAY.subject, "group": "1", "slot": 6, "absent": "e2"}
    )
    sheet = form(school={**long, "substitutions": (*SAID, missed)}, lessons=(*LESSONS, lesson("c3.1", 7, slot=6)))
    hours, codes = of(sheet, "Ёлкина Вера Ильинична")
    assert [(hours[day - 1], codes[day - 1]) for day in (1, 5, 7)] == [
        (2.5, "Ф"), ("2,5\n1", "Ф\nЗС"), (2.5, "НН"),
    ]  # fmt: skip
    assert (hours[-4], codes[-4]) == (21 * 2.5 + 1, 2.5)
    row = next(row for row in range(SAMPLE, sheet.max_row) if sheet.cell(row, 2).value == "Ёлкина Вера Ильинична")
    assert [sheet.cell(row, column).number_format for column in (5, MONTH_TOTAL + 1)] == ["0.##", "0.##;-0.##;"]
    assert of(sheet, "Рябинин Кирилл")[0][-1] == 2.5


def form(
    template: Path | bytes = TEMPLATE, staff: int = 0, school: Mapping[str, object] = {},
    lessons: tuple[LessonFact, ...] = LESSONS, **head: object,
) -> Worksheet:  # fmt: skip
    """`staff`: so many more employees, each ill for a day; `school`: what is different in it."""
    more = [Employee(code=f"x{number}", last=f"Я{number}", first="Я") for number in range(staff)]
    ill = [ILL.model_copy(update={"employee": employee.code}) for employee in more]
    directory = Directory(
        school=School(title="Школа № 0", director="Громов А. В.", deputy="Соколова И. П."), year=YEAR, bells=(),
        employees=(*STAFF, *more), subjects=(), classes=(),
        courses=(ALGEBRA, ALGEBRA.model_copy(update={"code": "c2", "subject": "Физика", "teacher": "e2"})),
        timetable=tuple(
            TimetableRow(since=date(2026, 9, 1), weekday=1, slot=slot, course=code)
            for code, slot in (("c1", 1), ("c1", 2), ("c2", 3))
        ),
        plan=(), work_types=(), substitutions=SAID, absences=(ILL, *ill),
    ).model_copy(update=school)  # fmt: skip
    said: dict = {"start": START, "end": END, "today": END}
    told = Form(**(said | head))
    first = told.start.replace(day=1)
    last = first.replace(month=first.month + 1) - timedelta(days=1)
    made = build_timesheet(directory, timesheet(directory, lessons, first, last), told, template)
    (sheet,) = load_workbook(BytesIO(made)).worksheets
    assert not any("{{" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    return sheet


def of(sheet: Worksheet, name: str) -> tuple[list[object], list[object]]:
    """The two lines of an employee, without the columns of the person."""
    row = next(row for row in range(SAMPLE, sheet.max_row) if sheet.cell(row, 2).value == name)
    return tuple([cell.value for cell in sheet[line]][4:] for line in (row, row + 1))  # type: ignore[return-value]


def test_an_employee_has_a_line_of_hours_over_a_line_of_codes() -> None:
    sheet = form()
    hours, codes = of(sheet, "Рябинин Кирилл")
    assert [(hours[day - 1], codes[day - 1]) for day in (1, 3, 5, 6, 12)] == [
        (None, None), (None, "В"), (2, "Б"), (None, "Б"), (1, "Ф"),
    ]  # fmt: skip
    # a Monday is ill, 12 and 19 have one lesson of two, 26 both: of it one is moved
    assert (hours[15:20], codes[15:17]) == ([1, 1, 0, 0, 0], [2, 2])
    assert (hours[-5:], codes[-5:-3]) == ([3, 4, 0, 0, 0], [2, 2])
    other, letters = of(sheet, "Ёлкина Вера Ильинична")
    assert (other[4], letters[4]) == ("1\n1", "Ф\nЗС")
    assert other[-5:] == [4, 5, 0, 1, 0]
    assert sheet.cell(SAMPLE, 2).value == "Ёлкина Вера Ильинична"  # «Ё» stands with «Е»
    assert (sheet.cell(SAMPLE + 2, 3).value, sheet.cell(SAMPLE + 2, 4).value) == ("007", "учитель математики")


def test_the_first_half_shows_its_days_and_total_only_and_the_second_the_months_total() -> None:
    hours, codes = of(form(end=date(2026, 10, 15)), "Рябинин Кирилл")
    assert (hours[4], hours[15:17]) == (2, [1, 1])
    assert {*hours[20:], *codes[20:]} == {None}
    hours, codes = of(form(start=date(2026, 10, 16)), "Рябинин Кирилл")
    assert {*hours[:20], *codes[:20]} == {None}
    assert hours[-5:-3] == [3, 4]


def test_the_head_tells_period_kind_and_codes_and_the_school_may_have_letters_of_its_own() -> None:
    sheet = form(correction=2, okpo="01234567", unit="Основная школа", codes={"Б": "Н1"}, today=date(2026, 10, 20))
    said = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    for words in (
        "ТАБЕЛЬ № 10", "за период с 1 по 31 октября 2026 г.", "0504421", "01234567", "Основная школа", "Школа № 0",
        "Руководитель учреждения ______________ Громов А. В.", "Числа месяца",
        "Итого дней (часов) явок (неявок) с 1 по 15", "Всего дней (часов) явок (неявок) за месяц",
        "Фамилия, имя, отчество", "Учётный номер", "Должность (профессия)", "№ п/п",
    ):  # fmt: skip
        assert words in said
    assert sheet["C9"].value == 2
    assert of(sheet, "Рябинин Кирилл")[1][4] == "Н1"
    (meanings,) = (words for words in said if words.startswith("Обозначения"))
    assert "Н1 — временная нетрудоспособность" in meanings
    assert "ЗП" not in meanings
    assert "Дни после 20.10.2026 — по нагрузке и расписанию." in meanings


def test_a_form_of_deviations_leaves_out_full_days() -> None:
    codes = of(form(actual=False), "Рябинин Кирилл")[1]
    assert [codes[day - 1] for day in (5, 10, 12, 26)] == ["Б", "В", "Ф", None]


def test_a_day_that_the_month_has_not_is_crossed_out() -> None:
    hours, codes = of(form(start=date(2026, 11, 1), end=date(2026, 11, 30)), "Рябинин Кирилл")
    assert (hours[-6], codes[-6]) == ("Х", "Х")
    assert (hours[-7], codes[-7]) == (2, "Ф")


def test_the_form_prints_on_one_width_of_a4_with_its_heading_on_every_page() -> None:
    sheet = form()
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$11:$12"
    assert (sheet.cell(12, HALF_TOTAL).value, sheet.cell(12, MONTH_TOTAL).value) == ("дней", "дней")


def test_no_employee_is_parted_by_the_end_of_a_page() -> None:
    sheet = form(staff=50)
    breaks = [one.id for one in sheet.row_breaks.brk]
    assert len(breaks) == 2
    assert {(row - SAMPLE + 1) % 2 for row in breaks} == {0}  # the last row of a page is somebody's second


def test_the_maintained_command_makes_the_shipped_template() -> None:
    out = BytesIO()
    make_template().save(out)
    shipped, made = (list(form(one).iter_rows(values_only=True)) for one in (TEMPLATE, out.getvalue()))
    assert shipped == made
