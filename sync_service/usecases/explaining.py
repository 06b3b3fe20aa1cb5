"""`journal explain`: the deputy takes down why a teacher has changed an accepted entry or homework (V19, V20).

Nothing of the record changes: the reason stands in the ledger beside old and new value, and the remark goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from sync_service.domain.slots import SlotKind
from sync_service.reconcile.rules.corrections import REMEMBERED
from sync_service.records import ledger, queries
from sync_service.records.ledger import Fact
from sync_service.usecases.correcting import look_again
from sync_service.usecases.meant import (
    class_meant,
    course_meant,
    day_meant,
    lesson_label,
    lesson_meant,
    pupil_meant,
    school,
)
from sync_service.usecases.workspace import NeedsHuman, Workspace


@dataclass(frozen=True)
class Explained:
    """A change that has got its reason; `what` names it for people."""

    what: str
    old: str
    new: str
    at: datetime


@transaction.atomic
def explain(
    workspace: Workspace,
    *,
    course: str,
    date: str,
    number: int | None = None,
    pupil: str = "",
    school_class: str = "",
    by: str,
    reason: str,
) -> list[Explained]:
    """Keep the reason of the changes of the last days that have none: of a pupil's entry at a lesson, without a pupil
    of the lesson's homework.

    Raises Unclear for words that name nothing or several things, NeedsHuman if nothing was changed there or nobody
    answers for it."""
    if not by.strip() or not reason.strip():
        raise NeedsHuman("Укажите, кто объяснил и почему изменено: --by «Иванова А. П.» --reason «…».")
    directory = school()
    within = class_meant(school_class, directory)
    whom = pupil_meant(pupil, within) if pupil else None
    of = course_meant(course, directory, within, whom)
    lesson = lesson_meant(of, day_meant(date, directory.year), number)
    what = ", ".join(part for part in (whom.list_name if whom else "", of.title, lesson_label(lesson)) if part)
    changes = [
        change
        for change in queries.replaced(workspace.clock() - REMEMBERED)
        if not change.explained
        and (
            (change.slot.subject, change.slot.field) == (whom.code, lesson.key)
            if whom is not None
            else change.slot.kind is SlotKind.LESSON and change.slot.subject == lesson.key
        )
    ]
    if not changes:
        days = REMEMBERED.days
        raise NeedsHuman(f"Объяснять нечего: {what} — за {days} дней ничего не исправляли или уже объяснили.")
    facts = [
        Fact(
            "decision", queries.EXPLAINED, {"slot": str(one.slot), "old": one.old, "new": one.new},
            reason=reason.strip(),
        )
        for one in changes
    ]  # fmt: skip
    ledger.append(facts, actor=by.strip(), channel="command", at=workspace.clock())
    look_again(workspace, directory, [of.code])
    return [Explained(what, one.old, one.new, one.at.astimezone(workspace.zone)) for one in changes]
