"""The deputy corrects the record: the teacher is told, never overwritten, and never overwrites the office unseen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from sync_service import cli
from sync_service.books.source import Fetched, SourceError
from sync_service.cli import corrections
from sync_service.domain.problems import Code
from sync_service.domain.slots import LessonField, Slot, entry_slot, final_slot, lesson_slot
from sync_service.reconcile.sheet import TabWrite
from sync_service.records import ledger, queries, sync_state
from sync_service.usecases import periods, requests, syncing
from sync_service.usecases.correcting import correct_entry, correct_final, correct_lesson
from sync_service.usecases.meant import Unclear
from sync_service.usecases.planning import PlannedBook, plan_book
from sync_service.usecases.workspace import NeedsHuman
from tests.usecases.conftest import SchoolOnDisk, build
from tests.usecases.in_google import SchoolInGoogle, in_google

__all__ = ["in_google"]

BOOK, GRID, LOG = "9А Журнал", "Математика", "Математика · уроки"
LEV, NINA, YANA = "P0001", "P0002", "P0003"
FIRST = "c001.001"
SLOT = entry_slot(LEV, FIRST)
DEPUTY = {"by": "Белова Т. С.", "reason": "служебная записка № 7"}
LEV_AT_MATHS = {"pupil": "Абрамов Лев", "course": "Математика", "date": "2026-09-02", **DEPUTY}
CLOSED = {"by": "Белова Т. С.", "reason": "отметки проверены"}


@pytest.fixture
def marked(tmp_path: Path, drawn: Path, database: str) -> SchoolOnDisk:
    """Lev has a 3 and Nina was absent at the first lesson, and the service knows it."""
    return build(tmp_path, drawn / "marked", story=mark)


def mark(school: SchoolOnDisk) -> None:
    school.type(BOOK, GRID, {SLOT: "3", entry_slot(NINA, FIRST): "н"})
    school.sync()


def value(slot: Slot = SLOT) -> str:
    return queries.slot_values("c001").get(slot, "")


def test_a_correction_is_told_by_a_note_and_the_teachers_cell_stays(marked: SchoolOnDisk) -> None:
    done = correct_entry(marked.workspace, "4", **LEV_AT_MATHS)
    assert (done.what, done.old, done.new) == ("Абрамов Лев, Математика, 02.09.2026, 1-й урок", "3", "4")
    assert value() == "4"  # families see it before any pass
    marked.sync()
    assert "значение исправили в базе школы" in marked.note(BOOK, GRID, SLOT)
    assert (value(), marked.value(BOOK, GRID, SLOT)) == ("4", "3")
    before = ledger.digest()
    again = marked.sync(everything=True)
    assert not any(book.written or book.recorded for book in again.books)
    assert ledger.digest() == before


def test_the_ledger_keeps_old_new_who_when_and_why_of_a_correction(marked: SchoolOnDisk) -> None:
    marked.now[0] += timedelta(hours=1)
    correct_entry(marked.workspace, "4", **LEV_AT_MATHS)
    _, row = queries.history(SLOT)
    assert (row.old, row.new, row.actor, row.reason) == ("3", "4", DEPUTY["by"], DEPUTY["reason"])
    assert (row.channel, row.book, row.place, row.at) == ("command", "", "", marked.now[0])
    before = ledger.digest()
    ledger.replay()
    assert ledger.digest() == before


def test_a_teacher_who_types_the_same_is_acknowledged_without_a_ledger_row(marked: SchoolOnDisk) -> None:
    correct_entry(marked.workspace, "4", **LEV_AT_MATHS)
    marked.sync()
    marked.type(BOOK, GRID, {SLOT: "4"})
    assert not marked.sync().needs_human
    assert marked.note(BOOK, GRID, SLOT) == ""
    assert [row.new for row in queries.history(SLOT)] == ["3", "4"]
    marked.type(BOOK, GRID, {SLOT: "5"})  # and goes on as ever
    marked.sync()
    assert value() == "5"


@pytest.mark.parametrize("typed", ["5", None])
@pytest.mark.parametrize("told", [True, False], ids=["after the note", "before the note"])
def test_a_teacher_who_types_something_else_makes_a_conflict_not_a_record(
    marked: SchoolOnDisk, typed: str | None, told: bool
) -> None:
    correct_entry(marked.workspace, "4", **LEV_AT_MATHS)
    if told:
        marked.sync()
    marked.type(BOOK, GRID, {SLOT: typed})
    marked.sync()
    assert value() == "4"
    assert "изменили и здесь, и в базе школы" in marked.note(BOOK, GRID, SLOT)
    correct_entry(marked.workspace, typed or "", **LEV_AT_MATHS)  # the deputy agrees after all
    assert not marked.sync().needs_human
    assert (value(), marked.note(BOOK, GRID, SLOT)) == (typed or "", "")


def test_a_correction_that_comes_while_a_pass_is_planned_is_not_overwritten_by_it(
    marked: SchoolOnDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def planned_then_corrected(*how: object, **more: object) -> PlannedBook:
        planned = plan_book(*how, **more)  # type: ignore[arg-type]
        monkeypatch.setattr(syncing, "plan_book", plan_book)
        correct_entry(marked.workspace, "4", **LEV_AT_MATHS)
        return planned

    marked.type(BOOK, GRID, {SLOT: "5"})
    monkeypatch.setattr(syncing, "plan_book", planned_then_corrected)
    marked.sync()
    assert value() == "4"
    assert "изменили и здесь, и в базе школы" in marked.note(BOOK, GRID, SLOT)


def test_a_correction_that_comes_while_remarks_are_written_is_told_at_the_next_pass(
    marked: SchoolOnDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = marked.workspace.source
    write = source.write_many

    def corrected_then_written(items: Sequence[tuple[Fetched, Sequence[TabWrite]]]) -> list[Fetched | SourceError]:
        correct_entry(marked.workspace, "4", **LEV_AT_MATHS)
        return write(items)

    marked.type(BOOK, GRID, {entry_slot(YANA, FIRST): "45"})
    with monkeypatch.context() as patched:
        patched.setattr(source, "write_many", corrected_then_written)
        marked.sync()
    assert marked.note(BOOK, GRID, SLOT) == ""
    marked.sync()
    assert "исправили в базе" in marked.note(BOOK, GRID, SLOT)


def test_final_marks_and_lessons_are_corrected_too(marked: SchoolOnDisk) -> None:
    final = correct_final(
        marked.workspace, "4", pupil="Абрамов Л.", course="Математика", final="I", school_class="9А", **DEPUTY
    )
    assert (final.what, value(final_slot(LEV, "c001", "Q1"))) == ("Абрамов Лев, Математика, I четверть", "4")
    done = correct_lesson(
        marked.workspace, {"--held": "+", "--topic": "  Дроби ", "--homework": "нет", "--due": "09.09"},
        course="Математика", school_class="9а", date="02.09", **DEPUTY,
    )  # fmt: skip
    assert [(one.slot.field, one.new) for one in done] == [
        ("held", "да"), ("topic", "Дроби"), ("homework", "—"), ("due", "2026-09-09"),
    ]  # fmt: skip
    marked.sync()
    assert "исправили в базе" in marked.note(BOOK, LOG, lesson_slot(FIRST, LessonField.TOPIC))
    assert "исправили в базе" in marked.note(BOOK, GRID, final.slot)
    (fact,) = [one for one in queries.lesson_facts("c001") if one.key == FIRST]
    assert (fact.held, fact.topic) == (True, "Дроби")


def test_a_correction_may_be_made_in_a_closed_quarter_and_says_so(marked: SchoolOnDisk) -> None:
    marked.now[0] += timedelta(days=60)
    periods.close(marked.workspace, "I", **CLOSED)
    assert correct_entry(marked.workspace, "4", **LEV_AT_MATHS).closed == "I четверть"
    final = {"pupil": "Абрамов Лев", "course": "Математика", "final": "1", **DEPUTY}
    assert correct_final(marked.workspace, "4", **final).closed == "I четверть"
    assert correct_final(marked.workspace, "4", **final | {"final": "II"}).closed == ""
    marked.sync()
    assert (value(), sync_state.holds()) == ("4", [])
    marked.type(BOOK, GRID, {SLOT: "4"})  # agreeing needs nobody's leave
    marked.sync()
    assert (sync_state.holds(), marked.note(BOOK, GRID, SLOT)) == ([], "")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("6", "«6»"),
        ("4,5", "4/5"),
        ("٥", "U[+]0665"),
        ("Н/а", "четверт"),
        ("=1+1", "формул"),
    ],
)
def test_a_value_that_no_cell_may_hold_is_refused_with_the_cells_sentence(
    marked: SchoolOnDisk, typed: str, sentence: str
) -> None:
    with pytest.raises(Unclear, match=sentence) as refused:
        correct_entry(marked.workspace, typed, **LEV_AT_MATHS)
    assert refused.value.option == "--value"
    assert "Пока действует «3»" in str(refused.value)
    assert value() == "3"


def test_rules_of_day_and_lesson_hold_for_corrections(marked: SchoolOnDisk) -> None:
    with pytest.raises(Unclear, match=r"21\.09\.2026"):  # not held yet
        correct_entry(marked.workspace, "5", **LEV_AT_MATHS | {"date": "21.09"})
    log = {"course": "c001", "date": "02.09", **DEPUTY}
    with pytest.raises(Unclear, match="КР, Тетр") as refused:
        correct_lesson(marked.workspace, {"--topic": "Дроби", "--work": "Диктант"}, **log)
    assert refused.value.option == "--work"
    assert value(lesson_slot(FIRST, LessonField.TOPIC)) == ""  # all or nothing


@pytest.mark.parametrize(
    ("words", "option", "sentence"),
    [
        ({"pupil": "Абрамо"}, "--pupil", "не один ученик: Абрамов Лев .9А, P0001.; Абрамова Ева .6Б, P0005."),
        ({"pupil": "Абромов Лев"}, "--pupil", "нет. Похожие: Абрамов Лев .9А, P0001."),
        ({"pupil": ""}, "--pupil", "ученика «» нет"),
        ({"course": "Физика"}, "--course", "у ученика Абрамов Лев нет. Есть: Математика .9А, c001.; Английский"),
        ({"date": "2026-09-03"}, "--date", "03.09.2026 урока «Математика» .9А. нет. Рядом: 02.09.2026, 1-й урок; 07"),
        ({"date": "вчера"}, "--date", "не дата"),
        ({"number": 5}, "--date", "02.09.2026 5-го урока"),
        ({"school_class": "9Я"}, "--class", "класса «9Я» нет. Есть: 6Б; 9А"),
    ],
)
def test_words_that_name_nothing_or_several_things_are_answered_with_what_there_is(
    school: SchoolOnDisk, words: dict[str, object], option: str, sentence: str
) -> None:
    with pytest.raises(Unclear, match=sentence) as refused:
        correct_entry(school.workspace, "4", **{**LEV_AT_MATHS, **words})  # type: ignore[arg-type]
    assert refused.value.option == option
    assert queries.history(SLOT) == []


def test_a_class_and_a_subgroup_tell_namesakes_and_courses_apart(school: SchoolOnDisk) -> None:
    words = {**LEV_AT_MATHS, "pupil": "Абрамо", "school_class": "9А"}
    assert correct_entry(school.workspace, "4", **words).slot == SLOT
    english = {**LEV_AT_MATHS, "pupil": "Елкина Яна", "course": "Английский язык", "date": "03.09"}
    assert correct_entry(school.workspace, "5", **english).slot == entry_slot(YANA, "c003.001")
    with pytest.raises(Unclear, match=r"не один курс: Математика .9А, c001.; Математика .6Б, c004."):
        correct_lesson(school.workspace, {"--topic": "Дроби"}, course="Математика", date="07.09", **DEPUTY)


def test_two_lessons_of_a_day_need_the_number(school: SchoolOnDisk) -> None:
    school.type(BOOK, LOG, {lesson_slot("c001.002", LessonField.DATE): "02.09.2026",
                            lesson_slot("c001.002", LessonField.SLOT): "3"})  # fmt: skip
    school.sync()
    with pytest.raises(Unclear, match=r"уроков несколько: 02.09.2026, 1-й урок; 02.09.2026, 3-й урок") as refused:
        correct_entry(school.workspace, "4", **LEV_AT_MATHS)
    assert refused.value.option == "--slot"
    assert correct_entry(school.workspace, "4", number=3, **LEV_AT_MATHS).slot == entry_slot(LEV, "c001.002")


def test_nobody_and_nothing_are_no_reasons_to_correct(marked: SchoolOnDisk) -> None:
    with pytest.raises(NeedsHuman, match=r"в базе и так: Абрамов Лев, .*: «3»"):
        correct_entry(marked.workspace, " 3 ", **LEV_AT_MATHS)
    for missing in ({"by": " "}, {"reason": ""}):
        with pytest.raises(NeedsHuman, match="кто решил и почему"):
            correct_entry(marked.workspace, "4", **LEV_AT_MATHS | missing)
    assert value() == "3"


# --- requests ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def late(tmp_path: Path, drawn: Path, database: str) -> SchoolOnDisk:
    """After the quarter was closed its teacher changed three cells of it."""
    return build(tmp_path, drawn / "marked too late", story=mark_too_late)


def mark_too_late(school: SchoolOnDisk) -> None:
    mark(school)
    school.now[0] += timedelta(days=60)
    periods.close(school.workspace, "I", **CLOSED)
    school.type(BOOK, GRID, {SLOT: "5", entry_slot(NINA, FIRST): "б", entry_slot(YANA, FIRST): "4"})
    school.sync()


def test_what_waits_in_a_closed_quarter_is_a_list_of_requests(late: SchoolOnDisk) -> None:
    asked = {one.slot: one for one in requests.waiting()}
    assert {slot: (one.old, one.new) for slot, one in asked.items()} == {
        SLOT: ("3", "5"), entry_slot(NINA, FIRST): ("н", "б"), entry_slot(YANA, FIRST): ("", "4"),
    }  # fmt: skip
    one = asked[SLOT]
    assert (one.book, one.tab, one.a1, one.who, one.period) == (BOOK, GRID, "F6", "Абрамов Лев, 02.09", "I четверть")


def test_one_cell_is_approved_and_the_rest_of_the_hold_stands(late: SchoolOnDisk) -> None:
    numbers = {one.slot: one.number for one in requests.waiting()}
    requests.approve(late.workspace, [numbers[SLOT]], value="5", **DEPUTY)
    assert value() == "5"
    late.sync()
    assert late.note(BOOK, GRID, SLOT) == ""
    assert {one.slot: one.number for one in requests.waiting()} == {
        slot: number for slot, number in numbers.items() if slot != SLOT
    }
    (hold,) = sync_state.holds()
    assert (hold.code, value(entry_slot(NINA, FIRST))) == (Code.PERIOD_CLOSED, "н")
    assert [(row.channel, row.actor, row.reason) for row in queries.history(SLOT)][1:] == [
        ("command", DEPUTY["by"], DEPUTY["reason"])
    ]
    requests.approve(late.workspace, [one.number for one in requests.waiting()], **DEPUTY)
    assert not late.sync().needs_human
    assert (requests.waiting(), sync_state.holds(), value(entry_slot(NINA, FIRST))) == ([], [], "б")


def test_lessons_finals_and_reasons_are_approved_as_well(late: SchoolOnDisk) -> None:
    topic, final = lesson_slot(FIRST, LessonField.TOPIC), final_slot(LEV, "c001", "Q1")
    late.type(BOOK, LOG, {topic: "Дроби"})
    late.type(BOOK, GRID, {final: "5"})
    late.edit(BOOK, "Пропуски", lambda sheet: sheet.cell(3, 6, "б"))
    late.sync()
    asked = requests.waiting()
    assert len(asked) == 6
    requests.approve(late.workspace, [one.number for one in asked], **DEPUTY)
    assert not late.sync().needs_human
    assert (value(topic), value(final), list(queries.reason_values("9А").values())) == ("Дроби", "5", ["б"])


def test_a_refusal_is_remembered_until_something_else_is_asked_for(late: SchoolOnDisk) -> None:
    number = next(one.number for one in requests.waiting() if one.slot == SLOT)
    requests.refuse(late.workspace, [number], by="Белова Т. С.", reason="не переписана")
    assert [one.refused for one in requests.waiting() if one.slot == SLOT] == ["Белова Т. С.: не переписана"]
    assert value() == "3"
    late.type(BOOK, GRID, {SLOT: "4"})
    late.sync()
    assert [(one.new, one.refused) for one in requests.waiting() if one.slot == SLOT] == [("4", "")]
    with pytest.raises(Unclear, match="просит «4», а не «5»"):
        requests.approve(late.workspace, [number], value="5", **DEPUTY)
    late.type(BOOK, GRID, {SLOT: "3"})
    late.sync()
    with pytest.raises(Unclear, match=f"№ {number} нет. Ждут:"):
        requests.approve(late.workspace, [number], **DEPUTY)
    with pytest.raises(NeedsHuman, match="кто решил"):
        requests.refuse(late.workspace, [], by="", reason="")


def test_nothing_is_approved_when_nobody_answers_for_it(late: SchoolOnDisk) -> None:
    with pytest.raises(NeedsHuman, match="кто решил"):
        requests.approve(late.workspace, [one.number for one in requests.waiting()], by="", reason="x")
    assert value() == "3"


def test_a_book_in_google_is_told_too(in_google: SchoolInGoogle) -> None:
    in_google.type(BOOK, GRID, {SLOT: "3"})
    in_google.sync()
    correct_entry(in_google.workspace, "4", **LEV_AT_MATHS)
    in_google.sync()
    assert "значение исправили в базе школы" in in_google.note(BOOK, GRID, SLOT)
    assert (in_google.value(BOOK, GRID, SLOT), value()) == ("3", "4")
    in_google.type(BOOK, GRID, {SLOT: "4"})
    in_google.sync()
    assert (in_google.note(BOOK, GRID, SLOT), value()) == ("", "4")


def test_a_school_that_is_not_set_up_says_so(school: SchoolOnDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "directory", lambda *_: None)
    with pytest.raises(NeedsHuman, match="journal provision"):
        correct_entry(school.workspace, "4", **LEV_AT_MATHS)


# --- the commands -----------------------------------------------------------------------------------------------------

BY = ["--by", "Белова Т. С.", "--reason", "апелляция"]


@pytest.fixture
def at_hand(school: SchoolOnDisk, monkeypatch: pytest.MonkeyPatch) -> SchoolOnDisk:
    """The commands open this school."""
    monkeypatch.setattr(corrections, "open_school", lambda _: school.workspace)
    return school


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--value", "4"], "значение --pupil не подходит: укажите ученика"),
        (["--pupil", "Абрамов", "--date", "02.09"], "значение --value не подходит: укажите, как верно"),
        (["--pupil", "Абрамов", "--value", "4"], "укажите день урока"),
        (["--pupil", "Абрамов", "--value", "4", "--date", "02.09", "--final", "I"], "что-то одно"),
        (["--pupil", "Абрамов", "--topic", "Дроби", "--date", "02.09"], "отдельной командой"),
        (["--pupil", "Абрамо", "--value", "4", "--date", "02.09"], "Абрамов Лев (9А, P0001); Абрамова Ева (6Б"),
        (["--pupil", "Абрамов", "--value", "7", "--date", "02.09"], "значение --value не подходит"),
        (["--pupil", "Абрамов", "--value", "4", "--final", "VI"], "Есть: I, II, III, IV, Год, Экзамен, Итог"),
    ],
)
def test_a_command_that_means_nothing_is_wrong_use_and_says_what_there_is(
    at_hand: SchoolOnDisk, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    assert cli.run(["correct", "--course", "Математика", *words, *BY]) == 2
    assert sentence in " ".join(capsys.readouterr().err.split())
    assert value() == ""


def test_the_commands_correct_tell_the_history_and_rewind(
    at_hand: SchoolOnDisk, capsys: pytest.CaptureFixture[str]
) -> None:
    at_hand.type(BOOK, GRID, {SLOT: "3"})
    at_hand.sync()
    at_hand.now[0] += timedelta(hours=1)
    whom = ["--pupil", "Абрамов Лев", "--course", "Математика"]
    assert cli.run(["correct", *whom, "--date", "02.09", "--value", "4", *BY]) == 0
    assert "02.09.2026, 1-й урок: было 3, стало 4." in capsys.readouterr().out
    assert cli.run(["correct", *whom, "--date", "02.09", "--value", "4", *BY]) == 1  # nothing to do
    assert cli.run(["correct", *whom, "--final", "I", "--value", "4", *BY]) == 0
    assert cli.run(["correct", *whom[2:], "--class", "9А", "--date", "02.09", "--topic", "Дроби", *BY]) == 0
    assert cli.run(["request", "list"]) == 0
    capsys.readouterr()
    assert cli.run(["history", *whom, "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)
    assert [(one["at"], one["old"], one["new"], one["by"]) for one in steps] == [
        ("2026-09-16T18:00:00+03:00", "", "3", BOOK),
        ("2026-09-16T19:00:00+03:00", "3", "4", "Белова Т. С."),
        ("2026-09-16T19:00:00+03:00", "", "4", "Белова Т. С."),
    ]
    assert cli.run(["history"]) == 2
    at_hand.sync()
    at_hand.now[0] += timedelta(hours=1)
    assert cli.run(["rewind", "--book", "9А", "--at", "2026-09-16T18:30"]) == 0
    assert "9А Журнал на 2026-09-16 18-30.xlsx" in capsys.readouterr().out
    assert cli.run(["rewind", "--book", "9А", "--at", "вчера"]) == 2
    assert cli.run(["rewind", "--book", "9А", "--at", "2026-09-16T18:30", "--into-book"]) == 1  # nobody answers
    assert cli.run(["rewind", "--book", "9А", "--at", "2026-09-16T18:30", "--into-book", *BY]) == 0


def test_requests_are_decided_by_command(at_hand: SchoolOnDisk, capsys: pytest.CaptureFixture[str]) -> None:
    at_hand.now[0] += timedelta(days=60)
    periods.close(at_hand.workspace, "I", **CLOSED)
    at_hand.type(BOOK, GRID, {SLOT: "5", entry_slot(NINA, FIRST): "4"})
    at_hand.sync()
    assert cli.run(["request", "list", "--json"]) == 1
    numbers = {one["cell"]: str(one["number"]) for one in json.loads(capsys.readouterr().out)}
    assert cli.run(["request", "refuse", numbers["F7"], *BY]) == 0
    assert cli.run(["request", "approve", numbers["F6"], *BY]) == 0
    assert "Абрамов Лев, 02.09: было (пусто), стало 5." in capsys.readouterr().out
    assert cli.run(["request", "approve", "999", *BY]) == 2
    at_hand.sync()
    assert cli.run(["request", "list"]) == 1
    assert (value(), value(entry_slot(NINA, FIRST))) == ("5", "")
