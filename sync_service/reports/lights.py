"""Traffic lights: a word, a colour of the template, a sign for a black-and-white print."""

from __future__ import annotations

from decimal import Decimal

from sync_service.domain.policy import Policy
from sync_service.reports.cells import Lit, Plain, Value

GOOD, ATTENTION, ALARM = "норма", "внимание", "тревога"
LIGHTS = (GOOD, ATTENTION, ALARM)
SIGNS = {GOOD: "", ATTENTION: "!", ALARM: "!!"}


def by_percent(shown: Plain, policy: Policy) -> str:
    """The light of a percentage, judged as it is shown; "" where there is none."""
    if not isinstance(shown, Decimal):
        return ""
    if shown >= policy.good_percent:
        return GOOD
    return ATTENTION if shown >= policy.fair_percent else ALARM


def by_count(shown: Plain) -> str:
    """The light of a number of things that should not be: any at all ask for attention."""
    if not isinstance(shown, int):
        return ""
    return ATTENTION if shown else GOOD


def lit(shown: Plain, light: str) -> Value:
    return Lit(shown, light, SIGNS[light]) if light else shown
