"""Holds: changes that wait for a human, who looks at what would happen, then releases by name or asks the teacher."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction

from sync_service.books.source import SourceError
from sync_service.domain.calendar import term_title
from sync_service.domain.problems import Code, Place, Problem, as_seen, message
from sync_service.domain.school import Term
from sync_service.domain.slots import Slot, SlotKind, term_of_regime
from sync_service.reconcile.layout import ABSENCES, ANY_LOG, GROUNDS_HEADING, REGIME
from sync_service.reconcile.planned import Change, TabPlan
from sync_service.records import queries, sync_state
from sync_service.records.sync_state import Hold
from sync_service.usecases import composition
from sync_service.usecases.planning import BOOK, plan_book
from sync_service.usecases.workspace import NeedsHuman, Workspace


@dataclass(frozen=True)
class Line:
    """A change that waits, as people read it: where, whose, of what day, what it was and would be."""

    tab: str
    a1: str
    who: str
    day: str
    old: str
    new: str


class Unknown(NeedsHuman):
    """No open hold has this number."""


def sentence(hold: Hold) -> str:
    """Why a hold stands, as people read it."""
    return message(Problem(Code(hold.code), Place(hold.title), detail=hold.detail))


def book_name(book: str) -> str:
    state = {**sync_state.past_states(), **sync_state.book_states()}.get(book)
    return state.name.removesuffix(".xlsx") if state is not None else book


def find(hold_id: int) -> Hold:
    """An open hold by number; raises Unknown if there is none."""
    for hold in sync_state.holds(open_only=False):
        if hold.id == hold_id and hold.closed_at is None:
            return hold
        if hold.id == hold_id:
            raise Unknown(f"Задержки № {hold_id} среди открытых нет: {ending(hold)}. Список: «journal hold list».")
    raise Unknown(f"Задержки № {hold_id} среди открытых нет. Список: «journal hold list».")


def ending(hold: Hold) -> str:
    """How a hold has ended, a few words."""
    match hold.how:
        case "released":
            return f"сняли ({hold.by}: {hold.reason})"
        case "replaced":
            return "вкладку изменили, и её задержали заново"
        case "healed":
            return "в книге всё исправили"
        case "closed":
            return "закрыта вместе с учебным годом"
    return "открыта"


def would_change(workspace: Workspace, hold: Hold) -> TabPlan:
    """What releasing the hold would do now: the plan that the guard withholds; of a whole book, those of its tabs in
    one, with the tab's title before each cell.

    Raises NeedsHuman if it cannot be told."""
    directory = queries.directory()
    state = sync_state.book_states().get(hold.book)
    if directory is None or state is None:
        raise NeedsHuman("Школа ещё не заведена. Выполните «journal provision».")
    spec = next(
        spec for spec in composition.books_of(directory, workspace.config) if spec.book == hold.book
    )
    try:
        fetched = workspace.source.fetch(state.ref)
    except SourceError as error:
        raise NeedsHuman(str(error)) from error
    planned = plan_book(workspace, directory, spec, fetched, state, everything=True, released={hold.tab: hold.digest})
    if hold.tab != BOOK:
        return next(plan for plan in planned.plans if plan.tab == hold.tab)
    changes = tuple(
        replace(change, a1=f"{plan.title}!{change.a1}") for plan in planned.plans for change in plan.changes
    )
    return TabPlan(BOOK, book_name(hold.book), changes, (), planned.withheld)


def lines(plan: TabPlan) -> list[Line]:
    """The changes of a plan with the names of pupils and the days of lessons, in the order of these."""
    names = {pupil.code: pupil.list_name for pupil in queries.pupils()}
    days = {fact.key: fact.date.isoformat() for fact in queries.lesson_facts()}

    def line(change: Change) -> Line:
        tab, _, a1 = (change.a1 if plan.tab == BOOK else f"{plan.title}!{change.a1}").rpartition("!")
        who, day = _whose(change.slot, names, days)
        return Line(tab, a1, who, day, as_seen(change.old), as_seen(change.new))

    return sorted(map(line, plan.changes), key=lambda one: (one.tab, one.who, one.day, one.a1))


def _whose(slot: Slot, names: dict[str, str], days: dict[str, str]) -> tuple[str, str]:
    match slot.kind:
        case SlotKind.ENTRY:
            return names.get(slot.subject, slot.subject), as_seen(days.get(slot.field, slot.field))
        case SlotKind.FINAL:
            return names.get(slot.subject, slot.subject), term_title(Term(slot.field.rsplit(" ", 1)[1]))
        case SlotKind.GROUNDS:
            term = term_title(Term(slot.field.rsplit(" ", 1)[1]))
            return f"{names.get(slot.subject, slot.subject)}, {GROUNDS_HEADING}", term
        case SlotKind.LESSON:
            return ANY_LOG.column(slot.field).heading, as_seen(days.get(slot.subject, slot.subject))
        case SlotKind.REASON:
            day, column = slot.field.split(" ")
            return f"{names.get(slot.subject, slot.subject)}, {ABSENCES.column(column).heading}", as_seen(day)
        case SlotKind.REGIME:
            return REGIME.column(slot.field).heading, term_title(Term(term_of_regime(slot)))


@transaction.atomic
def release(workspace: Workspace, hold: Hold, *, by: str, reason: str) -> None:
    """Let exactly the content that was refused through at the next pass; who and why goes into the ledger.

    Raises NeedsHuman if nobody answers for it, or if a release would not help."""
    if not by.strip() or not reason.strip():
        raise NeedsHuman("Укажите, кто снимает задержку и почему: --by «Иванова А. П.» --reason «…».")
    still = would_change(workspace, hold).withheld
    if still is not None and still.digest != hold.digest:
        raise NeedsHuman(
            f"«{hold.title}» с тех пор изменили. Выполните «journal sync» и посмотрите задержку заново: "
            "«journal hold list»."
        )
    if still is not None:
        raise NeedsHuman(
            f"Во вкладке «{hold.title}» снимать нечего: её содержимое пропало или повреждено. "
            "Верните вкладку в самой книге (журнал версий, папка versions), и задержка снимется сама."
        )
    sync_state.release_hold(hold.id, by=by.strip(), reason=reason.strip(), at=workspace.clock())
    sync_state.unread(hold.book)
