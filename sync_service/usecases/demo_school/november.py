"""What the office of the demo school changes for the second quarter: another hour for a subject, a new circle, and a
pupil who goes on in the next class from the first day of the holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sync_service.domain.entries import Raw
from sync_service.reconcile.layout import LOAD, SUBJECTS, TIMETABLE, Table

SINCE = date(2026, 11, 9)
MOVED, CIRCLE = "Музыка", "Шахматы"
MOVED_IN, CIRCLE_IN = "6А", "5А"
AHEAD_FROM, AHEAD_TO, AHEAD_PLACE = "2А", "3А", 8  # class, new class, place in the list
AHEAD_SINCE, AHEAD_ORDER = date(2026, 10, 26), "№ 77-у от 23.10.2026"

ROWS: tuple[tuple[Table, Mapping[str, Raw]], ...] = (
    (TIMETABLE, {
        "since": SINCE, "weekday": "чт", "slot": 7, "class": MOVED_IN, "subject": MOVED, "teacher": "Кузьмина Ю. А.",
    }),
    (SUBJECTS, {"title": CIRCLE, "short": "Шахм", "marking": "безотметочно"}),
    (LOAD, {
        "teacher": "Лебедев А. Н.", "class": CIRCLE_IN, "subject": CIRCLE, "kind": "кружок", "hours": 1, "since": SINCE,
    }),
    (TIMETABLE, {
        "since": SINCE, "weekday": "ср", "slot": 7, "class": CIRCLE_IN, "subject": CIRCLE, "teacher": "Лебедев А. Н.",
    }),
)  # fmt: skip
