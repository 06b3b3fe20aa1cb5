"""The formulas of the books, computed by a real spreadsheet program and compared with the arithmetic of the domain."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from sync_service.books.render import render_journal, render_school
from sync_service.domain.entries import MISSED, Entry, EntryRules, Refusal, read_entry, read_final
from sync_service.domain.formulas import final_mean, half_up, suggest_mark, weighted_mean, year_mean
from sync_service.domain.policy import Policy
from sync_service.domain.school import Term
from sync_service.domain.slots import LessonField, Slot, entry_slot, final_slot, lesson_slot
from tests.books.render_sample import DIRECTORY, EMPLOYEES, PUPILS, WORKS, journal
from tests.libreoffice import Office

pytestmark = pytest.mark.libreoffice

Q1, Q2, YEAR = range(1, 17), range(17, 33), range(1, 65)  # lessons of the course by seq
CODES = [pupil.code for pupil in PUPILS]
WEIGHTS = {work.short: work.weight if work.counts else 0 for work in WORKS}
GENEROUS = EntryRules(fractions=True)
ENTRIES = (
    "5",
    "5",
    "4",
    "4",
    "3",
    "2",
    "4/5",
    "3 / 4",
    "н5",
    "5н",
    "н/4",
    "н",
    "Н",
    "б",
    "ув",
    "нп",
    "нб",
    "оп",
    "осв",
    ".",
    "н/.",
)
NO_ENTRIES = ("", "#", "одна", date(2026, 5, 4), 46146)  # no digits of theirs may count
FINALS = ("5", "4", "3", "2", 4, " 3 ", "н/а", "осв", "45", "хор", "1", "", None)
POLICIES = {
    "usual": Policy(),
    "weighted": Policy(weighted=True),
    "strict": Policy(fractions=True, two_forbids_five=True, scale="от 0,70"),
    "six": Policy(scale="от 0,60"),
    "favour": Policy(scale="от 0,65", mark_one=True),
    "own": Policy(scale="свои", mark_5_from="4.8", mark_4_from="3.25", mark_3_from="2.1", weighted=True),
}


@dataclass(frozen=True)
class Calculated:
    """A journal after LibreOffice has opened it, computed everything and saved it."""

    tabs: dict[str, list[list[object]]]
    typed: dict[Slot, object]
    policy: Policy
    today: date

    def column(self, tab: str, key: str) -> list[object]:
        """Cells of the four pupils in the column with that key."""
        rows = self.tabs[tab]
        return [row[rows[0].index(key)] for row in rows[5:9]]

    def row(self, tab: str, key: str, lessons: range) -> list[object]:
        rows = self.tabs[tab]
        found = next(row for row in rows if row[0] == key)
        return [found[rows[0].index(f"c001.{seq:03d}")] for seq in lessons]


@pytest.fixture(scope="module")
def calculated(tmp_path_factory: pytest.TempPathFactory, libreoffice: Office) -> dict[str, Calculated]:
    folder, out = tmp_path_factory.mktemp("drawn"), tmp_path_factory.mktemp("calculated")
    today = datetime.now().date()  # noqa: DTZ005 - the program that computes TODAY() reads the same clock
    made = {}
    for name, policy in POLICIES.items():
        typed = typed_by_chance(random.Random(name), policy)
        (folder / f"{name}.xlsx").write_bytes(render_journal(journal(today, policy), typed))
        made[name] = (typed, policy)
    (folder / "school.xlsx").write_bytes(render_school("school-2026", DIRECTORY, Policy()))
    return {
        name: Calculated(
            sheets(libreoffice.convert(folder / f"{name}.xlsx", "xlsx", out)), *made.get(name, ({}, Policy())), today
        )
        for name in (*made, "school")
    }


def sheets(book: Path) -> dict[str, list[list[object]]]:
    with CalamineWorkbook.from_path(str(book)) as workbook:
        return {
            name: [[*row] for row in workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
            for name in workbook.sheet_names
        }


def typed_by_chance(chance: random.Random, policy: Policy) -> dict[Slot, object]:
    """Marks over both the first quarters; the third pupil has none, the last is absent only."""
    extra = ("4,5", "3.5") if policy.fractions else ()
    typed: dict[Slot, object] = {}
    for seq in range(1, 25):
        key = f"c001.{seq:03d}"
        typed[entry_slot("P0001", key)] = chance.choice((*ENTRIES, *extra, *NO_ENTRIES))
        typed[entry_slot("P0002", key)] = chance.choice((*ENTRIES, *extra, *NO_ENTRIES, 5, 4.0))
        typed[entry_slot("P0003", key)] = chance.choice(NO_ENTRIES)
        typed[entry_slot("P0004", key)] = chance.choice(("н", "б", "ув", "нп", "оп", "н/."))
        if chance.random() < 0.5:
            typed[lesson_slot(key, LessonField.WORK_TYPE)] = chance.choice(("КР", "ДЗ", "Т", "Проба", "нет такой"))
    for seq, mark in zip(range(17, 25), ("4", "3", *NO_ENTRIES, ""), strict=True):  # exactly 3.5, on the threshold
        typed[entry_slot("P0002", f"c001.{seq:03d}")] = mark
        typed[lesson_slot(f"c001.{seq:03d}", LessonField.WORK_TYPE)] = ""
    for code, term in product(CODES, Term):
        typed[final_slot(code, "c001", term)] = chance.choice(FINALS)
    if policy.two_forbids_five:
        typed |= {entry_slot("P0002", f"c001.{seq:03d}"): "2" if seq == 1 else "5" for seq in Q1}
        typed[lesson_slot("c001.001", LessonField.WORK_TYPE)] = "ДЗ"
    return typed


def entries(book: Calculated, pupil: str, lessons: range) -> Iterator[tuple[Entry, int]]:
    """What the service reads of a pupil's cells, each with the weight of its work."""
    planned = {2: "КР", 4: "ДЗ", 6: "Т", 8: "Проба"}
    for seq in lessons:
        key = f"c001.{seq:03d}"
        entry = read_entry(book.typed.get(entry_slot(pupil, key), ""), GENEROUS)  # type: ignore[arg-type]
        work = book.typed.get(lesson_slot(key, LessonField.WORK_TYPE), planned.get(seq, ""))
        if isinstance(entry, Entry):
            yield entry, WEIGHTS.get(str(work), 1)


