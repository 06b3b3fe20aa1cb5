"""The year of an extended-day group and of a theatre studio, as educator, class teacher and deputy tell it."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.backups.manifest import Kind
from sync_service.domain.problems import Code, message
from sync_service.domain.school import Course, CourseKind, GroupMember, Marking, Subject, Term, TimetableRow
from sync_service.domain.slots import (
    LessonField,
    RegimeField,
    Slot,
    entry_slot,
    final_slot,
    lesson_slot,
    regime_line,
    regime_slot,
)
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases import periods, requests
from sync_service.usecases.composition import journal_books
from sync_service.usecases.holds import lines, would_change
from sync_service.usecases.keeping import make_backup
from sync_service.usecases.provision import provision
from sync_service.usecases.redrawing import redraw
from sync_service.usecases.reporting import write_report
from sync_service.usecases.restoring import copy_as_of, put_back
from sync_service.usecases.timesheet import write_timesheet
from sync_service.usecases.trail import history
from tests.school import START, SmallSchool
from tests.usecases.class_teacher import put
from tests.usecases.conftest import SchoolOnDisk, build
from tests.usecases.test_course_kinds import DAY, lesson, mixed_school

BOOK, GROUP, REGIME = "6Б Журнал", "Продлённый день 1 гр.", "Продлённый день 1 гр. · режим"
COMPOSITION, LOG = "Продлённый день 1 гр. · состав", "Продлённый день 1 гр. · дни"
STUDIO, THEATRE = "c009", "Театр (Маска)"
NIGHT = {"everything": True, "nightly": True}
MORNING_OF_Q2 = datetime(2026, 11, 2, 4, tzinfo=UTC)


def school_with_a_group() -> SmallSchool:
    """6Б of the mixed school alone; who is in the group is there by order. A theatre studio beside it, on Fridays."""
    made = mixed_school()
    kept = tuple(course for course in made.directory.courses if course.classes == ("6Б",))
    codes = {course.code for course in kept}
    studio = Course(
        code=STUDIO, title=THEATRE, kind=CourseKind.SUPPLEMENTARY, school_class="6Б", grade=6, subject="Театр",
        group="Маска", teacher="e01", marking=Marking.PASS_FAIL, hours_per_week=Decimal(1), since=START,
    )  # fmt: skip
    said = made.directory.model_copy(update={
        "subjects": (*made.directory.subjects, Subject(title="Театр", short="Театр", marking=Marking.PASS_FAIL)),
        "classes": tuple(one for one in made.directory.classes if one.code == "6Б"),
        "courses": (*kept, studio),
        "timetable": (
            *(row for row in made.directory.timetable if row.course in codes),
            TimetableRow(since=START, weekday=5, slot=6, course=STUDIO),
        ),
        "plan": tuple(item for item in made.directory.plan if item.course in codes),
    })  # fmt: skip
    of_day = {"enrolled_order": "№ 12 от 31.08.2026"}
    (roster,) = (roster for roster in made.rosters if roster.school_class == "6Б")
    by_order = tuple(one.model_copy(update=of_day) for one in roster.groups if one.subject == "Продлённый день")
    actor = GroupMember(pupil="P0006", subject="Театр", group="Маска", since=START)
    return SmallSchool(said, (roster.model_copy(update={"groups": (*by_order, actor)}),), made.lessons, made.policy)


@pytest.fixture(scope="session")
def drawn_group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("group") / "books"


@pytest.fixture
def group(tmp_path: Path, drawn_group: Path, database: str) -> SchoolOnDisk:
    """On SQLite and on PostgreSQL."""
    made = build(tmp_path, drawn_group, school_with_a_group())
    made.sync()
    return made


@pytest.fixture
def one_group(tmp_path: Path, drawn_group: Path, db: None) -> SchoolOnDisk:
    """The same on the default database, for what the kind of database cannot change."""
    made = build(tmp_path, drawn_group, school_with_a_group())
    made.sync()
    return made


def at(term: Term, number: int, field: RegimeField) -> Slot:
    return regime_slot(regime_line(DAY, term.value, number), field)


def day_of(term: Term, number: int, start: object, end: object, what: str | None) -> dict[Slot, object]:
    """A line of the regime as the educator types it."""
    cells = zip(RegimeField, (start, end, what), strict=True)
    return {at(term, number, field): value for field, value in cells}


def open_remarks(code: Code, book: str = "6Б") -> list[str]:
    standing = sync_state.standing_problems(f"journal-{book}-2026")
    return [message(problem) for _, problem, _ in standing if problem.code is code]


def shown(school: SchoolOnDisk, tab: str) -> list[tuple[object, ...]]:
    """The filled lines of a table below its headings, without the hidden keys."""
    sheet = load_workbook(school.books / f"{BOOK}.xlsx")[tab]
    found = (line[1:] for line in sheet.iter_rows(min_row=3, values_only=True))
    return [
        tuple(value.date() if isinstance(value, datetime) else value for value in line)
        for line in found
        if any(value is not None for value in line)
    ]


def replayed() -> None:
    digest = ledger.digest()
    ledger.replay()
    assert ledger.digest() == digest


def test_the_educator_fills_the_regime_before_the_quarter_and_nobody_reminds_her(group: SchoolOnDisk) -> None:
    group.type(BOOK, REGIME, day_of(Term.Q1, 1, time(12, 30), "13.10", "Обед"))
    group.type(BOOK, REGIME, day_of(Term.Q1, 2, "13:10", None, "Прогулка"))
    group.sync(**NIGHT)
    values = queries.regime_values(DAY)
    assert values == {
        at(Term.Q1, 1, RegimeField.START): "12:30", at(Term.Q1, 1, RegimeField.END): "13:10",
        at(Term.Q1, 1, RegimeField.WHAT): "Обед", at(Term.Q1, 2, RegimeField.START): "13:10",
        at(Term.Q1, 2, RegimeField.WHAT): "Прогулка",
    }  # fmt: skip
    assert open_remarks(Code.REGIME_MISSING) == []
    replayed()


def test_a_quarter_that_has_begun_without_a_regime_is_told_until_it_is_filled(one_group: SchoolOnDisk) -> None:
    one_group.type(BOOK, REGIME, day_of(Term.Q1, 1, "12:30", "13:10", "Обед"))
    one_group.now[0] = MORNING_OF_Q2 - timedelta(days=1)
    one_group.sync(**NIGHT)
    assert open_remarks(Code.REGIME_MISSING) == []
    one_group.now[0] = MORNING_OF_Q2
    one_group.sync(**NIGHT)
    assert open_remarks(Code.REGIME_MISSING) == [
        f"{GROUP}, II четверть: Режим группы не заполнен, срок — до 02.11. Впишите его на вкладку «режим»."
    ]
    assert "Режим группы не заполнен" in str(shown(one_group, "Замечания"))
    one_group.type(BOOK, REGIME, day_of(Term.Q2, 1, "12:30", "13:10", None))
    one_group.sync()
    assert len(open_remarks(Code.REGIME_MISSING)) == 1  # an hour without a word is no regime
    one_group.type(BOOK, REGIME, day_of(Term.Q2, 1, "12:30", "13:10", "Обед"))
    one_group.sync()
    assert open_remarks(Code.REGIME_MISSING) == []


def test_what_is_no_time_stays_in_its_cell_and_turned_times_are_told(one_group: SchoolOnDisk) -> None:
    first, second = day_of(Term.Q1, 1, "после уроков", "13:10", "Обед"), day_of(Term.Q1, 2, "14:00", "13:10", "Сон")
    one_group.type(BOOK, REGIME, first | second)
    one_group.sync()
    start, end = at(Term.Q1, 1, RegimeField.START), at(Term.Q1, 2, RegimeField.END)
    note = one_group.note(BOOK, REGIME, start)
    assert "I четверть, строка 1: «после уроков»: это не время. Пока не записано." in note
    assert "«13:10»: конец не позже начала (начало 14:00)." in one_group.note(BOOK, REGIME, end)
    assert start not in queries.regime_values(DAY)
    assert queries.regime_values(DAY)[end] == "13:10"


def test_a_regime_may_be_written_anew_but_not_wiped(one_group: SchoolOnDisk) -> None:
    first: dict[Slot, object] = {}
    for number in range(1, 9):
        first |= day_of(Term.Q1, number, f"{11 + number}:00", f"{12 + number}:00", f"Дело {number}")
    one_group.type(BOOK, REGIME, first)
    one_group.sync()
    moved: dict[Slot, object] = dict.fromkeys(first)
    for number in range(1, 7):  # everything an hour later, the last two things are gone
        moved |= day_of(Term.Q1, number, f"{12 + number}:00", f"{13 + number}:00", f"Дело {number}")
    one_group.type(BOOK, REGIME, moved)
    assert not one_group.sync().needs_human
    assert queries.regime_values(DAY) == {slot: value for slot, value in moved.items() if value}
    one_group.type(BOOK, REGIME, dict.fromkeys(first))
    assert one_group.sync().needs_human
    (hold,) = sync_state.holds()
    assert (hold.code, hold.tab) == (Code.TAB_EMPTIED, f"regime {DAY}")
    assert len(queries.regime_values(DAY)) == 18
    (told,) = {(one.who, one.day) for one in lines(would_change(one_group.workspace, hold)) if one.old == "13:00"}
    assert told == ("С", "I четверть")


def test_the_regime_of_a_closed_quarter_waits_for_the_deputy_and_the_next_is_taken(one_group: SchoolOnDisk) -> None:
    one_group.type(BOOK, REGIME, day_of(Term.Q1, 1, "12:30", "13:10", "Обед"))
    one_group.sync()
    one_group.now[0] = MORNING_OF_Q2
    periods.close(one_group.workspace, "I", by="Белова Т. С.", reason="четверть проверена")
    what = at(Term.Q1, 1, RegimeField.WHAT)
    one_group.type(BOOK, REGIME, {what: "Сон"} | day_of(Term.Q2, 1, "12:00", "12:40", "Прогулка"))
    one_group.sync()
    (asked,) = requests.waiting()
    assert (asked.tab, asked.old, asked.new, asked.period) == (REGIME, "Обед", "Сон", "I четверть")
    assert queries.regime_values(DAY)[at(Term.Q2, 1, RegimeField.WHAT)] == "Прогулка"
    requests.approve(one_group.workspace, [asked.number], by="Белова Т. С.", reason="ошибка в режиме")
    one_group.sync()
    assert (queries.regime_values(DAY)[what], requests.waiting()) == ("Сон", [])
    steps = history(one_group.workspace, course=GROUP, school_class="6Б").steps
    assert [(one.what, one.old, one.new) for one in steps if one.slot == what] == [
        ("режим, I четверть, строка 1: Режимный момент", "", "Обед"),
        ("режим, I четверть, строка 1: Режимный момент", "Обед", "Сон"),
    ]


def test_a_deleted_regime_is_missed_and_comes_back_from_the_record(group: SchoolOnDisk) -> None:
    group.type(BOOK, REGIME, day_of(Term.Q1, 1, "12:30", "13:10", "Обед"))
    group.sync()
    moment = f"{group.now[0].astimezone(group.workspace.zone):%Y-%m-%dT%H:%M}"
    group.now[0] += timedelta(hours=1)
    group.type(BOOK, REGIME, {at(Term.Q1, 1, RegimeField.WHAT): "Сон"})
    group.sync()
    copy = copy_as_of(group.workspace, "6Б", moment, tab=REGIME)
    assert [sheet for sheet in load_workbook(copy.path).sheetnames if "·" in sheet] == [LOG, REGIME, COMPOSITION]
    done = put_back(group.workspace, "6Б", moment, by="Белова Т. С.", reason="прежний был верен", tab=REGIME)
    assert dict(done.cells) == {REGIME: 1}
    group.sync()
    assert queries.regime_values(DAY)[at(Term.Q1, 1, RegimeField.WHAT)] == "Обед"
    workbook = load_workbook(group.books / f"{BOOK}.xlsx")
    del workbook[REGIME]
    workbook.save(group.books / f"{BOOK}.xlsx")
    group.sync()
    (hold,) = sync_state.holds()
    assert (hold.code, hold.title) == (Code.TAB_MISSING, REGIME)
    assert queries.regime_values(DAY)[at(Term.Q1, 1, RegimeField.WHAT)] == "Обед"


def test_a_journal_that_was_drawn_before_there_were_such_tabs_gets_them(tmp_path: Path, db: None) -> None:
    group = build(tmp_path, tmp_path / "drawn", school_with_a_group())
    path = group.books / f"{BOOK}.xlsx"
    workbook = load_workbook(path, rich_text=True)
    del workbook[REGIME], workbook[COMPOSITION]
    workbook.save(path)
    assert not group.sync(**NIGHT).needs_human
    assert not sync_state.holds()
    done = provision(group.workspace)
    assert done.redrawn == {BOOK: [f"«{GROUP}»: вкладок «режим» и «состав»"]}
    group.type(BOOK, REGIME, day_of(Term.Q1, 1, "12:30", "13:10", "Обед"))
    group.sync()
    directory = queries.directory()
    assert directory is not None
    redraw(group.workspace, directory, next(one for one in journal_books(directory, "class") if one.title == BOOK))
    assert group.value(BOOK, REGIME, at(Term.Q1, 1, RegimeField.WHAT)) == "Обед"
    group.sync()
    assert len(queries.regime_values(DAY)) == 3
    assert provision(group.workspace).redrawn == {}


def test_who_is_in_the_group_and_by_which_order_stands_in_its_journal(group: SchoolOnDisk) -> None:
    nobody = (None,) * 4
    assert shown(group, COMPOSITION) == [
        (None, "Педагоги (по тарификации)", *(None,) * 7),
        (1, "Ясенев Игорь Павлович", "учитель", date(2026, 9, 1), *nobody[:3], 2.5, None),
        (None, "Воспитанники (по приказам)", *(None,) * 7),
        (1, "Щукин Марк", "6Б", date(2026, 9, 1), "№ 12 от 31.08.2026", *nobody),
        (2, _second(), "6Б", date(2026, 9, 14), "№ 12 от 31.08.2026", *nobody),
    ]
    put(group, "6Б", "Группы", f"{_second()} Продлённый день 1", until=date(2026, 9, 15), left_order="№ 14 от 15.09")
    group.sync()
    assert shown(group, COMPOSITION)[-1][5:7] == (date(2026, 9, 15), "№ 14 от 15.09")
    group.edit(BOOK, COMPOSITION, put_in("J6", "II группа"))  # health is for the printed page: nothing of it is kept
    group.sync()
    assert shown(group, COMPOSITION)[3][-1] is None
    before = (group.books / f"{BOOK}.xlsx").read_bytes()
    group.sync(everything=True)
    assert (group.books / f"{BOOK}.xlsx").read_bytes() == before
    put(group, "6Б", "Группы", f"{_second()} Продлённый день 1", until=None, left_order=None)
    put(group, "6Б", "Список", _second(), left=date(2026, 9, 16), left_order="№ 15 о выбытии", status="выбыл")
    group.sync()
    assert shown(group, COMPOSITION)[-1][5:7] == (date(2026, 9, 15), "№ 15 о выбытии")
    replayed()


def put_in(a1: str, value: object) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[a1].value = value

    return change


def _second() -> str:
    return next(pupil.list_name for pupil in queries.pupils() if pupil.code == "P0005")


def test_a_pupil_who_is_in_the_group_without_an_order_is_told_to_the_class_teacher(one_group: SchoolOnDisk) -> None:
    put(one_group, "6Б", "Группы", f"{_second()} Продлённый день 1", enrolled_order=None)
    one_group.sync(**NIGHT)
    assert open_remarks(Code.GROUP_NO_ORDER) == []  # there since the 14th: three days to enter an order
    one_group.now[0] += timedelta(days=2)
    one_group.sync(**NIGHT)
    assert open_remarks(Code.GROUP_NO_ORDER) == [
        f"6Б, {GROUP}: В ГПД зачисляют приказом, а его нет: 1 — {_second()}. Впишите приказ на «Группы»."
    ]
    put(one_group, "6Б", "Группы", f"{_second()} Продлённый день 1", enrolled_order="№ 16")
    one_group.sync()
    one_group.sync(**NIGHT)
    assert open_remarks(Code.GROUP_NO_ORDER) == []


def test_hours_that_the_educator_writes_are_those_of_the_timesheet_and_the_deputy_sees_where_they_differ(
    group: SchoolOnDisk,
) -> None:
    first, second = (lesson(DAY, date(2026, 9, day)).key for day in (7, 14))
    group.type(BOOK, LOG, {
        lesson_slot(first, LessonField.HELD): "да", lesson_slot(first, LessonField.HOURS): "4",
        lesson_slot(first, LessonField.TOPIC): "Прогулка, самоподготовка",
        lesson_slot(second, LessonField.HELD): "да", lesson_slot(second, LessonField.HOURS): "2,5",
        lesson_slot(second, LessonField.TOPIC): "Прогулка",
    })  # fmt: skip
    group.sync(**NIGHT)
    sheet = load_workbook(write_timesheet(group.workspace, "2026-09"))["Табель"]
    (line,) = (line for line in sheet.iter_rows(values_only=True) if str(line[1]).startswith("Ясенев"))
    # «Продлённый день» of Mondays: 4 on the 7th, 2,5 on the 14th, as planned on the 21st
    headings = next(one for one in sheet.iter_rows(values_only=True) if 7 in one and 21 in one)
    assert [line[headings.index(day)] for day in (7, 14, 21)] == [4, 2.5, 2.5]
    assert open_remarks(Code.GROUP_HOURS) == [
        f"{GROUP}, 09.2026: Часы группы — не по нагрузке: дней 1, часов 4, по нагрузке 2,5. "
        "В табеле — часы журнала. Проверьте их."
    ]
    group.type(BOOK, LOG, {lesson_slot(first, LessonField.HOURS): "2,5"})
    group.sync()
    assert open_remarks(Code.GROUP_HOURS) == []


def test_the_studio_ends_the_half_year_and_the_year_with_a_pass(group: SchoolOnDisk) -> None:
    friday = lesson(STUDIO, date(2026, 9, 11)).key
    sheet = load_workbook(group.books / f"{BOOK}.xlsx")[THEATRE]
    told = [cell.value for cell in sheet[2] if cell.value]
    assert [one for one in told if one in ("I полуг.", "Итог", "I", "II", "Год")] == ["I полуг.", "Итог"]
    group.type(BOOK, f"{THEATRE} · занятия", {
        lesson_slot(friday, LessonField.HELD): "да", lesson_slot(friday, LessonField.HOURS): "2",
        lesson_slot(friday, LessonField.TOPIC): "Этюды",
    })  # fmt: skip
    half, year = final_slot("P0006", STUDIO, "Q2"), final_slot("P0006", STUDIO, "F")
    group.type(BOOK, THEATRE, {entry_slot("P0006", friday): "н", half: "зачёт", year: "5"})
    group.sync()
    values = queries.slot_values(STUDIO)
    assert (values[half], values[entry_slot("P0006", friday)]) == ("зач", "н")
    assert year not in values
    assert "итоговых баллов по этому предмету нет" in group.note(BOOK, THEATRE, year)
    (theatre,) = [one for one in queries.diary_subjects("P0006", date(2026, 12, 28)) if one.subject == "Театр"]
    assert theatre.finals == ((Term.Q2, "зач"),)
    rows = load_workbook(write_report(group.workspace, "2026-09"))["R17"].iter_rows(values_only=True)
    assert [line[1:5] for line in rows if line[0] == "Театр"] == [("Громова О. И.", "6Б (Маска)", 2, 1)]


def test_the_monthly_archive_holds_the_whole_journal_of_the_group(one_group: SchoolOnDisk) -> None:
    one_group.type(BOOK, REGIME, day_of(Term.Q1, 1, "12:30", "13:10", "Обед"))
    one_group.sync()
    stand_in = Path(one_group.workspace.config.database.url.removeprefix("sqlite:"))  # the test's own is elsewhere
    with closing(sqlite3.connect(stand_in)) as database, database:
        database.execute("CREATE TABLE ledger (id INTEGER PRIMARY KEY)")
    path = make_backup(one_group.workspace, Kind.ARCHIVE).published[0].path
    assert path is not None
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(f"{BOOK}.xlsx"))
        workbook = load_workbook(BytesIO(archive.read(name)))
    assert {GROUP, LOG, REGIME, COMPOSITION} <= set(workbook.sheetnames)
    assert workbook[REGIME]["F3"].value == "Обед"
