"""The closed table of entries against an oracle written by hand, and properties that hold for any cell at all."""

from __future__ import annotations

import ast
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_service.domain.entries import Entry, EntryRules, Raw, Refusal, entry_of, read_entry, read_final
from sync_service.domain.problems import Code

RULES = {
    "plain": EntryRules(),
    "one": EntryRules(two_marks=False),
    "signs": EntryRules(signs=True),
    "no-reasons": EntryRules(reasons=False),
    "fractions": EntryRules(fractions=True),
    "ones": EntryRules(mark_one=True),
    "pass": EntryRules(points=False, verdicts=True),
    "none": EntryRules(points=False),
}
WIDEST = EntryRules(points=True, verdicts=True, two_marks=True, signs=True, fractions=True, mark_one=True)
LINE = re.compile(
    r"(?P<cell>.+?) {2,}(?P<rules>[a-z-]+) {2,}(?:«(?P<text>.*)»|(?P<code>[a-z_.]+)(?: {2,}(?P<detail>.+))?)"
)


def cell(literal: str) -> Raw:
    if not literal.startswith("@"):
        value: Raw = ast.literal_eval(literal)
        return value
    moment = literal[1:]
    if moment.startswith("+"):
        hours, minutes = moment[1:].split(":")
        return timedelta(hours=int(hours), minutes=int(minutes))
    if "T" in moment:
        return datetime.fromisoformat(moment)
    return date.fromisoformat(moment) if "-" in moment else time.fromisoformat(moment)


def oracle() -> list[tuple[int, str]]:
    text = (Path(__file__).parent / "entries_oracle.txt").read_text(encoding="utf-8")
    return [(number, line) for number, line in enumerate(text.splitlines(), 1) if line and not line.startswith("#")]


@pytest.mark.parametrize(("number", "line"), oracle())
def test_each_cell_of_the_oracle_reads_as_written_there(number: int, line: str) -> None:
    parts = LINE.fullmatch(line)
    assert parts is not None, f"line {number} of the oracle is malformed"
    raw, rules = cell(parts["cell"]), parts["rules"]
    found: Entry | str | Refusal
    if rules.startswith("final"):
        found = read_final(raw, RULES[rules.partition("-")[2] or "plain"])
    else:
        found = read_entry(raw, RULES[rules])
    shown = found.text if isinstance(found, Entry) else found
    assert shown == (parts["text"] if parts["code"] is None else Refusal(Code(parts["code"]), parts["detail"] or ""))


def test_the_oracle_is_long_and_says_nothing_twice() -> None:
    questions = [LINE.fullmatch(line).group("cell", "rules") for _, line in oracle()]  # type: ignore[union-attr]
    assert len(questions) >= 200
    assert len(set(questions)) == len(questions)


def test_the_oracle_knows_every_refusal_that_a_single_cell_can_get() -> None:
    told = {parts["code"] for _, line in oracle() if (parts := LINE.fullmatch(line)) and parts["code"]}
    by_others = {
        Code.ENTRY_FUTURE, Code.ENTRY_MERGED, Code.ENTRY_NOT_HELD, Code.ENTRY_NOT_ON_LIST, Code.ENTRY_LOCKED,
        Code.ENTRY_TWO_COLUMNS, Code.ENTRY_DEBT, Code.ENTRY_LATE_EDIT, Code.ENTRY_CORRECTED, Code.ENTRY_CORRECTED_SHOWN,
        Code.FINAL_DIFFERS, Code.FINAL_MISSING, Code.FINAL_FEW_MARKS, Code.FINAL_SUGGEST_NA,
        Code.FINAL_NO_ORDER,
    }  # fmt: skip
    mine = {code.value for code in Code if code.value.startswith(("entry.", "final.")) and code not in by_others}
    assert told == mine


CHARACTERS = st.one_of(
    st.sampled_from("0123456789нбувпосНHOoЗ/.,+- '\u00a0\u200b#=айзчеёt"), st.characters(exclude_categories=())
)
TEXTS = st.text(CHARACTERS, max_size=8)
RAW = st.one_of(
    TEXTS,
    st.text(max_size=200),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
ANY_RULES = st.builds(EntryRules, *[st.booleans()] * 6)


@given(RAW, ANY_RULES)
def test_any_cell_is_an_entry_or_a_refusal_and_never_an_exception(raw: Raw, rules: EntryRules) -> None:
    assert isinstance(read_entry(raw, rules), Entry | Refusal)
    assert isinstance(read_final(raw, rules), str | Refusal)


@given(st.one_of(TEXTS, st.integers(-99, 99999), st.floats(0, 10)), ANY_RULES)
def test_a_canonical_text_reads_as_itself(raw: Raw, rules: EntryRules) -> None:
    found = read_entry(raw, rules)
    if isinstance(found, Entry):
        assert read_entry(found.text, rules) == found
        assert entry_of(found.text) == found
    final = read_final(raw, rules)
    if not isinstance(final, Refusal):
        assert read_final(final, rules) == final


@given(TEXTS, ANY_RULES)
def test_what_a_school_forbids_is_never_read_and_what_it_allows_never_changes(text: str, rules: EntryRules) -> None:
    found, widest = read_entry(text, rules), read_entry(text, WIDEST)
    if isinstance(found, Entry):
        assert found == widest
        assert rules.points or not found.marks
        assert rules.verdicts or not found.verdict
        assert rules.two_marks or len(found.marks) < 2
        assert rules.mark_one or 1 not in found.marks
        assert rules.signs or not set("+-") & set("".join(found.tails))
        assert rules.fractions or "," not in "".join(found.tails)
        assert set(found.marks) <= {1, 2, 3, 4, 5}


@given(TEXTS, ANY_RULES)
def test_a_suggested_entry_would_be_accepted(text: str, rules: EntryRules) -> None:
    found = read_entry(text, rules)
    if isinstance(found, Refusal) and found.detail and found.code is not Code.ENTRY_BECAME_DATE:
        assert isinstance(read_entry(found.detail, rules), Entry)


@pytest.mark.parametrize("text", ["5 ", "Н", "4 5", "нб", "6", "5.0", "зачёт", "•", "н/5", "н/а", "45", "5,"])
def test_only_canonical_texts_are_trusted(text: str) -> None:
    with pytest.raises(ValueError, match="not a canonical entry"):
        entry_of(text)


def test_a_novel_in_a_cell_is_refused_without_being_remembered() -> None:
    assert read_entry("очень длинный текст " * 500, EntryRules()) == Refusal(Code.ENTRY_UNKNOWN)
    assert read_entry(" " * 5000 + "5", EntryRules()) == Entry((5,))
