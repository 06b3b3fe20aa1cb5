"""What teachers have typed by a day, as values. Raw cells exactly as a person leaves them, the bad ones among them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from sync_service.domain.entries import EntryRules, Raw, Refusal, read_entry
from sync_service.domain.problems import Code
from sync_service.domain.slots import Slot, SlotKind


class Planted(NamedTuple):
    """A cell that nobody can accept, and the problem that must be told of it. `raw` stands in `Typed.cells` too."""

    course: str
    slot: Slot
    raw: Raw
    code: Code
    note: str  # in Russian: what the teacher meant or did


class Noted(NamedTuple):
    """A cell that is accepted and told about all the same (a note on the policy ladder)."""

    course: str
    slot: Slot
    raw: Raw
    code: Code


class Correction(NamedTuple):
    """What a teacher types into a cell some days later. None is an empty cell."""

    course: str
    slot: Slot
    old: Raw
    new: Raw


class Summary(NamedTuple):
    """What was typed, counted. `marks` counts marks, «4/5» being two of them; the other numbers count cells."""

    entries: int
    marks: int
    absences: int
    finals: int
    lesson_cells: int
    reasons: int
    planted: int
    mean_mark: float

    def __str__(self) -> str:
        return (
            f"отметок {self.marks} (средняя {self.mean_mark:.2f}), пропусков и опозданий {self.absences}, "
            f"итоговых {self.finals}, ячеек о занятиях {self.lesson_cells}, причин пропусков {self.reasons}, "
            f"испорченных ячеек {self.planted}"
        ).replace(".", ",", 1)


@dataclass(frozen=True)
class Typed:
    """`cells` by course code, `reasons` by class code; neither holds a blank.

    `planted` are the only cells that cannot be accepted, `noted` the only ones that are accepted with a note,
    `later` is to be typed after the first sync."""

    cells: dict[str, dict[Slot, Raw]]
    reasons: dict[str, dict[Slot, Raw]]
    planted: tuple[Planted, ...]
    noted: tuple[Noted, ...]
    later: tuple[Correction, ...]

    def summary(self) -> Summary:
        kinds: Counter[SlotKind] = Counter()
        marks: list[int] = []
        absences = 0
        for cells in self.cells.values():
            for slot, raw in cells.items():
                kinds[slot.kind] += 1
                if slot.kind is SlotKind.ENTRY and not isinstance(entry := read_entry(raw, EntryRules()), Refusal):
                    marks += entry.marks
                    absences += bool(entry.absence)
        return Summary(
            entries=kinds[SlotKind.ENTRY],
            marks=len(marks),
            absences=absences,
            finals=kinds[SlotKind.FINAL],
            lesson_cells=kinds[SlotKind.LESSON],
            reasons=sum(len(reasons) for reasons in self.reasons.values()),
            planted=len(self.planted),
            mean_mark=sum(marks) / len(marks) if marks else 0.0,
        )
