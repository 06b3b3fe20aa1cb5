"""Quarter, year, exam and final marks beside what they are made of (V16) and beside their grounds (V16, V17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sync_service.domain.calendar import period_of
from sync_service.domain.entries import EXEMPT, Refusal, entry_of
from sync_service.domain.formulas import final_mean, half_up, round_half_up, suggest_mark, weighted_mean, year_mean
from sync_service.domain.grounds import explains, order_in
from sync_service.domain.problems import Code, Place, Problem
from sync_service.domain.school import Term
from sync_service.domain.slots import Slot, SlotKind
from sync_service.reconcile.context import CourseContext
from sync_service.reconcile.parse import Reading

QUARTERS = (Term.Q1, Term.Q2, Term.Q3, Term.Q4)
Means = dict[tuple[str, Term], tuple[int, str]]  # pupil, term → suggested mark, the mean as people are told it


Grounds = Callable[[Slot], str]


def grounds_of(readings: Sequence[Reading], baseline: Mapping[Slot, str], record: Mapping[Slot, str]) -> Grounds:
    """What is said for a final mark: what its teacher has typed beside it or has just cleared, else what the record
    knows from the office."""
    said = {
        one.slot: one.value
        for one in readings
        if one.slot.kind is SlotKind.GROUNDS and one.value is not None and (one.value or baseline.get(one.slot))
    }

    def of(final: Slot) -> str:
        slot = Slot(SlotKind.GROUNDS, final.subject, final.field)
        return said.get(slot, record.get(slot, ""))

    return of


def check_finals(readings: Sequence[Reading], grounds: Grounds) -> tuple[Reading, ...]:
    """V17: «осв» only by an order."""
    return tuple(
        replace(reading, value=None, refusal=Refusal(Code.FINAL_NO_ORDER))
        if reading.slot.kind is SlotKind.FINAL and reading.value == EXEMPT and not order_in(grounds(reading.slot))
        else reading
        for reading in readings
    )


def marks_against_means(
    readings: Sequence[Reading], context: CourseContext, title: str, grounds: Grounds
) -> Iterator[Problem]:
    """V16: a mark that is not the suggested one, until its teacher has said why. The teacher decides."""
    means = _quarter_means(readings, context) | _year_means(readings, context)
    for reading in readings:
        if reading.slot.kind is not SlotKind.FINAL or not (reading.value or "").isdigit():
            continue
        known = means.get((reading.slot.subject, _term(reading.slot)))
        if known is None or known[0] == int(reading.value or 0) or explains(grounds(reading.slot)):
            continue
        place = Place(title, reading.at.a1, reading.who)
        yield Problem(Code.FINAL_DIFFERS, place, reading.value or "", "", f"{known[1]} → {known[0]}", reading.slot)


def _quarter_means(readings: Sequence[Reading], context: CourseContext) -> Means:
    marks: dict[tuple[str, Term], list[tuple[int, int]]] = defaultdict(list)
    marks |= {of: [*pairs] for of, pairs in context.brought.items()}
    terms = {
        lesson: period.term
        for lesson, view in context.lessons.items()
        if (period := period_of(context.year, view.date, context.course.grade)) is not None
    }
    for reading in readings:
        if reading.slot.kind is SlotKind.ENTRY and reading.value and reading.slot.field in terms:
            work = context.work_types.get(context.lessons[reading.slot.field].work_type)
            if work is not None and not work.counts:
                continue
            weight = work.weight if work is not None and context.policy.weighted else 1
            pairs = [(mark, weight) for mark in entry_of(reading.value).marks]
            marks[reading.slot.subject, terms[reading.slot.field]] += pairs
    means: Means = {}
    for of, pairs in marks.items():
        if (mean := weighted_mean(pairs)) is not None:
            means[of] = suggest_mark(mean, context.policy, (mark for mark, _ in pairs)), _shown(mean)
    return means


def _year_means(readings: Sequence[Reading], context: CourseContext) -> Means:
    """Of year and final marks: from the marks that stand in the tab now, and the quarter marks given elsewhere."""
    finals: dict[str, dict[Term, str]] = defaultdict(dict)
    for (pupil, term), text in context.finals_elsewhere.items():
        if term in QUARTERS:
            finals[pupil][term] = text
    for reading in readings:
        if reading.slot.kind is SlotKind.FINAL and reading.value:
            finals[reading.slot.subject][_term(reading.slot)] = reading.value
    means: Means = {}
    for pupil, stands in finals.items():
        year = year_mean(stands.get(term, "") for term in QUARTERS)
        if year is not None:
            means[pupil, Term.YEAR] = half_up(year), f"среднее четвертных {_shown(year)}"
        of_year, exam = stands.get(Term.YEAR, ""), stands.get(Term.EXAM, "")
        final = final_mean(of_year, exam, context.course.grade)
        if final is not None:
            alone = final == final_mean(of_year, "", context.course.grade)
            means[pupil, Term.FINAL] = half_up(final), "по годовой" if alone else f"год и экзамен {_shown(final)}"
    return means


def _term(slot: Slot) -> Term:
    return Term(slot.field.rsplit(" ", 1)[1])


def _shown(mean: Decimal) -> str:
    return str(round_half_up(mean, 2)).replace(".", ",")