def pairs(book: Calculated, pupil: str, lessons: range, *, weighted: bool) -> list[tuple[int, int]]:
    return [
        (mark, weight if weighted else 1)
        for entry, weight in entries(book, pupil, lessons)
        for mark in entry.marks
        if weight
    ]


def expected_mean(book: Calculated, pupil: str, lessons: range, *, weighted: bool) -> object:
    mean = weighted_mean(pairs(book, pupil, lessons, weighted=weighted))
    return "" if mean is None else pytest.approx(float(Fraction(mean)), abs=1e-9)


@pytest.mark.parametrize("name", POLICIES)
def test_means_are_those_of_the_domain(calculated, name):
    book = calculated[name]
    for term, lessons in ((Term.Q1, Q1), (Term.Q2, Q2)):
        for key, weighted in (("#period-mean", False), ("#period-weighted", True)):
            wanted = [expected_mean(book, pupil, lessons, weighted=weighted) for pupil in CODES]
            assert book.column("Математика", f"{key} {term.value}") == wanted
    assert book.column("Математика", "#period-mean Q3") == [""] * 4


@pytest.mark.parametrize("name", POLICIES)
def test_the_suggested_mark_is_that_of_the_domain(calculated, name):
    book = calculated[name]
    for term, lessons in ((Term.Q1, Q1), (Term.Q2, Q2)):
        wanted = []
        for pupil in CODES:
            counted = pairs(book, pupil, lessons, weighted=book.policy.weighted)
            mean = weighted_mean(counted)
            wanted.append("" if mean is None else suggest_mark(mean, book.policy, [mark for mark, _ in counted]))
        assert book.column("Математика", f"#suggested {term.value}") == wanted


