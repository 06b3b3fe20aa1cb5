"""«Методика»: where each number comes from, for disputes. The words live in method.txt, the rules in force fill them.

A line of method.txt is «# section» or «what | how it is counted | explanation».
"""

from __future__ import annotations

from importlib.resources import files

from sync_service.domain.policy import Policy
from sync_service.domain.policy import rows as policy_rows
from sync_service.reports.layout import Layout, Row

LAYOUT = Layout(rows={"раздел": ("название",), "строка": ("что", "как", "почему")})
USED = (
    "lesson_by",
    "homework_hours",
    "homework_by",
    "grade1_homework",
    "full_day_lessons",
    "good_percent",
    "fair_percent",
)


def rows(policy: Policy) -> list[Row]:
    """The sections, and at the end the rules of the school on which the numbers of this workbook depend."""
    rules = [rule for rule in policy_rows(policy) if rule.name in USED]
    words = {rule.name: rule.value for rule in rules} | {
        "full_day": full_day(policy),
        "grade1": "в 1 классе тоже" if policy.grade1_homework else "в 1 классе не требуется",
    }
    text = files(__package__).joinpath("method.txt").read_text(encoding="utf-8").format_map(words)
    lines = [_line(line) for line in text.splitlines()]
    lines.append(Row("раздел", {"название": "Правила школы, от которых зависят числа"}))
    return lines + [_item(rule.title, rule.value, "Вкладка «Правила» школьной книги.") for rule in rules]


def full_day(policy: Policy) -> str:
    """The rule of a missed day as a sentence."""
    if not policy.full_day_lessons:
        return "День пропущен полностью, если пропущены все уроки ученика в этот день."
    least = policy.full_day_lessons
    return f"День пропущен полностью, если пропущено уроков за день: {least} и больше (или все, если их меньше)."


def _line(line: str) -> Row:
    if line.startswith("# "):
        return Row("раздел", {"название": line.removeprefix("# ")})
    what, how, why = (part.strip() for part in line.split("|"))
    return _item(what, how, why)


def _item(what: str, how: str, why: str) -> Row:
    return Row("строка", {"что": what, "как": how, "почему": why})
