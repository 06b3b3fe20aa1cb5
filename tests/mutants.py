"""`make mutants`: faults put into the core by hand, one at a time; the suite must notice every one of them.

Each mutant is an exact piece of text and what it becomes; a piece that stands nowhere, or twice, is a fault of this
list. The mutated package lies in a copy: the working tree is never touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).parents[1]
CORE = (
    "tests/reconcile tests/domain"
    " --ignore=tests/reconcile/test_journal_machine.py --ignore=tests/domain/test_random_texts.py"
)
RULES = (
    "tests/reconcile/test_rules_of_cells.py tests/reconcile/test_night_lessons.py tests/reconcile/test_night_pupils.py"
    " tests/domain/test_calendar.py"
)
RECORD = "tests/records tests/usecases/test_sync.py"
SETTLING = "tests/reconcile tests/usecases/test_settling.py --ignore=tests/reconcile/test_journal_machine.py"


@dataclass(frozen=True)
class Mutant:
    """`tests` are those that must notice, cheapest first."""

    file: str
    old: str
    new: str
    tests: str = CORE


MUTANTS = (
    # decide: who moved
    Mutant("reconcile/decide.py", "    if sheet is None:\n        return Outcome.HOLD\n", "    sheet = sheet or ''\n"),
    Mutant("reconcile/decide.py", "sheet != baseline, record != baseline", "record != baseline, sheet != baseline"),
    Mutant("reconcile/decide.py", "outcome is Outcome.RECORD and not sheet", "outcome is Outcome.RECORD and sheet"),
    Mutant(
        "reconcile/decide.py",
        "Seen(sheet_moved=True, record_moved=True, equal=False): Outcome.CONFLICT",
        "Seen(sheet_moved=True, record_moved=True, equal=False): Outcome.RECORD",
    ),
    Mutant(
        "reconcile/decide.py",
        "Seen(sheet_moved=False, record_moved=True, equal=False): Outcome.OFFICE",
        "Seen(sheet_moved=False, record_moved=True, equal=False): Outcome.RECORD",
    ),
    # locate: keys, never positions
    Mutant("reconcile/locate.py", "if len(places) == 1}\n    twins", "if places}\n    twins"),
    Mutant("reconcile/locate.py", "if len(contents) == 1 and key in names:", "if key in names:"),
    Mutant("reconcile/locate.py", "claim[0].title == titles.get(key)", "claim[0].title != titles.get(key)"),
    Mutant("reconcile/locate.py", "KEY_SEARCH_ROWS + 1):\n        for column", "2):\n        for column"),
    Mutant("reconcile/locate.py", "frozenset(row_twins) - set(pupil_rows)", "frozenset()"),
    Mutant(
        "reconcile/locate.py",
        "lost = frozenset(expected_lessons - set(lesson_columns) - set(column_twins))",
        "lost = frozenset()",
    ),
    Mutant("reconcile/locate.py", "if SUBTOTAL.match(name) or not", "if not"),
    # plan and its guards
    Mutant("reconcile/plan.py", 'Outcome.RETRACT: Action.RETRACT,', 'Outcome.RETRACT: Action.ACKNOWLEDGE,'),
    Mutant("reconcile/plan.py", "if context.attends(code, context.today)}", "}"),
    Mutant("reconcile/plan.py", "        code = Code.TAB_DUPLICATE\n", "        code = Code.TAB_MISSING\n"),
    Mutant("reconcile/plan.py", "if context.lessons and not known:", "if known is None:"),
    # guards: what is too much to be meant
    Mutant("reconcile/guards.py", "    if digest in released:\n        return None\n    for", "    for"),
    Mutant("reconcile/guards.py", "and not still else", "else"),
    Mutant("reconcile/guards.py", "limit = max(seen.policy.guard_clear_cells, filled", "limit = min(1000, filled"),
    Mutant("reconcile/guards.py", 'if reading.value == ""} - set(seen.typed)', 'if reading.value == ""}'),
    Mutant("reconcile/guards.py", "before = cleared & blank", "before = cleared"),
    Mutant("reconcile/guards.py", "limit = max(FEW, filled *", "limit = max(0, filled *"),
    Mutant("reconcile/guards.py", "sum(seen.old(change) for change in seen.overwrites)", "len(seen.overwrites)"),
    Mutant("reconcile/guards.py", "if not frozen or digest in released or", "if not frozen or"),
    Mutant("reconcile/guards.py", "change.action is not Action.ACKNOWLEDGE and (title", "(title"),
    Mutant("reconcile/guards.py", "    (Code.TAB_SHIFTED, moved_off),  #", "    #"),
    Mutant("reconcile/guards.py", "if seen.clears and gone > max(", "if gone > max("),
    Mutant("reconcile/plan.py", '(title(moved) if moved is not None else "")', '""'),
    # arrangement: values that left their keys
    Mutant("reconcile/arrangement.py", "if new <= old and (old - new).total() <= unread:", "if new <= old:"),
    Mutant("reconcile/arrangement.py", "if landed <= LANDED or len(", "if len("),
    Mutant("reconcile/arrangement.py", "line if down + right > 0 else line[::-1]", "line"),
    Mutant("reconcile/arrangement.py", "if len(moved) < LINES or sum(", "if sum("),
    # an older copy, half-typed values
    Mutant("reconcile/older.py", "if len(left) <= FEW:\n        return None\n", "if not left:\n        return None\n"),
    Mutant("reconcile/older.py", "len(undone) < SHARE * max(len(news), len(said))", "len(undone) < SHARE * len(news)"),
    Mutant("reconcile/older.py", "(now - since < LONG and tabs < TABS)", "False"),
    Mutant("reconcile/older.py", "    through = digest in released\n", "    through = bool(released)\n"),
    Mutant("reconcile/settling.py", "return now - since(sighting) >= wait", "return sighting in seen", SETTLING),
    Mutant("reconcile/settling.py", "first if first <= now + wait else now", "first", SETTLING),
    Mutant("reconcile/settling.py", "if sighting not in told and not", "if not", SETTLING),
    # the timetable: marks stay where they are
    Mutant("domain/scheduling.py", "lesson.key in had.fixed or term", "term"),
    Mutant("domain/scheduling.py", "or term(lesson.date) in had.closed", ""),
    Mutant("domain/scheduling.py", "key=lambda key: (key not in had.prepared, column_order(key))", "key=column_order"),
    Mutant("reconcile/timetabled.py", "or slot in typed:\n", "or slot is None:\n"),
    Mutant("reconcile/timetabled.py", "if not said or said == baseline.get(slot):", "if said is not None:"),
    # rules that look at what was accepted before, or at what the office says
    Mutant("reconcile/rules/cells.py", "and context.today > last", "and context.today >= last", RULES),
    Mutant("reconcile/rules/cells.py", "else policy.homework_edit_days)", "else policy.edit_days)", RULES),
    Mutant("reconcile/rules/cells.py", "if late and record.get(slot) and _moved", "if late and _moved", RULES),
    Mutant("reconcile/rules/cells.py", " == YES and _moved(reading, baseline, record)", " == YES", RULES),
    Mutant("reconcile/rules/cells.py", "any((one.date, one.slot) == (day, number)", "any(one.date == day", RULES),
    Mutant("reconcile/rules/cells.py", "if len(line) >= limit:", "if len(line) > limit:", RULES),
    Mutant("reconcile/rules/cells.py", "and not change.old and change.new[0]", "and change.new[0]", RULES),
    Mutant("reconcile/context.py", "_reasons or self.course.teacher == self.class_teacher)", "_reasons)", RULES),
    # rules of the night
    Mutant("reconcile/rules/night.py", "return self.now > due", "return self.now >= due", RULES),
    Mutant("reconcile/rules/corrections.py", "return since < at", "return since <= at", RULES),
    Mutant("reconcile/rules/corrections.py", "return new[: len(old)] != old", "return new != old", RULES),
    Mutant("reconcile/rules/corrections.py", "not change.explained and ", "", RULES),
    Mutant("reconcile/rules/corrections.py", "_apart(change) > policy", "_apart(change) >= policy", RULES),
    Mutant("reconcile/rules/lessons.py", "or said in own[course.code]:", "or not said:", RULES),
    Mutant("reconcile/rules/lessons.py", " if one != course.class_names]", "]", RULES),
    Mutant("reconcile/rules/lessons.py", "and before_holidays(year, lesson", "and after_holidays(year, lesson", RULES),
    Mutant("reconcile/rules/substituted.py", "_NOBODY if lesson.held else", "_NOBODY if not lesson.held else", RULES),
    Mutant("reconcile/rules/load.py", "if minutes > limit or not limit:", "if minutes > limit:", RULES),
    Mutant("reconcile/rules/pupils.py", "if run >= night.policy.bad", "if run > night.policy.bad", RULES),
    Mutant("domain/calendar.py", "is None or (holiday is not None and holiday.kind in resting)", "is None", RULES),
    # check
    Mutant("reconcile/check.py", "if lesson.date > context.today:", "if lesson.date >= context.today:"),
    Mutant("reconcile/check.py", "if not context.attends(reading.slot.subject, lesson.date):", "if lesson is None:"),
    # annotate: one owner for each cell
    Mutant("reconcile/annotate.py", "if code in grid.doubtful or not spare:", "if not spare:"),
    Mutant("reconcile/annotate.py", "if not _row_used(grid, row)]", "]"),
    Mutant("reconcile/annotate.py", "At(row, grid.key_column)] = code", "At(row, grid.key_column + 1)] = code"),
    # ledger: only added to, and the record is its projection
    Mutant("records/ledger.py", "        if old == new:\n            continue\n", "", RECORD),
    Mutant("records/ledger.py", "        kind.put(tables, fact.key, new, at)\n        rows", "        rows", RECORD),
    Mutant("records/ledger.py", "    tables.flush()\n    return len(rows)", "    return len(rows)", RECORD),
    Mutant("records/ledger.py", "                old=old,", "                old=new,", RECORD),
    Mutant("records/ledger.py", 'order_by("seq").values_list', 'order_by("-seq").values_list', RECORD),
    Mutant("records/ledger.py", "if not connection.in_atomic_block:", "if connection is None:", RECORD),
    Mutant("records/ledger.py", "    LedgerRow.objects.bulk_create(rows)\n", "", RECORD),
    # what would cost a school most: what a cell does not say is taken for a blank
    Mutant("reconcile/parse.py", "*(MERGED if at in covered else _read(raw, reader))", "*_read(raw, reader)"),
    Mutant("reconcile/parse.py", "return None, Refusal(Code.ENTRY_FORMULA, raw.text)", 'return "", None'),
    # … a correction of the office is overwritten, a row of somebody else filled, a teacher's own note lost
    Mutant("reconcile/plan.py", 'value, baseline.get(reading.slot, ""), said)', "value, said, said)"),
    Mutant("reconcile/plan.py", "{**scheduled, **record}", "{**record, **scheduled}"),
    Mutant("reconcile/filling.py", "in rows.rows.values() if _is_free(rows, row, table))", "in rows.rows.values())"),
    Mutant("reconcile/annotate.py", "if NOTE_MARK in note else note\n", 'if NOTE_MARK in note else ""\n'),
    # … what is held goes through, with another or before anybody has looked
    Mutant("reconcile/plan.py", "frozenset(changes) if withheld", "frozenset(free) if withheld"),
    Mutant("reconcile/plan.py", "else frozen if waiting else frozenset()", "else frozenset()"),
    Mutant("reconcile/plan.py", "return title(context.lessons[lesson].date) or (title", "return (title"),
    Mutant("reconcile/plan.py", 'closed_on(date.fromisoformat(change.slot.field.split(" ")[0])),', '"",'),
    Mutant("reconcile/guards.py", 'f"{reading.slot}={reading.raw!r}"', 'f"{reading.raw!r}"'),
    Mutant("reconcile/guards.py", 'f"{change.slot} {change.old!r} {change.new!r}"', 'f"{change.slot}"'),
    Mutant("reconcile/older.py", "if plan.withheld is not None and not plan.waiting:", "if plan is None:"),
    Mutant("reconcile/settling.py", 'f"= {_storable(change.new)}"', '"="', SETTLING),
    # … a pupil is given marks after the last day, or the days and the name of another list
    Mutant("reconcile/context.py", "since <= day < until for", "since <= day <= until for"),
    Mutant("reconcile/claims.py", "return _MINE if year > other_year", "return _MINE if year < other_year"),
    Mutant("reconcile/claims.py", "and there.left <= pupil.enrolled:\n", ":\n"),
    Mutant("reconcile/claims.py", "return new.birth_date == known.birth_date", "return True"),
    # … the ledger forgets why, by whom or from when on, or is not replayed as it stands
    Mutant("records/ledger.py", "reason=fact.reason,", 'reason="",', RECORD),
    Mutant("records/ledger.py", "actor=actor,", "actor=channel,", RECORD),
    Mutant("records/ledger.py", 'f"{name} {day}" if day else name', "name", RECORD),
    Mutant("records/ledger.py", "model._default_manager.all()._raw_delete(using=connection.alias)", "pass", RECORD),
    Mutant("records/ledger.py", "while step := list(", "if step := list(", RECORD),
    # groups across classes, and what is no lesson
    Mutant(
        "records/queries/people.py", "self.classes.get(pupil, []) if name in course.classes]",
        "self.classes.get(pupil, []) if name == course.school_class]",
        "tests/usecases/test_course_kinds.py",
    ),
    Mutant(
        "records/queries/people.py", "    found = [part for one in found for part in _without(one, span)]",
        "    pass", "tests/usecases/test_course_kinds.py",
    ),
    Mutant(
        "records/queries/journal.py", "rows.exclude(lesson__course__kind=CourseKind.EXTENDED_DAY.value)", "rows",
        "tests/usecases/test_course_kinds.py",
    ),
    Mutant(
        "reports/frames.py", "    if not shared.any():", "    if True:", "tests/usecases/test_course_kinds.py"
    ),
)


def main(words: Sequence[str]) -> int:
    """Run every mutant whose file has one of the words in its path, all without words, and tell each as it ends; 1 if
    any lives, or stands nowhere."""
    chosen = [mutant for mutant in MUTANTS if not words or any(word in mutant.file for word in words)]
    began, killed = monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="journal-mutants-") as folder, ThreadPoolExecutor(2) as pool:
        runs = {pool.submit(judge, number, mutant, Path(folder)): mutant for number, mutant in enumerate(chosen, 1)}
        for ended, run in enumerate(as_completed(runs), 1):
            mutant, verdict = runs[run], run.result()
            killed += verdict == "killed"
            words_of = f"{mutant.file}: {mutant.old.strip()[:80]!r}"
            sys.stdout.write(f"{ended:3}/{len(chosen)} {monotonic() - began:4.0f} s  {verdict:8} {words_of}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} mutants, {killed} killed\n")
    return 1 if killed < len(chosen) else 0


def judge(number: int, mutant: Mutant, folder: Path) -> str:
    """«killed» if its tests fail, «alive» if they pass, «nowhere» if the text does not stand exactly once."""
    home = folder / str(number)
    for name in ("sync_service", "tests", "templates_xlsx", "config", "docs"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", home)
    target = home / "sync_service" / mutant.file
    text = target.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        return "nowhere"
    target.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:xdist", *mutant.tests.split()],
        cwd=home, env=os.environ | {"PYTHONPATH": str(home)}, capture_output=True, check=False,
    )  # fmt: skip
    shutil.rmtree(home)
    return "killed" if run.returncode == 1 else "alive"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
