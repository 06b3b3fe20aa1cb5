"""The record in a family's words, and a teacher's text made safe."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from sync_service.diary import words
from sync_service.domain.school import Period, SchoolYear, Term


@pytest.mark.parametrize(
    ("code", "words_"),
    [
        ("н", "не был(а)"),
        ("б", "болезнь"),
        ("ув", "уважительная причина"),
        ("нп", "без уважительной причины"),
        ("оп", "опоздание"),
        ("осв", "освобождение"),
    ],
)
def test_an_absence_is_told_in_words(code, words_):
    assert words.absence(code) == words_


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (date(2026, 10, 12), date(2026, 10, 16), "12–16 октября"),
        (date(2026, 9, 28), date(2026, 10, 2), "28 сентября – 2 октября"),
    ],
)
def test_a_week_is_named_by_its_days(start, end, told):
    assert words.span(start, end) == told


def test_days_and_hours_are_written_as_people_write_them():
    assert words.weekday(date(2026, 10, 14)) == "среда"
    assert words.day_month(date(2026, 10, 14)) == "14 октября"
    assert words.short_day(date(2026, 9, 3)) == "03.09"
    assert words.clock(time(8, 30)) == "8:30"
    assert words.decimal(Decimal("4.10")) == "4,10"


def test_moments_are_told_in_the_schools_zone():
    assert words.moment(datetime(2026, 11, 5, 15, 2, tzinfo=UTC)) == "05.11, 18:02"
    assert words.moment_of_day(datetime(2026, 11, 5, 22, 5, tzinfo=UTC)) == "01:05"


@pytest.mark.parametrize("term", list(Term))
def test_every_final_mark_has_a_name(term):
    assert words.term(term)


def test_between_two_quarters_the_last_one_is_current():
    year = SchoolYear(
        title="2026/2027",
        start=date(2026, 9, 1),
        end=date(2027, 5, 26),
        periods=(
            Period(term=Term.Q2, title="2 четверть", start=date(2026, 11, 2), end=date(2026, 12, 30)),
            Period(term=Term.Q1, title="1 четверть", start=date(2026, 9, 1), end=date(2026, 10, 23)),
        ),
    )
    assert words.current_period(year, date(2026, 8, 31)) == ""
    assert words.current_period(year, date(2026, 9, 1)) == "1 четверть"
    assert words.current_period(year, date(2026, 10, 28)) == "1 четверть"
    assert words.current_period(year, date(2026, 11, 2)) == "2 четверть"


LINK = '<a href="{0}" rel="noopener noreferrer">{0}</a>'


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("§ 14, упр. 112", "§ 14, упр. 112"),
        ("a\nb\r\nc", "a<br>\nb<br>\nc"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("https://a.example/x.", LINK.format("https://a.example/x") + "."),
        ("(http://a.example)", "(" + LINK.format("http://a.example") + ")"),
        ("https://a.example/?x=1&y=2", LINK.format("https://a.example/?x=1&amp;y=2")),
        ("«https://a.example»", "«" + LINK.format("https://a.example") + "»"),
        ('https://a.example/"onmouseover="x', LINK.format("https://a.example/") + "&#34;onmouseover=&#34;x"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("data:text/html,x", "data:text/html,x"),
        ("ftp://a.example", "ftp://a.example"),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        ("", ""),
    ],
)
def test_a_teachers_text_is_escaped_and_only_web_addresses_become_links(typed, shown):
    assert str(words.teacher_text(typed)) == shown
