"""DOMAIN 2.12 as a full matrix: every action by every person of a small cast, on every kind of subject."""

from __future__ import annotations

import pytest

from sync_service.domain.access import RIGHTS, Action, Role, Subject, Viewer, may

CAST = {
    "admin": Viewer(Role.ADMIN, "e01"),
    "deputy": Viewer(Role.DEPUTY, "e02"),
    "class": Viewer(Role.CLASS_TEACHER, "e03", own_class="9А", courses=frozenset({"c001"})),
    "teacher": Viewer(Role.TEACHER, "e04", courses=frozenset({"c002", "c003"})),
    "pupil": Viewer(Role.PUPIL, "P1"),
    "parent": Viewer(Role.GUARDIAN, "P1-1", children=frozenset({"P1", "P5"})),
}
SUBJECTS = {
    "school": Subject(),
    "9А": Subject(school_class="9А"),
    "9Б": Subject(school_class="9Б"),
    "c001 of 9А": Subject(school_class="9А", course="c001"),
    "c002 of 9А": Subject(school_class="9А", course="c002"),
    "c003 of 9Б": Subject(school_class="9Б", course="c003"),
    "c004 of 9Б": Subject(school_class="9Б", course="c004"),
    "P1 of 9А": Subject(person="P1", school_class="9А"),
    "P2 of 9А": Subject(person="P2", school_class="9А"),
    "P1 in c002": Subject(person="P1", school_class="9А", course="c002"),
    "P2 in c002": Subject(person="P2", school_class="9А", course="c002"),
    "P3 of 9Б": Subject(person="P3", school_class="9Б"),
    "P5 of 9Б": Subject(person="P5", school_class="9Б"),
    "e03": Subject(person="e03"),
    "e04": Subject(person="e04"),
}
EVERYTHING = set(SUBJECTS)
OF_9A = {"9А", "c001 of 9А", "c002 of 9А", "P1 of 9А", "P2 of 9А", "P1 in c002", "P2 in c002"}
TAUGHT_BY_E03 = {"c001 of 9А"}
TAUGHT_BY_E04 = {"c002 of 9А", "c003 of 9Б", "P1 in c002", "P2 in c002"}
OF_P1 = {"P1 of 9А", "P1 in c002"}
OF_THE_CHILDREN = OF_P1 | {"P5 of 9Б"}
NOTHING: set[str] = set()
COLUMNS = ("admin", "deputy", "class", "teacher", "pupil", "parent")

MATRIX: dict[Action, tuple[set[str], ...]] = {
    Action.MANAGE_ACCOUNTS: (EVERYTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    Action.PRINT_SLIPS: (EVERYTHING, NOTHING, OF_9A, NOTHING, NOTHING, NOTHING),
    Action.SEE_STATISTICS: (EVERYTHING, EVERYTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    Action.SEE_NAMES: (EVERYTHING, EVERYTHING, OF_9A, TAUGHT_BY_E04, OF_P1, OF_THE_CHILDREN),
    Action.SEE_ROSTER: (EVERYTHING, EVERYTHING, OF_9A, NOTHING, OF_P1, OF_THE_CHILDREN),
    Action.EDIT_ROSTER: (NOTHING, NOTHING, OF_9A, NOTHING, NOTHING, NOTHING),
    Action.SEE_LESSONS: (EVERYTHING, EVERYTHING, OF_9A, TAUGHT_BY_E04, OF_P1, OF_THE_CHILDREN),
    Action.EDIT_LESSONS: (NOTHING, NOTHING, TAUGHT_BY_E03, TAUGHT_BY_E04, NOTHING, NOTHING),
    Action.SEE_REASONS: (NOTHING, EVERYTHING, OF_9A, TAUGHT_BY_E04, OF_P1, OF_THE_CHILDREN),
    Action.EDIT_REASONS: (NOTHING, NOTHING, OF_9A, NOTHING, NOTHING, NOTHING),
    Action.SEE_FINALS: (EVERYTHING, EVERYTHING, OF_9A, TAUGHT_BY_E04, OF_P1, OF_THE_CHILDREN),
    Action.EDIT_FINALS: (NOTHING, NOTHING, TAUGHT_BY_E03, TAUGHT_BY_E04, NOTHING, NOTHING),
    Action.UNLOCK_FINALS: (NOTHING, EVERYTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    Action.SEE_PLAN: (EVERYTHING, EVERYTHING, OF_9A, TAUGHT_BY_E04, NOTHING, NOTHING),
    Action.EDIT_PLAN: (NOTHING, NOTHING, TAUGHT_BY_E03, TAUGHT_BY_E04, NOTHING, NOTHING),
    Action.APPROVE_PLAN: (NOTHING, EVERYTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    Action.SEE_SUBSTITUTIONS: (EVERYTHING, EVERYTHING, {"e03"}, {"e04"}, NOTHING, NOTHING),
    Action.EDIT_SUBSTITUTIONS: (NOTHING, EVERYTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    Action.SEE_REPORT: (NOTHING, EVERYTHING, OF_9A, TAUGHT_BY_E04, OF_P1, OF_THE_CHILDREN),
    Action.REQUEST_CORRECTION: (NOTHING, NOTHING, OF_9A, TAUGHT_BY_E04, NOTHING, NOTHING),
    Action.APPROVE_CORRECTION: (NOTHING, EVERYTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    Action.APPLY_CORRECTION: (EVERYTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("who", CAST)
def test_everybody_may_do_what_the_matrix_says_and_nothing_else(action: Action, who: str) -> None:
    allowed = {name for name, subject in SUBJECTS.items() if may(CAST[who], action, subject)}
    assert allowed == MATRIX[action][COLUMNS.index(who)]


def test_every_action_has_its_rights() -> None:
    assert set(RIGHTS) == set(Action) == set(MATRIX)


def test_roles_are_spelled_as_in_the_accounts() -> None:
    assert {role.value for role in Role} == {"pupil", "guardian", "teacher", "class_teacher", "deputy", "admin"}


@pytest.mark.parametrize("role", [Role.PUPIL, Role.GUARDIAN, Role.TEACHER, Role.CLASS_TEACHER])
@pytest.mark.parametrize("action", Action)
def test_blank_codes_never_match(role: Role, action: Action) -> None:
    nobody = Viewer(role, "", children=frozenset({""}), own_class="", courses=frozenset({""}))
    assert not may(nobody, action, Subject())
    assert not may(nobody, action)


def test_a_class_teacher_without_a_class_has_only_her_courses() -> None:
    viewer = Viewer(Role.CLASS_TEACHER, "e09", own_class=None, courses=frozenset({"c001"}))
    assert may(viewer, Action.SEE_LESSONS, Subject(school_class="9А", course="c001"))
    assert not may(viewer, Action.SEE_LESSONS, Subject(school_class="9А", course="c002"))
