"""The tab «Отсутствия»: who of the staff was away, from when till when, and why.

A row that is wrong by itself is told and left out. Of two rows that speak of one day of one person neither is believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sync_service.domain.problems import Code, Problem
from sync_service.domain.school import AbsenceCode, StaffAbsence
from sync_service.reconcile.layout import STAFF
from sync_service.reconcile.layout import STAFF_ABSENCES as TAB
from sync_service.reconcile.tables import Row


@dataclass(frozen=True)
class Absences:
    """The good rows, and what is wrong with the others."""

    good: tuple[StaffAbsence, ...]
    problems: tuple[Problem, ...]


def read_absences(rows: Sequence[Row], staff: Mapping[str, str]) -> Absences:
    """`rows` as the table gives them; `staff`: employee code by the name people write."""
    problems: list[Problem] = []
    understood: list[tuple[Row, StaffAbsence]] = []
    for row in rows:
        start, end = row.day("start"), row.day("end")
        assert start is not None  # required columns
        assert end is not None
        if row["employee"] not in staff:
            problems.append(row.problem(Code.TABLE_UNKNOWN_REFERENCE, "employee", TAB, STAFF.title))
        elif end < start:
            problems.append(row.problem(Code.TABLE_VALUE, "end", TAB, "конец раньше начала"))
        else:
            code = AbsenceCode(row["code"])
            absence = StaffAbsence(
                employee=staff[row["employee"]], start=start, end=end, code=code, document=row["document"]
            )
            understood.append((row, absence))
    disputed: set[int] = set()
    for (one, (_, first)), (two, (_, second)) in combinations(enumerate(understood), 2):
        if first.employee == second.employee and first.start <= second.end and second.start <= first.end:
            disputed |= {one, two}
    for number in sorted(disputed):
        row, absence = understood[number]
        detail = f"{row['employee']}, {absence.start:%d.%m}–{absence.end:%d.%m}"
        problems.append(row.problem(Code.TABLE_OVERLAP, "start", TAB, detail))
    good = (absence for number, (_, absence) in enumerate(understood) if number not in disputed)
    return Absences(tuple(good), tuple(problems))
