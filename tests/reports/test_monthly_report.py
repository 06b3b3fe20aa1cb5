"""The numbers of the monthly workbook, each counted by hand here, and its exact headings."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.journal import CourseFact, EntryFact, FinalFact, LessonFact, OpenProblem, PupilFact, SpanFacts
from sync_service.domain.policy import Policy
from sync_service.domain.school import Bell, CourseKind, Marking, Period, PupilStatus, SchoolYear, Term, WorkType
from sync_service.reports.monthly import build_monthly
from tests.reports.made_up_school import october

TEMPLATE = Path(__file__).parents[2] / "templates_xlsx" / "monthly.xlsx"
YEAR = SchoolYear(
    title="2026/2027", start=date(2026, 9, 1), end=date(2027, 5, 26),
    periods=(
        Period(term=Term.Q1, title="I четверть", start=date(2026, 9, 1), end=date(2026, 10, 23)),
        Period(term=Term.Q2, title="II четверть", start=date(2026, 11, 2), end=date(2026, 12, 30)),
    ),
)  # fmt: skip
R01 = (
    "№ | Ф.И.О. учителя | Класс | Предмет | Уроков по расписанию | Уроков проведено | Записано уроков | Без темы | "
    "Без отметки об отсутствующих | Без домашнего задания | Внесено в срок | Внесено с опозданием | Не внесено | "
    "Среднее опоздание, ч | Заполненность, % | Своевременность, %"
)
R17 = (
    "Направление / объединение | Руководитель | Группа | Занятий по плану | Проведено | Обучающихся | Посещений | "
    "Посещаемость, % | Без темы"
)
R05 = (
    "№ | Фамилия, имя | Полных дней: всего | Полных дней: по болезни | Уроков: всего | Уроков: по болезни | "
    "Опоздания | Уроков: по уважительной причине | Уроков: без уважительной причины | Посещаемость, %"
)


def course(code: str = "c1", subject: str = "Алгебра", **changed: object) -> CourseFact:
    values: dict = {
        "code": code, "title": subject, "kind": CourseKind.LESSON, "school_class": "9А", "grade": 9, "subject": subject,
        "group": "", "teacher": "e1", "teacher_name": "Рябинин К. С.", "marking": Marking.POINTS,
        "hours_per_week": Decimal(3),
    }  # fmt: skip
    return CourseFact(**(values | changed))


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026; Moscow is three hours ahead."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


def lesson(key: str, day: int, **changed: object) -> LessonFact:
    """Held, told in time with everything, at noon in Moscow."""
    values: dict = {
        "key": key, "course": key.split(".", maxsplit=1)[0], "seq": 1, "date": date(2026, 10, day),
        "slot": 1, "held": True, "topic": "Квадратные уравнения", "homework": "§ 3", "homework_due": None,
        "minutes": None, "work_type": "", "planned_topic": "", "planned_homework": "",
        "held_at": utc(day, 9), "topic_at": utc(day, 9),
        "homework_at": utc(day, 9),
    }  # fmt: skip
    return LessonFact(**(values | changed))


def untold(key: str, day: int, **changed: object) -> LessonFact:
    nothing: dict = {"held": None, "topic": "", "homework": "", "held_at": None, "topic_at": None, "homework_at": None}
    return lesson(key, day, **(nothing | changed))


def pupil(code: str, name: str = "Груздев Лука", courses: tuple[str, ...] = ("c1",), **changed: object) -> PupilFact:
    values: dict = {"school_class": "9А", "enrolled": date(2026, 9, 1), "left": None, "courses": courses}
    return PupilFact(code=code, name=name, **(values | changed))


def entry(pupil_code: str, lesson_key: str, day: int, *marks: int, absence: str = "") -> EntryFact:
    return EntryFact(
        pupil_code,
        lesson_key,
        lesson_key.split(".", maxsplit=1)[0],
        date(2026, 10, day),
        marks,
        "",
        absence,
        False,
        utc(day, 9),
    )


def facts(**changed: object) -> SpanFacts:
    values: dict = {
        "school": "Заозёрная школа", "year": YEAR, "start": date(2026, 10, 1), "end": date(2026, 10, 31),
        "today": date(2026, 11, 2), "time_zone": "Europe/Moscow", "classes": (("9А", 9, "Липина С. В."),),
        "courses": (course(),), "pupils": (), "lessons": (), "entries": (), "finals": (), "work_types": (),
        "problems": (),
    }  # fmt: skip
    return SpanFacts(**(values | changed))


def report(policy: Policy | None = None, **changed: object) -> Workbook:
    return load_workbook(BytesIO(build_monthly(facts(**changed), policy or Policy(), TEMPLATE)))


def row_of(sheet: Worksheet, label: str, after: str = "") -> dict[str, object]:
    """Heading → value of the first row with `label` in one of the first two columns, below the row `after`."""
    seen = not after
    for cells in sheet.iter_rows(min_row=6, values_only=True):
        if seen and label in cells[:2]:
            return dict(zip([cell.value for cell in sheet[5]], cells, strict=True))
        seen = seen or after in cells[:2]
    raise AssertionError(f"{sheet.title}: no row {label}")


def test_the_sheets_stand_in_order_with_the_exact_headings() -> None:
    book = report()
    assert book.sheetnames == [
        "Сводка", "R01", "Успеваемость", "I четверть", "R05 9А", "R12", "R12 свод", "R17",
        "Методика",
    ]  # fmt: skip
    assert " | ".join(cell.value for cell in book["R01"][5]) == R01
    assert " | ".join(cell.value for cell in book["R05 9А"][5]) == R05
    assert " | ".join(cell.value for cell in book["R17"][5]) == R17
    assert book["R01"]["A2"].value == "Отчёт о заполнении электронного журнала за октябрь 2026 г."
    assert book["R05 9А"]["A2"].value == "Посещаемость класса 9А"
    assert not any("{{" in str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells)


def test_filling_is_counted_lesson_by_lesson() -> None:
    lessons = (
        lesson("c1.1", 5),
        lesson("c1.2", 6, homework_at=utc(6, 17, 0)),  # 20:00 in Moscow, due by 17:00: three hours late
        lesson("c1.3", 7, topic_at=utc(8, 15, 0)),  # 18:00 of the next day: 24 hours late
        lesson("c1.4", 8, homework="", homework_at=None),
        untold("c1.5", 9),
        untold("c1.6", 12, held=False, held_at=utc(12, 9)),  # cancelled: nothing to fill
        lesson("c1.7", 13, homework="—"),  # «none was set» is an answer
    )
    row = row_of(report(lessons=lessons)["R01"], "Рябинин К. С.")
    assert [row[name] for name in R01.split(" | ")] == [
        1, "Рябинин К. С.", "9А", "Алгебра", 7, 5, 6, 1, 1, 2, 2, 2, 2, 13.5, 66.7, 33.3,
    ]  # fmt: skip


def test_homework_is_due_an_hour_after_the_last_lesson_of_the_class_that_day() -> None:
    bells = (Bell(slot=1, start=time(8, 30), end=time(9, 15)), Bell(slot=5, start=time(12), end=time(12, 45)))
    lessons = (
        lesson("c1.1", 5, homework_at=utc(5, 10, 40)),  # 13:40, the class's last lesson ends at 12:45
        lesson("c2.1", 5, slot=5, homework_at=utc(5, 10, 46)),  # 13:46: one minute late
    )
    sheet = report(
        lessons=lessons, courses=(course(), course("c2", "Химия", teacher_name="Липина С. В.")), bells=bells
    )["R01"]
    assert row_of(sheet, "Рябинин К. С.")["Внесено в срок"] == 1
    assert row_of(sheet, "Липина С. В.")["Внесено с опозданием"] == 1


def test_lessons_of_today_and_tomorrow_are_not_overdue() -> None:
    lessons = (lesson("c1.1", 5), untold("c1.2", 6), untold("c1.3", 7))
    row = row_of(report(lessons=lessons, today=date(2026, 10, 6))["R01"], "Рябинин К. С.")
    assert (row["Уроков по расписанию"], row["Не внесено"], row["Заполненность, %"]) == (2, 0, 100)


def test_grade_one_and_activities_need_no_homework() -> None:
    bare = {"homework": "", "homework_at": None}
    courses = (
        course("c1", grade=1, school_class="1А", marking=Marking.UNMARKED),
        course("c2", "Шахматы", kind=CourseKind.CLUB, teacher_name="Липина С. В."),
    )
    changed = {"courses": courses, "lessons": (lesson("c1.1", 5, **bare), lesson("c2.1", 5, **bare))}
    assert row_of(report(**changed)["R01"], "Всего")["Внесено в срок"] == 2
    strict = row_of(report(Policy(grade1_homework=True), **changed)["R01"], "Всего")
    assert (strict["Без домашнего задания"], strict["Заполненность, %"]) == (1, 50)


def test_where_the_plan_has_no_homework_none_is_missed() -> None:
    planned, bare = {"planned_topic": "Квадраты", "planned_homework": "§ 3"}, {"homework": "", "homework_at": None}
    lessons = (
        lesson("c1.1", 5, **planned),
        lesson("c1.2", 6, **planned | bare),
        lesson("c1.3", 7, **planned | bare | {"planned_homework": ""}),  # the plan says: nothing to set
        lesson("c1.4", 8, **planned | {"planned_homework": "", "homework_at": utc(9, 9)}),  # set, and late
        lesson("c1.5", 9, **bare),  # out of plan: the teacher says «—» or sets it
    )
    row = row_of(report(lessons=lessons)["R01"], "Всего")
    assert (row["Без домашнего задания"], row["Внесено в срок"], row["Внесено с опозданием"]) == (2, 2, 1)


def test_teachers_stand_in_the_order_of_the_russian_alphabet() -> None:
    names = ("Яковлева А. А.", "Ёлкин С. М.", "Беляева Н. Ф.", "Жуков П. П.")
    courses = tuple(course(f"c{n}", teacher_name=name) for n, name in enumerate(names, 1))
    sheet = report(courses=courses, lessons=tuple(lesson(f"c{n}.1", 5) for n in range(1, 5)))["R01"]
    told = [cell.value for cell in sheet["B"] if cell.value in names]
    assert told == ["Беляева Н. Ф.", "Ёлкин С. М.", "Жуков П. П.", "Яковлева А. А."] * 2


def test_nobody_is_blamed_for_lateness_when_all_was_read_on_one_day() -> None:
    def told(**moments: object) -> str:
        sheet = report(lessons=(lesson("c1.1", 5, **moments), lesson("c1.2", 6, **moments)))["Сводка"]
        return " ".join(str(cell.value) for cell in sheet["B"])

    evening = utc(6, 16)
    assert "прочла в один день, 06.10.2026" in told(held_at=evening, topic_at=evening, homework_at=evening)
    assert "не показательна" not in told()


def test_attendance_tells_reasons_and_full_days() -> None:
    lessons = tuple(lesson(f"c1.{day}{slot}", day, slot=slot) for day in (5, 6) for slot in (1, 2, 3, 4, 5))
    entries = (
        *(entry("P1", f"c1.5{slot}", 5, absence="б") for slot in (1, 2, 3, 4, 5)),
        *(entry("P1", f"c1.6{slot}", 6, absence=code) for slot, code in ((1, "н"), (2, "ув"), (3, "нп"), (4, "оп"))),
        entry("P1", "c1.65", 6, absence="осв"),
    )
    changed = {"lessons": lessons, "entries": entries, "pupils": (pupil("P1"), pupil("P2", "Липина Злата"))}
    sheet = report(**changed)["R05 9А"]
    # 10 lessons, 5 ill + 3 other misses; late and released are no misses
    assert list(row_of(sheet, "Груздев Лука").values()) == [1, "Груздев Лука", 1, 1, 8, 5, 1, 1, 1, 20]
    assert list(row_of(sheet, "Липина Злата").values()) == [2, "Липина Злата", 0, 0, 0, 0, 0, 0, 0, 100]
    assert list(row_of(sheet, "Всего по классу").values()) == [None, "Всего по классу", 1, 1, 8, 5, 1, 1, 1, 60]
    assert "(«н»): 1" in sheet["A10"].value
    three = report(Policy(full_day_lessons=3), **changed)["R05 9А"]
    assert row_of(three, "Груздев Лука")["Полных дней: всего"] == 2


def test_a_pupil_counts_only_while_on_the_list() -> None:
    lessons = tuple(lesson(f"c1.{day}", day) for day in (5, 6, 7, 8))
    entries = (
        entry("P1", "c1.5", 5, absence="н"),
        entry("P1", "c1.7", 7, absence="н"),
        entry("P2", "c1.5", 5, absence="н"),
    )
    pupils = (
        pupil(
            "P1",
            "Груздев Лука",
            courses=(),
            left=date(2026, 10, 7),
            spans=(("c1", date(2026, 9, 1), date(2026, 10, 7)),),
        ),
        pupil("P2", "Камышов Глеб", enrolled=date(2026, 10, 6), spans=(("c1", date(2026, 9, 1), None),)),
        pupil("P3", "Ивушкина Кира", left=date(2026, 9, 20)),
    )
    sheet = report(lessons=lessons, entries=entries, pupils=pupils)["R05 9А"]
    left = row_of(sheet, "Груздев Лука (выбытие 07.10.2026)")  # two lessons, one missed
    assert (left["Уроков: всего"], left["Посещаемость, %"]) == (1, 50)
    assert row_of(sheet, "Камышов Глеб (прибытие 06.10.2026)")["Посещаемость, %"] == 100  # absent before he came
    assert row_of(sheet, "Всего по классу")["Посещаемость, %"] == 80  # 1 of 2 + 3
    assert not any("Ивушкина" in str(cell.value) for cell in sheet["B"])


def test_who_moved_or_is_taught_elsewhere_stands_in_the_list_with_the_reason() -> None:
    lessons = tuple(lesson(f"c1.{day}", day) for day in (5, 6, 7, 8))
    entries = (entry("P1", "c1.5", 5, absence="н"), entry("P2", "c1.5", 5, absence="н"),
               entry("P2", "c1.8", 8, absence="н"), entry("P3", "c1.8", 8, absence="н"))  # fmt: skip
    start, moved = date(2026, 9, 1), date(2026, 10, 7)
    pupils = (
        pupil("P1", "Груздев Лука", courses=(), spans=(("c1", start, moved),),
              classes=(("9А", start, moved), ("9Б", moved, None))),
        pupil("P2", "Камышов Глеб", states=((PupilStatus.HOME_TEACHING, moved, None),)),
        pupil("P3", "Ивушкина Кира", spans=(("c1", moved, None),), classes=(("9Б", start, moved), ("9А", moved, None))),
    )  # fmt: skip
    sheet = report(lessons=lessons, entries=entries, pupils=pupils)["R05 9А"]
    assert row_of(sheet, "Груздев Лука (переход в 9Б 07.10.2026)")["Посещаемость, %"] == 50
    assert row_of(sheet, "Камышов Глеб (домашнее обучение)")["Посещаемость, %"] == 50  # until the seventh
    assert row_of(sheet, "Ивушкина Кира (переход из 9Б 07.10.2026)")["Посещаемость, %"] == 50


def test_of_a_pupil_taught_by_the_family_a_final_mark_is_counted_and_not_awaited() -> None:
    states = ((PupilStatus.FAMILY_FORM, date(2026, 9, 1), None),)
    pupils = (pupil("P1"), pupil("P2", states=states), pupil("P3", states=states))
    finals = (FinalFact("P1", "c1", Term.Q1, "5"), FinalFact("P2", "c1", Term.Q1, "3"))
    sheet = report(pupils=pupils, finals=finals)["I четверть"]
    assert row_of(sheet, "9А", after="Учтено отметок, с н/а")["Алгебра"] == 2
    assert row_of(sheet, "9А", after="Ещё не выставлено")["Алгебра"] == 0


def test_a_pupil_of_a_subgroup_is_counted_once() -> None:
    courses = (
        course("c1", "Английский язык", group="1"),
        course("c2", "Английский язык", group="2", teacher_name="Липина С. В."),
    )
    lessons = (lesson("c1.1", 5), lesson("c2.1", 5), lesson("c1.2", 6), lesson("c2.2", 6))
    entries = (entry("P1", "c1.1", 5, absence="б"), entry("P2", "c2.1", 5, 4), entry("P1", "c1.2", 6, 5))
    moved = (("c1", date(2026, 9, 1), date(2026, 10, 6)), ("c2", date(2026, 10, 6), None))
    pupils = (pupil("P1"), pupil("P2", "Камышов Глеб", ("c2",)), pupil("P3", "Ивушкина Кира", ("c2",), spans=moved))
    book = report(courses=courses, lessons=lessons, entries=entries, pupils=pupils)
    assert row_of(book["R05 9А"], "Груздев Лука")["Посещаемость, %"] == 50
    assert (
        row_of(book["R05 9А"], "Всего по классу")["Посещаемость, %"] == 83.3
    )  # 5 of 6: three pupils, two lessons each
    assert [cell.value for cell in book["Успеваемость"][5]] == ["Класс", "Английский язык", "Все предметы"]
    assert row_of(book["Успеваемость"], "9А")["Английский язык"] == 2


@pytest.mark.parametrize(
    ("counts", "success", "quality", "sou", "mean"),
    [((5, 10, 8, 2), 92.0, 60.0, 58.4, 3.72), ((3, 3, 4, 0), 100, 60, 63.6, 3.9)],
)
def test_current_marks_give_the_vectors_of_the_formulas(
    counts: tuple[int, ...], success: float, quality: float, sou: float, mean: float
) -> None:
    marks = [mark for mark, count in zip((5, 4, 3, 2), counts, strict=True) for _ in range(count)]
    entries = tuple(entry(f"P{number}", "c1.1", 5, mark) for number, mark in enumerate(marks))
    book = report(lessons=(lesson("c1.1", 5),), entries=entries)
    sheet = book["Успеваемость"]
    found = [
        row_of(sheet, "9А", after=band)["Алгебра"]
        for band in ("Успеваемость, %", "Качество знаний, %", "СОУ, %", "Средний балл")
    ]
    assert found == [success, quality, sou, mean]
    summary = book["Сводка"]
    assert row_of(summary, "Успеваемость по текущим отметкам, %")["Всего"] == success
    assert row_of(summary, "Качество знаний по текущим отметкам, %")["Всего"] == quality
    assert row_of(summary, "Средний балл")["Всего"] == mean


def test_not_attested_counts_and_exempt_or_missing_or_departed_does_not() -> None:
    finals = ["5"] * 5 + ["4"] * 10 + ["3"] * 8 + ["2"] * 2 + ["н/а", "осв", "осв"]
    pupils = [pupil(f"P{number}") for number in range(len(finals) + 3)]  # three without a mark yet
    gone = pupil("P99", left=date(2026, 10, 20))
    values = [FinalFact(f"P{number}", "c1", Term.Q1, value) for number, value in enumerate(finals)]
    values += [FinalFact("P99", "c1", Term.Q1, "2"), FinalFact("P0", "c1", Term.Q2, "2")]
    sheet = report(pupils=(*pupils, gone), finals=tuple(values))["I четверть"]
    bands = (
        "Учтено отметок, с н/а",
        "Ещё не выставлено",
        "Успеваемость, %",
        "Качество знаний, %",
        "СОУ, %",
        "Средний балл",
    )
    # DOMAIN 2.8: 88.46 / 57.69 / 56.42 / 3.72
    assert [row_of(sheet, "9А", after=band)["Алгебра"] for band in bands] == [26, 3, 88.5, 57.7, 56.4, 3.72]


def test_parallels_and_school_pool_marks_while_class_sou_is_a_mean_of_subjects() -> None:
    courses = (course("c1"), course("c2", school_class="9Б"), course("c3", "Химия"))
    lessons = (lesson("c1.1", 5), lesson("c2.1", 5), lesson("c3.1", 5))
    entries = (entry("P1", "c1.1", 5, 5, 5), entry("P2", "c2.1", 5, 4), entry("P1", "c3.1", 5, 3))
    classes = (("9А", 9, ""), ("9Б", 9, ""))
    sheet = report(courses=courses, lessons=lessons, entries=entries, classes=classes)["Успеваемость"]
    assert row_of(sheet, "9-е классы", after="Средний балл")["Алгебра"] == 4.67  # 14 / 3
    assert row_of(sheet, "Всего", after="Средний балл")["Все предметы"] == 4.25  # 17 / 4
    assert row_of(sheet, "9А", after="СОУ, %")["Все предметы"] == 68  # (100 + 36) / 2; pooled it would be 78.7
    assert row_of(sheet, "9Б", after="СОУ, %")["Химия"] is None  # no such course


def test_what_has_no_marks_stays_out_and_nothing_is_a_dash() -> None:
    courses = (
        course("c1"),
        course("c2", "Разговоры о важном", marking=Marking.UNMARKED),
        course("c3", "ОРКСЭ", marking=Marking.PASS_FAIL, school_class="4А", grade=4),
    )
    lessons = (lesson("c1.1", 5, work_type="ТР"), lesson("c2.1", 5))
    entries = (entry("P1", "c1.1", 5, 2), entry("P1", "c2.1", 5, 5))
    silent = (WorkType(short="ТР", title="Тренировочная", counts=False),)
    book = report(
        courses=courses, lessons=lessons, entries=entries, work_types=silent, classes=(("4А", 4, ""), ("9А", 9, ""))
    )
    sheet = book["Успеваемость"]
    assert [cell.value for cell in sheet[5]] == ["Класс", "Алгебра", "Все предметы"]
    assert row_of(sheet, "9А", after="Количество отметок")["Алгебра"] == 0
    assert row_of(sheet, "9А", after="Средний балл")["Алгебра"] == "-"
    assert any("4А" in str(cell.value) for cell in sheet["A"])
    assert row_of(book["Сводка"], "Выставлено отметок")["Всего"] == 0


def test_the_summary_has_twelve_numbers_by_school_and_grade_with_lights_in_words() -> None:
    courses = (course("c1"), course("c2", grade=5, school_class="5А"))
    lessons = (lesson("c1.1", 5), untold("c2.1", 5))
    problem = OpenProblem("entry.unknown", "5А Журнал", "Алгебра", "F7", "c2", "", utc(5, 9))
    of_book = OpenProblem("tab.missing", "5А Журнал", "", "", "", "", utc(5, 9))
    sheet = report(
        courses=courses, lessons=lessons, classes=(("5А", 5, ""), ("9А", 9, "")), problems=(problem, of_book)
    )["Сводка"]
    assert [cell.value for cell in sheet["A"] if isinstance(cell.value, int)] == list(range(1, 13))
    full = row_of(sheet, "Заполненность журнала, %")
    assert (full["Всего"], full["Норма"], full["Оценка"], full["5 кл."], full["9 кл."]) == (
        50,
        "от 95 %",
        "тревога",
        0,
        100,
    )
    remarks = row_of(sheet, "Открытых замечаний по ведению журнала")
    assert (remarks["Всего"], remarks["5 кл."], remarks["9 кл."], remarks["Оценка"]) == (2, 1, 0, "внимание")
    cell = next(cells[5] for cells in sheet.iter_rows(min_row=6) if cells[1].value == "Заполненность журнала, %")
    assert cell.number_format == '0.0" !!"'  # the light is seen on a black-and-white print too
    legend = next(cell for cell in sheet["B"] if cell.value == "тревога")
    assert cell.fill.fgColor.rgb == legend.fill.fgColor.rgb


def test_an_empty_month_and_a_school_without_classes_give_a_report() -> None:
    book = report(pupils=(pupil("P1"),))
    assert row_of(book["R01"], "Всего")["Заполненность, %"] == "-"
    assert row_of(book["R05 9А"], "Груздев Лука")["Посещаемость, %"] == "-"
    assert row_of(book["Сводка"], "Средний балл")["Всего"] == "-"
    assert report(classes=(), courses=()).sheetnames[-1] == "Методика"


def test_the_method_names_the_rules_in_force() -> None:
    policy = Policy(lesson_by=time(19, 30), full_day_lessons=3)
    text = "\n".join(str(cell.value) for cells in report(policy)["Методика"].iter_rows() for cell in cells)
    assert "до 19:30" in text
    assert "3 и больше" in text
    assert "(100·n5 + 64·n4 + 36·n3 + 16·n2 + 7·на) ÷ N" in text


def test_numbers_are_numbers_that_excel_can_add_up() -> None:
    sheet = report(lessons=(lesson("c1.1", 5), lesson("c1.2", 6), untold("c1.3", 7)))["R01"]
    cells = [cell for cell in sheet[6] if cell.column > 4 and cell.value != "-"]
    assert {cell.data_type for cell in cells} == {"n"}
    assert cells[-1].number_format == '0.0" !!"'
    assert cells[-1].value == 66.7


def test_every_sheet_prints_on_a4_with_repeated_headings_and_page_numbers() -> None:
    for sheet in report():
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == ("$8:$8" if sheet.title == "R12" else "$5:$5")
        assert sheet.freeze_panes is not None
        assert "&P" in sheet.oddFooter.right.text
        assert sheet.oddFooter.left.text == "Заозёрная школа"


def test_a_school_month_takes_under_three_seconds() -> None:
    month = october()
    assert (len(month.pupils), len(month.lessons) > 700, len(month.entries) > 3000) == (99, True, True)
    started = process_time()
    build_monthly(month, Policy(), TEMPLATE)
    assert process_time() - started < 3
