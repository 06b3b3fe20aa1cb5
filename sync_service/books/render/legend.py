"""The few words below the contents that a teacher needs, once: what to type where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from openpyxl.worksheet.worksheet import Worksheet

from sync_service.books.render import suggestions
from sync_service.books.render.pen import put
from sync_service.books.render.styles import MUTED, SERVICE, TEXT, Ink, Look
from sync_service.domain.policy import Policy
from sync_service.reconcile.layout import GROUNDS_HEADING

LINES = (
    ("5 · 4 · 3 · 2", "отметка; две за один урок — через черту: 4/5"),
    ("н · б · ув · нп", "не был: причина неизвестна · болезнь · уважительная · без уважительной"),
    ("н5", "не был, но за этот урок отметка получена позже"),
    ("оп · осв", "опоздал · освобождён от урока"),
    (". · н/.", "работу нужно сдать (долг) · не был и должен; когда сдана — отметка: 4 · н4"),
    ("зач · нез", "зачёт и незачёт — там, где балльных отметок нет"),
    ("пусто", "был на уроке, отметки нет"),
    (
        "Проведён: да",
        "урок прошёл, отсутствующие отмечены; пустая тема тогда берётся из плана, «—» в ДЗ — не задано",
    ),
    ("Цветные столбцы", "заполняет программа, в них ничего вводить не нужно; остальное — ваше"),
)


def draw_legend(sheet: Worksheet, first_row: int, ink: Ink, policy: Policy, grades: Iterable[int]) -> int:
    """Write the words from `first_row` on, in columns B and C, outside the table and without row keys.

    Returns the number of the last row."""
    plain = Look(edge="none", size=9, indent=1, format=TEXT)
    head, code, text = ink(replace(plain, bold=True)), ink(replace(plain, bold=True, ink=MUTED)), ink(plain)
    put(sheet, first_row, 2, "Как заполнять журнал", head)
    lines = (*LINES, *_suggestions(policy, grades))
    for row, (sign, meaning) in enumerate(lines, first_row + 1):
        put(
            sheet,
            row,
            2,
            sign,
            ink(replace(plain, bold=True, fill=SERVICE)) if sign == "Цветные столбцы" else code,
        )
        put(sheet, row, 3, meaning, text)
    return first_row + len(lines)


def _suggestions(policy: Policy, grades: Iterable[int]) -> Iterator[tuple[str, str]]:
    yield "Предл.", f"{suggestions.of_quarter(policy)} Решаете вы."
    yield "", suggestions.YEAR
    yield from (("", words) for words in sorted({suggestions.of_final(grade) for grade in grades}))
    yield GROUNDS_HEADING, suggestions.GROUNDS
