"""Late changes as requests to the deputy (DOMAIN 2.15): what a teacher types in a closed quarter waits, cell by cell,
until it is approved, refused or put back. The queue is what the holds withhold; nothing else is kept.

An approved cell is corrected in the record, so the next pass finds both sides agreeing; the rest of the hold stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot, SlotKind, day_of_reason
from sync_service.records import ledger, queries, sync_state
from sync_service.records.ledger import Fact
from sync_service.usecases.correcting import accept, shown
from sync_service.usecases.meant import Unclear, school
from sync_service.usecases.workspace import NeedsHuman, Workspace

REFUSED = "request.refused"


@dataclass(frozen=True)
class Request:
    """One cell that waits: `old` is in force, `new` is asked for. `refused`: who said no to this value, and why."""

    number: int
    book: str
    slot: Slot
    tab: str
    a1: str
    who: str  # «Абрамов Лев, 02.09»
    period: str
    old: str
    new: str
    since: datetime
    refused: str = ""


def waiting() -> list[Request]:
    """Every change that waits because its quarter is closed, oldest first."""
    names = {book: state.name.removesuffix(".xlsx") for book, state in sync_state.book_states().items()}
    refused = {(told["slot"], told["new"]): entry for entry, told in queries.decisions(REFUSED)}
    found = []
    for number, book, problem, since in queries.standing(Code.PERIOD_CLOSED):
        if problem.slot is None:
            continue
        said = refused.get((str(problem.slot), problem.read))
        place = problem.place
        found.append(
            Request(
                number=number,
                book=names.get(book, book),
                slot=problem.slot,
                tab=place.tab,
                a1=place.a1,
                who=place.who,
                period=problem.detail,
                old=problem.kept,
                new=problem.read,
                since=since,
                refused=f"{said.actor}: {said.reason}" if said is not None and said.at >= since else "",
            )
        )
    return found


@transaction.atomic
def approve(
    workspace: Workspace, numbers: Sequence[int], *, by: str, reason: str, value: str | None = None
) -> list[Request]:
    """Put what these requests ask for into the record. `value`: only if that is still what they ask for.

    Raises Unclear for a number that is not in the list or asks for something else, NeedsHuman if nobody answers."""
    asked = _meant(numbers)
    for request in asked:
        if value is not None and request.new != value.strip():
            raise Unclear("--value", f"заявка № {request.number} просит {shown(request.new)}, а не {shown(value)}.")
    directory = school()
    of_lesson = {lesson.key: lesson.course for lesson in queries.scheduled()}
    rolls = queries.Rolls.load(request.slot.subject for request in asked)
    parts = [_part(request.slot, of_lesson, rolls) for request in asked]
    texts = {request.slot: request.new for request in asked}
    accept(workspace, directory, texts, parts, by=by, reason=reason)
    return asked


@transaction.atomic
def refuse(workspace: Workspace, numbers: Sequence[int], *, by: str, reason: str) -> list[Request]:
    """Remember that the deputy says no; the cell waits on until its teacher puts the old value back.

    Raises as `approve`."""
    if not by.strip() or not reason.strip():
        raise NeedsHuman("Укажите, кто решил и почему: --by «Иванова А. П.» --reason «…».")
    asked = _meant(numbers)
    facts = [
        Fact("decision", REFUSED, {"slot": str(one.slot), "old": one.old, "new": one.new}, reason=reason.strip())
        for one in asked
    ]
    ledger.append(facts, actor=by.strip(), channel="command", at=workspace.clock())
    return asked


def _meant(numbers: Sequence[int]) -> list[Request]:
    known = {request.number: request for request in waiting()}
    if unknown := [str(number) for number in numbers if number not in known]:
        listed = ", ".join(map(str, known)) or "ни одной"
        raise Unclear("НОМЕРА", f"заявки № {', '.join(unknown)} нет. Ждут: {listed}.")
    return [known[number] for number in dict.fromkeys(numbers)]


def _part(slot: Slot, of_lesson: dict[str, str], rolls: queries.Rolls) -> str:
    """The course that a slot belongs to, or the class."""
    match slot.kind:
        case SlotKind.ENTRY:
            return of_lesson[slot.field]
        case SlotKind.FINAL | SlotKind.GROUNDS:
            return slot.field.rsplit(" ", 1)[0]
        case SlotKind.LESSON:
            return of_lesson[slot.subject]
        case SlotKind.REASON:
            return rolls.class_on(slot.subject, day_of_reason(slot))
        case SlotKind.REGIME:
            return slot.subject.partition(" ")[0]