def finals(book: Calculated, pupil: str) -> dict[Term, str]:
    """The final marks as the service reads them; what it refuses is none."""
    read = {term: read_final(book.typed[final_slot(pupil, "c001", term)], EntryRules(mark_one=book.policy.mark_one))
            for term in Term}  # fmt: skip
    return {term: "" if isinstance(text, Refusal) else text for term, text in read.items()}


@pytest.mark.parametrize("name", POLICIES)
def test_the_suggested_year_and_final_marks_are_those_of_the_domain(calculated, name):
    book = calculated[name]
    stands = [finals(book, pupil) for pupil in CODES]
    years = [year_mean(of[term] for term in list(Term)[:4]) for of in stands]
    assert book.column("Математика", "#suggested Y") == ["" if year is None else half_up(year) for year in years]
    last = [final_mean(of[Term.YEAR], of[Term.EXAM], 9) for of in stands]
    assert book.column("Математика", "#suggested F") == ["" if final is None else half_up(final) for final in last]


def test_a_mean_on_the_threshold_gives_the_better_mark(calculated):
    assert calculated["usual"].column("Математика", "#period-mean Q2")[1] == 3.5
    assert calculated["usual"].column("Математика", "#suggested Q2")[1] == 4


def test_a_two_can_rule_the_five_out(calculated):
    assert calculated["strict"].column("Математика", "#period-mean Q1")[1] > 4.7
    assert calculated["strict"].column("Математика", "#suggested Q1")[1] == 4


@pytest.mark.parametrize("name", POLICIES)
def test_missed_lessons_of_the_year_are_counted(calculated, name):
    book = calculated[name]
    wanted = [sum(entry.absence in MISSED for entry, _ in entries(book, pupil, YEAR)) for pupil in CODES]
    assert book.column("Математика", "#missed") == wanted
    assert wanted[3] > 0


def test_the_mean_in_front_is_that_of_the_current_period(calculated):
    book = calculated["usual"]
    assert book.column("Математика", "#mean") == book.column("Математика", "#period-mean Q2")
    assert book.column("Математика", "#mean") != book.column("Математика", "#period-mean Q1")


def test_headings_say_the_dates_and_works_of_the_log_and_name_a_month_once(calculated):
    book = calculated["usual"]
    start = book.today - timedelta(weeks=12)
    days = [start + timedelta(weeks=week, days=day) for week in range(8) for day in (0, 2)]
    assert book.row("Математика", "#date", Q1) == days
    names = book.row("Математика", "#month", Q1)
    changes = [True] + [before.month != after.month for before, after in pairwise(days)]
    assert [bool(name) for name in names] == changes
    months = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
    assert [name for name in names if name] == [
        months[day.month - 1] for day, new in zip(days, changes, strict=True) if new
    ]
    planned = {2: "КР", 4: "ДЗ", 6: "Т", 8: "Проба"}
    works = [book.typed.get(lesson_slot(f"c001.{n:03d}", LessonField.WORK_TYPE), planned.get(n, "")) for n in Q1]
    assert book.row("Математика", "#work", Q1) == works
    assert book.row("Математика", "#weight", Q1) == [WEIGHTS.get(str(work), 1) for work in works]


def test_lists_for_drop_downs_follow_what_stands_in_the_tabs(calculated):
    lists = calculated["school"].tabs["_lists"]
    columns = {
        lists[0][number]: [row[number] for row in lists[1:]] for number in range(len(lists[0])) if lists[0][number]
    }
    assert columns["Сотрудник"][:4] == [2, *(employee.short_name for employee in EMPLOYEES), ""]
    assert columns["Класс"][:3] == [1, "9А", ""]
    assert columns["Предмет"][:5] == [3, *(subject.title for subject in DIRECTORY.subjects), ""]
    assert columns["Вид работы"][:6] == [4, *(work.short for work in WORKS), ""]
