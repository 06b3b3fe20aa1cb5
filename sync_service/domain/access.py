"""Who may see and do what (DOMAIN 2.12): one table and one pure predicate over it.

A right is an action, a role and how far it reaches. Nothing is allowed unless the table says so, and a reach
that needs a class, a course or a person never matches a subject that does not name it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum


class Role(StrEnum):
    PUPIL = "pupil"
    GUARDIAN = "guardian"
    TEACHER = "teacher"
    CLASS_TEACHER = "class_teacher"  # teaches too: has all that a teacher has
    DEPUTY = "deputy"
    ADMIN = "admin"


class Action(StrEnum):
    """What somebody wants to do. `see` never changes anything."""

    MANAGE_ACCOUNTS = "accounts.manage"  # issue, reset, block; the database of users; backups
    PRINT_SLIPS = "accounts.slips"
    SEE_STATISTICS = "statistics.see"
    SEE_NAMES = "names.see"
    SEE_ROSTER = "roster.see"  # personal data: birth dates, families, orders
    EDIT_ROSTER = "roster.edit"
    SEE_LESSONS = "lessons.see"  # dates, topics, homework; with a pupil also the marks and absences
    EDIT_LESSONS = "lessons.edit"
    SEE_REASONS = "reasons.see"
    EDIT_REASONS = "reasons.edit"
    SEE_FINALS = "finals.see"
    EDIT_FINALS = "finals.edit"
    UNLOCK_FINALS = "finals.unlock"
    SEE_PLAN = "plan.see"
    EDIT_PLAN = "plan.edit"
    APPROVE_PLAN = "plan.approve"
    SEE_SUBSTITUTIONS = "substitutions.see"  # and the timesheet
    EDIT_SUBSTITUTIONS = "substitutions.edit"
    SEE_REPORT = "report.see"
    REQUEST_CORRECTION = "correction.request"  # after the lock
    APPROVE_CORRECTION = "correction.approve"
    APPLY_CORRECTION = "correction.apply"


class Reach(Enum):
    """How far a right goes: which subjects it covers."""

    ALL = "all"
    OWN_CLASS = "the class the viewer leads"
    OWN_COURSES = "the courses the viewer teaches"
    SELF = "what is about the viewer"
    CHILDREN = "what is about the viewer's children"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody logged in. `person` is a pupil, guardian or employee code, `own_class` a class code."""

    role: Role
    person: str
    children: frozenset[str] = frozenset()
    own_class: str | None = None
    courses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Subject:
    """What the action is about; name everything that is known. What is about a pupil names the pupil
    (`person`), with his class and the course; a substitution names the employee (`person`)."""

    person: str = ""
    school_class: str = ""
    course: str = ""


_SEEN_BY_FAMILIES: Mapping[Role, frozenset[Reach]] = {
    Role.PUPIL: frozenset({Reach.SELF}),
    Role.GUARDIAN: frozenset({Reach.CHILDREN}),
}
_TAUGHT: Mapping[Role, frozenset[Reach]] = {
    Role.TEACHER: frozenset({Reach.OWN_COURSES}),
    Role.CLASS_TEACHER: frozenset({Reach.OWN_COURSES}),
}
_TAUGHT_OR_LED = {**_TAUGHT, Role.CLASS_TEACHER: frozenset({Reach.OWN_COURSES, Reach.OWN_CLASS})}
_LED: Mapping[Role, frozenset[Reach]] = {Role.CLASS_TEACHER: frozenset({Reach.OWN_CLASS})}
_OFFICE = {Role.ADMIN: frozenset({Reach.ALL}), Role.DEPUTY: frozenset({Reach.ALL})}
_ADMIN = {Role.ADMIN: frozenset({Reach.ALL})}
_DEPUTY = {Role.DEPUTY: frozenset({Reach.ALL})}
_OWN_WORK = {Role.TEACHER: frozenset({Reach.SELF}), Role.CLASS_TEACHER: frozenset({Reach.SELF})}

RIGHTS: Mapping[Action, Mapping[Role, frozenset[Reach]]] = {
    Action.MANAGE_ACCOUNTS: _ADMIN,
    Action.PRINT_SLIPS: {**_ADMIN, **_LED},
    Action.SEE_STATISTICS: _OFFICE,
    Action.SEE_NAMES: {**_OFFICE, **_TAUGHT_OR_LED, **_SEEN_BY_FAMILIES},
    Action.SEE_ROSTER: {**_OFFICE, **_LED, **_SEEN_BY_FAMILIES},
    Action.EDIT_ROSTER: _LED,
    Action.SEE_LESSONS: {**_OFFICE, **_TAUGHT_OR_LED, **_SEEN_BY_FAMILIES},
    Action.EDIT_LESSONS: _TAUGHT,
    Action.SEE_REASONS: {**_DEPUTY, **_TAUGHT_OR_LED, **_SEEN_BY_FAMILIES},
    Action.EDIT_REASONS: _LED,
    Action.SEE_FINALS: {**_OFFICE, **_TAUGHT_OR_LED, **_SEEN_BY_FAMILIES},
    Action.EDIT_FINALS: _TAUGHT,
    Action.UNLOCK_FINALS: _DEPUTY,
    Action.SEE_PLAN: {**_OFFICE, **_TAUGHT_OR_LED},
    Action.EDIT_PLAN: _TAUGHT,
    Action.APPROVE_PLAN: _DEPUTY,
    Action.SEE_SUBSTITUTIONS: {**_OFFICE, **_OWN_WORK},
    Action.EDIT_SUBSTITUTIONS: _DEPUTY,
    Action.SEE_REPORT: {**_DEPUTY, **_TAUGHT_OR_LED, **_SEEN_BY_FAMILIES},
    Action.REQUEST_CORRECTION: _TAUGHT_OR_LED,
    Action.APPROVE_CORRECTION: _DEPUTY,
    Action.APPLY_CORRECTION: _ADMIN,
}


def may(viewer: Viewer, action: Action, subject: Subject = Subject()) -> bool:
    """Whether the viewer may do this to that. The only place where the question is answered."""
    return any(_covers(reach, viewer, subject) for reach in RIGHTS[action].get(viewer.role, ()))


def _covers(reach: Reach, viewer: Viewer, subject: Subject) -> bool:
    return {
        Reach.ALL: True,
        Reach.OWN_CLASS: bool(subject.school_class) and subject.school_class == viewer.own_class,
        Reach.OWN_COURSES: subject.course in viewer.courses - {""},
        Reach.SELF: bool(subject.person) and subject.person == viewer.person,
        Reach.CHILDREN: subject.person in viewer.children - {""},
    }[reach]
