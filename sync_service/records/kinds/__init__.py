"""How each kind of fact becomes rows: the one table that appending, replaying and reading back go by."""

from __future__ import annotations

from sync_service.domain import school
from sync_service.domain.school import Value
from sync_service.domain.slots import SlotKind
from sync_service.records import models
from sync_service.records.kinds.base import Kind
from sync_service.records.kinds.decisions import Decision
from sync_service.records.kinds.directory import (
    DatedRules,
    DirectoryFacts,
    People,
    PolicyRow,
    bell_key,
    joined,
    rule_key,
)
from sync_service.records.kinds.lessons import LessonFacts, ScheduledFacts
from sync_service.records.kinds.pupils import MembershipFacts, PupilFacts
from sync_service.records.kinds.slots import EntryFacts, FinalFacts, GroundsFacts, ReasonFacts, RegimeFacts
from sync_service.records.kinds.year import YearFacts

__all__ = ["KINDS", "Kind", "identify"]

_CODE = {"code": "key"}

SCHOOL = DirectoryFacts("school", school.School, models.School, lambda _: "school")
YEAR = YearFacts()
BELL = DirectoryFacts("bell", school.Bell, models.Bell, bell_key)
EMPLOYEE = People("employee", school.Employee, models.Employee, joined("code"), _CODE)
SUBJECT = DirectoryFacts("subject", school.Subject, models.Subject, joined("title"), {"title": "key"})
CLASS = DirectoryFacts("class", school.SchoolClass, models.SchoolClass, joined("code"), _CODE)
WORK_TYPE = DirectoryFacts("worktype", school.WorkType, models.WorkType, joined("short"), {"short": "key"})
POLICY = DatedRules("policy", PolicyRow, models.PolicyValue, rule_key, {"name": "key"})
COURSE = DirectoryFacts("course", school.Course, models.Course, joined("code"), _CODE)
TIMETABLE = DirectoryFacts(
    "timetable", school.TimetableRow, models.TimetableRow, joined("course", "since", "weekday", "slot")
)
PLAN = DirectoryFacts("plan", school.PlanItem, models.PlanItem, joined("course", "seq"))
SUBSTITUTION = DirectoryFacts(
    # the lesson, not the row of the tab: rows beyond the prepared ones have no key, and next year's begin anew
    "substitution", school.Substitution, models.Substitution,
    lambda one: f"{one.date} {one.slot} {one.class_names} {one.subject} {one.group}".rstrip(),
)  # fmt: skip
STAFF_ABSENCE = DirectoryFacts(
    "staffabsence", school.StaffAbsence, models.StaffAbsence, joined("start", "employee")
)
CLOSED_TERM = DirectoryFacts(
    "closedterm", school.ClosedTerm, models.ClosedTerm, joined("year", "term", "school_class")
)
PUPIL = PupilFacts()
GUARDIAN = DirectoryFacts("guardian", school.Guardian, models.Guardian, joined("code"), _CODE)
REVIEW = DirectoryFacts("review", school.Review, models.Review, joined("school_class", "date", "who"))
MEMBERSHIP = MembershipFacts()
GROUP_MEMBER = DirectoryFacts(
    "groupmember", school.GroupMember, models.GroupMember, joined("pupil", "subject", "since")
)
SCHEDULED = ScheduledFacts(
    "scheduled",
    school.ScheduledLesson,
    models.Lesson,
    joined("key"),
    {"date": "planned_date", "slot": "planned_slot"},
)
REGIME = RegimeFacts(SlotKind.REGIME)

_DIRECTORY = (
    SCHOOL, YEAR, BELL, EMPLOYEE, SUBJECT, CLASS, WORK_TYPE, POLICY, COURSE, TIMETABLE, PLAN,
    SUBSTITUTION, STAFF_ABSENCE, CLOSED_TERM, PUPIL, GUARDIAN, GROUP_MEMBER, SCHEDULED, REVIEW,
)  # fmt: skip
_SLOTS = (
    LessonFacts(SlotKind.LESSON), EntryFacts(SlotKind.ENTRY), FinalFacts(SlotKind.FINAL), ReasonFacts(SlotKind.REASON),
    GroundsFacts(SlotKind.GROUNDS), REGIME,
)  # fmt: skip

# in this order nothing refers to a table further down
KINDS: dict[str, Kind] = {kind.name: kind for kind in (*_DIRECTORY, MEMBERSHIP, *_SLOTS, Decision())}

_BY_VALUE: dict[type[Value], tuple[str, object]] = {
    kind.value: (kind.name, kind.key) for kind in _DIRECTORY if isinstance(kind, DirectoryFacts)
} | {school.SchoolYear: (YEAR.name, joined("title"))}


def identify(value: Value) -> tuple[str, str]:
    """Kind and natural key of a value of the school. Raises KeyError for a value that no fact is about."""
    name, key = _BY_VALUE[type(value)]
    return name, key(value)
