"""Tables of the record. Nobody outside `sync_service.records` imports them: write by ledger.py, read by queries.

Three sorts: projections of the ledger (base.Projected), which replaying it rebuilds; the ledger and other logs, to
which rows are only added; and the working state of the sync, which is no history.
"""

from sync_service.records.models.base import DirectoryRow, Projected
from sync_service.records.models.history import AccessLog, BackupRun, LedgerRow
from sync_service.records.models.journal import AbsenceReason, Entry, FinalMark, Lesson, RegimeLine
from sync_service.records.models.people import ClassMembership, GroupMember, Guardian, Pupil, PupilState, Review
from sync_service.records.models.school import (
    Bell,
    ClosedTerm,
    Course,
    Employee,
    Holiday,
    Period,
    PlanItem,
    PolicyValue,
    School,
    SchoolClass,
    SchoolYear,
    Subject,
    TimetableRow,
    WorkingDay,
    WorkType,
)
from sync_service.records.models.staff import Remark, StaffAbsence, Substitution, TimesheetDay
from sync_service.records.models.sync import Baseline, Bookmark, BookState, Hold, JobRun, Sighting, StandingProblem

__all__ = [
    "AbsenceReason",
    "AccessLog",
    "BackupRun",
    "Baseline",
    "Bell",
    "BookState",
    "Bookmark",
    "ClassMembership",
    "ClosedTerm",
    "Course",
    "DirectoryRow",
    "Employee",
    "Entry",
    "FinalMark",
    "GroupMember",
    "Guardian",
    "Hold",
    "Holiday",
    "JobRun",
    "LedgerRow",
    "Lesson",
    "Period",
    "PlanItem",
    "PolicyValue",
    "Projected",
    "Pupil",
    "PupilState",
    "RegimeLine",
    "Remark",
    "Review",
    "School",
    "SchoolClass",
    "SchoolYear",
    "Sighting",
    "StaffAbsence",
    "StandingProblem",
    "Subject",
    "Substitution",
    "TimesheetDay",
    "TimetableRow",
    "WorkType",
    "WorkingDay",
]
