"""The demo, played once for the whole run by the real command: what it says must agree with an independent count."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from sync_service.domain.problems import Code, Step, step
from sync_service.domain.scheduling import schedule_course
from sync_service.domain.school import SubstitutionKind
from sync_service.usecases.demo_school import demo_directory, demo_rosters
from sync_service.usecases.demo_school.quarter import first_quarter
from sync_service.usecases.demo_school.typed import Typed
from tests.usecases.played import journal, played, rows

__all__ = ["played"]

@pytest.fixture(scope="session")
def typed() -> Typed:
    """What the demo's teachers typed, made again from the same seed."""
    directory = demo_directory()
    rows, year = directory.timetable, directory.year
    lessons = {course.code: schedule_course(course, rows, year) for course in directory.courses}
    return first_quarter(directory, demo_rosters(), lessons)


def test_every_entry_of_the_books_is_in_the_database_but_for_the_bad_ones(played: Path) -> None:
    """Counted by openpyxl over the books, with no code of ours: cells where a pupil's row meets a lesson's column."""
    stand = 0
    for book in played.glob("books/* Журнал.xlsx"):
        with closing(load_workbook(book, read_only=True)) as workbook:
            tabs = [list(sheet.iter_rows(values_only=True)) for sheet in workbook.worksheets]
        for lines in tabs:
            if lines and str(lines[0][0]).startswith("grid "):
                lessons = [column for column, key in enumerate(lines[0]) if key and "." in str(key)]
                pupils = [line for line in lines[1:] if str(line[0]).startswith("P")]
                stand += sum(line[column] not in (None, "") for line in pupils for column in lessons)
    (entries,) = rows(played, "select count(*) from records_entry where text <> ''")[0]
    held = rows(played, "select code from records_standingproblem where closed_at is null and slot like 'entry:%'")
    bad = sum(step(Code(str(code))) is Step.CELL for (code,) in held)
    assert bad > 5
    assert stand - bad == entries


def test_each_refused_cell_is_one_that_was_planted(played: Path, typed: Typed) -> None:
    found = rows(played, "select code, slot from records_standingproblem")
    refused = sorted((str(code), str(slot)) for code, slot in found if step(Code(str(code))) is not Step.NOTE)
    assert refused == sorted((planted.code.value, str(planted.slot)) for planted in typed.planted)


def test_corrections_are_in_the_record_with_their_history(played: Path, typed: Typed) -> None:
    moved = [change for change in typed.later if change.slot.kind == "entry"]
    assert moved
    for change in moved:
        key = f"{change.slot.subject}|{change.slot.field}"
        history = rows(played, f"select new from records_ledgerrow where key = '{key}' order by seq")
        assert history


def test_a_pupil_is_released_by_order_and_another_hands_in_a_work_that_was_owed(played: Path) -> None:
    released = rows(played, "select pupil_id, course_id, order_ref from records_finalmark where text = 'осв'")
    assert [order for _, _, order in released] == ["приказ № 70-у от 12.10.2026"]
    ((pupil, course, _),) = released
    absent = rows(
        played,
        f"""select distinct e.text from records_entry e join records_lesson l on l.key = e.lesson_id
            where e.pupil_id = '{pupil}' and l.course_id = '{course}' and l.date >= '2026-10-12'""",
    )
    assert ("осв",) in absent
    assert set(absent) <= {("н",), ("осв",)}
    handed_in = "where kind = 'entry' and json_extract(old, '$.text') = '.'"
    assert rows(played, f"select json_extract(new, '$.text') from records_ledgerrow {handed_in}") == [("4",)]


def test_a_pupil_who_went_on_in_the_next_class_is_there_with_the_marks_and_the_family(played: Path) -> None:
    stays = rows(
        played,
        """select pupil_id, school_class_id, since, until from records_classmembership
           where since > '2026-09-01' or until is not null order by pupil_id, since""",
    )
    ((pupil, _, _, left), (_, now, came, _)) = [stay for stay in stays if [s[0] for s in stays].count(stay[0]) == 2]
    assert (left, now, came) == ("2026-10-26", "3А", "2026-10-26")
    there = "join records_lesson l on l.key = e.lesson_id join records_course c on c.key = l.course_id"
    assert rows(
        played, f"select distinct c.school_class_id from records_entry e {there} where e.pupil_id = '{pupil}'"
    ) == [("2А",)]
    assert rows(played, f"select count(*) from records_guardian where pupil_id = '{pupil}' and withdrawn_at is null")
    with closing(load_workbook(played / "books" / "3А Журнал.xlsx")) as workbook:
        notes = [
            sheet.cell(row, column).comment.text
            for sheet in workbook.worksheets
            if str(sheet.cell(1, 1).value).startswith("grid ")
            for row in range(3, sheet.max_row + 1)
            if sheet.cell(row, 1).value == pupil
            for column in range(1, 5)
            if sheet.cell(row, column).comment
        ]
    assert any("раньше в 2А" in note and "I четверть там: " in note for note in notes)


