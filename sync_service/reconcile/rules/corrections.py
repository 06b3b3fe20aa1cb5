"""What was changed in cells that had been accepted before: late (V19) or by much (V20). Said for a week, then history.

Where «Правила» make late changes wait, they are refused in the cell (rules.cells) and never come here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sync_service.domain.deadlines import editable_until
from sync_service.domain.entries import entry_of
from sync_service.domain.problems import Code
from sync_service.reconcile.rules.night import Night, Remark

REMEMBERED = timedelta(days=7)


def corrected(night: Night) -> Iterator[Remark]:
    """V19: after the term of its lesson; V20: by more points than the school lets pass without a reason."""
    lessons = {lesson.key: (course, lesson) for course, lesson in night.past()}
    names = {pupil.code: pupil.name for pupil in night.facts.pupils}
    for change in night.corrections:
        if change.lesson not in lessons or change.pupil not in names or night.now - change.at > REMEMBERED:
            continue
        course, lesson = lessons[change.lesson]
        policy = night.rules.on(lesson.date)
        who = f"{names[change.pupil]}, {lesson.date:%d.%m}"
        detail = f"было «{change.old}», стало «{change.new}»" if change.new else f"было «{change.old}»"
        if change.at >= editable_until(lesson.date, policy, night.facts.time_zone):
            yield night.to_teacher(Code.ENTRY_LATE_EDIT, course, who, detail)
        elif _apart(change.old, change.new) > policy.reason_points:
            yield night.to_teacher(Code.ENTRY_CORRECTED, course, who, detail)


def _apart(old: str, new: str) -> int:
    """Points between the marks; between none and some there are no points."""
    pairs = zip(entry_of(old).marks, entry_of(new).marks, strict=False)
    return max((abs(before - after) for before, after in pairs), default=0)
