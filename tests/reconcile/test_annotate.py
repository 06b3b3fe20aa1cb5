"""What is shown in a book is a projection: only the difference is written, and a second pass writes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sync_service.domain.problems import Code, Place, Problem, message
from sync_service.reconcile import annotate
from sync_service.reconcile.annotate import NOTE_MARK, CourseShown, LessonShown
from sync_service.reconcile.layout import ABSENCES, CONTENTS, LOG, REMARKS, GridColumn, TabKind, Table, tab_key
from sync_service.reconcile.locate import TableRows, locate_table
from sync_service.reconcile.plan import locate_course_grid
from sync_service.reconcile.sheet import At, RawCell, Tab, TabWrite
from tests.reconcile.world import ANNA, BORIS, FIRST_ROW, L1, VERA, changed, context, grid, log

ORIGIN = At(1, 1)
BAD = Problem(Code.ENTRY_TWO_DIGITS, Place("Математика", "F7", "Бобров Борис, 07.09"), "45", "", "4/5")
PEOPLE = [(ANNA, "Аистова Анна"), (BORIS, "Бобров Борис"), (VERA, "Вишнева Вера")]


def written(tab: Tab, write: TabWrite) -> Tab:
    """The tab as it is after the write."""
    notes = {**tab.notes, **write.notes}
    cells = changed(tab, dict(write.cells)).cells
    return replace(tab, cells=cells, notes={at: note for at, note in notes.items() if note})


def table(description: Table, key: str) -> Tab:
    cells: dict[At, RawCell] = {At(1, 1): key}
    for column in description.columns:
        cells[At(1, description.index(column.key))] = column.key
        cells[At(2, description.index(column.key))] = column.heading
    return Tab(description.title, cells)


def rows_of(tab: Tab, description: Table) -> TableRows:
    return locate_table(tab, ORIGIN, description)


def project_grid(tab: Tab, people: list[tuple[str, str]], *problems: Problem) -> TabWrite:
    return annotate.project_grid(locate_course_grid(tab, ORIGIN, context()), people, problems)


def test_a_problem_becomes_a_note_at_its_cell_and_a_second_pass_writes_nothing() -> None:
    tab = written(grid(), project_grid(grid(), PEOPLE))
    write = project_grid(tab, PEOPLE, BAD)
    assert write.notes == {At(7, 6): NOTE_MARK + message(BAD)}
    assert not project_grid(written(tab, write), PEOPLE, BAD)


def test_a_mended_cell_loses_its_note_and_a_teachers_own_words_stay() -> None:
    own = replace(grid(), notes={At(7, 6): "спросить ещё раз"})
    noted = written(own, project_grid(own, PEOPLE, BAD))
    assert noted.notes[At(7, 6)] == "спросить ещё раз\n" + NOTE_MARK + message(BAD)
    mended = written(noted, project_grid(noted, PEOPLE))
    assert mended.notes[At(7, 6)] == "спросить ещё раз"


def test_what_is_wrong_elsewhere_is_no_note_of_this_tab() -> None:
    other_tab = replace(BAD, place=Place("Физика", "F7", "Бобров Борис, 07.09"))
    no_cell = replace(BAD, place=Place("Математика", who="Бобров Борис"))
    assert project_grid(grid(), PEOPLE, other_tab, BAD, no_cell).notes == {At(7, 6): NOTE_MARK + message(BAD)}


def test_a_note_of_ours_that_somebody_deleted_comes_back() -> None:
    tab = written(grid(), project_grid(grid(), PEOPLE, BAD))
    deleted = replace(tab, notes={})
    assert project_grid(deleted, PEOPLE, BAD).notes == {At(7, 6): NOTE_MARK + message(BAD)}


def test_a_name_that_somebody_overwrote_is_put_back() -> None:
    tab = written(grid(), project_grid(grid(), PEOPLE))
    spoilt = changed(tab, {At(FIRST_ROW, 3): "Аистова-Совина Анна"})
    assert project_grid(spoilt, PEOPLE).cells == {At(FIRST_ROW, 3): "Аистова Анна"}


def test_a_new_pupil_takes_the_first_spare_row_that_nobody_uses() -> None:
    tab = changed(written(grid(), project_grid(grid(), PEOPLE)), {At(9, 6): "н"})
    write = project_grid(tab, [*PEOPLE, ("PGLEB", "Голубев Глеб")])
    assert write.cells == {At(10, 1): "PGLEB", At(10, 3): "Голубев Глеб", At(10, 2): 4}


def test_a_pupil_whose_row_stands_twice_gets_no_third() -> None:
    tab = written(grid(), project_grid(grid(), PEOPLE))
    twice = changed(tab, {At(FIRST_ROW, 6): "5", At(20, 1): ANNA, At(20, 3): "Аистова Анна", At(20, 6): "2"})
    assert ANNA not in project_grid(twice, PEOPLE).cells.values()


def test_a_pupil_who_left_keeps_the_row_and_loses_the_number() -> None:
    tab = written(grid(), project_grid(grid(), PEOPLE))
    assert project_grid(tab, PEOPLE[:2]).cells == {At(FIRST_ROW + 2, 2): None}


def test_the_log_shows_plan_and_state_of_each_lesson_once() -> None:
    shown = {L1: LessonShown(2, "Степень", "№ 12", "", "нет ДЗ")}
    tab = log()
    write = annotate.project_log(rows_of(tab, LOG), shown, ())
    assert write.cells == {
        At(3, LOG.index("no")): 2,
        At(3, LOG.index("planned_topic")): "Степень",
        At(3, LOG.index("planned_homework")): "№ 12",
        At(3, LOG.index("state")): "нет ДЗ",
    }
    assert not annotate.project_log(rows_of(written(tab, write), LOG), shown, ())


def test_days_of_absence_are_added_below_and_never_moved() -> None:
    tab = table(ABSENCES, tab_key(TabKind.ABSENCES, "7А"))
    days = {f"{ANNA} 2026-09-08": (date(2026, 9, 8), "Аистова Анна", 5, "н")}
    tab = written(tab, annotate.project_absences(rows_of(tab, ABSENCES), days, ()))
    tab = changed(tab, {At(3, ABSENCES.index("code")): "б"})
    days[f"{BORIS} 2026-09-07"] = (date(2026, 9, 7), "Бобров Борис", 1, "н")
    write = annotate.project_absences(rows_of(tab, ABSENCES), days, ())
    assert {at.row for at in write.cells} == {4}
    tab = written(tab, write)
    assert not annotate.project_absences(rows_of(tab, ABSENCES), days, ())
    del days[f"{ANNA} 2026-09-08"]
    gone = annotate.project_absences(rows_of(tab, ABSENCES), days, ())
    assert gone.cells == {At(3, ABSENCES.index("missed")): 0, At(3, ABSENCES.index("marked")): None}


def test_remarks_say_exactly_what_stands_open_with_a_link_to_each_cell() -> None:
    tab = table(REMARKS, TabKind.REMARKS.value)
    since = date(2026, 9, 8)
    write = annotate.project_remarks(rows_of(tab, REMARKS), [(BAD, since)])
    assert write.links == {At(3, REMARKS.index("cell")): "'Математика'!F7"}
    tab = written(tab, write)
    assert tab.cells[At(3, REMARKS.index("read"))] == "45"
    assert not annotate.project_remarks(rows_of(tab, REMARKS), [(BAD, since)])
    assert set(annotate.project_remarks(rows_of(tab, REMARKS), []).cells.values()) == {None}


def test_the_moment_of_writing_alone_is_no_reason_to_write() -> None:
    tab = changed(table(CONTENTS, TabKind.CONTENTS.value), {At(3, 1): "c001"})
    shown = {"c001": CourseShown(lessons_held=3, remarks=1)}
    tab = written(tab, annotate.project_contents(rows_of(tab, CONTENTS), shown))
    write = annotate.project_contents(rows_of(tab, CONTENTS), shown)
    assert not write
    stamped = annotate.stamped(write, rows_of(tab, CONTENTS), ["c001"], "25.09.2026 18:02")
    assert stamped.cells == {At(3, CONTENTS.index("written")): "25.09.2026 18:02"}


def test_a_tab_without_some_of_our_columns_gets_the_others() -> None:
    bare = changed(grid(), {At(1, 2): None})  # the numbers
    assert project_grid(bare, [*PEOPLE, ("PGLEB", "Голубев Глеб")]).cells == {
        At(9, 1): "PGLEB", At(9, 3): "Голубев Глеб",
    }  # fmt: skip
    tab = changed(log(), {At(1, LOG.index("state")): None})
    write = annotate.project_log(rows_of(tab, LOG), {L1: LessonShown(2, "", "", "", "нет ДЗ")}, ())
    assert write.cells == {At(3, LOG.index("no")): 2}
    remarks = changed(table(REMARKS, TabKind.REMARKS.value), {At(1, REMARKS.index("cell")): None})
    without = annotate.project_remarks(rows_of(remarks, REMARKS), [(BAD, date(2026, 9, 8))])
    assert without.links == {}
    assert without.cells[At(3, REMARKS.index("read"))] == "45"


def test_a_moment_at_midnight_is_the_day_that_we_wrote() -> None:
    tab = changed(log(), {At(3, LOG.index("date")): datetime.fromisoformat("2026-09-07T00:00")})
    day = {At(3, LOG.index("date")): date(2026, 9, 7)}
    assert not annotate.project_log(rows_of(tab, LOG), {}, (), day)


def test_the_list_of_contents_tells_of_the_courses_it_is_given_only() -> None:
    tab = changed(table(CONTENTS, TabKind.CONTENTS.value), {At(3, 1): "c001"})
    write = annotate.project_contents(rows_of(tab, CONTENTS), {"c009": CourseShown(1, 1)})
    assert not write
    assert not annotate.stamped(write, rows_of(tab, CONTENTS), ["c009"], "25.09.2026 18:02")


def test_what_a_teacher_should_know_of_a_pupil_stands_beside_the_name_under_a_remark_of_its_own() -> None:
    noted = replace(BAD, place=Place("Математика", "C7", "Бобров Борис"))
    told = {BORIS: "Здесь с 12.11.2026, раньше в 7А.", ANNA: "С 12.11.2026 в 7Б.", "PGONE": "Никому."}
    located = locate_course_grid(grid(), ORIGIN, context())
    write = annotate.project_grid(located, PEOPLE, [noted], {}, told)
    assert write.notes == {
        At(6, 3): NOTE_MARK + told[ANNA], At(7, 3): f"{NOTE_MARK}{message(noted)}\n{told[BORIS]}",
    }  # fmt: skip


def test_a_grid_with_a_column_for_it_tells_of_each_pupil_from_where_and_since_when_he_comes() -> None:
    tab = changed(grid(), {At(1, 4): GridColumn.ABOUT.value, At(8, 4): "7В"})
    write = annotate.project_grid(locate_course_grid(tab, ORIGIN, context()), PEOPLE, [], about={ANNA: "7А, с 14.09"})
    assert {at.row: raw for at, raw in write.cells.items() if at.column == 4} == {6: "7А, с 14.09", 8: None}
