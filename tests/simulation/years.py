"""A whole year, day by day, and the comparison at the end of each quarter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tests.simulation import compared
from tests.simulation.story import NOTHING_TYPED, Days, Story

MONTHS = {
    "Q1": ("2026-09", "2026-10"), "Q2": ("2026-11", "2026-12"), "Q3": ("2027-01", "2027-02", "2027-03"),
    "Q4": ("2027-04", "2027-05"),
}  # fmt: skip
AFTER_THE_END = timedelta(days=5)
OFTEN_ENOUGH = timedelta(days=12)  # in calm times the service looks on some Fridays only: passes cost time


def live_through(story: Story, mornings: Days, watched: Sequence[date], readers: Sequence[str]) -> None:
    """From 1 September to the last bell. `watched`: Mondays of the weeks in which the service looks every other day and
    so early that homework is told in time; `readers`: pupils whose diaries are read."""
    ends = {last: term for term, (_, last) in story.books.quarters.items()}
    finals = {last - timedelta(days=2): term for last, term in ends.items()}
    reports = {last + AFTER_THE_END: term for last, term in ends.items()}
    for day in story.books.days(end=max(reports)):
        if day in mornings:
            story.at(day, 7, 30)
            if [event for event in mornings[day] if event() is not NOTHING_TYPED]:
                story.pass_by()
        story.live(day)
        if day in finals:
            story.give_finals(finals[day])
        if ends.get(day) == "Q4":
            story.give_year_marks()
        monday = day - timedelta(days=day.weekday())
        if monday in watched and day.isoweekday() in (1, 3, 5):
            story.at(day, 10, 15)
            story.pass_by()
        elif day.isoweekday() == 5 or day in ends:
            story.at(day, 16)
            if day in ends or story.now[0] - story.looked >= OFTEN_ENOUGH:
                story.pass_by()
        if day in reports:
            story.at(day, 12)
            end_of_quarter(story, reports[day], day, readers)


def end_of_quarter(story: Story, term: str, today: date, readers: Sequence[str]) -> None:
    """Everybody mends what the service told, the deputy closes, and both sides count."""
    story.pass_by()
    story.pass_by(everything=True, nightly=True)
    found = [*story.missing, *compared.record(story.books), *compared.remarks(story)]
    for month in MONTHS[term]:
        found += compared.month_of_reports(story, month)
    last = story.books.quarters[term][1]
    for reader in readers:
        for weeks in (0, 2):
            monday = last - timedelta(days=last.weekday() + 7 * weeks)
            found += compared.diary(story, reader, monday, today)
    found += compared.ledger_and_second_pass(story)
    assert found == [], "\n".join([f"{term}: {len(found)}", *found[:200]])
    story.closes(term)
    story.reached["сравнение"] += 1
