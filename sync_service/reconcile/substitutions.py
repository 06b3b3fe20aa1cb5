"""The tab «Замены» against the timetable: which rows speak of a lesson that is there and of somebody who can give it.

A row that is wrong by itself, or that quarrels with another, is told and left out; its neighbours go on. Of two rows
for one lesson neither is believed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sync_service.domain.problems import Code, Problem
from sync_service.domain.scheduling import slots_on
from sync_service.domain.school import (
    Course,
    CoursePlace,
    SchoolYear,
    StaffAbsence,
    Substitution,
    SubstitutionKind,
    TimetableRow,
)
from sync_service.domain.timesheet import absence_on
from sync_service.reconcile.layout import CLASSES, STAFF, SUBJECTS
from sync_service.reconcile.layout import SUBSTITUTIONS as TAB
from sync_service.reconcile.places import named_classes, place_of, unknown
from sync_service.reconcile.tables import Row

Hour = tuple[str, date, int]  # an employee's lesson: who, when
Found = list[tuple[Row, Substitution]]


@dataclass(frozen=True)
class Substitutions:
    """The good rows, and what is wrong with the others."""

    good: tuple[Substitution, ...]
    problems: tuple[Problem, ...]


def read_substitutions(
    rows: Sequence[Row],
    staff: Mapping[str, str],
    subjects: Iterable[str],
    courses: Sequence[Course],
    timetable: Iterable[TimetableRow],
    year: SchoolYear,
    absences: Sequence[StaffAbsence] = (),
) -> Substitutions:
    """`rows` as the table gives them; `staff`: employee code by the name people write; `absences`: who is away."""
    desk = _Checks(staff, frozenset(subjects), courses, timetable, year, absences)
    understood = [(row, value) for row in rows if (value := desk.value(row)) is not None]
    alone = desk.without_twins(understood)
    good = desk.without_busy(alone)
    return Substitutions(tuple(value for _, value in good), tuple(desk.problems))


class _Checks:
    def __init__(
        self,
        staff: Mapping[str, str],
        subjects: frozenset[str],
        courses: Sequence[Course],
        timetable: Iterable[TimetableRow],
        year: SchoolYear,
        absences: Sequence[StaffAbsence],
    ) -> None:
        self.staff, self.subjects, self.courses, self.year = staff, subjects, courses, year
        self.absences = absences
        self.names = {code: name for name, code in staff.items()}
        self.rows_of: dict[str, list[TimetableRow]] = defaultdict(list)
        for row in timetable:
            self.rows_of[row.course].append(row)
        self.problems: list[Problem] = []

    def value(self, row: Row) -> Substitution | None:
        """What the row says, if it makes sense by itself."""
        day, kind = row.day("date"), SubstitutionKind(row["kind"])
        assert day is not None  # a required column
        wrong = list(self._unknown(row))
        if not wrong:
            wrong = [*self._no_lesson(row, day), *self._nobody(row, kind, day)]
        self.problems += wrong
        if wrong:
            return None
        course = next(one for one in self.courses if one.place == place_of(row))
        return Substitution(
            date=day,
            slot=int(row["slot"]),
            school_class=course.school_class,
            other_classes=course.other_classes,
            subject=row["subject"],
            group=row["group"],
            absent=self.staff[row["absent"]],
            kind=kind,
            substitute=self.staff.get(row["substitute"]),
            taught=row["taught"] or None,
            order=row["order"],
            note=row["note"],
        )

    def _unknown(self, row: Row) -> Iterable[Problem]:
        """What the row refers to and nobody knows."""
        if set(named_classes(row["class"])) - {code for course in self.courses for code in course.classes}:
            yield row.problem(Code.TABLE_UNKNOWN_REFERENCE, "class", TAB, CLASSES.title)
        for column, known, where in (
            ("subject", self.subjects, SUBJECTS.title),
            ("absent", self.staff, STAFF.title),
            ("substitute", self.staff, STAFF.title),
            ("taught", self.subjects, SUBJECTS.title),
        ):
            if row[column] and row[column] not in known:
                yield row.problem(Code.TABLE_UNKNOWN_REFERENCE, column, TAB, where)

    def _no_lesson(self, row: Row, day: date) -> Iterable[Problem]:
        """The lesson must stand in the timetable of that day, and the absent one be its teacher."""
        loaded = [one for one in self.courses if one.place == place_of(row)]
        if not loaded:
            yield row.problem(Code.TABLE_UNKNOWN_REFERENCE, "subject", TAB, unknown(place_of(row), self.courses))
            return
        given = [one for one in loaded if int(row["slot"]) in self._slots(one, day)]
        if not given:
            yield row.problem(Code.SUBSTITUTION_LESSON, "slot", TAB, f"{day:%d.%m}, урок {row['slot']}")
        elif all(one.teacher != self.staff[row["absent"]] for one in given):
            teachers = ", ".join(sorted(self.names.get(one.teacher, one.teacher) for one in given))
            yield row.problem(Code.SUBSTITUTION_LESSON, "absent", TAB, f"урок ведёт {teachers}")

    def _nobody(self, row: Row, kind: SubstitutionKind, day: date) -> Iterable[Problem]:
        if kind.has_substitute and not row["substitute"]:
            yield row.problem(Code.SUBSTITUTION_WHO, "substitute", TAB, "не сказано, кто замещает")
        elif kind.has_substitute and row["substitute"] == row["absent"]:
            yield row.problem(Code.SUBSTITUTION_WHO, "substitute", TAB, "тот же, кто отсутствует")
        elif not kind.has_substitute and row["substitute"]:
            yield row.problem(Code.SUBSTITUTION_WHO, "substitute", TAB, f"«{kind.value}» — без замещающего")
        elif kind.has_substitute and (away := absence_on(self.absences, self.staff[row["substitute"]], day)):
            detail = f"{row['substitute']}, {day:%d.%m}, {away.code.value}"
            yield row.problem(Code.SUBSTITUTION_BUSY, "substitute", TAB, detail)

    def _slots(self, course: Course, day: date) -> frozenset[int]:
        return slots_on(course, self.rows_of[course.code], self.year, day)

    def without_twins(self, found: Found) -> Found:
        """Rows that share their lesson with another row are told, all of them."""
        times = Counter(_lesson(value) for _, value in found)
        for row, value in found:
            if times[_lesson(value)] > 1:
                self.problems.append(row.problem(Code.TABLE_DUPLICATE, "slot", TAB, "один урок в двух строках"))
        return [(row, value) for row, value in found if times[_lesson(value)] == 1]

    def without_busy(self, found: Found) -> Found:
        """A substitute gives one lesson at a time, unless groups were joined: an own one that stands, or another's."""
        freed = {(value.absent, value.date, value.slot) for _, value in found}
        given: Counter[Hour] = Counter(_hour(value) for _, value in found if value.kind is SubstitutionKind.REPLACED)
        good: Found = []
        for row, value in found:
            if value.kind is SubstitutionKind.REPLACED and (given[_hour(value)] > 1 or self._busy(value, freed)):
                detail = f"{row['substitute']}, {value.date:%d.%m}, урок {value.slot}"
                self.problems.append(row.problem(Code.SUBSTITUTION_BUSY, "substitute", TAB, detail))
            else:
                good.append((row, value))
        return good

    def _busy(self, value: Substitution, freed: set[Hour]) -> bool:
        """Whether the substitute has an own lesson then, of which he was not freed himself."""
        return _hour(value) not in freed and any(
            course.teacher == value.substitute and value.slot in self._slots(course, value.date)
            for course in self.courses
        )


def _hour(value: Substitution) -> Hour:
    return value.substitute or "", value.date, value.slot


def _lesson(value: Substitution) -> tuple[date, int, CoursePlace]:
    return value.date, value.slot, value.place
