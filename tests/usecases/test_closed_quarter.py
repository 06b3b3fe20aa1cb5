"""The deputy closes a quarter: what teachers change in it waits for her, and everything else goes on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from sync_service.domain.problems import Code
from sync_service.domain.school import Term
from sync_service.domain.slots import LessonField, Slot, SlotKind, entry_slot, final_slot, lesson_slot
from sync_service.records import ledger, models, queries, sync_state
from sync_service.usecases import holds, periods
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import SchoolOnDisk, build

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
LEV, NINA = "P0001", "P0002"
FIRST = "c001.001"
DEPUTY = {"by": "Белова Т. С.", "reason": "отметки проверены, приказ № 12"}
YEAR = "2026/2027"


@pytest.fixture
def filled(tmp_path: Path, drawn: Path, database: str) -> SchoolOnDisk:
    """The first lesson is marked, the first quarter over and closed, the second begun."""
    return build(tmp_path, drawn / "filled", story=fill)


def fill(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {entry_slot(LEV, FIRST): "4", entry_slot(NINA, FIRST): "н"})
    school.sync()
    school.now[0] += timedelta(days=60)  # 15 November
    periods.close(school.workspace, "I", **DEPUTY)


def late(school: SchoolOnDisk) -> str:
    """Key of a lesson in the second quarter."""
    return next(fact.key for fact in queries.lesson_facts("c001") if fact.date.month == 11)


def test_a_change_in_a_closed_quarter_waits_and_the_open_one_is_recorded(filled: SchoolOnDisk) -> None:
    slot, open_slot = entry_slot(LEV, FIRST), entry_slot(NINA, late(filled))
    filled.type(BOOK, GRID, {slot: "5", open_slot: "3", final_slot(LEV, "c001", "Q1"): "5"})
    report = filled.sync()
    assert report.needs_human
    values = queries.slot_values("c001")
    assert (values[slot], values[open_slot]) == ("4", "3")
    assert final_slot(LEV, "c001", "Q1") not in values
    (hold,) = sync_state.holds()
    assert hold.code == Code.PERIOD_CLOSED
    assert "Период закрыт (I четверть, ячеек: 2)" in holds.sentence(hold)
    note = filled.note(BOOK, GRID, slot)
    assert "период закрыт (I четверть)" in note
    assert "Пока действует «4»" in note
    assert filled.value(BOOK, GRID, slot) == "5"  # a teacher's cell is never written


def test_a_second_pass_over_waiting_changes_writes_nothing(filled: SchoolOnDisk) -> None:
    filled.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    filled.sync(everything=True)
    before = ledger.digest(), sync_state.holds()
    again = filled.sync(everything=True)
    assert sum(book.recorded + book.retracted + book.written for book in again.books) == 0
    assert (ledger.digest(), sync_state.holds()) == before


def test_the_deputy_releases_what_waits_even_while_the_teacher_works_on(filled: SchoolOnDisk) -> None:
    slot, open_slot = entry_slot(LEV, FIRST), entry_slot(NINA, late(filled))
    filled.type(BOOK, GRID, {slot: "5"})
    filled.sync()
    (hold,) = sync_state.holds()
    assert [change.slot for change in holds.would_change(filled.workspace, hold).changes] == [slot]
    filled.type(BOOK, GRID, {open_slot: "3"})
    filled.sync()
    assert sync_state.holds() == [hold]
    holds.release(filled.workspace, hold, by="Белова Т. С.", reason="служебная записка от 14.11")
    report = filled.sync()
    assert not report.needs_human
    assert queries.slot_values("c001")[slot] == "5"
    assert filled.note(BOOK, GRID, slot) == ""
    assert [(row.old, row.new) for row in queries.history(slot)] == [("", "4"), ("4", "5")]


def test_a_teacher_who_puts_the_old_value_back_ends_the_hold(filled: SchoolOnDisk) -> None:
    filled.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    filled.sync()
    filled.type(BOOK, GRID, {entry_slot(LEV, FIRST): "4"})
    assert not filled.sync().needs_human
    assert (sync_state.holds(), filled.note(BOOK, GRID, entry_slot(LEV, FIRST))) == ([], "")


def test_the_log_and_the_reasons_of_a_closed_quarter_wait_too(filled: SchoolOnDisk) -> None:
    topic, next_topic = lesson_slot(FIRST, LessonField.TOPIC), lesson_slot(late(filled), LessonField.TOPIC)
    filled.type(BOOK, LOG, {topic: "Дроби", next_topic: "Степень"})

    def explain(sheet: Worksheet) -> None:
        headings = {sheet.cell(1, column).value: column for column in range(1, sheet.max_column + 1)}
        assert sheet.cell(3, 1).value == f"{NINA} 2026-09-02"
        sheet.cell(3, headings["code"]).value = "б"

    filled.edit(BOOK, "Пропуски", explain)
    filled.sync()
    values = queries.slot_values("c001")
    assert (topic in values, values[next_topic]) == (False, "Степень")
    assert queries.reason_values("9А") == {}
    assert sorted(hold.tab for hold in sync_state.holds()) == ["absences 9А", "log c001"]
    for hold in sync_state.holds():
        holds.release(filled.workspace, hold, by="Белова Т. С.", reason="справка принесена позже")
    filled.sync()
    assert queries.reason_values("9А") == {Slot(SlotKind.REASON, NINA, "2026-09-02 code"): "б"}
    assert sync_state.holds() == []


def test_opening_the_quarter_lets_what_waited_through_at_the_next_pass(filled: SchoolOnDisk) -> None:
    filled.type(BOOK, GRID, {entry_slot(LEV, FIRST): "5"})
    filled.sync()
    periods.reopen(filled.workspace, "I", by="Смирнова О. В.", reason="приказ директора № 15")
    report = filled.sync()
    assert not report.needs_human
    assert queries.slot_values("c001")[entry_slot(LEV, FIRST)] == "5"
    assert sync_state.holds() == []


def test_closing_for_one_class_leaves_the_others_open(school_on_both: SchoolOnDisk) -> None:
    workspace = school_on_both.workspace
    assert periods.close(workspace, "i четверть", school_class="9а", **DEPUTY).classes == "9А"
    assert queries.closed_terms(YEAR) == {"9А": {Term.Q1}}
    # the rest of the school afterwards: who closed 9А, and when, stays as it was
    school_on_both.now[0] += timedelta(days=1)
    assert periods.close(workspace, "1", by="Смирнова О. В.", reason="приказ № 13").classes == "6Б"
    assert queries.closed_terms(YEAR) == {"6Б": {Term.Q1}, "9А": {Term.Q1}}
    told = [(line.period.title, line.classes, line.by) for line in periods.lines()]
    assert told == [
        ("I четверть", "9А", "Белова Т. С."), ("I четверть", "6Б", "Смирнова О. В."),
        ("II четверть", "", ""), ("III четверть", "", ""), ("IV четверть", "", ""),
    ]  # fmt: skip
    assert periods.reopen(workspace, "I", school_class="6Б", by="Смирнова О. В.", reason="ошибка").classes == "6Б"
    assert queries.closed_terms(YEAR) == {"9А": {Term.Q1}}


def test_the_whole_school_is_named_so(school: SchoolOnDisk) -> None:
    assert periods.close(school.workspace, "I", **DEPUTY).classes == "вся школа"
    assert [line.classes for line in periods.lines()][:2] == ["вся школа", ""]


def test_who_when_and_why_stand_in_the_ledger_and_survive_its_replay(school_on_both: SchoolOnDisk) -> None:
    workspace = school_on_both.workspace
    periods.close(workspace, "I", school_class="9А", **DEPUTY)
    periods.reopen(workspace, "I", school_class="9А", by="Смирнова О. В.", reason="приказ № 14")
    school_on_both.now[0] += timedelta(hours=1)
    periods.close(workspace, "I", school_class="9А", by="Белова Т. С.", reason="исправлено")
    before = queries.closings(YEAR)
    ((closed, at),) = before
    assert (closed.reason, at) == ("исправлено", workspace.clock())
    ledger.replay()
    assert queries.closings(YEAR) == before
    told = models.LedgerRow.objects.filter(kind="closedterm", key=f"{YEAR} Q1 9А").order_by("seq")
    assert [(row.actor, row.reason, row.new is None) for row in told] == [
        ("Белова Т. С.", "отметки проверены, приказ № 12", False),
        ("Смирнова О. В.", "приказ № 14", True),
        ("Белова Т. С.", "исправлено", False),
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"name": "V"}, "нет четверти «V»"),
        ({"name": "I", "school_class": "5Я"}, "Класса «5Я»"),
        ({"name": "II"}, "начнётся 02.11.2026"),
        ({"name": "I", "by": " "}, "кто решил"),
        ({"name": "I", "reason": ""}, "почему"),
    ],
)
def test_what_cannot_be_closed_is_told_in_a_sentence(
    school: SchoolOnDisk, words: dict[str, str], sentence: str
) -> None:
    with pytest.raises(NeedsHuman, match=sentence):
        periods.close(school.workspace, **{**DEPUTY, **words})
    assert queries.closed_terms(YEAR) == {}


def test_closing_twice_or_opening_what_is_open_is_told(school: SchoolOnDisk) -> None:
    with pytest.raises(NeedsHuman, match="и так открыта"):
        periods.reopen(school.workspace, "I", by="Белова Т. С.", reason="по ошибке")
    periods.close(school.workspace, "I", **DEPUTY)
    with pytest.raises(NeedsHuman, match="уже закрыта: вся школа"):
        periods.close(school.workspace, "I", **DEPUTY)
