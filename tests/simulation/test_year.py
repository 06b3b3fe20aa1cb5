"""A year of a school, lived through day by day: people only type into their books and call commands, and at the end of
every quarter the service's numbers are those of somebody who counted by himself."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from sync_service.domain.policy import Policy
from sync_service.domain.school import Directory, Roster
from sync_service.usecases.demo_school import demo_directory, demo_rosters
from sync_service.usecases.provision import provision
from tests.school import SmallSchool
from tests.simulation import invented, kept
from tests.simulation.story import Days, Story, empty_days, on
from tests.simulation.years import live_through
from tests.usecases.conftest import empty_school, office_books

MUST_HAPPEN = (
    "урок", "урок не записан", "отметка", "пропуск", "опоздание", "отметка за пропущенную работу", "причина",
    "ошибка замечена и исправлена", "отметка не в той строке", "четвертная отметка", "годовая отметка",
    "отметка в пользу ученика", "урок перенесён в расписании", "час добавлен в расписание", "час снят с расписания",
    "журнал перерисован", "карантин", "праздник", "отмена", "новый курс среди года", "ученик прибыл", "ученик выбыл",
    "курс передан другому учителю", "записи после выбытия", "ученик сменил фамилию", "ученик сменил подгруппу",
    "ученик перешёл в другой класс", "ученик пришёл в группу", "ученик ушёл из группы",
    "учитель отсутствует", "замещён", "пропущен", "перенесён", "объединение групп", "замена не подтверждена",
    "исправлено в срок", "исправлено поздно",
    "исправлено командой", "заявка одобрена", "в заявке отказано", "книга пересохранена", "четверть закрыта",
    "сравнение",
)  # fmt: skip


@dataclass(frozen=True)
class Cast:
    """To whom it happens. `split` has subgroups in a subject; teachers by code."""

    split: str
    plain: str
    third: str
    ill: str  # teaches the class `split`
    of_a_group: str
    on_a_trip: str
    off: str
    of_the_circle: str


def the_year(story: Story, cast: Cast) -> Days:
    """The days on which something happens before lessons."""
    days = empty_days()
    split, plain, third = cast.split, cast.plain, cast.third
    first_term = date(2026, 9, 1), date(2026, 10, 23)
    on(days, 2026, 9, 14, lambda: story.arrives(date(2026, 9, 14), split))
    on(days, 2026, 9, 21, story.looks_again)
    on(days, 2026, 9, 28,
       lambda: story.change_a_mark(date(2026, 9, 22), date(2026, 9, 25), "исправлено в срок"),
       lambda: story.resave(f"{split} Журнал"),
       lambda: story.away(cast.ill, date(2026, 9, 28), date(2026, 10, 2), "Б",
                          ["замещён", "замещён молча", "пропущен"]))
    on(days, 2026, 10, 5,
       lambda: story.lesson_shifts(date(2026, 10, 5), story.lesson_course(split)),
       lambda: story.day_off(date(2026, 11, 4), date(2026, 11, 4), "праздник", "День народного единства"))
    on(days, 2026, 10, 12,
       lambda: story.leaves(date(2026, 10, 12), plain), lambda: story.groups_change(date(2026, 10, 12)))
    on(days, 2026, 11, 3,
       lambda: story.asks_too_late(*first_term, approve=True), lambda: story.asks_too_late(*first_term, approve=False))
    on(days, 2026, 11, 9, lambda: story.lesson_added(date(2026, 11, 9), story.lesson_course(plain)))
    on(days, 2026, 11, 17, lambda: story.day_off(date(2026, 11, 16), date(2026, 11, 20), "карантин", "Карантин", (7,)))
    on(days, 2026, 12, 1,
       lambda: story.changes_group(date(2026, 12, 1), split), lambda: story.renamed(date(2026, 12, 1), split))
    on(days, 2026, 12, 21,
       lambda: story.resave("Школа"),
       lambda: story.lesson_withdrawn(date(2026, 12, 21), story.lesson_course(plain)))
    on(days, 2027, 1, 18,
       lambda: story.new_course(date(2027, 1, 18), third, cast.of_the_circle),
       lambda: story.hands_over(date(2027, 1, 18), third))
    on(days, 2027, 1, 25, lambda: story.vanishes(date(2027, 1, 25), split))
    on(days, 2027, 2, 1,
       lambda: story.leaves(date(2027, 1, 25), split),
       lambda: story.away(cast.of_a_group, date(2027, 2, 1), date(2027, 2, 5), "Б", ["замещён"]))
    on(days, 2027, 2, 8,
       lambda: story.changes_class(date(2027, 2, 8), split, third),
       lambda: story.change_a_mark(date(2027, 1, 18), date(2027, 1, 25), "исправлено поздно"),
       lambda: story.office_corrects(date(2027, 1, 26), date(2027, 2, 5)))
    on(days, 2027, 3, 1,
       lambda: story.away(cast.on_a_trip, date(2027, 3, 1), date(2027, 3, 4), "К",
                          ["перенесён", "замещён", "перенесён"]))
    on(days, 2027, 3, 15, lambda: story.arrives(date(2027, 3, 15), plain))
    on(days, 2027, 4, 19,
       lambda: story.lesson_shifts(date(2027, 4, 19), story.lesson_course(third)),
       lambda: story.day_off(date(2027, 5, 4), date(2027, 5, 7), "отмена", "Дни отдыха"),
       lambda: story.away(cast.off, date(2027, 4, 19), date(2027, 4, 23), "А", ["пропущен", "замещён"]))
    return days


def play(tmp_path: Path, directory: Directory, rosters: tuple[Roster, ...], cast: Cast, readers: list[str]) -> None:
    """A school is set up in August, lived in for a year, and everything must have happened in it."""
    workspace, now = empty_school(tmp_path)
    story = Story(workspace, now, invented.books_of(directory, rosters), seed=1)
    story.at(date(2026, 8, 31), 9)
    office_books(workspace, SmallSchool(directory, rosters, (), Policy()))
    done = provision(workspace)
    assert (done.problems, done.troubles) == ([], [])
    live_through(story, the_year(story, cast), [date(2026, 9, 21)], readers)
    assert [what for what in MUST_HAPPEN if not story.reached[what]] == [], story.reached


SMALL = Cast("7А", "3А", "7Б", ill="e02", of_a_group="e03", on_a_trip="e01", off="e04", of_the_circle="e05")


def test_after_a_year_the_service_counts_what_people_counted(tmp_path: Path, db: None) -> None:
    play(tmp_path, invented.directory(), invented.rosters(), SMALL, ["P0005", "P0002"])


@pytest.mark.long
def test_so_it_does_on_both_databases(tmp_path: Path, database: str) -> None:
    play(tmp_path, invented.directory(), invented.rosters(), SMALL, ["P0005", "P0002"])


@pytest.mark.long
@pytest.mark.parametrize("classes", [("3А", "7А", "8А"), tuple(f"{grade}А" for grade in range(1, 10))], ids=len)
def test_so_it_does_in_the_school_of_the_demo(tmp_path: Path, database: str, classes: tuple[str, ...]) -> None:
    """With all its nine classes, a hundred pupils and a hundred courses, it takes the better part of an hour."""
    school = invented.only(invented.without_events(demo_directory()), classes)
    rosters = tuple(roster for roster in demo_rosters() if roster.school_class in classes)
    of = {(one.school_class, one.subject, one.group): one.teacher for one in school.courses}
    teachers = {known.code: known.teacher for known in demo_directory().classes}
    cast = Cast(
        "7А", "3А", "8А", ill=of["7А", "Русский язык", ""], of_a_group=of["7А", "Английский язык", "1"],
        on_a_trip=teachers["3А"], off=of["8А", "Физическая культура", ""], of_the_circle=teachers["2А"],
    )  # fmt: skip
    readers = [pupil.code for roster in rosters[::2] for pupil in roster.pupils[:1]]
    play(tmp_path, school, rosters, cast, readers)


def test_nobody_tells_the_books_of_the_simulation_what_the_service_thinks() -> None:
    tree = ast.parse(Path(kept.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert {str(name).partition(".")[0] for name in imported} <= sys.stdlib_module_names
