"""What was changed in cells that had been accepted before: late (V19), by much, or after families had seen it (V20).
Said for a week or until the office has taken down the reason (`journal explain`), then history.

Where «Правила» make late changes wait, they are refused in the cell (rules.cells) and never come here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from sync_service.domain.deadlines import editable_until, homework_editable_until
from sync_service.domain.entries import entry_of
from sync_service.domain.problems import Code, as_seen
from sync_service.domain.slots import SlotKind
from sync_service.reconcile.rules.night import Correction, Night, Remark, named

REMEMBERED = timedelta(days=7)


def corrected(night: Night) -> Iterator[Remark]:
    """V19: an entry changed after the term of its lesson. V20: a mark changed by more points than the school lets pass
    without a reason, or when it had stood in the diary over an evening."""
    lessons = {lesson.key: (course, lesson) for course, lesson in night.past()}
    names = {pupil.code: pupil.name for pupil in night.facts.pupils}
    for change in _lately(night, SlotKind.ENTRY):
        if change.slot.field not in lessons or change.slot.subject not in names:
            continue
        course, lesson = lessons[change.slot.field]
        policy = night.rules.on(lesson.date)
        if change.at >= editable_until(lesson.date, policy, night.facts.time_zone):
            code = Code.ENTRY_LATE_EDIT
        elif _apart(change) > policy.reason_points:
            code = Code.ENTRY_CORRECTED
        elif policy.reason_next_day and _unsaid(change) and _stood_overnight(change, night.facts.time_zone):
            code = Code.ENTRY_CORRECTED_SHOWN
        else:
            continue
        yield night.to_teacher(code, course, f"{names[change.slot.subject]}, {lesson.date:%d.%m}", _told(change))


def homework_corrected(night: Night) -> Iterator[Remark]:
    """V19: homework, its day or its minutes changed after the term of its lesson."""
    lessons = {lesson.key: (course, lesson) for course, lesson in night.past()}
    for change in _lately(night, SlotKind.LESSON):
        if change.slot.subject not in lessons:
            continue
        course, lesson = lessons[change.slot.subject]
        policy = night.rules.on(lesson.date)
        if change.at >= homework_editable_until(lesson.date, policy, night.facts.time_zone):
            yield night.to_teacher(
                Code.HOMEWORK_LATE_EDIT, course, named(lesson), _told(change), slot=change.slot
            )


def _lately(night: Night, kind: SlotKind) -> Iterator[Correction]:
    for change in night.corrections:
        if change.slot.kind is kind and not change.explained and night.now - change.at <= REMEMBERED:
            yield change


def _told(change: Correction) -> str:
    old, new = as_seen(change.old), as_seen(change.new)
    return f"было «{old}», стало «{new}»" if new else f"было «{old}»"


def _apart(change: Correction) -> int:
    """Points between the marks; between none and some there are no points."""
    pairs = zip(entry_of(change.old).marks, entry_of(change.new).marks, strict=False)
    return max((abs(before - after) for before, after in pairs), default=0)


def _unsaid(change: Correction) -> bool:
    """Whether a mark is gone or another one now; a second mark beside it takes nothing back."""
    old, new = entry_of(change.old).marks, entry_of(change.new).marks
    return new[: len(old)] != old


def _stood_overnight(change: Correction, zone: str) -> bool:
    since, at = (moment.astimezone(ZoneInfo(zone)).date() for moment in (change.since, change.at))
    return since < at
