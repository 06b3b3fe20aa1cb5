"""Guards over a class of thirty: what is a teacher's work goes through, what looks like an accident waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sync_service.domain.policy import Policy
from sync_service.domain.problems import Code, Place, Problem, message
from sync_service.domain.school import Pupil
from sync_service.domain.slots import LessonField, Slot, entry_slot, lesson_slot
from sync_service.reconcile.context import LessonView
from sync_service.reconcile.guards import Cleared
from sync_service.reconcile.layout import LOG
from sync_service.reconcile.plan import plan_grid, plan_log
from sync_service.reconcile.planned import TabPlan
from sync_service.reconcile.sheet import At, RawCell, Tab
from tests.reconcile import world
from tests.reconcile.world import TODAY, YEAR

PEOPLE = tuple(f"P{number:04}" for number in range(30))
PUPILS = {code: Pupil(code=code, last=code, first="Анна", enrolled=YEAR.start, school_class="7А") for code in PEOPLE}
# nine lessons, a day apart, the last one yesterday; ROW, COLUMN: where the first entry stands
LESSONS = {
    f"c001.{number:03}": LessonView(f"c001.{number:03}", TODAY - timedelta(days=10 - number), 2)
    for number in range(1, 10)
}
KEYS = tuple(LESSONS)
ROW, COLUMN = world.FIRST_ROW, world.FIRST_COLUMN
Marks = dict[tuple[str, str], RawCell]
# no two rows and no two columns alike: nothing repeats by chance
FULL: Marks = {
    (pupil, lesson): "2345"[(row * 7 + column * column + row * column // 3) % 4]
    for row, pupil in enumerate(PEOPLE)
    for column, lesson in enumerate(KEYS)
}


@pytest.fixture(autouse=True)
def class_of_thirty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "PUPILS", PUPILS)


def plan(now: Mapping[tuple[str, str], RawCell], before: Marks = FULL, **facts: object) -> TabPlan:
    """What a pass makes of `now` where the record and the baseline say `before`."""
    cleared = facts.pop("cleared", Cleared())
    released = facts.pop("released", frozenset())
    known = {entry_slot(*place): str(text) for place, text in before.items()}
    context = world.context(pupils=PUPILS, lessons=LESSONS, **facts)
    tab = world.grid(now, pupils=PEOPLE, lessons=KEYS)
    return plan_grid(tab, At(1, 1), context, known, known, released, cleared)  # type: ignore[arg-type]


def held(result: TabPlan) -> tuple[str, str]:
    """Code and detail of what stops a pass; nothing of a tab that is held is carried out."""
    assert result.withheld is not None
    assert result.changes == ()
    assert result.waiting
    return result.withheld.code, result.withheld.detail


def moved(
    rows: Callable[[int], int] = lambda row: row,
    columns: Callable[[int], int] = lambda column: column,
    *,
    only_rows: range = range(30),
    only_columns: range = range(9),
) -> Marks:
    """FULL with a block whose cells say what stood elsewhere; nothing where that is outside."""
    now = dict(FULL)
    for row in only_rows:
        for column in only_columns:
            source = rows(row), columns(column)
            place = PEOPLE[row], KEYS[column]
            if source[0] in only_rows and source[1] in only_columns:
                now[place] = FULL[PEOPLE[source[0]], KEYS[source[1]]]
            else:
                now.pop(place, None)
    return now


def edited(count: int, raw: RawCell | None, *, lessons: tuple[str, ...] = KEYS[5:]) -> Marks:
    """FULL with so many cells of some lessons that say something else; None empties them."""
    places = [(pupil, lesson) for lesson in lessons for pupil in PEOPLE if FULL[pupil, lesson] != raw][:count]
    now = {**FULL, **dict.fromkeys(places, raw)}
    return {place: text for place, text in now.items() if text is not None}


# --- sorted in part, shifted ------------------------------------------------------------------------------------------


def test_a_partial_sort_is_held_and_the_rows_are_named() -> None:
    code, detail = held(plan(moved(lambda row: 27 - (row - 4), only_rows=range(4, 28))))
    assert (code, detail) == (Code.TAB_SORTED, "строк 10–33")
    told = message(Problem(Code(code), Place("Математика"), detail=detail))
    assert told.startswith("Математика: Похоже на частичную сортировку строк 10–33. Прежние данные в силе.")
    assert len(told) <= 200


def test_one_column_sorted_alone_is_held() -> None:
    lesson = KEYS[1]
    ordered = sorted(str(FULL[pupil, lesson]) for pupil in PEOPLE)
    now = {**FULL, **{(pupil, lesson): text for pupil, text in zip(PEOPLE, ordered, strict=True)}}
    code, detail = held(plan(now))
    assert code == Code.TAB_SORTED
    assert detail.startswith("столбца G, строк ")


def test_a_sort_is_seen_although_the_teacher_has_worked_on() -> None:
    before = {place: text for place, text in FULL.items() if place[1] != KEYS[8]}
    now = {**moved(lambda row: 29 - row, only_columns=range(8)), (PEOPLE[0], KEYS[8]): "5", (PEOPLE[1], KEYS[2]): "45"}
    del now[PEOPLE[2], KEYS[8]]
    now = {place: text for place, text in now.items() if place[1] != KEYS[8] or place[0] == PEOPLE[0]}
    assert held(plan(now, before))[0] == Code.TAB_SORTED


def test_a_sort_is_seen_although_a_value_cannot_stand_where_it_went() -> None:
    late = {**PUPILS, PEOPLE[29]: replace_pupil(PEOPLE[29], TODAY)}
    before = {place: text for place, text in FULL.items() if place[0] != PEOPLE[29]}
    now = {
        (PEOPLE[29 - PEOPLE.index(pupil)], lesson): text
        for (pupil, lesson), text in before.items()
        if lesson == KEYS[1]
    }
    rest = {place: text for place, text in before.items() if place[1] != KEYS[1]}
    known = {entry_slot(*place): str(text) for place, text in before.items()}
    tab = world.grid({**rest, **now}, pupils=PEOPLE, lessons=KEYS)
    result = plan_grid(tab, At(1, 1), world.context(pupils=late, lessons=LESSONS), known, known)
    assert held(result)[0] == Code.TAB_SORTED


def replace_pupil(code: str, enrolled: date) -> Pupil:
    return PUPILS[code].model_copy(update={"enrolled": enrolled})


def test_whole_rows_sorted_change_nothing() -> None:
    known = {entry_slot(*place): str(text) for place, text in FULL.items()}
    tab = world.grid(FULL, pupils=PEOPLE[::-1], lessons=KEYS)
    result = plan_grid(tab, At(1, 1), world.context(pupils=PUPILS, lessons=LESSONS), known, known)
    assert (result.changes, result.withheld) == ((), None)


def test_two_marks_swapped_between_two_pupils_are_an_ordinary_correction() -> None:
    lesson = KEYS[7]
    first, second = next((a, b) for a in PEOPLE for b in PEOPLE if FULL[a, lesson] != FULL[b, lesson])
    result = plan({**FULL, (first, lesson): FULL[second, lesson], (second, lesson): FULL[first, lesson]})
    assert (len(result.changes), result.withheld) == (2, None)


def test_three_marks_turned_round_between_three_pupils_are_an_ordinary_correction() -> None:
    places = [(PEOPLE[row], KEYS[7]) for row in (3, 12, 21)]
    before = {**FULL, **dict(zip(places, "345", strict=True))}
    result = plan({**before, **dict(zip(places, "453", strict=True))}, before)
    assert (len(result.changes), result.withheld) == (3, None)


def test_marks_put_right_beside_marks_cleared_are_no_sort_though_each_stood_in_the_column_before() -> None:
    column = {(pupil, KEYS[7]): "344455"[row // 5] for row, pupil in enumerate(PEOPLE)}
    before = {**FULL, **column}
    now = {**before, **{(pupil, KEYS[7]): "4" for pupil in PEOPLE[:5]}}
    now[PEOPLE[29], KEYS[7]] = "4"
    now = {place: text for place, text in now.items() if place not in [(pupil, KEYS[7]) for pupil in PEOPLE[5:11]]}
    result = plan(now, before)
    assert (len(result.changes), result.withheld) == (12, None)


def test_two_pupils_whose_rows_were_mixed_up_are_put_right_freely() -> None:
    now = moved(lambda row: 1 - row, only_rows=range(2))
    result = plan(now, {**FULL})
    assert result.withheld is None
    assert result.changes


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        (-1, 0, "на строку вниз, строки 6–35"),
        (1, 0, "на строку вверх, строки 6–35"),
        (0, -1, "на столбец вправо, строки 6–35"),
        (0, 1, "на столбец влево, строки 6–35"),
    ],
)
def test_a_block_one_line_off_is_held(rows: int, columns: int, words: str) -> None:
    now = moved(lambda row: row + rows, lambda column: column + columns)
    assert held(plan(now)) == (Code.TAB_SHIFTED, words)


def test_cells_inserted_in_one_column_are_held_as_a_shift() -> None:
    now = moved(lambda row: row - 1, only_columns=range(4, 5), only_rows=range(3, 30))
    assert held(plan(now))[0] == Code.TAB_SHIFTED


def test_a_lesson_typed_into_the_next_column_is_put_right_freely() -> None:
    """Twenty-seven cells move by one column: large, but it is what a correction looks like."""
    class_work = {place: text for place, text in FULL.items() if place[1] not in KEYS[4:6]}
    wrong = {**class_work, **{(pupil, KEYS[4]): "5" for pupil in PEOPLE[:20]}}
    right = {**class_work, **{(pupil, KEYS[5]): "5" for pupil in PEOPLE[:20]}}
    result = plan(right, wrong)
    assert result.withheld is None
    assert len(result.changes) == 40


def test_the_same_absences_as_yesterday_are_no_shift() -> None:
    before = {place: ("н" if PEOPLE.index(place[0]) % 2 else "5") for place in FULL if place[1] != KEYS[8]}
    now = {**before, **{(pupil, KEYS[8]): before[pupil, KEYS[7]] for pupil in PEOPLE}}
    result = plan(now, before)
    assert (len(result.changes), result.withheld) == (30, None)


# --- the log ----------------------------------------------------------------------------------------------------------

TOPICS = {lesson: f"Тема урока {number}" for number, lesson in enumerate(KEYS)}


def log_plan(now: Mapping[str, str], today: date = TODAY) -> TabPlan:
    known = {lesson_slot(lesson, LessonField.TOPIC): text for lesson, text in TOPICS.items()}
    cells: dict[At, RawCell] = {At(1, 1): world.LOG_KEY}
    for column in LOG.columns:
        cells[At(1, LOG.index(column.key))], cells[At(2, LOG.index(column.key))] = column.key, column.heading
    for row, lesson in enumerate(KEYS, 3):
        cells[At(row, 1)] = lesson
        cells[At(row, LOG.index("date"))], cells[At(row, LOG.index("slot"))] = LESSONS[lesson].date, 2
        if lesson in now:
            cells[At(row, LOG.index("topic"))] = now[lesson]
    context = world.context(pupils=PUPILS, lessons=LESSONS, today=today)
    return plan_log(Tab("Уроки", cells), At(1, 1), context, known, known)


def test_topics_pasted_a_row_off_are_held() -> None:
    now = {lesson: TOPICS[KEYS[row - 1]] for row, lesson in enumerate(KEYS) if row}
    assert held(log_plan(now)) == (Code.TAB_SHIFTED, "на строку вниз, строки 3–11")


def test_topics_of_lessons_to_come_may_be_moved_about() -> None:
    turned = dict(zip(KEYS, reversed(TOPICS.values()), strict=True))
    assert held(log_plan(turned))[0] == Code.TAB_SORTED
    assert log_plan(turned, TODAY - timedelta(days=20)).withheld is None


# --- clearing ---------------------------------------------------------------------------------------------------------


def slots(count: int) -> frozenset[Slot]:
    return frozenset(entry_slot(pupil, KEYS[0]) for pupil in PEOPLE[:count])


def without(places: frozenset[Slot]) -> Marks:
    return {place: text for place, text in FULL.items() if entry_slot(*place) not in places}


def test_small_clearings_add_up_in_a_day() -> None:
    """Of 270 entries 40 may go in a day: 27 went before, 13 more are the limit."""
    before = without(slots(27))
    allowed = {place: text for place, text in before.items() if place not in list(before)[-13:]}
    once_more = {place: text for place, text in before.items() if place not in list(before)[-14:]}
    cleared = Cleared(slots(27), slots(27))
    assert len(plan(allowed, before, cleared=cleared).changes) == 13
    assert held(plan(once_more, before, cleared=cleared)) == (Code.TAB_SLOW_CLEAR, "за сутки 41 из 270")


def test_small_clearings_add_up_in_a_week() -> None:
    week = slots(30) | {entry_slot(pupil, KEYS[1]) for pupil in PEOPLE[:25]}
    before = without(frozenset(week))
    now = {place: text for place, text in before.items() if place not in list(before)[-13:]}
    assert held(plan(now, before, cleared=Cleared(week=frozenset(week))))[1] == "за 7 дней 68 из 270"


def test_what_was_filled_again_does_not_count_as_cleared() -> None:
    now = {place: text for place, text in FULL.items() if place not in list(FULL)[-20:]}
    assert len(plan(now, cleared=Cleared(slots(30), slots(30))).changes) == 20


def test_what_was_filled_again_and_is_cleared_anew_is_one_entry_and_not_two() -> None:
    """Of the 41 that were cleared today 21 had been filled again: the tab still is one of 270 entries, not of 291."""
    earlier = slots(20)
    before = without(earlier)
    anew = frozenset(entry_slot(*place) for place in list(before)[-21:])
    now = {place: text for place, text in before.items() if entry_slot(*place) not in anew}
    result = plan(now, before, cleared=Cleared(earlier | anew, earlier | anew))
    assert held(result) == (Code.TAB_SLOW_CLEAR, "за сутки 41 из 270")


def test_a_tab_from_which_much_was_cleared_still_takes_other_work() -> None:
    much = slots(30) | {entry_slot(pupil, KEYS[1]) for pupil in PEOPLE[:15]}  # more than may go in a day
    before = without(much)
    now = {**before, (PEOPLE[0], KEYS[0]): "5"}
    result = plan(now, before, cleared=Cleared(much, much))
    assert (len(result.changes), result.withheld) == (1, None)


# --- changing ---------------------------------------------------------------------------------------------------------


def test_most_entries_changed_at_once_are_held() -> None:
    now = dict.fromkeys(FULL, "5")
    code, detail = held(plan(now))
    assert code == Code.TAB_MOSTLY_CHANGED
    assert detail == f"{sum(text != '5' for text in FULL.values())} из 270"


def test_few_entries_may_all_be_corrected() -> None:
    before: Marks = {(pupil, KEYS[8]): "3" for pupil in PEOPLE[:10]}
    assert len(plan(dict.fromkeys(before, "4"), before).changes) == 10
    more: Marks = {(pupil, KEYS[8]): "3" for pupil in PEOPLE[:11]}
    assert held(plan(dict.fromkeys(more, "4"), more)) == (Code.TAB_MOSTLY_CHANGED, "11 из 11")


def test_many_old_entries_changed_are_held_and_recent_ones_are_not() -> None:
    later = TODAY + timedelta(days=20)
    assert len(plan(edited(11, "1/1")).changes) == 0  # what cannot be read changes nothing
    assert len(plan(edited(10, "н"), today=later).changes) == 10
    code, detail = held(plan(edited(11, "н"), today=later))
    assert (code, detail) == (Code.TAB_OLD_CHANGED, "11, уроки старше 14 дн.")
    assert len(plan(edited(11, "н")).changes) == 11
    assert len(plan(edited(11, None), today=later).waiting) == 11


def test_a_lesson_exactly_fourteen_days_ago_is_not_old() -> None:
    lesson = KEYS[5]
    day = LESSONS[lesson].date
    now = edited(11, "н", lessons=(lesson,))
    assert plan(now, today=day + timedelta(days=14)).withheld is None
    assert plan(now, today=day + timedelta(days=15)).withheld is not None


def test_old_cells_that_were_blank_may_be_filled_late() -> None:
    before = {place: text for place, text in FULL.items() if place[1] != KEYS[0]}
    result = plan(FULL, before, today=TODAY + timedelta(days=60))
    assert (len(result.changes), result.withheld) == (30, None)


def test_the_schools_own_thresholds_are_in_force() -> None:
    later = TODAY + timedelta(days=20)
    strict = Policy(guard_old_entries=1, guard_old_days=30)
    assert plan(edited(2, "н"), today=later, policy=strict).withheld is None
    assert plan(edited(2, "н"), today=later + timedelta(days=20), policy=strict).withheld is not None


# --- releases ---------------------------------------------------------------------------------------------------------


def test_a_release_names_the_digest_beside_each_change_it_lets_through() -> None:
    now = dict.fromkeys(FULL, "5")
    refused = plan(now).withheld
    assert refused is not None
    through = plan(now, released=frozenset({refused.digest}))
    assert (through.withheld, through.waiting) == (None, ())
    assert through.released == {change.slot: refused.digest for change in through.changes}
    assert plan({**now, (PEOPLE[0], KEYS[0]): "4"}, released=frozenset({refused.digest})).withheld is not None


def test_a_release_is_not_one_of_the_same_marks_given_to_others() -> None:
    now = dict.fromkeys(FULL, "5") | {(PEOPLE[0], KEYS[0]): "4"}
    of_another = dict.fromkeys(FULL, "5") | {(PEOPLE[1], KEYS[0]): "4"}
    refused = plan(now).withheld
    assert refused is not None
    released = frozenset({refused.digest})
    assert plan(now, released=released).withheld is None
    assert held(plan(of_another, released=released))[0] == Code.TAB_MOSTLY_CHANGED


def test_a_held_plan_prints_what_waits() -> None:
    assert "waiting record entry:P0000" in str(plan(dict.fromkeys(FULL, "5")))
    assert replace(plan(FULL), waiting=()) == plan(FULL)
