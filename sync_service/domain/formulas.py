"""The arithmetic of DOMAIN 2.8, in one place and exact. Whoever shows a number rounds it, once, half up.

Results are unrounded Decimals of 28 digits, or None where there is nothing to divide by (shown as «-», never
as 0).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from sync_service.domain.entries import FAILED, NOT_ATTESTED
from sync_service.domain.policy import Policy

SOU = {5: 100, 4: 64, 3: 36, 2: 16, 1: 16}  # a 1 fails like a 2 and weighs like it
SOU_NOT_ATTESTED = 7
EXAM_GRADE = 9  # after it pupils take the state exams


def round_half_up(value: Decimal | Fraction | int, places: int = 0) -> Decimal:
    """4.445 → 4.45: what a person does with a pencil, unlike Python's round()."""
    exact = _decimal(value) if isinstance(value, Fraction) else Decimal(value)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def ratio(part: int, whole: int) -> Decimal | None:
    """part / whole: lessons per lesson, marks per pupil and lesson (накопляемость)."""
    return _decimal(Fraction(part, whole)) if whole else None


def percent(part: int, whole: int) -> Decimal | None:
    """100·part/whole: заполненность, своевременность, выполнение программы."""
    return _decimal(Fraction(100 * part, whole)) if whole else None


def attendance_percent(pupil_lessons: int, missed: int) -> Decimal | None:
    """Посещаемость: 100·(pupil-lessons − missed)/pupil-lessons."""
    return percent(pupil_lessons - missed, pupil_lessons)


def mean(marks: Iterable[int]) -> Decimal | None:
    """Средний балл: Σ marks / number of marks. н/а and зач are no marks."""
    return weighted_mean((mark, 1) for mark in marks)


def weighted_mean(pairs: Iterable[tuple[int, int]]) -> Decimal | None:
    """Средневзвешенный: Σ(mark·weight)/Σ weight over pairs (mark, weight)."""
    total = weight = 0
    for mark, weighs in pairs:
        total += mark * weighs
        weight += weighs
    return ratio(total, weight)


@dataclass(frozen=True, slots=True)
class Performance:
    """The final marks of a subject in a class over a period, counted.

    `exempt` (осв) and `no_mark` (nothing yet) stay out of the denominator, `na` (н/а) is in it. Pupils who
    left before the end of the period are nowhere."""

    n5: int = 0
    n4: int = 0
    n3: int = 0
    n2: int = 0
    n1: int = 0
    na: int = 0
    exempt: int = 0
    no_mark: int = 0

    @property
    def counted(self) -> int:
        """N: all pupils without the exempt and those without a mark yet."""
        return self.n5 + self.n4 + self.n3 + self.n2 + self.n1 + self.na

    @property
    def success(self) -> Decimal | None:
        """Успеваемость, %."""
        return percent(self.n5 + self.n4 + self.n3, self.counted)

    @property
    def quality(self) -> Decimal | None:
        """Качество знаний, %."""
        return percent(self.n5 + self.n4, self.counted)

    @property
    def sou(self) -> Decimal | None:
        """СОУ, %: Simonov's степень обученности учащихся."""
        total = sum(SOU[mark] * count for mark, count in self._marks) + SOU_NOT_ATTESTED * self.na
        return ratio(total, self.counted)

    @property
    def mean(self) -> Decimal | None:
        """Средний балл over numeric marks only."""
        return weighted_mean(self._marks)

    @property
    def _marks(self) -> tuple[tuple[int, int], ...]:
        return (5, self.n5), (4, self.n4), (3, self.n3), (2, self.n2), (1, self.n1)


def class_sou(subjects: Iterable[Performance]) -> Decimal | None:
    """СОУ of a class: the mean over its subjects that have one."""
    known = [sou for subject in subjects if (sou := subject.sou) is not None]
    return sum(known, Decimal()) / len(known) if known else None


def suggest_mark(mean: Decimal, policy: Policy, marks: Iterable[int] = ()) -> int:
    """The mark that the school's thresholds give for a mean (V16). The mean is taken exactly, not as shown.

    `marks` are those behind the mean, for the switch "a 2 forbids the 5"."""
    to_five, to_four, to_three = policy.thresholds
    if mean >= to_five and not (policy.two_forbids_five and any(mark <= 2 for mark in marks)):
        return 5
    if mean >= to_four:
        return 4
    return 3 if mean >= to_three else 2


def year_mean(quarters: Iterable[str]) -> Decimal | None:
    """What the year mark is suggested from: the mean of the quarter marks, canonical texts. н/а and осв are none."""
    return mean(int(text) for text in quarters if text.isdigit())


def final_mean(year: str, exam: str, grade: int) -> Decimal | None:
    """What the final mark is suggested from: in the last grade with an exam the mean of year mark and exam, else the
    year mark (DOMAIN 2.8, order № 546 of 2020). Canonical texts."""
    if not year.isdigit():
        return None
    return mean([int(year), int(exam)] if grade == EXAM_GRADE and exam.isdigit() else [int(year)])


def half_up(mean: Decimal) -> int:
    """The mark that year and final marks take from their mean, whatever the school's thresholds for a quarter."""
    return int(round_half_up(mean))


class Standing(StrEnum):
    """Groups of pupils by their final marks of a period."""

    EXCELLENT = "отличник"
    GOOD = "хорошист"
    FAIR = "троечник"
    FAILING = "неуспевающий"
    UNKNOWN = ""  # no mark at all


def standing(finals: Iterable[str]) -> Standing:
    """The group of a pupil. `finals` are canonical texts over all subjects; зач, осв and blanks do not
    count."""
    values = set(finals)
    if values & {"1", "2", NOT_ATTESTED, FAILED}:
        return Standing.FAILING
    by_lowest = (("3", Standing.FAIR), ("4", Standing.GOOD), ("5", Standing.EXCELLENT))
    return next((group for mark, group in by_lowest if mark in values), Standing.UNKNOWN)


def spoilt_by_one(finals: Iterable[str]) -> int | None:
    """4 for a pupil with exactly one 4 and the rest 5; 3 for exactly one 3 and the rest 4-5; else None."""
    values = list(finals)
    lowest = {Standing.GOOD: 4, Standing.FAIR: 3}.get(standing(values))
    return lowest if lowest is not None and values.count(str(lowest)) == 1 else None


def full_days_missed(lessons: Mapping[date, int], missed: Mapping[date, int], rule: int) -> int:
    """Days that count as missed: all of the day's lessons (rule 0), or `rule` lessons and more (DOMAIN
    2.3)."""
    return sum(missed.get(day, 0) >= (min(rule, count) if rule else count) for day, count in lessons.items() if count)


def assessment_limit(hours_a_year: int, share_percent: int) -> int:
    """V10: the most assessment procedures of a subject in a year, rounded down: 34 hours at 10 % give 3."""
    return hours_a_year * share_percent // 100


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
