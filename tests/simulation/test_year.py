"""A year of a school, lived through day by day: people only type into their books and call commands, and at the end of
every quarter the service's numbers are those of somebody who counted by himself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sync_service.domain.policy import Policy
from sync_service.usecases.provision import provision
from tests.school import SmallSchool
from tests.simulation import invented
from tests.simulation.story import Days, Story, empty_days, on
from tests.simulation.years import live_through
from tests.usecases.conftest import empty_school, office_books

MUST_HAPPEN = (
    "урок", "урок не записан", "отметка", "пропуск", "опоздание", "отметка за пропущенную работу", "причина",
    "ошибка замечена и исправлена", "отметка не в той строке", "четвертная отметка", "годовая отметка",
    "отметка в пользу ученика", "урок перенесён в расписании", "час добавлен в расписание", "час снят с расписания",
    "журнал перерисован", "карантин", "праздник", "отмена", "новый курс среди года", "ученик прибыл", "ученик выбыл",
    "записи после выбытия", "ученик сменил фамилию", "ученик сменил подгруппу", "учитель отсутствует", "замещён",
    "пропущен", "перенесён", "объединение групп", "замена не подтверждена", "исправлено в срок", "исправлено поздно",
    "исправлено командой", "заявка одобрена", "в заявке отказано", "книга пересохранена", "четверть закрыта", "сравнение",
)  # fmt: skip


def the_year(story: Story) -> Days:
    """The days of a small school on which something happens before lessons."""
    days = empty_days()
    maths, sport = story.books.courses["c003"], story.books.courses["c007"]  # two hours of 7А, one of 7Б
    on(days, 2026, 9, 14, lambda: story.arrives(date(2026, 9, 14), "7А"))
    on(days, 2026, 9, 28,
       lambda: story.change_a_mark(date(2026, 9, 22), date(2026, 9, 25), "исправлено в срок"),
       lambda: story.resave("7А Журнал"),
       lambda: story.away("e02", date(2026, 9, 28), date(2026, 10, 2), "Б", ["замещён", "замещён молча", "пропущен"]))
    on(days, 2026, 10, 5,
       lambda: story.lesson_shifts(date(2026, 10, 5), maths),
       lambda: story.day_off(date(2026, 11, 4), date(2026, 11, 4), "праздник", "День народного единства"))
    on(days, 2026, 10, 12, lambda: story.leaves(date(2026, 10, 12), "3А"))
    on(days, 2026, 11, 3,
       lambda: story.asks_too_late(date(2026, 9, 1), date(2026, 10, 23), approve=True),
       lambda: story.asks_too_late(date(2026, 9, 1), date(2026, 10, 23), approve=False))
    on(days, 2026, 11, 9, lambda: story.lesson_added(date(2026, 11, 9), story.lesson_course("3А")))
    on(days, 2026, 11, 17, lambda: story.day_off(date(2026, 11, 16), date(2026, 11, 20), "карантин", "Карантин", (7,)))
    on(days, 2026, 12, 1,
       lambda: story.changes_group(date(2026, 12, 1), "7А"),
       lambda: story.renamed(date(2026, 12, 1), "7А"))
    on(days, 2026, 12, 21,
       lambda: story.resave("Школа"),
       lambda: story.lesson_withdrawn(date(2026, 12, 21), story.lesson_course("3А")))
    on(days, 2027, 1, 18, lambda: story.new_course(date(2027, 1, 18), "7Б", "e05"))
    on(days, 2027, 1, 28, lambda: story.leaves(date(2027, 1, 25), "7А"))
    on(days, 2027, 2, 1, lambda: story.away("e03", date(2027, 2, 1), date(2027, 2, 5), "Б", ["замещён"]))
    on(days, 2027, 2, 10,
       lambda: story.change_a_mark(date(2027, 1, 18), date(2027, 1, 25), "исправлено поздно"),
       lambda: story.office_corrects(date(2027, 1, 26), date(2027, 2, 5)))
    on(days, 2027, 3, 1,
       lambda: story.away("e01", date(2027, 3, 1), date(2027, 3, 4), "К", ["перенесён", "замещён", "перенесён"]))
    on(days, 2027, 3, 15, lambda: story.arrives(date(2027, 3, 15), "3А"))
    on(days, 2027, 4, 12,
       lambda: story.lesson_shifts(date(2027, 4, 12), sport),
       lambda: story.day_off(date(2027, 5, 4), date(2027, 5, 7), "отмена", "Дни отдыха"))
    on(days, 2027, 4, 19, lambda: story.away("e04", date(2027, 4, 19), date(2027, 4, 23), "А", ["пропущен", "замещён"]))
    return days


def test_after_a_year_the_service_counts_what_people_counted(tmp_path: Path, db: None) -> None:
    workspace, now = empty_school(tmp_path)
    directory, rosters = invented.directory(), invented.rosters()
    story = Story(workspace, now, invented.books_of(directory, rosters), seed=1)
    story.at(date(2026, 8, 31), 9)
    office_books(workspace, SmallSchool(directory, rosters, (), Policy()))
    done = provision(workspace)
    assert (done.problems, done.troubles) == ([], [])
    live_through(story, the_year(story), [date(2026, 9, 21)], ["P0005", "P0002"])
    assert [what for what in MUST_HAPPEN if not story.reached[what]] == [], story.reached