def test_the_substitutions_are_in_the_record_and_in_the_logs(played: Path) -> None:
    said = demo_directory().substitutions
    assert {one.kind for one in said} == set(SubstitutionKind)
    found = rows(played, "select date, slot, school_class_id, kind from records_substitution order by 1, 2, 3")
    assert found == [(one.date.isoformat(), one.slot, one.school_class, one.kind.value) for one in said]
    shown = 0
    for book in played.glob("books/* Журнал.xlsx"):
        with closing(load_workbook(book, read_only=True)) as workbook:
            for sheet in workbook.worksheets:
                lines = list(sheet.iter_rows(values_only=True))
                if lines and str(lines[0][0]).startswith("log "):
                    shown += sum(bool(line[lines[0].index("substitute")]) for line in lines[2:])
    assert shown == len(said)


def test_another_sync_writes_nothing_to_any_file_or_table(played: Path, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    shutil.copytree(played, home, ignore=shutil.ignore_patterns("*.lock*"))
    settings = home / "school.toml"
    assert "Без изменений" in journal("sync", "--config", settings).stdout  # the copies are new files: looked at once

    def everything() -> dict[str, str]:
        dump = sqlite3.connect(home / "journal.sqlite3")
        content = "\n".join(dump.iterdump())
        dump.close()
        files = {
            str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
            for folder in ("books", "reports", "media-a", "media-b", "versions")
            for path in (home / folder).rglob("*")
            if path.is_file()
        }
        return files | {"database": hashlib.sha256(content.encode()).hexdigest()}

    before = everything()
    run = journal("sync", "--config", settings)
    assert "Без изменений: 19." in run.stdout
    assert everything() == before


def test_the_summary_names_every_place_and_gives_logins(played: Path) -> None:
    said = (played / "said.txt").read_text(encoding="utf-8")
    for words in ("books", "journal.sqlite3", "Отчёт 2026-10.xlsx", "media-a", "media-b", "Пароль", "journal serve"):
        assert words in said
    assert len(list((played / "books").glob("*.xlsx"))) == 19
    assert len(list((played / "media-a").glob("*.zip"))) == len(list((played / "media-b").glob("*.zip"))) == 1


def sheet_rows(home: Path, book: str, sheet: str) -> list[tuple[object, ...]]:
    with closing(load_workbook(home / "reports" / book, read_only=True)) as workbook:
        return list(workbook[sheet].iter_rows(values_only=True))


def test_the_numbers_of_r12_are_those_of_a_count_in_sql(played: Path) -> None:
    october = "s.withdrawn_at is null and s.date between '2026-10-01' and '2026-10-30'"
    kinds = dict(rows(played, f"select kind, count(*) from records_substitution s where {october} group by kind"))
    log = sheet_rows(played, "Отчёт 2026-10.xlsx", "R12")
    assert log[4][1] == f"Пропущено: {kinds['пропущен']} уроков"
    replaced = int(str(kinds["замещён"])) + int(str(kinds["объединение групп"]))
    assert str(log[5][1]).startswith(f"Замещено: {replaced} уроков. Больше всего замещено уроков по предмету «Русский")
    assert sum(isinstance(line[0], int) for line in log) == sum(int(str(number)) for number in kinds.values())
    confirmed = rows(
        played,
        f"""select e.last, c.grade <= 3, count(*) from records_substitution s
            join records_course c on c.school_class_id = s.school_class_id and c.subject_id = s.subject_id
              and c."group" = s."group"
            join records_lesson l on l.course_id = c.key and l.date = s.date and l.slot = s.slot and l.held
            join records_employee e on e.key = s.substitute_id where {october} group by 1, 2""",
    )
    told = sheet_rows(played, "Отчёт 2026-10.xlsx", "R12 свод")
    given = {
        (str(line[0]).split()[0], primary): line[column]
        for line in told[5:]
        if line[0] and line[9] and line[0] != "Всего"
        for primary, column in ((1, 6), (0, 7))
        if line[column]
    }
    assert given == {(last, primary): number for last, primary, number in confirmed}
    (total,) = (line for line in told if line[0] == "Всего")
    assert total[1:6] == (
        replaced + int(str(kinds["пропущен"])),
        *rows(
            played,
            f"""select count(a.key), count(*) - count(a.key) from records_substitution s
                left join records_staffabsence a on a.employee_id = s.absent_id
                  and s.date between a.start and a."end" and a.code = 'Б'
                where {october} and s.kind <> 'перенесён'""",
        )[0],
        replaced,
        kinds["пропущен"],
    )


def test_the_timesheet_is_that_of_a_naive_count_of_the_office_books(played: Path) -> None:
    """Day by day from the rows of the tables, without any code of ours that knows timesheets."""
    timetable = rows(
        played,
        """select c.teacher_id, t.weekday, t.slot, case when c.kind = 'ГПД' then 3 else 1 end, c.key
           from records_timetablerow t join records_course c on c.key = t.course_id
           where t.since <= '2026-10-01' and c.since <= '2026-10-01' and c.until is null and t.withdrawn_at is null""",
    )
    written = {
        (course, day): float(str(hours)) for course, day, hours in rows(
            played,
            """select l.course_id, l.date, l.hours from records_lesson l join records_course c on c.key = l.course_id
               where c.kind = 'ГПД' and l.held = 1 and l.hours is not null""",
        )
    }  # fmt: skip
    assert {2.5, 3.0, 4.0} == set(written.values())
    away = rows(played, 'select employee_id, start, "end" from records_staffabsence')
    given = rows(
        played,
        """select s.date, s.slot, s.absent_id, s.substitute_id, s.kind, l.held from records_substitution s
           join records_course c on c.school_class_id = s.school_class_id and c.subject_id = s.subject_id
             and c."group" = s."group"
           left join records_lesson l on l.course_id = c.key and l.date = s.date and l.slot = s.slot""",
    )
    told = {str(line[1]): line[-5:] for line in sheet_rows(played, "Табель 2026-10.xlsx", "Табель")[12:] if line[1]}
    people = rows(played, "select key, last || ' ' || first || ' ' || patronymic from records_employee")
    assert len(people) == 12
    for code, name in people:
        days = hours = extra = 0
        for number in range(1, 32):
            day = date(2026, 10, number)
            worked = {} if any(a == code and str(b) <= str(day) <= str(e) for a, b, e in away) else {
                slot: written.get((course, str(day)), int(str(long)))
                for teacher, weekday, slot, long, course in timetable
                if teacher == code and weekday == day.isoweekday()
            }
            others = 0
            for when, slot, absent, substitute, kind, held in given:
                if when == str(day) and kind != "перенесён":
                    if absent == code:
                        worked.pop(slot, None)
                    others += substitute == code and held == 1
            days, hours, extra = days + bool(worked or others), hours + sum(worked.values()) + others, extra + others
        assert (told[str(name)][0], told[str(name)][1], sum(told[str(name)][2:])) == (days, hours, extra), name  # type: ignore[arg-type]


def test_the_numbers_of_r17_are_those_of_a_count_in_sql(played: Path) -> None:
    """Each group: meetings of October, those held, and how often somebody was there while he belonged to it."""
    told = {
        (str(line[0]), str(line[2])): line[3:9]
        for line in sheet_rows(played, "Отчёт 2026-10.xlsx", "R17")[5:]
        if line[0] and line[2]
    }
    groups = rows(
        played,
        """select key, subject_id, school_class_id, other_classes, "group", title from records_course
           where kind not in ('урок', 'индивидуальное') and since <= '2026-10-30'""",
    )
    assert len(told) == len(groups) == 9 + 3
    for code, subject, first, others, group, title in groups:
        classes = ", ".join([str(first), *json.loads(str(others))])
        suffix = str(title).removeprefix(str(subject))
        held = f"""select l.key, l.date from records_lesson l where l.course_id = '{code}' and l.withdrawn_at is null
            and l.date between '2026-10-01' and '2026-10-30'
            and (l.held = 1 or (l.held is null and exists (select 1 from records_entry e where e.lesson_id = l.key
                 and e.text <> '')))"""
        members = f"""select p.key pupil, max(g.since, p.enrolled) since, coalesce(g.until, '9999-12-31') until
            from records_groupmember g join records_pupil p on p.key = g.pupil_id
            where g.subject_id = '{subject}' and g."group" = '{group}'"""
        if not group:
            members = f"""select pupil_id pupil, since, coalesce(until, '9999-12-31') until
                from records_classmembership where school_class_id = '{first}'"""
        there = f"""from ({held}) l join ({members}) m on m.since <= l.date and l.date < m.until
            join records_pupil p on p.key = m.pupil and (p."left" is null or l.date < p."left")"""
        gone = """join records_entry e on e.lesson_id = l.key and e.pupil_id = p.key
            and e.absence in ('н', 'б', 'ув', 'нп')"""
        ((planned,),) = rows(
            played,
            f"""select count(*) from records_lesson where course_id = '{code}' and withdrawn_at is null
                and date between '2026-10-01' and '2026-10-30'""",
        )
        ((places,),) = rows(played, f"select count(*) {there}")
        ((missed,),) = rows(played, f"select count(*) {there} {gone}")
        line = told[str(subject), f"{classes}{suffix}"]
        assert (line[0], line[1], line[3]) == (
            planned, len(rows(played, held)), int(str(places)) - int(str(missed))
        ), title  # fmt: skip
