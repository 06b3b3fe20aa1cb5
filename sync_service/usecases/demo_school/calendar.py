"""The demo school's year 2026/2027: quarters, holidays, bells. Invented: a real school imports its own order."""

from __future__ import annotations

from datetime import date, time

from sync_service.domain.school import Bell, Holiday, HolidayKind, Period, SchoolYear, Term

YEAR = SchoolYear(
    title="2026/2027",
    start=date(2026, 9, 1),
    end=date(2027, 5, 26),
    periods=(
        Period(term=Term.Q1, title="I четверть", start=date(2026, 9, 1), end=date(2026, 10, 23)),
        Period(term=Term.Q2, title="II четверть", start=date(2026, 11, 2), end=date(2026, 12, 30)),
        Period(term=Term.Q3, title="III четверть", start=date(2027, 1, 11), end=date(2027, 3, 26)),
        Period(term=Term.Q4, title="IV четверть", start=date(2027, 4, 5), end=date(2027, 5, 26)),
    ),
    holidays=(
        Holiday(
            start=date(2026, 10, 24), end=date(2026, 11, 1), kind=HolidayKind.VACATION, title="Осенние каникулы"
        ),
        Holiday(
            start=date(2026, 11, 4), end=date(2026, 11, 4), kind=HolidayKind.PUBLIC, title="День народного единства"
        ),
        Holiday(
            start=date(2026, 12, 31), end=date(2027, 1, 10), kind=HolidayKind.VACATION, title="Зимние каникулы"
        ),
        Holiday(
            start=date(2027, 2, 15), end=date(2027, 2, 21), kind=HolidayKind.VACATION,
            title="Дополнительные каникулы 1 класса", grades=(1,),
        ),
        Holiday(
            start=date(2027, 2, 22), end=date(2027, 2, 22), kind=HolidayKind.MOVED, title="Перенос выходного дня"
        ),
        Holiday(
            start=date(2027, 2, 23), end=date(2027, 2, 23), kind=HolidayKind.PUBLIC, title="День защитника Отечества"
        ),
        Holiday(
            start=date(2027, 3, 8), end=date(2027, 3, 8), kind=HolidayKind.PUBLIC, title="Международный женский день"
        ),
        Holiday(
            start=date(2027, 3, 27), end=date(2027, 4, 4), kind=HolidayKind.VACATION, title="Весенние каникулы"
        ),
        Holiday(
            start=date(2027, 5, 1), end=date(2027, 5, 3), kind=HolidayKind.PUBLIC, title="Праздник Весны и Труда"
        ),
        Holiday(start=date(2027, 5, 9), end=date(2027, 5, 10), kind=HolidayKind.PUBLIC, title="День Победы"),
    ),
)  # fmt: skip

BELLS = tuple(
    Bell(slot=slot, start=time(*start), end=time(*end))
    for slot, (start, end) in enumerate(
        (
            ((8, 30), (9, 15)), ((9, 25), (10, 10)), ((10, 30), (11, 15)), ((11, 35), (12, 20)),
            ((12, 30), (13, 15)), ((13, 25), (14, 10)), ((14, 20), (15, 5)),
        ),
        1,
    )
)  # fmt: skip
