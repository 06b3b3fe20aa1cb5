"""What a new school book holds before anybody has typed: usual work types and bells. The school changes them there."""

from __future__ import annotations

from datetime import time

from sync_service.domain.school import Bell, WorkType

WORK_TYPES = (
    WorkType(short="КР", title="Контрольная работа", weight=3, minutes=40),
    WorkType(short="ПР", title="Проверочная работа", weight=2, minutes=30),
    WorkType(short="СР", title="Самостоятельная работа", weight=2, minutes=20),
    WorkType(short="ЛР", title="Лабораторная работа", weight=2),
    WorkType(short="Прак", title="Практическая работа", weight=2),
    WorkType(short="Тест", title="Тест", weight=2, minutes=20),
    WorkType(short="Дикт", title="Диктант", weight=3, two_marks=True, minutes=40),
    WorkType(short="Изл", title="Изложение", weight=3, mark_days=7, two_marks=True),
    WorkType(short="Соч", title="Сочинение", weight=3, mark_days=7, two_marks=True),
    WorkType(short="Проект", title="Проект", weight=2, mark_days=7),
    WorkType(short="Зач", title="Зачёт", weight=2),
    WorkType(short="ДЗ", title="Домашняя работа", weight=1),
)

BELLS = tuple(
    Bell(slot=slot, start=time(*start), end=time(*end))
    for slot, (start, end) in enumerate(
        (
            ((8, 30), (9, 15)), ((9, 25), (10, 10)), ((10, 30), (11, 15)), ((11, 35), (12, 20)),
            ((12, 30), (13, 15)), ((13, 25), (14, 10)), ((14, 20), (15, 5)), ((15, 15), (16, 0)),
        ), 1,
    )
)  # fmt: skip
