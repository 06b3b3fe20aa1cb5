"""Where a suggested mark comes from, in the words that stand on the sheet beside it. The numbers are the formulas'."""

from __future__ import annotations

from sync_service.domain.fields import decimal_text
from sync_service.domain.formulas import EXAM_GRADE
from sync_service.domain.policy import Policy
from sync_service.domain.school import Term

YEAR = "Год: среднее четвертных отметок, половина — вверх."
GROUNDS = "Почему отметка не та, что предложена. Для «осв» — приказ: приказ № 12 от 01.09.2026"


def of_quarter(policy: Policy) -> str:
    """The thresholds of the school for a quarter."""
    mean = "средневзвешенному" if policy.weighted else "среднему баллу"
    least = ", ".join(
        f"{mark} — от {decimal_text(value)}" for mark, value in zip((5, 4, 3), policy.thresholds, strict=True)
    )
    with_two = "; с двойкой не выше 4" if policy.two_forbids_five else ""
    return f"Четверть: по {mean}, {least}{with_two}."


def of_final(grade: int) -> str:
    if grade == EXAM_GRADE:
        return "Итог: среднее годовой и экзаменационной, половина — вверх; без экзамена — годовая."
    return "Итог: годовая отметка."


def of_term(term: Term, policy: Policy, grade: int) -> str:
    return {Term.YEAR: YEAR, Term.FINAL: of_final(grade)}.get(term) or of_quarter(policy)
